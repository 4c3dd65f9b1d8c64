// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_SCENARIOSCHEMA_H
#define SLATE_CONFIG_SCENARIOSCHEMA_H

/*
 * Inside of scenario: its text as structs of strings, field by field as written, and the libcyaml
 * schema that fills them. An optional string that is absent is NULL, an optional list has the count
 * 0.
 */

#include <cyaml/cyaml.h>

struct raw_scenario_event {
    char *at;
    char *recorded;
    char *action; // `do`
    char *from;
    char *by;
    char *role;
    char *reason;
    char *question;
    char *message;
    char *priority;
    char *team;
    char *category;
    char *customer_tier;
    char *language;
    char *into;
    char *refused;
};

struct raw_scenario_expect {
    char *clock;
    char *team;
    char *cycle;
    char *state;
    char *verdict;
    char *target;
    char *elapsed;
    char *due;
    char *limit;
    char *breached_at;
};

struct raw_scenario_ticket {
    char *name;
    char *contract;
    char *opened;
    char *recorded;
    char *until;
    char *priority;
    char *function;
    char *category;
    char *customer_tier;
    char *language;
    char *team;
    char *hold;
    struct raw_scenario_event *events;
    unsigned events_count;
    struct raw_scenario_expect *expect;
    unsigned expect_count;
};

struct raw_scenario {
    char *until;
    struct raw_scenario_ticket *tickets;
    unsigned tickets_count;
};

extern const struct cyaml_schema_value scenario_schema;

#endif
