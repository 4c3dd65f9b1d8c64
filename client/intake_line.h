// SPDX-License-Identifier: Apache-2.0
/**
 * intake_line: a line of an intake file: one thing that another tool says about a ticket, as JSON.
 * docs/intake.md.
 */
#ifndef SLATE_CLIENT_INTAKE_LINE_H
#define SLATE_CLIENT_INTAKE_LINE_H

#include <stddef.h>
#include <slate.h>

#include "client/members.h"

/** Zeroed it is empty. */
struct intake_line {
    void *json;                 /* what the strings belong to */
    struct slate_intake intake; /* without source; contract may be absent */
    int64_t at;                 /* when it happened; 0 = not said */
};

/** Parse n bytes. Returns false and *reterr. The caller calls intake_line_fini() after success; the
 * strings live until then. */
bool intake_line_parse(const char *p, size_t n, struct intake_line *ret,
                       struct members_error *reterr);
void intake_line_fini(struct intake_line *line);

#endif
