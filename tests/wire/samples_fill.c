// SPDX-License-Identifier: Apache-2.0
/* Messages lie in static storage until they are packed. */
#include "samples.h"

static void fill_ticket_only(enum request_kind kind, Slate__V1__Request *request)
{
    static Slate__V1__ReleaseTicket release;
    static Slate__V1__AcknowledgeTicket acknowledge;
    static Slate__V1__CloseTicket close;
    static Slate__V1__ReopenTicket reopen;

    if (kind == REQUEST_RELEASE_TICKET) {
        slate__v1__release_ticket__init(&release);
        release.ticket = (char *)"ACME-6";
        request->release_ticket = &release;
    } else if (kind == REQUEST_ACKNOWLEDGE_TICKET) {
        slate__v1__acknowledge_ticket__init(&acknowledge);
        acknowledge.ticket = (char *)"ACME-7";
        request->acknowledge_ticket = &acknowledge;
    } else if (kind == REQUEST_CLOSE_TICKET) {
        slate__v1__close_ticket__init(&close);
        close.ticket = (char *)"ACME-8";
        request->close_ticket = &close;
    } else {
        slate__v1__reopen_ticket__init(&reopen);
        reopen.ticket = (char *)"ACME-9";
        request->reopen_ticket = &reopen;
    }
}

static void fill_named(enum request_kind kind, Slate__V1__Request *request)
{
    static Slate__V1__AssignTicket assign;
    static Slate__V1__TransferTicket transfer;
    static Slate__V1__SetPriority priority;
    static Slate__V1__MergeTicket merge;

    if (kind == REQUEST_ASSIGN_TICKET) {
        slate__v1__assign_ticket__init(&assign);
        assign.ticket = (char *)"ACME-10";
        assign.assignee = (char *)"ines";
        request->assign_ticket = &assign;
    } else if (kind == REQUEST_TRANSFER_TICKET) {
        slate__v1__transfer_ticket__init(&transfer);
        transfer.ticket = (char *)"ACME-11";
        transfer.team = (char *)"manila-b";
        request->transfer_ticket = &transfer;
    } else if (kind == REQUEST_SET_PRIORITY) {
        slate__v1__set_priority__init(&priority);
        priority.ticket = (char *)"ACME-12";
        priority.priority = (char *)"P1";
        request->set_priority = &priority;
    } else {
        slate__v1__merge_ticket__init(&merge);
        merge.ticket = (char *)"ACME-13";
        merge.into = (char *)"ACME-14";
        request->merge_ticket = &merge;
    }
}

static void fill_marks(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static Slate__V1__LinkTicket link;
    static Slate__V1__TagTicket tag;
    static char *tags[] = {(char *)"vip",
                           (char *)"r\xC3\xBC"
                                   "ckruf-2",
                           (char *)"7.x_y"};
    static Slate__V1__EditTicket edit;

    if (kind == REQUEST_LINK_TICKET) {
        slate__v1__link_ticket__init(&link);
        link.ticket = (char *)"ACME-15";
        link.other = (char *)"ACME-16";
        link.has_kind = 1;
        link.kind = SLATE__V1__LINK_KIND__LINK_KIND_BLOCKED_BY;
        link.has_remove = full;
        link.remove = 1;
        request->link_ticket = &link;
    } else if (kind == REQUEST_TAG_TICKET) {
        slate__v1__tag_ticket__init(&tag);
        tag.ticket = (char *)"ACME-17";
        tag.tags = tags;
        tag.n_tags = full ? 3 : 1;
        tag.has_remove = full;
        tag.remove = 1;
        request->tag_ticket = &tag;
    } else {
        slate__v1__edit_ticket__init(&edit);
        edit.ticket = (char *)"ACME-18";
        edit.subject = (char *)(full ? "Printer out" : NULL);
        edit.category = (char *)(full ? "hardware" : NULL);
        edit.customer_tier = (char *)(full ? "gold" : NULL);
        edit.language = (char *)(full ? "de" : ""); // taken away
        request->edit_ticket = &edit;
    }
}

static void fill_subscribe(bool full, Slate__V1__Request *request)
{
    static Slate__V1__Subscribe subscribe;
    static Slate__V1__Token from[2];
    static Slate__V1__Token *pointers[] = {&from[0], &from[1]};
    static Slate__V1__EventKind kinds[] = {SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH,
                                           SLATE__V1__EVENT_KIND__EVENT_KIND_KEPT};

    slate__v1__subscribe__init(&subscribe);
    request->subscribe = &subscribe;
    if (!full) {
        return;
    }
    slate__v1__token__init(&from[0]);
    from[0].contract = (char *)"zeta";
    from[0].has_seq = 1;
    from[0].seq = UINT64_MAX;
    slate__v1__token__init(&from[1]);
    from[1].contract = (char *)"acme-l1"; // from its first entry on
    subscribe.from = pointers;
    subscribe.n_from = 2;
    subscribe.contract = (char *)"acme-l1";
    subscribe.team = (char *)"manila-a";
    subscribe.kinds = kinds;
    subscribe.n_kinds = 2;
    subscribe.has_resumes = 1;
    subscribe.resumes = 1;
}

static void fill_intake(bool full, Slate__V1__Request *request)
{
    static Slate__V1__Intake intake;

    slate__v1__intake__init(&intake);
    request->intake = &intake;
    intake.contract = (char *)"acme-l1";
    intake.source = (char *)"jira";
    intake.source_key = (char *)"HD-9";
    intake.has_action = 1;
    intake.action = SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_RESUME;
    if (!full) {
        return;
    }
    intake.line_id = (char *)"HD-9/created";
    intake.action = SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_OPEN;
    intake.priority = (char *)"P2";
    intake.function = (char *)"it-helpdesk";
    intake.category = (char *)"hardware";
    intake.customer_tier = (char *)"gold";
    intake.language = (char *)"de";
    intake.team = (char *)"manila-a";
    intake.requester = (char *)"anna@example.org";
    intake.subject = (char *)"Printer";
    intake.body = (char *)"It burns.\n";
    intake.channel = (char *)"mail";
    intake.hold_reason = (char *)"waiting-customer";
    intake.has_side = 1;
    intake.side = SLATE__V1__SIDE__SIDE_REQUESTER;
    intake.has_message_kind = 1;
    intake.message_kind = SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN;
}

static void fill_log_and_users(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static Slate__V1__ShowLog log;
    static Slate__V1__ListUsers users;

    if (kind == REQUEST_SHOW_LOG) {
        slate__v1__show_log__init(&log);
        log.ticket = (char *)"ACME-19";
        log.has_limit = full;
        log.limit = 7;
        log.has_cursor = full;
        log.cursor.data = (uint8_t *)"\x01\x00";
        log.cursor.len = 2;
        request->show_log = &log;
        return;
    }
    slate__v1__list_users__init(&users);
    users.name = (char *)(full ? "ines" : NULL);
    users.has_limit = full;
    users.limit = 8;
    users.has_cursor = full;
    users.cursor.data = (uint8_t *)"u";
    users.cursor.len = 1;
    request->list_users = &users;
}

static void fill_split_and_try(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static Slate__V1__SplitClock split;
    static Slate__V1__TryBook try;

    if (kind == REQUEST_SPLIT_CLOCK) {
        slate__v1__split_clock__init(&split);
        split.ticket = (char *)"ACME-20";
        split.has_clock = full;
        split.clock = SLATE__V1__CLOCK_KIND__CLOCK_KIND_RESOLUTION;
        request->split_clock = &split;
        return;
    }
    slate__v1__try_book__init(&try);
    try.text = (char *)"teams:\n\t# none\n";
    try.file = (char *)(full ? "book.yaml" : NULL);
    try.scenario = (char *)"tickets: []\n";
    try.scenario_file = (char *)(full ? "monday.yaml" : NULL);
    request->try_book = &try;
}

bool samples_fill(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    switch (kind) {
    case REQUEST_RELEASE_TICKET:
    case REQUEST_ACKNOWLEDGE_TICKET:
    case REQUEST_CLOSE_TICKET:
    case REQUEST_REOPEN_TICKET: fill_ticket_only(kind, request); return true;
    case REQUEST_ASSIGN_TICKET:
    case REQUEST_TRANSFER_TICKET:
    case REQUEST_SET_PRIORITY:
    case REQUEST_MERGE_TICKET: fill_named(kind, request); return true;
    case REQUEST_LINK_TICKET:
    case REQUEST_TAG_TICKET:
    case REQUEST_EDIT_TICKET: fill_marks(kind, full, request); return true;
    case REQUEST_SHOW_LOG:
    case REQUEST_LIST_USERS: fill_log_and_users(kind, full, request); return true;
    case REQUEST_SPLIT_CLOCK:
    case REQUEST_TRY_BOOK: fill_split_and_try(kind, full, request); return true;
    case REQUEST_SUBSCRIBE: fill_subscribe(full, request); return true;
    case REQUEST_INTAKE: fill_intake(full, request); return true;
    default: return false;
    }
}
