// SPDX-License-Identifier: Apache-2.0
#include "config/scenarioschema.h"

#include "config/scenario.h"

#define REQUIRED CYAML_FLAG_POINTER
#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

enum { SCALAR_BYTES_MAX = 128 }; // no name, instant or duration is longer

#define TEXT(key_, flags_, struct_, member_) \
    CYAML_FIELD_STRING_PTR(key_, flags_, struct struct_, member_, 0, SCALAR_BYTES_MAX)

static const cyaml_schema_field_t event_fields[] = {
    TEXT("at", REQUIRED, raw_scenario_event, at),
    TEXT("do", REQUIRED, raw_scenario_event, action),
    TEXT("recorded", OPTIONAL, raw_scenario_event, recorded),
    TEXT("from", OPTIONAL, raw_scenario_event, from),
    TEXT("by", OPTIONAL, raw_scenario_event, by),
    TEXT("role", OPTIONAL, raw_scenario_event, role),
    TEXT("reason", OPTIONAL, raw_scenario_event, reason),
    TEXT("question", OPTIONAL, raw_scenario_event, question),
    TEXT("message", OPTIONAL, raw_scenario_event, message),
    TEXT("priority", OPTIONAL, raw_scenario_event, priority),
    TEXT("team", OPTIONAL, raw_scenario_event, team),
    TEXT("category", OPTIONAL, raw_scenario_event, category),
    TEXT("customer_tier", OPTIONAL, raw_scenario_event, customer_tier),
    TEXT("language", OPTIONAL, raw_scenario_event, language),
    TEXT("into", OPTIONAL, raw_scenario_event, into),
    TEXT("refused", OPTIONAL, raw_scenario_event, refused),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t event = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_scenario_event, event_fields),
};

static const cyaml_schema_field_t expect_fields[] = {
    TEXT("clock", REQUIRED, raw_scenario_expect, clock),
    TEXT("team", OPTIONAL, raw_scenario_expect, team),
    TEXT("cycle", OPTIONAL, raw_scenario_expect, cycle),
    TEXT("state", OPTIONAL, raw_scenario_expect, state),
    TEXT("verdict", OPTIONAL, raw_scenario_expect, verdict),
    TEXT("target", OPTIONAL, raw_scenario_expect, target),
    TEXT("elapsed", OPTIONAL, raw_scenario_expect, elapsed),
    TEXT("due", OPTIONAL, raw_scenario_expect, due),
    TEXT("limit", OPTIONAL, raw_scenario_expect, limit),
    TEXT("breached_at", OPTIONAL, raw_scenario_expect, breached_at),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t expect = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_scenario_expect, expect_fields),
};

static const cyaml_schema_field_t ticket_fields[] = {
    TEXT("name", REQUIRED, raw_scenario_ticket, name),
    TEXT("contract", REQUIRED, raw_scenario_ticket, contract),
    TEXT("opened", REQUIRED, raw_scenario_ticket, opened),
    TEXT("recorded", OPTIONAL, raw_scenario_ticket, recorded),
    TEXT("until", OPTIONAL, raw_scenario_ticket, until),
    TEXT("priority", OPTIONAL, raw_scenario_ticket, priority),
    TEXT("function", OPTIONAL, raw_scenario_ticket, function),
    TEXT("category", OPTIONAL, raw_scenario_ticket, category),
    TEXT("customer_tier", OPTIONAL, raw_scenario_ticket, customer_tier),
    TEXT("language", OPTIONAL, raw_scenario_ticket, language),
    TEXT("team", OPTIONAL, raw_scenario_ticket, team),
    TEXT("hold", OPTIONAL, raw_scenario_ticket, hold),
    CYAML_FIELD_SEQUENCE("events", OPTIONAL, struct raw_scenario_ticket, events, &event, 0,
                         SCENARIO_EVENTS_MAX),
    CYAML_FIELD_SEQUENCE("expect", OPTIONAL, struct raw_scenario_ticket, expect, &expect, 0,
                         SCENARIO_EXPECTS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t ticket = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_scenario_ticket, ticket_fields),
};

static const cyaml_schema_field_t scenario_fields[] = {
    TEXT("until", OPTIONAL, raw_scenario, until),
    CYAML_FIELD_SEQUENCE("tickets", REQUIRED, struct raw_scenario, tickets, &ticket, 1,
                         SCENARIO_TICKETS_MAX),
    CYAML_FIELD_END,
};

const struct cyaml_schema_value scenario_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_scenario, scenario_fields),
};
