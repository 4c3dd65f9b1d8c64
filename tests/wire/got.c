// SPDX-License-Identifier: Apache-2.0
#include "got.h"

#include <stdlib.h>
#include <string.h>

#include "raw.h"
#include "samples.h"
#include "t.h"
#include "wire/decode.h"

void got_decode(struct got *got, const uint8_t *frame, size_t n)
{
    // A copy of its own, gone before anything is looked at: nothing may point into the frame.
    uint8_t *copy = malloc(n);
    T_CHECK(copy != NULL);
    memcpy(copy, frame, n);
    memset(got, 0, sizeof(*got));
    arena_init(&got->arena, WIRE_ARENA_BYTES);
    got->r = wire_decode(copy, n, &got->arena, &got->request, &got->refusal);
    free(copy);
}

void got_sample(struct got *got, enum request_kind kind, bool full)
{
    struct sample samples[SAMPLES];
    samples_make(samples);
    const struct sample *sample = &samples[2 * (kind - 1) + !full];
    got_decode(got, sample->frame, sample->n);
    T_EQ_INT(got->r, 0, "%s: %s: %s", sample->name, got->refusal.field, got->refusal.message);
    T_EQ_INT(got->request.kind, kind, "%s", sample->name);
    T_EQ_INT(got->request.id, 1000 + 2 * (kind - 1) + !full, "%s", sample->name);
    samples_free(samples);
}

void got_notation(struct got *got, const char *notation)
{
    struct raw raw = raw_make(notation);
    got_decode(got, raw.p, raw.n);
    raw_free(&raw);
}

void got_done(struct got *got)
{
    arena_fini(&got->arena);
}

void got_text(struct text text, enum text_field field, const char *expected)
{
    T_EQ_INT(text.field, field);
    T_EQ_INT(text.n, strlen(expected), "%s", expected);
    T_EQ_MEM(text.bytes, expected, text.n, "%s", expected);
}

void got_refused(const char *notation, const char *field, const char *message)
{
    struct got got;

    got_notation(&got, notation);
    T_EQ_INT(got.r, OUTCOME_INVALID_ARGUMENT, "%s: %s", notation, got.refusal.message);
    T_EQ_STR(got.refusal.field, field, "%s: %s", notation, got.refusal.message);
    T_CHECK(strstr(got.refusal.message, message) != NULL, "%s: %s", notation, got.refusal.message);
    T_EQ_INT(got.request.id, 7, "%s", notation);
    T_EQ_INT(got.request.kind, REQUEST_NONE, "%s", notation);
    got_done(&got);
}
