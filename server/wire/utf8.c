// SPDX-License-Identifier: Apache-2.0
#include "wire/utf8.h"

#include <stdbool.h>

struct range {
    uint32_t first;
    uint32_t last;
};

/*
 * Characters without a shape of their own: format characters (Cf) of Unicode 15, variation
 * selectors, tags, and the few letters that are drawn as nothing. Ascending.
 */
static const struct range invisible[] = {
    {0x00AD, 0x00AD},   // soft hyphen
    {0x034F, 0x034F},   // combining grapheme joiner
    {0x0600, 0x0605},   // Arabic number signs
    {0x061C, 0x061C},   // Arabic letter mark
    {0x06DD, 0x06DD},   // Arabic end of ayah
    {0x070F, 0x070F},   // Syriac abbreviation mark
    {0x0890, 0x0891},   // Arabic pound and piastre marks
    {0x08E2, 0x08E2},   // Arabic disputed end of ayah
    {0x115F, 0x1160},   // Hangul fillers
    {0x17B4, 0x17B5},   // Khmer inherent vowels
    {0x180B, 0x180F},   // Mongolian selectors and vowel separator
    {0x200B, 0x200F},   // zero width space, (non-)joiner, direction marks
    {0x202A, 0x202E},   // embeddings and overrides of direction
    {0x2060, 0x206F},   // word joiner, invisible operators, isolates
    {0x2800, 0x2800},   // blank Braille pattern
    {0x3164, 0x3164},   // Hangul filler
    {0xFE00, 0xFE0F},   // variation selectors
    {0xFEFF, 0xFEFF},   // zero width no-break space
    {0xFFA0, 0xFFA0},   // half-width Hangul filler
    {0xFFF0, 0xFFFB},   // unassigned specials, interlinear annotation
    {0x110BD, 0x110BD}, // Kaithi number sign
    {0x110CD, 0x110CD}, // Kaithi number sign above
    {0x13430, 0x1343F}, // Egyptian format controls
    {0x1BCA0, 0x1BCA3}, // shorthand format controls
    {0x1D173, 0x1D17A}, // musical format controls
    {0xE0000, 0xE0FFF}, // tags, variation selectors supplement
};

/* Beyond ASCII: blanks. Ascending. */
static const struct range blank[] = {
    {0x00A0, 0x00A0}, // no-break space
    {0x1680, 0x1680}, // Ogham space mark
    {0x2000, 0x200A}, // en quad to hair space
    {0x202F, 0x202F}, // narrow no-break space
    {0x205F, 0x205F}, // medium mathematical space
    {0x3000, 0x3000}, // ideographic space
};

/* Beyond ASCII: stretches without a letter, a digit or a mark of Unicode 15. Ascending. */
static const struct range wordless[] = {
    {0x00A1, 0x00A9},    // Latin-1's signs but the ordinal indicators and micro
    {0x00AB, 0x00B4},    //
    {0x00B6, 0x00B9},    //
    {0x00BB, 0x00BF},    //
    {0x00D7, 0x00D7},    // multiplication sign
    {0x00F7, 0x00F7},    // division sign
    {0x2010, 0x205E},    // general punctuation
    {0x207A, 0x207E},    // raised and lowered signs
    {0x208A, 0x208E},    //
    {0x20A0, 0x20CF},    // currencies
    {0x2190, 0x2BFF},    // arrows, operators, boxes, pictures
    {0x2E00, 0x2E2E},    // further punctuation
    {0x2E30, 0x2E7F},    //
    {0x2E80, 0x2FFF},    // radicals and descriptions of ideographs
    {0x3001, 0x3004},    // ideographic punctuation
    {0x3008, 0x3020},    //
    {0x3200, 0x33FF},    // letters and months in circles and squares
    {0x4DC0, 0x4DFF},    // hexagrams
    {0xE000, 0xF8FF},    // private use
    {0xFDD0, 0xFDEF},    // never characters
    {0xFE10, 0xFE19},    // forms of punctuation
    {0xFE30, 0xFE6F},    //
    {0xFF01, 0xFF0F},    // wide ASCII without letters and digits
    {0xFF1A, 0xFF20},    //
    {0xFF3B, 0xFF40},    //
    {0xFF5B, 0xFF65},    //
    {0xFFE0, 0xFFFF},    // wide and replacement characters
    {0x1D000, 0x1D164},  // music
    {0x1D200, 0x1D241},  //
    {0x1D300, 0x1D35F},  // tetragrams, counting rods
    {0x1F000, 0x1FAFF},  // tiles, cards, emoji
    {0xF0000, 0x10FFFF}, // private use
};

static bool is_within(uint32_t c, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (c <= ranges[i].last) {
            return c >= ranges[i].first;
        }
    }
    return false;
}
#define IS_WITHIN(c, ranges) is_within(c, ranges, sizeof(ranges) / sizeof((ranges)[0]))

/*
 * The character of at most n > 0 bytes at p: its bytes, 0 if it is none. The lower bounds of the
 * second byte keep out overlong forms and surrogates, the upper one of F4 what is beyond U+10FFFF.
 */
static size_t take(const uint8_t *p, size_t n, uint32_t *ret)
{
    const uint8_t lead = p[0];
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    size_t len;
    uint32_t c;

    if (lead < 0x80) {
        *ret = lead;
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        len = 2;
        c = lead & 0x1Fu;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        len = 3;
        c = lead & 0x0Fu;
        low = lead == 0xE0 ? 0xA0 : low;
        high = lead == 0xED ? 0x9F : high;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        len = 4;
        c = lead & 0x07u;
        low = lead == 0xF0 ? 0x90 : low;
        high = lead == 0xF4 ? 0x8F : high;
    } else {
        return 0;
    }
    if (n < len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if (p[i] < low || p[i] > high) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *ret = c;
    return len;
}

static const char *refused(uint32_t c, enum utf8_class class)
{
    if (c == 0) {
        return "holds a NUL";
    }
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
        if (class == UTF8_TEXT && (c == '\n' || c == '\t')) {
            return NULL;
        }
        return c == '\r' ? "holds a carriage return" : "holds a control character";
    }
    if (c < 0xAD || class == UTF8_TEXT) {
        return NULL;
    }
    if (c == 0x2028 || c == 0x2029) {
        return "holds a line separator";
    }
    return class != UTF8_LINE && IS_WITHIN(c, invisible) ? "holds an invisible character" : NULL;
}

/* Of what a name may hold. */
static const char *refused_in_tag(uint32_t c, bool first)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        return NULL;
    }
    if (c == '.' || c == '_' || c == '-') {
        return first ? "does not begin with a letter or a digit" : NULL;
    }
    if (c >= 'A' && c <= 'Z') {
        return "holds a capital letter";
    }
    if (c == ' ' || IS_WITHIN(c, blank)) {
        return "holds a blank";
    }
    return c < 0x80 || IS_WITHIN(c, wordless) ? "holds what is neither a letter nor a digit" : NULL;
}

const char *utf8_check(const uint8_t *p, size_t n, enum utf8_class class, size_t *ret_at)
{
    size_t i = 0;

    while (i < n) {
        uint32_t c;
        const char *reason;
        size_t len;

        if (p[i] >= 0x20 && p[i] < 0x7F && class != UTF8_TAG) { // most of most texts
            i++;
            continue;
        }
        len = take(p + i, n - i, &c);
        reason = len == 0 ? "is not UTF-8" : refused(c, class);
        if (reason == NULL && class == UTF8_TAG) {
            reason = refused_in_tag(c, i == 0);
        }
        if (reason != NULL) {
            *ret_at = i;
            return reason;
        }
        i += len;
    }
    return NULL;
}
