// SPDX-License-Identifier: Apache-2.0
#include "access.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"

/* The roles whose work it is to read what their own teams and sources have. */
static const uint32_t inside = ROLE_AGENT | ROLE_LEAD | ROLE_INTAKE;

/* The principal would have the right by these roles alone. */
static bool may_as(const struct call *call, uint32_t roles, enum right right,
                   const struct subject *subject)
{
    struct principal as = *call->who;

    as.roles &= roles;
    return policy_check(&as, right, subject) == POLICY_ALLOWED;
}

static enum access_kind kind_of(const struct call *call, const struct subject *subject,
                                enum access_way way, bool text)
{
    if ((call->who->roles & ~inside) == 0) {
        return ACCESS_NONE; /* most readers, and all that they see */
    }
    if (text) {
        return may_as(call, inside, RIGHT_TICKET_TEXT, subject) ? ACCESS_NONE
               : way == ACCESS_WHOLE                            ? ACCESS_SHOW
                                                                : ACCESS_LIST;
    }
    return may_as(call, ~(uint32_t)ROLE_ADMIN, RIGHT_TICKET_SEE, subject) ? ACCESS_NONE
                                                                          : ACCESS_ADMIN;
}

/* The note of that contract and kind, made if it is not there. */
static int find_note(struct call *call, const struct book_contract *contract, enum access_kind kind,
                     struct access_note **ret)
{
    struct access *access = call->access;
    struct access_note **at = &access->first;

    while (*at != NULL && ((*at)->contract != contract->id || (*at)->kind != kind)) {
        at = &(*at)->next;
    }
    if (*at == NULL) {
        *at = arena_alloc(access->arena, sizeof(**at));
        if (*at == NULL) {
            return call_too_large(call);
        }
        **at = (struct access_note){.contract = contract->id, .kind = kind};
    }
    *ret = *at;
    return 0;
}

int access_note(struct call *call, const struct book_contract *contract,
                const struct ticket *ticket, enum access_way way, bool text)
{
    const struct subject subject = call_subject(contract, ticket);
    enum access_kind kind = ACCESS_NONE;
    struct access_note *note;

    if (call->access != NULL) {
        kind = kind_of(call, &subject, way, text);
    }
    if (kind == ACCESS_NONE) {
        return 0;
    }
    int error = find_note(call, contract, kind, &note);
    if (error != 0) {
        return error;
    }
    if (way == ACCESS_WHOLE) {
        note->ticket = ticket->number;
    } else {
        note->tickets++;
    }
    return 0;
}

int access_note_export(struct call *call, const struct book_contract *contract, uint64_t from_seq,
                       uint64_t to_seq, bool texts)
{
    struct access_note *note;

    if (call->access == NULL) {
        return 0;
    }
    int error = find_note(call, contract, ACCESS_EXPORT, &note);
    if (error != 0) {
        return error;
    }
    note->texts = texts;
    note->from_seq = from_seq;
    note->to_seq = to_seq;
    return 0;
}

int access_record(struct call *call, const struct access_note *first)
{
    for (const struct access_note *note = first; note != NULL; note = note->next) {
        struct event event = {
            .kind = EVENT_ACCESSED,
            .origin = ORIGIN_LIVE,
            .contract = note->contract,
            .effective_at = call->now_at,
            .claimed_at = INSTANT_NONE,
            .u.accessed = {.kind = note->kind,
                           .ticket = note->ticket,
                           .tickets = note->tickets,
                           .texts = note->texts,
                           .from_seq = note->from_seq,
                           .to_seq = note->to_seq},
        };
        call_reason(call, &event);
        int error = call_append(call, &event, NULL);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
