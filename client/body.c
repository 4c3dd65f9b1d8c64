// SPDX-License-Identifier: Apache-2.0
#include "client/body.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/message.h"

/** Below this line the editor's text is ours. */
#define SCISSORS "# ------------------------ >8 ------------------------"

/** \r\n -> \n in place, and no newlines at the end. */
static void normalise(char *text)
{
    char *out = text;

    for (const char *p = text; *p; p++) {
        if (*p != '\r' || p[1] != '\n') {
            *out++ = *p;
        }
    }
    while (out > text && out[-1] == '\n') {
        out--;
    }
    *out = '\0';
}

const char *body_read(FILE *f, char **ret)
{
    struct text text = {0};
    char chunk[4096];
    size_t n;

    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
        if (memchr(chunk, '\0', n)) {
            text_fini(&text);
            return "is no text";
        }
        text_add_n(&text, chunk, n);
        if (text.n > BODY_BYTES_MAX) {
            text_fini(&text);
            return "is too long for a text";
        }
    }
    if (ferror(f)) {
        text_fini(&text);
        return "cannot be read to its end";
    }
    *ret = text_take(&text);
    normalise(*ret);
    return NULL;
}

static int read_file(struct cli *cli, const char *path, char **ret)
{
    FILE *f = fopen(path, "re");

    if (!f) {
        return cli_unreadable(cli, path, strerror(errno));
    }
    const char *why = body_read(f, ret);
    fclose(f);
    if (why) {
        return cli_unreadable(cli, path, why);
    }
    return 0;
}

int body_from_options(struct cli *cli, enum option option, char **ret)
{
    const char *text = cli_option(cli, option);
    const char *file = cli_option(cli, OPTION_BODY_FILE);

    *ret = NULL;
    if (text && file) {
        return cli_usage(cli, "--%s and --body-file exclude each other", args_options[option].name);
    }
    if (file) {
        return read_file(cli, file, ret);
    }
    if (text && strcmp(text, "-") == 0) {
        const char *why = cli->in_tty ? "is a terminal: pipe the text into it"
                                      : body_read(cli->in, ret);

        return why ? cli_usage(cli, "standard input %s", why) : 0;
    }
    if (text) {
        *ret = strdup(text);
        if (!*ret) {
            abort();
        }
        normalise(*ret);
    }
    return 0;
}

// ---- editor -------------------------------------------------------------------------------------

static const char *find_editor(void)
{
    static const char *const names[] = {"SLATE_EDITOR", "VISUAL", "EDITOR"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *editor = getenv(names[i]);

        if (editor && *editor) {
            return editor;
        }
    }
    return NULL;
}

/** A new file, 0600, with the note in it. Returns its path (malloc), or NULL. */
static char *make_draft(const char *note)
{
    const char *dir = getenv("TMPDIR");
    struct text path = {0};

    text_add_f(&path, "%s/slate-draft-XXXXXX", dir && *dir == '/' ? dir : "/tmp");
    char *draft = text_take(&path);
    int fd = mkostemp(draft, O_CLOEXEC);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f) {
        free(draft);
        return NULL;
    }
    fprintf(f, "\n" SCISSORS "\n# Write above; what is below this line is not sent.\n%s", note);
    if (fclose(f) != 0) {
        unlink(draft);
        free(draft);
        return NULL;
    }
    return draft;
}

/** The editor's name may carry arguments, so a shell takes it apart; the file's name is no part of
 * what the shell reads. Meanwhile a Ctrl-C is the editor's: neither we nor the shell end of it. */
static bool run_editor(const char *editor, const char *draft)
{
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    const struct sigaction usual = {.sa_handler = SIG_DFL};
    struct sigaction interrupt, quit;
    struct text command = {0};
    int status = 1;

    text_add_f(&command, "trap : INT QUIT; %s \"$1\"", editor);
    sigaction(SIGINT, &ignored, &interrupt);
    sigaction(SIGQUIT, &ignored, &quit);
    pid_t pid = fork();
    if (pid == 0) {
        sigaction(SIGINT, &usual, NULL);
        sigaction(SIGQUIT, &usual, NULL);
        execl("/bin/sh", "sh", "-c", text_str(&command), "slate", draft, (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    text_fini(&command);
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int body_from_editor(struct cli *cli, const char *note, char **ret, char **ret_draft)
{
    const char *editor = find_editor();

    if (!cli->in_tty || !cli->out_tty || !editor || getenv("SLATE_NO_INPUT")) {
        return cli_usage(cli, "the text is missing: --body TEXT, --body - or --body-file FILE%s",
                         editor || !cli->in_tty ? "" : ", or set EDITOR");
    }
    char *draft = make_draft(note);
    if (!draft) {
        message_say(cli->err, "cannot make a file for the editor: %s", strerror(errno));
        return EXIT_FAILED;
    }
    if (!run_editor(editor, draft)) {
        message_say(cli->err, "the editor (%s) failed: nothing was sent", editor);
        body_done(cli, draft, false);
        return EXIT_FAILED;
    }
    char *text = NULL;
    int code = read_file(cli, draft, &text);
    if (code) {
        body_done(cli, draft, false);
        return code;
    }
    char *scissors = strstr(text, SCISSORS);
    if (scissors) {
        *scissors = '\0';
        normalise(text);
    }
    if (text[strspn(text, " \t\n")] == '\0') {
        message_say(cli->err, "the text is empty: nothing was sent");
        body_done(cli, draft, true);
        free(text);
        return EXIT_FAILED;
    }
    *ret = text;
    *ret_draft = draft;
    return 0;
}

void body_done(struct cli *cli, char *draft, bool sent)
{
    if (draft && sent) {
        unlink(draft);
    } else if (draft) {
        message_hint(cli->err, "your text is kept in %s", draft);
    }
    free(draft);
}
