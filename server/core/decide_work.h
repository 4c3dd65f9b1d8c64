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
     * before what the ticket has seen. */
    int64_t now_at;
    const struct ticket *before; /* as it was given; NULL: it begins */
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
 * more, besides those of settling, and, to begin with, for events_room events. Moves w->now_at
 * forward to what the ticket has seen.
 */
int work_begin(struct work *w, const struct ticket *before, size_t more_facts, size_t events_room);

/**
 * The next event, blank but for kind, contract, ticket, the ticket's team and its instant w->at;
 * claimed_at and origin are those of a live command. NULL when the arena is full. It counts once it
 * is added.
 */
struct event *work_next(struct work *w, enum event_kind kind);

/** The next event as the entry that it may become; valid until the next call. */
const struct entry *work_provisional(struct work *w);

/** The refusal of a ticket that has too many facts. */
int work_refuse_more_facts(struct work *w);

/** Adds the event from work_next as it stands. */
int work_add(struct work *w);

/**
 * Adds the event from work_next together with the clocks that it changes, as of w->now_at. A breach
 * that it causes, and one that it shows never to have been, is recorded by an event of its own
 * behind it, of the same origin.
 *
 * CLOCK_WITHDRAWN is dated at the breach that it takes back, has the id of that breach, and carries
 * the clock of its cycle as it is without; behind it the present one where that is another cycle.
 * A breach that moved to another instant is taken back and recorded anew. Only breaches of the
 * cycle that the ticket knows as the present one are looked at, and of an update those that ended
 * behind the event: the others stand.
 */
int work_add_with_clocks(struct work *w);

/**
 * Takes back what the ticket knows as a breach of a clock that still runs and what is none as of
 * w->now_at: the book's zone data may have learnt something since.
 */
int work_rejudge(struct work *w);

/** `now` has a breach of its cycle that the ticket's own clock (or NULL) does not know of. */
bool work_newly_breached(const struct ticket_clock *known, const struct ticket_clock *now);

/** The newest of `at` and what the ticket has seen: its facts, and its clocks' as_of_at. */
int64_t work_seen_at(const struct ticket *t, int64_t at);

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

/** The id of a threshold of the clock's cycle, for its version and row. */
void work_timer_id(const struct work *w, const struct ticket_clock *c, uint32_t threshold,
                   uint8_t ret[static 16]);

/**
 * The next event, about one clock: WARNED, BREACHED, WITHDRAWN or JUDGED with the clock as it is
 * after, dated at the threshold's instant. NULL when the arena is full. The id is that of the
 * breach, of JUDGED that of what was met; a WARNED's is the caller's to set.
 */
struct event *work_next_timer(struct work *w, enum event_kind kind,
                              const struct ticket_clock *clock, int64_t at, enum origin origin);

/**
 * BREACHED of a cycle, dated at its breach, and behind it the cycle that the ticket knows then
 * where that is another one; NULL: it is the same. Adds it.
 */
int work_breach(struct work *w, const struct ticket_clock *clock, const struct ticket_clock *next,
                enum origin origin);

/** Copies a name that must fit; false if it does not. */
bool work_name(char to[static BOOK_NAME_BYTES], const char *from);

/** The same for a name of the book, which fits. */
void work_book_name(char to[static BOOK_NAME_BYTES], const char *from);

/** Adds a text to an event; nothing for an empty one. */
void work_text(struct event *e, enum text_field field, const struct text *text);

/** Refuses unless `verb` is legal now. `field` is what the refusal names. */
int work_require(struct work *w, enum ticket_verb verb, const char *field);

/** The hold of that name in force at `at`, or a refusal that names the ones there are. */
int work_find_hold(struct work *w, const char *reason, int64_t at, const char *field,
                   const struct book_hold **ret);

/** Fills a HELD event's own part: when it ends by itself too, by its origin and effective_at. */
int work_hold(struct work *w, struct event *e, const struct book_hold *hold, const char *field);

/** Refuses text that is longer than max bytes, or missing where it is needed. */
int work_check_text(struct work *w, const struct text *text, size_t max, bool needed,
                    const char *field);

/** "a, b, c" into buf, cut after the last name that fits. Returns buf. */
const char *work_names(const char *const *names, size_t n, char *buf, size_t size);

/*
 * The parts of decide, by what they are about.
 */

int decide_expire(struct work *w);
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

/** A message of the command's side, with what follows when a requester speaks. */
int decide_say(struct work *w, enum message_visibility visibility, const char *field);
/** On hold for the command's reason. `asks`: the command carries a public vendor message too. */
int decide_set_hold(struct work *w, bool asks, const char *field);
/** Ends the hold at that place in the list. */
int decide_end_hold(struct work *w, size_t i);
/** Resolved at w->at. */
int decide_set_resolved(struct work *w, bool by_human);
/** Linked to that ticket; there already: nothing. */
int decide_set_link(struct work *w, uint64_t other, enum link_kind kind);

/*
 * What an opened and an imported ticket have in common: each fills an event's own part from the
 * command, or refuses what it says.
 */

/** TICKET_OPENED; what the version does not know is refused. */
int decide_opening(struct work *w, const struct book_contract_version *version, struct event *e);
/** MESSAGE: what the ticket is about, as the requester's. */
int decide_opening_message(struct work *w, struct event *e);
/** The refusal of a ticket that begins before the contract's first version does. */
int decide_too_early(struct work *w, const char *field);

#endif
