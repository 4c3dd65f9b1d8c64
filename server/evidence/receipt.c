// SPDX-License-Identifier: Apache-2.0
#include "evidence/receipt.h"

#include <jansson.h>
#include <string.h>

#include "evidence/base64.h"

/* All bytes of a text that is base64 or, with n_hex, so many bytes in hexadecimal; NULL if it is
 * not, or there is no memory. */
static const uint8_t *take(const json_t *receipt, const char *key, size_t n_hex,
                           struct arena *arena, size_t *ret_n)
{
    const json_t *v = json_object_get(receipt, key);
    const size_t length = json_is_string(v) ? json_string_length(v) : 0;
    uint8_t *p = arena_alloc(arena, length);
    bool fine = p != NULL && length > 0;

    *ret_n = n_hex;
    if (fine) {
        fine = n_hex > 0 ? base64_unhex(json_string_value(v), p, n_hex)
                         : base64_decode(json_string_value(v), length, p, ret_n);
    }
    return fine ? p : NULL;
}

static int read_receipt(const json_t *receipt, struct arena *arena, struct headproof *ret)
{
    const json_t *type = json_object_get(receipt, "type");
    const json_t *version = json_object_get(receipt, "version");
    const json_t *contract = json_object_get(receipt, "contract");
    const json_t *seq = json_object_get(receipt, "seq");
    size_t n;

    if (!json_is_string(type) || strcmp(json_string_value(type), "slate receipt") != 0 ||
        !json_is_integer(version) || json_integer_value(version) != RECEIPT_VERSION ||
        !json_is_string(contract) || json_string_length(contract) > HEADSIGN_NAME_BYTES ||
        !json_is_integer(seq) || json_integer_value(seq) <= 0) {
        return RECEIPT_BAD;
    }
    *ret = (struct headproof){.seq = (uint64_t)json_integer_value(seq)};
    ret->contract = arena_strndup(arena, json_string_value(contract), json_string_length(contract));
    ret->cluster = take(receipt, "cluster", HEADSIGN_CLUSTER_BYTES, arena, &n);
    ret->hash = take(receipt, "hash", HEADSIGN_HASH_BYTES, arena, &n);
    ret->signature = take(receipt, "signature", 0, arena, &ret->signature_bytes);
    ret->certificate = take(receipt, "certificate", 0, arena, &ret->certificate_bytes);
    return ret->contract != NULL && ret->cluster != NULL && ret->hash != NULL &&
                   ret->signature != NULL && ret->certificate != NULL
               ? 0
               : RECEIPT_BAD;
}

int receipt_read(const char *text, size_t n, struct arena *arena, struct headproof *ret)
{
    json_error_t error;
    json_t *receipt = n <= RECEIPT_BYTES_MAX ? json_loadb(text, n, JSON_REJECT_DUPLICATES, &error)
                                             : NULL;
    const int r = json_is_object(receipt) ? read_receipt(receipt, arena, ret) : RECEIPT_BAD;

    json_decref(receipt);
    return r;
}
