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

/** What was newest of a name, as far as the walk has come. */
struct in_use {
    bool any;
    struct key key;
    struct key_zone_use place;
    struct record_zone_use use;
};

static int show(struct txn *txn, const struct in_use *found, struct arena *arena,
                zones_reader *reader, void *user)
{
    struct zonedata zone;

    int r = zones_get(txn, found->use.sha256, found->place.name, arena, &zone);
    if (r == STORE_NOT_FOUND) {
        return row_corrupt(txn, DB_ZONE_USES, &found->key, "its zone data are missing");
    }
    if (r != 0) {
        return r;
    }
    zone.seq = found->place.seq; // the row tells of the newest entry, which may be a later one
    memcpy(zone.release, found->use.release, sizeof(zone.release));
    return reader(user, &zone);
}

int zones_known(struct txn *txn, int64_t known_at, struct arena *arena, zones_reader *reader,
                void *user)
{
    struct key prefix = key_zone_use_prefix(0);
    struct in_use newest = {.any = false};
    struct in_use next = {.any = true};
    struct row_walk walk;
    struct row row;
    int r;

    row_walk_begin(&walk, txn, DB_ZONE_USES, &prefix, NULL, RECORD_ZONE_USE);
    while ((r = row_walk_next(&walk, &next.key, &row)) == 0) {
        r = key_parse_zone_use(&next.key, &next.place)
                ? record_zone_use_decode(txn, &next.key, &row, &next.use)
                : row_corrupt(txn, DB_ZONE_USES, &next.key, "the key makes no sense");
        if (r == 0 && newest.any && strcmp(newest.place.name, next.place.name) != 0) {
            r = show(txn, &newest, arena, reader, user);
            newest.any = false;
        }
        if (r != 0) {
            break;
        }
        if (next.use.recorded_at <= known_at) {
            newest = next;
        }
    }
    row_walk_end(&walk);
    if (r != STORE_NOT_FOUND) {
        return r;
    }
    return newest.any ? show(txn, &newest, arena, reader, user) : 0;
}
