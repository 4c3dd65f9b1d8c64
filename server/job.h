// SPDX-License-Identifier: Apache-2.0
/**
 * job: one request on its way through the server, with the memory of all that it needs.
 */
#ifndef SLATE_JOB_H
#define SLATE_JOB_H

#include "access.h"
#include "core/arena.h"
#include "core/outcome.h"
#include "queue.h"
#include "wire/request.h"

enum {
    /* The request, what is read for it and its reply: the largest frame in and out, with what lies
       between. */
    JOB_ARENA_BYTES = 32 * 1024 * 1024,
    /* A refusal, whose texts are bounded: there is room for it also where there is none for an
       answer. */
    JOB_SPARE_BYTES = 16 * 1024,
};

struct job {
    struct queue_item item; /* its stamp: the receipt of its frame */
    struct arena arena;
    struct arena spare; /* of a refusal */
    uint64_t conn;
    uint32_t principal;                  /* id */
    uint8_t key_sha256[BOOK_HASH_BYTES]; /* of the key of the connection's certificate */
    size_t frame_bytes;                  /* that it came in */
    struct request request;
    struct wire_bytes reply; /* filled before it goes back */
    enum outcome_code code;  /* of a reply that is a refusal */
    /* A read that was answered and whose reply, `answer`, leaves when these are recorded; else
     * NULL. */
    const struct access_note *notes;
    struct wire_bytes answer;

    /* The writer's own */
    bool done;                     /* the reply is final */
    bool ran;                      /* in a batch that was dropped, too */
    struct arena_mark request_end; /* of what it holds before it runs */
    uint32_t stream;               /* that it wrote to */
    bool wrote;
};

/** A job with an empty arena; NULL without memory. */
struct job *job_new(uint64_t conn, uint32_t principal, int64_t received_at);
/** Makes the refusal its reply, in the form that its kind of request has. Returns 0, or < 0 without
 * memory. */
int job_refuse(struct job *job, const struct refusal *refusal);
/** Wipes secrets. Accepts NULL. */
void job_free(struct job *job);

#endif
