// SPDX-License-Identifier: Apache-2.0
/**
 * log: one event, one line on stderr, as logfmt or as a JSON object:
 *
 *     level=info event=listening address=127.0.0.1 port=7443
 *     {"level":"info","event":"listening","address":"127.0.0.1","port":7443}
 *
 * Ids and counts go into the log, texts and secrets never do. Every string value is escaped, so
 * that nothing that comes from outside can start a line or fake a key; a byte that is not printable
 * ASCII is written as \xNN, in JSON as \u00NN. Safe from any thread: a line is one write.
 */
#ifndef SLATE_LOG_H
#define SLATE_LOG_H

enum log_level {
    LOG_DEBUG = 0,
    LOG_INFO = 1,
    LOG_WARNING = 2,
    LOG_ERROR = 3,
};

enum log_format {
    LOG_LOGFMT = 0,
    LOG_JSON = 1,
};

/** Lines below this level are dropped; LOG_INFO at start. */
void log_set_level(enum log_level level);

/** LOG_LOGFMT at start. */
void log_set_format(enum log_format format);

/**
 * `fields` lists keys and types, one blank between: "address=s port=u", type s: const char * (NULL
 * prints as empty), i: long long, u: unsigned long long. The values follow in that order. A line
 * has at most 1 KiB: a string is cut, what comes after it is left out, and the line stays well
 * formed.
 */
void log_write(enum log_level level, const char *event, const char *fields, ...);

#endif
