// SPDX-License-Identifier: Apache-2.0
/*
 * The slate program: its streams, its signals, its exit code.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "client/cli.h"
#include "client/screen.h"
#include "client/secret.h"
#include "client/when.h"

/** Wider terminals are none. */
#define COLUMNS_MAX 1000

/** One for calls, one for live events. */
enum { CONNECTIONS = 2 };

static _Atomic(struct slate *) connections[CONNECTIONS];
static volatile sig_atomic_t was_interrupted;

static void keep_connection(struct slate *s, bool open)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct slate *expected = open ? NULL : s;

        if (atomic_compare_exchange_strong(&connections[i], &expected, open ? s : NULL)) {
            return;
        }
    }
}

/** The first time the call under way ends, and says what is known; the second time, or when there
 * is none, the process does. */
static void interrupt(int signal_number)
{
    bool any = false;

    (void)signal_number;
    for (size_t i = 0; !was_interrupted && i < CONNECTIONS; i++) {
        struct slate *s = atomic_load(&connections[i]);

        if (s) {
            slate_interrupt(s);
            any = true;
        }
    }
    was_interrupted = 1;
    if (!any) {
        screen_restore();
        secret_restore();
        _exit(EXIT_INTERRUPTED);
    }
}

static bool is_interrupted(void)
{
    return was_interrupted;
}

/** SLATE_FORCE_TTY=COLS makes standard output a terminal of that width, for tests and screenshots.
 */
static unsigned forced_columns(void)
{
    const char *value = getenv("SLATE_FORCE_TTY");
    unsigned long n = value ? strtoul(value, NULL, 10) : 0;

    return n > 0 && n <= COLUMNS_MAX ? (unsigned)n : 0;
}

static void measure(struct cli *cli)
{
    const unsigned forced = forced_columns();
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        cli->cols = size.ws_col;
        cli->rows = size.ws_row;
    }
    cli->cols = forced ? forced : cli->cols;
}

/** A standard stream that is closed would be the number of the next connection. It fails instead:
 * what can only be written can't be read. */
static void fill_streams(void)
{
    static const int flags[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) != fd) {
            _exit(EXIT_FAILED);
        }
    }
}

int main(int argc, char *argv[])
{
    const struct sigaction on_interrupt = {.sa_handler = interrupt};
    struct cli cli = {
        .in = stdin,
        .out = stdout,
        .err = stderr,
        .in_tty = isatty(STDIN_FILENO),
        .out_tty = forced_columns() || isatty(STDOUT_FILENO),
        .err_tty = isatty(STDERR_FILENO),
        .now_at = when_now(),
        .measure = measure,
        .interrupted = is_interrupted,
        .on_connection = keep_connection,
    };

    fill_streams();
    (void)prctl(PR_SET_DUMPABLE, 0); // no key, and no code, leaves in a core file
    measure(&cli);
    sigaction(SIGINT, &on_interrupt, NULL);
    sigaction(SIGTERM, &on_interrupt, NULL);
    sigaction(SIGHUP, &on_interrupt, NULL);
    return cli_run(&cli, argc, argv);
}
