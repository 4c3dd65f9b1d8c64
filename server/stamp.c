// SPDX-License-Identifier: Apache-2.0
#include "stamp.h"

#include "log.h"

int stamp_init(struct stamp *s, int64_t newest_at, int64_t ahead_max_us)
{
    *s = (struct stamp){.stepped = false};
    if (pthread_mutex_init(&s->lock, NULL) != 0) {
        return -1;
    }
    int64_t wall_at = clock_wall_at();
    clock_guard_init(&s->guard, wall_at, clock_boot_us(), newest_at, ahead_max_us);
    if (s->guard.doubt == CLOCK_DOUBTED || wall_at < newest_at) {
        /* Ahead: nothing is recorded for now. Behind: stamps stand still until the clock has caught
         * up. */
        log_write(LOG_WARNING, "clock_and_journal_disagree", "newest_at=i wall_at=i",
                  (long long)newest_at, (long long)wall_at);
    }
    return 0;
}

void stamp_fini(struct stamp *s)
{
    pthread_mutex_destroy(&s->lock);
}

int64_t stamp_now(struct stamp *s)
{
    bool stepped;
    struct clock_step step;

    pthread_mutex_lock(&s->lock);
    enum clock_doubt before = s->guard.doubt;
    int64_t at = clock_guard_read(&s->guard, clock_wall_at(), clock_boot_us(), &stepped, &step);
    enum clock_doubt after = s->guard.doubt;
    if (stepped) {
        s->stepped = true;
        s->step = step;
    }
    pthread_mutex_unlock(&s->lock);
    if (stepped) {
        log_write(LOG_ERROR, "clock_stepped", "from_at=i to_at=i", (long long)step.from_at,
                  (long long)step.to_at);
    }
    if (before != after) {
        log_write(LOG_ERROR, after == CLOCK_DOUBTED ? "clock_doubted" : "clock_believed", "");
    }
    return at;
}

bool stamp_doubted(struct stamp *s)
{
    pthread_mutex_lock(&s->lock);
    bool doubted = s->guard.doubt == CLOCK_DOUBTED;
    pthread_mutex_unlock(&s->lock);
    return doubted;
}

bool stamp_take_step(struct stamp *s, struct clock_step *ret)
{
    pthread_mutex_lock(&s->lock);
    bool stepped = s->stepped;
    if (stepped) {
        *ret = s->step;
        s->stepped = false;
    }
    pthread_mutex_unlock(&s->lock);
    return stepped;
}

void stamp_confirm(struct stamp *s)
{
    pthread_mutex_lock(&s->lock);
    clock_guard_confirm(&s->guard, clock_wall_at(), clock_boot_us());
    pthread_mutex_unlock(&s->lock);
    log_write(LOG_WARNING, "clock_confirmed", "");
}
