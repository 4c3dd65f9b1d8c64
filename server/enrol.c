// SPDX-License-Identifier: Apache-2.0
#include "enrol.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "auth/identity.h"
#include "log.h"
#include "profile.h"

/* During a change of authority there are two, and nobody changes two at a time. */
enum { CAS_MAX = 8 };

struct issuer {
    atomic_uint held;
    struct pki_pair signer;
    X509 *server_ca;
    uint8_t server_ca_sha256[PKI_HASH_BYTES];
    char address[PROFILE_SERVER_BYTES];
    char *bundle; /* PEM, the signer first */
};

_Static_assert((int)PROFILE_SERVER_BYTES <= (int)ENROLCODE_ADDRESS_BYTES, "an address fits a code");

/* -- reading ------------------------------------------------------------------- */

struct cas {
    X509 *items[CAS_MAX];
    size_t n;
};

static void cas_fini(struct cas *cas)
{
    for (size_t i = 0; i < cas->n; i++) {
        X509_free(cas->items[i]);
    }
}

__attribute__((format(printf, 2, 3))) static int fail(char *reterr, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(reterr, PKI_ERROR_BYTES, format, args);
    va_end(args);
    ERR_clear_error();
    return -1;
}

static int load_cas(const char *file, struct cas *ret, char *reterr)
{
    FILE *f = fopen(file, "re");
    X509 *ca = NULL;

    if (f == NULL) {
        return fail(reterr, "%s: %s", file, strerror(errno));
    }
    while (ret->n < CAS_MAX && (ca = PEM_read_X509(f, NULL, NULL, NULL)) != NULL) {
        ret->items[ret->n++] = ca;
    }
    const bool ended = ca == NULL && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    (void)fclose(f);
    ERR_clear_error();
    return ret->n > 0 && ended
               ? 0
               : fail(reterr, "%s: not a list of up to %d certificates in PEM", file, CAS_MAX);
}

/* The key's certificate, and the one that has issued the server's. */
static int find_cas(struct issuer *s, const struct cas *cas, X509 *server,
                    const struct config *config, char *reterr)
{
    for (size_t i = 0; i < cas->n; i++) {
        X509 *ca = cas->items[i];
        if (s->signer.certificate == NULL && X509_check_private_key(ca, s->signer.key) == 1) {
            X509_up_ref(ca);
            s->signer.certificate = ca;
        }
        if (s->server_ca == NULL && X509_check_issued(ca, server) == X509_V_OK &&
            X509_verify(server, X509_get0_pubkey(ca)) == 1) {
            X509_up_ref(ca);
            s->server_ca = ca;
        }
    }
    ERR_clear_error();
    if (s->signer.certificate == NULL) {
        return fail(reterr, "%s: is the key of no certificate in %s", config->tls.ca_key,
                    config->tls.client_ca);
    }
    if (s->server_ca == NULL) {
        return fail(reterr, "%s: comes from none of %s", config->tls.cert, config->tls.client_ca);
    }
    return pki_fingerprint(s->server_ca, s->server_ca_sha256) == 0 ? 0 : fail(reterr, "SHA-256");
}

static bool add_pem(char **bundle, X509 *ca)
{
    char *pem = pki_certificate_pem(ca);
    char *all = NULL;
    const bool ok = pem != NULL && asprintf(&all, "%s%s", *bundle == NULL ? "" : *bundle, pem) >= 0;

    free(pem);
    if (ok) {
        free(*bundle);
        *bundle = all;
    }
    return ok;
}

static int make_bundle(struct issuer *s, const struct cas *cas, char *reterr)
{
    bool ok = add_pem(&s->bundle, s->signer.certificate);

    for (size_t i = 0; ok && i < cas->n; i++) {
        ok = cas->items[i] == s->signer.certificate || add_pem(&s->bundle, cas->items[i]);
    }
    return ok ? 0 : fail(reterr, "no memory for certificates");
}

int issuer_load(const struct config *config, struct issuer **ret, char *reterr)
{
    struct pki_pair server = {NULL, NULL};
    struct cas cas = {.n = 0};
    struct stat st;

    /* One that is there and cannot be used is a mistake, which nobody would find in the log. */
    if (!config->tls.ca_key_said && stat(config->tls.ca_key, &st) != 0 && errno == ENOENT) {
        (void)fail(reterr, "%s: %s", config->tls.ca_key, strerror(ENOENT));
        return ISSUER_NONE;
    }
    struct issuer *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return fail(reterr, "no memory for an issuer");
    }
    atomic_init(&s->held, 1);
    int result = pki_load_key(config->tls.ca_key, &s->signer.key, reterr);
    result = result == 0 ? load_cas(config->tls.client_ca, &cas, reterr) : result;
    result = result == 0 ? pki_load(config->tls.cert, NULL, &server, reterr) : result;
    result = result == 0 ? find_cas(s, &cas, server.certificate, config, reterr) : result;
    result = result == 0 ? make_bundle(s, &cas, reterr) : result;
    if (result == 0) {
        profile_server(server.certificate, &config->listen[0], s->address);
        *ret = s;
    } else {
        issuer_release(s);
    }
    pki_pair_fini(&server);
    cas_fini(&cas);
    return result;
}

X509 *issuer_server_ca(const struct issuer *issuer)
{
    return issuer->server_ca;
}

void issuer_release(struct issuer *s)
{
    if (s != NULL && atomic_fetch_sub(&s->held, 1) == 1) {
        pki_pair_fini(&s->signer);
        X509_free(s->server_ca);
        free(s->bundle);
        free(s);
    }
}

/* -- the present one ------------------------------------------------------------ */

int enrol_init(struct enrol *e)
{
    e->now = NULL;
    return pthread_mutex_init(&e->lock, NULL) == 0 ? 0 : -ENOMEM;
}

void enrol_fini(struct enrol *e)
{
    issuer_release(e->now);
    pthread_mutex_destroy(&e->lock);
}

void enrol_set(struct enrol *e, struct issuer *issuer)
{
    pthread_mutex_lock(&e->lock);
    struct issuer *former = e->now;
    e->now = issuer;
    pthread_mutex_unlock(&e->lock);
    issuer_release(former);
}

struct issuer *enrol_hold(struct enrol *e)
{
    if (e == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&e->lock);
    struct issuer *now = e->now;
    if (now != NULL) {
        atomic_fetch_add(&now->held, 1);
    }
    pthread_mutex_unlock(&e->lock);
    return now;
}

/* -- giving out ------------------------------------------------------------------ */

int enrol_hash(const uint8_t secret[ENROLCODE_SECRET_BYTES], uint8_t ret[PKI_HASH_BYTES])
{
    return EVP_Digest(secret, ENROLCODE_SECRET_BYTES, ret, NULL, EVP_sha256(), NULL) == 1 ? 0
                                                                                          : -EIO;
}

int enrol_make_code(const struct issuer *issuer, int64_t expires_at, struct enrol_code *ret)
{
    struct enrolcode code = {.expires_at = expires_at};

    (void)snprintf(code.address, sizeof(code.address), "%s", issuer->address);
    memcpy(code.ca_sha256, issuer->server_ca_sha256, sizeof(code.ca_sha256));
    if (RAND_priv_bytes(code.secret, sizeof(code.secret)) != 1 ||
        enrol_hash(code.secret, ret->secret_sha256) != 0) {
        return -EIO;
    }
    enrolcode_format(&code, ret->text);
    OPENSSL_cleanse(&code, sizeof(code));
    return 0;
}

static const char *keep(struct arena *arena, char *pem)
{
    const char *kept = pem == NULL ? NULL : arena_strndup(arena, pem, strlen(pem));
    free(pem);
    return kept;
}

int enrol_sign(const struct issuer *issuer, const uint8_t *csr, size_t n, const char *name,
               int64_t now_at, struct arena *arena, struct enrol_certificate *ret,
               struct refusal *ret_refusal)
{
    char error[PKI_ERROR_BYTES];
    struct pki_pair own = {NULL, NULL};

    int result = pki_sign(&issuer->signer, csr, n, name, now_at, &own, error);
    if (result > 0) {
        return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, "csr", NULL, "%s", error);
    }
    if (result == 0) {
        result = pki_key_hash(own.certificate, ret->key_sha256);
        ret->expires_at = identity_expires_at(own.certificate);
    }
    if (result < 0) {
        log_write(LOG_ERROR, "certificate_not_made", "principal=s reason=s", name, error);
        pki_pair_fini(&own);
        return result;
    }
    ret->cert = keep(arena, pki_certificate_pem(own.certificate));
    ret->ca = arena_strndup(arena, issuer->bundle, strlen(issuer->bundle));
    pki_pair_fini(&own);
    return ret->cert != NULL && ret->ca != NULL ? 0
                                                : refuse(ret_refusal, OUTCOME_RESOURCE_EXHAUSTED,
                                                         NULL, NULL, "no memory for a certificate");
}
