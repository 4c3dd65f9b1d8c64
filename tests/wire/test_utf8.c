// SPDX-License-Identifier: Apache-2.0
#include "wire/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

/* Rows of literals: without their NUL. */
#define BYTES(s) (const uint8_t *)(s), sizeof(s) - 1

T_TEST(utf8, lets_in_what_people_write)
{
    static const struct {
        const uint8_t *p;
        size_t n;
        enum utf8_class class;
    } rows[] = {
        {BYTES(""), UTF8_NAME},
        {BYTES("acme-l1 (EU)"), UTF8_NAME},
        {BYTES("Zugänge für Łódź, 客服, поддержка, دعم"), UTF8_NAME},
        {BYTES("\xC2\xA0"), UTF8_NAME},                                     // first of two bytes
        {BYTES("\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"), UTF8_NAME}, // around the borders
        {BYTES("\xEF\xBF\xBD\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), UTF8_NAME}, // up to the last one
        {BYTES("\xE2\x80\x8D\xE2\x80\xAE\xEF\xBB\xBF"), UTF8_LINE},         // invisible, but a line
        {BYTES("a\n\tb\n"), UTF8_TEXT},
        {BYTES("\xE2\x80\xA8\xE2\x80\xA9"), UTF8_TEXT}, // separators of lines, paragraphs
        {BYTES("vip"), UTF8_TAG},
        {BYTES("7.x_y-"), UTF8_TAG},
        {BYTES("rückruf"), UTF8_TAG},
        {BYTES("Ärger"), UTF8_TAG}, // beyond ASCII nobody tells capitals apart here
        {BYTES("хранилище"), UTF8_TAG},
        {BYTES("請求"), UTF8_TAG},
        {BYTES("हिन्दी"), UTF8_TAG}, // with its marks
        {BYTES("عاجل"), UTF8_TAG},
        {BYTES("٣"), UTF8_TAG},        // a digit
        {BYTES("スレート"), UTF8_TAG}, // with a letter that lengthens
        {BYTES("ª"), UTF8_TAG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t at = 99;
        const char *reason = utf8_check(rows[i].p, rows[i].n, rows[i].class, &at);
        T_CHECK(reason == NULL, "row %zu: %s at %zu", i, reason, at);
        T_EQ_INT(at, 99, "row %zu", i);
    }
}

T_TEST(utf8, refuses_at_the_first_byte_of_the_culprit)
{
    static const struct {
        const uint8_t *p;
        size_t n;
        enum utf8_class class;
        const char *reason;
        size_t at;
    } rows[] = {
        // no UTF-8
        {BYTES("ab\x80"), UTF8_TEXT, "is not UTF-8", 2},           // continuation alone
        {BYTES("a\xC3"), UTF8_TEXT, "is not UTF-8", 1},            // cut off
        {BYTES("a\xE2\x82"), UTF8_TEXT, "is not UTF-8", 1},        //
        {BYTES("a\xF0\x9F\x96"), UTF8_TEXT, "is not UTF-8", 1},    //
        {BYTES("\xC3("), UTF8_TEXT, "is not UTF-8", 0},            // no continuation
        {BYTES("\xE2\x82("), UTF8_TEXT, "is not UTF-8", 0},        //
        {BYTES("\xC0\x80"), UTF8_TEXT, "is not UTF-8", 0},         // overlong NUL
        {BYTES("\xC1\xBF"), UTF8_TEXT, "is not UTF-8", 0},         // overlong DEL
        {BYTES("\xE0\x9F\xBF"), UTF8_TEXT, "is not UTF-8", 0},     // overlong of three
        {BYTES("\xF0\x8F\xBF\xBF"), UTF8_TEXT, "is not UTF-8", 0}, // overlong of four
        {BYTES("\xED\xA0\x80"), UTF8_TEXT, "is not UTF-8", 0},     // first surrogate
        {BYTES("\xED\xBF\xBF"), UTF8_TEXT, "is not UTF-8", 0},     // last one
        {BYTES("\xF4\x90\x80\x80"), UTF8_TEXT, "is not UTF-8", 0}, // U+110000
        {BYTES("\xF5\x80\x80\x80"), UTF8_TEXT, "is not UTF-8", 0}, //
        {BYTES("\xFE\xFF"), UTF8_TEXT, "is not UTF-8", 0},         //
        // control characters
        {BYTES("a\0b"), UTF8_TEXT, "holds a NUL", 1},
        {BYTES("a\x1B[31m"), UTF8_TEXT, "holds a control character", 1},
        {BYTES("a\x7F"), UTF8_TEXT, "holds a control character", 1},
        {BYTES("a\xC2\x80"), UTF8_TEXT, "holds a control character", 1},
        {BYTES("a\xC2\x9B"), UTF8_TEXT, "holds a control character", 1},
        {BYTES("a\xC2\x9F"), UTF8_TEXT, "holds a control character", 1},
        {BYTES("a\r\n"), UTF8_TEXT, "holds a carriage return", 1},
        {BYTES("a\n"), UTF8_LINE, "holds a control character", 1},
        {BYTES("a\t"), UTF8_LINE, "holds a control character", 1},
        {BYTES("a\n"), UTF8_NAME, "holds a control character", 1},
        {BYTES("a\xE2\x80\xA8"), UTF8_LINE, "holds a line separator", 1},
        {BYTES("a\xE2\x80\xA9"), UTF8_NAME, "holds a line separator", 1},
        // invisible, or changing direction
        {BYTES("a\xC2\xAD"), UTF8_NAME, "holds an invisible character", 1},
        {BYTES("\xE2\x80\x8B"), UTF8_NAME, "holds an invisible character", 0},      // ZWSP
        {BYTES("\xE2\x80\x8F"), UTF8_NAME, "holds an invisible character", 0},      // RLM
        {BYTES("\xD8\x9C"), UTF8_NAME, "holds an invisible character", 0},          // ALM
        {BYTES("x\xE2\x80\xAA"), UTF8_NAME, "holds an invisible character", 1},     // LRE
        {BYTES("x\xE2\x80\xAE"), UTF8_NAME, "holds an invisible character", 1},     // RLO
        {BYTES("x\xE2\x81\xA0"), UTF8_NAME, "holds an invisible character", 1},     // WJ
        {BYTES("x\xE2\x81\xA6"), UTF8_NAME, "holds an invisible character", 1},     // LRI
        {BYTES("x\xE2\x81\xA9"), UTF8_NAME, "holds an invisible character", 1},     // PDI
        {BYTES("x\xEF\xBB\xBF"), UTF8_NAME, "holds an invisible character", 1},     // BOM
        {BYTES("x\xF3\xA0\x81\x81"), UTF8_NAME, "holds an invisible character", 1}, // tag A
        // no word
        {BYTES(".x"), UTF8_TAG, "does not begin with a letter or a digit", 0},
        {BYTES("_x"), UTF8_TAG, "does not begin with a letter or a digit", 0},
        {BYTES("-x"), UTF8_TAG, "does not begin with a letter or a digit", 0},
        {BYTES("a b"), UTF8_TAG, "holds a blank", 1},
        {BYTES("a\tb"), UTF8_TAG, "holds a control character", 1},
        {BYTES("aB"), UTF8_TAG, "holds a capital letter", 1},
        {BYTES("a#"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a,b"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a/b"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a~"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a\xC2\xA0"), UTF8_TAG, "holds a blank", 1},                    // U+00A0
        {BYTES("a\xE3\x80\x80"), UTF8_TAG, "holds a blank", 1},                // U+3000
        {BYTES("a\xE2\x80\x8B"), UTF8_TAG, "holds an invisible character", 1}, // ZWSP
        {BYTES("a\xE2\x80\x9C"), UTF8_TAG, "holds what is neither a letter nor a digit", 1}, // “
        {BYTES("a\xF0\x9F\x96\xA8"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a\xEE\x80\x80"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a\xEF\xBF\xBD"), UTF8_TAG, "holds what is neither a letter nor a digit", 1},
        {BYTES("a\xC3("), UTF8_TAG, "is not UTF-8", 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t at = 99;
        // A copy of its exact size, so that a read behind the end is seen.
        uint8_t *copy = malloc(rows[i].n);
        T_CHECK(copy != NULL);
        memcpy(copy, rows[i].p, rows[i].n);
        T_EQ_STR(utf8_check(copy, rows[i].n, rows[i].class, &at), rows[i].reason, "row %zu", i);
        T_EQ_INT(at, rows[i].at, "row %zu", i);
        free(copy);
    }
}

/* Against the definition: encode every number the plain way, and expect what its range says. */
T_TEST(utf8, knows_every_character)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        uint8_t p[4];
        size_t n;
        size_t at;
        if (c < 0x80) {
            p[0] = (uint8_t)c;
            n = 1;
        } else if (c < 0x800) {
            p[0] = (uint8_t)(0xC0 | c >> 6);
            p[1] = (uint8_t)(0x80 | (c & 0x3F));
            n = 2;
        } else if (c < 0x10000) {
            p[0] = (uint8_t)(0xE0 | c >> 12);
            p[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
            p[2] = (uint8_t)(0x80 | (c & 0x3F));
            n = 3;
        } else {
            p[0] = (uint8_t)(0xF0 | c >> 18);
            p[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
            p[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
            p[3] = (uint8_t)(0x80 | (c & 0x3F));
            n = 4;
        }
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
        const bool in_text = !surrogate && (!control || c == '\n' || c == '\t');
        const bool in_line = !surrogate && !control && c != 0x2028 && c != 0x2029;
        T_EQ_INT(utf8_check(p, n, UTF8_TEXT, &at) == NULL, in_text, "U+%04X", c);
        T_EQ_INT(utf8_check(p, n, UTF8_LINE, &at) == NULL, in_line, "U+%04X", c);
        T_CHECK(in_line || utf8_check(p, n, UTF8_NAME, &at) != NULL, "U+%04X", c);
        const bool in_name = utf8_check(p, n, UTF8_NAME, &at) == NULL;
        T_CHECK(in_name || utf8_check(p, n, UTF8_TAG, &at) != NULL, "U+%04X", c);
    }
}
