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
    REQUEST_RELEASE_TICKET,
    REQUEST_ACKNOWLEDGE_TICKET,
    REQUEST_ASSIGN_TICKET,
    REQUEST_TRANSFER_TICKET,
    REQUEST_SET_PRIORITY,
    REQUEST_CLOSE_TICKET,
    REQUEST_REOPEN_TICKET,
    REQUEST_MERGE_TICKET,
    REQUEST_LINK_TICKET,
    REQUEST_TAG_TICKET,
    REQUEST_EDIT_TICKET,
    REQUEST_SHOW_LOG,
    REQUEST_LIST_BREACHES,
    REQUEST_EXPLAIN,
    REQUEST_SUBSCRIBE,
    REQUEST_IMPORT_TICKET,
    REQUEST_INTAKE,
    REQUEST_APPLY_BOOK,
    REQUEST_SHOW_BOOK,
    REQUEST_LIST_USERS,
    REQUEST_SPLIT_CLOCK,
    REQUEST_TRY_BOOK,
    REQUEST_ADD_USER,
    REQUEST_SET_USER,
    REQUEST_RENEW_CERTIFICATE,
    REQUEST_PROPOSE_BOOK,
    REQUEST_APPROVE_BOOK,
    REQUEST_LIST_PROPOSALS,
    REQUEST_LIST_ACCESS,
    REQUEST_EXPORT_JOURNAL,
    REQUEST_SHOW_HEAD,
    REQUEST_COUNTERSIGN,
    REQUEST_ERASE_TEXTS,
    REQUEST_ENROL, /* never in an Envelope: by wire_decode_enrol() */
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
    bool unassigned;          /* never together with an assignee */
    int64_t due_before_at;    /* a clock is due before it; INSTANT_NONE = all */
    uint32_t limit;           /* rows, 1..WIRE_PAGE_ROWS_MAX */
    struct wire_bytes cursor; /* n == 0: the first page. Anybody can write one: check it */
};

struct request_take {
    struct wire_ticket ticket;
    bool steal; /* from whoever has it */
};

struct request_message {
    struct wire_ticket ticket;
    enum message_visibility visibility; /* ADD_MESSAGE: never NONE; RESOLVE: MESSAGE_PUBLIC */
    const char *channel;
    struct text body; /* ADD_MESSAGE: never empty; RESOLVE: n == 0 = without a reply */
    const char *hold; /* ADD_MESSAGE, PUBLIC: puts it on hold for this reason; "" = does not */
};

struct request_hold {
    struct wire_ticket ticket;
    const char *reason; /* HOLD: never ""; RESUME: "" = every reason */
};

struct request_assign {
    struct wire_ticket ticket;
    const char *name; /* of a principal; never "" */
};

struct request_transfer {
    struct wire_ticket ticket;
    const char *team; /* never "" */
};

struct request_priority {
    struct wire_ticket ticket;
    const char *priority; /* never "" */
};

struct request_merge {
    struct wire_ticket ticket;
    struct wire_ticket other; /* into it; of whichever contract, and may be the same one */
};

struct request_link {
    struct wire_ticket ticket;
    struct wire_ticket other; /* as in request_merge */
    enum link_kind kind;      /* as `ticket` shows it; never NONE */
    bool remove;
};

struct request_tag {
    struct wire_ticket ticket;
    const struct text *tags; /* TEXT_TAG, each once, as wire/utf8.h says */
    size_t n_tags;           /* 1..WIRE_TAGS_MAX */
    bool remove;
};

/** What is not in `edits` is "". */
struct request_edit {
    struct wire_ticket ticket;
    uint32_t edits;      /* bits of enum edit, never 0: what is set; "" then takes it away */
    struct text subject; /* never empty when it is set */
    const char *category;
    const char *customer_tier;
    const char *language;
};

struct request_log {
    struct wire_ticket ticket;
    uint32_t limit;           /* as in request_list_tickets */
    struct wire_bytes cursor; /* so too */
};

struct request_subscribe {
    const struct wire_token *from; /* each contract once, none of them "" */
    size_t n_from;                 /* <= WIRE_POSITIONS_MAX; a contract without one begins now */
    const char *contract;          /* "" = every one that the principal may see; so for the team */
    const char *team;
    uint32_t kinds; /* bit (1u << enum reply_event_kind); 0 = all */
    bool resumes;   /* a contract without a position is new to the client: from its beginning */
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

/**
 * One line of a feed. Which of the fields can be there depends on the action; the others are "",
 * empty or NONE:
 *
 *     OPEN     every one of `ticket`, side, message_kind
 *     UPDATE   priority, category, customer_tier, language, subject: one of them at least
 *     MESSAGE  body (needed), channel, side, message_kind, visibility (needed there: PUBLIC when
 *              it was absent)
 *     HOLD     hold (needed), side
 *     RESUME   hold ("" = every reason), side
 *     RESOLVE  body, channel (a last message), side, message_kind
 *
 * request.line_id and request.claimed_at belong to it.
 */
struct request_intake {
    struct request_new_ticket ticket; /* contract, source and source_key never "" */
    enum intake_action action;        /* never NONE */
    enum side side;                   /* for whom it speaks; NONE = it does not say */
    /* NONE = it does not say. HUMAN only beside a side that is not the tool, or in an OPEN that
     * says nothing of a side. */
    enum message_kind message_kind;
    enum message_visibility visibility;
};

struct request_list_users {
    const char *name;         /* "" = all that the principal may see */
    uint32_t limit;           /* as in request_list_tickets */
    struct wire_bytes cursor; /* so too */
};

struct request_apply_book {
    const char *text;         /* YAML, never "" */
    size_t n;                 /* bytes of text without its NUL */
    const char *file;         /* its name, for messages */
    struct wire_bytes cursor; /* dry run only: as in request_list_tickets */
};

struct request_add_user {
    const char *name;  /* never "" */
    uint32_t roles;    /* set of enum role, never 0 */
    const char *party; /* "" = none, or that of the teams */
    const char *const *teams;
    size_t n_teams; /* <= PRINCIPAL_TEAMS_MAX */
    const char *source;
    bool tool;
};

enum user_action {
    USER_NONE = 0,
    USER_DISABLE = 1,
    USER_ENABLE = 2,
    USER_ROTATE = 3,
    USER_VOUCH = 4,
};

struct request_set_user {
    const char *name;             /* never "" */
    enum user_action action;      /* never NONE */
    struct wire_bytes key_sha256; /* VOUCH: BOOK_HASH_BYTES, or none */
};

/** RENEW_CERTIFICATE, and ENROL with the secret of a code. */
struct request_certificate {
    uint8_t secret[WIRE_SECRET_BYTES];
    struct wire_bytes csr; /* PKCS #10, DER; anybody can write one: check it */
};

struct request_approve_book {
    uint64_t proposal; /* never 0 */
    uint8_t sha256[BOOK_HASH_BYTES];
    bool withdraw;
};

struct request_list_proposals {
    const char *contract; /* "" = all that the principal may see */
    bool all;
};

struct request_list_access {
    const char *contract; /* "" = all that the principal may see */
    int64_t since_at;
    int64_t until_at;
    const char *actor;        /* "" = all */
    uint32_t limit;           /* as in request_list_tickets */
    struct wire_bytes cursor; /* so too */
};

struct request_export_journal {
    const char *contract; /* never "" */
    uint64_t from_seq;    /* never 0 */
    uint64_t to_seq;      /* 0 = the newest; else not before from_seq */
    bool texts;
    struct wire_bytes cursor; /* as in request_list_tickets */
};

struct request_show_head {
    const char *contract; /* "" = all that the principal may see */
};

struct request_countersign {
    const char *contract; /* never "" */
    uint64_t seq;         /* never 0 */
    uint8_t sha256[BOOK_HASH_BYTES];
    struct wire_bytes signature;   /* DER; never empty, <= WIRE_SIGNATURE_BYTES */
    struct wire_bytes certificate; /* DER; never empty, <= WIRE_CERTIFICATE_BYTES */
};

struct request_erase {
    struct wire_ticket ticket; /* number 0: by the requester, or one entry */
    uint32_t message;          /* 0 = all texts of the ticket */
    const char *requester;     /* "" = by the ticket, or one entry */
    const char *contract;      /* "" = every one; never with an entry */
    uint64_t entry;            /* seq in the contract's stream; 0 = none */
    struct wire_bytes cursor;  /* as in request_list_tickets; by the requester only */
};

struct request_try_book {
    const char *text;      /* YAML, never "" */
    size_t n;              /* bytes of text without its NUL */
    const char *file;      /* its name, for messages */
    const char *scenario;  /* YAML, never "" */
    size_t scenario_bytes; /* without its NUL */
    const char *scenario_file;
};

struct request_show_book {
    enum book_kind kind;  /* BOOK_NONE = everything in force; never BOOK_ZONE */
    const char *name;     /* "" = everything of the kind; only with a kind */
    uint32_t version;     /* 0 = the newest; only with a name */
    const char *contract; /* "" = of any; only without a kind */
};

struct request {
    uint64_t id; /* echoed in the reply; 0 only when a refused frame hid it */
    enum request_kind kind;

    bool has_request_id; /* true for a write that is not a dry run; never for ENROL */
    uint8_t request_id[WIRE_REQUEST_ID_BYTES]; /* not all zero */
    /**
     * Of everything but id, request_id, min_token, deadline_ms, dry_run and fields that we do not
     * know; equal for equal content in whatever field order it was sent. XXH3 with 128 bits, which
     * is no cryptographic hash: it only tells a principal's retry from the same principal's reuse
     * of its own request id, or a source's line from its other lines, so the one who could make two
     * contents collide could only deceive itself. Stored with the lines of a source: permanent.
     * ENROL: zeros.
     */
    uint8_t content_hash[WIRE_HASH_BYTES];
    /**
     * INTAKE, and NEW_TICKET with a source_key: which line of its source it is, else zeros. XXH3
     * with 128 bits of source, NUL, source_key, NUL, and "i" with the line's own id or, where it
     * has none, "c" with the content_hash. Stored: permanent. Nothing keeps a source from making a
     * line with the line_id of another source's on purpose: whoever finds a line by it compares the
     * source of the line's ticket too.
     */
    uint8_t line_id[WIRE_LINE_BYTES];

    /* Where they apply; a field that does not apply to the kind has been refused. */
    int64_t claimed_at;  /* changes of a ticket but IMPORT; INTAKE: when its source says it was */
    int64_t as_of_at;    /* LIST_TICKETS, SHOW_TICKET, LIST_BREACHES, EXPLAIN, SPLIT_CLOCK */
    int64_t as_known_at; /* the same */
    bool has_min_token;
    struct wire_token min_token;
    uint64_t if_version; /* changes of a ticket that is there, but INTAKE; 0 = any */
    const char *reason;
    /* PROPOSE_BOOK, ERASE_TEXTS, and every change before ADD_USER in the enum but INTAKE */
    bool dry_run;
    uint32_t deadline_ms; /* from the frame's receipt; 0 = none */

    union {
        struct request_new_ticket new_ticket;
        struct request_list_tickets list_tickets;
        /* SHOW_TICKET, and RELEASE, ACKNOWLEDGE, CLOSE, REOPEN. Every other struct that has a
         * ticket begins with it. */
        struct wire_ticket ticket;
        struct request_take take;
        struct request_message message; /* ADD_MESSAGE, RESOLVE_TICKET */
        struct request_hold hold;       /* HOLD_TICKET, RESUME_TICKET */
        struct request_assign assign;
        struct request_transfer transfer;
        struct request_priority priority;
        struct request_merge merge;
        struct request_link link;
        struct request_tag tag;
        struct request_edit edit;
        struct request_log log;
        struct request_subscribe subscribe;
        struct request_intake intake;
        struct request_list_users list_users;
        struct request_list_breaches list_breaches;
        struct request_explain explain; /* EXPLAIN, SPLIT_CLOCK */
        struct request_import import;
        struct request_apply_book apply_book;
        struct request_show_book show_book;
        struct request_try_book try_book;
        struct request_add_user add_user;
        struct request_set_user set_user;
        struct request_certificate certificate; /* RENEW_CERTIFICATE, ENROL */
        struct request_apply_book propose_book; /* without a cursor */
        struct request_approve_book approve_book;
        struct request_list_proposals list_proposals;
        struct request_list_access list_access;
        struct request_export_journal export_journal;
        struct request_show_head show_head;
        struct request_countersign countersign;
        struct request_erase erase;
    } u;
};

/** True for a kind that goes through the writer. */
bool request_writes(enum request_kind kind);

/** The operation's field in the schema, "new_ticket"; "enrol", which is none; "none" for
 * REQUEST_NONE and outside the enum. */
const char *request_kind_name(enum request_kind kind);

#endif
