// SPDX-License-Identifier: Apache-2.0
/**
 * booklog: when the book and the zone data in use changed, as stream 0 tells it.
 *
 * The stream only grows, so each of its entries is read once; what is kept of it is a few instants.
 */
#ifndef SLATE_BOOKLOG_H
#define SLATE_BOOKLOG_H

#include <stdbool.h>

#include "core/book.h"
#include "store/txn.h"

/** Initialise with zeros; the fields are private. */
struct booklog {
    uint64_t seq; /* read up to here */
    struct booklog_instants {
        int64_t *at; /* ascending, each once */
        size_t n;
        size_t max;
    } changed, moved;
    struct booklog_zone *zones; /* what each name stood for at `seq` */
    size_t n_zones;
    size_t max_zones;
};

void booklog_fini(struct booklog *log);

/** Reads what a snapshot has and the log does not. Returns 0, a store_error or < 0. */
int booklog_read(struct booklog *log, struct txn *txn);

/**
 * The stretch in which one book was known that holds the instant: from the recording of its newest
 * version or zone data (INSTANT_NONE: there was none yet) to that of the next (INSTANT_NEVER: there
 * is none, it is in force), which is not part of it.
 */
void booklog_stretch(const struct booklog *log, int64_t at, int64_t *ret_from_at,
                     int64_t *ret_until_at);

/** When a zone's data were first replaced by others after an instant; INSTANT_NEVER: not since. */
int64_t booklog_zone_moved(const struct booklog *log, int64_t after_at);

/** When a zone's data were last replaced by others at or before an instant; INSTANT_NONE: never. */
int64_t booklog_zone_moved_by(const struct booklog *log, int64_t at);

#endif
