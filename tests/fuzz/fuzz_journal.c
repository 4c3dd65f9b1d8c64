// SPDX-License-Identifier: Apache-2.0
/*
 * Exported chains out of any bytes. So that changes get behind the hashes, entries are chained anew
 * where the lines can be read at all: what is left to find is everything else that is wrong.
 *
 * Whatever the bytes are, the verifier ends with a word on them, and what it says of a file and of
 * the same file again is the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/verdict.h"

enum {
    LINES_BYTES = 8 * 1024 * 1024,
    FILE_BYTES_MAX = 256 * 1024,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct chained {
    uint8_t hash[HASH_BYTES];
    char *out;
    size_t n;
    struct arena arena;
};

/* The line with hashes that fit, or as it is. */
static void add(struct chained *c, const char *text, size_t n)
{
    struct chainline line;
    char why[CHAINLINE_ERROR_BYTES];
    const char *made = NULL;
    size_t n_made = 0;

    arena_reset(&c->arena);
    if (chainline_read(text, n, &c->arena, &line, why) == 0) {
        if (line.kind == CHAINLINE_HEADER) {
            (void)hash_genesis(line.u.header.cluster, line.u.header.id, line.u.header.genesis);
            if (line.u.header.from == 1) {
                memcpy(line.u.header.before, line.u.header.genesis, HASH_BYTES);
            }
            memcpy(c->hash, line.u.header.before, HASH_BYTES);
        } else if (line.kind == CHAINLINE_ENTRY) {
            (void)hash_entry(c->hash, line.u.entry.body, line.u.entry.n, line.u.entry.hash);
            memcpy(c->hash, line.u.entry.hash, HASH_BYTES);
        } else if (line.kind == CHAINLINE_END) {
            memcpy(line.u.end.hash, c->hash, HASH_BYTES);
        }
        if (chainline_write(&line, &c->arena, &made, &n_made) != 0) {
            made = NULL;
        }
    }
    if (made == NULL) {
        memcpy(c->out + c->n, text, n);
        c->n += n;
        c->out[c->n++] = '\n';
    } else {
        memcpy(c->out + c->n, made, n_made);
        c->n += n_made;
    }
}

static bool judge_file(const char *text, size_t n, struct finding *ret)
{
    struct verdict v;
    bool holds = false;

    if (verdict_make(&v, text, n, NULL, 0, NULL) == 0) {
        holds = v.holds;
        *ret = v.finding;
    }
    verdict_fini(&v);
    return holds;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct chained c = {.n = 0};
    struct finding first = {0};
    struct finding again = {0};

    if (size > FILE_BYTES_MAX) {
        return 0;
    }
    (void)judge_file(text, size, &first);
    c.out = malloc(16 * size + 4096);
    assert(c.out != NULL);
    arena_init(&c.arena, LINES_BYTES);
    for (size_t from = 0; from < size;) {
        const char *newline = memchr(text + from, '\n', size - from);
        const size_t n = newline != NULL ? (size_t)(newline - (text + from)) : size - from;
        add(&c, text + from, n);
        from += n + 1;
    }
    const bool holds = judge_file(c.out, c.n, &first);
    assert(judge_file(c.out, c.n, &again) == holds);
    assert(first.seq == again.seq && strcmp(first.what, again.what) == 0);
    arena_fini(&c.arena);
    free(c.out);
    return 0;
}
