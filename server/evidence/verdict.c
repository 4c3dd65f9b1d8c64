// SPDX-License-Identifier: Apache-2.0
#include "evidence/verdict.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "core/sla.h"
#include "evidence/base64.h"

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

/* -- printing -------------------------------------------------------------------- */

void verdict_put(FILE *f, const char *s)
{
    for (; *s != '\0'; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c >= 0x20 && c < 0x7f) {
            (void)fputc(c, f);
        } else {
            (void)fprintf(f, "\\x%02x", c);
        }
    }
}

static void put_finding(FILE *f, const struct finding *finding)
{
    if (finding->what[0] == '\0') {
        return;
    }
    if (finding->seq != 0) {
        (void)fprintf(f, "seq %" PRIu64 ": ", finding->seq);
    } else if (finding->line != 0) {
        (void)fprintf(f, "line %" PRIu64 ": ", finding->line);
    }
    verdict_put(f, finding->what);
    if (finding->expected[0] != '\0') {
        (void)fputs("\n  expected  ", f);
        verdict_put(f, finding->expected);
        (void)fputs("\n  found     ", f);
        verdict_put(f, finding->found);
    }
    (void)fputc('\n', f);
}

static void put_signed(FILE *f, const struct dossier *d)
{
    char hex[2 * BOOK_HASH_BYTES + 1];

    for (size_t i = 0; i < d->n_heads; i++) {
        const struct dossier_signed *s = &d->heads[i];
        (void)fprintf(f, "entry %" PRIu64 " is countersigned by ", s->seq);
        verdict_put(f, s->name);
        (void)fprintf(f, " (entry %" PRIu64 ")%s%s\n", s->at_seq,
                      d->trusted != NULL ? "" : ", signed by key ",
                      d->trusted != NULL ? "" : base64_hex(s->key_sha256, BOOK_HASH_BYTES, hex));
    }
}

static void print_text(const struct verdict *v, FILE *f)
{
    const struct dossier *d = &v->dossier;
    char hex[2 * HASH_BYTES + 1];

    put_finding(f, &v->finding);
    put_finding(f, &v->head);
    if (v->engine) {
        (void)fprintf(f, "judged by engine %u, this is engine %d: verify it with that version\n",
                      v->judged.engine, SLA_ENGINE);
    }
    if (!v->holds) {
        return;
    }
    verdict_put(f, d->header.contract);
    (void)fprintf(f, ": entries %" PRIu64 " to %" PRIu64 " hold\n", d->header.from, d->header.to);
    (void)fprintf(f, "head: %s\n", base64_hex(d->hash, HASH_BYTES, hex));
    if (v->recomputed) {
        (void)fprintf(f,
                      "%zu entries, %" PRIu64 " tickets, %" PRIu64 " clocks computed anew, %" PRIu64
                      " breaches, %" PRIu64 " texts\n",
                      d->n_places, v->judged.tickets, v->judged.clocks, v->judged.breaches,
                      d->n_texts);
    } else {
        (void)fprintf(f,
                      "%zu entries, %" PRIu64 " texts; verdicts are computed anew only in a file "
                      "that begins with entry 1\n",
                      d->n_places, d->n_texts);
    }
    if (v->n_heads > 0) {
        (void)fprintf(f, "%zu heads that were kept are in it\n", v->n_heads);
    }
    put_signed(f, d);
}

static json_t *finding_json(const struct finding *finding)
{
    if (finding->what[0] == '\0') {
        return json_null();
    }
    // A text that is no UTF-8 is left out rather than all of it.
    return json_pack("{s:I,s:I,s:s*,s:s*,s:s*}", "seq", (json_int_t)finding->seq, "line",
                     (json_int_t)finding->line, "what", finding->what, "expected",
                     finding->expected[0] != '\0' ? finding->expected : NULL, "found",
                     finding->found[0] != '\0' ? finding->found : NULL);
}

static void print_json(const struct verdict *v, FILE *f)
{
    const struct dossier *d = &v->dossier;
    char hex[2 * HASH_BYTES + 1];
    json_t *heads = json_array();

    for (size_t i = 0; i < d->n_heads; i++) {
        char key[2 * BOOK_HASH_BYTES + 1];
        json_array_append_new(
            heads, json_pack("{s:I,s:I,s:s,s:s,s:b}", "seq", (json_int_t)d->heads[i].seq, "entry",
                             (json_int_t)d->heads[i].at_seq, "by", d->heads[i].name, "key",
                             base64_hex(d->heads[i].key_sha256, BOOK_HASH_BYTES, key), "trusted",
                             d->trusted != NULL));
    }
    json_t *all = json_pack(
        "{s:b,s:s*,s:I,s:I,s:s,s:b,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "holds", v->holds, "contract",
        d->header.contract, "from", (json_int_t)d->header.from, "to", (json_int_t)d->header.to,
        "head", base64_hex(d->hash, HASH_BYTES, hex), "recomputed", v->recomputed, "entries",
        (json_int_t)d->n_places, "tickets", (json_int_t)v->judged.tickets, "clocks",
        (json_int_t)v->judged.clocks, "breaches", (json_int_t)v->judged.breaches, "engine_needed",
        (json_int_t)(v->engine ? v->judged.engine : 0), "finding", finding_json(&v->finding),
        "head_finding", finding_json(&v->head), "countersigned", heads);
    if (all != NULL) {
        (void)json_dumpf(all, f, JSON_COMPACT | JSON_ENSURE_ASCII);
        (void)fputc('\n', f);
    }
    json_decref(all);
}

void verdict_print(const struct verdict *v, bool json, FILE *f)
{
    if (json) {
        print_json(v, f);
    } else {
        print_text(v, f);
    }
}
