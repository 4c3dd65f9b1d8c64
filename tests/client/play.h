// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_PLAY_H
#define TESTS_CLIENT_PLAY_H

/*
 * One run of the slate program, in this process, with streams in memory and the clock standing
 * still.
 */

#include <stdbool.h>
#include <stdint.h>

struct play {
    const char *const *args; /* NULL-terminated, without the program's name */
    const char *profile;     /* for SLATE_PROFILE; NULL = none */
    const char *input;       /* standard input; NULL = a terminal where nobody types */
    const char *zone;        /* for SLATE_TZ */
    unsigned cols;           /* standard output is a terminal this wide; 0 = it is none */
    bool err_tty;
    int64_t now_at;

    int code;
    char *out; /* free with play_fini() */
    char *err;
};

void play_run(struct play *play);
void play_fini(struct play *play);

#endif
