// SPDX-License-Identifier: Apache-2.0
#include "client/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/lines_file.h"
#include "client/message.h"
#include "client/when.h"

/** A line may take the server a while, and others wait in line before it. */
#define TIMEOUT_MS 60000u

/** Progress is shown only where somebody has begun to wait, and not more often than can be read. */
#define PROGRESS_AFTER_US INT64_C(300000)
#define PROGRESS_EVERY_US INT64_C(100000)

// ---- what becomes of a line ---------------------------------------------------------------------

/** True for an outcome that says nothing about the line, but that there is no server any more, or
 * none that takes anything. */
static bool ends_all(const struct slate_error *e)
{
    switch (e->code) {
    case SLATE_RESOURCE_EXHAUSTED: return e->retry_after_ms > 0 && !*e->field; // we ask too much
    case SLATE_CANCELLED:
    case SLATE_UNREACHABLE:
    case SLATE_TLS:
    case SLATE_PROTOCOL:
    case SLATE_TIMEOUT:
    case SLATE_UNKNOWN_OUTCOME:
    case SLATE_UNAUTHENTICATED:
    case SLATE_UNAVAILABLE:
    case SLATE_NO_MEMORY: return true;
    default: return false;
    }
}

static void wipe_progress(struct lines *l)
{
    if (l->shown_at) {
        message_progress(l->cli->err, "%s", "");
    }
}

static void refuse(struct lines *l, const struct lines_sent *sent, unsigned column,
                   const struct slate_error *e)
{
    const char *outcome = ends_all(e) ? slate_status_name(e->code) : "refused";
    const int code = cli_exit_code(e);

    wipe_progress(l);
    if (column) {
        message_line(l->cli->err, "%s:%llu:%u: %s", l->name, (unsigned long long)sent->line, column,
                     e->message);
    } else {
        message_line(l->cli->err, "%s:%llu: %s: %s%s%s%s%s%s", l->name,
                     (unsigned long long)sent->line, outcome, e->message, *e->field ? " (" : "",
                     e->field, *e->field ? ")" : "", *e->hint ? "; " : "", e->hint);
    }
    l->code = l->refused == 0 || l->code == code ? code : EXIT_PARTLY;
    l->refused++;
    if (ends_all(e) && !l->stopped) {
        l->stopped = code;
    }
    l->kind->refused(l, sent, outcome, e);
}

static void show_progress(struct lines *l)
{
    struct text text = {0};

    if (!l->cli->err_tty || (l->cli->out_tty && !l->is_silent)) {
        return;
    }
    int64_t now_at = when_now();
    if (now_at - l->start_at < PROGRESS_AFTER_US || now_at - l->shown_at < PROGRESS_EVERY_US) {
        return;
    }
    l->shown_at = now_at;
    l->kind->progress(l, &text);
    message_progress(l->cli->err, "%s", text_str(&text));
    text_fini(&text);
}

// ---- under way ----------------------------------------------------------------------------------

/** True when a line of this key is under way. Two never are: the server may ask for the first to
 * come back later, and take the second meanwhile. */
static bool is_under_way(const struct lines *l, const char *key)
{
    size_t left = slate_pending(l->cli->slate);

    for (const struct lines_sent *sent = l->sent; left > 0; sent++) {
        if (sent->tag) {
            if (strcmp(sent->key, key) == 0) {
                return true;
            }
            left--;
        }
    }
    return false;
}

/** Send a line; there is room for it. Returns false when it was refused at once. */
static bool submit(struct lines *l, struct lines_parsed *parsed, uint64_t line)
{
    struct lines_sent *sent = l->sent;
    struct slate_error e;
    uint64_t tag;

    if (!parsed->request.with.timeout_ms && !cli_has(l->cli, OPTION_TIMEOUT)) {
        parsed->request.with.timeout_ms = TIMEOUT_MS;
    }
    if (slate_submit(l->cli->slate, &parsed->request, &tag, &e) != SLATE_OK) {
        const struct lines_sent unsent = {0, line, (char *)(uintptr_t)parsed->key, 0};

        refuse(l, &unsent, 0, &e);
        return false;
    }
    while (sent->tag != 0) {
        sent++;
    }
    *sent = (struct lines_sent){tag, line, strdup(parsed->key), parsed->note};
    if (!sent->key) {
        abort();
    }
    return true;
}

/** Send the line that has waited for this key. */
static void submit_parked(struct lines *l, const char *key)
{
    struct parked_line *parked;
    bool sent = false;

    while (!sent && !l->stopped && (parked = parked_take(&l->parked, key))) {
        struct lines_parsed parsed = {0};
        struct members_error error;

        if (l->kind->parse(l, parked->text, parked->n, &parsed, &error)) { // as it did before
            sent = submit(l, &parsed, parked->line);
            l->kind->forget(l);
        }
        parked_line_free(parked);
    }
}

/** Fetch one outcome. No parsed line may be at hand. */
static void take_one(struct lines *l)
{
    struct slate_result *r = NULL;
    struct lines_sent *sent = l->sent;
    struct slate_error e;
    uint64_t tag;

    enum slate_status status = slate_next(l->cli->slate, &tag, &r, &e);
    while (sent->tag != tag) {
        sent++;
    }
    if (status == SLATE_OK) {
        l->done++;
        l->kind->done(l, sent, r);
        show_progress(l);
    } else {
        refuse(l, sent, 0, &e);
    }
    slate_result_free(r);
    char *key = sent->key;
    *sent = (struct lines_sent){0};
    submit_parked(l, key);
    free(key);
}

static void take_all(struct lines *l)
{
    while (l->cli->slate && slate_pending(l->cli->slate) > 0) {
        take_one(l);
    }
}

/** Until one more line can be sent, or parked. */
static void make_room(struct lines *l)
{
    struct slate *s = l->cli->slate;

    while (s && (slate_pending(s) >= slate_window(s) || parked_is_full(&l->parked))) {
        take_one(l);
    }
}

// ---- reading ------------------------------------------------------------------------------------

static void take_line(struct lines *l, const struct text *text)
{
    static const char bom[] = "\xef\xbb\xbf";
    const struct lines_sent unsent = {.line = l->line};
    const char *p = text_str(text);
    size_t n = text->n;
    struct slate_error e = {.code = SLATE_INVALID_ARGUMENT};
    struct members_error error;
    struct lines_parsed parsed = {0};

    if (l->line == 1 && n >= 3 && memcmp(p, bom, 3) == 0) {
        p += 3;
        n -= 3;
    }
    if (strspn(p, " \t\r") == n) {
        return;
    }
    if (n > LINES_BYTES_MAX) {
        snprintf(e.message, sizeof(e.message), "the line has more than %zu bytes", LINES_BYTES_MAX);
        refuse(l, &unsent, 0, &e);
    } else if (!l->kind->parse(l, p, n, &parsed, &error)) {
        snprintf(e.message, sizeof(e.message), "%s", error.message);
        refuse(l, &unsent, error.column ? error.column + (unsigned)(p - text_str(text)) : 0, &e);
    } else {
        if (l->checks_only) {
            l->done++;
        } else if (is_under_way(l, parsed.key)) {
            parked_add(&l->parked, l->line, parsed.key, p, n);
        } else {
            submit(l, &parsed, l->line);
        }
        l->kind->forget(l);
    }
}

static int read_all(struct lines *l)
{
    struct text text = {0};

    while (!l->stopped) {
        if (lines_file_pauses(l->file)) {
            take_all(l);
            render_flush(&l->cli->render);
        }
        make_room(l);
        if (l->stopped || !lines_file_read(l->file, LINES_BYTES_MAX, &text)) {
            break;
        }
        l->line++;
        take_line(l, &text);
    }
    text_fini(&text);
    take_all(l);
    wipe_progress(l);
    return lines_file_error(l->file);
}

// ---- the whole ----------------------------------------------------------------------------------

static int run(struct lines *l, FILE *f)
{
    struct render *r = &l->cli->render;

    l->start_at = when_now();
    l->file = lines_file_new(f, l->cli->interrupted);
    l->sent = calloc(l->checks_only ? 1 : slate_window(l->cli->slate), sizeof(*l->sent));
    if (!l->sent) {
        abort();
    }
    if (!l->is_silent) {
        render_begin(r, l->kind->rows);
    }
    int error = read_all(l);
    if (!l->is_silent) {
        render_end(r, NULL, NULL);
    }
    render_flush(r);
    free(l->sent);
    parked_fini(&l->parked);
    lines_file_free(l->file);
    if (error == EINTR && !l->stopped) {
        l->stopped = EXIT_INTERRUPTED;
    } else if (error) {
        return cli_unreadable(l->cli, l->name, strerror(error));
    }
    if (l->stopped) { // what was under way then is unknown, but why is not
        const bool was_interrupted = l->cli->interrupted && l->cli->interrupted();

        return was_interrupted ? EXIT_INTERRUPTED : l->stopped;
    }
    return l->refused == 0 ? EXIT_DONE : l->done > 0 ? EXIT_PARTLY : l->code;
}

int lines_run(struct lines *l)
{
    const bool is_stdin = strcmp(l->path, "-") == 0;
    int code = 0;

    l->name = is_stdin ? "stdin" : l->path;
    if (is_stdin && l->cli->in_tty) {
        return cli_usage(l->cli, "standard input is a terminal: pipe the lines into it");
    }
    FILE *f = is_stdin ? l->cli->in : fopen(l->path, "re");
    if (!f) {
        return cli_unreadable(l->cli, l->path, strerror(errno));
    }
    if (!l->checks_only) {
        code = cli_connect(l->cli);
    }
    if (!code) {
        code = run(l, f);
    }
    if (!is_stdin) {
        fclose(f);
    }
    return code;
}
