// SPDX-License-Identifier: Apache-2.0
/*
 * Changes that parties are asked for, and what they said.
 */
#include "client/rows.h"

#define APPROVAL struct slate_approval
#define PROPOSAL struct slate_proposal

static const struct column approval_columns[] = {
    MEMBER(APPROVAL, party, FIELD_TEXT, "PARTY", IN_ALL),
    MEMBER(APPROVAL, actor, FIELD_TEXT, "APPROVED BY", IN_ALL),
    MEMBER(APPROVAL, recorded_at, FIELD_TIME, "AT", IN_ALL),
    MEMBER(APPROVAL, key_sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_approval = ROWS("approval", "approvals", approval_columns, APPROVAL);

static void get_contracts(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const PROPOSAL *p = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = p->contracts;
    ret->n = p->n_contracts;
}

static void get_approvals(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const PROPOSAL *p = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_approval;
    ret->first = p->approvals;
    ret->n = p->n_approvals;
}

/** Who of those that are asked has not said yes. */
static void get_missing(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const PROPOSAL *p = row;

    for (size_t i = 0; i < p->n_approvals; i++) {
        const APPROVAL *a = &p->approvals[i];
        if (!a->actor && a->party) {
            text_add_f(maker->text, "%s%s", *text_str(maker->text) ? ", " : "", a->party);
        }
    }
    ret->kind = *text_str(maker->text) ? CELL_TEXT : CELL_ABSENT;
    ret->text = text_str(maker->text);
}

static const struct column proposal_columns[] = {
    MEMBER(PROPOSAL, id, FIELD_U64, "PROPOSAL", IN_ALL | COLUMN_RIGHT),
    MEMBER_WORD(PROPOSAL, state, SLATE_PROPOSAL_STATES, "STATE", IN_ALL),
    MEMBER(PROPOSAL, actor, FIELD_TEXT, "BY", IN_ALL),
    MEMBER(PROPOSAL, recorded_at, FIELD_TIME, "AT", IN_ALL),
    MADE("contracts", get_contracts, "CONTRACTS", IN_ALL),
    MADE("missing", get_missing, "WAITS FOR", IN_TABLE),
    MADE("approvals", get_approvals, NULL, IN_JSON),
    MEMBER(PROPOSAL, sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
    MEMBER(PROPOSAL, text, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_proposal = ROWS("proposal", "proposals", proposal_columns, PROPOSAL);

static const struct column page_columns[] = {
    MEMBER(struct slate_proposal_page, truncated, FIELD_FLAG, NULL, IN_JSON),
};

const struct rows rows_proposal_page = ROWS("page", "pages", page_columns,
                                            struct slate_proposal_page);
