// SPDX-License-Identifier: Apache-2.0
/*
 * Finding things in a book by name, number and instant, and the names of outcomes.
 */
#include <string.h>

#include "core/book.h"
#include "core/instant.h"
#include "core/outcome.h"
#include "core/sla.h"
#include "t.h"

T_TEST(lookups, things_are_found_by_name_and_by_number)
{
    static const struct book_party parties[] = {{.id = 1, .name = "acme"},
                                                {.id = 7, .name = "bpo"}};
    static const struct book_calendar calendars[] = {{.id = 1, .name = "office"},
                                                     {.id = 2, .name = "always"}};
    static const struct book_contract contracts[] = {{.id = 3, .name = "acme-l1", .key = "ACME"},
                                                     {.id = 4, .name = "acme-l2", .key = "AL"}};
    const struct book b = {.parties = parties,
                           .n_parties = 2,
                           .calendars = calendars,
                           .n_calendars = 2,
                           .contracts = contracts,
                           .n_contracts = 2};

    T_CHECK(book_party(&b, 1) == &parties[0]);
    T_CHECK(book_party(&b, 7) == &parties[1]);
    T_CHECK(book_party(&b, 2) == NULL);
    T_CHECK(book_party_named(&b, "bpo") == &parties[1]);
    T_CHECK(book_party_named(&b, "bp") == NULL);
    T_CHECK(book_calendar_named(&b, "always") == &calendars[1]);
    T_CHECK(book_calendar_named(&b, "Always") == NULL);
    T_CHECK(book_contract_named(&b, "acme-l2") == &contracts[1]);
    T_CHECK(book_contract_named(&b, "ACME") == NULL, "a key is not a name");
    T_CHECK(book_contract_keyed(&b, "AL") == &contracts[1]);
    T_CHECK(book_contract_keyed(&b, "A") == NULL);
}

T_TEST(lookups, a_version_is_found_by_its_number_and_its_time)
{
    static const struct book_contract_version versions[] = {{.version = 1, .effective_at = 100},
                                                            {.version = 2, .effective_at = 200}};
    static const struct book_calendar_version calendar_versions[] = {
        {.version = 1, .effective_at = 100}, {.version = 2, .effective_at = 200}};
    const struct book_contract c = {.versions = versions, .n_versions = 2};
    const struct book_calendar calendar = {.versions = calendar_versions, .n_versions = 2};
    static const struct {
        int64_t at;
        int found; /* index, -1: none */
    } rows[] = {{INSTANT_NONE, -1}, {99, -1}, {100, 0}, {199, 0}, {200, 1}, {INSTANT_NEVER, 1}};

    T_CHECK(book_contract_version(&c, 2) == &versions[1]);
    T_CHECK(book_contract_version(&c, 3) == NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const int n = rows[i].found;
        T_CHECK(book_contract_at(&c, rows[i].at) == (n < 0 ? NULL : &versions[n]), "row %zu", i);
        T_CHECK(book_calendar_at(&calendar, rows[i].at) == (n < 0 ? NULL : &calendar_versions[n]),
                "row %zu", i);
    }
}

T_TEST(lookups, sides_and_clocks_have_names_and_nothing_else_has)
{
    T_EQ_STR(side_name(SIDE_TOOL), "tool");
    T_CHECK(side_name((enum side)99) == NULL);
    T_CHECK(clock_kind_name((enum clock_kind)CLOCK_KINDS) == NULL);
    for (int i = 0; i < CLOCK_KINDS; i++) {
        T_EQ_INT(clock_kind_named(clock_kind_name((enum clock_kind)i)), i);
    }
    T_EQ_INT(clock_kind_named("resolutions"), CLOCK_KIND_NONE);
}

T_TEST(lookups, every_outcome_has_a_name_of_its_own)
{
    for (int a = OUTCOME_OK; a <= OUTCOME_UNAUTHENTICATED; a++) {
        T_CHECK(outcome_name((enum outcome_code)a)[0] != '\0', "%d", a);
        for (int b = OUTCOME_OK; b < a; b++) {
            T_CHECK(
                strcmp(outcome_name((enum outcome_code)a), outcome_name((enum outcome_code)b)) != 0,
                "%d and %d", a, b);
        }
    }
    T_EQ_STR(outcome_name(OUTCOME_NOT_FOUND), "NOT_FOUND");
    T_EQ_STR(outcome_name((enum outcome_code)99), "UNKNOWN");
}

T_TEST(lookups, a_long_refusal_is_cut_at_a_whole_character)
{
    struct refusal r;
    char field[sizeof(r.field) + 8];

    // Two bytes a character, so that one of the two lengths would cut one in half.
    for (size_t ascii = 0; ascii < 2; ascii++) {
        size_t n = 0;
        while (n < ascii) {
            field[n++] = 'x';
        }
        while (n + 2 < sizeof(field)) {
            memcpy(&field[n], "\xc3\xa4", 2);
            n += 2;
        }
        field[n] = '\0';
        T_EQ_INT(refuse(&r, OUTCOME_NOT_FOUND, field, NULL, "%s", "no"), OUTCOME_NOT_FOUND);
        const size_t cut = strlen(r.field);
        T_CHECK(cut + 2 >= sizeof(r.field), "%zu", cut);
        T_EQ_INT((cut - ascii) % 2, 0, "%zu bytes", cut);
        T_EQ_INT(strncmp(r.field, field, cut), 0);
        T_EQ_STR(r.message, "no");
        T_EQ_STR(r.hint, "");
    }
}

/* Each version names other reasons, or says that the time is somebody else's. */
static const struct book_hold first_holds[] = {{.reason = "parts", .party = SIDE_VENDOR}};
static const struct book_hold second_holds[] = {{.reason = "parts", .party = SIDE_BUYER},
                                                {.reason = "vip", .party = SIDE_BUYER}};
static const struct book_hold third_holds[] = {{.reason = "vip", .party = SIDE_VENDOR}};
static const struct book_contract_version hold_versions[] = {
    {.version = 1, .effective_at = 100, .holds = first_holds, .n_holds = 1},
    {.version = 2, .effective_at = 200, .holds = second_holds, .n_holds = 2},
    {.version = 3, .effective_at = 300, .holds = third_holds, .n_holds = 1},
};
static const struct book_contract hold_contract = {.versions = hold_versions, .n_versions = 3};

T_TEST(lookups, a_hold_is_that_of_the_version_or_of_when_it_was_set)
{
    static const struct {
        size_t pinned; /* index of the version */
        const char *reason;
        int64_t at;
        const struct book_hold *found;
    } rows[] = {{0, "parts", 250, &first_holds[0]},
                {1, "parts", 150, &second_holds[0]},
                {2, "parts", 150, &first_holds[0]},
                {2, "parts", 299, &second_holds[0]},
                {2, "parts", 300, NULL},
                {0, "vip", 199, NULL},
                {0, "vip", 200, &second_holds[1]},
                {0, "vip", 300, &third_holds[0]},
                {0, "vip", 99, NULL},
                {0, "vip", INSTANT_NONE, NULL},
                {0, "nothing", INSTANT_NEVER - 1, NULL}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_CHECK(sla_hold(&hold_contract, &hold_versions[rows[i].pinned], rows[i].reason,
                         rows[i].at) == rows[i].found,
                "row %zu", i);
    }
}

T_TEST(lookups, whose_time_holds_take_is_told_by_the_newest_one_of_each_reason)
{
    /* The second of "vip" was told late: it lies before the one that the journal has first. */
    static const struct fact facts[] = {
        {.at = 150, .seq = 1, .kind = FACT_OPENED},
        {.at = 310, .seq = 2, .kind = FACT_HELD, .reason = 0},
        {.at = 210, .seq = 3, .kind = FACT_HELD, .reason = 0},
        {.at = 220, .seq = 4, .kind = FACT_HELD, .reason = 1},
        {.at = 230, .seq = 5, .kind = FACT_HELD, .reason = 2},
    };
    static const struct {
        uint32_t reasons;
        int64_t at;
        enum side side;
    } rows[] = {
        {1u << 0, 250, SIDE_BUYER},
        {1u << 0, 310, SIDE_VENDOR},
        {1u << 1, 310, SIDE_VENDOR},           /* as the pinned version has it */
        {1u << 2, 310, SIDE_NONE},             /* nobody knows it any more */
        {1u << 0 | 1u << 1, 310, SIDE_VENDOR}, /* they agree */
        {1u << 0 | 1u << 1, 250, SIDE_NONE},   /* they do not */
        {1u << 1 | 1u << 2, 310, SIDE_NONE},
        {0, 310, SIDE_NONE},
    };
    struct ticket t = {
        .facts = facts, .n_facts = 5, .n_reasons = 3, .reasons = {"vip", "parts", "nothing"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(sla_held_side(&hold_contract, &hold_versions[0], &t, rows[i].reasons, rows[i].at),
                 rows[i].side, "row %zu", i);
    }
}
