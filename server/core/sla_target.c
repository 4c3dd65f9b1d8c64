// SPDX-License-Identifier: Apache-2.0
#include "core/sla_target.h"

#include "core/instant.h"

enum { ROWS_OF_A_STEP = 4 }; // of a table that is only searched for a number

struct sla_traits sla_traits_of(const struct ticket *t)
{
    return (struct sla_traits){
        .function = t->function,
        .priority = t->priority,
        .team = t->opened_as.team,
        .category = t->opened_as.category,
        .customer_tier = t->opened_as.customer_tier,
        .language = t->opened_as.language,
    };
}

void sla_traits_set(struct sla_traits *traits, const struct fact *f)
{
    switch (f->kind) {
    case FACT_OPENED:
    case FACT_PRIORITY: traits->priority = f->name; break;
    case FACT_TEAM: traits->team = f->team; break;
    case FACT_CATEGORY: traits->category = f->name; break;
    case FACT_CUSTOMER_TIER: traits->customer_tier = f->name; break;
    case FACT_LANGUAGE: traits->language = f->name; break;
    case FACT_NONE:
    case FACT_HELD:
    case FACT_RESUMED:
    case FACT_REPLIED:
    case FACT_ASKED:
    case FACT_ACKNOWLEDGED:
    case FACT_RESOLVED:
    case FACT_REOPENED:
    case FACT_CLOSED:
    case FACT_MERGED:
    case FACT_ABSORBED: break;
    }
}

static bool matches(const struct book_names *names, const char *name)
{
    return names->n == 0 || book_names_have(names, name);
}

/* Steps of a meter: what lists of names take to look through. */
static uint64_t row_steps(const struct book_match *m)
{
    return 4 + m->priority.n + m->function.n + m->category.n + m->customer_tier.n + m->language.n +
           m->team.n + m->tier.n;
}

const struct book_target *sla_target(const struct book *book,
                                     const struct book_contract_version *version,
                                     enum clock_kind kind, const struct sla_traits *traits)
{
    const struct book_team *team = book_team(book, traits->team);

    (void)meter_take(book->meter, 2 + book->n_teams / ROWS_OF_A_STEP);
    for (size_t i = 0; i < version->n_targets; i++) {
        const struct book_target *row = &version->targets[i];
        const struct book_match *m = &row->match;

        (void)meter_take(book->meter, row->clock == kind ? row_steps(m) : 1);

        if (row->clock == kind && matches(&m->priority, traits->priority) &&
            matches(&m->function, traits->function) && matches(&m->category, traits->category) &&
            matches(&m->customer_tier, traits->customer_tier) &&
            matches(&m->language, traits->language) &&
            matches(&m->team, team != NULL ? team->name : "") &&
            matches(&m->tier, book_tier(version, traits->team))) {
            return row->none ? NULL : row;
        }
    }
    return NULL;
}

const struct book_calendar *sla_target_calendar(const struct book *book,
                                                const struct book_contract_version *version,
                                                const struct book_target *row, uint32_t team)
{
    const struct book_team *found = row->of_team ? book_team(book, team) : NULL;

    if (!row->of_team) {
        return row->calendar;
    }
    return found != NULL && found->calendar != NULL ? found->calendar : version->hours;
}

struct clock_days sla_target_days(const struct book_target *row)
{
    // No wall clock shows the end of the day.
    const int64_t cutoff_us = row->cutoff_us > 0 ? row->cutoff_us : US_PER_DAY;

    if (row->business_days == 0) {
        return (struct clock_days){0};
    }
    return (struct clock_days){
        .days = row->business_days,
        .cutoff_s = (int32_t)((cutoff_us + US_PER_S - 1) / US_PER_S), // whole ones, as written
        .cutoff_zone = row->cutoff_zone,
    };
}

struct clock_rule sla_target_rule(const struct book_target *row,
                                  const struct book_calendar *calendar)
{
    struct clock_rule rule = row->rule;

    if (row->of_team) {
        rule.calendar = calendar->calendar;
    }
    rule.days = sla_target_days(row);
    rule.recurs = row->clock == CLOCK_KIND_UPDATE && row->each_period;
    return rule;
}
