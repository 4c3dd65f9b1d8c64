// SPDX-License-Identifier: Apache-2.0
/*
 * seed_book STORE BOOK.yaml: puts a book into a store without a server, so that the verbs that
 * need one can be tried. For tests only: contracts record no versions that they rely on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config/bookplan.h"
#include "config/zonefile.h"
#include "config/zonesource.h"
#include "core/instant.h"
#include "offline.h"
#include "store/env.h"

static char text[64 * 1024];

static int seed(struct env *env, const struct book_plan *plan, int64_t now_at)
{
    struct event *events = calloc(plan->n_added, sizeof(*events));
    char error[OFFLINE_ERROR_BYTES] = "no memory";

    if (events == NULL) {
        return 1;
    }
    for (size_t i = 0; i < plan->n_added; i++) {
        const struct book_object *o = &plan->added[i];
        struct event *e = &events[i];
        e->kind = EVENT_BOOK_OBJECT;
        e->origin = ORIGIN_LIVE;
        e->effective_at = now_at;
        e->claimed_at = INSTANT_NONE;
        e->u.object.kind = o->kind;
        e->u.object.id = o->id;
        e->u.object.version = o->version;
        e->u.object.effective_at = o->effective_at;
        e->u.object.body = o->text;
        e->u.object.body_bytes = o->n;
        (void)snprintf(e->u.object.name, sizeof(e->u.object.name), "%s", o->name);
        memcpy(e->u.object.sha256, o->sha256, sizeof(o->sha256));
    }
    int result = offline_commit(env, events, plan->n_added, now_at, "seed_book", error);
    if (result != 0) {
        (void)fprintf(stderr, "%s\n", error);
    }
    free(events);
    return result;
}

int main(int argc, char **argv)
{
    char error[ENV_ERROR_BYTES];
    struct refusal refusal = {.code = OUTCOME_OK};
    struct zone_source zones = zonesource_folder(ZONEFILE_DIR);
    struct bookfile *file;
    struct book_plan *plan;
    struct arena arena;
    struct env *env;
    int64_t now_at = clock_wall_at();

    FILE *f = argc == 3 ? fopen(argv[2], "re") : NULL;
    if (f == NULL) {
        (void)fprintf(stderr, "seed_book STORE BOOK.yaml\n");
        return 2;
    }
    size_t n = fread(text, 1, sizeof(text), f);
    (void)fclose(f);
    arena_init(&arena, (size_t)64 << 20);
    if (bookfile_parse(text, n, argv[2], &arena, &file, &refusal) != 0 ||
        book_plan(NULL, 0, file, now_at, &zones, &arena, &plan, &refusal) != 0) {
        (void)fprintf(stderr, "%s\n", refusal.message);
        return 1;
    }
    if (env_open(argv[1], NULL, error, sizeof(error), &env) != 0) {
        (void)fprintf(stderr, "%s\n", error);
        return 1;
    }
    int result = seed(env, plan, now_at);
    env_close(env);
    book_plan_free(plan);
    arena_fini(&arena);
    return result == 0 ? 0 : 1;
}
