// SPDX-License-Identifier: Apache-2.0
#include "client/secret.h"

#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "client/message.h"

/* The terminal that hides what is typed, for a signal handler; -1 = none does. */
static volatile sig_atomic_t hiding_fd = -1;
static struct termios shown;

void secret_restore(void)
{
    const int fd = hiding_fd;

    if (fd >= 0) {
        hiding_fd = -1;
        (void)tcsetattr(fd, TCSAFLUSH, &shown);
        const ssize_t ignored = write(fd, "\n", 1); // its line is still open
        (void)ignored;
    }
}

static void hide(int fd)
{
    if (tcgetattr(fd, &shown) == 0) {
        struct termios hidden = shown;

        hidden.c_lflag &= ~(tcflag_t)ECHO;
        hiding_fd = fd; // before it is so: a signal may come in between
        if (tcsetattr(fd, TCSAFLUSH, &hidden) != 0) {
            hiding_fd = -1;
        }
    }
}

bool secret_read(FILE *in, char *ret, size_t size)
{
    if (!fgets(ret, (int)size, in)) {
        return false;
    }
    ret[strcspn(ret, "\r\n")] = '\0';
    return true;
}

bool secret_ask(FILE *in, FILE *err, const char *question, char *ret, size_t size)
{
    hide(fileno(in));
    message_ask(err, "%s", question);
    const bool got = secret_read(in, ret, size);
    secret_restore();
    return got;
}
