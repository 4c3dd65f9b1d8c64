// SPDX-License-Identifier: Apache-2.0
/*
 * store_dump FILE: every row of every database in a store's file, `DATABASE KEY VALUE` in
 * hexadecimal, in the order of the store. Two stores that print the same hold the same, however
 * their pages lie.
 */
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>

enum { DATABASES_MAX = 64 };

static void fail(const char *what, int rc)
{
    if (rc != MDB_SUCCESS) {
        fprintf(stderr, "%s: %s\n", what, mdb_strerror(rc));
        _Exit(1);
    }
}

static void put(const MDB_val *v)
{
    const unsigned char *bytes = v->mv_data;

    putchar(' ');
    for (size_t i = 0; i < v->mv_size; i++) {
        printf("%02x", bytes[i]);
    }
}

static void dump(MDB_txn *txn, MDB_dbi dbi, const char *name)
{
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;

    fail(name, mdb_cursor_open(txn, dbi, &cursor));
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
        printf("%s", name);
        put(&key);
        put(&value);
        putchar('\n');
    }
    mdb_cursor_close(cursor);
}

int main(int argc, char **argv)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi names;
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;

    if (argc != 2) {
        fprintf(stderr, "usage: store_dump FILE\n");
        return 2;
    }
    fail("environment", mdb_env_create(&env));
    fail("databases", mdb_env_set_maxdbs(env, DATABASES_MAX));
    fail(argv[1], mdb_env_open(env, argv[1], MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK, 0));
    fail("transaction", mdb_txn_begin(env, NULL, MDB_RDONLY, &txn));
    fail("names", mdb_dbi_open(txn, NULL, 0, &names));
    fail("names", mdb_cursor_open(txn, names, &cursor));
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
        char name[64];
        MDB_dbi dbi;
        snprintf(name, sizeof(name), "%.*s", (int)key.mv_size, (const char *)key.mv_data);
        fail(name, mdb_dbi_open(txn, name, 0, &dbi));
        dump(txn, dbi, name);
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    mdb_env_close(env);
    return 0;
}
