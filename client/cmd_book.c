// SPDX-License-Identifier: Apache-2.0
/*
 * The book: apply, diff, show. The client reads none of it: it sends the text, and the server says
 * what it means.
 */
#include <stdlib.h>

#include "client/bookdiff.h"
#include "client/bookfile.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

// ---- diff and apply -----------------------------------------------------------------------------

static void put_lines(struct cli *cli, enum tone tone, const char *sign, const char *const *lines,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        render_put_f(&cli->render, tone, "  %s %s", sign, lines[i]);
        render_newline(&cli->render);
    }
}

/** True when there is anything to apply. */
static bool has_changes(const struct slate_book_diff *d)
{
    for (size_t i = 0; i < d->n_changes; i++) {
        if (d->changes[i].change != SLATE_BOOK_SAME) {
            return true;
        }
    }
    return false;
}

/** Moves that a table has: enough to see what kind they are. */
#define MOVES_SHOWN 20u

static void put_moves(struct cli *cli, const struct slate_book_diff *d)
{
    const uint64_t moved = d->moved_earlier + d->moved_later;
    const size_t shown = d->n_moves < MOVES_SHOWN ? d->n_moves : MOVES_SHOWN;
    struct render *r = &cli->render;

    if (d->looked_at == 0) {
        return;
    }
    render_newline(r);
    render_put_f(r, TONE_PLAIN,
                 "%llu open %s counted anew: %llu %s due earlier, %llu later; %llu would breach",
                 (unsigned long long)d->looked_at, d->looked_at == 1 ? "ticket" : "tickets",
                 (unsigned long long)d->moved_earlier, d->moved_earlier == 1 ? "clock" : "clocks",
                 (unsigned long long)d->moved_later, (unsigned long long)d->breached);
    render_newline(r);
    render_subtable(r, &rows_due_move, d->moves, shown, 0);
    if (moved > shown) {
        render_put_f(r, TONE_DIM, "and %llu more", (unsigned long long)(moved - shown));
        render_newline(r);
    }
}

void cmd_book_put_diff(struct cli *cli, const struct slate_book_diff *d)
{
    struct render *r = &cli->render;

    if (d->truncated) {
        message_line(cli->err, "more lines differ, or more examples could be given, than fit here");
    }
    for (size_t i = 0; i < d->n_warnings; i++) {
        message_line(cli->err, "warning: %s", d->warnings[i]);
    }
    if (render_object(r, &rows_book_diff, d)) {
        return;
    }
    render_subtable(r, &rows_book_change, d->changes, d->n_changes, 0);
    for (size_t i = 0; i < d->n_changes; i++) {
        const struct slate_book_change *c = &d->changes[i];

        /* What is new has just been written by whoever reads this; what changes may surprise. */
        if (c->change == SLATE_BOOK_VERSION) {
            render_newline(r);
            render_put_f(r, TONE_BOLD, "%s %s", c->kind ? c->kind : "?", c->name ? c->name : "?");
            render_newline(r);
            put_lines(cli, TONE_BAD, "-", c->removed, c->n_removed);
            put_lines(cli, TONE_GOOD, "+", c->added, c->n_added);
        }
    }
    if (d->n_examples > 0) {
        render_newline(r);
        render_subtable(r, &rows_book_example, d->examples, d->n_examples, 0);
    }
    put_moves(cli, d);
    render_newline(r);
    cli_name_zone(cli);
}

static int apply(struct cli *cli, const char *text, const char *name, struct slate_result **ret)
{
    const struct slate_apply_book args = {.text = text, .file = name};
    struct slate_with with;
    struct slate_error e;

    int code = cli_with(cli, &with);
    if (code) {
        return code;
    }
    if (slate_apply_book(cli->slate, &args, &with, ret, &e) == SLATE_OK) {
        return 0;
    }
    return cli_failed(cli, &e, "apply the book"); // the server's refusal names file and line
}

static int confirm(struct cli *cli, const struct slate_book_diff *d)
{
    struct text question = {0};

    text_add_f(&question, "apply this? It touches %llu open tickets",
               (unsigned long long)d->open_tickets);
    if (d->moved_earlier + d->moved_later + d->breached > 0) {
        text_add_f(&question, ", moves %llu deadlines and breaches %llu",
                   (unsigned long long)(d->moved_earlier + d->moved_later),
                   (unsigned long long)d->breached);
    }
    text_add(&question, ".");
    render_flush(&cli->render);
    int code = cli_confirm(cli, text_str(&question), "applying a book");
    text_fini(&question);
    return code;
}

/** Show what would be; *ret_any tells whether there is anything to apply. */
static int show_diff(struct cli *cli, const char *text, const char *name, bool asks, bool *ret_any)
{
    struct bookdiff b;

    int code = bookdiff_fetch(&b, cli, text, name);
    if (!code) {
        cmd_book_put_diff(cli, &b.diff);
        *ret_any = has_changes(&b.diff);
        if (!*ret_any) {
            message_line(cli->err, "all of this is in force already");
        } else if (asks) {
            code = confirm(cli, &b.diff);
        }
    }
    bookdiff_fini(&b);
    return code;
}

static int diff(struct cli *cli, bool then_apply)
{
    const bool asks = then_apply && !cli_has(cli, OPTION_YES);
    struct slate_result *r = NULL;
    const char *name = NULL;
    char *text = NULL;
    bool any = true;

    int code = bookfile_read(cli, cli_option(cli, OPTION_FILE), "book", &text, &name);
    if (code) {
        return code;
    }
    code = cli_connect(cli);
    if (!code && asks && cli->render.format != RENDER_TABLE) {
        code = cli_usage(cli, "applying a book needs --yes where nobody can be asked");
    }
    if (!code && (asks || !then_apply)) {
        code = show_diff(cli, text, name, asks, &any);
    }
    if (!code && then_apply && any) {
        code = apply(cli, text, name, &r);
        if (!code) {
            if (!asks) {
                cmd_book_put_diff(cli, &r->diff);
            }
            message_line(cli->err,
                         has_changes(&r->diff) ? "applied" : "all of this is in force already");
        }
        slate_result_free(r);
    }
    free(text);
    return code;
}

int cmd_book_diff(struct cli *cli)
{
    return diff(cli, false);
}

int cmd_book_apply(struct cli *cli)
{
    return diff(cli, !cli_has(cli, OPTION_DRY_RUN));
}

// ---- show ---------------------------------------------------------------------------------------

/** What an object is, as a comment of its YAML. */
static void put_head(struct cli *cli, const struct slate_book_object *o)
{
    struct text text = {0};

    if (o->sha256.n > 0 && cli_option(cli, OPTION_CONTRACT)) {
        const unsigned char *p = o->sha256.p;
        text_add(&text, "# sha256 ");
        for (size_t i = 0; i < o->sha256.n; i++) {
            text_add_f(&text, "%02x", p[i]);
        }
        text_add(&text, "\n");
    }
    text_add_f(&text, "# %s %s version %u", o->kind ? o->kind : "?", o->name ? o->name : "?",
               o->version);
    if (o->effective_at) {
        text_add(&text, ", in force from ");
        when_add_rfc3339(&text, o->effective_at);
    }
    if (o->recorded_at) {
        text_add_f(&text, ", applied by %s at ", o->actor ? o->actor : "?");
        when_add_rfc3339(&text, o->recorded_at);
    }
    render_document(&cli->render, text_str(&text)); // whole: half a comment is no YAML
    text_fini(&text);
}

int cmd_book_show(struct cli *cli)
{
    struct slate_show_book args = {.kind = cli_arg(cli, 0),
                                   .name = cli_arg(cli, 1),
                                   .contract = cli_option(cli, OPTION_CONTRACT)};
    struct slate_result *r;
    struct slate_error e;

    int code = cli_number(cli, OPTION_VERSION, &args.version);
    if (!code) {
        code = cli_connect(cli);
    }
    if (code) {
        return code;
    }
    if (slate_show_book(cli->slate, &args, NULL, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "show the book");
    }
    // Without -o it is YAML, also in a pipe: a book is for reading, and for applying again
    bool yaml = cli->render.format == RENDER_TABLE ||
                (cli->render.format == RENDER_TSV && !cli_has(cli, OPTION_OUTPUT));
    if (yaml && !cli->render.quiet) {
        for (size_t i = 0; i < r->book.n_objects; i++) {
            put_head(cli, &r->book.objects[i]);
            render_document(&cli->render, r->book.objects[i].text ? r->book.objects[i].text : "");
        }
        code = args.contract ? cmd_book_put_approvals(cli, args.contract) : 0;
    } else {
        render_begin(&cli->render, &rows_book_object);
        for (size_t i = 0; i < r->book.n_objects; i++) {
            render_row(&cli->render, &r->book.objects[i]);
        }
        render_end(&cli->render, &rows_book_text, &r->book);
    }
    if (r->book.truncated) {
        message_hint(cli->err,
                     "there is more than fits into an answer: name the kind, or the object");
    }
    slate_result_free(r);
    return code;
}
