// SPDX-License-Identifier: Apache-2.0
#include "store/proposals.h"

#include <errno.h>

#include "store/record.h"
#include "store/row.h"

/** Up to `max` changes of a proposal; ret NULL: only their number. */
static int walk_changes(struct txn *txn, uint64_t id, size_t max, struct proposal_change *ret,
                        size_t *ret_n)
{
    struct key prefix = key_change_prefix(id);
    struct row_walk walk;
    struct row row;
    struct key key;
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, DB_PROPOSALS, &prefix, NULL, RECORD_CHANGE);
    while (n < max && (r = row_walk_next(&walk, &key, &row)) == 0) {
        if (ret) {
            r = record_change_decode(txn, &key, &row, &ret[n]);
            if (r != 0) {
                break;
            }
        }
        n++;
    }
    row_walk_end(&walk);
    *ret_n = n;
    return r == STORE_NOT_FOUND ? 0 : r;
}

static int read_changes(struct txn *txn, struct arena *arena, struct proposal *proposal)
{
    struct proposal_change *changes;
    size_t n;

    int r = walk_changes(txn, proposal->id, SIZE_MAX, NULL, &n);
    if (r != 0) {
        return r;
    }
    changes = arena_array(arena, n, sizeof(*changes));
    if (!changes) {
        return txn_fail(txn, -ENOMEM, "no memory for a proposal");
    }
    proposal->changes = changes;
    return walk_changes(txn, proposal->id, n, changes, &proposal->n_changes);
}

int proposals_get(struct txn *txn, uint64_t id, struct arena *arena, struct proposal *ret)
{
    struct key key = key_proposal(id);
    struct row row;

    int r = row_get(txn, DB_PROPOSALS, &key, RECORD_PROPOSAL, &row);
    if (r == 0) {
        r = record_proposal_decode(txn, &key, &row, ret);
    }
    return r == 0 ? read_changes(txn, arena, ret) : r;
}

int proposals_scan(struct txn *txn, uint64_t from_id, size_t max, struct arena *arena,
                   struct proposal *ret, size_t *ret_n)
{
    struct key prefix = key_proposals_prefix();
    struct key from = key_proposal(from_id);
    struct row_walk walk;
    struct row row;
    struct key key;
    size_t n = 0;
    int r = 0;

    row_walk_begin(&walk, txn, DB_PROPOSALS, &prefix, &from, RECORD_PROPOSAL);
    while (n < max && (r = row_walk_next(&walk, &key, &row)) == 0) {
        r = record_proposal_decode(txn, &key, &row, &ret[n]);
        if (r == 0) {
            r = read_changes(txn, arena, &ret[n]);
        }
        if (r != 0) {
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

int proposals_change(struct txn *txn, const struct key_change *k, struct proposal_change *ret)
{
    struct key key = key_change(k);
    struct row row;

    int r = row_get(txn, DB_PROPOSALS, &key, RECORD_CHANGE, &row);
    return r == 0 ? record_change_decode(txn, &key, &row, ret) : r;
}

int proposals_next_id(struct txn *txn, uint64_t *ret)
{
    struct key prefix = key_proposals_prefix();
    struct key key;
    uint64_t id = 0;

    int r = row_last(txn, DB_PROPOSALS, &prefix, RECORD_PROPOSAL, &key, NULL);
    if (r == 0 && !key_parse_proposal(&key, &id)) {
        r = row_corrupt(txn, DB_PROPOSALS, &key, "the key makes no sense");
    }
    if (r == 0 || r == STORE_NOT_FOUND) {
        *ret = id + 1;
        return 0;
    }
    return r;
}
