// SPDX-License-Identifier: Apache-2.0
/**
 * wire: what the headers of this layer share, and the limits of messages.
 *
 * wire turns the payload of a frame into a struct request, and a struct reply_* into the payload of
 * a frame. It is the only part of the server that sees the generated code. Nothing here knows who
 * asks, what is stored, or what time it is.
 */
#ifndef SLATE_WIRE_WIRE_H
#define SLATE_WIRE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "core/book.h"
#include "core/event.h"

/*
 * Limits of what a client sends, in bytes of UTF-8 without a NUL where nothing else is said.
 * A frame's own limits are FRAME_BYTES_DEFAULT and FRAME_BYTES_MAX of proto/frame.h.
 */
enum {
    WIRE_PROTOCOL = 1, /* Hello.protocol; raised when an older client would misunderstand */

    WIRE_NAME_BYTES = BOOK_NAME_BYTES - 1, /* names of the book, people, sources, channels */
    WIRE_KEY_BYTES = TICKET_KEY_BYTES - 1, /* a ticket's key in the system it came from, and
                                            * the id of a line that such a system sent */
    WIRE_TAG_BYTES = TEXT_TAG_BYTES_MAX,
    WIRE_TICKET_BYTES = BOOK_KEY_BYTES - 1 + 21, /* KEY-number: '-', the 20 digits of 2^64 */
    WIRE_SUBJECT_BYTES = TEXT_SUBJECT_BYTES_MAX,
    WIRE_BODY_BYTES = TEXT_BODY_BYTES_MAX,
    WIRE_REQUESTER_BYTES = TEXT_REQUESTER_BYTES_MAX,
    WIRE_REASON_BYTES = 500,              /* why somebody asks or changes: a sentence */
    WIRE_FILE_BYTES = 255,                /* name of a file, for messages about a book */
    WIRE_BOOK_BYTES = 1024 * 1024 - 1024, /* the largest frame without its rest */
    WIRE_CHUNK_BYTES = WIRE_BOOK_BYTES,   /* of a journal, in one reply */
    WIRE_CURSOR_BYTES = 512,              /* the longest index key, with room */
    WIRE_REQUEST_ID_BYTES = 16,
    WIRE_HASH_BYTES = 16,
    WIRE_SECRET_BYTES = 16, /* of an enrolment code */
    WIRE_CSR_BYTES = 4096,
    WIRE_ENROL_BYTES = 8 * 1024, /* the largest frame of who is not known yet: secret, CSR, room */
    WIRE_CERTIFICATE_BYTES = 8192,
    WIRE_SIGNATURE_BYTES = 144, /* ECDSA up to P-521 */
    WIRE_LINE_BYTES = 16,       /* what a source's line is known by */

    WIRE_ELEMENTS_MAX = 1000, /* of any other repeated field: an import's events, a page's rows */
    WIRE_PRIORITIES_MAX = 32, /* in a filter; contracts have a handful */
    WIRE_ENUMS_MAX = 16,      /* in a filter: more than such an enum has values */
    WIRE_KINDS_MAX = 32,      /* of events in a filter, so too */
    WIRE_TAGS_MAX = TICKET_TAGS_MAX, /* in one request: as many as a ticket can have */
    WIRE_POSITIONS_MAX = 1024,       /* as many as there can be contracts: one for each; so too
                                      * heads of journals */
    WIRE_FEED_POSITIONS_MAX = 100,   /* in one Feed, beside its events; the rest goes in the next */
    WIRE_UNKNOWN_MAX = 16,           /* fields of a newer schema in one frame; each costs memory */
    WIRE_DEPTH_MAX = 6,              /* nested messages; each costs stack in the decoder */

    WIRE_PAGE_ROWS_DEFAULT = 100,
    WIRE_PAGE_ROWS_MAX = WIRE_ELEMENTS_MAX,

    /* What unpacking one frame may allocate. A frame of 1 MiB of plain text needs 1 MiB, the
     * structs of an import with WIRE_ELEMENTS_MAX events a third of one. */
    WIRE_UNPACK_BYTES_MAX = 2 * 1024 * 1024,
    /* What an arena for wire_decode() must be able to grow to: that, the same content encoded anew
     * for its hash, and the struct request. */
    WIRE_ARENA_BYTES = 4 * 1024 * 1024,
};

/** Some bytes that belong to an arena or to whoever says so. */
struct wire_bytes {
    const uint8_t *p;
    size_t n;
};

/** A position: everything up to (contract, seq) is contained. */
struct wire_token {
    const char *contract; /* name; "" = the administration */
    uint64_t seq;
};

/** A ticket as people write it: KEY-number. */
struct wire_ticket {
    char key[BOOK_KEY_BYTES];
    uint64_t number; /* from 1 */
};

#endif
