// SPDX-License-Identifier: Apache-2.0
#include "wire/operation.h"

#include <stdio.h>
#include <string.h>

int operation_full(struct operation_decoder *d)
{
    return refuse(d->refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL, NULL,
                  "the server has no room for this request");
}

struct text operation_text(enum text_field field, const char *s)
{
    return (struct text){.field = field, .bytes = operation_str(s), .n = strlen(operation_str(s))};
}

uint32_t operation_rows(protobuf_c_boolean has, uint32_t limit)
{
    if (!has || limit == 0) {
        return WIRE_PAGE_ROWS_DEFAULT;
    }
    return limit < WIRE_PAGE_ROWS_MAX ? limit : WIRE_PAGE_ROWS_MAX;
}

struct wire_bytes operation_bytes(ProtobufCBinaryData data)
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

int operation_ticket(struct operation_decoder *d, const char *field, const char *s,
                     struct wire_ticket *ret)
{
    if (parse_ticket(s, ret)) {
        return 0;
    }
    return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, field,
                  "a ticket is KEY-number, such as ACME-12: capital letters and digits, a hyphen, "
                  "a number without leading zeros",
                  "'%s' is not the name of a ticket", s);
}

int operation_parts(struct operation_decoder *d, const char *path, const char *whose,
                    const struct operation_part *parts, size_t n, unsigned must, unsigned may)
{
    for (size_t i = 0; i < n; i++) {
        const bool needed = must >> i & 1;
        const bool allowed = may >> i & 1;
        char field[sizeof(d->refusal->field)];

        if (parts[i].there ? allowed : !needed) {
            continue;
        }
        (void)snprintf(field, sizeof(field), "%s.%s", path, parts[i].name);
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, field, NULL, "the %s's action %s",
                      whose, needed ? "needs it" : "has no use for it");
    }
    return 0;
}

int operation_apply_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ApplyBook *in = (const Slate__V1__ApplyBook *)message;

    d->out->u.apply_book = (struct request_apply_book){
        .text = in->text,
        .n = strlen(in->text),
        .file = operation_str(in->file),
        .cursor = operation_bytes(in->cursor),
    };
    if (in->cursor.len > 0 && !d->out->dry_run) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "apply_book.cursor",
                      "set dry_run to look at more open tickets", "only a dry run has pages");
    }
    return 0;
}

int operation_try_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__TryBook *in = (const Slate__V1__TryBook *)message;

    d->out->u.try_book = (struct request_try_book){
        .text = in->text,
        .n = strlen(in->text),
        .file = operation_str(in->file),
        .scenario = in->scenario,
        .scenario_bytes = strlen(in->scenario),
        .scenario_file = operation_str(in->scenario_file),
    };
    return 0;
}

int operation_show_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ShowBook *in = (const Slate__V1__ShowBook *)message;
    struct request_show_book *out = &d->out->u.show_book;

    *out = (struct request_show_book){.name = operation_str(in->name),
                                      .version = in->version,
                                      .contract = operation_str(in->contract)};
    if (out->contract[0] != '\0' && operation_str(in->kind)[0] != '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.contract", NULL,
                      "what a contract relies on is of every kind");
    }
    if (operation_str(in->kind)[0] != '\0') {
        for (enum book_kind kind = BOOK_CALENDAR; kind < BOOK_KINDS; kind++) {
            if (kind != BOOK_ZONE && strcmp(in->kind, book_kind_name(kind)) == 0) {
                out->kind = kind;
            }
        }
        if (out->kind == BOOK_NONE) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.kind",
                          "calendar, party, team, contract or source",
                          "'%s' is not a kind of object in a book", in->kind);
        }
    }
    if (out->name[0] != '\0' && out->kind == BOOK_NONE) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.kind",
                      "calendar, party, team, contract or source", "a name comes without a kind");
    }
    if (out->version != 0 && out->name[0] == '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "show_book.name", NULL,
                      "a version comes without a name");
    }
    return 0;
}

enum {
    READ = OPERATION_REASON,
    READ_PAST = READ | OPERATION_AS_OF,
    CHANGE = OPERATION_REQUEST_ID | OPERATION_DRY_RUN | OPERATION_REASON,
    CHANGE_TICKET = CHANGE | OPERATION_CLAIMED_AT | OPERATION_IF_VERSION,
};

const struct operation operations[REQUEST_KINDS] = {
#define OPERATION(KIND, name, fields) \
    [REQUEST_##KIND] = {offsetof(Slate__V1__Request, name), fields, operation_##name}
    OPERATION(NEW_TICKET, new_ticket, CHANGE | OPERATION_CLAIMED_AT),
    OPERATION(LIST_TICKETS, list_tickets, READ_PAST),
    OPERATION(SHOW_TICKET, show_ticket, READ_PAST),
    OPERATION(TAKE_TICKET, take_ticket, CHANGE_TICKET),
    OPERATION(ADD_MESSAGE, add_message, CHANGE_TICKET),
    OPERATION(HOLD_TICKET, hold_ticket, CHANGE_TICKET),
    OPERATION(RESUME_TICKET, resume_ticket, CHANGE_TICKET),
    OPERATION(RESOLVE_TICKET, resolve_ticket, CHANGE_TICKET),
    OPERATION(RELEASE_TICKET, release_ticket, CHANGE_TICKET),
    OPERATION(ACKNOWLEDGE_TICKET, acknowledge_ticket, CHANGE_TICKET),
    OPERATION(ASSIGN_TICKET, assign_ticket, CHANGE_TICKET),
    OPERATION(TRANSFER_TICKET, transfer_ticket, CHANGE_TICKET),
    OPERATION(SET_PRIORITY, set_priority, CHANGE_TICKET),
    OPERATION(CLOSE_TICKET, close_ticket, CHANGE_TICKET),
    OPERATION(REOPEN_TICKET, reopen_ticket, CHANGE_TICKET),
    OPERATION(MERGE_TICKET, merge_ticket, CHANGE_TICKET),
    OPERATION(LINK_TICKET, link_ticket, CHANGE_TICKET),
    OPERATION(TAG_TICKET, tag_ticket, CHANGE_TICKET),
    OPERATION(EDIT_TICKET, edit_ticket, CHANGE_TICKET),
    OPERATION(SHOW_LOG, show_log, READ),
    OPERATION(LIST_BREACHES, list_breaches, READ_PAST),
    OPERATION(EXPLAIN, explain, READ_PAST),
    OPERATION(SUBSCRIBE, subscribe, READ),
    OPERATION(IMPORT_TICKET, import_ticket, CHANGE),
    OPERATION(INTAKE, intake, OPERATION_REQUEST_ID | OPERATION_CLAIMED_AT | OPERATION_REASON),
    OPERATION(APPLY_BOOK, apply_book, CHANGE),
    OPERATION(SHOW_BOOK, show_book, READ),
    OPERATION(LIST_USERS, list_users, READ),
    OPERATION(SPLIT_CLOCK, split_clock, READ_PAST),
    OPERATION(TRY_BOOK, try_book, READ),
    OPERATION(ADD_USER, add_user, OPERATION_REQUEST_ID | OPERATION_DRY_RUN),
    OPERATION(SET_USER, set_user, OPERATION_REQUEST_ID | OPERATION_DRY_RUN),
    OPERATION(RENEW_CERTIFICATE, renew_certificate, OPERATION_REQUEST_ID),
    OPERATION(PROPOSE_BOOK, propose_book, OPERATION_REQUEST_ID | OPERATION_DRY_RUN),
    OPERATION(APPROVE_BOOK, approve_book, OPERATION_REQUEST_ID),
    OPERATION(LIST_PROPOSALS, list_proposals, READ),
    OPERATION(LIST_ACCESS, list_access, READ),
    OPERATION(EXPORT_JOURNAL, export_journal, READ),
    OPERATION(SHOW_HEAD, show_head, READ),
    OPERATION(COUNTERSIGN, countersign, OPERATION_REQUEST_ID),
    OPERATION(ERASE_TEXTS, erase_texts, CHANGE),
#undef OPERATION
};
