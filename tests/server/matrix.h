// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_MATRIX_H
#define TESTS_SERVER_MATRIX_H

/*
 * Who may do what to whose things: the stage on which every role tries every operation on things
 * of every kind of ownership, and the operations themselves, as bytes of a frame.
 *
 * Two buyers, acme and globex; two vendors, northwind and vistula; a contract for each pair, agreed
 * by both. Those who try work for northwind, in team-1, or for acme:
 *
 *     contract  key   buyer   vendor     teams
 *     home      HOM   acme    northwind  team-1, team-2
 *     riva      RIV   acme    vistula    team-3, team-4
 *     glob      GLO   globex  northwind  team-5, team-6
 *     farr      FAR   globex  vistula    team-7, team-8
 *
 * Names that stand for each other in a row of columns have the same length, so that replies that
 * differ in the name alone are the same bytes otherwise.
 */

#include "feed.h"
#include "slate.pb-c.h"
#include "store/batch.h"
#include "tests/server/service.h"

/* By id. Those before the mate try; the others were there before them. */
enum matrix_who {
    MATRIX_ADMIN = 1,
    MATRIX_AGENT,
    MATRIX_LEAD,
    MATRIX_VENDOR_MANAGER,
    MATRIX_MANAGER, /* acme's */
    MATRIX_INTAKE,  /* northwind's, source mail */
    MATRIX_AUDITOR_BUYER,
    MATRIX_AUDITOR_VENDOR,
    MATRIX_AUDITOR,        /* of no party: the operator's */
    MATRIX_AGENT_AUDITOR,  /* both roles */
    MATRIX_NOBODY,         /* no role, though of northwind, in team-1, with source mail */
    MATRIX_DISABLED,       /* every role */
    MATRIX_KEYLESS,        /* so too, connected with a key that was forgotten */
    MATRIX_MATE,           /* agent of team-1 */
    MATRIX_CHIEF,          /* northwind's vendor-manager */
    MATRIX_COLLEAGUE,      /* agent of team-2 */
    MATRIX_OTHERS_CHIEF,   /* vistula's vendor-manager */
    MATRIX_OTHERS_AGENT,   /* of team-3 */
    MATRIX_OTHERS_MANAGER, /* globex's */
    MATRIX_OTHERS_INTAKE,  /* vistula's, source post */
    MATRIX_CRM,            /* northwind's tool of source crm */
    MATRIX_END,
    MATRIX_GONE = 99, /* an id that nobody has; tries, too */
};

/* Whose a ticket is, seen by who tries. */
enum matrix_group {
    MATRIX_OWN,    /* home, team-1, fed by source mail; theirs if they can have one, else the mate's
                    */
    MATRIX_TEAM,   /* home, team-1, fed by source crm, the mate's */
    MATRIX_VENDOR, /* home, team-2 */
    MATRIX_RIVAL,  /* riva: the other vendor of the buyer; fed by its source, post */
    MATRIX_BUYER,  /* glob: the other buyer of the vendor */
    MATRIX_FAR,    /* farr: neither; fed by its source, post */
    MATRIX_GROUPS,
};

enum matrix_state {
    MATRIX_OPEN, /* taken, on hold, tagged, with a breached clock */
    MATRIX_RESOLVED,
    MATRIX_CLOSED,
    MATRIX_MERGED,
    MATRIX_ERASED, /* open, and without its texts */
    MATRIX_STATES,
};

struct matrix_ticket {
    uint64_t number;
    char name[12];   /* HOM-21 */
    char key[12];    /* by which its source knows it */
    char mark[12];   /* in every text of it, and in no other's */
    uint32_t holder; /* who has it */
};

enum {
    MATRIX_CONTRACTS = 4,
    MATRIX_HOLDERS = 5,
    MATRIX_FRAME_BYTES = 8192,
    MATRIX_EVENTS_BYTES = 1 << 20,
};

struct matrix {
    struct service s;
    struct batch *batch; /* what tries writes into, and is dropped */
    struct feed *feed;
    struct matrix_ticket own[MATRIX_HOLDERS][MATRIX_STATES]; /* the first: of who cannot have one */
    struct matrix_ticket tickets[MATRIX_GROUPS][MATRIX_STATES];
    char proposals[MATRIX_CONTRACTS][1024]; /* waiting, by the place of their contract */
    uint64_t n_tickets;
    uint64_t n_requests;
    uint8_t frame[MATRIX_FRAME_BYTES]; /* the request at hand */
    size_t n_frame;
    int64_t began_at;                    /* everything is there as it is now */
    uint8_t events[MATRIX_EVENTS_BYTES]; /* what the subscription at hand was sent */
    size_t n_events;
};

/** Everything in its place; the time is hours later, and clocks have breached. */
struct matrix *matrix_new(void);
void matrix_free(struct matrix *m);

/** "agent"; what the table calls them. */
const char *matrix_who_name(enum matrix_who who);
/** As the server knows them. */
const char *matrix_principal(enum matrix_who who);

/** The ticket of the column, for who tries. */
const struct matrix_ticket *matrix_ticket(const struct matrix *m, enum matrix_who who,
                                          enum matrix_group group, enum matrix_state state);

/** What a request names. All of it is there, whatever the operation makes of it. */
struct matrix_aim {
    enum matrix_who who;
    enum matrix_group group;
    enum matrix_state state;
    char ticket[16];
    char same_team[16];  /* an open ticket of the same contract and team */
    char other_team[16]; /* and one of its other team */
    char strange[16];    /* one of another contract */
    char none[16];       /* one of the same contract that does not exist */
    char contract[8];
    char calendar[12];
    char party[12];  /* the vendor */
    char source[8];  /* that fed the ticket */
    char own[8];     /* source of who tries, "mail" for who has none */
    char key[12];    /* of the ticket in its source */
    char fresh[12];  /* a key that is not there */
    char team[8];    /* of the ticket */
    char to_team[8]; /* the contract's other one */
    char worker[24]; /* somebody who works for the team */
    char user[24];   /* a principal */
    char book[1024]; /* a change of the contract */
    uint64_t proposal;
    uint8_t sha256[32]; /* of the proposal */
    int64_t now_at;
};

/** What a column of contracts or tickets is about. */
void matrix_aim(const struct matrix *m, enum matrix_who who, enum matrix_group group,
                enum matrix_state state, struct matrix_aim *ret);

/** The contract with terms of its own, as YAML of a book; agreed: only with both parties' approval
 * from then on. */
void matrix_contract(enum matrix_group group, bool agreed, unsigned hours, char ret[1024]);

enum matrix_columns {
    MATRIX_BY_TICKET,   /* groups and states, and one that does not exist */
    MATRIX_BY_GROUP,    /* groups, and a contract that does not exist */
    MATRIX_BY_CONTRACT, /* the contracts, and one that does not exist */
    MATRIX_BY_VENDOR,   /* both, and one that does not exist */
    MATRIX_BY_USER,
    MATRIX_ONCE, /* one column */
};

/** An operation as the table has it: a kind of request, or a variant with rights of its own. */
struct matrix_operation {
    const char *name;
    enum matrix_columns columns;
    /* One request is tried, and its answer looked through for the things of all columns. */
    bool list;
    /* Fills and packs the request. */
    size_t (*pack)(struct matrix_aim *aim, Slate__V1__Request *r, uint8_t *to);
};

extern const struct matrix_operation matrix_ticket_operations[];
extern const size_t matrix_n_ticket_operations;
extern const struct matrix_operation matrix_other_operations[];
extern const size_t matrix_n_other_operations;

/** Strings of generated messages are not const, though nobody writes to them. */
#define SAID(text) ((char *)(text))

/** A frame with this request; what an operation's pack ends with. */
size_t matrix_pack(Slate__V1__Request *r, uint8_t *to);

/** Names what is packed: an operation of one message. */
#define MATRIX_PACK(function, Type, INIT, member, ...)                               \
    static size_t function(struct matrix_aim *a, Slate__V1__Request *r, uint8_t *to) \
    {                                                                                \
        Slate__V1__##Type m = SLATE__V1__##INIT##__INIT;                             \
        (void)a;                                                                     \
        __VA_ARGS__;                                                                 \
        r->member = &m;                                                              \
        return matrix_pack(r, to);                                                   \
    }

#endif
