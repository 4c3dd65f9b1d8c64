// SPDX-License-Identifier: Apache-2.0
#include "tests/core/tzif.h"

#include <stdio.h>
#include <string.h>

#include "config/zonefile.h"
#include "t.h"

static uint8_t *put(uint8_t *p, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
    }
    return p + n;
}

static uint8_t *put_header(uint8_t *p, char version, const size_t counts[static 6])
{
    memcpy(p, "TZif", 4);
    memset(p + 4, 0, 16);
    p[4] = (uint8_t)version;
    p += 20;
    for (size_t i = 0; i < 6; i++) {
        p = put(p, counts[i], 4);
    }
    return p;
}

size_t tzif_write(const struct tzif *t, uint8_t buf[static TZIF_BYTES_MAX])
{
    const char version = t->version ? t->version : '2';
    const char *names = t->names ? t->names : "UTC";
    const size_t n_names = t->names ? t->n_names : 4;
    const char *footer = t->footer ? t->footer : "\nUTC0\n";
    uint8_t *p = buf;

    p = put_header(p, t->first_version ? t->first_version : version,
                   (const size_t[]){0, 0, 0, 0, 1, 4});
    p = put(p, 0, TZIF_TYPES_MAX + 2); // one type
    p = put(p, 0, 4);                  // its name
    p = put_header(
        p, version,
        (const size_t[]){t->n_isut, t->n_isstd, t->n_leaps, t->n_times, t->n_types, n_names});
    for (size_t i = 0; i < t->n_times; i++) {
        p = put(p, (uint64_t)t->times[i], 8);
    }
    for (size_t i = 0; i < t->n_times; i++) {
        p = put(p, t->indices[i], 1);
    }
    for (size_t i = 0; i < t->n_types; i++) {
        p = put(p, (uint32_t)t->types[i].offset_s, 4);
        p = put(p, t->types[i].is_daylight, 1);
        p = put(p, t->types[i].name, 1);
    }
    memcpy(p, names, n_names);
    p += n_names;
    for (size_t i = 0; i < t->n_leaps; i++) {
        p = put(put(p, 78796800, 8), 1, 4);
    }
    for (size_t i = 0; i < t->n_isstd + t->n_isut; i++) {
        p = put(p, t->flag, 1);
    }
    memcpy(p, footer, strlen(footer));
    return (size_t)(p - buf) + strlen(footer);
}

struct zone *tzif_rule(struct arena *arena, const char *rule)
{
    uint8_t buf[TZIF_BYTES_MAX];
    char footer[128];
    struct zone *z = NULL;

    (void)snprintf(footer, sizeof(footer), "\n%s\n", rule);
    const size_t n = tzif_write(&(struct tzif){.n_types = 1, .footer = footer}, buf);
    T_EQ_INT(zone_parse(arena, buf, n, &z), 0, "%s", rule);
    return z;
}

struct zone *tzif_zone(struct arena *arena, const char *name)
{
    struct zone *z = NULL;
    const int bad = zonefile_load(arena, ZONEFILE_DIR, name, &z);
    T_CHECK(bad == 0, "%s: %s", name, zonefile_strerror(bad));
    return z;
}
