// SPDX-License-Identifier: Apache-2.0
/*
 * Whose time the time of ACME-1042 was, and what happened to a ticket under a tried book.
 */
#include <stdio.h>

#include "tests/client/canned.h"

#define MINUTE_US CANNED_MINUTE_US
#define AT        CANNED_AT
#define GIVE      CANNED_GIVE
#define COUNT     CANNED_COUNT

void canned_splits(const Slate__V1__SplitClock *q, Slate__V1__Reply *reply)
{
    static char *reasons[] = {"waiting-customer", "waiting-vendor"};
    static const struct {
        char *team, *party;
        Slate__V1__SpanKind kind;
        Slate__V1__Side side;
        size_t n_reasons;
        int64_t minutes;
    } table[] = {
        {"manila-a", "northwind", SLATE__V1__SPAN_KIND__SPAN_COUNTED, 0, 0, 18},
        {"manila-a", "northwind", SLATE__V1__SPAN_KIND__SPAN_HELD, SLATE__V1__SIDE__SIDE_BUYER, 1,
         27},
        {"manila-a", "northwind", SLATE__V1__SPAN_KIND__SPAN_HELD, 0, 2, 10},
        {"krakow-b", "acme", SLATE__V1__SPAN_KIND__SPAN_PAST_LIMIT, 0, 0, 43},
    };
    static Slate__V1__Share shares[COUNT(table)];
    static Slate__V1__Share *list[COUNT(table)];
    static Slate__V1__Clock clocks[2];
    static Slate__V1__ClockSplit splits[2];
    static Slate__V1__ClockSplit *split_list[] = {&splits[0], &splits[1]};
    static Slate__V1__ClockSplits s;
    static char ticket[64];

    canned_clock(&clocks[0], SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_BREACHED,
                 "1h", 60 * MINUTE_US, 61 * MINUTE_US);
    canned_clock(&clocks[1], SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "2h", 120 * MINUTE_US, 0);
    clocks[1].team = "krakow-b";
    GIVE(&clocks[0], started_at, AT(-104));
    GIVE(&clocks[0], as_of_at, AT(-6));
    for (size_t i = 0; i < COUNT(splits); i++) {
        slate__v1__clock_split__init(&splits[i]);
        splits[i].clock = &clocks[i];
        GIVE(&splits[i], wall_us, 0);
    }
    for (size_t i = 0; i < COUNT(table); i++) {
        slate__v1__share__init(&shares[i]);
        shares[i].team = table[i].team;
        shares[i].party = table[i].party;
        GIVE(&shares[i], kind, table[i].kind);
        shares[i].has_side = table[i].side != 0;
        shares[i].side = table[i].side;
        shares[i].reasons = reasons;
        shares[i].n_reasons = table[i].n_reasons;
        GIVE(&shares[i], wall_us, (uint64_t)(table[i].minutes * MINUTE_US));
        splits[0].wall_us += shares[i].wall_us;
        list[i] = &shares[i];
    }
    splits[0].shares = list;
    splits[0].n_shares = COUNT(list);
    snprintf(ticket, sizeof(ticket), "%s", q->ticket);
    slate__v1__clock_splits__init(&s);
    s.ticket = ticket;
    s.contract = "acme-l1";
    s.priority = "P2";
    GIVE(&s, as_of_at, AT(-6));
    s.clocks = split_list;
    s.n_clocks = COUNT(split_list);
    reply->clock_splits = &s;
}

static void make_events(Slate__V1__Clock *breached, Slate__V1__TriedTicket *t)
{
    static Slate__V1__Event events[2];
    static Slate__V1__Event *list[] = {&events[0], &events[1]};

    for (size_t i = 0; i < COUNT(events); i++) {
        slate__v1__event__init(&events[i]);
        events[i].contract = "acme-l1";
        events[i].ticket = "ACME-1042";
        GIVE(&events[i], seq, i + 1);
        GIVE(&events[i], recorded_at, AT(-18 + 15 * (int64_t)i));
        GIVE(&events[i], effective_at, AT(-18 + 15 * (int64_t)i));
    }
    GIVE(&events[0], kind, SLATE__V1__EVENT_KIND__EVENT_KIND_OPENED);
    GIVE(&events[0], origin, SLATE__V1__ORIGIN__ORIGIN_LIVE);
    events[0].priority = "P1";
    GIVE(&events[1], kind, SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH);
    GIVE(&events[1], origin, SLATE__V1__ORIGIN__ORIGIN_CLOCK);
    events[1].clock = breached;
    t->events = list;
    t->n_events = COUNT(list);
}

void canned_tried(Slate__V1__TicketRow *row, Slate__V1__Reply *reply)
{
    static char *warnings[] = {"holidays de: complete until 2026-12-31 only"};
    static Slate__V1__Clock clock;
    static Slate__V1__Clock *clocks[] = {&clock};
    static Slate__V1__TriedCheck checks[2];
    static Slate__V1__TriedCheck *check_list[] = {&checks[0], &checks[1]};
    static Slate__V1__TriedTicket tickets[2];
    static Slate__V1__TriedTicket *list[] = {&tickets[0], &tickets[1]};
    static Slate__V1__TriedBook b;

    canned_clock(&clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_FIRST_RESPONSE,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_BREACHED,
                 "15m", 15 * MINUTE_US, 18 * MINUTE_US);
    GIVE(&clock, started_at, AT(-18));
    GIVE(&clock, breached_at, AT(-3));
    for (size_t i = 0; i < COUNT(checks); i++) {
        slate__v1__tried_check__init(&checks[i]);
        GIVE(&checks[i], line, 12 + (uint32_t)i);
        GIVE(&checks[i], met, i == 0);
        slate__v1__tried_ticket__init(&tickets[i]);
    }
    checks[0].expected = checks[0].found = "first_response due 2026-11-20T09:12:00Z";
    checks[1].expected = "first_response met";
    checks[1].found = "first_response breached";
    tickets[0].name = "vpn";
    tickets[0].ticket = row;
    GIVE(&tickets[0], as_of_at, FAKE_NOW_AT);
    make_events(&clock, &tickets[0]);
    tickets[0].clocks = clocks;
    tickets[0].n_clocks = COUNT(clocks);
    tickets[0].checks = check_list;
    tickets[0].n_checks = COUNT(check_list);
    tickets[1].name = "refused";
    slate__v1__tried_book__init(&b);
    b.tickets = list;
    b.n_tickets = COUNT(list);
    b.warnings = warnings;
    b.n_warnings = COUNT(warnings);
    GIVE(&b, failed, 1);
    GIVE(&b, truncated, true);
    reply->tried_book = &b;
}
