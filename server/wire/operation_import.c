// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "wire/enums.h"
#include "wire/operation.h"

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
    const struct operation_part parts[] = {
        {"hold_reason", operation_str(in->hold_reason)[0] != '\0'},
        {"priority", operation_str(in->priority)[0] != '\0'},
        {"side", in->side != 0},
        {"message_kind", in->message_kind != 0},
        {"visibility", in->visibility != 0},
        {"channel", operation_str(in->channel)[0] != '\0'},
        {"body", operation_str(in->body)[0] != '\0'},
    };
    char path[64];

    (void)snprintf(path, sizeof(path), "import_ticket.events[%zu]", index);
    return operation_parts(d, path, "event", parts, sizeof(parts) / sizeof(parts[0]),
                           actions[in->action].must, actions[in->action].may);
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
            .body = operation_text(TEXT_BODY, event->body),
        };
    }
    d->out->u.import.steps = steps;
    d->out->u.import.n_steps = in->n_events;
    return 0;
}

int operation_import_ticket(struct operation_decoder *d, const ProtobufCMessage *message)
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
                .requester = operation_text(TEXT_REQUESTER, in->requester),
                .subject = operation_text(TEXT_SUBJECT, in->subject),
                .body = operation_text(TEXT_BODY, in->body),
            },
        .opened_at = in->opened_at,
        .cutover_at = operation_instant(in->has_cutover_at, in->cutover_at),
        .clocks = clocks,
    };
    return decode_steps(d, in);
}
