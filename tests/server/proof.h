// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_PROOF_H
#define TESTS_SERVER_PROOF_H

/*
 * The chain of a service's contract as a file, and what a verifier says of it.
 */

#include "evidence/verdict.h"
#include "tests/server/service.h"

struct proof_options {
    uint64_t from_seq; /* 0 = 1 */
    uint64_t to_seq;   /* 0 = the newest */
    bool texts;
    size_t max; /* bytes of a piece; 0 = as the server sends them */
};

/** The file, NUL-terminated; free it. options may be NULL. Fails the test unless all pieces come.
 */
char *proof_export(struct env *env, const struct book *book, const char *contract,
                   const struct proof_options *options, size_t *ret_n);

/** Fails the test unless the chains of all contracts hold. Returns how many clocks were computed
 * anew. */
uint64_t proof_all(struct service *s, const char *what);

#endif
