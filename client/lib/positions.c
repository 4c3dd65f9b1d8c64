// SPDX-License-Identifier: Apache-2.0
#include "client/lib/positions.h"

#include <stdlib.h>
#include <string.h>

/** Where a contract is, or would be. */
static size_t find(const struct positions *p, const char *contract, bool *ret_there)
{
    size_t from = 0;
    size_t to = p->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(p->tokens[middle].contract, contract);

        if (order == 0) {
            *ret_there = true;
            return middle;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    *ret_there = false;
    return from;
}

static int reserve(struct positions *p)
{
    if (p->n < p->size) {
        return 0;
    }
    if (p->n >= POSITIONS_MAX) {
        return -1;
    }
    size_t size = p->size ? 2 * p->size : 16;
    struct slate_token *tokens = realloc(p->tokens, size * sizeof(*tokens));
    if (!tokens) {
        return -1;
    }
    p->tokens = tokens;
    p->size = size;
    return 0;
}

int positions_pass(struct positions *p, const char *contract, uint64_t seq)
{
    bool there;
    size_t i = find(p, contract, &there);

    if (there) {
        if (seq > p->tokens[i].seq) {
            p->tokens[i].seq = seq;
        }
        return 0;
    }
    char *name = reserve(p) < 0 ? NULL : strdup(contract);
    if (!name) {
        return -1;
    }
    memmove(&p->tokens[i + 1], &p->tokens[i], (p->n - i) * sizeof(*p->tokens));
    p->tokens[i] = (struct slate_token){name, seq};
    p->n++;
    return 0;
}

int positions_pass_all(struct positions *p, const struct slate_token *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (positions_pass(p, tokens[i].contract ? tokens[i].contract : "", tokens[i].seq) < 0) {
            return -1;
        }
    }
    return 0;
}

bool positions_has(const struct positions *p, const char *contract, uint64_t seq)
{
    bool there;
    size_t i = find(p, contract, &there);

    return there && seq <= p->tokens[i].seq;
}

void positions_fini(struct positions *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free((char *)p->tokens[i].contract);
    }
    free(p->tokens);
    *p = (struct positions){0};
}
