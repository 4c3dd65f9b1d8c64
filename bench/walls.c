// SPDX-License-Identifier: Apache-2.0
/*
 * Whether an answer's time tells that there is something which the asker must not know of.
 *
 *     bench_walls PROFILE ROUNDS HIDDEN ABSENT    tickets, contracts or people by name
 *
 * Asks for a thing that is hidden and for one that is not there, by turns in an order that is
 * drawn, over one connection, and prints for each operation the median time of either in
 * microseconds, their ratio, and the ratio of two halves of the hidden one's own times, which is
 * what noise makes of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <slate.h>

enum { ROUNDS_MAX = 1000000 };

struct operation {
    const char *name;
    enum slate_kind kind;
};

static const struct operation of_tickets[] = {
    {"show", SLATE_SHOW_TICKET},
    {"log", SLATE_SHOW_LOG},
    {"explain", SLATE_EXPLAIN},
    {"take", SLATE_TAKE_TICKET},
};
static const struct operation of_contracts[] = {{"list --contract", SLATE_LIST_TICKETS}};
static const struct operation of_people[] = {{"list --owner", SLATE_LIST_TICKETS}};

struct times {
    double us[2 * ROUNDS_MAX];
    size_t n;
};

static struct slate_request request_of(const struct operation *o, const char *name)
{
    struct slate_request q = {.kind = o->kind};

    switch (o->kind) {
    case SLATE_SHOW_TICKET: q.show_ticket.ticket = name; break;
    case SLATE_SHOW_LOG: q.show_log.ticket = name; break;
    case SLATE_EXPLAIN: q.explain.ticket = name; break;
    case SLATE_TAKE_TICKET: q.take_ticket.ticket = name; break;
    default:
        if (o == of_people) {
            q.list_tickets.assignee = name;
        } else {
            q.list_tickets.contract = name;
        }
    }
    return q;
}

static void ask(struct slate *s, const struct operation *o, const char *name, struct times *ret)
{
    const struct slate_request q = request_of(o, name);
    struct slate_result *r = NULL;
    struct slate_error e;
    struct timespec begun;
    struct timespec ended;

    clock_gettime(CLOCK_MONOTONIC, &begun);
    const enum slate_status status = slate_call(s, &q, &r, &e);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    slate_result_free(r);
    if (status != SLATE_NOT_FOUND && (status != SLATE_OK || o != of_people)) {
        fprintf(stderr, "%s %s: %s\n", o->name, name,
                status == SLATE_OK ? "it is there" : e.message);
        exit(1);
    }
    ret->us[ret->n++] = (double)(ended.tv_sec - begun.tv_sec) * 1e6 +
                        (double)(ended.tv_nsec - begun.tv_nsec) / 1e3;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(const double *us, size_t n)
{
    double *sorted = malloc(n * sizeof(*sorted));

    if (sorted == NULL || n == 0) {
        exit(1);
    }
    memcpy(sorted, us, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), compare);
    const double ret = sorted[n / 2];
    free(sorted);
    return ret;
}

/* Which comes first: the same in every run. */
static bool draw(void)
{
    static uint64_t state = 1;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 63 != 0;
}

static void measure(struct slate *s, const struct operation *o, size_t rounds, const char *hidden,
                    const char *absent)
{
    static struct times there;
    static struct times not_there;

    there.n = not_there.n = 0;
    for (size_t i = 0; i < rounds; i++) {
        const bool first = draw();
        ask(s, o, first ? hidden : absent, first ? &there : &not_there);
        ask(s, o, first ? absent : hidden, first ? &not_there : &there);
    }
    const double a = median(there.us, there.n);
    const double b = median(not_there.us, not_there.n);
    printf("%-16s hidden %7.2f us  not there %7.2f us  ratio %.4f  (noise %.4f)\n", o->name, a, b,
           a / b, median(there.us, there.n / 2) / median(there.us + there.n / 2, there.n / 2));
}

int main(int argc, char **argv)
{
    const size_t rounds = argc == 5 ? (size_t)strtoull(argv[2], NULL, 10) : 0;
    const struct operation *operations = of_people;
    size_t n = 1;
    struct slate_error e;
    struct slate *s;

    if (rounds == 0 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_walls PROFILE ROUNDS HIDDEN ABSENT\n");
        return 2;
    }
    if (argv[3][0] >= 'A' && argv[3][0] <= 'Z') {
        operations = of_tickets;
        n = sizeof(of_tickets) / sizeof(of_tickets[0]);
    } else if (strchr(argv[3], '.') == NULL) {
        operations = of_contracts;
    }
    if (slate_open_profile(argv[1], 0, &s, &e) != SLATE_OK) {
        fprintf(stderr, "%s\n", e.message);
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        measure(s, &operations[i], rounds, argv[3], argv[4]);
    }
    slate_close(s);
    return 0;
}
