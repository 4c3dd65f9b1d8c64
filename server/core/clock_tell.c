// SPDX-License-Identifier: Apache-2.0
#include "core/clock_tell.h"

void clock_tell_flush(struct clock_tell *t)
{
    if (t->pending.from_at < t->pending.to_at) {
        t->span(t->user, &t->pending);
    }
    t->pending = (struct clock_span){0};
}

void clock_tell_span(struct clock_tell *t, struct clock_span span)
{
    const bool counts = span.kind == CLOCK_SPAN_COUNTED || span.kind == CLOCK_SPAN_PAST_LIMIT;

    if (span.from_at == span.to_at) {
        return;
    }
    if (t->fenced || t->pending.kind != span.kind || t->pending.reasons != span.reasons) {
        clock_tell_flush(t);
        t->pending = (struct clock_span){
            .from_at = span.from_at, .kind = span.kind, .reasons = span.reasons};
        t->fenced = false;
    }
    t->pending.to_at = span.to_at;
    t->pending.open_us += span.open_us;
    t->pending.counted_us += counts ? span.open_us : 0;
}

static void tell(struct clock_tell *t, int64_t from_at, int64_t to_at, enum clock_span_kind kind,
                 int64_t open_us)
{
    clock_tell_span(t, (struct clock_span){
                           .from_at = from_at, .to_at = to_at, .kind = kind, .open_us = open_us});
}

void clock_tell_counted(struct clock_tell *t, const struct calendar *calendar, int64_t from_at,
                        int64_t to_at, int64_t left_us)
{
    int64_t at = from_at;

    while (at < to_at) {
        const int64_t change_at = calendar_next_change(calendar, at, to_at);
        if (calendar_is_open(calendar, at)) {
            const int64_t open_us = change_at - at;
            const int64_t within_us = left_us <= 0 ? 0 : left_us < open_us ? left_us : open_us;
            tell(t, at, at + within_us, CLOCK_SPAN_COUNTED, within_us);
            tell(t, at + within_us, change_at, CLOCK_SPAN_PAST_LIMIT, open_us - within_us);
            left_us -= open_us;
        } else {
            tell(t, at, change_at, CLOCK_SPAN_OUTSIDE, 0);
        }
        at = change_at;
    }
}

int64_t clock_tell_since(const struct clock_event *events, size_t n, size_t i, int64_t until_at)
{
    int64_t since_at = events[i].at;

    for (i++; i < n && events[i].at <= until_at; i++) {
        if (events[i].kind == CLOCK_EARLIER && events[i].since_at < since_at) {
            since_at = events[i].since_at;
        }
    }
    return since_at;
}

enum clock_tell_stopped clock_tell_foresee(const struct clock_event *events, size_t n, size_t i,
                                           int64_t until_at)
{
    bool stopped_again = false;

    for (i++; i < n && events[i].at <= until_at; i++) {
        if (events[i].kind == CLOCK_CANCEL) {
            break;
        }
        if (events[i].kind == CLOCK_REOPEN) {
            return events[i].mode == CLOCK_INCLUDE && !stopped_again ? CLOCK_TELL_INCLUDED
                                                                     : CLOCK_TELL_EXCLUDED;
        }
        stopped_again |= events[i].kind == CLOCK_STOP;
    }
    return CLOCK_TELL_FOR_GOOD;
}
