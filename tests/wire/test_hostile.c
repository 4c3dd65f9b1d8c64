// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "judge.h"
#include "proto/frame.h"
#include "raw.h"
#include "samples.h"
#include "t.h"
#include "wire/check.h"
#include "wire/decode.h"

#define ID     "2'%01%9D%00%11%22%33%74%44%85%55%66%77%88%99%AA%BB' "
#define IMPORT "2{1=5 " ID "50{1'c' 2's' 3'k' 4~0 "

/* Inputs of up to 1 MiB that would cost a hundred times as much when unpacked. */
T_TEST(hostile, what_would_swell_is_refused_without_an_allocation)
{
    static const char *const rows[] = {
        IMPORT "[520000 15{}]}}",               // empty messages
        IMPORT "[200000 15{1~5 2=2}]}}",        // small ones
        "2{1=1 42{[250000 1{}]}}",              //
        "2{1=1 42{[100000 1{1'a'}]}}",          //
        "2{1=1 " ID "37{1'A-1' [20000 2'a']}}", //
        IMPORT "[1000 15{[400 3'']}]}}",        // in two levels
        "2{1=1 21{[32000 4'']}}",               // empty strings
        "2{1=1 21{[500000 4'']}}",              //
        "2{1=1 21{3*1000000%}}",                // packed numbers, none of them a state
        IMPORT "16*1000000\x01}}",              // packed numbers, all of them a clock
        "2{1=1 22{1'A-1'} [500000 99=1]}",      // unknown fields
        "2{1=1 63{1'x' 3'y' [500000 99=1]}}",   //
        "2{1=1 63{1'x' [100000 3'abcdefg']}}",  //
        "[500000 99'']",                        //
        "2{1=1 20{1'c' [100000 9'abcdefg']}}",  // one string over and over
        "[100000 2{1=1}]",                      // one message over and over
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw raw = raw_make(rows[i]);
        struct arena arena;
        struct request request;
        struct refusal refusal;
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_decode(raw.p, raw.n, &arena, &request, &refusal), OUTCOME_INVALID_ARGUMENT,
                 "row %zu", i);
        T_EQ_INT(arena.used_bytes, 0, "row %zu", i);
        arena_fini(&arena);
        raw_free(&raw);
    }
}

/* The most expensive frames that the rules let in. */
T_TEST(hostile, what_is_let_in_fits_into_its_arena)
{
    static const struct {
        const char *notation;
        size_t n_at_least;
    } rows[] = {
        {IMPORT "[1000 15{1~5 2=1 5=3 6=1 7=1 8'm' 9*1000x}] [16 16=1]}}", 1000000},
        {IMPORT "[21 15{1~5 2=1 5=3 6=1 7=1 9*49152x}]}}", 1000000},
        {IMPORT "[1000 15{1~5 2=1 5=3 6=1 7=1 8*63m 9*900x}] 13*10000x 12*500x}}", 980000},
        {"2{1=5 " ID "60{1*1047552x}}", 1047552},
        {"2{1=5 63{1*524000x 2*255x 3*524000x 4*255x}}", 1048510},
        {"2{1=5 9=1 60{1*1047552x 2*255x 3*512x}}", 1048319},
        {"2{1=5 " ID "20{1*63x 2*63x 3*63x 4*63x 5*63x 6*63x 7*63x 8*320x 9*500x 10*49152x}}",
         50000},
        {"2{1=1 21{[16 3=1] [32 4*63x] 8*512x}}", 2000},
        {"2{1=5 " ID "51{1*63x 2*63x 3*255x 4*255x 5=1 6*63x 7*63x 8*63x 9*63x 10*63x 11*63x "
         "12*320x 13*500x 14*49152x 15*63x 16*63x}}",
         51000},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw raw = raw_make(rows[i].notation);
        T_CHECK(raw.n >= rows[i].n_at_least && raw.n <= FRAME_BYTES_MAX, "row %zu: %zu", i, raw.n);
        T_CHECK(judge_frame(raw.p, raw.n), "row %zu", i);
        raw_free(&raw);
    }
}

T_TEST(hostile, every_sample_cut_at_every_byte)
{
    struct sample samples[SAMPLES];

    samples_make(samples);
    for (size_t i = 0; i < SAMPLES; i++) {
        T_CHECK(judge_frame(samples[i].frame, samples[i].n), "%s", samples[i].name);
        for (size_t n = 0; n < samples[i].n; n++) {
            uint8_t *cut = malloc(n > 0 ? n : 1);
            T_CHECK(cut != NULL);
            memcpy(cut, samples[i].frame, n);
            // A frame is one field, the request: no part of it is a whole one.
            T_CHECK(!judge_frame(cut, n), "%s cut to %zu", samples[i].name, n);
            free(cut);
        }
    }
    samples_free(samples);
}

T_TEST(hostile, every_sample_with_every_bit_flipped)
{
    struct sample samples[SAMPLES];
    size_t accepted = 0;
    size_t refused = 0;

    samples_make(samples);
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t bit = 0; bit < 8 * samples[i].n; bit++) {
            samples[i].frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (judge_frame(samples[i].frame, samples[i].n)) {
                accepted++;
            } else {
                refused++;
            }
            samples[i].frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    // Letters may change into others; what gives the message its shape may not.
    T_CHECK(accepted > 1000 && refused > 1000, "%zu accepted, %zu refused", accepted, refused);
    samples_free(samples);
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* Bytes changed, taken out, put in, copied from another sample. */
static size_t mutate(uint8_t *p, size_t n, size_t size, const struct sample *other, uint64_t *state)
{
    const size_t at = next_random(state) % n;
    size_t len = next_random(state) % 16;

    switch (next_random(state) % 4) {
    case 0: p[at] = (uint8_t)next_random(state); return n;
    case 1:
        len = len < n - at ? len : n - at - 1;
        memmove(p + at, p + at + len, n - at - len);
        return n - len;
    case 2:
        len = len < size - n ? len : size - n;
        memmove(p + at + len, p + at, n - at);
        return n + len;
    default: {
        const size_t from = next_random(state) % other->n;
        len = len < n - at ? len : n - at;
        len = len < other->n - from ? len : other->n - from;
        memcpy(p + at, other->frame + from, len);
        return n;
    }
    }
}

T_TEST(hostile, samples_changed_at_random)
{
    enum { ROUNDS = 40000, SIZE = 4096 };
    struct sample samples[SAMPLES];
    uint64_t state = 20260302;

    alarm(T_SECONDS * t_effort());
    samples_make(samples);
    for (size_t round = 0; round < (size_t)ROUNDS * t_effort(); round++) {
        const struct sample *sample = &samples[next_random(&state) % SAMPLES];
        uint8_t p[SIZE];
        uint8_t *exact;
        size_t n = sample->n;
        memcpy(p, sample->frame, n);
        for (uint64_t times = 1 + next_random(&state) % 4; times > 0 && n > 0; times--) {
            n = mutate(p, n, SIZE, &samples[next_random(&state) % SAMPLES], &state);
        }
        exact = malloc(n > 0 ? n : 1);
        T_CHECK(exact != NULL);
        memcpy(exact, p, n);
        (void)judge_frame(exact, n);
        free(exact);
    }
    samples_free(samples);
}

T_TEST(hostile, an_arena_may_be_too_small_anywhere)
{
    struct sample samples[SAMPLES];

    samples_make(samples);
    for (size_t i = 0; i < SAMPLES; i++) {
        bool was_enough = false;
        for (size_t limit = 0; limit < 8192; limit += 32) {
            struct arena arena;
            struct request request;
            struct refusal refusal;
            arena_init(&arena, limit);
            const int r = wire_decode(samples[i].frame, samples[i].n, &arena, &request, &refusal);
            T_CHECK(r == 0 || (r == OUTCOME_RESOURCE_EXHAUSTED && !was_enough), "%s in %zu: %d",
                    samples[i].name, limit, r);
            T_CHECK(r != 0 || limit > 0, "%s", samples[i].name);
            T_CHECK(request.id == 1000 + i, "%s", samples[i].name);
            was_enough = r == 0;
            arena_fini(&arena);
        }
        T_CHECK(was_enough, "%s", samples[i].name);
    }
    samples_free(samples);
}
