// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256 over a tag and parts. The digest is fetched once: looking it up for each of three short
 * texts of an entry costs more than hashing them.
 */
#include "store/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "proto/bytes.h"

static const char tag_genesis[] = "slate genesis v1";
static const char tag_entry[] = "slate entry v1";
static const char tag_text[] = "slate text v1";

static EVP_MD *sha256;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

/** tag with its NUL, then two parts. */
static int digest(const char *tag, size_t tag_n, const void *a, size_t a_n, const void *b,
                  size_t b_n, uint8_t ret[HASH_BYTES])
{
    uint8_t out[HASH_BYTES];
    unsigned n = 0;

    pthread_once(&once, fetch);
    if (!sha256) {
        return -1;
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!ctx) {
        return -1;
    }
    int ok = EVP_DigestInit_ex2(ctx, sha256, NULL) == 1 && EVP_DigestUpdate(ctx, tag, tag_n) == 1 &&
             EVP_DigestUpdate(ctx, a, a_n) == 1 && EVP_DigestUpdate(ctx, b, b_n) == 1 &&
             EVP_DigestFinal_ex(ctx, out, &n) == 1 && n == HASH_BYTES;
    EVP_MD_CTX_free(ctx);
    if (!ok) {
        return -1;
    }
    memcpy(ret, out, sizeof(out));
    return 0;
}

int hash_genesis(const uint8_t cluster_id[HASH_CLUSTER_ID_BYTES], uint32_t stream,
                 uint8_t ret[HASH_BYTES])
{
    uint8_t number[4];
    struct bytes_writer w;

    bytes_writer_init(&w, number, sizeof(number));
    bytes_put_u32(&w, stream);
    return digest(tag_genesis, sizeof(tag_genesis), cluster_id, HASH_CLUSTER_ID_BYTES, number,
                  sizeof(number), ret);
}

int hash_entry(const uint8_t previous[HASH_BYTES], const void *body, size_t n,
               uint8_t ret[HASH_BYTES])
{
    return digest(tag_entry, sizeof(tag_entry), previous, HASH_BYTES, body, n, ret);
}

int hash_commitment(const uint8_t salt[HASH_SALT_BYTES], const void *text, size_t n,
                    uint8_t ret[HASH_BYTES])
{
    return digest(tag_text, sizeof(tag_text), salt, HASH_SALT_BYTES, text, n, ret);
}
