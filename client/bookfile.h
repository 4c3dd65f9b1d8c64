// SPDX-License-Identifier: Apache-2.0
/**
 * bookfile: books and scenarios as files. The client reads none of their YAML.
 */
#ifndef SLATE_CLIENT_BOOKFILE_H
#define SLATE_CLIENT_BOOKFILE_H

#include "client/cli.h"

/**
 * The text of the file at a path, or of standard input for "-", and its name for messages. `what`
 * is what it holds: "book". Returns 0, or an exit code, told; also for an empty file and for a path
 * that is NULL, which is a forgotten -f. The caller frees *ret.
 */
int bookfile_read(struct cli *cli, const char *path, const char *what, char **ret,
                  const char **ret_name);

#endif
