// SPDX-License-Identifier: Apache-2.0
#include "wire/enums.h"
#include "wire/operation.h"

/* Fields of a line, as bits, in the order of the parts in check_parts(). */
enum part {
    PART_PRIORITY = 1 << 0,
    PART_FUNCTION = 1 << 1,
    PART_CATEGORY = 1 << 2,
    PART_TIER = 1 << 3,
    PART_LANGUAGE = 1 << 4,
    PART_TEAM = 1 << 5,
    PART_REQUESTER = 1 << 6,
    PART_SUBJECT = 1 << 7,
    PART_BODY = 1 << 8,
    PART_CHANNEL = 1 << 9,
    PART_HOLD = 1 << 10,
    PART_SIDE = 1 << 11,
    PART_KIND = 1 << 12,
    PART_VISIBILITY = 1 << 13,
    PART_TRAITS = PART_PRIORITY | PART_CATEGORY | PART_TIER | PART_LANGUAGE | PART_SUBJECT,
    PART_NEW = PART_TRAITS | PART_FUNCTION | PART_TEAM | PART_REQUESTER | PART_HOLD,
    PART_WORDS = PART_BODY | PART_CHANNEL | PART_SIDE | PART_KIND,
};

/* What a line of each action must and may have. */
static const struct {
    unsigned must;
    unsigned may;
} actions[] = {
    [INTAKE_OPEN] = {0, PART_NEW | PART_WORDS},
    [INTAKE_UPDATE] = {0, PART_TRAITS},
    [INTAKE_MESSAGE] = {PART_BODY, PART_WORDS | PART_VISIBILITY},
    [INTAKE_HOLD] = {PART_HOLD, PART_HOLD | PART_SIDE},
    [INTAKE_RESUME] = {0, PART_HOLD | PART_SIDE},
    [INTAKE_RESOLVE] = {0, PART_WORDS},
};

static bool is_there(const char *s)
{
    return operation_str(s)[0] != '\0';
}

static int check_parts(struct operation_decoder *d, const Slate__V1__Intake *in)
{
    const struct operation_part parts[] = {
        {"priority", is_there(in->priority)},
        {"function", is_there(in->function)},
        {"category", is_there(in->category)},
        {"customer_tier", is_there(in->customer_tier)},
        {"language", is_there(in->language)},
        {"team", is_there(in->team)},
        {"requester", is_there(in->requester)},
        {"subject", is_there(in->subject)},
        {"body", is_there(in->body)},
        {"channel", is_there(in->channel)},
        {"hold_reason", is_there(in->hold_reason)},
        {"side", in->side != 0},
        {"message_kind", in->message_kind != 0},
        {"visibility", in->visibility != 0},
    };
    const size_t n = sizeof(parts) / sizeof(parts[0]);
    bool any = false;
    int r = operation_parts(d, "intake", "line", parts, n, actions[in->action].must,
                            actions[in->action].may);

    if (r != 0 || in->action != SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_UPDATE) {
        return r;
    }
    for (size_t i = 0; i < n; i++) {
        any = any || parts[i].there;
    }
    return any ? 0
               : refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "intake",
                        "priority, category, customer_tier, language or subject",
                        "an update says nothing that could change");
}

/* Only a source that may speak for people can speak as one: it must say for whom. */
static int check_speaker(struct operation_decoder *d, const Slate__V1__Intake *in)
{
    const bool says = in->side != 0;
    const bool tool = in->side == SLATE__V1__SIDE__SIDE_TOOL;

    if (in->message_kind == SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN &&
        (tool || (!says && in->action != SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_OPEN))) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "intake.message_kind",
                      "say with `side` whose word it is: requester, buyer or vendor",
                      "a tool's words are nobody's own");
    }
    return 0;
}

int operation_intake(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__Intake *in = (const Slate__V1__Intake *)message;
    enum message_visibility visibility = (enum message_visibility)in->visibility;
    int r;

    if (in->action == SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_MESSAGE && in->visibility == 0) {
        visibility = MESSAGE_PUBLIC;
    }
    d->out->u.intake = (struct request_intake){
        .ticket =
            {
                .contract = operation_str(in->contract),
                .priority = operation_str(in->priority),
                .function = operation_str(in->function),
                .category = operation_str(in->category),
                .customer_tier = operation_str(in->customer_tier),
                .language = operation_str(in->language),
                .team = operation_str(in->team),
                .hold = operation_str(in->hold_reason),
                .source = operation_str(in->source),
                .source_key = operation_str(in->source_key),
                .channel = operation_str(in->channel),
                .requester = operation_text(TEXT_REQUESTER, in->requester),
                .subject = operation_text(TEXT_SUBJECT, in->subject),
                .body = operation_text(TEXT_BODY, in->body),
            },
        .action = (enum intake_action)in->action,
        .side = (enum side)in->side,
        .message_kind = (enum message_kind)in->message_kind,
        .visibility = visibility,
    };
    r = check_parts(d, in);
    return r != 0 ? r : check_speaker(d, in);
}
