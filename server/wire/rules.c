// SPDX-License-Identifier: Apache-2.0
#include "wire/rules.h"

#include "slate.pb-c.h"
#include "wire/wire.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define RULES(name)                                                \
    {                                                              \
        &slate__v1__##name##__descriptor, name, COUNT(name), false \
    }

#define NUMBER              \
    {                       \
        .kind = RULE_NUMBER \
    }
#define INSTANT              \
    {                        \
        .kind = RULE_INSTANT \
    }
#define NAME                                        \
    {                                               \
        .kind = RULE_NAME, .bytes = WIRE_NAME_BYTES \
    }
#define KEY                                        \
    {                                              \
        .kind = RULE_NAME, .bytes = WIRE_KEY_BYTES \
    }
#define TICKET                                                        \
    {                                                                 \
        .kind = RULE_NAME, .bytes = WIRE_TICKET_BYTES, .needed = true \
    }
#define REASON                                        \
    {                                                 \
        .kind = RULE_LINE, .bytes = WIRE_REASON_BYTES \
    }
#define SUBJECT                                        \
    {                                                  \
        .kind = RULE_LINE, .bytes = WIRE_SUBJECT_BYTES \
    }
#define REQUESTER                                        \
    {                                                    \
        .kind = RULE_NAME, .bytes = WIRE_REQUESTER_BYTES \
    }
#define BODY                                        \
    {                                               \
        .kind = RULE_TEXT, .bytes = WIRE_BODY_BYTES \
    }
#define CURSOR                                         \
    {                                                  \
        .kind = RULE_BYTES, .bytes = WIRE_CURSOR_BYTES \
    }
#define ENUMS(n)                          \
    {                                     \
        .kind = RULE_NUMBER, .count = (n) \
    }
#define NEEDED(of)                        \
    {                                     \
        .kind = RULE_##of, .needed = true \
    }

static const struct rule token[] = {
    [1] = NAME, // contract; "" is the administration
    [2] = NUMBER,
};

static const struct rule new_ticket[] = {
    [1] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .needed = true}, // contract
    [2] = NAME,                                                          // priority
    [3] = NAME,                                                          // function
    [4] = NAME,                                                          // category
    [5] = NAME,                                                          // customer_tier
    [6] = NAME,                                                          // language
    [7] = NAME,                                                          // team
    [8] = REQUESTER,
    [9] = SUBJECT,
    [10] = BODY,
    [11] = NAME, // hold
    [12] = NAME, // source
    [13] = KEY,
    [14] = NAME, // channel
};

static const struct rule list_tickets[] = {
    [1] = NAME, // contract
    [2] = NAME, // team
    [3] = ENUMS(WIRE_ENUMS_MAX),
    [4] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .count = WIRE_PRIORITIES_MAX},
    [5] = NAME,   // assignee
    [6] = NUMBER, // breached
    [7] = NUMBER, // limit
    [8] = CURSOR,
};

static const struct rule show_ticket[] = {[1] = TICKET};

static const struct rule take_ticket[] = {[1] = TICKET};

static const struct rule add_message[] = {
    [1] = TICKET,
    [2] = NEEDED(NUMBER), // visibility: who may read it is never guessed
    [3] = {.kind = RULE_TEXT, .bytes = WIRE_BODY_BYTES, .needed = true},
    [4] = NAME, // channel
};

static const struct rule hold_ticket[] = {
    [1] = TICKET, [2] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .needed = true}, // reason
};

static const struct rule resume_ticket[] = {
    [1] = TICKET,
    [2] = NAME, // reason
};

static const struct rule resolve_ticket[] = {
    [1] = TICKET,
    [2] = BODY, // message
    [3] = NAME, // channel
};

static const struct rule list_breaches[] = {
    [1] = INSTANT, // since
    [2] = INSTANT, // until
    [3] = NAME,    // team
    [4] = NAME,    // vendor
    [5] = NAME,    // contract
    [6] = NUMBER,  // clock
    [7] = NUMBER,  // limit
    [8] = CURSOR,
};

static const struct rule explain[] = {
    [1] = TICKET,
    [2] = NUMBER, // clock
};

static const struct rule import_event[] = {
    [1] = NEEDED(INSTANT),
    [2] = NEEDED(NUMBER), // action
    [3] = NAME,           // hold_reason
    [4] = NAME,           // priority
    [5] = NUMBER,         // side
    [6] = NUMBER,         // message_kind
    [7] = NUMBER,         // visibility
    [8] = NAME,           // channel
    [9] = BODY,
};
static const struct rules import_event_rules = RULES(import_event);

static const struct rule import_ticket[] = {
    [1] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .needed = true}, // contract
    [2] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .needed = true}, // source
    [3] = {.kind = RULE_NAME, .bytes = WIRE_KEY_BYTES, .needed = true},  // source_key
    [4] = NEEDED(INSTANT),                                               // opened_at
    [5] = NAME,                                                          // priority
    [6] = NAME,                                                          // function
    [7] = NAME,                                                          // category
    [8] = NAME,                                                          // customer_tier
    [9] = NAME,                                                          // language
    [10] = NAME,                                                         // team
    [11] = REQUESTER,
    [12] = SUBJECT,
    [13] = BODY,
    [14] = NAME, // hold
    [15] = {.kind = RULE_MESSAGE, .count = WIRE_ELEMENTS_MAX, .message = &import_event_rules},
    [16] = ENUMS(WIRE_ENUMS_MAX), // clocks
    [17] = INSTANT,               // cutover_at
};

static const struct rule apply_book[] = {
    [1] = {.kind = RULE_TEXT, .bytes = WIRE_BOOK_BYTES, .needed = true},
    [2] = {.kind = RULE_LINE, .bytes = WIRE_FILE_BYTES},
};

static const struct rule show_book[] = {
    [1] = NAME, // kind
    [2] = NAME, // name
    [3] = NUMBER,
};

static const struct rules token_rules = RULES(token);
static const struct rules new_ticket_rules = RULES(new_ticket);
static const struct rules list_tickets_rules = RULES(list_tickets);
static const struct rules show_ticket_rules = RULES(show_ticket);
static const struct rules take_ticket_rules = RULES(take_ticket);
static const struct rules add_message_rules = RULES(add_message);
static const struct rules hold_ticket_rules = RULES(hold_ticket);
static const struct rules resume_ticket_rules = RULES(resume_ticket);
static const struct rules resolve_ticket_rules = RULES(resolve_ticket);
static const struct rules list_breaches_rules = RULES(list_breaches);
static const struct rules explain_rules = RULES(explain);
static const struct rules import_ticket_rules = RULES(import_ticket);
static const struct rules apply_book_rules = RULES(apply_book);
static const struct rules show_book_rules = RULES(show_book);

#define OPERATION(name)                                                   \
    {                                                                     \
        .kind = RULE_MESSAGE, .operation = true, .message = &name##_rules \
    }
#define LARGE(name)                                                                      \
    {                                                                                    \
        .kind = RULE_MESSAGE, .operation = true, .large = true, .message = &name##_rules \
    }

static const struct rule request[] = {
    [1] = NEEDED(NUMBER), // id; 0 would be mistaken for that of a frame without a readable one
    [2] = {.kind = RULE_BYTES, .bytes = WIRE_REQUEST_ID_BYTES},
    [3] = INSTANT, // claimed_at
    [4] = INSTANT, // as_of
    [5] = INSTANT, // as_known
    [6] = {.kind = RULE_MESSAGE, .message = &token_rules},
    [7] = NUMBER, // if_version
    [8] = REASON,
    [9] = NUMBER,  // dry_run
    [10] = NUMBER, // deadline_ms
    [20] = OPERATION(new_ticket),
    [21] = OPERATION(list_tickets),
    [22] = OPERATION(show_ticket),
    [23] = OPERATION(take_ticket),
    [24] = OPERATION(add_message),
    [25] = OPERATION(hold_ticket),
    [26] = OPERATION(resume_ticket),
    [27] = OPERATION(resolve_ticket),
    [40] = OPERATION(list_breaches),
    [41] = OPERATION(explain),
    [50] = LARGE(import_ticket),
    [60] = LARGE(apply_book),
    [61] = OPERATION(show_book),
};
static const struct rules request_rules = {
    &slate__v1__request__descriptor,
    request,
    COUNT(request),
    .one_operation = true,
};

static const struct rule envelope[] = {
    [2] = {.kind = RULE_MESSAGE, .needed = true, .message = &request_rules},
};

const struct rules rules_envelope = RULES(envelope);
