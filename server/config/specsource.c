// SPDX-License-Identifier: Apache-2.0
/*
 * Sources of a book's text: from strings to values.
 */
#include <errno.h>
#include <string.h>

#include "config/spec.h"
#include "config/specvalue.h"

static int read_max_backdate(const struct spec_reader *r, struct yamldoc_place at,
                             const struct raw_source *raw, struct spec_source *ret)
{
    if (raw->max_backdate == NULL) {
        return 0;
    }
    if (!ret->starts_at_occurred) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "it belongs to `starts_at: occurred`",
                              "without that key no claim of this source counts, near or far");
    }
    const int refused = specvalue_duration(r, at, raw->max_backdate, &ret->max_backdate_us);
    if (refused == 0 && ret->max_backdate_us <= 0) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "leave it out where every claim counts; write `starts_at: received` "
                              "where none does",
                              "no claim is less than no time back");
    }
    return refused;
}

static int read_source(const struct spec_reader *r, struct yamldoc_place at,
                       const struct raw_source *raw, struct spec_source *ret)
{
    static const char *const starts_at[] = {"received", "occurred", NULL};
    static const uint32_t sides = 1U << SIDE_REQUESTER | 1U << SIDE_BUYER | 1U << SIDE_VENDOR;
    size_t word = 0;
    int refused = specvalue_name(r, yamldoc_in(&at, "name"), raw->name);
    if (refused == 0 && raw->starts_at != NULL) {
        refused = specvalue_word(r, yamldoc_in(&at, "starts_at"), raw->starts_at, starts_at, &word);
    }
    ret->starts_at_occurred = word == 1;
    if (refused == 0) {
        refused = read_max_backdate(r, yamldoc_in(&at, "max_backdate"), raw, ret);
    }
    if (refused == 0) {
        refused = specvalue_sides(r, yamldoc_in(&at, "may_assert"), raw->may_assert,
                                  raw->may_assert_count, sides, &ret->may_assert);
    }
    if (refused == 0 && raw->open_tickets_max != NULL) {
        refused = specvalue_count(r, yamldoc_in(&at, "open_tickets_max"), raw->open_tickets_max,
                                  BOOK_SOURCE_OPEN_TICKETS_MAX, &ret->open_tickets_max);
    }
    return refused;
}

int spec_read_sources(const struct spec_reader *r, const struct spec_source **ret)
{
    const struct raw_book *book = r->raw;
    struct spec_source *sources = arena_array(r->arena, book->sources_count, sizeof(*sources));
    if (sources == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < book->sources_count; i++) {
        const int refused = read_source(r, yamldoc_at(r->doc, "sources[%zu]", i), &book->sources[i],
                                        &sources[i]);
        if (refused != 0) {
            return refused;
        }
    }
    *ret = sources;
    return 0;
}
