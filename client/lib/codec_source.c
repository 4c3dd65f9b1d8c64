// SPDX-License-Identifier: Apache-2.0
/*
 * What other tools say of tickets -> messages: imports and lines of an intake.
 */
#include "client/lib/codec_request.h"

static bool put_import_events(Slate__V1__ImportTicket *m, const struct slate_import_ticket *in,
                              struct arena *a)
{
    m->events = arena_array(a, in->n_events, sizeof(void *));
    if (!m->events) {
        return false;
    }
    for (size_t i = 0; i < in->n_events; i++) {
        const struct slate_import_event *from = &in->events[i];
        Slate__V1__ImportEvent *to = CODEC_NEW(a, Slate__V1__ImportEvent, slate__v1__import_event);

        if (!to) {
            return false;
        }
        CODEC_SET_NUMBER(to, at, from->at);
        CODEC_SET_ENUM(to, action, Slate__V1__ImportAction, from->action);
        to->hold_reason = codec_text(from->hold_reason);
        to->priority = codec_text(from->priority);
        CODEC_SET_ENUM(to, side, Slate__V1__Side, from->side);
        CODEC_SET_ENUM(to, message_kind, Slate__V1__MessageKind, from->message_kind);
        CODEC_SET_ENUM(to, visibility, Slate__V1__Visibility, from->visibility);
        to->channel = codec_text(from->channel);
        to->body = codec_text(from->body);
        m->events[m->n_events++] = to;
    }
    return true;
}

CODEC_PUT(import_ticket)
{
    const struct slate_import_ticket *in = &q->import_ticket;
    Slate__V1__ImportTicket *m = CODEC_NEW(a, Slate__V1__ImportTicket, slate__v1__import_ticket);

    if (!m || !put_import_events(m, in, a)) {
        return false;
    }
    m->contract = codec_text(in->contract);
    m->source = codec_text(in->source);
    m->source_key = codec_text(in->source_key);
    CODEC_SET_NUMBER(m, opened_at, in->opened_at);
    m->priority = codec_text(in->priority);
    m->function = codec_text(in->function);
    m->category = codec_text(in->category);
    m->customer_tier = codec_text(in->customer_tier);
    m->language = codec_text(in->language);
    m->team = codec_text(in->team);
    m->requester = codec_text(in->requester);
    m->subject = codec_text(in->subject);
    m->body = codec_text(in->body);
    m->hold = codec_text(in->hold);
    m->clocks = arena_array(a, in->n_clocks, sizeof(*m->clocks));
    if (!m->clocks) {
        return false;
    }
    for (size_t i = 0; i < in->n_clocks; i++) {
        m->clocks[m->n_clocks++] = (Slate__V1__ClockKind)in->clocks[i];
    }
    CODEC_SET_NUMBER(m, cutover_at, in->cutover_at);
    r->import_ticket = m;
    return true;
}

CODEC_PUT(intake)
{
    const struct slate_intake *in = &q->intake;
    Slate__V1__Intake *m = CODEC_NEW(a, Slate__V1__Intake, slate__v1__intake);

    if (!m) {
        return false;
    }
    m->contract = codec_text(in->contract);
    m->source = codec_text(in->source);
    m->source_key = codec_text(in->source_key);
    m->line_id = codec_text(in->line_id);
    CODEC_SET_ENUM(m, action, Slate__V1__IntakeAction, in->action);
    m->priority = codec_text(in->priority);
    m->function = codec_text(in->function);
    m->category = codec_text(in->category);
    m->customer_tier = codec_text(in->customer_tier);
    m->language = codec_text(in->language);
    m->team = codec_text(in->team);
    m->requester = codec_text(in->requester);
    m->subject = codec_text(in->subject);
    m->body = codec_text(in->body);
    m->channel = codec_text(in->channel);
    m->hold_reason = codec_text(in->hold_reason);
    CODEC_SET_ENUM(m, side, Slate__V1__Side, in->side);
    CODEC_SET_ENUM(m, message_kind, Slate__V1__MessageKind, in->message_kind);
    CODEC_SET_ENUM(m, visibility, Slate__V1__Visibility, in->visibility);
    r->intake = m;
    return true;
}
