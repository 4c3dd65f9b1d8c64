// SPDX-License-Identifier: Apache-2.0
/**
 * encode: struct reply_* -> the payload of a frame, in an arena.
 *
 * Every function returns 0 and *ret, whose bytes belong to the arena; or < 0 when the arena is
 * full. None makes a payload longer than FRAME_BYTES_MAX; those that a client may ask for often
 * stay within FRAME_BYTES_DEFAULT. id is the request's; token is NULL, or for a write the position
 * that contains it.
 *
 * What may have many rows is made in two steps: rows are added one by one, each packed at once,
 * until one does not fit any more (WIRE_FULL; that one is not in it); then the reply is finished
 * around them:
 *
 *     struct wire_rows rows;
 *     wire_rows_init(&rows, arena, FRAME_BYTES_DEFAULT);
 *     while (there is a row && wire_rows_add_ticket(&rows, &row) == 0) ...
 *     wire_encode_ticket_page(&rows, id, NULL, &page, &payload);
 *
 * Rows of one struct wire_rows must all be of the kind that its finishing function expects; it
 * asserts it.
 */
#ifndef SLATE_WIRE_ENCODE_H
#define SLATE_WIRE_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/outcome.h"
#include "wire/reply.h"
#include "wire/wire.h"

int wire_encode_hello(struct arena *arena, const struct reply_hello *hello, struct wire_bytes *ret);

/** code must not be OUTCOME_OK. */
int wire_encode_error(struct arena *arena, uint64_t id, const struct wire_token *token,
                      const struct refusal *refusal, struct wire_bytes *ret);

int wire_encode_ticket_changed(struct arena *arena, uint64_t id, const struct wire_token *token,
                               const struct reply_ticket_changed *changed, struct wire_bytes *ret);

/** The newest calendar versions and spans that fit stay; each clock gets its fair part of the room.
 */
int wire_encode_explanation(struct arena *arena, uint64_t id, const struct wire_token *token,
                            const struct reply_explanation *explanation, struct wire_bytes *ret);

/** All shares of every clock; < 0 also when they have no room in one frame: a sum of some is none.
 */
int wire_encode_clock_splits(struct arena *arena, uint64_t id, const struct wire_token *token,
                             const struct reply_clock_splits *splits, struct wire_bytes *ret);

/** Events beyond the largest frame are left out, the oldest first and of each ticket its fair part,
 * and the reply says so; so too tickets and checks beyond WIRE_ELEMENTS_MAX or without room. */
int wire_encode_tried_book(struct arena *arena, uint64_t id, const struct wire_token *token,
                           const struct reply_tried_book *tried, struct wire_bytes *ret);

int wire_encode_intake_done(struct arena *arena, uint64_t id, const struct wire_token *token,
                            const struct reply_intake_done *done, struct wire_bytes *ret);

int wire_encode_subscribed(struct arena *arena, uint64_t id, const struct wire_token *token,
                           const struct reply_subscribed *subscribed, struct wire_bytes *ret);

int wire_encode_imported(struct arena *arena, uint64_t id, const struct wire_token *token,
                         const struct reply_imported *imported, struct wire_bytes *ret);

/** Lines of the difference beyond WIRE_ELEMENTS_MAX per change, or beyond the largest frame, are
 * left out and the reply says so. Of the moves the first that fit are in it. */
int wire_encode_book_diff(struct arena *arena, uint64_t id, const struct wire_token *token,
                          const struct reply_book_diff *diff, struct wire_bytes *ret);

int wire_encode_user_changed(struct arena *arena, uint64_t id, const struct wire_token *token,
                             const struct reply_user_changed *changed, struct wire_bytes *ret);

/** < 0 also when cert and ca have no room in one frame. */
int wire_encode_certificate(struct arena *arena, uint64_t id, const struct wire_token *token,
                            const struct reply_certificate *certificate, struct wire_bytes *ret);

/** What ALPN slate-enrol/1 answers; refusal NULL: it worked, else name and certificate are not
 * looked at. < 0 as above. */
int wire_encode_enrolled(struct arena *arena, const struct refusal *refusal, const char *name,
                         const struct reply_certificate *certificate, struct wire_bytes *ret);

/** As many as fit the largest frame, and of their texts those that have room beside all that; the
 * reply says when something is missing. A text is there whole or not at all. */
int wire_encode_proposals(struct arena *arena, uint64_t id, const struct wire_token *token,
                          const struct reply_proposal *proposals, size_t n, struct wire_bytes *ret);

/** data has at most WIRE_CHUNK_BYTES; cursor n == 0: that was all. */
int wire_encode_journal_chunk(struct arena *arena, uint64_t id, const struct wire_bytes *data,
                              const struct wire_bytes *cursor, struct wire_bytes *ret);

/** n <= WIRE_POSITIONS_MAX. */
int wire_encode_heads(struct arena *arena, uint64_t id, const struct wire_token *token,
                      const struct reply_head *heads, size_t n, struct wire_bytes *ret);

int wire_encode_erased(struct arena *arena, uint64_t id, const struct wire_token *token,
                       const struct reply_erased *erased, struct wire_bytes *ret);

enum wire_outcome {
    WIRE_FULL = 1, /* the row does not fit any more */
};

enum wire_row_kind {
    WIRE_ROW_NONE = 0,
    WIRE_ROW_TICKET,
    WIRE_ROW_MESSAGE,
    WIRE_ROW_BREACH,
    WIRE_ROW_BOOK_OBJECT,
    WIRE_ROW_LOG_EVENT,
    WIRE_ROW_FEED_EVENT,
    WIRE_ROW_USER,
    WIRE_ROW_ACCESS,
};

struct wire_row;

/** Rows of one reply to be. Plain value; needs no fini. */
struct wire_rows {
    struct arena *arena;
    size_t frame_bytes;
    size_t bytes; /* of the rows so far */
    size_t n;     /* rows so far, <= WIRE_ELEMENTS_MAX */
    enum wire_row_kind kind;
    struct wire_row *last;
};

/**
 * frame_bytes: what the payload may have, FRAME_BYTES_DEFAULT..FRAME_BYTES_MAX. Room for what
 * stands around the rows is taken off: whatever fits into the rows fits into the frame.
 */
void wire_rows_init(struct wire_rows *rows, struct arena *arena, size_t frame_bytes);

/** 0, WIRE_FULL, or < 0 when the arena is full. */
int wire_rows_add_ticket(struct wire_rows *rows, const struct reply_ticket *ticket);
int wire_rows_add_breach(struct wire_rows *rows, const struct reply_breach *breach);
int wire_rows_add_book_object(struct wire_rows *rows, const struct reply_book_object *object);
int wire_rows_add_access(struct wire_rows *rows, const struct reply_access *access);
int wire_rows_add_user(struct wire_rows *rows, const struct reply_user *user);
/** In the order in which the log shows them: from the newest to the oldest. One always fits. */
int wire_rows_add_log_event(struct wire_rows *rows, const struct reply_event *event);
/** From the oldest to the newest. One always fits. */
int wire_rows_add_feed_event(struct wire_rows *rows, const struct reply_event *event);
/** From the newest to the oldest; the reply has them in the other order. One always fits. */
int wire_rows_add_message(struct wire_rows *rows, const struct reply_message *message);

int wire_encode_ticket_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret);

int wire_encode_breach_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret);

int wire_encode_ticket_detail(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                              const struct reply_detail *detail, struct wire_bytes *ret);

int wire_encode_log_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                         const struct reply_page *page, struct wire_bytes *ret);

int wire_encode_access_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret);

int wire_encode_user_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                          const struct reply_page *page, struct wire_bytes *ret);

/** A frame that nobody asked for: no reply, so without a token. */
int wire_encode_feed(struct wire_rows *rows, const struct reply_feed *feed, struct wire_bytes *ret);

/** truncated: not all objects that were asked for are in it. */
int wire_encode_book_text(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                          bool truncated, struct wire_bytes *ret);

#endif
