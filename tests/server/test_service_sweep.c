// SPDX-License-Identifier: Apache-2.0
/*
 * New zone data while clocks run: what moves is moved, journalled and told; what is over stays; and
 * nobody waits for it.
 */
#include <string.h>

#include "core/instant.h"
#include "log.h"
#include "store/row.h"
#include "sweep.h"
#include "t.h"
#include "zonedesk.h"

/* -- what moves --------------------------------------------------------------- */

T_TEST(service_sweep, an_open_clock_follows_the_law)
{
    static const struct {
        enum zonedesk_contract contract;
        int due_hour;   /* with Casablanca at UTC+1 */
        int later_hour; /* at UTC */
    } rows[] = {
        {Z_OFF, 12, 13},
        {Z_DAY, 24 + 11, 24 + 12},
        {Z_UNI, 12, 13},
        {Z_UTC, 13, 13},
    };
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    zonedesk_init(&z);
    for (enum zonedesk_contract c = Z_OFF; c < Z_END; c++) {
        zonedesk_open(&z, c, 1);
        T_EQ_INT(zonedesk_clock(&z, c, 1).due_at, zonedesk_at(&z, rows[c - 1].due_hour, 0));
    }
    zonedesk_time(&z, 6, 0);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    (void)zonedesk_reread(&z);
    for (size_t i = 0; i < Z_END - 1; i++) {
        const struct ticket_clock clock = zonedesk_clock(&z, rows[i].contract, 1);
        const unsigned moved = rows[i].due_hour != rows[i].later_hour;
        T_EQ_INT(clock.due_at, zonedesk_at(&z, rows[i].later_hour, 0), "contract %zu", i);
        T_EQ_INT(zonedesk_entries(&z, rows[i].contract, EVENT_CLOCK_RESCHEDULED, &entry), moved,
                 "contract %zu", i);
        T_EQ_INT(zonedesk_entries(&z, rows[i].contract, EVENT_VERSION_USED, NULL),
                 6 + moved + (rows[i].contract == Z_UNI) + (rows[i].contract != Z_UTC),
                 "contract %zu: its version, parties, team, calendars, zones", i);
        if (moved == 1) {
            T_EQ_INT(entry.event.u.moved.by, MOVED_BY_ZONE_DATA);
            T_EQ_INT(entry.event.u.moved.was_due_at, zonedesk_at(&z, rows[i].due_hour, 0));
            T_EQ_INT(entry.event.origin, ORIGIN_CLOCK);
        }
    }
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, &entry), 3);
    T_EQ_STR(entry.event.u.zone.name, "Africa/Casablanca");
    T_EQ_STR(entry.event.u.zone.release, "2030b");
    const uint64_t because = entry.seq;
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry), 1);
    T_EQ_INT(entry.event.u.swept.since_seq, because);
    T_EQ_INT(entry.event.u.swept.tickets, 3, "those in UTC are not looked at");
    T_EQ_INT(entry.event.u.swept.clocks, 3);
    T_EQ_STR(z.s.books.current->book->zone_release, "2030b");
}

T_TEST(service_sweep, what_became_due_earlier_is_in_time)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 2);
    zonedesk_time(&z, 11, 30);
    zonedesk_resolve(&z, Z_OFF, 2);
    zonedesk_zone(&z, ZONEDESK_PLUS_2, "2030b"); /* opens at 07:00Z, so that 11:00Z was due */
    (void)zonedesk_reread(&z);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).breached_at, zonedesk_at(&z, 11, 0));
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_BREACHED, &entry), 1);
    T_EQ_INT(entry.event.ticket, 1);
    const struct ticket_clock done = zonedesk_clock(&z, Z_OFF, 2);
    T_EQ_INT(done.verdict, TICKET_VERDICT_MET, "it was in time by what was known then");
}

T_TEST(service_sweep, a_verdict_stays)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 1);
    zonedesk_time(&z, 12, 30);
    (void)zonedesk_rest(&z);
    zonedesk_resolve(&z, Z_OFF, 1);
    const struct ticket_clock before = zonedesk_clock(&z, Z_OFF, 1);
    T_EQ_INT(before.breached_at, zonedesk_at(&z, 12, 0));
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b"); /* by which it would have been met */
    (void)zonedesk_reread(&z);
    const struct ticket_clock after = zonedesk_clock(&z, Z_OFF, 1);
    T_EQ_INT(after.breached_at, before.breached_at);
    T_EQ_INT(after.verdict, TICKET_VERDICT_BREACHED);
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_WITHDRAWN, NULL), 0);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 0, "nothing was open");
}

T_TEST(service_sweep, data_that_come_back_are_in_use_again)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 1);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    (void)zonedesk_reread(&z);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, &entry), 3);
    T_CHECK(entry.event.u.zone.n > 0);
    zonedesk_zone(&z, ZONEDESK_PLUS_1, "2030c");
    (void)zonedesk_reread(&z);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).due_at, zonedesk_at(&z, 12, 0));
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, &entry), 4);
    T_EQ_INT(entry.event.u.zone.n, 0, "an entry has the bytes already");
    T_EQ_STR(entry.event.u.zone.release, "2030c");
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_VERSION_USED, NULL), 9);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 2);
    service_restart(&z.s, 0);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 4, "the start knows which are in use");
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_VERSION_USED, NULL), 9);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 2);
}

T_TEST(service_sweep, data_that_cannot_be_used_leave_the_former_ones)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 1);
    zonedesk_zone(&z, NULL, "2030b");
    const struct shared_book *before = z.s.books.current;
    (void)zonedesk_reread(&z);
    T_CHECK(z.s.books.current == before);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).due_at, zonedesk_at(&z, 12, 0));
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 2);
    zonedesk_open(&z, Z_OFF, 1);
    zonedesk_zone(&z, ZONEDESK_PLUS_1, "2030a");
    (void)zonedesk_reread(&z);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 2, "nothing has changed");
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 0);
}

T_TEST(service_sweep, a_start_finds_new_data)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    service_restart(&z.s, 0);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 0,
             "without a ticket nothing is said");
    zonedesk_open(&z, Z_OFF, 1);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    service_restart(&z.s, 0);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).due_at, zonedesk_at(&z, 13, 0));
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 3);
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), 1);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 1);
}

/* -- a calendar --------------------------------------------------------------- */

T_TEST(service_sweep, a_version_of_a_calendar_moves_clocks_too)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 1);
    zonedesk_open(&z, Z_DAY, 1);
    zonedesk_open(&z, Z_UTC, 1);
    T_EQ_INT(zonedesk_clock(&z, Z_DAY, 1).due_at, zonedesk_at(&z, 24 + 11, 0));
    struct job *job = zonedesk_apply(&z, zonedesk_later(&z, "06:00-18:00"), false);
    service_write(&z.s, job);
    T_EQ_INT(service_code(job), 0);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_clock(&z, Z_DAY, 1).due_at, zonedesk_at(&z, 24 + 8, 0));
    T_EQ_INT(zonedesk_entries(&z, Z_DAY, EVENT_CLOCK_RESCHEDULED, &entry), 1);
    T_EQ_INT(entry.event.u.moved.by, MOVED_BY_CALENDAR);
    T_EQ_INT(entry.event.u.moved.was_due_at, zonedesk_at(&z, 24 + 11, 0));
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), 0, "it ends today");
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry), 1);
    T_EQ_INT(entry.event.u.swept.tickets, 2);
    T_EQ_INT(entry.event.u.swept.clocks, 1);
}

/* -- others meanwhile --------------------------------------------------------- */

enum { MANY = 5 * SWEEP_BATCH_TICKETS / 2 };

static void check_moved(struct zonedesk *z, unsigned n)
{
    for (unsigned i = 1; i <= n; i++) {
        T_EQ_INT(zonedesk_clock(z, Z_OFF, i).due_at, zonedesk_at(z, 13, 0), "ticket %u", i);
    }
    T_EQ_INT(zonedesk_entries(z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), n, "each once");
}

T_TEST(service_sweep, other_changes_come_in_between)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    unsigned rounds = 0;
    struct entry entry;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, MANY);
    zonedesk_open(&z, Z_UTC, 1);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    writer_reread_zones(z.s.writer);
    while (zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry) == 0) {
        struct job *note = service_note(&z.s, (enum who)Z_AGENT, "UTC", 1, stamp_now(&z.s.stamp));
        service_write(&z.s, note); /* answered in its round */
        T_EQ_INT(service_code(note), 0);
        T_CHECK(++rounds < 100);
    }
    T_CHECK(rounds >= 4, "%u", rounds);
    T_EQ_INT(entry.event.u.swept.tickets, MANY);
    T_EQ_INT(entry.event.u.swept.clocks, MANY);
    check_moved(&z, MANY);
}

T_TEST(service_sweep, a_crash_in_the_middle_ends_the_same)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, MANY);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    writer_reread_zones(z.s.writer);
    while (zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL) == 0) {
        T_CHECK(service_round(&z.s) < 1000, "it does not rest before it is done");
    }
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL), 0);
    service_restart(&z.s, 0);
    (void)zonedesk_rest(&z);
    check_moved(&z, MANY);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry), 1);
    T_EQ_INT(entry.event.u.swept.clocks, MANY - SWEEP_BATCH_TICKETS);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 3);
}

T_TEST(service_sweep, a_change_in_the_middle_takes_over)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, MANY);
    zonedesk_open(&z, Z_DAY, 1);
    zonedesk_zone(&z, ZONEDESK_PLUS_2, "2030b");
    writer_reread_zones(z.s.writer);
    while (zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL) == 0) {
        (void)service_round(&z.s);
    }
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030c");
    (void)zonedesk_reread(&z);
    for (unsigned i = 1; i <= MANY; i++) {
        T_EQ_INT(zonedesk_clock(&z, Z_OFF, i).due_at, zonedesk_at(&z, 13, 0), "ticket %u", i);
    }
    T_EQ_INT(zonedesk_clock(&z, Z_DAY, 1).due_at, zonedesk_at(&z, 24 + 12, 0));
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry), 1);
    T_EQ_INT(entry.event.u.swept.tickets, MANY + 1 + SWEEP_BATCH_TICKETS);
}

T_TEST(service_sweep, what_ends_meanwhile_is_left_alone)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, MANY);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    writer_reread_zones(z.s.writer);
    while (zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL) == 0) {
        (void)service_round(&z.s);
    }
    zonedesk_resolve(&z, Z_OFF, MANY);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_RESCHEDULED, NULL), MANY, "before it ended");
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, MANY).verdict, TICKET_VERDICT_MET);
}

/* -- what stands in the way --------------------------------------------------- */

/* What was received in time is decided first, also where the limit is a new one. */
T_TEST(service_sweep, nobody_loses_to_it)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 2);
    zonedesk_time(&z, 11, 30);
    (void)zonedesk_rest(&z);
    queue_hold(&z.s.queue, 0, zonedesk_at(&z, 10, 59));
    zonedesk_zone(&z, ZONEDESK_PLUS_2, "2030b"); /* 11:00Z was due */
    writer_reread_zones(z.s.writer);
    for (int i = 0; zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, NULL) == 0; i++) {
        (void)service_round(&z.s);
        T_CHECK(i < 10);
    }
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).due_at, zonedesk_at(&z, 11, 0));
    T_EQ_INT(zonedesk_entries(&z, Z_OFF, EVENT_CLOCK_BREACHED, NULL), 0);
    queue_release(&z.s.queue, 0, &zonedesk_resolving(&z, Z_OFF, 1, zonedesk_at(&z, 10, 59))->item);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).verdict, TICKET_VERDICT_MET);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 2).breached_at, zonedesk_at(&z, 11, 0));
}

T_TEST(service_sweep, a_damaged_ticket_holds_up_nobody)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    struct entry entry;
    struct txn txn;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 5);
    const struct key key = key_ticket(Z_OFF, 3);
    T_EQ_INT(txn_begin(&txn, z.s.env, TXN_WRITE), 0);
    T_EQ_INT(row_put(&txn, DB_TICKETS, &key, RECORD_TICKET, "nonsense", 8), 0);
    T_EQ_INT(txn_commit(&txn), 0);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    log_set_level(LOG_ERROR + 1);
    (void)zonedesk_reread(&z);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_DUES_SWEPT, &entry), 1);
    T_EQ_INT(entry.event.u.swept.clocks, 4);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 4).due_at, zonedesk_at(&z, 13, 0));
    T_EQ_INT(z.s.fatal, 0);
}

T_TEST(service_sweep, rests_while_the_clock_is_not_believed)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 1);
    struct clock_guard *guard = &z.s.stamp.guard;
    guard->doubt = CLOCK_DOUBTED;
    guard->doubt_boot_us = clock_boot_us();
    guard->doubt_offset_us = clock_wall_at() - clock_boot_us();
    guard->offset_us = guard->doubt_offset_us - US_PER_DAY;
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030b");
    writer_reread_zones(z.s.writer);
    T_EQ_INT(service_round(&z.s), WRITER_WAIT_MAX_US);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 2);
    T_EQ_STR(z.s.books.current->book->zone_release, "2030a");
    stamp_confirm(&z.s.stamp);
    (void)zonedesk_rest(&z);
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 3);
    T_EQ_INT(zonedesk_clock(&z, Z_OFF, 1).due_at, zonedesk_at(&z, 13, 0));
}
