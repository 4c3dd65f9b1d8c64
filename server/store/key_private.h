// SPDX-License-Identifier: Apache-2.0
/** What the key*.c files share: writing and reading a key field by field. */
#ifndef SLATE_STORE_KEY_PRIVATE_H
#define SLATE_STORE_KEY_PRIVATE_H

#include <assert.h>

#include "proto/bytes.h"
#include "store/key.h"

static inline struct bytes_writer key_writer(struct key *key)
{
    struct bytes_writer w;

    bytes_writer_init(&w, key->bytes, sizeof(key->bytes));
    return w;
}

/** What doesn't fit is a bug of the caller: all parts are bounded by their types or by contract. */
static inline void key_finish(struct key *key, const struct bytes_writer *w)
{
    assert(bytes_writer_ok(w));
    key->n = w->n;
}

static inline struct bytes_reader key_reader(const struct key *key)
{
    struct bytes_reader r;

    bytes_reader_init(&r, key->bytes, key->n);
    return r;
}

#endif
