// SPDX-License-Identifier: Apache-2.0
#include "client/clockword.h"

void clockword_add(struct text *to, enum slate_clock_kind kind, const char *team)
{
    const char *word = slate_name(SLATE_CLOCK_KINDS, (int)kind);

    for (word = word ? word : "?"; *word; word++) {
        text_add_n(to, *word == '_' ? " " : word, 1);
    }
    if (team && *team) {
        text_add_f(to, " %s", team);
    }
}

bool clockword_is_unschedulable(const struct slate_clock *c)
{
    return c->state == SLATE_CLOCK_RUNNING && c->verdict == SLATE_VERDICT_OPEN && c->due_at == 0;
}
