// SPDX-License-Identifier: Apache-2.0
#include "life.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/tickets.h"
#include "t.h"

const char life_book[] =
    "calendars:\n"
    "  - {name: always, zone: Etc/UTC,\n"
    "     week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n"
    "parties: [{name: acme}, {name: vend}, {name: other}]\n"
    "teams:\n"
    "  - {name: one, party: vend}\n"
    "  - {name: two, party: vend}\n"
    "  - {name: three, party: other}\n"
    "sources:\n"
    "  - {name: mail, may_assert: [requester]}\n"
    "  - {name: crm, starts_at: occurred, may_assert: [requester, vendor]}\n"
    "contracts:\n"
    "  - name: con\n"
    "    key: CON\n"
    "    buyer: acme\n"
    "    vendor: vend\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: always\n"
    "    teams: [{team: one}, {team: two}]\n"
    "    default_team: one\n"
    "    priorities: [P0, P1, P2]\n"
    "    on_reopen: {window: 2h}\n"
    "    priority_change: {raise: [agent, lead], lower: [manager]}\n"
    "    targets:\n"
    "      - {clock: first_response, match: {}, within: 4000h, calendar: always}\n"
    "      - {clock: resolution, match: {}, within: 4000h, calendar: always}\n"
    "    holds:\n"
    "      - {reason: wait, party: buyer, pauses: [resolution]}\n"
    "      - {reason: ask, party: buyer, pauses: [resolution], set_by: [vendor],\n"
    "         needs: public_question, ends_on: requester_message}\n"
    "  - name: two\n"
    "    key: TWO\n"
    "    buyer: acme\n"
    "    vendor: other\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: always\n"
    "    teams: [{team: three}]\n"
    "    default_team: three\n"
    "    priorities: [P0, P1]\n"
    "    targets:\n"
    "      - {clock: resolution, match: {}, within: 4000h, calendar: always}\n";

static const struct service_person people[L_END - 1] = {
    [L_ADMIN - 1] = {"admin", ROLE_ADMIN, 0, 0, ""},
    [L_AGENT - 1] = {"agent", ROLE_AGENT, 2, 1, ""},
    [L_AGENT_2 - 1] = {"agent-2", ROLE_AGENT, 2, 2, ""},
    [L_LEAD - 1] = {"lead", ROLE_LEAD, 2, 1, ""},
    [L_VM - 1] = {"vm", ROLE_VENDOR_MANAGER, 2, 0, ""},
    [L_MANAGER - 1] = {"manager", ROLE_MANAGER, 1, 0, ""},
    [L_MAIL - 1] = {"mail-tool", ROLE_INTAKE, 2, 0, "mail"},
    [L_CRM - 1] = {"crm-tool", ROLE_INTAKE, 2, 0, "crm"},
    [L_BARE - 1] = {"bare-tool", ROLE_INTAKE, 2, 0, "bare"},
    [L_OTHER - 1] = {"stranger", ROLE_AGENT, 3, 3, ""},
    [L_MAIL_2 - 1] = {"mail-tool-2", ROLE_INTAKE, 3, 0, "mail"},
};

void life_init(struct service *s)
{
    const struct service_options options = {
        .book = life_book,
        .people = people,
        .n_people = L_END - 1,
    };
    service_init(s, &options);
}

struct job *life_job(struct service *s, enum life_who who, enum request_kind kind, uint64_t number,
                     int64_t at)
{
    struct job *job = service_job(s, (enum who)who, kind, at);
    struct request *r = &job->request;

    r->u.ticket = service_ticket("CON", number);
    switch (kind) {
    case REQUEST_ADD_MESSAGE:
        r->u.message.visibility = MESSAGE_PUBLIC;
        r->u.message.body = (struct text){TEXT_BODY, "words", 5};
        r->u.message.channel = "";
        r->u.message.hold = "";
        break;
    case REQUEST_RESOLVE_TICKET:
        r->u.message.visibility = MESSAGE_PUBLIC;
        r->u.message.channel = "";
        r->u.message.hold = "";
        break;
    case REQUEST_HOLD_TICKET:
    case REQUEST_RESUME_TICKET: r->u.hold.reason = ""; break;
    case REQUEST_EDIT_TICKET:
        r->u.edit.category = "";
        r->u.edit.customer_tier = "";
        r->u.edit.language = "";
        break;
    case REQUEST_SHOW_LOG: r->u.log.limit = 1000; break;
    default: break;
    }
    return job;
}

void life_run(struct service *s, struct job *job, int code, const char *what)
{
    service_write(s, job);
    int got = service_code(job);
    if (got != code) {
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(got == code, "%s: %d, not %d: %s", what, got, code,
                e->reply->error == NULL ? "" : e->reply->error->message);
    }
}

uint64_t life_open(struct service *s, int64_t at)
{
    struct job *job = service_new(s, (enum who)L_AGENT, "con", "P1", at);
    life_run(s, job, 0, "open");
    return service_number(job);
}

struct job *life_intake(struct service *s, enum life_who who, const char *source, const char *key,
                        const char *line, enum intake_action action, int64_t at)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_INTAKE, at);
    struct request_intake *in = &job->request.u.intake;

    *in = (struct request_intake){.action = action};
    in->ticket = (struct request_new_ticket){
        .contract = "con",
        .priority = "",
        .function = "",
        .category = "",
        .customer_tier = "",
        .language = "",
        .team = "",
        .hold = "",
        .source = source,
        .source_key = key,
        .channel = "",
    };
    if (action == INTAKE_OPEN) {
        in->ticket.subject = (struct text){TEXT_SUBJECT, "a subject", 9};
        in->ticket.body = (struct text){TEXT_BODY, "a body", 6};
    }
    if (action == INTAKE_MESSAGE) {
        in->visibility = MESSAGE_PUBLIC;
        in->ticket.body = (struct text){TEXT_BODY, "more", 4};
    }
    memset(job->request.line_id, 0, sizeof(job->request.line_id));
    snprintf((char *)job->request.line_id, sizeof(job->request.line_id), "%s:%s", source, line);
    memset(job->request.content_hash, 0, sizeof(job->request.content_hash));
    snprintf((char *)job->request.content_hash, sizeof(job->request.content_hash), "%s", line);
    return job;
}

struct ticket life_ticket(struct service *s, uint64_t number)
{
    static struct arena arena; /* what it points to lives until the next */
    struct ticket ticket;
    struct txn txn;

    arena_fini(&arena);
    arena_init(&arena, 1 << 20);
    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(tickets_get(&txn, 1, number, &arena, &ticket), 0, "CON-%d", (int)number);
    txn_abort(&txn);
    return ticket;
}

void life_says(const struct job *job, const char *message, const char *hint)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__Error *error = e->reply->error;

    T_CHECK(error != NULL, "it was not refused");
    T_CHECK(strstr(error->message, message) != NULL, "%s: not \"%s\"", error->message, message);
    T_CHECK(hint == NULL || (error->hint != NULL && strstr(error->hint, hint) != NULL),
            "hint %s: not \"%s\"", error->hint == NULL ? "" : error->hint, hint);
}

struct history {
    char *buf;
    size_t size;
    size_t used;
};

static int add(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct history *h = user;

    (void)proof;
    int n = snprintf(h->buf + h->used, h->size - h->used, "%s%s", h->used == 0 ? "" : " ",
                     event_kind_name(entry->event.kind));
    T_CHECK(n > 0 && (size_t)n < h->size - h->used);
    h->used += (size_t)n;
    return 0;
}

const char *life_history(struct service *s, uint64_t number, char *buf, size_t size)
{
    struct history h = {.buf = buf, .size = size};
    struct ticket ticket = life_ticket(s, number);
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(entries_history_bare(&txn, 1, ticket.last_seq, 100, add, &h), 0);
    txn_abort(&txn);
    return buf;
}
