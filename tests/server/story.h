// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_STORY_H
#define TESTS_SERVER_STORY_H

/*
 * Tickets in virtual time, and everything that anybody may ask about them as words that can be
 * compared. It begins on Monday, 2055-03-01, 08:00 UTC: far ahead, so that what is recorded is
 * recorded then. Whatever is due by itself happens when it is due.
 *
 * One buyer, a vendor with the teams one and two and contract CON, which measures by every kind of
 * clock, lets people claim back six hours and counts resolutions in office hours; another vendor
 * with contract TWO.
 */

#include "tests/server/service.h"

/* Principals, by id. */
enum story_who {
    S_ADMIN = 1, /* no personal text */
    S_AGENT,     /* of team one */
    S_AGENT_2,   /* of team two */
    S_LEAD,      /* the vendor's manager */
    S_BUYER,     /* the buyer's manager */
    S_MAIL,      /* source mail */
    S_OTHER,     /* manager of the other vendor */
    S_END,
};

extern const char story_book[];

void story_init(struct service *s);

/** The present. */
int64_t story_now(void);
/** Waits until so long after the beginning; what falls due happens. */
void story_until(struct service *s, int64_t us);

/** One thing that is done to CON-number; see story.c for the words of each kind. */
struct story_step {
    int minute; /* after the beginning */
    enum story_who who;
    enum request_kind kind;
    uint64_t number;
    const char *word;
    int claimed; /* minutes before, 0 = none */
};
void story_do(struct service *s, const struct story_step *step);

/** The book with `from` replaced by `to`, from now on. */
void story_apply(struct service *s, const char *from, const char *to);

/** Which past is asked for; INSTANT_NONE each: the present. */
struct story_past {
    int64_t as_of_at;
    int64_t as_known_at;
};
extern const struct story_past story_present;

/** A read of somebody's, answered. */
struct job *story_ask(struct service *s, enum story_who who, enum request_kind kind,
                      uint64_t number, struct story_past past);
/** The same of a list's page: up to `limit` rows behind the cursor. */
struct job *story_list(struct service *s, enum story_who who, const char *contract, uint32_t limit,
                       const struct wire_bytes *cursor, struct story_past past);

/** The whole answer in words, but for what is no part of a past: when it was asked for, and how
 * far a row's clocks were computed. Free it. */
char *story_words(const struct job *job);

/** Every answer that there is about the tickets 1 to n of CON to one principal, as one text. Free
 * it. */
char *story_everything(struct service *s, enum story_who who, uint64_t n, struct story_past past);

/** Where two texts differ first, as two lines. Static. */
const char *story_difference(const char *a, const char *b);

#endif
