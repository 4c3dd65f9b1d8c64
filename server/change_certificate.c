// SPDX-License-Identifier: Apache-2.0
#include "change_certificate.h"

#include <string.h>

#include "auth/policy.h"
#include "enrol.h"
#include "log.h"
#include "store/enrolments.h"
#include "store/error.h"
#include "store/principals.h"

_Static_assert((int)PKI_HASH_BYTES == (int)BOOK_HASH_BYTES, "hashes of keys and secrets");
_Static_assert((int)WIRE_SECRET_BYTES == (int)ENROLCODE_SECRET_BYTES, "a secret as a code has it");

/* secret_sha256 NULL: it takes a former one's place. */
static int record_enrolled(struct call *call, const struct principal *p,
                           const uint8_t *secret_sha256,
                           const struct enrol_certificate *certificate, uint64_t *ret_seq)
{
    struct event event = {.kind = EVENT_ENROLLED,
                          .origin = ORIGIN_LIVE,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};

    event.u.enrolled.principal = p->id;
    event.u.enrolled.renewed = secret_sha256 == NULL;
    event.u.enrolled.expires_at = certificate->expires_at;
    memcpy(event.u.enrolled.key_sha256, certificate->key_sha256, PKI_HASH_BYTES);
    if (secret_sha256 != NULL) {
        memcpy(event.u.enrolled.secret_sha256, secret_sha256, PKI_HASH_BYTES);
    }
    return call_append(call, &event, ret_seq);
}

/* A certificate for the key of the request. */
static int sign(struct call *call, const struct principal *p, struct enrol_certificate *ret)
{
    const struct wire_bytes *csr = &call->request->u.certificate.csr;
    struct issuer *issuer = enrol_hold(call->enrol);

    if (issuer == NULL) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, NULL,
                      "ask whoever gave out the present one",
                      "this server has no key of an authority: it gives out no certificates");
    }
    int error = enrol_sign(issuer, csr->p, csr->n, p->name, call->now_at, call->arena, ret,
                           call->refusal);
    issuer_release(issuer);
    if (error == 0) {
        log_write(LOG_INFO, "certificate_signed", "principal=s request=s", p->name,
                  request_kind_name(call->request->kind));
    }
    return error;
}

static int answer_certificate(struct call *call, const struct enrol_certificate *certificate,
                              uint64_t seq)
{
    const struct wire_token token = call_token(NULL, seq);
    const struct reply_certificate reply = {
        .cert = certificate->cert, .ca = certificate->ca, .expires_at = certificate->expires_at};

    return call_encoded(call,
                        wire_encode_certificate(call->arena, call->request->id,
                                                seq == 0 ? NULL : &token, &reply, call->reply));
}

int change_renew(struct call *call)
{
    struct enrol_certificate certificate;
    uint64_t seq = 0;

    int error = sign(call, call->who, &certificate);
    /* Somebody who is not pinned needs no record: every certificate of theirs is taken. A first key
     * would shut out the one that they are connected with. */
    if (error == 0 && !call->request->dry_run &&
        !policy_takes_key(call->who, certificate.key_sha256)) {
        error = record_enrolled(call, call->who, NULL, &certificate, &seq);
    }
    return error == 0 ? answer_certificate(call, &certificate, seq) : error;
}

/* One answer for every code that is not worth a certificate: what was wrong with it helps only who
 * guesses. */
static int refuse_code(struct call *call)
{
    return refuse(call->refusal, OUTCOME_UNAUTHENTICATED, NULL,
                  "ask who gave it to you for a new one: slate user rotate NAME makes it",
                  "this code is wrong, was used, or is too old");
}

/* Whose code it is, and what has become of it. */
static int look_up(struct call *call, struct enrolment *ret, struct principal *ret_who)
{
    uint8_t secret_sha256[PKI_HASH_BYTES];

    int error = enrol_hash(call->request->u.certificate.secret, secret_sha256);
    if (error != 0) {
        return error;
    }
    error = enrolments_get(call->txn, secret_sha256, ret);
    if (error == 0) {
        error = principals_get(call->txn, ret->principal, ret_who);
    }
    if (error == STORE_NOT_FOUND ||
        (error == 0 && (ret->voided || ret_who->disabled || call->now_at >= ret->expires_at))) {
        return refuse_code(call);
    }
    return error == 0 ? 0 : call_store_failed(call, error);
}

int change_enrol(struct call *call)
{
    struct principal *who = arena_alloc(call->arena, sizeof(*who));
    struct enrolment enrolment;
    struct enrol_certificate certificate;

    if (who == NULL) {
        return call_too_large(call);
    }
    int error = look_up(call, &enrolment, who);
    if (error == 0) {
        error = sign(call, who, &certificate);
    }
    if (error != 0) {
        return error;
    }
    if (enrolment.used &&
        (memcmp(enrolment.key_sha256, certificate.key_sha256, PKI_HASH_BYTES) != 0 ||
         !policy_takes_key(who, certificate.key_sha256))) {
        return refuse_code(call);
    }
    call->who = who; /* it is their own act */
    if (!enrolment.used) {
        error = record_enrolled(call, who, enrolment.secret_sha256, &certificate, NULL);
    }
    if (error != 0) {
        return error;
    }
    const struct reply_certificate reply = {
        .cert = certificate.cert, .ca = certificate.ca, .expires_at = certificate.expires_at};
    return call_encoded(call,
                        wire_encode_enrolled(call->arena, NULL, who->name, &reply, call->reply));
}
