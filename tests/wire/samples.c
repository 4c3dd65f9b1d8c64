// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t *samples_pack(Slate__V1__Request *request, size_t *ret_n)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
    uint8_t *frame;

    envelope.request = request;
    *ret_n = slate__v1__envelope__get_packed_size(&envelope);
    frame = malloc(*ret_n);
    if (frame == NULL || slate__v1__envelope__pack(&envelope, frame) != *ret_n) {
        abort();
    }
    return frame;
}

static void add(struct sample *ret, enum request_kind kind, const char *size,
                Slate__V1__Request *request)
{
    static char names[SAMPLES][40];
    static size_t n;
    char *name = names[n++ % SAMPLES];

    (void)snprintf(name, sizeof(names[0]), "%s-%s", request_kind_name(kind), size);
    ret->name = name;
    ret->kind = kind;
    ret->frame = samples_pack(request, &ret->n);
}

/* What goes with every kind. */
static void set_common(Slate__V1__Request *request, uint64_t id, Slate__V1__Token *token)
{
    slate__v1__request__init(request);
    slate__v1__token__init(token);
    request->has_id = 1;
    request->id = id;
    token->contract = (char *)"acme-l1";
    token->has_seq = 1;
    token->seq = 17;
}

static void set_write(Slate__V1__Request *request)
{
    request->has_request_id = 1;
    request->request_id.data = (uint8_t *)SAMPLE_REQUEST_ID;
    request->request_id.len = 16;
}

/* Everything that goes with the kind. */
static void set_full(Slate__V1__Request *request, enum request_kind kind, Slate__V1__Token *token)
{
    const bool party = kind >= REQUEST_ADD_USER;
    const bool one_ticket = request_writes(kind) && !party && kind != REQUEST_IMPORT_TICKET &&
                            kind != REQUEST_APPLY_BOOK;

    request->min_token = token;
    if (!party || !request_writes(kind) || kind == REQUEST_ERASE_TEXTS) {
        request->reason = (char *)"asked for by phone \xC3\xBC";
    }
    request->has_deadline_ms = 1;
    request->deadline_ms = 1500;
    if (kind == REQUEST_LIST_TICKETS || kind == REQUEST_SHOW_TICKET ||
        kind == REQUEST_LIST_BREACHES || kind == REQUEST_EXPLAIN || kind == REQUEST_SPLIT_CLOCK) {
        request->has_as_of = 1;
        request->as_of = SAMPLE_AT + 1;
        request->has_as_known = 1;
        request->as_known = SAMPLE_AT + 2;
    }
    if (party ? kind == REQUEST_PROPOSE_BOOK || kind == REQUEST_ERASE_TEXTS
              : request_writes(kind) && kind != REQUEST_INTAKE) {
        request->has_dry_run = 1;
        request->dry_run = 1;
    }
    if (one_ticket) {
        request->has_claimed_at = 1;
        request->claimed_at = SAMPLE_AT - 5;
    }
    if (one_ticket && kind != REQUEST_NEW_TICKET && kind != REQUEST_INTAKE) {
        request->has_if_version = 1;
        request->if_version = 9;
    }
}

static void fill_new(Slate__V1__NewTicket *m)
{
    m->contract = (char *)"acme-l1";
    m->priority = (char *)"P2";
    m->function = (char *)"it-helpdesk";
    m->category = (char *)"Zug\xC3\xA4nge";
    m->customer_tier = (char *)"gold";
    m->language = (char *)"de";
    m->team = (char *)"manila-a";
    m->requester = (char *)"Anna <anna@example.org>";
    m->subject = (char *)"Printer \xF0\x9F\x96\xA8 on fire";
    m->body = (char *)"It burns.\n\tSince 9:00.\n";
    m->hold = (char *)"waiting-customer";
    m->source = (char *)"mailbox";
    m->source_key = (char *)"<4711@example.org>";
    m->channel = (char *)"mail";
}

static void fill_import(Slate__V1__ImportTicket *m)
{
    static Slate__V1__ImportEvent events[4];
    static Slate__V1__ImportEvent *pointers[4];
    static Slate__V1__ClockKind clocks[] = {SLATE__V1__CLOCK_KIND__CLOCK_KIND_FIRST_RESPONSE,
                                            SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION};

    m->contract = (char *)"acme-l1";
    m->source = (char *)"jira";
    m->source_key = (char *)"HD-9";
    m->has_opened_at = 1;
    m->opened_at = -1; // before 1970 is an instant like any other
    m->priority = (char *)"P1";
    m->subject = (char *)"Old";
    m->body = (char *)"Text";
    for (size_t i = 0; i < 4; i++) {
        slate__v1__import_event__init(&events[i]);
        events[i].has_at = 1;
        events[i].at = SAMPLE_AT + (int64_t)i;
        events[i].has_action = 1;
        pointers[i] = &events[i];
    }
    events[0].action = SLATE__V1__IMPORT_ACTION__IMPORT_MESSAGE;
    events[0].has_side = 1;
    events[0].side = SLATE__V1__SIDE__SIDE_VENDOR;
    events[0].has_message_kind = 1;
    events[0].message_kind = SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN;
    events[0].has_visibility = 1;
    events[0].visibility = SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC;
    events[0].channel = (char *)"mail";
    events[0].body = (char *)"Hello";
    events[1].action = SLATE__V1__IMPORT_ACTION__IMPORT_HOLD;
    events[1].hold_reason = (char *)"waiting-customer";
    events[2].action = SLATE__V1__IMPORT_ACTION__IMPORT_PRIORITY;
    events[2].priority = (char *)"P2";
    events[3].action = SLATE__V1__IMPORT_ACTION__IMPORT_RESOLVE;
    events[3].has_message_kind = 1;
    events[3].message_kind = SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_AUTO;
    m->n_events = 4;
    m->events = pointers;
    m->n_clocks = 2;
    m->clocks = clocks;
    m->has_cutover_at = 1;
    m->cutover_at = SAMPLE_AT;
}

static void make_tickets(struct sample *ret, enum request_kind kind, bool full,
                         Slate__V1__Request *request)
{
    static Slate__V1__TicketState states[] = {SLATE__V1__TICKET_STATE__TICKET_STATE_NEW,
                                              SLATE__V1__TICKET_STATE__TICKET_STATE_HELD};
    static char *priorities[] = {(char *)"P1", (char *)"P2"};
    Slate__V1__NewTicket new_ticket = SLATE__V1__NEW_TICKET__INIT;
    Slate__V1__ListTickets list = SLATE__V1__LIST_TICKETS__INIT;
    Slate__V1__ShowTicket show = SLATE__V1__SHOW_TICKET__INIT;
    Slate__V1__TakeTicket take = SLATE__V1__TAKE_TICKET__INIT;
    Slate__V1__AddMessage add_message = SLATE__V1__ADD_MESSAGE__INIT;

    if (kind == REQUEST_NEW_TICKET) {
        new_ticket.contract = (char *)"acme-l1";
        if (full) {
            fill_new(&new_ticket);
        }
        request->new_ticket = &new_ticket;
    } else if (kind == REQUEST_LIST_TICKETS) {
        if (full) {
            list.contract = (char *)"acme-l1";
            list.team = (char *)"manila-a";
            list.n_states = 2;
            list.states = states;
            list.n_priorities = 2;
            list.priorities = priorities;
            list.assignee = (char *)"ines";
            list.has_breached = 1;
            list.breached = 1;
            list.has_limit = 1;
            list.limit = 20;
            list.has_due_before = 1;
            list.due_before = SAMPLE_AT + 3;
            list.has_cursor = 1;
            list.cursor.data = (uint8_t *)"\x00\xFFz";
            list.cursor.len = 3;
        }
        request->list_tickets = &list;
    } else if (kind == REQUEST_SHOW_TICKET) {
        show.ticket = (char *)"ACME-12";
        request->show_ticket = &show;
    } else if (kind == REQUEST_TAKE_TICKET) {
        take.ticket = (char *)"A1-18446744073709551615";
        take.has_steal = full;
        take.steal = 1;
        request->take_ticket = &take;
    } else {
        add_message.ticket = (char *)"ACME-1";
        add_message.has_visibility = 1;
        add_message.visibility = full ? SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC
                                      : SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL;
        add_message.body = (char *)"seen";
        add_message.channel = (char *)(full ? "phone" : NULL);
        add_message.hold = (char *)(full ? "waiting-customer" : NULL);
        request->add_message = &add_message;
    }
    add(ret, kind, full ? "full" : "small", request);
}

static void make_states(struct sample *ret, enum request_kind kind, bool full,
                        Slate__V1__Request *request)
{
    Slate__V1__HoldTicket hold = SLATE__V1__HOLD_TICKET__INIT;
    Slate__V1__ResumeTicket resume = SLATE__V1__RESUME_TICKET__INIT;
    Slate__V1__ResolveTicket resolve = SLATE__V1__RESOLVE_TICKET__INIT;

    if (kind == REQUEST_HOLD_TICKET) {
        hold.ticket = (char *)"ACME-2";
        hold.reason = (char *)"waiting-customer";
        request->hold_ticket = &hold;
    } else if (kind == REQUEST_RESUME_TICKET) {
        resume.ticket = (char *)"ACME-3";
        resume.reason = (char *)(full ? "waiting-customer" : NULL);
        request->resume_ticket = &resume;
    } else {
        resolve.ticket = (char *)"ACME-4";
        resolve.message = (char *)(full ? "Done.\n" : NULL);
        resolve.channel = (char *)(full ? "chat" : NULL);
        request->resolve_ticket = &resolve;
    }
    add(ret, kind, full ? "full" : "small", request);
}

static void make_others(struct sample *ret, enum request_kind kind, bool full,
                        Slate__V1__Request *request)
{
    Slate__V1__ListBreaches breaches = SLATE__V1__LIST_BREACHES__INIT;
    Slate__V1__Explain explain = SLATE__V1__EXPLAIN__INIT;
    Slate__V1__ImportTicket import = SLATE__V1__IMPORT_TICKET__INIT;
    Slate__V1__ApplyBook apply = SLATE__V1__APPLY_BOOK__INIT;
    Slate__V1__ShowBook show = SLATE__V1__SHOW_BOOK__INIT;

    if (kind == REQUEST_LIST_BREACHES) {
        if (full) {
            breaches.has_since = 1;
            breaches.since = SAMPLE_AT;
            breaches.has_until = 1;
            breaches.until = SAMPLE_AT + 1;
            breaches.team = (char *)"manila-a";
            breaches.vendor = (char *)"northwind";
            breaches.contract = (char *)"acme-l1";
            breaches.has_clock = 1;
            breaches.clock = SLATE__V1__CLOCK_KIND__CLOCK_KIND_OLA;
            breaches.has_limit = 1;
            breaches.limit = 5000;
            breaches.has_cursor = 1;
            breaches.cursor.data = (uint8_t *)"c";
            breaches.cursor.len = 1;
        }
        request->list_breaches = &breaches;
    } else if (kind == REQUEST_EXPLAIN) {
        explain.ticket = (char *)"ACME-5";
        explain.has_clock = full;
        explain.clock = SLATE__V1__CLOCK_KIND__CLOCK_KIND_UPDATE;
        request->explain = &explain;
    } else if (kind == REQUEST_IMPORT_TICKET) {
        fill_import(&import);
        if (!full) {
            import.n_events = 0;
            import.n_clocks = 0;
            import.has_cutover_at = 0;
            import.body = NULL;
        }
        request->import_ticket = &import;
    } else if (kind == REQUEST_APPLY_BOOK) {
        apply.text = (char *)"calendars:\n\t# none\n";
        apply.file = (char *)(full ? "book.yaml" : NULL);
        apply.has_cursor = full;
        apply.cursor.data = (uint8_t *)"\x00\x05";
        apply.cursor.len = 2;
        request->apply_book = &apply;
    } else {
        show.kind = (char *)(full ? "contract" : NULL);
        show.name = (char *)(full ? "acme-l1" : NULL);
        show.has_version = full;
        show.version = 3;
        request->show_book = &show;
    }
    add(ret, kind, full ? "full" : "small", request);
}

void samples_make(struct sample ret[SAMPLES])
{
    for (size_t i = 0; i < SAMPLES; i++) {
        const enum request_kind kind = (enum request_kind)(i / 2 + 1);
        const bool full = i % 2 == 0;
        Slate__V1__Request request;
        Slate__V1__Token token;

        set_common(&request, 1000 + i, &token);
        if (request_writes(kind)) {
            set_write(&request);
        }
        if (full) {
            set_full(&request, kind, &token);
        }
        if (kind <= REQUEST_ADD_MESSAGE) {
            make_tickets(&ret[i], kind, full, &request);
        } else if (kind <= REQUEST_RESOLVE_TICKET) {
            make_states(&ret[i], kind, full, &request);
        } else if (samples_fill(kind, full, &request) || samples_fill_party(kind, full, &request)) {
            add(&ret[i], kind, full ? "full" : "small", &request);
        } else {
            make_others(&ret[i], kind, full, &request);
        }
    }
}

void samples_free(struct sample samples[SAMPLES])
{
    for (size_t i = 0; i < SAMPLES; i++) {
        free(samples[i].frame);
        samples[i].frame = NULL;
    }
}
