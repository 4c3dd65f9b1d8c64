// SPDX-License-Identifier: Apache-2.0
/*
 * The book: apply, diff, show. The client reads none of it: it sends the text, and the server says
 * what it means.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/body.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

/** The text of FILE or of standard input, and its name for messages. */
static int read_book(struct cli *cli, char **ret, const char **ret_name)
{
    const char *path = cli_option(cli, OPTION_FILE);
    bool is_stdin = path && strcmp(path, "-") == 0;

    if (!path) {
        return cli_usage(cli, "-f FILE is needed");
    }
    if (is_stdin && cli->in_tty) {
        return cli_usage(cli, "standard input is a terminal: pipe the book into it");
    }
    FILE *f = is_stdin ? cli->in : fopen(path, "re");
    *ret_name = is_stdin ? "stdin" : path;
    if (!f) {
        return cli_unreadable(cli, path, strerror(errno));
    }
    const char *why = body_read(f, ret);
    if (!is_stdin) {
        fclose(f);
    }
    if (!why && !**ret) {
        free(*ret);
        why = "the book is empty";
    }
    return why ? cli_unreadable(cli, *ret_name, why) : 0;
}

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

static void put_diff(struct cli *cli, const struct slate_book_diff *d)
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
    render_newline(r);
    cli_name_zone(cli);
}

/** Send the book; the server's refusal names file and line. */
static int send_book(struct cli *cli, const char *text, const char *name, bool dry_run,
                     struct slate_result **ret)
{
    const struct slate_apply_book args = {.text = text, .file = name};
    struct slate_with with;
    struct slate_error e;

    int code = cli_with(cli, &with);
    if (code) {
        return code;
    }
    with.dry_run = dry_run;
    if (slate_apply_book(cli->slate, &args, &with, ret, &e) == SLATE_OK) {
        return 0;
    }
    return cli_failed(cli, &e, "%s the book", dry_run ? "compare" : "apply");
}

static int diff(struct cli *cli, bool then_apply)
{
    struct slate_result *r = NULL;
    const char *name = NULL;
    char *text = NULL;

    int code = read_book(cli, &text, &name);
    if (code) {
        return code;
    }
    code = cli_connect(cli);
    bool asks = then_apply && !cli_has(cli, OPTION_YES);
    if (!code && asks && cli->render.format != RENDER_TABLE) {
        code = cli_usage(cli, "applying a book needs --yes where nobody can be asked");
    }
    if (!code && (asks || !then_apply)) {
        code = send_book(cli, text, name, true, &r);
    }
    if (!code && r) {
        const struct slate_book_diff *d = &r->diff;
        char question[96];

        put_diff(cli, d);
        if (!has_changes(d)) {
            message_line(cli->err, "all of this is in force already");
            then_apply = false;
        } else if (asks) {
            render_flush(&cli->render);
            snprintf(question, sizeof(question), "apply this? It touches %llu open tickets.",
                     (unsigned long long)d->open_tickets);
            code = cli_confirm(cli, question, "applying a book");
        }
        slate_result_free(r);
        r = NULL;
    }
    if (!code && then_apply) {
        code = send_book(cli, text, name, false, &r);
        if (!code) {
            if (!asks) {
                put_diff(cli, &r->diff);
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
    struct slate_show_book args = {.kind = cli_arg(cli, 0), .name = cli_arg(cli, 1)};
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
    return EXIT_DONE;
}
