// SPDX-License-Identifier: Apache-2.0
/**
 * call: one request while it is answered, and how its handlers get at what it speaks of.
 *
 * Reads run on the network thread over a snapshot; writes run on the writer thread inside the
 * batch's transaction. A handler gets every ticket and contract through call_ticket and
 * call_contract, which ask the policy: what the principal may not know of is answered exactly like
 * what does not exist.
 */
#ifndef SLATE_CALL_H
#define SLATE_CALL_H

#include "auth/policy.h"
#include "core/arena.h"
#include "core/book.h"
#include "core/instant.h"
#include "core/outcome.h"
#include "store/batch.h"
#include "store/txn.h"
#include "wire/encode.h"
#include "wire/request.h"

struct access;
struct books;
struct enrol;
struct feed;
struct sweep;

struct call {
    const struct request *request;
    const struct principal *who;
    const struct book *book;
    struct books *books;
    struct txn *txn;     /* snapshot, or the batch's own transaction */
    struct batch *batch; /* writes only */
    struct sweep *sweep; /* looks at a ticket before it is decided about; NULL: nothing does */
    struct arena *arena; /* holds the request, the reply, and what lies between */
    int64_t at;          /* the present; of a write the receipt of its frame */
    int64_t now_at;      /* the present: what a write is recorded at */
    uint32_t stream;     /* of the first entry that it wrote; set by call_append */
    size_t n_appended;   /* entries */
    size_t n_own;        /* of these, but for the clock's: of who asked */
    /* Set by the handler before it journals; NULL: neither. */
    const uint8_t *line_id; /* of an intake: goes into the first entry that is not the clock's */
    const char *via;        /* its source */
    /* The subject of a dry run, which no entry holds; NULL: what the ticket has. */
    const struct text *dry_subject;
    struct access *access;     /* notes what the reply shows; NULL: nobody asks */
    const uint8_t *key_sha256; /* writes: of the key that the connection showed; NULL: none */
    struct enrol *enrol;       /* writes only; NULL: this server gives out no certificates */
    struct feed *feed;         /* SUBSCRIBE only: those of the network thread */
    uint64_t conn;             /* so too */
    struct wire_bytes *reply;
    struct refusal *refusal;
};

/** Carries out or answers a request. 0: reply is filled. > 0 (outcome_code): refusal is. < 0:
 * unexpected. */
typedef int call_handler(struct call *call);

/**
 * Who asks, as they are at this moment: every request begins here. key_sha256: of the key that the
 * connection showed. Returns 0; UNAUTHENTICATED with the refusal filled for who is gone, disabled,
 * or connected with a key that is taken no more; or the store's failure, whose numbers differ.
 */
int call_admit(struct txn *txn, uint32_t principal, const uint8_t key_sha256[BOOK_HASH_BYTES],
               struct principal *ret, struct refusal *ret_refusal);

/** The same batch, for what nobody asked for: in the clock's name. */
struct call call_by_clock(const struct call *call, struct refusal *refusal);

/** Whether there can be a ticket of the contract that the principal may see: who sees tickets of
 * one may read it, or feeds it. What is too far is not looked at: its time would tell. */
bool call_is_near(const struct call *call, const struct book_contract *contract);

/** The facts the policy wants of a ticket. */
struct subject call_subject(const struct book_contract *contract, const struct ticket *ticket);

/**
 * The ticket as it is to be decided about: one that waits in the sweep is looked at first. Every
 * command gets its tickets here. Returns 0, STORE_NOT_FOUND, another failure of the store, or < 0.
 */
int call_load(struct call *call, uint32_t contract, uint64_t number, struct ticket *ret);

/**
 * The ticket, if the principal has the right. Returns 0, NOT_FOUND (also where the principal may
 * not know of it), PERMISSION_DENIED, or < 0.
 */
int call_ticket(struct call *call, const struct wire_ticket *ref, enum right right,
                struct ticket *ret, const struct book_contract **ret_contract);

/**
 * The contract of that name, if the principal has the right in it for tickets of `team` (0 where
 * that does not matter) fed by `source` ("" if none). Same outcomes.
 */
int call_contract(struct call *call, const char *name, enum right right, uint32_t team,
                  const char *source, const struct book_contract **ret);

/**
 * The names that a list is narrowed by, each "" if it is not, are of things of which the principal
 * may see tickets. Returns 0 or NOT_FOUND naming the first that is not: a wrong name must not read
 * like an empty list.
 */
int call_filters(struct call *call, const char *contract, const char *vendor, const char *team);

/** A team that the contract names in any version: tickets stay with teams that later versions leave
 * out. */
bool call_ever_had_team(const struct book_contract *contract, uint32_t team);

/** The outcome of a failure of the store: DATA_LOSS for a damaged row, RESOURCE_EXHAUSTED where the
 * arena is full (refusal filled), else passed up as < 0. */
int call_store_failed(struct call *call, int error);

/** Out of memory for this one request. RESOURCE_EXHAUSTED. */
int call_too_large(struct call *call);

/** What encoding the reply came to: 0, or what call_too_large says. */
int call_encoded(struct call *call, int error);

/**
 * Writes a decided event as the next entry of its stream, in the name of the principal. *ret_seq
 * (may be NULL) is its place. Returns 0, or the batch's failure, which sticks: the handler just
 * returns it.
 */
int call_append(struct call *call, const struct event *event, uint64_t *ret_seq);

/** Puts the request's reason, if it has one, behind the event's texts. */
void call_reason(const struct call *call, struct event *event);

/** The token of what this contract's stream holds now. */
struct wire_token call_token(const struct book_contract *contract, uint64_t seq);

#endif
