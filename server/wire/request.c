// SPDX-License-Identifier: Apache-2.0
#include "wire/request.h"

static const struct {
    const char *name;
    bool writes;
} kinds[REQUEST_KINDS] = {
    [REQUEST_NONE] = {"none", false},
    [REQUEST_NEW_TICKET] = {"new_ticket", true},
    [REQUEST_LIST_TICKETS] = {"list_tickets", false},
    [REQUEST_SHOW_TICKET] = {"show_ticket", false},
    [REQUEST_TAKE_TICKET] = {"take_ticket", true},
    [REQUEST_ADD_MESSAGE] = {"add_message", true},
    [REQUEST_HOLD_TICKET] = {"hold_ticket", true},
    [REQUEST_RESUME_TICKET] = {"resume_ticket", true},
    [REQUEST_RESOLVE_TICKET] = {"resolve_ticket", true},
    [REQUEST_RELEASE_TICKET] = {"release_ticket", true},
    [REQUEST_ACKNOWLEDGE_TICKET] = {"acknowledge_ticket", true},
    [REQUEST_ASSIGN_TICKET] = {"assign_ticket", true},
    [REQUEST_TRANSFER_TICKET] = {"transfer_ticket", true},
    [REQUEST_SET_PRIORITY] = {"set_priority", true},
    [REQUEST_CLOSE_TICKET] = {"close_ticket", true},
    [REQUEST_REOPEN_TICKET] = {"reopen_ticket", true},
    [REQUEST_MERGE_TICKET] = {"merge_ticket", true},
    [REQUEST_LINK_TICKET] = {"link_ticket", true},
    [REQUEST_TAG_TICKET] = {"tag_ticket", true},
    [REQUEST_EDIT_TICKET] = {"edit_ticket", true},
    [REQUEST_SHOW_LOG] = {"show_log", false},
    [REQUEST_LIST_BREACHES] = {"list_breaches", false},
    [REQUEST_EXPLAIN] = {"explain", false},
    [REQUEST_SUBSCRIBE] = {"subscribe", false},
    [REQUEST_IMPORT_TICKET] = {"import_ticket", true},
    [REQUEST_INTAKE] = {"intake", true},
    [REQUEST_APPLY_BOOK] = {"apply_book", true},
    [REQUEST_SHOW_BOOK] = {"show_book", false},
    [REQUEST_LIST_USERS] = {"list_users", false},
    [REQUEST_SPLIT_CLOCK] = {"split_clock", false},
    [REQUEST_TRY_BOOK] = {"try_book", false},
    [REQUEST_ADD_USER] = {"add_user", true},
    [REQUEST_SET_USER] = {"set_user", true},
    [REQUEST_RENEW_CERTIFICATE] = {"renew_certificate", true},
    [REQUEST_PROPOSE_BOOK] = {"propose_book", true},
    [REQUEST_APPROVE_BOOK] = {"approve_book", true},
    [REQUEST_LIST_PROPOSALS] = {"list_proposals", false},
    [REQUEST_LIST_ACCESS] = {"list_access", false},
    [REQUEST_EXPORT_JOURNAL] = {"export_journal", false},
    [REQUEST_SHOW_HEAD] = {"show_head", false},
    [REQUEST_COUNTERSIGN] = {"countersign", true},
    [REQUEST_ERASE_TEXTS] = {"erase_texts", true},
    [REQUEST_ENROL] = {"enrol", true},
};

bool request_writes(enum request_kind kind)
{
    return (unsigned)kind < REQUEST_KINDS && kinds[kind].writes;
}

const char *request_kind_name(enum request_kind kind)
{
    return (unsigned)kind < REQUEST_KINDS ? kinds[kind].name : kinds[REQUEST_NONE].name;
}
