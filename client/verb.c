// SPDX-License-Identifier: Apache-2.0
/*
 * The table of verbs. Names and options are permanent: scripts stand on them.
 */
#include "client/verb.h"

#include <string.h>

#include "client/rows.h"

#define AGENT "Tickets"
#define SLA   "Clocks"
#define ADMIN "Administration"
#define OTHER "Other"

#define CHANGE_OF_TICKET OPTION_IF_VERSION, OPTION_REQUEST_ID

#define BODY_NOTE                                                                                \
    "Without --body or --body-file, on a terminal, an editor opens: $SLATE_EDITOR, $VISUAL or\n" \
    "$EDITOR. An empty text cancels.\n"

#define MANY_NOTE                                                                                  \
    "Several tickets, or - for a list on standard input, are changed over one connection; each\n"  \
    "has a line of its own in the result, and the exit code is 6 when some failed. More than 20\n" \
    "are asked about, or need --yes.\n"

#define TIME_NOTE                                                                                 \
    "TIME is RFC 3339, 2026-11-21, \"2026-11-21 14:20\", now, today, yesterday, a weekday (the\n" \
    "last one), or a span before now: -2h, -1h30m, -3d (d is 24 hours).\n"

const struct verb verb_table[] = {
    {
        .name = "new",
        .group = AGENT,
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
        .name = "list",
        .group = AGENT,
        .usage = "[options]",
        .summary = "list tickets, the most urgent first",
        .examples = "  slate list --team manila-a --state new,open\n"
                    "  slate list --breached --json\n"
                    "  slate list -q --team manila-a --state new | slate take -\n",
        .notes = "--state and --priority take several, as new,open. A table has 50 rows unless "
                 "--limit says\n"
                 "more; other formats have all.\n",
        .rows = {&rows_ticket},
        .options = {OPTION_CONTRACT, OPTION_TEAM, OPTION_STATE, OPTION_PRIORITY, OPTION_OWNER,
                    OPTION_BREACHED, OPTION_LIMIT, OPTION_CURSOR},
        .run = cmd_list,
    },
    {
        .name = "show",
        .group = AGENT,
        .usage = "TICKET",
        .summary = "one ticket with its clocks and messages",
        .examples = "  slate show ACME-1042\n"
                    "  slate show ACME-1042 --json\n",
        .rows = {&rows_detail, &rows_ticket, &rows_clock, &rows_message},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_show,
    },
    {
        .name = "take",
        .group = AGENT,
        .usage = "TICKET...|-",
        .summary = "take a ticket: it is yours, and acknowledged",
        .examples = "  slate take ACME-1042\n"
                    "  slate list -q --state new | slate take - --yes\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket},
        .options = {CHANGE_OF_TICKET, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_take,
    },
    {
        .name = "reply",
        .group = AGENT,
        .usage = "TICKET [--body TEXT|-] [--body-file FILE]",
        .summary = "send the requester a public reply",
        .examples = "  slate reply ACME-1042 --body \"Which gateway do you use?\"\n"
                    "  slate reply ACME-1042 --body-file answer.txt\n"
                    "  slate reply ACME-1042\n",
        .notes = BODY_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_BODY, OPTION_BODY_FILE, OPTION_CHANNEL, CHANGE_OF_TICKET},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_reply,
    },
    {
        .name = "note",
        .group = AGENT,
        .usage = "TICKET [--body TEXT|-] [--body-file FILE]",
        .summary = "add an internal note",
        .examples = "  slate note ACME-1042 --body \"gateway 3 again\"\n"
                    "  dmesg | slate note ACME-1042 --body -\n",
        .notes = BODY_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_BODY, OPTION_BODY_FILE, OPTION_CHANNEL, CHANGE_OF_TICKET},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_note,
    },
    {
        .name = "hold",
        .group = AGENT,
        .usage = "TICKET...|- --reason REASON",
        .summary = "put a ticket on hold",
        .examples = "  slate hold ACME-1042 --reason waiting-customer\n",
        .notes = "Which clocks a reason stops, and who may use it, the contract says.\n" MANY_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_REASON, CHANGE_OF_TICKET, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_hold,
    },
    {
        .name = "resume",
        .group = AGENT,
        .usage = "TICKET...|- [--reason REASON]",
        .summary = "end a hold; without --reason, every one",
        .examples = "  slate resume ACME-1042\n"
                    "  slate resume ACME-1042 --reason waiting-customer\n",
        .notes = MANY_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_REASON, CHANGE_OF_TICKET, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_resume,
    },
    {
        .name = "resolve",
        .group = AGENT,
        .usage = "TICKET...|- [--message TEXT|-]",
        .summary = "resolve a ticket",
        .examples = "  slate resolve ACME-1042 --message \"Gateway 3 was replaced.\"\n"
                    "  slate resolve ACME-1042 --body-file answer.txt\n",
        .notes =
            "--message is a public reply; without one the contract says what becomes of a first\n"
            "response that was never given.\n" MANY_NOTE,
        .rows = {&rows_ticket},
        .options = {OPTION_MESSAGE, OPTION_BODY_FILE, OPTION_CHANNEL, CHANGE_OF_TICKET, OPTION_YES},
        .args_min = 1,
        .args_max = ARGS_MAX,
        .run = cmd_resolve,
    },
    {
        .name = "breaches",
        .group = SLA,
        .usage = "[options]",
        .summary = "clocks that ran out, by when they did",
        .examples =
            "  slate breaches --since monday\n"
            "  slate breaches --since 2026-11-01 --until 2026-12-01 --vendor northwind --json\n"
            "  slate breaches --since -2h --clock first_response\n",
        .notes = TIME_NOTE,
        .rows = {&rows_breach},
        .options = {OPTION_SINCE, OPTION_UNTIL, OPTION_TEAM, OPTION_VENDOR, OPTION_CONTRACT,
                    OPTION_CLOCK, OPTION_LIMIT, OPTION_CURSOR},
        .run = cmd_breaches,
    },
    {
        .name = "explain",
        .group = SLA,
        .usage = "TICKET [CLOCK]",
        .summary = "how a deadline came about: each span, counted or not, and why",
        .examples = "  slate explain ACME-1042\n"
                    "  slate explain ACME-1042 resolution\n",
        .notes =
            "CLOCK is acknowledge, first_response, next_response, update, resolution, turnaround\n"
            "or ola. Where a clock is due at the end of a working day, it is breached only when "
            "the\n"
            "next one begins: both are said. Spans are shown to the second; --json has them "
            "whole.\n",
        .rows = {&rows_explanation, &rows_explained, &rows_clock, &rows_span},
        .args_min = 1,
        .args_max = 2,
        .run = cmd_explain,
    },
    {
        .name = "import",
        .group = ADMIN,
        .usage = "FILE|- --contract NAME [options]",
        .summary = "bring in tickets with their histories, a line of JSON each",
        .examples =
            "  slate import jira.jsonl --contract acme-l1 --source jira --clocks resolution\n"
            "  zcat old.jsonl.gz | slate import - --contract acme-l1 --cutover 2026-11-01\n",
        .notes =
            "The same --source (the contract's name without it) and key give the same ticket, so\n"
            "an import can be repeated. --clocks are those that the data can carry (resolution\n"
            "without it); the others are marked unmeasured. A line that is wrong doesn't stop the\n"
            "others: the exit code is 6 then. docs/import.md describes the lines.\n" TIME_NOTE,
        .rows = {&rows_import},
        .options = {OPTION_CONTRACT, OPTION_SOURCE, OPTION_CLOCKS, OPTION_CUTOVER, OPTION_DRY_RUN},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_import,
    },
    {
        .name = "book apply",
        .group = ADMIN,
        .usage = "-f FILE|- [--yes] [--dry-run]",
        .summary = "put calendars, teams and contracts in force",
        .examples = "  slate book apply -f book.yaml\n"
                    "  slate book apply -f book.yaml --yes\n",
        .notes =
            "Shows what would change, asks, then stores new versions. What is in force already is\n"
            "left as it is.\n",
        .rows = {&rows_book_diff, &rows_book_change, &rows_book_example},
        .options = {OPTION_FILE, OPTION_YES, OPTION_DRY_RUN, OPTION_REQUEST_ID},
        .run = cmd_book_apply,
    },
    {
        .name = "book diff",
        .group = ADMIN,
        .usage = "-f FILE|-",
        .summary = "what book apply would change",
        .examples = "  slate book diff -f book.yaml\n",
        .rows = {&rows_book_diff, &rows_book_change, &rows_book_example},
        .options = {OPTION_FILE},
        .run = cmd_book_diff,
    },
    {
        .name = "book show",
        .group = ADMIN,
        .usage = "[KIND [NAME]] [--version N]",
        .summary = "what is in force, as YAML",
        .examples = "  slate book show\n"
                    "  slate book show contract acme-l1 --version 7\n",
        .rows = {&rows_book_object},
        .options = {OPTION_VERSION},
        .args_max = 2,
        .run = cmd_book_show,
    },
    {
        .name = "help",
        .group = OTHER,
        .usage = "[VERB]",
        .summary = "say what there is",
        .examples = "  slate help\n"
                    "  slate help explain\n"
                    "  slate help exit\n"
                    "  slate help --tree\n",
        .options = {OPTION_TREE},
        .args_max = 2,
        .run = cmd_help,
    },
    {
        .name = "version",
        .group = OTHER,
        .usage = "[--server]",
        .summary = "which slate this is; with --server, who the server is and who you are",
        .examples = "  slate version\n"
                    "  slate version --server\n",
        .rows = {&rows_version, &rows_server},
        .options = {OPTION_SERVER},
        .run = cmd_version,
    },
};

const size_t verb_count = sizeof(verb_table) / sizeof(verb_table[0]);

const struct verb *verb_find(const char *const *words, size_t n, size_t *ret_words)
{
    for (size_t i = 0; i < verb_count; i++) {
        const char *name = verb_table[i].name;
        const char *blank = strchr(name, ' ');

        if (n > 0 && !blank && strcmp(name, words[0]) == 0) {
            *ret_words = 1;
            return &verb_table[i];
        }
        if (n > 1 && blank && strlen(words[0]) == (size_t)(blank - name) &&
            memcmp(name, words[0], (size_t)(blank - name)) == 0 &&
            strcmp(blank + 1, words[1]) == 0) {
            *ret_words = 2;
            return &verb_table[i];
        }
    }
    return NULL;
}

bool verb_takes(const struct verb *verb, enum option option)
{
    if (option <= OPTION_TIMEOUT) {
        return true;
    }
    for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i]; i++) {
        if (verb->options[i] == option) {
            return true;
        }
    }
    return false;
}
