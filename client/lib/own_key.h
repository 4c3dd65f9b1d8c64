// SPDX-License-Identifier: Apache-2.0
/**
 * own_key: a key that has no certificate yet. It lies beside the profile that it is for, as
 * PROFILE.key, so that who asks again after a lost answer asks for the same key.
 */
#ifndef SLATE_CLIENT_LIB_OWN_KEY_H
#define SLATE_CLIENT_LIB_OWN_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <slate.h>

struct evp_pkey_st;

/** Zeroed it is empty. */
struct own_key {
    char *file;
    struct evp_pkey_st *key;
    uint8_t *csr; /* PKCS #10, DER, signed with it */
    size_t csr_bytes;
};

/** The key that lies there, or else a new one of P-256, written (mode 0600) before it is used.
 * Errors: SLATE_BAD_PROFILE (the file), SLATE_NO_MEMORY. The caller owns *ret (own_key_fini). */
enum slate_status own_key_take(const char *profile_file, struct own_key *ret,
                               struct slate_error *reterr);

/** True if the first certificate of the PEM text is for this key. */
bool own_key_fits(const struct own_key *key, const char *cert);

/** PEM; the caller wipes and frees it. NULL without memory. */
char *own_key_pem(const struct own_key *key);

/** Removes the file: the key is in the profile now. */
void own_key_settle(const struct own_key *key);

void own_key_fini(struct own_key *key);

#endif
