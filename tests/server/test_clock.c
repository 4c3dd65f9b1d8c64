// SPDX-License-Identifier: Apache-2.0
#include "clock.h"

#include "t.h"

#define S    INT64_C(1000000)
#define WALL (INT64_C(1795000000) * S)
#define BOOT (INT64_C(5000) * S)

/* A reading: seconds since the start on the boot clock, how far the wall clock has jumped, what
 * comes of it. */
struct row {
    int64_t boot_s;
    int64_t jump_s;
    int64_t expected_s; /* the stamp, relative to WALL */
    bool stepped;
    enum clock_doubt doubt;
};

static void play(struct clock_guard *g, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool stepped;
        struct clock_step step;
        int64_t at = clock_guard_read(g, WALL + (rows[i].boot_s + rows[i].jump_s) * S,
                                      BOOT + rows[i].boot_s * S, &stepped, &step);
        T_EQ_INT((at - WALL) / S, rows[i].expected_s, "row %zu", i);
        T_EQ_INT(stepped, rows[i].stepped, "row %zu", i);
        T_EQ_INT(g->doubt, rows[i].doubt, "row %zu", i);
    }
}

T_TEST(clock_guard, a_forward_step_stops_recording_until_it_is_steady)
{
    static const struct row rows[] = {
        {1, 0, 1, false, CLOCK_SURE},
        {2, 299, 301, false, CLOCK_SURE},   /* 299 s in one go: below the bound */
        {3, 900, 301, true, CLOCK_DOUBTED}, /* the stamp stays at the last one */
        {60, 900, 301, false, CLOCK_DOUBTED},
        {602, 900, 301, false, CLOCK_DOUBTED},
        {603, 900, 1503, false, CLOCK_SURE}, /* 600 s of agreement */
        {604, 900, 1504, false, CLOCK_SURE},
    };
    struct clock_guard g;
    clock_guard_init(&g, WALL, BOOT, INT64_MIN, 0);
    play(&g, rows, sizeof(rows) / sizeof(rows[0]));
}

T_TEST(clock_guard, a_step_that_goes_back_ends_the_doubt)
{
    static const struct row rows[] = {
        {1, 0, 1, false, CLOCK_SURE},
        {2, 3600, 1, true, CLOCK_DOUBTED},
        {10, 7200, 1, true, CLOCK_DOUBTED}, /* jumps again: the wait starts anew */
        {700, 7200, 7900, false, CLOCK_SURE},
    };
    struct clock_guard g;
    clock_guard_init(&g, WALL, BOOT, INT64_MIN, 0);
    play(&g, rows, sizeof(rows) / sizeof(rows[0]));

    static const struct row back[] = {
        {1, 0, 1, false, CLOCK_SURE},
        {2, 3600, 1, true, CLOCK_DOUBTED},
        {30, 0, 30, true, CLOCK_SURE},
    };
    clock_guard_init(&g, WALL, BOOT, INT64_MIN, 0);
    play(&g, back, sizeof(back) / sizeof(back[0]));
}

T_TEST(clock_guard, backward_steps_are_reported_and_stamps_never_decrease)
{
    static const struct row rows[] = {
        {100, 0, 100, false, CLOCK_SURE},
        {101, -1, 100, false, CLOCK_SURE}, /* within what time synchronisation does */
        {102, -50, 100, true, CLOCK_SURE},
        {120, -50, 100, false, CLOCK_SURE},
        {151, -50, 101, false, CLOCK_SURE},
    };
    struct clock_guard g;
    clock_guard_init(&g, WALL, BOOT, INT64_MIN, 0);
    play(&g, rows, sizeof(rows) / sizeof(rows[0]));
}

T_TEST(clock_guard, a_start_far_after_the_newest_record_is_doubted)
{
    static const struct row rows[] = {
        {0, 0, -86400, false, CLOCK_DOUBTED},
        {599, 0, -86400, false, CLOCK_DOUBTED},
        {600, 0, 600, false, CLOCK_SURE},
    };
    struct clock_guard g;
    clock_guard_init(&g, WALL, BOOT, WALL - 86400 * S, 3600 * S);
    play(&g, rows, sizeof(rows) / sizeof(rows[0]));

    clock_guard_init(&g, WALL, BOOT, WALL - 3600 * S, 3600 * S);
    T_EQ_INT(g.doubt, CLOCK_SURE, "exactly the bound");
}

T_TEST(clock_guard, an_operator_can_confirm)
{
    struct clock_guard g;
    bool stepped;
    struct clock_step step;
    clock_guard_init(&g, WALL, BOOT, INT64_MIN, 0);
    int64_t at = clock_guard_read(&g, WALL + 3601 * S, BOOT + S, &stepped, &step);
    T_EQ_INT(at, WALL, "an empty store: the first reading is the last one believed");
    T_CHECK(stepped);
    T_EQ_INT(step.from_at, WALL + S);
    T_EQ_INT(step.to_at, WALL + 3601 * S);
    T_EQ_INT(g.doubt, CLOCK_DOUBTED);
    clock_guard_confirm(&g, WALL + 3602 * S, BOOT + 2 * S);
    T_EQ_INT(clock_guard_read(&g, WALL + 3603 * S, BOOT + 3 * S, &stepped, &step), WALL + 3603 * S);
    T_CHECK(!stepped);
}
