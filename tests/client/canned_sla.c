// SPDX-License-Identifier: Apache-2.0
/*
 * What the fake server answers about clocks that are seldom:
 *
 *   NEVER-n   has an ola that runs and will never be due: its calendar doesn't open again. Its
 *             explanation also has a resolution over holidays, in two versions of a calendar.
 *   PAGED-n   has a log of more pages than are needed: an event each; its warning is in the third,
 *             and what is in the fourth was before its clock started.
 *   MOVED-n   has a log in which new zone data moved a due instant, and a calendar a limit.
 *
 * A list for the contract "never" has one with that ola, and one whose ola is due.
 */
#include <stdio.h>
#include <string.h>

#include "tests/client/canned.h"

#define MINUTE_US CANNED_MINUTE_US
#define HOUR_US   (60 * MINUTE_US)
#define AT        CANNED_AT
#define GIVE      CANNED_GIVE
#define COUNT     CANNED_COUNT

static uint8_t hashes[4][32] = {"\x4f\x3a\x29\xc1 contract", "\x11\x22\x33\x44 first",
                                "\x55\x66\x77\x88 second", "\xde\xad\xbe\xef zone"};

static ProtobufCBinaryData hash_of(unsigned i)
{
    return (ProtobufCBinaryData){sizeof(hashes[i]), hashes[i]};
}

static void make_ola(Slate__V1__Clock *c)
{
    canned_clock(c, SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "8h", 8 * HOUR_US, 60 * MINUTE_US);
    GIVE(c, started_at, AT(-60));
    c->calendar = "manila-until-2026";
    c->team = "manila-a";
}

// ---- tickets ------------------------------------------------------------------------------------

static void make_row(Slate__V1__TicketRow *row, char *ticket, Slate__V1__Clock *next)
{
    slate__v1__ticket_row__init(row);
    row->ticket = ticket;
    GIVE(row, version, 2);
    GIVE(row, state, SLATE__V1__TICKET_STATE__TICKET_STATE_OPEN);
    row->contract = "never";
    row->team = "manila-a";
    row->priority = "P3";
    row->subject = "Until the calendar ends";
    GIVE(row, received_at, AT(-60));
    GIVE(row, updated_at, AT(-60));
    row->next_clock = next;
}

static void never_detail(char *ticket, Slate__V1__Reply *reply)
{
    static Slate__V1__Clock ola;
    static Slate__V1__Clock *clocks[] = {&ola};
    static Slate__V1__TicketRow row;
    static Slate__V1__TicketDetail d;

    make_ola(&ola);
    make_row(&row, ticket, &ola);
    slate__v1__ticket_detail__init(&d);
    d.ticket = &row;
    d.clocks = clocks;
    d.n_clocks = COUNT(clocks);
    reply->ticket_detail = &d;
}

/** The second is due. */
static void never_page(Slate__V1__Reply *reply)
{
    static Slate__V1__Clock olas[2];
    static Slate__V1__TicketRow rows[2];
    static Slate__V1__TicketRow *list[] = {&rows[0], &rows[1]};
    static Slate__V1__TicketPage page;

    for (size_t i = 0; i < COUNT(rows); i++) {
        make_ola(&olas[i]);
        make_row(&rows[i], i == 0 ? "NEVER-1" : "NEVER-2", &olas[i]);
    }
    GIVE(&olas[1], due_at, AT(90));
    GIVE(&olas[1], limit_at, AT(90));
    slate__v1__ticket_page__init(&page);
    page.tickets = list;
    page.n_tickets = COUNT(list);
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->ticket_page = &page;
}

// ---- an explanation -----------------------------------------------------------------------------

static void make_calendars(Slate__V1__ClockExplanation *x)
{
    static Slate__V1__CalendarUsed calendars[2];
    static Slate__V1__CalendarUsed *list[] = {&calendars[0], &calendars[1]};

    for (unsigned i = 0; i < COUNT(calendars); i++) {
        slate__v1__calendar_used__init(&calendars[i]);
        calendars[i].name = "berlin-office";
        GIVE(&calendars[i], version, 3 + i);
        calendars[i].has_sha256 = calendars[i].has_zone_sha256 = true;
        calendars[i].sha256 = hash_of(1 + i);
        calendars[i].zone = "Europe/Berlin";
        calendars[i].zone_sha256 = hash_of(3);
    }
    GIVE(&calendars[1], effective_at, AT(-2 * 24 * 60));
    x->calendars = list;
    x->n_calendars = COUNT(list);
}

static void make_spans(Slate__V1__ClockExplanation *x)
{
    static const struct {
        int64_t from, to;
        Slate__V1__SpanKind kind;
        char *note;
    } table[] = {
        {-4 * 1440, -4 * 1440 + 190, SLATE__V1__SPAN_KIND__SPAN_COUNTED, NULL},
        {-4 * 1440 + 190, -1440, SLATE__V1__SPAN_KIND__SPAN_OUTSIDE,
         "2026-11-18 Bu\xc3\x9f- und Bettag; in Saxony; 2026-11-19 company outing"},
        {-1440, -1440 + 30, SLATE__V1__SPAN_KIND__SPAN_COUNTED, NULL},
        {-1440 + 30, -60, SLATE__V1__SPAN_KIND__SPAN_HELD, NULL},
        {-60, 0, SLATE__V1__SPAN_KIND__SPAN_OUTSIDE, NULL},
    };
    static char *reasons[] = {"waiting-customer", "waiting-for-a-third-party"};
    static Slate__V1__Span spans[COUNT(table)];
    static Slate__V1__Span *list[COUNT(table)];

    for (size_t i = 0; i < COUNT(table); i++) {
        slate__v1__span__init(&spans[i]);
        GIVE(&spans[i], from_at, AT(table[i].from));
        GIVE(&spans[i], to_at, AT(table[i].to));
        GIVE(&spans[i], kind, table[i].kind);
        spans[i].note = table[i].note;
        bool counts = table[i].kind == SLATE__V1__SPAN_KIND__SPAN_COUNTED;
        GIVE(&spans[i], counted_us,
             counts ? (uint64_t)((table[i].to - table[i].from) * MINUTE_US) : 0);
        list[i] = &spans[i];
    }
    spans[3].reasons = reasons;
    spans[3].n_reasons = COUNT(reasons);
    x->spans = list;
    x->n_spans = COUNT(list);
    GIVE(x, counted_us, (uint64_t)(220 * MINUTE_US));
    GIVE(x, held_us, (uint64_t)(1350 * MINUTE_US));
    GIVE(x, outside_us, (uint64_t)((3 * 1440 - 130) * MINUTE_US));
}

/* What is left of four hours: twenty minutes before the next closing, which is the last. */
static void make_ahead(Slate__V1__ClockExplanation *x)
{
    static Slate__V1__Span spans[3];
    static Slate__V1__Span *list[] = {&spans[0], &spans[1], &spans[2]};
    static const int64_t from[] = {0, 580, 600, 600 + 2 * 1440};

    for (size_t i = 0; i < COUNT(spans); i++) {
        slate__v1__span__init(&spans[i]);
        GIVE(&spans[i], from_at, AT(from[i]));
        GIVE(&spans[i], to_at, AT(from[i + 1]));
        GIVE(&spans[i], kind,
             i == 1 ? SLATE__V1__SPAN_KIND__SPAN_COUNTED : SLATE__V1__SPAN_KIND__SPAN_OUTSIDE);
        GIVE(&spans[i], counted_us, i == 1 ? (uint64_t)(20 * MINUTE_US) : 0);
    }
    spans[2].note = "2026-11-23 Founders' day";
    x->ahead = list;
    x->n_ahead = COUNT(list);
    GIVE(x, ahead_truncated, true);
}

static void never_explanation(char *ticket, Slate__V1__Reply *reply)
{
    static Slate__V1__Clock resolution, ola;
    static Slate__V1__ClockExplanation ones[2];
    static Slate__V1__ClockExplanation *list[] = {&ones[0], &ones[1]};
    static Slate__V1__Explanation x;

    canned_clock(&resolution, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "4h", 4 * HOUR_US, 220 * MINUTE_US);
    GIVE(&resolution, started_at, AT(-4 * 1440));
    GIVE(&resolution, due_at, AT(600));
    GIVE(&resolution, limit_at, AT(600 + 2 * 1440));
    make_ola(&ola);
    for (size_t i = 0; i < COUNT(ones); i++) {
        slate__v1__clock_explanation__init(&ones[i]);
        ones[i].clock = i == 0 ? &resolution : &ola;
        GIVE(&ones[i], contract_effective_at, INT64_C(1782856800000000));
        ones[i].match = "priority P3";
        ones[i].zone_release = "2026f";
        ones[i].has_contract_sha256 = true;
        ones[i].contract_sha256 = hash_of(0);
        GIVE(&ones[i], engine, 1);
    }
    make_calendars(&ones[0]);
    make_spans(&ones[0]);
    make_ahead(&ones[0]);
    GIVE(&ones[1], calendar_version, 1);
    slate__v1__explanation__init(&x);
    x.ticket = ticket;
    x.contract = "never";
    x.priority = "P3";
    x.clocks = list;
    x.n_clocks = COUNT(list);
    GIVE(&x, as_of_at, FAKE_NOW_AT);
    reply->explanation = &x;
}

// ---- moved --------------------------------------------------------------------------------------

static void moved_log(char *ticket, Slate__V1__Reply *reply)
{
    static Slate__V1__Clock clocks[2];
    static Slate__V1__Event events[2];
    static Slate__V1__Event *list[] = {&events[0], &events[1]};
    static Slate__V1__LogPage page;

    make_ola(&clocks[0]);
    GIVE(&clocks[0], due_at, AT(70));
    GIVE(&clocks[0], limit_at, AT(70));
    canned_clock(&clocks[1], SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "4h", 4 * HOUR_US, 0);
    GIVE(&clocks[1], due_at, AT(120));
    GIVE(&clocks[1], limit_at, AT(240));
    for (size_t i = 0; i < COUNT(events); i++) {
        slate__v1__event__init(&events[i]);
        events[i].ticket = ticket;
        events[i].contract = "acme-l1";
        GIVE(&events[i], seq, 9 - i);
        GIVE(&events[i], kind, SLATE__V1__EVENT_KIND__EVENT_KIND_RESCHEDULED);
        GIVE(&events[i], origin, SLATE__V1__ORIGIN__ORIGIN_CLOCK);
        GIVE(&events[i], effective_at, AT(-5));
        GIVE(&events[i], recorded_at, AT(-5));
        events[i].clock = &clocks[i];
        GIVE(&events[i], moved_by,
             i == 0 ? SLATE__V1__MOVED_BY__MOVED_BY_ZONE_DATA
                    : SLATE__V1__MOVED_BY__MOVED_BY_CALENDAR);
    }
    GIVE(&events[0], was_due_at, AT(10));
    GIVE(&events[0], was_limit_at, AT(10));
    GIVE(&events[1], was_due_at, AT(120));
    GIVE(&events[1], was_limit_at, AT(180));
    slate__v1__log_page__init(&page);
    page.events = list;
    page.n_events = COUNT(list);
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->log_page = &page;
}

static void paged_log(const Slate__V1__ShowLog *q, Slate__V1__Reply *reply)
{
    static const unsigned shown[] = {FAKE_EVENTS - 1, FAKE_EVENTS - 2, FAKE_EVENTS - 3, 0, 0};
    static Slate__V1__Event event;
    static Slate__V1__Event *list[] = {&event};
    static Slate__V1__LogPage page;
    static uint8_t cursor[1];
    const uint8_t number = q->has_cursor && q->cursor.len == 1 ? q->cursor.data[0] : 0;

    event = *fake_event(shown[number < COUNT(shown) ? number : 0]);
    if (number >= 3) {
        GIVE(&event, recorded_at, AT(-600));
    }
    slate__v1__log_page__init(&page);
    page.events = list;
    page.n_events = COUNT(list);
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    GIVE(&page, truncated, number < 4);
    page.has_cursor = number < 4;
    cursor[0] = (uint8_t)(number + 1);
    page.cursor = (ProtobufCBinaryData){sizeof(cursor), cursor};
    reply->log_page = &page;
}

/** Keep a name that belongs to a request. */
static char *keep(const char *name)
{
    static char kept[64];

    snprintf(kept, sizeof(kept), "%s", name);
    return kept;
}

bool canned_sla(const Slate__V1__Request *q, Slate__V1__Reply *reply)
{
    if (q->show_ticket && strncmp(q->show_ticket->ticket, "NEVER-", 6) == 0) {
        never_detail(keep(q->show_ticket->ticket), reply);
    } else if (q->explain && strncmp(q->explain->ticket, "NEVER-", 6) == 0) {
        never_explanation(keep(q->explain->ticket), reply);
    } else if (q->show_log && strncmp(q->show_log->ticket, "MOVED-", 6) == 0) {
        moved_log(keep(q->show_log->ticket), reply);
    } else if (q->show_log && strncmp(q->show_log->ticket, "PAGED-", 6) == 0) {
        paged_log(q->show_log, reply);
    } else if (q->list_tickets && q->list_tickets->contract &&
               strcmp(q->list_tickets->contract, "never") == 0) {
        never_page(reply);
    } else {
        return false;
    }
    return true;
}
