// SPDX-License-Identifier: Apache-2.0
/*
 * Tickets and their lists. All lists are the same walk over another index: a prefix, rows up to a
 * number, and the key of the last one as the cursor.
 */
#include "store/tickets.h"

#include <string.h>

#include "core/instant.h"
#include "store/record.h"
#include "store/row.h"
#include "store/sourcemark.h"

static int malformed(struct txn *txn, enum db db, const struct key *key)
{
    return row_corrupt(txn, db, key, "the key makes no sense");
}

int tickets_get(struct txn *txn, uint32_t contract, uint64_t number, struct arena *arena,
                struct ticket *ret)
{
    struct key key = key_ticket(contract, number);
    struct row row;

    int r = row_get(txn, DB_TICKETS, &key, RECORD_TICKET, &row);
    return r == 0 ? record_ticket_decode(txn, &key, &row, arena, ret) : r;
}

int tickets_next_number(struct txn *txn, uint32_t contract, uint64_t *ret)
{
    struct key prefix = key_ticket_prefix(contract);
    struct key key;
    uint64_t newest;

    int r = row_last(txn, DB_TICKETS, &prefix, RECORD_TICKET, &key, NULL);
    if (r == STORE_NOT_FOUND) {
        *ret = 1;
        return 0;
    }
    if (r == 0 && !key_parse_ticket(&key, &contract, &newest)) {
        r = malformed(txn, DB_TICKETS, &key);
    }
    if (r == 0) {
        *ret = newest + 1;
    }
    return r;
}

int tickets_by_external(struct txn *txn, const char *source, const char *source_key,
                        struct tickets_external *ret)
{
    uint8_t mark[EVENT_MARK_BYTES];
    struct row row;

    if (source[0] == 0 || source_key[0] == 0) {
        return STORE_NOT_FOUND;
    }
    int r = sourcemark_make(txn, source, source_key, mark);
    if (r != 0) {
        return r;
    }
    struct key key = key_external(source, mark);
    r = row_get(txn, DB_EXTERNAL, &key, RECORD_EXTERNAL, &row);
    return r == 0 ? record_external_decode(txn, &key, &row, ret) : r;
}

/* --- lists ------------------------------------------------------------------------------------ */

struct list {
    enum db db;
    enum record_kind kind;
    struct key prefix;
    bool (*parse)(const struct key *key, struct tickets_row *ret);
    /** What the key does not tell; NULL: it tells all. */
    int (*fill)(struct txn *txn, const struct key *key, const struct row *row,
                struct tickets_row *ret);
};

static bool parse_by_team(const struct key *key, struct tickets_row *ret)
{
    struct key_by_team k;

    if (!key_parse_by_team(key, &k)) {
        return false;
    }
    *ret = (struct tickets_row){
        .contract = k.contract, .number = k.number, .class = k.class, .urgency_at = k.urgency_at};
    return true;
}

static bool parse_by_person(const struct key *key, struct tickets_row *ret)
{
    struct key_by_person k;

    if (!key_parse_by_person(key, &k)) {
        return false;
    }
    *ret = (struct tickets_row){
        .contract = k.contract, .number = k.number, .urgency_at = k.urgency_at};
    return true;
}

static bool parse_ticket(const struct key *key, struct tickets_row *ret)
{
    struct tickets_row row = {.urgency_at = INSTANT_NONE};

    if (!key_parse_ticket(key, &row.contract, &row.number)) {
        return false;
    }
    *ret = row;
    return true;
}

static bool parse_external(const struct key *key, struct tickets_row *ret)
{
    char source[BOOK_NAME_BYTES];
    uint8_t mark[EVENT_MARK_BYTES];

    *ret = (struct tickets_row){.urgency_at = INSTANT_NONE};
    return key_parse_external(key, source, mark);
}

static int fill_external(struct txn *txn, const struct key *key, const struct row *row,
                         struct tickets_row *ret)
{
    struct tickets_external external;

    int r = record_external_decode(txn, key, row, &external);
    if (r != 0) {
        return r;
    }
    ret->contract = external.contract;
    ret->number = external.number;
    return 0;
}

/** The first key behind the one a cursor holds. A cursor that is not of this list (it comes back
 * from outside) begins at its first row. */
static struct key resume(const struct list *list, const struct tickets_cursor *cursor)
{
    struct key key = list->prefix;
    struct tickets_row row;

    if (cursor->n < sizeof(cursor->bytes) && cursor->n > key.n &&
        memcmp(cursor->bytes, key.bytes, key.n) == 0) {
        struct key from = {.n = cursor->n};
        memcpy(from.bytes, cursor->bytes, cursor->n);
        if (list->parse(&from, &row)) {
            from.bytes[from.n++] = 0;
            key = from;
        }
    }
    return key;
}

static int page(struct txn *txn, const struct list *list, struct tickets_cursor *cursor, size_t max,
                struct tickets_row *ret, size_t *ret_n)
{
    struct key from = resume(list, cursor);
    struct row_walk walk;
    struct row row;
    struct key key = {.n = 0};
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, list->db, &list->prefix, &from, list->kind);
    for (; n < max && (r = row_walk_next(&walk, &key, &row)) == 0; n++) {
        r = list->parse(&key, &ret[n]) ? 0 : malformed(txn, list->db, &key);
        if (r == 0 && list->fill != NULL) {
            r = list->fill(txn, &key, &row, &ret[n]);
        }
        if (r != 0) {
            break;
        }
    }
    row_walk_end(&walk);
    if (r != 0 && r != STORE_NOT_FOUND) {
        return r;
    }
    if (r == STORE_NOT_FOUND) {
        cursor->n = 0;
    } else if (n > 0) {
        cursor->n = key.n;
        memcpy(cursor->bytes, key.bytes, key.n);
    }
    *ret_n = n;
    return 0;
}

int tickets_by_team(struct txn *txn, uint32_t contract, uint32_t team, enum ticket_class class,
                    struct tickets_cursor *cursor, size_t max, struct tickets_row *ret,
                    size_t *ret_n)
{
    struct list list = {
        .db = DB_BY_TEAM,
        .kind = RECORD_MARK,
        .prefix = key_by_team_prefix(contract, team, class),
        .parse = parse_by_team,
    };

    return page(txn, &list, cursor, max, ret, ret_n);
}

int tickets_by_person(struct txn *txn, uint32_t principal, bool done, struct tickets_cursor *cursor,
                      size_t max, struct tickets_row *ret, size_t *ret_n)
{
    struct list list = {
        .db = DB_BY_PERSON,
        .kind = RECORD_MARK,
        .prefix = key_by_person_prefix(principal, done),
        .parse = parse_by_person,
    };

    return page(txn, &list, cursor, max, ret, ret_n);
}

int tickets_list(struct txn *txn, uint32_t contract, struct tickets_cursor *cursor, size_t max,
                 struct tickets_row *ret, size_t *ret_n)
{
    struct list list = {
        .db = DB_TICKETS,
        .kind = RECORD_TICKET,
        .prefix = key_ticket_prefix(contract),
        .parse = parse_ticket,
    };

    return page(txn, &list, cursor, max, ret, ret_n);
}

int tickets_by_source(struct txn *txn, const char *source, struct tickets_cursor *cursor,
                      size_t max, struct tickets_row *ret, size_t *ret_n)
{
    if (source[0] == 0) {
        cursor->n = 0;
        *ret_n = 0;
        return 0;
    }
    struct list list = {
        .db = DB_EXTERNAL,
        .kind = RECORD_EXTERNAL,
        .prefix = key_external_prefix(source),
        .parse = parse_external,
        .fill = fill_external,
    };

    return page(txn, &list, cursor, max, ret, ret_n);
}

int tickets_count(struct txn *txn, uint32_t contract, uint64_t ret[TICKET_CLASSES])
{
    struct key prefix = key_by_team_contract_prefix(contract);
    uint64_t n[TICKET_CLASSES] = {0};
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    row_walk_begin(&walk, txn, DB_BY_TEAM, &prefix, NULL, RECORD_MARK);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct key_by_team k;

        if (!key_parse_by_team(&key, &k) || k.class >= TICKET_CLASSES) {
            r = malformed(txn, DB_BY_TEAM, &key);
            break;
        }
        n[k.class]++;
    }
    row_walk_end(&walk);
    if (r == STORE_NOT_FOUND) {
        memcpy(ret, n, sizeof(n));
        r = 0;
    }
    return r;
}
