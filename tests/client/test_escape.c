// SPDX-License-Identifier: Apache-2.0
/*
 * The one place where text from strangers is made fit for a terminal.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "client/escape.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(text_fini)))

static const struct {
    const char *from;
    const char *line;
    const char *body;
    const char *field;
} table[] = {
    {"", "", "", ""},
    {"plain text", "plain text", "plain text", "plain text"},
    {"\xc3\xb6hren \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80",
     "\xc3\xb6hren \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80",
     "\xc3\xb6hren \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80",
     "\xc3\xb6hren \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80"},
    {"a\nb\tc",
     "a\xe2\x90\x8a"
     "b\xe2\x90\x89"
     "c",
     "a\nb\tc", "a\\nb\\tc"},
    {"a\\b", "a\\b", "a\\b", "a\\\\b"},
    {"\r", "\xe2\x90\x8d", "\xe2\x90\x8d", "\\u000d"},
    {"\x1b[31m", "\xe2\x90\x9b[31m", "\xe2\x90\x9b[31m", "\\u001b[31m"},
    {"\x1b]8;;http://x\x1b\\", "\xe2\x90\x9b]8;;http://x\xe2\x90\x9b\\",
     "\xe2\x90\x9b]8;;http://x\xe2\x90\x9b\\", "\\u001b]8;;http://x\\u001b\\\\"},
    {"\x7f", "\xe2\x90\xa1", "\xe2\x90\xa1", "\\u007f"},
    {"\xc2\x9b"
     "31m",
     "\\u009b31m", "\\u009b31m", "\\u009b31m"}, // C1 CSI
    {"\x9b"
     "31m",
     "\\x9b31m", "\\x9b31m", "\\x9b31m"}, // the same as a raw byte
    {"\xe2\x80\xae"
     "gnp.exe",
     "\\u202egnp.exe", "\\u202egnp.exe", "\\u202egnp.exe"},
    {"\xe2\x81\xa6", "\\u2066", "\\u2066", "\\u2066"}, // isolate
    {"\xe2\x80\x8b", "\\u200b", "\\u200b", "\\u200b"}, // zero width
    {"\xe2\x80\x8d", "\\u200d", "\\u200d", "\\u200d"}, // joiner
    {"\xef\xbb\xbf", "\\ufeff", "\\ufeff", "\\ufeff"},
    {"\xc2\xad", "\\u00ad", "\\u00ad", "\\u00ad"},     // soft hyphen
    {"\xe2\x80\xa8", "\\u2028", "\\u2028", "\\u2028"}, // line separator
    {"\xd8\x80", "\\u0600", "\\u0600", "\\u0600"}, // of the format characters, one that has a width
    {"\xe3\x85\xa4", "\\u3164", "\\u3164", "\\u3164"},                 // looks like a blank
    {"\xf3\xa0\x81\x81", "\\U000e0041", "\\U000e0041", "\\U000e0041"}, // tag
    {"\xef\xbf\xbe", "\\ufffe", "\\ufffe", "\\ufffe"},
    {"\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f",
     "\xe2\x9d\xa4\xef\xb8\x8f"}, // with its variation selector
    {"1\xef\xb8\x8f\xe2\x83\xa3", "1\xef\xb8\x8f\xe2\x83\xa3", "1\xef\xb8\x8f\xe2\x83\xa3",
     "1\xef\xb8\x8f\xe2\x83\xa3"},                         // keycap
    {"1\xef\xb8\x8f", "1\\ufe0f", "1\\ufe0f", "1\\ufe0f"}, // selectors where they are
    {"a\xef\xb8\x81", "a\\ufe01", "a\\ufe01", "a\\ufe01"}, // invisible: text hidden
    {"\xe2\x9d\xa4\xef\xb8\x8f\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f\\ufe0f",
     "\xe2\x9d\xa4\xef\xb8\x8f\\ufe0f", "\xe2\x9d\xa4\xef\xb8\x8f\\ufe0f"}, // in text
    {"\xf3\xa0\x84\x80", "\\U000e0100", "\\U000e0100", "\\U000e0100"},
    {"\xcd\x8f", "\\u034f", "\\u034f", "\\u034f"},     // grapheme joiner
    {"\xe2\x80\x8f", "\\u200f", "\\u200f", "\\u200f"}, // mark from right to left
    {"\x1b]52;c;ZXZpbA==\x07", "\xe2\x90\x9b]52;c;ZXZpbA==\xe2\x90\x87",
     "\xe2\x90\x9b]52;c;ZXZpbA==\xe2\x90\x87", "\\u001b]52;c;ZXZpbA==\\u0007"}, // clipboard
    {"\xc2\x9d"
     "0;t\xc2\x9c",
     "\\u009d0;t\\u009c", "\\u009d0;t\\u009c", "\\u009d0;t\\u009c"}, // the same, by C1
    {"\xff\xc3", "\\xff\\xc3", "\\xff\\xc3", "\\xff\\xc3"},
    {"\xc0\x80", "\\xc0\\x80", "\\xc0\\x80", "\\xc0\\x80"},                    // overlong
    {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"}, // surrogate
    {"\xe2\x82", "\\xe2\\x82", "\\xe2\\x82", "\\xe2\\x82"},                    // cut off
};

T_TEST(escape, shows_what_a_terminal_would_obey)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct text line = {0};
        CLEANUP struct text body = {0};
        CLEANUP struct text field = {0};

        escape_text(&line, table[i].from, ESCAPE_LINE);
        escape_text(&body, table[i].from, ESCAPE_BODY);
        escape_text(&field, table[i].from, ESCAPE_FIELD);
        T_EQ_STR(text_str(&line), table[i].line, "row %zu", i);
        T_EQ_STR(text_str(&body), table[i].body, "row %zu", i);
        T_EQ_STR(text_str(&field), table[i].field, "row %zu", i);
    }
}

/** Fails unless s is UTF-8 without anything that a terminal obeys or people don't see. */
static void check_safe(const char *s, const char *allowed, unsigned round)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(s);

    while (left > 0) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate(p, left, &c);

        T_CHECK(n > 0, "round %u: no UTF-8", round);
        utf8proc_category_t category = utf8proc_category(c);
        if (!(c < 0x80 && strchr(allowed, (int)c))) {
            T_CHECK(c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0), "round %u: U+%04x", round,
                    (unsigned)c);
            T_CHECK(category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF &&
                        category != UTF8PROC_CATEGORY_ZL && category != UTF8PROC_CATEGORY_ZP,
                    "round %u: U+%04x", round, (unsigned)c);
        }
        p += n;
        left -= n;
    }
}

/** Bytes that meet trouble more often than chance would have it. */
static size_t random_text(uint32_t *seed, char *to, size_t size)
{
    static const char *const pieces[] = {"\x1b",
                                         "\x9b",
                                         "\xc2\x9b",
                                         "\xe2\x80\xae",
                                         "\xe2\x80\x8d",
                                         "\n",
                                         "\t",
                                         "\r",
                                         "\\",
                                         "\"",
                                         "\x7f",
                                         "a",
                                         "\xc3\xa4",
                                         "\xe6\xbc\xa2",
                                         "\xf0\x9f\x98\x80",
                                         "\xf3\xa0\x80\x81",
                                         "e\xcc\x81",
                                         "\xff",
                                         "\xe2\x82",
                                         "\xed\xa0\x80",
                                         "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
                                         " "};
    size_t n = 0;

    *seed = *seed * 1664525 + 1013904223;
    for (unsigned k = (*seed >> 16) % 24; k > 0; k--) {
        *seed = *seed * 1664525 + 1013904223;
        unsigned pick = *seed >> 16;
        if (pick % 8 == 0 && n + 1 < size) {
            to[n] = (char)(pick >> 3);
            n += to[n] != '\0';
            continue;
        }
        const char *piece = pieces[(pick >> 3) % (sizeof(pieces) / sizeof(pieces[0]))];
        if (n + strlen(piece) < size) {
            memcpy(to + n, piece, strlen(piece));
            n += strlen(piece);
        }
    }
    to[n] = '\0';
    return n;
}

T_TEST(escape, never_lets_a_control_character_through)
{
    uint32_t seed = 42;

    for (unsigned round = 0; round < 20000 * t_effort(); round++) {
        CLEANUP struct text line = {0};
        CLEANUP struct text again = {0};
        CLEANUP struct text body = {0};
        CLEANUP struct text field = {0};
        CLEANUP struct text json = {0};
        char text[160];

        random_text(&seed, text, sizeof(text));
        escape_text(&line, text, ESCAPE_LINE);
        escape_text(&body, text, ESCAPE_BODY);
        escape_text(&field, text, ESCAPE_FIELD);
        escape_json(&json, text);
        check_safe(text_str(&line), "", round);
        check_safe(text_str(&body), "\n\t", round);
        check_safe(text_str(&field), "", round);
        check_safe(text_str(&json), "", round);
        escape_text(&again, text_str(&line), ESCAPE_LINE);
        T_EQ_STR(text_str(&again), text_str(&line), "round %u", round);
    }
}

T_TEST(escape, leaves_json_that_parses_to_the_same_text)
{
    uint32_t seed = 43;

    for (unsigned round = 0; round < 5000 * t_effort(); round++) {
        CLEANUP struct text json = {0};
        char text[160];
        json_error_t error;

        random_text(&seed, text, sizeof(text));
        escape_json(&json, text);
        json_t *value = json_loads(text_str(&json), JSON_DECODE_ANY, &error);
        T_CHECK(value, "round %u: %s: %s", round, error.text, text_str(&json));
        json_t *same = json_string(text); // NULL when it is no UTF-8
        if (same) {
            T_EQ_STR(json_string_value(value), text, "round %u", round);
        }
        json_decref(value);
        json_decref(same);
    }
}

/** Undo ESCAPE_FIELD for \\, \n and \t. */
T_TEST(escape, keeps_fields_apart_and_whole)
{
    uint32_t seed = 44;

    for (unsigned round = 0; round < 5000 * t_effort(); round++) {
        CLEANUP struct text field = {0};
        CLEANUP struct text back = {0};
        CLEANUP struct text expected = {0};
        char text[160];

        random_text(&seed, text, sizeof(text));
        escape_text(&field, text, ESCAPE_FIELD);
        T_CHECK(!strpbrk(text_str(&field), "\n\t"), "round %u", round);
        for (const char *p = text_str(&field); *p; p++) {
            if (*p != '\\' || p[1] == 'u' || p[1] == 'U' || p[1] == 'x') {
                text_add_n(&back, p, 1);
            } else {
                p++;
                T_CHECK(*p == 'n' || *p == 't' || *p == '\\', "round %u: \\%c", round, *p);
                text_add(&back, *p == 'n' ? "\n" : *p == 't' ? "\t" : "\\");
            }
        }
        // What isn't undone here looks the same as in a body, but for C0 and DEL
        escape_text(&expected, text, ESCAPE_BODY);
        if (!strpbrk(text, "\x1b\r\x7f") && !strstr(text_str(&expected), "\xe2\x90")) {
            T_EQ_STR(text_str(&back), text_str(&expected), "round %u", round);
        }
    }
}

// ---- CSV ----------------------------------------------------------------------------------------

#define WIDE_EQUALS "\xef\xbc\x9d"
#define WIDE_PLUS   "\xef\xbc\x8b"
#define WIDE_MINUS  "\xef\xbc\x8d"
#define WIDE_AT     "\xef\xbc\xa0"
#define NO_BREAK    "\xc2\xa0"
#define WIDE_BLANK  "\xe3\x80\x80"

/* osTicket#3767: a ticket's title that began with = ran a program of whoever opened the export. */
T_TEST(escape, writes_csv_in_which_nothing_is_a_formula)
{
    static const struct {
        const char *text;
        const char *csv;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"it's 1+1=2, a@b.c, 3-4", "\"it's 1+1=2, a@b.c, 3-4\""},
        {"=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {WIDE_EQUALS "1", "\"'" WIDE_EQUALS "1\""},
        {WIDE_PLUS "1", "\"'" WIDE_PLUS "1\""},
        {WIDE_MINUS "1", "\"'" WIDE_MINUS "1\""},
        {WIDE_AT "a", "\"'" WIDE_AT "a\""},
        {"  =1", "\"'  =1\""},
        {NO_BREAK WIDE_BLANK "=1", "\"'" NO_BREAK WIDE_BLANK "=1\""},
        {"\"=1\"", "\"'\"\"=1\"\"\""},
        {"\tx", "\"'\tx\""},
        {"\nx", "\"'\nx\""},
        {" \nx", "\"' \nx\""},
        {"\rx", "\"'\xe2\x90\x8dx\""},
        {"\r=1", "\"'\xe2\x90\x8d=1\""},
        {"'=1", "\"'=1\""},
        {"=", "\"'=\""},
        {" ", "\" \""},
        {"a\nb\tc", "\"a\nb\tc\""},
        {"a\n=1", "\"a\n'=1\""}, // where lines are split wrongly
        {"a\n\n - b", "\"a\n\n' - b\""},
        {"a;=1;b", "\"a;'=1;b\""}, // a spreadsheet of a country that writes 1,5
        {"a; \"=1\";", "\"a;' \"\"=1\"\";\""},
        {"a\t@b", "\"a\t'@b\""},
        {"a\r\n=1", "\"a\xe2\x90\x8d\n'=1\""},
        {"\x1b]0;x\x07", "\"\xe2\x90\x9b]0;x\xe2\x90\x87\""},
        {"\xe2\x80\xae=1", "\"\\u202e=1\""},
        {"\xe2\x80\x8b=1", "\"\\u200b=1\""},
        {"\xff=1", "\"\\xff=1\""},
        {"a\\b", "\"a\\b\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CLEANUP struct text csv = {0};

        escape_csv(&csv, rows[i].text);
        T_EQ_STR(text_str(&csv), rows[i].csv, "row %zu", i);
    }
}

/** True for what a spreadsheet computes: after blanks and quotes, one of the eight. */
static bool is_formula(const char *s, const char *end)
{
    static const char *const skipped[] = {" ", "\"", NO_BREAK, WIDE_BLANK};
    static const char *const signs[] = {"=",         "+",       "-",        "@",
                                        WIDE_EQUALS, WIDE_PLUS, WIDE_MINUS, WIDE_AT};
    size_t was;

    do {
        was = (size_t)(end - s);
        for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++) {
            const size_t n = strlen(skipped[i]);

            s += (size_t)(end - s) >= n && memcmp(s, skipped[i], n) == 0 ? n : 0;
        }
    } while ((size_t)(end - s) != was);
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        const size_t n = strlen(signs[i]);

        if ((size_t)(end - s) >= n && memcmp(s, signs[i], n) == 0) {
            return true;
        }
    }
    return false;
}

T_TEST(escape, writes_csv_that_no_spreadsheet_computes_whatever_comes)
{
    static const char *const more[] = {
        "=",        "+", "-", "@", WIDE_EQUALS, WIDE_PLUS, WIDE_MINUS, WIDE_AT, NO_BREAK,
        WIDE_BLANK, ";", ",", "'", "\"",        " ",       "\n",       "\t",    "\r"};
    uint32_t seed = 45;

    for (unsigned round = 0; round < 20000 * t_effort(); round++) {
        CLEANUP struct text csv = {0};
        CLEANUP struct text from = {0};
        CLEANUP struct text cell = {0};
        char text[160];

        for (unsigned k = 0; k < 3; k++) {
            random_text(&seed, text, sizeof(text));
            text_add(&from, round % 3 == 0 ? "" : text);
            for (unsigned n = (seed >> 8) % 5; n > 0; n--) {
                seed = seed * 1664525 + 1013904223;
                text_add(&from, more[(seed >> 16) % (sizeof(more) / sizeof(more[0]))]);
            }
        }
        escape_csv(&csv, text_str(&from));
        check_safe(text_str(&csv), "\n\t", round);

        // As RFC 4180 has it: one field, which is in quotes to its end
        const char *p = text_str(&csv);
        T_CHECK(csv.n >= 2 && p[0] == '"' && p[csv.n - 1] == '"', "round %u: %s", round, p);
        for (size_t i = 1; i + 1 < csv.n; i++) {
            T_CHECK(p[i] != '"' || (i + 2 < csv.n && p[i + 1] == '"'), "round %u: %s", round, p);
            text_add_n(&cell, &p[i], 1);
            i += p[i] == '"';
        }
        const char *first = text_str(&cell) + strspn(text_str(&cell), " ");
        T_CHECK(!*first || !strchr("\t\r\n", *first), "round %u: %s", round, p);
        T_CHECK(!is_formula(text_str(&cell), text_str(&cell) + cell.n), "round %u: %s", round, p);

        // As somebody reads it who splits it elsewhere, and to whom a quote within means nothing
        for (; *p; p += strcspn(p, ";\t\n"), p += *p != '\0') {
            T_CHECK(!is_formula(p, p + strcspn(p, ";\t\n")), "round %u: %s", round, text_str(&csv));
        }
    }
}

T_TEST(escape, knows_how_wide_text_is)
{
    static const struct {
        const char *text;
        size_t width;
    } widths[] = {
        {"", 0},
        {"abc", 3},
        {"\xc3\xa4", 1},
        {"e\xcc\x81", 1},                                    // with a combining accent
        {"\xe6\xbc\xa2\xe5\xad\x97", 4},                     // CJK
        {"\xf0\x9f\x98\x80", 2},                             // emoji
        {"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2},             // a flag
        {"\xe2\x9d\xa4\xef\xb8\x8f", 2},                     // heart as a picture
        {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2},         // Hangul in parts
        {"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 2},             // with a skin tone
        {"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", 2}, // joined, where nobody escaped it
        {"1\xef\xb8\x8f\xe2\x83\xa3", 2},                    // keycap
        {"\xf0\x9f\x87\xa9", 2},                             // half a flag
        {"\xe2\x9d\xa4", 1},                                 // heart as text
        {"\xef\xbc\xa1", 2},                                 // full width
        {"\xef\xbd\xb6", 1},                                 // half width
        {"\xe0\xa4\x95\xe0\xa4\xbe", 2},                     // Devanagari ka and its vowel sign
        {"\xe0\xae\xa8\xe0\xae\xbf", 2},                     // Tamil ni
        {"\xe0\xb8\x99\xe0\xb8\xb3", 2},                     // Thai nam
        {"o\xcc\x88\xcc\xa3\xcc\x84", 1},                    // marks upon marks
        {"\xcc\x81", 0},                                     // a mark on nothing
        {"a\xe2\x90\x9b", 2},
    };

    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        T_EQ_INT(escape_width(widths[i].text), widths[i].width, "row %zu", i);
    }
}

T_TEST(escape, shows_joined_pictures_one_by_one)
{
    static const char family[] = "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9";
    CLEANUP struct text line = {0};

    escape_text(&line, family, ESCAPE_LINE);
    T_EQ_STR(text_str(&line), "\xf0\x9f\x91\xa8\\u200d\xf0\x9f\x91\xa9");
    T_EQ_INT(escape_width(text_str(&line)), 10);
}

T_TEST(escape, cuts_between_graphemes)
{
    uint32_t seed = 45;

    for (unsigned round = 0; round < 5000 * t_effort(); round++) {
        CLEANUP struct text line = {0};
        char text[160];

        random_text(&seed, text, sizeof(text));
        escape_text(&line, text, ESCAPE_LINE);
        size_t whole = escape_width(text_str(&line));
        for (size_t columns = 0; columns <= whole; columns++) {
            CLEANUP struct text cut = {0};
            size_t width;
            size_t n = escape_cut(text_str(&line), columns, &width);

            T_CHECK(width <= columns, "round %u", round);
            T_CHECK(columns < whole || n == line.n, "round %u", round);
            text_add_n(&cut, text_str(&line), n);
            T_EQ_INT(escape_width(text_str(&cut)), width, "round %u, %zu columns", round, columns);
            check_safe(text_str(&cut), "", round);
        }
    }
}
