// SPDX-License-Identifier: Apache-2.0
#include "client/screen.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

/** Enter and leave the other screen, without and with a cursor; to its upper left; wipe what is
 * left of a line, of the screen. */
#define ENTER     "\x1b[?1049h\x1b[?25l"
#define LEAVE     "\x1b[?25h\x1b[?1049l"
#define HOME      "\x1b[H"
#define WIPE_LINE "\x1b[K"
#define WIPE_REST "\x1b[J"

/** Times on it are relative to now, to the minute. */
#define REDRAW_US (INT64_C(60) * 1000000)

/** How long it waits before it looks whether the terminal has another size. */
#define SLICE_MS 250u

/** Events come in swarms: what happens this soon after the first is in the same picture. */
#define SWARM_US INT64_C(100000)
#define SWARM_MS 20u

/** Lines that are no rows: above, titles, below. */
#define FRAME_ROWS 5u

/** Rows when the terminal's height isn't known. */
#define ROWS_UNKNOWN 20u

/* Where the picture is shown, for a signal handler; 0 = nowhere: descriptor 0 is no output. */
static volatile sig_atomic_t shown_fd;

void screen_restore(void)
{
    int fd = shown_fd;

    if (fd != 0) {
        shown_fd = 0;
        ssize_t ignored = write(fd, LEAVE, strlen(LEAVE));
        (void)ignored;
    }
}

/** Write what was drawn into memory, each line wiped behind its end: without flicker. */
static void show(struct cli *cli, const char *drawn)
{
    fputs(HOME, cli->out);
    for (unsigned row = 1; *drawn; row++) {
        size_t n = strcspn(drawn, "\n");
        bool last = cli->rows && row == cli->rows;

        fprintf(cli->out, "%.*s" WIPE_LINE "%s", (int)n, drawn, last ? "" : "\r\n");
        drawn += n + (drawn[n] == '\n');
        if (last) {
            break;
        }
    }
    fputs(WIPE_REST, cli->out);
    fflush(cli->out);
}

static void draw(struct cli *cli, const struct slate_ticket_page *page, const char *trouble)
{
    char *drawn = NULL;
    size_t size = 0;
    struct text at = {0};
    struct render *r = &cli->render;

    r->out = open_memstream(&drawn, &size);
    if (!r->out) {
        abort();
    }
    r->cols = cli->cols;
    r->now_at = cli->now_at;
    when_add_clock(&at, cli->now_at);
    render_put_f(r, TONE_DIM, "slate %s  %s, Ctrl-C ends", cli->verb->name, text_str(&at));
    render_newline(r);
    render_newline(r);
    render_subtable(r, &rows_ticket, page->tickets, page->n_tickets, 0);
    if (page->n_tickets == 0) {
        render_put(r, TONE_DIM, "no tickets");
        render_newline(r);
    }
    render_newline(r);
    render_put(r, trouble ? TONE_BAD : TONE_DIM,
               trouble           ? trouble
               : page->truncated ? "there is more below"
                                 : "");
    fclose(r->out);
    r->out = cli->out;
    show(cli, drawn);
    text_fini(&at);
    free(drawn);
}

/** True for trouble that may pass. */
static bool may_pass(enum slate_status status)
{
    return status == SLATE_UNREACHABLE || status == SLATE_UNAVAILABLE || status == SLATE_TIMEOUT ||
           status == SLATE_RESOURCE_EXHAUSTED || status == SLATE_DEADLINE_EXCEEDED;
}

/** Ask, and draw what comes; a list that can't be had now leaves the one before on the screen.
 * Returns 0 or an error that ends it. */
static enum slate_status redraw(struct cli *cli, struct slate_request *request,
                                struct slate_result **shown, struct slate_error *e)
{
    static const struct slate_ticket_page nothing;
    const unsigned rows = cli->rows ? cli->rows : ROWS_UNKNOWN;
    struct slate_result *r;

    request->list_tickets.limit = rows > FRAME_ROWS ? rows - FRAME_ROWS : 1;
    enum slate_status status = slate_call(cli->slate, request, &r, e);
    if (status == SLATE_OK) {
        slate_result_free(*shown);
        *shown = r;
    } else if (!may_pass(status)) {
        return status;
    }
    draw(cli, *shown ? &(*shown)->tickets : &nothing, status == SLATE_OK ? NULL : e->message);
    return SLATE_OK;
}

/** The clock, where it isn't a test's. */
static void look_up(struct cli *cli)
{
    if (cli->measure) {
        cli->measure(cli);
        cli->now_at = when_now() + cli->skew_us;
    }
}

/** What comes at once with an event that has come. */
static enum slate_status swallow_swarm(struct cli *cli, struct slate_error *e)
{
    const int64_t start_at = when_now();
    enum slate_status status = SLATE_OK;

    while (status == SLATE_OK && when_now() - start_at < SWARM_US) {
        struct slate_result *r = NULL;

        status = slate_next_event(cli->feed, SWARM_MS, &r, e);
        slate_result_free(r);
    }
    return status;
}

/** Until something happened, the terminal changed, or a minute is over. Returns 0 or an error that
 * ends it. */
static enum slate_status await(struct cli *cli, struct slate_error *e)
{
    const int64_t start_at = when_now();
    const unsigned cols = cli->cols;
    const unsigned rows = cli->rows;

    while (when_now() - start_at < REDRAW_US && cli->cols == cols && cli->rows == rows) {
        struct slate_result *r = NULL;
        enum slate_status status = slate_next_event(cli->feed, SLICE_MS, &r, e);

        slate_result_free(r);
        if (status == SLATE_OK) {
            status = swallow_swarm(cli, e);
            return status == SLATE_OK || may_pass(status) ? SLATE_OK : status;
        }
        if (!may_pass(status)) {
            return status;
        }
        look_up(cli);
    }
    return SLATE_OK;
}

static int watch(struct cli *cli, struct slate_request *request, struct slate_error *e)
{
    struct slate_result *shown = NULL;
    enum slate_status status;

    fputs(ENTER, cli->out);
    shown_fd = cli->measure ? fileno(cli->out)
                            : 0; // a test's terminal is none that a handler could restore
    do {
        look_up(cli);
        status = redraw(cli, request, &shown, e);
        if (status == SLATE_OK) {
            status = await(cli, e);
        }
    } while (status == SLATE_OK);
    shown_fd = 0;
    fputs(LEAVE, cli->out);
    fflush(cli->out);
    slate_result_free(shown);
    return status == SLATE_CANCELLED ? EXIT_INTERRUPTED
                                     : cli_failed(cli, e, "watch the list any longer");
}

int screen_watch(struct cli *cli, struct slate_request *request)
{
    const struct slate_list_tickets *list = &request->list_tickets;
    const struct slate_subscribe subscribe = {.contract = list->contract, .team = list->team};
    struct slate_error e;

    if (!cli->out_tty || !cli_is_table(cli)) {
        return cli_usage(cli,
                         "--watch shows a table on a terminal; elsewhere there is slate watch");
    }
    if (cli_has(cli, OPTION_LIMIT) || cli_has(cli, OPTION_CURSOR)) {
        return cli_usage(cli, "--watch shows what fits: it goes with no --limit and no --cursor");
    }
    if (cli->as_of_at) {
        return cli_usage(cli, "--watch shows what is: it goes with no --as-of and no --as-known");
    }
    int code = cli_connect(cli);
    if (!code) {
        code = cli_connect_feed(cli);
    }
    if (code) {
        return code;
    }
    if (slate_subscribe(cli->feed, &subscribe, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "watch the list");
    }
    return watch(cli, request, &e);
}
