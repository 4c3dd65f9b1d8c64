// SPDX-License-Identifier: Apache-2.0
#include "evidence/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/evolve.h"
#include "core/instant.h"
#include "core/sla.h"
#include "evidence/chainbook.h"
#include "evidence/legal.h"
#include "store/chain.h"

/*
 * How long after its instant a breach may be missing at the end of a chain: a server that was down
 * or whose clock stepped tells it late, and at the end not yet.
 */
enum { OVERDUE_S = 3600 };

/* The breach that entries told last, of one clock. */
struct told {
    enum clock_kind kind;
    uint32_t team;
    uint32_t cycle;
    int64_t at;
};

struct judging {
    const struct dossier *c;
    struct chainbook books;
    struct judge_summary *summary;
    struct finding first;   /* seq 0: none */
    struct finding finding; /* of the ticket at hand */
    struct arena arena;     /* one entry, and what is computed for it */
    uint64_t *seqs;         /* of the ticket at hand, from its first on */
    size_t seqs_room;
    struct fact facts[TICKET_FACTS_MAX + EVOLVE_FACTS_MAX]; /* with room for one entry too many */
    struct ticket ticket;
    struct told told[TICKET_CLOCKS_MAX];
    size_t n_told;
};

/* -- one clock ----------------------------------------------------------------- */

static const struct sla_run *find_run(const struct sla_run *runs, size_t n,
                                      const struct ticket_clock *clock)
{
    const struct sla_run *found = NULL;

    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind == clock->kind && runs[i].team == clock->team &&
            runs[i].cycle <= clock->cycle) {
            found = &runs[i];
        }
    }
    return found != NULL && (found->is_chain || found->cycle == clock->cycle) ? found : NULL;
}

static const char *state_name(enum clock_state state)
{
    static const char *const names[] = {"idle", "running", "on hold", "stopped", "cancelled"};

    return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

static int differ(struct judging *j, uint64_t seq, const struct ticket_clock *told,
                  const char *what)
{
    return finding_set(&j->finding, seq, "%s of clock %s cycle %u of %s-%" PRIu64, what,
                       clock_kind_name(told->kind), told->cycle, j->c->header.key,
                       j->ticket.number);
}

/* What a verdict consists of; not what lies ahead of a clock whose time has come already. */
static int compare(struct judging *j, const struct entry *entry, const struct ticket_clock *told,
                   const struct ticket_clock *anew)
{
    const uint64_t seq = entry->seq;
    const bool ahead = anew->breached_at == INSTANT_NONE;

    if (told->contract_version != anew->contract_version) {
        differ(j, seq, told, "the contract version");
        return finding_numbers(&j->finding, anew->contract_version, told->contract_version);
    }
    if (told->target_row != anew->target_row) {
        differ(j, seq, told, "the target row");
        return finding_numbers(&j->finding, anew->target_row, told->target_row);
    }
    if (told->verdict != anew->verdict) {
        differ(j, seq, told, "the verdict");
        return finding_texts(&j->finding, ticket_verdict_name(anew->verdict),
                             ticket_verdict_name(told->verdict));
    }
    if (told->breached_at != anew->breached_at) {
        differ(j, seq, told, "the instant of the breach");
        return finding_instants(&j->finding, anew->breached_at, told->breached_at);
    }
    if (told->state != anew->state) {
        differ(j, seq, told, "the state");
        return finding_texts(&j->finding, state_name(anew->state), state_name(told->state));
    }
    if (told->started_at != anew->started_at) {
        differ(j, seq, told, "the start");
        return finding_instants(&j->finding, anew->started_at, told->started_at);
    }
    if (told->stopped_at != anew->stopped_at) {
        differ(j, seq, told, "the end");
        return finding_instants(&j->finding, anew->stopped_at, told->stopped_at);
    }
    if (told->target_us != anew->target_us) {
        differ(j, seq, told, "the target in us");
        return finding_numbers(&j->finding, (uint64_t)anew->target_us, (uint64_t)told->target_us);
    }
    // A clock that moved may be told as it was seen before, by the book of before.
    if (told->elapsed_us != anew->elapsed_us && entry->event.kind != EVENT_CLOCK_RESCHEDULED) {
        differ(j, seq, told, "the time used up in us");
        return finding_numbers(&j->finding, (uint64_t)anew->elapsed_us, (uint64_t)told->elapsed_us);
    }
    if (ahead && told->due_at != anew->due_at) {
        differ(j, seq, told, "the due instant");
        return finding_instants(&j->finding, anew->due_at, told->due_at);
    }
    if (ahead && told->limit_at != anew->limit_at) {
        differ(j, seq, told, "the limit");
        return finding_instants(&j->finding, anew->limit_at, told->limit_at);
    }
    return 0;
}

/*
 * A breach that something late moved is taken back first, as if there were none, and told anew by
 * an entry of its own.
 */
static void as_taken_back(const struct entry *entry, size_t i, struct ticket_clock *anew)
{
    if (entry->event.kind == EVENT_CLOCK_WITHDRAWN && i == 0 && anew->breached_at != INSTANT_NONE &&
        anew->breached_at != entry->event.effective_at) {
        anew->breached_at = INSTANT_NONE;
        anew->verdict = TICKET_VERDICT_OPEN;
    }
}

/* A cycle that never was is cancelled, with nothing on record. */
static int check_gone(struct judging *j, const struct entry *entry, const struct ticket_clock *told)
{
    if (told->state == CLOCK_CANCELLED && told->verdict == TICKET_VERDICT_NONE &&
        told->breached_at == INSTANT_NONE) {
        return 0;
    }
    differ(j, entry->seq, told, "the verdict");
    return finding_texts(&j->finding, "no such cycle", ticket_verdict_name(told->verdict));
}

static int check_clock(struct judging *j, const struct entry *entry, size_t i,
                       const struct sla_run *runs, size_t n_runs)
{
    const struct ticket_clock *told = &entry->event.clocks[i];
    const struct sla_run *run = find_run(runs, n_runs, told);
    struct sla_clock anew;

    j->summary->clocks++;
    if (run == NULL || !sla_cycle(run, &j->ticket, told->cycle, told->as_of_at, &anew)) {
        return check_gone(j, entry, told);
    }
    if (entry->event.kind == EVENT_CLOCK_WARNED) {
        const uint32_t warning = entry->event.u.timer.warning;
        const int64_t at = warning < CLOCK_WARNS_MAX ? anew.warned_at[warning] : INSTANT_NONE;
        if (at != entry->event.effective_at) {
            differ(j, entry->seq, told, "the instant of a warning");
            return finding_instants(&j->finding, at, entry->event.effective_at);
        }
    }
    as_taken_back(entry, i, &anew.clock);
    return compare(j, entry, told, &anew.clock);
}

/* -- one entry ----------------------------------------------------------------- */

static int check_breach(struct judging *j, const struct entry *entry)
{
    const struct event *e = &entry->event;
    const struct told t = {e->u.timer.kind, e->u.timer.team, e->u.timer.cycle, e->effective_at};
    size_t i = 0;

    if (e->n_clocks == 0 || e->clocks[0].kind != t.kind || e->clocks[0].team != t.team ||
        e->clocks[0].cycle != t.cycle || e->clocks[0].breached_at != t.at) {
        return finding_set(&j->finding, entry->seq, "a breach that its own clock does not have");
    }
    while (i < j->n_told && (j->told[i].kind != t.kind || j->told[i].team != t.team)) {
        i++;
    }
    if (i == TICKET_CLOCKS_MAX) {
        return finding_set(&j->finding, entry->seq, "more clocks than a ticket has");
    }
    j->told[i] = t;
    j->n_told += i == j->n_told;
    j->summary->breaches++;
    return 0;
}

static int check_engine(struct judging *j, const struct entry *entry)
{
    const uint32_t engine = entry->event.engine;

    if (entry->event.n_clocks == 0 || engine == 0 || engine == SLA_ENGINE) {
        return 0;
    }
    j->summary->engine = engine;
    return JUDGE_ENGINE;
}

static int check_entry(struct judging *j, const struct entry *entry)
{
    const struct sla_run *runs;
    const struct book *book;
    size_t n_runs;
    int r = check_engine(j, entry);

    if (r == 0 && entry->event.kind == EVENT_CLOCK_BREACHED) {
        r = check_breach(j, entry);
    }
    if (r != 0 || entry->event.n_clocks == 0) {
        return r;
    }
    r = chainbook_at(&j->books, entry->seq, entry->recorded_at, &book, &j->finding);
    if (r == 0 && sla_runs(book, &j->ticket, &j->arena, &runs, &n_runs) != 0) {
        r = -1;
    }
    for (size_t i = 0; r == 0 && i < entry->event.n_clocks; i++) {
        r = check_clock(j, entry, i, runs, n_runs);
    }
    return r;
}

/* -- what was not told --------------------------------------------------------- */

/* Where a command ends: every breach that the ticket knows of has its entry. */
static int check_told(struct judging *j, uint64_t seq)
{
    for (size_t i = 0; i < j->ticket.n_clocks; i++) {
        const struct ticket_clock *clock = &j->ticket.clocks[i];
        bool found = clock->breached_at == INSTANT_NONE;
        for (size_t k = 0; !found && k < j->n_told; k++) {
            const struct told *t = &j->told[k];
            found = t->kind == clock->kind && t->team == clock->team && t->at == clock->breached_at;
        }
        if (!found) {
            differ(j, seq, clock, "no entry tells the breach");
            return finding_instants(&j->finding, clock->breached_at, INSTANT_NONE);
        }
    }
    return 0;
}

/* What passed long before the end of the chain. */
static int check_overdue(struct judging *j, const struct entry *last)
{
    const int64_t end_at = instant_add(j->c->recorded_at, -(int64_t)OVERDUE_S * US_PER_S);
    const struct sla_run *runs;
    const struct book *book;
    size_t n_runs;

    if (end_at <= last->recorded_at) {
        return 0;
    }
    int r = chainbook_at(&j->books, j->c->header.to, j->c->recorded_at, &book, &j->finding);
    if (r == 0 && sla_runs(book, &j->ticket, &j->arena, &runs, &n_runs) != 0) {
        r = -1;
    }
    for (size_t i = 0; r == 0 && i < n_runs; i++) {
        struct sla_clock now;
        const struct ticket_clock *known = ticket_clock(&j->ticket, runs[i].kind, runs[i].team);
        const bool over = known != NULL &&
                          (known->state == CLOCK_STOPPED || known->state == CLOCK_CANCELLED);
        if (!runs[i].present || runs[i].unmeasured || over) {
            continue;
        }
        sla_clock(&runs[i], &j->ticket, end_at, &now);
        if (now.clock.breached_at != INSTANT_NONE &&
            (known == NULL || known->cycle != now.clock.cycle ||
             known->breached_at == INSTANT_NONE)) {
            differ(j, last->seq, &now.clock, "no entry behind this one tells the breach");
            r = finding_instants(&j->finding, now.clock.breached_at, INSTANT_NONE);
        }
    }
    return r;
}

/* -- one ticket ---------------------------------------------------------------- */

static int collect(struct judging *j, uint64_t last_seq, size_t *ret_n)
{
    size_t n = 0;

    for (uint64_t seq = last_seq; seq != 0; seq = j->c->places[seq - 1].previous) {
        if (n == j->seqs_room) {
            const size_t room = n == 0 ? 256 : 2 * n;
            uint64_t *seqs = reallocarray(j->seqs, room, sizeof(*seqs));
            if (seqs == NULL) {
                return -1;
            }
            j->seqs = seqs;
            j->seqs_room = room;
        }
        j->seqs[n++] = seq;
    }
    *ret_n = n;
    return 0;
}

static int step(struct judging *j, const struct entry *entry)
{
    const char *why = legal_next(&j->ticket, entry);

    if (why != NULL) {
        return finding_set(&j->finding, entry->seq, "%s of %s-%" PRIu64 ": %s",
                           event_kind_name(entry->event.kind), j->c->header.key,
                           entry->event.ticket, why);
    }
    evolve_within(&j->ticket, entry, j->facts, sizeof(j->facts) / sizeof(j->facts[0]));
    if (j->ticket.n_facts > TICKET_FACTS_MAX) {
        return finding_set(&j->finding, entry->seq,
                           "%s-%" PRIu64 " has more facts than a ticket has", j->c->header.key,
                           entry->event.ticket);
    }
    return check_entry(j, entry);
}

/* seqs are from the newest to the first. */
static int judge_ticket(struct judging *j, size_t n)
{
    struct entry entry = {0};
    uint8_t batch_id[sizeof(entry.batch_id)];
    int r = 0;

    j->ticket = (struct ticket){0};
    j->n_told = 0;
    for (size_t i = n; r == 0 && i-- > 0;) {
        const uint64_t before = entry.seq;
        memcpy(batch_id, entry.batch_id, sizeof(batch_id));
        arena_reset(&j->arena);
        r = dossier_entry(j->c, j->seqs[i], &j->arena, &entry);
        if (r == 0 && before != 0 && memcmp(batch_id, entry.batch_id, sizeof(batch_id)) != 0) {
            r = check_told(j, before);
        }
        if (r == 0) {
            r = step(j, &entry);
        }
    }
    if (r == 0) {
        r = check_told(j, entry.seq);
    }
    return r == 0 ? check_overdue(j, &entry) : r;
}

static int compare_tickets(const void *a, const void *b)
{
    const struct dossier_ticket *x = a;
    const struct dossier_ticket *y = b;

    return x->number < y->number ? -1 : x->number > y->number;
}

/* By number: books change with time, and tickets that were opened together meet the same. */
static int judge_all(struct judging *j)
{
    const struct dossier *c = j->c;
    struct dossier_ticket *tickets = calloc(c->n_tickets + 1, sizeof(*tickets));
    size_t n = 0;
    int r = tickets != NULL ? 0 : -1;

    for (size_t i = 0; r == 0 && i < c->tickets_room; i++) {
        if (c->tickets[i].number != 0) {
            tickets[n++] = c->tickets[i];
        }
    }
    if (r == 0) {
        qsort(tickets, n, sizeof(*tickets), compare_tickets);
    }
    for (size_t i = 0; r == 0 && i < n; i++) {
        size_t n_seqs;
        r = collect(j, tickets[i].last_seq, &n_seqs);
        if (r == 0) {
            r = judge_ticket(j, n_seqs);
            j->summary->tickets++;
        }
        if (r == FINDING) {
            if (j->first.seq == 0 || j->finding.seq < j->first.seq) {
                j->first = j->finding;
            }
            r = 0;
        }
    }
    free(tickets);
    return r;
}

int judge(const struct dossier *c, struct judge_summary *ret, struct finding *ret_finding)
{
    struct judging *j = calloc(1, sizeof(*j)); // too large for a stack

    *ret = (struct judge_summary){0};
    *ret_finding = (struct finding){0};
    if (j == NULL) {
        return -1;
    }
    j->c = c;
    j->summary = ret;
    j->books.chain = c;
    arena_init(&j->arena, CHAIN_ARENA_BYTES);
    int r = judge_all(j);
    if (r == 0 && j->first.seq != 0) {
        *ret_finding = j->first;
        r = FINDING;
    }
    chainbook_fini(&j->books);
    arena_fini(&j->arena);
    free(j->seqs);
    free(j);
    return r;
}
