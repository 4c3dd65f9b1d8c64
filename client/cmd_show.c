// SPDX-License-Identifier: Apache-2.0
/*
 * One ticket: show, log.
 */
#include "client/fields.h"
#include "client/pages.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

// ---- show ---------------------------------------------------------------------------------------

/** "duplicates ACME-12, blocked by ACME-7". */
static void put_links(struct cli *cli, const struct slate_ticket_detail *d)
{
    struct text text = {0};

    for (size_t i = 0; i < d->n_links; i++) {
        const char *kind = slate_name(SLATE_LINK_KINDS, (int)d->links[i].kind);

        text_add(&text, i ? ", " : "");
        for (kind = kind ? kind : "?"; *kind; kind++) {
            text_add_n(&text, *kind == '_' ? " " : kind, 1);
        }
        text_add_f(&text, " %s", d->links[i].ticket ? d->links[i].ticket : "?");
    }
    fields_put(cli, "links", text_str(&text));
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
    fields_put(cli, "state", state ? state : "?");
    fields_put_list(cli, "on hold", t->holds, t->n_holds);
    fields_put(cli, "merged into", t->merged_into);
    fields_put(cli, "priority", t->priority);
    fields_put(cli, "team", t->team);
    fields_put(cli, "assignee", t->assignee);
    fields_put(cli, "requester", d->requester);
    fields_put(cli, "contract", t->contract);
    fields_put(cli, "function", t->function);
    fields_put(cli, "category", t->category);
    fields_put(cli, "tier", t->customer_tier);
    fields_put(cli, "language", t->language);
    if (t->source) {
        text_add_f(&source, "%s %s", t->source, t->source_key ? t->source_key : "");
        fields_put(cli, "source", text_str(&source));
    }
    fields_put_time(cli, "received", t->received_at);
    fields_put_time(cli, "occurred", t->occurred_at);
    fields_put_time(cli, "updated", t->updated_at);
    fields_put_time(cli, "resolved", t->resolved_at);
    fields_put_time(cli, "closes", t->close_at);
    fields_put_list(cli, "tags", d->tags, d->n_tags);
    put_links(cli, d);
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
    struct slate_with with = {0};
    struct slate_result *r;
    struct slate_error e;

    int code = cli_past(cli, &with);
    if (!code) {
        code = cli_connect(cli);
    }
    if (code) {
        return code;
    }
    if (slate_show_ticket(cli->slate, &args, &with, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "show %s", args.ticket);
    }
    const struct rows_detail_of of = {r->detail, cli->as_of_at, cli->as_known_at};
    const struct slate_ticket_detail *d = &of.detail;
    if (!render_object(&cli->render, &rows_detail, &of)) {
        cli_name_past(cli);
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

// ---- log ----------------------------------------------------------------------------------------

static void get_events(const struct slate_result *r, struct pages_page *ret)
{
    *ret = (struct pages_page){r->log.events, r->log.n_events, r->log.truncated, r->log.cursor, 0};
}

static void ask_events(struct slate_request *request, uint32_t limit, struct slate_bytes cursor)
{
    request->show_log.limit = limit;
    request->show_log.cursor = cursor;
}

int cmd_log(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_SHOW_LOG,
                                    .with = {.reason = cli_option(cli, OPTION_REASON)},
                                    .show_log = {.ticket = cli_arg(cli, 0)}};
    struct text doing = {0};

    text_add_f(&doing, "show the log of %s", request.show_log.ticket);
    const struct pages_of pages = {&rows_event, text_str(&doing), ask_events, get_events, false};
    int code = pages_print(cli, &pages, &request);
    text_fini(&doing);
    return code;
}
