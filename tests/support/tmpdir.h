// SPDX-License-Identifier: Apache-2.0
#ifndef SUPPORT_TMPDIR_H
#define SUPPORT_TMPDIR_H

/*
 * A directory of a test's own, mode 0700, below $TMPDIR or /tmp.
 *
 *     __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
 *     tmpdir_init(&dir);
 *
 * A test that fails leaves its directory behind, to be looked at.
 */

struct tmpdir {
    char path[256];
};

/** Ends the program when the directory can't be made. */
void tmpdir_init(struct tmpdir *dir);

/** Remove it with all that is in it. */
void tmpdir_fini(struct tmpdir *dir);

#endif
