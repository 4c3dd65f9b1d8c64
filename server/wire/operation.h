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

/** By enum request_kind; from 1 on. */
extern const struct operation operations[REQUEST_KINDS];

/** Refuses for want of memory. */
int operation_full(struct operation_decoder *d);

/* What is absent in protobuf-c's words, in ours. */

static inline const char *operation_str(const char *s)
{
    return s == NULL ? "" : s;
}

static inline int64_t operation_instant(protobuf_c_boolean has, int64_t at)
{
    return has ? at : INSTANT_NONE;
}

#endif
