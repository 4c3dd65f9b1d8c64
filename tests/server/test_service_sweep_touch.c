// SPDX-License-Identifier: Apache-2.0
/*
 * A ticket that waits for the sweep and is met by something else first: what moved is told as a
 * move, once, before what was done to it.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "life.h"
#include "log.h"
#include "store/entries.h"
#include "store/row.h"
#include "t.h"
#include "zonedesk.h"

enum { OPEN = 5 };

/* Five tickets, the first of which the source opened. */
static void open_some(struct zonedesk *z)
{
    struct service *s = &z->s;
    struct job *job = life_intake(s, (enum life_who)Z_MAIL, "mail", "k", "1", INTAKE_OPEN,
                                  stamp_now(&s->stamp));

    job->request.u.intake.ticket.contract = "off";
    service_write(s, job);
    T_EQ_INT(service_code(job), 0);
    zonedesk_open(z, Z_OFF, OPEN - 1);
}

/* The new data are in force, and nothing is looked at; gathered: but it is known what waits. */
static void begin(struct zonedesk *z, bool gathered)
{
    zonedesk_zone(z, ZONEDESK_PLUS_0, "2030b");
    writer_reread_zones(z->s.writer);
    for (int i = 0; i <= (int)gathered; i++) {
        (void)service_round(&z->s);
    }
    T_EQ_INT(zonedesk_entries(z, 0, EVENT_ZONE_DATA, NULL), 3);
    T_EQ_INT(zonedesk_entries(z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), 0);
}

/* -- the entries -------------------------------------------------------------- */

struct told {
    char text[400]; /* the kind and ticket of each */
    size_t n;
};

static int tell(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct told *told = user;
    const struct event *e = &entry->event;

    (void)proof;
    if (e->ticket != 0) {
        told->n += (size_t)snprintf(told->text + told->n, sizeof(told->text) - told->n, " %s:%u",
                                    event_kind_name(e->kind), (unsigned)e->ticket);
        T_CHECK(told->n < sizeof(told->text));
    }
    if (e->kind == EVENT_CLOCK_RESCHEDULED) {
        T_EQ_INT(entry->actor, 0);
        T_EQ_STR(entry->via, "clock");
        T_EQ_INT(e->u.moved.by, MOVED_BY_ZONE_DATA);
        T_EQ_INT(e->clocks[0].due_at - e->u.moved.was_due_at, US_PER_HOUR);
    }
    return 0;
}

static struct told told_since(struct zonedesk *z, uint64_t seq)
{
    struct told told = {.n = 0};
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, z->s.env, TXN_READ), 0);
    T_EQ_INT(entries_walk(&txn, Z_OFF, seq, SIZE_MAX, tell, &told), 0);
    txn_abort(&txn);
    return told;
}

static int count(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    (void)proof;
    *(uint64_t *)user = entry->seq;
    return 0;
}

static uint64_t next_seq(struct zonedesk *z)
{
    uint64_t seq = 0;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, z->s.env, TXN_READ), 0);
    T_EQ_INT(entries_walk(&txn, Z_OFF, 1, SIZE_MAX, count, &seq), 0);
    txn_abort(&txn);
    return seq + 1;
}

/* All are moved, each once, and the sum says so. */
static void check_end(struct zonedesk *z, const char *name)
{
    struct entry entry;

    (void)zonedesk_rest(z);
    T_EQ_INT(zonedesk_entries(z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), OPEN, "%s", name);
    T_EQ_INT(zonedesk_entries(z, 0, EVENT_DUES_SWEPT, &entry), 1, "%s", name);
    T_EQ_INT(entry.event.u.swept.tickets, OPEN, "%s", name);
    T_EQ_INT(entry.event.u.swept.clocks, OPEN, "%s", name);
}

/* -- who touches it ----------------------------------------------------------- */

static struct job *make(struct zonedesk *z, enum request_kind kind)
{
    struct service *s = &z->s;
    const int64_t at = stamp_now(&s->stamp);
    struct job *job;

    if (kind == REQUEST_INTAKE) {
        job = life_intake(s, (enum life_who)Z_MAIL, "mail", "k", "2", INTAKE_MESSAGE, at);
        job->request.u.intake.ticket.contract = "off";
        return job;
    }
    if (kind == REQUEST_ADD_MESSAGE) {
        job = service_note(s, (enum who)Z_AGENT, "OFF", 1, at);
        job->request.u.message.visibility = MESSAGE_PUBLIC;
        return job;
    }
    job = service_job(s, (enum who)Z_LEAD, kind, at);
    job->request.u.ticket = service_ticket("OFF", 1);
    if (kind == REQUEST_MERGE_TICKET) {
        job->request.u.merge.other = service_ticket("OFF", 4);
    } else if (kind == REQUEST_LINK_TICKET) {
        job->request.u.link.other = service_ticket("OFF", 4);
        job->request.u.link.kind = LINK_BLOCKS;
    }
    return job;
}

static const struct {
    const char *name;
    enum request_kind kind;
    const char *told;
} touchers[] = {
    {"take", REQUEST_TAKE_TICKET, " clock_rescheduled:1 taken:1"},
    {"reply", REQUEST_ADD_MESSAGE, " clock_rescheduled:1 message:1"},
    {"intake", REQUEST_INTAKE, " clock_rescheduled:1 message:1"},
    {"merge", REQUEST_MERGE_TICKET, " clock_rescheduled:1 clock_rescheduled:4 absorbed:4 merged:1"},
    {"link", REQUEST_LINK_TICKET, " clock_rescheduled:1 clock_rescheduled:4 linked:4 linked:1"},
};

T_TEST(service_sweep_touch, a_command_finds_the_ticket_looked_at)
{
    for (size_t i = 0; i < 2 * sizeof(touchers) / sizeof(touchers[0]); i++) {
        const char *name = touchers[i / 2].name;
        __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
        zonedesk_init(&z);
        open_some(&z);
        begin(&z, i % 2 == 1);
        const uint64_t seq = next_seq(&z);
        struct job *job = make(&z, touchers[i / 2].kind);
        service_write(&z.s, job);
        T_EQ_INT(service_code(job), 0, "%s", name);
        const struct told told = told_since(&z, seq);
        T_CHECK(strncmp(told.text, touchers[i / 2].told, strlen(touchers[i / 2].told)) == 0,
                "%s, gathered %zu:%s", name, i % 2, told.text);
        check_end(&z, name);
    }
}

T_TEST(service_sweep_touch, the_ticker_comes_first)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    open_some(&z);
    zonedesk_time(&z, 11, 59);
    begin(&z, false);
    const uint64_t seq = next_seq(&z);
    zonedesk_time(&z, 12, 30); /* what was due at 12:00 is at the ticker, and now due at 13:00 */
    (void)service_round(&z.s);
    T_EQ_STR(told_since(&z, seq).text,
             " clock_rescheduled:1 clock_rescheduled:2 clock_rescheduled:3 clock_rescheduled:4 "
             "clock_rescheduled:5");
    check_end(&z, "ticker");
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_BREACHED, NULL), 0);
}

T_TEST(service_sweep_touch, a_dry_run_moves_nothing)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    open_some(&z);
    begin(&z, false);
    struct job *job = make(&z, REQUEST_MERGE_TICKET);
    job->request.dry_run = true;
    service_write(&z.s, job);
    T_EQ_INT(service_code(job), 0);
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), 0);
    check_end(&z, "dry run");
}

T_TEST(service_sweep_touch, a_refusal_leaves_the_move)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    open_some(&z);
    begin(&z, false);
    const uint64_t seq = next_seq(&z);
    struct job *job = make(&z, REQUEST_TAKE_TICKET);
    job->request.if_version = 99;
    service_write(&z.s, job);
    T_EQ_INT(service_code(job), OUTCOME_ABORTED);
    T_EQ_STR(told_since(&z, seq).text, " clock_rescheduled:1");
    check_end(&z, "refused");
}

/* The batch is dropped for another command's damaged ticket. */
T_TEST(service_sweep_touch, what_was_dropped_is_looked_at_again)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    struct txn txn;
    zonedesk_init(&z);
    open_some(&z);
    const struct key key = key_ticket(Z_OFF, 3);
    T_EQ_INT(txn_begin(&txn, z.s.env, TXN_WRITE), 0);
    T_EQ_INT(row_put(&txn, DB_TICKETS, &key, RECORD_TICKET, "nonsense", 8), 0);
    T_EQ_INT(txn_commit(&txn), 0);
    begin(&z, false);
    log_set_level(LOG_ERROR + 1);
    struct job *first = make(&z, REQUEST_TAKE_TICKET);
    struct job *damaged = service_note(&z.s, (enum who)Z_AGENT, "OFF", 3, stamp_now(&z.s.stamp));
    const uint64_t seq = next_seq(&z);
    service_push(&z.s, first);
    service_push(&z.s, damaged);
    (void)service_round(&z.s);
    T_EQ_INT(service_code(first), 0);
    T_EQ_INT(service_code(damaged), OUTCOME_DATA_LOSS);
    T_EQ_STR(told_since(&z, seq).text, " clock_rescheduled:1 taken:1");
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), OPEN - 1);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry), 1);
    T_EQ_INT(entry.event.u.swept.clocks, OPEN - 1);
    T_EQ_INT(z.s.fatal, 0);
}
