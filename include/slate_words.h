// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_WORDS_H
#define SLATE_WORDS_H

/*
 * The words of the domain: enums of libslate, and their names. Included by <slate.h>. An enum may
 * have a value in a result that is not here: servers may be newer.
 */

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SLATE_API __attribute__((visibility("default")))
#else
#define SLATE_API
#endif

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

/** What happened to a ticket. */
enum slate_event_kind {
    SLATE_EVENT_OPENED = 1,
    SLATE_EVENT_MESSAGE = 2,
    SLATE_EVENT_TAKEN = 3,
    SLATE_EVENT_ASSIGNED = 4, /* assignee absent: released */
    SLATE_EVENT_ACKNOWLEDGED = 5,
    SLATE_EVENT_TRANSFERRED = 6,
    SLATE_EVENT_HELD = 7,
    SLATE_EVENT_RESUMED = 8,
    SLATE_EVENT_RESOLVED = 9,
    SLATE_EVENT_CLOSED = 10,
    SLATE_EVENT_REOPENED = 11,
    SLATE_EVENT_PRIORITY = 12,
    SLATE_EVENT_EDITED = 13,
    SLATE_EVENT_MERGED = 14,
    SLATE_EVENT_ABSORBED = 15, /* another ticket was merged into this one */
    SLATE_EVENT_LINKED = 16,
    SLATE_EVENT_TAGGED = 17,
    SLATE_EVENT_WARNING = 18, /* a clock comes near its limit */
    SLATE_EVENT_BREACH = 19,
    SLATE_EVENT_WITHDRAWN = 20,   /* a breach was overturned by what was recorded late */
    SLATE_EVENT_RESCHEDULED = 21, /* a clock's instants moved without anybody's act */
    SLATE_EVENT_JUDGED = 22,      /* import: met, by claimed events */
    SLATE_EVENT_KEPT = 23,        /* what a source said, recorded and not applied */
    SLATE_EVENT_ERASED = 24,      /* texts of an earlier entry are gone */
};

/** What is done with a user. */
enum slate_user_action {
    SLATE_USER_DISABLE = 1, /* its sessions end at once */
    SLATE_USER_ENABLE = 2,
    SLATE_USER_ROTATE = 3, /* no certificate of before is taken any more; there is a new code */
    SLATE_USER_VOUCH = 4,  /* by a manager of the same party: their approvals count, too */
};

enum slate_proposal_state {
    SLATE_PROPOSAL_OPEN = 1,
    SLATE_PROPOSAL_APPLIED = 2,
    SLATE_PROPOSAL_WITHDRAWN = 3,
};

/** What somebody outside the working team looked at. */
enum slate_access_kind {
    SLATE_ACCESS_SHOW = 1,   /* a ticket's texts */
    SLATE_ACCESS_LIST = 2,   /* subjects */
    SLATE_ACCESS_EXPORT = 3, /* the journal */
    SLATE_ACCESS_ADMIN = 4,  /* somebody of the operator looked at tickets */
};

/** What moved a clock's instants without anybody's act. */
enum slate_moved_by {
    SLATE_MOVED_BY_ZONE_DATA = 1, /* a new release of tzdata */
    SLATE_MOVED_BY_CALENDAR = 2,  /* a new version of a calendar */
};

/** Whose act an event is. */
enum slate_origin {
    SLATE_ORIGIN_LIVE = 1,
    SLATE_ORIGIN_IMPORT = 2,
    SLATE_ORIGIN_CLOCK = 3, /* the server's own clock did it */
};

/** How one ticket relates to another. Each has its inverse, which the other ticket shows. */
enum slate_link_kind {
    SLATE_LINK_RELATES = 1, /* its own inverse */
    SLATE_LINK_DUPLICATES = 2,
    SLATE_LINK_DUPLICATED_BY = 3,
    SLATE_LINK_BLOCKS = 4,
    SLATE_LINK_BLOCKED_BY = 5,
    SLATE_LINK_CAUSES = 6,
    SLATE_LINK_CAUSED_BY = 7,
    SLATE_LINK_FOLLOWS = 8,
    SLATE_LINK_FOLLOWED_BY = 9,
};

/** What a line of an intake says. */
enum slate_intake_action {
    SLATE_INTAKE_OPEN = 1,
    SLATE_INTAKE_UPDATE = 2,
    SLATE_INTAKE_MESSAGE = 3,
    SLATE_INTAKE_HOLD = 4,
    SLATE_INTAKE_RESUME = 5,
    SLATE_INTAKE_RESOLVE = 6,
};

/** What became of it. */
enum slate_intake_outcome {
    SLATE_INTAKE_CREATED = 1,
    SLATE_INTAKE_UPDATED = 2,
    SLATE_INTAKE_UNCHANGED = 3, /* it said what was so already */
    SLATE_INTAKE_DUPLICATE = 4, /* this line was applied before */
    SLATE_INTAKE_KEPT = 5, /* recorded, not applied: a resolve without its ticket, or too old */
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
    SLATE_EVENT_KINDS,
    SLATE_ORIGINS,
    SLATE_LINK_KINDS,
    SLATE_INTAKE_ACTIONS,
    SLATE_INTAKE_OUTCOMES,
    SLATE_MOVED_BYS,
    SLATE_USER_ACTIONS,
    SLATE_PROPOSAL_STATES,
    SLATE_ACCESS_KINDS,
};

/** The word for a value, as JSON and options have it: "first_response", "duplicated_by". NULL for 0
 * and for a value that this library doesn't know. */
SLATE_API const char *slate_name(enum slate_vocabulary vocabulary, int value);

/** The value of a word; 0 when it is none of that vocabulary. */
SLATE_API int slate_named(enum slate_vocabulary vocabulary, const char *word);

#ifdef __cplusplus
}
#endif

#endif
