// SPDX-License-Identifier: Apache-2.0
/**
 * fields: one thing for people, a line for each of its members. What is absent has none.
 */
#ifndef SLATE_CLIENT_FIELDS_H
#define SLATE_CLIENT_FIELDS_H

#include "client/cli.h"

/** "assignee   a.reyes" */
void fields_put(struct cli *cli, const char *name, const char *value);
void fields_put_time(struct cli *cli, const char *name, int64_t at);
void fields_put_list(struct cli *cli, const char *name, const char *const *items, size_t n);

#endif
