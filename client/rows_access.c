// SPDX-License-Identifier: Apache-2.0
#include "client/rows.h"

// ---- reads --------------------------------------------------------------------------------------

/** What was looked at, in a word: the ticket, or how many. */
static void get_access_what(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_access *a = row;

    ret->kind = CELL_TEXT;
    if (a->ticket) {
        ret->text = a->ticket;
    } else if (a->tickets > 0) {
        text_add_f(maker->text, a->tickets == 1 ? "%u ticket" : "%u tickets", a->tickets);
        ret->text = text_str(maker->text);
    } else if (a->kind == SLATE_ACCESS_EXPORT) {
        ret->text = a->texts ? "with texts" : "without texts";
    }
}

#define ACCESS struct slate_access

static const struct column access_columns[] = {
    MEMBER(ACCESS, contract, FIELD_TEXT, "CONTRACT", IN_ALL),
    MEMBER(ACCESS, seq, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(ACCESS, recorded_at, FIELD_TIME, "WHEN", IN_ALL),
    MEMBER(ACCESS, actor, FIELD_TEXT, "WHO", IN_ALL),
    MEMBER_WORD(ACCESS, kind, SLATE_ACCESS_KINDS, "READ", IN_ALL),
    MADE("what", get_access_what, "WHAT", IN_TABLE),
    MEMBER(ACCESS, ticket, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(ACCESS, tickets, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(ACCESS, texts, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(ACCESS, reason, FIELD_TEXT, "WHY", IN_ALL),
};

const struct rows rows_access = ROWS("access", "access", access_columns, struct slate_access);

// ---- erasures -----------------------------------------------------------------------------------

#define ERASED struct rows_erased_of

static const struct column erased_columns[] = {
    MEMBER(ERASED, tickets, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(ERASED, texts, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(ERASED, dry_run, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(ERASED, keys_kept, FIELD_U64, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_erased = ROWS("erased", "erased", erased_columns, struct rows_erased_of);
