// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "client/args.h"
#include "client/verb.h"
#include "tests/t.h"

/** Parse up to eight words; the caller calls args_fini() when it went well. */
static bool parse(const char *const words[8], struct args *ret, struct args_error *e)
{
    char *argv[10] = {(char *)(uintptr_t) "slate"};
    int argc = 1;

    for (; argc <= 8 && words[argc - 1]; argc++) {
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    }
    return args_parse(argc, argv, ret, e);
}

T_TEST(args, are_taken_apart)
{
    static const struct {
        const char *words[8];
        enum option option;
        const char *value; // NULL: not there
        const char *plain[4];
    } table[] = {
        {{"list"}, OPTION_TEAM, NULL, {"list"}},
        {{"list", "--team", "a"}, OPTION_TEAM, "a", {"list"}},
        {{"--team", "a", "list"}, OPTION_TEAM, "a", {"list"}},
        {{"list", "--team=a"}, OPTION_TEAM, "a", {"list"}},
        {{"list", "--team="}, OPTION_TEAM, "", {"list"}},
        {{"list", "--team", ""}, OPTION_TEAM, "", {"list"}},
        {{"list", "--team", "a=b"}, OPTION_TEAM, "a=b", {"list"}},
        {{"list", "-o", "json"}, OPTION_OUTPUT, "json", {"list"}},
        {{"list", "-ojson"}, OPTION_OUTPUT, "json", {"list"}},
        {{"list", "-o=json"}, OPTION_OUTPUT, "json", {"list"}},
        {{"list", "-q"}, OPTION_QUIET, "", {"list"}},
        {{"list", "--since", "-2h"}, OPTION_SINCE, "-2h", {"list"}},
        {{"note", "A-1", "--body", "-"}, OPTION_BODY, "-", {"note", "A-1"}},
        {{"note", "A-1", "--body", "--"}, OPTION_BODY, "--", {"note", "A-1"}},
        {{"note", "A-1", "--body", "--nothing of ours"},
         OPTION_BODY,
         "--nothing of ours",
         {"note", "A-1"}},
        {{"note", "A-1", "--body=--json"}, OPTION_BODY, "--json", {"note", "A-1"}},
        {{"take", "-"}, OPTION_BODY, NULL, {"take", "-"}},
        {{"take", "--", "-q", "--team"}, OPTION_QUIET, NULL, {"take", "-q", "--team"}},
        {{"take", "-q", "--", "--"}, OPTION_QUIET, "", {"take", "--"}},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct args args;
        struct args_error e;

        T_CHECK(parse(table[i].words, &args, &e), "row %zu: %s", i, e.message);
        T_EQ_STR(args.value[table[i].option], table[i].value, "row %zu", i);
        size_t n = 0;
        while (n < 4 && table[i].plain[n]) {
            n++;
        }
        T_EQ_INT(args.n_plain, n, "row %zu", i);
        for (size_t k = 0; k < n; k++) {
            T_EQ_STR(args.plain[k], table[i].plain[k], "row %zu", i);
        }
        args_fini(&args);
    }
}

T_TEST(args, are_refused_by_name)
{
    static const struct {
        const char *words[8];
        const char *message;
        const char *hint;
    } table[] = {
        {{"--temam"}, "no option --temam", "--team"},
        {{"--temam=x"}, "no option --temam", "--team"},
        {{"--jsno"}, "no option --jsno", "--json"},
        {{"--"
          "xyzzyplugh"},
         "no option --xyzzyplugh",
         ""},
        {{"-x"}, "no option -x", ""},
        {{"-xyz"}, "no option -xyz", ""},
        {{"--team"}, "--team needs a value", ""},
        {{"--team", "--json"}, "--team needs a value", ""},
        {{"--team", "-q"}, "--team needs a value", ""},
        {{"--team", "a", "--team", "b"}, "--team is there twice", ""},
        {{"--json=yes"}, "--json takes no value", ""},
        {{"-qq"}, "-q takes no value", ""},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct args args;
        struct args_error e;

        T_CHECK(!parse(table[i].words, &args, &e), "row %zu", i);
        T_CHECK(strstr(e.message, table[i].message), "row %zu: %s", i, e.message);
        T_CHECK(*table[i].hint ? strstr(e.hint, table[i].hint) != NULL : !*e.hint, "row %zu: %s", i,
                e.hint);
    }
}

T_TEST(args, know_the_word_that_was_meant)
{
    static const char *const words[] = {"list", "show", "take", "reply", "resolve", "resume", NULL};
    static const struct {
        const char *word;
        const char *nearest;
    } table[] = {
        {"lst", "list"},
        {"lsit", "list"},
        {"tkae", "take"},
        {"show", "show"},
        {"repyl", "reply"},
        {"resovle", "resolve"},
        {"resum", "resume"},
        {"x", NULL},
        {"frobnicate", NULL},
        {"", NULL},
        {"a-very-long-word-that-nobody-meant", NULL},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        T_EQ_STR(args_nearest(table[i].word, words, 7), table[i].nearest, "row %zu", i);
    }
}

/** The tables fit each other. */
T_TEST(verbs, have_what_their_help_needs)
{
    const struct verb *v;
    const struct verb *other;

    for (size_t i = 0; (v = verb_at(i)); i++) {
        const char *words[] = {v->name, NULL};
        size_t n;

        T_CHECK(v->summary && v->examples && v->usage && v->run, "%s", v->name);
        T_CHECK(v->args_min <= v->args_max, "%s", v->name);
        T_CHECK(strstr(v->examples, v->name), "%s: an example of another verb", v->name);
        T_CHECK(v->options[VERB_OPTIONS_MAX - 1] == OPTION_NONE, "%s", v->name);
        T_CHECK(strchr(v->name, ' ') || verb_find(words, 1, &n) == v, "%s", v->name);
        for (size_t k = i + 1; (other = verb_at(k)); k++) {
            T_CHECK(strcmp(v->name, other->name) != 0, "%s is there twice", v->name);
        }
    }
    for (int i = 1; i < OPTIONS; i++) {
        bool taken = false;

        T_CHECK(args_options[i].name && args_options[i].help, "option %d", i);
        for (size_t k = 0; (v = verb_at(k)); k++) {
            taken = taken || verb_takes(v, (enum option)i);
        }
        T_CHECK(taken, "--%s: no verb takes it", args_options[i].name);
        for (int k = i + 1; k < OPTIONS; k++) {
            T_CHECK(strcmp(args_options[i].name, args_options[k].name) != 0, "--%s",
                    args_options[i].name);
            T_CHECK(!args_options[i].letter || args_options[i].letter != args_options[k].letter,
                    "-%c", args_options[i].letter);
        }
    }
}
