// SPDX-License-Identifier: Apache-2.0
#include "tests/client/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/t.h"

static _Noreturn void become(const char *profile, const char *const *args)
{
    char *argv[16] = {(char *)(uintptr_t) "slate"};

    for (int i = 0; args[i] && i < 14; i++) {
        argv[i + 1] = (char *)(uintptr_t)args[i];
    }
    setenv("SLATE_PROFILE", profile, 1);
    setenv("SLATE_TZ", "UTC", 1);
    setenv("NO_COLOR", "1", 1);
    execv(SLATE_PROGRAM, argv);
    _exit(126);
}

enum input { NOTHING, FED, CLOSED };

static void start(struct process *p, const char *profile, const char *const *args, enum input input)
{
    const bool fed = input == FED;
    int out[2];
    int in[2] = {-1, -1};

    memset(p, 0, sizeof(*p));
    T_CHECK(pipe2(out, O_CLOEXEC) == 0);
    T_CHECK(!fed || pipe2(in, O_CLOEXEC) == 0);
    p->pid = fork();
    if (p->pid == 0) {
        dup2(fed ? in[0] : open("/dev/null", O_RDONLY), STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(out[1], STDERR_FILENO);
        if (input == CLOSED) {
            close(STDIN_FILENO);
        }
        become(profile, args);
    }
    close(out[1]);
    if (fed) {
        close(in[0]);
    }
    p->out = out[0];
    p->in = in[1];
}

void process_start(struct process *p, const char *profile, const char *const *args)
{
    start(p, profile, args, NOTHING);
}

void process_start_fed(struct process *p, const char *profile, const char *const *args)
{
    start(p, profile, args, FED);
}

void process_start_closed(struct process *p, const char *profile, const char *const *args)
{
    start(p, profile, args, CLOSED);
}

void process_start_on_terminal(struct process *p, const char *profile, const char *const *args,
                               unsigned short cols, unsigned short rows)
{
    const struct winsize size = {.ws_col = cols, .ws_row = rows};

    memset(p, 0, sizeof(*p));
    p->in = -1;
    p->pid = forkpty(&p->out, NULL, NULL, &size);
    T_CHECK(p->pid >= 0);
    if (p->pid == 0) {
        become(profile, args);
    }
}

void process_resize(struct process *p, unsigned short cols, unsigned short rows)
{
    const struct winsize size = {.ws_col = cols, .ws_row = rows};

    T_CHECK(ioctl(p->out, TIOCSWINSZ, &size) == 0);
}

void process_feed(struct process *p, const char *text)
{
    if (!text) {
        close(p->in);
        p->in = -1;
        return;
    }
    T_CHECK(write(p->in, text, strlen(text)) == (ssize_t)strlen(text));
}

/** Returns false at the end. */
static bool read_more(struct process *p)
{
    ssize_t n;

    T_CHECK(p->n + 1 < sizeof(p->output), "too much output");
    do {
        n = read(p->out, p->output + p->n, sizeof(p->output) - 1 - p->n);
    } while (n < 0 && errno == EINTR);
    p->n += n > 0 ? (size_t)n : 0; // a terminal that nobody holds open any more fails with EIO
    p->output[p->n] = '\0';
    return n > 0;
}

void process_await(struct process *p, size_t from, const char *text)
{
    while (p->n < from || !strstr(p->output + from, text)) {
        T_CHECK(read_more(p), "\"%s\" never came: %s", text, p->output);
    }
}

int process_finish(struct process *p)
{
    int status;

    while (read_more(p)) {
    }
    close(p->out);
    if (p->in >= 0) {
        close(p->in);
    }
    T_CHECK(waitpid(p->pid, &status, 0) == p->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
