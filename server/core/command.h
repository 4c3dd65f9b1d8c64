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
    COMMAND_REPLY, /* public message of `side`; with a reason it puts the ticket on hold too */
    COMMAND_NOTE,  /* internal message of `side` */
    COMMAND_HOLD,
    COMMAND_RESUME,
    COMMAND_RESOLVE,
    COMMAND_EXPIRE, /* from the ticker: see what is due by `at` */
    COMMAND_IMPORT, /* a whole history with claimed times */
    COMMAND_RELEASE,
    COMMAND_ACK,
    COMMAND_ASSIGN,
    COMMAND_TRANSFER,
    COMMAND_PRIORITY,
    COMMAND_CLOSE,
    COMMAND_REOPEN,
    COMMAND_MERGE,  /* into `other`; ABSORB of the other one belongs into the same batch */
    COMMAND_ABSORB, /* `other` was merged into it */
    COMMAND_LINK,   /* one side of it; the other one belongs into the same batch */
    COMMAND_TAG,
    COMMAND_EDIT, /* with a priority where that is not "" */
    COMMAND_KEEP, /* record what an intake said and what does not apply to the ticket */
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
    bool human;     /* a person, not a tool; of an intake: as far as its source may say so */
    uint32_t
        roles;  /* set of enum role of the actor: the contract lets some do what others may not */
    int64_t at; /* receipt of its frame, or of a batch with the writer's monotonic correction */
    int64_t claimed_at; /* recorded; counts only as far as the contract or the source lets it */
    const struct book_source
        *via_source;     /* of an intake: whose word it is; NULL: the actor's own */
    uint64_t if_version; /* 0 = any */
    uint32_t contract;
    uint64_t ticket; /* the number of an OPEN or IMPORT is chosen by the writer before decide */

    const char *priority; /* OPEN, IMPORT: "" = the contract's last and least; PRIORITY, EDIT */
    const char *function; /* OPEN, IMPORT */
    const char *category; /* OPEN, IMPORT, EDIT; the next two too */
    const char *customer_tier;
    const char *language;
    const char *team;       /* OPEN, IMPORT; "" = the contract's default; TRANSFER */
    const char *source;     /* OPEN, IMPORT, KEEP */
    const char *source_key; /* OPEN, IMPORT */
    const char *channel;    /* OPEN, REPLY, NOTE, RESOLVE, REOPEN */
    const char *reason;     /* HOLD, RESUME ("" = every reason); OPEN, REPLY: on hold with it */
    struct text subject;    /* OPEN, IMPORT, EDIT */
    struct text requester;  /* OPEN, IMPORT */
    struct text body;       /* OPEN, REPLY, NOTE, RESOLVE, REOPEN (a public reply); TAG: the tag */

    bool steal;                    /* TAKE: from whoever has it */
    uint32_t assignee;             /* ASSIGN; may work on the ticket: the caller has checked that */
    uint64_t other;                /* MERGE, ABSORB, LINK: a ticket of the same contract */
    enum ticket_state other_state; /* MERGE: of it */
    int64_t other_opened_at;       /* ABSORB: of it, effective; 0: not known */
    enum link_kind link;           /* LINK, as this ticket shows it */
    bool removed;                  /* LINK, TAG: take it off */
    uint64_t tag_seq;              /* TAG: the ticket's entry that has this very tag, 0 = none */
    uint32_t edits; /* EDIT: bits of enum edit; what is "" then is taken away. Whether the subject
                     * is another one the caller has looked up */
    int64_t kept_resolve_at;   /* OPEN: a resolve that came before it; INSTANT_NONE */
    uint64_t follows;          /* OPEN: the ticket that had the key before; 0 = none */
    enum intake_action action; /* KEEP */
    enum moved_by moved_by;    /* EXPIRE: look at all clocks, for that changed; NONE: a due row */

    int64_t opened_at;  /* IMPORT: claimed */
    uint32_t clocks;    /* IMPORT: bit (1 << clock kind) for each clock that the data can carry */
    int64_t cutover_at; /* IMPORT: limits before it are silent, later ones live; NONE: `at` */
    const struct command_step *steps; /* IMPORT: in the order given */
    size_t n_steps;
};

/** One that says nothing but this: everything else is absent. */
struct command command_about(enum command_kind kind, uint32_t contract, uint64_t ticket,
                             int64_t at);

#endif
