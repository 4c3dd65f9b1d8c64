// SPDX-License-Identifier: Apache-2.0
#include "store/bookobjects.h"

#include <string.h>

#include "store/record.h"
#include "store/row.h"

int bookobjects_get(struct txn *txn, enum book_kind kind, uint32_t id, uint32_t version,
                    struct arena *arena, struct bookobject *ret)
{
    struct key key = key_book(kind, id, version);
    struct row row;

    int r = row_get(txn, DB_BOOK, &key, RECORD_OBJECT, &row);
    return r == 0 ? record_object_decode(txn, &key, &row, arena, ret) : r;
}

int bookobjects_walk(struct txn *txn, struct arena *arena, bookobjects_reader *reader, void *user)
{
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    row_walk_begin(&walk, txn, DB_BOOK, NULL, NULL, RECORD_OBJECT);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct bookobject object;

        r = record_object_decode(txn, &key, &row, arena, &object);
        if (r == 0) {
            r = reader(user, &object);
        }
        if (r != 0) {
            row_walk_end(&walk);
            return r;
        }
    }
    row_walk_end(&walk);
    return r == STORE_NOT_FOUND ? 0 : r;
}

int bookobjects_next_id(struct txn *txn, enum book_kind kind, uint32_t *ret)
{
    struct key prefix = key_book_prefix(kind);
    struct key key;
    uint32_t id = 0;
    uint32_t version;

    int r = row_last(txn, DB_BOOK, &prefix, RECORD_OBJECT, &key, NULL);
    if (r == 0 && !key_parse_book(&key, &kind, &id, &version)) {
        r = row_corrupt(txn, DB_BOOK, &key, "the key makes no sense");
    }
    if (r == 0 || r == STORE_NOT_FOUND) {
        *ret = id + 1;
        return 0;
    }
    return r;
}

int bookobjects_is_used(struct txn *txn, const struct key_used *k, bool *ret)
{
    struct key key = key_used(k);

    int r = row_get(txn, DB_USED, &key, RECORD_USED, NULL);
    if (r == 0 || r == STORE_NOT_FOUND) {
        *ret = r == 0;
        return 0;
    }
    return r;
}

int bookobjects_zone_used(struct txn *txn, uint32_t contract, const char *name,
                          uint8_t ret_sha256[BOOK_HASH_BYTES])
{
    size_t n = strnlen(name, BOOK_NAME_BYTES);
    struct record_zone_use use;
    struct row row;
    struct key key;

    if (n == 0 || n == BOOK_NAME_BYTES) {
        return STORE_NOT_FOUND;
    }
    struct key prefix = key_zone_use_name_prefix(contract, name);
    int r = row_last(txn, DB_ZONE_USES, &prefix, RECORD_ZONE_USE, &key, &row);
    if (r == 0) {
        r = record_zone_use_decode(txn, &key, &row, &use);
    }
    if (r == 0) {
        memcpy(ret_sha256, use.sha256, sizeof(use.sha256));
    }
    return r;
}
