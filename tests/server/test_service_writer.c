// SPDX-License-Identifier: Apache-2.0
/*
 * The writer: what is acknowledged is there exactly once, whatever becomes of a batch, and no
 * change loses to an expiry that is later than it.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "service.h"
#include "store/env_private.h"
#include "store/key.h"
#include "store/tickets.h"
#include "store/verify.h"
#include "t.h"

static int64_t now(struct service *s)
{
    return stamp_now(&s->stamp);
}

static void ignore(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)step;
    (void)rows;
    (void)text;
}

static void check_store(struct service *s)
{
    const struct verify_options options = {.tmp_dir = s->dir.path, .report = ignore};
    T_EQ_INT(verify_store(s->env, &options), 0);
}

T_TEST(service_writer, answers_a_change_once_it_is_stored)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *job = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));

    service_write(&s, job);
    T_EQ_INT(service_code(job), 0);
    T_EQ_INT(service_number(job), 1);
    T_CHECK(service_token(job) > 0);
    T_EQ_INT(service_count(&s, "con-aaa"), 1);
}

T_TEST(service_writer, knows_a_retry_in_the_same_batch_later_and_after_a_restart)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *first = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    struct job *retries[3];

    retries[0] = service_again(&s, first, now(&s));
    service_push(&s, first);
    service_push(&s, retries[0]);
    (void)service_round(&s);
    retries[1] = service_again(&s, first, now(&s));
    service_write(&s, retries[1]);
    service_restart(&s, 0);
    retries[2] = service_again(&s, first, now(&s));
    service_write(&s, retries[2]);
    for (size_t i = 0; i < 3; i++) {
        T_EQ_INT(s.answers[retries[i]->conn], 1, "retry %zu", i);
        T_EQ_INT(service_number(retries[i]), 1, "retry %zu", i);
        T_EQ_INT(service_token(retries[i]), service_token(first), "retry %zu", i);
    }
    T_EQ_INT(service_count(&s, "con-aaa"), 1);
    struct job *other = service_again(&s, first, now(&s));
    other->request.content_hash[15] ^= 1;
    service_write(&s, other);
    T_EQ_INT(service_code(other), OUTCOME_ALREADY_EXISTS);
}

T_TEST(service_writer, a_refused_request_is_not_remembered)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *note = service_note(&s, AGENT_A, "AAA", 1, now(&s));

    service_write(&s, note);
    T_EQ_INT(service_code(note), OUTCOME_NOT_FOUND);
    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    struct job *again = service_again(&s, note, now(&s));
    service_write(&s, again);
    T_EQ_INT(service_code(again), 0);
}

T_TEST(service_writer, refuses_a_reason_of_a_change_since_nothing_would_keep_it)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *job = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));

    job->request.reason = "on the phone";
    service_write(&s, job);
    T_EQ_INT(service_code(job), OUTCOME_UNIMPLEMENTED);
    T_EQ_INT(service_count(&s, "con-aaa"), 0);
}

T_TEST(service_writer, a_retry_that_comes_late_gets_the_outcome_not_the_deadline)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *first = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));

    service_write(&s, first);
    struct job *again = service_again(&s, first, now(&s) - US_PER_HOUR);
    again->request.deadline_ms = 1000;
    service_write(&s, again);
    T_EQ_INT(service_code(again), 0);
    T_EQ_INT(service_number(again), 1);
    struct job *late = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s) - US_PER_HOUR);
    late->request.deadline_ms = 1000;
    service_write(&s, late);
    T_EQ_INT(service_code(late), OUTCOME_DEADLINE_EXCEEDED);
}

/* --- expiries --------------------------------------------------------------------------------- */

/* The verdict of the first response of AAA-1. */
static enum ticket_verdict verdict(struct service *s)
{
    struct ticket ticket;
    struct arena arena;
    struct txn txn;

    arena_init(&arena, 1 << 20);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(tickets_get(&txn, 1, 1, &arena, &ticket), 0);
    const struct ticket_clock *c = ticket_clock(&ticket, CLOCK_KIND_FIRST_RESPONSE, 0);
    enum ticket_verdict found = c->verdict;
    T_CHECK(found != TICKET_VERDICT_BREACHED || c->breached_at == c->started_at + US_PER_S);
    txn_abort(&txn);
    arena_fini(&arena);
    return found;
}

static struct job *reply(struct service *s, int64_t at)
{
    struct job *job = service_note(s, AGENT_A, "AAA", 1, at);
    job->request.u.message.visibility = MESSAGE_PUBLIC;
    return job;
}

T_TEST(service_writer, decides_a_reply_stamped_at_the_limit_before_its_expiry)
{
    for (int64_t late_us = 0; late_us <= 1; late_us++) {
        __attribute__((cleanup(service_fini))) struct service s;
        service_init(&s, NULL);
        int64_t opened_at = now(&s) - 10 * US_PER_S;

        /* The network thread may be stamping from then on: nothing expires meanwhile. */
        queue_hold(&s.queue, 0, opened_at);
        service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P0", opened_at));
        T_CHECK(service_round(&s) > 0, "it must not turn without a pause");
        T_EQ_INT(verdict(&s), TICKET_VERDICT_OPEN);

        struct job *job = reply(&s, opened_at + US_PER_S + late_us);
        job->item.next = NULL;
        queue_release(&s.queue, 0, &job->item);
        (void)service_round(&s);
        T_EQ_INT(service_code(job), 0);
        T_EQ_INT(verdict(&s), late_us == 0 ? TICKET_VERDICT_MET : TICKET_VERDICT_BREACHED,
                 "%d us after the limit", (int)late_us);
    }
}

T_TEST(service_writer, expires_without_anybody_asking)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);

    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P0", now(&s) - 10 * US_PER_S));
    (void)service_round(&s);
    T_EQ_INT(verdict(&s), TICKET_VERDICT_BREACHED);
    check_store(&s);
}

static const char more_book[] = "parties:\n  - {name: later}\n";

T_TEST(service_writer, a_book_between_two_changes_lets_no_expiry_pass_the_second)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    int64_t opened_at = now(&s) - 10 * US_PER_S;
    struct job *apply = service_job(&s, ADMIN, REQUEST_APPLY_BOOK, opened_at + 1);

    apply->request.u.apply_book = (struct request_apply_book){
        .text = more_book, .n = strlen(more_book), .file = ""};
    struct job *answer = reply(&s, opened_at + US_PER_S);
    service_push(&s, service_new(&s, AGENT_A, "con-aaa", "P0", opened_at));
    service_push(&s, apply);
    service_push(&s, answer);
    (void)service_round(&s);
    T_EQ_INT(service_code(apply), 0);
    T_EQ_INT(service_code(answer), 0);
    T_EQ_INT(verdict(&s), TICKET_VERDICT_MET);
    struct job *breaches = service_job(&s, ADMIN, REQUEST_LIST_BREACHES, now(&s));
    breaches->request.u.list_breaches = (struct request_list_breaches){
        .since_at = INSTANT_NONE,
        .until_at = INSTANT_NONE,
        .team = "",
        .vendor = "",
        .contract = "",
        .clock = CLOCK_KIND_FIRST_RESPONSE,
        .limit = 10};
    service_read(&s, breaches);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(breaches);
    T_EQ_INT(e->reply->breach_page->n_breaches, 0, "not even one that was withdrawn");
}

T_TEST(service_writer, refuses_more_contracts_than_one_batch_has_streams_for)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *apply = service_job(&s, ADMIN, REQUEST_APPLY_BOOK, now(&s));
    const size_t size = 512 * 1024;
    char *text = arena_alloc(&apply->arena, size);
    size_t n = (size_t)snprintf(text, size, "contracts:\n");

    for (unsigned i = 0; i < JOURNAL_STREAMS_MAX; i++) {
        n += (size_t)snprintf(text + n, size - n,
                              "  - {name: more-%u, key: M%u, buyer: acme, vendor: vendor-bbb,\n"
                              "     zone: Etc/UTC, effective: 2026-01-01, hours: always,\n"
                              "     teams: [{team: one-bbb}], default_team: one-bbb,\n"
                              "     priorities: [P1], targets: [{clock: resolution, match: {},\n"
                              "     within: 8h, calendar: always}]}\n",
                              i, i);
        T_CHECK(n < size);
    }
    apply->request.u.apply_book = (struct request_apply_book){.text = text, .n = n, .file = ""};
    service_write(&s, apply);
    T_EQ_INT(service_code(apply), OUTCOME_RESOURCE_EXHAUSTED);
    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    T_EQ_INT(service_count(&s, "con-aaa"), 1);
}

/* Tickets with long histories that are all due at once. */
T_TEST(service_writer, expires_many_large_tickets)
{
    enum { TICKETS = 70, STEPS = 900 };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    s.unproved = true;
    struct command_step steps[STEPS];
    int64_t opened_at = now(&s) - 10 * US_PER_S;

    queue_hold(&s.queue, 0, opened_at);
    for (size_t i = 0; i < STEPS; i++) {
        steps[i] = (struct command_step){.at = opened_at + (int64_t)i,
                                         .kind = i % 2 == 0 ? STEP_HOLD : STEP_RESUME,
                                         .reason = "wait-aaa",
                                         .priority = "",
                                         .channel = ""};
    }
    for (unsigned i = 0; i < TICKETS; i++) {
        char key[16] = {'k', (char)('0' + i / 10), (char)('0' + i % 10)};
        struct job *job = service_new(&s, ADMIN, "con-aaa", "P0", opened_at + US_PER_S / 2);
        struct request_new_ticket ticket = job->request.u.new_ticket;
        job->request.kind = REQUEST_IMPORT_TICKET;
        ticket.source = "old";
        ticket.source_key = key;
        job->request.u.import = (struct request_import){
            .ticket = ticket,
            .opened_at = opened_at,
            .cutover_at = INSTANT_NONE,
            .clocks = 1u << CLOCK_KIND_FIRST_RESPONSE | 1u << CLOCK_KIND_RESOLUTION,
            .steps = steps,
            .n_steps = STEPS,
        };
        service_write(&s, job);
        T_EQ_INT(service_code(job), 0, "ticket %u", i);
    }
    queue_release(&s.queue, 0, NULL);
    for (int i = 0; i < 5; i++) {
        (void)service_round(&s);
    }
    T_EQ_INT(verdict(&s), TICKET_VERDICT_BREACHED);
}

/* --- when memory or a record is not there ----------------------------------------------------- */

T_TEST(service_writer, refuses_what_needs_more_memory_than_one_request_may_use)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *greedy = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    struct job *modest = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));

    for (size_t n = JOB_ARENA_BYTES; n >= 16; n /= 2) {
        while (arena_alloc(&greedy->arena, n) != NULL) {
        }
    }
    service_push(&s, greedy);
    service_push(&s, modest);
    (void)service_round(&s);
    T_EQ_INT(service_code(greedy), OUTCOME_RESOURCE_EXHAUSTED);
    T_EQ_INT(service_code(modest), 0);
    T_EQ_INT(service_count(&s, "con-aaa"), 1);
    struct job *show = service_job(&s, AGENT_A, REQUEST_SHOW_TICKET, now(&s));
    show->request.u.ticket = service_ticket("AAA", 1);
    for (size_t n = JOB_ARENA_BYTES; n >= 16; n /= 2) {
        while (arena_alloc(&show->arena, n) != NULL) {
        }
    }
    service_read(&s, show);
    T_EQ_INT(service_code(show), OUTCOME_RESOURCE_EXHAUSTED);
}

/* A batch that one of its changes spoils runs again without it; a change that runs often needs no
 * more memory than one that runs once. */
T_TEST(service_writer, what_runs_again_needs_no_more_memory)
{
    enum { SPOILERS = 100, ROOM = 256 * 1024 };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    char words[TICKET_TAGS_MAX + 1][8];
    struct text tags[TICKET_TAGS_MAX + 1];

    for (size_t i = 0; i < TICKET_TAGS_MAX + 1; i++) {
        int n = snprintf(words[i], sizeof(words[i]), "w%02u", (unsigned)i % 100);
        tags[i] = (struct text){TEXT_TAG, words[i], (size_t)n};
    }
    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    struct job *modest = service_note(&s, AGENT_A, "AAA", 1, now(&s));
    size_t left = JOB_ARENA_BYTES - modest->arena.used_bytes;
    T_CHECK(arena_alloc(&modest->arena, left - ROOM) != NULL);
    service_push(&s, modest);
    struct job *refused = service_note(&s, AGENT_A, "AAA", 99, now(&s));
    service_push(&s, refused);
    for (int i = 0; i < SPOILERS; i++) {
        struct job *job = service_job(&s, AGENT_A, REQUEST_TAG_TICKET, now(&s));
        job->request.u.tag = (struct request_tag){
            .ticket = service_ticket("AAA", 1),
            .tags = tags,
            .n_tags = TICKET_TAGS_MAX + 1,
        };
        service_push(&s, job);
    }
    (void)service_round(&s);
    for (size_t i = s.n_jobs - SPOILERS; i < s.n_jobs; i++) {
        T_EQ_INT(service_code(s.jobs[i]), OUTCOME_RESOURCE_EXHAUSTED);
    }
    T_EQ_INT(service_code(modest), 0);
    T_EQ_INT(service_code(refused), OUTCOME_NOT_FOUND);
}

/* Changes a byte of the stored ticket AAA-1. */
static void damage(struct service *s)
{
    struct key key = key_ticket(1, 1);
    MDB_val k = {key.n, key.bytes};
    MDB_val v;
    uint8_t bytes[4096];
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_WRITE), 0);
    T_EQ_INT(mdb_get(txn.mdb, s->env->dbi[DB_TICKETS], &k, &v), 0);
    T_CHECK(v.mv_size <= sizeof(bytes));
    memcpy(bytes, v.mv_data, v.mv_size);
    bytes[v.mv_size / 2] ^= 1;
    v.mv_data = bytes;
    T_EQ_INT(mdb_put(txn.mdb, s->env->dbi[DB_TICKETS], &k, &v, 0), 0);
    T_EQ_INT(txn_commit(&txn), 0);
}

T_TEST(service_writer, a_damaged_ticket_is_refused_and_the_others_go_on)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *jobs[4];

    for (int i = 0; i < 2; i++) {
        service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    }
    damage(&s);
    jobs[0] = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    jobs[1] = service_note(&s, AGENT_A, "AAA", 1, now(&s));
    jobs[2] = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    jobs[3] = service_note(&s, AGENT_A, "AAA", 2, now(&s));
    for (size_t i = 0; i < 4; i++) {
        service_push(&s, jobs[i]);
    }
    (void)service_round(&s);
    for (size_t i = 0; i < 4; i++) {
        T_EQ_INT(s.answers[jobs[i]->conn], 1, "job %zu", i);
        T_EQ_INT(service_code(jobs[i]), i == 1 ? OUTCOME_DATA_LOSS : 0, "job %zu", i);
    }
    T_EQ_INT(service_count(&s, "con-aaa"), 4);
}

/* --- a journal elsewhere ---------------------------------------------------------------------- */

T_TEST(service_writer, a_lost_answer_neither_loses_nor_doubles_a_change)
{
    enum { ROUNDS = 120, EACH = 4 };
    const unsigned rounds = ROUNDS * t_effort();
    const struct service_options options = {.journal_mem = true, .seed = 5};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, &options);
    uint64_t acknowledged[2] = {0, 0};
    uint64_t last[2] = {0, 0};

    alarm(T_SECONDS * t_effort());
    for (unsigned round = 0; round < rounds && s.n_jobs + 2 * EACH < SERVICE_JOBS_MAX; round++) {
        const struct journal_mem_faults faults = {.unknown_percent = 60,
                                                  .applied_percent = 50,
                                                  .late_percent = 50,
                                                  .resolve_unknown = round % 4};
        struct job *jobs[2 * EACH];
        journal_mem_set_faults(s.mem, &faults);
        for (unsigned i = 0; i < EACH; i++) {
            bool b = i % 2 == 1;
            jobs[2 * i] = service_new(&s, b ? AGENT_B : AGENT_A, b ? "con-bbb" : "con-aaa",
                                      i < 2 ? "P1" : "P0", now(&s) - 10 * US_PER_S);
            jobs[2 * i + 1] = service_again(&s, jobs[2 * i], now(&s));
        }
        for (unsigned i = 0; i < 2 * EACH; i++) {
            service_push(&s, jobs[i]);
        }
        (void)service_round(&s);
        for (unsigned i = 0; i < 2 * EACH; i++) {
            unsigned b = i / 2 % 2;
            T_EQ_INT(s.answers[jobs[i]->conn], 1, "round %u job %u", round, i);
            T_EQ_INT(service_code(jobs[i]), 0, "round %u job %u", round, i);
            if (i % 2 == 0) {
                T_CHECK(service_number(jobs[i]) > last[b], "round %u job %u", round, i);
                last[b] = service_number(jobs[i]);
                acknowledged[b]++;
            } else {
                T_EQ_INT(service_number(jobs[i]), last[b], "round %u job %u", round, i);
            }
        }
    }
    const struct journal_mem_seen seen = journal_mem_seen(s.mem);
    T_CHECK(seen.applied > 5 && seen.lost > 5 && seen.late > 5 && seen.conflicts > 0);
    T_EQ_INT(service_count(&s, "con-aaa"), acknowledged[0]);
    T_EQ_INT(service_count(&s, "con-bbb"), acknowledged[1]);
    check_store(&s);
}

T_TEST(service_writer, answers_nobody_for_a_stream_that_another_process_owns)
{
    const struct service_options options = {.journal_mem = true};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, &options);
    struct job *job = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    int64_t wait_us;

    journal_mem_fence(s.mem, 1, 2);
    service_push(&s, job);
    T_CHECK(writer_round(s.writer, 0, &wait_us) < 0);
    T_EQ_INT(s.fatal, 1);
    T_EQ_INT(s.answers[job->conn], 0);
}

/* --- a store that is full --------------------------------------------------------------------- */

static const uint64_t small_map = 3 << 20;

/* Opens tickets in batches of `each` until there is no room; returns how many were acknowledged. */
static uint64_t fill(struct service *s, size_t each)
{
    for (uint64_t acknowledged = 0;; acknowledged += each) {
        struct job *jobs[40];
        for (size_t i = 0; i < each; i++) {
            jobs[i] = service_new(s, AGENT_A, "con-aaa", "P1", now(s));
            service_push(s, jobs[i]);
        }
        (void)service_round(s);
        for (size_t i = 0; i < each; i++) {
            T_EQ_INT(s->answers[jobs[i]->conn], 1);
            T_EQ_INT(service_code(jobs[i]), service_code(jobs[0]), "a batch is one");
        }
        if (service_code(jobs[0]) != 0) {
            T_EQ_INT(service_code(jobs[0]), OUTCOME_RESOURCE_EXHAUSTED);
            return acknowledged;
        }
    }
}

T_TEST(service_writer, a_full_map_refuses_the_whole_batch_and_reads_go_on)
{
    const struct service_options options = {.map_bytes = small_map};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, &options);
    struct job *first = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));

    service_write(&s, first);
    uint64_t acknowledged = 1 + fill(&s, 40);
    T_EQ_INT(service_count(&s, "con-aaa"), acknowledged);

    struct job *show = service_job(&s, AGENT_A, REQUEST_SHOW_TICKET, now(&s));
    show->request.u.ticket = service_ticket("AAA", acknowledged);
    service_read(&s, show);
    T_EQ_INT(service_code(show), 0);

    struct job *again = service_again(&s, first, now(&s));
    service_write(&s, again);
    T_EQ_INT(service_code(again), 0, "it was carried out, whatever there is room for now");
    T_EQ_INT(service_number(again), 1);

    service_restart(&s, 64 << 20);
    service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    T_EQ_INT(service_count(&s, "con-aaa"), acknowledged + 1);
    check_store(&s);
}

T_TEST(service_writer, expiries_without_room_neither_spin_nor_keep_others_from_being_answered)
{
    enum { DUE = 200 };
    const struct service_options options = {.map_bytes = small_map};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, &options);

    s.held_at = now(&s) - 10 * US_PER_S;
    queue_hold(&s.queue, 0, s.held_at);
    for (int i = 0; i < DUE; i++) {
        service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P0", s.held_at));
    }
    (void)fill(&s, 40);
    service_restart(&s, 0);
    (void)fill(&s, 1);
    service_restart(&s, 0);
    s.held_at = 0;
    queue_release(&s.queue, 0, NULL);
    for (int i = 0; i < 3; i++) {
        T_CHECK(service_round(&s) >= WRITER_WAIT_MAX_US / 10, "round %d", i);
        T_EQ_INT(verdict(&s), TICKET_VERDICT_OPEN, "there is room");
        struct job *job = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
        service_write(&s, job);
        T_EQ_INT(service_code(job), OUTCOME_RESOURCE_EXHAUSTED);
    }
    service_restart(&s, 64 << 20);
    (void)service_round(&s);
    T_EQ_INT(verdict(&s), TICKET_VERDICT_BREACHED);
}

/* --- a clock that is not believed ------------------------------------------------------------- */

T_TEST(service_writer, records_nothing_while_the_clock_is_doubted)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *before = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));

    service_write(&s, before);
    s.stamp.guard.offset_us -= 2 * CLOCK_STEP_FORWARD_US; /* as if the wall clock had jumped */
    struct job *meanwhile = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    struct job *again = service_again(&s, before, now(&s));
    T_CHECK(stamp_doubted(&s.stamp));
    service_write(&s, meanwhile);
    service_write(&s, again);
    T_EQ_INT(service_code(meanwhile), OUTCOME_UNAVAILABLE);
    T_EQ_INT(service_code(again), 0);
    stamp_confirm(&s.stamp);
    service_write(&s, service_again(&s, meanwhile, now(&s)));
    T_EQ_INT(service_count(&s, "con-aaa"), 2);
}
