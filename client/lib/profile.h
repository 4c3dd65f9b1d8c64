// SPDX-License-Identifier: Apache-2.0
/**
 * profile: one file with all that is needed to reach a server: docs/profile.md.
 *
 * It is YAML of a narrow kind: `key: value` lines, `key: |` blocks, comments. It is read by hand
 * and not by a YAML library, because it holds a private key: here it lies in one buffer, which is
 * wiped.
 */
#ifndef SLATE_CLIENT_LIB_PROFILE_H
#define SLATE_CLIENT_LIB_PROFILE_H

#include <stddef.h>
#include <slate.h>

/** More than certificates, chain and key can need. */
#define PROFILE_BYTES_MAX ((size_t)256 * 1024)

/** All strings point into text; none is NULL after profile_load(), name may be "". */
struct profile {
    char *text; /* PROFILE_BYTES_MAX + 1, or NULL */
    const char *name;
    const char *server;
    const char *ca;
    const char *cert;
    const char *key;
};

/**
 * Read and check a profile. It must be a regular file that nobody else can access, owned by us or
 * by root. Errors: SLATE_BAD_PROFILE with the file's name and line, SLATE_NO_MEMORY. The caller
 * owns *ret (profile_fini).
 */
enum slate_status profile_load(const char *path, struct profile *ret, struct slate_error *reterr);

/** The same from text[0..n), which must have a byte of space after it and is changed. `path` is for
 * messages. Pure; ret->text is NULL. */
enum slate_status profile_parse(const char *path, char *text, size_t n, struct profile *ret,
                                struct slate_error *reterr);

/** Wipe and free. */
void profile_fini(struct profile *p);

#endif
