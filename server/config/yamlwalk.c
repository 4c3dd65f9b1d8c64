// SPDX-License-Identifier: Apache-2.0
/*
 * The walk goes along the schema, so its depth is the schema's and a mapping has at most as many
 * entries as the schema has keys, whatever the text tries. It stops at the first fault.
 */
#include "config/yamlwalk.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "config/near.h"

/* Texts were cut to size here and there; takes away what that left of a character. */
static void mend(char *text)
{
    unsigned char *to = (unsigned char *)text;
    const unsigned char *from = to;
    while (*from != '\0') {
        const size_t n = *from < 0x80 ? 1 : *from < 0xE0 ? 2 : *from < 0xF0 ? 3 : 4;
        size_t has = 1;
        while (has < n && (from[has] & 0xC0U) == 0x80U) {
            has++;
        }
        if (has == n && (*from < 0x80 || *from >= 0xC2)) {
            memmove(to, from, n);
            to += n;
        }
        from += has;
    }
    *to = '\0';
}

int yamlwalk_refuse(struct refusal *r, const char *file, uint32_t line, const char *path,
                    enum outcome_code code, const char *hint, const char *message, va_list args)
{
    char text[512];
    char where[32] = "";

    (void)vsnprintf(text, sizeof(text), message, args);
    if (line > 0) {
        (void)snprintf(where, sizeof(where), ":%u", line);
    }
    refuse(r, code, path, hint, "%s%s: %s%s%s", file, where, path, path[0] != '\0' ? ": " : "",
           text);
    mend(r->field);
    mend(r->message);
    mend(r->hint);
    r->line = line;
    return (int)code;
}

struct walk {
    const struct yamldoc_format *format;
    const char *text;
    size_t n;
    const char *file;
    struct yamlwalk_node *root;
    yaml_parser_t parser;
    struct arena *arena;
    struct refusal *refusal;
    size_t nodes;
    char path[128];
};

/* Refuses what the walk is looking at. */
__attribute__((format(printf, 5, 6))) static int stop(struct walk *w, uint32_t line,
                                                      enum outcome_code code, const char *hint,
                                                      const char *message, ...)
{
    va_list args;
    va_start(args, message);
    const int r = yamlwalk_refuse(w->refusal, w->file, line, w->path, code, hint, message, args);
    va_end(args);
    return r;
}

static uint32_t line_of(const yaml_event_t *event)
{
    return (uint32_t)event->start_mark.line + 1;
}

/* libyaml tells lines for all but the bytes that it could not decode; those it counts. */
static int stop_by_parser(struct walk *w)
{
    const yaml_parser_t *p = &w->parser;
    size_t line = p->problem_mark.line + 1;

    if (p->error == YAML_MEMORY_ERROR) {
        return -ENOMEM;
    }
    if (p->error == YAML_READER_ERROR) {
        line = 1;
        for (size_t i = 0; i < w->n && i < p->problem_offset; i++) {
            line += w->text[i] == '\n';
        }
    }
    w->path[0] = '\0';
    return stop(w, (uint32_t)line, OUTCOME_INVALID_ARGUMENT, NULL, "not YAML: %s%s%s", p->problem,
                p->context != NULL ? ", " : "", p->context != NULL ? p->context : "");
}

/* The path grows by a key or an index; the length before is what cuts it back. */
static size_t path_add_key(struct walk *w, const char *key)
{
    const size_t n = strlen(w->path);
    (void)snprintf(w->path + n, sizeof(w->path) - n, "%s%s", n > 0 ? "." : "", key);
    return n;
}

static size_t path_add_index(struct walk *w, size_t index)
{
    const size_t n = strlen(w->path);
    (void)snprintf(w->path + n, sizeof(w->path) - n, "[%zu]", index);
    return n;
}

/*
 * The C0 and C1 controls and DEL, line and paragraph separators, the byte order mark and the two
 * that are no characters: what cannot be written back as it is on one line. The text is UTF-8.
 */
static bool has_controls(const unsigned char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned next = i + 1 < n ? s[i + 1] : 0;
        const unsigned third = i + 2 < n ? s[i + 2] : 0;
        if (s[i] < 0x20 || s[i] == 0x7F || (s[i] == 0xC2 && next < 0xA0) ||
            (s[i] == 0xE2 && next == 0x80 && (third == 0xA8 || third == 0xA9)) ||
            (s[i] == 0xEF && next == 0xBB && third == 0xBF) ||
            (s[i] == 0xEF && next == 0xBF && third >= 0xBE)) {
            return true;
        }
    }
    return false;
}

static bool is_null(const yaml_event_t *event)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        return false;
    }
    for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
        if (strcmp((const char *)event->data.scalar.value, nulls[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What no value may carry, whatever its type. */
static int check_event(struct walk *w, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;

    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return stop(w, line_of(event), OUTCOME_INVALID_ARGUMENT, "write the value out",
                    "aliases (*name) are not allowed");
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        if (has_controls(event->data.scalar.value, event->data.scalar.length)) {
            return stop(w, line_of(event), OUTCOME_INVALID_ARGUMENT, "write it on one line",
                        "control characters and line breaks are not allowed");
        }
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default: break;
    }
    if (anchor != NULL) {
        return stop(w, line_of(event), OUTCOME_INVALID_ARGUMENT, "write the value out",
                    "anchors (&name) are not allowed");
    }
    if (tag != NULL) {
        return stop(w, line_of(event), OUTCOME_INVALID_ARGUMENT, NULL,
                    "tags (!name) are not allowed");
    }
    return 0;
}

static int next_event(struct walk *w, yaml_event_t *ret)
{
    if (!yaml_parser_parse(&w->parser, ret)) {
        return stop_by_parser(w);
    }
    return check_event(w, ret);
}

static const char *event_noun(yaml_event_type_t type)
{
    switch (type) {
    case YAML_SCALAR_EVENT: return "a single value";
    case YAML_SEQUENCE_START_EVENT: return "a list";
    case YAML_MAPPING_START_EVENT: return "a mapping";
    default: return "nothing";
    }
}

/* "contracts[0].measures" is the pattern "contracts[].measures". */
static bool is_unimplemented(const struct walk *w)
{
    char pattern[sizeof(w->path)];
    size_t n = 0;
    for (const char *p = w->path; *p != '\0'; p++) {
        const bool index_digit = n > 0 && pattern[n - 1] == '[' && *p >= '0' && *p <= '9';
        if (!index_digit) {
            pattern[n++] = *p;
        }
    }
    pattern[n] = '\0';
    for (const char *const *p = w->format->unimplemented; p != NULL && *p != NULL; p++) {
        if (strcmp(*p, pattern) == 0) {
            return true;
        }
    }
    return false;
}

static int stop_at_key(struct walk *w, uint32_t line, const cyaml_schema_field_t *fields,
                       const char *key)
{
    struct near near = near_to(key);
    char hint[256];

    path_add_key(w, key);
    if (is_unimplemented(w)) {
        return stop(w, line, OUTCOME_UNIMPLEMENTED,
                    "leave it out: nothing that is written is ignored in silence",
                    "not implemented by this version of slated");
    }
    for (const cyaml_schema_field_t *f = fields; f->key != NULL; f++) {
        near_offer(&near, f->key);
    }
    if (near_hint(&near, hint, sizeof(hint)) == NULL) {
        size_t n = (size_t)snprintf(hint, sizeof(hint), "known here:");
        for (const cyaml_schema_field_t *f = fields; f->key != NULL && n < sizeof(hint); f++) {
            n += (size_t)snprintf(hint + n, sizeof(hint) - n, " %s", f->key);
        }
    }
    return stop(w, line, OUTCOME_INVALID_ARGUMENT, hint, "unknown key");
}

static int walk_value(struct walk *w, const struct cyaml_schema_value *schema, const char *key,
                      uint32_t line, const yaml_event_t *event, struct yamlwalk_node **ret);

static int new_node(struct walk *w, const char *key, uint32_t line, struct yamlwalk_node **ret)
{
    struct yamlwalk_node *node = arena_alloc(w->arena, sizeof(*node));
    if (node == NULL) {
        return -ENOMEM;
    }
    if (++w->nodes > w->format->nodes_max) {
        return stop(w, line, OUTCOME_RESOURCE_EXHAUSTED, NULL, "more than %zu values in one text",
                    w->format->nodes_max);
    }
    node->key = key;
    node->line = line;
    *ret = node;
    return 0;
}

enum { FIELDS_MAX = 32 }; // keys of one mapping in a schema

/* One key and its value; `seen` are the lines of the keys so far, by field. */
static int walk_field(struct walk *w, const cyaml_schema_field_t *fields, const yaml_event_t *key,
                      uint32_t *seen, struct yamlwalk_node **ret)
{
    __attribute__((cleanup(yaml_event_delete))) yaml_event_t value = {0};
    const uint32_t line = line_of(key);

    if (key->type != YAML_SCALAR_EVENT) {
        return stop(w, line, OUTCOME_INVALID_ARGUMENT, NULL, "a key must be a name, not %s",
                    event_noun(key->type));
    }
    const char *name = (const char *)key->data.scalar.value;
    size_t i = 0;
    while (fields[i].key != NULL && strcmp(fields[i].key, name) != 0) {
        i++;
    }
    if (fields[i].key == NULL) {
        return stop_at_key(w, line, fields, name);
    }
    assert(i < FIELDS_MAX);
    const size_t back = path_add_key(w, name);
    if (seen[i] != 0) {
        return stop(w, line, OUTCOME_INVALID_ARGUMENT, NULL, "given twice, first on line %u",
                    seen[i]);
    }
    seen[i] = line;
    int r = next_event(w, &value);
    if (r == 0) {
        r = walk_value(w, &fields[i].value, fields[i].key, line, &value, ret);
    }
    if (r == 0) {
        w->path[back] = '\0';
    }
    return r;
}

static int walk_mapping(struct walk *w, const cyaml_schema_field_t *fields,
                        struct yamlwalk_node *node)
{
    uint32_t seen[FIELDS_MAX] = {0};
    struct yamlwalk_node **tail = &node->children;

    for (;;) {
        __attribute__((cleanup(yaml_event_delete))) yaml_event_t key = {0};
        int r = next_event(w, &key);
        if (r != 0) {
            return r;
        }
        if (key.type == YAML_MAPPING_END_EVENT) {
            break;
        }
        r = walk_field(w, fields, &key, seen, tail);
        if (r != 0) {
            return r;
        }
        tail = &(*tail)->next;
    }
    for (size_t i = 0; fields[i].key != NULL; i++) {
        if (seen[i] == 0 && (fields[i].value.flags & CYAML_FLAG_OPTIONAL) == 0) {
            return stop(w, node->line, OUTCOME_INVALID_ARGUMENT, NULL, "the key `%s` is missing",
                        fields[i].key);
        }
    }
    return 0;
}

static int walk_sequence(struct walk *w, const struct cyaml_schema_value *schema,
                         struct yamlwalk_node *node)
{
    struct yamlwalk_node **tail = &node->children;

    for (size_t i = 0;; i++) {
        __attribute__((cleanup(yaml_event_delete))) yaml_event_t item = {0};
        int r = next_event(w, &item);
        if (r != 0) {
            return r;
        }
        if (item.type == YAML_SEQUENCE_END_EVENT) {
            if (i < schema->sequence.min) {
                return stop(w, node->line, OUTCOME_INVALID_ARGUMENT, NULL, "the list is empty");
            }
            return 0;
        }
        if (i == schema->sequence.max) {
            return stop(w, line_of(&item), OUTCOME_RESOURCE_EXHAUSTED, NULL, "more than %u entries",
                        schema->sequence.max);
        }
        const size_t back = path_add_index(w, i);
        r = walk_value(w, schema->sequence.entry, NULL, line_of(&item), &item, tail);
        if (r != 0) {
            return r;
        }
        w->path[back] = '\0';
        tail = &(*tail)->next;
    }
}

static int walk_scalar(struct walk *w, const struct cyaml_schema_value *schema, uint32_t line,
                       const yaml_event_t *event)
{
    if (is_null(event)) {
        return stop(w, line, OUTCOME_INVALID_ARGUMENT, NULL, "has no value");
    }
    if (event->data.scalar.length > schema->string.max) {
        return stop(w, line, OUTCOME_INVALID_ARGUMENT, NULL, "longer than %u bytes",
                    schema->string.max);
    }
    return 0;
}

/* `line` is where people look for the value: its key, or its entry in a list. */
static int walk_value(struct walk *w, const struct cyaml_schema_value *schema, const char *key,
                      uint32_t line, const yaml_event_t *event, struct yamlwalk_node **ret)
{
    yaml_event_type_t expected = YAML_SCALAR_EVENT;
    if (schema->type == CYAML_MAPPING) {
        expected = YAML_MAPPING_START_EVENT;
    } else if (schema->type == CYAML_SEQUENCE) {
        expected = YAML_SEQUENCE_START_EVENT;
    } else {
        assert(schema->type == CYAML_STRING);
    }
    if (event->type != expected) {
        const bool empty = event->type == YAML_SCALAR_EVENT && is_null(event);
        return stop(w, line, OUTCOME_INVALID_ARGUMENT, NULL, "expected %s, found %s",
                    event_noun(expected), empty ? "nothing" : event_noun(event->type));
    }
    int r = new_node(w, key, line, ret);
    if (r != 0) {
        return r;
    }
    switch (expected) {
    case YAML_MAPPING_START_EVENT: return walk_mapping(w, schema->mapping.fields, *ret);
    case YAML_SEQUENCE_START_EVENT: return walk_sequence(w, schema, *ret);
    default: return walk_scalar(w, schema, line, event);
    }
}

/* The whole stream: one document, or none, which is as good as an empty mapping. */
static int walk_stream(struct walk *w)
{
    __attribute__((cleanup(yaml_event_delete))) yaml_event_t start = {0};
    __attribute__((cleanup(yaml_event_delete))) yaml_event_t document = {0};
    __attribute__((cleanup(yaml_event_delete))) yaml_event_t value = {0};
    __attribute__((cleanup(yaml_event_delete))) yaml_event_t document_end = {0};
    __attribute__((cleanup(yaml_event_delete))) yaml_event_t end = {0};

    int r = next_event(w, &start);
    if (r == 0) {
        r = next_event(w, &document);
    }
    if (r == 0 && document.type == YAML_STREAM_END_EVENT) {
        return new_node(w, NULL, 0, &w->root);
    }
    if (r == 0) {
        r = next_event(w, &value);
    }
    if (r == 0) {
        r = walk_value(w, w->format->schema, NULL, line_of(&value), &value, &w->root);
    }
    if (r == 0) {
        r = next_event(w, &document_end);
    }
    if (r == 0) {
        r = next_event(w, &end);
    }
    if (r == 0 && end.type != YAML_STREAM_END_EVENT) {
        r = stop(w, line_of(&end), OUTCOME_INVALID_ARGUMENT, "put all of it into one document",
                 "a second document starts here");
    }
    return r;
}

int yamlwalk(const struct yamldoc_format *format, const char *text, size_t n, const char *file,
             struct arena *arena, struct yamlwalk_node **ret, struct refusal *ret_refusal)
{
    struct walk w = {
        .format = format,
        .text = text,
        .n = n,
        .file = file,
        .arena = arena,
        .refusal = ret_refusal,
    };
    if (!yaml_parser_initialize(&w.parser)) {
        return -ENOMEM;
    }
    yaml_parser_set_encoding(&w.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&w.parser, (const unsigned char *)text, n);
    const int r = walk_stream(&w);
    yaml_parser_delete(&w.parser);
    if (r == 0) {
        *ret = w.root;
    }
    return r;
}
