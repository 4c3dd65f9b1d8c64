// SPDX-License-Identifier: Apache-2.0
/*
 * Replies with something in every field and with as little as possible, and what a client must see
 * of the former.
 */
#ifndef SLATE_TESTS_WIRE_REPLIES_H
#define SLATE_TESTS_WIRE_REPLIES_H

#include <stdbool.h>

#include "slate.pb-c.h"
#include "wire/reply.h"
#include "wire/wire.h"

#define REPLIES_AT INT64_C(1772445600000000)

extern const struct wire_token replies_token;

/* A reply as a client unpacks it, its id and token judged. slate__v1__envelope__free_unpacked(). */
Slate__V1__Envelope *replies_unpack(struct wire_bytes payload, uint64_t id, bool with_token);

struct text replies_text(enum text_field field, const char *s);

struct reply_clock replies_clock_running(void);
void replies_expect_running(const Slate__V1__Clock *clock);

struct reply_clock replies_clock_breached(void);
void replies_expect_breached(const Slate__V1__Clock *clock);

struct reply_ticket replies_ticket_full(const struct reply_clock *next,
                                        const struct reply_clock *breached);
void replies_expect_full(const Slate__V1__TicketRow *row);

/* A-number and nothing else. */
struct reply_ticket replies_ticket_small(uint64_t number);

struct reply_message replies_message(uint32_t number, const char *body);

#endif
