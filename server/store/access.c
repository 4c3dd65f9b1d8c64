// SPDX-License-Identifier: Apache-2.0
#include "store/access.h"

#include <string.h>

#include "store/record.h"
#include "store/row.h"

static struct key first_key(uint32_t contract, int64_t since_at, const struct access_cursor *cursor)
{
    struct key key = key_access_from(contract, since_at);
    struct key last = {.n = cursor->n};
    struct key_access k;

    if (cursor->n == 0 || cursor->n >= sizeof(cursor->bytes)) {
        return key;
    }
    memcpy(last.bytes, cursor->bytes, cursor->n);
    // It comes back from outside: one of another contract or an earlier window is not followed
    if (!key_parse_access(&last, &k) || k.contract != contract || k.recorded_at < since_at) {
        return key;
    }
    last.bytes[last.n++] = 0;
    return last;
}

static int take(struct txn *txn, const struct key *key, const struct row *row,
                struct access_row *ret)
{
    struct key_access k;

    if (!key_parse_access(key, &k)) {
        return row_corrupt(txn, DB_ACCESS, key, "the key makes no sense");
    }
    ret->seq = k.seq;
    ret->recorded_at = k.recorded_at;
    return record_access_decode(txn, key, row, &ret->actor);
}

int access_scan(struct txn *txn, uint32_t contract, int64_t since_at, int64_t until_at,
                struct access_cursor *cursor, size_t max, struct access_row *ret, size_t *ret_n)
{
    struct key prefix = key_access_prefix(contract);
    struct key from = first_key(contract, since_at, cursor);
    struct key key = {.n = 0};
    struct row_walk walk;
    struct row row;
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, DB_ACCESS, &prefix, &from, RECORD_ACCESS);
    while (n < max && (r = row_walk_next(&walk, &key, &row)) == 0) {
        r = take(txn, &key, &row, &ret[n]);
        if (r != 0) {
            break;
        }
        if (ret[n].recorded_at >= until_at) {
            r = STORE_NOT_FOUND;
            break;
        }
        n++;
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

int access_reasons(struct txn *txn, uint32_t contract, uint64_t ticket, uint64_t from_seq,
                   size_t max, uint64_t *ret_seqs, size_t *ret_n)
{
    struct key prefix = key_look_prefix(contract, ticket);
    struct key from = key_look(contract, ticket, from_seq);
    struct row_walk walk;
    struct row row;
    struct key key;
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, DB_LOOKS, &prefix, &from, RECORD_MARK);
    while (n < max && (r = row_walk_next(&walk, &key, &row)) == 0) {
        if (!key_parse_look(&key, &contract, &ticket, &ret_seqs[n])) {
            r = row_corrupt(txn, DB_LOOKS, &key, "the key makes no sense");
            break;
        }
        n++;
    }
    row_walk_end(&walk);
    if (r == 0 || r == STORE_NOT_FOUND) {
        *ret_n = n;
        r = 0;
    }
    return r;
}
