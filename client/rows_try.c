// SPDX-License-Identifier: Apache-2.0
#include "client/rows.h"
#include "client/sentence.h"
#include "client/when.h"

// ---- what happened, for people ------------------------------------------------------------------

/** Without how long ago: the time is virtual. */
static void get_event_time(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_event *e = row;

    if (e->effective_at) {
        when_add_full(maker->text, e->effective_at);
        ret->kind = CELL_TEXT;
        ret->text = text_str(maker->text);
    }
}

static void get_event_what(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_event *e = row;

    sentence_add(maker->text, e, maker->now_at);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
    ret->tone = sentence_tone(e);
}

static const struct column event_columns[] = {
    MADE("time", get_event_time, "TIME", IN_TABLE),
    MADE("what", get_event_what, "WHAT", IN_TABLE | COLUMN_WRAPS),
};

const struct rows rows_tried_event = ROWS("event", "events", event_columns, struct slate_event);

// ---- expectations -------------------------------------------------------------------------------

#define CHECK struct slate_tried_check

static const struct column check_columns[] = {
    MEMBER(CHECK, line, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(CHECK, met, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(CHECK, expected, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(CHECK, found, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_tried_check = ROWS("check", "checks", check_columns,
                                          struct slate_tried_check);

// ---- tickets ------------------------------------------------------------------------------------

static void get_tried_row(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_tried_ticket *t = row;

    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_ticket;
    ret->first = t->ticket.ticket ? &t->ticket : NULL; // it was never opened
}

static void get_tried_events(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_tried_ticket *t = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_event;
    ret->first = t->events;
    ret->n = t->n_events;
}

static void get_tried_clocks(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_tried_ticket *t = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_clock;
    ret->first = t->clocks;
    ret->n = t->n_clocks;
}

static void get_tried_checks(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_tried_ticket *t = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_tried_check;
    ret->first = t->checks;
    ret->n = t->n_checks;
}

#define TRIED struct slate_tried_ticket

static const struct column ticket_columns[] = {
    MEMBER(TRIED, name, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(TRIED, as_of_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MADE("ticket", get_tried_row, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("events", get_tried_events, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("clocks", get_tried_clocks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("checks", get_tried_checks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_tried_ticket = ROWS("tried_ticket", "tickets", ticket_columns,
                                           struct slate_tried_ticket);

// ---- the whole ----------------------------------------------------------------------------------

static void get_tried_tickets(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_tried_book *book = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_tried_ticket;
    ret->first = book->tickets;
    ret->n = book->n_tickets;
}

static void get_tried_warnings(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_tried_book *book = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = book->warnings;
    ret->n = book->n_warnings;
}

static const struct column book_columns[] = {
    MEMBER(struct slate_tried_book, failed, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(struct slate_tried_book, truncated, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MADE("warnings", get_tried_warnings, NULL, IN_JSON),
    MADE("tickets", get_tried_tickets, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_tried = ROWS("tried", "tried", book_columns, struct slate_tried_book);
