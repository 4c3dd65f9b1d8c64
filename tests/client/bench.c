// SPDX-License-Identifier: Apache-2.0
#include "tests/client/bench.h"

#include <stdio.h>
#include <string.h>

#include "tests/t.h"

void bench_init(struct bench *b, const struct fake_options *options)
{
    memset(b, 0, sizeof(*b));
    tmpdir_init(&b->dir);
    b->certs = certs_new(b->dir.path);
    certs_client(b->certs, "a.reyes");
    if (options && options->cert) {
        certs_make(
            b->certs,
            &(struct certs_spec){
                .name = options->cert,
                .purpose = CERTS_SERVER,
                .by_stranger = strcmp(options->cert, "stranger") == 0,
                .san = strcmp(options->cert, "elsewhere") == 0 ? "DNS:elsewhere.example" : NULL,
                .from_s = -7200,
                .until_s = strcmp(options->cert, "old") == 0 ? -3600 : 86400});
    }
    b->fake = fake_new(b->certs, options);
    snprintf(b->profile, sizeof(b->profile), "%s/profile.yaml", b->dir.path);
    fake_profile(b->fake, b->certs, "a.reyes", b->profile);
}

void bench_fini(struct bench *b)
{
    slate_close(b->slate);
    fake_free(b->fake);
    certs_free(b->certs);
    tmpdir_fini(&b->dir);
}

void bench_open(struct bench *b, uint32_t timeout_ms)
{
    struct slate_error e;

    T_EQ_INT(slate_open_profile(b->profile, timeout_ms, &b->slate, &e), SLATE_OK, "%s", e.message);
}
