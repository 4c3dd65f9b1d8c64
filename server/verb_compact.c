// SPDX-License-Identifier: Apache-2.0
/*
 * slated compact. The new store is whole and verified before it takes the old one's place, by one
 * rename that exchanges the two: at every instant one whole store has the name that is served. The
 * lock of the old one is held all the while, so that no server starts on either.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/compact.h"
#include "store/error.h"
#include "store/verify.h"
#include "verb.h"

enum { PATH_BYTES = 4096 };

const char verb_compact_help[] =
    "slated compact --dir DIR [--keep-old]\n"
    "slated compact --dir DIR --drop-old\n"
    "\n"
    "Writes the store anew, record by record, so that nothing of what was erased is left in its\n"
    "file; no server may run. The new one is verified, then it takes the place of the old one,\n"
    "which is removed. It needs the room of both meanwhile.\n"
    "\n"
    "    --keep-old  leave the old one as DIR/data.old: what was erased is still in there\n"
    "    --drop-old  only remove DIR/data.old\n"
    "\n"
    "To remove a file does not overwrite it: its blocks stay readable for who has the bare disk\n"
    "until something else is written there, and longer in snapshots of the file system, in\n"
    "backups, and in spare blocks of an SSD. An encrypted disk and a limit on the age of backups\n"
    "take care of those; slated cannot.\n";

struct compaction {
    const struct config *config;
    char made[PATH_BYTES]; /* DIR/data.new, after the exchange the former store */
    char old[PATH_BYTES];  /* DIR/data.old */
};

static int failed(const char *doing, const char *path)
{
    verb_error("%s %s: %s", doing, path, strerror(errno));
    return VERB_FAILED;
}

static bool is_there(const char *path)
{
    struct stat s;
    return lstat(path, &s) == 0;
}

/* A rename or removal in a folder is done when the folder is flushed. */
static int flush_folder_of(const char *path)
{
    char folder[PATH_BYTES];

    (void)snprintf(folder, sizeof(folder), "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        (void)snprintf(folder, sizeof(folder), ".");
    } else {
        slash[slash == folder ? 1 : 0] = '\0';
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = fd < 0 || fsync(fd) != 0 ? failed("cannot flush", folder) : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return result;
}

/* A store has files and no folders. What is not there is removed already. */
static int remove_store(const char *path)
{
    DIR *folder = opendir(path);

    if (folder == NULL) {
        return errno == ENOENT ? 0 : failed("cannot read", path);
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlinkat(dirfd(folder), entry->d_name, 0) != 0) {
            (void)closedir(folder);
            return failed("cannot empty", path);
        }
    }
    (void)closedir(folder);
    if (rmdir(path) != 0) {
        return failed("cannot remove", path);
    }
    return flush_folder_of(path);
}

static void report(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    char *divergence = user;

    (void)rows;
    if (step == VERIFY_DIVERGENCE) {
        (void)snprintf(divergence, STORE_TEXT_BYTES, "%s", text == NULL ? "" : text);
    }
}

static int verify_made(const struct compaction *c)
{
    char divergence[STORE_TEXT_BYTES] = "";
    struct config config = *c->config;
    struct env *env;

    config.store.path = c->made;
    int result = verb_store(&config, ENV_READ_ONLY, &env);
    if (result != 0) {
        return result;
    }
    const struct verify_options verify = {.tmp_dir = c->made, .report = report, .user = divergence};
    if (verify_store(env, &verify) != 0) {
        verb_error("the new store is not right, the old one stays: %s", divergence);
        result = VERB_FAILED;
    }
    env_close(env);
    return result;
}

/* `env` is the old store, locked. */
static int swap_stores(const struct compaction *c, struct env *env)
{
    char error[ENV_ERROR_BYTES];

    /* What was cut off: a new store that was not taken, or an old one that was replaced. */
    if (remove_store(c->made) != 0) {
        return VERB_FAILED;
    }
    if (compact_run(env, c->made, error, sizeof(error)) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    int result = verify_made(c);
    if (result != 0) {
        return result;
    }
    if (renameat2(AT_FDCWD, c->made, AT_FDCWD, c->config->store.path, RENAME_EXCHANGE) != 0) {
        return failed("this file system cannot exchange the stores:", c->config->store.path);
    }
    return flush_folder_of(c->config->store.path);
}

static int compact(const struct compaction *c, bool keep)
{
    struct env *env;

    if (is_there(c->old)) {
        verb_error("%s is there, from a compaction before", c->old);
        verb_hint("slated compact --dir DIR --drop-old removes it");
        return VERB_FAILED;
    }
    int result = verb_store(c->config, 0, &env);
    if (result != 0) {
        return result;
    }
    result = swap_stores(c, env);
    env_close(env);
    if (result != 0) {
        return result;
    }
    if (keep) {
        if (rename(c->made, c->old) != 0) {
            return failed("cannot rename", c->made);
        }
        result = flush_folder_of(c->old);
    } else {
        result = remove_store(c->made);
    }
    if (result == 0) {
        (void)printf("compacted: %s\n", c->config->store.path);
    }
    return result;
}

static int drop(const struct compaction *c)
{
    if (!is_there(c->old)) {
        verb_error("there is no %s", c->old);
        return VERB_FAILED;
    }
    int result = remove_store(c->old);
    if (result == 0) {
        (void)printf("removed: %s\n", c->old);
    }
    return result;
}

static int run(const char *dir, bool keep, bool drop_old)
{
    struct compaction c;
    struct arena arena;
    struct config config;

    arena_init(&arena, VERB_ARENA_BYTES);
    int result = verb_config(dir, NULL, &arena, &config);
    if (result == 0) {
        c.config = &config;
        (void)snprintf(c.made, sizeof(c.made), "%s.new", config.store.path);
        (void)snprintf(c.old, sizeof(c.old), "%s.old", config.store.path);
        result = drop_old ? drop(&c) : compact(&c, keep);
    }
    arena_fini(&arena);
    return result;
}

int verb_compact(int argc, char **argv)
{
    const char *dir = NULL;
    bool keep = false;
    bool drop_old = false;
    const struct verb_option options[] = {{.name = "--dir", .value = &dir},
                                          {.name = "--keep-old", .flag = &keep},
                                          {.name = "--drop-old", .flag = &drop_old}};
    struct verb_list operands;

    int result = verb_parse(argc, argv, options, 3, &operands);
    if (result != 0) {
        return result;
    }
    if (operands.n != 0) {
        return verb_usage(argv[0], "\"%s\" is no option", operands.items[0]);
    }
    if (dir == NULL) {
        return verb_usage(argv[0], "say --dir DIR");
    }
    if (keep && drop_old) {
        return verb_usage(argv[0], "--keep-old and --drop-old exclude each other");
    }
    return run(dir, keep, drop_old);
}
