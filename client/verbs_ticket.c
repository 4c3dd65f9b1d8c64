// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs that change tickets. Names and options are permanent: scripts stand on them.
 */
#include "client/rows.h"
#include "client/verb.h"

#define MANY_NOTE                                                                                  \
    "Several tickets, or - for a list on standard input, are changed over one connection; each\n"  \
    "has a line of its own in the result, and the exit code is 6 when some failed. More than 20\n" \
    "are asked about, or need --yes. --dry-run says what would be.\n"

#define BODY_NOTE                                                                                \
    "Without --body or --body-file, on a terminal, an editor opens: $SLATE_EDITOR, $VISUAL or\n" \
    "$EDITOR. An empty text cancels.\n"

#define AT_NOTE                                                                                   \
    "--at counts as far back as the contract allows; beyond that the present instant does, and\n" \
    "what was said is kept.\n"

static const struct verb all[] = {
    {
        .name = "new",
        .usage = "--contract NAME --subject TEXT [options]",
        .summary = "create a ticket",
        .examples =
            "  slate new --contract acme-l1 --priority P1 --subject \"VPN drops hourly\"\n"
            "  slate new --contract acme-l1 --subject \"Payroll file\" --body - < mail.txt\n"
            "  slate new --contract acme-l1 --subject Printer --source mailbox --key 4711\n",
        .notes =
            "The same --source and --key give the same ticket: then the exit code is 0 too, and\n"
            "\"existing\" is said.\n",
        .rows = {&rows_ticket},
        .options = {OPTION_CONTRACT, OPTION_SUBJECT, OPTION_PRIORITY, OPTION_BODY, OPTION_BODY_FILE,
                    OPTION_TEAM, OPTION_REQUESTER, OPTION_FUNCTION, OPTION_CATEGORY, OPTION_TIER,
                    OPTION_LANGUAGE, OPTION_HOLD, OPTION_CHANNEL, OPTION_SOURCE, OPTION_KEY,
                    OPTION_REQUEST_ID},
        .run = cmd_new,
    },
    {
        .name = "take",
        .usage = "TICKET...|- [--steal]",
        .summary = "take a ticket: it is yours, and acknowledged",
        .examples = "  slate take ACME-1042\n"
                    "  slate list -q --state new | slate take - --yes\n",
        .notes = "A ticket that somebody else has is left alone without --steal.\n" MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_STEAL, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_take,
    },
    {
        .name = "release",
        .usage = "TICKET...|-",
        .summary = "give it back: nobody has it then",
        .examples = "  slate release ACME-1042\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_release,
    },
    {
        .name = "ack",
        .usage = "TICKET...|-",
        .summary = "say that somebody has seen it, without taking it",
        .examples = "  slate ack ACME-1042\n"
                    "  slate list -q --state new | slate ack -\n",
        .notes = AT_NOTE MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_ack,
    },
    {
        .name = "assign",
        .usage = "TICKET...|- --to NAME",
        .summary = "give it to somebody",
        .examples = "  slate assign ACME-1042 --to a.reyes\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_TO, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_assign,
    },
    {
        .name = "transfer",
        .usage = "TICKET...|- --to TEAM",
        .summary = "hand it over to another team of its contract",
        .examples = "  slate transfer ACME-1042 --to krakow-b\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_TO, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_transfer,
    },
    {
        .name = "priority",
        .usage = "TICKET...|- --to PRIORITY",
        .summary = "raise or lower its priority",
        .examples = "  slate priority ACME-1042 --to P1\n",
        .notes = "Who may raise and who may lower it, the contract says.\n" MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_TO, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_priority,
    },
    {
        .name = "reply",
        .usage = "TICKET...|- [--body TEXT|-] [--hold REASON|--resolve]",
        .summary = "send the requester a public reply",
        .examples =
            "  slate reply ACME-1042 --body \"Which gateway do you use?\"\n"
            "  slate reply ACME-1042 --body-file answer.txt --resolve\n"
            "  slate reply ACME-1042 --body \"Which model is it?\" --hold waiting-customer\n"
            "  slate reply ACME-1042\n",
        .notes = BODY_NOTE AT_NOTE MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_BODY, OPTION_BODY_FILE, OPTION_HOLD, OPTION_RESOLVE, OPTION_CHANNEL,
                    VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_reply,
    },
    {
        .name = "note",
        .usage = "TICKET...|- [--body TEXT|-] [--body-file FILE]",
        .summary = "add an internal note",
        .examples = "  slate note ACME-1042 --body \"gateway 3 again\"\n"
                    "  dmesg | slate note ACME-1042 --body -\n",
        .notes = BODY_NOTE AT_NOTE MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_BODY, OPTION_BODY_FILE, OPTION_CHANNEL, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_note,
    },
    {
        .name = "hold",
        .usage = "TICKET...|- --reason REASON",
        .summary = "put a ticket on hold",
        .examples = "  slate hold ACME-1042 --reason waiting-customer\n",
        .notes = "Which clocks a reason stops, and who may use it, the contract says.\n" MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_REASON, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_hold,
    },
    {
        .name = "resume",
        .usage = "TICKET...|- [--reason REASON]",
        .summary = "end a hold; without --reason, every one",
        .examples = "  slate resume ACME-1042\n"
                    "  slate resume ACME-1042 --reason waiting-customer\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_REASON, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_resume,
    },
    {
        .name = "resolve",
        .usage = "TICKET...|- [--message TEXT|-]",
        .summary = "resolve a ticket",
        .examples = "  slate resolve ACME-1042 --message \"Gateway 3 was replaced.\"\n"
                    "  slate resolve ACME-1042 --body-file answer.txt\n",
        .notes =
            "--message is a public reply; without one the contract says what becomes of a first\n"
            "response that was never given.\n" MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_MESSAGE, OPTION_BODY_FILE, OPTION_CHANNEL, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_resolve,
    },
    {
        .name = "close",
        .usage = "TICKET...|-",
        .summary = "close what is resolved",
        .examples = "  slate close ACME-1042\n"
                    "  slate list -q --state resolved --team manila-a | slate close - --yes\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_close,
    },
    {
        .name = "reopen",
        .usage = "TICKET...|-",
        .summary = "reopen what is resolved or closed",
        .examples = "  slate reopen ACME-1042\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_reopen,
    },
    {
        .name = "merge",
        .usage = "TICKET...|- --into TICKET",
        .summary = "end it in favour of another one",
        .examples = "  slate merge ACME-1043 ACME-1044 --into ACME-1042\n",
        .notes = "Both must be of one contract. What is said to a merged ticket later goes to the "
                 "other one.\n" MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_INTO, VERB_CHANGE, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_merge,
    },
    {
        .name = "link",
        .usage = "TICKET|- OTHER --kind KIND [--remove]",
        .summary = "link it to another one, which shows the inverse",
        .examples = "  slate link ACME-1043 ACME-1042 --kind duplicates\n"
                    "  slate link ACME-1043 ACME-1042 --kind duplicates --remove\n",
        .notes = "KIND is relates, duplicates, duplicated_by, blocks, blocked_by, causes, "
                 "caused_by, follows or\n"
                 "followed_by. Both must be of one contract. - links a list on standard input to "
                 "OTHER.\n",
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_KIND, OPTION_REMOVE, VERB_CHANGE, OPTION_YES},
        .args_min = 2,
        .args_max = 2,
        .run = cmd_link,
    },
    {
        .name = "tag",
        .usage = "TICKET|- WORD... [--remove]",
        .summary = "put words on it",
        .examples = "  slate tag ACME-1042 vpn gateway-3\n"
                    "  slate list -q --team manila-a | slate tag - storm\n",
        .notes = "A word consists of letters, digits, dot, dash and underscore. - tags a list on "
                 "standard input.\n",
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_REMOVE, VERB_CHANGE, OPTION_YES},
        .args_min = 2,
        .args_max = ARGS_MAX,
        .run = cmd_tag,
    },
    {
        .name = "edit",
        .usage = "TICKET...|- [options]",
        .summary = "change its subject, category, tier or language",
        .examples = "  slate edit ACME-1042 --subject \"VPN drops hourly, gateway 3\"\n"
                    "  slate edit ACME-1042 --category network --language de\n"
                    "  slate edit ACME-1042 --category \"\"\n",
        .notes = "An empty value takes it away, but for the subject.\n" MANY_NOTE,
        .rows = {&rows_ticket, &rows_change},
        .options = {OPTION_SUBJECT, OPTION_CATEGORY, OPTION_TIER, OPTION_LANGUAGE, VERB_CHANGE,
                    OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_edit,
    },
};

const struct verb_group verbs_ticket = {"Changing tickets", all, sizeof(all) / sizeof(all[0])};
