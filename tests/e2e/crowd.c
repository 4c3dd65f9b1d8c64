// SPDX-License-Identifier: Apache-2.0
/*
 * People who do their work, many at once, while something else goes on: each on a connection of its
 * own makes tickets, writes notes and reads them back, and compares every answer with what it must
 * be.
 *
 *     crowd COUNT PACE_MS PROFILE=CONTRACT...
 *
 * COUNT connections are dealt round the profiles; each asks once in PACE_MS. A line NAME or NAME N
 * on standard input ends a phase, once N requests were answered in it, of which one line is told:
 *
 *     NAME requests=N wrong=N p50_us=N p99_us=N max_us=N
 *
 * The end of the input ends it all: `client=I tickets=N` for each, whose subjects are then I-0 to
 * I-(N-1). What was wrong is told at once, on standard error.
 *
 * A request's time runs from when it was due, not from when it was sent: who has to wait asks less,
 * and would otherwise see little of a server that stands still. No answer is asked for twice and no
 * connection made anew, which <slate.h> would do by itself: here each is to be seen.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <slate.h>

#include <openssl/ssl.h>

#include "client/lib/address.h"
#include "client/lib/codec.h"
#include "client/lib/deadline.h"
#include "client/lib/profile.h"
#include "client/lib/session.h"
#include "proto/tlsctx.h"

enum {
    CLIENTS_MAX = 256,
    TICKETS_MAX = 4096,  // of one client
    SAMPLES_MAX = 65536, // of one client in one phase
    SUBJECT_BYTES = 32,
    KEY_BYTES = 32,
    CYCLE = 10,             // requests: one new ticket, one note, one list, else shows
    ANSWER_MS = 120 * 1000, // without an answer until then there is none
    BEGINNERS = 8,          // tickets that each begins with, so that there is something to show
};

struct ticket {
    char key[KEY_BYTES];
    unsigned notes;
};

struct client {
    unsigned number;
    const char *contract;
    pthread_t thread;
    struct session *session;
    struct slate_limits limits;
    uint64_t asked;
    uint64_t seed;
    struct ticket tickets[TICKETS_MAX];
    unsigned n_tickets;

    pthread_mutex_t lock; // of what follows
    uint32_t samples[SAMPLES_MAX];
    size_t n_samples;
    size_t wrong;
    bool resync; // a phase begins: what was missed before isn't made up for
};

static struct client clients[CLIENTS_MAX];
static atomic_bool stopping;
static int never[2]; // a pipe that nothing is written to
static unsigned pace_ms;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // of what follows
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static size_t noted; // requests, in this phase

static unsigned draw(uint64_t *seed, unsigned limit)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((x ^ (x >> 31)) % limit);
}

static void die(const char *what, const char *why) __attribute__((noreturn));
static void die(const char *what, const char *why)
{
    fprintf(stderr, "crowd: %s: %s\n", what, why);
    exit(1);
}

static bool wrong(struct client *c, const char *what, const char *why)
{
    fprintf(stderr, "client %u: %s: %s\n", c->number, what, why);
    pthread_mutex_lock(&c->lock);
    c->wrong++;
    pthread_mutex_unlock(&c->lock);
    return false;
}

static void stop(void)
{
    pthread_mutex_lock(&lock);
    atomic_store(&stopping, true);
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

// ---- asking
// ---------------------------------------------------------------------------------------

/** The one frame that must come next. */
static bool receive(struct client *c, enum codec_answer_kind kind, struct codec_answer *ret)
{
    struct slate_error e;
    struct frame frame;

    if (session_receive(c->session, deadline_after_ms(ANSWER_MS), &frame, &e) != SLATE_OK ||
        codec_decode(frame.payload, frame.n, ret, &e) != SLATE_OK) {
        stop(); // nothing good comes on this connection any more
        return wrong(c, "no answer", e.message);
    }
    if (ret->kind == kind) {
        return true;
    }
    if (ret->kind == CODEC_REFUSED) {
        return wrong(c, "refused", ret->error.message);
    }
    slate_result_free(ret->result);
    return wrong(c, "another kind of answer", "");
}

/** NULL unless it was answered as it should be. */
static struct slate_result *ask(struct client *c, const struct slate_request *q)
{
    uint8_t id[SLATE_REQUEST_ID_BYTES];
    struct codec_answer answer;
    struct slate_error e;
    uint8_t *frame;
    size_t n;

    const bool change = codec_is_change(q->kind);
    if ((change && !slate_request_id_new(id)) ||
        codec_encode(q, ++c->asked, change ? id : NULL, ANSWER_MS, &c->limits, &frame, &n, &e) !=
            SLATE_OK) {
        die("request", "cannot be made");
    }
    const int error = session_send(c->session, frame, n);
    free(frame);
    if (error) {
        die("request", "no memory");
    }
    if (!receive(c, CODEC_RESULT, &answer)) {
        return NULL;
    }
    if (answer.id != c->asked || !codec_expect(answer.result, q->kind)) {
        wrong(c, "an answer to something else", "");
        slate_result_free(answer.result);
        return NULL;
    }
    return answer.result;
}

static void subject_of(const struct client *c, unsigned i, char ret[SUBJECT_BYTES])
{
    (void)snprintf(ret, SUBJECT_BYTES, "%u-%u", c->number, i);
}

static void open_ticket(struct client *c)
{
    char subject[SUBJECT_BYTES];

    if (c->n_tickets == TICKETS_MAX) {
        die("tickets", "too many for this test");
    }
    subject_of(c, c->n_tickets, subject);
    struct slate_result *r = ask(
        c, &(struct slate_request){.kind = SLATE_NEW_TICKET,
                                   .new_ticket = {.contract = c->contract, .subject = subject}});
    if (!r) {
        return;
    }
    const struct slate_ticket *t = &r->changed.ticket;
    if (!same(t->subject, subject) || r->changed.existing || strlen(t->ticket) >= KEY_BYTES) {
        wrong(c, "another ticket than the new one", subject);
    } else {
        (void)snprintf(c->tickets[c->n_tickets++].key, KEY_BYTES, "%s", t->ticket);
    }
    slate_result_free(r);
}

static void write_note(struct client *c, struct ticket *t)
{
    struct slate_result *r = ask(
        c, &(struct slate_request){.kind = SLATE_ADD_MESSAGE,
                                   .add_message = {.ticket = t->key,
                                                   .visibility = SLATE_INTERNAL_NOTE,
                                                   .body = "Looked at it."}});
    if (r && !same(r->changed.ticket.ticket, t->key)) {
        wrong(c, "a note on another ticket", t->key);
    }
    t->notes += r != NULL;
    slate_result_free(r);
}

static void show_ticket(struct client *c, const struct ticket *t)
{
    char subject[SUBJECT_BYTES];

    struct slate_result *r = ask(
        c, &(struct slate_request){.kind = SLATE_SHOW_TICKET, .show_ticket = {.ticket = t->key}});
    if (!r) {
        return;
    }
    subject_of(c, (unsigned)(t - c->tickets), subject);
    if (!same(r->detail.ticket.ticket, t->key) || !same(r->detail.ticket.subject, subject) ||
        (!r->detail.truncated && r->detail.n_messages != t->notes)) {
        wrong(c, "a ticket that isn't as it was left", t->key);
    }
    slate_result_free(r);
}

static void list_tickets(struct client *c)
{
    struct slate_result *r = ask(
        c, &(struct slate_request){.kind = SLATE_LIST_TICKETS,
                                   .list_tickets = {.contract = c->contract, .limit = 5}});
    if (r && r->tickets.n_tickets != 5) {
        wrong(c, "a list that isn't as long as it should be", "");
    }
    slate_result_free(r);
}

static void do_one(struct client *c, unsigned n)
{
    struct ticket *t = c->n_tickets > 0 ? &c->tickets[draw(&c->seed, c->n_tickets)] : NULL;

    if (t == NULL || n % CYCLE == 0) {
        open_ticket(c);
    } else if (n % CYCLE == 3) {
        list_tickets(c);
    } else if (n % CYCLE == 6) {
        write_note(c, t);
    } else {
        show_ticket(c, t);
    }
}

// ---- a client's life
// --------------------------------------------------------------------------------

/** The pace: what is waited for is the time of the next request. */
static void wait_until(int64_t at_us)
{
    const int64_t left_us = at_us - deadline_now_us();
    const struct timespec t = {.tv_sec = left_us / 1000000, .tv_nsec = left_us % 1000000 * 1000};

    if (left_us > 0) {
        (void)ppoll(NULL, 0, &t, NULL);
    }
}

static int64_t pace_us(void)
{
    return (int64_t)pace_ms * 1000;
}

/** True when a phase has begun meanwhile. */
static bool note(struct client *c, int64_t took_us)
{
    pthread_mutex_lock(&c->lock);
    const bool resync = c->resync;
    c->resync = false;
    if (!resync && c->n_samples < SAMPLES_MAX) {
        c->samples[c->n_samples++] = took_us > UINT32_MAX ? UINT32_MAX : (uint32_t)took_us;
    }
    pthread_mutex_unlock(&c->lock);
    pthread_mutex_lock(&lock);
    noted += !resync;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
    return resync;
}

static void *work(void *arg)
{
    struct client *c = arg;
    int64_t due_us = deadline_now_us() + pace_us() * c->number / CLIENTS_MAX;

    for (unsigned n = c->number; !atomic_load(&stopping); n++) {
        wait_until(due_us);
        do_one(c, n);
        const int64_t now_us = deadline_now_us();
        const bool resync = note(c, now_us - due_us);
        due_us = resync ? now_us + pace_us() : due_us + pace_us();
    }
    return NULL;
}

static void come(struct client *c, const char *profile_file)
{
    char text[TLSCTX_ERROR_BYTES];
    struct address address;
    struct profile profile;
    struct slate_error e;
    SSL_CTX *ctx;

    if (profile_load(profile_file, &profile, &e) != SLATE_OK) {
        die(profile_file, e.message);
    }
    const struct tlsctx_pem pem = {.ca = profile.ca, .cert = profile.cert, .key = profile.key};
    if (tlsctx_new_client_pem(&pem, text, sizeof(text), &ctx)) {
        die(profile_file, text);
    }
    if (address_parse(profile.server, &address, &e) != SLATE_OK ||
        session_open(&address, never[0], deadline_after_ms(ANSWER_MS), &c->session, &e) !=
            SLATE_OK ||
        session_handshake(c->session, ctx, address.host, false, deadline_after_ms(ANSWER_MS), &e) !=
            SLATE_OK) {
        die(profile_file, e.message);
    }
    SSL_CTX_free(ctx);
    profile_fini(&profile);
    struct codec_answer hello;
    if (!receive(c, CODEC_HELLO, &hello)) {
        die(profile_file, "no greeting");
    }
    c->limits = hello.server->limits;
    slate_result_free(hello.result);
    pthread_mutex_init(&c->lock, NULL);
    for (unsigned i = 0; i < BEGINNERS; i++) {
        open_ticket(c);
    }
}

// ---- phases
// -----------------------------------------------------------------------------------------

static int by_size(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;
    return (*x > *y) - (*x < *y);
}

/** Until that many were answered, or nobody asks any more. */
static void wait_for(size_t n)
{
    pthread_mutex_lock(&lock);
    while (noted < n && !atomic_load(&stopping)) {
        pthread_cond_wait(&more, &lock);
    }
    noted = 0;
    pthread_mutex_unlock(&lock);
}

static void tell_phase(const char *name, unsigned n_clients)
{
    uint32_t *all = malloc((size_t)n_clients * SAMPLES_MAX * sizeof(*all));
    size_t n = 0;
    size_t n_wrong = 0;

    if (!all) {
        die(name, "no memory");
    }
    for (unsigned i = 0; i < n_clients; i++) {
        struct client *c = &clients[i];
        pthread_mutex_lock(&c->lock);
        memcpy(all + n, c->samples, c->n_samples * sizeof(*all));
        n += c->n_samples;
        n_wrong += c->wrong;
        c->n_samples = c->wrong = 0;
        c->resync = true;
        pthread_mutex_unlock(&c->lock);
    }
    qsort(all, n, sizeof(*all), by_size);
    printf("%s requests=%zu wrong=%zu p50_us=%u p99_us=%u max_us=%u\n", name, n, n_wrong,
           n > 0 ? all[n / 2] : 0, n > 0 ? all[n * 99 / 100] : 0, n > 0 ? all[n - 1] : 0);
    (void)fflush(stdout);
    free(all);
}

int main(int argc, char **argv)
{
    const unsigned count = argc < 4 ? 0 : (unsigned)strtoul(argv[1], NULL, 10);
    char line[128];

    pace_ms = argc < 4 ? 0 : (unsigned)strtoul(argv[2], NULL, 10);
    if (count == 0 || count > CLIENTS_MAX || pace_ms == 0 || pipe(never) != 0) {
        die("usage", "crowd COUNT PACE_MS PROFILE=CONTRACT...");
    }
    for (unsigned i = 0; i < count; i++) {
        char *profile = argv[3 + i % (unsigned)(argc - 3)];
        char *equals = strrchr(profile, '=');
        if (!equals) {
            die(profile, "no contract");
        }
        clients[i].number = i;
        clients[i].seed = i;
        clients[i].contract = equals + 1;
        char *file = strndup(profile, (size_t)(equals - profile));
        come(&clients[i], file);
        free(file);
    }
    for (unsigned i = 0; i < count; i++) {
        if (pthread_create(&clients[i].thread, NULL, work, &clients[i]) != 0) {
            die("client", "no thread");
        }
    }
    tell_phase("ready", count);
    while (fgets(line, sizeof(line), stdin)) {
        char *space = line + strcspn(line, " \n");
        wait_for(*space == ' ' ? strtoul(space, NULL, 10) : 0);
        *space = '\0';
        tell_phase(line, count);
    }
    stop();
    for (unsigned i = 0; i < count; i++) {
        (void)pthread_join(clients[i].thread, NULL);
    }
    tell_phase("end", count);
    for (unsigned i = 0; i < count; i++) {
        printf("client=%u tickets=%u\n", i, clients[i].n_tickets);
        session_free(clients[i].session);
    }
    return 0;
}
