// SPDX-License-Identifier: Apache-2.0
/*
 * split: whose time a clock's time was.
 */
#include "client/ask.h"
#include "client/clockword.h"
#include "client/rows.h"
#include "client/shares.h"
#include "client/verb.h"

static void put_clock(struct cli *cli, const struct shares *s, const struct shares_clock *c)
{
    const struct slate_clock *clock = &c->split.clock;
    const char *verdict = slate_name(SLATE_VERDICTS, (int)clock->verdict);
    struct text kind = {0};

    clockword_add(&kind, clock->kind, clock->team);
    render_put_f(&cli->render, TONE_BOLD, "%s  %s", s->splits.ticket ? s->splits.ticket : "?",
                 text_str(&kind));
    render_put_f(&cli->render, TONE_PLAIN, "  cycle %u, %s, within %s, priority %s", clock->cycle,
                 verdict ? verdict : "cancelled", clock->within ? clock->within : "?",
                 s->splits.priority ? s->splits.priority : "?");
    render_newline(&cli->render);
    if (c->split.n_shares > 0) {
        render_subtable(&cli->render, &rows_share, c->shares, c->split.n_shares + 1, 0);
        render_newline(&cli->render);
        render_subtable(&cli->render, &rows_sum, c->sums, c->n_sums, 2);
    } else {
        render_put(&cli->render, TONE_DIM, "no time has passed on it");
        render_newline(&cli->render);
    }
    text_fini(&kind);
}

static void print(struct cli *cli, const struct slate_clock_splits *splits)
{
    struct shares s;

    shares_init(&s, splits, cli->as_known_at);
    if (!render_object(&cli->render, &rows_splits, &s)) {
        cli_name_past(cli);
        for (size_t i = 0; i < splits->n_clocks; i++) {
            put_clock(cli, &s, &s.clocks[i]);
            render_newline(&cli->render);
        }
        ask_end(cli, splits->n_clocks);
    }
    shares_fini(&s);
}

int cmd_split(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_SPLIT_CLOCK,
                                    .split_clock = {.ticket = cli_arg(cli, 0)}};
    struct slate_result *r;

    int code = ask_clocks(cli, &request, &request.split_clock.clock, "split the time of", &r);
    if (!code) {
        print(cli, &r->splits);
        slate_result_free(r);
    }
    return code;
}
