// SPDX-License-Identifier: Apache-2.0
#include "evidence/clockfinding.h"

#include <inttypes.h>

#include "core/instant.h"

static const char *state_name(enum clock_state state)
{
    static const char *const names[] = {"idle", "running", "on hold", "stopped", "cancelled"};

    return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

int clockfinding_set(const struct clockfinding *f, uint64_t seq, const struct ticket_clock *clock,
                     const char *what)
{
    return finding_set(f->finding, seq, "%s of clock %s cycle %u of %s-%" PRIu64, what,
                       clock_kind_name(clock->kind), clock->cycle, f->key, f->ticket);
}

int clockfinding_told(const struct clockfinding *f, const struct entry *entry,
                      const struct ticket_clock *told, const struct ticket_clock *anew)
{
    const uint64_t seq = entry->seq;
    const bool ahead = anew->breached_at == INSTANT_NONE;

    if (told->contract_version != anew->contract_version) {
        clockfinding_set(f, seq, told, "the contract version");
        return finding_numbers(f->finding, anew->contract_version, told->contract_version);
    }
    if (told->target_row != anew->target_row) {
        clockfinding_set(f, seq, told, "the target row");
        return finding_numbers(f->finding, anew->target_row, told->target_row);
    }
    if (told->verdict != anew->verdict) {
        clockfinding_set(f, seq, told, "the verdict");
        return finding_texts(f->finding, ticket_verdict_name(anew->verdict),
                             ticket_verdict_name(told->verdict));
    }
    if (told->breached_at != anew->breached_at) {
        clockfinding_set(f, seq, told, "the instant of the breach");
        return finding_instants(f->finding, anew->breached_at, told->breached_at);
    }
    if (told->state != anew->state) {
        clockfinding_set(f, seq, told, "the state");
        return finding_texts(f->finding, state_name(anew->state), state_name(told->state));
    }
    if (told->started_at != anew->started_at) {
        clockfinding_set(f, seq, told, "the start");
        return finding_instants(f->finding, anew->started_at, told->started_at);
    }
    if (told->stopped_at != anew->stopped_at) {
        clockfinding_set(f, seq, told, "the end");
        return finding_instants(f->finding, anew->stopped_at, told->stopped_at);
    }
    if (told->target_us != anew->target_us) {
        clockfinding_set(f, seq, told, "the target in us");
        return finding_numbers(f->finding, (uint64_t)anew->target_us, (uint64_t)told->target_us);
    }
    // A clock that moved may be told as it was seen before, by the book of before.
    if (told->elapsed_us != anew->elapsed_us && entry->event.kind != EVENT_CLOCK_RESCHEDULED) {
        clockfinding_set(f, seq, told, "the time used up in us");
        return finding_numbers(f->finding, (uint64_t)anew->elapsed_us, (uint64_t)told->elapsed_us);
    }
    if (ahead && told->due_at != anew->due_at) {
        clockfinding_set(f, seq, told, "the due instant");
        return finding_instants(f->finding, anew->due_at, told->due_at);
    }
    if (ahead && told->limit_at != anew->limit_at) {
        clockfinding_set(f, seq, told, "the limit");
        return finding_instants(f->finding, anew->limit_at, told->limit_at);
    }
    return 0;
}

int clockfinding_untold(const struct clockfinding *f, uint64_t seq,
                        const struct ticket_clock *known, const struct ticket_clock *anew)
{
    static const struct ticket_clock none = {.breached_at = INSTANT_NONE};
    const struct ticket_clock *was = known != NULL ? known : &none;

    if (was->cycle != anew->cycle) {
        clockfinding_set(f, seq, anew, "no entry tells the cycle");
        return finding_numbers(f->finding, anew->cycle, was->cycle);
    }
    if (was->state != anew->state) {
        clockfinding_set(f, seq, anew, "no entry tells the state");
        return finding_texts(f->finding, state_name(anew->state), state_name(was->state));
    }
    if (was->verdict != anew->verdict) {
        clockfinding_set(f, seq, anew, "no entry tells the verdict");
        return finding_texts(f->finding, ticket_verdict_name(anew->verdict),
                             ticket_verdict_name(was->verdict));
    }
    if (was->stopped_at != anew->stopped_at) {
        clockfinding_set(f, seq, anew, "no entry tells the end");
        return finding_instants(f->finding, anew->stopped_at, was->stopped_at);
    }
    if (was->target_us != anew->target_us) {
        clockfinding_set(f, seq, anew, "no entry tells the target in us");
        return finding_numbers(f->finding, (uint64_t)anew->target_us, (uint64_t)was->target_us);
    }
    return was->warned == anew->warned ? 0
                                       : clockfinding_set(f, seq, anew, "no entry tells a warning");
}
