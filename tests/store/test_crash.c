// SPDX-License-Identifier: Apache-2.0
/*
 * What survives when the process does not, when the disk is full, and what readers see meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/entries.h"
#include "store/record.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "t.h"

/** Opens tickets one by one, saying each number once it is durable. Never returns. */
static void write_for_ever(struct shop *shop, int fd)
{
    for (;;) {
        uint64_t number;
        struct entry entry;

        shop_begin(shop);
        T_EQ_INT(tickets_next_number(batch_txn(shop->batch), 1, &number), 0);
        entry = shop_entry(EVENT_TICKET_OPENED, 1, number, shop->now);
        entry.event.texts[0] = (struct text){TEXT_BODY, "body", 4};
        entry.event.n_texts = 1;
        shop_append(shop, &entry);
        shop_commit(shop);
        if (write(fd, &number, sizeof(number)) != sizeof(number)) {
            _exit(1);
        }
    }
}

/** Lets a child write until it has said `acks` numbers, kills it, and returns the last one said. */
static uint64_t write_and_kill(struct shop *shop, uint64_t acks)
{
    int fds[2];
    uint64_t last = 0;
    uint64_t number;

    T_EQ_INT(pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        shop_open(shop, 0);
        write_for_ever(shop, fds[1]);
    }
    close(fds[1]);
    for (uint64_t i = 0; i < acks; i++) {
        T_EQ_INT(read(fds[0], &number, sizeof(number)), sizeof(number));
        last = number;
    }
    T_EQ_INT(kill(pid, SIGKILL), 0);
    int status;
    T_EQ_INT(waitpid(pid, &status, 0), pid);
    T_CHECK(WIFSIGNALED(status));
    // What was said before the signal came counts as well
    while (read(fds[0], &number, sizeof(number)) == sizeof(number)) {
        last = number;
    }
    close(fds[0]);
    return last;
}

T_TEST(crash, what_was_acknowledged_survives_a_kill_at_any_moment)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    struct dice dice = {.state = 5};
    uint64_t said = 0;

    shop_init(&shop, 0);
    shop_close(&shop);
    for (unsigned i = 0; i < 12 * t_effort(); i++) {
        struct txn txn;
        uint64_t next;

        uint64_t last = write_and_kill(&shop, 1 + dice_below(&dice, 20));
        T_CHECK(last > said, "round %u", i);
        said = last;
        shop_open(&shop, 0);
        T_EQ_INT(txn_begin(&txn, shop.env, TXN_READ), 0);
        T_EQ_INT(tickets_next_number(&txn, 1, &next), 0);
        T_CHECK(next == said + 1 || next == said + 2, "round %u: said %d, next %d", i, (int)said,
                (int)next);
        txn_abort(&txn);
        shop_verify(&shop);
        shop_close(&shop);
    }
    shop_open(&shop, 0);
}

static int open_ticket(struct shop *shop, uint64_t number, const char *body, size_t n)
{
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, number, shop->now);

    shop_begin(shop);
    entry.recorded_at = ++shop->now;
    entry.event.texts[0] = (struct text){TEXT_BODY, body, n};
    entry.event.n_texts = 1;
    batch_append(shop->batch, &entry);
    return batch_commit(shop->batch);
}

enum { UNSUPPORTED = 77, DISK_MIB = 72 };

static bool write_line(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY);
    bool ok = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);

    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

/** A small disk at `path` that only this process sees; false where that is not allowed. */
static bool mount_disk(const char *path)
{
    char map[64];
    char size[64];
    bool root = geteuid() == 0;

    snprintf(map, sizeof(map), "0 %u 1", geteuid());
    snprintf(size, sizeof(size), "size=%dm", DISK_MIB);
    if (unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER)) != 0) {
        return false;
    }
    if (!root && !write_line("/proc/self/uid_map", map)) {
        return false;
    }
    return mount("none", "/", "", MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", path, "tmpfs", 0, size) == 0;
}

static void expect_next_number(struct shop *shop, uint64_t expected)
{
    struct txn txn;
    uint64_t next;

    T_EQ_INT(txn_begin(&txn, shop->env, TXN_READ), 0);
    T_EQ_INT(tickets_next_number(&txn, 1, &next), 0);
    T_EQ_INT(next, expected);
    txn_abort(&txn);
}

/** In a process of its own. */
static void fill_the_disk(const struct tmpdir *dir)
{
    static char body[30000];
    struct shop shop = {.dir = *dir, .options = {.map_bytes = SHOP_MAP_BYTES}};
    uint64_t number = 1;
    int r;

    if (!mount_disk(shop.dir.path)) {
        _exit(UNSUPPORTED);
    }
    snprintf(shop.path, sizeof(shop.path), "%s/store", shop.dir.path);
    T_EQ_INT(env_create(shop.path, shop_cluster_id, &shop.options, body, sizeof(body)), 0, "%s",
             body);
    shop_open(&shop, 0);
    memset(body, 'b', sizeof(body));
    T_EQ_INT(env_ballast_restore(shop.env), 0);
    while ((r = open_ticket(&shop, number, body, sizeof(body))) == 0) {
        number++;
    }
    T_EQ_INT(r, BATCH_FULL, "%s", batch_text(shop.batch));
    T_CHECK(number > 50, "%d tickets fitted", (int)number);
    T_EQ_INT(open_ticket(&shop, number, body, sizeof(body)), BATCH_FULL, "again");
    expect_next_number(&shop, number);
    T_EQ_INT(env_ballast_drop(shop.env), 0);
    T_EQ_INT(open_ticket(&shop, number++, body, sizeof(body)), 0, "with the ballast gone: %s",
             batch_text(shop.batch));
    T_EQ_INT(env_ballast_restore(shop.env), -ENOSPC, "there is not enough space for it any more");
    char path[400];
    snprintf(path, sizeof(path), "%s/ballast", shop.path);
    T_CHECK(access(path, F_OK) != 0, "and no part of it stays");
    shop_verify(&shop);
    shop_close(&shop);
    shop_open(&shop, 0);
    expect_next_number(&shop, number);
    shop_verify(&shop);
    shop_close(&shop);
    _exit(0);
}

T_TEST(crash, a_full_disk_refuses_a_batch_and_the_ballast_helps)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    int status;

    tmpdir_init(&dir);
    pid_t pid = fork();
    if (pid == 0) {
        fill_the_disk(&dir);
    }
    T_EQ_INT(waitpid(pid, &status, 0), pid);
    T_CHECK(WIFEXITED(status));
    if (WEXITSTATUS(status) == UNSUPPORTED) {
        fprintf(stderr, "no disk of our own can be mounted here: a full one was not tried\n");
        return;
    }
    T_EQ_INT(WEXITSTATUS(status), 0);
}

/* --- readers beside the writer ---------------------------------------------------------------- */

struct reader {
    struct env *env;
    atomic_bool *stop;
    uint64_t rounds;
    const char *wrong; // NULL: everything fitted together
};

/** In one snapshot, tickets, their journal and their list must be of the same moment. */
static const char *look(struct txn *txn, struct arena *arena)
{
    uint64_t classes[TICKET_CLASSES];
    struct journal_head head;
    struct ticket ticket;
    uint64_t next;

    if (tickets_next_number(txn, 1, &next) != 0 || entries_head(txn, 1, &head) != 0 ||
        tickets_count(txn, 1, classes) != 0) {
        return "a read failed";
    }
    if (head.seq != next - 1 || classes[TICKET_CLASS_NEW] != next - 1) {
        return "views and journal are of different moments";
    }
    if (next > 1 &&
        (tickets_get(txn, 1, next - 1, arena, &ticket) != 0 || ticket.last_seq != head.seq)) {
        return "the newest ticket is not the newest entry's";
    }
    return NULL;
}

static void *read_on(void *user)
{
    struct reader *r = user;
    struct arena arena;
    struct txn txn;

    arena_init(&arena, RECORD_ARENA_BYTES);
    if (txn_begin(&txn, r->env, TXN_READ) != 0) {
        r->wrong = "no transaction";
    }
    while (!atomic_load(r->stop) && !r->wrong) {
        arena_reset(&arena);
        r->wrong = look(&txn, &arena);
        txn_reset(&txn);
        if (txn_renew(&txn) != 0) {
            r->wrong = "no snapshot";
        }
        r->rounds++;
    }
    txn_abort(&txn);
    arena_fini(&arena);
    return NULL;
}

T_TEST(crash, readers_in_other_threads_see_whole_batches)
{
    __attribute__((cleanup(shop_fini))) struct shop shop = {0};
    enum { READERS = 3 };
    struct reader readers[READERS];
    pthread_t threads[READERS];
    atomic_bool stop = false;

    shop_init(&shop, 0);
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.env = shop.env, .stop = &stop};
        T_EQ_INT(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
    }
    uint64_t number = 0;
    for (int batch = 0; batch < 60; batch++) {
        shop_begin(&shop);
        for (int i = 0; i < 7; i++) {
            struct entry entry = shop_entry(EVENT_TICKET_OPENED, 1, ++number, shop.now);
            shop_append(&shop, &entry);
        }
        shop_commit(&shop);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++) {
        T_EQ_INT(pthread_join(threads[i], NULL), 0);
        T_EQ_STR(readers[i].wrong, NULL, "reader %d", i);
        T_CHECK(readers[i].rounds > 0);
    }
}
