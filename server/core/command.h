// SPDX-License-Identifier: Apache-2.0
/**
 * command: who wants what, and when it was received. The only input of decide besides the book and
 * the ticket.
 */
#ifndef SLATE_CORE_COMMAND_H
#define SLATE_CORE_COMMAND_H

#include "core/event.h"

enum command_kind {
    COMMAND_NONE = 0,
    COMMAND_OPEN,
    COMMAND_TAKE,
    COMMAND_REPLY, /* public message */
    COMMAND_NOTE,  /* internal message */
    COMMAND_HOLD,
    COMMAND_RESUME,
    COMMAND_RESOLVE,
    COMMAND_EXPIRE, /* from the ticker: see what is due by `at` */
    COMMAND_IMPORT, /* a whole history with claimed times */
};

/** One step of an imported history. */
struct command_step {
    int64_t at; /* claimed */
    enum {
        STEP_NONE = 0,
        STEP_MESSAGE,
        STEP_TAKE,
        STEP_HOLD,
        STEP_RESUME,
        STEP_RESOLVE, /* by a tool if message_kind is AUTO, else by a person */
        STEP_REOPEN,
        STEP_CLOSE,
        STEP_PRIORITY,
    } kind;
    enum side side; /* MESSAGE */
    enum message_kind message_kind;
    enum message_visibility visibility;
    const char *reason;   /* HOLD, RESUME ("" in RESUME = every reason) */
    const char *priority; /* PRIORITY */
    const char *channel;
    struct text body; /* MESSAGE; n == 0 = none */
};

enum { COMMAND_STEPS_MAX = 1000 };

/**
 * All strings are valid UTF-8 without control characters (checked when decoded) and belong to the
 * request. Strings that are absent are "" and instants that are absent INSTANT_NONE.
 */
struct command {
    enum command_kind kind;
    uint32_t actor; /* principal id; 0 = the server's own clock */
    enum side side; /* whose side the actor is on in this contract */
    bool human;     /* a person, not a tool */
    int64_t at;     /* receipt of its frame, or of a batch with the writer's monotonic correction */
    int64_t claimed_at;  /* recorded; counts only as far as the contract lets it */
    uint64_t if_version; /* 0 = any */
    uint32_t contract;
    uint64_t ticket; /* the number of an OPEN or IMPORT is chosen by the writer before decide */

    const char *priority; /* OPEN, IMPORT; "" = the contract's last and least */
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *team;       /* OPEN, IMPORT; "" = the contract's default */
    const char *source;     /* OPEN, IMPORT */
    const char *source_key; /* OPEN, IMPORT */
    const char *channel;    /* OPEN, REPLY, NOTE, RESOLVE */
    const char *reason;     /* HOLD, RESUME ("" = every reason), OPEN: created on hold */
    struct text subject;    /* OPEN, IMPORT */
    struct text requester;  /* OPEN, IMPORT */
    struct text body;       /* OPEN, REPLY, NOTE, RESOLVE (a public reply) */

    int64_t opened_at;  /* IMPORT: claimed */
    uint32_t clocks;    /* IMPORT: bit (1 << clock kind) for each clock that the data can carry */
    int64_t cutover_at; /* IMPORT: limits before it are silent, later ones live; NONE: `at` */
    const struct command_step *steps; /* IMPORT: in the order given */
    size_t n_steps;
};

#endif
