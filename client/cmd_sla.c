// SPDX-License-Identifier: Apache-2.0
/*
 * What the clocks came to: breaches, explain.
 */
#include "client/message.h"
#include "client/pages.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/when.h"

// ---- breaches -----------------------------------------------------------------------------------

static void get_breaches(const struct slate_result *r, struct pages_page *ret)
{
    *ret = (struct pages_page){r->breaches.breaches, r->breaches.n_breaches, r->breaches.truncated,
                               r->breaches.cursor, r->breaches.snapshot_at};
}

static void ask_breaches(struct slate_request *request, uint32_t limit, struct slate_bytes cursor)
{
    request->list_breaches.limit = limit;
    request->list_breaches.cursor = cursor;
}

int cmd_breaches(struct cli *cli)
{
    static const struct pages_of pages = {&rows_breach, "list breaches", ask_breaches, get_breaches,
                                          false};
    struct slate_request request = {
        .kind = SLATE_LIST_BREACHES,
        .list_breaches = {.team = cli_option(cli, OPTION_TEAM),
                          .vendor = cli_option(cli, OPTION_VENDOR),
                          .contract = cli_option(cli, OPTION_CONTRACT)},
    };
    struct slate_list_breaches *args = &request.list_breaches;
    int clock = 0;

    int code = cli_time(cli, OPTION_SINCE, &args->since_at);
    if (!code) {
        code = cli_time(cli, OPTION_UNTIL, &args->until_at);
    }
    if (!code) {
        code = cli_word(cli, OPTION_CLOCK, SLATE_CLOCK_KINDS, &clock);
        args->clock = (enum slate_clock_kind)clock;
    }
    if (!code && args->since_at && args->until_at && args->until_at <= args->since_at) {
        code = cli_usage(cli, "--until lies before --since");
    }
    return code ? code : pages_print(cli, &pages, &request);
}

// ---- explain ------------------------------------------------------------------------------------

static void put_contract(struct cli *cli, const struct slate_explanation *x,
                         const struct slate_clock_explanation *one)
{
    struct render *r = &cli->render;
    struct text from = {0};

    if (one->contract_effective_at) {
        text_add(&from, " (in force from ");
        when_add_full(&from, one->contract_effective_at);
        text_add(&from, ")");
    }
    render_put_f(r, TONE_PLAIN, "contract %s version %u%s", x->contract ? x->contract : "?",
                 one->clock.contract_version, text_str(&from));
    render_newline(r);
    render_put_f(r, TONE_PLAIN, "target %s%swithin %s, calendar %s version %u",
                 one->match ? one->match : "", one->match && *one->match ? ": " : "",
                 one->clock.within ? one->clock.within : "?",
                 one->clock.calendar ? one->clock.calendar : "?", one->calendar_version);
    if (one->zone || one->zone_release) {
        render_put_f(r, TONE_PLAIN, " (%s%szone data %s)", one->zone ? one->zone : "",
                     one->zone ? ", " : "", one->zone_release ? one->zone_release : "?");
    }
    render_newline(r);
    text_fini(&from);
}

/** "due 14:47, breached after ..., used 61m of 60m: BREACHED 14:47 (6m ago)". */
static void put_verdict(struct cli *cli, const struct slate_clock *c)
{
    const char *verdict = slate_name(SLATE_VERDICTS, (int)c->verdict);
    struct text text = {0};

    if (c->due_at) {
        text_add(&text, "due ");
        when_add_full(&text, c->due_at);
        if (c->limit_at > c->due_at) {
            text_add(&text, ", breached after ");
            when_add_full(&text, c->limit_at);
        }
        text_add(&text, ", ");
    } else if (c->due_if_resumed_at) {
        text_add(&text, "if resumed now, due ");
        when_add_full(&text, c->due_if_resumed_at);
        text_add(&text, ", ");
    }
    text_add(&text, "used ");
    when_add_span(&text, c->elapsed_us);
    text_add(&text, " of ");
    when_add_span(&text, c->target_us);
    text_add(&text, ": ");
    render_put(&cli->render, TONE_PLAIN, text_str(&text));
    text_clear(&text);
    if (c->breached_at) {
        text_add(&text, "BREACHED ");
        when_add_both(&text, c->breached_at, cli->now_at);
    } else {
        text_add(&text, verdict ? verdict : "cancelled");
    }
    render_put(&cli->render,
               c->breached_at                    ? TONE_BAD
               : c->verdict == SLATE_VERDICT_MET ? TONE_GOOD
                                                 : TONE_PLAIN,
               text_str(&text));
    render_newline(&cli->render);
    text_fini(&text);
}

static void add_part(struct text *to, const char *name, uint64_t us)
{
    text_add(to, to->n ? " + " : "");
    text_add_f(to, "%s ", name);
    when_add_span(to, us);
}

static void put_sum(struct cli *cli, const struct slate_clock_explanation *one)
{
    struct text text = {0};

    add_part(&text, "counted", one->counted_us);
    add_part(&text, "on hold", one->held_us);
    add_part(&text, "outside hours", one->outside_us);
    if (one->stopped_us) {
        add_part(&text, "resolved", one->stopped_us);
    }
    text_add(&text, " = ");
    when_add_span(&text, one->counted_us + one->held_us + one->outside_us + one->stopped_us);
    render_put(&cli->render, TONE_PLAIN, text_str(&text));
    render_newline(&cli->render);
    text_fini(&text);
}

static void put_explained(struct cli *cli, const struct slate_explanation *x,
                          const struct slate_clock_explanation *one)
{
    const char *kind = slate_name(SLATE_CLOCK_KINDS, (int)one->clock.kind);
    const char *state = slate_name(SLATE_CLOCK_STATES, (int)one->clock.state);

    render_put_f(&cli->render, TONE_BOLD, "%s  %s", x->ticket ? x->ticket : "?",
                 kind ? kind : "unknown clock");
    render_put_f(&cli->render, TONE_PLAIN, "  cycle %u, %s, priority %s", one->clock.cycle,
                 state ? state : "?", x->priority ? x->priority : "?");
    render_newline(&cli->render);
    put_contract(cli, x, one);
    if (one->truncated) {
        render_put(&cli->render, TONE_DIM, "(older spans are left out; the sums have them)");
        render_newline(&cli->render);
    }
    render_subtable(&cli->render, &rows_span, one->spans, one->n_spans, 0);
    put_verdict(cli, &one->clock);
    put_sum(cli, one);
}

int cmd_explain(struct cli *cli)
{
    const char *clock = cli_arg(cli, 1);
    struct slate_explain args = {.ticket = cli_arg(cli, 0)};
    struct slate_result *r;
    struct slate_error e;

    if (clock) {
        args.clock = (enum slate_clock_kind)slate_named(SLATE_CLOCK_KINDS, clock);
        if (!args.clock) {
            return cli_usage(cli, "\"%s\" is no clock: first_response, resolution, ...", clock);
        }
    }
    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    if (slate_explain(cli->slate, &args, NULL, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "explain %s", args.ticket);
    }
    const struct slate_explanation *x = &r->explanation;
    if (!render_object(&cli->render, &rows_explanation, x)) {
        for (size_t i = 0; i < x->n_clocks; i++) {
            put_explained(cli, x, &x->clocks[i]);
            render_newline(&cli->render);
        }
        if (x->n_clocks == 0) {
            message_line(cli->err, "no clock has started");
        } else {
            cli_name_zone(cli);
        }
    }
    slate_result_free(r);
    return EXIT_DONE;
}
