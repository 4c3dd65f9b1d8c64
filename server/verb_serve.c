// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include <openssl/ssl.h>

#include "books.h"
#include "log.h"
#include "proto/tlsctx.h"
#include "server.h"
#include "store/txn.h"
#include "verb.h"

const char verb_serve_help[] =
    "slated (--dir DIR | --config FILE) [--check | --dump-config] [--log-level LEVEL]\n"
    "\n"
    "Serves until it is told to stop: TERM or INT finishes what was begun, a second one does not\n"
    "wait. HUP reads the zone data again and moves what is due by them. USR2 says that the clock\n"
    "is right after it jumped ahead and writing stopped. It stays in the foreground and logs to\n"
    "stderr.\n"
    "\n"
    "    --dir DIR          what `slated init DIR` made; settings are in DIR/slated.yaml\n"
    "    --config FILE      settings from this file; its paths are relative to its folder\n"
    "    --check            look at settings, certificates, store and book, then exit\n"
    "    --dump-config      print all settings with their values, then exit\n"
    "    --log-level LEVEL  error, warn, info or debug, instead of the settings'\n"
    "    --version          print the version, then exit\n"
    "\n"
    "Exits with 78 when the settings cannot be used, with 2 when the arguments cannot.\n";

/* The settings' names, with what the log calls them. */
static const struct {
    const char *name;
    enum config_log_level config;
    enum log_level log;
} levels[] = {
    {"error", CONFIG_LOG_ERROR, LOG_ERROR},
    {"warn", CONFIG_LOG_WARN, LOG_WARNING},
    {"info", CONFIG_LOG_INFO, LOG_INFO},
    {"debug", CONFIG_LOG_DEBUG, LOG_DEBUG},
};
enum { LEVELS = sizeof(levels) / sizeof(levels[0]) };

static int override_level(struct config *config, const char *name)
{
    for (size_t i = 0; i < LEVELS; i++) {
        if (strcmp(levels[i].name, name) == 0) {
            config->log.level = levels[i].config;
            return 0;
        }
    }
    return verb_usage("", "--log-level is error, warn, info or debug, not \"%s\"", name);
}

static void set_log(const struct config *config)
{
    for (size_t i = 0; i < LEVELS; i++) {
        if (levels[i].config == config->log.level) {
            log_set_level(levels[i].log);
        }
    }
    log_set_format(config->log.format == CONFIG_LOG_JSON ? LOG_JSON : LOG_LOGFMT);
}

static int check_book(struct env *env, const char *zone_dir)
{
    struct books books;
    struct txn txn;
    struct refusal refusal = {.code = OUTCOME_OK};

    if (books_init(&books, zone_dir) != 0) {
        verb_error("no memory for the book");
        return VERB_FAILED;
    }
    int result = txn_begin(&txn, env, TXN_READ);
    if (result == 0) {
        result = books_load(&books, &txn, &refusal);
    }
    if (result > 0) {
        verb_refusal(&refusal);
    } else if (result < 0) {
        verb_error("the book cannot be read: %s", txn_text(&txn));
    }
    txn_abort(&txn);
    books_fini(&books);
    return result == 0 ? VERB_OK : VERB_FAILED;
}

/* All that serving would trip over at its start, without taking the directory's lock. */
static int check(const struct config *config)
{
    const struct tlsctx_files files = {
        .ca = config->tls.client_ca,
        .cert = config->tls.cert,
        .key = config->tls.key,
    };
    char error[TLSCTX_ERROR_BYTES];
    SSL_CTX *ctx = NULL;
    struct env *env = NULL;

    if (tlsctx_new_server(&files, error, sizeof(error), &ctx) != 0) {
        verb_error("%s", error);
        return VERB_CONFIG;
    }
    SSL_CTX_free(ctx);
    int result = verb_store(config, ENV_READ_ONLY, &env);
    if (result == 0) {
        result = check_book(env, config->zone_dir);
        env_close(env);
    }
    if (result == 0) {
        (void)printf("ok: %s\n", config->file[0] == '\0' ? config->store.path : config->file);
    }
    return result;
}

static int dump(const struct config *config, struct arena *arena)
{
    const char *text = config_dump(config, arena);
    if (text == NULL) {
        verb_error("no memory for the settings");
        return VERB_FAILED;
    }
    (void)fputs(text, stdout);
    return VERB_OK;
}

int verb_serve(int argc, char **argv)
{
    const char *dir = NULL;
    const char *file = NULL;
    const char *level = NULL;
    bool check_only = false;
    bool dump_only = false;
    struct verb_list operands;
    const struct verb_option options[] = {
        {.name = "--dir", .value = &dir},
        {.name = "--config", .value = &file},
        {.name = "--log-level", .value = &level},
        {.name = "--check", .flag = &check_only},
        {.name = "--dump-config", .flag = &dump_only},
    };
    struct arena arena;
    struct config config;

    int result = verb_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &operands);
    if (result != 0) {
        return result;
    }
    if (operands.n != 0) {
        return verb_usage("", "\"%s\" is no option", operands.items[0]);
    }
    if ((dir == NULL) == (file == NULL)) {
        return verb_usage("", "say --dir DIR or --config FILE");
    }
    arena_init(&arena, VERB_ARENA_BYTES);
    result = verb_config(dir, file, &arena, &config);
    if (result == 0 && level != NULL) {
        result = override_level(&config, level);
    }
    if (result == 0) {
        set_log(&config);
        result = dump_only    ? dump(&config, &arena)
                 : check_only ? check(&config)
                              : server_run(&config);
    }
    arena_fini(&arena);
    return result;
}
