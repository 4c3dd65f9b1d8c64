// SPDX-License-Identifier: Apache-2.0
#include "client/rows.h"
#include "client/shares.h"
#include "client/when.h"

// ---- shares -------------------------------------------------------------------------------------

static void get_share_team(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares_share *s = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = s->total ? "total" : s->share.team;
    ret->tone = s->total ? TONE_BOLD : TONE_PLAIN;
}

/** Not a dash: a total has no party, it is of all. */
static void get_share_party(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares_share *s = row;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = s->total ? " " : s->share.party;
}

static void add_reasons(struct text *t, const struct slate_share *share)
{
    const char *side = slate_name(SLATE_SIDES, (int)share->side);

    text_add(t, "on hold");
    if (side) {
        text_add_f(t, " by %s", side);
    }
    for (size_t i = 0; i < share->n_reasons; i++) {
        text_add(t, i ? ", " : ": ");
        text_add(t, share->reasons[i]);
    }
}

/** "from 2026-11-21 12:24 to 14:02". */
static void add_whole(struct text *t, const struct slate_clock *c)
{
    const int64_t to_at = c->stopped_at ? c->stopped_at : c->as_of_at;

    if (c->started_at && to_at) {
        text_add(t, "from ");
        when_add_full(t, c->started_at);
        text_add(t, " to ");
        when_add_local(t, to_at, c->started_at);
    }
}

static void get_share_what(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares_share *s = row;
    struct text *t = maker->text;

    if (s->total) {
        add_whole(t, s->total);
    } else {
        switch (s->share.kind) {
        case SLATE_SPAN_COUNTED: text_add(t, "counted"); break;
        case SLATE_SPAN_HELD: add_reasons(t, &s->share); break;
        case SLATE_SPAN_OUTSIDE: text_add(t, "outside hours"); break;
        case SLATE_SPAN_PAST_LIMIT:
            text_add(t, "past the limit");
            ret->tone = TONE_BAD;
            break;
        case SLATE_SPAN_STOPPED: text_add(t, "resolved"); break;
        default: text_add(t, "of a kind that this slate does not know"); break;
        }
    }
    ret->kind = CELL_TEXT;
    ret->text = text_str(t);
}

static void get_share_reasons(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_share *share = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = share->reasons;
    ret->n = share->n_reasons;
}

static void add_percent(const struct cell_maker *maker, uint32_t percent, struct cell *ret)
{
    text_add_f(maker->text, "%u %%", percent);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_share_percent(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    add_percent(maker, ((const struct shares_share *)row)->percent, ret);
}

#define SHARE struct slate_share

static const struct column share_columns[] = {
    MEMBER(SHARE, team, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("who", get_share_team, "TEAM", IN_TABLE),
    MEMBER(SHARE, party, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("whose", get_share_party, "PARTY", IN_TABLE),
    MEMBER_WORD(SHARE, kind, SLATE_SPAN_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(SHARE, side, SLATE_SIDES, NULL, IN_TSV | IN_JSON),
    MADE("reasons", get_share_reasons, NULL, IN_TSV | IN_JSON),
    MEMBER(SHARE, wall_us, FIELD_SPAN, "TIME", IN_ALL | COLUMN_RIGHT),
    MEMBER(struct shares_share, percent, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MADE("share", get_share_percent, "SHARE", IN_TABLE | COLUMN_RIGHT),
    MADE("what", get_share_what, "WHAT", IN_TABLE | COLUMN_WRAPS),
};

const struct rows rows_share = ROWS("share", "shares", share_columns, struct shares_share);

// ---- sums ---------------------------------------------------------------------------------------

static void get_sum_words(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares_sum *sum = row;
    const char *side = slate_name(SLATE_SIDES, (int)sum->side);
    struct text *t = maker->text;

    switch (sum->of ? *sum->of : '\0') {
    case 'w':
        text_add_f(t, "working time of %s", sum->team && *sum->team ? sum->team : "?");
        if (sum->party && *sum->party) {
            text_add_f(t, " (%s)", sum->party);
        }
        break;
    case 'h': text_add_f(t, side ? "holds of the %s" : "holds of nobody alone", side); break;
    case 'o': text_add(t, "outside hours"); break;
    case 's': text_add(t, "resolved"); break;
    default: text_add(t, "of a kind that this slate does not know"); break;
    }
    ret->kind = CELL_TEXT;
    ret->text = text_str(t);
}

static void get_sum_percent(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    add_percent(maker, ((const struct shares_sum *)row)->percent, ret);
}

#define SUM struct shares_sum

static const struct column sum_columns[] = {
    MEMBER(SUM, of, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(SUM, side, SLATE_SIDES, NULL, IN_TSV | IN_JSON),
    MEMBER(SUM, team, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SUM, party, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SUM, wall_us, FIELD_SPAN, "TIME", IN_ALL | COLUMN_RIGHT),
    MEMBER(SUM, percent, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MADE("share", get_sum_percent, "SHARE", IN_TABLE | COLUMN_RIGHT),
    MADE("words", get_sum_words, "IN SUM", IN_TABLE | COLUMN_WRAPS),
};

const struct rows rows_sum = ROWS("sum", "sums", sum_columns, struct shares_sum);

// ---- clocks -------------------------------------------------------------------------------------

static void get_split_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_clock;
    ret->first = &((const struct slate_clock_split *)row)->clock;
}

static void get_split_kind(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = slate_name(SLATE_CLOCK_KINDS,
                           (int)((const struct slate_clock_split *)row)->clock.kind);
}

static void get_split_shares(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares_clock *c = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_share;
    ret->first = c->shares;
    ret->n = c->split.n_shares;
}

static void get_split_sums(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares_clock *c = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_sum;
    ret->first = c->sums;
    ret->n = c->n_sums;
}

static const struct column split_columns[] = {
    MADE("clock", get_split_kind, NULL, IN_TSV),
    MADE("clock", get_split_clock, NULL, IN_JSON),
    MEMBER(struct slate_clock_split, wall_us, FIELD_SPAN, NULL, IN_TSV | IN_JSON),
    MADE("clock_row", get_split_clock, NULL, IN_TSV | COLUMN_NESTED),
    MADE("shares", get_split_shares, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("sums", get_split_sums, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_split = ROWS("split", "clocks", split_columns, struct shares_clock);

static void get_splits_clocks(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct shares *s = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_split;
    ret->first = s->clocks;
    ret->n = s->splits.n_clocks;
}

#define SPLITS struct slate_clock_splits

static const struct column splits_columns[] = {
    MEMBER(SPLITS, ticket, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SPLITS, contract, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SPLITS, priority, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(SPLITS, as_of_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(struct shares, as_known_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MADE("clocks", get_splits_clocks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
};

const struct rows rows_splits = ROWS("splits", "splits", splits_columns, struct shares);
