// SPDX-License-Identifier: Apache-2.0
/*
 * What is common to all commands: whose ticket, at what instant, in what order. What a command
 * means stands in the parts, one for each noun; what contracts let whom do in decide_rule; what
 * time does in decide_settle.
 */
#include "core/decide.h"

#include <assert.h>
#include <inttypes.h>

#include "core/decide_work.h"
#include "core/instant.h"

/*
 * A ticket keeps room for its end, however much was done to it before: for every hold to run out by
 * itself, for being resolved with a last message, closed, or merged. Nothing else may use up these
 * facts.
 */
enum { FACTS_KEPT = BOOK_HOLDS_MAX + 8 };

/* The most facts that a live command adds: a message, the end of every hold, and a reopening. */
enum { LIVE_FACTS = BOOK_HOLDS_MAX + 4 };

/* A command to a ticket that there is. */
static int (*const live[])(struct work *w) = {
    [COMMAND_TAKE] = decide_take,         [COMMAND_REPLY] = decide_reply,
    [COMMAND_NOTE] = decide_note,         [COMMAND_HOLD] = decide_hold,
    [COMMAND_RESUME] = decide_resume,     [COMMAND_RESOLVE] = decide_resolve,
    [COMMAND_EXPIRE] = decide_expire,     [COMMAND_RELEASE] = decide_release,
    [COMMAND_ACK] = decide_acknowledge,   [COMMAND_ASSIGN] = decide_assign,
    [COMMAND_TRANSFER] = decide_transfer, [COMMAND_PRIORITY] = decide_priority,
    [COMMAND_CLOSE] = decide_close,       [COMMAND_REOPEN] = decide_reopen,
    [COMMAND_MERGE] = decide_merge,       [COMMAND_ABSORB] = decide_absorb,
    [COMMAND_LINK] = decide_link,         [COMMAND_TAG] = decide_tag,
    [COMMAND_EDIT] = decide_edit,         [COMMAND_KEEP] = decide_keep,
};

/*
 * What a person can tell late: what was said and done. What somebody makes of a ticket, its
 * priority, what else its targets are matched by, or that it lives on in another one, is so from
 * when it is said; else a limit that has passed could be moved, or taken away, afterwards.
 */
static bool is_tellable(enum command_kind kind)
{
    return kind != COMMAND_PRIORITY && kind != COMMAND_EDIT && kind != COMMAND_TRANSFER &&
           kind != COMMAND_MERGE;
}

/* When it happened, as far as the contract believes a person, or the book a source. */
static int64_t believed_at(const struct work *w)
{
    const struct command *c = w->command;

    if (c->via_source != NULL) {
        const int64_t max_us = c->via_source->max_backdate_us;
        return c->via_source->starts_at_occurred
                   ? clock_effective(c->claimed_at, c->at, max_us, max_us == 0)
                   : c->at;
    }
    const struct book_contract_version *version = book_contract_at(w->contract, c->at);
    const bool may = c->human && version != NULL && is_tellable(c->kind);
    return clock_effective(c->claimed_at, c->at, may ? version->max_backdate_us : 0, false);
}

/* A ticket cannot begin before its contract: what happened then counts from its receipt. */
static int64_t opening_instant(const struct work *w)
{
    const int64_t at = believed_at(w);
    return book_contract_at(w->contract, at) != NULL ? at : w->command->at;
}

/*
 * The ticket's past is never put in another order: what comes now comes after what it has seen,
 * also where the commands' instants say otherwise. Words are told late and change no order; they
 * lie where a claim that counts puts them, but within the ticket's life.
 */
static int64_t live_instant(const struct work *w)
{
    const struct command *c = w->command;
    const bool words = (c->kind == COMMAND_REPLY && c->reason[0] == '\0') ||
                       c->kind == COMMAND_NOTE || c->kind == COMMAND_KEEP;
    const int64_t from_at = words ? w->ticket.opened_at : ticket_changed_at(&w->ticket);
    const int64_t at = believed_at(w);

    if (at >= c->at) {
        return w->now_at;
    }
    return from_at > at ? from_at : at;
}

static int decide_live(struct work *w, const struct ticket *before)
{
    const struct command *command = w->command;
    const bool ends = command->kind == COMMAND_RESOLVE || command->kind == COMMAND_CLOSE ||
                      command->kind == COMMAND_MERGE;
    int rc;

    assert((size_t)command->kind < sizeof(live) / sizeof(live[0]) && live[command->kind] != NULL);
    assert(before->contract == command->contract && before->number == command->ticket);
    if (command->if_version != 0 && command->if_version != before->version) {
        return refuse(w->refusal, OUTCOME_ABORTED, "if_version",
                      "look at the ticket again, then decide",
                      "the ticket is at version %" PRIu64 ", not %" PRIu64, before->version,
                      command->if_version);
    }
    w->facts_max = TICKET_FACTS_MAX - (ends ? 0 : FACTS_KEPT);
    rc = work_begin(w, before, LIVE_FACTS, 0);
    if (rc == 0) {
        rc = work_settle(w);
    }
    if (rc == 0) {
        w->at = live_instant(w);
        rc = live[command->kind](w);
    }
    return rc;
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
        .at = command->at,
        .now_at = command->at,
        .facts_max = TICKET_FACTS_MAX - FACTS_KEPT,
    };
    int rc;

    if (w.contract == NULL) {
        return refuse(ret_refusal, OUTCOME_NOT_FOUND, "contract", NULL,
                      "there is no such contract");
    }
    assert((command->kind == COMMAND_OPEN || command->kind == COMMAND_IMPORT) == (before == NULL));
    if (command->kind == COMMAND_OPEN) {
        w.at = w.now_at = opening_instant(&w);
        rc = decide_open(&w);
        w.now_at = command->at;
    } else if (command->kind == COMMAND_IMPORT) {
        rc = decide_import(&w);
    } else {
        rc = decide_live(&w, before);
    }
    if (rc == 0 && w.at < w.now_at) { // a claim that counted; what came of it since then
        rc = work_settle(&w);
    }
    if (rc == 0) {
        *ret = (struct decision){.events = w.events, .n_events = w.n_events, .after = w.ticket};
    }
    return rc;
}
