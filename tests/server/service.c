// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/zonefile.h"
#include "core/instant.h"
#include "cursor.h"
#include "dispatch.h"
#include "log.h"
#include "store/error.h"
#include "store/principals.h"
#include "store/tickets.h"
#include "t.h"

static const uint8_t cluster_id[ENV_CLUSTER_ID_BYTES] = "service of tests";

const char service_book[] =
    "calendars:\n"
    "  - {name: always, zone: Etc/UTC,\n"
    "     week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n"
    "  - {name: cal-aaa, zone: Europe/Berlin,\n"
    "     week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n"
    "  - {name: cal-bbb, zone: Asia/Manila,\n"
    "     week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n"
    "  - {name: mem-aaa, zone: Asia/Tokyo,\n"
    "     week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n"
    "  - {name: union-aaa, union: [always, mem-aaa]}\n"
    "parties:\n"
    "  - {name: acme}\n"
    "  - {name: vendor-aaa}\n"
    "  - {name: vendor-bbb}\n"
    "teams:\n"
    "  - {name: one-aaa, party: vendor-aaa}\n"
    "  - {name: two-aaa, party: vendor-aaa}\n"
    "  - {name: one-bbb, party: vendor-bbb}\n"
    "contracts:\n"
    "  - name: con-aaa\n"
    "    key: AAA\n"
    "    buyer: acme\n"
    "    vendor: vendor-aaa\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: always\n"
    "    teams: [{team: one-aaa}, {team: two-aaa}]\n"
    "    default_team: one-aaa\n"
    "    priorities: [P0, P1, P2]\n"
    "    targets:\n"
    "      - {clock: first_response, match: {priority: [P0]}, within: 1s, calendar: always}\n"
    "      - {clock: first_response, match: {priority: [P1]}, within: 2h, calendar: cal-aaa}\n"
    "      - {clock: first_response, match: {}, within: 4h, calendar: always}\n"
    "      - {clock: resolution, match: {priority: [P0]}, within: 2s, calendar: always}\n"
    "      - {clock: resolution, match: {}, within: 8h, calendar: union-aaa}\n"
    "    holds:\n"
    "      - {reason: wait-aaa, party: buyer, pauses: [resolution]}\n"
    "  - name: con-bbb\n"
    "    key: BBB\n"
    "    buyer: acme\n"
    "    vendor: vendor-bbb\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: always\n"
    "    teams: [{team: one-bbb}]\n"
    "    default_team: one-bbb\n"
    "    priorities: [P0, P1, P2]\n"
    "    targets:\n"
    "      - {clock: first_response, match: {priority: [P0]}, within: 1s, calendar: always}\n"
    "      - {clock: first_response, match: {}, within: 4h, calendar: cal-bbb}\n"
    "      - {clock: resolution, match: {}, within: 8h, calendar: always}\n"
    "    holds:\n"
    "      - {reason: wait-bbb, party: buyer, pauses: [resolution]}\n";

static const struct {
    const char *name;
    uint32_t roles;
    const char *party;
    const char *team;
    const char *source;
} people[WHO_END] = {
    [ADMIN] = {"admin", ROLE_ADMIN, "", "", ""},
    [AGENT_A] = {"agent-aaa", ROLE_AGENT, "vendor-aaa", "one-aaa", ""},
    [VM_A] = {"vm-aaa", ROLE_VENDOR_MANAGER, "vendor-aaa", "", ""},
    [AUDITOR_A] = {"auditor-aaa", ROLE_AUDITOR, "vendor-aaa", "", ""},
    [INTAKE_A] = {"intake-aaa", ROLE_INTAKE, "vendor-aaa", "", "mail"},
    [AGENT_B] = {"agent-bbb", ROLE_AGENT, "vendor-bbb", "one-bbb", ""},
    [VM_B] = {"vm-bbb", ROLE_VENDOR_MANAGER, "vendor-bbb", "", ""},
    [AUDITOR_B] = {"auditor-bbb", ROLE_AUDITOR, "vendor-bbb", "", ""},
    [INTAKE_B] = {"intake-bbb", ROLE_INTAKE, "vendor-bbb", "", "mail"},
    [MANAGER] = {"manager", ROLE_MANAGER, "acme", "", ""},
};

/* --- the store -------------------------------------------------------------------------------- */

static void deliver(void *user, struct queue_item *first)
{
    struct service *s = user;

    for (; first != NULL; first = first->next) {
        s->answers[((struct job *)first)->conn]++;
    }
}

static void principals_changed(void *user)
{
    struct service *s = user;
    s->principals_changed++;
}

static void fatal(void *user, const char *reason)
{
    struct service *s = user;
    (void)reason;
    s->fatal++;
}

static struct journal *journal_of(struct service *s)
{
    return s->mem != NULL ? journal_mem_journal(s->mem) : journal_lmdb_journal(s->lmdb);
}

void service_at(struct service *s, int64_t now_at)
{
    s->now_at = now_at;
    s->stamp.guard.last_at = now_at; /* where stamps stand until the clock has caught up */
}

static void open_store(struct service *s)
{
    const struct env_options options = {.map_bytes = s->options.map_bytes};
    char error[ENV_ERROR_BYTES];
    struct refusal refusal = {.message = ""};
    struct txn txn;

    T_EQ_INT(env_open(s->path, &options, error, sizeof(error), &s->env), 0, "%s", error);
    T_EQ_INT(journal_lmdb_new(s->env, &s->lmdb), 0);
    T_EQ_INT(stamp_init(&s->stamp, INT64_MIN, INT64_MAX), 0);
    if (s->now_at != 0) {
        service_at(s, s->now_at);
    }
    const char *zones = s->options.zone_dir != NULL ? s->options.zone_dir : ZONEFILE_DIR;
    T_EQ_INT(books_init(&s->books, zones), 0);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(books_load(&s->books, &txn, &refusal), 0, "%s", refusal.message);
    txn_abort(&txn);
    T_EQ_INT(queue_init(&s->queue), 0);
    if (s->held_at != 0) {
        queue_hold(&s->queue, 0, s->held_at);
    }
}

static void start_writer(struct service *s)
{
    const struct writer_options options = {
        .env = s->env,
        .journal = journal_of(s),
        .books = &s->books,
        .queue = &s->queue,
        .stamp = &s->stamp,
        .enrol = s->options.enrol,
        .deliver = deliver,
        .principals_changed = principals_changed,
        .fatal = fatal,
        .user = s,
    };
    T_EQ_INT(writer_new(&options, &s->writer), 0);
    T_EQ_INT(writer_prepare(s->writer), 0);
}

static void close_store(struct service *s)
{
    writer_free(s->writer);
    s->writer = NULL;
    queue_fini(&s->queue);
    books_fini(&s->books);
    stamp_fini(&s->stamp);
    journal_lmdb_free(s->lmdb);
    env_close(s->env);
}

void service_restart(struct service *s, uint64_t map_bytes)
{
    close_store(s);
    if (map_bytes != 0) {
        s->options.map_bytes = map_bytes;
    }
    open_store(s);
    start_writer(s);
}

/* --- principals and the book ------------------------------------------------------------------ */

/* Ids are given in the order of the book. */
static uint32_t place_of(const char *name, const char *const *names)
{
    uint32_t id = 1;

    if (name[0] == '\0') {
        return 0;
    }
    while (strcmp(names[id - 1], name) != 0) {
        id++;
    }
    return id;
}

static int salt(void *user, void *ret, size_t n)
{
    (void)user;
    memset(ret, 7, n);
    return 0;
}

static struct service_person person(const struct service *s, uint32_t id)
{
    static const char *const parties[] = {"acme", "vendor-aaa", "vendor-bbb"};
    static const char *const teams[] = {"one-aaa", "two-aaa", "one-bbb"};

    if (s->options.people != NULL) {
        return s->options.people[id - 1];
    }
    return (struct service_person){people[id].name, people[id].roles,
                                   place_of(people[id].party, parties),
                                   place_of(people[id].team, teams), people[id].source};
}

static void set_principals(struct service *s)
{
    const uint32_t end = s->options.people != NULL ? (uint32_t)s->options.n_people + 1 : WHO_END;
    const struct batch_options options = {.epoch = 1, .random = salt};
    struct batch *batch;

    T_EQ_INT(batch_new(s->env, journal_of(s), &options, &batch), 0);
    T_EQ_INT(batch_begin(batch, (const uint8_t *)"principals 12345"), 0);
    for (uint32_t id = ADMIN; id < end; id++) {
        const struct service_person who = person(s, id);
        struct entry entry = {.recorded_at = stamp_now(&s->stamp), .via = "test"};
        entry.event = (struct event){.kind = EVENT_PRINCIPAL_SET,
                                     .origin = ORIGIN_LIVE,
                                     .effective_at = entry.recorded_at,
                                     .claimed_at = INSTANT_NONE};
        struct principal *p = &entry.event.u.principal;
        p->id = id;
        p->generation = 1;
        snprintf(p->name, sizeof(p->name), "%s", who.name);
        snprintf(p->source, sizeof(p->source), "%s", who.source);
        p->human = who.roles != ROLE_INTAKE;
        p->roles = who.roles;
        p->party = who.party;
        p->teams[0] = who.team;
        p->n_teams = p->teams[0] == 0 ? 0 : 1;
        if (s->options.vouched && (who.roles & (ROLE_MANAGER | ROLE_VENDOR_MANAGER)) != 0) {
            p->voice = VOICE_COUNTS;
        }
        T_EQ_INT(batch_append(batch, &entry), 0, "%s", batch_text(batch));
    }
    T_EQ_INT(batch_commit(batch), 0, "%s", batch_text(batch));
    batch_free(batch);
}

/* A principal that is changed behind the writer's back. */
static void put_principal(struct service *s, const struct principal *p)
{
    const struct batch_options options = {.epoch = 1, .random = salt};
    struct entry entry = {.recorded_at = stamp_now(&s->stamp), .via = "test"};
    struct batch *batch;

    entry.event = (struct event){.kind = EVENT_PRINCIPAL_SET,
                                 .origin = ORIGIN_LIVE,
                                 .effective_at = entry.recorded_at,
                                 .claimed_at = INSTANT_NONE};
    entry.event.u.principal = *p;
    entry.event.u.principal.generation++;
    T_EQ_INT(batch_new(s->env, journal_of(s), &options, &batch), 0);
    uint8_t id[16] = "principal then";
    id[15] = (uint8_t)p->id;
    T_EQ_INT(batch_begin(batch, id), 0);
    T_EQ_INT(batch_append(batch, &entry), 0, "%s", batch_text(batch));
    T_EQ_INT(batch_commit(batch), 0, "%s", batch_text(batch));
    batch_free(batch);
}

static struct principal principal_of(struct service *s, enum who who)
{
    struct principal p;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(principals_get(&txn, who, &p), 0);
    txn_abort(&txn);
    return p;
}

void service_disable(struct service *s, enum who who)
{
    struct principal p = principal_of(s, who);
    p.disabled = true;
    put_principal(s, &p);
}

void service_forget_keys(struct service *s, enum who who)
{
    struct principal p = principal_of(s, who);
    p.pinned = true;
    put_principal(s, &p);
}

void service_set_roles(struct service *s, enum who who, uint32_t roles)
{
    struct principal p = principal_of(s, who);
    p.roles = roles;
    put_principal(s, &p);
}

static void apply_book(struct service *s)
{
    struct job *job = service_job(s, ADMIN, REQUEST_APPLY_BOOK, stamp_now(&s->stamp));

    const char *text = s->options.book != NULL ? s->options.book : service_book;
    job->request.u.apply_book = (struct request_apply_book){
        .text = text, .n = strlen(text), .file = ""};
    service_write(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    if (s->options.book != NULL) {
        return;
    }
    T_EQ_INT(book_party_named(s->books.current->book, "vendor-bbb")->id, 3);
    T_EQ_INT(book_team_named(s->books.current->book, "one-bbb")->id, 3);
}

void service_init(struct service *s, const struct service_options *options)
{
    char error[ENV_ERROR_BYTES];

    memset(s, 0, sizeof(*s));
    if (options != NULL) {
        s->options = *options;
    }
    log_set_level(LOG_ERROR);
    tmpdir_init(&s->dir);
    snprintf(s->path, sizeof(s->path), "%s/store", s->dir.path);
    const struct env_options made = {.map_bytes = s->options.map_bytes};
    T_EQ_INT(env_create(s->path, cluster_id, &made, error, sizeof(error)), 0, "%s", error);
    s->mem = s->options.journal_mem ? journal_mem_new(cluster_id, s->options.seed) : NULL;
    open_store(s);
    set_principals(s);
    start_writer(s);
    apply_book(s);
}

void (*service_at_end)(struct service *s);

void service_fini(struct service *s)
{
    if (s->env != NULL && service_at_end != NULL && !s->unproved) {
        service_at_end(s);
    }
    close_store(s);
    journal_mem_free(s->mem);
    for (size_t i = 0; i < s->n_jobs; i++) {
        job_free(s->jobs[i]);
    }
    tmpdir_fini(&s->dir);
}

/* --- requests --------------------------------------------------------------------------------- */

struct job *service_job(struct service *s, enum who who, enum request_kind kind, int64_t at)
{
    T_CHECK(s->n_jobs < SERVICE_JOBS_MAX);
    struct job *job = job_new(s->n_jobs, who, at);
    T_CHECK(job != NULL);
    s->jobs[s->n_jobs++] = job;
    job->request = (struct request){
        .id = s->n_jobs,
        .kind = kind,
        .has_request_id = request_writes(kind),
        .claimed_at = INSTANT_NONE,
        .as_of_at = INSTANT_NONE,
        .as_known_at = INSTANT_NONE,
        .reason = "",
    };
    memcpy(job->request.request_id, &s->n_jobs, sizeof(s->n_jobs));
    memcpy(job->request.content_hash, &s->n_jobs, sizeof(s->n_jobs));
    return job;
}

struct job *service_again(struct service *s, const struct job *job, int64_t at)
{
    struct job *again = service_job(s, (enum who)job->principal, job->request.kind, at);
    again->request = job->request;
    return again;
}

struct wire_ticket service_ticket(const char *key, uint64_t number)
{
    struct wire_ticket ticket = {.number = number};
    snprintf(ticket.key, sizeof(ticket.key), "%s", key);
    return ticket;
}

struct job *service_new(struct service *s, enum who who, const char *contract, const char *priority,
                        int64_t at)
{
    static const char subject[] = "subject of aaa";
    static const char other[] = "subject of bbb";
    struct job *job = service_job(s, who, REQUEST_NEW_TICKET, at);
    const char *text = strstr(contract, "bbb") != NULL ? other : subject;

    job->request.u.new_ticket = (struct request_new_ticket){
        .contract = contract,
        .priority = priority,
        .function = "",
        .category = "",
        .customer_tier = "",
        .language = "",
        .team = "",
        .hold = "",
        .source = "",
        .source_key = "",
        .channel = "",
        .requester = {TEXT_REQUESTER, text + 11, 3},
        .subject = {TEXT_SUBJECT, text, strlen(text)},
        .body = {TEXT_BODY, text, strlen(text)},
    };
    return job;
}

struct job *service_note(struct service *s, enum who who, const char *key, uint64_t number,
                         int64_t at)
{
    struct job *job = service_job(s, who, REQUEST_ADD_MESSAGE, at);

    job->request.u.message = (struct request_message){
        .ticket = service_ticket(key, number),
        .visibility = MESSAGE_INTERNAL,
        .channel = "",
        .body = {TEXT_BODY, "note", 4},
    };
    return job;
}

/* --- running ---------------------------------------------------------------------------------- */

void service_push(struct service *s, struct job *job)
{
    queue_push(&s->queue, &job->item);
}

int64_t service_round(struct service *s)
{
    int64_t wait_us = -1;
    T_EQ_INT(writer_round(s->writer, 0, &wait_us), 0);
    T_EQ_INT(s->fatal, 0);
    return wait_us;
}

void service_write(struct service *s, struct job *job)
{
    service_push(s, job);
    (void)service_round(s);
    T_EQ_INT(s->answers[job->conn], 1);
}

void service_read(struct service *s, struct job *job)
{
    struct access access = {.arena = &job->arena};
    struct principal who;
    struct refusal refusal;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(principals_get(&txn, job->principal, &who), 0);
    struct shared_book *book = books_hold(&s->books);
    struct call call = {
        .request = &job->request,
        .who = &who,
        .book = book->book,
        .books = &s->books,
        .txn = &txn,
        .arena = &job->arena,
        .at = job->item.at,
        .now_at = job->item.at,
        .access = &access,
        .feed = s->feed,
        .conn = job->conn,
        .reply = &job->reply,
        .refusal = &refusal,
    };
    int result = dispatch_read(&call);
    T_CHECK(result >= 0, "%s", txn_text(&txn));
    if (result > 0) {
        T_EQ_INT(job_refuse(job, &refusal), 0);
    }
    books_release(book);
    txn_abort(&txn);
    if (result == 0 && access.first != NULL) {
        job->notes = access.first;
        job->answer = job->reply;
        job->reply.n = 0; /* nothing leaves yet */
        service_write(s, job);
    }
}

/* --- replies ---------------------------------------------------------------------------------- */

Slate__V1__Envelope *service_reply(const struct job *job)
{
    T_CHECK(job->reply.n > 0, "request %zu has no reply", (size_t)job->conn);
    Slate__V1__Envelope *e = slate__v1__envelope__unpack(NULL, job->reply.n, job->reply.p);
    T_CHECK(e != NULL && e->reply != NULL);
    T_EQ_INT(e->reply->id, job->request.id);
    return e;
}

void service_reply_free(Slate__V1__Envelope **envelope)
{
    slate__v1__envelope__free_unpacked(*envelope, NULL);
}

int service_code(const struct job *job)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    return e->reply->error == NULL ? 0 : (int)e->reply->error->code;
}

uint64_t service_number(const struct job *job)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__Reply *r = e->reply;
    const char *ticket = NULL;

    if (r->ticket_changed != NULL) {
        ticket = r->ticket_changed->ticket->ticket;
    }
    return ticket == NULL ? 0 : strtoull(strchr(ticket, '-') + 1, NULL, 10);
}

uint64_t service_token(const struct job *job)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    return e->reply->token == NULL ? 0 : e->reply->token->seq;
}

uint64_t service_count(struct service *s, const char *contract)
{
    uint64_t next;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    const struct book_contract *c = book_contract_named(s->books.current->book, contract);
    T_EQ_INT(tickets_next_number(&txn, c->id, &next), 0);
    txn_abort(&txn);
    return next - 1;
}

struct wire_bytes service_cursor(struct service *s, struct job *job, const void *place, size_t n)
{
    const struct principal who = {.id = job->principal};
    struct wire_bytes cursor;
    struct refusal refusal;
    struct txn txn;
    struct call call = {
        .request = &job->request,
        .who = &who,
        .txn = &txn,
        .arena = &job->arena,
        .refusal = &refusal,
    };

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(cursor_seal(&call, place, n, &cursor), 0);
    txn_abort(&txn);
    return cursor;
}
