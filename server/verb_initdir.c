// SPDX-License-Identifier: Apache-2.0
#include "verb_initdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509.h>

#include "core/instant.h"
#include "newfile.h"
#include "offline.h"
#include "profile.h"
#include "store/entries.h"
#include "store/principals.h"

#define ADMIN        "admin"
#define PROFILE_FILE "admin.profile"
#define CONFIG_FILE  "slated.yaml"

enum { BEGINNINGS = 2 }; /* entries that every journal begins with */

static int fail_errno(const char *path)
{
    verb_error("%s: %s", path, strerror(errno));
    return VERB_FAILED;
}

static int make_folder(const char *path)
{
    char error[NEWFILE_ERROR_BYTES];
    struct stat st;

    if (mkdir(path, 0700) == 0) {
        if (newfile_sync_folder(path, error) != 0) {
            verb_error("%s", error);
            return VERB_FAILED;
        }
    } else if (errno != EEXIST) {
        return fail_errno(path);
    }
    if (stat(path, &st) != 0) {
        return fail_errno(path);
    }
    if (!S_ISDIR(st.st_mode)) {
        verb_error("%s is no folder", path);
        return VERB_FAILED;
    }
    if ((st.st_mode & 077) != 0 || st.st_uid != geteuid()) {
        verb_error("%s is open to others", path);
        verb_hint("it will hold keys: chmod 700 %s", path);
        return VERB_FAILED;
    }
    return 0;
}

/* Is that a thing that an earlier, unfinished run can have left? */
static bool is_ours(const char *name)
{
    static const char *const names[] = {".",
                                        "..",
                                        "data",
                                        "tls",
                                        PROFILE_FILE,
                                        CONFIG_FILE,
                                        PROFILE_FILE ".part",
                                        CONFIG_FILE ".part"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int check_folder(const struct initdir *t)
{
    if (access(t->config, F_OK) == 0) {
        verb_error("%s was made already", t->dir);
        verb_hint("slated --dir %s", t->dir);
        return VERB_FAILED;
    }
    DIR *folder = opendir(t->dir);
    if (folder == NULL) {
        return fail_errno(t->dir);
    }
    int result = 0;
    for (struct dirent *e = readdir(folder); e != NULL && result == 0; e = readdir(folder)) {
        if (!is_ours(e->d_name)) {
            verb_error("%s is not empty: it has %s", t->dir, e->d_name);
            verb_hint("take a folder that does not exist yet");
            result = VERB_FAILED;
        }
    }
    (void)closedir(folder);
    return result;
}

static int write_pem(const char *path, char *pem, unsigned mode)
{
    char error[NEWFILE_ERROR_BYTES] = "no memory";

    int result = pem == NULL ? -1 : newfile_replace(path, pem, mode, error);
    pki_free_secret(pem);
    if (result != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    return 0;
}

/* The key first: a certificate that is there has its key. */
static int write_pair(const struct pki_pair *pair, const char *crt, const char *key)
{
    int result = write_pem(key, pki_key_pem(pair->key), 0600);
    return result != 0 ? result : write_pem(crt, pki_certificate_pem(pair->certificate), 0644);
}

static int make_ca(struct initdir *t)
{
    char error[PKI_ERROR_BYTES];

    if (access(t->ca_crt, F_OK) == 0) {
        if (pki_load(t->ca_crt, t->ca_key, &t->ca, error) != 0) {
            verb_error("%s", error);
            return VERB_FAILED;
        }
        return 0;
    }
    if (pki_ca(t->now_at, &t->ca, error) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    return write_pair(&t->ca, t->ca_crt, t->ca_key);
}

/* Always anew: the names may be others than in the run that was cut off. */
static int make_certificate(struct initdir *t)
{
    char error[PKI_ERROR_BYTES];
    struct pki_pair pair;

    if (pki_server(&t->ca, t->hosts.items, t->hosts.n, t->now_at, &pair, error) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    int result = write_pair(&pair, t->server_crt, t->server_key);
    t->certificate = pair.certificate;
    pair.certificate = NULL;
    pki_pair_fini(&pair);
    return result;
}

static int make_profile(const struct initdir *t)
{
    char server[PROFILE_SERVER_BYTES];
    char error[PKI_ERROR_BYTES];
    char *text;

    profile_server(t->certificate, &t->first, server);
    if (profile_issue(&t->ca, NULL, server, ADMIN, t->now_at, &text, error) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    return write_pem(t->profile, text, PROFILE_MODE);
}

/* Returns 0 with *ret_empty, or tells that the store is in use. */
static int look_at_store(const struct initdir *t, struct env *env, bool *ret_empty)
{
    struct txn txn;
    struct principal admin;
    uint64_t newest = 0;
    int64_t recorded_at;

    int result = txn_begin(&txn, env, TXN_READ);
    if (result == 0) {
        result = entries_newest(&txn, &newest, &recorded_at);
    }
    int named = result != 0 || newest == 0 ? 0 : principals_named(&txn, ADMIN, &admin);
    if (result != 0 || (named != 0 && named != STORE_NOT_FOUND)) {
        verb_error("%s: %s", t->data, txn_text(&txn));
        result = VERB_FAILED;
    } else if (newest != 0 && (newest != BEGINNINGS || named != 0)) {
        verb_error("%s is a store in use, but %s is missing", t->data, t->config);
        verb_hint("write the settings by hand; init does not touch a store with content");
        result = VERB_FAILED;
    }
    *ret_empty = newest == 0;
    txn_abort(&txn);
    return result;
}

static int journal_beginnings(const struct initdir *t, struct env *env)
{
    struct event *events = calloc(BEGINNINGS, sizeof(*events));
    char error[OFFLINE_ERROR_BYTES] = "no memory";
    int result = -1;

    if (events != NULL) {
        for (size_t i = 0; i < BEGINNINGS; i++) {
            events[i].origin = ORIGIN_LIVE;
            events[i].effective_at = t->now_at;
            events[i].claimed_at = INSTANT_NONE;
        }
        events[0].kind = EVENT_CLUSTER_CREATED;
        memcpy(events[0].u.cluster.id, env_cluster_id(env), sizeof(events[0].u.cluster.id));
        events[1].kind = EVENT_PRINCIPAL_SET;
        events[1].u.principal = (struct principal){
            .id = 1, .generation = 1, .name = ADMIN, .human = true, .roles = ROLE_ADMIN};
        result = offline_commit(env, events, BEGINNINGS, t->now_at, "slated init", error);
        free(events);
    }
    if (result != 0) {
        verb_error("%s: %s", t->data, error);
        return VERB_FAILED;
    }
    return 0;
}

static int make_store(const struct initdir *t)
{
    uint8_t cluster_id[ENV_CLUSTER_ID_BYTES];
    char error[ENV_ERROR_BYTES] = "no random bytes";
    struct env *env = NULL;
    bool empty = false;

    int result = offline_random(NULL, cluster_id, sizeof(cluster_id));
    if (result == 0) {
        result = env_create(t->data, cluster_id, NULL, error, sizeof(error));
    }
    if (result == 0 || result == ENV_EXISTS) {
        result = env_open(t->data, NULL, error, sizeof(error), &env);
    }
    if (result != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    result = look_at_store(t, env, &empty);
    if (result == 0 && empty) {
        result = journal_beginnings(t, env);
    }
    env_close(env);
    return result;
}

/* The values are the defaults of config_default: what is written out does not differ from what is
 * left out. */
static const char settings[] =
    "# Settings of slated. What is not said here keeps its default; what is said wrongly keeps "
    "the\n"
    "# server from starting. Paths are relative to this folder.\n"
    "\n"
    "# Numeric addresses; IPv6 in brackets.\n"
    "listen: [%s]\n"
    "\n"
    "tls:\n"
    "  cert: tls/server.crt    # the server's certificate, then intermediate ones\n"
    "  key: tls/server.key     # mode 0600\n"
    "  client_ca: tls/ca.crt   # who may have issued the clients' certificates\n"
    "  # ca_key: tls/ca.key    # gives out certificates; without a key there, others do\n"
    "  # crl: tls/crl.pem      # certificates that are taken no more\n"
    "\n"
    "store:\n"
    "  path: data\n"
    "  map_size: %" PRIu64
    "GiB         # of address space, not of disk; the store cannot outgrow it\n"
    "\n"
    "# Time zone data: TZif files as the package tzdata installs them.\n"
    "zone_dir: %s\n"
    "\n"
    "limits:\n"
    "  connections: %u       # in all\n"
    "  per_address: %u        # of one address; of IPv6, of one /64\n"
    "  handshakes: %u         # that have begun and not ended\n"
    "  frame: %uKiB            # of one request\n"
    "  idle: %us              # without a whole frame\n"
    "  handshake: %us           # until TLS is through\n"
    "  first_frame: %us        # from then to the end of the first frame\n"
    "  frame_time: %us          # of a frame, and a second for each KiB of it\n"
    "  stuck: %us              # in which nothing that waits for the client is taken\n"
    "  drain: %us              # at a stop, for what is under way\n"
    "  # Of one person or tool, over all its connections. docs/limits.md has all limits.\n"
    "  principal_connections: %u\n"
    "  principal_requests: %u       # a second; a costly one counts as several\n"
    "  principal_request_burst: %u   # so many at once\n"
    "  principal_bytes: %uMiB         # of requests, a second\n"
    "  principal_byte_burst: %uMiB\n"
    "\n"
    "log:\n"
    "  level: info             # error, warn, info, debug\n"
    "  format: logfmt          # logfmt, json; to stderr\n";

static int make_config(const struct initdir *t)
{
    char listen[VERB_LIST_MAX * 64] = "";
    char text[sizeof(listen) + sizeof(settings) + PATH_MAX];
    char error[NEWFILE_ERROR_BYTES];
    size_t n = 0;
    struct arena arena;
    struct config d;

    arena_init(&arena, 1024 * 1024);
    if (config_default(t->dir, &arena, &d) != 0) {
        verb_error("no memory for the settings");
        return VERB_FAILED;
    }
    for (size_t i = 0; i < t->listen.n; i++) {
        n += (size_t)snprintf(listen + n, sizeof(listen) - n, "%s\"%s\"", i == 0 ? "" : ", ",
                              t->listen.items[i]);
    }
    (void)snprintf(text, sizeof(text), settings, listen, d.store.map_size_bytes >> 30, d.zone_dir,
                   d.limits.connections, d.limits.per_address, d.limits.handshakes,
                   d.limits.frame_bytes / 1024, d.limits.idle_ms / 1000,
                   d.limits.handshake_ms / 1000, d.limits.first_frame_ms / 1000,
                   d.limits.frame_time_ms / 1000, d.limits.stuck_ms / 1000,
                   d.limits.drain_ms / 1000, d.limits.principal_connections,
                   d.limits.principal_requests, d.limits.principal_request_burst,
                   d.limits.principal_bytes >> 20, d.limits.principal_byte_burst >> 20);
    arena_fini(&arena);
    if (newfile_replace(t->config, text, 0644, error) != 0) {
        verb_error("%s", error);
        return VERB_FAILED;
    }
    return 0;
}

/* Everything in DIR, the settings last. */
static int make_content(struct initdir *t)
{
    char tls[PATH_MAX];

    (void)snprintf(tls, sizeof(tls), "%s/tls", t->dir);
    int result = check_folder(t);
    if (result == 0) {
        result = make_store(t);
    }
    if (result == 0) {
        result = make_folder(tls);
    }
    if (result == 0) {
        result = make_ca(t);
    }
    if (result == 0) {
        result = make_certificate(t);
    }
    if (result == 0) {
        result = make_profile(t);
    }
    if (result == 0) {
        result = make_config(t);
    }
    return result;
}

static void set_paths(struct initdir *t)
{
    const struct {
        char *path;
        const char *name;
    } rows[] = {
        {t->data, "data"},
        {t->ca_crt, "tls/ca.crt"},
        {t->ca_key, "tls/ca.key"},
        {t->server_crt, "tls/server.crt"},
        {t->server_key, "tls/server.key"},
        {t->profile, PROFILE_FILE},
        {t->config, CONFIG_FILE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)snprintf(rows[i].path, PATH_MAX, "%s/%s", t->dir, rows[i].name);
    }
}

int initdir_make(struct initdir *t)
{
    set_paths(t);
    int result = make_folder(t->dir);
    if (result != 0) {
        return result;
    }
    int lock = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) {
        return fail_errno(t->dir);
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        verb_error("%s: another init is at work", t->dir);
        result = VERB_FAILED;
    } else {
        result = make_content(t);
    }
    (void)close(lock);
    return result;
}

void initdir_fini(struct initdir *t)
{
    X509_free(t->certificate);
    t->certificate = NULL;
    pki_pair_fini(&t->ca);
}
