// SPDX-License-Identifier: Apache-2.0
/**
 * reply: what a client is answered, as plain values that the handlers fill and wire/encode.h turns
 * into bytes.
 *
 * In all of them a string that is "" or NULL, an instant that is INSTANT_NONE or INSTANT_NEVER, an
 * enum that is NONE and a number that is 0 is absent on the wire, unless a comment says that 0 is
 * sent. Nothing is kept: all may be gone when the encoding function has returned.
 */
#ifndef SLATE_WIRE_REPLY_H
#define SLATE_WIRE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "core/outcome.h"
#include "wire/wire.h"

struct reply_hello {
    const char *server_version;
    uint8_t cluster_id[16];
    int64_t server_at;
    const char *zone_release;    /* tzdata release in use */
    const char *principal;       /* who the certificate says you are */
    uint32_t roles;              /* set of enum role */
    const char *source;          /* intake: its own */
    uint32_t pipelined_requests; /* unanswered requests on one connection */
    /* The other limits and the protocol's number are constants of wire/wire.h and proto/frame.h. */
};

struct reply_clock {
    enum clock_kind kind;
    uint32_t cycle;
    enum clock_state state;
    enum ticket_verdict verdict;
    uint32_t contract_version;
    const char *within;   /* the target as the contract writes it */
    const char *calendar; /* name */
    const char *team;     /* ola: whose; "" else */
    int64_t target_us;    /* >= 0, sent also when 0; so is elapsed_us */
    int64_t elapsed_us;   /* business time used at as_of_at */
    int64_t as_of_at;
    int64_t started_at;
    int64_t stopped_at;
    int64_t due_at;
    int64_t limit_at;
    int64_t due_if_resumed_at; /* on hold: if it were resumed at as_of_at */
    int64_t breached_at;
};

struct reply_ticket {
    const char *key; /* of the contract */
    uint64_t number; /* 0: a new ticket's dry run */
    uint64_t version;
    enum ticket_state state;
    const char *contract;
    const char *team;
    const char *assignee; /* principal */
    const char *priority;
    struct text subject; /* n == 0: erased, or not theirs to read */
    const char *function;
    const char *category;
    const char *customer_tier;
    const char *language;
    const char *source;
    const char *source_key;
    int64_t received_at;
    int64_t updated_at;
    int64_t occurred_at;
    int64_t resolved_at;
    int64_t close_at;                  /* resolved: closes by itself then */
    uint64_t merged_into;              /* number, of the same contract; 0 = it is not */
    const char *holds[BOOK_HOLDS_MAX]; /* reasons in force */
    size_t n_holds;
    const struct reply_clock *next_clock;     /* NULL = none */
    const struct reply_clock *breached_clock; /* NULL = none */
    bool imported;
};

struct reply_ticket_changed {
    const struct reply_ticket *ticket;
    bool existing; /* nothing was changed: it was there already */
};

/** What follows the rows of a page of tickets, breaches, log entries or users. */
struct reply_page {
    bool truncated;           /* there is more */
    struct wire_bytes cursor; /* opaque; <= WIRE_CURSOR_BYTES; where the next page begins */
    int64_t snapshot_at;
};

/** What stands around the messages of a ticket. */
struct reply_detail {
    const struct reply_ticket *ticket;
    struct text requester; /* n == 0: erased, or not theirs to read */
    const struct reply_clock *clocks;
    size_t n_clocks;
    const struct ticket_link *links;
    size_t n_links; /* <= TICKET_LINKS_MAX */
    const struct text *tags;
    size_t n_tags;  /* <= TICKET_TAGS_MAX; erased ones, or not theirs to read, are left out */
    bool truncated; /* there are older messages */
};

struct reply_message {
    uint32_t number; /* from 1 */
    int64_t effective_at;
    int64_t recorded_at;
    int64_t claimed_at;
    const char *author; /* principal, or "" */
    enum side side;
    enum message_kind kind;
    enum message_visibility visibility;
    const char *channel;
    struct text body; /* n == 0: erased, or not theirs to read */
};

struct reply_breach {
    const char *key; /* of the contract */
    uint64_t number; /* of the ticket */
    enum clock_kind clock;
    uint32_t cycle;
    const char *contract;
    uint32_t contract_version;
    const char *vendor;
    const char *team;
    const char *priority;
    const char *within;
    int64_t breached_at;
    int64_t detected_at;
    bool withdrawn;          /* a later event overturned it */
    enum ticket_state state; /* of the ticket now */
    bool imported;
    const char *clock_team; /* ola: whose; "" else */
    uint32_t engine;        /* 0: not told */
};

enum reply_span_kind {
    REPLY_SPAN_NONE = 0,
    REPLY_SPAN_COUNTED = 1,
    REPLY_SPAN_HELD = 2,
    REPLY_SPAN_OUTSIDE = 3,
    REPLY_SPAN_PAST_LIMIT = 4, /* counted beyond the target */
    REPLY_SPAN_STOPPED = 5,    /* between a resolve and a reopening */
};

struct reply_span {
    int64_t from_at;
    int64_t to_at;
    enum reply_span_kind kind;
    int64_t counted_us;         /* >= 0 */
    const char *const *reasons; /* HELD */
    size_t n_reasons;
    const char *note;
    enum side party; /* HELD: whose time it is */
};

/** A version of a calendar that a clock counted in. */
struct reply_calendar_used {
    const char *name;
    uint32_t version;
    int64_t effective_at;
    const uint8_t *sha256; /* BOOK_HASH_BYTES; so is the zone's */
    const char *zone;      /* IANA name; "" for a union, whose zone_sha256 is NULL */
    const uint8_t *zone_sha256;
};

struct reply_clock_explanation {
    struct reply_clock clock;
    int64_t contract_effective_at;
    const char *match; /* the target row's, as text */
    uint32_t calendar_version;
    const char *zone; /* IANA name; "" for a union */
    const char *zone_release;
    const uint8_t *zone_sha256; /* BOOK_HASH_BYTES each, or NULL */
    const uint8_t *contract_sha256;
    const uint8_t *calendar_sha256;
    const struct reply_span *spans; /* ascending */
    size_t n_spans;
    bool truncated;     /* older spans have been left out already */
    int64_t counted_us; /* >= 0, sent also when 0; so are the next three */
    int64_t held_us;
    int64_t outside_us;
    int64_t stopped_us;
    const struct reply_calendar_used *calendars;
    size_t n_calendars;
    uint32_t engine;
    const struct reply_span *ahead; /* from as_of_at on; ascending */
    size_t n_ahead;
    bool ahead_truncated; /* later ones have been left out already */
};

struct reply_explanation {
    const char *key;
    uint64_t number;
    const char *contract;
    const char *priority;
    int64_t as_of_at;
    const struct reply_clock_explanation *clocks;
    size_t n_clocks;
};

struct reply_share {
    const char *team;
    const char *party; /* the team's */
    enum reply_span_kind kind;
    enum side side; /* HELD: whose time it is */
    const char *const *reasons;
    size_t n_reasons;
    int64_t wall_us; /* >= 0, sent also when 0 */
};

struct reply_clock_split {
    struct reply_clock clock;
    const struct reply_share *shares;
    size_t n_shares;
    int64_t wall_us; /* >= 0, sent also when 0 */
};

struct reply_clock_splits {
    const char *key;
    uint64_t number;
    const char *contract;
    const char *priority;
    int64_t as_of_at;
    const struct reply_clock_split *clocks;
    size_t n_clocks;
};

struct reply_imported {
    const char *key;
    uint64_t number;
    bool existing; /* (source, source_key) was there: nothing changed */
    enum ticket_state state;
    uint32_t events; /* journal entries written */
    const struct reply_clock *clocks;
    size_t n_clocks;
};

enum reply_book_change_kind {
    REPLY_BOOK_NONE = 0,
    REPLY_BOOK_NEW = 1,
    REPLY_BOOK_VERSION = 2, /* a new version of what is there */
    REPLY_BOOK_SAME = 3,
};

struct reply_book_change {
    enum book_kind kind;
    const char *name;
    enum reply_book_change_kind change;
    uint32_t version; /* that it has or would have */
    int64_t effective_at;
    const char *const *removed; /* lines of the stored text that differ */
    size_t n_removed;
    const char *const *added;
    size_t n_added;
    uint64_t open_tickets; /* sent also when 0 */
};

struct reply_book_example {
    const char *contract;
    enum clock_kind clock;
    const char *match;
    const char *within;
    int64_t received_at;
    int64_t due_at;
    int64_t limit_at;
    const char *zone;
};

/** A clock that a change of the book would move. */
struct reply_due_move {
    const char *key;
    uint64_t number;
    struct reply_clock clock; /* as it would be */
    int64_t was_due_at;
    int64_t was_limit_at;
};

struct reply_book_diff {
    const struct reply_book_change *changes;
    size_t n_changes;
    const struct reply_book_example *examples;
    size_t n_examples;
    bool applied;
    uint64_t open_tickets;       /* sent also when 0 */
    const char *const *warnings; /* sentences */
    size_t n_warnings;
    /* A dry run's page of open tickets. */
    uint64_t looked_at;
    const struct reply_due_move *moves; /* <= WIRE_ELEMENTS_MAX; what does not fit is left out */
    size_t n_moves;
    uint64_t moved_earlier;
    uint64_t moved_later;
    uint64_t breached;
    struct wire_bytes cursor; /* n == 0: all were looked at */
};

struct reply_book_object {
    enum book_kind kind;
    const char *name;
    uint32_t version;
    int64_t effective_at;
    int64_t recorded_at;
    const char *actor;
    const uint8_t *sha256; /* BOOK_HASH_BYTES, or NULL */
    const char *text;      /* YAML; need not end with a NUL */
    size_t text_bytes;
};

/** Kinds of events as clients know them; see reply_event_kind_of(). */
enum reply_event_kind {
    REPLY_EVENT_NONE = 0,
    REPLY_EVENT_OPENED = 1,
    REPLY_EVENT_MESSAGE = 2,
    REPLY_EVENT_TAKEN = 3,
    REPLY_EVENT_ASSIGNED = 4,
    REPLY_EVENT_ACKNOWLEDGED = 5,
    REPLY_EVENT_TRANSFERRED = 6,
    REPLY_EVENT_HELD = 7,
    REPLY_EVENT_RESUMED = 8,
    REPLY_EVENT_RESOLVED = 9,
    REPLY_EVENT_CLOSED = 10,
    REPLY_EVENT_REOPENED = 11,
    REPLY_EVENT_PRIORITY = 12,
    REPLY_EVENT_EDITED = 13,
    REPLY_EVENT_MERGED = 14,
    REPLY_EVENT_ABSORBED = 15,
    REPLY_EVENT_LINKED = 16,
    REPLY_EVENT_TAGGED = 17,
    REPLY_EVENT_WARNING = 18,
    REPLY_EVENT_BREACH = 19,
    REPLY_EVENT_WITHDRAWN = 20,
    REPLY_EVENT_RESCHEDULED = 21,
    REPLY_EVENT_JUDGED = 22,
    REPLY_EVENT_KEPT = 23,
    REPLY_EVENT_ERASED = 24,
    REPLY_EVENT_KINDS = 25,
};

/** What a client calls a journal entry of that kind; NONE for those that it never sees. */
enum reply_event_kind reply_event_kind_of(enum event_kind kind);

/** One journal entry as a log and a feed show it: everything but its texts; of an erasure why. */
struct reply_event {
    const char *contract;
    uint64_t seq; /* in the contract's stream */
    const char *key;
    uint64_t number; /* of its ticket; 0 = none: KEPT */
    enum reply_event_kind kind;
    enum origin origin;
    int64_t recorded_at;
    int64_t effective_at;
    int64_t claimed_at;
    const char *actor; /* principal; "" = the server's own clock */
    const char *via;
    const char *team;      /* the ticket's, after it */
    const char *from_team; /* TRANSFERRED */
    const char *assignee;  /* TAKEN, ASSIGNED ("" there: released) */
    const char *priority;  /* PRIORITY, OPENED, EDITED: as it is after it */
    enum side side;        /* MESSAGE; so are the next three */
    enum message_kind message_kind;
    enum message_visibility visibility;
    const char *channel;
    const char *hold_reason; /* HELD, RESUMED; so is the next one */
    enum side hold_party;
    int64_t ends_at; /* HELD: ends by itself then; RESOLVED: it closes then */
    const struct reply_clock
        *clock;          /* WARNING, BREACH, WITHDRAWN, JUDGED, RESCHEDULED; NULL = none */
    const char *warning; /* WARNING: as the contract writes it */
    uint64_t other;      /* MERGED, ABSORBED, LINKED: number, of the same contract */
    enum link_kind link;
    bool removed;   /* LINKED, TAGGED */
    uint32_t edits; /* EDITED: bits of enum edit; what is "" then was taken away */
    const char *category;
    const char *customer_tier;
    const char *language;
    enum intake_action action;   /* KEPT */
    enum ticket_state state_now; /* of the ticket when this is sent; so is the next one */
    const char *priority_now;
    enum moved_by moved_by; /* RESCHEDULED; so are the next two */
    int64_t was_due_at;
    int64_t was_limit_at;
    uint32_t erased; /* ERASED: bits (1 << enum text_field); so are the next two */
    uint64_t erased_seq;
    const char *reason; /* "" or NULL: it was erased too */
};

/** One expectation of a scenario. */
struct reply_tried_check {
    uint32_t line;
    const char *expected;
    const char *found;
    bool met; /* sent also when false */
};

struct reply_tried_ticket {
    const char *name;
    const struct reply_ticket *ticket;
    int64_t as_of_at;
    const struct reply_event *events;
    size_t n_events;
    const struct reply_clock *clocks;
    size_t n_clocks;
    const struct reply_tried_check *checks;
    size_t n_checks;
};

struct reply_tried_book {
    const struct reply_tried_ticket *tickets;
    size_t n_tickets;
    const char *const *warnings;
    size_t n_warnings;
    uint32_t failed; /* sent also when 0 */
};

/** What stands around the events of a Feed. */
struct reply_feed {
    uint64_t id;                        /* of the Subscribe */
    const struct wire_token *positions; /* everything up to them was looked at */
    size_t n_positions;                 /* <= WIRE_FEED_POSITIONS_MAX */
    const struct refusal *ended;        /* the last one, and why; NULL = it goes on */
};

struct reply_subscribed {
    const struct wire_token *positions; /* where each contract begins */
    size_t n_positions;                 /* <= WIRE_POSITIONS_MAX */
};

enum reply_intake_outcome {
    REPLY_INTAKE_NONE = 0,
    REPLY_INTAKE_CREATED = 1,
    REPLY_INTAKE_UPDATED = 2,
    REPLY_INTAKE_UNCHANGED = 3, /* it said what was so already */
    REPLY_INTAKE_DUPLICATE = 4, /* the line was applied before */
    REPLY_INTAKE_KEPT = 5,      /* recorded, not applied */
};

struct reply_intake_done {
    const char *key;
    uint64_t number; /* of the ticket; 0 = none: KEPT */
    enum reply_intake_outcome outcome;
    enum ticket_state state; /* of the ticket now */
    const char *why;         /* KEPT: what stood against it, as a sentence */
};

struct reply_user {
    const char *name;
    bool human; /* sent also when false; so is the next one */
    bool disabled;
    uint32_t roles;    /* set of enum role */
    const char *party; /* name */
    const char *const *teams;
    size_t n_teams; /* <= PRINCIPAL_TEAMS_MAX; 0: all of the party where the role allows it */
    const char *source;
    bool pinned; /* sent also when false */
    uint32_t keys;
    int64_t code_expires_at;
    bool vouched;
};

struct reply_user_changed {
    struct reply_user user;
    const char *code; /* a secret, told once; "" = none */
    int64_t code_expires_at;
};

struct reply_certificate {
    const char *cert; /* PEM; so is the next one */
    const char *ca;
    int64_t expires_at;
};

enum reply_proposal_state {
    REPLY_PROPOSAL_NONE = 0,
    REPLY_PROPOSAL_OPEN = 1,
    REPLY_PROPOSAL_APPLIED = 2,
    REPLY_PROPOSAL_WITHDRAWN = 3,
};

struct reply_approval {
    const char *party;
    const char *actor; /* "" = not yet */
    int64_t recorded_at;
    const uint8_t *key_sha256; /* BOOK_HASH_BYTES; NULL: not told */
};

struct reply_proposal {
    uint64_t id;
    enum reply_proposal_state state;
    const char *actor;
    int64_t recorded_at;
    const uint8_t *sha256; /* BOOK_HASH_BYTES */
    const char *text;
    size_t text_bytes;
    const char *const *contracts;
    size_t n_contracts;
    const struct reply_approval *approvals;
    size_t n_approvals;
};

struct reply_access {
    const char *contract;
    uint64_t seq;
    const char *actor;
    int64_t recorded_at;
    enum access_kind kind;
    const char *key;
    uint64_t number;    /* SHOW; 0 = none */
    uint32_t tickets;   /* LIST */
    bool texts;         /* EXPORT */
    struct text reason; /* n == 0: none, or erased */
};

struct reply_head {
    const char *contract;
    uint64_t seq;          /* sent also when 0 */
    const uint8_t *sha256; /* BOOK_HASH_BYTES */
    int64_t recorded_at;
    uint64_t signed_seq; /* 0 = none was */
    const char *signed_by;
    const char *signed_party;
};

struct reply_erased {
    uint64_t tickets; /* sent also when 0; so is the next one */
    uint64_t texts;
    uint64_t keys_kept; /* of sources, in entries of an older version: they cannot be erased */
    bool more;
    struct wire_bytes cursor; /* n == 0: none; the request is made again as it was */
};

#endif
