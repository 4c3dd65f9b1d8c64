// SPDX-License-Identifier: Apache-2.0
/*
 * Due rows of which nothing comes: the server goes on, and so do all other tickets' clocks.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/instant.h"
#include "service.h"
#include "store/row.h"
#include "store/tickets.h"
#include "t.h"
#include "ticker.h"

static int64_t now(struct service *s)
{
    return stamp_now(&s->stamp);
}

/* Rows for AAA-1, of which nothing is due. */
static void plant(struct service *s, int64_t at, unsigned n)
{
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_WRITE), 0);
    for (unsigned i = 0; i < n; i++) {
        const struct key_due row = {.at = at + i, .contract = 1, .number = 1};
        const struct key key = key_due(&row);
        T_EQ_INT(row_put(&txn, DB_DUE, &key, RECORD_MARK, NULL, 0), 0);
    }
    T_EQ_INT(txn_commit(&txn), 0);
}

static bool is_breached(struct service *s, uint64_t number)
{
    struct ticket ticket;
    struct arena arena;
    struct txn txn;

    arena_init(&arena, 1 << 20);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(tickets_get(&txn, 1, number, &arena, &ticket), 0);
    bool breached = ticket_is_breached(&ticket);
    txn_abort(&txn);
    arena_fini(&arena);
    return breached;
}

/* What is written to the log meanwhile. */
struct logged {
    int saved;
    int file;
    char text[16384];
};

static void log_begin(struct logged *log)
{
    char path[] = "/tmp/slate-log-XXXXXX";
    log->file = mkstemp(path);
    T_CHECK(log->file >= 0);
    (void)unlink(path);
    log->saved = dup(STDERR_FILENO);
    (void)dup2(log->file, STDERR_FILENO);
}

static void log_end(struct logged *log)
{
    (void)dup2(log->saved, STDERR_FILENO);
    (void)close(log->saved);
    ssize_t n = pread(log->file, log->text, sizeof(log->text) - 1, 0);
    log->text[n > 0 ? n : 0] = '\0';
    (void)close(log->file);
}

static unsigned times(const char *text, const char *what)
{
    unsigned n = 0;

    for (const char *p = text; (p = strstr(p, what)) != NULL; p += strlen(what)) {
        n++;
    }
    return n;
}

static const char line[] = "level=error event=due_row_without_effect contract=con-aaa ticket=1 ";

/* Rounds; how often the row was said to be without effect. */
static unsigned rounds(struct service *s, unsigned n, int64_t *ret_wait_us)
{
    struct logged log;

    log_begin(&log);
    for (unsigned i = 0; i < n; i++) {
        *ret_wait_us = service_round(s);
    }
    log_end(&log);
    return times(log.text, line);
}

T_TEST(service_ticker, a_row_without_effect_is_told_once_and_holds_up_nobody)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    int64_t wait_us;

    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    plant(&s, now(&s) - 60 * US_PER_S, 1);
    T_EQ_INT(rounds(&s, 3, &wait_us), 1);
    T_EQ_INT(wait_us, WRITER_WAIT_MAX_US, "nothing else is due");

    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P0", now(&s) - 10 * US_PER_S));
    T_EQ_INT(rounds(&s, 2, &wait_us), 0);
    T_CHECK(is_breached(&s, 2), "the next one's clock goes on");

    int64_t opened_at = now(&s);
    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P0", opened_at));
    (void)rounds(&s, 1, &wait_us);
    T_CHECK(wait_us > 0 && wait_us <= US_PER_S, "what is due next is known");

    struct job *note = service_note(&s, AGENT_A, "AAA", 1, now(&s));
    struct logged log;
    log_begin(&log);
    service_write(&s, note);
    log_end(&log);
    T_EQ_INT(times(log.text, line), 1, "its ticket changed");
    T_EQ_INT(rounds(&s, 2, &wait_us), 0);
    log_begin(&log);
    service_restart(&s, 0);
    (void)service_round(&s);
    log_end(&log);
    T_EQ_INT(times(log.text, line), 1, "after a restart");
}

T_TEST(service_ticker, more_rows_without_effect_than_it_remembers)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    int64_t wait_us;

    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    plant(&s, now(&s) - 60 * US_PER_S, TICKER_ASIDE_MAX + 5);
    T_EQ_INT(rounds(&s, 3, &wait_us), TICKER_ASIDE_MAX);
    T_EQ_INT(wait_us, WRITER_WAIT_MAX_US, "it must not turn without a pause");
    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P0", now(&s) - 10 * US_PER_S));
    T_EQ_INT(rounds(&s, 2, &wait_us), 0);
    T_CHECK(is_breached(&s, 2));
}
