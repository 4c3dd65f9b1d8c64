// SPDX-License-Identifier: Apache-2.0
/*
 * The longest common subsequence of lines, after equal heads and tails are set aside. Objects have
 * tens of lines; two that differ all over and are huge are shown as one replaced by the other.
 */
#include "config/bookdiff.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { TABLE_CELLS_MAX = 1024 * 1024 }; // 4 MiB for the one table

struct lines {
    char **line;
    size_t n;
};

static int split(const char *text, size_t n, struct arena *arena, struct lines *ret)
{
    size_t most = 1;
    for (size_t i = 0; i < n; i++) {
        most += text[i] == '\n';
    }
    ret->line = arena_array(arena, most, sizeof(char *));
    ret->n = 0;
    if (ret->line == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n;) {
        const char *end = memchr(text + i, '\n', n - i);
        const size_t bytes = end != NULL ? (size_t)(end - text) - i : n - i;
        char *line = arena_strndup(arena, text + i, bytes);
        if (line == NULL) {
            return -ENOMEM;
        }
        ret->line[ret->n++] = line;
        i += bytes + 1;
    }
    return 0;
}

/* All lines of both texts, marked. */
struct marked {
    struct book_plan_line *line;
    size_t n;
};

static void mark(struct marked *m, char c, const char *text)
{
    m->line[m->n++] = (struct book_plan_line){.mark = c, .text = text};
}

/* a and b where they differ: from `head` equal lines on, up to `tail` equal ones at the end. */
static int compare(const struct lines *a, const struct lines *b, size_t head, size_t tail,
                   struct arena *arena, struct marked *m)
{
    const size_t na = a->n - head - tail;
    const size_t nb = b->n - head - tail;
    char **la = a->line + head;
    char **lb = b->line + head;
    size_t i = 0;
    size_t j = 0;

    if ((na + 1) * (nb + 1) <= TABLE_CELLS_MAX) {
        // common[i][j]: how many lines the rests from i and j on have in common at most
        uint32_t *common = arena_array(arena, (na + 1) * (nb + 1), sizeof(*common));
        const size_t row = nb + 1;
        if (common == NULL) {
            return -ENOMEM;
        }
        for (size_t x = na; x-- > 0;) {
            for (size_t y = nb; y-- > 0;) {
                const uint32_t without_a = common[(x + 1) * row + y];
                const uint32_t without_b = common[x * row + y + 1];
                common[x * row + y] = strcmp(la[x], lb[y]) == 0
                                          ? common[(x + 1) * row + y + 1] + 1
                                          : (without_a > without_b ? without_a : without_b);
            }
        }
        while (i < na && j < nb) {
            if (strcmp(la[i], lb[j]) == 0) {
                mark(m, ' ', la[i++]);
                j++;
            } else if (common[(i + 1) * row + j] >= common[i * row + j + 1]) {
                mark(m, '-', la[i++]);
            } else {
                mark(m, '+', lb[j++]);
            }
        }
    }
    while (i < na) {
        mark(m, '-', la[i++]);
    }
    while (j < nb) {
        mark(m, '+', lb[j++]);
    }
    return 0;
}

/* Line i is a change, or near to one. */
static bool is_shown(const struct marked *m, size_t i)
{
    const size_t from = i > BOOKDIFF_CONTEXT ? i - BOOKDIFF_CONTEXT : 0;
    for (size_t k = from; k < m->n && k <= i + BOOKDIFF_CONTEXT; k++) {
        if (m->line[k].mark != ' ') {
            return true;
        }
    }
    return false;
}

/* Leaves out what is far from any change; the second half of the array has room for the rest. */
static void shorten(struct marked *m)
{
    size_t kept = 0;
    bool left_out = false;
    struct book_plan_line *out = m->line + m->n; // is_shown looks back at what was there
    for (size_t i = 0; i < m->n; i++) {
        const bool shown = is_shown(m, i);
        if (shown) {
            out[kept++] = m->line[i];
        } else if (!left_out) {
            out[kept++] = (struct book_plan_line){.mark = ' ', .text = "..."};
        }
        left_out = !shown;
    }
    m->line = out;
    m->n = kept;
}

int bookdiff(const char *before, size_t n_before, const char *after, size_t n_after,
             struct arena *arena, const struct book_plan_line **ret, size_t *ret_n)
{
    struct lines a;
    struct lines b;
    size_t head = 0;
    size_t tail = 0;

    if (split(before, n_before, arena, &a) != 0 || split(after, n_after, arena, &b) != 0) {
        return -ENOMEM;
    }
    while (head < a.n && head < b.n && strcmp(a.line[head], b.line[head]) == 0) {
        head++;
    }
    while (head + tail < a.n && head + tail < b.n &&
           strcmp(a.line[a.n - 1 - tail], b.line[b.n - 1 - tail]) == 0) {
        tail++;
    }
    if (head + tail == a.n && head + tail == b.n) {
        *ret = NULL;
        *ret_n = 0;
        return 0;
    }
    // Twice: all lines, and behind them those that stay.
    struct marked m = {.line = arena_array(arena, 2 * (a.n + b.n), sizeof(*m.line))};
    if (m.line == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < head; i++) {
        mark(&m, ' ', a.line[i]);
    }
    const int r = compare(&a, &b, head, tail, arena, &m);
    if (r != 0) {
        return r;
    }
    for (size_t i = a.n - tail; i < a.n; i++) {
        mark(&m, ' ', a.line[i]);
    }
    shorten(&m);
    *ret = m.line;
    *ret_n = m.n;
    return 0;
}
