// SPDX-License-Identifier: Apache-2.0
/*
 * The plain runner: every test of the program in this process, one after the other.
 *
 *     plain_core                  all tests
 *     plain_core frame calendar/  those whose "suite/name" begins with one of the words
 *     plain_core --list           only their names
 *
 * Prints TAP, ends with `N passed, N failed`; exit status 1 if a test failed or none matched.
 */
#include "t.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct t_case *first;
static struct t_case **last = &first;

static struct {
    const struct t_case *running;
    pthread_t thread;
    jmp_buf leave;
} now;

void t_register(struct t_case *c)
{
    *last = c;
    last = &c->next;
}

void t_abort(const char *file, int line, const char *message)
{
    fprintf(stderr, "%s:%d: %s/%s: %s\n", file, line, now.running->suite, now.running->name,
            message);
    if (!pthread_equal(pthread_self(), now.thread)) {
        fprintf(stderr, "a check failed outside the test's own thread\n");
        _exit(1);
    }
    longjmp(now.leave, 1);
}

/* Only what is safe in a handler. */
static void on_alarm(int signal)
{
    (void)signal;
    static const char text[] = ": the test took too long\n";
    const char *parts[] = {now.running->suite, "/", now.running->name, text};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0) {
            break;
        }
    }
    _exit(1);
}

static bool passes(const struct t_case *c)
{
    now.running = c;
    now.thread = pthread_self();
    if (setjmp(now.leave) != 0) {
        alarm(0);
        return false;
    }
    alarm(T_SECONDS);
    c->body();
    alarm(0);
    return true;
}

static bool wanted(const struct t_case *c, char **words, int n)
{
    char name[512];
    snprintf(name, sizeof(name), "%s/%s", c->suite, c->name);
    for (int i = 0; i < n; i++) {
        if (strncmp(name, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return n == 0;
}

int main(int argc, char **argv)
{
    const bool list = argc > 1 && strcmp(argv[1], "--list") == 0;
    const int skip = list ? 2 : 1;
    unsigned passed = 0;
    unsigned failed = 0;

    signal(SIGALRM, on_alarm);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (const struct t_case *c = first; c != NULL; c = c->next) {
        if (!wanted(c, argv + skip, argc - skip)) {
            continue;
        }
        if (list) {
            printf("%s/%s\n", c->suite, c->name);
            passed++;
            continue;
        }
        const bool ok = passes(c);
        *(ok ? &passed : &failed) += 1;
        printf("%sok %u - %s::%s\n", ok ? "" : "not ", passed + failed, c->suite, c->name);
    }
    if (!list) {
        printf("%u passed, %u failed\n", passed, failed);
    }
    return failed > 0 || passed == 0 ? 1 : 0;
}
