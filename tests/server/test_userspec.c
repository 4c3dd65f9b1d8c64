// SPDX-License-Identifier: Apache-2.0
#include "userspec.h"

#include <stdio.h>
#include <string.h>

#include "t.h"

/* 64 characters: one too many for any name */
#define LONG "a123456789012345678901234567890123456789012345678901234567890123"

static const struct book_party parties[] = {
    {.id = 1, .name = "acme", .title = "", .country = ""},
    {.id = 2, .name = "northwind", .title = "", .country = ""},
};
static const struct book_team teams[] = {
    {.id = 11, .name = "manila-a", .party = 2},
    {.id = 12, .name = "manila-b", .party = 2},
    {.id = 13, .name = "acme-l3", .party = 1},
};
static const struct book book = {.parties = parties, .n_parties = 2, .teams = teams, .n_teams = 3};

T_TEST(userspec, words_become_a_principal)
{
    static const struct {
        struct userspec spec;
        uint32_t roles;
        uint32_t party;
        size_t n_teams;
    } rows[] = {
        {{"a.reyes", "agent", NULL, "manila-a", NULL, false}, ROLE_AGENT, 2, 1},
        {{"lea", "agent,lead", "northwind", "manila-a,manila-b", NULL, false},
         ROLE_AGENT | ROLE_LEAD,
         2,
         2},
        {{"vera", "vendor-manager", "northwind", NULL, NULL, false}, ROLE_VENDOR_MANAGER, 2, 0},
        {{"max", "manager", "acme", NULL, NULL, false}, ROLE_MANAGER, 1, 0},
        {{"bot-7", "intake", "acme", NULL, "mailbox", true}, ROLE_INTAKE, 1, 0},
        {{"aud", "auditor", NULL, NULL, NULL, false}, ROLE_AUDITOR, 0, 0},
        {{"aud", "auditor", "acme", NULL, NULL, false}, ROLE_AUDITOR, 1, 0},
        {{"root", "admin", NULL, NULL, NULL, false}, ROLE_ADMIN, 0, 0},
        {{"both", "admin,agent", NULL, "acme-l3", NULL, false}, ROLE_ADMIN | ROLE_AGENT, 1, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct principal p;
        struct refusal r = {.code = OUTCOME_OK};
        const struct userspec *spec = &rows[i].spec;
        const struct book *b = userspec_needs_book(spec) ? &book : NULL;
        T_EQ_INT(userspec_resolve(spec, b, &p, &r), 0, "row %zu: %s", i, r.message);
        T_EQ_STR(p.name, spec->name);
        T_EQ_INT(p.human, !spec->tool, "row %zu", i);
        T_EQ_INT(p.roles, rows[i].roles, "row %zu", i);
        T_EQ_INT(p.party, rows[i].party, "row %zu", i);
        T_EQ_INT(p.n_teams, rows[i].n_teams, "row %zu", i);
        T_EQ_STR(p.source, spec->source == NULL ? "" : spec->source, "row %zu", i);
        T_CHECK(!p.disabled && p.id == 0);
    }
    struct principal p;
    struct refusal r;
    T_EQ_INT(userspec_resolve(&rows[1].spec, &book, &p, &r), 0);
    T_EQ_INT(p.teams[0], 11);
    T_EQ_INT(p.teams[1], 12);
}

T_TEST(userspec, what_is_wrong_is_said_with_its_option)
{
    static const struct {
        struct userspec spec;
        const char *field;
        const char *message; /* a part of it */
        const char *hint;    /* a part of it, NULL for none */
    } rows[] = {
        {{"A.Reyes", "admin", NULL, NULL, NULL, false}, "NAME", "\"A.Reyes\"", "a-z"},
        {{"", "admin", NULL, NULL, NULL, false}, "NAME", "\"\"", "a-z"},
        {{"a b", "admin", NULL, NULL, NULL, false}, "NAME", "\"a b\"", "a-z"},
        {{"a", "agnet", NULL, "manila-a", NULL, false}, "--role", "\"agnet\"", "agent"},
        {{"a", "", NULL, NULL, NULL, false}, "--role", "no list", NULL},
        {{"a", "agent,", NULL, "manila-a", NULL, false}, "--role", "no list", NULL},
        {{"a", "agent,,lead", NULL, "manila-a", NULL, false}, "--role", "no list", NULL},
        {{"a", "agent lead", NULL, "manila-a", NULL, false}, "--role", "\"agent lead\"", NULL},
        {{"a", "manager", "acne", NULL, NULL, false}, "--party", "\"acne\"", "acme"},
        {{"a", "manager", "zzzzzzzz", NULL, NULL, false}, "--party", "zzz", "book apply"},
        {{"a", "agent", NULL, "manila-c", NULL, false}, "--team", "\"manila-c\"", "manila-a"},
        {{"a", "agent", NULL, "manila-a,", NULL, false}, "--team", "no list", NULL},
        {{"a", "admin," LONG, NULL, NULL, NULL, false}, "--role", "no list", NULL},
        {{"a", "agent", NULL, LONG ",manila-a", NULL, false}, "--team", "no list", NULL},
        {{"a", "manager", LONG, NULL, NULL, false}, "--party", "no party", "book apply"},
        {{LONG, "admin", NULL, NULL, NULL, false}, "NAME", "cannot be", "63"},
        {{"a", "intake", "acme", NULL, LONG, false}, "--source", "cannot be", NULL},
        {{"a", "agent", "acme", "manila-a", NULL, false}, "--team", "not of \"acme\"", NULL},
        {{"a", "agent", NULL, "acme-l3,manila-a", NULL, false}, "--team", "\"manila-a\"", NULL},
        {{"a", "agent", "northwind", NULL, NULL, false}, "--team", "role agent works", NULL},
        {{"a", "admin,lead", NULL, NULL, NULL, false}, "--team", "role lead works", NULL},
        {{"a", "manager", NULL, "acme-l3", NULL, false}, "--team", "manager does not", NULL},
        {{"a", "manager", NULL, NULL, NULL, false}, "--party", "role manager acts", NULL},
        {{"a", "vendor-manager", NULL, NULL, NULL, false}, "--party", "vendor-manager", NULL},
        {{"a", "intake", NULL, NULL, "jira", false}, "--party", "role intake acts", NULL},
        {{"a", "admin", "acme", NULL, NULL, false}, "--party", "acts for no party", NULL},
        {{"a", "intake", "acme", NULL, NULL, false}, "--source", "name it with", NULL},
        {{"a", "intake", "acme", NULL, "Ji ra", false}, "--source", "\"Ji ra\"", NULL},
        {{"a", "admin", NULL, NULL, "jira", false}, "--source", "admin does not", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct principal p = {.id = 7};
        struct refusal r = {.code = OUTCOME_OK};
        int result = userspec_resolve(&rows[i].spec, &book, &p, &r);
        T_CHECK(result == OUTCOME_INVALID_ARGUMENT || result == OUTCOME_NOT_FOUND, "row %zu: %d", i,
                result);
        T_EQ_STR(r.field, rows[i].field, "row %zu: %s", i, r.message);
        T_CHECK(strstr(r.message, rows[i].message) != NULL, "row %zu: %s", i, r.message);
        T_CHECK(rows[i].hint == NULL ? r.hint[0] == '\0' : strstr(r.hint, rows[i].hint) != NULL,
                "row %zu: %s", i, r.hint);
        T_EQ_INT(p.id, 7, "row %zu: untouched", i);
    }
}

T_TEST(userspec, a_principal_has_no_more_teams_than_its_record_holds)
{
    static struct book_team many[PRINCIPAL_TEAMS_MAX + 1];
    static char names[PRINCIPAL_TEAMS_MAX + 1][8];
    char list[sizeof(names)] = "";
    const struct book b = {
        .parties = parties, .n_parties = 2, .teams = many, .n_teams = PRINCIPAL_TEAMS_MAX + 1};
    const struct userspec spec = {"a", "agent", NULL, list, NULL, false};
    struct principal p;
    struct refusal r;
    size_t n = 0;

    for (int i = 0; i <= PRINCIPAL_TEAMS_MAX; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "t%d", i);
        many[i] = (struct book_team){.id = (uint32_t)i + 1, .name = names[i], .party = 2};
        n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i == 0 ? "" : ",", names[i]);
        T_EQ_INT(userspec_resolve(&spec, &b, &p, &r),
                 i < PRINCIPAL_TEAMS_MAX ? 0 : OUTCOME_INVALID_ARGUMENT, "%d teams", i + 1);
    }
}

T_TEST(userspec, all_roles_fit_their_text)
{
    char text[USERSPEC_ROLES_BYTES];
    userspec_roles_text((1u << 7) - 1, text);
    T_EQ_STR(text, "agent, lead, vendor-manager, manager, intake, auditor, admin");
    userspec_roles_text(0, text);
    T_EQ_STR(text, "");
}
