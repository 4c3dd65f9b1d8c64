// SPDX-License-Identifier: Apache-2.0
/* What a principal meets that wants more than its part: a refusal that says when to come back, or
 * that nothing is read from it for a while. */
#include "clock.h"
#include "frontend_private.h"
#include "log.h"

/* -- reading, or not ------------------------------------------------------------------ */

void frontend_hold(struct frontend *f, struct session *s, enum held why)
{
    if (s->held == 0) {
        (void)net_pause(f->net, s->conn);
    }
    s->held |= why;
}

void frontend_let(struct frontend *f, struct session *s, enum held why)
{
    const unsigned was = s->held;

    s->held &= ~(unsigned)why;
    if (was != 0 && s->held == 0) {
        (void)net_resume(f->net, s->conn);
    }
}

/* All of a principal: what it may not say on one connection it may not say on another. */
static void hold_all(struct frontend *f, uint32_t principal, enum held why)
{
    struct session *s;
    struct session *next;

    HASH_ITER (hh, f->sessions, s, next) {
        if (!s->enrols && s->principal == principal) {
            frontend_hold(f, s, why);
        }
    }
}

void frontend_wrote(struct frontend *f, const struct session *s, size_t frame_bytes)
{
    if (quota_wrote(s->part, frame_bytes)) {
        hold_all(f, s->principal, HELD_WRITES);
    }
}

void frontend_answered(struct frontend *f, uint32_t principal, size_t frame_bytes)
{
    struct session *s;
    struct session *next;

    if (!quota_answered(f->quota, principal, frame_bytes)) {
        return;
    }
    HASH_ITER (hh, f->sessions, s, next) {
        if (s->principal == principal) {
            frontend_let(f, s, HELD_WRITES);
        }
    }
}

void frontend_listen_again(struct frontend *f)
{
    struct session *s;
    struct session *next;

    HASH_ITER (hh, f->sessions, s, next) {
        frontend_let(f, s, HELD_DEAF);
    }
}

void frontend_arm(struct frontend *f)
{
    const int64_t first_us = f->feed_us < f->listen_us ? f->feed_us : f->listen_us;
    const int64_t wait_us = first_us - clock_boot_us();

    if (first_us != INT64_MAX) {
        net_timer(f->net, wait_us <= 0 ? 0 : (wait_us + 999) / 1000);
    }
}

/* -- refusing ------------------------------------------------------------------------- */

static void explain(const struct frontend *f, enum quota_outcome which, struct refusal *ret)
{
    const struct quota_limits *l = quota_limits(f->quota);
    const char *limit = quota_limit_name(which);

    if (which == QUOTA_REQUESTS) {
        refuse(ret, OUTCOME_RESOURCE_EXHAUSTED, NULL, "a costly request counts as several",
               "more than %u requests in a second (%s)", l->requests_per_s, limit);
    } else {
        refuse(ret, OUTCOME_RESOURCE_EXHAUSTED, NULL, NULL,
               "more than %u bytes of requests in a second (%s)", l->bytes_per_s, limit);
    }
}

int frontend_ask(struct frontend *f, struct session *s, struct job *job, size_t n)
{
    const int64_t now_us = clock_boot_us();
    const uint64_t now_ms = (uint64_t)now_us / 1000;
    uint64_t wait_ms;
    struct refusal refusal;

    const int which = quota_ask(f->quota, s->part, quota_cost(job->request.kind), n, now_ms,
                                &wait_ms);
    if (which == 0) {
        return 0;
    }
    if (quota_is_news(s->part, now_ms)) {
        log_write(LOG_WARNING, "principal_limited", "principal=s limit=s", s->name,
                  quota_limit_name((enum quota_outcome)which));
    }
    explain(f, (enum quota_outcome)which, &refusal);
    refusal.retry_after_ms = wait_ms < UINT32_MAX ? (uint32_t)wait_ms : UINT32_MAX;
    if (!quota_may_go_on(s->part, n, now_ms)) {
        hold_all(f, s->principal, HELD_DEAF);
        if (f->listen_us == INT64_MAX) {
            f->listen_us = now_us + (int64_t)QUOTA_DEAF_MS * 1000;
            frontend_arm(f);
        }
    }
    return frontend_refuse(f, job, &refusal) == 0 ? 1 : -1;
}
