// SPDX-License-Identifier: Apache-2.0
/* Changes of the book that wait for their parties. */
#include "proto/frame.h"
#include "wire/encode.h"
#include "wire/enums.h"
#include "wire/fill.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Everything but the text; 0, or < 0 when the arena is full. */
static int fill_proposal(struct arena *arena, const struct reply_proposal *proposal,
                         Slate__V1__Proposal *ret, bool *truncated)
{
    const size_t n = smaller(proposal->n_approvals, WIRE_ELEMENTS_MAX);
    Slate__V1__Approval *approvals = arena_array(arena, n, sizeof(*approvals));

    slate__v1__proposal__init(ret);
    ret->approvals = arena_array(arena, n, sizeof(Slate__V1__Approval *));
    if (approvals == NULL || ret->approvals == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        const struct reply_approval *from = &proposal->approvals[i];
        slate__v1__approval__init(&approvals[i]);
        approvals[i].party = fill_string(from->party);
        approvals[i].actor = fill_string(from->actor);
        fill_instant(from->recorded_at, &approvals[i].has_recorded_at, &approvals[i].recorded_at);
        if (from->key_sha256 != NULL) {
            fill_bytes(from->key_sha256, BOOK_HASH_BYTES, &approvals[i].has_key_sha256,
                       &approvals[i].key_sha256);
        }
        ret->approvals[ret->n_approvals++] = &approvals[i];
    }
    ret->has_id = 1;
    ret->id = proposal->id;
    ret->has_state = proposal->state != REPLY_PROPOSAL_NONE;
    ret->state = (Slate__V1__ProposalState)proposal->state;
    ret->actor = fill_string(proposal->actor);
    fill_instant(proposal->recorded_at, &ret->has_recorded_at, &ret->recorded_at);
    fill_bytes(proposal->sha256, BOOK_HASH_BYTES, &ret->has_sha256, &ret->sha256);
    ret->contracts = (char **)proposal->contracts; // packing only reads
    ret->n_contracts = smaller(proposal->n_contracts, WIRE_ELEMENTS_MAX);
    *truncated = *truncated || n < proposal->n_approvals ||
                 ret->n_contracts < proposal->n_contracts;
    return 0;
}

/* First what there is, then as much of the texts as has room: one that is missing is seen to be. */
int wire_encode_proposals(struct arena *arena, uint64_t id, const struct wire_token *token,
                          const struct reply_proposal *proposals, size_t n, struct wire_bytes *ret)
{
    enum { AROUND_BYTES = 1024 }; // id, token
    const size_t most = smaller(n, WIRE_ELEMENTS_MAX);
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__ProposalPage out = SLATE__V1__PROPOSAL_PAGE__INIT;
    Slate__V1__Proposal *filled = arena_array(arena, most, sizeof(*filled));
    size_t room = FRAME_BYTES_MAX - AROUND_BYTES;
    bool truncated = most < n;

    out.proposals = arena_array(arena, most, sizeof(Slate__V1__Proposal *));
    if (filled == NULL || out.proposals == NULL) {
        return -1;
    }
    for (size_t i = 0; i < most; i++) {
        size_t bytes;
        if (fill_proposal(arena, &proposals[i], &filled[i], &truncated) != 0) {
            return -1;
        }
        bytes = slate__v1__proposal__get_packed_size(&filled[i]) + FILL_ELEMENT_BYTES;
        if (bytes > room) {
            truncated = true;
            break;
        }
        room -= bytes;
        out.proposals[out.n_proposals++] = &filled[i];
    }
    for (size_t i = 0; i < out.n_proposals; i++) {
        const size_t bytes = proposals[i].text_bytes + FILL_ELEMENT_BYTES;
        if (bytes > room) {
            truncated = true;
        } else if (proposals[i].text_bytes > 0) {
            room -= bytes;
            filled[i].text = arena_strndup(arena, proposals[i].text, proposals[i].text_bytes);
            if (filled[i].text == NULL) {
                return -1;
            }
        }
    }
    out.has_truncated = 1;
    out.truncated = truncated;
    fill_reply(id, token, &reply, &position);
    reply.proposal_page = &out;
    return fill_payload(arena, &reply, ret);
}
