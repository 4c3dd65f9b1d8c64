// SPDX-License-Identifier: Apache-2.0
#include "auth/pki.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "auth/identity.h"

#define DAY_S INT64_C(86400)

void pki_pair_fini(struct pki_pair *p)
{
    X509_free(p->certificate);
    EVP_PKEY_free(p->key);
    *p = (struct pki_pair){NULL, NULL};
}

static int fail(char *reterr, const char *what)
{
    char reason[128] = "no reason given";
    unsigned long e = ERR_peek_last_error();
    if (e != 0) {
        ERR_error_string_n(e, reason, sizeof(reason));
    }
    ERR_clear_error();
    (void)snprintf(reterr, PKI_ERROR_BYTES, "%s: %s", what, reason);
    return -1;
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&ctx);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool ok = e != NULL && X509_add_ext(certificate, e, -1) == 1;
    X509_EXTENSION_free(e);
    return ok;
}

static bool set_serial(X509 *certificate)
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return false;
    }
    bytes[0] &= 0x7f; /* positive, and never longer than RFC 5280 allows */
    bytes[0] |= 0x40;
    BIGNUM *n = BN_bin2bn(bytes, sizeof(bytes), NULL);
    bool ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(certificate)) != NULL;
    BN_free(n);
    return ok;
}

static bool set_validity(X509 *certificate, int64_t now_at, int64_t days)
{
    time_t now = (time_t)(now_at / 1000000);
    return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)(now - DAY_S)) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)(now + days * DAY_S)) != NULL;
}

static bool set_subject(X509 *certificate, const char *common_name)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"slate", -1,
                                      -1, 0) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name,
                                      -1, -1, 0) == 1;
}

struct kind {
    const char *what;
    const char *common_name;
    const char *basic;
    const char *usage;
    const char *extended; /* NULL: none */
    const char *names;    /* subject alternative names, NULL: none */
    int64_t days;
};

/* issuer NULL: signed by itself. The key is taken over. */
static int issue_for(EVP_PKEY *subject_key, const struct pki_pair *issuer, const struct kind *kind,
                     int64_t now_at, struct pki_pair *ret, char *reterr)
{
    struct pki_pair p = {X509_new(), subject_key};
    X509 *signer = issuer == NULL ? p.certificate : issuer->certificate;
    bool ok = p.certificate != NULL && p.key != NULL;

    ok = ok && X509_set_version(p.certificate, X509_VERSION_3) == 1;
    ok = ok && set_serial(p.certificate) && set_validity(p.certificate, now_at, kind->days);
    ok = ok && set_subject(p.certificate, kind->common_name);
    ok = ok && X509_set_issuer_name(p.certificate, X509_get_subject_name(signer)) == 1;
    ok = ok && X509_set_pubkey(p.certificate, p.key) == 1;
    ok = ok && add_extension(p.certificate, signer, NID_basic_constraints, kind->basic);
    ok = ok && add_extension(p.certificate, signer, NID_key_usage, kind->usage);
    ok = ok && add_extension(p.certificate, signer, NID_subject_key_identifier, "hash");
    ok = ok && add_extension(p.certificate, signer, NID_authority_key_identifier, "keyid:always");
    if (kind->extended != NULL) {
        ok = ok && add_extension(p.certificate, signer, NID_ext_key_usage, kind->extended);
    }
    if (kind->names != NULL) {
        ok = ok && add_extension(p.certificate, signer, NID_subject_alt_name, kind->names);
    }
    ok = ok && X509_sign(p.certificate, issuer == NULL ? p.key : issuer->key, EVP_sha256()) > 0;
    if (!ok) {
        pki_pair_fini(&p);
        return fail(reterr, kind->what);
    }
    *ret = p;
    return 0;
}

static int issue(const struct pki_pair *issuer, const struct kind *kind, int64_t now_at,
                 struct pki_pair *ret, char *reterr)
{
    return issue_for(EVP_EC_gen("P-256"), issuer, kind, now_at, ret, reterr);
}

int pki_ca(int64_t now_at, struct pki_pair *ret, char *reterr)
{
    unsigned char id[4];
    char name[64];

    if (RAND_bytes(id, sizeof(id)) != 1) {
        return fail(reterr, "random bytes");
    }
    /* Distinct names keep a client from mistaking one installation's authority for another's. */
    (void)snprintf(name, sizeof(name), "slate private CA %02x%02x%02x%02x", id[0], id[1], id[2],
                   id[3]);
    const struct kind kind = {
        .what = "make the certificate authority",
        .common_name = name,
        .basic = "critical,CA:TRUE,pathlen:0",
        .usage = "critical,keyCertSign,cRLSign",
        .days = PKI_CA_DAYS,
    };
    return issue(NULL, &kind, now_at, ret, reterr);
}

static bool is_address(const char *host)
{
    unsigned char binary[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, binary) == 1 || inet_pton(AF_INET6, host, binary) == 1;
}

/* Labels of letters, digits and hyphens; the last is no number, or it would be a mistyped address.
 */
static bool is_dns_name(const char *name)
{
    size_t label = 0;
    bool number = true;

    for (const char *p = name; *p != '\0'; p++) {
        bool digit = *p >= '0' && *p <= '9';
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        if (*p == '.' && label > 0 && p[-1] != '-') {
            label = 0;
            number = true;
            continue;
        }
        if (!digit && !letter && (*p != '-' || label == 0)) {
            return false;
        }
        number = number && digit;
        if (++label > 63) {
            return false;
        }
    }
    return label > 0 && !number && name[strlen(name) - 1] != '-';
}

bool pki_host_valid(const char *host)
{
    const char *name = strncmp(host, "*.", 2) == 0 ? host + 2 : host;
    return strlen(host) < PKI_HOST_BYTES && (is_address(host) || is_dns_name(name));
}

int pki_server(const struct pki_pair *ca, const char *const *hosts, size_t n, int64_t now_at,
               struct pki_pair *ret, char *reterr)
{
    char names[PKI_HOSTS_MAX * (PKI_HOST_BYTES + sizeof(",DNS:"))] = "";
    size_t used = 0;

    if (n > PKI_HOSTS_MAX) {
        (void)snprintf(reterr, PKI_ERROR_BYTES, "host names: more than %d", PKI_HOSTS_MAX);
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        /* What follows is a little language: nothing but a name may get into it. */
        if (!pki_host_valid(hosts[i])) {
            (void)snprintf(reterr, PKI_ERROR_BYTES, "\"%.60s\" is no host name and no address",
                           hosts[i]);
            return -1;
        }
        used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s:%s", i == 0 ? "" : ",",
                                 is_address(hosts[i]) ? "IP" : "DNS", hosts[i]);
    }
    const struct kind kind = {
        .what = "make the server's certificate",
        .common_name = "slated",
        .basic = "critical,CA:FALSE",
        .usage = "critical,digitalSignature",
        .extended = "serverAuth",
        .names = names,
        .days = PKI_SERVER_DAYS,
    };
    return issue(ca, &kind, now_at, ret, reterr);
}

/* The key is taken over; NULL: it could not be made. */
static int issue_principal(EVP_PKEY *key, const struct pki_pair *ca, const char *name,
                           int64_t now_at, struct pki_pair *ret, char *reterr)
{
    char uri[128];

    if (!identity_name_valid(name)) {
        EVP_PKEY_free(key);
        (void)snprintf(reterr, PKI_ERROR_BYTES, "\"%.60s\" cannot be a principal's name", name);
        return -1;
    }
    (void)snprintf(uri, sizeof(uri), "URI:slate:principal/%s", name);
    const struct kind kind = {
        .what = "make the principal's certificate",
        .common_name = name,
        .basic = "critical,CA:FALSE",
        .usage = "critical,digitalSignature",
        .extended = "clientAuth",
        .names = uri,
        .days = PKI_PRINCIPAL_DAYS,
    };
    return issue_for(key, ca, &kind, now_at, ret, reterr);
}

int pki_principal(const struct pki_pair *ca, const char *name, int64_t now_at, struct pki_pair *ret,
                  char *reterr)
{
    return issue_principal(EVP_EC_gen("P-256"), ca, name, now_at, ret, reterr);
}

static bool is_taken_kind(const EVP_PKEY *key)
{
    char group[32] = "";

    if (EVP_PKEY_is_a(key, "ED25519")) {
        return true;
    }
    return EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
           (strcmp(group, SN_X9_62_prime256v1) == 0 || strcmp(group, SN_secp384r1) == 0);
}

int pki_sign(const struct pki_pair *ca, const uint8_t *csr, size_t n, const char *name,
             int64_t now_at, struct pki_pair *ret, char *reterr)
{
    const unsigned char *p = csr;
    struct pki_pair signed_one;

    ERR_clear_error();
    X509_REQ *req = d2i_X509_REQ(NULL, &p, (long)n);
    EVP_PKEY *key = req != NULL && p == csr + n ? X509_REQ_get_pubkey(req) : NULL;
    const bool good = key != NULL && is_taken_kind(key) && X509_REQ_verify(req, key) == 1;
    X509_REQ_free(req);
    if (!good) {
        EVP_PKEY_free(key);
        ERR_clear_error();
        (void)snprintf(reterr, PKI_ERROR_BYTES,
                       "not a signing request for a key of P-256, P-384 or Ed25519");
        return PKI_BAD_REQUEST;
    }
    int result = issue_principal(key, ca, name, now_at, &signed_one, reterr);
    if (result == 0) {
        EVP_PKEY_free(signed_one.key); /* the public half only */
        *ret = (struct pki_pair){signed_one.certificate, NULL};
    }
    return result;
}

int pki_key_hash(const X509 *certificate, uint8_t ret[PKI_HASH_BYTES])
{
    unsigned char *der = NULL;
    const int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    const bool ok = n > 0 && EVP_Digest(der, (size_t)n, ret, NULL, EVP_sha256(), NULL) == 1;

    OPENSSL_free(der);
    return ok ? 0 : -1;
}

int pki_fingerprint(const X509 *certificate, uint8_t ret[PKI_HASH_BYTES])
{
    unsigned int n;
    return X509_digest(certificate, EVP_sha256(), ret, &n) == 1 ? 0 : -1;
}

static char *text_of(BIO *bio, bool ok)
{
    char *data;
    long n = BIO_get_mem_data(bio, &data);
    char *text = ok && n > 0 ? calloc(1, (size_t)n + 1) : NULL;
    if (text != NULL) {
        memcpy(text, data, (size_t)n);
    }
    if (n > 0) {
        OPENSSL_cleanse(data, (size_t)n);
    }
    BIO_free(bio);
    return text;
}

char *pki_certificate_pem(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return bio == NULL ? NULL : text_of(bio, PEM_write_bio_X509(bio, certificate) == 1);
}

char *pki_key_pem(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return bio == NULL ? NULL
                       : text_of(bio, PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL,
                                                                    NULL) == 1);
}

void pki_free_secret(char *pem)
{
    if (pem != NULL) {
        OPENSSL_cleanse(pem, strlen(pem));
        free(pem);
    }
}

/* Returns false if it is none that can be taken. */
static bool read_host(const GENERAL_NAME *g, char ret[PKI_HOST_BYTES])
{
    char host[PKI_HOST_BYTES] = "";

    if (g->type == GEN_DNS && ASN1_STRING_length(g->d.dNSName) < PKI_HOST_BYTES) {
        memcpy(host, ASN1_STRING_get0_data(g->d.dNSName), (size_t)ASN1_STRING_length(g->d.dNSName));
    } else if (g->type == GEN_IPADD) {
        int family = ASN1_STRING_length(g->d.iPAddress) == 4 ? AF_INET : AF_INET6;
        (void)inet_ntop(family, ASN1_STRING_get0_data(g->d.iPAddress), host, sizeof(host));
    }
    memcpy(ret, host, sizeof(host));
    return pki_host_valid(host);
}

size_t pki_hosts(const X509 *certificate, char ret[PKI_HOSTS_MAX][PKI_HOST_BYTES])
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t n = 0;

    for (int i = 0; n < PKI_HOSTS_MAX && i < sk_GENERAL_NAME_num(names); i++) {
        n += read_host(sk_GENERAL_NAME_value(names, i), ret[n]);
    }
    GENERAL_NAMES_free(names);
    return n;
}

int pki_first_host(const X509 *certificate, char ret[PKI_HOST_BYTES])
{
    char hosts[PKI_HOSTS_MAX][PKI_HOST_BYTES];

    if (pki_hosts(certificate, hosts) == 0) {
        return 1;
    }
    memcpy(ret, hosts[0], PKI_HOST_BYTES);
    return 0;
}

/* Nobody is asked for a passphrase: a verb must not wait for a terminal. */
static int no_passphrase(char *buf, int size, int rwflag, void *user)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)user;
    return -1;
}

static int fail_file(char *reterr, const char *file)
{
    (void)snprintf(reterr, PKI_ERROR_BYTES, "%s: %s", file, strerror(errno));
    return -1;
}

/* Opened if nobody else can have read or replaced what is in it; judged on the descriptor, so that
 * it cannot be exchanged in between. NULL: not. */
static FILE *open_key(const char *file, char *reterr)
{
    struct stat st;
    const char *why = NULL;
    const int fd = open(file,
                        O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* no FIFO is waited for */

    if (fd < 0 || fstat(fd, &st) != 0) {
        why = strerror(errno);
    } else if (!S_ISREG(st.st_mode)) {
        why = "is no regular file";
    } else if (st.st_uid != geteuid() && st.st_uid != 0) {
        why = "belongs to another user; it must be ours or root's";
    } else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        why = "can be accessed by others: chmod 600";
    }
    FILE *f = why == NULL ? fdopen(fd, "r") : NULL;
    if (f == NULL) {
        (void)snprintf(reterr, PKI_ERROR_BYTES, "key file %s: %s", file,
                       why == NULL ? strerror(errno) : why);
        if (fd >= 0) {
            (void)close(fd);
        }
    }
    return f;
}

int pki_load_key(const char *file, EVP_PKEY **ret, char *reterr)
{
    FILE *f = open_key(file, reterr);

    if (f == NULL) {
        return -1;
    }
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, no_passphrase, NULL);
    (void)fclose(f);
    ERR_clear_error();
    if (key == NULL) {
        (void)snprintf(reterr, PKI_ERROR_BYTES,
                       "key file %s: has no unencrypted private key in PEM", file);
        return -1;
    }
    *ret = key;
    return 0;
}

int pki_load(const char *certificate_file, const char *key_file, struct pki_pair *ret, char *reterr)
{
    struct pki_pair p = {NULL, NULL};

    ERR_clear_error();
    FILE *f = fopen(certificate_file, "re");
    if (f == NULL) {
        return fail_file(reterr, certificate_file);
    }
    p.certificate = PEM_read_X509(f, NULL, NULL, NULL);
    (void)fclose(f);
    if (p.certificate == NULL) {
        return fail(reterr, certificate_file);
    }
    int result = key_file == NULL ? 0 : pki_load_key(key_file, &p.key, reterr);
    if (result == 0 && p.key != NULL && X509_check_private_key(p.certificate, p.key) != 1) {
        result = fail(reterr, key_file);
    }
    if (result != 0) {
        pki_pair_fini(&p);
        return result;
    }
    *ret = p;
    return 0;
}
