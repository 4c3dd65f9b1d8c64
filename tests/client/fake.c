// SPDX-License-Identifier: Apache-2.0
#include "tests/client/fake.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "proto/frame.h"
#include "proto/tlscall.h"
#include "proto/tlsctx.h"

enum { SEEN_MAX = 4096 };

static int64_t wall_at(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct seen {
    uint8_t *p;
    size_t n;
};

struct fake {
    struct fake_options options;
    SSL_CTX *ctx;
    pthread_t thread;
    struct sockaddr_in at;
    char address[64];

    pthread_mutex_t mutex;  // of what follows
    pthread_cond_t changed; // shut, ending, closes, n_seen
    int listener;           // -1: the thread has closed it
    bool shut;
    bool ending;
    unsigned connections;
    unsigned closes;
    unsigned serving; // threads of their own
    unsigned n_seen;
    struct seen seen[SEEN_MAX];
};

struct fake_line {
    struct fake *fake;
    SSL *ssl;
    int fd;
    unsigned number;
    bool cut;
    Slate__V1__Envelope *envelope;
};

static _Noreturn void die(const char *what)
{
    perror(what);
    abort();
}

// ---- a connection -------------------------------------------------------------------------------

static bool read_all(struct fake_line *line, uint8_t *p, size_t n)
{
    while (n > 0) {
        size_t got;

        if (line->cut || tlscall_read(line->ssl, p, n, NULL, 0, &got) != TLSCALL_DONE) {
            return false;
        }
        p += got;
        n -= got;
    }
    return true;
}

bool fake_write_raw(struct fake_line *line, const void *p, size_t n)
{
    const uint8_t *bytes = p;

    while (n > 0) {
        size_t sent;

        if (line->cut || tlscall_write(line->ssl, bytes, n, NULL, 0, &sent) != TLSCALL_DONE) {
            return false;
        }
        bytes += sent;
        n -= sent;
    }
    return true;
}

static bool write_envelope(struct fake_line *line, const Slate__V1__Envelope *envelope)
{
    size_t n = slate__v1__envelope__get_packed_size(envelope);
    uint8_t *p = malloc(FRAME_HEADER_BYTES + n);

    frame_encode(p, n);
    slate__v1__envelope__pack(envelope, p + FRAME_HEADER_BYTES);
    bool written = fake_write_raw(line, p, FRAME_HEADER_BYTES + n);
    free(p);
    return written;
}

unsigned fake_line_number(const struct fake_line *line)
{
    return line->number;
}

static void forget(struct fake_line *line)
{
    if (line->envelope) {
        slate__v1__envelope__free_unpacked(line->envelope, NULL);
        line->envelope = NULL;
    }
}

static void remember(struct fake *fake, uint8_t *p, size_t n)
{
    pthread_mutex_lock(&fake->mutex);
    if (fake->n_seen < SEEN_MAX) {
        fake->seen[fake->n_seen++] = (struct seen){p, n};
        pthread_cond_broadcast(&fake->changed);
    } else {
        free(p);
    }
    pthread_mutex_unlock(&fake->mutex);
}

const Slate__V1__Request *fake_read(struct fake_line *line)
{
    uint8_t header[FRAME_HEADER_BYTES];

    forget(line);
    if (!read_all(line, header, sizeof(header))) {
        return NULL;
    }
    size_t n = frame_want(header, sizeof(header)) - FRAME_HEADER_BYTES;
    uint8_t *p = malloc(n ? n : 1);
    if (!read_all(line, p, n)) {
        free(p);
        return NULL;
    }
    line->envelope = slate__v1__envelope__unpack(NULL, n, p);
    remember(line->fake, p, n);
    return line->envelope ? line->envelope->request : NULL;
}

bool fake_write(struct fake_line *line, const Slate__V1__Reply *reply)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.reply = (Slate__V1__Reply *)(uintptr_t)reply;
    return write_envelope(line, &envelope);
}

bool fake_write_feed(struct fake_line *line, const Slate__V1__Feed *feed)
{
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    envelope.feed = (Slate__V1__Feed *)(uintptr_t)feed;
    return write_envelope(line, &envelope);
}

bool fake_answer(struct fake_line *line, const Slate__V1__Request *request)
{
    static pthread_mutex_t canned = PTHREAD_MUTEX_INITIALIZER; // what it points to is there once
    Slate__V1__Reply reply;

    pthread_mutex_lock(&canned);
    fake_canned(request, &reply);
    reply.has_id = true;
    reply.id = request->id;
    bool written = fake_write(line, &reply);
    pthread_mutex_unlock(&canned);
    return written;
}

void fake_cut(struct fake_line *line)
{
    static const struct linger hard = {1, 0};

    setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    line->cut = true;
}

static bool greet(struct fake_line *line)
{
    static uint8_t cluster_id[16] = "canned cluster 1";
    static char *roles[] = {"agent", "lead"};
    Slate__V1__Limits limits = SLATE__V1__LIMITS__INIT;
    Slate__V1__Hello hello = SLATE__V1__HELLO__INIT;
    Slate__V1__Envelope envelope = SLATE__V1__ENVELOPE__INIT;

    limits.has_frame_bytes = limits.has_import_frame_bytes = limits.has_pipelined_requests =
        limits.has_page_rows = limits.has_body_bytes = true;
    limits.frame_bytes = 64 * 1024;
    limits.import_frame_bytes = 1024 * 1024;
    limits.pipelined_requests = 16;
    limits.page_rows = 1000;
    limits.body_bytes = 48 * 1024;
    hello.has_protocol = true;
    hello.protocol = 1;
    hello.server_version = "0.1.0-canned";
    hello.has_cluster_id = true;
    hello.cluster_id = (ProtobufCBinaryData){sizeof(cluster_id), cluster_id};
    hello.has_server_at = true;
    hello.server_at = line->fake->options.is_on_time ? wall_at() : FAKE_NOW_AT;
    hello.zone_release = "2026f";
    hello.source = "mailbox";
    hello.limits = &limits;
    hello.principal = "a.reyes";
    hello.n_roles = 2;
    hello.roles = roles;
    const struct fake_options *options = &line->fake->options;
    if (options->greet && !options->greet(line, &hello, options->arg)) {
        return true;
    }
    envelope.hello = &hello;
    return write_envelope(line, &envelope);
}

static void serve_canned(struct fake_line *line)
{
    const Slate__V1__Request *request;

    while ((request = fake_read(line))) {
        fake_answer(line, request);
        for (unsigned i = 0; request->subscribe && i < FAKE_EVENTS; i++) {
            fake_feed(line, request->id, i, 1);
        }
    }
}

static void serve(struct fake *fake, int fd)
{
    struct fake_line line = {.fake = fake, .fd = fd};

    if (tlsctx_server_ssl(fake->ctx, &line.ssl) == 0 && SSL_set_fd(line.ssl, fd) == 1 &&
        tlscall_handshake(line.ssl, NULL, 0) == TLSCALL_DONE) {
        pthread_mutex_lock(&fake->mutex);
        line.number = ++fake->connections;
        pthread_mutex_unlock(&fake->mutex);
        if (greet(&line)) {
            if (fake->options.serve) {
                fake->options.serve(&line, fake->options.arg);
            } else {
                serve_canned(&line);
            }
        }
        if (!line.cut) {
            tlscall_shutdown(line.ssl);
        }
    }
    forget(&line);
    SSL_free(line.ssl);
    close(fd);
    pthread_mutex_lock(&fake->mutex);
    fake->closes++;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

// ---- the server ---------------------------------------------------------------------------------

static void listen_again(struct fake *fake)
{
    static const int on = 1;
    socklen_t n = sizeof(fake->at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fake->options.receive_bytes) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &fake->options.receive_bytes, sizeof(int));
    }
    if (fd < 0 || bind(fd, (struct sockaddr *)&fake->at, sizeof(fake->at)) < 0 ||
        listen(fd, 16) < 0 || getsockname(fd, (struct sockaddr *)&fake->at, &n) < 0) {
        die("fake: listen");
    }
    fake->listener = fd;
}

/** accept() has ended: because the fake is shut for a while, or for good. Returns false then. */
static bool pause_listening(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    close(fake->listener);
    fake->listener = -1;
    while (fake->shut && !fake->ending) {
        pthread_cond_wait(&fake->changed, &fake->mutex);
    }
    bool goes_on = !fake->ending;
    if (goes_on) {
        listen_again(fake);
    }
    pthread_mutex_unlock(&fake->mutex);
    return goes_on;
}

/** A connection with a thread of its own. */
struct guest {
    struct fake *fake;
    int fd;
};

static void *serve_guest(void *arg)
{
    struct guest *guest = arg;
    struct fake *fake = guest->fake;

    serve(fake, guest->fd);
    free(guest);
    pthread_mutex_lock(&fake->mutex);
    fake->serving--;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    return NULL;
}

static void serve_beside(struct fake *fake, int fd)
{
    struct guest *guest = malloc(sizeof(*guest));
    pthread_t thread;

    *guest = (struct guest){fake, fd};
    pthread_mutex_lock(&fake->mutex);
    fake->serving++;
    pthread_mutex_unlock(&fake->mutex);
    if (pthread_create(&thread, NULL, serve_guest, guest) != 0) {
        die("fake: thread");
    }
    pthread_detach(thread);
}

static void *run(void *arg)
{
    struct fake *fake = arg;
    sigset_t pipe;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL); // here only: the client must not need it
    for (;;) {
        int fd = accept(fake->listener, NULL, NULL);

        if (fd >= 0 && fake->options.parallel) {
            serve_beside(fake, fd);
        } else if (fd >= 0) {
            serve(fake, fd);
        } else if (!pause_listening(fake)) {
            return NULL;
        }
    }
}

static int choose_other(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                        const unsigned char *in, unsigned int in_n, void *arg)
{
    (void)ssl;
    (void)out;
    (void)out_n;
    (void)in;
    (void)in_n;
    (void)arg;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

struct fake *fake_new(struct certs *certs, const struct fake_options *options)
{
    static const struct fake_options none;
    struct fake *fake = calloc(1, sizeof(*fake));
    char error[TLSCTX_ERROR_BYTES];
    char file[64];

    fake->options = options ? *options : none;
    const char *name = fake->options.cert ? fake->options.cert : "server";
    struct tlsctx_files files = {.ca = certs_path(certs, "ca.pem")};
    snprintf(file, sizeof(file), "%s.pem", name);
    files.cert = certs_path(certs, file);
    snprintf(file, sizeof(file), "%s.key", name);
    files.key = certs_path(certs, file);
    if (tlsctx_new_server(&files, error, sizeof(error), &fake->ctx) != 0) {
        die(error);
    }
    if (fake->options.alpn) {
        SSL_CTX_set_alpn_select_cb(fake->ctx, choose_other, NULL);
    }
    pthread_mutex_init(&fake->mutex, NULL);
    pthread_cond_init(&fake->changed, NULL);
    fake->at = (struct sockaddr_in){.sin_family = AF_INET};
    fake->at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listen_again(fake);
    snprintf(fake->address, sizeof(fake->address), "localhost:%u", ntohs(fake->at.sin_port));
    if (pthread_create(&fake->thread, NULL, run, fake) != 0) {
        die("fake: thread");
    }
    return fake;
}

void fake_shut(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    fake->shut = true;
    shutdown(fake->listener, SHUT_RDWR); // refuses connections at once, and ends accept()
    pthread_mutex_unlock(&fake->mutex);
}

void fake_open(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    fake->shut = false;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
}

void fake_free(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    fake->ending = true;
    if (fake->listener >= 0) {
        shutdown(fake->listener, SHUT_RDWR);
    }
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    pthread_join(fake->thread, NULL);
    pthread_mutex_lock(&fake->mutex);
    while (fake->serving > 0) {
        pthread_cond_wait(&fake->changed, &fake->mutex);
    }
    pthread_mutex_unlock(&fake->mutex);
    for (unsigned i = 0; i < fake->n_seen; i++) {
        free(fake->seen[i].p);
    }
    SSL_CTX_free(fake->ctx);
    pthread_cond_destroy(&fake->changed);
    pthread_mutex_destroy(&fake->mutex);
    free(fake);
}

const char *fake_address(const struct fake *fake)
{
    return fake->address;
}

unsigned fake_connections(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    unsigned n = fake->connections;
    pthread_mutex_unlock(&fake->mutex);
    return n;
}

/** Wait until one of its counters is n at least. */
static void await(struct fake *fake, const unsigned *counter, unsigned n)
{
    pthread_mutex_lock(&fake->mutex);
    while (*counter < n) {
        pthread_cond_wait(&fake->changed, &fake->mutex);
    }
    pthread_mutex_unlock(&fake->mutex);
}

void fake_await_requests(struct fake *fake, unsigned n)
{
    await(fake, &fake->n_seen, n);
}

void fake_await_closes(struct fake *fake, unsigned n)
{
    await(fake, &fake->closes, n);
}

unsigned fake_requests(struct fake *fake)
{
    pthread_mutex_lock(&fake->mutex);
    unsigned n = fake->n_seen;
    pthread_mutex_unlock(&fake->mutex);
    return n;
}

uint8_t *fake_request(struct fake *fake, unsigned i, size_t *ret_n)
{
    uint8_t *p = NULL;

    pthread_mutex_lock(&fake->mutex);
    if (i < fake->n_seen) {
        p = malloc(fake->seen[i].n);
        memcpy(p, fake->seen[i].p, fake->seen[i].n);
        *ret_n = fake->seen[i].n;
    }
    pthread_mutex_unlock(&fake->mutex);
    return p;
}

static void write_block(FILE *to, const char *key, const char *path)
{
    char line[256];
    FILE *from = fopen(path, "r");

    if (!from) {
        die(path);
    }
    fprintf(to, "%s: |\n", key);
    while (fgets(line, sizeof(line), from)) {
        fprintf(to, "  %s", line);
    }
    fclose(from);
}

void fake_profile(struct fake *fake, struct certs *certs, const char *name, const char *path)
{
    char file[64];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

    if (!f) {
        die(path);
    }
    fprintf(f, "# made by a test\nname: %s\nserver: %s\n", name, fake->address);
    write_block(f, "ca", certs_path(certs, "ca.pem"));
    snprintf(file, sizeof(file), "%s.pem", name);
    write_block(f, "cert", certs_path(certs, file));
    snprintf(file, sizeof(file), "%s.key", name);
    write_block(f, "key", certs_path(certs, file));
    fclose(f);
}
