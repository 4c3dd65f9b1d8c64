// SPDX-License-Identifier: Apache-2.0
/**
 * sandbox: what the process may still do once it serves. Whoever takes it over by a fault of ours
 * can read and write the store, which it could anyway, and nothing else of the machine: no other
 * file, no other program, no connection to anywhere.
 *
 * Two walls of the kernel: landlock for files and sockets, seccomp for system calls. Where a kernel
 * has one of them only, that one stands; the log tells which.
 */
#ifndef SLATE_SANDBOX_H
#define SLATE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

enum { SANDBOX_ERROR_BYTES = 256 };

struct sandbox_wish {
    const char *write;       /* folder of the store: files in it may be made, changed, removed */
    const char *const *read; /* files and folders that are read again while serving */
    size_t n_read;           /* what does not exist is left out */
};

/** Which walls stand. */
struct sandbox {
    bool files; /* landlock */
    bool calls; /* seccomp */
};

/**
 * Puts up the walls, for good, around all threads that this one starts from now on. Sockets that
 * are bound already go on listening. A call that is not allowed ends the process with SIGSYS; a
 * file that is not allowed cannot be opened (EACCES).
 *
 * Returns 0, also where the kernel has neither; < 0 with a line in reterr (SANDBOX_ERROR_BYTES)
 * when a wall that it has could not be put up: then nothing may be served.
 */
int sandbox_enter(const struct sandbox_wish *wish, struct sandbox *ret, char *reterr);

/** This program was built with a sanitizer, which at its end looks at the process from outside, as
 * no wall would let it. */
bool sandbox_is_sanitized(void);

#endif
