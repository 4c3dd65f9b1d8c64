// SPDX-License-Identifier: Apache-2.0
/*
 * Answers and feeds against the generated code, and those that mean harm.
 */
#include <stdlib.h>
#include <string.h>

#include "client/lib/codec.h"
#include "proto/frame.h"
#include "tests/client/fake.h"
#include "tests/t.h"

static uint8_t *pack_reply(const Slate__V1__Reply *reply, size_t *ret_n)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.reply = (Slate__V1__Reply *)(uintptr_t)reply;
    *ret_n = slate__v1__envelope__get_packed_size(&envelope);
    uint8_t *p = malloc(*ret_n);
    slate__v1__envelope__pack(&envelope, p);
    return p;
}

/** The canned answer to a request of a kind, as bytes. */
static uint8_t *canned(enum slate_kind kind, size_t *ret_n)
{
    static const struct slate_limits limits = {.frame_bytes = 65536, .import_frame_bytes = 1048576};
    // Every request about one ticket begins with its name
    struct slate_request q = {.kind = kind, .show_ticket = {.ticket = "ACME-12"}};
    struct slate_error e;
    struct frame frame;
    Slate__V1__Reply reply;
    uint8_t *p;
    size_t n;

    if (kind == SLATE_LIST_BREACHES || kind == SLATE_SUBSCRIBE || kind == SLATE_LIST_USERS) {
        memset(&q.show_ticket, 0, sizeof(q.show_ticket)); // these don't
    }
    if (kind == SLATE_TRY_BOOK) { // nor does this one
        q.try_book = (struct slate_try_book){.text = "book", .scenario = "scenario"};
    }
    T_EQ_INT(codec_encode(&q, 42, NULL, 900, &limits, &p, &n, &e), SLATE_OK, "%s", e.message);
    T_EQ_INT(frame_decode(&frame, p, n, FRAME_BYTES_MAX), n);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, frame.n, frame.payload);
    free(p);
    fake_canned(m->request, &reply);
    reply.has_id = true;
    reply.id = 42;
    p = pack_reply(&reply, ret_n);
    slate__v1__envelope__free_unpacked(m, NULL);
    return p;
}

static struct slate_result *decoded(enum slate_kind kind)
{
    struct codec_answer answer;
    struct slate_error e;
    size_t n;
    uint8_t *p = canned(kind, &n);

    T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_OK, "%s", e.message);
    free(p);
    T_EQ_INT(answer.kind, CODEC_RESULT);
    T_EQ_INT(answer.id, 42);
    T_CHECK(codec_expect(answer.result, kind));
    T_EQ_INT(answer.result->kind, kind);
    return answer.result;
}

T_TEST(codec, decodes_tickets)
{
    struct slate_result *r = decoded(SLATE_LIST_TICKETS);

    T_EQ_INT(r->tickets.n_tickets, 3);
    T_EQ_INT(r->tickets.snapshot_at, FAKE_NOW_AT);
    const struct slate_ticket *t = &r->tickets.tickets[1];
    T_EQ_STR(t->ticket, "ACME-1042");
    T_EQ_INT(t->version, 5);
    T_EQ_INT(t->state, SLATE_TICKET_OPEN);
    T_EQ_STR(t->assignee, "a.reyes");
    T_CHECK(!t->breached_clock);
    T_EQ_INT(t->next_clock->kind, SLATE_CLOCK_FIRST_RESPONSE);
    T_EQ_INT(t->next_clock->due_at, FAKE_NOW_AT + INT64_C(720000000));
    T_EQ_INT(t->next_clock->target_us, INT64_C(900000000));
    T_EQ_INT(t->next_clock->breached_at, 0);
    T_EQ_INT(r->tickets.tickets[2].n_holds, 1);
    T_EQ_STR(r->tickets.tickets[2].holds[0], "waiting-customer");
    T_EQ_STR(r->tickets.tickets[0].breached_clock->calendar, "berlin-office");
    slate_result_free(r);

    r = decoded(SLATE_SHOW_TICKET);
    T_EQ_STR(r->detail.requester, "jane@acme.example");
    T_EQ_INT(r->detail.n_clocks, 3);
    T_EQ_INT(r->detail.clocks[2].verdict, SLATE_VERDICT_BREACHED);
    T_EQ_INT(r->detail.n_messages, 3);
    T_EQ_INT(r->detail.messages[0].side, SLATE_SIDE_REQUESTER);
    T_EQ_STR(r->detail.messages[1].body, "Which gateway?");
    T_CHECK(!r->detail.messages[2].body);
    slate_result_free(r);

    r = decoded(SLATE_TAKE_TICKET);
    T_EQ_STR(r->changed.ticket.ticket, "ACME-12");
    T_CHECK(!r->changed.existing);
    slate_result_free(r);
}

T_TEST(codec, decodes_what_clocks_came_to)
{
    struct slate_result *r = decoded(SLATE_LIST_BREACHES);

    T_EQ_INT(r->breaches.n_breaches, 2);
    T_EQ_STR(r->breaches.breaches[0].vendor, "northwind");
    T_CHECK(r->breaches.breaches[1].withdrawn && r->breaches.breaches[1].imported);
    T_EQ_STR(r->breaches.breaches[1].clock_team, "krakow-b");
    T_EQ_INT(r->breaches.breaches[1].engine, 1);
    slate_result_free(r);

    r = decoded(SLATE_EXPLAIN);
    T_EQ_INT(r->explanation.n_clocks, 1);
    const struct slate_clock_explanation *x = &r->explanation.clocks[0];
    T_EQ_INT(x->n_spans, 5);
    T_EQ_INT(x->spans[1].kind, SLATE_SPAN_HELD);
    T_EQ_INT(x->spans[1].party, SLATE_SIDE_BUYER);
    T_EQ_STR(x->spans[1].reasons[0], "waiting-customer");
    T_EQ_INT(x->counted_us + x->held_us + x->outside_us + x->stopped_us,
             x->clock.as_of_at - x->clock.started_at);
    T_EQ_INT(x->contract_sha256.n, 32);
    T_EQ_INT(x->calendar_sha256.n, 0);
    T_EQ_INT(x->engine, 1);
    T_EQ_INT(x->n_calendars, 2);
    T_EQ_STR(x->calendars[0].name, "berlin-and-krakow");
    T_EQ_INT(x->calendars[0].version, 1);
    T_EQ_INT(x->calendars[0].effective_at, 0);
    T_CHECK(!x->calendars[0].zone && x->calendars[0].zone_sha256.n == 0);
    T_EQ_STR(x->calendars[1].name, "berlin-office");
    T_EQ_INT(x->calendars[1].version, 3);
    T_EQ_INT(x->calendars[1].effective_at, INT64_C(1782856800000000));
    T_EQ_INT(x->calendars[1].sha256.n, 32);
    T_EQ_STR(x->calendars[1].zone, "Europe/Berlin");
    T_EQ_INT(x->calendars[1].zone_sha256.n, 32);
    slate_result_free(r);

    r = decoded(SLATE_IMPORT_TICKET);
    T_EQ_INT(r->imported.events, 1);
    T_EQ_INT(r->imported.n_clocks, 1);
    slate_result_free(r);
}

T_TEST(codec, decodes_whose_time_it_was)
{
    struct slate_result *r = decoded(SLATE_SPLIT_CLOCK);

    T_EQ_STR(r->splits.ticket, "ACME-12");
    T_EQ_STR(r->splits.contract, "acme-l1");
    T_EQ_STR(r->splits.priority, "P2");
    T_EQ_INT(r->splits.as_of_at, FAKE_NOW_AT - INT64_C(360000000));
    T_EQ_INT(r->splits.n_clocks, 2);
    const struct slate_clock_split *x = &r->splits.clocks[0];
    T_EQ_INT(x->clock.kind, SLATE_CLOCK_RESOLUTION);
    T_EQ_INT(x->n_shares, 4);
    T_EQ_STR(x->shares[0].team, "manila-a");
    T_EQ_STR(x->shares[0].party, "northwind");
    T_EQ_INT(x->shares[0].kind, SLATE_SPAN_COUNTED);
    T_EQ_INT(x->shares[1].kind, SLATE_SPAN_HELD);
    T_EQ_INT(x->shares[1].side, SLATE_SIDE_BUYER);
    T_EQ_INT(x->shares[1].n_reasons, 1);
    T_EQ_STR(x->shares[1].reasons[0], "waiting-customer");
    T_EQ_INT(x->shares[2].side, 0);
    uint64_t sum = 0;
    for (size_t i = 0; i < x->n_shares; i++) {
        sum += x->shares[i].wall_us;
    }
    T_EQ_INT(sum, x->wall_us);
    T_CHECK(sum > 0);
    T_EQ_STR(r->splits.clocks[1].clock.team, "krakow-b");
    T_EQ_INT(r->splits.clocks[1].n_shares, 0);
    slate_result_free(r);
}

T_TEST(codec, decodes_what_happened_under_a_book)
{
    struct slate_result *r = decoded(SLATE_TRY_BOOK);

    T_EQ_INT(r->tried.failed, 1);
    T_CHECK(r->tried.truncated);
    T_EQ_INT(r->tried.n_warnings, 1);
    T_EQ_STR(r->tried.warnings[0], "holidays de: complete until 2026-12-31 only");
    T_EQ_INT(r->tried.n_tickets, 2);
    const struct slate_tried_ticket *x = &r->tried.tickets[0];
    T_EQ_STR(x->name, "vpn");
    T_EQ_STR(x->ticket.ticket, "ACME-1042");
    T_EQ_INT(x->as_of_at, FAKE_NOW_AT);
    T_EQ_INT(x->n_events, 2);
    T_EQ_INT(x->events[0].kind, SLATE_EVENT_OPENED);
    T_EQ_INT(x->events[1].kind, SLATE_EVENT_BREACH);
    T_EQ_INT(x->events[1].clock->kind, SLATE_CLOCK_FIRST_RESPONSE);
    T_EQ_INT(x->n_clocks, 1);
    T_EQ_INT(x->clocks[0].verdict, SLATE_VERDICT_BREACHED);
    T_EQ_INT(x->n_checks, 2);
    T_EQ_INT(x->checks[0].line, 12);
    T_CHECK(x->checks[0].met && !x->checks[1].met);
    T_EQ_STR(x->checks[1].expected, "first_response met");
    T_EQ_STR(x->checks[1].found, "first_response breached");
    T_EQ_STR(r->tried.tickets[1].name, "refused");
    T_CHECK(!r->tried.tickets[1].ticket.ticket && r->tried.tickets[1].n_events == 0);
    slate_result_free(r);
}

T_TEST(codec, decodes_what_a_ticket_went_through)
{
    struct slate_result *r = decoded(SLATE_SHOW_TICKET);

    T_EQ_INT(r->detail.n_links, 2);
    T_EQ_STR(r->detail.links[0].ticket, "ACME-1031");
    T_EQ_INT(r->detail.links[1].kind, SLATE_LINK_FOLLOWS);
    T_EQ_INT(r->detail.n_tags, 2);
    T_EQ_STR(r->detail.tags[1], "gateway-3");
    slate_result_free(r);

    for (enum slate_kind kind = SLATE_RELEASE_TICKET; kind <= SLATE_EDIT_TICKET; kind++) {
        r = decoded(kind);
        T_EQ_STR(r->changed.ticket.ticket, "ACME-12", "kind %d", (int)kind);
        T_EQ_INT(r->token.seq, 4711);
        slate_result_free(r);
    }

    r = decoded(SLATE_SHOW_LOG);
    T_EQ_INT(r->log.n_events, FAKE_EVENTS);
    T_CHECK(!r->log.truncated);
    T_EQ_INT(r->log.snapshot_at, FAKE_NOW_AT);
    T_EQ_INT(r->log.events[0].kind, SLATE_EVENT_RESOLVED);
    T_EQ_INT(r->log.events[1].clock->breached_at, FAKE_NOW_AT - INT64_C(600000000));
    T_CHECK(!r->log.events[0].clock && !r->log.events[1].actor);
    slate_result_free(r);
}

T_TEST(codec, decodes_users_and_what_became_of_a_line)
{
    struct slate_result *r = decoded(SLATE_LIST_USERS);

    T_EQ_INT(r->users.n_users, 3);
    T_EQ_INT(r->users.snapshot_at, FAKE_NOW_AT);
    T_EQ_STR(r->users.users[0].name, "a.reyes");
    T_CHECK(r->users.users[0].human && !r->users.users[0].disabled && r->users.users[1].disabled);
    T_EQ_STR(r->users.users[0].roles[1], "lead");
    T_EQ_STR(r->users.users[0].party, "northwind");
    T_EQ_INT(r->users.users[0].n_teams, 2);
    T_EQ_STR(r->users.users[0].teams[0], "krakow-b");
    T_EQ_STR(r->users.users[2].source, "nagios");
    slate_result_free(r);

    Slate__V1__IntakeDone done = SLATE__V1__INTAKE_DONE__INIT;
    Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
    struct codec_answer answer;
    struct slate_error e;
    size_t n;
    done.ticket = "ACME-3";
    done.has_outcome = done.has_state = true;
    done.outcome = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_KEPT;
    done.state = SLATE__V1__TICKET_STATE__TICKET_STATE_CLOSED;
    done.why = "too old";
    reply.intake_done = &done;
    uint8_t *p = pack_reply(&reply, &n);
    T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_OK);
    free(p);
    T_CHECK(codec_expect(answer.result, SLATE_INTAKE));
    T_EQ_STR(answer.result->intake.ticket, "ACME-3");
    T_EQ_INT(answer.result->intake.outcome, SLATE_INTAKE_KEPT);
    T_EQ_INT(answer.result->intake.state, SLATE_TICKET_CLOSED);
    T_EQ_STR(answer.result->intake.why, "too old");
    slate_result_free(answer.result);
}

/** Something in every field of an event. */
static void fill_event(Slate__V1__Event *m)
{
    static char *edited[] = {"subject", "language"};
    static Slate__V1__Clock clock = SLATE__V1__CLOCK__INIT;
    static const Slate__V1__Event none = SLATE__V1__EVENT__INIT;

    clock.has_cycle = true;
    clock.cycle = 3;
    clock.team = "clock_team";
    *m = (Slate__V1__Event){
        .base = none.base,
        .contract = "contract",
        .ticket = "ticket",
        .actor = "actor",
        .via = "via",
        .team = "team",
        .from_team = "from_team",
        .assignee = "assignee",
        .priority = "priority",
        .channel = "channel",
        .hold_reason = "hold_reason",
        .clock = &clock,
        .warning = "warning",
        .other = "other",
        .category = "category",
        .customer_tier = "customer_tier",
        .language = "language",
        .n_edited = 2,
        .edited = edited,
        .priority_now = "priority_now",
        .reason = "reason",
    };
#define GIVE(field, value) (m->has_##field = true, m->field = (value))
    GIVE(seq, 1);
    GIVE(kind, SLATE__V1__EVENT_KIND__EVENT_KIND_WITHDRAWN);
    GIVE(origin, SLATE__V1__ORIGIN__ORIGIN_IMPORT);
    GIVE(recorded_at, 2);
    GIVE(effective_at, 3);
    GIVE(claimed_at, 4);
    GIVE(side, SLATE__V1__SIDE__SIDE_BUYER);
    GIVE(message_kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_AUTO);
    GIVE(visibility, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);
    GIVE(hold_party, SLATE__V1__SIDE__SIDE_VENDOR);
    GIVE(ends_at, 5);
    GIVE(link, SLATE__V1__LINK_KIND__LINK_KIND_BLOCKS);
    GIVE(removed, true);
    GIVE(action, SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_HOLD);
    GIVE(state_now, SLATE__V1__TICKET_STATE__TICKET_STATE_MERGED);
    GIVE(moved_by, SLATE__V1__MOVED_BY__MOVED_BY_CALENDAR);
    GIVE(was_due_at, 6);
    GIVE(was_limit_at, 7);
    GIVE(erased_seq, 8);
#undef GIVE
}

T_TEST(codec, decodes_each_field_of_an_event)
{
    Slate__V1__Event m;
    Slate__V1__Event *list[] = {&m};
    Slate__V1__Error why = SLATE__V1__ERROR__INIT;
    Slate__V1__Token at = SLATE__V1__TOKEN__INIT;
    Slate__V1__Token *tokens[] = {&at};
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
    struct codec_answer answer;
    struct slate_result *r;
    struct slate_error e;

    fill_event(&m);
    why.message = "why";
    at.contract = "contract";
    at.has_seq = feed.has_id = true;
    at.seq = 6;
    feed.id = 7;
    feed.events = list;
    feed.n_events = 1;
    feed.positions = tokens;
    feed.n_positions = 1;
    feed.ended = &why;
    envelope.feed = &feed;
    size_t n = slate__v1__envelope__get_packed_size(&envelope);
    uint8_t *p = malloc(n);
    slate__v1__envelope__pack(&envelope, p);
    T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_OK, "%s", e.message);
    free(p);
    T_EQ_INT(answer.kind, CODEC_FEED);
    T_EQ_INT(answer.id, 7);
    T_CHECK(answer.feed->ended);
    T_EQ_STR(answer.feed->why.message, "why");
    T_EQ_INT(answer.feed->positions.n, 1);
    T_EQ_STR(answer.feed->positions.tokens[0].contract, "contract");
    T_EQ_INT(answer.feed->positions.tokens[0].seq, 6);
    T_EQ_INT(answer.feed->n_events, 1);
    T_CHECK(!codec_expect(answer.result, SLATE_SHOW_LOG));
    T_EQ_INT(codec_event(answer.result, 0, &r, &e), SLATE_OK);
    slate_result_free(answer.result);

    const struct slate_event *v = &r->event;
    T_EQ_INT(r->kind, SLATE_EVENT);
    T_EQ_STR(r->token.contract, "contract");
    T_EQ_INT(r->token.seq, 1);
    T_EQ_STR(v->contract, "contract");
    T_EQ_INT(v->seq, 1);
    T_EQ_STR(v->ticket, "ticket");
    T_EQ_INT(v->kind, SLATE_EVENT_WITHDRAWN);
    T_EQ_INT(v->origin, SLATE_ORIGIN_IMPORT);
    T_EQ_INT(v->recorded_at, 2);
    T_EQ_INT(v->effective_at, 3);
    T_EQ_INT(v->claimed_at, 4);
    T_EQ_STR(v->actor, "actor");
    T_EQ_STR(v->via, "via");
    T_EQ_STR(v->team, "team");
    T_EQ_STR(v->from_team, "from_team");
    T_EQ_STR(v->assignee, "assignee");
    T_EQ_STR(v->priority, "priority");
    T_EQ_INT(v->side, SLATE_SIDE_BUYER);
    T_EQ_INT(v->message_kind, SLATE_MESSAGE_AUTO);
    T_EQ_INT(v->visibility, SLATE_INTERNAL_NOTE);
    T_EQ_STR(v->channel, "channel");
    T_EQ_STR(v->hold_reason, "hold_reason");
    T_EQ_INT(v->hold_party, SLATE_SIDE_VENDOR);
    T_EQ_INT(v->ends_at, 5);
    T_EQ_INT(v->clock->cycle, 3);
    T_EQ_STR(v->clock->team, "clock_team");
    T_EQ_INT(v->moved_by, SLATE_MOVED_BY_CALENDAR);
    T_EQ_INT(v->was_due_at, 6);
    T_EQ_INT(v->was_limit_at, 7);
    T_EQ_INT(v->erased_seq, 8);
    T_EQ_STR(v->reason, "reason");
    T_EQ_STR(v->warning, "warning");
    T_EQ_STR(v->other, "other");
    T_EQ_INT(v->link, SLATE_LINK_BLOCKS);
    T_CHECK(v->removed);
    T_EQ_STR(v->category, "category");
    T_EQ_STR(v->customer_tier, "customer_tier");
    T_EQ_STR(v->language, "language");
    T_EQ_INT(v->n_edited, 2);
    T_EQ_STR(v->edited[1], "language");
    T_EQ_INT(v->action, SLATE_INTAKE_HOLD);
    T_EQ_INT(v->state_now, SLATE_TICKET_MERGED);
    T_EQ_STR(v->priority_now, "priority_now");
    slate_result_free(r);
}

T_TEST(codec, decodes_books)
{
    struct slate_result *r = decoded(SLATE_APPLY_BOOK);

    T_EQ_INT(r->diff.n_changes, 3);
    T_EQ_INT(r->diff.changes[2].change, SLATE_BOOK_VERSION);
    T_EQ_STR(r->diff.changes[2].added[0], "within: 2h");
    T_EQ_INT(r->diff.n_examples, 1);
    T_EQ_INT(r->diff.open_tickets, 214);
    T_CHECK(r->diff.applied);
    T_CHECK(r->diff.n_moves == 0 && r->diff.looked_at == 0 && r->diff.cursor.n == 0);
    slate_result_free(r);

    r = decoded(SLATE_SHOW_BOOK);
    T_EQ_INT(r->book.n_objects, 1);
    T_EQ_STR(r->book.objects[0].actor, "admin");
    slate_result_free(r);
}

/** A dry run's page: no answer of the fake server has one. */
T_TEST(codec, decodes_what_a_book_would_move)
{
    Slate__V1__Clock clock = SLATE__V1__CLOCK__INIT;
    Slate__V1__DueMove move = SLATE__V1__DUE_MOVE__INIT;
    Slate__V1__DueMove *moves[] = {&move};
    Slate__V1__BookDiff diff = SLATE__V1__BOOK_DIFF__INIT;
    Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
    struct codec_answer answer;
    struct slate_error e;
    size_t n;

    clock.has_cycle = move.has_was_due_at = move.has_was_limit_at = true;
    clock.cycle = 4;
    move.ticket = "ACME-3";
    move.clock = &clock;
    move.was_due_at = 1;
    move.was_limit_at = 2;
    diff.has_looked_at = diff.has_moved_earlier = diff.has_moved_later = true;
    diff.has_breached = diff.has_cursor = true;
    diff.looked_at = 3;
    diff.moved_earlier = 4;
    diff.moved_later = 5;
    diff.breached = 6;
    diff.cursor = (ProtobufCBinaryData){2, (uint8_t *)"\0c"};
    diff.moves = moves;
    diff.n_moves = 1;
    reply.book_diff = &diff;
    uint8_t *p = pack_reply(&reply, &n);
    T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_OK);
    free(p);
    T_CHECK(codec_expect(answer.result, SLATE_APPLY_BOOK));
    const struct slate_book_diff *v = &answer.result->diff;
    T_EQ_INT(v->looked_at, 3);
    T_EQ_INT(v->moved_earlier, 4);
    T_EQ_INT(v->moved_later, 5);
    T_EQ_INT(v->breached, 6);
    T_EQ_INT(v->cursor.n, 2);
    T_EQ_MEM(v->cursor.p, "\0c", 2);
    T_EQ_INT(v->n_moves, 1);
    T_EQ_STR(v->moves[0].ticket, "ACME-3");
    T_EQ_INT(v->moves[0].clock.cycle, 4);
    T_EQ_INT(v->moves[0].was_due_at, 1);
    T_EQ_INT(v->moves[0].was_limit_at, 2);
    slate_result_free(answer.result);
}

T_TEST(codec, decodes_refusals)
{
    static const int codes[] = {0, 17, -1, 5};
    static const enum slate_status expected[] = {SLATE_UNKNOWN, SLATE_UNKNOWN, SLATE_UNKNOWN,
                                                 SLATE_NOT_FOUND};

    for (size_t i = 0; i < 4; i++) {
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
        struct codec_answer answer;
        struct slate_error error;
        size_t n;

        e.has_code = e.has_line = e.has_retry_after_ms = true;
        e.code = (Slate__V1__Code)codes[i];
        e.field = "book.contracts[0]";
        e.line = 12;
        e.retry_after_ms = 30;
        reply.error = &e;
        uint8_t *p = pack_reply(&reply, &n);
        T_EQ_INT(codec_decode(p, n, &answer, &error), SLATE_OK);
        free(p);
        T_EQ_INT(answer.kind, CODEC_REFUSED);
        T_EQ_INT(answer.id, 0);
        T_EQ_INT(answer.error.code, expected[i], "row %zu", i);
        T_EQ_STR(answer.error.message, "refused");
        T_EQ_STR(answer.error.field, "book.contracts[0]");
        T_EQ_INT(answer.error.line, 12);
        T_EQ_INT(answer.error.retry_after_ms, 30);
    }
}

T_TEST(codec, refuses_an_answer_without_its_parts)
{
    Slate__V1__TicketChanged changed = SLATE__V1__TICKET_CHANGED__INIT;
    Slate__V1__TicketDetail detail = SLATE__V1__TICKET_DETAIL__INIT;
    Slate__V1__ClockExplanation bare = SLATE__V1__CLOCK_EXPLANATION__INIT;
    Slate__V1__ClockExplanation *bares[] = {&bare};
    Slate__V1__Explanation explanation = SLATE__V1__EXPLANATION__INIT;
    Slate__V1__ClockSplit bare_split = SLATE__V1__CLOCK_SPLIT__INIT;
    Slate__V1__ClockSplit *bare_splits[] = {&bare_split};
    Slate__V1__ClockSplits splits = SLATE__V1__CLOCK_SPLITS__INIT;
    Slate__V1__DueMove bare_move = SLATE__V1__DUE_MOVE__INIT;
    Slate__V1__DueMove *bare_moves[] = {&bare_move};
    Slate__V1__BookDiff diff = SLATE__V1__BOOK_DIFF__INIT;
    Slate__V1__Reply replies[6];

    explanation.clocks = bares;
    explanation.n_clocks = 1;
    splits.clocks = bare_splits;
    splits.n_clocks = 1;
    diff.moves = bare_moves;
    diff.n_moves = 1;
    for (size_t i = 0; i < 6; i++) {
        slate__v1__reply__init(&replies[i]);
    }
    replies[0].ticket_changed = &changed;
    replies[1].ticket_detail = &detail;
    replies[2].explanation = &explanation;
    replies[4].clock_splits = &splits;
    replies[5].book_diff = &diff;
    for (size_t i = 0; i < 6; i++) {
        struct codec_answer answer;
        struct slate_error e;
        size_t n;
        uint8_t *p = pack_reply(&replies[i], &n);

        T_EQ_INT(codec_decode(p, n, &answer, &e), SLATE_PROTOCOL, "row %zu", i);
        free(p);
    }
}

T_TEST(codec, bounds_what_an_answer_may_allocate)
{
    // A page of half a million empty tickets in a mebibyte
    enum { ROWS = 500000 };
    static uint8_t frame[2 * ROWS + 16];
    struct codec_answer answer;
    struct slate_error e;
    uint8_t *p = frame;
    const unsigned page_n = 2 * ROWS;
    const unsigned reply_n = page_n + 5;

    *p++ = 3 << 3 | 2; // Envelope.reply
    for (unsigned v = reply_n; v; v >>= 7) {
        *p++ = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
    }
    *p++ = 0xaa; // Reply.ticket_page = 21
    *p++ = 0x01;
    for (unsigned v = page_n; v; v >>= 7) {
        *p++ = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
    }
    for (unsigned i = 0; i < ROWS; i++) {
        *p++ = 1 << 3 | 2; // TicketPage.tickets
        *p++ = 0;
    }
    T_EQ_INT(codec_decode(frame, (size_t)(p - frame), &answer, &e), SLATE_PROTOCOL);
}

T_TEST(codec, takes_any_bytes)
{
    uint32_t seed = 1;

    for (enum slate_kind kind = SLATE_NEW_TICKET; kind <= SLATE_TRY_BOOK; kind++) {
        size_t n;
        uint8_t *p = canned(kind, &n);

        for (unsigned round = 0; round < 2000 * t_effort(); round++) {
            struct codec_answer answer = {0};
            struct slate_error e;
            uint8_t *copy = malloc(n);
            size_t cut = n;

            memcpy(copy, p, n);
            seed = seed * 1664525 + 1013904223;
            copy[(seed >> 8) % n] ^= (uint8_t)(1u << (seed >> 29));
            if (round % 2) {
                seed = seed * 1664525 + 1013904223;
                cut = (seed >> 8) % n;
            }
            if (codec_decode(copy, cut, &answer, &e) == SLATE_OK) {
                slate_result_free(answer.result);
            }
            free(copy);
        }
        free(p);
    }
}
