// SPDX-License-Identifier: Apache-2.0
/* Handshakes of who enrols, in memory. */
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>

#include "proto/tlsctx.h"
#include "t.h"
#include "tests/support/certs.h"
#include "tests/support/tmpdir.h"

struct fixture {
    struct tmpdir dir;
    struct certs *certs;
    SSL_CTX *server;
    uint8_t ca_sha256[TLSCTX_CA_BYTES];
};

static X509 *read_cert(struct certs *certs, const char *name)
{
    FILE *f = fopen(certs_path(certs, name), "re");
    X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

    T_CHECK(cert != NULL, "%s", name);
    fclose(f);
    return cert;
}

static void setup(struct fixture *f, const char *cert, const char *key, bool offer)
{
    char error[TLSCTX_ERROR_BYTES] = "";
    unsigned int n;

    tmpdir_init(&f->dir);
    f->certs = certs_new(f->dir.path);
    certs_make(f->certs,
               &(struct certs_spec){.name = "other", .purpose = CERTS_SERVER, .by_stranger = true});
    const struct tlsctx_files files = {
        .ca = certs_path(f->certs, "ca.pem"),
        .cert = certs_path(f->certs, cert),
        .key = certs_path(f->certs, key),
    };
    T_EQ_INT(tlsctx_new_server(&files, error, sizeof(error), &f->server), 0, "%s", error);
    X509 *ca = read_cert(f->certs, "ca.pem");
    T_EQ_INT(X509_digest(ca, EVP_sha256(), f->ca_sha256, &n), 1);
    if (offer) {
        T_EQ_INT(tlsctx_offer_enrolment(f->server, ca), 0);
    }
    X509_free(ca);
}

static void teardown(struct fixture *f)
{
    SSL_CTX_free(f->server);
    certs_free(f->certs);
    tmpdir_fini(&f->dir);
}

/* True when both ends are through. */
static bool shake(SSL *client, SSL *server)
{
    BIO *a;
    BIO *b;
    bool done = false;

    T_EQ_INT(BIO_new_bio_pair(&a, 0, &b, 0), 1);
    SSL_set_bio(client, a, a);
    SSL_set_bio(server, b, b);
    for (int i = 0; !done && i < 20; i++) {
        const int mine = SSL_do_handshake(client);
        const int theirs = SSL_do_handshake(server);
        done = mine == 1 && theirs == 1;
        if ((mine != 1 && SSL_get_error(client, mine) == SSL_ERROR_SSL) ||
            (theirs != 1 && SSL_get_error(server, theirs) == SSL_ERROR_SSL)) {
            break;
        }
    }
    return done;
}

/* A whole connection; true when it stands. */
static bool enrol(struct fixture *f, const uint8_t *ca_sha256, const char *host,
                  char ret_protocol[64], bool *ret_certificate)
{
    SSL_CTX *ctx = NULL;
    SSL *client = NULL;
    SSL *server = NULL;
    const unsigned char *alpn;
    unsigned int n;

    T_EQ_INT(tlsctx_new_enrol(ca_sha256, &ctx), 0);
    T_EQ_INT(tlsctx_enrol_ssl(ctx, host, &client), 0);
    T_EQ_INT(tlsctx_server_ssl(f->server, &server), 0);
    const bool ok = shake(client, server);
    SSL_get0_alpn_selected(server, &alpn, &n);
    memset(ret_protocol, 0, 64);
    if (n > 0) {
        memcpy(ret_protocol, alpn, n);
    }
    *ret_certificate = SSL_get0_peer_certificate(server) != NULL;
    SSL_free(client);
    SSL_free(server);
    SSL_CTX_free(ctx);
    return ok;
}

T_TEST(tls_enrol, nobody_needs_a_certificate_to_enrol)
{
    struct fixture f;
    char protocol[64];
    bool certificate;

    setup(&f, "server.pem", "server.key", true);
    T_CHECK(enrol(&f, f.ca_sha256, "localhost", protocol, &certificate));
    T_EQ_STR(protocol, "slate-enrol/1");
    T_CHECK(!certificate);
    teardown(&f);
}

T_TEST(tls_enrol, another_ca_than_the_code_names_is_refused)
{
    struct fixture f;
    char protocol[64];
    bool certificate;

    setup(&f, "server.pem", "server.key", true);
    f.ca_sha256[31] ^= 1;
    T_CHECK(!enrol(&f, f.ca_sha256, "localhost", protocol, &certificate));
    teardown(&f);
}

T_TEST(tls_enrol, a_server_that_only_shows_the_right_ca_is_refused)
{
    struct fixture f;
    char protocol[64];
    bool certificate;

    setup(&f, "other.pem", "other.key", true); // its own comes from elsewhere
    T_CHECK(!enrol(&f, f.ca_sha256, "localhost", protocol, &certificate));
    teardown(&f);
}

T_TEST(tls_enrol, another_host_is_refused)
{
    struct fixture f;
    char protocol[64];
    bool certificate;

    setup(&f, "server.pem", "server.key", true);
    T_CHECK(!enrol(&f, f.ca_sha256, "elsewhere.example", protocol, &certificate));
    teardown(&f);
}

T_TEST(tls_enrol, a_server_that_does_not_offer_it_knows_no_such_protocol)
{
    struct fixture f;
    char protocol[64];
    bool certificate;

    setup(&f, "server.pem", "server.key", false);
    T_CHECK(!enrol(&f, f.ca_sha256, "localhost", protocol, &certificate));
    T_EQ_STR(protocol, "");
    teardown(&f);
}

T_TEST(tls_enrol, where_it_is_offered_the_service_still_wants_a_certificate)
{
    struct fixture f;
    SSL_CTX *ctx = NULL;
    SSL *client = NULL;
    SSL *server = NULL;

    setup(&f, "server.pem", "server.key", true);
    T_EQ_INT(tlsctx_new_enrol(f.ca_sha256, &ctx), 0);
    T_EQ_INT(tlsctx_client_ssl(ctx, "localhost", &client), 0); // slate/1 without a certificate
    T_EQ_INT(tlsctx_server_ssl(f.server, &server), 0);
    T_CHECK(!shake(client, server));
    SSL_free(client);
    SSL_free(server);
    SSL_CTX_free(ctx);
    teardown(&f);
}
