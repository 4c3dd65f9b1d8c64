// SPDX-License-Identifier: Apache-2.0
/**
 * link: the way to one server: how to get there, and the session with it while there is one.
 *
 * A link counts as up only once the server has greeted us. The first greeting settles which cluster
 * it is; when another one answers later, it is refused: a request id means nothing to it, and a
 * change that is repeated there would be made twice.
 */
#ifndef SLATE_CLIENT_LIB_LINK_H
#define SLATE_CLIENT_LIB_LINK_H

#include <slate.h>

#include "client/lib/address.h"
#include "client/lib/codec.h"

struct session;
struct ssl_ctx_st;

/** Zeroed it is empty. */
struct link {
    char *address_text;
    struct address address;
    struct ssl_ctx_st *ctx;
    int interrupt_fd;              /* readable once interrupted; stays so */
    struct session *session;       /* NULL = down */
    bool met;                      /* the last attempt was taken by something that listens */
    struct slate_result *greeting; /* holds what `server` points to; NULL before the first one */
    struct slate_server server;
};

/** Take over ctx, also on failure. Errors: SLATE_INVALID_ARGUMENT, SLATE_NO_MEMORY. */
enum slate_status link_init(struct link *l, const char *address, struct ssl_ctx_st *ctx,
                            struct slate_error *reterr);
void link_fini(struct link *l);

/** Connect until the steady instant until_us; the link must be down. Errors: those of slate_open().
 */
enum slate_status link_connect(struct link *l, int64_t until_us, struct slate_error *reterr);

/** Down, with a goodbye where possible. Nothing if it is down. */
void link_drop(struct link *l);

/** Wait until until_us or an interruption: SLATE_OK, SLATE_CANCELLED. */
enum slate_status link_pause(const struct link *l, int64_t until_us, struct slate_error *reterr);

/** From any thread and from signal handlers: end every wait from now on. */
void link_interrupt(const struct link *l);

/** As session_send() and session_receive(), with the frame decoded. The link must be up; the caller
 * drops it after an error other than SLATE_TIMEOUT and SLATE_CANCELLED. */
int link_send(struct link *l, const uint8_t *p, size_t n);
enum slate_status link_receive(struct link *l, int64_t until_us, struct codec_answer *ret,
                               struct slate_error *reterr);

#endif
