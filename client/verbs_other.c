// SPDX-License-Identifier: Apache-2.0
/*
 * help and version.
 */
#include "client/rows.h"
#include "client/verb.h"

static const struct verb all[] = {
    {
        .name = "help",
        .usage = "[VERB]",
        .summary = "say what there is",
        .examples = "  slate help\n"
                    "  slate help explain\n"
                    "  slate help exit\n"
                    "  slate help --tree\n",
        .options = {OPTION_TREE},
        .args_max = 2,
        .run = cmd_help,
    },
    {
        .name = "version",
        .usage = "[--server]",
        .summary = "which slate this is; with --server, which server, and who you are",
        .examples = "  slate version\n"
                    "  slate version --server\n",
        .rows = {&rows_version, &rows_server},
        .options = {OPTION_SERVER},
        .run = cmd_version,
    },
};

const struct verb_group verbs_other = {"Other", all, sizeof(all) / sizeof(all[0])};
