// SPDX-License-Identifier: Apache-2.0
#include "auth/identity.h"

#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#define PREFIX "slate:principal/"

int identity_name_valid(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n >= PRINCIPAL_NAME_BYTES) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        int word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!word && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
            return 0;
        }
    }
    return 1;
}

/* Copies the name out of one URI; 1 if it is not ours. */
static int name_from_uri(const ASN1_IA5STRING *uri, char ret_name[PRINCIPAL_NAME_BYTES])
{
    const char *text = (const char *)ASN1_STRING_get0_data(uri);
    size_t n = (size_t)ASN1_STRING_length(uri);
    size_t prefix = strlen(PREFIX);

    if (n <= prefix || n - prefix >= PRINCIPAL_NAME_BYTES || memcmp(text, PREFIX, prefix) != 0 ||
        memchr(text, '\0', n) != NULL) {
        return 1;
    }
    memcpy(ret_name, text + prefix, n - prefix);
    ret_name[n - prefix] = '\0';
    return identity_name_valid(ret_name) ? 0 : 1;
}

int identity_name(const X509 *certificate, char ret_name[PRINCIPAL_NAME_BYTES])
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    char name[PRINCIPAL_NAME_BYTES] = "";
    int uris = 0;
    int bad = names == NULL;

    for (int i = 0; !bad && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
        if (g->type != GEN_URI) {
            continue;
        }
        uris++;
        bad = name_from_uri(g->d.uniformResourceIdentifier, name) != 0;
    }
    GENERAL_NAMES_free(names);
    if (bad || uris != 1) {
        return 1;
    }
    memcpy(ret_name, name, sizeof(name));
    return 0;
}

int64_t identity_expires_at(const X509 *certificate)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) != 1) {
        return 0;
    }
    return (int64_t)timegm(&tm) * 1000000;
}
