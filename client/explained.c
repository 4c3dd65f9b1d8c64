// SPDX-License-Identifier: Apache-2.0
#include "client/explained.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void *array_of(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    if (!p) {
        abort();
    }
    return p;
}

// ---- holidays -----------------------------------------------------------------------------------

/** True for "2026-12-25 " and something. */
static bool begins_with_date(const char *s)
{
    static const char shape[] = "dddd-dd-dd ";

    for (size_t i = 0; shape[i]; i++) {
        if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i]) {
            return false;
        }
    }
    return s[sizeof(shape) - 1] != '\0';
}

size_t explained_holiday(const char *note)
{
    size_t n = 0;

    if (!note || !begins_with_date(note)) {
        return 0;
    }
    // Up to where the next one begins: a name may have a semicolon
    while (note[n] && !(note[n] == ';' && note[n + 1] == ' ' && begins_with_date(note + n + 2))) {
        n++;
    }
    return n;
}

// ---- sums and marks -----------------------------------------------------------------------------

/** Those behind, then those ahead. */
static size_t all_spans(const struct explained_clock *c)
{
    return c->x.n_spans + c->x.n_ahead;
}

static void add_spans(struct explained_clock *c)
{
    uint64_t shown_us = 0;

    c->spans = array_of(all_spans(c), sizeof(*c->spans));
    for (size_t i = 0; i < c->x.n_spans; i++) {
        shown_us += c->x.spans[i].counted_us;
    }
    // Older spans that were left out have counted too
    uint64_t sum_us = c->x.counted_us > shown_us ? c->x.counted_us - shown_us : 0;
    for (size_t i = 0; i < all_spans(c); i++) {
        const struct slate_span *span = i < c->x.n_spans ? &c->x.spans[i]
                                                         : &c->x.ahead[i - c->x.n_spans];
        sum_us += span->counted_us;
        c->spans[i] = (struct explained_span){*span, sum_us};
    }
}

/** What had been counted at an instant, or will have been. Behind the last span it is the whole
 * target. */
static uint64_t sum_at(const struct explained_clock *c, int64_t at)
{
    for (size_t i = 0; i < all_spans(c); i++) {
        const struct slate_span *span = &c->spans[i].span;

        if (at < span->to_at) { // a span counts throughout, or not at all
            const uint64_t before_us = c->spans[i].sum_us - span->counted_us;
            const uint64_t since_us = at > span->from_at ? (uint64_t)(at - span->from_at) : 0;

            return before_us + (since_us < span->counted_us ? since_us : span->counted_us);
        }
        if (at == span->to_at) {
            return c->spans[i].sum_us;
        }
    }
    return c->x.clock.target_us;
}

/** Behind those of the same instant. */
static void add_mark(struct explained_clock *c, const char *mark, int64_t at, const char *warning)
{
    size_t i = c->n_marks;

    if (!at) {
        return;
    }
    for (; i > 0 && c->marks[i - 1].mark_at > at; i--) {
        c->marks[i] = c->marks[i - 1];
    }
    c->marks[i] = (struct explained_mark){mark, at, sum_at(c, at), warning};
    c->n_marks++;
}

static bool is_of(const struct slate_event *e, const struct slate_clock *c)
{
    const char *a = e->clock->team ? e->clock->team : "";
    const char *b = c->team ? c->team : "";

    return e->clock->kind == c->kind && e->clock->cycle == c->cycle && strcmp(a, b) == 0;
}

static void add_marks(struct explained_clock *c, const struct slate_event *warnings, size_t n)
{
    const struct slate_clock *clock = &c->x.clock;

    c->marks = array_of(n + 3, sizeof(*c->marks));
    for (size_t i = 0; i < n; i++) {
        if (is_of(&warnings[i], clock)) {
            add_mark(c, "warning", warnings[i].effective_at, warnings[i].warning);
        }
    }
    add_mark(c, "due", clock->due_at, NULL);
    if (clock->limit_at != clock->due_at && clock->limit_at != clock->breached_at) {
        add_mark(c, "limit", clock->limit_at, NULL);
    }
    add_mark(c, "breached", clock->breached_at, NULL);
}

// ---- in the order of time -----------------------------------------------------------------------

static void add_step(struct explained_clock *c, const struct explained_step *step)
{
    c->steps[c->n_steps++] = *step;
}

static size_t count_holidays(const struct slate_span *span)
{
    size_t n = 0;

    for (const char *p = span->note; explained_holiday(p) > 0; n++) {
        p += explained_holiday(p);
        p += *p ? strlen("; ") : 0;
    }
    return n;
}

static void add_holidays(struct explained_clock *c, const struct slate_span *span)
{
    size_t n;

    for (const char *p = span->note; (n = explained_holiday(p)) > 0;) {
        add_step(c, &(struct explained_step){.holiday = p, .holiday_bytes = n});
        p += n;
        p += *p ? strlen("; ") : 0;
    }
}

static void add_steps(struct explained_clock *c)
{
    size_t most = all_spans(c) + c->n_marks + 1;
    size_t mark = 0;

    for (size_t i = 0; i < all_spans(c); i++) {
        most += count_holidays(&c->spans[i].span);
    }
    c->steps = array_of(most, sizeof(*c->steps));
    for (size_t i = 0; i < all_spans(c); i++) {
        for (; mark < c->n_marks && c->marks[mark].mark_at <= c->spans[i].span.from_at; mark++) {
            add_step(c, &(struct explained_step){.mark = &c->marks[mark]});
        }
        if (i == c->x.n_spans) {
            add_step(c, &(struct explained_step){.now_at = c->spans[i].span.from_at});
        }
        add_step(c, &(struct explained_step){.span = &c->spans[i]});
        add_holidays(c, &c->spans[i].span);
    }
    for (; mark < c->n_marks; mark++) {
        add_step(c, &(struct explained_step){.mark = &c->marks[mark]});
    }
}

void explained_init(struct explained *e, const struct slate_explanation *x, int64_t as_known_at,
                    const struct slate_event *warnings, size_t n)
{
    *e = (struct explained){.x = *x, .as_known_at = as_known_at};
    e->clocks = array_of(x->n_clocks, sizeof(*e->clocks));
    for (size_t i = 0; i < x->n_clocks; i++) {
        e->clocks[i].x = x->clocks[i];
        add_spans(&e->clocks[i]);
        add_marks(&e->clocks[i], warnings, n);
        add_steps(&e->clocks[i]);
    }
}

void explained_fini(struct explained *e)
{
    for (size_t i = 0; e->clocks && i < e->x.n_clocks; i++) {
        free(e->clocks[i].spans);
        free(e->clocks[i].marks);
        free(e->clocks[i].steps);
    }
    free(e->clocks);
    *e = (struct explained){0};
}
