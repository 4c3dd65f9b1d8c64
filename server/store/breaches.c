// SPDX-License-Identifier: Apache-2.0
#include "store/breaches.h"

#include <string.h>

#include "store/record.h"
#include "store/row.h"

static struct key first_key(uint32_t contract, int64_t from_at,
                            const struct breaches_cursor *cursor)
{
    struct key key = key_breach_from(contract, from_at);
    struct key_breach k;
    struct key last = {.n = cursor->n};

    if (cursor->n == 0 || cursor->n >= sizeof(cursor->bytes)) {
        return key;
    }
    memcpy(last.bytes, cursor->bytes, cursor->n);
    // It comes back from outside: one of another contract or an earlier window is not followed
    if (!key_parse_breach(&last, &k) || k.contract != contract || k.breached_at < from_at) {
        return key;
    }
    last.bytes[last.n++] = 0;
    return last;
}

int breaches_scan(struct txn *txn, uint32_t contract, int64_t from_at, int64_t to_at,
                  struct breaches_cursor *cursor, size_t max, struct arena *arena,
                  struct breach *ret, size_t *ret_n)
{
    struct key prefix = key_breach_prefix(contract);
    struct key from = first_key(contract, from_at, cursor);
    struct row_walk walk;
    struct row row;
    struct key key = {.n = 0};
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, DB_BREACHES, &prefix, &from, RECORD_BREACH);
    while (n < max && (r = row_walk_next(&walk, &key, &row)) == 0) {
        r = record_breach_decode(txn, &key, &row, arena, &ret[n]);
        if (r != 0) {
            break;
        }
        if (ret[n].key.breached_at >= to_at) {
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
