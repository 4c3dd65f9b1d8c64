// SPDX-License-Identifier: Apache-2.0
#include "client/lib/session.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/lib/deadline.h"
#include "client/lib/error.h"
#include "client/lib/refusal.h"
#include "client/lib/socket_bio.h"
#include "proto/tlscall.h"
#include "proto/tlsctx.h"

/** A TLS record's worth. */
#define READ_BYTES ((size_t)16 * 1024)

/** After so long a silence the system asks the other end whether it is still there, and gives it up
 * after three questions: who only waits, as a reader of events does, learns it in no other way. */
enum { KEEPALIVE_IDLE_S = 30, KEEPALIVE_INTERVAL_S = 10, KEEPALIVE_COUNT = 3 };

/** Queued bytes that are worth a write before anybody waits. */
#define FLUSH_BYTES ((size_t)16 * 1024)

#define PEER_BYTES (ADDRESS_HOST_BYTES + ADDRESS_PORT_BYTES + 3)

/** Bytes between two ends: [done, n) of p are still of use. */
struct queue {
    uint8_t *p;
    size_t size;
    size_t n;
    size_t done;
};

struct session {
    int fd;
    int interrupt_fd;
    SSL *ssl;
    int alert;             // the last that the server sent, or -1
    char peer[PEER_BYTES]; // for messages
    struct queue in;
    struct queue out;
    bool secured; // hands were shaken
    bool failed;  // `error` is the reason
    struct slate_error error;
};

// ---- queues -------------------------------------------------------------------------------------

static size_t queue_left(const struct queue *q)
{
    return q->n - q->done;
}

/** Make room for n more bytes behind the last. */
static int queue_reserve(struct queue *q, size_t n)
{
    if (q->done > 0) {
        memmove(q->p, q->p + q->done, queue_left(q));
        q->n -= q->done;
        q->done = 0;
    }
    if (q->size - q->n >= n) {
        return 0;
    }
    size_t size = q->size ? q->size : READ_BYTES;
    while (size - q->n < n) {
        size *= 2;
    }
    uint8_t *p = realloc(q->p, size);
    if (!p) {
        return -1;
    }
    q->p = p;
    q->size = size;
    return 0;
}

// ---- failure ------------------------------------------------------------------------------------

static enum slate_status fail(struct session *s, const struct slate_error *e)
{
    s->failed = true;
    s->error = *e;
    return e->code;
}

/** What a TLS call that ended a connection means. */
static enum slate_status broken(struct session *s, enum tlscall outcome, const char *text)
{
    struct slate_error e;

    if (outcome == TLSCALL_FAILED || s->alert > 0) { // 0 is close_notify
        refusal_explain(s->ssl, s->peer, s->alert, text, &e);
    } else if (outcome == TLSCALL_CLOSED) {
        error_set(&e, SLATE_UNREACHABLE, "%s: the server closed the connection", s->peer);
    } else {
        error_set(&e, SLATE_UNREACHABLE, "%s: connection lost: %s", s->peer, text);
    }
    return fail(s, &e);
}

/** Wait until the descriptor is ready for `events`. Gives SLATE_OK, SLATE_TIMEOUT or
 * SLATE_CANCELLED, and fails no session. */
static enum slate_status wait_ready(const struct session *s, short events, int64_t until_us,
                                    struct slate_error *e)
{
    for (;;) {
        struct pollfd fds[] = {{.fd = s->fd, .events = events},
                               {.fd = s->interrupt_fd, .events = POLLIN}};
        int ms = deadline_poll_ms(until_us);
        int n = poll(fds, 2, ms);

        if (n < 0 && errno != EINTR) {
            return error_set(e, SLATE_INTERNAL, "poll: %s", strerror(errno));
        }
        if (n > 0 && fds[1].revents) {
            return error_set(e, SLATE_CANCELLED, "interrupted");
        }
        if (n > 0) {
            return SLATE_OK;
        }
        if (n == 0 && ms == 0) {
            return error_set(e, SLATE_TIMEOUT, "%s: no answer in time", s->peer);
        }
    }
}

// ---- connecting ---------------------------------------------------------------------------------

static enum slate_status unreachable(const struct session *s, int error_number,
                                     struct slate_error *e)
{
    error_set(e, SLATE_UNREACHABLE, "%s: %s", s->peer, strerror(error_number));
    if (error_number == ECONNREFUSED) {
        error_hint(e, "is the server running, and is this its address?");
    }
    return SLATE_UNREACHABLE;
}

static void set_options(int fd)
{
    static const struct {
        int level, name, value;
    } table[] = {
        // Frames are written whole: waiting for more to send would only delay them
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        setsockopt(fd, table[i].level, table[i].name, &table[i].value, sizeof(table[i].value));
    }
}

static enum slate_status connect_one(struct session *s, const struct addrinfo *a, int64_t until_us,
                                     struct slate_error *e)
{
    s->fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (s->fd < 0) {
        return unreachable(s, errno, e);
    }
    set_options(s->fd);
    if (connect(s->fd, a->ai_addr, a->ai_addrlen) == 0) {
        return SLATE_OK;
    }
    int error_number = errno;
    if (error_number == EINPROGRESS) {
        enum slate_status status = wait_ready(s, POLLOUT, until_us, e);
        socklen_t n = sizeof(error_number);

        if (status != SLATE_OK) {
            return status;
        }
        if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error_number, &n) < 0) {
            error_number = errno;
        }
    }
    return error_number ? unreachable(s, error_number, e) : SLATE_OK;
}

/** Try one address after the other; each gets its fair part of the time that is left. */
static enum slate_status connect_any(struct session *s, const struct address *address,
                                     int64_t until_us, struct slate_error *e)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    int n = 0;

    int r = getaddrinfo(address->host, address->port, &hints, &list);
    if (r != 0) {
        error_set(e, SLATE_UNREACHABLE, "%s: %s", s->peer,
                  r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r));
        error_hint(e, "is the host's name right?");
        return SLATE_UNREACHABLE;
    }
    for (const struct addrinfo *a = list; a; a = a->ai_next) {
        n++;
    }
    enum slate_status status = SLATE_UNREACHABLE;
    for (const struct addrinfo *a = list; a; a = a->ai_next, n--) {
        int64_t now_us = deadline_now_us();
        int64_t share_us = now_us + (until_us - now_us) / n;

        status = connect_one(s, a, share_us < until_us ? share_us : until_us, e);
        if (status == SLATE_OK || status == SLATE_CANCELLED) {
            break;
        }
        if (s->fd >= 0) {
            close(s->fd);
            s->fd = -1;
        }
    }
    freeaddrinfo(list);
    if (status == SLATE_TIMEOUT) {
        error_set(e, SLATE_TIMEOUT, "%s: no connection in time", s->peer);
    }
    return status;
}

enum slate_status session_open(const struct address *address, int interrupt_fd, int64_t until_us,
                               struct session **ret, struct slate_error *reterr)
{
    struct session *s = calloc(1, sizeof(*s));

    if (!s) {
        return error_no_memory(reterr);
    }
    s->fd = -1;
    s->interrupt_fd = interrupt_fd;
    s->alert = -1;
    snprintf(s->peer, sizeof(s->peer), strchr(address->host, ':') ? "[%s]:%s" : "%s:%s",
             address->host, address->port);
    enum slate_status status = connect_any(s, address, until_us, reterr);
    if (status != SLATE_OK) {
        session_free(s);
        return status;
    }
    *ret = s;
    return SLATE_OK;
}

enum slate_status session_handshake(struct session *s, struct ssl_ctx_st *ctx, const char *host,
                                    bool enrols, int64_t until_us, struct slate_error *reterr)
{
    char text[TLSCALL_ERROR_BYTES] = "";
    const int made = enrols ? tlsctx_enrol_ssl(ctx, host, &s->ssl)
                            : tlsctx_client_ssl(ctx, host, &s->ssl);

    if (made < 0 || socket_bio_set(s->ssl, s->fd) < 0) {
        return error_no_memory(reterr);
    }
    SSL_set_read_ahead(s->ssl, 1); // one read() for many small records; all are read before a wait
    refusal_watch(s->ssl, &s->alert);
    for (;;) {
        enum tlscall outcome = tlscall_handshake(s->ssl, text, sizeof(text));
        enum slate_status status;

        switch (outcome) {
        case TLSCALL_DONE: s->secured = true; return SLATE_OK;
        case TLSCALL_WANT_READ: status = wait_ready(s, POLLIN, until_us, reterr); break;
        case TLSCALL_WANT_WRITE: status = wait_ready(s, POLLOUT, until_us, reterr); break;
        default:
            status = broken(s, outcome, text);
            *reterr = s->error;
            break;
        }
        if (status != SLATE_OK) {
            return status;
        }
    }
}

void session_free(struct session *s)
{
    if (!s) {
        return;
    }
    if (s->secured && !s->failed) {
        tlscall_shutdown(s->ssl);
    }
    SSL_free(s->ssl);
    if (s->fd >= 0) {
        close(s->fd);
    }
    free(s->in.p);
    free(s->out.p);
    free(s);
}

// ---- moving bytes -------------------------------------------------------------------------------

/** What a step that can't go on has to wait for, as poll() events; 0 = it went on. */
struct step {
    enum slate_status status;
    short wants;
};

static struct step settle(struct session *s, enum tlscall outcome, const char *text)
{
    switch (outcome) {
    case TLSCALL_DONE: return (struct step){SLATE_OK, 0};
    case TLSCALL_WANT_READ: return (struct step){SLATE_OK, POLLIN};
    case TLSCALL_WANT_WRITE: return (struct step){SLATE_OK, POLLOUT};
    default: return (struct step){broken(s, outcome, text), 0};
    }
}

static struct step write_some(struct session *s)
{
    char text[TLSCALL_ERROR_BYTES] = "";
    size_t n = 0;

    enum tlscall outcome = tlscall_write(s->ssl, s->out.p + s->out.done, queue_left(&s->out), text,
                                         sizeof(text), &n);
    if (outcome == TLSCALL_DONE) {
        s->out.done += n;
    }
    return settle(s, outcome, text);
}

static struct step read_some(struct session *s)
{
    char text[TLSCALL_ERROR_BYTES] = "";
    size_t n = 0;

    if (queue_reserve(&s->in, READ_BYTES) < 0) {
        struct slate_error e;

        error_no_memory(&e);
        return (struct step){fail(s, &e), 0};
    }
    enum tlscall outcome = tlscall_read(s->ssl, s->in.p + s->in.n, READ_BYTES, text, sizeof(text),
                                        &n);
    if (outcome == TLSCALL_DONE) {
        s->in.n += n;
    }
    return settle(s, outcome, text);
}

int session_send(struct session *s, const uint8_t *p, size_t n)
{
    if (queue_reserve(&s->out, n) < 0) {
        return -1;
    }
    memcpy(s->out.p + s->out.n, p, n);
    s->out.n += n;
    while (!s->failed && queue_left(&s->out) >= FLUSH_BYTES) {
        struct step step = write_some(s);

        if (step.status != SLATE_OK || step.wants) {
            break;
        }
    }
    return 0;
}

/** Take a frame out of what was read. SLATE_OK with ret->n == 0: there is no whole one. */
static enum slate_status take_frame(struct session *s, struct frame *ret)
{
    struct slate_error e;

    *ret = (struct frame){0};
    if (queue_left(&s->in) == 0) {
        return SLATE_OK;
    }
    ssize_t n = frame_decode(ret, s->in.p + s->in.done, queue_left(&s->in), FRAME_BYTES_MAX);
    if (n >= 0) {
        s->in.done += (size_t)n;
        return SLATE_OK;
    }
    error_set(&e, SLATE_PROTOCOL, "%s: the server sent %s frame", s->peer,
              n == FRAME_EMPTY ? "an empty" : "too long a");
    return fail(s, &e);
}

/** Read and write until a frame is there, the session has failed, or nothing moves. */
static struct step move(struct session *s, struct frame *ret)
{
    for (;;) {
        struct step in = {.status = take_frame(s, ret)};

        if (in.status != SLATE_OK || ret->n > 0) {
            return in;
        }
        // Reading first: when the server closes, its reason is read before a write fails
        in = read_some(s);
        if (in.status != SLATE_OK) {
            return in;
        }
        struct step out = {0};
        if (queue_left(&s->out) > 0) {
            out = write_some(s);
            if (out.status != SLATE_OK) {
                return out;
            }
        }
        bool written = queue_left(&s->out) == 0;
        if (in.wants && (written || out.wants)) {
            return (struct step){SLATE_OK, (short)(in.wants | out.wants)};
        }
    }
}

enum slate_status session_receive(struct session *s, int64_t until_us, struct frame *ret,
                                  struct slate_error *reterr)
{
    for (;;) {
        struct frame frame;
        struct step step = {.status = SLATE_CANCELLED};

        if (!s->failed) {
            step = move(s, &frame);
        }
        if (s->failed) {
            *reterr = s->error;
            return s->error.code;
        }
        if (frame.n > 0) {
            *ret = frame;
            return SLATE_OK;
        }
        enum slate_status status = wait_ready(s, step.wants, until_us, reterr);
        if (status == SLATE_INTERNAL) {
            return fail(s, reterr);
        }
        if (status != SLATE_OK) {
            return status;
        }
    }
}
