// SPDX-License-Identifier: Apache-2.0
#include "present.h"

#include "access.h"
#include "core/sla.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/principals.h"
#include "store/tickets.h"

enum { OTHER_BYTES = 1024 * 1024 }; /* a ticket with its facts */

void present_clock(const struct book *book, const struct book_contract *contract,
                   const struct ticket_clock *clock, const struct book_calendar *calendar,
                   struct reply_clock *ret)
{
    const struct book_team *team = clock->team == 0 ? NULL : book_team(book, clock->team);
    const struct book_contract_version *version = book_contract_version(contract,
                                                                        clock->contract_version);

    *ret = (struct reply_clock){
        .kind = clock->kind,
        .cycle = clock->cycle,
        .team = team == NULL ? "" : team->name,
        .state = clock->state,
        .verdict = clock->verdict,
        .contract_version = clock->contract_version,
        .target_us = clock->target_us,
        .elapsed_us = clock->elapsed_us,
        .as_of_at = clock->as_of_at,
        .started_at = clock->started_at,
        .stopped_at = clock->stopped_at,
        .due_at = clock->due_at,
        .limit_at = clock->limit_at,
        .due_if_resumed_at = INSTANT_NONE,
        .breached_at = clock->breached_at,
    };
    if (version != NULL && clock->target_row < version->n_targets) {
        ret->within = version->targets[clock->target_row].within;
        ret->calendar = calendar == NULL ? "" : calendar->name;
    }
}

/* A cycle that has ended stays as it was told then, whatever the book makes of it by now. */
static const struct ticket_clock *told(const struct ticket *ticket, struct sla_clock *now)
{
    const struct ticket_clock *known = ticket_clock(ticket, now->clock.kind, now->clock.team);

    if (known != NULL && known->ended_seq != 0 && known->cycle == now->clock.cycle &&
        known->stopped_at == now->clock.stopped_at) {
        int64_t as_of_at = now->clock.as_of_at;
        now->clock = *known;
        now->clock.as_of_at = as_of_at;
    }
    return &now->clock;
}

int present_clocks(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, const struct reply_clock **ret, size_t *ret_n)
{
    const struct sla_run *runs;
    size_t n_runs;
    size_t n = 0;

    if (sla_runs(call->book, ticket, call->arena, &runs, &n_runs) != 0) {
        return call_too_large(call);
    }
    struct reply_clock *clocks = arena_array(call->arena, n_runs, sizeof(*clocks));
    if (clocks == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < n_runs; i++) {
        struct sla_clock now;
        if (!runs[i].present) {
            continue;
        }
        sla_clock(&runs[i], ticket, call->at, &now);
        present_clock(call->book, contract, told(ticket, &now), runs[i].calendar, &clocks[n]);
        clocks[n++].due_if_resumed_at = now.due_if_resumed_at;
    }
    *ret = clocks;
    *ret_n = n;
    return 0;
}

enum reply_span_kind present_span_kind(enum clock_span_kind kind)
{
    static const enum reply_span_kind kinds[] = {
        [CLOCK_SPAN_COUNTED] = REPLY_SPAN_COUNTED, [CLOCK_SPAN_PAST_LIMIT] = REPLY_SPAN_PAST_LIMIT,
        [CLOCK_SPAN_OUTSIDE] = REPLY_SPAN_OUTSIDE, [CLOCK_SPAN_HELD] = REPLY_SPAN_HELD,
        [CLOCK_SPAN_STOPPED] = REPLY_SPAN_STOPPED,
    };
    return kinds[kind];
}

size_t present_asked(const struct ticket *ticket, enum clock_kind kind,
                     const struct ticket_clock *ret[static TICKET_CLOCKS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < ticket->n_clocks; i++) {
        const struct ticket_clock *clock = &ticket->clocks[i];
        size_t to = n;
        if (clock->verdict == TICKET_VERDICT_UNMEASURED ||
            (kind != CLOCK_KIND_NONE && kind != clock->kind)) {
            continue;
        }
        for (; to > 0 && ret[to - 1]->kind > clock->kind; to--) {
            ret[to] = ret[to - 1];
        }
        ret[to] = clock;
        n++;
    }
    return n;
}

int present_no_clock(struct call *call, const struct book_contract *contract,
                     const struct ticket *ticket, const char *field, enum clock_kind kind)
{
    return refuse(call->refusal, OUTCOME_NOT_FOUND, field, NULL, "%s-%llu has no %s clock",
                  contract->key, (unsigned long long)ticket->number,
                  kind == CLOCK_KIND_NONE ? "SLA" : clock_kind_name(kind));
}

int present_principal(struct call *call, uint32_t id, const char **ret)
{
    struct principal p;

    *ret = "";
    if (id == 0) {
        return 0;
    }
    int error = principals_get(call->txn, id, &p);
    if (error == STORE_NOT_FOUND) {
        return 0;
    }
    if (error != 0) {
        return call_store_failed(call, error);
    }
    *ret = arena_strndup(call->arena, p.name, sizeof(p.name) - 1);
    return *ret == NULL ? call_too_large(call) : 0;
}

bool present_text_allowed(const struct call *call, const struct book_contract *contract,
                          const struct ticket *ticket)
{
    struct subject subject = call_subject(contract, ticket);
    return policy_check(call->who, RIGHT_TICKET_TEXT, &subject) == POLICY_ALLOWED;
}

/* A text of an entry; bytes are NULL where it was erased. */
static int text_of(struct call *call, const struct book_contract *contract, uint64_t seq,
                   enum text_field field, struct text *ret)
{
    struct entry entry;

    *ret = (struct text){.field = field};
    int error = entries_get(call->txn, contract->id, seq, call->arena, &entry, NULL);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    for (size_t i = 0; i < entry.event.n_texts; i++) {
        if (entry.event.texts[i].field == field && entry.event.texts[i].bytes != NULL) {
            *ret = entry.event.texts[i];
        }
    }
    return 0;
}

static int subject(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, bool text, struct text *ret)
{
    *ret = (struct text){.field = TEXT_SUBJECT};
    if (ticket->subject_seq == 0 || !text) {
        return 0;
    }
    if (call->request->dry_run && call->dry_subject != NULL) {
        *ret = *call->dry_subject;
        return 0;
    }
    return text_of(call, contract, ticket->subject_seq, TEXT_SUBJECT, ret);
}

/* Whoever sees all of the contract's tickets need not be asked of one. Those of a rehearsal are
 * made up by who asks for it. */
static bool sees_all(const struct call *call, const struct book_contract *contract)
{
    const struct subject any = {contract->buyer, contract->vendor, 0, ""};

    return call->request->kind == REQUEST_TRY_BOOK ||
           policy_check(call->who, RIGHT_TICKET_SEE, &any) == POLICY_ALLOWED;
}

int present_other(struct call *call, const struct book_contract *contract, uint64_t number,
                  uint64_t *ret)
{
    struct arena own; /* a row's has no room for a whole ticket */
    struct ticket other;

    *ret = number;
    if (number == 0 || sees_all(call, contract)) {
        return 0;
    }
    arena_init(&own, OTHER_BYTES);
    int error = tickets_get(call->txn, contract->id, number, &own, &other);
    if (error == 0) {
        const struct subject subject = call_subject(contract, &other);
        if (policy_check(call->who, RIGHT_TICKET_SEE, &subject) != POLICY_ALLOWED) {
            *ret = 0;
        }
    }
    arena_fini(&own);
    return error == 0 ? 0 : call_store_failed(call, error);
}

int present_subject(struct call *call, const struct book_contract *contract,
                    const struct ticket *ticket, struct text *ret)
{
    return subject(call, contract, ticket, present_text_allowed(call, contract, ticket), ret);
}

int present_tags(struct call *call, const struct book_contract *contract,
                 const struct ticket *ticket, struct text ret[static TICKET_TAGS_MAX])
{
    for (size_t i = 0; i < ticket->n_tags; i++) {
        int error = text_of(call, contract, ticket->tags[i], TEXT_TAG, &ret[i]);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static const struct ticket_clock *first_breached(const struct ticket *ticket)
{
    const struct ticket_clock *first = NULL;
    for (unsigned i = 0; i < ticket->n_clocks; i++) {
        const struct ticket_clock *c = &ticket->clocks[i];
        if (c->verdict == TICKET_VERDICT_BREACHED &&
            (first == NULL || c->breached_at < first->breached_at)) {
            first = c;
        }
    }
    return first;
}

/* A clock of the ticket as an own value in the arena; NULL stays NULL. */
static int clock_in_arena(struct call *call, const struct book_contract *contract,
                          const struct ticket *ticket, const struct ticket_clock *clock,
                          const struct reply_clock **ret)
{
    *ret = NULL;
    if (clock == NULL) {
        return 0;
    }
    struct reply_clock *made = arena_alloc(call->arena, sizeof(*made));
    if (made == NULL) {
        return call_too_large(call);
    }
    present_clock(call->book, contract, clock, sla_calendar(call->book, ticket, clock), made);
    *ret = made;
    return 0;
}

int present_ticket(struct call *call, const struct book_contract *contract,
                   const struct ticket *ticket, struct reply_ticket *ret)
{
    return present_ticket_then(call, contract, ticket, present_text_allowed(call, contract, ticket),
                               ret);
}

int present_ticket_then(struct call *call, const struct book_contract *contract,
                        const struct ticket *ticket, bool text, struct reply_ticket *ret)
{
    const struct book_team *team = book_team(call->book, ticket->team);
    struct reply_ticket row = {
        .key = contract->key,
        .number = ticket->number,
        .version = ticket->version,
        .state = ticket->state,
        .contract = contract->name,
        .team = team == NULL ? "" : team->name,
        .priority = ticket->priority,
        .function = ticket->function,
        .category = ticket->category,
        .customer_tier = ticket->customer_tier,
        .language = ticket->language,
        .source = ticket->source,
        .source_key = ticket->source_key,
        .received_at = ticket->received_at,
        .updated_at = ticket->updated_at,
        .occurred_at = ticket->occurred_at,
        .resolved_at = ticket->resolved_at,
        .close_at = ticket->close_at,
        .n_holds = ticket->n_holds,
        .imported = ticket->imported,
    };
    for (unsigned i = 0; i < ticket->n_holds; i++) {
        row.holds[i] = ticket->reasons[ticket->holds[i].reason];
    }
    int error = subject(call, contract, ticket, text, &row.subject);
    if (error == 0) {
        error = present_other(call, contract, ticket->merged_into, &row.merged_into);
    }
    if (error == 0) {
        error = present_principal(call, ticket->assignee, &row.assignee);
    }
    if (error == 0) {
        error = clock_in_arena(call, contract, ticket, ticket_next_deadline(ticket),
                               &row.next_clock);
    }
    if (error == 0) {
        error = clock_in_arena(call, contract, ticket, first_breached(ticket), &row.breached_clock);
    }
    if (error == 0) {
        *ret = row;
    }
    return error;
}

int present_changed(struct call *call, const struct book_contract *contract,
                    const struct ticket *ticket, uint64_t token_seq, bool existing)
{
    struct reply_ticket row;
    struct wire_token token = call_token(contract, token_seq);

    int error = present_ticket(call, contract, ticket, &row);
    if (error == 0 && ticket->number != 0) { /* else it is not there yet */
        error = access_note(call, contract, ticket, ACCESS_WHOLE, row.subject.n > 0);
    }
    if (error != 0) {
        return error;
    }
    const struct reply_ticket_changed changed = {.ticket = &row, .existing = existing};
    return call_encoded(call, wire_encode_ticket_changed(call->arena, call->request->id,
                                                         token_seq == 0 ? NULL : &token, &changed,
                                                         call->reply));
}
