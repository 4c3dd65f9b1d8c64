// SPDX-License-Identifier: Apache-2.0
/* What a plan warns of, and where a warning becomes a refusal. */
#include "config/bookplan.h"

#include <stdio.h>

#include "bookcase.h"
#include "t.h"

T_TEST(bookplan_warn, wants_holidays_that_reach_into_the_future)
{
    static const struct {
        const char *until;
        int code;
        const char *text; // of the refusal or the warning; NULL: none
    } rows[] = {
        {"2027-12-31", 0, NULL},
        {"2027-01-20", 0, NULL},
        {"2027-01-19", 0, "holiday list de ends on 2027-01-19, in 59 days"},
        {"2026-11-21", 0, "holiday list de ends on 2026-11-21, in 0 days"},
        {"2026-11-20", OUTCOME_FAILED_PRECONDITION,
         "book.yaml:3: holidays[0].complete_until: holiday list de is complete until 2026-11-20 "
         "only, and that is past"},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct book_plan *plan;
        const char *text = bookcase_swap(&c, bookcase_good, "2027-12-31", rows[i].until);
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), rows[i].code, "%s: %s",
                 rows[i].until, c.refusal.message);
        if (rows[i].code != 0) {
            T_EQ_STR(c.refusal.message, rows[i].text);
            continue;
        }
        T_EQ_INT(plan->n_warnings, rows[i].text != NULL, "%s", rows[i].until);
        if (rows[i].text != NULL) {
            T_EQ_STR(plan->warnings[0], rows[i].text);
        }
        book_plan_free(plan);
    }
    // What is in force already may have run out; that is no reason to refuse the rest.
    bookcase_apply(&c, bookcase_good, BOOKCASE_NOW);
    struct book_plan *plan;
    const int64_t later = bookcase_at("2028-01-01T00:00:00Z");
    T_EQ_INT(bookcase_plan(&c, bookcase_good, later, &plan), 0, "%s", c.refusal.message);
    T_CHECK(plan->changes_nothing);
    T_EQ_INT(plan->n_warnings, 1);
    T_EQ_STR(plan->warnings[0], "holiday list de ended on 2027-12-31");
    book_plan_free(plan);
    bookcase_fini(&c);
}

/* A calendar is told of once, when it is added, however many of its windows end so. */
T_TEST(bookplan_warn, warns_of_a_day_that_lacks_its_last_minute)
{
    static const char week[] = "zone: Etc/UTC, week: [{days: [mon], open: [";
    static const struct {
        const char *windows;
        const char *dates;
        bool warned;
    } rows[] = {
        {"\"00:00-24:00\"", "", false},
        {"\"00:00-23:59\"", "", true},
        {"\"09:00-12:00\", \"13:00-23:59\"", "", true},
        {"\"09:00-23:58\"", "", false},
        {"\"21:00-30:00\"", "", false},
        {"\"09:00-17:00\"", ", dates: [{date: 2026-12-24, open: [\"09:00-23:59\"]}]", true},
        {"\"09:00-17:00\"", ", dates: [{date: 2026-12-24, open: [\"09:00-24:00\"]}]", false},
    };
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct book_plan *plan;
        char text[512];
        (void)snprintf(text, sizeof(text), "calendars: [{name: late, %s%s]}]%s}]", week,
                       rows[i].windows, rows[i].dates);
        T_EQ_INT(bookcase_plan(&c, text, BOOKCASE_NOW, &plan), 0, "%s: %s", text,
                 c.refusal.message);
        T_EQ_INT(plan->n_warnings, rows[i].warned, "%s", text);
        if (rows[i].warned) {
            T_EQ_STR(plan->warnings[0], "calendar late closes at 23:59: the last minute of the "
                                        "day is outside; write 24:00");
        }
        book_plan_free(plan);
    }
    static const char listed[] = "holidays: [{name: eve, complete_until: 2027-12-31, "
                                 "dates: [{date: 2026-12-24, open: [\"09:00-23:59\"]}]}]\n"
                                 "calendars: [{name: late, zone: Etc/UTC, holidays: [eve], "
                                 "week: [{days: [mon], open: [\"09:00-17:00\"]}]}]";
    struct book_plan *plan;
    T_EQ_INT(bookcase_plan(&c, listed, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(plan->n_warnings, 1);
    book_plan_free(plan);
    bookcase_apply(&c, listed, BOOKCASE_NOW);
    T_EQ_INT(bookcase_plan(&c, listed, BOOKCASE_NOW, &plan), 0, "%s", c.refusal.message);
    T_EQ_INT(plan->n_warnings, 0, "it is in force already");
    book_plan_free(plan);
    bookcase_fini(&c);
}
