// SPDX-License-Identifier: Apache-2.0
/*
 * Frames. What a checksum guards against is a device or a kernel that rots or mixes up data, not a
 * forger: for that there is the chain of hashes.
 */
#include "store/frame.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "proto/bytes.h"

enum {
    CHECKED_HEADER_BYTES = 6,
    KIND_AT = 2,
};

static uint64_t checksum(const uint8_t *header, const uint8_t *payload, size_t n, enum db db,
                         const struct key *key)
{
    uint8_t where[1 + KEY_BYTES_MAX + CHECKED_HEADER_BYTES];
    struct bytes_writer w;

    bytes_writer_init(&w, where, sizeof(where));
    bytes_put_u8(&w, (uint8_t)db);
    bytes_put_raw(&w, key->bytes, key->n);
    bytes_put_raw(&w, header, CHECKED_HEADER_BYTES);
    return XXH3_64bits_withSeed(payload, n, XXH3_64bits(where, w.n));
}

void frame_seal(void *p, size_t n, enum db db, const struct key *key, enum record_kind kind)
{
    uint8_t *header = p;
    struct bytes_writer w;

    assert(n <= FRAME_PAYLOAD_BYTES_MAX);
    bytes_writer_init(&w, header, FRAME_HEADER_BYTES);
    bytes_put_u8(&w, FRAME_MAGIC);
    bytes_put_u8(&w, FRAME_VERSION);
    bytes_put_u8(&w, (uint8_t)kind);
    bytes_put_u8(&w, (uint8_t)(n >> 16));
    bytes_put_u16(&w, (uint16_t)(n & 0xffff));
    bytes_put_u64(&w, checksum(header, header + FRAME_HEADER_BYTES, n, db, key));
}

int frame_open(const void *p, size_t size, enum db db, const struct key *key, enum record_kind kind,
               const uint8_t **ret_payload, size_t *ret_n)
{
    struct bytes_reader r;

    bytes_reader_init(&r, p, size);
    uint8_t magic = bytes_get_u8(&r);
    uint8_t version = bytes_get_u8(&r);
    uint8_t its_kind = bytes_get_u8(&r);
    size_t n = (size_t)bytes_get_u8(&r) << 16;
    n |= bytes_get_u16(&r);
    uint64_t sum = bytes_get_u64(&r);
    if (!bytes_reader_ok(&r)) {
        return FRAME_SHORT;
    }
    if (magic != FRAME_MAGIC) {
        return FRAME_FOREIGN;
    }
    if (n != r.left) {
        return FRAME_LENGTH;
    }
    if (sum != checksum(p, r.p, n, db, key)) {
        return FRAME_CHECKSUM;
    }
    if (version != FRAME_VERSION) {
        return FRAME_NEWER;
    }
    if (kind != RECORD_ANY && its_kind != kind) {
        return FRAME_KIND;
    }
    *ret_payload = r.p;
    *ret_n = n;
    return 0;
}

enum record_kind frame_kind(const void *p)
{
    return (enum record_kind)((const uint8_t *)p)[KIND_AT];
}

const char *frame_error_text(int error)
{
    switch (error) {
    case FRAME_SHORT: return "shorter than a frame";
    case FRAME_FOREIGN: return "does not begin like a frame";
    case FRAME_LENGTH: return "has another length than it says";
    case FRAME_CHECKSUM: return "fails its checksum";
    case FRAME_NEWER: return "was written by a newer version";
    case FRAME_KIND: return "is another kind of record";
    default: return "is whole";
    }
}
