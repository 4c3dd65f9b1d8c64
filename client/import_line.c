// SPDX-License-Identifier: Apache-2.0
#include "client/import_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKET(member) offsetof(struct slate_import_ticket, member)
#define EVENT(member)  offsetof(struct slate_import_event, member)

static const struct members ticket_members[] = {
    {"key", MEMBERS_TEXT, true, TICKET(source_key), 0, 0},
    {"opened_at", MEMBERS_TIME, true, TICKET(opened_at), 0, 0},
    {"priority", MEMBERS_TEXT, false, TICKET(priority), 0, 0},
    {"subject", MEMBERS_TEXT, false, TICKET(subject), 0, 0},
    {"body", MEMBERS_TEXT, false, TICKET(body), 0, 0},
    {"team", MEMBERS_TEXT, false, TICKET(team), 0, 0},
    {"function", MEMBERS_TEXT, false, TICKET(function), 0, 0},
    {"category", MEMBERS_TEXT, false, TICKET(category), 0, 0},
    {"requester", MEMBERS_TEXT, false, TICKET(requester), 0, 0},
    {"customer_tier", MEMBERS_TEXT, false, TICKET(customer_tier), 0, 0},
    {"language", MEMBERS_TEXT, false, TICKET(language), 0, 0},
    {"hold", MEMBERS_TEXT, false, TICKET(hold), 0, 0},
    {"events", MEMBERS_OTHER, false, 0, 0, 0},
};

static const struct members event_members[] = {
    {"at", MEMBERS_TIME, true, EVENT(at), 0, 0},
    {"action", MEMBERS_WORD, true, EVENT(action), SLATE_IMPORT_ACTIONS, 0},
    {"reason", MEMBERS_TEXT, false, EVENT(hold_reason), 0, 0},
    {"priority", MEMBERS_TEXT, false, EVENT(priority), 0, 0},
    {"body", MEMBERS_TEXT, false, EVENT(body), 0, 0},
    {"author", MEMBERS_WORD, false, EVENT(side), SLATE_SIDES, 0},
    {"kind", MEMBERS_WORD, false, EVENT(message_kind), SLATE_MESSAGE_KINDS, 0},
    {"visibility", MEMBERS_WORD, false, EVENT(visibility), SLATE_VISIBILITIES, 0},
    {"channel", MEMBERS_TEXT, false, EVENT(channel), 0, 0},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool take_event(const char *place, json_t *from, struct slate_import_event *to,
                       struct members_error *e)
{
    int whole = (int)strlen(place) - 1; // without the dot

    if (!json_is_object(from)) {
        return members_fail(e, "%.*s: should be an object", whole, place);
    }
    if (!members_take(place, event_members, COUNT(event_members), from, to, e)) {
        return false;
    }
    if (to->action == SLATE_IMPORT_MESSAGE && (!to->side || !to->message_kind || !to->visibility)) {
        return members_fail(
            e, "%.*s: a message needs author, kind and visibility: clocks depend on them", whole,
            place);
    }
    return true;
}

static bool take_events(json_t *from, struct import_line *line, struct members_error *e)
{
    size_t n = json_array_size(from);

    if (!from || json_is_null(from)) {
        return true;
    }
    if (!json_is_array(from)) {
        return members_fail(e, "events: should be an array");
    }
    line->events = calloc(n + 1, sizeof(*line->events));
    if (!line->events) {
        return members_fail(e, "out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        char place[32];

        snprintf(place, sizeof(place), "events[%zu].", i);
        if (!take_event(place, json_array_get(from, i), &line->events[i], e)) {
            return false;
        }
    }
    line->ticket.events = line->events;
    line->ticket.n_events = n;
    return true;
}

bool import_line_parse(const char *p, size_t n, struct import_line *ret,
                       struct members_error *reterr)
{
    struct import_line line = {0};
    json_t *root;

    if (!members_load(p, n, &root, reterr)) {
        return false;
    }
    line.json = root;
    if (!members_take("", ticket_members, COUNT(ticket_members), root, &line.ticket, reterr) ||
        !take_events(json_object_get(root, "events"), &line, reterr)) {
        import_line_fini(&line);
        return false;
    }
    *ret = line;
    return true;
}

void import_line_fini(struct import_line *line)
{
    json_decref(line->json);
    free(line->events);
    *line = (struct import_line){0};
}
