// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>

#include "store/error.h"
#include "store/rebuild.h"
#include "store/verify.h"
#include "verb.h"

const char verb_verify_help[] =
    "slated verify --dir DIR [--tmp FOLDER]\n"
    "\n"
    "Checks the whole store: every checksum, the hash chains of the journal, and that replaying "
    "it\n"
    "gives the very views that are there. A server may run meanwhile.\n"
    "\n"
    "    --tmp FOLDER  where the views are replayed; it needs their room. The store's own folder\n"
    "                  if not said\n"
    "\n"
    "Prints `ok` or `DIVERGES` with the first divergence, and exits with 0 or 1.\n";

const char verb_rebuild_help[] =
    "slated rebuild --dir DIR\n"
    "\n"
    "Drops the views and makes them anew from the journal; no server may run. When it is cut off,\n"
    "the same command goes on where it stopped, and nothing else opens the store until then.\n";

static int parse_dir(int argc, char **argv, const struct verb_option *options, size_t n,
                     const char **dir)
{
    struct verb_list operands;

    int result = verb_parse(argc, argv, options, n, &operands);
    if (result != 0) {
        return result;
    }
    if (operands.n != 0) {
        return verb_usage(argv[0], "\"%s\" is no option", operands.items[0]);
    }
    if (*dir == NULL) {
        return verb_usage(argv[0], "say --dir DIR");
    }
    return 0;
}

static const char *step_name(enum verify_step step)
{
    switch (step) {
    case VERIFY_ROWS: return "rows and checksums";
    case VERIFY_JOURNAL: return "journal";
    case VERIFY_TEXTS: return "texts";
    case VERIFY_VIEWS: return "views";
    case VERIFY_DIVERGENCE: break;
    }
    return "";
}

static void report(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    char *divergence = user;

    if (step == VERIFY_DIVERGENCE) {
        (void)snprintf(divergence, STORE_TEXT_BYTES, "%s", text == NULL ? "" : text);
        return;
    }
    if (rows == 0) {
        (void)fprintf(stderr, "%s\n", step_name(step));
    } else {
        (void)fprintf(stderr, "%s: %" PRIu64 "\n", step_name(step), rows);
    }
}

int verb_verify(int argc, char **argv)
{
    const char *dir = NULL;
    const char *tmp = NULL;
    const struct verb_option options[] = {{.name = "--dir", .value = &dir},
                                          {.name = "--tmp", .value = &tmp}};
    char divergence[STORE_TEXT_BYTES] = "";
    struct arena arena;
    struct config config;
    struct env *env = NULL;

    int result = parse_dir(argc, argv, options, 2, &dir);
    if (result != 0) {
        return result;
    }
    arena_init(&arena, VERB_ARENA_BYTES);
    result = verb_config(dir, NULL, &arena, &config);
    if (result == 0) {
        result = verb_store(&config, ENV_READ_ONLY, &env);
    }
    if (result == 0) {
        const struct verify_options verify = {
            .tmp_dir = tmp == NULL ? config.store.path : tmp,
            .report = report,
            .user = divergence,
        };
        int verdict = verify_store(env, &verify);
        if (verdict == 0) {
            (void)printf("ok: %s\n", config.store.path);
        } else if (verdict == VERIFY_DIVERGES) {
            (void)printf("DIVERGES: %s: %s\n", config.store.path, divergence);
        } else {
            verb_error("it could not be found out: %s", divergence);
        }
        result = verdict == 0 ? VERB_OK : VERB_FAILED;
        env_close(env);
    }
    arena_fini(&arena);
    return result;
}

static int progress(void *user, uint64_t entries)
{
    (void)user;
    (void)fprintf(stderr, "replayed: %" PRIu64 "\n", entries);
    return 0;
}

int verb_rebuild(int argc, char **argv)
{
    const char *dir = NULL;
    const struct verb_option options[] = {{.name = "--dir", .value = &dir}};
    const struct rebuild_options rebuild = {.progress = progress};
    char error[ENV_ERROR_BYTES] = "";
    struct arena arena;
    struct config config;
    struct env *env = NULL;

    int result = parse_dir(argc, argv, options, 1, &dir);
    if (result != 0) {
        return result;
    }
    arena_init(&arena, VERB_ARENA_BYTES);
    result = verb_config(dir, NULL, &arena, &config);
    if (result == 0) {
        result = verb_store(&config, ENV_FOR_REBUILD, &env);
    }
    if (result == 0) {
        if (rebuild_views(env, &rebuild, error, sizeof(error)) == 0) {
            (void)printf("rebuilt: %s\n", config.store.path);
        } else {
            verb_error("%s", error);
            verb_hint("the same command goes on where it stopped");
            result = VERB_FAILED;
        }
        env_close(env);
    }
    arena_fini(&arena);
    return result;
}
