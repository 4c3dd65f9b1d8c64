// SPDX-License-Identifier: Apache-2.0
#include "draft.h"

#include <string.h>

#include "agreement.h"
#include "books.h"
#include "change_book.h"
#include "config/spec.h"

bool draft_may_write(const struct principal *who)
{
    const struct subject anything = {0, 0, 0, ""};

    return policy_check(who, RIGHT_BOOK_WRITE, &anything) == POLICY_ALLOWED;
}

bool draft_may_approve(const struct principal *who, const struct book_contract *contract)
{
    const struct subject subject = {contract->buyer, contract->vendor, 0, ""};

    return policy_check(who, RIGHT_BOOK_APPROVE, &subject) == POLICY_ALLOWED;
}

/* A name that is there and not known to who proposes; what is new is told from it after all. */
static int refuse_name(struct draft *d, enum book_kind kind, const char *name)
{
    return refuse(d->call->refusal, OUTCOME_PERMISSION_DENIED, NULL, "take another name",
                  "the name of %s %s is taken", book_kind_name(kind), name);
}

static int check_known(struct draft *d, enum book_kind kind, const char *name, uint32_t id)
{
    return agreement_of_party(d->call->book, d->who->party, kind, id) ? 0
                                                                      : refuse_name(d, kind, name);
}

/* Before anything is compared: a difference shows what is stored. */
static int check_names(struct draft *d)
{
    const struct raw_book *raw = d->file->raw;
    const struct book *book = d->call->book;
    const struct book_contract *contract;
    int error = 0;

    for (size_t i = 0; error == 0 && i < raw->contracts_count; i++) {
        error = call_contract(d->call, raw->contracts[i].name, RIGHT_BOOK_APPROVE, 0, "",
                              &contract);
    }
    for (size_t i = 0; error == 0 && i < raw->parties_count; i++) {
        const struct book_party *party = book_party_named(book, raw->parties[i].name);
        error = check_known(d, BOOK_PARTY, raw->parties[i].name, party == NULL ? 0 : party->id);
    }
    for (size_t i = 0; error == 0 && i < raw->teams_count; i++) {
        const struct book_team *team = book_team_named(book, raw->teams[i].name);
        error = team == NULL ? 0 : check_known(d, BOOK_TEAM, team->name, team->id);
    }
    for (size_t i = 0; error == 0 && i < raw->calendars_count; i++) {
        const struct book_calendar *calendar = book_calendar_named(book, raw->calendars[i].name);
        error = calendar == NULL ? 0 : check_known(d, BOOK_CALENDAR, calendar->name, calendar->id);
    }
    return error;
}

static int refuse_shared(struct draft *d, const struct book_object *object)
{
    return refuse(d->call->refusal, OUTCOME_PERMISSION_DENIED, NULL, "an admin can propose it",
                  "%s %s changes more than what one contract's two parties agreed",
                  book_kind_name(object->kind), object->name);
}

/* A manager's text changes only what is agreed between the same two, of whom one is theirs. */
static int check_object(struct draft *d, const struct book_object *object)
{
    const struct book *book = d->plan->book;
    const struct book_contract *first = NULL;

    for (size_t i = 0; i < book->n_contracts; i++) {
        const struct book_contract *contract = &book->contracts[i];
        if (!agreement_relies(book, contract, object->kind, object->id)) {
            continue;
        }
        if (agreement_asked(d->call->book, book, contract, d->call->now_at) == 0 ||
            !draft_may_approve(d->who, contract)) {
            return refuse_shared(d, object);
        }
        first = contract;
    }
    return first != NULL ? 0 : refuse_shared(d, object);
}

static int check_pair(struct draft *d)
{
    const struct book *book = d->plan->book;
    const struct book_contract *first = NULL;

    for (size_t i = 0; i < book->n_contracts; i++) {
        const struct book_contract *contract = &book->contracts[i];
        if (!d->touched[i]) {
            continue;
        }
        first = first == NULL ? contract : first;
        if (contract->buyer != first->buyer || contract->vendor != first->vendor) {
            return refuse(d->call->refusal, OUTCOME_PERMISSION_DENIED, NULL,
                          "propose each by itself, or ask an admin",
                          "contracts %s and %s are not between the same two parties", first->name,
                          contract->name);
        }
    }
    return 0;
}

/* What the text says can be read by all who are asked, and by all who see that they are not. */
static int check_readable(struct draft *d, const struct book_contract *contract)
{
    const struct book *book = d->plan->book;
    const uint32_t parties[] = {contract->buyer, contract->vendor};

    for (size_t i = 0; i < d->plan->n_objects; i++) {
        const struct book_plan_object *object = &d->plan->objects[i];
        for (size_t k = 0; object->line != 0 && k < 2; k++) {
            if (!agreement_of_party(book, parties[k], object->kind, object->id)) {
                return refuse(d->call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                              "propose only what belongs together, and leave out what does not "
                              "change",
                              "%s %s is in no contract of %s, who is asked for contract %s",
                              book_kind_name(object->kind), object->name,
                              book_party(book, parties[k])->name, contract->name);
            }
        }
    }
    return 0;
}

/* Marks the agreed contracts that the plan changes, and checks them. */
static int check_agreed(struct draft *d)
{
    const struct book *book = d->plan->book;
    bool any = false;
    int error = 0;

    for (size_t i = 0; error == 0 && i < book->n_contracts; i++) {
        const struct book_contract *contract = &book->contracts[i];
        const uint32_t asked = agreement_asked(d->call->book, book, contract, d->call->now_at);
        d->touched[i] = d->touched[i] && asked != 0;
        if (!d->touched[i]) {
            continue;
        }
        any = true;
        if (book_contract_named(d->call->book, contract->name) == NULL) {
            return refuse(d->call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                          "apply it without `approvals`, then propose them",
                          "contract %s is new: it has no parties yet that could approve it",
                          contract->name);
        }
        error = check_readable(d, contract);
    }
    if (error == 0 && !any) {
        error = refuse(d->call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                       d->plan->changes_nothing ? NULL : "slate book apply",
                       d->plan->changes_nothing ? "all of this is in force already"
                                                : "this changes nothing that is agreed");
    }
    return error;
}

static int check_draft(struct draft *d)
{
    int error = 0;

    d->touched = arena_array(&d->arena, d->plan->book->n_contracts, sizeof(*d->touched));
    if (d->touched == NULL) {
        return call_too_large(d->call);
    }
    agreement_touched(d->plan, d->touched);
    for (size_t i = 0; error == 0 && !d->anything && i < d->plan->n_added; i++) {
        error = check_object(d, &d->plan->added[i]);
    }
    if (error == 0) {
        error = check_agreed(d);
    }
    return error == 0 && !d->anything ? check_pair(d) : error;
}

/* What does not hold may lie in a contract that who is told of it must not know. */
static int hide_others(struct draft *d, int error)
{
    const struct principal *told = d->call->who;
    const struct refusal *refusal = d->call->refusal;

    for (size_t i = 0; error > 0 && !draft_may_write(told) && i < d->call->book->n_contracts; i++) {
        const struct book_contract *contract = &d->call->book->contracts[i];
        if (contract->buyer != told->party && contract->vendor != told->party &&
            (strstr(refusal->message, contract->name) != NULL ||
             strstr(refusal->hint, contract->name) != NULL)) {
            return refuse(d->call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                          "an admin can tell why", "with the rest of the book this does not hold");
        }
    }
    return error;
}

static int plan_draft(struct draft *d, bool agreed)
{
    int error = change_book_plan(d->call, d->file, agreed, &d->arena, &d->plan);

    return error == 0 ? check_draft(d) : error;
}

int draft_make(struct draft *d, const char *text, size_t n, const char *name, bool agreed)
{
    int error = change_book_parse(d->call, text, n, name, &d->arena, &d->file);

    if (error == 0 && d->file->raw->sources_count > 0) {
        error = refuse(d->call->refusal, OUTCOME_INVALID_ARGUMENT, "sources", "slate book apply",
                       "sources are the operator's: nobody approves them");
    }
    if (error == 0 && !agreed && !d->anything) {
        error = check_names(d);
    }
    return error == 0 ? hide_others(d, plan_draft(d, agreed)) : error;
}

void draft_init(struct draft *d, struct call *call, const struct principal *who)
{
    *d = (struct draft){.call = call, .who = who, .anything = draft_may_write(who)};
    arena_init(&d->arena, BOOKS_ARENA_BYTES);
}

void draft_fini(struct draft *d)
{
    book_plan_free(d->plan);
    arena_fini(&d->arena);
}
