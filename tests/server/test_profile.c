// SPDX-License-Identifier: Apache-2.0
#include "profile.h"

#include <string.h>

#include <openssl/pem.h>

#include "auth/identity.h"
#include "client/lib/profile.h"
#include "t.h"

#define NOW_AT (INT64_C(1795000000) * 1000000)

static X509 *certificate_of(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    T_CHECK(certificate != NULL, "%s", pem);
    return certificate;
}

/* What the server writes, the client reads. */
T_TEST(profile, the_client_reads_what_is_issued)
{
    char error[PKI_ERROR_BYTES];
    char name[PRINCIPAL_NAME_BYTES];
    char *text;
    struct pki_pair ca;
    struct profile p;
    struct slate_error e;

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    T_EQ_INT(profile_issue(&ca, NULL, "[2001:db8::7]:7443", "a.reyes", NOW_AT, &text, error), 0);
    T_EQ_INT(profile_parse("x", text, strlen(text), &p, &e), SLATE_OK, "%s", e.message);
    T_EQ_STR(p.server, "[2001:db8::7]:7443");
    T_EQ_STR(p.name, "a.reyes");

    X509 *issuer = certificate_of(p.ca);
    X509 *own = certificate_of(p.cert);
    BIO *bio = BIO_new_mem_buf(p.key, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    T_EQ_INT(X509_cmp(issuer, ca.certificate), 0);
    T_EQ_INT(X509_verify(own, ca.key), 1);
    T_EQ_INT(X509_check_private_key(own, key), 1);
    T_EQ_INT(identity_name(own, name), 0);
    T_EQ_STR(name, "a.reyes");

    BIO_free(bio);
    EVP_PKEY_free(key);
    X509_free(own);
    X509_free(issuer);
    pki_free_secret(text);
    pki_pair_fini(&ca);
}

T_TEST(profile, the_server_is_where_clients_reach_it)
{
    static const struct {
        const char *first; /* host of the server's certificate */
        struct config_listen listen;
        const char *expected;
    } rows[] = {
        {"slate.example.com", {"0.0.0.0", 7443}, "slate.example.com:7443"},
        {"192.0.2.7", {"192.0.2.7", 7000}, "192.0.2.7:7000"},
        {"2001:db8::7", {"::", 7443}, "[2001:db8::7]:7443"},
        {"127.0.0.1", {"127.0.0.1", 7443}, "127.0.0.1:7443"},
        {"127.0.0.1", {"::1", 7443}, "[::1]:7443"},
        {"localhost", {"0.0.0.0", 7443}, "127.0.0.1:7443"},
        {"::1", {"::", 65535}, "[::1]:65535"},
        {"*.example.com", {"127.0.0.1", 7443}, "127.0.0.1:7443"}, /* a pattern, no name */
    };
    char error[PKI_ERROR_BYTES];
    struct pki_pair ca;

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pki_pair own;
        char server[PROFILE_SERVER_BYTES];
        const char *hosts[] = {rows[i].first, "localhost"};
        T_EQ_INT(pki_server(&ca, hosts, 2, NOW_AT, &own, error), 0);
        profile_server(own.certificate, &rows[i].listen, server);
        T_EQ_STR(server, rows[i].expected, "row %zu", i);
        pki_pair_fini(&own);
    }
    pki_pair_fini(&ca);
}
