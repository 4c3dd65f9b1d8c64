// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs of what people wrote: who read it, and that it goes.
 */
#include "client/rows.h"
#include "client/verb.h"

static const struct verb all[] = {
    {
        .name = "access list",
        .usage = "[--contract NAME] [--since TIME] [--until TIME] [--user NAME]",
        .summary = "who read ticket texts from outside of the team that has them",
        .examples = "  slate access list --since monday\n"
                    "  slate access list --contract acme-l1 --user v.meier --json\n",
        .notes = "Contract by contract, the earliest first. Agents and leads who read tickets of "
                 "their own teams\n"
                 "are not in it. It is for the buyer's manager and for auditors.\n" VERB_TIME_NOTE,
        .rows = {&rows_access},
        .options = {OPTION_CONTRACT, OPTION_SINCE, OPTION_UNTIL, OPTION_USER, OPTION_LIMIT,
                    OPTION_CURSOR},
        .run = cmd_access_list,
    },
    {
        .name = "erase",
        .usage = "TICKET|--requester WHO|--entry SEQ --reason WHY [--message N]",
        .summary = "erase texts for ever: of a message, a ticket, or somebody's tickets",
        .examples = "  slate erase ACME-12 --message 3 --reason \"a password\"\n"
                    "  slate erase ACME-12 --reason \"request of 3 March\"\n"
                    "  slate erase --requester anna@example.com --reason GDPR-17 --dry-run\n"
                    "  slate erase --contract acme-l1 --entry 4711 --reason \"names somebody\"\n",
        .notes =
            "Subject, requester, messages, tags, its source's key and why somebody looked at it "
            "go; that and when\n"
            "they were there, the clocks and their verdicts stay. Whoever sends that key again is "
            "not heard.\n"
            "--requester is every ticket that was opened for exactly that text, letters A to Z in "
            "either case.\n"
            "--entry is one entry of a contract, as `slate log` and `slate access list` number "
            "them with --json:\n"
            "of a read or an erasure its reason goes. It is for the buyer's manager. The operator "
            "then runs\n"
            "slated compact.\n",
        .rows = {&rows_erased},
        .options = {OPTION_MESSAGE, OPTION_ENTRY, OPTION_REQUESTER, OPTION_CONTRACT, OPTION_REASON,
                    OPTION_YES, OPTION_DRY_RUN},
        .args_max = 1,
        .run = cmd_erase,
    },
};

const struct verb_group verbs_privacy = {"Privacy", all, sizeof(all) / sizeof(all[0])};
