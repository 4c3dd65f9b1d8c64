// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_FEEDING_H
#define TESTS_CLIENT_FEEDING_H

/*
 * What the tests of live events share: the canned events, read on one side and sent on the other.
 */

#include "tests/client/bench.h"

/** The seq of the i-th canned event. */
#define FEEDING_SEQ(i) ((uint64_t)FAKE_SEQ + 1 + 3 * (uint64_t)(i))

/* On the test's side: these fail the test. */

/** Subscribe to everything. */
void feeding_subscribe(struct bench *b);

/** How far a contract was read; 0 when that is not known. */
uint64_t feeding_position(const struct bench *b, const char *contract);

/** The next event must be the i-th, and then be in the positions as none later is. */
void feeding_expect(struct bench *b, unsigned i);
void feeding_expect_all(struct bench *b);

/** What comes next must be no event, but this. */
void feeding_expect_error(struct bench *b, uint32_t timeout_ms, enum slate_status status);

/* On the fake's side. */

/** Read the Subscribe and answer it: the first event after the position that it names, and the
 * subscription's id. FAKE_EVENTS when nothing is left, or the client has gone. */
unsigned feeding_read_subscribe(struct fake_line *line, uint64_t *ret_id);

void feeding_wait_for_the_end(struct fake_line *line);

/** A serve function: all that is left in one frame, after one that only has another contract's
 * position, (glob, 9). */
void feeding_send_batch(struct fake_line *line, void *arg);

#endif
