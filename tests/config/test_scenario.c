// SPDX-License-Identifier: Apache-2.0
#include "config/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bookcase.h"
#include "core/instant.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char good[] =
    "until: 2026-12-10T18:00\n"
    "tickets:\n"
    "  - name: a\n"
    "    contract: acme-l1\n"
    "    opened: 2026-12-01T09:00\n"
    "    recorded: 2026-12-01T09:30\n"
    "    priority: P2\n"
    "    function: it-helpdesk\n"
    "    category: network\n"
    "    customer_tier: gold\n"
    "    language: de\n"
    "    team: manila-a\n"
    "    hold: tool-down\n"
    "    events:\n"
    "      - {at: +45m, do: resume, reason: tool-down}\n"
    "      - {at: 2026-12-01T11:00:00+01:00, recorded: 2026-12-01T12:00, do: reply}\n"
    "      - {at: 2026-12-02, do: message, from: requester, by: auto}\n"
    "      - {at: +48h, do: hold, reason: waiting-customer, question: true}\n"
    "      - {at: +49h, do: priority, priority: P1, role: lead, from: buyer}\n"
    "      - {at: +50h, do: edit, category: net, language: en}\n"
    "      - {at: +51h, do: resolve, message: true, by: tool, refused: true}\n"
    "      - {at: +52h, do: merge, into: b}\n"
    "    expect:\n"
    "      - {clock: ola, team: berlin-l3, cycle: 2, state: on_hold, verdict: open, target: 4h,\n"
    "         elapsed: 1h30m, due: +8h, limit: none, breached_at: 2026-12-01T12:00}\n"
    "      - {clock: update, state: none}\n"
    "  - {name: b, contract: acme-l1, opened: \"2026-12-01T07:00:00Z\", until: +90h}\n";

static int parse(struct bookcase *c, const char *text, struct scenario **ret)
{
    // A copy that is gone afterwards: nothing may point into the text.
    const size_t n = strlen(text);
    char *exact = malloc(n + 1);
    T_CHECK(exact != NULL);
    memcpy(exact, text, n + 1);
    memset(&c->refusal, 0, sizeof(c->refusal));
    const int r = scenario_parse(exact, n, "s.yaml", &c->arena, ret, &c->refusal);
    free(exact);
    T_CHECK(r == (int)c->refusal.code, "%d: %s", r, c->refusal.message);
    return r;
}

/* Parses and links to bookcase_good. */
static int link_good(struct bookcase *c, const char *text, struct scenario **ret)
{
    struct book_plan *plan;
    int r = parse(c, text, ret);

    if (r == 0) {
        T_EQ_INT(bookcase_plan(c, bookcase_good, BOOKCASE_NOW, &plan), 0, "%s", c->refusal.message);
        r = scenario_link(*ret, plan->book, &c->refusal);
        T_CHECK(r == (int)c->refusal.code, "%d: %s", r, c->refusal.message);
        book_plan_free(plan);
    }
    return r;
}

static void check_names(const struct scenario_ticket *a)
{
    T_EQ_STR(a->name, "a");
    T_EQ_STR(a->contract_name, "acme-l1");
    T_EQ_STR(a->priority, "P2");
    T_EQ_STR(a->function, "it-helpdesk");
    T_EQ_STR(a->category, "network");
    T_EQ_STR(a->customer_tier, "gold");
    T_EQ_STR(a->language, "de");
    T_EQ_STR(a->team, "manila-a");
    T_EQ_STR(a->hold, "tool-down");
    T_EQ_INT(a->opened_at, bookcase_at("2026-12-01T08:00:00Z"));
    T_EQ_INT(a->claimed_at, a->opened_at);
    T_EQ_INT(a->received_at, bookcase_at("2026-12-01T08:30:00Z"));
    T_EQ_INT(a->until_at, bookcase_at("2026-12-10T17:00:00Z"));
}

T_TEST(scenario, every_key_means_something)
{
    struct bookcase c;
    struct scenario *s;

    bookcase_init(&c);
    T_EQ_INT(link_good(&c, good, &s), 0, "%s", c.refusal.message);
    T_EQ_INT(s->n_tickets, 2);
    const struct scenario_ticket *a = &s->tickets[0];
    check_names(a);
    T_EQ_INT(a->n_events, 8);
    const struct scenario_event *e = a->events;
    T_CHECK(e[0].kind == COMMAND_RESUME && e[0].side == SIDE_VENDOR && e[0].human);
    T_EQ_STR(e[0].reason, "tool-down");
    T_EQ_INT(e[0].received_at, bookcase_at("2026-12-01T08:45:00Z"));
    T_EQ_INT(e[0].claimed_at, INSTANT_NONE);
    T_CHECK(e[1].kind == COMMAND_REPLY && e[1].says && e[1].line == 16);
    T_EQ_INT(e[1].claimed_at, bookcase_at("2026-12-01T10:00:00Z"));
    T_EQ_INT(e[1].received_at, bookcase_at("2026-12-01T11:00:00Z"));
    T_CHECK(e[2].kind == COMMAND_REPLY && e[2].side == SIDE_REQUESTER && !e[2].human);
    T_EQ_INT(e[2].received_at, bookcase_at("2026-12-01T23:00:00Z"));
    T_CHECK(e[3].kind == COMMAND_REPLY && e[3].says && e[3].human);
    T_EQ_STR(e[3].reason, "waiting-customer");
    T_CHECK(e[4].kind == COMMAND_PRIORITY && e[4].side == SIDE_BUYER && e[4].roles == ROLE_LEAD);
    T_EQ_STR(e[4].priority, "P1");
    T_CHECK(e[5].kind == COMMAND_EDIT && e[5].edits == (EDIT_CATEGORY | EDIT_LANGUAGE));
    T_CHECK(e[6].kind == COMMAND_RESOLVE && e[6].says && !e[6].human && e[6].refused);
    T_CHECK(e[6].side == SIDE_TOOL);
    T_CHECK(e[7].kind == COMMAND_MERGE && e[7].other == 1 && e[7].roles == ROLES_ALL);
    const struct scenario_expect *x = a->expects;
    T_EQ_INT(a->n_expects, 2);
    T_CHECK(x[0].clock == CLOCK_KIND_OLA && x[0].cycle == 2 && x[0].state == CLOCK_PAUSED);
    T_EQ_INT(x[0].given, SCENARIO_NO_CLOCK - 1);
    T_EQ_INT(x[0].verdict, TICKET_VERDICT_OPEN);
    T_EQ_INT(x[0].target_us, 4 * US_PER_HOUR);
    T_EQ_INT(x[0].elapsed_us, 90 * US_PER_MIN);
    T_EQ_INT(x[0].due_at, bookcase_at("2026-12-01T16:00:00Z"));
    T_EQ_INT(x[0].limit_at, INSTANT_NONE);
    T_EQ_INT(x[0].breached_at, bookcase_at("2026-12-01T11:00:00Z"));
    T_EQ_INT(x[1].given, SCENARIO_NO_CLOCK);
    T_EQ_INT(s->tickets[1].until_at, bookcase_at("2026-12-05T01:00:00Z"));
    T_CHECK(scenario_begins_at(s) < bookcase_at("2026-11-30T00:00:00Z"));
    bookcase_fini(&c);
}

T_TEST(scenario, a_ticket_ends_with_what_is_told_of_it)
{
    struct bookcase c;
    struct scenario *s;

    bookcase_init(&c);
    T_EQ_INT(link_good(&c,
                       "tickets:\n"
                       "  - {name: a, contract: acme-l1, opened: 2026-12-01T09:00}\n"
                       "  - {name: b, contract: acme-l1, opened: 2026-12-01T09:00, events: [{at: "
                       "+1h, do: merge, into: a}, {at: +3h, do: reply}]}\n"
                       "  - {name: c, contract: acme-l1, opened: 2026-12-01T09:00, events: [{at: "
                       "+1h, do: merge, into: b}, {at: +5h, do: reply}]}\n"
                       "  - {name: d, contract: acme-l1, opened: 2026-12-01T09:00, events: [{at: "
                       "+2h, do: reply}]}\n",
                       &s),
             0, "%s", c.refusal.message);
    static const int hours[] = {5, 5, 5, 2};
    for (size_t i = 0; i < COUNT(hours); i++) {
        T_EQ_INT(s->tickets[i].until_at - s->tickets[i].opened_at, hours[i] * US_PER_HOUR, "%s",
                 s->tickets[i].name);
    }
    bookcase_fini(&c);
}

/* Changes of the good text, and what is said of each. */
static const struct {
    const char *from;
    const char *to; // "#@" marks the line that the refusal must name
    const char *field;
    const char *message;
} bad[] = {
    {"until: 2026-12-10T18:00", "untl: 2026-12-10T18:00 #@", "untl", "unknown key"},
    {"    priority: P2", "    prio: P2 #@", "tickets[0].prio", "unknown key"},
    {"{at: +45m, do: resume", "{at: +45m, when: x, do: resume #@\n        ",
     "tickets[0].events[0].when", "unknown key"},
    {"    opened: 2026-12-01T09:00\n", "    opened: noon #@\n", "tickets[0].opened",
     "\"noon\" is no time"},
    {"    opened: 2026-12-01T09:00\n", "    opened: +3h #@\n", "tickets[0].opened",
     "\"+3h\" is no time"},
    {"    opened: 2026-12-01T09:00\n", "    opened: \"2126-12-01T09:00:00Z\" #@\n",
     "tickets[0].opened", "years 1970 to 2099"},
    {"{at: +45m,", "{at: +3d, #@\n        ", "tickets[0].events[0].at", "a day, week or month"},
    {"do: resume", "do: resumes #@\n        ", "tickets[0].events[0].do",
     "\"resumes\" cannot be done"},
    {"do: merge, into: b", "do: merge #@\n        ", "tickets[0].events[7]",
     "`do: merge` needs `into`"},
    {"do: resume, reason", "do: take, reason", "tickets[0].events[0].reason",
     "`do: take` takes no `reason`"},
    {"edit, category: net, language: en", "edit #@\n        ", "tickets[0].events[5]",
     "changes nothing"},
    {"from: requester, by: auto", "from: customer, by: auto #@\n        ",
     "tickets[0].events[2].from", "\"customer\" is not known here"},
    {"from: requester, by: auto", "from: tool, by: human #@\n        ", "tickets[0].events[2].by",
     "a tool is no human"},
    {"role: lead", "role: boss #@\n        ", "tickets[0].events[4].role",
     "\"boss\" is not a role"},
    {"refused: true", "refused: maybe #@\n        ", "tickets[0].events[6].refused",
     "\"maybe\" is not known here"},
    {"  - {name: b,", "  - {name: a, #@\n    ", "tickets[1].name", "another ticket is called a"},
    {"clock: ola, team: berlin-l3", "clock: ola #@\n        ", "tickets[0].expect[0]",
     "an ola is a team's"},
    {"clock: update,", "clock: update, team: manila-a, #@\n        ", "tickets[0].expect[1].team",
     "only an ola"},
    {"clock: update,", "clock: updates, #@\n        ", "tickets[0].expect[1].clock",
     "\"updates\" is not a clock"},
    {"cycle: 2", "cycle: 0 #@\n        ", "tickets[0].expect[0].cycle",
     "\"0\" is not a number of a cycle"},
    {"cycle: 2", "cycle: 99999999999999999999 #@\n        ", "tickets[0].expect[0].cycle",
     "is not a number of a cycle"},
    {"state: none", "state: none, verdict: met #@\n        ", "tickets[0].expect[1]",
     "a clock that is not there"},
    {"{clock: update, state: none}", "{clock: update} #@", "tickets[0].expect[1]",
     "it is not said what to expect"},
    {"elapsed: 1h30m", "elapsed: 1d #@\n        ", "tickets[0].expect[0].elapsed",
     "a day, week or month"},
    /* What takes the book to know. */
    {"  - {name: b, contract: acme-l1,", "  - {name: b, contract: acme-l2, #@\n    ",
     "tickets[1].contract", "the book has no contract acme-l2"},
    {"    priority: P2", "    priority: P9 #@", "tickets[0].priority",
     "contract acme-l1 has no priority P9"},
    {"    function: it-helpdesk", "    function: it-helpdsk #@", "tickets[0].function",
     "has no team with the function it-helpdsk"},
    {"    team: manila-a", "    team: manila-b #@", "tickets[0].team", "has no team manila-b"},
    {"    hold: tool-down", "    hold: tool-dawn #@", "tickets[0].hold", "has no hold tool-dawn"},
    {"reason: waiting-customer", "reason: waiting-custmer #@\n        ",
     "tickets[0].events[3].reason", "has no hold waiting-custmer"},
    {"into: b", "into: c #@\n        ", "tickets[0].events[7].into", "no ticket is called c"},
    {"{at: +45m,", "{at: 2026-11-30, #@\n        ", "tickets[0].events[0]",
     "it would be told before there is a ticket"},
    {"{at: +45m,", "{at: +45m, recorded: +44m, #@\n        ", "tickets[0].events[0].recorded",
     "it would be told before it happened, by `at`"},
    {"    recorded: ", "    recorded: 2026-12-01T08:59 #@\n    #", "tickets[0].recorded",
     "it would be told before it happened, by `opened`"},
    {"until: 2026-12-10T18:00", "until: 2026-11-30 #@", "until", "ticket a is only opened later"},
    {"until: +90h", "until: 2036-01-01 #@\n    ", "tickets[1]", "ends more than 5 years after"},
};

T_TEST(scenario, what_is_wrong_is_refused_with_its_line)
{
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct bookcase c;
        struct scenario *s;
        char where[256];
        bookcase_init(&c);
        const char *text = bookcase_swap(&c, good, bad[i].from, bad[i].to);
        const int r = link_good(&c, text, &s);
        T_CHECK(r == OUTCOME_INVALID_ARGUMENT, "%zu %s: %d %s", i, bad[i].to, r, c.refusal.message);
        const uint32_t line = bookcase_marked_line(text);
        if (line != 0) {
            // The mark ends the line of the value, or of the mapping that it is in.
            T_EQ_INT(c.refusal.line, line, "%s: %s", bad[i].to, c.refusal.message);
        }
        T_EQ_STR(c.refusal.field, bad[i].field, "%s", c.refusal.message);
        (void)snprintf(where, sizeof(where), "s.yaml:%u: %s: ", c.refusal.line, bad[i].field);
        T_CHECK(strncmp(c.refusal.message, where, strlen(where)) == 0, "%s", c.refusal.message);
        T_CHECK(strstr(c.refusal.message, bad[i].message) != NULL, "%s", c.refusal.message);
        bookcase_fini(&c);
    }
}

T_TEST(scenario, near_names_are_named)
{
    static const struct {
        const char *from;
        const char *to;
        const char *hint;
    } near[] = {
        {"    priority: P2", "    priorty: P2", "did you mean priority?"},
        {"do: resume", "do: resum", "did you mean resume?"},
        {"contract: acme-l1", "contract: acme-l2", "did you mean acme-l1?"},
        {"    team: manila-a", "    team: manila-b", "did you mean manila-a?"},
        {"    hold: tool-down", "    hold: tool-dwon", "did you mean tool-down?"},
        {"    function: it-helpdesk", "    function: it-helpdsk", "did you mean it-helpdesk?"},
        {"clock: update", "clock: updates", "did you mean update?"},
    };
    for (size_t i = 0; i < COUNT(near); i++) {
        struct bookcase c;
        struct scenario *s;
        bookcase_init(&c);
        const char *text = bookcase_swap(&c, good, near[i].from, near[i].to);
        T_CHECK(link_good(&c, text, &s) > 0, "%s", near[i].to);
        T_EQ_STR(c.refusal.hint, near[i].hint, "%s", c.refusal.message);
        bookcase_fini(&c);
    }
}

/* The prefix, and n times what is repeated, with its number in place of a '#'. */
static char *many(const char *prefix, const char *repeated, size_t n)
{
    const char *mark = strchr(repeated, '#');
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    T_CHECK(out != NULL);
    (void)fputs(prefix, out);
    for (size_t i = 0; i < n && mark == NULL; i++) {
        (void)fputs(repeated, out);
    }
    for (size_t i = 0; i < n && mark != NULL; i++) {
        (void)fprintf(out, "%.*s%zu%s", (int)(mark - repeated), repeated, i, mark + 1);
    }
    T_CHECK(fclose(out) == 0);
    return text;
}

T_TEST(scenario, hostile_texts_end_in_a_refusal)
{
    static const struct {
        const char *prefix;
        const char *repeated;
        size_t n;
        const char *message;
    } texts[] = {
        {"", "", 0, "is empty"},
        {"tickets: []\n", "", 0, "tickets"},
        {"tickets: ", "[", 20000, ""},
        {"a: &a [x]\nb: *a\n", "", 0, "unknown key"},
        {"tickets: &a [x]\n", "", 0, "anchors"},
        {"tickets:\n", "  - {name: t#, contract: c, opened: 2026-03-02}\n", 101, "tickets"},
        {"tickets:\n  - name: a\n    contract: c\n    opened: 2026-03-02\n    events:\n",
         "      - {at: +#m, do: reply}\n", 1001, "events"},
        {"tickets:\n  - name: a\n    contract: c\n    opened: 2026-03-02\n    expect:\n",
         "      - {clock: update, state: none}\n", 1001, "expect"},
        {"tickets:\n  - {name: a, contract: c, opened: +999999999999999999999h}\n", "", 0, ""},
        {"tickets:\n  - {name: a, contract: c, opened: 2026-03-02, until: "
         "+999999999999999999999h}\n",
         "", 0, "is too long"},
        {"# ", "................................................................", 5000,
         "bytes, more than"},
        {"tickets:\n  - {name: a, contract: c, opened: 2026-03-02}\n---\n", "", 0, "document"},
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct bookcase c;
        struct scenario *s;
        char *text = many(texts[i].prefix, texts[i].repeated, texts[i].n);
        bookcase_init(&c);
        T_CHECK(parse(&c, text, &s) > 0, "%.60s", text);
        T_CHECK(strncmp(c.refusal.message, "s.yaml:", 7) == 0, "%s", c.refusal.message);
        T_CHECK(strstr(c.refusal.message, texts[i].message) != NULL, "%s", c.refusal.message);
        bookcase_fini(&c);
        free(text);
    }
}

/* Several tickets, whose events are too many only together. */
T_TEST(scenario, events_of_all_tickets_are_counted)
{
    struct bookcase c;
    struct scenario *s;
    char *one = many("", "{at: +#m, do: reply}, ", 501);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    T_CHECK(out != NULL);
    (void)fprintf(out,
                  "tickets:\n"
                  "  - {name: a, contract: acme-l1, opened: 2026-12-01, events: [%s]}\n"
                  "  - {name: b, contract: acme-l1, opened: 2026-12-01, events: [%s]}\n",
                  one, one);
    T_CHECK(fclose(out) == 0);
    bookcase_init(&c);
    T_EQ_INT(parse(&c, text, &s), OUTCOME_INVALID_ARGUMENT);
    T_EQ_INT(c.refusal.line, 3, "%s", c.refusal.message);
    bookcase_fini(&c);
    free(text);
    free(one);
}
