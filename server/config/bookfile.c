// SPDX-License-Identifier: Apache-2.0
/*
 * The text of a book: schema first, then the values, then what the objects of one kind tell about
 * each other. Parties and teams are read here; the others have files of their own.
 */
#include "config/bookfile.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/spec.h"
#include "config/specvalue.h"

/* An object's name and its index, to find those that are given twice. */
struct named {
    const char *name;
    size_t index;
};

static int compare_named(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->index < y->index ? -1 : x->index > y->index);
}

/* What must not be given twice: a string member of every object of one kind. */
struct unique {
    const char *kind;
    const char *key;
    const void *objects;
    size_t n;
    size_t size;   // of an object
    size_t offset; // of the member in it
};

#define UNIQUE(book_, kind_, struct_, key_)                                            \
    {                                                                                  \
#kind_, #key_, (book_)->kind_, (book_)->kind_##_count, sizeof(struct struct_), \
            offsetof(struct struct_, key_)                                             \
    }

static int check_unique(const struct spec_reader *r, const struct unique *u)
{
    struct named *names = arena_array(r->arena, u->n, sizeof(*names));
    if (names == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < u->n; i++) {
        const char *object = (const char *)u->objects + i * u->size;
        memcpy(&names[i].name, object + u->offset, sizeof(names[i].name));
        names[i].index = i;
    }
    if (u->n > 0) {
        qsort(names, u->n, sizeof(*names), compare_named);
    }
    for (size_t i = 1; i < u->n; i++) {
        if (strcmp(names[i].name, names[i - 1].name) == 0) {
            const struct yamldoc_place at = yamldoc_at(r->doc, "%s[%zu].%s", u->kind,
                                                       names[i].index, u->key);
            const struct yamldoc_place first = yamldoc_at(r->doc, "%s[%zu].%s", u->kind,
                                                          names[i - 1].index, u->key);
            return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT, NULL,
                                  "%s is given twice, first on line %u", names[i].name,
                                  yamldoc_line(&first));
        }
    }
    return 0;
}

static int check_names(const struct spec_reader *r)
{
    const struct raw_book *b = r->raw;
    const struct unique all[] = {
        UNIQUE(b, holidays, raw_holidays, name), UNIQUE(b, calendars, raw_calendar, name),
        UNIQUE(b, parties, raw_party, name),     UNIQUE(b, teams, raw_team, name),
        UNIQUE(b, sources, raw_source, name),    UNIQUE(b, contracts, raw_contract, name),
        UNIQUE(b, contracts, raw_contract, key),
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const int refused = check_unique(r, &all[i]);
        if (refused != 0) {
            return refused;
        }
    }
    return 0;
}

static int check_parties(const struct spec_reader *r)
{
    for (size_t i = 0; i < r->raw->parties_count; i++) {
        const struct raw_party *raw = &r->raw->parties[i];
        const struct yamldoc_place at = yamldoc_at(r->doc, "parties[%zu]", i);
        int refused = specvalue_name(r, yamldoc_in(&at, "name"), raw->name);
        if (refused == 0 && raw->title != NULL) {
            refused = specvalue_title(r, yamldoc_in(&at, "title"), raw->title);
        }
        if (refused == 0 && raw->country != NULL) {
            refused = specvalue_country(r, yamldoc_in(&at, "country"), raw->country);
        }
        if (refused != 0) {
            return refused;
        }
    }
    return 0;
}

static int check_team(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_team *raw)
{
    static const char *const offices[] = {"front", "back", NULL};
    size_t ignored;
    int refused = specvalue_name(r, yamldoc_in(&at, "name"), raw->name);
    if (refused == 0) {
        refused = specvalue_name(r, yamldoc_in(&at, "party"), raw->party);
    }
    if (refused == 0 && raw->site != NULL && raw->site->country != NULL) {
        refused = specvalue_country(r, yamldoc_in(&at, "site.country"), raw->site->country);
    }
    if (refused == 0 && raw->site != NULL && raw->site->zone != NULL) {
        refused = specvalue_zone(r, yamldoc_in(&at, "site.zone"), raw->site->zone);
    }
    if (refused == 0 && raw->office != NULL) {
        refused = specvalue_word(r, yamldoc_in(&at, "office"), raw->office, offices, &ignored);
    }
    if (refused == 0) {
        refused = specvalue_labels(r, yamldoc_in(&at, "functions"), raw->functions,
                                   raw->functions_count);
    }
    if (refused == 0) {
        refused = specvalue_labels(r, yamldoc_in(&at, "languages"), raw->languages,
                                   raw->languages_count);
    }
    if (refused == 0 && raw->calendar != NULL) {
        refused = specvalue_name(r, yamldoc_in(&at, "calendar"), raw->calendar);
    }
    return refused;
}

static int check_teams(const struct spec_reader *r)
{
    for (size_t i = 0; i < r->raw->teams_count; i++) {
        const int refused = check_team(r, yamldoc_at(r->doc, "teams[%zu]", i), &r->raw->teams[i]);
        if (refused != 0) {
            return refused;
        }
    }
    return 0;
}

static int read_book(const struct spec_reader *r, struct bookfile *ret)
{
    int refused = spec_read_holidays(r, &ret->holidays);
    if (refused == 0) {
        refused = spec_read_calendars(r, ret->holidays, &ret->calendars);
    }
    if (refused == 0) {
        refused = check_parties(r);
    }
    if (refused == 0) {
        refused = check_teams(r);
    }
    if (refused == 0) {
        refused = spec_read_sources(r, &ret->sources);
    }
    if (refused == 0) {
        refused = spec_read_contracts(r, &ret->contracts);
    }
    if (refused == 0) {
        refused = check_names(r);
    }
    return refused;
}

int bookfile_parse(const char *text, size_t n, const char *file, struct arena *arena,
                   struct bookfile **ret, struct refusal *ret_refusal)
{
    static const struct yamldoc_format format = {
        .schema = &book_schema,
        .unimplemented = book_unimplemented,
        .nodes_max = BOOKFILE_NODES_MAX,
    };
    struct yamldoc *doc = NULL;
    void *raw = NULL;

    if (n > BOOKFILE_TEXT_BYTES_MAX) {
        return refuse(ret_refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
                      "apply it in parts: what a text does not name stays as it is",
                      "%s: has %zu bytes, more than %d", file, n, BOOKFILE_TEXT_BYTES_MAX);
    }
    int r = yamldoc_load(&format, text, n, file, arena, &doc, &raw, ret_refusal);
    if (r != 0) {
        return r;
    }
    if (raw == NULL) {
        return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, NULL, NULL, "%s: is empty", file);
    }
    struct bookfile *book = arena_alloc(arena, sizeof(*book));
    if (book == NULL) {
        return -ENOMEM;
    }
    book->doc = doc;
    book->raw = raw;
    const struct spec_reader reader = {
        .doc = doc, .raw = raw, .arena = arena, .refusal = ret_refusal};
    r = read_book(&reader, book);
    if (r == 0) {
        *ret = book;
    }
    return r;
}
