// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_NET_STAGE_H
#define TESTS_NET_STAGE_H

/* What nearly every test here starts from: certificates, a host, and a context for its guests. */

#include <openssl/ssl.h>

#include "tests/net/guest.h"
#include "tests/net/host.h"
#include "tests/support/tmpdir.h"

struct stage {
    struct tmpdir dir;
    struct certs *certs;
    struct host *host;
    uint16_t port;
    SSL_CTX *ctx; // of the client "alice"
};

/** limits may be NULL: those of host_limits(). */
void stage_init(struct stage *stage, const struct net_limits *limits);
void stage_fini(struct stage *stage);

#endif
