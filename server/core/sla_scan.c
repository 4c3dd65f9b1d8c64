// SPDX-License-Identifier: Apache-2.0
#include "core/sla_scan.h"

#define FACT(kind) (1u << FACT_##kind)

/* What a target is matched by. */
#define TRAITS (FACT(PRIORITY) | FACT(TEAM) | FACT(CATEGORY) | FACT(CUSTOMER_TIER) | FACT(LANGUAGE))

/* A kind of clock: adding one is adding a row. */
struct sla_scan_kind {
    enum clock_kind kind;
    unsigned armed_by; /* facts of which one must be seen before its starts count; 0: at once */
    unsigned starts;   /* facts that start it, unless the ticket is resolved */
    unsigned stops;    /* facts that meet it, or tell too late */
    /* Facts that end it without a verdict; being merged ends every clock. A resolve that neither
     * stops nor cancels one is a breach, or cancels it, as the contract has it. */
    unsigned cancels;
    bool runs_on_reopen; /* a reopening undoes its stop */
    bool recurs;         /* what starts it after its end, or as its end, starts another cycle */
    bool per_team;       /* one for each team: only while it is the ticket's, and stops when not */
    bool of_opening;     /* its first cycle has the age of the ticket, or of one merged into it */
};

static const struct sla_scan_kind kinds[] = {
    {
        .kind = CLOCK_KIND_ACKNOWLEDGE,
        .starts = FACT(OPENED),
        .stops = FACT(ACKNOWLEDGED),
        .cancels = FACT(RESOLVED),
        .of_opening = true,
    },
    {
        .kind = CLOCK_KIND_FIRST_RESPONSE,
        .starts = FACT(OPENED),
        .stops = FACT(REPLIED),
        .of_opening = true,
    },
    {
        // What is asked before the first response is that one's business.
        .kind = CLOCK_KIND_NEXT_RESPONSE,
        .armed_by = FACT(REPLIED) | FACT(RESOLVED),
        .starts = FACT(ASKED),
        .stops = FACT(REPLIED),
        .cancels = FACT(RESOLVED),
        .recurs = true,
    },
    {
        .kind = CLOCK_KIND_UPDATE,
        .starts = FACT(OPENED) | FACT(REPLIED) | FACT(REOPENED),
        .stops = FACT(REPLIED),
        .cancels = FACT(RESOLVED),
        .recurs = true,
    },
    {
        .kind = CLOCK_KIND_RESOLUTION,
        .starts = FACT(OPENED),
        .stops = FACT(RESOLVED),
        .runs_on_reopen = true,
        .of_opening = true,
    },
    {
        .kind = CLOCK_KIND_TURNAROUND,
        .starts = FACT(OPENED),
        .stops = FACT(RESOLVED),
        .runs_on_reopen = true,
        .of_opening = true,
    },
    {
        .kind = CLOCK_KIND_OLA,
        .starts = FACT(OPENED) | FACT(TEAM) | FACT(REOPENED),
        .stops = FACT(RESOLVED),
        .recurs = true,
        .per_team = true,
    },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), TWICE = 2 };

_Static_assert((int)KINDS == (int)CLOCK_KINDS - 1, "a row for each kind");
_Static_assert((int)KINDS - 1 + (int)TWICE + (int)TICKET_OLAS_MAX <= (int)TICKET_CLOCKS_MAX,
               "an event holds the present cycle of each, and what update and next_response ended");

static bool is(const struct fact *f, unsigned facts)
{
    return (facts & (1u << f->kind)) != 0;
}

/* The ticket is with the team that the clock is of. */
static bool is_ours(const struct sla_scan *s)
{
    return !s->kind->per_team || s->traits.team == s->team;
}

static bool starts(const struct sla_scan *s, const struct fact *f)
{
    return is(f, s->kind->starts) && is_ours(s);
}

static bool stops(const struct sla_scan *s, const struct fact *f)
{
    return is(f, s->kind->stops) || (is(f, FACT(TEAM)) && !is_ours(s));
}

/*
 * Writing a run
 */

static void add(struct sla_scan *s, struct clock_event event)
{
    if (s->runs != NULL) { // else it only counts
        s->events[s->n_events] = event;
    }
    s->n_events++;
    s->run->n_events++;
}

static void add_plain(struct sla_scan *s, enum clock_event_kind kind, int64_t at)
{
    add(s, (struct clock_event){.at = at, .kind = kind});
}

static void pause(struct sla_scan *s, uint8_t reason, int64_t at)
{
    const struct book_hold *hold = sla_hold(s->contract, s->run->version,
                                            s->ticket->reasons[reason], s->held_at[reason]);
    if (hold != NULL && (hold->pauses & (1u << s->kind->kind)) != 0) {
        add(s, (struct clock_event){.at = at, .kind = CLOCK_PAUSE, .reason = reason});
    }
}

static const struct book_target *match(const struct sla_scan *s,
                                       const struct book_contract_version *version)
{
    return sla_target(s->book, version, s->kind->kind, &s->traits);
}

static const struct book_calendar *calendar_of(const struct sla_scan *s,
                                               const struct book_contract_version *version,
                                               const struct book_target *target)
{
    return sla_target_calendar(s->book, version, target, s->traits.team);
}

/* Starts a cycle, unless there is no target now: later traits may have one. */
static void begin(struct sla_scan *s, int64_t at)
{
    const struct book_contract_version *version = book_contract_at(s->contract, at);
    const struct book_target *target = version != NULL ? match(s, version) : NULL;
    const struct book_calendar *calendar = target != NULL ? calendar_of(s, version, target) : NULL;
    const uint32_t cycle = s->run != NULL ? s->run->cycle + 1 : 1;

    s->begun = true;
    s->asked = false;
    s->phase = SLA_SCAN_IDLE;
    if (target == NULL) {
        return;
    }
    s->run = s->runs != NULL ? &s->runs[s->n_runs] : &s->counting;
    s->n_runs++;
    *s->run = (struct sla_run){
        .kind = s->kind->kind,
        .team = s->team,
        .cycle = cycle,
        .version = version,
        .target = target,
        .calendar = calendar,
        .rule = sla_target_rule(target, calendar),
        .events = s->runs != NULL ? &s->events[s->n_events] : NULL,
    };
    s->run->is_chain = s->run->rule.recurs;
    s->calendar = s->run->rule.calendar;
    if ((s->ticket->clocks_absent & (1u << s->kind->kind)) != 0) {
        s->run->unmeasured = true;
        s->phase = SLA_SCAN_ENDED;
        return;
    }
    for (uint8_t i = 0; i < s->ticket->n_reasons; i++) {
        if ((s->reasons & (1u << i)) != 0) {
            pause(s, i, at);
        }
    }
    add_plain(s, CLOCK_START, at);
    s->phase = SLA_SCAN_RUNNING;
}

/* Another calendar or target than so far, as the contract wants it. */
static void take_target(struct sla_scan *s, const struct book_target *target, int64_t at)
{
    const struct book_contract_version *version = s->run->version;
    const struct clock_rule rule = sla_target_rule(target, s->run->calendar);

    if (rule.calendar != s->calendar) { // first: days of the target are this one's
        add(s, (struct clock_event){
                   .at = at,
                   .kind = CLOCK_CALENDAR,
                   .mode = CLOCK_CARRY,
                   .calendar = rule.calendar,
               });
        s->calendar = rule.calendar;
    }
    if (target == s->run->target) {
        return;
    }
    add(s, (struct clock_event){
               .at = at,
               .kind = CLOCK_TARGET,
               .mode = version->on_retarget,
               .target_us = rule.target_us,
               .days = rule.days,
               .min_remaining_us = version->min_remaining_us > 0 ? version->min_remaining_us : -1,
               .rearm = true,
               .warns = rule.warns,
               .n_warns = rule.n_warns,
               .recurs = rule.recurs,
           });
    s->run->target = target;
    s->run->is_chain |= rule.recurs;
}

/* Other traits, perhaps another row, or another team's calendar. */
static void retarget(struct sla_scan *s, int64_t at)
{
    const struct book_contract_version *version = s->run->version;
    const struct book_target *target = match(s, version);

    if (target == NULL) {
        add_plain(s, CLOCK_CANCEL, at);
        s->phase = SLA_SCAN_IDLE;
    } else if (target != s->run->target || (target->of_team && version->follows_team)) {
        s->run->calendar = calendar_of(s, version, target);
        take_target(s, target, at);
    }
}

static void reopen(struct sla_scan *s, int64_t at)
{
    const struct book_contract_version *version = s->run->version;

    if (version->on_reopen == CLOCK_NEW_CYCLE || at - s->stopped_at > version->reopen_window_us) {
        begin(s, at);
        return;
    }
    add(s, (struct clock_event){.at = at, .kind = CLOCK_REOPEN, .mode = version->on_reopen});
    s->phase = SLA_SCAN_RUNNING;
    retarget(s, at);
}

/* What was merged into the ticket is older. */
static void start_earlier(struct sla_scan *s, const struct fact *f)
{
    if (s->run->version->merge_earliest && s->kind->of_opening && s->run->cycle == 1) {
        add(s, (struct clock_event){.at = f->at, .kind = CLOCK_EARLIER, .since_at = f->since_at});
    }
}

/*
 * Reading facts
 */

/* What the clock waited for is over, with a target or without. */
static void end(struct sla_scan *s)
{
    s->phase = s->kind->recurs ? SLA_SCAN_IDLE : SLA_SCAN_ENDED;
    s->begun = false;
}

/* What a resolve makes of a first response that was never given. */
static enum clock_event_kind unanswered(const struct sla_scan *s, const struct fact *f)
{
    const struct book_contract_version *version = s->run->version;

    switch (f->by_human ? version->unanswered_human : version->unanswered_tool) {
    case BOOK_UNANSWERED_BREACHED: return CLOCK_FAIL;
    case BOOK_UNANSWERED_CANCELLED: return CLOCK_CANCEL;
    case BOOK_UNANSWERED_DEFAULT: break;
    }
    return f->by_human ? CLOCK_FAIL : CLOCK_CANCEL;
}

static void read_running(struct sla_scan *s, const struct fact *f)
{
    if (stops(s, f)) {
        add_plain(s, CLOCK_STOP, f->at);
        s->stopped_at = f->at;
        if (s->kind->runs_on_reopen) {
            s->phase = SLA_SCAN_STOPPED;
        } else {
            end(s);
        }
        if (s->kind->recurs && starts(s, f)) {
            begin(s, f->at);
        }
    } else if (is(f, s->kind->cancels)) {
        add_plain(s, CLOCK_CANCEL, f->at);
        end(s);
    } else if (is(f, FACT(RESOLVED))) {
        add_plain(s, unanswered(s, f), f->at);
        end(s);
    } else if (is(f, FACT(HELD))) {
        pause(s, f->reason, f->at);
    } else if (is(f, FACT(RESUMED))) {
        add(s, (struct clock_event){.at = f->at, .kind = CLOCK_RESUME, .reason = f->reason});
    } else if (is(f, FACT(ABSORBED))) {
        start_earlier(s, f);
    } else if (is(f, TRAITS)) {
        retarget(s, f->at);
    }
}

static void read_idle(struct sla_scan *s, const struct fact *f)
{
    const bool begins = s->armed && starts(s, f);
    const bool ends = (stops(s, f) && !begins) || is(f, FACT(RESOLVED));

    if (begins && s->resolved) {
        s->asked = true;
    } else if (begins || (s->asked && is(f, FACT(REOPENED))) ||
               (s->begun && !s->resolved && is(f, TRAITS) && is_ours(s))) {
        begin(s, f->at);
    } else if (stops(s, f)) {
        s->asked = false;
    }
    if (s->phase == SLA_SCAN_IDLE && s->begun && !s->kind->runs_on_reopen && ends) {
        end(s); // what is over is not measured from later traits on
    }
}

/* What every kind must know, whatever it is doing. */
static void note(struct sla_scan *s, const struct fact *f)
{
    if (is(f, FACT(HELD))) {
        s->reasons |= 1u << f->reason;
        s->held_at[f->reason] = f->at;
    } else if (is(f, FACT(RESUMED))) {
        s->reasons &= ~(1u << f->reason);
    } else if (is(f, FACT(RESOLVED))) {
        s->reasons = 0;
        s->resolved = true;
    } else if (is(f, FACT(REOPENED))) {
        s->resolved = false;
    }
}

static void read_fact(struct sla_scan *s, const struct fact *f)
{
    note(s, f);
    if (is(f, FACT(MERGED))) {
        if (s->phase == SLA_SCAN_RUNNING) {
            add_plain(s, CLOCK_CANCEL, f->at);
        }
        s->phase = SLA_SCAN_ENDED;
        return;
    }
    switch (s->phase) {
    case SLA_SCAN_IDLE: read_idle(s, f); break;
    case SLA_SCAN_RUNNING: read_running(s, f); break;
    case SLA_SCAN_STOPPED:
        if (is(f, FACT(REOPENED))) {
            reopen(s, f->at);
        }
        break;
    case SLA_SCAN_ENDED: break;
    }
    s->armed |= is(f, s->kind->armed_by);
}

static void begin_clock(struct sla_scan *s, const struct sla_scan_kind *kind, uint32_t team)
{
    s->kind = kind;
    s->team = team;
    s->run = NULL;
    s->phase = SLA_SCAN_IDLE;
    s->armed = kind->armed_by == 0;
    s->begun = s->resolved = s->asked = false;
    s->traits = sla_traits_of(s->ticket);
    s->reasons = 0;
}

static void scan_clock(struct sla_scan *s, const struct sla_scan_kind *kind, uint32_t team)
{
    begin_clock(s, kind, team);
    (void)meter_take(s->book->meter, 2 + s->n_facts);
    for (size_t i = 0; i < s->n_facts; i++) {
        const struct fact *f = s->facts[i];
        const struct fact *next = i + 1 < s->n_facts ? s->facts[i + 1] : NULL;

        sla_traits_set(&s->traits, f);
        // Several traits of one entry are one change: what lies between them never was.
        if (!is(f, TRAITS) || next == NULL || !is(next, TRAITS) || next->seq != f->seq) {
            read_fact(s, f);
        }
    }
    if (s->run != NULL) {
        s->run->present = true;
    }
}

/* The ticket was with the team before facts[n]. */
static bool was_with(const struct sla_scan *s, uint32_t team, size_t n)
{
    bool was = team == s->ticket->opened_as.team;

    for (size_t i = 0; i < n && !was; i++) {
        was = is(s->facts[i], FACT(TEAM)) && s->facts[i]->team == team;
    }
    return was;
}

/* Each team once, in the order in which they got the ticket. */
static void scan_teams(struct sla_scan *s, const struct sla_scan_kind *kind)
{
    scan_clock(s, kind, s->ticket->opened_as.team);
    for (size_t i = 0; i < s->n_facts; i++) {
        (void)meter_take(s->book->meter, is(s->facts[i], FACT(TEAM)) ? 1 + i / 4 : 0);
        if (is(s->facts[i], FACT(TEAM)) && !was_with(s, s->facts[i]->team, i)) {
            scan_clock(s, kind, s->facts[i]->team);
        }
    }
}

static bool is_measured(const struct book_contract *contract, enum clock_kind kind)
{
    for (size_t i = 0; i < contract->n_versions; i++) {
        if (sla_measures(&contract->versions[i], kind)) {
            return true;
        }
    }
    return false;
}

void sla_scan(struct sla_scan *s)
{
    s->n_runs = s->n_events = 0;
    for (size_t i = 0; i < KINDS; i++) {
        if (!is_measured(s->contract, kinds[i].kind)) {
            continue;
        }
        if (kinds[i].per_team) {
            scan_teams(s, &kinds[i]);
        } else {
            scan_clock(s, &kinds[i], 0);
        }
    }
}
