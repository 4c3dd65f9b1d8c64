// SPDX-License-Identifier: Apache-2.0
#include "config/bookdiff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

/* The lines, marks in front, each ended by '|'. */
static void diff(const char *a, const char *b, char *buf, size_t size)
{
    struct arena arena;
    const struct book_plan_line *lines;
    size_t n;
    arena_init(&arena, 64 << 20);
    T_EQ_INT(bookdiff(a, strlen(a), b, strlen(b), &arena, &lines, &n), 0);
    buf[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t used = strlen(buf);
        (void)snprintf(buf + used, size - used, "%c%s|", lines[i].mark, lines[i].text);
    }
    arena_fini(&arena);
}

T_TEST(bookdiff, tells_lines_apart)
{
    static const struct {
        const char *a;
        const char *b;
        const char *expected;
    } rows[] = {
        {"", "", ""},
        {"a\nb\n", "a\nb\n", ""},
        {"", "a\nb\n", "+a|+b|"},
        {"a\n", "", "-a|"},
        {"a\nb\nc\n", "a\nx\nc\n", " a|-b|+x| c|"},
        {"a\nb\nc\n", "a\nc\n", " a|-b| c|"},
        {"a\nc\n", "a\nb\nc\n", " a|+b| c|"},
        {"a\na\n", "a\na\na\n", " a| a|+a|"},
        {"a\nb\nc\nd\n", "b\nx\nd\ny\n", "-a| b|-c|+x| d|+y|"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
         " ...| 2| 3| 4|-5|+x| 6| 7| 8| ...|"},
        {"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n",
         "-a|+x| 1| 2| 3| ...| 5| 6| 7|-b|+y|"},
        {"a\nb", "a\nc", " a|-b|+c|"}, // no line end at the end
        {"a\n\nb\n", "a\nb\n", " a|-| b|"},
    };
    char buf[512];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        diff(rows[i].a, rows[i].b, buf, sizeof(buf));
        T_EQ_STR(buf, rows[i].expected, "row %zu", i);
    }
}

T_TEST(bookdiff, replaces_what_is_huge_and_different)
{
    enum { LINES = 2000 };
    static char a[LINES * 8];
    static char b[LINES * 8];
    struct arena arena;
    const struct book_plan_line *lines;
    size_t n;
    for (size_t i = 0; i < LINES; i++) {
        (void)snprintf(a + strlen(a), sizeof(a) - strlen(a), "a%zu\n", i);
        (void)snprintf(b + strlen(b), sizeof(b) - strlen(b), "b%zu\n", i);
    }
    arena_init(&arena, 16 << 20);
    T_EQ_INT(bookdiff(a, strlen(a), b, strlen(b), &arena, &lines, &n), 0);
    T_EQ_INT(n, 2 * LINES);
    T_EQ_INT(lines[0].mark, '-');
    T_EQ_INT(lines[n - 1].mark, '+');
    arena_fini(&arena);
}
