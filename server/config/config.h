// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_CONFIG_H
#define SLATE_CONFIG_CONFIG_H

/*
 * The settings of a slated process: slated.yaml, or defaults for a directory.
 *
 * The file has one schema; what it does not say keeps its default, what it says wrongly is refused
 * with file, line and key. Paths are relative to the folder that the file lies in; those under tls
 * may begin with ${CREDENTIALS_DIRECTORY}/, where a service manager puts secrets. What two
 * companies agreed is not a setting: that is the book, in the store.
 *
 *     listen: ["127.0.0.1:7443", "[::1]:7443"]
 *     tls: {cert: tls/server.crt, key: tls/server.key, client_ca: tls/ca.crt, ca_key: tls/ca.key,
 *           crl: tls/crl.pem}
 *     store: {path: data, map_size: 64GiB}
 *     zone_dir: /usr/share/zoneinfo
 *     limits: {connections: 4096, per_address: 256, handshakes: 512, frame: 64KiB, idle: 15m,
 *              handshake: 5s, first_frame: 10s, frame_time: 5s, stuck: 1m, drain: 10s,
 *              principal_connections: 64, principal_requests: 50000,
 *              principal_request_burst: 10000, principal_bytes: 32MiB, principal_byte_burst: 16MiB}
 *     log: {level: info, format: logfmt}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/outcome.h"

enum {
    CONFIG_LISTEN_MAX = 16,            // addresses
    CONFIG_TEXT_BYTES_MAX = 64 * 1024, // of a slated.yaml
};

/** Numbers are the order of weight: a level shows itself and what is below it. */
enum config_log_level {
    CONFIG_LOG_ERROR = 0,
    CONFIG_LOG_WARN = 1,
    CONFIG_LOG_INFO = 2,
    CONFIG_LOG_DEBUG = 3,
};

enum config_log_format {
    CONFIG_LOG_LOGFMT = 0,
    CONFIG_LOG_JSON = 1,
};

/** An address to listen on, numeric: names would depend on a resolver at start. */
struct config_listen {
    const char *host; // "127.0.0.1", "::", without brackets
    uint16_t port;    // 0: the kernel chooses one
};

/** All of it; strings live in the arena that it was made in. Paths are absolute or relative to the
 * process's folder, ready to be opened. */
struct config {
    const char *file; // the file read; "" for defaults alone
    struct config_listen listen[CONFIG_LISTEN_MAX];
    size_t n_listen;
    struct {
        const char *cert;      // PEM: the server's certificate, then intermediates
        const char *key;       // PEM
        const char *client_ca; // PEM: who may have issued clients' certificates
        const char *ca_key;    // PEM: of one of these, to give out certificates with
        bool ca_key_said;      // by the file; else there need not be such a key
        const char *crl;       // PEM: certificates that are taken no more; "" = none
    } tls;
    struct {
        const char *path;        // directory
        uint64_t map_size_bytes; // of address space, not of disk
    } store;
    const char *zone_dir;
    struct {
        uint32_t connections; // in all
        uint32_t per_address; // of one address; IPv6: of one /64
        uint32_t handshakes;  // unfinished
        uint32_t frame_bytes; // payload of a frame
        uint32_t idle_ms;     // of a connection without a whole frame
        uint32_t handshake_ms;
        uint32_t first_frame_ms; // after the handshake
        uint32_t frame_time_ms;  // of a frame, on top of what its bytes take at 1 KiB/s
        uint32_t stuck_ms;       // for the peer to take some of what waits for it
        uint32_t drain_ms;       // at a stop, for what is under way
        // Of one principal, whatever the number of its connections
        uint32_t principal_connections;
        uint32_t principal_requests; // a second; a costly one counts as several
        uint32_t principal_request_burst;
        uint32_t principal_bytes; // of requests, a second
        uint32_t principal_byte_burst;
    } limits;
    struct {
        enum config_log_level level;
        enum config_log_format format;
    } log;
};

/**
 * The defaults for a data directory: store in DIR/data, certificates in DIR/tls, one loopback
 * address. Returns 0, or < 0 when the arena is full.
 */
int config_default(const char *dir, struct arena *arena, struct config *ret);

/**
 * Defaults of the file's folder, overridden by what the file says.
 * Returns 0; an outcome_code with *ret_refusal filled (NOT_FOUND: there is no such file; the caller
 * exits with 78); < 0 when the arena is full.
 */
int config_load(const char *file, struct arena *arena, struct config *ret,
                struct refusal *ret_refusal);

/** config_load of DIR/slated.yaml if there is one, else config_default. */
int config_load_dir(const char *dir, struct arena *arena, struct config *ret,
                    struct refusal *ret_refusal);

/** As YAML that config_load reads: every setting with its value. NULL when the arena is full. */
const char *config_dump(const struct config *config, struct arena *arena);

#endif
