// SPDX-License-Identifier: Apache-2.0
/*
 * watch: what happens, as it happens, until it is interrupted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/sentence.h"
#include "client/verb.h"
#include "client/when.h"

/** Without events: how long until a lost connection is told of. */
#define WAIT_MS 5000u

struct watch {
    struct cli *cli;
    uint64_t reconnects; // that were told
    bool lost;           // told, and not found again since
};

// ---- positions ----------------------------------------------------------------------------------

/** "acme-l1:4711" in place. Returns false if it is none. */
static bool read_position(char *text, struct slate_token *ret)
{
    char *colon = strrchr(text, ':');
    char *end;

    if (!colon || colon == text || colon[1] < '0' || colon[1] > '9') {
        return false;
    }
    errno = 0;
    ret->seq = strtoull(colon + 1, &end, 10);
    *colon = '\0';
    ret->contract = text;
    return *end == '\0' && errno == 0;
}

/** --from. The caller frees *ret_words and *ret. */
static int read_from(struct cli *cli, char ***ret_words, struct slate_token **ret, size_t *ret_n)
{
    const char *list = cli_option(cli, OPTION_FROM);

    if (!list) {
        return 0;
    }
    size_t n;
    char **words = cli_split(list, &n);
    struct slate_token *tokens = calloc(n + 1, sizeof(*tokens));
    if (!tokens) {
        abort();
    }
    *ret_words = words;
    *ret = tokens;
    *ret_n = n;
    for (size_t i = 0; i < n; i++) {
        if (!read_position(words[i], &tokens[i])) {
            return cli_usage(cli, "--from: \"%s\" is no position like acme-l1:4711", words[i]);
        }
    }
    return n ? 0 : cli_usage(cli, "--from: there is no position");
}

/** How to go on where it ended. */
static void tell_positions(struct cli *cli)
{
    const struct slate_positions at = slate_positions(cli->feed);
    struct text text = {0};

    for (size_t i = 0; i < at.n; i++) {
        text_add_f(&text, "%s%s:%llu", i ? "," : "", at.tokens[i].contract,
                   (unsigned long long)at.tokens[i].seq);
    }
    if (at.n > 0) {
        message_hint(cli->err, "to go on here, run the same with --from %s", text_str(&text));
    }
    text_fini(&text);
}

// ---- events -------------------------------------------------------------------------------------

/** "14:05:03  ACME-12  a.reyes took it", a line at once: nothing is known of those to come. */
static void put_line(struct cli *cli, const struct slate_event *e)
{
    struct render *r = &cli->render;
    struct text text = {0};

    when_add_local(&text, e->effective_at, r->now_at);
    render_put(r, TONE_DIM, text_str(&text));
    render_put_f(r, TONE_BOLD, "  %-10s  ", e->ticket ? e->ticket : "-");
    text_clear(&text);
    sentence_add(&text, e, r->now_at);
    render_put(r, sentence_tone(e), text_str(&text));
    render_newline(r);
    text_fini(&text);
}

/** Returns false when nobody reads any more. */
static bool put_event(struct watch *w, const struct slate_event *e)
{
    struct cli *cli = w->cli;

    if (cli->measure) { // else time stands still: a test
        cli->render.now_at = when_now() + cli->skew_us;
    }
    if (cli_is_table(cli)) {
        put_line(cli, e);
    } else {
        render_row(&cli->render, e);
    }
    return render_flush(&cli->render);
}

// ---- the connection -----------------------------------------------------------------------------

static bool may_pass(const struct slate_error *e)
{
    return e->code == SLATE_UNREACHABLE || e->code == SLATE_UNAVAILABLE ||
           e->code == SLATE_RESOURCE_EXHAUSTED;
}

static void tell_lost(struct watch *w, const struct slate_error *e)
{
    if (!w->lost) {
        message_say(w->cli->err, "the connection is lost: %s; trying again", e->message);
        w->lost = true;
    }
}

static void tell_found(struct watch *w)
{
    const uint64_t reconnects = slate_reconnects(w->cli->feed);

    if (reconnects != w->reconnects) {
        message_say(w->cli->err, "connected again; nothing was missed");
        w->reconnects = reconnects;
        w->lost = false;
    }
}

static int run(struct watch *w)
{
    struct cli *cli = w->cli;

    for (;;) {
        struct slate_result *r = NULL;
        struct slate_error e;
        enum slate_status status = slate_next_event(cli->feed, WAIT_MS, &r, &e);

        tell_found(w);
        if (status == SLATE_OK) {
            const bool read = put_event(w, &r->event);

            slate_result_free(r);
            if (!read) {
                return EXIT_FAILED; // cli_run() tells that it could not be written
            }
        } else if (status == SLATE_CANCELLED) {
            tell_positions(cli);
            return EXIT_INTERRUPTED;
        } else if (may_pass(&e)) {
            tell_lost(w, &e);
        } else if (status != SLATE_TIMEOUT) {
            tell_positions(cli);
            return cli_failed(cli, &e, "watch any longer");
        }
    }
}

static int watch(struct cli *cli, const struct slate_subscribe *args)
{
    struct watch w = {.cli = cli};
    struct slate_error e;

    int code = cli_connect_feed(cli);
    if (code) {
        return code;
    }
    if (slate_subscribe(cli->feed, args, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "watch");
    }
    // What has no end is no document: a line of JSON each, where nothing else was asked for
    if (cli->render.format == RENDER_JSON ||
        (cli->render.format == RENDER_TSV && !cli_has(cli, OPTION_OUTPUT))) {
        cli->render.format = RENDER_JSONL;
    }
    if (!cli_is_table(cli)) {
        render_begin(&cli->render, &rows_event);
    }
    return run(&w);
}

int cmd_watch(struct cli *cli)
{
    struct slate_subscribe args = {.contract = cli_option(cli, OPTION_CONTRACT),
                                   .team = cli_option(cli, OPTION_TEAM)};
    struct slate_token *from = NULL;
    char **words = NULL;
    int *kinds = NULL;

    int code = cli_words(cli, OPTION_KIND, SLATE_EVENT_KINDS, &kinds, &args.n_kinds);
    args.kinds = (const enum slate_event_kind *)kinds;
    if (!code) {
        code = read_from(cli, &words, &from, &args.n_from);
        args.from = from;
    }
    if (!code) {
        code = watch(cli, &args);
    }
    free(kinds);
    free(words);
    free(from);
    return code;
}
