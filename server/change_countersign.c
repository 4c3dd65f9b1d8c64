// SPDX-License-Identifier: Apache-2.0
/*
 * Taken is only the certificate that the connection itself showed: that it comes from the CA and
 * who it is was settled when it was let in. So a signature is recorded only by its own maker.
 */
#include "change_countersign.h"

#include <string.h>

#include "evidence/headproof.h"
#include "query_journal.h"
#include "store/entries.h"

static int refuse_proof(struct call *call, int error)
{
    if (error < 0) {
        return error;
    }
    return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT,
                  error == HEADPROOF_BAD_SIGNATURE ? "countersign.signature"
                                                   : "countersign.certificate",
                  "sign the head that slate journal head shows, with the key of this connection",
                  error == HEADPROOF_BAD_SIGNATURE
                      ? "the signature is not of this head by the certificate's key"
                      : "this is no certificate of a principal");
}

/* The very key that this connection was let in with: what it chains to was settled then. */
static int check_signer(struct call *call, const struct headproof_signer *signer)
{
    return call->key_sha256 != NULL && strcmp(signer->name, call->who->name) == 0 &&
                   memcmp(signer->key_sha256, call->key_sha256, BOOK_HASH_BYTES) == 0
               ? 0
               : refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "countersign.certificate", NULL,
                        "the certificate is not the one that %s is connected with",
                        call->who->name);
}

static int check_head(struct call *call, const struct book_contract *contract)
{
    const struct request_countersign *wanted = &call->request->u.countersign;
    uint8_t hash[HASH_BYTES];

    const int error = entries_hash(call->txn, contract->id, wanted->seq, hash);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return call_store_failed(call, error);
    }
    return error == 0 && memcmp(hash, wanted->sha256, sizeof(hash)) == 0
               ? 0
               : refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "countersign.sha256",
                        "if this is what slate journal head showed before, keep it: it is evidence",
                        "entry %llu of %s does not have this hash", (unsigned long long)wanted->seq,
                        contract->name);
}

static int check(struct call *call, const struct book_contract *contract)
{
    const struct request_countersign *wanted = &call->request->u.countersign;
    const struct headproof proof = {
        .cluster = env_cluster_id(call->txn->env),
        .contract = contract->name,
        .seq = wanted->seq,
        .hash = wanted->sha256,
        .signature = wanted->signature.p,
        .signature_bytes = wanted->signature.n,
        .certificate = wanted->certificate.p,
        .certificate_bytes = wanted->certificate.n,
    };
    struct headproof_signer signer;

    int error = check_head(call, contract);
    if (error == 0) {
        error = headproof_check(&proof, NULL, &signer);
        error = error != 0 ? refuse_proof(call, error) : check_signer(call, &signer);
    }
    return error;
}

static int answer(struct call *call, const struct book_contract *contract, uint64_t seq)
{
    const struct wire_token token = call_token(contract, seq);
    struct reply_head head;

    const int error = query_head(call, contract, &head);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_heads(call->arena, call->request->id, &token,
                                                             &head, 1, call->reply));
}

int change_countersign_again(struct call *call, const struct book_contract *contract, uint64_t seq)
{
    return answer(call, contract, seq);
}

int change_countersign(struct call *call)
{
    const struct request_countersign *wanted = &call->request->u.countersign;
    const struct book_contract *contract;
    uint64_t seq = 0;

    int error = call_contract(call, wanted->contract, RIGHT_JOURNAL_SIGN, 0, "", &contract);
    if (error == 0) {
        error = check(call, contract);
    }
    if (error != 0) {
        return error;
    }
    struct event event = {.kind = EVENT_COUNTERSIGNED,
                          .origin = ORIGIN_LIVE,
                          .contract = contract->id,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};
    event.u.countersigned.seq = wanted->seq;
    memcpy(event.u.countersigned.sha256, wanted->sha256, sizeof(wanted->sha256));
    event.u.countersigned.party = call->who->party;
    event.u.countersigned.signature = wanted->signature.p;
    event.u.countersigned.signature_bytes = wanted->signature.n;
    event.u.countersigned.certificate = wanted->certificate.p;
    event.u.countersigned.certificate_bytes = wanted->certificate.n;
    if (!call->request->dry_run) {
        error = call_append(call, &event, &seq);
    }
    return error == 0 ? answer(call, contract, seq) : error;
}
