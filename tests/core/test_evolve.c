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
    e.event.u.hold.ends_at = kind == EVENT_HELD ? at + 500 : INSTANT_NEVER;
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
                const bool asked = side == SIDE_REQUESTER && kind == MESSAGE_KIND_HUMAN;
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
    T_EQ_INT(l.ticket.holds[0].ends_at, 2500);
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
    resolved.event.u.resolved.close_at = 9000;
    begin(&l);
    live(&l, held(11, EVENT_HELD, 2000, "a"));
    live(&l, resolved);
    T_EQ_INT(l.ticket.state, TICKET_RESOLVED);
    T_EQ_INT(l.ticket.n_holds, 0);
    T_EQ_INT(l.ticket.resolved_at, 3000);
    T_CHECK(l.ticket.facts[2].by_human);
    T_EQ_INT(l.ticket.close_at, 9000);
    live(&l, entry(13, EVENT_CLOSED, 3100));
    T_EQ_INT(l.ticket.state, TICKET_CLOSED);
    T_EQ_INT(l.ticket.close_at, INSTANT_NEVER);
    live(&l, entry(14, EVENT_REOPENED, 3200));
    T_EQ_INT(l.ticket.state, TICKET_OPEN);
    T_EQ_INT(l.ticket.resolved_at, INSTANT_NONE);
    arena_fini(&l.arena);
}

T_TEST(evolve, whose_it_is_changes_with_its_people)
{
    struct life l;
    struct entry assigned = entry(11, EVENT_ASSIGNED, 2000);
    struct entry released = entry(13, EVENT_ASSIGNED, 2200);
    struct entry moved = entry(15, EVENT_TRANSFERRED, 2400);
    struct entry taken = entry(14, EVENT_TAKEN, 2300);

    assigned.event.u.taken.assignee = 42;
    taken.event.u.taken.assignee = 43;
    moved.event.team = 2;
    moved.event.u.transferred.from = 1;
    begin(&l);
    live(&l, assigned);
    T_EQ_INT(l.ticket.assignee, 42);
    T_EQ_INT(l.ticket.state, TICKET_NEW, "who is assigned has not seen it yet");
    T_EQ_INT(l.ticket.n_facts, 1);
    live(&l, entry(12, EVENT_ACKNOWLEDGED, 2100));
    T_EQ_INT(l.ticket.state, TICKET_OPEN);
    T_EQ_INT(l.ticket.assignee, 42);
    T_EQ_INT(l.ticket.facts[1].kind, FACT_ACKNOWLEDGED);
    live(&l, released);
    T_EQ_INT(l.ticket.assignee, 0);
    live(&l, taken);
    live(&l, moved);
    T_EQ_INT(l.ticket.assignee, 0, "nobody of the other team has it");
    T_EQ_INT(l.ticket.team, 2);
    T_EQ_INT(l.ticket.opened_as.team, 1);
    T_EQ_INT(l.ticket.n_facts, 4);
    T_EQ_INT(l.ticket.facts[3].kind, FACT_TEAM);
    T_EQ_INT(l.ticket.facts[3].team, 2);
    arena_fini(&l.arena);
}

static struct entry edited(uint64_t seq, uint32_t set)
{
    struct entry e = entry(seq, EVENT_EDITED, 2000);
    e.event.u.edited.set = set;
    strncpy(e.event.u.edited.category, "c", BOOK_NAME_BYTES - 1);
    strncpy(e.event.u.edited.customer_tier, "t", BOOK_NAME_BYTES - 1);
    strncpy(e.event.u.edited.language, "l", BOOK_NAME_BYTES - 1);
    return e;
}

T_TEST(evolve, an_edit_sets_what_it_names_and_all_of_it_is_one_entry)
{
    static const struct {
        uint32_t bit;
        enum fact_kind kind;
        const char *name;
    } rows[] = {
        {EDIT_CATEGORY, FACT_CATEGORY, "c"},
        {EDIT_CUSTOMER_TIER, FACT_CUSTOMER_TIER, "t"},
        {EDIT_LANGUAGE, FACT_LANGUAGE, "l"},
    };

    for (uint32_t set = 0; set < 16; set++) {
        struct life l;
        size_t n = 1;
        begin(&l);
        live(&l, edited(11, set));
        T_EQ_INT(l.ticket.subject_seq, (set & EDIT_SUBJECT) != 0 ? 11 : 10);
        for (size_t i = 0; i < 3; i++) {
            if ((set & rows[i].bit) != 0) {
                T_EQ_INT(l.ticket.facts[n].kind, rows[i].kind, "set %u", set);
                T_EQ_STR(l.ticket.facts[n].name, rows[i].name, "set %u", set);
                T_EQ_INT(l.ticket.facts[n].seq, 11, "set %u", set);
                n++;
            }
        }
        T_EQ_INT(l.ticket.n_facts, n, "set %u", set);
        T_EQ_STR(l.ticket.category, (set & EDIT_CATEGORY) != 0 ? "c" : "");
        T_EQ_STR(l.ticket.customer_tier, (set & EDIT_CUSTOMER_TIER) != 0 ? "t" : "");
        T_EQ_STR(l.ticket.language, (set & EDIT_LANGUAGE) != 0 ? "l" : "");
        T_EQ_STR(l.ticket.opened_as.category, "", "what it was opened with stays");
        arena_fini(&l.arena);
    }
}

static struct entry linked(uint64_t seq, uint64_t other, enum link_kind kind, bool removed)
{
    struct entry e = entry(seq, EVENT_LINKED, 2000);
    e.event.u.linked.ticket = other;
    e.event.u.linked.kind = kind;
    e.event.u.linked.removed = removed;
    return e;
}

T_TEST(evolve, links_are_a_set_of_ticket_and_kind)
{
    struct life l;

    begin(&l);
    live(&l, linked(11, 7, LINK_BLOCKS, false));
    live(&l, linked(12, 7, LINK_RELATES, false));
    live(&l, linked(13, 7, LINK_BLOCKS, false));
    T_EQ_INT(l.ticket.n_links, 2);
    live(&l, linked(14, 8, LINK_RELATES, true));
    T_EQ_INT(l.ticket.n_links, 2, "there was none");
    live(&l, linked(15, 7, LINK_RELATES, true));
    T_EQ_INT(l.ticket.n_links, 1);
    T_EQ_INT(l.ticket.links[0].number, 7);
    T_EQ_INT(l.ticket.links[0].kind, LINK_BLOCKS);
    T_EQ_INT(l.ticket.n_facts, 1);
    arena_fini(&l.arena);
}

T_TEST(evolve, a_tag_is_the_entry_that_put_it_on)
{
    struct life l;
    struct entry off = entry(13, EVENT_TAGGED, 2000);

    off.event.u.tagged.removed_seq = 11;
    begin(&l);
    live(&l, entry(11, EVENT_TAGGED, 2000));
    live(&l, entry(12, EVENT_TAGGED, 2000));
    T_EQ_INT(l.ticket.n_tags, 2);
    live(&l, off);
    T_EQ_INT(l.ticket.n_tags, 1);
    T_EQ_INT(l.ticket.tags[0], 12);
    arena_fini(&l.arena);
}

T_TEST(evolve, merging_ends_one_and_changes_nothing_of_the_other)
{
    struct life l;
    struct entry merged = entry(13, EVENT_MERGED, 2200);
    struct entry absorbed = entry(11, EVENT_ABSORBED, 2000);

    merged.event.u.merged.ticket = 9;
    begin(&l);
    live(&l, absorbed);
    T_EQ_INT(l.ticket.state, TICKET_NEW);
    T_EQ_INT(l.ticket.n_facts, 1);
    live(&l, held(12, EVENT_HELD, 2100, "a"));
    live(&l, merged);
    T_EQ_INT(l.ticket.state, TICKET_MERGED);
    T_EQ_INT(l.ticket.merged_into, 9);
    T_EQ_INT(l.ticket.n_holds, 0);
    T_EQ_INT(l.ticket.facts[2].kind, FACT_MERGED);
    live(&l, entry(14, EVENT_INTAKE_KEPT, 2300));
    T_EQ_INT(l.ticket.version, 5);
    T_EQ_INT(l.ticket.n_facts, 3);
    arena_fini(&l.arena);
}

T_TEST(evolve, who_spoke_last_is_who_said_the_newest_public_words_of_a_person)
{
    static const struct {
        int64_t at;
        enum side side;
        enum message_kind kind;
        enum message_visibility visibility;
        enum side spoken_by;
    } rows[] = {
        {2000, SIDE_REQUESTER, MESSAGE_KIND_HUMAN, MESSAGE_PUBLIC, SIDE_REQUESTER},
        {2100, SIDE_VENDOR, MESSAGE_KIND_HUMAN, MESSAGE_INTERNAL, SIDE_REQUESTER},
        {2200, SIDE_VENDOR, MESSAGE_KIND_AUTO, MESSAGE_PUBLIC, SIDE_REQUESTER},
        {2300, SIDE_VENDOR, MESSAGE_KIND_HUMAN, MESSAGE_PUBLIC, SIDE_VENDOR},
        {2250, SIDE_REQUESTER, MESSAGE_KIND_HUMAN, MESSAGE_PUBLIC, SIDE_VENDOR}, /* told late */
        {2300, SIDE_BUYER, MESSAGE_KIND_HUMAN, MESSAGE_PUBLIC, SIDE_BUYER},
    };
    struct life l;

    begin(&l);
    T_EQ_INT(l.ticket.spoken_by, SIDE_NONE);
    T_EQ_INT(l.ticket.spoken_at, INSTANT_NONE);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        live(&l, said(11 + i, rows[i].at, rows[i].side, rows[i].kind, rows[i].visibility));
        T_EQ_INT(l.ticket.spoken_by, rows[i].spoken_by, "row %zu", i);
    }
    T_EQ_INT(l.ticket.spoken_at, 2300);
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

T_TEST(evolve, a_cycle_keeps_the_entry_that_told_its_end)
{
    static const struct {
        const char *what;
        uint32_t cycle;
        enum clock_state state;
        enum ticket_verdict verdict;
        int64_t stopped_at, breached_at;
        uint64_t ended_seq;
    } rows[] = {
        {"runs", 1, CLOCK_RUNNING, TICKET_VERDICT_OPEN, INSTANT_NONE, INSTANT_NONE, 0},
        {"ends", 1, CLOCK_STOPPED, TICKET_VERDICT_MET, 5000, INSTANT_NONE, 12},
        {"is told again", 1, CLOCK_STOPPED, TICKET_VERDICT_MET, 5000, INSTANT_NONE, 12},
        {"at another instant", 1, CLOCK_STOPPED, TICKET_VERDICT_MET, 4900, INSTANT_NONE, 14},
        {"judged anew", 1, CLOCK_STOPPED, TICKET_VERDICT_BREACHED, 4900, 4000, 15},
        {"with another breach", 1, CLOCK_STOPPED, TICKET_VERDICT_BREACHED, 4900, 4100, 16},
        {"runs again", 1, CLOCK_PAUSED, TICKET_VERDICT_BREACHED, INSTANT_NONE, 4100, 0},
        {"ends otherwise", 1, CLOCK_CANCELLED, TICKET_VERDICT_BREACHED, 6000, 4100, 18},
        {"another cycle alike", 2, CLOCK_CANCELLED, TICKET_VERDICT_BREACHED, 6000, 4100, 19},
    };
    struct life l;

    begin(&l);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct entry e = timer(11 + i, EVENT_CLOCK_RESCHEDULED, rows[i].cycle, rows[i].breached_at);
        e.event.clocks[0].state = rows[i].state;
        e.event.clocks[0].verdict = rows[i].verdict;
        e.event.clocks[0].stopped_at = rows[i].stopped_at;
        live(&l, e);
        T_EQ_INT(l.ticket.clocks[0].ended_seq, rows[i].ended_seq, "%s", rows[i].what);
    }
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
        edited(15, EDIT_SUBJECT | EDIT_CATEGORY | EDIT_CUSTOMER_TIER | EDIT_LANGUAGE),
        entry(16, EVENT_RESOLVED, 2000),
    };

    memset(&l, 0, sizeof(l));
    arena_init(&l.arena, 1 << 20);
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        live(&l, entries[i]);
        evolve_within(&t, &entries[i], facts, 8); // as many as they need
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
        EVENT_DUES_SWEPT,
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
        EVENT_ASSIGNED,
        EVENT_ACKNOWLEDGED,
        EVENT_TRANSFERRED,
        EVENT_EDITED,
        EVENT_MERGED,
        EVENT_ABSORBED,
        EVENT_LINKED,
        EVENT_TAGGED,
        EVENT_CLOCK_WITHDRAWN,
        EVENT_INTAKE_KEPT,
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
