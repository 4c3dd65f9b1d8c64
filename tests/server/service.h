// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_SERVICE_H
#define TESTS_SERVER_SERVICE_H

/*
 * The server between a frame and its reply, without sockets and threads: a store in a directory of
 * its own, the writer run inline, reads answered as the network thread does.
 *
 * Two vendors, aaa and bbb, work for one buyer, acme; whatever belongs to one of them alone carries
 * its three letters. A clock of P0 has a second, of the other priorities hours.
 */

#include "books.h"
#include "job.h"
#include "queue.h"
#include "slate.pb-c.h"
#include "stamp.h"
#include "store/journal_lmdb.h"
#include "tests/support/journal_mem.h"
#include "tests/support/tmpdir.h"
#include "writer.h"

/* Principals, by id. */
enum who {
    ADMIN = 1,
    AGENT_A, /* of team one-aaa */
    VM_A,    /* vendor-manager */
    AUDITOR_A,
    INTAKE_A, /* source mail */
    AGENT_B,  /* of team one-bbb */
    VM_B,
    AUDITOR_B,
    INTAKE_B, /* source mail, too */
    MANAGER,  /* acme's */
    WHO_END,
};

/* The book of these two. */
extern const char service_book[];

enum { SERVICE_JOBS_MAX = 8192 };

/** A principal of another book; its id is its place, from 1. Parties and teams have the book's
 * order, from 1, too. */
struct service_person {
    const char *name;
    uint32_t roles; /* an intake is a tool, all others are people */
    uint32_t party; /* 0 = none */
    uint32_t team;  /* 0 = none */
    const char *source;
};

struct service_options {
    uint64_t map_bytes; /* 0 = the default */
    bool journal_mem;
    uint64_t seed;                       /* of the double's faults */
    const char *book;                    /* NULL = the one above, with its principals */
    const struct service_person *people; /* of this book; the first may apply it */
    size_t n_people;
    bool vouched;         /* the approvals of all managers among them count */
    const char *zone_dir; /* NULL = the machine's */
    struct enrol *enrol;  /* NULL = certificates are given out by others */
};

struct service {
    struct service_options options;
    struct tmpdir dir;
    char path[300];
    struct env *env;
    struct journal_lmdb *lmdb;
    struct journal_mem *mem; /* lives on over a restart, as the engine elsewhere would */
    struct books books;
    struct queue queue;
    struct stamp stamp;
    struct writer *writer;
    struct job *jobs[SERVICE_JOBS_MAX]; /* all ever made; a job's conn is its index */
    unsigned answers[SERVICE_JOBS_MAX]; /* how often each was delivered */
    size_t n_jobs;
    unsigned fatal;              /* calls */
    bool unproved;               /* see service_at_end: too much to prove in a test's time */
    unsigned principals_changed; /* calls */
    int64_t held_at;   /* not 0: the queue's horizon is held there, also after a restart */
    int64_t now_at;    /* not 0: the present, see service_at */
    struct feed *feed; /* a test's own, for reads that subscribe; NULL: none does */
};

/** With the book applied and the principals there. options may be NULL. */
void service_init(struct service *s, const struct service_options *options);
void service_fini(struct service *s);
/** Looks at a store that a test is done with; NULL: nobody does. Programs with proof.c prove its
 * chains: whatever was done, they hold. */
extern void (*service_at_end)(struct service *s);

/** Ends the writer and closes the store, then opens it with a map of map_bytes (0 = as before). */
void service_restart(struct service *s, uint64_t map_bytes);

/** From now on it is this instant, which lies ahead of the machine's clock; also after a restart.
 */
void service_at(struct service *s, int64_t now_at);

/** An operator disables a principal. */
void service_disable(struct service *s, enum who who);
/** And has the keys of one forgotten, so that it needs a new one. */
void service_forget_keys(struct service *s, enum who who);
/** Other roles, of enum role. */
void service_set_roles(struct service *s, enum who who, uint32_t roles);

/** A request on its way, with a request id of its own if it writes; fill request.u. Belongs to the
 * service. */
struct job *service_job(struct service *s, enum who who, enum request_kind kind, int64_t at);
/** The same request once more, as a retry sends it; borrows what the first points to. */
struct job *service_again(struct service *s, const struct job *job, int64_t at);

/** A ticket "KEY-number" for a request. */
struct wire_ticket service_ticket(const char *key, uint64_t number);

/** A write, made ready but not queued. */
struct job *service_new(struct service *s, enum who who, const char *contract, const char *priority,
                        int64_t at);
struct job *service_note(struct service *s, enum who who, const char *key, uint64_t number,
                         int64_t at);

/** Queues it. */
void service_push(struct service *s, struct job *job);
/** One round of the writer; fails the test unless it ends well. Returns how long nothing is due. */
int64_t service_round(struct service *s);
/** Queues it and runs a round; it must then be answered, once. */
void service_write(struct service *s, struct job *job);
/** Answers a read; what must be recorded first is, in a round of the writer. */
void service_read(struct service *s, struct job *job);

/** The reply; free with service_reply_free. Fails the test if there is none. */
Slate__V1__Envelope *service_reply(const struct job *job);
void service_reply_free(Slate__V1__Envelope **envelope);

/** The reply's code, 0 for a result. */
int service_code(const struct job *job);
/** The number in the reply's ticket row, 0 without one. */
uint64_t service_number(const struct job *job);
/** The reply's token, 0 without one. */
uint64_t service_token(const struct job *job);

/** A place as a cursor of the job's request, sealed for its principal; in the job's arena. */
struct wire_bytes service_cursor(struct service *s, struct job *job, const void *place, size_t n);

/** How many tickets a contract has, as the store has them. */
uint64_t service_count(struct service *s, const char *contract);

#endif
