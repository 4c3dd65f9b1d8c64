// SPDX-License-Identifier: Apache-2.0
/*
 * What is common to all commands: whose ticket, at what instant, in what order. What a command
 * means stands in the parts: decide_open, decide_ticket, decide_import; what time does in
 * decide_settle.
 */
#include "core/decide.h"

#include <assert.h>
#include <inttypes.h>

#include "core/decide_work.h"
#include "core/instant.h"

/*
 * A ticket keeps room for being resolved, with a reply, however much was done to it before.
 * Nothing else may use up these facts.
 */
enum { FACTS_KEPT = 4 };

/* How far back a live command may claim to have happened: not at all. Sources may not backdate. */
#define MAX_BACKDATE_US INT64_C(0)

/* The most facts that a live command adds: a resume of every reason, and some. */
enum { LIVE_FACTS = BOOK_HOLDS_MAX + 4 };

/* A command to a ticket that there is. */
static int (*const live[])(struct work *w) = {
    [COMMAND_TAKE] = decide_take,     [COMMAND_REPLY] = decide_reply,
    [COMMAND_NOTE] = decide_note,     [COMMAND_HOLD] = decide_hold,
    [COMMAND_RESUME] = decide_resume, [COMMAND_RESOLVE] = decide_resolve,
    [COMMAND_EXPIRE] = decide_expire,
};

/*
 * The ticket's past is never put in another order: what comes now comes after what it has seen,
 * also where the commands' instants say otherwise.
 */
static int64_t instant_of(const struct command *command, const struct ticket *before)
{
    int64_t at = clock_effective(command->claimed_at, command->at, MAX_BACKDATE_US, false);

    for (size_t i = 0; before != NULL && i < before->n_facts; i++) {
        at = before->facts[i].at > at ? before->facts[i].at : at;
    }
    return at;
}

static int decide_live(struct work *w, const struct ticket *before)
{
    const struct command *command = w->command;
    int rc;

    assert((size_t)command->kind < sizeof(live) / sizeof(live[0]) && live[command->kind] != NULL);
    assert(before->contract == command->contract && before->number == command->ticket);
    if (command->if_version != 0 && command->if_version != before->version) {
        return refuse(w->refusal, OUTCOME_ABORTED, "if_version",
                      "look at the ticket again, then decide",
                      "the ticket is at version %" PRIu64 ", not %" PRIu64, before->version,
                      command->if_version);
    }
    w->facts_max = TICKET_FACTS_MAX - (command->kind == COMMAND_RESOLVE ? 0 : FACTS_KEPT);
    rc = work_begin(w, before, LIVE_FACTS, 2);
    if (rc == 0) {
        rc = work_settle(w);
    }
    return rc == 0 ? live[command->kind](w) : rc;
}

int decide(const struct book *book, const struct ticket *before, const struct command *command,
           struct arena *arena, struct decision *ret, struct refusal *ret_refusal)
{
    struct work w = {
        .book = book,
        .contract = book_contract(book, command->contract),
        .command = command,
        .arena = arena,
        .refusal = ret_refusal,
        .at = instant_of(command, before),
        .now_at = instant_of(command, before),
        .facts_max = TICKET_FACTS_MAX - FACTS_KEPT,
    };
    int rc;

    if (w.contract == NULL) {
        return refuse(ret_refusal, OUTCOME_NOT_FOUND, "contract", NULL,
                      "there is no such contract");
    }
    if (command->kind == COMMAND_OPEN || command->kind == COMMAND_IMPORT) {
        assert(before == NULL);
        rc = command->kind == COMMAND_OPEN ? decide_open(&w) : decide_import(&w);
    } else {
        assert(before != NULL);
        rc = decide_live(&w, before);
    }
    if (rc == 0) {
        *ret = (struct decision){.events = w.events, .n_events = w.n_events, .after = w.ticket};
    }
    return rc;
}
