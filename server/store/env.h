// SPDX-License-Identifier: Apache-2.0
/**
 * env: the store's directory and its LMDB environment.
 *
 *   DIR/data.mdb        journal and views; it has this name only when its creation was finished
 *   DIR/data.mdb-lock   LMDB's reader table
 *   DIR/lock            held (flock) by the one process that may write
 *   DIR/ballast         space that is given back when the disk is full
 *
 * All files are 0600 in a directory that is 0700. One environment per process and directory: LMDB's
 * locks are lost when a file is opened twice in one process. Never use an environment across a
 * fork.
 *
 * Durable defaults only: each commit flushes data and meta page; no flag of LMDB that weakens this
 * is used.
 */
#ifndef SLATE_STORE_ENV_H
#define SLATE_STORE_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct env;

enum env_error {
    ENV_EXISTS = 1,    /* create: there is a store already */
    ENV_ABSENT,        /* open: there is none */
    ENV_HALF_MADE,     /* open: its creation was not finished; creating it again is safe */
    ENV_DAMAGED,       /* open: empty, short, or one of LMDB's meta pages is broken */
    ENV_FOREIGN,       /* open: an LMDB file, but not a store of slate */
    ENV_NEWER,         /* open: written by a newer version */
    ENV_NEEDS_REBUILD, /* open: its views are half rebuilt, or of another schema */
    ENV_NETWORK_FS,    /* a network file system: its locks and its flushes cannot be relied on */
    ENV_LOCKED,        /* another process holds the directory */
};

enum env_flags {
    ENV_READ_ONLY = 1u << 0, /* takes no lock; for verbs that only read, beside a running server */
    ENV_ALLOW_NETWORK_FS = 1u << 1, /* `--unsafe-fs` */
    ENV_FOR_REBUILD = 1u << 2,      /* opens what answers ENV_NEEDS_REBUILD otherwise */
};

enum {
    ENV_FORMAT = 1, /* of the store as a whole: databases, keys, frames */
    ENV_CLUSTER_ID_BYTES = 16,
    ENV_READERS_MAX =
        512, /* slots in LMDB's reader table: a pool of readers, and tools beside the server */
    ENV_ERROR_BYTES = 512, /* enough for any error text of this module */
};

#define ENV_MAP_BYTES     ((uint64_t)64 << 30) /* only address space; never resized while open */
#define ENV_BALLAST_BYTES ((uint64_t)64 << 20)

struct env_options {
    uint64_t map_bytes; /* 0 = ENV_MAP_BYTES */
    unsigned flags;     /* set of enum env_flags */
};

/**
 * Makes a store in `dir` (made too if absent): all databases and the meta records, under a
 * temporary name, flushed, then renamed. A crash at any point leaves either nothing, or what a
 * second call replaces, or the whole store. cluster_id: 16 random bytes; they and the contract ids
 * begin the hash chains.
 *
 * options may be NULL. Returns 0, ENV_EXISTS, ENV_NETWORK_FS, ENV_LOCKED, or < 0 (-errno). reterr
 * gets one line.
 */
int env_create(const char *dir, const uint8_t cluster_id[ENV_CLUSTER_ID_BYTES],
               const struct env_options *options, char *reterr, size_t reterr_size);

/**
 * Opens the store in `dir`. Without ENV_READ_ONLY it takes the directory's lock, which env_close
 * gives back, and evicts the data file from the page cache: large folios left there by a bulk write
 * make each later page write many times dearer (Linux 6.16 and later).
 *
 * options may be NULL. Returns 0, an enum env_error, or < 0; reterr gets one line that names the
 * path and says what to do. The caller owns *ret (env_close).
 */
int env_open(const char *dir, const struct env_options *options, char *reterr, size_t reterr_size,
             struct env **ret);

/** Accepts NULL. No transaction may be open. */
void env_close(struct env *env);

/** The 16 bytes given to env_create. */
const uint8_t *env_cluster_id(const struct env *env);

/** True if it was opened with ENV_READ_ONLY. */
bool env_is_read_only(const struct env *env);

/** The size of its map. */
uint64_t env_map_bytes(const struct env *env);

/** Share of the map that has ever been used, 0 to 100. New tickets are refused from 80 on, all but
 * deleting from 90 on. */
unsigned env_fill_percent(const struct env *env);

/** The engine and its version, for the log. */
const char *env_engine(void);

/** Space left to us on the file system. Returns 0 or -errno. */
int env_disk_free(const struct env *env, uint64_t *ret_bytes);

/** Frees reader slots of dead processes; at open, and each minute. Returns their number, or < 0. */
int env_check_readers(struct env *env);

/**
 * The ballast file: ENV_BALLAST_BYTES that are really allocated. Dropped when a commit answers
 * STORE_FULL, so that deleting has the pages that copy-on-write needs; restored when there is space
 * again. Return 0, or -errno (restore: -ENOSPC while there is no space; nothing is left behind
 * then). Dropping one that is absent is success, and so is restoring one that is whole.
 */
int env_ballast_drop(struct env *env);
int env_ballast_restore(struct env *env);

#endif
