// SPDX-License-Identifier: Apache-2.0
#include "store/due.h"

#include "store/record.h"
#include "store/row.h"

int due_before(struct txn *txn, int64_t before_at, size_t max, struct key_due *ret, size_t *ret_n)
{
    struct row_walk walk;
    struct row row;
    struct key key;
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, DB_DUE, NULL, NULL, RECORD_MARK);
    while (n < max && (r = row_walk_next(&walk, &key, &row)) == 0) {
        if (!key_parse_due(&key, &ret[n])) {
            r = row_corrupt(txn, DB_DUE, &key, "the key makes no sense");
        }
        if (r != 0 || ret[n].at >= before_at) {
            break;
        }
        n++;
    }
    row_walk_end(&walk);
    if (r != 0 && r != STORE_NOT_FOUND) {
        return r;
    }
    *ret_n = n;
    return 0;
}

int due_next(struct txn *txn, int64_t *ret_at)
{
    struct key_due first;
    size_t n;

    int r = due_before(txn, INT64_MAX, 1, &first, &n);
    if (r != 0) {
        return r;
    }
    if (n == 0) {
        return STORE_NOT_FOUND;
    }
    *ret_at = first.at;
    return 0;
}

int due_swept(struct txn *txn, uint64_t *ret_since_seq)
{
    return record_swept_get(txn, ret_since_seq);
}
