// SPDX-License-Identifier: Apache-2.0
/**
 * record: our values <-> the bytes inside of a frame (messages of proto/slate_store.proto). Not for
 * the server.
 *
 * Encoding the same value gives the same bytes: fields by ascending number, defaults absent, no
 * pointers, no order of a hash table. Decoding checks lengths, counts and ranges; what does not
 * hold is STORE_CORRUPT, for which `txn` (its failure) and `key` (its name in the text) are needed.
 * An encoded row lies in the arena, and so does what a decoded value points to.
 */
#ifndef SLATE_STORE_RECORD_H
#define SLATE_STORE_RECORD_H

#include "core/arena.h"
#include "core/event.h"
#include "store/bookobjects.h"
#include "store/breaches.h"
#include "store/countersigns.h"
#include "store/enrolments.h"
#include "store/erasures.h"
#include "store/hash.h"
#include "store/lines.h"
#include "store/proposals.h"
#include "store/requests.h"
#include "store/row.h"
#include "store/tickets.h"
#include "store/zones.h"

/** What one value may take to decode: the largest body, and its largest fields once more. */
enum { RECORD_ARENA_BYTES = 64 * 1024 * 1024 };

/* --- the journal ------------------------------------------------------------------------------ */

struct record_commitment {
    enum text_field field;
    uint8_t sha256[HASH_BYTES];
};

/** The hashed bytes of an entry; commitments: one for each of the event's texts, ascending by
 * field. */
int record_body_encode(struct txn *txn, const struct entry *entry,
                       const struct record_commitment *commitments, struct arena *arena,
                       struct row *ret);

/** The entry in a body. Its texts have their field, bytes NULL. commitments has room for
 * EVENT_TEXTS_MAX. STORE_NEWER for a kind that is not known and a min_reader above ours. */
int record_body_decode(struct txn *txn, const struct key *key, const struct row *body,
                       struct arena *arena, struct entry *ret,
                       struct record_commitment *ret_commitments);

/* --- views ------------------------------------------------------------------------------------ */

int record_ticket_encode(struct txn *txn, const struct ticket *ticket, struct arena *arena,
                         struct row *ret);
int record_ticket_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct arena *arena, struct ticket *ret);

int record_breach_encode(struct txn *txn, const struct breach *breach, struct arena *arena,
                         struct row *ret);
int record_breach_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct arena *arena, struct breach *ret);

int record_request_encode(struct txn *txn, const struct requests_row *request, struct arena *arena,
                          struct row *ret);
int record_request_decode(struct txn *txn, const struct key *key, const struct row *row,
                          struct requests_row *ret);

int record_external_encode(struct txn *txn, const struct tickets_external *external,
                           struct arena *arena, struct row *ret);
int record_external_decode(struct txn *txn, const struct key *key, const struct row *row,
                           struct tickets_external *ret);

int record_line_encode(struct txn *txn, const struct lines_row *line, struct arena *arena,
                       struct row *ret);
int record_line_decode(struct txn *txn, const struct key *key, const struct row *row,
                       struct lines_row *ret);

/** open: at least 1, as a row with none is not there. */
int record_source_encode(struct txn *txn, uint64_t open, struct arena *arena, struct row *ret);
int record_source_decode(struct txn *txn, const struct key *key, const struct row *row,
                         uint64_t *ret_open);

int record_zone_encode(struct txn *txn, const struct zonedata *zone, struct arena *arena,
                       struct row *ret);
int record_zone_decode(struct txn *txn, const struct key *key, const struct row *row,
                       struct arena *arena, struct zonedata *ret);

struct record_zone_use {
    int64_t recorded_at;
    char release[16];
    uint8_t sha256[BOOK_HASH_BYTES];
};
int record_zone_use_encode(struct txn *txn, const struct record_zone_use *use, struct arena *arena,
                           struct row *ret);
int record_zone_use_decode(struct txn *txn, const struct key *key, const struct row *row,
                           struct record_zone_use *ret);

int record_object_encode(struct txn *txn, const struct bookobject *object, struct arena *arena,
                         struct row *ret);
int record_object_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct arena *arena, struct bookobject *ret);

struct record_used {
    char name[BOOK_NAME_BYTES];
    uint64_t seq; /* its first EVENT_VERSION_USED */
};
int record_used_encode(struct txn *txn, const struct record_used *used, struct arena *arena,
                       struct row *ret);
int record_used_decode(struct txn *txn, const struct key *key, const struct row *row,
                       struct record_used *ret);

int record_principal_encode(struct txn *txn, const struct principal *principal, struct arena *arena,
                            struct row *ret);
int record_principal_decode(struct txn *txn, const struct key *key, const struct row *row,
                            struct principal *ret);
int record_principal_id_encode(struct txn *txn, uint32_t id, struct arena *arena, struct row *ret);
int record_principal_id_decode(struct txn *txn, const struct key *key, const struct row *row,
                               uint32_t *ret);

int record_enrolment_encode(struct txn *txn, const struct enrolment *enrolment, struct arena *arena,
                            struct row *ret);
int record_enrolment_decode(struct txn *txn, const struct key *key, const struct row *row,
                            struct enrolment *ret);
int record_enrolment_of_encode(struct txn *txn, const uint8_t secret_sha256[BOOK_HASH_BYTES],
                               struct arena *arena, struct row *ret);
int record_enrolment_of_decode(struct txn *txn, const struct key *key, const struct row *row,
                               uint8_t ret_secret_sha256[BOOK_HASH_BYTES]);

int record_access_encode(struct txn *txn, uint32_t actor, struct arena *arena, struct row *ret);
int record_access_decode(struct txn *txn, const struct key *key, const struct row *row,
                         uint32_t *ret_actor);

/** Without its changes, which have rows of their own: none after decoding. */
int record_proposal_encode(struct txn *txn, const struct proposal *proposal, struct arena *arena,
                           struct row *ret);
int record_proposal_decode(struct txn *txn, const struct key *key, const struct row *row,
                           struct proposal *ret);
int record_change_encode(struct txn *txn, const struct proposal_change *change, struct arena *arena,
                         struct row *ret);
int record_change_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct proposal_change *ret);

int record_countersign_encode(struct txn *txn, const struct countersign *countersign,
                              struct arena *arena, struct row *ret);
int record_countersign_decode(struct txn *txn, const struct key *key, const struct row *row,
                              struct countersign *ret);

int record_erased_encode(struct txn *txn, const struct erasure *erasure, struct arena *arena,
                         struct row *ret);
int record_erased_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct erasure *ret);

/* --- meta ------------------------------------------------------------------------------------- */

struct record_store {
    uint32_t format;
    uint8_t cluster_id[HASH_CLUSTER_ID_BYTES];
    uint8_t genesis[HASH_BYTES]; /* of stream 0: tells a cluster id that does not fit */
};
int record_store_encode(struct txn *txn, const struct record_store *store, struct arena *arena,
                        struct row *ret);
int record_store_decode(struct txn *txn, const struct key *key, const struct row *row,
                        struct record_store *ret);

struct record_views {
    uint32_t schema;
    bool rebuilding;
    uint64_t rebuilt_position; /* entries up to here are in the views, while rebuilding */
};
/** The one row of its kind. record_views_get returns STORE_NOT_FOUND where there is none. */
int record_views_put(struct txn *txn, const struct record_views *views);
int record_views_get(struct txn *txn, struct record_views *ret);

/** Position of the last entry whose request id has been looked at for forgetting; 0 if none was. */
int record_forgotten_put(struct txn *txn, uint64_t position);
int record_forgotten_get(struct txn *txn, uint64_t *ret_position);

/** since_seq of the newest EVENT_DUES_SWEPT; 0 if there is none. */
int record_swept_put(struct txn *txn, uint64_t since_seq);
int record_swept_get(struct txn *txn, uint64_t *ret_since_seq);

#endif
