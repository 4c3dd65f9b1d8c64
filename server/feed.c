// SPDX-License-Identifier: Apache-2.0
#include "feed_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/principals.h"

enum {
    FRAME_ARENA_BYTES = 4 << 20, /* a Feed of the default frame, its rows, and its encoding */
    ROW_ARENA_BYTES = 8 << 20,   /* an entry, and the ticket with the longest history */
};
#define US_PER_MS INT64_C(1000)

int feed_new(const struct feed_options *options, struct feed **ret)
{
    struct feed *feed = calloc(1, sizeof(*feed));

    if (feed == NULL) {
        return -ENOMEM;
    }
    feed->o = *options;
    atomic_init(&feed->count, 0);
    arena_init(&feed->frame, FRAME_ARENA_BYTES);
    arena_init(&feed->row, ROW_ARENA_BYTES);
    *ret = feed;
    return 0;
}

static void remove_subscription(struct feed *feed, struct feed_subscription *s)
{
    HASH_DEL(feed->subscriptions, s);
    atomic_fetch_sub(&feed->count, 1);
    free(s->positions);
    free(s);
}

void feed_free(struct feed *feed)
{
    struct feed_subscription *s;
    struct feed_subscription *next;

    if (feed == NULL) {
        return;
    }
    HASH_ITER (hh, feed->subscriptions, s, next) {
        remove_subscription(feed, s);
    }
    arena_fini(&feed->frame);
    arena_fini(&feed->row);
    free(feed);
}

size_t feed_count(const struct feed *feed)
{
    return atomic_load(&feed->count);
}

static struct feed_subscription *find(const struct feed *feed, uint64_t conn)
{
    struct feed_subscription *s;
    HASH_FIND(hh, feed->subscriptions, &conn, sizeof(conn), s);
    return s;
}

void feed_forget(struct feed *feed, uint64_t conn)
{
    struct feed_subscription *s = find(feed, conn);

    if (s != NULL) {
        remove_subscription(feed, s);
    }
}

/* -- positions ---------------------------------------------------------------- */

static struct feed_position *position_of(const struct feed_subscription *s, uint32_t contract)
{
    for (size_t i = 0; i < s->n_positions; i++) {
        if (s->positions[i].contract == contract) {
            return &s->positions[i];
        }
    }
    return NULL;
}

/* Returns 0 or < 0. */
static int add_position(struct feed_subscription *s, uint32_t contract, uint64_t next_seq)
{
    if (s->n_positions == s->max_positions) {
        size_t max = s->max_positions == 0 ? 8 : 2 * s->max_positions;
        struct feed_position *grown = realloc(s->positions, max * sizeof(*grown));
        if (grown == NULL) {
            return -ENOMEM;
        }
        s->positions = grown;
        s->max_positions = max;
    }
    s->positions[s->n_positions++] = (struct feed_position){contract, next_seq, false};
    return 0;
}

/*
 * Contracts that the principal may see now and did not before: one that the book did not have when
 * the subscription began is seen from its beginning, any other from now on. Those that it may not
 * see any more stay: of them no event is visible, and nothing is told. Returns 0 or < 0.
 */
static int join_contracts(struct feed_subscription *s, const struct call *call)
{
    for (size_t i = 0; i < call->book->n_contracts; i++) {
        const struct book_contract *c = &call->book->contracts[i];
        struct journal_head head = {.seq = 0};
        if ((s->contract != 0 && s->contract != c->id) || position_of(s, c->id) != NULL ||
            !feed_sees(call->who, call->book, c)) {
            continue;
        }
        int error = c->id > s->newest_contract ? 0 : entries_head(call->txn, c->id, &head);
        if (error != 0) {
            return -1;
        }
        if (add_position(s, c->id, head.seq + 1) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- subscribing -------------------------------------------------------------- */

static int refuse_many(struct call *call)
{
    struct feed_subscription *s;
    struct feed_subscription *next;
    size_t n = 0;

    if (find(call->feed, call->conn) != NULL) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "subscribe",
                      "open another connection for another one",
                      "this connection has a subscription already");
    }
    HASH_ITER (hh, call->feed->subscriptions, s, next) {
        n += s->principal == call->who->id;
    }
    return n < FEED_PER_PRINCIPAL_MAX
               ? 0
               : refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "subscribe",
                        "end one of the others", "%s has %d subscriptions already", call->who->name,
                        FEED_PER_PRINCIPAL_MAX);
}

/* Where the client was before. What it may not see is answered like what does not exist. */
static int resume(struct call *call, struct feed_subscription *s, const struct wire_token *from)
{
    const struct book_contract *contract = book_contract_named(call->book, from->contract);
    struct feed_position *p = contract == NULL ? NULL : position_of(s, contract->id);
    struct journal_head head;

    if (p == NULL) {
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "subscribe.from", NULL,
                      "there is no contract %s, or it is not subscribed to", from->contract);
    }
    int error = entries_head(call->txn, contract->id, &head);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (from->seq > head.seq) {
        refuse(call->refusal, OUTCOME_UNAVAILABLE, "subscribe.from", NULL,
               "this server has not seen change %llu of %s yet", (unsigned long long)from->seq,
               from->contract);
        call->refusal->retry_after_ms = 1000;
        return OUTCOME_UNAVAILABLE;
    }
    p->next_seq = from->seq + 1;
    return 0;
}

static uint32_t newest_contract(const struct book *book)
{
    uint32_t newest = 0;

    for (size_t i = 0; i < book->n_contracts; i++) {
        newest = book->contracts[i].id > newest ? book->contracts[i].id : newest;
    }
    return newest;
}

static int begin(struct call *call, struct feed_subscription *s)
{
    const struct request_subscribe *wanted = &call->request->u.subscribe;

    int error = call->who->source[0] != '\0' && wanted->team[0] == '\0'
                    ? 0 /* a source's tool sees by its source, not by teams */
                    : call_filters(call, wanted->contract, "", wanted->team);
    if (error != 0) {
        return error;
    }
    if (wanted->contract[0] != '\0') {
        const struct book_contract *only = book_contract_named(call->book, wanted->contract);
        if (only == NULL || !feed_sees(call->who, call->book, only)) {
            return refuse(call->refusal, OUTCOME_NOT_FOUND, "subscribe.contract", NULL,
                          "there is no contract %s", wanted->contract);
        }
        s->contract = only->id;
    }
    const struct book_team *team = book_team_named(call->book, wanted->team);
    s->team = team == NULL ? 0 : team->id;
    s->kinds = wanted->kinds;
    if (!wanted->resumes) {
        s->newest_contract = newest_contract(call->book);
    }
    if (join_contracts(s, call) != 0) {
        return call_too_large(call);
    }
    s->newest_contract = newest_contract(call->book);
    for (size_t i = 0; i < wanted->n_from && error == 0; i++) {
        error = resume(call, s, &wanted->from[i]);
    }
    return error;
}

static int answer(struct call *call, const struct feed_subscription *s)
{
    struct wire_token *tokens = arena_array(call->arena, s->n_positions, sizeof(*tokens));

    if (tokens == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < s->n_positions; i++) {
        tokens[i] = call_token(book_contract(call->book, s->positions[i].contract),
                               s->positions[i].next_seq - 1);
    }
    const struct reply_subscribed reply = {.positions = tokens, .n_positions = s->n_positions};
    return call_encoded(
        call, wire_encode_subscribed(call->arena, call->request->id, NULL, &reply, call->reply));
}

int feed_subscribe(struct call *call)
{
    int error = refuse_many(call);
    if (error != 0) {
        return error;
    }
    struct feed_subscription *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return -ENOMEM;
    }
    *s = (struct feed_subscription){
        .conn = call->conn,
        .id = call->request->id,
        .principal = call->who->id,
        .generation = call->who->generation,
        .book = call->book,
        .expires_at = INT64_MAX,
        .due = true,
    };
    error = begin(call, s);
    if (error == 0) {
        error = answer(call, s);
    }
    if (error != 0) {
        free(s->positions);
        free(s);
        return error;
    }
    HASH_ADD(hh, call->feed->subscriptions, conn, sizeof(s->conn), s);
    atomic_fetch_add(&call->feed->count, 1);
    call->feed->woken = true; /* what was committed since the snapshot woke nobody */
    return 0;
}

void feed_set_expiry(struct feed *feed, uint64_t conn, int64_t expires_at)
{
    struct feed_subscription *s = find(feed, conn);

    if (s != NULL) {
        s->expires_at = expires_at;
    }
}

/* -- turns -------------------------------------------------------------------- */

void feed_wake(struct feed *feed)
{
    feed->woken = feed->subscriptions != NULL;
}

void feed_tick(struct feed *feed)
{
    feed->ticked = feed->subscriptions != NULL;
}

bool feed_taken(struct feed *feed, uint64_t conn)
{
    struct feed_subscription *s = find(feed, conn);

    if (s == NULL || !s->waiting) {
        return false;
    }
    s->waiting = false;
    s->due = true;
    return true;
}

static bool is_any_due(const struct feed *feed)
{
    for (const struct feed_subscription *s = feed->subscriptions; s != NULL; s = s->hh.next) {
        if (s->due) {
            return true;
        }
    }
    return false;
}

bool feed_is_due(const struct feed *feed)
{
    return feed->woken || feed->ticked || is_any_due(feed);
}

static void end(struct feed *feed, struct feed_subscription *s, const struct book *book,
                const struct refusal *refusal)
{
    log_write(LOG_INFO, "subscription_ended", "conn=u reason=s", (unsigned long long)s->conn,
              refusal->message);
    feed_say_end(feed, s, book, refusal);
    feed->o.close(feed->o.user, s->conn);
    remove_subscription(feed, s);
}

/* The principal as it is now. Returns 0, or an outcome that ends the subscription. */
static int look_at_principal(struct feed_subscription *s, struct call *call, bool ticked,
                             struct principal *ret_who)
{
    int error = principals_get(call->txn, s->principal, ret_who);

    if (error == STORE_NOT_FOUND || (error == 0 && ret_who->disabled)) {
        return refuse(call->refusal, OUTCOME_UNAUTHENTICATED, NULL, NULL,
                      "this principal has been disabled");
    }
    if (error == 0 && call->at >= s->expires_at) {
        return refuse(call->refusal, OUTCOME_UNAUTHENTICATED, NULL, "get a new certificate",
                      "the certificate of %s has expired", ret_who->name);
    }
    if (error == 0 && (ticked || s->generation != ret_who->generation || s->book != call->book)) {
        s->generation = ret_who->generation;
        s->book = call->book;
        call->who = ret_who;
        error = join_contracts(s, call);
    }
    return error == 0 ? 0
                      : refuse(call->refusal, OUTCOME_UNAVAILABLE, NULL, "subscribe again",
                               "the store cannot be read");
}

/* The reader takes nothing: how long already. Returns 0, or an outcome that ends the subscription.
 */
static int wait_for_reader(struct feed_subscription *s, size_t queued, int64_t now_us,
                           struct refusal *refusal)
{
    if (!s->waiting || queued < s->waiting_bytes) {
        s->waiting_us = now_us;
    }
    s->waiting = true;
    s->waiting_bytes = queued;
    if (now_us - s->waiting_us < FEED_STUCK_MS * US_PER_MS) {
        return 0;
    }
    return refuse(refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
                  "subscribe again from the newest positions",
                  "nothing was taken from this connection for %d s", FEED_STUCK_MS / 1000);
}

/* One subscription. Returns 0 or an outcome that ends it. */
static int serve(struct feed *feed, struct feed_subscription *s, struct call *call, bool ticked,
                 int64_t now_us)
{
    struct principal who;
    size_t queued;

    if (feed->o.queued(feed->o.user, s->conn, &queued) != 0) {
        s->due = false; /* it is about to be forgotten */
        return 0;
    }
    int error = look_at_principal(s, call, ticked, &who);
    if (error != 0) {
        return error;
    }
    if (queued + FRAME_BYTES_DEFAULT > FEED_QUEUED_BYTES_MAX) {
        s->due = false; /* until it was taken */
        return wait_for_reader(s, queued, now_us, call->refusal);
    }
    s->waiting = false;
    call->who = &who;
    if (s->told_us == 0) {
        s->told_us = now_us; /* the answer told */
    }
    bool tell = now_us - s->told_us >= FEED_POSITIONS_MS * US_PER_MS;
    if (s->n_positions > 0 && now_us - s->told_us >= FEED_ALIVE_MS * US_PER_MS) {
        s->positions[0].untold = true;
    }
    switch (feed_pull(feed, s, call, tell, now_us)) {
    case FEED_PULLED_ALL: s->due = false; return 0;
    case FEED_PULLED_SOME: s->due = true; return 0;
    case FEED_PULLED_ENDED: break;
    }
    return (int)call->refusal->code;
}

bool feed_turn(struct feed *feed, struct txn *txn, int64_t at, int64_t now_us, bool *ret_tick)
{
    static const struct request no_request = {.kind = REQUEST_SUBSCRIBE};
    bool ticked = feed->ticked;
    bool everybody = feed->woken || ticked;
    struct feed_subscription *s;
    struct feed_subscription *next;
    /* Behind the snapshot: the book knows of whatever lies in the journal. */
    struct shared_book *book = books_hold(feed->o.books);

    feed->woken = false;
    feed->ticked = false;
    HASH_ITER (hh, feed->subscriptions, s, next) {
        struct refusal refusal;
        struct call call = {
            .request = &no_request,
            .book = book->book,
            .books = feed->o.books,
            .txn = txn,
            .arena = &feed->row,
            .at = at,
            .now_at = at,
            .refusal = &refusal,
        };
        if ((everybody || s->due) && serve(feed, s, &call, ticked, now_us) != 0) {
            end(feed, s, book->book, &refusal);
        }
    }
    books_release(book);
    *ret_tick = feed->subscriptions != NULL;
    return is_any_due(feed);
}

void feed_stop(struct feed *feed)
{
    struct feed_subscription *s;
    struct feed_subscription *next;
    struct refusal refusal;
    struct shared_book *book = books_hold(feed->o.books);

    refuse(&refusal, OUTCOME_UNAVAILABLE, NULL, "subscribe again from the newest positions",
           "the server stops");
    refusal.retry_after_ms = 1000;
    HASH_ITER (hh, feed->subscriptions, s, next) {
        end(feed, s, book->book, &refusal);
    }
    books_release(book);
}
