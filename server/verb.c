// SPDX-License-Identifier: Apache-2.0
#include "verb.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/near.h"

enum { MESSAGE_BYTES = 1024 };

/* One line on stderr; control characters would let a name or a path speak for us. */
__attribute__((format(printf, 2, 0))) static void say(const char *before, const char *format,
                                                      va_list values)
{
    char text[MESSAGE_BYTES];

    (void)vsnprintf(text, sizeof(text), format, values);
    for (char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)p[0];
        unsigned char next = (unsigned char)p[1];
        if (c < 0x20 || c == 0x7f) {
            *p = '?';
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
            p[0] = p[1] = '?'; /* controls beyond ASCII */
        }
    }
    (void)fprintf(stderr, "%s: %s\n", before, text);
}

void verb_error(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say("slated", format, values);
    va_end(values);
}

void verb_hint(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say("hint", format, values);
    va_end(values);
}

int verb_usage(const char *verb, const char *format, ...)
{
    char before[64];
    va_list values;
    const char *blank = verb[0] == '\0' ? "" : " ";

    (void)snprintf(before, sizeof(before), "slated%s%.48s", blank, verb);
    va_start(values, format);
    say(before, format, values);
    va_end(values);
    verb_hint("slated help%s%.48s", blank, verb);
    return VERB_USAGE;
}

void verb_refusal(const struct refusal *refusal)
{
    verb_error("%s", refusal->message);
    if (refusal->hint[0] != '\0') {
        verb_hint("%s", refusal->hint);
    }
}

static const struct verb_option *find(const struct verb_option *options, size_t n, const char *name,
                                      size_t name_bytes)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(options[i].name) == name_bytes &&
            memcmp(options[i].name, name, name_bytes) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static int unknown_option(const char *verb, const struct verb_option *options, size_t n,
                          const char *text)
{
    char hint[160];
    struct near near = near_to(text);
    for (size_t i = 0; i < n; i++) {
        near_offer(&near, options[i].name);
    }
    const char *meant = near_hint(&near, hint, sizeof(hint));
    return verb_usage(verb, "there is no option %s%s%s", text, meant == NULL ? "" : "; ",
                      meant == NULL ? "" : meant);
}

static int keep(const char *verb, const char *name, struct verb_list *list, const char *item)
{
    if (list->n == VERB_LIST_MAX) {
        return verb_usage(verb, "%s: more than %d", name, VERB_LIST_MAX);
    }
    list->items[list->n++] = item;
    return 0;
}

/* One option; *at is its index, and moves on over a value of its own. */
static int take(int argc, char **argv, int *at, const struct verb_option *options, size_t n)
{
    const char *text = argv[*at];
    size_t name_bytes = strcspn(text, "=");
    const char *value = text[name_bytes] == '=' ? text + name_bytes + 1 : NULL;

    const struct verb_option *o = find(options, n, text, name_bytes);
    if (o == NULL) {
        return unknown_option(argv[0], options, n, text);
    }
    if (o->flag != NULL) {
        if (value != NULL) {
            return verb_usage(argv[0], "%s takes no value", o->name);
        }
        *o->flag = true;
        return 0;
    }
    if (value == NULL && *at + 1 < argc) {
        value = argv[++*at];
    }
    if (value == NULL || value[0] == '\0') {
        return verb_usage(argv[0], "%s needs a value", o->name);
    }
    if (o->list != NULL) {
        return keep(argv[0], o->name, o->list, value);
    }
    if (*o->value != NULL) {
        return verb_usage(argv[0], "%s is there twice", o->name);
    }
    *o->value = value;
    return 0;
}

int verb_parse(int argc, char **argv, const struct verb_option *options, size_t n_options,
               struct verb_list *ret_operands)
{
    bool options_end = false;
    struct verb_list operands = {.n = 0};

    for (int i = 1; i < argc; i++) {
        int result;
        if (!options_end && strcmp(argv[i], "--") == 0) {
            options_end = true;
            continue;
        }
        if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0') {
            result = take(argc, argv, &i, options, n_options);
        } else {
            result = keep(argv[0], "arguments", &operands, argv[i]);
        }
        if (result != 0) {
            return result;
        }
    }
    *ret_operands = operands;
    return 0;
}

int verb_config(const char *dir, const char *file, struct arena *arena, struct config *ret)
{
    struct refusal refusal = {.code = OUTCOME_OK};

    int result = file != NULL ? config_load(file, arena, ret, &refusal)
                              : config_load_dir(dir, arena, ret, &refusal);
    if (result > 0) {
        verb_refusal(&refusal);
        return VERB_CONFIG;
    }
    if (result < 0) {
        verb_error("no memory for the settings");
        return VERB_FAILED;
    }
    return 0;
}

int verb_store(const struct config *config, unsigned flags, struct env **ret)
{
    const struct env_options options = {.map_bytes = config->store.map_size_bytes, .flags = flags};
    char error[ENV_ERROR_BYTES];

    int result = env_open(config->store.path, &options, error, sizeof(error), ret);
    if (result == ENV_LOCKED) {
        verb_error("the server is running on %s; stop it first", config->store.path);
        return VERB_FAILED;
    }
    if (result != 0) {
        verb_error("%s", error);
        if (result == ENV_ABSENT) {
            verb_hint("slated init makes one");
        }
        return VERB_FAILED;
    }
    return 0;
}
