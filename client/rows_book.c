// SPDX-License-Identifier: Apache-2.0
#include "client/clockword.h"
#include "client/rows.h"
#include "client/when.h"

// ---- what would change --------------------------------------------------------------------------

/** "7 -> 8", "8 (new)", "7". */
static void get_change_word(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_change *c = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    switch (c->change) {
    case SLATE_BOOK_NEW:
        ret->text = "new";
        ret->tone = TONE_GOOD;
        break;
    case SLATE_BOOK_VERSION:
        ret->text = "new version";
        ret->tone = TONE_WARN;
        break;
    default:
        ret->text = "as it is";
        ret->tone = TONE_DIM;
        break;
    }
}

static void get_change_removed(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_change *c = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = c->removed;
    ret->n = c->n_removed;
}

static void get_change_added(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_change *c = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = c->added;
    ret->n = c->n_added;
}

#define CHANGE struct slate_book_change

static const struct column change_columns[] = {
    MEMBER(CHANGE, name, FIELD_TEXT, "NAME", IN_ALL),
    MEMBER(CHANGE, kind, FIELD_TEXT, "KIND", IN_ALL),
    MADE("change", get_change_word, "CHANGE", IN_TABLE),
    MEMBER_WORD(CHANGE, change, SLATE_BOOK_CHANGES, NULL, IN_TSV | IN_JSON),
    MEMBER(CHANGE, version, FIELD_U32, "VERSION", IN_ALL | COLUMN_RIGHT),
    MEMBER(CHANGE, effective_at, FIELD_TIME, "EFFECTIVE", IN_ALL),
    MEMBER(CHANGE, open_tickets, FIELD_U64, "OPEN TICKETS", IN_ALL | COLUMN_RIGHT),
    MADE("removed", get_change_removed, NULL, IN_JSON),
    MADE("added", get_change_added, NULL, IN_JSON),
};

const struct rows rows_book_change = ROWS("change", "changes", change_columns,
                                          struct slate_book_change);

/** The due instant, and the limit where it is later. */
static void get_example_due(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_example *x = row;

    if (x->due_at) {
        when_add_full(maker->text, x->due_at);
        if (x->limit_at > x->due_at) {
            text_add(maker->text, ", breached after ");
            when_add_full(maker->text, x->limit_at);
        }
        ret->kind = CELL_TEXT;
        ret->text = text_str(maker->text);
    }
}

static void get_example_received(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_example *x = row;

    if (x->received_at) {
        when_add_full(maker->text, x->received_at);
        ret->kind = CELL_TEXT;
        ret->text = text_str(maker->text);
    }
}

#define EXAMPLE struct slate_book_example

static const struct column example_columns[] = {
    MEMBER(EXAMPLE, contract, FIELD_TEXT, "CONTRACT", IN_ALL),
    MEMBER_WORD(EXAMPLE, clock, SLATE_CLOCK_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER(EXAMPLE, match, FIELD_TEXT, "TARGET", IN_ALL),
    MEMBER(EXAMPLE, within, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("received", get_example_received, "IF RECEIVED", IN_TABLE),
    MADE("due", get_example_due, "DUE", IN_TABLE | COLUMN_WRAPS),
    MEMBER(EXAMPLE, received_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(EXAMPLE, due_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(EXAMPLE, limit_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(EXAMPLE, zone, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_book_example = ROWS("example", "examples", example_columns,
                                           struct slate_book_example);

// ---- clocks that would move ---------------------------------------------------------------------

static void get_move_words(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = &((const struct slate_due_move *)row)->clock;

    clockword_add(maker->text, c->kind, c->team);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

/** Only the limit moves, over a closing time. */
static bool moves_limit(const struct slate_due_move *m)
{
    return m->clock.due_at == m->was_due_at && m->clock.limit_at != m->was_limit_at;
}

static void add_instant(struct text *to, bool is_limit, int64_t at)
{
    text_add(to, is_limit ? "limit " : "");
    if (at) {
        when_add_full(to, at);
    } else {
        text_add(to, CLOCKWORD_NEVER);
    }
}

static void get_move_from(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_due_move *m = row;
    const bool is_limit = moves_limit(m);

    add_instant(maker->text, is_limit, is_limit ? m->was_limit_at : m->was_due_at);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_move_to(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_due_move *m = row;
    const bool is_limit = moves_limit(m);

    add_instant(maker->text, is_limit, is_limit ? m->clock.limit_at : m->clock.due_at);
    if (m->clock.breached_at) {
        text_add(maker->text, ", BREACHED ");
        when_add_full(maker->text, m->clock.breached_at);
        ret->tone = TONE_BAD;
    }
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_move_kind(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = slate_name(SLATE_CLOCK_KINDS,
                           (int)((const struct slate_due_move *)row)->clock.kind);
}

static void get_move_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_clock;
    ret->first = &((const struct slate_due_move *)row)->clock;
}

#define MOVE struct slate_due_move
#define MOVE_CLOCK(member, name_, field_)                    \
    {                                                        \
        .name = (name_), .flags = IN_TSV, .field = (field_), \
        .offset = offsetof(MOVE, clock.member)               \
    }

static const struct column move_columns[] = {
    MEMBER(MOVE, ticket, FIELD_TEXT, "TICKET", IN_ALL),
    MADE("words", get_move_words, "CLOCK", IN_TABLE),
    MADE("from", get_move_from, "FROM", IN_TABLE),
    MADE("to", get_move_to, "TO", IN_TABLE | COLUMN_WRAPS),
    MADE("clock", get_move_kind, NULL, IN_TSV),
    MEMBER(MOVE, was_due_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(MOVE, was_limit_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MOVE_CLOCK(due_at, "due_at", FIELD_TIME),
    MOVE_CLOCK(limit_at, "limit_at", FIELD_TIME),
    MOVE_CLOCK(breached_at, "breached_at", FIELD_TIME),
    MOVE_CLOCK(team, "clock_team", FIELD_TEXT),
    MADE("clock", get_move_clock, NULL, IN_JSON),
};

const struct rows rows_due_move = ROWS("move", "moves", move_columns, struct slate_due_move);

// ---- the whole ----------------------------------------------------------------------------------

static void get_diff_moves(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_diff *d = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_due_move;
    ret->first = d->moves;
    ret->n = d->n_moves;
}

static void get_diff_changes(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_diff *d = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_book_change;
    ret->first = d->changes;
    ret->n = d->n_changes;
}

static void get_diff_examples(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_diff *d = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_book_example;
    ret->first = d->examples;
    ret->n = d->n_examples;
}

static void get_diff_warnings(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_book_diff *d = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = d->warnings;
    ret->n = d->n_warnings;
}

static const struct column diff_columns[] = {
    MEMBER(struct slate_book_diff, applied, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(struct slate_book_diff, open_tickets, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(struct slate_book_diff, truncated, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MADE("warnings", get_diff_warnings, NULL, IN_JSON),
    MADE("changes", get_diff_changes, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("examples", get_diff_examples, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    {.name = "examined", // what ends with _at is an instant
     .flags = IN_TSV | IN_JSON,
     .field = FIELD_U64,
     .offset = offsetof(struct slate_book_diff, looked_at)},
    MEMBER(struct slate_book_diff, moved_earlier, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(struct slate_book_diff, moved_later, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(struct slate_book_diff, breached, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MADE("moves", get_diff_moves, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_book_diff = ROWS("diff", "diffs", diff_columns, struct slate_book_diff);

// ---- what is in force ---------------------------------------------------------------------------

#define OBJECT struct slate_book_object

static const struct column object_columns[] = {
    MEMBER(OBJECT, name, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, kind, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, version, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, effective_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, recorded_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, actor, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
    MEMBER(OBJECT, text, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_book_object = ROWS("object", "objects", object_columns,
                                          struct slate_book_object);

static const struct column text_columns[] = {
    MEMBER(struct slate_book_text, truncated, FIELD_FLAG, NULL, IN_JSON),
};

const struct rows rows_book_text = ROWS("book", "books", text_columns, struct slate_book_text);
