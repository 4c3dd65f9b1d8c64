// SPDX-License-Identifier: Apache-2.0
/*
 * Contracts of a book's text: from strings to values. Their targets, their holds and what they say
 * about changes have files of their own.
 */
#include <errno.h>
#include <string.h>

#include "config/spec.h"
#include "config/specvalue.h"

static int read_key(const struct spec_reader *r, struct yamldoc_place at, const char *key)
{
    const size_t n = strlen(key);
    bool ok = n > 0 && n < BOOK_KEY_BYTES;
    for (size_t i = 0; ok && i < n; i++) {
        const bool digit = key[i] >= '0' && key[i] <= '9';
        ok = (key[i] >= 'A' && key[i] <= 'Z') || (digit && i > 0);
    }
    if (ok) {
        return 0;
    }
    return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                          "capital letters and digits, a letter first, up to 15: tickets are KEY-1",
                          "\"%.80s\" cannot be a key", key);
}

static int read_parties(const struct spec_reader *r, struct yamldoc_place at,
                        const struct raw_contract *raw)
{
    int refused = specvalue_name(r, yamldoc_in(&at, "buyer"), raw->buyer);
    if (refused == 0) {
        refused = specvalue_name(r, yamldoc_in(&at, "vendor"), raw->vendor);
    }
    if (refused == 0 && strcmp(raw->buyer, raw->vendor) == 0) {
        const struct yamldoc_place place = yamldoc_in(&at, "vendor");
        refused = yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, NULL,
                                 "%s is the buyer too", raw->vendor);
    }
    return refused;
}

static int read_teams(const struct spec_reader *r, struct yamldoc_place at,
                      const struct raw_contract *raw)
{
    for (size_t i = 0; i < raw->teams_count; i++) {
        const struct yamldoc_place place = yamldoc_in(&at, "teams[%zu].team", i);
        int refused = specvalue_name(r, place, raw->teams[i].team);
        if (refused == 0 && raw->teams[i].tier != NULL) {
            refused = specvalue_label(r, yamldoc_in(&at, "teams[%zu].tier", i), raw->teams[i].tier);
        }
        for (size_t j = 0; refused == 0 && j < i; j++) {
            if (strcmp(raw->teams[i].team, raw->teams[j].team) == 0) {
                refused = yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT, NULL,
                                         "%s stands in the list twice", raw->teams[i].team);
            }
        }
        if (refused != 0) {
            return refused;
        }
    }
    const int refused = spec_check_team(r, yamldoc_in(&at, "default_team"), raw, raw->default_team);
    return refused != 0 ? refused
                        : specvalue_labels(r, yamldoc_in(&at, "priorities"), raw->priorities,
                                           raw->priorities_count);
}

/* Roles that have to do with tickets; the others could not change a priority whatever stood here.
 */
static int read_roles(const struct spec_reader *r, struct yamldoc_place at, char *const *values,
                      size_t n, uint32_t *ret)
{
    static const uint32_t idle = ROLE_AUDITOR | ROLE_ADMIN;
    uint32_t set = n == 0 ? ROLES_ALL : 0;

    for (size_t i = 0; i < n; i++) {
        const struct yamldoc_place place = yamldoc_in(&at, "[%zu]", i);
        const uint32_t bit = role_named(values[i]);
        if (bit == 0 || (bit & idle) != 0) {
            return yamldoc_refuse(r->refusal, &place, OUTCOME_INVALID_ARGUMENT,
                                  "roles that work with tickets are agent, lead, vendor-manager, "
                                  "manager, intake",
                                  bit == 0 ? "\"%.80s\" is not a role"
                                           : "the role %.80s changes no ticket",
                                  values[i]);
        }
        set |= bit;
    }
    *ret = set;
    return specvalue_distinct(r, at, values, n);
}

static int read_priority_change(const struct spec_reader *r, struct yamldoc_place at,
                                const struct raw_contract *raw, struct spec_contract *ret)
{
    const struct raw_priority_change none = {0};
    const struct raw_priority_change *change = raw->priority_change != NULL ? raw->priority_change
                                                                            : &none;
    const int refused = read_roles(r, yamldoc_in(&at, "raise"), change->raise, change->raise_count,
                                   &ret->priority_raise);
    return refused != 0 ? refused
                        : read_roles(r, yamldoc_in(&at, "lower"), change->lower,
                                     change->lower_count, &ret->priority_lower);
}

/* One way of saying no: the texts of versions are compared. */
static int read_retired(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                        bool *ret)
{
    if (strcmp(value, "true") != 0) {
        return yamldoc_refuse(r->refusal, &at, OUTCOME_INVALID_ARGUMENT,
                              "write true, or leave the key out", "\"%.80s\" is not true", value);
    }
    *ret = true;
    return 0;
}

static int read_approvals(const struct spec_reader *r, struct yamldoc_place at,
                          const struct raw_contract *raw, uint32_t *ret)
{
    static const uint32_t sides = 1U << SIDE_BUYER | 1U << SIDE_VENDOR;

    return specvalue_sides(r, at, raw->approvals, raw->approvals_count, sides, ret);
}

static int read_contract(const struct spec_reader *r, struct yamldoc_place at,
                         const struct raw_contract *raw, struct spec_contract *ret)
{
    int refused = specvalue_name(r, yamldoc_in(&at, "name"), raw->name);
    if (refused == 0) {
        refused = read_key(r, yamldoc_in(&at, "key"), raw->key);
    }
    if (refused == 0) {
        refused = read_parties(r, at, raw);
    }
    if (refused == 0) {
        refused = read_approvals(r, yamldoc_in(&at, "approvals"), raw, &ret->approvals);
    }
    if (refused == 0) {
        refused = specvalue_zone(r, yamldoc_in(&at, "zone"), raw->zone);
    }
    if (refused == 0) {
        refused = specvalue_effective(r, yamldoc_in(&at, "effective"), raw->effective,
                                      &ret->effective);
    }
    if (refused == 0) {
        refused = specvalue_name(r, yamldoc_in(&at, "hours"), raw->hours);
    }
    if (refused == 0) {
        refused = read_teams(r, at, raw);
    }
    if (refused == 0) {
        refused = spec_read_modes(r, at, raw, ret);
    }
    if (refused == 0) {
        refused = spec_read_targets(r, at, raw, ret->follows_team, &ret->targets);
    }
    if (refused == 0) {
        refused = spec_read_holds(r, yamldoc_in(&at, "holds"), raw, &ret->holds);
    }
    if (refused == 0) {
        refused = read_priority_change(r, yamldoc_in(&at, "priority_change"), raw, ret);
    }
    if (refused == 0 && raw->auto_close != NULL) {
        refused = specvalue_span(r, yamldoc_in(&at, "auto_close"), "after", raw->auto_close->after,
                                 raw->auto_close->calendar, &ret->auto_close_us);
    }
    if (refused == 0 && raw->max_backdate != NULL) {
        refused = specvalue_duration(r, yamldoc_in(&at, "max_backdate"), raw->max_backdate,
                                     &ret->max_backdate_us);
    }
    if (refused == 0 && raw->retired != NULL) {
        refused = read_retired(r, yamldoc_in(&at, "retired"), raw->retired, &ret->retired);
    }
    return refused;
}

int spec_read_contracts(const struct spec_reader *r, const struct spec_contract **ret)
{
    const struct raw_book *book = r->raw;
    struct spec_contract *contracts = arena_array(r->arena, book->contracts_count,
                                                  sizeof(*contracts));
    if (contracts == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < book->contracts_count; i++) {
        const int refused = read_contract(r, yamldoc_at(r->doc, "contracts[%zu]", i),
                                          &book->contracts[i], &contracts[i]);
        if (refused != 0) {
            return refused;
        }
    }
    *ret = contracts;
    return 0;
}
