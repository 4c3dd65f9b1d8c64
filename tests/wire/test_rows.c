// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"
#include "wire/encode.h"

/* ---- rows -------------------------------------------------------------------------------------
 */

T_TEST(rows, ticket_page)
{
    const struct reply_clock next = replies_clock_running();
    const struct reply_clock breached = replies_clock_breached();
    const struct reply_ticket full = replies_ticket_full(&next, &breached);
    const struct reply_page page = {true, {(const uint8_t *)"\x00\x01z", 3}, REPLIES_AT};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_ticket(&rows, &full), 0);
    for (uint64_t i = 1; i <= 2; i++) {
        const struct reply_ticket small = replies_ticket_small(i);
        T_EQ_INT(wire_rows_add_ticket(&rows, &small), 0);
    }
    T_EQ_INT(rows.n, 3);
    T_EQ_INT(wire_encode_ticket_page(&rows, 3, &replies_token, &page, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__TicketPage *out = envelope->reply->ticket_page;
    T_EQ_INT(out->n_tickets, 3);
    replies_expect_full(out->tickets[0]);
    T_EQ_STR(out->tickets[1]->ticket, "A-1");
    T_EQ_STR(out->tickets[2]->ticket, "A-2");
    T_CHECK(out->truncated);
    T_EQ_INT(out->cursor.len, 3);
    T_EQ_MEM(out->cursor.data, "\x00\x01z", 3);
    T_EQ_INT(out->snapshot_at, REPLIES_AT);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(rows, empty_pages)
{
    const struct reply_page page = {.snapshot_at = REPLIES_AT};
    const struct reply_ticket ticket = replies_ticket_small(1);
    const struct reply_detail detail = {.ticket = &ticket};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_encode_ticket_page(&rows, 3, NULL, &page, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->ticket_page->n_tickets, 0);
    T_CHECK(envelope->reply->ticket_page->has_truncated);
    T_CHECK(!envelope->reply->ticket_page->truncated && !envelope->reply->ticket_page->has_cursor);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_breach_page(&rows, 3, NULL, &page, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->breach_page->n_breaches, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_ticket_detail(&rows, 3, NULL, &detail, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    T_EQ_STR(envelope->reply->ticket_detail->ticket->ticket, "A-1");
    T_CHECK(envelope->reply->ticket_detail->requester == NULL);
    T_EQ_INT(envelope->reply->ticket_detail->n_messages, 0);
    T_EQ_INT(envelope->reply->ticket_detail->n_clocks, 0);
    T_EQ_INT(envelope->reply->ticket_detail->n_links, 0);
    T_EQ_INT(envelope->reply->ticket_detail->n_tags, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_book_text(&rows, 3, NULL, false, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->book_text->n_objects, 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(rows, breach_page)
{
    const struct reply_breach full = {
        .key = "ACME",
        .number = 5,
        .clock = CLOCK_KIND_OLA,
        .cycle = 2,
        .contract = "acme-l1",
        .contract_version = 3,
        .vendor = "northwind",
        .team = "manila-a",
        .priority = "P1",
        .within = "4h",
        .breached_at = REPLIES_AT,
        .detected_at = REPLIES_AT + 1,
        .withdrawn = true,
        .state = TICKET_RESOLVED,
        .imported = true,
        .clock_team = "manila-b",
        .engine = 7,
    };
    const struct reply_breach small = {
        .key = "B",
        .number = 1,
        .breached_at = REPLIES_AT,
        .detected_at = INSTANT_NONE,
    };
    const struct reply_page page = {.truncated = true, .snapshot_at = REPLIES_AT};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_breach(&rows, &full), 0);
    T_EQ_INT(wire_rows_add_breach(&rows, &small), 0);
    T_EQ_INT(wire_encode_breach_page(&rows, 3, NULL, &page, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__BreachPage *out = envelope->reply->breach_page;
    T_EQ_INT(out->n_breaches, 2);
    const Slate__V1__Breach *first = out->breaches[0];
    T_EQ_STR(first->ticket, "ACME-5");
    T_EQ_INT(first->clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA);
    T_EQ_INT(first->cycle, 2);
    T_EQ_STR(first->contract, "acme-l1");
    T_EQ_INT(first->contract_version, 3);
    T_EQ_STR(first->vendor, "northwind");
    T_EQ_STR(first->team, "manila-a");
    T_EQ_STR(first->priority, "P1");
    T_EQ_STR(first->within, "4h");
    T_EQ_INT(first->breached_at, REPLIES_AT);
    T_EQ_INT(first->detected_at, REPLIES_AT + 1);
    T_CHECK(first->withdrawn && first->imported);
    T_EQ_INT(first->state, SLATE__V1__TICKET_STATE__TICKET_STATE_RESOLVED);
    T_EQ_STR(first->clock_team, "manila-b");
    T_EQ_INT(first->engine, 7);
    T_EQ_STR(out->breaches[1]->ticket, "B-1");
    T_CHECK(out->breaches[1]->clock_team == NULL && !out->breaches[1]->has_engine);
    T_CHECK(!out->breaches[1]->has_detected_at && !out->breaches[1]->has_withdrawn);
    T_CHECK(out->truncated && out->snapshot_at == REPLIES_AT);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(rows, a_ticket_has_its_messages_in_order)
{
    const struct reply_clock clocks[] = {replies_clock_running(), replies_clock_breached()};
    const struct reply_ticket ticket = replies_ticket_full(&clocks[0], &clocks[1]);
    static const struct ticket_link links[] = {{7, LINK_BLOCKS}, {UINT64_MAX, LINK_FOLLOWED_BY}};
    static const struct text tags[] = {{TEXT_TAG, "vip and more", 3}, {TEXT_TAG, "x", 1}};
    const struct reply_detail detail = {
        .ticket = &ticket,
        .requester = {TEXT_REQUESTER, "anna@example.org and more", 16},
        .clocks = clocks,
        .n_clocks = 2,
        .links = links,
        .n_links = 2,
        .tags = tags,
        .n_tags = 2,
        .truncated = true,
    };
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    for (uint32_t number = 5; number >= 3; number--) { // the newest first
        struct reply_message row = replies_message(number, number == 4 ? "" : "Hello\n");
        row.claimed_at = number == 5 ? REPLIES_AT - 9 : INSTANT_NONE;
        T_EQ_INT(wire_rows_add_message(&rows, &row), 0);
    }
    T_EQ_INT(wire_encode_ticket_detail(&rows, 3, NULL, &detail, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__TicketDetail *out = envelope->reply->ticket_detail;
    replies_expect_full(out->ticket);
    T_EQ_STR(out->requester, "anna@example.org");
    T_EQ_INT(out->n_links, 2);
    T_EQ_STR(out->links[0]->ticket, "ACME-7");
    T_EQ_INT(out->links[0]->kind, SLATE__V1__LINK_KIND__LINK_KIND_BLOCKS);
    T_EQ_STR(out->links[1]->ticket, "ACME-18446744073709551615");
    T_EQ_INT(out->links[1]->kind, SLATE__V1__LINK_KIND__LINK_KIND_FOLLOWED_BY);
    T_EQ_INT(out->n_tags, 2);
    T_EQ_STR(out->tags[0], "vip");
    T_EQ_STR(out->tags[1], "x");
    T_EQ_INT(out->n_clocks, 2);
    replies_expect_running(out->clocks[0]);
    replies_expect_breached(out->clocks[1]);
    T_CHECK(out->truncated);
    T_EQ_INT(out->n_messages, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const Slate__V1__Message *m = out->messages[i];
        T_EQ_INT(m->number, i + 3);
        T_EQ_INT(m->effective_at, REPLIES_AT);
        T_EQ_INT(m->recorded_at, REPLIES_AT + 1);
        T_EQ_INT(m->has_claimed_at, i == 2);
        T_EQ_STR(m->author, "ines");
        T_EQ_INT(m->side, SLATE__V1__SIDE__SIDE_VENDOR);
        T_EQ_INT(m->kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN);
        T_EQ_INT(m->visibility, SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC);
        T_EQ_STR(m->channel, "mail");
        T_EQ_STR(m->body, i == 1 ? NULL : "Hello\n");
    }
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(rows, book_text)
{
    static const uint8_t sha256[32] = {9};
    const struct reply_book_object full = {
        .kind = BOOK_CALENDAR,
        .name = "berlin-office",
        .version = 2,
        .effective_at = REPLIES_AT,
        .recorded_at = REPLIES_AT + 1,
        .actor = "root",
        .sha256 = sha256,
        .text = "name: berlin-office\n...",
        .text_bytes = 20,
    };
    const struct reply_book_object small = {
        .kind = BOOK_PARTY,
        .effective_at = INSTANT_NONE,
        .recorded_at = INSTANT_NONE,
    };
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_MAX);
    T_EQ_INT(wire_rows_add_book_object(&rows, &full), 0);
    T_EQ_INT(wire_rows_add_book_object(&rows, &small), 0);
    T_EQ_INT(wire_encode_book_text(&rows, 3, NULL, true, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__BookText *out = envelope->reply->book_text;
    T_EQ_INT(out->n_objects, 2);
    T_EQ_STR(out->objects[0]->kind, "calendar");
    T_EQ_STR(out->objects[0]->name, "berlin-office");
    T_EQ_INT(out->objects[0]->version, 2);
    T_EQ_INT(out->objects[0]->effective_at, REPLIES_AT);
    T_EQ_INT(out->objects[0]->recorded_at, REPLIES_AT + 1);
    T_EQ_STR(out->objects[0]->actor, "root");
    T_CHECK(out->objects[0]->sha256.len == 32 && out->objects[0]->sha256.data[0] == 9);
    T_EQ_STR(out->objects[0]->text, "name: berlin-office\n");
    T_EQ_STR(out->objects[1]->kind, "party");
    T_CHECK(out->objects[1]->text == NULL && !out->objects[1]->has_sha256);
    T_CHECK(out->truncated);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* Everything around the rows as large as it can be, and rows until it is full: never above the
 * limit, and not far below it either. */
static char name63[64], key255[256], subject500[501], requester320[321], body48k[48 * 1024 + 1];

static struct reply_clock largest_clock(void)
{
    struct reply_clock clock = replies_clock_running();
    clock.cycle = UINT32_MAX;
    clock.contract_version = UINT32_MAX;
    clock.within = name63;
    clock.calendar = name63;
    clock.target_us = INT64_MAX;
    clock.elapsed_us = INT64_MAX;
    clock.as_of_at = clock.started_at = clock.stopped_at = clock.due_at = clock.limit_at =
        clock.due_if_resumed_at = clock.breached_at = INT64_MIN + 1;
    return clock;
}

static struct reply_ticket largest_ticket(const struct reply_clock *clock)
{
    struct reply_ticket ticket = replies_ticket_full(clock, clock);
    ticket.key = "ABCDEFGHIJKLMNO";
    ticket.number = ticket.version = ticket.merged_into = UINT64_MAX;
    ticket.contract = ticket.team = ticket.assignee = ticket.priority = ticket.function =
        ticket.category = ticket.customer_tier = ticket.language = ticket.source = name63;
    ticket.source_key = key255;
    ticket.subject = replies_text(TEXT_SUBJECT, subject500);
    ticket.received_at = ticket.updated_at = ticket.occurred_at = ticket.resolved_at =
        ticket.close_at = INT64_MIN + 1;
    for (size_t i = 0; i < BOOK_HOLDS_MAX; i++) {
        ticket.holds[i] = name63;
    }
    ticket.n_holds = BOOK_HOLDS_MAX;
    return ticket;
}

static void fill_largest(void)
{
    memset(name63, 'n', sizeof(name63) - 1);
    memset(key255, 'k', sizeof(key255) - 1);
    memset(subject500, 's', sizeof(subject500) - 1);
    memset(requester320, 'r', sizeof(requester320) - 1);
    memset(body48k, 'b', sizeof(body48k) - 1);
}

T_TEST(rows, a_full_page_keeps_to_its_limit)
{
    static const size_t limits[] = {FRAME_BYTES_DEFAULT, FRAME_BYTES_MAX};
    static const uint8_t cursor[WIRE_CURSOR_BYTES] = {1};
    const struct reply_ticket small = replies_ticket_small(1);
    const struct reply_page page = {true, {cursor, sizeof(cursor)}, INT64_MIN + 1};
    const struct wire_token position = {name63, UINT64_MAX};

    fill_largest();
    for (size_t i = 0; i < 2; i++) {
        for (int large = 0; large < 2; large++) {
            const struct reply_clock clock = largest_clock();
            const struct reply_ticket ticket = large ? largest_ticket(&clock) : small;
            struct wire_bytes payload;
            struct wire_rows rows;
            struct arena arena;
            size_t n = 0;
            int r;
            arena_init(&arena, WIRE_ARENA_BYTES);
            wire_rows_init(&rows, &arena, limits[i]);
            while ((r = wire_rows_add_ticket(&rows, &ticket)) == 0) {
                n++;
            }
            T_EQ_INT(r, WIRE_FULL);
            T_EQ_INT(rows.n, n);
            for (; wire_rows_add_ticket(&rows, &small) == 0; n++) { // up to the last byte
            }
            T_EQ_INT(wire_encode_ticket_page(&rows, UINT64_MAX, &position, &page, &payload), 0);
            T_CHECK(payload.n <= limits[i], "%zu of %zu", payload.n, limits[i]);
            if (large) {
                T_CHECK(payload.n + 512 > limits[i], "%zu of %zu", payload.n, limits[i]);
            } else {
                T_EQ_INT(n, WIRE_ELEMENTS_MAX);
            }
            Slate__V1__Envelope *envelope = slate__v1__envelope__unpack(NULL, payload.n, payload.p);
            T_CHECK(envelope != NULL);
            T_EQ_INT(envelope->reply->ticket_page->n_tickets, n);
            slate__v1__envelope__free_unpacked(envelope, NULL);
            arena_fini(&arena);
        }
    }
}

T_TEST(rows, one_message_always_fits_and_small_ones_behind_it)
{
    struct reply_clock clocks[TICKET_CLOCKS_MAX];
    struct ticket_link links[TICKET_LINKS_MAX];
    struct text tags[TICKET_TAGS_MAX];
    const struct wire_token position = {name63, UINT64_MAX};
    struct reply_message row = replies_message(UINT32_MAX, "");
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    fill_largest();
    for (size_t i = 0; i < TICKET_CLOCKS_MAX; i++) {
        clocks[i] = largest_clock();
    }
    for (size_t i = 0; i < TICKET_LINKS_MAX; i++) {
        links[i] = (struct ticket_link){UINT64_MAX, LINK_FOLLOWED_BY};
    }
    for (size_t i = 0; i < TICKET_TAGS_MAX; i++) {
        tags[i] = replies_text(TEXT_TAG, name63);
    }
    const struct reply_ticket ticket = largest_ticket(&clocks[0]);
    const struct reply_detail detail = {
        .ticket = &ticket,
        .requester = replies_text(TEXT_REQUESTER, requester320),
        .clocks = clocks,
        .n_clocks = TICKET_CLOCKS_MAX,
        .links = links,
        .n_links = TICKET_LINKS_MAX,
        .tags = tags,
        .n_tags = TICKET_TAGS_MAX,
        .truncated = true,
    };
    row.author = row.channel = name63;
    row.effective_at = row.recorded_at = row.claimed_at = INT64_MIN + 1;
    row.body = replies_text(TEXT_BODY, body48k);
    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_message(&rows, &row), 0);
    T_EQ_INT(wire_rows_add_message(&rows, &row), WIRE_FULL);
    T_EQ_INT(rows.n, 1);
    row = replies_message(1, "x");
    while (wire_rows_add_message(&rows, &row) == 0) { // up to the last byte
    }
    T_EQ_INT(wire_encode_ticket_detail(&rows, UINT64_MAX, &position, &detail, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_DEFAULT, "%zu", payload.n);
    Slate__V1__Envelope *envelope = slate__v1__envelope__unpack(NULL, payload.n, payload.p);
    T_CHECK(envelope != NULL);
    const Slate__V1__TicketDetail *out = envelope->reply->ticket_detail;
    T_EQ_INT(out->n_messages, rows.n);
    T_EQ_INT(strlen(out->messages[rows.n - 1]->body), WIRE_BODY_BYTES);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(rows, a_row_that_does_not_fit_leaves_the_others)
{
    struct reply_book_object object = {
        .kind = BOOK_CONTRACT,
        .effective_at = REPLIES_AT,
        .recorded_at = REPLIES_AT,
        .text = "x",
        .text_bytes = 1,
    };
    static char large[70000];
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    memset(large, 'x', sizeof(large));
    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_book_object(&rows, &object), 0);
    object.text = large;
    object.text_bytes = sizeof(large);
    T_EQ_INT(wire_rows_add_book_object(&rows, &object), WIRE_FULL);
    object.text_bytes = 60000;
    T_EQ_INT(wire_rows_add_book_object(&rows, &object), 0);
    T_EQ_INT(wire_encode_book_text(&rows, 3, NULL, true, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->book_text->n_objects, 2);
    T_EQ_INT(strlen(envelope->reply->book_text->objects[1]->text), 60000);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* ---- memory -----------------------------------------------------------------------------------
 */

static int encode_any(struct arena *arena, int which)
{
    static const struct reply_hello hello = {.server_version = "0", .principal = "p"};
    static const struct refusal refusal = {.code = OUTCOME_NOT_FOUND, .message = "none"};
    static const struct reply_span span = {.from_at = 1, .to_at = 2, .kind = REPLY_SPAN_COUNTED};
    static const char *const lines[] = {"line"};
    const struct reply_ticket ticket = replies_ticket_small(1);
    const struct reply_ticket_changed changed = {&ticket, false};
    const struct reply_clock_explanation explained = {
        .clock = replies_clock_running(), .spans = &span, .n_spans = 1};
    const struct reply_explanation explanation = {
        .key = "A", .number = 1, .clocks = &explained, .n_clocks = 1};
    const struct reply_imported imported = {.key = "A", .number = 1};
    const struct reply_book_change change = {.name = "a", .removed = lines, .n_removed = 1};
    const struct reply_book_example example = {.contract = "a"};
    const struct reply_due_move move = {.key = "A", .number = 1, .clock = explained.clock};
    const struct reply_book_diff diff = {.changes = &change,
                                         .n_changes = 1,
                                         .examples = &example,
                                         .n_examples = 1,
                                         .moves = &move,
                                         .n_moves = 1};
    const struct reply_share share = {.team = "a", .wall_us = 1};
    const struct reply_clock_split split = {
        .clock = explained.clock, .shares = &share, .n_shares = 1, .wall_us = 1};
    const struct reply_clock_splits splits = {
        .key = "A", .number = 1, .clocks = &split, .n_clocks = 1};
    const struct reply_tried_check check = {.expected = "a", .found = "b"};
    const struct reply_event tried_event = {.contract = "a"};
    const struct reply_tried_ticket tried_ticket = {.name = "a",
                                                    .ticket = &ticket,
                                                    .events = &tried_event,
                                                    .n_events = 1,
                                                    .clocks = &explained.clock,
                                                    .n_clocks = 1,
                                                    .checks = &check,
                                                    .n_checks = 1};
    const struct reply_tried_book tried = {.tickets = &tried_ticket, .n_tickets = 1};
    const struct reply_page page = {.truncated = false};
    const struct reply_detail detail = {.ticket = &ticket};
    const struct reply_message row = replies_message(1, "body");
    const struct reply_book_object object = {.text = "text", .text_bytes = 4};
    const struct reply_breach breach = {.key = "A", .number = 1};
    const struct reply_intake_done done = {.key = "A", .number = 1};
    const struct reply_subscribed subscribed = {&replies_token, 1};
    const struct reply_event event = {.contract = "a", .key = "A", .number = 1};
    const struct reply_feed feed = {.id = 1, .positions = &replies_token, .n_positions = 1};
    const struct reply_user user = {.name = "u"};
    struct wire_bytes payload;
    struct wire_rows rows;
    int r;

    wire_rows_init(&rows, arena, FRAME_BYTES_DEFAULT);
    switch (which) {
    case 0: return wire_encode_hello(arena, &hello, &payload);
    case 1: return wire_encode_error(arena, 1, &replies_token, &refusal, &payload);
    case 2: return wire_encode_ticket_changed(arena, 1, &replies_token, &changed, &payload);
    case 3: return wire_encode_explanation(arena, 1, &replies_token, &explanation, &payload);
    case 4: return wire_encode_imported(arena, 1, &replies_token, &imported, &payload);
    case 5: return wire_encode_book_diff(arena, 1, &replies_token, &diff, &payload);
    case 6:
        r = wire_rows_add_ticket(&rows, &ticket);
        return r != 0 ? r : wire_encode_ticket_page(&rows, 1, &replies_token, &page, &payload);
    case 7:
        r = wire_rows_add_breach(&rows, &breach);
        return r != 0 ? r : wire_encode_breach_page(&rows, 1, &replies_token, &page, &payload);
    case 8:
        r = wire_rows_add_message(&rows, &row);
        return r != 0 ? r : wire_encode_ticket_detail(&rows, 1, &replies_token, &detail, &payload);
    case 9: return wire_encode_intake_done(arena, 1, &replies_token, &done, &payload);
    case 10: return wire_encode_subscribed(arena, 1, &replies_token, &subscribed, &payload);
    case 11:
        r = wire_rows_add_log_event(&rows, &event);
        return r != 0 ? r : wire_encode_log_page(&rows, 1, &replies_token, &page, &payload);
    case 12:
        r = wire_rows_add_feed_event(&rows, &event);
        return r != 0 ? r : wire_encode_feed(&rows, &feed, &payload);
    case 13:
        r = wire_rows_add_user(&rows, &user);
        return r != 0 ? r : wire_encode_user_page(&rows, 1, &replies_token, &page, &payload);
    case 14: return wire_encode_clock_splits(arena, 1, &replies_token, &splits, &payload);
    case 15: return wire_encode_tried_book(arena, 1, &replies_token, &tried, &payload);
    default:
        r = wire_rows_add_book_object(&rows, &object);
        return r != 0 ? r : wire_encode_book_text(&rows, 1, &replies_token, false, &payload);
    }
}

T_TEST(encode, an_arena_may_be_too_small_anywhere)
{
    for (int which = 0; which < 17; which++) {
        bool was_enough = false;
        for (size_t limit = 0; limit < 8192; limit += 8) {
            struct arena arena;
            arena_init(&arena, limit);
            const int r = encode_any(&arena, which);
            T_CHECK(r == 0 || (r < 0 && !was_enough), "%d in %zu: %d", which, limit, r);
            T_CHECK(r != 0 || limit > 0, "%d", which);
            was_enough = r == 0;
            arena_fini(&arena);
        }
        T_CHECK(was_enough, "%d", which);
    }
}
