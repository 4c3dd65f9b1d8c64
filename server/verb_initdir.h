// SPDX-License-Identifier: Apache-2.0
/**
 * verb_initdir: what `slated init` makes.
 *
 * The settings file is written last: a directory that has it is finished, and never touched again.
 * One that was cut off before has none; making it again keeps its certificate authority, its store
 * and what the journal holds, and makes the rest anew, so that it ends as if it had been made once.
 * A store that was already worked with, or files that init does not make, are refused.
 */
#ifndef SLATE_VERB_INITDIR_H
#define SLATE_VERB_INITDIR_H

#include <limits.h>
#include <stdint.h>

#include "auth/pki.h"
#include "config/config.h"
#include "verb.h"

/** One run. The caller fills in dir, hosts, listen, first and now_at, then calls initdir_make. */
struct initdir {
    const char *dir;
    struct verb_list hosts;     /* that the server's certificate is for, each pki_host_valid */
    struct verb_list listen;    /* "ADDRESS:PORT", checked */
    struct config_listen first; /* of listen */
    int64_t now_at;
    char data[PATH_MAX]; /* paths of what is made */
    char ca_crt[PATH_MAX];
    char ca_key[PATH_MAX];
    char server_crt[PATH_MAX];
    char server_key[PATH_MAX];
    char profile[PATH_MAX];
    char config[PATH_MAX];
    struct pki_pair ca;
    X509 *certificate; /* the server's */
};

/** Returns 0, or VERB_FAILED after telling what is wrong. */
int initdir_make(struct initdir *t);

/** Frees what a run holds. */
void initdir_fini(struct initdir *t);

#endif
