// SPDX-License-Identifier: Apache-2.0
#include "query_breaches.h"

#include <string.h>

#include "access.h"
#include "cursor.h"
#include "moment.h"
#include "present.h"
#include "proto/frame.h"
#include "store/breaches.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/tickets.h"

enum { SOURCE_ROWS = 32 }; /* read at once from one contract */

/* The breaches of one contract, a few at a time. */
struct source {
    const struct book_contract *contract;
    struct breaches_cursor cursor;
    struct breach *rows; /* NULL until first read */
    size_t n;
    size_t next;
    bool ended;
};

struct search {
    struct call *call;
    const struct request_list_breaches *wanted;
    struct moment moment;
    size_t entries; /* of histories that were read for this page */
    struct source *sources;
    size_t n_sources;
    bool resumed;
    struct key_breach after; /* go on behind this one */
    struct arena row;        /* of the row at hand: thousands may be looked at for one page */
};

enum { PLACE_BYTES = 4 + 8 + 8 + 1 + 4 + 4 };

/* By instant, then contract, then what is left of the key. */
static int place_compare(const struct key_breach *a, const struct key_breach *b)
{
    if (a->breached_at != b->breached_at) {
        return a->breached_at < b->breached_at ? -1 : 1;
    }
    struct key x = key_breach(a);
    struct key y = key_breach(b);
    return memcmp(x.bytes, y.bytes, x.n);
}

static int cursor_parse(struct search *s)
{
    struct wire_bytes place;
    struct key key;

    int error = cursor_open(s->call, &s->wanted->cursor, &place);
    s->resumed = place.n != 0;
    if (error != 0 || !s->resumed) {
        return error;
    }
    key.n = place.n <= sizeof(key.bytes) ? place.n : 0;
    memcpy(key.bytes, place.p, key.n);
    return key_parse_breach(&key, &s->after) ? 0 : cursor_refuse(s->call);
}

static int cursor_make(struct call *call, const struct key_breach *place, struct wire_bytes *ret)
{
    struct key key = key_breach(place);

    return cursor_seal(call, key.bytes, key.n, ret);
}

static bool is_searched(const struct search *s, const struct book_contract *contract)
{
    const struct request_list_breaches *wanted = s->wanted;
    const struct book_party *vendor = book_party(s->call->book, contract->vendor);
    const struct subject subject = {contract->buyer, contract->vendor, 0, ""};

    return (wanted->contract[0] == '\0' || strcmp(wanted->contract, contract->name) == 0) &&
           (wanted->vendor[0] == '\0' ||
            (vendor != NULL && strcmp(wanted->vendor, vendor->name) == 0)) &&
           (policy_check(s->call->who, RIGHT_BOOK_READ, &subject) == POLICY_ALLOWED);
}

static int add_sources(struct search *s)
{
    const struct book *book = s->call->book;

    s->sources = arena_array(s->call->arena, book->n_contracts, sizeof(*s->sources));
    if (s->sources == NULL) {
        return call_too_large(s->call);
    }
    for (size_t i = 0; i < book->n_contracts; i++) {
        if (!is_searched(s, &book->contracts[i])) {
            continue;
        }
        struct source *to = &s->sources[s->n_sources++];
        to->contract = &book->contracts[i];
        if (s->resumed) {
            /* In the order of (instant, contract) the page before took all of this instant in
             * contracts before its last row's, and none in those after it. */
            struct key_breach start = s->after;
            start.contract = to->contract->id;
            if (to->contract->id < s->after.contract) {
                start.number = UINT64_MAX;
            } else if (to->contract->id > s->after.contract) {
                start.number = 0;
            }
            struct key key = key_breach(&start);
            memcpy(to->cursor.bytes, key.bytes, key.n);
            to->cursor.n = key.n;
        }
    }
    return 0;
}

static int refill(struct search *s, struct source *from)
{
    const struct request_list_breaches *wanted = s->wanted;
    int64_t since_at = wanted->since_at == INSTANT_NONE ? INSTANT_NONE + 1 : wanted->since_at;
    int64_t until_at = wanted->until_at == INSTANT_NONE ? INSTANT_NEVER : wanted->until_at;

    if (s->moment.past && until_at > s->moment.then.at) {
        until_at = s->moment.then.at + 1; /* what was breached by then */
    }

    if (from->rows == NULL) {
        from->rows = arena_array(s->call->arena, SOURCE_ROWS, sizeof(*from->rows));
        if (from->rows == NULL) {
            return call_too_large(s->call);
        }
    }
    int error = breaches_scan(s->call->txn, from->contract->id, since_at, until_at, &from->cursor,
                              SOURCE_ROWS, s->call->arena, from->rows, &from->n);
    if (error != 0) {
        return call_store_failed(s->call, error);
    }
    from->next = 0;
    from->ended = from->cursor.n == 0;
    return 0;
}

static int first_source(struct search *s, struct source **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < s->n_sources; i++) {
        struct source *from = &s->sources[i];
        int error = from->next == from->n && !from->ended ? refill(s, from) : 0;
        if (error != 0) {
            return error;
        }
        if (from->next < from->n &&
            (*ret == NULL ||
             place_compare(&from->rows[from->next].key, &(*ret)->rows[(*ret)->next].key) < 0)) {
            *ret = from;
        }
    }
    return 0;
}

/* The breach was overturned, as far as is known. */
static bool is_withdrawn(const struct search *s, const struct breach *breach)
{
    return breach->withdrawn_seq != 0 && breach->withdrawn_at <= s->moment.known_at;
}

static void present(const struct search *s, const struct book_contract *contract,
                    const struct breach *breach, const struct ticket *ticket,
                    struct reply_breach *ret)
{
    const struct book *book = s->call->book;
    const struct book_team *team = book_team(book, breach->team);
    const struct book_team *clock_team = book_team(book, breach->key.team);
    const struct book_party *vendor = book_party(book, contract->vendor);
    const struct book_contract_version *version = book_contract_version(contract,
                                                                        breach->contract_version);

    *ret = (struct reply_breach){
        .key = contract->key,
        .number = breach->key.number,
        .clock = breach->key.clock,
        .cycle = breach->key.cycle,
        .contract = contract->name,
        .contract_version = breach->contract_version,
        .vendor = vendor == NULL ? "" : vendor->name,
        .team = team == NULL ? "" : team->name,
        .priority = breach->priority,
        .within = version != NULL && breach->target_row < version->n_targets
                      ? version->targets[breach->target_row].within
                      : "",
        .breached_at = breach->key.breached_at,
        .detected_at = breach->detected_at,
        .withdrawn = is_withdrawn(s, breach),
        .state = ticket->state,
        .imported = breach->imported,
        .clock_team = clock_team == NULL ? "" : clock_team->name,
    };
}

/* The ticket as it was; *ret_full: reading it would be too much for this page, which has read of
 * others already. */
static int ticket_then(struct search *s, const struct ticket *now, struct ticket *ret,
                       bool *ret_there, bool *ret_full)
{
    if (moment_reads_history(&s->moment, now)) {
        *ret_full = s->entries > 0 && s->entries + now->version > BREACHES_ENTRIES_MAX;
        if (*ret_full) {
            return 0;
        }
        s->entries += now->version;
    }
    return moment_ticket(&s->moment, now, ret, ret_there);
}

/* Who judged: the arithmetic that the entry names. */
static int engine_of(struct search *s, const struct source *from, const struct breach *breach,
                     uint32_t *ret)
{
    struct entry entry;

    int error = entries_get_bare(s->call->txn, from->contract->id, breach->detected_seq, &s->row,
                                 &entry);
    if (error != 0) {
        return call_store_failed(s->call, error);
    }
    *ret = entry.event.engine;
    return 0;
}

/* Adds the breach if it is wanted and may be seen. *ret_full: it is, and the page has no room for
 * it. */
static int take(struct search *s, const struct source *from, struct wire_rows *rows, bool *ret_full)
{
    struct call *call = s->call;
    const struct breach *breach = &from->rows[from->next];
    const struct book_team *team = book_team(call->book, breach->team);
    struct ticket now;
    struct ticket ticket;
    struct reply_breach row;
    bool there = true;

    if (breach->detected_at > s->moment.known_at) {
        return 0;
    }
    if ((s->wanted->clock != CLOCK_KIND_NONE && s->wanted->clock != breach->key.clock) ||
        (s->wanted->team[0] != '\0' &&
         (team == NULL || strcmp(s->wanted->team, team->name) != 0))) {
        return 0;
    }
    arena_reset(&s->row);
    int error = tickets_get(call->txn, from->contract->id, breach->key.number, &s->row, &now);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct subject subject = call_subject(from->contract, &now);
    if (policy_check(call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
        return 0;
    }
    error = ticket_then(s, &now, &ticket, &there, ret_full);
    if (error != 0 || *ret_full || !there) {
        return error;
    }
    present(s, from->contract, breach, &ticket, &row);
    error = engine_of(s, from, breach, &row.engine);
    if (error != 0) {
        return error;
    }
    error = wire_rows_add_breach(rows, &row);
    if (error < 0) {
        return call_too_large(call);
    }
    *ret_full = error == WIRE_FULL;
    return *ret_full ? 0 : access_note(call, from->contract, &now, ACCESS_ROW, false);
}

static int fill_page(struct search *s, struct wire_rows *rows, struct reply_page *page)
{
    for (size_t looked_at = 0;; looked_at++) {
        struct source *from;
        bool full = rows->n == s->wanted->limit || looked_at == BREACHES_SCAN_MAX;
        int error = first_source(s, &from);
        if (error != 0) {
            return error;
        }
        if (from == NULL) {
            return 0;
        }
        if (!full) {
            error = take(s, from, rows, &full);
            if (error != 0) {
                return error;
            }
        }
        if (full) {
            page->truncated = true;
            return cursor_make(s->call, &s->after, &page->cursor);
        }
        s->after = from->rows[from->next++].key;
    }
}

static int answer(struct search *s)
{
    struct call *call = s->call;
    struct reply_page page = {.snapshot_at = s->moment.then.at};
    struct wire_rows rows;

    wire_rows_init(&rows, call->arena, FRAME_BYTES_DEFAULT);
    arena_init(&s->row, BREACHES_ROW_BYTES);
    s->moment.then.arena = &s->row;
    int error = fill_page(s, &rows, &page);
    arena_fini(&s->row);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_breach_page(&rows, call->request->id, NULL,
                                                                   &page, call->reply));
}

int query_list_breaches(struct call *call)
{
    struct search s = {.call = call, .wanted = &call->request->u.list_breaches};

    int error = moment_init(&s.moment, call);
    if (error == 0) {
        error = call_filters(call, s.wanted->contract, s.wanted->vendor, s.wanted->team);
    }
    if (error == 0) {
        error = cursor_parse(&s);
    }
    if (error == 0) {
        error = add_sources(&s);
    }
    if (error == 0) {
        error = answer(&s);
    }
    moment_fini(&s.moment);
    return error;
}
