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
    [REQUEST_LIST_BREACHES] = {"list_breaches", false},
    [REQUEST_EXPLAIN] = {"explain", false},
    [REQUEST_IMPORT_TICKET] = {"import_ticket", true},
    [REQUEST_APPLY_BOOK] = {"apply_book", true},
    [REQUEST_SHOW_BOOK] = {"show_book", false},
};

bool request_writes(enum request_kind kind)
{
    return (unsigned)kind < REQUEST_KINDS && kinds[kind].writes;
}

const char *request_kind_name(enum request_kind kind)
{
    return (unsigned)kind < REQUEST_KINDS ? kinds[kind].name : kinds[REQUEST_NONE].name;
}
