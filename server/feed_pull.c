// SPDX-License-Identifier: Apache-2.0
/*
 * One Feed: what a subscription is told of what it has not seen yet.
 *
 * A position moves behind an entry only when the entry was looked at, and is told in the Feed that
 * has the entry's event, or in a later one: whoever resumes from it gets nothing twice.
 */
#include "feed_private.h"

#include <errno.h>

#include "present_event.h"
#include "proto/frame.h"
#include "store/entries.h"
#include "store/tickets.h"

struct pull {
    struct feed *feed;
    struct feed_subscription *s;
    struct call *call;
    struct wire_rows rows;
    size_t looked_at;
    size_t moved; /* positions */
    bool full;    /* the Feed has no room for the next event */
};

static bool sees(const struct principal *who, const struct book_contract *contract, uint32_t team,
                 const char *source)
{
    const struct subject subject = {contract->buyer, contract->vendor, team, source};
    return policy_check(who, RIGHT_TICKET_SEE, &subject) == POLICY_ALLOWED;
}

bool feed_sees(const struct principal *who, const struct book *book,
               const struct book_contract *contract)
{
    if (sees(who, contract, 0, who->source)) {
        return true;
    }
    for (size_t i = 0; i < book->n_teams; i++) {
        if (call_ever_had_team(contract, book->teams[i].id) &&
            sees(who, contract, book->teams[i].id, "")) {
            return true;
        }
    }
    return false;
}

/* What reading came to, as the end of the subscription: the refusal says why. */
static int failed(struct call *call, int error)
{
    if (call_store_failed(call, error) < 0) {
        refuse(call->refusal, OUTCOME_INTERNAL, NULL, NULL, "the store cannot be read");
    }
    return -1;
}

/* It is of what was asked for, before anything is read for it. */
static bool is_wanted(const struct feed_subscription *s, const struct event *e)
{
    enum reply_event_kind kind = reply_event_kind_of(e->kind);
    bool moved = e->kind == EVENT_TRANSFERRED;

    return kind != REPLY_EVENT_NONE && (s->kinds == 0 || (s->kinds & (1u << kind)) != 0) &&
           (s->team == 0 || s->team == e->team || (moved && s->team == e->u.transferred.from));
}

/* The principal may know of it: by its team, or for a source's tool by its ticket's source. */
static bool is_visible(const struct principal *who, const struct book_contract *contract,
                       const struct event *e, const struct ticket *ticket)
{
    const char *source = e->ticket == 0 ? e->u.kept.source : ticket->source;

    return sees(who, contract, e->team, source) ||
           (e->kind == EVENT_TRANSFERRED && sees(who, contract, e->u.transferred.from, source));
}

/* Adds an entry's event if it is to be seen. Returns 0, WIRE_FULL, or < 0 with the refusal filled;
 * what it reads is in the call's arena. */
static int add_event(struct pull *p, const struct book_contract *contract,
                     const struct entry *entry)
{
    struct call *call = p->call;
    struct ticket ticket = {.source = ""};
    struct reply_event row;

    if (!is_wanted(p->s, &entry->event)) {
        return 0;
    }
    if (entry->event.ticket != 0) {
        int error = tickets_get(call->txn, contract->id, entry->event.ticket, call->arena, &ticket);
        if (error != 0) {
            return failed(call, error);
        }
    }
    if (!is_visible(call->who, contract, &entry->event, &ticket)) {
        return 0;
    }
    int error = present_event(call, contract, entry, &row);
    if (error != 0) {
        return error > 0 ? -1 : failed(call, error);
    }
    /* What has become of it is for who may still see it: it may have gone to another team. */
    if (entry->event.ticket != 0 && sees(call->who, contract, ticket.team, ticket.source)) {
        row.state_now = ticket.state;
        row.priority_now = ticket.priority;
    }
    error = wire_rows_add_feed_event(&p->rows, &row);
    return error < 0 ? failed(call, -ENOMEM) : error;
}

/* Looks at one contract until its end, or until it is enough. Returns 0, or < 0 with the refusal
 * filled. */
static int pull_contract(struct pull *p, struct feed_position *position, uint64_t head_seq)
{
    const struct book_contract *contract = book_contract(p->call->book, position->contract);
    bool was_untold = position->untold;

    while (position->next_seq <= head_seq && !p->full && p->looked_at < FEED_SCAN_MAX) {
        struct entry entry;
        arena_reset(&p->feed->row);
        int error = entries_get_bare(p->call->txn, position->contract, position->next_seq,
                                     p->call->arena, &entry);
        if (error != 0) {
            return failed(p->call, error);
        }
        error = add_event(p, contract, &entry);
        if (error < 0) {
            return error;
        }
        if (error == WIRE_FULL) {
            p->full = true;
            break;
        }
        p->looked_at++;
        position->next_seq++;
        position->untold = true;
    }
    p->moved += position->untold && !was_untold;
    return 0;
}

/* All contracts, each time another one first, so that a busy one does not hold up the others. */
static int pull_contracts(struct pull *p, bool *ret_more)
{
    struct feed_subscription *s = p->s;
    size_t n = s->n_positions;

    *ret_more = false;
    for (size_t i = 0; i < n; i++) {
        struct feed_position *position = &s->positions[(s->turn + i) % n];
        struct journal_head head;
        int error = entries_head(p->call->txn, position->contract, &head);
        if (error != 0) {
            return failed(p->call, error);
        }
        if (position->next_seq > head.seq) {
            continue;
        }
        if (p->moved == WIRE_FEED_POSITIONS_MAX && !position->untold) {
            *ret_more = true; /* a Feed tells of no more contracts than that */
            continue;
        }
        error = pull_contract(p, position, head.seq);
        if (error != 0) {
            return error;
        }
        *ret_more = *ret_more || position->next_seq <= head.seq;
    }
    s->turn = n == 0 ? 0 : (s->turn + 1) % n;
    return 0;
}

/* Sends rows with the positions that were not told yet, as many as fit. */
static void say(struct feed *feed, struct feed_subscription *s, const struct book *book,
                struct wire_rows *rows, const struct refusal *ended)
{
    struct wire_token positions[WIRE_FEED_POSITIONS_MAX];
    struct reply_feed reply = {.id = s->id, .positions = positions, .ended = ended};
    struct wire_bytes payload;

    for (size_t i = 0; i < s->n_positions && reply.n_positions < WIRE_FEED_POSITIONS_MAX; i++) {
        struct feed_position *p = &s->positions[i];
        const struct book_contract *contract = book_contract(book, p->contract);
        if (p->untold && contract != NULL) {
            positions[reply.n_positions++] = call_token(contract, p->next_seq - 1);
            p->untold = false;
        }
    }
    if (wire_encode_feed(rows, &reply, &payload) == 0) {
        feed->o.send(feed->o.user, s->conn, &payload);
    } else {
        feed->o.close(feed->o.user, s->conn); /* a hole would be worse than an end */
    }
}

static bool is_untold(const struct feed_subscription *s)
{
    for (size_t i = 0; i < s->n_positions; i++) {
        if (s->positions[i].untold) {
            return true;
        }
    }
    return false;
}

enum feed_pulled feed_pull(struct feed *feed, struct feed_subscription *s, struct call *call,
                           bool tell, int64_t now_us)
{
    struct pull p = {.feed = feed, .s = s, .call = call};
    bool more;

    for (size_t i = 0; i < s->n_positions; i++) {
        p.moved += s->positions[i].untold;
    }
    arena_reset(&feed->frame);
    wire_rows_init(&p.rows, &feed->frame, FRAME_BYTES_DEFAULT);
    int error = pull_contracts(&p, &more);
    if (p.rows.n > 0 || (is_untold(s) && (tell || p.moved >= WIRE_FEED_POSITIONS_MAX))) {
        say(feed, s, call->book, &p.rows, NULL);
        s->told_us = now_us;
    }
    if (error != 0) {
        return FEED_PULLED_ENDED;
    }
    return more ? FEED_PULLED_SOME : FEED_PULLED_ALL;
}

void feed_say_end(struct feed *feed, struct feed_subscription *s, const struct book *book,
                  const struct refusal *refusal)
{
    struct wire_rows rows;

    arena_reset(&feed->frame);
    wire_rows_init(&rows, &feed->frame, FRAME_BYTES_DEFAULT);
    say(feed, s, book, &rows, refusal);
}
