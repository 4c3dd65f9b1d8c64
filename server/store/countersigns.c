// SPDX-License-Identifier: Apache-2.0
#include "store/countersigns.h"

#include "store/record.h"
#include "store/row.h"

int countersigns_get(struct txn *txn, uint32_t contract, uint32_t party, struct countersign *ret)
{
    struct key key = key_countersign(contract, party);
    struct row row;

    int r = row_get(txn, DB_COUNTERSIGNS, &key, RECORD_COUNTERSIGN, &row);
    return r == 0 ? record_countersign_decode(txn, &key, &row, ret) : r;
}

int countersigns_newest(struct txn *txn, uint32_t contract, struct countersign *ret)
{
    struct key prefix = key_countersign_prefix(contract);
    struct countersign newest = {.seq = 0};
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    row_walk_begin(&walk, txn, DB_COUNTERSIGNS, &prefix, NULL, RECORD_COUNTERSIGN);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct countersign c;

        r = record_countersign_decode(txn, &key, &row, &c);
        if (r != 0) {
            break;
        }
        if (c.head_seq > newest.head_seq || (c.head_seq == newest.head_seq && c.seq > newest.seq)) {
            newest = c;
        }
    }
    row_walk_end(&walk);
    if (r == STORE_NOT_FOUND && newest.seq != 0) {
        *ret = newest;
        return 0;
    }
    return r;
}
