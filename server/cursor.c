// SPDX-License-Identifier: Apache-2.0
/*
 * nonce 12 bytes, the sealed place, tag 16 bytes. What is sealed is the place's length, the place
 * and zeros up to one of two sizes. With a random nonce for each of 2^32 cursors two are the same
 * with a chance of 2^-33.
 */
#include "cursor.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "proto/bytes.h"
#include "store/secret.h"

enum {
    LENGTH_BYTES = 2,
    SHORT_BYTES = 64,                               /* numbers */
    LONG_BYTES = LENGTH_BYTES + CURSOR_PLACE_BYTES, /* names, keys of sources */
    NONCE_BYTES = 12,
    TAG_BYTES = 16,
    AROUND_BYTES = NONCE_BYTES + TAG_BYTES,
};

_Static_assert(LONG_BYTES + AROUND_BYTES <= WIRE_CURSOR_BYTES, "a cursor fits its field");

/* One of the two directions. */
struct seal {
    EVP_CIPHER_CTX *ctx;
    uint8_t key[SECRET_BYTES];
};

static void seal_fini(struct seal *s)
{
    EVP_CIPHER_CTX_free(s->ctx);
    OPENSSL_cleanse(s->key, sizeof(s->key));
}

/* With the key, the nonce and whom and what it is for. Returns 0, an outcome or < 0. */
static int seal_init(struct seal *s, struct call *call, bool seals,
                     const uint8_t nonce[static NONCE_BYTES])
{
    const char *kind = request_kind_name(call->request->kind);
    uint8_t who[4];
    struct bytes_writer w;
    int n;

    *s = (struct seal){.ctx = EVP_CIPHER_CTX_new()};
    int error = secret_derive(call->txn, "cursors of pages v1", s->key);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    bytes_writer_init(&w, who, sizeof(who));
    bytes_put_u32(&w, call->who->id);
    return s->ctx != NULL &&
                   EVP_CipherInit_ex(s->ctx, EVP_aes_256_gcm(), NULL, s->key, nonce, seals) == 1 &&
                   EVP_CipherUpdate(s->ctx, NULL, &n, who, sizeof(who)) == 1 &&
                   EVP_CipherUpdate(s->ctx, NULL, &n, (const uint8_t *)kind, (int)strlen(kind)) == 1
               ? 0
               : -1;
}

int cursor_seal(struct call *call, const void *place, size_t n, struct wire_bytes *ret)
{
    const size_t size = n <= SHORT_BYTES - LENGTH_BYTES ? SHORT_BYTES : LONG_BYTES;
    uint8_t plain[LONG_BYTES] = {0};
    uint8_t *out = arena_alloc(call->arena, size + AROUND_BYTES);
    __attribute__((cleanup(seal_fini))) struct seal s = {.ctx = NULL};
    struct bytes_writer w;
    int done;

    if (out == NULL) {
        return call_too_large(call);
    }
    bytes_writer_init(&w, plain, sizeof(plain));
    bytes_put_u16(&w, (uint16_t)n);
    bytes_put_raw(&w, place, n);
    if (!bytes_writer_ok(&w) || RAND_bytes(out, NONCE_BYTES) != 1) {
        return -1;
    }
    int error = seal_init(&s, call, true, out);
    if (error != 0) {
        return error;
    }
    uint8_t *sealed = out + NONCE_BYTES;
    if (EVP_CipherUpdate(s.ctx, sealed, &done, plain, (int)size) != 1 ||
        EVP_CipherFinal_ex(s.ctx, sealed + done, &done) != 1 ||
        EVP_CIPHER_CTX_ctrl(s.ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, sealed + size) != 1) {
        return -1;
    }
    *ret = (struct wire_bytes){out, size + AROUND_BYTES};
    return 0;
}

int cursor_open(struct call *call, const struct wire_bytes *cursor, struct wire_bytes *ret)
{
    const size_t size = cursor->n - AROUND_BYTES;
    __attribute__((cleanup(seal_fini))) struct seal s = {.ctx = NULL};
    struct bytes_reader r;
    uint8_t tag[TAG_BYTES];
    int done;

    *ret = (struct wire_bytes){NULL, 0};
    if (cursor->n == 0) {
        return 0;
    }
    if (cursor->n < AROUND_BYTES || (size != SHORT_BYTES && size != LONG_BYTES)) {
        return cursor_refuse(call);
    }
    uint8_t *plain = arena_alloc(call->arena, size);
    if (plain == NULL) {
        return call_too_large(call);
    }
    int error = seal_init(&s, call, false, cursor->p);
    if (error != 0) {
        return error;
    }
    memcpy(tag, cursor->p + NONCE_BYTES + size, sizeof(tag));
    if (EVP_CipherUpdate(s.ctx, plain, &done, cursor->p + NONCE_BYTES, (int)size) != 1 ||
        EVP_CIPHER_CTX_ctrl(s.ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) != 1) {
        return -1;
    }
    if (EVP_CipherFinal_ex(s.ctx, plain + done, &done) != 1) {
        return cursor_refuse(call);
    }
    bytes_reader_init(&r, plain, size);
    ret->n = bytes_get_u16(&r);
    ret->p = bytes_get_raw(&r, ret->n);
    return ret->p != NULL ? 0 : -1;
}

int cursor_refuse(struct call *call)
{
    const char *kind = request_kind_name(call->request->kind);
    char field[64];

    (void)snprintf(field, sizeof(field), "%s.cursor", kind);
    return refuse(call->refusal, OUTCOME_INVALID_ARGUMENT, field,
                  "take the cursor of the page before as it is, and ask for the same",
                  "%s was not given this cursor for this", call->who->name);
}
