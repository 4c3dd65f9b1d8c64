// SPDX-License-Identifier: Apache-2.0
/*
 * Erasing is appending: an entry of the ticket names an earlier one and which of its texts are
 * gone; applying it drops them. Only after all that a request erases has been found is the first of
 * it journalled, since a walk does not go on in a journal that grows.
 *
 * By a requester, tickets are looked at in the order of contracts and numbers; there is no index of
 * requesters, which would hold what is to be erased. Of a ticket the newest text goes first, so
 * that the requester, by whom it is found, goes last.
 */
#include "change_erase.h"

#include <string.h>

#include "core/instant.h"
#include "cursor.h"
#include "proto/bytes.h"
#include "store/access.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/sourcemark.h"
#include "store/tickets.h"

enum {
    ERASE_ENTRIES_MAX = 256,  /* with texts, that one request erases */
    ERASE_TICKETS_MAX = 2000, /* that one request looks at for their requester: some 20 ms */
    PLACE_BYTES = 12,         /* contract and number of the ticket to go on with */
    LOOKS_PAGE = 64,
    ARENA_BYTES = 1024 * 1024, /* the ticket at hand with its facts, and one entry */
};

/* What of a ticket is personal. Why something was erased is none of its texts: what somebody gave
 * as the reason for this is there to be read afterwards, and goes only if that entry is named. */
static const uint32_t all_fields = 1u << TEXT_SUBJECT | 1u << TEXT_BODY | 1u << TEXT_REQUESTER |
                                   1u << TEXT_TAG | 1u << TEXT_SOURCE_KEY;

struct erasing {
    struct call *call;
    const struct request_erase *wanted;
    const struct book_contract *contract; /* of what is found */
    struct arena own;                     /* of the ticket at hand */
    struct found {
        uint64_t ticket;
        uint32_t team;
        uint64_t seq;
        uint32_t fields;
        uint8_t source_mark[EVENT_MARK_BYTES]; /* of a source's key among them, else zeros */
    } found[ERASE_ENTRIES_MAX];
    size_t n;
    const struct ticket *ticket; /* at hand; NULL: none */
    uint32_t number;             /* of the message met next, counting down */
    bool full;                   /* there is more of it */
    size_t looked_at;            /* tickets */
    struct reply_erased reply;
};

static uint64_t count_fields(uint32_t fields)
{
    uint64_t n = 0;

    for (; fields != 0; fields &= fields - 1) {
        n++;
    }
    return n;
}

/* -- one ticket --------------------------------------------------------------- */

/* Written by an older version into what is hashed. */
static bool has_old_key(const struct event *e)
{
    return (e->kind == EVENT_TICKET_OPENED && e->u.opened.old_source_key[0] != '\0') ||
           (e->kind == EVENT_INTAKE_KEPT && e->u.kept.old_source_key[0] != '\0');
}

/* What its key was is known afterwards to whoever sends it again, and to nobody else. */
static int find_key(struct erasing *e, const struct event *event, struct found *ret)
{
    char source_key[TICKET_KEY_BYTES];

    if ((ret->fields & 1u << TEXT_SOURCE_KEY) == 0) {
        return 0;
    }
    event_source_key(event, source_key);
    return sourcemark_make(e->call->txn, event->u.opened.source, source_key, ret->source_mark);
}

/* One entry's texts. *ret: where they are noted, NULL where they are only counted or there is no
 * room for them. */
static void find(struct erasing *e, uint64_t seq, uint32_t fields, struct found **ret)
{
    *ret = NULL;
    if (!e->call->request->dry_run) {
        e->full = e->n == ERASE_ENTRIES_MAX;
        if (e->full) {
            return;
        }
        *ret = &e->found[e->n++];
        **ret = (struct found){.seq = seq, .fields = fields};
    }
    e->reply.texts += count_fields(fields);
}

static int find_of_entry(struct erasing *e, const struct entry *entry,
                         const struct entry_proof *proof, uint32_t wanted)
{
    struct found *found;
    uint32_t fields = 0;

    e->reply.keys_kept += has_old_key(&entry->event) ? 1 : 0;
    for (size_t i = 0; i < proof->n_texts; i++) {
        fields |= proof->texts[i].present ? 1u << proof->texts[i].field : 0;
    }
    fields &= wanted;
    if (fields == 0) {
        return 0;
    }
    find(e, entry->seq, fields, &found);
    if (found == NULL) {
        return e->full ? JOURNAL_STOP : 0;
    }
    found->ticket = entry->event.ticket;
    found->team = e->ticket == NULL ? 0 : e->ticket->team;
    return find_key(e, &entry->event, found);
}

static int find_texts(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct erasing *e = user;
    const bool message = entry->event.kind == EVENT_MESSAGE;
    const bool meant = e->wanted->message == 0 || (message && e->number == e->wanted->message);

    e->number -= message ? 1 : 0;
    return meant ? find_of_entry(e, entry, proof, all_fields) : 0;
}

/* Why somebody looked at it, where that is on record: those entries are of no ticket's history. */
static int find_reasons(struct erasing *e)
{
    uint64_t seqs[LOOKS_PAGE];
    struct found *found;
    uint64_t from = 1;
    size_t n;

    do {
        int error = access_reasons(e->call->txn, e->contract->id, e->ticket->number, from,
                                   LOOKS_PAGE, seqs, &n);
        if (error != 0) {
            return error;
        }
        for (size_t i = 0; i < n && !e->full; i++) {
            find(e, seqs[i], 1u << TEXT_REASON, &found);
            from = seqs[i] + 1;
        }
    } while (n == LOOKS_PAGE && !e->full);
    return 0;
}

static int find_in_ticket(struct erasing *e, const struct ticket *ticket)
{
    const uint64_t before = e->reply.texts;

    e->ticket = ticket;
    e->number = ticket->n_messages;
    int error = e->wanted->message == 0 ? find_reasons(e) : 0;
    if (error == 0 && !e->full) {
        error = entries_history(e->call->txn, e->contract->id, ticket->last_seq, SIZE_MAX,
                                find_texts, e);
    }
    if (error != 0) {
        return call_store_failed(e->call, error);
    }
    e->reply.tickets += e->reply.texts > before && !e->full ? 1 : 0;
    e->reply.more = e->full;
    return 0;
}

static int erase_ticket(struct erasing *e)
{
    const struct request_erase *wanted = e->wanted;
    struct ticket ticket;

    int error = call_ticket(e->call, &wanted->ticket, RIGHT_ERASE, &ticket, &e->contract);
    if (error != 0) {
        return error;
    }
    if (wanted->message > ticket.n_messages) {
        return refuse(e->call->refusal, OUTCOME_NOT_FOUND, "erase_texts.message", NULL,
                      "%s-%llu has %u messages", wanted->ticket.key,
                      (unsigned long long)wanted->ticket.number, ticket.n_messages);
    }
    return find_in_ticket(e, &ticket);
}

/* -- one entry ---------------------------------------------------------------- */

/* Of a ticket or of none: what somebody gave as a reason, too. */
static int erase_entry(struct erasing *e)
{
    const struct request_erase *wanted = e->wanted;
    struct entry_proof proof;
    struct ticket ticket;
    struct entry entry;

    int error = call_contract(e->call, wanted->contract, RIGHT_ERASE, 0, "", &e->contract);
    if (error != 0) {
        return error;
    }
    error = entries_get(e->call->txn, e->contract->id, wanted->entry, &e->own, &entry, &proof);
    if (error == STORE_NOT_FOUND) {
        return refuse(e->call->refusal, OUTCOME_NOT_FOUND, "erase_texts.entry", NULL,
                      "contract %s has no entry %llu", wanted->contract,
                      (unsigned long long)wanted->entry);
    }
    if (error == 0 && entry.event.ticket != 0) {
        error = tickets_get(e->call->txn, e->contract->id, entry.event.ticket, &e->own, &ticket);
        e->ticket = &ticket;
    }
    if (error == 0) {
        error = find_of_entry(e, &entry, &proof, all_fields | 1u << TEXT_REASON);
    }
    e->reply.tickets = e->reply.texts > 0 && entry.event.ticket != 0 ? 1 : 0;
    e->ticket = NULL;
    return error == 0 ? 0 : call_store_failed(e->call, error);
}

/* -- by requester ------------------------------------------------------------- */

static int place_parse(struct erasing *e, uint32_t *ret_contract, uint64_t *ret_number)
{
    struct wire_bytes place;
    struct bytes_reader r;

    *ret_contract = 0;
    *ret_number = 1;
    int error = cursor_open(e->call, &e->wanted->cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    bytes_reader_init(&r, place.p, place.n);
    *ret_contract = bytes_get_u32(&r);
    *ret_number = bytes_get_u64(&r);
    return bytes_reader_done(&r) ? 0 : cursor_refuse(e->call);
}

static int place_make(struct erasing *e, uint32_t contract, uint64_t number)
{
    uint8_t place[PLACE_BYTES];
    struct bytes_writer w;

    bytes_writer_init(&w, place, sizeof(place));
    bytes_put_u32(&w, contract);
    bytes_put_u64(&w, number);
    e->reply.more = true;
    return cursor_seal(e->call, place, sizeof(place), &e->reply.cursor);
}

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_requester(const struct text *text, const char *wanted)
{
    if (text->bytes == NULL || text->n != strlen(wanted)) {
        return false;
    }
    for (size_t i = 0; i < text->n; i++) {
        if (folded(text->bytes[i]) != folded(wanted[i])) {
            return false;
        }
    }
    return true;
}

/* The text lies in the entry that the ticket was opened with. */
static int is_asked_for(struct erasing *e, const struct ticket *ticket, bool *ret)
{
    struct entry entry;

    *ret = false;
    if (ticket->n_facts == 0) {
        return 0;
    }
    int error = entries_get(e->call->txn, e->contract->id, ticket->facts[0].seq, &e->own, &entry,
                            NULL);
    for (size_t i = 0; error == 0 && i < entry.event.n_texts; i++) {
        const struct text *text = &entry.event.texts[i];
        *ret = *ret || (text->field == TEXT_REQUESTER && is_requester(text, e->wanted->requester));
    }
    return error == 0 ? 0 : call_store_failed(e->call, error);
}

static int look_at(struct erasing *e, uint64_t number)
{
    struct ticket ticket;
    bool meant;

    arena_reset(&e->own);
    int error = tickets_get(e->call->txn, e->contract->id, number, &e->own, &ticket);
    if (error == STORE_NOT_FOUND) {
        return 0;
    }
    error = error == 0 ? is_asked_for(e, &ticket, &meant) : call_store_failed(e->call, error);
    return error == 0 && meant ? find_in_ticket(e, &ticket) : error;
}

/* Tickets of e->contract from `number` on. Where it does not come to their end it says so. */
static int look_through(struct erasing *e, uint64_t number)
{
    uint64_t end;

    int error = tickets_next_number(e->call->txn, e->contract->id, &end);
    if (error != 0) {
        return call_store_failed(e->call, error);
    }
    for (; number < end; number++) {
        if (e->looked_at++ == ERASE_TICKETS_MAX) {
            return place_make(e, e->contract->id, number);
        }
        error = look_at(e, number);
        if (error != 0 || e->full) {
            return error != 0 ? error : place_make(e, e->contract->id, number);
        }
    }
    return 0;
}

/* One request writes into one stream only: what it did is found there again. */
static int erase_requester(struct erasing *e)
{
    struct call *call = e->call;
    const struct book_contract *named = NULL;
    uint32_t from;
    uint64_t number;

    int error = place_parse(e, &from, &number);
    if (error == 0 && e->wanted->contract[0] != '\0') {
        error = call_contract(call, e->wanted->contract, RIGHT_ERASE, 0, "", &named);
    }
    for (size_t i = 0; error == 0 && i < call->book->n_contracts && !e->reply.more; i++) {
        const struct book_contract *contract = &call->book->contracts[i];
        const struct subject subject = {contract->buyer, contract->vendor, 0, ""};
        if (contract->id < from || (named != NULL && contract != named) ||
            policy_check(call->who, RIGHT_ERASE, &subject) != POLICY_ALLOWED) {
            continue;
        }
        if (e->n > 0) {
            return place_make(e, contract->id, 1);
        }
        e->contract = contract;
        error = look_through(e, contract->id == from ? number : 1);
    }
    if (error == 0 && e->contract == NULL) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, "erase_texts.requester",
                      "a buyer's manager can", "%s may not erase texts", call->who->name);
    }
    return error;
}

/* -- what is done ------------------------------------------------------------- */

static int journal(struct erasing *e, struct wire_token *ret_token)
{
    uint64_t seq = 0;

    for (size_t i = 0; !e->call->request->dry_run && i < e->n; i++) {
        struct event event = {
            .kind = EVENT_ERASED,
            .origin = ORIGIN_LIVE,
            .contract = e->contract->id,
            .ticket = e->found[i].ticket,
            .team = e->found[i].team,
            .effective_at = e->call->now_at,
            .claimed_at = INSTANT_NONE,
            .u.erased = {.seq = e->found[i].seq, .fields = e->found[i].fields},
        };
        memcpy(event.u.erased.source_mark, e->found[i].source_mark,
               sizeof(event.u.erased.source_mark));
        call_reason(e->call, &event);
        int error = call_append(e->call, &event, &seq);
        if (error != 0) {
            return error;
        }
    }
    *ret_token = call_token(e->contract, seq);
    return 0;
}

int change_erase(struct call *call)
{
    const struct request_erase *wanted = &call->request->u.erase;
    struct erasing e = {.call = call, .wanted = wanted};
    struct wire_token token;

    if (call->request->reason[0] == '\0') {
        return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, "reason",
                      "it is kept, and others can read it", "erasing needs a reason");
    }
    arena_init(&e.own, ARENA_BYTES);
    int error = wanted->entry != 0             ? erase_entry(&e)
                : wanted->requester[0] == '\0' ? erase_ticket(&e)
                                               : erase_requester(&e);
    arena_fini(&e.own);
    if (error == 0) {
        error = journal(&e, &token);
    }
    return error != 0 ? error
                      : call_encoded(call, wire_encode_erased(call->arena, call->request->id,
                                                              token.seq == 0 ? NULL : &token,
                                                              &e.reply, call->reply));
}

struct done {
    const struct request *request;
    uint64_t ticket; /* the last */
    size_t n;
    struct reply_erased reply;
};

static int count_done(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct done *d = user;

    (void)proof;
    if (memcmp(entry->request_id, d->request->request_id, sizeof(entry->request_id)) != 0) {
        return 0;
    }
    d->n++;
    d->reply.texts += count_fields(entry->event.u.erased.fields);
    if (entry->event.ticket != 0) {
        d->reply.tickets += entry->event.ticket != d->ticket ? 1 : 0;
        d->ticket = entry->event.ticket;
    }
    return 0;
}

/* The row tells its last entry; the others lie right before it. By a requester it goes on with the
 * last ticket that it touched: what is erased is not found
 * again. */
int change_erase_again(struct call *call, const struct requests_row *row)
{
    const struct request_erase *wanted = &call->request->u.erase;
    struct erasing e = {.call = call};
    struct done done = {.request = call->request};
    const struct wire_token token = call_token(book_contract(call->book, row->contract), row->seq);

    const uint64_t from = row->seq > ERASE_ENTRIES_MAX ? row->seq - ERASE_ENTRIES_MAX + 1 : 1;
    int error = entries_walk(call->txn, row->contract, from, (size_t)(row->seq - from + 1),
                             count_done, &done);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    e.reply = done.reply;
    e.reply.more = done.n == ERASE_ENTRIES_MAX;
    error = wanted->requester[0] == '\0' ? 0 : place_make(&e, row->contract, done.ticket);
    return error != 0 ? error
                      : call_encoded(call, wire_encode_erased(call->arena, call->request->id,
                                                              &token, &e.reply, call->reply));
}
