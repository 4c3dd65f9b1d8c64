// SPDX-License-Identifier: Apache-2.0
/*
 * What parties agreed changes with their approval only: who is asked, what is refused, what is
 * shown to whom, and from when on it counts.
 */
#include <stdio.h>
#include <string.h>

#include "config/digest.h"
#include "core/instant.h"
#include "service.h"
#include "store/entries.h"
#include "store/proposals.h"
#include "store/verify.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define OPEN(until) \
    "zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri], open: [\"09:00-" until "\"]}]"
#define DAILY(name)  "{name: " name ", " OPEN("17:00") "}"
#define LATER(name)  "calendars: [{name: " name ", " OPEN("18:00") "}]"
#define LISTED(name) "{name: " name ", holidays: [feasts], " OPEN("17:00") "}"
#define FEASTS(day) \
    "holidays: [{name: feasts, complete_until: 2039-12-31, dates: [{date: " day ", open: []}]}]\n"

#define CONTRACT(x, key, vendor, more, hours, within)                                    \
    "  - {name: con-" x ", key: " key ", buyer: buyer, vendor: vendor-" vendor more      \
    ", zone: Etc/UTC, hours: " hours ", teams: [{team: one-" vendor                      \
    "}], default_team: one-" vendor ", priorities: [P1], targets: [{clock: resolution, " \
    "match: {}, within: " within ", calendar: hours}]}\n"
#define BOTH ", approvals: [buyer, vendor]"

#define CON_AAA(more, within) CONTRACT("aaa", "AAA", "aaa", more, "joining", within)
#define CON_BBB(more, within) CONTRACT("bbb", "BBB", "bbb", more, "shared", within)
#define CON_CCC(more, within) CONTRACT("ccc", "CCC", "aaa", more, "shared", within)

// clang-format off
static const char book[] =
    FEASTS("2026-12-25")
    "calendars: [" LISTED("listed") ", " DAILY("joined") ", "
    "{name: joining, union: [joined, listed]}, "
    DAILY("shared") ", " DAILY("office") ", " DAILY("unused") "]\n"
    "parties: [{name: buyer}, {name: vendor-aaa}, {name: vendor-bbb}]\n"
    "teams: [{name: one-aaa, party: vendor-aaa, calendar: office}, "
    "{name: one-bbb, party: vendor-bbb}]\n"
    "contracts:\n" CON_AAA("", "8h") CON_BBB("", "8h") CON_CCC("", "8h");
// clang-format on

enum person { ROOT = 1, AGENT_AAA, VENDOR_AAA, VENDOR_BBB, BUYER, OPERATOR, AUDIT_AAA, OTHER };

static const struct service_person persons[] = {
    {"root", ROLE_ADMIN, 0, 0, ""},
    {"agent-aaa", ROLE_AGENT, 2, 1, ""},
    {"manager-aaa", ROLE_VENDOR_MANAGER, 2, 0, ""},
    {"manager-bbb", ROLE_VENDOR_MANAGER, 3, 0, ""},
    {"boss", ROLE_MANAGER, 1, 0, ""},
    {"operator", ROLE_AUDITOR, 0, 0, ""},
    {"audit-aaa", ROLE_AUDITOR, 2, 0, ""},
    {"other-boss", ROLE_MANAGER, 1, 0, ""},
};

static const struct service_options options = {
    .book = book, .people = persons, .n_people = COUNT(persons)};

/* ---- requests ------------------------------------------------------------------------------ */

static struct job *send(struct service *s, enum person who, enum request_kind kind,
                        const char *text, bool dry_run)
{
    struct job *job = service_job(s, (enum who)who, kind, stamp_now(&s->stamp));
    job->request.u.apply_book = (struct request_apply_book){
        .text = text, .n = strlen(text), .file = ""};
    job->request.dry_run = dry_run;
    job->request.has_request_id = !dry_run;
    service_write(s, job);
    return job;
}

static struct job *say(struct service *s, enum person who, uint64_t id, const char *text,
                       bool withdraw)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_APPROVE_BOOK, stamp_now(&s->stamp));
    job->request.u.approve_book = (struct request_approve_book){.proposal = id,
                                                                .withdraw = withdraw};
    digest_sha256(text, strlen(text), job->request.u.approve_book.sha256);
    service_write(s, job);
    return job;
}

static struct job *change_user(struct service *s, enum person who, enum person whom,
                               enum user_action action)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_SET_USER, stamp_now(&s->stamp));
    job->request.u.set_user = (struct request_set_user){.name = persons[whom - 1].name,
                                                        .action = action};
    service_write(s, job);
    return job;
}

static void check_done(const struct job *job, const char *what)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s: %s", what, e->reply->error->message);
}

static void check_refused(const struct job *job, enum outcome_code code, const char *message,
                          const char *hint, const char *what)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error != NULL, "%s: not refused", what);
    const Slate__V1__Error *error = e->reply->error;
    T_EQ_INT(error->code, code, "%s: %s", what, error->message);
    T_CHECK(strstr(error->message, message) != NULL, "%s: %s", what, error->message);
    T_CHECK(strstr(error->hint == NULL ? "" : error->hint, hint) != NULL, "%s: %s", what,
            error->hint);
}

/* The proposals that somebody is shown, as "id:state:party=actor,party=;" each. */
static void shown(struct service *s, enum person who, bool all, char *ret, size_t size)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_LIST_PROPOSALS, stamp_now(&s->stamp));
    job->request.u.list_proposals = (struct request_list_proposals){.contract = "", .all = all};
    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->proposal_page != NULL, "%s", e->reply->error->message);
    ret[0] = '\0';
    for (size_t i = 0; i < e->reply->proposal_page->n_proposals; i++) {
        const Slate__V1__Proposal *p = e->reply->proposal_page->proposals[i];
        size_t n = strlen(ret);
        n += (size_t)snprintf(ret + n, size - n, "%d:%d", (int)p->id, (int)p->state);
        for (size_t k = 0; k < p->n_contracts; k++) {
            n += (size_t)snprintf(ret + n, size - n, ":%s", p->contracts[k]);
        }
        for (size_t k = 0; k < p->n_approvals; k++) {
            n += (size_t)snprintf(ret + n, size - n, ",%s=%s", p->approvals[k]->party,
                                  p->approvals[k]->actor == NULL ? "" : p->approvals[k]->actor);
        }
        (void)snprintf(ret + n, size - n, ";");
        T_CHECK(p->text != NULL && p->text[0] != '\0');
    }
}

static void check_shown(struct service *s, enum person who, bool all, const char *expected)
{
    char text[1024];
    shown(s, who, all, text, sizeof(text));
    T_EQ_STR(text, expected, "%s", persons[who - 1].name);
}

static const struct book_contract_version *newest(const struct service *s, const char *name)
{
    const struct book_contract *contract = book_contract_named(s->books.current->book, name);
    return &contract->versions[contract->n_versions - 1];
}

static const char agree_aaa[] = "contracts:\n" CON_AAA(BOTH, "8h");

/* Contract con-aaa is agreed: by proposal 1. */
static void service_agreed(struct service *s)
{
    service_init(s, &options);
    check_done(send(s, VENDOR_AAA, REQUEST_PROPOSE_BOOK, agree_aaa, false), "propose");
    check_done(say(s, VENDOR_AAA, 1, agree_aaa, false), "the vendor");
    T_EQ_INT(newest(s, "con-aaa")->approvals, 0);
    check_done(say(s, BUYER, 1, agree_aaa, false), "the buyer");
    T_EQ_INT(newest(s, "con-aaa")->approvals, 1U << SIDE_BUYER | 1U << SIDE_VENDOR);
}

/* ---- applying ------------------------------------------------------------------------------ */

T_TEST(service_agree, refuses_to_apply_what_others_agreed)
{
    static const struct {
        const char *text;
        const char *contract; /* NULL: it is nobody's */
    } rows[] = {
        {"contracts:\n" CON_AAA(BOTH, "4h"), "con-aaa"},
        {"contracts:\n" CON_AAA("", "8h"), "con-aaa"}, /* nor by leaving it out */
        {LATER("joined"), "con-aaa"},
        {FEASTS("2026-12-24"), "con-aaa"}, /* a list that the file names no calendar of */
        {LATER("office"), "con-aaa"},
        {"calendars: [{name: joining, union: [joined]}]", "con-aaa"},
        {"parties: [{name: buyer, title: Buyer}]", "con-aaa"},
        {"parties: [{name: vendor-aaa, title: Vendor}]", "con-aaa"},
        {"teams: [{name: one-aaa, party: vendor-aaa}]", "con-aaa"},
        {"contracts:\n" CON_BBB(BOTH, "8h"), "con-bbb"}, /* in the file is enough */
        {"contracts:\n" CONTRACT("ddd", "DDD", "bbb", BOTH, "shared", "8h"), "con-ddd"},
        {LATER("unused"), NULL},
        {"contracts:\n" CON_BBB("", "4h"), NULL},
        {LATER("shared"), NULL},
        {"sources: [{name: mail, may_assert: [requester]}]", NULL},
        {"contracts:\n" CON_AAA(BOTH, "8h"), NULL}, /* in force already */
    };
    __attribute__((cleanup(service_fini))) struct service s;
    char message[200];
    service_agreed(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *dry = send(&s, ROOT, REQUEST_APPLY_BOOK, rows[i].text, true);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(dry);
        T_CHECK(e->reply->book_diff != NULL, "%s: %s", rows[i].text, e->reply->error->message);
        const Slate__V1__BookDiff *d = e->reply->book_diff;
        const char *warning = d->n_warnings == 0 ? "" : d->warnings[d->n_warnings - 1];
        T_EQ_INT(strstr(warning, " is agreed: ") != NULL, rows[i].contract != NULL, "%s: %s",
                 rows[i].text, warning);
        struct job *job = send(&s, ROOT, REQUEST_APPLY_BOOK, rows[i].text, false);
        if (rows[i].contract == NULL) {
            check_done(job, rows[i].text);
            continue;
        }
        (void)snprintf(message, sizeof(message),
                       "contract %s is agreed: buyer buyer and vendor vendor-", rows[i].contract);
        check_refused(job, OUTCOME_FAILED_PRECONDITION, message, "slate book propose",
                      rows[i].text);
    }
    T_EQ_INT(book_contract_named(s.books.current->book, "con-aaa")->n_versions, 2);
}

/* ---- proposing ----------------------------------------------------------------------------- */

T_TEST(service_agree, proposes_what_is_between_the_same_two)
{
    static const struct {
        enum person who;
        const char *text;
        enum outcome_code code;
        const char *message;
    } rows[] = {
        {VENDOR_AAA, LATER("joined"), 0, ""},
        {BUYER, "contracts:\n" CON_AAA("", "8h"), 0, ""},
        {ROOT, LATER("joined"), 0, ""},
        {BUYER, "contracts:\n" CON_CCC(BOTH, "8h"), 0, ""}, /* another of the same two: its own */
        {BUYER, "contracts:\n" CON_AAA(BOTH, "4h") CON_CCC(BOTH, "8h"), 0, ""},
        {BUYER,
         "calendars: [" DAILY("mine") "]\ncontracts:\n" CONTRACT("aaa", "AAA", "aaa", BOTH, "mine",
                                                                 "8h"),
         0, ""},
        {AGENT_AAA, LATER("joined"), OUTCOME_PERMISSION_DENIED, "may not propose"},
        {AUDIT_AAA, LATER("joined"), OUTCOME_PERMISSION_DENIED, "may not propose"},
        {OPERATOR, LATER("joined"), OUTCOME_PERMISSION_DENIED, "may not propose"},
        {VENDOR_BBB, "contracts:\n" CON_AAA(BOTH, "4h"), OUTCOME_NOT_FOUND,
         "there is no contract con-aaa"},
        {VENDOR_BBB, LATER("joined"), OUTCOME_PERMISSION_DENIED,
         "the name of calendar joined is taken"},
        {VENDOR_BBB, "teams: [{name: one-aaa, party: vendor-aaa}]", OUTCOME_PERMISSION_DENIED,
         "the name of team one-aaa is taken"},
        {VENDOR_BBB, "parties: [{name: vendor-aaa, title: A}]", OUTCOME_PERMISSION_DENIED,
         "the name of party vendor-aaa is taken"},
        {VENDOR_AAA, "parties: [{name: fourth}]", OUTCOME_PERMISSION_DENIED, "fourth is taken"},
        {VENDOR_AAA, LATER("unused"), OUTCOME_PERMISSION_DENIED, "calendar unused is taken"},
        {BUYER, LATER("shared"), OUTCOME_PERMISSION_DENIED, "calendar shared changes more than"},
        {VENDOR_AAA, "contracts:\n" CON_CCC("", "4h"), OUTCOME_PERMISSION_DENIED,
         "contract con-ccc changes more than"},
        {BUYER, "parties: [{name: buyer, title: B}]", OUTCOME_PERMISSION_DENIED,
         "party buyer changes more than"},
        {BUYER, "calendars: [" DAILY("mine") "]", OUTCOME_PERMISSION_DENIED,
         "calendar mine changes more than"},
        {BUYER, "contracts:\n" CON_AAA(BOTH, "4h") CON_BBB(BOTH, "8h"), OUTCOME_FAILED_PRECONDITION,
         "is in no contract of vendor-"},
        {ROOT, "contracts:\n" CON_AAA(BOTH, "4h") CON_BBB(BOTH, "8h"), OUTCOME_FAILED_PRECONDITION,
         "is in no contract of vendor-"},
        {ROOT, "contracts:\n" CON_AAA(BOTH, "4h") CON_BBB("", "8h"), OUTCOME_FAILED_PRECONDITION,
         "contract con-bbb is in no contract of vendor-aaa"},
        {ROOT, "contracts:\n" CON_CCC("", "4h"), OUTCOME_FAILED_PRECONDITION,
         "nothing that is agreed"},
        {ROOT, LATER("unused"), OUTCOME_FAILED_PRECONDITION, "nothing that is agreed"},
        {BUYER, "contracts:\n" CON_AAA(BOTH, "8h"), OUTCOME_FAILED_PRECONDITION,
         "in force already"},
        {ROOT, "contracts:\n" CONTRACT("ddd", "DDD", "bbb", BOTH, "shared", "8h"),
         OUTCOME_FAILED_PRECONDITION, "contract con-ddd is new"},
        {VENDOR_BBB, "contracts:\n" CONTRACT("ddd", "DDD", "bbb", BOTH, "shared", "8h"),
         OUTCOME_NOT_FOUND, "there is no contract con-ddd"},
        {ROOT, "sources: [{name: mail}]\n" LATER("joined"), OUTCOME_INVALID_ARGUMENT,
         "sources are the operator's"},
        {BUYER, "contracts: 7", OUTCOME_INVALID_ARGUMENT, ""},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int dry = 1; dry >= 0; dry--) {
            struct job *job = send(&s, rows[i].who, REQUEST_PROPOSE_BOOK, rows[i].text, dry == 1);
            if (rows[i].code == 0) {
                check_done(job, rows[i].text);
            } else {
                check_refused(job, rows[i].code, rows[i].message, "", rows[i].text);
            }
        }
    }
    check_shown(&s, ROOT, false,
                "7:1:con-aaa,buyer=,vendor-aaa=;6:1:con-aaa:con-ccc,buyer=,vendor-aaa=;"
                "5:1:con-ccc,buyer=,vendor-aaa=;4:1:con-aaa,buyer=,vendor-aaa=;"
                "3:1:con-aaa,buyer=,vendor-aaa=;2:1:con-aaa,buyer=,vendor-aaa=;");
    T_EQ_INT(book_contract_named(s.books.current->book, "con-aaa")->n_versions, 2);
}

T_TEST(service_agree, bounds_what_waits)
{
    static char large[97 * 1024];
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    memset(large, '#', sizeof(large) - 1);
    check_refused(send(&s, BUYER, REQUEST_PROPOSE_BOOK, large, false), OUTCOME_RESOURCE_EXHAUSTED,
                  "98304 at most", "leave out", "large");
    for (int i = 0; i < 8; i++) {
        check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, LATER("joined"), false), "room");
    }
    check_refused(send(&s, BUYER, REQUEST_PROPOSE_BOOK, LATER("joined"), false),
                  OUTCOME_RESOURCE_EXHAUSTED, "con-aaa has 8 open proposals", "withdraw", "ninth");
    check_done(say(&s, BUYER, 5, LATER("joined"), true), "withdraw");
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, LATER("joined"), false), "room again");
}

/* ---- approving ----------------------------------------------------------------------------- */

T_TEST(service_agree, is_in_force_with_the_last_approval)
{
    static const char text[] = "contracts:\n" CON_AAA(BOTH, "4h");
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, text, false), "propose");
    check_shown(&s, AGENT_AAA, true, "");
    check_shown(&s, VENDOR_BBB, true, "");
    check_shown(&s, BUYER, false, "2:1:con-aaa,buyer=,vendor-aaa=;");
    static const struct {
        enum person who;
        uint64_t id;
        const char *text;
        enum outcome_code code;
        const char *message;
    } rows[] = {
        {BUYER, 3, text, OUTCOME_NOT_FOUND, "there is no proposal 3"},
        {VENDOR_BBB, 2, text, OUTCOME_NOT_FOUND, "there is no proposal 2"},
        {AGENT_AAA, 2, text, OUTCOME_NOT_FOUND, "there is no proposal 2"},
        {BUYER, 1, agree_aaa, OUTCOME_FAILED_PRECONDITION, "proposal 1 was applied"},
        {BUYER, 2, agree_aaa, OUTCOME_FAILED_PRECONDITION, "another text than what was read"},
        {ROOT, 2, text, OUTCOME_PERMISSION_DENIED, "root does not speak for a party"},
        {AUDIT_AAA, 2, text, OUTCOME_PERMISSION_DENIED, "does not speak for a party"},
        {OPERATOR, 2, text, OUTCOME_PERMISSION_DENIED, "does not speak for a party"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_refused(say(&s, rows[i].who, rows[i].id, rows[i].text, false), rows[i].code,
                      rows[i].message, "", rows[i].message);
    }
    check_done(say(&s, BUYER, 2, text, false), "the buyer");
    check_done(change_user(&s, BUYER, OTHER, USER_VOUCH), "vouch");
    check_done(say(&s, OTHER, 2, text, false), "the same party again");
    check_shown(&s, VENDOR_AAA, false, "2:1:con-aaa,buyer=boss,vendor-aaa=;");
    T_EQ_INT(newest(&s, "con-aaa")->version, 2);
    struct job *last = say(&s, VENDOR_AAA, 2, text, false);
    check_done(last, "the vendor");
    T_EQ_INT(newest(&s, "con-aaa")->version, 3);
    T_EQ_INT(newest(&s, "con-aaa")->targets[0].rule.target_us, 4 * US_PER_HOUR);
    check_shown(&s, AUDIT_AAA, false, "");
    check_shown(&s, AUDIT_AAA, true,
                "2:2:con-aaa,buyer=boss,vendor-aaa=manager-aaa;"
                "1:2:con-aaa,buyer=boss,vendor-aaa=manager-aaa;");
    struct job *again = service_again(&s, last, stamp_now(&s.stamp));
    service_write(&s, again);
    check_done(again, "again");
    T_EQ_INT(newest(&s, "con-aaa")->version, 3);
}

/* Who, when and for which hash, in the contract's own stream and nobody else's. */
T_TEST(service_agree, is_told_by_the_stream_of_the_contract)
{
    __attribute__((cleanup(service_fini))) struct service s;
    uint8_t sha256[BOOK_HASH_BYTES];
    uint32_t said[3] = {0};
    size_t n = 0;
    struct arena arena;
    struct txn txn;
    service_agreed(&s);
    digest_sha256(agree_aaa, strlen(agree_aaa), sha256);
    arena_init(&arena, 1 << 24);
    T_EQ_INT(txn_begin(&txn, s.env, TXN_READ), 0);
    for (uint32_t contract = 1; contract <= 3; contract++) {
        struct journal_head head;
        T_EQ_INT(entries_head(&txn, contract, &head), 0);
        for (uint64_t seq = 1; seq <= head.seq; seq++) {
            struct entry entry;
            T_EQ_INT(entries_get(&txn, contract, seq, &arena, &entry, NULL), 0);
            if (entry.event.kind == EVENT_CHANGE_PROPOSED ||
                entry.event.kind == EVENT_CHANGE_APPROVED) {
                T_EQ_INT(contract, 1);
                T_CHECK(memcmp(entry.event.u.proposal.sha256, sha256, sizeof(sha256)) == 0);
                T_CHECK(n < COUNT(said));
                T_EQ_INT(entry.actor, n < 2 ? VENDOR_AAA : BUYER);
                said[n++] = entry.event.u.proposal.party;
            }
        }
    }
    txn_abort(&txn);
    arena_fini(&arena);
    T_EQ_INT(n, 3);
    T_EQ_INT(said[0], 0);
    T_EQ_INT(said[1], 2);
    T_EQ_INT(said[2], 1);
}

T_TEST(service_agree, is_refused_where_it_holds_no_longer_and_stays_open)
{
    static const char text[] = "contracts:\n" CONTRACT("aaa", "AAA", "aaa", BOTH, "shared", "8h");
    static const char later[] = LATER("joined");
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, later, false), "propose");
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, later, false), "propose the same");
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, text, false), "propose another");
    check_done(say(&s, BUYER, 2, later, false), "the buyer");
    check_done(say(&s, BUYER, 3, later, false), "the buyer");
    check_done(say(&s, VENDOR_AAA, 2, later, false), "the vendor");
    check_refused(say(&s, VENDOR_AAA, 3, later, false), OUTCOME_FAILED_PRECONDITION,
                  "in force already", "", "it is there");
    /* Who proposed it may not any more. */
    service_disable(&s, (enum who)BUYER);
    check_refused(say(&s, VENDOR_AAA, 4, text, false), OUTCOME_FAILED_PRECONDITION,
                  "boss, who made proposal 4, may not", "withdraw it", "disabled");
    check_shown(&s, VENDOR_AAA, false,
                "4:1:con-aaa,buyer=,vendor-aaa=;3:1:con-aaa,buyer=,vendor-aaa=;");
}

T_TEST(service_agree, ends_where_one_who_is_asked_says_no)
{
    static const struct {
        enum person proposer;
        enum person who;
        enum outcome_code code;
    } rows[] = {
        {BUYER, BUYER, 0},
        {BUYER, VENDOR_AAA, 0},
        {BUYER, OTHER, 0},
        {ROOT, ROOT, 0},
        {ROOT, VENDOR_AAA, 0},
        {BUYER, ROOT, OUTCOME_PERMISSION_DENIED},
        {BUYER, AUDIT_AAA, OUTCOME_PERMISSION_DENIED},
        {BUYER, VENDOR_BBB, OUTCOME_NOT_FOUND},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    check_done(change_user(&s, BUYER, OTHER, USER_VOUCH), "vouch");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint64_t id = i + 2;
        check_done(send(&s, rows[i].proposer, REQUEST_PROPOSE_BOOK, LATER("joined"), false), "p");
        check_done(say(&s, BUYER, id, LATER("joined"), false), "the buyer");
        struct job *job = say(&s, rows[i].who, id, LATER("joined"), true);
        T_EQ_INT(service_code(job), rows[i].code, "row %zu", i);
        if (rows[i].code == 0) {
            check_refused(say(&s, VENDOR_AAA, id, LATER("joined"), false),
                          OUTCOME_FAILED_PRECONDITION, "was withdrawn", "", "ended");
        }
    }
    /* What nobody could end is open. */
    check_shown(&s, BUYER, false,
                "9:1:con-aaa,buyer=boss,vendor-aaa=;8:1:con-aaa,buyer=boss,vendor-aaa=;"
                "7:1:con-aaa,buyer=boss,vendor-aaa=;");
    T_EQ_INT(book_calendar_named(s.books.current->book, "joined")->n_versions, 1);
}

T_TEST(service_agree, asks_whom_either_version_names)
{
    static const char none[] = "contracts:\n" CON_AAA("", "8h");
    static const char one[] = "contracts:\n" CON_AAA(", approvals: [vendor]", "8h");
    static const char both[] = "contracts:\n" CON_AAA(BOTH, "8h");
    static const struct {
        const char *text;
        const char *asked;
    } rows[] = {
        {one, "buyer=,vendor-aaa="},
        {none, "vendor-aaa="},
        {one, "vendor-aaa="},
        {both, "buyer=,vendor-aaa="},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    char expected[100];
    service_agreed(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint64_t id = i + 2;
        check_done(send(&s, VENDOR_AAA, REQUEST_PROPOSE_BOOK, rows[i].text, false), "propose");
        (void)snprintf(expected, sizeof(expected), "%d:1:con-aaa,%s;", (int)id, rows[i].asked);
        check_shown(&s, VENDOR_AAA, false, expected);
        if (strstr(rows[i].asked, "buyer") != NULL) {
            check_done(say(&s, BUYER, id, rows[i].text, false), "the buyer");
        } else {
            check_refused(say(&s, BUYER, id, rows[i].text, false), OUTCOME_PERMISSION_DENIED,
                          "does not speak for", "", rows[i].text);
            check_refused(say(&s, BUYER, id, rows[i].text, true), OUTCOME_PERMISSION_DENIED,
                          "speaks for no party", "", rows[i].text);
        }
        T_EQ_INT(newest(&s, "con-aaa")->version, i + 2, "row %zu", i);
        check_done(say(&s, VENDOR_AAA, id, rows[i].text, false), "the vendor");
        T_EQ_INT(newest(&s, "con-aaa")->version, i + 3, "row %zu", i);
    }
}

/* A calendar of contracts with two vendors: an admin proposes, and each is told of its own. */
T_TEST(service_agree, tells_nobody_of_the_contracts_of_others)
{
    static const char bbb[] = "contracts:\n" CON_BBB(BOTH, "8h");
    static const char ccc[] = "contracts:\n" CON_CCC(BOTH, "8h");
    static const char shared[] = LATER("shared");
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, bbb, false), "bbb");
    check_done(say(&s, BUYER, 2, bbb, false), "bbb");
    check_done(say(&s, VENDOR_BBB, 2, bbb, false), "bbb");
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, ccc, false), "ccc");
    check_done(say(&s, BUYER, 3, ccc, false), "ccc");
    check_done(say(&s, VENDOR_AAA, 3, ccc, false), "ccc");
    check_refused(send(&s, BUYER, REQUEST_PROPOSE_BOOK, shared, false), OUTCOME_PERMISSION_DENIED,
                  "not between the same two", "ask an admin", "a manager");
    check_refused(send(&s, VENDOR_BBB, REQUEST_PROPOSE_BOOK, shared, false),
                  OUTCOME_PERMISSION_DENIED, "calendar shared changes more", "", "a vendor");
    check_done(send(&s, ROOT, REQUEST_PROPOSE_BOOK, shared, false), "an admin");
    check_shown(&s, VENDOR_AAA, false, "4:1:con-ccc,buyer=,vendor-aaa=;");
    check_shown(&s, VENDOR_BBB, false, "4:1:con-bbb,buyer=,vendor-bbb=;");
    check_shown(&s, BUYER, false, "4:1:con-bbb:con-ccc,buyer=,vendor-bbb=,vendor-aaa=;");
    check_done(say(&s, VENDOR_AAA, 4, shared, false), "aaa");
    check_done(say(&s, VENDOR_BBB, 4, shared, false), "bbb");
    T_EQ_INT(book_calendar_named(s.books.current->book, "shared")->n_versions, 1);
    check_done(say(&s, BUYER, 4, shared, false), "the buyer");
    T_EQ_INT(book_calendar_named(s.books.current->book, "shared")->n_versions, 2);
}

/* An instant that passes while the parties take their time is that of the last approval. */
T_TEST(service_agree, begins_at_the_later_of_the_two)
{
    static const char text[] = "contracts:\n" CON_AAA(BOTH ", effective: \"2035-01-01T00:00\"",
                                                      "4h");
    static const int64_t before_at = INT64_C(2051222400000000); /* 2035-01-01T00:00Z */
    static const int64_t late_us[] = {-US_PER_HOUR, US_PER_HOUR};
    for (size_t i = 0; i < COUNT(late_us); i++) {
        __attribute__((cleanup(service_fini))) struct service s;
        service_agreed(&s);
        check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, text, false), "propose");
        check_done(say(&s, BUYER, 2, text, false), "the buyer");
        service_at(&s, before_at + late_us[i]);
        check_done(say(&s, VENDOR_AAA, 2, text, false), "the vendor");
        T_EQ_INT(newest(&s, "con-aaa")->version, 3);
        const int64_t from_at = newest(&s, "con-aaa")->effective_at;
        T_CHECK(late_us[i] < 0 ? from_at == before_at
                               : from_at >= before_at + late_us[i] &&
                                     from_at < before_at + late_us[i] + US_PER_MIN,
                "%zu", i);
    }
}

/* What a contract relies on, and nothing else. */
T_TEST(service_agree, shows_what_a_contract_relies_on)
{
    static const struct {
        enum person who;
        const char *objects;
    } rows[] = {
        {BUYER, "listed joined joining office buyer vendor-aaa one-aaa con-aaa "},
        {VENDOR_AAA, "listed joined joining office buyer vendor-aaa one-aaa con-aaa "},
        {ROOT, "listed joined joining office buyer vendor-aaa one-aaa con-aaa "},
        {VENDOR_BBB, NULL},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = service_job(&s, (enum who)rows[i].who, REQUEST_SHOW_BOOK,
                                      stamp_now(&s.stamp));
        char names[300] = "";
        job->request.u.show_book = (struct request_show_book){.name = "", .contract = "con-aaa"};
        service_read(&s, job);
        if (rows[i].objects == NULL) {
            T_EQ_INT(service_code(job), OUTCOME_NOT_FOUND);
            continue;
        }
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(e->reply->book_text != NULL);
        for (size_t k = 0; k < e->reply->book_text->n_objects; k++) {
            const Slate__V1__BookObject *o = e->reply->book_text->objects[k];
            (void)snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s ", o->name);
        }
        T_EQ_STR(names, rows[i].objects, "%s", persons[rows[i].who - 1].name);
    }
}

/* A yes is to a change of what was in force: what was agreed since is not undone by an old one. */
T_TEST(service_agree, an_old_yes_does_not_undo_what_was_agreed_since)
{
    static const char former[] = "contracts:\n" CON_AAA(BOTH, "6h");
    static const char since[] = "contracts:\n" CON_AAA(BOTH, "4h");
    static const char calendar[] = LATER("joined");
    static const char *const between[] = {since, calendar};
    for (size_t i = 0; i < COUNT(between); i++) {
        __attribute__((cleanup(service_fini))) struct service s;
        service_agreed(&s);
        check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, former, false), "propose");
        check_done(say(&s, VENDOR_AAA, 2, former, false), "the vendor");
        check_shown(&s, BUYER, false, "2:1:con-aaa,buyer=,vendor-aaa=manager-aaa;");
        check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, between[i], false), "propose another");
        check_done(say(&s, VENDOR_AAA, 3, between[i], false), "the vendor");
        check_done(say(&s, BUYER, 3, between[i], false), "the buyer");
        check_shown(&s, BUYER, false, "2:1:con-aaa,buyer=,vendor-aaa=;");
        const uint32_t version = newest(&s, "con-aaa")->version;
        check_done(say(&s, BUYER, 2, former, false), "the buyer, later");
        T_EQ_INT(newest(&s, "con-aaa")->version, version, "%s", between[i]);
        check_done(say(&s, VENDOR_AAA, 2, former, false), "the vendor again");
        T_EQ_INT(newest(&s, "con-aaa")->version, version + 1, "%s", between[i]);
        check_shown(&s, BUYER, false, "");
    }
}

T_TEST(service_agree, the_yes_of_one_who_was_disabled_since_counts_no_more)
{
    static const char text[] = "contracts:\n" CON_AAA(BOTH, "4h");
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    check_done(send(&s, VENDOR_AAA, REQUEST_PROPOSE_BOOK, text, false), "propose");
    check_done(say(&s, BUYER, 2, text, false), "the buyer");
    check_done(change_user(&s, BUYER, OTHER, USER_VOUCH), "vouch");
    check_done(change_user(&s, ROOT, BUYER, USER_DISABLE), "disable");
    check_shown(&s, VENDOR_AAA, false, "2:1:con-aaa,buyer=,vendor-aaa=;");
    check_done(say(&s, VENDOR_AAA, 2, text, false), "the vendor");
    T_EQ_INT(newest(&s, "con-aaa")->version, 2);
    check_done(say(&s, OTHER, 2, text, false), "another of the buyer");
    T_EQ_INT(newest(&s, "con-aaa")->version, 3);
}

/* A version that asks nobody any more lets nobody change anything before it takes effect. */
T_TEST(service_agree, stays_agreed_until_a_version_without_approvals_takes_effect)
{
    static const char none[] = "contracts:\n" CON_AAA(", effective: \"2035-01-01T00:00\"", "8h");
    static const int64_t from_at = INT64_C(2051222400000000); /* 2035-01-01T00:00Z */
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s);
    check_done(send(&s, BUYER, REQUEST_PROPOSE_BOOK, none, false), "propose");
    check_done(say(&s, BUYER, 2, none, false), "the buyer");
    check_done(say(&s, VENDOR_AAA, 2, none, false), "the vendor");
    T_EQ_INT(newest(&s, "con-aaa")->effective_at, from_at);
    T_EQ_INT(newest(&s, "con-aaa")->approvals, 0);
    check_refused(send(&s, ROOT, REQUEST_APPLY_BOOK, LATER("joined"), false),
                  OUTCOME_FAILED_PRECONDITION, "con-aaa is agreed", "", "before");
    service_at(&s, from_at + US_PER_MIN);
    check_done(send(&s, ROOT, REQUEST_APPLY_BOOK, LATER("joined"), false), "after");
}

/* An admin makes a manager of each party, and cannot agree with themselves. */
T_TEST(service_agree, a_manager_whom_nobody_vouched_for_speaks_for_nobody)
{
    static const char text[] = "contracts:\n" CON_AAA(BOTH, "4h");
    static const struct {
        enum person who;
        enum person whom;
        enum outcome_code code;
        const char *message;
    } rows[] = {
        {OTHER, OTHER, OUTCOME_PERMISSION_DENIED, "other-boss may not vouch"},
        {ROOT, OTHER, OUTCOME_PERMISSION_DENIED, "root may not vouch"},
        {AUDIT_AAA, VENDOR_AAA, OUTCOME_PERMISSION_DENIED, "audit-aaa may not vouch"},
        {VENDOR_BBB, VENDOR_BBB, OUTCOME_PERMISSION_DENIED, "manager-bbb may not vouch"},
        {VENDOR_AAA, OTHER, OUTCOME_NOT_FOUND, "there is no user other-boss"},
        {BUYER, ROOT, OUTCOME_NOT_FOUND, "there is no user root"},
        {VENDOR_AAA, AUDIT_AAA, OUTCOME_FAILED_PRECONDITION, "audit-aaa is no manager"},
        {BUYER, BUYER, 0, ""}, /* it counts already */
    };
    __attribute__((cleanup(service_fini))) struct service s;
    service_agreed(&s); /* which the first managers did */
    check_done(send(&s, VENDOR_AAA, REQUEST_PROPOSE_BOOK, text, false), "propose");
    check_done(say(&s, VENDOR_AAA, 2, text, false), "the vendor");
    check_refused(say(&s, OTHER, 2, text, false), OUTCOME_PERMISSION_DENIED,
                  "nobody has vouched for the key of other-boss", "user vouch other-boss", "yes");
    check_refused(say(&s, OTHER, 2, text, true), OUTCOME_PERMISSION_DENIED,
                  "nobody has vouched for the key of other-boss", "user vouch other-boss", "no");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = change_user(&s, rows[i].who, rows[i].whom, USER_VOUCH);
        if (rows[i].code == 0) {
            check_done(job, "again");
        } else {
            check_refused(job, rows[i].code, rows[i].message, "", rows[i].message);
        }
    }
    /* Nor does the party's own manager, once an admin may have their key. */
    T_EQ_INT(newest(&s, "con-aaa")->version, 2);
    check_done(change_user(&s, BUYER, OTHER, USER_VOUCH), "vouch");
    check_done(say(&s, OTHER, 2, text, false), "the other buyer");
    T_EQ_INT(newest(&s, "con-aaa")->version, 3);
}
