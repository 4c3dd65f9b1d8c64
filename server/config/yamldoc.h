// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_YAMLDOC_H
#define SLATE_CONFIG_YAMLDOC_H

/*
 * One YAML document, read by a libcyaml schema into structs, with the line of every value.
 *
 * libcyaml fills the structs. What is wrong with a text it only tells to a log, with the line of
 * the item before, so the same schema is first walked along the events of libyaml: that pass
 * refuses, with the exact line and path, and keeps both for later checks.
 *
 * Schemas here are made of mappings, sequences and strings alone. What a string means is for the
 * caller, who then can say where it stands: yamldoc_at(doc, "teams[%zu].party", i).
 */

#include <cyaml/cyaml.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/outcome.h"

struct yamldoc;

/** What a text must look like. */
struct yamldoc_format {
    const struct cyaml_schema_value *schema; // a mapping, by pointer
    const char *const *unimplemented;        // "contracts[].measures"; NULL-ended, or NULL
    size_t nodes_max;
};

/**
 * Reads the n bytes at text. `file` stands in messages; it is copied. *ret_value is the schema's
 * struct, or NULL for a text without any key. Everything lives in the arena.
 * Refuses what the schema does not know, asks for or types otherwise; repeated keys; values left
 * empty; anchors, aliases, tags; control characters; a second document.
 * Returns 0; INVALID_ARGUMENT, UNIMPLEMENTED or RESOURCE_EXHAUSTED with *ret_refusal filled; < 0
 * when the arena is full.
 */
int yamldoc_load(const struct yamldoc_format *format, const char *text, size_t n, const char *file,
                 struct arena *arena, struct yamldoc **ret, void **ret_value,
                 struct refusal *ret_refusal);

/** A place in a document: a path such as "contracts[0].targets[2].within". A plain value. */
struct yamldoc_place {
    const struct yamldoc *doc;
    char path[128];
};

/** The place with that printf-formatted path; "" is the document. */
struct yamldoc_place yamldoc_at(const struct yamldoc *doc, const char *path, ...)
    __attribute__((format(printf, 2, 3)));

/** A place inside of another: yamldoc_in(&contract, "targets[%zu]", i), yamldoc_in(&days, "[%zu]",
 * i). */
struct yamldoc_place yamldoc_in(const struct yamldoc_place *place, const char *path, ...)
    __attribute__((format(printf, 2, 3)));

/** The line of a place, from 1; where it is absent, of the nearest thing around it. 0 for "". */
uint32_t yamldoc_line(const struct yamldoc_place *place);

/**
 * refuse() with line and path of the place, and FILE:LINE: PATH: in front of the message.
 * hint may be NULL. Returns the code.
 */
int yamldoc_refuse(struct refusal *r, const struct yamldoc_place *place, enum outcome_code code,
                   const char *hint, const char *message, ...)
    __attribute__((format(printf, 5, 6)));

#endif
