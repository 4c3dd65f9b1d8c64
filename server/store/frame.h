// SPDX-License-Identifier: Apache-2.0
/**
 * frame: what every stored value is wrapped in, because LMDB has no checksums.
 *
 *    0  u8   magic, FRAME_MAGIC
 *    1  u8   version of the payload's format, FRAME_VERSION
 *    2  u8   kind of record, enum record_kind
 *    3  u24  length of the payload
 *    6  u64  checksum
 *   14       payload
 *
 * checksum = XXH3-64(payload, seed = XXH3-64(number of the database u8, key, bytes 0 to 5 of the
 * frame)): a value that lies under another key or in another database fails it too. Integers are
 * big-endian.
 */
#ifndef SLATE_STORE_FRAME_H
#define SLATE_STORE_FRAME_H

#include "store/key.h"

/** Permanent numbers. Those from MARK to SOURCE are all there are. */
enum record_kind {
    RECORD_ANY = 0,   /* only to ask for */
    RECORD_MARK = 1,  /* no payload: the key says it all (due, by_team, by_person) */
    RECORD_ENTRY = 2, /* hash 32 bytes, body */
    RECORD_POSITION = 3,
    RECORD_TEXT = 4,
    RECORD_TICKET = 5,
    RECORD_BREACH = 6,
    RECORD_REQUEST = 7,
    RECORD_EXTERNAL = 8,
    RECORD_ZONE = 9,
    RECORD_OBJECT = 10,
    RECORD_USED = 11,
    RECORD_PRINCIPAL = 12,
    RECORD_PRINCIPAL_ID = 13,
    RECORD_STORE = 14,
    RECORD_VIEWS = 15,
    RECORD_FORGOTTEN = 16,
    RECORD_LINE = 17,
    RECORD_SWEPT = 18,
    RECORD_ZONE_USE = 19,
    RECORD_ENROLMENT = 20,
    RECORD_ENROLMENT_OF = 21,
    RECORD_ACCESS = 22,
    RECORD_PROPOSAL = 23,
    RECORD_CHANGE = 24,
    RECORD_COUNTERSIGN = 25,
    RECORD_ERASED = 26,
    RECORD_SECRET = 27,
    RECORD_SOURCE = 28,
    RECORD_KINDS = 29,
};

enum {
    FRAME_MAGIC = 0xb5,
    FRAME_VERSION = 1,
    FRAME_HEADER_BYTES = 14,
    FRAME_PAYLOAD_BYTES_MAX = (1 << 24) - 1,
};

/** Why a frame was refused. */
enum frame_error {
    FRAME_SHORT = 1, /* less than a header */
    FRAME_FOREIGN,   /* another magic */
    FRAME_LENGTH,    /* says another length than there is */
    FRAME_CHECKSUM,
    FRAME_NEWER, /* whole, but of a version that is not ours */
    FRAME_KIND,  /* whole, but another kind of record than asked for */
};

/** Writes the header of a frame; the n bytes of payload are already behind it, at p +
 * FRAME_HEADER_BYTES. n <= FRAME_PAYLOAD_BYTES_MAX. */
void frame_seal(void *p, size_t n, enum db db, const struct key *key, enum record_kind kind);

/** Checks the size bytes at p and finds the payload in them. kind may be RECORD_ANY. Returns 0 or
 * an enum frame_error; on 0 *ret_payload points into p. */
int frame_open(const void *p, size_t size, enum db db, const struct key *key, enum record_kind kind,
               const uint8_t **ret_payload, size_t *ret_n);

/** The kind of a frame that frame_open took. */
enum record_kind frame_kind(const void *p);

/** For messages. */
const char *frame_error_text(int error);

#endif
