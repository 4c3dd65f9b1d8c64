// SPDX-License-Identifier: Apache-2.0
#include "evidence/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/decide_compare.h"
#include "core/evolve.h"
#include "core/instant.h"
#include "core/sla.h"
#include "evidence/chainbook.h"
#include "evidence/clockfinding.h"
#include "evidence/legal.h"
#include "store/chain.h"

/*
 * How long after its instant a breach may be missing at the end of a chain: a server that was down
 * or whose clock stepped tells it late, and at the end not yet.
 */
enum { OVERDUE_S = 3600 };

enum { BATCH_S = 1 }; /* more than there are entries in a batch, in microseconds */

/* A breach that entries told and did not take back. */
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
    struct entry last;      /* of the file; what it points to is gone */
    uint64_t *seqs;         /* of the ticket at hand, from its first on */
    size_t seqs_room;
    struct fact facts[TICKET_FACTS_MAX + EVOLVE_FACTS_MAX]; /* with room for one entry too many */
    struct ticket ticket;
    struct told *told; /* of the ticket at hand */
    size_t n_told;
    size_t told_room;
};

/* -- one clock ----------------------------------------------------------------- */

static struct clockfinding where(struct judging *j)
{
    return (struct clockfinding){&j->finding, j->c->header.key, j->ticket.number};
}

static int differ(struct judging *j, uint64_t seq, const struct ticket_clock *clock,
                  const char *what)
{
    const struct clockfinding f = where(j);

    return clockfinding_set(&f, seq, clock, what);
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
    const struct sla_run *run = sla_run_of(runs, n_runs, told);
    const struct clockfinding f = where(j);
    struct sla_clock anew;

    j->summary->clocks++;
    if (told->as_of_at > entry->recorded_at) {
        differ(j, entry->seq, told, "told as it would be, not as it was: the instant");
        return finding_instants(&j->finding, entry->recorded_at, told->as_of_at);
    }
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
    return clockfinding_told(&f, entry, told, &anew.clock);
}

/* -- one entry ----------------------------------------------------------------- */

static struct told told_by(const struct event *e)
{
    return (struct told){e->u.timer.kind, e->u.timer.team, e->u.timer.cycle, e->effective_at};
}

/* Its place, or n_told. */
static size_t find_told(const struct judging *j, const struct told *t)
{
    size_t i = 0;

    while (i < j->n_told && (j->told[i].kind != t->kind || j->told[i].team != t->team ||
                             j->told[i].cycle != t->cycle || j->told[i].at != t->at)) {
        i++;
    }
    return i;
}

static int check_breach(struct judging *j, const struct entry *entry)
{
    const struct event *e = &entry->event;
    const struct told t = told_by(e);

    if (e->n_clocks == 0 || e->clocks[0].kind != t.kind || e->clocks[0].team != t.team ||
        e->clocks[0].cycle != t.cycle || e->clocks[0].breached_at != t.at) {
        return finding_set(&j->finding, entry->seq, "a breach that its own clock does not have");
    }
    if (find_told(j, &t) < j->n_told) {
        return differ(j, entry->seq, &e->clocks[0], "told before: the breach");
    }
    if (j->n_told == j->told_room) {
        const size_t room = j->told_room == 0 ? 64 : 2 * j->told_room;
        struct told *told = reallocarray(j->told, room, sizeof(*told));
        if (told == NULL) {
            return -1;
        }
        j->told = told;
        j->told_room = room;
    }
    j->told[j->n_told++] = t;
    j->summary->breaches++;
    return 0;
}

static int check_withdrawn(struct judging *j, const struct entry *entry)
{
    const struct told t = told_by(&entry->event);
    const size_t i = find_told(j, &t);

    if (i == j->n_told) {
        return finding_set(&j->finding, entry->seq, "it takes back a breach that was not told");
    }
    j->told[i] = j->told[--j->n_told];
    j->summary->withdrawn++;
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
    } else if (r == 0 && entry->event.kind == EVENT_CLOCK_WITHDRAWN) {
        r = check_withdrawn(j, entry);
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
        const struct told t = {clock->kind, clock->team, clock->cycle, clock->breached_at};
        if (clock->breached_at != INSTANT_NONE && find_told(j, &t) == j->n_told) {
            differ(j, seq, clock, "no entry tells the breach");
            return finding_instants(&j->finding, clock->breached_at, INSTANT_NONE);
        }
    }
    return 0;
}

/* What the facts make of the ticket's clocks, against what was told of them, as of an instant. */
static int compare_anew(struct judging *j, uint64_t seq, int64_t recorded_at, int64_t as_of_at,
                        struct compare_news *ret)
{
    const struct book *book;

    const int r = chainbook_at(&j->books, seq, recorded_at, &book, &j->finding);
    if (r != 0) {
        return r;
    }
    struct work w = {
        .book = book,
        .arena = &j->arena,
        .now_at = work_seen_at(&j->ticket, as_of_at),
        .ticket = j->ticket,
    };
    return compare_clocks(&w, &j->ticket, ret);
}

static int find_breach(struct judging *j, uint64_t seq, const struct compare_news *news,
                       const char *what)
{
    const struct ticket_clock *clock = &news->breached[0].clocks[0];

    if (news->n_breached == 0) {
        return 0;
    }
    differ(j, seq, clock, what);
    return finding_instants(&j->finding, clock->breached_at, INSTANT_NONE);
}

/* Where a command ends: what its entries say of clocks is all that the facts make of them. */
static int check_untold(struct judging *j, const struct entry *last)
{
    const struct clockfinding f = where(j);
    struct compare_news news;

    int r = compare_anew(j, last->seq, last->recorded_at, last->event.effective_at, &news);
    if (r == 0) {
        r = find_breach(j, last->seq, &news, "no entry tells the breach");
    }
    if (r == 0 && news.n_overturned > 0) {
        differ(j, last->seq, &news.overturned[0].known, "no entry takes back the breach");
        r = finding_instants(&j->finding, INSTANT_NONE, news.overturned[0].known.breached_at);
    }
    for (size_t i = 0; r == 0 && i < news.n_changed; i++) {
        const struct ticket_clock *anew = &news.changed[i];
        r = clockfinding_untold(&f, last->seq, ticket_clock(&j->ticket, anew->kind, anew->team),
                                anew);
    }
    return r;
}

/* What passed long before the end of the chain. */
static int check_overdue(struct judging *j, const struct entry *last)
{
    const int64_t end_at = instant_add(j->c->recorded_at, -(int64_t)OVERDUE_S * US_PER_S);
    struct compare_news news;

    if (end_at <= last->recorded_at) {
        return 0;
    }
    const int r = compare_anew(j, j->c->header.to, j->c->recorded_at, end_at, &news);
    return r != 0 ? r
                  : find_breach(j, last->seq, &news, "no entry behind this one tells the breach");
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

/* What is written at once has one stamp, and then a microsecond more for each entry. A batch that
 * went on for longer would put off what is looked at where commands end. */
static bool same_command(const struct entry *a, const struct entry *b)
{
    return memcmp(a->batch_id, b->batch_id, sizeof(a->batch_id)) == 0 &&
           b->recorded_at < instant_add(a->recorded_at, BATCH_S * US_PER_S);
}

/* Where a command ends. The last one of the file may go on behind it. */
static int check_end(struct judging *j, const struct entry *last)
{
    int r = check_told(j, last->seq);

    if (r == 0) {
        r = check_untold(j, last);
    }
    if (r == FINDING && same_command(last, &j->last)) {
        j->summary->cut++;
        r = 0;
    }
    return r;
}

/* seqs are from the newest to the first. */
static int judge_ticket(struct judging *j, size_t n)
{
    struct entry entry = {0};
    int r = 0;

    j->ticket = (struct ticket){0};
    j->n_told = 0;
    for (size_t i = n; r == 0 && i-- > 0;) {
        const struct entry before = entry;
        arena_reset(&j->arena);
        r = dossier_entry(j->c, j->seqs[i], &j->arena, &entry);
        if (r == 0 && before.seq != 0 && !same_command(&before, &entry)) {
            r = check_end(j, &before);
        }
        if (r == 0) {
            r = step(j, &entry);
        }
    }
    if (r == 0) {
        r = check_end(j, &entry);
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

static int check_name(struct judging *j, const char *what, const char *expected, const char *told)
{
    if (strcmp(expected, told) == 0) {
        return 0;
    }
    finding_set(&j->finding, 0, "the header: %s", what);
    return finding_texts(&j->finding, expected, told);
}

/* By the book of the last entry. A file that ends before the contract was named has none. */
static int check_header(struct judging *j)
{
    const struct chainline_header *h = &j->c->header;
    const struct book *book;

    int r = j->c->n_places > 0
                ? chainbook_at(&j->books, h->to, j->c->recorded_at, &book, &j->finding)
                : FINDING;
    if (r != 0) {
        return r == FINDING ? 0 : r;
    }
    const struct book_contract *contract = book_contract(book, h->id);
    const struct book_party *buyer = book_party(book, contract->buyer);
    const struct book_party *vendor = book_party(book, contract->vendor);
    r = check_name(j, "the key of its tickets", contract->key, h->key);
    if (r == 0) {
        r = check_name(j, "the buyer", buyer != NULL ? buyer->name : "", h->buyer);
    }
    if (r == 0) {
        r = check_name(j, "the vendor", vendor != NULL ? vendor->name : "", h->vendor);
    }
    j->summary->named = r == 0;
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
    int r = c->n_places > 0 ? dossier_entry(c, c->header.to, &j->arena, &j->last) : 0;
    if (r == 0) {
        r = judge_all(j);
    }
    if (r == 0 && j->first.seq != 0) {
        *ret_finding = j->first;
        r = FINDING;
    } else if (r == 0) {
        r = check_header(j);
        *ret_finding = r == FINDING ? j->finding : *ret_finding;
    }
    chainbook_fini(&j->books);
    arena_fini(&j->arena);
    free(j->told);
    free(j->seqs);
    free(j);
    return r;
}
