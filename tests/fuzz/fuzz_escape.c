// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as text from a stranger, the first one being a width to cut at. What is printed must be
 * UTF-8 without a control character but the newline and the tab of a body, and without anything
 * that people don't see or that turns the direction of writing; and no wider than it may be.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "client/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

/** The selectors that may follow a pictograph, or stand in a keycap. */
static bool is_wanted_selector(utf8proc_int32_t before, utf8proc_int32_t c)
{
    const bool pictograph = utf8proc_get_property(before)->boundclass ==
                            UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    const bool keycap = (before >= '0' && before <= '9') || before == '#' || before == '*';

    return (c == 0xfe0e || c == 0xfe0f) && (pictograph || keycap);
}

static bool is_visible(utf8proc_int32_t before, utf8proc_int32_t c)
{
    const utf8proc_property_t *p = utf8proc_get_property(c);

    switch (p->category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return false;
    default: return !p->ignorable || is_wanted_selector(before, c);
    }
}

static void must_be_safe(const char *s, const char *allowed)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(s);
    utf8proc_int32_t before = 0;

    while (left > 0) {
        utf8proc_int32_t c;
        const utf8proc_ssize_t n = utf8proc_iterate(p, left, &c);

        must(n > 0);
        must(is_visible(before, c) || (c < 0x80 && strchr(allowed, (int)c)));
        before = c;
        p += n;
        left -= n;
    }
}

static void must_fit(const char *line, size_t columns)
{
    struct text cut = {0};
    size_t width;
    const size_t n = escape_cut(line, columns, &width);

    must(width <= columns);
    must(n <= strlen(line));
    must(n == strlen(line) || escape_width(line) > columns);
    text_add_n(&cut, line, n);
    must_be_safe(text_str(&cut), "");
    must(escape_width(text_str(&cut)) == width);
    text_fini(&cut);
}

/** What a program that opens CSV would find at the beginning of a cell, wherever it splits it. */
static void must_be_no_formula(const char *text)
{
    struct text csv = {0};

    escape_csv(&csv, text);
    must_be_safe(text_str(&csv), "\n\t");
    for (const char *p = text_str(&csv); *p; p += strcspn(p, ";\t\n"), p += *p != '\0') {
        must(!strchr("=+-@", p[strspn(p, " \"")]) || !p[strspn(p, " \"")]);
    }
    text_fini(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        enum escape_mode mode;
        const char *allowed;
    } modes[] = {{ESCAPE_LINE, ""}, {ESCAPE_BODY, "\n\t"}, {ESCAPE_FIELD, ""}};
    struct text json = {0};

    if (size < 1) {
        return 0;
    }
    char *text = malloc(size); // not strndup: a strict sanitizer wants the NUL that data has not
    must(text);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct text to = {0};
        struct text again = {0};

        escape_text(&to, text, modes[i].mode);
        must_be_safe(text_str(&to), modes[i].allowed);
        if (modes[i].mode == ESCAPE_LINE) {
            must_fit(text_str(&to), data[0]);
        }
        if (modes[i].mode != ESCAPE_FIELD) {
            escape_text(&again, text_str(&to), modes[i].mode);
            must(strcmp(text_str(&again), text_str(&to)) == 0);
        }
        text_fini(&to);
        text_fini(&again);
    }
    escape_json(&json, text);
    must_be_safe(text_str(&json), "");
    text_fini(&json);
    must_be_no_formula(text);
    free(text);
    return 0;
}
