// SPDX-License-Identifier: Apache-2.0
/*
 * Reading tickets: list, show.
 */
#include <stdlib.h>
#include <string.h>

#include "client/message.h"
#include "client/pages.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

// ---- list ---------------------------------------------------------------------------------------

static int read_states(struct cli *cli, enum slate_ticket_state **ret, size_t *ret_n)
{
    const char *list = cli_option(cli, OPTION_STATE);

    if (!list) {
        return 0;
    }
    size_t n;
    char **words = cli_split(list, &n);
    enum slate_ticket_state *states = calloc(n + 1, sizeof(*states));
    int code = 0;
    if (!states) {
        abort();
    }
    for (size_t i = 0; !code && i < n; i++) {
        states[i] = (enum slate_ticket_state)slate_named(SLATE_TICKET_STATES, words[i]);
        if (!states[i]) {
            code = cli_usage(cli,
                             "--state: \"%s\" is none of new, open, held, resolved, closed, merged",
                             words[i]);
        }
    }
    free(words);
    *ret = states;
    *ret_n = n;
    return code;
}

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

int cmd_list(struct cli *cli)
{
    static const struct pages_of pages = {&rows_ticket, "list tickets", ask_tickets, get_tickets};
    struct slate_request request = {
        .kind = SLATE_LIST_TICKETS,
        .list_tickets = {.contract = cli_option(cli, OPTION_CONTRACT),
                         .team = cli_option(cli, OPTION_TEAM),
                         .assignee = cli_option(cli, OPTION_OWNER),
                         .breached = cli_has(cli, OPTION_BREACHED)},
    };
    struct slate_list_tickets *args = &request.list_tickets;
    const char *priorities = cli_option(cli, OPTION_PRIORITY);
    enum slate_ticket_state *states = NULL;
    char **words = NULL;

    int code = read_states(cli, &states, &args->n_states);
    args->states = states;
    if (priorities) {
        words = cli_split(priorities, &args->n_priorities);
        args->priorities = (const char *const *)words;
    }
    if (!code) {
        code = pages_print(cli, &pages, &request);
    }
    free(states);
    free(words);
    return code;
}

// ---- show ---------------------------------------------------------------------------------------

/** "assignee  a.reyes"; nothing when there is no value. */
static void put_field(struct cli *cli, const char *name, const char *value)
{
    if (value && *value) {
        render_put_f(&cli->render, TONE_DIM, "%-11s", name);
        render_put(&cli->render, TONE_PLAIN, value);
        render_newline(&cli->render);
    }
}

static void put_time(struct cli *cli, const char *name, int64_t at)
{
    struct text text = {0};

    if (at) {
        when_add_both(&text, at, cli->now_at);
        put_field(cli, name, text_str(&text));
    }
    text_fini(&text);
}

static void put_list(struct cli *cli, const char *name, const char *const *items, size_t n)
{
    struct text text = {0};

    for (size_t i = 0; i < n; i++) {
        text_add(&text, i ? ", " : "");
        text_add(&text, items[i]);
    }
    put_field(cli, name, text_str(&text));
    text_fini(&text);
}

static void put_ticket(struct cli *cli, const struct slate_ticket_detail *d)
{
    const struct slate_ticket *t = &d->ticket;
    const char *state = slate_name(SLATE_TICKET_STATES, (int)t->state);
    struct text source = {0};

    render_put(&cli->render, TONE_BOLD, t->ticket ? t->ticket : "?");
    render_put(&cli->render, TONE_BOLD, "  ");
    render_put(&cli->render, TONE_BOLD,
               t->subject ? t->subject : "(no subject, or not yours to read)");
    render_newline(&cli->render);
    put_field(cli, "state", state ? state : "?");
    put_list(cli, "on hold", t->holds, t->n_holds);
    put_field(cli, "priority", t->priority);
    put_field(cli, "team", t->team);
    put_field(cli, "assignee", t->assignee);
    put_field(cli, "requester", d->requester);
    put_field(cli, "contract", t->contract);
    put_field(cli, "function", t->function);
    put_field(cli, "category", t->category);
    put_field(cli, "tier", t->customer_tier);
    put_field(cli, "language", t->language);
    if (t->source) {
        text_add_f(&source, "%s %s", t->source, t->source_key ? t->source_key : "");
        put_field(cli, "source", text_str(&source));
    }
    put_time(cli, "received", t->received_at);
    put_time(cli, "occurred", t->occurred_at);
    put_time(cli, "updated", t->updated_at);
    put_time(cli, "resolved", t->resolved_at);
    render_put_f(&cli->render, TONE_DIM, "%-11s", "version");
    render_put_f(&cli->render, TONE_PLAIN, "%llu%s", (unsigned long long)t->version,
                 t->imported ? ", imported" : "");
    render_newline(&cli->render);
    text_fini(&source);
}

static void put_message(struct cli *cli, const struct slate_message *m)
{
    const char *side = slate_name(SLATE_SIDES, (int)m->side);
    struct text at = {0};

    when_add_both(&at, m->effective_at, cli->now_at);
    render_newline(&cli->render);
    render_put_f(&cli->render, TONE_BOLD, "#%u  %s  %s", m->number, text_str(&at),
                 m->author ? m->author : "somebody");
    render_put_f(&cli->render, TONE_PLAIN, "%s%s%s%s%s%s", side ? " (" : "", side ? side : "",
                 side ? ")" : "", m->kind == SLATE_MESSAGE_AUTO ? ", automatic" : "",
                 m->channel ? ", by " : "", m->channel ? m->channel : "");
    if (m->visibility == SLATE_INTERNAL_NOTE) {
        render_put(&cli->render, TONE_WARN, ", internal");
    }
    render_newline(&cli->render);
    render_body(&cli->render, 4, m->body ? m->body : "(erased, or not yours to read)");
    text_fini(&at);
}

int cmd_show(struct cli *cli)
{
    const struct slate_show_ticket args = {.ticket = cli_arg(cli, 0)};
    struct slate_result *r;
    struct slate_error e;

    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    if (slate_show_ticket(cli->slate, &args, NULL, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "show %s", args.ticket);
    }
    const struct slate_ticket_detail *d = &r->detail;
    if (!render_object(&cli->render, &rows_detail, d)) {
        put_ticket(cli, d);
        if (d->n_clocks > 0) {
            render_newline(&cli->render);
            render_subtable(&cli->render, &rows_clock, d->clocks, d->n_clocks, 0);
        }
        if (d->truncated) {
            render_newline(&cli->render);
            render_put(&cli->render, TONE_DIM, "(older messages are left out)");
            render_newline(&cli->render);
        }
        for (size_t i = 0; i < d->n_messages; i++) {
            put_message(cli, &d->messages[i]);
        }
        render_newline(&cli->render);
        cli_name_zone(cli);
    }
    slate_result_free(r);
    return EXIT_DONE;
}
