// SPDX-License-Identifier: Apache-2.0
/*
 * Another book for the one in force, because an apply made a new one or because the folder of zone
 * data has others. Other zone data are recorded before anything is decided by them: the book that
 * was made with them waits until then.
 */
#include "writer_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

static void log_changed(const char *from, const char *to, size_t zones)
{
    log_write(LOG_INFO, "zone_data_changed", "from=s to=s zones=u", from, to,
              (unsigned long long)zones);
}

/* What `now`, which is in force, moves. The folder's data may have become others at an apply, too.
 */
static int sweep_after(struct writer *w, const struct book *before, const struct book *now)
{
    const size_t zones = reliance_zones_changed(before, now);
    enum moved_by *by = calloc(now->n_contracts + 1, sizeof(*by));

    if (by == NULL) {
        return -ENOMEM;
    }
    if (zones > 0) {
        log_changed(before->zone_release, now->zone_release, zones);
    }
    int error = reliance_moved(before, now, by) > 0 ? sweep_begin(&w->sweep, w->o.env, now, by) : 0;
    free(by);
    return error;
}

static void forget_next(struct writer *w)
{
    books_release(w->next);
    w->next = NULL;
}

int writer_read_zones(struct writer *w)
{
    struct refusal refusal;
    struct shared_book *read = NULL;
    struct txn txn;

    forget_next(w);
    int error = txn_begin(&txn, w->o.env, TXN_READ);
    error = error == 0 ? books_read(w->o.books, &txn, &read, &refusal) : error;
    const int failure = txn_error(&txn);
    txn_abort(&txn);
    if (error != 0) {
        log_write(LOG_ERROR, "zone_data_unusable", "reason=s",
                  error > 0 ? refusal.message : "no memory, or the store cannot be read");
        return failure > 0 ? -failure : failure;
    }
    struct shared_book *current = books_hold(w->o.books);
    if (reliance_zones_changed(current->book, read->book) > 0) {
        w->next = read;
    } else {
        log_write(LOG_INFO, "zone_data_unchanged", "release=s", read->book->zone_release);
        books_replace(w->o.books, read); /* only the release can be another one */
    }
    books_release(current);
    return 0;
}

int writer_zones_recorded(struct writer *w)
{
    int error = 0;

    if (w->unrecorded) { /* what the start found */
        w->unrecorded = false;
        if (w->news.zones > 0) {
            log_changed(w->news.from, w->book->book->zone_release, w->news.zones);
        }
        error = sweep_begin(&w->sweep, w->o.env, w->book->book, NULL);
    }
    if (error == 0 && w->next != NULL && !w->applied) {
        const struct book *next = w->next->book;
        books_replace(w->o.books, w->next);
        w->next = NULL;
        error = sweep_after(w, w->book->book, next);
    }
    return error;
}

int writer_load_book(struct writer *w)
{
    struct txn txn;
    struct refusal refusal;

    forget_next(w); /* made without what was applied; the folder is read again here */
    int error = txn_begin(&txn, w->o.env, TXN_READ);
    error = error == 0 ? books_load(w->o.books, &txn, &refusal) : error;
    txn_abort(&txn);
    if (error > 0) {
        log_write(LOG_ERROR, "book_unusable", "reason=s", refusal.message);
        return -error;
    }
    if (error != 0) {
        return error;
    }
    struct shared_book *now = books_hold(w->o.books);
    if (reliance_zones_changed(w->book->book, now->book) > 0) {
        w->unrecorded = true; /* they may have become others since the apply read them */
    }
    error = sweep_after(w, w->book->book, now->book);
    books_release(now);
    return error;
}
