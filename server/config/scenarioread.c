// SPDX-License-Identifier: Apache-2.0
#include "config/scenarioread.h"

#include <stdio.h>
#include <string.h>

#include "config/near.h"
#include "config/specvalue.h"
#include "core/instant.h"

/*
 * What is done
 */

/* Keys of an event beside `at`, `do`, `recorded` and `refused`. */
enum key {
    KEY_FROM,
    KEY_BY,
    KEY_ROLE,
    KEY_REASON,
    KEY_QUESTION,
    KEY_MESSAGE,
    KEY_PRIORITY,
    KEY_TEAM,
    KEY_CATEGORY,
    KEY_CUSTOMER_TIER,
    KEY_LANGUAGE,
    KEY_INTO,
    KEYS,
};

static const char *const key_names[KEYS] = {
    "from",     "by",   "role",     "reason",        "question", "message",
    "priority", "team", "category", "customer_tier", "language", "into",
};

#define BIT(key)   (1u << (key))
#define EDITS_KEYS (BIT(KEY_CATEGORY) | BIT(KEY_CUSTOMER_TIER) | BIT(KEY_LANGUAGE))

static const struct action {
    const char *name;
    enum command_kind kind;
    bool says;
    uint32_t needs;
    uint32_t takes; // beside those
} actions[] = {
    {"reply", COMMAND_REPLY, true, 0, 0},
    {"note", COMMAND_NOTE, true, 0, BIT(KEY_FROM)},
    {"message", COMMAND_REPLY, true, BIT(KEY_FROM), BIT(KEY_BY)},
    {"take", COMMAND_TAKE, false, 0, 0},
    {"ack", COMMAND_ACK, false, 0, 0},
    {"hold", COMMAND_HOLD, false, BIT(KEY_REASON), BIT(KEY_QUESTION) | BIT(KEY_FROM)},
    {"resume", COMMAND_RESUME, false, 0, BIT(KEY_REASON) | BIT(KEY_FROM)},
    {"resolve", COMMAND_RESOLVE, false, 0, BIT(KEY_MESSAGE) | BIT(KEY_BY)},
    {"reopen", COMMAND_REOPEN, false, 0, BIT(KEY_FROM)},
    {"close", COMMAND_CLOSE, false, 0, BIT(KEY_FROM)},
    {"priority", COMMAND_PRIORITY, false, BIT(KEY_PRIORITY), BIT(KEY_FROM) | BIT(KEY_ROLE)},
    {"transfer", COMMAND_TRANSFER, false, BIT(KEY_TEAM), 0},
    {"edit", COMMAND_EDIT, false, 0, EDITS_KEYS | BIT(KEY_FROM)},
    {"merge", COMMAND_MERGE, false, BIT(KEY_INTO), 0},
};
enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

static int find_action(const struct spec_reader *r, const struct yamldoc_place *in,
                       const char *name, const struct action **ret)
{
    struct near near = near_to(name);
    char hint[256];
    size_t n;

    for (size_t i = 0; i < ACTIONS; i++) {
        if (strcmp(actions[i].name, name) == 0) {
            *ret = &actions[i];
            return 0;
        }
        near_offer(&near, actions[i].name);
    }
    if (near_hint(&near, hint, sizeof(hint)) == NULL) {
        n = (size_t)snprintf(hint, sizeof(hint), "known here:");
        for (size_t i = 0; i < ACTIONS && n < sizeof(hint); i++) {
            n += (size_t)snprintf(hint + n, sizeof(hint) - n, " %s", actions[i].name);
        }
    }
    const struct yamldoc_place at = yamldoc_in(in, "do");
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, hint,
                          "\"%.80s\" cannot be done", name);
}

static void list_values(const struct raw_scenario_event *raw, const char *ret[static KEYS])
{
    const char *const values[KEYS] = {
        raw->from,     raw->by,   raw->role,     raw->reason,        raw->question, raw->message,
        raw->priority, raw->team, raw->category, raw->customer_tier, raw->language, raw->into,
    };
    memcpy(ret, values, sizeof(values));
}

static int check_keys(const struct spec_reader *r, const struct yamldoc_place *in,
                      const struct action *action, const char *const values[static KEYS])
{
    for (size_t i = 0; i < KEYS; i++) {
        const struct yamldoc_place at = yamldoc_in(in, "%s", key_names[i]);
        if (values[i] == NULL && (action->needs & BIT(i)) != 0) {
            return yamldoc_refuse(r->refusal, in, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "`do: %s` needs `%s`", action->name, key_names[i]);
        }
        if (values[i] != NULL && ((action->needs | action->takes) & BIT(i)) == 0) {
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "`do: %s` takes no `%s`", action->name, key_names[i]);
        }
    }
    if (action->kind == COMMAND_EDIT && values[KEY_CATEGORY] == NULL &&
        values[KEY_CUSTOMER_TIER] == NULL && values[KEY_LANGUAGE] == NULL) {
        return yamldoc_refuse(r->refusal, in, OUTCOME_INVALID_ARGUMENT,
                              "name a category, customer_tier or language",
                              "`do: edit` changes nothing");
    }
    return 0;
}

static int read_flag(const struct spec_reader *r, const struct yamldoc_place *in, const char *key,
                     const char *value, bool *ret)
{
    static const char *const words[] = {"false", "true", NULL};
    size_t word = 0;
    const int refused = value != NULL
                            ? specvalue_word(r, yamldoc_in(in, "%s", key), value, words, &word)
                            : 0;
    *ret = word == 1;
    return refused;
}

/* Who it is: by themselves a person of the vendor. */
static int read_actor(const struct spec_reader *r, const struct yamldoc_place *in,
                      const struct raw_scenario_event *raw, struct scenario_event *ret)
{
    static const char *const sides[] = {"requester", "buyer", "vendor", "tool", NULL};
    static const char *const speakers[] = {"human", "auto", NULL};
    static const char *const doers[] = {"human", "tool", NULL};
    const bool speaks = ret->kind == COMMAND_REPLY;
    size_t side = SIDE_VENDOR - SIDE_REQUESTER;
    size_t by = 0;
    int refused = 0;

    if (raw->from != NULL) {
        refused = specvalue_word(r, yamldoc_in(in, "from"), raw->from, sides, &side);
    }
    ret->side = SIDE_REQUESTER + (enum side)side;
    if (refused == 0 && raw->by != NULL) {
        const struct yamldoc_place at = yamldoc_in(in, "by");
        refused = specvalue_word(r, at, raw->by, speaks ? speakers : doers, &by);
        if (refused == 0 && by == 0 && ret->side == SIDE_TOOL) {
            refused = yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                     "a tool is no human");
        }
    }
    if (by == 1 && !speaks) {
        ret->side = SIDE_TOOL;
    }
    ret->human = by == 0 && ret->side != SIDE_TOOL;
    return refused;
}

/* Contracts let some roles change priorities. Who says none is asked for none. */
static int read_role(const struct spec_reader *r, const struct yamldoc_place *in, const char *value,
                     uint32_t *ret)
{
    const struct yamldoc_place at = yamldoc_in(in, "role");

    *ret = value != NULL ? role_named(value) : ROLES_ALL;
    return *ret != 0 ? 0
                     : yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                      "roles are agent lead vendor-manager manager intake "
                                      "auditor admin",
                                      "\"%.80s\" is not a role", value);
}

static int read_event_names(const struct spec_reader *r, const struct yamldoc_place *in,
                            const char *const values[static KEYS], struct scenario_event *ret)
{
    const struct {
        enum key key;
        enum edit edit;
        const char **to;
    } rows[] = {
        {KEY_REASON, 0, &ret->reason},
        {KEY_PRIORITY, 0, &ret->priority},
        {KEY_TEAM, 0, &ret->team},
        {KEY_CATEGORY, EDIT_CATEGORY, &ret->category},
        {KEY_CUSTOMER_TIER, EDIT_CUSTOMER_TIER, &ret->customer_tier},
        {KEY_LANGUAGE, EDIT_LANGUAGE, &ret->language},
        {KEY_INTO, 0, &ret->into},
    };
    int refused = 0;

    for (size_t i = 0; refused == 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *value = values[rows[i].key];
        *rows[i].to = value != NULL ? value : "";
        if (value != NULL) {
            refused = specvalue_label(r, yamldoc_in(in, "%s", key_names[rows[i].key]), value);
            ret->edits |= rows[i].edit;
        }
    }
    return refused;
}

int scenarioread_event(const struct spec_reader *r, struct yamldoc_place in,
                       const struct raw_scenario_event *raw, struct scenario_event *ret)
{
    const struct action *action = NULL;
    const char *values[KEYS];
    bool flag = false;

    *ret = (struct scenario_event){.line = yamldoc_line(&in)};
    list_values(raw, values);
    int refused = find_action(r, &in, raw->action, &action);
    if (refused == 0) {
        refused = check_keys(r, &in, action, values);
    }
    if (refused == 0) {
        ret->kind = action->kind;
        ret->says = action->says;
        refused = scenarioread_when(r, yamldoc_in(&in, "at"), raw->at, &ret->at);
    }
    if (refused == 0) {
        refused = scenarioread_when(r, yamldoc_in(&in, "recorded"), raw->recorded, &ret->recorded);
    }
    if (refused == 0) {
        refused = read_actor(r, &in, raw, ret);
    }
    if (refused == 0) {
        refused = read_role(r, &in, raw->role, &ret->roles);
    }
    if (refused == 0) {
        refused = read_event_names(r, &in, values, ret);
    }
    if (refused == 0) {
        refused = read_flag(r, &in, "refused", raw->refused, &ret->refused);
    }
    if (refused == 0) {
        refused = read_flag(r, &in, "message", raw->message, &flag);
        ret->says = ret->says || flag;
    }
    if (refused == 0) {
        refused = read_flag(r, &in, "question", raw->question, &flag);
    }
    if (refused == 0 && raw->question != NULL && flag) {
        ret->kind = COMMAND_REPLY; // which sets the hold too
        ret->says = true;
    }
    return refused;
}

/*
 * What is expected
 */

static int read_clock(const struct spec_reader *r, const struct yamldoc_place *in,
                      const struct raw_scenario_expect *raw, struct scenario_expect *ret)
{
    const struct yamldoc_place at = yamldoc_in(in, "clock");
    const struct yamldoc_place team = yamldoc_in(in, "team");

    ret->clock = clock_kind_named(raw->clock);
    ret->team_name = raw->team != NULL ? raw->team : "";
    if (ret->clock == CLOCK_KIND_NONE) {
        struct near near = near_to(raw->clock);
        char hint[128];
        for (unsigned i = CLOCK_KIND_NONE + 1; i < CLOCK_KINDS; i++) {
            near_offer(&near, clock_kind_name((enum clock_kind)i));
        }
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              near_hint(&near, hint, sizeof(hint)), "\"%.80s\" is not a clock",
                              raw->clock);
    }
    if ((ret->clock == CLOCK_KIND_OLA) != (raw->team != NULL)) {
        return yamldoc_refuse(
            r->refusal, raw->team != NULL ? &team : in, OUTCOME_INVALID_ARGUMENT, NULL,
            raw->team != NULL ? "only an ola is a team's" : "an ola is a team's: say whose");
    }
    return 0;
}

static int read_cycle(const struct spec_reader *r, const struct yamldoc_place *in,
                      const char *value, uint32_t *ret)
{
    const struct yamldoc_place at = yamldoc_in(in, "cycle");
    uint32_t cycle = 0;

    if (value == NULL) {
        return 0;
    }
    for (const char *p = value; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || cycle > TICKET_FACTS_MAX) {
            cycle = 0;
            break;
        }
        cycle = cycle * 10 + (uint32_t)(*p - '0');
    }
    *ret = cycle;
    return cycle > 0 ? 0
                     : yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                      "cycles are counted from 1; without `cycle` it is the newest",
                                      "\"%.80s\" is not a number of a cycle", value);
}

static int read_words(const struct spec_reader *r, const struct yamldoc_place *in,
                      const struct raw_scenario_expect *raw, struct scenario_expect *ret)
{
    static const char *const states[] = {"running",   "on_hold", "stopped",
                                         "cancelled", "none",    NULL};
    static const enum clock_state clock_states[] = {CLOCK_RUNNING, CLOCK_PAUSED, CLOCK_STOPPED,
                                                    CLOCK_CANCELLED, CLOCK_IDLE};
    static const char *const verdicts[] = {"none", "open", "met", "breached", NULL};
    static const enum ticket_verdict ticket_verdicts[] = {
        TICKET_VERDICT_NONE, TICKET_VERDICT_OPEN, TICKET_VERDICT_MET, TICKET_VERDICT_BREACHED};
    size_t word = 0;
    int refused = 0;

    if (raw->state != NULL) {
        refused = specvalue_word(r, yamldoc_in(in, "state"), raw->state, states, &word);
        ret->state = clock_states[word];
        ret->given |= ret->state != CLOCK_IDLE ? SCENARIO_STATE : SCENARIO_NO_CLOCK;
    }
    if (refused == 0 && raw->verdict != NULL) {
        refused = specvalue_word(r, yamldoc_in(in, "verdict"), raw->verdict, verdicts, &word);
        ret->verdict = ticket_verdicts[word];
        ret->given |= SCENARIO_VERDICT;
    }
    return refused;
}

static int read_length(const struct spec_reader *r, const struct yamldoc_place *in, const char *key,
                       const char *value, enum scenario_given bit, struct scenario_expect *ret,
                       int64_t *ret_us)
{
    if (value == NULL) {
        return 0;
    }
    ret->given |= bit;
    return specvalue_duration(r, yamldoc_in(in, "%s", key), value, ret_us);
}

static int read_end(const struct spec_reader *r, const struct yamldoc_place *in, const char *key,
                    const char *value, enum scenario_given bit, struct scenario_expect *ret,
                    struct scenario_when *ret_when)
{
    if (value == NULL) {
        return 0;
    }
    ret->given |= bit;
    if (strcmp(value, "none") == 0) {
        *ret_when = (struct scenario_when){.form = SCENARIO_NONE};
        return 0;
    }
    return scenarioread_when(r, yamldoc_in(in, "%s", key), value, ret_when);
}

static int check_given(const struct spec_reader *r, const struct yamldoc_place *in,
                       const struct scenario_expect *expect)
{
    if (expect->given == 0) {
        return yamldoc_refuse(r->refusal, in, OUTCOME_INVALID_ARGUMENT,
                              "name a state, verdict, target, elapsed, due, limit or breached_at",
                              "it is not said what to expect of the clock");
    }
    if ((expect->given & SCENARIO_NO_CLOCK) != 0 && expect->given != SCENARIO_NO_CLOCK) {
        return yamldoc_refuse(r->refusal, in, OUTCOME_INVALID_ARGUMENT, NULL,
                              "a clock that is not there has nothing to expect");
    }
    return 0;
}

int scenarioread_expect(const struct spec_reader *r, struct yamldoc_place in,
                        const struct raw_scenario_expect *raw, struct scenario_expect *ret)
{
    *ret = (struct scenario_expect){.line = yamldoc_line(&in)};
    int refused = read_clock(r, &in, raw, ret);
    if (refused == 0) {
        refused = read_cycle(r, &in, raw->cycle, &ret->cycle);
    }
    if (refused == 0) {
        refused = read_words(r, &in, raw, ret);
    }
    if (refused == 0) {
        refused = read_length(r, &in, "target", raw->target, SCENARIO_TARGET, ret, &ret->target_us);
    }
    if (refused == 0) {
        refused = read_length(r, &in, "elapsed", raw->elapsed, SCENARIO_ELAPSED, ret,
                              &ret->elapsed_us);
    }
    if (refused == 0) {
        refused = read_end(r, &in, "due", raw->due, SCENARIO_DUE, ret, &ret->due);
    }
    if (refused == 0) {
        refused = read_end(r, &in, "limit", raw->limit, SCENARIO_LIMIT, ret, &ret->limit);
    }
    if (refused == 0) {
        refused = read_end(r, &in, "breached_at", raw->breached_at, SCENARIO_BREACHED_AT, ret,
                           &ret->breached);
    }
    return refused != 0 ? refused : check_given(r, &in, ret);
}
