// SPDX-License-Identifier: Apache-2.0
/**
 * change_intake: one line of what a source says of its tickets, applied once for ever.
 *
 * Every line that is not refused leaves an entry with its line_id, also one that changes nothing:
 * that is what makes a second run of a feed harmless. Lines may come late and in another order
 * than they happened: what no longer applies is kept, with what stood against it.
 */
#ifndef SLATE_CHANGE_INTAKE_H
#define SLATE_CHANGE_INTAKE_H

#include "call.h"

/** See call_handler. */
int change_intake(struct call *call);

/** The answer to an intake whose request was carried out before. */
int change_intake_again(struct call *call);

#endif
