// SPDX-License-Identifier: Apache-2.0
#include "store/principals.h"

#include <string.h>

#include "store/record.h"
#include "store/row.h"

int principals_get(struct txn *txn, uint32_t id, struct principal *ret)
{
    struct key key = key_principal(id);
    struct row row;

    int r = row_get(txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL, &row);
    return r == 0 ? record_principal_decode(txn, &key, &row, ret) : r;
}

int principals_named(struct txn *txn, const char *name, struct principal *ret)
{
    size_t n = strnlen(name, PRINCIPAL_NAME_BYTES);
    struct row row;
    uint32_t id;

    if (n == 0 || n == PRINCIPAL_NAME_BYTES) {
        return STORE_NOT_FOUND;
    }
    struct key key = key_principal_name(name);
    int r = row_get(txn, DB_PRINCIPALS, &key, RECORD_PRINCIPAL_ID, &row);
    if (r == 0) {
        r = record_principal_id_decode(txn, &key, &row, &id);
    }
    if (r != 0) {
        return r;
    }
    r = principals_get(txn, id, ret);
    return r == STORE_NOT_FOUND ? row_corrupt(txn, DB_PRINCIPALS, &key, "a name of nobody") : r;
}

int principals_walk(struct txn *txn, principals_reader *reader, void *user)
{
    struct key prefix = key_principals_prefix();
    struct row_walk walk;
    struct row row;
    struct key key;
    int r;

    row_walk_begin(&walk, txn, DB_PRINCIPALS, &prefix, NULL, RECORD_PRINCIPAL);
    while ((r = row_walk_next(&walk, &key, &row)) == 0) {
        struct principal principal;

        r = record_principal_decode(txn, &key, &row, &principal);
        if (r == 0) {
            r = reader(user, &principal);
        }
        if (r != 0) {
            row_walk_end(&walk);
            return r;
        }
    }
    row_walk_end(&walk);
    return r == STORE_NOT_FOUND ? 0 : r;
}

int principals_next_id(struct txn *txn, uint32_t *ret)
{
    struct key prefix = key_principals_prefix();
    struct key key;
    uint32_t id = 0;

    int r = row_last(txn, DB_PRINCIPALS, &prefix, RECORD_PRINCIPAL, &key, NULL);
    if (r == 0 && !key_parse_principal(&key, &id)) {
        r = row_corrupt(txn, DB_PRINCIPALS, &key, "the key makes no sense");
    }
    if (r == 0 || r == STORE_NOT_FOUND) {
        *ret = id + 1;
        return 0;
    }
    return r;
}
