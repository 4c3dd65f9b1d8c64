// SPDX-License-Identifier: Apache-2.0
/**
 * breaches: every breach that was ever recorded, by contract and by its true instant. A verdict
 * that a later entry overturned stays, marked as withdrawn.
 */
#ifndef SLATE_STORE_BREACHES_H
#define SLATE_STORE_BREACHES_H

#include "core/arena.h"
#include "store/key.h"
#include "store/txn.h"

struct breach {
    struct key_breach key;  /* contract, breached_at, ticket number, clock, team of an ola, cycle */
    uint64_t detected_seq;  /* entry that recorded it, in the contract's stream */
    int64_t detected_at;    /* recorded_at of that entry */
    uint64_t withdrawn_seq; /* entry that overturned it, 0 = it stands */
    int64_t withdrawn_at;   /* recorded_at of that entry, INSTANT_NONE */
    uint32_t team;          /* the ticket's at the time */
    uint32_t contract_version;
    uint32_t target_row;
    int64_t target_us;
    int64_t due_at; /* shown to people as due, last known before the breach; INSTANT_NEVER */
    bool imported;
    char priority[BOOK_NAME_BYTES];
};

struct breaches_cursor {
    size_t n;
    uint8_t bytes[32];
};

/** Up to `max` breaches of a contract with from_at <= breached_at < to_at, earliest first,
 * withdrawn ones included. The cursor is as that of a list of tickets. */
int breaches_scan(struct txn *txn, uint32_t contract, int64_t from_at, int64_t to_at,
                  struct breaches_cursor *cursor, size_t max, struct arena *arena,
                  struct breach *ret, size_t *ret_n);

#endif
