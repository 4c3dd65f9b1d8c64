// SPDX-License-Identifier: Apache-2.0
#include "auth/pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509v3.h>

#include "t.h"

#define NOW_AT (INT64_C(1795000000) * 1000000)

T_TEST(pki, hosts_are_names_or_addresses_and_nothing_else)
{
    static const struct {
        const char *host;
        bool valid;
    } rows[] = {
        {"localhost", true},
        {"slate.example.com", true},
        {"*.example.com", true},
        {"a-b.example", true},
        {"3com.example", true},
        {"127.0.0.1", true},
        {"::1", true},
        {"2001:db8::7", true},
        {"", false},
        {"*", false},
        {".", false},
        {"a..b", false},
        {"a.", false},
        {"-a.example", false},
        {"a-.example", false},
        {"a.example-", false},
        {"127.0.0.300", false},
        {"10.1", false},
        {"[::1]", false},
        {"localhost:7443", false},
        {"local host", false},
        {"localhost,IP:10.0.0.1", false},
        {"localhost\nDNS:x", false},
        {"b\xc3\xbc"
         "cher.example",
         false},
        {"a123456789012345678901234567890123456789012345678901234567890123.example", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(pki_host_valid(rows[i].host), rows[i].valid, "row %zu: %s", i, rows[i].host);
    }
}

T_TEST(pki, what_is_no_name_gets_into_no_certificate)
{
    char error[PKI_ERROR_BYTES];
    struct pki_pair ca = {NULL, NULL};
    struct pki_pair p = {NULL, NULL};
    const char *hosts[] = {"localhost", "localhost,IP:10.0.0.1"};

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    T_CHECK(pki_server(&ca, hosts, 2, NOW_AT, &p, error) < 0);
    T_CHECK(strstr(error, "localhost,IP") != NULL, "%s", error);
    T_CHECK(pki_server(&ca, hosts, 0, NOW_AT, &p, error) < 0, "no name at all");
    T_CHECK(pki_principal(&ca, "a,URI:slate:principal/admin", NOW_AT, &p, error) < 0);
    T_CHECK(strstr(error, "a,URI") != NULL, "%s", error);
    T_CHECK(p.certificate == NULL && p.key == NULL);
    pki_pair_fini(&ca);
}

T_TEST(pki, the_first_host_is_what_was_named_first)
{
    static const char *const lists[][3] = {
        {"slate.example.com", "127.0.0.1", "::1"},
        {"2001:db8::7", "slate.example.com", "localhost"},
        {"192.0.2.7", "slate.example.com", "localhost"},
    };
    char error[PKI_ERROR_BYTES];
    char host[PKI_HOST_BYTES] = "untouched";
    struct pki_pair ca = {NULL, NULL};
    struct pki_pair p = {NULL, NULL};

    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    T_EQ_INT(pki_first_host(ca.certificate, host), 1);
    T_EQ_STR(host, "untouched");
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        T_EQ_INT(pki_server(&ca, lists[i], 3, NOW_AT, &p, error), 0);
        T_EQ_INT(pki_first_host(p.certificate, host), 0);
        T_EQ_STR(host, lists[i][0]);
        pki_pair_fini(&p);
    }
    pki_pair_fini(&ca);
}

static void put(const char *file, const char *text)
{
    FILE *f = fopen(file, "we");
    T_CHECK(f != NULL, "%s", file);
    T_CHECK(fputs(text, f) >= 0);
    T_EQ_INT(fchmod(fileno(f), 0600), 0);
    T_EQ_INT(fclose(f), 0);
}

T_TEST(pki, pairs_come_back_from_their_files)
{
    char error[PKI_ERROR_BYTES];
    char dir[] = "/tmp/slate-pki-XXXXXX";
    char certificate_file[64];
    char key_file[64];
    struct pki_pair ca = {NULL, NULL};
    struct pki_pair other = {NULL, NULL};
    struct pki_pair loaded = {NULL, NULL};

    T_CHECK(mkdtemp(dir) != NULL);
    (void)snprintf(certificate_file, sizeof(certificate_file), "%s/ca.crt", dir);
    (void)snprintf(key_file, sizeof(key_file), "%s/ca.key", dir);
    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    T_EQ_INT(pki_ca(NOW_AT, &other, error), 0);
    char *certificate = pki_certificate_pem(ca.certificate);
    char *key = pki_key_pem(ca.key);
    char *foreign_key = pki_key_pem(other.key);
    put(certificate_file, certificate);
    T_CHECK(pki_load(certificate_file, key_file, &loaded, error) < 0);
    T_CHECK(strstr(error, "ca.key: No such file") != NULL, "%s", error);
    put(key_file, foreign_key);
    T_CHECK(pki_load(certificate_file, key_file, &loaded, error) < 0, "not its key");
    T_CHECK(strstr(error, "ca.key") != NULL, "%s", error);
    T_CHECK(loaded.certificate == NULL);

    put(key_file, key);
    T_EQ_INT(pki_load(certificate_file, key_file, &loaded, error), 0);
    T_EQ_INT(X509_cmp(loaded.certificate, ca.certificate), 0);
    pki_pair_fini(&loaded);
    T_EQ_INT(pki_load(certificate_file, NULL, &loaded, error), 0, "the certificate alone");
    T_CHECK(loaded.key == NULL);
    pki_pair_fini(&loaded);
    put(certificate_file, "nothing of the kind\n");
    T_CHECK(pki_load(certificate_file, key_file, &loaded, error) < 0);
    T_CHECK(strstr(error, "ca.crt") != NULL, "%s", error);

    free(certificate);
    pki_free_secret(key);
    pki_free_secret(foreign_key);
    pki_pair_fini(&ca);
    pki_pair_fini(&other);
    (void)unlink(certificate_file);
    (void)unlink(key_file);
    (void)rmdir(dir);
}

T_TEST(pki, a_key_that_others_can_touch_is_not_read)
{
    static const struct {
        mode_t mode; /* with its type */
        uid_t owner;
        const char *says; /* NULL: it is read */
    } rows[] = {
        {S_IFREG | 0600, 0, NULL},
        {S_IFREG | 0400, 0, NULL},
        {S_IFREG | 0640, 0, "can be accessed by others"},
        {S_IFREG | 0602, 0, "can be accessed by others"},
        {S_IFREG | 0600, 12345, "belongs to another user"},
        {S_IFIFO | 0600, 0, "is no regular file"}, /* and is not waited for */
        {S_IFDIR | 0700, 0, "is no regular file"},
    };
    char error[PKI_ERROR_BYTES];
    char dir[] = "/tmp/slate-pki-XXXXXX";
    char file[64];
    struct pki_pair ca = {NULL, NULL};

    T_CHECK(mkdtemp(dir) != NULL);
    (void)snprintf(file, sizeof(file), "%s/ca.key", dir);
    T_EQ_INT(pki_ca(NOW_AT, &ca, error), 0);
    char *text = pki_key_pem(ca.key);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        EVP_PKEY *key = NULL;
        if (rows[i].owner != 0 && geteuid() != 0) {
            continue; /* only root can give a file away */
        }
        if (S_ISREG(rows[i].mode)) {
            put(file, text);
            T_EQ_INT(chmod(file, rows[i].mode & 0777), 0);
            T_CHECK(rows[i].owner == 0 || chown(file, rows[i].owner, 0) == 0);
        } else {
            T_EQ_INT(S_ISDIR(rows[i].mode) ? mkdir(file, 0700) : mkfifo(file, 0600), 0);
        }
        T_EQ_INT(pki_load_key(file, &key, error), rows[i].says == NULL ? 0 : -1, "row %zu", i);
        T_CHECK(rows[i].says == NULL ? key != NULL : strstr(error, rows[i].says) != NULL,
                "row %zu: %s", i, error);
        EVP_PKEY_free(key);
        T_EQ_INT(remove(file), 0);
    }
    pki_free_secret(text);
    pki_pair_fini(&ca);
    T_EQ_INT(rmdir(dir), 0);
}
