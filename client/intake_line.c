// SPDX-License-Identifier: Apache-2.0
#include "client/intake_line.h"

#define OPEN    (1u << SLATE_INTAKE_OPEN)
#define UPDATE  (1u << SLATE_INTAKE_UPDATE)
#define MESSAGE (1u << SLATE_INTAKE_MESSAGE)
#define HOLD    (1u << SLATE_INTAKE_HOLD)
#define RESUME  (1u << SLATE_INTAKE_RESUME)
#define RESOLVE (1u << SLATE_INTAKE_RESOLVE)
#define ALL     (OPEN | UPDATE | MESSAGE | HOLD | RESUME | RESOLVE)

#define IN(member) offsetof(struct intake_line, intake.member)

static const struct members table[] = {
    {"key", MEMBERS_TEXT, true, IN(source_key), 0, ALL},
    {"action", MEMBERS_WORD, true, IN(action), SLATE_INTAKE_ACTIONS, ALL},
    {"id", MEMBERS_TEXT, false, IN(line_id), 0, ALL},
    {"at", MEMBERS_TIME, false, offsetof(struct intake_line, at), 0, ALL},
    {"contract", MEMBERS_TEXT, false, IN(contract), 0, ALL},
    {"priority", MEMBERS_TEXT, false, IN(priority), 0, OPEN | UPDATE},
    {"subject", MEMBERS_TEXT, false, IN(subject), 0, OPEN | UPDATE},
    {"category", MEMBERS_TEXT, false, IN(category), 0, OPEN | UPDATE},
    {"customer_tier", MEMBERS_TEXT, false, IN(customer_tier), 0, OPEN | UPDATE},
    {"language", MEMBERS_TEXT, false, IN(language), 0, OPEN | UPDATE},
    {"team", MEMBERS_TEXT, false, IN(team), 0, OPEN},
    {"function", MEMBERS_TEXT, false, IN(function), 0, OPEN},
    {"requester", MEMBERS_TEXT, false, IN(requester), 0, OPEN},
    {"hold", MEMBERS_TEXT, false, IN(hold_reason), 0, OPEN},
    {"reason", MEMBERS_TEXT, false, IN(hold_reason), 0, HOLD | RESUME},
    {"body", MEMBERS_TEXT, false, IN(body), 0, OPEN | MESSAGE | RESOLVE},
    {"channel", MEMBERS_TEXT, false, IN(channel), 0, OPEN | MESSAGE | RESOLVE},
    {"side", MEMBERS_WORD, false, IN(side), SLATE_SIDES, ALL & ~OPEN},
    {"kind", MEMBERS_WORD, false, IN(message_kind), SLATE_MESSAGE_KINDS, MESSAGE | RESOLVE},
    {"visibility", MEMBERS_WORD, false, IN(visibility), SLATE_VISIBILITIES, MESSAGE},
};

#define COUNT (sizeof(table) / sizeof(table[0]))

/** A member that means nothing with the line's action would be lost in silence. */
static bool check_action(const json_t *root, enum slate_intake_action action,
                         struct members_error *e)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (!(table[i].goes_with & 1u << action) && members_has(root, table[i].name)) {
            return members_fail(e, "%s: does not go with %s", table[i].name,
                                slate_name(SLATE_INTAKE_ACTIONS, (int)action));
        }
    }
    return true;
}

bool intake_line_parse(const char *p, size_t n, struct intake_line *ret,
                       struct members_error *reterr)
{
    struct intake_line line = {0};
    json_t *root;

    if (!members_load(p, n, &root, reterr)) {
        return false;
    }
    line.json = root;
    if (!members_take("", table, COUNT, root, &line, reterr) ||
        !check_action(root, line.intake.action, reterr)) {
        intake_line_fini(&line);
        return false;
    }
    *ret = line;
    return true;
}

void intake_line_fini(struct intake_line *line)
{
    json_decref(line->json);
    *line = (struct intake_line){0};
}
