// SPDX-License-Identifier: Apache-2.0
/**
 * policy: who may do what to which ticket. One pure function over one table, deny by default.
 *
 * Every handler gets its object only after policy_check said yes. What a principal may not even
 * know of is POLICY_HIDDEN; the caller answers it exactly as if it did not exist, so that nothing
 * about another vendor's tickets can be inferred from an error.
 */
#ifndef SLATE_AUTH_POLICY_H
#define SLATE_AUTH_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

/** The rights that requests ask for. */
enum right {
    RIGHT_TICKET_SEE = 0, /* state, deadlines, verdicts, explanations; no personal text */
    RIGHT_TICKET_TEXT,    /* subject, requester, messages */
    RIGHT_TICKET_OPEN,
    RIGHT_TICKET_WORK,   /* take, reply, note, hold, resume, resolve, close, link, tag, edit */
    RIGHT_TICKET_ASSIGN, /* to somebody else, to another team, into another ticket; and take away */
    RIGHT_TICKET_PRIORITY, /* as far as the contract lets its roles */
    RIGHT_TICKET_IMPORT,
    RIGHT_BOOK_READ, /* a contract and what it relies on */
    RIGHT_BOOK_WRITE,
    RIGHT_USER_READ, /* who may speak to the server; of themselves everybody knows */
    RIGHT_USER_WRITE,
    RIGHT_BOOK_APPROVE, /* for its party: changes of an agreed contract; and to propose them */
    RIGHT_JOURNAL_READ, /* a contract's chain: export without texts, heads */
    RIGHT_JOURNAL_TEXT, /* export with texts */
    RIGHT_JOURNAL_SIGN, /* countersign for its party */
    RIGHT_ACCESS_READ,  /* who read what */
    RIGHT_ERASE,
    RIGHTS,
};

/** What the right is asked for. Ids as in the book; 0 where it does not apply. */
struct subject {
    uint32_t buyer;     /* party of the contract */
    uint32_t vendor;    /* party of the contract */
    uint32_t team;      /* of the ticket */
    const char *source; /* that fed the ticket, "" if none */
};

enum policy_verdict {
    POLICY_ALLOWED = 0,
    POLICY_DENIED = 1, /* may see it, may not do this */
    POLICY_HIDDEN = 2, /* must not learn that it exists */
};

/** A disabled principal is hidden from everything. Pure. */
enum policy_verdict policy_check(const struct principal *who, enum right right,
                                 const struct subject *what);

/** A connection that showed this key (SHA-256 of its SubjectPublicKeyInfo) may act as the
 * principal: one that is pinned takes no key but those that were enrolled. Pure. */
bool policy_takes_key(const struct principal *who, const uint8_t key_sha256[BOOK_HASH_BYTES]);

/** The side on which the principal acts in a contract; SIDE_NONE if its party is neither. Tools act
 * as SIDE_TOOL. */
enum side policy_side(const struct principal *who, const struct subject *what);

#endif
