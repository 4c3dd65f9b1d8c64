// SPDX-License-Identifier: Apache-2.0
#include "job.h"

#include <stdlib.h>

#include <openssl/crypto.h>

#include "wire/encode.h"

struct job *job_new(uint64_t conn, uint32_t principal, int64_t received_at)
{
    struct job *job = calloc(1, sizeof(*job));
    if (job != NULL) {
        job->item.at = received_at;
        job->conn = conn;
        job->principal = principal;
        arena_init(&job->arena, JOB_ARENA_BYTES);
        arena_init(&job->spare, JOB_SPARE_BYTES);
    }
    return job;
}

int job_refuse(struct job *job, const struct refusal *refusal)
{
    arena_reset(&job->spare);
    job->code = refusal->code;
    if (job->request.kind == REQUEST_ENROL) {
        return wire_encode_enrolled(&job->spare, refusal, NULL, NULL, &job->reply);
    }
    return wire_encode_error(&job->spare, job->request.id, NULL, refusal, &job->reply);
}

void job_free(struct job *job)
{
    if (job != NULL) {
        if (job->request.kind == REQUEST_ENROL) {
            OPENSSL_cleanse(&job->request.u, sizeof(job->request.u));
        }
        arena_fini(&job->arena);
        arena_fini(&job->spare);
        free(job);
    }
}
