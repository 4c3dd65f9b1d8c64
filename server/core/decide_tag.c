// SPDX-License-Identifier: Apache-2.0
/*
 * Tags: words that people put on tickets. The word is a text, erasable like every other; the ticket
 * knows the entry that put it on. What makes a word is asked where text is let in.
 */
#include <inttypes.h>

#include "core/decide_rule.h"

int decide_tag(struct work *w)
{
    const struct command *command = w->command;
    struct event *e;
    int rc = work_require(w, TICKET_VERB_LINK, "ticket");

    if (rc == 0) {
        rc = work_check_text(w, &command->body, TEXT_TAG_BYTES_MAX, true, "tags");
    }
    if (rc != 0 || command->removed == (command->tag_seq == 0)) {
        return rc; // there already, or not there anyway
    }
    if (!command->removed && w->ticket.n_tags == TICKET_TAGS_MAX) {
        return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, "tags",
                      "take one off: slate tag TICKET WORD --remove",
                      "%s-%" PRIu64 " has %d tags already; more are not taken", w->contract->key,
                      w->ticket.number, TICKET_TAGS_MAX);
    }
    e = work_next(w, EVENT_TAGGED);
    if (e == NULL) {
        return -1;
    }
    if (command->removed) {
        e->u.tagged.removed_seq = command->tag_seq;
    } else {
        work_text(e, TEXT_TAG, &command->body);
    }
    return work_add(w);
}
