// SPDX-License-Identifier: Apache-2.0
#include "client/message.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include "client/escape.h"

/** Between `before` and `after`, which are ours. Returns false when there was nothing to say. */
__attribute__((format(printf, 4, 0))) static bool put(FILE *err, const char *before,
                                                      const char *after, const char *format,
                                                      va_list args)
{
    struct text escaped = {0};
    char *text;

    if (vasprintf(&text, format, args) < 0) {
        abort();
    }
    escape_text(&escaped, text, ESCAPE_LINE);
    bool any = escaped.n > 0;
    if (any) {
        fprintf(err, "%s%s%s", before, text_str(&escaped), after);
    }
    text_fini(&escaped);
    free(text);
    return any;
}

void message_say(FILE *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put(err, "slate: ", "\n", format, args);
    va_end(args);
}

void message_hint(FILE *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put(err, "hint: ", "\n", format, args);
    va_end(args);
}

void message_line(FILE *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put(err, "", "\n", format, args);
    va_end(args);
}

void message_progress(FILE *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (!put(err, "\r\x1b[K", "", format, args)) {
        fputs("\r\x1b[K", err);
    }
    fflush(err);
    va_end(args);
}

void message_ask(FILE *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put(err, "", " ", format, args);
    fflush(err);
    va_end(args);
}
