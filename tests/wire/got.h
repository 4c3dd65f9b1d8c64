// SPDX-License-Identifier: Apache-2.0
/*
 * What wire_decode() makes of a frame, for the tests of requests.
 */
#ifndef SLATE_TESTS_WIRE_GOT_H
#define SLATE_TESTS_WIRE_GOT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/outcome.h"
#include "wire/request.h"

/* A request id in the notation of raw.h, and another one. */
#define ID       "2'%01%9D%00%11%22%33%74%44%85%55%66%77%88%99%AA%BB' "
#define OTHER_ID "2'%01%9D%00%11%22%33%74%44%85%55%66%77%88%99%AA%BC' "

struct got {
    struct arena arena;
    struct request request;
    struct refusal refusal;
    int r;
};

/* Each fills *got, refused or not, until got_done(). */
void got_decode(struct got *got, const uint8_t *frame, size_t n);
void got_notation(struct got *got, const char *notation);

/* The full or the small sample of a kind: it is accepted, with its kind and id. */
void got_sample(struct got *got, enum request_kind kind, bool full);

void got_done(struct got *got);

void got_text(struct text text, enum text_field field, const char *expected);

/* A frame with the id 7 is INVALID_ARGUMENT for that field; message is part of the refusal's. */
void got_refused(const char *notation, const char *field, const char *message);

#endif
