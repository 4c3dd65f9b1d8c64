// SPDX-License-Identifier: Apache-2.0
/*
 * `slated cert` and `slated ca`: other certificates for a server that goes on running. The files
 * are replaced, each in one step, and HUP takes them in: what does not fit together yet is refused
 * then, and the former stays in use. A call that was cut off is made good by the same call.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "auth/pki.h"
#include "clock.h"
#include "newfile.h"
#include "verb.h"

const char verb_cert_help[] =
    "slated cert renew --dir DIR\n"
    "\n"
    "Makes a new key and certificate for the server, for the names that the present one has, from\n"
    "the authority in DIR/tls. The server may go on running: HUP takes them in.\n"
    "\n"
    "Clients that know only a former authority do not accept it: see slated help ca.\n";

const char verb_ca_help[] =
    "slated ca renew --dir DIR\n"
    "slated ca retire --dir DIR\n"
    "\n"
    "renew makes a new certificate authority beside the present one: DIR/tls/ca.crt holds both, "
    "new\n"
    "certificates come from the new one, and clients learn of it when they renew theirs. retire\n"
    "drops all but the newest. The server may go on running: HUP takes the files in after each "
    "step:\n"
    "\n"
    "    slated ca renew --dir DIR      HUP; then let clients renew: they do it by themselves\n"
    "                                   within a year, or now with slate cert renew --force\n"
    "    slated cert renew --dir DIR    HUP; who has not renewed is shut out from here on\n"
    "    slated ca retire --dir DIR     HUP\n";

enum { CAS_MAX = 8 };

struct authority {
    char ca_crt[PATH_MAX];
    char ca_key[PATH_MAX];
    char server_crt[PATH_MAX];
    char server_key[PATH_MAX];
    int lock;
    int64_t now_at;
    X509 *cas[CAS_MAX]; /* of ca_crt, in its order */
    size_t n_cas;
    EVP_PKEY *key;          /* of ca_key */
    size_t signer;          /* whose it is */
    struct pki_pair server; /* without its key */
};

static int fail(const char *file, const char *why)
{
    verb_error("%s: %s", file, why);
    return VERB_FAILED;
}

/* One at a time: two would mix a key with the other's certificate. */
static int lock_folder(struct authority *a, const char *dir)
{
    char tls[PATH_MAX];

    (void)snprintf(tls, sizeof(tls), "%s/tls", dir);
    a->lock = open(tls, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (a->lock < 0) {
        return fail(tls, strerror(errno));
    }
    return flock(a->lock, LOCK_EX | LOCK_NB) == 0 ? 0 : fail(tls, "another call is at work");
}

static int load_cas(struct authority *a)
{
    FILE *f = fopen(a->ca_crt, "re");

    if (f == NULL) {
        return fail(a->ca_crt, strerror(errno));
    }
    while (a->n_cas < CAS_MAX && (a->cas[a->n_cas] = PEM_read_X509(f, NULL, NULL, NULL)) != NULL) {
        a->n_cas++;
    }
    (void)fclose(f);
    return a->n_cas > 0 ? 0 : fail(a->ca_crt, "has no certificate");
}

static int load_key(struct authority *a)
{
    char error[PKI_ERROR_BYTES];

    if (pki_load_key(a->ca_key, &a->key, error) != 0) {
        verb_error("%s", error);
        if (access(a->ca_key, F_OK) != 0) {
            verb_hint("without an authority of its own the server's certificates come from "
                      "elsewhere");
        }
        return VERB_FAILED;
    }
    for (a->signer = 0; a->signer < a->n_cas; a->signer++) {
        if (X509_check_private_key(a->cas[a->signer], a->key) == 1) {
            return 0;
        }
    }
    return fail(a->ca_key, "is the key of no certificate in tls/ca.crt");
}

static int authority_open(struct authority *a, const char *dir)
{
    char error[PKI_ERROR_BYTES];

    *a = (struct authority){.lock = -1, .now_at = clock_wall_at()};
    (void)snprintf(a->ca_crt, sizeof(a->ca_crt), "%s/tls/ca.crt", dir);
    (void)snprintf(a->ca_key, sizeof(a->ca_key), "%s/tls/ca.key", dir);
    (void)snprintf(a->server_crt, sizeof(a->server_crt), "%s/tls/server.crt", dir);
    (void)snprintf(a->server_key, sizeof(a->server_key), "%s/tls/server.key", dir);
    int result = lock_folder(a, dir);
    result = result == 0 ? load_cas(a) : result;
    result = result == 0 ? load_key(a) : result;
    if (result == 0 && pki_load(a->server_crt, NULL, &a->server, error) != 0) {
        verb_error("%s", error);
        result = VERB_FAILED;
    }
    return result;
}

static void authority_close(struct authority *a)
{
    for (size_t i = 0; i < a->n_cas; i++) {
        X509_free(a->cas[i]);
    }
    EVP_PKEY_free(a->key);
    pki_pair_fini(&a->server);
    if (a->lock >= 0) {
        (void)close(a->lock);
    }
}

static int put(const char *file, char *pem, unsigned mode)
{
    char error[NEWFILE_ERROR_BYTES] = "no memory";

    int result = pem == NULL ? -1 : newfile_replace(file, pem, mode, error);
    pki_free_secret(pem);
    if (result != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    return 0;
}

/* The first certificate is the newest authority's. */
static int put_cas(const struct authority *a, X509 *const *cas, size_t n)
{
    char *all = NULL;

    for (size_t i = 0; i < n; i++) {
        char *pem = pki_certificate_pem(cas[i]);
        char *more = NULL;
        if (pem == NULL || asprintf(&more, "%s%s", all == NULL ? "" : all, pem) < 0) {
            free(pem);
            free(all);
            return fail(a->ca_crt, "no memory");
        }
        free(pem);
        free(all);
        all = more;
    }
    return put(a->ca_crt, all, 0644);
}

static int done(const char *what)
{
    (void)printf("%s\n", what);
    verb_hint("a server that runs takes it in with HUP");
    return VERB_OK;
}

/* -- the verbs -------------------------------------------------------------------- */

static int renew_server(struct authority *a)
{
    char hosts[PKI_HOSTS_MAX][PKI_HOST_BYTES];
    const char *names[PKI_HOSTS_MAX];
    const struct pki_pair ca = {a->cas[a->signer], a->key};
    struct pki_pair own;
    char error[PKI_ERROR_BYTES];

    const size_t n = pki_hosts(a->server.certificate, hosts);
    if (n == 0) {
        return fail(a->server_crt, "is for no name that could be taken over");
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = hosts[i];
    }
    if (pki_server(&ca, names, n, a->now_at, &own, error) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    int result = put(a->server_key, pki_key_pem(own.key), 0600);
    result = result == 0 ? put(a->server_crt, pki_certificate_pem(own.certificate), 0644) : result;
    pki_pair_fini(&own);
    return result == 0 ? done(a->server_crt) : result;
}

/* The certificate first: until the key is replaced too, the former authority goes on. */
static int renew_ca(struct authority *a)
{
    X509 *cas[CAS_MAX + 1];
    struct pki_pair ca;
    char error[PKI_ERROR_BYTES];

    if (a->n_cas == CAS_MAX) {
        return fail(a->ca_crt, "holds enough authorities: slated ca retire drops the former");
    }
    if (pki_ca(a->now_at, &ca, error) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    cas[0] = ca.certificate;
    memcpy(&cas[1], a->cas, a->n_cas * sizeof(cas[0]));
    int result = put_cas(a, cas, a->n_cas + 1);
    result = result == 0 ? put(a->ca_key, pki_key_pem(ca.key), 0600) : result;
    pki_pair_fini(&ca);
    return result == 0 ? done(a->ca_crt) : result;
}

static int retire_ca(struct authority *a)
{
    X509 *signer = a->cas[a->signer];

    if (X509_check_issued(signer, a->server.certificate) != X509_V_OK ||
        X509_verify(a->server.certificate, X509_get0_pubkey(signer)) != 1) {
        verb_error("%s is still from a former authority", a->server_crt);
        verb_hint("slated cert renew comes first");
        return VERB_FAILED;
    }
    int result = put_cas(a, &signer, 1);
    return result == 0 ? done(a->ca_crt) : result;
}

static int run(int argc, char **argv, int (*work)(struct authority *a))
{
    const char *dir = NULL;
    const struct verb_option options[] = {{.name = "--dir", .value = &dir}};
    struct verb_list operands;
    struct authority *a = calloc(1, sizeof(*a));

    if (a == NULL) {
        verb_error("no memory");
        return VERB_FAILED;
    }
    int result = verb_parse(argc, argv, options, 1, &operands);
    if (result == 0 && (dir == NULL || operands.n != 0)) {
        result = verb_usage(argv[0], "say --dir DIR and nothing else");
    }
    if (result == 0) {
        result = authority_open(a, dir);
        result = result == 0 ? work(a) : result;
        authority_close(a);
    }
    free(a);
    return result;
}

int verb_cert(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "renew") == 0) {
        argv[1] = argv[0];
        return run(argc - 1, argv + 1, renew_server);
    }
    return verb_usage(argv[0], "say renew");
}

int verb_ca(int argc, char **argv)
{
    const bool renews = argc > 1 && strcmp(argv[1], "renew") == 0;

    if (renews || (argc > 1 && strcmp(argv[1], "retire") == 0)) {
        argv[1] = argv[0];
        return run(argc - 1, argv + 1, renews ? renew_ca : retire_ca);
    }
    return verb_usage(argv[0], "say renew or retire");
}
