// SPDX-License-Identifier: Apache-2.0
/**
 * dossier: an exported chain, read once from its first line to its last: whether every hash, order,
 * commitment, version and signature in it holds; and where in it what lies, for who goes on with
 * its tickets (evidence/judge.h).
 *
 * Works on the bytes of a file. Of an entry only 16 bytes are kept, of a ticket 16; versions and
 * zone data are, up to DOSSIER_KEEP_BYTES.
 */
#ifndef SLATE_EVIDENCE_DOSSIER_H
#define SLATE_EVIDENCE_DOSSIER_H

#include <openssl/types.h>

#include "config/bookbuild.h"
#include "evidence/chainline.h"
#include "evidence/finding.h"

enum {
    DOSSIER_KEEP_BYTES = 512 * 1024 * 1024, /* as much as a server takes to build a book */
    /* Versions, and zone data: many times what a contract comes to in decades; each is looked for
     * among all of them. */
    DOSSIER_OBJECTS_MAX = 16384,
};

struct dossier_object {
    struct book_object object;
    uint64_t used_seq; /* of the first entry that names it; 0: none does */
};

/** Zone data of a name are in use from an entry on. */
struct dossier_zone_use {
    uint64_t seq;
    size_t zone; /* index */
};

struct dossier_place {
    uint64_t offset;   /* of the entry's line */
    uint64_t previous; /* seq of its ticket's entry before it; 0: none */
};

struct dossier_ticket {
    uint64_t number; /* 0: free */
    uint64_t last_seq;
};

struct dossier_signed {
    uint64_t at_seq;     /* the entry that says so */
    int64_t recorded_at; /* it was */
    uint64_t seq;        /* of the head */
    uint32_t party;      /* for whom, as the entry says */
    char name[PRINCIPAL_NAME_BYTES];
    uint8_t key_sha256[BOOK_HASH_BYTES];
};

struct dossier {
    const char *text; /* borrowed */
    size_t n;
    X509_STORE *trusted; /* borrowed; NULL: whose certificates they are is only told */
    struct chainline_header header;
    struct arena keep;
    struct dossier_object *objects;
    size_t n_objects;
    size_t objects_room;
    struct chainline_zone *zones;
    size_t n_zones;
    size_t zones_room;
    struct dossier_zone_use *zone_uses; /* ascending by seq */
    size_t n_zone_uses;
    size_t zone_uses_room;
    uint64_t *versions; /* seqs of entries from which on the book is another one, ascending */
    size_t n_versions;
    size_t versions_room;
    /* The first entry that names a team, 0: none does. A chain of before that was so names no teams
     * and parties, and of calendars and zones only those that clocks count in. */
    uint64_t teams_seq;
    struct dossier_place *places; /* of header.from + i */
    size_t n_places;
    size_t places_room;
    struct dossier_ticket *tickets; /* a table, by number */
    size_t n_tickets;
    size_t tickets_room;          /* a power of two */
    struct dossier_signed *heads; /* countersigned */
    size_t n_heads;
    size_t heads_room;
    uint8_t hash[HASH_BYTES]; /* of the newest entry */
    int64_t recorded_at;      /* of the newest entry; INSTANT_NONE */
    int64_t first_at;         /* of the first entry; INSTANT_NONE */
    uint64_t n_texts;         /* that are there */
    uint64_t n_commitments;   /* texts that there were */
    uint64_t n_erased;        /* of these, by entries of the file */
};

/**
 * Reads all of it. Returns 0; FINDING with the first thing that does not hold in *ret_finding; < 0
 * without memory. Always needs dossier_fini.
 */
int dossier_read(struct dossier *c, const char *text, size_t n, X509_STORE *trusted,
                 struct finding *ret_finding);
void dossier_fini(struct dossier *c);

/** An entry that dossier_read() has passed; what it points to lies in the arena. Returns 0 or < 0.
 */
int dossier_entry(const struct dossier *c, uint64_t seq, struct arena *arena, struct entry *ret);

/** The hash of an entry, or what comes before the first one. False: it is not in the file. */
bool dossier_hash(const struct dossier *c, uint64_t seq, uint8_t ret[static HASH_BYTES]);

#endif
