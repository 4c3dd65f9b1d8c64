// SPDX-License-Identifier: Apache-2.0
/**
 * clockfinding: where what an entry tells of a clock, or what entries left untold of it, is not
 * what the facts make of it.
 */
#ifndef SLATE_EVIDENCE_CLOCKFINDING_H
#define SLATE_EVIDENCE_CLOCKFINDING_H

#include "core/event.h"
#include "core/ticket.h"
#include "evidence/finding.h"

/** Where it is looked for, and where it goes. */
struct clockfinding {
    struct finding *finding;
    const char *key; /* of the contract's tickets */
    uint64_t ticket;
};

/** "WHAT of clock K cycle N of KEY-T". Returns FINDING. */
int clockfinding_set(const struct clockfinding *f, uint64_t seq, const struct ticket_clock *clock,
                     const char *what);

/** What a verdict consists of, as the entry tells it and as it comes out anew; not what lies ahead
 * of a clock whose time has come already. Returns 0 or FINDING. */
int clockfinding_told(const struct clockfinding *f, const struct entry *entry,
                      const struct ticket_clock *told, const struct ticket_clock *anew);

/** Where a command has ended: what was told of the clock so far (NULL: nothing) and what it is by
 * now. Where other zone data only move what lies ahead of it, that may be told later. Returns 0 or
 * FINDING. */
int clockfinding_untold(const struct clockfinding *f, uint64_t seq,
                        const struct ticket_clock *known, const struct ticket_clock *anew);

#endif
