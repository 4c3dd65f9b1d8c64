// SPDX-License-Identifier: Apache-2.0
/*
 * How libslate gets to a server: greeting, certificates and their refusals, addresses.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/frame.h"
#include "tests/client/bench.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

T_TEST(connection, is_claimed_only_after_the_greeting)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    bench_open(&b, 0);
    const struct slate_server *server = slate_server(b.slate);
    T_EQ_STR(server->version, "0.1.0-canned");
    T_EQ_STR(server->address, fake_address(b.fake));
    T_EQ_STR(server->principal, "a.reyes");
    T_EQ_STR(server->zone_release, "2026f");
    T_EQ_STR(server->source, "mailbox");
    T_EQ_INT(server->n_roles, 2);
    T_EQ_STR(server->roles[1], "lead");
    T_EQ_INT(server->server_at, FAKE_NOW_AT);
    T_EQ_INT(server->limits.frame_bytes, 65536);
    T_EQ_INT(slate_window(b.slate), 16);
    T_EQ_MEM(server->cluster_id, "canned cluster 1", 16);
}

T_TEST(connection, takes_certificates_from_files)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_error e;
    char ca[300], cert[300], key[300];

    snprintf(ca, sizeof(ca), "%s/ca.pem", b.dir.path);
    snprintf(cert, sizeof(cert), "%s/a.reyes.pem", b.dir.path);
    snprintf(key, sizeof(key), "%s/a.reyes.key", b.dir.path);
    struct slate_options options = {
        .address = fake_address(b.fake), .ca_file = ca, .cert_file = cert, .key_file = key};
    T_EQ_INT(slate_open(&options, &b.slate, &e), SLATE_OK, "%s", e.message);

    struct slate *other;
    T_CHECK(chmod(key, 0640) == 0);
    T_EQ_INT(slate_open(&options, &other, &e), SLATE_BAD_PROFILE);
    T_CHECK(strstr(e.message, "accessed by others"), "%s", e.message);
    options.key_file = NULL;
    T_EQ_INT(slate_open(&options, &other, NULL), SLATE_INVALID_ARGUMENT);
}

/** Who shows what to whom, and what is said about it. */
T_TEST(connection, says_in_plain_words_why_a_certificate_was_refused)
{
    static const struct {
        const char *server; // certificate
        const char *alpn;
        const char *client;
        const char *message;
        const char *hint;
    } table[] = {
        {NULL, NULL, "expired", "the server refused our certificate: it has expired",
         "slated user add"},
        {NULL, NULL, "foreign", "the server refused our certificate: it does not know the CA",
         "another server"},
        {NULL, NULL, "server", "the server refused our certificate: it is not made for a client",
         "slated user add"},
        {NULL, "other/1", "a.reyes", "the server does not speak slate/1", "of this version"},
        {"stranger", NULL, "a.reyes", "comes from a CA that this profile does not trust",
         "another server"},
        {"elsewhere", NULL, "a.reyes", "is for another host name", "\"server\" must be"},
        {"old", NULL, "a.reyes", "the server's certificate has expired", "runs the server"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct bench b;
        bench_init(&b, &(struct fake_options){.cert = table[i].server, .alpn = table[i].alpn});
        certs_make(b.certs,
                   &(struct certs_spec){.name = "expired", .from_s = -7200, .until_s = -3600});
        certs_make(b.certs, &(struct certs_spec){.name = "foreign", .by_stranger = true});
        fake_profile(b.fake, b.certs, table[i].client, b.profile);

        struct slate_error e;
        T_EQ_INT(slate_open_profile(b.profile, 0, &b.slate, &e), SLATE_TLS, "row %zu: %s", i,
                 e.message);
        T_CHECK(strstr(e.message, table[i].message), "row %zu: %s", i, e.message);
        T_CHECK(strstr(e.message, fake_address(b.fake)), "row %zu: %s", i, e.message);
        T_CHECK(strstr(e.hint, table[i].hint), "row %zu: %s", i, e.hint);
        T_CHECK(!e.retryable);
    }
}

static bool greets_in_a_later_version(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)line;
    (void)arg;
    hello->protocol = 2;
    return true;
}

static bool greets_without_limits(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)line;
    (void)arg;
    hello->limits = NULL;
    return true;
}

static bool greets_with_tiny_limits(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)line;
    (void)arg;
    hello->limits->frame_bytes = 10;
    return true;
}

static bool refuses(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    Slate__V1__Error e = SLATE__V1__ERROR__INIT;
    Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;

    (void)hello;
    (void)arg;
    e.has_code = true;
    e.code = SLATE__V1__CODE__CODE_UNAUTHENTICATED;
    e.message = "a.reyes is disabled";
    reply.error = &e;
    fake_write(line, &reply);
    return false;
}

static bool says_nonsense(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)hello;
    (void)arg;
    fake_write_raw(line, "\0\0\0\3abc", 7);
    return false;
}

static bool announces_too_much(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)hello;
    (void)arg;
    fake_write_raw(line, "\xff\xff\xff\xff", 4);
    return false;
}

static bool sends_an_empty_frame(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)hello;
    (void)arg;
    fake_write_raw(line, "\0\0\0\0", 4);
    return false;
}

static bool says_nothing(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)line;
    (void)hello;
    (void)arg;
    return false;
}

static bool hangs_up(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)hello;
    (void)arg;
    fake_cut(line);
    return false;
}

T_TEST(connection, ends_when_the_greeting_is_none)
{
    static const struct {
        bool (*greet)(struct fake_line *line, Slate__V1__Hello *hello, void *arg);
        enum slate_status status;
        const char *message;
    } table[] = {
        {greets_in_a_later_version, SLATE_PROTOCOL, "version 2 of the protocol"},
        {greets_without_limits, SLATE_PROTOCOL, "greeting makes no sense"},
        {greets_with_tiny_limits, SLATE_PROTOCOL, "limits make no sense"},
        {refuses, SLATE_UNAUTHENTICATED, "a.reyes is disabled"},
        {says_nonsense, SLATE_PROTOCOL, "makes no sense"},
        {announces_too_much, SLATE_PROTOCOL, "too long a frame"},
        {sends_an_empty_frame, SLATE_PROTOCOL, "an empty frame"},
        {says_nothing, SLATE_TIMEOUT, "no answer in time"},
        {hangs_up, SLATE_UNREACHABLE, "connection lost"}, // after all tries
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct bench b;
        bench_init(&b, &(struct fake_options){.greet = table[i].greet});

        struct slate_error e;
        uint32_t timeout_ms = table[i].status == SLATE_TIMEOUT ? 200 : 0;
        T_EQ_INT(slate_open_profile(b.profile, timeout_ms, &b.slate, &e), table[i].status,
                 "row %zu: %s", i, e.message);
        T_CHECK(strstr(e.message, table[i].message), "row %zu: %s", i, e.message);
    }
}

T_TEST(connection, refused_by_the_network_says_where)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    fake_shut(b.fake);

    struct slate_error e;
    T_EQ_INT(slate_open_profile(b.profile, 0, &b.slate, &e), SLATE_UNREACHABLE);
    T_CHECK(strstr(e.message, fake_address(b.fake)), "%s", e.message);
    T_CHECK(strstr(e.message, "refused"), "%s", e.message);
    T_CHECK(strstr(e.hint, "running"), "%s", e.hint);
    T_CHECK(e.retryable);
}

static bool hangs_up_twice(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)hello;
    (void)arg;
    if (fake_line_number(line) <= 2) {
        fake_cut(line);
        return false;
    }
    return true;
}

T_TEST(connection, is_tried_again_when_a_server_drops_it_at_once)
{
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.greet = hangs_up_twice});

    bench_open(&b, 0);
    T_EQ_INT(fake_connections(b.fake), 3);
}

/** Says to the first `arg` that there are too many of us. */
static bool is_full_first(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    Slate__V1__Error e = SLATE__V1__ERROR__INIT;
    Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
    const unsigned *n = arg;

    (void)hello;
    if (fake_line_number(line) > *n) {
        return true;
    }
    e.has_code = e.has_retry_after_ms = true;
    e.code = SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED;
    e.message = "too many connections";
    e.retry_after_ms = 20;
    reply.error = &e;
    fake_write(line, &reply);
    return false;
}

T_TEST(connection, waits_when_there_are_too_many)
{
    unsigned n = 2;
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.greet = is_full_first, .arg = &n});
    struct slate_error e;

    bench_open(&b, 0);
    T_EQ_INT(fake_connections(b.fake), 3);
    slate_close(b.slate);
    n = 1000;
    T_EQ_INT(slate_open_profile(b.profile, 0, &b.slate, &e), SLATE_RESOURCE_EXHAUSTED);
    T_EQ_STR(e.message, "too many connections");
    T_EQ_INT(fake_connections(b.fake), 3 + 6, "not for ever");
    b.slate = NULL;
}

T_TEST(connection, needs_a_profile_that_is_private)
{
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct slate_error e;

    T_CHECK(chmod(b.profile, 0644) == 0);
    T_EQ_INT(slate_open_profile(b.profile, 0, &b.slate, &e), SLATE_BAD_PROFILE);
    T_CHECK(strstr(e.hint, "chmod 600"), "%s", e.hint);
    T_EQ_INT(slate_open_profile(b.dir.path, 0, &b.slate, &e), SLATE_BAD_PROFILE);
    T_CHECK(strstr(e.message, "not a regular file"), "%s", e.message);
    T_CHECK(unlink(b.profile) == 0);
    T_EQ_INT(slate_open_profile(b.profile, 0, &b.slate, &e), SLATE_BAD_PROFILE);
    T_CHECK(strstr(e.message, "No such file"), "%s", e.message);
}
