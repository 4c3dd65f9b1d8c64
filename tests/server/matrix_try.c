// SPDX-License-Identifier: Apache-2.0
#include "matrix_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dispatch.h"
#include "t.h"
#include "wire/decode.h"

enum { REQUEST_ID = 1, CONN = 1 };

/* Of the request at hand. */
static struct job *current;

static void decode(struct matrix *m, const struct matrix_operation *operation,
                   struct matrix_aim *aim, struct job *job)
{
    Slate__V1__Request r = SLATE__V1__REQUEST__INIT;
    uint8_t request_id[WIRE_REQUEST_ID_BYTES] = {0};
    struct refusal refusal;

    m->n_requests++;
    r.has_id = true;
    r.id = REQUEST_ID;
    memcpy(request_id, &m->n_requests, sizeof(m->n_requests));
    m->n_frame = operation->pack(aim, &r, m->frame);
    int error = wire_decode(m->frame, m->n_frame, &job->arena, &job->request, &refusal);
    if (error != 0 && strcmp(refusal.field, "request_id") == 0) {
        r.request_id = (ProtobufCBinaryData){sizeof(request_id), request_id};
        r.has_request_id = true;
        m->n_frame = operation->pack(aim, &r, m->frame);
        error = wire_decode(m->frame, m->n_frame, &job->arena, &job->request, &refusal);
    }
    T_EQ_INT(error, 0, "%s: %s: %s", operation->name, refusal.field, refusal.message);
}

/* As the network's thread does. */
static int read_now(struct matrix *m, struct call *call, struct principal *who)
{
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, m->s.env, TXN_READ), 0);
    call->txn = &txn;
    int result = call_admit(&txn, current->principal, current->key_sha256, who, call->refusal);
    if (result == 0) {
        result = dispatch_read(call);
    }
    T_CHECK(result >= 0, "%s", txn_text(&txn));
    txn_abort(&txn);
    return result;
}

/* As the writer does, in a batch that is dropped. */
static int write_and_drop(struct matrix *m, struct call *call, struct principal *who)
{
    uint8_t id[16] = {0};

    memcpy(id, &m->n_requests, sizeof(m->n_requests));
    T_EQ_INT(batch_begin(m->batch, id), 0);
    call->batch = m->batch;
    call->txn = batch_txn(m->batch);
    int result = call_admit(call->txn, current->principal, current->key_sha256, who, call->refusal);
    if (result == 0) {
        result = dispatch_write(call);
    }
    T_CHECK(result >= 0, "%s", batch_text(m->batch));
    batch_abort(m->batch);
    return result;
}

/* All that is there for the subscription. */
static void watch(struct matrix *m, struct job *job)
{
    bool tick;

    m->n_events = job->reply.n;
    T_CHECK(job->reply.n <= sizeof(m->events));
    memcpy(m->events, job->reply.p, job->reply.n);
    for (bool more = true; more;) {
        struct txn txn;
        T_EQ_INT(txn_begin(&txn, m->s.env, TXN_READ), 0);
        more = feed_turn(m->feed, &txn, m->began_at, 0, &tick);
        txn_abort(&txn);
    }
    feed_forget(m->feed, CONN);
    job->reply = (struct wire_bytes){m->events, m->n_events};
}

static int code_of(const struct job *job)
{
    Slate__V1__Envelope *e = slate__v1__envelope__unpack(NULL, job->reply.n, job->reply.p);

    T_CHECK(e != NULL && e->reply != NULL);
    T_EQ_INT(e->reply->id, REQUEST_ID);
    const int code = e->reply->error == NULL ? 0 : (int)e->reply->error->code;
    slate__v1__envelope__free_unpacked(e, NULL);
    return code;
}

void matrix_try(struct matrix *m, const struct matrix_operation *operation, struct matrix_aim *aim,
                struct matrix_outcome *ret)
{
    struct principal who = {.id = 0};
    struct refusal refusal;

    job_free(current);
    current = job_new(CONN, aim->who, m->began_at);
    T_CHECK(current != NULL);
    decode(m, operation, aim, current);
    struct access access = {.arena = &current->arena};
    struct shared_book *book = books_hold(&m->s.books);
    struct call call = {
        .request = &current->request,
        .who = &who,
        .book = book->book,
        .books = &m->s.books,
        .arena = &current->arena,
        .at = m->began_at,
        .now_at = m->began_at,
        .access = &access,
        .key_sha256 = current->key_sha256,
        .feed = m->feed,
        .conn = CONN,
        .reply = &current->reply,
        .refusal = &refusal,
    };
    const bool writes = request_writes(current->request.kind);
    const int result = writes ? write_and_drop(m, &call, &who) : read_now(m, &call, &who);
    if (result > 0) {
        T_EQ_INT(job_refuse(current, &refusal), 0);
    }
    books_release(book);
    *ret = (struct matrix_outcome){
        .kind = current->request.kind,
        .code = code_of(current),
        .noted = access.first != NULL && (!writes || call.n_appended == 0),
    };
    if (result == 0 && current->request.kind == REQUEST_SUBSCRIBE) {
        watch(m, current);
    }
    ret->reply = current->reply;
}

/* --- what does not exist ---------------------------------------------------------------------- */

static void last_letter(char *name, char letter)
{
    if (name[0] != '\0') {
        name[strlen(name) - 1] = letter;
    }
}

static void replace(uint8_t *p, size_t n, const char *from, const char *to)
{
    const size_t length = strlen(from);

    T_EQ_INT(strlen(to), length, "%s %s", from, to);
    for (uint8_t *at = p; length > 0 && (at = memmem(at, n - (size_t)(at - p), from, length));) {
        memcpy(at, to, length);
        at += length;
    }
}

static void twin_of_contract(struct matrix_aim *a)
{
    char was[40];
    char is[40];

    snprintf(was, sizeof(was), "name: %s, key: %.3s", a->contract, a->ticket);
    last_letter(a->contract, 'x');
    snprintf(is, sizeof(is), "name: %s, key: %.2sX", a->contract, a->ticket);
    replace((uint8_t *)a->book, strlen(a->book), was, is);
    last_letter(a->calendar, 'x');
    last_letter(a->party, 'x');
    last_letter(a->team, '0');
    a->proposal = 9;
}

void matrix_twin(enum matrix_columns columns, struct matrix_aim *a)
{
    switch (columns) {
    case MATRIX_BY_TICKET:
        memcpy(a->ticket + 4, "99", 2);
        snprintf(a->key, sizeof(a->key), "key-0000");
        break;
    case MATRIX_BY_USER: last_letter(a->user, '9'); break;
    default: twin_of_contract(a); break;
    }
}

/* The bytes of the twin's answer with the names of the one that was meant. */
static void rename_back(const struct matrix_aim *aim, const struct matrix_aim *twin, uint8_t *p,
                        size_t n)
{
    char was[32];
    char is[32];

    replace(p, n, twin->ticket, aim->ticket);
    replace(p, n, twin->none, aim->none);
    replace(p, n, twin->key, aim->key);
    replace(p, n, twin->calendar, aim->calendar);
    replace(p, n, twin->contract, aim->contract);
    replace(p, n, twin->party, aim->party);
    replace(p, n, twin->team, aim->team);
    replace(p, n, twin->user, aim->user);
    snprintf(was, sizeof(was), "proposal %u", (unsigned)twin->proposal);
    snprintf(is, sizeof(is), "proposal %u", (unsigned)aim->proposal);
    replace(p, n, was, is);
}

static bool is_answered_so(struct matrix *m, const struct matrix_operation *operation,
                           const struct matrix_aim *aim, struct matrix_aim *twin,
                           const struct wire_bytes *reply)
{
    struct matrix_outcome outcome;

    matrix_try(m, operation, twin, &outcome);
    uint8_t *p = malloc(outcome.reply.n);
    T_CHECK(p != NULL);
    memcpy(p, outcome.reply.p, outcome.reply.n);
    rename_back(aim, twin, p, outcome.reply.n);
    const bool same = outcome.reply.n == reply->n && memcmp(p, reply->p, reply->n) == 0;
    free(p);
    return same;
}

bool matrix_as_if_nothing(struct matrix *m, const struct matrix_operation *operation,
                          const struct matrix_aim *aim, const struct wire_bytes *reply)
{
    struct matrix_aim twin = *aim;

    matrix_twin(operation->columns, &twin);
    bool same = is_answered_so(m, operation, aim, &twin, reply);
    if (operation->columns == MATRIX_BY_TICKET) {
        twin = *aim;
        twin.ticket[2] = 'X'; /* nor is there a contract of that key */
        twin.same_team[2] = 'X';
        twin.other_team[2] = 'X';
        twin.none[2] = 'X';
        same = same && is_answered_so(m, operation, aim, &twin, reply);
    }
    return same;
}
