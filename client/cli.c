// SPDX-License-Identifier: Apache-2.0
#include "client/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/context.h"
#include "client/help.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

/** Clocks that differ by less tell the same story. */
#define SKEW_UNSAID_US (INT64_C(60) * 1000000)

const char *cli_option(const struct cli *cli, enum option option)
{
    return cli->args.value[option];
}

bool cli_has(const struct cli *cli, enum option option)
{
    return cli->args.value[option];
}

const char *cli_arg(const struct cli *cli, size_t i)
{
    return i < cli->args.n_plain ? cli->args.plain[i] : NULL;
}

bool cli_is_table(const struct cli *cli)
{
    return cli->render.format == RENDER_TABLE && !cli->render.quiet;
}

bool cli_is_json(const struct cli *cli)
{
    return cli->render.format == RENDER_JSON || cli->render.format == RENDER_JSONL;
}

// ---- errors -------------------------------------------------------------------------------------

int cli_exit_code(const struct slate_error *e)
{
    switch (e->code) {
    case SLATE_OK: return EXIT_DONE;
    case SLATE_NOT_FOUND: return EXIT_NOT_FOUND;
    case SLATE_PERMISSION_DENIED:
    case SLATE_UNAUTHENTICATED:
    case SLATE_TLS:
    case SLATE_BAD_PROFILE: return EXIT_NOT_ALLOWED;
    case SLATE_ALREADY_EXISTS:
    case SLATE_FAILED_PRECONDITION:
    case SLATE_ABORTED: return EXIT_CONFLICT;
    case SLATE_UNREACHABLE: return EXIT_UNREACHABLE;
    case SLATE_CANCELLED: return EXIT_INTERRUPTED;
    case SLATE_UNAVAILABLE: return EXIT_TEMPORARY;
    default: return e->retryable ? EXIT_TEMPORARY : EXIT_FAILED;
    }
}

/** With --json, the same as an object, as the last line on standard error. */
static void put_json_error(struct cli *cli, const struct slate_error *e)
{
    struct render render;

    if (!cli_is_json(cli)) {
        return;
    }
    render_init(&render, cli->err, RENDER_JSON, cli->now_at);
    fputs("{\"error\":", cli->err);
    render_json_row(&render, &rows_error, e);
    fputs("}\n", cli->err);
    render_fini(&render);
}

/** True when a change may have been made, and its request id would tell. */
static bool may_be_made(const struct slate_error *e)
{
    static const uint8_t zeros[SLATE_REQUEST_ID_BYTES];

    return (e->code == SLATE_UNKNOWN_OUTCOME || e->code == SLATE_UNAVAILABLE ||
            e->code == SLATE_INTERNAL) &&
           memcmp(e->request_id, zeros, sizeof(zeros)) != 0;
}

int cli_failed(struct cli *cli, const struct slate_error *e, const char *what, ...)
{
    struct slate_error told = *e;
    struct text message = {0};
    char *doing;
    va_list args;

    va_start(args, what);
    if (vasprintf(&doing, what, args) < 0) {
        abort();
    }
    va_end(args);
    text_add_f(&message, "cannot %s: %s", doing, e->message);
    if (*e->field && !strstr(e->message, e->field)) {
        text_add_f(&message, " (%s)", e->field);
    }
    message_say(cli->err, "%s", text_str(&message));
    if (may_be_made(e) && verb_takes(cli->verb, OPTION_REQUEST_ID)) {
        char id[SLATE_REQUEST_ID_TEXT_BYTES];

        slate_request_id_format(e->request_id, id);
        snprintf(told.hint, sizeof(told.hint),
                 "run the same again with --request-id %s: what was done is not done twice", id);
        if (e->code != SLATE_UNKNOWN_OUTCOME) { // the server's own hint says why
            message_hint(cli->err, "%s", e->hint);
        }
    }
    message_hint(cli->err, "%s", told.hint);
    if (e->retry_after_ms) {
        const uint64_t tenths = ((uint64_t)e->retry_after_ms + 99) / 100;

        message_hint(cli->err, "try again in %llu.%llu s", (unsigned long long)tenths / 10,
                     (unsigned long long)tenths % 10);
    }
    snprintf(told.message, sizeof(told.message), "%s", text_str(&message));
    put_json_error(cli, &told);
    text_fini(&message);
    free(doing);
    return cli_exit_code(e);
}

int cli_usage(struct cli *cli, const char *format, ...)
{
    struct slate_error e = {.code = SLATE_INVALID_ARGUMENT};
    va_list args;

    va_start(args, format);
    vsnprintf(e.message, sizeof(e.message), format, args);
    va_end(args);
    snprintf(e.hint, sizeof(e.hint), "slate help %s", cli->verb ? cli->verb->name : "");
    message_say(cli->err, "%s", e.message);
    message_hint(cli->err, "%s", e.hint);
    put_json_error(cli, &e);
    return EXIT_USAGE;
}

int cli_unreadable(struct cli *cli, const char *name, const char *why)
{
    struct slate_error e = {.code = SLATE_INVALID_ARGUMENT};

    snprintf(e.message, sizeof(e.message), "%s: %s", name, why);
    message_say(cli->err, "%s", e.message);
    put_json_error(cli, &e);
    return EXIT_FAILED;
}

// ---- connection ---------------------------------------------------------------------------------

/**
 * "in 2h" must not be said of what has happened: where this machine's clock differs from the
 * server's, whose instants they are, times are told by the server's, and that is said.
 */
static void follow_clock(struct cli *cli, int64_t server_at)
{
    const int64_t skew_us = server_at - cli->now_at;
    const bool is_behind = skew_us > 0;
    struct text by = {0};

    if (cli->skew_us != 0 || (is_behind ? skew_us : -skew_us) <= SKEW_UNSAID_US) {
        return;
    }
    cli->skew_us = skew_us;
    cli->now_at += skew_us;
    cli->render.now_at = cli->now_at;
    when_add_span(&by, (uint64_t)(is_behind ? skew_us : -skew_us));
    message_say(cli->err,
                "this machine's clock is %s %s the server's: times are told by the server's",
                text_str(&by), is_behind ? "behind" : "ahead of");
    text_fini(&by);
}

int cli_profile(struct cli *cli, struct text *ret, uint32_t *ret_timeout_ms)
{
    const char *span = cli_option(cli, OPTION_TIMEOUT);

    *ret_timeout_ms = 0;
    if (span && !when_parse_span_ms(span, ret_timeout_ms)) {
        return cli_usage(cli, "--timeout: \"%s\" is no span up to a day, as 10s or 2m", span);
    }
    const char *why = context_find(cli_option(cli, OPTION_PROFILE), cli_option(cli, OPTION_CONTEXT),
                                   ret);
    return why ? cli_usage(cli, "%s", why) : 0;
}

/** A certificate in its last third is renewed on the way. What fails there is said, and does not
 * keep anybody from their work: the present one lasts for a while. */
static void renew_if_due(struct cli *cli, const char *path, uint32_t timeout_ms)
{
    struct slate_own_certificate own;
    struct text in = {0};
    struct slate_error e;

    if (slate_read_profile(path, &own, &e) != SLATE_OK || cli->now_at < own.renew_at ||
        cli->now_at >= own.expires_at) { // what is wrong is told when the connection is made
        return;
    }
    if (slate_renew(path, false, timeout_ms, NULL, &e) != SLATE_OK) {
        when_add_span(&in, (uint64_t)(own.expires_at - cli->now_at));
        message_say(cli->err, "your certificate ends in %s, and cannot be renewed: %s",
                    text_str(&in), e.message);
        message_hint(cli->err, "%s", e.hint);
        text_fini(&in);
    }
}

static int connect_to(struct cli *cli, struct slate **ret)
{
    struct text path = {0};
    uint32_t timeout_ms;
    struct slate_error e;

    if (*ret) {
        return 0;
    }
    int code = cli_profile(cli, &path, &timeout_ms);
    if (code) {
        text_fini(&path);
        return code;
    }
    renew_if_due(cli, text_str(&path), timeout_ms);
    enum slate_status status = slate_open_profile(text_str(&path), timeout_ms, ret, &e);
    text_fini(&path);
    if (status != SLATE_OK) {
        return cli_failed(cli, &e, "connect");
    }
    if (cli->on_connection) {
        cli->on_connection(*ret, true);
    }
    follow_clock(cli, slate_server(*ret)->server_at);
    if (cli->as_of_at) { // "in 2h" is meant from there
        cli->now_at = cli->as_of_at;
        cli->render.now_at = cli->as_of_at;
    }
    return 0;
}

int cli_connect(struct cli *cli)
{
    return connect_to(cli, &cli->slate);
}

int cli_connect_feed(struct cli *cli)
{
    return connect_to(cli, &cli->feed);
}

static void disconnect(struct cli *cli, struct slate **s)
{
    if (*s && cli->on_connection) {
        cli->on_connection(*s, false);
    }
    slate_close(*s);
    *s = NULL;
}

// ---- people -------------------------------------------------------------------------------------

int cli_confirm(struct cli *cli, const char *question, const char *what)
{
    char answer[16] = "";

    if (cli_has(cli, OPTION_YES)) {
        return 0;
    }
    FILE *tty = cli->in_tty ? cli->in : NULL;
    if (!tty || !cli->err_tty || getenv("SLATE_NO_INPUT")) {
        return cli_usage(cli, "%s needs --yes where nobody can be asked", what);
    }
    message_ask(cli->err, "%s [y/N]", question);
    if (fgets(answer, sizeof(answer), tty) && (*answer == 'y' || *answer == 'Y')) {
        return 0;
    }
    const bool was_interrupted = cli->interrupted && cli->interrupted();
    if (was_interrupted) { // its line is still open
        fputc('\n', cli->err);
    }
    message_say(cli->err, "nothing was changed");
    return was_interrupted ? EXIT_INTERRUPTED : EXIT_FAILED;
}

void cli_name_past(struct cli *cli)
{
    struct text text = {0};

    if (cli->as_of_at && cli_is_table(cli) && cli->render.header) {
        if (cli->as_of_at != cli->as_known_at) {
            text_add(&text, "as of ");
            when_add_full(&text, cli->as_of_at);
        }
        if (cli->as_known_at) {
            text_add_f(&text, "%sas known at ", text.n > 0 ? ", " : "");
            when_add_full(&text, cli->as_known_at);
        }
        text_add(&text, ", ");
        when_add_zone(&text, cli->as_of_at);
        render_put(&cli->render, TONE_BOLD, text_str(&text));
        render_newline(&cli->render);
    }
    text_fini(&text);
}

void cli_name_zone(struct cli *cli)
{
    struct text zone = {0};

    if (cli_is_table(cli) && cli->render.header) {
        when_add_zone(&zone, cli->now_at);
        render_put_f(&cli->render, TONE_DIM, "times: %s", text_str(&zone));
        render_newline(&cli->render);
    }
    text_fini(&zone);
}

// ---- the run ------------------------------------------------------------------------------------

/** True unless colours are unwanted. */
static bool wants_color(const struct cli *cli)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return cli->out_tty && !cli_has(cli, OPTION_NO_COLOR) && !(no_color && *no_color) &&
           !(term && strcmp(term, "dumb") == 0);
}

static int choose_format(struct cli *cli)
{
    static const struct {
        const char *name;
        enum render_format format;
    } formats[] = {{"table", RENDER_TABLE},
                   {"tsv", RENDER_TSV},
                   {"csv", RENDER_CSV},
                   {"json", RENDER_JSON},
                   {"jsonl", RENDER_JSONL}};
    const char *name = cli_option(cli, OPTION_OUTPUT);
    enum render_format format = cli->out_tty ? RENDER_TABLE : RENDER_TSV;

    if (cli_has(cli, OPTION_JSON)) {
        if (name && strcmp(name, "json") != 0) {
            return cli_usage(cli, "--json and -o %s exclude each other", name);
        }
        name = "json";
    }
    if (name) {
        format = 0;
        for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
            format = strcmp(formats[i].name, name) == 0 ? formats[i].format : format;
        }
        if (!format) {
            return cli_usage(cli, "-o: \"%s\" is no format: table, tsv, csv, json, jsonl", name);
        }
    }
    cli->render.format = format;
    cli->render.cols = cli->out_tty ? cli->cols : 0;
    cli->render.color = wants_color(cli);
    cli->render.header = !cli_has(cli, OPTION_NO_HEADER);
    cli->render.quiet = cli_has(cli, OPTION_QUIET);
    cli->render.kinds = cli->verb->rows;
    while (cli->render.n_kinds < VERB_ROWS_MAX && cli->verb->rows[cli->render.n_kinds]) {
        cli->render.n_kinds++;
    }
    return 0;
}

static int choose_zone(struct cli *cli)
{
    const char *zone = cli_option(cli, OPTION_TZ);
    const char *named = getenv("SLATE_TZ");

    if (!zone) {
        zone = named && *named ? named : "local";
    }
    return when_set_zone(zone)
               ? 0
               : cli_usage(cli, "--tz: there is no zone \"%s\"; write local, UTC or Area/City",
                           zone);
}

/** The options that the verb doesn't take, and the number of its arguments. */
static int check_args(struct cli *cli)
{
    const struct verb *verb = cli->verb;

    for (int i = 1; i < OPTIONS; i++) {
        if (cli->args.value[i] && !verb_takes(verb, (enum option)i)) {
            return cli_usage(cli, "%s takes no --%s", verb->name, args_options[i].name);
        }
    }
    if (cli->args.n_plain < verb->args_min) {
        return cli_usage(cli, "too few arguments: slate %s %s", verb->name, verb->usage);
    }
    if (cli->args.n_plain > verb->args_max) {
        return cli_usage(cli, "superfluous argument \"%s\"", cli->args.plain[verb->args_max]);
    }
    return 0;
}

/** Settle the verb, and take its words off the arguments. */
static bool find_verb(struct cli *cli)
{
    size_t words = 0;

    cli->verb = verb_find(cli->args.plain, cli->args.n_plain, &words);
    memmove(cli->args.plain, cli->args.plain + words,
            (cli->args.n_plain - words) * sizeof(*cli->args.plain));
    cli->args.n_plain -= words;
    return cli->verb;
}

static int run_verb(struct cli *cli)
{
    if (cli_has(cli, OPTION_HELP)) {
        help_verb(cli, cli->verb);
        return EXIT_DONE;
    }
    int code = check_args(cli);
    return code ? code : cli->verb->run(cli);
}

/** Everything between the command line and the end. */
static int run(struct cli *cli)
{
    if (cli->args.n_plain == 0) {
        help_verbs(cli);
        return cli_has(cli, OPTION_HELP) ? EXIT_DONE : EXIT_USAGE;
    }
    if (!find_verb(cli)) {
        return help_unknown(cli);
    }
    int code = choose_format(cli);
    if (!code) {
        code = choose_zone(cli);
    }
    return code ? code : run_verb(cli);
}

int cli_run(struct cli *cli, int argc, char *const *argv)
{
    struct args_error e;

    render_init(&cli->render, cli->out, RENDER_TABLE, cli->now_at);
    if (!args_parse(argc, argv, &cli->args, &e)) {
        message_say(cli->err, "%s", e.message);
        message_hint(cli->err, "%s", e.hint);
        render_fini(&cli->render);
        return EXIT_USAGE;
    }
    int code = run(cli);
    if (!render_flush(&cli->render) && code == EXIT_DONE) {
        message_say(cli->err, "cannot write the result");
        code = EXIT_FAILED;
    }
    disconnect(cli, &cli->slate);
    disconnect(cli, &cli->feed);
    args_fini(&cli->args);
    render_fini(&cli->render);
    return code;
}
