// SPDX-License-Identifier: Apache-2.0
#include "client/clockword.h"
#include "client/rows.h"

static void get_breach_note(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_breach *b = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = b->withdrawn && b->imported ? "withdrawn, imported"
                : b->withdrawn              ? "withdrawn"
                : b->imported               ? "imported"
                                            : NULL;
}

static void get_breach_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_breach *b = row;

    clockword_add(maker->text, b->clock, b->clock_team);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

#define BREACH struct slate_breach

static const struct column breach_columns[] = {
    MEMBER(BREACH, ticket, FIELD_TEXT, "TICKET", IN_ALL),
    MEMBER_WORD(BREACH, clock, SLATE_CLOCK_KINDS, NULL, IN_TSV | IN_JSON),
    MADE("clock_words", get_breach_clock, "CLOCK", IN_TABLE),
    MEMBER(BREACH, cycle, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, priority, FIELD_TEXT, "PRI", IN_ALL),
    MEMBER(BREACH, contract, FIELD_TEXT, "CONTRACT", IN_ALL),
    MEMBER(BREACH, contract_version, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, vendor, FIELD_TEXT, "VENDOR", IN_ALL),
    MEMBER(BREACH, team, FIELD_TEXT, "TEAM", IN_ALL),
    MEMBER(BREACH, within, FIELD_TEXT, "TARGET", IN_ALL),
    MEMBER(BREACH, breached_at, FIELD_TIME, "BREACHED", IN_ALL),
    MEMBER(BREACH, detected_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(BREACH, state, SLATE_TICKET_STATES, "NOW", IN_ALL),
    MADE("note", get_breach_note, "NOTE", IN_TABLE),
    MEMBER(BREACH, withdrawn, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, imported, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, clock_team, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, engine, FIELD_U32, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_breach = ROWS("breach", "breaches", breach_columns, struct slate_breach);
