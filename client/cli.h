// SPDX-License-Identifier: Apache-2.0
/**
 * cli: one run of the program: its streams, its command line, its connection; how errors are told.
 *
 * Standard output is for results, standard error for everything else. The streams, whether they are
 * terminals, and the present instant are handed in, so that a run is repeatable.
 */
#ifndef SLATE_CLIENT_CLI_H
#define SLATE_CLIENT_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <slate.h>

#include "client/args.h"
#include "client/render.h"

/** What a run ends with; documented in `slate help exit`. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_FOUND = 3,
    EXIT_NOT_ALLOWED = 4, /* or not known to the server */
    EXIT_CONFLICT = 5,    /* version, state, a key that is used for something else */
    EXIT_PARTLY = 6,      /* some of many failed */
    EXIT_UNREACHABLE = 69,
    EXIT_TEMPORARY = 75, /* later, the same; with the request id that is named, if one is */
    EXIT_INTERRUPTED = 130,
};

struct text;
struct verb;

struct cli {
    FILE *in;
    FILE *out;
    FILE *err;
    bool in_tty;
    bool out_tty;
    bool err_tty;
    unsigned cols; /* of out; 0 = not known */
    unsigned rows; /* of out; 0 = not known */
    int64_t now_at;
    int64_t skew_us;     /* by which now_at was moved to the server's clock; 0 = they agree */
    int64_t as_of_at;    /* the past that is shown, see cli_past(); 0 = now */
    int64_t as_known_at; /* by what was known then; 0 = by all that is */
    /** Sets cols and rows to what they are now; may be NULL: they don't change. */
    void (*measure)(struct cli *cli);
    /** True once somebody wants an end; may be NULL. Calls to the server end by themselves then. */
    bool (*interrupted)(void);
    /** Called with each connection that is made, and before it is closed; may be NULL. For whoever
     * wants to interrupt it. */
    void (*on_connection)(struct slate *s, bool open);

    const struct verb *verb;
    struct args args; /* without the words of the verb */
    struct render render;
    struct slate *slate; /* see cli_connect() */
    struct slate *feed;  /* see cli_connect_feed() */
};

/** One run. The streams, now_at and on_connection are set, the rest is zero. Returns an exit code.
 */
int cli_run(struct cli *cli, int argc, char *const *argv);

// ---- for verbs ----------------------------------------------------------------------------------

/** The value of an option, NULL if it wasn't given. */
const char *cli_option(const struct cli *cli, enum option option);
bool cli_has(const struct cli *cli, enum option option);

/** The i-th argument, NULL if there are fewer. */
const char *cli_arg(const struct cli *cli, size_t i);

/** True for a table that people read, with titles or without. */
bool cli_is_table(const struct cli *cli);

/** True when something that isn't a table was asked for, for programs. */
bool cli_is_json(const struct cli *cli);

/** Connect, once. Returns 0, or an exit code after telling why not. */
int cli_connect(struct cli *cli);

/** Where the profile is, in *ret, and --timeout, 0 if it is not said. Returns 0 or EXIT_USAGE,
 * told. */
int cli_profile(struct cli *cli, struct text *ret, uint32_t *ret_timeout_ms);

/** Connect once more, for live events: cli->feed. */
int cli_connect_feed(struct cli *cli);

/** What --if-version, --dry-run, --request-id and --at say. Returns 0 or EXIT_USAGE, told. */
int cli_with(struct cli *cli, struct slate_with *ret);

/** What --as-of, --as-known and --reason say. Once connected, that instant is the present for all
 * that is printed. Returns 0 or EXIT_USAGE, told. */
int cli_past(struct cli *cli, struct slate_with *ret);

/** A usage error: says it, with a pointer to the verb's help. Returns EXIT_USAGE. */
int cli_usage(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Tell that a file can't be read or makes no sense as a whole. Returns EXIT_FAILED. */
int cli_unreadable(struct cli *cli, const char *name, const char *why);

/** Tell that what `what` says failed ("resolve ACME-12"), why, and what to do. Returns the exit
 * code. */
int cli_failed(struct cli *cli, const struct slate_error *e, const char *what, ...)
    __attribute__((format(printf, 3, 4)));

/** The exit code for an outcome. */
int cli_exit_code(const struct slate_error *e);

/** Parse an option's instant, number or word. An option that isn't there leaves *ret alone. Return
 * 0 or EXIT_USAGE, told. */
int cli_time(struct cli *cli, enum option option, int64_t *ret);
int cli_number(struct cli *cli, enum option option, uint32_t *ret);

/** The same for a place in a contract's stream, from 1. */
int cli_seq(struct cli *cli, enum option option, uint64_t *ret);
int cli_span(struct cli *cli, enum option option, int64_t *ret); /* microseconds */
int cli_word(struct cli *cli, enum option option, enum slate_vocabulary vocabulary, int *ret);

/** The clock that an argument names; one that isn't there leaves *ret alone. So too. */
int cli_arg_clock(struct cli *cli, size_t i, enum slate_clock_kind *ret);

/** The same for a list of words. The caller frees *ret, also after an error; NULL without one. */
int cli_words(struct cli *cli, enum option option, enum slate_vocabulary vocabulary, int **ret,
              size_t *ret_n);

/** Split a list at its commas. Returns an array of n strings, which the caller frees with one
 * free(); empty parts are left out. */
char **cli_split(const char *list, size_t *ret_n);

enum { CLI_HASH_BYTES = 32 };

/** A hash of so many bytes, in hexadecimal digits. Returns 0, or what cli_usage() says of `what`.
 */
int cli_hash(struct cli *cli, const char *what, const char *text, uint8_t ret[CLI_HASH_BYTES]);

/** Ask on the terminal; --yes answers. Returns 0 for yes, else an exit code, told. `what` names
 * what is not done without an answer. */
int cli_confirm(struct cli *cli, const char *question, const char *what);

/** "as of 2026-11-20 09:00, as known at 2026-11-21 14:08, Asia/Manila (+08:00)", the first line
 * where the past is shown. Nothing for the present, and in other formats. */
void cli_name_past(struct cli *cli);

/** "times: Asia/Manila (+08:00)", the last line of a table with times. Nothing in other formats. */
void cli_name_zone(struct cli *cli);

#endif
