// SPDX-License-Identifier: Apache-2.0
/*
 * A principal's part outlives its connections until its buckets are full again: else a new
 * connection would be a new burst. It is dropped by the first connection that comes a second later.
 */
#include "quota.h"

#include <assert.h>
#include <stdlib.h>

/* The key is a principal's number, which counts up: a multiplication spreads it. */
#define HASH_FUNCTION(key, bytes, hash) ((hash) = *(const uint32_t *)(key)*UINT32_C(0x9e3779b1))
#include <uthash.h>

#include "net/bucket.h"

enum { SWEEP_MS = 1000 }; /* parts that are worth nothing any more are looked for so often */

struct quota_part {
    uint32_t principal;
    uint32_t conns;
    struct bucket requests;
    struct bucket bytes;
    struct bucket told;  /* refusals */
    uint64_t logged_ms;  /* 0 = never */
    size_t writes;       /* unanswered */
    size_t writes_bytes; /* frames of these */
    bool full;           /* since they were too many */
    UT_hash_handle hh;
};

struct quota {
    struct quota_limits limits;
    struct quota_part *parts;
    uint64_t swept_ms;
};

/* -- what a request is worth ------------------------------------------------------ */

/*
 * A token is some 10 us of a thread that works for all. What is not named here takes one: a write
 * of one event costs more, but is bounded by the queue that it stands in. Reads are worth what a
 * large answer is, since only the answer shows what it was.
 */
static const uint16_t costs[REQUEST_KINDS] = {
    /* All messages, links and clocks of one ticket. */
    [REQUEST_SHOW_TICKET] = 2,
    /* Rows are read and packed, a thousand of them or a frame full; a filter passes thousands. */
    [REQUEST_LIST_TICKETS] = 100,
    [REQUEST_LIST_BREACHES] = 100,
    [REQUEST_LIST_ACCESS] = 100,
    [REQUEST_LIST_PROPOSALS] = 100, /* with texts, up to the largest frame */
    [REQUEST_LIST_USERS] = 50,
    /* A page of entries, each from its own place in the journal. */
    [REQUEST_SHOW_LOG] = 20,
    /* A ticket's whole history is run again. */
    [REQUEST_EXPLAIN] = 20,
    [REQUEST_SPLIT_CLOCK] = 20,
    /* The book as text, all of it. */
    [REQUEST_SHOW_BOOK] = 20,
    /* Where it was is looked for in every contract; events are not requests. */
    [REQUEST_SUBSCRIBE] = 20,
    /* A MiB is read, checked and sent. */
    [REQUEST_EXPORT_JOURNAL] = 800,
    /* A tenth of a second of reckoning at most, beside which nobody else is answered. */
    [REQUEST_TRY_BOOK] = 10000,
    /* A book is read and compared with the one in force, and with every open clock that moves: on
     * the writer's thread, while all others' changes wait. */
    [REQUEST_APPLY_BOOK] = 500,
    [REQUEST_PROPOSE_BOOK] = 500,
    [REQUEST_APPROVE_BOOK] = 500,
    /* Thousands of tickets are looked through for their requester, so too. */
    [REQUEST_ERASE_TEXTS] = 500,
    /* A signature is made, or checked. */
    [REQUEST_RENEW_CERTIFICATE] = 20,
    [REQUEST_COUNTERSIGN] = 20,
};

uint32_t quota_cost(enum request_kind kind)
{
    return costs[kind] > 0 ? costs[kind] : 1;
}

/* -- parts -------------------------------------------------------------------------- */

int quota_new(const struct quota_limits *limits, struct quota **ret)
{
    struct quota *q = calloc(1, sizeof(*q));

    if (q == NULL) {
        return -1;
    }
    assert(limits->conns > 0 && limits->requests_per_s > 0 && limits->request_burst > 0 &&
           limits->bytes_per_s > 0 && limits->byte_burst > 0);
    q->limits = *limits;
    *ret = q;
    return 0;
}

void quota_free(struct quota *q)
{
    struct quota_part *part;
    struct quota_part *next;

    if (q == NULL) {
        return;
    }
    HASH_ITER (hh, q->parts, part, next) {
        HASH_DEL(q->parts, part);
        free(part);
    }
    free(q);
}

static struct quota_part *find(const struct quota *q, uint32_t principal)
{
    struct quota_part *part;

    HASH_FIND(hh, q->parts, &principal, sizeof(principal), part);
    return part;
}

/* A new one would say the same. */
static bool is_like_new(const struct quota_part *part, uint64_t now_ms)
{
    const uint64_t now_us = now_ms * 1000;

    return part->conns == 0 && part->writes == 0 && part->requests.full_us <= now_us &&
           part->bytes.full_us <= now_us && part->told.full_us <= now_us &&
           part->logged_ms + QUOTA_LOG_MS <= now_ms;
}

static void sweep(struct quota *q, uint64_t now_ms)
{
    struct quota_part *part;
    struct quota_part *next;

    if (now_ms - q->swept_ms < SWEEP_MS) {
        return;
    }
    q->swept_ms = now_ms;
    HASH_ITER (hh, q->parts, part, next) {
        if (is_like_new(part, now_ms)) {
            HASH_DEL(q->parts, part);
            free(part);
        }
    }
}

int quota_enter(struct quota *q, uint32_t principal, uint64_t now_ms, struct quota_part **ret)
{
    sweep(q, now_ms);
    struct quota_part *part = find(q, principal);
    if (part == NULL) {
        part = calloc(1, sizeof(*part));
        if (part == NULL) {
            return -1;
        }
        part->principal = principal;
        HASH_ADD(hh, q->parts, principal, sizeof(part->principal), part);
    }
    if (part->conns >= q->limits.conns) {
        return QUOTA_CONNS;
    }
    part->conns++;
    *ret = part;
    return 0;
}

void quota_leave(struct quota_part *part)
{
    assert(part->conns > 0);
    part->conns--;
}

/* -- requests and bytes --------------------------------------------------------------- */

/* When half of it is there; at once, unless there is not even one. */
static uint64_t wait_ms(const struct bucket *b, uint64_t now_ms, uint32_t per_s, uint32_t burst)
{
    return bucket_wait_for_ms(b, now_ms, per_s, burst, 1) == 0
               ? 0
               : bucket_wait_for_ms(b, now_ms, per_s, burst, (burst + 1) / 2);
}

static uint32_t at_most(size_t n, uint32_t most)
{
    return n < most ? (uint32_t)n : most;
}

int quota_ask(struct quota *q, struct quota_part *part, uint32_t cost, size_t n, uint64_t now_ms,
              uint64_t *ret_wait_ms)
{
    const struct quota_limits *l = &q->limits;
    const uint64_t requests_ms = wait_ms(&part->requests, now_ms, l->requests_per_s,
                                         l->request_burst);
    const uint64_t bytes_ms = wait_ms(&part->bytes, now_ms, l->bytes_per_s, l->byte_burst);

    if (requests_ms > 0 || bytes_ms > 0) {
        *ret_wait_ms = requests_ms > bytes_ms ? requests_ms : bytes_ms;
        return requests_ms > bytes_ms ? QUOTA_REQUESTS : QUOTA_BYTES;
    }
    /* Whoever set a small burst still gets his costly answer, and owes no more than one burst. */
    bucket_owe(&part->requests, now_ms, l->requests_per_s, at_most(cost, l->request_burst));
    bucket_owe(&part->bytes, now_ms, l->bytes_per_s, at_most(n, l->byte_burst));
    return 0;
}

bool quota_may_go_on(struct quota_part *part, size_t n, uint64_t now_ms)
{
    const size_t told = 1 + n / QUOTA_TOLD_BYTES;

    bucket_owe(&part->told, now_ms, QUOTA_TOLD_PER_S, at_most(told, QUOTA_TOLD_BURST));
    return bucket_has(&part->told, now_ms, QUOTA_TOLD_PER_S, QUOTA_TOLD_BURST);
}

bool quota_is_news(struct quota_part *part, uint64_t now_ms)
{
    if (part->logged_ms != 0 && now_ms - part->logged_ms < QUOTA_LOG_MS) {
        return false;
    }
    part->logged_ms = now_ms;
    return true;
}

/* -- writes ---------------------------------------------------------------------------- */

bool quota_wrote(struct quota_part *part, size_t n)
{
    const bool was_full = part->full;

    part->writes++;
    part->writes_bytes += n;
    part->full = part->full || part->writes >= QUOTA_WRITES_MAX ||
                 part->writes_bytes >= QUOTA_WRITES_BYTES_MAX;
    return part->full && !was_full;
}

bool quota_answered(struct quota *q, uint32_t principal, size_t n)
{
    struct quota_part *part = find(q, principal);

    assert(part != NULL && part->writes > 0 && part->writes_bytes >= n);
    part->writes--;
    part->writes_bytes -= n;
    /* Not before half of it is free: else each answer would stop and start all its connections. */
    if (!part->full || part->writes >= QUOTA_WRITES_MAX / 2 ||
        part->writes_bytes >= QUOTA_WRITES_BYTES_MAX / 2) {
        return false;
    }
    part->full = false;
    return true;
}

bool quota_is_full(const struct quota_part *part)
{
    return part->full;
}

/* -- what is told of it ------------------------------------------------------------------ */

uint32_t quota_pipeline(const struct quota *q, uint32_t most)
{
    return at_most(q->limits.request_burst, most);
}

const char *quota_limit_name(enum quota_outcome outcome)
{
    switch (outcome) {
    case QUOTA_CONNS: return "limits.principal_connections";
    case QUOTA_REQUESTS: return "limits.principal_requests";
    case QUOTA_BYTES: return "limits.principal_bytes";
    }
    return "";
}

const struct quota_limits *quota_limits(const struct quota *q)
{
    return &q->limits;
}
