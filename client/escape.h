// SPDX-License-Identifier: Apache-2.0
/**
 * escape: text from strangers, made fit for a terminal, a field or a JSON string.
 *
 * Tickets come from anybody, and a terminal obeys what it is sent: it can be made to overwrite what
 * stands there, to fill the clipboard, to show another link than it opens. So what is printed holds
 * no control character but a newline and a tab where these are wanted, and nothing that is
 * invisible or turns the direction of writing: also no joiner (a family of emoji is shown member by
 * member) and no variation selector but those after a pictograph or in a keycap. Such characters
 * are not dropped but shown: an escape character as U+241B, others by their number.
 */
#ifndef SLATE_CLIENT_ESCAPE_H
#define SLATE_CLIENT_ESCAPE_H

#include <stddef.h>

#include "client/text.h"

enum escape_mode {
    ESCAPE_LINE,  /* part of a line: newlines and tabs are shown */
    ESCAPE_BODY,  /* lines: newlines and tabs are kept */
    ESCAPE_FIELD, /* a field of a TSV line: \n, \t and \\ stand for newline, tab, backslash, and
                     everything else that is escaped begins with a backslash too */
};

/** Append s. Escaping what was escaped already changes nothing, except in ESCAPE_FIELD. */
void escape_text(struct text *to, const char *s, enum escape_mode mode);

/** Append s as a JSON string, with its quotes. What is no UTF-8 becomes U+FFFD; everything else is
 * there when the JSON is parsed. */
void escape_json(struct text *to, const char *s);

/**
 * Append s as a field of CSV, with its quotes: escaped as ESCAPE_BODY, and nothing in it is taken
 * for a formula by a program that opens it. What such a program would see at the beginning of a
 * cell gets an apostrophe in front when it is, after blanks and quotes, one of = + - @ or the same
 * in full width; a tab or a newline at the beginning of s, too. Cells begin with s, and where lines
 * or columns are split wrongly, behind each of its newlines, tabs and semicolons.
 */
void escape_csv(struct text *to, const char *s);

/** Columns that a line takes on a terminal, by grapheme: what is wide counts two, a picture by
 * selector, a flag and a keycap too; combining marks none, spacing marks one. s was escaped by
 * ESCAPE_LINE. */
size_t escape_width(const char *s);

/** Bytes of the longest beginning of s that takes at most `columns`, never splitting a grapheme;
 * its columns go to *ret_width. */
size_t escape_cut(const char *s, size_t columns, size_t *ret_width);

#endif
