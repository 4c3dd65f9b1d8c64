// SPDX-License-Identifier: Apache-2.0
/**
 * ticket: one ticket as a value, its states, and the one table of what may be done in which state.
 *
 * A ticket is a view: a pure function of its journal entries (see core/evolve.h). It carries its
 * SLA-relevant history as `facts`, so that its clocks can be computed anew from what happened,
 * never patched. It holds no personal text but what a source calls it, which goes when that is
 * erased: subject, requester and messages lie beside the journal.
 */
#ifndef SLATE_CORE_TICKET_H
#define SLATE_CORE_TICKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/book.h"

enum {
    /* The current cycle of every clock kind and of `ola` per team. An event may hold so many: those
     * of the six other kinds, one more for two of them that end a cycle and begin the next, and
     * TICKET_OLAS_MAX. */
    TICKET_CLOCKS_MAX = 16,
    TICKET_OLAS_MAX = 8,     /* teams whose stints are measured; a transfer to a ninth is refused */
    TICKET_FACTS_MAX = 1000, /* SLA-relevant events of a ticket; bounds every later command */
    TICKET_KEY_BYTES = 256,  /* an external key with its NUL */
    TICKET_LINKS_MAX = 16,
    TICKET_TAGS_MAX = 16,
};

/** Numbers are stored: permanent. */
enum ticket_state {
    TICKET_NONE = 0,
    TICKET_NEW = 1,
    TICKET_OPEN = 2,
    TICKET_HELD = 3,
    TICKET_RESOLVED = 4,
    TICKET_CLOSED = 5,
    TICKET_MERGED = 6,
    TICKET_STATES = 7,
};

/** What can be done to a ticket; the rows of the table of transitions. */
enum ticket_verb {
    TICKET_VERB_TAKE = 0,
    TICKET_VERB_REPLY = 1,
    TICKET_VERB_NOTE = 2,
    TICKET_VERB_HOLD = 3,
    TICKET_VERB_RESUME = 4,
    TICKET_VERB_RESOLVE = 5,
    TICKET_VERB_REOPEN = 6,
    TICKET_VERB_CLOSE = 7,
    TICKET_VERB_PRIORITY = 8,
    TICKET_VERB_ACK = 9,
    TICKET_VERB_ASSIGN = 10, /* and release */
    TICKET_VERB_TRANSFER = 11,
    TICKET_VERB_EDIT = 12,
    TICKET_VERB_MERGE = 13, /* away: what is merged into a ticket is as legal as a NOTE */
    TICKET_VERB_LINK = 14,  /* and tag */
    TICKET_VERBS = 15,
};

/** What an SLA clock can see of a ticket's life. Numbers are stored: permanent. */
enum fact_kind {
    FACT_NONE = 0,
    FACT_OPENED = 1,
    FACT_HELD = 2,    /* `reason` joins the set */
    FACT_RESUMED = 3, /* `reason` leaves the set */
    FACT_REPLIED = 4, /* a public, human, vendor-side message */
    FACT_ASKED = 5,   /* a requester's message, by a person */
    FACT_ACKNOWLEDGED = 6,
    FACT_RESOLVED = 7,
    FACT_REOPENED = 8,
    FACT_CLOSED = 9,
    /* What targets are matched by became another one, `name`. Several of one entry count as one
     * change. */
    FACT_PRIORITY = 10,
    FACT_TEAM = 11, /* `team` */
    FACT_CATEGORY = 12,
    FACT_CUSTOMER_TIER = 13,
    FACT_LANGUAGE = 14,
    FACT_MERGED = 15,   /* into another one: nothing is measured any more */
    FACT_ABSORBED = 16, /* another one, opened at since_at, was merged into it */
};

struct fact {
    int64_t at;   /* effective instant */
    uint64_t seq; /* of its entry in the contract's stream; facts of one entry keep their order */
    enum fact_kind kind;
    uint8_t reason;             /* index into the ticket's `reasons` for HELD and RESUMED */
    bool by_human;              /* RESOLVED: by a person, not by a tool */
    uint32_t team;              /* TEAM */
    int64_t since_at;           /* ABSORBED, else 0 */
    char name[BOOK_NAME_BYTES]; /* PRIORITY, CATEGORY, CUSTOMER_TIER, LANGUAGE; OPENED: the
                                 * priority */
};

struct ticket_hold {
    uint8_t reason; /* index into `reasons` */
    enum side party;
    int64_t since_at; /* effective */
    int64_t ends_at;  /* it ends by itself after this instant; INSTANT_NEVER */
};

/** Numbers are stored: permanent. Each has its inverse, which the other ticket shows. */
enum link_kind {
    LINK_NONE = 0,
    LINK_RELATES = 1, /* its own inverse */
    LINK_DUPLICATES = 2,
    LINK_DUPLICATED_BY = 3,
    LINK_BLOCKS = 4,
    LINK_BLOCKED_BY = 5,
    LINK_CAUSES = 6,
    LINK_CAUSED_BY = 7,
    LINK_FOLLOWS = 8, /* the same external key came again when the other one was long done */
    LINK_FOLLOWED_BY = 9,
    LINK_KINDS = 10,
};

struct ticket_link {
    uint64_t number; /* of the same contract */
    enum link_kind kind;
};

/** Verdicts are stored: permanent numbers. */
enum ticket_verdict {
    TICKET_VERDICT_NONE = 0, /* cancelled, or not started */
    TICKET_VERDICT_OPEN = 1,
    TICKET_VERDICT_MET = 2,
    TICKET_VERDICT_BREACHED = 3,
    TICKET_VERDICT_UNMEASURED = 4, /* imported data cannot carry this clock */
};

/** The present cycle of one clock, as the last entry that touched it computed it. */
struct ticket_clock {
    enum clock_kind kind;
    uint32_t team;  /* ola only, else 0 */
    uint32_t cycle; /* from 1 */
    enum clock_state state;
    enum ticket_verdict verdict;
    uint32_t contract_version; /* pinned at the start */
    uint32_t target_row;       /* index into that version's targets */
    uint32_t warned;           /* bit i: the row's warning i was journalled in this cycle */
    int64_t target_us;         /* business time; may differ from the row's after a retarget */
    int64_t started_at;
    int64_t stopped_at;   /* INSTANT_NONE while not stopped or cancelled */
    int64_t as_of_at;     /* elapsed_us and the instants below were computed at this instant */
    int64_t elapsed_us;   /* business time used by as_of_at */
    int64_t due_at;       /* shown to people; INSTANT_NEVER on hold or stopped */
    int64_t limit_at;     /* a breach is after this instant; INSTANT_NEVER on hold or stopped */
    int64_t next_warn_at; /* INSTANT_NEVER when none is ahead */
    int64_t breached_at;  /* INSTANT_NONE if not breached */
    uint64_t breach_seq;  /* entry that recorded it, 0 if none; set by evolve, 0 within an event */
    uint64_t ended_seq;   /* entry that told its end, stopped or cancelled, as it is now; so too */
};

struct ticket {
    uint32_t contract;
    uint64_t number;   /* KEY-number */
    uint64_t version;  /* entries so far, for if_version */
    uint64_t last_seq; /* its newest entry in the contract's stream */
    enum ticket_state state;
    enum ticket_state state_before_hold; /* NEW or OPEN: where the last resume leads back to */
    bool imported;
    uint32_t team;
    uint32_t assignee;  /* principal id, 0 = nobody */
    uint32_t requester; /* principal id, 0 = a person outside */
    char priority[BOOK_NAME_BYTES];
    char function[BOOK_NAME_BYTES];
    char category[BOOK_NAME_BYTES];
    char customer_tier[BOOK_NAME_BYTES];
    char language[BOOK_NAME_BYTES];
    char source[BOOK_NAME_BYTES];      /* who fed it by machine, "" if nobody */
    char source_key[TICKET_KEY_BYTES]; /* "": none, or erased */
    int64_t received_at;               /* the server's receipt */
    int64_t occurred_at;               /* as claimed by the source, INSTANT_NONE if not */
    int64_t opened_at;                 /* effective start of the ticket's clocks */
    int64_t updated_at;                /* recorded_at of the newest entry */
    int64_t resolved_at;               /* effective, INSTANT_NONE while not resolved */
    uint64_t subject_seq;              /* entry whose texts hold the subject */
    uint32_t n_messages;
    int64_t spoken_at;    /* effective, of the newest public message by a person; INSTANT_NONE */
    enum side spoken_by;  /* whose it is; SIDE_NONE if there is none */
    uint64_t merged_into; /* number in the same contract; 0 = not merged */
    int64_t close_at;     /* RESOLVED: closes by itself after this instant; INSTANT_NEVER */
    struct ticket_link links[TICKET_LINKS_MAX];
    uint8_t n_links;
    uint64_t tags[TICKET_TAGS_MAX]; /* entries whose text is a tag, ascending */
    uint8_t n_tags;
    /* What its first targets were matched by: what it was opened with. */
    struct ticket_traits {
        uint32_t team;
        char category[BOOK_NAME_BYTES];
        char customer_tier[BOOK_NAME_BYTES];
        char language[BOOK_NAME_BYTES];
    } opened_as;
    uint32_t clocks_absent; /* bit (1 << clock kind): imported data cannot carry this clock */
    /* Import: thresholds before it are recorded, but nobody is told. INSTANT_NONE = none. */
    int64_t silent_until_at;
    char reasons[BOOK_HOLDS_MAX][BOOK_NAME_BYTES]; /* hold reasons in order of first use */
    uint8_t n_reasons;
    struct ticket_hold holds[BOOK_HOLDS_MAX]; /* in force now */
    uint8_t n_holds;
    struct ticket_clock clocks[TICKET_CLOCKS_MAX];
    uint8_t n_clocks;
    const struct fact *facts; /* in journal order; in the arena that the ticket was made in */
    size_t n_facts;
};

/**
 * True if `verb` is legal in `state`; the new state goes to *ret_next (equal to `state` where the
 * verb leaves it). RESUME of a held ticket says HELD: with its last reason it goes on to
 * state_before_hold. REPLY stands for what meets a first response; every other message is as legal
 * as a NOTE and moves nothing.
 */
bool ticket_allows(enum ticket_state state, enum ticket_verb verb, enum ticket_state *ret_next);

/** "take, reply, note": the verbs legal in `state`, for a refusal's hint. Returns buf. */
const char *ticket_legal_verbs(enum ticket_state state, char *buf, size_t size);

/** The one mover: sets the state and what belongs to it (resolved_at, the holds). Asserts a legal
 * step. */
void ticket_move(struct ticket *t, enum ticket_state to, int64_t at);

/** Index of a hold reason in t->reasons, -1 if it was never used. */
int ticket_reason(const struct ticket *t, const char *reason);

/** It is on hold for that reason now. */
bool ticket_is_held_for(const struct ticket *t, const char *reason);

/** The current clock of a kind (and team for ola); NULL if there is none. */
const struct ticket_clock *ticket_clock(const struct ticket *t, enum clock_kind kind,
                                        uint32_t team);

/** It runs or is on hold; it stopped or was cancelled. Neither before it starts. */
bool ticket_clock_is_live(const struct ticket_clock *c);
bool ticket_clock_is_over(const struct ticket_clock *c);

/** When it last became another one: the newest of its facts that is no message, and no other
 * ticket's end. */
int64_t ticket_changed_at(const struct ticket *t);

/** The earliest instant after which a timer has something to do (a warning, a limit, the end of a
 * hold, the closing); INSTANT_NEVER if nothing is ahead. */
int64_t ticket_next_at(const struct ticket *t);

/** The clock with the earliest due instant among those that run and are not breached; NULL if there
 * is none. */
const struct ticket_clock *ticket_next_deadline(const struct ticket *t);

/** The present cycle of one of its clocks is breached. */
bool ticket_is_breached(const struct ticket *t);

/** List classes: a ticket is in exactly one. Numbers are part of index keys: permanent. */
enum ticket_class {
    TICKET_CLASS_BREACHED = 1, /* not resolved, and a clock is breached */
    TICKET_CLASS_NEW = 2,
    TICKET_CLASS_OPEN = 3,
    TICKET_CLASS_HELD = 4,
    TICKET_CLASS_RESOLVED = 5,
    TICKET_CLASS_CLOSED = 6, /* closed and merged */
    TICKET_CLASSES = 7,
};
enum ticket_class ticket_class(const struct ticket *t);

/**
 * What a list is sorted by within its class: the first breach, the next due (INSTANT_NEVER when
 * none is armed), when it was resolved or, without that, merged. Smaller is more urgent.
 */
int64_t ticket_urgency_at(const struct ticket *t);

/** "relates", "duplicated-by", ... */
const char *link_kind_name(enum link_kind kind);
enum link_kind link_kind_inverse(enum link_kind kind);

const char *ticket_state_name(enum ticket_state state);
enum ticket_state ticket_state_named(const char *name); /* TICKET_NONE if unknown */
const char *ticket_verb_name(enum ticket_verb verb);
const char *ticket_verdict_name(enum ticket_verdict verdict);

#endif
