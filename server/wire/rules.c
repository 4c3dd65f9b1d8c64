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
#define NEEDED_NAME                                                 \
    {                                                               \
        .kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .needed = true \
    }
#define NEEDED_KEY                                                 \
    {                                                              \
        .kind = RULE_NAME, .bytes = WIRE_KEY_BYTES, .needed = true \
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
#define NEEDED_BOOK                                                 \
    {                                                               \
        .kind = RULE_TEXT, .bytes = WIRE_BOOK_BYTES, .needed = true \
    }
#define FILE_NAME                                   \
    {                                               \
        .kind = RULE_LINE, .bytes = WIRE_FILE_BYTES \
    }
#define CURSOR                                         \
    {                                                  \
        .kind = RULE_BYTES, .bytes = WIRE_CURSOR_BYTES \
    }
#define EXACT(n)                                                        \
    {                                                                   \
        .kind = RULE_BYTES, .bytes = (n), .exact = true, .needed = true \
    }
#define NEEDED_BYTES(n)                                  \
    {                                                    \
        .kind = RULE_BYTES, .bytes = (n), .needed = true \
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
    [1] = NEEDED_NAME, // contract
    [2] = NAME,        // priority
    [3] = NAME,        // function
    [4] = NAME,        // category
    [5] = NAME,        // customer_tier
    [6] = NAME,        // language
    [7] = NAME,        // team
    [8] = REQUESTER,   [9] = SUBJECT, [10] = BODY,
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
    [9] = NUMBER,   // unassigned
    [10] = INSTANT, // due_before
};

static const struct rule show_ticket[] = {[1] = TICKET};

static const struct rule take_ticket[] = {
    [1] = TICKET,
    [2] = NUMBER, // steal
};

static const struct rule add_message[] = {
    [1] = TICKET,
    [2] = NEEDED(NUMBER), // visibility: who may read it is never guessed
    [3] = {.kind = RULE_TEXT, .bytes = WIRE_BODY_BYTES, .needed = true},
    [4] = NAME, // channel
    [5] = NAME, // hold
};

static const struct rule hold_ticket[] = {
    [1] = TICKET, [2] = NEEDED_NAME, // reason
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

static const struct rule release_ticket[] = {[1] = TICKET};

static const struct rule acknowledge_ticket[] = {[1] = TICKET};

static const struct rule assign_ticket[] = {
    [1] = TICKET,
    [2] = NEEDED_NAME, // assignee
};

static const struct rule transfer_ticket[] = {
    [1] = TICKET,
    [2] = NEEDED_NAME, // team
};

static const struct rule set_priority[] = {
    [1] = TICKET,
    [2] = NEEDED_NAME, // priority
};

static const struct rule close_ticket[] = {[1] = TICKET};

static const struct rule reopen_ticket[] = {[1] = TICKET};

static const struct rule merge_ticket[] = {
    [1] = TICKET,
    [2] = TICKET, // into
};

static const struct rule link_ticket[] = {
    [1] = TICKET,
    [2] = TICKET,         // other
    [3] = NEEDED(NUMBER), // kind
    [4] = NUMBER,         // remove
};

static const struct rule tag_ticket[] = {
    [1] = TICKET,
    [2] = {.kind = RULE_TAG, .bytes = WIRE_TAG_BYTES, .count = WIRE_TAGS_MAX, .needed = true},
    [3] = NUMBER, // remove
};

static const struct rule edit_ticket[] = {
    [1] = TICKET, [2] = SUBJECT, [3] = NAME, // category
    [4] = NAME,                              // customer_tier
    [5] = NAME,                              // language
};

static const struct rule show_log[] = {
    [1] = TICKET,
    [2] = NUMBER, // limit
    [3] = CURSOR,
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

static const struct rule split_clock[] = {
    [1] = TICKET,
    [2] = NUMBER, // clock
};

static const struct rule position[] = {
    [1] = NEEDED_NAME, // contract: what happens in the administration is in no feed
    [2] = NUMBER,
};
static const struct rules position_rules = {
    &slate__v1__token__descriptor,
    position,
    COUNT(position),
    .one_operation = false,
};

static const struct rule subscribe[] = {
    [1] = {.kind = RULE_MESSAGE, .count = WIRE_POSITIONS_MAX, .message = &position_rules}, // from
    [2] = NAME, // contract
    [3] = NAME, // team
    [4] = ENUMS(WIRE_KINDS_MAX),
    [5] = NUMBER, // resumes
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
    [1] = NEEDED_NAME,     // contract
    [2] = NEEDED_NAME,     // source
    [3] = NEEDED_KEY,      // source_key
    [4] = NEEDED(INSTANT), // opened_at
    [5] = NAME,            // priority
    [6] = NAME,            // function
    [7] = NAME,            // category
    [8] = NAME,            // customer_tier
    [9] = NAME,            // language
    [10] = NAME,           // team
    [11] = REQUESTER,
    [12] = SUBJECT,
    [13] = BODY,
    [14] = NAME, // hold
    [15] = {.kind = RULE_MESSAGE, .count = WIRE_ELEMENTS_MAX, .message = &import_event_rules},
    [16] = ENUMS(WIRE_ENUMS_MAX), // clocks
    [17] = INSTANT,               // cutover_at
};

static const struct rule intake[] = {
    [1] = NEEDED_NAME,    // contract
    [2] = NEEDED_NAME,    // source
    [3] = NEEDED_KEY,     // source_key
    [4] = KEY,            // line_id
    [5] = NEEDED(NUMBER), // action
    [6] = NAME,           // priority
    [7] = NAME,           // function
    [8] = NAME,           // category
    [9] = NAME,           // customer_tier
    [10] = NAME,          // language
    [11] = NAME,          // team
    [12] = REQUESTER,
    [13] = SUBJECT,
    [14] = BODY,
    [15] = NAME,   // channel
    [16] = NAME,   // hold_reason
    [17] = NUMBER, // side
    [18] = NUMBER, // message_kind
    [19] = NUMBER, // visibility
};

static const struct rule apply_book[] = {
    [1] = NEEDED_BOOK,
    [2] = FILE_NAME,
    [3] = CURSOR,
};

static const struct rule try_book[] = {
    [1] = NEEDED_BOOK,
    [2] = FILE_NAME,
    [3] = NEEDED_BOOK, // scenario
    [4] = FILE_NAME,
};

static const struct rule show_book[] = {
    [1] = NAME, // kind
    [2] = NAME, // name
    [3] = NUMBER,
    [4] = NAME, // contract
};

static const struct rule list_users[] = {
    [1] = NAME,   // name
    [2] = NUMBER, // limit
    [3] = CURSOR,
};

static const struct rule add_user[] = {
    [1] = NEEDED_NAME, // name
    [2] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .count = ROLES, .needed = true},
    [3] = NAME, // party
    [4] = {.kind = RULE_NAME, .bytes = WIRE_NAME_BYTES, .count = PRINCIPAL_TEAMS_MAX},
    [5] = NAME,   // source
    [6] = NUMBER, // tool
};

static const struct rule set_user[] = {
    [1] = NEEDED_NAME,    // name
    [2] = NEEDED(NUMBER), // action
    [3] = {.kind = RULE_BYTES, .bytes = BOOK_HASH_BYTES, .exact = true},
};

static const struct rule renew_certificate[] = {[1] = NEEDED_BYTES(WIRE_CSR_BYTES)};

static const struct rule propose_book[] = {
    [1] = NEEDED_BOOK,
    [2] = FILE_NAME,
};

static const struct rule approve_book[] = {
    [1] = NEEDED(NUMBER), // proposal
    [2] = EXACT(BOOK_HASH_BYTES),
    [3] = NUMBER, // withdraw
};

static const struct rule list_proposals[] = {
    [1] = NAME,   // contract
    [2] = NUMBER, // all
};

static const struct rule list_access[] = {
    [1] = NAME,    // contract
    [2] = INSTANT, // since
    [3] = INSTANT, // until
    [4] = NAME,    // actor
    [5] = NUMBER,  // limit
    [6] = CURSOR,
};

static const struct rule export_journal[] = {
    [1] = NEEDED_NAME, // contract
    [2] = NUMBER,      // from_seq
    [3] = NUMBER,      // to_seq
    [4] = NUMBER,      // texts
    [5] = CURSOR,
};

static const struct rule show_head[] = {[1] = NAME}; // contract

static const struct rule countersign[] = {
    [1] = NEEDED_NAME,    // contract
    [2] = NEEDED(NUMBER), // seq
    [3] = EXACT(BOOK_HASH_BYTES),
    [4] = NEEDED_BYTES(WIRE_SIGNATURE_BYTES),
    [5] = NEEDED_BYTES(WIRE_CERTIFICATE_BYTES),
};

static const struct rule erase_texts[] = {
    [1] = {.kind = RULE_NAME, .bytes = WIRE_TICKET_BYTES},
    [2] = NUMBER, // message
    [3] = REQUESTER,
    [4] = NAME, // contract
    [5] = CURSOR,
    [6] = NUMBER, // entry
};

static const struct rule enrol[] = {
    [1] = EXACT(WIRE_SECRET_BYTES),
    [2] = NEEDED_BYTES(WIRE_CSR_BYTES),
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
static const struct rules release_ticket_rules = RULES(release_ticket);
static const struct rules acknowledge_ticket_rules = RULES(acknowledge_ticket);
static const struct rules assign_ticket_rules = RULES(assign_ticket);
static const struct rules transfer_ticket_rules = RULES(transfer_ticket);
static const struct rules set_priority_rules = RULES(set_priority);
static const struct rules close_ticket_rules = RULES(close_ticket);
static const struct rules reopen_ticket_rules = RULES(reopen_ticket);
static const struct rules merge_ticket_rules = RULES(merge_ticket);
static const struct rules link_ticket_rules = RULES(link_ticket);
static const struct rules tag_ticket_rules = RULES(tag_ticket);
static const struct rules edit_ticket_rules = RULES(edit_ticket);
static const struct rules show_log_rules = RULES(show_log);
static const struct rules list_breaches_rules = RULES(list_breaches);
static const struct rules explain_rules = RULES(explain);
static const struct rules split_clock_rules = RULES(split_clock);
static const struct rules subscribe_rules = RULES(subscribe);
static const struct rules import_ticket_rules = RULES(import_ticket);
static const struct rules intake_rules = RULES(intake);
static const struct rules apply_book_rules = RULES(apply_book);
static const struct rules show_book_rules = RULES(show_book);
static const struct rules list_users_rules = RULES(list_users);
static const struct rules try_book_rules = RULES(try_book);
static const struct rules add_user_rules = RULES(add_user);
static const struct rules set_user_rules = RULES(set_user);
static const struct rules renew_certificate_rules = RULES(renew_certificate);
static const struct rules propose_book_rules = RULES(propose_book);
static const struct rules approve_book_rules = RULES(approve_book);
static const struct rules list_proposals_rules = RULES(list_proposals);
static const struct rules list_access_rules = RULES(list_access);
static const struct rules export_journal_rules = RULES(export_journal);
static const struct rules show_head_rules = RULES(show_head);
static const struct rules countersign_rules = RULES(countersign);
static const struct rules erase_texts_rules = RULES(erase_texts);

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
    [28] = OPERATION(release_ticket),
    [29] = OPERATION(acknowledge_ticket),
    [30] = OPERATION(assign_ticket),
    [31] = OPERATION(transfer_ticket),
    [32] = OPERATION(set_priority),
    [33] = OPERATION(close_ticket),
    [34] = OPERATION(reopen_ticket),
    [35] = OPERATION(merge_ticket),
    [36] = OPERATION(link_ticket),
    [37] = OPERATION(tag_ticket),
    [38] = OPERATION(edit_ticket),
    [39] = OPERATION(show_log),
    [40] = OPERATION(list_breaches),
    [41] = OPERATION(explain),
    [42] = LARGE(subscribe), // a position for each of many contracts
    [43] = OPERATION(split_clock),
    [50] = LARGE(import_ticket),
    [51] = OPERATION(intake),
    [60] = LARGE(apply_book),
    [61] = OPERATION(show_book),
    [62] = OPERATION(list_users),
    [63] = LARGE(try_book),
    [70] = OPERATION(add_user),
    [71] = OPERATION(set_user),
    [72] = OPERATION(renew_certificate),
    [73] = LARGE(propose_book),
    [74] = OPERATION(approve_book),
    [75] = OPERATION(list_proposals),
    [80] = OPERATION(list_access),
    [81] = OPERATION(export_journal),
    [82] = OPERATION(show_head),
    [83] = OPERATION(countersign),
    [84] = OPERATION(erase_texts),
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
const struct rules rules_enrol = RULES(enrol);
