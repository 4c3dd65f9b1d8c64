// SPDX-License-Identifier: Apache-2.0
#include "sweep.h"

#include <errno.h>
#include <stdlib.h>

#include "core/decide.h"
#include "core/instant.h"
#include "log.h"
#include "store/due.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/tickets.h"

static int negative(int error)
{
    return error > 0 ? -error : error;
}

/* -- the beginning ------------------------------------------------------------ */

struct cause {
    uint64_t seq;
    enum moved_by by;
};

static int note_cause(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct cause *cause = user;
    const struct event *e = &entry->event;

    (void)proof;
    if (e->kind == EVENT_ZONE_DATA) {
        *cause = (struct cause){entry->seq, MOVED_BY_ZONE_DATA};
    } else if (e->kind == EVENT_BOOK_OBJECT && e->u.object.kind == BOOK_CALENDAR) {
        *cause = (struct cause){entry->seq, MOVED_BY_CALENDAR};
    }
    return 0;
}

/* The newest entry of stream 0 that changed what clocks count in and was not swept for; seq 0 if
 * there is none. */
static int find_cause(struct txn *txn, struct cause *ret)
{
    uint64_t swept;

    *ret = (struct cause){.seq = 0};
    int error = due_swept(txn, &swept);
    return error == 0 ? entries_walk(txn, 0, swept + 1, SIZE_MAX, note_cause, ret) : error;
}

static enum moved_by moved_by_of(const struct sweep *s, uint32_t contract)
{
    for (size_t i = 0; i < s->n_contracts; i++) {
        if (s->contracts[i].id == contract) {
            return s->contracts[i].by;
        }
    }
    return MOVED_BY_NONE;
}

/* The contracts of both the new sweep and the one that it takes over from. */
static int choose_contracts(struct sweep *s, const struct sweep *former, const struct book *book,
                            const enum moved_by *by, enum moved_by cause)
{
    bool *wanted = arena_array(&s->arena, book->n_contracts, sizeof(*wanted));

    s->contracts = arena_array(&s->arena, book->n_contracts, sizeof(*s->contracts));
    if (wanted == NULL || s->contracts == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < book->n_contracts; i++) {
        const uint32_t id = book->contracts[i].id;
        const enum moved_by was = moved_by_of(former, id);
        const enum moved_by is = by == NULL ? cause : by[i];
        wanted[i] = is != MOVED_BY_NONE || was != MOVED_BY_NONE;
        if (wanted[i]) {
            s->contracts[s->n_contracts++] = (struct sweep_contract){
                id, is == MOVED_BY_ZONE_DATA || was == MOVED_BY_NONE ? is : was};
        }
    }
    return openwalk_init(&s->walk, book, wanted, &s->arena);
}

static void end_gathering(struct sweep *s)
{
    if (s->gathering) {
        txn_abort(&s->snapshot);
        s->gathering = false;
    }
}

/* Everything but what the end tells. */
static void clear(struct sweep *s)
{
    if (s->since_seq != 0) {
        end_gathering(s);
        arena_fini(&s->arena);
        free(s->tickets);
    }
    *s = (struct sweep){.looked_at = s->looked_at, .moved = s->moved};
}

void sweep_fini(struct sweep *s)
{
    clear(s);
}

/* Everything is over; the next sweep counts anew. */
static void end(struct sweep *s)
{
    clear(s);
    s->looked_at = 0;
    s->moved = 0;
}

int sweep_begin(struct sweep *s, struct env *env, const struct book *book, const enum moved_by *by)
{
    struct sweep former = {.since_seq = 0};
    struct cause cause;
    struct txn txn;

    int error = txn_begin(&txn, env, TXN_READ);
    error = error == 0 ? find_cause(&txn, &cause) : error;
    txn_abort(&txn);
    if (error != 0 || cause.seq == 0) {
        return negative(error);
    }
    if (s->since_seq != 0) {
        end_gathering(s);
        former = *s;
        *s = (struct sweep){.looked_at = former.looked_at, .moved = former.moved};
    }
    s->since_seq = cause.seq;
    arena_init(&s->arena, SWEEP_ARENA_BYTES);
    error = choose_contracts(s, &former, book, by, cause.by);
    clear(&former);
    if (error == 0) {
        s->gathering = true;
        error = txn_begin(&s->snapshot, env, TXN_READ);
    }
    return negative(error);
}

bool sweep_is_on(const struct sweep *s)
{
    return s->since_seq != 0;
}

/* -- gathering ---------------------------------------------------------------- */

static int make_room(struct sweep *s)
{
    if (s->room - s->n_tickets >= SWEEP_GATHER_TICKETS) {
        return 0;
    }
    const size_t room = 2 * s->room + SWEEP_GATHER_TICKETS;
    struct sweep_ticket *tickets = realloc(s->tickets, room * sizeof(*tickets));
    if (tickets == NULL) {
        return -ENOMEM;
    }
    s->tickets = tickets;
    s->room = room;
    return 0;
}

/* What cannot be read ends the sweep, not the server; the next start tries it again. */
static void give_up(struct sweep *s)
{
    log_write(LOG_ERROR, "sweep_given_up", "reason=s", txn_text(&s->snapshot));
    end(s);
}

static int gather(struct sweep *s, struct call *call, size_t *ret_looked)
{
    struct tickets_row *rows = arena_array(call->arena, SWEEP_GATHER_TICKETS, sizeof(*rows));
    size_t n;

    if (rows == NULL || make_room(s) != 0) {
        return -ENOMEM;
    }
    int error = openwalk_next(&s->walk, &s->snapshot, SWEEP_GATHER_TICKETS, rows, &n);
    if (error == STORE_CORRUPT || error == STORE_NEWER) {
        give_up(s);
        return 0;
    }
    if (error != 0) {
        return negative(error);
    }
    for (size_t i = 0; i < n; i++) {
        s->tickets[s->n_tickets++] = (struct sweep_ticket){rows[i].number, rows[i].contract};
    }
    if (openwalk_is_done(&s->walk)) {
        end_gathering(s);
        if (s->n_tickets == 0 && s->looked_at == 0) {
            end(s);
        }
    }
    *ret_looked = 1;
    return 0;
}

/* -- looking ------------------------------------------------------------------ */

static const char *contract_name(const struct book *book, uint32_t id)
{
    const struct book_contract *contract = book_contract(book, id);
    return contract == NULL ? "" : contract->name;
}

static void leave_aside(const struct call *call, struct sweep_ticket *ticket, const char *reason)
{
    log_write(LOG_ERROR, "ticket_not_swept", "contract=s ticket=u reason=s",
              contract_name(call->book, ticket->contract), (unsigned long long)ticket->number,
              reason);
    ticket->number = 0;
}

static void note_move(struct sweep *s, const struct event *e)
{
    const struct ticket_clock *clock = &e->clocks[0];

    if (e->kind != EVENT_CLOCK_RESCHEDULED || e->u.moved.by == MOVED_BY_NONE ||
        s->n_moves == sizeof(s->moves) / sizeof(s->moves[0])) {
        return;
    }
    const bool breached = clock->breached_at != INSTANT_NONE; /* then nothing lies ahead */
    const bool limit = breached || clock->due_at == e->u.moved.was_due_at;
    s->moves[s->n_moves++] = (struct sweep_move){
        .contract = e->contract,
        .number = e->ticket,
        .clock = clock->kind,
        .limit = limit,
        .from_at = limit ? e->u.moved.was_limit_at : e->u.moved.was_due_at,
        .to_at = breached ? clock->breached_at
                 : limit  ? clock->limit_at
                          : clock->due_at,
    };
}

static int append_all(struct sweep *s, struct call *call, const struct decision *decision)
{
    for (size_t i = 0; i < decision->n_events; i++) {
        int error = call_append(call, &decision->events[i], NULL);
        if (error != 0) {
            return error;
        }
        note_move(s, &decision->events[i]);
    }
    return 0;
}

static bool is_open(const struct ticket *ticket)
{
    return ticket_class(ticket) < TICKET_CLASS_RESOLVED;
}

static int look_at(struct sweep *s, struct call *call, struct sweep_ticket *which,
                   int64_t horizon_at)
{
    struct ticket before;
    struct decision decision;

    if (which->number == 0) {
        return 0;
    }
    int error = tickets_get(call->txn, which->contract, which->number, call->arena, &before);
    if (error == 0 && is_open(&before)) { /* it may have ended meanwhile */
        const struct command command = {
            .kind = COMMAND_EXPIRE,
            .at = horizon_at,
            .claimed_at = INSTANT_NONE,
            .contract = which->contract,
            .ticket = which->number,
            .opened_at = INSTANT_NONE,
            .cutover_at = INSTANT_NONE,
            .moved_by = moved_by_of(s, which->contract),
        };
        error = decide(call->book, &before, &command, call->arena, &decision, call->refusal);
        if (error > 0) {
            leave_aside(call, which, call->refusal->message);
            return 0;
        }
        error = error == 0 ? append_all(s, call, &decision) : error;
    }
    const int failure = txn_error(call->txn);
    if (failure == STORE_CORRUPT || failure == STORE_NEWER) {
        leave_aside(call, which, txn_text(call->txn));
        return SWEEP_DAMAGED;
    }
    return negative(error);
}

static int tell_end(const struct sweep *s, struct call *call)
{
    const struct event event = {
        .kind = EVENT_DUES_SWEPT,
        .origin = ORIGIN_CLOCK,
        .effective_at = call->now_at,
        .claimed_at = INSTANT_NONE,
        .u.swept = {.since_seq = s->since_seq,
                    .tickets = s->looked_at + s->n_batch,
                    .clocks = s->moved + s->n_moves},
    };
    return call_append(call, &event, NULL);
}

void sweep_batch(struct sweep *s)
{
    s->n_batch = 0;
    s->n_moves = 0;
    s->ends = false;
}

int sweep_step(struct sweep *s, struct call *call, int64_t horizon_at, size_t *ret_looked)
{
    const size_t left = s->n_tickets - s->next;
    int error = 0;

    *ret_looked = 0;
    if (s->since_seq == 0) {
        return 0;
    }
    arena_reset(call->arena);
    if (s->gathering) {
        return gather(s, call, ret_looked);
    }
    const size_t n = left < SWEEP_BATCH_TICKETS ? left : SWEEP_BATCH_TICKETS;
    for (size_t i = 0; error == 0 && i < n; i++) {
        arena_reset(call->arena);
        error = look_at(s, call, &s->tickets[s->next + i], horizon_at);
    }
    if (error != 0) {
        return error;
    }
    s->n_batch = n;
    s->ends = n == left;
    *ret_looked = n + s->ends;
    return s->ends ? tell_end(s, call) : 0;
}

static void log_move(const struct sweep_move *move, const struct book *book)
{
    char from[INSTANT_TEXT_BYTES] = "never";
    char to[INSTANT_TEXT_BYTES] = "never";

    if (move->from_at == move->to_at) {
        return; /* of its warnings only */
    }
    if (move->from_at != INSTANT_NEVER) {
        (void)instant_format(move->from_at, from);
    }
    if (move->to_at != INSTANT_NEVER) {
        (void)instant_format(move->to_at, to);
    }
    log_write(LOG_INFO, move->limit ? "limit_moved" : "due_moved",
              "contract=s ticket=u clock=s from=s to=s", contract_name(book, move->contract),
              (unsigned long long)move->number, clock_kind_name(move->clock), from, to);
}

void sweep_committed(struct sweep *s, const struct batch *batch, const struct book *book, bool all)
{
    for (size_t i = 0; i < s->n_moves; i++) {
        if (!all && batch_result(batch, s->moves[i].contract) != JOURNAL_OK) {
            continue;
        }
        if (s->moved++ < SWEEP_LINES_MAX) {
            log_move(&s->moves[i], book);
        }
    }
    if (!all) {
        return; /* what is there already gives nothing when it is looked at again */
    }
    s->looked_at += s->n_batch;
    s->next += s->n_batch;
    if (s->ends) {
        log_write(LOG_INFO, "dues_swept", "tickets=u clocks=u", (unsigned long long)s->looked_at,
                  (unsigned long long)s->moved);
        end(s);
    }
}
