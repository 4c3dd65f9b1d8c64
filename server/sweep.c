// SPDX-License-Identifier: Apache-2.0
#include "sweep_private.h"

#include <errno.h>
#include <stdlib.h>

#include "core/instant.h"
#include "log.h"
#include "store/due.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/tickets.h"

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
    const struct sweep_contract *found = sweep_contract_of(s, contract);
    return found == NULL ? MOVED_BY_NONE : found->by;
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
                .id = id, .by = is == MOVED_BY_ZONE_DATA || was == MOVED_BY_NONE ? is : was};
        }
    }
    if (s->n_contracts > 0) {
        qsort(s->contracts, s->n_contracts, sizeof(*s->contracts), sweep_compare_contracts);
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
        for (size_t i = 0; i < s->n_contracts; i++) {
            free(s->contracts[i].looked);
        }
        arena_fini(&s->arena);
        free(s->tickets);
        free(s->looks);
        free(s->moves);
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
        return sweep_negative(error);
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
    return sweep_negative(error);
}

bool sweep_is_on(const struct sweep *s)
{
    return s->since_seq != 0;
}

/* -- gathering ---------------------------------------------------------------- */

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

    struct sweep_ticket *tickets = sweep_room(s->tickets, &s->room, sizeof(*tickets), s->n_tickets,
                                              SWEEP_GATHER_TICKETS);
    if (rows == NULL || tickets == NULL) {
        return -ENOMEM;
    }
    s->tickets = tickets;
    int error = openwalk_next(&s->walk, &s->snapshot, SWEEP_GATHER_TICKETS, rows, &n);
    if (error == STORE_CORRUPT || error == STORE_NEWER) {
        give_up(s);
        return 0;
    }
    if (error != 0) {
        return sweep_negative(error);
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

/* -- the steps ----------------------------------------------------------------- */

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
    sweep_forget_looks(s);
    s->n_batch = 0;
    s->n_moves = 0;
    s->ends = false;
}

void sweep_as_of(struct sweep *s, int64_t horizon_at)
{
    s->horizon_at = horizon_at;
}

int sweep_step(struct sweep *s, struct call *call, size_t *ret_looked)
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
        error = sweep_look_next(s, call, &s->tickets[s->next + i]);
    }
    if (error != 0) {
        return error;
    }
    s->n_batch = n;
    s->ends = n == left;
    *ret_looked = n + s->ends;
    return s->ends ? tell_end(s, call) : 0;
}

void sweep_committed(struct sweep *s, const struct batch *batch, const struct book *book, bool all)
{
    for (size_t i = 0; i < s->n_moves; i++) {
        if (!all && batch_result(batch, s->moves[i].contract) != JOURNAL_OK) {
            continue;
        }
        if (s->moved++ < SWEEP_LINES_MAX) {
            sweep_log_move(&s->moves[i], book);
        }
    }
    if (!all) {
        return; /* what is there already gives nothing when it is looked at again */
    }
    s->n_looks = 0;
    s->looked_at += s->n_batch;
    s->next += s->n_batch;
    if (s->ends) {
        log_write(LOG_INFO, "dues_swept", "tickets=u clocks=u", (unsigned long long)s->looked_at,
                  (unsigned long long)s->moved);
        end(s);
    }
}
