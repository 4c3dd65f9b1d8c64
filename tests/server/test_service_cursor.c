// SPDX-License-Identifier: Apache-2.0
/*
 * Cursors of pages: they tell nothing of the rows that a page ended at, and are good only for whom
 * and for what they were given. That pages follow one another is seen where each list is tested.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "cursor.h"
#include "query_list.h"
#include "service.h"
#include "t.h"

static int64_t now(struct service *s)
{
    return stamp_now(&s->stamp);
}

static bool has(const struct wire_bytes *in, const void *what, size_t n)
{
    for (size_t i = 0; i + n <= in->n; i++) {
        if (memcmp(in->p + i, what, n) == 0) {
            return true;
        }
    }
    return false;
}

/* A request of a kind that has pages, its cursor still to be set. */
static struct job *ask(struct service *s, enum who who, enum request_kind kind)
{
    struct job *job = service_job(s, who, kind, now(s));
    struct request *r = &job->request;

    switch (kind) {
    case REQUEST_LIST_TICKETS:
        r->u.list_tickets = (struct request_list_tickets){
            .contract = "", .team = "", .assignee = "", .due_before_at = INSTANT_NONE, .limit = 2};
        break;
    case REQUEST_LIST_BREACHES:
        r->u.list_breaches = (struct request_list_breaches){
            .contract = "",
            .vendor = "",
            .team = "",
            .since_at = INSTANT_NONE,
            .until_at = INSTANT_NONE,
            .limit = 2,
        };
        break;
    case REQUEST_SHOW_LOG:
        r->u.log.ticket = service_ticket("AAA", 1);
        r->u.log.limit = 2;
        break;
    case REQUEST_LIST_ACCESS:
        r->u.list_access = (struct request_list_access){
            .contract = "",
            .actor = "",
            .since_at = INSTANT_NONE,
            .until_at = INSTANT_NONE,
            .limit = 2,
        };
        break;
    case REQUEST_LIST_USERS:
        r->u.list_users = (struct request_list_users){.name = "", .limit = 2};
        break;
    case REQUEST_EXPORT_JOURNAL: r->u.export_journal.contract = "con-aaa"; break;
    case REQUEST_APPLY_BOOK:
        r->u.apply_book = (struct request_apply_book){
            .text = "parties: [{name: acme}]", .n = 23, .file = ""};
        r->dry_run = true;
        r->has_request_id = false;
        break;
    case REQUEST_ERASE_TEXTS:
        r->reason = "asked for on paper";
        r->u.erase = (struct request_erase){.requester = "nobody", .contract = ""};
        break;
    default: T_CHECK(false, "it has no pages");
    }
    return job;
}

static void set(struct job *job, struct wire_bytes cursor)
{
    struct request *r = &job->request;

    switch (r->kind) {
    case REQUEST_LIST_TICKETS: r->u.list_tickets.cursor = cursor; break;
    case REQUEST_LIST_BREACHES: r->u.list_breaches.cursor = cursor; break;
    case REQUEST_SHOW_LOG: r->u.log.cursor = cursor; break;
    case REQUEST_LIST_ACCESS: r->u.list_access.cursor = cursor; break;
    case REQUEST_LIST_USERS: r->u.list_users.cursor = cursor; break;
    case REQUEST_EXPORT_JOURNAL: r->u.export_journal.cursor = cursor; break;
    case REQUEST_APPLY_BOOK: r->u.apply_book.cursor = cursor; break;
    case REQUEST_ERASE_TEXTS: r->u.erase.cursor = cursor; break;
    default: T_CHECK(false, "it has no pages");
    }
}

static void run(struct service *s, struct job *job)
{
    if (request_writes(job->request.kind)) {
        service_write(s, job);
    } else {
        service_read(s, job);
    }
}

static void is_refused(const struct job *job, const char *what)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    char field[64];

    T_CHECK(e->reply->error != NULL, "%s is taken", what);
    T_EQ_INT((int)e->reply->error->code, OUTCOME_INVALID_ARGUMENT, "%s: %s", what,
             e->reply->error->message);
    snprintf(field, sizeof(field), "%s.cursor", request_kind_name(job->request.kind));
    T_EQ_STR(e->reply->error->field, field, "%s", what);
}

T_TEST(service_cursor, tells_nothing_of_its_place)
{
    __attribute__((cleanup(service_fini))) struct service s;
    static uint8_t place[CURSOR_PLACE_BYTES];
    size_t last = 0;
    size_t lengths = 0;
    service_init(&s, NULL);
    struct job *job = ask(&s, AGENT_A, REQUEST_LIST_TICKETS);

    for (size_t i = 0; i < sizeof(place); i++) {
        place[i] = (uint8_t)(i * 7 + 1);
    }
    for (size_t n = 1; n <= sizeof(place); n++) {
        struct wire_bytes a = service_cursor(&s, job, place, n);
        struct wire_bytes b = service_cursor(&s, job, place, n);
        T_EQ_INT(a.n, b.n);
        T_CHECK(a.n <= WIRE_CURSOR_BYTES);
        T_CHECK(memcmp(a.p, b.p, a.n) != 0, "%zu bytes: the same twice", n);
        T_CHECK(n < 4 || !has(&a, place, 4), "%zu bytes: it can be read", n);
        T_CHECK(n < 4 || !has(&a, place + n - 4, 4), "%zu bytes: its end can be read", n);
        lengths += a.n != last;
        last = a.n;
    }
    T_EQ_INT(lengths, 2, "how long a place is cannot be counted");
}

static struct wire_bytes first_page_ends(struct service *s, enum who who)
{
    struct job *job = ask(s, who, REQUEST_LIST_TICKETS);
    struct wire_bytes ret = {NULL, 0};

    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__TicketPage *page = e->reply->ticket_page;
    T_CHECK(page != NULL && page->truncated && page->has_cursor);
    ret.n = page->cursor.len;
    ret.p = memcpy(arena_alloc(&job->arena, ret.n), page->cursor.data, ret.n);
    return ret;
}

T_TEST(service_cursor, one_that_was_changed_is_refused)
{
    __attribute__((cleanup(service_fini))) struct service s;
    uint8_t bytes[WIRE_CURSOR_BYTES];
    char what[64];
    service_init(&s, NULL);
    for (int i = 0; i < 3; i++) {
        service_write(&s, service_new(&s, AGENT_A, "con-aaa", "P1", now(&s)));
    }
    struct wire_bytes cursor = first_page_ends(&s, AGENT_A);

    for (size_t i = 0; i <= cursor.n; i++) {
        struct job *job = ask(&s, AGENT_A, REQUEST_LIST_TICKETS);
        memcpy(bytes, cursor.p, cursor.n);
        if (i < cursor.n) {
            bytes[i] ^= (uint8_t)(1u << i % 8);
        }
        set(job, (struct wire_bytes){bytes, cursor.n});
        service_read(&s, job);
        snprintf(what, sizeof(what), "with byte %zu changed", i);
        if (i < cursor.n) {
            is_refused(job, what);
        } else {
            T_EQ_INT(service_code(job), 0, "as it is");
        }
    }
    for (size_t n = 1; n < sizeof(bytes); n += n < 40 ? 1 : 13) {
        struct job *job = ask(&s, AGENT_A, REQUEST_LIST_TICKETS);
        set(job, (struct wire_bytes){bytes, n});
        service_read(&s, job);
        snprintf(what, sizeof(what), "%zu bytes", n);
        if (n != cursor.n) {
            is_refused(job, what);
        }
    }
    service_restart(&s, 0);
    struct job *job = ask(&s, AGENT_A, REQUEST_LIST_TICKETS);
    set(job, cursor);
    service_read(&s, job);
    T_EQ_INT(service_code(job), 0, "it lives as long as the store");
}

T_TEST(service_cursor, one_of_another_principal_or_request_is_refused)
{
    /* Each kind that has pages, who may ask for it, and a place in it. */
    struct {
        enum request_kind kind;
        enum who who, other;
        uint8_t place[29];
        size_t n;
    } rows[] = {
        {REQUEST_LIST_TICKETS, VM_A, AGENT_A, {1, [20] = 1}, 21},
        {REQUEST_LIST_BREACHES, VM_A, MANAGER, {0, 0, 0, 1, 0x80, [19] = 1, 5, [28] = 1}, 29},
        {REQUEST_SHOW_LOG, VM_A, AGENT_A, {0}, 8}, /* the ticket's entry, see below */
        {REQUEST_LIST_ACCESS, MANAGER, AUDITOR_A, {0, 0, 0, 1}, 4},
        {REQUEST_LIST_USERS, ADMIN, VM_A, {0, 0, 0, 2}, 4},
        {REQUEST_EXPORT_JOURNAL, VM_A, MANAGER, {0}, 1},
        {REQUEST_APPLY_BOOK, ADMIN, ADMIN, {0}, 1},
        {REQUEST_ERASE_TEXTS, MANAGER, MANAGER, {[3] = 1, [11] = 1}, 12},
    };
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    __attribute__((cleanup(service_fini))) struct service s;
    char what[128];
    service_init(&s, NULL);
    struct job *opened = service_new(&s, AGENT_A, "con-aaa", "P1", now(&s));
    service_write(&s, opened);
    rows[2].place[7] = (uint8_t)service_token(opened);

    for (size_t i = 0; i < ROWS; i++) {
        const char *name = request_kind_name(rows[i].kind);
        struct job *job = ask(&s, rows[i].who, rows[i].kind);
        set(job, service_cursor(&s, job, rows[i].place, rows[i].n));
        run(&s, job);
        if (rows[i].n > 1) { /* else a place that is none: no page is so small that one is seen */
            T_EQ_INT(service_code(job), 0, "%s, its own", name);
        }
        for (size_t k = 0; k < ROWS; k++) {
            struct job *from = ask(&s, rows[i].who, rows[k].kind);
            struct wire_bytes cursor = service_cursor(&s, from, rows[i].place, rows[i].n);
            job = ask(&s, rows[i].who, rows[i].kind);
            set(job, cursor);
            if (k != i) {
                run(&s, job);
                snprintf(what, sizeof(what), "%s with that of %s", name,
                         request_kind_name(rows[k].kind));
                is_refused(job, what);
            }
        }
        if (rows[i].other == rows[i].who) {
            continue; /* nobody else may ask for that */
        }
        struct job *from = ask(&s, rows[i].who, rows[i].kind);
        job = ask(&s, rows[i].other, rows[i].kind);
        set(job, service_cursor(&s, from, rows[i].place, rows[i].n));
        run(&s, job);
        snprintf(what, sizeof(what), "%s with somebody else's", name);
        is_refused(job, what);
    }
}

/* Keys of one source lie side by side, whoever fed them: a page may end at one of another vendor.
 */
T_TEST(service_cursor, ends_at_a_row_of_another_vendor_and_does_not_name_it)
{
    enum { KEYS = LIST_SCAN_MAX + 5, EACH = 500 };
    __attribute__((cleanup(service_fini))) struct service s;
    static char keys[KEYS][24];
    service_init(&s, NULL);

    for (int i = 0; i < KEYS; i++) {
        struct job *job = service_job(&s, INTAKE_B, REQUEST_INTAKE, now(&s));
        snprintf(keys[i], sizeof(keys[i]), "secret-%06d", i);
        job->request.u.intake = (struct request_intake){.action = INTAKE_RESOLVE};
        job->request.u.intake.ticket = (struct request_new_ticket){
            .contract = "con-bbb",
            .priority = "",
            .function = "",
            .category = "",
            .customer_tier = "",
            .language = "",
            .team = "",
            .hold = "",
            .source = "mail",
            .source_key = keys[i],
            .channel = "",
        };
        memcpy(job->request.line_id, keys[i] + 3, sizeof(job->request.line_id));
        service_push(&s, job);
        if (i % EACH == EACH - 1 || i == KEYS - 1) {
            (void)service_round(&s);
        }
    }
    T_EQ_INT(service_code(s.jobs[s.n_jobs - 1]), 0);
    struct wire_bytes cursor = first_page_ends(&s, INTAKE_A);
    T_CHECK(!has(&cursor, "secret", 6));
    T_CHECK(!has(&cursor, "ecre", 4));
    struct job *job = ask(&s, INTAKE_A, REQUEST_LIST_TICKETS);
    set(job, cursor);
    service_read(&s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->ticket_page != NULL && !e->reply->ticket_page->truncated);
}
