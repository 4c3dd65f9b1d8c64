// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_PEERS_DESK_H
#define TESTS_PEERS_DESK_H

/*
 * A desk in virtual time, through the whole server but its sockets, that is told in lines what
 * happens and answers in words what came of it. Its book is book.yaml; its week begins on Monday,
 * 2026-11-16, and everything is in UTC. Whatever is due by itself happens before the next line,
 * without anybody looking.
 *
 *     DAY HH:MM WHO VERB TICKET [WORD] [=CODE]
 *
 * WHO is admin, agent and second (of team l1), lead (all of the vendor), buyer, stranger (of the
 * other vendor), or a tool: mail, alarm and its twin, bot. TICKET is DSK-1; of a new one only its
 * contract's key, DSK; of a tool's line contract and the tool's key for it, DSK/k1. CODE is that of
 * the refusal that is expected. People say
 *
 *     new PRIORITY         take, steal, ack, release, close, reopen
 *     new-held REASON      reply, note, resolve (WORD: that it was then, 10:30 of that day)
 *     hold, resume REASON  assign NAME, transfer TEAM, priority PRIORITY
 *     merge NUMBER         into that one
 *
 * and tools
 *
 *     opens PRIORITY       (for the requester where the source may say so)
 *     rang HH:MM           opens; it happened then
 *     writes, autowrites   a message of the requester, by a person or by a machine
 *     answers              a message of the vendor, by a machine
 *     resolves
 */

#include "tests/server/service.h"

/** Monday, 00:00. */
void desk_init(struct service *s);

/** Declares one that ends with its block. */
#define DESK(s)                                              \
    __attribute__((cleanup(service_fini))) struct service s; \
    desk_init(&s)

/** The time passes until "tue 10:00", or 10:00:30. */
void desk_until(struct service *s, const char *when);
int64_t desk_at(const char *when);
/** The server is not there from now until then, and nothing is done yet when it is back. */
void desk_down(struct service *s, const char *until);

/** A line's request, not queued. */
struct job *desk_job(struct service *s, const char *line);
/** One line; fails the test unless it is answered as expected. */
struct job *desk_do(struct service *s, const char *line);
/** Several lines, each ended by \n. */
void desk_play(struct service *s, const char *lines);

/** A read of somebody's, of a ticket unless that is "", not answered. */
struct job *desk_ask(struct service *s, const char *who, enum request_kind kind,
                     const char *ticket);

/*
 * What came of it, as the vendor's manager is told. Each answer lives until the next of the same
 * function.
 */

/** "opened mon 09:00; message mon 09:00; breach resolution mon 17:00; ...". */
const char *desk_log(struct service *s, const char *ticket);
/** Only warnings, breaches and what took a breach back. */
const char *desk_notices(struct service *s, const char *ticket);
/** "running, used 1:00, due mon 17:00", "#2 met, used 0:10", "none". */
const char *desk_clock(struct service *s, const char *ticket, const char *clock);
/** "DSK-1 resolution mon 17:00; ..."; withdrawn ones too, which say so. */
const char *desk_breaches(struct service *s);
/** "counted 2:00, held 3:00, outside 0:00, stopped 4:00 of 9:00", the last being the wall time. */
const char *desk_sums(struct service *s, const char *ticket, const char *clock);
/** As a list shows it: "open, first_response mon 11:00", "held", "new, breached resolution". */
const char *desk_row(struct service *s, const char *ticket);

#endif
