// SPDX-License-Identifier: Apache-2.0
/*
 * TSV and CSV: rows as lines of fields, whole. What is absent is an empty field; times are RFC 3339
 * in UTC, durations microseconds, flags true or false, lists separated by commas.
 *
 * TSV has no titles. CSV has them, is as RFC 4180 has it, every field in quotes, and has as many
 * fields in each line: a thing and what is in it are lines that say in their first field what they
 * are, and have the columns of all of them. docs/csv.md describes it.
 */
#include <stdlib.h>
#include <string.h>

#include "client/escape.h"
#include "client/render.h"
#include "client/when.h"

/** What an object's lines begin with in CSV, as a title. */
#define KIND "row"

static void add_hex(struct text *to, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++) {
        text_add_f(to, "%02x", p[i]);
    }
}

/** What is no text of anybody's. */
static void add_plain(struct text *to, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_NUMBER:
    case CELL_SPAN: text_add_f(to, "%llu", (unsigned long long)cell->number); break;
    case CELL_FLAG: text_add(to, cell->flag ? "true" : "false"); break;
    case CELL_TIME:
        if (cell->at) {
            when_add_rfc3339(to, cell->at);
        }
        break;
    case CELL_HEX: add_hex(to, cell->bytes, cell->n); break;
    default: break;
    }
}

// ---- TSV ----------------------------------------------------------------------------------------

static void add_tsv(struct text *to, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_TEXT:
    case CELL_WORD: escape_text(to, cell->text ? cell->text : "", ESCAPE_FIELD); break;
    case CELL_LIST:
        for (size_t i = 0; i < cell->n; i++) {
            text_add(to, i ? "," : "");
            escape_text(to, cell->items[i], ESCAPE_FIELD);
        }
        break;
    default: add_plain(to, cell); break;
    }
}

static void put_tsv(struct render *r, const struct rows *rows, const void *row, const char *kind)
{
    struct text line = {0};
    struct text made = {0};
    const struct cell_maker maker = {r->now_at, &made, false};
    bool first = !kind;

    text_add(&line, kind ? kind : "");
    for (size_t i = 0; i < rows->n_columns; i++) {
        struct cell cell;

        if (!cell_is_field(&rows->columns[i])) {
            continue;
        }
        cell_get(&rows->columns[i], row, &maker, &cell);
        text_add(&line, first ? "" : "\t");
        add_tsv(&line, &cell);
        first = false;
    }
    fprintf(r->out, "%s\n", text_str(&line));
    text_fini(&line);
    text_fini(&made);
}

// ---- CSV ----------------------------------------------------------------------------------------

/** The columns of a line: of the kinds of rows that there may be, each name once. */
struct titles {
    const struct rows *const *kinds;
    size_t n_kinds;
    bool has_kind; /* the line says first what it is */
};

/** The field of that name, NULL if there is none, of the first n columns. */
static const struct column *find(const struct rows *rows, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (cell_is_field(&rows->columns[i]) && strcmp(rows->columns[i].name, name) == 0) {
            return &rows->columns[i];
        }
    }
    return NULL;
}

/** The name of the i-th column of the k-th kind, if it is a title that wasn't there yet. */
static const char *title(const struct titles *t, size_t k, size_t i)
{
    const struct column *column = &t->kinds[k]->columns[i];
    bool known = !cell_is_field(column) || find(t->kinds[k], i, column->name);

    for (size_t before = 0; !known && before < k; before++) {
        known = find(t->kinds[before], t->kinds[before]->n_columns, column->name);
    }
    return known ? NULL : column->name;
}

static void add_csv(struct text *to, const struct cell *cell)
{
    struct text list = {0};

    switch (cell->kind) {
    case CELL_TEXT:
    case CELL_WORD: escape_csv(to, cell->text ? cell->text : ""); break;
    case CELL_LIST:
        for (size_t i = 0; i < cell->n; i++) {
            text_add_f(&list, "%s%s", i ? "," : "", cell->items[i]);
        }
        escape_csv(to, text_str(&list));
        break;
    default:
        text_add(to, "\"");
        add_plain(to, cell);
        text_add(to, "\"");
        break;
    }
    text_fini(&list);
}

/** A line: of the titles where rows is NULL, else of what row has of them. */
static void put_csv(struct render *r, const struct titles *t, const struct rows *rows,
                    const void *row)
{
    struct text line = {0};
    struct text made = {0};
    const struct cell_maker maker = {r->now_at, &made, false};

    if (t->has_kind) {
        text_add_f(&line, "\"%s\"", rows ? rows->one : KIND);
    }
    for (size_t k = 0; k < t->n_kinds; k++) {
        for (size_t i = 0; i < t->kinds[k]->n_columns; i++) {
            const char *name = title(t, k, i);
            const struct column *column = rows && name ? find(rows, rows->n_columns, name) : NULL;
            struct cell cell = {.kind = CELL_TEXT, .text = rows ? NULL : name};

            if (!name) {
                continue;
            }
            if (column) {
                cell_get(column, row, &maker, &cell);
            }
            text_add(&line, line.n > 0 ? "," : "");
            add_csv(&line, &cell);
        }
    }
    fprintf(r->out, "%s\r\n", text_str(&line));
    text_fini(&line);
    text_fini(&made);
}

/** What a thing's lines have: with things in it, whatever may be in it. */
static struct titles titles_of(const struct render *r, const struct rows *const *rows)
{
    return cell_has_parts(*rows) ? (struct titles){r->kinds, r->n_kinds, true}
                                 : (struct titles){rows, 1, false};
}

// ---- both ---------------------------------------------------------------------------------------

void render_fields_titles(struct render *r, const struct rows *rows)
{
    const struct titles t = {&rows, 1, false};

    if (r->format == RENDER_CSV && r->header) {
        put_csv(r, &t, NULL, NULL);
    }
}

void render_fields_row(struct render *r, const struct rows *rows, const void *row)
{
    const struct titles t = {&rows, 1, false};

    if (r->format == RENDER_CSV) {
        put_csv(r, &t, rows, row);
    } else {
        put_tsv(r, rows, row, NULL);
    }
}

/** The thing's own line, then the things in it. */
static void put_object(struct render *r, const struct titles *t, const struct rows *rows,
                       const void *row)
{
    struct text made = {0};
    const struct cell_maker maker = {r->now_at, &made, false};

    if (r->format == RENDER_CSV) {
        put_csv(r, t, rows, row);
    } else {
        put_tsv(r, rows, row, t->has_kind ? rows->one : NULL);
    }
    for (size_t i = 0; i < rows->n_columns; i++) {
        struct cell cell;

        if (!cell_is_parts(&rows->columns[i])) {
            continue;
        }
        cell_get(&rows->columns[i], row, &maker, &cell);
        size_t n = cell.kind == CELL_ROWS ? cell.n : cell.kind == CELL_ROW && cell.first ? 1 : 0;
        for (size_t k = 0; k < n; k++) {
            put_object(r, t, cell.rows, (const char *)cell.first + k * cell.rows->row_bytes);
        }
    }
    text_fini(&made);
}

void render_fields_object(struct render *r, const struct rows *rows, const void *row)
{
    const struct titles t = titles_of(r, &rows);

    if (r->format == RENDER_CSV && r->header) {
        put_csv(r, &t, NULL, NULL);
    }
    put_object(r, &t, rows, row);
}
