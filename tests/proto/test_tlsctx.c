// SPDX-License-Identifier: Apache-2.0
/*
 * Contexts and the files that they are made of. What the policy does to connections is tested with
 * real sockets, in tests/net.
 */
#include "proto/tlsctx.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/tlscall.h"
#include "t.h"
#include "tests/support/certs.h"
#include "tests/support/tmpdir.h"

struct fixture {
    struct tmpdir dir;
    struct certs *certs;
    struct tlsctx_files server;
};

static void setup(struct fixture *f)
{
    tmpdir_init(&f->dir);
    f->certs = certs_new(f->dir.path);
    f->server = (struct tlsctx_files){
        .ca = certs_path(f->certs, "ca.pem"),
        .cert = certs_path(f->certs, "server.pem"),
        .key = certs_path(f->certs, "server.key"),
    };
}

static void teardown(struct fixture *f)
{
    certs_free(f->certs);
    tmpdir_fini(&f->dir);
}

/** Expect a refusal whose text names both the file and the cause. */
static void expect_refusal(const struct tlsctx_files *files, int code, const char *file,
                           const char *cause)
{
    char error[TLSCTX_ERROR_BYTES] = "";
    SSL_CTX *ctx = NULL;

    T_EQ_INT(tlsctx_new_server(files, error, sizeof(error), &ctx), code, "%s: %s", file, error);
    T_CHECK(ctx == NULL);
    T_CHECK(strstr(error, file) != NULL, "\"%s\" does not name %s", error, file);
    T_CHECK(strstr(error, cause) != NULL, "\"%s\" does not say \"%s\"", error, cause);
    T_CHECK(strchr(error, '\n') == NULL);
    T_EQ_INT(ERR_peek_error(), 0, "left in OpenSSL's queue");
    T_EQ_INT(tlsctx_new_client(files, error, sizeof(error), &ctx), code, "client: %s", error);
}

T_TEST(tlsctx, makes_both_ends_from_good_files)
{
    struct fixture f;
    char error[TLSCTX_ERROR_BYTES] = "";
    SSL_CTX *server = NULL;
    SSL_CTX *client = NULL;

    setup(&f);
    certs_client(f.certs, "alice");
    const struct tlsctx_files files = {
        .ca = f.server.ca,
        .cert = certs_path(f.certs, "alice.pem"),
        .key = certs_path(f.certs, "alice.key"),
    };
    T_EQ_INT(tlsctx_new_server(&f.server, error, sizeof(error), &server), 0, "%s", error);
    T_EQ_INT(tlsctx_new_client(&files, error, sizeof(error), &client), 0, "%s", error);

    T_EQ_INT(SSL_CTX_get_min_proto_version(server), TLS1_3_VERSION);
    T_EQ_INT(SSL_CTX_get_max_proto_version(client), TLS1_3_VERSION);
    T_EQ_INT(SSL_CTX_get_verify_mode(server), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
    T_EQ_INT(SSL_CTX_get_verify_mode(client), SSL_VERIFY_PEER);
    T_EQ_INT(SSL_CTX_get_security_level(server), 2);
    T_EQ_INT(SSL_CTX_get_num_tickets(server), 0);
    T_EQ_INT(SSL_CTX_get_max_early_data(server), 0);
    T_EQ_INT(SSL_CTX_get_session_cache_mode(server), SSL_SESS_CACHE_OFF);
    SSL_CTX_free(server);
    SSL_CTX_free(client);
    teardown(&f);
}

T_TEST(tlsctx, a_key_that_others_can_touch_is_refused)
{
    static const struct {
        mode_t mode;
        int expected;
    } rows[] = {
        {0600, 0},
        {0400, 0},
        {0640, TLSCTX_KEY_EXPOSED},
        {0604, TLSCTX_KEY_EXPOSED},
        {0620, TLSCTX_KEY_EXPOSED},
        {0602, TLSCTX_KEY_EXPOSED},
        {0610, TLSCTX_KEY_EXPOSED},
        {0644, TLSCTX_KEY_EXPOSED},
    };
    struct fixture f;
    char error[TLSCTX_ERROR_BYTES];

    setup(&f);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        SSL_CTX *ctx = NULL;
        T_EQ_INT(chmod(f.server.key, rows[i].mode), 0);
        T_EQ_INT(tlsctx_new_server(&f.server, error, sizeof(error), &ctx), rows[i].expected,
                 "mode %o: %s", (unsigned int)rows[i].mode, error);
        SSL_CTX_free(ctx);
    }
    expect_refusal(&f.server, TLSCTX_KEY_EXPOSED, "server.key", "chmod 600");
    teardown(&f);
}

T_TEST(tlsctx, a_key_of_another_user_is_refused)
{
    struct fixture f;

    if (geteuid() != 0) { // can't give a file away
        return;
    }
    setup(&f);
    T_EQ_INT(chown(f.server.key, 12345, (gid_t)-1), 0);
    expect_refusal(&f.server, TLSCTX_KEY_EXPOSED, "server.key", "another user");
    teardown(&f);
}

T_TEST(tlsctx, a_key_must_be_a_regular_file)
{
    struct fixture f;

    setup(&f);
    f.server.key = f.dir.path;
    expect_refusal(&f.server, TLSCTX_KEY_EXPOSED, f.dir.path, "not a regular file");

    f.server.key = certs_path(f.certs, "fifo");
    T_EQ_INT(mkfifo(f.server.key, 0600), 0);
    expect_refusal(&f.server, TLSCTX_KEY_EXPOSED, "fifo", "not a regular file");

    // A link is fine when what it leads to is
    char error[TLSCTX_ERROR_BYTES] = "";
    SSL_CTX *ctx = NULL;
    f.server.key = certs_path(f.certs, "link.key");
    T_EQ_INT(symlink("server.key", f.server.key), 0);
    T_EQ_INT(tlsctx_new_server(&f.server, error, sizeof(error), &ctx), 0, "%s", error);
    SSL_CTX_free(ctx);
    teardown(&f);
}

T_TEST(tlsctx, a_file_that_is_missing_or_malformed_is_named)
{
    struct fixture f;

    setup(&f);
    const struct tlsctx_files good = f.server;
    const char *missing = certs_path(f.certs, "missing.pem");
    const char *junk = certs_path(f.certs, "junk.pem");
    int fd = open(junk, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    T_CHECK(fd >= 0 && write(fd, "junk\n", 5) == 5);
    close(fd);

    f.server.ca = missing;
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "missing.pem", "No such file");
    f.server.ca = junk;
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "junk.pem", "no certificate");
    f.server = good;
    f.server.cert = missing;
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "missing.pem", "No such file");
    f.server.cert = junk;
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "junk.pem", "no start line");
    f.server = good;
    f.server.key = missing;
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "missing.pem", "No such file");
    f.server.key = junk;
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "junk.pem", "no unencrypted private key");
    teardown(&f);
}

T_TEST(tlsctx, a_key_of_another_certificate_is_refused)
{
    struct fixture f;

    setup(&f);
    certs_client(f.certs, "alice");
    f.server.key = certs_path(f.certs, "alice.key");
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "alice.key", "does not fit");
    teardown(&f);
}

T_TEST(tlsctx, an_encrypted_key_is_refused_without_asking_anybody)
{
    struct fixture f;

    setup(&f);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    f.server.key = certs_path(f.certs, "locked.key");
    int fd = open(f.server.key, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    FILE *file = fdopen(fd, "w");
    T_CHECK(key != NULL && file != NULL);
    T_EQ_INT(PEM_write_PrivateKey(file, key, EVP_aes_128_cbc(), (const unsigned char *)"pass", 4,
                                  NULL, NULL),
             1);
    fclose(file);
    EVP_PKEY_free(key);
    expect_refusal(&f.server, TLSCTX_BAD_FILES, "locked.key", "no unencrypted private key");
    teardown(&f);
}

T_TEST(tlsctx, a_client_must_say_whom_it_wants)
{
    struct fixture f;
    char error[TLSCTX_ERROR_BYTES] = "";
    SSL_CTX *ctx = NULL;
    SSL *ssl = NULL;

    setup(&f);
    T_EQ_INT(tlsctx_new_client(&f.server, error, sizeof(error), &ctx), 0, "%s", error);
    T_CHECK(tlsctx_client_ssl(ctx, "", &ssl) < 0 && ssl == NULL);
    T_EQ_INT(tlsctx_client_ssl(ctx, "localhost", &ssl), 0);
    T_EQ_STR(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), "localhost");
    SSL_free(ssl);
    T_EQ_INT(tlsctx_client_ssl(ctx, "::1", &ssl), 0);
    T_EQ_STR(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), NULL, "an address is no name");
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    teardown(&f);
}
