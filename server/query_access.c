// SPDX-License-Identifier: Apache-2.0
#include "query_access.h"

#include <string.h>

#include "core/instant.h"
#include "cursor.h"
#include "present.h"
#include "proto/bytes.h"
#include "proto/frame.h"
#include "store/access.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/principals.h"

enum {
    ACCESS_SCAN_MAX = 5000,       /* rows that one page looks at; a filter may pass most of them */
    ACCESS_ROW_BYTES = 64 * 1024, /* an entry with its reason, as a row */
};

struct looks {
    struct call *call;
    const struct request_list_access *wanted;
    struct wire_rows rows;
    struct arena row; /* of the row at hand */
    uint32_t actor;   /* id; 0 = any */
    size_t looked_at;
    uint32_t contract; /* where the page goes on: there, behind `after` */
    struct access_cursor after;
};

static int cursor_parse(struct looks *l)
{
    struct wire_bytes place;
    struct bytes_reader r;

    int error = cursor_open(l->call, &l->wanted->cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    bytes_reader_init(&r, place.p, place.n);
    l->contract = bytes_get_u32(&r);
    if (!bytes_reader_ok(&r) || r.left > sizeof(l->after.bytes)) {
        return cursor_refuse(l->call);
    }
    l->after.n = r.left;
    bytes_get_copy(&r, l->after.bytes, l->after.n);
    return 0;
}

static int cursor_make(struct looks *l, struct wire_bytes *ret)
{
    uint8_t place[sizeof(l->contract) + sizeof(l->after.bytes)];
    struct bytes_writer w;

    bytes_writer_init(&w, place, sizeof(place));
    bytes_put_u32(&w, l->contract);
    bytes_put_raw(&w, l->after.bytes, l->after.n);
    return cursor_seal(l->call, place, w.n, ret);
}

/* Within call's arena: what is made for the row. Returns 0, WIRE_FULL, an outcome or < 0. */
static int make_row(struct looks *l, const struct book_contract *contract,
                    const struct access_row *row, bool *ret_full)
{
    struct call *call = l->call;
    struct entry entry;

    int error = entries_get(call->txn, contract->id, row->seq, call->arena, &entry, NULL);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct reply_access shown = {
        .contract = contract->name,
        .seq = row->seq,
        .recorded_at = row->recorded_at,
        .kind = entry.event.u.accessed.kind,
        .key = contract->key,
        .number = entry.event.u.accessed.ticket,
        .tickets = entry.event.u.accessed.tickets,
        .texts = entry.event.u.accessed.texts,
    };
    for (size_t i = 0; i < entry.event.n_texts; i++) {
        if (entry.event.texts[i].field == TEXT_REASON && entry.event.texts[i].bytes != NULL) {
            shown.reason = entry.event.texts[i];
        }
    }
    error = present_principal(call, row->actor, &shown.actor);
    if (error != 0) {
        return error;
    }
    error = wire_rows_add_access(&l->rows, &shown);
    *ret_full = error == WIRE_FULL;
    return error < 0 ? call_too_large(call) : 0;
}

static int take_row(struct looks *l, const struct book_contract *contract,
                    const struct access_row *row, bool *ret_full)
{
    struct arena *own = l->call->arena;

    if (l->actor != 0 && l->actor != row->actor) {
        return 0;
    }
    arena_reset(&l->row);
    l->call->arena = &l->row;
    int error = make_row(l, contract, row, ret_full);
    l->call->arena = own;
    return error;
}

/* *ret_full: there is more than the page holds, and the cursor stands before it. */
static int add_contract(struct looks *l, const struct book_contract *contract, bool *ret_full)
{
    const struct request_list_access *wanted = l->wanted;
    const int64_t until_at = wanted->until_at == INSTANT_NONE ? INT64_MAX : wanted->until_at;
    const int64_t since_at = wanted->since_at == INSTANT_NONE ? 0 : wanted->since_at;

    if (contract->id != l->contract) {
        l->contract = contract->id;
        l->after.n = 0;
    }
    for (;;) {
        struct access_cursor next = l->after;
        struct access_row row;
        size_t n;
        int error = access_scan(l->call->txn, contract->id, since_at, until_at, &next, 1, &row, &n);
        if (error != 0) {
            return call_store_failed(l->call, error);
        }
        if (n == 0) {
            return 0;
        }
        *ret_full = l->rows.n == wanted->limit || l->looked_at++ == ACCESS_SCAN_MAX;
        error = *ret_full ? 0 : take_row(l, contract, &row, ret_full);
        if (error != 0 || *ret_full) {
            return error;
        }
        l->after = next;
    }
}

/* The contracts whose log the principal may read, from the cursor's on. */
static int fill_page(struct looks *l, struct reply_page *page)
{
    const struct book *book = l->call->book;
    const uint32_t from = l->contract;
    size_t readable = 0;

    for (size_t i = 0; i < book->n_contracts; i++) {
        const struct book_contract *contract = &book->contracts[i];
        const struct subject subject = {contract->buyer, contract->vendor, 0, ""};
        if (policy_check(l->call->who, RIGHT_ACCESS_READ, &subject) != POLICY_ALLOWED) {
            continue;
        }
        readable++;
        if (contract->id < from ||
            (l->wanted->contract[0] != '\0' && strcmp(l->wanted->contract, contract->name) != 0)) {
            continue;
        }
        int error = add_contract(l, contract, &page->truncated);
        if (error != 0) {
            return error;
        }
        if (page->truncated) {
            return cursor_make(l, &page->cursor);
        }
    }
    return readable > 0 ? 0
                        : refuse(l->call->refusal, OUTCOME_PERMISSION_DENIED, "list_access",
                                 "a buyer's manager and auditors can",
                                 "%s may not read who read what", l->call->who->name);
}

/* Nobody of that name: an empty list, as for somebody who never looked. */
static int find_actor(struct looks *l)
{
    struct principal actor;

    if (l->wanted->actor[0] == '\0') {
        return 0;
    }
    int error = principals_named(l->call->txn, l->wanted->actor, &actor);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return call_store_failed(l->call, error);
    }
    l->actor = error == 0 ? actor.id : UINT32_MAX;
    return 0;
}

int query_list_access(struct call *call)
{
    struct looks l = {.call = call, .wanted = &call->request->u.list_access};
    struct reply_page page = {.snapshot_at = call->at};
    const struct book_contract *contract;

    int error = cursor_parse(&l);
    if (error == 0 && l.wanted->contract[0] != '\0') {
        error = call_contract(call, l.wanted->contract, RIGHT_ACCESS_READ, 0, "", &contract);
    }
    if (error == 0) {
        error = find_actor(&l);
    }
    if (error != 0) {
        return error;
    }
    wire_rows_init(&l.rows, call->arena, FRAME_BYTES_DEFAULT);
    arena_init(&l.row, ACCESS_ROW_BYTES);
    error = fill_page(&l, &page);
    arena_fini(&l.row);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_access_page(&l.rows, call->request->id, NULL,
                                                                   &page, call->reply));
}
