// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_TRY_H
#define SLATE_TRY_H

/*
 * `slated try`: SLA arithmetic on cases from a stream, through the engine that everything uses.
 *
 * A case is one JSON object on one line, {"id", "kind", "input"}; other keys beside these are let
 * pass. Kinds: add, between, bdays, clock. Calendars are given in place. Times are whole seconds in
 * RFC 3339. The answer to each line is one line: {"id", ...results}, or {"id", "error"} for a case
 * that cannot be used.
 */

#include <stdio.h>

/**
 * Answers every line of `in` on `out`; zones are read from the folder tzdir.
 * Returns 0 when all were answered, 1 when some could not be used, -1 when reading, writing or
 * memory failed.
 */
int try_run(FILE *in, FILE *out, const char *tzdir);

#endif
