// SPDX-License-Identifier: Apache-2.0
#include "query_list.h"

#include <string.h>

#include "access.h"
#include "listindex.h"
#include "listnumbers.h"
#include "listteams.h"
#include "moment.h"
#include "present.h"
#include "proto/frame.h"
#include "store/error.h"
#include "store/principals.h"

struct list {
    struct call *call;
    const struct request_list_tickets *wanted;
    struct moment moment;
    struct listteams teams;
    struct listindex index;
    struct listnumbers numbers;
    bool by_number;    /* the rows come from `numbers` */
    bool by_index;     /* else, where true, from `index` */
    size_t entries;    /* of histories that were read for this page */
    uint32_t assignee; /* principal id, 0 = any */
    struct arena row;  /* of the row at hand: thousands may be looked at for one page */
};

/* -- the order that rows come in ---------------------------------------------- */

/* The states that tickets of a class can be in, as bits. */
static uint32_t states_of(enum ticket_class class)
{
    static const uint32_t states[TICKET_CLASSES] = {
        [TICKET_CLASS_BREACHED] = 1u << TICKET_NEW | 1u << TICKET_OPEN | 1u << TICKET_HELD,
        [TICKET_CLASS_NEW] = 1u << TICKET_NEW,
        [TICKET_CLASS_OPEN] = 1u << TICKET_OPEN,
        [TICKET_CLASS_HELD] = 1u << TICKET_HELD,
        [TICKET_CLASS_RESOLVED] = 1u << TICKET_RESOLVED,
        [TICKET_CLASS_CLOSED] = 1u << TICKET_CLOSED | 1u << TICKET_MERGED,
    };
    return states[class];
}

static int add_team(struct list *list, const struct book_contract *contract,
                    const struct book_team *team)
{
    const struct request_list_tickets *wanted = list->wanted;
    const struct subject subject = {contract->buyer, contract->vendor, team->id, ""};

    if ((wanted->team[0] != '\0' && strcmp(wanted->team, team->name) != 0) ||
        policy_check(list->call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
        return 0;
    }
    for (int class = TICKET_CLASS_BREACHED; class < TICKET_CLASSES; class ++) {
        bool in_states = wanted->states == 0 ||
                         (wanted->states & states_of((enum ticket_class) class)) != 0;
        bool done = class == TICKET_CLASS_RESOLVED || class == TICKET_CLASS_CLOSED;
        if (!in_states || (wanted->breached && class != TICKET_CLASS_BREACHED) ||
            (wanted->due_before_at != INSTANT_NONE && done)) {
            continue;
        }
        int error = listteams_add(&list->teams, contract, team->id, (enum ticket_class) class);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int add_ranges(struct list *list)
{
    const struct book *book = list->call->book;

    for (size_t c = 0; c < book->n_contracts; c++) {
        const struct book_contract *contract = &book->contracts[c];
        if (list->wanted->contract[0] != '\0' &&
            strcmp(list->wanted->contract, contract->name) != 0) {
            continue;
        }
        for (size_t t = 0; t < book->n_teams; t++) {
            int error = call_ever_had_team(contract, book->teams[t].id)
                            ? add_team(list, contract, &book->teams[t])
                            : 0;
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

/* The contract has tickets that the principal may see: of some team, or of the source. */
static bool may_see_some(const struct list *list, const struct book_contract *contract)
{
    const struct call *call = list->call;
    struct subject subject = {contract->buyer, contract->vendor, 0, call->who->source};
    bool some = policy_check(call->who, RIGHT_TICKET_SEE, &subject) == POLICY_ALLOWED;

    for (size_t i = 0; !some && i < call->book->n_teams; i++) {
        subject.team = call->book->teams[i].id;
        subject.source = "";
        some = call_ever_had_team(contract, subject.team) &&
               policy_check(call->who, RIGHT_TICKET_SEE, &subject) == POLICY_ALLOWED;
    }
    return some;
}

/* What was: the indexes tell of what is. */
static int begin_numbers(struct list *list)
{
    const struct book *book = list->call->book;

    int error = listnumbers_init(&list->numbers, list->call, &list->wanted->cursor);
    for (size_t i = 0; error == 0 && i < book->n_contracts; i++) {
        const struct book_contract *contract = &book->contracts[i];
        if ((list->wanted->contract[0] == '\0' ||
             strcmp(list->wanted->contract, contract->name) == 0) &&
            may_see_some(list, contract)) {
            listnumbers_add(&list->numbers, contract);
        }
    }
    return error;
}

/* Somebody of a party with which the principal has a contract. */
static bool is_near(const struct call *call, const struct principal *assignee)
{
    for (size_t i = 0; i < call->book->n_contracts; i++) {
        const struct book_contract *contract = &call->book->contracts[i];
        if ((contract->buyer == assignee->party || contract->vendor == assignee->party) &&
            call_is_near(call, contract)) {
            return true;
        }
    }
    return false;
}

/* Nobody of that name: an empty list, as for a person whose tickets one may not see; and in the
 * same time. */
static int find_assignee(struct list *list)
{
    struct call *call = list->call;
    struct principal assignee;

    int error = principals_named(call->txn, list->wanted->assignee, &assignee);
    const bool there = error == 0;
    if (error == STORE_NOT_FOUND) {
        error = principals_named(call->txn, call->who->name, &assignee);
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    const bool near = is_near(call, &assignee);
    list->assignee = there && near ? assignee.id : UINT32_MAX;
    return 0;
}

/* Teams are not what a source's tool may see by; its own tickets are, in the order of their keys.
 */
static bool is_source(const struct principal *who)
{
    return who->roles == ROLE_INTAKE;
}

static int begin(struct list *list)
{
    struct call *call = list->call;
    const struct request_list_tickets *wanted = list->wanted;
    int error = wanted->assignee[0] == '\0' ? 0 : find_assignee(list);

    if (error != 0) {
        return error;
    }
    list->by_number = list->moment.past;
    if (list->by_number) {
        return begin_numbers(list);
    }
    list->by_index = is_source(call->who) || list->assignee != 0;
    if (list->by_index) {
        return listindex_init(&list->index, call, is_source(call->who) ? 0 : list->assignee,
                              call->who->source, &wanted->cursor);
    }
    error = listteams_init(&list->teams, call, wanted->due_before_at, &wanted->cursor);
    return error == 0 ? add_ranges(list) : error;
}

static int peek(struct list *list, const struct book_contract **ret_contract, uint64_t *ret_number)
{
    if (list->by_number) {
        return listnumbers_peek(&list->numbers, ret_contract, ret_number);
    }
    return list->by_index ? listindex_peek(&list->index, ret_contract, ret_number)
                          : listteams_peek(&list->teams, ret_contract, ret_number);
}

static void pass(struct list *list)
{
    if (list->by_number) {
        listnumbers_pass(&list->numbers);
    } else if (list->by_index) {
        listindex_pass(&list->index);
    } else {
        listteams_pass(&list->teams);
    }
}

static int make_cursor(struct list *list, struct wire_bytes *ret)
{
    if (list->by_number) {
        return listnumbers_cursor(&list->numbers, ret);
    }
    return list->by_index ? listindex_cursor(&list->index, ret)
                          : listteams_cursor(&list->teams, ret);
}

/* -- the rows that are wanted ------------------------------------------------- */

static bool is_due(const struct ticket *ticket, int64_t before_at)
{
    const struct ticket_clock *next = ticket_next_deadline(ticket);
    return before_at == INSTANT_NONE || (next != NULL && next->due_at < before_at);
}

/* Filters that may already be in what rows there are, depending on the order. */
static bool is_wanted(const struct list *list, const struct book_contract *contract,
                      const struct ticket *ticket)
{
    const struct request_list_tickets *wanted = list->wanted;
    const struct book_team *team = book_team(list->call->book, ticket->team);
    bool priority = wanted->n_priorities == 0;

    for (size_t i = 0; i < wanted->n_priorities; i++) {
        priority = priority || strcmp(wanted->priorities[i], ticket->priority) == 0;
    }
    return priority && (wanted->states == 0 || (wanted->states & (1u << ticket->state)) != 0) &&
           (wanted->contract[0] == '\0' || strcmp(wanted->contract, contract->name) == 0) &&
           (wanted->team[0] == '\0' || (team != NULL && strcmp(wanted->team, team->name) == 0)) &&
           (!wanted->breached || ticket_class(ticket) == TICKET_CLASS_BREACHED) &&
           (!wanted->unassigned || ticket->assignee == 0) &&
           is_due(ticket, wanted->due_before_at) &&
           (list->assignee == 0 || ticket->assignee == list->assignee);
}

/* Reading one history may always take its time, so that every page comes further. */
static bool is_too_long(struct list *list, const struct ticket *now)
{
    bool too_long = list->entries > 0 && list->entries + now->version > LIST_ENTRIES_MAX;

    if (!too_long) {
        list->entries += now->version;
    }
    return too_long;
}

/* Within call's arena: what is made for the row. */
static int show_row(struct list *list, const struct book_contract *contract, uint64_t number,
                    struct wire_rows *rows, bool *ret_full)
{
    struct call *call = list->call;
    struct ticket now;
    struct ticket ticket;
    struct reply_ticket shown;
    bool there;

    if (number == 0) { /* a key of a source that has no ticket yet */
        return 0;
    }
    int error = tickets_get(call->txn, contract->id, number, call->arena, &now);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    struct subject subject = call_subject(contract, &now);
    if (policy_check(call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
        return 0;
    }
    if (moment_reads_history(&list->moment, &now) && is_too_long(list, &now)) {
        *ret_full = true;
        return 0;
    }
    error = moment_ticket(&list->moment, &now, &ticket, &there);
    if (error != 0 || !there || !is_wanted(list, contract, &ticket)) {
        return error;
    }
    error = present_ticket_then(&list->moment.then, contract, &ticket,
                                present_text_allowed(call, contract, &now), &shown);
    if (error != 0) {
        return error;
    }
    error = wire_rows_add_ticket(rows, &shown);
    if (error < 0) {
        return call_too_large(call);
    }
    *ret_full = error == WIRE_FULL;
    return *ret_full ? 0 : access_note(call, contract, &now, ACCESS_ROW, shown.subject.n > 0);
}

/* Adds the ticket if it is wanted. *ret_full: it is, and the page has no room for it. */
static int take_row(struct list *list, const struct book_contract *contract, uint64_t number,
                    struct wire_rows *rows, bool *ret_full)
{
    struct arena *own = list->call->arena;

    arena_reset(&list->row);
    list->call->arena = list->moment.then.arena = &list->row;
    int error = show_row(list, contract, number, rows, ret_full);
    list->call->arena = list->moment.then.arena = own;
    return error;
}

static int fill_page(struct list *list, struct wire_rows *rows, struct reply_page *page)
{
    for (size_t looked_at = 0;; looked_at++) {
        const struct book_contract *contract;
        uint64_t number;
        bool full = rows->n == list->wanted->limit || looked_at == LIST_SCAN_MAX;
        int error = peek(list, &contract, &number);
        if (error != 0 || contract == NULL) {
            return error;
        }
        if (!full) {
            error = take_row(list, contract, number, rows, &full);
            if (error != 0) {
                return error;
            }
        }
        if (full) {
            page->truncated = true;
            return make_cursor(list, &page->cursor);
        }
        pass(list);
    }
}

static int answer(struct list *list)
{
    struct call *call = list->call;
    struct reply_page page = {.snapshot_at = list->moment.then.at};
    struct wire_rows rows;

    wire_rows_init(&rows, call->arena, FRAME_BYTES_DEFAULT);
    arena_init(&list->row, LIST_ROW_BYTES);
    int error = fill_page(list, &rows, &page);
    arena_fini(&list->row);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_ticket_page(&rows, call->request->id, NULL,
                                                                   &page, call->reply));
}

int query_list_tickets(struct call *call)
{
    struct list list = {.call = call, .wanted = &call->request->u.list_tickets};

    int error = moment_init(&list.moment, call);
    if (error == 0 && !is_source(call->who)) {
        error = call_filters(call, list.wanted->contract, "", list.wanted->team);
    }
    if (error == 0) {
        error = begin(&list);
    }
    if (error == 0) {
        error = answer(&list);
    }
    moment_fini(&list.moment);
    return error;
}
