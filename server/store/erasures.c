// SPDX-License-Identifier: Apache-2.0
#include "store/erasures.h"

#include "store/record.h"
#include "store/row.h"

int erasures_get(struct txn *txn, uint32_t contract, uint64_t seq, struct erasure *ret)
{
    struct key key = key_erased(contract, seq);
    struct row row;

    int r = row_get(txn, DB_ERASED, &key, RECORD_ERASED, &row);
    return r == 0 ? record_erased_decode(txn, &key, &row, ret) : r;
}
