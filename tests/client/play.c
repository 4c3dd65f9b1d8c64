// SPDX-License-Identifier: Apache-2.0
#include "tests/client/play.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli.h"

static void set_or_not(const char *name, const char *value)
{
    if (value) {
        setenv(name, value, 1);
    } else {
        unsetenv(name);
    }
}

void play_run(struct play *play)
{
    char *argv[64] = {(char *)(uintptr_t) "slate"};
    int argc = 1;
    size_t out_n = 0;
    size_t err_n = 0;

    for (; play->args[argc - 1] && argc < 63; argc++) {
        argv[argc] = (char *)(uintptr_t)play->args[argc - 1];
    }
    set_or_not("SLATE_PROFILE", play->profile);
    set_or_not("SLATE_TZ", play->zone);
    set_or_not("SLATE_CONTEXT", NULL);
    set_or_not("SLATE_NO_INPUT", NULL);
    setenv("TERM", "xterm", 1);
    const char *input = play->input ? play->input : "";
    struct cli cli = {
        .in = *input ? fmemopen((char *)(uintptr_t)input, strlen(input), "r")
                     : fopen("/dev/null", "r"),
        .out = open_memstream(&play->out, &out_n),
        .err = open_memstream(&play->err, &err_n),
        .in_tty = !play->input,
        .out_tty = play->cols > 0,
        .err_tty = play->err_tty,
        .cols = play->cols,
        .now_at = play->now_at,
    };
    play->code = cli_run(&cli, argc, argv);
    fclose(cli.in);
    fclose(cli.out);
    fclose(cli.err);
}

void play_fini(struct play *play)
{
    free(play->out);
    free(play->err);
    play->out = NULL;
    play->err = NULL;
}
