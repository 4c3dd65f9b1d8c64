// SPDX-License-Identifier: Apache-2.0
/**
 * message: what the program says beside its results, on standard error. Everything is escaped:
 * errors quote what strangers wrote.
 */
#ifndef SLATE_CLIENT_MESSAGE_H
#define SLATE_CLIENT_MESSAGE_H

#include <stdio.h>

/** "slate: ..." and a newline. */
void message_say(FILE *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** "hint: ..."; nothing for "". */
void message_hint(FILE *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A line without a prefix: a summary, a place in a file. */
void message_line(FILE *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A line that is overwritten by the next one, for progress on a terminal; "" wipes it. */
void message_progress(FILE *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A question, without a newline. */
void message_ask(FILE *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
