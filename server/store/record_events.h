// SPDX-License-Identifier: Apache-2.0
/** What is each kind of event's own: for record_body.c and the record_events*.c files. */
#ifndef SLATE_STORE_RECORD_EVENTS_H
#define SLATE_STORE_RECORD_EVENTS_H

#include "store/record_pb.h"

/** The kind's own part of an entry, wherever it goes. */
union record_own {
    SlateStore__Opened opened;
    SlateStore__MessageAdded message;
    SlateStore__Taken taken;
    SlateStore__HoldChanged hold;
    SlateStore__Resolved resolved;
    SlateStore__PriorityChanged priority;
    SlateStore__Timer timer;
    SlateStore__Cluster cluster;
    SlateStore__Principal principal;
    SlateStore__BookObject object;
    SlateStore__ZoneData zone;
    SlateStore__Forgotten forgotten;
    SlateStore__Stepped stepped;
    SlateStore__Transferred transferred;
    SlateStore__Edited edited;
    SlateStore__Merged merged;
    SlateStore__Linked linked;
    SlateStore__Tagged tagged;
    SlateStore__Kept kept;
    SlateStore__Moved moved;
    SlateStore__Swept swept;
    SlateStore__Offered offered;
    SlateStore__Enrolled enrolled;
    SlateStore__Proposed proposal;
    SlateStore__Accessed accessed;
    SlateStore__Countersigned countersigned;
    SlateStore__Erased erased;
};

/** A kind of event. `put` uses `own` for the message that it hangs into the body; `get` is false if
 * the body makes no sense. NULL: the kind has nothing of its own. */
struct record_event {
    enum event_kind kind;
    void (*put)(const struct event *e, SlateStore__EntryBody *body, union record_own *own);
    bool (*get)(const SlateStore__EntryBody *body, struct event *e);
};

/** The events of tickets, and those of what parties owe each other; ended by EVENT_NONE. */
extern const struct record_event record_events_ticket[];
extern const struct record_event record_events_party[];

/** NULL: this version does not know it. */
const struct record_event *record_event_find(uint32_t kind);

#endif
