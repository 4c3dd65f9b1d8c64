// SPDX-License-Identifier: Apache-2.0
/*
 * What tools bring in, what is imported, what is read in pages, and who is first: what went wrong
 * elsewhere, each in the thread that is named above its test.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "desk.h"
#include "t.h"
#include "wire/reply.h"

/* --- duplicates ------------------------------------------------------------------------------- */

/* A tool's line as another tool of that source brings it. */
static struct job *same_line(struct job *job, const struct job *first)
{
    memcpy(job->request.line_id, first->request.line_id, sizeof(job->request.line_id));
    memcpy(job->request.content_hash, first->request.content_hash,
           sizeof(job->request.content_hash));
    return job;
}

static int outcome(const struct job *job, const char *ticket)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);

    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    T_EQ_STR(e->reply->intake_done->ticket, ticket);
    return (int)e->reply->intake_done->outcome;
}

/* prometheus-community/jiralert#119: two that watch the same thing for safety race each other. */
T_TEST(peers_intake, two_that_report_the_same_alarm_make_one_ticket)
{
    DESK(s);
    struct job *one = desk_job(&s, "mon 09:00 alarm opens DSK/k1 P1");
    struct job *two = same_line(desk_job(&s, "mon 09:00 twin opens DSK/k1 P1"), one);

    service_push(&s, one);
    service_push(&s, two); /* in one batch */
    (void)service_round(&s);
    T_EQ_INT(outcome(one, "DSK-1"), REPLY_INTAKE_CREATED);
    T_EQ_INT(outcome(two, "DSK-1"), REPLY_INTAKE_DUPLICATE);
    struct job *late = same_line(desk_job(&s, "mon 09:30 twin opens DSK/k1 P1"), one);
    service_write(&s, late);
    T_EQ_INT(outcome(late, "DSK-1"), REPLY_INTAKE_DUPLICATE);
    (void)desk_do(&s, "mon 10:00 twin opens DSK/k1 P2 =6"); /* but it is not that alarm */
    T_EQ_INT(service_count(&s, "desk"), 1);
    T_EQ_STR(desk_log(&s, "DSK-1"), "opened mon 09:00; message mon 09:00; "
                                    "breach acknowledge mon 09:30");
}

/* zammad/zammad#78, zammad/zammad#1578, osTicket/osTicket#494: a mail that went to two queues. */
T_TEST(peers_intake, the_same_key_of_two_sources_is_two_tickets)
{
    DESK(s);
    desk_play(&s, "mon 09:00 mail opens DSK/k1 P2\n"
                  "mon 09:00 alarm opens DSK/k1 P2\n"
                  "mon 09:10 mail resolves DSK/k1\n");
    T_EQ_STR(desk_row(&s, "DSK-1"), "resolved");
    T_EQ_STR(desk_row(&s, "DSK-2"), "new, acknowledge mon 10:00");
}

/* zammad/zammad#1662, osTicket/osTicket#1908, polonel/trudesk#456, tomolimo/mailanalyzer#99:
 * fetched again after a crash, there again. */
T_TEST(peers_intake, who_asks_again_after_a_crash_gets_the_ticket_that_was_made)
{
    DESK(s);
    struct job *person = desk_do(&s, "mon 09:00 agent new DSK P2");
    struct job *tool = desk_do(&s, "mon 09:00 mail opens DSK/k1 P2");

    desk_down(&s, "mon 09:05");
    struct job *again = service_again(&s, person, desk_at("mon 09:05"));
    service_write(&s, again);
    T_EQ_INT(service_number(again), 1);
    again = service_again(&s, tool, desk_at("mon 09:05"));
    service_write(&s, again);
    T_EQ_INT(outcome(again, "DSK-2"), REPLY_INTAKE_CREATED, "the answer that was lost");
    struct job *fetched = same_line(desk_job(&s, "mon 09:06 mail opens DSK/k1 P2"), tool);
    service_write(&s, fetched);
    T_EQ_INT(outcome(fetched, "DSK-2"), REPLY_INTAKE_DUPLICATE);
    T_EQ_INT(service_count(&s, "desk"), 2);
}

/* --- who is first ----------------------------------------------------------------------------- */

/* osTicket/osTicket#2504 */
T_TEST(peers_intake, whoever_saw_an_older_ticket_is_told_so_and_changes_nothing)
{
    static const char *const lines[] = {
        "mon 09:20 agent take DSK-1",       "mon 09:20 agent ack DSK-1",
        "mon 09:20 agent reply DSK-1",      "mon 09:20 agent note DSK-1",
        "mon 09:20 agent hold DSK-1 bank",  "mon 09:20 agent resume DSK-1 customer",
        "mon 09:20 agent resolve DSK-1",    "mon 09:20 agent close DSK-1",
        "mon 09:20 agent reopen DSK-1",     "mon 09:20 lead assign DSK-1 agent",
        "mon 09:20 lead transfer DSK-1 l2", "mon 09:20 agent priority DSK-1 P1",
        "mon 09:20 lead merge DSK-1 2",     "mon 09:20 agent release DSK-1",
    };
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:00 agent new DSK P2\n");
    struct job *seen = desk_do(&s, "mon 09:10 second hold DSK-1 customer");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(seen);
    uint64_t version = e->reply->ticket_changed->ticket->version;
    char log[200];

    snprintf(log, sizeof(log), "%s", desk_log(&s, "DSK-1"));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct job *job = desk_job(&s, lines[i]);
        job->request.if_version = version - 1;
        service_write(&s, job);
        T_EQ_INT(service_code(job), OUTCOME_ABORTED, "%s", lines[i]);
        T_EQ_STR(desk_log(&s, "DSK-1"), log, "%s", lines[i]);
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

enum { TICKETS = 40, NUMBERS = 200 };

struct pages {
    unsigned seen[NUMBERS]; /* how often each ticket came */
    size_t n;
    size_t pages;
};

/* Reads the whole list in pages; `between` happens after each. */
static void read_pages(struct service *s, uint32_t limit, const char *between, struct pages *ret)
{
    uint8_t cursor[WIRE_CURSOR_BYTES];
    size_t n_cursor = 0;

    memset(ret, 0, sizeof(*ret));
    for (bool more = true; more;) {
        struct job *job = desk_ask(s, "lead", REQUEST_LIST_TICKETS, "");
        job->request.u.list_tickets = (struct request_list_tickets){
            .contract = "",
            .team = "",
            .assignee = "",
            .due_before_at = INSTANT_NONE,
            .limit = limit,
            .cursor = {cursor, n_cursor},
        };
        service_read(s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TicketPage *page = e->reply->ticket_page;
        T_CHECK(page != NULL && page->n_tickets <= limit);
        for (size_t i = 0; i < page->n_tickets; i++) {
            unsigned number = 0;
            T_EQ_INT(sscanf(page->tickets[i]->ticket, "DSK-%u", &number), 1);
            T_CHECK(number < NUMBERS);
            ret->seen[number]++;
        }
        ret->n += page->n_tickets;
        ret->pages++;
        T_EQ_INT(page->cursor.len > 0, page->truncated, "it says that there is more, and where");
        T_CHECK(page->cursor.len <= sizeof(cursor));
        n_cursor = page->cursor.len;
        if (n_cursor > 0) {
            memcpy(cursor, page->cursor.data, n_cursor);
        }
        more = page->truncated;
        if (between != NULL) {
            desk_play(s, between);
        }
    }
}

static void many(struct service *s)
{
    for (int i = 0; i < TICKETS; i++) {
        char line[64];
        snprintf(line, sizeof(line), "mon 09:%02d agent new DSK P%d", i / 2, 2 + i % 2);
        (void)desk_do(s, line);
    }
}

/* glpi-project/glpi#11912, glpi-project/glpi#4261, facetoe/zenpy#281, zammad/zammad#803,
 * zammad/zammad#5687: one too many, one too few, a silent end, a count that is not that of rows. */
T_TEST(peers_intake, pages_of_any_size_have_each_ticket_once_and_say_when_there_is_more)
{
    DESK(s);
    many(&s);
    for (uint32_t limit = 1; limit <= TICKETS + 1; limit++) {
        struct pages got;
        read_pages(&s, limit, NULL, &got);
        T_EQ_INT(got.n, TICKETS, "in pages of %u", limit);
        T_EQ_INT(got.pages, (TICKETS + limit - 1) / limit, "in pages of %u", limit);
        for (int i = 1; i <= TICKETS; i++) {
            T_EQ_INT(got.seen[i], 1, "DSK-%d in pages of %u", i, limit);
        }
    }
}

/* zammad/zammad#1744, zammad/zammad#2142 */
T_TEST(peers_intake, who_reads_on_while_others_work_misses_nothing_that_stayed)
{
    static const char *const between[] = {
        "mon 09:30 agent new DSK P2\n", "mon 09:30 agent new DSK P1\n",
        "mon 09:30 agent new DSK P1\nmon 09:30 agent note DSK-20\n",
        "mon 09:30 agent new DSK P3\nmon 09:30 lead assign DSK-30 agent\n"};
    for (size_t b = 0; b < sizeof(between) / sizeof(between[0]); b++) {
        for (uint32_t limit = 3; limit < TICKETS; limit += 6) {
            struct pages got;
            DESK(s);
            many(&s);
            read_pages(&s, limit, between[b], &got);
            for (int i = 1; i <= TICKETS; i++) {
                T_EQ_INT(got.seen[i], 1, "DSK-%d in pages of %u, %s", i, limit, between[b]);
            }
        }
    }
}

/* --- import ----------------------------------------------------------------------------------- */

/* At noon on Wednesday. */
static struct job *import(struct service *s, const char *key, const char *opened,
                          const struct command_step *steps, size_t n_steps)
{
    struct job *job = desk_job(s, "wed 12:00 admin new DSK P2");
    struct request_new_ticket ticket = job->request.u.new_ticket;

    ticket.source = "old";
    ticket.source_key = key;
    job->request.kind = REQUEST_IMPORT_TICKET;
    job->request.u.import = (struct request_import){
        .ticket = ticket,
        .opened_at = desk_at(opened),
        .cutover_at = INSTANT_NONE,
        .clocks = 1u << CLOCK_KIND_RESOLUTION,
        .steps = steps,
        .n_steps = n_steps,
    };
    return job;
}

/* zammad/zammad#2831, zammad/zammad#2949, zammad/zammad#5054: times were lost, mails sent, and what
 * had been in time was late. */
T_TEST(peers_intake, an_imported_history_keeps_its_times_and_warns_of_nothing)
{
    struct command_step steps[] = {
        {.at = desk_at("mon 10:00"), .kind = STEP_HOLD},
        {.at = desk_at("mon 12:00"), .kind = STEP_RESUME},
        {.at = desk_at("mon 20:00"), .kind = STEP_RESOLVE},
    };
    for (size_t i = 0; i < 3; i++) {
        steps[i].reason = "customer";
        steps[i].priority = steps[i].channel = "";
    }
    DESK(s);
    for (int i = 0; i < 2; i++) { /* and is imported once */
        struct job *job = import(&s, "INC1", "mon 09:00", steps, 3);
        service_write(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
        T_EQ_INT(e->reply->imported->existing, i == 1);
    }
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "breached, used 9:00, breached mon 19:00");
    T_EQ_STR(desk_log(&s, "DSK-1"),
             "opened mon 09:00; message mon 09:00; held mon 10:00; resumed mon 12:00; "
             "resolved mon 20:00; breach resolution mon 19:00; rescheduled wed 12:00");
    T_EQ_STR(desk_breaches(&s), "DSK-1 resolution mon 19:00", "of the clock that could be judged");
    struct job *job = desk_ask(&s, "lead", REQUEST_SHOW_LOG, "DSK-1");
    job->request.u.log.limit = 100;
    service_read(&s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    for (size_t i = 0; i < e->reply->log_page->n_events; i++) {
        const Slate__V1__Event *event = e->reply->log_page->events[i];
        T_EQ_INT(event->origin, ORIGIN_IMPORT, "entry %zu", i);
        T_EQ_INT(event->recorded_at / US_PER_S, desk_at("wed 12:00") / US_PER_S, "entry %zu", i);
    } /* What is not done yet warns of what lies ahead. */
    service_write(&s, import(&s, "INC2", "wed 05:30", NULL, 0));
    T_EQ_STR(desk_notices(&s, "DSK-2"), "");
    desk_until(&s, "wed 13:30");
    T_EQ_STR(desk_notices(&s, "DSK-2"), "warning resolution 1h wed 12:30");
}
