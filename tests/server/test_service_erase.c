// SPDX-License-Identifier: Apache-2.0
/*
 * Texts that are erased: which, by whom, what of them stays, and what a retry is told.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "service.h"
#include "store/entries.h"
#include "store/tickets.h"
#include "store/verify.h"
#include "t.h"

static int64_t now(struct service *s)
{
    return stamp_now(&s->stamp);
}

static struct job *open_for(struct service *s, const char *contract, const char *requester)
{
    struct job *job = service_new(s, strcmp(contract, "con-aaa") == 0 ? VM_A : VM_B, contract, "P1",
                                  now(s));
    job->request.u.new_ticket.requester = (struct text){TEXT_REQUESTER, requester,
                                                        strlen(requester)};
    service_write(s, job);
    T_EQ_INT(service_code(job), 0);
    return job;
}

static struct job *erase(struct service *s, enum who who, const char *key, uint64_t number)
{
    struct job *job = service_job(s, who, REQUEST_ERASE_TEXTS, now(s));

    job->request.reason = "asked for on paper";
    job->request.u.erase = (struct request_erase){
        .ticket = number == 0 ? (struct wire_ticket){.number = 0} : service_ticket(key, number),
        .requester = "",
        .contract = "",
    };
    return job;
}

static struct job *erase_person(struct service *s, enum who who, const char *requester)
{
    struct job *job = erase(s, who, "", 0);
    job->request.u.erase.requester = requester;
    return job;
}

/* "tickets texts", with a "+" where there is more. */
static const char *told(const struct job *job)
{
    static char text[64];
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);

    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    T_CHECK(e->reply->texts_erased != NULL);
    snprintf(text, sizeof(text), "%llu %llu%s", (unsigned long long)e->reply->texts_erased->tickets,
             (unsigned long long)e->reply->texts_erased->texts,
             e->reply->texts_erased->more ? "+" : "");
    return text;
}

static bool holds(const struct wire_bytes *bytes, const char *text)
{
    return memmem(bytes->p, bytes->n, text, strlen(text)) != NULL;
}

static const struct wire_bytes *shown(struct service *s, const char *key, uint64_t number)
{
    struct job *job = service_job(s, MANAGER, REQUEST_SHOW_TICKET, now(s));
    job->request.u.ticket = service_ticket(key, number);
    service_read(s, job);
    T_EQ_INT(service_code(job), 0);
    return &job->reply;
}

static void read_ticket(struct service *s, uint64_t number, struct arena *arena, struct ticket *ret)
{
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(tickets_get(&txn, 1, number, arena, ret), 0);
    txn_abort(&txn);
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

T_TEST(service_erase, of_a_message_only_its_text_goes)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    open_for(&s, "con-aaa", "anna@example.com");
    static const char *const notes[] = {"the first note", "the second note"};
    for (int i = 0; i < 2; i++) {
        struct job *note = service_note(&s, VM_A, "AAA", 1, now(&s));
        note->request.u.message.body = (struct text){TEXT_BODY, notes[i], strlen(notes[i])};
        service_write(&s, note);
        T_EQ_INT(service_code(note), 0);
    }
    struct job *tried = erase(&s, MANAGER, "AAA", 1);
    tried->request.u.erase.message = 2;
    tried->request.dry_run = true;
    tried->request.has_request_id = false;
    service_write(&s, tried);
    T_EQ_STR(told(tried), "1 1");
    T_CHECK(holds(shown(&s, "AAA", 1), "the first note"), "it was only tried");
    struct job *job = erase(&s, MANAGER, "AAA", 1);
    job->request.u.erase.message = 2;
    service_write(&s, job);
    T_EQ_STR(told(job), "1 1");
    const struct wire_bytes *reply = shown(&s, "AAA", 1);
    T_CHECK(!holds(reply, "the first note"));
    T_CHECK(holds(reply, "the second note"));
    T_CHECK(holds(reply, "subject of aaa"));
    T_CHECK(holds(reply, "anna@example.com"));
    struct job *once_more = erase(&s, MANAGER, "AAA", 1);
    once_more->request.u.erase.message = 2;
    service_write(&s, once_more);
    T_EQ_STR(told(once_more), "0 0", "it is gone already");
    struct job *none = erase(&s, MANAGER, "AAA", 1);
    none->request.u.erase.message = 4;
    service_write(&s, none);
    T_EQ_INT(service_code(none), OUTCOME_NOT_FOUND);
    check_store(&s);
}

T_TEST(service_erase, of_a_ticket_all_texts_go_and_nothing_else)
{
    __attribute__((cleanup(service_fini))) struct service s;
    struct arena arena;
    struct ticket before;
    struct ticket after;
    service_init(&s, NULL);
    arena_init(&arena, 1 << 20);
    open_for(&s, "con-aaa", "anna@example.com");
    service_write(&s, service_note(&s, VM_A, "AAA", 1, now(&s)));
    struct job *tag = service_job(&s, VM_A, REQUEST_TAG_TICKET, now(&s));
    tag->request.u.tag.ticket = service_ticket("AAA", 1);
    tag->request.u.tag.tags = &(struct text){TEXT_TAG, "annas-tag", 9};
    tag->request.u.tag.n_tags = 1;
    service_write(&s, tag);
    T_EQ_INT(service_code(tag), 0);
    read_ticket(&s, 1, &arena, &before);

    struct job *job = erase(&s, MANAGER, "AAA", 1);
    service_write(&s, job);
    T_EQ_STR(told(job), "1 5");
    const struct wire_bytes *reply = shown(&s, "AAA", 1);
    static const char *const gone[] = {"subject of aaa", "anna@", "annas-tag", "note"};
    for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
        T_CHECK(!holds(reply, gone[i]), "%s", gone[i]);
    }
    read_ticket(&s, 1, &arena, &after);
    T_EQ_INT(after.version, before.version + 4, "an entry for each that had texts");
    T_EQ_INT(after.state, before.state);
    T_EQ_INT(after.n_messages, before.n_messages);
    T_EQ_INT(after.n_facts, before.n_facts);
    T_EQ_INT(after.n_clocks, before.n_clocks);
    for (size_t i = 0; i < after.n_clocks; i++) {
        T_EQ_INT(after.clocks[i].limit_at, before.clocks[i].limit_at, "clock %zu", i);
        T_EQ_INT(after.clocks[i].verdict, before.clocks[i].verdict, "clock %zu", i);
        T_EQ_INT(after.clocks[i].as_of_at, before.clocks[i].as_of_at, "clock %zu", i);
    }
    struct job *note = service_note(&s, VM_A, "AAA", 1, now(&s));
    service_write(&s, note);
    T_EQ_INT(service_code(note), 0, "it goes on");
    arena_fini(&arena);
    check_store(&s);
}

T_TEST(service_erase, of_a_requester_every_ticket_that_one_may_erase)
{
    static const struct {
        const char *contract;
        const char *requester;
        bool goes;
    } rows[] = {
        {"con-aaa", "Anna@Example.com", true},    {"con-aaa", "anna@example.com", true},
        {"con-aaa", "joanna@example.com", false}, {"con-aaa", "anna@example.com.ph", false},
        {"con-bbb", "ANNA@EXAMPLE.COM", true},    {"con-bbb", "otto@example.com", false},
    };
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    __attribute__((cleanup(service_fini))) struct service s;
    uint64_t number[ROWS];
    service_init(&s, NULL);
    for (size_t i = 0; i < ROWS; i++) {
        number[i] = service_number(open_for(&s, rows[i].contract, rows[i].requester));
    }
    struct job *tried = erase_person(&s, MANAGER, "anna@example.com");
    tried->request.dry_run = true;
    tried->request.has_request_id = false;
    service_write(&s, tried);
    T_EQ_STR(told(tried), "3 9");

    struct job *first = erase_person(&s, MANAGER, "anna@example.com");
    service_write(&s, first);
    T_EQ_STR(told(first), "2 6+", "a request writes into one stream");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(first);
    struct job *second = erase_person(&s, MANAGER, "anna@example.com");
    second->request.u.erase.cursor = (struct wire_bytes){e->reply->texts_erased->cursor.data,
                                                         e->reply->texts_erased->cursor.len};
    service_write(&s, second);
    T_EQ_STR(told(second), "1 3");
    for (size_t i = 0; i < ROWS; i++) {
        const bool a = strcmp(rows[i].contract, "con-aaa") == 0;
        const struct wire_bytes *reply = shown(&s, a ? "AAA" : "BBB", number[i]);
        T_EQ_INT(holds(reply, rows[i].requester), !rows[i].goes, "row %zu", i);
        T_EQ_INT(holds(reply, a ? "subject of aaa" : "subject of bbb"), !rows[i].goes, "row %zu",
                 i);
    }
    check_store(&s);
}

T_TEST(service_erase, a_retry_is_told_what_was_erased)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    open_for(&s, "con-aaa", "anna@example.com");
    open_for(&s, "con-aaa", "anna@example.com");
    struct job *job = erase(&s, MANAGER, "AAA", 1);

    service_write(&s, job);
    T_EQ_STR(told(job), "1 3");
    struct job *again = service_again(&s, job, now(&s));
    service_write(&s, again);
    T_EQ_STR(told(again), "1 3");
    T_EQ_INT(service_token(again), service_token(job));
    struct job *person = erase_person(&s, MANAGER, "anna@example.com");
    service_write(&s, person);
    T_EQ_STR(told(person), "1 3+", "the other one; other contracts were not looked at yet");
    again = service_again(&s, person, now(&s));
    service_write(&s, again);
    T_EQ_STR(told(again), "1 3+", "whether there is more is to be asked");
}

T_TEST(service_erase, many_texts_go_in_several_requests)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    open_for(&s, "con-aaa", "anna@example.com");
    enum { NOTES = 300 };
    for (int i = 0; i < NOTES; i++) {
        service_push(&s, service_note(&s, VM_A, "AAA", 1, now(&s)));
    }
    (void)service_round(&s);
    struct job *first = erase_person(&s, MANAGER, "anna@example.com");
    service_write(&s, first);
    T_EQ_STR(told(first), "0 256+");
    T_CHECK(holds(shown(&s, "AAA", 1), "anna@"), "by whom it is found again goes last");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(first);
    struct job *second = erase_person(&s, MANAGER, "anna@example.com");
    second->request.u.erase.cursor = (struct wire_bytes){e->reply->texts_erased->cursor.data,
                                                         e->reply->texts_erased->cursor.len};
    service_write(&s, second);
    T_EQ_STR(told(second), "1 47+", "the other contract comes next");
    T_CHECK(!holds(shown(&s, "AAA", 1), "anna@"));
}

T_TEST(service_erase, is_the_buyers_and_needs_a_reason)
{
    static const struct {
        enum who who;
        const char *key;
        int code;
    } rows[] = {
        {MANAGER, "AAA", 0},
        {VM_A, "AAA", OUTCOME_PERMISSION_DENIED},
        {AGENT_A, "AAA", OUTCOME_PERMISSION_DENIED},
        {AUDITOR_A, "AAA", OUTCOME_PERMISSION_DENIED},
        {ADMIN, "AAA", OUTCOME_PERMISSION_DENIED},
        {VM_B, "AAA", OUTCOME_NOT_FOUND},
        {MANAGER, "XYZ", OUTCOME_NOT_FOUND},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        __attribute__((cleanup(service_fini))) struct service s;
        service_init(&s, NULL);
        service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
        struct job *silent = erase(&s, rows[i].who, rows[i].key, 1);
        silent->request.reason = "";
        service_write(&s, silent);
        T_EQ_INT(service_code(silent), OUTCOME_INVALID_ARGUMENT, "row %zu", i);
        struct job *person = erase_person(&s, rows[i].who, "aaa");
        person->request.dry_run = true;
        person->request.has_request_id = false;
        service_write(&s, person);
        T_EQ_INT(service_code(person), rows[i].who == MANAGER ? 0 : OUTCOME_PERMISSION_DENIED,
                 "row %zu", i);
        struct job *job = erase(&s, rows[i].who, rows[i].key, 1);
        service_write(&s, job);
        T_EQ_INT(service_code(job), rows[i].code, "row %zu", i);
    }
}

/* As long as a history can get: reading it for the erasure has room. */
T_TEST(service_erase, of_the_longest_history)
{
    __attribute__((cleanup(service_fini))) struct service s;
    int code = 0;
    int n = 0;

    service_init(&s, NULL);
    open_for(&s, "con-aaa", "anna@example.com");
    for (; code == 0 && n < 2 * TICKET_FACTS_MAX; n++) {
        struct job *p = service_job(&s, MANAGER, REQUEST_SET_PRIORITY, now(&s));
        p->request.u.priority.ticket = service_ticket("AAA", 1);
        p->request.u.priority.priority = n % 2 != 0 ? "P1" : "P2";
        service_write(&s, p);
        code = service_code(p);
    }
    T_EQ_INT(code, OUTCOME_RESOURCE_EXHAUSTED, "after %d", n);
    T_CHECK(n > TICKET_FACTS_MAX / 2, "%d", n);
    struct job *e = erase_person(&s, MANAGER, "anna@example.com");
    service_write(&s, e);
    T_EQ_INT(service_code(e), 0);
}
