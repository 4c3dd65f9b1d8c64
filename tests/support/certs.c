// SPDX-License-Identifier: Apache-2.0
/*
 * Certificates for tests, as strict verification wants them: version 3, key identifiers, critical
 * basic constraints and key usage. Keys are P-256, which are made in no time.
 */
#include "tests/support/certs.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOUR_S 3600
#define DAY_S  (24 * HOUR_S)

struct authority {
    X509 *cert;
    EVP_PKEY *key;
};

struct path {
    struct path *next;
    char text[];
};

struct certs {
    char *dir;
    struct authority trusted;
    struct authority stranger;
    struct path *paths;
};

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "certs: %s\n", what);
        ERR_print_errors_fp(stderr);
        abort();
    }
}

const char *certs_path(struct certs *certs, const char *file)
{
    size_t n = strlen(certs->dir) + 1 + strlen(file) + 1;
    struct path *path = malloc(sizeof(*path) + n);

    must(path != NULL, "memory");
    snprintf(path->text, n, "%s/%s", certs->dir, file);
    path->next = certs->paths;
    certs->paths = path;
    return path->text;
}

static FILE *create(struct certs *certs, const char *name, const char *suffix)
{
    char file[256];

    snprintf(file, sizeof(file), "%s%s", name, suffix);
    const char *path = certs_path(certs, file);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0, path);
    FILE *f = fdopen(fd, "w");
    must(f != NULL, path);
    return f;
}

static void write_cert(struct certs *certs, const char *name, X509 *cert)
{
    FILE *f = create(certs, name, ".pem");

    must(PEM_write_X509(f, cert) == 1, "write certificate");
    must(fclose(f) == 0, "write certificate");
}

static void write_key(struct certs *certs, const char *name, EVP_PKEY *key)
{
    FILE *f = create(certs, name, ".key");

    must(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1, "write key");
    must(fclose(f) == 0, "write key");
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    must(ext && X509_add_ext(cert, ext, -1) == 1, value);
    X509_EXTENSION_free(ext);
}

/** A certificate without extensions and signature. */
static X509 *begin(const char *common_name, EVP_PKEY *key, X509 *issuer, int64_t from_s,
                   int64_t until_s)
{
    X509 *cert = X509_new();
    unsigned char serial[16];

    must(cert && RAND_bytes(serial, sizeof(serial)) == 1, "memory");
    serial[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(serial, sizeof(serial), NULL);
    must(number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)), "serial");
    BN_free(number);

    X509_NAME *name = X509_get_subject_name(cert);
    must(X509_set_version(cert, X509_VERSION_3) == 1 &&
             X509_gmtime_adj(X509_getm_notBefore(cert), from_s) &&
             X509_gmtime_adj(X509_getm_notAfter(cert), until_s) &&
             X509_set_pubkey(cert, key) == 1 &&
             X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                        (const unsigned char *)common_name, -1, -1, 0) == 1 &&
             X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : name) == 1,
         "certificate");
    return cert;
}

static void make_authority(struct certs *certs, const char *name, struct authority *ret)
{
    ret->key = EVP_EC_gen("P-256");
    must(ret->key != NULL, "key");
    ret->cert = begin(name, ret->key, NULL, -HOUR_S, 30 * DAY_S);
    add_extension(ret->cert, ret->cert, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(ret->cert, ret->cert, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ret->cert, ret->cert, NID_subject_key_identifier, "hash");
    must(X509_sign(ret->cert, ret->key, EVP_sha256()) > 0, "sign");
    write_cert(certs, name, ret->cert);
}

static void add_names(X509 *cert, X509 *issuer, const struct certs_spec *spec)
{
    char san[256];

    if (spec->san) {
        snprintf(san, sizeof(san), "%s", spec->san);
    } else if (spec->purpose == CERTS_SERVER) {
        snprintf(san, sizeof(san), "DNS:localhost,IP:127.0.0.1,IP:::1");
    } else {
        snprintf(san, sizeof(san), "URI:slate:principal/%s",
                 spec->principal ? spec->principal : spec->name);
    }
    if (san[0] != '\0') {
        add_extension(cert, issuer, NID_subject_alt_name, san);
    }
}

void certs_make(struct certs *certs, const struct certs_spec *spec)
{
    const struct authority *by = spec->by_stranger ? &certs->stranger : &certs->trusted;
    bool is_default_time = spec->from_s == 0 && spec->until_s == 0;
    int64_t from_s = is_default_time ? -HOUR_S : spec->from_s;
    int64_t until_s = is_default_time ? DAY_S : spec->until_s;

    EVP_PKEY *key = EVP_EC_gen("P-256");
    must(key != NULL, "key");
    X509 *cert = begin(spec->common_name ? spec->common_name : spec->name, key, by->cert, from_s,
                       until_s);
    add_extension(cert, by->cert, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(cert, by->cert, NID_key_usage, "critical,digitalSignature");
    add_extension(cert, by->cert, NID_ext_key_usage,
                  spec->purpose == CERTS_SERVER ? "serverAuth" : "clientAuth");
    add_extension(cert, by->cert, NID_subject_key_identifier, "hash");
    add_extension(cert, by->cert, NID_authority_key_identifier, "keyid:always");
    add_names(cert, by->cert, spec);
    must(X509_sign(cert, by->key, EVP_sha256()) > 0, "sign");
    write_cert(certs, spec->name, cert);
    write_key(certs, spec->name, key);
    X509_free(cert);
    EVP_PKEY_free(key);
}

void certs_client(struct certs *certs, const char *name)
{
    certs_make(certs, &(struct certs_spec){.name = name});
}

struct certs *certs_new(const char *dir)
{
    struct certs *certs = calloc(1, sizeof(*certs));

    must(certs != NULL, "memory");
    certs->dir = strdup(dir);
    must(certs->dir != NULL, "memory");
    make_authority(certs, "ca", &certs->trusted);
    make_authority(certs, "stranger-ca", &certs->stranger);
    certs_make(certs, &(struct certs_spec){.name = "server", .purpose = CERTS_SERVER});
    return certs;
}

void certs_free(struct certs *certs)
{
    if (!certs) {
        return;
    }
    X509_free(certs->trusted.cert);
    EVP_PKEY_free(certs->trusted.key);
    X509_free(certs->stranger.cert);
    EVP_PKEY_free(certs->stranger.key);
    while (certs->paths) {
        struct path *next = certs->paths->next;
        free(certs->paths);
        certs->paths = next;
    }
    free(certs->dir);
    free(certs);
}
