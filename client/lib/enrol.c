// SPDX-License-Identifier: Apache-2.0
/*
 * From a code to a profile, and from a profile to the next one. The key is written before anybody
 * is asked, and the profile before the key's own file goes: cut off at any point, the same call
 * goes on with the same key.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "client/lib/codec.h"
#include "client/lib/deadline.h"
#include "client/lib/error.h"
#include "client/lib/own_key.h"
#include "client/lib/private_file.h"
#include "client/lib/profile.h"
#include "client/lib/session.h"
#include "proto/enrolcode.h"
#include "proto/tlsctx.h"

/** The part of a certificate's time in which it is renewed. */
#define LAST_PART 3

// ---- certificates -------------------------------------------------------------------------------

static int64_t instant_of(const ASN1_TIME *t)
{
    struct tm tm;

    return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) * 1000000 : 0;
}

static bool key_hash(const X509 *x, uint8_t ret[32])
{
    unsigned char *der = NULL;
    const int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
    const bool ok = n > 0 && EVP_Digest(der, (size_t)n, ret, NULL, EVP_sha256(), NULL) == 1;

    OPENSSL_free(der);
    return ok;
}

static bool look_at(const char *cert, struct slate_own_certificate *ret)
{
    BIO *bio = BIO_new_mem_buf(cert, -1);
    X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    const bool ok = x && key_hash(x, ret->key_sha256);

    if (ok) {
        ret->begins_at = instant_of(X509_get0_notBefore(x));
        ret->expires_at = instant_of(X509_get0_notAfter(x));
        ret->renew_at = ret->expires_at - (ret->expires_at - ret->begins_at) / LAST_PART;
    }
    X509_free(x);
    BIO_free(bio);
    ERR_clear_error();
    return ok;
}

/** The certificates of a text, and nothing else of it; NULL when there is none. The caller frees.
 */
static char *only_certificates(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    BIO *out = BIO_new(BIO_s_mem());
    X509 *x;
    char *text = NULL;
    char *data;
    bool ok = in && out;

    while (ok && (x = PEM_read_bio_X509(in, NULL, NULL, NULL))) {
        ok = PEM_write_bio_X509(out, x) == 1;
        X509_free(x);
    }
    const long n = ok ? BIO_get_mem_data(out, &data) : 0;
    if (n > 0) {
        text = calloc(1, (size_t)n + 1);
    }
    if (text) {
        memcpy(text, data, (size_t)n);
    }
    BIO_free(in);
    BIO_free(out);
    ERR_clear_error();
    return text;
}

// ---- the profile --------------------------------------------------------------------------------

/** What is to be in it. */
struct content {
    const char *name;
    const char *server;
    const char *ca;
    const char *cert;
    const struct own_key *key;
};

/** The text's lines, each indented below its key. */
static void put_block(FILE *f, const char *key, const char *text)
{
    fprintf(f, "%s: |\n", key);
    while (*text) {
        const size_t n = strcspn(text, "\n");

        fprintf(f, "  %.*s\n", (int)n, text);
        text += n;
        text += *text == '\n';
    }
}

static bool is_name(const char *name)
{
    return *name && strlen(name) < 64 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0';
}

static char *compose(const struct content *c, size_t *ret_size)
{
    char *ca = only_certificates(c->ca);
    char *cert = only_certificates(c->cert);
    char *key = own_key_pem(c->key);
    // In a buffer of its own, so that no copy of the key stays behind where a stream grew
    const size_t size = ca && cert && key ? 1024 + 2 * (strlen(ca) + strlen(cert) + strlen(key))
                                          : 0;
    char *text = size ? calloc(1, size) : NULL;
    FILE *f = text ? fmemopen(text, size, "w") : NULL;

    if (f) {
        setvbuf(f, NULL, _IONBF, 0);
        if (*c->name) {
            fprintf(f,
                    "# A slate profile: whoever can read this file can act as %s.\n"
                    "name: %s\n",
                    c->name, c->name);
        }
        fprintf(f, "server: \"%s\"\n", c->server);
        put_block(f, "ca", ca);
        put_block(f, "cert", cert);
        put_block(f, "key", key);
        fclose(f);
    }
    free(ca);
    free(cert);
    private_file_free(key, key ? strlen(key) : 0);
    *ret_size = size;
    return text;
}

static enum slate_status write_profile(const char *file, const struct content *c, bool replace,
                                       struct slate_error *e)
{
    size_t size;

    if ((*c->name && !is_name(c->name)) || !own_key_fits(c->key, c->cert)) {
        return error_set(e, SLATE_PROTOCOL, "the server sent a certificate for something else");
    }
    char *text = compose(c, &size);
    if (!text) {
        return error_no_memory(e);
    }
    enum slate_status status = private_file_write(file, text, replace, NULL, e);
    private_file_free(text, size);
    if (status == SLATE_OK) {
        own_key_settle(c->key);
    }
    return status;
}

// ---- with a code --------------------------------------------------------------------------------

/** The one question, over a connection on which the server has proved who it is. */
static enum slate_status ask(struct session *s, const struct enrolcode *code,
                             const struct own_key *key, int64_t until_us,
                             struct codec_enrolled *ret, struct slate_error *e)
{
    const struct slate_bytes csr = {key->csr, key->csr_bytes};
    struct frame frame;
    uint8_t *p;
    size_t n;

    enum slate_status status = codec_enrol_encode(code->secret, csr, &p, &n, e);
    if (status != SLATE_OK) {
        return status;
    }
    const int sent = session_send(s, p, n);
    OPENSSL_cleanse(p, n);
    free(p);
    if (sent < 0) {
        return error_no_memory(e);
    }
    status = session_receive(s, until_us, &frame, e);
    return status == SLATE_OK ? codec_enrolled_decode(frame.payload, frame.n, ret, e) : status;
}

static enum slate_status connect_and_ask(const struct enrolcode *code, const struct own_key *key,
                                         int64_t until_us, struct codec_enrolled *ret,
                                         struct slate_error *e)
{
    struct address address;
    struct session *s = NULL;
    SSL_CTX *ctx = NULL;

    enum slate_status status = address_parse(code->address, &address, e);
    if (status != SLATE_OK) {
        return status;
    }
    const int never = eventfd(0, EFD_CLOEXEC); // nothing interrupts this
    if (never < 0 || tlsctx_new_enrol(code->ca_sha256, &ctx) < 0) {
        status = error_no_memory(e);
    }
    if (status == SLATE_OK) {
        status = session_open(&address, never, until_us, &s, e);
    }
    if (status == SLATE_OK) {
        status = session_handshake(s, ctx, address.host, true, until_us, e);
    }
    if (status == SLATE_OK) {
        status = ask(s, code, key, until_us, ret, e);
    }
    session_free(s);
    SSL_CTX_free(ctx);
    if (never >= 0) {
        close(never);
    }
    return status;
}

static enum slate_status enrol(const struct enrolcode *code, const char *file, uint32_t timeout_ms,
                               struct slate_error *e)
{
    const int64_t until_us = deadline_after_ms(timeout_ms ? timeout_ms : SLATE_DEFAULT_TIMEOUT_MS);
    struct own_key key = {0};
    struct codec_enrolled enrolled = {0};

    if (private_file_is_there(file)) {
        error_set(e, SLATE_BAD_PROFILE, "there is a profile %s already", file);
        error_hint(e, "another one can lie beside it: --context NAME");
        return SLATE_BAD_PROFILE;
    }
    enum slate_status status = private_file_folders(file, e);
    if (status == SLATE_OK) {
        status = own_key_take(file, &key, e);
    }
    if (status == SLATE_OK) {
        status = connect_and_ask(code, &key, until_us, &enrolled, e);
    }
    if (status == SLATE_OK) {
        const struct content c = {
            .name = enrolled.name,
            .server = code->address,
            .ca = enrolled.certificate->ca,
            .cert = enrolled.certificate->cert,
            .key = &key,
        };
        status = write_profile(file, &c, false, e);
    }
    slate_result_free(enrolled.result);
    own_key_fini(&key);
    return status;
}

enum slate_status slate_enroll(const char *text, const char *profile_file, uint32_t timeout_ms,
                               struct slate_error *reterr)
{
    struct enrolcode code;
    struct slate_error e;

    if (enrolcode_parse(text, &code) != 0) {
        error_set(&e, SLATE_INVALID_ARGUMENT, "this is no whole code");
        error_hint(&e, "it is one word that begins with slate1-, and nothing of it may be missing");
        return error_give(&e, reterr);
    }
    enum slate_status status = enrol(&code, profile_file, timeout_ms, &e);
    OPENSSL_cleanse(&code, sizeof(code));
    return status == SLATE_OK ? status : error_give(&e, reterr);
}

// ---- with a profile -----------------------------------------------------------------------------

static enum slate_status load(const char *file, struct profile *profile,
                              struct slate_own_certificate *ret, struct slate_error *e)
{
    enum slate_status status = profile_load(file, profile, e);

    *ret = (struct slate_own_certificate){.name = ""};
    if (status == SLATE_OK && !look_at(profile->cert, ret)) {
        profile_fini(profile);
        return error_set(e, SLATE_BAD_PROFILE, "%s: the certificate can't be read", file);
    }
    if (status == SLATE_OK) {
        snprintf(ret->name, sizeof(ret->name), "%s", profile->name);
        snprintf(ret->server, sizeof(ret->server), "%s", profile->server);
    }
    return status;
}

enum slate_status slate_read_profile(const char *profile_file, struct slate_own_certificate *ret,
                                     struct slate_error *reterr)
{
    struct profile profile;
    struct slate_error e;

    enum slate_status status = load(profile_file, &profile, ret, &e);
    if (status != SLATE_OK) {
        return error_give(&e, reterr);
    }
    profile_fini(&profile);
    return SLATE_OK;
}

/** *ret_expires_at follows the certificate that is there then. */
static enum slate_status renew(const char *file, const struct profile *profile, uint32_t timeout_ms,
                               int64_t *ret_expires_at, struct slate_error *e)
{
    struct own_key key = {0};
    struct slate *s = NULL;
    struct slate_result *r = NULL;

    enum slate_status status = own_key_take(file, &key, e);
    if (status == SLATE_OK) {
        status = slate_open_profile(file, timeout_ms, &s, e);
    }
    if (status == SLATE_OK) {
        const struct slate_request request = {
            .kind = SLATE_RENEW_CERTIFICATE,
            .renew_certificate = {.csr = {key.csr, key.csr_bytes}},
        };
        status = slate_call(s, &request, &r, e);
    }
    if (status == SLATE_OK) {
        const struct content c = {
            .name = profile->name,
            .server = profile->server,
            .ca = r->certificate.ca,
            .cert = r->certificate.cert,
            .key = &key,
        };
        status = c.ca && c.cert
                     ? write_profile(file, &c, true, e)
                     : error_set(e, SLATE_PROTOCOL, "the server sent no whole certificate");
        *ret_expires_at = r->certificate.expires_at;
    }
    slate_result_free(r);
    slate_close(s);
    own_key_fini(&key);
    return status;
}

enum slate_status slate_renew(const char *profile_file, bool force, uint32_t timeout_ms,
                              int64_t *ret_expires_at, struct slate_error *reterr)
{
    struct profile profile;
    struct slate_own_certificate own;
    struct slate_error e;

    enum slate_status status = load(profile_file, &profile, &own, &e);
    if (status != SLATE_OK) {
        return error_give(&e, reterr);
    }
    int64_t expires_at = own.expires_at;
    if (force || (int64_t)deadline_wall_ms() * 1000 >= own.renew_at) {
        status = renew(profile_file, &profile, timeout_ms, &expires_at, &e);
    }
    profile_fini(&profile);
    if (ret_expires_at) {
        *ret_expires_at = expires_at;
    }
    return status == SLATE_OK ? status : error_give(&e, reterr);
}
