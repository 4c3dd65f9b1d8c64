// SPDX-License-Identifier: Apache-2.0
/*
 * Heads of chains, signed with the key of the connection.
 */
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "client/lib/client.h"
#include "client/lib/error.h"
#include "proto/headsign.h"

static bool sign(EVP_PKEY *key, const uint8_t *message, size_t n, struct slate_head_signature *ret)
{
    // Ed25519 hashes by itself
    const EVP_MD *digest = EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256();
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    ret->signature_bytes = sizeof(ret->signature);
    const bool ok = ctx && EVP_DigestSignInit(ctx, NULL, digest, NULL, key) == 1 &&
                    EVP_DigestSign(ctx, ret->signature, &ret->signature_bytes, message, n) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

/** Our certificate as DER. */
static bool take_certificate(X509 *certificate, struct slate_head_signature *ret)
{
    uint8_t *at = ret->certificate;
    const int n = i2d_X509(certificate, NULL);

    if (n <= 0 || (size_t)n > sizeof(ret->certificate) || i2d_X509(certificate, &at) != n) {
        return false;
    }
    ret->certificate_bytes = (size_t)n;
    return true;
}

enum slate_status slate_head_sign(struct slate *s, const struct slate_journal_head *head,
                                  struct slate_head_signature *ret, struct slate_error *reterr)
{
    EVP_PKEY *key = SSL_CTX_get0_privatekey(s->link.ctx);
    X509 *certificate = SSL_CTX_get0_certificate(s->link.ctx);
    uint8_t message[HEADSIGN_BYTES];
    struct slate_error e;

    if (!head->contract || head->seq == 0 || head->sha256.n != HEADSIGN_HASH_BYTES) {
        error_set(&e, SLATE_INVALID_ARGUMENT, "a contract, an entry and its hash are needed");
        return error_give(&e, reterr);
    }
    const size_t n = headsign_message(s->link.server.cluster_id, head->contract, head->seq,
                                      head->sha256.p, message);
    if (n == 0) {
        error_set(&e, SLATE_INVALID_ARGUMENT, "this is no name of a contract");
        return error_give(&e, reterr);
    }
    memset(ret, 0, sizeof(*ret));
    if (!key || !certificate || !sign(key, message, n, ret) ||
        !take_certificate(certificate, ret)) {
        error_set(&e, SLATE_INTERNAL, "the head cannot be signed with this key");
        return error_give(&e, reterr);
    }
    return SLATE_OK;
}

enum slate_status slate_sign_head(struct slate *s, const struct slate_journal_head *head,
                                  const struct slate_with *with, struct slate_result **ret,
                                  struct slate_error *reterr)
{
    struct slate_head_signature signature;

    enum slate_status status = slate_head_sign(s, head, &signature, reterr);
    if (status != SLATE_OK) {
        return status;
    }
    const struct slate_countersign args = {
        .contract = head->contract,
        .seq = head->seq,
        .sha256 = head->sha256,
        .signature = {signature.signature, signature.signature_bytes},
        .certificate = {signature.certificate, signature.certificate_bytes},
    };
    return slate_countersign(s, &args, with, ret, reterr);
}
