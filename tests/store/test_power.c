// SPDX-License-Identifier: Apache-2.0
/*
 * Loss of power at every write of a store's life, its creation included.
 *
 * This program's own pwrite, fdatasync and so on stand in front of libc's, for LMDB too, and keep
 * what is written to the data file. Afterwards, for each moment between two of those calls, the
 * file is made as a disk might have it: all that was flushed, and of what was not, nothing,
 * everything, or any of its 512-byte sectors. Whatever it is, it must open, hold all that was
 * acknowledged by then, and be of one piece.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/env_private.h"
#include "store/record.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "t.h"

enum { SECTOR = 512, IMAGE_BYTES = 4 << 20 };

/* --- recording -------------------------------------------------------------------------------- */

enum op_kind {
    OP_WRITE = 1,  // pending until a flush
    OP_WRITE_SYNC, // pending, then durable when it returns
    OP_FLUSH,
    OP_RENAME, // of the temporary name; what is in the directory is durable from OP_DIR on
    OP_DIR,
    OP_ACK, // what was appended by now is acknowledged
};

struct op {
    enum op_kind kind;
    size_t offset;
    size_t n;
    uint8_t *data;
    uint64_t acked; // OP_ACK: entries
};

static struct {
    bool on;
    dev_t dev; // of the data file, by whichever name
    ino_t ino;
    bool known;
    struct op *ops;
    size_t n;
    size_t size;
} record;

static void add(struct op op)
{
    if (record.n == record.size) {
        record.size = record.size ? 2 * record.size : 1024;
        record.ops = realloc(record.ops, record.size * sizeof(op));
        if (!record.ops) {
            abort();
        }
    }
    record.ops[record.n++] = op;
}

static bool is_data_file(int fd)
{
    char link[64];
    char path[400];
    struct stat st;

    if (!record.on || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    if (!record.known) {
        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, path, sizeof(path) - 1);
        path[n > 0 ? n : 0] = 0;
        if (!strstr(path, "data.mdb") || strstr(path, "-lock")) {
            return false;
        }
        record.dev = st.st_dev;
        record.ino = st.st_ino;
        record.known = true;
    }
    return st.st_dev == record.dev && st.st_ino == record.ino;
}

static void keep(int fd, const void *p, size_t n, off_t offset)
{
    struct op op = {.kind = fcntl(fd, F_GETFL) & O_DSYNC ? OP_WRITE_SYNC : OP_WRITE,
                    .offset = (size_t)offset,
                    .n = n,
                    .data = malloc(n)};

    if (!op.data) {
        abort();
    }
    memcpy(op.data, p, n);
    add(op);
}

#define IN_FRONT_OF_LIBC __attribute__((visibility("default")))

IN_FRONT_OF_LIBC ssize_t pwrite(int fd, const void *p, size_t n, off_t offset)
{
    if (is_data_file(fd)) {
        keep(fd, p, n, offset);
    }
    return syscall(SYS_pwrite64, fd, p, n, offset);
}

IN_FRONT_OF_LIBC ssize_t write(int fd, const void *p, size_t n)
{
    if (is_data_file(fd)) {
        keep(fd, p, n, lseek(fd, 0, SEEK_CUR));
    }
    return syscall(SYS_write, fd, p, n);
}

IN_FRONT_OF_LIBC ssize_t writev(int fd, const struct iovec *v, int count)
{
    if (is_data_file(fd)) {
        off_t offset = lseek(fd, 0, SEEK_CUR);
        for (int i = 0; i < count; i++) {
            keep(fd, v[i].iov_base, v[i].iov_len, offset);
            offset += (off_t)v[i].iov_len;
        }
    }
    return syscall(SYS_writev, fd, v, count);
}

static void flushed(int fd)
{
    struct stat st;

    if (is_data_file(fd)) {
        add((struct op){.kind = OP_FLUSH});
    } else if (record.on && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        add((struct op){.kind = OP_DIR});
    }
}

IN_FRONT_OF_LIBC int fdatasync(int fd)
{
    flushed(fd);
    return (int)syscall(SYS_fdatasync, fd);
}

IN_FRONT_OF_LIBC int fsync(int fd)
{
    flushed(fd);
    return (int)syscall(SYS_fsync, fd);
}

IN_FRONT_OF_LIBC int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    if (record.on) {
        add((struct op){.kind = OP_RENAME});
    }
    return (int)syscall(SYS_renameat, from_fd, from, to_fd, to);
}

/* --- a life ----------------------------------------------------------------------------------- */

/** Makes a store and writes some batches, under record. weaken: without flushing the meta page. */
static void live(struct shop *shop, bool weaken)
{
    static char body[6000];
    struct dice dice = {.state = 3};
    char error[ENV_ERROR_BYTES];
    uint64_t number = 0;

    memset(body, 'b', sizeof(body));
    record.on = true;
    T_EQ_INT(env_create(shop->path, shop_cluster_id, &shop->options, error, sizeof(error)), 0, "%s",
             error);
    shop_open(shop, 0);
    if (weaken) {
        T_EQ_INT(mdb_env_set_flags(shop->env->mdb, MDB_NOMETASYNC, 1), 0);
    }
    for (int batch = 0; batch < 30; batch++) {
        shop_begin(shop);
        for (uint64_t n = 1 + dice_below(&dice, 4); n > 0; n--) {
            struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, ++number, shop->now);
            entry.event.clocks[0] = shop_clock(CLOCK_KIND_RESOLUTION, shop->now, US_PER_HOUR);
            entry.event.n_clocks = 1;
            entry.event.texts[0] = (struct text){TEXT_BODY, body,
                                                 (size_t)dice_below(&dice, sizeof(body))};
            entry.event.n_texts = 1;
            shop_append(shop, &entry);
        }
        shop_commit(shop);
        add((struct op){.kind = OP_ACK, .acked = number});
    }
    shop_close(shop);
    record.on = false;
}

static void forget_life(void)
{
    for (size_t i = 0; i < record.n; i++) {
        free(record.ops[i].data);
    }
    free(record.ops);
    memset(&record, 0, sizeof(record));
}

/* --- what a disk may hold --------------------------------------------------------------------- */

struct disk {
    uint8_t *durable; // IMAGE_BYTES
    size_t durable_n;
    size_t pending; // first op that is not flushed
    bool renamed;   // the new name may be there; from `named` on it is
    bool named;
    uint64_t acked;
};

static void apply(uint8_t *image, size_t *n, size_t offset, const uint8_t *data, size_t size)
{
    T_CHECK(offset + size <= IMAGE_BYTES);
    memcpy(image + offset, data, size);
    if (offset + size > *n) {
        *n = offset + size;
    }
}

enum how { NOTHING, EVERYTHING, SOME_WRITES, SOME_SECTORS, HOWS };

/** What was not flushed before op `now`, or a part of it. */
static void apply_pending(const struct disk *disk, size_t now, enum how how, struct dice *dice,
                          uint8_t *image, size_t *n)
{
    for (size_t i = disk->pending; i < now && how != NOTHING; i++) {
        const struct op *op = &record.ops[i];

        if (op->kind != OP_WRITE && op->kind != OP_WRITE_SYNC) {
            continue;
        }
        if (how == EVERYTHING || (how == SOME_WRITES && dice_below(dice, 2))) {
            apply(image, n, op->offset, op->data, op->n);
        }
        for (size_t at = 0; at < op->n && how == SOME_SECTORS; at += SECTOR) {
            size_t size = op->n - at < SECTOR ? op->n - at : SECTOR;
            if (dice_below(dice, 2)) {
                apply(image, n, op->offset + at, op->data + at, size);
            }
        }
    }
}

/** Op `i` has returned. */
static void settle(struct disk *disk, size_t i)
{
    const struct op *op = &record.ops[i];

    switch (op->kind) {
    case OP_WRITE: return;
    case OP_WRITE_SYNC: // flushes itself alone, but nothing else is pending in a commit by then
        apply(disk->durable, &disk->durable_n, op->offset, op->data, op->n);
        return;
    case OP_FLUSH:
        for (size_t k = disk->pending; k < i; k++) {
            if (record.ops[k].kind == OP_WRITE) {
                apply(disk->durable, &disk->durable_n, record.ops[k].offset, record.ops[k].data,
                      record.ops[k].n);
            }
        }
        disk->pending = i;
        return;
    case OP_RENAME: disk->renamed = true; return;
    case OP_DIR: disk->named = disk->renamed; return;
    case OP_ACK: disk->acked = op->acked; return;
    }
}

/* --- what is found after it ------------------------------------------------------------------- */

static int count(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    uint64_t *n = user;

    *n += 1;
    return entry->seq == *n && proof->position == *n ? 0 : -1;
}

/** NULL if the store is well and holds at least `acked` entries. */
static const char *look(struct env *env, uint64_t acked)
{
    const char *wrong = NULL;
    uint64_t classes[TICKET_CLASSES];
    struct journal_head head;
    struct txn txn;
    uint64_t next;
    uint64_t n = 0;

    txn_begin(&txn, env, TXN_READ);
    if (entries_walk_all(&txn, 1, SIZE_MAX, count, &n) != 0 || entries_head(&txn, 1, &head) != 0 ||
        tickets_next_number(&txn, 1, &next) != 0 || tickets_count(&txn, 1, classes) != 0) {
        wrong = "it cannot be read";
    } else if (n != head.seq || next != n + 1 || classes[TICKET_CLASS_NEW] != n) {
        wrong = "it is not of one piece";
    } else if (n < acked) {
        wrong = "an acknowledged entry is lost";
    }
    txn_abort(&txn);
    return wrong;
}

static void write_image(const char *path, const uint8_t *image, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    T_CHECK(fd >= 0, "%s", path);
    T_EQ_INT(syscall(SYS_write, fd, image, n), n);
    close(fd);
}

/** The state under one of the two names, looked at as a server would. */
static const char *try_state(struct shop *shop, bool named, const uint8_t *image, size_t n,
                             uint64_t acked)
{
    char error[ENV_ERROR_BYTES];
    char data[400];
    char tmp[400];
    struct env *env = NULL;

    snprintf(data, sizeof(data), "%s/data.mdb", shop->path);
    snprintf(tmp, sizeof(tmp), "%s/data.mdb.tmp", shop->path);
    unlink(data);
    unlink(tmp);
    write_image(named ? data : tmp, image, n);
    int r = env_open(shop->path, &shop->options, error, sizeof(error), &env);
    if (!named) {
        env_close(env);
        if (r != ENV_HALF_MADE) {
            return "a creation that was cut off is not told";
        }
        r = env_create(shop->path, shop_cluster_id, &shop->options, error, sizeof(error));
        if (r == 0) {
            r = env_open(shop->path, &shop->options, error, sizeof(error), &env);
        }
    }
    if (r != 0) {
        return "it does not open";
    }
    const char *wrong = look(env, acked);
    env_close(env);
    return wrong;
}

struct found {
    unsigned states;
    unsigned wrong;
    char first[200];
};

static void try_states(struct shop *shop, const struct disk *disk, size_t now, struct dice *dice,
                       struct found *found)
{
    static uint8_t image[IMAGE_BYTES];

    for (unsigned round = 0; round < HOWS + t_effort() - 1; round++) {
        enum how how = round < HOWS ? (enum how)round : SOME_SECTORS;
        size_t n = disk->durable_n;
        // Until the directory is flushed, either name may be the one that is there
        bool named = disk->named || (disk->renamed && dice_below(dice, 2));

        memcpy(image, disk->durable, n);
        memset(image + n, 0, sizeof(image) - n);
        apply_pending(disk, now, how, dice, image, &n);
        const char *wrong = try_state(shop, named, image, n, disk->acked);
        found->states++;
        if (wrong && found->wrong++ == 0) {
            snprintf(found->first, sizeof(found->first), "before call %zu, way %d: %s", now,
                     (int)how, wrong);
        }
    }
}

/** Every moment of a life. */
static struct found try_life(bool weaken)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    struct disk disk = {.durable = calloc(1, IMAGE_BYTES)};
    struct found found = {.states = 0};
    struct dice dice = {.state = 11};
    struct shop shop = {.options = {.map_bytes = SHOP_MAP_BYTES}};

    T_CHECK(disk.durable != NULL);
    tmpdir_init(&dir);
    shop.dir = dir;
    shop.now = INT64_C(1767605400000000);
    snprintf(shop.path, sizeof(shop.path), "%s/store", dir.path);
    live(&shop, weaken);
    for (size_t i = 0; i < record.n; i++) {
        settle(&disk, i);
        try_states(&shop, &disk, i + 1, &dice, &found);
    }
    T_CHECK(disk.named && disk.acked > 30, "the whole life was played back");
    free(disk.durable);
    forget_life();
    return found;
}

/** States are made by the thousand: on a file system in memory, where there is one. */
static void prefer_memory(void)
{
    if (access("/dev/shm", W_OK) == 0) {
        setenv("TMPDIR", "/dev/shm", 1);
    }
}

T_TEST(power, its_loss_takes_nothing_that_was_acknowledged)
{
    alarm(T_SECONDS * 4 * t_effort());
    prefer_memory();
    struct found found = try_life(false);
    T_EQ_INT(found.wrong, 0, "of %u states; %s", found.states, found.first);
    T_CHECK(found.states > 1000, "%u", found.states);
}

/** Proves the test: without the flush of the meta page it must find what is lost. */
T_TEST(power, its_loss_is_noticed_where_a_flush_is_left_out)
{
    alarm(T_SECONDS * 4 * t_effort());
    prefer_memory();
    struct found found = try_life(true);
    T_CHECK(found.wrong > 20, "%u of %u states", found.wrong, found.states);
    T_CHECK(strstr(found.first, "an acknowledged entry is lost") != NULL, "%s", found.first);
}
