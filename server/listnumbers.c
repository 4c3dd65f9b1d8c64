// SPDX-License-Identifier: Apache-2.0
#include "listnumbers.h"

#include <string.h>

#include "cursor.h"
#include "proto/bytes.h"

enum {
    PLACE_BYTES = 1 + 4 + 8,
    PLACE_MARK = 0xa5, /* lists in other orders have other places */
};

int listnumbers_init(struct listnumbers *list, struct call *call, const struct wire_bytes *cursor)
{
    struct wire_bytes place;
    struct bytes_reader r;

    *list = (struct listnumbers){.call = call};
    list->contracts = arena_array(call->arena, call->book->n_contracts, sizeof(*list->contracts));
    if (list->contracts == NULL) {
        return call_too_large(call);
    }
    int error = cursor_open(call, cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    bytes_reader_init(&r, place.p, place.n);
    uint8_t mark = bytes_get_u8(&r);
    list->after_contract = bytes_get_u32(&r);
    list->after_number = bytes_get_u64(&r);
    return bytes_reader_done(&r) && mark == PLACE_MARK && list->after_contract != 0
               ? 0
               : cursor_refuse(call);
}

int listnumbers_cursor(struct listnumbers *list, struct wire_bytes *ret)
{
    uint8_t place[PLACE_BYTES];
    struct bytes_writer w;

    bytes_writer_init(&w, place, sizeof(place));
    bytes_put_u8(&w, PLACE_MARK);
    bytes_put_u32(&w, list->after_contract);
    bytes_put_u64(&w, list->after_number);
    return cursor_seal(list->call, place, sizeof(place), ret);
}

/* Behind the last row passed, where that is of this contract. */
static void begin(struct listnumbers *list)
{
    const struct book_contract *contract = list->contracts[list->at];

    list->cursor.n = 0;
    list->ended = false;
    if (contract->id == list->after_contract) {
        struct key key = key_ticket(contract->id, list->after_number);
        memcpy(list->cursor.bytes, key.bytes, key.n);
        list->cursor.n = key.n;
    }
}

void listnumbers_add(struct listnumbers *list, const struct book_contract *contract)
{
    size_t to = list->n_contracts;

    if (contract->id < list->after_contract) {
        return;
    }
    for (; to > 0 && list->contracts[to - 1]->id > contract->id; to--) {
        list->contracts[to] = list->contracts[to - 1];
    }
    list->contracts[to] = contract;
    list->n_contracts++;
    begin(list);
}

int listnumbers_peek(struct listnumbers *list, const struct book_contract **ret_contract,
                     uint64_t *ret_number)
{
    *ret_contract = NULL;
    while (list->next == list->n && list->at < list->n_contracts) {
        if (list->ended) {
            list->at++;
            if (list->at < list->n_contracts) {
                begin(list);
            }
            continue;
        }
        int error = tickets_list(list->call->txn, list->contracts[list->at]->id, &list->cursor,
                                 LISTNUMBERS_ROWS, list->rows, &list->n);
        if (error != 0) {
            return call_store_failed(list->call, error);
        }
        list->next = 0;
        list->ended = list->cursor.n == 0;
    }
    if (list->next < list->n) {
        *ret_contract = list->contracts[list->at];
        *ret_number = list->rows[list->next].number;
    }
    return 0;
}

void listnumbers_pass(struct listnumbers *list)
{
    list->after_contract = list->rows[list->next].contract;
    list->after_number = list->rows[list->next].number;
    list->next++;
}
