// SPDX-License-Identifier: Apache-2.0
/*
 * Files of lines: import and intake, long ones, slow ones, and servers that go away.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/text.h"
#include "tests/client/bench.h"
#include "tests/client/play.h"
#include "tests/client/process.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

// ---- import of many -----------------------------------------------------------------------------

T_TEST(import, goes_on_after_lines_that_are_wrong)
{
    static const char *const args[] = {"import",   "-",    "--contract", "acme-l1",
                                       "--source", "jira", NULL};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    char *input = malloc(3 * 1024 * 1024);
    size_t n = 0;

    for (unsigned i = 0; i < 500; i++) {
        if (i == 100) { // longer than any line may be
            memset(input + n, 'x', 1200000);
            n += 1200000;
            input[n++] = '\n';
        } else if (i == 200) {
            n += (size_t)snprintf(input + n, 128, "{\"key\": \"200\", oops}\n");
        } else {
            n += (size_t)snprintf(input + n, 128,
                                  "{\"key\":\"%u\",\"opened_at\":\"2026-11-01T08:00:00Z\"}\n", i);
        }
    }
    input[n] = '\0';
    struct play play = {
        .args = args, .profile = b.profile, .input = input, .zone = "UTC", .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 6, "%s", play.err);
    T_CHECK(strstr(play.err, "created 498, existing 0, refused 2; 498 events"), "%s", play.err);
    T_CHECK(strstr(play.err, "stdin:101: refused: the line has more than 1048576 bytes"), "%s",
            play.err);
    T_CHECK(strstr(play.err, "stdin:201:"), "%s", play.err);
    T_CHECK(strstr(play.out, "500\t499\tACME-499\tcreated\t\n"), "%.200s", play.out);
    T_EQ_INT(fake_connections(b.fake), 1);
    T_EQ_INT(fake_requests(b.fake), 498);
    play_fini(&play);
    free(input);
}

static void dies_after_ten(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;
    struct bench *b = arg;

    for (unsigned i = 0; i < 10 && (request = fake_read(line)); i++) {
        fake_answer(line, request);
    }
    fake_shut(b->fake);
    fake_cut(line);
}

T_TEST(import, stops_when_the_server_is_gone)
{
    static const char *const args[] = {"import", "-",         "--contract", "acme-l1", "--source",
                                       "jira",   "--timeout", "1s",         NULL};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = dies_after_ten, .arg = &b});
    char input[200 * 64];
    size_t n = 0;

    for (unsigned i = 0; i < 200; i++) {
        n += (size_t)snprintf(input + n, 128,
                              "{\"key\":\"%u\",\"opened_at\":\"2026-11-01T08:00:00Z\"}\n", i);
    }
    struct play play = {
        .args = args, .profile = b.profile, .input = input, .zone = "UTC", .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 75, "%s", play.err); // the same import can be repeated
    T_CHECK(strstr(play.err, "stopped at line"), "%s", play.err);
    T_CHECK(strstr(play.err, "run the same again"), "%s", play.err);
    T_CHECK(strstr(play.out, "unknown_outcome"), "%s", play.out);
    play_fini(&play);
}

// ---- intake -------------------------------------------------------------------------------------

/** The i-th request that the fake got; the caller frees it. */
static Slate__V1__Envelope *seen(struct bench *b, unsigned i)
{
    size_t n;
    uint8_t *p = fake_request(b->fake, i, &n);

    T_CHECK(p, "there is no request %u", i);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);
    free(p);
    T_CHECK(m && m->request);
    return m;
}

T_TEST(intake, says_all_that_a_line_says)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    struct play play = {
        .args = args,
        .profile = b.profile,
        .zone = "UTC",
        .now_at = FAKE_NOW_AT,
        .input =
            "\xef\xbb\xbf{\"key\":\"1\",\"action\":\"message\",\"id\":\"m7\",\"side\":"
            "\"requester\",\"kind\":"
            "\"human\",\"visibility\":\"public\",\"channel\":\"mail\",\"body\":\"a\\r\\nb\",\"at\":"
            "\"2026-11-21T05:00:00Z\"}\n"
            "{\"key\":\"2\",\"action\":\"open\",\"contract\":\"other\",\"hold\":\"waiting\","
            "\"body\":null}",
    };
    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    Slate__V1__Envelope *m = seen(&b, 0);
    const Slate__V1__Intake *q = m->request->intake;
    T_EQ_INT(m->request->claimed_at, FAKE_NOW_AT - INT64_C(68) * 60 * 1000000);
    T_EQ_STR(q->contract, "acme-l1");
    T_EQ_STR(q->source, "mailbox"); // as the server said when it greeted us
    T_EQ_STR(q->source_key, "1");
    T_EQ_STR(q->line_id, "m7");
    T_EQ_INT(q->action, SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_MESSAGE);
    T_EQ_INT(q->side, SLATE__V1__SIDE__SIDE_REQUESTER);
    T_EQ_INT(q->message_kind, SLATE__V1__MESSAGE_KIND__MESSAGE_KIND_HUMAN);
    T_EQ_INT(q->visibility, SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC);
    T_EQ_STR(q->channel, "mail");
    T_EQ_STR(q->body, "a\nb");
    slate__v1__envelope__free_unpacked(m, NULL);
    m = seen(&b, 1);
    T_CHECK(!m->request->has_claimed_at);
    T_EQ_STR(m->request->intake->contract, "other");
    T_EQ_STR(m->request->intake->hold_reason, "waiting");
    T_CHECK(!m->request->intake->body);
    slate__v1__envelope__free_unpacked(m, NULL);
    play_fini(&play);
}

/** A monitor that says something now and then must not wait for its answers. */
T_TEST(intake, answers_lines_while_more_may_come)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, NULL);

    process_start_fed(&p, b.profile, args);
    process_feed(&p, "{\"key\":\"1\",\"action\":\"open\"}\n{\"key\":\"1\",\"act");
    process_await(&p, 0, "1\t1\tcreated\tACME-1\t\n");
    process_feed(&p, "ion\":\"resolve\"}\n");
    process_await(&p, 0, "2\t1\tupdated\tACME-1\t\n");
    process_feed(&p, NULL);
    T_EQ_INT(process_finish(&p), 0, "%s", p.output);
    T_CHECK(strstr(p.output, "created 1, updated 0, resolved 1, "), "%s", p.output);
}

T_TEST(intake, ends_when_it_is_interrupted_while_it_reads)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, NULL);

    process_start_fed(&p, b.profile, args);
    process_feed(&p, "{\"key\":\"1\",\"action\":\"open\"}\n");
    process_await(&p, 0, "created");
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
    T_CHECK(strstr(p.output, "run the same again: what was applied is not applied twice"), "%s",
            p.output);
}

T_TEST(intake, goes_on_after_lines_that_are_wrong)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", "-q", NULL};
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct text input = {0};

    for (unsigned i = 0; i < 1000; i++) {
        text_add_f(&input,
                   i % 10 == 3 ? "{\"key\":\"%u\"}\n" : "{\"key\":\"%u\",\"action\":\"open\"}\n",
                   i);
    }
    struct play play = {.args = args,
                        .profile = b.profile,
                        .input = text_str(&input),
                        .zone = "UTC",
                        .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 6, "%s", play.err);
    T_CHECK(strstr(play.err, "stdin:994: refused: action is missing\n"), "%s", play.err);
    T_CHECK(strstr(play.err, "created 900, "), "%s", play.err);
    T_CHECK(strstr(play.err, "refused 100\n"), "%s", play.err);
    T_EQ_INT(fake_connections(b.fake), 1);
    T_EQ_INT(fake_requests(b.fake), 900);
    play_fini(&play);
    text_fini(&input);
}

/** Refuses the first `refusals` requests, and answers the others. */
static void refuse_first(struct fake_line *line, unsigned *refusals, Slate__V1__Code code,
                         uint32_t retry_after_ms)
{
    const Slate__V1__Request *request;

    while ((request = fake_read(line))) {
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;

        if (*refusals == 0) {
            fake_answer(line, request);
            continue;
        }
        --*refusals;
        e.has_code = e.has_retry_after_ms = true;
        e.code = code;
        e.message = "busy";
        e.retry_after_ms = retry_after_ms;
        reply.has_id = true;
        reply.id = request->id;
        reply.error = &e;
        fake_write(line, &reply);
    }
}

static void is_busy_first(struct fake_line *line, void *arg)
{
    refuse_first(line, arg, SLATE__V1__CODE__CODE_UNAVAILABLE, 20);
}

static void is_limited_first(struct fake_line *line, void *arg)
{
    refuse_first(line, arg, SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED, 5);
}

static void is_limited_for_long(struct fake_line *line, void *arg)
{
    refuse_first(line, arg, SLATE__V1__CODE__CODE_RESOURCE_EXHAUSTED, 3600 * 1000);
}

/** A line that is asked to come back later is not overtaken by what its file says next about the
 * same ticket. */
T_TEST(intake, keeps_the_order_of_each_key)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    unsigned refusals = 1;
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = is_busy_first, .arg = &refusals});
    struct play play = {
        .args = args,
        .profile = b.profile,
        .zone = "UTC",
        .now_at = FAKE_NOW_AT,
        .input = "{\"key\":\"1\",\"action\":\"open\"}\n"
                 "{\"key\":\"2\",\"action\":\"open\"}\n"
                 "{\"key\":\"1\",\"action\":\"update\",\"priority\":\"P1\"}\n"
                 "{\"key\":\"1\",\"action\":\"update\",\"priority\":\"P2\"}\n",
    };
    unsigned told[3] = {0};
    unsigned n = 0;

    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), 5);
    for (unsigned i = 1; i < 5; i++) { // the first was refused
        Slate__V1__Envelope *m = seen(&b, i);
        const Slate__V1__Intake *q = m->request->intake;

        if (strcmp(q->source_key, "1") == 0) {
            T_CHECK(n < 3);
            told[n++] = q->action == SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_OPEN ? 0
                        : strcmp(q->priority, "P1") == 0                          ? 1
                                                                                  : 2;
        }
        slate__v1__envelope__free_unpacked(m, NULL);
    }
    T_EQ_INT(n, 3);
    T_CHECK(told[0] == 0 && told[1] == 1 && told[2] == 2, "%u %u %u", told[0], told[1], told[2]);
    play_fini(&play);
}

/** What the server can't take now says nothing about the line, and the lines behind it must not go
 * before it. */
T_TEST(intake, stops_where_the_server_takes_nothing)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    unsigned refusals = 4; // as often as a request is sent
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = is_busy_first, .arg = &refusals});
    struct play play = {
        .args = args,
        .profile = b.profile,
        .zone = "UTC",
        .now_at = FAKE_NOW_AT,
        .input = "{\"key\":\"1\",\"action\":\"update\",\"priority\":\"P1\"}\n"
                 "{\"key\":\"1\",\"action\":\"update\",\"priority\":\"P2\"}\n",
    };

    play_run(&play);
    T_EQ_INT(play.code, 75, "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), 4);
    T_CHECK(strstr(play.out, "1\t1\tunavailable\t"), "%s", play.out);
    T_CHECK(strstr(play.err, "stopped at line 2\n"), "%s", play.err);
    play_fini(&play);
}

/** A limit on how much we may ask says nothing about a line: it waits, and so do those behind it.
 */
T_TEST(import, waits_where_there_is_a_limit)
{
    static const char *const args[] = {"import", "-", "--contract", "acme-l1", NULL};
    unsigned refusals = 50;
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = is_limited_first, .arg = &refusals});
    struct text input = {0};

    for (unsigned i = 0; i < 30; i++) {
        text_add_f(&input,
                   "{\"key\":\"K-%u\",\"subject\":\"s\",\"opened_at\":\"2026-11-20T10:00:00Z\"}\n",
                   i);
    }
    struct play play = {.args = args,
                        .profile = b.profile,
                        .input = text_str(&input),
                        .zone = "UTC",
                        .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    T_CHECK(strstr(play.err, "created 30, existing 0, refused 0;"), "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), 30 + 50);
    play_fini(&play);
    text_fini(&input);
}

/** When it is longer than the lines can wait, they have not been refused for anything of theirs. */
T_TEST(intake, stops_where_a_limit_lasts)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    unsigned refusals = 1;
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.serve = is_limited_for_long, .arg = &refusals});
    struct play play = {
        .args = args,
        .profile = b.profile,
        .zone = "UTC",
        .now_at = FAKE_NOW_AT,
        .input = "{\"key\":\"1\",\"action\":\"update\",\"priority\":\"P1\"}\n"
                 "{\"key\":\"1\",\"action\":\"update\",\"priority\":\"P2\"}\n",
    };

    play_run(&play);
    T_EQ_INT(play.code, 75, "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), 1, "the second must not go before the first");
    T_CHECK(strstr(play.out, "1\t1\tresource_exhausted\t"), "%s", play.out);
    T_CHECK(strstr(play.err, "stopped at line 2\n"), "%s", play.err);
    play_fini(&play);
}

/** A story a ticket, one after the other: as many tickets are under way as the server takes, and
 * each one's lines come in their order. */
T_TEST(intake, tells_many_stories_at_once)
{
    enum { KEYS = 800, LINES = 5 };
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", "-q", NULL};
    static unsigned told[KEYS];
    CLEANUP struct bench b;
    bench_init(&b, NULL);
    struct text input = {0};

    for (unsigned i = 0; i < KEYS * LINES; i++) {
        text_add_f(&input, "{\"key\":\"%u\",\"action\":\"message\",\"id\":\"%u\",\"body\":\"b\"}\n",
                   i / LINES, i % LINES);
    }
    struct play play = {.args = args,
                        .profile = b.profile,
                        .input = text_str(&input),
                        .zone = "UTC",
                        .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), KEYS * LINES);
    for (unsigned i = 0; i < KEYS * LINES; i++) {
        Slate__V1__Envelope *m = seen(&b, i);
        unsigned key = (unsigned)strtoul(m->request->intake->source_key, NULL, 10);

        T_CHECK(key < KEYS);
        T_EQ_INT((int)strtoul(m->request->intake->line_id, NULL, 10), (int)told[key]++, "%u", key);
        slate__v1__envelope__free_unpacked(m, NULL);
    }
    Slate__V1__Envelope *m = seen(&b, 1);
    T_EQ_STR(m->request->intake->source_key, "1", "the next ticket does not wait for the first");
    slate__v1__envelope__free_unpacked(m, NULL);
    play_fini(&play);
    text_fini(&input);
}

static bool greets_no_source(struct fake_line *line, Slate__V1__Hello *hello, void *arg)
{
    (void)line;
    (void)arg;
    hello->source = NULL;
    return true;
}

T_TEST(intake, is_for_those_who_speak_for_a_source)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.greet = greets_no_source});
    struct play play = {.args = args,
                        .profile = b.profile,
                        .zone = "UTC",
                        .now_at = FAKE_NOW_AT,
                        .input = "{\"key\":\"1\",\"action\":\"open\"}\n"};

    play_run(&play);
    T_EQ_INT(play.code, 4, "%s", play.err);
    T_CHECK(strstr(play.err, "cannot feed lines: "), "%s", play.err);
    T_CHECK(strstr(play.err, "is no intake of a source"), "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), 0);
    play_fini(&play);
}

/** Its number would be that of the connection, from which lines never come. */
T_TEST(intake, takes_no_connection_for_its_input)
{
    static const char *const args[] = {"intake", "jsonl", "--contract", "acme-l1", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, NULL);

    process_start_closed(&p, b.profile, args);
    T_EQ_INT(process_finish(&p), 1, "%s", p.output);
    T_CHECK(strstr(p.output, "slate: stdin: Bad file descriptor\n"), "%s", p.output);
}
