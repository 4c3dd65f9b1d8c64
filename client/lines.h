// SPDX-License-Identifier: Apache-2.0
/**
 * lines: a file of requests, a line each, over one connection, without waiting for each answer.
 *
 * A line that is wrong doesn't stop the others; a connection that is gone for good does. Lines with
 * the same key are taken one after the other, in the order of the file. Memory is bounded by what
 * is under way or waits, however long the file is. When the file pauses (a pipe that is written to
 * now and then), what was sent is answered before more is waited for.
 */
#ifndef SLATE_CLIENT_LINES_H
#define SLATE_CLIENT_LINES_H

#include "client/cli.h"
#include "client/members.h"
#include "client/parked.h"

/** A longer line is refused: the server would not take it. */
#define LINES_BYTES_MAX ((size_t)1024 * 1024)

/** What a line asks for. */
struct lines_parsed {
    struct slate_request request;
    const char *key; /* what people know it by */
    int note;        /* for done() */
};

/** A line that is under way. */
struct lines_sent {
    uint64_t tag; /* 0 = free */
    uint64_t line;
    char *key; /* NULL = could not be read */
    int note;
};

struct lines;

/** A kind of file. */
struct lines_kind {
    const struct rows *rows; /* what done() and refused() print, unless lines are silent */
    /** Returns false and *reterr. After success, and once it was sent, forget() is called. */
    bool (*parse)(struct lines *lines, const char *p, size_t n, struct lines_parsed *ret,
                  struct members_error *reterr);
    void (*forget)(struct lines *lines);
    /** It was answered. */
    void (*done)(struct lines *lines, const struct lines_sent *sent, const struct slate_result *r);
    /** It was not; outcome is "refused", or the name of what happened to the connection. */
    void (*refused)(struct lines *lines, const struct lines_sent *sent, const char *outcome,
                    const struct slate_error *e);
    /** How far it is, in a few words. */
    void (*progress)(struct lines *lines, struct text *to);
};

struct lines {
    struct cli *cli;
    const struct lines_kind *kind;
    const char *path; /* of the file; - is standard input */
    bool is_silent;   /* nothing is printed but what goes wrong: progress may be shown */
    bool checks_only; /* nothing is sent */

    /* how it is going */
    const char *name; /* of the file, for messages */
    uint64_t line;    /* that was read last, from 1 */
    uint64_t done;
    uint64_t refused;
    int stopped;      /* exit code of what ended it, 0 = nothing did */
    int64_t start_at; /* by the wall clock */

    /* its own */
    struct lines_file *file;
    struct lines_sent *sent; /* slate_window() of them */
    struct parked parked;    /* lines behind one of their key that is under way */
    int code;                /* of the refusals, as long as it is one and the same */
    int64_t shown_at;        /* when progress was last shown */
};

/** Do all of it. Connects, unless it only checks. Returns EXIT_DONE, EXIT_PARTLY when some lines
 * were refused, the exit code that fits when all were for one reason, or that of what ended it,
 * told. */
int lines_run(struct lines *lines);

#endif
