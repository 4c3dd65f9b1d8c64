// SPDX-License-Identifier: Apache-2.0
#include "client/sentence.h"

#include <string.h>

#include "client/clockword.h"
#include "client/when.h"

/** Recorded so much later than it counts, people are told. */
#define LATE_US INT64_C(60000000)

static const char *or_unknown(const char *s)
{
    return s && *s ? s : "?";
}

/** A word with blanks: "first response". */
static void add_word(struct text *to, enum slate_vocabulary vocabulary, int value)
{
    const char *word = slate_name(vocabulary, value);

    for (word = word ? word : "?"; *word; word++) {
        text_add_n(to, *word == '_' ? " " : word, 1);
    }
}

/** "a.reyes took it"; what nobody did is told by `itself`: "it closed by itself". */
static void add_act(struct text *to, const struct slate_event *e, const char *did,
                    const char *itself)
{
    if (e->origin == SLATE_ORIGIN_CLOCK) {
        text_add(to, itself);
    } else {
        text_add_f(to, "%s %s", e->actor ? e->actor : "somebody", did);
    }
}

static void add_time(struct text *to, const char *what, int64_t at, int64_t now_at)
{
    if (at && now_at) {
        text_add(to, what);
        when_add_local(to, at, now_at);
    }
}

static void add_message(struct text *to, const struct slate_event *e)
{
    const bool internal = e->visibility == SLATE_INTERNAL_NOTE;
    const bool by_vendor = e->side == SLATE_SIDE_VENDOR && e->message_kind == SLATE_MESSAGE_HUMAN;

    add_act(to, e, internal ? "added a note" : by_vendor ? "replied" : "wrote", "a message came");
    if (e->side && !by_vendor) {
        text_add(to, " (");
        add_word(to, SLATE_SIDES, (int)e->side);
        text_add(to, e->message_kind == SLATE_MESSAGE_AUTO ? ", automatic)" : ")");
    }
    if (e->channel) {
        text_add_f(to, ", by %s", e->channel);
    }
}

static void add_edited(struct text *to, const struct slate_event *e)
{
    const struct {
        const char *name;
        const char *value;
    } values[] = {{"priority", e->priority},
                  {"category", e->category},
                  {"customer_tier", e->customer_tier},
                  {"language", e->language}};

    add_act(to, e, "changed", "changed");
    for (size_t i = 0; i < e->n_edited; i++) {
        text_add_f(to, "%s %s", i ? "," : "", e->edited[i]);
        for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
            if (strcmp(values[k].name, e->edited[i]) == 0) {
                text_add_f(to, " to %s", values[k].value ? values[k].value : "nothing");
            }
        }
    }
}

static void add_clock(struct text *to, const struct slate_event *e, int64_t now_at)
{
    const struct slate_clock *c = e->clock;

    if (c) {
        clockword_add(to, c->kind, c->team);
    } else {
        text_add(to, "a clock");
    }
    switch (e->kind) {
    case SLATE_EVENT_WARNING:
        text_add_f(to, ": %s used", or_unknown(e->warning));
        add_time(to, ", due ", c ? c->due_at : 0, now_at);
        break;
    case SLATE_EVENT_BREACH: text_add(to, " BREACHED"); break;
    case SLATE_EVENT_WITHDRAWN: text_add(to, ": the breach was withdrawn"); break;
    default: text_add(to, " was met"); break;
    }
    if (c && c->within && e->kind != SLATE_EVENT_WARNING) {
        text_add_f(to, " (target %s)", c->within);
    }
}

static void add_instant(struct text *to, int64_t at, int64_t now_at)
{
    if (at) {
        when_add_local(to, at, now_at);
    } else {
        text_add(to, CLOCKWORD_NEVER);
    }
}

/** "resolution due moved from 14:20 to 15:20: new zone data". */
static void add_moved(struct text *to, const struct slate_event *e, int64_t now_at)
{
    const struct slate_clock *c = e->clock;

    if (c) {
        const bool is_limit = c->due_at == e->was_due_at && c->limit_at != e->was_limit_at;
        const int64_t from_at = is_limit ? e->was_limit_at : e->was_due_at;
        const int64_t to_at = is_limit ? c->limit_at : c->due_at;

        clockword_add(to, c->kind, c->team);
        text_add(to, is_limit ? " limit moved" : " due moved");
        if (now_at && from_at != to_at) {
            text_add(to, " from ");
            add_instant(to, from_at, now_at);
            text_add(to, " to ");
            add_instant(to, to_at, now_at);
        }
    } else {
        text_add(to, "its deadlines moved");
    }
    if (e->moved_by == SLATE_MOVED_BY_ZONE_DATA) {
        text_add(to, ": new zone data");
    } else if (e->moved_by == SLATE_MOVED_BY_CALENDAR) {
        text_add(to, ": new version of its calendar");
    }
}

static void add_hold(struct text *to, const struct slate_event *e, int64_t now_at)
{
    add_act(to, e, "put it on hold: ", "it is on hold: ");
    text_add(to, or_unknown(e->hold_reason));
    if (e->hold_party) {
        text_add(to, " (");
        add_word(to, SLATE_SIDES, (int)e->hold_party);
        text_add(to, ")");
    }
    add_time(to, ", at most until ", e->ends_at, now_at);
}

static void add_link(struct text *to, const struct slate_event *e)
{
    add_act(to, e, e->removed ? "took off the link: " : "linked it: ", "linked: ");
    add_word(to, SLATE_LINK_KINDS, (int)e->link);
    text_add_f(to, " %s", or_unknown(e->other));
}

static void add_opened(struct text *to, const struct slate_event *e)
{
    add_act(to, e, "opened it", "it was opened");
    if (e->priority) {
        text_add_f(to, " as %s", e->priority);
    }
    if (e->team) {
        text_add_f(to, " for %s", e->team);
    }
}

/** Hands: who has the ticket, whose it is. */
static void add_hands(struct text *to, const struct slate_event *e)
{
    if (e->kind == SLATE_EVENT_TRANSFERRED) {
        add_act(to, e, "handed it over", "it was handed over");
        text_add_f(to, " from %s to %s", or_unknown(e->from_team), or_unknown(e->team));
    } else if (e->kind == SLATE_EVENT_ASSIGNED && e->assignee) {
        add_act(to, e, "assigned it to ", "it was assigned to ");
        text_add(to, e->assignee);
    } else if (e->kind == SLATE_EVENT_ASSIGNED) {
        add_act(to, e, "released it", "it was released");
    } else {
        add_act(to, e, "took it", "it was taken");
    }
}

static void add_kept(struct text *to, const struct slate_event *e)
{
    add_act(to, e, "said ", "said ");
    add_word(to, SLATE_INTAKE_ACTIONS, (int)e->action);
    text_add(to, ", which was recorded and not applied");
}

/** "lead erased subject, requester of entry 12: a password". */
static void add_erased(struct text *to, const struct slate_event *e)
{
    add_act(to, e, "erased ", "erased: ");
    for (size_t i = 0; i < e->n_edited; i++) {
        text_add_f(to, "%s%s", i == 0 ? "" : ", ", e->edited[i]);
    }
    text_add_f(to, "%s of entry %llu", e->n_edited == 0 ? "texts" : "",
               (unsigned long long)e->erased_seq);
    if (e->reason) {
        text_add_f(to, ": %s", e->reason);
    }
}

static void add_what(struct text *to, const struct slate_event *e, int64_t now_at)
{
    switch (e->kind) {
    case SLATE_EVENT_OPENED: add_opened(to, e); break;
    case SLATE_EVENT_MESSAGE: add_message(to, e); break;
    case SLATE_EVENT_TAKEN:
    case SLATE_EVENT_ASSIGNED:
    case SLATE_EVENT_TRANSFERRED: add_hands(to, e); break;
    case SLATE_EVENT_ACKNOWLEDGED: add_act(to, e, "acknowledged it", "acknowledged"); break;
    case SLATE_EVENT_HELD: add_hold(to, e, now_at); break;
    case SLATE_EVENT_RESUMED:
        add_act(to, e, "resumed it: ", "a hold ended by itself: ");
        text_add(to, or_unknown(e->hold_reason));
        break;
    case SLATE_EVENT_RESOLVED:
        add_act(to, e, "resolved it", "it was resolved");
        add_time(to, ", closes ", e->ends_at, now_at);
        break;
    case SLATE_EVENT_CLOSED: add_act(to, e, "closed it", "it closed by itself"); break;
    case SLATE_EVENT_REOPENED: add_act(to, e, "reopened it", "it was reopened"); break;
    case SLATE_EVENT_PRIORITY:
        add_act(to, e, "set the priority to ", "the priority became ");
        text_add(to, or_unknown(e->priority));
        break;
    case SLATE_EVENT_EDITED: add_edited(to, e); break;
    case SLATE_EVENT_MERGED:
        add_act(to, e, "merged it into ", "it was merged into ");
        text_add(to, or_unknown(e->other));
        break;
    case SLATE_EVENT_ABSORBED:
        add_act(to, e, "merged into it: ", "merged into it: ");
        text_add(to, or_unknown(e->other));
        break;
    case SLATE_EVENT_LINKED: add_link(to, e); break;
    case SLATE_EVENT_TAGGED:
        add_act(to, e, e->removed ? "took a tag off" : "tagged it", "its tags changed");
        break;
    case SLATE_EVENT_WARNING:
    case SLATE_EVENT_BREACH:
    case SLATE_EVENT_WITHDRAWN:
    case SLATE_EVENT_JUDGED: add_clock(to, e, now_at); break;
    case SLATE_EVENT_RESCHEDULED: add_moved(to, e, now_at); break;
    case SLATE_EVENT_KEPT: add_kept(to, e); break;
    case SLATE_EVENT_ERASED: add_erased(to, e); break;
    default: text_add(to, "something that this slate does not know"); break;
    }
}

void sentence_add(struct text *to, const struct slate_event *e, int64_t now_at)
{
    add_what(to, e, now_at);
    if (e->effective_at && e->recorded_at - e->effective_at >= LATE_US) {
        add_time(to, "; recorded ", e->recorded_at, now_at);
    }
}

enum tone sentence_tone(const struct slate_event *e)
{
    return e->kind == SLATE_EVENT_BREACH    ? TONE_BAD
           : e->kind == SLATE_EVENT_WARNING ? TONE_WARN
                                            : TONE_PLAIN;
}
