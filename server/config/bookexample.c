// SPDX-License-Identifier: Apache-2.0
#include "config/bookexample.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"

enum { FRIDAY = 4, FRIDAY_TIME_S = (16 * 60 + 30) * 60 };

size_t bookexample_count(const struct book_contract_version *version)
{
    size_t n = 0;
    for (size_t i = 0; i < version->n_targets; i++) {
        n += version->targets[i].none ? 0 : BOOKEXAMPLE_RECEIPTS;
    }
    return n;
}

/* The first Friday 16:30 on the zone's wall after an instant. */
static int64_t friday_after(const struct zone *zone, int64_t at)
{
    const int64_t today = instant_floor_div(zone_wall_s(zone, at), S_PER_DAY);
    int64_t friday = today + (FRIDAY - instant_weekday(today) + 7) % 7;
    int64_t received_at = zone_floor(zone, friday * S_PER_DAY + FRIDAY_TIME_S);
    if (received_at <= at) {
        friday += 7;
        received_at = zone_floor(zone, friday * S_PER_DAY + FRIDAY_TIME_S);
    }
    return received_at;
}

/* "priority P1 or P2, " */
static size_t put_match(char *buf, size_t size, const char *key, const struct book_names *names)
{
    size_t n = 0;
    for (size_t i = 0; i < names->n && n < size; i++) {
        n += (size_t)snprintf(buf + n, size - n, "%s %s%s", i > 0 ? " or" : key, names->names[i],
                              i + 1 == names->n ? ", " : "");
    }
    return n < size ? n : size - 1;
}

static const char *describe(const struct book_target *target, struct arena *arena)
{
    const struct {
        const char *key;
        const struct book_names *names;
    } match[] = {
        {"priority", &target->match.priority}, {"function", &target->match.function},
        {"category", &target->match.category}, {"customer_tier", &target->match.customer_tier},
        {"language", &target->match.language}, {"team", &target->match.team},
    };
    char text[512] = "";
    size_t n = 0;
    for (size_t i = 0; i < sizeof(match) / sizeof(match[0]); i++) {
        n += put_match(text + n, sizeof(text) - n, match[i].key, match[i].names);
    }
    (void)snprintf(text + n, sizeof(text) - n, "%scalendar %s", n == 0 ? "all other tickets, " : "",
                   target->calendar->name);
    return arena_strndup(arena, text, strlen(text));
}

int bookexample_make(const char *contract, const struct book_contract_version *version,
                     int64_t now_at, struct arena *arena, struct book_plan_example *ret)
{
    const bool later = version->effective_at > now_at;
    const int64_t first_at = later ? version->effective_at : now_at;
    const struct {
        const char *received;
        int64_t at;
    } receipts[BOOKEXAMPLE_RECEIPTS] = {
        {later ? "when it takes effect" : "now", first_at},
        {"Friday 16:30", friday_after(version->zone->zone, first_at)},
    };
    for (size_t row = 0; row < version->n_targets; row++) {
        const struct book_target *target = &version->targets[row];
        if (target->none) {
            continue;
        }
        const char *text = describe(target, arena);
        if (text == NULL) {
            return -ENOMEM;
        }
        for (size_t i = 0; i < BOOKEXAMPLE_RECEIPTS; i++) {
            *ret = (struct book_plan_example){
                .contract = contract,
                .version = version->version,
                .target_row = (uint32_t)row,
                .target = text,
                .zone = version->zone->name,
                .received = receipts[i].received,
                .received_at = receipts[i].at,
            };
            calendar_add(target->rule.calendar, receipts[i].at, target->rule.target_us,
                         &ret->due_at, &ret->limit_at);
            ret++;
        }
    }
    return 0;
}
