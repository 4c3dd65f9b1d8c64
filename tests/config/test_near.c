// SPDX-License-Identifier: Apache-2.0
#include "config/near.h"

#include <stdio.h>
#include <string.h>

#include "t.h"

T_TEST(near, finds_slips_and_nothing_else)
{
    static const struct {
        const char *wanted;
        const char *expected; // NULL: nothing
    } rows[] = {
        {"office", "office"},
        {"ofice", "office"},
        {"offcie", "office"},
        {"officee", "office"},
        {"0ffice", "office"},
        {"krakow-dya", "krakow-day"},
        {"krakov-dai", "krakow-day"},
        {"berlin", NULL},
        {"x", NULL},
        {"", NULL},
        {"de", NULL},
        {"fri", NULL},
        {"kraków-day", "krakow-day"},
        {"a234567890123456789012345678901234567890123456789012345678901234567890", NULL},
    };
    static const char *const names[] = {"office", "krakow-day", "dx"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char hint[64];
        char expected[64] = "";
        struct near near = near_to(rows[i].wanted);
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            near_offer(&near, names[k]);
        }
        if (rows[i].expected != NULL) {
            (void)snprintf(expected, sizeof(expected), "did you mean %s?", rows[i].expected);
        }
        T_EQ_STR(near_hint(&near, hint, sizeof(hint)), rows[i].expected != NULL ? expected : NULL,
                 "%s", rows[i].wanted);
    }
}

T_TEST(near, prefers_the_nearest_and_then_the_first)
{
    struct near near = near_to("night-shift");
    near_offer(&near, "night-shaft");
    near_offer(&near, "night-shirt");
    T_EQ_STR(near.best, "night-shaft");
    near_offer(&near, "night-shift");
    near_offer(&near, "night-shoft");
    T_EQ_STR(near.best, "night-shift");
}
