// SPDX-License-Identifier: Apache-2.0
#include "store/replay.h"

#include "store/entries.h"
#include "store/record.h"
#include "store/views.h"

struct replay {
    struct txn *views;
    struct txn *journal;
    struct arena arena;
    uint64_t n;
};

static int apply(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct replay *replay = user;

    arena_reset(&replay->arena);
    int r = views_apply(replay->views, replay->journal, entry, proof->position, &replay->arena,
                        NULL);
    replay->n += r == 0;
    return r;
}

int replay_entries(struct txn *views, struct txn *journal, uint64_t from_position, uint64_t max,
                   uint64_t *ret_n)
{
    struct replay replay = {.views = views, .journal = journal};

    arena_init(&replay.arena, RECORD_ARENA_BYTES);
    int r = entries_walk_bare(journal, from_position, max, apply, &replay);
    arena_fini(&replay.arena);
    if (r != 0) {
        return txn_fail(views, r, "%s", txn_text(journal));
    }
    *ret_n = replay.n;
    return 0;
}
