// SPDX-License-Identifier: Apache-2.0
#include "change_user.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "auth/policy.h"
#include "enrol.h"
#include "log.h"
#include "query_users.h"
#include "store/enrolments.h"
#include "store/error.h"
#include "store/principals.h"
#include "userspec.h"

#define ENROL_US ((int64_t)ENROL_HOURS * 3600 * 1000000)

#define NO_ISSUER "give them certificates of your own authority, with the URI slate:principal/NAME"

_Static_assert((int)PKI_HASH_BYTES == (int)BOOK_HASH_BYTES, "hashes of keys and secrets");
_Static_assert((int)WIRE_SECRET_BYTES == (int)ENROLCODE_SECRET_BYTES, "a secret as a code has it");

/* -- journal and answer ---------------------------------------------------------- */

static struct event event_of(const struct call *call, enum event_kind kind)
{
    return (struct event){
        .kind = kind,
        .origin = ORIGIN_LIVE,
        .effective_at = call->now_at,
        .claimed_at = INSTANT_NONE,
    };
}

static int set_principal(struct call *call, const struct principal *p, uint64_t *ret_seq)
{
    struct event event = event_of(call, EVENT_PRINCIPAL_SET);
    event.u.principal = *p;
    return call_append(call, &event, ret_seq);
}

static int record_enrolled(struct call *call, const struct principal *p,
                           const uint8_t *secret_sha256,
                           const struct enrol_certificate *certificate, uint64_t *ret_seq)
{
    struct event event = event_of(call, EVENT_ENROLLED);

    event.u.enrolled.principal = p->id;
    event.u.enrolled.renewed = secret_sha256 == NULL;
    event.u.enrolled.expires_at = certificate->expires_at;
    memcpy(event.u.enrolled.key_sha256, certificate->key_sha256, PKI_HASH_BYTES);
    if (secret_sha256 != NULL) {
        memcpy(event.u.enrolled.secret_sha256, secret_sha256, PKI_HASH_BYTES);
    }
    return call_append(call, &event, ret_seq);
}

/* A new code for the principal. */
static int offer(struct call *call, const struct issuer *issuer, const struct principal *p,
                 struct enrol_code *ret, uint64_t *ret_seq)
{
    struct event event = event_of(call, EVENT_ENROLMENT_OFFERED);

    event.u.offered.principal = p->id;
    event.u.offered.expires_at = call->now_at + ENROL_US;
    int error = enrol_make_code(issuer, event.u.offered.expires_at, ret);
    if (error != 0) {
        return error;
    }
    memcpy(event.u.offered.secret_sha256, ret->secret_sha256, PKI_HASH_BYTES);
    return call_append(call, &event, ret_seq);
}

/* How the principal is now; code "" = none is told. */
static int answer(struct call *call, const struct principal *p, const char *code, uint64_t seq)
{
    const char *teams[PRINCIPAL_TEAMS_MAX];
    struct reply_user_changed changed = {.code = code, .code_expires_at = INSTANT_NONE};
    const struct wire_token token = call_token(NULL, seq);

    int error = query_user_row(call, p, teams, &changed.user);
    if (error != 0) {
        return error;
    }
    if (code[0] != '\0') {
        changed.code_expires_at = changed.user.code_expires_at;
        arena_wipes(call->arena); /* the reply is a secret */
    }
    return call_encoded(call,
                        wire_encode_user_changed(call->arena, call->request->id,
                                                 seq == 0 ? NULL : &token, &changed, call->reply));
}

static int check_right(struct call *call)
{
    const struct subject anything = {0, 0, 0, ""};

    return policy_check(call->who, RIGHT_USER_WRITE, &anything) == POLICY_ALLOWED
               ? 0
               : refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL, "an administrator can",
                        "%s may not change users", call->who->name);
}

/* -- adding ------------------------------------------------------------------------ */

/* Lists as the words of userspec have them. */
struct words {
    char roles[USERSPEC_ROLES_BYTES];
    char teams[PRINCIPAL_TEAMS_MAX * (BOOK_NAME_BYTES + 1)];
};

static int join_words(struct call *call, const struct request_add_user *wanted, struct words *ret)
{
    size_t n = 0;

    userspec_roles_list(wanted->roles, ret->roles);
    ret->teams[0] = '\0';
    for (size_t i = 0; i < wanted->n_teams; i++) {
        const char *team = wanted->teams[i];
        if (strlen(team) >= BOOK_NAME_BYTES || strchr(team, ',') != NULL) {
            return refuse(call->refusal, OUTCOME_NOT_FOUND, "add_user.teams", NULL,
                          "the book has no team \"%.100s\"", team);
        }
        n += (size_t)snprintf(ret->teams + n, sizeof(ret->teams) - n, "%s%s", i == 0 ? "" : ",",
                              team);
    }
    return 0;
}

/* The same rules as offline, whose refusals name options. */
static void name_field(struct refusal *r)
{
    static const char *const names[][2] = {
        {"NAME", "add_user.name"},       {"--role", "add_user.roles"},
        {"--party", "add_user.party"},   {"--team", "add_user.teams"},
        {"--source", "add_user.source"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(r->field, names[i][0]) == 0) {
            (void)snprintf(r->field, sizeof(r->field), "%s", names[i][1]);
            return;
        }
    }
}

static const char *said(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static int make_principal(struct call *call, struct principal *ret)
{
    const struct request_add_user *wanted = &call->request->u.add_user;
    struct words words;
    struct principal former;

    int error = join_words(call, wanted, &words);
    if (error != 0) {
        return error;
    }
    const struct userspec spec = {
        .name = wanted->name,
        .roles = words.roles,
        .party = said(wanted->party),
        .teams = said(words.teams),
        .source = said(wanted->source),
        .tool = wanted->tool,
    };
    error = userspec_resolve(&spec, call->book, ret, call->refusal);
    if (error != 0) {
        name_field(call->refusal);
        return error;
    }
    bool taken;
    error = userspec_check_source(call->txn, ret, &taken, call->refusal);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (taken) {
        name_field(call->refusal);
        return OUTCOME_ALREADY_EXISTS;
    }
    error = principals_named(call->txn, ret->name, &former);
    if (error == 0) {
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "add_user.name",
                      "slate user rotate gives somebody a new code",
                      "there is a user \"%s\" already", ret->name);
    }
    error = error == STORE_NOT_FOUND ? principals_next_id(call->txn, &ret->id) : error;
    ret->generation = 1;
    return error == 0 ? 0 : call_store_failed(call, error);
}

int change_add_user(struct call *call)
{
    struct principal p;
    struct enrol_code code = {.text = ""};
    uint64_t seq = 0;

    int error = check_right(call);
    if (error == 0) {
        error = make_principal(call, &p);
    }
    if (error != 0) {
        return error;
    }
    /* Without an issuer here, every certificate of an authority that is trusted lets them in. */
    struct issuer *issuer = enrol_hold(call->enrol);
    p.pinned = issuer != NULL;
    if (!call->request->dry_run) {
        error = set_principal(call, &p, &seq);
        if (error == 0 && issuer != NULL) {
            error = offer(call, issuer, &p, &code, &seq);
        }
    }
    issuer_release(issuer);
    error = error == 0 ? answer(call, &p, code.text, seq) : error;
    OPENSSL_cleanse(&code, sizeof(code));
    return error;
}

/* -- changing ---------------------------------------------------------------------- */

struct admins {
    uint32_t but; /* this one */
    bool other;
};

static int look_for_admin(void *user, const struct principal *p)
{
    struct admins *admins = user;

    admins->other = admins->other ||
                    (p->id != admins->but && !p->disabled && (p->roles & ROLE_ADMIN) != 0);
    return 0;
}

static int disable(struct call *call, struct principal *p)
{
    struct admins admins = {.but = p->id};

    if ((p->roles & ROLE_ADMIN) != 0) {
        int error = principals_walk(call->txn, look_for_admin, &admins);
        if (error != 0) {
            return call_store_failed(call, error);
        }
        if (!admins.other) {
            return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "set_user.name",
                          "add another administrator first",
                          "%s is the only administrator: nobody could undo it", p->name);
        }
    }
    p->disabled = true;
    return 0;
}

/* Forgets all keys, so that only the new code lets them in. */
static int rotate(struct call *call, struct principal *p, struct enrol_code *ret, uint64_t *ret_seq)
{
    struct issuer *issuer = enrol_hold(call->enrol);
    int error = 0;

    if (issuer == NULL) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, NULL, NO_ISSUER,
                      "this server has no key of an authority: it gives out no codes");
    }
    if (p->disabled) {
        error = refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "set_user.name",
                       "slate user enable comes first", "%s is disabled", p->name);
    }
    p->pinned = true;
    p->n_keys = 0;
    memset(p->keys, 0, sizeof(p->keys));
    p->generation++;
    if (error == 0 && !call->request->dry_run) {
        error = set_principal(call, p, ret_seq);
        error = error == 0 ? offer(call, issuer, p, ret, ret_seq) : error;
    }
    issuer_release(issuer);
    return error;
}

static int find(struct call *call, const char *name, struct principal *ret)
{
    int error = principals_named(call->txn, name, ret);

    if (error == STORE_NOT_FOUND) {
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "set_user.name", NULL,
                      "there is no user %.100s", name);
    }
    return error == 0 ? 0 : call_store_failed(call, error);
}

/* DISABLE and ENABLE; without an entry where it is so already. */
static int set_disabled(struct call *call, struct principal *p, bool disabled, uint64_t *ret_seq)
{
    if (p->disabled == disabled) {
        return 0;
    }
    int error = disabled ? disable(call, p) : 0;
    if (error != 0) {
        return error;
    }
    p->disabled = disabled;
    p->generation++;
    return call->request->dry_run ? 0 : set_principal(call, p, ret_seq);
}

int change_set_user(struct call *call)
{
    const struct request_set_user *wanted = &call->request->u.set_user;
    struct principal p;
    struct enrol_code code = {.text = ""};
    uint64_t seq = 0;

    int error = check_right(call);
    if (error == 0) {
        error = find(call, wanted->name, &p);
    }
    if (error == 0) {
        error = wanted->action == USER_ROTATE
                    ? rotate(call, &p, &code, &seq)
                    : set_disabled(call, &p, wanted->action == USER_DISABLE, &seq);
    }
    if (error == 0) {
        error = answer(call, &p, code.text, seq);
    }
    OPENSSL_cleanse(&code, sizeof(code));
    return error;
}

/* -- certificates ------------------------------------------------------------------- */

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

/* -- once more ---------------------------------------------------------------------- */

int change_user_again(struct call *call)
{
    const struct request *request = call->request;
    struct principal p;

    if (request->kind == REQUEST_RENEW_CERTIFICATE) {
        return change_renew(call);
    }
    const bool added = request->kind == REQUEST_ADD_USER;
    const char *name = added ? request->u.add_user.name : request->u.set_user.name;
    int error = check_right(call);
    if (error == 0) {
        error = find(call, name, &p);
    }
    if (error == 0 && p.pinned && (added || request->u.set_user.action == USER_ROTATE)) {
        char hint[PRINCIPAL_NAME_BYTES + 64];
        (void)snprintf(hint, sizeof(hint), "slate user rotate %s makes another one", p.name);
        return refuse(call->refusal, OUTCOME_ALREADY_EXISTS, "request_id", hint,
                      "this was done before: the code of %s was told in the first answer, and is "
                      "known to nobody else",
                      p.name);
    }
    return error == 0 ? answer(call, &p, "", 0) : error;
}
