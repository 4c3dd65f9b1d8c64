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

static int decode(const uint8_t *p, size_t n, struct request *ret, size_t *ret_used)
{
    struct arena arena;
    struct refusal refusal = {0};
    int r;

    arena_init(&arena, WIRE_ARENA_BYTES);
    r = wire_decode(p, n, &arena, ret, &refusal);
    assert(r == (int)refusal.code);
    assert((r == 0) == (ret->kind != REQUEST_NONE));
    assert((r == 0) == (refusal.message[0] == '\0'));
    *ret_used = arena.used_bytes;
    arena_fini(&arena);
    return r;
}

/* Packed anew from the unpacked bytes, which the check has let in. */
static uint8_t *pack_again(const uint8_t *p, size_t n, const struct check_facts *facts,
                           size_t *ret_n)
{
    size_t used = 0;
    ProtobufCAllocator allocator = {count_alloc, count_free, &used};
    Slate__V1__Envelope *envelope = slate__v1__envelope__unpack(&allocator, n, p);
    uint8_t *packed;

    assert(envelope != NULL);
    assert(used <= facts->unpack_bytes);
    *ret_n = slate__v1__envelope__get_packed_size(envelope);
    packed = malloc(*ret_n);
    assert(packed != NULL);
    assert(slate__v1__envelope__pack(envelope, packed) == *ret_n);
    slate__v1__envelope__free_unpacked(envelope, &allocator);
    return packed;
}

bool judge_frame(const uint8_t *p, size_t n)
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

    if (check_frame(&rules_envelope, p, n, &facts, &fault) != 0) {
        assert(fault.at <= n);
        assert(fault.reason[0] != '\0');
        r = decode(p, n, &request, &used);
        assert(r == OUTCOME_INVALID_ARGUMENT || r == OUTCOME_UNIMPLEMENTED);
        assert(used == 0);
        return false;
    }
    once = pack_again(p, n, &facts, &n_once);
    assert(check_frame(&rules_envelope, once, n_once, &facts, &fault) == 0);
    twice = pack_again(once, n_once, &facts, &n_twice);
    assert(n_once == n_twice && memcmp(once, twice, n_once) == 0);

    r = decode(p, n, &request, &used);
    assert(r == 0 || r == OUTCOME_INVALID_ARGUMENT);
    assert(request.id == check_find_id(p, n));
    assert(decode(once, n_once, &request_again, &used) == r);
    assert(memcmp(request.content_hash, request_again.content_hash, WIRE_HASH_BYTES) == 0);
    free(once);
    free(twice);
    return r == 0;
}
