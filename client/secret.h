// SPDX-License-Identifier: Apache-2.0
/**
 * secret: a line that is typed on the terminal without being shown.
 *
 * What a terminal shows is a state of the terminal, not of the program: whoever ends the program
 * meanwhile, also by a signal, puts it back with secret_restore().
 */
#ifndef SLATE_CLIENT_SECRET_H
#define SLATE_CLIENT_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Ask, and read a line of less than `size` bytes without its end. Returns false at the end of the
 * file. */
bool secret_ask(FILE *in, FILE *err, const char *question, char *ret, size_t size);

/** The same where nobody is asked. */
bool secret_read(FILE *in, char *ret, size_t size);

/** Show again what is typed, if a question hides it. May be called by a signal handler. */
void secret_restore(void);

#endif
