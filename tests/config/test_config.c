// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/tmpdir.h"
#include "t.h"

struct room {
    struct tmpdir dir;
    char file[300];
    struct arena arena;
    struct config config;
    struct refusal refusal;
};

static void room_init(struct room *r)
{
    tmpdir_init(&r->dir);
    (void)snprintf(r->file, sizeof(r->file), "%s/slated.yaml", r->dir.path);
    arena_init(&r->arena, 64 << 20);
}

static void room_fini(struct room *r)
{
    arena_fini(&r->arena);
    tmpdir_fini(&r->dir);
}

static int load(struct room *r, const char *text)
{
    FILE *f = fopen(r->file, "we");
    T_CHECK(f != NULL, "%s", r->file);
    T_CHECK(fputs(text, f) >= 0 && fclose(f) == 0);
    memset(&r->refusal, 0, sizeof(r->refusal));
    return config_load(r->file, &r->arena, &r->config, &r->refusal);
}

static const char *below(struct room *r, const char *path)
{
    static char buf[600];
    (void)snprintf(buf, sizeof(buf), "%s/%s", r->dir.path, path);
    return buf;
}

T_TEST(config, has_defaults)
{
    struct room r;
    room_init(&r);
    T_EQ_INT(config_load_dir(r.dir.path, &r.arena, &r.config, &r.refusal), 0);
    T_EQ_STR(r.config.file, "");
    T_EQ_INT(r.config.n_listen, 1);
    T_EQ_STR(r.config.listen[0].host, "127.0.0.1");
    T_EQ_INT(r.config.listen[0].port, 7443);
    T_EQ_STR(r.config.store.path, below(&r, "data"));
    T_EQ_STR(r.config.tls.key, below(&r, "tls/server.key"));
    T_EQ_INT(r.config.store.map_size_bytes, INT64_C(64) << 30);
    T_EQ_STR(r.config.zone_dir, "/usr/share/zoneinfo");
    T_EQ_STR(r.config.tls.ca_key, below(&r, "tls/ca.key"));
    T_CHECK(!r.config.tls.ca_key_said, "there need not be one");
    T_EQ_STR(r.config.tls.crl, "");
    T_EQ_INT(r.config.limits.frame_bytes, 64 * 1024);
    T_EQ_INT(r.config.log.level, CONFIG_LOG_INFO);

    // A file without a setting, or with comments alone, says the same.
    static const char *const empty[] = {"", "# later\n", "{}\n"};
    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        T_EQ_INT(load(&r, empty[i]), 0, "%s", r.refusal.message);
        T_EQ_STR(r.config.file, r.file);
        T_EQ_STR(r.config.store.path, below(&r, "data"));
    }
    room_fini(&r);
}

static const char full[] =
    "listen: [\"10.0.0.1:1\", \"[::]:7443\", \"[2001:db8::1]:0\"]\n"
    "tls: {cert: /etc/slate/a.crt, key: keys/a.key, client_ca: ca.crt,\n"
    "      ca_key: keys/ca.key, crl: crl.pem}\n"
    "store: {path: db, map_size: 2TiB}\n"
    "zone_dir: zones\n"
    "limits: {connections: 10, per_address: 2, handshakes: 3, frame: 128KiB, idle: 1h,\n"
    "         handshake: 1m, first_frame: 3s, frame_time: 4s, stuck: 1h, drain: 2s,\n"
    "         principal_connections: 5, principal_requests: 70, principal_request_burst: 700,\n"
    "         principal_bytes: 100KiB, principal_byte_burst: 1000KiB}\n"
    "log: {level: debug, format: json}\n";

static void check_full(struct room *r)
{
    const struct config *c = &r->config;
    T_EQ_INT(c->n_listen, 3);
    T_EQ_STR(c->listen[0].host, "10.0.0.1");
    T_EQ_INT(c->listen[0].port, 1);
    T_EQ_STR(c->listen[1].host, "::");
    T_EQ_STR(c->listen[2].host, "2001:db8::1");
    T_EQ_INT(c->listen[2].port, 0);
    T_EQ_STR(c->tls.cert, "/etc/slate/a.crt");
    T_EQ_STR(c->tls.key, below(r, "keys/a.key"));
    T_EQ_STR(c->tls.client_ca, below(r, "ca.crt"));
    T_EQ_STR(c->tls.ca_key, below(r, "keys/ca.key"));
    T_CHECK(c->tls.ca_key_said);
    T_EQ_STR(c->tls.crl, below(r, "crl.pem"));
    T_EQ_STR(c->store.path, below(r, "db"));
    T_EQ_INT(c->store.map_size_bytes, INT64_C(2) << 40);
    T_EQ_STR(c->zone_dir, below(r, "zones"));
    T_EQ_INT(c->limits.connections, 10);
    T_EQ_INT(c->limits.per_address, 2);
    T_EQ_INT(c->limits.handshakes, 3);
    T_EQ_INT(c->limits.frame_bytes, 128 * 1024);
    T_EQ_INT(c->limits.idle_ms, 3600 * 1000);
    T_EQ_INT(c->limits.handshake_ms, 60 * 1000);
    T_EQ_INT(c->limits.first_frame_ms, 3000);
    T_EQ_INT(c->limits.frame_time_ms, 4000);
    T_EQ_INT(c->limits.stuck_ms, 3600 * 1000);
    T_EQ_INT(c->limits.drain_ms, 2000);
    T_EQ_INT(c->limits.principal_connections, 5);
    T_EQ_INT(c->limits.principal_requests, 70);
    T_EQ_INT(c->limits.principal_request_burst, 700, "ten seconds' worth is the most");
    T_EQ_INT(c->limits.principal_bytes, 100 * 1024);
    T_EQ_INT(c->limits.principal_byte_burst, 1000 * 1024);
    T_EQ_INT(c->log.level, CONFIG_LOG_DEBUG);
    T_EQ_INT(c->log.format, CONFIG_LOG_JSON);
}

T_TEST(config, reads_every_setting_and_dumps_it)
{
    struct room r;
    room_init(&r);
    T_EQ_INT(load(&r, full), 0, "%s", r.refusal.message);
    check_full(&r);
    const char *dump = config_dump(&r.config, &r.arena);
    T_CHECK(dump != NULL);
    T_EQ_INT(load(&r, dump), 0, "%s in\n%s", r.refusal.message, dump);
    check_full(&r);
    T_EQ_STR(config_dump(&r.config, &r.arena), dump);
    room_fini(&r);
}

T_TEST(config, finds_secrets_where_a_service_manager_puts_them)
{
    struct room r;
    room_init(&r);
    static const char text[] = "tls: {key: \"${CREDENTIALS_DIRECTORY}/tls.key\"}\n";
    T_EQ_INT(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    T_EQ_INT(load(&r, text), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strstr(r.refusal.message, ":1: tls.key: CREDENTIALS_DIRECTORY is not set") != NULL,
            "%s", r.refusal.message);
    T_EQ_INT(setenv("CREDENTIALS_DIRECTORY", "/run/credentials/slated", 1), 0);
    T_EQ_INT(load(&r, text), 0, "%s", r.refusal.message);
    T_EQ_STR(r.config.tls.key, "/run/credentials/slated/tls.key");
    room_fini(&r);
}

T_TEST(config, a_burst_that_is_not_given_follows_its_rate)
{
    struct room r;
    room_init(&r);
    T_EQ_INT(load(&r, "limits: {principal_requests: 100, principal_bytes: 1MiB}\n"), 0, "%s",
             r.refusal.message);
    T_EQ_INT(r.config.limits.principal_request_burst, 20);
    T_EQ_INT(r.config.limits.principal_byte_burst, 512 * 1024);
    T_EQ_INT(load(&r, "limits: {principal_requests: 10, principal_bytes: 64KiB}\n"), 0);
    T_EQ_INT(r.config.limits.principal_request_burst, 10);
    T_EQ_INT(r.config.limits.principal_byte_burst, 64 * 1024);
    room_fini(&r);
}

T_TEST(config, refuses_what_it_does_not_know)
{
    static const struct {
        const char *text;
        const char *field;
        const char *message;
        uint32_t line;
        enum outcome_code code;
    } rows[] = {
        {"lisen: []\n", "lisen", "unknown key", 1, 0},
        {"log: {level: info}\nlog: {level: info}\n", "log", "given twice, first on line 1", 2, 0},
        {"\nlog: {level: loud}\n", "log.level", "\"loud\" is not a level", 2, 0},
        {"log: {format: xml}\n", "log.format", "\"xml\" is not a format", 1, 0},
        {"log: info\n", "log", "expected a mapping", 1, 0},
        {"listen: [\"localhost:1\"]\n", "listen[0]", "is not a numeric address and a port", 1, 0},
        {"listen:\n  - 1.2.3.4:1\n  - 1.2.3.4\n", "listen[1]", "is not a numeric address", 3, 0},
        {"listen: [\"1.2.3.4:65536\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: [\"1.2.3.4:\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: [\"::1:1\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: [\"[1.2.3.4]:1\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: [\":1\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: [\"]:1\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: [\"[:1\"]\n", "listen[0]", "is not a numeric address", 1, 0},
        {"listen: []\n", "listen", "the list is empty", 1, 0},
        {"store: {map_size: 64GB}\n", "store.map_size", "\"64GB\" is not a size", 1, 0},
        {"store: {map_size: 99999999TiB}\n", "store.map_size", "is not a size", 1, 0},
        {"store: {map_size: 99999999999999999999}\n", "store.map_size", "is not a size", 1, 0},
        {"store: {map_size: 1000KiB}\n", "store.map_size", "is not a size", 1, 0},
        {"store: {map_size: 1048577}\n", "store.map_size", "does not end on a page", 1, 0},
        {"store: {path: \"\"}\n", "store.path", "is not a path", 1, 0},
        {"store: {path: \"${HOME}/db\"}\n", "store.path", "variables are not known here", 1, 0},
        {"store: {path: \"${CREDENTIALS_DIRECTORY}/db\"}\n", "store.path",
         "variables are not known here", 1, 0},
        {"limits: {frame: 63KiB}\n", "limits.frame", "in its range", 1, 0},
        {"limits: {frame: 2MiB}\n", "limits.frame", "in its range", 1, 0},
        {"limits: {connections: 0}\n", "limits.connections", "\"0\" is not a number", 1, 0},
        {"limits: {connections: -1}\n", "limits.connections", "is not a number", 1, 0},
        {"limits: {connections: 1KiB}\n", "limits.connections", "is not a number", 1, 0},
        {"limits: {idle: 1d}\n", "limits.idle", "\"1d\" is not a time", 1, 0},
        {"limits: {idle: 0s}\n", "limits.idle", "is not a time", 1, 0},
        {"limits: {handshake: 61s}\n", "limits.handshake", "is not a time", 1, 0},
        {"limits: {first_frame: 0s}\n", "limits.first_frame", "is not a time", 1, 0},
        {"limits: {frame_time: 6m}\n", "limits.frame_time", "is not a time", 1, 0},
        {"limits: {stuck: 2h}\n", "limits.stuck", "is not a time", 1, 0},
        {"limits: {principal_requests: 9}\n", "limits.principal_requests", "is not a number", 1, 0},
        {"limits: {principal_connections: 0}\n", "limits.principal_connections", "is not a number",
         1, 0},
        {"limits: {principal_bytes: 63KiB}\n", "limits.principal_bytes", "is not a size", 1, 0},
        {"limits: {principal_requests: 100,\n  principal_request_burst: 1001}\n",
         "limits.principal_request_burst", "more than ten seconds", 2, 0},
        {"limits: {principal_byte_burst: 1GiB}\n", "limits.principal_byte_burst",
         "more than ten seconds", 1, 0},
        {"metrics: {file: x}\n", "metrics", "not implemented", 1, OUTCOME_UNIMPLEMENTED},
        {"store: {sync: full}\n", "store.sync", "not implemented", 1, OUTCOME_UNIMPLEMENTED},
    };
    struct room r;
    room_init(&r);
    T_EQ_INT(load(&r, full), 0, "%s", r.refusal.message);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char where[400];
        const int code = rows[i].code != 0 ? (int)rows[i].code : OUTCOME_INVALID_ARGUMENT;
        T_EQ_INT(load(&r, rows[i].text), code, "%s: %s", rows[i].text, r.refusal.message);
        T_EQ_INT(r.refusal.line, rows[i].line, "%s: %s", rows[i].text, r.refusal.message);
        T_EQ_STR(r.refusal.field, rows[i].field, "%s", r.refusal.message);
        (void)snprintf(where, sizeof(where), "%s:%u: %s: ", r.file, rows[i].line, rows[i].field);
        T_CHECK(strncmp(r.refusal.message, where, strlen(where)) == 0, "%s", r.refusal.message);
        T_CHECK(strstr(r.refusal.message, rows[i].message) != NULL, "%s", r.refusal.message);
        check_full(&r); // what was loaded before stays
    }
    T_EQ_INT(load(&r, "log: {level: info\n"), OUTCOME_INVALID_ARGUMENT);
    T_CHECK(strstr(r.refusal.message, ": not YAML: ") != NULL, "%s", r.refusal.message);
    room_fini(&r);
}

T_TEST(config, refuses_files_that_cannot_be_read)
{
    struct room r;
    room_init(&r);
    T_EQ_INT(config_load(r.file, &r.arena, &r.config, &r.refusal), OUTCOME_NOT_FOUND);
    T_CHECK(strncmp(r.refusal.message, r.file, strlen(r.file)) == 0, "%s", r.refusal.message);
    T_EQ_INT(config_load(r.dir.path, &r.arena, &r.config, &r.refusal), OUTCOME_UNAVAILABLE, "%s",
             r.refusal.message);
    char *large = malloc(CONFIG_TEXT_BYTES_MAX + 2);
    T_CHECK(large != NULL);
    memset(large, '\n', CONFIG_TEXT_BYTES_MAX + 1);
    large[CONFIG_TEXT_BYTES_MAX + 1] = '\0';
    T_EQ_INT(load(&r, large), OUTCOME_RESOURCE_EXHAUSTED);
    large[CONFIG_TEXT_BYTES_MAX] = '\0';
    T_EQ_INT(load(&r, large), 0, "%s", r.refusal.message);
    free(large);
    room_fini(&r);
}
