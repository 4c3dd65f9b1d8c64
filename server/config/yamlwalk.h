// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_YAMLWALK_H
#define SLATE_CONFIG_YAMLWALK_H

/*
 * Inside of yamldoc: the pass over libyaml's events that judges a text by its schema and remembers
 * the line of every value.
 */

#include <stdarg.h>

#include "config/yamldoc.h"

/** A value of the document; what it holds is for libcyaml to fill in. */
struct yamlwalk_node {
    const char *key; // in a mapping; NULL in a sequence
    uint32_t line;
    struct yamlwalk_node *children;
    struct yamlwalk_node *next;
};

/** Walks the n bytes at text; see yamldoc_load. *ret has no children in a text without any key. */
int yamlwalk(const struct yamldoc_format *format, const char *text, size_t n, const char *file,
             struct arena *arena, struct yamlwalk_node **ret, struct refusal *ret_refusal);

/** Fills *r: FILE:LINE: PATH: MESSAGE; no line where it is 0. Returns the code. */
int yamlwalk_refuse(struct refusal *r, const char *file, uint32_t line, const char *path,
                    enum outcome_code code, const char *hint, const char *message, va_list args)
    __attribute__((format(printf, 7, 0)));

#endif
