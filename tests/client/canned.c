// SPDX-License-Identifier: Apache-2.0
/*
 * What the fake server answers: one ticket on its way (ACME-1042), one that was breached (GLOB-77),
 * one on hold (ACME-1031); and refusals for tickets of these names:
 *
 *   GONE-n   NOT_FOUND              DENIED-n  PERMISSION_DENIED
 *   STALE-n  ABORTED                STATE-n   FAILED_PRECONDITION, with a hint
 *   BUSY-n   UNAVAILABLE            SAME-n    changed nothing: existing
 *
 * MERGED-n is shown as merged into ACME-1042, DONE-n as resolved and about to close. What
 * canned_sla.c says of NEVER-n and MOVED-n is there, and in canned_party.c what of users, proposals
 * and journals.
 *
 * An import of priority P9 is refused; one whose subject is "again" exists already.
 */
#include <stdio.h>
#include <string.h>

#include "tests/client/canned.h"

#define MINUTE_US CANNED_MINUTE_US
#define HOUR_US   (60 * MINUTE_US)
#define AT        CANNED_AT
#define GIVE      CANNED_GIVE
#define COUNT     CANNED_COUNT

static uint8_t hash[32] = "0123456789abcdef0123456789abcdef";

void canned_clock(Slate__V1__Clock *c, Slate__V1__ClockKind kind, Slate__V1__ClockState state,
                  Slate__V1__Verdict verdict, char *within, int64_t target_us, int64_t elapsed_us)
{
    slate__v1__clock__init(c);
    GIVE(c, kind, kind);
    GIVE(c, cycle, 1);
    GIVE(c, state, state);
    GIVE(c, verdict, verdict);
    GIVE(c, contract_version, 7);
    c->within = within;
    GIVE(c, target_us, (uint64_t)target_us);
    GIVE(c, elapsed_us, (uint64_t)elapsed_us);
    GIVE(c, as_of_at, FAKE_NOW_AT);
    c->calendar = "berlin-office";
}

static void ticket_of(Slate__V1__TicketRow *t, char *ticket, Slate__V1__TicketState state,
                      char *priority, char *team, char *subject)
{
    slate__v1__ticket_row__init(t);
    t->ticket = ticket;
    GIVE(t, version, 5);
    GIVE(t, state, state);
    t->contract = "acme-l1";
    t->team = team;
    t->priority = priority;
    t->subject = subject;
    GIVE(t, received_at, AT(-3));
    GIVE(t, updated_at, AT(-3));
}

static Slate__V1__TicketRow vpn;
static Slate__V1__TicketRow payroll;
static Slate__V1__TicketRow postfach;

static void make_tickets(void)
{
    static Slate__V1__Clock first, resolution, held, breached;
    static char *holds[] = {"waiting-customer"};

    canned_clock(&first, SLATE__V1__CLOCK_KIND__CLOCK_KIND_FIRST_RESPONSE,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "15m", 15 * MINUTE_US, 3 * MINUTE_US);
    GIVE(&first, started_at, AT(-3));
    GIVE(&first, due_at, AT(12));
    GIVE(&first, limit_at, AT(12));
    canned_clock(&resolution, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "4h", 4 * HOUR_US, 3 * MINUTE_US);
    canned_clock(&held, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_ON_HOLD, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "8h", 8 * HOUR_US, 5 * HOUR_US + 50 * MINUTE_US);
    GIVE(&held, due_if_resumed_at, AT(3 * 24 * 60));
    canned_clock(&breached, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_BREACHED,
                 "1h", HOUR_US, 86 * MINUTE_US);
    GIVE(&breached, breached_at, AT(-26));
    GIVE(&breached, started_at, AT(-86));

    ticket_of(&vpn, "ACME-1042", SLATE__V1__TICKET_STATE__TICKET_STATE_OPEN, "P1", "manila-a",
              "VPN drops hourly");
    vpn.assignee = "a.reyes";
    vpn.next_clock = &first;
    ticket_of(&payroll, "ACME-1031", SLATE__V1__TICKET_STATE__TICKET_STATE_HELD, "P2", "manila-a",
              "Payroll file rejected");
    GIVE(&payroll, updated_at, AT(-3 * 60));
    payroll.holds = holds;
    payroll.n_holds = COUNT(holds);
    ticket_of(&postfach, "GLOB-77", SLATE__V1__TICKET_STATE__TICKET_STATE_OPEN, "P3", "krakow-b",
              "Postfach voll: \xc3\xb6"
              "ffnen \x1b[31mrot\x1b[0m \xe2\x80\xae\ttab");
    GIVE(&postfach, updated_at, AT(-26 * 60));
    postfach.breached_clock = &breached;
}

static void ticket_page(const Slate__V1__Request *request, Slate__V1__Reply *reply)
{
    static Slate__V1__TicketRow *rows[] = {&postfach, &vpn, &payroll};
    static Slate__V1__TicketPage page;
    const Slate__V1__ListTickets *q = request->list_tickets;

    // Pages: the first two, then the third
    bool second = q->has_cursor;
    bool first = !second && q->has_limit && q->limit < COUNT(rows);
    slate__v1__ticket_page__init(&page);
    page.tickets = second ? rows + 2 : rows;
    page.n_tickets = second ? 1 : first ? 2 : COUNT(rows);
    if (first) {
        static uint8_t cursor[] = {0xff, 0x00, 0x7f, 'c'};

        GIVE(&page, truncated, true);
        page.has_cursor = true;
        page.cursor = (ProtobufCBinaryData){sizeof(cursor), cursor};
    }
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->ticket_page = &page;
}

/** The ticket as a request that changes it leaves it. */
static void change_row(const Slate__V1__Request *q, Slate__V1__TicketRow *row)
{
    if (q->release_ticket || q->transfer_ticket) {
        row->assignee = NULL;
    }
    if (q->assign_ticket) {
        row->assignee = q->assign_ticket->assignee;
    }
    if (q->transfer_ticket) {
        row->team = q->transfer_ticket->team;
    }
    if (q->set_priority) {
        row->priority = q->set_priority->priority;
    }
    if (q->close_ticket) {
        GIVE(row, state, SLATE__V1__TICKET_STATE__TICKET_STATE_CLOSED);
        row->next_clock = NULL;
    }
    if (q->merge_ticket) {
        GIVE(row, state, SLATE__V1__TICKET_STATE__TICKET_STATE_MERGED);
        row->next_clock = NULL;
        row->merged_into = q->merge_ticket->into;
    }
    if (q->edit_ticket && q->edit_ticket->subject) {
        row->subject = q->edit_ticket->subject;
    }
}

/** A ticket that a name stands for. */
static void name_row(char *name, Slate__V1__TicketRow *row)
{
    row->ticket = name;
    if (strncmp(name, "MERGED-", 7) == 0) {
        GIVE(row, state, SLATE__V1__TICKET_STATE__TICKET_STATE_MERGED);
        row->next_clock = NULL;
        row->merged_into = "ACME-1042";
    } else if (strncmp(name, "DONE-", 5) == 0) {
        GIVE(row, state, SLATE__V1__TICKET_STATE__TICKET_STATE_RESOLVED);
        GIVE(row, resolved_at, AT(-1));
        GIVE(row, close_at, AT(7 * 24 * 60));
        row->next_clock = NULL;
    }
}

static void detail(const Slate__V1__ShowTicket *q, Slate__V1__Reply *reply)
{
    static Slate__V1__Link links[2];
    static Slate__V1__Link *link_list[] = {&links[0], &links[1]};
    static char *tags[] = {"vpn", "gateway-3"};
    static Slate__V1__TicketRow row;
    static char name[64];
    static Slate__V1__Clock clocks[3];
    static Slate__V1__Clock *clock_list[] = {&clocks[0], &clocks[1], &clocks[2]};
    static Slate__V1__Message messages[3];
    static Slate__V1__Message *message_list[] = {&messages[0], &messages[1], &messages[2]};
    static Slate__V1__TicketDetail d;

    canned_clock(&clocks[0], SLATE__V1__CLOCK_KIND__CLOCK_KIND_FIRST_RESPONSE,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_STOPPED, SLATE__V1__VERDICT__VERDICT_MET,
                 "15m", 15 * MINUTE_US, 9 * MINUTE_US);
    GIVE(&clocks[0], started_at, AT(-60));
    GIVE(&clocks[0], stopped_at, AT(-51));
    canned_clock(&clocks[1], SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_OPEN,
                 "2bd", 17 * HOUR_US, 60 * MINUTE_US);
    GIVE(&clocks[1], started_at, AT(-60));
    GIVE(&clocks[1], due_at, AT(8 * 60));
    GIVE(&clocks[1], limit_at, AT(48 * 60));
    canned_clock(&clocks[2], SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_BREACHED,
                 "30m", 30 * MINUTE_US, 60 * MINUTE_US);
    GIVE(&clocks[2], started_at, AT(-60));
    GIVE(&clocks[2], breached_at, AT(-30));

    for (size_t i = 0; i < COUNT(messages); i++) {
        slate__v1__message__init(&messages[i]);
        GIVE(&messages[i], number, (uint32_t)i + 1);
        GIVE(&messages[i], kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN);
        GIVE(&messages[i], effective_at, AT(-60 + 9 * (int64_t)i));
        GIVE(&messages[i], recorded_at, AT(-60 + 9 * (int64_t)i));
    }
    messages[0].author = "jane@acme.example";
    GIVE(&messages[0], side, SLATE__V1__SIDE__SIDE_REQUESTER);
    GIVE(&messages[0], visibility, SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC);
    messages[0].channel = "mail";
    messages[0].body = "It drops every hour.\n\nACME-1042 open P1\r\n#9 faked\x1b]0;title\x07\n";
    messages[1].author = "a.reyes";
    GIVE(&messages[1], side, SLATE__V1__SIDE__SIDE_VENDOR);
    GIVE(&messages[1], visibility, SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC);
    messages[1].body = "Which gateway?";
    messages[2].author = "a.reyes";
    GIVE(&messages[2], side, SLATE__V1__SIDE__SIDE_VENDOR);
    GIVE(&messages[2], visibility, SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL);

    slate__v1__ticket_detail__init(&d);
    row = vpn;
    if (strncmp(q->ticket, "MERGED-", 7) == 0 || strncmp(q->ticket, "DONE-", 5) == 0) {
        snprintf(name, sizeof(name), "%s", q->ticket);
        name_row(name, &row);
    }
    slate__v1__link__init(&links[0]);
    links[0].ticket = "ACME-1031";
    GIVE(&links[0], kind, SLATE__V1__LINK_KIND__LINK_KIND_DUPLICATED_BY);
    slate__v1__link__init(&links[1]);
    links[1].ticket = "ACME-9";
    GIVE(&links[1], kind, SLATE__V1__LINK_KIND__LINK_KIND_FOLLOWS);
    d.ticket = &row;
    d.links = link_list;
    d.n_links = COUNT(link_list);
    d.tags = tags;
    d.n_tags = COUNT(tags);
    d.requester = "jane@acme.example";
    d.clocks = clock_list;
    d.n_clocks = COUNT(clock_list);
    d.messages = message_list;
    d.n_messages = COUNT(message_list);
    reply->ticket_detail = &d;
}

static void breach_page(Slate__V1__Reply *reply)
{
    static Slate__V1__Breach breaches[2];
    static Slate__V1__Breach *rows[] = {&breaches[0], &breaches[1]};
    static Slate__V1__BreachPage page;

    for (size_t i = 0; i < COUNT(breaches); i++) {
        Slate__V1__Breach *b = &breaches[i];

        slate__v1__breach__init(b);
        b->ticket = i == 0 ? "GLOB-77" : "ACME-9";
        GIVE(b, clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
        GIVE(b, cycle, 1);
        b->contract = "acme-l1";
        GIVE(b, contract_version, 7);
        b->vendor = "northwind";
        b->team = "krakow-b";
        b->priority = "P3";
        b->within = "1h";
        GIVE(b, breached_at, AT(-26 - 1440 * (int64_t)i));
        GIVE(b, detected_at, AT(-26 - 1440 * (int64_t)i) + 12000);
        GIVE(b, state, SLATE__V1__TICKET_STATE__TICKET_STATE_OPEN);
        GIVE(b, engine, 1);
    }
    breaches[1].clock_team = "krakow-b";
    GIVE(&breaches[1], withdrawn, true);
    GIVE(&breaches[1], imported, true);
    slate__v1__breach_page__init(&page);
    page.breaches = rows;
    page.n_breaches = COUNT(rows);
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->breach_page = &page;
}

static void make_calendars(Slate__V1__ClockExplanation *e)
{
    static Slate__V1__CalendarUsed calendars[2];
    static Slate__V1__CalendarUsed *list[] = {&calendars[0], &calendars[1]};

    for (size_t i = 0; i < COUNT(calendars); i++) {
        slate__v1__calendar_used__init(&calendars[i]);
        calendars[i].has_sha256 = true;
        calendars[i].sha256 = (ProtobufCBinaryData){sizeof(hash), hash};
    }
    calendars[0].name = "berlin-and-krakow";
    GIVE(&calendars[0], version, 1);
    calendars[1].name = "berlin-office";
    GIVE(&calendars[1], version, 3);
    GIVE(&calendars[1], effective_at, INT64_C(1782856800000000));
    calendars[1].zone = "Europe/Berlin";
    calendars[1].has_zone_sha256 = true;
    calendars[1].zone_sha256 = (ProtobufCBinaryData){sizeof(hash), hash};
    e->calendars = list;
    e->n_calendars = COUNT(list);
}

static void explanation(const char *ticket, Slate__V1__Reply *reply)
{
    static const struct {
        int64_t from, to;
        Slate__V1__SpanKind kind;
        char *note;
    } table[] = {
        {-104, -86, SLATE__V1__SPAN_KIND__SPAN_COUNTED, "open, inside hours"},
        {-86, -59, SLATE__V1__SPAN_KIND__SPAN_HELD, "asked in message 4"},
        {-59, -17, SLATE__V1__SPAN_KIND__SPAN_COUNTED, "resumed by a.reyes"},
        {-17, -7, SLATE__V1__SPAN_KIND__SPAN_OUTSIDE, "Christmas"},
        {-7, -6, SLATE__V1__SPAN_KIND__SPAN_PAST_LIMIT, NULL},
    };
    static char *reasons[] = {"waiting-customer"};
    static Slate__V1__Span spans[COUNT(table)];
    static Slate__V1__Span *list[COUNT(table)];
    static Slate__V1__Clock c;
    static Slate__V1__ClockExplanation one;
    static Slate__V1__ClockExplanation *ones[] = {&one};
    static Slate__V1__Explanation e;

    for (size_t i = 0; i < COUNT(table); i++) {
        slate__v1__span__init(&spans[i]);
        GIVE(&spans[i], from_at, AT(table[i].from));
        GIVE(&spans[i], to_at, AT(table[i].to));
        GIVE(&spans[i], kind, table[i].kind);
        spans[i].note = table[i].note;
        bool counts = table[i].kind == SLATE__V1__SPAN_KIND__SPAN_COUNTED ||
                      table[i].kind == SLATE__V1__SPAN_KIND__SPAN_PAST_LIMIT;
        GIVE(&spans[i], counted_us,
             counts ? (uint64_t)((table[i].to - table[i].from) * MINUTE_US) : 0);
        list[i] = &spans[i];
    }
    spans[1].reasons = reasons;
    spans[1].n_reasons = COUNT(reasons);
    GIVE(&spans[1], party, SLATE__V1__SIDE__SIDE_BUYER);

    canned_clock(&c, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING, SLATE__V1__VERDICT__VERDICT_BREACHED,
                 "1h", HOUR_US, 61 * MINUTE_US);
    GIVE(&c, as_of_at, AT(-6));
    GIVE(&c, started_at, AT(-104));
    GIVE(&c, due_at, AT(-17));
    GIVE(&c, limit_at, AT(-7));
    GIVE(&c, breached_at, AT(-7));
    slate__v1__clock_explanation__init(&one);
    one.clock = &c;
    GIVE(&one, contract_effective_at, INT64_C(1782856800000000)); // 2026-07-01 in Berlin
    one.match = "P2";
    GIVE(&one, calendar_version, 3);
    one.zone = "Europe/Berlin";
    one.zone_release = "2026f";
    one.has_contract_sha256 = true;
    one.contract_sha256 = (ProtobufCBinaryData){sizeof(hash), hash};
    make_calendars(&one);
    GIVE(&one, engine, 1);
    one.spans = list;
    one.n_spans = COUNT(list);
    GIVE(&one, counted_us, (uint64_t)(61 * MINUTE_US));
    GIVE(&one, held_us, (uint64_t)(27 * MINUTE_US));
    GIVE(&one, outside_us, (uint64_t)(10 * MINUTE_US));
    slate__v1__explanation__init(&e);
    e.ticket = strncmp(ticket, "PAGED-", 6) == 0 ? "PAGED-1" : "ACME-1042";
    e.contract = "acme-l1";
    e.priority = "P2";
    e.clocks = ones;
    e.n_clocks = 1;
    GIVE(&e, as_of_at, AT(-6));
    reply->explanation = &e;
}

static void imported(const Slate__V1__ImportTicket *q, Slate__V1__Reply *reply)
{
    static Slate__V1__Clock c;
    static Slate__V1__Clock *clocks[] = {&c};
    static Slate__V1__Imported i;
    static char ticket[64];

    canned_clock(&c, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_STOPPED, SLATE__V1__VERDICT__VERDICT_MET, "4h",
                 4 * HOUR_US, HOUR_US);
    snprintf(ticket, sizeof(ticket), "ACME-%s", q->source_key ? q->source_key : "?");
    slate__v1__imported__init(&i);
    i.ticket = ticket;
    GIVE(&i, existing, q->subject && strcmp(q->subject, "again") == 0);
    GIVE(&i, state, SLATE__V1__TICKET_STATE__TICKET_STATE_CLOSED);
    GIVE(&i, events, i.existing ? 0 : (uint32_t)q->n_events + 1);
    i.clocks = clocks;
    i.n_clocks = 1;
    reply->imported = &i;
}

/** Open tickets in two pages, each with a clock that would move. */
static void make_moves(bool second, Slate__V1__BookDiff *d)
{
    static Slate__V1__Clock clock;
    static Slate__V1__DueMove move;
    static Slate__V1__DueMove *list[] = {&move};
    static uint8_t cursor[] = {0x00, 'p', 0xfe};

    canned_clock(&clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING,
                 second ? SLATE__V1__VERDICT__VERDICT_BREACHED : SLATE__V1__VERDICT__VERDICT_OPEN,
                 "4h", 4 * HOUR_US, 3 * MINUTE_US);
    GIVE(&clock, started_at, AT(-240));
    GIVE(&clock, due_at, AT(second ? -30 : 90));
    GIVE(&clock, limit_at, AT(second ? -30 : 120));
    if (second) {
        GIVE(&clock, breached_at, AT(-30));
    }
    slate__v1__due_move__init(&move);
    move.ticket = second ? "GLOB-77" : "ACME-1042";
    move.clock = &clock;
    GIVE(&move, was_due_at, AT(60));
    GIVE(&move, was_limit_at, AT(60));
    d->moves = list;
    d->n_moves = COUNT(list);
    GIVE(d, looked_at, second ? 64 : 150);
    if (second) {
        GIVE(d, moved_earlier, 1);
        GIVE(d, breached, 1);
    } else {
        GIVE(d, moved_later, 1);
        d->has_cursor = true;
        d->cursor = (ProtobufCBinaryData){sizeof(cursor), cursor};
    }
}

static void book_diff(const Slate__V1__Request *request, Slate__V1__Reply *reply)
{
    static char *removed[] = {"within: 4h"};
    static char *added[] = {"within: 2h"};
    static char *all_new[] = {"teams:", "  - name: manila-a"};
    static Slate__V1__BookChange changes[3];
    static Slate__V1__BookChange *list[] = {&changes[0], &changes[1], &changes[2]};
    static Slate__V1__BookExample example;
    static Slate__V1__BookExample *examples[] = {&example};
    static char *warnings[] = {"holidays de: complete until 2026-12-31 only"};
    static Slate__V1__BookDiff d;

    for (size_t i = 0; i < COUNT(changes); i++) {
        slate__v1__book_change__init(&changes[i]);
        GIVE(&changes[i], version, 1);
        GIVE(&changes[i], effective_at, INT64_C(1782856800000000));
    }
    changes[0].kind = "calendar";
    changes[0].name = "berlin-office";
    GIVE(&changes[0], change, SLATE__V1__BOOK_CHANGE_KIND__BOOK_CHANGE_SAME);
    changes[1].kind = "team";
    changes[1].name = "manila-a";
    GIVE(&changes[1], change, SLATE__V1__BOOK_CHANGE_KIND__BOOK_CHANGE_NEW);
    changes[1].added = all_new;
    changes[1].n_added = COUNT(all_new);
    changes[2].kind = "contract";
    changes[2].name = "acme-l1";
    GIVE(&changes[2], change, SLATE__V1__BOOK_CHANGE_KIND__BOOK_CHANGE_VERSION);
    GIVE(&changes[2], version, 8);
    changes[2].removed = removed;
    changes[2].n_removed = COUNT(removed);
    changes[2].added = added;
    changes[2].n_added = COUNT(added);
    GIVE(&changes[2], open_tickets, 214);
    slate__v1__book_example__init(&example);
    example.contract = "acme-l1";
    GIVE(&example, clock, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION);
    example.match = "P1";
    example.within = "2h";
    GIVE(&example, received_at, AT(0));
    GIVE(&example, due_at, AT(8 * 60));
    GIVE(&example, limit_at, AT(48 * 60));
    example.zone = "Europe/Berlin";
    slate__v1__book_diff__init(&d);
    d.changes = list;
    d.n_changes = COUNT(list);
    d.examples = examples;
    d.n_examples = 1;
    GIVE(&d, applied, !request->dry_run);
    GIVE(&d, open_tickets, 214);
    d.warnings = warnings;
    d.n_warnings = COUNT(warnings);
    if (request->dry_run) {
        make_moves(request->apply_book->has_cursor, &d);
    }
    reply->book_diff = &d;
}

static void book_text(Slate__V1__Reply *reply)
{
    static Slate__V1__BookObject object;
    static Slate__V1__BookObject *objects[] = {&object};
    static Slate__V1__BookText text;

    slate__v1__book_object__init(&object);
    object.kind = "contract";
    object.name = "acme-l1";
    GIVE(&object, version, 7);
    GIVE(&object, effective_at, INT64_C(1782856800000000));
    GIVE(&object, recorded_at, INT64_C(1782800000000000));
    object.actor = "admin";
    object.has_sha256 = true;
    object.sha256 = (ProtobufCBinaryData){sizeof(hash), hash};
    object.text = "contracts:\n  - name: acme-l1\n    key: ACME\n";
    slate__v1__book_text__init(&text);
    text.objects = objects;
    text.n_objects = 1;
    reply->book_text = &text;
}

/** Refusals by the ticket's name. Returns NULL for others. */
static Slate__V1__Error *refusal(const char *ticket)
{
    static const struct {
        const char *prefix;
        Slate__V1__Code code;
        char *message;
        char *hint;
        char *field;
    } table[] = {
        {"GONE-", SLATE__V1__CODE__CODE_NOT_FOUND, "there is no such ticket", NULL, NULL},
        {"DENIED-", SLATE__V1__CODE__CODE_PERMISSION_DENIED, "your roles do not allow this", NULL,
         NULL},
        {"STALE-", SLATE__V1__CODE__CODE_ABORTED, "the ticket is at version 6, not 5", NULL,
         "if_version"},
        {"STATE-", SLATE__V1__CODE__CODE_FAILED_PRECONDITION, "the ticket is closed",
         "legal here: note, \x1b[1mreopen", NULL},
        {"BUSY-", SLATE__V1__CODE__CODE_UNAVAILABLE, "the disk is full", NULL, NULL},
    };
    static Slate__V1__Error e;

    for (size_t i = 0; i < COUNT(table); i++) {
        if (strncmp(ticket, table[i].prefix, strlen(table[i].prefix)) == 0) {
            slate__v1__error__init(&e);
            GIVE(&e, code, table[i].code);
            e.message = table[i].message;
            e.hint = table[i].hint;
            e.field = table[i].field;
            return &e;
        }
    }
    return NULL;
}

static char *ticket_name(const Slate__V1__Request *q)
{
    return q->show_ticket          ? q->show_ticket->ticket
           : q->take_ticket        ? q->take_ticket->ticket
           : q->add_message        ? q->add_message->ticket
           : q->hold_ticket        ? q->hold_ticket->ticket
           : q->resume_ticket      ? q->resume_ticket->ticket
           : q->resolve_ticket     ? q->resolve_ticket->ticket
           : q->explain            ? q->explain->ticket
           : q->split_clock        ? q->split_clock->ticket
           : q->release_ticket     ? q->release_ticket->ticket
           : q->acknowledge_ticket ? q->acknowledge_ticket->ticket
           : q->assign_ticket      ? q->assign_ticket->ticket
           : q->transfer_ticket    ? q->transfer_ticket->ticket
           : q->set_priority       ? q->set_priority->ticket
           : q->close_ticket       ? q->close_ticket->ticket
           : q->reopen_ticket      ? q->reopen_ticket->ticket
           : q->merge_ticket       ? q->merge_ticket->ticket
           : q->link_ticket        ? q->link_ticket->ticket
           : q->tag_ticket         ? q->tag_ticket->ticket
           : q->edit_ticket        ? q->edit_ticket->ticket
           : q->show_log           ? q->show_log->ticket
                                   : "";
}

static void changed(const Slate__V1__Request *request, Slate__V1__Reply *reply)
{
    static Slate__V1__TicketChanged c;
    static Slate__V1__TicketRow row;
    static Slate__V1__Token token;
    static char name[64];

    row = vpn;
    snprintf(name, sizeof(name), "%s", ticket_name(request));
    if (*name) {
        row.ticket = name;
    }
    change_row(request, &row);
    slate__v1__ticket_changed__init(&c);
    c.ticket = &row;
    GIVE(&c, existing, strncmp(name, "SAME-", 5) == 0);
    slate__v1__token__init(&token);
    token.contract = "acme-l1";
    GIVE(&token, seq, 4711);
    reply->token = &token;
    reply->ticket_changed = &c;
}

void fake_canned(const Slate__V1__Request *request, Slate__V1__Reply *reply)
{
    slate__v1__reply__init(reply);
    make_tickets();
    reply->error = refusal(ticket_name(request));
    if (reply->error) {
        return;
    }
    if (request->import_ticket && request->import_ticket->priority &&
        strcmp(request->import_ticket->priority, "P9") == 0) {
        static Slate__V1__Error e;

        slate__v1__error__init(&e);
        GIVE(&e, code, SLATE__V1__CODE__CODE_INVALID_ARGUMENT);
        e.message = "priority \"P9\" is not in contract acme-l1";
        e.field = "import_ticket.priority";
        reply->error = &e;
        return;
    }
    if (canned_sla(request, reply) || canned_party(request, reply)) {
        return;
    }
    if (request->list_tickets) {
        ticket_page(request, reply);
    } else if (request->show_ticket) {
        detail(request->show_ticket, reply);
    } else if (request->show_log) {
        canned_log(request->show_log, reply);
    } else if (request->list_users) {
        canned_users(request->list_users, reply);
    } else if (request->intake) {
        canned_intake(request->intake, reply);
    } else if (request->subscribe) {
        canned_subscribed(reply);
    } else if (request->list_breaches) {
        breach_page(reply);
    } else if (request->explain) {
        explanation(request->explain->ticket, reply);
    } else if (request->split_clock) {
        canned_splits(request->split_clock, reply);
    } else if (request->try_book) {
        canned_tried(&vpn, reply);
    } else if (request->import_ticket) {
        imported(request->import_ticket, reply);
    } else if (request->apply_book) {
        book_diff(request, reply);
    } else if (request->show_book) {
        book_text(reply);
    } else {
        changed(request, reply);
    }
}
