// SPDX-License-Identifier: Apache-2.0
/* Replies about journals: pieces of one, heads, what is gone from it. */
#include <assert.h>

#include "proto/frame.h"
#include "wire/encode.h"
#include "wire/fill.h"

_Static_assert(WIRE_CHUNK_BYTES + WIRE_CURSOR_BYTES + 64 <= FRAME_BYTES_MAX,
               "a piece of a journal must fit, with its cursor, id, tags and lengths");
_Static_assert(WIRE_POSITIONS_MAX *(3 * WIRE_NAME_BYTES + BOOK_HASH_BYTES + 64) <=
                   FRAME_BYTES_MAX - 1024,
               "the heads of all contracts must fit");

int wire_encode_journal_chunk(struct arena *arena, uint64_t id, const struct wire_bytes *data,
                              const struct wire_bytes *cursor, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__JournalChunk out = SLATE__V1__JOURNAL_CHUNK__INIT;

    assert(data->n <= WIRE_CHUNK_BYTES);
    fill_reply(id, NULL, &reply, NULL);
    out.has_data = 1;
    out.data = (ProtobufCBinaryData){.len = data->n, .data = (uint8_t *)data->p};
    fill_cursor(cursor, &out.has_cursor, &out.cursor);
    reply.journal_chunk = &out;
    return fill_payload(arena, &reply, ret);
}

static void fill_head(const struct reply_head *head, Slate__V1__JournalHead *ret)
{
    slate__v1__journal_head__init(ret);
    ret->contract = fill_string(head->contract);
    ret->has_seq = 1;
    ret->seq = head->seq;
    fill_bytes(head->sha256, BOOK_HASH_BYTES, &ret->has_sha256, &ret->sha256);
    fill_instant(head->recorded_at, &ret->has_recorded_at, &ret->recorded_at);
    ret->has_signed_seq = head->signed_seq != 0;
    ret->signed_seq = head->signed_seq;
    ret->signed_by = fill_string(head->signed_by);
    ret->signed_party = fill_string(head->signed_party);
}

int wire_encode_heads(struct arena *arena, uint64_t id, const struct wire_token *token,
                      const struct reply_head *heads, size_t n, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__JournalHeads out = SLATE__V1__JOURNAL_HEADS__INIT;
    Slate__V1__JournalHead *filled = arena_array(arena, n, sizeof(*filled));

    assert(n <= WIRE_POSITIONS_MAX);
    out.heads = arena_array(arena, n, sizeof(Slate__V1__JournalHead *));
    if (filled == NULL || out.heads == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        fill_head(&heads[i], &filled[i]);
        out.heads[out.n_heads++] = &filled[i];
    }
    fill_reply(id, token, &reply, &position);
    reply.journal_heads = &out;
    return fill_payload(arena, &reply, ret);
}

int wire_encode_erased(struct arena *arena, uint64_t id, const struct wire_token *token,
                       const struct reply_erased *erased, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__TextsErased out = SLATE__V1__TEXTS_ERASED__INIT;

    out.has_tickets = 1;
    out.tickets = erased->tickets;
    out.has_texts = 1;
    out.texts = erased->texts;
    out.has_keys_kept = erased->keys_kept > 0;
    out.keys_kept = erased->keys_kept;
    out.has_more = erased->more;
    out.more = erased->more;
    fill_cursor(&erased->cursor, &out.has_cursor, &out.cursor);
    fill_reply(id, token, &reply, &position);
    reply.texts_erased = &out;
    return fill_payload(arena, &reply, ret);
}
