// SPDX-License-Identifier: Apache-2.0
/*
 * The view of a ticket. It is the record that is read and written most, so nothing in it is larger
 * than it need be: numbers take the bytes that they need, and what equals opened_at is absent.
 */
#include "store/record_pb.h"

#include <string.h>

static void put_plain(const struct ticket *t, SlateStore__Ticket *m)
{
    slate_store__ticket__init(m);
    RECORD_SET(m, version, t->version, 0);
    RECORD_SET(m, last_seq, t->last_seq, 0);
    RECORD_SET(m, state, (uint32_t)t->state, 0);
    RECORD_SET(m, state_before_hold, (uint32_t)t->state_before_hold, 0);
    RECORD_SET(m, imported, t->imported, false);
    RECORD_SET(m, team, t->team, 0);
    RECORD_SET(m, assignee, t->assignee, 0);
    RECORD_SET(m, requester, t->requester, 0);
    m->priority = record_string(t->priority);
    m->function = record_string(t->function);
    m->category = record_string(t->category);
    m->customer_tier = record_string(t->customer_tier);
    m->language = record_string(t->language);
    m->source = record_string(t->source);
    m->source_key = record_string(t->source_key);
    RECORD_SET(m, received_at, t->received_at, t->opened_at);
    RECORD_SET(m, occurred_at, t->occurred_at, INSTANT_NONE);
    RECORD_SET(m, opened_at, t->opened_at, INSTANT_NONE);
    RECORD_SET(m, updated_at, t->updated_at, INSTANT_NONE);
    RECORD_SET(m, resolved_at, t->resolved_at, INSTANT_NONE);
    RECORD_SET(m, subject_seq, t->subject_seq, 0);
    RECORD_SET(m, n_messages, t->n_messages, 0);
    RECORD_SET(m, spoken_at, t->spoken_at, INSTANT_NONE);
    RECORD_SET(m, spoken_by, (uint32_t)t->spoken_by, 0);
    RECORD_SET(m, clocks_absent, t->clocks_absent, 0);
    RECORD_SET(m, silent_until_at, t->silent_until_at, INSTANT_NONE);
    RECORD_SET(m, merged_into, t->merged_into, 0);
    RECORD_SET(m, close_at, t->close_at, INSTANT_NEVER);
}

static bool get_plain(const SlateStore__Ticket *m, struct ticket *t)
{
    if (m->state >= TICKET_STATES || m->state_before_hold >= TICKET_STATES ||
        m->spoken_by > SIDE_TOOL) {
        return false;
    }
    t->version = m->version;
    t->last_seq = m->last_seq;
    t->state = (enum ticket_state)m->state;
    t->state_before_hold = (enum ticket_state)m->state_before_hold;
    t->imported = m->imported;
    t->team = m->team;
    t->assignee = m->assignee;
    t->requester = m->requester;
    t->opened_at = RECORD_GET(m, opened_at, INSTANT_NONE);
    t->received_at = RECORD_GET(m, received_at, t->opened_at);
    t->occurred_at = RECORD_GET(m, occurred_at, INSTANT_NONE);
    t->updated_at = RECORD_GET(m, updated_at, INSTANT_NONE);
    t->resolved_at = RECORD_GET(m, resolved_at, INSTANT_NONE);
    t->subject_seq = m->subject_seq;
    t->n_messages = m->n_messages;
    t->spoken_at = RECORD_GET(m, spoken_at, INSTANT_NONE);
    t->spoken_by = (enum side)m->spoken_by;
    t->clocks_absent = m->clocks_absent;
    t->silent_until_at = RECORD_GET(m, silent_until_at, INSTANT_NONE);
    t->merged_into = m->merged_into;
    t->close_at = RECORD_GET(m, close_at, INSTANT_NEVER);
    return record_take_string(m->priority, t->priority, sizeof(t->priority)) &&
           record_take_string(m->function, t->function, sizeof(t->function)) &&
           record_take_string(m->category, t->category, sizeof(t->category)) &&
           record_take_string(m->customer_tier, t->customer_tier, sizeof(t->customer_tier)) &&
           record_take_string(m->language, t->language, sizeof(t->language)) &&
           record_take_string(m->source, t->source, sizeof(t->source)) &&
           record_take_string(m->source_key, t->source_key, sizeof(t->source_key));
}

static bool get_holds(const SlateStore__Ticket *m, struct ticket *t)
{
    if (m->n_reasons > BOOK_HOLDS_MAX || m->n_holds > BOOK_HOLDS_MAX) {
        return false;
    }
    for (size_t i = 0; i < m->n_reasons; i++) {
        if (!record_take_string(m->reasons[i], t->reasons[i], sizeof(t->reasons[i]))) {
            return false;
        }
    }
    t->n_reasons = (uint8_t)m->n_reasons;
    for (size_t i = 0; i < m->n_holds; i++) {
        const SlateStore__HoldInForce *hold = m->holds[i];

        if (hold->reason >= t->n_reasons || hold->party > SIDE_TOOL) {
            return false;
        }
        t->holds[i] = (struct ticket_hold){
            .reason = (uint8_t)hold->reason,
            .party = (enum side)hold->party,
            .since_at = RECORD_GET(hold, since_at, INSTANT_NONE),
            .ends_at = RECORD_GET(hold, ends_at, INSTANT_NEVER),
        };
    }
    t->n_holds = (uint8_t)m->n_holds;
    return true;
}

/** Most tickets stay what they were opened as: then there is no message. Returns whether there is
 * one. An empty string is one that it had. */
static bool put_opened_as(const struct ticket *t, SlateStore__OpenedAs *m)
{
    const struct ticket_traits *was = &t->opened_as;
    const struct {
        const char *was;
        const char *is;
        char **field;
    } strings[] = {
        {was->category, t->category, &m->category},
        {was->customer_tier, t->customer_tier, &m->customer_tier},
        {was->language, t->language, &m->language},
    };
    bool differs = was->team != t->team;

    slate_store__opened_as__init(m);
    RECORD_SET(m, team, was->team, t->team);
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        if (strcmp(strings[i].was, strings[i].is) != 0) {
            *strings[i].field = (char *)(uintptr_t)strings[i].was;
            differs = true;
        }
    }
    return differs;
}

/** After what the ticket is now. */
static bool get_opened_as(const SlateStore__Ticket *m, struct ticket *t)
{
    SlateStore__OpenedAs none = SLATE_STORE__OPENED_AS__INIT;
    const SlateStore__OpenedAs *from = m->opened_as ? m->opened_as : &none;
    struct ticket_traits *was = &t->opened_as;

    was->team = RECORD_GET(from, team, t->team);
    return record_take_string(from->category ? from->category : t->category, was->category,
                              sizeof(was->category)) &&
           record_take_string(from->customer_tier ? from->customer_tier : t->customer_tier,
                              was->customer_tier, sizeof(was->customer_tier)) &&
           record_take_string(from->language ? from->language : t->language, was->language,
                              sizeof(was->language));
}

static bool get_links(const SlateStore__Ticket *m, struct ticket *t)
{
    if (m->n_links > TICKET_LINKS_MAX || m->n_tags > TICKET_TAGS_MAX) {
        return false;
    }
    for (size_t i = 0; i < m->n_links; i++) {
        const SlateStore__Link *link = m->links[i];

        if (link->ticket == 0 || link->kind == LINK_NONE || link->kind >= LINK_KINDS) {
            return false;
        }
        t->links[i] = (struct ticket_link){
            .number = link->ticket,
            .kind = (enum link_kind)link->kind,
        };
    }
    t->n_links = (uint8_t)m->n_links;
    for (size_t i = 0; i < m->n_tags; i++) {
        if (m->tags[i] <= (i == 0 ? 0 : m->tags[i - 1])) {
            return false;
        }
        t->tags[i] = m->tags[i];
    }
    t->n_tags = (uint8_t)m->n_tags;
    return true;
}

static void put_fact(const struct fact *fact, int64_t opened_at, SlateStore__Fact *m)
{
    slate_store__fact__init(m);
    RECORD_SET(m, at, fact->at, opened_at);
    RECORD_SET(m, seq, fact->seq, 0);
    RECORD_SET(m, kind, (uint32_t)fact->kind, 0);
    RECORD_SET(m, reason, fact->reason, 0);
    RECORD_SET(m, by_human, fact->by_human, false);
    m->name = record_string(fact->name);
    RECORD_SET(m, team, fact->team, 0);
    RECORD_SET(m, since_at, fact->since_at, 0);
}

static bool get_fact(const SlateStore__Fact *m, const struct ticket *t, struct fact *fact)
{
    if (m->kind > FACT_ABSORBED || m->reason >= BOOK_HOLDS_MAX) {
        return false;
    }
    fact->at = RECORD_GET(m, at, t->opened_at);
    fact->seq = m->seq;
    fact->kind = (enum fact_kind)m->kind;
    fact->reason = (uint8_t)m->reason;
    fact->by_human = m->by_human;
    fact->team = m->team;
    fact->since_at = m->since_at;
    return record_take_string(m->name, fact->name, sizeof(fact->name));
}

static int put_facts(struct txn *txn, const struct ticket *t, struct arena *arena,
                     SlateStore__Ticket *m)
{
    SlateStore__Fact *facts = arena_array(arena, t->n_facts, sizeof(*facts));
    SlateStore__Fact **pointers = arena_array(arena, t->n_facts, sizeof(*pointers));

    if (!facts || !pointers) {
        return record_no_memory(txn);
    }
    for (size_t i = 0; i < t->n_facts; i++) {
        put_fact(&t->facts[i], t->opened_at, &facts[i]);
        pointers[i] = &facts[i];
    }
    m->n_facts = t->n_facts;
    m->facts = pointers;
    return 0;
}

/** The parts of a ticket's message. */
struct parts {
    char *reasons[BOOK_HOLDS_MAX];
    SlateStore__HoldInForce holds[BOOK_HOLDS_MAX];
    SlateStore__HoldInForce *hold_pointers[BOOK_HOLDS_MAX];
    SlateStore__Clock clocks[TICKET_CLOCKS_MAX];
    SlateStore__Clock *clock_pointers[TICKET_CLOCKS_MAX];
    SlateStore__Link links[TICKET_LINKS_MAX];
    SlateStore__Link *link_pointers[TICKET_LINKS_MAX];
    SlateStore__OpenedAs opened_as;
};

static void put_holds(const struct ticket *t, struct parts *parts, SlateStore__Ticket *m)
{
    for (size_t i = 0; i < t->n_reasons; i++) {
        parts->reasons[i] = (char *)(uintptr_t)t->reasons[i];
    }
    m->n_reasons = t->n_reasons;
    m->reasons = parts->reasons;
    for (size_t i = 0; i < t->n_holds; i++) {
        SlateStore__HoldInForce *hold = parts->hold_pointers[i] = &parts->holds[i];

        slate_store__hold_in_force__init(hold);
        RECORD_SET(hold, reason, t->holds[i].reason, 0);
        RECORD_SET(hold, party, (uint32_t)t->holds[i].party, 0);
        RECORD_SET(hold, since_at, t->holds[i].since_at, INSTANT_NONE);
        RECORD_SET(hold, ends_at, t->holds[i].ends_at, INSTANT_NEVER);
    }
    m->n_holds = t->n_holds;
    m->holds = parts->hold_pointers;
}

static void put_links(const struct ticket *t, struct parts *parts, SlateStore__Ticket *m)
{
    for (size_t i = 0; i < t->n_links; i++) {
        SlateStore__Link *link = parts->link_pointers[i] = &parts->links[i];

        slate_store__link__init(link);
        RECORD_SET(link, ticket, t->links[i].number, 0);
        RECORD_SET(link, kind, (uint32_t)t->links[i].kind, 0);
    }
    m->n_links = t->n_links;
    m->links = parts->link_pointers;
    m->n_tags = t->n_tags;
    m->tags = (uint64_t *)(uintptr_t)t->tags;
}

int record_ticket_encode(struct txn *txn, const struct ticket *ticket, struct arena *arena,
                         struct row *ret)
{
    SlateStore__Ticket m;
    struct parts parts;

    if (txn->error) {
        return txn->error;
    }
    put_plain(ticket, &m);
    put_holds(ticket, &parts, &m);
    put_links(ticket, &parts, &m);
    if (put_opened_as(ticket, &parts.opened_as)) {
        m.opened_as = &parts.opened_as;
    }
    for (size_t i = 0; i < ticket->n_clocks; i++) {
        record_clock_to_pb(&ticket->clocks[i], ticket->opened_at, &parts.clocks[i]);
        parts.clock_pointers[i] = &parts.clocks[i];
    }
    m.n_clocks = ticket->n_clocks;
    m.clocks = parts.clock_pointers;
    int r = put_facts(txn, ticket, arena, &m);
    return r == 0 ? record_pack(txn, &m.base, arena, ret) : r;
}

static int get_facts(struct txn *txn, const SlateStore__Ticket *m, struct arena *arena,
                     struct ticket *t, bool *ret_ok)
{
    struct fact *facts = arena_array(arena, m->n_facts, sizeof(*facts));

    if (!facts) {
        return record_no_memory(txn);
    }
    bool ok = true;
    for (size_t i = 0; i < m->n_facts && ok; i++) {
        ok = get_fact(m->facts[i], t, &facts[i]);
    }
    t->facts = facts;
    t->n_facts = m->n_facts;
    *ret_ok = ok;
    return 0;
}

int record_ticket_decode(struct txn *txn, const struct key *key, const struct row *row,
                         struct arena *arena, struct ticket *ret)
{
    bool ok = false;

    if (txn->error) {
        return txn->error;
    }
    const SlateStore__Ticket *m = record_unpack(txn, DB_TICKETS, key, row,
                                                &slate_store__ticket__descriptor, arena);
    if (!m) {
        return txn->error;
    }
    memset(ret, 0, sizeof(*ret));
    if (key_parse_ticket(key, &ret->contract, &ret->number) && get_plain(m, ret) &&
        get_opened_as(m, ret) && get_holds(m, ret) && get_links(m, ret) &&
        m->n_clocks <= TICKET_CLOCKS_MAX) {
        ok = true;
        for (size_t i = 0; i < m->n_clocks && ok; i++) {
            ok = record_clock_from_pb(m->clocks[i], ret->opened_at, &ret->clocks[i]);
        }
        ret->n_clocks = (uint8_t)m->n_clocks;
    }
    if (ok) {
        int r = get_facts(txn, m, arena, ret, &ok);
        if (r != 0) {
            return r;
        }
    }
    return ok ? 0 : row_corrupt(txn, DB_TICKETS, key, "the ticket makes no sense");
}
