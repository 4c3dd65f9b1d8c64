// SPDX-License-Identifier: Apache-2.0
/**
 * cell: what rows of results consist of, written down once for tables, TSV, CSV and JSON.
 *
 * A kind of row (struct rows) is a list of columns. Most columns are members of a struct of
 * <slate.h>: they say where it lies and what it is. The others have a function that makes the cell.
 */
#ifndef SLATE_CLIENT_CELL_H
#define SLATE_CLIENT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <slate.h>

#include "client/text.h"

enum tone { TONE_PLAIN = 0, TONE_BAD, TONE_WARN, TONE_GOOD, TONE_DIM, TONE_BOLD };

enum cell_kind {
    CELL_ABSENT = 0, /* null in JSON, nothing in TSV and CSV, - in a table */
    CELL_TEXT,       /* text, which may be anything; NULL is absent */
    CELL_WORD,       /* text, of a vocabulary: tables show its _ as blanks */
    CELL_NUMBER,     /* number */
    CELL_FLAG,       /* flag */
    CELL_TIME,       /* at; 0 is absent */
    CELL_SPAN,       /* number: microseconds */
    CELL_LIST,       /* items, n: strings */
    CELL_HEX,        /* bytes, n; none is absent */
    CELL_ROW,        /* first: one row of `rows`; NULL is absent */
    CELL_ROWS,       /* first, n: rows of `rows` */
};

struct rows;

struct cell {
    enum cell_kind kind;
    enum tone tone;
    const char *text;
    uint64_t number;
    bool flag;
    int64_t at;
    const char *const *items;
    const void *bytes;
    size_t n;
    const struct rows *rows;
    const void *first;
};

/** What a cell may be made with. */
struct cell_maker {
    int64_t now_at;
    struct text *text; /* empty; a cell's text may point into it */
    bool brief;        /* one row of a table with titles: no more words than it takes */
};

enum {
    IN_TABLE = 1u << 0,
    IN_TSV = 1u << 1, /* and in CSV */
    IN_JSON = 1u << 2,
    IN_ALL = IN_TABLE | IN_TSV | IN_JSON,
    COLUMN_RIGHT = 1u << 3,    /* numbers */
    COLUMN_SHRINKS = 1u << 4,  /* cut where a terminal is narrow */
    COLUMN_RELATIVE = 1u << 5, /* a table shows the time only as relative to now */
    COLUMN_WRAPS = 1u << 7,    /* the last one: goes on below itself where a terminal is narrow */
    COLUMN_NESTED = 1u << 6,   /* CELL_ROW or CELL_ROWS: IN_TSV they are lines of their own */
};

/** What lies at a column's offset. */
enum field {
    FIELD_MADE = 0, /* nothing: see get */
    FIELD_TEXT,     /* const char * */
    FIELD_WORD,     /* an enum, with its vocabulary */
    FIELD_U32,
    FIELD_U64,
    FIELD_SPAN, /* uint64_t, microseconds */
    FIELD_FLAG, /* bool */
    FIELD_TIME, /* int64_t */
    FIELD_HEX,  /* struct slate_bytes */
};

struct column {
    const char *name;  /* in JSON, in CSV, and in the list of TSV columns */
    const char *title; /* in a table */
    unsigned flags;
    enum field field;
    size_t offset;
    enum slate_vocabulary vocabulary;
    /** FIELD_MADE: fills a zeroed cell from a row of the kind that the column belongs to. */
    void (*get)(const void *row, const struct cell_maker *maker, struct cell *ret);
};

/** A column that is a member of a struct, and named like it. */
#define MEMBER(type, member, field_, title_, flags_)                              \
    {                                                                             \
        .name = #member, .title = (title_), .flags = (flags_), .field = (field_), \
        .offset = offsetof(type, member)                                          \
    }
#define MEMBER_WORD(type, member, vocabulary_, title_, flags_)                      \
    {                                                                               \
        .name = #member, .title = (title_), .flags = (flags_), .field = FIELD_WORD, \
        .offset = offsetof(type, member), .vocabulary = (vocabulary_)               \
    }
#define MADE(name_, get_, title_, flags_)                                    \
    {                                                                        \
        .name = (name_), .title = (title_), .flags = (flags_), .get = (get_) \
    }

/** A kind of row. Its first column is what -q prints. */
struct rows {
    const char *one;  /* "ticket" */
    const char *many; /* "tickets" */
    const struct column *columns;
    size_t n_columns;
    size_t row_bytes; /* size of the struct, to walk arrays of it */
};

#define ROWS(one_, many_, columns_, type_)                                                \
    {                                                                                     \
        .one = (one_), .many = (many_), .columns = (columns_),                            \
        .n_columns = sizeof(columns_) / sizeof((columns_)[0]), .row_bytes = sizeof(type_) \
    }

/** True for a field of the row's own line in TSV and CSV. */
bool cell_is_field(const struct column *column);

/** True for rows that are lines of their own there. */
bool cell_is_parts(const struct column *column);

/** True for a thing with others in it. */
bool cell_has_parts(const struct rows *rows);

/** The cell of a row in a column. *maker->text is emptied first. */
void cell_get(const struct column *column, const void *row, const struct cell_maker *maker,
              struct cell *ret);

#endif
