// SPDX-License-Identifier: Apache-2.0
/**
 * screen: a list of tickets that stays on the terminal, and is shown anew when something happens to
 * one that it may hold, and every minute, because times go on.
 *
 * It is drawn on the terminal's other screen, which is left again whatever ends it.
 */
#ifndef SLATE_CLIENT_SCREEN_H
#define SLATE_CLIENT_SCREEN_H

#include "client/cli.h"

/** Until it is interrupted (EXIT_INTERRUPTED), or the server refuses. Returns an exit code, told.
 */
int screen_watch(struct cli *cli, struct slate_request *request);

/** Leave the other screen, if it is shown. For a signal handler that ends the process. */
void screen_restore(void);

#endif
