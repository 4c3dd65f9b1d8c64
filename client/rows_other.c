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

static const struct column past_page_columns[] = {
    MEMBER(PAGE, truncated, FIELD_FLAG, NULL, IN_JSON),
    MEMBER(PAGE, cursor, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(PAGE, snapshot_at, FIELD_TIME, NULL, IN_JSON),
    MEMBER(PAGE, as_of_at, FIELD_TIME, NULL, IN_JSON),
    MEMBER(PAGE, as_known_at, FIELD_TIME, NULL, IN_JSON),
};

const struct rows rows_past_page = ROWS("page", "pages", past_page_columns, struct rows_page_about);

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
    MEMBER(SERVER, source, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
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
