// SPDX-License-Identifier: Apache-2.0
/*
 * What intake leaves behind: whose key is which ticket's, how many tickets of a source are open,
 * and which lines have been applied.
 */
#include <string.h>

#include "core/instant.h"
#include "store/record.h"
#include "store/row.h"
#include "store/sources.h"
#include "store/views_private.h"

static int put_external(const struct views_step *s, const struct key *key,
                        const struct tickets_external *external)
{
    struct row row;

    int r = record_external_encode(s->txn, external, s->arena, &row);
    return r == 0 ? row_put(s->txn, DB_EXTERNAL, key, RECORD_EXTERNAL, row.p, row.n) : r;
}

int views_put_external(const struct views_step *s, const struct ticket *ticket)
{
    struct tickets_external external = {
        .contract = ticket->contract,
        .number = ticket->number,
        .kept_at = INSTANT_NONE,
    };

    if (ticket->source[0] == 0 || ticket->source_key[0] == 0) {
        return 0;
    }
    // Whatever the key stood for: from now on it is this ticket's
    struct key key = key_external(ticket->source, ticket->source_key);
    return put_external(s, &key, &external);
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
    };
    struct row row;

    if (e->u.kept.action != INTAKE_RESOLVE) {
        return 0;
    }
    if (e->u.kept.source[0] == 0 || e->u.kept.source_key[0] == 0) {
        return views_misfit(s, "it has no key");
    }
    struct key key = key_external(e->u.kept.source, e->u.kept.source_key);
    int r = row_get(s->txn, DB_EXTERNAL, &key, RECORD_EXTERNAL, &row);
    if (r == 0) {
        r = record_external_decode(s->txn, &key, &row, &before);
        // A ticket stays; of several resolves the last one counts
        if (r != 0 || before.number != 0 || before.kept_at > external.kept_at) {
            return r;
        }
    } else if (r != STORE_NOT_FOUND) {
        return r;
    }
    return put_external(s, &key, &external);
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
