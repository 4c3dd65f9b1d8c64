// SPDX-License-Identifier: Apache-2.0
#include "config/zonetable.h"

#include <errno.h>
#include <string.h>

#include "core/zone.h"

int zonetable_init(struct zonetable *table, const struct zone_source *source, struct arena *arena)
{
    *table = (struct zonetable){
        .arena = arena,
        .source = source,
        .zones = arena_array(arena, ZONETABLE_MAX, sizeof(*table->zones)),
    };
    return table->zones != NULL ? 0 : -ENOMEM;
}

static int refuse_broken(struct refusal *r, const struct yamldoc_place *at, const char *name)
{
    return yamldoc_refuse(r, at, OUTCOME_UNAVAILABLE, "the operator has to look at the zone data",
                          "the zone data of %s cannot be used", name);
}

static int load(struct zonetable *table, const struct yamldoc_place *at, const char *name,
                struct book_zone *ret, struct refusal *ret_refusal)
{
    const struct zone_source *source = table->source;
    const uint8_t *bytes;
    struct zone *zone;
    size_t n;

    ret->name = arena_strndup(table->arena, name, strlen(name));
    if (ret->name == NULL) {
        return -ENOMEM;
    }
    const int loaded = source->load(source->user, table->arena, name, &bytes, &n, ret->sha256);
    if (loaded < 0) {
        return loaded;
    }
    if (loaded == ZONE_SOURCE_ABSENT) {
        const bool known = source->release[0] != '\0';
        return yamldoc_refuse(
            ret_refusal, at, OUTCOME_INVALID_ARGUMENT, "write an IANA name such as Europe/Berlin",
            "there is no zone %s in the zone data%s%s", name, known ? " " : "", source->release);
    }
    if (loaded != 0) {
        return refuse_broken(ret_refusal, at, name);
    }
    const int parsed = zone_parse(table->arena, bytes, n, &zone);
    if (parsed == ZONE_MEMORY) {
        return -ENOMEM;
    }
    if (parsed != 0) {
        return refuse_broken(ret_refusal, at, name);
    }
    ret->zone = zone;
    return 0;
}

int zonetable_get(struct zonetable *table, struct yamldoc_place at, const char *name,
                  const struct book_zone **ret, struct refusal *ret_refusal)
{
    for (size_t i = 0; i < table->n; i++) {
        if (strcmp(table->zones[i].name, name) == 0) {
            *ret = &table->zones[i];
            return 0;
        }
    }
    if (table->n == ZONETABLE_MAX) {
        return yamldoc_refuse(ret_refusal, &at, OUTCOME_RESOURCE_EXHAUSTED, NULL,
                              "more than %d zones in one book", ZONETABLE_MAX);
    }
    struct book_zone *zone = &table->zones[table->n];
    const int r = load(table, &at, name, zone, ret_refusal);
    if (r == 0) {
        table->n++;
        *ret = zone;
    }
    return r;
}
