// SPDX-License-Identifier: Apache-2.0
#include "client/warned.h"

#include <stdlib.h>

/** Takes over r. Keeps what is a warning and had happened, and was known, by then. */
static void add_page(struct warned *w, const struct cli *cli, struct slate_result *r)
{
    const struct slate_log_page *page = &r->log;

    w->pages = reallocarray(w->pages, w->n_pages + 1, sizeof(*w->pages));
    w->warnings = reallocarray(w->warnings, w->n + page->n_events + 1, sizeof(*w->warnings));
    if (!w->pages || !w->warnings) {
        abort();
    }
    w->pages[w->n_pages++] = r;
    for (size_t i = 0; i < page->n_events; i++) {
        const struct slate_event *e = &page->events[i];

        if (e->kind == SLATE_EVENT_WARNING && e->clock &&
            (!cli->as_of_at || e->effective_at <= cli->as_of_at) &&
            (!cli->as_known_at || e->recorded_at <= cli->as_known_at)) {
            w->warnings[w->n++] = *e;
        }
    }
}

/** What is recorded before the first of the clocks started is not about them. */
static bool reaches(const struct slate_log_page *page, int64_t from_at)
{
    return page->n_events > 0 && page->events[page->n_events - 1].recorded_at < from_at;
}

int warned_fetch(struct warned *ret, struct cli *cli, const struct slate_explanation *x)
{
    struct slate_show_log args = {.ticket = x->ticket};
    const struct slate_with with = {.reason = cli_option(cli, OPTION_REASON)}; // a read of its own
    int64_t from_at = INT64_MAX;
    const struct slate_log_page *page = NULL;
    struct slate_error e;

    *ret = (struct warned){0};
    for (size_t i = 0; i < x->n_clocks; i++) {
        const int64_t started_at = x->clocks[i].clock.started_at;

        from_at = started_at < from_at ? started_at : from_at;
    }
    while (x->n_clocks > 0 &&
           (!page || (page->truncated && page->cursor.n > 0 && !reaches(page, from_at)))) {
        struct slate_result *r;

        args.cursor = page ? page->cursor : (struct slate_bytes){0};
        if (slate_show_log(cli->slate, &args, &with, &r, &e) != SLATE_OK) {
            return cli_failed(cli, &e, "show the warnings of %s", x->ticket);
        }
        page = &r->log;
        add_page(ret, cli, r);
    }
    return 0;
}

void warned_fini(struct warned *w)
{
    for (size_t i = 0; i < w->n_pages; i++) {
        slate_result_free(w->pages[i]);
    }
    free(w->pages);
    free(w->warnings);
    *w = (struct warned){0};
}
