// SPDX-License-Identifier: Apache-2.0
/* Journal entries in a ticket's log and in a feed; what a subscription and a source are answered.
 */
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"
#include "wire/encode.h"

static struct reply_event full_event(const struct reply_clock *clock)
{
    return (struct reply_event){
        .contract = "acme-l1",
        .seq = 77,
        .key = "ACME",
        .number = 12,
        .kind = REPLY_EVENT_WARNING,
        .origin = ORIGIN_CLOCK,
        .recorded_at = REPLIES_AT,
        .effective_at = REPLIES_AT + 1,
        .claimed_at = REPLIES_AT + 2,
        .actor = "ines",
        .via = "slate/0.1.0",
        .team = "manila-a",
        .from_team = "manila-b",
        .assignee = "jun",
        .priority = "P1",
        .side = SIDE_VENDOR,
        .message_kind = MESSAGE_KIND_AUTO,
        .visibility = MESSAGE_INTERNAL,
        .channel = "mail",
        .hold_reason = "waiting-customer",
        .hold_party = SIDE_BUYER,
        .ends_at = REPLIES_AT + 3,
        .clock = clock,
        .warning = "75%",
        .other = 13,
        .link = LINK_DUPLICATED_BY,
        .removed = true,
        .edits = EDIT_SUBJECT | EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_LANGUAGE,
        .category = "hardware",
        .customer_tier = "gold",
        .language = "de",
        .action = INTAKE_RESOLVE,
        .state_now = TICKET_RESOLVED,
        .priority_now = "P2",
        .moved_by = MOVED_BY_CALENDAR,
        .was_due_at = REPLIES_AT + 4,
        .was_limit_at = REPLIES_AT + 5,
        .erased_seq = 12,
        .reason = "a password",
    };
}

static void expect_full(const Slate__V1__Event *event)
{
    static const char *const edited[] = {"subject", "category", "customer_tier", "language"};

    T_EQ_STR(event->contract, "acme-l1");
    T_EQ_INT(event->seq, 77);
    T_EQ_STR(event->ticket, "ACME-12");
    T_EQ_INT(event->kind, SLATE__V1__EVENT_KIND__EVENT_KIND_WARNING);
    T_EQ_INT(event->origin, SLATE__V1__ORIGIN__ORIGIN_CLOCK);
    T_EQ_INT(event->recorded_at, REPLIES_AT);
    T_EQ_INT(event->effective_at, REPLIES_AT + 1);
    T_EQ_INT(event->claimed_at, REPLIES_AT + 2);
    T_EQ_STR(event->actor, "ines");
    T_EQ_STR(event->via, "slate/0.1.0");
    T_EQ_STR(event->team, "manila-a");
    T_EQ_STR(event->from_team, "manila-b");
    T_EQ_STR(event->assignee, "jun");
    T_EQ_STR(event->priority, "P1");
    T_EQ_INT(event->side, SLATE__V1__SIDE__SIDE_VENDOR);
    T_EQ_INT(event->message_kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_AUTO);
    T_EQ_INT(event->visibility, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);
    T_EQ_STR(event->channel, "mail");
    T_EQ_STR(event->hold_reason, "waiting-customer");
    T_EQ_INT(event->hold_party, SLATE__V1__SIDE__SIDE_BUYER);
    T_EQ_INT(event->ends_at, REPLIES_AT + 3);
    replies_expect_running(event->clock);
    T_EQ_STR(event->warning, "75%");
    T_EQ_STR(event->other, "ACME-13");
    T_EQ_INT(event->link, SLATE__V1__LINK_KIND__LINK_KIND_DUPLICATED_BY);
    T_CHECK(event->has_removed && event->removed);
    T_EQ_INT(event->n_edited, 4);
    for (size_t i = 0; i < 4; i++) {
        T_EQ_STR(event->edited[i], edited[i]);
    }
    T_EQ_STR(event->category, "hardware");
    T_EQ_STR(event->customer_tier, "gold");
    T_EQ_STR(event->language, "de");
    T_EQ_INT(event->action, SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_RESOLVE);
    T_EQ_INT(event->state_now, SLATE__V1__TICKET_STATE__TICKET_STATE_RESOLVED);
    T_EQ_STR(event->priority_now, "P2");
    T_EQ_INT(event->moved_by, SLATE__V1__MOVED_BY__MOVED_BY_CALENDAR);
    T_EQ_INT(event->was_due_at, REPLIES_AT + 4);
    T_EQ_INT(event->was_limit_at, REPLIES_AT + 5);
    T_EQ_INT(event->erased_seq, 12);
    T_EQ_STR(event->reason, "a password");
}

static struct reply_event small_event(uint64_t seq)
{
    return (struct reply_event){
        .contract = "a",
        .seq = seq,
        .key = "A",
        .recorded_at = INSTANT_NONE,
        .effective_at = INSTANT_NONE,
        .claimed_at = INSTANT_NONE,
        .ends_at = INSTANT_NEVER,
        .was_due_at = INSTANT_NEVER,
        .was_limit_at = INSTANT_NONE,
    };
}

static void expect_small(const Slate__V1__Event *event, uint64_t seq)
{
    T_EQ_STR(event->contract, "a");
    T_CHECK(event->has_seq && event->seq == seq);
    T_CHECK(event->ticket == NULL && event->other == NULL && event->clock == NULL);
    T_CHECK(!event->has_kind && !event->has_origin && !event->has_action && !event->has_link);
    T_CHECK(!event->has_recorded_at && !event->has_effective_at && !event->has_claimed_at);
    T_CHECK(!event->has_ends_at && !event->has_removed && event->n_edited == 0);
    T_CHECK(!event->has_side && !event->has_message_kind && !event->has_visibility);
    T_CHECK(!event->has_hold_party && !event->has_state_now);
    T_CHECK(event->actor == NULL && event->via == NULL && event->team == NULL);
    T_CHECK(event->from_team == NULL && event->assignee == NULL && event->priority == NULL);
    T_CHECK(event->channel == NULL && event->hold_reason == NULL && event->warning == NULL);
    T_CHECK(event->category == NULL && event->customer_tier == NULL && event->language == NULL);
    T_CHECK(event->priority_now == NULL);
    T_CHECK(!event->has_moved_by && !event->has_was_due_at && !event->has_was_limit_at);
    T_CHECK(!event->has_erased_seq && event->reason == NULL);
}

T_TEST(feed, an_erasure_names_the_texts_that_went)
{
    static const char *const names[] = {"subject", "body",   "requester",
                                        "tag",     "reason", "source_key"};

    for (uint32_t erased = 2; erased < 1u << TEXT_FIELDS; erased += 2) {
        struct reply_event event = small_event(1);
        struct reply_page page = {.snapshot_at = INSTANT_NONE};
        struct wire_bytes payload;
        struct wire_rows rows;
        struct arena arena;
        size_t n = 0;

        arena_init(&arena, WIRE_ARENA_BYTES);
        wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
        event.kind = REPLY_EVENT_ERASED;
        event.erased = erased;
        event.edits = EDIT_LANGUAGE; // of no meaning here
        T_EQ_INT(wire_rows_add_log_event(&rows, &event), 0);
        T_EQ_INT(wire_encode_log_page(&rows, 3, NULL, &page, &payload), 0);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
        const Slate__V1__Event *out = envelope->reply->log_page->events[0];
        T_EQ_INT(out->kind, SLATE__V1__EVENT_KIND__EVENT_KIND_ERASED);
        for (unsigned i = 0; i < 6; i++) {
            if ((erased & 2u << i) != 0) {
                T_CHECK(n < out->n_edited, "%x", erased);
                T_EQ_STR(out->edited[n++], names[i], "%x", erased);
            }
        }
        T_EQ_INT(out->n_edited, n, "%x", erased);
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}

T_TEST(feed, log_page)
{
    const struct reply_clock clock = replies_clock_running();
    const struct reply_event full = full_event(&clock);
    const struct reply_event small = small_event(0);
    const struct reply_page page = {true, {(const uint8_t *)"\x07", 1}, REPLIES_AT};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_log_event(&rows, &full), 0);
    T_EQ_INT(wire_rows_add_log_event(&rows, &small), 0);
    T_EQ_INT(wire_encode_log_page(&rows, 3, NULL, &page, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__LogPage *out = envelope->reply->log_page;
    T_EQ_INT(out->n_events, 2); // as they were added: the newest first
    expect_full(out->events[0]);
    expect_small(out->events[1], 0);
    T_CHECK(out->truncated);
    T_EQ_INT(out->cursor.len, 1);
    T_EQ_INT(out->snapshot_at, REPLIES_AT);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* A feed as a client unpacks it. */
static Slate__V1__Envelope *unpack_feed(struct wire_bytes payload)
{
    Slate__V1__Envelope *envelope = slate__v1__envelope__unpack(NULL, payload.n, payload.p);
    T_CHECK(envelope != NULL && envelope->feed != NULL);
    T_CHECK(envelope->hello == NULL && envelope->request == NULL && envelope->reply == NULL);
    T_CHECK(envelope->base.n_unknown_fields == 0 && envelope->feed->base.n_unknown_fields == 0);
    return envelope;
}

T_TEST(feed, feed)
{
    static const struct wire_token positions[] = {{"acme-l1", 77}, {"zeta", 0}};
    const struct reply_clock clock = replies_clock_running();
    const struct reply_event full = full_event(&clock);
    const struct reply_event small = small_event(78);
    const struct reply_feed feed = {.id = 5, .positions = positions, .n_positions = 2};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_feed_event(&rows, &full), 0);
    T_EQ_INT(wire_rows_add_feed_event(&rows, &small), 0);
    T_EQ_INT(wire_encode_feed(&rows, &feed, &payload), 0);
    Slate__V1__Envelope *envelope = unpack_feed(payload);
    T_EQ_INT(envelope->feed->id, 5);
    T_EQ_INT(envelope->feed->n_events, 2);
    expect_full(envelope->feed->events[0]);
    expect_small(envelope->feed->events[1], 78);
    T_EQ_INT(envelope->feed->n_positions, 2);
    T_EQ_STR(envelope->feed->positions[0]->contract, "acme-l1");
    T_EQ_INT(envelope->feed->positions[0]->seq, 77);
    T_EQ_STR(envelope->feed->positions[1]->contract, "zeta");
    T_CHECK(envelope->feed->positions[1]->has_seq && envelope->feed->positions[1]->seq == 0);
    T_CHECK(envelope->feed->ended == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(feed, the_last_feed_says_why)
{
    struct refusal refusal;
    const struct reply_feed feed = {.id = 5, .ended = &refusal};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    (void)refuse(&refusal, OUTCOME_UNAVAILABLE, NULL, "subscribe again", "the server stops");
    refusal.retry_after_ms = 1000;
    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_encode_feed(&rows, &feed, &payload), 0);
    Slate__V1__Envelope *envelope = unpack_feed(payload);
    T_EQ_INT(envelope->feed->n_events, 0);
    T_EQ_INT(envelope->feed->n_positions, 0);
    T_EQ_INT(envelope->feed->ended->code, SLATE__V1__CODE__CODE_UNAVAILABLE);
    T_EQ_STR(envelope->feed->ended->message, "the server stops");
    T_EQ_STR(envelope->feed->ended->hint, "subscribe again");
    T_EQ_INT(envelope->feed->ended->retry_after_ms, 1000);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

/* Events with everything as long as it can be, up to the last byte, and all around them too. */
T_TEST(feed, a_full_one_keeps_to_its_limit)
{
    static char name63[64];
    struct wire_token positions[WIRE_FEED_POSITIONS_MAX];
    struct reply_clock clock = replies_clock_running();
    struct refusal refusal = {.code = OUTCOME_RESOURCE_EXHAUSTED, .retry_after_ms = UINT32_MAX};
    const struct reply_feed feed = {
        .id = UINT64_MAX,
        .positions = positions,
        .n_positions = WIRE_FEED_POSITIONS_MAX,
        .ended = &refusal,
    };
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;
    size_t n = 0;
    int r;

    memset(name63, 'n', sizeof(name63) - 1);
    memset(refusal.field, 'f', sizeof(refusal.field) - 1);
    memset(refusal.message, 'm', sizeof(refusal.message) - 1);
    memset(refusal.hint, 'h', sizeof(refusal.hint) - 1);
    refusal.line = UINT32_MAX;
    for (size_t i = 0; i < WIRE_FEED_POSITIONS_MAX; i++) {
        positions[i] = (struct wire_token){name63, UINT64_MAX};
    }
    clock.within = clock.calendar = name63;
    struct reply_event event = full_event(&clock);
    event.contract = event.actor = event.via = event.team = event.from_team = event.assignee =
        event.priority = event.channel = event.hold_reason = event.warning = event.category =
            event.customer_tier = event.language = event.priority_now = name63;
    event.key = "ABCDEFGHIJKLMNO";
    event.seq = event.number = event.other = UINT64_MAX;
    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    while ((r = wire_rows_add_feed_event(&rows, &event)) == 0) {
        n++;
    }
    T_EQ_INT(r, WIRE_FULL);
    T_CHECK(n >= 30, "%zu", n);
    const struct reply_event small = small_event(1);
    for (; wire_rows_add_feed_event(&rows, &small) == 0; n++) {
    }
    T_EQ_INT(wire_encode_feed(&rows, &feed, &payload), 0);
    T_CHECK(payload.n <= FRAME_BYTES_DEFAULT, "%zu", payload.n);
    T_CHECK(payload.n + 512 > FRAME_BYTES_DEFAULT, "%zu", payload.n);
    Slate__V1__Envelope *envelope = unpack_feed(payload);
    T_EQ_INT(envelope->feed->n_events, n);
    T_EQ_INT(envelope->feed->n_positions, WIRE_FEED_POSITIONS_MAX);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(feed, subscribed)
{
    static struct wire_token positions[WIRE_POSITIONS_MAX];
    static const size_t counts[] = {0, 2, WIRE_POSITIONS_MAX};

    for (size_t i = 0; i < WIRE_POSITIONS_MAX; i++) {
        positions[i] = (struct wire_token){i == 0 ? "acme-l1" : "zeta", i};
    }
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        const struct reply_subscribed subscribed = {positions, counts[i]};
        struct wire_bytes payload;
        struct arena arena;
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_encode_subscribed(&arena, 4, NULL, &subscribed, &payload), 0);
        Slate__V1__Envelope *envelope = replies_unpack(payload, 4, false);
        T_CHECK(envelope->reply->subscribed != NULL);
        T_EQ_INT(envelope->reply->subscribed->n_positions, counts[i]);
        for (size_t j = 0; j < counts[i]; j++) {
            const Slate__V1__Token *token = envelope->reply->subscribed->positions[j];
            T_EQ_STR(token->contract, positions[j].contract);
            T_CHECK(token->has_seq && token->seq == positions[j].seq);
        }
        slate__v1__envelope__free_unpacked(envelope, NULL);
        arena_fini(&arena);
    }
}

T_TEST(feed, intake_done)
{
    const struct reply_intake_done full = {
        .key = "ACME",
        .number = 12,
        .outcome = REPLY_INTAKE_KEPT,
        .state = TICKET_RESOLVED,
        .why = "it was resolved later",
    };
    const struct reply_intake_done small = {.outcome = REPLY_INTAKE_KEPT};
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, 65536);
    T_EQ_INT(wire_encode_intake_done(&arena, 9, &replies_token, &full, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 9, true);
    T_EQ_STR(envelope->reply->intake_done->ticket, "ACME-12");
    T_EQ_INT(envelope->reply->intake_done->outcome, SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_KEPT);
    T_EQ_INT(envelope->reply->intake_done->state, SLATE__V1__TICKET_STATE__TICKET_STATE_RESOLVED);
    T_EQ_STR(envelope->reply->intake_done->why, "it was resolved later");
    slate__v1__envelope__free_unpacked(envelope, NULL);

    T_EQ_INT(wire_encode_intake_done(&arena, 9, NULL, &small, &payload), 0);
    envelope = replies_unpack(payload, 9, false);
    T_CHECK(envelope->reply->intake_done->ticket == NULL);
    T_CHECK(!envelope->reply->intake_done->has_state && envelope->reply->intake_done->why == NULL);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(feed, user_page)
{
    static const char *const teams[] = {"manila-a", "manila-b"};
    const struct reply_user full = {
        .name = "ines",
        .human = true,
        .disabled = true,
        .roles = ROLE_LEAD | ROLE_AUDITOR,
        .party = "northwind",
        .teams = teams,
        .n_teams = 2,
        .source = "jira",
        .pinned = true,
        .keys = 4,
        .code_expires_at = REPLIES_AT,
    };
    const struct reply_user small = {.name = "root", .code_expires_at = INSTANT_NONE};
    const struct reply_page page = {.truncated = true, .snapshot_at = REPLIES_AT};
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_user(&rows, &full), 0);
    T_EQ_INT(wire_rows_add_user(&rows, &small), 0);
    T_EQ_INT(wire_encode_user_page(&rows, 3, NULL, &page, &payload), 0);
    Slate__V1__Envelope *envelope = replies_unpack(payload, 3, false);
    const Slate__V1__UserPage *out = envelope->reply->user_page;
    T_EQ_INT(out->n_users, 2);
    T_EQ_STR(out->users[0]->name, "ines");
    T_CHECK(out->users[0]->human && out->users[0]->disabled);
    T_EQ_INT(out->users[0]->n_roles, 2);
    T_EQ_STR(out->users[0]->roles[0], "lead");
    T_EQ_STR(out->users[0]->roles[1], "auditor");
    T_EQ_STR(out->users[0]->party, "northwind");
    T_EQ_INT(out->users[0]->n_teams, 2);
    T_EQ_STR(out->users[0]->teams[1], "manila-b");
    T_EQ_STR(out->users[0]->source, "jira");
    T_CHECK(out->users[0]->pinned && out->users[0]->keys == 4);
    T_EQ_INT(out->users[0]->code_expires_at, REPLIES_AT);
    T_EQ_STR(out->users[1]->name, "root");
    T_CHECK(out->users[1]->has_human && !out->users[1]->human);
    T_CHECK(out->users[1]->has_disabled && !out->users[1]->disabled);
    T_CHECK(out->users[1]->n_roles == 0 && out->users[1]->n_teams == 0);
    T_CHECK(out->users[1]->party == NULL && out->users[1]->source == NULL);
    T_CHECK(out->users[1]->has_pinned && !out->users[1]->pinned && !out->users[1]->has_keys);
    T_CHECK(!out->users[1]->has_code_expires_at);
    T_CHECK(out->truncated && out->snapshot_at == REPLIES_AT);
    slate__v1__envelope__free_unpacked(envelope, NULL);
    arena_fini(&arena);
}

T_TEST(feed, every_entry_of_a_ticket_has_its_kind_and_each_kind_one)
{
    uint32_t seen = 0;

    for (int kind = EVENT_NONE; kind < 128; kind++) {
        const enum reply_event_kind wire = reply_event_kind_of((enum event_kind)kind);
        const bool known = strcmp(event_kind_name((enum event_kind)kind), "unknown") != 0;
        const bool shown = known && kind >= EVENT_TICKET_OPENED;
        T_EQ_INT(wire != REPLY_EVENT_NONE, shown, "%s", event_kind_name((enum event_kind)kind));
        T_CHECK(wire == REPLY_EVENT_NONE || (seen >> wire & 1) == 0, "%d twice", wire);
        seen |= 1u << wire;
    }
    T_EQ_INT(seen, (1u << REPLY_EVENT_KINDS) - 1);
    T_EQ_INT(slate__v1__event_kind__descriptor.n_values, REPLY_EVENT_KINDS);
}
