// SPDX-License-Identifier: Apache-2.0
/**
 * utf8: which text is let in.
 *
 * Text from outside ends up on terminals, in logs and in other programs. What could change its
 * meaning there is refused at the border instead of being repaired: nobody can tell what a sender
 * meant by a NUL in a name.
 */
#ifndef SLATE_WIRE_UTF8_H
#define SLATE_WIRE_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum utf8_class {
    /* What people must be able to tell apart by looking, and machines compare: as a line, and no
     * character that is invisible or changes the direction of what follows. */
    UTF8_NAME,
    /* No control character (C0, DEL, C1) and no separator of lines or paragraphs. */
    UTF8_LINE,
    /* As a line, but \n and \t are let in, and the separators. Not \r: lines end with \n alone. */
    UTF8_TEXT,
    /* One word, to sort things by: a name of letters and digits, and of '.', '_' and '-' behind the
     * first character. Of ASCII the small letters alone; beyond it of any script, with their marks,
     * but no blanks, and none of the blocks that have only punctuation, symbols and pictures. */
    UTF8_TAG,
};

/**
 * NULL when the n bytes at p are UTF-8 of that class: shortest form, no surrogates, up to U+10FFFF.
 * Otherwise what they are or hold, to be put behind the name of the thing ("is not UTF-8"), and in
 * *ret_at the place of the first byte of the first offending character.
 */
const char *utf8_check(const uint8_t *p, size_t n, enum utf8_class class, size_t *ret_at);

#endif
