// SPDX-License-Identifier: Apache-2.0
#include "try.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/zonefile.h"
#include "t.h"

#define TABLE "tests/core/sla_cases.jsonl"

/* Runs the cases in `text`; the answers are the caller's to free. */
static char *run(const char *text, size_t n, int expected)
{
    char *answers = NULL;
    size_t n_answers = 0;
    FILE *in = fmemopen((void *)text, n, "r");
    FILE *out = open_memstream(&answers, &n_answers);

    T_CHECK(in && out);
    const int outcome = try_run(in, out, ZONEFILE_DIR);
    fclose(in);
    fclose(out);
    T_EQ_INT(outcome, expected, "%.200s", text);
    return answers;
}

/* True if an answer is what a case of the table expects of the zone data at hand. */
static bool is_expected(const json_t *answer, const json_t *row, const char *release)
{
    const json_t *by_release = json_object_get(row, "expect_by_release");
    const json_t *known = json_object_get(by_release, release);
    const char *key;
    json_t *value;

    if (!by_release) {
        return json_equal(answer, json_object_get(row, "expect"));
    }
    if (known) {
        return json_equal(answer, known);
    }
    json_object_foreach((json_t *)by_release, key, value)
    {
        if (json_equal(answer, value)) {
            return true;
        }
    }
    return false;
}

T_TEST(try, every_case_of_the_table)
{
    char release[ZONEFILE_RELEASE_BYTES] = "";
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int rows = 0;
    FILE *table = fopen(TABLE, "re");

    T_CHECK(table, "%s", TABLE);
    (void)zonefile_release(ZONEFILE_DIR, release);
    while ((n = getline(&line, &room, table)) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        T_CHECK(row, "%.60s", line);
        char *text = run(line, (size_t)n, 0);
        json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        T_CHECK(answer, "%s", text);
        T_CHECK(json_equal(json_object_get(answer, "id"), json_object_get(row, "id")), "%s", text);
        json_object_del(answer, "id");
        T_CHECK(is_expected(answer, row, release), "%s (%s): %s, zone data %s",
                json_string_value(json_object_get(row, "id")),
                json_string_value(json_object_get(row, "title")), text, release);
        json_decref(answer);
        json_decref(row);
        free(text);
        rows++;
    }
    T_CHECK(rows > 100, "%d rows", rows);
    free(line);
    fclose(table);
}

/* Parts of cases, so that a row below shows what is wrong with it. */
#define MONDAYS                "{\"mon\":[[\"09:00\",\"17:00\"]]}"
#define CALENDAR               "\"calendar\":{\"tz\":\"Etc/UTC\",\"week\":" MONDAYS "}"
#define ADD(rest)              "{\"id\":1,\"kind\":\"add\",\"input\":{" rest "}}"
#define START                  "\"start\":\"2026-03-02T10:00:00Z\""
#define ADD_CALENDAR(calendar) ADD("\"calendar\":" calendar "," START ",\"duration_s\":60")
#define WEEK(week)             ADD_CALENDAR("{\"tz\":\"Etc/UTC\",\"week\":" week "}")
#define DATES(dates)           ADD_CALENDAR("{\"tz\":\"Etc/UTC\",\"dates\":" dates "}")
#define CLOCK(rest)                                                                   \
    "{\"id\":1,\"kind\":\"clock\",\"input\":{" CALENDAR ",\"target_s\":60,\"until\":" \
    "\"2026-03-02T10:00:00Z\"," rest "}}"
#define EVENT(event)   CLOCK("\"events\":[" event "]")
#define AT             "\"2026-03-02T09:00:00Z\""
#define STARTED(rest)  CLOCK("\"events\":[[" AT ",\"start\"]]," rest)
#define BDAYS(rest)    "{\"id\":1,\"kind\":\"bdays\",\"input\":{" CALENDAR "," START "," rest "}}"
#define UNION(members) "{\"union\":[" members "]}"

/* Cases that cannot be used, and what is wrong with them. */
static const struct {
    const char *line;
    const char *error; // begins so
} unusable[] = {
    {"nonsense", "column "},
    {"{\"id\":1", "column "},
    {"{\"id\":1,\"id\":2}", "column "},
    {"[]", "not an object"},
    {"{\"id\":1}", "\"kind\": missing"},
    {"{\"id\":1,\"kind\":\"add\"}", "\"input\": missing"},
    {"{\"id\":1,\"kind\":7,\"input\":{}}", "\"kind\": must be a string"},
    {"{\"id\":1,\"kind\":\"add\",\"input\":[]}", "\"input\": must be an object"},
    {"{\"id\":1,\"kind\":\"guess\",\"input\":{}}", "\"kind\": must be add, between"},
    {ADD(""), "\"calendar\": missing"},
    {ADD("\"calendar\":[]"), "\"calendar\": must be an object"},
    {ADD(CALENDAR "," START), "\"duration_s\": missing"},
    {ADD(CALENDAR ",\"duration_s\":60"), "\"start\": missing"},
    {ADD(CALENDAR "," START ",\"duration_s\":60,\"colour\":1"), "\"colour\": no such key"},
    {ADD(CALENDAR "," START ",\"duration_s\":60.5"), "\"duration_s\": must be a whole number"},
    {ADD(CALENDAR "," START ",\"duration_s\":-1"), "\"duration_s\": must be 0 to 315360000"},
    {ADD(CALENDAR "," START ",\"duration_s\":315360001"), "\"duration_s\": must be 0 to"},
    {ADD(CALENDAR ",\"start\":60,\"duration_s\":60"), "\"start\": must be a string"},
    {ADD(CALENDAR ",\"start\":\"noon\",\"duration_s\":60"), "\"start\": must be an instant"},
    {ADD(CALENDAR ",\"start\":\"2026-03-02T10:00:00.5Z\",\"duration_s\":60"),
     "\"start\": must be whole seconds"},
    {ADD_CALENDAR("{}"), "\"tz\": missing"},
    {ADD_CALENDAR("{\"tz\":1}"), "\"tz\": must be a string"},
    {ADD_CALENDAR("{\"tz\":\"Mars/Base\"}"), "\"tz\": \"Mars/Base\": no such zone"},
    {ADD_CALENDAR("{\"tz\":\"../passwd\"}"), "\"tz\": \"../passwd\": not the name of a zone"},
    {ADD_CALENDAR("{\"tz\":\"Etc/UTC\",\"wek\":{}}"), "\"wek\": no such key"},
    {ADD_CALENDAR("{\"tz\":\"Etc/UTC\",\"over_midnight\":\"cut\"}"),
     "\"over_midnight\": \"cut\" is none of its values"},
    {WEEK("[]"), "\"week\": must be an object"},
    {WEEK("{\"monday\":[]}"), "\"monday\": no such key"},
    {WEEK("{\"mon\":9}"), "\"mon\": must be a list"},
    {WEEK("{\"mon\":[\"09:00\"]}"), "\"mon\": must be a list"},
    {WEEK("{\"mon\":[[\"09:00\"]]}"), "\"mon\": must be a list"},
    {WEEK("{\"mon\":[[9,17]]}"), "\"mon\": must hold times"},
    {WEEK("{\"mon\":[[\"9:00\",\"17:00\"]]}"), "\"mon\": must hold times"},
    {WEEK("{\"mon\":[[\"09:00\",\"48:01\"]]}"), "\"mon\": must hold times"},
    {DATES("[]"), "\"dates\": must be an object"},
    {DATES("{\"2026-02-30\":[]}"), "\"2026-02-30\": must be a date"},
    {DATES("{\"Christmas\":[]}"), "\"Christmas\": must be a date"},
    {DATES("{\"2026-12-25\":7}"), "\"2026-12-25\": must be a list"},
    {ADD_CALENDAR("{\"union\":{}}"), "\"union\": must be a list"},
    {ADD_CALENDAR("{\"union\":[],\"tz\":\"Etc/UTC\"}"), "\"tz\": no such key"},
    {ADD_CALENDAR(UNION("7")), "\"union\": must be a calendar"},
    {ADD_CALENDAR(UNION(UNION(UNION(UNION(UNION(UNION(UNION(UNION(UNION("")))))))))),
     "\"union\": calendars within calendars"},
    {ADD_CALENDAR("{\"versions\":[]}"), "\"versions\": must be 1 to"},
    {ADD_CALENDAR("{\"versions\":7}"), "\"versions\": must be a list"},
    {ADD_CALENDAR("{\"versions\":[7]}"), "\"versions\": must be a list of [instant, calendar]"},
    {ADD_CALENDAR("{\"versions\":[[" AT ",{\"tz\":\"Etc/UTC\"}],[" AT ",{\"tz\":\"Etc/UTC\"}]]}"),
     "\"versions\": must ascend"},
    {ADD_CALENDAR("{\"versions\":[[7,{\"tz\":\"Etc/UTC\"}]]}"), "\"versions\": must be an instant"},
    {ADD_CALENDAR("{\"versions\":[],\"tz\":\"Etc/UTC\"}"), "\"tz\": no such key"},
    {BDAYS("\"cutoff\":\"15:00\""), "\"days\": missing"},
    {BDAYS("\"days\":1"), "\"cutoff\": missing"},
    {BDAYS("\"days\":-1,\"cutoff\":\"15:00\""), "\"days\": must be 0 to"},
    {BDAYS("\"days\":1,\"cutoff\":\"noon\""), "\"cutoff\": must hold times"},
    {BDAYS("\"days\":1,\"cutoff\":\"15:00\",\"cutoff_zone\":7"),
     "\"cutoff_zone\": must be a string"},
    {BDAYS("\"days\":1,\"cutoff\":\"15:00\",\"cutoff_zone\":\"Mars\""),
     "\"cutoff_zone\": \"Mars\": no such zone"},
    {"{\"kind\":\"clock\",\"input\":{\"calendar\":{\"union\":[]},\"days\":1,\"cutoff\":"
     "\"15:00\",\"until\":" AT ",\"events\":[[" AT ",\"start\"]]}}",
     "\"calendar\": a union has no business days"},
    {"{\"kind\":\"bdays\",\"input\":{\"calendar\":{\"union\":[]}," START
     ",\"days\":1,\"cutoff\":\"15:00\"}}",
     "\"calendar\": a union has no business days"},
    {CLOCK("\"events\":{}"), "\"events\": must be a list"},
    {CLOCK("\"events\":[]"), "\"events\": must be 1 to"},
    {EVENT("7"), "\"events\": must be a list of [instant, type, {...}]"},
    {EVENT("[" AT "]"), "\"events\": must be a list of"},
    {EVENT("[" AT ",\"start\",{},{}]"), "\"events\": must be a list of"},
    {EVENT("[" AT ",7]"), "\"events\": must be a list of"},
    {EVENT("[" AT ",\"start\",[]]"), "\"events\": must be a list of"},
    {EVENT("[7,\"start\"]"), "\"events\": must be an instant"},
    {EVENT("[" AT ",\"begin\"]"), "\"events\": no type \"begin\""},
    {EVENT("[" AT ",\"earlier\"]"), "\"since\": missing"},
    {EVENT("[" AT ",\"earlier\",{\"since\":7}]"), "\"since\": must be a string"},
    {EVENT("[" AT ",\"start\",{\"mode\":\"carry\"}]"), "\"mode\": no such key"},
    {EVENT("[" AT ",\"pause\",{\"reason\":7}]"), "\"reason\": must be a string"},
    {EVENT("[" AT ",\"target\"]"), "\"seconds\": missing"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"mode\":\"guess\"}]"),
     "\"mode\": \"guess\" is none of its values"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"min_remaining\":\"1h\"}]"),
     "\"min_remaining\": must be a whole number"},
    {EVENT("[" AT ",\"calendar\"]"), "\"cal\": missing"},
    {EVENT("[" AT ",\"calendar\",{\"cal\":{}}]"), "\"tz\": missing"},
    {EVENT("[" AT ",\"calendar\",{\"cal\":{\"tz\":\"Etc/UTC\"},\"mode\":\"pro_rata\"}]"),
     "\"mode\": \"pro_rata\" is none"},
    {EVENT("[" AT ",\"reopen\",{\"mode\":\"again\"}]"), "\"mode\": \"again\" is none"},
    {EVENT("[" AT ",\"restart\",{\"keep_breach\":1}]"), "\"keep_breach\": must be true"},
    {EVENT("[" AT ",\"stop\",{\"recorded\":7}]"), "\"recorded\": must be a string"},
    {EVENT("[" AT ",\"stop\",{\"max_backdate_s\":\"1d\"}]"), "\"max_backdate_s\": must be a"},
    {EVENT("[" AT ",\"stop\",{\"approved\":\"yes\"}]"), "\"approved\": must be true"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"days\":1}]"), "\"seconds\": not beside"},
    {EVENT("[" AT ",\"target\",{\"days\":1}]"), "\"cutoff\": missing"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"cutoff\":\"15:00\"}]"), "\"days\": missing"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"cutoff_zone\":\"Etc/UTC\"}]"),
     "\"days\": missing"},
    {EVENT("[" AT ",\"target\",{\"days\":0,\"cutoff\":\"15:00\"}]"), "\"days\": must be 1 to"},
    {EVENT("[" AT ",\"target\",{\"days\":1,\"cutoff\":\"15:00\",\"cutoff_zone\":\"Mars\"}]"),
     "\"cutoff_zone\": \"Mars\": no such zone"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"recurs\":1}]"), "\"recurs\": must be true"},
    {EVENT("[" AT ",\"target\",{\"seconds\":60,\"warn_pct\":[0]}]"), "\"warn_pct\": must be"},
    {EVENT("[" AT ",\"calendar\",{\"cal\":{\"union\":[]}}],"
           "[" AT ",\"target\",{\"days\":1,\"cutoff\":\"15:00\"}]"),
     "\"cal\": a union has no business days"},
    {STARTED("\"days\":1"), "\"target_s\": not beside"},
    {STARTED("\"tell_cycle\":1"), "\"tell_cycle\": must be true"},
    {STARTED("\"warn_pct\":50"), "\"warn_pct\": must be a list"},
    {STARTED("\"warn_pct\":[0]"), "\"warn_pct\": must be 1 to 1000"},
    {STARTED("\"warn_pct\":[\"50%\"]"), "\"warn_pct\": must be a whole number"},
    {STARTED("\"warn_pct\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]"),
     "\"warn_pct\": more than 16"},
    {STARTED("\"warn_before_min\":[-5]"), "\"warn_before_min\": must be 0 to"},
};

T_TEST(try, a_case_that_cannot_be_used_says_which_key_is_wrong)
{
    for (size_t i = 0; i < sizeof(unusable) / sizeof(unusable[0]); i++) {
        char *text = run(unusable[i].line, strlen(unusable[i].line), 1);
        json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        const char *error = json_string_value(json_object_get(answer, "error"));
        T_CHECK(error, "%s: %s", unusable[i].line, text);
        T_CHECK(strncmp(error, unusable[i].error, strlen(unusable[i].error)) == 0, "%s: %s",
                unusable[i].line, error);
        T_EQ_INT(json_object_size(answer), 2, "%s", text);
        json_decref(answer);
        free(text);
    }
}

/* A case with `n` times a part, separated by commas; "#" in it stands for its number. */
static char *many(const char *head, const char *part, int n, const char *tail)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    T_CHECK(out);
    fputs(head, out);
    for (int i = 0; i < n; i++) {
        const char *number = strchr(part, '#');
        fputs(i ? "," : "", out);
        if (number) {
            fprintf(out, "%.*s%d%s", (int)(number - part), part, i, number + 1);
        } else {
            fputs(part, out);
        }
    }
    fputs(tail, out);
    fclose(out);
    return text;
}

#define ADD_HEAD "{\"id\":1,\"kind\":\"add\",\"input\":{" START ",\"duration_s\":60,\"calendar\":{"
#define CLOCK_HEAD                                      \
    "{\"id\":1,\"kind\":\"clock\",\"input\":{" CALENDAR \
    ",\"target_s\":60,\"until\":\"2026-03-02T10:00:00Z\",\"events\":["
#define PLAIN "{\"tz\":\"Etc/UTC\"}"
#define SEVEN PLAIN "," PLAIN "," PLAIN "," PLAIN "," PLAIN "," PLAIN "," PLAIN

T_TEST(try, what_is_too_much_is_refused)
{
    static const struct {
        const char *head;
        const char *part;
        const char *tail;
        int most; // one more is refused
        const char *error;
    } rows[] = {
        {ADD_HEAD "\"tz\":\"Etc/UTC\",\"week\":{\"mon\":[", "[\"09:00\",\"17:00\"]", "]}}}}", 32,
         "\"mon\": more than 32 windows"},
        {ADD_HEAD "\"union\":[", PLAIN, "]}}}", 32, "\"union\": more than 32 members"},
        // 1 for the whole and 8 for each
        {ADD_HEAD "\"union\":[", UNION(SEVEN), "]}}}", 31, "\"calendar\": more than 256 calendars"},
        {ADD_HEAD "\"versions\":[", "[\"2026-03-02T10:00:00Z\"," PLAIN "]", "]}}}", 1,
         "\"versions\": must ascend"},
        {CLOCK_HEAD, "[" AT ",\"pause\",{\"reason\":\"#\"}]", "]}}", 32,
         "\"reason\": more than 32 reasons"},
        {CLOCK_HEAD, "[" AT ",\"pause\"]", "]}}", 10000, "\"events\": must be 1 to 10000"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int more = 0; more < 2; more++) {
            char *line = many(rows[i].head, rows[i].part, rows[i].most + more, rows[i].tail);
            char *text = run(line, strlen(line), more);
            json_t *answer = json_loads(text, 0, NULL);
            const char *error = json_string_value(json_object_get(answer, "error"));
            T_EQ_STR(error, more ? rows[i].error : NULL, "%.100s", line);
            json_decref(answer);
            free(text);
            free(line);
        }
    }
    char *dates = many(ADD_HEAD "\"tz\":\"Etc/UTC\",\"dates\":{", "\"#\":[]", 4097, "}}}}");
    char *text = run(dates, strlen(dates), 1);
    T_CHECK(strstr(text, "more than 4096"), "%s", text);
    free(text);
    free(dates);
}

T_TEST(try, a_line_has_a_limit)
{
    enum { N = 4 * 1024 * 1024 + 1 };
    char *text = malloc(N + 1);
    T_CHECK(text);
    memset(text, ' ', N);
    text[0] = '{';
    text[N - 1] = '}';
    text[N] = '\0';
    char *answer = run(text, N, 1);
    T_EQ_STR(answer, "{\"id\": null, \"error\": \"the line is too long\"}\n");
    free(answer);
    free(text);
}

T_TEST(try, each_line_has_its_answer)
{
    static const char lines[] = "\n" // blank lines are no cases
        ADD(CALENDAR
            "," START
            ",\"duration_s\":60") "\n"
                                  "  \t\r\n"
                                  "{\"id\":\"\\u00e4\\u001b[2J\\\"\",\"kind\":\"x\",\"input\":{}}"
                                  "\r\n"
                                  "{\"id\":{\"a\":[1]},\"kind\":\"between\",\"title\":\"passes\","
                                  "\"input\":{" CALENDAR ",\"from\":" AT ",\"to\":" AT "}}\n"
                                  // the last one without an end
                                  "{\"kind\":\"between\",\"input\":{" CALENDAR ",\"from\":" AT
                                  ",\"to\":\"2026-03-02T09:00:07Z\"}}";
    char *text = run(lines, sizeof(lines) - 1, 1);

    T_EQ_STR(text,
             "{\"id\": 1, \"due\": \"2026-03-02T10:01:00Z\", \"limit\": \"2026-03-02T10:01:00Z\"}\n"
             "{\"id\": \"\\u00E4\\u001B[2J\\\"\", \"error\": \"\\\"kind\\\": must be add, between, "
             "bdays or clock\"}\n"
             "{\"id\": {\"a\":[1]}, \"elapsed_s\": 0}\n"
             "{\"id\": null, \"elapsed_s\": 7}\n");
    free(text);
    text = run(" ", 1, 0);
    T_EQ_STR(text, "", "nothing asked, nothing answered");
    free(text);
}

/* 31 bytes and a letter of two: what is quoted of it ends within the letter. */
T_TEST(try, what_is_quoted_never_breaks_the_answer)
{
    static const char line[] = EVENT("[" AT ",\"0123456789012345678901234567890\u00e4\"]") "\n";
    char *text = run(line, sizeof(line) - 1, 1);

    T_EQ_STR(text, "{\"id\": 1, \"error\": \"\\\"events\\\": no type "
                   "\\\"0123456789012345678901234567890?\\\"\"}\n");
    free(text);
}

T_TEST(try, warnings_asked_for_twice_are_told_once)
{
    static const char line[] = STARTED("\"warn_pct\":[50,50,90],\"warn_before_min\":[1,1]");
    char *text = run(line, sizeof(line) - 1, 0);
    json_t *answer = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    T_EQ_INT(json_object_size(json_object_get(answer, "warnings")), 3, "%s", text);
    json_decref(answer);
    free(text);
}

T_TEST(try, zones_come_from_the_folder_named)
{
    static const char line[] = ADD(CALENDAR "," START ",\"duration_s\":60") "\n";
    char *answers = NULL;
    size_t n = 0;
    FILE *in = fmemopen((void *)line, sizeof(line) - 1, "r");
    FILE *out = open_memstream(&answers, &n);

    T_EQ_INT(try_run(in, out, "/nonexistent"), 1);
    fclose(in);
    fclose(out);
    T_CHECK(strstr(answers, "no such zone"), "%s", answers);
    free(answers);
}

T_TEST(try, broken_streams_are_told)
{
    static const char line[] = ADD(CALENDAR "," START ",\"duration_s\":60") "\n";
    FILE *in = fmemopen((void *)line, sizeof(line) - 1, "r");
    FILE *full = fopen("/dev/full", "we");
    FILE *folder = fopen(".", "re");
    FILE *null = fopen("/dev/null", "we");

    T_CHECK(in && full && folder && null);
    T_EQ_INT(try_run(in, full, ZONEFILE_DIR), -1, "cannot write");
    T_EQ_INT(try_run(folder, null, ZONEFILE_DIR), -1, "cannot read");
    fclose(in);
    fclose(full);
    fclose(folder);
    fclose(null);
}

/* Calendars are kept from case to case: that must never show. */
T_TEST(try, calendars_that_come_again_are_the_same)
{
    enum { CALENDARS = 20, LINES = 400, LINE_BYTES = 640 };
    static char lines[LINES][LINE_BYTES];
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    unsigned pick = 1;

    T_CHECK(out != NULL);
    for (int i = 0; i < LINES; i++) {
        char calendars[3][128];
        for (int k = 0; k < 3; k++) {
            pick = pick * 1103515245U + 12345U;
            (void)snprintf(calendars[k], sizeof(calendars[k]),
                           "{\"tz\": \"Europe/Berlin\", \"week\": {\"mon\": [[\"09:00\", "
                           "\"%02u:00\"]]}}",
                           (pick >> 16) % (i < LINES / 2 ? CALENDARS : 4) + 10);
        }
        (void)snprintf(lines[i], sizeof(lines[i]),
                       "{\"id\": %d, \"kind\": \"clock\", \"input\": {\"calendar\": %s, "
                       "\"target_s\": 7200, \"events\": [[\"2026-03-02T09:00:00Z\", \"start\"], "
                       "[\"2026-03-02T10:00:00Z\", \"calendar\", {\"cal\": %s}], "
                       "[\"2026-03-02T10:30:00Z\", \"calendar\", {\"cal\": %s}]], \"until\": "
                       "\"2026-03-10T09:00:00Z\"}}\n",
                       i, calendars[0], calendars[1], i % 7 == 3 ? "{\"union\": 3}" : calendars[2]);
        (void)fputs(lines[i], out);
    }
    T_CHECK(fclose(out) == 0);
    char *answers = run(all, size, 1);
    const char *p = answers;
    for (int i = 0; i < LINES; i++) {
        char *alone = run(lines[i], strlen(lines[i]), i % 7 == 3);
        T_CHECK(strncmp(p, alone, strlen(alone)) == 0, "%s", lines[i]);
        p += strlen(alone);
        free(alone);
    }
    T_CHECK(*p == '\0');
    free(answers);
    free(all);
}
