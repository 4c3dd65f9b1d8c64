// SPDX-License-Identifier: Apache-2.0
#include "store/key.h"

#include <string.h>

#include "core/instant.h"
#include "store/shop.h"
#include "t.h"

static int order(const struct key *a, const struct key *b)
{
    int r = memcmp(a->bytes, b->bytes, a->n < b->n ? a->n : b->n);

    return r != 0 ? r : a->n < b->n ? -1 : a->n > b->n;
}

/** Keys that must stand in this order. */
static void ascending(const char *what, const struct key *keys, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        T_CHECK(order(&keys[i], &keys[i + 1]) < 0, "%s: row %zu", what, i);
    }
}

static const int64_t instants[] = {
    INSTANT_NONE, INSTANT_NONE + 1,          -US_PER_DAY,       -1,           0, 1, 255,
    256,          INT64_C(1767605400000000), INSTANT_NEVER - 1, INSTANT_NEVER};
enum { INSTANTS = sizeof(instants) / sizeof(instants[0]) };

T_TEST(key, instants_sort_as_numbers_also_before_1970)
{
    struct key due[INSTANTS];
    struct key team[INSTANTS];
    struct key person[INSTANTS];
    struct key breach[INSTANTS];
    struct key access[INSTANTS];

    for (size_t i = 0; i < INSTANTS; i++) {
        // What comes behind the instant falls while it rises
        uint64_t number = 1000 - i;
        due[i] = key_due(&(struct key_due){.at = instants[i], .contract = 9, .number = number});
        team[i] = key_by_team(&(struct key_by_team){
            .contract = 1, .team = 2, .class = 3, .urgency_at = instants[i], .number = number});
        person[i] = key_by_person(&(struct key_by_person){
            .principal = 1, .urgency_at = instants[i], .contract = 4, .number = number});
        access[i] = key_access(
            &(struct key_access){.contract = 1, .recorded_at = instants[i], .seq = number});
        breach[i] = key_breach(
            &(struct key_breach){.contract = 1, .breached_at = instants[i], .number = number});
    }
    ascending("due", due, INSTANTS);
    ascending("by_team", team, INSTANTS);
    ascending("by_person", person, INSTANTS);
    ascending("breaches", breach, INSTANTS);
    ascending("access", access, INSTANTS);
}

T_TEST(key, what_leads_a_key_decides_its_order)
{
    const struct key streams[] = {
        key_stream(0, 1),         key_stream(0, 255),          key_stream(0, 256),
        key_stream(1, 1),         key_stream(255, UINT64_MAX), key_stream(256, 0),
        key_stream(UINT32_MAX, 0)};
    const struct key teams[] = {
        key_by_team(&(struct key_by_team){1, 1, TICKET_CLASS_BREACHED, 9, 9}),
        key_by_team(&(struct key_by_team){1, 1, TICKET_CLASS_NEW, -5, 1}),
        key_by_team(&(struct key_by_team){1, 2, TICKET_CLASS_BREACHED, -9, 1}),
        key_by_team(&(struct key_by_team){2, 0, TICKET_CLASS_BREACHED, -9, 1}),
    };
    const struct key persons[] = {
        key_by_person(&(struct key_by_person){1, false, 9, 9, 9}),
        key_by_person(&(struct key_by_person){1, true, -9, 1, 1}),
        key_by_person(&(struct key_by_person){2, false, -9, 1, 1}),
    };
    const struct key breaches[] = {
        key_breach(&(struct key_breach){1, 5, 7, CLOCK_KIND_UPDATE, 9, 9}),
        key_breach(&(struct key_breach){1, 5, 7, CLOCK_KIND_OLA, 1, 2}),
        key_breach(&(struct key_breach){1, 5, 7, CLOCK_KIND_OLA, 2, 1}),
        key_breach(&(struct key_breach){1, 5, 8, CLOCK_KIND_ACKNOWLEDGE, 0, 1}),
        key_breach(&(struct key_breach){1, 6, 1, CLOCK_KIND_ACKNOWLEDGE, 0, 1}),
    };
    const struct key texts[] = {
        key_texts(&(struct key_texts){1, TEXT_BODY, 300}),
        key_texts(&(struct key_texts){1, TEXT_REQUESTER, 0}),
        key_texts(&(struct key_texts){2, TEXT_SUBJECT, 0}),
    };
    const struct key books[] = {key_book(BOOK_CALENDAR, 300, 2), key_book(BOOK_CALENDAR, 301, 1),
                                key_book(BOOK_PARTY, 1, 1)};
    static const uint8_t low[EVENT_MARK_BYTES] = {1};
    static const uint8_t high[EVENT_MARK_BYTES] = {1, 1};
    const struct key externals[] = {key_external("a", high), key_external("a-b", low),
                                    key_external("b", low), key_external("b", high)};
    const struct key principals[] = {key_principal(1), key_principal(256), key_principal_name("a"),
                                     key_principal_name("ab")};

    ascending("stream", streams, sizeof(streams) / sizeof(streams[0]));
    ascending("by_team", teams, sizeof(teams) / sizeof(teams[0]));
    ascending("by_person", persons, sizeof(persons) / sizeof(persons[0]));
    ascending("breaches", breaches, sizeof(breaches) / sizeof(breaches[0]));
    ascending("texts", texts, sizeof(texts) / sizeof(texts[0]));
    ascending("book", books, sizeof(books) / sizeof(books[0]));
    ascending("external", externals, sizeof(externals) / sizeof(externals[0]));
    ascending("principals", principals, sizeof(principals) / sizeof(principals[0]));
}

T_TEST(key, a_prefix_begins_every_key_of_its_range)
{
    uint8_t sha256[BOOK_HASH_BYTES] = {7};
    const struct {
        struct key prefix;
        struct key key;
    } rows[] = {
        {key_stream_prefix(3), key_stream(3, 9)},
        {key_texts_prefix(3), key_texts(&(struct key_texts){3, TEXT_BODY, 1})},
        {key_ticket_prefix(3), key_ticket(3, 9)},
        {key_by_team_prefix(3, 4, TICKET_CLASS_HELD),
         key_by_team(&(struct key_by_team){3, 4, TICKET_CLASS_HELD, 5, 6})},
        {key_by_team_contract_prefix(3),
         key_by_team(&(struct key_by_team){3, 4, TICKET_CLASS_HELD, 5, 6})},
        {key_by_person_prefix(3, true), key_by_person(&(struct key_by_person){3, true, 5, 6, 7})},
        {key_breach_prefix(3), key_breach(&(struct key_breach){.contract = 3})},
        {key_breach_from(3, 5), key_breach(&(struct key_breach){.contract = 3, .breached_at = 5})},
        {key_external_prefix("mail"), key_external("mail", sha256)},
        {key_zone_prefix(sha256), key_zone(sha256, "Etc/UTC")},
        {key_book_prefix(BOOK_TEAM), key_book(BOOK_TEAM, 1, 2)},
        {key_principals_prefix(), key_principal(77)},
        {key_proposals_prefix(), key_proposal(77)},
        {key_change_prefix(7), key_change(&(struct key_change){7, 8, 9})},
        {key_access_prefix(7), key_access(&(struct key_access){7, -8, 9})},
        {key_access_from(7, -8), key_access(&(struct key_access){7, -8, 9})},
        {key_countersign_prefix(7), key_countersign(7, 8)},
        {key_look_prefix(7, 8), key_look(7, 8, 9)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_CHECK(rows[i].prefix.n < rows[i].key.n, "row %zu", i);
        T_EQ_MEM(rows[i].key.bytes, rows[i].prefix.bytes, rows[i].prefix.n, "row %zu", i);
    }
    struct key name = key_principal_name("x");
    struct key prefix = key_principals_prefix();
    T_CHECK(name.bytes[0] != prefix.bytes[0], "names are not in the range of ids");
    struct key change = key_change_prefix(1);
    prefix = key_proposals_prefix();
    T_CHECK(change.bytes[0] != prefix.bytes[0], "changes are not in the range of proposals");
    struct key other = key_external("mailbox", sha256);
    prefix = key_external_prefix("mail");
    T_CHECK(memcmp(other.bytes, prefix.bytes, prefix.n) != 0, "a source is a whole name");
}

/* --- parsers ---------------------------------------------------------------------------------- */

/** Parses a key of a database and builds it again; false if it was refused. */
static bool rebuild(enum db db, const struct key *key, struct key *ret)
{
    char source[BOOK_NAME_BYTES];
    uint8_t id[BOOK_HASH_BYTES];
    struct key_texts texts;
    struct key_due due;
    struct key_by_team by_team;
    struct key_by_person by_person;
    struct key_breach breach;
    struct key_used used;
    struct key_zone_use use;
    struct key_access access;
    struct key_change change;
    enum meta_tag tag;
    enum book_kind kind;
    uint64_t n;
    uint64_t seq;
    uint32_t a;
    uint32_t b;
    bool ok = false;

    switch (db) {
    case DB_META: ok = key_parse_meta(key, &tag) && (*ret = key_meta(tag), true); break;
    case DB_JOURNAL: ok = key_parse_journal(key, &n) && (*ret = key_journal(n), true); break;
    case DB_STREAM: ok = key_parse_stream(key, &a, &n) && (*ret = key_stream(a, n), true); break;
    case DB_TEXTS: ok = key_parse_texts(key, &texts) && (*ret = key_texts(&texts), true); break;
    case DB_TICKETS: ok = key_parse_ticket(key, &a, &n) && (*ret = key_ticket(a, n), true); break;
    case DB_DUE: ok = key_parse_due(key, &due) && (*ret = key_due(&due), true); break;
    case DB_BY_TEAM:
        ok = key_parse_by_team(key, &by_team) && (*ret = key_by_team(&by_team), true);
        break;
    case DB_BY_PERSON:
        ok = key_parse_by_person(key, &by_person) && (*ret = key_by_person(&by_person), true);
        break;
    case DB_BREACHES:
        ok = key_parse_breach(key, &breach) && (*ret = key_breach(&breach), true);
        break;
    case DB_REQUESTS:
        ok = key_parse_request(key, &a, id) && (*ret = key_request(a, id), true);
        break;
    case DB_EXTERNAL:
        ok = key_parse_external(key, source, id) && (*ret = key_external(source, id), true);
        break;
    case DB_ZONES:
        ok = key_parse_zone(key, id, source) && (*ret = key_zone(id, source), true);
        break;
    case DB_BOOK:
        ok = key_parse_book(key, &kind, &a, &b) && (*ret = key_book(kind, a, b), true);
        break;
    case DB_USED: ok = key_parse_used(key, &used) && (*ret = key_used(&used), true); break;
    case DB_LINES: ok = key_parse_line(key, id) && (*ret = key_line(id), true); break;
    case DB_ZONE_USES:
        ok = key_parse_zone_use(key, &use) && (*ret = key_zone_use(&use), true);
        break;
    case DB_PRINCIPALS:
        if (key_parse_principal(key, &a)) {
            *ret = key_principal(a);
            ok = true;
        } else if (key_parse_principal_name(key, source)) {
            *ret = key_principal_name(source);
            ok = true;
        }
        break;
    case DB_ACCESS:
        ok = key_parse_access(key, &access) && (*ret = key_access(&access), true);
        break;
    case DB_ENROLMENTS:
        ok = (key_parse_enrolment(key, id) && (*ret = key_enrolment(id), true)) ||
             (key_parse_enrolment_of(key, &a) && (*ret = key_enrolment_of(a), true));
        break;
    case DB_PROPOSALS:
        ok = (key_parse_proposal(key, &n) && (*ret = key_proposal(n), true)) ||
             (key_parse_change(key, &change) && (*ret = key_change(&change), true));
        break;
    case DB_COUNTERSIGNS:
        ok = key_parse_countersign(key, &a, &b) && (*ret = key_countersign(a, b), true);
        break;
    case DB_ERASED: ok = key_parse_erased(key, &a, &n) && (*ret = key_erased(a, n), true); break;
    case DB_SOURCES:
        ok = key_parse_source(key, source, &a) && (*ret = key_source(source, a), true);
        break;
    case DB_LOOKS:
        ok = key_parse_look(key, &a, &n, &seq) && (*ret = key_look(a, n, seq), true);
        break;
    default: break;
    }
    return ok;
}

/** A key with a different byte in every place. */
static struct key sample(enum db db)
{
    struct dice dice = {.state = (uint64_t)db};
    uint8_t id[BOOK_HASH_BYTES];
    struct key_used used = {0x01020304, BOOK_TEAM, 0x05060708, 0x090a0b0c, {0}};

    dice_bytes(&dice, id, sizeof(id));
    dice_bytes(&dice, used.sha256, sizeof(used.sha256));
    switch (db) {
    case DB_META: return key_meta(META_FORGOTTEN);
    case DB_JOURNAL: return key_journal(0x0102030405060708);
    case DB_STREAM: return key_stream(0x01020304, 0x05060708090a0b0c);
    case DB_TEXTS: return key_texts(&(struct key_texts){0x0102030405060708, TEXT_BODY, 0x090a});
    case DB_TICKETS: return key_ticket(0x01020304, 0x05060708090a0b0c);
    case DB_DUE: return key_due(&(struct key_due){-0x0102030405060708, 0x090a0b0c, 0x0d0e0f10});
    case DB_BY_TEAM:
        return key_by_team(&(struct key_by_team){1, 2, TICKET_CLASS_OPEN, -0x01020304, 5});
    case DB_BY_PERSON: return key_by_person(&(struct key_by_person){1, true, -0x01020304, 5, 6});
    case DB_BREACHES:
        return key_breach(&(struct key_breach){1, -0x01020304, 5, CLOCK_KIND_OLA, 6, 7});
    case DB_REQUESTS: return key_request(0x01020304, id);
    case DB_EXTERNAL: return key_external("mailbox", id);
    case DB_ZONES: return key_zone(id, "Europe/Berlin");
    case DB_BOOK: return key_book(BOOK_CONTRACT, 0x01020304, 0x05060708);
    case DB_USED: return key_used(&used);
    case DB_LINES: return key_line(id);
    case DB_ZONE_USES:
        return key_zone_use(
            &(struct key_zone_use){0x01020304, 0x05060708090a0b0c, "Europe/Berlin"});
    case DB_ACCESS: return key_access(&(struct key_access){0x01020304, -0x05060708, 0x090a0b0c0d});
    case DB_ENROLMENTS: return key_enrolment(id);
    case DB_PROPOSALS: return key_change(&(struct key_change){0x0102030405060708, 9, 0x0a0b0c0d});
    case DB_COUNTERSIGNS: return key_countersign(0x01020304, 0x05060708);
    case DB_ERASED: return key_erased(0x01020304, 0x05060708090a0b0c);
    case DB_SOURCES: return key_source("mailbox", 0x01020304);
    case DB_LOOKS: return key_look(0x01020304, 0x05060708090a0b0c, 0x0d0e0f1011121314);
    default: return key_principal(0x01020304);
    }
}

T_TEST(key, every_key_is_parsed_to_what_it_was_built_from)
{
    for (int db = 0; db < DBS; db++) {
        struct key key = sample((enum db)db);
        struct key again;

        T_CHECK(rebuild((enum db)db, &key, &again), "%s", db_name((enum db)db));
        T_EQ_INT(again.n, key.n, "%s", db_name((enum db)db));
        T_EQ_MEM(again.bytes, key.bytes, key.n, "%s", db_name((enum db)db));
    }
}

T_TEST(key, a_key_of_another_length_is_refused)
{
    // Where a name ends a key, any length that leaves a name will do
    static const bool has_name[DBS] = {[DB_ZONES] = true};

    for (int db = 0; db < DBS; db++) {
        struct key key = sample((enum db)db);
        struct key again;
        struct key shorter = key;
        struct key longer = key;

        shorter.n--;
        longer.bytes[longer.n++] = 'x';
        T_CHECK(rebuild((enum db)db, &shorter, &again) == has_name[db], "%s", db_name((enum db)db));
        T_CHECK(rebuild((enum db)db, &longer, &again) == has_name[db], "%s", db_name((enum db)db));
        shorter.n = 0;
        T_CHECK(!rebuild((enum db)db, &shorter, &again), "%s empty", db_name((enum db)db));
    }
}

T_TEST(key, names_that_no_builder_makes_are_refused)
{
    char source[BOOK_NAME_BYTES];
    uint8_t id[BOOK_HASH_BYTES] = {0};
    struct key key = key_external("mailbox", id);

    T_CHECK(key_parse_external(&key, source, id), "zeros in a mark");
    key.n = 8;
    T_CHECK(!key_parse_external(&key, source, id), "no mark");
    key = key_external("mailbox", id);
    key.bytes[0] = 0;
    T_CHECK(!key_parse_external(&key, source, id), "no source");
    memset(key.bytes, 'a', sizeof(key.bytes));
    key.n = 200;
    T_CHECK(!key_parse_external(&key, source, id), "no border between source and mark");
    key = key_by_person(&(struct key_by_person){.principal = 1, .done = true});
    struct key_by_person person;
    T_CHECK(key_parse_by_person(&key, &person) && person.done);
    key.bytes[4] = 2;
    T_CHECK(!key_parse_by_person(&key, &person), "neither open nor done");
    key = key_zone(id, "a");
    memset(key.bytes + BOOK_HASH_BYTES, 'a', BOOK_NAME_BYTES);
    key.n = BOOK_HASH_BYTES + BOOK_NAME_BYTES;
    T_CHECK(!key_parse_zone(&key, id, source), "a name that is too long");
    key.n--;
    T_CHECK(key_parse_zone(&key, id, source), "the longest name");
    struct key_zone_use use = {1, UINT64_MAX, "a"};
    key = key_zone_use(&use);
    T_CHECK(key_parse_zone_use(&key, &use));
    key.bytes[4] = 0;
    T_CHECK(!key_parse_zone_use(&key, &use), "no name");
    memset(use.name, 'a', BOOK_NAME_BYTES - 1);
    key = key_zone_use(&use);
    T_CHECK(key_parse_zone_use(&key, &use), "the longest name");
    memset(key.bytes + 4, 'a', BOOK_NAME_BYTES);
    key.bytes[4 + BOOK_NAME_BYTES] = 0;
    key.n++;
    T_CHECK(!key_parse_zone_use(&key, &use), "a name that is too long");
}
