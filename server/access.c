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

int access_note(struct call *call, const struct book_contract *contract,
                const struct ticket *ticket, enum access_way way, bool text)
{
    struct access *access = call->access;
    const struct subject subject = call_subject(contract, ticket);
    const enum access_kind kind = access == NULL ? ACCESS_NONE : kind_of(call, &subject, way, text);

    if (kind == ACCESS_NONE) {
        return 0;
    }
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
    if (way == ACCESS_WHOLE) {
        (*at)->ticket = ticket->number;
    } else {
        (*at)->tickets++;
    }
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
            .u.accessed = {.kind = note->kind, .ticket = note->ticket, .tickets = note->tickets},
        };
        call_reason(call, &event);
        int error = call_append(call, &event, NULL);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
