// SPDX-License-Identifier: Apache-2.0
#include "client/clockword.h"
#include "client/rows.h"
#include "client/when.h"

/** A deadline this near is worth a look. */
#define SOON_US (INT64_C(15) * 60 * 1000000)

// ---- tickets ------------------------------------------------------------------------------------

/** The one thing about its clocks that matters most. */
static void get_deadline(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_ticket *ticket = row;
    const struct slate_clock *next = ticket->next_clock;
    struct text *t = maker->text;

    if (ticket->breached_clock) {
        text_add(t, "BREACHED ");
        clockword_add(t, ticket->breached_clock->kind, ticket->breached_clock->team);
        text_add(t, " ");
        when_add_relative(t, ticket->breached_clock->breached_at, maker->now_at);
        ret->tone = TONE_BAD;
    } else if (next && next->due_at) {
        clockword_add(t, next->kind, next->team);
        text_add(t, maker->brief && next->due_at > maker->now_at ? " " : " due ");
        if (maker->brief) {
            when_add_relative(t, next->due_at, maker->now_at);
        } else {
            when_add_both(t, next->due_at, maker->now_at);
        }
        if (next->due_at <= maker->now_at && next->limit_at > maker->now_at) {
            text_add(t, ", breached after ");
            when_add_local(t, next->limit_at, maker->now_at);
        }
        ret->tone = next->due_at < maker->now_at + SOON_US ? TONE_WARN : TONE_PLAIN;
    } else if (next && clockword_is_unschedulable(next)) {
        clockword_add(t, next->kind, next->team);
        text_add(t, " " CLOCKWORD_NEVER);
        ret->tone = TONE_WARN;
    } else if (ticket->n_holds > 0) {
        text_add(t, "on hold: ");
        for (size_t i = 0; i < ticket->n_holds; i++) {
            text_add(t, i ? ", " : "");
            text_add(t, ticket->holds[i]);
        }
    }
    if (t->n > 0) {
        ret->kind = CELL_TEXT;
        ret->text = text_str(t);
    }
}

static void get_next_kind(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->next_clock;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = c ? slate_name(SLATE_CLOCK_KINDS, (int)c->kind) : NULL;
}

static void get_next_team(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->next_clock;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = c ? c->team : NULL;
}

static void get_next_due(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->next_clock;

    (void)maker;
    ret->kind = CELL_TIME;
    ret->at = c ? c->due_at : 0;
}

static void get_breached_kind(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->breached_clock;

    (void)maker;
    ret->kind = CELL_WORD;
    ret->text = c ? slate_name(SLATE_CLOCK_KINDS, (int)c->kind) : NULL;
}

static void get_breached_team(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->breached_clock;

    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = c ? c->team : NULL;
}

static void get_breached_at(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->breached_clock;

    (void)maker;
    ret->kind = CELL_TIME;
    ret->at = c ? c->breached_at : 0;
}

static void get_next_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_clock;
    ret->first = ((const struct slate_ticket *)row)->next_clock;
}

static void get_breached_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_clock;
    ret->first = ((const struct slate_ticket *)row)->breached_clock;
}

static void get_holds(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_ticket *ticket = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = ticket->holds;
    ret->n = ticket->n_holds;
}

#define TICKET struct slate_ticket

static const struct column ticket_columns[] = {
    MEMBER(TICKET, ticket, FIELD_TEXT, "TICKET", IN_ALL),
    MEMBER(TICKET, priority, FIELD_TEXT, "PRI", IN_ALL),
    MEMBER_WORD(TICKET, state, SLATE_TICKET_STATES, "STATE", IN_ALL),
    MEMBER(TICKET, team, FIELD_TEXT, "TEAM", IN_ALL),
    MADE("deadline", get_deadline, "NEXT DEADLINE", IN_TABLE),
    MADE("next_clock", get_next_kind, NULL, IN_TSV),
    MADE("next_due_at", get_next_due, NULL, IN_TSV),
    MADE("breached_clock", get_breached_kind, NULL, IN_TSV),
    MADE("breached_at", get_breached_at, NULL, IN_TSV),
    MEMBER(TICKET, updated_at, FIELD_TIME, "UPDATED", IN_ALL | COLUMN_RELATIVE),
    MEMBER(TICKET, subject, FIELD_TEXT, "SUBJECT", IN_ALL | COLUMN_SHRINKS),
    MEMBER(TICKET, assignee, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(TICKET, contract, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(TICKET, version, FIELD_U64, NULL, IN_TSV | IN_JSON),
    MEMBER(TICKET, received_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MADE("holds", get_holds, NULL, IN_TSV | IN_JSON),
    MEMBER(TICKET, occurred_at, FIELD_TIME, NULL, IN_JSON),
    MEMBER(TICKET, resolved_at, FIELD_TIME, NULL, IN_JSON),
    MADE("next_clock", get_next_clock, NULL, IN_JSON),
    MADE("breached_clock", get_breached_clock, NULL, IN_JSON),
    MEMBER(TICKET, imported, FIELD_FLAG, NULL, IN_JSON),
    MEMBER(TICKET, function, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, category, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, customer_tier, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, language, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, source, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, source_key, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, merged_into, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(TICKET, close_at, FIELD_TIME, NULL, IN_JSON),
    MADE("next_clock_team", get_next_team, NULL, IN_TSV),
    MADE("breached_clock_team", get_breached_team, NULL, IN_TSV),
};

const struct rows rows_ticket = ROWS("ticket", "tickets", ticket_columns, struct slate_ticket);

// ---- tickets by their next deadline
// --------------------------------------------------------------

static void get_risk_due(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->next_clock;

    get_next_due(row, maker, ret);
    ret->tone = c && c->due_at < maker->now_at + SOON_US ? TONE_WARN : TONE_PLAIN;
}

static void get_risk_clock(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->next_clock;

    if (c) {
        clockword_add(maker->text, c->kind, c->team);
        ret->kind = CELL_TEXT;
        ret->text = text_str(maker->text);
    }
}

/** What is left of the target, in business time. */
static void get_risk_left(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_clock *c = ((const struct slate_ticket *)row)->next_clock;

    (void)maker;
    if (c) {
        ret->kind = CELL_SPAN;
        ret->number = c->target_us > c->elapsed_us ? c->target_us - c->elapsed_us : 0;
    }
}

static const struct column risk_columns[] = {
    MEMBER(TICKET, ticket, FIELD_TEXT, "TICKET", IN_ALL),
    MADE("clock", get_next_kind, NULL, IN_TSV | IN_JSON),
    MADE("clock_words", get_risk_clock, "CLOCK", IN_TABLE),
    MADE("due_at", get_risk_due, "DUE", IN_ALL),
    MADE("remaining_us", get_risk_left, "REMAINING", IN_ALL),
    MEMBER(TICKET, team, FIELD_TEXT, "TEAM", IN_ALL),
    MEMBER(TICKET, priority, FIELD_TEXT, "PRI", IN_ALL),
    MEMBER(TICKET, assignee, FIELD_TEXT, "ASSIGNEE", IN_ALL),
    MEMBER(TICKET, subject, FIELD_TEXT, "SUBJECT", IN_ALL | COLUMN_SHRINKS),
    MEMBER(TICKET, contract, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(TICKET, state, SLATE_TICKET_STATES, NULL, IN_TSV | IN_JSON),
    MADE("breached_clock", get_breached_kind, NULL, IN_TSV),
    MADE("next_clock", get_next_clock, NULL, IN_JSON),
    MADE("breached_clock", get_breached_clock, NULL, IN_JSON),
    MADE("clock_team", get_next_team, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_risk = ROWS("ticket", "tickets", risk_columns, struct slate_ticket);

// ---- a whole ticket -----------------------------------------------------------------------------

#define MESSAGE struct slate_message

static const struct column message_columns[] = {
    MEMBER(MESSAGE, number, FIELD_U32, NULL, IN_TSV | IN_JSON),
    MEMBER(MESSAGE, effective_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(MESSAGE, author, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(MESSAGE, side, SLATE_SIDES, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(MESSAGE, kind, SLATE_MESSAGE_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER_WORD(MESSAGE, visibility, SLATE_VISIBILITIES, NULL, IN_TSV | IN_JSON),
    MEMBER(MESSAGE, channel, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(MESSAGE, body, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(MESSAGE, recorded_at, FIELD_TIME, NULL, IN_JSON),
    MEMBER(MESSAGE, claimed_at, FIELD_TIME, NULL, IN_JSON),
};

const struct rows rows_message = ROWS("message", "messages", message_columns, struct slate_message);

static void get_detail_ticket(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_ticket;
    ret->first = &((const struct slate_ticket_detail *)row)->ticket;
}

static void get_detail_clocks(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_ticket_detail *detail = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_clock;
    ret->first = detail->clocks;
    ret->n = detail->n_clocks;
}

static void get_detail_messages(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_ticket_detail *detail = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_message;
    ret->first = detail->messages;
    ret->n = detail->n_messages;
}

#define LINK struct slate_link

static const struct column link_columns[] = {
    MEMBER_WORD(LINK, kind, SLATE_LINK_KINDS, NULL, IN_TSV | IN_JSON),
    MEMBER(LINK, ticket, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_link = ROWS("link", "links", link_columns, struct slate_link);

static void get_detail_links(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_ticket_detail *detail = row;

    (void)maker;
    ret->kind = CELL_ROWS;
    ret->rows = &rows_link;
    ret->first = detail->links;
    ret->n = detail->n_links;
}

static void get_detail_tags(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_ticket_detail *detail = row;

    (void)maker;
    ret->kind = CELL_LIST;
    ret->items = detail->tags;
    ret->n = detail->n_tags;
}

static const struct column detail_columns[] = {
    MADE("ticket", get_detail_ticket, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MEMBER(struct slate_ticket_detail, requester, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(struct slate_ticket_detail, truncated, FIELD_FLAG, NULL, IN_TSV | IN_JSON),
    MADE("tags", get_detail_tags, NULL, IN_TSV | IN_JSON),
    MADE("links", get_detail_links, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("clocks", get_detail_clocks, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MADE("messages", get_detail_messages, NULL, IN_TSV | IN_JSON | COLUMN_NESTED),
    MEMBER(struct rows_detail_of, as_of_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MEMBER(struct rows_detail_of, as_known_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_detail = ROWS("detail", "details", detail_columns, struct rows_detail_of);

// ---- changes ------------------------------------------------------------------------------------

static const struct column token_columns[] = {
    MEMBER(struct slate_token, contract, FIELD_TEXT, NULL, IN_JSON),
    MEMBER(struct slate_token, seq, FIELD_U64, NULL, IN_JSON),
};

static const struct rows rows_token = ROWS("token", "tokens", token_columns, struct slate_token);

static void get_changed_ticket(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_ticket;
    ret->first = &((const struct rows_changed_of *)row)->result->changed.ticket;
}

static void get_changed_existing(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_FLAG;
    ret->flag = ((const struct rows_changed_of *)row)->result->changed.existing;
}

static void get_changed_token(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_token *token = &((const struct rows_changed_of *)row)->result->token;

    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_token;
    ret->first = token->seq ? token : NULL;
}

static const struct column changed_columns[] = {
    MADE("ticket", get_changed_ticket, NULL, IN_JSON),
    MADE("existing", get_changed_existing, NULL, IN_JSON),
    MADE("token", get_changed_token, NULL, IN_JSON),
    MEMBER(struct rows_changed_of, dry_run, FIELD_FLAG, NULL, IN_JSON),
};

const struct rows rows_changed = ROWS("change", "changes", changed_columns, struct rows_changed_of);
