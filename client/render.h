// SPDX-License-Identifier: Apache-2.0
/**
 * render: everything that the program prints as a result.
 *
 * What a result looks like is written down once, as columns of rows; a table for people, TSV, CSV
 * and JSON all come from that. Values are handed over as they are: escaping, cutting and colours
 * happen here and nowhere else, so that nothing from a ticket reaches the terminal raw.
 *
 * Colours only decorate: whatever they say stands there in words.
 */
#ifndef SLATE_CLIENT_RENDER_H
#define SLATE_CLIENT_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client/cell.h"
#include "client/text.h"

enum render_format {
    RENDER_TABLE = 1, /* for people: columns, times in a zone and relative to now */
    RENDER_TSV,       /* for shells: every value whole, UTC, no titles */
    RENDER_CSV,       /* for spreadsheets: the same with titles, and nothing is a formula */
    RENDER_JSON,      /* for programs: one document */
    RENDER_JSONL,     /* one document a line */
};

struct render_table;

struct render {
    FILE *out;
    enum render_format format;
    unsigned cols; /* of the terminal; 0 = as wide as it gets */
    bool color;
    bool header; /* tables and CSV have titles */
    bool quiet;  /* only ids */
    int64_t now_at;
    struct text scratch;
    size_t column; /* of the line that is under way, outside tables */

    /* what a thing with others in it consists of, for the titles of its CSV */
    const struct rows *const *kinds;
    size_t n_kinds;

    /* the list that is under way */
    const struct rows *rows;
    size_t n_rows;
    struct render_table *table;
};

void render_init(struct render *r, FILE *out, enum render_format format, int64_t now_at);
void render_fini(struct render *r);

/** A list: its rows, then what is said about it as a whole, which is `about_row` as JSON has it
 * (its members follow the list's). about may be NULL. */
void render_begin(struct render *r, const struct rows *rows);
void render_row(struct render *r, const void *row);
void render_end(struct render *r, const struct rows *about, const void *about_row);

/** A table amid other things: of n rows; nothing when there are none. Only in RENDER_TABLE. */
void render_subtable(struct render *r, const struct rows *rows, const void *first, size_t n,
                     unsigned indent);

/**
 * One thing as TSV, CSV or JSON, or its id: returns false for a table, which its owner lays out
 * with what follows. In TSV and CSV, where there may be something in it, the thing and what is in
 * it is a line each, that begins with what it is.
 */
bool render_object(struct render *r, const struct rows *rows, const void *row);

/** Parts of a line in RENDER_TABLE: escaped, without a newline. What is wider than the terminal
 * goes on below, further in. */
void render_put(struct render *r, enum tone tone, const char *text);
void render_put_f(struct render *r, enum tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void render_newline(struct render *r);

/** n bytes as they are, escaped already, in a tone. */
void render_paint(struct render *r, enum tone tone, const char *text, size_t n);

/** A text of several lines, each indented, so that none can pass for a line of ours; also where the
 * terminal is too narrow for one. */
void render_body(struct render *r, unsigned indent, const char *text);

/** Text as it is but for what is unsafe, for documents that other programs read (a book). */
void render_document(struct render *r, const char *text);

/** True when everything that was printed has been taken by whoever reads. */
bool render_flush(struct render *r);

/* render_table.c, render_fields.c, render_json.c */
struct render_table *render_table_new(void);
void render_table_add(struct render *r, struct render_table *t, const struct rows *rows,
                      const void *row);
void render_table_print(struct render *r, struct render_table *t, const struct rows *rows,
                        unsigned indent);
void render_table_free(struct render_table *t);
void render_fields_titles(struct render *r, const struct rows *rows);
void render_fields_row(struct render *r, const struct rows *rows, const void *row);
void render_fields_object(struct render *r, const struct rows *rows, const void *row);
void render_json_row(struct render *r, const struct rows *rows, const void *row);
void render_json_members(struct render *r, const struct rows *rows, const void *row);

#endif
