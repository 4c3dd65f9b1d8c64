// SPDX-License-Identifier: Apache-2.0
/**
 * sentence: what happened, as people say it: "a.reyes put it on hold: waiting-customer (buyer)".
 */
#ifndef SLATE_CLIENT_SENTENCE_H
#define SLATE_CLIENT_SENTENCE_H

#include <slate.h>

#include "client/cell.h"
#include "client/text.h"

/** Append one line about the event. Times are named only where now_at isn't 0, in the zone of
 * when.h: a sentence without them says the same everywhere. Not escaped. */
void sentence_add(struct text *to, const struct slate_event *e, int64_t now_at);

/** What is bad news is shown as such. */
enum tone sentence_tone(const struct slate_event *e);

#endif
