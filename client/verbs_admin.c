// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs of administration and feeds. Names and options are permanent: scripts stand on them.
 */
#include "client/rows.h"
#include "client/verb.h"

static const struct verb all[] = {
    {
        .name = "intake jsonl",
        .usage = "[FILE|-] [--contract NAME] [options]",
        .summary = "feed what another tool says, a line of JSON each",
        .examples = "  slate intake jsonl day.jsonl --contract acme-l1\n"
                    "  monitor | slate intake jsonl --contract acme-l1\n"
                    "  slate intake jsonl day.jsonl --check\n",
        .notes =
            "Without FILE, standard input is read. Each line is applied once for ever, so a file "
            "can be sent\n"
            "again. A line that is refused doesn't stop the others: the exit code is 6 then.\n"
            "docs/intake.md describes the lines. Without --source it is the one that you are.\n",
        .rows = {&rows_intake},
        .options = {OPTION_CONTRACT, OPTION_SOURCE, OPTION_CHECK},
        .args_min = 0,
        .args_max = 1,
        .run = cmd_intake_jsonl,
    },
    {
        .name = "import",
        .usage = "FILE|- --contract NAME [options]",
        .summary = "bring in tickets with their histories, a line of JSON each",
        .examples =
            "  slate import jira.jsonl --contract acme-l1 --source jira --clocks resolution\n"
            "  zcat old.jsonl.gz | slate import - --contract acme-l1 --cutover 2026-11-01\n",
        .notes =
            "The same --source (the contract's name without it) and key give the same ticket, so\n"
            "an import can be repeated. --clocks are those that the data can carry (resolution\n"
            "without it); the others are marked unmeasured. A line that is wrong doesn't stop the\n"
            "others: the exit code is 6 then. docs/import.md describes the lines.\n" VERB_TIME_NOTE,
        .rows = {&rows_import},
        .options = {OPTION_CONTRACT, OPTION_SOURCE, OPTION_CLOCKS, OPTION_CUTOVER, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_import,
    },
    {
        .name = "book apply",
        .usage = "-f FILE|- [--yes] [--dry-run]",
        .summary = "put calendars, teams and contracts in force",
        .examples = "  slate book apply -f book.yaml\n"
                    "  slate book apply -f book.yaml --yes\n",
        .notes =
            "Shows what would change, the deadlines of open tickets too, asks, then stores new\n"
            "versions. What is in force already is left as it is.\n",
        .rows = {&rows_book_diff, &rows_book_change, &rows_book_example, &rows_due_move},
        .options = {OPTION_FILE, OPTION_YES, OPTION_DRY_RUN, OPTION_REQUEST_ID},
        .run = cmd_book_apply,
    },
    {
        .name = "book diff",
        .usage = "-f FILE|-",
        .summary = "what book apply would change",
        .examples = "  slate book diff -f book.yaml\n"
                    "  slate book diff -f book.yaml --json\n",
        .notes = "Also looks at every open ticket that it touches: which deadlines would move, and "
                 "which\n"
                 "clocks it would breach. A table has the first 20 of them; other formats have all "
                 "that the\n"
                 "server tells of.\n",
        .rows = {&rows_book_diff, &rows_book_change, &rows_book_example, &rows_due_move},
        .options = {OPTION_FILE},
        .run = cmd_book_diff,
    },
    {
        .name = "book try",
        .usage = "-f FILE|- SCENARIO|-",
        .summary = "what would happen to tickets under a book",
        .examples = "  slate book try -f book.yaml scenario.yaml\n"
                    "  slate book try -f book.yaml scenario.yaml --json\n",
        .notes =
            "SCENARIO is YAML that says what happens to tickets and when, and what is expected "
            "of their\n"
            "clocks; docs/book.md describes it. Nothing that is in force is looked at, and "
            "nothing is\n"
            "kept: time is virtual. The exit code is 1 when an expectation was not met.\n",
        .rows = {&rows_tried, &rows_tried_ticket, &rows_ticket, &rows_event, &rows_clock,
                 &rows_tried_check},
        .options = {OPTION_FILE},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_book_try,
    },
    {
        .name = "book show",
        .usage = "[KIND [NAME]] [--version N] [--contract NAME]",
        .summary = "what is in force, as YAML",
        .examples = "  slate book show\n"
                    "  slate book show contract acme-l1 --version 7\n"
                    "  slate book show --contract acme-l1\n",
        .notes = "--contract: all that the contract relies on, with hashes, and who approved it.\n",
        .rows = {&rows_book_object},
        .options = {OPTION_VERSION, OPTION_CONTRACT},
        .args_max = 2,
        .run = cmd_book_show,
    },
    {
        .name = "book propose",
        .usage = "-f FILE|- [--yes] [--dry-run]",
        .summary = "ask the parties for a change of what they agreed",
        .examples = "  slate book propose -f change.yaml\n",
        .notes = "Shows what would change, asks, then proposes it. It is in force once everybody "
                 "who is\n"
                 "asked has approved it; proposing it is no approval.\n",
        .rows = {&rows_book_diff, &rows_book_change, &rows_book_example, &rows_due_move},
        .options = {OPTION_FILE, OPTION_YES, OPTION_DRY_RUN, OPTION_REQUEST_ID},
        .run = cmd_book_propose,
    },
    {
        .name = "book proposals",
        .usage = "[--contract NAME] [--all]",
        .summary = "changes that wait for approval, the newest first",
        .examples = "  slate book proposals\n"
                    "  slate book proposals --contract acme-l1 --all --json\n",
        .rows = {&rows_proposal},
        .options = {OPTION_CONTRACT, OPTION_ALL},
        .run = cmd_book_proposals,
    },
    {
        .name = "book approve",
        .usage = "N [--yes]",
        .summary = "approve a proposed change for your party",
        .examples = "  slate book approve 3\n",
        .notes = "Shows its text, asks, and approves exactly this text. With the last approval "
                 "that was\n"
                 "missing it is in force.\n",
        .rows = {&rows_proposal},
        .options = {OPTION_YES, OPTION_REQUEST_ID},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_book_approve,
    },
    {
        .name = "book withdraw",
        .usage = "N [--yes]",
        .summary = "take a proposed change back, or say no to it",
        .examples = "  slate book withdraw 3\n",
        .rows = {&rows_proposal},
        .options = {OPTION_YES, OPTION_REQUEST_ID},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_book_withdraw,
    },
    {
        .name = "user list",
        .usage = "",
        .summary = "who there is, as far as you may know",
        .examples = "  slate user list\n",
        .rows = {&rows_user},
        .options = {OPTION_LIMIT, OPTION_CURSOR},
        .args_min = 0,
        .args_max = 0,
        .run = cmd_user_list,
    },
    {
        .name = "user show",
        .usage = "[NAME]",
        .summary = "somebody; without NAME, yourself",
        .examples = "  slate user show\n"
                    "  slate user show a.reyes --json\n",
        .rows = {&rows_user},
        .options = {},
        .args_min = 0,
        .args_max = 1,
        .run = cmd_user_show,
    },
    {
        .name = "user add",
        .usage = "NAME --role ROLE[,ROLE...] [--party NAME] [--team NAME[,NAME...]] [options]",
        .summary = "let somebody in: prints a code, which they enrol with once",
        .examples = "  slate user add a.reyes --role agent --team manila-a\n"
                    "  slate user add monitor --role intake --party acme --source zabbix --tool\n",
        .notes = "agent and lead work for teams; vendor-manager, manager and intake act for a "
                 "party; an\n"
                 "intake has a source of its own. The code is a secret, works once, within a day, "
                 "and is\n"
                 "told only here: they run slate enroll.\n",
        .rows = {&rows_user_changed},
        .options = {OPTION_ROLE, OPTION_PARTY, OPTION_TEAM, OPTION_SOURCE, OPTION_TOOL,
                    OPTION_REQUEST_ID, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_user_add,
    },
    {
        .name = "user disable",
        .usage = "NAME",
        .summary = "let somebody in no more; their connections end at once",
        .examples = "  slate user disable a.reyes\n",
        .rows = {&rows_user_changed},
        .options = {OPTION_REQUEST_ID, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_user_disable,
    },
    {
        .name = "user enable",
        .usage = "NAME",
        .summary = "let somebody in again who was disabled",
        .examples = "  slate user enable a.reyes\n",
        .rows = {&rows_user_changed},
        .options = {OPTION_REQUEST_ID, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_user_enable,
    },
    {
        .name = "user rotate",
        .usage = "NAME",
        .summary = "take none of somebody's keys any more, and print a new code",
        .examples = "  slate user rotate a.reyes\n",
        .notes =
            "For a machine that was lost, or a code that was. Their connections end at once.\n",
        .rows = {&rows_user_changed},
        .options = {OPTION_REQUEST_ID, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_user_rotate,
    },
    {
        .name = "user vouch",
        .usage = "NAME [KEY]",
        .summary = "let the approvals of another manager of your party count",
        .examples = "  slate user vouch j.cruz "
                    "5f0c1e7d2b9a48f3c6d1e0b7a49283f5617c8d9e0a1b2c3d4e5f60718293a4b5\n",
        .notes =
            "Whoever makes users could make one in your party's name. So after the first manager\n"
            "who approved something, only those count for whom one of yours has vouched. Ask them\n"
            "for KEY, not the server: slate cert show prints it on their machine.\n",
        .rows = {&rows_user_changed, &rows_user},
        .options = {OPTION_REQUEST_ID, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 2,
        .run = cmd_user_vouch,
    },
    {
        .name = "enroll",
        .usage = "[CODE|-]",
        .summary = "turn a code into a profile on this machine",
        .examples = "  slate enroll\n"
                    "  slate enroll - < code.txt\n"
                    "  slate enroll --context acme\n",
        .notes = "Without CODE it is asked for, and not shown; - reads it from standard input. On "
                 "the command\n"
                 "line others may see it, and the shell keeps it in its history. The key is made "
                 "here and\n"
                 "stays here. A profile that is there is not replaced: --context NAME makes "
                 "another one.\n",
        .rows = {&rows_profile},
        .args_max = 1,
        .run = cmd_enroll,
    },
    {
        .name = "cert show",
        .usage = "",
        .summary = "who the profile says that you are, and until when",
        .examples = "  slate cert show\n",
        .rows = {&rows_profile},
        .run = cmd_cert_show,
    },
    {
        .name = "cert renew",
        .usage = "[--force]",
        .summary = "get a new key and certificate; does nothing before they are due",
        .examples = "  slate cert renew\n"
                    "  slate cert renew --force\n",
        .notes =
            "Due is the last third of the certificate's time; then every verb does it by itself.\n",
        .rows = {&rows_profile},
        .options = {OPTION_FORCE},
        .run = cmd_cert_renew,
    },
};

const struct verb_group verbs_admin = {"Administration", all, sizeof(all) / sizeof(all[0])};
