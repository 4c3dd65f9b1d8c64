// SPDX-License-Identifier: Apache-2.0
/*
 * The payload of a frame of ALPN slate-enrol/1, from somebody who has no name yet: see
 * tests/wire/judge.h for what must hold. The seeds in corpus/enrol are written by
 * tests/wire/seeds.c.
 */
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)judge_enrol(data, size);
    return 0;
}
