// SPDX-License-Identifier: Apache-2.0
/*
 * What our reader of zone files says, for zone_check.py: zone_main DIR < QUESTIONS.
 *
 * A question is a line `NAME WALL...`, times on the wall in seconds since 1970-01-01T00:00. The
 * answer is three lines: NAME; from 1970 to 2090 `AT:OFFSET` of each change of the offset, the
 * first one of 1970-01-01; and for each WALL the instant that it maps to. All in seconds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/zonefile.h"
#include "core/instant.h"

static void put_changes(const struct zone *z)
{
    const int64_t end_at = instant_day(2090, 1, 1) * US_PER_DAY;

    for (int64_t at = 0; at < end_at; at = zone_next_change(z, at)) {
        printf("%" PRId64 ":%" PRId32 " ", instant_s(at), zone_offset_s(z, at));
    }
}

int main(int argc, char **argv)
{
    const char *dir = argc == 2 ? argv[1] : ZONEFILE_DIR;
    char *line = NULL;
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0) {
        struct arena arena;
        struct zone *z;
        char *rest = line;
        const char *name = strsep(&rest, " \n");
        arena_init(&arena, ZONEFILE_ZONE_BYTES);
        const int bad = zonefile_load(&arena, dir, name, &z);
        if (bad) {
            fprintf(stderr, "%s: %s\n", name, zonefile_strerror(bad));
            return 1;
        }
        printf("%s\n", name);
        put_changes(z);
        printf("\n");
        for (const char *word; (word = strsep(&rest, " \n"));) {
            if (*word) {
                printf("%" PRId64 " ", instant_s(zone_floor(z, strtoll(word, NULL, 10))));
            }
        }
        printf("\n");
        arena_fini(&arena);
    }
    free(line);
    return 0;
}
