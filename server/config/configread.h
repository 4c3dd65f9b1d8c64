// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_CONFIGREAD_H
#define SLATE_CONFIG_CONFIGREAD_H

/*
 * Inside of config: the file's schema, and from what is written to settings.
 */

#include <stdbool.h>

#include "config/config.h"
#include "config/yamldoc.h"

/* The file as written. */
struct raw_config {
    char **listen;
    unsigned listen_count;
    struct raw_tls {
        char *cert;
        char *key;
        char *client_ca;
        char *ca_key;
        char *crl;
    } tls;
    struct raw_store {
        char *path;
        char *map_size;
    } store;
    char *zone_dir;
    struct raw_limits {
        char *connections;
        char *per_address;
        char *handshakes;
        char *frame;
        char *idle;
        char *handshake;
        char *first_frame;
        char *frame_time;
        char *stuck;
        char *drain;
        char *principal_connections;
        char *principal_requests;
        char *principal_request_burst;
        char *principal_bytes;
        char *principal_byte_burst;
    } limits;
    struct raw_log {
        char *level;
        char *format;
    } log;
};

/** Of struct raw_config, by pointer. */
extern const struct cyaml_schema_value configread_schema;

/** Words of log.level and log.format, by their enums; ended by NULL. */
extern const char *const configread_levels[];
extern const char *const configread_formats[];

struct configread {
    const struct yamldoc *doc;
    const char *dir; // of the file
    struct arena *arena;
    struct refusal *refusal;
};

/** Overrides in *c what the file gives. Returns 0, INVALID_ARGUMENT, < 0 when the arena is full. */
int configread_settings(const struct configread *r, const struct raw_config *raw, struct config *c);

/** printf into the arena; NULL when it is full, or the text longer than two paths. */
const char *configread_text(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
