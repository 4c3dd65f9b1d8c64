// SPDX-License-Identifier: Apache-2.0
#include "config/specvalue.h"

#include <stdio.h>
#include <string.h>

#include "config/near.h"
#include "core/instant.h"

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(const char *value, bool upper)
{
    for (const char *c = value; *c != '\0'; c++) {
        const bool plain = is_lower(*c) || is_digit(*c) || (upper && is_upper(*c));
        if (!plain && (c == value || (*c != '.' && *c != '_' && *c != '-'))) {
            return false;
        }
    }
    return value[0] != '\0' && strlen(value) < BOOK_NAME_BYTES;
}

int specvalue_name(const struct spec_reader *r, struct yamldoc_place at, const char *value)
{
    if (is_word(value, false)) {
        return 0;
    }
    return yamldoc_refuse(
        r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
        "a name has lower case letters, digits and . _ - inside, up to 63 of them",
        "\"%.80s\" is not a name", value);
}

int specvalue_label(const struct spec_reader *r, struct yamldoc_place at, const char *value)
{
    if (is_word(value, true)) {
        return 0;
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "it may have letters, digits and . _ - inside, up to 63 of them",
                          "\"%.80s\" cannot be used here", value);
}

int specvalue_distinct(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                       size_t n)
{
    for (size_t i = 1; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(values[i], values[j]) == 0) {
                const struct yamldoc_place entry = yamldoc_in(&at, "[%zu]", i);
                return yamldoc_refuse(r->refusal, &entry, OUTCOME_INVALID_ARGUMENT, NULL,
                                      "%s stands in the list twice", values[i]);
            }
        }
    }
    return 0;
}

int specvalue_labels(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const int refused = specvalue_label(r, yamldoc_in(&at, "[%zu]", i), values[i]);
        if (refused != 0) {
            return refused;
        }
    }
    return specvalue_distinct(r, at, values, n);
}

int specvalue_title(const struct spec_reader *r, struct yamldoc_place at, const char *value)
{
    if (value[0] != '\0' && strlen(value) < BOOK_TITLE_BYTES) {
        return 0;
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                          "must have 1 to %d bytes", BOOK_TITLE_BYTES - 1);
}

int specvalue_country(const struct spec_reader *r, struct yamldoc_place at, const char *value)
{
    if (strlen(value) == 2 && is_upper(value[0]) && is_upper(value[1])) {
        return 0;
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "write the two capital letters of ISO 3166: DE, PH",
                          "\"%.80s\" is not a country", value);
}

/* Area/City, perhaps Area/Region/City, of plain name characters. */
static bool is_area_and_city(const char *value)
{
    static const char *const areas[] = {
        "Africa/",   "America/",   "Antarctica/", "Arctic/", "Asia/",
        "Atlantic/", "Australia/", "Europe/",     "Indian/", "Pacific/",
    };
    for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        const size_t n = strlen(areas[i]);
        if (strncmp(value, areas[i], n) == 0) {
            for (const char *c = value + n; *c != '\0'; c++) {
                const bool plain = is_lower(*c) || is_upper(*c) || is_digit(*c) || *c == '_' ||
                                   *c == '-' || *c == '+';
                if (!plain && (*c != '/' || !is_upper(c[1]))) {
                    return false;
                }
            }
            return is_upper(value[n]) && strlen(value) < BOOK_NAME_BYTES;
        }
    }
    return false;
}

int specvalue_zone(const struct spec_reader *r, struct yamldoc_place at, const char *value)
{
    if (strcmp(value, "Etc/UTC") == 0 || is_area_and_city(value)) {
        return 0;
    }
    const bool offset = strpbrk(value, "+-0123456789") != NULL;
    return yamldoc_refuse(
        r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
        "write an IANA name such as Europe/Berlin; Etc/UTC where no place is meant",
        offset ? "\"%.80s\" is a fixed offset: it does not follow the clocks of any place"
               : "\"%.80s\" is not the name of a zone with rules",
        value);
}

int specvalue_effective(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                        struct spec_effective *ret)
{
    enum { DATE_BYTES = 10 };
    int32_t day;
    int32_t time_s = 0;

    if (value == NULL) {
        *ret = (struct spec_effective){.given = false};
        return 0;
    }
    const size_t n = strlen(value);
    bool ok = n >= DATE_BYTES && instant_parse_date(value, DATE_BYTES, &day) == 0;
    if (ok && n > DATE_BYTES) {
        ok = (value[DATE_BYTES] == 'T' || value[DATE_BYTES] == ' ') &&
             instant_parse_time(value + DATE_BYTES + 1, n - DATE_BYTES - 1, &time_s) == 0 &&
             time_s < S_PER_DAY;
    }
    // Calendars know these years; what is agreed outside them is a slip of the pen.
    ok = ok && day >= 0 && day < instant_day(ZONE_HORIZON_YEAR, 1, 1);
    if (!ok) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "write a date (2026-07-01) or a date and local time "
                              "(2026-07-01T09:00); the zone is the object's own",
                              "\"%.80s\" is not a local date or time", value);
    }
    *ret = (struct spec_effective){.given = true, .wall_s = day * S_PER_DAY + time_s};
    return 0;
}

int specvalue_duration(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                       int64_t *ret_us)
{
    switch (instant_parse_duration(value, strlen(value), ret_us)) {
    case 0: return 0;
    case INSTANT_UNIT:
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "write hours (24h): time is counted by the calendar that is named",
                              "\"%.80s\": a day, week or month is read differently by two sides "
                              "(24 hours, or the hours worked in one)",
                              value);
    case INSTANT_RANGE:
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                              "\"%.80s\" is too long; ten years at most", value);
    default:
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "write hours, minutes, seconds: 90s, 15m, 8h, 1h30m",
                              "\"%.80s\" is not a duration", value);
    }
}

int specvalue_span(const struct spec_reader *r, struct yamldoc_place at, const char *key,
                   const char *value, const char *calendar, int64_t *ret_us)
{
    const struct yamldoc_place place = yamldoc_in(&at, "%s", key);
    int refused = specvalue_duration(r, place, value, ret_us);
    if (refused == 0 && *ret_us <= 0) {
        refused = yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                                 "leave it out where there is no such limit",
                                 "no time at all would be over at once");
    }
    if (refused != 0 || calendar == NULL) {
        return refused;
    }
    const struct yamldoc_place named = yamldoc_in(&at, "calendar");
    if (strcmp(calendar, "team") == 0) {
        return yamldoc_refuse(r->refusal, &named, OUTCOME_INVALID_ARGUMENT,
                              "name a calendar, or `hours` for the contract's own",
                              "only a target counts by the calendar of the ticket's team");
    }
    return specvalue_name(r, named, calendar);
}

static int refuse_side(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                       uint32_t allowed)
{
    char hint[128] = "sides are";
    size_t n = strlen(hint);
    for (unsigned side = SIDE_REQUESTER; side <= SIDE_TOOL; side++) {
        if ((allowed & (1U << side)) != 0 && n < sizeof(hint)) {
            n += (size_t)snprintf(hint + n, sizeof(hint) - n, " %s", side_name((enum side)side));
        }
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, hint,
                          "\"%.80s\" is not a side that can stand here", value);
}

int specvalue_sides(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                    size_t n, uint32_t allowed, uint32_t *ret)
{
    uint32_t set = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned side = SIDE_REQUESTER;
        while (side <= SIDE_TOOL && strcmp(side_name((enum side)side), values[i]) != 0) {
            side++;
        }
        if (side > SIDE_TOOL || (allowed & (1U << side)) == 0) {
            return refuse_side(r, yamldoc_in(&at, "[%zu]", i), values[i], allowed);
        }
        set |= 1U << side;
    }
    *ret = set;
    return specvalue_distinct(r, at, values, n);
}

int specvalue_count(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                    uint32_t max, uint32_t *ret)
{
    uint64_t n = 0;
    const char *c = value;

    while (is_digit(*c) && n <= max) {
        n = n * 10 + (uint64_t)(*c++ - '0');
    }
    if (*c != '\0' || n == 0 || n > max || value[0] == '0') {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                              "\"%.80s\" is no whole number from 1 to %u", value, max);
    }
    *ret = (uint32_t)n;
    return 0;
}

int specvalue_word(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                   const char *const *words, size_t *ret)
{
    char hint[256] = "write";
    size_t n = strlen(hint);

    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(value, words[i]) == 0) {
            *ret = i;
            return 0;
        }
        if (n < sizeof(hint)) {
            n += (size_t)snprintf(hint + n, sizeof(hint) - n, "%s%s", i > 0 ? " or " : " ",
                                  words[i]);
        }
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, hint,
                          "\"%.80s\" is not known here", value);
}
