// SPDX-License-Identifier: Apache-2.0
/**
 * args: the command line, taken apart by a table of options.
 *
 * Options may stand anywhere; `--` ends them. An option's value may be its own argument or follow
 * `=`, and may look like anything but an option that we know. Names are never guessed from their
 * beginnings: a script must not change its meaning when an option is added.
 */
#ifndef SLATE_CLIENT_ARGS_H
#define SLATE_CLIENT_ARGS_H

#include <stdbool.h>
#include <stddef.h>

enum option {
    OPTION_NONE = 0,
    /* for every verb */
    OPTION_HELP,
    OPTION_PROFILE,
    OPTION_CONTEXT,
    OPTION_OUTPUT,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_NO_HEADER,
    OPTION_NO_COLOR,
    OPTION_TZ,
    OPTION_TIMEOUT,
    /* for changes */
    OPTION_IF_VERSION,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_REQUEST_ID,
    OPTION_AT,
    /* of single verbs */
    OPTION_CONTRACT,
    OPTION_TEAM,
    OPTION_STATE,
    OPTION_PRIORITY,
    OPTION_OWNER,
    OPTION_BREACHED,
    OPTION_UNASSIGNED,
    OPTION_WITHIN,
    OPTION_WATCH,
    OPTION_TAKE,
    OPTION_STEAL,
    OPTION_TO,
    OPTION_INTO,
    OPTION_KIND,
    OPTION_REMOVE,
    OPTION_RESOLVE,
    OPTION_FROM,
    OPTION_CHECK,
    OPTION_LIMIT,
    OPTION_CURSOR,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_USER,
    OPTION_AS_OF,
    OPTION_AS_KNOWN,
    OPTION_VENDOR,
    OPTION_CLOCK,
    OPTION_SUBJECT,
    OPTION_BODY,
    OPTION_BODY_FILE,
    OPTION_MESSAGE,
    OPTION_ENTRY,
    OPTION_FUNCTION,
    OPTION_CATEGORY,
    OPTION_TIER,
    OPTION_LANGUAGE,
    OPTION_REQUESTER,
    OPTION_HOLD,
    OPTION_REASON,
    OPTION_SOURCE,
    OPTION_KEY,
    OPTION_CHANNEL,
    OPTION_CLOCKS,
    OPTION_CUTOVER,
    OPTION_FILE,
    OPTION_ALL,
    OPTION_VERSION,
    OPTION_ROLE,
    OPTION_PARTY,
    OPTION_TOOL,
    OPTION_FORCE,
    OPTION_SERVER,
    OPTION_TREE,
    OPTION_OUT,
    OPTION_TEXTS,
    OPTION_FROM_SEQ,
    OPTION_TO_SEQ,
    OPTION_SEQ,
    OPTION_HEAD,
    OPTION_RECEIPT,
    OPTION_CA,
    OPTIONS,
};

struct args_option {
    const char *name;  /* without the dashes */
    char letter;       /* or 0 */
    const char *value; /* what its value is called in help; NULL: it takes none */
    const char *help;
};

/** By enum option. */
extern const struct args_option args_options[OPTIONS];

enum {
    ARGS_MAX = 4096, /* arguments that are no options: more tickets are better read from stdin */
    ARGS_MESSAGE_BYTES = 256,
};

struct args {
    const char *value[OPTIONS]; /* NULL: not given; "" for one that takes no value */
    const char **plain;         /* the others, in their order; the caller frees the array */
    size_t n_plain;
};

/** What is wrong with a command line. */
struct args_error {
    char message[ARGS_MESSAGE_BYTES];
    char hint[ARGS_MESSAGE_BYTES]; /* or "" */
};

/** Take argv[1..argc) apart; the strings are kept, not copied. Returns false and *reterr for an
 * option that there isn't, one that is there twice, or a value that is missing or superfluous. */
bool args_parse(int argc, char *const *argv, struct args *ret, struct args_error *reterr);

void args_fini(struct args *args);

/** The word of `words` (n of them) that `word` was probably meant to be; NULL if none is near. */
const char *args_nearest(const char *word, const char *const *words, size_t n);

#endif
