// SPDX-License-Identifier: Apache-2.0
/*
 * What options mean to verbs.
 */
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/when.h"

int cli_time(struct cli *cli, enum option option, int64_t *ret)
{
    const char *text = cli_option(cli, option);
    const char *why = text ? when_parse(text, cli->now_at, ret) : NULL;

    return why ? cli_usage(cli, "--%s: \"%s\" %s", args_options[option].name, text, why) : 0;
}

static bool parse_number(const char *text, uint64_t max, uint64_t *ret)
{
    char *end;

    if (*text < '0' || *text > '9' || strlen(text) > 19) {
        return false;
    }
    *ret = strtoull(text, &end, 10);
    return *end == '\0' && *ret <= max;
}

int cli_number(struct cli *cli, enum option option, uint32_t *ret)
{
    const char *text = cli_option(cli, option);
    uint64_t number;

    if (!text) {
        return 0;
    }
    if (!parse_number(text, UINT32_MAX, &number)) {
        return cli_usage(cli, "--%s: \"%s\" is no number", args_options[option].name, text);
    }
    *ret = (uint32_t)number;
    return 0;
}

int cli_seq(struct cli *cli, enum option option, uint64_t *ret)
{
    const char *text = cli_option(cli, option);

    if (text && (!parse_number(text, UINT64_MAX, ret) || *ret == 0)) {
        return cli_usage(cli, "--%s: \"%s\" is no number from 1", args_options[option].name, text);
    }
    return 0;
}

/** "--state: "x" is none of new, open, ..." */
static int unknown_word(struct cli *cli, enum option option, enum slate_vocabulary vocabulary,
                        const char *word)
{
    struct text known = {0};
    const char *name;

    for (int i = 1; (name = slate_name(vocabulary, i)); i++) {
        text_add_f(&known, "%s%s", i > 1 ? ", " : "", name);
    }
    int code = cli_usage(cli, "--%s: \"%s\" is none of %s", args_options[option].name, word,
                         text_str(&known));
    text_fini(&known);
    return code;
}

int cli_word(struct cli *cli, enum option option, enum slate_vocabulary vocabulary, int *ret)
{
    const char *text = cli_option(cli, option);

    if (!text) {
        return 0;
    }
    *ret = slate_named(vocabulary, text);
    return *ret ? 0 : unknown_word(cli, option, vocabulary, text);
}

int cli_arg_clock(struct cli *cli, size_t i, enum slate_clock_kind *ret)
{
    const char *text = cli_arg(cli, i);

    if (!text) {
        return 0;
    }
    *ret = (enum slate_clock_kind)slate_named(SLATE_CLOCK_KINDS, text);
    return *ret ? 0 : cli_usage(cli, "\"%s\" is no clock: first_response, resolution, ...", text);
}

int cli_span(struct cli *cli, enum option option, int64_t *ret)
{
    const char *text = cli_option(cli, option);

    if (text && !when_parse_span(text, ret)) {
        return cli_usage(cli, "--%s: \"%s\" is no span, as 90m or 4h", args_options[option].name,
                         text);
    }
    return 0;
}

int cli_words(struct cli *cli, enum option option, enum slate_vocabulary vocabulary, int **ret,
              size_t *ret_n)
{
    const char *list = cli_option(cli, option);
    int code = 0;

    *ret = NULL;
    *ret_n = 0;
    if (!list) {
        return 0;
    }
    size_t n;
    char **words = cli_split(list, &n);
    int *values = calloc(n + 1, sizeof(*values));
    if (!values) {
        abort();
    }
    for (size_t i = 0; !code && i < n; i++) {
        values[i] = slate_named(vocabulary, words[i]);
        if (!values[i]) {
            code = unknown_word(cli, option, vocabulary, words[i]);
        }
    }
    free(words);
    *ret = values;
    *ret_n = n;
    return code;
}

char **cli_split(const char *list, size_t *ret_n)
{
    size_t n = 1;

    for (const char *p = list; *p; p++) {
        n += *p == ',';
    }
    // The array, and behind it the strings
    char **parts = calloc(1, n * sizeof(*parts) + strlen(list) + 1);
    if (!parts) {
        abort();
    }
    char *text = (char *)(parts + n);
    memcpy(text, list, strlen(list) + 1);
    n = 0;
    for (char *part = strsep(&text, ","); part; part = strsep(&text, ",")) {
        if (*part) {
            parts[n++] = part;
        }
    }
    *ret_n = n;
    return parts;
}

int cli_past(struct cli *cli, struct slate_with *ret)
{
    int64_t as_of_at = 0;
    int64_t as_known_at = 0;

    int code = cli_time(cli, OPTION_AS_OF, &as_of_at);
    if (!code) {
        code = cli_time(cli, OPTION_AS_KNOWN, &as_known_at);
    }
    if (code) {
        return code;
    }
    ret->as_of_at = as_of_at;
    ret->as_known_at = as_known_at;
    ret->reason = cli_option(cli, OPTION_REASON);
    cli->as_known_at = as_known_at;
    // What was known then is of then, unless an earlier instant is asked for
    cli->as_of_at = as_known_at && (!as_of_at || as_known_at < as_of_at) ? as_known_at : as_of_at;
    return 0;
}

int cli_with(struct cli *cli, struct slate_with *ret)
{
    const char *version = cli_option(cli, OPTION_IF_VERSION);
    const char *id = cli_option(cli, OPTION_REQUEST_ID);
    struct slate_with with = {.dry_run = cli_has(cli, OPTION_DRY_RUN)};
    int code = cli_time(cli, OPTION_AT, &with.claimed_at);

    if (code) {
        return code;
    }
    if (version && (!parse_number(version, UINT64_MAX, &with.if_version) || with.if_version == 0)) {
        return cli_usage(cli, "--if-version: \"%s\" is no version: 1, 2, ...", version);
    }
    if (id && !slate_request_id_parse(id, with.request_id)) {
        return cli_usage(cli, "--request-id: \"%s\" is no request id", id);
    }
    *ret = with;
    return 0;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int cli_hash(struct cli *cli, const char *what, const char *text, uint8_t ret[CLI_HASH_BYTES])
{
    bool ok = strlen(text) == (size_t)2 * CLI_HASH_BYTES;

    for (size_t i = 0; ok && i < CLI_HASH_BYTES; i++) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);

        ok = high >= 0 && low >= 0;
        ret[i] = (uint8_t)(ok ? high << 4 | low : 0);
    }
    return ok ? 0
              : cli_usage(cli, "%s: a hash has %d hexadecimal digits", what, 2 * CLI_HASH_BYTES);
}
