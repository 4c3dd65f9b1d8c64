// SPDX-License-Identifier: Apache-2.0
/**
 * key: the databases and their keys. Keys are made and read only here, one pair of functions per
 * database.
 *
 *   db          key                                                              bytes
 *   meta        tag u8                                                           1
 *   journal     position u64                                                     8
 *   stream      contract u32, seq u64                                            12
 *   texts       position u64, field u8, chunk u16                                11
 *   tickets     contract u32, number u64                                         12
 *   due         at i64, contract u32, number u64                                 20
 *   by_team     contract u32, team u32, class u8, urgency_at i64, number u64     25
 *   by_person   principal u32, done u8, urgency_at i64, contract u32, number u64 25
 *   breaches    contract u32, breached_at i64, number u64, clock u8, team u32, cycle u32  29
 *   requests    request id 16 bytes, principal u32                               20
 *   external    source, NUL, key                                                 3..319
 *   lines       line id 16 bytes                                                 16
 *   zones       sha256 32 bytes, name                                            33..95
 *   zone_uses   stream u32, name, NUL, seq u64                                   14..76
 *   book        kind u8, id u32, version u32                                     9
 *   used        contract u32, kind u8, id u32, version u32, sha256 32 bytes      45
 *   principals  1 u8, id u32; or 2 u8, name                                      5; 2..64
 *   access      contract u32, recorded_at i64, seq u64                           20
 *   enrolments  1 u8, sha256 of the secret 32 bytes; or 2 u8, principal u32      33; 5
 *   proposals   1 u8, id u64; or 2 u8, id u64, contract u32, party u32           9; 17
 *   countersigns contract u32, party u32                                         8
 *   erased      contract u32, seq u64                                            12
 *   sources     source, NUL, contract u32                                        6..68
 *
 * All integers are big-endian, so that the order of the bytes is the order of the numbers; signed
 * ones (i64) have their sign bit flipped for the same reason. Names and source keys have no NUL
 * inside. Every key is unique by itself: no database holds duplicates of a key.
 */
#ifndef SLATE_STORE_KEY_H
#define SLATE_STORE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "core/ticket.h"

/** The databases; which are truth and which are views is in db_is_view. */
enum db {
    DB_META = 0,
    DB_JOURNAL,
    DB_STREAM,
    DB_TEXTS,
    DB_TICKETS,
    DB_DUE,
    DB_BY_TEAM,
    DB_BY_PERSON,
    DB_BREACHES,
    DB_REQUESTS,
    DB_EXTERNAL,
    DB_ZONES,
    DB_BOOK,
    DB_USED,
    DB_PRINCIPALS,
    DB_ACCESS,
    DB_LINES, /* the order is stored, in checksums: at the end */
    DB_ZONE_USES,
    DB_ENROLMENTS,
    DB_PROPOSALS,
    DB_COUNTERSIGNS,
    DB_ERASED,
    DB_SOURCES,
    DB_LOOKS,
    DBS,
};

/** The name of the database in the environment. */
const char *db_name(enum db db);
/** True if replaying the journal makes it anew. Of meta some rows are, see meta_is_view. */
bool db_is_view(enum db db);

enum {
    KEY_BYTES_MAX = BOOK_NAME_BYTES + TICKET_KEY_BYTES, /* LMDB's own limit is 511 */
    KEY_TEXT_BYTES = 2 * KEY_BYTES_MAX + 1,
    REQUEST_ID_BYTES = 16,
    LINE_ID_BYTES = 16,
};

struct key {
    size_t n;
    uint8_t bytes[KEY_BYTES_MAX];
};

/** Rows of meta. Permanent. */
enum meta_tag {
    META_STORE = 1,     /* format, cluster id */
    META_VIEWS = 2,     /* schema of the views, state of a rebuild */
    META_FORGOTTEN = 3, /* up to which entry request ids have been forgotten; a view */
    META_SWEPT = 4,     /* up to where open clocks were looked at after a change; a view */
    META_SECRET = 5,    /* random bytes of this store alone */
    META_TAGS = 6,
};
/** True if replaying the journal makes the row anew. */
bool meta_is_view(enum meta_tag tag);
struct key key_meta(enum meta_tag tag);
bool key_parse_meta(const struct key *key, enum meta_tag *ret_tag);

struct key key_journal(uint64_t position);
bool key_parse_journal(const struct key *key, uint64_t *ret_position);

struct key key_stream(uint32_t contract, uint64_t seq);
struct key key_stream_prefix(uint32_t contract);
bool key_parse_stream(const struct key *key, uint32_t *ret_contract, uint64_t *ret_seq);

struct key_texts {
    uint64_t position;
    enum text_field field;
    uint16_t chunk; /* from 0 */
};
struct key key_texts(const struct key_texts *k);
struct key key_texts_prefix(uint64_t position);
bool key_parse_texts(const struct key *key, struct key_texts *ret);

struct key key_ticket(uint32_t contract, uint64_t number);
struct key key_ticket_prefix(uint32_t contract);
bool key_parse_ticket(const struct key *key, uint32_t *ret_contract, uint64_t *ret_number);

struct key_due {
    int64_t at;
    uint32_t contract;
    uint64_t number;
};
struct key key_due(const struct key_due *k);
bool key_parse_due(const struct key *key, struct key_due *ret);

struct key_by_team {
    uint32_t contract;
    uint32_t team;
    enum ticket_class class;
    int64_t urgency_at;
    uint64_t number;
};
struct key key_by_team(const struct key_by_team *k);
struct key key_by_team_prefix(uint32_t contract, uint32_t team, enum ticket_class class);
struct key key_by_team_contract_prefix(uint32_t contract);
bool key_parse_by_team(const struct key *key, struct key_by_team *ret);

struct key_by_person {
    uint32_t principal;
    bool done; /* resolved, closed or merged; what is open comes first */
    int64_t urgency_at;
    uint32_t contract;
    uint64_t number;
};
struct key key_by_person(const struct key_by_person *k);
struct key key_by_person_prefix(uint32_t principal, bool done);
bool key_parse_by_person(const struct key *key, struct key_by_person *ret);

struct key_breach {
    uint32_t contract;
    int64_t breached_at;
    uint64_t number;
    enum clock_kind clock;
    uint32_t team; /* ola only, else 0 */
    uint32_t cycle;
};
struct key key_breach(const struct key_breach *k);
struct key key_breach_prefix(uint32_t contract);
/** The first key at or after an instant. */
struct key key_breach_from(uint32_t contract, int64_t at);
bool key_parse_breach(const struct key *key, struct key_breach *ret);

/** The id leads: it begins with its time (UUIDv7), so that what all principals send now lies
 * together. */
struct key key_request(uint32_t principal, const uint8_t id[REQUEST_ID_BYTES]);
bool key_parse_request(const struct key *key, uint32_t *ret_principal,
                       uint8_t ret_id[REQUEST_ID_BYTES]);

/** source: 1 to BOOK_NAME_BYTES - 1 bytes; mark: store/sourcemark.h's. */
struct key key_external(const char *source, const uint8_t mark[EVENT_MARK_BYTES]);
bool key_parse_external(const struct key *key, char ret_source[BOOK_NAME_BYTES],
                        uint8_t ret_mark[EVENT_MARK_BYTES]);

/** Everything that a source has a key of. */
struct key key_external_prefix(const char *source);

struct key key_line(const uint8_t line_id[LINE_ID_BYTES]);
bool key_parse_line(const struct key *key, uint8_t ret_line_id[LINE_ID_BYTES]);

struct key key_zone(const uint8_t sha256[BOOK_HASH_BYTES], const char *name);
struct key key_zone_prefix(const uint8_t sha256[BOOK_HASH_BYTES]);
bool key_parse_zone(const struct key *key, uint8_t ret_sha256[BOOK_HASH_BYTES],
                    char ret_name[BOOK_NAME_BYTES]);

struct key_zone_use {
    uint32_t stream; /* 0: ZONE_DATA; a contract's: VERSION_USED */
    uint64_t seq;
    char name[BOOK_NAME_BYTES]; /* never "" */
};
struct key key_zone_use(const struct key_zone_use *k);
struct key key_zone_use_prefix(uint32_t stream);
struct key key_zone_use_name_prefix(uint32_t stream, const char *name);
bool key_parse_zone_use(const struct key *key, struct key_zone_use *ret);

struct key key_book(enum book_kind kind, uint32_t id, uint32_t version);
struct key key_book_prefix(enum book_kind kind);
bool key_parse_book(const struct key *key, enum book_kind *ret_kind, uint32_t *ret_id,
                    uint32_t *ret_version);

struct key_used {
    uint32_t contract;
    enum book_kind kind;
    uint32_t id;
    uint32_t version;
    uint8_t sha256[BOOK_HASH_BYTES];
};
struct key key_used(const struct key_used *k);
bool key_parse_used(const struct key *key, struct key_used *ret);

struct key key_principal(uint32_t id);
struct key key_principals_prefix(void); /* the rows by id */
bool key_parse_principal(const struct key *key, uint32_t *ret_id);
struct key key_principal_name(const char *name);
bool key_parse_principal_name(const struct key *key, char ret_name[PRINCIPAL_NAME_BYTES]);

struct key key_enrolment(const uint8_t secret_sha256[BOOK_HASH_BYTES]);
bool key_parse_enrolment(const struct key *key, uint8_t ret_secret_sha256[BOOK_HASH_BYTES]);
/** Leads to the principal's newest offer. */
struct key key_enrolment_of(uint32_t principal);
bool key_parse_enrolment_of(const struct key *key, uint32_t *ret_principal);

struct key key_proposal(uint64_t id);
struct key key_proposals_prefix(void); /* the rows by id */
bool key_parse_proposal(const struct key *key, uint64_t *ret_id);

struct key_change {
    uint64_t id; /* of the proposal */
    uint32_t contract;
    uint32_t party; /* 0: the contract itself, which the proposal changes */
};
struct key key_change(const struct key_change *k);
struct key key_change_prefix(uint64_t id);
bool key_parse_change(const struct key *key, struct key_change *ret);

/** recorded_at rises with seq. */
struct key_access {
    uint32_t contract;
    int64_t recorded_at;
    uint64_t seq;
};
struct key key_access(const struct key_access *k);
struct key key_access_prefix(uint32_t contract);
/** The first key at or after an instant. */
struct key key_access_from(uint32_t contract, int64_t at);
bool key_parse_access(const struct key *key, struct key_access *ret);

struct key key_countersign(uint32_t contract, uint32_t party);
struct key key_countersign_prefix(uint32_t contract);
bool key_parse_countersign(const struct key *key, uint32_t *ret_contract, uint32_t *ret_party);

/** A look at one ticket: the entry that tells of it. */
struct key key_look(uint32_t contract, uint64_t ticket, uint64_t seq);
struct key key_look_prefix(uint32_t contract, uint64_t ticket);
bool key_parse_look(const struct key *key, uint32_t *ret_contract, uint64_t *ret_ticket,
                    uint64_t *ret_seq);

/** The entry whose texts were erased. */
struct key key_erased(uint32_t contract, uint64_t seq);
bool key_parse_erased(const struct key *key, uint32_t *ret_contract, uint64_t *ret_seq);

struct key key_source(const char *source, uint32_t contract);
bool key_parse_source(const struct key *key, char ret_source[BOOK_NAME_BYTES],
                      uint32_t *ret_contract);

/** Hex digits of a key, for messages. Returns buf. */
const char *key_text(const struct key *key, char buf[static KEY_TEXT_BYTES]);

#endif
