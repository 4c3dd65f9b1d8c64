// SPDX-License-Identifier: Apache-2.0
/**
 * reliance: what contracts rely on, recorded so that each one's stream can be verified alone, and
 * what of it another book would change.
 *
 * Administration (stream 0) says of each zone which data are in use from there on, with the bytes
 * once per hash; the stream of every contract says the hash of each version that it relies on: of
 * the contract, its parties and teams, all calendars that these name, and every zone's data. Of
 * sources it names those that fed it, before what they fed: of others it knows nothing.
 */
#ifndef SLATE_RELIANCE_H
#define SLATE_RELIANCE_H

#include "call.h"

/** What recording came upon. */
struct reliance_news {
    size_t zones;  /* that have other data than what was recorded of them last */
    char from[16]; /* the release that the former data of one of these came from, "" if none */
};

/**
 * Journals what `book` relies on and is not recorded yet, or was recorded and is again: zone data
 * that are back after others. For an apply, a start, and new zone data.
 * Returns 0; UNAVAILABLE with the refusal filled and nothing journalled of the zones, where the
 * folder's data are no longer those of the book; or < 0.
 */
int reliance_record(struct call *call, const struct book *book, struct reliance_news *ret);

/** Journals which versions of a source what follows in the contract's stream was believed by,
 * unless that is recorded. Returns 0 or < 0. */
int reliance_record_source(struct call *call, uint32_t contract, const struct book_source *source);

/** Zones of `now` that have other data in `before`. */
size_t reliance_zones_changed(const struct book *before, const struct book *now);

/**
 * Whose clocks may stand elsewhere by `now` than by `before`, which has the same objects or fewer:
 * ret_by[i] is what changed of all that contract i of `now` counts in; other zone data before a
 * further version of a calendar, MOVED_BY_NONE if neither. Returns how many are not NONE.
 */
size_t reliance_moved(const struct book *before, const struct book *now, enum moved_by *ret_by);

#endif
