// SPDX-License-Identifier: Apache-2.0
#include "change.h"

#include <stdio.h>
#include <string.h>

#include "present.h"
#include "reliance.h"
#include "store/entries.h"
#include "store/tickets.h"

enum {
    SINCE_MAX = 3, /* entries that a hint names */
    /* Tickets between one that was merged and the one that it lives on in: more is no life of
       tickets. */
    FOLLOW_MAX = 100,
};

const struct book_source *change_source(const struct book *book, const char *name)
{
    static const struct book_source unknown = {
        .name = "",
        .starts_at_occurred = false,
        .open_tickets_max = BOOK_SOURCE_OPEN_TICKETS,
    };
    const struct book_source *source = book_source_named(book, name);

    return source == NULL ? &unknown : source;
}

struct command change_command(const struct call *call, enum command_kind kind,
                              const struct book_contract *contract, const struct subject *subject)
{
    struct command command = command_about(kind, contract->id, 0, call->at);

    command.actor = call->who->id;
    command.side = policy_side(call->who, subject);
    command.human = call->who->human;
    command.roles = call->who->roles;
    command.claimed_at = call->request->claimed_at;
    command.if_version = call->request->if_version;
    if (call->who->source[0] != '\0') {
        command.via_source = change_source(call->book, call->who->source);
    }
    return command;
}

/* -- somebody was faster ------------------------------------------------------ */

struct since {
    struct call *call;
    char *hint;
    size_t size;
    size_t used;
    int error; /* an outcome of ours, which the walk hands back */
};

/* What somebody did, in words. */
static const char *deed(const struct event *e)
{
    static const char *const deeds[] = {
        [EVENT_TICKET_OPENED] = "opened it",
        [EVENT_TAKEN] = "took it",
        [EVENT_HELD] = "put it on hold",
        [EVENT_RESUMED] = "resumed it",
        [EVENT_RESOLVED] = "resolved it",
        [EVENT_REOPENED] = "reopened it",
        [EVENT_CLOSED] = "closed it",
        [EVENT_PRIORITY] = "changed its priority",
        [EVENT_ACKNOWLEDGED] = "acknowledged it",
        [EVENT_TRANSFERRED] = "transferred it",
        [EVENT_EDITED] = "edited it",
        [EVENT_MERGED] = "merged it",
        [EVENT_ABSORBED] = "merged another one into it",
        [EVENT_LINKED] = "linked it",
        [EVENT_CLOCK_WARNED] = "warned of a limit",
        [EVENT_CLOCK_BREACHED] = "recorded a breach",
        [EVENT_CLOCK_RESCHEDULED] = "moved a due time",
        [EVENT_TAGGED] = "tagged it",
        [EVENT_CLOCK_WITHDRAWN] = "withdrew a breach",
        [EVENT_INTAKE_KEPT] = "said what does not apply",
    };

    if (e->kind == EVENT_MESSAGE) {
        return e->u.message.visibility == MESSAGE_INTERNAL ? "wrote a note" : "wrote a message";
    }
    if (e->kind == EVENT_ASSIGNED) {
        return e->u.taken.assignee == 0 ? "released it" : "assigned it";
    }
    const char *words = (size_t)e->kind < sizeof(deeds) / sizeof(deeds[0]) ? deeds[e->kind] : NULL;
    return words == NULL ? event_kind_name(e->kind) : words;
}

static int add_since(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct since *s = user;
    char at[INSTANT_TEXT_BYTES];
    const char *name;

    (void)proof;
    s->error = present_principal(s->call, entry->actor, &name);
    if (s->error != 0) {
        return JOURNAL_STOP;
    }
    int n = snprintf(s->hint + s->used, s->size - s->used, "%s%s %s at %s",
                     s->used == 0 ? "since then: " : "; ",
                     entry->event.origin == ORIGIN_CLOCK ? "the clock" : name, deed(&entry->event),
                     instant_format(entry->recorded_at, at));
    s->used = n > 0 && (size_t)n < s->size - s->used ? s->used + (size_t)n : s->size - 1;
    return 0;
}

/* The refusal stays ABORTED; its hint becomes what was done since, newest first. */
static int name_since(struct call *call, const struct ticket *ticket)
{
    struct since s = {
        .call = call,
        .hint = call->refusal->hint,
        .size = sizeof(call->refusal->hint),
    };
    uint64_t newer = ticket->version - call->request->if_version;

    if (call->request->if_version >= ticket->version) {
        return OUTCOME_ABORTED; /* a version that this ticket never had */
    }
    int error = entries_history_bare(call->txn, ticket->contract, ticket->last_seq,
                                     newer < SINCE_MAX ? (size_t)newer : SINCE_MAX, add_since, &s);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    return s.error != 0 ? s.error : OUTCOME_ABORTED;
}

int change_version(struct call *call, const struct ticket *ticket)
{
    uint64_t wanted = call->request->if_version;

    if (wanted == 0 || wanted == ticket->version) {
        return 0;
    }
    refuse(call->refusal, OUTCOME_ABORTED, "if_version", "look at the ticket again, then decide",
           "the ticket is at version %llu, not %llu", (unsigned long long)ticket->version,
           (unsigned long long)wanted);
    return name_since(call, ticket);
}

/* -- merged tickets ----------------------------------------------------------- */

int change_follow(struct call *call, const struct book_contract *contract, struct ticket *ticket)
{
    for (int i = 0; ticket->state == TICKET_MERGED; i++) {
        if (i == FOLLOW_MAX) {
            return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "ticket", NULL,
                          "this ticket was merged through more than %d others", FOLLOW_MAX);
        }
        int error = call_load(call, contract->id, ticket->merged_into, ticket);
        if (error != 0) {
            return call_store_failed(call, error);
        }
    }
    return 0;
}

/* The refusal stays; its hint becomes the ticket that this one lives on in, for who may see it. */
static int name_survivor(struct call *call, const struct ticket *merged)
{
    const struct book_contract *contract = book_contract(call->book, merged->contract);
    struct refusal said = *call->refusal;
    struct ticket survivor = *merged;
    uint64_t number;

    int error = change_follow(call, contract, &survivor);
    if (error == 0) {
        error = present_other(call, contract, survivor.number, &number);
    }
    if (error != 0) {
        return error;
    }
    *call->refusal = said;
    call->refusal->hint[0] = '\0';
    if (number != 0) {
        (void)snprintf(call->refusal->hint, sizeof(call->refusal->hint), "it lives on in %s-%llu",
                       contract->key, (unsigned long long)number);
    }
    return (int)said.code;
}

/* -- edits -------------------------------------------------------------------- */

int change_subject(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, struct command *command)
{
    struct text there;

    if ((command->edits & EDIT_SUBJECT) == 0) {
        return 0;
    }
    int error = present_subject(call, contract, ticket, &there);
    if (error == 0 && there.bytes != NULL && there.n == command->subject.n &&
        memcmp(there.bytes, command->subject.bytes, there.n) == 0) {
        command->edits &= ~(uint32_t)EDIT_SUBJECT;
    }
    return error;
}

/* -- decide and journal ------------------------------------------------------- */

int change_decide(struct call *call, const struct ticket *before, const struct command *command,
                  struct decision *ret)
{
    int result = decide(call->book, before, command, call->arena, ret, call->refusal);

    if (result == OUTCOME_ABORTED && before != NULL) {
        return name_since(call, before);
    }
    if (result == OUTCOME_FAILED_PRECONDITION && before != NULL && before->state == TICKET_MERGED) {
        return name_survivor(call, before);
    }
    return result < 0 ? call_too_large(call) : result;
}

/* What was decided by what the book believes of a source rests on that. */
static int record_source(struct call *call, uint32_t contract)
{
    const struct book_source *source = book_source_named(call->book, call->who->source);

    return source == NULL ? 0 : reliance_record_source(call, contract, source);
}

int change_journal(struct call *call, const struct decision *decision, struct ticket *ret,
                   uint64_t *ret_seq)
{
    const struct ticket *after = &decision->after;

    *ret_seq = 0;
    *ret = *after;
    if (call->request->dry_run || decision->n_events == 0) {
        return 0;
    }
    int error = record_source(call, after->contract);
    for (size_t i = 0; error == 0 && i < decision->n_events; i++) {
        error = call_append(call, &decision->events[i], ret_seq);
    }
    if (error != 0) {
        return error;
    }
    error = tickets_get(call->txn, after->contract, after->number, call->arena, ret);
    return error == 0 ? 0 : call_store_failed(call, error);
}
