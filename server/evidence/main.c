// SPDX-License-Identifier: Apache-2.0
/*
 * slate-verify: whether an exported chain holds, on any machine, without a server.
 *
 * A program of its own, so that slate stays small: it needs the rules and the book's format.
 * `slate journal verify` runs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509_vfy.h>

#include "evidence/base64.h"
#include "evidence/receipt.h"
#include "evidence/verdict.h"

enum {
    HOLDS = 0,
    FAILED = 1,
    USAGE = 2,
    PARTLY = 6, /* nothing was found, but verdicts could not be computed: as slate's own codes */
    HEADS_MAX = 64,
};

struct options {
    const char *file;
    bool json;
    X509_STORE *trusted;
    struct verdict_head heads[HEADS_MAX];
    struct headproof proofs[HEADS_MAX];
    size_t n_heads;
    const char *hash; /* --head, until --seq has come too */
    uint64_t seq;
    struct arena arena;
};

static int complain(const char *name, const char *why)
{
    (void)fputs("slate-verify: ", stderr);
    verdict_put(stderr, name);
    (void)fprintf(stderr, ": %s\n", why);
    return FAILED;
}

static int usage(void)
{
    (void)fprintf(stderr,
                  "usage: slate-verify [--head HEX --seq N] [--receipt FILE]... [--ca FILE] "
                  "[--json] FILE\n");
    return USAGE;
}

/* The bytes of a regular file. Whoever cuts it meanwhile ends us: it is the caller's own. */
static int map(const char *name, const char **ret, size_t *ret_n)
{
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        const int error = errno;
        if (fd >= 0) {
            (void)close(fd);
        }
        return complain(name, strerror(error));
    }
    if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        (void)close(fd);
        return complain(name, st.st_size == 0 ? "is empty" : "is no regular file");
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    if (p == MAP_FAILED) {
        return complain(name, strerror(errno));
    }
    *ret = p;
    *ret_n = (size_t)st.st_size;
    return 0;
}

static int add_receipt(struct options *o, const char *name)
{
    const char *text;
    size_t n;

    if (o->n_heads == HEADS_MAX) {
        return complain(name, "too many receipts");
    }
    int r = map(name, &text, &n);
    if (r != 0) {
        return r;
    }
    struct headproof *proof = &o->proofs[o->n_heads];
    r = receipt_read(text, n, &o->arena, proof);
    (void)munmap((void *)(uintptr_t)text, n);
    if (r != 0) {
        return complain(name, "is no receipt");
    }
    struct verdict_head *head = &o->heads[o->n_heads++];
    *head = (struct verdict_head){.seq = proof->seq, .proof = proof};
    memcpy(head->hash, proof->hash, sizeof(head->hash));
    return 0;
}

static int add_head(struct options *o)
{
    struct verdict_head *head = &o->heads[o->n_heads];

    if (o->hash == NULL && o->seq == 0) {
        return 0;
    }
    if (o->hash == NULL || o->seq == 0 || o->n_heads == HEADS_MAX ||
        !base64_unhex(o->hash, head->hash, sizeof(head->hash))) {
        (void)fprintf(stderr, "slate-verify: --head (64 hexadecimal digits) and --seq (from 1) "
                              "belong together\n");
        return USAGE;
    }
    head->seq = o->seq;
    head->proof = NULL;
    o->n_heads++;
    return 0;
}

static int add_ca(struct options *o, const char *name)
{
    if (o->trusted == NULL) {
        o->trusted = X509_STORE_new();
    }
    if (o->trusted == NULL || X509_STORE_load_file(o->trusted, name) != 1) {
        return complain(name, "holds no CA certificates in PEM form");
    }
    return 0;
}

static int parse_seq(struct options *o, const char *text)
{
    char *end;

    errno = 0;
    const unsigned long long seq = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0) {
        return usage();
    }
    o->seq = seq;
    return 0;
}

static int parse(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"head", required_argument, NULL, 'h'},    {"seq", required_argument, NULL, 's'},
        {"receipt", required_argument, NULL, 'r'}, {"ca", required_argument, NULL, 'c'},
        {"json", no_argument, NULL, 'j'},          {NULL, 0, NULL, 0},
    };
    int r = 0;
    int c;

    opterr = 0; // it would quote them as they are
    while (r == 0 && (c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 'h': o->hash = optarg; break;
        case 's': r = parse_seq(o, optarg); break;
        case 'r': r = add_receipt(o, optarg); break;
        case 'c': r = add_ca(o, optarg); break;
        case 'j': o->json = true; break;
        default: r = usage(); break;
        }
    }
    if (r == 0 && optind + 1 != argc) {
        r = usage();
    }
    if (r == 0) {
        o->file = argv[optind];
        r = add_head(o);
    }
    return r;
}

static int run(const struct options *o)
{
    struct verdict v;
    const char *text;
    size_t n;
    int r = map(o->file, &text, &n);

    if (r != 0) {
        return r;
    }
    if (verdict_make(&v, text, n, o->heads, o->n_heads, o->trusted) != 0) {
        r = complain(o->file, "not enough memory");
    } else {
        verdict_print(&v, o->json, stdout);
        r = !v.holds ? FAILED : v.recomputed ? HOLDS : PARTLY;
    }
    verdict_fini(&v);
    (void)munmap((void *)(uintptr_t)text, n);
    return fflush(stdout) == 0 ? r : complain("standard output", strerror(errno));
}

int main(int argc, char **argv)
{
    static struct options o;

    arena_init(&o.arena, (size_t)HEADS_MAX * 4 * RECEIPT_BYTES_MAX);
    int r = parse(argc, argv, &o);
    if (r == 0) {
        r = run(&o);
    }
    X509_STORE_free(o.trusted);
    arena_fini(&o.arena);
    return r;
}
