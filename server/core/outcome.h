// SPDX-License-Identifier: Apache-2.0
/**
 * outcome: how a request ends, and how a refusal is worded.
 *
 * The codes carry the numbers and names of google.rpc.Code, so that a client in any language knows
 * them. A refusal names the thing and the place: `field` is a path into the request (or a key of
 * the book), `line` a line of a text that was sent, `hint` what to do next. Nothing has been
 * changed when a refusal is returned.
 */
#ifndef SLATE_CORE_OUTCOME_H
#define SLATE_CORE_OUTCOME_H

#include <stdint.h>

enum outcome_code {
    OUTCOME_OK = 0,
    OUTCOME_CANCELLED = 1,
    OUTCOME_UNKNOWN = 2,
    OUTCOME_INVALID_ARGUMENT = 3,
    OUTCOME_DEADLINE_EXCEEDED = 4,
    OUTCOME_NOT_FOUND = 5,
    OUTCOME_ALREADY_EXISTS = 6,
    OUTCOME_PERMISSION_DENIED = 7,
    OUTCOME_RESOURCE_EXHAUSTED = 8,
    OUTCOME_FAILED_PRECONDITION = 9,
    OUTCOME_ABORTED = 10,
    OUTCOME_OUT_OF_RANGE = 11,
    OUTCOME_UNIMPLEMENTED = 12,
    OUTCOME_INTERNAL = 13,
    OUTCOME_UNAVAILABLE = 14,
    OUTCOME_DATA_LOSS = 15,
    OUTCOME_UNAUTHENTICATED = 16,
};

/** Why a request was refused. Plain value; texts are valid UTF-8, cut at a character border if too
 * long. */
struct refusal {
    enum outcome_code code;
    uint32_t line;           /* 1-based line of a text in the request; 0 = none */
    uint32_t retry_after_ms; /* 0 = a retry would not help */
    char field[128];         /* path of the offending field or key; "" = none */
    char message[384];
    char hint[384];
};

/**
 * Fills *r; returns r->code as an int so that a caller can `return refuse(...)`.
 * field and hint may be NULL. The message is printf-formatted.
 */
int refuse(struct refusal *r, enum outcome_code code, const char *field, const char *hint,
           const char *message, ...) __attribute__((format(printf, 5, 6)));

/** "FAILED_PRECONDITION" and so on; "UNKNOWN" for a number that is no code. */
const char *outcome_name(enum outcome_code code);

#endif
