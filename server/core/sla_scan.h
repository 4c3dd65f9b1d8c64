// SPDX-License-Identifier: Apache-2.0
/**
 * sla_scan: what the facts of a ticket mean to its clocks; inside of sla only.
 *
 * A scan walks over the facts once per clock, which is once per kind, and of `ola` once per team
 * that the ticket was with, and writes down starts, holds and stops. What
 * a fact means depends on facts alone, never on how much time was used up, so a scan needs no
 * calendar; the engine does the arithmetic afterwards.
 *
 * A scan without `runs` only counts, by the very same steps, so what it counted is exactly what the
 * next one writes.
 */
#ifndef SLATE_CORE_SLA_SCAN_H
#define SLATE_CORE_SLA_SCAN_H

#include "core/sla.h"
#include "core/sla_target.h"

struct sla_scan {
    /* Filled by the caller. */
    const struct book *book;
    const struct book_contract *contract;
    const struct ticket *ticket;
    const struct fact *const *facts; /* as they count */
    size_t n_facts;
    struct sla_run *runs;       /* NULL: only counts */
    struct clock_event *events; /* of all runs, one behind the other */
    /* Results. */
    size_t n_runs;
    size_t n_events;
    /* Private, of the present clock. */
    const struct sla_scan_kind *kind;
    uint32_t team;           /* whose stints: `ola`, else 0 */
    struct sla_run *run;     /* NULL: no cycle yet */
    struct sla_run counting; /* what `run` points to while it only counts */
    enum sla_scan_phase {
        SLA_SCAN_IDLE,    /* not started, or without a target */
        SLA_SCAN_RUNNING, /* or on hold */
        SLA_SCAN_STOPPED, /* may be reopened */
        SLA_SCAN_ENDED,   /* for good */
    } phase;
    bool armed;    /* its starts count */
    bool begun;    /* its start was seen, and what it waits for was not */
    bool resolved; /* the ticket is */
    bool asked;    /* its start was seen while resolved, and nothing that stops it since then */
    struct sla_traits traits;
    const struct calendar *calendar; /* of the run, in force */
    uint32_t reasons;                /* in force, as bits */
    int64_t held_at[BOOK_HOLDS_MAX];
    int64_t stopped_at;
};

/** Reads all facts for every kind of clock. */
void sla_scan(struct sla_scan *s);

#endif
