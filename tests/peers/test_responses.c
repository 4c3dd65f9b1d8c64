// SPDX-License-Identifier: Apache-2.0
/*
 * Who answered whom, and what is measured of it: what went wrong elsewhere, each in the thread that
 * is named above its test.
 */
#include <string.h>

#include "core/instant.h"
#include "desk.h"
#include "store/entries.h"
#include "store/tickets.h"
#include "t.h"

/* frappe/helpdesk#1542 */
T_TEST(peers_responses, an_answer_does_not_meet_the_resolution)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 10:00 agent reply DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"), "met, used 1:00");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 1:00, due mon 17:00");
    desk_until(&s, "mon 17:01");
    T_CHECK(strstr(desk_breaches(&s), "DSK-1 resolution mon 17:00") != NULL);
}

/* chatwoot/chatwoot#10178 */
T_TEST(peers_responses, a_resolve_ends_every_clock)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n"
                  "mon 09:10 agent reply DSK-1\n"
                  "mon 09:20 mail writes DSK/k1\n"
                  "mon 09:30 agent resolve DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "acknowledge"), "cancelled, used 0:30");
    T_EQ_STR(desk_clock(&s, "DSK-1", "next_response"), "cancelled, used 0:10");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "met, used 0:30");
    desk_play(&s, "mon 10:00 mail autowrites DSK/k1\n"); /* "thank you, I am out of office" */
    T_EQ_STR(desk_row(&s, "DSK-1"), "resolved");
    desk_until(&s, "wed 10:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "closed");
    T_EQ_STR(desk_notices(&s, "DSK-1"), "");
}

/* zammad/zammad#5177 */
T_TEST(peers_responses, the_next_deadline_is_the_earliest_and_says_whose_it_is)
{
    static const struct {
        const char *line;
        const char *row;
    } steps[] = {
        {"mon 09:00 mail opens DSK/k1 P2", "new, acknowledge mon 10:00"},
        {"mon 09:10 mail writes DSK/k1", "new, acknowledge mon 10:00"},
        {"mon 09:30 agent ack DSK-1", "open, first_response mon 11:00"},
        {"mon 10:30 agent reply DSK-1", "open, resolution mon 17:00"},
        {"mon 12:00 mail writes DSK/k1", "open, next_response mon 14:00"},
        {"mon 13:00 agent reply DSK-1", "open, resolution mon 17:00"},
        {"mon 16:30 mail writes DSK/k1", "open, resolution mon 17:00"},
    };
    DESK(s);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        (void)desk_do(&s, steps[i].line);
        T_EQ_STR(desk_row(&s, "DSK-1"), steps[i].row, "%s", steps[i].line);
    }
    T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"), "met, used 1:30");
}

/* zammad/zammad#3140 */
T_TEST(peers_responses, who_answered_last_is_not_late)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P3\n"
                  "mon 09:10 agent take DSK-1\n"
                  "mon 09:10 agent reply DSK-1\n"
                  "mon 10:00 mail writes DSK/k1\n"
                  "mon 11:30 mail writes DSK/k1\n"); /* does not move it */
    T_EQ_STR(desk_clock(&s, "DSK-1", "next_response"), "running, used 1:30, due mon 12:00");
    desk_play(&s, "mon 12:00 agent reply DSK-1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "next_response"), "met, used 2:00");
    desk_until(&s, "mon 16:59");
    T_EQ_STR(desk_breaches(&s), "");
    desk_play(&s, "mon 16:59 mail writes DSK/k1\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "next_response"), "#2 running, used 0:00, due mon 18:59");
}

/* zammad/zammad#1322, zammad/zammad#1620, zammad/zammad#2082: a note counted, or only the second
 * answer did. jstanden/cerb#535: and those of a bot? */
T_TEST(peers_responses, an_answer_is_what_a_person_lets_the_customer_read_and_the_first_one_counts)
{
    static const struct {
        const char *name;
        const char *line;
        bool counts;
    } rows[] = {
        {"note", "mon 09:30 agent note DSK-1", false},
        {"taken", "mon 09:30 agent take DSK-1", false},
        {"on hold and back", "mon 09:30 agent hold DSK-1 bank\nmon 09:30 agent resume DSK-1 bank",
         false},
        {"the customer again", "mon 09:30 mail writes DSK/k1", false},
        {"the customer's machine", "mon 09:30 mail autowrites DSK/k1", false},
        {"answer", "mon 09:30 agent reply DSK-1", true},
        {"by another person", "mon 09:30 lead reply DSK-1", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        DESK(s);
        desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n");
        desk_play(&s, rows[i].line);
        desk_play(&s, "mon 09:45 agent reply DSK-1\nmon 09:50 agent reply DSK-1\n");
        T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"),
                 rows[i].counts ? "met, used 0:30" : "met, used 0:45", "%s", rows[i].name);
    }
}

/* jstanden/cerb#535 */
T_TEST(peers_responses, a_bot_answers_for_nobody)
{
    DESK(s);
    desk_play(&s, "mon 09:00 bot opens DSK/k1 P2\n"
                  "mon 09:01 bot answers DSK/k1\n");
    desk_until(&s, "mon 11:01");
    T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"), "running, used 2:01, breached mon 11:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "new, resolution mon 17:00, breached acknowledge");
}

/* glpi-project/glpi#22839: owned a second after it came in; glpi-project/glpi#255: or never. */
T_TEST(peers_responses, only_a_person_takes_notice)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n"
                  "mon 09:00 mail opens DSK/k2 P2\n"
                  "mon 09:01 mail ack DSK-1 =9\n"
                  "mon 09:01 mail take DSK-1 =9\n"
                  "mon 09:02 lead assign DSK-1 agent\n"
                  "mon 09:30 agent ack DSK-1\n"
                  "mon 09:40 agent take DSK-2\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "acknowledge"), "met, used 0:30");
    T_EQ_STR(desk_clock(&s, "DSK-2", "acknowledge"), "met, used 0:40");
}

/* The clock as the ticket's newest entry has it in the journal. */
static struct ticket_clock recorded(struct service *s, uint64_t number, enum clock_kind kind)
{
    struct ticket_clock ret = {.kind = CLOCK_KIND_NONE};
    struct ticket ticket;
    struct entry entry;
    struct arena arena;
    struct txn txn;

    arena_init(&arena, (size_t)1 << 20);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(tickets_get(&txn, 1, number, &arena, &ticket), 0);
    T_EQ_INT(entries_get_bare(&txn, 1, ticket.last_seq, &arena, &entry), 0);
    txn_abort(&txn);
    for (size_t i = 0; i < entry.event.n_clocks; i++) {
        if (entry.event.clocks[i].kind == kind) {
            ret = entry.event.clocks[i];
        }
    }
    arena_fini(&arena);
    return ret;
}

/* zammad/zammad#2579, zammad/zammad#4516: what closing led to was never stored. */
T_TEST(peers_responses, the_verdict_is_stored_with_what_ended_the_clock)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:10 agent ack DSK-1\n");
    T_EQ_INT(recorded(&s, 1, CLOCK_KIND_ACKNOWLEDGE).verdict, TICKET_VERDICT_MET);
    desk_play(&s, "mon 09:20 agent reply DSK-1\n");
    T_EQ_INT(recorded(&s, 1, CLOCK_KIND_FIRST_RESPONSE).verdict, TICKET_VERDICT_MET);
    desk_play(&s, "mon 17:00 agent resolve DSK-1\n");
    struct ticket_clock resolution = recorded(&s, 1, CLOCK_KIND_RESOLUTION);
    T_EQ_INT(resolution.verdict, TICKET_VERDICT_MET, "to the microsecond");
    T_EQ_INT(resolution.elapsed_us, 8 * US_PER_HOUR);
    service_restart(&s, 0);
    T_EQ_STR(desk_clock(&s, "DSK-1", "acknowledge"), "met, used 0:10");
    T_EQ_STR(desk_clock(&s, "DSK-1", "first_response"), "met, used 0:20");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "met, used 8:00");
    T_EQ_STR(desk_breaches(&s), "");
}

/* osTicket/osTicket#5786, osTicket/osTicket#5171, glpi-project/glpi#4150 */
T_TEST(peers_responses, mail_counts_from_its_receipt_and_an_alarm_from_when_it_rang)
{
    DESK(s);
    desk_play(&s, "mon 12:00 mail rang DSK/k1 11:00\n"
                  "mon 12:00 alarm rang DSK/k2 11:00\n"
                  "mon 12:00 alarm rang DSK/k3 09:59\n" /* more than is believed */
                  "mon 12:00 alarm rang DSK/k4 13:00\n" /* not yet */);
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 0:00, due mon 20:00");
    T_EQ_STR(desk_clock(&s, "DSK-2", "resolution"), "running, used 1:00, due mon 19:00");
    T_EQ_STR(desk_clock(&s, "DSK-3", "resolution"), "running, used 0:00, due mon 20:00");
    T_EQ_STR(desk_clock(&s, "DSK-4", "resolution"), "running, used 0:00, due mon 20:00");
    for (int i = 1; i <= 4; i++) { /* and both instants are kept */
        static const char *const said[] = {"mon 11:00", "mon 11:00", "mon 09:59", "mon 13:00"};
        char ticket[8] = "DSK-0";
        ticket[4] = (char)('0' + i);
        struct job *job = desk_ask(&s, "lead", REQUEST_SHOW_TICKET, ticket);
        service_read(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_EQ_INT(e->reply->ticket_detail->ticket->received_at, desk_at("mon 12:00"), "%d", i);
        T_EQ_INT(e->reply->ticket_detail->ticket->occurred_at, desk_at(said[i - 1]), "%d", i);
    }
}
