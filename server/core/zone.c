// SPDX-License-Identifier: Apache-2.0
#include "core/zone.h"

#include <stdbool.h>
#include <string.h>

#include "core/instant.h"
#include "core/zonerule.h"

/*
 * TZif (RFC 9636): a header and a data block with 32-bit times, for readers of version 1; then a
 * second header and block with 64-bit times; then "\n", a rule for the time after the last
 * transition (see core/zonerule.h) and "\n". The first block is skipped. Every count is checked
 * against the bytes that are there before anything is read by it.
 *
 * Header, 44 bytes:   "TZif"  version  15 x unused  isut isstd leap time type char (4 bytes each)
 * Data, T = 4 or 8:   time x T  time x 1  type x 6  char x 1  leap x (T + 4)  isstd x 1  isut x 1
 */

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    OFFSET_MIN_S = -89999, // RFC 9636 3.2: one second short of 25 hours west, 26 hours east
    OFFSET_MAX_S = 93599,
    RULE_FIRST_YEAR = 1969, // nothing of ours is older than 1970
};

/* Beyond the age of the universe; keeps sums of seconds within 64 bits. */
#define TIME_LIMIT_S (INT64_C(1) << 59)

/*
 * Segment i lasts from at_s[i] up to at_s[i + 1] and has offset_s[i]. The first begins before all
 * time. No two neighbours have the same offset.
 * reach_s[i] is the wall time up to which the wall clock has come, exclusively, when segment i
 * ends; where clocks were set back it does not fall, so it is sorted.
 */
struct zone {
    size_t n;
    int64_t *at_s;
    int32_t *offset_s;
    int64_t *reach_s;
};

struct header {
    uint32_t n_isut;
    uint32_t n_isstd;
    uint32_t n_leaps;
    uint32_t n_times;
    uint32_t n_types;
    uint32_t n_chars;
};

/* The 64-bit block: pointers into the file, all counts checked. */
struct block {
    struct header header;
    const uint8_t *times;
    const uint8_t *indices;
    const uint8_t *types;
    const char *footer;
    size_t footer_bytes;
};

static uint32_t read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int32_t read_i32(const uint8_t *p)
{
    return (int32_t)read_u32(p);
}

static int64_t read_i64(const uint8_t *p)
{
    return (int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4));
}

static int read_header(const uint8_t *p, size_t n, struct header *ret)
{
    if (n < HEADER_BYTES) {
        return n >= 4 && memcmp(p, "TZif", 4) != 0 ? ZONE_MAGIC : ZONE_TRUNCATED;
    }
    if (memcmp(p, "TZif", 4) != 0) {
        return ZONE_MAGIC;
    }
    if (p[4] < '2' || p[4] > '4') {
        return ZONE_VERSION;
    }
    *ret = (struct header){
        .n_isut = read_u32(p + 20),
        .n_isstd = read_u32(p + 24),
        .n_leaps = read_u32(p + 28),
        .n_times = read_u32(p + 32),
        .n_types = read_u32(p + 36),
        .n_chars = read_u32(p + 40),
    };
    return 0;
}

static uint64_t data_bytes(const struct header *h, unsigned time_bytes)
{
    return (uint64_t)h->n_times * (time_bytes + 1) + (uint64_t)h->n_types * TYPE_BYTES +
           h->n_chars + (uint64_t)h->n_leaps * (time_bytes + 4) + h->n_isstd + h->n_isut;
}

static bool has_sound_counts(const struct header *h)
{
    return h->n_types > 0 && h->n_types <= 256 && h->n_chars > 0 &&
           (h->n_isut == 0 || h->n_isut == h->n_types) &&
           (h->n_isstd == 0 || h->n_isstd == h->n_types);
}

static int read_block(const uint8_t *bytes, size_t n, struct block *ret)
{
    struct header first;
    struct header h;
    uint64_t skip;
    const uint8_t *p;
    size_t left;
    int bad = read_header(bytes, n, &first);

    if (bad) {
        return bad;
    }
    skip = HEADER_BYTES + data_bytes(&first, 4);
    if (skip > n) {
        return ZONE_TRUNCATED;
    }
    p = bytes + skip;
    left = n - (size_t)skip;
    bad = read_header(p, left, &h);
    if (bad) {
        return bad;
    }
    if (!has_sound_counts(&h)) {
        return ZONE_COUNTS;
    }
    if (h.n_leaps) {
        return ZONE_LEAP;
    }
    p += HEADER_BYTES;
    left -= HEADER_BYTES;
    if (data_bytes(&h, 8) > left) {
        return ZONE_TRUNCATED;
    }
    *ret = (struct block){
        .header = h,
        .times = p,
        .indices = p + (size_t)h.n_times * 8,
        .types = p + (size_t)h.n_times * 9,
        .footer = (const char *)p + data_bytes(&h, 8),
        .footer_bytes = left - (size_t)data_bytes(&h, 8),
    };
    return 0;
}

/* The types' offsets, flags and names; times in order and their indices in range. */
static bool has_sound_data(const struct block *b)
{
    const struct header *h = &b->header;
    const uint8_t *chars = b->types + (size_t)h->n_types * TYPE_BYTES;
    const uint8_t *isstd = chars + h->n_chars;
    const uint8_t *isut = isstd + h->n_isstd;

    if (chars[h->n_chars - 1] != '\0') {
        return false;
    }
    for (uint32_t i = 0; i < h->n_types; i++) {
        const uint8_t *type = b->types + (size_t)i * TYPE_BYTES;
        const int32_t offset_s = read_i32(type);
        if (offset_s < OFFSET_MIN_S || offset_s > OFFSET_MAX_S || type[4] > 1 ||
            type[5] >= h->n_chars) {
            return false;
        }
        if ((h->n_isstd && isstd[i] > 1) || (h->n_isut && isut[i] > 1)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < h->n_times; i++) {
        const int64_t at_s = read_i64(b->times + (size_t)i * 8);
        if (at_s < -TIME_LIMIT_S || at_s > TIME_LIMIT_S || b->indices[i] >= h->n_types ||
            (i > 0 && at_s <= read_i64(b->times + (size_t)(i - 1) * 8))) {
            return false;
        }
    }
    return true;
}

/* "\n" rule "\n" and the end; the rule may be missing. */
static bool read_footer(const struct block *b, struct zonerule *ret_rule, bool *ret_present)
{
    const size_t n = b->footer_bytes;

    if (n < 2 || b->footer[0] != '\n' || b->footer[n - 1] != '\n') {
        return false;
    }
    *ret_present = n > 2;
    return n == 2 || zonerule_parse(b->footer + 1, n - 2, ret_rule);
}

static void add_change(struct zone *z, int64_t at_s, int32_t offset_s)
{
    if (z->offset_s[z->n - 1] != offset_s) {
        z->at_s[z->n] = at_s;
        z->offset_s[z->n] = offset_s;
        z->n++;
    }
}

/* What is left of a summer time after the last transition and before the horizon. */
struct summer {
    int64_t after_s;
    int64_t horizon_s;
    int64_t from_s; // [from_s, to_s); equal: none
    int64_t to_s;
};

static void add_summer(struct zone *z, const struct zonerule *rule, const struct summer *s)
{
    if (s->from_s == s->to_s) {
        return;
    }
    if (s->from_s > s->after_s && s->from_s < s->horizon_s) {
        add_change(z, s->from_s, rule->daylight_s);
    }
    if (s->to_s > s->after_s && s->to_s < s->horizon_s) {
        add_change(z, s->to_s, rule->standard_s);
    }
}

/*
 * Adds the rule's changes after after_s, up to the horizon. Summer times are joined where one ends
 * when or after the next one starts: that is how a rule says that it is summer time all year.
 */
static void expand(struct zone *z, const struct zonerule *rule, int64_t after_s)
{
    struct summer s = {
        .after_s = after_s,
        .horizon_s = instant_day(ZONE_HORIZON_YEAR + 1, 1, 1) * S_PER_DAY,
    };
    int64_t year = RULE_FIRST_YEAR;

    if (after_s > instant_day(year + 2, 1, 1) * S_PER_DAY) {
        year = instant_date(instant_floor_div(after_s, S_PER_DAY)).year - 1;
    }
    for (; year <= ZONE_HORIZON_YEAR + 1; year++) {
        int64_t start_s;
        int64_t end_s;
        int64_t unused_s;
        zonerule_year(rule, year, &start_s, &end_s);
        if (start_s > end_s) { // the southern half of the world: into the next year
            zonerule_year(rule, year + 1, &unused_s, &end_s);
        }
        if (s.from_s != s.to_s && start_s <= s.to_s) {
            s.to_s = end_s > s.to_s ? end_s : s.to_s;
            continue;
        }
        add_summer(z, rule, &s);
        s.from_s = start_s;
        s.to_s = end_s;
    }
    add_summer(z, rule, &s);
}

static void set_reach(struct zone *z)
{
    int64_t reach_s = INT64_MIN;
    for (size_t i = 0; i < z->n; i++) {
        const int64_t end_s = i + 1 < z->n ? z->at_s[i + 1] + z->offset_s[i] : INT64_MAX;
        reach_s = end_s > reach_s ? end_s : reach_s;
        z->reach_s[i] = reach_s;
    }
}

int zone_parse(struct arena *arena, const uint8_t *bytes, size_t n, struct zone **ret)
{
    struct block b = {0};
    struct zonerule rule = {0};
    bool has_rule = false;
    struct zone *z;
    size_t room;
    const int bad = read_block(bytes, n, &b);

    if (bad) {
        return bad;
    }
    if (!has_sound_data(&b)) {
        return ZONE_DATA;
    }
    if (!read_footer(&b, &rule, &has_rule)) {
        return ZONE_FOOTER;
    }
    room = b.header.n_times + 1 + 2 * (size_t)(ZONE_HORIZON_YEAR + 2 - RULE_FIRST_YEAR);
    z = arena_alloc(arena, sizeof(*z));
    if (!z || !(z->at_s = arena_array(arena, room, sizeof(*z->at_s))) ||
        !(z->offset_s = arena_array(arena, room, sizeof(*z->offset_s))) ||
        !(z->reach_s = arena_array(arena, room, sizeof(*z->reach_s)))) {
        return ZONE_MEMORY;
    }
    // Before the first transition, type 0; without any, the rule holds for all time.
    z->n = 1;
    z->at_s[0] = INT64_MIN;
    z->offset_s[0] = b.header.n_times == 0 && has_rule ? rule.standard_s : read_i32(b.types);
    for (uint32_t i = 0; i < b.header.n_times; i++) {
        add_change(z, read_i64(b.times + (size_t)i * 8),
                   read_i32(b.types + (size_t)b.indices[i] * TYPE_BYTES));
    }
    if (has_rule && rule.changes) {
        expand(z, &rule,
               b.header.n_times ? read_i64(b.times + (size_t)(b.header.n_times - 1) * 8)
                                : INT64_MIN);
    }
    set_reach(z);
    *ret = z;
    return 0;
}

/* The segment that an instant lies in. */
static size_t segment_at(const struct zone *z, int64_t s)
{
    size_t low = 0; // at_s[low] <= s
    size_t n = z->n;

    while (n > 1) {
        const size_t half = n / 2;
        low += z->at_s[low + half] <= s ? half : 0;
        n -= half;
    }
    return low;
}

int32_t zone_offset_s(const struct zone *z, int64_t at)
{
    return z->offset_s[segment_at(z, instant_s(at))];
}

int64_t zone_wall_s(const struct zone *z, int64_t at)
{
    return instant_s(at) + zone_offset_s(z, at);
}

/* The first segment during which the wall clock gets beyond wall_s. */
static size_t segment_reaching(const struct zone *z, int64_t wall_s)
{
    size_t low = 0; // all before it end at or before wall_s
    size_t n = z->n;

    while (n > 1) {
        const size_t half = n / 2;
        low += z->reach_s[low + half - 1] <= wall_s ? half : 0;
        n -= half;
    }
    return low;
}

int64_t zone_floor_near(const struct zone *z, int64_t wall_s, size_t *hint)
{
    size_t i = *hint;
    int64_t at_s;

    wall_s = wall_s < -TIME_LIMIT_S ? -TIME_LIMIT_S : wall_s;
    wall_s = wall_s > TIME_LIMIT_S ? TIME_LIMIT_S : wall_s;
    if (i >= z->n || z->reach_s[i] <= wall_s || (i > 0 && z->reach_s[i - 1] > wall_s)) {
        i = segment_reaching(z, wall_s);
        *hint = i;
    }
    at_s = wall_s - z->offset_s[i];
    return instant_from_s(at_s > z->at_s[i] ? at_s : z->at_s[i]);
}

int64_t zone_floor(const struct zone *z, int64_t wall_s)
{
    size_t hint = SIZE_MAX;
    return zone_floor_near(z, wall_s, &hint);
}

int64_t zone_next_change(const struct zone *z, int64_t at)
{
    const size_t next = segment_at(z, instant_s(at)) + 1;
    return next < z->n ? instant_from_s(z->at_s[next]) : INSTANT_NEVER;
}
