// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_SCENARIOREAD_H
#define SLATE_CONFIG_SCENARIOREAD_H

/*
 * Inside of scenario: reading what happens to a ticket, and what is expected of its clocks.
 */

#include "config/scenario.h"
#include "config/scenarioschema.h"
#include "config/spec.h"

/** A value, which stands at `at`, as a point in time; NULL: it is absent. Returns 0 or an
 * outcome_code, as all of these. */
int scenarioread_when(const struct spec_reader *r, struct yamldoc_place at, const char *value,
                      struct scenario_when *ret);

/** An instant of years that calendars know throughout. */
bool scenarioread_is_known(int64_t at);

int scenarioread_event(const struct spec_reader *r, struct yamldoc_place in,
                       const struct raw_scenario_event *raw, struct scenario_event *ret);

int scenarioread_expect(const struct spec_reader *r, struct yamldoc_place in,
                        const struct raw_scenario_expect *raw, struct scenario_expect *ret);

#endif
