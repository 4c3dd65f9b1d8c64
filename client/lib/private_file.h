// SPDX-License-Identifier: Apache-2.0
/**
 * private_file: files that hold a key: nobody else can read them, and each is whole under its name
 * or not there.
 */
#ifndef SLATE_CLIENT_LIB_PRIVATE_FILE_H
#define SLATE_CLIENT_LIB_PRIVATE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <slate.h>

/** Also true of what cannot be looked at: it must not be replaced. */
bool private_file_is_there(const char *path);

/**
 * Reads a regular file of up to `max` bytes that nobody else can access, owned by us or by root.
 * *ret is a string, with at least max + 1 bytes. Errors: SLATE_BAD_PROFILE, SLATE_NO_MEMORY. The
 * caller owns *ret (private_file_free).
 */
enum slate_status private_file_read(const char *path, size_t max, char **ret, size_t *ret_n,
                                    struct slate_error *reterr);

/** Wipes n bytes, frees. */
void private_file_free(char *text, size_t n);

/**
 * Writes it with mode 0600, synced, in one step. replace: also where there is one, to which a
 * symbolic link may lead; else that is SLATE_BAD_PROFILE and *ret_exists (may be NULL). Errors:
 * SLATE_BAD_PROFILE, SLATE_NO_MEMORY.
 */
enum slate_status private_file_write(const char *path, const char *text, bool replace,
                                     bool *ret_exists, struct slate_error *reterr);

/** Makes the folders above a file, mode 0700, as far as they are missing. So too. */
enum slate_status private_file_folders(const char *path, struct slate_error *reterr);

#endif
