// SPDX-License-Identifier: Apache-2.0
/*
 * Evidence: journal head, export, countersign, verify. What a file holds is for the verifier to
 * say, a program of its own; here it is bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/cli.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"

extern char **environ;

// ---- numbers and bytes --------------------------------------------------------------------------

static char *hex(const uint8_t *p, size_t n)
{
    char *s = malloc(2 * n + 1);

    if (!s) {
        abort();
    }
    for (size_t i = 0; i < n; i++) {
        snprintf(s + 2 * i, 3, "%02x", p[i]);
    }
    s[2 * n] = 0;
    return s;
}

static char *base64(const uint8_t *p, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *s = malloc((n + 2) / 3 * 4 + 1);
    char *at = s;

    if (!s) {
        abort();
    }
    for (size_t i = 0; i < n; i += 3) {
        const unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) |
                           (i + 2 < n ? p[i + 2] : 0);

        *at++ = digits[v >> 18];
        *at++ = digits[v >> 12 & 63];
        *at++ = i + 1 < n ? digits[v >> 6 & 63] : '=';
        *at++ = i + 2 < n ? digits[v & 63] : '=';
    }
    *at = 0;
    return s;
}

// ---- files --------------------------------------------------------------------------------------

/** A new file, for nobody else to read. Returns a descriptor, or -1, told. */
static int make_file(struct cli *cli, const char *name)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        message_say(cli->err, "%s: %s", name, strerror(errno));
        message_hint(cli->err, "%s", errno == EEXIST ? "a file that is there is not replaced" : "");
    }
    return fd;
}

static bool write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        const ssize_t w = write(fd, p, n);

        if (w < 0 && errno != EINTR) {
            return false;
        }
        p += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
    return true;
}

/** Half a file would be taken for a whole one. */
static int end_file(struct cli *cli, int fd, const char *name, int code)
{
    if (!code && fsync(fd) != 0) {
        message_say(cli->err, "%s: %s", name, strerror(errno));
        code = EXIT_FAILED;
    }
    close(fd);
    if (code) {
        unlink(name);
    }
    return code;
}

// ---- head ---------------------------------------------------------------------------------------

int cmd_journal_head(struct cli *cli)
{
    const struct slate_show_head args = {.contract = cli_option(cli, OPTION_CONTRACT)};
    struct slate_result *r;
    struct slate_error e;

    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    if (slate_show_head(cli->slate, &args, NULL, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "show heads");
    }
    render_begin(&cli->render, &rows_journal_head);
    for (size_t i = 0; i < r->heads.n_heads; i++) {
        render_row(&cli->render, &r->heads.heads[i]);
    }
    render_end(&cli->render, NULL, NULL);
    cli_name_zone(cli);
    slate_result_free(r);
    return EXIT_DONE;
}

// ---- export -------------------------------------------------------------------------------------

static int export_pieces(struct cli *cli, struct slate_export_journal *args, int fd,
                         const char *name)
{
    const struct slate_with with = {.reason = cli_option(cli, OPTION_REASON)};
    struct slate_result *last = NULL; // holds the cursor
    struct slate_error e;
    uint64_t n = 0;
    int code = 0;
    bool more = true;

    while (!code && more) {
        struct slate_result *r;

        if (slate_export_journal(cli->slate, args, &with, &r, &e) != SLATE_OK) {
            code = cli_failed(cli, &e, "export %s", args->contract);
            break;
        }
        slate_result_free(last);
        last = r;
        if (!write_all(fd, r->chunk.data.p, r->chunk.data.n)) {
            message_say(cli->err, "%s: %s", name, strerror(errno));
            code = EXIT_FAILED;
        }
        n += r->chunk.data.n;
        args->cursor = r->chunk.cursor;
        more = r->chunk.cursor.n > 0;
        if (cli->err_tty) {
            message_progress(cli->err, "%" PRIu64 " KiB", n / 1024);
        }
    }
    if (cli->err_tty) {
        message_progress(cli->err, "%s", "");
    }
    slate_result_free(last);
    return code;
}

int cmd_journal_export(struct cli *cli)
{
    const char *name = cli_option(cli, OPTION_OUT);
    struct slate_export_journal args = {.contract = cli_option(cli, OPTION_CONTRACT),
                                        .texts = cli_has(cli, OPTION_TEXTS)};

    if (!args.contract || !name) {
        return cli_usage(cli, "--contract and --out are needed");
    }
    int code = cli_seq(cli, OPTION_FROM_SEQ, &args.from_seq);
    if (!code) {
        code = cli_seq(cli, OPTION_TO_SEQ, &args.to_seq);
    }
    if (!code) {
        code = cli_connect(cli);
    }
    if (code) {
        return code;
    }
    const int fd = make_file(cli, name);
    if (fd < 0) {
        return EXIT_FAILED;
    }
    return end_file(cli, fd, name, export_pieces(cli, &args, fd, name));
}

// ---- countersign --------------------------------------------------------------------------------

static json_t *receipt(struct cli *cli, const struct slate_journal_head *head,
                       const struct slate_head_signature *s)
{
    char *cluster = hex(slate_server(cli->slate)->cluster_id, 16);
    char *hash = hex(head->sha256.p, head->sha256.n);
    char *signature = base64(s->signature, s->signature_bytes);
    char *certificate = base64(s->certificate, s->certificate_bytes);
    json_t *made = json_pack("{s:s,s:i,s:s,s:s,s:I,s:s,s:s,s:s}", "type", "slate receipt",
                             "version", 1, "cluster", cluster, "contract", head->contract, "seq",
                             (json_int_t)head->seq, "hash", hash, "signature", signature,
                             "certificate", certificate);

    free(certificate);
    free(signature);
    free(hash);
    free(cluster);
    return made;
}

static int keep_receipt(struct cli *cli, const struct slate_journal_head *head,
                        const struct slate_head_signature *s, int fd, const char *name)
{
    json_t *made = receipt(cli, head, s);
    char *text = made ? json_dumps(made, JSON_COMPACT) : NULL;
    int code = 0;

    if (!text || !write_all(fd, (const uint8_t *)text, strlen(text)) ||
        !write_all(fd, (const uint8_t *)"\n", 1)) {
        message_say(cli->err, "%s: %s", name, strerror(errno));
        code = EXIT_FAILED;
    }
    free(text);
    json_decref(made);
    return code;
}

static int confirm(struct cli *cli, const struct slate_journal_head *head)
{
    char *hash = hex(head->sha256.p, head->sha256.n);
    char question[256];

    snprintf(question, sizeof(question), "sign entry %" PRIu64 " of %s, %s?", head->seq,
             head->contract, hash);
    free(hash);
    return cli_confirm(cli, question, "the signature");
}

static int send_signature(struct cli *cli, const struct slate_journal_head *head,
                          const struct slate_head_signature *s)
{
    const struct slate_countersign args = {
        .contract = head->contract,
        .seq = head->seq,
        .sha256 = head->sha256,
        .signature = {s->signature, s->signature_bytes},
        .certificate = {s->certificate, s->certificate_bytes},
    };
    struct slate_with with;
    struct slate_result *r;
    struct slate_error e;

    int code = cli_with(cli, &with);
    if (code) {
        return code;
    }
    if (slate_countersign(cli->slate, &args, &with, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "countersign %s", head->contract);
    }
    render_begin(&cli->render, &rows_journal_head);
    for (size_t i = 0; i < r->heads.n_heads; i++) {
        render_row(&cli->render, &r->heads.heads[i]);
    }
    render_end(&cli->render, NULL, NULL);
    slate_result_free(r);
    return EXIT_DONE;
}

/** The receipt is on disk before anything is signed for: it is what a signature is good for. */
static int countersign(struct cli *cli, const struct slate_journal_head *head)
{
    const char *name = cli_option(cli, OPTION_OUT);
    struct slate_head_signature s;
    struct slate_error e;
    int fd = -1;

    int code = confirm(cli, head);
    if (code) {
        return code;
    }
    if (slate_head_sign(cli->slate, head, &s, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "countersign %s", head->contract);
    }
    if (name) {
        fd = make_file(cli, name);
        if (fd < 0) {
            return EXIT_FAILED;
        }
        code = keep_receipt(cli, head, &s, fd, name);
    }
    if (!code) {
        code = send_signature(cli, head, &s);
    }
    return fd >= 0 ? end_file(cli, fd, name, code) : code;
}

int cmd_journal_countersign(struct cli *cli)
{
    const struct slate_show_head args = {.contract = cli_option(cli, OPTION_CONTRACT)};
    const char *hash_text = cli_option(cli, OPTION_HEAD);
    struct slate_journal_head head = {.contract = args.contract};
    uint8_t hash[CLI_HASH_BYTES];
    struct slate_result *r;
    struct slate_error e;

    if (!args.contract) {
        return cli_usage(cli, "--contract is needed");
    }
    int code = cli_seq(cli, OPTION_SEQ, &head.seq);
    if (!code && (head.seq != 0) != (hash_text != NULL)) {
        code = cli_usage(cli, "--seq and --head belong together");
    }
    if (!code && hash_text) {
        code = cli_hash(cli, "--head", hash_text, hash);
        head.sha256 = (struct slate_bytes){hash, sizeof(hash)};
    }
    if (!code) {
        code = cli_connect(cli);
    }
    if (code || head.seq != 0) {
        return code ? code : countersign(cli, &head);
    }
    if (slate_show_head(cli->slate, &args, NULL, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "show the head of %s", args.contract);
    }
    if (r->heads.n_heads != 1 || r->heads.heads[0].seq == 0 ||
        r->heads.heads[0].sha256.n != CLI_HASH_BYTES) {
        message_say(cli->err, "there is nothing to sign yet in the journal of %s", args.contract);
        code = EXIT_FAILED;
    } else {
        code = countersign(cli, &r->heads.heads[0]);
    }
    slate_result_free(r);
    return code;
}

// ---- verify -------------------------------------------------------------------------------------

/** The verifier that came with this program: beside it, or in libexec; never one that PATH names.
 * Returns ret, or NULL. */
static char *find_verifier(char ret[PATH_MAX])
{
    static const char *const places[] = {"slate-verify", "../libexec/slate/slate-verify"};
    char self[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (n <= 0) {
        return NULL;
    }
    self[n] = 0;
    char *slash = strrchr(self, '/');
    *(slash ? slash + 1 : self) = 0;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        const int made = snprintf(ret, PATH_MAX, "%s%s", self, places[i]);

        if (made > 0 && made < PATH_MAX && access(ret, X_OK) == 0) {
            return ret;
        }
    }
    return NULL;
}

int cmd_journal_verify(struct cli *cli)
{
    static const enum option handed[] = {OPTION_HEAD, OPTION_SEQ, OPTION_RECEIPT, OPTION_CA};
    char path[PATH_MAX];
    char names[sizeof(handed) / sizeof(handed[0])][16];
    const char *argv[16] = {"slate-verify"};
    size_t n = 1;
    int status;
    pid_t pid;

    if (!find_verifier(path)) {
        message_say(cli->err, "slate-verify is not installed beside this program");
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < sizeof(handed) / sizeof(handed[0]); i++) {
        if (cli_has(cli, handed[i])) {
            snprintf(names[i], sizeof(names[i]), "--%s", args_options[handed[i]].name);
            argv[n++] = names[i];
            argv[n++] = cli_option(cli, handed[i]);
        }
    }
    if (cli_is_json(cli)) {
        argv[n++] = "--json";
    }
    argv[n++] = "--";
    argv[n++] = cli_arg(cli, 0);
    fflush(cli->out);
    const int error = posix_spawn(&pid, path, NULL, NULL, (char *const *)(uintptr_t)argv, environ);
    if (error) {
        message_say(cli->err, "slate-verify: %s", strerror(error));
        return EXIT_FAILED;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return EXIT_FAILED;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILED;
}
