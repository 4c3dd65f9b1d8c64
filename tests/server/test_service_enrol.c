// SPDX-License-Identifier: Apache-2.0
/*
 * From a new user to a certificate, and what becomes of keys: without sockets, in virtual time.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "auth/identity.h"
#include "auth/pki.h"
#include "enrol.h"
#include "life.h"
#include "proto/enrolcode.h"
#include "store/entries.h"
#include "store/principals.h"
#include "t.h"

#define HOUR_US INT64_C(3600000000)
#define NOW_AT  INT64_C(4102444800000000) /* 2100: ahead of every machine's clock */

enum { UNAUTHENTICATED = 16, CSR_BYTES = 1024 };

/* --- an authority
 * --------------------------------------------------------------------------------- */

struct office {
    struct tmpdir dir;
    struct arena arena;
    struct enrol enrol;
};

static void put(const struct office *o, const char *name, char *pem, mode_t mode)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/tls/%s", o->dir.path, name);
    FILE *f = fopen(path, "we");
    T_CHECK(f != NULL && pem != NULL);
    T_CHECK(fputs(pem, f) >= 0 && fchmod(fileno(f), mode) == 0 && fclose(f) == 0);
    pki_free_secret(pem);
}

static void office_init(struct office *o)
{
    static const char *const hosts[] = {"slate.example.com"};
    char error[PKI_ERROR_BYTES] = "";
    char path[512];
    struct pki_pair ca;
    struct pki_pair server;
    struct config config;
    struct issuer *issuer;

    tmpdir_init(&o->dir);
    arena_init(&o->arena, 1024 * 1024);
    snprintf(path, sizeof(path), "%s/tls", o->dir.path);
    T_EQ_INT(mkdir(path, 0700), 0);
    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0, "%s", error);
    T_EQ_INT(pki_server(&ca, hosts, 1, NOW_AT, &server, error), 0, "%s", error);
    put(o, "ca.crt", pki_certificate_pem(ca.certificate), 0644);
    put(o, "ca.key", pki_key_pem(ca.key), 0600);
    put(o, "server.crt", pki_certificate_pem(server.certificate), 0644);
    pki_pair_fini(&ca);
    pki_pair_fini(&server);
    T_EQ_INT(config_default(o->dir.path, &o->arena, &config), 0);
    T_EQ_INT(issuer_load(&config, &issuer, error), 0, "%s", error);
    T_EQ_INT(enrol_init(&o->enrol), 0);
    enrol_set(&o->enrol, issuer);
}

static void office_fini(struct office *o)
{
    enrol_fini(&o->enrol);
    arena_fini(&o->arena);
    tmpdir_fini(&o->dir);
}

/* --- requests
 * ------------------------------------------------------------------------------------- */

/* A signing request for a new key. */
struct asked {
    uint8_t csr[CSR_BYTES];
    size_t n;
};

static struct asked new_key(void)
{
    struct asked a = {.n = 0};
    unsigned char *p = a.csr;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509_REQ *req = X509_REQ_new();

    T_CHECK(X509_REQ_set_pubkey(req, key) == 1 && X509_REQ_sign(req, key, EVP_sha256()) > 0);
    a.n = (size_t)i2d_X509_REQ(req, &p);
    T_CHECK(a.n > 0 && a.n < CSR_BYTES);
    X509_REQ_free(req);
    EVP_PKEY_free(key);
    return a;
}

static const char *const team_one[] = {"one"};

static struct job *add_job(struct service *s, enum life_who who, const char *name)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_ADD_USER, s->now_at);
    job->request.u.add_user = (struct request_add_user){
        .name = name,
        .roles = ROLE_AGENT,
        .party = "",
        .teams = team_one,
        .n_teams = 1,
        .source = "",
    };
    return job;
}

static struct job *set_job(struct service *s, enum life_who who, const char *name,
                           enum user_action action)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_SET_USER, s->now_at);
    job->request.u.set_user = (struct request_set_user){.name = name, .action = action};
    return job;
}

/* Runs a request that gives a code. */
static struct enrolcode code_of(struct service *s, struct job *job)
{
    struct enrolcode code = {.expires_at = 0};

    life_run(s, job, 0, "a code");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->user_changed != NULL && e->reply->user_changed->code != NULL);
    T_EQ_INT(enrolcode_parse(e->reply->user_changed->code, &code), 0);
    T_CHECK(job->arena.wipes, "the answer is overwritten once it was sent");
    T_EQ_INT(code.expires_at, e->reply->user_changed->code_expires_at);
    return code;
}

static Slate__V1__Enrolled *enrol(struct service *s, const struct enrolcode *code,
                                  const struct asked *asked)
{
    struct job *job = service_job(s, (enum who)0, REQUEST_ENROL, s->now_at);
    job->request.has_request_id = false;
    memcpy(job->request.u.certificate.secret, code->secret, sizeof(code->secret));
    job->request.u.certificate.csr = (struct wire_bytes){asked->csr, asked->n};
    service_write(s, job);
    Slate__V1__Enrolled *m = slate__v1__enrolled__unpack(NULL, job->reply.n, job->reply.p);
    T_CHECK(m != NULL);
    T_EQ_INT(job->code, m->error == NULL ? 0 : m->error->code);
    return m;
}

static void enrols(struct service *s, const struct enrolcode *code, const struct asked *asked,
                   int expected, const char *what)
{
    Slate__V1__Enrolled *m = enrol(s, code, asked);
    T_EQ_INT(m->error == NULL ? 0 : (int)m->error->code, expected, "%s", what);
    if (expected == UNAUTHENTICATED) {
        T_EQ_STR(m->error->message, "this code is wrong, was used, or is too old", "%s", what);
    }
    slate__v1__enrolled__free_unpacked(m, NULL);
}

static struct principal stored(struct service *s, const char *name)
{
    struct principal p;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(principals_named(&txn, name, &p), 0, "%s", name);
    txn_abort(&txn);
    return p;
}

/* Entries of the administration. */
static uint64_t entries(struct service *s)
{
    struct journal_head head;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(entries_head(&txn, 0, &head), 0);
    txn_abort(&txn);
    return head.seq;
}

struct desk {
    struct office office;
    struct service service;
};

static void desk_init(struct desk *d)
{
    life_init(&d->service);
    office_init(&d->office);
    d->service.options.enrol = &d->office.enrol;
    service_restart(&d->service, 0);
    service_at(&d->service, NOW_AT);
    (void)service_round(&d->service); /* what is due by then is journalled now */
}

static void desk_fini(struct desk *d)
{
    service_fini(&d->service);
    office_fini(&d->office);
}

/* --- codes
 * ---------------------------------------------------------------------------------------- */

T_TEST(service_enrol, a_code_becomes_a_certificate_once)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    char name[PRINCIPAL_NAME_BYTES];
    uint8_t hash[PKI_HASH_BYTES];

    desk_init(&d);
    const struct enrolcode code = code_of(s, add_job(s, L_ADMIN, "a.reyes"));
    T_EQ_STR(code.address, "slate.example.com:7443");
    T_EQ_INT(code.expires_at - NOW_AT < 25 * HOUR_US, 1);
    struct principal p = stored(s, "a.reyes");
    T_CHECK(p.pinned && p.n_keys == 0, "no certificate but an enrolled one is taken");

    const struct asked key = new_key();
    Slate__V1__Enrolled *m = enrol(s, &code, &key);
    T_CHECK(m->error == NULL, "%s", m->error->message);
    T_EQ_STR(m->name, "a.reyes");
    BIO *bio = BIO_new_mem_buf(m->certificate->cert, -1);
    X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    T_EQ_INT(identity_name(x, name), 0);
    T_EQ_STR(name, "a.reyes");
    T_EQ_INT(identity_expires_at(x), m->certificate->expires_at);
    T_EQ_INT(pki_key_hash(x, hash), 0);
    X509_free(x);
    BIO_free(bio);
    slate__v1__enrolled__free_unpacked(m, NULL);
    p = stored(s, "a.reyes");
    T_CHECK(p.pinned && p.n_keys == 1 && memcmp(p.keys[0], hash, sizeof(hash)) == 0);

    const uint64_t before = entries(s);
    const struct asked other = new_key();
    enrols(s, &code, &key, 0, "its answer was lost");
    enrols(s, &code, &other, UNAUTHENTICATED, "somebody else has the code too");
    T_EQ_INT(entries(s), before, "neither is recorded");
    T_EQ_INT(stored(s, "a.reyes").n_keys, 1);
    service_at(s, code.expires_at);
    enrols(s, &code, &key, UNAUTHENTICATED, "a repeat when the code is too old");
}

T_TEST(service_enrol, wrong_codes_have_one_answer)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    const struct asked key = new_key();
    const struct asked junk = {.csr = "no request", .n = 10};

    desk_init(&d);
    struct enrolcode code = code_of(s, add_job(s, L_ADMIN, "a.reyes"));
    struct enrolcode wrong = code;
    wrong.secret[0] ^= 1;
    enrols(s, &wrong, &key, UNAUTHENTICATED, "another secret");
    enrols(s, &wrong, &junk, UNAUTHENTICATED, "without a request that is one");
    enrols(s, &code, &junk, 3, "only who has the code is told of the request");
    life_run(s, set_job(s, L_ADMIN, "a.reyes", USER_DISABLE), 0, "disable");
    enrols(s, &code, &key, UNAUTHENTICATED, "of somebody disabled");
    life_run(s, set_job(s, L_ADMIN, "a.reyes", USER_ENABLE), 0, "enable");
    const struct enrolcode second = code_of(s, set_job(s, L_ADMIN, "a.reyes", USER_ROTATE));
    enrols(s, &code, &key, UNAUTHENTICATED, "there is a newer one");
    service_at(s, second.expires_at);
    enrols(s, &second, &key, UNAUTHENTICATED, "too old");
    service_at(s, second.expires_at + HOUR_US);
    const struct enrolcode third = code_of(s, set_job(s, L_ADMIN, "a.reyes", USER_ROTATE));
    service_at(s, third.expires_at - 1000000);
    enrols(s, &third, &key, 0, "at the last moment");
}

/* --- users
 * ---------------------------------------------------------------------------------------- */

T_TEST(service_enrol, users_are_added_by_the_rules_of_roles)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    static const char *const no_team[] = {"nowhere"};
    static const char *const two_in_one[] = {"one,two"};
    static const struct {
        enum life_who who;
        const char *name;
        uint32_t roles;
        const char *party;
        const char *const *teams;
        size_t n_teams;
        const char *source;
        int code;
        const char *field;
    } rows[] = {
        {L_VM, "new", ROLE_AGENT, "", team_one, 1, "", 7, ""},
        {L_MANAGER, "new", ROLE_ADMIN, "", NULL, 0, "", 7, ""},
        {L_ADMIN, "No Name", ROLE_AGENT, "", team_one, 1, "", 3, "add_user.name"},
        {L_ADMIN, "lead", ROLE_AGENT, "", team_one, 1, "", 6, "add_user.name"},
        {L_ADMIN, "new", ROLE_AGENT, "", NULL, 0, "", 3, "add_user.teams"},
        {L_ADMIN, "new", ROLE_AGENT, "", no_team, 1, "", 5, "add_user.teams"},
        {L_ADMIN, "new", ROLE_AGENT, "", two_in_one, 1, "", 5, "add_user.teams"},
        {L_ADMIN, "new", ROLE_MANAGER, "", NULL, 0, "", 3, "add_user.party"},
        {L_ADMIN, "new", ROLE_MANAGER, "nobody", NULL, 0, "", 5, "add_user.party"},
        {L_ADMIN, "new", ROLE_AGENT, "", team_one, 1, "mail", 3, "add_user.source"},
        {L_ADMIN, "new", ROLE_INTAKE, "acme", NULL, 0, "crm", 6, "add_user.source"},
        {L_ADMIN, "feeder", ROLE_INTAKE, "vend", NULL, 0, "crm", 0, ""},
        {L_ADMIN, "new", ROLE_AGENT | ROLE_LEAD, "", team_one, 1, "", 0, ""},
        {L_ADMIN, "new", ROLE_AGENT, "", team_one, 1, "", 6, "add_user.name"},
    };

    desk_init(&d);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const uint64_t before = entries(s);
        struct job *job = add_job(s, rows[i].who, rows[i].name);
        struct request_add_user *u = &job->request.u.add_user;
        u->roles = rows[i].roles;
        u->party = rows[i].party;
        u->teams = rows[i].teams;
        u->n_teams = rows[i].n_teams;
        u->source = rows[i].source;
        service_write(s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__Error *error = e->reply->error;
        T_EQ_INT(error == NULL ? 0 : (int)error->code, rows[i].code, "row %zu", i);
        if (error != NULL) {
            T_EQ_STR(error->field == NULL ? "" : error->field, rows[i].field, "row %zu", i);
        }
        T_EQ_INT(entries(s) - before, rows[i].code == 0 ? 2 : 0, "row %zu", i);
    }
    const struct principal p = stored(s, "new");
    T_EQ_INT(p.roles, ROLE_AGENT | ROLE_LEAD);
    T_CHECK(p.human && p.n_teams == 1 && p.party != 0);
}

T_TEST(service_enrol, a_code_is_told_once)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;

    desk_init(&d);
    struct job *add = add_job(s, L_ADMIN, "a.reyes");
    const struct enrolcode code = code_of(s, add);
    const uint64_t before = entries(s);
    struct job *again = service_again(s, add, s->now_at);
    life_run(s, again, 6, "a retry");
    life_says(again, "known to nobody else", "slate user rotate a.reyes");
    struct job *tried = add_job(s, L_ADMIN, "b.cruz");
    tried->request.dry_run = true;
    tried->request.has_request_id = false;
    life_run(s, tried, 0, "a dry run");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(tried);
    T_CHECK(e->reply->user_changed->code == NULL, "a dry run makes no code");
    T_EQ_INT(entries(s), before);
    const struct asked key = new_key();
    enrols(s, &code, &key, 0, "the code is as good as before");
}

/* The answer to a retry tells of a user, as the first one did: only to who may still be told. */
T_TEST(service_enrol, a_retry_asks_for_the_right_again)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;

    desk_init(&d);
    struct job *add = add_job(s, L_ADMIN, "a.reyes");
    (void)code_of(s, add);
    struct job *disable = set_job(s, L_ADMIN, "a.reyes", USER_DISABLE);
    life_run(s, disable, 0, "disable");
    struct job *again = service_again(s, disable, s->now_at);
    life_run(s, again, 0, "a retry");
    service_set_roles(s, (enum who)L_ADMIN, ROLE_AUDITOR);
    life_run(s, service_again(s, add, s->now_at), 7,
             "a retry of adding, no administrator any more");
    life_run(s, service_again(s, disable, s->now_at), 7, "a retry of disabling");
}

T_TEST(service_enrol, disabling_and_rotating)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    const struct asked key = new_key();

    desk_init(&d);
    const struct enrolcode code = code_of(s, add_job(s, L_ADMIN, "a.reyes"));
    enrols(s, &code, &key, 0, "enrol");
    T_EQ_INT(s->principals_changed, 0, "nobody's connection is in question");
    life_run(s, set_job(s, L_AGENT, "a.reyes", USER_DISABLE), 7, "by an agent");
    life_run(s, set_job(s, L_ADMIN, "nobody", USER_DISABLE), 5, "nobody");
    life_run(s, set_job(s, L_ADMIN, "admin", USER_DISABLE), 9, "the last administrator");
    T_EQ_INT(s->principals_changed, 0);
    life_run(s, set_job(s, L_ADMIN, "a.reyes", USER_DISABLE), 0, "disable");
    T_EQ_INT(s->principals_changed, 1);
    T_CHECK(stored(s, "a.reyes").disabled && stored(s, "a.reyes").n_keys == 1);
    const uint64_t before = entries(s);
    life_run(s, set_job(s, L_ADMIN, "a.reyes", USER_DISABLE), 0, "twice");
    T_EQ_INT(entries(s), before, "so already");
    life_run(s, set_job(s, L_ADMIN, "a.reyes", USER_ROTATE), 9, "rotate who is disabled");
    life_run(s, set_job(s, L_ADMIN, "a.reyes", USER_ENABLE), 0, "enable");
    T_CHECK(!stored(s, "a.reyes").disabled && stored(s, "a.reyes").n_keys == 1, "its key again");
    const unsigned told = s->principals_changed;
    const struct enrolcode next = code_of(s, set_job(s, L_ADMIN, "a.reyes", USER_ROTATE));
    T_EQ_INT(s->principals_changed, told + 1);
    T_CHECK(stored(s, "a.reyes").pinned && stored(s, "a.reyes").n_keys == 0);
    enrols(s, &code, &key, UNAUTHENTICATED, "the code of before, with its key");
    enrols(s, &next, &key, 0, "the new one");

    struct job *second = add_job(s, L_ADMIN, "admin2");
    second->request.u.add_user.roles = ROLE_ADMIN;
    second->request.u.add_user.n_teams = 0;
    life_run(s, second, 0, "another administrator");
    life_run(s, set_job(s, L_ADMIN, "admin", USER_DISABLE), 0, "who is not the last");
}

/* --- renewal
 * -------------------------------------------------------------------------------------- */

/* Asked for on a connection with this key, NULL: whose nobody looks at. */
static struct job *renew_job(struct service *s, uint32_t who, const uint8_t *key_sha256,
                             const struct asked *asked)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_RENEW_CERTIFICATE, s->now_at);
    if (key_sha256 != NULL) {
        memcpy(job->key_sha256, key_sha256, PKI_HASH_BYTES);
    }
    job->request.u.certificate.csr = (struct wire_bytes){asked->csr, asked->n};
    return job;
}

T_TEST(service_enrol, renewal_adds_a_key)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    const struct asked first = new_key();
    const struct asked second = new_key();
    const struct asked junk = {.csr = "no request", .n = 10};

    desk_init(&d);
    const struct enrolcode code = code_of(s, add_job(s, L_ADMIN, "a.reyes"));
    enrols(s, &code, &first, 0, "enrol");
    const struct principal p = stored(s, "a.reyes");
    struct job *job = renew_job(s, p.id, p.keys[0], &second);
    life_run(s, job, 0, "renew");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->certificate != NULL && strstr(e->reply->certificate->cert, "BEGIN") != NULL);
    T_EQ_INT(stored(s, "a.reyes").n_keys, 2, "the former is taken too: an answer may be lost");
    const uint64_t before = entries(s);
    struct job *again = service_again(s, job, s->now_at);
    memcpy(again->key_sha256, p.keys[0], PKI_HASH_BYTES);
    life_run(s, again, 0, "the same again");
    life_run(s, renew_job(s, p.id, p.keys[0], &second), 0, "another time for the same key");
    life_run(s, renew_job(s, p.id, p.keys[0], &junk), 3, "no request");
    T_EQ_INT(entries(s), before);
    T_EQ_INT(stored(s, "a.reyes").n_keys, 2);

    /* Somebody from before there were codes. */
    life_run(s, renew_job(s, L_AGENT, NULL, &first), 0, "who is not pinned");
    T_CHECK(!stored(s, "agent").pinned, "and stays so: the present certificate is in use");
}

/* Requests that wait when the keys are forgotten: their connections are cut only after that. */
T_TEST(service_enrol, a_forgotten_key_does_nothing_more)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    const struct asked first = new_key();
    const struct asked second = new_key();

    desk_init(&d);
    const struct enrolcode code = code_of(s, add_job(s, L_ADMIN, "a.reyes"));
    enrols(s, &code, &first, 0, "enrol");
    const struct principal p = stored(s, "a.reyes");
    struct job *rotate = set_job(s, L_ADMIN, "a.reyes", USER_ROTATE);
    struct job *renew = renew_job(s, p.id, p.keys[0], &second);
    struct job *open = service_new(s, (enum who)p.id, "con", "P1", s->now_at);
    memcpy(open->key_sha256, p.keys[0], PKI_HASH_BYTES);
    service_push(s, rotate);
    service_push(s, renew);
    service_push(s, open);
    (void)service_round(s);
    T_EQ_INT(service_code(rotate), 0);
    T_EQ_INT(service_code(renew), UNAUTHENTICATED, "a renewal would let the key's holder back in");
    T_EQ_INT(service_code(open), UNAUTHENTICATED);
    T_EQ_INT(stored(s, "a.reyes").n_keys, 0);
}

/* --- others give out certificates
 * ----------------------------------------------------------------- */

T_TEST(service_enrol, without_a_key_of_an_authority)
{
    __attribute__((cleanup(service_fini))) struct service s;
    const struct asked key = new_key();

    life_init(&s);
    service_at(&s, NOW_AT);
    struct job *job = add_job(&s, L_ADMIN, "a.reyes");
    life_run(&s, job, 0, "added");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->user_changed->code == NULL);
    T_CHECK(!stored(&s, "a.reyes").pinned, "their own authority's certificate lets them in");
    life_run(&s, set_job(&s, L_ADMIN, "a.reyes", USER_ROTATE), 9, "rotate");
    life_run(&s, renew_job(&s, L_AGENT, NULL, &key), 9, "renew");
}

T_TEST(service_enrol, lists_say_who_has_a_code)
{
    __attribute__((cleanup(desk_fini))) struct desk d;
    struct service *s = &d.service;
    const struct asked key = new_key();

    desk_init(&d);
    const struct enrolcode code = code_of(s, add_job(s, L_ADMIN, "a.reyes"));
    for (int round = 0; round < 3; round++) {
        struct job *job = service_job(s, (enum who)L_ADMIN, REQUEST_LIST_USERS,
                                      round < 2 ? NOW_AT + round : code.expires_at);
        job->request.u.list_users = (struct request_list_users){.name = "a.reyes", .limit = 1};
        service_read(s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__User *u = e->reply->user_page->users[0];
        T_CHECK(u->has_pinned && u->pinned, "round %d", round);
        T_EQ_INT(u->keys, round == 0 ? 0 : 1, "round %d", round);
        T_EQ_INT(u->has_code_expires_at, round == 0, "round %d", round);
        if (round == 0) {
            T_EQ_INT(u->code_expires_at, code.expires_at);
            enrols(s, &code, &key, 0, "enrol");
        }
    }
}
