// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs that read tickets. Names and options are permanent: scripts stand on them.
 */
#include "client/rows.h"
#include "client/verb.h"

#define WATCH_NOTE                                                                                 \
    "--watch needs a terminal: it shows the list anew when something happens, and every minute,\n" \
    "until it is interrupted.\n"

static const struct verb all[] = {
    {
        .name = "list",
        .usage = "[options]",
        .summary = "list tickets, the most urgent first",
        .examples = "  slate list --team manila-a --state new,open\n"
                    "  slate list --breached --json\n"
                    "  slate list --team manila-a --unassigned --watch\n"
                    "  slate list -q --team manila-a --state new | slate take -\n",
        .notes = "--state and --priority take several, as new,open. A table has 50 rows unless "
                 "--limit says\n"
                 "more; other formats have all.\n" WATCH_NOTE VERB_PAST_NOTE VERB_TIME_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_CONTRACT, OPTION_TEAM, OPTION_STATE, OPTION_PRIORITY, OPTION_OWNER,
                    OPTION_BREACHED, OPTION_UNASSIGNED, OPTION_WATCH, OPTION_LIMIT, OPTION_CURSOR,
                    VERB_PAST},
        .run = cmd_list,
    },
    {
        .name = "mine",
        .usage = "[options]",
        .summary = "list what you have and is not done",
        .examples = "  slate mine\n"
                    "  slate mine --watch\n",
        .notes = "Without --state: new, open and held.\n" WATCH_NOTE VERB_PAST_NOTE VERB_TIME_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_CONTRACT, OPTION_TEAM, OPTION_STATE, OPTION_PRIORITY, OPTION_BREACHED,
                    OPTION_WATCH, OPTION_LIMIT, OPTION_CURSOR, VERB_PAST},
        .args_min = 0,
        .args_max = 0,
        .run = cmd_mine,
    },
    {
        .name = "next",
        .usage = "[--take] [options]",
        .summary = "the most urgent ticket that nobody has",
        .examples = "  slate next --team manila-a\n"
                    "  slate next --take --team manila-a\n",
        .notes = "With --take it is yours; if somebody else was faster, the next one is. The exit "
                 "code is 3 when\n"
                 "there is none.\n" VERB_REASON_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_TAKE, OPTION_CONTRACT, OPTION_TEAM, OPTION_PRIORITY, OPTION_REASON},
        .args_min = 0,
        .args_max = 0,
        .run = cmd_next,
    },
    {
        .name = "show",
        .usage = "TICKET",
        .summary = "one ticket with its clocks and messages",
        .examples = "  slate show ACME-1042\n"
                    "  slate show ACME-1042 --json\n"
                    "  slate show ACME-1042 --as-of \"yesterday 09:00\"\n",
        .notes = VERB_PAST_NOTE VERB_TIME_NOTE,
        .rows = {&rows_detail, &rows_ticket, &rows_link, &rows_clock, &rows_message},
        .options = {VERB_PAST},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_show,
    },
    {
        .name = "log",
        .usage = "TICKET",
        .summary = "what happened to it, the newest first",
        .examples = "  slate log ACME-1042\n"
                    "  slate log ACME-1042 --json\n",
        .notes = VERB_REASON_NOTE,
        .rows = {&rows_event},
        .options = {OPTION_LIMIT, OPTION_CURSOR, OPTION_REASON},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_log,
    },
    {
        .name = "watch",
        .usage = "[options]",
        .summary = "what happens, as it happens",
        .examples = "  slate watch --team manila-a\n"
                    "  slate watch --kind breach,warning\n"
                    "  slate watch --contract acme-l1 --from acme-l1:4711 >> events.jsonl\n",
        .notes = "A line for each event on a terminal, a line of JSON elsewhere, until it is "
                 "interrupted; then it\n"
                 "says how to go on where it ended. Nothing is lost or told twice when the "
                 "connection is. KIND is\n"
                 "opened, message, taken, assigned, acknowledged, transferred, held, resumed, "
                 "resolved, closed,\n"
                 "reopened, priority, edited, merged, absorbed, linked, tagged, warning, breach, "
                 "withdrawn,\n"
                 "rescheduled, judged or kept.\n",
        .rows = {&rows_event},
        .options = {OPTION_CONTRACT, OPTION_TEAM, OPTION_KIND, OPTION_FROM},
        .args_min = 0,
        .args_max = 0,
        .run = cmd_watch,
    },
};

const struct verb_group verbs_queue = {"Tickets", all, sizeof(all) / sizeof(all[0])};
