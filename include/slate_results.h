// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_RESULTS_H
#define SLATE_RESULTS_H

/*
 * What libslate's results are made of. Included by <slate.h>, whose first comment says what holds
 * for strings, instants and ownership.
 */

#include <slate_requests.h>

#ifdef __cplusplus
extern "C" {
#endif

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
    const char *team; /* ola: whose */
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
    const char *merged_into; /* KEY-number */
    int64_t close_at;        /* resolved: closes by itself then */
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

struct slate_link {
    const char *ticket; /* KEY-number */
    enum slate_link_kind kind;
};

struct slate_ticket_detail {
    struct slate_ticket ticket;
    const char *requester;
    size_t n_clocks;
    const struct slate_clock *clocks;
    size_t n_messages;
    const struct slate_message *messages; /* ascending */
    bool truncated;                       /* there are older messages */
    size_t n_links;
    const struct slate_link *links;
    size_t n_tags;
    const char *const *tags; /* without those that are erased, or not yours to read */
};

/** What happened to a ticket, without texts. Which of the fields are there depends on the kind. */
struct slate_event {
    const char *contract;
    uint64_t seq; /* its place in the contract's stream, ascending */
    const char *ticket;
    enum slate_event_kind kind;
    enum slate_origin origin;
    int64_t recorded_at;
    int64_t effective_at;
    int64_t claimed_at;
    const char *actor;     /* a principal; absent: the server's own clock */
    const char *via;       /* "slate/0.1.0", the source of an intake */
    const char *team;      /* the ticket's, after it */
    const char *from_team; /* transferred */
    const char *assignee;  /* taken, assigned */
    const char *priority;  /* opened, priority: as it is after it */
    enum slate_side side;  /* message */
    enum slate_message_kind message_kind;
    enum slate_visibility visibility;
    const char *channel;
    const char *hold_reason; /* held, resumed */
    enum slate_side hold_party;
    int64_t ends_at; /* held: ends by itself then; resolved: closes by itself then */
    const struct slate_clock
        *clock;          /* warning, breach, withdrawn, judged, rescheduled; NULL = none */
    const char *warning; /* as the contract writes it, "75%" */
    const char *other;   /* merged, absorbed, linked: a ticket */
    enum slate_link_kind link;
    bool removed;         /* linked, tagged: taken off */
    const char *category; /* edited: what was set */
    const char *customer_tier;
    const char *language;
    size_t n_edited;
    const char *const *edited;       /* edited: names of the fields that were set, the subject too;
                                      * erased: names of the texts that went */
    enum slate_intake_action action; /* kept */
    enum slate_ticket_state state_now; /* of the ticket when this was sent */
    const char *priority_now;
    enum slate_moved_by moved_by; /* rescheduled; so are the next two, as they were before */
    int64_t was_due_at;
    int64_t was_limit_at;
    uint64_t erased_seq; /* erased: whose texts, its place in the contract's stream */
    const char *reason;  /* erased: why; absent: that was erased too */
};

struct slate_log_page {
    size_t n_events;
    const struct slate_event *events; /* newest first */
    bool truncated;
    struct slate_bytes cursor;
    int64_t snapshot_at;
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
    const char *clock_team; /* ola: whose */
    uint32_t engine;        /* version of the arithmetic that judged */
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

/** A version of a calendar that a clock counted in. */
struct slate_calendar_used {
    const char *name;
    uint32_t version;
    int64_t effective_at; /* absent: since always */
    struct slate_bytes sha256;
    const char *zone; /* IANA name; absent for a union */
    struct slate_bytes zone_sha256;
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
    size_t n_calendars;
    const struct slate_calendar_used *calendars; /* ascending; a union's members too */
    uint32_t engine;                             /* version of the arithmetic */
    size_t n_ahead;
    const struct slate_span *ahead; /* from as_of_at to the limit, if nothing else happens */
    bool ahead_truncated;           /* there are more: the next ones are here */
};

struct slate_explanation {
    const char *ticket;
    const char *contract;
    const char *priority;
    int64_t as_of_at;
    size_t n_clocks;
    const struct slate_clock_explanation *clocks;
};

/** Some of a clock's time, and whose it was. */
struct slate_share {
    const char *team;  /* that had the ticket */
    const char *party; /* the team's */
    enum slate_span_kind kind;
    enum slate_side side; /* held: whose time it is; 0 where the reasons disagree */
    size_t n_reasons;
    const char *const *reasons; /* held */
    uint64_t wall_us;
};

struct slate_clock_split {
    struct slate_clock clock;
    size_t n_shares;
    const struct slate_share *shares; /* their sum is wall_us */
    uint64_t wall_us;                 /* from its start to its end, or to as_of_at */
};

struct slate_clock_splits {
    const char *ticket;
    const char *contract;
    const char *priority;
    int64_t as_of_at;
    size_t n_clocks;
    const struct slate_clock_split *clocks;
};

struct slate_imported {
    const char *ticket;
    bool existing; /* (source, source_key) was there: nothing was changed */
    enum slate_ticket_state state;
    uint32_t events; /* journal entries written */
    size_t n_clocks;
    const struct slate_clock *clocks;
};

struct slate_intake_done {
    const char *ticket; /* absent: kept before its ticket was there */
    enum slate_intake_outcome outcome;
    enum slate_ticket_state state;
    const char *why; /* kept: what stood against it */
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

/** A clock that a change of the book would move. */
struct slate_due_move {
    const char *ticket;
    struct slate_clock clock; /* as it would be */
    int64_t was_due_at;
    int64_t was_limit_at;
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
    /* Of a dry run: what it would do to open tickets, of those that this page looked at. */
    uint64_t looked_at; /* open tickets of contracts whose calendars would change */
    size_t n_moves;
    const struct slate_due_move *moves; /* of the first that move */
    uint64_t moved_earlier;             /* clocks */
    uint64_t moved_later;
    uint64_t breached;         /* clocks that it would breach */
    struct slate_bytes cursor; /* there are more to look at: ask again with it */
};

/** One expectation of a scenario. */
struct slate_tried_check {
    uint32_t line; /* of the scenario */
    const char *expected;
    const char *found;
    bool met;
};

struct slate_tried_ticket {
    const char *name;           /* as the scenario calls it */
    struct slate_ticket ticket; /* as it is in the end */
    int64_t as_of_at;
    size_t n_events;
    const struct slate_event *events; /* what happened to it, in order */
    size_t n_clocks;
    const struct slate_clock *clocks; /* as they are in the end */
    size_t n_checks;
    const struct slate_tried_check *checks;
};

struct slate_tried_book {
    size_t n_tickets;
    const struct slate_tried_ticket *tickets;
    size_t n_warnings;
    const char *const *warnings; /* of the book */
    uint32_t failed;             /* expectations that were not met */
    bool truncated;              /* more than an answer holds */
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

struct slate_user {
    const char *name;
    bool human;
    bool disabled;
    size_t n_roles;
    const char *const *roles;
    const char *party;
    size_t n_teams;
    const char *const *teams;
    const char *source;      /* of an intake */
    bool pinned;             /* only certificates for keys that were enrolled are taken */
    uint32_t keys;           /* how many of them */
    int64_t code_expires_at; /* an enrolment code is waiting */
    bool vouched;            /* a manager: its approvals count for its party */
};

struct slate_user_changed {
    struct slate_user user;
    const char *code; /* added, rotated: a secret, told once; else absent */
    int64_t code_expires_at;
};

struct slate_certificate {
    const char *cert; /* PEM; so is the next one */
    const char *ca;   /* all that the server's certificate may come from */
    int64_t expires_at;
};

struct slate_approval {
    const char *party;
    const char *actor; /* absent: not yet */
    int64_t recorded_at;
    struct slate_bytes key_sha256; /* of the key that said it, as in slate_own_certificate */
};

struct slate_proposal {
    uint64_t id;
    enum slate_proposal_state state;
    const char *actor;
    int64_t recorded_at;
    struct slate_bytes sha256;
    const char *text; /* YAML, as proposed */
    size_t n_contracts;
    const char *const *contracts; /* that it changes */
    size_t n_approvals;
    const struct slate_approval *approvals; /* asked for */
};

struct slate_proposal_page {
    size_t n_proposals;
    const struct slate_proposal *proposals;
    bool truncated;
};

struct slate_access {
    const char *contract;
    uint64_t seq;
    const char *actor;
    int64_t recorded_at;
    enum slate_access_kind kind;
    const char *ticket; /* show */
    uint32_t tickets;   /* list: so many */
    bool texts;         /* export: with them */
    const char *reason;
};

struct slate_access_page {
    size_t n_access;
    const struct slate_access *access;
    bool truncated;
    struct slate_bytes cursor;
    int64_t snapshot_at;
};

struct slate_journal_chunk {
    struct slate_bytes data;
    struct slate_bytes cursor; /* there is more: ask again with it */
};

struct slate_journal_head {
    const char *contract;
    uint64_t seq;
    struct slate_bytes sha256;
    int64_t recorded_at;
    uint64_t signed_seq; /* the newest that was countersigned; 0 = none */
    const char *signed_by;
    const char *signed_party;
};

struct slate_journal_heads {
    size_t n_heads;
    const struct slate_journal_head *heads;
};

struct slate_texts_erased {
    uint64_t tickets;
    uint64_t texts;
    bool more;                 /* ask again: one request erases a bounded number */
    struct slate_bytes cursor; /* with this */
    uint64_t
        keys_kept; /* entries of an older version have a source's key where it cannot be erased */
};

struct slate_user_page {
    size_t n_users;
    const struct slate_user *users;
    bool truncated;
    struct slate_bytes cursor;
    int64_t snapshot_at;
};

/** An answer. All that it points to lives as long as it does. */
struct slate_result {
    enum slate_kind kind;     /* of the request */
    struct slate_token token; /* changes and events: the position that contains it; seq 0 = none */
    union {
        struct slate_ticket_changed changed;
        struct slate_ticket_page tickets;
        struct slate_ticket_detail detail;
        struct slate_breach_page breaches;
        struct slate_explanation explanation;
        struct slate_clock_splits splits;
        struct slate_imported imported;
        struct slate_book_diff diff;
        struct slate_tried_book tried;
        struct slate_book_text book;
        struct slate_log_page log;
        struct slate_intake_done intake;
        struct slate_user_page users;
        struct slate_user_changed user;
        struct slate_certificate certificate;
        struct slate_proposal_page proposals;
        struct slate_access_page access;
        struct slate_journal_chunk chunk;
        struct slate_journal_heads heads;
        struct slate_texts_erased erased;
        struct slate_event event;
    };
};

#ifdef __cplusplus
}
#endif

#endif
