// SPDX-License-Identifier: Apache-2.0
/**
 * codec_request: a request from inside; shared by the files that encode.
 *
 * codec_put_X(r, q, a) makes q's X a part of r, in the arena. What is absent in the public struct
 * (NULL, "", 0) is absent in the message. Returns false without memory.
 */
#ifndef SLATE_CLIENT_LIB_CODEC_REQUEST_H
#define SLATE_CLIENT_LIB_CODEC_REQUEST_H

#include <slate.h>

#include "client/lib/arena.h"
#include "slate.pb-c.h"

/** protobuf-c has no const; it doesn't write to what it packs. */
static inline char *codec_text(const char *s)
{
    return s && *s ? (char *)s : NULL;
}

#define CODEC_SET_NUMBER(message, field, value) \
    do {                                        \
        (message)->has_##field = (value) != 0;  \
        (message)->field = (value);             \
    } while (0)

#define CODEC_SET_ENUM(message, field, type, value) \
    do {                                            \
        (message)->has_##field = (value) != 0;      \
        (message)->field = (type)(value);           \
    } while (0)

#define CODEC_SET_BYTES(message, member, from)        \
    do {                                              \
        (message)->has_##member = (from).n > 0;       \
        (message)->member.data = (uint8_t *)(from).p; \
        (message)->member.len = (from).n;             \
    } while (0)

/** A message of this type in the arena, initialised. */
#define CODEC_NEW(arena, Type, type) \
    ((Type *)codec_new_message(arena, sizeof(Type), (ProtobufCMessageInit)type##__init))

static inline void *codec_new_message(struct arena *a, size_t size, ProtobufCMessageInit init)
{
    void *m = arena_get(a, size);

    if (m) {
        init(m);
    }
    return m;
}

#define CODEC_PUT(name) \
    bool codec_put_##name(Slate__V1__Request *r, const struct slate_request *q, struct arena *a)

/* codec_ticket.c: one ticket, and what changes it */
CODEC_PUT(new_ticket);
CODEC_PUT(show_ticket);
CODEC_PUT(take_ticket);
CODEC_PUT(add_message);
CODEC_PUT(hold_ticket);
CODEC_PUT(resume_ticket);
CODEC_PUT(resolve_ticket);
CODEC_PUT(release_ticket);
CODEC_PUT(acknowledge_ticket);
CODEC_PUT(assign_ticket);
CODEC_PUT(transfer_ticket);
CODEC_PUT(set_priority);
CODEC_PUT(close_ticket);
CODEC_PUT(reopen_ticket);
CODEC_PUT(merge_ticket);
CODEC_PUT(link_ticket);
CODEC_PUT(tag_ticket);
CODEC_PUT(edit_ticket);

/* codec_source.c: what other tools say of tickets */
CODEC_PUT(import_ticket);
CODEC_PUT(intake);

/* codec_ask.c: many tickets, what happened, the book */
CODEC_PUT(list_tickets);
CODEC_PUT(show_log);
CODEC_PUT(list_breaches);
CODEC_PUT(explain);
CODEC_PUT(split_clock);
CODEC_PUT(subscribe);
CODEC_PUT(list_users);
CODEC_PUT(apply_book);
CODEC_PUT(show_book);
CODEC_PUT(try_book);

/* codec_party.c: who may come in, what parties agree on, what they hold against each other */
CODEC_PUT(add_user);
CODEC_PUT(set_user);
CODEC_PUT(renew_certificate);
CODEC_PUT(propose_book);
CODEC_PUT(approve_book);
CODEC_PUT(list_proposals);
CODEC_PUT(list_access);
CODEC_PUT(export_journal);
CODEC_PUT(show_head);
CODEC_PUT(countersign);
CODEC_PUT(erase_texts);

/** Positions as the schema has them; NULL without memory. */
Slate__V1__Token **codec_put_tokens(const struct slate_token *tokens, size_t n, struct arena *a);

#endif
