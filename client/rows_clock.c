// SPDX-License-Identifier: Apache-2.0
#include "client/clockword.h"
#include "client/rows.h"
#include "client/when.h"

/** A deadline this near is worth a look. */
#define SOON_US (INT64_C(15) * 60 * 1000000)

/** When it is or was due, as people say it. */
static void get_clock_due(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = row;
    struct text *t = maker->text;

    if (c->breached_at) {
        text_add(t, "BREACHED ");
        when_add_both(t, c->breached_at, maker->now_at);
        ret->tone = TONE_BAD;
    } else if (c->stopped_at) {
        text_add(t, "stopped ");
        when_add_both(t, c->stopped_at, maker->now_at);
    } else if (c->due_at) {
        text_add(t, "due ");
        when_add_both(t, c->due_at, maker->now_at);
        if (c->limit_at > c->due_at) {
            text_add(t, ", breached after ");
            when_add_local(t, c->limit_at, maker->now_at);
        }
        ret->tone = c->due_at < maker->now_at + SOON_US ? TONE_WARN : TONE_PLAIN;
    } else if (clockword_is_unschedulable(c)) {
        text_add(t, CLOCKWORD_NEVER);
        ret->tone = TONE_WARN;
    } else if (c->due_if_resumed_at) {
        text_add(t, "if resumed now, due ");
        when_add_both(t, c->due_if_resumed_at, maker->now_at);
    }
    if (t->n > 0) {
        ret->kind = CELL_TEXT;
        ret->text = text_str(t);
    }
}

static void get_clock_words(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = row;

    clockword_add(maker->text, c->kind, c->team);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_clock_never(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_FLAG;
    ret->flag = clockword_is_unschedulable(row);
}

#define CLOCK struct slate_clock

static const struct column clock_columns[] = {
    MEMBER_WORD(CLOCK, kind, SLATE_CLOCK_KINDS, NULL, IN_TSV | IN_JSON),
    MADE("words", get_clock_words, "CLOCK", IN_TABLE),
    MEMBER(CLOCK, cycle, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(CLOCK, state, SLATE_CLOCK_STATES, "STATE", IN_ALL),
    MEMBER_WORD(CLOCK, verdict, SLATE_VERDICTS, "VERDICT", IN_ALL),
    MEMBER(CLOCK, within, FIELD_TEXT, "TARGET", IN_ALL),
    MEMBER(CLOCK, target_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, elapsed_us, FIELD_SPAN, "USED", IN_ALL),
    MADE("due", get_clock_due, "DUE", IN_TABLE | COLUMN_WRAPS),
    MEMBER(CLOCK, started_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, stopped_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, due_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, limit_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, due_if_resumed_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, breached_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, as_of_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, calendar, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, contract_version, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(CLOCK, team, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("unschedulable", get_clock_never, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_clock = ROWS("clock", "clocks", clock_columns, struct slate_clock);
