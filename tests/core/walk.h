// SPDX-License-Identifier: Apache-2.0
/*
 * Random lives with everything that moves a clock: late words, holds that end by themselves, other
 * targets, reopenings. A seed always gives the same life.
 */
#ifndef SLATE_TESTS_CORE_WALK_H
#define SLATE_TESTS_CORE_WALK_H

#include "core/life.h"

/** A number below n, and how long it takes to the next command. */
size_t walk_pick(uint64_t *seed, size_t n);
int64_t walk_wait_us(uint64_t *seed);

/** Something to do to the desk's ticket, legal or not. `plain`: its traits and its team stay. */
struct command walk_command(const struct desk *d, uint64_t *seed, int64_t at, bool plain);

/**
 * life_sample with holds that end by themselves and a closing; without `plain` also with rows of
 * the kinds that it leaves out: update by the hour and by each three hours, turnaround in business
 * days or of the team, and ola.
 */
void walk_sample(struct sample *s, bool plain);

/** What the contract makes of reopenings, other targets, teams and merges. */
void walk_modes(struct book_contract_version *v, uint64_t seed);

/** A whole life of n commands and what was refused; returns the instant of the last one. */
int64_t walk_live(struct desk *d, uint64_t seed, size_t n);

#endif
