// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TESTS_CORE_TZIF_H
#define SLATE_TESTS_CORE_TZIF_H

/* TZif files for tests: written byte by byte, or read from the machine. */

#include <stddef.h>
#include <stdint.h>

#include "core/zone.h"

enum { TZIF_TIMES_MAX = 8, TZIF_TYPES_MAX = 4, TZIF_BYTES_MAX = 1024 };

/** What a file says; what is zero is left out. */
struct tzif {
    char version;       // of both headers; 0 means '2'
    char first_version; // of the first header alone; 0: as `version`
    size_t n_times;
    int64_t times[TZIF_TIMES_MAX];
    uint8_t indices[TZIF_TIMES_MAX];
    size_t n_types;
    struct {
        int32_t offset_s;
        uint8_t is_daylight;
        uint8_t name;
    } types[TZIF_TYPES_MAX];
    const char *names; // "LMT\0CET\0", with its NULs
    size_t n_names;
    size_t n_leaps;
    size_t n_isstd;
    size_t n_isut;
    uint8_t flag;       // each of isstd and isut
    const char *footer; // with its newlines; NULL: "\nUTC0\n"
};

/** Writes it to buf; returns its length. The first block is empty but for one type. */
size_t tzif_write(const struct tzif *t, uint8_t buf[static TZIF_BYTES_MAX]);

/** A zone with nothing but a rule such as "CET-1CEST,M3.5.0,M10.5.0/3"; fails the test if refused.
 */
struct zone *tzif_rule(struct arena *arena, const char *rule);

/** A zone of this machine; fails the test if there is none. */
struct zone *tzif_zone(struct arena *arena, const char *name);

#endif
