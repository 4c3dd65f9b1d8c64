// SPDX-License-Identifier: Apache-2.0
/*
 * The TLS policy. Whatever a system-wide openssl.cnf says, each setting that matters is made here.
 *
 * Which certificate a client must show hangs on the protocol that it asks for: `protocols` has a
 * row for each, and the context itself asks for the strictest, so that nothing is gained by asking
 * for none.
 */
#include "proto/tlsctx.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Certificates between a leaf and the CA that is trusted, at most: vendor CA, company CA. */
#define CHAIN_DEPTH 3

/** 112 bits and more: no RSA below 2048, no SHA-1. */
#define SECURITY_LEVEL 2

#define VERIFY_MUTUAL (SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)

struct protocol {
    const char *name; // as in ALPN
    int verify;       // what a server asks of its client
    bool enrols;      // only of a context that offers it
};

static const struct protocol protocols[] = {
    {TLSCTX_ALPN, VERIFY_MUTUAL, false},
    {TLSCTX_ALPN_ENROL, SSL_VERIFY_NONE, true},
};

#define N_PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

static void free_ctx(SSL_CTX **ctx)
{
    SSL_CTX_free(*ctx);
}

static void free_ssl(SSL **ssl)
{
    SSL_free(*ssl);
}

__attribute__((format(printf, 4, 5))) static int fail(int code, char *reterr, size_t reterr_size,
                                                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reterr, reterr_size, format, args);
    va_end(args);
    ERR_clear_error();
    return code;
}

/** What OpenSSL complained about first: the deepest cause, which tells most. */
static const char *openssl_reason(void)
{
    unsigned long code = ERR_peek_error();

    if (ERR_SYSTEM_ERROR(code)) {
        return strerror(ERR_GET_REASON(code));
    }
    const char *text = ERR_reason_error_string(code);
    return text ? text : "unknown error";
}

/** Nobody is asked for a pass phrase: a server has nobody to ask, and a prompt in the middle of a
 * script is a hang. */
static int no_passphrase(char *buf, int size, int rwflag, void *userdata)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)userdata;
    return -1;
}

/** Open a key file if nobody else can have read or replaced its content. The checks are made on the
 * descriptor, so that the file can't be swapped between check and use. */
static int open_key(const char *path, char *reterr, size_t reterr_size, FILE **ret)
{
    // O_NONBLOCK: don't hang on a FIFO
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "key file %s: %s", path,
                    strerror(errno));
    }

    struct stat st;
    const char *why = NULL;
    if (fstat(fd, &st) < 0) {
        why = strerror(errno);
    } else if (!S_ISREG(st.st_mode)) {
        why = "is not a regular file";
    } else if (st.st_uid != geteuid() && st.st_uid != 0) {
        why = "belongs to another user; it must belong to us or to root";
    } else if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        why = "can be accessed by others; chmod 600 it";
    }
    if (why) {
        close(fd);
        return fail(TLSCTX_KEY_EXPOSED, reterr, reterr_size, "key file %s %s", path, why);
    }

    FILE *f = fdopen(fd, "r");
    if (!f) {
        close(fd);
        return fail(-1, reterr, reterr_size, "key file %s: %s", path, strerror(errno));
    }
    *ret = f;
    return 0;
}

static int load_key(SSL_CTX *ctx, const char *path, char *reterr, size_t reterr_size)
{
    FILE *f = NULL;
    int r = open_key(path, reterr, reterr_size, &f);
    if (r) {
        return r;
    }

    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, no_passphrase, NULL);
    fclose(f);
    if (!key) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size,
                    "key file %s has no unencrypted private key in PEM: %s", path,
                    openssl_reason());
    }
    int ok = SSL_CTX_use_PrivateKey(ctx, key);
    EVP_PKEY_free(key);
    if (ok != 1) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size,
                    "key file %s does not fit the certificate: %s", path, openssl_reason());
    }
    return 0;
}

static int load_files(SSL_CTX *ctx, const struct tlsctx_files *files, char *reterr,
                      size_t reterr_size)
{
    if (SSL_CTX_load_verify_file(ctx, files->ca) != 1) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "CA file %s: %s", files->ca,
                    openssl_reason());
    }
    if (SSL_CTX_use_certificate_chain_file(ctx, files->cert) != 1) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "certificate file %s: %s", files->cert,
                    openssl_reason());
    }
    int r = load_key(ctx, files->key, reterr, reterr_size);
    if (r) {
        return r;
    }
    if (SSL_CTX_check_private_key(ctx) != 1) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "key file %s does not fit %s: %s",
                    files->key, files->cert, openssl_reason());
    }
    return 0;
}

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static void free_x509(X509 **cert)
{
    X509_free(*cert);
}

/** After the last certificate of a text: true when n > 0 were there and nothing malformed follows.
 */
static bool ends_well(size_t n)
{
    if (n == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return false;
    }
    ERR_clear_error();
    return true;
}

static bool load_ca_pem(SSL_CTX *ctx, const char *text)
{
    __attribute__((cleanup(free_bio))) BIO *bio = BIO_new_mem_buf(text, -1);
    size_t n = 0;

    while (bio) {
        __attribute__((cleanup(free_x509))) X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (!cert) {
            break;
        }
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert) != 1) {
            return false;
        }
        n++;
    }
    return ends_well(n);
}

static bool load_cert_pem(SSL_CTX *ctx, const char *text)
{
    __attribute__((cleanup(free_bio))) BIO *bio = BIO_new_mem_buf(text, -1);
    size_t n = 0;

    while (bio) {
        __attribute__((cleanup(free_x509))) X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (!cert) {
            break;
        }
        if ((n == 0 ? SSL_CTX_use_certificate(ctx, cert) : SSL_CTX_add1_chain_cert(ctx, cert)) !=
            1) {
            return false;
        }
        n++;
    }
    return ends_well(n);
}

static int load_pem(SSL_CTX *ctx, const struct tlsctx_pem *pem, char *reterr, size_t reterr_size)
{
    if (!load_ca_pem(ctx, pem->ca)) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "CA certificate: %s", openssl_reason());
    }
    if (!load_cert_pem(ctx, pem->cert)) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "certificate: %s", openssl_reason());
    }
    __attribute__((cleanup(free_bio))) BIO *bio = BIO_new_mem_buf(pem->key, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    if (!key) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "no unencrypted private key: %s",
                    openssl_reason());
    }
    int ok = SSL_CTX_use_PrivateKey(ctx, key);
    EVP_PKEY_free(key);
    if (ok != 1 || SSL_CTX_check_private_key(ctx) != 1) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size,
                    "the key does not fit the certificate: %s", openssl_reason());
    }
    return 0;
}

/** What holds for both ends. Returns false when OpenSSL refused. */
static bool set_policy(SSL_CTX *ctx)
{
    SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_clear_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    // RELEASE_BUFFERS: an idle connection keeps 9 KiB less. NO_AUTO_CHAIN: what is sent is what is
    // in the certificate file, not what happens to be in the CA file
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);

    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);

    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_depth(param, CHAIN_DEPTH);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                         "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
           SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") == 1 &&
           SSL_CTX_set_max_early_data(ctx, 0) == 1 && SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
           X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT) == 1;
}

static bool is_name(const struct protocol *p, const unsigned char *name, size_t n)
{
    return strlen(p->name) == n && memcmp(p->name, name, n) == 0;
}

/** What hangs on a context besides OpenSSL's own: an X509 of a server that offers enrolment, and
 * the fingerprint of a client that enrols. Freed with the context. */
static int ca_index;
static int fingerprint_index;
static CRYPTO_ONCE indexes_made = CRYPTO_ONCE_STATIC_INIT;

static void free_ca(void *parent, void *p, CRYPTO_EX_DATA *ad, int idx, long argl, void *argp)
{
    (void)parent;
    (void)ad;
    (void)idx;
    (void)argl;
    (void)argp;
    X509_free(p);
}

static void free_fingerprint(void *parent, void *p, CRYPTO_EX_DATA *ad, int idx, long argl,
                             void *argp)
{
    (void)parent;
    (void)ad;
    (void)idx;
    (void)argl;
    (void)argp;
    OPENSSL_free(p);
}

static void make_indexes(void)
{
    ca_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_ca);
    fingerprint_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_fingerprint);
}

static bool has_indexes(void)
{
    return CRYPTO_THREAD_run_once(&indexes_made, make_indexes) == 1 && ca_index >= 0 &&
           fingerprint_index >= 0;
}

/** Whether the protocol may be spoken here. Who enrols is shown the CA. */
static bool take_protocol(SSL *ssl, const struct protocol *p, X509 *ca)
{
    if (p->enrols && (ca == NULL || SSL_add1_chain_cert(ssl, ca) != 1)) {
        return false;
    }
    SSL_set_verify(ssl, p->verify, NULL);
    return true;
}

/** Choose the client's first protocol that we know, and ask for the certificate that it needs: this
 * is called before the server writes its certificate request, and its own certificates. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                           const unsigned char *in, unsigned int in_n, void *arg)
{
    (void)arg;
    X509 *ca = has_indexes() ? SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), ca_index) : NULL;
    for (unsigned int i = 0; i < in_n; i += 1u + in[i]) {
        for (size_t k = 0; k < N_PROTOCOLS; k++) {
            if (is_name(&protocols[k], in + i + 1, in[i]) &&
                take_protocol(ssl, &protocols[k], ca)) {
                *out = in + i + 1;
                *out_n = in[i];
                return SSL_TLSEXT_ERR_OK;
            }
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/** OpenSSL doesn't ask choose_protocol() when a client offers none at all. */
static int require_protocol(SSL *ssl, int *alert, void *arg)
{
    const unsigned char *p;
    size_t n;

    (void)arg;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &p,
                                  &n) != 1) {
        *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
        return SSL_CLIENT_HELLO_ERROR;
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

int tlsctx_new_server(const struct tlsctx_files *files, char *reterr, size_t reterr_size,
                      SSL_CTX **ret)
{
    ERR_clear_error();
    __attribute__((cleanup(free_ctx))) SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx || !set_policy(ctx)) {
        return fail(-1, reterr, reterr_size, "TLS: %s", openssl_reason());
    }
    int r = load_files(ctx, files, reterr, reterr_size);
    if (r) {
        return r;
    }

    // Named to clients, so that one with several certificates knows which to show
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(files->ca);
    if (!names) {
        return fail(TLSCTX_BAD_FILES, reterr, reterr_size, "CA file %s: %s", files->ca,
                    openssl_reason());
    }
    SSL_CTX_set_client_CA_list(ctx, names);
    SSL_CTX_set_verify(ctx, VERIFY_MUTUAL, NULL);
    SSL_CTX_set_client_hello_cb(ctx, require_protocol, NULL);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    // One read() for many small records
    SSL_CTX_set_read_ahead(ctx, 1);
    // Come back after each record that isn't data, so that a flood of them can be counted and cut
    SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);

    *ret = ctx;
    ctx = NULL;
    return 0;
}

/* One of the two says where the certificates are; the other is NULL. */
static int new_client(const struct tlsctx_files *files, const struct tlsctx_pem *pem, char *reterr,
                      size_t reterr_size, SSL_CTX **ret)
{
    ERR_clear_error();
    __attribute__((cleanup(free_ctx))) SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx || !set_policy(ctx)) {
        return fail(-1, reterr, reterr_size, "TLS: %s", openssl_reason());
    }
    int r = files ? load_files(ctx, files, reterr, reterr_size)
                  : load_pem(ctx, pem, reterr, reterr_size);
    if (r) {
        return r;
    }
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);

    *ret = ctx;
    ctx = NULL;
    return 0;
}

int tlsctx_new_client(const struct tlsctx_files *files, char *reterr, size_t reterr_size,
                      SSL_CTX **ret)
{
    return new_client(files, NULL, reterr, reterr_size, ret);
}

int tlsctx_new_client_pem(const struct tlsctx_pem *pem, char *reterr, size_t reterr_size,
                          SSL_CTX **ret)
{
    return new_client(NULL, pem, reterr, reterr_size, ret);
}

int tlsctx_offer_enrolment(SSL_CTX *ctx, X509 *ca)
{
    if (!has_indexes() || X509_up_ref(ca) != 1) {
        return -1;
    }
    if (SSL_CTX_set_ex_data(ctx, ca_index, ca) != 1) {
        X509_free(ca);
        return -1;
    }
    return 0;
}

/** In the place of OpenSSL's own: the one CA that is trusted is the one with the fingerprint, among
 * what the server has shown. */
static int verify_fingerprint(X509_STORE_CTX *store, void *arg)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    const uint8_t *wanted = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), fingerprint_index);
    STACK_OF(X509) *shown = X509_STORE_CTX_get0_untrusted(store);
    STACK_OF(X509) *trusted = sk_X509_new_null();
    int ok = 0;

    (void)arg;
    for (int i = 0; trusted && i < sk_X509_num(shown); i++) {
        uint8_t found[TLSCTX_CA_BYTES];
        unsigned int n;
        if (X509_digest(sk_X509_value(shown, i), EVP_sha256(), found, &n) == 1 &&
            memcmp(found, wanted, sizeof(found)) == 0) {
            (void)sk_X509_push(trusted, sk_X509_value(shown, i));
        }
    }
    if (trusted && sk_X509_num(trusted) > 0) {
        X509_STORE_CTX_set0_trusted_stack(store, trusted);
        ok = X509_verify_cert(store) == 1;
    } else {
        X509_STORE_CTX_set_error(store, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
    }
    X509_STORE_CTX_set0_trusted_stack(store, NULL);
    sk_X509_free(trusted);
    return ok;
}

int tlsctx_new_enrol(const uint8_t ca_sha256[TLSCTX_CA_BYTES], SSL_CTX **ret)
{
    ERR_clear_error();
    __attribute__((cleanup(free_ctx))) SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx || !set_policy(ctx) || !has_indexes()) {
        return -1;
    }
    uint8_t *fingerprint = OPENSSL_memdup(ca_sha256, TLSCTX_CA_BYTES);
    if (!fingerprint || SSL_CTX_set_ex_data(ctx, fingerprint_index, fingerprint) != 1) {
        OPENSSL_free(fingerprint);
        return -1;
    }
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, verify_fingerprint, NULL);

    *ret = ctx;
    ctx = NULL;
    return 0;
}

static int client_ssl(SSL_CTX *ctx, const char *host, const unsigned char *alpn, unsigned int n,
                      SSL **ret)
{
    ERR_clear_error();
    if (host[0] == '\0') { // would mean "any"
        return -1;
    }
    __attribute__((cleanup(free_ssl))) SSL *ssl = SSL_new(ctx);
    if (!ssl) {
        return -1;
    }
    // No wildcards: each server has a certificate of its own
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (SSL_set1_host(ssl, host) != 1 ||
        SSL_set_alpn_protos(ssl, alpn, n) != 0) { // this one returns 0 for success
        return -1;
    }
    // An address may not be a server name (RFC 6066, 3)
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    if (X509_VERIFY_PARAM_get0_host(param, 0) && SSL_set_tlsext_host_name(ssl, host) != 1) {
        return -1;
    }
    SSL_set_connect_state(ssl);

    *ret = ssl;
    ssl = NULL;
    return 0;
}

int tlsctx_client_ssl(SSL_CTX *ctx, const char *host, SSL **ret)
{
    static const unsigned char alpn[] = "\x07" TLSCTX_ALPN;
    _Static_assert(sizeof(TLSCTX_ALPN) - 1 == 7, "the length byte of alpn");

    return client_ssl(ctx, host, alpn, sizeof(alpn) - 1, ret);
}

int tlsctx_enrol_ssl(SSL_CTX *ctx, const char *host, SSL **ret)
{
    static const unsigned char alpn[] = "\x0d" TLSCTX_ALPN_ENROL;
    _Static_assert(sizeof(TLSCTX_ALPN_ENROL) - 1 == 13, "the length byte of alpn");

    return client_ssl(ctx, host, alpn, sizeof(alpn) - 1, ret);
}

int tlsctx_server_ssl(SSL_CTX *ctx, SSL **ret)
{
    ERR_clear_error();
    SSL *ssl = SSL_new(ctx);
    if (!ssl) {
        return -1;
    }
    SSL_set_accept_state(ssl);
    *ret = ssl;
    return 0;
}
