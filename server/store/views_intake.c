// SPDX-License-Identifier: Apache-2.0
/*
 * What intake leaves behind: whose key is which ticket's, how many tickets of a source are open,
 * and which lines have been applied.
 *
 * Keys of sources are found by their marks. A key that was erased is missing in a replay from the
 * entry on that bore it, and comes back with the entry that erased it. So a row must end up the
 * same whichever of both told it: of several tickets with one key the newest has it, erased or not.
 */
#include <string.h>

#include "core/instant.h"
#include "store/record.h"
#include "store/row.h"
#include "store/sourcemark.h"
#include "store/sources.h"
#include "store/views_private.h"

static int get_external(const struct views_step *s, const struct key *key,
                        struct tickets_external *ret)
{
    struct row row;

    int r = row_get(s->txn, DB_EXTERNAL, key, RECORD_EXTERNAL, &row);
    return r == 0 ? record_external_decode(s->txn, key, &row, ret) : r;
}

static int put_external(const struct views_step *s, const struct key *key,
                        const struct tickets_external *external)
{
    struct row row;

    int r = record_external_encode(s->txn, external, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_EXTERNAL, key, RECORD_EXTERNAL, row.p, row.n) : r;
}

/** Whatever the key stood for: from now on it is this ticket's, unless that of a newer one. */
static int put_newest(const struct views_step *s, const struct key *key,
                      const struct tickets_external *external)
{
    struct tickets_external before;

    int r = get_external(s, key, &before);
    if (r == 0 && before.number != 0 && before.recorded_at > external->recorded_at) {
        return 0;
    }
    return r == 0 || r == STORE_NOT_FOUND ? put_external(s, key, external) : r;
}

int views_put_external(const struct views_step *s, const struct ticket *ticket)
{
    const struct tickets_external external = {
        .contract = ticket->contract,
        .number = ticket->number,
        .kept_at = INSTANT_NONE,
        .recorded_at = s->entry->recorded_at,
    };
    uint8_t mark[EVENT_MARK_BYTES];

    if (ticket->source[0] == 0 || ticket->source_key[0] == 0) {
        return 0;
    }
    int r = sourcemark_make(s->txn, ticket->source, ticket->source_key, mark);
    if (r != 0) {
        return r;
    }
    struct key key = key_external(ticket->source, mark);
    return put_newest(s, &key, &external);
}

/** As a text; older entries have it where it stays. */
static bool has_key(const struct event *e)
{
    bool found = false;

    for (size_t i = 0; i < e->n_texts; i++) {
        found = found || e->texts[i].field == TEXT_SOURCE_KEY;
    }
    return found;
}

int views_erase_external(const struct views_step *s, const struct entry *opened)
{
    const struct tickets_external external = {
        .contract = opened->stream,
        .number = opened->event.ticket,
        .kept_at = INSTANT_NONE,
        .recorded_at = opened->recorded_at,
        .erased = true,
    };

    if (opened->event.u.opened.source[0] == 0 || !has_key(&opened->event)) {
        return views_misfit(s, "what it erases has no key");
    }
    struct key key = key_external(opened->event.u.opened.source,
                                  s->entry->event.u.erased.source_mark);
    return put_newest(s, &key, &external);
}

static int kept_mark(const struct views_step *s, uint8_t ret[EVENT_MARK_BYTES])
{
    static const uint8_t none[EVENT_MARK_BYTES];
    const struct event *e = &s->entry->event;

    if (e->u.kept.source[0] == 0) {
        return views_misfit(s, "it has no source");
    }
    if (e->u.kept.old_source_key[0] != 0) {
        return sourcemark_make(s->txn, e->u.kept.source, e->u.kept.old_source_key, ret);
    }
    if (memcmp(e->u.kept.source_mark, none, sizeof(none)) == 0) {
        return views_misfit(s, "it has no key");
    }
    memcpy(ret, e->u.kept.source_mark, EVENT_MARK_BYTES);
    return 0;
}

static bool is_open(const struct ticket *ticket)
{
    return ticket && ticket->state != TICKET_CLOSED && ticket->state != TICKET_MERGED;
}

int views_count_source(const struct views_step *s, const struct ticket *before,
                       const struct ticket *after)
{
    uint64_t open;
    struct row row;

    if (after->source[0] == 0 || is_open(before) == is_open(after)) {
        return 0;
    }
    int r = sources_open(s->txn, after->source, after->contract, &open);
    if (r != 0) {
        return r;
    }
    if (is_open(after)) {
        open++;
    } else if (open-- == 0) {
        return views_misfit(s, "its source has no open ticket");
    }
    struct key key = key_source(after->source, after->contract);
    if (open == 0) {
        return row_del(s->txn, DB_SOURCES, &key);
    }
    r = record_source_encode(s->txn, open, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_SOURCES, &key, RECORD_SOURCE, row.p, row.n) : r;
}

int views_apply_kept(const struct views_step *s)
{
    const struct event *e = &s->entry->event;
    struct tickets_external before;
    struct tickets_external external = {
        .contract = e->contract,
        .kept_seq = s->entry->seq,
        .kept_at = e->u.kept.at,
        .recorded_at = INSTANT_NONE,
    };
    uint8_t mark[EVENT_MARK_BYTES];

    if (e->u.kept.action != INTAKE_RESOLVE) {
        return 0;
    }
    int r = kept_mark(s, mark);
    if (r != 0) {
        return r;
    }
    struct key key = key_external(e->u.kept.source, mark);
    r = get_external(s, &key, &before);
    // A ticket stays; of several resolves the last one counts
    if (r == 0 && (before.number != 0 || before.kept_at > external.kept_at)) {
        return 0;
    }
    return r == 0 || r == STORE_NOT_FOUND ? put_external(s, &key, &external) : r;
}

int views_put_line(const struct views_step *s)
{
    static const uint8_t none[LINE_ID_BYTES];
    const struct entry *entry = s->entry;
    struct lines_row line = {
        .contract = entry->stream,
        .ticket = entry->event.ticket,
        .seq = entry->seq,
    };
    struct row row;

    if (memcmp(entry->line_id, none, sizeof(none)) == 0) {
        return 0;
    }
    memcpy(line.hash, entry->request_hash, sizeof(line.hash));
    struct key key = key_line(entry->line_id);
    int r = row_get(s->txn, DB_LINES, &key, RECORD_LINE, NULL);
    if (r != STORE_NOT_FOUND) {
        return r == 0 ? views_misfit(s, "its line was applied before") : r;
    }
    r = record_line_encode(s->txn, &line, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_LINES, &key, RECORD_LINE, row.p, row.n) : r;
}
