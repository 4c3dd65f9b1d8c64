// SPDX-License-Identifier: Apache-2.0
/**
 * sla_target: which row of a contract measures a ticket, and in which calendar. Inside of sla; what
 * a row means to the engine is also what a book's worked examples show.
 */
#ifndef SLATE_CORE_SLA_TARGET_H
#define SLATE_CORE_SLA_TARGET_H

#include "core/book.h"
#include "core/ticket.h"

/** What rows are matched by, as it is at an instant. Borrows from the facts. */
struct sla_traits {
    const char *function;
    const char *priority;
    uint32_t team;
    const char *category;
    const char *customer_tier;
    const char *language;
};

/** What the ticket was opened with. */
struct sla_traits sla_traits_of(const struct ticket *t);
/** What a fact makes of them. */
void sla_traits_set(struct sla_traits *traits, const struct fact *f);

/** The first row of that kind that matches; NULL where there is none, or it says `none`. */
const struct book_target *sla_target(const struct book *book,
                                     const struct book_contract_version *version,
                                     enum clock_kind kind, const struct sla_traits *traits);

/**
 * What the row counts in for a ticket of that team: its own, or the team's; the contract's hours
 * where the team has none.
 */
const struct book_calendar *sla_target_calendar(const struct book *book,
                                                const struct book_contract_version *version,
                                                const struct book_target *row, uint32_t team);

/** The business days of the row; days == 0: it has none. */
struct clock_days sla_target_days(const struct book_target *row);

/** The row as the engine takes it, counted in that calendar. */
struct clock_rule sla_target_rule(const struct book_target *row,
                                  const struct book_calendar *calendar);

#endif
