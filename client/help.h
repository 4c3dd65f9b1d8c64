// SPDX-License-Identifier: Apache-2.0
/**
 * help: what the program can do, told from the tables of verbs and options.
 */
#ifndef SLATE_CLIENT_HELP_H
#define SLATE_CLIENT_HELP_H

#include <stdbool.h>

struct cli;
struct verb;

/** All verbs, by group. */
void help_verbs(struct cli *cli);

/** One verb: what it does, examples first. */
void help_verb(struct cli *cli, const struct verb *verb);

/** The verbs of two words that begin with this one: false if there is none. */
bool help_family(struct cli *cli, const char *word);

/** There is no such verb as the arguments say: which is meant? Returns EXIT_USAGE. */
int help_unknown(struct cli *cli);

/** Every verb with its options, one a line, for scripts. */
void help_tree(struct cli *cli);

#endif
