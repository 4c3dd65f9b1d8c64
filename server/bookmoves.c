// SPDX-License-Identifier: Apache-2.0
#include "bookmoves.h"

#include "core/past.h"
#include "core/sla.h"
#include "cursor.h"
#include "openwalk.h"
#include "present.h"
#include "reliance.h"

enum { TICKET_ARENA_BYTES = 16 * 1024 * 1024 }; /* one with the most facts, twice */

struct moves {
    struct call *call;
    const struct book *book; /* as it would be */
    struct arena ticket;     /* of the one at hand */
    struct openwalk walk;
    struct reply_due_move *told; /* BOOKMOVES_TOLD_MAX */
    struct reply_book_diff *diff;
};

static int begin(struct moves *m)
{
    struct call *call = m->call;
    struct wire_bytes place;
    enum moved_by *by = arena_array(call->arena, m->book->n_contracts, sizeof(*by));
    bool *wanted = arena_array(call->arena, m->book->n_contracts, sizeof(*wanted));

    m->told = arena_array(call->arena, BOOKMOVES_TOLD_MAX, sizeof(*m->told));
    if (by == NULL || wanted == NULL || m->told == NULL) {
        return call_too_large(call);
    }
    (void)reliance_moved(call->book, m->book, by);
    for (size_t i = 0; i < m->book->n_contracts; i++) {
        wanted[i] = by[i] != MOVED_BY_NONE;
    }
    if (openwalk_init(&m->walk, m->book, wanted, call->arena) != 0) {
        return call_too_large(call);
    }
    int error = cursor_open(call, &call->request->u.apply_book.cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    return openwalk_resume(&m->walk, place.p, place.n) ? 0 : cursor_refuse(call);
}

static bool is_live(const struct ticket_clock *clock)
{
    return clock->state == CLOCK_RUNNING || clock->state == CLOCK_PAUSED;
}

/* The last instant in time; of a breached clock it is behind, and no due lies ahead. */
static int64_t limit_of(const struct ticket_clock *clock)
{
    return clock->breached_at != INSTANT_NONE ? clock->breached_at : clock->limit_at;
}

/* One clock as it is and as it would be. */
static void compare(struct moves *m, const struct book_contract *contract,
                    const struct ticket *ticket, const struct ticket_clock *is,
                    const struct ticket_clock *would)
{
    struct reply_book_diff *diff = m->diff;
    const bool open = is->breached_at == INSTANT_NONE && would->breached_at == INSTANT_NONE;
    const bool due = open && is->due_at != would->due_at;

    diff->breached += would->breached_at != INSTANT_NONE && is->breached_at == INSTANT_NONE;
    if (!due && limit_of(is) == limit_of(would)) {
        return;
    }
    const bool earlier = due ? would->due_at < is->due_at : limit_of(would) < limit_of(is);
    diff->moved_earlier += earlier;
    diff->moved_later += !earlier;
    if (diff->n_moves == BOOKMOVES_TOLD_MAX) {
        return;
    }
    struct reply_due_move *move = &m->told[diff->n_moves++];
    *move = (struct reply_due_move){
        .key = contract->key,
        .number = ticket->number,
        .was_due_at = is->due_at,
        .was_limit_at = is->limit_at,
    };
    present_clock(m->book, contract, would, sla_calendar(m->book, ticket, would), &move->clock);
}

static int look_at(struct moves *m, const struct tickets_row *row)
{
    struct call *call = m->call;
    const struct book_contract *contract = book_contract(m->book, row->contract);
    struct ticket is;

    arena_reset(&m->ticket);
    int error = tickets_get(call->txn, row->contract, row->number, &m->ticket, &is);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct ticket would = is;
    if (past_clocks(call->book, &is, call->now_at, &m->ticket) != 0 ||
        past_clocks(m->book, &would, call->now_at, &m->ticket) != 0) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < is.n_clocks; i++) {
        const struct ticket_clock *known = &is.clocks[i];
        const struct ticket_clock *other = ticket_clock(&would, known->kind, known->team);
        if (is_live(known) && other != NULL) {
            compare(m, contract, &would, known, other);
        }
    }
    m->diff->looked_at++;
    return 0;
}

static int look_at_page(struct moves *m)
{
    struct call *call = m->call;
    struct tickets_row *rows = arena_array(call->arena, BOOKMOVES_PAGE_TICKETS, sizeof(*rows));
    size_t n;

    if (rows == NULL) {
        return call_too_large(call);
    }
    int error = openwalk_next(&m->walk, call->txn, BOOKMOVES_PAGE_TICKETS, rows, &n);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    for (size_t i = 0; error == 0 && i < n; i++) {
        error = look_at(m, &rows[i]);
    }
    m->diff->moves = m->told;
    return error;
}

static int make_cursor(struct moves *m)
{
    uint8_t place[OPENWALK_PLACE_BYTES];
    const size_t n = openwalk_place(&m->walk, place);

    return n == 0 ? 0 : cursor_seal(m->call, place, n, &m->diff->cursor);
}

int bookmoves_page(struct call *call, const struct book *book, struct reply_book_diff *ret)
{
    struct moves m = {.call = call, .book = book, .diff = ret};

    arena_init(&m.ticket, TICKET_ARENA_BYTES);
    int error = begin(&m);
    if (error == 0) {
        error = look_at_page(&m);
    }
    if (error == 0) {
        error = make_cursor(&m);
    }
    arena_fini(&m.ticket);
    return error;
}
