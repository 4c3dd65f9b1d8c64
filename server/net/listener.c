// SPDX-License-Identifier: Apache-2.0
/*
 * Accepting connections.
 *
 * Descriptors are given out lowest first, so the number of a new one tells how near the process is
 * to its limit. Beyond the reserve a connection is closed again: the store and the logs must always
 * be able to open a file. When accept() itself fails for lack of descriptors, a spare one is given
 * up for a moment, so that the connection at the head of the backlog can be taken and closed,
 * rather than wake us for ever.
 */
#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/bucket.h"

/** Addresses listened on, at most; a machine has a few. */
#define SOCKETS_MAX 16

/** After a lack of descriptors, look again even if none of our own connections was closed. */
#define STARVED_MS 1000

/** How often it is told that connections are refused. */
#define TELL_MS 1000

struct listener {
    struct listener_env env;
    struct peers *peers;
    struct bucket handshakes;
    uv_timer_t resume;
    int spare_fd; // -1: none
    bool is_starved;
    bool is_closed;
    uint64_t told_ms; // that one was refused; 0: never
    uint64_t untold;  // refused since then

    size_t n_sockets;
    struct {
        int fd;
        uv_poll_t poll;
    } sockets[SOCKETS_MAX];
};

static void on_readable(uv_poll_t *handle, int status, int events);

int listener_new(const struct listener_env *env, struct listener **ret)
{
    struct listener *l = calloc(1, sizeof(*l));
    if (!l) {
        return -1;
    }
    l->env = *env;
    if (peers_new(env->limits, &l->peers)) {
        free(l);
        return -1;
    }
    uv_timer_init(env->loop, &l->resume);
    l->resume.data = l;
    l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    env->stats->accepting = true;
    *ret = l;
    return 0;
}

void listener_close(struct listener *l)
{
    if (l->is_closed) {
        return;
    }
    l->is_closed = true;
    l->env.stats->accepting = false;
    for (size_t i = 0; i < l->n_sockets; i++) {
        uv_close((uv_handle_t *)&l->sockets[i].poll, NULL);
        close(l->sockets[i].fd);
    }
    uv_close((uv_handle_t *)&l->resume, NULL);
    if (l->spare_fd >= 0) {
        close(l->spare_fd);
    }
}

void listener_free(struct listener *l)
{
    if (l) {
        peers_free(l->peers);
        free(l);
    }
}

static void resume(struct listener *l)
{
    uv_timer_stop(&l->resume);
    l->is_starved = false;
    l->env.stats->accepting = true;
    for (size_t i = 0; i < l->n_sockets; i++) {
        uv_poll_start(&l->sockets[i].poll, UV_READABLE, on_readable);
    }
}

static void on_resume(uv_timer_t *timer)
{
    resume(timer->data);
}

static void pause_for(struct listener *l, uint64_t ms)
{
    l->env.stats->accepting = false;
    l->env.stats->accept_pauses++;
    for (size_t i = 0; i < l->n_sockets; i++) {
        uv_poll_stop(&l->sockets[i].poll);
    }
    uv_timer_start(&l->resume, on_resume, ms, 0);
}

void listener_left(struct listener *l, const struct peers_key *key)
{
    peers_leave(l->peers, key);
    if (l->is_starved && !l->is_closed) {
        resume(l);
    }
}

/** Take the connection at the head of the backlog, and close it. */
static void shed_one(struct listener *l, int listen_fd)
{
    if (l->spare_fd >= 0) {
        close(l->spare_fd);
        int fd = accept(listen_fd, NULL, NULL);
        if (fd >= 0) {
            close(fd);
            l->env.stats->refused++;
        }
    }
    l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/** First descriptor number that is reserved for others. */
static int first_reserved(const struct listener *l)
{
    struct rlimit nofile;

    if (getrlimit(RLIMIT_NOFILE, &nofile) || nofile.rlim_cur > INT32_MAX) {
        return INT32_MAX;
    }
    // Where there is little, share it
    rlim_t reserve = l->env.limits->nofile_reserve;
    if (reserve > nofile.rlim_cur / 4) {
        reserve = nofile.rlim_cur / 4;
    }
    return (int)(nofile.rlim_cur - reserve);
}

/** These can't fail on a connected TCP socket, and would only cost comfort if they did. */
static void set_options(int fd, const struct net_limits *limits)
{
    const struct {
        int level;
        int name;
        int value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, (int)limits->user_timeout_ms},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, (int)limits->keepalive_idle_s},
        {IPPROTO_TCP, TCP_KEEPINTVL, (int)limits->keepalive_interval_s},
        {IPPROTO_TCP, TCP_KEEPCNT, (int)limits->keepalive_count},
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
    }
}

static void format_address(const struct sockaddr_storage *addr, char ret[NET_ADDRESS_BYTES])
{
    char host[64] = "?"; // an IPv6 address with the name of its interface
    char port[8] = "?";
    bool is_v6 = addr->ss_family == AF_INET6;

    getnameinfo((const struct sockaddr *)addr, sizeof(*addr), host, sizeof(host), port,
                sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(ret, NET_ADDRESS_BYTES, "%s%s%s:%s", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

/** Close it, and say so now and then. */
static void refuse_one(struct listener *l, int fd, const struct sockaddr_storage *addr,
                       const char *why)
{
    uint64_t now_ms = uv_now(l->env.loop);
    char address[NET_ADDRESS_BYTES];
    char detail[NET_ERROR_BYTES];

    close(fd);
    l->env.stats->refused++;
    if (l->told_ms > 0 && now_ms - l->told_ms < TELL_MS) {
        l->untold++;
        return;
    }
    format_address(addr, address);
    if (l->untold > 0) {
        snprintf(detail, sizeof(detail), "%s; %llu others were refused before it", why,
                 (unsigned long long)l->untold);
    } else {
        snprintf(detail, sizeof(detail), "%s", why);
    }
    l->told_ms = now_ms;
    l->untold = 0;
    l->env.refused(l->env.ctx, address, detail);
}

/** Why it can't come in; NULL: it has come in. */
static const char *enter(struct listener *l, const struct peers_key *key)
{
    if (l->env.stats->conns >= l->env.limits->conns_max) {
        return "too many connections";
    }
    switch (peers_enter(l->peers, key, uv_now(l->env.loop))) {
    case 0: return NULL;
    case PEERS_TOO_MANY: return "too many connections of this address";
    case PEERS_TOO_FAST: return "too many handshakes of this address";
    default: return "no memory";
    }
}

/** One connection, taken from the kernel: let it in, or close it. */
static void admit(struct listener *l, int fd, const struct sockaddr_storage *addr)
{
    const struct net_limits *limits = l->env.limits;
    struct peers_key key;
    char address[NET_ADDRESS_BYTES];

    l->env.stats->accepted++;
    peers_key(addr, &key);
    const char *why = enter(l, &key);
    if (why) {
        refuse_one(l, fd, addr, why);
        return;
    }
    bucket_take(&l->handshakes, uv_now(l->env.loop), limits->handshakes_per_s,
                limits->handshake_burst);
    set_options(fd, limits);
    format_address(addr, address);
    l->env.accepted(l->env.ctx, fd, &key, address);
}

static void starve(struct listener *l)
{
    l->is_starved = true;
    pause_for(l, STARVED_MS);
}

/** Accept one. Returns true when there may be more. */
static bool accept_one(struct listener *l, int listen_fd)
{
    struct sockaddr_storage addr;
    socklen_t n = sizeof(addr);

    int fd = accept4(listen_fd, (struct sockaddr *)&addr, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0 && fd < first_reserved(l)) {
        admit(l, fd, &addr);
        return true;
    }
    if (fd >= 0) {
        l->env.stats->accepted++;
        starve(l);
        refuse_one(l, fd, &addr, "too few descriptors");
        return false;
    }
    switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        shed_one(l, listen_fd);
        starve(l);
        return false;
    case EAGAIN: return false;
    default: return true; // of this one connection, which is over: ECONNABORTED, ENETDOWN, ...
    }
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    struct listener *l = handle->data;
    const struct net_limits *limits = l->env.limits;
    uv_os_fd_t fd;

    (void)events;
    if (status < 0) { // the loop has stopped polling it
        starve(l);
        return;
    }
    uv_fileno((uv_handle_t *)handle, &fd);
    for (uint32_t i = 0; i < limits->accepts_per_wake; i++) {
        uint64_t wait_ms = bucket_wait_ms(&l->handshakes, uv_now(l->env.loop),
                                          limits->handshakes_per_s, limits->handshake_burst);
        if (wait_ms > 0) {
            pause_for(l, wait_ms);
            return;
        }
        if (!accept_one(l, fd)) {
            return;
        }
    }
}

__attribute__((format(printf, 3, 4))) static int refuse(char *reterr, size_t reterr_size,
                                                        const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(reterr, reterr_size, format, args);
    va_end(args);
    return NET_REFUSED;
}

/** A socket that listens on addr, < 0 with errno otherwise. */
static int open_socket(const struct addrinfo *ai, uint32_t backlog)
{
    int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    int one = 1;
    // IPv6 takes no IPv4 on the side: both are bound where both are meant
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
        (ai->ai_family == AF_INET6 &&
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one))) ||
        bind(fd, ai->ai_addr, ai->ai_addrlen) || listen(fd, (int)backlog)) {
        int saved_errno = errno;
        close(fd);
        errno = saved_errno;
        return -1;
    }
    return fd;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t n = sizeof(addr);

    getsockname(fd, (struct sockaddr *)&addr, &n);
    if (addr.ss_family == AF_INET6) {
        return ntohs(((struct sockaddr_in6 *)(void *)&addr)->sin6_port);
    }
    return ntohs(((struct sockaddr_in *)(void *)&addr)->sin_port);
}

static void add_socket(struct listener *l, int fd)
{
    size_t i = l->n_sockets++;

    l->sockets[i].fd = fd;
    uv_poll_init_socket(l->env.loop, &l->sockets[i].poll, fd);
    l->sockets[i].poll.data = l;
    uv_poll_start(&l->sockets[i].poll, UV_READABLE, on_readable);
}

/** The same port for each address, also when the first was any. */
static void set_port(const struct addrinfo *ai, uint16_t port)
{
    if (ai->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)(void *)ai->ai_addr)->sin6_port = htons(port);
    } else {
        ((struct sockaddr_in *)(void *)ai->ai_addr)->sin_port = htons(port);
    }
}

int listener_add(struct listener *l, const char *host, uint16_t port, char *reterr,
                 size_t reterr_size, uint16_t *ret_port)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list;
    int fds[SOCKETS_MAX];
    size_t n = 0;
    int r = 0;
    char service[8];

    snprintf(service, sizeof(service), "%u", (unsigned int)port);
    int e = getaddrinfo(host, service, &hints, &list);
    if (e) {
        return refuse(reterr, reterr_size, "%s: %s", host ? host : "*", gai_strerror(e));
    }
    for (const struct addrinfo *ai = list; ai && !r; ai = ai->ai_next) {
        if (l->n_sockets + n == SOCKETS_MAX) {
            r = refuse(reterr, reterr_size, "more than %d addresses", SOCKETS_MAX);
            break;
        }
        set_port(ai, port);
        int fd = open_socket(ai, l->env.limits->backlog);
        if (fd >= 0) {
            port = bound_port(fd);
            fds[n++] = fd;
        } else if (errno != EAFNOSUPPORT || !ai->ai_next) { // a machine without IPv6 is fine
            r = refuse(reterr, reterr_size, "%s port %u: %s", host ? host : "*", (unsigned int)port,
                       strerror(errno));
        }
    }
    freeaddrinfo(list);
    for (size_t i = 0; i < n; i++) {
        if (r) {
            close(fds[i]);
        } else {
            add_socket(l, fds[i]);
        }
    }
    if (!r && ret_port) {
        *ret_port = port;
    }
    return r;
}
