// SPDX-License-Identifier: Apache-2.0
/**
 * sweep: after what open clocks count in has changed, every open ticket concerned is looked at, a
 * few in each batch of the writer, so that its clocks stand where they should and the timers that
 * became earlier are in time. Who meets a ticket before its turn has it looked at first: what moved
 * is told as a move, and not within what somebody did.
 *
 * First the tickets are gathered from a snapshot that was taken when the change was in force: what
 * is opened later counts by it already. A sweep ends with EVENT_DUES_SWEPT. A process that ends
 * before that begins it again at its next start, with every open ticket: what was looked at already
 * has nothing to tell.
 */
#ifndef SLATE_SWEEP_H
#define SLATE_SWEEP_H

#include "call.h"
#include "openwalk.h"

enum {
    /* Per batch. To look at one with two clocks and to write what moved takes some 25 us, so that
     * others wait 2 ms for it, beside the flush, which they share. */
    SWEEP_BATCH_TICKETS = 64,
    SWEEP_GATHER_TICKETS = 4096, /* per batch; some 100 ns each */
    SWEEP_LINES_MAX = 1000, /* moved clocks of a sweep that are logged; the others are counted */
    SWEEP_ARENA_BYTES = 64 * 1024 * 1024, /* contracts and their teams */
};

enum sweep_outcome {
    SWEEP_DAMAGED = 1, /* the batch is spoilt and must be dropped; the ticket is left aside */
};

/** Starts with all bytes zero. Only the writer's thread uses it. */
struct sweep {
    uint64_t since_seq; /* the entry of stream 0 that made it necessary; 0: there is no sweep */
    struct arena arena; /* while there is one */
    struct sweep_contract {
        uint32_t id;
        enum moved_by by;
        uint8_t *looked; /* a bit for each number: it was looked at, or left aside */
        size_t n_looked; /* bytes */
    } * contracts;       /* by id */
    size_t n_contracts;
    bool gathering;
    struct txn snapshot; /* while gathering */
    struct openwalk walk;
    struct sweep_ticket {
        uint64_t number;
        uint32_t contract;
    } * tickets;
    size_t n_tickets;
    size_t room;
    size_t next;
    uint64_t looked_at; /* tickets, also by the sweep that this one took over from */
    uint64_t moved;     /* clocks */
    /* The batch at hand. */
    int64_t horizon_at;
    size_t n_batch;             /* tickets from `next` on */
    bool ends;                  /* it tells the end */
    struct sweep_ticket *looks; /* in its turn and before */
    size_t n_looks;
    size_t looks_room;
    size_t n_moves;
    size_t moves_room;
    struct sweep_move {
        uint32_t contract;
        uint64_t number;
        enum clock_kind clock;
        bool limit; /* only that is another one */
        int64_t from_at;
        int64_t to_at;
    } * moves;
};

void sweep_fini(struct sweep *sweep);

/**
 * Begins one, if an entry of stream 0 says that it is necessary, of those contracts i of the book
 * for which by[i] is not MOVED_BY_NONE; by == NULL: of all. A sweep that is under way goes over
 * into it. Without an open ticket it ends at once and nobody hears of it. Returns 0 or < 0.
 */
int sweep_begin(struct sweep *sweep, struct env *env, const struct book *book,
                const enum moved_by *by);

/** There is something left to do. */
bool sweep_is_on(const struct sweep *sweep);

/**
 * Does the next part inside call's batch. Resets call's arena. *ret_looked: how much was done, 0 if
 * there was nothing. Returns 0, SWEEP_DAMAGED or < 0.
 */
int sweep_step(struct sweep *sweep, struct call *call, size_t *ret_looked);

/**
 * Looks at a ticket now, inside call's batch but in nobody's name, unless it was looked at before
 * or there is nothing to look for. What it took of call's arena it gives back. *ret_looked: it did.
 * A ticket that is damaged or not there is left to who asks for it. Returns 0 or < 0.
 */
int sweep_look(struct sweep *sweep, struct call *call, uint32_t contract, uint64_t number,
               bool *ret_looked);

/** A batch begins: what a former one did that was not committed did not happen. */
void sweep_batch(struct sweep *sweep);

/** From here on in the batch it looks as of that instant: everything that was received before has
 * been decided. */
void sweep_as_of(struct sweep *sweep, int64_t horizon_at);

/** The batch was committed: as a whole, or (all == false) only the streams that are OK in it. */
void sweep_committed(struct sweep *sweep, const struct batch *batch, const struct book *book,
                     bool all);

#endif
