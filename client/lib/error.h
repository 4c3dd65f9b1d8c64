// SPDX-License-Identifier: Apache-2.0
/**
 * error: filling a struct slate_error.
 */
#ifndef SLATE_CLIENT_LIB_ERROR_H
#define SLATE_CLIENT_LIB_ERROR_H

#include <slate.h>

/** Start an error anew with a message, cut to its space. Returns code, for `return error_set(...)`.
 */
enum slate_status error_set(struct slate_error *e, enum slate_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Add what to do about it. */
void error_hint(struct slate_error *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** No memory, in words. */
enum slate_status error_no_memory(struct slate_error *e);

/** True for outcomes after which the same may be tried again later, without harm: nothing was done.
 */
bool error_is_temporary(enum slate_status code);

/** Copy src, where both may be anything: src to a caller that may not want it. Returns its code. */
enum slate_status error_give(const struct slate_error *src, struct slate_error *reterr);

#endif
