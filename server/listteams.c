// SPDX-License-Identifier: Apache-2.0
#include "listteams.h"

#include <string.h>

#include "cursor.h"
#include "proto/bytes.h"
#include "store/tickets.h"

enum {
    RANGE_ROWS = 32, /* read at once from one range */
    PLACE_BYTES = 1 + 8 + 4 + 8,
    GROUP_OPEN = 1,
};

struct listteams_range {
    const struct book_contract *contract;
    struct key_by_team start;
    uint8_t group;
    struct tickets_cursor cursor;
    struct tickets_row *rows; /* NULL until the range is first read */
    size_t n;
    size_t next;
    bool ended;
};

/* Breached first, then everything open together, then what is done. */
static uint8_t group_of(enum ticket_class class)
{
    switch (class) {
    case TICKET_CLASS_BREACHED: return 0;
    case TICKET_CLASS_RESOLVED: return 2;
    case TICKET_CLASS_CLOSED: return 3;
    default: return GROUP_OPEN;
    }
}

static int place_compare(const struct listteams_place *a, const struct listteams_place *b)
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

int listteams_init(struct listteams *list, struct call *call, int64_t due_before_at,
                   const struct wire_bytes *cursor)
{
    struct wire_bytes place;
    struct bytes_reader r;

    *list = (struct listteams){
        .call = call, .resumed = cursor->n != 0, .due_before_at = due_before_at};
    int error = cursor_open(call, cursor, &place);
    if (error != 0 || !list->resumed) {
        return error;
    }
    bytes_reader_init(&r, place.p, place.n);
    list->after.group = bytes_get_u8(&r);
    list->after.urgency_at = bytes_get_i64(&r);
    list->after.contract = bytes_get_u32(&r);
    list->after.number = bytes_get_u64(&r);
    return bytes_reader_done(&r) ? 0 : cursor_refuse(call);
}

int listteams_cursor(struct listteams *list, struct wire_bytes *ret)
{
    uint8_t place[PLACE_BYTES];
    struct bytes_writer w;

    bytes_writer_init(&w, place, sizeof(place));
    bytes_put_u8(&w, list->after.group);
    bytes_put_i64(&w, list->after.urgency_at);
    bytes_put_u32(&w, list->after.contract);
    bytes_put_u64(&w, list->after.number);
    return cursor_seal(list->call, place, sizeof(place), ret);
}

/* Starts a range where the page before ended. False if it lies before that altogether. */
static bool range_start(const struct listteams *list, struct listteams_range *range)
{
    const struct listteams_place *after = &list->after;

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

int listteams_add(struct listteams *list, const struct book_contract *contract, uint32_t team,
                  enum ticket_class class)
{
    struct listteams_range range = {
        .contract = contract,
        .start = {.contract = contract->id, .team = team, .class = class},
        .group = group_of(class),
    };
    if (!range_start(list, &range)) {
        return 0;
    }
    if (list->n_ranges == LISTTEAMS_RANGES_MAX) {
        return refuse(list->call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "list_tickets",
                      "name a contract or a team",
                      "this list would span more than %d teams and states", LISTTEAMS_RANGES_MAX);
    }
    if (list->n_ranges == list->max_ranges) {
        size_t max = list->max_ranges == 0 ? 16 : 2 * list->max_ranges;
        struct listteams_range *grown = arena_array(list->call->arena, max, sizeof(*grown));
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

static struct listteams_place place_of(const struct listteams_range *range)
{
    const struct tickets_row *row = &range->rows[range->next];
    return (struct listteams_place){range->group, row->urgency_at, row->contract, row->number};
}

static int refill(struct listteams *list, struct listteams_range *r)
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

/* What is open is in the order of its deadlines: behind the first that is late enough all are. */
static bool is_over(const struct listteams *list, const struct listteams_range *r)
{
    return list->due_before_at != INSTANT_NONE && r->group == GROUP_OPEN &&
           r->rows[r->next].urgency_at >= list->due_before_at;
}

/* The range whose next row comes first; NULL when all have ended. */
static int first_range(struct listteams *list, struct listteams_range **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < list->n_ranges; i++) {
        struct listteams_range *r = &list->ranges[i];
        int error = r->next == r->n && !r->ended ? refill(list, r) : 0;
        if (error != 0) {
            return error;
        }
        if (r->next == r->n || is_over(list, r)) {
            continue;
        }
        struct listteams_place here = place_of(r);
        struct listteams_place best = *ret == NULL ? here : place_of(*ret);
        if (*ret == NULL || place_compare(&here, &best) < 0) {
            *ret = r;
        }
    }
    return 0;
}

int listteams_peek(struct listteams *list, const struct book_contract **ret_contract,
                   uint64_t *ret_number)
{
    int error = first_range(list, &list->next);

    if (error == 0) {
        *ret_contract = list->next == NULL ? NULL : list->next->contract;
        *ret_number = list->next == NULL ? 0 : list->next->rows[list->next->next].number;
    }
    return error;
}

void listteams_pass(struct listteams *list)
{
    list->after = place_of(list->next);
    list->next->next++;
}
