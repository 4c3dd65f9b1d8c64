// SPDX-License-Identifier: Apache-2.0
#include "store/chain.h"

#include <stdio.h>
#include <string.h>

#include "store/record.h"

int chain_decode(const void *body, size_t n, struct arena *arena, struct entry *ret,
                 struct entry_proof *ret_proof, char ret_text[static STORE_TEXT_BYTES])
{
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct row row = {.p = body, .n = n};
    struct key nowhere = key_journal(0);
    struct txn txn = {.error = 0};

    int r = record_body_decode(&txn, &nowhere, &row, arena, ret, commitments);
    if (r != 0) {
        snprintf(ret_text, STORE_TEXT_BYTES, "%s",
                 r == STORE_CORRUPT ? "the entry makes no sense" : txn_text(&txn));
        return r;
    }
    memset(ret_proof, 0, sizeof(*ret_proof));
    ret_proof->body = body;
    ret_proof->body_bytes = n;
    ret_proof->n_texts = ret->event.n_texts;
    for (size_t i = 0; i < ret_proof->n_texts; i++) {
        ret_proof->texts[i].field = commitments[i].field;
        memcpy(ret_proof->texts[i].commitment, commitments[i].sha256, HASH_BYTES);
    }
    return 0;
}
