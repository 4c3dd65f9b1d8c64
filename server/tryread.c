// SPDX-License-Identifier: Apache-2.0
#include "tryread.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"

bool tryread_failed(const struct tryread *r)
{
    return r->error[0] != '\0';
}

__attribute__((format(printf, 3, 4))) void tryread_fail(struct tryread *r, const char *key,
                                                        const char *format, ...)
{
    char what[TRYREAD_ERROR_BYTES / 2];
    va_list args;

    if (!tryread_failed(r)) {
        va_start(args, format);
        (void)vsnprintf(what, sizeof(what), format, args);
        va_end(args);
        (void)snprintf(r->error, sizeof(r->error), "\"%.64s\": %s", key, what);
    }
}

void *tryread_take(struct tryread *r, size_t n, size_t size)
{
    void *p = arena_array(r->arena, n, size);
    if (!p) {
        tryread_fail(r, "input", "too large");
    }
    return p;
}

void tryread_only(struct tryread *r, const json_t *object, const char *const *names)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value) // jansson has no const iterator
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], key) != 0) {
            i++;
        }
        if (!names[i]) {
            tryread_fail(r, key, "no such key here");
            return;
        }
    }
}

static const char *type_name(json_type type)
{
    switch (type) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "a list";
    case JSON_STRING: return "a string";
    default: return "a whole number";
    }
}

const json_t *tryread_need(struct tryread *r, const json_t *object, const char *key, json_type type)
{
    const json_t *value = json_object_get(object, key);

    if (!value) {
        tryread_fail(r, key, "missing");
    } else if (json_typeof(value) != type) {
        tryread_fail(r, key, "must be %s", type_name(type));
        value = NULL;
    }
    return value;
}

const json_t *tryread_want(struct tryread *r, const json_t *object, const char *key, json_type type)
{
    return json_object_get(object, key) ? tryread_need(r, object, key, type) : NULL;
}

int64_t tryread_instant(struct tryread *r, const char *key, const json_t *value)
{
    int64_t at = 0;

    if (!json_is_string(value) ||
        instant_parse(json_string_value(value), json_string_length(value), &at) != 0) {
        tryread_fail(r, key, "must be an instant such as \"2026-03-02T10:00:00Z\"");
    } else if (at % US_PER_S != 0) {
        tryread_fail(r, key, "must be whole seconds");
    }
    return at;
}

int64_t tryread_need_instant(struct tryread *r, const json_t *object, const char *key)
{
    const json_t *value = tryread_need(r, object, key, JSON_STRING);
    return value ? tryread_instant(r, key, value) : 0;
}

int64_t tryread_number(struct tryread *r, const char *key, const json_t *value, int64_t low,
                       int64_t high)
{
    int64_t number;

    if (!json_is_integer(value)) {
        tryread_fail(r, key, "must be a whole number");
        return low;
    }
    number = json_integer_value(value);
    if (number < low || number > high) {
        tryread_fail(r, key, "must be %lld to %lld", (long long)low, (long long)high);
        return low;
    }
    return number;
}

int64_t tryread_need_seconds(struct tryread *r, const json_t *object, const char *key)
{
    const json_t *value = tryread_need(r, object, key, JSON_INTEGER);
    return value ? tryread_number(r, key, value, 0, INSTANT_DURATION_MAX_US / US_PER_S) * US_PER_S
                 : 0;
}

bool tryread_want_true(struct tryread *r, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_boolean(value)) {
        tryread_fail(r, key, "must be true or false");
    }
    return json_is_true(value);
}

int32_t tryread_time(struct tryread *r, const char *key, const json_t *value)
{
    int32_t s = 0;

    if (!json_is_string(value) ||
        instant_parse_time(json_string_value(value), json_string_length(value), &s) != 0) {
        tryread_fail(r, key, "must hold times such as \"09:00\", up to \"48:00\"");
    }
    return s;
}

int tryread_want_name(struct tryread *r, const json_t *object, const char *key,
                      const char *const *names)
{
    const json_t *value = tryread_want(r, object, key, JSON_STRING);

    for (int i = 0; value && names[i]; i++) {
        if (strcmp(names[i], json_string_value(value)) == 0) {
            return i;
        }
    }
    if (value) {
        tryread_fail(r, key, "\"%.32s\" is none of its values", json_string_value(value));
    }
    return 0;
}
