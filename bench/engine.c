// SPDX-License-Identifier: Apache-2.0
/*
 * How fast SLA time is reckoned, on one thread: engine [SLATED]
 *
 * Prints, asserts nothing: the time of a due computation by the length of the target, what
 * compiling a year of a calendar takes, the clocks of a million open tickets made anew from their
 * facts, as after a change of calendars or zone data, and with SLATED the cases that `slated try`
 * answers.
 */
#include <fcntl.h>
#include <malloc.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/zonefile.h"
#include "core/instant.h"
#include "core/sla.h"

enum {
    ADDS = 2000000,
    CASES = 200000,
    TICKETS = 1000000,
    FACTS = 3, // of a ticket: opened, and every second one held and resumed
    FIRST_YEAR = 2026,
    YEARS = 10,
};

static uint64_t random_state = 1;

static int64_t draw(int64_t n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(random_state >> 20) % n;
}

static int64_t now_ns(clockid_t id)
{
    struct timespec t;

    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cpu_ns(void)
{
    return now_ns(CLOCK_THREAD_CPUTIME_ID);
}

static int64_t year_at(int year)
{
    return instant_day(year, 1, 1) * US_PER_DAY;
}

static const struct calendar_window parts[] = {{9 * 3600, 12 * 3600}, {13 * 3600, 18 * 3600}};
static const struct calendar_date holidays[] = {
    {.day = 20546}, {.day = 20549}, {.day = 20574}, {.day = 20812}, {.day = 20819}};

/* Monday to Friday, two windows a day, five holidays. */
static struct calendar *office(struct calendar_rules *rules, const struct zone *zone)
{
    *rules = (struct calendar_rules){.zone = zone, .dates = holidays, .n_dates = 5};
    for (int i = 0; i < 5; i++) {
        rules->week[i] = (struct calendar_day){parts, 2};
    }
    return calendar_new(&(struct calendar_version){.effective_at = INSTANT_NONE, .rules = rules},
                        1);
}

static void bench_compile(const struct zone *zone)
{
    struct calendar_rules rules;
    struct calendar *c = office(&rules, zone);
    const size_t before = mallinfo2().uordblks;
    const int64_t begun_ns = cpu_ns();

    for (int y = FIRST_YEAR; y < FIRST_YEAR + YEARS; y++) {
        (void)calendar_between(c, year_at(y), year_at(y + 1));
    }
    printf("compile a calendar            %8.1f us a year\n",
           (double)(cpu_ns() - begun_ns) / 1000 / YEARS);
    printf("                              %8zu bytes a year\n",
           (mallinfo2().uordblks - before) / YEARS);
    calendar_free(c);
}

static void bench_due(const struct calendar *c)
{
    static const int hours[] = {8, 40, 1000};

    for (size_t h = 0; h < sizeof(hours) / sizeof(hours[0]); h++) {
        int64_t sum = 0; // so that nothing is left out
        const int64_t begun_ns = cpu_ns();
        for (int i = 0; i < ADDS; i++) {
            int64_t due_at;
            int64_t limit_at;
            calendar_add(c, year_at(FIRST_YEAR) + draw(365 * US_PER_DAY), hours[h] * US_PER_HOUR,
                         &due_at, &limit_at);
            sum += limit_at - due_at;
        }
        printf("due of a target of %4d h      %8.1f ns%s\n", hours[h],
               (double)(cpu_ns() - begun_ns) / ADDS, sum == 1 ? " " : "");
    }
}

/* A contract with a first response in 8 h and a resolution in 40 h, and its hold. */
struct desk {
    struct book_calendar calendar;
    struct book_target targets[2];
    struct book_hold hold;
    struct book_contract_version version;
    struct book_contract contract;
    struct book book;
};

static void open_desk(struct desk *d, const struct calendar *c)
{
    static const struct clock_warn warns[] = {{.percent = 75}};
    static const char *const priorities[] = {"P1"};

    *d = (struct desk){.calendar = {.id = 1, .name = "office", .calendar = c}};
    for (int i = 0; i < 2; i++) {
        d->targets[i] = (struct book_target){
            .clock = i == 0 ? CLOCK_KIND_FIRST_RESPONSE : CLOCK_KIND_RESOLUTION,
            .within = "",
            .calendar = &d->calendar,
            .rule = {.target_us = (i == 0 ? 8 : 40) * US_PER_HOUR,
                     .calendar = c,
                     .warns = warns,
                     .n_warns = 1},
        };
    }
    d->hold = (struct book_hold){
        .reason = "waiting", .party = SIDE_BUYER, .pauses = 1u << CLOCK_KIND_RESOLUTION};
    d->version = (struct book_contract_version){
        .version = 1,
        .effective_at = INSTANT_NONE,
        .hours = &d->calendar,
        .priorities = {priorities, 1},
        .targets = d->targets,
        .n_targets = 2,
        .holds = &d->hold,
        .n_holds = 1,
        .on_reopen = CLOCK_EXCLUDE,
        .on_retarget = CLOCK_CARRY,
        .min_remaining_us = -1,
    };
    d->contract = (struct book_contract){
        .id = 1, .name = "c", .key = "C", .versions = &d->version, .n_versions = 1};
    d->book = (struct book){
        .contracts = &d->contract, .n_contracts = 1, .calendars = &d->calendar, .n_calendars = 1};
}

/* When each ticket happened: the rest of its facts is the same for all. */
static void make_facts(const struct ticket *t, int64_t opened_at, struct fact facts[static FACTS])
{
    for (size_t i = 0; i < t->n_facts; i++) {
        facts[i] = (struct fact){.at = opened_at + (int64_t)i * 5 * US_PER_HOUR, .seq = i + 1};
    }
    facts[0].kind = FACT_OPENED;
    memcpy(facts[0].name, "P1", 3);
    if (t->n_facts == FACTS) {
        facts[1].kind = FACT_HELD;
        facts[2].kind = FACT_RESUMED;
    }
}

static void bench_clocks(const struct calendar *c)
{
    struct fact *facts = calloc((size_t)TICKETS * FACTS, sizeof(*facts));
    struct desk d;
    struct ticket t = {.contract = 1, .state = TICKET_OPEN, .priority = "P1", .n_reasons = 1};
    const int64_t as_of_at = year_at(FIRST_YEAR) + 170 * US_PER_DAY;
    struct arena arena;
    size_t n_clocks = 0;
    size_t n_late = 0;

    if (facts == NULL) {
        perror("facts");
        return;
    }
    open_desk(&d, c);
    arena_init(&arena, (size_t)1024 * 1024);
    memcpy(t.reasons[0], "waiting", 8);
    for (size_t i = 0; i < TICKETS; i++) {
        t.n_facts = i % 2 ? FACTS : 1;
        make_facts(&t, as_of_at - 10 * US_PER_HOUR - draw(6 * US_PER_DAY), &facts[i * FACTS]);
    }
    const int64_t begun_ns = cpu_ns();
    for (size_t i = 0; i < TICKETS; i++) {
        const struct sla_run *runs;
        size_t n;
        t.number = i + 1;
        t.facts = &facts[i * FACTS];
        t.n_facts = i % 2 ? FACTS : 1;
        t.opened_at = t.received_at = t.facts[0].at;
        if (sla_runs(&d.book, &t, &arena, &runs, &n) != 0) {
            fprintf(stderr, "the arena is too small\n");
            break;
        }
        for (size_t k = 0; k < n; k++) {
            struct sla_clock clock;
            sla_clock(&runs[k], &t, as_of_at, &clock);
            n_clocks++;
            n_late += clock.clock.verdict == TICKET_VERDICT_BREACHED;
        }
        arena_reset(&arena);
    }
    const double seconds = (double)(cpu_ns() - begun_ns) / 1e9;
    printf("%d tickets made anew     %8.2f s, %zu clocks, %zu of them late, %.0f ns a clock\n",
           TICKETS, seconds, n_clocks, n_late, seconds * 1e9 / (double)n_clocks);
    arena_fini(&arena);
    free(facts);
}

/* `slated try` from a file to nowhere; its exit status, or -1, and what it took of a processor. */
static int run_try(const char *slated, const char *path, struct rusage *ret_usage)
{
    char verb[] = "try";
    char *argv[] = {(char *)slated, verb, NULL};
    posix_spawn_file_actions_t files;
    pid_t pid;
    int status = -1;

    if (posix_spawn_file_actions_init(&files) != 0) {
        return -1;
    }
    if (posix_spawn_file_actions_addopen(&files, STDIN_FILENO, path, O_RDONLY, 0) == 0 &&
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawn(&pid, slated, &files, NULL, argv, environ) == 0) {
        (void)wait4(pid, &status, 0, ret_usage);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return status;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void bench_try(const char *slated)
{
    char path[] = "/tmp/slate-bench-XXXXXX";
    const int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (file == NULL) {
        perror(path);
        return;
    }
    for (int i = 0; i < CASES; i++) {
        char text[INSTANT_TEXT_BYTES];
        const int64_t at = year_at(FIRST_YEAR) + draw(365 * 86400) * US_PER_S;
        fprintf(file,
                "{\"id\": %d, \"kind\": \"add\", \"input\": {\"calendar\": {\"tz\": "
                "\"Europe/Berlin\", \"week\": {\"mon\": [[\"09:00\", \"18:00\"]], \"thu\": "
                "[[\"09:00\", \"18:00\"]]}}, \"start\": \"%s\", \"duration_s\": %d}}\n",
                i, instant_format(at, text), 8 * 3600);
    }
    fclose(file);
    struct rusage usage = {0};
    const int64_t begun_ns = now_ns(CLOCK_MONOTONIC);
    const int status = run_try(slated, path, &usage);
    const double seconds = (double)(now_ns(CLOCK_MONOTONIC) - begun_ns) / 1e9;
    printf("slated try, simple cases      %8.0f a second, %.0f a second of processor time%s\n",
           CASES / seconds, CASES / (seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)),
           status != 0 ? ", FAILED" : "");
    unlink(path);
}

int main(int argc, char **argv)
{
    struct calendar_rules rules;
    struct arena arena;
    struct zone *zone;

    arena_init(&arena, ZONEFILE_ZONE_BYTES);
    const int bad = zonefile_load(&arena, ZONEFILE_DIR, "Europe/Berlin", &zone);
    if (bad) {
        fprintf(stderr, "Europe/Berlin: %s\n", zonefile_strerror(bad));
        return 1;
    }
    bench_compile(zone);
    struct calendar *c = office(&rules, zone);
    bench_due(c);
    bench_clocks(c);
    if (argc > 1) {
        bench_try(argv[1]);
    }
    calendar_free(c);
    arena_fini(&arena);
    return 0;
}
