// SPDX-License-Identifier: Apache-2.0
/**
 * requests: what became of a request, so that a retry is recognised. Forgotten by a journalled mark
 * (EVENT_REQUESTS_FORGOTTEN), never by a clock.
 */
#ifndef SLATE_STORE_REQUESTS_H
#define SLATE_STORE_REQUESTS_H

#include "store/key.h"
#include "store/txn.h"

struct requests_row {
    uint32_t contract; /* stream of its (last) entry */
    uint64_t seq;
    uint64_t ticket;  /* 0 = none */
    uint64_t version; /* the ticket's after it */
    uint8_t hash[16]; /* of the request's content */
    int64_t recorded_at;
};

/** Returns 0, STORE_NOT_FOUND or a failure. */
int requests_get(struct txn *txn, uint32_t principal, const uint8_t id[REQUEST_ID_BYTES],
                 struct requests_row *ret);

/** recorded_at of the oldest entry whose request id has not been forgotten yet: when it is too old,
 * it is time for an EVENT_REQUESTS_FORGOTTEN, which forgets up to VIEWS_FORGET_MAX. Returns 0,
 * STORE_NOT_FOUND or a failure. */
int requests_oldest(struct txn *txn, int64_t *ret_recorded_at);

#endif
