// SPDX-License-Identifier: Apache-2.0
#include "core/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts a copy that did not fit back to the last whole UTF-8 character. */
static void copy_text(char *to, size_t size, const char *from)
{
    size_t n = from == NULL ? 0 : strlen(from);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)from[n] & 0xC0u) == 0x80u) {
            n--;
        }
    }
    if (n > 0) {
        memcpy(to, from, n);
    }
    to[n] = '\0';
}

int refuse(struct refusal *r, enum outcome_code code, const char *field, const char *hint,
           const char *message, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, message);
    (void)vsnprintf(text, sizeof(text), message, ap);
    va_end(ap);
    memset(r, 0, sizeof(*r));
    r->code = code;
    copy_text(r->field, sizeof(r->field), field);
    copy_text(r->message, sizeof(r->message), text);
    copy_text(r->hint, sizeof(r->hint), hint);
    return (int)code;
}

const char *outcome_name(enum outcome_code code)
{
    static const char *const names[] = {
        [OUTCOME_OK] = "OK",
        [OUTCOME_CANCELLED] = "CANCELLED",
        [OUTCOME_UNKNOWN] = "UNKNOWN",
        [OUTCOME_INVALID_ARGUMENT] = "INVALID_ARGUMENT",
        [OUTCOME_DEADLINE_EXCEEDED] = "DEADLINE_EXCEEDED",
        [OUTCOME_NOT_FOUND] = "NOT_FOUND",
        [OUTCOME_ALREADY_EXISTS] = "ALREADY_EXISTS",
        [OUTCOME_PERMISSION_DENIED] = "PERMISSION_DENIED",
        [OUTCOME_RESOURCE_EXHAUSTED] = "RESOURCE_EXHAUSTED",
        [OUTCOME_FAILED_PRECONDITION] = "FAILED_PRECONDITION",
        [OUTCOME_ABORTED] = "ABORTED",
        [OUTCOME_OUT_OF_RANGE] = "OUT_OF_RANGE",
        [OUTCOME_UNIMPLEMENTED] = "UNIMPLEMENTED",
        [OUTCOME_INTERNAL] = "INTERNAL",
        [OUTCOME_UNAVAILABLE] = "UNAVAILABLE",
        [OUTCOME_DATA_LOSS] = "DATA_LOSS",
        [OUTCOME_UNAUTHENTICATED] = "UNAUTHENTICATED",
    };
    unsigned i = (unsigned)code;
    return i < sizeof(names) / sizeof(names[0]) ? names[i] : "UNKNOWN";
}
