// SPDX-License-Identifier: Apache-2.0
/*
 * JSON: members in the order of the columns; what is absent is null; times are RFC 3339 in UTC,
 * durations microseconds (their names end in _us). docs/json.md lists them all.
 */
#include <stdlib.h>
#include <string.h>

#include "client/escape.h"
#include "client/render.h"
#include "client/when.h"

static void add_object(struct text *to, int64_t now_at, const struct rows *rows, const void *row);

static void add_hex(struct text *to, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    text_add(to, "\"");
    for (size_t i = 0; i < n; i++) {
        text_add_f(to, "%02x", p[i]);
    }
    text_add(to, "\"");
}

static void add_time(struct text *to, int64_t at)
{
    text_add(to, "\"");
    when_add_rfc3339(to, at);
    text_add(to, "\"");
}

static bool is_absent(const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_ABSENT: return true;
    case CELL_TEXT:
    case CELL_WORD: return !cell->text;
    case CELL_TIME: return !cell->at;
    case CELL_HEX: return cell->n == 0;
    case CELL_ROW: return !cell->first;
    default: return false;
    }
}

static void add_value(struct text *to, int64_t now_at, const struct cell *cell)
{
    if (is_absent(cell)) {
        text_add(to, "null");
        return;
    }
    switch (cell->kind) {
    case CELL_TEXT:
    case CELL_WORD: escape_json(to, cell->text); break;
    case CELL_NUMBER:
    case CELL_SPAN: text_add_f(to, "%llu", (unsigned long long)cell->number); break;
    case CELL_FLAG: text_add(to, cell->flag ? "true" : "false"); break;
    case CELL_TIME: add_time(to, cell->at); break;
    case CELL_HEX: add_hex(to, cell->bytes, cell->n); break;
    case CELL_ROW: add_object(to, now_at, cell->rows, cell->first); break;
    case CELL_LIST:
    case CELL_ROWS:
        text_add(to, "[");
        for (size_t i = 0; i < cell->n; i++) {
            text_add(to, i ? "," : "");
            if (cell->kind == CELL_LIST) {
                escape_json(to, cell->items[i]);
            } else {
                add_object(to, now_at, cell->rows,
                           (const char *)cell->first + i * cell->rows->row_bytes);
            }
        }
        text_add(to, "]");
        break;
    default: break;
    }
}

static void add_members(struct text *to, int64_t now_at, const struct rows *rows, const void *row)
{
    struct text made = {0};
    const struct cell_maker maker = {now_at, &made, false};
    bool first = true;

    for (size_t i = 0; i < rows->n_columns; i++) {
        const struct column *column = &rows->columns[i];
        struct cell cell = {0};

        if (!(column->flags & IN_JSON)) {
            continue;
        }
        cell_get(column, row, &maker, &cell);
        text_add_f(to, "%s\"%s\":", first ? "" : ",", column->name);
        add_value(to, now_at, &cell);
        first = false;
    }
    text_fini(&made);
}

static void add_object(struct text *to, int64_t now_at, const struct rows *rows, const void *row)
{
    text_add(to, "{");
    add_members(to, now_at, rows, row);
    text_add(to, "}");
}

void render_json_row(struct render *r, const struct rows *rows, const void *row)
{
    text_clear(&r->scratch);
    add_object(&r->scratch, r->now_at, rows, row);
    fputs(text_str(&r->scratch), r->out);
}

void render_json_members(struct render *r, const struct rows *rows, const void *row)
{
    text_clear(&r->scratch);
    add_members(&r->scratch, r->now_at, rows, row);
    fputs(text_str(&r->scratch), r->out);
}
