// SPDX-License-Identifier: Apache-2.0
/*
 * Every request that can be read from a frame is answered: none is without a handler.
 */
#include <string.h>

#include "dispatch.h"
#include "feed.h"
#include "samples.h"
#include "service.h"
#include "store/principals.h"
#include "t.h"
#include "wire/decode.h"

static void read_one(struct service *s, struct feed *feed, struct job *job)
{
    struct principal who;
    struct refusal refusal;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(principals_get(&txn, job->principal, &who), 0);
    struct call call = {
        .request = &job->request,
        .who = &who,
        .book = s->books.current->book,
        .books = &s->books,
        .txn = &txn,
        .arena = &job->arena,
        .at = job->item.at,
        .now_at = job->item.at,
        .feed = feed,
        .conn = job->conn,
        .reply = &job->reply,
        .refusal = &refusal,
    };
    int result = dispatch_read(&call);
    txn_abort(&txn);
    T_CHECK(result >= 0, "%s", request_kind_name(job->request.kind));
    if (result > 0) {
        T_EQ_INT(job_refuse(job, &refusal), 0);
    }
}

/* Only of what has come to the protocol with or after ADD_USER. */
static bool refused_by_name(const struct job *job)
{
    const char *name = request_kind_name(job->request.kind);
    return job->request.kind >= REQUEST_ADD_USER && job->reply.n > 0 &&
           memmem(job->reply.p, job->reply.n, name, strlen(name)) != NULL;
}

T_TEST(dispatch, every_request_has_a_handler)
{
    __attribute__((cleanup(service_fini))) struct service s;
    service_init(&s, NULL);
    const struct feed_options options = {.env = s.env, .books = &s.books};
    struct sample samples[SAMPLES];
    struct feed *feed;
    bool seen[REQUEST_KINDS] = {false};

    T_EQ_INT(feed_new(&options, &feed), 0);
    samples_make(samples);
    for (size_t i = 0; i < SAMPLES; i++) {
        struct refusal refusal;
        int64_t at = stamp_now(&s.stamp);
        struct job *job = service_job(&s, ADMIN, samples[i].kind, at);
        T_EQ_INT(wire_decode(samples[i].frame, samples[i].n, &job->arena, &job->request, &refusal),
                 0, "%s", samples[i].name);
        T_EQ_INT(job->request.kind, samples[i].kind, "%s", samples[i].name);
        memcpy(job->request.request_id, &s.n_jobs, sizeof(s.n_jobs)); /* each its own */
        if (request_writes(job->request.kind)) {
            service_write(&s, job);
        } else {
            read_one(&s, feed, job);
        }
        /* The full ones ask for what this version refuses before it looks for a handler. What has
         * none yet is refused by its name. */
        int code = service_code(job);
        bool small = i % 2 != 0;
        T_CHECK(!small || code != OUTCOME_UNIMPLEMENTED || refused_by_name(job), "%s",
                samples[i].name);
        seen[job->request.kind] = seen[job->request.kind] || small;
    }
    for (int kind = REQUEST_NONE + 1; kind < REQUEST_ENROL; kind++) {
        T_CHECK(seen[kind], "%s", request_kind_name((enum request_kind)kind));
    }
    feed_free(feed);
    samples_free(samples);
}
