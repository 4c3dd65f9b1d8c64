// SPDX-License-Identifier: Apache-2.0
/**
 * job: one request on its way through the server, with the memory of all that it needs.
 */
#ifndef SLATE_JOB_H
#define SLATE_JOB_H

#include "core/arena.h"
#include "queue.h"
#include "wire/request.h"

enum {
    /* The request, what is read for it and its reply: the largest frame in and out, with what lies
       between. */
    JOB_ARENA_BYTES = 32 * 1024 * 1024,
};

struct job {
    struct queue_item item; /* its stamp: the receipt of its frame */
    struct arena arena;
    uint64_t conn;
    uint32_t principal; /* id */
    struct request request;
    struct wire_bytes reply; /* filled before it goes back; n == 0: close the connection instead */

    /* The writer's own */
    bool done;       /* the reply stands whatever becomes of the batch: a refusal */
    bool redo;       /* its stream was not committed */
    uint32_t stream; /* that it wrote to */
    bool wrote;
};

/** A job with an empty arena; NULL without memory. */
struct job *job_new(uint64_t conn, uint32_t principal, int64_t received_at);
/** Accepts NULL. */
void job_free(struct job *job);

#endif
