// SPDX-License-Identifier: Apache-2.0
/**
 * codec_result: a result from inside; shared by the two files that decode.
 */
#ifndef SLATE_CLIENT_LIB_CODEC_RESULT_H
#define SLATE_CLIENT_LIB_CODEC_RESULT_H

#include <slate.h>

#include "client/lib/arena.h"
#include "slate.pb-c.h"

enum shape {
    SHAPE_NONE = 0,
    SHAPE_CHANGED,
    SHAPE_TICKETS,
    SHAPE_DETAIL,
    SHAPE_BREACHES,
    SHAPE_EXPLANATION,
    SHAPE_IMPORTED,
    SHAPE_DIFF,
    SHAPE_BOOK,
};

/** What slate_result_free() is given, seen from inside. */
struct result {
    struct slate_result public; // first: the two are the same address
    enum shape shape;
    struct slate_server server; // of a greeting
    struct arena arena;
};

/** Turn an unpacked reply without an error, which lives in r's arena, into what r shows. False: a
 * part that must be there is not, or the arena's ceiling is reached. */
bool codec_result_fill(struct result *r, const Slate__V1__Reply *m);

/** An array of strings as the public structs have it; the generated code has no const. */
static inline const char *const *codec_result_strings(char **from)
{
    return (const char *const *)from;
}

#endif
