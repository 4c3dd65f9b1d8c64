// SPDX-License-Identifier: Apache-2.0
/*
 * Who one is: enroll, cert show, cert renew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/fields.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/secret.h"
#include "client/text.h"
#include "client/verb.h"

/** Longer than any code, with room for what a mail program puts around it. */
enum { CODE_BYTES = 1024 };

/** Nothing that looks at it may show what isn't needed any more. */
static void wipe(char *p, size_t n)
{
    explicit_bzero(p, n);
}

/** Wherever it comes from. Returns 0 or an exit code, told. */
static int get_code(struct cli *cli, char ret[CODE_BYTES])
{
    const char *word = cli_arg(cli, 0);

    if (word && strcmp(word, "-") != 0) {
        if (strlen(word) >= CODE_BYTES) {
            return cli_usage(cli, "this is no code");
        }
        memcpy(ret, word, strlen(word) + 1);
        memset((char *)word, '-', strlen(word)); // where lists of processes show it
        return 0;
    }
    const bool can_ask = !word && cli->in_tty && cli->err_tty && !getenv("SLATE_NO_INPUT");
    if (!word && !can_ask) {
        return cli_usage(cli, "there is nobody to ask for the code: slate enroll - reads it from "
                              "standard input");
    }
    if (!(can_ask ? secret_ask(cli->in, cli->err, "code (it is not shown):", ret, CODE_BYTES)
                  : secret_read(cli->in, ret, CODE_BYTES))) {
        return cli_unreadable(cli, "standard input", "there is no code");
    }
    return 0;
}

static void put_profile(struct cli *cli, const struct rows_profile_of *profile)
{
    if (cli_is_json(cli)) {
        render_object(&cli->render, &rows_profile, profile);
        return;
    }
    if (!cli_is_table(cli)) {
        render_begin(&cli->render, &rows_profile);
        render_row(&cli->render, profile);
        return;
    }
    render_put(&cli->render, TONE_BOLD, *profile->own.name ? profile->own.name : "?");
    render_newline(&cli->render);
    fields_put(cli, "server", profile->own.server);
    fields_put(cli, "profile", profile->file);
    fields_put_time(cli, "until", profile->own.expires_at);
    fields_put_time(cli, "renewed", profile->own.renew_at);
    char key[2 * sizeof(profile->own.key_sha256) + 1];
    for (size_t i = 0; i < sizeof(profile->own.key_sha256); i++) {
        snprintf(key + 2 * i, 3, "%02x", profile->own.key_sha256[i]);
    }
    fields_put(cli, "key", key);
}

/** What the file says, printed. */
static int show(struct cli *cli, const char *file)
{
    struct rows_profile_of profile = {.file = file};
    struct slate_error e;

    if (slate_read_profile(file, &profile.own, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "read the profile");
    }
    put_profile(cli, &profile);
    return EXIT_DONE;
}

/** The profile is there; does the server know whom it means? */
static int try(struct cli *cli, const char *file)
{
    int code = cli_connect(cli);

    if (!code) {
        const char *me = slate_server(cli->slate)->principal;

        message_say(cli->err, "you are %s", me ? me : "?");
        code = show(cli, file);
    }
    return code;
}

static int enroll(struct cli *cli, const char *file, uint32_t timeout_ms)
{
    char word[CODE_BYTES] = "";
    struct slate_error e;

    int code = get_code(cli, word);
    if (!code && slate_enroll(word, file, timeout_ms, &e) != SLATE_OK) {
        code = cli_failed(cli, &e, "enroll");
    }
    wipe(word, sizeof(word));
    return code ? code : try(cli, file);
}

int cmd_enroll(struct cli *cli)
{
    struct text file = {0};
    uint32_t timeout_ms;

    int code = cli_profile(cli, &file, &timeout_ms);
    if (!code) {
        code = enroll(cli, text_str(&file), timeout_ms);
    }
    text_fini(&file);
    return code;
}

int cmd_cert_show(struct cli *cli)
{
    struct text file = {0};
    uint32_t timeout_ms;

    int code = cli_profile(cli, &file, &timeout_ms);
    if (!code) {
        code = show(cli, text_str(&file));
    }
    text_fini(&file);
    return code;
}

int cmd_cert_renew(struct cli *cli)
{
    struct text file = {0};
    uint32_t timeout_ms;
    struct slate_error e;

    int code = cli_profile(cli, &file, &timeout_ms);
    if (!code && slate_renew(text_str(&file), cli_has(cli, OPTION_FORCE), timeout_ms, NULL, &e) !=
                     SLATE_OK) {
        code = cli_failed(cli, &e, "renew the certificate");
    }
    if (!code) {
        code = show(cli, text_str(&file));
    }
    text_fini(&file);
    return code;
}
