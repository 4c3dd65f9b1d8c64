// SPDX-License-Identifier: Apache-2.0
/* A range is a team in a contract; of each the open classes one behind the other. */
#include "openwalk.h"

#include <string.h>

#include "call.h"
#include "proto/bytes.h"

enum { PLACE_HEAD_BYTES = 9 }; /* contract, team, class; the cursor of the class follows */

int openwalk_init(struct openwalk *walk, const struct book *book, const bool *wanted,
                  struct arena *arena)
{
    size_t n = 0;

    for (size_t c = 0; c < book->n_contracts; c++) {
        n += wanted[c] ? book->n_teams : 0;
    }
    *walk = (struct openwalk){
        .ranges = arena_array(arena, n, sizeof(*walk->ranges)),
        .class = TICKET_CLASS_BREACHED,
    };
    if (walk->ranges == NULL) {
        return -1;
    }
    for (size_t c = 0; c < book->n_contracts; c++) {
        const struct book_contract *contract = &book->contracts[c];
        for (size_t t = 0; wanted[c] && t < book->n_teams; t++) {
            if (call_ever_had_team(contract, book->teams[t].id)) {
                walk->ranges[walk->n_ranges++] = (struct openwalk_range){contract->id,
                                                                         book->teams[t].id};
            }
        }
    }
    return 0;
}

static void pass_class(struct openwalk *walk)
{
    walk->class ++;
    if (walk->class == TICKET_CLASS_RESOLVED) {
        walk->class = TICKET_CLASS_BREACHED;
        walk->range++;
    }
}

int openwalk_next(struct openwalk *walk, struct txn *txn, size_t max, struct tickets_row *ret,
                  size_t *ret_n)
{
    *ret_n = 0;
    while (*ret_n < max && walk->range < walk->n_ranges) {
        const struct openwalk_range *range = &walk->ranges[walk->range];
        size_t n;
        int error = tickets_by_team(txn, range->contract, range->team, walk->class, &walk->after,
                                    max - *ret_n, ret + *ret_n, &n);
        if (error != 0) {
            return error;
        }
        *ret_n += n;
        if (walk->after.n == 0) {
            pass_class(walk);
        }
    }
    return 0;
}

bool openwalk_is_done(const struct openwalk *walk)
{
    return walk->range == walk->n_ranges;
}

size_t openwalk_place(const struct openwalk *walk, uint8_t ret[static OPENWALK_PLACE_BYTES])
{
    struct bytes_writer w;

    if (openwalk_is_done(walk)) {
        return 0;
    }
    bytes_writer_init(&w, ret, OPENWALK_PLACE_BYTES);
    bytes_put_u32(&w, walk->ranges[walk->range].contract);
    bytes_put_u32(&w, walk->ranges[walk->range].team);
    bytes_put_u8(&w, (uint8_t)walk->class);
    bytes_put_raw(&w, walk->after.bytes, walk->after.n);
    return PLACE_HEAD_BYTES + walk->after.n;
}

/* The cursor is empty, or a row of this list. */
static bool is_of(const struct tickets_cursor *cursor, const struct openwalk_range *range,
                  enum ticket_class class)
{
    struct key key = {.n = cursor->n};
    struct key_by_team row;

    memcpy(key.bytes, cursor->bytes, cursor->n);
    return cursor->n == 0 || (key_parse_by_team(&key, &row) && row.contract == range->contract &&
                              row.team == range->team && row.class == class);
}

bool openwalk_resume(struct openwalk *walk, const uint8_t *place, size_t n)
{
    struct bytes_reader r;

    bytes_reader_init(&r, place, n);
    const uint32_t contract = bytes_get_u32(&r);
    const uint32_t team = bytes_get_u32(&r);
    const uint8_t class = bytes_get_u8(&r);
    if (!bytes_reader_ok(&r) || n > OPENWALK_PLACE_BYTES || class < TICKET_CLASS_BREACHED ||
        class >= TICKET_CLASS_RESOLVED) {
        return false;
    }
    struct tickets_cursor after = {.n = n - PLACE_HEAD_BYTES};
    bytes_get_copy(&r, after.bytes, after.n);
    for (size_t i = 0; i < walk->n_ranges; i++) {
        const struct openwalk_range *range = &walk->ranges[i];
        if (range->contract == contract && range->team == team) {
            walk->range = i;
            walk->class = (enum ticket_class) class;
            walk->after = after;
            return is_of(&after, range, walk->class);
        }
    }
    return false;
}
