// SPDX-License-Identifier: Apache-2.0
/*
 * Views that nobody of ours has written, without a store.
 */
#include "store/record.h"

#include <errno.h>
#include <string.h>

#include "core/instant.h"
#include "slate_store.pb-c.h"
#include "store/sample.h"
#include "t.h"

static void fini_arena(struct arena *arena)
{
    arena_fini(arena);
}

#define ARENA(name)                                               \
    __attribute__((cleanup(fini_arena))) struct arena name = {0}; \
    arena_init(&(name), RECORD_ARENA_BYTES)

static SlateStore__HoldInForce hold_pb = SLATE_STORE__HOLD_IN_FORCE__INIT;
static SlateStore__HoldInForce *holds_pb[BOOK_HOLDS_MAX + 1];
static SlateStore__Fact fact_pb = SLATE_STORE__FACT__INIT;
static SlateStore__Fact *facts_pb[] = {&fact_pb};
static char *reasons_pb[BOOK_HOLDS_MAX + 1];

static void ticket_as_it_is(SlateStore__Ticket *m)
{
    (void)m;
}

static void ticket_state_unknown(SlateStore__Ticket *m)
{
    m->has_state = 1;
    m->state = TICKET_STATES;
}

static void ticket_held_for_nothing(SlateStore__Ticket *m)
{
    holds_pb[0] = &hold_pb;
    m->n_holds = 1;
    m->holds = holds_pb;
}

static void ticket_too_many_reasons(SlateStore__Ticket *m)
{
    static char reason[] = "r";

    for (size_t i = 0; i <= BOOK_HOLDS_MAX; i++) {
        reasons_pb[i] = reason;
    }
    m->n_reasons = BOOK_HOLDS_MAX + 1;
    m->reasons = reasons_pb;
}

static void ticket_fact_unknown(SlateStore__Ticket *m)
{
    fact_pb.has_kind = 1;
    fact_pb.kind = FACT_ABSORBED + 1;
    m->n_facts = 1;
    m->facts = facts_pb;
}

static void ticket_speaker_unknown(SlateStore__Ticket *m)
{
    m->has_spoken_by = 1;
    m->spoken_by = SIDE_TOOL + 1;
}

static void ticket_long_name(SlateStore__Ticket *m)
{
    static char name[BOOK_NAME_BYTES + 1];

    memset(name, 'n', BOOK_NAME_BYTES);
    m->language = name;
}

static SlateStore__Link link_pb = SLATE_STORE__LINK__INIT;
static SlateStore__Link *links_pb[TICKET_LINKS_MAX + 1];

static void links(SlateStore__Ticket *m, size_t n, uint64_t ticket, uint32_t kind)
{
    link_pb.has_ticket = link_pb.has_kind = 1;
    link_pb.ticket = ticket;
    link_pb.kind = kind;
    for (size_t i = 0; i < n; i++) {
        links_pb[i] = &link_pb;
    }
    m->n_links = n;
    m->links = links_pb;
}

static void ticket_all_links(SlateStore__Ticket *m)
{
    links(m, TICKET_LINKS_MAX, 1, LINK_RELATES);
}

static void ticket_too_many_links(SlateStore__Ticket *m)
{
    links(m, TICKET_LINKS_MAX + 1, 1, LINK_RELATES);
}

static void ticket_linked_to_nothing(SlateStore__Ticket *m)
{
    links(m, 1, 0, LINK_RELATES);
}

static void ticket_link_unknown(SlateStore__Ticket *m)
{
    links(m, 1, 1, LINK_KINDS);
}

static void ticket_link_of_no_kind(SlateStore__Ticket *m)
{
    links(m, 1, 1, LINK_NONE);
}

static uint64_t tags_pb[TICKET_TAGS_MAX + 1];

static void tags(SlateStore__Ticket *m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        tags_pb[i] = i + 1;
    }
    m->n_tags = n;
    m->tags = tags_pb;
}

static void ticket_all_tags(SlateStore__Ticket *m)
{
    tags(m, TICKET_TAGS_MAX);
}

static void ticket_too_many_tags(SlateStore__Ticket *m)
{
    tags(m, TICKET_TAGS_MAX + 1);
}

static void ticket_tag_twice(SlateStore__Ticket *m)
{
    tags(m, 3);
    tags_pb[2] = tags_pb[1];
}

static void ticket_tag_of_no_entry(SlateStore__Ticket *m)
{
    tags(m, 3);
    tags_pb[0] = 0;
}

static void ticket_opened_as_a_long_name(SlateStore__Ticket *m)
{
    static SlateStore__OpenedAs opened_as = SLATE_STORE__OPENED_AS__INIT;
    static char name[BOOK_NAME_BYTES + 1];

    memset(name, 'n', BOOK_NAME_BYTES);
    opened_as.customer_tier = name;
    m->opened_as = &opened_as;
}

T_TEST(record, a_ticket_that_makes_no_sense_is_refused)
{
    static const struct {
        const char *what;
        void (*change)(SlateStore__Ticket *m);
        int expected;
    } rows[] = {
        {"as it is", ticket_as_it_is, 0},
        {"unknown state", ticket_state_unknown, STORE_CORRUPT},
        {"held for a reason that it does not have", ticket_held_for_nothing, STORE_CORRUPT},
        {"too many reasons", ticket_too_many_reasons, STORE_CORRUPT},
        {"unknown fact", ticket_fact_unknown, STORE_CORRUPT},
        {"unknown speaker", ticket_speaker_unknown, STORE_CORRUPT},
        {"a name that is too long", ticket_long_name, STORE_CORRUPT},
        {"all links", ticket_all_links, 0},
        {"too many links", ticket_too_many_links, STORE_CORRUPT},
        {"linked to nothing", ticket_linked_to_nothing, STORE_CORRUPT},
        {"unknown link", ticket_link_unknown, STORE_CORRUPT},
        {"link of no kind", ticket_link_of_no_kind, STORE_CORRUPT},
        {"all tags", ticket_all_tags, 0},
        {"too many tags", ticket_too_many_tags, STORE_CORRUPT},
        {"a tag twice", ticket_tag_twice, STORE_CORRUPT},
        {"a tag of no entry", ticket_tag_of_no_entry, STORE_CORRUPT},
        {"opened as a name that is too long", ticket_opened_as_a_long_name, STORE_CORRUPT},
    };
    struct key key = key_ticket(1, 1);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        SlateStore__Ticket m = SLATE_STORE__TICKET__INIT;
        struct txn txn = {.error = 0};
        struct ticket ticket;

        rows[i].change(&m);
        struct row row = {.n = slate_store__ticket__get_packed_size(&m)};
        uint8_t *p = arena_alloc(&arena, row.n);
        slate_store__ticket__pack(&m, p);
        row.p = p;
        T_EQ_INT(record_ticket_decode(&txn, &key, &row, &arena, &ticket), rows[i].expected, "%s",
                 rows[i].what);
    }
}

T_TEST(record, a_key_of_a_source_stands_for_a_ticket_or_a_kept_resolve)
{
    static const struct {
        uint64_t number;
        uint64_t kept_seq;
        int64_t recorded_at;
        bool erased;
        int expected;
    } rows[] = {
        {7, 0, 5, false, 0},
        {7, 0, 5, true, 0},
        {0, 7, INSTANT_NONE, false, 0},
        {0, 0, INSTANT_NONE, false, STORE_CORRUPT},
        {7, 7, 5, false, STORE_CORRUPT},
        {0, 7, 5, false, STORE_CORRUPT},
        {0, 7, INSTANT_NONE, true, STORE_CORRUPT},
    };
    static const uint8_t mark[EVENT_MARK_BYTES] = {1};
    struct key key = key_external("jira", mark);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ARENA(arena);
        struct tickets_external external = {
            .number = rows[i].number,
            .kept_seq = rows[i].kept_seq,
            .recorded_at = rows[i].recorded_at,
            .erased = rows[i].erased,
        };
        struct tickets_external back;
        struct txn txn = {.error = 0};
        struct row row;

        T_EQ_INT(record_external_encode(&txn, &external, &arena, &row), 0);
        T_EQ_INT(record_external_decode(&txn, &key, &row, &back), rows[i].expected, "row %zu", i);
    }
}

T_TEST(record, no_memory_is_not_taken_for_damage)
{
    ARENA(arena);
    struct dice dice = {.state = 4};
    struct key key = key_ticket(1, 1);
    struct txn txn = {.error = 0};
    struct ticket ticket;
    struct row row;

    sample_ticket(&dice, true, &arena, &ticket);
    T_EQ_INT(record_ticket_encode(&txn, &ticket, &arena, &row), 0);
    for (size_t limit = 0; limit < 200000; limit += 5000) {
        struct txn poor_txn = {.error = 0};
        struct arena poor;

        arena_init(&poor, limit);
        int r = record_ticket_decode(&poor_txn, &key, &row, &poor, &ticket);
        T_CHECK(r == 0 || r == -ENOMEM, "limit %zu: %d %s", limit, r, txn_text(&poor_txn));
        arena_fini(&poor);
    }
}
