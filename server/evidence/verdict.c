// SPDX-License-Identifier: Apache-2.0
#include "evidence/verdict.h"

#include <inttypes.h>
#include <string.h>

/* -- heads ---------------------------------------------------------------------- */

static int check_proof(const struct dossier *d, const struct verdict_head *head,
                       X509_STORE *trusted, struct finding *f)
{
    struct headproof_signer signer;

    if (memcmp(head->proof->cluster, d->header.cluster, HASH_CLUSTER_ID_BYTES) != 0 ||
        strcmp(head->proof->contract, d->header.contract) != 0) {
        finding_set(f, 0, "the receipt is of another contract");
        return finding_texts(f, d->header.contract, head->proof->contract);
    }
    const int r = headproof_check(head->proof, trusted, &signer);
    if (r > 0) {
        return finding_set(f, 0, "the receipt of entry %" PRIu64 ": %s", head->seq,
                           r == HEADPROOF_BAD_CERTIFICATE ? "its certificate makes no sense"
                           : r == HEADPROOF_BAD_SIGNATURE ? "its signature is not of this head"
                                                          : "its certificate is from none of the "
                                                            "CAs given");
    }
    return r;
}

static int check_head(const struct dossier *d, const struct verdict_head *head, X509_STORE *trusted,
                      struct finding *f)
{
    uint8_t hash[HASH_BYTES];
    int r = head->proof != NULL ? check_proof(d, head, trusted, f) : 0;

    if (r != 0) {
        return r;
    }
    if (!dossier_hash(d, head->seq, hash)) {
        return finding_set(f, head->seq, "the entry of a head that was kept is not in the file");
    }
    if (memcmp(hash, head->hash, sizeof(hash)) != 0) {
        finding_set(f, head->seq, "the chain up to here is not the one whose head was kept");
        return finding_hashes(f, head->hash, hash);
    }
    return 0;
}

/* -- all of it ------------------------------------------------------------------- */

int verdict_make(struct verdict *v, const char *text, size_t n, const struct verdict_head *heads,
                 size_t n_heads, X509_STORE *trusted)
{
    memset(v, 0, sizeof(*v));
    int r = dossier_read(&v->dossier, text, n, trusted, &v->finding);
    const bool whole = r == 0;
    if (r < 0) {
        return r;
    }
    if (whole && v->dossier.header.from == 1) {
        r = judge(&v->dossier, &v->judged, &v->finding);
        if (r < 0) {
            return r;
        }
        v->engine = r == JUDGE_ENGINE;
        v->recomputed = !v->engine;
    }
    // Also where something was found: what is broken, and since when, are two questions. In a file
    // that cannot be read to its end, heads would be missing for no fault of theirs.
    for (size_t i = 0; whole && i < n_heads && v->head.what[0] == '\0'; i++) {
        r = check_head(&v->dossier, &heads[i], trusted, &v->head);
        if (r < 0) {
            return r;
        }
        v->n_heads += r == 0;
    }
    v->holds = whole && !v->engine && v->finding.what[0] == '\0' && v->head.what[0] == '\0';
    return 0;
}

void verdict_fini(struct verdict *v)
{
    dossier_fini(&v->dossier);
}
