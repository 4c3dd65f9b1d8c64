// SPDX-License-Identifier: Apache-2.0
/**
 * draft: a text that changes what is agreed, beside what it would do, and whether it may be
 * proposed: whom it asks can read all of it, a manager's changes nothing that others agreed, and
 * what is said of it tells nobody of a contract that is not theirs.
 */
#ifndef SLATE_DRAFT_H
#define SLATE_DRAFT_H

#include "call.h"
#include "config/bookplan.h"

/* A text beside what it would do. */
struct draft {
    struct call *call;
    const struct principal *who; /* proposes it */
    bool anything;               /* an admin: also what others agreed */
    struct arena arena;
    struct bookfile *file;
    struct book_plan *plan;
    bool *touched; /* contract i of the plan's book is agreed, and changes */
};

/** An admin. */
bool draft_may_write(const struct principal *who);
/** For its party, which is one of the contract's. */
bool draft_may_approve(const struct principal *who, const struct book_contract *contract);

/** who, which proposes it, is borrowed. Cannot fail. */
void draft_init(struct draft *d, struct call *call, const struct principal *who);
void draft_fini(struct draft *d);

/** Reads, plans and checks a text; once. agreed: as book_plan_agreed. Returns 0, an outcome with
 * the refusal filled, or < 0. */
int draft_make(struct draft *d, const char *text, size_t n, const char *name, bool agreed);

#endif
