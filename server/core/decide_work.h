// SPDX-License-Identifier: Apache-2.0
/**
 * decide_work: a decision in the making; inside of decide only.
 *
 * A work holds the ticket as it is after the events so far. Each event is applied as soon as it is
 * added, under a provisional place in the stream, so every step sees what the former ones did.
 *
 * Functions that return int give 0, an outcome_code (> 0) with w->refusal filled, or < 0 when the
 * arena is full; decide returns the same.
 */
#ifndef SLATE_CORE_DECIDE_WORK_H
#define SLATE_CORE_DECIDE_WORK_H

#include "core/decide.h"
#include "core/sla.h"

struct work {
    const struct book *book;
    const struct book_contract *contract;
    const struct command *command;
    struct arena *arena;
    struct refusal *refusal;
    int64_t at; /* of the events to come; a claim that counts lies before now_at */
    /* How far time has gone: clocks are as of then, and what passed before it is settled. Never
     * before a fact of the ticket. */
    int64_t now_at;
    struct ticket ticket;
    struct fact *facts; /* of `ticket`, with room for more */
    size_t facts_room;
    size_t facts_max; /* more than so many are refused */
    struct event *events;
    size_t n_events;
    size_t events_room;
    uint64_t seq; /* provisional, of the newest event */
    struct entry *entry;
};

/**
 * Begins with the ticket as it was; NULL: there is none yet. There is room for more_facts facts
 * more and, to begin with, for events_room events.
 */
int work_begin(struct work *w, const struct ticket *before, size_t more_facts, size_t events_room);

/**
 * The next event, blank but for kind, contract, ticket, the ticket's team and its instant w->at;
 * claimed_at and origin are those of a live command. NULL when the arena is full. It counts once it
 * is added.
 */
struct event *work_next(struct work *w, enum event_kind kind);

/** Adds the event from work_next as it stands. */
int work_add(struct work *w);

/**
 * Adds the event from work_next together with the clocks that it changes, as of w->now_at. A breach
 * that it causes is recorded by an event of its own behind it.
 */
int work_add_with_clocks(struct work *w);

/** Clocks that differ from the ticket's own, as of w->now_at; their number in *ret_n. */
int work_changed_clocks(struct work *w, struct ticket_clock ret[static TICKET_CLOCKS_MAX],
                        size_t *ret_n);

/** `now` has a breach of its cycle that the ticket's own clock (or NULL) does not know of. */
bool work_newly_breached(const struct ticket_clock *known, const struct ticket_clock *now);

/**
 * Records all that passed before w->now_at and is not recorded yet: ends of holds, the closing,
 * warnings and breaches, each with its true instant and in their order.
 */
int work_settle(struct work *w);

/* What a timer's event id is made of besides the clock. Numbers are hashed: permanent. */
enum work_threshold {
    THRESHOLD_WARNING = 0, /* + index of the row's warning */
    THRESHOLD_BREACH = 0x10000,
    THRESHOLD_MET = 0x10001,
};

/**
 * The next event, about one clock: WARNED, BREACHED or JUDGED with the clock as it is after, dated
 * at the threshold's instant. NULL when the arena is full.
 */
struct event *work_next_timer(struct work *w, enum event_kind kind,
                              const struct ticket_clock *clock, int64_t at, enum origin origin);

/** Copies a name that must fit; false if it does not. */
bool work_name(char to[static BOOK_NAME_BYTES], const char *from);

/** Adds a text to an event; nothing for an empty one. */
void work_text(struct event *e, enum text_field field, const struct text *text);

/** Refuses unless `verb` is legal now. `field` is what the refusal names. */
int work_require(struct work *w, enum ticket_verb verb, const char *field);

/** The hold of that name in force at `at`, or a refusal that names the ones there are. */
int work_find_hold(struct work *w, const char *reason, int64_t at, const char *field,
                   const struct book_hold **ret);

/** Fills a HELD event's own part. */
int work_hold(struct work *w, struct event *e, const struct book_hold *hold, const char *field);

/** Refuses text that is longer than max bytes, or missing where it is needed. */
int work_check_text(struct work *w, const struct text *text, size_t max, bool needed,
                    const char *field);

/** "a, b, c" into buf, cut after the last name that fits. Returns buf. */
const char *work_names(const char *const *names, size_t n, char *buf, size_t size);

/*
 * The parts of decide, by what they are about.
 */

int decide_open(struct work *w);
int decide_import(struct work *w);
int decide_take(struct work *w);
int decide_reply(struct work *w);
int decide_note(struct work *w);
int decide_hold(struct work *w);
int decide_resume(struct work *w);
int decide_resolve(struct work *w);
int decide_release(struct work *w);
int decide_acknowledge(struct work *w);
int decide_assign(struct work *w);
int decide_transfer(struct work *w);
int decide_priority(struct work *w);
int decide_close(struct work *w);
int decide_reopen(struct work *w);
int decide_merge(struct work *w);
int decide_absorb(struct work *w);
int decide_link(struct work *w);
int decide_tag(struct work *w);
int decide_edit(struct work *w);
int decide_keep(struct work *w);

/*
 * What an opened and an imported ticket have in common: each fills an event's own part from the
 * command, or refuses what it says.
 */

/** TICKET_OPENED; what the version does not know is refused. */
int decide_opening(struct work *w, const struct book_contract_version *version, struct event *e);
/** HELD: created on hold. */
int decide_opening_hold(struct work *w, struct event *e);
/** MESSAGE: what the ticket is about, as the requester's. */
int decide_opening_message(struct work *w, struct event *e);
/** The refusal of a ticket that begins before the contract's first version does. */
int decide_too_early(struct work *w, const char *field);

#endif
