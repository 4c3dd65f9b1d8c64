// SPDX-License-Identifier: Apache-2.0
/* Whose time a clock's time was, from a request to its answer. */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "story.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Opened by mail at minute 0 in team one, asked the customer from 50 to 80, at 180 to team two,
 * whose tool was down from 200 on, for two hours at most. */
static const struct story_step steps[] = {
    {0, S_MAIL, REQUEST_INTAKE, 0, "a", 0},
    {10, S_AGENT, REQUEST_TAKE_TICKET, 1, NULL, 0},
    {50, S_AGENT, REQUEST_ADD_MESSAGE, 1, "ask", 0},
    {80, S_MAIL, REQUEST_INTAKE, 1, "a", 0},
    {180, S_LEAD, REQUEST_TRANSFER_TICKET, 1, "two", 0},
    {200, S_LEAD, REQUEST_HOLD_TICKET, 1, "tool", 0},
};

static const char *share_words(const Slate__V1__ClockSplit *c)
{
    static char text[1024];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < c->n_shares; i++) {
        const Slate__V1__Share *share = c->shares[i];
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s/%s %d %s%s%s %dm",
                                 i == 0 ? "" : "; ", share->team, share->party, (int)share->kind,
                                 share->side == SLATE__V1__SIDE__SIDE_BUYER    ? "buyer "
                                 : share->side == SLATE__V1__SIDE__SIDE_VENDOR ? "vendor "
                                                                               : "",
                                 share->n_reasons > 0 ? share->reasons[0] : "",
                                 share->n_reasons > 1 ? "+" : "",
                                 (int)(share->wall_us / US_PER_MIN));
    }
    return text;
}

static const Slate__V1__ClockSplit *split_of(const Slate__V1__ClockSplits *all, int kind,
                                             const char *team)
{
    for (size_t i = 0; i < all->n_clocks; i++) {
        const Slate__V1__Clock *clock = all->clocks[i]->clock;
        if ((int)clock->kind == kind && strcmp(clock->team == NULL ? "" : clock->team, team) == 0) {
            return all->clocks[i];
        }
    }
    return NULL;
}

T_TEST(service_split, the_shares_of_every_clock_are_its_time)
{
    /* Kinds: 1 counted, 2 held. */
    static const struct {
        const char *name;
        int minute; /* that it is looked at as of; 0: now, at 400 */
        Slate__V1__ClockKind clock;
        const char *team;
        const char *shares;
    } rows[] = {
        {"resolution", 0, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION, "",
         "one/vend 1  150m; one/vend 2 buyer ask 30m; two/vend 1  100m; two/vend 2 vendor tool "
         "120m"},
        {"before it went on", 100, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION, "",
         "one/vend 1  70m; one/vend 2 buyer ask 30m"},
        {"in the hold", 60, SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION, "",
         "one/vend 1  50m; one/vend 2 buyer ask 10m"},
        {"the first team's", 0, SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA, "one",
         "one/vend 1  150m; one/vend 2 buyer ask 30m"},
        {"acknowledged", 0, SLATE__V1__CLOCK_KIND__CLOCK_KIND_ACKNOWLEDGE, "", "one/vend 1  10m"},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    story_init(&s);
    const int64_t begin_at = story_now();
    for (size_t i = 0; i < COUNT(steps); i++) {
        story_do(&s, &steps[i]);
    }
    story_until(&s, 400 * US_PER_MIN);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct story_past past = {
            rows[i].minute == 0 ? INSTANT_NONE : begin_at + rows[i].minute * US_PER_MIN,
            INSTANT_NONE};
        struct job *job = story_ask(&s, S_BUYER, REQUEST_SPLIT_CLOCK, 1, past);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__ClockSplits *all = e->reply->clock_splits;
        T_CHECK(all != NULL, "%s", rows[i].name);
        T_EQ_STR(all->ticket, "CON-1");
        for (size_t k = 0; k < all->n_clocks; k++) {
            const Slate__V1__ClockSplit *c = all->clocks[k];
            const int64_t end_at = c->clock->has_stopped_at ? c->clock->stopped_at : all->as_of_at;
            uint64_t sum_us = 0;
            for (size_t j = 0; j < c->n_shares; j++) {
                sum_us += c->shares[j]->wall_us;
            }
            T_EQ_INT(sum_us, c->wall_us, "%s: clock %zu", rows[i].name, k);
            T_EQ_INT(c->wall_us, end_at - c->clock->started_at, "%s: clock %zu", rows[i].name, k);
        }
        const Slate__V1__ClockSplit *one = split_of(all, (int)rows[i].clock, rows[i].team);
        T_CHECK(one != NULL, "%s", rows[i].name);
        T_EQ_STR(share_words(one), rows[i].shares, "%s", rows[i].name);
    }
}

T_TEST(service_split, one_clock_is_told_of_alone_and_none_that_is_not_there)
{
    static const struct {
        const char *name;
        enum request_kind kind;
        enum clock_kind clock;
        size_t n; /* clocks that are told of; 0: refused */
        const char *field;
    } rows[] = {
        {"split all", REQUEST_SPLIT_CLOCK, CLOCK_KIND_NONE, 7, NULL},
        {"split ola, of each team", REQUEST_SPLIT_CLOCK, CLOCK_KIND_OLA, 2, NULL},
        {"split resolution", REQUEST_SPLIT_CLOCK, CLOCK_KIND_RESOLUTION, 1, NULL},
        {"split turnaround", REQUEST_SPLIT_CLOCK, CLOCK_KIND_TURNAROUND, 0, "split_clock.clock"},
        {"explain ola, of each team", REQUEST_EXPLAIN, CLOCK_KIND_OLA, 2, NULL},
        {"explain turnaround", REQUEST_EXPLAIN, CLOCK_KIND_TURNAROUND, 0, "explain.clock"},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    story_init(&s);
    for (size_t i = 0; i < COUNT(steps); i++) {
        story_do(&s, &steps[i]);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct job *job = service_job(&s, (enum who)S_LEAD, rows[i].kind, story_now());
        job->request.u.explain = (struct request_explain){service_ticket("CON", 1), rows[i].clock};
        service_read(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__Reply *r = e->reply;
        if (rows[i].n == 0) {
            T_CHECK(r->error != NULL, "%s", rows[i].name);
            T_EQ_INT(r->error->code, OUTCOME_NOT_FOUND, "%s", rows[i].name);
            T_EQ_STR(r->error->field, rows[i].field);
            T_EQ_STR(r->error->message, "CON-1 has no turnaround clock");
            continue;
        }
        const bool split = rows[i].kind == REQUEST_SPLIT_CLOCK;
        T_CHECK(split ? r->clock_splits != NULL : r->explanation != NULL, "%s", rows[i].name);
        T_EQ_INT(split ? r->clock_splits->n_clocks : r->explanation->n_clocks, rows[i].n, "%s",
                 rows[i].name);
        if (rows[i].clock == CLOCK_KIND_OLA) {
            const Slate__V1__Clock *first = split ? r->clock_splits->clocks[0]->clock
                                                  : r->explanation->clocks[0]->clock;
            const Slate__V1__Clock *second = split ? r->clock_splits->clocks[1]->clock
                                                   : r->explanation->clocks[1]->clock;
            T_EQ_STR(first->team, "one", "%s", rows[i].name);
            T_EQ_STR(second->team, "two", "%s", rows[i].name);
        }
    }
}
