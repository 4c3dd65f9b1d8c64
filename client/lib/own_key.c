// SPDX-License-Identifier: Apache-2.0
#include "client/lib/own_key.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/error.h"
#include "client/lib/private_file.h"

/** A key of ours has a few hundred. */
#define KEY_BYTES_MAX ((size_t)16 * 1024)

static int no_passphrase(char *buf, int size, int rwflag, void *userdata)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)userdata;
    return -1;
}

static enum slate_status read_key(struct own_key *k, struct slate_error *e)
{
    char *text = NULL;
    size_t n;

    enum slate_status status = private_file_read(k->file, KEY_BYTES_MAX, &text, &n, e);
    if (status != SLATE_OK) {
        return status;
    }
    BIO *bio = BIO_new_mem_buf(text, (int)n);
    k->key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    private_file_free(text, n);
    ERR_clear_error();
    if (!k->key) {
        error_set(e, SLATE_BAD_PROFILE, "%s holds no private key", k->file);
        error_hint(e, "remove it: a new one is made then");
        return SLATE_BAD_PROFILE;
    }
    return SLATE_OK;
}

static enum slate_status make_key(struct own_key *k, struct slate_error *e)
{
    k->key = EVP_EC_gen("P-256");
    char *pem = k->key ? own_key_pem(k) : NULL;
    if (!pem) {
        return error_no_memory(e);
    }
    bool exists = false;
    enum slate_status status = private_file_write(k->file, pem, false, &exists, e);
    private_file_free(pem, strlen(pem));
    if (!exists) {
        return status;
    }
    EVP_PKEY_free(k->key); // somebody was faster: theirs is the one
    k->key = NULL;
    return read_key(k, e);
}

/** What it says besides the key is looked at by nobody: the server knows who asks. */
static enum slate_status make_csr(struct own_key *k, struct slate_error *e)
{
    X509_REQ *req = X509_REQ_new();
    int n = -1;

    if (req && X509_REQ_set_pubkey(req, k->key) == 1 && X509_REQ_sign(req, k->key, EVP_sha256())) {
        n = i2d_X509_REQ(req, &k->csr);
    }
    X509_REQ_free(req);
    ERR_clear_error();
    if (n <= 0) {
        return error_no_memory(e);
    }
    k->csr_bytes = (size_t)n;
    return SLATE_OK;
}

enum slate_status own_key_take(const char *profile_file, struct own_key *ret,
                               struct slate_error *reterr)
{
    struct own_key k = {0};
    enum slate_status status = SLATE_OK;

    if (asprintf(&k.file, "%s.key", profile_file) < 0) {
        return error_no_memory(reterr);
    }
    status = private_file_is_there(k.file) ? read_key(&k, reterr) : make_key(&k, reterr);
    if (status == SLATE_OK) {
        status = make_csr(&k, reterr);
    }
    if (status != SLATE_OK) {
        own_key_fini(&k);
        return status;
    }
    *ret = k;
    return SLATE_OK;
}

bool own_key_fits(const struct own_key *key, const char *cert)
{
    BIO *bio = BIO_new_mem_buf(cert, -1);
    X509 *x = bio ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;
    const bool fits = x && X509_check_private_key(x, key->key) == 1;

    X509_free(x);
    BIO_free(bio);
    ERR_clear_error();
    return fits;
}

char *own_key_pem(const struct own_key *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text = NULL;
    char *data;

    if (bio && PEM_write_bio_PKCS8PrivateKey(bio, key->key, NULL, NULL, 0, NULL, NULL) == 1) {
        const long n = BIO_get_mem_data(bio, &data);
        text = calloc(1, (size_t)n + 1);
        if (text) {
            memcpy(text, data, (size_t)n);
        }
    }
    BIO_free(bio);
    return text;
}

void own_key_settle(const struct own_key *key)
{
    (void)remove(key->file);
}

void own_key_fini(struct own_key *key)
{
    EVP_PKEY_free(key->key);
    OPENSSL_free(key->csr);
    free(key->file);
    *key = (struct own_key){0};
}
