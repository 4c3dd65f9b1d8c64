// SPDX-License-Identifier: Apache-2.0
#include "wire/encode.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"

/* ---- one by one -------------------------------------------------------------------------------
 */

T_TEST(encode, hello)
{
    const struct reply_hello hello = {
        .server_version = "0.1.0",
        .cluster_id = "0123456789abcdef",
        .server_at = REPLIES_AT,
        .zone_release = "2026a",
        .principal = "ines",
        .roles = ROLE_AGENT | ROLE_VENDOR_MANAGER | ROLE_ADMIN,
        .source = "mailbox",
        .pipelined_requests = 64,
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, 65536);
    T_EQ_INT(wire_encode_hello(&arena, &hello, &payload), 0);
    Slate__V1__Envelope *envelope = slate__v1__envelope__unpack(NULL, payload.n, payload.p);
    T_CHECK(envelope != NULL && envelope->hello != NULL && envelope->reply == NULL);
    T_EQ_STR(envelope->hello->source, "mailbox");
    T_EQ_INT(envelope->hello->protocol, 1);
    T_EQ_STR(envelope->hello->server_version, "0.1.0");
    T_EQ_INT(envelope->hello->cluster_id.len, 16);
    T_EQ_MEM(envelope->hello->cluster_id.data, "0123456789abcdef", 16);
    T_EQ_INT(envelope->hello->server_at, REPLIES_AT);
    T_EQ_STR(envelope->hello->zone_release, "2026a");
    T_EQ_STR(envelope->hello->principal, "ines");
    T_EQ_INT(envelope->hello->n_roles, 3);
    T_EQ_STR(envelope->hello->roles[0], "agent");
    T_EQ_STR(envelope->hello->roles[1], "vendor-manager");
    T_EQ_STR(envelope->hello->roles[2], "admin");
    T_EQ_INT(envelope->hello->limits->frame_bytes, 65536);
    T_EQ_INT(envelope->hello->limits->import_frame_bytes, 1048576);
    T_EQ_INT(envelope->hello->limits->pipelined_requests, 64);
    T_EQ_INT(envelope->hello->limits->page_rows, 1000);
    T_EQ_INT(envelope->hello->limits->body_bytes, 49152);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(encode, error)
{
    struct refusal refusal;
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, 65536);
    (void)refuse(&refusal, OUTCOME_INVALID_ARGUMENT, "apply_book.text", "write 24h or 1bd",
                 "'%s' can be read in two ways", "1d");
    refusal.line = 17;
    refusal.retry_after_ms = 250;
    T_EQ_INT(wire_encode_error(&arena, UINT64_MAX, &replies_token, &refusal, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, UINT64_MAX, true);
    const Slate__V1__Error *error = envelope->reply->error;
    T_CHECK(error != NULL);
    T_EQ_INT(error->code, SLATE__V1__CODE__CODE_INVALID_ARGUMENT);
    T_EQ_STR(error->message, "'1d' can be read in two ways");
    T_EQ_STR(error->field, "apply_book.text");
    T_EQ_STR(error->hint, "write 24h or 1bd");
    T_EQ_INT(error->line, 17);
    T_EQ_INT(error->retry_after_ms, 250);
    T_CHECK(error->redirect == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    (void)refuse(&refusal, OUTCOME_NOT_FOUND, NULL, NULL, "no such ticket");
    T_EQ_INT(wire_encode_error(&arena, 0, NULL, &refusal, &payload), 0);
    envelope = replies_unpack(payload, 0, false);
    T_EQ_INT(envelope->reply->error->code, SLATE__V1__CODE__CODE_NOT_FOUND);
    T_CHECK(envelope->reply->error->field == NULL && envelope->reply->error->hint == NULL);
    T_CHECK(!envelope->reply->error->has_line && !envelope->reply->error->has_retry_after_ms);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(encode, every_code_has_its_name_on_the_wire)
{
    for (int code = OUTCOME_OK; code <= OUTCOME_UNAUTHENTICATED; code++) {
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
            &slate__v1__code__descriptor, code);
        char name[64];
        T_CHECK(value != NULL, "%d", code);
        snprintf(name, sizeof(name), "CODE_%s", outcome_name((enum outcome_code)code));
        T_EQ_STR(value->name, name);
    }
    T_EQ_INT(slate__v1__code__descriptor.n_values, OUTCOME_UNAUTHENTICATED + 1);
}

T_TEST(encode, ticket_changed)
{
    const struct reply_clock next = replies_clock_running();
    const struct reply_clock breached = replies_clock_breached();
    const struct reply_ticket full = replies_ticket_full(&next, &breached);
    const struct reply_ticket small = replies_ticket_small(UINT64_MAX);
    struct reply_ticket_changed changed = {&full, true};
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, 65536);
    T_EQ_INT(wire_encode_ticket_changed(&arena, 7, &replies_token, &changed, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 7, true);
    T_CHECK(envelope->reply->ticket_changed->existing);
    replies_expect_full(envelope->reply->ticket_changed->ticket);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    changed = (struct reply_ticket_changed){&small, false};
    T_EQ_INT(wire_encode_ticket_changed(&arena, 8, NULL, &changed, &payload), 0);
    envelope = replies_unpack(payload, 8, false);
    const Slate__V1__TicketRow *row = envelope->reply->ticket_changed->ticket;
    T_CHECK(envelope->reply->ticket_changed->has_existing);
    T_CHECK(!envelope->reply->ticket_changed->existing);
    T_EQ_STR(row->ticket, "A-18446744073709551615");
    T_CHECK(!row->has_version && !row->has_state && row->contract == NULL && row->team == NULL);
    T_CHECK(row->assignee == NULL && row->priority == NULL && row->subject == NULL);
    T_CHECK(!row->has_received_at && !row->has_updated_at && !row->has_occurred_at);
    T_CHECK(!row->has_resolved_at && row->n_holds == 0 && !row->has_imported);
    T_CHECK(row->next_clock == NULL && row->breached_clock == NULL);
    T_CHECK(!row->has_close_at && row->merged_into == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    const struct reply_ticket nameless = replies_ticket_small(0); // a dry run
    changed = (struct reply_ticket_changed){&nameless, false};
    T_EQ_INT(wire_encode_ticket_changed(&arena, 8, NULL, &changed, &payload), 0);
    envelope = replies_unpack(payload, 8, false);
    T_CHECK(envelope->reply->ticket_changed->ticket->ticket == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(encode, imported)
{
    const struct reply_clock clocks[] = {replies_clock_running(), replies_clock_breached()};
    struct reply_imported imported = {
        .key = "ACME",
        .number = 9,
        .existing = false,
        .state = TICKET_CLOSED,
        .events = 12,
        .clocks = clocks,
        .n_clocks = 2,
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, 65536);
    T_EQ_INT(wire_encode_imported(&arena, 3, &replies_token, &imported, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    T_EQ_STR(envelope->reply->imported->ticket, "ACME-9");
    T_CHECK(envelope->reply->imported->has_existing && !envelope->reply->imported->existing);
    T_EQ_INT(envelope->reply->imported->state, SLATE__V1__TICKET_STATE__TICKET_STATE_CLOSED);
    T_EQ_INT(envelope->reply->imported->events, 12);
    T_EQ_INT(envelope->reply->imported->n_clocks, 2);
    replies_expect_running(envelope->reply->imported->clocks[0]);
    replies_expect_breached(envelope->reply->imported->clocks[1]);
    slate__v1__envelope__free_unpacked(envelope, NULL);

    imported = (struct reply_imported){.key = "ACME", .number = 0}; // a dry run
    T_EQ_INT(wire_encode_imported(&arena, 3, NULL, &imported, &payload), 0);
    envelope = replies_unpack(payload, 3, false);
    T_CHECK(envelope->reply->imported->ticket == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* ---- explanations -----------------------------------------------------------------------------
 */

T_TEST(encode, explanation)
{
    static const char *const reasons[] = {"waiting-customer", "other"};
    static const uint8_t zone[32] = {1};
    static const uint8_t contract[32] = {2};
    static const uint8_t calendar[32] = {3};
    const struct reply_span spans[] = {
        {.from_at = REPLIES_AT,
         .to_at = REPLIES_AT + 5,
         .kind = REPLY_SPAN_COUNTED,
         .counted_us = 5,
         .note = "n"},
        {.from_at = REPLIES_AT + 5,
         .to_at = REPLIES_AT + 9,
         .kind = REPLY_SPAN_HELD,
         .reasons = reasons,
         .n_reasons = 2,
         .party = SIDE_BUYER},
        {.from_at = REPLIES_AT + 9, .to_at = REPLIES_AT + 10, .kind = REPLY_SPAN_OUTSIDE},
        {.from_at = REPLIES_AT + 10,
         .to_at = REPLIES_AT + 12,
         .kind = REPLY_SPAN_PAST_LIMIT,
         .counted_us = 2},
        {.from_at = REPLIES_AT + 12, .to_at = REPLIES_AT + 15, .kind = REPLY_SPAN_STOPPED},
    };
    const struct reply_clock_explanation clocks[] = {
        {
            .clock = replies_clock_running(),
            .contract_effective_at = REPLIES_AT - 100,
            .match = "priority: [P1]",
            .calendar_version = 4,
            .zone = "Europe/Berlin",
            .zone_release = "2026a",
            .zone_sha256 = zone,
            .contract_sha256 = contract,
            .calendar_sha256 = calendar,
            .spans = spans,
            .n_spans = 5,
            .counted_us = 7,
            .held_us = 4,
            .outside_us = 1,
            .stopped_us = 3,
        },
        {.clock = replies_clock_breached(),
         .contract_effective_at = INSTANT_NONE,
         .truncated = true},
    };
    const struct reply_explanation explanation = {
        .key = "ACME",
        .number = 12,
        .contract = "acme-l1",
        .priority = "P1",
        .as_of_at = REPLIES_AT + 12,
        .clocks = clocks,
        .n_clocks = 2,
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_explanation(&arena, 3, NULL, &explanation, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__Explanation *out = envelope->reply->explanation;
    T_EQ_STR(out->ticket, "ACME-12");
    T_EQ_STR(out->contract, "acme-l1");
    T_EQ_STR(out->priority, "P1");
    T_EQ_INT(out->as_of_at, REPLIES_AT + 12);
    T_EQ_INT(out->n_clocks, 2);
    const Slate__V1__ClockExplanation *first = out->clocks[0];
    replies_expect_running(first->clock);
    T_EQ_INT(first->contract_effective_at, REPLIES_AT - 100);
    T_EQ_STR(first->match, "priority: [P1]");
    T_EQ_INT(first->calendar_version, 4);
    T_EQ_STR(first->zone, "Europe/Berlin");
    T_EQ_STR(first->zone_release, "2026a");
    T_CHECK(first->zone_sha256.len == 32 && first->zone_sha256.data[0] == 1);
    T_CHECK(first->contract_sha256.len == 32 && first->contract_sha256.data[0] == 2);
    T_CHECK(first->calendar_sha256.len == 32 && first->calendar_sha256.data[0] == 3);
    T_CHECK(first->has_truncated && !first->truncated);
    T_EQ_INT(first->counted_us, 7);
    T_EQ_INT(first->held_us, 4);
    T_EQ_INT(first->outside_us, 1);
    T_EQ_INT(first->stopped_us, 3);
    T_EQ_INT(first->n_spans, 5);
    for (size_t i = 0; i < 5; i++) {
        T_EQ_INT(first->spans[i]->from_at, spans[i].from_at, "%zu", i);
        T_EQ_INT(first->spans[i]->to_at, spans[i].to_at, "%zu", i);
        T_EQ_INT(first->spans[i]->kind, spans[i].kind, "%zu", i);
        T_EQ_INT(first->spans[i]->counted_us, spans[i].counted_us, "%zu", i);
        T_EQ_INT(first->spans[i]->n_reasons, spans[i].n_reasons, "%zu", i);
        T_EQ_INT(first->spans[i]->has_party, i == 1, "%zu", i);
    }
    T_EQ_STR(first->spans[0]->note, "n");
    T_EQ_STR(first->spans[1]->reasons[1], "other");
    T_EQ_INT(first->spans[1]->party, SLATE__V1__SIDE__SIDE_BUYER);
    replies_expect_breached(out->clocks[1]->clock);
    T_CHECK(out->clocks[1]->truncated && out->clocks[1]->n_spans == 0);
    T_CHECK(out->clocks[1]->n_calendars == 0 && !out->clocks[1]->has_engine);
    T_CHECK(!out->clocks[1]->has_zone_sha256 && !out->clocks[1]->has_contract_effective_at);
    T_CHECK(out->clocks[1]->has_counted_us && out->clocks[1]->counted_us == 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(encode, an_explanation_names_every_calendar)
{
    static const uint8_t zone[32] = {1};
    static const uint8_t contract[32] = {2};
    static const uint8_t calendar[32] = {3};
    const struct reply_calendar_used calendars[] = {
        {.name = "both", .version = 2, .effective_at = REPLIES_AT - 9, .sha256 = contract},
        {.name = "berlin-office",
         .version = 4,
         .effective_at = INSTANT_NONE,
         .sha256 = calendar,
         .zone = "Europe/Berlin",
         .zone_sha256 = zone},
    };
    const struct reply_clock_explanation clock = {
        .clock = replies_clock_running(), .calendars = calendars, .n_calendars = 2, .engine = 1};
    const struct reply_explanation explanation = {
        .key = "ACME", .number = 12, .clocks = &clock, .n_clocks = 1};
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_explanation(&arena, 3, NULL, &explanation, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__ClockExplanation *first = envelope->reply->explanation->clocks[0];
    T_CHECK(!first->truncated);
    T_CHECK(first->has_engine && first->engine == 1);
    T_EQ_INT(first->n_calendars, 2);
    T_EQ_STR(first->calendars[0]->name, "both");
    T_EQ_INT(first->calendars[0]->version, 2);
    T_EQ_INT(first->calendars[0]->effective_at, REPLIES_AT - 9);
    T_CHECK(first->calendars[0]->sha256.len == 32 && first->calendars[0]->sha256.data[0] == 2);
    T_CHECK(first->calendars[0]->zone == NULL && !first->calendars[0]->has_zone_sha256);
    T_EQ_STR(first->calendars[1]->zone, "Europe/Berlin");
    T_CHECK(first->calendars[1]->zone_sha256.len == 32);
    T_CHECK(first->calendars[1]->zone_sha256.data[0] == 1);
    T_CHECK(!first->calendars[1]->has_effective_at);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* As many versions as nobody has, beside spans. */
T_TEST(encode, an_explanation_keeps_the_newest_calendars)
{
    static struct reply_calendar_used calendars[1001];
    static const uint8_t hash[32];
    struct reply_clock_explanation clocks[TICKET_CLOCKS_MAX];
    const struct reply_explanation explanation = {
        .key = "ACME", .number = 12, .clocks = clocks, .n_clocks = TICKET_CLOCKS_MAX};
    struct wire_bytes payload;
    struct arena arena;

    for (size_t i = 0; i < 1001; i++) {
        calendars[i] = (struct reply_calendar_used){.name = "berlin-office",
                                                    .version = (uint32_t)i + 1,
                                                    .sha256 = hash,
                                                    .zone = "Europe/Berlin",
                                                    .zone_sha256 = hash};
    }
    for (size_t i = 0; i < TICKET_CLOCKS_MAX; i++) {
        clocks[i] = (struct reply_clock_explanation){
            .clock = replies_clock_running(), .calendars = calendars, .n_calendars = 1001};
    }
    arena_init(&arena, 2 * WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_explanation(&arena, 3, &replies_token, &explanation, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_MAX && payload.n > FRAME_BYTES_MAX * 9 / 10, "%zu", payload.n);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    for (size_t i = 0; i < TICKET_CLOCKS_MAX; i++) {
        const Slate__V1__ClockExplanation *clock = envelope->reply->explanation->clocks[i];
        T_CHECK(clock->truncated && clock->n_calendars > 100, "%zu", clock->n_calendars);
        T_EQ_INT(clock->calendars[0]->version, 1002 - clock->n_calendars);
        T_EQ_INT(clock->calendars[clock->n_calendars - 1]->version, 1001);
    }
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* As many spans as a ticket can have, with notes so long that not even a thousand fit. */
T_TEST(encode, an_explanation_keeps_the_newest_spans_that_fit)
{
    enum { SPANS = 1500 };
    static struct reply_span spans[SPANS];
    static char note[3001];
    struct reply_clock_explanation clocks[TICKET_CLOCKS_MAX];
    const struct reply_explanation explanation = {
        .key = "ACME",
        .number = 12,
        .as_of_at = REPLIES_AT,
        .clocks = clocks,
        .n_clocks = TICKET_CLOCKS_MAX,
    };
    struct wire_bytes payload;
    struct arena arena;

    memset(note, 'n', sizeof(note) - 1);
    for (size_t i = 0; i < TICKET_CLOCKS_MAX; i++) {
        clocks[i] = (struct reply_clock_explanation){
            .clock = replies_clock_running(),
            .contract_effective_at = REPLIES_AT,
            .spans = spans,
            .n_spans = i == 0 ? 3 : SPANS,
        };
    }
    for (size_t size = 0; size <= 3000; size += 1000) {
        for (size_t i = 0; i < SPANS; i++) {
            spans[i] = (struct reply_span){
                .from_at = REPLIES_AT + (int64_t)i,
                .to_at = REPLIES_AT + (int64_t)i + 1,
                .kind = REPLY_SPAN_COUNTED,
                .note = note + sizeof(note) - 1 - size,
            };
        }
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_explanation(&arena, 3, &replies_token, &explanation, &payload), 0);
        T_CHECK(payload.n <= FRAME_BYTES_MAX, "%zu: %zu", size, payload.n);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
        const Slate__V1__Explanation *out = envelope->reply->explanation;
        T_EQ_INT(out->clocks[0]->n_spans, 3);
        T_CHECK(!out->clocks[0]->truncated);
        for (size_t i = 1; i < TICKET_CLOCKS_MAX; i++) {
            const Slate__V1__ClockExplanation *clock = out->clocks[i];
            const size_t n = clock->n_spans;
            T_CHECK(clock->truncated, "%zu", size);
            T_CHECK(n <= WIRE_ELEMENTS_MAX && n >= 15, "%zu: %zu", size, n);
            for (size_t j = 0; j < n; j++) {
                T_EQ_INT(clock->spans[j]->from_at, REPLIES_AT + (int64_t)(SPANS - n + j), "%zu",
                         size);
            }
        }
        // As much as possible is in it.
        T_CHECK(payload.n > FRAME_BYTES_MAX * 9 / 10 ||
                    out->clocks[TICKET_CLOCKS_MAX - 1]->n_spans == WIRE_ELEMENTS_MAX,
                "%zu: %zu", size, payload.n);
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}

/* ---- books ------------------------------------------------------------------------------------
 */

T_TEST(encode, book_diff)
{
    static const char *const removed[] = {"within: 4h"};
    static const char *const added[] = {"within: 2h", ""};
    const struct reply_book_change changes[] = {
        {
            .kind = BOOK_CONTRACT,
            .name = "acme-l1",
            .change = REPLY_BOOK_VERSION,
            .version = 4,
            .effective_at = REPLIES_AT,
            .removed = removed,
            .n_removed = 1,
            .added = added,
            .n_added = 2,
            .open_tickets = 77,
        },
        {.kind = BOOK_PARTY,
         .name = "acme",
         .change = REPLY_BOOK_SAME,
         .effective_at = INSTANT_NONE},
    };
    const struct reply_book_example examples[] = {{
        .contract = "acme-l1",
        .clock = CLOCK_KIND_RESOLUTION,
        .match = "priority: [P1]",
        .within = "2h",
        .received_at = REPLIES_AT,
        .due_at = REPLIES_AT + 1,
        .limit_at = REPLIES_AT + 2,
        .zone = "Europe/Berlin",
    }};
    static const char *const warnings[] = {"holidays de: complete until 2026-12-31 only"};
    const struct reply_book_diff diff = {
        .changes = changes,
        .n_changes = 2,
        .examples = examples,
        .n_examples = 1,
        .applied = true,
        .open_tickets = 78,
        .warnings = warnings,
        .n_warnings = 1,
    };
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_book_diff(&arena, 3, &replies_token, &diff, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, true);
    const Slate__V1__BookDiff *out = envelope->reply->book_diff;
    T_EQ_INT(out->n_warnings, 1);
    T_EQ_STR(out->warnings[0], warnings[0]);
    T_EQ_INT(out->n_changes, 2);
    T_EQ_STR(out->changes[0]->kind, "contract");
    T_EQ_STR(out->changes[0]->name, "acme-l1");
    T_EQ_INT(out->changes[0]->change, SLATE__V1__BOOK_CHANGE_KIND__BOOK_CHANGE_VERSION);
    T_EQ_INT(out->changes[0]->version, 4);
    T_EQ_INT(out->changes[0]->effective_at, REPLIES_AT);
    T_EQ_INT(out->changes[0]->n_removed, 1);
    T_EQ_STR(out->changes[0]->removed[0], "within: 4h");
    T_EQ_INT(out->changes[0]->n_added, 2);
    T_EQ_STR(out->changes[0]->added[0], "within: 2h");
    T_EQ_STR(out->changes[0]->added[1], "");
    T_EQ_INT(out->changes[0]->open_tickets, 77);
    T_EQ_STR(out->changes[1]->kind, "party");
    T_CHECK(!out->changes[1]->has_version && !out->changes[1]->has_effective_at);
    T_CHECK(out->changes[1]->has_open_tickets && out->changes[1]->open_tickets == 0);
    T_EQ_INT(out->n_examples, 1);
    T_EQ_STR(out->examples[0]->contract, "acme-l1");
    T_EQ_INT(out->examples[0]->clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
    T_EQ_STR(out->examples[0]->match, "priority: [P1]");
    T_EQ_STR(out->examples[0]->within, "2h");
    T_EQ_INT(out->examples[0]->received_at, REPLIES_AT);
    T_EQ_INT(out->examples[0]->due_at, REPLIES_AT + 1);
    T_EQ_INT(out->examples[0]->limit_at, REPLIES_AT + 2);
    T_EQ_STR(out->examples[0]->zone, "Europe/Berlin");
    T_CHECK(out->applied && out->open_tickets == 78);
    T_CHECK(out->has_truncated && !out->truncated);
    T_CHECK(!out->has_looked_at && !out->has_moved_earlier && !out->has_moved_later);
    T_CHECK(!out->has_breached && !out->has_cursor && out->n_moves == 0);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(encode, a_difference_has_no_more_examples_than_fit)
{
    static struct reply_book_example examples[1000];
    static char match[3001];
    const struct reply_book_change change = {.kind = BOOK_TEAM, .name = "a"};
    const struct reply_book_diff diff = {
        .changes = &change, .n_changes = 1, .examples = examples, .n_examples = 1000};
    struct wire_bytes payload;
    struct arena arena;

    memset(match, 'm', sizeof(match) - 1);
    for (size_t i = 0; i < 1000; i++) {
        examples[i] = (struct reply_book_example){.contract = "a", .match = match};
    }
    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_book_diff(&arena, 3, NULL, &diff, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_MAX && payload.n > FRAME_BYTES_MAX - 8192, "%zu", payload.n);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    T_EQ_INT(envelope->reply->book_diff->n_changes, 1);
    T_CHECK(envelope->reply->book_diff->n_examples < 1000);
    T_CHECK(envelope->reply->book_diff->truncated);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(encode, a_difference_too_large_loses_its_lines_first)
{
    static const struct {
        size_t n_changes;
        size_t n_lines; // of each change, removed and added
        size_t line_bytes;
        bool truncated;
        bool all_changes;
    } rows[] = {
        {1, 1000, 40, false, true}, {1, 1001, 40, true, true},     {900, 20, 100, true, true},
        {999, 0, 0, false, true},   {1001, 0, 0, true, false},     {3, 1000, 1000, true, true},
        {1, 3, 600000, true, true}, {1000, 1000, 500, true, true},
    };
    static const char *lines[1001];
    static char line[600001];
    static struct reply_book_change changes[1001];
    struct wire_bytes payload;
    struct arena arena;

    memset(line, 'l', sizeof(line) - 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct reply_book_diff diff = {.changes = changes, .n_changes = rows[i].n_changes};
        for (size_t j = 0; j < rows[i].n_lines; j++) {
            lines[j] = line + sizeof(line) - 1 - rows[i].line_bytes;
        }
        for (size_t j = 0; j < rows[i].n_changes; j++) {
            changes[j] = (struct reply_book_change){
                .kind = BOOK_TEAM,
                .name = "manila-a",
                .change = REPLY_BOOK_VERSION,
                .version = (uint32_t)j + 1,
                .effective_at = REPLIES_AT,
                .removed = lines,
                .n_removed = rows[i].n_lines,
                .added = lines,
                .n_added = rows[i].n_lines,
            };
        }
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_book_diff(&arena, 3, NULL, &diff, &payload), 0, "row %zu", i);
        T_CHECK(payload.n <= FRAME_BYTES_MAX, "row %zu: %zu", i, payload.n);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
        const Slate__V1__BookDiff *out = envelope->reply->book_diff;
        T_EQ_INT(out->truncated, rows[i].truncated, "row %zu", i);
        T_EQ_INT(out->n_changes == rows[i].n_changes, rows[i].all_changes, "row %zu", i);
        T_CHECK(out->n_changes <= WIRE_ELEMENTS_MAX, "row %zu", i);
        for (size_t j = 0; j < out->n_changes; j++) {
            T_EQ_INT(out->changes[j]->version, j + 1, "row %zu", i);
            T_CHECK(out->changes[j]->n_removed <= WIRE_ELEMENTS_MAX, "row %zu", i);
            T_CHECK(out->changes[j]->n_added <= WIRE_ELEMENTS_MAX, "row %zu", i);
        }
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}
