// SPDX-License-Identifier: Apache-2.0
/**
 * verb: what all verbs of `slated` share: options, messages, settings, the store. A verb is one
 * function over its arguments that returns the exit code of the process; its help lies beside it.
 *
 * Results go to stdout, everything else to stderr. What may come from outside is escaped here.
 */
#ifndef SLATE_VERB_H
#define SLATE_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/outcome.h"
#include "store/env.h"

/** Exit codes; the numbers of sysexits.h where there is one. */
enum verb_exit {
    VERB_OK = 0,
    VERB_FAILED = 1,
    VERB_USAGE = 2,
    VERB_CONFIG = 78,
};

enum {
    VERB_LIST_MAX = 48,                   /* of an option that may be repeated, or of operands */
    VERB_ARENA_BYTES = 512 * 1024 * 1024, /* a book with long histories, built once */
};

struct verb_list {
    const char *items[VERB_LIST_MAX];
    size_t n;
};

/** An option "--name". One of the three says what it takes: nothing, one value, a value each time.
 */
struct verb_option {
    const char *name;
    bool *flag;
    const char **value;
    struct verb_list *list;
};

/** What main's table holds of each. argv[0] is the verb's name; serving has none, "". */
int verb_serve(int argc, char **argv);
extern const char verb_serve_help[];
int verb_init(int argc, char **argv);
extern const char verb_init_help[];
int verb_user(int argc, char **argv);
int verb_user_vouch(int argc, char **argv); /* as "user vouch" */
extern const char verb_user_help[];
int verb_cert(int argc, char **argv);
extern const char verb_cert_help[];
int verb_ca(int argc, char **argv);
extern const char verb_ca_help[];
int verb_verify(int argc, char **argv);
extern const char verb_verify_help[];
int verb_rebuild(int argc, char **argv);
extern const char verb_rebuild_help[];
int verb_compact(int argc, char **argv);
extern const char verb_compact_help[];
int verb_try(int argc, char **argv);
extern const char verb_try_help[];

/**
 * Sorts arguments into options and operands ("--" ends the options). Returns 0, or VERB_USAGE after
 * telling what is wrong with which.
 */
int verb_parse(int argc, char **argv, const struct verb_option *options, size_t n_options,
               struct verb_list *ret_operands);

/** "slated: what" and "hint: what to do" on stderr, one line each. */
void verb_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void verb_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** The same with a pointer to the verb's help. Returns VERB_USAGE. */
int verb_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** A refusal with its hint. */
void verb_refusal(const struct refusal *refusal);

/** The settings of a directory or, if file is not NULL, of that file. Returns 0, or VERB_CONFIG
 * (bad settings) or VERB_FAILED after telling. */
int verb_config(const char *dir, const char *file, struct arena *arena, struct config *ret);

/** Opens the store. flags: enum env_flags. Returns 0, or VERB_FAILED after telling. */
int verb_store(const struct config *config, unsigned flags, struct env **ret);

#endif
