// SPDX-License-Identifier: Apache-2.0
/**
 * body: texts of several lines, from an option, a file, standard input or an editor.
 */
#ifndef SLATE_CLIENT_BODY_H
#define SLATE_CLIENT_BODY_H

#include <stdio.h>

#include "client/cli.h"

/** More than any text that a server takes; a file of that size is a mistake. */
#define BODY_BYTES_MAX ((size_t)1024 * 1024)

/**
 * The text that an option (TEXT, or - for standard input) or --body-file names; NULL if neither is
 * there. Line ends are made one newline, those at the end are taken off. Returns 0, or an exit
 * code, told. The caller frees *ret.
 */
int body_from_options(struct cli *cli, enum option option, char **ret);

/** A whole stream as text. Returns NULL and *ret (malloc), or what is wrong. */
const char *body_read(FILE *f, char **ret);

/**
 * Have a text written in an editor, below which `note` (lines) is shown and ignored. Returns 0, or
 * an exit code, told; an empty text is EXIT_FAILED. The caller frees *ret, and calls body_done()
 * with *ret_draft, the file in which the text lies until it is sent.
 */
int body_from_editor(struct cli *cli, const char *note, char **ret, char **ret_draft);

/** Remove the draft if its text was sent, else tell where it is. Frees draft, which may be NULL. */
void body_done(struct cli *cli, char *draft, bool sent);

#endif
