// SPDX-License-Identifier: Apache-2.0
/*
 * Calls of OpenSSL that move bytes, their outcomes, and words for what can go wrong.
 *
 * Each call starts with an empty error queue and is classified before anything else may touch the
 * queue; classify() leaves it empty again.
 */
#include "proto/tlscall.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** What the peer told us in an alert, or what we found, in words that say what to do. */
static const struct {
    int reason;
    const char *text;
} reasons[] = {
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "the peer requires a certificate"},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
     "the peer refused our certificate: it is not valid yet, or malformed"},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
     "the peer refused our certificate: it is not made for this purpose"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "the peer refused our certificate: it was revoked"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "the peer refused our certificate: it has expired"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "the peer refused our certificate"},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA,
     "the peer refused our certificate: it was issued by a CA that it does not trust"},
    {SSL_R_TLSV1_ALERT_ACCESS_DENIED, "the peer denied us access"},
    {SSL_R_TLSV1_ALERT_DECRYPT_ERROR, "the peer could not verify our signature"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the peer does not speak TLS 1.3"},
    {SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, "the peer does not speak our protocol"},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "the peer found no common parameters"},
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "the peer showed no certificate"},
    {SSL_R_NO_APPLICATION_PROTOCOL, "the peer asked for a protocol that is not ours"},
    {SSL_R_UNSUPPORTED_PROTOCOL, "the peer does not speak TLS 1.3"},
    {SSL_R_WRONG_VERSION_NUMBER, "the peer does not speak TLS"},
    {SSL_R_HTTP_REQUEST, "the peer does not speak TLS but HTTP"},
};

__attribute__((format(printf, 3, 4))) static void say(char *reterr, size_t reterr_size,
                                                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reterr, reterr_size, format, args);
    va_end(args);
}

/** Something in the protocol was refused, by us or by the peer. */
static void say_refused(SSL *ssl, unsigned long code, char *reterr, size_t reterr_size)
{
    int reason = ERR_GET_REASON(code);

    if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
        if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
            say(reterr, reterr_size, "the peer's certificate was refused: %s",
                X509_verify_cert_error_string(SSL_get_verify_result(ssl)));
            return;
        }
        for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
            if (reasons[i].reason == reason) {
                say(reterr, reterr_size, "%s", reasons[i].text);
                return;
            }
        }
    }
    const char *text = ERR_reason_error_string(code);
    say(reterr, reterr_size, "%s", text ? text : "unknown TLS error");
}

static enum tlscall classify(SSL *ssl, int result, char *reterr, size_t reterr_size)
{
    int saved_errno = errno;
    enum tlscall outcome = TLSCALL_FAILED;
    unsigned long code;

    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_NONE: return TLSCALL_DONE;
    case SSL_ERROR_WANT_READ: return TLSCALL_WANT_READ;
    case SSL_ERROR_WANT_WRITE: return TLSCALL_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN: return TLSCALL_CLOSED;
    case SSL_ERROR_SYSCALL:
        outcome = TLSCALL_LOST;
        say(reterr, reterr_size, "%s",
            saved_errno ? strerror(saved_errno) : "the connection was closed");
        break;
    case SSL_ERROR_SSL:
        code = ERR_peek_error();
        if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
            ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            outcome = TLSCALL_LOST;
            say(reterr, reterr_size, "the connection was cut off");
        } else {
            say_refused(ssl, code, reterr, reterr_size);
        }
        break;
    default: // no callback of ours suspends a call
        say(reterr, reterr_size, "unexpected state of TLS");
        break;
    }
    ERR_clear_error();
    return outcome;
}

/** Before every call: what was left behind by others must not be taken for ours. */
static void prepare(void)
{
    ERR_clear_error();
    errno = 0;
}

/** True when the peer has shown what this end asks for. OpenSSL sees to that; a mistake in the
 * policy must not go unnoticed all the same. */
static bool is_complete(SSL *ssl)
{
    const unsigned char *alpn;
    unsigned int alpn_n;

    SSL_get0_alpn_selected(ssl, &alpn, &alpn_n);
    if (alpn_n == 0) {
        return false;
    }
    bool must_show = !SSL_is_server(ssl) ||
                     (SSL_get_verify_mode(ssl) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) != 0;
    return !must_show ||
           (SSL_get0_peer_certificate(ssl) && SSL_get_verify_result(ssl) == X509_V_OK);
}

enum tlscall tlscall_handshake(SSL *ssl, char *reterr, size_t reterr_size)
{
    prepare();
    int r = SSL_do_handshake(ssl);
    if (r != 1) {
        return classify(ssl, r, reterr, reterr_size);
    }
    if (!is_complete(ssl)) {
        say(reterr, reterr_size, "the handshake left a protocol or a certificate open");
        return TLSCALL_FAILED;
    }
    return TLSCALL_DONE;
}

enum tlscall tlscall_read(SSL *ssl, void *p, size_t n, char *reterr, size_t reterr_size,
                          size_t *ret_n)
{
    prepare();
    int r = SSL_read_ex(ssl, p, n, ret_n);
    return r == 1 ? TLSCALL_DONE : classify(ssl, r, reterr, reterr_size);
}

enum tlscall tlscall_write(SSL *ssl, const void *p, size_t n, char *reterr, size_t reterr_size,
                           size_t *ret_n)
{
    prepare();
    int r = SSL_write_ex(ssl, p, n, ret_n);
    return r == 1 ? TLSCALL_DONE : classify(ssl, r, reterr, reterr_size);
}

enum tlscall tlscall_shutdown(SSL *ssl)
{
    prepare();
    int r = SSL_shutdown(ssl);
    return r >= 0 ? TLSCALL_DONE : classify(ssl, r, NULL, 0);
}
