// SPDX-License-Identifier: Apache-2.0
/**
 * chain: entries that are not in a store: what the bytes of an export say. Whether they follow from
 * each other, and texts from them, is for store/hash.h. A pure function over bytes.
 */
#ifndef SLATE_STORE_CHAIN_H
#define SLATE_STORE_CHAIN_H

#include "core/arena.h"
#include "core/event.h"
#include "store/entries.h"
#include "store/error.h"

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
