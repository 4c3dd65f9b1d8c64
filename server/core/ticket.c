// SPDX-License-Identifier: Apache-2.0
/*
 * The table of transitions, its one mover, and what is read off a ticket.
 *
 * The table answers "may this be done now, and what follows"; the mover's own table of successors
 * says which states may follow which at all, so that a mistake in a caller ends at an assertion and
 * not in the store.
 */
#include "core/ticket.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"

#define NEW      TICKET_NEW
#define OPEN     TICKET_OPEN
#define HELD     TICKET_HELD
#define RESOLVED TICKET_RESOLVED
#define CLOSED   TICKET_CLOSED
#define MERGED   TICKET_MERGED
#define ____     TICKET_NONE /* not legal */

/*
 * Columns are states, rows are verbs. What it is and whose it is changes while there is work to do.
 * What is closed takes notes, links and tags and can be reopened, nothing else. What is merged
 * lives on in another ticket.
 */
// clang-format off
static const enum ticket_state table[TICKET_VERBS][TICKET_STATES] = {
    //                        none  new       open      held      resolved  closed  merged
    [TICKET_VERB_TAKE]     = {____, OPEN,     OPEN,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_REPLY]    = {____, OPEN,     OPEN,     HELD,     RESOLVED, ____,   ____},
    [TICKET_VERB_NOTE]     = {____, NEW,      OPEN,     HELD,     RESOLVED, CLOSED, ____},
    [TICKET_VERB_HOLD]     = {____, HELD,     HELD,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_RESUME]   = {____, ____,     ____,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_RESOLVE]  = {____, RESOLVED, RESOLVED, RESOLVED, ____,     ____,   ____},
    [TICKET_VERB_REOPEN]   = {____, ____,     ____,     ____,     OPEN,     OPEN,   ____},
    [TICKET_VERB_CLOSE]    = {____, ____,     ____,     ____,     CLOSED,   ____,   ____},
    [TICKET_VERB_PRIORITY] = {____, NEW,      OPEN,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_ACK]      = {____, OPEN,     OPEN,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_ASSIGN]   = {____, NEW,      OPEN,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_TRANSFER] = {____, NEW,      OPEN,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_EDIT]     = {____, NEW,      OPEN,     HELD,     ____,     ____,   ____},
    [TICKET_VERB_MERGE]    = {____, MERGED,   MERGED,   MERGED,   MERGED,   ____,   ____},
    [TICKET_VERB_LINK]     = {____, NEW,      OPEN,     HELD,     RESOLVED, CLOSED, ____},
};
// clang-format on

#undef NEW
#undef OPEN
#undef HELD
#undef RESOLVED
#undef CLOSED
#undef MERGED
#undef ____

#define TO(state) (1u << TICKET_##state)

/* What may follow a state, as bits. */
static const unsigned successors[TICKET_STATES] = {
    [TICKET_NONE] = TO(NEW),
    [TICKET_NEW] = TO(OPEN) | TO(HELD) | TO(RESOLVED) | TO(MERGED),
    [TICKET_OPEN] = TO(HELD) | TO(RESOLVED) | TO(MERGED),
    [TICKET_HELD] = TO(NEW) | TO(OPEN) | TO(RESOLVED) | TO(MERGED),
    [TICKET_RESOLVED] = TO(OPEN) | TO(CLOSED) | TO(MERGED),
    [TICKET_CLOSED] = TO(OPEN),
    [TICKET_MERGED] = 0,
};

static const char *const state_names[TICKET_STATES] = {
    [TICKET_NONE] = "none",     [TICKET_NEW] = "new",           [TICKET_OPEN] = "open",
    [TICKET_HELD] = "held",     [TICKET_RESOLVED] = "resolved", [TICKET_CLOSED] = "closed",
    [TICKET_MERGED] = "merged",
};

bool ticket_allows(enum ticket_state state, enum ticket_verb verb, enum ticket_state *ret_next)
{
    enum ticket_state next;

    if ((unsigned)state >= TICKET_STATES || (unsigned)verb >= TICKET_VERBS) {
        return false;
    }
    next = table[verb][state];
    if (next == TICKET_NONE) {
        return false;
    }
    *ret_next = next;
    return true;
}

const char *ticket_legal_verbs(enum ticket_state state, char *buf, size_t size)
{
    enum ticket_state next;
    size_t used = 0;

    assert(size > 0);
    buf[0] = '\0';

    for (unsigned verb = 0; verb < TICKET_VERBS; verb++) {
        if (!ticket_allows(state, (enum ticket_verb)verb, &next)) {
            continue;
        }
        const size_t n = (size_t)snprintf(buf + used, size - used, "%s%s", used > 0 ? ", " : "",
                                          ticket_verb_name((enum ticket_verb)verb));
        if (n >= size - used) {
            buf[used] = '\0'; // whole names only
            break;
        }
        used += n;
    }
    return buf;
}

void ticket_move(struct ticket *t, enum ticket_state to, int64_t at)
{
    const enum ticket_state from = t->state;

    if (from == to) {
        return;
    }
    assert((unsigned)to < TICKET_STATES && (successors[from] & (1u << to)) != 0);
    switch (to) {
    case TICKET_HELD: t->state_before_hold = from; break;
    case TICKET_RESOLVED:
        t->n_holds = 0; // what is resolved waits for nobody
        t->resolved_at = at;
        break;
    case TICKET_NEW:
    case TICKET_OPEN:
        assert(t->n_holds == 0);
        t->resolved_at = INSTANT_NONE;
        break;
    case TICKET_MERGED: t->n_holds = 0; break; // nor does what lives on elsewhere
    case TICKET_CLOSED:
    case TICKET_NONE:
    case TICKET_STATES: break;
    }
    if (to != TICKET_HELD) {
        t->state_before_hold = TICKET_NONE;
    }
    t->close_at = INSTANT_NEVER; // whoever resolves it says when
    t->state = to;
}

int ticket_reason(const struct ticket *t, const char *reason)
{
    for (int i = 0; i < t->n_reasons; i++) {
        if (strcmp(t->reasons[i], reason) == 0) {
            return i;
        }
    }
    return -1;
}

bool ticket_is_held_for(const struct ticket *t, const char *reason)
{
    int index = ticket_reason(t, reason);

    for (size_t i = 0; i < t->n_holds; i++) {
        if (t->holds[i].reason == index) {
            return true;
        }
    }
    return false;
}

const struct ticket_clock *ticket_clock(const struct ticket *t, enum clock_kind kind, uint32_t team)
{
    for (size_t i = 0; i < t->n_clocks; i++) {
        if (t->clocks[i].kind == kind && t->clocks[i].team == team) {
            return &t->clocks[i];
        }
    }
    return NULL;
}

bool ticket_clock_is_live(const struct ticket_clock *c)
{
    return c->state == CLOCK_RUNNING || c->state == CLOCK_PAUSED;
}

bool ticket_clock_is_over(const struct ticket_clock *c)
{
    return c->state == CLOCK_STOPPED || c->state == CLOCK_CANCELLED;
}

int64_t ticket_changed_at(const struct ticket *t)
{
    int64_t at = INSTANT_NONE;

    for (size_t i = 0; i < t->n_facts; i++) {
        const struct fact *f = &t->facts[i];
        if (f->at > at && f->kind != FACT_REPLIED && f->kind != FACT_ASKED &&
            f->kind != FACT_ABSORBED) {
            at = f->at;
        }
    }
    return at;
}

int64_t ticket_next_at(const struct ticket *t)
{
    int64_t next_at = t->state == TICKET_RESOLVED ? t->close_at : INSTANT_NEVER;

    for (size_t i = 0; i < t->n_holds; i++) {
        if (t->holds[i].ends_at < next_at) {
            next_at = t->holds[i].ends_at;
        }
    }
    for (size_t i = 0; i < t->n_clocks; i++) {
        const struct ticket_clock *c = &t->clocks[i];

        if (c->state != CLOCK_RUNNING) {
            continue;
        }
        if (c->next_warn_at < next_at) {
            next_at = c->next_warn_at;
        }
        // A cycle is breached once; a limit that a new target gave it since then is no news.
        if (c->breached_at == INSTANT_NONE && c->limit_at < next_at) {
            next_at = c->limit_at;
        }
    }
    return next_at;
}

const struct ticket_clock *ticket_next_deadline(const struct ticket *t)
{
    const struct ticket_clock *next = NULL;

    for (size_t i = 0; i < t->n_clocks; i++) {
        const struct ticket_clock *c = &t->clocks[i];

        if (c->state == CLOCK_RUNNING && c->breached_at == INSTANT_NONE &&
            c->due_at != INSTANT_NEVER && (next == NULL || c->due_at < next->due_at)) {
            next = c;
        }
    }
    return next;
}

/* When the first of its clocks was breached; INSTANT_NONE if none is. */
static int64_t breached_at(const struct ticket *t)
{
    int64_t first_at = INSTANT_NONE;

    for (size_t i = 0; i < t->n_clocks; i++) {
        const struct ticket_clock *c = &t->clocks[i];

        if (c->breached_at != INSTANT_NONE &&
            (first_at == INSTANT_NONE || c->breached_at < first_at)) {
            first_at = c->breached_at;
        }
    }
    return first_at;
}

bool ticket_is_breached(const struct ticket *t)
{
    return breached_at(t) != INSTANT_NONE;
}

enum ticket_class ticket_class(const struct ticket *t)
{
    switch (t->state) {
    case TICKET_RESOLVED: return TICKET_CLASS_RESOLVED;
    case TICKET_CLOSED:
    case TICKET_MERGED: return TICKET_CLASS_CLOSED;
    case TICKET_NEW:
    case TICKET_OPEN:
    case TICKET_HELD:
    case TICKET_NONE:
    case TICKET_STATES: break;
    }
    if (ticket_is_breached(t)) {
        return TICKET_CLASS_BREACHED;
    }
    if (t->state == TICKET_HELD) {
        return TICKET_CLASS_HELD;
    }
    return t->state == TICKET_OPEN ? TICKET_CLASS_OPEN : TICKET_CLASS_NEW;
}

int64_t ticket_urgency_at(const struct ticket *t)
{
    const struct ticket_clock *next;

    switch (ticket_class(t)) {
    case TICKET_CLASS_BREACHED: return breached_at(t);
    case TICKET_CLASS_RESOLVED: return t->resolved_at;
    case TICKET_CLASS_CLOSED: // merged without: when its life ended
        return t->resolved_at != INSTANT_NONE ? t->resolved_at : t->updated_at;
    case TICKET_CLASS_NEW:
    case TICKET_CLASS_OPEN:
    case TICKET_CLASS_HELD:
    case TICKET_CLASSES: break;
    }
    next = ticket_next_deadline(t);
    return next != NULL ? next->due_at : INSTANT_NEVER;
}

/* By stored number: the name, and what the other ticket shows. */
static const struct {
    const char *name;
    enum link_kind inverse;
} links[LINK_KINDS] = {
    [LINK_NONE] = {"none", LINK_NONE},
    [LINK_RELATES] = {"relates", LINK_RELATES},
    [LINK_DUPLICATES] = {"duplicates", LINK_DUPLICATED_BY},
    [LINK_DUPLICATED_BY] = {"duplicated-by", LINK_DUPLICATES},
    [LINK_BLOCKS] = {"blocks", LINK_BLOCKED_BY},
    [LINK_BLOCKED_BY] = {"blocked-by", LINK_BLOCKS},
    [LINK_CAUSES] = {"causes", LINK_CAUSED_BY},
    [LINK_CAUSED_BY] = {"caused-by", LINK_CAUSES},
    [LINK_FOLLOWS] = {"follows", LINK_FOLLOWED_BY},
    [LINK_FOLLOWED_BY] = {"followed-by", LINK_FOLLOWS},
};

const char *link_kind_name(enum link_kind kind)
{
    return (unsigned)kind < LINK_KINDS ? links[kind].name : "unknown";
}

enum link_kind link_kind_inverse(enum link_kind kind)
{
    return (unsigned)kind < LINK_KINDS ? links[kind].inverse : LINK_NONE;
}

const char *ticket_state_name(enum ticket_state state)
{
    return (unsigned)state < TICKET_STATES ? state_names[state] : "unknown";
}

enum ticket_state ticket_state_named(const char *name)
{
    for (unsigned i = TICKET_NONE + 1; i < TICKET_STATES; i++) {
        if (strcmp(state_names[i], name) == 0) {
            return (enum ticket_state)i;
        }
    }
    return TICKET_NONE;
}

const char *ticket_verb_name(enum ticket_verb verb)
{
    static const char *const names[TICKET_VERBS] = {
        [TICKET_VERB_TAKE] = "take",         [TICKET_VERB_REPLY] = "reply",
        [TICKET_VERB_NOTE] = "note",         [TICKET_VERB_HOLD] = "hold",
        [TICKET_VERB_RESUME] = "resume",     [TICKET_VERB_RESOLVE] = "resolve",
        [TICKET_VERB_REOPEN] = "reopen",     [TICKET_VERB_CLOSE] = "close",
        [TICKET_VERB_PRIORITY] = "priority", [TICKET_VERB_ACK] = "ack",
        [TICKET_VERB_ASSIGN] = "assign",     [TICKET_VERB_TRANSFER] = "transfer",
        [TICKET_VERB_EDIT] = "edit",         [TICKET_VERB_MERGE] = "merge",
        [TICKET_VERB_LINK] = "link",
    };
    return (unsigned)verb < TICKET_VERBS ? names[verb] : "unknown";
}

const char *ticket_verdict_name(enum ticket_verdict verdict)
{
    switch (verdict) {
    case TICKET_VERDICT_NONE: return "none";
    case TICKET_VERDICT_OPEN: return "open";
    case TICKET_VERDICT_MET: return "met";
    case TICKET_VERDICT_BREACHED: return "breached";
    case TICKET_VERDICT_UNMEASURED: return "unmeasured";
    }
    return "unknown";
}
