// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs about clocks. Names and options are permanent: scripts stand on them.
 */
#include "client/rows.h"
#include "client/verb.h"

static const struct verb all[] = {
    {
        .name = "at-risk",
        .usage = "--within SPAN [options]",
        .summary = "what is due soon, the nearest first",
        .examples = "  slate at-risk --within 90m\n"
                    "  slate at-risk --within 4h --team manila-a\n",
        .notes = "What is breached already is there too, when its next deadline is that near. "
                 "REMAINING is\n"
                 "business time.\n" VERB_PAST_NOTE VERB_TIME_NOTE,
        .rows = {&rows_risk},
        .options = {OPTION_WITHIN, OPTION_CONTRACT, OPTION_TEAM, OPTION_PRIORITY, OPTION_OWNER,
                    OPTION_LIMIT, VERB_PAST},
        .args_min = 0,
        .args_max = 0,
        .run = cmd_at_risk,
    },
    {
        .name = "breaches",
        .usage = "[options]",
        .summary = "clocks that ran out, by when they did",
        .examples =
            "  slate breaches --since monday\n"
            "  slate breaches --since 2026-11-01 --until 2026-12-01 --vendor northwind --json\n"
            "  slate breaches --since -2h --clock first_response\n",
        .notes = VERB_PAST_NOTE VERB_TIME_NOTE,
        .rows = {&rows_breach},
        .options = {OPTION_SINCE, OPTION_UNTIL, OPTION_TEAM, OPTION_VENDOR, OPTION_CONTRACT,
                    OPTION_CLOCK, OPTION_LIMIT, OPTION_CURSOR, VERB_PAST},
        .run = cmd_breaches,
    },
    {
        .name = "explain",
        .usage = "TICKET [CLOCK]",
        .summary = "how a deadline came about: each span, counted or not, and why",
        .examples = "  slate explain ACME-1042\n"
                    "  slate explain ACME-1042 resolution\n"
                    "  slate explain ACME-1042 --as-known \"monday 09:00\" --json\n",
        .notes =
            "CLOCK is acknowledge, first_response, next_response, update, resolution, turnaround\n"
            "or ola. Where a clock is due at the end of a working day, it is breached only when "
            "the\n"
            "next one begins: both are said. SUM is what had been used at the end of each span. "
            "Spans\n"
            "are shown to the second and hashes by their beginnings; --json has them "
            "whole.\n" VERB_PAST_NOTE VERB_TIME_NOTE,
        .rows = {&rows_explanation, &rows_explained, &rows_clock, &rows_calendar_used, &rows_span,
                 &rows_ahead, &rows_mark},
        .options = {VERB_PAST},
        .args_min = 1,
        .args_max = 2,
        .run = cmd_explain,
    },
    {
        .name = "split",
        .usage = "TICKET [CLOCK]",
        .summary = "whose time a clock's time was: by team, and by what it did meanwhile",
        .examples = "  slate split ACME-1042\n"
                    "  slate split ACME-1042 resolution --json\n",
        .notes = "All of the time from the clock's start to its end, or to now, is somebody's: the "
                 "times sum\n"
                 "to the wall time, and the percents to 100. Below are the same times by party: "
                 "holds of\n"
                 "the buyer and of the vendor, and the working time of each team.\n" VERB_PAST_NOTE
                     VERB_TIME_NOTE,
        .rows = {&rows_splits, &rows_split, &rows_clock, &rows_share, &rows_sum},
        .options = {VERB_PAST},
        .args_min = 1,
        .args_max = 2,
        .run = cmd_split,
    },
};

const struct verb_group verbs_sla = {"Clocks", all, sizeof(all) / sizeof(all[0])};
