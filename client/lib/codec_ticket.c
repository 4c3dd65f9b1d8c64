// SPDX-License-Identifier: Apache-2.0
/*
 * Requests about one ticket -> messages.
 */
#include "client/lib/codec_request.h"

CODEC_PUT(new_ticket)
{
    const struct slate_new_ticket *in = &q->new_ticket;
    Slate__V1__NewTicket *m = CODEC_NEW(a, Slate__V1__NewTicket, slate__v1__new_ticket);

    if (!m) {
        return false;
    }
    m->contract = codec_text(in->contract);
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
    m->source = codec_text(in->source);
    m->source_key = codec_text(in->source_key);
    m->channel = codec_text(in->channel);
    r->new_ticket = m;
    return true;
}

/** A request that says no more than which ticket. */
#define PUT_NAME(member, Type)                                            \
    CODEC_PUT(member)                                                     \
    {                                                                     \
        r->member = CODEC_NEW(a, Slate__V1__##Type, slate__v1__##member); \
        if (!r->member) {                                                 \
            return false;                                                 \
        }                                                                 \
        r->member->ticket = codec_text(q->member.ticket);                 \
        return true;                                                      \
    }

/** One that says a second word of it. */
#define PUT_NAME_AND(word, member, Type)                                  \
    CODEC_PUT(member)                                                     \
    {                                                                     \
        r->member = CODEC_NEW(a, Slate__V1__##Type, slate__v1__##member); \
        if (!r->member) {                                                 \
            return false;                                                 \
        }                                                                 \
        r->member->ticket = codec_text(q->member.ticket);                 \
        r->member->word = codec_text(q->member.word);                     \
        return true;                                                      \
    }

PUT_NAME(show_ticket, ShowTicket)
PUT_NAME(release_ticket, ReleaseTicket)
PUT_NAME(acknowledge_ticket, AcknowledgeTicket)
PUT_NAME(close_ticket, CloseTicket)
PUT_NAME(reopen_ticket, ReopenTicket)
PUT_NAME_AND(reason, hold_ticket, HoldTicket)
PUT_NAME_AND(reason, resume_ticket, ResumeTicket)
PUT_NAME_AND(assignee, assign_ticket, AssignTicket)
PUT_NAME_AND(team, transfer_ticket, TransferTicket)
PUT_NAME_AND(priority, set_priority, SetPriority)
PUT_NAME_AND(into, merge_ticket, MergeTicket)

CODEC_PUT(take_ticket)
{
    r->take_ticket = CODEC_NEW(a, Slate__V1__TakeTicket, slate__v1__take_ticket);
    if (!r->take_ticket) {
        return false;
    }
    r->take_ticket->ticket = codec_text(q->take_ticket.ticket);
    CODEC_SET_NUMBER(r->take_ticket, steal, q->take_ticket.steal);
    return true;
}

CODEC_PUT(add_message)
{
    Slate__V1__AddMessage *m = CODEC_NEW(a, Slate__V1__AddMessage, slate__v1__add_message);

    if (!m) {
        return false;
    }
    m->ticket = codec_text(q->add_message.ticket);
    CODEC_SET_ENUM(m, visibility, Slate__V1__Visibility, q->add_message.visibility);
    m->body = codec_text(q->add_message.body);
    m->channel = codec_text(q->add_message.channel);
    m->hold = codec_text(q->add_message.hold);
    r->add_message = m;
    return true;
}

CODEC_PUT(resolve_ticket)
{
    r->resolve_ticket = CODEC_NEW(a, Slate__V1__ResolveTicket, slate__v1__resolve_ticket);
    if (!r->resolve_ticket) {
        return false;
    }
    r->resolve_ticket->ticket = codec_text(q->resolve_ticket.ticket);
    r->resolve_ticket->message = codec_text(q->resolve_ticket.message);
    r->resolve_ticket->channel = codec_text(q->resolve_ticket.channel);
    return true;
}

CODEC_PUT(link_ticket)
{
    const struct slate_link_ticket *in = &q->link_ticket;
    Slate__V1__LinkTicket *m = CODEC_NEW(a, Slate__V1__LinkTicket, slate__v1__link_ticket);

    if (!m) {
        return false;
    }
    m->ticket = codec_text(in->ticket);
    m->other = codec_text(in->other);
    CODEC_SET_ENUM(m, kind, Slate__V1__LinkKind, in->kind);
    CODEC_SET_NUMBER(m, remove, in->remove);
    r->link_ticket = m;
    return true;
}

CODEC_PUT(tag_ticket)
{
    const struct slate_tag_ticket *in = &q->tag_ticket;
    Slate__V1__TagTicket *m = CODEC_NEW(a, Slate__V1__TagTicket, slate__v1__tag_ticket);

    if (!m) {
        return false;
    }
    m->ticket = codec_text(in->ticket);
    m->tags = (char **)in->tags;
    m->n_tags = in->n_tags;
    CODEC_SET_NUMBER(m, remove, in->remove);
    r->tag_ticket = m;
    return true;
}

/** Here "" is said, and is not absent: it takes the field away. */
CODEC_PUT(edit_ticket)
{
    const struct slate_edit_ticket *in = &q->edit_ticket;
    Slate__V1__EditTicket *m = CODEC_NEW(a, Slate__V1__EditTicket, slate__v1__edit_ticket);

    if (!m) {
        return false;
    }
    m->ticket = codec_text(in->ticket);
    m->subject = (char *)in->subject;
    m->category = (char *)in->category;
    m->customer_tier = (char *)in->customer_tier;
    m->language = (char *)in->language;
    r->edit_ticket = m;
    return true;
}
