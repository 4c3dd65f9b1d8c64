// SPDX-License-Identifier: Apache-2.0
/*
 * `slated user vouch`: a party has nobody left who could vouch for its managers, because all their
 * keys were lost. Who speaks for it then is the word of whoever has the machine, and the journal
 * says that it was.
 */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "core/instant.h"
#include "offline.h"
#include "store/principals.h"
#include "verb.h"

static int find(struct env *env, const char *name, struct principal *ret)
{
    struct txn txn;

    int result = txn_begin(&txn, env, TXN_READ);
    if (result == 0) {
        result = principals_named(&txn, name, ret);
    }
    if (result == STORE_NOT_FOUND) {
        verb_error("there is no principal \"%s\"", name);
    } else if (result != 0) {
        verb_error("%s", txn_text(&txn));
    }
    txn_abort(&txn);
    return result == 0 ? VERB_OK : VERB_FAILED;
}

static int raise_voice(struct env *env, const struct principal *whose)
{
    struct event *event = calloc(1, sizeof(*event));
    char error[OFFLINE_ERROR_BYTES] = "no memory";
    int result = 1;

    if (event != NULL) {
        event->kind = EVENT_PRINCIPAL_SET;
        event->origin = ORIGIN_LIVE;
        event->effective_at = clock_wall_at();
        event->claimed_at = INSTANT_NONE;
        event->u.principal = *whose;
        event->u.principal.voice = VOICE_COUNTS;
        event->u.principal.generation++;
        result = offline_commit(env, event, 1, event->effective_at, "slated user", error);
        free(event);
    }
    if (result != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    (void)printf("%s\n", whose->name);
    return VERB_OK;
}

int verb_user_vouch(int argc, char **argv)
{
    const char *dir = NULL;
    const struct verb_option options[] = {{.name = "--dir", .value = &dir}};
    struct verb_list operands;
    struct principal who;
    struct arena arena;
    struct config config;
    struct env *env = NULL;

    int result = verb_parse(argc, argv, options, 1, &operands);
    if (result == 0 && (dir == NULL || operands.n != 1)) {
        result = verb_usage(argv[0], "say one NAME and --dir DIR");
    }
    if (result != 0) {
        return result;
    }
    arena_init(&arena, VERB_ARENA_BYTES);
    result = verb_config(dir, NULL, &arena, &config);
    if (result == 0) {
        result = verb_store(&config, 0, &env);
    }
    if (result == 0) {
        result = find(env, operands.items[0], &who);
    }
    if (result == 0) {
        result = raise_voice(env, &who);
    }
    env_close(env);
    arena_fini(&arena);
    return result;
}
