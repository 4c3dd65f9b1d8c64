// SPDX-License-Identifier: Apache-2.0
/*
 * A YAML writer for what the book's schema knows: mappings, lists, strings.
 *
 * Own, because the bytes are hashed and compared for ever: a library's next release may quote or
 * fold differently, and every object would have a new version without anybody having changed it.
 * The same goes for changes here. Values have no control characters and no line breaks; the reader
 * refused them.
 */
#include "config/booktext.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Text that grows in an arena; after a failure nothing more is added. */
struct out {
    struct arena *arena;
    char *text;
    size_t n;
    size_t size;
    bool full;
};

static void put_bytes(struct out *out, const char *bytes, size_t n)
{
    if (!out->full && out->size - out->n <= n) {
        const size_t size = 2 * (out->size + n) + 256;
        char *grown = arena_alloc(out->arena, size);
        out->full = grown == NULL;
        if (grown != NULL) {
            if (out->n > 0) {
                memcpy(grown, out->text, out->n);
            }
            out->text = grown;
            out->size = size;
        }
    }
    if (!out->full) {
        memcpy(out->text + out->n, bytes, n);
        out->n += n;
        out->text[out->n] = '\0';
    }
}

static void put(struct out *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

static void put_indent(struct out *out, int indent)
{
    for (int i = 0; i < indent; i++) {
        put(out, " ");
    }
}

/* Needs no quotes, neither for us nor for other readers of YAML. */
static bool is_plain(const char *value)
{
    static const char *const taken[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    for (const char *c = value; *c != '\0'; c++) {
        const bool alnum = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                           (*c >= '0' && *c <= '9');
        if (!alnum && (c == value || strchr("_./%-", *c) == NULL)) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        if (strcasecmp(value, taken[i]) == 0) {
            return false;
        }
    }
    return value[0] != '\0';
}

static void put_string(struct out *out, const char *value)
{
    if (is_plain(value)) {
        put(out, value);
        return;
    }
    put(out, "\"");
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            put(out, "\\");
        }
        put_bytes(out, c, 1);
    }
    put(out, "\"");
}

/* A value of a struct as the schema describes it; NULL where it is absent. */
static const void *value_at(const char *data, const struct cyaml_schema_value *schema)
{
    const void *pointer;
    if ((schema->flags & CYAML_FLAG_POINTER) == 0) {
        return data;
    }
    memcpy(&pointer, data, sizeof(pointer));
    return pointer;
}

static unsigned count_of(const char *data, const cyaml_schema_field_t *field)
{
    unsigned n;
    assert(field->count_size == sizeof(n));
    memcpy(&n, data + field->count_offset, sizeof(n));
    return n;
}

static bool is_absent(const char *data, const cyaml_schema_field_t *field)
{
    if ((field->value.flags & CYAML_FLAG_OPTIONAL) == 0) {
        return false;
    }
    return field->value.type == CYAML_SEQUENCE
               ? count_of(data, field) == 0
               : value_at(data + field->data_offset, &field->value) == NULL;
}

static size_t entry_bytes(const struct cyaml_schema_value *entry)
{
    return (entry->flags & CYAML_FLAG_POINTER) != 0 ? sizeof(void *) : entry->data_size;
}

static void put_flow(struct out *out, const struct cyaml_schema_value *schema, const void *value,
                     unsigned n);

static void put_flow_mapping(struct out *out, const cyaml_schema_field_t *fields, const char *data)
{
    const char *between = "";
    put(out, "{");
    for (const cyaml_schema_field_t *f = fields; f->key != NULL; f++) {
        if (!is_absent(data, f)) {
            put(out, between);
            put(out, f->key);
            put(out, ": ");
            put_flow(out, &f->value, value_at(data + f->data_offset, &f->value),
                     f->value.type == CYAML_SEQUENCE ? count_of(data, f) : 0);
            between = ", ";
        }
    }
    put(out, "}");
}

/* A value on one line; n is the count of a list. */
static void put_flow(struct out *out, const struct cyaml_schema_value *schema, const void *value,
                     unsigned n)
{
    if (schema->type == CYAML_STRING) {
        put_string(out, value);
    } else if (schema->type == CYAML_MAPPING) {
        put_flow_mapping(out, schema->mapping.fields, value);
    } else {
        const struct cyaml_schema_value *entry = schema->sequence.entry;
        put(out, "[");
        for (unsigned i = 0; i < n; i++) {
            put(out, i > 0 ? ", " : "");
            put_flow(out, entry, value_at((const char *)value + i * entry_bytes(entry), entry), 0);
        }
        put(out, "]");
    }
}

static void put_block_mapping(struct out *out, const cyaml_schema_field_t *fields, const char *data,
                              int indent, bool indented);

/* The entries of a list, one below the other. */
static void put_block_list(struct out *out, const struct cyaml_schema_value *entry,
                           const char *data, unsigned n, int indent)
{
    for (unsigned i = 0; i < n; i++) {
        const char *value = value_at(data + i * entry_bytes(entry), entry);
        put_indent(out, indent);
        put(out, "- ");
        if (entry->type == CYAML_MAPPING && (entry->flags & CYAML_FLAG_FLOW) == 0) {
            put_block_mapping(out, entry->mapping.fields, value, indent + 2, true);
        } else {
            put_flow(out, entry, value, 0);
            put(out, "\n");
        }
    }
}

/* Keys one below the other; `indented`: the first one's line has begun. */
static void put_block_mapping(struct out *out, const cyaml_schema_field_t *fields, const char *data,
                              int indent, bool indented)
{
    for (const cyaml_schema_field_t *f = fields; f->key != NULL; f++) {
        if (is_absent(data, f)) {
            continue;
        }
        const unsigned n = f->value.type == CYAML_SEQUENCE ? count_of(data, f) : 0;
        const void *value = value_at(data + f->data_offset, &f->value);
        put_indent(out, indented ? 0 : indent);
        indented = false;
        put(out, f->key);
        put(out, ":");
        if (f->value.type == CYAML_SEQUENCE && n > 0 && (f->value.flags & CYAML_FLAG_FLOW) == 0) {
            put(out, "\n");
            put_block_list(out, f->value.sequence.entry, value, n, indent + 2);
        } else {
            put(out, " ");
            put_flow(out, &f->value, value, n);
            put(out, "\n");
        }
    }
}

int booktext_write(const struct raw_book *book, struct arena *arena, const char **ret_text,
                   size_t *ret_n)
{
    struct out out = {.arena = arena};
    put_block_mapping(&out, book_schema.mapping.fields, (const char *)book, 0, false);
    if (out.full) {
        return -ENOMEM;
    }
    *ret_text = out.text;
    *ret_n = out.n;
    return 0;
}
