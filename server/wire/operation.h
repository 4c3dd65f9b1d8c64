// SPDX-License-Identifier: Apache-2.0
/**
 * operation: what each operation of a request needs, and how it is translated. For decode.c.
 *
 * check_frame() has judged every field by itself before anything here runs. What is left is what
 * spans fields. A field that would be without effect is refused: a client that sends it counts on
 * it.
 */
#ifndef SLATE_WIRE_OPERATION_H
#define SLATE_WIRE_OPERATION_H

#include "core/arena.h"
#include "core/instant.h"
#include "core/outcome.h"
#include "slate.pb-c.h"
#include "wire/request.h"

/** Common fields of a request that only some operations have a use for. */
enum operation_field {
    OPERATION_CLAIMED_AT = 1 << 0,
    OPERATION_AS_OF = 1 << 1, // and as_known
    OPERATION_IF_VERSION = 1 << 2,
    OPERATION_DRY_RUN = 1 << 3,
    OPERATION_REQUEST_ID = 1 << 4, // must be there, but in a dry run
    OPERATION_REASON = 1 << 5,
};

/** What is decoded into what. */
struct operation_decoder {
    struct arena *arena;
    struct request *out;
    struct refusal *refusal;
};

struct operation {
    size_t offset; // of the pointer to its message in Slate__V1__Request
    unsigned fields;
    /** 0 and out->u; or an outcome_code and *refusal. */
    int (*decode)(struct operation_decoder *d, const ProtobufCMessage *message);
};

/** By enum request_kind; from 1 on, and not of ENROL. */
extern const struct operation operations[REQUEST_KINDS];

/* Their decoders, by field of the request. */
#define OPERATION_DECODER(name) \
    int operation_##name(struct operation_decoder *d, const ProtobufCMessage *message)
// operation_ticket.c
OPERATION_DECODER(new_ticket);
OPERATION_DECODER(take_ticket);
OPERATION_DECODER(add_message);
OPERATION_DECODER(hold_ticket);
OPERATION_DECODER(resume_ticket);
OPERATION_DECODER(resolve_ticket);
OPERATION_DECODER(release_ticket);
OPERATION_DECODER(acknowledge_ticket);
OPERATION_DECODER(assign_ticket);
OPERATION_DECODER(transfer_ticket);
OPERATION_DECODER(set_priority);
OPERATION_DECODER(close_ticket);
OPERATION_DECODER(reopen_ticket);
OPERATION_DECODER(merge_ticket);
OPERATION_DECODER(link_ticket);
OPERATION_DECODER(tag_ticket);
OPERATION_DECODER(edit_ticket);
// operation_query.c
OPERATION_DECODER(list_tickets);
OPERATION_DECODER(show_ticket);
OPERATION_DECODER(show_log);
OPERATION_DECODER(list_breaches);
OPERATION_DECODER(explain);
OPERATION_DECODER(split_clock);
OPERATION_DECODER(subscribe);
OPERATION_DECODER(list_users);
// operation_import.c, operation_intake.c
OPERATION_DECODER(import_ticket);
OPERATION_DECODER(intake);
// operation.c
OPERATION_DECODER(apply_book);
OPERATION_DECODER(show_book);
OPERATION_DECODER(try_book);
// operation_party.c
OPERATION_DECODER(add_user);
OPERATION_DECODER(set_user);
OPERATION_DECODER(renew_certificate);
OPERATION_DECODER(propose_book);
OPERATION_DECODER(approve_book);
OPERATION_DECODER(list_proposals);
OPERATION_DECODER(list_access);
OPERATION_DECODER(export_journal);
OPERATION_DECODER(show_head);
OPERATION_DECODER(countersign);
OPERATION_DECODER(erase_texts);

/** Refuses for want of memory. */
int operation_full(struct operation_decoder *d);

/** "ACME-12"; refuses what is none, naming the field. */
int operation_ticket(struct operation_decoder *d, const char *field, const char *s,
                     struct wire_ticket *ret);

/** A field of an imported event, or of a source's line, whose action says which fields it has. */
struct operation_part {
    const char *name;
    bool there;
};

/** Refuses, as path.name, the first of the n parts that is there and not in `may`, or is not there
 * and in `must`. Both are sets of bits, bit i for parts[i]. whose: "event", for the message. */
int operation_parts(struct operation_decoder *d, const char *path, const char *whose,
                    const struct operation_part *parts, size_t n, unsigned must, unsigned may);

/* What is absent in protobuf-c's words, in ours. */

static inline const char *operation_str(const char *s)
{
    return s == NULL ? "" : s;
}

static inline int64_t operation_instant(protobuf_c_boolean has, int64_t at)
{
    return has ? at : INSTANT_NONE;
}

struct text operation_text(enum text_field field, const char *s);

struct wire_bytes operation_bytes(ProtobufCBinaryData data);

/** How many rows a page may have, of its limit. */
uint32_t operation_rows(protobuf_c_boolean has, uint32_t limit);

#endif
