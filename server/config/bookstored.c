// SPDX-License-Identifier: Apache-2.0
#include "config/bookstored.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/booktext.h"

size_t bookstored_count(const struct raw_book *book, enum book_kind kind)
{
    switch (kind) {
    case BOOK_CALENDAR: return book->calendars_count;
    case BOOK_PARTY: return book->parties_count;
    case BOOK_TEAM: return book->teams_count;
    case BOOK_SOURCE: return book->sources_count;
    case BOOK_CONTRACT: return book->contracts_count;
    default: return 0;
    }
}

const char *bookstored_name(const struct raw_book *book, enum book_kind kind, size_t index)
{
    assert(index < bookstored_count(book, kind));
    switch (kind) {
    case BOOK_CALENDAR: return book->calendars[index].name;
    case BOOK_PARTY: return book->parties[index].name;
    case BOOK_TEAM: return book->teams[index].name;
    case BOOK_SOURCE: return book->sources[index].name;
    default: return book->contracts[index].name;
    }
}

char *bookstored_effective(const struct raw_book *book, enum book_kind kind, size_t index)
{
    assert(index < bookstored_count(book, kind));
    switch (kind) {
    case BOOK_CALENDAR: return book->calendars[index].effective;
    case BOOK_CONTRACT: return book->contracts[index].effective;
    default: return NULL;
    }
}

int bookstored_parse(const struct book_object *object, struct arena *arena,
                     struct booklink_item *ret, struct refusal *ret_refusal)
{
    static const enum book_kind kinds[] = {BOOK_CALENDAR, BOOK_PARTY, BOOK_TEAM, BOOK_SOURCE,
                                           BOOK_CONTRACT};
    char file[BOOK_NAME_BYTES + 64];
    struct bookfile *parsed = NULL;
    const char *noun = book_kind_name(object->kind);

    (void)snprintf(file, sizeof(file), "%s %s version %u", noun != NULL ? noun : "object",
                   object->name, object->version);
    const int r = bookfile_parse(object->text, object->n, file, arena, &parsed, ret_refusal);
    if (r != 0) {
        return r;
    }
    bool alone = true;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const size_t n = bookstored_count(parsed->raw, kinds[i]);
        alone = alone && n == (kinds[i] == object->kind);
    }
    if (!alone || bookstored_count(parsed->raw, object->kind) != 1 ||
        strcmp(bookstored_name(parsed->raw, object->kind, 0), object->name) != 0) {
        const struct yamldoc_place at = yamldoc_at(parsed->doc, "%s", "");
        return yamldoc_refuse(ret_refusal, &at, OUTCOME_DATA_LOSS, NULL,
                              "the stored text is not that of this object alone");
    }
    *ret = (struct booklink_item){.object = object, .file = parsed, .index = 0};
    return 0;
}

/* The holiday lists that a calendar names, in its order. */
static int pick_holidays(const struct raw_book *book, const struct raw_calendar *calendar,
                         struct arena *arena, struct raw_book *ret)
{
    struct raw_holidays *lists = arena_array(arena, calendar->holidays_count, sizeof(*lists));
    if (lists == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < calendar->holidays_count; i++) {
        size_t j = 0;
        while (strcmp(book->holidays[j].name, calendar->holidays[i]) != 0) {
            j++;
            assert(j < book->holidays_count);
        }
        lists[i] = book->holidays[j];
    }
    ret->holidays = lists;
    ret->holidays_count = calendar->holidays_count;
    return 0;
}

int bookstored_write(const struct raw_book *book, enum book_kind kind, size_t index,
                     char *effective, struct arena *arena, const char **ret_text, size_t *ret_n)
{
    struct raw_book alone = {0};
    struct raw_calendar calendar;
    struct raw_contract contract;

    assert(index < bookstored_count(book, kind));
    switch (kind) {
    case BOOK_CALENDAR:
        calendar = book->calendars[index];
        calendar.effective = effective;
        alone.calendars = &calendar;
        alone.calendars_count = 1;
        if (pick_holidays(book, &calendar, arena, &alone) != 0) {
            return -ENOMEM;
        }
        break;
    case BOOK_PARTY:
        alone.parties = &book->parties[index];
        alone.parties_count = 1;
        break;
    case BOOK_TEAM:
        alone.teams = &book->teams[index];
        alone.teams_count = 1;
        break;
    case BOOK_SOURCE:
        alone.sources = &book->sources[index];
        alone.sources_count = 1;
        break;
    default:
        contract = book->contracts[index];
        contract.effective = effective;
        alone.contracts = &contract;
        alone.contracts_count = 1;
        break;
    }
    return booktext_write(&alone, arena, ret_text, ret_n);
}
