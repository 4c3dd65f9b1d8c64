// SPDX-License-Identifier: Apache-2.0
/*
 * What an entry does to the rows of its ticket: the ticket itself, the three lists that it is in,
 * its breaches, the count of its source, and the key that it came under.
 */
#include "store/views_private.h"

#include <errno.h>
#include <string.h>

#include "core/evolve.h"
#include "core/instant.h"
#include "store/record.h"
#include "store/row.h"
#include "store/tickets.h"

static bool same_key(const struct key *a, const struct key *b)
{
    return a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

/* --- indexes of tickets ----------------------------------------------------------------------- */

/** An index row: absent when n == 0. */
static int move_row(struct txn *txn, enum db db, const struct key *from, const struct key *to)
{
    int r = 0;

    if (same_key(from, to)) {
        return 0;
    }
    if (from->n > 0) {
        r = row_del(txn, db, from);
    }
    if (r == 0 && to->n > 0) {
        r = row_put(txn, db, to, RECORD_MARK, NULL, 0);
    }
    return r;
}

static struct key no_key(void)
{
    struct key key;

    key.n = 0;
    return key;
}

static struct key due_key(const struct ticket *t)
{
    int64_t at = t ? ticket_next_at(t) : INSTANT_NEVER;

    if (at == INSTANT_NEVER) {
        return no_key();
    }
    return key_due(&(struct key_due){.at = at, .contract = t->contract, .number = t->number});
}

static struct key team_key(const struct ticket *t)
{
    if (!t) {
        return no_key();
    }
    return key_by_team(&(struct key_by_team){
        .contract = t->contract,
        .team = t->team,
        .class = ticket_class(t),
        .urgency_at = ticket_urgency_at(t),
        .number = t->number,
    });
}

static struct key person_key(const struct ticket *t)
{
    if (!t || t->assignee == 0) {
        return no_key();
    }
    enum ticket_class class = ticket_class(t);
    return key_by_person(&(struct key_by_person){
        .principal = t->assignee,
        .done = class == TICKET_CLASS_RESOLVED || class == TICKET_CLASS_CLOSED,
        .urgency_at = ticket_urgency_at(t),
        .contract = t->contract,
        .number = t->number,
    });
}

static int put_indexes(const struct views_step *s, const struct ticket *before,
                       const struct ticket *after)
{
    static const struct {
        enum db db;
        struct key (*key)(const struct ticket *t);
    } indexes[] = {
        {DB_DUE, due_key},
        {DB_BY_TEAM, team_key},
        {DB_BY_PERSON, person_key},
    };
    int r = 0;

    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]) && r == 0; i++) {
        struct key from = indexes[i].key(before);
        struct key to = indexes[i].key(after);

        r = move_row(s->txn, indexes[i].db, &from, &to);
    }
    return r;
}

/* --- breaches --------------------------------------------------------------------------------- */

static struct key_breach breach_key(const struct views_step *s, const struct ticket_clock *clock,
                                    int64_t breached_at)
{
    return (struct key_breach){
        .contract = s->entry->stream,
        .breached_at = breached_at,
        .number = s->entry->event.ticket,
        .clock = clock->kind,
        .team = clock->team,
        .cycle = clock->cycle,
    };
}

static int put_breach(const struct views_step *s, const struct breach *breach)
{
    struct key key = key_breach(&breach->key);
    struct row row;

    int r = record_breach_encode(s->txn, breach, s->arena, &row);
    return r == 0 ? row_put_growing(s->txn, DB_BREACHES, &key, RECORD_BREACH, row.p, row.n) : r;
}

static int get_breach(const struct views_step *s, const struct key_breach *k, struct breach *ret)
{
    struct key key = key_breach(k);
    struct row row;

    int r = row_get(s->txn, DB_BREACHES, &key, RECORD_BREACH, &row);
    return r == 0 ? record_breach_decode(s->txn, &key, &row, s->arena, ret) : r;
}

static int withdraw(const struct views_step *s, const struct ticket_clock *clock,
                    int64_t breached_at)
{
    struct key_breach k = breach_key(s, clock, breached_at);
    struct breach breach;

    int r = get_breach(s, &k, &breach);
    if (r == STORE_NOT_FOUND) {
        return views_misfit(s, "it overturns a breach that is not on record");
    }
    if (r != 0 || breach.withdrawn_seq != 0) {
        return r;
    }
    breach.withdrawn_seq = s->entry->seq;
    breach.withdrawn_at = s->entry->recorded_at;
    return put_breach(s, &breach);
}

/** A breach, or one at the same instant that had been withdrawn and stands again. */
static int record(const struct views_step *s, const struct ticket_clock *clock,
                  const struct ticket_clock *prior, const struct ticket *after)
{
    struct breach breach;
    struct key_breach k = breach_key(s, clock, clock->breached_at);

    int r = get_breach(s, &k, &breach);
    if (r == STORE_NOT_FOUND) {
        bool was_due = prior && prior->cycle == clock->cycle && prior->due_at != INSTANT_NEVER;

        breach = (struct breach){
            .key = k,
            .detected_seq = s->entry->seq,
            .detected_at = s->entry->recorded_at,
            .team = after->team,
            .contract_version = clock->contract_version,
            .target_row = clock->target_row,
            .target_us = clock->target_us,
            .due_at = was_due ? prior->due_at : clock->due_at,
            .imported = s->entry->event.origin == ORIGIN_IMPORT,
        };
        memcpy(breach.priority, after->priority, sizeof(breach.priority));
        r = 0;
    }
    breach.withdrawn_seq = 0;
    breach.withdrawn_at = INSTANT_NONE;
    return r == 0 ? put_breach(s, &breach) : r;
}

/**
 * The instant of the breach that stands for a cycle before the present one, which the ticket's view
 * no longer tells. Rare (a late event reaches back over a reopening), so a scan will do.
 */
static int find_breach(const struct views_step *s, const struct ticket_clock *clock,
                       int64_t *ret_at)
{
    struct key prefix = key_breach_prefix(s->entry->stream);
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    *ret_at = INSTANT_NONE;
    row_walk_begin(&walk, s->txn, DB_BREACHES, &prefix, NULL, RECORD_BREACH);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct key_breach k;
        struct breach breach;

        if (!key_parse_breach(&key, &k) || k.number != s->entry->event.ticket ||
            k.clock != clock->kind || k.team != clock->team || k.cycle != clock->cycle) {
            continue;
        }
        r = record_breach_decode(s->txn, &key, &row, s->arena, &breach);
        if (r != 0) {
            break;
        }
        if (breach.withdrawn_seq == 0) {
            *ret_at = k.breached_at;
        }
    }
    row_walk_end(&walk);
    return r == STORE_NOT_FOUND ? 0 : r;
}

/** The entry takes back the breach of this very cycle, at its own instant, and it stands. */
static int is_named(const struct views_step *s, const struct ticket_clock *clock, bool *ret)
{
    const struct event *e = &s->entry->event;
    const struct key_breach k = breach_key(s, clock, e->effective_at);
    struct breach breach;

    *ret = false;
    if (e->kind != EVENT_CLOCK_WITHDRAWN || e->u.timer.kind != clock->kind ||
        e->u.timer.team != clock->team || e->u.timer.cycle != clock->cycle) {
        return 0;
    }
    int r = get_breach(s, &k, &breach);
    *ret = r == 0 && breach.withdrawn_seq == 0;
    return r == STORE_NOT_FOUND ? 0 : r;
}

/**
 * The instant of the breach that stands for the cycle, INSTANT_NONE: none does. Where the entry
 * names it, no other place is asked: the view of the ticket may know another cycle by now, since
 * several may end in one batch.
 */
static int find_standing(const struct views_step *s, const struct ticket_clock *clock,
                         const struct ticket_clock *prior, int64_t *ret_at)
{
    bool named;
    int r = is_named(s, clock, &named);

    *ret_at = INSTANT_NONE;
    if (r != 0) {
        return r;
    }
    if (named) {
        *ret_at = s->entry->event.effective_at;
    } else if (prior && prior->cycle == clock->cycle) {
        *ret_at = prior->breached_at;
    } else if (prior && prior->cycle > clock->cycle) {
        r = find_breach(s, clock, ret_at);
    }
    return r;
}

/** One clock as the entry leaves it, against what was on record for the same cycle. */
static int judge(const struct views_step *s, const struct ticket_clock *clock,
                 const struct ticket_clock *prior, const struct ticket *after)
{
    int64_t was_at;

    int r = find_standing(s, clock, prior, &was_at);
    if (r != 0 || was_at == clock->breached_at) {
        return r;
    }
    if (was_at != INSTANT_NONE) {
        r = withdraw(s, clock, was_at);
    }
    if (r == 0 && clock->breached_at != INSTANT_NONE) {
        r = record(s, clock, prior, after);
    }
    return r;
}

static int put_breaches(const struct views_step *s, const struct ticket *before,
                        const struct ticket *after)
{
    const struct event *e = &s->entry->event;
    int r = 0;

    for (size_t i = 0; i < e->n_clocks && r == 0; i++) {
        const struct ticket_clock *clock = &e->clocks[i];

        r = judge(s, clock, before ? ticket_clock(before, clock->kind, clock->team) : NULL, after);
    }
    return r;
}

/* --- tickets ---------------------------------------------------------------------------------- */

/** The ticket that the entry is about, NULL if the entry opens it. */
static int find_before(const struct views_step *s, struct ticket *room, const struct ticket **ret)
{
    const struct entry *entry = s->entry;

    *ret = NULL;
    if (entry->event.kind != EVENT_TICKET_OPENED) {
        *ret = s->before;
        if (!*ret) {
            int r = tickets_get(s->txn, entry->stream, entry->event.ticket, s->arena, room);
            if (r != 0) {
                return r == STORE_NOT_FOUND ? views_misfit(s, "there is no such ticket") : r;
            }
            *ret = room;
        }
    }
    if (entry->ticket_prev_seq != (*ret ? (*ret)->last_seq : 0)) {
        return views_misfit(s, "the ticket's previous entry is another one");
    }
    return 0;
}

/** The ticket has no such clock before, and it is not that of a row in front either. */
static bool is_new_clock(const struct ticket *before, const struct event *e, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (e->clocks[k].kind == e->clocks[i].kind && e->clocks[k].team == e->clocks[i].team) {
            return false;
        }
    }
    return !before || !ticket_clock(before, e->clocks[i].kind, e->clocks[i].team);
}

static bool moves_legally(const struct ticket *before, const struct event *e)
{
    static const struct {
        enum event_kind kind;
        enum ticket_verb verb;
        enum ticket_state to;
    } moves[] = {
        {EVENT_HELD, TICKET_VERB_HOLD, TICKET_HELD},
        {EVENT_RESOLVED, TICKET_VERB_RESOLVE, TICKET_RESOLVED},
        {EVENT_REOPENED, TICKET_VERB_REOPEN, TICKET_OPEN},
        {EVENT_CLOSED, TICKET_VERB_CLOSE, TICKET_CLOSED},
        {EVENT_MERGED, TICKET_VERB_MERGE, TICKET_NONE}, // never twice
    };
    enum ticket_state next;

    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        if (e->kind == moves[i].kind &&
            (!before || (before->state != moves[i].to &&
                         !ticket_allows(before->state, moves[i].verb, &next)))) {
            return false;
        }
    }
    return true;
}

/** The ticket has the link already: it does not need another place. */
static bool has_link(const struct ticket *t, const struct event *e)
{
    for (size_t i = 0; i < t->n_links; i++) {
        if (t->links[i].number == e->u.linked.ticket && t->links[i].kind == e->u.linked.kind) {
            return true;
        }
    }
    return false;
}

static bool has_room(const struct ticket *before, const struct event *e)
{
    size_t n_clocks = before ? before->n_clocks : 0;

    if ((e->kind == EVENT_HELD || e->kind == EVENT_RESUMED) &&
        ticket_reason(before, e->u.hold.reason) < 0 && before->n_reasons == BOOK_HOLDS_MAX) {
        return false;
    }
    if (e->kind == EVENT_LINKED && !e->u.linked.removed && before->n_links == TICKET_LINKS_MAX &&
        !has_link(before, e)) {
        return false;
    }
    if (e->kind == EVENT_TAGGED && e->u.tagged.removed_seq == 0 &&
        before->n_tags == TICKET_TAGS_MAX) {
        return false;
    }
    for (size_t i = 0; i < e->n_clocks; i++) {
        n_clocks += is_new_clock(before, e, i);
    }
    return n_clocks <= TICKET_CLOCKS_MAX;
}

/** core/evolve asserts what decide has made sure of. An entry out of a journal that somebody
 * rewrote may break that, and must not bring down who reads it. */
static bool is_legal(const struct ticket *before, const struct event *e)
{
    return moves_legally(before, e) && has_room(before, e);
}

static int put_ticket(const struct views_step *s, const struct ticket *before,
                      const struct ticket *after)
{
    struct key key = key_ticket(after->contract, after->number);
    struct row row;

    int r = record_ticket_encode(s->txn, after, s->arena, &row);
    if (r != 0) {
        return r;
    }
    if (before) {
        return row_put(s->txn, DB_TICKETS, &key, RECORD_TICKET, row.p, row.n);
    }
    r = row_insert_growing(s->txn, DB_TICKETS, &key, RECORD_TICKET, row.p, row.n);
    return r == STORE_CONFLICT ? views_misfit(s, "the ticket is there already") : r;
}

int views_apply_ticket(const struct views_step *s, uint64_t *ret_version)
{
    const struct ticket *before;
    struct ticket room;
    struct ticket after;

    int r = find_before(s, &room, &before);
    if (r != 0) {
        return r;
    }
    if (!is_legal(before, &s->entry->event)) {
        return views_misfit(s, "the ticket is not in a state for it");
    }
    if (evolve(before, s->entry, s->arena, &after) != 0) {
        return txn_fail(s->txn, -ENOMEM, "no memory for a ticket");
    }
    *ret_version = after.version;
    r = put_ticket(s, before, &after);
    if (r == 0) {
        r = put_indexes(s, before, &after);
    }
    if (r == 0) {
        r = put_breaches(s, before, &after);
    }
    if (r == 0) {
        r = views_count_source(s, before, &after);
    }
    return r == 0 && !before ? views_put_external(s, &after) : r;
}
