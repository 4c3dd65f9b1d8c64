// SPDX-License-Identifier: Apache-2.0
#include "clock.h"

static int64_t read_us(clockid_t id)
{
    struct timespec ts;
    (void)clock_gettime(id, &ts); /* cannot fail for these clocks */
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_wall_at(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t clock_boot_us(void)
{
    return read_us(CLOCK_BOOTTIME);
}

struct timespec clock_deadline(int64_t in_us)
{
    int64_t at_us = read_us(CLOCK_MONOTONIC) + (in_us > 0 ? in_us : 0);
    return (struct timespec){.tv_sec = at_us / 1000000, .tv_nsec = (at_us % 1000000) * 1000};
}

void clock_guard_init(struct clock_guard *g, int64_t wall_at, int64_t boot_us, int64_t newest_at,
                      int64_t ahead_max_us)
{
    *g = (struct clock_guard){
        .offset_us = wall_at - boot_us,
        .last_at = newest_at == INT64_MIN ? wall_at : newest_at,
    };
    if (newest_at != INT64_MIN && wall_at - newest_at > ahead_max_us) {
        g->doubt = CLOCK_DOUBTED;
        g->doubt_boot_us = boot_us;
        g->doubt_offset_us = g->offset_us;
    }
}

static bool near(int64_t a_us, int64_t b_us)
{
    int64_t d_us = a_us - b_us;
    return d_us <= CLOCK_STEP_FORWARD_US && d_us >= -CLOCK_STEP_BACK_US;
}

int64_t clock_guard_read(struct clock_guard *g, int64_t wall_at, int64_t boot_us, bool *ret_stepped,
                         struct clock_step *ret_step)
{
    int64_t offset_us = wall_at - boot_us;
    int64_t known_us = g->doubt == CLOCK_DOUBTED ? g->doubt_offset_us : g->offset_us;

    *ret_stepped = !near(offset_us, known_us);
    if (*ret_stepped) {
        *ret_step = (struct clock_step){.from_at = known_us + boot_us, .to_at = wall_at};
    }
    if (g->doubt == CLOCK_DOUBTED) {
        if (near(offset_us, g->offset_us) && *ret_stepped) {
            g->doubt = CLOCK_SURE; /* it stepped back to where it was believed */
        } else if (*ret_stepped) {
            g->doubt_boot_us = boot_us; /* still moving: the wait for steadiness starts again */
            g->doubt_offset_us = offset_us;
        } else if (boot_us - g->doubt_boot_us >= CLOCK_STEADY_US) {
            g->doubt = CLOCK_SURE;
        }
    } else if (offset_us - known_us > CLOCK_STEP_FORWARD_US) {
        g->doubt = CLOCK_DOUBTED;
        g->doubt_boot_us = boot_us;
        g->doubt_offset_us = offset_us;
    }
    if (g->doubt == CLOCK_DOUBTED) {
        /* Nothing is recorded now; what is asked for meanwhile must not carry the doubted time. */
        return g->last_at;
    }
    g->offset_us = offset_us; /* slewing moves it by and by */
    if (wall_at > g->last_at) {
        g->last_at = wall_at;
    }
    return g->last_at;
}

void clock_guard_confirm(struct clock_guard *g, int64_t wall_at, int64_t boot_us)
{
    g->doubt = CLOCK_SURE;
    g->offset_us = wall_at - boot_us;
}
