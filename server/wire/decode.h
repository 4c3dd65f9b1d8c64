// SPDX-License-Identifier: Apache-2.0
/**
 * decode: the payload of a frame from a client -> struct request, or a refusal that says what is
 * wrong where.
 */
#ifndef SLATE_WIRE_DECODE_H
#define SLATE_WIRE_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/outcome.h"
#include "wire/request.h"

/**
 * Pure: no clock, no state; the same bytes give the same answer. Any n bytes may be given.
 *
 * Strings are copied into the arena, so the frame need not outlive the call. An arena that can grow
 * to WIRE_ARENA_BYTES is enough for every frame that is accepted.
 *
 * Returns 0 and *ret, or an outcome_code (> 0) and *ret_refusal, whose field is a path into the
 * Request ("new_ticket.subject", "import_ticket.events[3].at") and whose message ends with the
 * byte's place in the frame where that is known. ret->id is set even then if it could be read, else
 * 0; nothing else in *ret is.
 *
 * Refusals: INVALID_ARGUMENT (anything wrong with the message, also its size), UNIMPLEMENTED (an
 * operation that is not in our schema), RESOURCE_EXHAUSTED (the arena is full).
 */
int wire_decode(const uint8_t *frame, size_t n, struct arena *arena, struct request *ret,
                struct refusal *ret_refusal);

/**
 * The same for a frame of ALPN slate-enrol/1, which holds an Enrol and nothing else: kind ENROL, id
 * 0 and nothing in the fields that every request shares. More than WIRE_ENROL_BYTES are refused.
 * The secret is in the frame, in the arena and in *ret; who is done with them clears them.
 */
int wire_decode_enrol(const uint8_t *frame, size_t n, struct arena *arena, struct request *ret,
                      struct refusal *ret_refusal);

#endif
