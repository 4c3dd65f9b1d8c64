// SPDX-License-Identifier: Apache-2.0
/*
 * A row of meta that is neither truth nor view: nothing makes it anew. Random bytes come from the
 * kernel, since a store is also made where nobody hands some in.
 */
#include "store/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/random.h>

#include "store/row.h"

static int get_secret(struct txn *txn, uint8_t ret[SECRET_BYTES])
{
    struct key key = key_meta(META_SECRET);
    struct row row;

    int r = row_get(txn, DB_META, &key, RECORD_SECRET, &row);
    if (r == 0 && row.n != SECRET_BYTES) {
        r = row_corrupt(txn, DB_META, &key, "a secret of a wrong length");
    }
    if (r == 0) {
        memcpy(ret, row.p, SECRET_BYTES);
    }
    return r;
}

int secret_check(struct txn *txn)
{
    uint8_t secret[SECRET_BYTES];

    int r = get_secret(txn, secret);
    OPENSSL_cleanse(secret, sizeof(secret));
    return r;
}

static int put_secret(struct txn *txn, const uint8_t secret[SECRET_BYTES])
{
    struct key key = key_meta(META_SECRET);

    return row_put(txn, DB_META, &key, RECORD_SECRET, secret, SECRET_BYTES);
}

int secret_copy(struct txn *to, struct txn *from)
{
    uint8_t secret[SECRET_BYTES];

    int r = get_secret(from, secret);
    if (r == 0) {
        r = put_secret(to, secret);
    }
    OPENSSL_cleanse(secret, sizeof(secret));
    return r;
}

int secret_make(struct txn *txn)
{
    uint8_t secret[SECRET_BYTES];

    // So few bytes come whole, and no signal cuts them off
    if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret)) {
        return txn_fail(txn, -EIO, "no random bytes");
    }
    int r = put_secret(txn, secret);
    OPENSSL_cleanse(secret, sizeof(secret));
    return r;
}

int secret_hmac(const uint8_t key[SECRET_BYTES], const void *p, size_t n, uint8_t ret[SECRET_BYTES])
{
    uint8_t out[SECRET_BYTES];
    unsigned out_n = 0;

    if (!HMAC(EVP_sha256(), key, SECRET_BYTES, p, n, out, &out_n) || out_n != sizeof(out)) {
        return -EIO;
    }
    memcpy(ret, out, sizeof(out));
    return 0;
}

int secret_derive(struct txn *txn, const char *label, uint8_t ret[SECRET_BYTES])
{
    const size_t n = strnlen(label, SECRET_LABEL_BYTES);
    uint8_t secret[SECRET_BYTES];

    if (n == 0 || n == SECRET_LABEL_BYTES) {
        return txn_fail(txn, -EINVAL, "a label of %zu bytes", n);
    }
    int r = get_secret(txn, secret);
    if (r == 0 && secret_hmac(secret, label, n, ret) != 0) {
        r = txn_fail(txn, -EIO, "digest");
    }
    OPENSSL_cleanse(secret, sizeof(secret));
    return r;
}
