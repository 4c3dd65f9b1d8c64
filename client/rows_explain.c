// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "client/explained.h"
#include "client/rows.h"
#include "client/when.h"

// ---- calendars ----------------------------------------------------------------------------------

#define CALENDAR struct slate_calendar_used

static const struct column calendar_columns[] = {
    MEMBER(CALENDAR, name, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(CALENDAR, version, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(CALENDAR, effective_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CALENDAR, sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
    MEMBER(CALENDAR, zone, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(CALENDAR, zone_sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_calendar_used = ROWS("calendar", "calendars", calendar_columns,
                                            struct slate_calendar_used);

// ---- steps, for people --------------------------------------------------------------------------

/** Where a step has nothing to say there is nothing, not even a dash. */
#define NOTHING " "

static void give(struct cell *ret, struct text *text)
{
    ret->kind = CELL_TEXT;
    ret->text = text->n > 0 ? text_str(text) : NOTHING;
}

static void get_step_from(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_step *step = row;

    if (step->span) {
        when_add_full(maker->text, step->span->span.from_at);
    } else if (step->mark) {
        when_add_full(maker->text, step->mark->mark_at);
    } else if (step->now_at) {
        when_add_full(maker->text, step->now_at);
    } else {
        text_add_n(maker->text, step->holiday, strlen("2026-12-25"));
        ret->tone = TONE_DIM;
    }
    give(ret, maker->text);
}

static void get_step_to(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_step *step = row;

    if (step->span) { // without the date, if it is the same
        when_add_local(maker->text, step->span->span.to_at, step->span->span.from_at);
    }
    give(ret, maker->text);
}

static void get_step_counted(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_step *step = row;

    if (step->span) {
        when_add_span(maker->text, step->span->span.counted_us);
    }
    give(ret, maker->text);
}

static void get_step_sum(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_step *step = row;

    if (step->span) {
        when_add_span(maker->text, step->span->sum_us);
    } else if (step->mark) {
        when_add_span(maker->text, step->mark->sum_us);
    }
    give(ret, maker->text);
}

/** "on hold: waiting-customer (buyer)". */
static void add_why(struct text *t, const struct slate_span *span)
{
    const char *party = slate_name(SLATE_SIDES, (int)span->party);

    switch (span->kind) {
    case SLATE_SPAN_COUNTED: break;
    case SLATE_SPAN_HELD:
        text_add(t, "on hold");
        for (size_t i = 0; i < span->n_reasons; i++) {
            text_add(t, i ? ", " : ": ");
            text_add(t, span->reasons[i]);
        }
        if (party) {
            text_add_f(t, " (%s)", party);
        }
        break;
    case SLATE_SPAN_OUTSIDE: text_add(t, "outside hours"); break;
    case SLATE_SPAN_PAST_LIMIT: text_add(t, "past the limit"); break;
    case SLATE_SPAN_STOPPED: text_add(t, "resolved, left out on reopening"); break;
    default: text_add(t, "of a kind that this slate does not know"); break;
    }
    if (span->note && *span->note && !explained_holiday(span->note)) { // those have lines
        text_add(t, t->n ? ", " : "");
        text_add(t, span->note);
    }
    if (t->n == 0) {
        text_add(t, "inside hours");
    }
}

static void get_step_why(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_step *step = row;

    if (step->span) {
        const enum slate_span_kind kind = step->span->span.kind;

        add_why(maker->text, &step->span->span);
        ret->tone = kind == SLATE_SPAN_COUNTED      ? TONE_PLAIN
                    : kind == SLATE_SPAN_PAST_LIMIT ? TONE_BAD
                                                    : TONE_DIM;
    } else if (step->mark) {
        const bool breached = strcmp(step->mark->mark, "breached") == 0;

        text_add_f(maker->text, "* %s", breached ? "BREACHED" : step->mark->mark);
        if (step->mark->warning) {
            text_add_f(maker->text, ": %s used", step->mark->warning);
        }
        ret->tone = breached ? TONE_BAD : TONE_WARN;
    } else if (step->now_at) {
        text_add(maker->text, "* now; what follows lies ahead");
    } else {
        const size_t date = strlen("2026-12-25 ");

        text_add(maker->text, "holiday: ");
        text_add_n(maker->text, step->holiday + date, step->holiday_bytes - date);
        ret->tone = TONE_DIM;
    }
    give(ret, maker->text);
}

static const struct column step_columns[] = {
    MADE("from", get_step_from, "FROM", IN_TABLE),
    MADE("to", get_step_to, "TO", IN_TABLE),
    MADE("counted", get_step_counted, "COUNTED", IN_TABLE),
    MADE("sum", get_step_sum, "SUM", IN_TABLE),
    MADE("why", get_step_why, "WHY", IN_TABLE | COLUMN_WRAPS),
};

const struct rows rows_step = ROWS("step", "steps", step_columns, struct explained_step);

// ---- spans and marks, for programs --------------------------------------------------------------

static void get_span_reasons(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_span *span = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = span->reasons;
    ret->n = span->n_reasons;
}

#define SPAN struct slate_span

static const struct column span_columns[] = {
    MEMBER(SPAN, from_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(SPAN, to_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(SPAN, kind, SLATE_SPAN_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER(SPAN, counted_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MADE("reasons", get_span_reasons, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(SPAN, party, SLATE_SIDES, NULL, IN_TSV | IN_JSON),
    MEMBER(SPAN, note, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(struct explained_span, sum_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_span = ROWS("span", "spans", span_columns, struct explained_span);
const struct rows rows_ahead = ROWS("ahead", "ahead", span_columns, struct explained_span);

#define MARK struct explained_mark

static const struct column mark_columns[] = {
    MEMBER(MARK, mark, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(MARK, mark_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(MARK, sum_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MEMBER(MARK, warning, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_mark = ROWS("mark", "marks", mark_columns, struct explained_mark);

// ---- clocks -------------------------------------------------------------------------------------

static void get_explained_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_clock;
    ret->first = &((const struct slate_clock_explanation *)row)->clock;
}

static void get_explained_kind(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock_explanation *x = row;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = slate_name(SLATE_CLOCK_KINDS, (int)x->clock.kind);
}

static void get_explained_spans(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_clock *c = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_span;
    ret->first = c->spans;
    ret->n = c->x.n_spans;
}

static void get_explained_ahead(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_clock *c = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_ahead;
    ret->first = c->spans + c->x.n_spans;
    ret->n = c->x.n_ahead;
}

static void get_explained_marks(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct explained_clock *c = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_mark;
    ret->first = c->marks;
    ret->n = c->n_marks;
}

static void get_explained_calendars(const void *row, const struct cell_maker *maker,
                                    struct cell *ret)
{
    const struct slate_clock_explanation *x = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_calendar_used;
    ret->first = x->calendars;
    ret->n = x->n_calendars;
}

#define EXPLAINED struct slate_clock_explanation

static const struct column explained_columns[] = {
    MADE("clock", get_explained_kind, NULL, IN_TSV),
    MADE("clock", get_explained_clock, NULL, IN_JSON),
    MEMBER(EXPLAINED, counted_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, held_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, outside_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, stopped_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, contract_effective_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, match, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, calendar_version, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, zone, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, zone_release, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, zone_sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, contract_sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, calendar_sha256, FIELD_HEX, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, truncated, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, engine, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLAINED, ahead_truncated, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MADE("clock_row", get_explained_clock, NULL, IN_TSV | COLUMN_NESTED),
    MADE("calendars", get_explained_calendars, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("spans", get_explained_spans, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("ahead_spans", get_explained_ahead, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("marks", get_explained_marks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_explained = ROWS("explained", "clocks", explained_columns,
                                        struct explained_clock);

static void get_explanation_clocks(const void *row, const struct cell_maker *maker,
                                   struct cell *ret)
{
    const struct explained *e = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_explained;
    ret->first = e->clocks;
    ret->n = e->x.n_clocks;
}

#define EXPLANATION struct slate_explanation

static const struct column explanation_columns[] = {
    MEMBER(EXPLANATION, ticket, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLANATION, contract, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLANATION, priority, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLANATION, as_of_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(struct explained, as_known_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MADE("clocks", get_explanation_clocks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_explanation = ROWS("explanation", "explanations", explanation_columns,
                                          struct explained);
