// SPDX-License-Identifier: Apache-2.0
#include "core/calendar.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/calendar_page.h"
#include "core/calendar_rules.h"
#include "core/instant.h"

/*
 * A calendar is its versions and a table of pages, empty at first. A page is compiled by whoever
 * needs it first; when two threads compile the same one, the first to publish it wins and the other
 * throws its own away. Both are equal, so nobody needs to wait.
 */

/* Farther from UTC no wall clock is (core/zone.h), so a local day's windows lie within this much of
 * the same seconds in UTC. */
enum { ZONE_REACH_S = 26 * 3600 };

/* What is taken from a meter, in steps: measured, and rounded up. */
enum {
    STEPS_ASK = 8,      // of one question, a few binary searches
    STEPS_PAGES = 4,    // pages that are looked at in one step
    STEPS_PAGE = 100,   // making a page
    STEPS_DAY = 4,      // looking a day up
    STEPS_LIST = 4,     // looking a day up in a list of dates
    STEPS_BOTH = 500,   // where lists meet, for each of them and each other one: their windows
    STEPS_WINDOW = 14,  // making an interval of a window
    STEPS_CLOSE = 10,   // finding the ends of a window that no other one is near to
    STEPS_INTERVAL = 2, // merging an interval
};

struct calendar {
    size_t n_versions;
    const struct calendar_version *versions;
    _Atomic(struct calendar_page *) *pages; // CALENDAR_PAGES
    struct meter *meter;                    // or NULL
};

_Static_assert(CALENDAR_END_AT % CALENDAR_PAGE_US != 0, "the end lies inside the last page");

struct calendar *calendar_new(const struct calendar_version *versions, size_t n)
{
    struct calendar *c;
    struct calendar_version *copy;
    const size_t pages_bytes = CALENDAR_PAGES * sizeof(*c->pages);

    assert(n > 0 && n <= CALENDAR_VERSIONS_MAX);
    for (size_t i = 1; i < n; i++) {
        assert(versions[i - 1].effective_at < versions[i].effective_at);
    }
    c = calloc(1, sizeof(*c) + pages_bytes + n * sizeof(*versions));
    if (!c) {
        return NULL;
    }
    c->pages = (void *)(c + 1);
    copy = (void *)((unsigned char *)(c + 1) + pages_bytes);
    memcpy(copy, versions, n * sizeof(*versions));
    c->versions = copy;
    c->n_versions = n;
    return c;
}

void calendar_free(struct calendar *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < CALENDAR_PAGES; i++) {
        calendar_page_free(atomic_load_explicit(&c->pages[i], memory_order_relaxed));
    }
    free(c);
}

void calendar_set_meter(struct calendar *c, struct meter *meter)
{
    c->meter = meter;
}

/* The steps of finding out which windows a day has, as far as they are known before. */
static uint64_t day_steps(const struct calendar_rules *rules)
{
    const uint64_t n = rules->n_holidays;
    return STEPS_DAY + n * STEPS_LIST;
}

/* And those of windows that several lists, or a midnight, had to be asked for. */
static uint64_t both_steps(const struct calendar_rules *rules, const struct calendar_day *open,
                           const struct calendar_window *buf)
{
    const uint64_t n = rules->n_holidays;
    return open->windows == buf ? n * n * STEPS_BOTH : 0;
}

/* The instant at which a version's force ends. */
static int64_t version_end(const struct calendar *c, size_t i)
{
    return i + 1 < c->n_versions ? c->versions[i + 1].effective_at : INSTANT_NEVER;
}

/*
 * Compiling
 */

/* Local windows in seconds since 1970-01-01T00:00 on the wall, ascending by their start. */
struct walls {
    struct wall {
        int64_t from_s;
        int64_t to_s;
    } * v;
    size_t n;
    size_t room;
};

/* Nearly in order already: only shifts past midnight meet the next day's windows. */
static void add_wall(struct walls *w, int64_t from_s, int64_t to_s)
{
    size_t i = w->n;

    if (w->n == w->room) {
        w->room = w->room ? 2 * w->room : 256;
        w->v = reallocarray(w->v, w->room, sizeof(*w->v));
        if (!w->v) {
            abort();
        }
    }
    for (; i > 0 && w->v[i - 1].from_s > from_s; i--) {
        w->v[i] = w->v[i - 1];
    }
    w->v[i] = (struct wall){from_s, to_s};
    w->n++;
}

static void compile_rules(const struct calendar_rules *rules, struct meter *meter, int64_t low_at,
                          int64_t high_at, struct calendar_spans *out)
{
    const int32_t first_day = (int32_t)instant_floor_div(instant_s(low_at) - ZONE_REACH_S,
                                                         S_PER_DAY) -
                              1;
    const int32_t last_day = (int32_t)instant_floor_div(instant_s(high_at) + ZONE_REACH_S,
                                                        S_PER_DAY);
    struct calendar_window buf[CALENDAR_RULES_WINDOWS_MAX];
    struct walls walls = {0};
    size_t hint = 0;

    if (!calendar_rules_may_open(rules, first_day, last_day)) {
        return;
    }
    for (int32_t day = first_day; day <= last_day && meter_take(meter, day_steps(rules)); day++) {
        const struct calendar_day open = calendar_rules_day(rules, day, buf);
        if (!meter_take(meter, both_steps(rules, &open, buf) + open.n * STEPS_WINDOW)) {
            break;
        }
        for (size_t i = 0; i < open.n; i++) {
            add_wall(&walls, day * S_PER_DAY + open.windows[i].from_s,
                     day * S_PER_DAY + open.windows[i].to_s);
        }
    }
    for (size_t i = 0; i < walls.n; i++) {
        const int64_t from_at = zone_floor_near(rules->zone, walls.v[i].from_s, &hint);
        const int64_t to_at = zone_floor_near(rules->zone, walls.v[i].to_s, &hint);
        calendar_spans_add(out, from_at, to_at, low_at, high_at);
    }
    free(walls.v);
}

static const struct calendar_page *page_at(const struct calendar *c, size_t k);

/* The union of two lists, in a third one. */
static void merge(const struct calendar_spans *a, const struct calendar_page *b,
                  struct calendar_spans *out)
{
    size_t i = 0;
    size_t j = 0;

    while (i < a->n || j < b->n) {
        const bool from_a = j == b->n || (i < a->n && a->v[i].from_at <= b->starts[j]);
        const int64_t from_at = from_a ? a->v[i].from_at : b->starts[j];
        const int64_t to_at = from_a ? a->v[i].to_at : calendar_page_end(b, j);
        calendar_spans_add(out, from_at, to_at, from_at, to_at);
        i += from_a;
        j += !from_a;
    }
}

static void compile_union(const struct calendar_version *v, struct meter *meter, size_t k,
                          int64_t low_at, int64_t high_at, struct calendar_spans *out)
{
    struct calendar_spans so_far = {0};

    for (size_t m = 0; m < v->n_members; m++) {
        struct calendar_spans merged = {0};
        const struct calendar_page *page = page_at(v->members[m], k);
        if (!meter_take(meter, (so_far.n + page->n) * STEPS_INTERVAL)) {
            break;
        }
        merge(&so_far, page, &merged);
        calendar_spans_fini(&so_far);
        so_far = merged;
    }
    for (size_t i = 0; i < so_far.n; i++) {
        calendar_spans_add(out, so_far.v[i].from_at, so_far.v[i].to_at, low_at, high_at);
    }
    calendar_spans_fini(&so_far);
}

static struct calendar_page *compile(const struct calendar *c, size_t k)
{
    const int64_t begin_at = (int64_t)k << CALENDAR_PAGE_BITS;
    const int64_t next_at = begin_at + CALENDAR_PAGE_US;
    const int64_t end_at = next_at < CALENDAR_END_AT ? next_at : CALENDAR_END_AT;
    struct calendar_spans spans = {0};
    struct calendar_page *page;

    (void)meter_take(c->meter, STEPS_PAGE);
    for (size_t i = 0; i < c->n_versions; i++) {
        const struct calendar_version *v = &c->versions[i];
        const int64_t until_at = version_end(c, i);
        const int64_t low_at = v->effective_at > begin_at ? v->effective_at : begin_at;
        const int64_t high_at = until_at < end_at ? until_at : end_at;
        if (low_at >= high_at) {
            continue;
        }
        if (v->rules) {
            compile_rules(v->rules, c->meter, low_at, high_at, &spans);
        } else {
            compile_union(v, c->meter, k, low_at, high_at, &spans);
        }
    }
    page = calendar_page_new(&spans);
    calendar_spans_fini(&spans);
    return page;
}

static const struct calendar_page *page_at(const struct calendar *c, size_t k)
{
    struct calendar_page *page = atomic_load_explicit(&c->pages[k], memory_order_acquire);
    struct calendar_page *mine;

    if (page) {
        return page;
    }
    mine = compile(c, k);
    if (!atomic_compare_exchange_strong_explicit(&c->pages[k], &page, mine, memory_order_acq_rel,
                                                 memory_order_acquire)) {
        calendar_page_free(mine);
        return page;
    }
    return mine;
}

/*
 * Asking
 */

static size_t page_of(int64_t at)
{
    return (size_t)(at >> CALENDAR_PAGE_BITS);
}

static int64_t page_start(size_t k)
{
    return (int64_t)k << CALENDAR_PAGE_BITS;
}

int64_t calendar_between(const struct calendar *c, int64_t from_at, int64_t to_at)
{
    size_t first;
    size_t last;
    int64_t open_us;

    from_at = from_at > 0 ? from_at : 0;
    to_at = to_at < CALENDAR_END_AT ? to_at : CALENDAR_END_AT;
    if (from_at >= to_at) {
        return 0;
    }
    first = page_of(from_at);
    last = page_of(to_at - 1);
    if (!meter_take(c->meter, STEPS_ASK + (last - first) / STEPS_PAGES)) {
        return 0;
    }
    open_us = calendar_page_before(page_at(c, last), to_at) -
              calendar_page_before(page_at(c, first), from_at);
    for (size_t k = first; k < last; k++) {
        open_us += calendar_page_open_us(page_at(c, k));
    }
    return open_us;
}

void calendar_add(const struct calendar *c, int64_t from_at, int64_t duration_us,
                  int64_t *ret_due_at, int64_t *ret_limit_at)
{
    const int64_t begin_at = from_at > 0 ? from_at : 0;
    size_t k = page_of(begin_at);
    int64_t sum_us; // open time to go from the start of page k on

    assert(duration_us >= 0 || (c->meter && c->meter->spent));
    *ret_due_at = duration_us == 0 ? from_at : INSTANT_NEVER;
    *ret_limit_at = INSTANT_NEVER;
    if (begin_at >= CALENDAR_END_AT || duration_us > CALENDAR_END_AT ||
        !meter_take(c->meter, STEPS_ASK)) {
        return;
    }
    sum_us = calendar_page_before(page_at(c, k), begin_at) + duration_us;
    if (duration_us > 0) {
        for (; sum_us > calendar_page_open_us(page_at(c, k)); k++) {
            sum_us -= calendar_page_open_us(page_at(c, k));
            if (k + 1 == CALENDAR_PAGES || !meter_take(c->meter, 1)) {
                return;
            }
        }
        *ret_due_at = calendar_page_due(page_at(c, k), sum_us);
    }
    for (; sum_us >= calendar_page_open_us(page_at(c, k)); k++) {
        sum_us -= calendar_page_open_us(page_at(c, k));
        if (k + 1 == CALENDAR_PAGES || !meter_take(c->meter, 1)) {
            return;
        }
    }
    *ret_limit_at = calendar_page_limit(page_at(c, k), sum_us);
}

/* When interval i of page k closes, joined with those of later pages that touch it before until_at.
 */
static int64_t close_of(const struct calendar *c, size_t k, size_t i, int64_t until_at)
{
    int64_t close_at = calendar_page_end(page_at(c, k), i);

    for (k++; k < CALENDAR_PAGES && close_at == page_start(k) && close_at < until_at; k++) {
        const struct calendar_page *p = page_at(c, k);
        if (p->n == 0 || p->starts[0] != close_at) {
            break;
        }
        close_at = calendar_page_end(p, 0);
    }
    return close_at;
}

/* When interval i of page k opened, joined with those of earlier pages that touch it. */
static int64_t open_of(const struct calendar *c, size_t k, size_t i)
{
    int64_t open_at = page_at(c, k)->starts[i];

    for (; k > 0 && open_at == page_start(k); k--) {
        const struct calendar_page *p = page_at(c, k - 1);
        if (p->n == 0 || calendar_page_end(p, p->n - 1) != open_at) {
            break;
        }
        open_at = p->starts[p->n - 1];
    }
    return open_at;
}

bool calendar_next_window(const struct calendar *c, int64_t at, int64_t *ret_open_at,
                          int64_t *ret_close_at)
{
    const size_t first = at > 0 ? page_of(at) : 0;

    for (size_t k = first; k < CALENDAR_PAGES; k++) {
        const struct calendar_page *p = page_at(c, k);
        const size_t started = calendar_page_started(p, at);
        const bool open = started > 0 && calendar_page_end(p, started - 1) > at;
        const size_t i = open ? started - 1 : started;
        if (i < p->n) {
            *ret_open_at = open_of(c, k, i);
            *ret_close_at = close_of(c, k, i, INSTANT_NEVER);
            return true;
        }
    }
    return false;
}

bool calendar_is_open(const struct calendar *c, int64_t at)
{
    const struct calendar_page *p;
    size_t started;

    if (at < 0 || at >= CALENDAR_END_AT) {
        return false;
    }
    p = page_at(c, page_of(at));
    started = calendar_page_started(p, at);
    return started > 0 && at < calendar_page_end(p, started - 1);
}

int64_t calendar_next_change(const struct calendar *c, int64_t at, int64_t until_at)
{
    const size_t first = at > 0 ? page_of(at) : 0;

    for (size_t k = first; k < CALENDAR_PAGES && page_start(k) < until_at; k++) {
        const struct calendar_page *p = page_at(c, k);
        const size_t started = calendar_page_started(p, at);
        int64_t change_at;
        if (started > 0 && calendar_page_end(p, started - 1) > at) {
            change_at = close_of(c, k, started - 1, until_at);
        } else if (started < p->n) {
            change_at = p->starts[started];
        } else {
            continue;
        }
        return change_at < until_at ? change_at : until_at;
    }
    return until_at;
}

bool calendar_opens(const struct calendar *c, int64_t from_at)
{
    from_at = from_at > 0 ? from_at : 0;
    return calendar_between(c, from_at, instant_add(from_at, CALENDAR_OPENS_DAYS * US_PER_DAY)) > 0;
}

/*
 * Versions and business days
 */

const struct calendar_version *calendar_version_at(const struct calendar *c, int64_t at)
{
    size_t i = c->n_versions;

    while (i > 0 && c->versions[i - 1].effective_at > at) {
        i--;
    }
    return i > 0 ? &c->versions[i - 1] : NULL;
}

bool calendar_has_days(const struct calendar *c)
{
    for (size_t i = 0; i < c->n_versions; i++) {
        const struct calendar_version *v = &c->versions[i];
        if (!v->rules && (!v->days_of || !calendar_has_days(v->days_of))) {
            return false;
        }
    }
    return true;
}

/* When a local day's windows, clipped to [low_at, high_at), have closed; NONE if nothing is left.
 */
static int64_t close_of_rules(const struct calendar_rules *rules, struct meter *meter, int32_t day,
                              int64_t low_at, int64_t high_at)
{
    struct calendar_window buf[CALENDAR_RULES_WINDOWS_MAX];
    const struct calendar_day open = calendar_rules_day(rules, day, buf);
    int64_t close_at = INSTANT_NONE;

    if (!meter_take(meter, both_steps(rules, &open, buf) + open.n * STEPS_CLOSE)) {
        return INSTANT_NONE;
    }
    for (size_t i = 0; i < open.n; i++) {
        const int64_t from_at = zone_floor(rules->zone, day * S_PER_DAY + open.windows[i].from_s);
        const int64_t to_at = zone_floor(rules->zone, day * S_PER_DAY + open.windows[i].to_s);
        const int64_t begin_at = from_at > low_at ? from_at : low_at;
        const int64_t end_at = to_at < high_at ? to_at : high_at;
        if (begin_at < end_at && end_at > close_at) {
            close_at = end_at;
        }
    }
    return close_at;
}

static int64_t close_of_day(const struct calendar *c, int32_t day, int64_t low_at, int64_t high_at)
{
    // All that the day's windows can reach, wherever the zone lies.
    const int64_t reach_from_at = instant_from_s(day * S_PER_DAY - ZONE_REACH_S);
    const int64_t reach_to_at = instant_from_s(day * S_PER_DAY + CALENDAR_WINDOW_MAX_S +
                                               ZONE_REACH_S);
    int64_t close_at = INSTANT_NONE;

    for (size_t i = 0; i < c->n_versions; i++) {
        const struct calendar_version *v = &c->versions[i];
        const int64_t until_at = version_end(c, i);
        const int64_t from_at = v->effective_at > low_at ? v->effective_at : low_at;
        const int64_t to_at = until_at < high_at ? until_at : high_at;
        int64_t closes_at = INSTANT_NONE;
        if (to_at <= reach_from_at || from_at >= reach_to_at) {
            continue;
        }
        if (v->rules && meter_take(c->meter, day_steps(v->rules))) {
            closes_at = close_of_rules(v->rules, c->meter, day, from_at, to_at);
        } else if (!v->rules && v->days_of) {
            closes_at = close_of_day(v->days_of, day, from_at, to_at);
        }
        close_at = closes_at > close_at ? closes_at : close_at;
    }
    return close_at;
}

/* The zone that a calendar's days are read in at an instant. */
static const struct zone *days_zone(const struct calendar *c, int64_t at)
{
    const struct calendar_version *v = calendar_version_at(c, at);

    v = v ? v : &c->versions[0];
    if (v->rules) {
        return v->rules->zone;
    }
    return v->days_of ? days_zone(v->days_of, at) : NULL;
}

int64_t calendar_business_days(const struct calendar *c, const struct zone *cutoff_zone,
                               int64_t from_at, int days, int32_t cutoff_s)
{
    const struct zone *zone = cutoff_zone ? cutoff_zone : days_zone(c, from_at);
    const int64_t end_day = CALENDAR_END_AT / US_PER_DAY;
    int64_t wall_s;
    int64_t day;
    int64_t close_at;
    int to_go = days + 1; // day 0 is one of them

    if (!zone || from_at >= CALENDAR_END_AT) {
        return INSTANT_NEVER;
    }
    from_at = from_at > 0 ? from_at : 0;
    wall_s = zone_wall_s(zone, from_at);
    day = instant_floor_div(wall_s, S_PER_DAY);
    if (wall_s - day * S_PER_DAY >= cutoff_s) {
        day++;
    }
    for (; day < end_day && meter_take(c->meter, STEPS_DAY); day++) {
        close_at = close_of_day(c, (int32_t)day, INSTANT_NONE, CALENDAR_END_AT);
        to_go -= close_at != INSTANT_NONE;
        if (to_go == 0) {
            return close_at > from_at ? close_at : from_at;
        }
    }
    return INSTANT_NEVER;
}
