// SPDX-License-Identifier: Apache-2.0
#include "auth/pki.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "auth/identity.h"
#include "t.h"

#define NOW_AT (INT64_C(1795000000) * 1000000)

/* A request for that key, claiming to be somebody else; *ret_n bytes, malloc'ed. */
static uint8_t *request_for(EVP_PKEY *key, EVP_PKEY *signer, size_t *ret_n)
{
    const EVP_MD *digest = EVP_PKEY_is_a(signer, "ED25519") ? NULL : EVP_sha256();
    X509_REQ *req = X509_REQ_new();
    uint8_t *der = NULL;

    T_CHECK(req != NULL && X509_REQ_set_pubkey(req, key) == 1);
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_UTF8,
                               (const unsigned char *)"admin", -1, -1, 0);
    T_CHECK(X509_REQ_sign(req, signer, digest) > 0);
    const int n = i2d_X509_REQ(req, &der);
    T_CHECK(n > 0);
    X509_REQ_free(req);
    *ret_n = (size_t)n;
    return der;
}

T_TEST(pki_sign, the_certificate_names_whom_we_say_for_the_key_of_the_request)
{
    EVP_PKEY *keys[] = {EVP_EC_gen("P-256"), EVP_EC_gen("P-384"),
                        EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
    char error[PKI_ERROR_BYTES] = "";
    struct pki_pair ca;

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0, "%s", error);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char name[PRINCIPAL_NAME_BYTES];
        struct pki_pair made;
        size_t n;
        uint8_t *csr = request_for(keys[i], keys[i], &n);
        T_EQ_INT(pki_sign(&ca, csr, n, "a.reyes", NOW_AT, &made, error), 0, "%zu: %s", i, error);
        T_CHECK(made.key == NULL);
        T_EQ_INT(identity_name(made.certificate, name), 0);
        T_EQ_STR(name, "a.reyes");
        T_EQ_INT(X509_verify(made.certificate, ca.key), 1);
        T_EQ_INT(EVP_PKEY_eq(X509_get0_pubkey(made.certificate), keys[i]), 1);
        T_EQ_INT(X509_check_purpose(made.certificate, X509_PURPOSE_SSL_CLIENT, 0), 1);
        T_EQ_INT(X509_check_purpose(made.certificate, X509_PURPOSE_SSL_SERVER, 0), 0);
        T_EQ_INT(X509_check_ca(made.certificate), 0);
        pki_pair_fini(&made);
        OPENSSL_free(csr);
        EVP_PKEY_free(keys[i]);
    }
    pki_pair_fini(&ca);
}

T_TEST(pki_sign, what_is_no_request_gets_nothing)
{
    EVP_PKEY *own = EVP_EC_gen("P-256");
    EVP_PKEY *foreign = EVP_EC_gen("P-256");
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    EVP_PKEY *odd = EVP_EC_gen("secp256k1");
    struct {
        const char *name;
        EVP_PKEY *key;
        EVP_PKEY *signer;
        size_t cut;  // bytes off its end
        size_t more; // bytes behind it
    } rows[] = {
        {"signed with another key", foreign, own, 0, 0},
        {"an RSA key", rsa, rsa, 0, 0},
        {"another curve", odd, odd, 0, 0},
        {"cut", own, own, 1, 0},
        {"empty", own, own, SIZE_MAX, 0},
        {"something behind it", own, own, 0, 1},
    };
    char error[PKI_ERROR_BYTES] = "";
    struct pki_pair ca;
    struct pki_pair made = {NULL, NULL};

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0, "%s", error);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n;
        uint8_t *csr = request_for(rows[i].key, rows[i].signer, &n);
        uint8_t *sent = calloc(1, n + 1);
        memcpy(sent, csr, n);
        const size_t bytes = (rows[i].cut > n ? 0 : n - rows[i].cut) + rows[i].more;
        T_EQ_INT(pki_sign(&ca, sent, bytes, "a.reyes", NOW_AT, &made, error), PKI_BAD_REQUEST, "%s",
                 rows[i].name);
        T_CHECK(made.certificate == NULL);
        free(sent);
        OPENSSL_free(csr);
    }
    size_t n;
    uint8_t *csr = request_for(own, own, &n);
    T_CHECK(pki_sign(&ca, csr, n, "A,URI:x", NOW_AT, &made, error) < 0);
    OPENSSL_free(csr);
    EVP_PKEY_free(own);
    EVP_PKEY_free(foreign);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(odd);
    pki_pair_fini(&ca);
}

T_TEST(pki_sign, a_key_keeps_its_hash_in_another_certificate)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    char error[PKI_ERROR_BYTES] = "";
    uint8_t keys[3][PKI_HASH_BYTES];
    uint8_t certificates[2][PKI_HASH_BYTES];
    struct pki_pair ca;
    struct pki_pair first;
    struct pki_pair second;
    size_t n;

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0, "%s", error);
    uint8_t *csr = request_for(key, key, &n);
    T_EQ_INT(pki_sign(&ca, csr, n, "a", NOW_AT, &first, error), 0, "%s", error);
    T_EQ_INT(pki_sign(&ca, csr, n, "b", NOW_AT + 5000000, &second, error), 0, "%s", error);
    T_EQ_INT(pki_key_hash(first.certificate, keys[0]), 0);
    T_EQ_INT(pki_key_hash(second.certificate, keys[1]), 0);
    T_EQ_INT(pki_key_hash(ca.certificate, keys[2]), 0);
    T_EQ_INT(memcmp(keys[0], keys[1], PKI_HASH_BYTES), 0);
    T_CHECK(memcmp(keys[0], keys[2], PKI_HASH_BYTES) != 0);
    T_EQ_INT(pki_fingerprint(first.certificate, certificates[0]), 0);
    T_EQ_INT(pki_fingerprint(second.certificate, certificates[1]), 0);
    T_CHECK(memcmp(certificates[0], certificates[1], PKI_HASH_BYTES) != 0);
    OPENSSL_free(csr);
    EVP_PKEY_free(key);
    pki_pair_fini(&first);
    pki_pair_fini(&second);
    pki_pair_fini(&ca);
}
