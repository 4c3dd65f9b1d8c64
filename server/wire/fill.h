// SPDX-License-Identifier: Apache-2.0
/**
 * fill: struct reply_* -> the generated structs, for the files that encode.
 *
 * What is filled borrows every string from the reply, but for those that must be made: these lie in
 * the struct fill_* itself.
 */
#ifndef SLATE_WIRE_FILL_H
#define SLATE_WIRE_FILL_H

#include "core/arena.h"
#include "slate.pb-c.h"
#include "wire/reply.h"
#include "wire/wire.h"

struct fill_ticket {
    Slate__V1__TicketRow row;
    Slate__V1__Clock next;
    Slate__V1__Clock breached;
    char *holds[BOOK_HOLDS_MAX];
    char name[WIRE_TICKET_BYTES + 1];
    char merged_into[WIRE_TICKET_BYTES + 1];
    char subject[WIRE_SUBJECT_BYTES + 1];
};

struct fill_link {
    Slate__V1__Link link;
    char name[WIRE_TICKET_BYTES + 1];
};

enum { FILL_EDITS = TEXT_FIELDS }; /* bits of enum edit, or texts that were erased */

struct fill_event {
    Slate__V1__Event event;
    Slate__V1__Clock clock;
    char *edited[FILL_EDITS];
    char ticket[WIRE_TICKET_BYTES + 1];
    char other[WIRE_TICKET_BYTES + 1];
};

struct fill_user {
    Slate__V1__User user;
    char *roles[ROLES];
};

/** What an element of a repeated field has around it at most: tag, and a length below 1 MiB. */
enum { FILL_ELEMENT_BYTES = 2 + 3 };

/** NULL for "" and NULL: absent. */
char *fill_string(const char *s);

/** Absent when p is NULL. */
void fill_bytes(const uint8_t *p, size_t n, protobuf_c_boolean *ret_has, ProtobufCBinaryData *ret);

/** Absent when it has none. */
void fill_cursor(const struct wire_bytes *cursor, protobuf_c_boolean *ret_has,
                 ProtobufCBinaryData *ret);

/** What every kind of page has beside its rows: `out` is one of them, `page` a struct reply_page.
 */
#define FILL_PAGE(out, page)                                                             \
    do {                                                                                 \
        (out)->has_truncated = 1;                                                        \
        (out)->truncated = (page)->truncated;                                            \
        fill_cursor(&(page)->cursor, &(out)->has_cursor, &(out)->cursor);                \
        fill_instant((page)->snapshot_at, &(out)->has_snapshot_at, &(out)->snapshot_at); \
    } while (0)

/** Absent for INSTANT_NONE and INSTANT_NEVER. */
void fill_instant(int64_t at, protobuf_c_boolean *ret_has, int64_t *ret);

/** Everything of a reply but its result; *ret_position is where its token lies. */
void fill_reply(uint64_t id, const struct wire_token *token, Slate__V1__Reply *ret,
                Slate__V1__Token *ret_position);

/** The frame's payload with this reply, in the arena; 0, or < 0 when that is full. */
int fill_payload(struct arena *arena, Slate__V1__Reply *reply, struct wire_bytes *ret);

/** A message alone, so too; at most FRAME_BYTES_MAX. */
int fill_packed(struct arena *arena, const ProtobufCMessage *message, struct wire_bytes *ret);

/** "ACME-12". */
void fill_name(const char *key, uint64_t number, char ret[static WIRE_TICKET_BYTES + 1]);

/** The same, made in `room`; NULL, which is absent, for the number 0. */
char *fill_ticket_name(const char *key, uint64_t number, char room[static WIRE_TICKET_BYTES + 1]);

/** How many of the n lines have `room` bytes as elements; *room loses what they take, *truncated is
 * set if not all do. */
size_t fill_lines_that_fit(const char *const *lines, size_t n, size_t *room, bool *truncated);

/** Names of roles in ret, of which a set can have ROLES; returns how many. */
size_t fill_roles(uint32_t roles, char **ret);

void fill_error(const struct refusal *refusal, Slate__V1__Error *ret);

/** n of them, and the pointers to them. */
void fill_positions(const struct wire_token *positions, size_t n, Slate__V1__Token *ret,
                    Slate__V1__Token **ret_pointers);

/** key: of the contract of both tickets. */
void fill_link(const char *key, const struct ticket_link *link, struct fill_link *ret);

void fill_clock(const struct reply_clock *clock, Slate__V1__Clock *ret);

void fill_ticket(const struct reply_ticket *ticket, struct fill_ticket *ret);

void fill_user(const struct reply_user *user, struct fill_user *ret);

void fill_event(const struct reply_event *event, struct fill_event *ret);

#endif
