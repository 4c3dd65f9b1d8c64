// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "config/zonefile.h"
#include "try.h"
#include "verb.h"

const char verb_try_help[] = "slated try [--tzdir DIR]\n"
                             "\n"
                             "Answers SLA cases from stdin on stdout, one JSON object a line, "
                             "through the arithmetic that the\n"
                             "server uses. No store and no server is needed.\n"
                             "\n"
                             "    --tzdir DIR   time zone data, /usr/share/zoneinfo if not said\n"
                             "\n"
                             "Exits with 0 when all cases were answered, with 1 otherwise.\n";

int verb_try(int argc, char **argv)
{
    const char *zone_dir = NULL;
    struct verb_list operands;
    const struct verb_option options[] = {{.name = "--tzdir", .value = &zone_dir}};

    int result = verb_parse(argc, argv, options, 1, &operands);
    if (result != 0) {
        return result;
    }
    if (operands.n != 0) {
        return verb_usage(argv[0], "cases come from stdin, not from \"%s\"", operands.items[0]);
    }
    result = try_run(stdin, stdout, zone_dir == NULL ? ZONEFILE_DIR : zone_dir);
    if (result < 0) {
        verb_error("reading, writing or memory failed");
    }
    return result == 0 ? VERB_OK : VERB_FAILED;
}
