// SPDX-License-Identifier: Apache-2.0
#include "query_book.h"

#include <stdio.h>
#include <string.h>

#include "agreement.h"
#include "present.h"
#include "proto/frame.h"
#include "store/bookobjects.h"
#include "store/entries.h"
#include "store/principals.h"

struct shown {
    struct call *call;
    const struct request_show_book *wanted;
    const struct book_contract *of; /* only what it relies on; NULL: everything */
    struct wire_rows *rows;
    struct bookobject held; /* the newest version met so far of the object at hand */
    bool holds;
    bool full;
    int error;
};

static bool contract_readable(const struct call *call, const struct book_contract *contract)
{
    const struct subject subject = {contract->buyer, contract->vendor, 0, ""};
    return policy_check(call->who, RIGHT_BOOK_READ, &subject) == POLICY_ALLOWED;
}

/* A source is nobody's by the book: it belongs to those whom its principals speak for. */
struct feeding {
    const struct call *call;
    const char *source;
    bool found; /* it feeds a contract that may be read */
};

static int visit_principal(void *user, const struct principal *principal)
{
    struct feeding *f = user;

    if (principal->party == 0 || strcmp(principal->source, f->source) != 0) {
        return 0;
    }
    for (size_t i = 0; i < f->call->book->n_contracts; i++) {
        const struct book_contract *contract = &f->call->book->contracts[i];
        if ((contract->buyer == principal->party || contract->vendor == principal->party) &&
            contract_readable(f->call, contract)) {
            f->found = true;
            return JOURNAL_STOP;
        }
    }
    return 0;
}

static int source_visible(const struct call *call, const char *name, bool *ret)
{
    struct feeding f = {.call = call, .source = name};
    const int error = principals_walk(call->txn, visit_principal, &f);

    *ret = f.found;
    return f.found ? 0 : error;
}

/* Who may read a contract may read what it relies on; who may write the book may read all of it. */
static int is_visible(const struct call *call, const struct bookobject *object, bool *ret)
{
    const struct subject anything = {0, 0, 0, ""};

    *ret = policy_check(call->who, RIGHT_BOOK_WRITE, &anything) == POLICY_ALLOWED;
    if (*ret) {
        return 0;
    }
    if (object->kind == BOOK_SOURCE) {
        return source_visible(call, object->name, ret);
    }
    for (size_t i = 0; i < call->book->n_contracts && !*ret; i++) {
        const struct book_contract *contract = &call->book->contracts[i];
        *ret = contract_readable(call, contract) &&
               agreement_relies(call->book, contract, object->kind, object->id);
    }
    return 0;
}

static int show(struct shown *s, const struct bookobject *object)
{
    struct entry entry;
    struct reply_book_object row = {
        .kind = object->kind,
        .name = object->name,
        .version = object->version,
        .effective_at = object->effective_at,
        .recorded_at = object->recorded_at,
        .sha256 = object->sha256,
        .text = object->body,
        .text_bytes = object->body_bytes,
    };
    int error = entries_get_bare(s->call->txn, 0, object->seq, s->call->arena, &entry);
    if (error != 0) {
        return call_store_failed(s->call, error);
    }
    error = present_principal(s->call, entry.actor, &row.actor);
    if (error != 0) {
        return error;
    }
    error = wire_rows_add_book_object(s->rows, &row);
    s->full = s->full || error == WIRE_FULL;
    return error < 0 ? call_too_large(s->call) : 0;
}

static int flush(struct shown *s)
{
    if (!s->holds || s->full) {
        return 0;
    }
    s->holds = false;
    return show(s, &s->held);
}

static int visit(void *user, const struct bookobject *object)
{
    struct shown *s = user;
    const struct request_show_book *wanted = s->wanted;

    if ((wanted->kind != BOOK_NONE && wanted->kind != object->kind) ||
        (wanted->name[0] != '\0' && strcmp(wanted->name, object->name) != 0) ||
        (wanted->version != 0 && wanted->version != object->version) ||
        (s->of != NULL && !agreement_relies(s->call->book, s->of, object->kind, object->id))) {
        return 0;
    }
    bool visible;
    const int error = is_visible(s->call, object, &visible);
    if (error != 0) {
        s->error = call_store_failed(s->call, error);
        return JOURNAL_STOP;
    }
    if (!visible) {
        return 0;
    }
    /* Versions of one object come one after the other: the last of them is the newest. */
    if (s->holds && (s->held.kind != object->kind || s->held.id != object->id)) {
        s->error = flush(s);
        if (s->error != 0) {
            return JOURNAL_STOP;
        }
    }
    s->held = *object;
    s->holds = true;
    return 0;
}

int query_show_book(struct call *call)
{
    const struct request_show_book *wanted = &call->request->u.show_book;
    struct wire_rows rows;
    struct shown s = {.call = call, .wanted = wanted, .rows = &rows};

    wire_rows_init(&rows, call->arena, FRAME_BYTES_MAX);
    int error = wanted->contract[0] == '\0'
                    ? 0
                    : call_contract(call, wanted->contract, RIGHT_BOOK_READ, 0, "", &s.of);
    if (error != 0) {
        return error;
    }
    error = bookobjects_walk(call->txn, call->arena, visit, &s);
    if (error != 0 && s.error == 0) {
        return call_store_failed(call, error);
    }
    error = s.error != 0 ? s.error : flush(&s);
    if (error != 0) {
        return error;
    }
    if (rows.n == 0 && wanted->name[0] != '\0') {
        char version[32] = "";
        if (wanted->version != 0) {
            (void)snprintf(version, sizeof(version), " version %u", wanted->version);
        }
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "show_book.name",
                      "slate book show lists what there is", "the book has no %s %s%s",
                      book_kind_name(wanted->kind), wanted->name, version);
    }
    return call_encoded(call,
                        wire_encode_book_text(&rows, call->request->id, NULL, s.full, call->reply));
}
