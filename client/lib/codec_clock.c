// SPDX-License-Identifier: Apache-2.0
/*
 * Clocks and what they came to -> the public structs: breaches, explanations, splits.
 */
#include "client/lib/codec_result.h"

struct slate_clock codec_result_clock_value(const Slate__V1__Clock *m)
{
    return (struct slate_clock){
        .kind = (enum slate_clock_kind)m->kind,
        .cycle = m->cycle,
        .state = (enum slate_clock_state)m->state,
        .verdict = (enum slate_verdict)m->verdict,
        .contract_version = m->contract_version,
        .within = m->within,
        .target_us = m->target_us,
        .elapsed_us = m->elapsed_us,
        .as_of_at = m->as_of_at,
        .started_at = m->started_at,
        .stopped_at = m->stopped_at,
        .due_at = m->due_at,
        .limit_at = m->limit_at,
        .due_if_resumed_at = m->due_if_resumed_at,
        .breached_at = m->breached_at,
        .calendar = m->calendar,
        .team = m->team,
    };
}

bool codec_result_clocks(struct result *r, size_t n, Slate__V1__Clock **from, size_t *ret_n,
                         const struct slate_clock **ret)
{
    struct slate_clock *clocks = CODEC_ARRAY(r, n, struct slate_clock);

    for (size_t i = 0; clocks && i < n; i++) {
        clocks[i] = codec_result_clock_value(from[i]);
    }
    *ret_n = n;
    *ret = clocks;
    return clocks;
}

bool codec_result_clock(struct result *r, Slate__V1__Clock *from, const struct slate_clock **ret)
{
    size_t n;

    *ret = NULL;
    return !from || codec_result_clocks(r, 1, &from, &n, ret);
}

bool codec_result_breaches(struct result *r, const Slate__V1__BreachPage *m)
{
    struct slate_breach *breaches = CODEC_ARRAY(r, m->n_breaches, struct slate_breach);

    if (!breaches) {
        return false;
    }
    for (size_t i = 0; i < m->n_breaches; i++) {
        const Slate__V1__Breach *from = m->breaches[i];

        breaches[i] = (struct slate_breach){
            .ticket = from->ticket,
            .clock = (enum slate_clock_kind)from->clock,
            .cycle = from->cycle,
            .contract = from->contract,
            .contract_version = from->contract_version,
            .vendor = from->vendor,
            .team = from->team,
            .priority = from->priority,
            .within = from->within,
            .breached_at = from->breached_at,
            .detected_at = from->detected_at,
            .withdrawn = from->withdrawn,
            .state = (enum slate_ticket_state)from->state,
            .imported = from->imported,
            .clock_team = from->clock_team,
            .engine = from->engine,
        };
    }
    r->shape = SHAPE_BREACHES;
    r->public.breaches = (struct slate_breach_page){
        .n_breaches = m->n_breaches,
        .breaches = breaches,
        .truncated = m->truncated,
        .cursor = codec_result_bytes(&m->cursor),
        .snapshot_at = m->snapshot_at,
    };
    return true;
}

static const struct slate_span *get_spans(struct result *r, Slate__V1__Span *const *list, size_t n)
{
    struct slate_span *spans = CODEC_ARRAY(r, n, struct slate_span);

    for (size_t i = 0; spans && i < n; i++) {
        const Slate__V1__Span *from = list[i];

        spans[i] = (struct slate_span){
            .from_at = from->from_at,
            .to_at = from->to_at,
            .kind = (enum slate_span_kind)from->kind,
            .counted_us = from->counted_us,
            .n_reasons = from->n_reasons,
            .reasons = codec_result_strings(from->reasons),
            .note = from->note,
            .party = (enum slate_side)from->party,
        };
    }
    return spans;
}

static bool get_calendars(struct result *r, const Slate__V1__ClockExplanation *m,
                          struct slate_clock_explanation *ret)
{
    struct slate_calendar_used *calendars = CODEC_ARRAY(r, m->n_calendars,
                                                        struct slate_calendar_used);

    for (size_t i = 0; calendars && i < m->n_calendars; i++) {
        const Slate__V1__CalendarUsed *from = m->calendars[i];

        calendars[i] = (struct slate_calendar_used){
            .name = from->name,
            .version = from->version,
            .effective_at = from->effective_at,
            .sha256 = codec_result_bytes(&from->sha256),
            .zone = from->zone,
            .zone_sha256 = codec_result_bytes(&from->zone_sha256),
        };
    }
    ret->n_calendars = m->n_calendars;
    ret->calendars = calendars;
    return calendars;
}

bool codec_result_explanation(struct result *r, const Slate__V1__Explanation *m)
{
    struct slate_clock_explanation *clocks = CODEC_ARRAY(r, m->n_clocks,
                                                         struct slate_clock_explanation);

    for (size_t i = 0; clocks && i < m->n_clocks; i++) {
        const Slate__V1__ClockExplanation *from = m->clocks[i];

        clocks[i].n_spans = from->n_spans;
        clocks[i].spans = get_spans(r, from->spans, from->n_spans);
        clocks[i].n_ahead = from->n_ahead;
        clocks[i].ahead = get_spans(r, from->ahead, from->n_ahead);
        if (!from->clock || !clocks[i].spans || !clocks[i].ahead ||
            !get_calendars(r, from, &clocks[i])) {
            return false;
        }
        clocks[i].clock = codec_result_clock_value(from->clock);
        clocks[i].contract_effective_at = from->contract_effective_at;
        clocks[i].match = from->match;
        clocks[i].calendar_version = from->calendar_version;
        clocks[i].zone = from->zone;
        clocks[i].zone_release = from->zone_release;
        clocks[i].zone_sha256 = codec_result_bytes(&from->zone_sha256);
        clocks[i].contract_sha256 = codec_result_bytes(&from->contract_sha256);
        clocks[i].calendar_sha256 = codec_result_bytes(&from->calendar_sha256);
        clocks[i].truncated = from->truncated;
        clocks[i].ahead_truncated = from->ahead_truncated;
        clocks[i].counted_us = from->counted_us;
        clocks[i].held_us = from->held_us;
        clocks[i].outside_us = from->outside_us;
        clocks[i].stopped_us = from->stopped_us;
        clocks[i].engine = from->engine;
    }
    r->shape = SHAPE_EXPLANATION;
    r->public.explanation = (struct slate_explanation){
        .ticket = m->ticket,
        .contract = m->contract,
        .priority = m->priority,
        .as_of_at = m->as_of_at,
        .n_clocks = m->n_clocks,
        .clocks = clocks,
    };
    return clocks;
}

static bool get_shares(struct result *r, const Slate__V1__ClockSplit *m,
                       struct slate_clock_split *ret)
{
    struct slate_share *shares = CODEC_ARRAY(r, m->n_shares, struct slate_share);

    for (size_t i = 0; shares && i < m->n_shares; i++) {
        const Slate__V1__Share *from = m->shares[i];

        shares[i] = (struct slate_share){
            .team = from->team,
            .party = from->party,
            .kind = (enum slate_span_kind)from->kind,
            .side = (enum slate_side)from->side,
            .n_reasons = from->n_reasons,
            .reasons = codec_result_strings(from->reasons),
            .wall_us = from->wall_us,
        };
    }
    ret->n_shares = m->n_shares;
    ret->shares = shares;
    return shares;
}

bool codec_result_splits(struct result *r, const Slate__V1__ClockSplits *m)
{
    struct slate_clock_split *clocks = CODEC_ARRAY(r, m->n_clocks, struct slate_clock_split);

    for (size_t i = 0; clocks && i < m->n_clocks; i++) {
        const Slate__V1__ClockSplit *from = m->clocks[i];

        if (!from->clock || !get_shares(r, from, &clocks[i])) {
            return false;
        }
        clocks[i].clock = codec_result_clock_value(from->clock);
        clocks[i].wall_us = from->wall_us;
    }
    r->shape = SHAPE_SPLITS;
    r->public.splits = (struct slate_clock_splits){
        .ticket = m->ticket,
        .contract = m->contract,
        .priority = m->priority,
        .as_of_at = m->as_of_at,
        .n_clocks = m->n_clocks,
        .clocks = clocks,
    };
    return clocks;
}
