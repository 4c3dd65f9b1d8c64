// SPDX-License-Identifier: Apache-2.0
/**
 * server: the composition root. Owns all parts, wires them, takes them down in reverse.
 */
#ifndef SLATE_SERVER_H
#define SLATE_SERVER_H

#include "config/config.h"

/** Exit codes of the process; the numbers of sysexits.h where there is one. */
enum server_exit {
    SERVER_EXIT_OK = 0,
    SERVER_EXIT_FAILED = 1,
    SERVER_EXIT_CONFIG = 78,
};

/**
 * Opens the store, builds the book, listens and serves until TERM or INT: then it accepts nothing
 * more, finishes what it has begun, and returns; a second signal stops it at once. Reports through
 * the log. Returns a server_exit.
 */
int server_run(const struct config *config);

#endif
