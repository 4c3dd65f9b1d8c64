// SPDX-License-Identifier: Apache-2.0
/*
 * What a source calls a ticket, and why somebody looked at it: both go with the ticket's texts, and
 * a source that sends an erased key again is answered and not heard.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/access.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/rebuild.h"
#include "store/tickets.h"
#include "store/verify.h"
#include "t.h"
#include "tests/server/life.h"

enum { DUPLICATE = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_DUPLICATE };

#define KEY "<anna-1@example.com>"

static int64_t start(struct service *s)
{
    return stamp_now(&s->stamp) - 24 * US_PER_HOUR;
}

static void divergence(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)rows;
    if (step == VERIFY_DIVERGENCE) {
        printf("%s\n", text == NULL ? "" : text);
    }
}

static void check_store(struct service *s)
{
    const struct verify_options options = {.tmp_dir = s->dir.path, .report = divergence};

    T_EQ_INT(verify_store(s->env, &options), 0);
}

static struct job *erase(struct service *s, uint64_t number, int64_t at)
{
    struct job *job = life_job(s, L_MANAGER, REQUEST_ERASE_TEXTS, 0, at);

    job->request.reason = "asked for on paper";
    job->request.u.erase = (struct request_erase){
        .ticket = service_ticket("CON", number), .requester = "", .contract = ""};
    return job;
}

static struct job *erase_entry(struct service *s, enum life_who who, const char *contract,
                               uint64_t seq, int64_t at)
{
    struct job *job = life_job(s, who, REQUEST_ERASE_TEXTS, 0, at);

    job->request.reason = "names somebody";
    job->request.u.erase = (struct request_erase){
        .requester = "", .contract = contract, .entry = seq};
    return job;
}

/* "tickets texts". */
static const char *told(const struct job *job)
{
    static char text[64];
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__TextsErased *erased = e->reply->texts_erased;

    T_CHECK(erased != NULL, "%s", e->reply->error == NULL ? "" : e->reply->error->message);
    T_CHECK(!erased->has_keys_kept);
    snprintf(text, sizeof(text), "%llu %llu", (unsigned long long)erased->tickets,
             (unsigned long long)erased->texts);
    return text;
}

static void is_duplicate(const struct job *job, const char *what)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__IntakeDone *done = e->reply->intake_done;

    T_CHECK(done != NULL, "%s: %s", what, e->reply->error == NULL ? "" : e->reply->error->message);
    T_EQ_INT(done->outcome, DUPLICATE, "%s", what);
    T_EQ_STR(done->ticket, "CON-1", "%s", what);
    T_CHECK(done->why != NULL && strstr(done->why, "erased") != NULL, "%s: %s", what,
            done->why == NULL ? "" : done->why);
}

T_TEST(service_erase, a_source_that_sends_an_erased_key_again_is_answered_and_not_heard)
{
    static const enum intake_action actions[] = {INTAKE_OPEN, INTAKE_UPDATE, INTAKE_MESSAGE,
                                                 INTAKE_HOLD, INTAKE_RESUME, INTAKE_RESOLVE};
    __attribute__((cleanup(service_fini))) struct service s;
    char error[256];
    life_init(&s);
    const int64_t at = start(&s);

    life_run(&s, life_intake(&s, L_MAIL, "mail", KEY, "0", INTAKE_OPEN, at), 0, "open");
    T_EQ_STR(life_ticket(&s, 1).source_key, KEY);
    struct job *job = erase(&s, 1, at);
    life_run(&s, job, 0, "erase");
    T_EQ_STR(told(job), "1 3"); /* subject, body, the key */
    for (int round = 0; round < 2; round++) {
        const uint64_t version = life_ticket(&s, 1).version;
        T_EQ_STR(life_ticket(&s, 1).source_key, "");
        for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
            char line[8];
            snprintf(line, sizeof(line), "%zu", 1 + i);
            job = life_intake(&s, L_MAIL, "mail", KEY, line, actions[i], at);
            job->request.u.intake.ticket.hold = i == 3 || i == 4 ? "customer" : "";
            job->request.u.intake.ticket.priority = i == 1 ? "P1" : "";
            life_run(&s, job, 0, line);
            is_duplicate(job, line);
        }
        T_EQ_INT(life_ticket(&s, 1).version, version, "nothing was changed or recorded");
        job = life_job(&s, L_MAIL, REQUEST_NEW_TICKET, 0, at);
        struct job *said = life_intake(&s, L_MAIL, "mail", KEY, "9", INTAKE_OPEN, at);
        job->request.u.new_ticket = said->request.u.intake.ticket;
        memcpy(job->request.line_id, said->request.line_id, sizeof(job->request.line_id));
        life_run(&s, job, 0, "new");
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(e->reply->ticket_changed != NULL && e->reply->ticket_changed->existing);
        T_EQ_STR(e->reply->ticket_changed->ticket->ticket, "CON-1");
        T_CHECK(e->reply->ticket_changed->ticket->source_key == NULL);
        /* Another key is another ticket */
        char other[16];
        snprintf(other, sizeof(other), "key-%d", round);
        life_run(&s, life_intake(&s, L_MAIL, "mail", other, other, INTAKE_OPEN, at), 0, other);
        T_EQ_STR(life_ticket(&s, 2 + (uint64_t)round).source_key, other);
        check_store(&s);
        T_EQ_INT(rebuild_views(s.env, NULL, error, sizeof(error)), 0, "%s", error);
    }
    check_store(&s);
}

/* A resolve waits at the key, which no entry holds. */
T_TEST(service_erase, a_resolve_that_waits_for_its_ticket_holds_no_key)
{
    __attribute__((cleanup(service_fini))) struct service s;
    struct tickets_external there;
    struct txn txn;
    life_init(&s);
    const int64_t at = start(&s);

    life_run(&s, life_intake(&s, L_MAIL, "mail", KEY, "0", INTAKE_RESOLVE, at), 0, "resolve");
    T_EQ_INT(txn_begin(&txn, s.env, TXN_READ), 0);
    T_EQ_INT(tickets_by_external(&txn, "mail", KEY, &there), 0);
    T_CHECK(there.number == 0 && there.kept_seq != 0);
    struct arena arena;
    struct entry_proof proof;
    struct entry entry;
    arena_init(&arena, 1 << 20);
    T_EQ_INT(entries_get(&txn, there.contract, there.kept_seq, &arena, &entry, &proof), 0);
    T_EQ_INT(proof.n_texts, 0);
    T_CHECK(memmem(proof.body, proof.body_bytes, "anna", 4) == NULL);
    arena_fini(&arena);
    txn_abort(&txn);
    struct job *open = life_intake(&s, L_MAIL, "mail", KEY, "1", INTAKE_OPEN, at);
    open->request.claimed_at = at - US_PER_HOUR;
    life_run(&s, open, 0, "open");
    T_EQ_INT(life_ticket(&s, 1).state, TICKET_RESOLVED);
    check_store(&s);
}

/* --- reasons ---------------------------------------------------------------------------------- */

static size_t reasons(struct service *s, uint64_t ticket)
{
    uint64_t seqs[16];
    struct txn txn;
    size_t n;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(access_reasons(&txn, 1, ticket, 1, 16, seqs, &n), 0);
    txn_abort(&txn);
    return n;
}

/* By the manager; the record's seq. */
static uint64_t look(struct service *s, uint64_t ticket, int64_t at)
{
    struct journal_head head;
    struct txn txn;
    struct job *job;

    if (ticket != 0) {
        job = life_job(s, L_MANAGER, REQUEST_SHOW_TICKET, ticket, at);
        job->request.u.ticket = service_ticket("CON", ticket);
    } else {
        job = life_job(s, L_MANAGER, REQUEST_LIST_TICKETS, 0, at);
        job->request.u.list_tickets = (struct request_list_tickets){
            .contract = "", .team = "", .assignee = "", .due_before_at = INSTANT_NONE, .limit = 9};
    }
    job->request.reason = "anna complained";
    service_read(s, job);
    T_EQ_INT(service_code(job), 0);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(entries_head(&txn, 1, &head), 0);
    txn_abort(&txn);
    return head.seq;
}

T_TEST(service_erase, why_somebody_looked_goes_with_the_ticket_and_by_its_number)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    const int64_t at = start(&s);

    life_open(&s, at);
    life_open(&s, at);
    for (int i = 0; i < 3; i++) {
        look(&s, 1, at);
    }
    look(&s, 2, at);
    const uint64_t list = look(&s, 0, at);
    T_EQ_INT(reasons(&s, 1), 3);
    struct job *tried = erase(&s, 1, at);
    tried->request.dry_run = true;
    tried->request.has_request_id = false;
    life_run(&s, tried, 0, "dry run");
    struct job *job = erase(&s, 1, at);
    life_run(&s, job, 0, "erase");
    char texts[64];
    snprintf(texts, sizeof(texts), "%s", told(tried));
    T_EQ_STR(told(job), texts);
    T_EQ_INT(reasons(&s, 1), 0);
    T_EQ_INT(reasons(&s, 2), 1, "of another ticket");
    struct job *again = service_again(&s, job, at);
    life_run(&s, again, 0, "again");
    T_EQ_STR(told(again), texts);
    job = erase(&s, 1, at);
    life_run(&s, job, 0, "once more");
    T_EQ_STR(told(job), "0 0", "why it was erased stays");

    job = erase_entry(&s, L_MANAGER, "con", list, at);
    life_run(&s, job, 0, "a list's reason");
    T_EQ_STR(told(job), "0 1");
    job = erase_entry(&s, L_MANAGER, "con", list, at);
    life_run(&s, job, 0, "it is gone");
    T_EQ_STR(told(job), "0 0");
    job = erase_entry(&s, L_MANAGER, "con", life_ticket(&s, 1).last_seq, at);
    life_run(&s, job, 0, "the erasure's reason");
    T_EQ_STR(told(job), "1 1");
    job = erase_entry(&s, L_MANAGER, "con", 100000, at);
    life_run(&s, job, OUTCOME_NOT_FOUND, "no such entry");
    job = erase_entry(&s, L_MANAGER, "none", list, at);
    life_run(&s, job, OUTCOME_NOT_FOUND, "no such contract");
    job = erase_entry(&s, L_VM, "con", list, at);
    life_run(&s, job, OUTCOME_PERMISSION_DENIED, "not theirs");
    job = erase_entry(&s, L_OTHER, "con", list, at);
    life_run(&s, job, OUTCOME_NOT_FOUND, "not to be known");
    check_store(&s);
}

/* --- what is seen of it ----------------------------------------------------------------------- */

/* "kind seq names: why" of the newest erasure in the log. */
static const char *newest_erasure(struct service *s, int64_t at)
{
    static char text[256];
    struct job *job = life_job(s, L_VM, REQUEST_SHOW_LOG, 0, at);
    size_t n;

    job->request.u.log = (struct request_log){.ticket = service_ticket("CON", 1), .limit = 50};
    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->log_page != NULL);
    for (size_t i = 0; i < e->reply->log_page->n_events; i++) {
        const Slate__V1__Event *event = e->reply->log_page->events[i];
        if (event->kind != SLATE__V1__EVENT_KIND__EVENT_KIND_ERASED) {
            continue;
        }
        n = (size_t)snprintf(text, sizeof(text), "%s %llu", event->actor,
                             (unsigned long long)event->erased_seq);
        for (size_t k = 0; k < event->n_edited; k++) {
            n += (size_t)snprintf(text + n, sizeof(text) - n, " %s", event->edited[k]);
        }
        snprintf(text + n, sizeof(text) - n, ": %s", event->reason ? event->reason : "?");
        return text;
    }
    return "none";
}

T_TEST(service_erase, the_log_tells_who_erased_what_and_why)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    const int64_t at = start(&s);
    char told_so[128];

    life_run(&s, life_intake(&s, L_MAIL, "mail", KEY, "0", INTAKE_OPEN, at), 0, "open");
    T_EQ_STR(newest_erasure(&s, at), "none");
    const uint64_t opened = life_ticket(&s, 1).facts[0].seq;
    life_run(&s, erase(&s, 1, at), 0, "erase");
    snprintf(told_so, sizeof(told_so), "manager %llu subject source_key: asked for on paper",
             (unsigned long long)opened);
    T_EQ_STR(newest_erasure(&s, at), told_so);
    const uint64_t erased = life_ticket(&s, 1).last_seq;
    life_run(&s, erase_entry(&s, L_MANAGER, "con", erased, at), 0, "its reason");
    snprintf(told_so, sizeof(told_so), "manager %llu reason: names somebody",
             (unsigned long long)erased);
    T_EQ_STR(newest_erasure(&s, at), told_so);
    check_store(&s);
}
