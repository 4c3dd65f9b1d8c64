// SPDX-License-Identifier: Apache-2.0
/*
 * The whole policy, cell by cell: every role, every right, every kind of ownership. The expected
 * table is what a reviewer reads: A allowed, D denied (known, but not theirs to do), - hidden (as
 * if it did not exist).
 */
#include "auth/policy.h"

#include <stdio.h>

#include "t.h"

enum { ACME = 1, GLOBEX = 2, NORTHWIND = 3, VISTULA = 4 };
enum { MANILA_A = 11, MANILA_B = 12, KRAKOW = 13, ACME_L3 = 14 };

/* The columns: what a principal of Northwind (or Acme for the buyer's roles) looks at. */
static const struct {
    const char *name;
    struct subject subject;
} ownership[] = {
    {"own team", {ACME, NORTHWIND, MANILA_A, "mailbox"}},
    {"other team of the vendor", {ACME, NORTHWIND, MANILA_B, "jira"}},
    {"buyer's third line", {ACME, NORTHWIND, ACME_L3, ""}},
    {"other vendor of the buyer", {ACME, VISTULA, KRAKOW, "mailbox"}},
    {"other buyer of the vendor", {GLOBEX, NORTHWIND, MANILA_B, ""}},
    {"strangers", {GLOBEX, VISTULA, KRAKOW, "jira"}},
};
enum { OWNERSHIPS = sizeof(ownership) / sizeof(ownership[0]) };

/* One letter per ownership, in the order above. */
static const struct {
    enum role role;
    uint32_t party;
    const char *expected[RIGHTS];
} rows[] = {
    {ROLE_AGENT,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "A-----",
      [RIGHT_TICKET_TEXT] = "A-----",
      [RIGHT_TICKET_OPEN] = "ADD-D-",
      [RIGHT_TICKET_WORK] = "A-----",
      [RIGHT_TICKET_ASSIGN] = "D-----",
      [RIGHT_TICKET_PRIORITY] = "A-----",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "DDD-D-",
      [RIGHT_BOOK_READ] = "AAA-A-",
      [RIGHT_BOOK_WRITE] = "DDD-D-",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "DDD-D-",
      [RIGHT_JOURNAL_READ] = "DDD-D-",
      [RIGHT_JOURNAL_TEXT] = "DDD-D-",
      [RIGHT_JOURNAL_SIGN] = "DDD-D-",
      [RIGHT_ACCESS_READ] = "DDD-D-",
      [RIGHT_ERASE] = "D-----"}},
    {ROLE_LEAD,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "A-----",
      [RIGHT_TICKET_TEXT] = "A-----",
      [RIGHT_TICKET_OPEN] = "ADD-D-",
      [RIGHT_TICKET_WORK] = "A-----",
      [RIGHT_TICKET_ASSIGN] = "A-----",
      [RIGHT_TICKET_PRIORITY] = "A-----",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "DDD-D-",
      [RIGHT_BOOK_READ] = "AAA-A-",
      [RIGHT_BOOK_WRITE] = "DDD-D-",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "DDD-D-",
      [RIGHT_JOURNAL_READ] = "DDD-D-",
      [RIGHT_JOURNAL_TEXT] = "DDD-D-",
      [RIGHT_JOURNAL_SIGN] = "DDD-D-",
      [RIGHT_ACCESS_READ] = "DDD-D-",
      [RIGHT_ERASE] = "D-----"}},
    {ROLE_VENDOR_MANAGER,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "AAA-A-",
      [RIGHT_TICKET_TEXT] = "AAA-A-",
      [RIGHT_TICKET_OPEN] = "AAA-A-",
      [RIGHT_TICKET_WORK] = "AAA-A-",
      [RIGHT_TICKET_ASSIGN] = "AAA-A-",
      [RIGHT_TICKET_PRIORITY] = "AAA-A-",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "DDD-D-",
      [RIGHT_BOOK_READ] = "AAA-A-",
      [RIGHT_BOOK_WRITE] = "DDD-D-",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "AAA-A-",
      [RIGHT_JOURNAL_READ] = "AAA-A-",
      [RIGHT_JOURNAL_TEXT] = "AAA-A-",
      [RIGHT_JOURNAL_SIGN] = "AAA-A-",
      [RIGHT_ACCESS_READ] = "DDD-D-",
      [RIGHT_ERASE] = "DDD-D-"}},
    {ROLE_MANAGER,
     ACME,
     {[RIGHT_TICKET_SEE] = "AAAA--",
      [RIGHT_TICKET_TEXT] = "AAAA--",
      [RIGHT_TICKET_OPEN] = "DDDD--",
      [RIGHT_TICKET_WORK] = "DDDD--",
      [RIGHT_TICKET_ASSIGN] = "DDDD--",
      [RIGHT_TICKET_PRIORITY] = "AAAA--",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "DDDD--",
      [RIGHT_BOOK_READ] = "AAAA--",
      [RIGHT_BOOK_WRITE] = "DDDD--",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "AAAA--",
      [RIGHT_JOURNAL_READ] = "AAAA--",
      [RIGHT_JOURNAL_TEXT] = "AAAA--",
      [RIGHT_JOURNAL_SIGN] = "AAAA--",
      [RIGHT_ACCESS_READ] = "AAAA--",
      [RIGHT_ERASE] = "AAAA--"}},
    {ROLE_INTAKE,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "A-----",
      [RIGHT_TICKET_TEXT] = "A-----",
      [RIGHT_TICKET_OPEN] = "A-----",
      [RIGHT_TICKET_WORK] = "A-----",
      [RIGHT_TICKET_ASSIGN] = "D-----",
      [RIGHT_TICKET_PRIORITY] = "A-----",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "------",
      [RIGHT_BOOK_READ] = "------",
      [RIGHT_BOOK_WRITE] = "------",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "------",
      [RIGHT_JOURNAL_READ] = "------",
      [RIGHT_JOURNAL_TEXT] = "------",
      [RIGHT_JOURNAL_SIGN] = "------",
      [RIGHT_ACCESS_READ] = "------",
      [RIGHT_ERASE] = "D-----"}},
    {ROLE_AUDITOR,
     ACME,
     {[RIGHT_TICKET_SEE] = "AAAA--",
      [RIGHT_TICKET_TEXT] = "AAAA--",
      [RIGHT_TICKET_OPEN] = "DDDD--",
      [RIGHT_TICKET_WORK] = "DDDD--",
      [RIGHT_TICKET_ASSIGN] = "DDDD--",
      [RIGHT_TICKET_PRIORITY] = "DDDD--",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "DDDD--",
      [RIGHT_BOOK_READ] = "AAAA--",
      [RIGHT_BOOK_WRITE] = "DDDD--",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "DDDD--",
      [RIGHT_JOURNAL_READ] = "AAAA--",
      [RIGHT_JOURNAL_TEXT] = "AAAA--",
      [RIGHT_JOURNAL_SIGN] = "DDDD--",
      [RIGHT_ACCESS_READ] = "AAAA--",
      [RIGHT_ERASE] = "DDDD--"}},
    {ROLE_AUDITOR, /* of the operator: no party */
     0,
     {[RIGHT_TICKET_SEE] = "AAAAAA",
      [RIGHT_TICKET_TEXT] = "AAAAAA",
      [RIGHT_TICKET_OPEN] = "DDDDDD",
      [RIGHT_TICKET_WORK] = "DDDDDD",
      [RIGHT_TICKET_ASSIGN] = "DDDDDD",
      [RIGHT_TICKET_PRIORITY] = "DDDDDD",
      [RIGHT_USER_READ] = "------",
      [RIGHT_TICKET_IMPORT] = "DDDDDD",
      [RIGHT_BOOK_READ] = "AAAAAA",
      [RIGHT_BOOK_WRITE] = "DDDDDD",
      [RIGHT_USER_WRITE] = "------",
      [RIGHT_BOOK_APPROVE] = "DDDDDD",
      [RIGHT_JOURNAL_READ] = "AAAAAA",
      [RIGHT_JOURNAL_TEXT] = "AAAAAA",
      [RIGHT_JOURNAL_SIGN] = "DDDDDD",
      [RIGHT_ACCESS_READ] = "AAAAAA",
      [RIGHT_ERASE] = "DDDDDD"}},
    {ROLE_ADMIN,
     0,
     {[RIGHT_TICKET_SEE] = "AAAAAA",
      [RIGHT_TICKET_TEXT] = "DDDDDD",
      [RIGHT_TICKET_OPEN] = "DDDDDD",
      [RIGHT_TICKET_WORK] = "DDDDDD",
      [RIGHT_TICKET_ASSIGN] = "DDDDDD",
      [RIGHT_TICKET_PRIORITY] = "DDDDDD",
      [RIGHT_USER_READ] = "AAAAAA",
      [RIGHT_TICKET_IMPORT] = "AAAAAA",
      [RIGHT_BOOK_READ] = "AAAAAA",
      [RIGHT_BOOK_WRITE] = "AAAAAA",
      [RIGHT_USER_WRITE] = "AAAAAA",
      [RIGHT_BOOK_APPROVE] = "DDDDDD",
      [RIGHT_JOURNAL_READ] = "DDDDDD",
      [RIGHT_JOURNAL_TEXT] = "DDDDDD",
      [RIGHT_JOURNAL_SIGN] = "DDDDDD",
      [RIGHT_ACCESS_READ] = "DDDDDD",
      [RIGHT_ERASE] = "DDDDDD"}},
    {0, /* no role at all */
     NORTHWIND,
     {"------", "------", "------", "------", "------", "------", "------", "------", "------",
      "------", "------", "------", "------", "------", "------", "------", "------"}},
};

static struct principal principal_of(uint32_t roles, uint32_t party)
{
    struct principal p = {.id = 7, .human = true, .roles = roles, .party = party};
    p.teams[0] = MANILA_A;
    p.n_teams = 1;
    (void)snprintf(p.source, sizeof(p.source), "mailbox");
    return p;
}

static char letter(enum policy_verdict v)
{
    return v == POLICY_ALLOWED ? 'A' : v == POLICY_DENIED ? 'D' : '-';
}

T_TEST(policy, every_role_right_and_ownership)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct principal p = principal_of(rows[i].role, rows[i].party);
        for (int right = 0; right < RIGHTS; right++) {
            char got[OWNERSHIPS + 1] = {0};
            for (size_t o = 0; o < OWNERSHIPS; o++) {
                got[o] = letter(policy_check(&p, (enum right)right, &ownership[o].subject));
            }
            T_EQ_STR(got, rows[i].expected[right], "row %zu, right %d", i, right);
        }
    }
}

T_TEST(policy, a_disabled_principal_is_hidden_from_everything)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct principal p = principal_of(rows[i].role, rows[i].party);
        p.disabled = true;
        for (int right = 0; right < RIGHTS; right++) {
            for (size_t o = 0; o < OWNERSHIPS; o++) {
                T_EQ_INT(policy_check(&p, (enum right)right, &ownership[o].subject), POLICY_HIDDEN,
                         "row %zu, right %d, %s", i, right, ownership[o].name);
            }
        }
    }
}

T_TEST(policy, roles_add_up)
{
    struct principal p = principal_of(ROLE_AGENT | ROLE_ADMIN, NORTHWIND);
    T_EQ_INT(policy_check(&p, RIGHT_TICKET_TEXT, &ownership[0].subject), POLICY_ALLOWED);
    T_EQ_INT(policy_check(&p, RIGHT_TICKET_TEXT, &ownership[5].subject), POLICY_DENIED);
    T_EQ_INT(policy_check(&p, RIGHT_BOOK_WRITE, &ownership[5].subject), POLICY_ALLOWED);
}

T_TEST(policy, a_scope_team_does_not_reach_a_contract_of_others)
{
    struct principal p = principal_of(ROLE_AGENT, NORTHWIND);
    const struct subject moved = {GLOBEX, VISTULA, MANILA_A, ""};
    T_EQ_INT(policy_check(&p, RIGHT_TICKET_SEE, &moved), POLICY_HIDDEN);
}

T_TEST(policy, an_intake_without_a_source_reaches_nothing)
{
    struct principal p = principal_of(ROLE_INTAKE, NORTHWIND);
    const struct subject unsourced = {ACME, NORTHWIND, MANILA_A, ""};
    p.source[0] = '\0';
    T_EQ_INT(policy_check(&p, RIGHT_TICKET_SEE, &unsourced), POLICY_HIDDEN);
}

T_TEST(policy, sides_of_a_contract)
{
    struct principal p = principal_of(ROLE_AGENT, NORTHWIND);
    T_EQ_INT(policy_side(&p, &ownership[0].subject), SIDE_VENDOR);
    p.party = ACME;
    T_EQ_INT(policy_side(&p, &ownership[0].subject), SIDE_BUYER);
    p.party = GLOBEX;
    T_EQ_INT(policy_side(&p, &ownership[0].subject), SIDE_NONE);
    p.party = 0;
    const struct subject nobody = {0, 0, 0, ""};
    T_EQ_INT(policy_side(&p, &nobody), SIDE_NONE);
    p.human = false;
    T_EQ_INT(policy_side(&p, &ownership[0].subject), SIDE_TOOL);
}
