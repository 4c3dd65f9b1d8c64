// SPDX-License-Identifier: Apache-2.0
/*
 * What the fake server answers about what happened, about users and to an intake; see fake.h.
 *
 * A line of an intake comes to what its source_key begins with: "same-" is UNCHANGED, "again-" is
 * DUPLICATE, "kept-" is KEPT; "gone-" is refused with NOT_FOUND, priority P9 with
 * INVALID_ARGUMENT; others are CREATED where they open, and UPDATED.
 */
#include "tests/client/canned.h"

#include <stdio.h>
#include <string.h>

#define AT    CANNED_AT
#define GIVE  CANNED_GIVE
#define COUNT CANNED_COUNT

static void refuse(Slate__V1__Reply *reply, Slate__V1__Code code, char *message, char *field)
{
    static Slate__V1__Error e;

    slate__v1__error__init(&e);
    GIVE(&e, code, code);
    e.message = message;
    e.field = field;
    reply->error = &e;
}

// ---- events -------------------------------------------------------------------------------------

/** The life of ACME-1042, oldest first. */
static const struct {
    int64_t at; // minutes
    Slate__V1__EventKind kind;
    char *actor; // NULL: the clock
} life[FAKE_EVENTS] = {
    {-90, SLATE__V1__EVENT_KIND__EVENT_KIND_OPENED, "jane"},
    {-85, SLATE__V1__EVENT_KIND__EVENT_KIND_TAKEN, "a.reyes"},
    {-80, SLATE__V1__EVENT_KIND__EVENT_KIND_MESSAGE, "a.reyes"},
    {-79, SLATE__V1__EVENT_KIND__EVENT_KIND_HELD, "a.reyes"},
    {-60, SLATE__V1__EVENT_KIND__EVENT_KIND_RESUMED, NULL},
    {-50, SLATE__V1__EVENT_KIND__EVENT_KIND_PRIORITY, "lead"},
    {-45, SLATE__V1__EVENT_KIND__EVENT_KIND_EDITED, "a.reyes"},
    {-40, SLATE__V1__EVENT_KIND__EVENT_KIND_TRANSFERRED, "lead"},
    {-35, SLATE__V1__EVENT_KIND__EVENT_KIND_LINKED, "a.reyes"},
    {-30, SLATE__V1__EVENT_KIND__EVENT_KIND_WARNING, NULL},
    {-10, SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH, NULL},
    {-5, SLATE__V1__EVENT_KIND__EVENT_KIND_RESOLVED, "a.reyes"},
};

static void fill_clock(Slate__V1__Clock *c, bool breached)
{
    canned_clock(c, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION,
                 SLATE__V1__CLOCK_STATE__CLOCK_STATE_RUNNING,
                 breached ? SLATE__V1__VERDICT__VERDICT_BREACHED : SLATE__V1__VERDICT__VERDICT_OPEN,
                 "1h", 60 * CANNED_MINUTE_US, (breached ? 60 : 45) * CANNED_MINUTE_US);
    GIVE(c, started_at, AT(-90));
    GIVE(c, due_at, AT(-10));
    GIVE(c, limit_at, AT(-10));
    if (breached) {
        GIVE(c, breached_at, AT(-10));
    }
}

static void fill_kind(Slate__V1__Event *e, Slate__V1__Clock *c)
{
    static char *edited[] = {"subject", "category"};

    switch (e->kind) {
    case SLATE__V1__EVENT_KIND__EVENT_KIND_OPENED: e->priority = "P2"; break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_TAKEN: e->assignee = "a.reyes"; break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_MESSAGE:
        GIVE(e, side, SLATE__V1__SIDE__SIDE_VENDOR);
        GIVE(e, message_kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN);
        GIVE(e, visibility, SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC);
        e->channel = "mail";
        GIVE(e, claimed_at, AT(-82));
        break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_HELD:
    case SLATE__V1__EVENT_KIND__EVENT_KIND_RESUMED:
        e->has_ends_at = e->kind == SLATE__V1__EVENT_KIND__EVENT_KIND_HELD;
        e->ends_at = AT(-60);
        e->hold_reason = "waiting-customer";
        GIVE(e, hold_party, SLATE__V1__SIDE__SIDE_BUYER);
        break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_PRIORITY: e->priority = "P1"; break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_EDITED:
        e->edited = edited;
        e->n_edited = COUNT(edited);
        e->category = "network";
        break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_TRANSFERRED: e->from_team = "krakow-b"; break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_LINKED:
        e->other = "ACME-1031";
        GIVE(e, link, SLATE__V1__LINK_KIND__LINK_KIND_DUPLICATED_BY);
        break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_WARNING:
        e->warning = "75%";
        fill_clock(c, false);
        e->clock = c;
        break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH:
        fill_clock(c, true);
        e->clock = c;
        break;
    case SLATE__V1__EVENT_KIND__EVENT_KIND_RESOLVED: GIVE(e, ends_at, AT(7 * 24 * 60)); break;
    default: break;
    }
}

const Slate__V1__Event *fake_event(unsigned i)
{
    static Slate__V1__Event events[FAKE_EVENTS];
    static Slate__V1__Clock clocks[FAKE_EVENTS];
    Slate__V1__Event *e = &events[i];

    slate__v1__event__init(e);
    e->contract = "acme-l1";
    GIVE(e, seq, FAKE_SEQ + 1 + 3 * i);
    e->ticket = "ACME-1042";
    GIVE(e, kind, life[i].kind);
    GIVE(e, origin,
         life[i].actor ? SLATE__V1__ORIGIN__ORIGIN_LIVE : SLATE__V1__ORIGIN__ORIGIN_CLOCK);
    GIVE(e, recorded_at, AT(life[i].at) + 250000);
    GIVE(e, effective_at, AT(life[i].at));
    e->actor = life[i].actor;
    e->via = life[i].actor ? "slate/0.1.0" : NULL;
    e->team = i < 7 ? "krakow-b" : "manila-a";
    fill_kind(e, &clocks[i]);
    GIVE(e, state_now, SLATE__V1__TICKET_STATE__TICKET_STATE_RESOLVED);
    e->priority_now = "P1";
    return e;
}

void canned_log(const Slate__V1__ShowLog *q, Slate__V1__Reply *reply)
{
    static Slate__V1__Event *list[FAKE_EVENTS];
    static Slate__V1__LogPage page;
    static uint8_t cursor[] = {'l', 0x00, 'g'};

    for (unsigned i = 0; i < FAKE_EVENTS; i++) {
        list[i] = (Slate__V1__Event *)(uintptr_t)fake_event(FAKE_EVENTS - 1 - i);
    }
    // Pages: what is asked for, then the rest
    bool second = q->has_cursor;
    bool first = !second && q->has_limit && q->limit < FAKE_EVENTS;
    slate__v1__log_page__init(&page);
    page.events = second ? list + 4 : list;
    page.n_events = second ? FAKE_EVENTS - 4 : first ? 4 : FAKE_EVENTS;
    if (first) {
        GIVE(&page, truncated, true);
        page.has_cursor = true;
        page.cursor = (ProtobufCBinaryData){sizeof(cursor), cursor};
    }
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->log_page = &page;
}

void canned_subscribed(Slate__V1__Reply *reply)
{
    static Slate__V1__Token at;
    static Slate__V1__Token *list[] = {&at};
    static Slate__V1__Subscribed s;

    slate__v1__token__init(&at);
    at.contract = "acme-l1";
    GIVE(&at, seq, FAKE_SEQ);
    slate__v1__subscribed__init(&s);
    s.positions = list;
    s.n_positions = COUNT(list);
    reply->subscribed = &s;
}

bool fake_feed(struct fake_line *line, uint64_t id, unsigned first, unsigned n)
{
    Slate__V1__Event *list[FAKE_EVENTS];
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;
    Slate__V1__Token at = SLATE__V1__TOKEN__INIT;
    Slate__V1__Token *tokens[] = {&at};

    for (unsigned i = 0; i < n; i++) {
        list[i] = (Slate__V1__Event *)(uintptr_t)fake_event(first + i);
    }
    feed.events = list;
    feed.n_events = n;
    at.contract = "acme-l1";
    GIVE(&at, seq, FAKE_SEQ + 3 * (first + n));
    feed.positions = tokens;
    feed.n_positions = 1;
    GIVE(&feed, id, id);
    return fake_write_feed(line, &feed);
}

// ---- users and intake ---------------------------------------------------------------------------

void canned_users(const Slate__V1__ListUsers *q, Slate__V1__Reply *reply)
{
    static char *agent_roles[] = {"agent", "lead"};
    static char *intake_roles[] = {"intake"};
    static char *teams[] = {"krakow-b", "manila-a"};
    static Slate__V1__User users[3];
    static Slate__V1__User *list[] = {&users[0], &users[1], &users[2]};
    static Slate__V1__UserPage page;

    for (size_t i = 0; i < COUNT(users); i++) {
        slate__v1__user__init(&users[i]);
    }
    users[0].name = "a.reyes";
    GIVE(&users[0], human, true);
    users[0].roles = agent_roles;
    users[0].n_roles = COUNT(agent_roles);
    users[0].party = "northwind";
    users[0].teams = teams;
    users[0].n_teams = COUNT(teams);
    users[1].name = "gone.fishing";
    GIVE(&users[1], human, true);
    GIVE(&users[1], disabled, true);
    users[1].party = "acme";
    users[2].name = "monitoring";
    users[2].roles = intake_roles;
    users[2].n_roles = COUNT(intake_roles);
    users[2].source = "nagios";
    slate__v1__user_page__init(&page);
    page.users = list;
    page.n_users = COUNT(list);
    if (q->name) {
        size_t i = 0;

        while (i < COUNT(users) && strcmp(q->name, users[i].name) != 0) {
            i++;
        }
        if (i == COUNT(users)) {
            refuse(reply, SLATE__V1__CODE__CODE_NOT_FOUND, "there is no such user", NULL);
            return;
        }
        page.users = list + i;
        page.n_users = 1;
    }
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->user_page = &page;
}

static bool begins(const char *text, const char *with)
{
    return text && strncmp(text, with, strlen(with)) == 0;
}

void canned_intake(const Slate__V1__Intake *q, Slate__V1__Reply *reply)
{
    static Slate__V1__IntakeDone done;
    static char ticket[64];
    bool opens = q->action == SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_OPEN;

    if (q->priority && strcmp(q->priority, "P9") == 0) {
        refuse(reply, SLATE__V1__CODE__CODE_INVALID_ARGUMENT,
               "priority \"P9\" is not in contract acme-l1", "intake.priority");
        return;
    }
    if (begins(q->source_key, "gone-")) {
        refuse(reply, SLATE__V1__CODE__CODE_NOT_FOUND, "there is no ticket of this key",
               "intake.source_key");
        return;
    }
    snprintf(ticket, sizeof(ticket), "ACME-%s", q->source_key ? q->source_key : "?");
    slate__v1__intake_done__init(&done);
    done.ticket = ticket;
    GIVE(&done, state, SLATE__V1__TICKET_STATE__TICKET_STATE_OPEN);
    GIVE(&done, outcome,
         begins(q->source_key, "same-")    ? SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_UNCHANGED
         : begins(q->source_key, "again-") ? SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_DUPLICATE
         : begins(q->source_key, "kept-")  ? SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_KEPT
         : opens                           ? SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_CREATED
                                           : SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_UPDATED);
    if (done.outcome == SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_KEPT) {
        done.ticket = NULL;
        done.has_state = false;
        done.why = "it is older than the ticket's last opening";
    }
    reply->intake_done = &done;
}
