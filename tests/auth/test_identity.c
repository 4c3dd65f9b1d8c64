// SPDX-License-Identifier: Apache-2.0
#include "auth/identity.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "auth/pki.h"
#include "t.h"

#define NOW_AT (INT64_C(1795000000) * 1000000)

/* A certificate whose only content is a subject alternative name. */
static X509 *with_names(const char *names)
{
    X509 *c = X509_new();
    if (names != NULL) {
        X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
        T_CHECK(e != NULL, "%s", names);
        X509_add_ext(c, e, -1);
        X509_EXTENSION_free(e);
    }
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                               (const unsigned char *)"admin", -1, -1, 0);
    return c;
}

T_TEST(identity, the_name_is_in_the_one_uri_and_nowhere_else)
{
    static const struct {
        const char *names;
        const char *expected; /* NULL: refused */
    } rows[] = {
        {"URI:slate:principal/a.reyes", "a.reyes"},
        {"DNS:laptop.example,URI:slate:principal/bot-7", "bot-7"},
        {NULL, NULL}, /* the common name says admin, and is not looked at */
        {"DNS:admin", NULL},
        {"URI:slate:principal/", NULL},
        {"URI:slate:principal/Admin", NULL},
        {"URI:slate:principal/a/b", NULL},
        {"URI:slate:principal/-a", NULL},
        {"URI:slate:principal/a b", NULL},
        {"URI:https://example.org/a", NULL},
        {"URI:slate:principal/a,URI:slate:principal/b", NULL},
        {"URI:slate:principal/a,URI:https://example.org/", NULL},
        {"URI:slate:principal/a123456789012345678901234567890123456789012345678901234567890123",
         NULL},
        {"URI:slate:principal/a12345678901234567890123456789012345678901234567890123456789012",
         "a12345678901234567890123456789012345678901234567890123456789012"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char name[PRINCIPAL_NAME_BYTES] = "untouched";
        X509 *c = with_names(rows[i].names);
        int result = identity_name(c, name);
        X509_free(c);
        T_EQ_INT(result, rows[i].expected == NULL ? 1 : 0, "row %zu", i);
        T_EQ_STR(name, rows[i].expected == NULL ? "untouched" : rows[i].expected, "row %zu", i);
    }
}

T_TEST(identity, an_issued_certificate_says_who_and_until_when)
{
    char error[PKI_ERROR_BYTES];
    char name[PRINCIPAL_NAME_BYTES];
    struct pki_pair ca = {NULL, NULL};
    struct pki_pair p = {NULL, NULL};

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    T_EQ_INT(pki_principal(&ca, "a.reyes", NOW_AT, &p, error), 0);
    T_EQ_INT(identity_name(p.certificate, name), 0);
    T_EQ_STR(name, "a.reyes");
    T_EQ_INT(identity_expires_at(p.certificate),
             NOW_AT + PKI_PRINCIPAL_DAYS * INT64_C(86400) * 1000000);
    T_EQ_INT(X509_verify(p.certificate, ca.key), 1);
    T_EQ_INT(X509_check_purpose(p.certificate, X509_PURPOSE_SSL_CLIENT, 0), 1);
    T_EQ_INT(X509_check_purpose(p.certificate, X509_PURPOSE_SSL_SERVER, 0), 0);
    pki_pair_fini(&p);

    const char *hosts[] = {"localhost", "127.0.0.1", "::1"};
    T_EQ_INT(pki_server(&ca, hosts, 3, NOW_AT, &p, error), 0);
    T_EQ_INT(identity_name(p.certificate, name), 1, "a server is no principal");
    T_EQ_INT(X509_check_host(p.certificate, "localhost", 0, 0, NULL), 1);
    T_EQ_INT(X509_check_ip_asc(p.certificate, "::1", 0), 1);
    T_EQ_INT(X509_check_purpose(p.certificate, X509_PURPOSE_SSL_CLIENT, 0), 0);
    pki_pair_fini(&p);
    pki_pair_fini(&ca);
}
