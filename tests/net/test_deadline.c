// SPDX-License-Identifier: Apache-2.0
/*
 * Deadlines without waiting for them: each row is a connection in some state, and what must have
 * happened by when.
 */
#include "net/deadline.h"

#include "net/conn.h"
#include "t.h"

enum { NOW_MS = 1000000 };

/** Limits that can be told apart. */
static const struct net_limits limits = {
    .handshake_ms = 500,
    .first_frame_ms = 1000,
    .frame_grace_ms = 500,
    .frame_bytes_per_s = 100,
    .idle_ms = 90000,
    .age_ms = 800000,
    .stuck_ms = 6000,
    .drain_ms = 300,
    .linger_ms = 200,
};

struct row {
    const char *name;
    enum conn_state state;
    uint32_t opened_ago_ms;
    uint32_t waiting_ago_ms;
    uint32_t frame_ago_ms;
    uint32_t stuck_ago_ms; // 0: not stuck
    uint32_t ending_ago_ms;
    size_t in_bytes; // of the beginning of a frame
    bool is_reading;
    int64_t expected_ms; // from now; < 0: overdue
    enum net_why why;
};

static const struct row rows[] = {
    {"a handshake", CONN_SHAKING, .opened_ago_ms = 100, .expected_ms = 400, .why = NET_WHY_SLOW},
    {"a handshake, overdue", CONN_SHAKING, .opened_ago_ms = 501, .expected_ms = -1,
     .why = NET_WHY_SLOW},
    {"the first frame", CONN_GREETED, .opened_ago_ms = 300, .waiting_ago_ms = 300,
     .frame_ago_ms = 300, .is_reading = true, .expected_ms = 700, .why = NET_WHY_SLOW},
    {"the first frame, begun: no more time for that", CONN_GREETED, .opened_ago_ms = 300,
     .waiting_ago_ms = 300, .frame_ago_ms = 300, .in_bytes = 1000, .is_reading = true,
     .expected_ms = 700, .why = NET_WHY_SLOW},
    {"the first frame, while we don't read", CONN_GREETED, .opened_ago_ms = 300,
     .waiting_ago_ms = 300, .frame_ago_ms = 300, .expected_ms = 89700, .why = NET_WHY_IDLE},
    {"nothing", CONN_OPEN, .opened_ago_ms = 5000, .waiting_ago_ms = 5000, .frame_ago_ms = 1000,
     .is_reading = true, .expected_ms = 89000, .why = NET_WHY_IDLE},
    {"nothing, near the end of its life", CONN_OPEN, .opened_ago_ms = 799999, .frame_ago_ms = 10,
     .is_reading = true, .expected_ms = 1, .why = NET_WHY_AGE},
    {"a frame, just begun", CONN_OPEN, .opened_ago_ms = 5000, .frame_ago_ms = 10, .in_bytes = 1,
     .is_reading = true, .expected_ms = 510, .why = NET_WHY_SLOW},
    {"a frame, ten seconds' worth of it", CONN_OPEN, .opened_ago_ms = 50000, .waiting_ago_ms = 9000,
     .frame_ago_ms = 9000, .in_bytes = 1000, .is_reading = true, .expected_ms = 1500,
     .why = NET_WHY_SLOW},
    {"a frame that has stopped coming", CONN_OPEN, .opened_ago_ms = 50000, .waiting_ago_ms = 11000,
     .frame_ago_ms = 11000, .in_bytes = 1000, .is_reading = true, .expected_ms = -500,
     .why = NET_WHY_SLOW},
    {"a frame, while we don't read", CONN_OPEN, .opened_ago_ms = 50000, .waiting_ago_ms = 11000,
     .frame_ago_ms = 11000, .in_bytes = 1000, .expected_ms = 79000, .why = NET_WHY_IDLE},
    {"replies that aren't taken", CONN_OPEN, .opened_ago_ms = 50000, .frame_ago_ms = 20,
     .stuck_ago_ms = 5900, .expected_ms = 100, .why = NET_WHY_STUCK},
    {"the end of a queue", CONN_DRAINING, .opened_ago_ms = 999999, .frame_ago_ms = 99999,
     .stuck_ago_ms = 99999, .ending_ago_ms = 100, .expected_ms = 200, .why = NET_WHY_AGE},
    {"the peer's own end", CONN_LINGERING, .opened_ago_ms = 999999, .ending_ago_ms = 150,
     .expected_ms = 50, .why = NET_WHY_US},
};

T_TEST(deadline, follows_from_what_was_noted)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct conn_env env = {.limits = &limits};
        struct conn c = {
            .env = &env,
            .state = row->state,
            .why = NET_WHY_AGE, // of DRAINING
            .opened_ms = NOW_MS - row->opened_ago_ms,
            .waiting_ms = NOW_MS - row->waiting_ago_ms,
            .frame_ms = NOW_MS - row->frame_ago_ms,
            .stuck_ms = row->stuck_ago_ms ? NOW_MS - row->stuck_ago_ms : 0,
            .ending_ms = NOW_MS - row->ending_ago_ms,
            .in_frame = row->in_bytes > 0,
            .in = {.end = row->in_bytes},
        };
        enum net_why why = 0;

        T_EQ_INT((int64_t)deadline_next(&c, row->is_reading, &why) - NOW_MS, row->expected_ms, "%s",
                 row->name);
        T_EQ_INT(why, row->why, "%s", row->name);
    }
}
