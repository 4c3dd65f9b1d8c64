// SPDX-License-Identifier: Apache-2.0
/*
 * `slated try` as a program of its own: try_main [TZDIR] < CASES. For the checks that compare the
 * engine with another witness by script.
 */
#include "config/zonefile.h"
#include "try.h"

int main(int argc, char **argv)
{
    return try_run(stdin, stdout, argc > 1 ? argv[1] : ZONEFILE_DIR) == 0 ? 0 : 1;
}
