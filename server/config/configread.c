// SPDX-License-Identifier: Apache-2.0
/*
 * Each setting from its string, with its range and what the range guards.
 */
#include "config/configread.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum { VALUE_BYTES_MAX = 4095 }; // a path

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(struct_, key_) \
    CYAML_FIELD_STRING_PTR(#key_, OPTIONAL, struct struct_, key_, 0, VALUE_BYTES_MAX)
#define SECTION(key_, fields_) \
    CYAML_FIELD_MAPPING(#key_, CYAML_FLAG_OPTIONAL, struct raw_config, key_, fields_)

static const cyaml_schema_value_t string = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, VALUE_BYTES_MAX),
};
static const cyaml_schema_field_t tls_fields[] = {
    TEXT(raw_tls, cert),   TEXT(raw_tls, key), TEXT(raw_tls, client_ca),
    TEXT(raw_tls, ca_key), TEXT(raw_tls, crl), CYAML_FIELD_END,
};
static const cyaml_schema_field_t store_fields[] = {
    TEXT(raw_store, path),
    TEXT(raw_store, map_size),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t limits_fields[] = {
    TEXT(raw_limits, connections),
    TEXT(raw_limits, per_address),
    TEXT(raw_limits, handshakes),
    TEXT(raw_limits, frame),
    TEXT(raw_limits, idle),
    TEXT(raw_limits, handshake),
    TEXT(raw_limits, first_frame),
    TEXT(raw_limits, frame_time),
    TEXT(raw_limits, stuck),
    TEXT(raw_limits, drain),
    TEXT(raw_limits, principal_connections),
    TEXT(raw_limits, principal_requests),
    TEXT(raw_limits, principal_request_burst),
    TEXT(raw_limits, principal_bytes),
    TEXT(raw_limits, principal_byte_burst),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t log_fields[] = {
    TEXT(raw_log, level),
    TEXT(raw_log, format),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t config_fields[] = {
    CYAML_FIELD_SEQUENCE("listen", OPTIONAL, struct raw_config, listen, &string, 1,
                         CONFIG_LISTEN_MAX),
    SECTION(tls, tls_fields),
    SECTION(store, store_fields),
    TEXT(raw_config, zone_dir),
    SECTION(limits, limits_fields),
    SECTION(log, log_fields),
    CYAML_FIELD_END,
};
const struct cyaml_schema_value configread_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_config, config_fields),
};

const char *configread_text(struct arena *arena, const char *format, ...)
{
    char buf[2 * VALUE_BYTES_MAX];
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(buf, sizeof(buf), format, args);
    va_end(args);
    return n < 0 || (size_t)n >= sizeof(buf) ? NULL : arena_strndup(arena, buf, (size_t)n);
}

static int read_path(const struct configread *r, const char *key, const char *value, bool secret,
                     const char **ret)
{
    static const char variable[] = "${CREDENTIALS_DIRECTORY}/";
    const struct yamldoc_place at = yamldoc_at(r->doc, "%s", key);
    const char *path;

    if (value == NULL) {
        return 0;
    }
    if (value[0] == '\0') {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL, "is not a path");
    }
    if (secret && strncmp(value, variable, strlen(variable)) == 0) {
        const char *dir = getenv("CREDENTIALS_DIRECTORY");
        if (dir == NULL) {
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "a service manager sets it, for LoadCredential=",
                                  "CREDENTIALS_DIRECTORY is not set");
        }
        path = configread_text(r->arena, "%s/%s", dir, value + strlen(variable));
    } else if (strstr(value, "${") != NULL) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "${CREDENTIALS_DIRECTORY}/ may begin a path under tls",
                              "variables are not known here");
    } else if (value[0] == '/') {
        path = value;
    } else {
        path = configread_text(r->arena, "%s/%s", r->dir, value);
    }
    if (path == NULL) {
        return -ENOMEM;
    }
    *ret = path;
    return 0;
}

/* Digits and then one of the units; false for anything else, and beyond 64 bits. */
static bool read_quantity(const char *value, const char *const *units, const uint64_t *factors,
                          uint64_t *ret)
{
    const size_t digits = strspn(value, "0123456789");
    uint64_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(value[i] - '0'), &number)) {
            return false;
        }
    }
    for (size_t i = 0; digits > 0 && units[i] != NULL; i++) {
        if (strcmp(value + digits, units[i]) == 0) {
            return !__builtin_mul_overflow(number, factors[i], ret);
        }
    }
    return false;
}

/* A count, a size or a duration with its range. */
struct quantity {
    enum { COUNT, BYTES, MILLISECONDS } unit;
    const char *key;
    const char *value; // as written, NULL if it is not
    uint64_t least;
    uint64_t most;
    const char *range; // for people
};

static int read_number(const struct configread *r, const struct quantity *q, uint64_t *ret)
{
    static const char *const no_units[] = {"", NULL};
    static const char *const byte_units[] = {"", "KiB", "MiB", "GiB", "TiB", NULL};
    static const uint64_t factors[] = {1, KIB, MIB, GIB, 1024 * GIB};
    static const char *const forms[] = {[COUNT] = "a number",
                                        [BYTES] = "a size such as 64KiB",
                                        [MILLISECONDS] = "a time such as 5m"};
    uint64_t number = 0;
    bool ok;

    if (q->value == NULL) {
        return 0;
    }
    if (q->unit == MILLISECONDS) {
        int64_t us = 0;
        ok = instant_parse_duration(q->value, strlen(q->value), &us) == 0;
        number = (uint64_t)(us / US_PER_MS);
    } else {
        ok = read_quantity(q->value, q->unit == BYTES ? byte_units : no_units, factors, &number);
    }
    if (ok && number >= q->least && number <= q->most) {
        *ret = number;
        return 0;
    }
    const struct yamldoc_place at = yamldoc_at(r->doc, "%s", q->key);
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, q->range,
                          "\"%.80s\" is not %s in its range", q->value, forms[q->unit]);
}

/* "127.0.0.1:7443" or "[::]:7443" */
static bool parse_listen(const char *value, char *host, size_t size, uint16_t *ret_port)
{
    static const char *const no_units[] = {"", NULL};
    static const uint64_t one[] = {1};
    unsigned char address[sizeof(struct in6_addr)];
    const char *colon = strrchr(value, ':');
    const size_t n = colon == NULL ? 0 : (size_t)(colon - value);
    uint64_t port = 0;

    if (n == 0 || n >= size || !read_quantity(colon + 1, no_units, one, &port) ||
        port > UINT16_MAX) {
        return false;
    }
    const bool v6 = value[0] == '[' && value[n - 1] == ']';
    (void)snprintf(host, size, "%.*s", (int)(v6 ? n - 2 : n), v6 ? value + 1 : value);
    *ret_port = (uint16_t)port;
    return inet_pton(v6 ? AF_INET6 : AF_INET, host, address) == 1;
}

static int read_listen(const struct configread *r, const struct raw_config *raw, struct config *c)
{
    for (size_t i = 0; i < raw->listen_count; i++) {
        char host[INET6_ADDRSTRLEN];
        if (!parse_listen(raw->listen[i], host, sizeof(host), &c->listen[i].port)) {
            const struct yamldoc_place at = yamldoc_at(r->doc, "listen[%zu]", i);
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "write 127.0.0.1:7443 or \"[::]:7443\"; names are not looked up",
                                  "\"%.80s\" is not a numeric address and a port", raw->listen[i]);
        }
        c->listen[i].host = configread_text(r->arena, "%s", host);
        if (c->listen[i].host == NULL) {
            return -ENOMEM;
        }
    }
    c->n_listen = raw->listen_count > 0 ? raw->listen_count : c->n_listen;
    return 0;
}

static int read_paths(const struct configread *r, const struct raw_config *raw, struct config *c)
{
    int result = read_path(r, "tls.cert", raw->tls.cert, true, &c->tls.cert);
    if (result == 0) {
        result = read_path(r, "tls.key", raw->tls.key, true, &c->tls.key);
    }
    if (result == 0) {
        result = read_path(r, "tls.client_ca", raw->tls.client_ca, true, &c->tls.client_ca);
    }
    if (result == 0) {
        result = read_path(r, "tls.ca_key", raw->tls.ca_key, true, &c->tls.ca_key);
        c->tls.ca_key_said = raw->tls.ca_key != NULL;
    }
    if (result == 0) {
        result = read_path(r, "tls.crl", raw->tls.crl, true, &c->tls.crl);
    }
    if (result == 0) {
        result = read_path(r, "store.path", raw->store.path, false, &c->store.path);
    }
    if (result == 0) {
        result = read_path(r, "zone_dir", raw->zone_dir, false, &c->zone_dir);
    }
    return result;
}

static uint32_t at_least(uint32_t n, uint32_t least)
{
    return n > least ? n : least;
}

/* Who has used a burst up may have to wait until all of it is there again, and clients give up
 * after some time: it is ten seconds' worth at most. */
static int check_burst(const struct configread *r, const char *key, uint32_t per_s, uint32_t burst)
{
    const struct yamldoc_place at = yamldoc_at(r->doc, "%s", key);

    return burst <= UINT64_C(10) * per_s
               ? 0
               : yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                "at most ten times what comes in a second",
                                "%u is more than ten seconds of %u", burst, per_s);
}

static int read_limits(const struct configread *r, const struct raw_config *raw, struct config *c)
{
    const struct raw_limits *l = &raw->limits;
    const struct {
        struct quantity quantity;
        uint32_t *ret;
    } rows[] = {
        // A connection costs a descriptor and up to some MiB of buffers.
        {{COUNT, "limits.connections", l->connections, 1, 100000, "from 1 to 100000"},
         &c->limits.connections},
        {{COUNT, "limits.per_address", l->per_address, 1, 100000, "from 1 to 100000"},
         &c->limits.per_address},
        {{COUNT, "limits.handshakes", l->handshakes, 1, 100000, "from 1 to 100000"},
         &c->limits.handshakes},
        // Below 64 KiB the largest message would not fit; above 1 MiB one frame is a nuisance.
        {{BYTES, "limits.frame", l->frame, 64 * KIB, MIB, "from 64KiB to 1MiB"},
         &c->limits.frame_bytes},
        {{MILLISECONDS, "limits.idle", l->idle, 1000, 24 * 3600 * 1000, "from 1s to 24h"},
         &c->limits.idle_ms},
        {{MILLISECONDS, "limits.handshake", l->handshake, 1000, 60 * 1000, "from 1s to 1m"},
         &c->limits.handshake_ms},
        // What a slow link may need; beyond it somebody holds a connection and does nothing with
        // it.
        {{MILLISECONDS, "limits.first_frame", l->first_frame, 1000, 300 * 1000, "from 1s to 5m"},
         &c->limits.first_frame_ms},
        {{MILLISECONDS, "limits.frame_time", l->frame_time, 1000, 300 * 1000, "from 1s to 5m"},
         &c->limits.frame_time_ms},
        {{MILLISECONDS, "limits.stuck", l->stuck, 1000, 3600 * 1000, "from 1s to 1h"},
         &c->limits.stuck_ms},
        {{MILLISECONDS, "limits.drain", l->drain, 1000, 300 * 1000, "from 1s to 5m"},
         &c->limits.drain_ms},
        {{COUNT, "limits.principal_connections", l->principal_connections, 1, 100000,
          "from 1 to 100000"},
         &c->limits.principal_connections},
        // Below some a second not even one person's commands go through.
        {{COUNT, "limits.principal_requests", l->principal_requests, 10, 1000000,
          "from 10 to 1000000"},
         &c->limits.principal_requests},
        {{COUNT, "limits.principal_request_burst", l->principal_request_burst, 10, 1000000,
          "from 10 to 1000000"},
         &c->limits.principal_request_burst},
        // The least is what a person types; the most is what no machine takes.
        {{BYTES, "limits.principal_bytes", l->principal_bytes, 64 * KIB, GIB, "from 64KiB to 1GiB"},
         &c->limits.principal_bytes},
        {{BYTES, "limits.principal_byte_burst", l->principal_byte_burst, 64 * KIB, GIB,
          "from 64KiB to 1GiB"},
         &c->limits.principal_byte_burst},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t number = *rows[i].ret;
        const int result = read_number(r, &rows[i].quantity, &number);
        if (result != 0) {
            return result;
        }
        *rows[i].ret = (uint32_t)number;
    }
    // What is not said follows: a fifth of a second of requests, half of one of bytes, as the
    // defaults are.
    if (l->principal_requests != NULL && l->principal_request_burst == NULL) {
        c->limits.principal_request_burst = at_least(c->limits.principal_requests / 5, 10);
    }
    if (l->principal_bytes != NULL && l->principal_byte_burst == NULL) {
        c->limits.principal_byte_burst = at_least(c->limits.principal_bytes / 2, 64 * KIB);
    }
    int result = check_burst(r, "limits.principal_request_burst", c->limits.principal_requests,
                             c->limits.principal_request_burst);
    if (result == 0) {
        result = check_burst(r, "limits.principal_byte_burst", c->limits.principal_bytes,
                             c->limits.principal_byte_burst);
    }
    if (result != 0) {
        return result;
    }
    // LMDB wants whole pages, and a few dozen of them to begin with.
    const struct quantity map = {
        BYTES, "store.map_size", raw->store.map_size,
        MIB,   64 * 1024 * GIB,  "from 1MiB to 64TiB, a multiple of 64KiB"};
    uint64_t bytes = c->store.map_size_bytes;
    result = read_number(r, &map, &bytes);
    if (result == 0 && bytes % (64 * KIB) != 0) {
        const struct yamldoc_place at = yamldoc_at(r->doc, "%s", map.key);
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, map.range,
                              "\"%s\" does not end on a page", map.value);
    }
    c->store.map_size_bytes = bytes;
    return result;
}

const char *const configread_levels[] = {"error", "warn", "info", "debug", NULL};
const char *const configread_formats[] = {"logfmt", "json", NULL};

/* The index of a word in a list that ends with NULL; the list's length if it is none. */
static size_t index_of(const char *value, const char *const *words)
{
    size_t i = 0;
    while (words[i] != NULL && strcmp(words[i], value) != 0) {
        i++;
    }
    return i;
}

static int read_log(const struct configread *r, const struct raw_config *raw, struct config *c)
{
    if (raw->log.level != NULL) {
        const size_t level = index_of(raw->log.level, configread_levels);
        if (configread_levels[level] == NULL) {
            const struct yamldoc_place at = yamldoc_at(r->doc, "log.level");
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                                  "write error, warn, info or debug", "\"%.80s\" is not a level",
                                  raw->log.level);
        }
        c->log.level = (enum config_log_level)level;
    }
    if (raw->log.format != NULL) {
        const size_t format = index_of(raw->log.format, configread_formats);
        if (configread_formats[format] == NULL) {
            const struct yamldoc_place at = yamldoc_at(r->doc, "log.format");
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, "write logfmt or json",
                                  "\"%.80s\" is not a format", raw->log.format);
        }
        c->log.format = (enum config_log_format)format;
    }
    return 0;
}

int configread_settings(const struct configread *r, const struct raw_config *raw, struct config *c)
{
    int result = read_listen(r, raw, c);
    if (result == 0) {
        result = read_paths(r, raw, c);
    }
    if (result == 0) {
        result = read_limits(r, raw, c);
    }
    if (result == 0) {
        result = read_log(r, raw, c);
    }
    return result;
}
