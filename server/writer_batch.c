// SPDX-License-Identifier: Apache-2.0
/*
 * One batch: jobs are run until the first that changes the book, what is due follows, and all of it
 * is committed at once or not at all.
 */
#include "writer_private.h"

#include <errno.h>

#include "dispatch.h"
#include "log.h"
#include "store/error.h"

/* In a full store the sweep waits, see writer_timers: it must not take the room of a change that
 * ends work. */
static bool looks_first(const struct writer *w, const struct request *request)
{
    return request == NULL || !(request->dry_run || w->full);
}

struct call writer_call(struct writer *w, const struct request *request,
                        const struct principal *who, struct arena *arena, int64_t at,
                        int64_t now_at, struct wire_bytes *reply, struct refusal *refusal)
{
    const struct call call = {
        .request = request,
        .who = who,
        .book = w->book->book,
        .books = w->o.books,
        .txn = batch_txn(w->batch),
        .batch = w->batch,
        .enrol = w->o.enrol,
        .sweep = looks_first(w, request) ? &w->sweep : NULL,
        .arena = arena,
        .at = at,
        .now_at = now_at,
        .reply = reply,
        .refusal = refusal,
    };
    return who == NULL ? call_by_clock(&call, refusal) : call;
}

static bool changes_book(const struct request *request)
{
    return request->kind == REQUEST_APPLY_BOOK || request->kind == REQUEST_APPROVE_BOOK;
}

static bool is_new_work(const struct request *request)
{
    return request->kind == REQUEST_NEW_TICKET || request->kind == REQUEST_IMPORT_TICKET ||
           changes_book(request) || request->kind == REQUEST_PROPOSE_BOOK ||
           (request->kind == REQUEST_INTAKE && request->u.intake.action == INTAKE_OPEN);
}

/* What there is room for to the last: erasing makes some. */
static bool ends_work(const struct request *request)
{
    return request->kind == REQUEST_RESOLVE_TICKET || request->kind == REQUEST_ERASE_TEXTS ||
           (request->kind == REQUEST_INTAKE && request->u.intake.action == INTAKE_RESOLVE);
}

/* A refusal that concerns no ticket but the server's state; 0 if there is none. */
static int refused_now(const struct writer *w, const struct request *request,
                       struct refusal *refusal)
{
    bool only_resolve = w->full || w->fill_percent >= WRITER_FILL_ONLY_RESOLVE;
    bool no_new = only_resolve || w->disk_low || w->fill_percent >= WRITER_FILL_NO_NEW;

    if (stamp_doubted(w->o.stamp)) {
        refuse(refusal, OUTCOME_UNAVAILABLE, NULL,
               "the operator confirms the clock with signal USR2",
               "the server's clock jumped; nothing is recorded until it is steady or confirmed");
        refusal->retry_after_ms = 10000;
        return OUTCOME_UNAVAILABLE;
    }
    if ((only_resolve && !ends_work(request)) || (no_new && is_new_work(request))) {
        refuse(refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
               "the operator makes room on the disk of the store", "the store is nearly full: %s",
               only_resolve ? "tickets can only be read, resolved and erased"
                            : "no new tickets are taken");
        refusal->retry_after_ms = 60000;
        return OUTCOME_RESOURCE_EXHAUSTED;
    }
    return 0;
}

/* What changed something says by that who looked; what only showed something is recorded as a look:
 * a dry run, what was so already, and what was carried out before and is asked for again. What the
 * clock did first is nobody's deed. */
static int carry_out(struct writer *w, struct call *call)
{
    bool again;

    int error = dispatch_again(call, &again);
    if (error == 0 && (!again || call->access->first != NULL)) {
        error = refused_now(w, call->request, call->refusal);
    }
    if (error == 0 && !again) {
        error = dispatch_write(call);
    }
    return error == 0 && call->n_own == 0 ? access_record(call, call->access->first) : error;
}

/* A read of somebody who is outside: no record, no answer. */
static int record_read(const struct writer *w, struct job *job, struct call *call)
{
    int error = refused_now(w, &job->request, call->refusal);

    if (error == OUTCOME_RESOURCE_EXHAUSTED) {
        refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
               "the operator makes room on the disk of the store",
               "the store is nearly full: that somebody outside the team reads this cannot be "
               "recorded");
        call->refusal->retry_after_ms = 60000;
    }
    if (error == 0) {
        error = access_record(call, job->notes);
    }
    if (error == 0) {
        job->reply = job->answer;
    }
    return error;
}

/* A job may run often: in each batch that another one spoils. */
static void make_ready(struct job *job)
{
    job->code = OUTCOME_OK;
    if (job->ran) {
        arena_rewind(&job->arena, job->request_end);
    } else {
        job->request_end = arena_mark(&job->arena);
        job->ran = true;
    }
}

/* Who enrols is known by a secret, which the handler looks up. */
static int find_principal(struct call *call, const struct job *job, struct principal *ret)
{
    return job->request.kind == REQUEST_ENROL
               ? 0
               : call_admit(call->txn, job->principal, job->key_sha256, ret, call->refusal);
}

/* Runs one job inside the batch. 0: it has a reply. 1: it must stay out of the batch, drop that. <
 * 0: failure. */
static int run_job(struct writer *w, struct job *job, int64_t now_at)
{
    struct principal who = {.id = 0};
    struct refusal refusal;
    struct access access = {.arena = &job->arena};
    struct call call = writer_call(w, &job->request, &who, &job->arena, job->item.at, now_at,
                                   &job->reply, &refusal);
    call.key_sha256 = job->key_sha256;

    make_ready(job);
    call.access = &access;
    int error = find_principal(&call, job, &who);
    if (error == 0) {
        error = job->notes != NULL ? record_read(w, job, &call) : carry_out(w, &call);
    } else if (error != OUTCOME_UNAUTHENTICATED) {
        error = call_store_failed(&call, error);
    }
    int failure = txn_error(call.txn);
    if (error < 0 && (failure == STORE_CORRUPT || failure == STORE_NEWER)) {
        error = call_store_failed(&call, failure); /* met by an append */
    }
    job->wrote = call.n_appended > 0 || error < 0;
    job->stream = call.stream;
    if (error > 0 && job_refuse(job, &refusal) != 0) {
        return -ENOMEM;
    }
    /* A damaged record spoils the transaction for those that do not touch it, too. */
    if (error > 0 && (job->wrote || failure != 0)) {
        job->done = true;
        return 1;
    }
    return error < 0 ? error : 0;
}

/* Jobs up to and including the first that applies a book: what follows it is decided by the new
 * one. */
static int run_jobs(struct writer *w, struct job *first, int64_t now_at, struct job **ret_end)
{
    struct job *job = first;

    for (; job != NULL; job = (struct job *)job->item.next) {
        int result = job->done ? 0 : run_job(w, job, now_at);
        if (result != 0) {
            return result;
        }
        if (job->wrote && changes_book(&job->request)) {
            w->applied = true;
            job = (struct job *)job->item.next;
            break;
        }
    }
    *ret_end = job;
    return 0;
}

/* -- outcomes ----------------------------------------------------------------- */

/* Those that would have written. The others run again: what they would be told may rest on what
 * was dropped. */
static int refuse_full(struct job *first, const struct job *end)
{
    for (struct job *job = first; job != end; job = (struct job *)job->item.next) {
        struct refusal refusal;
        if (!job->wrote) {
            continue;
        }
        refuse(&refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
               "the operator makes room on the disk of the store",
               "the disk or the map of the store is full; nothing was changed");
        refusal.retry_after_ms = 60000;
        if (job_refuse(job, &refusal) != 0) {
            return -ENOMEM;
        }
        job->done = true;
    }
    return 0;
}

/* What became of all that the job wrote: the worst of its streams'. */
static enum journal_result result_of(const struct writer *w, const struct job *job)
{
    enum journal_result result = batch_result(w->batch, job->stream);

    for (const struct access_note *note = job->notes; note != NULL && job->wrote;
         note = note->next) {
        enum journal_result other = batch_result(w->batch, note->contract);
        result = result == JOURNAL_OK || other == JOURNAL_FENCED ? other : result;
    }
    return result;
}

static void note_principals(struct writer *w, const struct job *job)
{
    w->principals_changed = w->principals_changed ||
                            (job->done && job->wrote && job->request.kind == REQUEST_SET_USER);
}

static int note_results(struct writer *w, struct job *first, const struct job *end)
{
    for (struct job *job = first; job != end; job = (struct job *)job->item.next) {
        enum journal_result result = result_of(w, job);
        if (job->wrote && result == JOURNAL_FENCED) {
            log_write(LOG_ERROR, "stream_fenced", "stream=u", (unsigned long long)job->stream);
            return -EPERM; /* another process owns it now: it answers, not we */
        }
        /* What wrote nothing may rest on what was dropped. */
        job->done = job->done || (job->wrote && result == JOURNAL_OK);
        note_principals(w, job);
    }
    return 0;
}

static void all_done(struct writer *w, struct job *first, const struct job *end)
{
    for (struct job *job = first; job != end; job = (struct job *)job->item.next) {
        job->done = true;
        note_principals(w, job);
    }
}

static int store_full(struct writer *w, struct job *first, const struct job *end)
{
    log_write(LOG_ERROR, "store_full", "reason=s", batch_text(w->batch));
    w->full = true;
    (void)env_ballast_drop(w->o.env);
    return refuse_full(first, end);
}

static int commit(struct writer *w, struct job *first, const struct job *end)
{
    bool wrote = batch_count(w->batch) > 0;
    int error = batch_commit(w->batch);

    if (wrote && (error == 0 || error == BATCH_AGAIN) && w->o.committed != NULL) {
        w->o.committed(w->o.user);
    }
    switch (error) {
    case 0:
        sweep_committed(&w->sweep, w->batch, w->book->book, true);
        all_done(w, first, end);
        if (w->recorded) {
            w->stepped = false;
        }
        return w->recorded ? writer_zones_recorded(w) : 0;
    case BATCH_FULL: return store_full(w, first, end);
    case BATCH_AGAIN:
        sweep_committed(&w->sweep, w->batch, w->book->book, false);
        return note_results(w, first, end);
    default: return error > 0 ? -error : error;
    }
}

/* The batch could not be run to its end: a full store is survived, anything else is not. */
static int give_up(struct writer *w, int failure, struct job *first)
{
    bool full = txn_error(batch_txn(w->batch)) == STORE_FULL;

    if (!full) {
        log_write(LOG_ERROR, "batch_failed", "code=i reason=s", (long long)failure,
                  batch_text(w->batch));
        batch_abort(w->batch);
        return failure;
    }
    int error = store_full(w, first, NULL);
    batch_abort(w->batch);
    return error;
}

/* Everything in the chain that has its final reply leaves; the rest of the chain is returned in
 * order. */
static struct job *deliver(struct writer *w, struct job *first)
{
    struct queue_item *done = NULL;
    struct queue_item **done_end = &done;
    struct queue_item *left = NULL;
    struct queue_item **left_end = &left;

    for (struct queue_item *item = &first->item; item != NULL;) {
        struct queue_item *next = item->next;
        struct queue_item ***to = ((struct job *)item)->done ? &done_end : &left_end;
        item->next = NULL;
        **to = item;
        *to = &item->next;
        item = next;
    }
    if (done != NULL) {
        w->o.deliver(w->o.user, done);
    }
    return (struct job *)left;
}

static int begin(struct writer *w)
{
    uint8_t id[16];

    if (writer_random(NULL, id, sizeof(id)) != 0) {
        return -EIO;
    }
    w->book = books_hold(w->o.books);
    return batch_begin(w->batch, id);
}

int writer_batch(struct writer *w, struct job *first, struct job **ret_left, size_t *ret_fired)
{
    int64_t now_at = stamp_now(w->o.stamp);
    struct job *stop = NULL;

    *ret_fired = 0;
    w->applied = false;
    w->principals_changed = false;
    w->recorded = false;
    sweep_batch(&w->sweep);
    for (struct job *job = first; job != NULL; job = (struct job *)job->item.next) {
        job->wrote = false; /* not yet, in this batch */
    }
    int result = begin(w);
    if (result != 0) {
        books_release(w->book);
        w->book = NULL;
        return result > 0 ? -result : result;
    }
    if (sweep_is_on(&w->sweep)) {
        sweep_as_of(&w->sweep, writer_horizon(w, now_at, first));
    }
    result = run_jobs(w, first, now_at, &stop);
    if (result == 1) {
        batch_abort(w->batch); /* without the one that is done now, the others run again */
        result = 0;
    } else {
        if (result == 0) {
            result = writer_timers(w, now_at, stop, first == NULL, ret_fired);
        }
        if (result == SWEEP_DAMAGED) {
            batch_abort(w->batch); /* so, too, without the ticket that it came upon */
            result = 0;
        } else {
            result = result == 0 ? commit(w, first, stop) : give_up(w, result, first);
            result = result == 0 && w->applied ? writer_load_book(w) : result;
        }
    }
    books_release(w->book);
    w->book = NULL;
    if (result == 0) {
        *ret_left = first == NULL ? NULL : deliver(w, first);
        if (w->principals_changed && w->o.principals_changed != NULL) {
            w->o.principals_changed(w->o.user);
        }
    }
    return result;
}
