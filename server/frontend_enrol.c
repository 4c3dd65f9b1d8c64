// SPDX-License-Identifier: Apache-2.0
/*
 * Connections of slate-enrol/1: one frame, one answer, the end. Nothing else can be said there, and
 * the answer to every wrong code is the same.
 */
#include "frontend_enrol.h"

#include <string.h>

#include <openssl/rand.h>

#include "clock.h"
#include "frontend_private.h"
#include "log.h"
#include "wire/decode.h"

/* -- how often ------------------------------------------------------------------ */

/* Buckets count tokens per second: to their clock, FRONTEND_ENROL_EVERY_S are one. */
enum { SLOWER = FRONTEND_ENROL_EVERY_S };

void frontend_enrol_init(struct frontend_enrol *e)
{
    (void)RAND_bytes((unsigned char *)&e->seed, sizeof(e->seed)); /* without: only more sharing */
}

static struct bucket *bucket_of(struct frontend_enrol *e, const struct peers_key *from)
{
    uint64_t parts[2];

    memcpy(parts, from->bytes, sizeof(parts));
    uint64_t h = (parts[0] ^ e->seed) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 29 ^ parts[1]) * UINT64_C(0xbf58476d1ce4e5b9);
    return &e->of[(h >> 32) % FRONTEND_ENROL_BUCKETS];
}

uint64_t frontend_enrol_try(struct frontend_enrol *e, const struct peers_key *from, uint64_t now_ms)
{
    struct bucket *own = bucket_of(e, from);
    const uint64_t own_ms = bucket_wait_ms(own, now_ms / SLOWER, 1, FRONTEND_ENROL_BURST) * SLOWER;
    const uint64_t all_ms = bucket_wait_ms(&e->all, now_ms, FRONTEND_ENROL_ALL_PER_S,
                                           FRONTEND_ENROL_ALL_BURST);

    if (own_ms > 0 || all_ms > 0) {
        return own_ms > all_ms ? own_ms : all_ms;
    }
    bucket_take(own, now_ms / SLOWER, 1, FRONTEND_ENROL_BURST);
    bucket_take(&e->all, now_ms, FRONTEND_ENROL_ALL_PER_S, FRONTEND_ENROL_ALL_BURST);
    return 0;
}

void frontend_enrol_excuse(struct frontend_enrol *e, const struct peers_key *from)
{
    bucket_give(bucket_of(e, from), 1);
    bucket_give(&e->all, FRONTEND_ENROL_ALL_PER_S);
}

/* -- the one frame ---------------------------------------------------------------- */

static int answer(struct frontend *f, struct job *job, const struct refusal *refusal)
{
    (void)frontend_refuse(f, job, refusal);
    job_free(job);
    return 1;
}

static int too_often(struct frontend *f, struct job *job, uint64_t wait_ms)
{
    struct refusal refusal;

    refuse(&refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL, "look at the code again before the next try",
           "too many wrong codes");
    refusal.retry_after_ms = (uint32_t)wait_ms;
    return answer(f, job, &refusal);
}

int frontend_enrol_frame(struct frontend *f, struct session *s, const uint8_t *payload, size_t n,
                         int64_t received_at)
{
    struct refusal refusal;

    struct job *job = job_new(s->conn, 0, frontend_stamp(f, received_at));
    if (job == NULL || s->unanswered > 0) {
        job_free(job);
        return 1;
    }
    job->frame_bytes = n;
    job->request.kind = REQUEST_ENROL; /* whose form a refusal has */
    arena_wipes(&job->arena);          /* the code */
    const uint64_t wait_ms = frontend_enrol_try(&f->enrol, &s->address,
                                                (uint64_t)clock_boot_us() / 1000);
    if (wait_ms > 0) {
        return too_often(f, job, wait_ms);
    }
    if (wire_decode_enrol(payload, n, &job->arena, &job->request, &refusal) != 0) {
        job->request.kind = REQUEST_ENROL;
        return answer(f, job, &refusal);
    }
    if (!frontend_gather(f, s, job)) {
        frontend_enrol_excuse(&f->enrol, &s->address);
        refuse(&refusal, OUTCOME_UNAVAILABLE, NULL, NULL, "too many changes are waiting");
        refusal.retry_after_ms = 200;
        return answer(f, job, &refusal);
    }
    (void)net_pause(f->net, s->conn); /* that was all it may say */
    return 0;
}

void frontend_enrol_finish(struct frontend *f, struct session *s, const struct job *job)
{
    if (job->code != OUTCOME_UNAUTHENTICATED && job->code != OUTCOME_INVALID_ARGUMENT) {
        frontend_enrol_excuse(&f->enrol, &s->address);
    }
    s->unanswered--;
    log_write(job->code == OUTCOME_OK ? LOG_INFO : LOG_WARNING, "enrolment", "conn=u outcome=s",
              (unsigned long long)s->conn, outcome_name(job->code));
    frontend_send(f, s->conn, &job->reply);
    (void)net_close(f->net, s->conn);
}
