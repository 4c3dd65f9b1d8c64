// SPDX-License-Identifier: Apache-2.0
/**
 * rows: frames that are put together from rows. For those who make the rows of each kind: page.c
 * and feed.c.
 */
#ifndef SLATE_WIRE_ROWS_H
#define SLATE_WIRE_ROWS_H

#include <protobuf-c/protobuf-c.h>

#include "wire/encode.h"

/** Packs one more row. 0, WIRE_FULL, or < 0 when the arena is full. */
int rows_add(struct wire_rows *rows, enum wire_row_kind kind, const ProtobufCMessage *message);

/** The payload with a reply; head is the message that the rows belong to, without them. 0 and
 * *ret, or < 0 when the arena is full. */
int rows_finish(struct wire_rows *rows, enum wire_row_kind kind, uint64_t id,
                const struct wire_token *token, const ProtobufCMessage *head,
                struct wire_bytes *ret);

/** The payload with a Feed, so too. */
int rows_finish_feed(struct wire_rows *rows, const ProtobufCMessage *head, struct wire_bytes *ret);

#endif
