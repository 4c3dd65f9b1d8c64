// SPDX-License-Identifier: Apache-2.0
#include "client/bookfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/body.h"

int bookfile_read(struct cli *cli, const char *path, const char *what, char **ret,
                  const char **ret_name)
{
    const bool is_stdin = path && strcmp(path, "-") == 0;
    struct text empty = {0};

    if (!path) {
        return cli_usage(cli, "-f FILE is needed");
    }
    if (is_stdin && cli->in_tty) {
        return cli_usage(cli, "standard input is a terminal: pipe the %s into it", what);
    }
    FILE *f = is_stdin ? cli->in : fopen(path, "re");
    *ret_name = is_stdin ? "stdin" : path;
    if (!f) {
        return cli_unreadable(cli, path, strerror(errno));
    }
    const char *why = body_read(f, ret);
    if (!is_stdin) {
        fclose(f);
    }
    if (!why && !**ret) {
        free(*ret);
        *ret = NULL;
        text_add_f(&empty, "the %s is empty", what);
        why = text_str(&empty);
    }
    const int code = why ? cli_unreadable(cli, *ret_name, why) : 0;
    text_fini(&empty);
    return code;
}
