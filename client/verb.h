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

enum { VERB_OPTIONS_MAX = 24 };

struct verb {
    const char *name;                      /* one word or two: "book apply" */
    const char *group;                     /* heading in the list of verbs */
    const char *usage;                     /* what follows the name */
    const char *summary;                   /* one line */
    const char *examples;                  /* lines, indented by two */
    const char *notes;                     /* lines, or NULL */
    const struct rows *rows[4];            /* what its TSV lines consist of, for its help */
    enum option options[VERB_OPTIONS_MAX]; /* besides those that every verb has */
    size_t args_min;
    size_t args_max;
    int (*run)(struct cli *cli); /* returns an exit code */
};

extern const struct verb verb_table[];
extern const size_t verb_count;

/** The verb that the n words begin with; *ret_words is how many of them belong to it. NULL: none.
 */
const struct verb *verb_find(const char *const *words, size_t n, size_t *ret_words);

/** True if it takes this option. */
bool verb_takes(const struct verb *verb, enum option option);

/** cmd_*.c */
int cmd_new(struct cli *cli);
int cmd_take(struct cli *cli);
int cmd_reply(struct cli *cli);
int cmd_note(struct cli *cli);
int cmd_hold(struct cli *cli);
int cmd_resume(struct cli *cli);
int cmd_resolve(struct cli *cli);
int cmd_list(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_breaches(struct cli *cli);
int cmd_explain(struct cli *cli);
int cmd_import(struct cli *cli);
int cmd_book_apply(struct cli *cli);
int cmd_book_diff(struct cli *cli);
int cmd_book_show(struct cli *cli);
int cmd_help(struct cli *cli);
int cmd_version(struct cli *cli);

#endif
