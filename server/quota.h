// SPDX-License-Identifier: Apache-2.0
/**
 * quota: what one principal may have of the server, whatever the number of its connections and the
 * addresses that they come from.
 *
 * Connections, requests and bytes are refused beyond their limits, with the time after which they
 * are taken again. Unanswered writes are not: beyond their limit nothing more is read from any of
 * the principal's connections until some are answered. So one principal can neither fill the
 * writer's queue, in which others stand too, nor take more than a share of the network thread.
 *
 * A request takes as many tokens as it is work, see quota_cost(). It is taken while there is one
 * token, and what it costs beyond that is owed: so a costly request never starves beside cheap
 * ones.
 *
 * Pure but for memory: the time is an argument, of a clock in milliseconds that does not step back.
 */
#ifndef SLATE_QUOTA_H
#define SLATE_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/request.h"

enum {
    /* Unanswered writes of all connections of one principal: two full pipelines, a 128th of what
     * may wait in all. */
    QUOTA_WRITES_MAX = 512,
    /* Frames of these, and answers that wait to be recorded. They may all be for one connection,
     * which is cut when more than net_limits.out_max_bytes wait for it: half of that. */
    QUOTA_WRITES_BYTES_MAX = 4 * 1024 * 1024,
    /* Refusals are work, too. So many are told at once, or a MiB of refused frames, which is one
     * pipeline of somebody who could not know; who goes on is not read for a while. */
    QUOTA_TOLD_BURST = 1024,
    QUOTA_TOLD_PER_S = 1000,
    QUOTA_TOLD_BYTES = 1024, /* of a frame that count as one more refusal */
    QUOTA_DEAF_MS = 100,     /* that while */
    /* One line in the log for a principal that is refused and refused. */
    QUOTA_LOG_MS = 10 * 1000,
    /* After one connection too many: others end at any time, so it is worth a try. */
    QUOTA_CONNS_RETRY_MS = 1000,
};

struct quota_limits {
    uint32_t conns;          /* at once */
    uint32_t requests_per_s; /* tokens */
    uint32_t request_burst;
    uint32_t bytes_per_s; /* of frames */
    uint32_t byte_burst;
};

/** Why a request was not taken, or a connection. */
enum quota_outcome {
    QUOTA_CONNS = 1,
    QUOTA_REQUESTS,
    QUOTA_BYTES,
};

struct quota;
/** Of one principal. */
struct quota_part;

/** limits are copied; no field may be 0. Returns 0 or < 0. */
int quota_new(const struct quota_limits *limits, struct quota **ret);
/** Accepts NULL. */
void quota_free(struct quota *q);

/** One connection more. *ret is good until its quota_leave(). Returns 0, QUOTA_CONNS, or < 0. */
int quota_enter(struct quota *q, uint32_t principal, uint64_t now_ms, struct quota_part **ret);
void quota_leave(struct quota_part *part);

/** Tokens that a request of this kind takes, >= 1. */
uint32_t quota_cost(enum request_kind kind);

/**
 * A request in a frame of n bytes. Returns 0: it may be answered. QUOTA_REQUESTS or QUOTA_BYTES: it
 * may not, and *ret_wait_ms (> 0) is when half of the burst will be there: who comes back then
 * finds room for more than one.
 */
int quota_ask(struct quota *q, struct quota_part *part, uint32_t cost, size_t n, uint64_t now_ms,
              uint64_t *ret_wait_ms);

/** A refusal of a frame of n bytes is told. False: too many were; nothing more is to be read from
 * this principal for QUOTA_DEAF_MS. */
bool quota_may_go_on(struct quota_part *part, size_t n, uint64_t now_ms);

/** It is time for a line in the log again, and this is it. */
bool quota_is_news(struct quota_part *part, uint64_t now_ms);

/** A write of n bytes goes to the writer. True: that was the last, do not read on. */
bool quota_wrote(struct quota_part *part, size_t n);
/** Answered. The principal may have no connection any more. True: there is room again, read on. */
bool quota_answered(struct quota *q, uint32_t principal, size_t n);
/** Between the one and the other. */
bool quota_is_full(const struct quota_part *part);

/** What a client is told of its pipeline: no more than a burst, or its own would be refused. */
uint32_t quota_pipeline(const struct quota *q, uint32_t most);

/** The name of the setting, for people. */
const char *quota_limit_name(enum quota_outcome outcome);
const struct quota_limits *quota_limits(const struct quota *q);

#endif
