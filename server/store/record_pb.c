// SPDX-License-Identifier: Apache-2.0
/*
 * protobuf-c through arenas: no message of ours is freed alone, and a value can't make the decoder
 * take more memory than the arena's limit.
 */
#include "store/record_pb.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

struct source {
    struct arena *arena;
    bool exhausted;
};

static void *take(void *user, size_t n)
{
    struct source *source = user;
    void *p = arena_alloc(source->arena, n);

    source->exhausted |= p == NULL;
    return p;
}

static void give_back(void *user, void *p)
{
    (void)user;
    (void)p;
}

int record_no_memory(struct txn *txn)
{
    return txn_fail(txn, -ENOMEM, "no memory for a record");
}

int record_makes_no_sense(struct txn *txn, enum db db, const struct key *key)
{
    return row_corrupt(txn, db, key, "the record makes no sense");
}

bool record_take_string(const char *s, char *ret, size_t size)
{
    size_t n = s ? strlen(s) : 0;

    if (n >= size) {
        return false;
    }
    if (n > 0) {
        memcpy(ret, s, n);
    }
    ret[n] = 0;
    return true;
}

bool record_take_bytes(const ProtobufCBinaryData *data, uint8_t *ret, size_t n)
{
    if (data->len != n) {
        return false;
    }
    if (n > 0) {
        memcpy(ret, data->data, n);
    }
    return true;
}

bool record_take_bytes_or_zeros(protobuf_c_boolean has, const ProtobufCBinaryData *data,
                                uint8_t *ret, size_t n)
{
    if (has) {
        return record_take_bytes(data, ret, n);
    }
    memset(ret, 0, n);
    return true;
}

bool record_is_zero(const uint8_t *p, size_t n)
{
    uint8_t any = 0;

    for (size_t i = 0; i < n; i++) {
        any |= p[i];
    }
    return any == 0;
}

int record_pack(struct txn *txn, const ProtobufCMessage *message, struct arena *arena,
                struct row *ret)
{
    size_t n = protobuf_c_message_get_packed_size(message);
    uint8_t *p = arena_alloc(arena, n);

    if (!p) {
        return record_no_memory(txn);
    }
    size_t packed = protobuf_c_message_pack(message, p);
    assert(packed == n);
    *ret = (struct row){.p = p, .n = n};
    return 0;
}

void *record_unpack(struct txn *txn, enum db db, const struct key *key, const struct row *row,
                    const ProtobufCMessageDescriptor *descriptor, struct arena *arena)
{
    struct source source = {.arena = arena};
    ProtobufCAllocator allocator = {
        .alloc = take,
        .free = give_back,
        .allocator_data = &source,
    };

    void *message = protobuf_c_message_unpack(descriptor, &allocator, row->n, row->p);
    if (!message) {
        if (source.exhausted) {
            record_no_memory(txn);
        } else {
            row_corrupt(txn, db, key, "the record cannot be decoded");
        }
    }
    return message;
}

void record_clock_to_pb(const struct ticket_clock *clock, int64_t base_at, SlateStore__Clock *ret)
{
    slate_store__clock__init(ret);
    RECORD_SET(ret, kind, (uint32_t)clock->kind, 0);
    RECORD_SET(ret, team, clock->team, 0);
    RECORD_SET(ret, cycle, clock->cycle, 0);
    RECORD_SET(ret, state, (uint32_t)clock->state, 0);
    RECORD_SET(ret, verdict, (uint32_t)clock->verdict, 0);
    RECORD_SET(ret, contract_version, clock->contract_version, 0);
    RECORD_SET(ret, target_row, clock->target_row, 0);
    RECORD_SET(ret, target_us, clock->target_us, 0);
    RECORD_SET(ret, elapsed_us, clock->elapsed_us, 0);
    RECORD_SET(ret, started_at, clock->started_at, base_at);
    RECORD_SET(ret, as_of_at, clock->as_of_at, base_at);
    RECORD_SET(ret, due_at, clock->due_at, INSTANT_NEVER);
    RECORD_SET(ret, limit_at, clock->limit_at, clock->due_at);
    RECORD_SET(ret, next_warn_at, clock->next_warn_at, INSTANT_NEVER);
    RECORD_SET(ret, stopped_at, clock->stopped_at, INSTANT_NONE);
    RECORD_SET(ret, breached_at, clock->breached_at, INSTANT_NONE);
    RECORD_SET(ret, breach_seq, clock->breach_seq, 0);
    RECORD_SET(ret, warned, clock->warned, 0);
    RECORD_SET(ret, ended_seq, clock->ended_seq, 0);
}

bool record_clock_from_pb(const SlateStore__Clock *pb, int64_t base_at, struct ticket_clock *ret)
{
    if (pb->kind >= CLOCK_KINDS || pb->state > CLOCK_CANCELLED ||
        pb->verdict > TICKET_VERDICT_UNMEASURED) {
        return false;
    }
    ret->kind = (enum clock_kind)pb->kind;
    ret->team = pb->team;
    ret->cycle = pb->cycle;
    ret->state = (enum clock_state)pb->state;
    ret->verdict = (enum ticket_verdict)pb->verdict;
    ret->contract_version = pb->contract_version;
    ret->target_row = pb->target_row;
    ret->target_us = pb->target_us;
    ret->elapsed_us = pb->elapsed_us;
    ret->started_at = RECORD_GET(pb, started_at, base_at);
    ret->as_of_at = RECORD_GET(pb, as_of_at, base_at);
    ret->due_at = RECORD_GET(pb, due_at, INSTANT_NEVER);
    ret->limit_at = RECORD_GET(pb, limit_at, ret->due_at);
    ret->next_warn_at = RECORD_GET(pb, next_warn_at, INSTANT_NEVER);
    ret->stopped_at = RECORD_GET(pb, stopped_at, INSTANT_NONE);
    ret->breached_at = RECORD_GET(pb, breached_at, INSTANT_NONE);
    ret->breach_seq = pb->breach_seq;
    ret->warned = pb->warned;
    ret->ended_seq = pb->ended_seq;
    return true;
}

void record_principal_to_pb(const struct principal *principal, SlateStore__Principal *ret)
{
    slate_store__principal__init(ret);
    RECORD_SET(ret, id, principal->id, 0);
    RECORD_SET(ret, generation, principal->generation, 0);
    ret->name = record_string(principal->name);
    RECORD_SET(ret, human, principal->human, false);
    RECORD_SET(ret, disabled, principal->disabled, false);
    RECORD_SET(ret, roles, principal->roles, 0);
    RECORD_SET(ret, party, principal->party, 0);
    ret->n_teams = principal->n_teams;
    ret->teams = (uint32_t *)(uintptr_t)principal->teams;
    ret->source = record_string(principal->source);
    RECORD_SET(ret, pinned, principal->pinned, false);
    ret->has_keys = principal->n_keys > 0;
    ret->keys = record_bytes(principal->keys, principal->n_keys * sizeof(principal->keys[0]));
    RECORD_SET(ret, voice, (uint32_t)principal->voice, 0);
}

bool record_principal_from_pb(const SlateStore__Principal *pb, struct principal *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->id = pb->id;
    ret->generation = pb->generation;
    ret->human = pb->human;
    ret->disabled = pb->disabled;
    ret->roles = pb->roles;
    ret->party = pb->party;
    if (pb->n_teams > PRINCIPAL_TEAMS_MAX) {
        return false;
    }
    ret->n_teams = pb->n_teams;
    if (pb->n_teams > 0) {
        memcpy(ret->teams, pb->teams, pb->n_teams * sizeof(ret->teams[0]));
    }
    ret->pinned = pb->pinned;
    ret->n_keys = pb->keys.len / sizeof(ret->keys[0]);
    ret->voice = (enum voice)pb->voice;
    if (ret->n_keys > PRINCIPAL_KEYS_MAX || pb->voice >= VOICES) {
        return false;
    }
    return record_take_bytes(&pb->keys, ret->keys[0], ret->n_keys * sizeof(ret->keys[0])) &&
           record_take_string(pb->name, ret->name, sizeof(ret->name)) &&
           record_take_string(pb->source, ret->source, sizeof(ret->source));
}
