// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_ZONERULE_H
#define SLATE_CORE_ZONERULE_H

/*
 * The rule in the last line of a TZif file: a POSIX TZ string with the extensions of RFC 9636
 * section 3.3.2, such as "CET-1CEST,M3.5.0,M10.5.0/3" or "<-02>2<-01>,M3.5.0/-1,M10.5.0/0".
 *
 * What summer time means is left to the reader: offsets may go either way (Dublin's summer is its
 * standard time), the year may begin in summer time, and it may have nothing else.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A day of every year. */
struct zonerule_date {
    enum {
        ZONERULE_MONTH,   // Mm.w.d: weekday d (Sunday = 0), the w-th of month m, 5 = last
        ZONERULE_JULIAN,  // Jn: 1..365, 29 February is never counted
        ZONERULE_ORDINAL, // n: 0..365, 29 February is counted
    } kind;
    int month;
    int week;
    int day;
    int32_t time_s; // wall clock from that day's midnight, -604799..604799
};

struct zonerule {
    int32_t standard_s; // to add to UTC
    bool changes;       // the rest is set
    int32_t daylight_s;
    struct zonerule_date start; // in standard time
    struct zonerule_date end;   // in daylight time
};

/** Reads the n bytes at text as a whole; false for anything that is not such a string. */
bool zonerule_parse(const char *text, size_t n, struct zonerule *ret);

/**
 * The instants, in seconds since the epoch, at which the year's summer time starts and ends. Only
 * for a rule that changes.
 */
void zonerule_year(const struct zonerule *rule, int64_t year, int64_t *ret_start_s,
                   int64_t *ret_end_s);

#endif
