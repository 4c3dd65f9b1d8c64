// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_LIFE_H
#define TESTS_SERVER_LIFE_H

/*
 * A desk for tests of a ticket's whole life: one buyer, a vendor with two teams whose contract CON
 * says much, another vendor with contract TWO, and sources that are believed more or less. Its
 * clocks are so slow that none gets in the way.
 */

#include "tests/server/service.h"

/* Principals, by id. */
enum life_who {
    L_ADMIN = 1,
    L_AGENT,   /* of team one */
    L_AGENT_2, /* of team two */
    L_LEAD,    /* of team one */
    L_VM,
    L_MANAGER, /* the buyer's */
    L_MAIL,    /* source mail: for the requester, from the receipt */
    L_CRM,     /* source crm: for the requester and the vendor, from when it happened */
    L_BARE,    /* source bare, which the book does not name */
    L_OTHER,   /* agent of the other vendor */
    L_MAIL_2,  /* source mail again, the other vendor's */
    L_END,
};

extern const char life_book[];
void life_init(struct service *s);

/** A request of a principal, for CON-number where it is one for a ticket; every string "". */
struct job *life_job(struct service *s, enum life_who who, enum request_kind kind, uint64_t number,
                     int64_t at);

/** A new ticket CON-n in team one, opened by the agent; fails the test unless it is. */
uint64_t life_open(struct service *s, int64_t at);

/** Line of a source; its id and hash are made from `line`, which stands for all that it says. */
struct job *life_intake(struct service *s, enum life_who who, const char *source, const char *key,
                        const char *line, enum intake_action action, int64_t at);

/** Runs it; fails the test unless it is answered with this code (0: done). */
void life_run(struct service *s, struct job *job, int code, const char *what);

/** The ticket as it is stored. */
struct ticket life_ticket(struct service *s, uint64_t number);
/** The refusal's message and hint of a reply contain these words. */
void life_says(const struct job *job, const char *message, const char *hint);
/** The newest entries of CON-number, newest first, as "opened message ..."; NUL-terminated. */
const char *life_history(struct service *s, uint64_t number, char *buf, size_t size);

#endif
