// SPDX-License-Identifier: Apache-2.0
/**
 * verdict: everything that can be said of an exported chain, against heads that somebody kept.
 */
#ifndef SLATE_EVIDENCE_VERDICT_H
#define SLATE_EVIDENCE_VERDICT_H

#include <stdio.h>

#include "evidence/dossier.h"
#include "evidence/headproof.h"
#include "evidence/judge.h"

/** A head that the chain must have. */
struct verdict_head {
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
    const struct headproof *proof; /* of a receipt; NULL: given as it is */
};

struct verdict {
    struct dossier dossier;
    struct judge_summary judged;
    bool recomputed; /* the chain begins with its first entry, and verdicts were computed anew */
    bool holds;      /* nothing was found; whether verdicts were looked at is told above */
    bool engine;     /* another version of the arithmetic is needed: judged.engine */
    struct finding finding; /* the first within the chain; what[0] == 0: none */
    struct finding head;    /* the first head that is not the chain's; so too */
    size_t n_heads;         /* that are */
};

/** Returns 0, or < 0 without memory. Always needs verdict_fini. The text must live as long. */
int verdict_make(struct verdict *v, const char *text, size_t n, const struct verdict_head *heads,
                 size_t n_heads, X509_STORE *trusted);
void verdict_fini(struct verdict *v);

/** A text of whomever, with nothing that a terminal would do something with: ASCII, the rest as
 * \xNN. */
void verdict_put(FILE *f, const char *s);

/** To a stream: a summary, or what was found, for people or as one JSON object. Whatever strangers
 * wrote is escaped. */
void verdict_print(const struct verdict *v, bool json, FILE *f);

#endif
