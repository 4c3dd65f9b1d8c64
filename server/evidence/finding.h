// SPDX-License-Identifier: Apache-2.0
/** finding: where an exported chain is not what it says, and what it says there. */
#ifndef SLATE_EVIDENCE_FINDING_H
#define SLATE_EVIDENCE_FINDING_H

#include <stdint.h>

enum { FINDING_TEXT_BYTES = 256 };

/** All zero: nothing. Texts may hold what strangers wrote: escape them before a terminal. */
struct finding {
    uint64_t seq;  /* of the entry; 0: none */
    uint64_t line; /* of the file, from 1; 0: none */
    char what[FINDING_TEXT_BYTES];
    char expected[FINDING_TEXT_BYTES];
    char found[FINDING_TEXT_BYTES];
};

enum finding_outcome {
    FINDING = 1, /* there is one */
};

/** Fills it and returns FINDING. `what` is a format. */
int finding_set(struct finding *f, uint64_t seq, const char *what, ...)
    __attribute__((format(printf, 3, 4)));

/** What was expected and what was found; return FINDING. */
int finding_texts(struct finding *f, const char *expected, const char *found);
int finding_hashes(struct finding *f, const uint8_t expected[static 32],
                   const uint8_t found[static 32]);
int finding_numbers(struct finding *f, uint64_t expected, uint64_t found);
/** As an instant, with its microseconds. */
int finding_instants(struct finding *f, int64_t expected, int64_t found);

#endif
