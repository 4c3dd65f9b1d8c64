// SPDX-License-Identifier: Apache-2.0
/*
 * What a source said of a ticket and what does not apply to it: recorded, so that the line is done
 * with, and nothing else.
 */
#include <string.h>

#include "core/decide_rule.h"
#include "core/instant.h"

int decide_keep(struct work *w)
{
    const struct command *command = w->command;
    struct event *e = work_next(w, EVENT_INTAKE_KEPT);

    if (e == NULL) {
        return -1;
    }
    if (!work_name(e->u.kept.source, command->source)) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "source", NULL, "the name is too long");
    }
    e->u.kept.action = command->action;
    e->u.kept.at = command->claimed_at != INSTANT_NONE && command->claimed_at < command->at
                       ? command->claimed_at
                       : command->at;
    return work_add(w);
}
