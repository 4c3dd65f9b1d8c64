// SPDX-License-Identifier: Apache-2.0
/*
 * How many tickets of a source may be open: what is refused beyond it, what goes on, and that
 * nobody else is held up or told anything.
 */
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/instant.h"
#include "life.h"
#include "store/record.h"
#include "store/row.h"
#include "store/sources.h"
#include "t.h"

enum { EXHAUSTED = 8 };

static int64_t start(struct service *s)
{
    return stamp_now(&s->stamp) - 24 * US_PER_HOUR;
}

/* From now on the source mail may have `max` open tickets. */
static void limit_mail(struct service *s, const char *max)
{
    static char text[128];
    struct job *job = service_job(s, (enum who)L_ADMIN, REQUEST_APPLY_BOOK, stamp_now(&s->stamp));

    snprintf(text, sizeof(text),
             "sources: [{name: mail, may_assert: [requester], open_tickets_max: %s}]", max);
    job->request.u.apply_book = (struct request_apply_book){
        .text = text, .n = strlen(text), .file = ""};
    life_run(s, job, 0, "the limit");
}

static struct job *line(struct service *s, const char *key, const char *id,
                        enum intake_action action)
{
    return life_intake(s, L_MAIL, "mail", key, id, action, stamp_now(&s->stamp));
}

static void open_keys(struct service *s, const char *keys)
{
    static char names[16][2];

    for (size_t i = 0; keys[i] != '\0'; i++) {
        names[i][0] = keys[i];
        life_run(s, line(s, names[i], names[i], INTAKE_OPEN), 0, names[i]);
    }
}

static void close_ticket(struct service *s, uint64_t number)
{
    life_run(s, life_job(s, L_AGENT, REQUEST_RESOLVE_TICKET, number, stamp_now(&s->stamp)), 0,
             "resolve");
    life_run(s, life_job(s, L_AGENT, REQUEST_CLOSE_TICKET, number, stamp_now(&s->stamp)), 0,
             "close");
}

static uint64_t counted(struct service *s, const char *source, uint32_t contract)
{
    struct txn txn;
    uint64_t open;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(sources_open(&txn, source, contract, &open), 0);
    txn_abort(&txn);
    return open;
}

T_TEST(service_sources, one_more_open_ticket_than_the_book_allows_is_refused)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);

    limit_mail(&s, "3");
    open_keys(&s, "abc");
    struct job *job = line(&s, "d", "d", INTAKE_OPEN);
    life_run(&s, job, EXHAUSTED, "a fourth");
    life_says(job, "source mail has 3 open tickets of at most 3", "open_tickets_max");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_EQ_STR(e->reply->error->field, "source");
    T_EQ_INT(e->reply->error->retry_after_ms, 60000);
    T_EQ_INT(service_count(&s, "con"), 3);

    /* The same of what is no feed. */
    job = service_new(&s, (enum who)L_MAIL, "con", "P1", start(&s));
    job->request.u.new_ticket.source = "mail";
    life_run(&s, job, EXHAUSTED, "a new ticket of the source");
    job = service_new(&s, (enum who)L_MAIL, "con", "P1", start(&s));
    job->request.u.new_ticket.source = "mail";
    job->request.u.new_ticket.source_key = "d";
    life_run(&s, job, EXHAUSTED, "a new ticket with a key of the source");
    T_EQ_INT(service_count(&s, "con"), 3);
}

T_TEST(service_sources, what_a_source_says_of_its_tickets_goes_on)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);

    limit_mail(&s, "2");
    open_keys(&s, "ab");
    life_run(&s, line(&s, "a", "1", INTAKE_MESSAGE), 0, "a message");
    struct job *job = line(&s, "a", "2", INTAKE_UPDATE);
    job->request.u.intake.ticket.category = "claims";
    life_run(&s, job, 0, "an update");
    life_run(&s, line(&s, "a", "a", INTAKE_OPEN), 0, "a line that was applied");
    life_run(&s, line(&s, "a", "3", INTAKE_RESOLVE), 0, "a resolve");
    life_run(&s, line(&s, "c", "4", INTAKE_OPEN), EXHAUSTED, "it may be reopened yet");
    life_run(&s, line(&s, "a", "5", INTAKE_OPEN), 0, "reopened");
    life_run(&s, line(&s, "c", "6", INTAKE_RESOLVE), 0, "a resolve ahead of its open");
    close_ticket(&s, 1);
    T_EQ_INT(counted(&s, "mail", 1), 1);
    life_run(&s, line(&s, "d", "7", INTAKE_OPEN), 0, "there is room again");
    T_EQ_INT(counted(&s, "mail", 1), 2);

    /* A closed one that comes back is none that is new. */
    life_run(&s, line(&s, "a", "8", INTAKE_OPEN), 0, "reopened beyond the limit");
    T_EQ_INT(life_ticket(&s, 1).state, TICKET_OPEN);
    T_EQ_INT(counted(&s, "mail", 1), 3);
    life_run(&s, line(&s, "e", "9", INTAKE_OPEN), EXHAUSTED, "two of three must go first");

    /* One that was merged lives on in the other. */
    job = life_job(&s, L_LEAD, REQUEST_MERGE_TICKET, 2, stamp_now(&s.stamp));
    job->request.u.merge.other = service_ticket("CON", 1);
    life_run(&s, job, 0, "merge");
    T_EQ_INT(counted(&s, "mail", 1), 2);
    service_restart(&s, 0);
    life_run(&s, line(&s, "e", "10", INTAKE_OPEN), EXHAUSTED, "counted after a restart");
    limit_mail(&s, "3");
    life_run(&s, line(&s, "e", "11", INTAKE_OPEN), 0, "the book allows more");
}

T_TEST(service_sources, a_feed_that_is_stopped_stops_nobody_else)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    limit_mail(&s, "1");
    open_keys(&s, "a");
    life_run(&s, line(&s, "b", "b", INTAKE_OPEN), EXHAUSTED, "mail");
    life_run(&s, life_intake(&s, L_CRM, "crm", "b", "b", INTAKE_OPEN, at), 0, "another source");
    life_run(&s, life_intake(&s, L_BARE, "bare", "b", "b", INTAKE_OPEN, at), 0,
             "a source that the book does not name");
    (void)life_open(&s, at);

    /* Another vendor's principal under the same name: it has its own tickets, and no others. */
    struct job *job = life_intake(&s, L_MAIL_2, "mail", "x", "x", INTAKE_OPEN, at);
    job->request.u.intake.ticket.contract = "two";
    life_run(&s, job, 0, "the other vendor's first");
    job = life_intake(&s, L_MAIL_2, "mail", "y", "y", INTAKE_OPEN, at);
    job->request.u.intake.ticket.contract = "two";
    life_run(&s, job, EXHAUSTED, "the other vendor's second");
    life_says(job, "source mail has 1 open tickets of at most 1", NULL);
    T_EQ_INT(counted(&s, "mail", 1), 1);
    T_EQ_INT(counted(&s, "mail", 2), 1);
}

static struct job *import(struct service *s, const char *key, int64_t at)
{
    struct job *job = service_new(s, (enum who)L_ADMIN, "con", "P1", at);
    struct request_new_ticket ticket = job->request.u.new_ticket;

    ticket.source = "mail";
    ticket.source_key = key;
    job->request.kind = REQUEST_IMPORT_TICKET;
    job->request.u.import = (struct request_import){
        .ticket = ticket,
        .opened_at = at - US_PER_HOUR,
        .cutover_at = INSTANT_NONE,
    };
    return job;
}

T_TEST(service_sources, what_an_admin_imports_is_counted_while_it_is_open_and_never_refused)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    limit_mail(&s, "2");
    open_keys(&s, "ab");
    life_run(&s, import(&s, "c", at), 0, "open");
    T_EQ_INT(counted(&s, "mail", 1), 3);
    struct job *job = import(&s, "d", at);
    struct command_step *steps = arena_array(&job->arena, 2, sizeof(*steps));
    steps[0] = steps[1] = (struct command_step){
        .at = at - US_PER_HOUR / 2, .reason = "", .priority = "", .channel = ""};
    steps[0].kind = STEP_RESOLVE;
    steps[1].kind = STEP_CLOSE;
    job->request.u.import.steps = steps;
    job->request.u.import.n_steps = 2;
    life_run(&s, job, 0, "closed");
    T_EQ_INT(life_ticket(&s, 4).state, TICKET_CLOSED);
    T_EQ_INT(counted(&s, "mail", 1), 3);
    life_run(&s, line(&s, "e", "e", INTAKE_OPEN), EXHAUSTED, "open imports count");
}

T_TEST(service_sources, one_that_the_book_does_not_name_has_a_limit_too)
{
    __attribute__((cleanup(service_fini))) struct service s;
    struct key key = key_source("bare", 1);
    struct arena arena;
    struct row row;
    struct txn txn;
    life_init(&s);

    arena_init(&arena, 4096);
    for (int more = 0; more < 2; more++) {
        char id[2] = {(char)('a' + more), '\0'};
        T_EQ_INT(txn_begin(&txn, s.env, TXN_WRITE), 0);
        T_EQ_INT(
            record_source_encode(&txn, BOOK_SOURCE_OPEN_TICKETS - 1 + (uint64_t)more, &arena, &row),
            0);
        T_EQ_INT(row_put(&txn, DB_SOURCES, &key, RECORD_SOURCE, row.p, row.n), 0);
        T_EQ_INT(txn_commit(&txn), 0);
        life_run(&s, life_intake(&s, L_BARE, "bare", id, id, INTAKE_OPEN, start(&s)),
                 more ? EXHAUSTED : 0, id);
    }
    arena_fini(&arena);
}
