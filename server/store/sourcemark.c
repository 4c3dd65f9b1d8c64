// SPDX-License-Identifier: Apache-2.0
#include "store/sourcemark.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "store/secret.h"

static const char label[] = "slate source key v1";

int sourcemark_make(struct txn *txn, const char *source, const char *source_key,
                    uint8_t ret[EVENT_MARK_BYTES])
{
    const size_t source_n = strnlen(source, BOOK_NAME_BYTES);
    const size_t key_n = strnlen(source_key, TICKET_KEY_BYTES);
    uint8_t bytes[BOOK_NAME_BYTES + TICKET_KEY_BYTES];
    uint8_t key[SECRET_BYTES];

    if (source_n == 0 || source_n == BOOK_NAME_BYTES || key_n == 0 || key_n == TICKET_KEY_BYTES) {
        return txn_fail(txn, -EINVAL, "a source of %zu bytes, its key of %zu", source_n, key_n);
    }
    int r = secret_derive(txn, label, key);
    if (r != 0) {
        return r == STORE_NOT_FOUND ? txn_fail(txn, STORE_CORRUPT, "the store has no secret") : r;
    }
    memcpy(bytes, source, source_n + 1);
    memcpy(bytes + source_n + 1, source_key, key_n);
    r = secret_hmac(key, bytes, source_n + 1 + key_n, ret);
    OPENSSL_cleanse(key, sizeof(key));
    return r == 0 ? 0 : txn_fail(txn, r, "digest");
}
