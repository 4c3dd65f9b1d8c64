// SPDX-License-Identifier: Apache-2.0
/**
 * chain: proving entries that are not in a store: what an export holds, link by link. Pure
 * functions over bytes; hash_genesis (store/hash.h) is where a stream begins.
 */
#ifndef SLATE_STORE_CHAIN_H
#define SLATE_STORE_CHAIN_H

#include "core/arena.h"
#include "core/event.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/hash.h"

enum chain_error {
    CHAIN_BROKEN = 1, /* the hash, or the commitment, does not follow */
};

/** Does `hash` follow from the hash of the stream's previous entry, or its genesis, and the body?
 * Returns 0, CHAIN_BROKEN, or < 0 (no digest). */
int chain_check(const uint8_t previous[HASH_BYTES], const void *body, size_t n,
                const uint8_t hash[HASH_BYTES]);

/** Is the text what an entry committed to? Returns 0, CHAIN_BROKEN, or < 0 (no digest). */
int chain_check_text(const uint8_t commitment[HASH_BYTES], const uint8_t salt[HASH_SALT_BYTES],
                     const void *text, size_t n);

/** What decoding may take at most. */
enum { CHAIN_ARENA_BYTES = 64 * 1024 * 1024 };

/**
 * The entry in a body. Its texts have their field, bytes NULL; in the proof are body (the one
 * given) and commitments, neither position nor hash, and no text is present. What the entry points
 * to lies in the arena. Returns 0, STORE_CORRUPT, STORE_NEWER, or < 0; ret_text gets one line then.
 */
int chain_decode(const void *body, size_t n, struct arena *arena, struct entry *ret,
                 struct entry_proof *ret_proof, char ret_text[static STORE_TEXT_BYTES]);

#endif
