// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TYPES_H
#define SLATE_TYPES_H

/*
 * What libslate's requests and results are made of. Included by <slate.h>, whose first comment says
 * what holds for strings, instants and ownership.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SLATE_API __attribute__((visibility("default")))
#else
#define SLATE_API
#endif

/** Bytes of a request id: a UUID. */
#define SLATE_REQUEST_ID_BYTES 16

/* ---- words of the domain --------------------------------------------------------------------- */

enum slate_ticket_state {
    SLATE_TICKET_NEW = 1,
    SLATE_TICKET_OPEN = 2,
    SLATE_TICKET_HELD = 3,
    SLATE_TICKET_RESOLVED = 4,
    SLATE_TICKET_CLOSED = 5,
    SLATE_TICKET_MERGED = 6,
};

enum slate_clock_kind {
    SLATE_CLOCK_ACKNOWLEDGE = 1,
    SLATE_CLOCK_FIRST_RESPONSE = 2,
    SLATE_CLOCK_NEXT_RESPONSE = 3,
    SLATE_CLOCK_UPDATE = 4,
    SLATE_CLOCK_RESOLUTION = 5,
    SLATE_CLOCK_TURNAROUND = 6,
    SLATE_CLOCK_OLA = 7,
};

enum slate_clock_state {
    SLATE_CLOCK_RUNNING = 1,
    SLATE_CLOCK_ON_HOLD = 2,
    SLATE_CLOCK_STOPPED = 3,
    SLATE_CLOCK_CANCELLED = 4,
};

enum slate_verdict {
    SLATE_VERDICT_OPEN = 1,
    SLATE_VERDICT_MET = 2,
    SLATE_VERDICT_BREACHED = 3,
    SLATE_VERDICT_UNMEASURED = 4, /* imported data can't carry this clock */
};

enum slate_side {
    SLATE_SIDE_REQUESTER = 1,
    SLATE_SIDE_BUYER = 2,
    SLATE_SIDE_VENDOR = 3,
    SLATE_SIDE_TOOL = 4,
};

enum slate_message_kind {
    SLATE_MESSAGE_HUMAN = 1,
    SLATE_MESSAGE_AUTO = 2,
};

enum slate_visibility {
    SLATE_PUBLIC = 1,
    SLATE_INTERNAL_NOTE = 2,
};

enum slate_span_kind {
    SLATE_SPAN_COUNTED = 1,
    SLATE_SPAN_HELD = 2,
    SLATE_SPAN_OUTSIDE = 3,
    SLATE_SPAN_PAST_LIMIT = 4, /* counted beyond the target */
    SLATE_SPAN_STOPPED = 5,    /* between a resolve and a reopening that leaves that time out */
};

enum slate_import_action {
    SLATE_IMPORT_MESSAGE = 1,
    SLATE_IMPORT_TAKE = 2,
    SLATE_IMPORT_HOLD = 3,
    SLATE_IMPORT_RESUME = 4,
    SLATE_IMPORT_RESOLVE = 5,
    SLATE_IMPORT_REOPEN = 6,
    SLATE_IMPORT_CLOSE = 7,
    SLATE_IMPORT_PRIORITY = 8,
};

enum slate_book_change_kind {
    SLATE_BOOK_NEW = 1,
    SLATE_BOOK_VERSION = 2, /* a new version of what is there */
    SLATE_BOOK_SAME = 3,
};

/** The enums above, for slate_name() and slate_named(). */
enum slate_vocabulary {
    SLATE_TICKET_STATES,
    SLATE_CLOCK_KINDS,
    SLATE_CLOCK_STATES,
    SLATE_VERDICTS,
    SLATE_SIDES,
    SLATE_MESSAGE_KINDS,
    SLATE_VISIBILITIES,
    SLATE_SPAN_KINDS,
    SLATE_IMPORT_ACTIONS,
    SLATE_BOOK_CHANGES,
};

/** The word for a value, as JSON and options have it: "first_response", "on_hold". NULL for 0 and
 * for a value that this library doesn't know. */
SLATE_API const char *slate_name(enum slate_vocabulary vocabulary, int value);

/** The value of a word; 0 when it is none of that vocabulary. */
SLATE_API int slate_named(enum slate_vocabulary vocabulary, const char *word);

/* ---- requests -------------------------------------------------------------------------------- */

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
    bool dry_run; /* imports and books: say what would be, change nothing */
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
    uint32_t limit;            /* rows of this page; 0 = as many as the server likes */
    struct slate_bytes cursor; /* of the page before */
};

struct slate_show_ticket {
    const char *ticket; /* KEY-number */
};

struct slate_take_ticket {
    const char *ticket;
};

struct slate_add_message {
    const char *ticket;
    enum slate_visibility visibility; /* public = a reply, internal = a note */
    const char *body;
    const char *channel;
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

struct slate_apply_book {
    const char *text; /* YAML */
    const char *file; /* its name, for messages */
};

struct slate_show_book {
    const char *kind; /* absent: everything in force */
    const char *name;
    uint32_t version; /* 0 = the newest */
};

/* ---- results --------------------------------------------------------------------------------- */

struct slate_clock {
    enum slate_clock_kind kind;
    uint32_t cycle; /* from 1 */
    enum slate_clock_state state;
    enum slate_verdict verdict; /* 0 = none: cancelled */
    uint32_t contract_version;
    const char *within; /* the target as the contract writes it */
    uint64_t target_us;
    uint64_t elapsed_us; /* business time used at as_of_at */
    int64_t as_of_at;
    int64_t started_at;
    int64_t stopped_at;
    int64_t due_at;            /* absent on hold */
    int64_t limit_at;          /* breached after it; later than due_at over a closing time */
    int64_t due_if_resumed_at; /* on hold */
    int64_t breached_at;
    const char *calendar;
};

/** A ticket as lists and confirmations have it. */
struct slate_ticket {
    const char *ticket; /* KEY-number */
    uint64_t version;
    enum slate_ticket_state state;
    const char *contract;
    const char *team;
    const char *assignee;
    const char *priority;
    const char *subject; /* absent: erased, or not yours to read */
    int64_t received_at;
    int64_t updated_at;
    int64_t occurred_at;
    int64_t resolved_at;
    size_t n_holds;
    const char *const *holds;                 /* reasons in force */
    const struct slate_clock *next_clock;     /* the running one that is due first; NULL = none */
    const struct slate_clock *breached_clock; /* the one that breached first; NULL = none */
    bool imported;
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *source;
    const char *source_key;
};

struct slate_ticket_changed {
    struct slate_ticket ticket;
    bool existing; /* nothing was changed: it was there already */
};

struct slate_ticket_page {
    size_t n_tickets;
    const struct slate_ticket *tickets;
    bool truncated; /* there is more: ask with cursor */
    struct slate_bytes cursor;
    int64_t snapshot_at;
};

struct slate_message {
    uint32_t number; /* 1 is the first */
    int64_t effective_at;
    int64_t recorded_at;
    int64_t claimed_at;
    const char *author;
    enum slate_side side;
    enum slate_message_kind kind;
    enum slate_visibility visibility;
    const char *channel;
    const char *body; /* absent: erased, or not yours to read */
};

struct slate_ticket_detail {
    struct slate_ticket ticket;
    const char *requester;
    size_t n_clocks;
    const struct slate_clock *clocks;
    size_t n_messages;
    const struct slate_message *messages; /* ascending */
    bool truncated;                       /* there are older messages */
};

struct slate_breach {
    const char *ticket;
    enum slate_clock_kind clock;
    uint32_t cycle;
    const char *contract;
    uint32_t contract_version;
    const char *vendor;
    const char *team;
    const char *priority;
    const char *within;
    int64_t breached_at;
    int64_t detected_at;
    bool withdrawn;                /* a later event overturned it */
    enum slate_ticket_state state; /* of the ticket now */
    bool imported;
};

struct slate_breach_page {
    size_t n_breaches;
    const struct slate_breach *breaches;
    bool truncated;
    struct slate_bytes cursor;
    int64_t snapshot_at;
};

struct slate_span {
    int64_t from_at;
    int64_t to_at;
    enum slate_span_kind kind;
    uint64_t counted_us;
    size_t n_reasons;
    const char *const *reasons; /* held */
    const char *note;           /* a holiday's name, who did what at the start of the span */
    enum slate_side party;      /* held: whose time it is; 0 = not said */
};

struct slate_clock_explanation {
    struct slate_clock clock;
    int64_t contract_effective_at;
    const char *match; /* of the target's row, as text */
    uint32_t calendar_version;
    const char *zone; /* IANA name; absent for a union of calendars */
    const char *zone_release;
    struct slate_bytes zone_sha256;
    struct slate_bytes contract_sha256;
    struct slate_bytes calendar_sha256;
    size_t n_spans;
    const struct slate_span *spans; /* ascending */
    bool truncated;                 /* there are older spans */
    uint64_t counted_us;            /* counted + held + outside + stopped = wall time */
    uint64_t held_us;
    uint64_t outside_us;
    uint64_t stopped_us;
};

struct slate_explanation {
    const char *ticket;
    const char *contract;
    const char *priority;
    int64_t as_of_at;
    size_t n_clocks;
    const struct slate_clock_explanation *clocks;
};

struct slate_imported {
    const char *ticket;
    bool existing; /* (source, source_key) was there: nothing was changed */
    enum slate_ticket_state state;
    uint32_t events; /* journal entries written */
    size_t n_clocks;
    const struct slate_clock *clocks;
};

struct slate_book_change {
    const char *kind; /* calendar, party, team, contract, ... */
    const char *name;
    enum slate_book_change_kind change;
    uint32_t version; /* that it has or would have */
    int64_t effective_at;
    size_t n_removed;
    const char *const *removed; /* lines of the stored text that differ */
    size_t n_added;
    const char *const *added;
    uint64_t open_tickets; /* under contracts that it belongs to */
};

/** A target worked out, so that both sides see what they agreed. */
struct slate_book_example {
    const char *contract;
    enum slate_clock_kind clock;
    const char *match;
    const char *within;
    int64_t received_at;
    int64_t due_at;
    int64_t limit_at;
    const char *zone;
};

struct slate_book_diff {
    size_t n_changes;
    const struct slate_book_change *changes;
    size_t n_examples;
    const struct slate_book_example *examples;
    bool applied;
    uint64_t open_tickets;
    bool truncated; /* there are more differing lines, or examples */
    size_t n_warnings;
    const char *const *warnings; /* sentences, such as a list of holidays that ends soon */
};

struct slate_book_object {
    const char *kind;
    const char *name;
    uint32_t version;
    int64_t effective_at;
    int64_t recorded_at;
    const char *actor;
    struct slate_bytes sha256;
    const char *text; /* YAML */
};

struct slate_book_text {
    size_t n_objects;
    const struct slate_book_object *objects;
    bool truncated; /* there are more objects: ask for each by name */
};

/* ---- any of them ----------------------------------------------------------------------------- */

/** Which request, and so which member of a struct slate_request and a struct slate_result. */
enum slate_kind {
    SLATE_NEW_TICKET = 1, /* result: changed */
    SLATE_LIST_TICKETS,   /* tickets */
    SLATE_SHOW_TICKET,    /* detail */
    SLATE_TAKE_TICKET,    /* changed */
    SLATE_ADD_MESSAGE,    /* changed */
    SLATE_HOLD_TICKET,    /* changed */
    SLATE_RESUME_TICKET,  /* changed */
    SLATE_RESOLVE_TICKET, /* changed */
    SLATE_LIST_BREACHES,  /* breaches */
    SLATE_EXPLAIN,        /* explanation */
    SLATE_IMPORT_TICKET,  /* imported */
    SLATE_APPLY_BOOK,     /* diff */
    SLATE_SHOW_BOOK,      /* book */
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
        struct slate_import_ticket import_ticket;
        struct slate_apply_book apply_book;
        struct slate_show_book show_book;
    };
};

/** An answer. All that it points to lives as long as it does. */
struct slate_result {
    enum slate_kind kind;     /* of the request */
    struct slate_token token; /* changes: the position that contains it; seq 0 = none */
    union {
        struct slate_ticket_changed changed;
        struct slate_ticket_page tickets;
        struct slate_ticket_detail detail;
        struct slate_breach_page breaches;
        struct slate_explanation explanation;
        struct slate_imported imported;
        struct slate_book_diff diff;
        struct slate_book_text book;
    };
};

#ifdef __cplusplus
}
#endif

#endif
