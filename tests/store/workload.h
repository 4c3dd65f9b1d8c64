// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORE_WORKLOAD_H
#define TESTS_STORE_WORKLOAD_H

/*
 * Random entries of all kinds that could have been decided: tickets are opened before anything
 * happens to them, and only what their state allows. Clocks jump about as no rules would let them,
 * so that breaches come, go and come back.
 */

#include "store/shop.h"

enum {
    WORKLOAD_CONTRACTS = 5,
    WORKLOAD_TEXT_BYTES = 5000,
};

struct workload {
    struct dice dice;
    uint64_t tickets[WORKLOAD_CONTRACTS + 1]; // opened so far, per contract
    uint32_t objects[BOOK_KINDS];             // ids so far
    uint64_t n_entries;
    int64_t at;
    char texts[EVENT_TEXTS_MAX][WORKLOAD_TEXT_BYTES];
    uint8_t bytes[600];
    char source_key[TICKET_KEY_BYTES];
};

/** The next entry, given the state that `txn` sees. It points into the workload until the next
 * call. */
void workload_next(struct workload *w, struct txn *txn, struct entry *ret);

/** Writes n entries in batches of up to 20. */
void workload_run(struct workload *w, struct shop *s, size_t n);

#endif
