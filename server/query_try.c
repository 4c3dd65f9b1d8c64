// SPDX-License-Identifier: Apache-2.0
/*
 * The book is planned on nothing, as of when the scenario begins and not as of today: an answer
 * that is checked in beside its book stays true tomorrow. What names no `effective` is in force
 * from before the first ticket on.
 */
#include "query_try.h"

#include <stdio.h>
#include <string.h>

#include "books.h"
#include "config/bookplan.h"
#include "config/scenario.h"
#include "config/spec.h"
#include "config/zonesource.h"
#include "present.h"
#include "present_event.h"
#include "rehearsal.h"

enum {
    /* A book of many calendars, or a rehearsal of REHEARSAL_ENTRIES_MAX entries. */
    TRY_ARENA_BYTES = 192 * 1024 * 1024,
    /* It is done on the thread that serves everybody, and should take a tenth of a second at most:
     * what is read, worked out and told is counted, in steps of about ten nanoseconds. */
    TRY_STEPS_MAX = 10000000,
    TRY_BYTE_STEPS = 14,      /* reading a byte of a text */
    TRY_ZONE_STEPS = 3000,    /* reading the data of a zone */
    TRY_ZONES_MAX = 600,      /* that there are */
    TRY_OBJECT_STEPS = 300,   /* linking an object of the book, or an event of the scenario */
    TRY_PAIRS_OF_A_STEP = 6,  /* objects are looked up by walking over them */
    TRY_CALENDAR_STEPS = 600, /* making a calendar, empty */
};

/* Until it is answered. */
struct trial {
    struct call *call;
    struct call shown; /* speaks of the written book, and of nobody in the store */
    struct arena arena;
    struct bookfile *file;
    struct book_plan *plan;
    struct scenario *scenario;
    struct rehearsal *rehearsal;
    struct meter meter;
};

/* -- trying ------------------------------------------------------------------- */

/* Before the scenario, and before any list of holidays has run out: how far they go is told in the
 * end. */
static int64_t planned_at(const struct trial *t)
{
    int64_t at = scenario_begins_at(t->scenario);

    for (size_t i = 0; i < t->file->raw->holidays_count; i++) {
        const int64_t complete_at = t->file->holidays[i].complete_until_day * US_PER_DAY;
        at = complete_at < at ? complete_at : at;
    }
    return at;
}

/* What it takes to link the book, from what it says; a zone may be named with every calendar,
 * contract and target. */
static uint64_t book_steps(const struct bookfile *file)
{
    const struct raw_book *raw = file->raw;
    uint64_t zones = raw->calendars_count + raw->contracts_count;
    uint64_t objects = raw->parties_count + raw->teams_count + raw->sources_count;

    for (size_t i = 0; i < raw->contracts_count; i++) {
        zones += raw->contracts[i].targets_count;
    }
    objects += zones;
    zones = zones < TRY_ZONES_MAX ? zones : TRY_ZONES_MAX;
    return zones * TRY_ZONE_STEPS + objects * TRY_OBJECT_STEPS +
           raw->calendars_count * TRY_CALENDAR_STEPS + objects * objects / TRY_PAIRS_OF_A_STEP;
}

static uint64_t scenario_steps(const struct scenario *s)
{
    uint64_t n = s->n_tickets;

    for (size_t i = 0; i < s->n_tickets; i++) {
        n += s->tickets[i].n_events + s->tickets[i].n_expects;
    }
    return n * TRY_OBJECT_STEPS;
}

/* Both texts, after the steps of reading them. */
static int read_texts(struct trial *t)
{
    const struct request_try_book *r = &t->call->request->u.try_book;
    struct refusal *refusal = t->call->refusal;
    const char *file = r->file[0] == '\0' ? "book.yaml" : r->file;
    const char *scenario_file = r->scenario_file[0] == '\0' ? "scenario.yaml" : r->scenario_file;

    if (!meter_take(&t->meter, (r->n + r->scenario_bytes) * TRY_BYTE_STEPS)) {
        return rehearsal_refuse_work(refusal);
    }
    int error = bookfile_parse(r->text, r->n, file, &t->arena, &t->file, refusal);
    if (error == 0) {
        error = scenario_parse(r->scenario, r->scenario_bytes, scenario_file, &t->arena,
                               &t->scenario, refusal);
    }
    return error;
}

static int rehearse(struct trial *t)
{
    struct refusal *refusal = t->call->refusal;
    const struct zone_source zones = zonesource_folder(t->call->books->zones.user);
    int error = read_texts(t);

    if (error != 0) {
        return error;
    }
    if (!meter_take(&t->meter, book_steps(t->file) + scenario_steps(t->scenario))) {
        return rehearsal_refuse_work(refusal);
    }
    error = book_plan_alone(t->file, planned_at(t), &zones, &t->meter, &t->arena, &t->plan,
                            refusal);
    if (t->meter.spent) {
        return rehearsal_refuse_work(refusal);
    }
    if (error == 0) {
        error = scenario_link(t->scenario, t->plan->book, refusal);
    }
    return error == 0 ? rehearsal_run(t->scenario, t->plan->book, &t->arena, &t->rehearsal, refusal)
                      : error;
}

/* -- telling ------------------------------------------------------------------ */

/* Up to when the answer says something that depends on a calendar. */
static int64_t told_until(const struct trial *t)
{
    int64_t at = 0;

    for (size_t i = 0; i < t->rehearsal->n_tickets; i++) {
        const struct ticket *ticket = &t->rehearsal->tickets[i].ticket;
        const int64_t until_at = t->scenario->tickets[i].until_at;
        at = until_at > at ? until_at : at;
        for (size_t k = 0; k < ticket->n_clocks; k++) {
            const int64_t limit_at = ticket->clocks[k].limit_at;
            at = limit_at != INSTANT_NEVER && limit_at > at ? limit_at : at;
        }
    }
    return at;
}

static int add_warnings(struct trial *t, struct reply_tried_book *ret)
{
    const size_t n = t->file->raw->holidays_count;
    const char **warnings = arena_array(&t->arena, n, sizeof(*warnings));
    const int64_t until_day = told_until(t) / US_PER_DAY;
    char date[INSTANT_DATE_TEXT_BYTES];
    char text[256];

    if (warnings == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        const struct raw_holidays *list = &t->file->raw->holidays[i];
        if (t->file->holidays[i].complete_until_day >= until_day) {
            continue;
        }
        (void)snprintf(text, sizeof(text), "holiday list %s ends on %s, the scenario on %s",
                       list->name, list->complete_until,
                       instant_format_date((int32_t)until_day, date));
        warnings[ret->n_warnings] = arena_strndup(&t->arena, text, strlen(text));
        if (warnings[ret->n_warnings++] == NULL) {
            return -1;
        }
    }
    ret->warnings = warnings;
    return 0;
}

/*
 * Actors of a rehearsal are sides. They are taken out of the entry, whose last use this is: no
 * principal of the store must lend them its name.
 */
static int present_entry(struct trial *t, const struct book_contract *contract, struct entry *entry,
                         struct reply_event *ret)
{
    const uint32_t actor = entry->event.origin == ORIGIN_CLOCK ? 0 : entry->actor;
    uint32_t assignee = 0;

    entry->actor = 0;
    if (entry->event.kind == EVENT_TAKEN) {
        assignee = entry->event.u.taken.assignee;
        entry->event.u.taken.assignee = 0;
    }
    int error = present_event(&t->shown, contract, entry, ret);
    if (error == 0) {
        ret->actor = rehearsal_actor(actor);
        ret->assignee = assignee != 0 ? rehearsal_actor(assignee) : ret->assignee;
    }
    return error;
}

static int present_events(struct trial *t, const struct rehearsal_ticket *from,
                          const struct book_contract *contract, struct reply_tried_ticket *ret)
{
    struct reply_event *events = arena_array(&t->arena, from->n_entries, sizeof(*events));

    if (events == NULL) {
        return -1;
    }
    for (size_t i = 0; i < from->n_entries; i++) {
        struct reply_event *to = &events[ret->n_events];
        int error = present_entry(t, contract, from->entries[i], to);
        if (error != 0) {
            return error;
        }
        to->state_now = from->ticket.state;
        to->priority_now = from->ticket.priority;
        ret->n_events += to->kind != REPLY_EVENT_NONE;
    }
    ret->events = events;
    return 0;
}

static int present_row(struct trial *t, size_t i, struct reply_tried_ticket *ret)
{
    const struct scenario_ticket *scene = &t->scenario->tickets[i];
    struct ticket *ticket = &t->rehearsal->tickets[i].ticket;
    const uint32_t assignee = ticket->assignee;
    struct reply_ticket *row = arena_alloc(&t->arena, sizeof(*row));

    if (row == NULL) {
        return -1;
    }
    ticket->assignee = 0; /* as with entries */
    int error = present_ticket_then(&t->shown, scene->contract, ticket, false, row);
    if (error == 0) {
        row->assignee = rehearsal_actor(assignee);
        ret->ticket = row;
    }
    return error;
}

static int present_checks(struct trial *t, const struct rehearsal_ticket *from,
                          struct reply_tried_ticket *ret)
{
    struct reply_tried_check *checks = arena_array(&t->arena, from->n_checks, sizeof(*checks));

    if (checks == NULL) {
        return -1;
    }
    for (size_t i = 0; i < from->n_checks; i++) {
        checks[i] = (struct reply_tried_check){
            .line = from->checks[i].line,
            .expected = from->checks[i].expected,
            .found = from->checks[i].found,
            .met = from->checks[i].met,
        };
    }
    ret->checks = checks;
    ret->n_checks = from->n_checks;
    return 0;
}

static int present_tried(struct trial *t, size_t i, struct reply_tried_ticket *ret)
{
    const struct scenario_ticket *scene = &t->scenario->tickets[i];
    const struct rehearsal_ticket *from = &t->rehearsal->tickets[i];

    *ret = (struct reply_tried_ticket){.name = scene->name, .as_of_at = scene->until_at};
    t->shown.at = scene->until_at;
    int error = present_row(t, i, ret);
    if (error == 0) {
        error = present_clocks(&t->shown, scene->contract, &from->ticket, &ret->clocks,
                               &ret->n_clocks);
    }
    if (error == 0) {
        error = present_events(t, from, scene->contract, ret);
    }
    return error == 0 ? present_checks(t, from, ret) : error;
}

static int answer(struct trial *t)
{
    const size_t n = t->rehearsal->n_tickets;
    struct reply_tried_ticket *tickets = arena_array(&t->arena, n, sizeof(*tickets));
    struct reply_tried_book tried = {
        .tickets = tickets, .n_tickets = n, .failed = t->rehearsal->failed};
    struct call *call = t->call;

    t->shown = *call;
    t->shown.book = t->plan->book;
    t->shown.arena = &t->arena;
    int error = tickets == NULL ? -1 : add_warnings(t, &tried);
    for (size_t i = 0; error == 0 && i < n; i++) {
        error = present_tried(t, i, &tickets[i]);
    }
    if (t->meter.spent) { /* what clocks will be was asked of the calendars */
        return rehearsal_refuse_work(call->refusal);
    }
    return error != 0 ? error
                      : call_encoded(call, wire_encode_tried_book(call->arena, call->request->id,
                                                                  NULL, &tried, call->reply));
}

int query_try_book(struct call *call)
{
    /* Whoever may read what their own party agreed may try what it might agree. A source's tool has
     * no business with books. */
    const struct subject own = {call->who->party, call->who->party, 0, ""};
    struct trial t = {.call = call, .meter = {.left = TRY_STEPS_MAX}};

    if (policy_check(call->who, RIGHT_BOOK_READ, &own) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL, NULL, "%s may not try a book",
                      call->who->name);
    }
    arena_init(&t.arena, TRY_ARENA_BYTES);
    int error = rehearse(&t);
    if (error == 0) {
        error = answer(&t);
    }
    book_plan_free(t.plan);
    arena_fini(&t.arena);
    if (error == OUTCOME_RESOURCE_EXHAUSTED) { /* more of something than is allowed: it stays so */
        call->refusal->code = OUTCOME_INVALID_ARGUMENT;
        error = OUTCOME_INVALID_ARGUMENT;
    }
    return error < 0 ? call_too_large(call) : error;
}
