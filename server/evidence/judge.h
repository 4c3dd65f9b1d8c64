// SPDX-License-Identifier: Apache-2.0
/**
 * judge: every verdict of an exported chain, computed anew.
 *
 * Ticket by ticket, its entries are replayed, and each clock that an entry tells is compared with
 * what the facts up to it make of it by the book of then. What should have been told and was not is
 * found too: where each command ends, nothing of a clock is left untold; and no breach passed long
 * before the chain's end.
 */
#ifndef SLATE_EVIDENCE_JUDGE_H
#define SLATE_EVIDENCE_JUDGE_H

#include "evidence/dossier.h"

enum judge_outcome {
    /* Beside FINDING: another version of the arithmetic judged; nothing is compared by this one. */
    JUDGE_ENGINE = 2,
};

struct judge_summary {
    uint64_t tickets;
    uint64_t clocks;    /* computed anew and compared */
    uint64_t breaches;  /* told, also those that were taken back later */
    uint64_t withdrawn; /* taken back */
    uint64_t cut;       /* tickets of whose clocks the last command of the file does not tell all */
    bool named;         /* key, buyer and vendor of the header are those of the book */
    uint32_t engine;    /* JUDGE_ENGINE: the one that is needed */
};

/**
 * A chain that dossier_read() has passed, from its first entry on. Returns 0; FINDING with the
 * first entry in the order of the chain whose verdict is another one; JUDGE_ENGINE; < 0 without
 * memory.
 */
int judge(const struct dossier *c, struct judge_summary *ret, struct finding *ret_finding);

#endif
