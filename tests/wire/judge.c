// SPDX-License-Identifier: Apache-2.0
#include "judge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "slate.pb-c.h"
#include "wire/check.h"
#include "wire/decode.h"

static void *count_alloc(void *data, size_t n)
{
    *(size_t *)data += (n + 15) / 16 * 16;
    return malloc(n);
}

static void count_free(void *data, void *p)
{
    (void)data;
    free(p);
}

/* The two kinds of frames, and how each is read. */
struct shape {
    const struct rules *rules;
    int (*decode)(const uint8_t *p, size_t n, struct arena *arena, struct request *ret,
                  struct refusal *ret_refusal);
    size_t frame_bytes; // beyond which it is refused whatever it holds
};

static int decode(const struct shape *shape, const uint8_t *p, size_t n, struct request *ret,
                  size_t *ret_used)
{
    struct arena arena;
    struct refusal refusal = {0};
    int r;

    arena_init(&arena, WIRE_ARENA_BYTES);
    r = shape->decode(p, n, &arena, ret, &refusal);
    assert(r == (int)refusal.code);
    assert((r == 0) == (ret->kind != REQUEST_NONE));
    assert((r == 0) == (refusal.message[0] == '\0'));
    *ret_used = arena.used_bytes;
    arena_fini(&arena);
    return r;
}

/* Packed anew from the unpacked bytes, which the check has let in. */
static uint8_t *pack_again(const struct shape *shape, const uint8_t *p, size_t n,
                           const struct check_facts *facts, size_t *ret_n)
{
    size_t used = 0;
    ProtobufCAllocator allocator = {count_alloc, count_free, &used};
    ProtobufCMessage *message = protobuf_c_message_unpack(shape->rules->descriptor, &allocator, n,
                                                          p);
    uint8_t *packed;

    assert(message != NULL);
    assert(used <= facts->unpack_bytes);
    *ret_n = protobuf_c_message_get_packed_size(message);
    packed = malloc(*ret_n);
    assert(packed != NULL);
    assert(protobuf_c_message_pack(message, packed) == *ret_n);
    protobuf_c_message_free_unpacked(message, &allocator);
    return packed;
}

static bool judge(const struct shape *shape, const uint8_t *p, size_t n)
{
    struct check_facts facts;
    struct check_fault fault;
    struct request request;
    struct request request_again;
    uint8_t *once;
    uint8_t *twice;
    size_t n_once;
    size_t n_twice;
    size_t used;
    int r;

    if (n > shape->frame_bytes || check_frame(shape->rules, p, n, &facts, &fault) != 0) {
        assert(n > shape->frame_bytes || (fault.at <= n && fault.reason[0] != '\0'));
        r = decode(shape, p, n, &request, &used);
        assert(r == OUTCOME_INVALID_ARGUMENT || r == OUTCOME_UNIMPLEMENTED);
        assert(used == 0);
        return false;
    }
    once = pack_again(shape, p, n, &facts, &n_once);
    assert(check_frame(shape->rules, once, n_once, &facts, &fault) == 0);
    twice = pack_again(shape, once, n_once, &facts, &n_twice);
    assert(n_once == n_twice && memcmp(once, twice, n_once) == 0);

    r = decode(shape, p, n, &request, &used);
    assert(r == 0 || r == OUTCOME_INVALID_ARGUMENT);
    assert(decode(shape, once, n_once, &request_again, &used) == r);
    assert(request_again.id == request.id && request_again.kind == request.kind);
    assert(memcmp(request.content_hash, request_again.content_hash, WIRE_HASH_BYTES) == 0);
    free(once);
    free(twice);
    return r == 0;
}

bool judge_frame(const uint8_t *p, size_t n)
{
    static const struct shape shape = {&rules_envelope, wire_decode, SIZE_MAX};
    struct request request;
    size_t used;

    (void)decode(&shape, p, n, &request, &used);
    assert(request.id == check_find_id(p, n));
    return judge(&shape, p, n);
}

bool judge_enrol(const uint8_t *p, size_t n)
{
    static const struct shape shape = {&rules_enrol, wire_decode_enrol, WIRE_ENROL_BYTES};

    return judge(&shape, p, n);
}
