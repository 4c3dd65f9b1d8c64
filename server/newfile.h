// SPDX-License-Identifier: Apache-2.0
/**
 * newfile: the files that the offline verbs make. A file is whole under its name, or not there: it
 * is written and synced as PATH.part, then gets its name, and the folder is synced.
 */
#ifndef SLATE_NEWFILE_H
#define SLATE_NEWFILE_H

#include <limits.h>

enum { NEWFILE_ERROR_BYTES = 512 }; /* a line that names the file and the cause */

enum newfile_error {
    NEWFILE_EXISTS = 1, /* there is something of that name, and it stays as it is */
};

/** A file that has no name yet. Plain value. */
struct newfile {
    char path[PATH_MAX];
    char part[PATH_MAX];
};

/**
 * Writes the text as PATH.part with exactly that mode; what a call that was cut off has left under
 * that name is replaced. Returns 0, NEWFILE_EXISTS if there is a PATH already, or < 0.
 */
int newfile_prepare(struct newfile *f, const char *path, const char *text, unsigned mode,
                    char *reterr);

/** Gives it its name. NEWFILE_EXISTS if that was taken meanwhile: it is still there as f->part. */
int newfile_publish(const struct newfile *f, char *reterr);

/** Removes it, instead of newfile_publish. */
void newfile_discard(const struct newfile *f);

/** Both at once; a PATH that exists is replaced in one step. Returns 0 or < 0. */
int newfile_replace(const char *path, const char *text, unsigned mode, char *reterr);

/** Syncs the folder that holds PATH: a name is only as durable as its folder. Returns 0 or < 0. */
int newfile_sync_folder(const char *path, char *reterr);

#endif
