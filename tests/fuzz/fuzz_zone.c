// SPDX-License-Identifier: Apache-2.0
/*
 * Zones out of any bytes: a file is refused with an outcome that the header names, or it is a zone
 * whose wall clock and whose map back from it keep their promises around every change.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/instant.h"
#include "core/zone.h"

enum {
    ARENA_BYTES = 1024 * 1024,
    OFFSET_MIN_S = -89999,
    OFFSET_MAX_S = 93599,
    CHANGES_MAX = 64, // of a zone that are looked at: the first and, from 1970 on, the next ones
};

#define FAR_S (INT64_C(1) << 40) // thirty thousand years; beyond, instants are at their ends

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first instant at which the wall clock has reached wall_s: not before it, and not later. */
static int64_t check_floor(const struct zone *z, int64_t wall_s, size_t *hint)
{
    const int64_t at = zone_floor(z, wall_s);

    assert(zone_floor_near(z, wall_s, hint) == at);
    assert(zone_wall_s(z, at) >= wall_s);
    // Clocks are set back by no more than the span of all offsets.
    for (int64_t back_s = 1; back_s <= OFFSET_MAX_S - OFFSET_MIN_S; back_s *= 7) {
        assert(zone_wall_s(z, at - back_s * US_PER_S) < wall_s);
    }
    assert(zone_wall_s(z, at - 1) < wall_s);
    return at;
}

static void check_changes(const struct zone *z, int64_t at)
{
    size_t hint = 0;
    int64_t latest_wall_s = -2 * FAR_S;
    int64_t latest_at = INSTANT_NONE;

    for (int n = 0; n < CHANGES_MAX; n++) {
        const int64_t next = zone_next_change(z, at);
        const int32_t before_s = zone_offset_s(z, at);
        assert(next > at && before_s >= OFFSET_MIN_S && before_s <= OFFSET_MAX_S);
        if (next == INSTANT_NEVER || instant_s(next) > FAR_S) {
            return;
        }
        const int32_t after_s = zone_offset_s(z, next);
        assert(after_s != before_s && zone_offset_s(z, next - 1) == before_s);
        assert(zone_offset_s(z, at) == before_s);
        at = next;
        if (instant_s(next) < -FAR_S) {
            continue;
        }
        // Before, in and after what the change skips or repeats
        const int64_t low_s = instant_s(next) + (before_s < after_s ? before_s : after_s);
        const int64_t high_s = instant_s(next) + (before_s < after_s ? after_s : before_s);
        const int64_t walls_s[] = {low_s - 1,  low_s,  low_s + (high_s - low_s) / 2,
                                   high_s - 1, high_s, high_s + 1};
        for (size_t i = 0; i < sizeof(walls_s) / sizeof(walls_s[0]); i++) {
            const int64_t reached_at = check_floor(z, walls_s[i], &hint);
            if (walls_s[i] >= latest_wall_s) {
                assert(reached_at >= latest_at); // monotone, from one change to the next too
                latest_wall_s = walls_s[i];
                latest_at = reached_at;
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct zone *z = NULL;

    arena_init(&arena, ARENA_BYTES);
    const int outcome = zone_parse(&arena, data, size, &z);
    if (outcome == 0) {
        check_changes(z, -FAR_S * US_PER_S);
        check_changes(z, 0);
    } else {
        assert(outcome > 0 && outcome <= ZONE_MEMORY && z == NULL);
    }
    arena_fini(&arena);
    return 0;
}
