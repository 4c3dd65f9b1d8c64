// SPDX-License-Identifier: Apache-2.0
/**
 * verb: the table of what can be done.
 */
#ifndef SLATE_CLIENT_VERB_H
#define SLATE_CLIENT_VERB_H

#include <stddef.h>

#include "client/args.h"
#include "client/cell.h"

struct cli;
struct slate_book_diff;

enum { VERB_OPTIONS_MAX = 24, VERB_ROWS_MAX = 8 };

struct verb {
    const char *name;                       /* one word or two: "book apply" */
    const char *usage;                      /* what follows the name */
    const char *summary;                    /* one line */
    const char *examples;                   /* lines, indented by two */
    const char *notes;                      /* lines, or NULL */
    const struct rows *rows[VERB_ROWS_MAX]; /* what its lines of TSV and CSV consist of */
    enum option options[VERB_OPTIONS_MAX];  /* besides those that every verb has */
    size_t args_min;
    size_t args_max;
    int (*run)(struct cli *cli); /* returns an exit code */
};

/** Verbs under one heading. */
struct verb_group {
    const char *heading;
    const struct verb *verbs;
    size_t n;
};

enum { VERB_GROUPS = 7 };

/** In the order in which help lists them. */
extern const struct verb_group *const verb_groups[VERB_GROUPS];

/* verbs_*.c */
extern const struct verb_group verbs_ticket;
extern const struct verb_group verbs_queue;
extern const struct verb_group verbs_sla;
extern const struct verb_group verbs_privacy;
extern const struct verb_group verbs_admin;
extern const struct verb_group verbs_journal;
extern const struct verb_group verbs_other;

/** What the options of every change of a ticket are, and what is said about some of them. */
#define VERB_CHANGE OPTION_IF_VERSION, OPTION_REQUEST_ID, OPTION_DRY_RUN, OPTION_AT

#define VERB_TIME_NOTE                                                                            \
    "TIME is RFC 3339, 2026-11-21, \"2026-11-21 14:20\", now, today, yesterday, a weekday (the\n" \
    "last one), also with a time as \"yesterday 09:00\", or a span before now: -2h, -1h30m, -3d " \
    "(d\n"                                                                                        \
    "is 24 hours).\n"

/** What the options of reads are, also of the past, and what is said about them. */
#define VERB_PAST OPTION_AS_OF, OPTION_AS_KNOWN, OPTION_REASON

#define VERB_REASON_NOTE \
    "--reason is kept where the read is recorded: of who is outside of the ticket's team.\n"

#define VERB_PAST_NOTE                                                                         \
    "--as-of shows it as it was then, by what is known today; --as-known uses only what was\n" \
    "recorded by then, and shows it as it was then unless --as-of says an earlier "            \
    "instant.\n" VERB_REASON_NOTE

/** The i-th of all verbs; NULL behind the last. */
const struct verb *verb_at(size_t i);

/** The verb that the n words begin with; *ret_words is how many of them belong to it. NULL: none.
 */
const struct verb *verb_find(const char *const *words, size_t n, size_t *ret_words);

/** True if it takes this option. */
bool verb_takes(const struct verb *verb, enum option option);

/** What a book would change, as book diff and book propose show it. */
void cmd_book_put_diff(struct cli *cli, const struct slate_book_diff *d);
/** Who approved a contract, as comments of its YAML. Returns 0 or an exit code, told. */
int cmd_book_put_approvals(struct cli *cli, const char *contract);

/** cmd_*.c */
int cmd_new(struct cli *cli);
int cmd_take(struct cli *cli);
int cmd_release(struct cli *cli);
int cmd_ack(struct cli *cli);
int cmd_assign(struct cli *cli);
int cmd_transfer(struct cli *cli);
int cmd_priority(struct cli *cli);
int cmd_hold(struct cli *cli);
int cmd_resume(struct cli *cli);
int cmd_resolve(struct cli *cli);
int cmd_close(struct cli *cli);
int cmd_reopen(struct cli *cli);
int cmd_merge(struct cli *cli);
int cmd_link(struct cli *cli);
int cmd_tag(struct cli *cli);
int cmd_edit(struct cli *cli);
int cmd_reply(struct cli *cli);
int cmd_note(struct cli *cli);
int cmd_list(struct cli *cli);
int cmd_mine(struct cli *cli);
int cmd_next(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_log(struct cli *cli);
int cmd_watch(struct cli *cli);
int cmd_at_risk(struct cli *cli);
int cmd_breaches(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_split(struct cli *cli);
int cmd_intake_jsonl(struct cli *cli);
int cmd_import(struct cli *cli);
int cmd_user_list(struct cli *cli);
int cmd_user_show(struct cli *cli);
int cmd_user_add(struct cli *cli);
int cmd_user_disable(struct cli *cli);
int cmd_user_enable(struct cli *cli);
int cmd_user_rotate(struct cli *cli);
int cmd_user_vouch(struct cli *cli);
int cmd_enroll(struct cli *cli);
int cmd_cert_show(struct cli *cli);
int cmd_cert_renew(struct cli *cli);
int cmd_book_approve(struct cli *cli);
int cmd_book_apply(struct cli *cli);
int cmd_book_diff(struct cli *cli);
int cmd_book_proposals(struct cli *cli);
int cmd_book_propose(struct cli *cli);
int cmd_book_show(struct cli *cli);
int cmd_book_try(struct cli *cli);
int cmd_book_withdraw(struct cli *cli);
int cmd_access_list(struct cli *cli);
int cmd_erase(struct cli *cli);
int cmd_journal_export(struct cli *cli);
int cmd_journal_head(struct cli *cli);
int cmd_journal_countersign(struct cli *cli);
int cmd_journal_verify(struct cli *cli);
int cmd_help(struct cli *cli);
int cmd_version(struct cli *cli);

#endif
