// SPDX-License-Identifier: Apache-2.0
#include "core/calendar_page.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_ROOM = 128 };

void calendar_spans_add(struct calendar_spans *s, int64_t from_at, int64_t to_at, int64_t low_at,
                        int64_t high_at)
{
    from_at = from_at > low_at ? from_at : low_at;
    to_at = to_at < high_at ? to_at : high_at;
    if (from_at >= to_at) {
        return;
    }
    if (s->n > 0 && from_at <= s->v[s->n - 1].to_at) {
        struct calendar_span *last = &s->v[s->n - 1];
        assert(from_at >= last->from_at);
        last->to_at = to_at > last->to_at ? to_at : last->to_at;
        return;
    }
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : FIRST_ROOM;
        s->v = reallocarray(s->v, s->room, sizeof(*s->v));
        if (!s->v) {
            abort();
        }
    }
    s->v[s->n++] = (struct calendar_span){from_at, to_at};
}

void calendar_spans_fini(struct calendar_spans *s)
{
    free(s->v);
    *s = (struct calendar_spans){0};
}

struct calendar_page *calendar_page_new(const struct calendar_spans *s)
{
    struct calendar_page *p = malloc(sizeof(*p) + (2 * s->n + 1) * sizeof(p->cells[0]));
    int64_t *starts;
    int64_t *sums;
    int64_t sum_us = 0;

    if (!p) {
        abort();
    }
    starts = p->cells;
    sums = p->cells + s->n;
    for (size_t i = 0; i < s->n; i++) {
        starts[i] = s->v[i].from_at;
        sums[i] = sum_us;
        sum_us += s->v[i].to_at - s->v[i].from_at;
    }
    sums[s->n] = sum_us;
    p->n = s->n;
    p->starts = starts;
    p->sums = sums;
    return p;
}

void calendar_page_free(struct calendar_page *p)
{
    free(p);
}

/* How many of the ascending v[0..n) are <= limit. */
static size_t count_up_to(const int64_t *v, size_t n, int64_t limit)
{
    size_t low = 0;

    while (n > 0) {
        const size_t half = (n + 1) / 2;
        low += v[low + half - 1] <= limit ? half : 0;
        n -= half;
    }
    return low;
}

size_t calendar_page_started(const struct calendar_page *p, int64_t at)
{
    return count_up_to(p->starts, p->n, at);
}

int64_t calendar_page_before(const struct calendar_page *p, int64_t at)
{
    const size_t started = calendar_page_started(p, at);
    int64_t in_last_us;

    if (started == 0) {
        return 0;
    }
    in_last_us = at - p->starts[started - 1];
    return in_last_us < p->sums[started] - p->sums[started - 1] ? p->sums[started - 1] + in_last_us
                                                                : p->sums[started];
}

int64_t calendar_page_due(const struct calendar_page *p, int64_t open_us)
{
    const size_t i = count_up_to(p->sums + 1, p->n, open_us - 1);
    return p->starts[i] + open_us - p->sums[i];
}

int64_t calendar_page_limit(const struct calendar_page *p, int64_t open_us)
{
    const size_t i = count_up_to(p->sums + 1, p->n, open_us);
    return p->starts[i] + open_us - p->sums[i];
}
