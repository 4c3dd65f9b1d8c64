// SPDX-License-Identifier: Apache-2.0
#include "client/bookdiff.h"

#include <stdlib.h>
#include <string.h>

#include "client/message.h"

/** Takes over r. */
static void add_page(struct bookdiff *b, struct slate_result *r)
{
    const struct slate_book_diff *page = &r->diff;
    struct slate_book_diff *all = &b->diff;

    b->pages = reallocarray(b->pages, b->n_pages + 1, sizeof(*b->pages));
    b->moves = reallocarray(b->moves, all->n_moves + page->n_moves + 1, sizeof(*b->moves));
    if (!b->pages || !b->moves) {
        abort();
    }
    if (b->n_pages++ == 0) { // the changes themselves are in each
        *all = (struct slate_book_diff){.n_changes = page->n_changes,
                                        .changes = page->changes,
                                        .n_examples = page->n_examples,
                                        .examples = page->examples,
                                        .applied = page->applied,
                                        .open_tickets = page->open_tickets,
                                        .n_warnings = page->n_warnings,
                                        .warnings = page->warnings};
    }
    b->pages[b->n_pages - 1] = r;
    if (page->n_moves > 0) {
        memcpy(b->moves + all->n_moves, page->moves, page->n_moves * sizeof(*b->moves));
    }
    all->n_moves += page->n_moves;
    all->looked_at += page->looked_at;
    all->moved_earlier += page->moved_earlier;
    all->moved_later += page->moved_later;
    all->breached += page->breached;
    all->truncated |= page->truncated;
    all->moves = b->moves;
    all->cursor = page->cursor;
}

static void tell(struct cli *cli, const struct slate_book_diff *d)
{
    if (cli->err_tty && d->cursor.n > 0) {
        message_progress(cli->err, "looked at %llu open tickets, %llu clocks move",
                         (unsigned long long)d->looked_at,
                         (unsigned long long)(d->moved_earlier + d->moved_later));
    }
}

int bookdiff_fetch(struct bookdiff *ret, struct cli *cli, const char *text, const char *name)
{
    struct slate_apply_book args = {.text = text, .file = name};
    const struct slate_with with = {.dry_run = true};
    enum slate_status status;
    struct slate_error e;

    *ret = (struct bookdiff){0};
    do {
        struct slate_result *r;

        args.cursor = ret->diff.cursor;
        status = slate_apply_book(cli->slate, &args, &with, &r, &e);
        if (status == SLATE_OK) {
            add_page(ret, r);
            tell(cli, &ret->diff);
        }
    } while (status == SLATE_OK && ret->diff.cursor.n > 0);
    if (cli->err_tty && ret->n_pages > 1) {
        message_progress(cli->err, "%s", "");
    }
    return status == SLATE_OK ? 0 : cli_failed(cli, &e, "compare the book");
}

void bookdiff_fini(struct bookdiff *b)
{
    for (size_t i = 0; i < b->n_pages; i++) {
        slate_result_free(b->pages[i]);
    }
    free(b->pages);
    free(b->moves);
    *b = (struct bookdiff){0};
}
