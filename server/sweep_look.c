// SPDX-License-Identifier: Apache-2.0
/*
 * One ticket of a sweep: what is decided about it, and that it was looked at.
 */
#include "sweep_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/decide.h"
#include "core/instant.h"
#include "log.h"
#include "store/error.h"
#include "store/tickets.h"

int sweep_negative(int error)
{
    return error > 0 ? -error : error;
}

void *sweep_room(void *array, size_t *room, size_t size, size_t n, size_t more)
{
    if (*room - n >= more) {
        return array;
    }
    void *larger = realloc(array, (2 * *room + more) * size);
    if (larger != NULL) {
        *room = 2 * *room + more;
    }
    return larger;
}

int sweep_compare_contracts(const void *a, const void *b)
{
    const struct sweep_contract *x = a;
    const struct sweep_contract *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

struct sweep_contract *sweep_contract_of(const struct sweep *s, uint32_t id)
{
    const struct sweep_contract like = {.id = id};
    return s->n_contracts == 0 ? NULL
                               : bsearch(&like, s->contracts, s->n_contracts, sizeof(*s->contracts),
                                         sweep_compare_contracts);
}

/* -- what was looked at -------------------------------------------------------- */

static bool is_looked_at(const struct sweep_contract *of, uint64_t number)
{
    return number / 8 < of->n_looked && (of->looked[number / 8] >> number % 8 & 1) != 0;
}

/* The numbers of a contract leave no gaps. */
static int mark(struct sweep_contract *of, uint64_t number)
{
    if (number / 8 >= of->n_looked) {
        const size_t n = 2 * (number / 8 + 1);
        uint8_t *looked = realloc(of->looked, n);
        if (looked == NULL) {
            return -ENOMEM;
        }
        memset(looked + of->n_looked, 0, n - of->n_looked);
        of->looked = looked;
        of->n_looked = n;
    }
    of->looked[number / 8] |= (uint8_t)(1u << number % 8);
    return 0;
}

/* As long as the batch is not dropped. */
static int note_look(struct sweep *s, struct sweep_contract *of, uint64_t number)
{
    struct sweep_ticket *looks = sweep_room(s->looks, &s->looks_room, sizeof(*looks), s->n_looks,
                                            SWEEP_BATCH_TICKETS);
    if (looks == NULL) {
        return -ENOMEM;
    }
    s->looks = looks;
    int error = mark(of, number);
    if (error == 0) {
        s->looks[s->n_looks++] = (struct sweep_ticket){number, of->id};
    }
    return error;
}

void sweep_forget_looks(struct sweep *s)
{
    for (size_t i = 0; i < s->n_looks; i++) {
        struct sweep_contract *of = sweep_contract_of(s, s->looks[i].contract);
        of->looked[s->looks[i].number / 8] &= (uint8_t) ~(1u << s->looks[i].number % 8);
    }
    s->n_looks = 0;
}

static const char *contract_name(const struct book *book, uint32_t id)
{
    const struct book_contract *contract = book_contract(book, id);
    return contract == NULL ? "" : contract->name;
}

static int leave_aside(const struct call *call, struct sweep_contract *of, uint64_t number,
                       const char *reason)
{
    log_write(LOG_ERROR, "ticket_not_swept", "contract=s ticket=u reason=s",
              contract_name(call->book, of->id), (unsigned long long)number, reason);
    return mark(of, number);
}

/* -- looking ------------------------------------------------------------------ */

static int note_move(struct sweep *s, const struct event *e)
{
    const struct ticket_clock *clock = &e->clocks[0];

    if (e->kind != EVENT_CLOCK_RESCHEDULED || e->u.moved.by == MOVED_BY_NONE) {
        return 0;
    }
    struct sweep_move *moves = sweep_room(s->moves, &s->moves_room, sizeof(*moves), s->n_moves,
                                          SWEEP_BATCH_TICKETS);
    if (moves == NULL) {
        return -ENOMEM;
    }
    s->moves = moves;
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
    return 0;
}

static int append_all(struct sweep *s, struct call *call, const struct decision *decision)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < decision->n_events; i++) {
        error = call_append(call, &decision->events[i], NULL);
        error = error == 0 ? note_move(s, &decision->events[i]) : error;
    }
    return error;
}

static bool is_open(const struct ticket *ticket)
{
    return ticket_class(ticket) < TICKET_CLASS_RESOLVED;
}

/* Of an open ticket. *ret_looked: not if it had to be left aside. */
static int look_at(struct sweep *s, struct call *call, struct sweep_contract *of,
                   const struct ticket *ticket, bool *ret_looked)
{
    struct command command = command_about(COMMAND_EXPIRE, of->id, ticket->number, s->horizon_at);
    struct refusal refusal;
    struct call clock = call_by_clock(call, &refusal);
    struct decision decision;

    command.moved_by = of->by;
    *ret_looked = false;
    int error = decide(call->book, ticket, &command, call->arena, &decision, &refusal);
    if (error > 0) {
        return leave_aside(call, of, ticket->number, refusal.message);
    }
    error = error == 0 ? append_all(s, &clock, &decision) : error;
    error = error == 0 ? note_look(s, of, ticket->number) : error;
    *ret_looked = error == 0;
    return error;
}

int sweep_look(struct sweep *s, struct call *call, uint32_t contract, uint64_t number,
               bool *ret_looked)
{
    struct sweep_contract *of = sweep_contract_of(s, contract);
    const struct arena_mark before = arena_mark(call->arena);
    struct ticket ticket;
    int error = 0;

    *ret_looked = false;
    if (of == NULL || is_looked_at(of, number)) {
        return 0;
    }
    if (tickets_get(call->txn, contract, number, call->arena, &ticket) == 0 && is_open(&ticket)) {
        error = look_at(s, call, of, &ticket, ret_looked);
    }
    arena_rewind(call->arena, before);
    return sweep_negative(error);
}

int sweep_look_next(struct sweep *s, struct call *call, const struct sweep_ticket *which)
{
    struct sweep_contract *of = sweep_contract_of(s, which->contract);
    struct ticket ticket;
    bool looked;

    if (is_looked_at(of, which->number)) {
        return 0;
    }
    arena_reset(call->arena);
    int error = tickets_get(call->txn, which->contract, which->number, call->arena, &ticket);
    if (error == 0 && is_open(&ticket)) { /* it may have ended meanwhile */
        error = look_at(s, call, of, &ticket, &looked);
    }
    const int failure = txn_error(call->txn);
    if (failure == STORE_CORRUPT || failure == STORE_NEWER) {
        error = leave_aside(call, of, which->number, txn_text(call->txn));
        return error == 0 ? SWEEP_DAMAGED : error;
    }
    return sweep_negative(error);
}

void sweep_log_move(const struct sweep_move *move, const struct book *book)
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
