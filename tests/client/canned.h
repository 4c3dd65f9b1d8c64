// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_CANNED_H
#define TESTS_CLIENT_CANNED_H

/*
 * What the files of canned content share. Their content lives for ever.
 */

#include "tests/client/fake.h"

#define CANNED_MINUTE_US (INT64_C(60) * 1000000)

/** An instant, minutes after FAKE_NOW_AT. */
#define CANNED_AT(minutes) (FAKE_NOW_AT + (minutes)*CANNED_MINUTE_US)

#define CANNED_GIVE(message, field, value) \
    ((message)->has_##field = true, (message)->field = (value))

#define CANNED_COUNT(array) (sizeof(array) / sizeof((array)[0]))

void canned_clock(Slate__V1__Clock *c, Slate__V1__ClockKind kind, Slate__V1__ClockState state,
                  Slate__V1__Verdict verdict, char *within, int64_t target_us, int64_t elapsed_us);

/* canned_events.c */
void canned_log(const Slate__V1__ShowLog *q, Slate__V1__Reply *reply);
void canned_users(const Slate__V1__ListUsers *q, Slate__V1__Reply *reply);
void canned_intake(const Slate__V1__Intake *q, Slate__V1__Reply *reply);
void canned_subscribed(Slate__V1__Reply *reply);

/* canned_clocks.c */
void canned_splits(const Slate__V1__SplitClock *q, Slate__V1__Reply *reply);
/* One ticket, as `row` in the end, and one that was never opened. */
void canned_tried(Slate__V1__TicketRow *row, Slate__V1__Reply *reply);

/* canned_sla.c, canned_party.c: false for what they don't know. */
bool canned_sla(const Slate__V1__Request *request, Slate__V1__Reply *reply);
bool canned_party(const Slate__V1__Request *request, Slate__V1__Reply *reply);

#endif
