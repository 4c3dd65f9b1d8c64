// SPDX-License-Identifier: Apache-2.0
/*
 * TSV: fields separated by tabs, whole, without titles. What is absent is an empty field; times are
 * RFC 3339 in UTC, durations microseconds, flags true or false, lists separated by commas.
 */
#include <stdlib.h>
#include <string.h>

#include "client/escape.h"
#include "client/render.h"
#include "client/when.h"

static void add_hex(struct text *to, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++) {
        text_add_f(to, "%02x", p[i]);
    }
}

static void add_field(struct text *to, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_TEXT:
    case CELL_WORD: escape_text(to, cell->text ? cell->text : "", ESCAPE_FIELD); break;
    case CELL_NUMBER:
    case CELL_SPAN: text_add_f(to, "%llu", (unsigned long long)cell->number); break;
    case CELL_FLAG: text_add(to, cell->flag ? "true" : "false"); break;
    case CELL_TIME:
        if (cell->at) {
            when_add_rfc3339(to, cell->at);
        }
        break;
    case CELL_LIST:
        for (size_t i = 0; i < cell->n; i++) {
            text_add(to, i ? "," : "");
            escape_text(to, cell->items[i], ESCAPE_FIELD);
        }
        break;
    case CELL_HEX: add_hex(to, cell->bytes, cell->n); break;
    default: break;
    }
}

void render_tsv_row(struct render *r, const struct rows *rows, const void *row, const char *prefix)
{
    struct text line = {0};
    struct text made = {0};
    const struct cell_maker maker = {r->now_at, &made, false};
    bool first = true;

    if (prefix) {
        text_add(&line, prefix);
        first = false;
    }
    for (size_t i = 0; i < rows->n_columns; i++) {
        struct cell cell = {0};

        if ((rows->columns[i].flags & (IN_TSV | COLUMN_NESTED)) != IN_TSV) {
            continue;
        }
        cell_get(&rows->columns[i], row, &maker, &cell);
        text_add(&line, first ? "" : "\t");
        add_field(&line, &cell);
        first = false;
    }
    fprintf(r->out, "%s\n", text_str(&line));
    text_fini(&line);
    text_fini(&made);
}

/** The thing's own line, then the things in it, where their columns are IN_TSV. */
void render_tsv_object(struct render *r, const struct rows *rows, const void *row)
{
    struct text made = {0};
    const struct cell_maker maker = {r->now_at, &made, false};

    render_tsv_row(r, rows, row, rows->one);
    for (size_t i = 0; i < rows->n_columns; i++) {
        struct cell cell;

        if ((~rows->columns[i].flags & (IN_TSV | COLUMN_NESTED)) != 0) {
            continue;
        }
        cell_get(&rows->columns[i], row, &maker, &cell);
        size_t n = cell.kind == CELL_ROWS ? cell.n : cell.kind == CELL_ROW && cell.first ? 1 : 0;
        for (size_t k = 0; k < n; k++) {
            render_tsv_object(r, cell.rows, (const char *)cell.first + k * cell.rows->row_bytes);
        }
    }
    text_fini(&made);
}
