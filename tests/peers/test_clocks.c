// SPDX-License-Identifier: Apache-2.0
/*
 * Holds, reopening, merging, handing over and changed rules: what went wrong with clocks elsewhere,
 * each in the thread that is named above its test.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "desk.h"
#include "store/verify.h"
#include "t.h"

/* --- holds ------------------------------------------------------------------------------------ */

/* glpi-project/glpi#24481 */
T_TEST(peers_clocks, no_deadline_passes_on_hold_and_one_that_had_passed_stays_so)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:00 agent new DSK P2\n"
                  "mon 09:30 agent hold DSK-1 customer\n"
                  "mon 10:30 agent hold DSK-2 customer\n");
    desk_until(&s, "wed 09:00");
    T_EQ_STR(desk_breaches(&s), "DSK-2 acknowledge mon 10:00");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "on_hold, used 0:30");
    T_EQ_STR(desk_clock(&s, "DSK-2", "acknowledge"), "on_hold, used 1:30, breached mon 10:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "held");
    T_EQ_STR(desk_row(&s, "DSK-2"), "held, breached acknowledge");
}

/* frappe/helpdesk#3776: resolved from being paused, the pause was forgotten. */
T_TEST(peers_clocks, what_is_resolved_on_hold_was_on_hold_until_then)
{
    static const struct {
        const char *name;
        const char *lines; /* between 09:00 and the resolve, on Tuesday at 09:00 */
        const char *clock;
    } rows[] = {
        {"new", "", "breached, used 24:00, breached mon 17:00"},
        {"open", "mon 10:00 agent take DSK-1\n", "breached, used 24:00, breached mon 17:00"},
        {"held when new", "mon 11:00 agent hold DSK-1 customer\n", "met, used 2:00"},
        {"held when open",
         "mon 10:00 agent take DSK-1\n"
         "mon 11:00 agent hold DSK-1 customer\n",
         "met, used 2:00"},
        {"held twice over",
         "mon 11:00 agent hold DSK-1 bank\n"
         "mon 12:00 agent hold DSK-1 customer\n"
         "mon 13:00 agent resume DSK-1 bank\n",
         "met, used 2:00"},
        {"held for no longer than that may be", /* six hours */
         "mon 11:00 agent hold DSK-1 bank\n", "breached, used 18:00, breached mon 23:00"},
        {"resolved and reopened on hold",
         "mon 11:00 agent hold DSK-1 customer\n"
         "mon 12:00 agent resolve DSK-1\n"
         "mon 13:00 agent reopen DSK-1\n"
         "mon 14:00 agent hold DSK-1 customer\n",
         "met, used 3:00"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        DESK(s);
        desk_play(&s, "mon 09:00 agent new DSK P2\n");
        desk_play(&s, rows[i].lines);
        desk_play(&s, "tue 09:00 agent resolve DSK-1\n");
        T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), rows[i].clock, "%s", rows[i].name);
    }
}

/* osTicket/osTicket#3034, osTicket/osTicket#6524, linear/linear#1103 */
T_TEST(peers_clocks, a_ticket_waits_for_somebody_for_a_reason_and_as_long_as_agreed)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:30 agent take DSK-1\n"
                  "mon 10:00 agent reply DSK-1\n"
                  "mon 10:00 agent hold DSK-1 weather =3\n"
                  "mon 10:00 agent hold DSK-1 bank\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "on_hold, used 1:00");
    desk_until(&s, "mon 17:00");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 2:00, due mon 23:00");
    T_EQ_STR(desk_log(&s, "DSK-1"),
             "opened mon 09:00; message mon 09:00; taken mon 09:30; message mon 10:00; "
             "held mon 10:00; resumed mon 16:00");
}

/* Nine-Minds/alga-psa#3091 */
T_TEST(peers_clocks, what_begins_on_hold_does_not_run)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new-held DSK customer\n");
    desk_until(&s, "tue 09:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "held");
    T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"), "on_hold, used 0:00");
    desk_play(&s, "tue 10:00 agent resume DSK-1 customer\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 0:00, due tue 18:00");
    T_EQ_STR(desk_breaches(&s), "");
}

/* wso2-open-operations/cs-tools#1666 */
T_TEST(peers_clocks, a_resume_moves_the_deadline_and_nothing_happens_at_the_old_one)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P1\n"
                  "mon 09:10 agent take DSK-1\n"
                  "mon 09:10 agent reply DSK-1\n"
                  "mon 10:00 agent hold DSK-1 customer\n"
                  "mon 12:59 agent resume DSK-1 customer\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 1:00, due mon 15:59");
    desk_until(&s, "mon 15:59");
    T_EQ_STR(desk_notices(&s, "DSK-1"), "warning resolution 50% mon 13:59");
    desk_until(&s, "mon 16:00");
    T_EQ_STR(desk_notices(&s, "DSK-1"),
             "warning resolution 50% mon 13:59; breach resolution mon 15:59");
}

/* frappe/helpdesk#1554, frappe/helpdesk#1675 */
T_TEST(peers_clocks, the_state_the_list_the_clock_and_its_sums_say_the_same)
{
    static const struct {
        const char *line;
        const char *row;
        const char *clock;
        const char *sums;
    } steps[] = {
        {"mon 10:00 agent take DSK-1", "open, resolution mon 17:00",
         "running, used 1:00, due mon 17:00",
         "counted 1:00, held 0:00, outside 0:00, stopped 0:00 of 1:00"},
        {"mon 12:00 agent hold DSK-1 customer", "held", "on_hold, used 3:00",
         "counted 3:00, held 0:00, outside 0:00, stopped 0:00 of 3:00"},
        {"mon 14:00 agent resume DSK-1 customer", "open, resolution mon 19:00",
         "running, used 3:00, due mon 19:00",
         "counted 3:00, held 2:00, outside 0:00, stopped 0:00 of 5:00"},
        {"mon 15:00 agent resolve DSK-1", "resolved", "met, used 4:00",
         "counted 4:00, held 2:00, outside 0:00, stopped 0:00 of 6:00"},
        {"mon 18:00 agent reopen DSK-1", "open, resolution mon 22:00",
         "running, used 4:00, due mon 22:00",
         "counted 4:00, held 2:00, outside 0:00, stopped 3:00 of 9:00"},
    };
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\nmon 09:00 agent reply DSK-1\n");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        (void)desk_do(&s, steps[i].line);
        T_EQ_STR(desk_row(&s, "DSK-1"), steps[i].row, "%s", steps[i].line);
        T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), steps[i].clock, "%s", steps[i].line);
        T_EQ_STR(desk_sums(&s, "DSK-1", "resolution"), steps[i].sums, "%s", steps[i].line);
    }
}

/* frappe/erpnext#47029: the hold was taken off twice, then at the wrong end.
 * glpi-project/glpi#1912, glpi-project/glpi#23359: waiting counted as work, and the time while it
 * was solved as waiting. */
T_TEST(peers_clocks, worked_held_outside_and_resolved_add_up_to_the_time_that_passed)
{
    DESK(s);
    desk_play(&s, "mon 15:00 agent new OFF P2\n"            /* 2 h until closing */
                  "tue 11:00 agent hold OFF-1 customer\n"   /* 2 h */
                  "wed 12:00 agent resume OFF-1 customer\n" /* held 6 h and 3 h of office */
                  "wed 14:00 agent resolve OFF-1\n"         /* 2 h */
                  "thu 08:00 agent reopen OFF-1\n"
                  "thu 10:00 agent resolve OFF-1\n"); /* 1 h */
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "met, used 7:00");
    T_EQ_STR(desk_sums(&s, "OFF-1", "resolution"),
             "counted 7:00, held 25:00, outside 17:00, stopped 18:00 of 67:00");
}

/* --- reopening -------------------------------------------------------------------------------- */

/* zammad/zammad#188 */
T_TEST(peers_clocks, several_reopenings_go_on_with_what_was_used_and_a_late_one_begins_anew)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:30 agent take DSK-1\n"
                  "mon 11:00 agent resolve DSK-1\n"
                  "mon 15:00 agent reopen DSK-1\n"
                  "mon 17:00 agent resolve DSK-1\n"
                  "tue 09:00 agent reopen DSK-1\n"
                  "tue 10:00 agent resolve DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "met, used 5:00");
    desk_play(&s, "wed 09:00 agent reopen DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 5:00, due wed 12:00");
    desk_play(&s, "wed 10:00 agent resolve DSK-1\n"
                  "thu 10:01 agent reopen DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "#2 running, used 0:00, due thu 18:01");
}

/* osTicket/osTicket#5955, osTicket/osTicket#5206 */
T_TEST(peers_clocks, a_reopening_is_neither_late_at_once_nor_forgets_what_was)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:30 agent take DSK-1\n"
                  "mon 09:30 agent reply DSK-1\n"
                  "mon 18:00 agent resolve DSK-1\n" /* an hour late */
                  "wed 09:00 agent reopen DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "#2 running, used 0:00, due wed 17:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, resolution wed 17:00");
    desk_play(&s, "wed 10:00 agent resolve DSK-1\n");
    T_EQ_STR(desk_breaches(&s), "DSK-1 resolution mon 17:00");
}

/* opsknight-labs/OpsKnight#290, chatwoot/chatwoot#12058 */
T_TEST(peers_clocks, the_first_response_and_the_acknowledgement_survive_a_reopening)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n"
                  "mon 09:20 agent take DSK-1\n"
                  "mon 09:40 agent reply DSK-1\n"
                  "mon 10:00 agent resolve DSK-1\n"
                  "mon 11:00 mail writes DSK/k1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "acknowledge"), "met, used 0:20");
    T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"), "met, used 0:40");
    T_EQ_STR(desk_clock(&s, "DSK-1", "next_response"), "running, used 0:00, due mon 13:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, next_response mon 13:00");
}

/* --- merging ---------------------------------------------------------------------------------- */

/* zammad/zammad#904, znuny/Znuny#200 */
T_TEST(peers_clocks, what_is_merged_is_never_late_again)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:00 agent new DSK P2\n"
                  "mon 10:30 lead merge DSK-1 2\n"
                  "mon 10:40 agent reply DSK-2\n");
    desk_until(&s, "wed 09:00");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "cancelled, used 1:30");
    T_EQ_STR(desk_row(&s, "DSK-1"), "merged, breached acknowledge");
    /* What had passed before the merge is no secret, and the other one is measured as it was. */
    T_EQ_STR(desk_breaches(&s), "DSK-1 acknowledge mon 10:00; DSK-2 acknowledge mon 10:00; "
                                "DSK-2 resolution mon 17:00");
    T_EQ_STR(desk_notices(&s, "DSK-1"), "breach acknowledge mon 10:00");
}

/* zammad/zammad#983, frappe/helpdesk#2539 */
T_TEST(peers_clocks, mail_to_a_merged_ticket_reaches_the_one_that_it_lives_on_in)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n"
                  "mon 09:00 agent new DSK P2\n"
                  "mon 09:00 agent new DSK P2\n"
                  "mon 09:10 lead merge DSK-1 2\n"
                  "mon 09:20 lead merge DSK-2 3\n"
                  "mon 09:30 lead merge DSK-3 1 =9\n" /* no circle */
                  "mon 09:40 agent reply DSK-3\n"
                  "mon 09:50 agent resolve DSK-3\n"
                  "mon 11:00 mail writes DSK/k1\n");
    T_EQ_STR(desk_row(&s, "DSK-1"), "merged");
    T_EQ_STR(desk_row(&s, "DSK-2"), "merged");
    T_EQ_STR(desk_row(&s, "DSK-3"), "open, next_response mon 13:00");
    T_EQ_STR(desk_log(&s, "DSK-1"), "opened mon 09:00; message mon 09:00; merged mon 09:10");
}

/* --- other teams, other people, other rules --------------------------------------------------- */

/* zammad/zammad#5624 */
T_TEST(peers_clocks, a_transfer_leaves_the_clocks_of_the_new_team_and_no_other)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n"
                  "mon 09:10 agent take DSK-1\n"
                  "mon 09:20 agent reply DSK-1\n"
                  "mon 10:00 mail writes DSK/k1\n");
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, next_response mon 12:00");
    desk_play(&s, "mon 11:00 lead transfer DSK-1 l2\n");
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, resolution mon 21:00");
    desk_until(&s, "tue 09:00");
    T_EQ_STR(desk_notices(&s, "DSK-1"), "breach resolution mon 21:00");
}

/* glpi-project/glpi#14423, glpi-project/glpi#1911, frappe/helpdesk#1895 */
T_TEST(peers_clocks, another_assignee_moves_no_clock)
{
    static const char *const lines[] = {
        "mon 11:00 second steal DSK-1", "mon 12:00 second release DSK-1",
        "mon 12:30 lead assign DSK-1 agent", "mon 12:45 agent note DSK-1"};
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:20 agent take DSK-1\n");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        (void)desk_do(&s, lines[i]);
        T_EQ_STR(desk_clock(&s, "DSK-1", "acknowledge"), "met, used 0:20", "%s", lines[i]);
        T_CHECK(strstr(desk_clock(&s, "DSK-1", "resolution"), ", due mon 17:00") != NULL, "%s",
                lines[i]);
    }
}

/* osTicket/osTicket-1.7#686, osTicket/osTicket#5160 */
T_TEST(peers_clocks, a_changed_target_does_not_spring_back_and_no_flag_outlives_it)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P1\n"
                  "mon 09:10 agent take DSK-1\n"
                  "mon 09:10 agent reply DSK-1\n"
                  "mon 11:00 lead priority DSK-1 P2\n");
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, resolution mon 17:00");
    desk_play(&s, "mon 12:00 agent note DSK-1\n"
                  "mon 12:10 lead assign DSK-1 second\n"
                  "mon 12:20 second hold DSK-1 customer\n"
                  "mon 12:30 second resume DSK-1 customer\n");
    service_restart(&s, 0);
    desk_until(&s, "mon 14:00"); /* a P1 had been breached by now */
    T_EQ_STR(desk_row(&s, "DSK-1"), "open, resolution mon 17:10");
    T_EQ_STR(desk_breaches(&s), "");
}

/* The book once more, with `from` replaced by `to` in its first contract. */
static struct job *apply(struct service *s, const char *from, const char *to)
{
    struct job *job = desk_ask(s, "admin", REQUEST_APPLY_BOOK, "");
    const char *text = s->options.book;
    const char *found = strstr(text, from);

    T_CHECK(found != NULL);
    size_t size = strlen(text) + strlen(to) + 1;
    char *edited = arena_alloc(&job->arena, size);
    (void)snprintf(edited, size, "%.*s%s%s", (int)(found - text), text, to, found + strlen(from));
    job->request.u.apply_book = (struct request_apply_book){
        .text = edited, .n = strlen(edited), .file = ""};
    service_write(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    T_CHECK(e->reply->book_diff->applied);
    return job;
}

static void ignore(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)step;
    (void)rows;
    (void)text;
}

/* zammad/zammad#4353, zammad/zammad#4037: a changed rule left tickets escalated, and touched all.
 */
T_TEST(peers_clocks, a_new_version_of_a_contract_touches_no_ticket_that_is_there)
{
    static const char eight[] = "match: {}, within: 8h, calendar: always, warn: [50%, 75%, 1h]}";
    static const char two[] = "match: {}, within: 2h, calendar: always}";
    char before[200];
    char log[200];
    DESK(s);

    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:10 agent reply DSK-1\n"
                  "mon 09:10 agent take DSK-1\n");
    desk_until(&s, "mon 12:00");
    snprintf(before, sizeof(before), "%s", desk_clock(&s, "DSK-1", "resolution"));
    snprintf(log, sizeof(log), "%s", desk_log(&s, "DSK-1"));
    (void)apply(&s, eight, two);
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), before);
    T_EQ_STR(desk_log(&s, "DSK-1"), log, "not even an entry of the ticket");
    desk_play(&s, "mon 12:30 agent new DSK P2\n"
                  "mon 12:30 agent reply DSK-2\n"
                  "mon 12:40 agent note DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-2", "resolution"), "running, used 0:10, due mon 14:30");
    desk_until(&s, "mon 15:30");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 6:30, due mon 17:00");
    T_EQ_STR(desk_notices(&s, "DSK-1"),
             "warning resolution 50% mon 13:00; warning resolution 75% mon 15:00",
             "as agreed when it began");
    const struct verify_options options = {.tmp_dir = s.dir.path, .report = ignore};
    T_EQ_INT(verify_store(s.env, &options), 0);
}
