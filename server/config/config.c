// SPDX-License-Identifier: Apache-2.0
/*
 * Settings: defaults, the file over them, and all of them as text. Defaults stand here only.
 */
#include "config/config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config/configread.h"
#include "config/zonefile.h"

/* Address space, not disk; a store cannot grow beyond it while it is open. */
#define CONFIG_MAP_BYTES_DEFAULT (UINT64_C(64) << 30)

/* The whole file, refused as a whole where it cannot be read. */
static int read_file(const char *file, struct arena *arena, const char **ret_text, size_t *ret_n,
                     struct refusal *ret_refusal)
{
    FILE *stream = fopen(file, "re");
    if (stream == NULL) {
        const bool absent = errno == ENOENT;
        return refuse(ret_refusal, absent ? OUTCOME_NOT_FOUND : OUTCOME_UNAVAILABLE, NULL, NULL,
                      "%s: %s", file, strerror(errno));
    }
    char *text = arena_alloc(arena, CONFIG_TEXT_BYTES_MAX + 1);
    const size_t n = text == NULL ? 0 : fread(text, 1, CONFIG_TEXT_BYTES_MAX + 1, stream);
    const bool failed = ferror(stream) != 0;
    const int error = errno;
    (void)fclose(stream);
    if (text == NULL) {
        return -ENOMEM;
    }
    if (failed) {
        return refuse(ret_refusal, OUTCOME_UNAVAILABLE, NULL, NULL, "%s: %s", file,
                      strerror(error));
    }
    if (n > CONFIG_TEXT_BYTES_MAX) {
        return refuse(ret_refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL, NULL,
                      "%s: has more than %d bytes", file, CONFIG_TEXT_BYTES_MAX);
    }
    *ret_text = text;
    *ret_n = n;
    return 0;
}

int config_default(const char *dir, struct arena *arena, struct config *ret)
{
    *ret = (struct config){
        .file = "",
        // Loopback: what other machines may reach is for people to decide.
        .listen = {{.host = "127.0.0.1", .port = 7443}},
        .n_listen = 1,
        .tls =
            {
                .cert = configread_text(arena, "%s/tls/server.crt", dir),
                .key = configread_text(arena, "%s/tls/server.key", dir),
                .client_ca = configread_text(arena, "%s/tls/ca.crt", dir),
                .ca_key = configread_text(arena, "%s/tls/ca.key", dir),
                .crl = "",
            },
        .store =
            {
                .path = configread_text(arena, "%s/data", dir),
                .map_size_bytes = CONFIG_MAP_BYTES_DEFAULT,
            },
        .zone_dir = ZONEFILE_DIR,
        .limits =
            {
                .connections = 4096,
                .per_address = 256,
                .handshakes = 512,
                .frame_bytes = 64 * 1024,
                .idle_ms = 15 * 60 * 1000,
                .handshake_ms = 5 * 1000,
                .first_frame_ms = 10 * 1000,
                .frame_time_ms = 5 * 1000,
                .stuck_ms = 60 * 1000,
                .drain_ms = 10 * 1000,
                // A person's terminals, and a tool that works in parallel; a 64th of all
                .principal_connections = 64,
                // Half of a thread, and more than one import can have decided
                .principal_requests = 50000,
                // A tenth of a second of that thread: so long others wait at most
                .principal_request_burst = 10000,
                // What a disk takes of histories, twice
                .principal_bytes = 32 * 1024 * 1024,
                // As many of the largest frames as bulk tools have under way, twice
                .principal_byte_burst = 16 * 1024 * 1024,
            },
        .log = {.level = CONFIG_LOG_INFO, .format = CONFIG_LOG_LOGFMT},
    };
    const bool full = ret->tls.cert == NULL || ret->tls.key == NULL || ret->tls.client_ca == NULL ||
                      ret->tls.ca_key == NULL || ret->store.path == NULL;
    return full ? -ENOMEM : 0;
}

int config_load(const char *file, struct arena *arena, struct config *ret,
                struct refusal *ret_refusal)
{
    static const char *const unimplemented[] = {
        "metrics", "backup", "tls.min_version", "store.sync", NULL,
    };
    static const struct yamldoc_format format = {
        .schema = &configread_schema,
        .unimplemented = unimplemented,
        .nodes_max = 1024,
    };
    const char *slash = strrchr(file, '/');
    const char *dir = slash == NULL
                          ? "."
                          : arena_strndup(arena, file, slash == file ? 1 : (size_t)(slash - file));
    const char *name = arena_strndup(arena, file, strlen(file));
    const char *text = NULL;
    struct yamldoc *doc = NULL;
    struct config config;
    void *raw = NULL;
    size_t n = 0;

    if (dir == NULL || name == NULL) {
        return -ENOMEM;
    }
    int result = read_file(file, arena, &text, &n, ret_refusal);
    if (result == 0) {
        result = yamldoc_load(&format, text, n, file, arena, &doc, &raw, ret_refusal);
    }
    if (result == 0) {
        result = config_default(dir, arena, &config);
    }
    if (result == 0 && raw != NULL) {
        const struct configread reader = {
            .doc = doc, .dir = dir, .arena = arena, .refusal = ret_refusal};
        result = configread_settings(&reader, raw, &config);
    }
    if (result == 0) {
        config.file = name;
        *ret = config;
    }
    return result;
}

int config_load_dir(const char *dir, struct arena *arena, struct config *ret,
                    struct refusal *ret_refusal)
{
    const char *file = configread_text(arena, "%s/slated.yaml", dir);
    if (file == NULL) {
        return -ENOMEM;
    }
    const int result = config_load(file, arena, ret, ret_refusal);
    return result == OUTCOME_NOT_FOUND ? config_default(dir, arena, ret) : result;
}

/* A string of the dump, quoted; bytes that YAML would not take as they are, as \\x41. */
static const char *quote(const char *value, struct arena *arena)
{
    static const char hex[] = "0123456789ABCDEF";
    char *quoted = arena_alloc(arena, 4 * strlen(value) + 3);
    char *to = quoted;
    if (quoted == NULL) {
        return NULL;
    }
    *to++ = '"';
    for (const unsigned char *c = (const unsigned char *)value; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7F) {
            *to++ = '\\';
            *to++ = 'x';
            *to++ = hex[*c >> 4];
            *to++ = hex[*c & 0xF];
        } else {
            if (*c == '"' || *c == '\\') {
                *to++ = '\\';
            }
            *to++ = (char)*c;
        }
    }
    *to++ = '"';
    *to = '\0';
    return quoted;
}

static const char *dump_listen(const struct config *config, struct arena *arena)
{
    const char *list = "";
    for (size_t i = 0; i < config->n_listen && list != NULL; i++) {
        const bool v6 = strchr(config->listen[i].host, ':') != NULL;
        list = configread_text(arena, "%s%s\"%s%s%s:%u\"", list, i > 0 ? ", " : "", v6 ? "[" : "",
                               config->listen[i].host, v6 ? "]" : "", config->listen[i].port);
    }
    return list;
}

static const char *dump_tls(const struct config *config, struct arena *arena)
{
    const char *cert = quote(config->tls.cert, arena);
    const char *key = quote(config->tls.key, arena);
    const char *client_ca = quote(config->tls.client_ca, arena);
    const char *ca_key = quote(config->tls.ca_key, arena);
    const char *crl = quote(config->tls.crl, arena);

    if (cert == NULL || key == NULL || client_ca == NULL || ca_key == NULL || crl == NULL) {
        return NULL;
    }
    // What is said there must be there: the key that need not be is not said, nor is an empty path.
    return configread_text(
        arena, "tls:\n  cert: %s\n  key: %s\n  client_ca: %s\n%s%s%s%s%s%s", cert, key, client_ca,
        config->tls.ca_key_said ? "  ca_key: " : "", config->tls.ca_key_said ? ca_key : "",
        config->tls.ca_key_said ? "\n" : "",
        config->tls.crl[0] == '\0' ? "" : "  crl: ", config->tls.crl[0] == '\0' ? "" : crl,
        config->tls.crl[0] == '\0' ? "" : "\n");
}

const char *config_dump(const struct config *config, struct arena *arena)
{
    const char *listen = dump_listen(config, arena);
    const char *tls = dump_tls(config, arena);
    const char *path = quote(config->store.path, arena);
    const char *zone_dir = quote(config->zone_dir, arena);

    if (listen == NULL || tls == NULL || path == NULL || zone_dir == NULL) {
        return NULL;
    }
    const char *store = configread_text(arena, "store:\n  path: %s\n  map_size: %" PRIu64 "\n",
                                        path, config->store.map_size_bytes);
    const char *limits = configread_text(
        arena,
        "limits:\n  connections: %u\n  per_address: %u\n  handshakes: %u\n  frame: %u\n"
        "  idle: %us\n  handshake: %us\n  first_frame: %us\n  frame_time: %us\n  stuck: %us\n"
        "  drain: %us\n  principal_connections: %u\n  principal_requests: %u\n"
        "  principal_request_burst: %u\n  principal_bytes: %u\n  principal_byte_burst: %u\n",
        config->limits.connections, config->limits.per_address, config->limits.handshakes,
        config->limits.frame_bytes, config->limits.idle_ms / 1000,
        config->limits.handshake_ms / 1000, config->limits.first_frame_ms / 1000,
        config->limits.frame_time_ms / 1000, config->limits.stuck_ms / 1000,
        config->limits.drain_ms / 1000, config->limits.principal_connections,
        config->limits.principal_requests, config->limits.principal_request_burst,
        config->limits.principal_bytes, config->limits.principal_byte_burst);
    if (store == NULL || limits == NULL) {
        return NULL;
    }
    const char *head = configread_text(arena, "listen: [%s]\n%s", listen, tls);
    const char *tail = configread_text(arena, "zone_dir: %s\n%slog:\n  level: %s\n  format: %s\n",
                                       zone_dir, limits, configread_levels[config->log.level],
                                       configread_formats[config->log.format]);
    return head == NULL || tail == NULL ? NULL
                                        : configread_text(arena, "%s%s%s", head, store, tail);
}
