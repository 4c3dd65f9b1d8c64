// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_ZONEDESK_H
#define TESTS_SERVER_ZONEDESK_H

/*
 * A desk in Casablanca, for tests of zone data that change: the folder's file of that zone is
 * another place's, which keeps the same offset all year.
 *
 * Contracts: OFF counts four hours of Casablanca's Monday to Friday, 9 to 18; DAY twelve hours of
 * the same; UNI four hours of a union with it; UTC four hours of the same hours in UTC. It is a
 * Monday, 05:00Z, that lies ahead.
 */

#include "tests/server/service.h"

#define ZONEDESK_PLUS_0 "Africa/Abidjan"
#define ZONEDESK_PLUS_1 "Africa/Lagos"
#define ZONEDESK_PLUS_2 "Africa/Maputo"

enum zonedesk_contract { Z_OFF = 1, Z_DAY, Z_UNI, Z_UTC, Z_END };
enum zonedesk_who { Z_ADMIN = 1, Z_AGENT, Z_LEAD, Z_MAIL /* source mail */ };

struct zonedesk {
    struct service s;
    struct tmpdir zones;
    int64_t monday_at; /* 00:00Z */
};

/** With Casablanca at UTC+1, release 2030a. */
void zonedesk_init(struct zonedesk *z);
void zonedesk_fini(struct zonedesk *z);

/** Casablanca is where that place is; NULL: its file holds nonsense. */
void zonedesk_zone(struct zonedesk *z, const char *place, const char *release);
/** It is so late on that Monday. */
void zonedesk_time(struct zonedesk *z, int hour, int minute);
/** An instant of that Monday. */
int64_t zonedesk_at(const struct zonedesk *z, int hour, int minute);

/** Has the zones read again, and goes on until nothing is left to do; how many rounds that took. */
unsigned zonedesk_reread(struct zonedesk *z);
unsigned zonedesk_rest(struct zonedesk *z);

/** Opens n tickets of a contract. */
void zonedesk_open(struct zonedesk *z, enum zonedesk_contract contract, unsigned n);
/** A request that resolves one, received at that instant. */
struct job *zonedesk_resolving(struct zonedesk *z, enum zonedesk_contract contract, uint64_t number,
                               int64_t at);
/** Resolves one; fails the test unless it is. */
void zonedesk_resolve(struct zonedesk *z, enum zonedesk_contract contract, uint64_t number);
/** The resolution clock of a ticket, as it is stored. */
struct ticket_clock zonedesk_clock(struct zonedesk *z, enum zonedesk_contract contract,
                                   uint64_t number);
/** How many entries of a stream are of that kind; the newest of them, whose texts and bytes are
 * gone, in *ret (may be NULL). */
unsigned zonedesk_entries(struct zonedesk *z, uint32_t stream, enum event_kind kind,
                          struct entry *ret);

/** A change of the office's hours from the day after on, as a book. In a static buffer. */
const char *zonedesk_later(const struct zonedesk *z, const char *hours);
/** A request that applies it. */
struct job *zonedesk_apply(struct zonedesk *z, const char *text, bool dry_run);

#endif
