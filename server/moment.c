// SPDX-License-Identifier: Apache-2.0
#include "moment.h"

#include <string.h>

#include "core/past.h"
#include "core/sla.h"
#include "store/entries.h"

static int check(const struct call *call)
{
    const struct request *r = call->request;

    if (r->as_known_at != INSTANT_NONE && r->as_known_at > call->at) {
        return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, "as_known", NULL,
                      "that instant lies in the future");
    }
    if (r->as_of_at != INSTANT_NONE && r->as_of_at > call->at) {
        return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, "as_of", NULL,
                      "that instant lies in the future");
    }
    if (r->as_known_at != INSTANT_NONE && r->as_of_at > r->as_known_at) {
        return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, "as_of",
                      "as_known alone means as of the same instant",
                      "nothing was known by then of what came later");
    }
    return 0;
}

int moment_init(struct moment *m, struct call *call)
{
    const struct request *r = call->request;

    *m = (struct moment){.asked = call, .then = *call, .known_at = INSTANT_NEVER};
    int error = check(call);
    if (error != 0) {
        return error;
    }
    if (r->as_known_at != INSTANT_NONE) {
        m->past = true;
        m->known_at = r->as_known_at;
        m->then.at = r->as_known_at;
        error = books_known(call->books, call->txn, m->known_at, &m->known, call->refusal);
        if (error != 0) {
            return error;
        }
        m->then.book = m->known->book;
    }
    if (r->as_of_at != INSTANT_NONE) {
        m->past = true;
        m->then.at = r->as_of_at;
    }
    m->then.now_at = m->then.at;
    return 0;
}

void moment_next(struct moment *m)
{
    while (m->n_settled > 0) {
        books_release(m->settled[--m->n_settled]);
    }
}

void moment_fini(struct moment *m)
{
    moment_next(m);
    books_release(m->known);
    m->known = NULL;
}

bool moment_has(const struct moment *m, const struct entry *entry)
{
    return !m->past ||
           (entry->event.effective_at <= m->then.at && entry->recorded_at <= m->known_at);
}

bool moment_reads_history(const struct moment *m, const struct ticket *now)
{
    return m->past && now->updated_at > m->then.at;
}

/* -- what has ended ----------------------------------------------------------- */

static bool is_over(const struct ticket_clock *clock)
{
    return clock->stopped_at != INSTANT_NONE && clock->ended_seq != 0;
}

/* Its end was recorded later than the newest zone data: no sooner than it was. */
static int is_by_present_zones(struct moment *m, const struct ticket_clock *clock, bool *ret)
{
    if (!m->moved_read) {
        int error = books_zones_moved(m->then.books, m->then.txn, m->known_at, &m->moved_at);
        if (error != 0) {
            return error;
        }
        m->moved_read = true;
    }
    *ret = m->moved_at == INSTANT_NONE || clock->stopped_at >= m->moved_at;
    return 0;
}

int moment_book(struct moment *m, const struct ticket *ticket, const struct ticket_clock *clock,
                const struct book **ret)
{
    struct call *call = &m->then;
    struct shared_book *settled;
    struct entry entry;
    bool present = true;

    int error = is_over(clock) ? is_by_present_zones(m, clock, &present) : 0;
    if (error != 0 || present) {
        *ret = call->book;
        return error;
    }
    error = entries_get_bare(call->txn, ticket->contract, clock->ended_seq, call->arena, &entry);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    error = books_settled(call->books, call->txn, entry.recorded_at, m->known_at, &settled,
                          call->refusal);
    if (error != 0) {
        return error;
    }
    *ret = call->book;
    if (settled != NULL && m->n_settled == TICKET_CLOCKS_MAX) {
        books_release(settled);
        return call_too_large(call);
    }
    if (settled != NULL) {
        m->settled[m->n_settled++] = settled;
        *ret = settled->book;
    }
    return 0;
}

/* The cycle as another book tells it. */
static int retell(struct moment *m, const struct book *book, const struct ticket *ticket,
                  struct ticket_clock *clock)
{
    const struct sla_run *runs;
    size_t n;

    if (sla_runs(book, ticket, m->then.arena, &runs, &n) != 0) {
        return call_too_large(&m->then);
    }
    for (size_t i = 0; i < n; i++) {
        struct sla_clock told;
        if (!runs[i].present || runs[i].kind != clock->kind || runs[i].team != clock->team) {
            continue;
        }
        sla_clock(&runs[i], ticket, m->then.at, &told);
        if (told.clock.cycle == clock->cycle) {
            told.clock.ended_seq = clock->ended_seq;
            *clock = told.clock;
        }
    }
    return 0;
}

/* Clocks that have ended as they were judged then. */
static int settle(struct moment *m, struct ticket *ticket)
{
    for (size_t i = 0; i < ticket->n_clocks; i++) {
        struct ticket_clock clock = ticket->clocks[i];
        const struct book *book;

        int error = moment_book(m, ticket, &clock, &book);
        if (error == 0 && book != m->then.book) {
            error = retell(m, book, ticket, &clock);
        }
        if (error != 0) {
            return error;
        }
        ticket->clocks[i] = clock;
    }
    moment_next(m);
    return 0;
}

/* -- tickets ------------------------------------------------------------------ */

/* Nothing was recorded of it since: only its clocks went on. */
static int unchanged(struct moment *m, const struct ticket *now, struct ticket *ret)
{
    struct ticket t = *now;

    if (past_clocks(m->then.book, &t, m->then.at, m->then.arena) != 0) {
        return call_too_large(&m->then);
    }
    int error = settle(m, &t);
    if (error == 0) {
        *ret = t;
    }
    return error;
}

static int from_history(struct moment *m, const struct ticket *now, struct ticket *ret,
                        bool *ret_there)
{
    struct call *call = &m->then;
    struct arena scratch;
    const struct entry *entries;
    struct ticket t;
    size_t n;

    arena_init(&scratch, MOMENT_ENTRIES_BYTES);
    int error = entries_ticket(call->txn, now->contract, now->last_seq, m->known_at, &scratch,
                               &entries, &n);
    if (error != 0) {
        error = call_store_failed(call, error);
    } else {
        int result = past_ticket(call->book, entries, n, call->at, call->arena, &t);
        *ret_there = result == 0;
        error = result < 0 ? call_too_large(call) : 0;
    }
    arena_fini(&scratch);
    if (error == 0 && *ret_there) {
        /* A text, which was not read; but for erasing it is never another. */
        memcpy(t.source_key, now->source_key, sizeof(t.source_key));
        error = settle(m, &t);
        *ret = t;
    }
    return error;
}

int moment_ticket(struct moment *m, const struct ticket *now, struct ticket *ret, bool *ret_there)
{
    *ret_there = true;
    if (!m->past) {
        *ret = *now;
        return 0;
    }
    if (book_contract(m->then.book, now->contract) == NULL) {
        *ret_there = false;
        return 0;
    }
    return moment_reads_history(m, now) ? from_history(m, now, ret, ret_there)
                                        : unchanged(m, now, ret);
}

int moment_need(struct moment *m, const struct book_contract *contract, const struct ticket *now,
                struct ticket *ret)
{
    char text[INSTANT_TEXT_BYTES];
    bool there;

    int error = moment_ticket(m, now, ret, &there);
    if (error != 0 || there) {
        return error;
    }
    return refuse(m->then.refusal, OUTCOME_NOT_FOUND, "ticket", NULL, "%s-%llu was not there at %s",
                  contract->key, (unsigned long long)now->number, instant_format(m->then.at, text));
}
