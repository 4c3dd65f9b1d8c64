// SPDX-License-Identifier: Apache-2.0
#include "client/lib/deadline.h"

#include <limits.h>
#include <time.h>

int64_t deadline_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t deadline_after_ms(uint32_t timeout_ms)
{
    return deadline_now_us() + (int64_t)timeout_ms * 1000;
}

int deadline_poll_ms(int64_t at_us)
{
    int64_t left_us = at_us - deadline_now_us();

    if (left_us <= 0) {
        return 0;
    }
    int64_t left_ms = left_us / 1000 + (left_us % 1000 != 0);
    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

uint64_t deadline_wall_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
