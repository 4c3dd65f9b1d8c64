// SPDX-License-Identifier: Apache-2.0
/* Whose time a clock's time was, and what a book would move. */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"
#include "wire/encode.h"

T_TEST(splits, arrive_as_they_were_given)
{
    static const char *const reasons[] = {"waiting-customer", "waiting-vendor"};
    const struct reply_share shares[] = {
        {.team = "manila-a", .party = "northwind", .kind = REPLY_SPAN_COUNTED, .wall_us = 5},
        {.team = "manila-a",
         .party = "northwind",
         .kind = REPLY_SPAN_HELD,
         .side = SIDE_BUYER,
         .reasons = reasons,
         .n_reasons = 1,
         .wall_us = 7},
        {.team = "krakow-b",
         .kind = REPLY_SPAN_HELD,
         .reasons = reasons,
         .n_reasons = 2,
         .wall_us = INT64_MAX},
        {.kind = REPLY_SPAN_STOPPED, .wall_us = 0},
    };
    const struct reply_clock_split clocks[] = {
        {.clock = replies_clock_running(), .shares = shares, .n_shares = 4, .wall_us = 12},
        {.clock = replies_clock_breached()},
    };
    const struct reply_clock_splits splits = {
        .key = "ACME",
        .number = 12,
        .contract = "acme-l1",
        .priority = "P1",
        .as_of_at = REPLIES_AT,
        .clocks = clocks,
        .n_clocks = 2,
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_clock_splits(&arena, 3, NULL, &splits, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__ClockSplits *out = envelope->reply->clock_splits;
    T_EQ_STR(out->ticket, "ACME-12");
    T_EQ_STR(out->contract, "acme-l1");
    T_EQ_STR(out->priority, "P1");
    T_EQ_INT(out->as_of_at, REPLIES_AT);
    T_EQ_INT(out->n_clocks, 2);
    replies_expect_running(out->clocks[0]->clock);
    T_EQ_INT(out->clocks[0]->wall_us, 12);
    T_EQ_INT(out->clocks[0]->n_shares, 4);
    for (size_t i = 0; i < 4; i++) {
        const Slate__V1__Share *share = out->clocks[0]->shares[i];
        T_EQ_INT(share->kind, shares[i].kind, "%zu", i);
        T_CHECK(share->has_wall_us && share->wall_us == (uint64_t)shares[i].wall_us, "%zu", i);
        T_EQ_INT(share->n_reasons, shares[i].n_reasons, "%zu", i);
        T_EQ_INT(share->has_side, i == 1, "%zu", i);
        T_EQ_INT(share->party != NULL, i < 2, "%zu", i);
    }
    T_EQ_STR(out->clocks[0]->shares[1]->team, "manila-a");
    T_EQ_STR(out->clocks[0]->shares[1]->party, "northwind");
    T_EQ_INT(out->clocks[0]->shares[1]->side, SLATE__V1__SIDE__SIDE_BUYER);
    T_EQ_STR(out->clocks[0]->shares[2]->team, "krakow-b");
    T_EQ_STR(out->clocks[0]->shares[2]->reasons[1], "waiting-vendor");
    T_CHECK(out->clocks[0]->shares[3]->team == NULL);
    replies_expect_breached(out->clocks[1]->clock);
    T_CHECK(out->clocks[1]->has_wall_us && out->clocks[1]->wall_us == 0);
    T_EQ_INT(out->clocks[1]->n_shares, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* A part of them would be a sum of nothing. */
T_TEST(splits, are_whole_or_not_at_all)
{
    static const struct {
        size_t n_clocks;
        size_t n_shares;
        size_t reason_bytes;
        int r;
    } rows[] = {
        {1, 1000, 63, 0},  {1, 1001, 1, -1},   {1, 1000, 1000, 0},  {1, 1000, 1048, -1},
        {16, 1000, 40, 0}, {16, 1000, 63, -1}, {1, 1, 1100000, -1},
    };
    static struct reply_share shares[1001];
    static char reason[1100001];
    struct reply_clock_split clocks[TICKET_CLOCKS_MAX];

    T_EQ_INT(TICKET_CLOCKS_MAX, 16);
    memset(reason, 'r', sizeof(reason) - 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const reasons[] = {reason + sizeof(reason) - 1 - rows[i].reason_bytes};
        const struct reply_clock_splits splits = {
            .key = "A", .number = 1, .clocks = clocks, .n_clocks = rows[i].n_clocks};
        struct wire_bytes payload;
        struct arena arena;
        for (size_t j = 0; j < rows[i].n_shares; j++) {
            shares[j] = (struct reply_share){
                .kind = REPLY_SPAN_HELD, .reasons = reasons, .n_reasons = 1, .wall_us = 1};
        }
        for (size_t j = 0; j < rows[i].n_clocks; j++) {
            clocks[j] = (struct reply_clock_split){.clock = replies_clock_running(),
                                                   .shares = shares,
                                                   .n_shares = rows[i].n_shares,
                                                   .wall_us = (int64_t)rows[i].n_shares};
        }
        arena_init(&arena, 2 * WIRE_ARENA_BYTES);
        const int r = wire_encode_clock_splits(&arena, 3, &replies_token, &splits, &payload);
        T_EQ_INT(r, rows[i].r, "row %zu", i);
        if (r == 0) {
            T_CHECK(payload.n <= FRAME_BYTES_MAX, "row %zu: %zu", i, payload.n);
            Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
            T_EQ_INT(envelope->reply->clock_splits->clocks[0]->n_shares, rows[i].n_shares);
            slate__v1__envelope__free_unpacked(envelope, NULL);
        }
        arena_fini(&arena);
    }
}

T_TEST(splits, what_a_book_would_move)
{
    const struct reply_due_move moves[] = {
        {.key = "ACME",
         .number = 7,
         .clock = replies_clock_running(),
         .was_due_at = REPLIES_AT - 1,
         .was_limit_at = REPLIES_AT - 2},
        {.key = "ACME",
         .number = 8,
         .clock = replies_clock_breached(),
         .was_due_at = INSTANT_NEVER,
         .was_limit_at = INSTANT_NONE},
    };
    const struct reply_book_diff diff = {
        .looked_at = 500,
        .moves = moves,
        .n_moves = 2,
        .moved_earlier = 3,
        .moved_later = 4,
        .breached = 5,
        .cursor = {(const uint8_t *)"\x00\x09", 2},
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_book_diff(&arena, 3, NULL, &diff, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__BookDiff *out = envelope->reply->book_diff;
    T_EQ_INT(out->looked_at, 500);
    T_EQ_INT(out->moved_earlier, 3);
    T_EQ_INT(out->moved_later, 4);
    T_EQ_INT(out->breached, 5);
    T_EQ_INT(out->cursor.len, 2);
    T_EQ_MEM(out->cursor.data, "\x00\x09", 2);
    T_EQ_INT(out->n_moves, 2);
    T_EQ_STR(out->moves[0]->ticket, "ACME-7");
    replies_expect_running(out->moves[0]->clock);
    T_EQ_INT(out->moves[0]->was_due_at, REPLIES_AT - 1);
    T_EQ_INT(out->moves[0]->was_limit_at, REPLIES_AT - 2);
    replies_expect_breached(out->moves[1]->clock);
    T_CHECK(!out->moves[1]->has_was_due_at && !out->moves[1]->has_was_limit_at);
    T_CHECK(!out->truncated);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* Beside a book that fills the frame, and with more than a page should have. */
T_TEST(splits, moves_come_before_the_lines_of_a_book)
{
    static struct reply_due_move moves[1001];
    static const char *lines[1000];
    static char line[2001];
    static uint8_t cursor[WIRE_CURSOR_BYTES];
    const struct reply_book_change change = {
        .kind = BOOK_TEAM, .name = "a", .added = lines, .n_added = 1000};
    const struct reply_book_diff diff = {
        .changes = &change,
        .n_changes = 1,
        .moves = moves,
        .n_moves = 1001,
        .moved_later = 1001,
        .cursor = {cursor, sizeof(cursor)},
    };
    struct wire_bytes payload;
    struct arena arena;

    memset(line, 'l', sizeof(line) - 1);
    for (size_t i = 0; i < 1000; i++) {
        lines[i] = line;
    }
    for (size_t i = 0; i < 1001; i++) {
        moves[i] = (struct reply_due_move){
            .key = "ACME", .number = i + 1, .clock = replies_clock_running()};
    }
    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_book_diff(&arena, 3, &replies_token, &diff, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_MAX && payload.n > FRAME_BYTES_MAX - 8192, "%zu", payload.n);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__BookDiff *out = envelope->reply->book_diff;
    T_EQ_INT(out->n_moves, 1000);
    T_EQ_STR(out->moves[999]->ticket, "ACME-1000");
    T_EQ_INT(out->moved_later, 1001);
    T_CHECK(out->truncated && out->changes[0]->n_added < 1000);
    T_EQ_INT(out->cursor.len, WIRE_CURSOR_BYTES);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}
