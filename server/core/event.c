// SPDX-License-Identifier: Apache-2.0
#include "core/event.h"

#include <string.h>

const char *event_kind_name(enum event_kind kind)
{
    switch (kind) {
    case EVENT_NONE: return "none";
    case EVENT_CLUSTER_CREATED: return "cluster_created";
    case EVENT_PRINCIPAL_SET: return "principal_set";
    case EVENT_BOOK_OBJECT: return "book_object";
    case EVENT_ZONE_DATA: return "zone_data";
    case EVENT_REQUESTS_FORGOTTEN: return "requests_forgotten";
    case EVENT_CLOCK_STEPPED: return "clock_stepped";
    case EVENT_DUES_SWEPT: return "dues_swept";
    case EVENT_ENROLMENT_OFFERED: return "enrolment_offered";
    case EVENT_ENROLLED: return "enrolled";
    case EVENT_BOOK_PROPOSED: return "book_proposed";
    case EVENT_PROPOSAL_ENDED: return "proposal_ended";
    case EVENT_CHANGE_PROPOSED: return "change_proposed";
    case EVENT_CHANGE_APPROVED: return "change_approved";
    case EVENT_ACCESSED: return "accessed";
    case EVENT_COUNTERSIGNED: return "countersigned";
    case EVENT_ERASED: return "erased";
    case EVENT_VERSION_USED: return "version_used";
    case EVENT_TICKET_OPENED: return "ticket_opened";
    case EVENT_MESSAGE: return "message";
    case EVENT_TAKEN: return "taken";
    case EVENT_HELD: return "held";
    case EVENT_RESUMED: return "resumed";
    case EVENT_RESOLVED: return "resolved";
    case EVENT_REOPENED: return "reopened";
    case EVENT_CLOSED: return "closed";
    case EVENT_PRIORITY: return "priority";
    case EVENT_ASSIGNED: return "assigned";
    case EVENT_ACKNOWLEDGED: return "acknowledged";
    case EVENT_TRANSFERRED: return "transferred";
    case EVENT_EDITED: return "edited";
    case EVENT_MERGED: return "merged";
    case EVENT_ABSORBED: return "absorbed";
    case EVENT_LINKED: return "linked";
    case EVENT_CLOCK_WARNED: return "clock_warned";
    case EVENT_CLOCK_BREACHED: return "clock_breached";
    case EVENT_CLOCK_RESCHEDULED: return "clock_rescheduled";
    case EVENT_CLOCK_JUDGED: return "clock_judged";
    case EVENT_TAGGED: return "tagged";
    case EVENT_CLOCK_WITHDRAWN: return "clock_withdrawn";
    case EVENT_INTAKE_KEPT: return "intake_kept";
    }
    return "unknown";
}

void event_source_key(const struct event *e, char ret[TICKET_KEY_BYTES])
{
    memcpy(ret, e->u.opened.old_source_key, TICKET_KEY_BYTES);
    for (size_t i = 0; i < e->n_texts; i++) {
        const struct text *text = &e->texts[i];
        if (text->field == TEXT_SOURCE_KEY && text->bytes != NULL && text->n < TICKET_KEY_BYTES) {
            memcpy(ret, text->bytes, text->n);
            ret[text->n] = '\0';
        }
    }
}

bool event_is_reply(const struct event *e)
{
    return e->kind == EVENT_MESSAGE && e->u.message.side == SIDE_VENDOR &&
           e->u.message.kind == MESSAGE_KIND_HUMAN && e->u.message.visibility == MESSAGE_PUBLIC;
}

bool event_is_question(const struct event *e)
{
    return e->kind == EVENT_MESSAGE && e->u.message.side == SIDE_REQUESTER &&
           e->u.message.kind == MESSAGE_KIND_HUMAN;
}
