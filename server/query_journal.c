// SPDX-License-Identifier: Apache-2.0
#include "query_journal.h"

#include <string.h>

#include "access.h"
#include "cursor.h"
#include "journalpages.h"
#include "present.h"
#include "store/countersigns.h"
#include "store/entries.h"

enum {
    PIECE_BYTES = 900 * 1024, /* leaves a frame room, and other replies their turn */
};

static int refuse_piece(struct call *call, int error)
{
    const struct request_export_journal *wanted = &call->request->u.export_journal;

    switch (error) {
    case JOURNALPAGES_BAD_CURSOR: return cursor_refuse(call);
    case JOURNALPAGES_BAD_RANGE:
        return refuse(call->refusal, OUTCOME_OUT_OF_RANGE,
                      wanted->to_seq != 0 ? "export_journal.to_seq" : "export_journal.from_seq",
                      "slate journal head tells how many there are",
                      "the journal of %s has no such entries", wanted->contract);
    case JOURNALPAGES_NO_MEMORY: return call_too_large(call);
    default: return call_store_failed(call, error);
    }
}

int query_export_journal(struct call *call)
{
    const struct request_export_journal *wanted = &call->request->u.export_journal;
    const enum right right = wanted->texts ? RIGHT_JOURNAL_TEXT : RIGHT_JOURNAL_READ;
    struct journalpages pages = {
        .txn = call->txn,
        .book = call->book,
        .from_seq = wanted->from_seq,
        .to_seq = wanted->to_seq,
        .texts = wanted->texts,
        .max = PIECE_BYTES,
    };
    struct wire_bytes data;
    struct wire_bytes place;
    struct wire_bytes cursor = {NULL, 0};

    int error = call_contract(call, wanted->contract, right, 0, "", &pages.contract);
    if (error != 0) {
        return error;
    }
    error = cursor_open(call, &wanted->cursor, &place);
    if (error != 0) {
        return error;
    }
    memcpy(pages.cluster, env_cluster_id(call->txn->env), sizeof(pages.cluster));
    error = journalpages_next(&pages, &place, call->arena, &data, &place);
    if (error != 0) {
        return refuse_piece(call, error);
    }
    if (place.n > 0) {
        error = cursor_seal(call, place.p, place.n, &cursor);
        if (error != 0) {
            return error;
        }
    }
    error = access_note_export(call, pages.contract, wanted->from_seq, wanted->to_seq,
                               wanted->texts);
    if (error != 0) {
        return error;
    }
    return call_encoded(call, wire_encode_journal_chunk(call->arena, call->request->id, &data,
                                                        &cursor, call->reply));
}

static int fill_signed(struct call *call, const struct book_contract *contract,
                       struct reply_head *ret)
{
    struct countersign newest;

    const int error = countersigns_newest(call->txn, contract->id, &newest);
    if (error == STORE_NOT_FOUND) {
        return 0;
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    const struct book_party *party = book_party(call->book, newest.party);
    ret->signed_seq = newest.head_seq;
    ret->signed_party = party != NULL ? party->name : "";
    return present_principal(call, newest.actor, &ret->signed_by);
}

int query_head(struct call *call, const struct book_contract *contract, struct reply_head *ret)
{
    struct journal_head head;
    struct entry newest = {.recorded_at = INSTANT_NONE};

    int error = entries_head(call->txn, contract->id, &head);
    if (error == 0 && head.seq > 0) {
        error = entries_get_bare(call->txn, contract->id, head.seq, call->arena, &newest);
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    uint8_t *hash = arena_alloc(call->arena, sizeof(head.hash));
    if (hash == NULL) {
        return call_too_large(call);
    }
    memcpy(hash, head.hash, sizeof(head.hash));
    *ret = (struct reply_head){
        .contract = contract->name,
        .seq = head.seq,
        .sha256 = hash,
        .recorded_at = newest.recorded_at,
        .signed_by = "",
        .signed_party = "",
    };
    return fill_signed(call, contract, ret);
}

/* Those that the principal may export; one that is asked for by name is refused by name. */
int query_show_head(struct call *call)
{
    const char *wanted = call->request->u.show_head.contract;
    const struct book *book = call->book;
    struct reply_head *heads = arena_array(call->arena, WIRE_POSITIONS_MAX, sizeof(*heads));
    const struct book_contract *one = NULL;
    size_t n = 0;
    int error = heads != NULL ? 0 : call_too_large(call);

    if (error == 0 && wanted[0] != '\0') {
        error = call_contract(call, wanted, RIGHT_JOURNAL_READ, 0, "", &one);
    }
    for (size_t i = 0; error == 0 && i < book->n_contracts && n < WIRE_POSITIONS_MAX; i++) {
        const struct book_contract *contract = &book->contracts[i];
        const struct subject subject = {contract->buyer, contract->vendor, 0, ""};
        if (one != NULL ? contract == one
                        : policy_check(call->who, RIGHT_JOURNAL_READ, &subject) == POLICY_ALLOWED) {
            error = query_head(call, contract, &heads[n++]);
        }
    }
    return error != 0 ? error
                      : call_encoded(call, wire_encode_heads(call->arena, call->request->id, NULL,
                                                             heads, n, call->reply));
}
