// SPDX-License-Identifier: Apache-2.0
#include "client/members.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client/args.h"
#include "client/text.h"
#include "client/when.h"

bool members_fail(struct members_error *e, const char *format, ...)
{
    va_list args;

    e->column = 0;
    va_start(args, format);
    vsnprintf(e->message, sizeof(e->message), format, args);
    va_end(args);
    return false;
}

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

static bool take_member(const char *place, const struct members *m, json_t *value, void *object,
                        struct members_error *e)
{
    void *to = (char *)object + m->offset;

    if (json_is_null(value)) {
        return true; // absent, in many tools' words
    }
    if (!json_is_string(value)) {
        return members_fail(e, "%s%s: should be a string", place, m->name);
    }
    if (strcmp(m->name, "body") == 0) {
        unify_line_ends(value);
    }
    const char *text = json_string_value(value);
    if (m->kind == MEMBERS_TEXT) {
        *(const char **)to = text;
        return true;
    }
    if (m->kind == MEMBERS_TIME) {
        const char *why = when_parse_rfc3339(text, to);

        return !why || members_fail(e, "%s%s: \"%.40s\" %s", place, m->name, text, why);
    }
    int word = slate_named(m->vocabulary, text);
    if (word == 0) {
        return members_fail(e, "%s%s: unknown word \"%.40s\"", place, m->name, text);
    }
    memcpy(to, &word, sizeof(word)); // enums here are ints
    return true;
}

static const struct members *find(const struct members *table, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static bool unknown(const char *place, const struct members *table, size_t n, const char *name,
                    struct members_error *e)
{
    const char *names[MEMBERS_MAX] = {NULL};

    for (size_t i = 0; i < n && i < MEMBERS_MAX; i++) {
        names[i] = table[i].name;
    }
    const char *near = args_nearest(name, names, MEMBERS_MAX);
    return members_fail(e, "%sunknown member \"%.40s\"%s%s%s", place, name,
                        near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

bool members_has(const json_t *from, const char *name)
{
    const json_t *there = json_object_get(from, name);

    return there && !json_is_null(there);
}

bool members_load(const char *p, size_t n, json_t **ret, struct members_error *reterr)
{
    json_error_t error;

    json_t *root = json_loadb(p, n, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        members_fail(reterr, "%s", error.text);
        reterr->column = error.position > 0 ? (unsigned)error.position : 1;
        return false;
    }
    if (!json_is_object(root)) {
        json_decref(root);
        return members_fail(reterr, "should be an object");
    }
    *ret = root;
    return true;
}

bool members_take(const char *place, const struct members *table, size_t n, json_t *from, void *to,
                  struct members_error *reterr)
{
    const char *name;
    json_t *value;

    json_object_foreach(from, name, value)
    {
        const struct members *m = find(table, n, name);

        if (!m) {
            return unknown(place, table, n, name, reterr);
        }
        if (m->kind != MEMBERS_OTHER && !take_member(place, m, value, to, reterr)) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (table[i].needed && !members_has(from, table[i].name)) {
            return members_fail(reterr, "%s%s is missing", place, table[i].name);
        }
    }
    return true;
}
