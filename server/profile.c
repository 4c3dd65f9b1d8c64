// SPDX-License-Identifier: Apache-2.0
#include "profile.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           strncmp(host, "127.", 4) == 0;
}

void profile_server(const X509 *certificate, const struct config_listen *listen,
                    char ret[PROFILE_SERVER_BYTES])
{
    char host[PKI_HOST_BYTES];

    if (pki_first_host(certificate, host) != 0 || is_loopback(host) || host[0] == '*') {
        const char *near = strcmp(listen->host, "0.0.0.0") == 0 ? "127.0.0.1"
                           : strcmp(listen->host, "::") == 0    ? "::1"
                                                                : listen->host;
        (void)snprintf(host, sizeof(host), "%s", near);
    }
    bool v6 = strchr(host, ':') != NULL;
    (void)snprintf(ret, PROFILE_SERVER_BYTES, "%s%s%s:%u", v6 ? "[" : "", host, v6 ? "]" : "",
                   (unsigned)listen->port);
}

/* The text's lines, each indented below its key. */
static void put_block(FILE *f, const char *key, const char *text)
{
    (void)fprintf(f, "%s: |\n", key);
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        (void)fprintf(f, "  %.*s\n", (int)n, text);
        text += n;
        text += *text == '\n';
    }
}

static char *compose(const char *server, const char *name, const char *ca, const char *cert,
                     const char *key)
{
    /* In a buffer of its own, so that no copy of the key stays behind where a stream grew. */
    size_t size = 1024 + 2 * (strlen(ca) + strlen(cert) + strlen(key));
    char *text = calloc(1, size);
    FILE *f = text == NULL ? NULL : fmemopen(text, size, "w");

    if (f == NULL) {
        free(text);
        return NULL;
    }
    (void)setvbuf(f, NULL, _IONBF, 0);
    (void)fprintf(f,
                  "# A slate profile: whoever can read this file can act as %s.\n"
                  "name: %s\n"
                  "server: \"%s\"\n",
                  name, name, server);
    put_block(f, "ca", ca);
    put_block(f, "cert", cert);
    put_block(f, "key", key);
    bool ok = ferror(f) == 0;
    ok = fclose(f) == 0 && ok;
    if (!ok) {
        pki_free_secret(text);
        return NULL;
    }
    return text;
}

int profile_issue(const struct pki_pair *ca, const char *cas, const char *server, const char *name,
                  int64_t now_at, char **ret, char *reterr)
{
    struct pki_pair own;

    int result = pki_principal(ca, name, now_at, &own, reterr);
    if (result != 0) {
        return result;
    }
    char *ca_pem = cas == NULL ? pki_certificate_pem(ca->certificate) : strdup(cas);
    char *certificate_pem = pki_certificate_pem(own.certificate);
    char *key_pem = pki_key_pem(own.key);
    char *text = NULL;
    if (ca_pem != NULL && certificate_pem != NULL && key_pem != NULL) {
        text = compose(server, name, ca_pem, certificate_pem, key_pem);
    }
    free(ca_pem);
    free(certificate_pem);
    pki_free_secret(key_pem);
    pki_pair_fini(&own);
    if (text == NULL) {
        (void)snprintf(reterr, PKI_ERROR_BYTES, "no memory for a profile");
        return -1;
    }
    *ret = text;
    return 0;
}
