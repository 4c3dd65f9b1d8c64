// SPDX-License-Identifier: Apache-2.0
/**
 * event: what happened, as decided by core and stored in the journal for ever.
 *
 * An event carries its result: due instants and verdicts are computed when it is decided and copied
 * when it is replayed, so that a replay needs no calendar and no zone data. Kinds are permanent
 * numbers; a kind that a reader does not know stops the reader (it never skips).
 *
 * Personal text is not in an event: it names its texts by field, and the journal stores a salted
 * commitment of each in the hashed bytes and the text itself beside them.
 */
#ifndef SLATE_CORE_EVENT_H
#define SLATE_CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ticket.h"

/** Numbers are stored: permanent. 1-31 administration (stream 0), 32-63 contract, 64- ticket. */
enum event_kind {
    EVENT_NONE = 0,
    EVENT_CLUSTER_CREATED = 1,
    EVENT_PRINCIPAL_SET = 2,      /* created or changed */
    EVENT_BOOK_OBJECT = 3,        /* a new version of a calendar, party, team or contract */
    EVENT_ZONE_DATA = 4,          /* what is in use for a zone from here on; the TZif bytes once per
                                   * hash */
    EVENT_REQUESTS_FORGOTTEN = 5, /* request ids recorded before `before_at` no longer protect */
    EVENT_CLOCK_STEPPED = 6,      /* the server's wall clock jumped */
    EVENT_ENROLMENT_OFFERED = 8,  /* a principal may get a certificate once, for a secret */
    EVENT_ENROLLED = 9,           /* a certificate was made for a key: by a secret, or a renewal */
    EVENT_BOOK_PROPOSED = 10,     /* parties are asked for a change of what they agreed */
    EVENT_PROPOSAL_ENDED = 11,    /* applied, or withdrawn */
    EVENT_DUES_SWEPT = 7, /* all open clocks were looked at after what they count in changed */

    EVENT_CHANGE_PROPOSED = 33, /* in the stream of each contract that a proposal changes */
    EVENT_CHANGE_APPROVED = 34, /* by a party of the contract, or refused */
    EVENT_ACCESSED = 35,        /* somebody outside the working team read texts, or exported */
    EVENT_COUNTERSIGNED = 36,   /* a party signed a head of this stream */
    EVENT_VERSION_USED = 32, /* a contract's stream tells the hash of each version it relies on */

    EVENT_TICKET_OPENED = 64,
    EVENT_MESSAGE = 65,
    EVENT_TAKEN = 66,
    EVENT_HELD = 67,
    EVENT_RESUMED = 68,
    EVENT_RESOLVED = 69,
    EVENT_REOPENED = 70,
    EVENT_CLOSED = 71,
    EVENT_PRIORITY = 72,
    EVENT_ASSIGNED = 73,     /* to somebody, or to nobody: released */
    EVENT_ACKNOWLEDGED = 74, /* by a person who does not take it */
    EVENT_TRANSFERRED = 75,  /* to another team; nobody is assigned then */
    EVENT_EDITED = 76,       /* subject, category, customer tier, language */
    EVENT_MERGED = 77,       /* into another ticket of the contract: this one ends */
    EVENT_ABSORBED = 78,     /* the other side of it: another ticket was merged into this one */
    EVENT_LINKED = 79, /* to another ticket of the contract, or no longer; each side has one */
    EVENT_CLOCK_WARNED = 80,
    EVENT_CLOCK_BREACHED = 81, /* every breach has one, dated at its instant: by the clock (origin
                                * CLOCK), by an act such as a resolve (LIVE), in a past (IMPORT) */
    EVENT_CLOCK_RESCHEDULED = 82, /* a due row was only a hint, an import left them so, or what it
                                   * counts in changed: then one for each clock */
    EVENT_CLOCK_JUDGED = 83,      /* import: met, by claimed events */
    EVENT_TAGGED = 84,            /* a word was put on it, or taken off */
    EVENT_CLOCK_WITHDRAWN = 85,   /* what was recorded late overturned a breach of this cycle */
    EVENT_ERASED = 87,            /* texts of an earlier entry are gone, with their salts */
    EVENT_INTAKE_KEPT = 86, /* what a source said and what came too early or too late to be applied:
                             * a resolve of a key without a ticket (ticket 0), or of another episode
                             */
};

/** Where an event came from. Numbers are stored: permanent. */
enum origin {
    ORIGIN_NONE = 0,
    ORIGIN_LIVE = 1,
    ORIGIN_IMPORT = 2,
    ORIGIN_CLOCK = 3,
};

enum message_kind {
    MESSAGE_KIND_NONE = 0,
    MESSAGE_KIND_HUMAN = 1,
    MESSAGE_KIND_AUTO = 2,
};

enum message_visibility {
    MESSAGE_VISIBILITY_NONE = 0,
    MESSAGE_PUBLIC = 1,
    MESSAGE_INTERNAL = 2,
};

/** Erasable texts of an entry. Numbers are stored: permanent. */
enum text_field {
    TEXT_NONE = 0,
    TEXT_SUBJECT = 1,
    TEXT_BODY = 2,
    TEXT_REQUESTER = 3,
    TEXT_TAG = 4,
    TEXT_REASON = 5,     /* why somebody read or exported */
    TEXT_SOURCE_KEY = 6, /* what another system calls it */
    TEXT_FIELDS = 7,
};

/** What a source says of a ticket. Numbers are stored: permanent. */
enum intake_action {
    INTAKE_NONE = 0,
    INTAKE_OPEN = 1,
    INTAKE_UPDATE = 2,
    INTAKE_MESSAGE = 3,
    INTAKE_HOLD = 4,
    INTAKE_RESUME = 5,
    INTAKE_RESOLVE = 6,
};

/** What an edit sets. Numbers are stored: permanent. */
enum edit {
    EDIT_SUBJECT = 1u << 0,
    EDIT_CATEGORY = 1u << 1,
    EDIT_CUSTOMER_TIER = 1u << 2,
    EDIT_LANGUAGE = 1u << 3,
    EDIT_PRIORITY = 1u << 4, /* together with others, so that targets see one change */
};

/** What somebody looked at. Numbers are stored: permanent. */
enum access_kind {
    ACCESS_NONE = 0,
    ACCESS_SHOW = 1,   /* a ticket's texts */
    ACCESS_LIST = 2,   /* subjects */
    ACCESS_EXPORT = 3, /* the journal */
    ACCESS_ADMIN = 4,  /* somebody of the operator looked at tickets */
};

/** What moved a clock that nobody touched. Numbers are stored: permanent. */
enum moved_by {
    MOVED_BY_NONE = 0, /* a due row was only a hint */
    MOVED_BY_ZONE_DATA = 1,
    MOVED_BY_CALENDAR = 2,
};

struct text {
    enum text_field field;
    const char *bytes; /* UTF-8, not NUL-terminated */
    size_t n;
};

enum {
    EVENT_TEXTS_MAX = 4, /* a new ticket: subject, body, requester, source key */
    EVENT_MARK_BYTES = 32,
    TEXT_SUBJECT_BYTES_MAX = 500,
    TEXT_BODY_BYTES_MAX = 48 * 1024, /* fits the default frame with room for what is around it */
    TEXT_REQUESTER_BYTES_MAX = 320,  /* the longest e-mail address */
    TEXT_TAG_BYTES_MAX = 63,
    PRINCIPAL_NAME_BYTES = 64,
    PRINCIPAL_TEAMS_MAX = 32,
    PRINCIPAL_KEYS_MAX = 4, /* a renewal keeps the former ones: a lost answer locks nobody out */
};

/** Who may speak to the server. Belongs to administration: made by events, like all else. */
/* Whether a manager speaks for its party where contracts are agreed. */
enum voice {
    VOICE_NONE = 0,   /* nobody has vouched for its key */
    VOICE_COUNTS = 1, /* somebody has whose own voice counts, or it was the party's first */
    VOICE_LOST = 2,   /* it counted, with keys that are forgotten */
    VOICES,
};

struct principal {
    uint32_t id;         /* from 1, permanent */
    uint64_t generation; /* grows with every change; a session caches none of this beyond it */
    char name[PRINCIPAL_NAME_BYTES];
    bool human; /* else a tool */
    bool disabled;
    uint32_t roles;                      /* set of enum role */
    uint32_t party;                      /* id, 0 = none (admin, auditor of the operator) */
    uint32_t teams[PRINCIPAL_TEAMS_MAX]; /* ids; none = all of the party where the role allows it */
    size_t n_teams;
    char source[BOOK_NAME_BYTES]; /* intake: its own source */
    /* Pinned: only certificates for these public keys are taken, the newest last. Else every
     * certificate of a trusted CA that names it. */
    bool pinned;
    uint8_t keys[PRINCIPAL_KEYS_MAX][BOOK_HASH_BYTES]; /* SHA-256 of SubjectPublicKeyInfo */
    size_t n_keys;
    enum voice voice;
};

struct event {
    enum event_kind kind;
    enum origin origin;
    uint32_t contract;    /* stream; 0 = administration */
    uint64_t ticket;      /* number, 0 = none */
    uint32_t team;        /* the ticket's, after it */
    int64_t effective_at; /* when it counts */
    int64_t claimed_at;   /* what the sender said; INSTANT_NONE */
    struct text texts[EVENT_TEXTS_MAX];
    size_t n_texts;
    struct ticket_clock clocks[TICKET_CLOCKS_MAX]; /* those that it changes, as they are after */
    size_t n_clocks;
    uint32_t engine; /* SLA_ENGINE of what computed the clocks; 0: none, or not told (schema 2) */
    union {
        struct {
            uint32_t team;
            uint32_t requester;
            char priority[BOOK_NAME_BYTES];
            char function[BOOK_NAME_BYTES];
            char category[BOOK_NAME_BYTES];
            char customer_tier[BOOK_NAME_BYTES];
            char language[BOOK_NAME_BYTES];
            char source[BOOK_NAME_BYTES];
            char old_source_key[TICKET_KEY_BYTES]; /* of older entries; now it is a text */
            int64_t received_at;
            int64_t occurred_at;
            int64_t silent_until_at;
            uint32_t clocks_absent;
        } opened;
        struct {
            enum side side;
            enum message_kind kind;
            enum message_visibility visibility;
            char channel[BOOK_NAME_BYTES];
        } message;
        struct {
            uint32_t assignee; /* ASSIGNED: 0 = nobody */
        } taken;               /* TAKEN, which acknowledges too, and ASSIGNED */
        struct {
            char reason[BOOK_NAME_BYTES];
            enum side party;
            int64_t ends_at; /* HELD: ends by itself after this instant; INSTANT_NEVER */
        } hold;              /* HELD and RESUMED */
        struct {
            bool by_human;
            int64_t close_at; /* closes by itself after this instant; INSTANT_NEVER */
        } resolved;
        struct {
            uint32_t from; /* where it was; event.team is where it is now */
        } transferred;
        struct {
            uint32_t set; /* bits of enum edit: the subject is a text */
            char priority[BOOK_NAME_BYTES];
            char category[BOOK_NAME_BYTES];
            char customer_tier[BOOK_NAME_BYTES];
            char language[BOOK_NAME_BYTES];
        } edited;
        struct {
            uint64_t ticket;   /* of the same contract */
            int64_t opened_at; /* ABSORBED: effective, of that ticket; 0: not told */
        } merged;              /* MERGED: into it; ABSORBED: it was */
        struct {
            uint64_t ticket; /* of the same contract */
            enum link_kind kind;
            bool removed;
        } linked;
        struct {
            uint64_t removed_seq; /* 0: put on, the word is a text; else the entry that did */
        } tagged;
        struct {
            enum intake_action action;
            int64_t at; /* claimed, or of its receipt */
            char source[BOOK_NAME_BYTES];
            char old_source_key[TICKET_KEY_BYTES]; /* of older entries */
            /* Without a ticket: what the key is found by (store/sourcemark.h); else zeros. The
             * ticket's own key is not said again. */
            uint8_t source_mark[EVENT_MARK_BYTES];
        } kept;
        struct {
            char priority[BOOK_NAME_BYTES];
        } priority;
        struct {
            enum clock_kind kind;
            uint32_t team;
            uint32_t cycle;
            uint32_t warning; /* WARNED: index of the row's warning */
            uint8_t id[16]; /* a pure function of ticket, clock, cycle, target version, threshold */
        } timer;            /* WARNED, BREACHED, JUDGED, WITHDRAWN */
        struct {
            uint8_t id[16]; /* cluster */
        } cluster;
        struct principal principal;
        struct {
            enum book_kind kind;
            uint32_t id; /* of the object, permanent */
            uint32_t version;
            int64_t effective_at;
            char name[BOOK_NAME_BYTES];
            uint8_t sha256[BOOK_HASH_BYTES];
            const char *body; /* canonical YAML text, part of the hashed bytes */
            size_t body_bytes;
        } object; /* BOOK_OBJECT, and VERSION_USED without a body */
        struct {
            char name[BOOK_NAME_BYTES];
            char release[16];
            uint8_t sha256[BOOK_HASH_BYTES];
            const uint8_t *bytes; /* TZif; NULL: those that an earlier entry holds */
            size_t n;
        } zone;
        struct {
            uint32_t principal;
            uint8_t secret_sha256[BOOK_HASH_BYTES];
            int64_t expires_at;
        } offered;
        struct {
            uint32_t principal;
            bool renewed; /* else by a secret, which is used up */
            uint8_t secret_sha256[BOOK_HASH_BYTES];
            uint8_t key_sha256[BOOK_HASH_BYTES]; /* of SubjectPublicKeyInfo */
            int64_t expires_at;                  /* of the certificate */
        } enrolled;
        struct {
            uint64_t id;                     /* from 1 */
            uint8_t sha256[BOOK_HASH_BYTES]; /* of the text */
            const char *body;                /* BOOK_PROPOSED: the text, part of the hashed bytes */
            size_t body_bytes;
            uint32_t party; /* CHANGE_APPROVED: for which */
            bool refused;   /* CHANGE_APPROVED, PROPOSAL_ENDED: it was withdrawn */
            uint8_t key_sha256[BOOK_HASH_BYTES]; /* CHANGE_APPROVED: that its connection showed, as
                                                  * of enrolled; all 0: not told */
        } proposal;
        struct {
            enum access_kind kind;
            uint64_t ticket;   /* SHOW */
            uint32_t tickets;  /* LIST: so many */
            bool texts;        /* EXPORT: with them */
            uint64_t from_seq; /* EXPORT */
            uint64_t to_seq;
        } accessed; /* the reason is a text */
        struct {
            uint64_t seq;                    /* of this stream, before this entry */
            uint8_t sha256[BOOK_HASH_BYTES]; /* its hash */
            uint32_t party;
            const uint8_t *signature; /* DER */
            size_t signature_bytes;
            const uint8_t *certificate; /* X.509, DER */
            size_t certificate_bytes;
        } countersigned;
        struct {
            uint64_t seq;    /* of this stream: whose texts */
            uint32_t fields; /* bits (1 << enum text_field) */
            /* Where TEXT_SOURCE_KEY is among them: what the key is found by, so that it is known
             * when it comes again; else zeros. */
            uint8_t source_mark[EVENT_MARK_BYTES];
        } erased;
        struct {
            enum moved_by by;
            int64_t was_due_at; /* of the event's first clock; INSTANT_NEVER */
            int64_t was_limit_at;
        } moved; /* RESCHEDULED */
        struct {
            uint64_t since_seq; /* entry of stream 0 that made it necessary */
            uint64_t tickets;   /* looked at */
            uint64_t clocks;    /* that moved */
        } swept;
        struct {
            int64_t before_at;
        } forgotten;
        struct {
            int64_t from_at; /* what the clock showed, and what it shows now */
            int64_t to_at;
        } stepped;
    } u;
};

/** One entry as the journal returns it: the envelope around an event. */
struct entry {
    uint32_t stream; /* contract id, 0 = administration */
    uint32_t actor;  /* principal id; 0 = the server's own clock */
    uint64_t seq;    /* from 1, without gaps, per stream */
    uint64_t epoch;
    uint8_t batch_id[16];
    uint64_t ticket_prev_seq;  /* the ticket's previous entry in this stream, 0 = first */
    int64_t recorded_at;       /* never decreases over the store */
    char via[BOOK_NAME_BYTES]; /* "slate/0.1.0", the source of an intake, "clock" */
    uint8_t line_id[16]; /* of the intake's line that caused it, all zero = none; permanent, so that
                          * the line is never applied twice. Only in the line's first entry */
    uint8_t request_id[16];   /* all zero = none */
    uint8_t request_hash[16]; /* of its content: tells a retry from another use of the same id */
    struct event event;
};

const char *event_kind_name(enum event_kind kind);

/** What the source calls the ticket that the event opens: of its text, which must have been read,
 * or as older entries have it. "" if it has none, or it was erased. */
void event_source_key(const struct event *e, char ret[TICKET_KEY_BYTES]);

/**
 * A message that meets a response clock and makes a new ticket open: public, by a person, from the
 * vendor's side. Notes, automatic replies and what the other sides say never do.
 */
bool event_is_reply(const struct event *e);

/**
 * A message that somebody waits for an answer to: by a person, from the requester's side. It starts
 * a next response, may end holds, and reopens what was done.
 */
bool event_is_question(const struct event *e);

#endif
