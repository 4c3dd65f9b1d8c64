// SPDX-License-Identifier: Apache-2.0
/*
 * Tables: rows are kept until all are there, because each is as wide as the widest of its column.
 * Where the terminal is too narrow, columns that may shrink or wrap give way, then the widest; what
 * still sticks out is left to the terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "client/escape.h"
#include "client/render.h"
#include "client/when.h"

/** Between columns. */
#define GAP 2

/** A column that shrinks keeps this; when that is not enough, that; and then the widest ones give
 * way, down to this. */
#define SHRUNK_LEAST   10
#define SQUEEZED_LEAST 4
#define CUT_LEAST      8

struct piece {
    char *text; // escaped
    size_t width;
    enum tone tone;
};

struct render_table {
    struct piece *pieces; // row by row
    size_t n;
    size_t size;
};

struct render_table *render_table_new(void)
{
    struct render_table *t = calloc(1, sizeof(*t));

    if (!t) {
        abort();
    }
    return t;
}

void render_table_free(struct render_table *t)
{
    if (!t) {
        return;
    }
    for (size_t i = 0; i < t->n; i++) {
        free(t->pieces[i].text);
    }
    free(t->pieces);
    free(t);
}

static void add_list(struct text *to, const struct cell *cell)
{
    for (size_t i = 0; i < cell->n; i++) {
        text_add(to, i ? ", " : "");
        text_add(to, cell->items[i]);
    }
}

/** first_response -> first response. */
static void add_word(struct text *to, const char *word)
{
    size_t start = to->n;

    text_add(to, word);
    for (size_t i = start; i < to->n; i++) {
        if (to->p[i] == '_') {
            to->p[i] = ' ';
        }
    }
}

/** What a cell says to people, not escaped. Empty when it is absent. */
static void add_words(struct text *to, const struct column *column, const struct cell *cell,
                      int64_t now_at)
{
    switch (cell->kind) {
    case CELL_TEXT: text_add(to, cell->text ? cell->text : ""); break;
    case CELL_WORD: add_word(to, cell->text ? cell->text : ""); break;
    case CELL_NUMBER: text_add_f(to, "%llu", (unsigned long long)cell->number); break;
    case CELL_SPAN: when_add_span(to, cell->number); break;
    case CELL_FLAG: text_add(to, cell->flag ? "yes" : "no"); break;
    case CELL_LIST: add_list(to, cell); break;
    case CELL_TIME:
        if (cell->at && (column->flags & COLUMN_RELATIVE)) {
            when_add_relative(to, cell->at, now_at);
        } else if (cell->at) {
            when_add_both(to, cell->at, now_at);
        }
        break;
    default: break;
    }
}

static void keep(struct render_table *t, const char *text, enum tone tone)
{
    struct text escaped = {0};

    if (t->n == t->size) {
        t->size = t->size ? 2 * t->size : 64;
        t->pieces = reallocarray(t->pieces, t->size, sizeof(*t->pieces));
        if (!t->pieces) {
            abort();
        }
    }
    escape_text(&escaped, *text ? text : "-", ESCAPE_LINE);
    struct piece *piece = &t->pieces[t->n++];
    piece->width = escape_width(text_str(&escaped));
    piece->text = text_take(&escaped);
    piece->tone = *text ? tone : TONE_DIM;
}

void render_table_add(struct render *r, struct render_table *t, const struct rows *rows,
                      const void *row)
{
    struct text made = {0};
    struct text words = {0};
    const struct cell_maker maker = {r->now_at, &made, r->header};

    for (size_t i = 0; i < rows->n_columns; i++) {
        const struct column *column = &rows->columns[i];
        struct cell cell = {0};

        if (!(column->flags & IN_TABLE)) {
            continue;
        }
        text_clear(&words);
        cell_get(column, row, &maker, &cell);
        add_words(&words, column, &cell, r->now_at);
        keep(t, text_str(&words), cell.tone);
    }
    text_fini(&made);
    text_fini(&words);
}

/** The columns that a table has, and how wide they are. */
struct layout {
    const struct column *columns[32];
    size_t widths[32];
    size_t n;
};

/** Columns that may shrink give way, from the right. Returns what the line takes then. */
static size_t shrink(struct layout *l, size_t total, size_t cols, size_t least)
{
    for (size_t i = l->n; total > cols && i-- > 0;) {
        if ((l->columns[i]->flags & (COLUMN_SHRINKS | COLUMN_WRAPS)) && l->widths[i] > least) {
            size_t over = total - cols;
            size_t give = l->widths[i] - least < over ? l->widths[i] - least : over;

            l->widths[i] -= give;
            total -= give;
        }
    }
    return total;
}

/** The widest gives way, but never the first, which says what the line is about, and no number. */
static void cut_widest(struct layout *l, size_t total, size_t cols)
{
    for (; total > cols; total--) {
        size_t widest = 0;

        for (size_t i = 1; i < l->n; i++) {
            if (!(l->columns[i]->flags & COLUMN_RIGHT) && l->widths[i] > CUT_LEAST &&
                (widest == 0 || l->widths[i] > l->widths[widest])) {
                widest = i;
            }
        }
        if (widest == 0) {
            return;
        }
        l->widths[widest]--;
    }
}

static struct layout measure(const struct render *r, const struct render_table *t,
                             const struct rows *rows, unsigned indent)
{
    struct layout l = {0};
    size_t total = indent;

    for (size_t i = 0; i < rows->n_columns && l.n < 32; i++) {
        if (rows->columns[i].flags & IN_TABLE) {
            l.widths[l.n] = r->header ? strlen(rows->columns[i].title) : 0;
            l.columns[l.n++] = &rows->columns[i];
        }
    }
    for (size_t i = 0; l.n > 0 && i < t->n; i++) {
        size_t *width = &l.widths[i % l.n];

        *width = t->pieces[i].width > *width ? t->pieces[i].width : *width;
    }
    for (size_t i = 0; i < l.n; i++) {
        total += l.widths[i] + (i ? GAP : 0);
    }
    if (r->cols) {
        total = shrink(&l, total, r->cols, SHRUNK_LEAST);
        total = shrink(&l, total, r->cols, SQUEEZED_LEAST);
        cut_widest(&l, total, r->cols);
    }
    return l;
}

/** One field, cut or padded to its column; the last of a line isn't padded. */
static void put_piece(struct render *r, const struct layout *l, size_t i, const struct piece *piece)
{
    bool right = l->columns[i]->flags & COLUMN_RIGHT;
    size_t width = piece->width;
    size_t columns = l->widths[i];
    struct text cut = {0};

    if (width > columns) {
        size_t n = escape_cut(piece->text, columns - 1, &width);

        text_add_n(&cut, piece->text, n);
        text_add(&cut, "\xe2\x80\xa6");
        width++;
    } else {
        text_add(&cut, piece->text);
    }
    if (i > 0) {
        fprintf(r->out, "%*s", GAP, "");
    }
    if (right) {
        fprintf(r->out, "%*s", (int)(columns - width), "");
    }
    render_paint(r, piece->tone, text_str(&cut), cut.n);
    if (!right && i + 1 < l->n) {
        fprintf(r->out, "%*s", (int)(columns - width), "");
    }
    text_fini(&cut);
}

/** The last field, going on below itself where its column ends: at a blank if there is one. */
static void put_wrapped(struct render *r, const struct layout *l, unsigned indent,
                        const struct piece *piece)
{
    const size_t columns = l->widths[l->n - 1];
    const char *s = piece->text;
    size_t start = indent;
    size_t width;
    size_t n;

    for (size_t i = 0; i + 1 < l->n; i++) {
        start += l->widths[i] + GAP;
    }
    fprintf(r->out, "%*s", l->n > 1 ? GAP : 0, "");
    for (; n = escape_cut(s, columns, &width), n > 0 && s[n]; s += strspn(s, " ")) {
        const size_t most = n;

        while (s[n] != ' ' && n > 0) {
            n--;
        }
        n = n > 0 ? n : most;
        render_paint(r, piece->tone, s, n);
        fprintf(r->out, "\n%*s", (int)start, "");
        s += n;
    }
    render_paint(r, piece->tone, s, strlen(s));
}

void render_table_print(struct render *r, struct render_table *t, const struct rows *rows,
                        unsigned indent)
{
    struct layout l = measure(r, t, rows, indent);

    if (t->n == 0 || l.n == 0) {
        return;
    }
    if (r->header) {
        fprintf(r->out, "%*s", (int)indent, "");
        for (size_t i = 0; i < l.n; i++) {
            struct piece title = {.text = (char *)l.columns[i]->title,
                                  .width = strlen(l.columns[i]->title),
                                  .tone = TONE_BOLD};

            put_piece(r, &l, i, &title);
        }
        fputc('\n', r->out);
    }
    for (size_t i = 0; i < t->n; i++) {
        if (i % l.n == 0) {
            fprintf(r->out, "%*s", (int)indent, "");
        }
        if (i % l.n == l.n - 1 && (l.columns[l.n - 1]->flags & COLUMN_WRAPS)) {
            put_wrapped(r, &l, indent, &t->pieces[i]);
        } else {
            put_piece(r, &l, i % l.n, &t->pieces[i]);
        }
        if (i % l.n == l.n - 1) {
            fputc('\n', r->out);
        }
    }
}
