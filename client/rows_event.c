// SPDX-License-Identifier: Apache-2.0
#include "client/rows.h"
#include "client/sentence.h"

// ---- events -------------------------------------------------------------------------------------

/** For people, with times in their zone. */
static void get_what(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_event *e = row;

    sentence_add(maker->text, e, maker->now_at);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
    ret->tone = sentence_tone(e);
}

/** For programs, the same wherever they run. */
static void get_sentence(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    sentence_add(maker->text, row, 0);
    ret->kind = CELL_TEXT;
    ret->text = text_str(maker->text);
}

static void get_event_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_clock;
    ret->first = ((const struct slate_event *)row)->clock;
}

static void get_event_clock_kind(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_event *)row)->clock;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = c ? slate_name(SLATE_CLOCK_KINDS, (int)c->kind) : NULL;
}

static void get_event_clock_team(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_event *)row)->clock;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = c ? c->team : NULL;
}

static void get_event_edited(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_event *e = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = e->edited;
    ret->n = e->n_edited;
}

#define EVENT struct slate_event

static const struct column event_columns[] = {
    MEMBER(EVENT, ticket, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, contract, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, seq, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(EVENT, kind, SLATE_EVENT_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, effective_at, FIELD_TIME, "TIME", IN_ALL),
    MEMBER(EVENT, actor, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("what", get_what, "WHAT", IN_TABLE | COLUMN_WRAPS),
    MADE("sentence", get_sentence, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, recorded_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, claimed_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(EVENT, origin, SLATE_ORIGINS, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, via, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, team, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(EVENT, state_now, SLATE_TICKET_STATES, NULL, IN_TSV | IN_JSON),
    MEMBER(EVENT, priority_now, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MADE("clock", get_event_clock_kind, NULL, IN_TSV),
    MEMBER(EVENT, from_team, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(EVENT, assignee, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(EVENT, priority, FIELD_TEXT, NULL, IN_JSON),
    MEMBER_WORD(EVENT, side, SLATE_SIDES, NULL, IN_JSON),
    MEMBER_WORD(EVENT, message_kind, SLATE_MESSAGE_KINDS, NULL, IN_JSON),
    MEMBER_WORD(EVENT, visibility, SLATE_VISIBILITIES, NULL, IN_JSON),
    MEMBER(EVENT, channel, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(EVENT, hold_reason, FIELD_TEXT, NULL, IN_JSON),
    MEMBER_WORD(EVENT, hold_party, SLATE_SIDES, NULL, IN_JSON),
    MEMBER(EVENT, ends_at, FIELD_TIME, NULL, IN_JSON),
    MADE("clock", get_event_clock, NULL, IN_JSON),
    MEMBER(EVENT, warning, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(EVENT, other, FIELD_TEXT, NULL, IN_JSON),
    MEMBER_WORD(EVENT, link, SLATE_LINK_KINDS, NULL, IN_JSON),
    MEMBER(EVENT, removed, FIELD_FLAG, NULL, IN_JSON),
    MADE("edited", get_event_edited, NULL, IN_JSON),
    MEMBER(EVENT, category, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(EVENT, customer_tier, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(EVENT, language, FIELD_TEXT, NULL, IN_JSON),
    MEMBER_WORD(EVENT, action, SLATE_INTAKE_ACTIONS, NULL, IN_JSON),
    MADE("clock_team", get_event_clock_team, NULL, IN_TSV),
    MEMBER_WORD(EVENT, moved_by, SLATE_MOVED_BYS, NULL, IN_JSON),
    MEMBER(EVENT, was_due_at, FIELD_TIME, NULL, IN_JSON),
    MEMBER(EVENT, was_limit_at, FIELD_TIME, NULL, IN_JSON),
    MEMBER(EVENT, erased_seq, FIELD_U64, NULL, IN_JSON),
    MEMBER(EVENT, reason, FIELD_TEXT, NULL, IN_JSON),
};

const struct rows rows_event = ROWS("event", "events", event_columns, struct slate_event);

// ---- users --------------------------------------------------------------------------------------

static void get_user_roles(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_user *user = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = user->roles;
    ret->n = user->n_roles;
}

static void get_user_teams(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_user *user = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = user->teams;
    ret->n = user->n_teams;
}

#define USER struct slate_user

static const struct column user_columns[] = {
    MEMBER(USER, name, FIELD_TEXT, "NAME", IN_ALL),
    MADE("roles", get_user_roles, "ROLES", IN_ALL),
    MEMBER(USER, party, FIELD_TEXT, "PARTY", IN_ALL),
    MADE("teams", get_user_teams, "TEAMS", IN_ALL),
    MEMBER(USER, source, FIELD_TEXT, "SOURCE", IN_ALL),
    MEMBER(USER, human, FIELD_FLAG, "HUMAN", IN_ALL),
    MEMBER(USER, disabled, FIELD_FLAG, "DISABLED", IN_ALL),
    MEMBER(USER, pinned, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MEMBER(USER, keys, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(USER, code_expires_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(USER, vouched, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_user = ROWS("user", "users", user_columns, struct slate_user);
