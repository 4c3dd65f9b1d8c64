// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_SPECVALUE_H
#define SLATE_CONFIG_SPECVALUE_H

/*
 * Values that occur all over the book: names, labels, zones, durations. Each function refuses, at
 * the place given, what is not of its form; returns 0 or an outcome_code. An absent value (NULL) is
 * the caller's business.
 */

#include "config/spec.h"

/** An object's name: lower case letters, digits, '.', '_', '-'; the first a letter or digit. */
int specvalue_name(const struct spec_reader *r, struct yamldoc_place at, const char *value);

/** A priority, function, reason and the like: as a name, upper case too. */
int specvalue_label(const struct spec_reader *r, struct yamldoc_place at, const char *value);

/** n labels, none twice; `at` is the list. */
int specvalue_labels(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                     size_t n);

/** No entry of the list twice. */
int specvalue_distinct(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                       size_t n);

/** A title or note, not empty. */
int specvalue_title(const struct spec_reader *r, struct yamldoc_place at, const char *value);

/** Two capital letters. */
int specvalue_country(const struct spec_reader *r, struct yamldoc_place at, const char *value);

/**
 * The name of a zone with rules: Area/City, or Etc/UTC. That it exists is for the zone data to
 * tell. Fixed offsets are refused: they are wrong for half of the year.
 */
int specvalue_zone(const struct spec_reader *r, struct yamldoc_place at, const char *value);

/** 2026-07-01, 2026-07-01T09:00 or with seconds, on the object's own wall. NULL: not given. */
int specvalue_effective(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                        struct spec_effective *ret);

/** "90s", "15m", "8h", "1h30m"; days, weeks and months are refused with the reason. */
int specvalue_duration(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                       int64_t *ret_us);

/**
 * A length of time under `key` in the mapping `at`, which may name a calendar beside it (NULL: it
 * counts elapsed time) and cannot be no time at all.
 */
int specvalue_span(const struct spec_reader *r, struct yamldoc_place at, const char *key,
                   const char *value, const char *calendar, int64_t *ret_us);

/** Names of sides of the set `allowed`, none twice; the set of them to *ret. Bits 1 << side. */
int specvalue_sides(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                    size_t n, uint32_t allowed, uint32_t *ret);

/** A number of things, from 1 to `max`, in digits. */
int specvalue_count(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                    uint32_t max, uint32_t *ret);

/** One of the words, whose list ends with NULL. The index of the word goes to *ret. */
int specvalue_word(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                   const char *const *words, size_t *ret);

#endif
