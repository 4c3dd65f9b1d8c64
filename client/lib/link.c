// SPDX-License-Identifier: Apache-2.0
#include "client/lib/link.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client/lib/deadline.h"
#include "client/lib/error.h"
#include "client/lib/session.h"

/** The least that a server must take; below it not even an ordinary request would fit. */
#define FRAME_BYTES_LEAST 1024u

/** Requests that we have under way at most, whatever the server would take: each costs memory. */
#define WINDOW_MAX 1024u

enum slate_status link_init(struct link *l, const char *address, struct ssl_ctx_st *ctx,
                            struct slate_error *reterr)
{
    *l = (struct link){.ctx = ctx, .interrupt_fd = -1};
    enum slate_status status = address_parse(address, &l->address, reterr);
    if (status != SLATE_OK) {
        return status;
    }
    l->address_text = strdup(address);
    l->interrupt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!l->address_text || l->interrupt_fd < 0) {
        return error_no_memory(reterr);
    }
    return SLATE_OK;
}

void link_fini(struct link *l)
{
    link_drop(l);
    slate_result_free(l->greeting);
    SSL_CTX_free(l->ctx);
    if (l->interrupt_fd >= 0) {
        close(l->interrupt_fd);
    }
    free(l->address_text);
    *l = (struct link){.interrupt_fd = -1};
}

static uint32_t at_most(uint32_t value, uint32_t max)
{
    return value < max ? value : max;
}

/** Judge a greeting, and keep it. Takes over answer->result on success. */
static enum slate_status greet(struct link *l, struct codec_answer *answer, struct slate_error *e)
{
    struct slate_server *server = answer->server;
    struct slate_limits *limits = &server->limits;

    if (answer->protocol != SLATE_PROTOCOL_VERSION) {
        error_set(e, SLATE_PROTOCOL,
                  "%s: the server speaks version %u of the protocol, we speak %d", l->address_text,
                  answer->protocol, SLATE_PROTOCOL_VERSION);
        error_hint(e, "this is slate %s, the server is %s: they should be of one age",
                   slate_version(), server->version ? server->version : "unknown");
        return SLATE_PROTOCOL;
    }
    if (l->greeting &&
        memcmp(server->cluster_id, l->server.cluster_id, sizeof(server->cluster_id)) != 0) {
        return error_set(e, SLATE_PROTOCOL, "%s: another server answers there than before",
                         l->address_text);
    }
    if (limits->frame_bytes < FRAME_BYTES_LEAST || limits->pipelined_requests == 0) {
        return error_set(e, SLATE_PROTOCOL, "%s: the server's limits make no sense",
                         l->address_text);
    }
    if (limits->import_frame_bytes < limits->frame_bytes) {
        limits->import_frame_bytes = limits->frame_bytes;
    }
    limits->frame_bytes = at_most(limits->frame_bytes, FRAME_BYTES_MAX);
    limits->import_frame_bytes = at_most(limits->import_frame_bytes, FRAME_BYTES_MAX);
    limits->pipelined_requests = at_most(limits->pipelined_requests, WINDOW_MAX);
    l->server = *server;
    l->server.address = l->address_text;
    slate_result_free(l->greeting);
    l->greeting = answer->result;
    answer->result = NULL;
    return SLATE_OK;
}

enum slate_status link_connect(struct link *l, int64_t until_us, struct slate_error *reterr)
{
    struct codec_answer answer = {0};

    l->met = false;
    enum slate_status status = session_open(&l->address, l->interrupt_fd, until_us, &l->session,
                                            reterr);
    if (status != SLATE_OK) {
        return status;
    }
    l->met = true;
    status = session_handshake(l->session, l->ctx, l->address.host, false, until_us, reterr);
    if (status == SLATE_OK) {
        status = link_receive(l, until_us, &answer, reterr);
    }
    if (status == SLATE_OK) {
        switch (answer.kind) {
        case CODEC_HELLO: status = greet(l, &answer, reterr); break;
        case CODEC_REFUSED: status = error_give(&answer.error, reterr); break;
        default:
            status = error_set(reterr, SLATE_PROTOCOL, "%s: the server did not greet us",
                               l->address_text);
            break;
        }
        slate_result_free(answer.result);
    }
    if (status != SLATE_OK) {
        link_drop(l);
    }
    return status;
}

void link_drop(struct link *l)
{
    session_free(l->session);
    l->session = NULL;
}

enum slate_status link_pause(const struct link *l, int64_t until_us, struct slate_error *reterr)
{
    struct pollfd fd = {.fd = l->interrupt_fd, .events = POLLIN};
    int ms;

    do {
        ms = deadline_poll_ms(until_us);
        if (poll(&fd, 1, ms) > 0) {
            return error_set(reterr, SLATE_CANCELLED, "interrupted");
        }
    } while (ms > 0);
    return SLATE_OK;
}

void link_interrupt(const struct link *l)
{
    static const uint64_t one = 1;
    int saved_errno = errno;

    // It can only fail when it was signalled 2^64 - 1 times before
    if (write(l->interrupt_fd, &one, sizeof(one)) < 0) {
        errno = saved_errno;
    }
}

int link_send(struct link *l, const uint8_t *p, size_t n)
{
    return session_send(l->session, p, n);
}

enum slate_status link_receive(struct link *l, int64_t until_us, struct codec_answer *ret,
                               struct slate_error *reterr)
{
    struct frame frame;

    enum slate_status status = session_receive(l->session, until_us, &frame, reterr);
    if (status != SLATE_OK) {
        return status;
    }
    return codec_decode(frame.payload, frame.n, ret, reterr);
}
