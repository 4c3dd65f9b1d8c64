// SPDX-License-Identifier: Apache-2.0
/*
 * How often somebody may try a code.
 */
#include <stdlib.h>
#include <string.h>

#include "frontend_enrol.h"
#include "t.h"

static struct frontend_enrol *make(void)
{
    struct frontend_enrol *e = calloc(1, sizeof(*e));
    T_CHECK(e != NULL);
    frontend_enrol_init(e);
    e->seed = 7; /* the addresses below then share no bucket */
    return e;
}

static struct peers_key address(unsigned i)
{
    struct peers_key key = {{0}};
    memcpy(key.bytes + 12, &i, sizeof(i));
    return key;
}

T_TEST(frontend_enrol, five_mistakes_then_one_in_twelve_seconds)
{
    struct frontend_enrol *e = make();
    const struct peers_key one = address(1);
    const struct peers_key other = address(2);
    uint64_t now_ms = 1000 * 1000;

    for (unsigned i = 0; i < FRONTEND_ENROL_BURST; i++) {
        T_EQ_INT(frontend_enrol_try(e, &one, now_ms), 0, "try %u", i);
    }
    const uint64_t wait_ms = frontend_enrol_try(e, &one, now_ms);
    T_CHECK(wait_ms > 11 * 1000 && wait_ms <= 12 * 1000, "%lu", (unsigned long)wait_ms);
    T_EQ_INT(frontend_enrol_try(e, &other, now_ms), 0, "another address");
    T_CHECK(frontend_enrol_try(e, &one, now_ms + 11 * 1000) > 0, "too early");
    T_EQ_INT(frontend_enrol_try(e, &one, now_ms + wait_ms + 12), 0);
    T_CHECK(frontend_enrol_try(e, &one, now_ms + wait_ms + 12) > 0, "only one");
    free(e);
}

T_TEST(frontend_enrol, what_succeeds_does_not_count)
{
    struct frontend_enrol *e = make();
    const struct peers_key office = address(1);

    for (unsigned i = 0; i < 10 * FRONTEND_ENROL_ALL_BURST; i++) {
        T_EQ_INT(frontend_enrol_try(e, &office, 5000), 0, "try %u", i);
        frontend_enrol_excuse(e, &office);
    }
    free(e);
}

T_TEST(frontend_enrol, many_addresses_together_have_a_limit)
{
    struct frontend_enrol *e = make();
    unsigned taken = 0;

    for (unsigned i = 0; i < 4 * FRONTEND_ENROL_ALL_BURST; i++) {
        const struct peers_key key = address(i);
        taken += frontend_enrol_try(e, &key, 1000 * 1000) == 0;
    }
    T_EQ_INT(taken, FRONTEND_ENROL_ALL_BURST);
    const struct peers_key late = address(UINT32_MAX);
    T_EQ_INT(frontend_enrol_try(e, &late, 1001 * 1000), 0, "a second later");
    free(e);
}
