// SPDX-License-Identifier: Apache-2.0
#include "net/bucket.h"

#include "t.h"

/** Tokens taken at now_ms. */
static uint32_t take_all(struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst)
{
    uint32_t n = 0;

    while (bucket_has(b, now_ms, per_s, burst)) {
        bucket_take(b, now_ms, per_s, burst);
        n++;
        T_CHECK(n <= burst, "more than a burst");
    }
    return n;
}

T_TEST(bucket, gives_a_burst_and_then_its_rate)
{
    struct bucket b = {0};
    uint64_t now_ms = 1000000;

    T_EQ_INT(take_all(&b, now_ms, 10, 30), 30);
    T_EQ_INT(take_all(&b, now_ms, 10, 30), 0);
    T_EQ_INT(take_all(&b, now_ms + 99, 10, 30), 0);
    T_EQ_INT(take_all(&b, now_ms + 100, 10, 30), 1);
    T_EQ_INT(take_all(&b, now_ms + 1100, 10, 30), 10);
    T_EQ_INT(take_all(&b, now_ms + 100000, 10, 30), 30, "full, and no more than that");
}

T_TEST(bucket, says_how_long_to_wait)
{
    struct bucket b = {0};
    uint64_t now_ms = 5000;

    T_EQ_INT(bucket_wait_ms(&b, now_ms, 3, 1), 0);
    bucket_take(&b, now_ms, 3, 1);
    uint64_t wait_ms = bucket_wait_ms(&b, now_ms, 3, 1);
    T_EQ_INT(wait_ms, 334, "a third of a second, rounded up");
    T_CHECK(!bucket_has(&b, now_ms + wait_ms - 1, 3, 1));
    T_CHECK(bucket_has(&b, now_ms + wait_ms, 3, 1));
}

T_TEST(bucket, a_huge_rate_never_holds_anybody_up)
{
    struct bucket b = {0};

    for (int i = 0; i < 100000; i++) {
        T_CHECK(bucket_has(&b, 1, 2000000, 1));
        bucket_take(&b, 1, 2000000, 1);
    }
}

T_TEST(bucket, what_is_owed_is_paid_first)
{
    struct bucket b = {0};
    uint64_t now_ms = 1000000;

    T_EQ_INT(bucket_wait_for_ms(&b, now_ms, 10, 30, 30), 0, "full");
    bucket_owe(&b, now_ms, 10, 35);
    T_EQ_INT(bucket_wait_ms(&b, now_ms, 10, 30), 600, "five that are owed, and one");
    T_EQ_INT(bucket_wait_for_ms(&b, now_ms, 10, 30, 1), 600);
    T_EQ_INT(bucket_wait_for_ms(&b, now_ms, 10, 30, 30), 3500);
    T_EQ_INT(bucket_wait_for_ms(&b, now_ms + 600, 10, 30, 1), 0);
    T_CHECK(bucket_has(&b, now_ms + 600, 10, 30));
    T_CHECK(!bucket_has(&b, now_ms + 599, 10, 30));
    T_EQ_INT(bucket_wait_for_ms(&b, now_ms + 10000, 10, 30, 30), 0, "full again");
    /* Rates of which one token takes less than a microsecond. */
    b = (struct bucket){0};
    bucket_owe(&b, now_ms, 64 << 20, 64 << 20);
    T_EQ_INT(bucket_wait_for_ms(&b, now_ms, 64 << 20, 64 << 20, 32 << 20), 500);
}
