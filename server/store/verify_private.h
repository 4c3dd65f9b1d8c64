// SPDX-License-Identifier: Apache-2.0
/** What the verify*.c files share: the snapshot, and how a divergence is told. */
#ifndef SLATE_STORE_VERIFY_PRIVATE_H
#define SLATE_STORE_VERIFY_PRIVATE_H

#include "store/heads.h"
#include "store/txn.h"
#include "store/verify.h"

struct verify {
    const struct verify_options *options;
    struct txn txn; /* the snapshot */
    enum verify_step step;
    uint64_t rows;
    struct heads heads;
    uint64_t position;
    uint64_t n_chunks;
};

/** One line to whoever listens. */
void verify_report(struct verify *v, enum verify_step step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Tells a divergence; its value is VERIFY_DIVERGES. */
#define VERIFY_TELL(v, ...) (verify_report(v, VERIFY_DIVERGENCE, __VA_ARGS__), (int)VERIFY_DIVERGES)

void verify_begin_step(struct verify *v, enum verify_step step, const char *text);
void verify_count_row(struct verify *v);

/** What a failed read means: damage is a divergence, the rest an error. */
int verify_failed(struct verify *v, const struct txn *txn, int r);

/** The last step. Returns 0, VERIFY_DIVERGES or < 0. */
int verify_views(struct verify *v);

#endif
