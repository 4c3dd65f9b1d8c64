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
    {"on the other side", {NORTHWIND, ACME, ACME_L3, "jira"}},
    {"own team, another source", {ACME, NORTHWIND, MANILA_A, "jira"}},
    {"other team, own source", {ACME, NORTHWIND, MANILA_B, "mailbox"}},
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
     {[RIGHT_TICKET_SEE] = "A------A-",
      [RIGHT_TICKET_TEXT] = "A------A-",
      [RIGHT_TICKET_OPEN] = "ADD-D-DAD",
      [RIGHT_TICKET_WORK] = "A------A-",
      [RIGHT_TICKET_ASSIGN] = "D------D-",
      [RIGHT_TICKET_PRIORITY] = "A------A-",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "DDD-D-DDD",
      [RIGHT_BOOK_READ] = "AAA-A-AAA",
      [RIGHT_BOOK_WRITE] = "DDD-D-DDD",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "DDD-D-DDD",
      [RIGHT_JOURNAL_READ] = "DDD-D-DDD",
      [RIGHT_JOURNAL_TEXT] = "DDD-D-DDD",
      [RIGHT_JOURNAL_SIGN] = "DDD-D-DDD",
      [RIGHT_ACCESS_READ] = "DDD-D-DDD",
      [RIGHT_ERASE] = "D------D-"}},
    {ROLE_LEAD,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "A------A-",
      [RIGHT_TICKET_TEXT] = "A------A-",
      [RIGHT_TICKET_OPEN] = "ADD-D-DAD",
      [RIGHT_TICKET_WORK] = "A------A-",
      [RIGHT_TICKET_ASSIGN] = "A------A-",
      [RIGHT_TICKET_PRIORITY] = "A------A-",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "DDD-D-DDD",
      [RIGHT_BOOK_READ] = "AAA-A-AAA",
      [RIGHT_BOOK_WRITE] = "DDD-D-DDD",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "DDD-D-DDD",
      [RIGHT_JOURNAL_READ] = "DDD-D-DDD",
      [RIGHT_JOURNAL_TEXT] = "DDD-D-DDD",
      [RIGHT_JOURNAL_SIGN] = "DDD-D-DDD",
      [RIGHT_ACCESS_READ] = "DDD-D-DDD",
      [RIGHT_ERASE] = "D------D-"}},
    {ROLE_VENDOR_MANAGER,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "AAA-A--AA",
      [RIGHT_TICKET_TEXT] = "AAA-A--AA",
      [RIGHT_TICKET_OPEN] = "AAA-A-DAA",
      [RIGHT_TICKET_WORK] = "AAA-A--AA",
      [RIGHT_TICKET_ASSIGN] = "AAA-A--AA",
      [RIGHT_TICKET_PRIORITY] = "AAA-A--AA",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "DDD-D-DDD",
      [RIGHT_BOOK_READ] = "AAA-A-AAA",
      [RIGHT_BOOK_WRITE] = "DDD-D-DDD",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "AAA-A-DAA",
      [RIGHT_JOURNAL_READ] = "AAA-A-DAA",
      [RIGHT_JOURNAL_TEXT] = "AAA-A-DAA",
      [RIGHT_JOURNAL_SIGN] = "AAA-A-DAA",
      [RIGHT_ACCESS_READ] = "DDD-D-DDD",
      [RIGHT_ERASE] = "DDD-D--DD"}},
    {ROLE_MANAGER,
     ACME,
     {[RIGHT_TICKET_SEE] = "AAAA---AA",
      [RIGHT_TICKET_TEXT] = "AAAA---AA",
      [RIGHT_TICKET_OPEN] = "DDDD--DDD",
      [RIGHT_TICKET_WORK] = "DDDD---DD",
      [RIGHT_TICKET_ASSIGN] = "DDDD---DD",
      [RIGHT_TICKET_PRIORITY] = "AAAA---AA",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "DDDD--DDD",
      [RIGHT_BOOK_READ] = "AAAA--AAA",
      [RIGHT_BOOK_WRITE] = "DDDD--DDD",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "AAAA--DAA",
      [RIGHT_JOURNAL_READ] = "AAAA--DAA",
      [RIGHT_JOURNAL_TEXT] = "AAAA--DAA",
      [RIGHT_JOURNAL_SIGN] = "AAAA--DAA",
      [RIGHT_ACCESS_READ] = "AAAA--DAA",
      [RIGHT_ERASE] = "AAAA---AA"}},
    {ROLE_INTAKE,
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "A-------A",
      [RIGHT_TICKET_TEXT] = "A-------A",
      [RIGHT_TICKET_OPEN] = "A-------A",
      [RIGHT_TICKET_WORK] = "A-------A",
      [RIGHT_TICKET_ASSIGN] = "D-------D",
      [RIGHT_TICKET_PRIORITY] = "A-------A",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "---------",
      [RIGHT_BOOK_READ] = "---------",
      [RIGHT_BOOK_WRITE] = "---------",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "---------",
      [RIGHT_JOURNAL_READ] = "---------",
      [RIGHT_JOURNAL_TEXT] = "---------",
      [RIGHT_JOURNAL_SIGN] = "---------",
      [RIGHT_ACCESS_READ] = "---------",
      [RIGHT_ERASE] = "D-------D"}},
    {ROLE_AUDITOR,
     ACME,
     {[RIGHT_TICKET_SEE] = "AAAA--AAA",
      [RIGHT_TICKET_TEXT] = "AAAA--AAA",
      [RIGHT_TICKET_OPEN] = "DDDD--DDD",
      [RIGHT_TICKET_WORK] = "DDDD--DDD",
      [RIGHT_TICKET_ASSIGN] = "DDDD--DDD",
      [RIGHT_TICKET_PRIORITY] = "DDDD--DDD",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "DDDD--DDD",
      [RIGHT_BOOK_READ] = "AAAA--AAA",
      [RIGHT_BOOK_WRITE] = "DDDD--DDD",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "DDDD--DDD",
      [RIGHT_JOURNAL_READ] = "AAAA--AAA",
      [RIGHT_JOURNAL_TEXT] = "AAAA--AAA",
      [RIGHT_JOURNAL_SIGN] = "DDDD--DDD",
      [RIGHT_ACCESS_READ] = "AAAA--AAA",
      [RIGHT_ERASE] = "DDDD--DDD"}},
    {ROLE_AUDITOR, /* of the operator: no party */
     0,
     {[RIGHT_TICKET_SEE] = "AAAAAAAAA",
      [RIGHT_TICKET_TEXT] = "AAAAAAAAA",
      [RIGHT_TICKET_OPEN] = "DDDDDDDDD",
      [RIGHT_TICKET_WORK] = "DDDDDDDDD",
      [RIGHT_TICKET_ASSIGN] = "DDDDDDDDD",
      [RIGHT_TICKET_PRIORITY] = "DDDDDDDDD",
      [RIGHT_USER_READ] = "---------",
      [RIGHT_TICKET_IMPORT] = "DDDDDDDDD",
      [RIGHT_BOOK_READ] = "AAAAAAAAA",
      [RIGHT_BOOK_WRITE] = "DDDDDDDDD",
      [RIGHT_USER_WRITE] = "---------",
      [RIGHT_BOOK_APPROVE] = "DDDDDDDDD",
      [RIGHT_JOURNAL_READ] = "AAAAAAAAA",
      [RIGHT_JOURNAL_TEXT] = "AAAAAAAAA",
      [RIGHT_JOURNAL_SIGN] = "DDDDDDDDD",
      [RIGHT_ACCESS_READ] = "AAAAAAAAA",
      [RIGHT_ERASE] = "DDDDDDDDD"}},
    {ROLE_ADMIN,
     0,
     {[RIGHT_TICKET_SEE] = "AAAAAAAAA",
      [RIGHT_TICKET_TEXT] = "DDDDDDDDD",
      [RIGHT_TICKET_OPEN] = "DDDDDDDDD",
      [RIGHT_TICKET_WORK] = "DDDDDDDDD",
      [RIGHT_TICKET_ASSIGN] = "DDDDDDDDD",
      [RIGHT_TICKET_PRIORITY] = "DDDDDDDDD",
      [RIGHT_USER_READ] = "AAAAAAAAA",
      [RIGHT_TICKET_IMPORT] = "AAAAAAAAA",
      [RIGHT_BOOK_READ] = "AAAAAAAAA",
      [RIGHT_BOOK_WRITE] = "AAAAAAAAA",
      [RIGHT_USER_WRITE] = "AAAAAAAAA",
      [RIGHT_BOOK_APPROVE] = "DDDDDDDDD",
      [RIGHT_JOURNAL_READ] = "DDDDDDDDD",
      [RIGHT_JOURNAL_TEXT] = "DDDDDDDDD",
      [RIGHT_JOURNAL_SIGN] = "DDDDDDDDD",
      [RIGHT_ACCESS_READ] = "DDDDDDDDD",
      [RIGHT_ERASE] = "DDDDDDDDD"}},
    {ROLE_ADMIN, /* who belongs to a party reaches no further, and no less far */
     NORTHWIND,
     {[RIGHT_TICKET_SEE] = "AAAAAAAAA",
      [RIGHT_TICKET_TEXT] = "DDDDDDDDD",
      [RIGHT_TICKET_OPEN] = "DDDDDDDDD",
      [RIGHT_TICKET_WORK] = "DDDDDDDDD",
      [RIGHT_TICKET_ASSIGN] = "DDDDDDDDD",
      [RIGHT_TICKET_PRIORITY] = "DDDDDDDDD",
      [RIGHT_USER_READ] = "AAAAAAAAA",
      [RIGHT_TICKET_IMPORT] = "AAAAAAAAA",
      [RIGHT_BOOK_READ] = "AAAAAAAAA",
      [RIGHT_BOOK_WRITE] = "AAAAAAAAA",
      [RIGHT_USER_WRITE] = "AAAAAAAAA",
      [RIGHT_BOOK_APPROVE] = "DDDDDDDDD",
      [RIGHT_JOURNAL_READ] = "DDDDDDDDD",
      [RIGHT_JOURNAL_TEXT] = "DDDDDDDDD",
      [RIGHT_JOURNAL_SIGN] = "DDDDDDDDD",
      [RIGHT_ACCESS_READ] = "DDDDDDDDD",
      [RIGHT_ERASE] = "DDDDDDDDD"}},
    {ROLE_ADMIN,
     ACME,
     {[RIGHT_TICKET_SEE] = "AAAAAAAAA",
      [RIGHT_TICKET_TEXT] = "DDDDDDDDD",
      [RIGHT_TICKET_OPEN] = "DDDDDDDDD",
      [RIGHT_TICKET_WORK] = "DDDDDDDDD",
      [RIGHT_TICKET_ASSIGN] = "DDDDDDDDD",
      [RIGHT_TICKET_PRIORITY] = "DDDDDDDDD",
      [RIGHT_USER_READ] = "AAAAAAAAA",
      [RIGHT_TICKET_IMPORT] = "AAAAAAAAA",
      [RIGHT_BOOK_READ] = "AAAAAAAAA",
      [RIGHT_BOOK_WRITE] = "AAAAAAAAA",
      [RIGHT_USER_WRITE] = "AAAAAAAAA",
      [RIGHT_BOOK_APPROVE] = "DDDDDDDDD",
      [RIGHT_JOURNAL_READ] = "DDDDDDDDD",
      [RIGHT_JOURNAL_TEXT] = "DDDDDDDDD",
      [RIGHT_JOURNAL_SIGN] = "DDDDDDDDD",
      [RIGHT_ACCESS_READ] = "DDDDDDDDD",
      [RIGHT_ERASE] = "DDDDDDDDD"}},
    {0, /* no role at all */
     NORTHWIND,
     {"---------", "---------", "---------", "---------", "---------", "---------", "---------",
      "---------", "---------", "---------", "---------", "---------", "---------", "---------",
      "---------", "---------", "---------"}},
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
