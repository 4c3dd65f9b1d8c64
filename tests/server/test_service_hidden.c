// SPDX-License-Identifier: Apache-2.0
/*
 * Whoever names a thing that they must not know of is answered, to the byte, as if they had named
 * one that is not there, but for the name that they said themselves: in every operation that names
 * something, in frames.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "service.h"
#include "t.h"
#include "wire/decode.h"

enum {
    FRAME_BYTES = 4096,
    VARIANTS = 4, /* as it is, a dry run, for a version, of the past */
};

/* What a request names; the others are names of things that are there and may be seen. */
enum thing { TICKET, CONTRACT, TEAM, VENDOR, PERSON, CALENDAR, PROPOSAL, THINGS };

/* --- requests --------------------------------------------------------------------------------- */

static size_t pack(Slate__V1__Request *r, uint8_t *to)
{
    Slate__V1__Envelope e = SLATE__V1__ENVELOPE__INIT;

    e.request = r;
    T_CHECK(slate__v1__envelope__get_packed_size(&e) <= FRAME_BYTES);
    return slate__v1__envelope__pack(&e, to);
}

/* One operation: its message with what it names, as member `name` of the request. */
#define OPERATION(number, Type, init, name, ...)         \
    case number: {                                       \
        Slate__V1__##Type m = SLATE__V1__##init##__INIT; \
        __VA_ARGS__;                                     \
        r->name = &m;                                    \
        return pack(r, to);                              \
    }

static char *const own_ticket = (char *)"AAA-1";
static char *const own_contract = (char *)"con-aaa";
static char *const words = (char *)"words";

static size_t ask_ticket(unsigned which, char *n, Slate__V1__Request *r, uint8_t *to)
{
    char *tags[1] = {words};

    switch (which) {
        OPERATION(0, ShowTicket, SHOW_TICKET, show_ticket, m.ticket = n)
        OPERATION(1, ShowLog, SHOW_LOG, show_log, m.ticket = n)
        OPERATION(2, Explain, EXPLAIN, explain, m.ticket = n)
        OPERATION(3, SplitClock, SPLIT_CLOCK, split_clock, m.ticket = n)
        OPERATION(4, TakeTicket, TAKE_TICKET, take_ticket, m.ticket = n)
        OPERATION(5, AddMessage, ADD_MESSAGE, add_message, m.ticket = n, m.body = words,
                  m.has_visibility = true, m.visibility = 1)
        OPERATION(6, HoldTicket, HOLD_TICKET, hold_ticket, m.ticket = n,
                  m.reason = (char *)"wait-aaa")
        OPERATION(7, ResumeTicket, RESUME_TICKET, resume_ticket, m.ticket = n)
        OPERATION(8, ResolveTicket, RESOLVE_TICKET, resolve_ticket, m.ticket = n, m.message = words)
        OPERATION(9, ReleaseTicket, RELEASE_TICKET, release_ticket, m.ticket = n)
        OPERATION(10, AcknowledgeTicket, ACKNOWLEDGE_TICKET, acknowledge_ticket, m.ticket = n)
        OPERATION(11, AssignTicket, ASSIGN_TICKET, assign_ticket, m.ticket = n,
                  m.assignee = (char *)"agent-aaa")
        OPERATION(12, TransferTicket, TRANSFER_TICKET, transfer_ticket, m.ticket = n,
                  m.team = (char *)"two-aaa")
        OPERATION(13, SetPriority, SET_PRIORITY, set_priority, m.ticket = n,
                  m.priority = (char *)"P2")
        OPERATION(14, CloseTicket, CLOSE_TICKET, close_ticket, m.ticket = n)
        OPERATION(15, ReopenTicket, REOPEN_TICKET, reopen_ticket, m.ticket = n)
        OPERATION(16, MergeTicket, MERGE_TICKET, merge_ticket, m.ticket = n, m.into = own_ticket)
        OPERATION(17, MergeTicket, MERGE_TICKET, merge_ticket, m.ticket = own_ticket, m.into = n)
        OPERATION(18, LinkTicket, LINK_TICKET, link_ticket, m.ticket = n, m.other = own_ticket,
                  m.has_kind = true, m.kind = 1)
        OPERATION(19, LinkTicket, LINK_TICKET, link_ticket, m.ticket = own_ticket, m.other = n,
                  m.has_kind = true, m.kind = 1)
        OPERATION(20, TagTicket, TAG_TICKET, tag_ticket, m.ticket = n, m.tags = tags, m.n_tags = 1)
        OPERATION(21, EditTicket, EDIT_TICKET, edit_ticket, m.ticket = n, m.subject = words)
        OPERATION(22, EraseTexts, ERASE_TEXTS, erase_texts, m.ticket = n, r->reason = words)
    default: return 0;
    }
}

static size_t ask_contract(unsigned which, char *n, Slate__V1__Request *r, uint8_t *to)
{
    static uint8_t bytes[72];
    const ProtobufCBinaryData hash = {32, bytes};
    const ProtobufCBinaryData signature = {70, bytes};
    Slate__V1__Token token = SLATE__V1__TOKEN__INIT;

    switch (which) {
        OPERATION(0, NewTicket, NEW_TICKET, new_ticket, m.contract = n, m.subject = words)
        OPERATION(1, NewTicket, NEW_TICKET, new_ticket, m.contract = n, m.subject = words,
                  m.source = (char *)"mail", m.source_key = (char *)"fresh")
        OPERATION(2, Intake, INTAKE, intake, m.contract = n, m.source = (char *)"mail",
                  m.source_key = (char *)"fresh", m.has_action = true, m.action = 1,
                  m.subject = words)
        OPERATION(3, ImportTicket, IMPORT_TICKET, import_ticket, m.contract = n,
                  m.source = (char *)"mail", m.source_key = (char *)"fresh", m.has_opened_at = true,
                  m.opened_at = 1700000000000000, m.priority = (char *)"P1", m.subject = words)
        OPERATION(4, ListTickets, LIST_TICKETS, list_tickets, m.contract = n)
        OPERATION(5, ListBreaches, LIST_BREACHES, list_breaches, m.contract = n)
        OPERATION(6, ExportJournal, EXPORT_JOURNAL, export_journal, m.contract = n)
        OPERATION(7, ExportJournal, EXPORT_JOURNAL, export_journal, m.contract = n,
                  m.has_texts = m.texts = true)
        OPERATION(8, ShowHead, SHOW_HEAD, show_head, m.contract = n)
        OPERATION(9, Countersign, COUNTERSIGN, countersign, m.contract = n, m.has_seq = true,
                  m.seq = 1, m.has_sha256 = true, m.sha256 = hash, m.has_signature = true,
                  m.signature = signature, m.has_certificate = true, m.certificate = signature)
        OPERATION(10, ListAccess, LIST_ACCESS, list_access, m.contract = n)
        OPERATION(11, ListProposals, LIST_PROPOSALS, list_proposals, m.contract = n)
        OPERATION(12, ShowBook, SHOW_BOOK, show_book, m.contract = n)
        OPERATION(13, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)"contract", m.name = n)
        OPERATION(14, Subscribe, SUBSCRIBE, subscribe, m.contract = n)
        OPERATION(15, EraseTexts, ERASE_TEXTS, erase_texts, m.requester = words, m.contract = n,
                  r->reason = words)
        OPERATION(16, ListTickets, LIST_TICKETS, list_tickets, token.contract = n,
                  token.has_seq = true, token.seq = 1, r->min_token = &token)
        OPERATION(17, NewTicket, NEW_TICKET, new_ticket, m.contract = own_contract,
                  token.contract = n, token.has_seq = true, token.seq = 1000000,
                  r->min_token = &token)
    default: return 0;
    }
}

static size_t ask_other(enum thing thing, unsigned which, char *n, Slate__V1__Request *r,
                        uint8_t *to)
{
    static uint8_t bytes[32];
    const ProtobufCBinaryData hash = {32, bytes};
    char *roles[1] = {(char *)"agent"};

    switch (10 * (unsigned)thing + which) {
        OPERATION(10 * TEAM, ListTickets, LIST_TICKETS, list_tickets, m.team = n)
        OPERATION(10 * TEAM + 1, ListBreaches, LIST_BREACHES, list_breaches, m.team = n)
        OPERATION(10 * TEAM + 2, NewTicket, NEW_TICKET, new_ticket, m.contract = own_contract,
                  m.team = n, m.subject = words)
        OPERATION(10 * TEAM + 3, TransferTicket, TRANSFER_TICKET, transfer_ticket,
                  m.ticket = own_ticket, m.team = n)
        OPERATION(10 * TEAM + 4, Subscribe, SUBSCRIBE, subscribe, m.team = n)
        OPERATION(10 * TEAM + 5, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)"team",
                  m.name = n)
        OPERATION(10 * TEAM + 6, Intake, INTAKE, intake, m.contract = own_contract,
                  m.source = (char *)"mail", m.source_key = (char *)"fresh", m.has_action = true,
                  m.action = 1, m.subject = words, m.team = n)
        OPERATION(10 * VENDOR, ListBreaches, LIST_BREACHES, list_breaches, m.vendor = n)
        OPERATION(10 * VENDOR + 1, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)"party",
                  m.name = n)
        OPERATION(10 * PERSON, ListTickets, LIST_TICKETS, list_tickets, m.assignee = n)
        OPERATION(10 * PERSON + 1, AssignTicket, ASSIGN_TICKET, assign_ticket,
                  m.ticket = own_ticket, m.assignee = n)
        OPERATION(10 * PERSON + 2, ListAccess, LIST_ACCESS, list_access, m.actor = n)
        OPERATION(10 * PERSON + 3, ListUsers, LIST_USERS, list_users, m.name = n)
        OPERATION(10 * PERSON + 4, SetUser, SET_USER, set_user, m.name = n, m.has_action = true,
                  m.action = 1)
        OPERATION(10 * PERSON + 5, AddUser, ADD_USER, add_user, m.name = n, m.roles = roles,
                  m.n_roles = 1)
        OPERATION(10 * CALENDAR, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)"calendar",
                  m.name = n)
        OPERATION(10 * CALENDAR + 1, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)"calendar",
                  m.name = n, m.has_version = true, m.version = 1)
        OPERATION(10 * PROPOSAL, ApproveBook, APPROVE_BOOK, approve_book, m.has_proposal = true,
                  m.proposal = strtoull(n, NULL, 10), m.has_sha256 = true, m.sha256 = hash)
        OPERATION(10 * PROPOSAL + 1, ApproveBook, APPROVE_BOOK, approve_book, m.has_proposal = true,
                  m.proposal = strtoull(n, NULL, 10), m.has_sha256 = true, m.sha256 = hash,
                  m.has_withdraw = true, m.withdraw = true)
    default: return 0;
    }
}

static size_t ask(enum thing thing, unsigned which, const char *name, Slate__V1__Request *r,
                  uint8_t *to)
{
    char *const n = (char *)(uintptr_t)name;

    return thing == TICKET     ? ask_ticket(which, n, r, to)
           : thing == CONTRACT ? ask_contract(which, n, r, to)
                               : ask_other(thing, which, n, r, to);
}

/* --- answers ---------------------------------------------------------------------------------- */

struct hidden {
    struct service s;
    int64_t at;
    uint64_t n_requests;
    uint64_t compared; /* pairs of answers */
    bool seen[REQUEST_KINDS];
};

/* The answer to one, with the name taken out of it; false where there is no such request. */
static bool answer(struct hidden *h, enum who who, enum thing thing, unsigned which, int variant,
                   const char *name, struct wire_bytes *ret, enum request_kind *ret_kind)
{
    struct job *job = service_job(&h->s, who, REQUEST_NONE, h->at);
    Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
    uint8_t request_id[WIRE_REQUEST_ID_BYTES] = {1};
    uint8_t frame[FRAME_BYTES];
    struct refusal refusal;

    memcpy(request_id + 1, &(uint64_t){++h->n_requests}, sizeof(uint64_t));
    r.has_id = true;
    r.id = 7;
    r.has_dry_run = r.dry_run = variant == 1;
    r.has_if_version = variant == 2;
    r.if_version = variant == 2 ? 5 : 0;
    r.has_as_of = variant == 3;
    r.as_of = variant == 3 ? h->at : 0;
    size_t n = ask(thing, which, name, &r, frame);
    T_CHECK(n > 0);
    if (wire_decode(frame, n, &job->arena, &job->request, &refusal) != 0) {
        r.has_request_id = true; /* one that changes something wants it */
        r.request_id = (ProtobufCBinaryData){sizeof(request_id), request_id};
        n = ask(thing, which, name, &r, frame);
        if (wire_decode(frame, n, &job->arena, &job->request, &refusal) != 0) {
            T_CHECK(variant > 0, "%s: %s: %s", name, refusal.field, refusal.message);
            return false;
        }
    }
    *ret_kind = job->request.kind;
    if (request_writes(job->request.kind)) {
        service_write(&h->s, job);
    } else {
        service_read(&h->s, job);
    }
    uint8_t *copy = memcpy(arena_alloc(&job->arena, job->reply.n), job->reply.p, job->reply.n);
    for (uint8_t *at = copy;
         (at = memmem(at, job->reply.n - (size_t)(at - copy), name, strlen(name))) != NULL;) {
        memset(at, '?', strlen(name));
    }
    *ret = (struct wire_bytes){copy, job->reply.n};
    return true;
}

static void compare(struct hidden *h, enum who who, enum thing thing, const char *there,
                    const char *absent)
{
    uint8_t scratch[FRAME_BYTES];

    T_EQ_INT(strlen(there), strlen(absent));
    for (unsigned which = 0;; which++) {
        Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
        if (ask(thing, which, there, &r, scratch) == 0) {
            T_CHECK(which > 0);
            return;
        }
        for (int variant = 0; variant < VARIANTS; variant++) {
            enum request_kind kind;
            struct wire_bytes a;
            struct wire_bytes b;
            if (!answer(h, who, thing, which, variant, there, &a, &kind) ||
                !answer(h, who, thing, which, variant, absent, &b, &kind)) {
                continue;
            }
            T_CHECK(a.n == b.n && memcmp(a.p, b.p, a.n) == 0,
                    "%s %u.%d by %d tells %s (%zu bytes) from %s (%zu): %.*s | %.*s",
                    request_kind_name(kind), which, variant, (int)who, there, a.n, absent, b.n,
                    (int)a.n, (const char *)a.p, (int)b.n, (const char *)b.p);
            h->compared++;
            h->seen[kind] = true;
        }
    }
}

/* --- what there is ---------------------------------------------------------------------------- */

static void must(struct hidden *h, struct job *job)
{
    service_write(&h->s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
}

/* AAA-1 of team one-aaa, AAA-2 of team two-aaa, BBB-1 with everything that a ticket can have. */
static void fill(struct hidden *h)
{
    struct job *job;

    must(h, service_new(&h->s, AGENT_A, "con-aaa", "P1", h->at));
    job = service_new(&h->s, VM_A, "con-aaa", "P1", h->at);
    job->request.u.new_ticket.team = "two-aaa";
    must(h, job);
    must(h, service_new(&h->s, AGENT_B, "con-bbb", "P1", h->at));
    must(h, service_note(&h->s, AGENT_B, "BBB", 1, h->at));
    job = service_job(&h->s, AGENT_B, REQUEST_TAKE_TICKET, h->at);
    job->request.u.ticket = service_ticket("BBB", 1);
    must(h, job);
}

/* A proposal between the buyer and vendor-bbb. */
static void propose(struct hidden *h)
{
    static char text[4096];
    const char *begin = strstr(service_book, "  - name: con-bbb\n");
    const char *effective = strstr(begin, "    effective:"); /* left out: it counts from now on */

    snprintf(text, sizeof(text), "contracts:\n%.*s    approvals: [buyer, vendor]\n%s",
             (int)(effective - begin), begin, strstr(effective, "    hours:"));
    struct job *job = service_job(&h->s, VM_B, REQUEST_PROPOSE_BOOK, h->at);
    job->request.u.propose_book = (struct request_apply_book){
        .text = text, .n = strlen(text), .file = ""};
    must(h, job);
}

static void sent(void *user, uint64_t conn, const struct wire_bytes *payload)
{
    (void)user;
    (void)conn;
    (void)payload;
    T_CHECK(false, "nobody could subscribe to what is asked for");
}

T_TEST(service_hidden, what_must_not_be_known_of_is_answered_like_what_is_not_there)
{
    static const enum who of_a[] = {AGENT_A, VM_A, AUDITOR_A, INTAKE_A};
    static struct hidden h;
    memset(&h, 0, sizeof(h));
    service_init(&h.s, NULL);
    const struct feed_options feed = {.env = h.s.env, .books = &h.s.books, .send = sent};
    T_EQ_INT(feed_new(&feed, &h.s.feed), 0);
    h.at = stamp_now(&h.s.stamp);
    fill(&h);
    propose(&h);

    for (size_t i = 0; i < sizeof(of_a) / sizeof(of_a[0]); i++) {
        compare(&h, of_a[i], TICKET, "BBB-1", "BBB-7");
        compare(&h, of_a[i], TICKET, "BBB-1", "BBX-1");
        compare(&h, of_a[i], CONTRACT, "con-bbb", "con-bbx");
        compare(&h, of_a[i], TEAM, "one-bbb", "one-bbx");
        compare(&h, of_a[i], VENDOR, "vendor-bbb", "vendor-bbx");
        compare(&h, of_a[i], PERSON, "vm-bbb", "vm-bbx");
        compare(&h, of_a[i], PERSON, "agent-bbb", "agent-bbx");
        compare(&h, of_a[i], CALENDAR, "cal-bbb", "cal-bbx");
        compare(&h, of_a[i], PROPOSAL, "1", "2");
    }
    compare(&h, AGENT_A, TICKET, "AAA-2", "AAA-9");
    compare(&h, INTAKE_A, TICKET, "AAA-2", "AAA-9");
    T_CHECK(h.compared > 800, "%llu pairs", (unsigned long long)h.compared);
    for (int kind = REQUEST_NONE + 1; kind < REQUEST_KINDS; kind++) {
        /* These name nothing that is there, or as a book's text. */
        const bool names = kind != REQUEST_APPLY_BOOK && kind != REQUEST_TRY_BOOK &&
                           kind != REQUEST_PROPOSE_BOOK && kind != REQUEST_RENEW_CERTIFICATE &&
                           kind != REQUEST_ENROL;
        T_EQ_INT(h.seen[kind], names, "%s", request_kind_name((enum request_kind)kind));
    }
    feed_free(h.s.feed);
    service_fini(&h.s);
}
