// SPDX-License-Identifier: Apache-2.0
/*
 * From stored versions to a book: the same book that the plan showed, whatever happens to the
 * memory that the versions were read into.
 */
#include "config/bookbuild.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bookcase.h"
#include "config/digest.h"
#include "config/zonefile.h"
#include "core/instant.h"
#include "t.h"

/* Every deadline of one book is that of the other, for tickets received all over two years. */
static void same_deadlines(const struct book *a, const struct book *b)
{
    T_EQ_INT(a->n_contracts, b->n_contracts);
    for (size_t i = 0; i < a->n_contracts; i++) {
        const struct book_contract *x = &a->contracts[i];
        const struct book_contract *y = &b->contracts[i];
        T_EQ_INT(x->n_versions, y->n_versions);
        for (size_t v = 0; v < x->n_versions; v++) {
            T_EQ_INT(x->versions[v].n_targets, y->versions[v].n_targets);
            for (size_t t = 0; t < x->versions[v].n_targets; t++) {
                const struct clock_rule *p = &x->versions[v].targets[t].rule;
                const struct clock_rule *q = &y->versions[v].targets[t].rule;
                T_EQ_INT(x->versions[v].targets[t].none, y->versions[v].targets[t].none);
                T_EQ_INT(p->target_us, q->target_us);
                T_EQ_INT(p->n_warns, q->n_warns);
                for (int64_t at = bookcase_at("2026-01-01T00:00:00Z");
                     p->calendar != NULL && at < bookcase_at("2028-01-01T00:00:00Z");
                     at += 7919 * US_PER_MIN) {
                    int64_t due[2];
                    int64_t limit[2];
                    calendar_add(p->calendar, at, p->target_us, &due[0], &limit[0]);
                    calendar_add(q->calendar, at, q->target_us, &due[1], &limit[1]);
                    T_EQ_INT(due[0], due[1]);
                    T_EQ_INT(limit[0], limit[1]);
                }
            }
        }
    }
}

T_TEST(bookbuild, gives_the_book_that_the_plan_showed)
{
    struct bookcase c;
    struct book_plan *plan;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    const char *v2 = bookcase_swap(&c, bookcase_good, "    effective: 2026-01-01\n    week:\n",
                                   "    effective: 2026-12-02T12:00\n    week:\n");
    v2 = bookcase_swap(&c, v2, "\"13:30-18:00\"", "\"13:30-14:30\"");
    v2 = bookcase_swap(&c, v2, "effective: 2026-07-01", "effective: 2027-01-01");
    T_EQ_INT(bookcase_plan(&c, v2, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(bookcase_apply(&c, v2, BOOKCASE_NOW), 2);
    struct book *book = bookcase_build(&c);
    same_deadlines(plan->book, book);
    book_free(book);
    book_plan_free(plan);
    bookcase_fini(&c);
}

T_TEST(bookbuild, tells_what_was_agreed)
{
    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    struct book *b = bookcase_build(&c);

    T_EQ_INT(b->n_parties, 2);
    T_EQ_STR(book_party_named(b, "acme")->title, "Acme GmbH");
    const struct book_team *manila = book_team_named(b, "manila-a");
    T_EQ_INT(manila->party, book_party_named(b, "northwind")->id);
    T_EQ_STR(manila->zone_name, "Asia/Manila");
    T_EQ_STR(manila->office, "front");
    T_EQ_INT(manila->languages.n, 2);
    T_CHECK(manila->calendar == book_calendar_named(b, "night"));
    T_EQ_STR(book_team_named(b, "berlin-l3")->country, "");

    const struct book_calendar *both = book_calendar_named(b, "both");
    T_CHECK(both->versions[0].zone == NULL);
    T_EQ_INT(both->versions[0].n_members, 2);
    T_CHECK(both->versions[0].members[1] == book_calendar_named(b, "night"));
    T_EQ_STR(book_calendar_named(b, "office")->versions[0].zone->name, "Europe/Berlin");

    const struct book_contract *contract = book_contract_keyed(b, "ACME");
    const struct book_contract_version *v = book_contract_at(contract, BOOKCASE_NOW);
    T_EQ_INT(v->version, 1);
    T_EQ_INT(v->default_team, manila->id);
    T_EQ_STR(v->teams[0].tier, "L1");
    T_EQ_STR(v->teams[1].tier, "");
    T_EQ_INT(v->reopen_window_us, 72 * US_PER_HOUR);
    T_EQ_STR(v->hours->name, "office");
    T_EQ_STR(v->targets[1].calendar->name, "office");
    T_EQ_INT(v->targets[1].rule.target_us, 4 * US_PER_HOUR);
    T_EQ_INT(v->targets[1].rule.warns[0].percent, 75);
    T_EQ_INT(v->targets[1].rule.warns[1].before_us, 30 * US_PER_MIN);
    T_CHECK(v->targets[4].none);
    T_EQ_INT(v->targets[2].match.priority.n, 1);
    T_EQ_INT(v->targets[3].match.priority.n, 0);
    const struct book_hold *hold = book_hold(v, "waiting-customer");
    T_EQ_INT(hold->party, SIDE_BUYER);
    T_EQ_INT(hold->pauses, 1 << CLOCK_KIND_NEXT_RESPONSE | 1 << CLOCK_KIND_RESOLUTION);
    T_EQ_INT(book_hold(v, "tool-down")->pauses, 0);
    T_EQ_INT(book_hold(v, "tool-down")->party, SIDE_VENDOR);
    T_EQ_STR(b->zone_release, c.zones.release);
    T_EQ_INT(b->n_zones, 3);
    for (size_t i = 0; i < b->n_zones; i++) {
        const uint8_t *bytes;
        uint8_t hash[BOOK_HASH_BYTES];
        size_t n;
        T_EQ_INT(zonefile_read(&c.arena, "/usr/share/zoneinfo", b->zones[i].name, &bytes, &n), 0);
        digest_sha256(bytes, n, hash);
        T_EQ_MEM(b->zones[i].sha256, hash, sizeof(hash), "%s", b->zones[i].name);
    }
    book_free(b);
    bookcase_fini(&c);
}

T_TEST(bookbuild, owns_what_it_needs)
{
    struct bookcase c;
    struct arena arena;
    struct book *book;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    struct book *first = bookcase_build(&c);
    // The same objects in memory of their own, in another order, gone before the book is asked.
    struct book_object *objects = calloc(c.n, sizeof(*objects));
    T_CHECK(objects != NULL);
    for (size_t i = 0; i < c.n; i++) {
        struct book_object *o = &objects[c.n - 1 - i];
        *o = c.stored[i];
        o->name = strdup(o->name);
        o->text = memcpy(malloc(o->n), o->text, o->n);
    }
    arena_init(&arena, (size_t)1 << 30);
    T_EQ_INT(book_build(objects, c.n, &c.zones, &arena, &book, &c.refusal), 0, "%s",
             c.refusal.message);
    for (size_t i = 0; i < c.n; i++) {
        free((char *)objects[i].name);
        free((char *)objects[i].text);
    }
    free(objects);
    same_deadlines(first, book);
    T_EQ_STR(book->calendars[3].name, "both");
    T_EQ_STR(book->contracts[0].name, "acme-l1");
    book_free(first);
    book_free(book);
    arena_fini(&arena);
    bookcase_fini(&c);
}

T_TEST(bookbuild, refuses_stored_objects_that_no_longer_hold)
{
    static const struct {
        const char *name;
        size_t object; // in the order of storing
        const char *from;
        const char *to;
        int code;
        const char *message;
    } rows[] = {
        {"a key of the future", 8, "key: ACME", "kez: ACME", OUTCOME_INVALID_ARGUMENT,
         "contract acme-l1 version 1:3: contracts[0].kez: unknown key"},
        {"another object", 0, "name: acme", "name: acne", OUTCOME_DATA_LOSS,
         "party acme version 1: the stored text is not that of this object alone"},
        {"an object too many", 8,
         "contracts:", "parties: [{name: x}]\ncontracts:", OUTCOME_DATA_LOSS,
         "contract acme-l1 version 1: the stored text is not that of this object alone"},
        {"no object", 0, "parties:\n  - name: acme\n    title: \"Acme GmbH\"\n    country: DE\n",
         "{}", OUTCOME_INVALID_ARGUMENT, "party acme version 1: is empty"},
        {"a zone that went away", 4, "Asia/Manila", "Asia/Mamila", OUTCOME_INVALID_ARGUMENT,
         "calendar night version 1:3: calendars[0].zone: there is no zone Asia/Mamila in the zone "
         "data"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bookcase c;
        struct book *book;
        bookcase_init(&c);
        bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
        struct book_object *o = &c.stored[rows[i].object];
        const char *text = arena_strndup(&c.arena, o->text, o->n);
        o->text = bookcase_swap(&c, text, rows[i].from, rows[i].to);
        o->n = strlen(o->text);
        T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), rows[i].code,
                 "%s: %s", rows[i].name, c.refusal.message);
        T_CHECK(strncmp(c.refusal.message, rows[i].message, strlen(rows[i].message)) == 0, "%s: %s",
                rows[i].name, c.refusal.message);
        bookcase_fini(&c);
    }
}

T_TEST(bookbuild, refuses_gaps_and_doubles_among_versions)
{
    struct bookcase c;
    struct book *book;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    struct book_object *office = &c.stored[3];
    T_EQ_STR(office->name, "office");
    const struct book_object kept = *office;

    office->version = 2;
    T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), OUTCOME_DATA_LOSS);
    T_CHECK(strstr(c.refusal.message, "version 2 of number 2 does not follow") != NULL, "%s",
            c.refusal.message);
    *office = kept;
    office->id = 3; // the number of another calendar, which then has version 1 twice
    T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), OUTCOME_DATA_LOSS);
    *office = kept;
    office->id = 0;
    T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), OUTCOME_DATA_LOSS);
    *office = kept;
    c.stored = realloc(c.stored, (c.n + 1) * sizeof(*c.stored));
    c.stored[c.n] = c.stored[3];
    c.stored[c.n++].id = 9; // two numbers with one name
    T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), OUTCOME_DATA_LOSS);
    T_CHECK(strstr(c.refusal.message, "two objects have the name office") != NULL, "%s",
            c.refusal.message);
    c.stored[c.n - 1] = c.stored[2]; // a version under another name
    T_EQ_STR(c.stored[c.n - 1].name, "always");
    c.stored[c.n - 1].id = kept.id;
    c.stored[c.n - 1].version = 2;
    c.stored[c.n - 1].effective_at = kept.effective_at;
    T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), OUTCOME_DATA_LOSS);
    T_CHECK(strstr(c.refusal.message, "calendar always version 2") != NULL, "%s",
            c.refusal.message);
    c.stored[c.n - 1] = kept;
    c.stored[c.n - 1].id = kept.id;
    c.stored[c.n - 1].version = 2;
    c.stored[c.n - 1].effective_at = kept.effective_at - 1;
    T_EQ_INT(book_build(c.stored, c.n, &c.zones, &c.arena, &book, &c.refusal), OUTCOME_DATA_LOSS);
    T_CHECK(strstr(c.refusal.message, "before the version in front of it") != NULL, "%s",
            c.refusal.message);
    bookcase_fini(&c);
}

/* A source whose zones are what `bytes` says, or the real ones with another outcome. */
struct fake {
    struct zone_source real;
    int outcome;
    const char *bytes; // NULL: the real ones
};

static int fake_load(void *user, struct arena *arena, const char *name, const uint8_t **ret_bytes,
                     size_t *ret_n, uint8_t ret_sha256[static BOOK_HASH_BYTES])
{
    const struct fake *fake = user;
    T_EQ_INT(fake->real.load(fake->real.user, arena, name, ret_bytes, ret_n, ret_sha256), 0);
    if (fake->bytes != NULL) {
        *ret_bytes = (const uint8_t *)fake->bytes;
        *ret_n = strlen(fake->bytes);
    }
    return fake->outcome;
}

T_TEST(bookbuild, says_when_zone_data_is_broken)
{
    struct bookcase c;
    struct book *book;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    const struct {
        int outcome;
        int result;
        const char *bytes;
        const char *message;
    } rows[] = {
        {ZONE_SOURCE_BROKEN, OUTCOME_UNAVAILABLE, NULL, "the zone data of Etc/UTC cannot be used"},
        {0, OUTCOME_UNAVAILABLE, "TZif?", "the zone data of Etc/UTC cannot be used"},
        {ZONE_SOURCE_ABSENT, OUTCOME_INVALID_ARGUMENT, NULL,
         "there is no zone Etc/UTC in the zone data 2099z"},
        {-ENOMEM, -ENOMEM, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake fake = {c.zones, rows[i].outcome, rows[i].bytes};
        const struct zone_source source = {.user = &fake, .load = fake_load, .release = "2099z"};
        T_EQ_INT(book_build(c.stored, c.n, &source, &c.arena, &book, &c.refusal), rows[i].result,
                 "row %zu", i);
        T_CHECK(rows[i].message == NULL || strstr(c.refusal.message, rows[i].message) != NULL, "%s",
                c.refusal.message);
    }
    bookcase_fini(&c);
}

T_TEST(bookbuild, takes_dates_in_any_order)
{
    static const struct {
        const char *day; // its local midnight
        int64_t hours;
    } rows[] = {
        {"2026-12-20T23:00:00Z", 8}, {"2026-12-21T23:00:00Z", 1}, {"2026-12-22T23:00:00Z", 2},
        {"2026-12-23T23:00:00Z", 3}, {"2026-12-24T23:00:00Z", 4}, {"2026-12-27T23:00:00Z", 8},
    };
    struct bookcase c;
    bookcase_init(&c);
    const char *text = bookcase_swap(&c, bookcase_good,
                                     "      - {date: 2026-12-24, open: [\"09:00-13:00\"], note: "
                                     "half day}\n",
                                     "      - {date: 2026-12-23, open: [\"09:00-11:00\"]}\n"
                                     "      - {date: 2026-12-24, open: [\"09:00-12:00\"]}\n"
                                     "      - {date: 2026-12-22, open: [\"09:00-10:00\"]}\n");
    text = bookcase_swap(&c, text, "2026-12-25, open: []", "2026-12-25, open: [\"09:00-13:00\"]");
    bookcase_apply(&c, text, BOOKCASE_NOW);
    struct book *book = bookcase_build(&c);
    const struct calendar *office = book_calendar_named(book, "office")->calendar;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const int64_t at = bookcase_at(rows[i].day);
        T_EQ_INT(calendar_between(office, at, at + US_PER_DAY), rows[i].hours * US_PER_HOUR, "%s",
                 rows[i].day);
    }
    book_free(book);
    bookcase_fini(&c);
}

T_TEST(bookbuild, cuts_shifts_at_midnight_where_that_was_agreed)
{
    static const struct {
        const char *overnight;
        int64_t hours; // of the shift before the holiday
    } rows[] = {{"overnight: shift", 9}, {"overnight: midnight", 3}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bookcase c;
        bookcase_init(&c);
        char to[128];
        (void)snprintf(to, sizeof(to), "%s\n    dates: [{date: 2026-12-08, open: []}]",
                       rows[i].overnight);
        bookcase_apply(&c, bookcase_swap(&c, bookcase_good, "overnight: shift", to), BOOKCASE_NOW);
        struct book *book = bookcase_build(&c);
        const int64_t monday = bookcase_at("2026-12-07T04:00:00Z"); // noon in Manila
        T_EQ_INT(calendar_between(book_calendar_named(book, "night")->calendar, monday,
                                  monday + US_PER_DAY),
                 rows[i].hours * US_PER_HOUR, "%s", rows[i].overnight);
        book_free(book);
        bookcase_fini(&c);
    }
}

T_TEST(bookbuild, builds_an_empty_book)
{
    struct bookcase c;
    bookcase_init(&c);
    struct book *book = bookcase_build(&c);
    T_EQ_INT(book->n_contracts, 0);
    T_CHECK(book_calendar_named(book, "office") == NULL);
    book_free(book);
    book_free(NULL);
    book_plan_free(NULL);
    bookcase_fini(&c);
}

T_TEST(bookbuild, builds_a_thousand_calendars)
{
    enum { CALENDARS = 1000 };
    struct bookcase c;
    bookcase_init(&c);
    char *text = malloc(BOOKFILE_TEXT_BYTES_MAX);
    T_CHECK(text != NULL);
    size_t n = (size_t)snprintf(text, BOOKFILE_TEXT_BYTES_MAX,
                                "holidays:\n  - name: de\n    complete_until: 2027-12-31\n"
                                "    dates: [{date: 2026-12-25, open: []}]\ncalendars:\n");
    for (size_t i = 0; i < CALENDARS; i++) {
        n += (size_t)snprintf(
            text + n, BOOKFILE_TEXT_BYTES_MAX - n,
            "  - name: c%zu\n    zone: %s\n"
            "    week: [{days: [mon, tue, wed, thu, fri], open: [\"%02zu:00-20:00\","
            " \"21:00-30:00\"]}]\n    holidays: [de]\n",
            i, i % 2 == 0 ? "Europe/Berlin" : "Asia/Manila", i % 12);
    }
    T_EQ_INT(bookcase_apply(&c, text, BOOKCASE_NOW), CALENDARS);
    T_EQ_INT(bookcase_apply(&c, text, BOOKCASE_NOW), 0);
    struct book *book = bookcase_build(&c);
    T_EQ_INT(book->n_calendars, CALENDARS);
    T_EQ_INT(book->n_zones, 2);
    // A list for all of them makes a version of each.
    T_EQ_INT(bookcase_apply(&c, "holidays: [{name: de, complete_until: 2028-12-31, dates: []}]\n",
                            BOOKCASE_NOW),
             CALENDARS);
    book_free(book);
    free(text);
    bookcase_fini(&c);
}

T_TEST(bookbuild, knows_texts_by_their_hash)
{
    // The published test vector of SHA-256 for "abc"
    static const uint8_t expected[BOOK_HASH_BYTES] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
        0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
        0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    uint8_t hash[BOOK_HASH_BYTES];
    digest_sha256("abc", 3, hash);
    T_EQ_MEM(hash, expected, sizeof(hash));

    struct bookcase c;
    bookcase_init(&c);
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    for (size_t i = 0; i < c.n; i++) {
        digest_sha256(c.stored[i].text, c.stored[i].n, hash);
        T_EQ_MEM(hash, c.stored[i].sha256, sizeof(hash), "%s", c.stored[i].name);
    }
    bookcase_fini(&c);
}
