// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_DIGEST_H
#define SLATE_CONFIG_DIGEST_H

/*
 * The hash that versions of the book and the bytes of zone data are known by.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/book.h"

/** SHA-256 of n bytes. */
void digest_sha256(const void *bytes, size_t n, uint8_t ret[static BOOK_HASH_BYTES]);

#endif
