// SPDX-License-Identifier: Apache-2.0
#include "net/limits.h"

#include <string.h>

#include "proto/frame.h"
#include "t.h"

T_TEST(limits, the_defaults_are_good)
{
    struct net_limits limits;

    net_limits_default(&limits);
    T_EQ_STR(net_limits_check(&limits), NULL);
}

/** Zero each of the fields of `width` bytes from `first` to `last`, one after the other. */
static void zero_each(size_t first, size_t last, size_t width)
{
    for (size_t at = first; at <= last; at += width) {
        struct net_limits limits;

        net_limits_default(&limits);
        memset((char *)&limits + at, 0, width);
        T_CHECK(net_limits_check(&limits) != NULL, "the field at %zu", at);
    }
}

T_TEST(limits, no_field_may_be_zero_or_overlooked)
{
    zero_each(0, offsetof(struct net_limits, linger_ms), sizeof(uint32_t));
    zero_each(offsetof(struct net_limits, frame_bytes), offsetof(struct net_limits, stuck_bytes),
              sizeof(size_t));
    zero_each(offsetof(struct net_limits, key_updates_per_s),
              offsetof(struct net_limits, keepalive_count), sizeof(uint32_t));
}

T_TEST(limits, fields_fit_each_other_and_the_protocol)
{
    struct net_limits limits;

    net_limits_default(&limits);
    limits.frame_bytes = FRAME_BYTES_MAX + 1;
    T_EQ_STR(net_limits_check(&limits), "frame_bytes");
    net_limits_default(&limits);
    limits.out_max_bytes = limits.out_pause_bytes - 1;
    T_EQ_STR(net_limits_check(&limits), "out_max_bytes");
    net_limits_default(&limits);
    limits.conns_max = NET_CONNS_MAX + 1;
    T_EQ_STR(net_limits_check(&limits), "conns_max");
    net_limits_default(&limits);
    limits.backlog = (uint32_t)INT32_MAX + 1;
    T_EQ_STR(net_limits_check(&limits), "backlog");
}
