// SPDX-License-Identifier: Apache-2.0
/**
 * rules: what every field of a client's frame may hold. The table beside the schema.
 *
 * The schema says what shape a message has, this table what of it is let in and how much. A field
 * without a rule is refused: whoever adds a field to the schema decides here what it may hold.
 */
#ifndef SLATE_WIRE_RULES_H
#define SLATE_WIRE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ProtobufCMessageDescriptor;

enum rule_kind {
    RULE_REFUSED = 0, /* only the server sends it */
    RULE_NUMBER,      /* integer, enum or bool: what its type can hold */
    RULE_INSTANT,     /* sint64 within the years 1 to 9999 */
    RULE_NAME,        /* string of UTF8_NAME */
    RULE_LINE,        /* string of UTF8_LINE */
    RULE_TEXT,        /* string of UTF8_TEXT */
    RULE_TAG,         /* string of UTF8_TAG, never empty */
    RULE_BYTES,       /* bytes */
    RULE_MESSAGE,
};

struct rule {
    enum rule_kind kind;
    bool needed;    /* must be there, and be neither empty nor, for RULE_NUMBER, 0 */
    bool operation; /* see rules.one_operation */
    bool large;     /* an operation for which a frame may be longer than FRAME_BYTES_DEFAULT */
    bool exact;     /* RULE_BYTES: it has as many as `bytes` says, no fewer */
    uint32_t bytes; /* of a string or of bytes: at most; unlike 0 */
    uint32_t count; /* of a repeated field: at most; unlike 0 */
    const struct rules *message; /* RULE_MESSAGE */
};

/** The rules of one message. */
struct rules {
    const struct ProtobufCMessageDescriptor *descriptor;
    const struct rule *rules; /* by field number */
    uint32_t n;               /* numbers from n on have no rule */
    bool one_operation;       /* exactly one field whose rule says `operation` must be there */
};

/** What the payload of a frame from a client must be. */
extern const struct rules rules_envelope;

/** The same for a frame of ALPN slate-enrol/1. */
extern const struct rules rules_enrol;

/** First and last instant let in, of the years that RFC 3339 can write and every calendar knows. */
#define RULES_FIRST_AT INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define RULES_LAST_AT  INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

#endif
