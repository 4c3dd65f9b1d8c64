// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "frontend.h"
#include "log.h"
#include "sandbox.h"
#include "servertls.h"
#include "store/entries.h"
#include "store/journal_lmdb.h"
#include "writer.h"

/* A wall clock this far after the newest record is not believed at start: longer than any sane
 * downtime. */
#define AHEAD_MAX_US (INT64_C(400) * 86400 * 1000000)

enum {
    ERROR_BYTES = SERVERTLS_ERROR_BYTES,
    TLS_FILES = 5, /* that HUP reads */
};

/* All parts, in the order in which they are made. */
struct server {
    const struct config *config;
    struct env *env;
    struct journal_lmdb *journal;
    bool stamp_made;
    struct stamp stamp;
    bool books_made;
    struct books books;
    bool queue_made;
    struct queue queue;
    struct writer *writer;
    bool enrol_made;
    struct enrol enrol;
    struct servertls tls;
    struct frontend *frontend;
    struct net *net;
    int signals;  /* TERM and INT seen */
    bool drained; /* the second half of an orderly end has begun */
};

static int failed(const char *what, const char *reason)
{
    log_write(LOG_ERROR, what, "reason=s", reason);
    return -1;
}

/* -- signals and the end ------------------------------------------------------ */

/* Called when answers went out and when a stop was asked for: the end comes once nothing is owed
 * any more. */
static void drain_if_answered(void *user)
{
    struct server *s = user;

    if (s->signals > 0 && !s->drained && frontend_pending(s->frontend) == 0) {
        s->drained = true;
        net_drain(s->net);
    }
}

/* All files are read and tried before any of them counts: what does not fit leaves the former in
 * use. */
static void reread_tls(struct server *s)
{
    char error[SERVERTLS_ERROR_BYTES];
    struct servertls tls;

    if (servertls_load(s->config, stamp_now(&s->stamp), &tls, error) != 0) {
        log_write(LOG_ERROR, "tls_not_reread", "reason=s consequence=s", error,
                  "the former certificates stay in use");
        return;
    }
    SSL_CTX_free(s->tls.ctx);
    s->tls.ctx = tls.ctx;
    net_tls(s->net, tls.ctx);
    enrol_set(&s->enrol, tls.issuer);
    frontend_retrust(s->frontend, tls.ctx);
    log_write(LOG_INFO, "tls_reread", "cert=s", s->config->tls.cert);
}

static void on_signal(void *user, int signum)
{
    struct server *s = user;

    if (signum == SIGUSR2) {
        stamp_confirm(&s->stamp);
        return;
    }
    if (signum == SIGHUP) {
        writer_reread_zones(s->writer);
        reread_tls(s);
        return;
    }
    s->signals++;
    log_write(LOG_INFO, s->signals == 1 ? "stopping" : "stopping_now", "signal=i",
              (long long)signum);
    if (s->signals > 1) {
        net_stop(s->net);
        return;
    }
    net_quiesce(s->net);
    frontend_end_feeds(s->frontend);
    drain_if_answered(s);
}

static void on_fatal(void *user, const char *reason)
{
    (void)user;
    log_write(LOG_ERROR, "store_failed", "reason=s", reason);
    /* What the disk holds is not known: nobody may get another answer. The next start finds a
     * consistent state. */
    _exit(SERVER_EXIT_FAILED);
}

static void on_committed(void *user)
{
    struct server *s = user;

    if (s->frontend != NULL) { /* else it is the start */
        frontend_committed(s->frontend);
    }
}

static void on_principals(void *user)
{
    struct server *s = user;

    if (s->frontend != NULL) {
        frontend_review(s->frontend);
    }
}

static void on_delivery(void *user, struct queue_item *first)
{
    struct server *s = user;
    frontend_deliver(s->frontend, first);
}

/* -- making the parts --------------------------------------------------------- */

static int open_store(struct server *s)
{
    char error[ENV_ERROR_BYTES];
    const struct env_options options = {.map_bytes = s->config->store.map_size_bytes};

    if (env_open(s->config->store.path, &options, error, sizeof(error), &s->env) != 0) {
        return failed("store_not_opened", error);
    }
    if (journal_lmdb_new(s->env, &s->journal) != 0) {
        return failed("store_not_opened", "no memory");
    }
    return 0;
}

/* What is read before anything runs: the newest record, for the clock, and the book. */
static int load_state(struct server *s)
{
    struct txn txn;
    struct refusal refusal = {.code = OUTCOME_OK};
    uint64_t position;
    int64_t newest_at;

    int error = txn_begin(&txn, s->env, TXN_READ);
    if (error == 0) {
        error = entries_newest(&txn, &position, &newest_at);
    }
    if (error == 0) {
        error = stamp_init(&s->stamp, newest_at, AHEAD_MAX_US);
        s->stamp_made = error == 0;
    }
    if (error == 0) {
        error = books_init(&s->books, s->config->zone_dir);
        s->books_made = error == 0;
    }
    if (error == 0) {
        error = books_load(&s->books, &txn, &refusal);
    }
    const char *reason = refusal.code != OUTCOME_OK ? refusal.message : txn_text(&txn);
    if (error != 0) {
        (void)failed("state_not_loaded", reason);
    }
    txn_abort(&txn);
    return error == 0 ? 0 : -1;
}

static int make_writer(struct server *s)
{
    const struct writer_options options = {
        .env = s->env,
        .journal = journal_lmdb_journal(s->journal),
        .books = &s->books,
        .queue = &s->queue,
        .stamp = &s->stamp,
        .enrol = &s->enrol,
        .deliver = on_delivery,
        .committed = on_committed,
        .principals_changed = on_principals,
        .fatal = on_fatal,
        .user = s,
    };
    if (queue_init(&s->queue) != 0) {
        return failed("writer_not_made", "no memory");
    }
    s->queue_made = true;
    if (enrol_init(&s->enrol) != 0) {
        return failed("writer_not_made", "no memory");
    }
    s->enrol_made = true;
    if (writer_new(&options, &s->writer) != 0 || writer_prepare(s->writer) != 0) {
        return failed("writer_not_made", "the store cannot be written");
    }
    return 0;
}

static void set_limits(const struct config *config, struct net_limits *limits)
{
    net_limits_default(limits);
    limits->conns_max = config->limits.connections;
    limits->conns_per_address_max = config->limits.per_address;
    limits->handshakes_max = config->limits.handshakes;
    limits->frame_bytes = config->limits.frame_bytes;
    limits->idle_ms = config->limits.idle_ms;
    limits->handshake_ms = config->limits.handshake_ms;
    limits->first_frame_ms = config->limits.first_frame_ms;
    limits->frame_grace_ms = config->limits.frame_time_ms;
    limits->stuck_ms = config->limits.stuck_ms;
    limits->drain_ms = config->limits.drain_ms;
}

static int listen_all(struct server *s)
{
    char error[NET_ERROR_BYTES];

    for (size_t i = 0; i < s->config->n_listen; i++) {
        const struct config_listen *l = &s->config->listen[i];
        uint16_t port;
        if (net_listen(s->net, l->host, l->port, error, sizeof(error), &port) != 0) {
            return failed("not_listening", error);
        }
        log_write(LOG_INFO, "listening", "host=s port=u", l->host, (unsigned long long)port);
    }
    return 0;
}

static int make_net(struct server *s)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGUSR2, SIGHUP};
    char error[ERROR_BYTES];
    struct net_limits limits;
    const struct frontend_options options = {
        .env = s->env,
        .books = &s->books,
        .queue = &s->queue,
        .stamp = &s->stamp,
        .quota =
            {
                .conns = s->config->limits.principal_connections,
                .requests_per_s = s->config->limits.principal_requests,
                .request_burst = s->config->limits.principal_request_burst,
                .bytes_per_s = s->config->limits.principal_bytes,
                .byte_burst = s->config->limits.principal_byte_burst,
            },
        .on_signal = on_signal,
        .on_wake = drain_if_answered,
        .user = s,
    };

    if (servertls_load(s->config, stamp_now(&s->stamp), &s->tls, error) != 0) {
        return failed("tls_not_ready", error);
    }
    enrol_set(&s->enrol, s->tls.issuer);
    s->tls.issuer = NULL;
    if (frontend_new(&options, &s->frontend) != 0) {
        return failed("net_not_made", "no memory");
    }
    set_limits(s->config, &limits);
    struct net_handler handler = frontend_handler(s->frontend);
    if (net_new(&limits, &handler, s->tls.ctx, error, sizeof(error), &s->net) != 0) {
        return failed("net_not_made", error);
    }
    frontend_set_net(s->frontend, s->net);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (net_signal(s->net, signals[i], error, sizeof(error)) != 0) {
            return failed("net_not_made", error);
        }
    }
    return listen_all(s);
}

/* Folders of files that are read again: what takes a file's place later lies there too. */
struct folders {
    char path[2 * TLS_FILES][PATH_MAX];
    const char *read[2 * TLS_FILES + 1];
    size_t n;
};

static void add_folder(struct folders *f, const char *file)
{
    char *path = f->path[f->n];

    (void)snprintf(path, PATH_MAX, "%s", file);
    f->read[f->n++] = dirname(path);
}

/* Of a link both: the one that it lies in and the one that it leads to. */
static void add_folders(struct folders *f, const char *file)
{
    char real[PATH_MAX];

    add_folder(f, file);
    if (realpath(file, real) != NULL) {
        add_folder(f, real);
    }
}

/* After the last thing that needs more than serving does, before the first thread. */
static int wall_off(const struct config *config)
{
    const char *const files[TLS_FILES] = {
        config->tls.cert,      config->tls.key,
        config->tls.ca_key,    config->tls.crl[0] == '\0' ? config->tls.cert : config->tls.crl,
        config->tls.client_ca,
    };
    struct folders folders = {.n = 0};

    for (size_t i = 0; i < TLS_FILES; i++) {
        add_folders(&folders, files[i]);
    }
    folders.read[folders.n++] = config->zone_dir;
    const struct sandbox_wish wish = {
        .write = config->store.path,
        .read = folders.read,
        .n_read = folders.n,
    };
    struct sandbox walls = {.files = false};
    char error[SANDBOX_ERROR_BYTES];

    if (!sandbox_is_sanitized() && sandbox_enter(&wish, &walls, error) != 0) {
        return failed("sandbox_not_made", error);
    }
    log_write(LOG_INFO, "sandboxed", "files=s calls=s", walls.files ? "landlock" : "none",
              walls.calls ? "seccomp" : "none");
    return 0;
}

static void server_fini(struct server *s)
{
    if (s->writer != NULL) {
        writer_stop(s->writer);
    }
    /* Closing the handles of signals restores their default, which would make a second TERM a
     * crash. */
    sigset_t late;
    sigemptyset(&late);
    sigaddset(&late, SIGTERM);
    sigaddset(&late, SIGINT);
    sigaddset(&late, SIGUSR2);
    sigaddset(&late, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &late, NULL);
    net_free(s->net);
    frontend_free(s->frontend);
    servertls_fini(&s->tls);
    writer_free(s->writer);
    if (s->enrol_made) {
        enrol_fini(&s->enrol);
    }
    if (s->queue_made) {
        queue_fini(&s->queue);
    }
    if (s->books_made) {
        books_fini(&s->books);
    }
    if (s->stamp_made) {
        stamp_fini(&s->stamp);
    }
    journal_lmdb_free(s->journal);
    env_close(s->env);
}

int server_run(const struct config *config)
{
    struct server s = {.config = config};
    int error;

    log_write(LOG_INFO, "starting", "version=s engine=s", SLATE_VERSION, env_engine());
    error = open_store(&s);
    error = error == 0 ? load_state(&s) : error;
    error = error == 0 ? make_writer(&s) : error;
    error = error == 0 ? make_net(&s) : error;
    error = error == 0 ? wall_off(config) : error;
    if (error == 0 && writer_start(s.writer) != 0) {
        error = failed("writer_not_started", "no thread");
    }
    if (error == 0) {
        log_write(LOG_INFO, "serving", "zone_release=s contracts=u",
                  s.books.current->book->zone_release,
                  (unsigned long long)s.books.current->book->n_contracts);
        error = net_run(s.net);
    }
    server_fini(&s);
    log_write(LOG_INFO, "stopped", "");
    return error == 0 ? SERVER_EXIT_OK : SERVER_EXIT_FAILED;
}
