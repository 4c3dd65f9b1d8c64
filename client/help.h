// SPDX-License-Identifier: Apache-2.0
/**
 * help: what the program can do, told from the tables of verbs and options.
 */
#ifndef SLATE_CLIENT_HELP_H
#define SLATE_CLIENT_HELP_H

struct cli;
struct verb;

/** All verbs, by group. */
void help_verbs(struct cli *cli);

/** One verb: what it does, examples first. */
void help_verb(struct cli *cli, const struct verb *verb);

/** Every verb with its options, one a line, for scripts. */
void help_tree(struct cli *cli);

#endif
