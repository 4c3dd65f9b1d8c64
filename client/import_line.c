// SPDX-License-Identifier: Apache-2.0
#include "client/import_line.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/args.h"
#include "client/text.h"
#include "client/when.h"

enum kind { TEXT = 1, TIME, WORD, EVENTS };

/** A member of an object: what it is called, what it is, and where it goes. */
struct member {
    const char *name;
    enum kind kind;
    bool needed;
    size_t offset;
    enum slate_vocabulary vocabulary; // WORD
};

#define TICKET(member) offsetof(struct slate_import_ticket, member)
#define EVENT(member)  offsetof(struct slate_import_event, member)

static const struct member ticket_members[] = {
    {"key", TEXT, true, TICKET(source_key), 0},
    {"opened_at", TIME, true, TICKET(opened_at), 0},
    {"priority", TEXT, false, TICKET(priority), 0},
    {"subject", TEXT, false, TICKET(subject), 0},
    {"body", TEXT, false, TICKET(body), 0},
    {"team", TEXT, false, TICKET(team), 0},
    {"function", TEXT, false, TICKET(function), 0},
    {"category", TEXT, false, TICKET(category), 0},
    {"requester", TEXT, false, TICKET(requester), 0},
    {"customer_tier", TEXT, false, TICKET(customer_tier), 0},
    {"language", TEXT, false, TICKET(language), 0},
    {"hold", TEXT, false, TICKET(hold), 0},
    {"events", EVENTS, false, 0, 0},
};

static const struct member event_members[] = {
    {"at", TIME, true, EVENT(at), 0},
    {"action", WORD, true, EVENT(action), SLATE_IMPORT_ACTIONS},
    {"reason", TEXT, false, EVENT(hold_reason), 0},
    {"priority", TEXT, false, EVENT(priority), 0},
    {"body", TEXT, false, EVENT(body), 0},
    {"author", WORD, false, EVENT(side), SLATE_SIDES},
    {"kind", WORD, false, EVENT(message_kind), SLATE_MESSAGE_KINDS},
    {"visibility", WORD, false, EVENT(visibility), SLATE_VISIBILITIES},
    {"channel", TEXT, false, EVENT(channel), 0},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

__attribute__((format(printf, 2, 3))) static bool fail(struct import_line_error *e,
                                                       const char *format, ...)
{
    va_list args;

    e->column = 0;
    va_start(args, format);
    vsnprintf(e->message, sizeof(e->message), format, args);
    va_end(args);
    return false;
}

/** A place within the line: "events[3].", or "". */
struct place {
    char prefix[32];
};

/** Lines of a body end with \n for the server; exports often have \r\n. */
static void unify_line_ends(json_t *value)
{
    const char *text = json_string_value(value);

    if (!strchr(text, '\r')) {
        return;
    }
    struct text out = {0};
    for (const char *p = text; *p; p++) {
        if (*p != '\r') {
            text_add_n(&out, p, 1);
        } else if (p[1] != '\n') {
            text_add(&out, "\n");
        }
    }
    json_string_set(value, text_str(&out));
    text_fini(&out);
}

static bool take_text(const struct place *at, const char *name, json_t *value, const char **ret,
                      struct import_line_error *e)
{
    if (!json_is_string(value)) {
        return fail(e, "%s%s: should be a string", at->prefix, name);
    }
    if (strcmp(name, "body") == 0) {
        unify_line_ends(value);
    }
    *ret = json_string_value(value);
    return true;
}

static bool take_member(const struct place *at, const struct member *m, json_t *value, void *object,
                        struct import_line_error *e)
{
    void *to = (char *)object + m->offset;
    const char *text = NULL;

    if (json_is_null(value)) {
        return true; // absent, in many tools' words
    }
    if (!take_text(at, m->name, value, &text, e)) {
        return false;
    }
    if (m->kind == TEXT) {
        *(const char **)to = text;
        return true;
    }
    if (m->kind == TIME) {
        const char *why = when_parse_rfc3339(text, to);

        return !why || fail(e, "%s%s: \"%.40s\" %s", at->prefix, m->name, text, why);
    }
    int word = slate_named(m->vocabulary, text);
    if (word == 0) {
        return fail(e, "%s%s: unknown word \"%.40s\"", at->prefix, m->name, text);
    }
    memcpy(to, &word, sizeof(word)); // enums here are ints
    return true;
}

static const struct member *find(const struct member *members, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return &members[i];
        }
    }
    return NULL;
}

static bool unknown(const struct place *at, const struct member *members, size_t n,
                    const char *name, struct import_line_error *e)
{
    const char *names[16] = {NULL};

    for (size_t i = 0; i < n && i < COUNT(names); i++) {
        names[i] = members[i].name;
    }
    const char *near = args_nearest(name, names, COUNT(names));
    return fail(e, "%sunknown member \"%.40s\"%s%s%s", at->prefix, name,
                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/** Every member but events, and that all needed ones are there. */
static bool take_members(const struct place *at, const struct member *members, size_t n,
                         json_t *from, void *to, struct import_line_error *e)
{
    const char *name;
    json_t *value;

    json_object_foreach(from, name, value)
    {
        const struct member *m = find(members, n, name);

        if (!m) {
            return unknown(at, members, n, name, e);
        }
        if (m->kind != EVENTS && !take_member(at, m, value, to, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const json_t *there = json_object_get(from, members[i].name);

        if (members[i].needed && (!there || json_is_null(there))) {
            return fail(e, "%s%s is missing", at->prefix, members[i].name);
        }
    }
    return true;
}

static bool take_event(const struct place *at, json_t *from, struct slate_import_event *to,
                       struct import_line_error *e)
{
    int whole = (int)strlen(at->prefix) - 1; // without the dot

    if (!json_is_object(from)) {
        return fail(e, "%.*s: should be an object", whole, at->prefix);
    }
    if (!take_members(at, event_members, COUNT(event_members), from, to, e)) {
        return false;
    }
    if (to->action == SLATE_IMPORT_MESSAGE && (!to->side || !to->message_kind || !to->visibility)) {
        return fail(e, "%.*s: a message needs author, kind and visibility: clocks depend on them",
                    whole, at->prefix);
    }
    return true;
}

static bool take_events(json_t *from, struct import_line *line, struct import_line_error *e)
{
    size_t n = json_array_size(from);

    if (!from || json_is_null(from)) {
        return true;
    }
    if (!json_is_array(from)) {
        return fail(e, "events: should be an array");
    }
    line->events = calloc(n + 1, sizeof(*line->events));
    if (!line->events) {
        return fail(e, "out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        struct place at;

        snprintf(at.prefix, sizeof(at.prefix), "events[%zu].", i);
        if (!take_event(&at, json_array_get(from, i), &line->events[i], e)) {
            return false;
        }
    }
    line->ticket.events = line->events;
    line->ticket.n_events = n;
    return true;
}

bool import_line_parse(const char *p, size_t n, struct import_line *ret,
                       struct import_line_error *reterr)
{
    static const struct place top = {""};
    struct import_line line = {0};
    json_error_t error;

    json_t *root = json_loadb(p, n, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        fail(reterr, "%s", error.text);
        reterr->column = error.position > 0 ? (unsigned)error.position : 1;
        return false;
    }
    line.json = root;
    bool fine = json_is_object(root) || fail(reterr, "should be an object");
    fine = fine &&
           take_members(&top, ticket_members, COUNT(ticket_members), root, &line.ticket, reterr);
    fine = fine && take_events(json_object_get(root, "events"), &line, reterr);
    if (!fine) {
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
