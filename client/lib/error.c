// SPDX-License-Identifier: Apache-2.0
#include "client/lib/error.h"

#include <stdarg.h>
#include <stdio.h>

enum slate_status error_set(struct slate_error *e, enum slate_status code, const char *format, ...)
{
    va_list args;

    *e = (struct slate_error){.code = code, .retryable = error_is_temporary(code)};
    va_start(args, format);
    vsnprintf(e->message, sizeof(e->message), format, args);
    va_end(args);
    return code;
}

void error_hint(struct slate_error *e, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(e->hint, sizeof(e->hint), format, args);
    va_end(args);
}

enum slate_status error_no_memory(struct slate_error *e)
{
    return error_set(e, SLATE_NO_MEMORY, "out of memory");
}

bool error_is_temporary(enum slate_status code)
{
    switch (code) {
    case SLATE_DEADLINE_EXCEEDED:
    case SLATE_RESOURCE_EXHAUSTED:
    case SLATE_UNAVAILABLE:
    case SLATE_UNREACHABLE:
    case SLATE_TIMEOUT: return true;
    default: return false;
    }
}

enum slate_status error_give(const struct slate_error *src, struct slate_error *reterr)
{
    enum slate_status code = src->code;

    if (reterr) {
        *reterr = *src;
    }
    return code;
}
