// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TRYREAD_H
#define SLATE_TRYREAD_H

/*
 * Reading values out of JSON for `slated try`, with a sticky error: after the first fault every
 * function lets things pass and gives zero, and what was read is thrown away. So what uses it reads
 * like the format.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

enum { TRYREAD_ERROR_BYTES = 256 };

struct tryread {
    struct arena *arena;
    char error[TRYREAD_ERROR_BYTES]; // the first fault, "" while there is none
};

bool tryread_failed(const struct tryread *r);

/** Notes a fault of the value of a key, unless there is one already. */
__attribute__((format(printf, 3, 4))) void tryread_fail(struct tryread *r, const char *key,
                                                        const char *format, ...);

/** n zeroed elements from the arena; NULL is a fault. */
void *tryread_take(struct tryread *r, size_t n, size_t size);

/** Refuses keys of the object that are not among the names, which end with NULL. */
void tryread_only(struct tryread *r, const json_t *object, const char *const *names);

/** A member that must be there and of that type; NULL is a fault. */
const json_t *tryread_need(struct tryread *r, const json_t *object, const char *key,
                           json_type type);

/** A member that may be there, but then of that type. */
const json_t *tryread_want(struct tryread *r, const json_t *object, const char *key,
                           json_type type);

/** An instant in whole seconds, RFC 3339. */
int64_t tryread_instant(struct tryread *r, const char *key, const json_t *value);
int64_t tryread_need_instant(struct tryread *r, const json_t *object, const char *key);

/** A whole number within low..high; low after a fault. */
int64_t tryread_number(struct tryread *r, const char *key, const json_t *value, int64_t low,
                       int64_t high);

/** A member that is a duration in seconds; in microseconds. */
int64_t tryread_need_seconds(struct tryread *r, const json_t *object, const char *key);

/** A member that is true; false where it is absent. */
bool tryread_want_true(struct tryread *r, const json_t *object, const char *key);

/** A time of day in seconds from midnight. */
int32_t tryread_time(struct tryread *r, const char *key, const json_t *value);

/** A member that is one of the names, which end with NULL: its index; 0 where it is absent. */
int tryread_want_name(struct tryread *r, const json_t *object, const char *key,
                      const char *const *names);

#endif
