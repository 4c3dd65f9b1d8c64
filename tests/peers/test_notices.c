// SPDX-License-Identifier: Apache-2.0
/*
 * Warnings and breaches: each recorded once, at its instant, for ever. What went wrong elsewhere,
 * each in the thread that is named above its test.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "desk.h"
#include "store/verify.h"
#include "t.h"

/* Somebody looks after it at once. */
static void begin(struct service *s)
{
    desk_play(s, "mon 09:00 mail opens DSK/k1 P2\n"
                 "mon 09:10 agent take DSK-1\n"
                 "mon 09:20 agent reply DSK-1\n");
}

/* glpi-project/glpi#1996: the actions of a level came again with every run.
 * glpi-project/glpi#5319: only those of the first level ever came. */
T_TEST(peers_notices, each_warning_comes_once_and_none_is_left_out)
{
    static const char all[] = "warning resolution 50% mon 13:00; warning resolution 75% mon 15:00; "
                              "warning resolution 1h mon 16:00; breach resolution mon 17:00";
    DESK(s);
    begin(&s);
    for (int hour = 10; hour < 24; hour++) {
        char when[32];
        snprintf(when, sizeof(when), "mon %02d:00", hour);
        desk_until(&s, when);
        for (int i = 0; i < 3; i++) {
            (void)service_round(&s);
        }
        service_restart(&s, 0);
        (void)service_round(&s);
    }
    T_EQ_STR(desk_notices(&s, "DSK-1"), all);
}

/* zammad/zammad#4348 */
T_TEST(peers_notices, a_second_reminder_on_the_same_day_comes_too)
{
    DESK(s);
    begin(&s);
    desk_play(&s, "mon 10:00 mail writes DSK/k1\n"
                  "mon 11:30 agent reply DSK-1\n"
                  "mon 11:40 mail writes DSK/k1\n"
                  "mon 12:50 agent reply DSK-1\n");
    T_EQ_STR(desk_notices(&s, "DSK-1"),
             "warning next_response 50% mon 11:00; warning next_response 50% mon 12:40");
}

/* abhinavxd/libredesk#70 */
T_TEST(peers_notices, nothing_is_told_of_what_is_done)
{
    DESK(s);
    begin(&s);
    desk_play(&s, "mon 12:00 mail writes DSK/k1\n"
                  "mon 12:59 agent resolve DSK-1\n");
    desk_until(&s, "sat 00:00");
    T_EQ_STR(desk_notices(&s, "DSK-1"), "");
    T_EQ_STR(desk_row(&s, "DSK-1"), "closed");
}

/* frappe/helpdesk#3279 */
T_TEST(peers_notices, a_breach_is_recorded_at_its_instant_though_nobody_looks)
{
    DESK(s);
    begin(&s);
    desk_until(&s, "fri 09:00");
    T_EQ_STR(desk_breaches(&s), "DSK-1 resolution mon 17:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, breached resolution");
    struct job *job = desk_ask(&s, "lead", REQUEST_SHOW_LOG, "DSK-1");
    job->request.u.log.limit = 1;
    service_read(&s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__Event *breach = e->reply->log_page->events[0];
    T_EQ_INT(breach->recorded_at, desk_at("mon 17:00") + 1, "by itself, and then");
    T_CHECK(breach->actor == NULL);
}

/* frappe/helpdesk#3279 once more: nor does it matter that the server was not there. */
T_TEST(peers_notices, what_happened_while_the_server_was_down_keeps_its_instants)
{
    DESK(s);
    begin(&s);
    desk_play(&s, "mon 09:30 agent new DSK P2\n"
                  "mon 09:30 agent take DSK-2\n"
                  "mon 09:30 agent reply DSK-2\n"
                  "mon 10:30 agent hold DSK-2 bank\n" /* six hours at most */
                  "mon 12:00 agent note DSK-1\n");
    desk_down(&s, "tue 09:00");
    (void)service_round(&s);
    T_EQ_STR(desk_notices(&s, "DSK-1"),
             "warning resolution 50% mon 13:00; warning resolution 75% mon 15:00; "
             "warning resolution 1h mon 16:00; breach resolution mon 17:00");
    T_EQ_STR(desk_log(&s, "DSK-2"),
             "opened mon 09:30; message mon 09:30; taken mon 09:30; message mon 09:30; "
             "held mon 10:30; resumed mon 16:30; warning resolution 50% mon 19:30; "
             "warning resolution 75% mon 21:30; warning resolution 1h mon 22:30; "
             "breach resolution mon 23:30");
    desk_play(&s, "tue 09:10 agent resolve DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "breached, used 24:10, breached mon 17:00");
}

/* osTicket/osTicket#6346, osTicket/osTicket#4144 */
T_TEST(peers_notices, a_breach_outlives_the_resolve_the_close_and_a_new_cycle)
{
    static const char breach[] = "DSK-1 resolution mon 17:00";
    static const char *const lines[] = {
        "mon 18:00 agent resolve DSK-1", "mon 18:10 agent close DSK-1",
        "mon 19:00 agent reopen DSK-1",  "mon 19:10 agent priority DSK-1 P3",
        "mon 20:00 agent resolve DSK-1", "wed 09:00 agent reopen DSK-1",
        "wed 10:00 agent resolve DSK-1",
    };
    DESK(s);
    begin(&s);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        (void)desk_do(&s, lines[i]);
        T_EQ_STR(desk_breaches(&s), breach, "%s", lines[i]);
    }
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "#2 met, used 1:00");
}

/* --- many at once ----------------------------------------------------------------------------- */

enum { MANY = 600, PAGE = 250 };

static void ignore(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)step;
    (void)rows;
    (void)text;
}

/* How often each ticket's acknowledgement is in the list of breaches, all of one instant. */
static size_t count_breaches(struct service *s, unsigned counts[MANY + 1])
{
    uint8_t cursor[WIRE_CURSOR_BYTES];
    size_t n_cursor = 0;
    size_t n = 0;

    memset(counts, 0, (MANY + 1) * sizeof(counts[0]));
    for (bool more = true; more;) {
        struct job *job = desk_ask(s, "lead", REQUEST_LIST_BREACHES, "");
        job->request.u.list_breaches = (struct request_list_breaches){
            .since_at = INSTANT_NONE,
            .until_at = INSTANT_NONE,
            .team = "",
            .vendor = "",
            .contract = "",
            .limit = PAGE,
            .cursor = {cursor, n_cursor},
        };
        service_read(s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__BreachPage *page = e->reply->breach_page;
        for (size_t i = 0; i < page->n_breaches; i++) {
            unsigned long number = 0;
            T_EQ_INT(sscanf(page->breaches[i]->ticket, "DSK-%lu", &number), 1);
            T_CHECK(number >= 1 && number <= MANY);
            T_EQ_INT(page->breaches[i]->breached_at, desk_at("mon 10:00"));
            counts[number]++;
        }
        n += page->n_breaches;
        T_CHECK(page->cursor.len <= sizeof(cursor));
        n_cursor = page->cursor.len;
        if (n_cursor > 0) {
            memcpy(cursor, page->cursor.data, n_cursor);
        }
        more = page->truncated;
    }
    return n;
}

/* RotherOSS/otobo#505, RotherOSS/otobo#389, glpi-project/glpi#336, zammad/zammad#3523: with several
 * hundred at a time some were skipped, hidden or timed out. */
T_TEST(peers_notices, hundreds_of_one_instant_are_recorded_once_each_over_a_restart)
{
    static unsigned counts[MANY + 1];
    DESK(s);
    for (int i = 0; i < MANY; i++) {
        service_push(&s, desk_job(&s, "mon 09:00 agent new DSK P2"));
    }
    for (int i = 0; service_count(&s, "desk") < MANY; i++) {
        T_CHECK(i < MANY);
        (void)service_round(&s);
    }
    desk_down(&s, "mon 10:00:01");
    (void)service_round(&s);
    size_t n = count_breaches(&s, counts);
    T_CHECK(n > 0 && n < MANY, "the restart comes in the middle: %zu", n);
    service_restart(&s, 0);
    for (int i = 0; service_round(&s) == 0; i++) {
        T_CHECK(i < MANY, "it does not come to rest");
    }
    T_EQ_INT(count_breaches(&s, counts), MANY);
    for (int i = 1; i <= MANY; i++) {
        T_EQ_INT(counts[i], 1, "DSK-%d", i);
    }
    const struct verify_options options = {.tmp_dir = s.dir.path, .report = ignore};
    T_EQ_INT(verify_store(s.env, &options), 0);
}
