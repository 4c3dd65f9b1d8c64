// SPDX-License-Identifier: Apache-2.0
/** present_event: a journal entry as logs and feeds show it: ids become names, texts stay away. */
#ifndef SLATE_PRESENT_EVENT_H
#define SLATE_PRESENT_EVENT_H

#include "call.h"

/**
 * Of the call it uses the book, the snapshot, the arena (for what it makes; strings of *ret may be
 * the entry's) and the refusal. What the ticket is now (state_now, priority_now) is left to the
 * caller. An entry that clients never see has kind REPLY_EVENT_NONE. Returns 0, an outcome with
 * the refusal filled, or < 0.
 */
int present_event(struct call *call, const struct book_contract *contract,
                  const struct entry *entry, struct reply_event *ret);

#endif
