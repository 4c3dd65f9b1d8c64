// SPDX-License-Identifier: Apache-2.0
#include "client/lib/refusal.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "client/lib/error.h"

struct words {
    int code;
    const char *message;
    const char *hint;
};

#define NEW_CERTIFICATE "ask whoever runs the server for a new profile (slated user add NAME)"

/** What the server told us. */
static const struct words alerts[] = {
    {SSL_AD_CERTIFICATE_REQUIRED, "the server asks for a certificate and was shown none",
     "the profile's \"cert\" must hold the certificate that belongs to its \"key\""},
    {SSL_AD_BAD_CERTIFICATE, "the server refused our certificate: it is malformed",
     NEW_CERTIFICATE},
    {SSL_AD_UNSUPPORTED_CERTIFICATE,
     "the server refused our certificate: it is not made for a client", NEW_CERTIFICATE},
    {SSL_AD_CERTIFICATE_REVOKED, "the server refused our certificate: it was revoked",
     NEW_CERTIFICATE},
    {SSL_AD_CERTIFICATE_EXPIRED,
     "the server refused our certificate: it has expired, or is not valid yet", NEW_CERTIFICATE},
    {SSL_AD_CERTIFICATE_UNKNOWN, "the server refused our certificate", NEW_CERTIFICATE},
    {SSL_AD_UNKNOWN_CA,
     "the server refused our certificate: it does not know the CA that issued it",
     "is this profile for another server?"},
    {SSL_AD_ACCESS_DENIED, "the server denied us access", NEW_CERTIFICATE},
    {SSL_AD_DECRYPT_ERROR, "the server could not verify our signature",
     "the profile's \"key\" must belong to its \"cert\""},
    {SSL_AD_PROTOCOL_VERSION, "the server does not speak TLS 1.3",
     "is this the address of a slate server?"},
    {SSL_AD_NO_APPLICATION_PROTOCOL, "the server does not speak slate/1",
     "is this the address of a slate server, and of this version?"},
    {SSL_AD_HANDSHAKE_FAILURE, "the server found no common ground for TLS",
     "is this the address of a slate server?"},
};

/** What we found in the server's certificate. */
static const struct words verdicts[] = {
    {X509_V_ERR_HOSTNAME_MISMATCH, "the server's certificate is for another host name",
     "the profile's \"server\" must be a name that the server's certificate has"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "the server's certificate is for another address",
     "the profile's \"server\" must be a name or address that the server's certificate has"},
    {X509_V_ERR_CERT_HAS_EXPIRED, "the server's certificate has expired",
     "tell whoever runs the server"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "the server's certificate is not valid yet",
     "is this computer's clock right?"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "the server's certificate comes from a CA that this profile does not trust",
     "is this profile for another server?"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "the server's certificate comes from a CA that this profile does not trust",
     "is this profile for another server?"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "the server's certificate comes from a CA that this profile does not trust",
     "is this profile for another server?"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "the server's certificate comes from a CA that this profile does not trust",
     "is this profile for another server?"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE,
     "the server's certificate comes from a CA that this profile does not trust",
     "is this profile for another server?"},
    {X509_V_ERR_INVALID_PURPOSE, "the server's certificate is not made for a server",
     "tell whoever runs the server"},
};

static const struct words *find(const struct words *table, size_t n, int code)
{
    for (size_t i = 0; i < n; i++) {
        if (table[i].code == code) {
            return &table[i];
        }
    }
    return NULL;
}

static void note_alert(const SSL *ssl, int where, int value)
{
    int *alert = SSL_get_app_data(ssl);

    if ((where & SSL_CB_ALERT) && (where & SSL_CB_READ) && alert) {
        *alert = value & 0xff;
    }
}

void refusal_watch(SSL *ssl, int *alert)
{
    *alert = -1;
    SSL_set_app_data(ssl, alert);
    SSL_set_info_callback(ssl, note_alert);
}

enum slate_status refusal_explain(SSL *ssl, const char *peer, int alert, const char *text,
                                  struct slate_error *e)
{
    const struct words *words = NULL;

    if (alert >= 0) {
        words = find(alerts, sizeof(alerts) / sizeof(alerts[0]), alert);
    } else if (SSL_get_verify_result(ssl) != X509_V_OK) {
        words = find(verdicts, sizeof(verdicts) / sizeof(verdicts[0]),
                     (int)SSL_get_verify_result(ssl));
    }
    error_set(e, SLATE_TLS, "%s: %s", peer, words ? words->message : text);
    if (words) {
        error_hint(e, "%s", words->hint);
    }
    return SLATE_TLS;
}
