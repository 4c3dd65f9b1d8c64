// SPDX-License-Identifier: Apache-2.0
/*
 * Reads: pages hold what one long page would hold, in the same order, whatever their size;
 * everybody sees what is theirs, and of another vendor not a byte.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "service.h"
#include "t.h"

enum { TICKETS = 120, ROWS_MAX = 512, ROW_BYTES = 64 };

static int64_t now(struct service *s)
{
    return stamp_now(&s->stamp);
}

/* Tickets of both vendors in every state, many of them at the same instants. */
static void populate(struct service *s)
{
    static const char *const priorities[] = {"P0", "P1", "P2"};
    int64_t at = now(s) - 3 * US_PER_HOUR;
    uint64_t numbers[2] = {0, 0};

    for (unsigned i = 0; i < TICKETS; i++) {
        bool b = i % 3 == 2;
        struct job *job = service_new(s, b ? VM_B : VM_A, b ? "con-bbb" : "con-aaa",
                                      priorities[i / 3 % 3], at + (int64_t)(i / 8) * US_PER_S);
        if (!b && i % 4 == 0) {
            job->request.u.new_ticket.team = "two-aaa";
        }
        service_push(s, job);
        numbers[b]++;
    }
    (void)service_round(s);
    T_EQ_INT(service_count(s, "con-aaa"), numbers[0]);
    T_EQ_INT(service_count(s, "con-bbb"), numbers[1]);
    for (unsigned b = 0; b < 2; b++) {
        for (uint64_t n = 1; n <= numbers[b]; n++) {
            static const enum request_kind kinds[] = {REQUEST_TAKE_TICKET, REQUEST_HOLD_TICKET,
                                                      REQUEST_RESOLVE_TICKET, REQUEST_NONE};
            struct job *job = service_job(s, b ? VM_B : VM_A, kinds[n % 4], now(s));
            job->request.u.message.ticket = service_ticket(b ? "BBB" : "AAA", n);
            job->request.u.message.channel = "";
            if (job->request.kind == REQUEST_HOLD_TICKET) {
                job->request.u.hold.reason = b ? "wait-bbb" : "wait-aaa";
            }
            if (job->request.kind != REQUEST_NONE) {
                job->request.has_request_id = true;
                service_push(s, job);
            }
        }
    }
    (void)service_round(s);
    for (int i = 0; i < 3; i++) {
        (void)service_round(s);
    }
    for (size_t i = 0; i < s->n_jobs; i++) {
        if (s->jobs[i]->request.kind != REQUEST_NONE) {
            T_EQ_INT(service_code(s->jobs[i]), 0, "job %zu", i);
        }
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

/* Rows by what tells them apart. */
struct rows {
    size_t n;
    char rows[ROWS_MAX][ROW_BYTES];
};

static struct job *list_job(struct service *s, enum who who, uint32_t limit)
{
    struct job *job = service_job(s, who, REQUEST_LIST_TICKETS, now(s));
    job->request.u.list_tickets = (struct request_list_tickets){
        .contract = "",
        .team = "",
        .assignee = "",
        .due_before_at = INSTANT_NONE,
        .limit = limit,
    };
    return job;
}

static struct job *breaches_job(struct service *s, enum who who, uint32_t limit)
{
    struct job *job = service_job(s, who, REQUEST_LIST_BREACHES, now(s));
    job->request.u.list_breaches = (struct request_list_breaches){.since_at = INSTANT_NONE,
                                                                  .until_at = INSTANT_NONE,
                                                                  .team = "",
                                                                  .vendor = "",
                                                                  .contract = "",
                                                                  .limit = limit};
    return job;
}

static void keep(struct rows *rows, const char *ticket, unsigned a, unsigned b)
{
    T_CHECK(rows->n < ROWS_MAX, "the pages do not end");
    snprintf(rows->rows[rows->n++], ROW_BYTES, "%s %u %u", ticket, a, b);
}

/* Reads page after page; *job stands for the first and is used up. */
static void read_all(struct service *s, struct job *job, struct rows *ret)
{
    bool list = job->request.kind == REQUEST_LIST_TICKETS;
    uint32_t limit = list ? job->request.u.list_tickets.limit : job->request.u.list_breaches.limit;
    bool truncated = true;

    ret->n = 0;
    while (truncated) {
        service_read(s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__Reply *r = e->reply;
        T_CHECK(r->error == NULL, "%s", r->error->message);
        T_CHECK(list ? r->ticket_page != NULL : r->breach_page != NULL);
        ProtobufCBinaryData cursor = list ? r->ticket_page->cursor : r->breach_page->cursor;
        size_t n = list ? r->ticket_page->n_tickets : r->breach_page->n_breaches;
        truncated = list ? r->ticket_page->truncated : r->breach_page->truncated;
        T_CHECK(n <= limit);
        T_CHECK(!truncated || n == limit, "a page that ends early");
        for (size_t i = 0; i < n; i++) {
            if (list) {
                keep(ret, r->ticket_page->tickets[i]->ticket, r->ticket_page->tickets[i]->state, 0);
            } else {
                const Slate__V1__Breach *b = r->breach_page->breaches[i];
                keep(ret, b->ticket, b->clock, b->cycle);
            }
        }
        /* The next page is another request: nothing is kept but the cursor. */
        struct job *next = service_job(s, (enum who)job->principal, job->request.kind, now(s));
        next->request.u = job->request.u;
        char *kept = arena_alloc(&next->arena, cursor.len);
        if (cursor.len > 0) {
            memcpy(kept, cursor.data, cursor.len);
        }
        struct wire_bytes bytes = {(const uint8_t *)kept, cursor.len};
        if (list) {
            next->request.u.list_tickets.cursor = bytes;
        } else {
            next->request.u.list_breaches.cursor = bytes;
        }
        job = next;
    }
}

static void same(const struct rows *a, const struct rows *b, const char *what, unsigned limit)
{
    T_EQ_INT(a->n, b->n, "%s in pages of %u", what, limit);
    for (size_t i = 0; i < a->n; i++) {
        T_EQ_STR(a->rows[i], b->rows[i], "%s in pages of %u, row %zu", what, limit, i);
    }
}

static void no_row_twice(const struct rows *rows, const char *what)
{
    for (size_t i = 0; i < rows->n; i++) {
        for (size_t j = 0; j < i; j++) {
            T_CHECK(strcmp(rows->rows[i], rows->rows[j]) != 0, "%s: %s twice", what, rows->rows[i]);
        }
    }
}

static struct rows whole;
static struct rows pages;

T_TEST(service_query, pages_of_tickets_are_the_whole_list)
{
    static const struct {
        const char *name;
        enum who who;
        const char *contract;
        const char *team;
        const char *assignee;
        const char *priority;
        uint32_t states;
        bool breached;
        size_t min;
        size_t max;
    } rows[] = {
        {"all", MANAGER, "", "", "", NULL, 0, false, TICKETS, TICKETS},
        {"all of a vendor", VM_A, "", "", "", NULL, 0, false, TICKETS * 2 / 3, TICKETS * 2 / 3},
        {"all of the other", VM_B, "", "", "", NULL, 0, false, TICKETS / 3, TICKETS / 3},
        {"of a team by scope", AGENT_A, "", "", "", NULL, 0, false, 40, 70},
        {"of a contract", ADMIN, "con-bbb", "", "", NULL, 0, false, TICKETS / 3, TICKETS / 3},
        {"of a team", AUDITOR_A, "", "two-aaa", "", NULL, 0, false, 15, 25},
        {"breached", MANAGER, "", "", "", NULL, 0, true, 10, TICKETS - 10},
        {"on hold", MANAGER, "", "", "", NULL, 1u << TICKET_HELD, false, TICKETS / 4 - 2,
         TICKETS / 4 + 2},
        {"resolved, new", MANAGER, "", "", "", NULL, 1u << TICKET_RESOLVED | 1u << TICKET_NEW,
         false, TICKETS / 2 - 4, TICKETS / 2 + 4},
        {"of a priority", MANAGER, "", "", "", "P1", 0, false, TICKETS / 3 - 2, TICKETS / 3 + 2},
        {"of a person", MANAGER, "", "", "vm-aaa", NULL, 0, false, 10, TICKETS / 4},
        {"of nobody", MANAGER, "", "", "nobody", NULL, 0, false, 0, 0},
        {"for a source", INTAKE_A, "", "", "", NULL, 0, false, 0, 0},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (uint32_t limit = 1000; limit > 0; limit = limit == 1000 ? 40 : limit - 1) {
            struct job *job = list_job(&s, rows[i].who, limit);
            struct request_list_tickets *l = &job->request.u.list_tickets;
            l->contract = rows[i].contract;
            l->team = rows[i].team;
            l->assignee = rows[i].assignee;
            l->priorities = &rows[i].priority;
            l->n_priorities = rows[i].priority == NULL ? 0 : 1;
            l->states = rows[i].states;
            l->breached = rows[i].breached;
            read_all(&s, job, limit == 1000 ? &whole : &pages);
            if (limit == 1000) {
                T_CHECK(whole.n >= rows[i].min && whole.n <= rows[i].max, "%s: %zu", rows[i].name,
                        whole.n);
                no_row_twice(&whole, rows[i].name);
            } else {
                same(&pages, &whole, rows[i].name, limit);
                if (limit > 7 && limit % 7 != 0) {
                    limit -= limit % 7 - 1; /* 36, 35, 29, 28, ... and then each */
                }
            }
        }
    }
}

/* What a list is narrowed to is what is so of the rows of the whole one. */
T_TEST(service_query, what_nobody_has_and_what_is_due_in_pages)
{
    static const struct {
        const char *name;
        enum who who;
        bool unassigned;
        int64_t due_in_us; /* 0 = whenever */
        size_t min;
        size_t max;
    } rows[] = {
        {"nobody's", MANAGER, true, 0, TICKETS / 2, TICKETS - 10},
        {"due soon", MANAGER, false, 2 * US_PER_HOUR, 10, TICKETS - 10},
        {"due in a year", MANAGER, false, 365 * 24 * US_PER_HOUR, 20, TICKETS - 10},
        {"nobody's, due soon", VM_A, true, 2 * US_PER_HOUR, 5, TICKETS / 2},
        {"due already", MANAGER, false, 1, 0, TICKETS / 4},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);
    int64_t at = now(&s);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t before_at = rows[i].due_in_us == 0 ? INSTANT_NONE : at + rows[i].due_in_us;
        static struct rows all;
        size_t n = 0;
        read_all(&s, list_job(&s, rows[i].who, 1000), &all);
        for (uint32_t limit = 1000; limit > 0; limit = limit == 1000 ? 7 : limit == 7 ? 1 : 0) {
            struct job *job = list_job(&s, rows[i].who, limit);
            job->request.u.list_tickets.unassigned = rows[i].unassigned;
            job->request.u.list_tickets.due_before_at = before_at;
            read_all(&s, job, limit == 1000 ? &whole : &pages);
            if (limit != 1000) {
                same(&pages, &whole, rows[i].name, limit);
            }
        }
        struct job *job = list_job(&s, rows[i].who, 1000);
        service_read(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TicketPage *page = e->reply->ticket_page;
        for (size_t t = 0; t < page->n_tickets; t++) {
            const Slate__V1__TicketRow *row = page->tickets[t];
            bool due = row->next_clock != NULL && row->next_clock->has_due_at &&
                       row->next_clock->due_at < before_at;
            n += (!rows[i].unassigned || row->assignee == NULL) && (rows[i].due_in_us == 0 || due);
        }
        T_EQ_INT(whole.n, n, "%s", rows[i].name);
        T_CHECK(n >= rows[i].min && n <= rows[i].max, "%s: %zu", rows[i].name, n);
        T_CHECK(whole.n < all.n, "%s narrows nothing", rows[i].name);
    }
}

T_TEST(service_query, pages_of_breaches_are_the_whole_list)
{
    static const struct {
        const char *name;
        enum who who;
        const char *contract;
        const char *team;
        const char *vendor;
        enum clock_kind clock;
        size_t min;
        size_t max;
    } rows[] = {
        {"all", MANAGER, "", "", "", CLOCK_KIND_NONE, 60, ROWS_MAX},
        {"of a vendor", VM_A, "", "", "", CLOCK_KIND_NONE, 40, 160},
        {"of the other", AUDITOR_B, "", "", "", CLOCK_KIND_NONE, 8, 80},
        {"of a team by scope", AGENT_A, "", "", "", CLOCK_KIND_NONE, 20, 120},
        {"of a team", MANAGER, "", "two-aaa", "", CLOCK_KIND_NONE, 10, 60},
        {"of a vendor by name", ADMIN, "", "", "vendor-bbb", CLOCK_KIND_NONE, 8, 80},
        {"of a clock", MANAGER, "", "", "", CLOCK_KIND_RESOLUTION, 10, 120},
        {"for a source", INTAKE_A, "", "", "", CLOCK_KIND_NONE, 0, 0},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (uint32_t limit = 1000; limit > 0; limit = limit == 1000 ? 12 : limit - 1) {
            struct job *job = breaches_job(&s, rows[i].who, limit);
            struct request_list_breaches *l = &job->request.u.list_breaches;
            l->contract = rows[i].contract;
            l->team = rows[i].team;
            l->vendor = rows[i].vendor;
            l->clock = rows[i].clock;
            read_all(&s, job, limit == 1000 ? &whole : &pages);
            if (limit == 1000) {
                T_CHECK(whole.n >= rows[i].min && whole.n <= rows[i].max, "%s: %zu", rows[i].name,
                        whole.n);
                no_row_twice(&whole, rows[i].name);
            } else {
                same(&pages, &whole, rows[i].name, limit);
            }
        }
    }
}

/* --- tenancy ---------------------------------------------------------------------------------- */

/* True if the bytes hold three letters of that kind, small or capital. */
static bool mentions(const struct wire_bytes *reply, char letter)
{
    for (size_t i = 0; i + 3 <= reply->n; i++) {
        if (tolower(reply->p[i]) == letter && tolower(reply->p[i + 1]) == letter &&
            tolower(reply->p[i + 2]) == letter) {
            return true;
        }
    }
    return false;
}

/* The reply's bytes as text, with `from` (of the same length as `to`) replaced. */
static char *with_name(const struct wire_bytes *reply, const char *from, const char *to)
{
    char *copy = malloc(reply->n + 1);
    size_t n = strlen(from);

    memcpy(copy, reply->p, reply->n);
    copy[reply->n] = '\0';
    for (size_t i = 0; n > 0 && i + n <= reply->n; i++) {
        if (memcmp(copy + i, from, n) == 0) {
            memcpy(copy + i, to, n);
        }
    }
    return copy;
}

static struct job *about(struct service *s, enum who who, enum request_kind kind, const char *key,
                         uint64_t number)
{
    struct job *job = service_job(s, who, kind, INT64_C(1772445600000000));
    job->request.id = 1;
    switch (kind) {
    case REQUEST_EXPLAIN:
        job->request.u.explain = (struct request_explain){.ticket = service_ticket(key, number)};
        break;
    case REQUEST_HOLD_TICKET:
    case REQUEST_RESUME_TICKET:
        job->request.u.hold = (struct request_hold){.ticket = service_ticket(key, number),
                                                    .reason = "wait-aaa"};
        break;
    default:
        job->request.u.message = (struct request_message){
            .ticket = service_ticket(key, number),
            .visibility = MESSAGE_PUBLIC,
            .channel = "",
            .body = {TEXT_BODY, "text", 4},
        };
    }
    return job;
}

static void answer(struct service *s, struct job *job)
{
    if (request_writes(job->request.kind)) {
        service_push(s, job);
        (void)service_round(s);
    } else {
        service_read(s, job);
    }
}

static void same_reply(const struct job *real, const struct job *made_up, const char *from,
                       const char *to, const char *what)
{
    T_EQ_INT(real->reply.n, made_up->reply.n, "%s", what);
    char *a = with_name(&real->reply, from, to);
    char *b = with_name(&made_up->reply, from, to);
    T_EQ_MEM(a, b, real->reply.n, "%s", what);
    free(a);
    free(b);
}

T_TEST(service_query, anothers_ticket_is_one_that_does_not_exist)
{
    static const enum request_kind kinds[] = {
        REQUEST_SHOW_TICKET, REQUEST_EXPLAIN,       REQUEST_TAKE_TICKET,    REQUEST_ADD_MESSAGE,
        REQUEST_HOLD_TICKET, REQUEST_RESUME_TICKET, REQUEST_RESOLVE_TICKET,
    };
    static const enum who whos[] = {AGENT_B, VM_B, AUDITOR_B, INTAKE_B};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);

    for (size_t w = 0; w < sizeof(whos) / sizeof(whos[0]); w++) {
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            struct job *real = about(&s, whos[w], kinds[k], "AAA", 3);
            struct job *absent = about(&s, whos[w], kinds[k], "AAA", 9);
            struct job *nobodys = about(&s, whos[w], kinds[k], "XYZ", 3);
            absent->request.u.message.ticket.number = 3000;
            nobodys->request.u.message.ticket.number = 3000;
            answer(&s, real);
            answer(&s, absent);
            answer(&s, nobodys);
            T_EQ_INT(service_code(real), OUTCOME_NOT_FOUND, "%s", request_kind_name(kinds[k]));
            same_reply(absent, nobodys, "AAA-3", "XYZ-3", request_kind_name(kinds[k]));
            char *a = with_name(&real->reply, "AAA-3", "there");
            T_CHECK(strstr(a + real->reply.n - 5, "there") != NULL ||
                        real->reply.n + 3 == absent->reply.n,
                    "%s", request_kind_name(kinds[k]));
            free(a);
        }
    }
}

/* Every read that names nothing of the other vendor says nothing of it. */
T_TEST(service_query, no_reply_holds_a_byte_of_another_vendor)
{
    static const struct {
        enum who who;
        char other;
        const char *key;
        const char *contract;
    } sides[] = {
        {AGENT_A, 'b', "AAA", "con-aaa"},   {VM_A, 'b', "AAA", "con-aaa"},
        {AUDITOR_A, 'b', "AAA", "con-aaa"}, {INTAKE_A, 'b', "AAA", "con-aaa"},
        {AGENT_B, 'a', "BBB", "con-bbb"},   {VM_B, 'a', "BBB", "con-bbb"},
        {AUDITOR_B, 'a', "BBB", "con-bbb"}, {INTAKE_B, 'a', "BBB", "con-bbb"},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);

    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        enum who who = sides[i].who;
        struct job *jobs[64];
        size_t n = 0;
        jobs[n++] = list_job(&s, who, 1000);
        jobs[n++] = list_job(&s, who, 3);
        jobs[n++] = breaches_job(&s, who, 1000);
        jobs[n++] = breaches_job(&s, who, 3);
        for (int kind = BOOK_NONE; kind < BOOK_ZONE; kind++) {
            jobs[n] = service_job(&s, who, REQUEST_SHOW_BOOK, now(&s));
            jobs[n++]->request.u.show_book = (struct request_show_book){
                .contract = "", .kind = (enum book_kind)kind, .name = ""};
        }
        for (uint64_t number = 1; number <= 20; number++) {
            jobs[n] = service_job(&s, who, REQUEST_SHOW_TICKET, now(&s));
            jobs[n++]->request.u.ticket = service_ticket(sides[i].key, number);
            jobs[n] = service_job(&s, who, REQUEST_EXPLAIN, now(&s));
            jobs[n++]->request.u.explain.ticket = service_ticket(sides[i].key, number);
        }
        jobs[n++] = service_new(&s, who, sides[i].contract, "none", now(&s));
        jobs[n] = service_new(&s, who, sides[i].contract, "P1", now(&s));
        jobs[n++]->request.u.new_ticket.team = "none";
        bool some = false;
        for (size_t j = 0; j < n; j++) {
            answer(&s, jobs[j]);
            T_CHECK(!mentions(&jobs[j]->reply, sides[i].other), "%s to %d, %zu",
                    request_kind_name(jobs[j]->request.kind), (int)who, j);
            some = some || mentions(&jobs[j]->reply, sides[i].other == 'a' ? 'b' : 'a');
        }
        T_CHECK(some, "replies hold the marks that are looked for");
    }
}

T_TEST(service_query, anothers_book_is_one_that_does_not_exist)
{
    static const struct {
        enum book_kind kind;
        const char *real;
        const char *made_up;
    } rows[] = {
        {BOOK_CONTRACT, "con-aaa", "con-xyz"},
        {BOOK_TEAM, "one-aaa", "one-xyz"},
        {BOOK_PARTY, "vendor-aaa", "vendor-xyz"},
        {BOOK_CALENDAR, "cal-aaa", "cal-xyz"},
    };
    static const enum who whos[] = {AGENT_B, VM_B, AUDITOR_B, INTAKE_B};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);

    for (size_t w = 0; w < sizeof(whos) / sizeof(whos[0]); w++) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            struct job *jobs[2];
            for (int j = 0; j < 2; j++) {
                const char *name = j == 0 ? rows[i].real : rows[i].made_up;
                jobs[j] = service_job(&s, whos[w], REQUEST_SHOW_BOOK, now(&s));
                jobs[j]->request.id = 1;
                jobs[j]->request.u.show_book = (struct request_show_book){
                    .contract = "", .kind = rows[i].kind, .name = name};
                answer(&s, jobs[j]);
            }
            same_reply(jobs[0], jobs[1], rows[i].real, rows[i].made_up, rows[i].real);
        }
        for (int token = 0; token < 2; token++) {
            struct job *jobs[2];
            for (int j = 0; j < 2; j++) {
                jobs[j] = token ? list_job(&s, whos[w], 1)
                                : service_new(&s, whos[w], j == 0 ? "con-aaa" : "con-xyz", "P1",
                                              now(&s));
                jobs[j]->item.at = INT64_C(1772445600000000);
                jobs[j]->request.id = 1;
                jobs[j]->request.has_min_token = token;
                jobs[j]->request.min_token = (struct wire_token){j == 0 ? "con-aaa" : "con-xyz", 1};
                answer(&s, jobs[j]);
            }
            same_reply(jobs[0], jobs[1], "con-aaa", "con-xyz", token ? "token" : "new ticket");
        }
        struct job *admins = list_job(&s, whos[w], 1);
        admins->request.has_min_token = true;
        admins->request.min_token = (struct wire_token){"", 1000000};
        struct job *few = list_job(&s, whos[w], 1);
        few->request.has_min_token = true;
        few->request.min_token = (struct wire_token){"", 1};
        service_read(&s, admins);
        service_read(&s, few);
        T_EQ_INT(service_code(admins), service_code(few), "how much is administrated");
    }
}

T_TEST(service_query, a_filter_by_anothers_name_is_one_by_nobodys)
{
    static const enum who whos[] = {AGENT_B, VM_B, AUDITOR_B, INTAKE_B};
    static const char *const names[3][2] = {
        {"con-aaa", "con-xyz"}, {"one-aaa", "one-xyz"}, {"vendor-aaa", "vendor-xyz"}};
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    populate(&s);

    for (size_t w = 0; w < sizeof(whos) / sizeof(whos[0]); w++) {
        for (int i = 0; i < 5; i++) {
            struct job *jobs[2];
            const char *const *pair = names[i % 3];
            for (int j = 0; j < 2; j++) {
                jobs[j] = i < 2 ? list_job(&s, whos[w], 10) : breaches_job(&s, whos[w], 10);
                jobs[j]->item.at = INT64_C(1772445600000000);
                jobs[j]->request.id = 1;
                struct request_list_tickets *l = &jobs[j]->request.u.list_tickets;
                struct request_list_breaches *b = &jobs[j]->request.u.list_breaches;
                *(i < 2 ? (i == 0 ? &l->contract : &l->team)
                        : (i == 2   ? &b->vendor
                           : i == 3 ? &b->contract
                                    : &b->team)) = pair[j];
                service_read(&s, jobs[j]);
            }
            same_reply(jobs[0], jobs[1], pair[0], pair[1], pair[0]);
        }
    }
}

/* Two vendors whose tools have a source of the same name. */
T_TEST(service_query, a_key_that_anothers_tool_used_says_nothing_of_its_ticket)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *jobs[3];

    for (int i = 0; i < 3; i++) {
        jobs[i] = service_new(&s, i == 1 ? INTAKE_B : INTAKE_A, i == 1 ? "con-bbb" : "con-aaa",
                              "P1", now(&s));
        jobs[i]->request.u.new_ticket.source = "mail";
        jobs[i]->request.u.new_ticket.source_key = "key";
        memset(jobs[i]->request.line_id, i == 1 ? 2 : 1, WIRE_LINE_BYTES);
        memset(jobs[i]->request.content_hash, i == 1 ? 2 : 1, WIRE_HASH_BYTES);
        service_write(&s, jobs[i]);
    }
    T_EQ_INT(service_code(jobs[0]), 0);
    T_EQ_INT(service_number(jobs[0]), 1);
    T_EQ_INT(service_code(jobs[1]), OUTCOME_ALREADY_EXISTS);
    T_CHECK(!mentions(&jobs[1]->reply, 'a'));
    T_EQ_INT(service_code(jobs[2]), 0);
    T_EQ_INT(service_number(jobs[2]), 1, "a rerun finds it");
}

T_TEST(service_query, a_tool_reads_back_what_it_wrote_by_its_token)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *job = service_new(&s, INTAKE_A, "con-aaa", "P1", now(&s));

    job->request.u.new_ticket.source = "mail";
    service_write(&s, job);
    T_EQ_INT(service_code(job), 0);
    struct job *show = service_job(&s, INTAKE_A, REQUEST_SHOW_TICKET, now(&s));
    show->request.u.ticket = service_ticket("AAA", 1);
    show->request.has_min_token = true;
    show->request.min_token = (struct wire_token){"con-aaa", service_token(job)};
    service_read(&s, show);
    T_EQ_INT(service_code(show), 0);
    show = service_job(&s, INTAKE_A, REQUEST_SHOW_TICKET, now(&s));
    show->request.u.ticket = service_ticket("AAA", 1);
    show->request.has_min_token = true;
    show->request.min_token = (struct wire_token){"con-aaa", service_token(job) + 1};
    service_read(&s, show);
    T_EQ_INT(service_code(show), OUTCOME_UNAVAILABLE);
}

T_TEST(service_query, who_may_read_a_contract_may_read_the_members_of_its_unions)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    struct job *job = service_job(&s, VM_A, REQUEST_SHOW_BOOK, now(&s));

    job->request.u.show_book = (struct request_show_book){
        .contract = "", .kind = BOOK_CALENDAR, .name = "mem-aaa"};
    service_read(&s, job);
    T_EQ_INT(service_code(job), 0);
}
