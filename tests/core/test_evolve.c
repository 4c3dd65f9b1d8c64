// SPDX-License-Identifier: Apache-2.0
#include "core/evolve.h"

#include <string.h>

#include "core/instant.h"
#include "core/sample.h"
#include "t.h"

static struct entry entry(uint64_t seq, enum event_kind kind, int64_t at)
{
    return (struct entry){
        .stream = SAMPLE_CONTRACT,
        .seq = seq,
        .recorded_at = at + 5,
        .event =
            {
                .kind = kind,
                .origin = ORIGIN_LIVE,
                .contract = SAMPLE_CONTRACT,
                .ticket = 3,
                .effective_at = at,
                .claimed_at = INSTANT_NONE,
            },
    };
}

static struct entry opened(uint64_t seq, int64_t at)
{
    struct entry e = entry(seq, EVENT_TICKET_OPENED, at);
    strncpy(e.event.u.opened.priority, "P2", BOOK_NAME_BYTES - 1);
    e.event.u.opened.team = 1;
    e.event.u.opened.silent_until_at = INSTANT_NONE;
    return e;
}

static struct entry held(uint64_t seq, enum event_kind kind, int64_t at, const char *reason)
{
    struct entry e = entry(seq, kind, at);
    strncpy(e.event.u.hold.reason, reason, BOOK_NAME_BYTES - 1);
    e.event.u.hold.party = SIDE_BUYER;
    return e;
}

static struct entry said(uint64_t seq, int64_t at, enum side side, enum message_kind kind,
                         enum message_visibility visibility)
{
    struct entry e = entry(seq, EVENT_MESSAGE, at);
    e.event.u.message.side = side;
    e.event.u.message.kind = kind;
    e.event.u.message.visibility = visibility;
    return e;
}

struct life {
    struct arena arena;
    struct ticket ticket;
};

static void live(struct life *l, struct entry e)
{
    T_EQ_INT(evolve(l->ticket.number ? &l->ticket : NULL, &e, &l->arena, &l->ticket), 0);
}

static void begin(struct life *l)
{
    memset(l, 0, sizeof(*l));
    arena_init(&l->arena, 1 << 20);
    live(l, opened(10, 1000));
}

T_TEST(evolve, an_opened_ticket_is_new_and_counts_its_entries)
{
    struct life l;

    begin(&l);
    T_EQ_INT(l.ticket.state, TICKET_NEW);
    T_EQ_INT(l.ticket.contract, SAMPLE_CONTRACT);
    T_EQ_INT(l.ticket.number, 3);
    T_EQ_INT(l.ticket.version, 1);
    T_EQ_INT(l.ticket.last_seq, 10);
    T_EQ_INT(l.ticket.subject_seq, 10);
    T_EQ_INT(l.ticket.opened_at, 1000);
    T_EQ_INT(l.ticket.updated_at, 1005);
    T_EQ_INT(l.ticket.resolved_at, INSTANT_NONE);
    T_EQ_INT(l.ticket.n_facts, 1);
    T_EQ_INT(l.ticket.facts[0].kind, FACT_OPENED);
    T_EQ_INT(l.ticket.facts[0].seq, 10);
    T_EQ_STR(l.ticket.facts[0].name, "P2");
    live(&l, said(14, 2000, SIDE_VENDOR, MESSAGE_KIND_HUMAN, MESSAGE_INTERNAL));
    T_EQ_INT(l.ticket.version, 2);
    T_EQ_INT(l.ticket.last_seq, 14);
    T_EQ_INT(l.ticket.subject_seq, 10);
    arena_fini(&l.arena);
}

T_TEST(evolve, only_a_public_human_vendor_message_is_a_reply)
{
    size_t replies = 0;

    for (int side = SIDE_NONE; side <= SIDE_TOOL; side++) {
        for (int kind = MESSAGE_KIND_NONE; kind <= MESSAGE_KIND_AUTO; kind++) {
            for (int visible = MESSAGE_VISIBILITY_NONE; visible <= MESSAGE_INTERNAL; visible++) {
                struct life l;
                begin(&l);
                live(&l, said(11, 2000, (enum side)side, (enum message_kind)kind,
                              (enum message_visibility)visible));
                const bool reply = side == SIDE_VENDOR && kind == MESSAGE_KIND_HUMAN &&
                                   visible == MESSAGE_PUBLIC;
                const bool asked = side == SIDE_REQUESTER;
                T_EQ_INT(l.ticket.state, reply ? TICKET_OPEN : TICKET_NEW, "%d %d %d", side, kind,
                         visible);
                T_EQ_INT(l.ticket.n_facts, reply || asked ? 2 : 1, "%d %d %d", side, kind, visible);
                T_EQ_INT(l.ticket.n_messages, 1);
                if (reply || asked) {
                    T_EQ_INT(l.ticket.facts[1].kind, reply ? FACT_REPLIED : FACT_ASKED);
                }
                replies += reply;
                arena_fini(&l.arena);
            }
        }
    }
    T_EQ_INT(replies, 1);
}

T_TEST(evolve, holds_are_a_set_of_reasons)
{
    struct life l;

    begin(&l);
    live(&l, held(11, EVENT_HELD, 2000, "a"));
    live(&l, held(12, EVENT_HELD, 2100, "b"));
    live(&l, held(13, EVENT_HELD, 2200, "a"));
    T_EQ_INT(l.ticket.state, TICKET_HELD);
    T_EQ_INT(l.ticket.n_holds, 2, "held for a already");
    T_EQ_INT(l.ticket.n_reasons, 2);
    T_EQ_INT(l.ticket.holds[0].since_at, 2000);
    T_EQ_INT(l.ticket.holds[0].party, SIDE_BUYER);
    T_CHECK(ticket_is_held_for(&l.ticket, "b") && !ticket_is_held_for(&l.ticket, "c"));
    live(&l, held(14, EVENT_RESUMED, 2300, "a"));
    T_EQ_INT(l.ticket.state, TICKET_HELD);
    T_EQ_INT(l.ticket.n_holds, 1);
    T_EQ_STR(l.ticket.reasons[l.ticket.holds[0].reason], "b");
    live(&l, held(15, EVENT_RESUMED, 2400, "b"));
    T_EQ_INT(l.ticket.state, TICKET_NEW, "nobody has worked on it");
    T_EQ_INT(l.ticket.n_reasons, 2, "a reason keeps its number");
    live(&l, held(16, EVENT_HELD, 2500, "b"));
    T_EQ_INT(l.ticket.facts[l.ticket.n_facts - 1].reason, 1);
    arena_fini(&l.arena);
}

T_TEST(evolve, work_during_a_hold_leads_to_open_after_it)
{
    struct life l;
    struct entry taken = entry(12, EVENT_TAKEN, 2100);

    taken.event.u.taken.assignee = 42;
    begin(&l);
    live(&l, held(11, EVENT_HELD, 2000, "a"));
    live(&l, taken);
    T_EQ_INT(l.ticket.state, TICKET_HELD);
    T_EQ_INT(l.ticket.assignee, 42);
    live(&l, held(13, EVENT_RESUMED, 2200, "a"));
    T_EQ_INT(l.ticket.state, TICKET_OPEN);
    arena_fini(&l.arena);
}

T_TEST(evolve, t35_resolving_ends_the_holds_in_the_same_entry)
{
    struct life l;
    struct entry resolved = entry(12, EVENT_RESOLVED, 3000);

    resolved.event.u.resolved.by_human = true;
    begin(&l);
    live(&l, held(11, EVENT_HELD, 2000, "a"));
    live(&l, resolved);
    T_EQ_INT(l.ticket.state, TICKET_RESOLVED);
    T_EQ_INT(l.ticket.n_holds, 0);
    T_EQ_INT(l.ticket.resolved_at, 3000);
    T_CHECK(l.ticket.facts[2].by_human);
    live(&l, entry(13, EVENT_CLOSED, 3100));
    T_EQ_INT(l.ticket.state, TICKET_CLOSED);
    live(&l, entry(14, EVENT_REOPENED, 3200));
    T_EQ_INT(l.ticket.state, TICKET_OPEN);
    T_EQ_INT(l.ticket.resolved_at, INSTANT_NONE);
    arena_fini(&l.arena);
}

static struct entry timer(uint64_t seq, enum event_kind kind, uint32_t cycle, int64_t breached_at)
{
    struct entry e = entry(seq, kind, 5000);
    e.event.clocks[0] = (struct ticket_clock){
        .kind = CLOCK_KIND_RESOLUTION,
        .cycle = cycle,
        .state = CLOCK_RUNNING,
        .elapsed_us = (int64_t)seq,
        .breached_at = breached_at,
    };
    e.event.n_clocks = 1;
    return e;
}

T_TEST(evolve, clocks_are_copied_and_a_breach_keeps_the_entry_that_recorded_it)
{
    struct life l;

    begin(&l);
    live(&l, timer(11, EVENT_CLOCK_WARNED, 1, INSTANT_NONE));
    T_EQ_INT(l.ticket.n_clocks, 1);
    T_EQ_INT(l.ticket.clocks[0].elapsed_us, 11);
    T_EQ_INT(l.ticket.clocks[0].breach_seq, 0);
    live(&l, timer(12, EVENT_CLOCK_BREACHED, 1, 4000));
    T_EQ_INT(l.ticket.clocks[0].breach_seq, 12);
    live(&l, timer(13, EVENT_CLOCK_RESCHEDULED, 1, 4000));
    T_EQ_INT(l.ticket.clocks[0].elapsed_us, 13);
    T_EQ_INT(l.ticket.clocks[0].breach_seq, 12, "later entries do not take it over");
    live(&l, timer(14, EVENT_CLOCK_RESCHEDULED, 1, INSTANT_NONE));
    T_EQ_INT(l.ticket.clocks[0].breach_seq, 0, "overturned");
    live(&l, timer(15, EVENT_CLOCK_BREACHED, 1, 4000));
    live(&l, timer(16, EVENT_CLOCK_BREACHED, 2, 4500));
    T_EQ_INT(l.ticket.clocks[0].breach_seq, 16, "another cycle has its own");
    T_EQ_INT(l.ticket.n_clocks, 1);
    T_EQ_INT(l.ticket.n_facts, 1, "what a timer tells is no fact");
    arena_fini(&l.arena);
}

T_TEST(evolve, the_ticket_before_is_left_alone)
{
    struct life l;
    struct ticket after;
    struct ticket other;
    struct entry asked = said(11, 2000, SIDE_REQUESTER, MESSAGE_KIND_HUMAN, MESSAGE_PUBLIC);
    struct entry resolved = entry(11, EVENT_RESOLVED, 2000);

    begin(&l);
    T_EQ_INT(evolve(&l.ticket, &asked, &l.arena, &after), 0);
    T_EQ_INT(evolve(&l.ticket, &resolved, &l.arena, &other), 0);
    T_EQ_INT(l.ticket.n_facts, 1);
    T_EQ_INT(l.ticket.state, TICKET_NEW);
    T_EQ_INT(after.facts[1].kind, FACT_ASKED, "two futures share nothing");
    T_EQ_INT(other.facts[1].kind, FACT_RESOLVED);
    arena_fini(&l.arena);
}

T_TEST(evolve, in_place_is_the_same)
{
    struct life l;
    struct ticket t = {0};
    struct fact facts[8];
    struct entry entries[] = {
        opened(10, 1000),
        held(11, EVENT_HELD, 2000, "a"),
        said(12, 2100, SIDE_VENDOR, MESSAGE_KIND_HUMAN, MESSAGE_PUBLIC),
        timer(13, EVENT_CLOCK_BREACHED, 1, 4000),
        held(14, EVENT_RESUMED, 2000, "a"),
        entry(15, EVENT_RESOLVED, 2000),
    };

    memset(&l, 0, sizeof(l));
    arena_init(&l.arena, 1 << 20);
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        live(&l, entries[i]);
        evolve_within(&t, &entries[i], facts, 8);
        sample_same_ticket(&t, &l.ticket, "in place");
    }
    T_CHECK(t.facts == facts);
    arena_fini(&l.arena);
}

T_TEST(evolve, a_full_arena_is_told_and_changes_nothing)
{
    struct arena small;
    struct ticket t = {.number = 9};
    struct entry e = opened(10, 1000);

    arena_init(&small, 16);
    T_CHECK(evolve(NULL, &e, &small, &t) < 0);
    T_EQ_INT(t.number, 9);
    arena_fini(&small);
}

T_TEST(evolve, every_kind_has_a_name)
{
    static const enum event_kind kinds[] = {
        EVENT_CLUSTER_CREATED,
        EVENT_PRINCIPAL_SET,
        EVENT_BOOK_OBJECT,
        EVENT_ZONE_DATA,
        EVENT_REQUESTS_FORGOTTEN,
        EVENT_CLOCK_STEPPED,
        EVENT_VERSION_USED,
        EVENT_TICKET_OPENED,
        EVENT_MESSAGE,
        EVENT_TAKEN,
        EVENT_HELD,
        EVENT_RESUMED,
        EVENT_RESOLVED,
        EVENT_REOPENED,
        EVENT_CLOSED,
        EVENT_PRIORITY,
        EVENT_CLOCK_WARNED,
        EVENT_CLOCK_BREACHED,
        EVENT_CLOCK_RESCHEDULED,
        EVENT_CLOCK_JUDGED,
    };
    const size_t n = sizeof(kinds) / sizeof(kinds[0]);

    for (size_t i = 0; i < n; i++) {
        T_CHECK(strcmp(event_kind_name(kinds[i]), "unknown") != 0, "kind %d", (int)kinds[i]);
        for (size_t k = 0; k < i; k++) {
            T_CHECK(strcmp(event_kind_name(kinds[i]), event_kind_name(kinds[k])) != 0);
        }
    }
    T_EQ_STR(event_kind_name((enum event_kind)200), "unknown");
}
