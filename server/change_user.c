// SPDX-License-Identifier: Apache-2.0
#include "change_user.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "assent.h"
#include "auth/policy.h"
#include "enrol.h"
#include "query_users.h"
#include "store/enrolments.h"
#include "store/error.h"
#include "store/principals.h"
#include "userspec.h"

#define ENROL_US ((int64_t)ENROL_HOURS * 3600 * 1000000)

#define NO_ISSUER "give them certificates of your own authority, with the URI slate:principal/NAME"

_Static_assert((int)PKI_HASH_BYTES == (int)BOOK_HASH_BYTES, "hashes of keys and secrets");

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

/* Forgets all keys, so that only the new code lets them in; who made it could use it, too. */
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
    p->voice = p->voice == VOICE_COUNTS ? VOICE_LOST : p->voice;
    memset(p->keys, 0, sizeof(p->keys));
    p->generation++;
    if (error == 0 && !call->request->dry_run) {
        error = set_principal(call, p, ret_seq);
        error = error == 0 ? offer(call, issuer, p, ret, ret_seq) : error;
    }
    issuer_release(issuer);
    return error;
}

static int refuse_unknown(struct call *call, const char *name)
{
    return refuse(call->refusal, OUTCOME_NOT_FOUND, "set_user.name", NULL,
                  "there is no user %.100s", name);
}

static int find(struct call *call, const char *name, struct principal *ret)
{
    int error = principals_named(call->txn, name, ret);

    if (error == STORE_NOT_FOUND) {
        return refuse_unknown(call, name);
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

/* Somebody with a voice of the same party; nobody else is told who there is. */
static int find_fellow(struct call *call, const char *name, struct principal *ret)
{
    const struct subject own = {call->who->party, call->who->party, 0, ""};

    if (call->who->voice != VOICE_COUNTS ||
        policy_check(call->who, RIGHT_BOOK_APPROVE, &own) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL,
                      "a manager of the same party can, whose own approvals count",
                      "%s may not vouch for anybody", call->who->name);
    }
    int error = find(call, name, ret);
    if (error == 0 && ret->party != call->who->party) {
        error = refuse_unknown(call, name);
    }
    return error;
}

static int vouch(struct call *call, struct principal *p, uint64_t *ret_seq)
{
    const struct subject own = {p->party, p->party, 0, ""};
    const struct wire_bytes key = call->request->u.set_user.key_sha256;

    if (policy_check(p, RIGHT_BOOK_APPROVE, &own) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "set_user.name", NULL,
                      "%s is no manager who could approve", p->name);
    }
    /* Keys that were enrolled here may be of whoever made the code; only the person knows theirs.
     */
    if (p->pinned ? key.n == 0 || !policy_takes_key(p, key.p) : key.n != 0) {
        return refuse(call->refusal, OUTCOME_FAILED_PRECONDITION, "set_user.key_sha256",
                      "ask them, not the server: slate cert show, on their machine",
                      p->pinned ? "%s has no such key" : "%s has certificates of another authority",
                      p->name);
    }
    if (p->voice == VOICE_COUNTS) {
        return 0;
    }
    p->voice = VOICE_COUNTS;
    return call->request->dry_run ? 0 : assent_raise_voice(call, p, ret_seq);
}

/* Of SET_USER: whom it is about, if the caller may do it. */
static int find_for_change(struct call *call, struct principal *ret)
{
    const struct request_set_user *wanted = &call->request->u.set_user;

    if (wanted->action == USER_VOUCH) {
        return find_fellow(call, wanted->name, ret);
    }
    const int error = check_right(call);
    return error == 0 ? find(call, wanted->name, ret) : error;
}

int change_set_user(struct call *call)
{
    const struct request_set_user *wanted = &call->request->u.set_user;
    struct principal p;
    struct enrol_code code = {.text = ""};
    uint64_t seq = 0;

    int error = find_for_change(call, &p);
    if (error == 0 && wanted->action == USER_VOUCH) {
        error = vouch(call, &p, &seq);
    } else if (error == 0 && wanted->action == USER_ROTATE) {
        error = rotate(call, &p, &code, &seq);
    } else if (error == 0) {
        error = set_disabled(call, &p, wanted->action == USER_DISABLE, &seq);
    }
    if (error == 0) {
        error = answer(call, &p, code.text, seq);
    }
    OPENSSL_cleanse(&code, sizeof(code));
    return error;
}

/* -- once more ---------------------------------------------------------------------- */

int change_user_again(struct call *call)
{
    const struct request *request = call->request;
    struct principal p;

    const bool added = request->kind == REQUEST_ADD_USER;
    int error = added ? check_right(call) : find_for_change(call, &p);
    if (error == 0 && added) {
        error = find(call, request->u.add_user.name, &p);
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
