// SPDX-License-Identifier: Apache-2.0
#include "offline.h"

#include <limits.h>
#include <stdio.h>

#include <openssl/rand.h>

#include "store/batch.h"
#include "store/journal_lmdb.h"

int offline_random(void *user, void *ret, size_t n)
{
    (void)user;
    return n <= INT_MAX && RAND_bytes(ret, (int)n) == 1 ? 0 : -1;
}

static int commit(struct batch *batch, const struct event *events, size_t n, int64_t now_at,
                  const char *via)
{
    uint8_t id[16];

    int result = offline_random(NULL, id, sizeof(id));
    if (result == 0) {
        result = batch_begin(batch, id);
    }
    if (result != 0) {
        return 1; /* nothing was begun */
    }
    for (size_t i = 0; i < n; i++) {
        struct entry entry = {.recorded_at = now_at, .event = events[i]};
        (void)snprintf(entry.via, sizeof(entry.via), "%s", via);
        (void)batch_append(batch, &entry); /* a failure sticks */
    }
    return batch_commit(batch);
}

int offline_commit(struct env *env, const struct event *events, size_t n, int64_t now_at,
                   const char *via, char *reterr)
{
    const struct batch_options options = {.epoch = 1, .random = offline_random};
    struct journal_lmdb *journal = NULL;
    struct batch *batch = NULL;

    int result = journal_lmdb_new(env, &journal);
    if (result == 0) {
        result = batch_new(env, journal_lmdb_journal(journal), &options, &batch);
    }
    if (result != 0) {
        (void)snprintf(reterr, OFFLINE_ERROR_BYTES, "no memory");
        result = 1;
    } else {
        result = commit(batch, events, n, now_at, via);
        if (result != 0) {
            const char *text = batch_text(batch);
            (void)snprintf(reterr, OFFLINE_ERROR_BYTES, "%s",
                           text[0] == '\0' ? "the journal took no entry" : text);
        }
    }
    batch_free(batch);
    journal_lmdb_free(journal);
    return result;
}
