// SPDX-License-Identifier: Apache-2.0
#include "client/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/** U+2400 + n is the picture of the control character n. */
#define PICTURES          0x2400
#define PICTURE_OF_DELETE 0x2421

#define TEXT_SELECTOR    0xfe0e
#define PICTURE_SELECTOR 0xfe0f

/** U+20E3: makes a key of the digit before it. */
#define KEYCAP "\xe2\x83\xa3"

/** The code point at s and its bytes; -1 and 1 when it is no UTF-8. */
static utf8proc_int32_t next(const char *s, size_t left, size_t *ret_n)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)left, &c);

    *ret_n = n > 0 ? (size_t)n : 1;
    return n > 0 ? c : -1;
}

/** A terminal obeys it, or people don't see it, or see something else. */
static bool is_hazard(utf8proc_int32_t c)
{
    if (c < 0x7f) {
        return c < 0x20;
    }
    const utf8proc_property_t *p = utf8proc_get_property(c);
    switch (p->category) {
    case UTF8PROC_CATEGORY_CC: // C1 among them
    case UTF8PROC_CATEGORY_CF: // direction, zero width, tags
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: break;
    }
    return p->ignorable || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static bool is_pictographic(utf8proc_int32_t c)
{
    return c > 0 &&
           utf8proc_get_property(c)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/**
 * True for the one kind of invisible character that people see the effect of: after `before`, a
 * selector that asks for a picture or for plain text, where Unicode has it. Anywhere else selectors
 * are invisible, and have been used to hide text in text.
 */
static bool is_selector(utf8proc_int32_t before, utf8proc_int32_t c, const char *after)
{
    if (c != TEXT_SELECTOR && c != PICTURE_SELECTOR) {
        return false;
    }
    bool keycap = before > 0 && before < 0x7f && strchr("0123456789#*", (int)before);
    return is_pictographic(before) || (keycap && strncmp(after, KEYCAP, strlen(KEYCAP)) == 0);
}

static void add_code_point(struct text *to, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);

    text_add_n(to, (const char *)bytes, (size_t)n);
}

static void add_number(struct text *to, utf8proc_int32_t c)
{
    text_add_f(to, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
}

static void add_shown(struct text *to, utf8proc_int32_t c, enum escape_mode mode)
{
    if (mode == ESCAPE_FIELD && (c == '\n' || c == '\t')) {
        text_add(to, c == '\n' ? "\\n" : "\\t");
    } else if (mode != ESCAPE_FIELD && c <= 0x7f) {
        add_code_point(to, c == 0x7f ? PICTURE_OF_DELETE : PICTURES + c);
    } else {
        add_number(to, c);
    }
}

/** The code point c at s, of n bytes, as the mode wants it. */
static void add_escaped(struct text *to, utf8proc_int32_t before, utf8proc_int32_t c, const char *s,
                        size_t n, enum escape_mode mode)
{
    if (c < 0) {
        text_add_f(to, "\\x%02x", (unsigned char)*s);
    } else if (mode == ESCAPE_FIELD && c == '\\') {
        text_add(to, "\\\\");
    } else if (!is_hazard(c) || is_selector(before, c, s + n) ||
               (mode == ESCAPE_BODY && (c == '\n' || c == '\t'))) {
        text_add_n(to, s, n);
    } else {
        add_shown(to, c, mode);
    }
}

void escape_text(struct text *to, const char *s, enum escape_mode mode)
{
    size_t left = strlen(s);
    utf8proc_int32_t before = -1;

    while (left > 0) {
        size_t n;
        utf8proc_int32_t c = next(s, left, &n);

        add_escaped(to, before, c, s, n, mode);
        before = c;
        s += n;
        left -= n;
    }
}

/** True where a spreadsheet that begins a cell at s would compute it. */
static bool begins_formula(const char *s)
{
    size_t left = strlen(s);

    while (left > 0) {
        size_t n;
        utf8proc_int32_t c = next(s, left, &n);

        switch (c) {
        case '=':
        case '+':
        case '-':
        case '@':
        case 0xff1d: // the same in full width
        case 0xff0b:
        case 0xff0d:
        case 0xff20: return true;
        case '"': break;
        default:
            if (c < 0 || utf8proc_category(c) != UTF8PROC_CATEGORY_ZS) {
                return false;
            }
        }
        s += n;
        left -= n;
    }
    return false;
}

void escape_csv(struct text *to, const char *s)
{
    const char *first = s + strspn(s, " ");
    size_t left = strlen(s);
    utf8proc_int32_t before = -1;

    text_add(to, "\"");
    if ((*first && strchr("\t\n\r", *first)) || begins_formula(s)) {
        text_add(to, "'");
    }
    while (left > 0) {
        size_t n;
        utf8proc_int32_t c = next(s, left, &n);

        add_escaped(to, before, c, s, n, ESCAPE_BODY);
        if (c == '"') {
            text_add(to, "\"");
        } else if ((c == '\n' || c == '\t' || c == ';') && begins_formula(s + n)) {
            text_add(to, "'");
        }
        before = c;
        s += n;
        left -= n;
    }
    text_add(to, "\"");
}

static void add_json(struct text *to, utf8proc_int32_t before, utf8proc_int32_t c, const char *s,
                     size_t n)
{
    if (c < 0) {
        text_add(to, "\\ufffd");
    } else if (c == '"' || c == '\\') {
        text_add_f(to, "\\%c", (char)c);
    } else if (c == '\n' || c == '\t') {
        text_add(to, c == '\n' ? "\\n" : "\\t");
    } else if (!is_hazard(c) || is_selector(before, c, s + n)) {
        text_add_n(to, s, n);
    } else if (c > 0xffff) {
        c -= 0x10000;
        text_add_f(to, "\\u%04x\\u%04x", 0xd800u + (unsigned)(c >> 10),
                   0xdc00u + ((unsigned)c & 0x3ff));
    } else {
        text_add_f(to, "\\u%04x", (unsigned)c);
    }
}

void escape_json(struct text *to, const char *s)
{
    size_t left = strlen(s);
    utf8proc_int32_t before = -1;

    text_add(to, "\"");
    while (left > 0) {
        size_t n;
        utf8proc_int32_t c = next(s, left, &n);

        add_json(to, before, c, s, n);
        before = c;
        s += n;
        left -= n;
    }
    text_add(to, "\"");
}

static bool is_flag_letter(utf8proc_int32_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/** A vowel sign and its like: part of the grapheme before it, and a column of its own. */
static bool is_spacing_mark(utf8proc_int32_t c)
{
    const utf8proc_property_t *p = utf8proc_get_property(c);

    return p->category == UTF8PROC_CATEGORY_MC || p->boundclass == UTF8PROC_BOUNDCLASS_SPACINGMARK;
}

/** The grapheme at s: its bytes, and its columns: those of its widest code point, and of its
 * spacing marks. */
static size_t next_grapheme(const char *s, size_t left, size_t *ret_width)
{
    utf8proc_int32_t state = 0;
    utf8proc_int32_t before = -1;
    size_t used = 0;
    int width = 0;
    int marks = 0;

    while (used < left) {
        size_t n;
        utf8proc_int32_t c = next(s + used, left - used, &n);

        if (c < 0) { // was escaped; if not, one column for a replacement
            c = 0xfffd;
        }
        if (used > 0 && utf8proc_grapheme_break_stateful(before, c, &state)) {
            break;
        }
        int w = utf8proc_charwidth(c);
        if (c == PICTURE_SELECTOR || is_flag_letter(c)) {
            w = 2; // half of a flag is drawn as wide as a whole one
        }
        if (is_spacing_mark(c)) {
            marks++;
        } else {
            width = w > width ? w : width;
        }
        before = c;
        used += n;
    }
    *ret_width = (size_t)(width + marks);
    return used;
}

size_t escape_cut(const char *s, size_t columns, size_t *ret_width)
{
    size_t left = strlen(s);
    size_t used = 0;
    size_t width = 0;

    while (left > 0) {
        size_t w;
        size_t n = next_grapheme(s + used, left, &w);

        if (width + w > columns) {
            break;
        }
        width += w;
        used += n;
        left -= n;
    }
    *ret_width = width;
    return used;
}

size_t escape_width(const char *s)
{
    size_t width;

    escape_cut(s, SIZE_MAX / 2, &width);
    return width;
}
