// SPDX-License-Identifier: Apache-2.0
#include "store/env.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/env_private.h"
#include "store/record.h"
#include "store/shop.h"
#include "store/views.h"
#include "t.h"

static char error[ENV_ERROR_BYTES];

static const struct env_options plain = {.map_bytes = SHOP_MAP_BYTES};

static int create(const char *dir)
{
    return env_create(dir, shop_cluster_id, &plain, error, sizeof(error));
}

static int try_open(const char *dir, unsigned flags)
{
    struct env_options options = {.map_bytes = SHOP_MAP_BYTES, .flags = flags};
    struct env *env = NULL;
    int r = env_open(dir, &options, error, sizeof(error), &env);

    T_CHECK((r == 0) == (env != NULL));
    env_close(env);
    return r;
}

static const char *in(const struct tmpdir *dir, const char *name)
{
    static char path[4][400];
    static unsigned turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof(path[0]), "%s/%s", dir->path, name);
    return path[turn];
}

static void write_file(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "w");

    T_CHECK(f != NULL, "%s", path);
    T_EQ_INT(fwrite(p, 1, n, f), n);
    fclose(f);
}

static size_t read_file(const char *path, void *p, size_t size)
{
    FILE *f = fopen(path, "r");

    T_CHECK(f != NULL, "%s", path);
    size_t n = fread(p, 1, size, f);
    fclose(f);
    return n;
}

T_TEST(env, a_new_store_opens_and_is_only_ours)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    static const char *const files[] = {"data.mdb", "data.mdb-lock", "lock"};
    struct env *env;
    struct stat st;

    tmpdir_init(&dir);
    const char *store = in(&dir, "store");
    T_EQ_INT(create(store), 0, "%s", error);
    T_EQ_INT(env_open(store, &plain, error, sizeof(error), &env), 0, "%s", error);
    T_EQ_MEM(env_cluster_id(env), shop_cluster_id, ENV_CLUSTER_ID_BYTES);
    T_CHECK(!env_is_read_only(env));
    T_EQ_INT(env_fill_percent(env), 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[400];
        snprintf(path, sizeof(path), "%s/%s", store, files[i]);
        T_EQ_INT(stat(path, &st), 0, "%s", files[i]);
        T_EQ_INT(st.st_mode & 07777, 0600, "%s", files[i]);
    }
    T_EQ_INT(stat(store, &st), 0);
    T_EQ_INT(st.st_mode & 07777, 0700);
    env_close(env);
    T_CHECK(access(in(&dir, "store/data.mdb.tmp"), F_OK) != 0, "the temporary name is gone");
    T_CHECK(access(in(&dir, "store/data.mdb.tmp-lock"), F_OK) != 0, "and its lock");
}

T_TEST(env, no_descriptor_survives_an_exec)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};

    shop_init(&shop, 0);
    for (int fd = 3; fd < 64; fd++) {
        char link[64];
        char path[400];
        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, path, sizeof(path) - 1);
        if (n <= 0) {
            continue;
        }
        path[n] = 0;
        if (strncmp(path, shop.dir.path, strlen(shop.dir.path)) == 0) {
            T_CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC, "%s", path);
        }
    }
}

T_TEST(env, an_existing_store_is_not_created_anew)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

    tmpdir_init(&dir);
    T_EQ_INT(create(dir.path), 0, "%s", error);
    T_EQ_INT(create(dir.path), ENV_EXISTS);
    T_EQ_INT(try_open(dir.path, 0), 0, "%s", error);
}

T_TEST(env, what_is_not_there_is_said_to_be_absent)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

    tmpdir_init(&dir);
    T_EQ_INT(try_open(in(&dir, "nowhere"), 0), ENV_ABSENT);
    T_EQ_INT(try_open(dir.path, 0), ENV_ABSENT);
    T_EQ_INT(try_open(dir.path, ENV_READ_ONLY), ENV_ABSENT);
    T_CHECK(strstr(error, dir.path) != NULL, "the message names the path: %s", error);
    T_CHECK(access(in(&dir, "data.mdb"), F_OK) != 0, "looking makes nothing");
}

/** States that a crash during the creation leaves: the temporary file with its first n bytes. */
T_TEST(env, a_creation_that_was_cut_off_is_told_and_begun_again)
{
    static const size_t lengths[] = {0, 1, 512, 4095, 4096, 8191, 8192, 100000};
    static uint8_t whole[1 << 20];
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

    tmpdir_init(&dir);
    T_EQ_INT(create(in(&dir, "whole")), 0);
    size_t n = read_file(in(&dir, "whole/data.mdb"), whole, sizeof(whole));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char store[400];

        snprintf(store, sizeof(store), "%s/cut%zu", dir.path, i);
        T_EQ_INT(mkdir(store, 0700), 0);
        write_file(in(&dir, "tmp"), whole, lengths[i] < n ? lengths[i] : n);
        char tmp[450];
        snprintf(tmp, sizeof(tmp), "%s/data.mdb.tmp", store);
        T_EQ_INT(rename(in(&dir, "tmp"), tmp), 0);
        snprintf(tmp, sizeof(tmp), "%s/data.mdb.tmp-lock", store);
        write_file(tmp, "junk", 4);
        T_EQ_INT(try_open(store, 0), ENV_HALF_MADE, "cut at %zu", lengths[i]);
        T_EQ_INT(create(store), 0, "cut at %zu: %s", lengths[i], error);
        T_EQ_INT(try_open(store, 0), 0, "cut at %zu: %s", lengths[i], error);
    }
}

/** Not states of a crash, since the name is given last: a disk or a copy went wrong. */
T_TEST(env, a_damaged_file_is_refused_and_left_as_it_is)
{
    static uint8_t whole[1 << 20];
    static uint8_t after[1 << 20];
    static const struct {
        const char *what;
        size_t length;    // 0: whole
        size_t zero_from; // zeroed range
        size_t zero_to;
        int expected;
    } rows[] = {
        {"one byte", 1, 0, 0, ENV_DAMAGED},
        {"a sector", 512, 0, 0, ENV_DAMAGED},
        {"one meta page", 4096, 0, 0, ENV_DAMAGED},
        {"the first meta page zero", 0, 0, 4096, ENV_DAMAGED},
        {"the second meta page zero", 0, 4096, 8192, ENV_DAMAGED},
        {"both meta pages zero", 0, 0, 8192, ENV_DAMAGED},
        {"only the meta pages", 8192, 0, 0, ENV_DAMAGED},
        {"the last page gone", 1, 1, 1, ENV_DAMAGED},
    };
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

    tmpdir_init(&dir);
    T_EQ_INT(create(in(&dir, "whole")), 0);
    size_t n = read_file(in(&dir, "whole/data.mdb"), whole, sizeof(whole));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static uint8_t damaged[1 << 20];
        char store[300];
        char data[320];
        size_t length = rows[i].length ? rows[i].length : n;

        if (rows[i].zero_from == 1) {
            length = n - 4096;
        }
        snprintf(store, sizeof(store), "%s/s%zu", dir.path, i);
        snprintf(data, sizeof(data), "%s/data.mdb", store);
        T_EQ_INT(mkdir(store, 0700), 0);
        memcpy(damaged, whole, n);
        if (rows[i].zero_to > rows[i].zero_from) {
            memset(damaged + rows[i].zero_from, 0, rows[i].zero_to - rows[i].zero_from);
        }
        write_file(data, damaged, length);
        T_EQ_INT(try_open(store, 0), rows[i].expected, "%s: %s", rows[i].what, error);
        T_EQ_INT(create(store), ENV_EXISTS, "%s", rows[i].what);
        size_t left = read_file(data, after, sizeof(after));
        T_CHECK(left >= length && memcmp(after, damaged, length) == 0, "%s: bytes kept",
                rows[i].what);
    }
    // The empty file, which LMDB itself would make a new environment of
    T_EQ_INT(mkdir(in(&dir, "empty"), 0700), 0);
    write_file(in(&dir, "empty/data.mdb"), "", 0);
    T_EQ_INT(try_open(in(&dir, "empty"), 0), ENV_DAMAGED);
    T_EQ_INT(read_file(in(&dir, "empty/data.mdb"), after, sizeof(after)), 0);
}

T_TEST(env, an_lmdb_file_of_somebody_else_is_refused)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    MDB_env *mdb;
    MDB_txn *txn;
    MDB_dbi dbi;

    tmpdir_init(&dir);
    for (int with_meta = 0; with_meta < 2; with_meta++) {
        const char *store = in(&dir, with_meta ? "b" : "a");
        char path[450];

        T_EQ_INT(mkdir(store, 0700), 0);
        snprintf(path, sizeof(path), "%s/data.mdb", store);
        T_EQ_INT(mdb_env_create(&mdb), 0);
        T_EQ_INT(mdb_env_set_maxdbs(mdb, 4), 0);
        T_EQ_INT(mdb_env_open(mdb, path, MDB_NOSUBDIR, 0600), 0);
        T_EQ_INT(mdb_txn_begin(mdb, NULL, 0, &txn), 0);
        T_EQ_INT(mdb_dbi_open(txn, with_meta ? "meta" : "other", MDB_CREATE, &dbi), 0);
        T_EQ_INT(mdb_txn_commit(txn), 0);
        mdb_env_close(mdb);
        T_EQ_INT(try_open(store, 0), ENV_FOREIGN, "%s", error);
    }
}

/** Changes meta through the store's own code. */
static void put_meta(const char *store, uint32_t format, const struct record_views *views)
{
    struct env_options options = {.map_bytes = SHOP_MAP_BYTES, .flags = ENV_FOR_REBUILD};
    struct record_store record = {.format = format};
    struct key key = key_meta(META_STORE);
    struct env *env;
    struct txn txn;
    struct arena arena;
    struct row row;

    memcpy(record.cluster_id, shop_cluster_id, sizeof(record.cluster_id));
    hash_genesis(shop_cluster_id, 0, record.genesis);
    T_EQ_INT(env_open(store, &options, error, sizeof(error), &env), 0, "%s", error);
    arena_init(&arena, RECORD_ARENA_BYTES);
    txn_begin(&txn, env, TXN_WRITE);
    record_store_encode(&txn, &record, &arena, &row);
    row_put(&txn, DB_META, &key, RECORD_STORE, row.p, row.n);
    record_views_put(&txn, views);
    T_EQ_INT(txn_commit(&txn), 0);
    arena_fini(&arena);
    env_close(env);
}

T_TEST(env, a_newer_store_and_views_that_must_be_rebuilt_are_told_apart)
{
    static const struct {
        const char *what;
        uint32_t format;
        struct record_views views;
        int expected;
        int for_rebuild;
    } rows[] = {
        {"ours", ENV_FORMAT, {.schema = VIEWS_SCHEMA}, 0, 0},
        {"newer", ENV_FORMAT + 1, {.schema = VIEWS_SCHEMA}, ENV_NEWER, ENV_NEWER},
        {"older views", ENV_FORMAT, {.schema = VIEWS_SCHEMA - 1}, ENV_NEEDS_REBUILD, 0},
        {"newer views", ENV_FORMAT, {.schema = VIEWS_SCHEMA + 1}, ENV_NEEDS_REBUILD, 0},
        {"half rebuilt",
         ENV_FORMAT,
         {.schema = VIEWS_SCHEMA, .rebuilding = true, .rebuilt_position = 7},
         ENV_NEEDS_REBUILD,
         0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

        tmpdir_init(&dir);
        T_EQ_INT(create(dir.path), 0);
        put_meta(dir.path, rows[i].format, &rows[i].views);
        T_EQ_INT(try_open(dir.path, 0), rows[i].expected, "%s: %s", rows[i].what, error);
        T_EQ_INT(try_open(dir.path, ENV_READ_ONLY), rows[i].expected, "%s", rows[i].what);
        T_EQ_INT(try_open(dir.path, ENV_FOR_REBUILD), rows[i].for_rebuild, "%s", rows[i].what);
    }
}

/** In a child, since one process must not open the same environment twice. Returns env_open's. */
static int open_in_child(const char *store, unsigned flags)
{
    pid_t pid = fork();

    if (pid == 0) {
        struct env_options options = {.map_bytes = SHOP_MAP_BYTES, .flags = flags};
        struct env *env = NULL;
        int r = env_open(store, &options, error, sizeof(error), &env);
        env_close(env);
        _exit(r < 0 ? 100 : r);
    }
    int status;
    T_EQ_INT(waitpid(pid, &status, 0), pid);
    T_CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

T_TEST(env, one_process_holds_the_directory)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

    tmpdir_init(&dir);
    T_EQ_INT(create(dir.path), 0);
    // The other process first, so that this one has no environment open across the fork
    int to_child[2];
    int to_parent[2];
    char c = 0;
    T_EQ_INT(pipe(to_child), 0);
    T_EQ_INT(pipe(to_parent), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct env *env;
        close(to_child[1]);
        int r = env_open(dir.path, &plain, error, sizeof(error), &env);
        c = (char)r;
        if (write(to_parent[1], &c, 1) == 1 && read(to_child[0], &c, 1) == 0) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    T_EQ_INT(read(to_parent[0], &c, 1), 1);
    T_EQ_INT(c, 0, "the first one gets it");
    T_EQ_INT(open_in_child(dir.path, 0), ENV_LOCKED);
    T_EQ_INT(open_in_child(dir.path, ENV_READ_ONLY), 0, "reading needs no lock");
    T_EQ_INT(create(dir.path), ENV_LOCKED);
    close(to_child[0]);
    close(to_child[1]);
    int status;
    T_EQ_INT(waitpid(pid, &status, 0), pid);
    T_CHECK(WIFSIGNALED(status));
    T_EQ_INT(open_in_child(dir.path, 0), 0, "a dead process holds nothing");
    close(to_parent[0]);
    close(to_parent[1]);
}

T_TEST(env, a_reader_beside_the_server_cannot_write)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    struct env_options options = {.map_bytes = SHOP_MAP_BYTES, .flags = ENV_READ_ONLY};
    struct env *env;
    struct txn txn;

    tmpdir_init(&dir);
    T_EQ_INT(create(dir.path), 0);
    T_EQ_INT(env_open(dir.path, &options, error, sizeof(error), &env), 0, "%s", error);
    T_CHECK(env_is_read_only(env));
    T_EQ_INT(txn_begin(&txn, env, TXN_WRITE), -EACCES);
    T_EQ_INT(txn_commit(&txn), -EACCES);
    T_EQ_INT(txn_begin(&txn, env, TXN_READ), 0);
    T_EQ_INT(txn_commit(&txn), 0);
    env_close(env);
}

T_TEST(env, the_ballast_is_really_there_and_goes_at_once)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    char path[400];
    struct stat st;
    uint64_t before;
    uint64_t after;

    shop_init(&shop, 0);
    snprintf(path, sizeof(path), "%s/ballast", shop.path);
    T_EQ_INT(env_ballast_drop(shop.env), 0, "none is there yet");
    T_EQ_INT(env_ballast_restore(shop.env), 0);
    T_EQ_INT(stat(path, &st), 0);
    T_EQ_INT(st.st_size, ENV_BALLAST_BYTES);
    T_CHECK((uint64_t)st.st_blocks * 512 >= ENV_BALLAST_BYTES, "allocated, not sparse");
    T_EQ_INT(env_ballast_restore(shop.env), 0, "whole already");
    T_EQ_INT(truncate(path, 1000), 0);
    T_EQ_INT(env_ballast_restore(shop.env), 0);
    T_EQ_INT(stat(path, &st), 0);
    T_EQ_INT(st.st_size, ENV_BALLAST_BYTES, "made whole again");
    T_EQ_INT(env_disk_free(shop.env, &before), 0);
    T_EQ_INT(env_ballast_drop(shop.env), 0);
    T_EQ_INT(env_disk_free(shop.env, &after), 0);
    T_CHECK(access(path, F_OK) != 0);
    T_CHECK(before > 0 && after > 0);
}
