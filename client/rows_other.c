// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "client/rows.h"

// ---- pages --------------------------------------------------------------------------------------

#define PAGE struct rows_page_about

static const struct column page_columns[] = {
    MEMBER(PAGE, truncated, FIELD_FLAG, NULL, IN_JSON),
    MEMBER(PAGE, cursor, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(PAGE, snapshot_at, FIELD_TIME, NULL, IN_JSON),
};

const struct rows rows_page = ROWS("page", "pages", page_columns, struct rows_page_about);

// ---- errors -------------------------------------------------------------------------------------

static const char *present(const char *s)
{
    return *s ? s : NULL;
}

static void get_error_code(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = slate_status_name(((const struct slate_error *)row)->code);
}

static void get_error_message(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = ((const struct slate_error *)row)->message;
}

static void get_error_hint(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = present(((const struct slate_error *)row)->hint);
}

static void get_error_field(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = present(((const struct slate_error *)row)->field);
}

static void get_error_line(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_error *e = row;

    (void)maker;
    ret->kind = e->line ? CELL_NUMBER : CELL_ABSENT;
    ret->number = e->line;
}

static void get_error_request_id(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    static const uint8_t zeros[SLATE_REQUEST_ID_BYTES];
    const struct slate_error *e = row;
    char text[SLATE_REQUEST_ID_TEXT_BYTES];

    if (memcmp(e->request_id, zeros, sizeof(zeros)) != 0) {
        slate_request_id_format(e->request_id, text);
        text_add(maker->text, text);
        ret->kind = CELL_TEXT;
        ret->text = text_str(maker->text);
    }
}

static const struct column error_columns[] = {
    MADE("code", get_error_code, NULL, IN_JSON),
    MADE("message", get_error_message, NULL, IN_JSON),
    MADE("hint", get_error_hint, NULL, IN_JSON),
    MADE("field", get_error_field, NULL, IN_JSON),
    MADE("line", get_error_line, NULL, IN_JSON),
    MEMBER(struct slate_error, retryable, FIELD_FLAG, NULL, IN_JSON),
    MEMBER(struct slate_error, retry_after_ms, FIELD_U32, NULL, IN_JSON),
    MADE("request_id", get_error_request_id, NULL, IN_JSON),
};

const struct rows rows_error = ROWS("error", "errors", error_columns, struct slate_error);

// ---- versions -----------------------------------------------------------------------------------

static void get_server_cluster(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_server *s = row;

    (void)maker;
    ret->kind = CELL_HEX;
    ret->bytes = s->cluster_id;
    ret->n = sizeof(s->cluster_id);
}

static void get_server_roles(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_server *s = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = s->roles;
    ret->n = s->n_roles;
}

#define SERVER struct slate_server

static const struct column server_columns[] = {
    MEMBER(SERVER, address, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SERVER, version, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SERVER, principal, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("roles", get_server_roles, NULL, IN_TSV | IN_JSON),
    MEMBER(SERVER, zone_release, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("cluster_id", get_server_cluster, NULL, IN_TSV | IN_JSON),
    MEMBER(SERVER, server_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_server = ROWS("server", "servers", server_columns, struct slate_server);

static void get_version_server(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_server;
    ret->first = ((const struct rows_version_of *)row)->server;
}

static const struct column version_columns[] = {
    MEMBER(struct rows_version_of, version, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(struct rows_version_of, protocol, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MADE("server", get_version_server, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_version = ROWS("slate", "slates", version_columns, struct rows_version_of);

// ---- one of many --------------------------------------------------------------------------------

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
