// SPDX-License-Identifier: Apache-2.0
#include "core/sla_scan.h"

#define FACT(kind) (1u << FACT_##kind)

/* What a target is matched by. */
#define TRAITS (FACT(PRIORITY) | FACT(TEAM) | FACT(CATEGORY) | FACT(CUSTOMER_TIER) | FACT(LANGUAGE))

/* A kind of clock: adding one is adding a row. */
struct sla_scan_kind {
    enum clock_kind kind;
    unsigned armed_by;   /* facts of which one must be seen before its starts count; 0: at once */
    unsigned starts;     /* facts that start it, unless the ticket is resolved */
    unsigned stops;      /* facts that meet it, or tell too late */
    unsigned cancels;    /* facts that end it without a verdict; being merged ends every clock */
    bool fails_unmet;    /* a resolve that finds it running is a breach, or cancels it */
    bool runs_on_reopen; /* a reopening undoes its stop */
    bool recurs;         /* what starts it after its end starts another cycle */
};

static const struct sla_scan_kind kinds[] = {
    {
        .kind = CLOCK_KIND_ACKNOWLEDGE,
        .starts = FACT(OPENED),
        .stops = FACT(ACKNOWLEDGED),
        .cancels = FACT(RESOLVED),
    },
    {
        .kind = CLOCK_KIND_FIRST_RESPONSE,
        .starts = FACT(OPENED),
        .stops = FACT(REPLIED),
        .fails_unmet = true,
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
        .kind = CLOCK_KIND_RESOLUTION,
        .starts = FACT(OPENED),
        .stops = FACT(RESOLVED),
        .runs_on_reopen = true,
    },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

_Static_assert((int)KINDS <= (int)TICKET_CLOCKS_MAX, "a ticket holds the present cycle of each");

static bool is(const struct fact *f, unsigned facts)
{
    return (facts & (1u << f->kind)) != 0;
}

/*
 * Targets
 */

static bool matches(const struct book_names *names, const char *name)
{
    return names->n == 0 || book_names_have(names, name);
}

static const struct book_target *match(const struct sla_scan *s,
                                       const struct book_contract_version *version)
{
    for (size_t i = 0; i < version->n_targets; i++) {
        const struct book_target *row = &version->targets[i];
        const struct book_match *m = &row->match;

        if (row->clock == s->kind->kind && matches(&m->priority, s->traits.priority) &&
            matches(&m->function, s->ticket->function) &&
            matches(&m->category, s->traits.category) &&
            matches(&m->customer_tier, s->traits.customer_tier) &&
            matches(&m->language, s->traits.language) && matches(&m->team, s->traits.team)) {
            return row->none ? NULL : row;
        }
    }
    return NULL;
}

static const char *team_name(const struct sla_scan *s, uint32_t id)
{
    const struct book_team *team = book_team(s->book, id);
    return team != NULL ? team->name : "";
}

static void set_trait(struct sla_scan *s, const struct fact *f)
{
    if (is(f, FACT(OPENED) | FACT(PRIORITY))) {
        s->traits.priority = f->name;
    } else if (is(f, FACT(TEAM))) {
        s->traits.team = team_name(s, f->team);
    } else if (is(f, FACT(CATEGORY))) {
        s->traits.category = f->name;
    } else if (is(f, FACT(CUSTOMER_TIER))) {
        s->traits.customer_tier = f->name;
    } else if (is(f, FACT(LANGUAGE))) {
        s->traits.language = f->name;
    }
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

/* Starts a cycle, unless there is no target now: later traits may have one. */
static void begin(struct sla_scan *s, int64_t at)
{
    const struct book_contract_version *version = book_contract_at(s->contract, at);
    const struct book_target *target = version != NULL ? match(s, version) : NULL;
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
        .cycle = cycle,
        .version = version,
        .target = target,
        .rule = target->rule,
        .events = s->runs != NULL ? &s->events[s->n_events] : NULL,
    };
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

/* Other traits, perhaps another row: what was used up is carried over. */
static void retarget(struct sla_scan *s, int64_t at)
{
    const struct book_target *target = match(s, s->run->version);

    if (target == s->run->target) {
        return;
    }
    if (target == NULL) {
        add_plain(s, CLOCK_CANCEL, at);
        s->phase = SLA_SCAN_IDLE;
        return;
    }
    add(s, (struct clock_event){
               .at = at,
               .kind = CLOCK_TARGET,
               .mode = CLOCK_CARRY,
               .target_us = target->rule.target_us,
               .min_remaining_us = -1,
               .rearm = true,
               .warns = target->rule.warns,
               .n_warns = target->rule.n_warns,
           });
    if (target->rule.calendar != s->run->target->rule.calendar) {
        add(s, (struct clock_event){
                   .at = at,
                   .kind = CLOCK_CALENDAR,
                   .mode = CLOCK_CARRY,
                   .calendar = target->rule.calendar,
               });
    }
    s->run->target = target;
}

static void reopen(struct sla_scan *s, int64_t at)
{
    if (at - s->stopped_at > s->run->version->reopen_window_us) {
        begin(s, at);
        return;
    }
    add_plain(s, CLOCK_REOPEN, at);
    s->phase = SLA_SCAN_RUNNING;
    retarget(s, at);
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

static void read_running(struct sla_scan *s, const struct fact *f)
{
    if (is(f, s->kind->stops)) {
        add_plain(s, CLOCK_STOP, f->at);
        s->stopped_at = f->at;
        if (s->kind->runs_on_reopen) {
            s->phase = SLA_SCAN_STOPPED;
        } else {
            end(s);
        }
    } else if (is(f, s->kind->cancels)) {
        add_plain(s, CLOCK_CANCEL, f->at);
        end(s);
    } else if (is(f, FACT(RESOLVED)) && s->kind->fails_unmet) {
        add_plain(s, f->by_human ? CLOCK_FAIL : CLOCK_CANCEL, f->at);
        end(s);
    } else if (is(f, FACT(HELD))) {
        pause(s, f->reason, f->at);
    } else if (is(f, FACT(RESUMED))) {
        add(s, (struct clock_event){.at = f->at, .kind = CLOCK_RESUME, .reason = f->reason});
    } else if (is(f, TRAITS)) {
        retarget(s, f->at);
    }
}

static void read_idle(struct sla_scan *s, const struct fact *f)
{
    const bool starts = s->armed && is(f, s->kind->starts);

    if (starts && s->resolved) {
        s->asked = true;
    } else if (starts || (s->asked && is(f, FACT(REOPENED))) ||
               (s->begun && !s->resolved && is(f, TRAITS))) {
        begin(s, f->at);
    } else if (is(f, s->kind->stops)) {
        s->asked = false;
    }
    if (s->phase == SLA_SCAN_IDLE && s->begun && !s->kind->runs_on_reopen &&
        is(f, s->kind->stops | FACT(RESOLVED))) {
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

static void begin_kind(struct sla_scan *s, const struct sla_scan_kind *kind)
{
    const struct ticket *t = s->ticket;

    s->kind = kind;
    s->run = NULL;
    s->phase = SLA_SCAN_IDLE;
    s->armed = kind->armed_by == 0;
    s->begun = s->resolved = s->asked = false;
    s->traits.priority = t->priority;
    s->traits.team = team_name(s, t->opened_as.team);
    s->traits.category = t->opened_as.category;
    s->traits.customer_tier = t->opened_as.customer_tier;
    s->traits.language = t->opened_as.language;
    s->reasons = 0;
}

void sla_scan(struct sla_scan *s)
{
    s->n_runs = s->n_events = 0;
    for (size_t kind = 0; kind < KINDS; kind++) {
        begin_kind(s, &kinds[kind]);
        for (size_t i = 0; i < s->n_facts; i++) {
            const struct fact *f = s->facts[i];
            const struct fact *next = i + 1 < s->n_facts ? s->facts[i + 1] : NULL;

            set_trait(s, f);
            // Several traits of one entry are one change: what lies between them never was.
            if (!is(f, TRAITS) || next == NULL || !is(next, TRAITS) || next->seq != f->seq) {
                read_fact(s, f);
            }
        }
        if (s->run != NULL) {
            s->run->present = true;
        }
    }
}
