// SPDX-License-Identifier: Apache-2.0
/** What the record_*.c files share: packing and unpacking through an arena, and the conversions of
 * parts that lie in several messages. */
#ifndef SLATE_STORE_RECORD_PB_H
#define SLATE_STORE_RECORD_PB_H

#include <protobuf-c/protobuf-c.h>

#include "core/instant.h"
#include "slate_store.pb-c.h"
#include "store/record.h"

/** Sets an optional field of a message unless the value is what absence stands for. */
#define RECORD_SET(message, field, value, absent) \
    do {                                          \
        if ((value) != (absent)) {                \
            (message)->has_##field = 1;           \
            (message)->field = (value);           \
        }                                         \
    } while (0)

/** The value of an optional field. */
#define RECORD_GET(message, field, absent) ((message)->has_##field ? (message)->field : (absent))

/** The largest of the fixed records takes a few hundred bytes; an unknown field may add to that. */
enum { RECORD_FIXED_ARENA_BYTES = 64 * 1024 };

static inline void record_fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

/** A small arena until the end of the block: for decoding records without a variable part, of which
 * nothing is kept. */
#define RECORD_FIXED_ARENA(name)                                         \
    __attribute__((cleanup(record_fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_FIXED_ARENA_BYTES)

/** A string field: absent when empty. protobuf-c takes no const, but does not write. */
static inline char *record_string(const char *s)
{
    return s[0] != 0 ? (char *)(uintptr_t)s : NULL;
}

/** A bytes field over n bytes of ours. */
static inline ProtobufCBinaryData record_bytes(const void *p, size_t n)
{
    return (ProtobufCBinaryData){.len = n, .data = (uint8_t *)(uintptr_t)p};
}

/** False if it does not fit with its NUL; NULL is "". */
bool record_take_string(const char *s, char *ret, size_t size);
/** False if there are not exactly n bytes. */
bool record_take_bytes(const ProtobufCBinaryData *data, uint8_t *ret, size_t n);
/** The same, but no bytes at all stand for zeros. */
bool record_take_bytes_or_zeros(protobuf_c_boolean has, const ProtobufCBinaryData *data,
                                uint8_t *ret, size_t n);
bool record_is_zero(const uint8_t *p, size_t n);

int record_pack(struct txn *txn, const ProtobufCMessage *message, struct arena *arena,
                struct row *ret);

/** NULL: the transaction has its failure, STORE_CORRUPT or -ENOMEM. */
void *record_unpack(struct txn *txn, enum db db, const struct key *key, const struct row *row,
                    const ProtobufCMessageDescriptor *descriptor, struct arena *arena);

int record_no_memory(struct txn *txn);
/** A field is out of its range, or the key is no such key. */
int record_makes_no_sense(struct txn *txn, enum db db, const struct key *key);

/** `base` stands for what is absent, see the schema. */
void record_clock_to_pb(const struct ticket_clock *clock, int64_t base_at, SlateStore__Clock *ret);
/** False if a number is out of its range. */
bool record_clock_from_pb(const SlateStore__Clock *pb, int64_t base_at, struct ticket_clock *ret);

void record_principal_to_pb(const struct principal *principal, SlateStore__Principal *ret);
bool record_principal_from_pb(const SlateStore__Principal *pb, struct principal *ret);

#endif
