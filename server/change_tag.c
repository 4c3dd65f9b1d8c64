// SPDX-License-Identifier: Apache-2.0
/* Each word is an entry of its own, since each can be erased alone; what a ticket keeps is where
 * they are. */
#include "change_tag.h"

#include <string.h>

#include "change.h"
#include "present.h"

/* The entry that put the word on the ticket, 0 if none did, or its text was erased. */
static uint64_t tag_seq(const struct ticket *ticket, const struct text *there,
                        const struct text *tag)
{
    for (size_t i = 0; i < ticket->n_tags; i++) {
        if (there[i].bytes != NULL && there[i].n == tag->n &&
            memcmp(there[i].bytes, tag->bytes, tag->n) == 0) {
            return ticket->tags[i];
        }
    }
    return 0;
}

int change_tag(struct call *call)
{
    const struct request_tag *t = &call->request->u.tag;
    struct text there[TICKET_TAGS_MAX];
    struct ticket before;
    struct ticket ticket;
    struct decision decision;
    const struct book_contract *contract;
    uint64_t seq = 0;
    bool changed = false;

    int error = call_ticket(call, &t->ticket, RIGHT_TICKET_WORK, &before, &contract);
    if (error == 0) {
        error = present_tags(call, contract, &before, there);
    }
    if (error != 0) {
        return error;
    }
    const struct subject subject = call_subject(contract, &before);
    struct command command = change_command(call, COMMAND_TAG, contract, &subject);
    command.ticket = before.number;
    command.removed = t->remove;
    ticket = before;
    for (size_t i = 0; i < t->n_tags; i++) {
        uint64_t last_seq;
        command.body = t->tags[i];
        command.tag_seq = tag_seq(&before, there, &t->tags[i]);
        error = change_decide(call, &ticket, &command, &decision);
        if (error == 0) {
            error = change_journal(call, &decision, &ticket, &last_seq);
        }
        if (error != 0) {
            return error;
        }
        seq = last_seq != 0 ? last_seq : seq;
        changed = changed || decision.n_events > 0;
        command.if_version = 0; /* it held when the first was put on */
    }
    return present_changed(call, contract, &ticket, seq, !changed);
}
