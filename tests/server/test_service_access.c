// SPDX-License-Identifier: Apache-2.0
/*
 * Who reads from outside the team that has the ticket is recorded before anything is shown; and
 * who may see these records.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "core/instant.h"
#include "service.h"
#include "t.h"

static int64_t now(struct service *s)
{
    return stamp_now(&s->stamp);
}

/* A ticket of each vendor, and a second one of the first's own tool. */
static void populate(struct service *s)
{
    service_write(s, service_new(s, AGENT_A, "con-aaa", "P1", now(s)));
    struct job *fed = service_new(s, INTAKE_A, "con-aaa", "P1", now(s));
    fed->request.u.new_ticket.source = "mail";
    service_write(s, fed);
    service_write(s, service_new(s, AGENT_B, "con-bbb", "P1", now(s)));
    for (size_t i = 0; i < s->n_jobs; i++) {
        T_EQ_INT(service_code(s->jobs[i]), 0, "job %zu", i);
    }
}

static struct job *show(struct service *s, enum who who, const char *key, uint64_t number)
{
    struct job *job = service_job(s, who, REQUEST_SHOW_TICKET, now(s));
    job->request.u.ticket = service_ticket(key, number);
    return job;
}

static struct job *list(struct service *s, enum who who)
{
    struct job *job = service_job(s, who, REQUEST_LIST_TICKETS, now(s));
    job->request.u.list_tickets = (struct request_list_tickets){
        .contract = "", .team = "", .assignee = "", .due_before_at = INSTANT_NONE, .limit = 100};
    return job;
}

static struct job *looks(struct service *s, enum who who, uint32_t limit)
{
    struct job *job = service_job(s, who, REQUEST_LIST_ACCESS, now(s));
    job->request.u.list_access = (struct request_list_access){.contract = "",
                                                              .since_at = INSTANT_NONE,
                                                              .until_at = INSTANT_NONE,
                                                              .actor = "",
                                                              .limit = limit};
    return job;
}

/* The records as one line: "con-aaa vm-aaa show AAA-1 0 why; ..." */
static const char *told(const struct job *job)
{
    static const char *const kinds[] = {"?", "show", "list", "export", "admin"};
    static char text[4096];
    size_t n = 0;
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);

    text[0] = '\0';
    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    T_CHECK(e->reply->access_page != NULL);
    for (size_t i = 0; i < e->reply->access_page->n_access; i++) {
        const Slate__V1__Access *a = e->reply->access_page->access[i];
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s %s %s %u %s", i == 0 ? "" : "; ",
                              a->contract, a->actor, kinds[a->kind], a->ticket ? a->ticket : "-",
                              a->tickets, a->reason ? a->reason : "-");
        T_CHECK(n < sizeof(text));
        T_CHECK(a->recorded_at > 0 && a->seq > 0);
    }
    return text;
}

static bool holds(const struct wire_bytes *bytes, const char *text)
{
    return memmem(bytes->p, bytes->n, text, strlen(text)) != NULL;
}

T_TEST(service_access, only_who_is_outside_leaves_a_record)
{
    static const struct {
        enum who who;
        enum request_kind kind;
        const char *key;
        uint64_t number;
        const char *told;
    } rows[] = {
        {AGENT_A, REQUEST_SHOW_TICKET, "AAA", 1, ""},
        {AGENT_A, REQUEST_LIST_TICKETS, "", 0, ""},
        {INTAKE_A, REQUEST_SHOW_TICKET, "AAA", 2, ""},
        {INTAKE_A, REQUEST_LIST_TICKETS, "", 0, ""},
        {AGENT_B, REQUEST_SHOW_TICKET, "AAA", 1, ""},
        {VM_B, REQUEST_SHOW_TICKET, "AAA", 1, ""},
        {VM_A, REQUEST_SHOW_TICKET, "AAA", 1, "con-aaa vm-aaa show AAA-1 0 -"},
        {AUDITOR_A, REQUEST_SHOW_TICKET, "AAA", 2, "con-aaa auditor-aaa show AAA-2 0 -"},
        {VM_A, REQUEST_LIST_TICKETS, "", 0, "con-aaa vm-aaa list - 2 -"},
        {MANAGER, REQUEST_LIST_TICKETS, "", 0,
         "con-aaa manager list - 2 -; con-bbb manager list - 1 -"},
        {ADMIN, REQUEST_SHOW_TICKET, "BBB", 1, "con-bbb admin admin BBB-1 0 -"},
        {ADMIN, REQUEST_SHOW_LOG, "BBB", 1, "con-bbb admin admin BBB-1 0 -"},
        {ADMIN, REQUEST_LIST_TICKETS, "", 0,
         "con-aaa admin admin - 2 -; con-bbb admin admin - 1 -"},
        {VM_A, REQUEST_SHOW_LOG, "AAA", 1, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        __attribute__((cleanup(service_fini))) struct service s;
        service_init(&s, NULL);
        populate(&s);
        struct job *job = rows[i].kind == REQUEST_LIST_TICKETS
                              ? list(&s, rows[i].who)
                              : show(&s, rows[i].who, rows[i].key, rows[i].number);
        job->request.kind = rows[i].kind;
        if (rows[i].kind == REQUEST_SHOW_LOG) {
            job->request.u.log = (struct request_log){
                .ticket = service_ticket(rows[i].key, rows[i].number), .limit = 10};
        }
        service_read(&s, job);
        T_EQ_INT(s.answers[job->conn], rows[i].told[0] == '\0' ? 0 : 1, "row %zu", i);
        struct job *read = looks(&s, MANAGER, 100);
        service_read(&s, read);
        T_EQ_STR(told(read), rows[i].told, "row %zu", i);
        T_EQ_INT(s.answers[read->conn], 0, "reading the records leaves none");
    }
}

/* Of whoever exports, with texts or without: also of the vendor's manager, whose chain it is. */
T_TEST(service_access, an_export_leaves_a_record)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    struct job *job = service_job(&s, VM_A, REQUEST_EXPORT_JOURNAL, now(&s));

    job->request.reason = "month's end";
    job->request.u.export_journal = (struct request_export_journal){
        .contract = "con-aaa", .from_seq = 1, .texts = true};
    service_read(&s, job);
    T_EQ_INT(service_code(job), 0);
    T_EQ_INT(s.answers[job->conn], 1);
    struct job *read = looks(&s, MANAGER, 100);
    service_read(&s, read);
    T_EQ_STR(told(read), "con-aaa vm-aaa export - 0 month's end");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(read);
    T_CHECK(e->reply->access_page->access[0]->texts);
}

T_TEST(service_access, a_reason_is_kept_with_the_read)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    struct job *job = show(&s, VM_A, "AAA", 1);

    job->request.reason = "escalation of Tuesday";
    service_read(&s, job);
    T_EQ_INT(service_code(job), 0);
    T_CHECK(holds(&job->reply, "subject of aaa"));
    struct job *inside = show(&s, AGENT_A, "AAA", 1);
    inside->request.reason = "my work";
    service_read(&s, inside);
    T_EQ_INT(service_code(inside), 0, "to say one is no mistake");
    struct job *read = looks(&s, AUDITOR_A, 100);
    service_read(&s, read);
    T_EQ_STR(told(read), "con-aaa vm-aaa show AAA-1 0 escalation of Tuesday");
}

/* What only shows leaves a record too, whatever it is called. */
T_TEST(service_access, a_dry_run_from_outside_is_a_read)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    struct job *job = service_note(&s, VM_A, "AAA", 1, now(&s));

    job->request.dry_run = true;
    service_write(&s, job);
    T_EQ_INT(service_code(job), 0);
    T_CHECK(holds(&job->reply, "subject of aaa"));
    struct job *done = service_note(&s, VM_A, "AAA", 1, now(&s));
    service_write(&s, done);
    T_EQ_INT(service_code(done), 0);
    struct job *inside = service_note(&s, AGENT_A, "AAA", 1, now(&s));
    inside->request.dry_run = true;
    service_write(&s, inside);
    struct job *read = looks(&s, MANAGER, 100);
    service_read(&s, read);
    T_EQ_STR(told(read), "con-aaa vm-aaa show AAA-1 0 -");
}

/* The answer to a request that was carried out before shows the ticket as it is now. */
T_TEST(service_access, asking_again_from_outside_is_a_read)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    struct job *done = service_note(&s, VM_A, "AAA", 1, now(&s));
    struct job *inside = service_note(&s, AGENT_A, "AAA", 1, now(&s));

    service_write(&s, done);
    service_write(&s, inside);
    struct job *again = service_again(&s, done, now(&s));
    service_write(&s, again);
    T_EQ_INT(service_code(again), 0);
    T_CHECK(holds(&again->reply, "subject of aaa"));
    service_write(&s, service_again(&s, inside, now(&s)));
    struct job *read = looks(&s, MANAGER, 100);
    service_read(&s, read);
    T_EQ_STR(told(read), "con-aaa vm-aaa show AAA-1 0 -");
}

T_TEST(service_access, where_nothing_can_be_recorded_nothing_is_shown)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    struct clock_guard *guard = &s.stamp.guard;
    struct job *done = service_note(&s, VM_A, "AAA", 1, now(&s));
    service_write(&s, done);

    guard->doubt = CLOCK_DOUBTED;
    guard->doubt_boot_us = clock_boot_us();
    guard->doubt_offset_us = clock_wall_at() - clock_boot_us();
    guard->offset_us = guard->doubt_offset_us - US_PER_DAY;
    struct job *again = service_again(&s, done, now(&s));
    service_write(&s, again);
    T_EQ_INT(service_code(again), OUTCOME_UNAVAILABLE);
    T_CHECK(!holds(&again->reply, "subject"));
    struct job *outside = show(&s, VM_A, "AAA", 1);
    service_read(&s, outside);
    T_EQ_INT(service_code(outside), OUTCOME_UNAVAILABLE);
    T_CHECK(!holds(&outside->reply, "subject"));
    struct job *inside = show(&s, AGENT_A, "AAA", 1);
    service_read(&s, inside);
    T_EQ_INT(service_code(inside), 0);
    T_CHECK(holds(&inside->reply, "subject of aaa"));
}

/* Disabled between the reply's making and its recording. */
T_TEST(service_access, who_is_disabled_meanwhile_gets_nothing)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    struct job *job = show(&s, VM_A, "AAA", 1);
    struct access_note note = {.contract = 1, .kind = ACCESS_SHOW, .ticket = 1};

    job->notes = &note;
    job->answer = (struct wire_bytes){(const uint8_t *)"subject", 7};
    service_disable(&s, VM_A);
    service_write(&s, job);
    T_EQ_INT(service_code(job), OUTCOME_UNAUTHENTICATED);
    T_CHECK(!holds(&job->reply, "subject"));
}

T_TEST(service_access, records_come_in_pages_and_by_what_is_asked_for)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    char whole[4096];

    for (int i = 0; i < 5; i++) {
        service_read(&s, show(&s, VM_A, "AAA", 1 + (uint64_t)i % 2));
        service_read(&s, show(&s, VM_B, "BBB", 1));
        service_read(&s, list(&s, MANAGER));
    }
    struct job *all = looks(&s, MANAGER, 100);
    service_read(&s, all);
    snprintf(whole, sizeof(whole), "%s", told(all));
    size_t n = 0;
    struct wire_bytes cursor = {NULL, 0};
    char pages[4096] = "";
    do {
        struct job *page = looks(&s, MANAGER, 3);
        page->request.u.list_access.cursor = cursor;
        service_read(&s, page);
        snprintf(pages + strlen(pages), sizeof(pages) - strlen(pages), "%s%s",
                 pages[0] == '\0' ? "" : "; ", told(page));
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(page);
        n += e->reply->access_page->n_access;
        cursor.n = e->reply->access_page->has_cursor ? e->reply->access_page->cursor.len : 0;
        T_EQ_INT(e->reply->access_page->truncated, cursor.n > 0);
        uint8_t *kept = arena_alloc(&page->arena, cursor.n);
        if (cursor.n > 0) {
            memcpy(kept, e->reply->access_page->cursor.data, cursor.n);
        }
        cursor.p = kept;
    } while (cursor.n > 0);
    T_EQ_INT(n, 20);
    T_EQ_STR(pages, whole);

    struct job *one = looks(&s, MANAGER, 100);
    one->request.u.list_access.contract = "con-bbb";
    one->request.u.list_access.actor = "manager";
    service_read(&s, one);
    T_EQ_STR(told(one), "con-bbb manager list - 1 -; con-bbb manager list - 1 -; con-bbb manager "
                        "list - 1 -; con-bbb manager list - 1 -; con-bbb manager list - 1 -");
    struct job *later = looks(&s, MANAGER, 100);
    later->request.u.list_access.since_at = now(&s);
    service_read(&s, later);
    T_EQ_STR(told(later), "");
    struct job *earlier = looks(&s, MANAGER, 100);
    earlier->request.u.list_access.until_at = s.jobs[0]->item.at;
    service_read(&s, earlier);
    T_EQ_STR(told(earlier), "");
    struct job *nobody = looks(&s, MANAGER, 100);
    nobody->request.u.list_access.actor = "nobody";
    service_read(&s, nobody);
    T_EQ_STR(told(nobody), "");
}

T_TEST(service_access, records_are_for_the_buyer_and_for_auditors)
{
    static const struct {
        enum who who;
        const char *contract;
        int code;
        size_t n;
    } rows[] = {
        {MANAGER, "", 0, 2},
        {MANAGER, "con-bbb", 0, 1},
        {AUDITOR_A, "", 0, 1},
        {AUDITOR_A, "con-bbb", OUTCOME_NOT_FOUND, 0},
        {AUDITOR_B, "", 0, 1},
        {VM_A, "", OUTCOME_PERMISSION_DENIED, 0},
        {VM_A, "con-aaa", OUTCOME_PERMISSION_DENIED, 0},
        {AGENT_A, "", OUTCOME_PERMISSION_DENIED, 0},
        {INTAKE_A, "", OUTCOME_PERMISSION_DENIED, 0},
        {ADMIN, "", OUTCOME_PERMISSION_DENIED, 0},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    service_read(&s, list(&s, MANAGER));

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job *job = looks(&s, rows[i].who, 100);
        job->request.u.list_access.contract = rows[i].contract;
        service_read(&s, job);
        T_EQ_INT(service_code(job), rows[i].code, "row %zu", i);
        if (rows[i].code == 0) {
            __attribute__((cleanup(service_reply_free)))
            Slate__V1__Envelope *e = service_reply(job);
            T_EQ_INT(e->reply->access_page->n_access, rows[i].n, "row %zu", i);
        }
    }
    struct job *made_up = looks(&s, MANAGER, 100);
    made_up->request.u.list_access.cursor = (struct wire_bytes){(const uint8_t *)"xy", 2};
    service_read(&s, made_up);
    T_EQ_INT(service_code(made_up), OUTCOME_INVALID_ARGUMENT);
}
