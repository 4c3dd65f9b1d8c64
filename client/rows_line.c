// SPDX-License-Identifier: Apache-2.0
/*
 * What became of each of many: lines of a file, tickets of a list.
 */
#include "client/rows.h"

// ---- imports ------------------------------------------------------------------------------------

/** What went wrong, for TSV: the message alone. */
static void get_import_message(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_import_line *line = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = line->error ? line->error->message : NULL;
}

static void get_import_ticket(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_import_line *line = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = line->imported ? line->imported->ticket : NULL;
}

static void get_import_state(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_import_line *line = row;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = line->imported ? slate_name(SLATE_TICKET_STATES, (int)line->imported->state) : NULL;
}

static void get_import_events(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_import_line *line = row;

    (void)maker;
    ret->kind = line->imported ? CELL_NUMBER : CELL_ABSENT;
    ret->number = line->imported ? line->imported->events : 0;
}

static void get_import_clocks(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_import_line *line = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_clock;
    ret->first = line->imported ? line->imported->clocks : NULL;
    ret->n = line->imported ? line->imported->n_clocks : 0;
}

static void get_import_error(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_error;
    ret->first = ((const struct rows_import_line *)row)->error;
}

#define IMPORT struct rows_import_line

static const struct column import_columns[] = {
    MADE("ticket", get_import_ticket, NULL, IN_JSON),
    MEMBER(IMPORT, line, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(IMPORT, key, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("ticket", get_import_ticket, NULL, IN_TSV),
    MEMBER(IMPORT, outcome, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("message", get_import_message, NULL, IN_TSV),
    MADE("state", get_import_state, NULL, IN_JSON),
    MADE("events", get_import_events, NULL, IN_JSON),
    MADE("clocks", get_import_clocks, NULL, IN_JSON),
    MADE("error", get_import_error, NULL, IN_JSON),
};

const struct rows rows_import = ROWS("line", "lines", import_columns, struct rows_import_line);

// ---- intakes ------------------------------------------------------------------------------------

#define INTAKE struct rows_intake_line

static void get_intake_ticket(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const INTAKE *line = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = line->done ? line->done->ticket : NULL;
}

static void get_intake_state(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const INTAKE *line = row;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = line->done ? slate_name(SLATE_TICKET_STATES, (int)line->done->state) : NULL;
}

static void get_intake_why(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const INTAKE *line = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = line->error ? line->error->message : line->done ? line->done->why : NULL;
}

static void get_intake_error(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_error;
    ret->first = ((const INTAKE *)row)->error;
}

static const struct column intake_columns[] = {
    MADE("ticket", get_intake_ticket, NULL, IN_JSON),
    MEMBER(INTAKE, line, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(INTAKE, key, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(INTAKE, outcome, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("ticket", get_intake_ticket, NULL, IN_TSV),
    MADE("why", get_intake_why, NULL, IN_TSV | IN_JSON),
    MADE("state", get_intake_state, NULL, IN_JSON),
    MADE("error", get_intake_error, NULL, IN_JSON),
};

const struct rows rows_intake = ROWS("line", "lines", intake_columns, INTAKE);

// ---- one of many --------------------------------------------------------------------------------

static void get_change_message(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_change_line *line = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = line->error ? line->error->message : NULL;
    ret->tone = line->error ? TONE_BAD : TONE_PLAIN;
}

static void get_change_state(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_change_line *line = row;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = line->changed ? slate_name(SLATE_TICKET_STATES, (int)line->changed->state) : NULL;
}

static void get_change_version(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct rows_change_line *line = row;

    (void)maker;
    ret->kind = line->changed ? CELL_NUMBER : CELL_ABSENT;
    ret->number = line->changed ? line->changed->version : 0;
}

static void get_change_error(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_error;
    ret->first = ((const struct rows_change_line *)row)->error;
}

#define LINE struct rows_change_line

static const struct column change_columns[] = {
    MEMBER(LINE, ticket, FIELD_TEXT, "TICKET", IN_ALL),
    MEMBER(LINE, outcome, FIELD_TEXT, "OUTCOME", IN_ALL),
    MADE("state", get_change_state, "STATE", IN_ALL),
    MADE("version", get_change_version, NULL, IN_TSV | IN_JSON),
    MADE("message", get_change_message, "MESSAGE", IN_TABLE | IN_TSV),
    MADE("error", get_change_error, NULL, IN_JSON),
};

const struct rows rows_change = ROWS("change", "changes", change_columns, struct rows_change_line);
