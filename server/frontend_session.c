// SPDX-License-Identifier: Apache-2.0
/* Who is let in, and who leaves. */
#include "frontend_private.h"

#include <stdlib.h>
#include <string.h>

#include "auth/identity.h"
#include "log.h"
#include "proto/frame.h"
#include "store/error.h"
#include "store/principals.h"
#include "wire/encode.h"

/* -- connections -------------------------------------------------------------- */

static int send_hello(struct frontend *f, uint64_t conn, const struct principal *who)
{
    struct arena arena;
    struct wire_bytes payload;
    struct shared_book *book = books_hold(f->o.books);
    struct reply_hello hello = {
        .server_version = SLATE_VERSION,
        .server_at = stamp_now(f->o.stamp),
        .zone_release = book->book->zone_release,
        .source = who->source,
        .principal = who->name,
        .roles = who->roles,
        .pipelined_requests = FRONTEND_PIPELINED_MAX,
    };
    memcpy(hello.cluster_id, env_cluster_id(f->o.env), sizeof(hello.cluster_id));
    arena_init(&arena, JOB_ARENA_BYTES);
    int error = wire_encode_hello(&arena, &hello, &payload);
    if (error == 0) {
        frontend_send(f, conn, &payload);
    }
    arena_fini(&arena);
    books_release(book);
    return error;
}

/* Tells the peer why it is not let in; the connection closes behind it. Always 1. */
static int turn_away(struct frontend *f, uint64_t conn, const char *address, const char *name,
                     const char *reason)
{
    struct job *job = job_new(conn, 0, 0);
    struct refusal refusal;

    log_write(LOG_WARNING, "principal_refused", "address=s name=s reason=s", address, name, reason);
    if (job != NULL) {
        /* One answer for all reasons: whether a name exists is nobody's business. */
        refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, "ask the operator for a profile",
               "this certificate belongs to no principal of this server");
        (void)frontend_refuse(f, job, &refusal);
        job_free(job);
    }
    return 1;
}

int frontend_on_open(void *ctx, uint64_t conn, const struct net_peer *peer)
{
    struct frontend *f = ctx;
    struct principal who;
    char name[PRINCIPAL_NAME_BYTES] = "";

    if (identity_name(peer->certificate, name) != 0) {
        return turn_away(f, conn, peer->address, "", "the certificate names no principal");
    }
    int error = frontend_snapshot(f);
    if (error == 0) {
        error = principals_named(&f->snapshot, name, &who);
    }
    if (error != 0) {
        frontend_close_snapshot(f); /* a failure would stick */
        return turn_away(f, conn, peer->address, name,
                         error == STORE_NOT_FOUND ? "unknown" : "the store cannot be read");
    }
    if (who.disabled) {
        return turn_away(f, conn, peer->address, name, "disabled");
    }
    struct session *s = calloc(1, sizeof(*s));
    if (s == NULL || send_hello(f, conn, &who) != 0) {
        free(s);
        return 1;
    }
    s->conn = conn;
    s->principal = who.id;
    memcpy(s->name, who.name, sizeof(s->name));
    s->expires_at = identity_expires_at(peer->certificate);
    HASH_ADD(hh, f->sessions, conn, sizeof(s->conn), s);
    (void)net_frame_limit(f->net, conn,
                          FRAME_BYTES_MAX); /* the decoder holds all but two kinds to less */
    log_write(LOG_INFO, "connected", "conn=u principal=s address=s", (unsigned long long)conn,
              who.name, peer->address);
    return 0;
}

struct session *frontend_session(struct frontend *f, uint64_t conn)
{
    struct session *s;
    HASH_FIND(hh, f->sessions, &conn, sizeof(conn), s);
    return s;
}

void frontend_on_close(void *ctx, uint64_t conn, enum net_why why, const char *detail)
{
    struct frontend *f = ctx;
    struct session *s = frontend_session(f, conn);

    if (s != NULL) {
        log_write(LOG_INFO, "disconnected", "conn=u principal=s why=s detail=s",
                  (unsigned long long)conn, s->name, net_why_text(why), detail);
        feed_forget(f->feed, conn);
        HASH_DEL(f->sessions, s);
        free(s);
    }
}

void frontend_on_refused(void *ctx, const char *address, enum net_why why, const char *detail)
{
    (void)ctx;
    log_write(LOG_INFO, "refused", "address=s why=s detail=s", address, net_why_text(why), detail);
}
