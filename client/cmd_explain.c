// SPDX-License-Identifier: Apache-2.0
/*
 * explain: how a deadline came about.
 */
#include <string.h>

#include "client/ask.h"
#include "client/clockword.h"
#include "client/explained.h"
#include "client/fields.h"
#include "client/rows.h"
#include "client/verb.h"
#include "client/warned.h"
#include "client/when.h"

/** Bytes of a hash that people compare; JSON has all. */
#define HASH_SHOWN 4u

static const char *or_unknown(const char *s)
{
    return s && *s ? s : "?";
}

// ---- what it is judged by -----------------------------------------------------------------------

static void add_since(struct text *to, int64_t effective_at)
{
    if (effective_at) {
        text_add(to, ", in force from ");
        when_add_full(to, effective_at);
    }
}

/** " (4f3a29c1)" */
static void add_hash(struct text *to, const struct slate_bytes *hash)
{
    for (size_t i = 0; i < hash->n && i < HASH_SHOWN; i++) {
        text_add_f(to, "%s%02x", i ? "" : " (", hash->p[i]);
    }
    text_add(to, hash->n > 0 ? ")" : "");
}

static void put_zone(struct cli *cli, const char *zone, const char *release,
                     const struct slate_bytes *hash)
{
    struct text text = {0};

    if (zone && *zone) {
        text_add_f(&text, "%s, zone data %s", zone, or_unknown(release));
        add_hash(&text, hash);
        fields_put(cli, "zone", text_str(&text));
    }
    text_fini(&text);
}

static bool is_same_zone(const struct slate_calendar_used *a, const struct slate_calendar_used *b)
{
    return a->zone && b->zone && strcmp(a->zone, b->zone) == 0 &&
           a->zone_sha256.n == b->zone_sha256.n &&
           (a->zone_sha256.n == 0 ||
            memcmp(a->zone_sha256.p, b->zone_sha256.p, a->zone_sha256.n) == 0);
}

/** Each version that it counted in, and below it its zone, unless that was told just before. */
static void put_calendars(struct cli *cli, const struct slate_clock_explanation *one)
{
    struct text text = {0};

    for (size_t i = 0; i < one->n_calendars; i++) {
        const struct slate_calendar_used *c = &one->calendars[i];

        text_clear(&text);
        text_add_f(&text, "%s version %u", or_unknown(c->name), c->version);
        add_hash(&text, &c->sha256);
        add_since(&text, c->effective_at);
        fields_put(cli, "calendar", text_str(&text));
        if (i == 0 || !is_same_zone(c, c - 1)) {
            put_zone(cli, c->zone, one->zone_release, &c->zone_sha256);
        }
    }
    if (one->n_calendars == 0) { // an older server tells only of the one in force
        text_add_f(&text, "%s version %u", or_unknown(one->clock.calendar), one->calendar_version);
        add_hash(&text, &one->calendar_sha256);
        fields_put(cli, "calendar", text_str(&text));
        put_zone(cli, one->zone, one->zone_release, &one->zone_sha256);
    }
    text_fini(&text);
}

/** "priority P1: within 4h: 4h of business time; used 3h 10m; 50m left". */
static void put_target(struct cli *cli, const struct slate_clock_explanation *one)
{
    const struct slate_clock *c = &one->clock;
    struct text text = {0};

    text_add_f(&text, "%s%swithin %s: ", one->match ? one->match : "",
               one->match && *one->match ? ": " : "", or_unknown(c->within));
    when_add_span(&text, c->target_us);
    text_add(&text, " of business time; used ");
    when_add_span(&text, c->elapsed_us);
    text_add(&text, "; ");
    if (c->elapsed_us > c->target_us) {
        when_add_span(&text, c->elapsed_us - c->target_us);
        text_add(&text, " over");
    } else {
        when_add_span(&text, c->target_us - c->elapsed_us);
        text_add(&text, " left");
    }
    fields_put(cli, "target", text_str(&text));
    text_fini(&text);
}

static void put_basis(struct cli *cli, const struct slate_explanation *x,
                      const struct slate_clock_explanation *one)
{
    struct text text = {0};

    text_add_f(&text, "%s version %u", or_unknown(x->contract), one->clock.contract_version);
    add_hash(&text, &one->contract_sha256);
    add_since(&text, one->contract_effective_at);
    fields_put(cli, "contract", text_str(&text));
    put_calendars(cli, one);
    text_clear(&text);
    if (one->engine) {
        text_add_f(&text, "version %u", one->engine);
        fields_put(cli, "engine", text_str(&text));
    }
    text_fini(&text);
    put_target(cli, one);
}

// ---- what it came to ----------------------------------------------------------------------------

/** "due Fri 2026-11-20 18:00, breached after Mon 2026-11-23 09:00: open". */
static void put_verdict(struct cli *cli, const struct slate_clock *c)
{
    const char *verdict = slate_name(SLATE_VERDICTS, (int)c->verdict);
    struct text text = {0};

    if (c->due_at) {
        text_add(&text, "due ");
        when_add_day(&text, c->due_at);
        if (c->limit_at > c->due_at) {
            text_add(&text, ", breached after ");
            when_add_day(&text, c->limit_at);
        }
        text_add(&text, ": ");
    } else if (c->due_if_resumed_at) {
        text_add(&text, "if resumed now, due ");
        when_add_day(&text, c->due_if_resumed_at);
        text_add(&text, ": ");
    }
    render_put(&cli->render, TONE_PLAIN, text_str(&text));
    text_clear(&text);
    if (clockword_is_unschedulable(c)) {
        text_add(&text, CLOCKWORD_NEVER ": its calendar does not open again");
    } else if (c->breached_at) {
        text_add(&text, "BREACHED ");
        when_add_both(&text, c->breached_at, cli->now_at);
    } else {
        text_add(&text, verdict ? verdict : "cancelled");
    }
    render_put(&cli->render, c->breached_at ? TONE_BAD : TONE_PLAIN, text_str(&text));
    render_newline(&cli->render);
    text_fini(&text);
}

static void add_part(struct text *to, const char *what, uint64_t us)
{
    text_add_f(to, "%s%s ", to->n ? " + " : "", what);
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
                          const struct explained_clock *c)
{
    const struct slate_clock_explanation *one = &c->x;
    const char *state = slate_name(SLATE_CLOCK_STATES, (int)one->clock.state);
    struct text kind = {0};

    clockword_add(&kind, one->clock.kind, one->clock.team);
    render_put_f(&cli->render, TONE_BOLD, "%s  %s", or_unknown(x->ticket), text_str(&kind));
    render_put_f(&cli->render, TONE_PLAIN, "  cycle %u, %s, priority %s", one->clock.cycle,
                 or_unknown(state), or_unknown(x->priority));
    render_newline(&cli->render);
    put_basis(cli, x, one);
    if (one->truncated) {
        render_put(&cli->render, TONE_DIM, "(older spans are left out; the sums have them)");
        render_newline(&cli->render);
    }
    render_subtable(&cli->render, &rows_step, c->steps, c->n_steps, 0);
    if (one->ahead_truncated) {
        render_put(&cli->render, TONE_DIM, "(what lies farther ahead is left out)");
        render_newline(&cli->render);
    }
    put_verdict(cli, &one->clock);
    put_sum(cli, one);
    text_fini(&kind);
}

static int print(struct cli *cli, const struct slate_explanation *x)
{
    struct explained e;
    struct warned w;

    int code = warned_fetch(&w, cli, x);
    if (code) {
        warned_fini(&w);
        return code;
    }
    explained_init(&e, x, cli->as_known_at, w.warnings, w.n);
    if (!render_object(&cli->render, &rows_explanation, &e)) {
        cli_name_past(cli);
        for (size_t i = 0; i < x->n_clocks; i++) {
            put_explained(cli, x, &e.clocks[i]);
            render_newline(&cli->render);
        }
        ask_end(cli, x->n_clocks);
    }
    explained_fini(&e);
    warned_fini(&w);
    return EXIT_DONE;
}

int cmd_explain(struct cli *cli)
{
    struct slate_request request = {.kind = SLATE_EXPLAIN, .explain = {.ticket = cli_arg(cli, 0)}};
    struct slate_result *r;

    int code = ask_clocks(cli, &request, &request.explain.clock, "explain", &r);
    if (!code) {
        code = print(cli, &r->explanation);
        slate_result_free(r);
    }
    return code;
}
