// SPDX-License-Identifier: Apache-2.0
/*
 * Kills the real server at random points while clients change tickets over TLS, and then asks what
 * is left.
 *
 *     crash SLATED BOOK [KILLS [SEED]]
 *
 * Every change carries a tag that no other has. A worker notes a change before it sends it and the
 * answer when it comes. At the end what was never answered is sent once more under its old request
 * id, so that each change has a definite outcome; then everything is read back:
 *
 * - an acknowledged change is there exactly once, a refused one not at all, and nothing is there
 * that nobody sent;
 * - right after each kill an unanswered change is there at most once: that is the same count, since
 * a second copy would stay;
 * - `slated verify` finds the chains, checksums and views whole, and views rebuilt from the journal
 * are the same.
 *
 * Prints TAP. The seed is printed, but what the kernel schedules is not in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <slate.h>

enum { WORKERS = 4, WINDOW = 8, CHANGES_MAX = 400000, TAG_BYTES = 24, NAME_BYTES = 32 };

enum outcome { UNKNOWN = 0, ACKED, REFUSED };

struct change {
    struct slate_request request; /* strings below */
    char tag[TAG_BYTES];
    char ticket[NAME_BYTES]; /* changed, or made once acknowledged */
    enum outcome outcome;
    unsigned seen; /* when everything is read back */
};

struct worker {
    pthread_t thread;
    uint64_t seed;
    _Atomic(struct slate *) slate;
    struct change *changes[CHANGES_MAX / WORKERS];
    size_t n;
    size_t made[CHANGES_MAX / WORKERS]; /* indices of acknowledged creations */
    size_t n_made;
};

static const char *slated;
static char scratch[] = "/tmp/slate-crash-XXXXXX"; /* the working directory: logs and profiles */
static char dir[64];                               /* the server's, inside it */
static char profile[128];
static uint16_t port;
static atomic_bool stopping;
static atomic_ulong acked;
static struct worker workers[WORKERS];
static unsigned tests;
static unsigned failures;

static void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void die(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    printf("Bail out! ");
    vprintf(format, ap);
    printf("\n");
    va_end(ap);
    exit(1);
}

/* A number below `limit`; splitmix64. */
static unsigned draw(uint64_t *seed, unsigned limit)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((x ^ (x >> 31)) % limit);
}

/* Between two looks at something that is waited for; and for the moment of a kill, which is to be
 * any. */
static void pause_ns(unsigned ns)
{
    const struct timespec t = {.tv_nsec = ns};
    (void)ppoll(NULL, 0, &t, NULL);
}

static void check(bool ok, const char *what)
{
    tests++;
    failures += !ok;
    printf("%s %u - %s\n", ok ? "ok" : "not ok", tests, what);
}

/* -- the server as a process -------------------------------------------------- */

static pid_t spawn(char *const argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        int log = open("server.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
        (void)dup2(log, STDERR_FILENO);
        (void)dup2(log, STDOUT_FILENO);
        (void)execv(argv[0], argv);
        _exit(127);
    }
    if (pid < 0) {
        die("fork: %s", strerror(errno));
    }
    return pid;
}

/* Exit status of a verb of slated. */
static int run(const char *first, ...)
{
    char *argv[16] = {(char *)(uintptr_t)slated, (char *)(uintptr_t)first};
    int n = 2;
    int status;
    va_list ap;

    va_start(ap, first);
    for (char *arg = va_arg(ap, char *); arg != NULL && n < 15; arg = va_arg(ap, char *)) {
        argv[n++] = arg;
    }
    va_end(ap);
    pid_t pid = spawn(argv);
    if (waitpid(pid, &status, 0) != pid) {
        die("waitpid: %s", strerror(errno));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static pid_t start_server(void)
{
    char *argv[] = {(char *)(uintptr_t)slated, (char *)(uintptr_t) "--dir", dir, NULL};
    return spawn(argv);
}

/* A connection, waiting for the server to come up; NULL if it was killed before that. */
static struct slate *connect_to(const char *profile_file)
{
    struct slate *s = NULL;
    struct slate_error error = {.code = SLATE_UNREACHABLE};

    for (int i = 0; i < 2000 && !atomic_load(&stopping); i++) {
        if (slate_open_profile(profile_file, 20000, &s, &error) == SLATE_OK) {
            return s;
        }
        pause_ns(5000000);
    }
    if (!atomic_load(&stopping)) {
        die("no connection: %s", error.message);
    }
    return NULL;
}

static void free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        die("no free port");
    }
    port = ntohs(address.sin_port);
    (void)close(fd);
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    if (f == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, f) == 0) {
        die("%s cannot be read", path);
    }
    (void)fclose(f);
    return text;
}

static void stop_server(pid_t pid)
{
    int status;
    (void)kill(pid, SIGTERM);
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        check(false, "the server ends orderly on TERM");
    }
}

/* A store, a book in force and an agent who may work. */
static void prepare(const char *book_file)
{
    char listen_at[32];
    char admin[128];
    struct slate_error error;
    struct slate_result *result;

    if (mkdtemp(scratch) == NULL || chdir(scratch) != 0) {
        die("no scratch directory");
    }
    (void)snprintf(dir, sizeof(dir), "%s/store", scratch);
    free_port();
    (void)snprintf(listen_at, sizeof(listen_at), "127.0.0.1:%u", port);
    (void)snprintf(admin, sizeof(admin), "%s/admin.profile", dir);
    (void)snprintf(profile, sizeof(profile), "%s/agent.profile", scratch);
    if (run("init", dir, "--listen", listen_at, NULL) != 0) {
        die("slated init failed; see %s/server.log", scratch);
    }
    pid_t pid = start_server();
    struct slate *s = connect_to(admin);
    char *text = read_file(book_file);
    const struct slate_apply_book book = {.text = text, .file = "book.yaml"};
    if (slate_apply_book(s, &book, NULL, &result, &error) != SLATE_OK) {
        die("book: %s", error.message);
    }
    slate_result_free(result);
    slate_close(s);
    free(text);
    stop_server(pid);
    if (run("user", "add", "agent", "--role", "agent", "--party", "northwind", "--team", "manila-a",
            "--out", profile, "--dir", dir, NULL) != 0) {
        die("slated user add failed; see %s/server.log", scratch);
    }
}

/* -- the load ----------------------------------------------------------------- */

static struct change *note_change(struct worker *w)
{
    struct change *c = calloc(1, sizeof(*c));
    if (c == NULL || w->n == CHANGES_MAX / WORKERS) {
        die("too many changes");
    }
    (void)snprintf(c->tag, sizeof(c->tag), "tag-%u-%zu", (unsigned)(w - workers), w->n);
    if (!slate_request_id_new(c->request.with.request_id)) {
        die("no randomness");
    }
    w->changes[w->n++] = c;
    return c;
}

static void make_change(struct worker *w, struct change *c)
{
    unsigned dice = draw(&w->seed, 10);
    struct slate_request *r = &c->request;

    if (dice < 4 || w->n_made == 0) {
        r->kind = SLATE_NEW_TICKET;
        r->new_ticket = (struct slate_new_ticket){
            .contract = "acme-l1",
            .priority = dice == 0 ? "P0"
                                  : "P2", /* P0 breaches within the run, so the ticker writes too */
            .subject = c->tag,
            .requester = "someone@example.com",
        };
        return;
    }
    const struct change *made = w->changes[w->made[draw(&w->seed, (unsigned)w->n_made)]];
    memcpy(c->ticket, made->ticket, sizeof(c->ticket));
    switch (dice) {
    case 4:
        r->kind = SLATE_HOLD_TICKET;
        r->hold_ticket = (struct slate_hold_ticket){.ticket = c->ticket,
                                                    .reason = "waiting-customer"};
        break;
    case 5:
        r->kind = SLATE_RESUME_TICKET;
        r->resume_ticket = (struct slate_resume_ticket){.ticket = c->ticket};
        break;
    case 6:
        r->kind = SLATE_RESOLVE_TICKET;
        r->resolve_ticket = (struct slate_resolve_ticket){.ticket = c->ticket, .message = c->tag};
        break;
    default:
        r->kind = SLATE_ADD_MESSAGE;
        r->add_message = (struct slate_add_message){
            .ticket = c->ticket,
            .visibility = dice == 7 ? SLATE_INTERNAL_NOTE : SLATE_PUBLIC,
            .body = c->tag,
        };
        break;
    }
}

static void note_outcome(struct worker *w, size_t index, enum slate_status status,
                         const struct slate_result *result)
{
    struct change *c = w->changes[index];
    if (status == SLATE_OK) {
        c->outcome = ACKED;
        atomic_fetch_add(&acked, 1);
        if (c->request.kind == SLATE_NEW_TICKET) {
            (void)snprintf(c->ticket, sizeof(c->ticket), "%s", result->changed.ticket.ticket);
            w->made[w->n_made++] = index;
        }
    } else if (status < 100 && status != SLATE_UNAVAILABLE && status != SLATE_CANCELLED) {
        c->outcome = REFUSED;
    }
}

static void *work(void *arg)
{
    struct worker *w = arg;
    size_t index_of[WINDOW] = {0};
    uint64_t tag_of[WINDOW] = {0}; /* 0 = free */
    struct slate *s = connect_to(profile);

    if (s == NULL) {
        return NULL;
    }
    atomic_store(&w->slate, s);
    while (!atomic_load(&stopping) || slate_pending(s) > 0) {
        for (size_t i = 0; i < WINDOW && !atomic_load(&stopping); i++) {
            struct slate_error error;
            if (tag_of[i] == 0) {
                struct change *c = note_change(w);
                index_of[i] = w->n - 1;
                make_change(w, c);
                if (slate_submit(s, &c->request, &tag_of[i], &error) != SLATE_OK) {
                    die("submit: %s", error.message);
                }
            }
        }
        uint64_t tag = 0;
        struct slate_result *result = NULL;
        struct slate_error error;
        enum slate_status status = slate_next(s, &tag, &result, &error);
        for (size_t i = 0; tag != 0 && i < WINDOW; i++) {
            if (tag_of[i] == tag) {
                note_outcome(w, index_of[i], status, result);
                tag_of[i] = 0;
            }
        }
        if (status == SLATE_OK) {
            slate_result_free(result);
        }
    }
    return NULL; /* who interrupts it closes it, too */
}

/* One life of the server, ended at a random point under load. */
static void one_kill(uint64_t *seed)
{
    unsigned long before = atomic_load(&acked);
    unsigned long wanted = before + 1 + draw(seed, 200);
    int status;

    atomic_store(&stopping, false);
    pid_t pid = start_server();
    for (int i = 0; i < WORKERS; i++) {
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            die("no thread");
        }
    }
    /* Under load: some answers have come. Then a random moment, not one that answers define. */
    while (atomic_load(&acked) < wanted) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            die("the server ended by itself; see %s/server.log", scratch);
        }
        pause_ns(200000);
    }
    pause_ns(draw(seed, 3000000));
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, &status, 0);
    atomic_store(&stopping, true);
    for (int i = 0; i < WORKERS; i++) {
        struct slate *s = atomic_load(&workers[i].slate);
        if (s != NULL) {
            slate_interrupt(s);
        }
        pthread_join(workers[i].thread, NULL);
        slate_close(atomic_exchange(&workers[i].slate, NULL));
    }
}

/* -- reading back ------------------------------------------------------------- */

static struct change *tagged(const char *tag)
{
    unsigned w;
    size_t i;
    if (tag == NULL || sscanf(tag, "tag-%u-%zu", &w, &i) != 2 || w >= WORKERS ||
        i >= workers[w].n) {
        return NULL;
    }
    return workers[w].changes[i];
}

/* What was never answered, sent again under its old id: now each change has one outcome. */
static void settle(struct slate *s, size_t *ret_unknown)
{
    *ret_unknown = 0;
    for (int i = 0; i < WORKERS; i++) {
        for (size_t j = 0; j < workers[i].n; j++) {
            struct change *c = workers[i].changes[j];
            struct slate_result *result = NULL;
            struct slate_error error;
            if (c->outcome != UNKNOWN) {
                continue;
            }
            ++*ret_unknown;
            enum slate_status status = slate_call(s, &c->request, &result, &error);
            if (status >= 100) {
                die("settling %s: %s", c->tag, error.message);
            }
            note_outcome(&workers[i], j, status, result);
            if (status == SLATE_OK) {
                slate_result_free(result);
            }
        }
    }
}

static unsigned count_messages(struct slate *s, const char *ticket, unsigned *strangers)
{
    struct slate_result *r;
    struct slate_error error;
    const struct slate_show_ticket show = {.ticket = ticket};

    if (slate_show_ticket(s, &show, NULL, &r, &error) != SLATE_OK) {
        die("show %s: %s", ticket, error.message);
    }
    unsigned n = (unsigned)r->detail.n_messages;
    for (size_t i = 0; i < r->detail.n_messages; i++) {
        struct change *c = tagged(r->detail.messages[i].body);
        if (c == NULL || strcmp(c->ticket, ticket) != 0) {
            ++*strangers;
        } else {
            c->seen++;
        }
    }
    slate_result_free(r);
    return n;
}

/* Every ticket and every message there is. Returns the number of tickets. */
static size_t read_back(struct slate *s, unsigned *strangers)
{
    struct slate_list_tickets list = {.contract = "acme-l1"};
    uint8_t cursor[256];
    size_t n = 0;
    bool more = true;

    while (more) {
        struct slate_result *r;
        struct slate_error error;
        if (slate_list_tickets(s, &list, NULL, &r, &error) != SLATE_OK) {
            die("list: %s", error.message);
        }
        for (size_t i = 0; i < r->tickets.n_tickets; i++) {
            const struct slate_ticket *t = &r->tickets.tickets[i];
            struct change *c = tagged(t->subject);
            if (c == NULL || strcmp(c->ticket, t->ticket) != 0) {
                ++*strangers;
            } else {
                c->seen++;
            }
            (void)count_messages(s, t->ticket, strangers);
            n++;
        }
        more = r->tickets.truncated;
        list.cursor = (struct slate_bytes){cursor, r->tickets.cursor.n};
        if (more) {
            memcpy(cursor, r->tickets.cursor.p, r->tickets.cursor.n);
        }
        slate_result_free(r);
    }
    return n;
}

static bool leaves_text(const struct change *c)
{
    return c->request.kind == SLATE_NEW_TICKET || c->request.kind == SLATE_ADD_MESSAGE ||
           c->request.kind == SLATE_RESOLVE_TICKET;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    unsigned kills = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 200;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : (uint64_t)time(NULL);
    uint64_t first_seed = seed;
    unsigned strangers = 0;
    size_t unknown;
    size_t lost = 0;
    size_t doubled = 0;
    size_t phantoms = 0;
    size_t created = 0;

    if (argc < 3) {
        die("usage: crash SLATED BOOK [KILLS [SEED]]");
    }
    slated = argv[1];
    prepare(argv[2]);
    for (int i = 0; i < WORKERS; i++) {
        workers[i].seed = seed + (uint64_t)i * 7919;
    }
    for (unsigned i = 0; i < kills; i++) {
        one_kill(&seed);
    }
    printf("# seed %" PRIu64 ": %u kills, %lu acknowledged changes\n", first_seed, kills,
           atomic_load(&acked));

    atomic_store(&stopping, false);
    pid_t pid = start_server();
    struct slate *s = connect_to(profile);
    settle(s, &unknown);
    size_t tickets = read_back(s, &strangers);
    slate_close(s);
    for (int i = 0; i < WORKERS; i++) {
        for (size_t j = 0; j < workers[i].n; j++) {
            const struct change *c = workers[i].changes[j];
            created += c->request.kind == SLATE_NEW_TICKET && c->outcome == ACKED;
            if (leaves_text(c)) {
                lost += c->outcome == ACKED && c->seen == 0;
                doubled += c->seen > 1;
                phantoms += c->outcome == REFUSED && c->seen > 0;
            }
        }
    }
    printf("# %zu tickets; %zu changes in flight at a kill\n", tickets, unknown);
    check(atomic_load(&acked) > kills, "every life of the server acknowledged something");
    check(unknown > 0, "kills met changes in flight");
    check(lost == 0, "no acknowledged change is lost");
    check(doubled == 0, "no change is there twice");
    check(phantoms == 0, "no refused change is there");
    check(strangers == 0 && tickets == created, "nothing is there that nobody sent");
    stop_server(pid);
    check(run("verify", "--dir", dir, NULL) == 0, "chains, checksums and views verify");
    check(run("rebuild", "--dir", dir, NULL) == 0, "the views can be rebuilt");
    check(run("verify", "--dir", dir, NULL) == 0, "what was rebuilt is what was there");
    if (failures == 0) {
        /* Everything below is ours: a fresh directory of mkdtemp. Otherwise it stays, to be looked
         * at. */
        (void)nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    printf("1..%u\n", tests);
    return failures == 0 ? 0 : 1;
}
