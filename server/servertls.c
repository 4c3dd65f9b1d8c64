// SPDX-License-Identifier: Apache-2.0
#include "servertls.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "log.h"
#include "proto/tlsctx.h"

_Static_assert((int)SERVERTLS_ERROR_BYTES >= (int)TLSCTX_ERROR_BYTES &&
                   (int)SERVERTLS_ERROR_BYTES >= (int)PKI_ERROR_BYTES,
               "their messages fit");

static int fail_file(char *reterr, const char *file, const char *why)
{
    (void)snprintf(reterr, SERVERTLS_ERROR_BYTES, "%s: %s", file, why);
    ERR_clear_error();
    return -1;
}

/* Signed by an authority of ours: another one's list would be taken and never asked. */
static bool is_ours(X509_STORE *store, X509_CRL *crl)
{
    STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *ca = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (ca != NULL && X509_NAME_cmp(X509_get_subject_name(ca), X509_CRL_get_issuer(crl)) == 0 &&
            X509_CRL_verify(crl, X509_get0_pubkey(ca)) == 1) {
            return true;
        }
    }
    return false;
}

static void look_at_age(const char *file, const X509_CRL *crl, int64_t now_at)
{
    time_t now = (time_t)(now_at / 1000000);
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);

    if (next != NULL && X509_cmp_time(next, &now) < 0) {
        log_write(LOG_ERROR, "crl_expired", "file=s consequence=s", file,
                  "no certificate of its authority is accepted");
    }
}

static int add_crls(const char *file, int64_t now_at, X509_STORE *store, char *reterr)
{
    FILE *f = fopen(file, "re");
    X509_CRL *crl;
    size_t n = 0;
    bool ok = true;

    if (f == NULL) {
        return fail_file(reterr, file, strerror(errno));
    }
    ERR_clear_error();
    while (ok && (crl = PEM_read_X509_CRL(f, NULL, NULL, NULL)) != NULL) {
        ok = is_ours(store, crl) && X509_STORE_add_crl(store, crl) == 1;
        look_at_age(file, crl, now_at);
        X509_CRL_free(crl);
        n++;
    }
    (void)fclose(f);
    if (!ok) {
        return fail_file(reterr, file, "a list that no authority of client_ca has signed");
    }
    if (n == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return fail_file(reterr, file, "not a list of revoked certificates in PEM");
    }
    ERR_clear_error();
    return X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) == 1
               ? 0
               : fail_file(reterr, file, "OpenSSL does not take it");
}

/* In the order in which one mistake should be told before another. */
static int load(const struct config *config, int64_t now_at, struct servertls *tls, char *reterr)
{
    const struct tlsctx_files files = {
        .ca = config->tls.client_ca,
        .cert = config->tls.cert,
        .key = config->tls.key,
    };

    int result = tlsctx_new_server(&files, reterr, SERVERTLS_ERROR_BYTES, &tls->ctx);
    if (result == 0 && config->tls.crl[0] != '\0') {
        result = add_crls(config->tls.crl, now_at, SSL_CTX_get_cert_store(tls->ctx), reterr);
    }
    if (result != 0) {
        return -1;
    }
    result = issuer_load(config, &tls->issuer, reterr);
    if (result == ISSUER_NONE) {
        log_write(LOG_INFO, "enrolment_not_offered", "reason=s", reterr);
        return 0;
    }
    if (result == 0 && tlsctx_offer_enrolment(tls->ctx, issuer_server_ca(tls->issuer)) != 0) {
        result = fail_file(reterr, config->tls.ca_key, "no memory to offer enrolment");
    }
    return result;
}

int servertls_load(const struct config *config, int64_t now_at, struct servertls *ret, char *reterr)
{
    struct servertls tls = {NULL, NULL};

    if (load(config, now_at, &tls, reterr) != 0) {
        servertls_fini(&tls);
        return -1;
    }
    *ret = tls;
    return 0;
}

void servertls_fini(struct servertls *tls)
{
    SSL_CTX_free(tls->ctx);
    issuer_release(tls->issuer);
    *tls = (struct servertls){NULL, NULL};
}
