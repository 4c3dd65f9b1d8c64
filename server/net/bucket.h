// SPDX-License-Identifier: Apache-2.0
#ifndef NET_BUCKET_H
#define NET_BUCKET_H

/*
 * A token bucket: `burst` tokens at most, `per_s` new ones each second. Pure; the time is any clock
 * in milliseconds that doesn't step back.
 */

#include <stdbool.h>
#include <stdint.h>

struct bucket {
    uint64_t full_us; // when it will be full again; in the past when it is
};

/** True when a token could be taken now. */
bool bucket_has(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst);

/** Take a token, which must be there. */
void bucket_take(struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst);

/** Put back a token that was taken and not used. */
void bucket_give(struct bucket *b, uint32_t per_s);

/** Milliseconds until there is a token, 0 when there is one. */
uint64_t bucket_wait_ms(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst);

/** Take n tokens, there or not: what is not there is owed, and nothing can be taken until it has
 * come. For what is only known to be dear when it is there. */
void bucket_owe(struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t n);

/** Milliseconds until there are n tokens, 1..burst; 0 when they are there. */
uint64_t bucket_wait_for_ms(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst,
                            uint32_t n);

#endif
