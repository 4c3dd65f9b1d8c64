// SPDX-License-Identifier: Apache-2.0
/*
 * slated: one program for the server and for what an operator does to its directory while no
 * server runs. This file finds the verb and makes the process a safe place for keys.
 */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "config/near.h"
#include "verb.h"

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
    const char *help;
} verbs[] = {
    {"init", verb_init, "make a directory that a server can run on", verb_init_help},
    {"user", verb_user, "add, list and vouch for principals, while no server runs", verb_user_help},
    {"cert", verb_cert, "a new certificate for the server", verb_cert_help},
    {"ca", verb_ca, "a new certificate authority beside the present one", verb_ca_help},
    {"verify", verb_verify, "is the store what its journal says?", verb_verify_help},
    {"rebuild", verb_rebuild, "make the views anew from the journal", verb_rebuild_help},
    {"compact", verb_compact, "write the store anew, without what was erased", verb_compact_help},
    {"try", verb_try, "SLA arithmetic on cases from stdin", verb_try_help},
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int unknown(const char *name)
{
    char hint[160];
    struct near near = near_to(name);

    for (size_t i = 0; i < VERBS; i++) {
        near_offer(&near, verbs[i].name);
    }
    near_offer(&near, "help");
    const char *meant = near_hint(&near, hint, sizeof(hint));
    verb_error("there is no verb \"%s\"", name);
    verb_hint("%s", meant == NULL ? "slated help" : meant);
    return VERB_USAGE;
}

static int help(const char *name)
{
    if (name != NULL) {
        const struct verb *v = find(name);
        if (v == NULL) {
            return unknown(name);
        }
        (void)fputs(v->help, stdout);
        return VERB_OK;
    }
    (void)fputs(verb_serve_help, stdout);
    (void)fputs("\nOther verbs; `slated help VERB` tells more:\n\n", stdout);
    for (size_t i = 0; i < VERBS; i++) {
        (void)printf("    %-8s  %s\n", verbs[i].name, verbs[i].summary);
    }
    return VERB_OK;
}

/* Files are ours alone, and no key leaves in a core file or through a debugger. */
static void keep_private(void)
{
    (void)umask(077);
    (void)setrlimit(RLIMIT_CORE, &(const struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0);
}

static int run(int argc, char **argv)
{
    static char no_name[] = "";

    if (argc < 2) {
        return verb_usage("", "say what to do");
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(argc > 2 ? argv[2] : NULL);
    }
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return help(argv[1][0] == '-' ? NULL : argv[1]);
        }
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("slated " SLATE_VERSION);
        return VERB_OK;
    }
    if (argv[1][0] == '-') {
        argv[0] = no_name;
        return verb_serve(argc, argv);
    }
    const struct verb *v = find(argv[1]);
    return v == NULL ? unknown(argv[1]) : v->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    keep_private();
    int result = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        verb_error("stdout: cannot be written");
        return result == VERB_OK ? VERB_FAILED : result;
    }
    return result;
}
