// SPDX-License-Identifier: Apache-2.0
#include "booklog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/event.h"
#include "core/instant.h"
#include "store/entries.h"

enum {
    AT_FIRST = 16,
    /* The largest body, and as much again for what is made of it. */
    ENTRY_BYTES = 4 * ENTRY_BODY_BYTES_MAX,
};

struct booklog_zone {
    char name[BOOK_NAME_BYTES];
    uint8_t sha256[BOOK_HASH_BYTES];
};

void booklog_fini(struct booklog *log)
{
    free(log->changed.at);
    free(log->moved.at);
    free(log->zones);
    *log = (struct booklog){.seq = 0};
}

/* Room for one more; NULL without memory. */
static void *room(void *p, size_t n, size_t *max, size_t size)
{
    if (n < *max) {
        return p;
    }
    size_t wanted = *max == 0 ? AT_FIRST : 2 * *max;
    void *grown = reallocarray(p, wanted, size);
    if (grown != NULL) {
        *max = wanted;
    }
    return grown;
}

static int note(struct booklog_instants *to, int64_t at)
{
    if (to->n > 0 && to->at[to->n - 1] == at) {
        return 0;
    }
    int64_t *grown = room(to->at, to->n, &to->max, sizeof(*grown));
    if (grown == NULL) {
        return -ENOMEM;
    }
    to->at = grown;
    to->at[to->n++] = at;
    return 0;
}

static int note_zone(struct booklog *log, const struct entry *entry)
{
    const char *name = entry->event.u.zone.name;
    const uint8_t *sha256 = entry->event.u.zone.sha256;

    for (size_t i = 0; i < log->n_zones; i++) {
        struct booklog_zone *zone = &log->zones[i];
        if (strcmp(zone->name, name) == 0) {
            if (memcmp(zone->sha256, sha256, sizeof(zone->sha256)) == 0) {
                return 0;
            }
            memcpy(zone->sha256, sha256, sizeof(zone->sha256));
            return note(&log->moved, entry->recorded_at);
        }
    }
    struct booklog_zone *grown = room(log->zones, log->n_zones, &log->max_zones, sizeof(*grown));
    if (grown == NULL) {
        return -ENOMEM;
    }
    log->zones = grown;
    struct booklog_zone *zone = &log->zones[log->n_zones++];
    memcpy(zone->name, name, sizeof(zone->name));
    memcpy(zone->sha256, sha256, sizeof(zone->sha256));
    return 0;
}

static int read_entry(struct booklog *log, const struct entry *entry)
{
    int error = 0;

    if (entry->event.kind == EVENT_BOOK_OBJECT || entry->event.kind == EVENT_ZONE_DATA) {
        error = note(&log->changed, entry->recorded_at);
    }
    if (error == 0 && entry->event.kind == EVENT_ZONE_DATA) {
        error = note_zone(log, entry);
    }
    return error;
}

int booklog_read(struct booklog *log, struct txn *txn)
{
    struct journal_head head;
    struct arena arena;

    int error = entries_head(txn, 0, &head);
    if (error != 0 || head.seq <= log->seq) {
        return error; /* a snapshot may be older than what is known */
    }
    arena_init(&arena, ENTRY_BYTES);
    while (error == 0 && log->seq < head.seq) {
        struct entry entry;

        arena_reset(&arena);
        error = entries_get_bare(txn, 0, log->seq + 1, &arena, &entry);
        if (error == 0) {
            error = read_entry(log, &entry);
        }
        if (error == 0) {
            log->seq++;
        }
    }
    arena_fini(&arena);
    return error;
}

/* How many of them are not after `at`. */
static size_t up_to(const struct booklog_instants *in, int64_t at)
{
    size_t low = 0;
    size_t high = in->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (in->at[mid] <= at) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

void booklog_stretch(const struct booklog *log, int64_t at, int64_t *ret_from_at,
                     int64_t *ret_until_at)
{
    size_t n = up_to(&log->changed, at);

    *ret_from_at = n == 0 ? INSTANT_NONE : log->changed.at[n - 1];
    *ret_until_at = n == log->changed.n ? INSTANT_NEVER : log->changed.at[n];
}

int64_t booklog_zone_moved(const struct booklog *log, int64_t after_at)
{
    size_t n = up_to(&log->moved, after_at);
    return n == log->moved.n ? INSTANT_NEVER : log->moved.at[n];
}

int64_t booklog_zone_moved_by(const struct booklog *log, int64_t at)
{
    size_t n = up_to(&log->moved, at);
    return n == 0 ? INSTANT_NONE : log->moved.at[n - 1];
}
