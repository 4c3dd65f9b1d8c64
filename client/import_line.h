// SPDX-License-Identifier: Apache-2.0
/**
 * import_line: a line of an import file: one ticket with its history, as JSON. docs/import.md.
 */
#ifndef SLATE_CLIENT_IMPORT_LINE_H
#define SLATE_CLIENT_IMPORT_LINE_H

#include <stddef.h>
#include <slate.h>

#include "client/members.h"

/** Zeroed it is empty. */
struct import_line {
    void *json;                        /* what the strings belong to */
    struct slate_import_event *events; /* what ticket.events points to */
    struct slate_import_ticket ticket; /* without contract, source, clocks and cutover */
};

/** Parse n bytes. Returns false and *reterr. The caller calls import_line_fini() after success; the
 * ticket lives until then. */
bool import_line_parse(const char *p, size_t n, struct import_line *ret,
                       struct members_error *reterr);
void import_line_fini(struct import_line *line);

#endif
