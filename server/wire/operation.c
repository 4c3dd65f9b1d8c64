// SPDX-License-Identifier: Apache-2.0
#include "wire/operation.h"

#include <stdio.h>
#include <string.h>

#include "wire/enums.h"

int operation_full(struct operation_decoder *d)
{
    return refuse(d->refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL, NULL,
                  "the server has no room for this request");
}

static struct text text(enum text_field field, const char *s)
{
    return (struct text){.field = field, .bytes = operation_str(s), .n = strlen(operation_str(s))};
}

static uint32_t rows(protobuf_c_boolean has, uint32_t limit)
{
    if (!has || limit == 0) {
        return WIRE_PAGE_ROWS_DEFAULT;
    }
    return limit < WIRE_PAGE_ROWS_MAX ? limit : WIRE_PAGE_ROWS_MAX;
}

static struct wire_bytes bytes(ProtobufCBinaryData data)
{
    return (struct wire_bytes){.p = data.data, .n = data.len};
}

/* "ACME-12"; false when it is none. */
static bool parse_ticket(const char *s, struct wire_ticket *ret)
{
    size_t n = 0;

    memset(ret, 0, sizeof(*ret));
    while ((s[n] >= 'A' && s[n] <= 'Z') || (n > 0 && s[n] >= '0' && s[n] <= '9')) {
        n++;
    }
    if (n == 0 || n >= sizeof(ret->key) || s[n] != '-' || s[n + 1] < '1' || s[n + 1] > '9') {
        return false;
    }
    memcpy(ret->key, s, n);
    for (s += n + 1; *s >= '0' && *s <= '9'; s++) {
        if (__builtin_mul_overflow(ret->number, 10, &ret->number) ||
            __builtin_add_overflow(ret->number, *s - '0', &ret->number)) {
            return false;
        }
    }
    return *s == '\0';
}

static int decode_ticket(struct operation_decoder *d, const char *operation, const char *s,
                         struct wire_ticket *ret)
{
    char field[64];

    if (parse_ticket(s, ret)) {
        return 0;
    }
    (void)snprintf(field, sizeof(field), "%s.ticket", operation);
    return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, field,
                  "a ticket is KEY-number, such as ACME-12: capital letters and digits, a hyphen, "
                  "a number without leading zeros",
                  "'%s' is not the name of a ticket", s);
}

static int decode_new_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
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
        .requester = text(TEXT_REQUESTER, in->requester),
        .subject = text(TEXT_SUBJECT, in->subject),
        .body = text(TEXT_BODY, in->body),
    };
    if (operation_str(in->source_key)[0] != '\0' && operation_str(in->source)[0] == '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "new_ticket.source",
                      "a key is unique within its source", "source_key comes without a source");
    }
    return 0;
}

static int decode_list_tickets(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListTickets *in = (const Slate__V1__ListTickets *)message;
    uint32_t states = 0;

    for (size_t i = 0; i < in->n_states; i++) {
        if (in->states[i] == SLATE__V1__TICKET_STATE__TICKET_STATE_UNSPECIFIED) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "list_tickets.states",
                          "leave the list empty for every state",
                          "the list holds the unspecified state");
        }
        states |= 1u << in->states[i];
    }
    d->out->u.list_tickets = (struct request_list_tickets){
        .contract = operation_str(in->contract),
        .team = operation_str(in->team),
        .assignee = operation_str(in->assignee),
        .states = states,
        .priorities = (const char *const *)in->priorities,
        .n_priorities = in->n_priorities,
        .breached = in->breached,
        .limit = rows(in->has_limit, in->limit),
        .cursor = bytes(in->cursor),
    };
    return 0;
}

static int decode_show_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ShowTicket *in = (const Slate__V1__ShowTicket *)message;

    return decode_ticket(d, "show_ticket", in->ticket, &d->out->u.ticket);
}

static int decode_take_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__TakeTicket *in = (const Slate__V1__TakeTicket *)message;

    return decode_ticket(d, "take_ticket", in->ticket, &d->out->u.ticket);
}

static int decode_add_message(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__AddMessage *in = (const Slate__V1__AddMessage *)message;

    d->out->u.message = (struct request_message){
        .visibility = (enum message_visibility)in->visibility,
        .channel = operation_str(in->channel),
        .body = text(TEXT_BODY, in->body),
    };
    return decode_ticket(d, "add_message", in->ticket, &d->out->u.message.ticket);
}

static int decode_hold_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__HoldTicket *in = (const Slate__V1__HoldTicket *)message;

    d->out->u.hold = (struct request_hold){.reason = operation_str(in->reason)};
    return decode_ticket(d, "hold_ticket", in->ticket, &d->out->u.hold.ticket);
}

static int decode_resume_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ResumeTicket *in = (const Slate__V1__ResumeTicket *)message;

    d->out->u.hold = (struct request_hold){.reason = operation_str(in->reason)};
    return decode_ticket(d, "resume_ticket", in->ticket, &d->out->u.hold.ticket);
}

static int decode_resolve_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ResolveTicket *in = (const Slate__V1__ResolveTicket *)message;

    d->out->u.message = (struct request_message){
        .visibility = MESSAGE_PUBLIC,
        .channel = operation_str(in->channel),
        .body = text(TEXT_BODY, in->message),
    };
    return decode_ticket(d, "resolve_ticket", in->ticket, &d->out->u.message.ticket);
}

static int decode_list_breaches(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListBreaches *in = (const Slate__V1__ListBreaches *)message;

    d->out->u.list_breaches = (struct request_list_breaches){
        .since_at = operation_instant(in->has_since, in->since),
        .until_at = operation_instant(in->has_until, in->until),
        .team = operation_str(in->team),
        .vendor = operation_str(in->vendor),
        .contract = operation_str(in->contract),
        .clock = (enum clock_kind)in->clock,
        .limit = rows(in->has_limit, in->limit),
        .cursor = bytes(in->cursor),
    };
    if (in->has_since && in->has_until && in->until <= in->since) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "list_breaches.until",
                      "breaches from since on and before until are listed",
                      "until is not later than since");
    }
    return 0;
}

static int decode_explain(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__Explain *in = (const Slate__V1__Explain *)message;

    d->out->u.explain.clock = (enum clock_kind)in->clock;
    return decode_ticket(d, "explain", in->ticket, &d->out->u.explain.ticket);
}

/* Fields of an imported event, as bits. */
enum part {
    PART_REASON = 1 << 0,
    PART_PRIORITY = 1 << 1,
    PART_SIDE = 1 << 2,
    PART_KIND = 1 << 3,
    PART_VISIBILITY = 1 << 4,
    PART_CHANNEL = 1 << 5,
    PART_BODY = 1 << 6,
    PART_MESSAGE = PART_SIDE | PART_KIND | PART_VISIBILITY, // what a clock looks at in a message
};

/* What an event of each action must and may have. */
static const struct {
    unsigned must;
    unsigned may;
} actions[] = {
    [STEP_MESSAGE] = {PART_MESSAGE, PART_MESSAGE | PART_CHANNEL | PART_BODY},
    [STEP_TAKE] = {0, 0},
    [STEP_HOLD] = {PART_REASON, PART_REASON},
    [STEP_RESUME] = {0, PART_REASON},
    [STEP_RESOLVE] = {0, PART_KIND}, // AUTO: by a tool
    [STEP_REOPEN] = {0, 0},
    [STEP_CLOSE] = {0, 0},
    [STEP_PRIORITY] = {PART_PRIORITY, PART_PRIORITY},
};

static int check_step(struct operation_decoder *d, const Slate__V1__ImportEvent *in, size_t index)
{
    const struct {
        const char *name;
        bool there;
    } parts[] = {
        {"hold_reason", operation_str(in->hold_reason)[0] != '\0'},
        {"priority", operation_str(in->priority)[0] != '\0'},
        {"side", in->side != 0},
        {"message_kind", in->message_kind != 0},
        {"visibility", in->visibility != 0},
        {"channel", operation_str(in->channel)[0] != '\0'},
        {"body", operation_str(in->body)[0] != '\0'},
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const bool must = actions[in->action].must >> i & 1;
        const bool may = actions[in->action].may >> i & 1;
        if ((must && !parts[i].there) || (parts[i].there && !may)) {
            char field[64];
            (void)snprintf(field, sizeof(field), "import_ticket.events[%zu].%s", index,
                           parts[i].name);
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, field, NULL,
                          must ? "the event's action needs it"
                               : "the event's action has no use for it");
        }
    }
    return 0;
}

static int decode_steps(struct operation_decoder *d, const Slate__V1__ImportTicket *in)
{
    struct command_step *steps = arena_array(d->arena, in->n_events, sizeof(*steps));

    if (steps == NULL) {
        return operation_full(d);
    }
    for (size_t i = 0; i < in->n_events; i++) {
        const Slate__V1__ImportEvent *event = in->events[i];
        const int r = check_step(d, event, i);
        if (r != 0) {
            return r;
        }
        steps[i] = (struct command_step){
            .at = event->at,
            .kind = (unsigned)event->action,
            .reason = operation_str(event->hold_reason),
            .priority = operation_str(event->priority),
            .side = (enum side)event->side,
            .message_kind = (enum message_kind)event->message_kind,
            .visibility = (enum message_visibility)event->visibility,
            .channel = operation_str(event->channel),
            .body = text(TEXT_BODY, event->body),
        };
    }
    d->out->u.import.steps = steps;
    d->out->u.import.n_steps = in->n_events;
    return 0;
}

static int decode_import_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ImportTicket *in = (const Slate__V1__ImportTicket *)message;
    uint32_t clocks = 0;

    for (size_t i = 0; i < in->n_clocks; i++) {
        if (in->clocks[i] == SLATE__V1__CLOCK_KIND__CLOCK_KIND_UNSPECIFIED) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "import_ticket.clocks",
                          "an empty list says that the data can carry none",
                          "the list holds the unspecified clock");
        }
        clocks |= 1u << in->clocks[i];
    }
    d->out->u.import = (struct request_import){
        .ticket =
            {
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
                .channel = "",
                .requester = text(TEXT_REQUESTER, in->requester),
                .subject = text(TEXT_SUBJECT, in->subject),
                .body = text(TEXT_BODY, in->body),
            },
        .opened_at = in->opened_at,
        .cutover_at = operation_instant(in->has_cutover_at, in->cutover_at),
        .clocks = clocks,
    };
    return decode_steps(d, in);
}

static int decode_apply_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ApplyBook *in = (const Slate__V1__ApplyBook *)message;

    d->out->u.apply_book = (struct request_apply_book){
        .text = in->text,
        .n = strlen(in->text),
        .file = operation_str(in->file),
    };
    return 0;
}

static int decode_show_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ShowBook *in = (const Slate__V1__ShowBook *)message;
    struct request_show_book *out = &d->out->u.show_book;

    *out = (struct request_show_book){.name = operation_str(in->name), .version = in->version};
    if (operation_str(in->kind)[0] != '\0') {
        for (enum book_kind kind = BOOK_CALENDAR; kind <= BOOK_CONTRACT; kind++) {
            if (strcmp(in->kind, book_kind_name(kind)) == 0) {
                out->kind = kind;
            }
        }
        if (out->kind == BOOK_NONE) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.kind",
                          "calendar, party, team or contract",
                          "'%s' is not a kind of object in a book", in->kind);
        }
    }
    if (out->name[0] != '\0' && out->kind == BOOK_NONE) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.kind",
                      "calendar, party, team or contract", "a name comes without a kind");
    }
    if (out->version != 0 && out->name[0] == '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.name", NULL,
                      "a version comes without a name");
    }
    return 0;
}

const struct operation operations[REQUEST_KINDS] = {
#define OPERATION(KIND, name, fields) \
    [REQUEST_##KIND] = {offsetof(Slate__V1__Request, name), fields, decode_##name}
    OPERATION(NEW_TICKET, new_ticket, OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT),
    OPERATION(LIST_TICKETS, list_tickets, OPERATION_AS_OF),
    OPERATION(SHOW_TICKET, show_ticket, OPERATION_AS_OF),
    OPERATION(TAKE_TICKET, take_ticket,
              OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT | OPERATION_IF_VERSION),
    OPERATION(ADD_MESSAGE, add_message,
              OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT | OPERATION_IF_VERSION),
    OPERATION(HOLD_TICKET, hold_ticket,
              OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT | OPERATION_IF_VERSION),
    OPERATION(RESUME_TICKET, resume_ticket,
              OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT | OPERATION_IF_VERSION),
    OPERATION(RESOLVE_TICKET, resolve_ticket,
              OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT | OPERATION_IF_VERSION),
    OPERATION(LIST_BREACHES, list_breaches, OPERATION_AS_OF),
    OPERATION(EXPLAIN, explain, OPERATION_AS_OF),
    OPERATION(IMPORT_TICKET, import_ticket, OPERATION_REQUEST_ID | OPERATION_DRY_RUN),
    OPERATION(APPLY_BOOK, apply_book, OPERATION_REQUEST_ID | OPERATION_DRY_RUN),
    OPERATION(SHOW_BOOK, show_book, 0),
#undef OPERATION
};
