// SPDX-License-Identifier: Apache-2.0
/**
 * import_line: a line of an import file: one ticket with its history, as JSON. docs/import.md.
 *
 * What the server will judge (names, states, contents) is left to it; what only the file's writer
 * can know (shape, types, unknown members, times) is judged here, with a path to the place.
 */
#ifndef SLATE_CLIENT_IMPORT_LINE_H
#define SLATE_CLIENT_IMPORT_LINE_H

#include <stddef.h>
#include <slate.h>

/** A longer line is refused: the server would not take it. */
#define IMPORT_LINE_BYTES_MAX ((size_t)1024 * 1024)

enum { IMPORT_LINE_ERROR_BYTES = 300 };

/** Zeroed it is empty. */
struct import_line {
    void *json;                        /* what the strings belong to */
    struct slate_import_event *events; /* what ticket.events points to */
    struct slate_import_ticket ticket; /* without contract, source, clocks and cutover */
};

/** What is wrong with a line. */
struct import_line_error {
    unsigned column; /* in bytes from 1, where the JSON is broken; 0 = the JSON is fine */
    char message[IMPORT_LINE_ERROR_BYTES];
};

/** Parse n bytes. Returns false and *reterr. The caller calls import_line_fini() after success; the
 * ticket lives until then. */
bool import_line_parse(const char *p, size_t n, struct import_line *ret,
                       struct import_line_error *reterr);
void import_line_fini(struct import_line *line);

#endif
