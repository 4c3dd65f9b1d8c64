// SPDX-License-Identifier: Apache-2.0
/*
 * Two passes over one text: the walk, which judges and remembers lines, then libcyaml, which fills
 * the structs. And the places of a document, which lead from a path back to its line.
 */
#include "config/yamldoc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/yamlwalk.h"

struct yamldoc {
    const char *file;
    struct yamlwalk_node *root;
};

/*
 * libcyaml grows lists entry by entry through realloc. In an arena each step would be a copy that
 * stays, so areas double, and remember their size in front.
 */
union area {
    size_t bytes;
    max_align_t align;
};

static void *arena_realloc(void *user, void *old, size_t bytes)
{
    struct arena *arena = user;
    union area *area = old == NULL ? NULL : (union area *)old - 1;
    const size_t has = area == NULL ? 0 : area->bytes;

    if (bytes == 0) {
        return NULL; // freed with the arena
    }
    if (bytes <= has) {
        return old;
    }
    const size_t now = bytes < 2 * has ? 2 * has : bytes;
    union area *grown = arena_alloc(arena, sizeof(*grown) + now);
    if (grown == NULL) {
        return NULL;
    }
    grown->bytes = now;
    if (has > 0) {
        memcpy(grown + 1, old, has);
    }
    return grown + 1;
}

static void no_log(cyaml_log_t level, void *user, const char *format, va_list args)
{
    (void)level;
    (void)user;
    (void)format;
    (void)args;
}

static int fill(const struct yamldoc_format *format, const char *text, size_t n,
                struct arena *arena, void **ret_value)
{
    const cyaml_config_t config = {
        .log_fn = no_log,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = arena_realloc,
        .mem_ctx = arena,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    void *value = NULL;
    const cyaml_err_t e = cyaml_load_data((const uint8_t *)text, n, &config, format->schema, &value,
                                          NULL);
    if (e == CYAML_ERR_OOM) {
        return -ENOMEM;
    }
    if (e != CYAML_OK || value == NULL) {
        return -EPROTO; // the walk let something through
    }
    *ret_value = value;
    return 0;
}

int yamldoc_load(const struct yamldoc_format *format, const char *text, size_t n, const char *file,
                 struct arena *arena, struct yamldoc **ret, void **ret_value,
                 struct refusal *ret_refusal)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    struct yamldoc *doc = arena_alloc(arena, sizeof(*doc));
    char *name = arena_strndup(arena, file, strlen(file));
    void *value = NULL;
    if (doc == NULL || name == NULL) {
        return -ENOMEM;
    }
    if (n >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
        text += 3;
        n -= 3;
    }
    doc->file = name;
    int r = yamlwalk(format, text, n, name, arena, &doc->root, ret_refusal);
    if (r == 0 && doc->root->children != NULL) {
        r = fill(format, text, n, arena, &value);
    }
    if (r == 0) {
        *ret = doc;
        *ret_value = value;
    }
    return r;
}

struct yamldoc_place yamldoc_at(const struct yamldoc *doc, const char *path, ...)
{
    struct yamldoc_place place = {.doc = doc};
    va_list args;
    va_start(args, path);
    (void)vsnprintf(place.path, sizeof(place.path), path, args);
    va_end(args);
    return place;
}

struct yamldoc_place yamldoc_in(const struct yamldoc_place *place, const char *path, ...)
{
    struct yamldoc_place inner = *place;
    size_t n = strlen(inner.path);
    if (path[0] != '[' && n + 1 < sizeof(inner.path)) {
        inner.path[n++] = '.';
    }
    va_list args;
    va_start(args, path);
    (void)vsnprintf(inner.path + n, sizeof(inner.path) - n, path, args);
    va_end(args);
    return inner;
}

/* One step along a path: "[12]", "key" or ".key". *path moves behind it. */
static const struct yamlwalk_node *step(const struct yamlwalk_node *node, const char **path)
{
    const char *p = *path;
    const struct yamlwalk_node *child = node->children;

    if (*p == '[') {
        size_t index = 0;
        for (p++; *p >= '0' && *p <= '9'; p++) {
            index = index * 10 + (size_t)(*p - '0');
        }
        *path = *p == ']' ? p + 1 : p;
        for (; child != NULL && index > 0; index--) {
            child = child->next;
        }
        return child;
    }
    p += *p == '.';
    const size_t n = strcspn(p, ".[");
    *path = p + n;
    while (child != NULL &&
           (child->key == NULL || strncmp(child->key, p, n) != 0 || child->key[n] != '\0')) {
        child = child->next;
    }
    return child;
}

uint32_t yamldoc_line(const struct yamldoc_place *place)
{
    const struct yamlwalk_node *node = place->doc->root;
    const char *path = place->path;

    if (*path == '\0') {
        return 0;
    }
    while (*path != '\0') {
        const struct yamlwalk_node *child = step(node, &path);
        if (child == NULL) {
            break;
        }
        node = child;
    }
    return node->line;
}

int yamldoc_refuse(struct refusal *r, const struct yamldoc_place *place, enum outcome_code code,
                   const char *hint, const char *message, ...)
{
    va_list args;
    va_start(args, message);
    yamlwalk_refuse(r, place->doc->file, yamldoc_line(place), place->path, code, hint, message,
                    args);
    va_end(args);
    return (int)code;
}
