// SPDX-License-Identifier: Apache-2.0
/**
 * deadline: the only place of libslate that reads clocks.
 *
 * Deadlines are instants of a clock that never steps and goes on during suspend, so that a call's
 * time is up after its time, whatever happens to the wall clock.
 */
#ifndef SLATE_CLIENT_LIB_DEADLINE_H
#define SLATE_CLIENT_LIB_DEADLINE_H

#include <stdint.h>

/** Microseconds on a steady clock; comparable within this process only. */
int64_t deadline_now_us(void);

/** The steady instant that is timeout_ms from now. */
int64_t deadline_after_ms(uint32_t timeout_ms);

/** Milliseconds from now to the steady instant at_us, rounded up, as poll() wants them: 0 when it
 * has passed, never negative. */
int deadline_poll_ms(int64_t at_us);

/** Milliseconds of the wall clock since the Unix epoch, for the time part of a request id. */
uint64_t deadline_wall_ms(void);

#endif
