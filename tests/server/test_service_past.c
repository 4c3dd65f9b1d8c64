// SPDX-License-Identifier: Apache-2.0
/*
 * What was, against what was said then: every answer is kept as it was given, and asked for again
 * when everything is over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "story.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { GLANCES_MAX = 128 };

/* What was said at an instant. */
struct glance {
    int64_t at;
    uint64_t n; /* tickets of CON then */
    char *words;
};

struct glances {
    struct glance of[GLANCES_MAX];
    size_t n;
    enum story_who who;
};

static void look(struct service *s, struct glances *g)
{
    T_CHECK(g->n < GLANCES_MAX);
    struct glance *to = &g->of[g->n++];
    to->at = story_now();
    to->n = service_count(s, "con");
    to->words = story_everything(s, g->who, to->n, story_present);
}

static void forget(struct glances *g)
{
    for (size_t i = 0; i < g->n; i++) {
        free(g->of[i].words);
    }
}

/* Each step, and a look a second after it and in the middle of the wait for the next one. */
static void live(struct service *s, const struct story_step *steps, size_t n, struct glances *g)
{
    for (size_t i = 0; i < n; i++) {
        story_do(s, &steps[i]);
        story_until(s, steps[i].minute * US_PER_MIN + US_PER_S);
        look(s, g);
        if (i + 1 < n && steps[i + 1].minute > steps[i].minute + 2) {
            story_until(s, (steps[i].minute + steps[i + 1].minute) * US_PER_MIN / 2 + US_PER_S);
            look(s, g);
        }
    }
}

/* What is answered now for those instants is what was said then. */
static void compare(struct service *s, const struct glances *g, bool known)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct glance *glance = &g->of[i];
        const struct story_past past = {known ? INSTANT_NONE : glance->at,
                                        known ? glance->at : INSTANT_NONE};
        char at[INSTANT_TEXT_BYTES];
        char *words = story_everything(s, g->who, glance->n, past);

        T_CHECK(strcmp(words, glance->words) == 0, "%s: %s", instant_format(glance->at, at),
                story_difference(words, glance->words));
        free(words);
    }
}

/* A life in which everything is said when it happens. */
static const struct story_step timely[] = {
    {0, S_MAIL, REQUEST_INTAKE, 0, "a", 0},
    {5, S_LEAD, REQUEST_NEW_TICKET, 0, "P2", 0},
    {10, S_AGENT, REQUEST_TAKE_TICKET, 1, NULL, 0},
    {20, S_LEAD, REQUEST_TAG_TICKET, 1, "", 0},
    {25, S_LEAD, REQUEST_LINK_TICKET, 1, "2", 0},
    {50, S_AGENT, REQUEST_ADD_MESSAGE, 1, "ask", 0}, /* a warning, but no breach; on hold */
    {80, S_MAIL, REQUEST_INTAKE, 1, "a", 0},
    {100, S_LEAD, REQUEST_EDIT_TICKET, 1, "another", 0},
    {110, S_LEAD, REQUEST_SET_PRIORITY, 2, "P1", 0}, /* whose clocks are late by now */
    {160, S_AGENT, REQUEST_ADD_MESSAGE, 1, "note", 0},
    {180, S_LEAD, REQUEST_TRANSFER_TICKET, 1, "two", 0},
    {190, S_LEAD, REQUEST_ASSIGN_TICKET, 1, "agent-2", 0},
    {200, S_AGENT_2, REQUEST_HOLD_TICKET, 1, "tool", 0}, /* ends by itself after two hours */
    {230, S_LEAD, REQUEST_TAG_TICKET, 1, "-", 0},
    {240, S_LEAD, REQUEST_LINK_TICKET, 1, "2-", 0},
    {400, S_AGENT_2, REQUEST_ADD_MESSAGE, 1, "", 0},
    {420, S_AGENT_2, REQUEST_RESOLVE_TICKET, 1, "", 0},
    {460, S_AGENT_2, REQUEST_REOPEN_TICKET, 1, NULL, 0},
    {500, S_AGENT_2, REQUEST_RESOLVE_TICKET, 1, "done", 0},
    {600, S_LEAD, REQUEST_NEW_TICKET, 0, "P2", 0},
    {1300, S_LEAD, REQUEST_MERGE_TICKET, 2, "3", 0}, /* the first has closed by itself */
    {1400, S_AGENT, REQUEST_TAKE_TICKET, 3, NULL, 0},
};

T_TEST(service_past, what_is_asked_as_of_an_instant_is_what_was_shown_then)
{
    static const enum story_who people[] = {S_LEAD, S_ADMIN};

    for (size_t p = 0; p < COUNT(people); p++) {
        __attribute__((cleanup(service_fini))) struct service s;
        struct glances g = {.n = 0, .who = people[p]};

        alarm(4 * T_SECONDS);
        story_init(&s);
        live(&s, timely, COUNT(timely), &g);
        story_until(&s, 3000 * US_PER_MIN);
        compare(&s, &g, false);
        compare(&s, &g, true);
        forget(&g);
    }
}

/* What is said late, brought along, and agreed anew in between. */
static const struct story_step late[] = {
    {0, S_MAIL, REQUEST_INTAKE, 0, "a", 0},
    {10, S_LEAD, REQUEST_NEW_TICKET, 0, "P2", 0},
    {90, S_AGENT, REQUEST_ADD_MESSAGE, 1, "", 50}, /* in time after all: the breach goes */
    {100, S_ADMIN, REQUEST_IMPORT_TICKET, 0, "k1", 0},
    {120, S_AGENT, REQUEST_TAKE_TICKET, 1, NULL, 100},
    {150, S_LEAD, REQUEST_TRANSFER_TICKET, 2, "two", 0},
    {200, S_AGENT, REQUEST_ADD_MESSAGE, 1, "note", 150},
    {240, S_AGENT, REQUEST_ADD_MESSAGE, 1, "ask", 30},
    {300, S_MAIL, REQUEST_INTAKE, 1, "a", 0},
    {420, S_AGENT, REQUEST_ADD_MESSAGE, 1, "", 100},
};
static const struct story_step later[] = {
    {500, S_LEAD, REQUEST_NEW_TICKET, 0, "P2", 0},
    {520, S_LEAD, REQUEST_MERGE_TICKET, 2, "1", 0},
    {900, S_AGENT, REQUEST_RESOLVE_TICKET, 1, "", 30},
    {1000, S_MAIL, REQUEST_INTAKE, 1, "a", 0},
    {1600, S_AGENT, REQUEST_RESOLVE_TICKET, 1, "done", 0},
    {2000, S_LEAD, REQUEST_TAKE_TICKET, 4, NULL, 0},
};

T_TEST(service_past, what_was_known_stays_what_was_known)
{
    __attribute__((cleanup(service_fini))) struct service s;
    struct glances g = {.n = 0, .who = S_LEAD};

    alarm(4 * T_SECONDS);
    story_init(&s);
    live(&s, late, COUNT(late), &g);
    story_until(&s, 430 * US_PER_MIN);
    story_apply(&s,
                "{name: office, zone: Europe/Berlin,\n"
                "     week: [{days: [mon, tue, wed, thu, fri], open: [\"09:00-17:00\"]}]}",
                "{name: office, zone: Europe/Berlin, effective: 2055-03-02,\n"
                "     week: [{days: [mon, tue, wed, thu, fri], open: [\"12:00-15:00\"]}]}");
    story_until(&s, 450 * US_PER_MIN);
    look(&s, &g);
    live(&s, later, COUNT(later), &g);
    story_until(&s, 6000 * US_PER_MIN);
    compare(&s, &g, true);
    forget(&g);
}

/* --- what is said later of an earlier instant --------------------------------------------------
 */

static const Slate__V1__Clock *clock_in(const Slate__V1__TicketDetail *d, int kind)
{
    for (size_t i = 0; i < d->n_clocks; i++) {
        if ((int)d->clocks[i]->kind == kind) {
            return d->clocks[i];
        }
    }
    return NULL;
}

T_TEST(service_past, a_late_fact_changes_what_was_and_not_what_was_known)
{
    static const struct {
        const char *name;
        int as_of;
        int as_known; /* minutes; 0: not asked for */
        Slate__V1__Verdict verdict;
        size_t n_messages; /* the opening's own is the first */
        uint32_t breaches;
        bool withdrawn;
    } rows[] = {
        {"before the reply, as is known now", 35, 0, SLATE__V1__VERDICT__VERDICT_OPEN, 1, 1, false},
        {"behind it", 70, 0, SLATE__V1__VERDICT__VERDICT_MET, 2, 2, true},
        {"as was known then", 0, 70, SLATE__V1__VERDICT__VERDICT_BREACHED, 1, 2, false},
        {"as is known since", 70, 95, SLATE__V1__VERDICT__VERDICT_MET, 2, 2, true},
        {"as was known before", 70, 85, SLATE__V1__VERDICT__VERDICT_BREACHED, 1, 2, false},
        {"before the limit, as was known behind it", 59, 85, SLATE__V1__VERDICT__VERDICT_OPEN, 1, 1,
         false},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    story_init(&s);
    const int64_t begin_at = story_now();
    story_do(&s, &(struct story_step){0, S_LEAD, REQUEST_NEW_TICKET, 0, "P1", 0});
    story_do(&s, &(struct story_step){80, S_AGENT, REQUEST_ADD_MESSAGE, 1, "note", 0});
    story_do(&s, &(struct story_step){90, S_AGENT, REQUEST_ADD_MESSAGE, 1, "", 50});
    story_until(&s, 120 * US_PER_MIN);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct story_past past = {
            rows[i].as_of == 0 ? INSTANT_NONE : begin_at + rows[i].as_of * US_PER_MIN,
            rows[i].as_known == 0 ? INSTANT_NONE : begin_at + rows[i].as_known * US_PER_MIN,
        };
        struct job *job = story_ask(&s, S_LEAD, REQUEST_SHOW_TICKET, 1, past);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(e->reply->ticket_detail != NULL, "%s", rows[i].name);
        const Slate__V1__TicketDetail *d = e->reply->ticket_detail;
        T_EQ_INT(clock_in(d, SLATE__V1__CLOCK_KIND__CLOCK_KIND_FIRST_RESPONSE)->verdict,
                 rows[i].verdict, "%s", rows[i].name);
        T_EQ_INT(d->n_messages, rows[i].n_messages, "%s", rows[i].name);

        job = story_ask(&s, S_LEAD, REQUEST_LIST_BREACHES, 0, past);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *b = service_reply(job);
        const Slate__V1__BreachPage *page = b->reply->breach_page;
        T_CHECK(page != NULL, "%s", rows[i].name);
        bool withdrawn = false;
        for (size_t k = 0; k < page->n_breaches; k++) {
            withdrawn = withdrawn || page->breaches[k]->withdrawn;
            T_EQ_INT(page->breaches[k]->engine, 1, "%s", rows[i].name);
        }
        T_EQ_INT(page->n_breaches, rows[i].breaches, "%s", rows[i].name);
        T_EQ_INT(withdrawn, rows[i].withdrawn, "%s", rows[i].name);
    }
}

/* --- what may be asked -------------------------------------------------------------------------
 */

T_TEST(service_past, an_instant_ahead_and_one_behind_what_was_known_are_refused)
{
    static const enum request_kind kinds[] = {REQUEST_SHOW_TICKET, REQUEST_LIST_TICKETS,
                                              REQUEST_EXPLAIN, REQUEST_SPLIT_CLOCK,
                                              REQUEST_LIST_BREACHES};
    static const struct {
        int as_of; /* minutes from now; 1000 = not asked for */
        int as_known;
        const char *field; /* NULL: answered */
    } rows[] = {
        {1, 1000, "as_of"}, {1000, 1, "as_known"}, {1, 1, "as_known"}, {-5, -6, "as_of"},
        {-5, -5, NULL},     {-6, -5, NULL},        {0, 1000, NULL},    {1000, 0, NULL},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    story_init(&s);
    story_do(&s, &(struct story_step){0, S_LEAD, REQUEST_NEW_TICKET, 0, "P1", 0});
    story_until(&s, 60 * US_PER_MIN);
    for (size_t i = 0; i < COUNT(rows) * COUNT(kinds); i++) {
        enum request_kind kind = kinds[i % COUNT(kinds)];
        const int as_of = rows[i / COUNT(kinds)].as_of;
        const int as_known = rows[i / COUNT(kinds)].as_known;
        const char *field = rows[i / COUNT(kinds)].field;
        const struct story_past past = {
            as_of == 1000 ? INSTANT_NONE : story_now() + as_of * US_PER_MIN,
            as_known == 1000 ? INSTANT_NONE : story_now() + as_known * US_PER_MIN,
        };
        struct job *job = kind == REQUEST_LIST_TICKETS ? story_list(&s, S_LEAD, "", 10, NULL, past)
                                                       : story_ask(&s, S_LEAD, kind, 1, past);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__Error *error = e->reply->error;
        T_EQ_INT(error == NULL, field == NULL, "%s %d %d", request_kind_name(kind), as_of,
                 as_known);
        if (field != NULL) {
            T_EQ_INT(error->code, OUTCOME_INVALID_ARGUMENT);
            T_EQ_STR(error->field, field);
        }
    }
}

T_TEST(service_past, of_a_ticket_that_was_not_there_only_who_may_see_it_is_told)
{
    static const struct {
        enum story_who who;
        const char *message;
    } rows[] = {
        {S_LEAD, "CON-1 was not there at 2055-03-01T08:00:00Z"},
        {S_ADMIN, "CON-1 was not there at 2055-03-01T08:00:00Z"},
        {S_OTHER, "there is no ticket CON-1"},
        {S_AGENT_2, "there is no ticket CON-1"},
    };
    __attribute__((cleanup(service_fini))) struct service s;

    story_init(&s);
    const int64_t begin_at = story_now();
    story_do(&s, &(struct story_step){10, S_LEAD, REQUEST_NEW_TICKET, 0, "P1", 0});
    story_until(&s, 20 * US_PER_MIN);
    for (size_t i = 0; i < COUNT(rows) * 6; i++) {
        static const enum request_kind kinds[] = {REQUEST_SHOW_TICKET, REQUEST_EXPLAIN,
                                                  REQUEST_SPLIT_CLOCK};
        const bool known = i % 6 >= 3;
        const struct story_past past = {known ? INSTANT_NONE : begin_at,
                                        known ? begin_at : INSTANT_NONE};
        struct job *job = story_ask(&s, rows[i / 6].who, kinds[i % 3], 1, past);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(e->reply->error != NULL);
        T_EQ_INT(e->reply->error->code, OUTCOME_NOT_FOUND);
        T_EQ_STR(e->reply->error->message, rows[i / 6].message);
    }
}

/* Whoever has no right to it now sees nothing of what it was, and who has it all that it was. */
T_TEST(service_past, the_walls_of_today_hold)
{
    __attribute__((cleanup(service_fini))) struct service s;

    story_init(&s);
    story_do(&s, &(struct story_step){0, S_LEAD, REQUEST_NEW_TICKET, 0, "P1", 0});
    story_do(&s, &(struct story_step){10, S_AGENT, REQUEST_TAKE_TICKET, 1, NULL, 0});
    const struct story_past past = {story_now(), INSTANT_NONE};
    story_do(&s, &(struct story_step){20, S_LEAD, REQUEST_TRANSFER_TICKET, 1, "two", 0});
    story_until(&s, 30 * US_PER_MIN);

    T_EQ_INT(service_code(story_ask(&s, S_AGENT, REQUEST_SHOW_TICKET, 1, past)), OUTCOME_NOT_FOUND);
    struct job *job = story_list(&s, S_AGENT, "", 10, NULL, past);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *none = service_reply(job);
    T_EQ_INT(none->reply->ticket_page->n_tickets, 0);

    job = story_ask(&s, S_AGENT_2, REQUEST_SHOW_TICKET, 1, past);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->ticket_detail != NULL);
    T_EQ_STR(e->reply->ticket_detail->ticket->team, "one");
    T_EQ_STR(e->reply->ticket_detail->ticket->assignee, "agent");
    T_EQ_STR(e->reply->ticket_detail->ticket->subject, "subject of aaa");

    /* No text for who may read none now, and no byte of another vendor's. */
    static const enum story_who people[] = {S_ADMIN, S_OTHER};
    for (size_t i = 0; i < COUNT(people); i++) {
        char *words = story_everything(&s, people[i], 1, past);
        T_CHECK(strstr(words, "subject of") == NULL && strstr(words, "body") == NULL, "%s", words);
        T_CHECK(people[i] != S_OTHER || strstr(words, "one") == NULL, "%s", words);
        free(words);
    }
}
