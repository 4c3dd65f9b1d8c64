// SPDX-License-Identifier: Apache-2.0
/**
 * request: what a client asks for, as plain values.
 *
 * Made only by wire_decode(). Every string is valid UTF-8 within the limits of wire/wire.h and
 * without control characters (bodies and the text of a book may hold \n and \t; names and keys hold
 * no invisible or direction-changing character either). An absent string is "", an absent instant
 * INSTANT_NONE, an absent number 0. Everything belongs to the arena that it was decoded into.
 */
#ifndef SLATE_WIRE_REQUEST_H
#define SLATE_WIRE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/command.h"
#include "wire/wire.h"

enum request_kind {
    REQUEST_NONE = 0,
    REQUEST_NEW_TICKET,
    REQUEST_LIST_TICKETS,
    REQUEST_SHOW_TICKET,
    REQUEST_TAKE_TICKET,
    REQUEST_ADD_MESSAGE,
    REQUEST_HOLD_TICKET,
    REQUEST_RESUME_TICKET,
    REQUEST_RESOLVE_TICKET,
    REQUEST_LIST_BREACHES,
    REQUEST_EXPLAIN,
    REQUEST_IMPORT_TICKET,
    REQUEST_APPLY_BOOK,
    REQUEST_SHOW_BOOK,
    REQUEST_KINDS,
};

struct request_new_ticket {
    const char *contract; /* never "" */
    const char *priority; /* "" = the contract's last */
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *team; /* "" = the contract's default */
    const char *hold; /* created on hold for this reason */
    const char *source;
    const char *source_key; /* only together with source */
    const char *channel;
    struct text requester;
    struct text subject;
    struct text body;
};

struct request_list_tickets {
    const char *contract; /* "" = all that the principal may see; so for the other filters */
    const char *team;
    const char *assignee;
    uint32_t states; /* bit (1u << enum ticket_state); 0 = all */
    const char *const *priorities;
    size_t n_priorities; /* 0 = all */
    bool breached;
    uint32_t limit;           /* rows, 1..WIRE_PAGE_ROWS_MAX */
    struct wire_bytes cursor; /* n == 0: the first page. Anybody can write one: check it */
};

struct request_message {
    struct wire_ticket ticket;
    enum message_visibility visibility; /* ADD_MESSAGE: never NONE; RESOLVE: MESSAGE_PUBLIC */
    const char *channel;
    struct text body; /* ADD_MESSAGE: never empty; RESOLVE: n == 0 = without a reply */
};

struct request_hold {
    struct wire_ticket ticket;
    const char *reason; /* HOLD: never ""; RESUME: "" = every reason */
};

struct request_list_breaches {
    int64_t since_at; /* breached_at >= since_at */
    int64_t until_at; /* breached_at < until_at; later than since_at when both are there */
    const char *team;
    const char *vendor;
    const char *contract;
    enum clock_kind clock;    /* CLOCK_KIND_NONE = all */
    uint32_t limit;           /* as in request_list_tickets */
    struct wire_bytes cursor; /* so too */
};

struct request_explain {
    struct wire_ticket ticket;
    enum clock_kind clock; /* CLOCK_KIND_NONE = every clock */
};

struct request_import {
    struct request_new_ticket ticket; /* source and source_key never ""; channel always "" */
    int64_t opened_at;                /* claimed; never INSTANT_NONE */
    int64_t cutover_at;               /* INSTANT_NONE = none */
    uint32_t clocks; /* bit (1u << enum clock_kind): those that the data can carry */
    const struct command_step *steps; /* as sent; each has what its kind needs */
    size_t n_steps;
};

struct request_apply_book {
    const char *text; /* YAML, never "" */
    size_t n;         /* bytes of text without its NUL */
    const char *file; /* its name, for messages */
};

struct request_show_book {
    enum book_kind kind; /* BOOK_NONE = everything in force; never BOOK_ZONE */
    const char *name;    /* "" = everything of the kind; only with a kind */
    uint32_t version;    /* 0 = the newest; only with a name */
};

struct request {
    uint64_t id; /* echoed in the reply; 0 only when a refused frame hid it */
    enum request_kind kind;

    bool has_request_id;                       /* always true for a write that is not a dry run */
    uint8_t request_id[WIRE_REQUEST_ID_BYTES]; /* not all zero */
    /**
     * Of everything but id, request_id, min_token, deadline_ms and fields that we do not know;
     * equal for equal content in whatever field order it was sent. XXH3 with 128 bits, which is no
     * cryptographic hash: it only tells a principal's retry from the same principal's reuse of its
     * own request id, so the one who could make two contents collide could only deceive itself.
     */
    uint8_t content_hash[WIRE_HASH_BYTES];

    /* Where they apply; a field that does not apply to the kind has been refused. */
    int64_t claimed_at;  /* writes to one ticket but IMPORT */
    int64_t as_of_at;    /* LIST_TICKETS, SHOW_TICKET, LIST_BREACHES, EXPLAIN */
    int64_t as_known_at; /* the same */
    bool has_min_token;
    struct wire_token min_token;
    uint64_t if_version; /* TAKE, ADD_MESSAGE, HOLD, RESUME, RESOLVE; 0 = any */
    const char *reason;
    bool dry_run;         /* IMPORT_TICKET and APPLY_BOOK */
    uint32_t deadline_ms; /* from the frame's receipt; 0 = none */

    union {
        struct request_new_ticket new_ticket;
        struct request_list_tickets list_tickets;
        struct wire_ticket ticket;      /* SHOW_TICKET, TAKE_TICKET */
        struct request_message message; /* ADD_MESSAGE, RESOLVE_TICKET */
        struct request_hold hold;       /* HOLD_TICKET, RESUME_TICKET */
        struct request_list_breaches list_breaches;
        struct request_explain explain;
        struct request_import import;
        struct request_apply_book apply_book;
        struct request_show_book show_book;
    } u;
};

/** True for a kind that goes through the writer. */
bool request_writes(enum request_kind kind);

/** The operation's field in the schema, "new_ticket"; "none" for REQUEST_NONE and outside the enum.
 * */
const char *request_kind_name(enum request_kind kind);

#endif
