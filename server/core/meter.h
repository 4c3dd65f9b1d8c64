// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CORE_METER_H
#define SLATE_CORE_METER_H

/*
 * A bound to work whose size comes from outside, counted in steps and never by the clock: the same
 * work takes the same steps everywhere. A step is about ten nanoseconds.
 *
 * Whoever does the work takes its steps first. When they do not suffice the meter is spent, for
 * good, and what is asked from then on is answered at once and wrong: who set the meter must look
 * whether it is spent before believing anything. One thread at a time may use a meter.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct meter {
    uint64_t left; // steps
    bool spent;
};

/** Takes n steps; false if the meter is spent, or is now. No meter (NULL) allows everything. */
static inline bool meter_take(struct meter *m, uint64_t n)
{
    if (m == NULL) {
        return true;
    }
    if (m->spent || n > m->left) {
        m->spent = true;
        return false;
    }
    m->left -= n;
    return true;
}

#endif
