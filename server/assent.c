// SPDX-License-Identifier: Apache-2.0
#include "assent.h"

#include "agreement.h"
#include "books.h"
#include "draft.h"
#include "store/bookobjects.h"
#include "store/principals.h"

const struct proposal_change *assent_said(const struct proposal *proposal, uint32_t contract,
                                          uint32_t party)
{
    for (size_t i = 0; i < proposal->n_changes; i++) {
        const struct key_change *key = &proposal->changes[i].key;
        if (key->contract == contract && key->party == party) {
            return &proposal->changes[i];
        }
    }
    return NULL;
}

/* What the contract relies on, and when the newest version of that was recorded. */
struct newest {
    const struct book *book;
    const struct book_contract *contract;
    int64_t at;
};

static int look_at_version(void *user, const struct bookobject *object)
{
    struct newest *newest = user;

    if (object->recorded_at > newest->at &&
        agreement_relies(newest->book, newest->contract, object->kind, object->id)) {
        newest->at = object->recorded_at;
    }
    return 0;
}

static int changed_at(struct call *call, const struct book_contract *contract, int64_t *ret)
{
    struct newest newest = {.book = call->book, .contract = contract, .at = INSTANT_NONE};
    struct arena arena;

    arena_init(&arena, BOOKS_ARENA_BYTES);
    const int error = bookobjects_walk(call->txn, &arena, look_at_version, &newest);
    arena_fini(&arena);
    *ret = newest.at;
    return error;
}

int assent_given(struct call *call, const struct proposal *proposal,
                 const struct book_contract *contract, uint32_t party,
                 const struct proposal_change **ret)
{
    const struct proposal_change *said = assent_said(proposal, contract->id, party);
    struct principal who;
    int64_t at = INSTANT_NONE;

    *ret = NULL;
    if (said == NULL || said->refused) {
        return 0;
    }
    int error = principals_get(call->txn, said->actor, &who);
    if (error == 0) {
        error = changed_at(call, contract, &at);
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (said->recorded_at > at && who.party == party && draft_may_approve(&who, contract)) {
        *ret = said;
    }
    return 0;
}
