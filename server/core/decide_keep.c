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
    const size_t key_bytes = strlen(command->source_key);

    if (e == NULL) {
        return -1;
    }
    if (!work_name(e->u.kept.source, command->source) ||
        key_bytes >= sizeof(e->u.kept.source_key)) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "source_key", NULL,
                      "the source or its key is too long");
    }
    memcpy(e->u.kept.source_key, command->source_key, key_bytes + 1);
    e->u.kept.action = command->action;
    e->u.kept.at = command->claimed_at != INSTANT_NONE && command->claimed_at < command->at
                       ? command->claimed_at
                       : command->at;
    return work_add(w);
}
