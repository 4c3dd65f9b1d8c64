// SPDX-License-Identifier: Apache-2.0
#include "auth/policy.h"

#include <string.h>

/* How far a role's right reaches. */
enum reach {
    REACH_NONE = 0,
    REACH_TEAMS,  /* tickets of the teams in the principal's scope */
    REACH_VENDOR, /* contracts in which its party is the vendor */
    REACH_BUYER,  /* contracts in which its party is the buyer */
    REACH_PARTY,  /* contracts in which its party is either */
    REACH_SOURCE, /* tickets that its own source fed */
    REACH_ALL,
};

/*
 * The whole policy. A row is a role in the order of enum role's bits, a column a right. An auditor
 * or book reader without a party belongs to the operator and reaches everything (see reaches()).
 */
static const enum reach table[ROLES][RIGHTS] = {
    /* agent */
    {[RIGHT_TICKET_SEE] = REACH_TEAMS,
     [RIGHT_TICKET_TEXT] = REACH_TEAMS,
     [RIGHT_TICKET_OPEN] = REACH_TEAMS,
     [RIGHT_TICKET_WORK] = REACH_TEAMS,
     [RIGHT_TICKET_PRIORITY] = REACH_TEAMS,
     [RIGHT_BOOK_READ] = REACH_PARTY},
    /* lead */
    {[RIGHT_TICKET_SEE] = REACH_TEAMS,
     [RIGHT_TICKET_TEXT] = REACH_TEAMS,
     [RIGHT_TICKET_OPEN] = REACH_TEAMS,
     [RIGHT_TICKET_WORK] = REACH_TEAMS,
     [RIGHT_TICKET_ASSIGN] = REACH_TEAMS,
     [RIGHT_TICKET_PRIORITY] = REACH_TEAMS,
     [RIGHT_BOOK_READ] = REACH_PARTY},
    /* vendor-manager */
    {[RIGHT_TICKET_SEE] = REACH_VENDOR,
     [RIGHT_TICKET_TEXT] = REACH_VENDOR,
     [RIGHT_TICKET_OPEN] = REACH_VENDOR,
     [RIGHT_TICKET_WORK] = REACH_VENDOR,
     [RIGHT_TICKET_ASSIGN] = REACH_VENDOR,
     [RIGHT_TICKET_PRIORITY] = REACH_VENDOR,
     [RIGHT_BOOK_READ] = REACH_PARTY,
     [RIGHT_BOOK_APPROVE] = REACH_VENDOR,
     [RIGHT_JOURNAL_READ] = REACH_VENDOR,
     [RIGHT_JOURNAL_TEXT] = REACH_VENDOR,
     [RIGHT_JOURNAL_SIGN] = REACH_VENDOR},
    /* manager */
    {[RIGHT_TICKET_SEE] = REACH_BUYER,
     [RIGHT_TICKET_TEXT] = REACH_BUYER,
     [RIGHT_TICKET_PRIORITY] = REACH_BUYER,
     [RIGHT_BOOK_READ] = REACH_PARTY,
     [RIGHT_BOOK_APPROVE] = REACH_BUYER,
     [RIGHT_JOURNAL_READ] = REACH_BUYER,
     [RIGHT_JOURNAL_TEXT] = REACH_BUYER,
     [RIGHT_JOURNAL_SIGN] = REACH_BUYER,
     [RIGHT_ACCESS_READ] = REACH_BUYER,
     [RIGHT_ERASE] = REACH_BUYER},
    /* intake */
    {[RIGHT_TICKET_SEE] = REACH_SOURCE,
     [RIGHT_TICKET_TEXT] = REACH_SOURCE,
     [RIGHT_TICKET_OPEN] = REACH_SOURCE,
     [RIGHT_TICKET_WORK] = REACH_SOURCE,
     [RIGHT_TICKET_PRIORITY] = REACH_SOURCE},
    /* auditor */
    {[RIGHT_TICKET_SEE] = REACH_PARTY,
     [RIGHT_TICKET_TEXT] = REACH_PARTY,
     [RIGHT_BOOK_READ] = REACH_PARTY,
     [RIGHT_JOURNAL_READ] = REACH_PARTY,
     [RIGHT_JOURNAL_TEXT] = REACH_PARTY,
     [RIGHT_ACCESS_READ] = REACH_PARTY},
    /* admin */
    {[RIGHT_TICKET_SEE] = REACH_ALL,
     [RIGHT_TICKET_IMPORT] = REACH_ALL,
     [RIGHT_BOOK_READ] = REACH_ALL,
     [RIGHT_BOOK_WRITE] = REACH_ALL,
     [RIGHT_USER_READ] = REACH_ALL,
     [RIGHT_USER_WRITE] = REACH_ALL},
};

/* Who holds this right knows that the thing exists, so a refusal may say "denied" instead of "not
 * found". */
static const enum right known_by[RIGHTS] = {
    [RIGHT_TICKET_SEE] = RIGHT_TICKET_SEE,    [RIGHT_TICKET_TEXT] = RIGHT_TICKET_SEE,
    [RIGHT_TICKET_OPEN] = RIGHT_BOOK_READ,    [RIGHT_TICKET_WORK] = RIGHT_TICKET_SEE,
    [RIGHT_TICKET_ASSIGN] = RIGHT_TICKET_SEE, [RIGHT_TICKET_PRIORITY] = RIGHT_TICKET_SEE,
    [RIGHT_TICKET_IMPORT] = RIGHT_BOOK_READ,  [RIGHT_BOOK_READ] = RIGHT_BOOK_READ,
    [RIGHT_BOOK_WRITE] = RIGHT_BOOK_READ,     [RIGHT_USER_READ] = RIGHT_USER_READ,
    [RIGHT_USER_WRITE] = RIGHT_USER_READ,     [RIGHT_BOOK_APPROVE] = RIGHT_BOOK_READ,
    [RIGHT_JOURNAL_READ] = RIGHT_BOOK_READ,   [RIGHT_JOURNAL_TEXT] = RIGHT_BOOK_READ,
    [RIGHT_JOURNAL_SIGN] = RIGHT_BOOK_READ,   [RIGHT_ACCESS_READ] = RIGHT_BOOK_READ,
    [RIGHT_ERASE] = RIGHT_TICKET_SEE,
};

static bool in_teams(const struct principal *who, uint32_t team)
{
    for (size_t i = 0; i < who->n_teams; i++) {
        if (who->teams[i] == team) {
            return true;
        }
    }
    return false;
}

static bool reaches(const struct principal *who, unsigned role, enum reach reach,
                    const struct subject *what)
{
    bool buyer = who->party != 0 && who->party == what->buyer;
    bool vendor = who->party != 0 && who->party == what->vendor;

    switch (reach) {
    case REACH_NONE: return false;
    case REACH_TEAMS:
        /* A team belongs to one party, but its scope must not outlive a move to another contract's
         * side. */
        return (buyer || vendor) && in_teams(who, what->team);
    case REACH_VENDOR: return vendor;
    case REACH_BUYER: return buyer;
    case REACH_PARTY: return buyer || vendor || (who->party == 0 && (1u << role) == ROLE_AUDITOR);
    case REACH_SOURCE:
        return who->source[0] != '\0' && what->source != NULL &&
               strcmp(who->source, what->source) == 0 && (buyer || vendor);
    case REACH_ALL: return true;
    }
    return false;
}

static bool may(const struct principal *who, enum right right, const struct subject *what)
{
    for (unsigned role = 0; role < ROLES; role++) {
        if ((who->roles & (1u << role)) != 0 && reaches(who, role, table[role][right], what)) {
            return true;
        }
    }
    return false;
}

enum policy_verdict policy_check(const struct principal *who, enum right right,
                                 const struct subject *what)
{
    if (who->disabled) {
        return POLICY_HIDDEN;
    }
    if (may(who, right, what)) {
        return POLICY_ALLOWED;
    }
    enum right known = known_by[right];
    return known != right && may(who, known, what) ? POLICY_DENIED : POLICY_HIDDEN;
}

bool policy_takes_key(const struct principal *who, const uint8_t key_sha256[BOOK_HASH_BYTES])
{
    for (size_t i = 0; i < who->n_keys; i++) {
        if (memcmp(who->keys[i], key_sha256, BOOK_HASH_BYTES) == 0) {
            return true;
        }
    }
    return !who->pinned;
}

enum side policy_side(const struct principal *who, const struct subject *what)
{
    if (!who->human) {
        return SIDE_TOOL;
    }
    if (who->party != 0 && who->party == what->vendor) {
        return SIDE_VENDOR;
    }
    if (who->party != 0 && who->party == what->buyer) {
        return SIDE_BUYER;
    }
    return SIDE_NONE;
}
