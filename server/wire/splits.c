// SPDX-License-Identifier: Apache-2.0
/* Whose time a clock's time was. Shares are never left out: those that are there sum to the whole.
 */
#include "wire/encode.h"

#include <assert.h>

#include "proto/frame.h"
#include "wire/enums.h"
#include "wire/fill.h"

static void fill_share(const struct reply_share *share, Slate__V1__Share *ret)
{
    assert(share->wall_us >= 0);
    slate__v1__share__init(ret);
    ret->team = fill_string(share->team);
    ret->party = fill_string(share->party);
    ret->has_kind = share->kind != REPLY_SPAN_NONE;
    ret->kind = (Slate__V1__SpanKind)share->kind;
    ret->has_side = share->side != SIDE_NONE;
    ret->side = (Slate__V1__Side)share->side;
    ret->reasons = (char **)share->reasons; // packing only reads
    ret->n_reasons = share->n_reasons;
    ret->has_wall_us = 1;
    ret->wall_us = (uint64_t)share->wall_us;
}

static int fill_split(struct arena *arena, const struct reply_clock_split *split,
                      Slate__V1__Clock *ret_clock, Slate__V1__ClockSplit *ret)
{
    const size_t n = split->n_shares;
    Slate__V1__Share *shares;

    if (n > WIRE_ELEMENTS_MAX) {
        return -1;
    }
    shares = arena_array(arena, n, sizeof(*shares));
    slate__v1__clock_split__init(ret);
    ret->shares = arena_array(arena, n, sizeof(Slate__V1__Share *));
    if (shares == NULL || ret->shares == NULL) {
        return -1;
    }
    fill_clock(&split->clock, ret_clock);
    ret->clock = ret_clock;
    for (size_t i = 0; i < n; i++) {
        fill_share(&split->shares[i], &shares[i]);
        ret->shares[i] = &shares[i];
    }
    ret->n_shares = n;
    assert(split->wall_us >= 0);
    ret->has_wall_us = 1;
    ret->wall_us = (uint64_t)split->wall_us;
    return 0;
}

int wire_encode_clock_splits(struct arena *arena, uint64_t id, const struct wire_token *token,
                             const struct reply_clock_splits *splits, struct wire_bytes *ret)
{
    enum { AROUND_BYTES = 1024 }; // id, token
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__ClockSplits out = SLATE__V1__CLOCK_SPLITS__INIT;
    Slate__V1__ClockSplit filled[TICKET_CLOCKS_MAX];
    Slate__V1__ClockSplit *pointers[TICKET_CLOCKS_MAX];
    Slate__V1__Clock clocks[TICKET_CLOCKS_MAX];
    char name[WIRE_TICKET_BYTES + 1];

    assert(splits->n_clocks <= TICKET_CLOCKS_MAX);
    out.ticket = fill_ticket_name(splits->key, splits->number, name);
    out.contract = fill_string(splits->contract);
    out.priority = fill_string(splits->priority);
    fill_instant(splits->as_of_at, &out.has_as_of_at, &out.as_of_at);
    for (size_t i = 0; i < splits->n_clocks; i++) {
        if (fill_split(arena, &splits->clocks[i], &clocks[i], &filled[i]) != 0) {
            return -1;
        }
        pointers[i] = &filled[i];
    }
    out.clocks = pointers;
    out.n_clocks = splits->n_clocks;
    if (slate__v1__clock_splits__get_packed_size(&out) > FRAME_BYTES_MAX - AROUND_BYTES) {
        return -1;
    }
    fill_reply(id, token, &reply, &position);
    reply.clock_splits = &out;
    return fill_payload(arena, &reply, ret);
}
