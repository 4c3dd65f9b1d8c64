// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_BENCH_H
#define TESTS_CLIENT_BENCH_H

/*
 * What a test of a whole client needs: a directory, certificates, a fake server and a profile for
 * it.
 *
 *     __attribute__((cleanup(bench_fini))) struct bench b;
 *     bench_init(&b, &(struct fake_options){.serve = drops_the_first});
 */

#include <slate.h>

#include "tests/client/fake.h"
#include "tests/support/tmpdir.h"

struct bench {
    struct tmpdir dir;
    struct certs *certs;
    struct fake *fake;
    struct slate *slate; // closed by bench_fini(), if it was opened
    char profile[300];   // of the client certificate "a.reyes"
};

/** options may be NULL. Doesn't connect. */
void bench_init(struct bench *b, const struct fake_options *options);
void bench_fini(struct bench *b);

/** Open b->slate; fails the test when that fails. */
void bench_open(struct bench *b, uint32_t timeout_ms);

#endif
