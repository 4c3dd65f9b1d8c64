// SPDX-License-Identifier: Apache-2.0
/*
 * What stays: watch in a pipe and on a terminal, lists that are shown anew, breaks and interrupts.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/text.h"
#include "tests/client/bench.h"
#include "tests/client/play.h"
#include "tests/client/process.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

#define ENTER "\x1b[?1049h"
#define LEAVE "\x1b[?25h\x1b[?1049l"

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;

    for (const char *p = text; (p = strstr(p, what)); p += strlen(what)) {
        n++;
    }
    return n;
}

// ---- watch --------------------------------------------------------------------------------------

T_TEST(watch, writes_a_line_of_json_for_each_event_until_it_is_interrupted)
{
    static const char *const args[] = {"watch", "--team", "manila-a", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    process_start(&p, b.profile, args);
    process_await(&p, 0, "\"kind\":\"resolved\""); // the last of them, and nothing after it
    process_await(&p, 0, "\"reason\":null}\n");
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
    T_EQ_INT(count(p.output, "{\"ticket\":\"ACME-1042\""), FAKE_EVENTS, "%s", p.output);
    T_CHECK(strstr(p.output, "\"sentence\":\"a.reyes put it on hold: waiting-customer (buyer)\""),
            "%s", p.output);
    T_CHECK(strstr(p.output, "hint: to go on here, run the same with --from acme-l1:"), "%s",
            p.output);
}

T_TEST(watch, says_from_where_and_what)
{
    static const char *const args[] = {"watch",
                                       "--from",
                                       "acme-l1:4711,beta:12",
                                       "--kind",
                                       "breach,warning",
                                       "--contract",
                                       "acme-l1",
                                       "-o",
                                       "tsv",
                                       NULL};
    CLEANUP struct bench b;
    static struct process p;
    size_t n;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    process_start(&p, b.profile, args);
    process_await(&p, 0, "\tresolved\t");
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
    uint8_t *bytes = fake_request(b.fake, 0, &n);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, bytes);
    const Slate__V1__Subscribe *q = m->request->subscribe;
    T_EQ_INT(q->n_from, 2);
    T_EQ_STR(q->from[1]->contract, "beta");
    T_EQ_INT(q->from[1]->seq, 12);
    T_EQ_STR(q->contract, "acme-l1");
    T_EQ_INT(q->n_kinds, 2);
    T_EQ_INT(q->kinds[0], SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH);
    slate__v1__envelope__free_unpacked(m, NULL);
    free(bytes);
}

T_TEST(watch, writes_sentences_on_a_terminal)
{
    static const char *const args[] = {"watch", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    process_start_on_terminal(&p, b.profile, args, 100, 30);
    process_await(&p, 0, "2026-11-21 05:58  ACME-1042   resolution BREACHED (target 1h)\r\n");
    process_await(&p, 0, "a.reyes resolved it");
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
}

/** Two events on the first connection; the second one is refused for good. */
static void breaks_then_refuses(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request = fake_read(line);

    (void)arg;
    if (!request) {
        return;
    }
    if (fake_line_number(line) < 3) {
        fake_answer(line, request);
        fake_feed(line, request->id, fake_line_number(line) == 1 ? 0 : 2, 2);
        return;
    }
    Slate__V1__Error e = SLATE__V1__ERROR__INIT;
    Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
    e.has_code = true;
    e.code = SLATE__V1__CODE__CODE_PERMISSION_DENIED;
    e.message = "your roles do not allow this";
    reply.has_id = true;
    reply.id = request->id;
    reply.error = &e;
    fake_write(line, &reply);
}

T_TEST(watch, tells_of_breaks_and_goes_on)
{
    static const char *const args[] = {"watch", "-o", "tsv", NULL};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.is_on_time = true, .serve = breaks_then_refuses});

    struct play play = {
        .args = args, .profile = b.profile, .input = "", .zone = "UTC", .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 4, "%s", play.err);
    T_EQ_INT(count(play.out, "\n"), 4, "%s", play.out);
    T_EQ_INT(count(play.err, "connected again; nothing was missed"), 1, "%s", play.err);
    T_CHECK(strstr(play.err, "to go on here, run the same with --from acme-l1:"), "%s", play.err);
    T_CHECK(strstr(play.err, "cannot watch any longer: your roles do not allow this"), "%s",
            play.err);
    play_fini(&play);
}

// ---- lists --------------------------------------------------------------------------------------

/** The feed gives an event when it is asked to by a byte in the pipe that arg points to. */
static void feeds_when_told(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;
    int *told = arg;
    char byte;

    while ((request = fake_read(line))) {
        const uint64_t id = request->id;

        fake_answer(line, request);
        if (request->subscribe && read(*told, &byte, 1) == 1) {
            fake_feed(line, id, 0, 3);
        }
    }
}

static void close_end(const int *fd)
{
    close(*fd);
}

T_TEST(screen, is_drawn_anew_when_the_terminal_changes_and_left_at_the_end)
{
    static const char *const args[] = {"list", "--watch", NULL};
    static struct process p;
    int told[2];
    T_CHECK(pipe(told) == 0);
    __attribute__((cleanup(close_end))) int end = told[0]; // after b, whose threads read it
    CLEANUP struct bench b;
    bench_init(&b,
               &(struct fake_options){
                   .is_on_time = true, .serve = feeds_when_told, .arg = &end, .parallel = true});

    process_start_on_terminal(&p, b.profile, args, 70, 20);
    process_await(&p, 0, "Ctrl-C ends");
    T_CHECK(strstr(p.output, ENTER), "%s", p.output);
    process_await(&p, 0, "\x1b[J");
    T_CHECK(!strstr(p.output, "Payroll file rejected"), "%s", p.output); // too narrow for it
    size_t before = p.n;
    process_resize(&p, 120, 20);
    process_await(&p, before, "Payroll file rejected");
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
    T_CHECK(strcmp(p.output + p.n - strlen(LEAVE), LEAVE) == 0, "%s", p.output);
    close(told[1]); // nothing ever happened
}

T_TEST(screen, is_drawn_anew_when_something_happens)
{
    static const char *const args[] = {"mine", "--watch", NULL};
    static struct process p;
    int told[2];
    T_CHECK(pipe(told) == 0);
    __attribute__((cleanup(close_end))) int end = told[0]; // after b, whose threads read it
    CLEANUP struct bench b;
    bench_init(&b,
               &(struct fake_options){
                   .is_on_time = true, .serve = feeds_when_told, .arg = &end, .parallel = true});

    process_start_on_terminal(&p, b.profile, args, 100, 20);
    process_await(&p, 0, "\x1b[J");
    size_t before = p.n;
    unsigned requests = fake_requests(b.fake);
    T_CHECK(write(told[1], "x", 1) == 1);
    process_await(&p, before, "\x1b[J");
    T_CHECK(fake_requests(b.fake) > requests);
    kill(p.pid, SIGTERM);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
    T_CHECK(strcmp(p.output + p.n - strlen(LEAVE), LEAVE) == 0, "%s", p.output);
    close(told[1]);
}

// ---- next ---------------------------------------------------------------------------------------

/** Somebody else takes what is taken first. */
static void is_faster(struct fake_line *line, void *arg)
{
    const Slate__V1__Request *request;
    unsigned *taken = arg;

    while ((request = fake_read(line))) {
        if (!request->take_ticket || (*taken)++ >= 1) {
            fake_answer(line, request);
            continue;
        }
        Slate__V1__Error e = SLATE__V1__ERROR__INIT;
        Slate__V1__Reply reply = SLATE__V1__REPLY__INIT;
        e.has_code = true;
        e.code = SLATE__V1__CODE__CODE_ABORTED;
        e.message = "the ticket is at version 6, not 5";
        reply.has_id = true;
        reply.id = request->id;
        reply.error = &e;
        fake_write(line, &reply);
    }
}

T_TEST(next, takes_another_one_when_somebody_was_faster)
{
    static const char *const args[] = {"next", "--take", "-q", NULL};
    CLEANUP struct bench b;
    unsigned taken = 0;
    bench_init(&b, &(struct fake_options){.is_on_time = true, .serve = is_faster, .arg = &taken});

    struct play play = {
        .args = args, .profile = b.profile, .input = "", .zone = "UTC", .now_at = FAKE_NOW_AT};
    play_run(&play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    T_EQ_STR(play.out, "ACME-1042\n"); // the second of the list
    T_EQ_INT(taken, 2);
    play_fini(&play);
}
