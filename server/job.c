// SPDX-License-Identifier: Apache-2.0
#include "job.h"

#include <stdlib.h>

struct job *job_new(uint64_t conn, uint32_t principal, int64_t received_at)
{
    struct job *job = calloc(1, sizeof(*job));
    if (job != NULL) {
        job->item.at = received_at;
        job->conn = conn;
        job->principal = principal;
        arena_init(&job->arena, JOB_ARENA_BYTES);
    }
    return job;
}

void job_free(struct job *job)
{
    if (job != NULL) {
        arena_fini(&job->arena);
        free(job);
    }
}
