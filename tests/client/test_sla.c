// SPDX-License-Identifier: Apache-2.0
/*
 * The past, explanations, shares and tried books: what is asked for, and what is worked out here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/explained.h"
#include "client/shares.h"
#include "tests/client/bench.h"
#include "tests/client/play.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))
#define MINUTE  INT64_C(60000000)

// ---- the past -----------------------------------------------------------------------------------

static void run(struct bench *b, const char *const *args, struct play *play)
{
    *play = (struct play){.args = args,
                          .profile = b->profile,
                          .zone = "Asia/Manila",
                          .cols = 120,
                          .now_at = FAKE_NOW_AT};
    setenv("NO_COLOR", "1", 1);
    play_run(play);
}

/** A request that the server got. The caller frees it. */
static Slate__V1__Envelope *request(struct bench *b, unsigned i)
{
    size_t n;
    uint8_t *p = fake_request(b->fake, i, &n);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);

    free(p);
    return m;
}

T_TEST(past, is_asked_for_by_every_verb_that_reads_clocks)
{
    static const char *const verbs[][6] = {
        {"show", "ACME-1042"},
        {"list"},
        {"mine"},
        {"at-risk", "--within", "4h"},
        {"explain", "ACME-1042"},
        {"split", "ACME-1042"},
        {"breaches"},
    };
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        const char *args[12] = {NULL};
        const unsigned before = fake_requests(b.fake);
        struct play play;
        size_t n = 0;

        for (; verbs[i][n]; n++) {
            args[n] = verbs[i][n];
        }
        args[n] = "--as-of";
        args[n + 1] = "yesterday 09:00";
        args[n + 2] = "--as-known=2026-11-21T05:00:00Z";
        run(&b, args, &play);
        T_EQ_INT(play.code, 0, "%s: %s", args[0], play.err);
        T_CHECK(
            strstr(play.out,
                   "as of 2026-11-20 09:00, as known at 2026-11-21 13:00, Asia/Manila (+08:00)"),
            "%s: %s", args[0], play.out);
        play_fini(&play);
        Slate__V1__Envelope *m = request(&b, before);
        T_EQ_INT(m->request->as_of, INT64_C(1795136400000000), "%s", args[0]);
        T_EQ_INT(m->request->as_known, INT64_C(1795237200000000), "%s", args[0]);
        if (m->request->list_tickets && m->request->list_tickets->has_due_before) {
            T_EQ_INT(m->request->list_tickets->due_before, INT64_C(1795136400000000) + 240 * MINUTE,
                     "at risk then");
        }
        slate__v1__envelope__free_unpacked(m, NULL);
    }
}

T_TEST(past, that_was_known_is_of_then_and_nothing_else_is_claimed)
{
    static const char *const known[] = {"show",   "ACME-1042", "--as-known", "yesterday 09:00",
                                        "--json", NULL};
    static const char *const present[] = {"show", "ACME-1042", NULL};
    struct play play;
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    run(&b, known, &play);
    T_CHECK(strstr(play.out, "\"as_of_at\":\"2026-11-20T01:00:00Z\","
                             "\"as_known_at\":\"2026-11-20T01:00:00Z\"}"),
            "%s", play.out);
    play_fini(&play);
    Slate__V1__Envelope *m = request(&b, fake_requests(b.fake) - 1);
    T_CHECK(!m->request->has_as_of, "the server knows that by itself");
    T_EQ_INT(m->request->as_known, INT64_C(1795136400000000));
    slate__v1__envelope__free_unpacked(m, NULL);
    run(&b, present, &play);
    T_CHECK(!strstr(play.out, "as of"), "%s", play.out);
    play_fini(&play);
    m = request(&b, fake_requests(b.fake) - 1);
    T_CHECK(!m->request->has_as_of && !m->request->has_as_known);
    slate__v1__envelope__free_unpacked(m, NULL);
}

T_TEST(past, is_not_changed)
{
    static const char *const verbs[][6] = {
        {"take", "A-1"},
        {"note", "A-1", "--body", "x"},
        {"resolve", "A-1"},
        {"book", "apply"},
        {"hold", "A-1", "--reason", "r"},
        {"new"},
        {"list", "--watch"},
        {"priority", "A-1", "P1"},
        {"close", "A-1"},
        {"next", "--take"},
        {"import", "-"},
        {"intake", "jsonl"},
    };
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        const char *args[12] = {NULL};
        struct play play;
        size_t n = 0;

        for (; verbs[i][n]; n++) {
            args[n] = verbs[i][n];
        }
        args[n] = "--as-of";
        args[n + 1] = "yesterday";
        run(&b, args, &play);
        T_EQ_INT(play.code, 2, "%s: %s", args[0], play.err);
        T_CHECK(strstr(play.err, "--as-of"), "%s: %s", args[0], play.err);
        play_fini(&play);
    }
    T_EQ_INT(fake_requests(b.fake), 0);
}

// ---- why somebody reads -------------------------------------------------------------------------

T_TEST(reads, say_why_with_each_thing_that_they_ask_for)
{
    char out[400];
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    const struct {
        const char *args[8];
        unsigned requests;
    } verbs[] = {
        {{"show", "ACME-1042"}, 1},
        {{"log", "ACME-1042"}, 1},
        {{"list"}, 1},
        {{"mine"}, 1},
        {{"next"}, 1},
        {{"at-risk", "--within", "4h"}, 1},
        {{"explain", "PAGED-1"}, 5}, // reads the log, too
        {{"split", "ACME-1042"}, 1},
        {{"breaches"}, 1},
        {{"journal", "export", "--contract", "acme-l1", "--out", out}, 2},
    };

    snprintf(out, sizeof(out), "%s/out.journal", b.dir.path);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        const char *args[12] = {NULL};
        const unsigned before = fake_requests(b.fake);
        struct play play;
        size_t n = 0;

        for (; verbs[i].args[n]; n++) {
            args[n] = verbs[i].args[n];
        }
        args[n] = "--reason";
        args[n + 1] = "complaint 17";
        run(&b, args, &play);
        T_EQ_INT(play.code, 0, "%s: %s", args[0], play.err);
        play_fini(&play);
        T_EQ_INT(fake_requests(b.fake) - before, verbs[i].requests, "%s", args[0]);
        for (unsigned k = before; k < fake_requests(b.fake); k++) {
            Slate__V1__Envelope *m = request(&b, k);

            T_CHECK(m->request->reason, "%s, request %u", args[0], k - before);
            T_EQ_STR(m->request->reason, "complaint 17", "%s, request %u", args[0], k - before);
            slate__v1__envelope__free_unpacked(m, NULL);
        }
    }
}

// ---- explanations -------------------------------------------------------------------------------

T_TEST(explained, finds_a_warning_as_far_back_as_its_clock_started_and_looks_no_further)
{
    static const char *const args[] = {"explain", "PAGED-1", NULL};
    struct play play;
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    run(&b, args, &play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    T_CHECK(strstr(play.out, "* warning: 75% used"), "%s", play.out);
    play_fini(&play);
    T_EQ_INT(fake_requests(b.fake), 1 + 4, "an explanation, and four pages of five");
}

T_TEST(explained, takes_holidays_apart_where_a_date_begins)
{
    static const struct {
        const char *note;
        size_t bytes;
    } rows[] = {
        {NULL, 0},
        {"", 0},
        {"open, inside hours", 0},
        {"2026-12-25", 0},
        {"2026-12-25 ", 0},
        {"2026-12-25 Christmas", 20},
        {"2026-12-25 Christmas; 2026-12-26 Boxing Day", 20},
        {"2026-12-25 a; b", 15},
        {"2026-12-25 a; 2026-13", 21},
        {"2026/12/25 Christmas", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ_INT(explained_holiday(rows[i].note), rows[i].bytes, "row %zu", i);
    }
}

T_TEST(explained, sums_up_and_marks_what_a_clock_passes)
{
    const struct slate_span spans[] = {
        {.from_at = 100 * MINUTE,
         .to_at = 160 * MINUTE,
         .kind = SLATE_SPAN_COUNTED,
         .counted_us = 60 * MINUTE},
        {.from_at = 160 * MINUTE,
         .to_at = 200 * MINUTE,
         .kind = SLATE_SPAN_OUTSIDE,
         .note = "2026-12-25 Christmas; 2026-12-26 Boxing Day"},
        {.from_at = 200 * MINUTE,
         .to_at = 210 * MINUTE,
         .kind = SLATE_SPAN_PAST_LIMIT,
         .counted_us = 10 * MINUTE},
    };
    const struct slate_clock_explanation one = {
        .clock = {.target_us = 90 * MINUTE,
                  .due_at = 160 * MINUTE,
                  .limit_at = 200 * MINUTE,
                  .breached_at = 200 * MINUTE},
        .spans = spans,
        .n_spans = 3,
        .counted_us = 100 * MINUTE, // 30 of them in spans that were left out
    };
    const struct slate_explanation x = {.clocks = &one, .n_clocks = 1};
    static const struct slate_clock mine = {0};
    static const struct slate_clock another_team = {.team = "b"};
    static const struct slate_clock another_kind = {.kind = SLATE_CLOCK_OLA};
    static const struct slate_clock another_cycle = {.cycle = 2};
    const struct slate_event warnings[] = {
        {.effective_at = 110 * MINUTE, .clock = &another_team, .warning = "1%"},
        {.effective_at = 120 * MINUTE, .clock = &another_kind, .warning = "2%"},
        {.effective_at = 130 * MINUTE, .clock = &another_cycle, .warning = "3%"},
        {.effective_at = 145 * MINUTE, .clock = &mine, .warning = "75%"},
    };
    static const char kinds[] = "smmshhms"; // spans, marks, holidays: breached, then its span
    struct explained e;

    explained_init(&e, &x, 7, warnings, 4);
    const struct explained_clock *c = &e.clocks[0];
    T_EQ_INT(e.as_known_at, 7);
    T_EQ_INT(c->spans[0].sum_us, 90 * MINUTE);
    T_EQ_INT(c->spans[1].sum_us, 90 * MINUTE);
    T_EQ_INT(c->spans[2].sum_us, 100 * MINUTE);
    T_EQ_INT(c->n_marks, 3, "a limit that was passed is the breach");
    T_EQ_STR(c->marks[0].mark, "warning");
    T_EQ_STR(c->marks[0].warning, "75%");
    T_EQ_INT(c->marks[0].sum_us, 75 * MINUTE, "within a span");
    T_EQ_STR(c->marks[1].mark, "due");
    T_EQ_INT(c->marks[1].sum_us, 90 * MINUTE);
    T_EQ_STR(c->marks[2].mark, "breached");
    T_EQ_INT(c->marks[2].mark_at, 200 * MINUTE);
    T_EQ_INT(c->n_steps, strlen(kinds));
    for (size_t i = 0; i < c->n_steps; i++) {
        const struct explained_step *step = &c->steps[i];

        T_EQ_INT(step->span ? 's' : step->mark ? 'm' : 'h', kinds[i], "step %zu", i);
    }
    T_EQ_INT(c->steps[5].holiday_bytes, strlen("2026-12-26 Boxing Day"));
    explained_fini(&e);
}

T_TEST(explained, knows_what_will_have_been_used_ahead)
{
    const struct slate_span span = {.from_at = 100 * MINUTE,
                                    .to_at = 130 * MINUTE,
                                    .kind = SLATE_SPAN_COUNTED,
                                    .counted_us = 30 * MINUTE};
    const struct slate_clock_explanation one = {
        .clock = {.target_us = 90 * MINUTE, .due_at = 190 * MINUTE, .limit_at = 400 * MINUTE},
        .spans = &span,
        .n_spans = 1,
        .counted_us = 30 * MINUTE,
    };
    const struct slate_explanation x = {.clocks = &one, .n_clocks = 1};
    struct explained e;

    explained_init(&e, &x, 0, NULL, 0);
    T_EQ_INT(e.clocks[0].n_marks, 2);
    T_EQ_INT(e.clocks[0].marks[0].sum_us, 90 * MINUTE);
    T_EQ_STR(e.clocks[0].marks[1].mark, "limit");
    T_EQ_INT(e.clocks[0].marks[1].sum_us, 90 * MINUTE);
    explained_fini(&e);
}

// ---- shares -------------------------------------------------------------------------------------

T_TEST(shares, have_percents_that_sum_to_a_hundred)
{
    static const struct {
        uint64_t parts[6];
        size_t n;
        uint32_t percents[6];
    } rows[] = {
        {{0}, 0, {0}},
        {{5}, 1, {100}},
        {{0}, 1, {0}},
        {{0, 0}, 2, {0, 0}},
        {{1, 1}, 2, {50, 50}},
        {{1, 1, 1}, 3, {34, 33, 33}}, // the first of those that lost as much
        {{2, 1, 0}, 3, {67, 33, 0}},
        {{1, 1, 1, 1, 1, 1}, 6, {17, 17, 17, 17, 16, 16}},
        {{997, 1, 1, 1}, 4, {100, 0, 0, 0}},
        {{989, 4, 7}, 3, {99, 0, 1}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX}, 3, {34, 33, 33}},
        {{UINT64_MAX, 1}, 2, {100, 0}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t percents[6] = {0};

        shares_percents(rows[i].parts, rows[i].n, percents);
        for (size_t k = 0; k < rows[i].n; k++) {
            T_EQ_INT(percents[k], rows[i].percents[k], "row %zu, part %zu", i, k);
        }
    }
}

T_TEST(shares, are_summed_by_party)
{
    static const struct slate_share parts[] = {
        {.team = "a", .party = "v", .kind = SLATE_SPAN_COUNTED, .wall_us = 10},
        {.team = "a", .party = "v", .kind = SLATE_SPAN_OUTSIDE, .wall_us = 40},
        {.team = "a", .kind = SLATE_SPAN_HELD, .side = SLATE_SIDE_VENDOR, .wall_us = 5},
        {.team = "a", .kind = SLATE_SPAN_HELD, .side = SLATE_SIDE_BUYER, .wall_us = 15},
        {.team = "b", .party = "v", .kind = SLATE_SPAN_COUNTED, .wall_us = 10},
        {.team = "b", .kind = SLATE_SPAN_HELD, .side = SLATE_SIDE_BUYER, .wall_us = 5},
        {.team = "b", .kind = SLATE_SPAN_HELD, .wall_us = 5},
        {.team = "b", .party = "v", .kind = SLATE_SPAN_PAST_LIMIT, .wall_us = 10},
    };
    static const struct shares_sum expected[] = {
        {.of = "worked", .team = "a", .wall_us = 10},
        {.of = "worked", .team = "b", .wall_us = 20},
        {.of = "held", .side = SLATE_SIDE_BUYER, .wall_us = 20},
        {.of = "held", .side = SLATE_SIDE_VENDOR, .wall_us = 5},
        {.of = "held", .wall_us = 5},
        {.of = "outside", .wall_us = 40},
    };
    const struct slate_clock_split split = {.shares = parts, .n_shares = 8, .wall_us = 100};
    const struct slate_clock_splits splits = {.clocks = &split, .n_clocks = 1};
    struct shares s;

    shares_init(&s, &splits, 0);
    T_EQ_INT(s.clocks[0].n_sums, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < s.clocks[0].n_sums; i++) {
        const struct shares_sum *sum = &s.clocks[0].sums[i];

        T_EQ_STR(sum->of, expected[i].of, "sum %zu", i);
        T_EQ_INT(sum->side, expected[i].side, "sum %zu", i);
        T_EQ_STR(sum->team, expected[i].team, "sum %zu", i);
        T_EQ_INT(sum->wall_us, expected[i].wall_us, "sum %zu", i);
        T_EQ_INT(sum->percent, expected[i].wall_us, "sum %zu", i);
    }
    T_EQ_INT(s.clocks[0].shares[8].share.wall_us, 100, "the total");
    T_EQ_INT(s.clocks[0].shares[8].percent, 100);
    shares_fini(&s);
}

// ---- books --------------------------------------------------------------------------------------

T_TEST(book, tells_how_far_it_is_while_it_looks_at_open_tickets)
{
    static const char *const args[] = {"book", "diff", "-f", "-", NULL};
    struct play play = {.args = args,
                        .input = "contracts: []\n",
                        .zone = "UTC",
                        .cols = 100,
                        .err_tty = true,
                        .now_at = FAKE_NOW_AT};
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    play.profile = b.profile;
    setenv("NO_COLOR", "1", 1);
    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    T_CHECK(strstr(play.err, "looked at 150 open tickets"), "%s", play.err);
    T_CHECK(strstr(play.err, "\r\x1b[K\r\x1b[K") || strstr(play.err, "move\r\x1b[K"), "%s",
            play.err);
    T_CHECK(strstr(play.out, "214 open tickets counted anew"), "%s", play.out);
    play_fini(&play);
    T_EQ_INT(fake_requests(b.fake), 2);
    Slate__V1__Envelope *m = request(&b, fake_requests(b.fake) - 1);
    T_CHECK(m->request->dry_run && m->request->apply_book->has_cursor);
    T_EQ_STR(m->request->apply_book->text, "contracts: []");
    slate__v1__envelope__free_unpacked(m, NULL);
}

/** More moves than a table has, and more than the server tells of. */
static void moves_many(struct fake_line *line, void *arg)
{
    static Slate__V1__DueMove *list[25];
    const Slate__V1__Request *request;
    Slate__V1__Reply reply;

    (void)arg;
    while ((request = fake_read(line))) {
        fake_canned(request, &reply);
        for (size_t i = 0; i < 25; i++) {
            list[i] = reply.book_diff->moves[0];
        }
        reply.book_diff->moves = list;
        reply.book_diff->n_moves = 25;
        reply.book_diff->has_cursor = false;
        reply.book_diff->moved_later = 40;
        reply.has_id = true;
        reply.id = request->id;
        fake_write(line, &reply);
    }
}

T_TEST(book, shows_the_first_moves_and_how_many_more_there_are)
{
    static const char *const args[] = {"book", "diff", "-f", "-", NULL};
    struct play play = {.args = args,
                        .input = "contracts: []\n",
                        .zone = "UTC",
                        .cols = 100,
                        .now_at = FAKE_NOW_AT};
    unsigned rows = 0;
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = moves_many});

    play.profile = b.profile;
    setenv("NO_COLOR", "1", 1);
    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    for (const char *p = play.out; (p = strstr(p, "\nACME-1042  resolution")); p++) {
        rows++;
    }
    T_EQ_INT(rows, 20, "%s", play.out);
    T_CHECK(strstr(play.out, "\nand 20 more\n"), "%s", play.out);
    play_fini(&play);
}

T_TEST(book, is_tried_with_both_files_and_their_names)
{
    const char *args[] = {"book", "try", "-f", "-", NULL, NULL};
    char path[400];
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct play play = {.args = args,
                        .profile = b.profile,
                        .input = "contracts: []\n",
                        .zone = "UTC",
                        .now_at = FAKE_NOW_AT};

    snprintf(path, sizeof(path), "%s/scenario.yaml", b.dir.path);
    FILE *f = fopen(path, "w");
    T_CHECK(f);
    fputs("tickets: []\n", f);
    fclose(f);
    args[4] = path;
    play_run(&play);
    T_EQ_INT(play.code, 1, "an expectation is not met: %s", play.err);
    play_fini(&play);
    Slate__V1__Envelope *m = request(&b, fake_requests(b.fake) - 1);
    T_EQ_STR(m->request->try_book->text, "contracts: []");
    T_EQ_STR(m->request->try_book->file, "stdin");
    T_EQ_STR(m->request->try_book->scenario, "tickets: []");
    T_EQ_STR(m->request->try_book->scenario_file, path);
    slate__v1__envelope__free_unpacked(m, NULL);
}
