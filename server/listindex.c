// SPDX-License-Identifier: Apache-2.0
/* Rows are read one at a time, so that the cursor of each is known: a page may end behind any. */
#include "listindex.h"

#include <string.h>

#include "cursor.h"

int listindex_init(struct listindex *list, struct call *call, uint32_t person, const char *source,
                   const struct wire_bytes *cursor)
{
    struct wire_bytes place;

    *list = (struct listindex){.call = call, .person = person, .source = source};
    int error = cursor_open(call, cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    if (place.n > 1 + sizeof(list->after.bytes) || place.p[0] > 1) {
        return cursor_refuse(call);
    }
    list->done = place.p[0] == 1;
    list->after.n = place.n - 1;
    memcpy(list->after.bytes, place.p + 1, list->after.n);
    return 0;
}

int listindex_cursor(struct listindex *list, struct wire_bytes *ret)
{
    uint8_t place[1 + sizeof(list->after.bytes)];

    place[0] = list->done ? 1 : 0;
    memcpy(place + 1, list->after.bytes, list->after.n);
    return cursor_seal(list->call, place, 1 + list->after.n, ret);
}

static int read_one(struct listindex *list, struct tickets_row *row, size_t *ret_n)
{
    struct txn *txn = list->call->txn;

    int error = list->person != 0
                    ? tickets_by_person(txn, list->person, list->next_done, &list->next, 1, row,
                                        ret_n)
                    : tickets_by_source(txn, list->source, &list->next, 1, row, ret_n);
    return error == 0 ? 0 : call_store_failed(list->call, error);
}

int listindex_peek(struct listindex *list, const struct book_contract **ret_contract,
                   uint64_t *ret_number)
{
    struct tickets_row row;
    size_t n;

    *ret_contract = NULL;
    list->next = list->after;
    list->next_done = list->done;
    for (;;) {
        int error = read_one(list, &row, &n);
        if (error != 0) {
            return error;
        }
        if (n > 0) {
            *ret_contract = book_contract(list->call->book, row.contract);
            *ret_number = row.number;
            return *ret_contract == NULL ? -1 : 0;
        }
        if (list->person == 0 || list->next_done) {
            return 0;
        }
        list->next_done = true;
    }
}

void listindex_pass(struct listindex *list)
{
    list->after = list->next;
    list->done = list->next_done;
}
