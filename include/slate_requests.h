// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_REQUESTS_H
#define SLATE_REQUESTS_H

/*
 * What libslate's requests are made of. Included by <slate.h>, whose first comment says what holds
 * for strings, instants and ownership.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <slate_words.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a request id: a UUID. */
#define SLATE_REQUEST_ID_BYTES 16

/** A position: a state that has it contains everything up to (contract, seq). Contract "" is the
 * administration; seq 0 is no position at all. */
struct slate_token {
    const char *contract;
    uint64_t seq;
};

/** What any request may say besides its own fields. Zeroed, it says nothing. */
struct slate_with {
    uint32_t timeout_ms;          /* 0 = that of the connection */
    int64_t claimed_at;           /* changes: when it happened, as you say */
    int64_t as_of_at;             /* reads: the state then, by what is known today */
    int64_t as_known_at;          /* reads: using only what was recorded by then */
    struct slate_token min_token; /* reads: from a state that contains this change */
    uint64_t if_version; /* changes: refuse unless the ticket is at this version; 0 = any */
    const char *reason;
    bool dry_run; /* changes other than an intake: say what would be, change nothing */
    uint8_t request_id[SLATE_REQUEST_ID_BYTES]; /* changes: zeros = a new one. The same id with the
                                                   same content gives the first outcome again */
};

struct slate_new_ticket {
    const char *contract; /* name; needed */
    const char *priority; /* absent: the contract's last, least urgent */
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *team; /* absent: the contract's default */
    const char *requester;
    const char *subject;
    const char *body;
    const char *hold;   /* created on hold for this reason */
    const char *source; /* with source_key: the same pair gives the same ticket */
    const char *source_key;
    const char *channel;
};

/** Some opaque bytes. */
struct slate_bytes {
    const uint8_t *p;
    size_t n;
};

struct slate_list_tickets {
    const char *contract;
    const char *team;
    const char *assignee;
    const enum slate_ticket_state *states; /* n_states == 0: all */
    size_t n_states;
    const char *const *priorities; /* n_priorities == 0: all */
    size_t n_priorities;
    bool breached;             /* only those with a breached clock and not resolved */
    bool unassigned;           /* only those that nobody has */
    int64_t due_before_at;     /* only those with a running clock that is due before it */
    uint32_t limit;            /* rows of this page; 0 = as many as the server likes */
    struct slate_bytes cursor; /* of the page before */
};

struct slate_show_ticket {
    const char *ticket; /* KEY-number */
};

struct slate_take_ticket {
    const char *ticket;
    bool steal; /* also from somebody else */
};

struct slate_add_message {
    const char *ticket;
    enum slate_visibility visibility; /* public = a reply, internal = a note */
    const char *body;
    const char *channel;
    const char *hold; /* a reply that puts the ticket on hold for this reason */
};

struct slate_hold_ticket {
    const char *ticket;
    const char *reason;
};

struct slate_resume_ticket {
    const char *ticket;
    const char *reason; /* absent: every reason */
};

struct slate_resolve_ticket {
    const char *ticket;
    const char *message; /* a public reply */
    const char *channel;
};

/** Nobody has it then. */
struct slate_release_ticket {
    const char *ticket;
};

/** Somebody has seen it, and does not take it. */
struct slate_acknowledge_ticket {
    const char *ticket;
};

struct slate_assign_ticket {
    const char *ticket;
    const char *assignee; /* a principal's name; needed */
};

struct slate_transfer_ticket {
    const char *ticket;
    const char *team; /* of the ticket's contract; needed. Nobody has it then */
};

struct slate_set_priority {
    const char *ticket;
    const char *priority;
};

struct slate_close_ticket {
    const char *ticket;
};

struct slate_reopen_ticket {
    const char *ticket;
};

/** It ends; what is said to it later goes to the other one. */
struct slate_merge_ticket {
    const char *ticket;
    const char *into; /* of the same contract; needed */
};

struct slate_link_ticket {
    const char *ticket;
    const char *other; /* of the same contract; it shows the inverse. Needed */
    enum slate_link_kind kind;
    bool remove;
};

struct slate_tag_ticket {
    const char *ticket;
    const char *const *tags; /* at least one; none is NULL */
    size_t n_tags;
    bool remove;
};

/** Unlike elsewhere NULL and "" differ: what is NULL is left alone, "" takes it away. A ticket's
 * subject can't be taken away. */
struct slate_edit_ticket {
    const char *ticket;
    const char *subject;
    const char *category;
    const char *customer_tier;
    const char *language;
};

/** What happened to a ticket, newest first. */
struct slate_show_log {
    const char *ticket;
    uint32_t limit;            /* events of this page; 0 = as many as the server likes */
    struct slate_bytes cursor; /* of the page before */
};

struct slate_list_breaches {
    int64_t since_at; /* breached_at >= since_at */
    int64_t until_at; /* breached_at < until_at */
    const char *team;
    const char *vendor;
    const char *contract;
    enum slate_clock_kind clock; /* 0 = all */
    uint32_t limit;
    struct slate_bytes cursor;
};

struct slate_explain {
    const char *ticket;
    enum slate_clock_kind clock; /* 0 = every clock */
};

/** Whose time a clock's time was. */
struct slate_split_clock {
    const char *ticket;
    enum slate_clock_kind clock; /* 0 = every clock */
};

/** A step of an imported history. */
struct slate_import_event {
    int64_t at; /* claimed; needed */
    enum slate_import_action action;
    const char *hold_reason;
    const char *priority;
    enum slate_side side;
    enum slate_message_kind message_kind;
    enum slate_visibility visibility;
    const char *channel;
    const char *body;
};

struct slate_import_ticket {
    const char *contract;
    const char *source;
    const char *source_key;
    int64_t opened_at; /* claimed */
    const char *priority;
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *team;
    const char *requester;
    const char *subject;
    const char *body;
    const char *hold;
    const struct slate_import_event *events;
    size_t n_events;
    const enum slate_clock_kind *clocks; /* that the data can carry; the others are unmeasured */
    size_t n_clocks;
    int64_t cutover_at;
};

/**
 * One line of a feed from another tool. slate_with.claimed_at is when the source says that it
 * happened; absent: now. The same line (the same line_id, or without one the same content) is
 * applied once for ever, whoever sends it and however often: sending it again gives
 * SLATE_INTAKE_DUPLICATE.
 */
struct slate_intake {
    const char *contract;            /* needed */
    const char *source;              /* the tool, as the book knows it; needed */
    const char *source_key;          /* of the ticket, as the source knows it; needed */
    const char *line_id;             /* of the line, unique for the source; absent: its content */
    enum slate_intake_action action; /* needed */
    const char *priority;            /* open, update */
    const char *function;            /* open */
    const char *category;            /* open, update */
    const char *customer_tier;       /* open, update */
    const char *language;            /* open, update */
    const char *team;                /* open */
    const char *requester;           /* open */
    const char *subject;             /* open, update */
    const char *body;                /* open, message; resolve: a last message */
    const char *channel;             /* open, message, resolve */
    const char *hold_reason; /* hold; resume: absent = every reason; open: created on hold */
    /* But update: for whom it speaks, as far as the source may. 0 = the tool; of an open the
     * requester, where the source may speak for them. */
    enum slate_side side;
    /* Open, message, resolve. 0 = human where it has a side, else auto. */
    enum slate_message_kind message_kind;
    enum slate_visibility visibility; /* message; 0 = public */
};

struct slate_apply_book {
    const char *text;          /* YAML */
    const char *file;          /* its name, for messages */
    struct slate_bytes cursor; /* dry run: of the page before, to look at more open tickets */
};

/** A written book and what might happen under it. Both stand alone: nothing that is in force is
 * looked at, and nothing is kept. */
struct slate_try_book {
    const char *text;     /* YAML; needed */
    const char *file;     /* its name, for messages */
    const char *scenario; /* YAML; needed */
    const char *scenario_file;
};

struct slate_show_book {
    const char *kind; /* absent: everything in force */
    const char *name;
    uint32_t version;     /* 0 = the newest */
    const char *contract; /* only what it relies on, and itself; without a kind */
};

struct slate_list_users {
    const char *name; /* only this one; absent: all that you may see */
    uint32_t limit;   /* rows of this page; 0 = as many as the server likes */
    struct slate_bytes cursor;
};

/** Makes a principal, and a code with which its holder gets a certificate once. */
struct slate_add_user {
    const char *name;         /* needed */
    const char *const *roles; /* at least one: "agent", "vendor-manager", ... */
    size_t n_roles;
    const char *party; /* absent: none, or that of the teams */
    const char *const *teams;
    size_t n_teams;
    const char *source; /* intake: its own */
    bool tool;          /* a program, no person */
};

struct slate_set_user {
    const char *name;              /* needed */
    enum slate_user_action action; /* needed */
    struct slate_bytes key_sha256; /* VOUCH: a key of theirs, as slate_read_profile() tells it */
};

/** A new certificate for who asks; slate_renew() does all of it. */
struct slate_renew_certificate {
    struct slate_bytes csr; /* PKCS #10, DER */
};

struct slate_propose_book {
    const char *text; /* YAML; needed */
    const char *file; /* its name, for messages */
};

struct slate_approve_book {
    uint64_t proposal;         /* needed */
    struct slate_bytes sha256; /* of what was read; needed */
    bool withdraw;             /* take it back, or say no: it ends */
};

struct slate_list_proposals {
    const char *contract;
    bool all; /* those that ended too */
};

struct slate_list_access {
    const char *contract;
    int64_t since_at;
    int64_t until_at;
    const char *actor;
    uint32_t limit;
    struct slate_bytes cursor;
};

/** The file of a contract's chain, piece by piece. */
struct slate_export_journal {
    const char *contract; /* needed */
    uint64_t from_seq;    /* 0 = 1 */
    uint64_t to_seq;      /* 0 = the newest */
    bool texts;
    struct slate_bytes cursor;
};

struct slate_show_head {
    const char *contract; /* absent: all that one may see */
};

/** slate_sign_head() does all of it. */
struct slate_countersign {
    const char *contract; /* needed; so are the others */
    uint64_t seq;
    struct slate_bytes sha256;
    struct slate_bytes signature;   /* DER */
    struct slate_bytes certificate; /* X.509, DER */
};

struct slate_erase_texts {
    const char *ticket;        /* of this ticket, of a requester, or of one entry */
    uint32_t message;          /* of a ticket: only this one; 0 = all its texts */
    const char *requester;     /* all texts of their tickets */
    const char *contract;      /* of a requester: only here; of an entry: whose */
    struct slate_bytes cursor; /* of a requester: where the answer before ended */
    uint64_t entry;            /* its place in the contract's stream; 0 = none */
};

/** What slate_next_event() shall give. */
struct slate_subscribe {
    const struct slate_token *from; /* after these positions; a contract without one begins now */
    size_t n_from;
    const char *contract; /* absent: all that you may see */
    const char *team;     /* only tickets of this team; what leaves it or comes to it is seen */
    const enum slate_event_kind *kinds; /* n_kinds == 0: all */
    size_t n_kinds;
    bool resumes; /* `from` is all that slate_positions() gave before: a contract that it does not
                     name came later, and begins at its beginning */
};

/* ---- any of them ----------------------------------------------------------------------------- */

/** Which request, and so which member of a struct slate_request and a struct slate_result. */
enum slate_kind {
    SLATE_NEW_TICKET = 1,     /* result: changed */
    SLATE_LIST_TICKETS,       /* tickets */
    SLATE_SHOW_TICKET,        /* detail */
    SLATE_TAKE_TICKET,        /* changed */
    SLATE_ADD_MESSAGE,        /* changed */
    SLATE_HOLD_TICKET,        /* changed */
    SLATE_RESUME_TICKET,      /* changed */
    SLATE_RESOLVE_TICKET,     /* changed */
    SLATE_LIST_BREACHES,      /* breaches */
    SLATE_EXPLAIN,            /* explanation */
    SLATE_IMPORT_TICKET,      /* imported */
    SLATE_APPLY_BOOK,         /* diff */
    SLATE_SHOW_BOOK,          /* book */
    SLATE_RELEASE_TICKET,     /* changed */
    SLATE_ACKNOWLEDGE_TICKET, /* changed */
    SLATE_ASSIGN_TICKET,      /* changed */
    SLATE_TRANSFER_TICKET,    /* changed */
    SLATE_SET_PRIORITY,       /* changed */
    SLATE_CLOSE_TICKET,       /* changed */
    SLATE_REOPEN_TICKET,      /* changed */
    SLATE_MERGE_TICKET,       /* changed: the ticket that ended */
    SLATE_LINK_TICKET,        /* changed */
    SLATE_TAG_TICKET,         /* changed */
    SLATE_EDIT_TICKET,        /* changed */
    SLATE_SHOW_LOG,           /* log */
    SLATE_INTAKE,             /* intake */
    SLATE_LIST_USERS,         /* users */
    SLATE_SUBSCRIBE,          /* only through slate_subscribe() */
    SLATE_SPLIT_CLOCK,        /* splits */
    SLATE_TRY_BOOK,           /* tried */
    SLATE_ADD_USER,           /* user */
    SLATE_SET_USER,           /* user */
    SLATE_RENEW_CERTIFICATE,  /* certificate */
    SLATE_PROPOSE_BOOK,       /* diff; the proposal's number is in slate_list_proposals() */
    SLATE_APPROVE_BOOK,       /* proposals: the one, as it is then */
    SLATE_LIST_PROPOSALS,     /* proposals */
    SLATE_LIST_ACCESS,        /* access */
    SLATE_EXPORT_JOURNAL,     /* chunk */
    SLATE_SHOW_HEAD,          /* heads */
    SLATE_COUNTERSIGN,        /* heads: of the contract */
    SLATE_ERASE_TEXTS,        /* erased */
    SLATE_EVENT,              /* no request: what slate_next_event() gives. event */
};

struct slate_request {
    enum slate_kind kind;
    struct slate_with with;
    union {
        struct slate_new_ticket new_ticket;
        struct slate_list_tickets list_tickets;
        struct slate_show_ticket show_ticket;
        struct slate_take_ticket take_ticket;
        struct slate_add_message add_message;
        struct slate_hold_ticket hold_ticket;
        struct slate_resume_ticket resume_ticket;
        struct slate_resolve_ticket resolve_ticket;
        struct slate_list_breaches list_breaches;
        struct slate_explain explain;
        struct slate_split_clock split_clock;
        struct slate_import_ticket import_ticket;
        struct slate_apply_book apply_book;
        struct slate_show_book show_book;
        struct slate_try_book try_book;
        struct slate_add_user add_user;
        struct slate_set_user set_user;
        struct slate_renew_certificate renew_certificate;
        struct slate_propose_book propose_book;
        struct slate_approve_book approve_book;
        struct slate_list_proposals list_proposals;
        struct slate_list_access list_access;
        struct slate_export_journal export_journal;
        struct slate_show_head show_head;
        struct slate_countersign countersign;
        struct slate_erase_texts erase_texts;
        struct slate_release_ticket release_ticket;
        struct slate_acknowledge_ticket acknowledge_ticket;
        struct slate_assign_ticket assign_ticket;
        struct slate_transfer_ticket transfer_ticket;
        struct slate_set_priority set_priority;
        struct slate_close_ticket close_ticket;
        struct slate_reopen_ticket reopen_ticket;
        struct slate_merge_ticket merge_ticket;
        struct slate_link_ticket link_ticket;
        struct slate_tag_ticket tag_ticket;
        struct slate_edit_ticket edit_ticket;
        struct slate_show_log show_log;
        struct slate_intake intake;
        struct slate_list_users list_users;
        struct slate_subscribe subscribe;
    };
};

#ifdef __cplusplus
}
#endif

#endif
