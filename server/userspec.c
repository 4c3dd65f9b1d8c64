// SPDX-License-Identifier: Apache-2.0
#include "userspec.h"

#include <stdio.h>
#include <string.h>

#include "auth/identity.h"
#include "auth/policy.h"
#include "config/near.h"
#include "store/principals.h"

#define MAKES_TEAMS "the book says which there are: slate book apply"

/* What the roles' reach in the policy hangs on. */
enum {
    ROLES_OF_TEAMS = ROLE_AGENT | ROLE_LEAD,
    ROLES_OF_PARTY = ROLE_AGENT | ROLE_LEAD | ROLE_VENDOR_MANAGER | ROLE_MANAGER | ROLE_INTAKE,
    ROLE_BITS = 7,
};

/* Cuts the next name off a list with commas. Returns 0, or 1 for an empty or too long one. */
static int next_name(const char **list, char ret[BOOK_NAME_BYTES])
{
    size_t n = strcspn(*list, ",");
    if (n == 0 || n >= BOOK_NAME_BYTES) {
        return 1;
    }
    memcpy(ret, *list, n);
    ret[n] = '\0';
    *list += n;
    if (**list == ',') {
        *list += 1;
        return **list == '\0' ? 1 : 0;
    }
    return 0;
}

static int refuse_list(struct refusal *r, const char *option, const char *list)
{
    return refuse(r, OUTCOME_INVALID_ARGUMENT, option, NULL,
                  "\"%.100s\" is no list of names with commas between them", list);
}

static int resolve_roles(const char *list, uint32_t *ret, struct refusal *r)
{
    uint32_t roles = 0;
    char name[BOOK_NAME_BYTES];
    char hint[160];

    for (const char *rest = list; *rest != '\0' || roles == 0;) {
        if (next_name(&rest, name) != 0) {
            return refuse_list(r, "--role", list);
        }
        uint32_t role = role_named(name);
        if (role == 0) {
            struct near near = near_to(name);
            for (unsigned i = 0; i < ROLE_BITS; i++) {
                near_offer(&near, role_name((enum role)(1u << i)));
            }
            return refuse(r, OUTCOME_INVALID_ARGUMENT, "--role",
                          near_hint(&near, hint, sizeof(hint)), "there is no role \"%s\"", name);
        }
        roles |= role;
    }
    *ret = roles;
    return 0;
}

static int resolve_party(const char *name, const struct book *book, uint32_t *ret,
                         struct refusal *r)
{
    char hint[160];
    const struct book_party *party = book_party_named(book, name);

    if (party == NULL) {
        struct near near = near_to(name);
        for (size_t i = 0; i < book->n_parties; i++) {
            near_offer(&near, book->parties[i].name);
        }
        const char *meant = near_hint(&near, hint, sizeof(hint));
        return refuse(r, OUTCOME_NOT_FOUND, "--party", meant == NULL ? MAKES_TEAMS : meant,
                      "the book has no party \"%.100s\"", name);
    }
    *ret = party->id;
    return 0;
}

static int resolve_team(const char *name, const struct book *book, const struct book_team **ret,
                        struct refusal *r)
{
    char hint[160];
    const struct book_team *team = book_team_named(book, name);

    if (team == NULL) {
        struct near near = near_to(name);
        for (size_t i = 0; i < book->n_teams; i++) {
            near_offer(&near, book->teams[i].name);
        }
        const char *meant = near_hint(&near, hint, sizeof(hint));
        return refuse(r, OUTCOME_NOT_FOUND, "--team", meant == NULL ? MAKES_TEAMS : meant,
                      "the book has no team \"%s\"", name);
    }
    *ret = team;
    return 0;
}

static const char *party_name(const struct book *book, uint32_t id)
{
    const struct book_party *party = book_party(book, id);
    return party == NULL ? "?" : party->name;
}

static int resolve_teams(const char *list, const struct book *book, struct principal *p,
                         struct refusal *r)
{
    char name[BOOK_NAME_BYTES];
    const struct book_team *team = NULL;

    for (const char *rest = list; *rest != '\0' || p->n_teams == 0;) {
        if (next_name(&rest, name) != 0) {
            return refuse_list(r, "--team", list);
        }
        int result = resolve_team(name, book, &team, r);
        if (result != 0) {
            return result;
        }
        if (p->party == 0) {
            p->party = team->party;
        }
        if (p->party != team->party) {
            return refuse(r, OUTCOME_INVALID_ARGUMENT, "--team", NULL,
                          "team \"%s\" is of party \"%s\", not of \"%s\"", name,
                          party_name(book, team->party), party_name(book, p->party));
        }
        if (p->n_teams == PRINCIPAL_TEAMS_MAX) {
            return refuse(r, OUTCOME_INVALID_ARGUMENT, "--team", NULL, "more than %d teams",
                          PRINCIPAL_TEAMS_MAX);
        }
        p->teams[p->n_teams++] = team->id;
    }
    return 0;
}

/* The roles that need it, for a message. */
static const char *of_roles(uint32_t roles, uint32_t needing, char buf[USERSPEC_ROLES_BYTES])
{
    userspec_roles_text(roles & needing, buf);
    return buf;
}

/* Roles and scope must need each other. */
static int check_scope(const struct userspec *spec, const struct principal *p, struct refusal *r)
{
    char roles[USERSPEC_ROLES_BYTES];

    if ((p->roles & ROLES_OF_TEAMS) != 0 && p->n_teams == 0) {
        return refuse(r, OUTCOME_INVALID_ARGUMENT, "--team", NULL,
                      "role %s works for teams: say which with --team",
                      of_roles(p->roles, ROLES_OF_TEAMS, roles));
    }
    if ((p->roles & ROLES_OF_TEAMS) == 0 && spec->teams != NULL) {
        return refuse(r, OUTCOME_INVALID_ARGUMENT, "--team", NULL,
                      "a team is for the roles agent and lead; %s does not look at it",
                      of_roles(p->roles, p->roles, roles));
    }
    if ((p->roles & ROLES_OF_PARTY) != 0 && p->party == 0) {
        return refuse(r, OUTCOME_INVALID_ARGUMENT, "--party", NULL,
                      "role %s acts for a party: say which with --party",
                      of_roles(p->roles, ROLES_OF_PARTY, roles));
    }
    if ((p->roles & (ROLES_OF_PARTY | ROLE_AUDITOR)) == 0 && spec->party != NULL) {
        return refuse(r, OUTCOME_INVALID_ARGUMENT, "--party", NULL, "role %s acts for no party",
                      of_roles(p->roles, p->roles, roles));
    }
    if ((p->roles & ROLE_INTAKE) != 0 && p->source[0] == '\0') {
        return refuse(r, OUTCOME_INVALID_ARGUMENT, "--source", NULL,
                      "role intake feeds a source of its own: name it with --source");
    }
    if ((p->roles & ROLE_INTAKE) == 0 && p->source[0] != '\0') {
        return refuse(r, OUTCOME_INVALID_ARGUMENT, "--source", NULL,
                      "a source is for the role intake; %s does not look at it",
                      of_roles(p->roles, p->roles, roles));
    }
    return 0;
}

bool userspec_needs_book(const struct userspec *spec)
{
    return spec->party != NULL || spec->teams != NULL;
}

int userspec_resolve(const struct userspec *spec, const struct book *book, struct principal *ret,
                     struct refusal *ret_refusal)
{
    struct principal p = {.human = !spec->tool};

    if (!identity_name_valid(spec->name)) {
        return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, "NAME",
                      "a name begins with a-z or 0-9 and goes on with these and . _ -, "
                      "63 characters at most",
                      "\"%.100s\" cannot be a principal's name", spec->name);
    }
    (void)snprintf(p.name, sizeof(p.name), "%s", spec->name);
    if (spec->source != NULL) {
        /* The same alphabet as a name's. */
        if (!identity_name_valid(spec->source)) {
            return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, "--source", NULL,
                          "\"%.100s\" cannot be a source's name", spec->source);
        }
        (void)snprintf(p.source, sizeof(p.source), "%s", spec->source);
    }
    int result = resolve_roles(spec->roles, &p.roles, ret_refusal);
    if (result == 0 && spec->party != NULL) {
        result = resolve_party(spec->party, book, &p.party, ret_refusal);
    }
    if (result == 0 && spec->teams != NULL) {
        result = resolve_teams(spec->teams, book, &p, ret_refusal);
    }
    if (result == 0) {
        result = check_scope(spec, &p, ret_refusal);
    }
    if (result == 0) {
        *ret = p;
    }
    return result;
}

static void put_roles(uint32_t roles, const char *between, char ret[USERSPEC_ROLES_BYTES])
{
    size_t n = 0;

    ret[0] = '\0';
    for (unsigned i = 0; i < ROLE_BITS; i++) {
        if ((roles & (1u << i)) != 0) {
            n += (size_t)snprintf(ret + n, USERSPEC_ROLES_BYTES - n, "%s%s", n == 0 ? "" : between,
                                  role_name((enum role)(1u << i)));
        }
    }
}

struct feeders {
    const struct principal *principal;
    bool *taken;
    struct refusal *refusal;
};

static int visit_feeder(void *user, const struct principal *p)
{
    const struct feeders *f = user;

    if (strcmp(p->source, f->principal->source) != 0 || p->party == f->principal->party) {
        return 0;
    }
    refuse(f->refusal, OUTCOME_ALREADY_EXISTS, "--source", "give it a name of its own",
           "source \"%s\" is another party's: %s feeds it", p->source, p->name);
    *f->taken = true;
    return 0;
}

int userspec_check_source(struct txn *txn, const struct principal *principal, bool *ret_taken,
                          struct refusal *ret_refusal)
{
    struct feeders f = {.principal = principal, .taken = ret_taken, .refusal = ret_refusal};

    *ret_taken = false;
    return principal->source[0] == '\0' ? 0 : principals_walk(txn, visit_feeder, &f);
}

void userspec_roles_list(uint32_t roles, char ret[USERSPEC_ROLES_BYTES])
{
    put_roles(roles, ",", ret);
}

void userspec_roles_text(uint32_t roles, char ret[USERSPEC_ROLES_BYTES])
{
    put_roles(roles, ", ", ret);
}
