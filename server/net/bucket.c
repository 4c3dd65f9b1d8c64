// SPDX-License-Identifier: Apache-2.0
/*
 * Instead of a count and the time of the count, the bucket keeps only the instant at which it will
 * be full: a token that is taken puts it off by 1/per_s. So there is nothing to refill.
 */
#include "net/bucket.h"

#include <assert.h>

/** Microseconds that one token takes to come back. */
static uint64_t token_us(uint32_t per_s)
{
    return 1000 * 1000 / per_s;
}

uint64_t bucket_wait_ms(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst)
{
    uint64_t now_us = now_ms * 1000;
    // How far off it may be with one token in it
    uint64_t bound_us = token_us(per_s) * (burst - 1);

    if (b->full_us <= now_us + bound_us) {
        return 0;
    }
    return (b->full_us - now_us - bound_us + 999) / 1000;
}

bool bucket_has(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst)
{
    return bucket_wait_ms(b, now_ms, per_s, burst) == 0;
}

void bucket_take(struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst)
{
    uint64_t now_us = now_ms * 1000;

    assert(bucket_has(b, now_ms, per_s, burst));
    b->full_us = (b->full_us > now_us ? b->full_us : now_us) + token_us(per_s);
}

void bucket_give(struct bucket *b, uint32_t per_s)
{
    const uint64_t us = token_us(per_s);

    b->full_us -= b->full_us < us ? b->full_us : us;
}

/** Microseconds that n tokens take to come; for many of them at a high rate more exact than n times
 * one. */
static uint64_t tokens_us(uint32_t n, uint32_t per_s)
{
    return (uint64_t)n * 1000 * 1000 / per_s;
}

void bucket_owe(struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t n)
{
    uint64_t now_us = now_ms * 1000;

    b->full_us = (b->full_us > now_us ? b->full_us : now_us) + tokens_us(n, per_s);
}

uint64_t bucket_wait_for_ms(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst,
                            uint32_t n)
{
    uint64_t now_us = now_ms * 1000;
    uint64_t bound_us = tokens_us(burst - n, per_s);

    assert(n > 0 && n <= burst);
    if (b->full_us <= now_us + bound_us) {
        return 0;
    }
    return (b->full_us - now_us - bound_us + 999) / 1000;
}
