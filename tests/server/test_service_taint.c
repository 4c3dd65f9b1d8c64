// SPDX-License-Identifier: Apache-2.0
/*
 * Two vendors of one buyer do at random what there is to do, in frames, each to its own tickets and
 * now and then to what the other's are called, while the buyer and the operator do the same on both
 * sides. What either side writes carries a mark of its own, and so do its names. Nothing of it
 * reaches the other: in no answer, refusal, list or event.
 *
 * Who names the other's things (as somebody would who guesses) is told these names in the refusal:
 * then only texts and people are looked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "service.h"
#include "store/principals.h"
#include "t.h"
#include "wire/decode.h"

enum { OPERATIONS = 2000, NUMBERS = 30, TURN_EVERY = 10, FRAME_BYTES = 4096 };

static const char *const marks[2] = {"mark-of-the-first-side", "mark-of-the-second-side"};
static const char *const letters[2] = {"aaa", "bbb"};
static const char *const people[2][4] = {{"agent-aaa", "vm-aaa", "auditor-aaa", "intake-aaa"},
                                         {"agent-bbb", "vm-bbb", "auditor-bbb", "intake-bbb"}};

struct taint {
    struct service s;
    struct feed *feed;
    uint64_t random;
    unsigned side;      /* whose things the request at hand is about */
    uint64_t texts[2];  /* replies with the side's own texts */
    uint64_t events[2]; /* payloads to the side's subscription */
    uint64_t done;      /* requests that were not refused */
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

/* What goes to somebody of that side. named: they named the other's things. */
static void judge(struct taint *t, unsigned side, const struct wire_bytes *sent, bool named,
                  const char *what)
{
    const unsigned other = 1 - side;

    T_CHECK(!holds(sent, marks[other]), "a text of %s in %s", letters[other], what);
    for (size_t i = 0; i < 4; i++) {
        T_CHECK(!holds(sent, people[other][i]), "%s in %s", people[other][i], what);
    }
    T_CHECK(named || !mentions(sent, other), "a name of %s in %s", letters[other], what);
    t->texts[side] += holds(sent, marks[side]) ? 1 : 0;
}

/* --- events ----------------------------------------------------------------------------------- */

static void sent(void *user, uint64_t conn, const struct wire_bytes *payload)
{
    struct taint *t = user;

    judge(t, (unsigned)conn, payload, false, "an event");
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

struct words {
    char ticket[32];
    char other[32];
    char contract[16];
    char team[16];
    char person[16];
    char reason[16];
    char text[64];
    char *tags[1];
};

static void draw_words(struct taint *t, unsigned writer, struct words *w)
{
    static const char *const teams[2][2] = {{"one-aaa", "two-aaa"}, {"one-bbb", "one-bbb"}};
    const char *key = t->side == 0 ? "AAA" : "BBB";

    snprintf(w->ticket, sizeof(w->ticket), "%s-%u", key, 1 + draw(t, NUMBERS));
    snprintf(w->other, sizeof(w->other), "%s-%u", key, 1 + draw(t, NUMBERS));
    snprintf(w->contract, sizeof(w->contract), "con-%s", letters[t->side]);
    snprintf(w->team, sizeof(w->team), "%s", teams[t->side][draw(t, 2)]);
    /* Only people of one's own, so that the other's are looked for in every answer. */
    snprintf(w->person, sizeof(w->person), "%s", people[writer][draw(t, 2)]);
    snprintf(w->reason, sizeof(w->reason), "wait-%s", letters[t->side]);
    snprintf(w->text, sizeof(w->text), "%s-%u", marks[writer], draw(t, 1000));
    w->tags[0] = w->text;
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

static size_t make_read(struct taint *t, unsigned which, struct words *w, Slate__V1__Request *r,
                        uint8_t *to)
{
    static const char *const kinds[] = {"", "contract", "team", "party", "calendar"};

    switch (which) {
        OPERATION(0, ShowTicket, SHOW_TICKET, show_ticket, TICKET)
        OPERATION(1, ShowLog, SHOW_LOG, show_log, TICKET)
        OPERATION(2, Explain, EXPLAIN, explain, TICKET)
        OPERATION(3, SplitClock, SPLIT_CLOCK, split_clock, TICKET)
        OPERATION(4, ListTickets, LIST_TICKETS, list_tickets, (void)w)
        OPERATION(5, ListTickets, LIST_TICKETS, list_tickets, m.contract = w->contract,
                  m.has_limit = true, m.limit = 5)
        OPERATION(6, ListBreaches, LIST_BREACHES, list_breaches, (void)w)
        OPERATION(7, ShowBook, SHOW_BOOK, show_book, m.kind = (char *)kinds[draw(t, 5)])
        OPERATION(8, ListUsers, LIST_USERS, list_users, (void)w)
        OPERATION(9, ListAccess, LIST_ACCESS, list_access, (void)w)
        OPERATION(10, ExportJournal, EXPORT_JOURNAL, export_journal, m.contract = w->contract,
                  m.has_texts = m.texts = true)
        OPERATION(11, ShowHead, SHOW_HEAD, show_head, (void)w)
        OPERATION(12, ListProposals, LIST_PROPOSALS, list_proposals, (void)w)
        OPERATION(13, ListTickets, LIST_TICKETS, list_tickets, m.assignee = w->person)
    default: return 0;
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

static void operate(struct taint *t, uint64_t id)
{
    const unsigned writer = draw(t, 2);
    const enum who who = draw_who(t, writer);
    const bool outside = who == MANAGER || who == ADMIN;
    struct job *job = service_job(&t->s, who, REQUEST_NONE, stamp_now(&t->s.stamp));
    Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
    uint8_t request_id[WIRE_REQUEST_ID_BYTES] = {0};
    uint8_t frame[FRAME_BYTES];
    struct refusal refusal;
    struct words w;

    t->side = !outside && draw(t, 8) == 0 ? 1 - writer : writer;
    draw_words(t, writer, &w);
    memcpy(request_id, &id, sizeof(id));
    r.has_id = true;
    r.id = job->request.id;
    const unsigned kind = draw(t, 3);
    if (kind < 2) {
        r.has_request_id = true;
        r.request_id = (ProtobufCBinaryData){sizeof(request_id), request_id};
        r.has_dry_run = r.dry_run = draw(t, 8) == 0;
    }
    const size_t n = kind == 0   ? make_talk(t, draw(t, 6), &w, &r, frame)
                     : kind == 1 ? make_work(t, draw(t, 14), &w, &r, frame)
                                 : make_read(t, draw(t, 14), &w, &r, frame);
    T_EQ_INT(wire_decode(frame, n, &job->arena, &job->request, &refusal), 0, "%s: %s",
             refusal.field, refusal.message);
    if (request_writes(job->request.kind)) {
        service_write(&t->s, job);
    } else {
        service_read(&t->s, job);
    }
    if (!outside) {
        judge(t, writer, &job->reply, t->side != writer, request_kind_name(job->request.kind));
    }
    t->done += service_code(job) == 0 ? 1 : 0;
}

static void run(uint64_t seed)
{
    static struct taint t;
    const struct feed_options options = {
        .env = NULL, .send = sent, .queued = queued, .close = closed, .user = &t};
    struct feed_options feed = options;

    memset(&t, 0, sizeof(t));
    t.random = seed;
    service_init(&t.s, NULL);
    feed.env = t.s.env;
    feed.books = &t.s.books;
    T_EQ_INT(feed_new(&feed, &t.feed), 0);
    subscribe(&t, VM_A, 0);
    subscribe(&t, VM_B, 1);
    for (uint64_t i = 1; i <= OPERATIONS; i++) {
        operate(&t, i);
        if (i % TURN_EVERY == 0) {
            turn(&t);
        }
    }
    for (unsigned side = 0; side < 2; side++) {
        T_CHECK(t.texts[side] > OPERATIONS / 20, "%s reads its own texts: %llu", letters[side],
                (unsigned long long)t.texts[side]);
        T_CHECK(t.events[side] > OPERATIONS / 50, "%s gets events: %llu", letters[side],
                (unsigned long long)t.events[side]);
    }
    T_CHECK(t.done > OPERATIONS / 3, "%llu were not refused", (unsigned long long)t.done);
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
