// SPDX-License-Identifier: Apache-2.0
#include "tests/net/stage.h"

void stage_init(struct stage *stage, const struct net_limits *limits)
{
    tmpdir_init(&stage->dir);
    stage->certs = certs_new(stage->dir.path);
    certs_client(stage->certs, "alice");
    stage->ctx = guest_ctx(stage->certs, "alice");
    stage->host = host_new(stage->certs, limits);
    stage->port = host_port(stage->host);
}

void stage_fini(struct stage *stage)
{
    host_free(stage->host);
    SSL_CTX_free(stage->ctx);
    certs_free(stage->certs);
    tmpdir_fini(&stage->dir);
}
