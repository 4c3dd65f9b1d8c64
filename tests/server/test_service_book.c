// SPDX-License-Identifier: Apache-2.0
/*
 * The book behind a request: what a contract is recorded to rely on, whom a source shows itself to,
 * and what a change of it touches.
 */
#include <stdio.h>
#include <string.h>

#include "service.h"
#include "store/bookobjects.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define WEEKDAYS "zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri], "
#define DAILY    WEEKDAYS "open: [\"09:00-17:00\"]}]}\n"
#define LONGER   WEEKDAYS "open: [\"09:00-18:00\"]}]}]"

/* Calendars, contracts and sources have ids in this order, from 1. */
static const char book[] =
    "calendars:\n"
    "  - {name: first, " DAILY "  - {name: holding, " DAILY "  - {name: closing, " DAILY
    "  - {name: joined, " DAILY "  - {name: joining, union: [joined]}\n"
    "  - {name: unused, " DAILY "parties: [{name: buyer}, {name: vendor-aaa}, {name: vendor-bbb}]\n"
    "teams: [{name: one-aaa, party: vendor-aaa}, {name: one-bbb, party: vendor-bbb}]\n"
    "sources:\n"
    "  - {name: mail-aaa, may_assert: [requester]}\n"
    "  - {name: mail-bbb}\n"
    "  - {name: mail-buyer}\n"
    "  - {name: nobodys}\n"
    "contracts:\n"
    "  - name: con-aaa\n"
    "    key: AAA\n"
    "    buyer: buyer\n"
    "    vendor: vendor-aaa\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: first\n"
    "    teams: [{team: one-aaa}]\n"
    "    default_team: one-aaa\n"
    "    priorities: [P1]\n"
    "    targets: [{clock: resolution, match: {}, within: 8h, calendar: hours}]\n"
    "    holds:\n"
    "      - {reason: ask, party: buyer, pauses: [], max: 8h, calendar: holding}\n"
    "      - {reason: wait, party: buyer, pauses: [], max: 8h, calendar: joining}\n"
    "    auto_close: {after: 8h, calendar: closing}\n"
    "  - name: con-bbb\n"
    "    key: BBB\n"
    "    buyer: buyer\n"
    "    vendor: vendor-bbb\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: first\n"
    "    teams: [{team: one-bbb}]\n"
    "    default_team: one-bbb\n"
    "    priorities: [P1]\n"
    "    targets: [{clock: resolution, match: {}, within: 8h, calendar: hours}]\n";

enum person {
    ROOT = 1,
    AGENT_AAA,
    MANAGER_AAA,
    MANAGER_BBB,
    BUYER,
    OPERATOR, /* an auditor of no party */
    MAIL_AAA,
    MAIL_BBB,
    MAIL_BUYER,
};

static const struct service_person persons[] = {
    {"root", ROLE_ADMIN, 0, 0, ""},
    {"agent-aaa", ROLE_AGENT, 2, 1, ""},
    {"manager-aaa", ROLE_VENDOR_MANAGER, 2, 0, ""},
    {"manager-bbb", ROLE_VENDOR_MANAGER, 3, 0, ""},
    {"buyer", ROLE_MANAGER, 1, 0, ""},
    {"operator", ROLE_AUDITOR, 0, 0, ""},
    {"in-aaa", ROLE_INTAKE, 2, 0, "mail-aaa"},
    {"in-bbb", ROLE_INTAKE, 3, 0, "mail-bbb"},
    {"in-buyer", ROLE_INTAKE, 1, 0, "mail-buyer"},
};

static const struct service_options options = {
    .book = book, .people = persons, .n_people = COUNT(persons)};

T_TEST(service_book, records_every_calendar_that_a_contract_counts_in)
{
    static const struct {
        const char *calendar;
        bool by_a;
        bool by_b;
    } rows[] = {
        {"first", true, true},   {"holding", true, false}, {"closing", true, false},
        {"joined", true, false}, {"joining", true, false}, {"unused", false, false},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    struct txn txn;
    service_init(&s, &options);
    const struct book *current = s.books.current->book;

    T_EQ_INT(txn_begin(&txn, s.env, TXN_READ), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct book_calendar *calendar = book_calendar_named(current, rows[i].calendar);
        for (uint32_t contract = 1; contract <= 2; contract++) {
            struct key_used used = {contract, BOOK_CALENDAR, calendar->id, 1, {0}};
            bool recorded;
            memcpy(used.sha256, calendar->versions[0].sha256, sizeof(used.sha256));
            T_EQ_INT(bookobjects_is_used(&txn, &used, &recorded), 0);
            T_EQ_INT(recorded, contract == 1 ? rows[i].by_a : rows[i].by_b, "%s by %u",
                     rows[i].calendar, contract);
        }
    }
    txn_abort(&txn);
}

/* The names of the sources that a principal is shown, with a blank behind each. */
static void sources_of(struct service *s, enum person who, char *ret, size_t size)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_SHOW_BOOK, stamp_now(&s->stamp));
    job->request.u.show_book = (struct request_show_book){
        .contract = "", .kind = BOOK_SOURCE, .name = ""};
    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->book_text != NULL);
    ret[0] = '\0';
    for (size_t i = 0; i < e->reply->book_text->n_objects; i++) {
        const Slate__V1__BookObject *o = e->reply->book_text->objects[i];
        T_EQ_STR(o->kind, "source");
        (void)snprintf(ret + strlen(ret), size - strlen(ret), "%s ", o->name);
    }
}

T_TEST(service_book, shows_a_source_to_those_whose_contracts_it_feeds)
{
    static const struct {
        enum person who;
        const char *sources;
    } rows[] = {
        {ROOT, "mail-aaa mail-bbb mail-buyer nobodys "},
        {OPERATOR, "mail-aaa mail-bbb mail-buyer "},
        {BUYER, "mail-aaa mail-bbb mail-buyer "},
        {MANAGER_AAA, "mail-aaa mail-buyer "},
        {AGENT_AAA, "mail-aaa mail-buyer "},
        {MANAGER_BBB, "mail-bbb mail-buyer "},
        {MAIL_AAA, ""},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    char sources[256];
    service_init(&s, &options);
    for (size_t i = 0; i < COUNT(rows); i++) {
        sources_of(&s, rows[i].who, sources, sizeof(sources));
        T_EQ_STR(sources, rows[i].sources, "%s", persons[rows[i].who - 1].name);
    }
    struct job *job = service_job(&s, (enum who)MANAGER_BBB, REQUEST_SHOW_BOOK,
                                  stamp_now(&s.stamp));
    job->request.u.show_book = (struct request_show_book){
        .contract = "", .kind = BOOK_SOURCE, .name = "mail-aaa"};
    service_read(&s, job);
    T_EQ_INT(service_code(job), OUTCOME_NOT_FOUND);
}

/* Source 1 and calendar 1 are two things, and so are the tickets that hang on them. */
T_TEST(service_book, counts_the_open_tickets_that_a_change_touches)
{
    static const struct {
        const char *text;
        uint64_t open;
    } rows[] = {
        {"sources: [{name: mail-aaa, may_assert: [requester, buyer]}]", 0},
        {"calendars: [{name: holding, " LONGER, 1},
        {"calendars: [{name: closing, " LONGER, 1},
        {"calendars: [{name: joined, " LONGER, 1},
        {"calendars: [{name: first, " LONGER, 2},
        {"calendars: [{name: unused, " LONGER, 0},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, &options);
    struct job *a = service_new(&s, (enum who)AGENT_AAA, "con-aaa", "P1", stamp_now(&s.stamp));
    service_write(&s, a);
    T_EQ_INT(service_code(a), 0);
    struct job *b = service_new(&s, (enum who)MANAGER_BBB, "con-bbb", "P1", stamp_now(&s.stamp));
    service_write(&s, b);
    T_EQ_INT(service_code(b), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = service_job(&s, (enum who)ROOT, REQUEST_APPLY_BOOK, stamp_now(&s.stamp));
        job->request.u.apply_book = (struct request_apply_book){
            .text = rows[i].text, .n = strlen(rows[i].text), .file = ""};
        job->request.dry_run = true;
        service_write(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(e->reply->book_diff != NULL, "%s: %s", rows[i].text, e->reply->error->message);
        T_EQ_INT(e->reply->book_diff->open_tickets, rows[i].open, "%s", rows[i].text);
    }
}
