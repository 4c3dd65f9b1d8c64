// SPDX-License-Identifier: Apache-2.0
/*
 * Two vendors of one buyer do at random what there is to do, in frames, each to its own tickets and
 * now and then to what the other's are called, while the buyer and the operator do the same on both
 * sides. What either side writes carries a mark of its own, and so do its names. Nothing of it
 * reaches the other: in no answer, refusal, dry run, page, cursor, proposal, journal or event, and
 * nobody's words get into the server's log.
 *
 * Who names the other's things (as somebody would who guesses) may be told these names again, and
 * nothing else of the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/digest.h"
#include "core/instant.h"
#include "feed.h"
#include "log.h"
#include "service.h"
#include "store/principals.h"
#include "t.h"
#include "wire/decode.h"

enum {
    OPERATIONS = 3000,
    NUMBERS = 30,
    TURN_EVERY = 10,
    FRAME_BYTES = 4096,
    SUBSCRIPTIONS = 6, /* of a vendor manager, an agent and a tool of either side */
    PROPOSALS = 200,
    READS = 19,
};

static const char *const marks[2] = {"mark-of-the-first-side", "mark-of-the-second-side"};
static const char *const letters[2] = {"aaa", "bbb"};
static const char *const people[2][4] = {{"agent-aaa", "vm-aaa", "auditor-aaa", "intake-aaa"},
                                         {"agent-bbb", "vm-bbb", "auditor-bbb", "intake-bbb"}};

struct taint {
    struct service s;
    struct feed *feed;
    uint64_t random;
    unsigned side;                     /* whose things the request at hand is about */
    uint64_t texts[2];                 /* replies with the side's own texts */
    uint64_t events[SUBSCRIPTIONS];    /* payloads to each subscription; the even ones are of aaa */
    uint64_t done[REQUEST_KINDS];      /* requests that were not refused */
    uint64_t pages;                    /* behind a cursor */
    uint64_t proposed;                 /* so many, from 1 */
    uint8_t sha256[PROPOSALS + 1][32]; /* of each */
    struct cursor {
        uint8_t bytes[WIRE_CURSOR_BYTES];
        size_t n;
    } cursors[WHO_END][READS]; /* of the newest page of each kind */
};

/* What a request names. */
struct words {
    char ticket[32];
    char other[32];
    char contract[16];
    char team[16];
    char person[16];
    char reason[16];
    char calendar[16];
    char vendor[16];
    char text[64];
    char key[64]; /* of a source that both have principals of */
    char book[400];
    char *tags[1];
};

static unsigned draw(struct taint *t, unsigned n)
{
    t->random = t->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(t->random >> 33) % n;
}

static bool holds(const struct wire_bytes *b, const char *text)
{
    return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

/* What all its names have: "con-aaa", "AAA-12". Hashes and base64 have three letters alone, too. */
static bool mentions(const struct wire_bytes *b, unsigned side)
{
    return holds(b, side == 0 ? "-aaa" : "-bbb") || holds(b, side == 0 ? "AAA-" : "BBB-");
}

/* Takes a name out of a reply, wherever it stands. */
static void take_out(uint8_t *p, size_t n, const char *name)
{
    const size_t length = strlen(name);
    uint8_t *at = memmem(p, n, name, length);

    while (at != NULL) {
        memset(at, '_', length);
        at = memmem(at, n - (size_t)(at - p), name, length);
    }
}

/* What goes to somebody of that side. named: what the request named, NULL where there was none. */
static void judge(struct taint *t, unsigned side, const struct wire_bytes *sent,
                  const struct words *named, const char *what)
{
    const unsigned other = 1 - side;
    uint8_t *copy = malloc(sent->n + 1);
    const struct wire_bytes left = {copy, sent->n};

    T_CHECK(copy != NULL);
    memcpy(copy, sent->p, sent->n);
    if (named != NULL) {
        const char *const names[] = {named->ticket, named->other,  named->contract,
                                     named->team,   named->person, named->calendar,
                                     named->vendor, named->reason};
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            take_out(copy, sent->n, names[i]);
        }
    }
    T_CHECK(!holds(&left, marks[other]), "a text of %s in %s", letters[other], what);
    for (size_t i = 0; i < 4; i++) {
        T_CHECK(!holds(&left, people[other][i]), "%s in %s", people[other][i], what);
    }
    T_CHECK(!mentions(&left, other), "a name of %s in %s", letters[other], what);
    t->texts[side] += holds(sent, marks[side]) ? 1 : 0;
    free(copy);
}

/* --- events ----------------------------------------------------------------------------------- */

static void sent(void *user, uint64_t conn, const struct wire_bytes *payload)
{
    struct taint *t = user;

    judge(t, (unsigned)conn % 2, payload, NULL, "an event");
    t->events[conn]++;
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

static void turn(struct taint *t)
{
    bool tick;

    feed_wake(t->feed);
    for (bool more = true; more;) {
        struct txn txn;
        T_EQ_INT(txn_begin(&txn, t->s.env, TXN_READ), 0);
        more = feed_turn(t->feed, &txn, stamp_now(&t->s.stamp), 0, &tick);
        txn_abort(&txn);
    }
}

static void subscribe(struct taint *t, enum who who, uint64_t conn)
{
    struct job *job = service_job(&t->s, who, REQUEST_SUBSCRIBE, stamp_now(&t->s.stamp));
    struct principal p;
    struct refusal refusal;
    struct txn txn;

    job->request.u.subscribe = (struct request_subscribe){.contract = "", .team = ""};
    T_EQ_INT(txn_begin(&txn, t->s.env, TXN_READ), 0);
    T_EQ_INT(principals_get(&txn, who, &p), 0);
    struct call call = {
        .request = &job->request,
        .who = &p,
        .book = t->s.books.current->book,
        .books = &t->s.books,
        .txn = &txn,
        .arena = &job->arena,
        .at = job->item.at,
        .now_at = job->item.at,
        .feed = t->feed,
        .conn = conn,
        .reply = &job->reply,
        .refusal = &refusal,
    };
    T_EQ_INT(feed_subscribe(&call), 0, "%s", refusal.message);
    feed_set_expiry(t->feed, conn, INT64_MAX);
    txn_abort(&txn);
}

/* --- requests --------------------------------------------------------------------------------- */

static void draw_words(struct taint *t, unsigned writer, struct words *w)
{
    static const char *const teams[2][2] = {{"one-aaa", "two-aaa"}, {"one-bbb", "one-bbb"}};
    const char *key = t->side == 0 ? "AAA" : "BBB";

    snprintf(w->ticket, sizeof(w->ticket), "%s-%u", key, 1 + draw(t, NUMBERS));
    snprintf(w->other, sizeof(w->other), "%s-%u", key, 1 + draw(t, NUMBERS));
    snprintf(w->contract, sizeof(w->contract), "con-%s", letters[t->side]);
    snprintf(w->team, sizeof(w->team), "%s", teams[t->side][draw(t, 2)]);
    snprintf(w->person, sizeof(w->person), "%s", people[t->side][draw(t, 4)]);
    snprintf(w->reason, sizeof(w->reason), "wait-%s", letters[t->side]);
    snprintf(w->calendar, sizeof(w->calendar), "cal-%s", letters[t->side]);
    snprintf(w->vendor, sizeof(w->vendor), "vendor-%s", letters[t->side]);
    snprintf(w->text, sizeof(w->text), "%s-%u", marks[writer], draw(t, 1000));
    if (draw(t, 2) == 0) {
        snprintf(w->key, sizeof(w->key), "key-%u", draw(t, 3 * NUMBERS));
    } else {
        snprintf(w->key, sizeof(w->key), "%s-%u", marks[writer], draw(t, NUMBERS));
    }
    w->tags[0] = w->text;
    snprintf(w->book, sizeof(w->book),
             "calendars: [{name: %s, zone: %s, week: [{days: [mon, tue, wed, thu, fri, sat, sun], "
             "open: [\"00:00-24:00\"]}], dates: [{date: 2055-01-%02u, open: [], note: %s}]}]",
             w->calendar, t->side == 0 ? "Europe/Berlin" : "Asia/Manila", 1 + draw(t, 28), w->text);
}

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
#define TICKET (m.ticket = w->ticket)

static size_t make_talk(struct taint *t, unsigned which, struct words *w, Slate__V1__Request *r,
                        uint8_t *to)
{
    switch (which) {
        OPERATION(0, NewTicket, NEW_TICKET, new_ticket, m.contract = w->contract,
                  m.priority = (char *)(draw(t, 9) == 0 ? "P0" : "P1"), m.subject = w->text,
                  m.body = w->text, m.requester = w->text)
        OPERATION(1, AddMessage, ADD_MESSAGE, add_message, TICKET, m.body = w->text,
                  m.has_visibility = true, m.visibility = 1 + draw(t, 2))
        OPERATION(2, ResolveTicket, RESOLVE_TICKET, resolve_ticket, TICKET, m.message = w->text)
        OPERATION(3, TagTicket, TAG_TICKET, tag_ticket, TICKET, m.tags = w->tags, m.n_tags = 1)
        OPERATION(4, EditTicket, EDIT_TICKET, edit_ticket, TICKET, m.subject = w->text)
        OPERATION(5, NewTicket, NEW_TICKET, new_ticket, m.contract = w->contract, m.team = w->team,
                  m.subject = w->text, m.source = (char *)"mail", m.source_key = w->text)
    default: return 0;
    }
}

static size_t make_work(struct taint *t, unsigned which, struct words *w, Slate__V1__Request *r,
                        uint8_t *to)
{
    switch (which) {
        OPERATION(0, TakeTicket, TAKE_TICKET, take_ticket, TICKET, m.has_steal = m.steal = true)
        OPERATION(1, HoldTicket, HOLD_TICKET, hold_ticket, TICKET, m.reason = w->reason)
        OPERATION(2, ResumeTicket, RESUME_TICKET, resume_ticket, TICKET)
        OPERATION(3, ReleaseTicket, RELEASE_TICKET, release_ticket, TICKET)
        OPERATION(4, AcknowledgeTicket, ACKNOWLEDGE_TICKET, acknowledge_ticket, TICKET)
        OPERATION(5, AssignTicket, ASSIGN_TICKET, assign_ticket, TICKET, m.assignee = w->person)
        OPERATION(6, TransferTicket, TRANSFER_TICKET, transfer_ticket, TICKET, m.team = w->team)
        OPERATION(7, SetPriority, SET_PRIORITY, set_priority, TICKET, m.priority = (char *)"P2")
        OPERATION(8, CloseTicket, CLOSE_TICKET, close_ticket, TICKET)
        OPERATION(9, ReopenTicket, REOPEN_TICKET, reopen_ticket, TICKET)
        OPERATION(10, MergeTicket, MERGE_TICKET, merge_ticket, TICKET, m.into = w->other)
        OPERATION(11, LinkTicket, LINK_TICKET, link_ticket, TICKET, m.other = w->other,
                  m.has_kind = true, m.kind = 1 + draw(t, 7))
        OPERATION(12, EraseTexts, ERASE_TEXTS, erase_texts, TICKET,
                  r->reason = (char *)"on request", m.has_message = true, m.message = 1)
        OPERATION(13, EraseTexts, ERASE_TEXTS, erase_texts, m.requester = w->text,
                  r->reason = (char *)"on request")
    default: return 0;
    }
}

/* What a tool says of its tickets, and what an admin brings along. */
static size_t make_fed(struct taint *t, unsigned which, struct words *w, Slate__V1__Request *r,
                       uint8_t *to)
{
    char *const mail = (char *)"mail";
    const int64_t an_hour_ago = stamp_now(&t->s.stamp) - US_PER_HOUR;

    switch (which) {
        OPERATION(0, Intake, INTAKE, intake, m.contract = w->contract, m.source = mail,
                  m.source_key = w->key, m.has_action = true, m.action = 1, m.subject = w->text,
                  m.body = w->text)
        OPERATION(1, Intake, INTAKE, intake, m.contract = w->contract, m.source = mail,
                  m.source_key = w->key, m.has_action = true, m.action = 2, m.subject = w->text)
        OPERATION(2, Intake, INTAKE, intake, m.contract = w->contract, m.source = mail,
                  m.source_key = w->key, m.has_action = true, m.action = 3, m.body = w->text)
        OPERATION(3, Intake, INTAKE, intake, m.contract = w->contract, m.source = mail,
                  m.source_key = w->key, m.has_action = true, m.action = 6, m.body = w->text)
        OPERATION(4, ImportTicket, IMPORT_TICKET, import_ticket, m.contract = w->contract,
                  m.source = mail, m.source_key = w->key, m.has_opened_at = true,
                  m.opened_at = an_hour_ago, m.priority = (char *)"P1", m.subject = w->text,
                  m.body = w->text, m.requester = w->text,
                  r->has_dry_run = r->dry_run = draw(t, 8) == 0)
    default: return 0;
    }
}

static size_t make_agreed(struct taint *t, unsigned which, struct words *w, Slate__V1__Request *r,
                          uint8_t *to)
{
    const uint64_t id = 1 + (t->proposed == 0 ? 0 : draw(t, (unsigned)t->proposed));

    switch (which) {
        OPERATION(0, ProposeBook, PROPOSE_BOOK, propose_book, m.text = w->book,
                  r->has_dry_run = r->dry_run = draw(t, 4) == 0)
        OPERATION(1, ApproveBook, APPROVE_BOOK, approve_book, m.has_proposal = true,
                  m.proposal = id, m.has_sha256 = true,
                  m.sha256 = ((ProtobufCBinaryData){32, t->sha256[id]}))
        OPERATION(2, ApproveBook, APPROVE_BOOK, approve_book, m.has_proposal = true,
                  m.proposal = id, m.has_sha256 = true,
                  m.sha256 = ((ProtobufCBinaryData){32, t->sha256[id]}), m.has_withdraw = true,
                  m.withdraw = true)
    default: return 0;
    }
}

/* A page of few rows; `c` is where the one before ended, or another one's. */
#define PAGE                                                   \
    (m.has_limit = true, m.limit = 2, m.has_cursor = c->n > 0, \
     m.cursor = ((ProtobufCBinaryData){c->n, c->bytes}))

static size_t make_read(struct taint *t, unsigned which, struct words *w, Slate__V1__Request *r,
                        uint8_t *to, struct cursor *c)
{
    static const char *const kinds[] = {"", "contract", "team", "party", "calendar"};

    switch (which) {
        OPERATION(0, ShowTicket, SHOW_TICKET, show_ticket, TICKET)
        OPERATION(1, ShowLog, SHOW_LOG, show_log, TICKET)
        OPERATION(2, Explain, EXPLAIN, explain, TICKET)
        OPERATION(3, SplitClock, SPLIT_CLOCK, split_clock, TICKET)
        OPERATION(4, ListTickets, LIST_TICKETS, list_tickets, PAGE)
        OPERATION(5, ListTickets, LIST_TICKETS, list_tickets, PAGE, m.contract = w->contract)
        OPERATION(6, ListBreaches, LIST_BREACHES, list_breaches, PAGE)
        OPERATION(7, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)kinds[draw(t, 5)])
        OPERATION(8, ListUsers, LIST_USERS, list_users, PAGE)
        OPERATION(9, ListAccess, LIST_ACCESS, list_access, PAGE)
        OPERATION(10, ExportJournal, EXPORT_JOURNAL, export_journal, m.contract = w->contract,
                  m.has_texts = m.texts = true)
        OPERATION(11, ShowHead, SHOW_HEAD, show_head, (void)w)
        OPERATION(12, ListProposals, LIST_PROPOSALS, list_proposals, m.has_all = m.all = true)
        OPERATION(13, ListTickets, LIST_TICKETS, list_tickets, PAGE, m.assignee = w->person)
        OPERATION(14, ShowLog, SHOW_LOG, show_log, TICKET, PAGE)
        OPERATION(15, ListBreaches, LIST_BREACHES, list_breaches, PAGE, m.vendor = w->vendor)
        OPERATION(16, ListAccess, LIST_ACCESS, list_access, PAGE, m.contract = w->contract,
                  m.actor = w->person)
        OPERATION(17, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)"calendar",
                  m.name = w->calendar)
        OPERATION(18, ListUsers, LIST_USERS, list_users, m.name = w->person)
    default: return 0;
    }
}

/* Where the page ended that answers a read. */
static void keep_cursor(const struct job *job, struct cursor *ret)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__Reply *r = e->reply;
    const ProtobufCBinaryData none = {0, NULL};
    const ProtobufCBinaryData cursor = r->ticket_page != NULL   ? r->ticket_page->cursor
                                       : r->breach_page != NULL ? r->breach_page->cursor
                                       : r->log_page != NULL    ? r->log_page->cursor
                                       : r->user_page != NULL   ? r->user_page->cursor
                                       : r->access_page != NULL ? r->access_page->cursor
                                                                : none;

    T_CHECK(cursor.len <= sizeof(ret->bytes));
    ret->n = cursor.len;
    if (cursor.len > 0) {
        memcpy(ret->bytes, cursor.data, cursor.len);
    }
}

/* Somebody of a side, mostly about their own; or the buyer and the operator, about either. */
static enum who draw_who(struct taint *t, unsigned side)
{
    static const enum who whos[2][4] = {{AGENT_A, VM_A, AUDITOR_A, INTAKE_A},
                                        {AGENT_B, VM_B, AUDITOR_B, INTAKE_B}};
    const unsigned n = draw(t, 16);

    return n == 0 ? ADMIN : n < 3 ? MANAGER : n < 8 ? whos[side][1] : whos[side][draw(t, 4)];
}

/* What only some can do is mostly done by them. */
static enum who draw_doer(struct taint *t, unsigned kind, unsigned side)
{
    static const enum who intakes[2] = {INTAKE_A, INTAKE_B};
    static const enum who managers[2] = {VM_A, VM_B};

    if (kind == 3 && draw(t, 8) != 0) {
        return draw(t, 4) == 0 ? ADMIN : intakes[side];
    }
    if (kind == 4 && draw(t, 8) != 0) {
        return draw(t, 2) == 0 ? MANAGER : managers[side];
    }
    return draw_who(t, side);
}

static size_t make(struct taint *t, unsigned kind, enum who who, struct words *w,
                   Slate__V1__Request *r, uint8_t *to, struct cursor **ret_cursor)
{
    const unsigned which = draw(t, READS);
    struct cursor *c = &t->cursors[who][which];

    switch (kind) {
    case 0: return make_talk(t, which % 6, w, r, to);
    case 1: return make_work(t, which % 14, w, r, to);
    case 3: return make_fed(t, who == ADMIN ? 4 : which % 4, w, r, to);
    case 4: return make_agreed(t, which % 3, w, r, to);
    default: break;
    }
    *ret_cursor = c;
    if (draw(t, 8) == 0) {
        c = &t->cursors[1 + draw(t, WHO_END - 1)][which]; /* of anybody */
    } else if (draw(t, 3) == 0) {
        c->n = 0;
    }
    t->pages += c->n > 0 ? 1 : 0;
    return make_read(t, which, w, r, to, c);
}

static void operate(struct taint *t, uint64_t id)
{
    const unsigned writer = draw(t, 2);
    const unsigned kind = draw(t, 5);
    const enum who who = draw_doer(t, kind, writer);
    const bool outside = who == MANAGER || who == ADMIN;
    struct job *job = service_job(&t->s, who, REQUEST_NONE, stamp_now(&t->s.stamp));
    Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
    uint8_t request_id[WIRE_REQUEST_ID_BYTES] = {0};
    uint8_t frame[FRAME_BYTES];
    struct cursor *cursor = NULL;
    struct refusal refusal;
    struct words w;

    t->side = !outside && draw(t, 8) == 0 ? 1 - writer : writer;
    draw_words(t, writer, &w);
    memcpy(request_id, &id, sizeof(id));
    r.has_id = true;
    r.id = job->request.id;
    if (kind != 2) {
        r.has_request_id = true;
        r.request_id = (ProtobufCBinaryData){sizeof(request_id), request_id};
        r.has_dry_run = r.dry_run = kind < 2 && draw(t, 8) == 0;
    }
    const size_t n = make(t, kind, who, &w, &r, frame, &cursor);
    T_EQ_INT(wire_decode(frame, n, &job->arena, &job->request, &refusal), 0, "%s: %s",
             refusal.field, refusal.message);
    if (request_writes(job->request.kind)) {
        service_write(&t->s, job);
    } else {
        service_read(&t->s, job);
    }
    if (!outside) {
        judge(t, writer, &job->reply, t->side != writer ? &w : NULL,
              request_kind_name(job->request.kind));
    }
    if (cursor != NULL) {
        keep_cursor(job, cursor);
    }
    if (service_code(job) == 0) {
        t->done[job->request.kind]++;
        if (job->request.kind == REQUEST_PROPOSE_BOOK && !job->request.dry_run) {
            T_CHECK(t->proposed++ < PROPOSALS);
            digest_sha256(w.book, strlen(w.book), t->sha256[t->proposed]);
        }
    }
}

static void must(struct taint *t, struct job *job)
{
    service_write(&t->s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s: %s", request_kind_name(job->request.kind),
            e->reply->error->message);
}

/* A side's contract becomes one that its parties have to approve changes of. */
static void agree(struct taint *t, unsigned side)
{
    static const enum who parties[2][2] = {{VM_A, MANAGER}, {VM_B, MANAGER}};
    static char text[4096];
    char name[32];
    char *to = text + snprintf(text, sizeof(text), "contracts:\n");

    snprintf(name, sizeof(name), "  - name: con-%s\n", letters[side]);
    for (const char *line = strstr(service_book, name); *line != '\0';
         line = strchr(line, '\n') + 1) {
        const size_t n = (size_t)(strchr(line, '\n') + 1 - line);
        if (to > text + 20 && strncmp(line, "  - name:", 9) == 0) {
            break; /* the next one */
        }
        if (strncmp(line, "    effective:", 14) != 0) { /* it counts from now on */
            memcpy(to, line, n);
            to += n;
        }
        if (strncmp(line, "    vendor:", 11) == 0) {
            to += snprintf(to, sizeof(text) - (size_t)(to - text),
                           "    approvals: [buyer, vendor]\n");
        }
    }
    const size_t n = (size_t)(to - text);
    struct job *job = service_job(&t->s, parties[side][0], REQUEST_PROPOSE_BOOK,
                                  stamp_now(&t->s.stamp));
    job->request.u.propose_book = (struct request_apply_book){.text = text, .n = n, .file = ""};
    must(t, job);
    digest_sha256(text, n, t->sha256[++t->proposed]);
    for (size_t i = 0; i < 2; i++) {
        job = service_job(&t->s, parties[side][i], REQUEST_APPROVE_BOOK, stamp_now(&t->s.stamp));
        job->request.u.approve_book.proposal = t->proposed;
        memcpy(job->request.u.approve_book.sha256, t->sha256[t->proposed], 32);
        must(t, job);
    }
}

/* --- the server's own log --------------------------------------------------------------------- */

/* From now on what is written to stderr goes there; returns where it went before. */
static int log_into(FILE *file)
{
    (void)fflush(stderr);
    const int before = dup(STDERR_FILENO);

    T_CHECK(before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    log_set_level(LOG_DEBUG);
    log_write(LOG_INFO, "began", "");
    return before;
}

static void log_back(int before, FILE *file)
{
    static uint8_t text[1 << 20];

    T_CHECK(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    rewind(file);
    const struct wire_bytes log = {text, fread(text, 1, sizeof(text), file)};
    T_CHECK(log.n > 0 && log.n < sizeof(text), "%zu bytes of log", log.n);
    for (unsigned side = 0; side < 2; side++) {
        T_CHECK(!holds(&log, marks[side]), "a text of %s is in the log", letters[side]);
    }
    fclose(file);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Each side reads and is told of its own: nothing is shown by silence. */
static void check_busy(const struct taint *t)
{
    static const enum request_kind kinds[] = {
        REQUEST_NEW_TICKET,     REQUEST_ADD_MESSAGE,   REQUEST_INTAKE,      REQUEST_IMPORT_TICKET,
        REQUEST_PROPOSE_BOOK,   REQUEST_APPROVE_BOOK,  REQUEST_SHOW_TICKET, REQUEST_LIST_TICKETS,
        REQUEST_LIST_BREACHES,  REQUEST_SHOW_LOG,      REQUEST_LIST_ACCESS, REQUEST_LIST_USERS,
        REQUEST_EXPORT_JOURNAL, REQUEST_LIST_PROPOSALS};

    for (unsigned side = 0; side < 2; side++) {
        T_CHECK(t->texts[side] > OPERATIONS / 20, "%s reads its own texts: %llu", letters[side],
                (unsigned long long)t->texts[side]);
    }
    for (size_t i = 0; i < SUBSCRIPTIONS; i++) {
        T_CHECK(t->events[i] > 5, "subscription %zu gets events: %llu", i,
                (unsigned long long)t->events[i]);
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        T_CHECK(t->done[kinds[i]] > 3, "%s was answered: %llu", request_kind_name(kinds[i]),
                (unsigned long long)t->done[kinds[i]]);
    }
    T_CHECK(t->pages > 20, "%llu cursors were followed", (unsigned long long)t->pages);
}

static void run(uint64_t seed)
{
    static const enum who subscribers[SUBSCRIPTIONS] = {VM_A,    VM_B,     AGENT_A,
                                                        AGENT_B, INTAKE_A, INTAKE_B};
    static struct taint t;
    const struct feed_options options = {
        .env = NULL, .send = sent, .queued = queued, .close = closed, .user = &t};
    struct feed_options feed = options;
    FILE *log = tmpfile();

    T_CHECK(log != NULL);
    memset(&t, 0, sizeof(t));
    t.random = seed;
    service_init(&t.s, NULL);
    agree(&t, 0);
    agree(&t, 1);
    feed.env = t.s.env;
    feed.books = &t.s.books;
    T_EQ_INT(feed_new(&feed, &t.feed), 0);
    for (size_t i = 0; i < SUBSCRIPTIONS; i++) {
        subscribe(&t, subscribers[i], i);
    }
    const int before = log_into(log);
    for (uint64_t i = 1; i <= OPERATIONS; i++) {
        operate(&t, i);
        if (i % TURN_EVERY == 0) {
            turn(&t);
        }
    }
    log_back(before, log);
    check_busy(&t);
    feed_free(t.feed);
    service_fini(&t.s);
}

T_TEST(service_taint, nothing_of_one_vendor_reaches_the_other)
{
    const char *effort = getenv("SLATE_EFFORT");
    const uint64_t rounds = effort == NULL ? 1 : strtoull(effort, NULL, 10);

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        run(seed);
    }
}
