// SPDX-License-Identifier: Apache-2.0
#include "client/help.h"

#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/message.h"
#include "client/verb.h"

/** Options that every verb takes. */
static const enum option everywhere[] = {
    OPTION_OUTPUT, OPTION_JSON,    OPTION_QUIET,   OPTION_NO_HEADER, OPTION_NO_COLOR,
    OPTION_TZ,     OPTION_TIMEOUT, OPTION_PROFILE, OPTION_CONTEXT,   OPTION_HELP,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void line(struct cli *cli, enum tone tone, const char *text)
{
    render_put(&cli->render, tone, text);
    render_newline(&cli->render);
}

static void put_verb(struct cli *cli, const struct verb *verb)
{
    render_put_f(&cli->render, TONE_PLAIN, "  %-19s  %s", verb->name, verb->summary);
    render_newline(&cli->render);
}

void help_verbs(struct cli *cli)
{
    line(cli, TONE_PLAIN, "slate: tickets, and the clocks that run on them");
    render_newline(&cli->render);
    line(cli, TONE_BOLD, "Examples:");
    render_document(&cli->render,
                    "  slate new --contract acme-l1 --priority P1 --subject \"VPN drops hourly\"\n"
                    "  slate list --team manila-a --state new,open\n"
                    "  slate explain ACME-1042 resolution\n"
                    "  slate breaches --since monday --json\n");
    for (size_t g = 0; g < VERB_GROUPS; g++) {
        const struct verb_group *group = verb_groups[g];

        render_newline(&cli->render);
        render_put_f(&cli->render, TONE_BOLD, "%s:", group->heading);
        render_newline(&cli->render);
        for (size_t i = 0; i < group->n; i++) {
            put_verb(cli, &group->verbs[i]);
        }
    }
    render_newline(&cli->render);
    line(cli, TONE_PLAIN, "slate help VERB says more; so does slate VERB --help.");
}

static void put_option(struct cli *cli, enum option option)
{
    const struct args_option *o = &args_options[option];
    char name[64];
    char letter[8] = "    ";

    if (o->letter) {
        snprintf(letter, sizeof(letter), "-%c, ", o->letter);
    }
    snprintf(name, sizeof(name), "%s--%s%s%s", letter, o->name, o->value ? " " : "",
             o->value ? o->value : "");
    render_put_f(&cli->render, TONE_PLAIN, "  %-26s %s", name, o->help);
    render_newline(&cli->render);
}

/** "  ticket: ticket priority ..." */
static void put_columns(struct cli *cli, const struct rows *rows)
{
    struct text text = {0};

    for (size_t i = 0; i < rows->n_columns; i++) {
        if (cell_is_field(&rows->columns[i])) {
            text_add_f(&text, " %s", rows->columns[i].name);
        }
    }
    render_put_f(&cli->render, TONE_PLAIN, "  %s:%s", rows->one, text_str(&text));
    render_newline(&cli->render);
    text_fini(&text);
}

/** Lines as they were written; where one is wider than the terminal, those that belong together are
 * filled anew. */
static void put_notes(struct cli *cli, const char *notes)
{
    struct text paragraph = {0};
    bool fits = true;

    for (const char *p = notes; *p; p += strcspn(p, "\n") + 1) {
        fits = fits && (!cli->render.cols || strcspn(p, "\n") <= cli->render.cols);
    }
    if (fits) {
        render_document(&cli->render, notes);
        return;
    }
    for (const char *p = notes; *p;) {
        const size_t n = strcspn(p, "\n");

        text_add_f(&paragraph, "%s%.*s", paragraph.n ? " " : "", (int)n, p);
        p += n + 1;
        if (!*p || p[-2] == '.') {
            line(cli, TONE_PLAIN, text_str(&paragraph));
            text_clear(&paragraph);
        }
    }
    text_fini(&paragraph);
}

void help_verb(struct cli *cli, const struct verb *verb)
{
    render_put_f(&cli->render, TONE_BOLD, "slate %s", verb->name);
    render_put_f(&cli->render, TONE_PLAIN, ": %s", verb->summary);
    render_newline(&cli->render);
    render_newline(&cli->render);
    line(cli, TONE_BOLD, "Examples:");
    render_document(&cli->render, verb->examples);
    render_newline(&cli->render);
    render_put(&cli->render, TONE_BOLD, "Usage: ");
    render_put_f(&cli->render, TONE_PLAIN, "slate %s%s%s", verb->name, *verb->usage ? " " : "",
                 verb->usage);
    render_newline(&cli->render);
    for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i]; i++) {
        put_option(cli, verb->options[i]);
    }
    render_newline(&cli->render);
    line(cli, TONE_BOLD, "Everywhere:");
    for (size_t i = 0; i < COUNT(everywhere); i++) {
        put_option(cli, everywhere[i]);
    }
    if (verb->notes) {
        render_newline(&cli->render);
        put_notes(cli, verb->notes);
    }
    if (verb->rows[0]) {
        render_newline(&cli->render);
        line(cli, TONE_BOLD,
             cell_has_parts(verb->rows[0]) ? "TSV lines begin with what they are, then:"
                                           : "TSV columns:");
        for (size_t i = 0; i < COUNT(verb->rows) && verb->rows[i]; i++) {
            put_columns(cli, verb->rows[i]);
        }
    }
}

void help_tree(struct cli *cli)
{
    const struct verb *verb;

    for (size_t i = 0; (verb = verb_at(i)); i++) {
        struct text text = {0};

        text_add(&text, verb->name);
        for (size_t k = 0; k < VERB_OPTIONS_MAX && verb->options[k]; k++) {
            text_add_f(&text, " --%s", args_options[verb->options[k]].name);
        }
        for (size_t k = 0; k < COUNT(everywhere); k++) {
            text_add_f(&text, " --%s", args_options[everywhere[k]].name);
        }
        line(cli, TONE_PLAIN, text_str(&text));
        text_fini(&text);
    }
}

/** The second word of a verb whose first one is this; NULL if it is another verb. */
static const char *second_word(const struct verb *verb, const char *word)
{
    const size_t n = strlen(word);

    return strncmp(verb->name, word, n) == 0 && verb->name[n] == ' ' ? verb->name + n + 1 : NULL;
}

bool help_family(struct cli *cli, const char *word)
{
    const struct verb *verb;
    bool any = false;

    for (size_t i = 0; (verb = verb_at(i)); i++) {
        if (second_word(verb, word)) {
            put_verb(cli, verb);
            any = true;
        }
    }
    return any;
}

/** Of a verb of two words the first is right: the others that there are, or the one that is near.
 */
static bool hint_family(struct cli *cli)
{
    const char *word = cli_arg(cli, 0);
    const char *words[32] = {NULL};
    struct text list = {0};
    const struct verb *verb;
    size_t n = 0;

    for (size_t i = 0; (verb = verb_at(i)) && n < COUNT(words); i++) {
        const char *second = second_word(verb, word);

        if (second) {
            text_add_f(&list, "%s %s", n > 0 ? "," : "", second);
            words[n++] = second;
        }
    }
    const char *near = n == 1            ? words[0]
                       : cli_arg(cli, 1) ? args_nearest(cli_arg(cli, 1), words, n)
                                         : NULL;
    if (near) {
        message_hint(cli->err, "did you mean: slate %s %s", word, near);
    } else if (n > 0) {
        message_hint(cli->err, "slate %s goes on with one of%s", word, text_str(&list));
    }
    text_fini(&list);
    return n > 0;
}

int help_unknown(struct cli *cli)
{
    const char *names[128] = {NULL};
    const struct verb *verb;
    size_t n = 0;

    message_say(cli->err, "there is no verb \"%s\"", cli_arg(cli, 0));
    if (hint_family(cli)) {
        return EXIT_USAGE;
    }
    for (; n < COUNT(names) && (verb = verb_at(n)); n++) {
        names[n] = verb->name;
    }
    const char *near = args_nearest(cli_arg(cli, 0), names, n);
    if (near) {
        message_hint(cli->err, "did you mean: slate %s", near);
    } else {
        message_hint(cli->err, "slate help lists all verbs");
    }
    return EXIT_USAGE;
}
