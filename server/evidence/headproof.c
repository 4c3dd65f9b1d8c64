// SPDX-License-Identifier: Apache-2.0
#include "evidence/headproof.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "auth/identity.h"
#include "auth/pki.h"

static int check_signature(const struct headproof *p, X509 *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t message[HEADSIGN_BYTES];
    const size_t n = headsign_message(p->cluster, p->contract, p->seq, p->hash, message);
    int r = HEADPROOF_BAD_SIGNATURE;

    if (ctx == NULL) {
        return -1;
    }
    if (key != NULL && n > 0) {
        // Ed25519 hashes by itself.
        const EVP_MD *digest = EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256();
        if (EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key) == 1 &&
            EVP_DigestVerify(ctx, p->signature, p->signature_bytes, message, n) == 1) {
            r = 0;
        }
    }
    EVP_MD_CTX_free(ctx);
    return r;
}

static int check_trust(X509 *certificate, X509_STORE *trusted)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    int r = -1;

    if (ctx != NULL && X509_STORE_CTX_init(ctx, trusted, certificate, NULL) == 1) {
        X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx), X509_V_FLAG_NO_CHECK_TIME);
        X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(ctx), X509_PURPOSE_SSL_CLIENT);
        r = X509_verify_cert(ctx) == 1 ? 0 : HEADPROOF_NOT_TRUSTED;
    }
    X509_STORE_CTX_free(ctx);
    return r;
}

int headproof_check(const struct headproof *p, X509_STORE *trusted, struct headproof_signer *ret)
{
    const uint8_t *at = p->certificate;
    X509 *certificate = p->certificate_bytes <= INT32_MAX
                            ? d2i_X509(NULL, &at, (long)p->certificate_bytes)
                            : NULL;
    int r = HEADPROOF_BAD_CERTIFICATE;

    if (certificate != NULL && at == p->certificate + p->certificate_bytes &&
        identity_name(certificate, ret->name) == 0 &&
        pki_key_hash(certificate, ret->key_sha256) == 0) {
        r = check_signature(p, certificate);
    }
    if (r == 0 && trusted != NULL) {
        r = check_trust(certificate, trusted);
    }
    X509_free(certificate);
    return r;
}
