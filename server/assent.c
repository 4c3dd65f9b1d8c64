// SPDX-License-Identifier: Apache-2.0
#include "assent.h"

#include <stdio.h>

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

struct voices {
    uint32_t party;
    bool any; /* there is, or was, one that counts */
};

static int look_for_voice(void *user, const struct principal *p)
{
    struct voices *voices = user;

    voices->any = voices->any || (p->party == voices->party && p->voice != VOICE_NONE);
    return 0;
}

int assent_check_voice(struct call *call, bool *ret_first)
{
    struct voices voices = {.party = call->who->party};

    *ret_first = false;
    if (call->who->voice == VOICE_COUNTS) {
        return 0;
    }
    const int error = principals_walk(call->txn, look_for_voice, &voices);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (voices.any) {
        char hint[PRINCIPAL_NAME_BYTES + 128];
        (void)snprintf(hint, sizeof(hint),
                       "a manager of the same party for whom somebody has can: slate user vouch %s "
                       "KEY",
                       call->who->name);
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL, hint,
                      "nobody has vouched for the key of %s yet", call->who->name);
    }
    *ret_first = true;
    return 0;
}

int assent_raise_voice(struct call *call, const struct principal *whose, uint64_t *ret_seq)
{
    struct event event = {.kind = EVENT_PRINCIPAL_SET,
                          .origin = ORIGIN_LIVE,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};

    event.u.principal = *whose;
    event.u.principal.voice = VOICE_COUNTS;
    event.u.principal.generation++;
    return call_append(call, &event, ret_seq);
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
    if (said->recorded_at > at && who.party == party && who.voice == VOICE_COUNTS &&
        draft_may_approve(&who, contract)) {
        *ret = said;
    }
    return 0;
}
