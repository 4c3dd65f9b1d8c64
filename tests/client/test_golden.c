// SPDX-License-Identifier: Apache-2.0
/*
 * What every verb prints, on a terminal, in a pipe and as JSON, against files under golden/.
 *
 * A file holds runs:
 *
 *     > list --team manila-a            the arguments; 'quoted ones' may hold blanks; DIR is
 *                                       the test's directory, which has a scenario.yaml
 *     tty 100                           standard output is a terminal of 100 columns
 *     color                             not without colours
 *     in| text                          a line of standard input
 *     out| text                         a line of standard output: expected
 *     err| text                         of standard error
 *     exit 0
 *
 * Control characters stand there as \xNN; the server's address as SERVER, the test's directory as
 * DIR, request ids as
 * zeros, and the time that an import took as T. SLATE_GOLDEN=write writes the files anew: look at
 * the difference.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/text.h"
#include "tests/client/bench.h"
#include "tests/client/play.h"
#include "tests/t.h"

enum { ARGS = 32 };

/** Split at blanks; 'a b' is one argument. Changes the line. */
static void split(char *line, const char *args[ARGS + 1])
{
    size_t n = 0;

    while (*line && n < ARGS) {
        if (*line == ' ') {
            line++;
            continue;
        }
        char end = ' ';
        if (*line == '\'') {
            end = *line++;
        }
        args[n++] = line;
        while (*line && *line != end) {
            line++;
        }
        if (*line) {
            *line++ = '\0';
        }
    }
    args[n] = NULL;
}

static void replace_all(struct text *t, const char *from, const char *to)
{
    struct text out = {0};
    const char *p = text_str(t);
    const char *found;

    while ((found = strstr(p, from))) {
        text_add_n(&out, p, (size_t)(found - p));
        text_add(&out, to);
        p = found + strlen(from);
    }
    text_add(&out, p);
    text_fini(t);
    *t = out;
}

/** "in 0.0 s (123/s)" -> "in T". */
static void hide_speed(struct text *t)
{
    char *in = strstr(text_str(t), " events in ");
    struct text out = {0};

    if (in) {
        text_add_n(&out, text_str(t), (size_t)(in - text_str(t)));
        text_add(&out, " events in T");
        text_add(&out, in + strcspn(in, "\n"));
        text_fini(t);
        *t = out;
    }
}

/** Zeros instead of the digits of UUIDs. */
static void hide_request_ids(struct text *t)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    for (char *p = t->p; p && *p; p++) {
        size_t n = 0;

        while (shape[n] && (shape[n] == '-' ? p[n] == '-' : isxdigit((unsigned char)p[n]))) {
            n++;
        }
        for (size_t i = 0; !shape[n] && i < n; i++) {
            p[i] = shape[i] == '-' ? '-' : '0';
        }
    }
}

/** Lines of a stream as they stand in a golden file. */
static void add_lines(struct text *to, const char *prefix, const char *stream, struct bench *b)
{
    struct text shown = {0};

    for (const char *p = stream; *p; p++) {
        if ((unsigned char)*p < 0x20 && *p != '\n') {
            text_add_f(&shown, "\\x%02x", (unsigned char)*p);
        } else {
            text_add_n(&shown, p, 1);
        }
    }
    replace_all(&shown, fake_address(b->fake), "SERVER");
    replace_all(&shown, b->dir.path, "DIR");
    hide_speed(&shown);
    hide_request_ids(&shown);
    const char *line = text_str(&shown);
    while (*line) {
        size_t n = strcspn(line, "\n");

        text_add_f(to, "%s| %.*s%s\n", prefix, (int)n, line, line[n] ? "" : "\\");
        line += n + (line[n] == '\n');
    }
    text_fini(&shown);
}

struct scene {
    char *head; // the lines before the results
    char *args_line;
    struct text input;
    bool has_input;
    bool color;
    unsigned cols;
};

static void play_scene(struct scene *scene, struct bench *b, struct text *to)
{
    const char *args[ARGS + 1];
    struct text line = {0};
    struct play play = {.args = args,
                        .profile = b->profile,
                        .input = scene->has_input ? text_str(&scene->input) : NULL,
                        .zone = "Asia/Manila",
                        .cols = scene->cols,
                        .now_at = FAKE_NOW_AT};

    text_add(&line, scene->args_line);
    replace_all(&line, "DIR", b->dir.path);
    split(line.p, args);
    if (scene->color) {
        unsetenv("NO_COLOR");
    } else {
        setenv("NO_COLOR", "1", 1);
    }
    play_run(&play);
    add_lines(to, "out", play.out, b);
    add_lines(to, "err", play.err, b);
    text_add_f(to, "exit %d\n", play.code);
    play_fini(&play);
    text_fini(&line);
}

/** Play all runs of a file; returns the file as it should be. */
static char *play_file(const char *text, struct bench *b)
{
    struct text to = {0};
    struct scene scene = {0};
    const char *line = text;

    while (*line) {
        size_t n = strcspn(line, "\n");
        char *copy = strndup(line, n);
        bool is_result = strncmp(copy, "out|", 4) == 0 || strncmp(copy, "err|", 4) == 0 ||
                         strncmp(copy, "exit ", 5) == 0;

        line += n + (line[n] == '\n');
        if (!is_result) {
            text_add_f(&to, "%s\n", copy);
        }
        if (strncmp(copy, "> ", 2) == 0) {
            free(scene.args_line);
            text_fini(&scene.input);
            scene = (struct scene){.args_line = strdup(copy + 2)};
        } else if (strncmp(copy, "tty ", 4) == 0) {
            scene.cols = (unsigned)strtoul(copy + 4, NULL, 10);
        } else if (strcmp(copy, "color") == 0) {
            scene.color = true;
        } else if (strncmp(copy, "in|", 3) == 0) {
            scene.has_input = true;
            text_add_f(&scene.input, "%s\n", copy[3] ? copy + 4 : "");
        }
        free(copy);
        // The results follow, or the next run does
        bool more = strncmp(line, "tty ", 4) == 0 || strncmp(line, "color", 5) == 0 ||
                    strncmp(line, "in|", 3) == 0;
        if (scene.args_line && !more) {
            play_scene(&scene, b, &to);
            free(scene.args_line);
            text_fini(&scene.input);
            scene = (struct scene){0};
        }
    }
    return text_take(&to);
}

static char *read_whole(const char *path)
{
    struct text text = {0};
    char chunk[4096];
    size_t n;
    FILE *f = fopen(path, "r");

    T_CHECK(f, "%s", path);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
        text_add_n(&text, chunk, n);
    }
    fclose(f);
    return text_take(&text);
}

/** Fails at the first line that differs. */
static void compare(const char *path, const char *expected, const char *actual)
{
    for (unsigned number = 1; *expected || *actual; number++) {
        size_t n = strcspn(expected, "\n");
        size_t m = strcspn(actual, "\n");

        T_CHECK(n == m && memcmp(expected, actual, n) == 0,
                "%s:%u:\n  expected %.*s\n  got      %.*s", path, number, (int)n, expected, (int)m,
                actual);
        expected += n + (expected[n] == '\n');
        actual += m + (actual[m] == '\n');
    }
}

static void write_scenario(struct bench *b)
{
    char path[400];

    snprintf(path, sizeof(path), "%s/scenario.yaml", b->dir.path);
    FILE *f = fopen(path, "w");
    T_CHECK(f, "%s", path);
    fputs("tickets: []\n", f);
    fclose(f);
}

static void check_file(const char *name)
{
    __attribute__((cleanup(bench_fini))) struct bench b;
    const char *mode = getenv("SLATE_GOLDEN");
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", GOLDEN_DIR, name);
    bench_init(&b, NULL);
    write_scenario(&b);
    char *expected = read_whole(path);
    char *actual = play_file(expected, &b);
    if (mode && strcmp(mode, "write") == 0) {
        FILE *f = fopen(path, "w");

        T_CHECK(f, "%s", path);
        fputs(actual, f);
        fclose(f);
    } else {
        compare(name, expected, actual);
    }
    free(expected);
    free(actual);
}

T_TEST(golden, tickets_are_listed)
{
    check_file("list.golden");
}

T_TEST(golden, spreadsheets_are_made)
{
    check_file("csv.golden");
}

T_TEST(golden, a_ticket_is_shown)
{
    check_file("show.golden");
}

T_TEST(golden, tickets_are_changed)
{
    check_file("change.golden");
}

T_TEST(golden, several_tickets_are_changed)
{
    check_file("bulk.golden");
}

T_TEST(golden, the_whole_life_of_a_ticket_is_changed)
{
    check_file("life.golden");
}

T_TEST(golden, queues_are_worked_off)
{
    check_file("queue.golden");
}

T_TEST(golden, what_happened_is_told)
{
    check_file("log.golden");
}

T_TEST(golden, users_are_listed)
{
    check_file("user.golden");
}

T_TEST(golden, intakes_are_fed)
{
    check_file("intake.golden");
}

T_TEST(golden, breaches_are_listed)
{
    check_file("breaches.golden");
}

T_TEST(golden, deadlines_are_explained)
{
    check_file("explain.golden");
}

T_TEST(golden, time_is_split)
{
    check_file("split.golden");
}

T_TEST(golden, the_past_is_shown)
{
    check_file("past.golden");
}

T_TEST(golden, books_are_tried)
{
    check_file("try.golden");
}

T_TEST(golden, books_are_compared_applied_and_shown)
{
    check_file("book.golden");
}

T_TEST(golden, tickets_are_imported)
{
    check_file("import.golden");
}

T_TEST(golden, mistakes_are_told)
{
    check_file("usage.golden");
}

T_TEST(golden, help_is_given)
{
    check_file("help.golden");
}
