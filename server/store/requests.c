// SPDX-License-Identifier: Apache-2.0
#include "store/requests.h"

#include "store/entries.h"
#include "store/record.h"
#include "store/row.h"

int requests_get(struct txn *txn, uint32_t principal, const uint8_t id[REQUEST_ID_BYTES],
                 struct requests_row *ret)
{
    struct key key = key_request(principal, id);
    struct row row;

    int r = row_get(txn, DB_REQUESTS, &key, RECORD_REQUEST, &row);
    return r == 0 ? record_request_decode(txn, &key, &row, ret) : r;
}

struct oldest {
    bool found;
    int64_t recorded_at;
};

static int take_first(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct oldest *oldest = user;

    (void)proof;
    oldest->found = true;
    oldest->recorded_at = entry->recorded_at;
    return 0;
}

int requests_oldest(struct txn *txn, int64_t *ret_recorded_at)
{
    struct oldest oldest = {.found = false};
    uint64_t position;

    int r = record_forgotten_get(txn, &position);
    if (r == 0) {
        r = entries_walk_bare(txn, position + 1, 1, take_first, &oldest);
    }
    if (r != 0) {
        return r;
    }
    if (!oldest.found) {
        return STORE_NOT_FOUND;
    }
    *ret_recorded_at = oldest.recorded_at;
    return 0;
}
