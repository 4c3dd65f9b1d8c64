// SPDX-License-Identifier: Apache-2.0
#include "client/rows.h"
#include "client/when.h"

// ---- breaches -----------------------------------------------------------------------------------

static void get_breach_note(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_breach *b = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = b->withdrawn && b->imported ? "withdrawn, imported"
                : b->withdrawn              ? "withdrawn"
                : b->imported               ? "imported"
                                            : NULL;
}

#define BREACH struct slate_breach

static const struct column breach_columns[] = {
    MEMBER(BREACH, ticket, FIELD_TEXT, "TICKET", IN_ALL),
    MEMBER_WORD(BREACH, clock, SLATE_CLOCK_KINDS, "CLOCK", IN_ALL),
    MEMBER(BREACH, cycle, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, priority, FIELD_TEXT, "PRI", IN_ALL),
    MEMBER(BREACH, contract, FIELD_TEXT, "CONTRACT", IN_ALL),
    MEMBER(BREACH, contract_version, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, vendor, FIELD_TEXT, "VENDOR", IN_ALL),
    MEMBER(BREACH, team, FIELD_TEXT, "TEAM", IN_ALL),
    MEMBER(BREACH, within, FIELD_TEXT, "TARGET", IN_ALL),
    MEMBER(BREACH, breached_at, FIELD_TIME, "BREACHED", IN_ALL),
    MEMBER(BREACH, detected_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(BREACH, state, SLATE_TICKET_STATES, "NOW", IN_ALL),
    MADE("note", get_breach_note, "NOTE", IN_TABLE),
    MEMBER(BREACH, withdrawn, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(BREACH, imported, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_breach = ROWS("breach", "breaches", breach_columns, struct slate_breach);

// ---- explanations -------------------------------------------------------------------------------

static void get_span_from(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    when_add_full(maker->text, ((const struct slate_span *)row)->from_at);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_span_to(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_span *span = row;

    when_add_local(maker->text, span->to_at, span->from_at); // without the date, if it is the same
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_span_why(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_span *span = row;
    struct text *t = maker->text;
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
        ret->tone = TONE_DIM;
        break;
    case SLATE_SPAN_OUTSIDE:
        text_add(t, "outside hours");
        ret->tone = TONE_DIM;
        break;
    case SLATE_SPAN_PAST_LIMIT:
        text_add(t, "past the limit");
        ret->tone = TONE_BAD;
        break;
    case SLATE_SPAN_STOPPED:
        text_add(t, "resolved, left out on reopening");
        ret->tone = TONE_DIM;
        break;
    default: text_add(t, "of a kind that this slate does not know"); break;
    }
    if (span->note && *span->note) {
        text_add(t, t->n ? ", " : "");
        text_add(t, span->note);
    }
    if (t->n == 0) {
        text_add(t, "inside hours");
    }
    ret->kind = CELL_TEXT;
    ret->text = text_str(t);
}

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
    MADE("from", get_span_from, "FROM", IN_TABLE),
    MADE("to", get_span_to, "TO", IN_TABLE),
    MEMBER(SPAN, from_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(SPAN, to_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(SPAN, kind, SLATE_SPAN_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER(SPAN, counted_us, FIELD_SPAN, "COUNTED", IN_ALL),
    MADE("why", get_span_why, "WHY", IN_TABLE | COLUMN_SHRINKS),
    MADE("reasons", get_span_reasons, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(SPAN, party, SLATE_SIDES, NULL, IN_TSV | IN_JSON),
    MEMBER(SPAN, note, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_span = ROWS("span", "spans", span_columns, struct slate_span);

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
    const struct slate_clock_explanation *x = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_span;
    ret->first = x->spans;
    ret->n = x->n_spans;
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
    MADE("clock_row", get_explained_clock, NULL, IN_TSV | COLUMN_NESTED),
    MADE("spans", get_explained_spans, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_explained = ROWS("explained", "clocks", explained_columns,
                                        struct slate_clock_explanation);

static void get_explanation_clocks(const void *row, const struct cell_maker *maker,
                                   struct cell *ret)
{
    const struct slate_explanation *x = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_explained;
    ret->first = x->clocks;
    ret->n = x->n_clocks;
}

#define EXPLANATION struct slate_explanation

static const struct column explanation_columns[] = {
    MEMBER(EXPLANATION, ticket, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLANATION, contract, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLANATION, priority, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EXPLANATION, as_of_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MADE("clocks", get_explanation_clocks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_explanation = ROWS("explanation", "explanations", explanation_columns,
                                          struct slate_explanation);
