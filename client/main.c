// SPDX-License-Identifier: Apache-2.0
/*
 * The slate program: its streams, its signals, its exit code.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/cli.h"
#include "client/when.h"

/** Wider terminals are none. */
#define COLUMNS_MAX 1000

static _Atomic(struct slate *) connection;

static void keep_connection(struct slate *s)
{
    atomic_store(&connection, s);
}

/** The first time the call under way ends, and says what is known; the second time (the disposition
 * is reset) the process does. */
static void interrupt(int signal_number)
{
    struct slate *s = atomic_load(&connection);

    (void)signal_number;
    if (s) {
        slate_interrupt(s);
    } else {
        _exit(EXIT_INTERRUPTED);
    }
}

/** SLATE_FORCE_TTY=COLS makes standard output a terminal of that width, for tests and screenshots.
 */
static unsigned forced_columns(void)
{
    const char *value = getenv("SLATE_FORCE_TTY");
    unsigned long n = value ? strtoul(value, NULL, 10) : 0;

    return n > 0 && n <= COLUMNS_MAX ? (unsigned)n : 0;
}

static unsigned columns_of(int fd)
{
    struct winsize size;

    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int main(int argc, char *argv[])
{
    const struct sigaction on_interrupt = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    unsigned forced = forced_columns();
    struct cli cli = {
        .in = stdin,
        .out = stdout,
        .err = stderr,
        .in_tty = isatty(STDIN_FILENO),
        .out_tty = forced || isatty(STDOUT_FILENO),
        .err_tty = isatty(STDERR_FILENO),
        .cols = forced ? forced : columns_of(STDOUT_FILENO),
        .now_at = when_now(),
        .on_connection = keep_connection,
    };

    sigaction(SIGINT, &on_interrupt, NULL);
    return cli_run(&cli, argc, argv);
}
