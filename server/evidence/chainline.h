// SPDX-License-Identifier: Apache-2.0
/**
 * chainline: one line of an exported chain. docs/journal.md describes the file for strangers; this
 * is the one place that writes and reads it.
 *
 * A file is JSON Lines: a header; the versions and zone data that the chain relies on; the entries
 * in their order, with the actors that occur in them; an end. A line is an object with a `type`,
 * and with exactly the keys that its type has.
 */
#ifndef SLATE_EVIDENCE_CHAINLINE_H
#define SLATE_EVIDENCE_CHAINLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/event.h"
#include "store/hash.h"

enum {
    CHAINLINE_FORMAT = 1,
    /* The longest: an entry of the largest body as base64, or a version's text of the largest
     * frame with every byte escaped. */
    CHAINLINE_BYTES_MAX = 8 * 1024 * 1024,
    /* What no text is made of, in a line: more is no line of ours, and would cost memory. */
    CHAINLINE_TOKENS_MAX = 256,
    CHAINLINE_ERROR_BYTES = 160,
};

enum chainline_kind {
    CHAINLINE_HEADER = 1,
    CHAINLINE_OBJECT,
    CHAINLINE_ZONE,
    CHAINLINE_ACTOR,
    CHAINLINE_ENTRY,
    CHAINLINE_END,
};

/** What it is a chain of. All strings belong to whoever made the line. */
struct chainline_header {
    uint8_t cluster[HASH_CLUSTER_ID_BYTES];
    uint32_t id; /* of the contract: of the stream */
    const char *contract;
    const char *key;
    const char *buyer; /* names of parties */
    const char *vendor;
    uint8_t genesis[HASH_BYTES];
    uint64_t from; /* seq of the first entry, >= 1 */
    uint64_t to;
    uint8_t before[HASH_BYTES]; /* hash of the entry before `from`; of 1 the genesis */
    bool texts;                 /* they were asked for */
};

struct chainline_object {
    enum book_kind kind;
    uint32_t id;
    uint32_t version;
    const char *name;
    int64_t effective_at; /* INSTANT_NONE: since always */
    int64_t recorded_at;
    uint8_t sha256[BOOK_HASH_BYTES];
    const char *text;
    size_t n;
};

struct chainline_zone {
    const char *name;
    const char *release;
    uint8_t sha256[BOOK_HASH_BYTES];
    const uint8_t *bytes;
    size_t n;
};

struct chainline_actor {
    uint32_t id;
    const char *name;
};

struct chainline_text {
    enum text_field field;
    uint8_t salt[HASH_SALT_BYTES];
    const char *bytes;
    size_t n;
};

struct chainline_entry {
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
    const uint8_t *body;
    size_t n;
    struct chainline_text texts[EVENT_TEXTS_MAX]; /* ascending by field */
    size_t n_texts;
};

struct chainline_end {
    uint64_t seq;
    uint8_t hash[HASH_BYTES];
};

struct chainline {
    enum chainline_kind kind;
    union {
        struct chainline_header header;
        struct chainline_object object;
        struct chainline_zone zone;
        struct chainline_actor actor;
        struct chainline_entry entry;
        struct chainline_end end;
    } u;
};

/**
 * The line as text with its newline, in the arena; the same for the same value. Returns 0, or < 0
 * when the arena is full.
 */
int chainline_write(const struct chainline *line, struct arena *arena, const char **ret,
                    size_t *ret_n);

enum chainline_outcome {
    CHAINLINE_BAD = 1, /* no such line; reterr says why */
};

/**
 * The line in n bytes without their newline; what it points to lies in the arena. Lengths, ranges,
 * names and UTF-8 are checked; hashes are not. Returns 0, CHAINLINE_BAD or < 0 without memory.
 */
int chainline_read(const char *text, size_t n, struct arena *arena, struct chainline *ret,
                   char reterr[static CHAINLINE_ERROR_BYTES]);

/** "subject", "body", ...; NULL outside the enum. */
const char *chainline_field_name(enum text_field field);

#endif
