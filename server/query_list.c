// SPDX-License-Identifier: Apache-2.0
#include "query_list.h"

#include <string.h>

#include "present.h"
#include "proto/bytes.h"
#include "proto/frame.h"
#include "store/error.h"
#include "store/principals.h"
#include "store/tickets.h"

enum { RANGE_ROWS = 32 }; /* read at once from one range */

/* Where a row stands in the merged order; also the content of a cursor. */
struct place {
    uint8_t group;
    int64_t urgency_at;
    uint32_t contract;
    uint64_t number;
};
enum { PLACE_BYTES = 1 + 8 + 4 + 8 };

struct range {
    const struct book_contract *contract;
    struct key_by_team start;
    uint8_t group;
    struct tickets_cursor cursor;
    struct tickets_row *rows; /* NULL until the range is first read */
    size_t n;
    size_t next;
    bool ended;
};

struct list {
    struct call *call;
    const struct request_list_tickets *wanted;
    struct range *ranges;
    size_t n_ranges;
    size_t max_ranges; /* allocated */
    bool resumed;
    struct place after; /* go on behind this one */
    uint32_t assignee;  /* principal id, 0 = any */
    struct arena row;   /* of the row at hand: thousands may be looked at for one page */
};

/* Breached first, then everything open together, then what is done. */
static uint8_t group_of(enum ticket_class class)
{
    switch (class) {
    case TICKET_CLASS_BREACHED: return 0;
    case TICKET_CLASS_RESOLVED: return 2;
    case TICKET_CLASS_CLOSED: return 3;
    default: return 1;
    }
}

static int place_compare(const struct place *a, const struct place *b)
{
    if (a->group != b->group) {
        return a->group < b->group ? -1 : 1;
    }
    if (a->urgency_at != b->urgency_at) {
        return a->urgency_at < b->urgency_at ? -1 : 1;
    }
    if (a->contract != b->contract) {
        return a->contract < b->contract ? -1 : 1;
    }
    return a->number == b->number ? 0 : a->number < b->number ? -1 : 1;
}

static int cursor_parse(struct list *list)
{
    const struct wire_bytes *cursor = &list->wanted->cursor;
    struct bytes_reader r;

    list->resumed = cursor->n != 0;
    if (!list->resumed) {
        return 0;
    }
    bytes_reader_init(&r, cursor->p, cursor->n);
    list->after.group = bytes_get_u8(&r);
    list->after.urgency_at = bytes_get_i64(&r);
    list->after.contract = bytes_get_u32(&r);
    list->after.number = bytes_get_u64(&r);
    if (!bytes_reader_done(&r)) {
        return refuse(list->call->refusal, OUTCOME_INVALID_ARGUMENT, "list_tickets.cursor",
                      "take the cursor of the page before as it is",
                      "this is no cursor of a list of tickets");
    }
    return 0;
}

static int cursor_make(struct call *call, const struct place *place, struct wire_bytes *ret)
{
    uint8_t *p = arena_alloc(call->arena, PLACE_BYTES);
    struct bytes_writer w;

    if (p == NULL) {
        return call_too_large(call);
    }
    bytes_writer_init(&w, p, PLACE_BYTES);
    bytes_put_u8(&w, place->group);
    bytes_put_i64(&w, place->urgency_at);
    bytes_put_u32(&w, place->contract);
    bytes_put_u64(&w, place->number);
    *ret = (struct wire_bytes){p, PLACE_BYTES};
    return 0;
}

/* Starts a range where the page before ended. False if it lies before that altogether. */
static bool range_start(const struct list *list, struct range *range)
{
    const struct place *after = &list->after;

    if (!list->resumed || range->group > after->group) {
        return true;
    }
    if (range->group < after->group) {
        return false;
    }
    range->start.urgency_at = after->urgency_at;
    if (range->contract->id < after->contract) {
        range->start.number = UINT64_MAX;
    } else if (range->contract->id == after->contract) {
        range->start.number = after->number;
    } else {
        range->start.number = 0;
    }
    struct key key = key_by_team(&range->start);
    memcpy(range->cursor.bytes, key.bytes, key.n);
    range->cursor.n = key.n;
    return true;
}

static int add_range(struct list *list, const struct book_contract *contract, uint32_t team,
                     enum ticket_class class)
{
    struct range range = {
        .contract = contract,
        .start = {.contract = contract->id, .team = team, .class = class},
        .group = group_of(class),
    };
    if (!range_start(list, &range)) {
        return 0;
    }
    if (list->n_ranges == LIST_RANGES_MAX) {
        return refuse(list->call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "list_tickets",
                      "name a contract or a team",
                      "this list would span more than %d teams and states", LIST_RANGES_MAX);
    }
    if (list->n_ranges == list->max_ranges) {
        size_t max = list->max_ranges == 0 ? 16 : 2 * list->max_ranges;
        struct range *grown = arena_array(list->call->arena, max, sizeof(*grown));
        if (grown == NULL) {
            return call_too_large(list->call);
        }
        if (list->n_ranges > 0) {
            memcpy(grown, list->ranges, list->n_ranges * sizeof(*grown));
        }
        list->ranges = grown;
        list->max_ranges = max;
    }
    list->ranges[list->n_ranges++] = range;
    return 0;
}

/* The states that tickets of a class can be in, as bits. */
static uint32_t states_of(enum ticket_class class)
{
    static const uint32_t states[TICKET_CLASSES] = {
        [TICKET_CLASS_BREACHED] = 1u << TICKET_NEW | 1u << TICKET_OPEN | 1u << TICKET_HELD,
        [TICKET_CLASS_NEW] = 1u << TICKET_NEW,
        [TICKET_CLASS_OPEN] = 1u << TICKET_OPEN,
        [TICKET_CLASS_HELD] = 1u << TICKET_HELD,
        [TICKET_CLASS_RESOLVED] = 1u << TICKET_RESOLVED,
        [TICKET_CLASS_CLOSED] = 1u << TICKET_CLOSED | 1u << TICKET_MERGED,
    };
    return states[class];
}

static int add_team(struct list *list, const struct book_contract *contract,
                    const struct book_team *team)
{
    const struct request_list_tickets *wanted = list->wanted;
    const struct subject subject = {contract->buyer, contract->vendor, team->id, ""};

    if ((wanted->team[0] != '\0' && strcmp(wanted->team, team->name) != 0) ||
        policy_check(list->call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
        return 0;
    }
    for (int class = TICKET_CLASS_BREACHED; class < TICKET_CLASSES; class ++) {
        bool in_states = wanted->states == 0 ||
                         (wanted->states & states_of((enum ticket_class) class)) != 0;
        if (!in_states || (wanted->breached && class != TICKET_CLASS_BREACHED)) {
            continue;
        }
        int error = add_range(list, contract, team->id, (enum ticket_class) class);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int add_ranges(struct list *list)
{
    const struct book *book = list->call->book;

    for (size_t c = 0; c < book->n_contracts; c++) {
        const struct book_contract *contract = &book->contracts[c];
        if (list->wanted->contract[0] != '\0' &&
            strcmp(list->wanted->contract, contract->name) != 0) {
            continue;
        }
        for (size_t t = 0; t < book->n_teams; t++) {
            int error = call_ever_had_team(contract, book->teams[t].id)
                            ? add_team(list, contract, &book->teams[t])
                            : 0;
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

static struct place place_of(const struct range *range)
{
    const struct tickets_row *row = &range->rows[range->next];
    return (struct place){range->group, row->urgency_at, row->contract, row->number};
}

static int refill(struct list *list, struct range *r)
{
    if (r->rows == NULL) {
        r->rows = arena_array(list->call->arena, RANGE_ROWS, sizeof(*r->rows));
        if (r->rows == NULL) {
            return call_too_large(list->call);
        }
    }
    int error = tickets_by_team(list->call->txn, r->start.contract, r->start.team, r->start.class,
                                &r->cursor, RANGE_ROWS, r->rows, &r->n);
    if (error != 0) {
        return call_store_failed(list->call, error);
    }
    r->next = 0;
    r->ended = r->cursor.n == 0;
    return 0;
}

/* The range whose next row comes first; NULL when all have ended. */
static int first_range(struct list *list, struct range **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < list->n_ranges; i++) {
        struct range *r = &list->ranges[i];
        int error = r->next == r->n && !r->ended ? refill(list, r) : 0;
        if (error != 0) {
            return error;
        }
        if (r->next == r->n) {
            continue;
        }
        struct place here = place_of(r);
        struct place best = *ret == NULL ? here : place_of(*ret);
        if (*ret == NULL || place_compare(&here, &best) < 0) {
            *ret = r;
        }
    }
    return 0;
}

static bool is_wanted(const struct list *list, const struct ticket *ticket)
{
    const struct request_list_tickets *wanted = list->wanted;
    bool priority = wanted->n_priorities == 0;

    for (size_t i = 0; i < wanted->n_priorities; i++) {
        priority = priority || strcmp(wanted->priorities[i], ticket->priority) == 0;
    }
    return priority && (wanted->states == 0 || (wanted->states & (1u << ticket->state)) != 0) &&
           (list->assignee == 0 || ticket->assignee == list->assignee);
}

/* Within call's arena: what is made for the row. */
static int show_row(struct list *list, const struct range *range, struct wire_rows *rows,
                    bool *ret_full)
{
    struct call *call = list->call;
    const struct tickets_row *row = &range->rows[range->next];
    struct ticket ticket;
    struct reply_ticket shown;

    int error = tickets_get(call->txn, row->contract, row->number, call->arena, &ticket);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct subject subject = call_subject(range->contract, &ticket);
    if (!is_wanted(list, &ticket) ||
        policy_check(call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
        return 0;
    }
    error = present_ticket(call, range->contract, &ticket, &shown);
    if (error != 0) {
        return error;
    }
    error = wire_rows_add_ticket(rows, &shown);
    if (error < 0) {
        return call_too_large(call);
    }
    *ret_full = error == WIRE_FULL;
    return 0;
}

/* Adds the ticket of the row if it is wanted. *ret_full: it is, and the page has no room for it. */
static int take_row(struct list *list, const struct range *range, struct wire_rows *rows,
                    bool *ret_full)
{
    struct arena *own = list->call->arena;

    arena_reset(&list->row);
    list->call->arena = &list->row;
    int error = show_row(list, range, rows, ret_full);
    list->call->arena = own;
    return error;
}

static int fill_page(struct list *list, struct wire_rows *rows, struct reply_page *page)
{
    uint32_t limit = list->wanted->limit;

    for (size_t looked_at = 0;; looked_at++) {
        struct range *range;
        bool full = rows->n == limit || looked_at == LIST_SCAN_MAX;
        int error = first_range(list, &range);
        if (error != 0) {
            return error;
        }
        if (range == NULL) {
            return 0;
        }
        if (!full) {
            error = take_row(list, range, rows, &full);
            if (error != 0) {
                return error;
            }
        }
        if (full) {
            page->truncated = true;
            return cursor_make(list->call, &list->after, &page->cursor);
        }
        list->after = place_of(range);
        range->next++;
    }
}

int query_list_tickets(struct call *call)
{
    struct list list = {.call = call, .wanted = &call->request->u.list_tickets};
    struct reply_page page = {.snapshot_at = call->at};
    struct wire_rows rows;

    int error = call_filters(call, list.wanted->contract, "", list.wanted->team);
    if (error == 0) {
        error = cursor_parse(&list);
    }
    if (error == 0 && list.wanted->assignee[0] != '\0') {
        struct principal assignee;
        int found = principals_named(call->txn, list.wanted->assignee, &assignee);
        if (found != 0 && found != STORE_NOT_FOUND) {
            return call_store_failed(call, found);
        }
        /* Nobody of that name: an empty list, as for a person whose tickets one may not see. */
        list.assignee = found == 0 ? assignee.id : UINT32_MAX;
    }
    if (error == 0) {
        error = add_ranges(&list);
    }
    if (error != 0) {
        return error;
    }
    wire_rows_init(&rows, call->arena, FRAME_BYTES_DEFAULT);
    arena_init(&list.row, LIST_ROW_BYTES);
    error = fill_page(&list, &rows, &page);
    arena_fini(&list.row);
    if (error != 0) {
        return error;
    }
    return call_encoded(
        call, wire_encode_ticket_page(&rows, call->request->id, NULL, &page, call->reply));
}
