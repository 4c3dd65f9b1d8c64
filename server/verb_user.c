// SPDX-License-Identifier: Apache-2.0
/*
 * `slated user`: principals, by an operator on the server's machine while no server runs.
 *
 * Adding one is three steps: its profile is written under a temporary name; the principal is
 * journalled; the profile gets its name. Cut off before the second, nothing has happened that a
 * second call does not replace. Cut off between the second and the third, the principal is there
 * and its profile is whole, as PROFILE.part; a second call says so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/pki.h"
#include "books.h"
#include "clock.h"
#include "core/instant.h"
#include "newfile.h"
#include "offline.h"
#include "profile.h"
#include "store/bookobjects.h"
#include "store/principals.h"
#include "userspec.h"
#include "verb.h"

const char verb_user_help[] =
    "slated user add NAME --role ROLE[,ROLE...] [--party PARTY] [--team TEAM[,TEAM...]]\n"
    "                     [--source SOURCE] [--tool] --out PROFILE --dir DIR\n"
    "slated user list --dir DIR\n"
    "slated user vouch NAME --dir DIR\n"
    "\n"
    "Adds a principal and writes PROFILE, which lets whoever has it act as NAME; lists those that\n"
    "there are; lets a manager's approvals count whose party has nobody left who could vouch for\n"
    "them. `add` and `vouch` take the store for themselves: no server may run.\n"
    "\n"
    "    --role ROLE      agent, lead: work the tickets of their --team\n"
    "                     vendor-manager: all of --party as a vendor\n"
    "                     manager: reads all of --party as a buyer\n"
    "                     intake: feeds tickets of --party through its own --source\n"
    "                     auditor: reads all, with --party only what is its\n"
    "                     admin: book and principals, no ticket text\n"
    "    --party PARTY    of the book; --team tells it too\n"
    "    --team TEAM      of the book\n"
    "    --source SOURCE  that an intake feeds\n"
    "    --tool           a program, no person\n"
    "    --out PROFILE    a file that does not exist yet\n"
    "    --dir DIR        what `slated init DIR` made\n"
    "\n"
    "    slated user add a.reyes --role agent --team manila-a --out a.reyes.yaml --dir "
    "/srv/slate\n";

/* One call of `user add`. */
struct adding {
    const char *dir;
    const char *out;
    struct userspec spec;
    struct config config;
    struct arena arena;
    struct env *env;
    struct principal principal;
    struct newfile profile;
    int64_t now_at;
};

/* There is one of that name: was it an earlier call that did not get to its last step? */
static int tell_taken(const struct adding *a)
{
    char part[sizeof(a->profile.part)];

    verb_error("there is a principal \"%s\" already", a->spec.name);
    int n = snprintf(part, sizeof(part), "%s.part", a->out);
    if (n > 0 && (size_t)n < sizeof(part) && access(part, F_OK) == 0) {
        verb_hint("if a call was cut off, its profile is whole: mv %s %s", part, a->out);
    }
    return VERB_FAILED;
}

static int resolve(struct adding *a, struct txn *txn, struct books *books)
{
    struct refusal refusal = {.code = OUTCOME_OK};
    struct principal former;

    int result = principals_named(txn, a->spec.name, &former);
    if (result == 0) {
        return tell_taken(a);
    }
    result = result == STORE_NOT_FOUND ? 0 : result;
    if (result == 0 && userspec_needs_book(&a->spec)) {
        result = books_load(books, txn, &refusal);
    }
    if (result == 0) {
        struct shared_book *shared = userspec_needs_book(&a->spec) ? books_hold(books) : NULL;
        result = userspec_resolve(&a->spec, shared == NULL ? NULL : shared->book, &a->principal,
                                  &refusal);
        books_release(shared);
    }
    if (result == 0) {
        bool taken;
        result = userspec_check_source(txn, &a->principal, &taken, &refusal);
    }
    if (refusal.code != OUTCOME_OK) {
        verb_refusal(&refusal);
        return VERB_FAILED;
    }
    if (result == 0) {
        result = principals_next_id(txn, &a->principal.id);
        a->principal.generation = 1;
    }
    if (result != 0) {
        verb_error("%s: %s", a->config.store.path, txn_text(txn));
        return VERB_FAILED;
    }
    return 0;
}

/* From words to a principal, over one snapshot. */
static int make_principal(struct adding *a)
{
    struct books books;
    struct txn txn;

    if (books_init(&books, a->config.zone_dir) != 0) {
        verb_error("no memory for the book");
        return VERB_FAILED;
    }
    int result = VERB_FAILED;
    if (txn_begin(&txn, a->env, TXN_READ) == 0) {
        result = resolve(a, &txn, &books);
    } else {
        verb_error("%s: %s", a->config.store.path, txn_text(&txn));
    }
    txn_abort(&txn);
    books_fini(&books);
    return result;
}

/* All authorities, of which there are two while one takes the other's place. NULL: unreadable. */
static char *read_cas(const char *file)
{
    FILE *f = fopen(file, "re");
    char *text = NULL;
    size_t size = 0;

    if (f != NULL && getdelim(&text, &size, '\0', f) < 0) {
        free(text);
        text = NULL;
    }
    if (f != NULL) {
        (void)fclose(f);
    }
    return text;
}

/* Writes PROFILE.part. */
static int make_profile(struct adding *a)
{
    char path[2][PATH_MAX];
    char server[PROFILE_SERVER_BYTES];
    char error[PKI_ERROR_BYTES];
    struct pki_pair ca = {NULL, NULL};
    struct pki_pair own = {NULL, NULL};
    char *text = NULL;

    (void)snprintf(path[0], sizeof(path[0]), "%s/tls/ca.crt", a->dir);
    (void)snprintf(path[1], sizeof(path[1]), "%s/tls/ca.key", a->dir);
    int result = pki_load(path[0], path[1], &ca, error);
    if (result == 0) {
        result = pki_load(a->config.tls.cert, NULL, &own, error);
    }
    if (result == 0) {
        profile_server(own.certificate, &a->config.listen[0], server);
        char *cas = read_cas(path[0]);
        result = profile_issue(&ca, cas, server, a->spec.name, a->now_at, &text, error);
        free(cas);
    }
    pki_pair_fini(&ca);
    pki_pair_fini(&own);
    if (result == 0) {
        result = newfile_prepare(&a->profile, a->out, text, PROFILE_MODE, error);
        pki_free_secret(text);
    }
    if (result != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    return 0;
}

static int journal(const struct adding *a)
{
    struct event *event = calloc(1, sizeof(*event));
    char error[OFFLINE_ERROR_BYTES] = "no memory";
    int result = 1;

    if (event != NULL) {
        event->kind = EVENT_PRINCIPAL_SET;
        event->origin = ORIGIN_LIVE;
        event->effective_at = a->now_at;
        event->claimed_at = INSTANT_NONE;
        event->u.principal = a->principal;
        result = offline_commit(a->env, event, 1, a->now_at, "slated user", error);
        free(event);
    }
    if (result != 0) {
        verb_error("%s: %s", a->config.store.path, error);
    }
    return result;
}

static int add(struct adding *a)
{
    char error[NEWFILE_ERROR_BYTES];

    int result = make_principal(a);
    if (result == 0) {
        result = make_profile(a);
    }
    if (result != 0) {
        return result;
    }
    result = journal(a);
    if (result > 0) {
        newfile_discard(&a->profile);
        return VERB_FAILED;
    }
    if (result < 0) {
        /* It may be in the journal after all: then this is its profile. */
        verb_hint("slated user list tells whether %s was added; its profile is %s", a->spec.name,
                  a->profile.part);
        return VERB_FAILED;
    }
    if (newfile_publish(&a->profile, error) != 0) {
        verb_error("%s was added, but its profile is still called %s: %s", a->spec.name,
                   a->profile.part, error);
        return VERB_FAILED;
    }
    (void)printf("%s  %s\n", a->spec.name, a->profile.path);
    return VERB_OK;
}

static int verb_user_add(int argc, char **argv)
{
    struct adding *a = calloc(1, sizeof(*a));
    struct verb_list operands;

    if (a == NULL) {
        verb_error("no memory");
        return VERB_FAILED;
    }
    const struct verb_option options[] = {
        {.name = "--role", .value = &a->spec.roles}, {.name = "--party", .value = &a->spec.party},
        {.name = "--team", .value = &a->spec.teams}, {.name = "--source", .value = &a->spec.source},
        {.name = "--tool", .flag = &a->spec.tool},   {.name = "--out", .value = &a->out},
        {.name = "--dir", .value = &a->dir},
    };
    int result = verb_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &operands);
    if (result == 0 && operands.n != 1) {
        result = verb_usage(argv[0], operands.n == 0 ? "say which NAME" : "one NAME at a time");
    }
    if (result == 0 && (a->spec.roles == NULL || a->out == NULL || a->dir == NULL)) {
        result = verb_usage(argv[0], "%s is missing",
                            a->spec.roles == NULL ? "--role"
                            : a->out == NULL      ? "--out"
                                                  : "--dir");
    }
    if (result == 0) {
        a->spec.name = operands.items[0];
        a->now_at = clock_wall_at();
        arena_init(&a->arena, VERB_ARENA_BYTES);
        result = verb_config(a->dir, NULL, &a->arena, &a->config);
        if (result == 0) {
            result = verb_store(&a->config, 0, &a->env);
        }
        if (result == 0) {
            result = add(a);
        }
        env_close(a->env);
        arena_fini(&a->arena);
    }
    free(a);
    return result;
}

/* Names of parties and teams by id, without the need for a book that can be built. */
struct names {
    struct {
        enum book_kind kind;
        uint32_t id;
        char name[BOOK_NAME_BYTES];
    } * rows;
    size_t n;
};

static int collect_name(void *user, const struct bookobject *object)
{
    struct names *names = user;

    if (object->kind != BOOK_PARTY && object->kind != BOOK_TEAM) {
        return 0;
    }
    void *rows = reallocarray(names->rows, names->n + 1, sizeof(*names->rows));
    if (rows == NULL) {
        return -1;
    }
    names->rows = rows;
    names->rows[names->n].kind = object->kind;
    names->rows[names->n].id = object->id;
    memcpy(names->rows[names->n].name, object->name, sizeof(object->name));
    names->n++;
    return 0;
}

static const char *name_of(const struct names *names, enum book_kind kind, uint32_t id)
{
    for (size_t i = 0; i < names->n; i++) {
        if (names->rows[i].kind == kind && names->rows[i].id == id) {
            return names->rows[i].name;
        }
    }
    return "";
}

/* Columns for people, tabs for programs. */
static void print_cell(const char *text, int width, bool last)
{
    bool people = isatty(STDOUT_FILENO) == 1;
    (void)printf("%-*s%s", people && !last ? width : 0, text, last ? "\n" : people ? "  " : "\t");
}

static int print_principal(void *user, const struct principal *p)
{
    const struct names *names = user;
    char roles[USERSPEC_ROLES_BYTES];
    char teams[PRINCIPAL_TEAMS_MAX * BOOK_NAME_BYTES] = "";
    size_t n = 0;

    for (size_t i = 0; i < p->n_teams; i++) {
        n += (size_t)snprintf(teams + n, sizeof(teams) - n, "%s%s", i == 0 ? "" : ",",
                              name_of(names, BOOK_TEAM, p->teams[i]));
    }
    userspec_roles_text(p->roles, roles);
    print_cell(p->name, 24, false);
    print_cell(p->human ? "human" : "tool", 5, false);
    print_cell(p->disabled ? "disabled" : "enabled", 8, false);
    print_cell(roles, 24, false);
    print_cell(name_of(names, BOOK_PARTY, p->party), 16, false);
    print_cell(teams, 24, false);
    print_cell(p->source, 0, true);
    return 0;
}

static int list(const struct config *config, struct arena *arena, struct env *env)
{
    struct names names = {NULL, 0};
    struct txn txn;

    int result = txn_begin(&txn, env, TXN_READ);
    if (result == 0) {
        result = bookobjects_walk(&txn, arena, collect_name, &names);
    }
    if (result == 0) {
        if (isatty(STDOUT_FILENO) == 1) {
            (void)printf("%-24s  %-5s  %-8s  %-24s  %-16s  %-24s  %s\n", "NAME", "KIND", "STATE",
                         "ROLES", "PARTY", "TEAMS", "SOURCE");
        }
        result = principals_walk(&txn, print_principal, &names);
    }
    if (result != 0) {
        verb_error("%s: %s", config->store.path,
                   txn_text(&txn)[0] == '\0' ? "no memory" : txn_text(&txn));
    }
    txn_abort(&txn);
    free(names.rows);
    return result == 0 ? VERB_OK : VERB_FAILED;
}

static int verb_user_list(int argc, char **argv)
{
    const char *dir = NULL;
    const struct verb_option options[] = {{.name = "--dir", .value = &dir}};
    struct verb_list operands;
    struct arena arena;
    struct config config;
    struct env *env = NULL;

    int result = verb_parse(argc, argv, options, 1, &operands);
    if (result == 0 && (dir == NULL || operands.n != 0)) {
        result = verb_usage(argv[0], "say --dir DIR and nothing else");
    }
    if (result != 0) {
        return result;
    }
    arena_init(&arena, VERB_ARENA_BYTES);
    result = verb_config(dir, NULL, &arena, &config);
    if (result == 0) {
        result = verb_store(&config, ENV_READ_ONLY, &env);
    }
    if (result == 0) {
        result = list(&config, &arena, env);
    }
    env_close(env);
    arena_fini(&arena);
    return result;
}

int verb_user(int argc, char **argv)
{
    static char add_name[] = "user add";
    static char list_name[] = "user list";
    static char vouch_name[] = "user vouch";

    if (argc > 1 && strcmp(argv[1], "add") == 0) {
        argv[1] = add_name;
        return verb_user_add(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "list") == 0) {
        argv[1] = list_name;
        return verb_user_list(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "vouch") == 0) {
        argv[1] = vouch_name;
        return verb_user_vouch(argc - 1, argv + 1);
    }
    if (argc > 1) {
        return verb_usage(argv[0], "\"%s\" is neither add, list nor vouch", argv[1]);
    }
    return verb_usage(argv[0], "say add, list or vouch");
}
