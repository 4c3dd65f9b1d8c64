// SPDX-License-Identifier: Apache-2.0
#include "store/zones.h"

#include <string.h>

#include "store/record.h"
#include "store/row.h"

int zones_get(struct txn *txn, const uint8_t sha256[BOOK_HASH_BYTES], const char *name,
              struct arena *arena, struct zonedata *ret)
{
    size_t n = strnlen(name, BOOK_NAME_BYTES);
    struct row row;

    if (n == 0 || n == BOOK_NAME_BYTES) {
        return STORE_NOT_FOUND;
    }
    struct key key = key_zone(sha256, name);
    int r = row_get(txn, DB_ZONES, &key, RECORD_ZONE, &row);
    return r == 0 ? record_zone_decode(txn, &key, &row, arena, ret) : r;
}

int zones_walk(struct txn *txn, struct arena *arena, zones_reader *reader, void *user)
{
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    row_walk_begin(&walk, txn, DB_ZONES, NULL, NULL, RECORD_ZONE);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct zonedata zone;

        r = record_zone_decode(txn, &key, &row, arena, &zone);
        if (r == 0) {
            r = reader(user, &zone);
        }
        if (r != 0) {
            row_walk_end(&walk);
            return r;
        }
    }
    row_walk_end(&walk);
    return r == STORE_NOT_FOUND ? 0 : r;
}
