// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/digest.h"
#include "core/instant.h"
#include "matrix.h"
#include "t.h"

enum { FILLERS = 13, HOURS = 4000 };

#define SECOND_US         INT64_C(1000000)
#define BREACHED_AFTER_US (3 * 3600 * SECOND_US)

/* Tickets of a contract, before all others: with names as long as theirs. */
enum filler { SURVIVOR = 10, OTHER_SURVIVOR, SAME_TEAM, OTHER_TEAM };

static const struct contract {
    const char *name;
    const char *key;
    const char *buyer;
    const char *vendor;
    const char *team;
    const char *other_team;
    enum matrix_who chief;
    enum matrix_who manager;
    enum matrix_who intake;
    const char *source;
} contracts[MATRIX_CONTRACTS] = {
    {"home", "HOM", "acme", "northwind", "team-1", "team-2", MATRIX_CHIEF, MATRIX_MANAGER,
     MATRIX_INTAKE, "mail"},
    {"riva", "RIV", "acme", "vistula", "team-3", "team-4", MATRIX_OTHERS_CHIEF, MATRIX_MANAGER,
     MATRIX_OTHERS_INTAKE, "post"},
    {"glob", "GLO", "globex", "northwind", "team-5", "team-6", MATRIX_CHIEF, MATRIX_OTHERS_MANAGER,
     MATRIX_CRM, "crm"},
    {"farr", "FAR", "globex", "vistula", "team-7", "team-8", MATRIX_OTHERS_CHIEF,
     MATRIX_OTHERS_MANAGER, MATRIX_OTHERS_INTAKE, "post"},
};

/* The worker has the tickets that nobody else has. */
static const struct group {
    size_t contract;
    bool other_team;
    enum matrix_who worker;
} groups[MATRIX_GROUPS] = {
    [MATRIX_OWN] = {0, false, MATRIX_MATE},        [MATRIX_TEAM] = {0, false, MATRIX_MATE},
    [MATRIX_VENDOR] = {0, true, MATRIX_COLLEAGUE}, [MATRIX_RIVAL] = {1, false, MATRIX_OTHERS_CHIEF},
    [MATRIX_BUYER] = {2, false, MATRIX_CHIEF},     [MATRIX_FAR] = {3, false, MATRIX_OTHERS_CHIEF},
};

static const enum matrix_who holders[MATRIX_HOLDERS] = {
    MATRIX_MATE, MATRIX_AGENT, MATRIX_LEAD, MATRIX_VENDOR_MANAGER, MATRIX_AGENT_AUDITOR};

enum { ACME = 1, GLOBEX, NORTHWIND, VISTULA };
enum { EVERY_ROLE = (1 << ROLES) - 1 };

static const struct service_person people[MATRIX_END - 1] = {
    [MATRIX_ADMIN - 1] = {"admin", ROLE_ADMIN, 0, 0, ""},
    [MATRIX_AGENT - 1] = {"agent", ROLE_AGENT, NORTHWIND, 1, ""},
    [MATRIX_LEAD - 1] = {"lead", ROLE_LEAD, NORTHWIND, 1, ""},
    [MATRIX_VENDOR_MANAGER - 1] = {"vendor-manager", ROLE_VENDOR_MANAGER, NORTHWIND, 0, ""},
    [MATRIX_MANAGER - 1] = {"manager", ROLE_MANAGER, ACME, 0, ""},
    [MATRIX_INTAKE - 1] = {"intake", ROLE_INTAKE, NORTHWIND, 0, "mail"},
    [MATRIX_AUDITOR_BUYER - 1] = {"auditor-of-buyer", ROLE_AUDITOR, ACME, 0, ""},
    [MATRIX_AUDITOR_VENDOR - 1] = {"auditor-of-vendor", ROLE_AUDITOR, NORTHWIND, 0, ""},
    [MATRIX_AUDITOR - 1] = {"auditor", ROLE_AUDITOR, 0, 0, ""},
    [MATRIX_AGENT_AUDITOR - 1] = {"agent+auditor", ROLE_AGENT | ROLE_AUDITOR, NORTHWIND, 1, ""},
    [MATRIX_NOBODY - 1] = {"nobody", 0, NORTHWIND, 1, "mail"},
    [MATRIX_DISABLED - 1] = {"disabled", EVERY_ROLE, NORTHWIND, 1, "mail"},
    [MATRIX_KEYLESS - 1] = {"keyless", EVERY_ROLE, NORTHWIND, 1, "mail"},
    [MATRIX_MATE - 1] = {"mate", ROLE_AGENT, NORTHWIND, 1, ""},
    [MATRIX_CHIEF - 1] = {"chief", ROLE_VENDOR_MANAGER, NORTHWIND, 0, ""},
    [MATRIX_COLLEAGUE - 1] = {"colleague", ROLE_AGENT, NORTHWIND, 2, ""},
    [MATRIX_OTHERS_CHIEF - 1] = {"others-chief", ROLE_VENDOR_MANAGER, VISTULA, 0, ""},
    [MATRIX_OTHERS_AGENT - 1] = {"others-agent", ROLE_AGENT, VISTULA, 3, ""},
    [MATRIX_OTHERS_MANAGER - 1] = {"others-manager", ROLE_MANAGER, GLOBEX, 0, ""},
    [MATRIX_OTHERS_INTAKE - 1] = {"others-intake", ROLE_INTAKE, VISTULA, 0, "post"},
    [MATRIX_CRM - 1] = {"crm-tool", ROLE_INTAKE, NORTHWIND, 0, "crm"},
};

const char *matrix_principal(enum matrix_who who)
{
    return who == MATRIX_GONE ? "gone" : people[who - 1].name;
}

const char *matrix_who_name(enum matrix_who who)
{
    return matrix_principal(who);
}

/* --- the book --------------------------------------------------------------------------------- */

static void contract_text(const struct contract *c, bool agreed, unsigned hours, char ret[1024])
{
    const int n = snprintf(
        ret, 1024,
        "contracts:\n"
        "  - {name: %s, key: %s, buyer: %s, vendor: %s, zone: Etc/UTC, hours: cal-%s,\n"
        "     teams: [{team: %s}, {team: %s}], default_team: %s, priorities: [P0, P1, P2],\n"
        "     %stargets: [{clock: first_response, match: {}, within: 1h, calendar: cal-%s},\n"
        "     {clock: resolution, match: {}, within: %uh, calendar: cal-%s}],\n"
        "     holds: [{reason: wait, party: buyer, pauses: [resolution]},\n"
        "     {reason: ask, party: buyer, pauses: [resolution]}]}\n",
        c->name, c->key, c->buyer, c->vendor, c->name, c->team, c->other_team, c->team,
        agreed ? "approvals: [buyer, vendor], " : "", c->name, hours, c->name);
    T_CHECK(n > 0 && n < 1024);
}

void matrix_contract(enum matrix_group group, bool agreed, unsigned hours, char ret[1024])
{
    contract_text(&contracts[groups[group].contract], agreed, hours, ret);
}

static const char parts[] =
    "parties: [{name: acme}, {name: globex}, {name: northwind}, {name: vistula}]\n"
    "teams:\n"
    "  - {name: team-1, party: northwind}\n"
    "  - {name: team-2, party: northwind}\n"
    "  - {name: team-3, party: vistula}\n"
    "  - {name: team-4, party: vistula}\n"
    "  - {name: team-5, party: northwind}\n"
    "  - {name: team-6, party: northwind}\n"
    "  - {name: team-7, party: vistula}\n"
    "  - {name: team-8, party: vistula}\n"
    "sources:\n"
    "  - {name: mail, may_assert: [requester]}\n"
    "  - {name: crm, may_assert: [requester]}\n"
    "  - {name: post, may_assert: [requester]}\n"
    "calendars:\n";

static void make_book(char *to, size_t size)
{
    static const char section[] = "contracts:\n";
    char text[1024];
    size_t n = (size_t)snprintf(to, size, "%s", parts);

    for (size_t i = 0; i < MATRIX_CONTRACTS; i++) {
        n += (size_t)snprintf(to + n, size - n,
                              "  - {name: cal-%s, zone: Etc/UTC, week: [{days: [mon, tue, wed, "
                              "thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n",
                              contracts[i].name);
    }
    for (size_t i = 0; i < MATRIX_CONTRACTS; i++) {
        contract_text(&contracts[i], false, HOURS, text);
        n += (size_t)snprintf(to + n, size - n, "%s", i == 0 ? text : text + sizeof(section) - 1);
    }
    T_CHECK(n < size);
}

/* --- what was there before -------------------------------------------------------------------- */

static struct job *job_of(struct matrix *m, enum matrix_who who, enum request_kind kind)
{
    return service_job(&m->s, (enum who)who, kind, stamp_now(&m->s.stamp));
}

static void carry_out(struct matrix *m, struct job *job, const char *what)
{
    service_write(&m->s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s: %s", what, e->reply->error->message);
}

static void propose(struct matrix *m, const struct contract *c, const char *text)
{
    struct job *job = job_of(m, c->chief, REQUEST_PROPOSE_BOOK);

    job->request.u.propose_book = (struct request_apply_book){
        .text = text, .n = strlen(text), .file = ""};
    carry_out(m, job, text);
}

static void approve(struct matrix *m, enum matrix_who who, uint64_t id, const char *text)
{
    struct job *job = job_of(m, who, REQUEST_APPROVE_BOOK);

    job->request.u.approve_book.proposal = id;
    digest_sha256(text, strlen(text), job->request.u.approve_book.sha256);
    carry_out(m, job, text);
}

/* Each contract is agreed, and a change of it waits for both. */
static void agree(struct matrix *m)
{
    for (size_t i = 0; i < MATRIX_CONTRACTS; i++) {
        const struct contract *c = &contracts[i];
        contract_text(c, true, HOURS, m->proposals[i]);
        propose(m, c, m->proposals[i]);
        approve(m, c->chief, i + 1, m->proposals[i]);
        approve(m, c->manager, i + 1, m->proposals[i]);
    }
    for (size_t i = 0; i < MATRIX_CONTRACTS; i++) {
        contract_text(&contracts[i], true, HOURS + 1, m->proposals[i]);
        propose(m, &contracts[i], m->proposals[i]);
    }
}

static void fill(struct matrix *m, const struct contract *c)
{
    for (uint64_t i = 1; i <= FILLERS; i++) {
        struct job *job = service_new(&m->s, (enum who)c->chief, c->name, "P1",
                                      stamp_now(&m->s.stamp));
        job->request.u.new_ticket.team = i == OTHER_SURVIVOR || i == OTHER_TEAM ? c->other_team
                                                                                : c->team;
        carry_out(m, job, c->name);
        T_EQ_INT(service_number(job), i);
    }
}

static struct job *ticket_job(struct matrix *m, enum matrix_who who, enum request_kind kind,
                              const struct contract *c, const struct matrix_ticket *t)
{
    struct job *job = job_of(m, who, kind);

    job->request.u.ticket = service_ticket(c->key, t->number);
    return job;
}

static void feed_ticket(struct matrix *m, const struct group *g, enum matrix_who tool,
                        const char *source, struct matrix_ticket *t)
{
    const struct contract *c = &contracts[g->contract];
    struct job *job = job_of(m, tool, REQUEST_INTAKE);
    const size_t n = strlen(t->mark);

    job->request.u.intake = (struct request_intake){
        .action = INTAKE_OPEN,
        .ticket = {.contract = c->name,
                   .priority = "P1",
                   .function = "",
                   .category = "",
                   .customer_tier = "",
                   .language = "",
                   .team = g->other_team ? c->other_team : c->team,
                   .hold = "",
                   .source = source,
                   .source_key = t->key,
                   .channel = "",
                   .subject = {TEXT_SUBJECT, t->mark, n},
                   .requester = {TEXT_REQUESTER, t->mark, n},
                   .body = {TEXT_BODY, t->mark, n}},
    };
    memcpy(job->request.line_id, t->key, 8);
    carry_out(m, job, "a ticket comes");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    snprintf(t->name, sizeof(t->name), "%s", e->reply->intake_done->ticket);
    t->number = strtoull(strchr(t->name, '-') + 1, NULL, 10);
    T_EQ_INT(strlen(t->name), 6, "%s", t->name);
}

static void open_ticket(struct matrix *m, enum matrix_group group, enum matrix_who holder,
                        struct matrix_ticket *t)
{
    const struct group *g = &groups[group];
    const struct contract *c = &contracts[g->contract];
    const bool crm = group == MATRIX_TEAM || group == MATRIX_VENDOR;

    m->n_tickets++;
    t->holder = holder;
    snprintf(t->key, sizeof(t->key), "key-%04u", (unsigned)m->n_tickets % 10000);
    snprintf(t->mark, sizeof(t->mark), "mark-%04u", (unsigned)m->n_tickets % 10000);
    feed_ticket(m, g, crm ? MATRIX_CRM : c->intake, crm ? "crm" : c->source, t);
    struct job *job = ticket_job(m, c->chief, REQUEST_ASSIGN_TICKET, c, t);
    job->request.u.assign.name = people[holder - 1].name;
    carry_out(m, job, "somebody has it");
    job = ticket_job(m, c->chief, REQUEST_HOLD_TICKET, c, t);
    job->request.u.hold.reason = "wait";
    carry_out(m, job, "it waits");
    const struct text tag = {TEXT_TAG, t->mark, strlen(t->mark)};
    job = ticket_job(m, c->chief, REQUEST_TAG_TICKET, c, t);
    job->request.u.tag.tags = &tag;
    job->request.u.tag.n_tags = 1;
    carry_out(m, job, "it is tagged");
}

static void bring_to(struct matrix *m, enum matrix_group group, enum matrix_state state,
                     const struct matrix_ticket *t)
{
    const struct group *g = &groups[group];
    const struct contract *c = &contracts[g->contract];
    struct job *job;

    if (state == MATRIX_OPEN) {
        job = ticket_job(m, c->chief, REQUEST_LINK_TICKET, c, t);
        job->request.u.link.other = service_ticket(c->key,
                                                   g->other_team ? SURVIVOR : OTHER_SURVIVOR);
        job->request.u.link.kind = LINK_RELATES;
        carry_out(m, job, "it has to do with one of the other team");
    }
    if (state == MATRIX_RESOLVED || state == MATRIX_CLOSED) {
        job = ticket_job(m, c->chief, REQUEST_RESOLVE_TICKET, c, t);
        job->request.u.message.channel = "";
        carry_out(m, job, "it is resolved");
    }
    if (state == MATRIX_CLOSED) {
        carry_out(m, ticket_job(m, c->chief, REQUEST_CLOSE_TICKET, c, t), "it is closed");
    }
    if (state == MATRIX_MERGED) {
        job = ticket_job(m, c->chief, REQUEST_MERGE_TICKET, c, t);
        /* Of the mate's, into one that their team does not see. */
        job->request.u.merge.other = service_ticket(
            c->key, g->other_team || group == MATRIX_TEAM ? OTHER_SURVIVOR : SURVIVOR);
        carry_out(m, job, "it is merged");
    }
    if (state == MATRIX_ERASED) {
        job = ticket_job(m, c->manager, REQUEST_ERASE_TEXTS, c, t);
        job->request.u.erase.requester = "";
        job->request.u.erase.contract = "";
        job->request.reason = "on request";
        carry_out(m, job, "it is erased");
    }
}

/* --- live events ------------------------------------------------------------------------------ */

static void sent(void *user, uint64_t conn, const struct wire_bytes *payload)
{
    struct matrix *m = user;

    (void)conn;
    T_CHECK(m->n_events + payload->n <= sizeof(m->events));
    memcpy(m->events + m->n_events, payload->p, payload->n);
    m->n_events += payload->n;
}

static int queued(void *user, uint64_t conn, size_t *ret_bytes)
{
    (void)user;
    (void)conn;
    *ret_bytes = 0;
    return 0;
}

static void closed(void *user, uint64_t conn)
{
    (void)user;
    T_CHECK(false, "subscription %u ended", (unsigned)conn);
}

/* --- all of it -------------------------------------------------------------------------------- */

static int zeros(void *user, void *ret, size_t n)
{
    (void)user;
    memset(ret, 0, n);
    return 0;
}

/* At all that they may see; that is recorded. */
static void look(struct matrix *m, enum matrix_who who)
{
    struct job *job = job_of(m, who, REQUEST_LIST_TICKETS);

    job->request.u.list_tickets = (struct request_list_tickets){
        .contract = "", .team = "", .assignee = "", .due_before_at = INSTANT_NONE, .limit = 1000};
    service_read(&m->s, job);
    T_EQ_INT(service_code(job), 0);
}

static struct matrix_ticket *place(struct matrix *m, size_t holder, enum matrix_group group,
                                   enum matrix_state state)
{
    return group == MATRIX_OWN ? &m->own[holder][state] : &m->tickets[group][state];
}

static void make_tickets(struct matrix *m)
{
    for (size_t i = 0; i < MATRIX_CONTRACTS; i++) {
        fill(m, &contracts[i]);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (enum matrix_group g = MATRIX_OWN; g < MATRIX_GROUPS; g++) {
            const size_t n = g == MATRIX_OWN ? MATRIX_HOLDERS : 1;
            for (size_t i = 0; i < n * MATRIX_STATES; i++) {
                const size_t holder = i / MATRIX_STATES;
                const enum matrix_state state = (enum matrix_state)(i % MATRIX_STATES);
                struct matrix_ticket *t = place(m, holder, g, state);
                if (pass == 0) {
                    open_ticket(m, g, g == MATRIX_OWN ? holders[holder] : groups[g].worker, t);
                } else {
                    bring_to(m, g, state, t);
                }
            }
        }
        if (pass == 0) {
            service_at(&m->s, stamp_now(&m->s.stamp) + BREACHED_AFTER_US);
            while (service_round(&m->s) == 0) {
            }
        }
    }
}

struct matrix *matrix_new(void)
{
    static char book[16384];
    struct matrix *m = calloc(1, sizeof(*m));
    const struct service_options options = {
        .book = book, .people = people, .n_people = MATRIX_END - 1, .vouched = true};
    const struct batch_options batch = {.epoch = 1, .random = zeros};

    T_CHECK(m != NULL);
    make_book(book, sizeof(book));
    service_init(&m->s, &options);
    agree(m);
    make_tickets(m);
    service_disable(&m->s, (enum who)MATRIX_DISABLED);
    service_forget_keys(&m->s, (enum who)MATRIX_KEYLESS);
    look(m, MATRIX_MANAGER);
    look(m, MATRIX_OTHERS_MANAGER);
    m->began_at = stamp_now(&m->s.stamp) + SECOND_US; /* what is recorded has later stamps */
    T_EQ_INT(batch_new(m->s.env, journal_lmdb_journal(m->s.lmdb), &batch, &m->batch), 0);
    const struct feed_options feed = {.env = m->s.env,
                                      .books = &m->s.books,
                                      .send = sent,
                                      .queued = queued,
                                      .close = closed,
                                      .user = m};
    T_EQ_INT(feed_new(&feed, &m->feed), 0);
    return m;
}

void matrix_free(struct matrix *m)
{
    feed_free(m->feed);
    batch_free(m->batch);
    service_fini(&m->s);
    free(m);
}

const struct matrix_ticket *matrix_ticket(const struct matrix *m, enum matrix_who who,
                                          enum matrix_group group, enum matrix_state state)
{
    size_t holder = 0;

    for (size_t i = 1; i < MATRIX_HOLDERS; i++) {
        holder = holders[i] == who ? i : holder;
    }
    return group == MATRIX_OWN ? &m->own[holder][state] : &m->tickets[group][state];
}

void matrix_aim(const struct matrix *m, enum matrix_who who, enum matrix_group group,
                enum matrix_state state, struct matrix_aim *ret)
{
    const struct group *g = &groups[group];
    const struct contract *c = &contracts[g->contract];
    const struct contract *strange = &contracts[(g->contract + 1) % MATRIX_CONTRACTS];
    const struct matrix_ticket *t = matrix_ticket(m, who, group, state);
    const char *own = who == MATRIX_GONE ? "" : people[who - 1].source;

    *ret = (struct matrix_aim){.who = who, .group = group, .state = state};
    snprintf(ret->ticket, sizeof(ret->ticket), "%s", t->name);
    snprintf(ret->same_team, sizeof(ret->same_team), "%s-%d", c->key,
             g->other_team ? OTHER_TEAM : SAME_TEAM);
    snprintf(ret->other_team, sizeof(ret->other_team), "%s-%d", c->key,
             g->other_team ? SAME_TEAM : OTHER_TEAM);
    snprintf(ret->strange, sizeof(ret->strange), "%s-%d", strange->key, SAME_TEAM);
    snprintf(ret->none, sizeof(ret->none), "%s-99", c->key);
    snprintf(ret->contract, sizeof(ret->contract), "%s", c->name);
    snprintf(ret->calendar, sizeof(ret->calendar), "cal-%s", c->name);
    snprintf(ret->party, sizeof(ret->party), "%s", c->vendor);
    snprintf(ret->source, sizeof(ret->source), "%s",
             group == MATRIX_TEAM || group == MATRIX_VENDOR ? "crm" : c->source);
    snprintf(ret->own, sizeof(ret->own), "%s", own[0] == '\0' ? "mail" : own);
    snprintf(ret->key, sizeof(ret->key), "%s", t->key);
    snprintf(ret->fresh, sizeof(ret->fresh), "key-9999");
    snprintf(ret->team, sizeof(ret->team), "%s", g->other_team ? c->other_team : c->team);
    snprintf(ret->to_team, sizeof(ret->to_team), "%s", g->other_team ? c->team : c->other_team);
    snprintf(ret->worker, sizeof(ret->worker), "%s", people[c->chief - 1].name);
    contract_text(c, true, HOURS + 2, ret->book);
    ret->proposal = MATRIX_CONTRACTS + 1 + g->contract;
    digest_sha256(m->proposals[g->contract], strlen(m->proposals[g->contract]), ret->sha256);
    ret->now_at = m->began_at;
}
