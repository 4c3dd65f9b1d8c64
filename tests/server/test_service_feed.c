// SPDX-License-Identifier: Apache-2.0
/*
 * Live events: each subscriber gets what it may know of and asked for, in order, nothing lost and
 * nothing twice, also over breaks; slow readers hold nothing up. And the log, which shows the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "dispatch.h"
#include "feed.h"
#include "life.h"
#include "proto/frame.h"
#include "store/entries.h"
#include "store/principals.h"
#include "t.h"

enum { CONNS = 64, SEEN_MAX = 4000 };

/* What a connection was sent. */
struct conn {
    size_t queued; /* bytes that it has not taken */
    bool closed;
    unsigned feeds;
    size_t n;
    struct seen {
        char contract[16];
        uint64_t seq;
        uint64_t ticket;
        int kind;
        int state_now; /* 0: not told */
        bool priority_now;
    } seen[SEEN_MAX];
    struct {
        char contract[16];
        uint64_t seq;
    } positions[8]; /* the newest */
    size_t n_positions;
    int ended; /* code of the last Feed */
};

struct stand {
    struct service s;
    struct feed *feed;
    struct conn conns[CONNS];
    int64_t now_us; /* of the clock that never jumps */
    bool tick;
};

static void note_position(struct conn *c, const Slate__V1__Token *token)
{
    size_t i = 0;

    while (i < c->n_positions && strcmp(c->positions[i].contract, token->contract) != 0) {
        i++;
    }
    T_CHECK(i < 8);
    c->n_positions = i == c->n_positions ? i + 1 : c->n_positions;
    T_CHECK(c->positions[i].seq <= token->seq, "a position went back");
    snprintf(c->positions[i].contract, sizeof(c->positions[i].contract), "%s", token->contract);
    c->positions[i].seq = token->seq;
}

static void on_send(void *user, uint64_t id, const struct wire_bytes *payload)
{
    struct stand *st = user;
    struct conn *c = &st->conns[id];
    Slate__V1__Envelope *e = slate__v1__envelope__unpack(NULL, payload->n, payload->p);

    T_CHECK(e != NULL && e->feed != NULL);
    T_EQ_INT(e->feed->id, id, "the id of the subscription");
    T_CHECK(payload->n <= FRAME_BYTES_DEFAULT);
    T_CHECK(c->ended == 0, "something came behind the last");
    for (size_t i = 0; i < e->feed->n_events; i++) {
        const Slate__V1__Event *event = e->feed->events[i];
        struct seen *seen = &c->seen[c->n++];
        T_CHECK(c->n < SEEN_MAX);
        snprintf(seen->contract, sizeof(seen->contract), "%s", event->contract);
        seen->seq = event->seq;
        seen->kind = (int)event->kind;
        seen->state_now = event->has_state_now ? (int)event->state_now : 0;
        seen->priority_now = event->priority_now != NULL && event->priority_now[0] != '\0';
        seen->ticket = event->ticket == NULL ? 0
                                             : strtoull(strchr(event->ticket, '-') + 1, NULL, 10);
    }
    for (size_t i = 0; i < e->feed->n_positions; i++) {
        note_position(c, e->feed->positions[i]);
    }
    c->ended = e->feed->ended == NULL ? 0 : (int)e->feed->ended->code;
    c->feeds++;
    c->queued += payload->n;
    slate__v1__envelope__free_unpacked(e, NULL);
}

static int on_queued(void *user, uint64_t id, size_t *ret_bytes)
{
    const struct stand *st = user;
    *ret_bytes = st->conns[id].queued;
    return st->conns[id].closed ? 1 : 0;
}

static void on_close(void *user, uint64_t id)
{
    struct stand *st = user;
    st->conns[id].closed = true;
}

static struct stand *stand_new(void)
{
    struct stand *st = calloc(1, sizeof(*st));

    st->now_us = INT64_C(1000000);
    life_init(&st->s);
    const struct feed_options options = {
        .env = st->s.env,
        .books = &st->s.books,
        .send = on_send,
        .queued = on_queued,
        .close = on_close,
        .user = st,
    };
    T_EQ_INT(feed_new(&options, &st->feed), 0);
    return st;
}

static void stand_free(struct stand **st)
{
    feed_free((*st)->feed);
    service_fini(&(*st)->s);
    free(*st);
}

/* A Subscribe of a principal on a connection. */
static struct job *subscribe_job(struct stand *st, enum life_who who, uint64_t conn)
{
    struct job *job = service_job(&st->s, (enum who)who, REQUEST_SUBSCRIBE,
                                  stamp_now(&st->s.stamp));
    job->request.id = conn;
    job->request.u.subscribe = (struct request_subscribe){.contract = "", .team = ""};
    return job;
}

/* Answers it. Returns the code. */
static int subscribe(struct stand *st, struct job *job)
{
    struct principal who;
    struct refusal refusal;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, st->s.env, TXN_READ), 0);
    T_EQ_INT(principals_get(&txn, job->principal, &who), 0);
    struct call call = {
        .request = &job->request,
        .who = &who,
        .book = st->s.books.current->book,
        .books = &st->s.books,
        .txn = &txn,
        .arena = &job->arena,
        .at = job->item.at,
        .now_at = job->item.at,
        .feed = st->feed,
        .conn = job->request.id,
        .reply = &job->reply,
        .refusal = &refusal,
    };
    int result = dispatch_read(&call);
    txn_abort(&txn);
    T_CHECK(result >= 0);
    if (result > 0) {
        T_EQ_INT(job_refuse(job, &refusal), 0);
        return result;
    }
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->subscribed != NULL);
    for (size_t i = 0; i < e->reply->subscribed->n_positions; i++) {
        note_position(&st->conns[job->request.id], e->reply->subscribed->positions[i]);
    }
    return 0;
}

/* One turn of the loop after a commit. Returns true if there is more to be done at once. */
static bool turn(struct stand *st)
{
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, st->s.env, TXN_READ), 0);
    bool more = feed_turn(st->feed, &txn, stamp_now(&st->s.stamp), st->now_us, &st->tick);
    txn_abort(&txn);
    return more;
}

static void turns(struct stand *st)
{
    feed_wake(st->feed);
    while (turn(st)) {
    }
}

/* The connection takes all that waits for it. */
static void take(struct stand *st, uint64_t conn)
{
    st->conns[conn].queued = 0;
    (void)feed_taken(st->feed, conn);
}

static bool saw(const struct conn *c, uint64_t ticket, int kind)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->seen[i].ticket == ticket && c->seen[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static void work(struct stand *st, enum life_who who, enum request_kind kind, uint64_t number,
                 const char *text)
{
    struct job *job = life_job(&st->s, who, kind, number, stamp_now(&st->s.stamp));

    if (kind == REQUEST_TRANSFER_TICKET) {
        job->request.u.transfer.team = text;
    }
    life_run(&st->s, job, 0, request_kind_name(kind));
}

/* --- who sees what ---------------------------------------------------------------------------- */

T_TEST(service_feed, each_sees_what_the_policy_lets_it_across_a_transfer)
{
    enum {
        OPENED = REPLY_EVENT_OPENED,
        MESSAGE = REPLY_EVENT_MESSAGE,
        TAKEN = REPLY_EVENT_TAKEN,
        TRANSFERRED = REPLY_EVENT_TRANSFERRED,
        RESOLVED = REPLY_EVENT_RESOLVED,
        BREACH = REPLY_EVENT_BREACH, /* of the first response, which a resolve without one is */
        END = 0,
    };
    static const struct {
        const char *name;
        enum life_who who;
        const char *team;
        uint32_t kinds;
        int expected[13];
    } rows[] = {
        {"its team, until it goes", L_AGENT, "", 0, {OPENED, MESSAGE, TAKEN, TRANSFERRED}},
        {"the team that it comes to", L_AGENT_2, "", 0, {TRANSFERRED, TAKEN, RESOLVED, BREACH}},
        {"the vendor",
         L_VM,
         "",
         0,
         {OPENED, MESSAGE, TAKEN, TRANSFERRED, TAKEN, RESOLVED, BREACH, OPENED, MESSAGE}},
        {"the vendor, of one team", L_VM, "two", 0, {TRANSFERRED, TAKEN, RESOLVED, BREACH}},
        {"the buyer",
         L_MANAGER,
         "",
         0,
         {OPENED, MESSAGE, TAKEN, TRANSFERRED, TAKEN, RESOLVED, BREACH, OPENED, MESSAGE, OPENED,
          MESSAGE}},
        {"one kind", L_VM, "", 1u << RESOLVED, {RESOLVED}},
        {"strangers see their own", L_OTHER, "", 0, {OPENED, MESSAGE}},
        {"a source sees its own", L_MAIL, "", 0, {OPENED, MESSAGE}},
        {"another source nothing", L_CRM, "", 0, {END}},
    };
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();

    for (uint64_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job *job = subscribe_job(st, rows[i].who, i + 1);
        job->request.u.subscribe.team = rows[i].team;
        job->request.u.subscribe.kinds = rows[i].kinds;
        T_EQ_INT(subscribe(st, job), 0, "%s", rows[i].name);
    }
    int64_t at = stamp_now(&st->s.stamp);
    T_EQ_INT(life_open(&st->s, at), 1);
    work(st, L_AGENT, REQUEST_TAKE_TICKET, 1, "");
    work(st, L_VM, REQUEST_TRANSFER_TICKET, 1, "two");
    work(st, L_AGENT_2, REQUEST_TAKE_TICKET, 1, "");
    work(st, L_AGENT_2, REQUEST_RESOLVE_TICKET, 1, "");
    life_run(&st->s, life_intake(&st->s, L_MAIL, "mail", "k", "1", INTAKE_OPEN, at), 0, "intake");
    life_run(&st->s, service_new(&st->s, (enum who)L_OTHER, "two", "P1", at), 0, "elsewhere");
    turns(st);
    for (uint64_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct conn *c = &st->conns[i + 1];
        size_t n = 0;
        /* The agent of team one sees the intake's ticket as well. */
        bool agent = rows[i].who == L_AGENT;
        for (; rows[i].expected[n] != END; n++) {
            T_CHECK(n < c->n, "%s: only %zu", rows[i].name, c->n);
        }
        T_EQ_INT(c->n, n + (agent ? 2 : 0), "%s", rows[i].name);
        for (size_t k = 0; k < c->n; k++) { /* what became of it elsewhere is not theirs */
            bool gone = agent && c->seen[k].ticket == 1;
            T_EQ_INT(c->seen[k].state_now != 0, !gone, "%s, %zu", rows[i].name, k);
            T_EQ_INT(c->seen[k].priority_now, !gone, "%s, %zu", rows[i].name, k);
        }
        if (rows[i].who != L_MANAGER) { /* two contracts, in either order */
            for (size_t k = 0; k < n; k++) {
                T_EQ_INT(c->seen[k].kind, rows[i].expected[k], "%s, %zu", rows[i].name, k);
            }
        }
    }
}

T_TEST(service_feed, what_is_refused)
{
    static const struct {
        const char *name;
        const char *contract;
        const char *team;
        const char *from;
        uint64_t seq;
        int code;
    } rows[] = {
        {"no such contract", "none", "", NULL, 0, OUTCOME_NOT_FOUND},
        {"another vendor's", "two", "", NULL, 0, OUTCOME_NOT_FOUND},
        {"another vendor's team", "", "three", NULL, 0, OUTCOME_NOT_FOUND},
        {"from another vendor's", "", "", "two", 0, OUTCOME_NOT_FOUND},
        {"from what is not there yet", "", "", "con", 1000000, OUTCOME_UNAVAILABLE},
        {"all well", "con", "two", "con", 0, 0},
        {"one more on the connection", "", "", NULL, 0, OUTCOME_FAILED_PRECONDITION},
    };
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct wire_token from = {rows[i].from, rows[i].seq};
        struct job *job = subscribe_job(st, L_VM, 1);
        job->request.u.subscribe.contract = rows[i].contract;
        job->request.u.subscribe.team = rows[i].team;
        job->request.u.subscribe.from = &from;
        job->request.u.subscribe.n_from = rows[i].from == NULL ? 0 : 1;
        st->conns[1].n_positions = 0;
        T_EQ_INT(subscribe(st, job), rows[i].code, "%s", rows[i].name);
    }
    for (uint64_t i = 2; i <= FEED_PER_PRINCIPAL_MAX; i++) {
        T_EQ_INT(subscribe(st, subscribe_job(st, L_VM, i)), 0);
    }
    T_EQ_INT(subscribe(st, subscribe_job(st, L_VM, 40)), OUTCOME_RESOURCE_EXHAUSTED);
    T_EQ_INT(subscribe(st, subscribe_job(st, L_MANAGER, 41)), 0, "another one's");
    feed_forget(st->feed, 3);
    T_EQ_INT(subscribe(st, subscribe_job(st, L_VM, 40)), 0, "there is room again");
    T_EQ_INT(feed_count(st->feed), FEED_PER_PRINCIPAL_MAX + 1);
}

/* --- breaks ----------------------------------------------------------------------------------- */

/* The same on every machine. */
static unsigned roll(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void churn(struct stand *st, unsigned *seed, uint64_t tickets)
{
    static const enum request_kind kinds[] = {REQUEST_ADD_MESSAGE, REQUEST_SET_PRIORITY,
                                              REQUEST_ACKNOWLEDGE_TICKET};
    for (int i = 0; i < 12; i++) {
        uint64_t number = 1 + (uint64_t)roll(seed) % tickets;
        enum request_kind kind = kinds[roll(seed) % 3];
        struct job *job = life_job(&st->s, kind == REQUEST_SET_PRIORITY ? L_AGENT : L_VM, kind,
                                   number, stamp_now(&st->s.stamp));
        if (kind == REQUEST_SET_PRIORITY) {
            job->request.u.priority.priority = "P0";
        }
        service_push(&st->s, job);
    }
    (void)service_round(&st->s);
    feed_wake(st->feed);
}

/* The whole of what a principal may see of a contract, from its beginning. */
static const struct conn *everything(struct stand *st, enum life_who who)
{
    static const struct wire_token from[] = {{"con", 0}};
    struct conn *c = &st->conns[CONNS - 1];
    struct job *job = subscribe_job(st, who, CONNS - 1);

    memset(c, 0, sizeof(*c));
    job->request.u.subscribe.from = from;
    job->request.u.subscribe.n_from = 1;
    T_EQ_INT(subscribe(st, job), 0);
    do {
        c->queued = 0;
        (void)feed_taken(st->feed, CONNS - 1);
    } while (turn(st));
    feed_forget(st->feed, CONNS - 1);
    return c;
}

/* Who sees all of a vendor must have got each entry that clients see, up to a place, once. */
static void same_as_journal(struct stand *st, const struct conn *all, uint64_t upto_seq)
{
    struct arena arena;
    struct txn txn;
    size_t n = 0;

    arena_init(&arena, 1 << 20);
    T_EQ_INT(txn_begin(&txn, st->s.env, TXN_READ), 0);
    for (uint64_t seq = 1; seq <= upto_seq; seq++) {
        struct entry entry;
        arena_reset(&arena);
        T_EQ_INT(entries_get_bare(&txn, 1, seq, &arena, &entry), 0);
        if (reply_event_kind_of(entry.event.kind) != REPLY_EVENT_NONE) {
            T_CHECK(n < all->n, "seq %d was lost", (int)seq);
            T_EQ_INT(all->seen[n++].seq, seq);
        }
    }
    T_EQ_INT(all->n, n);
    txn_abort(&txn);
    arena_fini(&arena);
}

T_TEST(service_feed, nothing_is_lost_and_nothing_comes_twice_over_random_breaks)
{
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();
    unsigned seed = 7;
    int64_t at = stamp_now(&st->s.stamp) - US_PER_HOUR;
    unsigned breaks = 0;

    for (int i = 0; i < 5; i++) {
        (void)life_open(&st->s, at);
    }
    /* One stream of what was seen, over many connections; cut where the last one ended. */
    static struct conn all;
    static struct wire_token from[1] = {{"con", 0}};
    memset(&all, 0, sizeof(all));
    for (int round = 0; round < 60; round++) {
        struct conn *c = &st->conns[1];
        memset(c, 0, sizeof(*c));
        struct job *job = subscribe_job(st, L_VM, 1);
        job->request.u.subscribe.from = from;
        job->request.u.subscribe.n_from = 1;
        T_EQ_INT(subscribe(st, job), 0, "round %d", round);
        for (unsigned i = roll(&seed) % 4 + 1; i > 0; i--) {
            churn(st, &seed, 5);
            if (roll(&seed) % 3 != 0) {
                (void)turn(st);
            }
            if (roll(&seed) % 4 != 0) {
                take(st, 1);
            }
            if (roll(&seed) % 8 == 0) {
                st->now_us += FEED_POSITIONS_MS * 1000;
                feed_tick(st->feed);
            }
        }
        memcpy(&all.seen[all.n], c->seen, c->n * sizeof(c->seen[0]));
        all.n += c->n;
        from[0] = (struct wire_token){"con", c->positions[0].seq};
        feed_forget(st->feed, 1);
        breaks += c->n > 0;
    }
    T_CHECK(breaks > 20, "only %u rounds had something", breaks);
    same_as_journal(st, &all, from[0].seq);
    T_CHECK(all.n > 500, "only %zu events", all.n);
}

T_TEST(service_feed, a_slow_reader_holds_up_nobody_and_is_cut)
{
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();
    unsigned seed = 3;
    int64_t at = stamp_now(&st->s.stamp) - US_PER_HOUR;

    for (int i = 0; i < 5; i++) {
        (void)life_open(&st->s, at);
    }
    T_EQ_INT(subscribe(st, subscribe_job(st, L_VM, 1)), 0); /* takes nothing */
    T_EQ_INT(subscribe(st, subscribe_job(st, L_MANAGER, 2)), 0);
    st->conns[1].queued = FEED_QUEUED_BYTES_MAX - FRAME_BYTES_DEFAULT - 2000;
    for (int i = 0; i < 40 && st->conns[1].queued + FRAME_BYTES_DEFAULT <= FEED_QUEUED_BYTES_MAX;
         i++) {
        churn(st, &seed, 5);
        (void)turn(st);
        take(st, 2);
    }
    T_CHECK(st->conns[1].queued <= FEED_QUEUED_BYTES_MAX);
    size_t held = st->conns[1].n;
    churn(st, &seed, 5);
    (void)turn(st);
    T_EQ_INT(st->conns[1].n, held, "no more waits for it");
    T_CHECK(st->conns[2].n > held, "the other one goes on");
    st->conns[1].queued /= 2; /* it took something: its time begins anew */
    st->conns[1].queued += FEED_QUEUED_BYTES_MAX / 2;
    st->now_us += (FEED_STUCK_MS - 1) * INT64_C(1000);
    feed_tick(st->feed);
    (void)turn(st);
    T_EQ_INT(st->conns[1].ended, 0);
    st->now_us += INT64_C(1000) * FEED_STUCK_MS;
    feed_tick(st->feed);
    (void)turn(st);
    T_EQ_INT(st->conns[1].ended, OUTCOME_RESOURCE_EXHAUSTED);
    T_CHECK(st->conns[1].closed);
    T_CHECK(!st->conns[2].closed);
    T_EQ_INT(feed_count(st->feed), 1);
}

T_TEST(service_feed, a_reader_that_comes_back_to_it_gets_the_rest)
{
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();
    unsigned seed = 5;
    int64_t at = stamp_now(&st->s.stamp) - US_PER_HOUR;

    (void)life_open(&st->s, at);
    T_EQ_INT(subscribe(st, subscribe_job(st, L_VM, 1)), 0);
    st->conns[1].queued = FEED_QUEUED_BYTES_MAX;
    churn(st, &seed, 1);
    T_CHECK(!turn(st), "nothing to be done at once");
    T_EQ_INT(st->conns[1].n, 0);
    take(st, 1);
    T_CHECK(feed_is_due(st->feed));
    (void)turn(st);
    T_EQ_INT(st->conns[1].n > 0, 1);
}

/* --- time, and ends --------------------------------------------------------------------------- */

T_TEST(service_feed, positions_are_told_now_and_then_where_nothing_was_to_be_seen)
{
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();
    struct job *job = subscribe_job(st, L_VM, 1);

    job->request.u.subscribe.kinds = 1u << REPLY_EVENT_MERGED;
    T_EQ_INT(subscribe(st, job), 0);
    (void)turn(st);
    uint64_t began = st->conns[1].positions[0].seq;
    st->now_us += FEED_POSITIONS_MS * INT64_C(1000);
    (void)life_open(&st->s, stamp_now(&st->s.stamp));
    turns(st);
    T_EQ_INT(st->conns[1].feeds, 1);
    T_EQ_INT(st->conns[1].n, 0);
    T_CHECK(st->conns[1].positions[0].seq > began);
    uint64_t told = st->conns[1].positions[0].seq;
    (void)life_open(&st->s, stamp_now(&st->s.stamp));
    turns(st);
    T_EQ_INT(st->conns[1].feeds, 1, "not so soon again");
    T_CHECK(st->tick, "but it waits for its time");
    st->now_us += FEED_POSITIONS_MS * INT64_C(1000);
    feed_tick(st->feed);
    (void)turn(st);
    T_EQ_INT(st->conns[1].feeds, 2);
    T_CHECK(st->conns[1].positions[0].seq > told);
    for (int ms = 0; ms < FEED_ALIVE_MS; ms += FEED_TICK_MS) {
        T_EQ_INT(st->conns[1].feeds, 2);
        st->now_us += FEED_TICK_MS * INT64_C(1000);
        feed_tick(st->feed);
        (void)turn(st);
    }
    T_EQ_INT(st->conns[1].feeds, 3, "it is alive");
}

T_TEST(service_feed, every_end_says_why)
{
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();

    T_EQ_INT(subscribe(st, subscribe_job(st, L_VM, 1)), 0);
    T_EQ_INT(subscribe(st, subscribe_job(st, L_AGENT, 2)), 0);
    T_EQ_INT(subscribe(st, subscribe_job(st, L_LEAD, 3)), 0);
    feed_set_expiry(st->feed, 2, stamp_now(&st->s.stamp) - 1);
    feed_set_expiry(st->feed, 3, stamp_now(&st->s.stamp) + US_PER_HOUR);
    feed_tick(st->feed);
    (void)turn(st);
    T_EQ_INT(st->conns[2].ended, OUTCOME_UNAUTHENTICATED, "its certificate has expired");
    T_EQ_INT(st->conns[3].ended, 0);
    service_disable(&st->s, (enum who)L_LEAD);
    feed_wake(st->feed);
    (void)turn(st);
    T_EQ_INT(st->conns[3].ended, OUTCOME_UNAUTHENTICATED, "disabled");
    T_CHECK(st->conns[3].closed);
    feed_stop(st->feed);
    T_EQ_INT(st->conns[1].ended, OUTCOME_UNAVAILABLE, "the server stops");
    T_EQ_INT(feed_count(st->feed), 0);
    T_CHECK(!feed_is_due(st->feed));
}

T_TEST(service_feed, a_contract_that_is_added_later_joins_from_its_beginning)
{
    static char book[8192];
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();
    struct job *only = subscribe_job(st, L_MANAGER, 2);

    T_EQ_INT(subscribe(st, subscribe_job(st, L_MANAGER, 1)), 0);
    only->request.u.subscribe.contract = "con";
    T_EQ_INT(subscribe(st, only), 0);
    const char *from = strstr(life_book, "  - name: two");
    snprintf(book, sizeof(book), "%s%s", life_book, from);
    char *added = book + strlen(life_book);
    memcpy(strstr(added, "two"), "new", 3);
    memcpy(strstr(added, "TWO"), "NEW", 3);
    struct job *job = service_job(&st->s, (enum who)L_ADMIN, REQUEST_APPLY_BOOK,
                                  stamp_now(&st->s.stamp));
    job->request.u.apply_book = (struct request_apply_book){
        .text = book, .n = strlen(book), .file = ""};
    life_run(&st->s, job, 0, "apply");
    life_run(&st->s, service_new(&st->s, (enum who)L_OTHER, "new", "P1", stamp_now(&st->s.stamp)),
             0, "open");
    turns(st);
    T_EQ_INT(st->conns[1].n, 2);
    T_EQ_STR(st->conns[1].seen[0].contract, "new");
    T_EQ_INT(st->conns[1].seen[0].kind, REPLY_EVENT_OPENED);
    T_EQ_INT(st->conns[2].n, 0, "it asked for another one only");

    // Who was away meanwhile, and says so, misses nothing of it; who comes anew begins now.
    static const struct wire_token known = {.contract = "con"};
    struct job *back = subscribe_job(st, L_MANAGER, 3);
    back->request.u.subscribe.resumes = true;
    T_EQ_INT(subscribe(st, back), 0);
    struct job *named = subscribe_job(st, L_MANAGER, 4);
    named->request.u.subscribe.from = &known;
    named->request.u.subscribe.n_from = 1;
    T_EQ_INT(subscribe(st, named), 0);
    turns(st);
    T_EQ_INT(st->conns[3].n, 2);
    T_EQ_INT(st->conns[3].seen[0].seq, st->conns[1].seen[0].seq);
    T_EQ_INT(st->conns[4].n, 0);
}

/* --- the log ---------------------------------------------------------------------------------- */

T_TEST(service_feed, the_log_of_a_ticket_is_its_part_of_the_feed_backwards)
{
    __attribute__((cleanup(stand_free))) struct stand *st = stand_new();
    unsigned seed = 9;
    int64_t at = stamp_now(&st->s.stamp) - US_PER_HOUR;
    static uint64_t seqs[SEEN_MAX];
    size_t n = 0;

    (void)life_open(&st->s, at);
    (void)life_open(&st->s, at);
    for (int i = 0; i < 5; i++) {
        churn(st, &seed, 2);
    }
    uint8_t kept[WIRE_CURSOR_BYTES];
    struct wire_bytes cursor = {NULL, 0};
    for (bool more = true; more;) {
        struct job *job = life_job(&st->s, L_VM, REQUEST_SHOW_LOG, 2, at);
        job->request.u.log.limit = 7;
        job->request.u.log.cursor = cursor;
        service_read(&st->s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__LogPage *page = e->reply->log_page;
        T_CHECK(page != NULL && page->n_events > 0);
        for (size_t i = 0; i < page->n_events; i++) {
            T_EQ_STR(page->events[i]->ticket, "CON-2");
            seqs[n++] = page->events[i]->seq;
        }
        more = page->truncated;
        if (more) {
            memcpy(kept, page->cursor.data, page->cursor.len);
            cursor = (struct wire_bytes){kept, page->cursor.len};
        }
    }
    const struct conn *whole = everything(st, L_VM);
    for (size_t i = 0; i < whole->n; i++) {
        if (whole->seen[i].ticket == 2) {
            T_CHECK(n > 0);
            T_EQ_INT(seqs[--n], whole->seen[i].seq);
        }
    }
    T_EQ_INT(n, 0);
    struct job *job = life_job(&st->s, L_OTHER, REQUEST_SHOW_LOG, 2, at);
    service_read(&st->s, job);
    T_EQ_INT(service_code(job), OUTCOME_NOT_FOUND);
    job = life_job(&st->s, L_VM, REQUEST_SHOW_LOG, 1, at);
    job->request.u.log.cursor = cursor; /* of the other ticket */
    service_read(&st->s, job);
    T_EQ_INT(service_code(job), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(saw(whole, 1, REPLY_EVENT_OPENED));
}
