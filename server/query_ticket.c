// SPDX-License-Identifier: Apache-2.0
#include "query_ticket.h"

#include "access.h"
#include "moment.h"
#include "present.h"
#include "proto/frame.h"
#include "store/entries.h"

struct history {
    const struct moment *moment;
    struct call *call; /* of then */
    struct wire_rows *rows;
    uint32_t number; /* of the message met next, counting down */
    bool text;       /* the principal may read texts */
    struct text requester;
    bool full;
    int error; /* an outcome of ours, which the walk hands back */
};

/* The text of an entry in the call's arena: the entry itself lives only until the next one. */
static int kept(struct history *h, const struct entry *entry, enum text_field field,
                struct text *ret)
{
    *ret = (struct text){.field = field};
    for (size_t i = 0; h->text && i < entry->event.n_texts; i++) {
        const struct text *t = &entry->event.texts[i];
        if (t->field == field && t->bytes != NULL) {
            ret->bytes = arena_strndup(h->call->arena, t->bytes, t->n);
            ret->n = t->n;
            return ret->bytes == NULL ? call_too_large(h->call) : 0;
        }
    }
    return 0;
}

static int message_row(struct history *h, const struct entry *entry)
{
    const struct event *event = &entry->event;
    struct reply_message row = {
        .number = h->number--,
        .effective_at = event->effective_at,
        .recorded_at = entry->recorded_at,
        .claimed_at = event->claimed_at,
        .side = event->u.message.side,
        .kind = event->u.message.kind,
        .visibility = event->u.message.visibility,
        .channel = event->u.message.channel,
    };
    if (h->full) {
        return 0;
    }
    h->error = kept(h, entry, TEXT_BODY, &row.body);
    if (h->error == 0) {
        /* Whoever imported a history did not write its messages. */
        uint32_t author = event->origin == ORIGIN_IMPORT ? 0 : entry->actor;
        h->error = present_principal(h->call, author, &row.author);
    }
    if (h->error != 0) {
        return JOURNAL_STOP;
    }
    int result = wire_rows_add_message(h->rows, &row);
    if (result < 0) {
        h->error = call_too_large(h->call);
        return JOURNAL_STOP;
    }
    h->full = result == WIRE_FULL;
    return 0;
}

static int visit(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct history *h = user;

    (void)proof;
    if (!moment_has(h->moment, entry)) {
        return 0;
    }
    if (entry->event.kind == EVENT_MESSAGE) {
        return message_row(h, entry);
    }
    if (entry->event.kind == EVENT_TICKET_OPENED) {
        h->error = kept(h, entry, TEXT_REQUESTER, &h->requester);
    }
    return h->error == 0 ? 0 : JOURNAL_STOP;
}

/* To tickets that the principal may see. */
static int links(struct call *call, const struct ticket *ticket,
                 const struct book_contract *contract, struct reply_detail *detail)
{
    struct ticket_link *shown = arena_array(call->arena, TICKET_LINKS_MAX, sizeof(*shown));
    int error = shown == NULL ? call_too_large(call) : 0;

    for (size_t i = 0; error == 0 && i < ticket->n_links; i++) {
        struct ticket_link *link = &shown[detail->n_links];
        *link = ticket->links[i];
        error = present_other(call, contract, link->number, &link->number);
        detail->n_links += error == 0 && link->number != 0 ? 1 : 0;
    }
    detail->links = shown;
    return error;
}

/* Links, and the words on it for who may read them. */
static int marks(struct call *call, const struct ticket *ticket, bool text,
                 const struct book_contract *contract, struct reply_detail *detail)
{
    struct text *tags = arena_array(call->arena, TICKET_TAGS_MAX, sizeof(*tags));

    int error = links(call, ticket, contract, detail);
    if (error != 0 || !text) {
        return error;
    }
    error = tags == NULL ? call_too_large(call) : present_tags(call, contract, ticket, tags);
    if (error != 0) {
        return error;
    }
    for (size_t i = 0; i < ticket->n_tags; i++) {
        if (tags[i].bytes != NULL) {
            tags[detail->n_tags++] = tags[i];
        }
    }
    detail->tags = tags;
    return 0;
}

/* What is shown of the ticket as it was; text: the principal may read texts of what it is now. */
static int show(struct moment *m, const struct book_contract *contract, const struct ticket *ticket,
                bool text)
{
    struct call *call = &m->then;
    struct reply_ticket row;
    struct reply_detail detail = {.ticket = &row};
    struct wire_rows rows;

    int error = present_ticket_then(call, contract, ticket, text, &row);
    if (error == 0) {
        error = present_clocks(call, contract, ticket, &detail.clocks, &detail.n_clocks);
    }
    if (error == 0) {
        error = marks(call, ticket, text, contract, &detail);
    }
    if (error != 0) {
        return error;
    }
    wire_rows_init(&rows, call->arena, FRAME_BYTES_DEFAULT);
    struct history h = {
        .moment = m,
        .call = call,
        .rows = &rows,
        .number = ticket->n_messages,
        .text = text,
    };
    error = entries_history(call->txn, contract->id, ticket->last_seq, SHOW_ENTRIES_MAX, visit, &h);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (h.error != 0) {
        return h.error;
    }
    detail.requester = h.requester;
    detail.truncated = h.full || h.number > 0;
    return call_encoded(
        call, wire_encode_ticket_detail(&rows, call->request->id, NULL, &detail, call->reply));
}

int query_show_ticket(struct call *call)
{
    struct moment m;
    struct ticket now;
    struct ticket ticket;
    const struct book_contract *contract;

    int error = moment_init(&m, call);
    if (error == 0) {
        error = call_ticket(call, &call->request->u.ticket, RIGHT_TICKET_SEE, &now, &contract);
    }
    if (error == 0) {
        error = moment_need(&m, contract, &now, &ticket);
    }
    const bool text = error == 0 && present_text_allowed(call, contract, &now);
    if (error == 0) {
        error = show(&m, contract, &ticket, text);
    }
    if (error == 0) {
        error = access_note(call, contract, &now, ACCESS_WHOLE, text);
    }
    moment_fini(&m);
    return error;
}
