// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_PROCESS_H
#define TESTS_CLIENT_PROCESS_H

/*
 * The built program as a process of its own, its standard output and error in one pipe or on a
 * terminal. Nobody types; its standard input may be a pipe. Each step fails the test when it can't
 * be done; what never comes is the test's time limit's matter.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PROCESS_OUTPUT_BYTES = 64 * 1024 };

struct process {
    pid_t pid;
    int out; // what it writes
    int in;  // to write to; -1 = it reads nothing
    size_t n;
    char output[PROCESS_OUTPUT_BYTES]; // so far, NUL-terminated
};

/** args end with NULL. */
void process_start(struct process *p, const char *profile, const char *const *args);

/** The same with a pipe as its standard input. */
void process_start_fed(struct process *p, const char *profile, const char *const *args);

/** The same with a standard input that is closed. */
void process_start_closed(struct process *p, const char *profile, const char *const *args);

/** The same on a terminal of its own. */
void process_start_on_terminal(struct process *p, const char *profile, const char *const *args,
                               unsigned short cols, unsigned short rows);
void process_resize(struct process *p, unsigned short cols, unsigned short rows);

/** Write to its standard input; close that with NULL. */
void process_feed(struct process *p, const char *text);

/** Read until its output contains text behind its first `from` bytes. */
void process_await(struct process *p, size_t from, const char *text);

/** Read its output to its end. Returns its exit code, or minus the signal that ended it. */
int process_finish(struct process *p);

#endif
