// SPDX-License-Identifier: Apache-2.0
/**
 * pki: the private certificate authority that `slated init` makes and `slated user add` signs with.
 *
 * Keys are P-256. Serial numbers are random. A principal's certificate carries exactly one SAN URI
 * (see identity.h) and may only be used by a client; the server's carries its host names and may
 * only be used by a server. What others make keys for is signed with pki_sign().
 */
#ifndef SLATE_AUTH_PKI_H
#define SLATE_AUTH_PKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

enum {
    PKI_CA_DAYS = 3650,       /* replaced with notice, not by accident */
    PKI_SERVER_DAYS = 825,    /* the longest that common verifiers take */
    PKI_PRINCIPAL_DAYS = 365, /* a lost key is worth at most this */
    PKI_HOST_BYTES = 254,     /* the longest DNS name, and its NUL */
    PKI_HOSTS_MAX = 64,
    PKI_ERROR_BYTES = 512,
};

/** A certificate with its private key; both owned. Zeroed is empty. */
struct pki_pair {
    X509 *certificate;
    EVP_PKEY *key;
};
void pki_pair_fini(struct pki_pair *p);

/**
 * All three: now_at is the present instant; the validity starts a day before it, so that clocks may
 * differ. Return 0, or < 0 with a line in reterr (PKI_ERROR_BYTES).
 */
int pki_ca(int64_t now_at, struct pki_pair *ret, char *reterr);
/** hosts: n DNS names or numeric addresses, each pki_host_valid. */
int pki_server(const struct pki_pair *ca, const char *const *hosts, size_t n, int64_t now_at,
               struct pki_pair *ret, char *reterr);
/** name: identity_name_valid. */
int pki_principal(const struct pki_pair *ca, const char *name, int64_t now_at, struct pki_pair *ret,
                  char *reterr);

enum pki_outcome {
    PKI_BAD_REQUEST = 1, /* malformed, not signed with its own key, or a key of a kind not taken */
};

/**
 * A certificate for the key of a signing request (PKCS #10, DER) by somebody who may be `name`.
 * Taken are keys of P-256, P-384 and Ed25519. Of the request nothing but the key is looked at: who
 * it is for, we say. ret->key stays NULL. Returns 0, PKI_BAD_REQUEST or < 0 with a line in reterr.
 */
int pki_sign(const struct pki_pair *ca, const uint8_t *csr, size_t n, const char *name,
             int64_t now_at, struct pki_pair *ret, char *reterr);

enum { PKI_HASH_BYTES = 32 };

/** SHA-256 of the certificate's SubjectPublicKeyInfo: of the key, whatever certificate it is in.
 * Returns 0, or < 0 when OpenSSL failed. */
int pki_key_hash(const X509 *certificate, uint8_t ret[PKI_HASH_BYTES]);

/** SHA-256 of the certificate as DER: a CA's fingerprint. So too. */
int pki_fingerprint(const X509 *certificate, uint8_t ret[PKI_HASH_BYTES]);

/** True for a DNS name (a leading *. included) or a numeric address. */
bool pki_host_valid(const char *host);

/** The first host of a server's certificate: a DNS name or a numeric address. Returns 0, or 1 if it
 * has none. */
int pki_first_host(const X509 *certificate, char ret[PKI_HOST_BYTES]);

/** All of them, PKI_HOSTS_MAX at most. Returns how many. */
size_t pki_hosts(const X509 *certificate, char ret[PKI_HOSTS_MAX][PKI_HOST_BYTES]);

/** PEM text, NUL-terminated, malloc'ed; the caller frees it (a key's text with pki_free_secret).
 * NULL without memory. */
char *pki_certificate_pem(X509 *certificate);
char *pki_key_pem(EVP_PKEY *key);
/** Wipes and frees. Accepts NULL. */
void pki_free_secret(char *pem);

/**
 * Reads an unencrypted private key in PEM from a regular file of ours or of root, mode 0600 or
 * stricter. Returns 0, or < 0 with a line that names the file (PKI_ERROR_BYTES).
 */
int pki_load_key(const char *file, EVP_PKEY **ret, char *reterr);

/** Reads a pair of PEM files, the key as pki_load_key; key_file NULL: the certificate alone.
 * Returns 0, or < 0 with a line that names the file. */
int pki_load(const char *certificate_file, const char *key_file, struct pki_pair *ret,
             char *reterr);

#endif
