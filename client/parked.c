// SPDX-License-Identifier: Apache-2.0
#include "client/parked.h"

#include <stdlib.h>
#include <string.h>

/** So many, so that a file that tells one ticket's story after the other has many tickets under
 * way; and no more, because all are looked through for each answer. */
#define LINES_MAX 2048u
#define BYTES_MAX ((size_t)8 * 1024 * 1024)

void parked_add(struct parked *p, uint64_t line, const char *key, const char *text, size_t n)
{
    struct parked_line *l = malloc(sizeof(*l));
    char *copy = malloc(n + 1);
    char *name = strdup(key);

    if (!l || !copy || !name) {
        abort();
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    *l = (struct parked_line){NULL, line, name, copy, n};
    *(p->last ? p->last : &p->first) = l;
    p->last = &l->next;
    p->n++;
    p->bytes += n;
}

struct parked_line *parked_take(struct parked *p, const char *key)
{
    struct parked_line **at = &p->first;

    while (*at && strcmp((*at)->key, key) != 0) {
        at = &(*at)->next;
    }
    struct parked_line *line = *at;
    if (line) {
        *at = line->next;
        if (!*at) {
            p->last = at;
        }
        p->n--;
        p->bytes -= line->n;
    }
    return line;
}

void parked_line_free(struct parked_line *line)
{
    free(line->key);
    free(line->text);
    free(line);
}

bool parked_is_full(const struct parked *p)
{
    return p->n >= LINES_MAX || p->bytes >= BYTES_MAX;
}

void parked_fini(struct parked *p)
{
    while (p->first) {
        struct parked_line *next = p->first->next;

        parked_line_free(p->first);
        p->first = next;
    }
    *p = (struct parked){0};
}
