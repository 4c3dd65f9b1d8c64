// SPDX-License-Identifier: Apache-2.0
#include "store/sources.h"

#include "store/record.h"
#include "store/row.h"

int sources_open(struct txn *txn, const char *source, uint32_t contract, uint64_t *ret)
{
    struct key key = key_source(source, contract);
    struct row row;

    *ret = 0;
    int r = row_get(txn, DB_SOURCES, &key, RECORD_SOURCE, &row);
    if (r == 0) {
        r = record_source_decode(txn, &key, &row, ret);
    }
    return r == STORE_NOT_FOUND ? 0 : r;
}
