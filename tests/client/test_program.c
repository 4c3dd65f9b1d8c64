// SPDX-License-Identifier: Apache-2.0
/*
 * The program against answers that mean harm, and the real thing: processes, signals, an editor.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/frame.h"
#include "tests/client/bench.h"
#include "tests/client/play.h"
#include "tests/client/process.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(bench_fini)))

/** Some file with something in it. */
#define SELF DOCS_DIR "/json.md"

// ---- hostile answers ----------------------------------------------------------------------------

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/** Answers with canned content in which a few bytes were changed, often to what a terminal obeys.
 */
static void answers_badly(struct fake_line *line, void *arg)
{
    static const char nasty[] = "\x1b\x9b\x07\r\n\t\x7f\x00\xff\xc2\x80";
    const Slate__V1__Request *request;
    uint32_t *seed = arg;

    while ((request = fake_read(line))) {
        Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;
        Slate__V1__Reply reply;

        fake_canned(request, &reply);
        reply.has_id = true;
        reply.id = request->id;
        envelope.reply = &reply;
        size_t n = slate__v1__envelope__get_packed_size(&envelope);
        uint8_t *p = malloc(FRAME_HEADER_BYTES + n);
        frame_encode(p, n);
        slate__v1__envelope__pack(&envelope, p + FRAME_HEADER_BYTES);
        for (unsigned k = next_random(seed) % 6; k > 0; k--) {
            uint8_t *at = p + FRAME_HEADER_BYTES + next_random(seed) % n;

            *at = next_random(seed) % 4 ? (uint8_t)nasty[next_random(seed) % (sizeof(nasty) - 1)]
                                        : (uint8_t)next_random(seed);
        }
        fake_write_raw(line, p, FRAME_HEADER_BYTES + n);
        free(p);
    }
}

/** Lines end with \r\n only where it is CSV. */
static void check_clean(const char *stream, const char *what, bool is_csv, unsigned round)
{
    for (const unsigned char *p = (const unsigned char *)stream; *p; p++) {
        const bool is_end = is_csv && strncmp((const char *)p, "\r\n", 2) == 0 &&
                            (const char *)p > stream && p[-1] == '"';

        T_CHECK((*p >= 0x20 && *p != 0x7f) || *p == '\n' || *p == '\t' || is_end,
                "%s, round %u: byte %02x in %s", what, round, *p, stream);
        T_CHECK(!(p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0), "%s, round %u: C1", what, round);
    }
}

static size_t count(const char *const *args)
{
    size_t n = 0;

    while (args[n]) {
        n++;
    }
    return n;
}

T_TEST(program, prints_nothing_that_a_terminal_would_obey_whatever_a_server_sends)
{
    static const char *const runs[][6] = {
        {"list"},
        {"list", "-o", "tsv"},
        {"list", "-o", "csv"},
        {"list", "--json"},
        {"show", "A-1"},
        {"show", "A-1", "-o", "tsv"},
        {"show", "A-1", "-o", "csv"},
        {"show", "A-1", "--json"},
        {"show", "STATE-1"},
        {"take", "A-1"},
        {"take", "A-1", "STATE-2"},
        {"breaches"},
        {"explain", "A-1"},
        {"explain", "A-1", "-o", "tsv"},
        {"explain", "A-1", "-o", "csv"},
        {"explain", "A-1", "--json"},
        {"book", "diff", "-f", "/dev/null"},
        {"book", "show"},
        {"explain", "NEVER-1"},
        {"split", "A-1"},
        {"split", "A-1", "-o", "tsv"},
        {"split", "A-1", "--json"},
        {"book", "try", "-f", SELF, SELF},
        {"log", "MOVED-1"},
        {"list", "-q"},
        {"log", "A-1"},
        {"log", "A-1", "-o", "tsv"},
        {"log", "A-1", "-o", "csv"},
        {"log", "A-1", "--json"},
        {"at-risk"},
        {"next"},
        {"user", "list"},
        {"user", "show"},
        {"merge", "A-1", "STATE-2", "--into", "A-3"},
    };
    uint32_t seed = 11;
    CLEANUP struct bench b;
    bench_init(&b,
               &(struct fake_options){.is_on_time = true, .serve = answers_badly, .arg = &seed});

    setenv("NO_COLOR", "1", 1);
    alarm(600);
    for (unsigned round = 0; round < 10 * t_effort(); round++) {
        for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
            struct play play = {.args = runs[i],
                                .profile = b.profile,
                                .zone = "Asia/Manila",
                                .cols = 90,
                                .now_at = FAKE_NOW_AT};

            play_run(&play);
            const size_t last = count(runs[i]) - 1;

            check_clean(play.out, runs[i][0], strcmp(runs[i][last], "csv") == 0, round);
            check_clean(play.err, runs[i][0], false, round);
            play_fini(&play);
        }
    }
}

// ---- whoever reads it ---------------------------------------------------------------------------

/* frappe/helpdesk#3776, frappe/erpnext#38745, frappe/helpdesk#2487: a server's local time, read in
 * the zone of who looked, made a fresh ticket late, or created in two hours. */
T_TEST(program, means_the_same_instant_in_every_zone)
{
    static const struct {
        const char *tz;
        const char *received;
        const char *due;
        const char *zone;
    } rows[] = {
        {"Asia/Kolkata", "received   11:35 (3m ago)\n", "due 19:38 (in 8h)",
         "Asia/Kolkata (+05:30)"},
        {"America/Mexico_City", "received   00:05 (3m ago)\n", "due 08:08 (in 8h)",
         "America/Mexico_City (-06:00)"},
    };
    static const char *const shown[] = {"show", "ACME-1042", "--tz", "local", "--no-color", NULL};
    static const char *const json[] = {"show", "ACME-1042", "--tz", "local", "--json", NULL};
    char *documents[2];
    CLEANUP struct bench b;
    bench_init(&b, NULL);

    for (size_t i = 0; i < 2; i++) {
        struct play play = {
            .args = shown, .profile = b.profile, .cols = 100, .now_at = FAKE_NOW_AT};
        setenv("TZ", rows[i].tz, 1);
        play_run(&play);
        T_EQ_INT(play.code, 0, "%s", play.err);
        T_CHECK(strstr(play.out, rows[i].received), "%s", play.out);
        T_CHECK(strstr(play.out, rows[i].due), "%s", play.out);
        T_CHECK(strstr(play.out, rows[i].zone), "%s", play.out);
        play_fini(&play);
        play = (struct play){.args = json, .profile = b.profile, .now_at = FAKE_NOW_AT};
        play_run(&play);
        T_EQ_INT(play.code, 0, "%s", play.err);
        documents[i] = strdup(play.out);
        play_fini(&play);
    }
    T_CHECK(strstr(documents[0], "\"received_at\":\"2026-11-21T06:05:00Z\""), "%s", documents[0]);
    T_EQ_STR(documents[0], documents[1], "programs are told in UTC");
    free(documents[0]);
    free(documents[1]);
}

// ---- the real thing -----------------------------------------------------------------------------

T_TEST(program, runs)
{
    static const char *const args[] = {"list", "-q", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    process_start(&p, b.profile, args);
    T_EQ_INT(process_finish(&p), 0, "%s", p.output);
    T_EQ_STR(p.output, "GLOB-77\nACME-1042\nACME-1031\n");
}

T_TEST(program, pretends_to_have_a_terminal_for_tests)
{
    static const char *const args[] = {"list", "--no-header", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    setenv("SLATE_FORCE_TTY", "70", 1);
    process_start(&p, b.profile, args);
    unsetenv("SLATE_FORCE_TTY");
    T_EQ_INT(process_finish(&p), 0, "%s", p.output);
    T_CHECK(strstr(p.output, "ACME-1031  P2  held"), "%s", p.output);
}

static void never_answers(struct fake_line *line, void *arg)
{
    (void)arg;
    while (fake_read(line)) {
    }
}

T_TEST(program, says_what_is_known_when_it_is_interrupted)
{
    static const char *const args[] = {"take", "ACME-1", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, &(struct fake_options){.is_on_time = true, .serve = never_answers});

    process_start(&p, b.profile, args);
    fake_await_requests(b.fake, 1);
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 1, "%s", p.output);
    T_CHECK(
        strstr(p.output, "cannot take ACME-1: it is not known whether this was done: interrupted"),
        "%s", p.output);
    T_CHECK(strstr(p.output, "run the same again with --request-id "), "%s", p.output);
}

T_TEST(program, ends_at_once_when_it_is_interrupted_before_anything_was_sent)
{
    static const char *const args[] = {"show", "ACME-1", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, &(struct fake_options){.is_on_time = true, .serve = never_answers});

    process_start(&p, b.profile, args);
    fake_await_requests(b.fake, 1);
    kill(p.pid, SIGINT);
    T_EQ_INT(process_finish(&p), 130, "%s", p.output);
}

T_TEST(program, fails_when_its_result_cannot_be_written)
{
    static const char *const args[] = {"list", NULL};
    CLEANUP struct bench b;
    bench_init(&b, &(struct fake_options){.is_on_time = true});
    int status;

    pid_t pid = fork();
    if (pid == 0) {
        int full = open("/dev/full", O_WRONLY);
        int null = open("/dev/null", O_WRONLY);

        dup2(full, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        setenv("SLATE_PROFILE", b.profile, 1);
        execl(SLATE_PROGRAM, "slate", args[0], (char *)NULL);
        _exit(126);
    }
    T_CHECK(waitpid(pid, &status, 0) == pid);
    T_CHECK(WIFEXITED(status));
    T_EQ_INT(WEXITSTATUS(status), 1);
}

// ---- the editor ---------------------------------------------------------------------------------

/** Write an "editor": a script that does `command` with the file in $1. */
static void make_editor(struct bench *b, const char *command, char *path, size_t size)
{
    snprintf(path, size, "%s/editor", b->dir.path);
    FILE *f = fopen(path, "w");
    T_CHECK(f);
    fprintf(f, "#!/bin/sh\n%s\n", command);
    fclose(f);
    T_CHECK(chmod(path, 0700) == 0);
}

static void reply_by_editor(struct bench *b, const char *command, struct play *play)
{
    static const char *const args[] = {"reply", "ACME-1", NULL};
    char editor[300];

    make_editor(b, command, editor, sizeof(editor));
    setenv("SLATE_EDITOR", editor, 1);
    setenv("TMPDIR", b->dir.path, 1);
    *play = (struct play){
        .args = args, .profile = b->profile, .zone = "UTC", .cols = 80, .now_at = FAKE_NOW_AT};
    play_run(play);
    unsetenv("SLATE_EDITOR");
    unsetenv("TMPDIR");
}

T_TEST(editor, writes_the_text_above_the_line)
{
    CLEANUP struct bench b;
    struct play play;
    size_t n;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    reply_by_editor(
        &b, "(echo '# a heading'; echo; echo text; cat \"$1\") > \"$1.new\"; mv \"$1.new\" \"$1\"",
        &play);
    T_EQ_INT(play.code, 0, "%s", play.err);
    play_fini(&play);
    uint8_t *p = fake_request(b.fake, 0, &n);
    Slate__V1__Envelope *m = slate__v1__envelope__unpack(NULL, n, p);
    T_EQ_STR(m->request->add_message->body, "# a heading\n\ntext");
    slate__v1__envelope__free_unpacked(m, NULL);
    free(p);
}

T_TEST(editor, cancels_by_an_empty_text)
{
    CLEANUP struct bench b;
    struct play play;
    bench_init(&b, &(struct fake_options){.is_on_time = true});

    reply_by_editor(&b, "true", &play);
    T_EQ_INT(play.code, 1);
    T_CHECK(strstr(play.err, "the text is empty: nothing was sent"), "%s", play.err);
    T_EQ_INT(fake_requests(b.fake), 0);
    play_fini(&play);
    reply_by_editor(&b, "exit 3", &play);
    T_EQ_INT(play.code, 1);
    T_CHECK(strstr(play.err, "failed: nothing was sent"), "%s", play.err);
    play_fini(&play);
}

T_TEST(editor, keeps_a_text_that_could_not_be_sent)
{
    CLEANUP struct bench b;
    struct play play;
    bench_init(&b, &(struct fake_options){.is_on_time = true, .serve = never_answers});
    char text[64] = "";

    fake_shut(b.fake);
    reply_by_editor(&b, "echo precious > \"$1\"", &play);
    T_EQ_INT(play.code, 69, "%s", play.err);
    char *kept = strstr(play.err, "hint: your text is kept in ");
    T_CHECK(kept, "%s", play.err);
    kept += strlen("hint: your text is kept in ");
    kept[strcspn(kept, "\n")] = '\0';
    FILE *f = fopen(kept, "r");
    T_CHECK(f, "%s", kept);
    T_CHECK(fgets(text, sizeof(text), f));
    fclose(f);
    T_EQ_STR(text, "precious\n");
    play_fini(&play);
}

T_TEST(program, tells_time_by_the_servers_clock)
{
    static const char *const args[] = {"show", "ACME-1042", NULL};
    CLEANUP struct bench b;
    static struct process p;
    bench_init(&b, NULL); // its clock stands at an instant of the past

    process_start_on_terminal(&p, b.profile, args, 120, 30);
    T_EQ_INT(process_finish(&p), 0);
    T_CHECK(strstr(p.output, "ahead of the server's: times are told by the server's"), "%s",
            p.output);
    const char *due = strstr(p.output, "in ");
    T_CHECK(due != NULL, "what lies ahead of the server lies ahead: %s", p.output);
}
