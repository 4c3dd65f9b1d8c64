// SPDX-License-Identifier: Apache-2.0
/** What env.c, txn.c and row.c share: the environment's inside. */
#ifndef SLATE_STORE_ENV_PRIVATE_H
#define SLATE_STORE_ENV_PRIVATE_H

#include <lmdb.h>

#include "store/env.h"
#include "store/key.h"

struct env {
    MDB_env *mdb;
    MDB_dbi dbi[DBS];
    int dir_fd;
    int lock_fd; /* -1: read only */
    bool read_only;
    uint8_t cluster_id[ENV_CLUSTER_ID_BYTES];
};

#endif
