// SPDX-License-Identifier: Apache-2.0
#include "agreement.h"

#include <stdio.h>
#include <string.h>

#include "config/spec.h"

/* Of the version in force and of those that are planned: one that asks nobody any more lets nobody
 * change a calendar while the former counts in it. */
static uint32_t approvals_from(const struct book_contract *contract, int64_t at)
{
    const struct book_contract_version *now = contract == NULL ? NULL
                                                               : book_contract_at(contract, at);
    uint32_t asked = 0;

    for (size_t i = 0; contract != NULL && i < contract->n_versions; i++) {
        const struct book_contract_version *version = &contract->versions[i];
        asked |= now == NULL || version->version >= now->version ? version->approvals : 0;
    }
    return asked;
}

uint32_t agreement_asked(const struct book *was, const struct book *now,
                         const struct book_contract *contract, int64_t at)
{
    return approvals_from(book_contract_named(was, contract->name), at) |
           approvals_from(book_contract_named(now, contract->name), at);
}

uint32_t agreement_asked_by(const struct bookfile *file, const struct book_contract *contract,
                            int64_t at)
{
    uint32_t asked = approvals_from(contract, at);

    for (size_t i = 0; file != NULL && i < file->raw->contracts_count; i++) {
        if (strcmp(file->raw->contracts[i].name, contract->name) == 0) {
            asked |= file->contracts[i].approvals;
        }
    }
    return asked;
}

/* The calendar of a team is known with the team, whether a clock counts in it or not. */
static bool names_calendar(const struct book *book, const struct book_contract_version *version,
                           uint32_t calendar)
{
    if (book_counts_in(book, version, calendar)) {
        return true;
    }
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct book_team *team = book_team(book, version->teams[i].team);
        if (team->calendar != NULL && book_calendar_joins(team->calendar, calendar)) {
            return true;
        }
    }
    return false;
}

static bool has_team_of(const struct book *book, const struct book_contract_version *version,
                        uint32_t party)
{
    for (size_t i = 0; i < version->n_teams; i++) {
        if (book_team(book, version->teams[i].team)->party == party) {
            return true;
        }
    }
    return false;
}

bool agreement_relies(const struct book *book, const struct book_contract *contract,
                      enum book_kind kind, uint32_t id)
{
    if (kind == BOOK_CONTRACT) {
        return contract->id == id;
    }
    if (kind == BOOK_PARTY && (contract->buyer == id || contract->vendor == id)) {
        return true;
    }
    for (size_t i = 0; i < contract->n_versions; i++) {
        const struct book_contract_version *version = &contract->versions[i];
        if ((kind == BOOK_TEAM && book_has_team(version, id)) ||
            (kind == BOOK_PARTY && has_team_of(book, version, id)) ||
            (kind == BOOK_CALENDAR && names_calendar(book, version, id))) {
            return true;
        }
    }
    return false;
}

bool agreement_of_party(const struct book *book, uint32_t party, enum book_kind kind, uint32_t id)
{
    for (size_t i = 0; i < book->n_contracts; i++) {
        const struct book_contract *contract = &book->contracts[i];
        if ((contract->buyer == party || contract->vendor == party) &&
            agreement_relies(book, contract, kind, id)) {
            return true;
        }
    }
    return false;
}

void agreement_touched(const struct book_plan *plan, bool *ret)
{
    for (size_t i = 0; i < plan->book->n_contracts; i++) {
        ret[i] = false;
        for (size_t k = 0; k < plan->n_added && !ret[i]; k++) {
            ret[i] = agreement_relies(plan->book, &plan->book->contracts[i], plan->added[k].kind,
                                      plan->added[k].id);
        }
    }
}

static int refuse_agreed(struct call *call, const struct book *book,
                         const struct book_contract *contract, uint32_t asked)
{
    char who[2 * BOOK_NAME_BYTES + 32];
    const bool buyer = (asked & (1U << SIDE_BUYER)) != 0;
    const bool vendor = (asked & (1U << SIDE_VENDOR)) != 0;

    (void)snprintf(who, sizeof(who), "%s%s%s%s%s", buyer ? "buyer " : "",
                   buyer ? book_party(book, contract->buyer)->name : "",
                   buyer && vendor ? " and " : "", vendor ? "vendor " : "",
                   vendor ? book_party(book, contract->vendor)->name : "");
    const bool is_new = book_contract_named(call->book, contract->name) == NULL;
    return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                  is_new ? "apply it without `approvals`, then: slate book propose"
                         : "slate book propose",
                  "contract %s is agreed: %s must approve", contract->name, who);
}

int agreement_refuse(struct call *call, const struct book_plan *plan)
{
    bool *touched = arena_array(call->arena, plan->book->n_contracts, sizeof(*touched));

    if (touched == NULL) {
        return call_too_large(call);
    }
    agreement_touched(plan, touched);
    for (size_t i = 0; i < plan->book->n_contracts; i++) {
        const struct book_contract *contract = &plan->book->contracts[i];
        const uint32_t asked = agreement_asked(call->book, plan->book, contract, call->now_at);
        if (touched[i] && asked != 0) {
            return refuse_agreed(call, plan->book, contract, asked);
        }
    }
    return 0;
}
