// SPDX-License-Identifier: Apache-2.0
#include "evidence/finding.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/instant.h"
#include "evidence/base64.h"

int finding_set(struct finding *f, uint64_t seq, const char *what, ...)
{
    va_list args;

    f->seq = seq;
    f->expected[0] = f->found[0] = '\0';
    va_start(args, what);
    (void)vsnprintf(f->what, sizeof(f->what), what, args);
    va_end(args);
    return FINDING;
}

int finding_texts(struct finding *f, const char *expected, const char *found)
{
    (void)snprintf(f->expected, sizeof(f->expected), "%s", expected);
    (void)snprintf(f->found, sizeof(f->found), "%s", found);
    return FINDING;
}

int finding_hashes(struct finding *f, const uint8_t expected[static 32],
                   const uint8_t found[static 32])
{
    char a[65];
    char b[65];

    return finding_texts(f, base64_hex(expected, 32, a), base64_hex(found, 32, b));
}

int finding_numbers(struct finding *f, uint64_t expected, uint64_t found)
{
    char a[24];
    char b[24];

    (void)snprintf(a, sizeof(a), "%" PRIu64, expected);
    (void)snprintf(b, sizeof(b), "%" PRIu64, found);
    return finding_texts(f, a, b);
}

static const char *instant(int64_t at, char buf[static INSTANT_TEXT_BYTES])
{
    return at == INSTANT_NONE || at == INSTANT_NEVER ? "none" : instant_format(at, buf);
}

int finding_instants(struct finding *f, int64_t expected, int64_t found)
{
    char a[INSTANT_TEXT_BYTES];
    char b[INSTANT_TEXT_BYTES];

    return finding_texts(f, instant(expected, a), instant(found, b));
}
