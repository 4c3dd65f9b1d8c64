// SPDX-License-Identifier: Apache-2.0
#include "client/args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct args_option args_options[OPTIONS] = {
    [OPTION_HELP] = {"help", 'h', NULL, "say what the verb does"},
    [OPTION_PROFILE] = {"profile", 0, "FILE", "the server and who you are"},
    [OPTION_CONTEXT] = {"context", 0, "NAME", "the profile NAME.yaml beside config.yaml"},
    [OPTION_OUTPUT] = {"output", 'o', "FORMAT", "table, tsv, csv, json or jsonl"},
    [OPTION_JSON] = {"json", 0, NULL, "the same as -o json"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "print only ids"},
    [OPTION_NO_HEADER] = {"no-header", 0, NULL, "tables and CSV without titles"},
    [OPTION_NO_COLOR] = {"no-color", 0, NULL, "never color"},
    [OPTION_TZ] = {"tz", 0, "ZONE", "show and read times in ZONE: local, UTC, Area/City"},
    [OPTION_TIMEOUT] = {"timeout", 0, "SPAN", "give up after SPAN, as 10s or 2m"},
    [OPTION_IF_VERSION] = {"if-version", 0, "N", "refuse unless the ticket is at version N"},
    [OPTION_DRY_RUN] = {"dry-run", 'n', NULL, "say what would be, change nothing"},
    [OPTION_YES] = {"yes", 'y', NULL, "do not ask"},
    [OPTION_REQUEST_ID] = {"request-id", 0, "UUID",
                           "repeat a change whose outcome is unknown: it is made once"},
    [OPTION_AT] = {"at", 0, "TIME", "when it happened, if it was before now"},
    [OPTION_CONTRACT] = {"contract", 0, "NAME", "the contract"},
    [OPTION_TEAM] = {"team", 0, "NAME", "the team"},
    [OPTION_STATE] = {"state", 0, "STATE,...", "new, open, held, resolved, closed, merged"},
    [OPTION_PRIORITY] = {"priority", 0, "P", "priority, as the contract names it"},
    [OPTION_OWNER] = {"owner", 0, "NAME", "taken by NAME"},
    [OPTION_BREACHED] = {"breached", 0, NULL, "with a breached clock, and not resolved"},
    [OPTION_UNASSIGNED] = {"unassigned", 0, NULL, "that nobody has"},
    [OPTION_WITHIN] = {"within", 0, "SPAN", "due within SPAN, as 90m or 4h"},
    [OPTION_WATCH] = {"watch", 'w', NULL, "stay, and show it anew when something happens"},
    [OPTION_TAKE] = {"take", 0, NULL, "take it"},
    [OPTION_STEAL] = {"steal", 0, NULL, "also from somebody else"},
    [OPTION_TO] = {"to", 0, "NAME", "who or what it becomes"},
    [OPTION_INTO] = {"into", 0, "TICKET", "the ticket that goes on"},
    [OPTION_KIND] = {"kind", 0, "KIND", "of link, as duplicates; of events, as held,breach"},
    [OPTION_REMOVE] = {"remove", 0, NULL, "take it off"},
    [OPTION_RESOLVE] = {"resolve", 0, NULL, "resolve the ticket with it"},
    [OPTION_FROM] = {"from", 0, "CONTRACT:SEQ,...", "go on after these positions"},
    [OPTION_CHECK] = {"check", 0, NULL, "only look at the lines, send nothing"},
    [OPTION_LIMIT] = {"limit", 0, "N", "rows at most; 0 for all"},
    [OPTION_CURSOR] = {"cursor", 0, "CURSOR", "go on where a list ended"},
    [OPTION_SINCE] = {"since", 0, "TIME", "not before TIME: monday, 2026-11-21, -2h"},
    [OPTION_UNTIL] = {"until", 0, "TIME", "before TIME"},
    [OPTION_USER] = {"user", 0, "NAME", "what this one did"},
    [OPTION_AS_OF] = {"as-of", 0, "TIME", "as it was then, by what is known today"},
    [OPTION_AS_KNOWN] = {"as-known", 0, "TIME", "using only what was recorded by then"},
    [OPTION_VENDOR] = {"vendor", 0, "NAME", "the vendor"},
    [OPTION_CLOCK] = {"clock", 0, "CLOCK", "first_response, resolution, ..."},
    [OPTION_SUBJECT] = {"subject", 's', "TEXT", "what it is about, in a line"},
    [OPTION_BODY] = {"body", 'b', "TEXT|-", "the text; - reads it from standard input"},
    [OPTION_BODY_FILE] = {"body-file", 0, "FILE", "read the text from FILE"},
    [OPTION_MESSAGE] = {"message", 'm', "TEXT|-",
                        "a public reply that goes with it; erase: a number"},
    [OPTION_ENTRY] = {"entry", 0, "SEQ", "of the contract's entry with this number"},
    [OPTION_FUNCTION] = {"function", 0, "NAME", "business function"},
    [OPTION_CATEGORY] = {"category", 0, "NAME", "category"},
    [OPTION_TIER] = {"tier", 0, "NAME", "customer tier"},
    [OPTION_LANGUAGE] = {"language", 0, "CODE", "language of the requester"},
    [OPTION_REQUESTER] = {"requester", 0, "WHO", "who asks, as an e-mail address"},
    [OPTION_HOLD] = {"hold", 0, "REASON", "on hold for REASON"},
    [OPTION_REASON] = {"reason", 'r', "REASON",
                       "as the contract names it; of a read or an erasure: why"},
    [OPTION_SOURCE] = {"source", 0, "NAME", "the system that it comes from"},
    [OPTION_KEY] = {"key", 0, "KEY", "its key there: the same key gives the same ticket"},
    [OPTION_CHANNEL] = {"channel", 0, "NAME", "mail, phone, chat, ..."},
    [OPTION_CLOCKS] = {"clocks", 0, "CLOCK,...", "the clocks that the data can carry"},
    [OPTION_CUTOVER] = {"cutover", 0, "TIME", "limits before TIME give no notice"},
    [OPTION_ALL] = {"all", 0, NULL, "those that ended, too"},
    [OPTION_FILE] = {"file", 'f', "FILE|-", "read FILE, or standard input"},
    [OPTION_VERSION] = {"version", 0, "N", "this version; without it the newest"},
    [OPTION_ROLE] = {"role", 0, "ROLE,...",
                     "agent, lead, vendor-manager, manager, intake, auditor, admin"},
    [OPTION_PARTY] = {"party", 0, "NAME", "whom they act for; a team says it too"},
    [OPTION_TOOL] = {"tool", 0, NULL, "a program, no person"},
    [OPTION_FORCE] = {"force", 0, NULL, "also when it is not due"},
    [OPTION_SERVER] = {"server", 0, NULL, "ask the server too"},
    [OPTION_TREE] = {"tree", 0, NULL, "every verb with its options"},
    [OPTION_OUT] = {"out", 0, "FILE", "write it to FILE, which must be new"},
    [OPTION_TEXTS] = {"texts", 0, NULL, "subjects, messages and so on too"},
    [OPTION_FROM_SEQ] = {"from-seq", 0, "N", "begin with this entry"},
    [OPTION_TO_SEQ] = {"to-seq", 0, "N", "end with this entry"},
    [OPTION_SEQ] = {"seq", 0, "N", "the entry that it is about"},
    [OPTION_HEAD] = {"head", 0, "HEX", "hash that the entry of --seq must have"},
    [OPTION_RECEIPT] = {"receipt", 0, "FILE", "receipt of a countersignature that must hold"},
    [OPTION_CA] = {"ca", 0, "FILE", "CAs that signers' certificates must come from, PEM"},
};

// ---- near names ---------------------------------------------------------------------------------

enum { WORD_MAX = 24 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from a to b. */
static size_t distance(const char *a, const char *b)
{
    size_t d[WORD_MAX + 1][WORD_MAX + 1];
    size_t n = strlen(a);
    size_t m = strlen(b);

    if (n > WORD_MAX || m > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t i = 0; i <= n; i++) {
        for (size_t k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            d[i][k] = least(d[i - 1][k] + 1, d[i][k - 1] + 1,
                            d[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
                d[i - 2][k - 2] + 1 < d[i][k]) {
                d[i][k] = d[i - 2][k - 2] + 1;
            }
        }
    }
    return d[n][m];
}

const char *args_nearest(const char *word, const char *const *words, size_t n)
{
    size_t best = strlen(word) < 4 ? 2 : 3; // at most one or two mistakes
    const char *nearest = NULL;

    for (size_t i = 0; i < n; i++) {
        size_t d = words[i] ? distance(word, words[i]) : WORD_MAX;

        if (d < best) {
            best = d;
            nearest = words[i];
        }
    }
    return nearest;
}

// ---- parsing ------------------------------------------------------------------------------------

__attribute__((format(printf, 2, 3))) static bool fail(struct args_error *e, const char *format,
                                                       ...)
{
    va_list args;

    *e = (struct args_error){0};
    va_start(args, format);
    vsnprintf(e->message, sizeof(e->message), format, args);
    va_end(args);
    return false;
}

static enum option find_letter(char letter)
{
    for (int i = 1; i < OPTIONS; i++) {
        if (letter && args_options[i].letter == letter) {
            return (enum option)i;
        }
    }
    return OPTION_NONE;
}

static enum option find_name(const char *name, size_t n)
{
    for (int i = 1; i < OPTIONS; i++) {
        if (strlen(args_options[i].name) == n && memcmp(args_options[i].name, name, n) == 0) {
            return (enum option)i;
        }
    }
    return OPTION_NONE;
}

static bool unknown(const char *arg, size_t n, struct args_error *e)
{
    const char *names[OPTIONS] = {NULL};
    char name[64];

    fail(e, "there is no option %.*s", (int)n, arg);
    if (arg[1] != '-') {
        return false;
    }
    snprintf(name, sizeof(name), "%.*s", (int)n - 2, arg + 2);
    for (int i = 1; i < OPTIONS; i++) {
        names[i] = args_options[i].name;
    }
    const char *near = args_nearest(name, names, OPTIONS);
    if (near) {
        snprintf(e->hint, sizeof(e->hint), "did you mean --%s?", near);
    }
    return false;
}

/** True for an argument that begins like one of our options: it is no value of the option before.
 */
static bool is_option(const char *arg)
{
    if (arg[0] != '-' || arg[1] == '\0') {
        return false;
    }
    if (arg[1] == '-') {
        return find_name(arg + 2, strcspn(arg + 2, "=")) != OPTION_NONE;
    }
    return arg[2] == '\0' && find_letter(arg[1]) != OPTION_NONE;
}

/** One option at argv[*i]; *i becomes its last argument. */
static bool take_option(int argc, char *const *argv, int *i, struct args *args,
                        struct args_error *e)
{
    const char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    size_t n = is_long ? strcspn(arg, "=") : 2;
    enum option option = is_long ? find_name(arg + 2, n - 2) : find_letter(arg[1]);
    const char *value = NULL;

    if (option == OPTION_NONE) {
        return unknown(arg, is_long ? n : strlen(arg), e);
    }
    const struct args_option *o = &args_options[option];
    if (arg[n]) {
        value = arg + n + (is_long || arg[n] == '='); // -ojson, -o=json
    }
    if (!o->value && value) {
        return fail(e, "%.*s takes no value", (int)n, arg);
    }
    if (o->value && !value) {
        if (*i + 1 >= argc || is_option(argv[*i + 1])) {
            return fail(e, "%.*s needs a value: %s", (int)n, arg, o->value);
        }
        value = argv[++*i];
    }
    if (args->value[option] && o->value) {
        return fail(e, "--%s is there twice", o->name);
    }
    args->value[option] = value ? value : "";
    return true;
}

bool args_parse(int argc, char *const *argv, struct args *ret, struct args_error *reterr)
{
    struct args args = {.plain = calloc((size_t)argc + 1, sizeof(*args.plain))};
    bool ended = false;

    if (!args.plain) {
        abort();
    }
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];

        if (ended || arg[0] != '-' || arg[1] == '\0') {
            if (args.n_plain == ARGS_MAX) {
                args_fini(&args);
                return fail(reterr, "more than %d arguments", ARGS_MAX);
            }
            args.plain[args.n_plain++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            ended = true;
        } else if (!take_option(argc, argv, &i, &args, reterr)) {
            args_fini(&args);
            return false;
        }
    }
    *ret = args;
    return true;
}

void args_fini(struct args *args)
{
    free(args->plain);
    *args = (struct args){0};
}
