// SPDX-License-Identifier: Apache-2.0
#include "query_log.h"

#include "access.h"
#include "cursor.h"
#include "present_event.h"
#include "proto/bytes.h"
#include "proto/frame.h"
#include "store/entries.h"

enum {
    /* Entries that one page looks at; those that no client sees among them. */
    LOG_SCAN_MAX = 2000,
    LOG_ROW_BYTES = 1024 * 1024, /* an entry with every clock that it may change, as a row */
    PLACE_BYTES = 8,             /* the seq of the entry to go on with */
};

struct log {
    struct call *call;
    const struct book_contract *contract;
    const struct ticket *ticket;
    struct wire_rows rows;
    uint32_t limit;
    struct arena row;  /* of the entry at hand */
    uint64_t next_seq; /* of the first entry that the page does not hold, 0 = none */
    int error;         /* an outcome of ours, which the walk hands back */
};

static int cursor_parse(struct call *call, const struct wire_bytes *cursor, uint64_t newest,
                        uint64_t *ret)
{
    struct wire_bytes place;
    struct bytes_reader r;

    *ret = newest;
    int error = cursor_open(call, cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    bytes_reader_init(&r, place.p, place.n);
    *ret = bytes_get_u64(&r);
    return bytes_reader_done(&r) && *ret != 0 && *ret <= newest ? 0 : cursor_refuse(call);
}

static int cursor_make(struct call *call, uint64_t seq, struct wire_bytes *ret)
{
    uint8_t place[PLACE_BYTES];
    struct bytes_writer w;

    bytes_writer_init(&w, place, sizeof(place));
    bytes_put_u64(&w, seq);
    return cursor_seal(call, place, sizeof(place), ret);
}

static int add_row(struct log *log, const struct entry *entry)
{
    struct reply_event row;
    struct arena *own = log->call->arena;

    arena_reset(&log->row);
    log->call->arena = &log->row;
    int error = present_event(log->call, log->contract, entry, &row);
    log->call->arena = own;
    if (error != 0 || row.kind == REPLY_EVENT_NONE) {
        return error;
    }
    row.state_now = log->ticket->state;
    row.priority_now = log->ticket->priority;
    error = wire_rows_add_log_event(&log->rows, &row);
    return error < 0 ? call_too_large(log->call) : error;
}

static int visit(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct log *log = user;

    (void)proof;
    if (entry->event.ticket != log->ticket->number) {
        /* A cursor may be that of another ticket's log. */
        log->error = cursor_refuse(log->call);
        return JOURNAL_STOP;
    }
    if (log->rows.n == log->limit) {
        log->next_seq = entry->seq;
        return JOURNAL_STOP;
    }
    int error = add_row(log, entry);
    if (error == WIRE_FULL) {
        log->next_seq = entry->seq;
        return JOURNAL_STOP;
    }
    log->error = error;
    log->next_seq = entry->ticket_prev_seq; /* of a walk that ends for its length */
    return error == 0 ? 0 : JOURNAL_STOP;
}

static int fill_page(struct log *log, uint64_t from_seq, struct reply_page *page)
{
    struct call *call = log->call;

    int error = entries_history_bare(call->txn, log->contract->id, from_seq, LOG_SCAN_MAX, visit,
                                     log);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (log->error == 0 && log->next_seq != 0) {
        page->truncated = true;
        log->error = cursor_make(call, log->next_seq, &page->cursor);
    }
    return log->error;
}

int query_show_log(struct call *call)
{
    const struct request_log *wanted = &call->request->u.log;
    struct ticket ticket;
    struct log log = {.call = call, .ticket = &ticket, .limit = wanted->limit};
    struct reply_page page = {.snapshot_at = INSTANT_NONE};
    uint64_t from_seq;

    int error = call_ticket(call, &wanted->ticket, RIGHT_TICKET_SEE, &ticket, &log.contract);
    if (error == 0) {
        error = cursor_parse(call, &wanted->cursor, ticket.last_seq, &from_seq);
    }
    if (error == 0) {
        error = access_note(call, log.contract, &ticket, ACCESS_WHOLE, false);
    }
    if (error != 0) {
        return error;
    }
    wire_rows_init(&log.rows, call->arena, FRAME_BYTES_DEFAULT);
    arena_init(&log.row, LOG_ROW_BYTES);
    error = fill_page(&log, from_seq, &page);
    arena_fini(&log.row);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_log_page(&log.rows, call->request->id, NULL,
                                                                &page, call->reply));
}
