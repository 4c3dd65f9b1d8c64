// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "wire/enums.h"
#include "wire/operation.h"

int operation_new_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__NewTicket *in = (const Slate__V1__NewTicket *)message;

    d->out->u.new_ticket = (struct request_new_ticket){
        .contract = operation_str(in->contract),
        .priority = operation_str(in->priority),
        .function = operation_str(in->function),
        .category = operation_str(in->category),
        .customer_tier = operation_str(in->customer_tier),
        .language = operation_str(in->language),
        .team = operation_str(in->team),
        .hold = operation_str(in->hold),
        .source = operation_str(in->source),
        .source_key = operation_str(in->source_key),
        .channel = operation_str(in->channel),
        .requester = operation_text(TEXT_REQUESTER, in->requester),
        .subject = operation_text(TEXT_SUBJECT, in->subject),
        .body = operation_text(TEXT_BODY, in->body),
    };
    if (operation_str(in->source_key)[0] != '\0' && operation_str(in->source)[0] == '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "new_ticket.source",
                      "a key is unique within its source", "source_key comes without a source");
    }
    return 0;
}

int operation_take_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__TakeTicket *in = (const Slate__V1__TakeTicket *)message;

    d->out->u.take.steal = in->steal;
    return operation_ticket(d, "take_ticket.ticket", in->ticket, &d->out->u.take.ticket);
}

int operation_add_message(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__AddMessage *in = (const Slate__V1__AddMessage *)message;

    d->out->u.message = (struct request_message){
        .visibility = (enum message_visibility)in->visibility,
        .channel = operation_str(in->channel),
        .body = operation_text(TEXT_BODY, in->body),
        .hold = operation_str(in->hold),
    };
    if (operation_str(in->hold)[0] != '\0' && d->out->u.message.visibility != MESSAGE_PUBLIC) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "add_message.hold",
                      "send a hold_ticket beside the note",
                      "only a public message puts a ticket on hold");
    }
    return operation_ticket(d, "add_message.ticket", in->ticket, &d->out->u.message.ticket);
}

int operation_hold_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__HoldTicket *in = (const Slate__V1__HoldTicket *)message;

    d->out->u.hold = (struct request_hold){.reason = operation_str(in->reason)};
    return operation_ticket(d, "hold_ticket.ticket", in->ticket, &d->out->u.hold.ticket);
}

int operation_resume_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ResumeTicket *in = (const Slate__V1__ResumeTicket *)message;

    d->out->u.hold = (struct request_hold){.reason = operation_str(in->reason)};
    return operation_ticket(d, "resume_ticket.ticket", in->ticket, &d->out->u.hold.ticket);
}

int operation_resolve_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ResolveTicket *in = (const Slate__V1__ResolveTicket *)message;

    d->out->u.message = (struct request_message){
        .visibility = MESSAGE_PUBLIC,
        .channel = operation_str(in->channel),
        .body = operation_text(TEXT_BODY, in->message),
        .hold = "",
    };
    return operation_ticket(d, "resolve_ticket.ticket", in->ticket, &d->out->u.message.ticket);
}

int operation_release_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ReleaseTicket *in = (const Slate__V1__ReleaseTicket *)message;

    return operation_ticket(d, "release_ticket.ticket", in->ticket, &d->out->u.ticket);
}

int operation_acknowledge_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__AcknowledgeTicket *in = (const Slate__V1__AcknowledgeTicket *)message;

    return operation_ticket(d, "acknowledge_ticket.ticket", in->ticket, &d->out->u.ticket);
}

int operation_assign_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__AssignTicket *in = (const Slate__V1__AssignTicket *)message;

    d->out->u.assign = (struct request_assign){.name = in->assignee};
    return operation_ticket(d, "assign_ticket.ticket", in->ticket, &d->out->u.assign.ticket);
}

int operation_transfer_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__TransferTicket *in = (const Slate__V1__TransferTicket *)message;

    d->out->u.transfer = (struct request_transfer){.team = in->team};
    return operation_ticket(d, "transfer_ticket.ticket", in->ticket, &d->out->u.transfer.ticket);
}

int operation_set_priority(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__SetPriority *in = (const Slate__V1__SetPriority *)message;

    d->out->u.priority = (struct request_priority){.priority = in->priority};
    return operation_ticket(d, "set_priority.ticket", in->ticket, &d->out->u.priority.ticket);
}

int operation_close_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__CloseTicket *in = (const Slate__V1__CloseTicket *)message;

    return operation_ticket(d, "close_ticket.ticket", in->ticket, &d->out->u.ticket);
}

int operation_reopen_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ReopenTicket *in = (const Slate__V1__ReopenTicket *)message;

    return operation_ticket(d, "reopen_ticket.ticket", in->ticket, &d->out->u.ticket);
}

int operation_merge_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__MergeTicket *in = (const Slate__V1__MergeTicket *)message;
    int r = operation_ticket(d, "merge_ticket.ticket", in->ticket, &d->out->u.merge.ticket);

    return r != 0 ? r : operation_ticket(d, "merge_ticket.into", in->into, &d->out->u.merge.other);
}

int operation_link_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__LinkTicket *in = (const Slate__V1__LinkTicket *)message;
    int r;

    d->out->u.link = (struct request_link){
        .kind = (enum link_kind)in->kind,
        .remove = in->remove,
    };
    r = operation_ticket(d, "link_ticket.ticket", in->ticket, &d->out->u.link.ticket);
    return r != 0 ? r : operation_ticket(d, "link_ticket.other", in->other, &d->out->u.link.other);
}

int operation_tag_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__TagTicket *in = (const Slate__V1__TagTicket *)message;
    struct text *tags = arena_array(d->arena, in->n_tags, sizeof(*tags));

    if (tags == NULL) {
        return operation_full(d);
    }
    for (size_t i = 0; i < in->n_tags; i++) {
        tags[i] = operation_text(TEXT_TAG, in->tags[i]);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(in->tags[j], in->tags[i]) == 0) {
                return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "tag_ticket.tags", NULL,
                              "the tag '%s' is there twice", in->tags[i]);
            }
        }
    }
    d->out->u.tag = (struct request_tag){
        .tags = tags,
        .n_tags = in->n_tags,
        .remove = in->remove,
    };
    return operation_ticket(d, "tag_ticket.ticket", in->ticket, &d->out->u.tag.ticket);
}

int operation_edit_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__EditTicket *in = (const Slate__V1__EditTicket *)message;

    d->out->u.edit = (struct request_edit){
        .edits = (in->subject != NULL ? EDIT_SUBJECT : 0u) |
                 (in->category != NULL ? EDIT_CATEGORY : 0u) |
                 (in->customer_tier != NULL ? EDIT_CUSTOMER_TIER : 0u) |
                 (in->language != NULL ? EDIT_LANGUAGE : 0u),
        .subject = operation_text(TEXT_SUBJECT, in->subject),
        .category = operation_str(in->category),
        .customer_tier = operation_str(in->customer_tier),
        .language = operation_str(in->language),
    };
    if (d->out->u.edit.edits == 0) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "edit_ticket",
                      "subject, category, customer_tier or language", "there is nothing to set");
    }
    if (in->subject != NULL && in->subject[0] == '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "edit_ticket.subject", NULL,
                      "a subject can be changed, not taken away");
    }
    return operation_ticket(d, "edit_ticket.ticket", in->ticket, &d->out->u.edit.ticket);
}
