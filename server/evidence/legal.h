// SPDX-License-Identifier: Apache-2.0
/**
 * legal: whether an entry can be a ticket's next one. What a server has written always can; the
 * replay of core relies on it, and asserts it, so what a stranger wrote is looked at here first.
 */
#ifndef SLATE_EVIDENCE_LEGAL_H
#define SLATE_EVIDENCE_LEGAL_H

#include "core/event.h"

/** NULL, or why not. The ticket is all zero before its first entry. */
const char *legal_next(const struct ticket *t, const struct entry *entry);

#endif
