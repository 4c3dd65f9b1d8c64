// SPDX-License-Identifier: Apache-2.0
/**
 * pages: lists that come in pages, printed as one.
 */
#ifndef SLATE_CLIENT_PAGES_H
#define SLATE_CLIENT_PAGES_H

#include "client/cli.h"
#include "client/rows.h"

/** Rows of a table when --limit says nothing: what somebody may want to read. Other formats have no
 * limit then: a script that got only a part would not notice. */
#define PAGES_TABLE_ROWS 50

struct pages_page {
    const void *first;
    size_t n;
    bool truncated;
    struct slate_bytes cursor;
    int64_t snapshot_at;
};

/** A kind of list. */
struct pages_of {
    const struct rows *rows;
    const char *doing; /* "list tickets" */
    void (*ask)(struct slate_request *request, uint32_t limit, struct slate_bytes cursor);
    void (*get)(const struct slate_result *r, struct pages_page *ret);
    bool timeless; /* its tables have no times */
};

/** Ask for all pages, and print their rows in another order than the server's: the first of them,
 * as --limit says. They are kept until all are there. */
int pages_print_sorted(struct cli *cli, const struct pages_of *of, struct slate_request *request,
                       int (*compare)(const void *a, const void *b));

/** Ask for page after page, as --limit and --cursor say, and print them. Returns an exit code. */
int pages_print(struct cli *cli, const struct pages_of *of, struct slate_request *request);

#endif
