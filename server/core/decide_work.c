// SPDX-License-Identifier: Apache-2.0
#include "core/decide_work.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/evolve.h"
#include "core/instant.h"

/* The most facts that settling adds: the end of every hold, and the closing. */
enum { SETTLED_FACTS = BOOK_HOLDS_MAX + 1 };

int64_t work_seen_at(const struct ticket *t, int64_t at)
{
    for (size_t i = 0; i < t->n_facts; i++) {
        at = t->facts[i].at > at ? t->facts[i].at : at;
    }
    for (size_t i = 0; i < t->n_clocks; i++) {
        at = t->clocks[i].as_of_at > at ? t->clocks[i].as_of_at : at;
    }
    return at;
}

int work_begin(struct work *w, const struct ticket *before, size_t more_facts, size_t events_room)
{
    w->before = before;
    if (before != NULL) {
        w->ticket = *before;
        w->now_at = work_seen_at(before, w->now_at);
        more_facts += SETTLED_FACTS;
    }
    w->seq = w->ticket.last_seq;
    w->facts_room = w->ticket.n_facts + more_facts;
    w->facts = arena_array(w->arena, w->facts_room, sizeof(*w->facts));
    w->events_room = events_room;
    w->events = arena_array(w->arena, w->events_room, sizeof(*w->events));
    w->entry = arena_alloc(w->arena, sizeof(*w->entry));
    if (w->facts == NULL || w->events == NULL || w->entry == NULL) {
        return -1;
    }
    if (w->ticket.n_facts > 0) {
        memcpy(w->facts, w->ticket.facts, w->ticket.n_facts * sizeof(*w->facts));
    }
    w->ticket.facts = w->facts;
    return 0;
}

struct event *work_next(struct work *w, enum event_kind kind)
{
    struct event *e;

    if (w->n_events == w->events_room) {
        size_t room = 2 * w->events_room + 2;
        struct event *events = arena_array(w->arena, room, sizeof(*events));
        if (events == NULL) {
            return NULL;
        }
        memcpy(events, w->events, w->n_events * sizeof(*events));
        w->events = events;
        w->events_room = room;
    }
    e = &w->events[w->n_events];
    memset(e, 0, sizeof(*e));
    e->kind = kind;
    e->origin = ORIGIN_LIVE;
    e->contract = w->command->contract;
    e->ticket = w->command->ticket;
    e->team = w->ticket.team;
    e->effective_at = w->at;
    e->claimed_at = w->command->claimed_at;
    return e;
}

const struct entry *work_provisional(struct work *w)
{
    w->entry->stream = w->command->contract;
    w->entry->seq = w->seq + 1;
    w->entry->ticket_prev_seq = w->ticket.last_seq;
    w->entry->recorded_at = w->command->at;
    w->entry->actor = w->command->actor;
    w->entry->event = w->events[w->n_events];
    return w->entry;
}

int work_refuse_more_facts(struct work *w)
{
    return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, "ticket",
                  "resolve it, and open another one for what remains",
                  "the ticket has seen %zu events that its clocks must look at; more than %zu are "
                  "not taken",
                  w->ticket.n_facts, w->facts_max);
}

int work_add(struct work *w)
{
    const size_t n_facts = w->ticket.n_facts;
    struct event *e = &w->events[w->n_events];

    e->engine = e->n_clocks > 0 ? SLA_ENGINE : 0;
    evolve_within(&w->ticket, work_provisional(w), w->facts, w->facts_room);
    w->seq++;
    w->n_events++;
    if (w->ticket.n_facts > n_facts && w->ticket.n_facts > w->facts_max) {
        return work_refuse_more_facts(w);
    }
    return 0;
}

/*
 * Checks and texts that several commands share
 */

bool work_name(char to[static BOOK_NAME_BYTES], const char *from)
{
    const size_t n = strlen(from);

    if (n >= BOOK_NAME_BYTES) {
        return false;
    }
    memcpy(to, from, n + 1);
    return true;
}

void work_book_name(char to[static BOOK_NAME_BYTES], const char *from)
{
    const bool fits = work_name(to, from);

    assert(fits);
    (void)fits;
}

void work_text(struct event *e, enum text_field field, const struct text *text)
{
    if (text->n > 0) {
        assert(e->n_texts < EVENT_TEXTS_MAX);
        e->texts[e->n_texts++] = (struct text){.field = field, .bytes = text->bytes, .n = text->n};
    }
}

int work_require(struct work *w, enum ticket_verb verb, const char *field)
{
    enum ticket_state next;
    char verbs[128];
    char hint[160];

    if (ticket_allows(w->ticket.state, verb, &next)) {
        return 0;
    }
    ticket_legal_verbs(w->ticket.state, verbs, sizeof(verbs));
    if (verbs[0] != '\0') {
        (void)snprintf(hint, sizeof(hint), "now it allows: %s", verbs);
    } else {
        (void)snprintf(hint, sizeof(hint), "it lives on in %s-%" PRIu64, w->contract->key,
                       w->ticket.merged_into);
    }
    return refuse(w->refusal, OUTCOME_FAILED_PRECONDITION, field, hint,
                  "the ticket is %s, which does not allow %s", ticket_state_name(w->ticket.state),
                  ticket_verb_name(verb));
}

int work_find_hold(struct work *w, const char *reason, int64_t at, const char *field,
                   const struct book_hold **ret)
{
    const struct book_contract_version *version = book_contract_at(w->contract, at);
    const char *names[BOOK_HOLDS_MAX] = {NULL};
    char hint[256];
    size_t n = 0;

    *ret = version != NULL ? book_hold(version, reason) : NULL;
    if (*ret != NULL) {
        return 0;
    }
    assert(version == NULL || version->n_holds <= BOOK_HOLDS_MAX);
    for (size_t i = 0; version != NULL && i < version->n_holds; i++) {
        names[n++] = version->holds[i].reason;
    }
    work_names(names, n, hint, sizeof(hint));
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, field,
                  n > 0 ? hint : "the contract names no reason to hold a ticket",
                  "contract %s has no hold reason \"%s\"", w->contract->name, reason);
}

int work_hold(struct work *w, struct event *e, const struct book_hold *hold, const char *field)
{
    if (ticket_reason(&w->ticket, hold->reason) < 0 && w->ticket.n_reasons == BOOK_HOLDS_MAX) {
        return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, field, NULL,
                      "the ticket was on hold for %d reasons already; another one is not taken",
                      BOOK_HOLDS_MAX);
    }
    work_book_name(e->u.hold.reason, hold->reason);
    e->u.hold.party = hold->party;
    // A history tells itself when its holds ended.
    e->u.hold.ends_at = e->origin == ORIGIN_IMPORT ? INSTANT_NEVER
                                                   : book_span_end(&hold->max, e->effective_at);
    return 0;
}

int work_check_text(struct work *w, const struct text *text, size_t max, bool needed,
                    const char *field)
{
    if (needed && text->n == 0) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, field, NULL, "the %s is missing",
                      field);
    }
    if (text->n > max) {
        return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, field, NULL,
                      "the text has %zu bytes; at most %zu are taken", text->n, max);
    }
    return 0;
}

const char *work_names(const char *const *names, size_t n, char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t more = (size_t)snprintf(buf + used, size - used, "%s%s", i > 0 ? ", " : "",
                                             names[i]);
        if (more >= size - used) {
            buf[used] = '\0';
            break;
        }
        used += more;
    }
    return buf;
}
