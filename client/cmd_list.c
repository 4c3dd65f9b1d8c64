// SPDX-License-Identifier: Apache-2.0
/*
 * Lists of tickets: list, mine, next, at-risk.
 */
#include <string.h>

#include "client/change.h"
#include "client/filter.h"
#include "client/message.h"
#include "client/pages.h"
#include "client/rows.h"
#include "client/screen.h"
#include "client/verb.h"

static void get_tickets(const struct slate_result *r, struct pages_page *ret)
{
    *ret = (struct pages_page){r->tickets.tickets, r->tickets.n_tickets, r->tickets.truncated,
                               r->tickets.cursor, r->tickets.snapshot_at};
}

static void ask_tickets(struct slate_request *request, uint32_t limit, struct slate_bytes cursor)
{
    request->list_tickets.limit = limit;
    request->list_tickets.cursor = cursor;
}

// ---- list, mine ---------------------------------------------------------------------------------

static int list(struct cli *cli, struct filter *filter)
{
    static const struct pages_of pages = {&rows_ticket, "list tickets", ask_tickets, get_tickets,
                                          false};

    if (cli_has(cli, OPTION_WATCH)) {
        return screen_watch(cli, &filter->request);
    }
    return pages_print(cli, &pages, &filter->request);
}

int cmd_list(struct cli *cli)
{
    struct filter filter;

    int code = filter_init(&filter, cli);
    if (!code) {
        code = list(cli, &filter);
    }
    filter_fini(&filter);
    return code;
}

int cmd_mine(struct cli *cli)
{
    static const enum slate_ticket_state undone[] = {SLATE_TICKET_NEW, SLATE_TICKET_OPEN,
                                                     SLATE_TICKET_HELD};
    struct filter filter;

    int code = filter_init(&filter, cli);
    filter_states(&filter, undone, sizeof(undone) / sizeof(undone[0]));
    if (!code) {
        code = filter_mine(&filter, cli);
    }
    if (!code) {
        code = list(cli, &filter);
    }
    filter_fini(&filter);
    return code;
}

// ---- next ---------------------------------------------------------------------------------------

/** Tickets that are looked at in one go, and how often the list is asked for anew, before --take
 * gives up: others are faster each time. */
#define NEXT_ROWS  10u
#define NEXT_TRIES 5u

/** True when somebody else was faster: another ticket may still be free. */
static bool was_faster(enum slate_status status)
{
    return status == SLATE_ABORTED || status == SLATE_FAILED_PRECONDITION ||
           status == SLATE_NOT_FOUND;
}

/** Take the first of them that is still free. Returns -1 when none was, else an exit code. */
static int take_first(struct cli *cli, const struct slate_ticket_page *page)
{
    for (size_t i = 0; i < page->n_tickets; i++) {
        const struct slate_take_ticket args = {.ticket = page->tickets[i].ticket};
        const struct slate_with with = {.if_version = page->tickets[i].version};
        struct slate_result *r;
        struct slate_error e;

        enum slate_status status = slate_take_ticket(cli->slate, &args, &with, &r, &e);
        if (status == SLATE_OK) {
            change_print(cli, r, &with);
            slate_result_free(r);
            return EXIT_DONE;
        }
        if (!was_faster(status)) {
            return cli_failed(cli, &e, "take %s", args.ticket);
        }
    }
    return -1;
}

static void show_first(struct cli *cli, const struct slate_ticket *ticket)
{
    if (cli_is_json(cli)) {
        render_object(&cli->render, &rows_ticket, ticket);
        return;
    }
    cli->render.header &= !cli_is_table(cli);
    render_begin(&cli->render, &rows_ticket);
    render_row(&cli->render, ticket);
    render_end(&cli->render, NULL, NULL);
    if (cli_is_table(cli)) {
        message_hint(cli->err, "slate next --take");
    }
}

static int next(struct cli *cli, struct slate_request *request)
{
    const bool takes = cli_has(cli, OPTION_TAKE);
    struct slate_error e;

    int code = cli_connect(cli);
    request->list_tickets.unassigned = true;
    request->list_tickets.limit = takes ? NEXT_ROWS : 1;
    for (unsigned tries = 0; !code && tries < NEXT_TRIES; tries++) {
        struct slate_result *r;

        if (slate_call(cli->slate, request, &r, &e) != SLATE_OK) {
            return cli_failed(cli, &e, "list tickets");
        }
        if (r->tickets.n_tickets == 0) {
            slate_result_free(r);
            message_say(cli->err, "nothing waits: no open ticket is without somebody");
            return EXIT_NOT_FOUND;
        }
        if (takes) {
            code = take_first(cli, &r->tickets);
        } else {
            show_first(cli, &r->tickets.tickets[0]);
        }
        slate_result_free(r);
        if (code >= 0) {
            return code;
        }
        code = 0; // all were gone
    }
    if (!code) {
        message_say(cli->err, "others were faster each time: nothing was taken");
        code = EXIT_TEMPORARY;
    }
    return code;
}

int cmd_next(struct cli *cli)
{
    static const enum slate_ticket_state waiting[] = {SLATE_TICKET_NEW, SLATE_TICKET_OPEN};
    struct filter filter;

    int code = filter_init(&filter, cli);
    filter_states(&filter, waiting, sizeof(waiting) / sizeof(waiting[0]));
    if (!code) {
        code = next(cli, &filter.request);
    }
    filter_fini(&filter);
    return code;
}

// ---- at-risk ------------------------------------------------------------------------------------

static int64_t due_at(const struct slate_ticket *ticket)
{
    return ticket->next_clock && ticket->next_clock->due_at ? ticket->next_clock->due_at
                                                            : INT64_MAX;
}

/** By the next deadline; those without one last. */
static int by_due(const void *a, const void *b)
{
    const struct slate_ticket *x = *(const struct slate_ticket *const *)a;
    const struct slate_ticket *y = *(const struct slate_ticket *const *)b;
    const int64_t x_at = due_at(x);
    const int64_t y_at = due_at(y);

    if (x_at != y_at) {
        return x_at < y_at ? -1 : 1;
    }
    return strcmp(x->ticket ? x->ticket : "", y->ticket ? y->ticket : "");
}

int cmd_at_risk(struct cli *cli)
{
    static const struct pages_of pages = {&rows_risk, "list tickets", ask_tickets, get_tickets,
                                          false};
    int64_t within_us = 0;
    struct filter filter;

    int code = filter_init(&filter, cli);
    if (!code) {
        code = cli_span(cli, OPTION_WITHIN, &within_us);
    }
    if (!code && !within_us) {
        code = cli_usage(cli, "--within is needed, as 90m or 4h");
    }
    if (!code) {
        const int64_t from_at = cli->as_of_at ? cli->as_of_at : cli->now_at;

        filter.request.list_tickets.due_before_at = from_at + within_us;
        code = pages_print_sorted(cli, &pages, &filter.request, by_due);
    }
    filter_fini(&filter);
    return code;
}
