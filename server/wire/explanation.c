// SPDX-License-Identifier: Apache-2.0
#include "wire/encode.h"

#include <assert.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

static void fill_span(const struct reply_span *span, Slate__V1__Span *ret)
{
    assert(span->counted_us >= 0);
    slate__v1__span__init(ret);
    fill_instant(span->from_at, &ret->has_from_at, &ret->from_at);
    fill_instant(span->to_at, &ret->has_to_at, &ret->to_at);
    ret->has_kind = span->kind != REPLY_SPAN_NONE;
    ret->kind = (Slate__V1__SpanKind)span->kind;
    ret->has_counted_us = 1;
    ret->counted_us = (uint64_t)span->counted_us;
    ret->reasons = (char **)span->reasons;
    ret->n_reasons = span->n_reasons;
    ret->note = fill_string(span->note);
    ret->has_party = span->party != SIDE_NONE;
    ret->party = (Slate__V1__Side)span->party;
}

/*
 * The newest of n spans that have `room` bytes when packed; those of *out. *room loses what they
 * take. The newest stay because they say why the clock stands where it does.
 */
static int fill_spans(struct arena *arena, const struct reply_span *spans, size_t n, size_t *room,
                      Slate__V1__ClockExplanation *out)
{
    const size_t most = n < WIRE_ELEMENTS_MAX ? n : WIRE_ELEMENTS_MAX;
    Slate__V1__Span *filled = arena_array(arena, most, sizeof(*filled));
    Slate__V1__Span **pointers = arena_array(arena, most, sizeof(Slate__V1__Span *));
    size_t taken = 0;

    if (filled == NULL || pointers == NULL) {
        return -1;
    }
    while (taken < most) {
        Slate__V1__Span *span = &filled[taken];
        size_t bytes;
        fill_span(&spans[n - 1 - taken], span);
        bytes = slate__v1__span__get_packed_size(span) + FILL_ELEMENT_BYTES;
        if (bytes > *room) {
            break;
        }
        *room -= bytes;
        taken++;
        pointers[most - taken] = span;
    }
    out->spans = pointers + (most - taken);
    out->n_spans = taken;
    out->has_truncated = 1;
    out->truncated = out->truncated || taken < n;
    return 0;
}

/* The first of n spans that have `room` bytes: those come next. */
static int fill_ahead(struct arena *arena, const struct reply_span *spans, size_t n, size_t *room,
                      Slate__V1__ClockExplanation *out)
{
    const size_t most = n < WIRE_ELEMENTS_MAX ? n : WIRE_ELEMENTS_MAX;
    Slate__V1__Span *filled = arena_array(arena, most, sizeof(*filled));

    out->ahead = arena_array(arena, most, sizeof(Slate__V1__Span *));
    if (filled == NULL || out->ahead == NULL) {
        return -1;
    }
    while (out->n_ahead < most) {
        Slate__V1__Span *span = &filled[out->n_ahead];
        size_t bytes;
        fill_span(&spans[out->n_ahead], span);
        bytes = slate__v1__span__get_packed_size(span) + FILL_ELEMENT_BYTES;
        if (bytes > *room) {
            break;
        }
        *room -= bytes;
        out->ahead[out->n_ahead++] = span;
    }
    out->has_ahead_truncated = 1;
    out->ahead_truncated = out->ahead_truncated || out->n_ahead < n;
    return 0;
}

static void fill_calendar(const struct reply_calendar_used *calendar, Slate__V1__CalendarUsed *ret)
{
    slate__v1__calendar_used__init(ret);
    ret->name = fill_string(calendar->name);
    ret->has_version = calendar->version != 0;
    ret->version = calendar->version;
    fill_instant(calendar->effective_at, &ret->has_effective_at, &ret->effective_at);
    fill_bytes(calendar->sha256, BOOK_HASH_BYTES, &ret->has_sha256, &ret->sha256);
    ret->zone = fill_string(calendar->zone);
    fill_bytes(calendar->zone_sha256, BOOK_HASH_BYTES, &ret->has_zone_sha256, &ret->zone_sha256);
}

/* The newest of n calendar versions that have `room` bytes, as fill_spans(). */
static int fill_calendars(struct arena *arena, const struct reply_calendar_used *calendars,
                          size_t n, size_t *room, Slate__V1__ClockExplanation *out)
{
    const size_t most = n < WIRE_ELEMENTS_MAX ? n : WIRE_ELEMENTS_MAX;
    Slate__V1__CalendarUsed *filled = arena_array(arena, most, sizeof(*filled));
    Slate__V1__CalendarUsed **pointers = arena_array(arena, most, sizeof(*pointers));
    size_t taken = 0;

    if (filled == NULL || pointers == NULL) {
        return -1;
    }
    while (taken < most) {
        Slate__V1__CalendarUsed *calendar = &filled[taken];
        size_t bytes;
        fill_calendar(&calendars[n - 1 - taken], calendar);
        bytes = slate__v1__calendar_used__get_packed_size(calendar) + FILL_ELEMENT_BYTES;
        if (bytes > *room) {
            break;
        }
        *room -= bytes;
        taken++;
        pointers[most - taken] = calendar;
    }
    out->calendars = pointers + (most - taken);
    out->n_calendars = taken;
    out->truncated = out->truncated || taken < n;
    return 0;
}

static void fill_explained(const struct reply_clock_explanation *clock, Slate__V1__Clock *ret_clock,
                           Slate__V1__ClockExplanation *ret)
{
    assert(clock->counted_us >= 0 && clock->held_us >= 0 && clock->outside_us >= 0 &&
           clock->stopped_us >= 0);
    slate__v1__clock_explanation__init(ret);
    fill_clock(&clock->clock, ret_clock);
    ret->clock = ret_clock;
    fill_instant(clock->contract_effective_at, &ret->has_contract_effective_at,
                 &ret->contract_effective_at);
    ret->match = fill_string(clock->match);
    ret->has_calendar_version = clock->calendar_version != 0;
    ret->calendar_version = clock->calendar_version;
    ret->zone = fill_string(clock->zone);
    ret->zone_release = fill_string(clock->zone_release);
    fill_bytes(clock->zone_sha256, BOOK_HASH_BYTES, &ret->has_zone_sha256, &ret->zone_sha256);
    fill_bytes(clock->contract_sha256, BOOK_HASH_BYTES, &ret->has_contract_sha256,
               &ret->contract_sha256);
    fill_bytes(clock->calendar_sha256, BOOK_HASH_BYTES, &ret->has_calendar_sha256,
               &ret->calendar_sha256);
    ret->truncated = clock->truncated;
    ret->ahead_truncated = clock->ahead_truncated;
    ret->has_counted_us = 1;
    ret->counted_us = (uint64_t)clock->counted_us;
    ret->has_held_us = 1;
    ret->held_us = (uint64_t)clock->held_us;
    ret->has_outside_us = 1;
    ret->outside_us = (uint64_t)clock->outside_us;
    ret->has_stopped_us = 1;
    ret->stopped_us = (uint64_t)clock->stopped_us;
    ret->has_engine = clock->engine != 0;
    ret->engine = clock->engine;
}

int wire_encode_explanation(struct arena *arena, uint64_t id, const struct wire_token *token,
                            const struct reply_explanation *explanation, struct wire_bytes *ret)
{
    /* Around everything: id, token, names. Around the spans of a clock: its names and hashes. */
    enum { AROUND_BYTES = 1024, AROUND_CLOCK_BYTES = 4096 };
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__Explanation out = SLATE__V1__EXPLANATION__INIT;
    Slate__V1__ClockExplanation explained[TICKET_CLOCKS_MAX];
    Slate__V1__ClockExplanation *pointers[TICKET_CLOCKS_MAX];
    Slate__V1__Clock clocks[TICKET_CLOCKS_MAX];
    char name[WIRE_TICKET_BYTES + 1];
    size_t room = FRAME_BYTES_MAX - AROUND_BYTES - TICKET_CLOCKS_MAX * AROUND_CLOCK_BYTES;
    const size_t n = explanation->n_clocks;

    assert(n <= TICKET_CLOCKS_MAX);
    fill_reply(id, token, &reply, &position);
    fill_name(explanation->key, explanation->number, name);
    out.ticket = name;
    out.contract = fill_string(explanation->contract);
    out.priority = fill_string(explanation->priority);
    fill_instant(explanation->as_of_at, &out.has_as_of_at, &out.as_of_at);
    for (size_t i = 0; i < n; i++) {
        const struct reply_clock_explanation *clock = &explanation->clocks[i];
        const size_t share = room / (n - i); // what one leaves over, the next may have
        size_t left = share;
        fill_explained(clock, &clocks[i], &explained[i]);
        if (fill_calendars(arena, clock->calendars, clock->n_calendars, &left, &explained[i]) !=
                0 ||
            fill_spans(arena, clock->spans, clock->n_spans, &left, &explained[i]) != 0 ||
            fill_ahead(arena, clock->ahead, clock->n_ahead, &left, &explained[i]) != 0) {
            return -1;
        }
        room -= share - left;
        pointers[i] = &explained[i];
    }
    out.clocks = pointers;
    out.n_clocks = n;
    reply.explanation = &out;
    return fill_payload(arena, &reply, ret);
}
