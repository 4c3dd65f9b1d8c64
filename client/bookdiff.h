// SPDX-License-Identifier: Apache-2.0
/**
 * bookdiff: what applying a book would do, to all open tickets that it touches. The server looks at
 * some of them in each answer; these are put together here.
 */
#ifndef SLATE_CLIENT_BOOKDIFF_H
#define SLATE_CLIENT_BOOKDIFF_H

#include "client/cli.h"

struct bookdiff {
    struct slate_book_diff diff; /* of all answers; it points into them */
    struct slate_result **pages;
    size_t n_pages;
    struct slate_due_move *moves;
};

/** Ask until everything was looked at; tells how far it is where somebody watches. Returns 0, or an
 * exit code, told. *ret needs bookdiff_fini() either way. The client is connected. */
int bookdiff_fetch(struct bookdiff *ret, struct cli *cli, const char *text, const char *name);
void bookdiff_fini(struct bookdiff *b);

#endif
