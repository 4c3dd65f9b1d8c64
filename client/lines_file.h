// SPDX-License-Identifier: Apache-2.0
/**
 * lines_file: the lines of a file, one after the other, of bounded length.
 */
#ifndef SLATE_CLIENT_LINES_FILE_H
#define SLATE_CLIENT_LINES_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "client/text.h"

struct lines_file;

/** The caller owns it; f must outlive it, and must not be read otherwise. interrupted() is asked
 * now and then while a read waits: true ends it with EINTR. It may be NULL. */
struct lines_file *lines_file_new(FILE *f, bool (*interrupted)(void));
void lines_file_free(struct lines_file *file);

/** True when the next line is not there yet, and reading it would wait. */
bool lines_file_pauses(struct lines_file *file);

/** The next line into *text, without its end. A line of more than `most` bytes is cut to one more
 * than that. Returns false at the end of the file, and after an error. */
bool lines_file_read(struct lines_file *file, size_t most, struct text *text);

/** What went wrong, as errno has it; 0 = nothing. */
int lines_file_error(const struct lines_file *file);

#endif
