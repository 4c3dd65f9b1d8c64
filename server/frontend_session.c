// SPDX-License-Identifier: Apache-2.0
/* Who is let in, and who leaves. */
#include "frontend_private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "auth/identity.h"
#include "auth/policy.h"
#include "clock.h"
#include "log.h"
#include "proto/frame.h"
#include "proto/tlsctx.h"
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
        .pipelined_requests = quota_pipeline(f->quota, FRONTEND_PIPELINED_MAX),
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

/* A principal that has too many connections; those that it has go on. Always 1. */
static int turn_back(struct frontend *f, uint64_t conn, const char *address, const char *name)
{
    const char *limit = quota_limit_name(QUOTA_CONNS);
    struct job *job = job_new(conn, 0, 0);
    struct refusal refusal;

    log_write(LOG_WARNING, "principal_refused", "address=s name=s reason=s", address, name, limit);
    if (job != NULL) {
        refuse(&refusal, OUTCOME_RESOURCE_EXHAUSTED, NULL,
               "end some of them; the operator can set another limit",
               "%s has %u connections, and more are not taken (%s)", name,
               quota_limits(f->quota)->conns, limit);
        refusal.retry_after_ms = QUOTA_CONNS_RETRY_MS;
        (void)frontend_refuse(f, job, &refusal);
        job_free(job);
    }
    return 1;
}

static struct session *session_new(uint64_t conn, const struct net_peer *peer)
{
    struct session *s = calloc(1, sizeof(*s));

    if (s == NULL || peer->certificate == NULL) {
        return s;
    }
    s->chain = peer->chain == NULL ? NULL : X509_chain_up_ref(peer->chain);
    if (pki_key_hash(peer->certificate, s->key_sha256) != 0 ||
        (peer->chain != NULL && s->chain == NULL) || X509_up_ref(peer->certificate) != 1) {
        sk_X509_pop_free(s->chain, X509_free);
        free(s);
        return NULL;
    }
    s->conn = conn;
    s->certificate = peer->certificate;
    s->expires_at = identity_expires_at(peer->certificate);
    return s;
}

static void session_free(struct session *s)
{
    if (s != NULL) {
        if (s->part != NULL) {
            quota_leave(s->part);
        }
        X509_free(s->certificate);
        sk_X509_pop_free(s->chain, X509_free);
        free(s);
    }
}

/* Anybody who can connect can be refused, hundreds of times a second: the log is not theirs to
 * fill.
 */
static bool may_be_logged(struct frontend *f)
{
    const uint64_t now_ms = (uint64_t)clock_boot_us() / 1000;

    if (!bucket_has(&f->strangers, now_ms, FRONTEND_STRANGERS_PER_S, FRONTEND_STRANGERS_BURST)) {
        f->n_unlogged++;
        return false;
    }
    bucket_take(&f->strangers, now_ms, FRONTEND_STRANGERS_PER_S, FRONTEND_STRANGERS_BURST);
    if (f->n_unlogged > 0) {
        log_write(LOG_WARNING, "refused_unlogged", "n=u", (unsigned long long)f->n_unlogged);
        f->n_unlogged = 0;
    }
    return true;
}

/* Somebody with a code, who is nobody yet. */
static int on_open_enrol(struct frontend *f, uint64_t conn, const struct net_peer *peer)
{
    struct session *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        return 1;
    }
    s->conn = conn;
    s->enrols = true;
    s->expires_at = INT64_MAX;
    s->address = *peer->key;
    HASH_ADD(hh, f->sessions, conn, sizeof(s->conn), s);
    (void)net_frame_limit(f->net, conn, WIRE_ENROL_BYTES);
    s->unlogged = !may_be_logged(f);
    if (!s->unlogged) {
        log_write(LOG_INFO, "connected", "conn=u protocol=s address=s", (unsigned long long)conn,
                  peer->protocol, peer->address);
    }
    return 0;
}

int frontend_on_open(void *ctx, uint64_t conn, const struct net_peer *peer)
{
    struct frontend *f = ctx;
    struct principal who;
    char name[PRINCIPAL_NAME_BYTES] = "";

    if (strcmp(peer->protocol, TLSCTX_ALPN_ENROL) == 0) {
        return on_open_enrol(f, conn, peer);
    }
    if (peer->certificate == NULL || identity_name(peer->certificate, name) != 0) {
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
    struct session *s = session_new(conn, peer);
    if (s != NULL && !policy_takes_key(&who, s->key_sha256)) {
        session_free(s);
        return turn_away(f, conn, peer->address, name, "this key was not enrolled");
    }
    error = s == NULL ? -1
                      : quota_enter(f->quota, who.id, (uint64_t)clock_boot_us() / 1000, &s->part);
    if (error != 0) {
        session_free(s);
        return error > 0 ? turn_back(f, conn, peer->address, name) : 1;
    }
    if (send_hello(f, conn, &who) != 0) {
        session_free(s);
        return 1;
    }
    s->principal = who.id;
    memcpy(s->name, who.name, sizeof(s->name));
    HASH_ADD(hh, f->sessions, conn, sizeof(s->conn), s);
    (void)net_frame_limit(f->net, conn,
                          FRAME_BYTES_MAX); /* the decoder holds all but two kinds to less */
    if (quota_is_full(s->part)) {
        frontend_hold(f, s, HELD_WRITES);
    }
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

void frontend_forget(struct frontend *f, struct session *s)
{
    HASH_DEL(f->sessions, s);
    session_free(s);
}

/* -- those that may be connected no more --------------------------------------- */

static void cut(struct frontend *f, const struct session *s, const char *reason)
{
    log_write(LOG_WARNING, "principal_cut", "conn=u principal=s reason=s",
              (unsigned long long)s->conn, s->name, reason);
    struct job *job = job_new(s->conn, 0, 0);
    if (job != NULL) {
        struct refusal refusal;
        refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, NULL, "%s", reason);
        (void)frontend_refuse(f, job, &refusal);
        job_free(job);
    }
    (void)net_close(f->net, s->conn);
}

int frontend_sweep(struct frontend *f)
{
    struct session *s;
    struct session *next;
    struct principal who;

    frontend_close_snapshot(f); /* it may be older than what is looked for */
    int error = frontend_snapshot(f);
    HASH_ITER (hh, f->sessions, s, next) {
        if (error != 0) {
            break;
        }
        if (s->enrols) {
            continue;
        }
        error = principals_get(&f->snapshot, s->principal, &who);
        if (error == STORE_NOT_FOUND || (error == 0 && who.disabled)) {
            cut(f, s, "this principal has been disabled");
            error = 0;
        } else if (error == 0 && !policy_takes_key(&who, s->key_sha256)) {
            cut(f, s, "this key is taken no more");
        }
    }
    return error;
}

/* As the handshake would judge it. On doubt, no. */
static bool is_trusted(SSL_CTX *tls, const struct session *s)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    const bool ok = ctx != NULL &&
                    X509_STORE_CTX_init(ctx, SSL_CTX_get_cert_store(tls), s->certificate,
                                        s->chain) == 1 &&
                    X509_STORE_CTX_set_default(ctx, "ssl_client") == 1 &&
                    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(ctx),
                                           SSL_CTX_get0_param(tls)) == 1 &&
                    X509_verify_cert(ctx) == 1;

    X509_STORE_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

void frontend_retrust(struct frontend *f, SSL_CTX *tls)
{
    struct session *s;
    struct session *next;

    HASH_ITER (hh, f->sessions, s, next) {
        if (!s->enrols && !is_trusted(tls, s)) {
            cut(f, s, "this certificate is trusted no more");
        }
    }
}

void frontend_on_close(void *ctx, uint64_t conn, enum net_why why, const char *detail)
{
    struct frontend *f = ctx;
    struct session *s = frontend_session(f, conn);

    if (s != NULL) {
        if (!s->unlogged) {
            log_write(LOG_INFO, "disconnected", "conn=u principal=s why=s detail=s",
                      (unsigned long long)conn, s->name, net_why_text(why), detail);
        }
        feed_forget(f->feed, conn);
        frontend_forget(f, s);
    }
}

void frontend_on_refused(void *ctx, const char *address, enum net_why why, const char *detail)
{
    if (may_be_logged(ctx)) {
        log_write(LOG_INFO, "refused", "address=s why=s detail=s", address, net_why_text(why),
                  detail);
    }
}
