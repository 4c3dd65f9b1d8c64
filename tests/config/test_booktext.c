// SPDX-License-Identifier: Apache-2.0
/*
 * The canonical text: the same values, the same bytes; read back, the same values.
 */
#include "config/booktext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bookcase.h"
#include "t.h"

/* The canonical text of a text. */
static const char *canonical(struct bookcase *c, const char *text)
{
    struct bookfile *file;
    const char *written;
    size_t n;
    T_EQ_INT(bookcase_parse(c, text, &file), 0, "%s", c->refusal.message);
    T_EQ_INT(booktext_write(file->raw, &c->arena, &written, &n), 0);
    T_EQ_INT(strlen(written), n);
    return written;
}

T_TEST(booktext, has_one_form)
{
    static const char text[] = "parties: # any order, any style\n"
                               "- {country: DE, \"name\": acme, title: 'Acme \"&\" Sons'}\n"
                               "- country: 'NO'\n"
                               "  name: nord\n"
                               "  title: 8\xC2\xBD \\ weeks\n"
                               "holidays:\n"
                               "  - dates:\n"
                               "    - note: >-\n"
                               "        Christmas\n"
                               "      open: []\n"
                               "      date: 2026-12-25\n"
                               "    complete_until: \"2027-12-31\"\n"
                               "    name: de\n"
                               "calendars:\n"
                               "  - week:\n"
                               "      - days:\n"
                               "          - mon\n"
                               "          - tue\n"
                               "        open: ['09:00-12:00', 13:00-17:00]\n"
                               "    name: office\n"
                               "    zone: Europe/Berlin\n"
                               "    holidays: [de]\n"
                               "teams:\n"
                               "  - name: a\n"
                               "    party: acme\n"
                               "    site: {}\n";
    static const char expected[] =
        "holidays:\n"
        "  - name: de\n"
        "    complete_until: 2027-12-31\n"
        "    dates:\n"
        "      - {date: 2026-12-25, open: [], note: Christmas}\n"
        "calendars:\n"
        "  - name: office\n"
        "    zone: Europe/Berlin\n"
        "    week:\n"
        "      - {days: [mon, tue], open: [\"09:00-12:00\", \"13:00-17:00\"]}\n"
        "    holidays: [de]\n"
        "parties:\n"
        "  - name: acme\n"
        "    title: \"Acme \\\"&\\\" Sons\"\n"
        "    country: DE\n"
        "  - name: nord\n"
        "    title: \"8\xC2\xBD \\\\ weeks\"\n"
        "    country: \"NO\"\n"
        "teams:\n"
        "  - name: a\n"
        "    party: acme\n"
        "    site: {}\n";
    struct bookcase c;
    bookcase_init(&c);
    T_EQ_STR(canonical(&c, text), expected);
    T_EQ_STR(canonical(&c, expected), expected);
    bookcase_fini(&c);
}

T_TEST(booktext, has_one_form_of_a_contract)
{
    static const char expected[] =
        "contracts:\n"
        "  - name: acme-l1\n"
        "    key: ACME\n"
        "    buyer: acme\n"
        "    vendor: northwind\n"
        "    zone: Europe/Berlin\n"
        "    effective: 2026-07-01\n"
        "    hours: office\n"
        "    teams:\n"
        "      - {team: manila-a, tier: L1}\n"
        "      - {team: berlin-l3}\n"
        "    default_team: manila-a\n"
        "    priorities: [P1, P2, P3]\n"
        "    targets:\n"
        "      - {clock: first_response, match: {priority: [P1]}, within: 15m, calendar: always}\n"
        "      - {clock: first_response, match: {}, within: 4h, calendar: hours, warn: [75%, "
        "30m]}\n"
        "      - {clock: resolution, match: {priority: [P1]}, within: 4h, calendar: both}\n"
        "      - {clock: resolution, match: {function: [it-helpdesk]}, within: 16h, calendar: "
        "night}\n"
        "      - {clock: resolution, match: {}, within: none}\n"
        "    holds:\n"
        "      - {reason: waiting-customer, party: buyer, pauses: [next_response, resolution]}\n"
        "      - {reason: tool-down, party: vendor, pauses: []}\n"
        "    on_retarget: carry\n"
        "    min_remaining: 0m\n"
        "    on_reopen: {mode: exclude, window: 72h}\n"
        "    on_transfer: keep\n";
    struct bookcase c;
    bookcase_init(&c);
    T_EQ_STR(canonical(&c, strstr(bookcase_good, "contracts:")), expected);
    bookcase_fini(&c);
}

/* The example that people start from is a good book, and its canonical text is the same book. */
T_TEST(booktext, keeps_the_demo_book)
{
    struct bookcase c;
    bookcase_init(&c);
    FILE *f = fopen(BOOK_DEMO, "re");
    T_CHECK(f != NULL, "%s", BOOK_DEMO);
    char *text = calloc(1, 64 * 1024);
    T_CHECK(text != NULL);
    const size_t n = fread(text, 1, 64 * 1024 - 1, f);
    (void)fclose(f);
    T_CHECK(n > 1000);
    const char *once = canonical(&c, text);
    T_EQ_STR(canonical(&c, once), once);
    T_EQ_INT(bookcase_apply(&c, text, BOOKCASE_NOW), 15);
    T_EQ_INT(bookcase_apply(&c, text, BOOKCASE_NOW), 0);
    T_EQ_INT(bookcase_apply(&c, once, BOOKCASE_NOW), 0);
    struct book *book = bookcase_build(&c);
    const struct book_contract *contract = book_contract_keyed(book, "ACME");
    const struct book_contract_version *v = book_contract_at(contract, BOOKCASE_NOW);
    int64_t due;
    int64_t limit;
    calendar_add(v->targets[0].rule.calendar, BOOKCASE_NOW, v->targets[0].rule.target_us, &due,
                 &limit);
    T_EQ_INT(limit - BOOKCASE_NOW, 5 * INT64_C(1000000), "P0 breaches while one watches");
    book_free(book);
    free(text);
    bookcase_fini(&c);
}

T_TEST(booktext, keeps_any_title)
{
    static const char *const titles[] = {
        "- a",        "? b",   "a: b",         "a #b",
        "#",          "'",     "\\\\",         "[x",
        "{x}",        "*a",    "&a",           "!a",
        "|",          ">",     "%a",           "@a",
        "`a",         "a, b",  "a]",           "null",
        "~",          "True",  "no",           "1e3",
        "0x10",       " lead", "trail ",       "a  b",
        "---",        "...",   "\xE2\x82\xAC", "\xF0\x9F\x92\xA9",
        "=",          "<<",    "\\\"",         "a\\\\nb",
        "2026-01-01", ".5",    "-1",           "-",
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        struct bookfile *file;
        struct bookfile *again;
        char text[256];
        (void)snprintf(text, sizeof(text), "parties: [{name: a, title: \"%s\"}]", titles[i]);
        T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s: %s", titles[i], c.refusal.message);
        T_EQ_INT(bookcase_parse(&c, canonical(&c, text), &again), 0, "%s: %s", titles[i],
                 c.refusal.message);
        T_EQ_STR(again->raw->parties[0].title, file->raw->parties[0].title);
    }
    bookcase_fini(&c);
}
