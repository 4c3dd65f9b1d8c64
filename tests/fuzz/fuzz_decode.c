// SPDX-License-Identifier: Apache-2.0
/*
 * The payload of a frame from a client, any bytes: see tests/wire/judge.h for what must hold.
 * The seeds in corpus/decode are written by tests/wire/seeds.c.
 */
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)judge_frame(data, size);
    return 0;
}
