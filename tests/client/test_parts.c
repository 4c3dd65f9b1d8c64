// SPDX-License-Identifier: Apache-2.0
/*
 * The small parts of libslate: addresses, profiles, request ids, words, arenas, positions.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "client/lib/address.h"
#include "client/lib/arena.h"
#include "client/lib/positions.h"
#include "client/lib/profile.h"
#include "tests/t.h"

T_TEST(address, is_read_as_people_write_it)
{
    static const struct {
        const char *text;
        const char *host; // NULL: refused
        const char *port;
    } table[] = {
        {"slate.example.com:7443", "slate.example.com", "7443"},
        {"slate.example.com", "slate.example.com", "7443"},
        {"localhost:1", "localhost", "1"},
        {"localhost:65535", "localhost", "65535"},
        {"192.0.2.1:99", "192.0.2.1", "99"},
        {"[2001:db8::1]:443", "2001:db8::1", "443"},
        {"[::1]", "::1", "7443"},
        {"::1", "::1", "7443"},
        {"", NULL, NULL},
        {":7443", NULL, NULL},
        {"host:", NULL, NULL},
        {"host:0", NULL, NULL},
        {"host:65536", NULL, NULL},
        {"host:7443x", NULL, NULL},
        {"host:-1", NULL, NULL},
        {"[::1", NULL, NULL},
        {"[::1]7443", NULL, NULL},
        {"[]:7443", NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct address a;
        struct slate_error e;
        enum slate_status status = address_parse(table[i].text, &a, &e);

        T_EQ_INT(status, table[i].host ? SLATE_OK : SLATE_INVALID_ARGUMENT, "row %zu", i);
        if (table[i].host) {
            T_EQ_STR(a.host, table[i].host, "row %zu", i);
            T_EQ_STR(a.port, table[i].port, "row %zu", i);
        }
    }
    char longest[300];
    struct address a;
    struct slate_error e;
    memset(longest, 'a', sizeof(longest));
    longest[254] = '\0';
    T_EQ_INT(address_parse(longest, &a, &e), SLATE_INVALID_ARGUMENT);
    longest[253] = '\0';
    T_EQ_INT(address_parse(longest, &a, &e), SLATE_OK);
}

#define REST "ca: |\n  A\ncert: |\n  C\nkey: |\n  K\n"

T_TEST(profile, is_read_line_by_line)
{
    static const struct {
        const char *text;
        const char *server; // NULL: refused
        const char *ca;     // or what the message must contain
    } table[] = {
        {"server: h:1\n" REST, "h:1", "A"},
        {"---\n# note\n\nname: x\nserver: h:1   # mine\n" REST, "h:1", "A"},
        {"server: 'h:1'\n" REST, "h:1", "A"},
        {"server: \"h:1\" # mine\n" REST, "h:1", "A"},
        {"server: h:1\r\nca: |\r\n  A\r\n  B\r\ncert: |\r\n  C\r\nkey: |\r\n  K\r\n", "h:1",
         "A\nB"},
        {"ca: |\n    A\n\n     B\n\n\ncert: |-\n  C\nkey: |\n  K\nserver: h", "h", "A\n B"},
        {"server: h:1\n", NULL, "the key \"ca\" is missing"},
        {"server:\n" REST, NULL, "the key \"server\" is missing"},
        {"server: # none\n" REST, NULL, "the key \"server\" is missing"},
        {"server: h\nserver: i\n" REST, NULL, "p:2: this key was there already"},
        {"sever: h\n" REST, NULL, "p:1: unknown key"},
        {"server h\n" REST, NULL, "p:1: should be"},
        {"server:h\n" REST, NULL, "p:1: should be"},
        {" server: h\n" REST, NULL, "p:1: "},
        {"server: [h]\n" REST, NULL, "p:1: a plain value"},
        {"server: |\n  h\n" REST, NULL, "p:1: a plain value"},
        {"server: \"h\n" REST, NULL, "p:1: a quoted value"},
        {"server: \"h\\n\"\n" REST, NULL, "p:1: a quoted value"},
        {"server: h\nca: x\n", NULL, "p:2: \"|\" and an indented block"},
        {"server: h\nca: |\ncert: |\n  C\n", NULL, "p:2: an indented block"},
        {"server: h\nca: |\n    A\n  B\n", NULL, "p:4: is indented less"},
        {"", NULL, "the key \"server\" is missing"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[512];
        struct profile p;
        struct slate_error e;
        size_t n = strlen(table[i].text);

        memcpy(text, table[i].text, n + 1);
        enum slate_status status = profile_parse("p", text, n, &p, &e);
        if (table[i].server) {
            T_EQ_INT(status, SLATE_OK, "row %zu: %s", i, e.message);
            T_EQ_STR(p.server, table[i].server, "row %zu", i);
            T_EQ_STR(p.ca, table[i].ca, "row %zu", i);
            T_EQ_STR(p.cert, "C", "row %zu", i);
            T_EQ_STR(p.key, "K", "row %zu", i);
        } else {
            T_EQ_INT(status, SLATE_BAD_PROFILE, "row %zu", i);
            T_CHECK(strstr(e.message, table[i].ca), "row %zu: %s", i, e.message);
        }
    }
    char binary[] = "server: h\0\n" REST;
    struct profile p;
    struct slate_error e;
    T_EQ_INT(profile_parse("p", binary, sizeof(binary) - 1, &p, &e), SLATE_BAD_PROFILE);
}

T_TEST(profile, takes_any_bytes)
{
    static const char alphabet[] = "servca: |\n\n  '\"#-\r\tkey\\x";
    uint32_t seed = 7;

    for (unsigned round = 0; round < 20000 * t_effort(); round++) {
        char text[80];
        struct profile p;
        struct slate_error e;
        size_t n;

        seed = seed * 1664525 + 1013904223;
        n = (seed >> 8) % (sizeof(text) - 1);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = alphabet[(seed >> 8) % (sizeof(alphabet) - 1)];
        }
        profile_parse("p", text, n, &p, &e);
    }
}

T_TEST(request_id, is_a_uuid_in_text)
{
    uint8_t id[16];
    uint8_t back[16];
    char text[SLATE_REQUEST_ID_TEXT_BYTES];

    T_CHECK(slate_request_id_parse("0192F0c1-0001-7abc-89de-0123456789ab", id));
    slate_request_id_format(id, text);
    T_EQ_STR(text, "0192f0c1-0001-7abc-89de-0123456789ab");
    T_CHECK(slate_request_id_new(id));
    slate_request_id_format(id, text);
    T_CHECK(slate_request_id_parse(text, back));
    T_EQ_MEM(id, back, 16);
    T_EQ_INT(text[14], '7');
    T_CHECK(!slate_request_id_parse("", id));
    T_CHECK(!slate_request_id_parse("0192f0c1-0001-7abc-89de-0123456789a", id));
    T_CHECK(!slate_request_id_parse("0192f0c1-0001-7abc-89de-0123456789abc", id));
    T_CHECK(!slate_request_id_parse("0192f0c1-0001-7abc-89de-0123456789ag", id));
    T_CHECK(!slate_request_id_parse("0192f0c1x0001-7abc-89de-0123456789ab", id));
}

T_TEST(names, are_known_both_ways)
{
    static const int last[] = {
        [SLATE_TICKET_STATES] = SLATE_TICKET_MERGED,
        [SLATE_CLOCK_KINDS] = SLATE_CLOCK_OLA,
        [SLATE_CLOCK_STATES] = SLATE_CLOCK_CANCELLED,
        [SLATE_VERDICTS] = SLATE_VERDICT_UNMEASURED,
        [SLATE_SIDES] = SLATE_SIDE_TOOL,
        [SLATE_MESSAGE_KINDS] = SLATE_MESSAGE_AUTO,
        [SLATE_VISIBILITIES] = SLATE_INTERNAL_NOTE,
        [SLATE_SPAN_KINDS] = SLATE_SPAN_STOPPED,
        [SLATE_IMPORT_ACTIONS] = SLATE_IMPORT_PRIORITY,
        [SLATE_BOOK_CHANGES] = SLATE_BOOK_SAME,
        [SLATE_EVENT_KINDS] = SLATE_EVENT_ERASED,
        [SLATE_ORIGINS] = SLATE_ORIGIN_CLOCK,
        [SLATE_LINK_KINDS] = SLATE_LINK_FOLLOWED_BY,
        [SLATE_INTAKE_ACTIONS] = SLATE_INTAKE_RESOLVE,
        [SLATE_INTAKE_OUTCOMES] = SLATE_INTAKE_KEPT,
        [SLATE_MOVED_BYS] = SLATE_MOVED_BY_CALENDAR,
        [SLATE_USER_ACTIONS] = SLATE_USER_VOUCH,
        [SLATE_PROPOSAL_STATES] = SLATE_PROPOSAL_WITHDRAWN,
        [SLATE_ACCESS_KINDS] = SLATE_ACCESS_ADMIN,
    };

    for (int v = 0; v <= SLATE_ACCESS_KINDS; v++) {
        for (int i = 1; i <= last[v]; i++) {
            const char *name = slate_name((enum slate_vocabulary)v, i);

            T_CHECK(name, "%d of %d", i, v);
            T_EQ_INT(slate_named((enum slate_vocabulary)v, name), i, "%s", name);
        }
        T_CHECK(!slate_name((enum slate_vocabulary)v, 0));
        T_CHECK(!slate_name((enum slate_vocabulary)v, last[v] + 1), "%d", v);
        T_CHECK(!slate_name((enum slate_vocabulary)v, -1));
        T_EQ_INT(slate_named((enum slate_vocabulary)v, "nonsense"), 0);
    }
    T_CHECK(!slate_name((enum slate_vocabulary)(SLATE_ACCESS_KINDS + 1), 1));
    T_EQ_STR(slate_status_name(SLATE_UNKNOWN_OUTCOME), "unknown_outcome");
    T_CHECK(!slate_status_name((enum slate_status)50));
}

T_TEST(arena, ends_at_its_ceiling)
{
    struct arena a;
    size_t got = 0;

    arena_init(&a, 100000);
    unsigned char *first = arena_get(&a, 1);
    unsigned char *second = arena_get(&a, 100);
    T_CHECK(first && second && (uintptr_t)second % 16 == 0 && second != first);
    T_CHECK(second[99] == 0);
    T_CHECK(arena_get(&a, 0));
    while (arena_get(&a, 5000)) {
        got += 5000;
        T_CHECK(got < 100000);
    }
    T_CHECK(got > 40000);
    T_CHECK(!arena_get(&a, SIZE_MAX));
    T_CHECK(!arena_get(&a, SIZE_MAX - 20));
    T_CHECK(!arena_array(&a, SIZE_MAX / 2, 3));
    arena_fini(&a);
    T_CHECK(arena_get(&a, 90000));
    arena_fini(&a);
}

T_TEST(positions, only_move_on)
{
    static const struct slate_token some[] = {{"b", 5}, {NULL, 1}, {"a", 0}, {"b", 4}, {"c", 9}};
    struct positions p = {0};

    T_CHECK(!positions_has(&p, "a", 0));
    T_EQ_INT(positions_pass_all(&p, some, 5), 0);
    T_EQ_INT(p.n, 4);
    for (size_t i = 1; i < p.n; i++) {
        T_CHECK(strcmp(p.tokens[i - 1].contract, p.tokens[i].contract) < 0, "%zu", i);
    }
    T_CHECK(positions_has(&p, "b", 5) && !positions_has(&p, "b", 6));
    T_CHECK(positions_has(&p, "a", 0) && !positions_has(&p, "a", 1) && positions_has(&p, "", 1));
    T_EQ_INT(positions_pass(&p, "b", 7), 0);
    T_CHECK(positions_has(&p, "b", 7));
    T_EQ_INT(positions_pass(&p, "b", 6), 0);
    T_CHECK(positions_has(&p, "b", 7));
    positions_fini(&p);
    T_EQ_INT(p.n, 0);
}

T_TEST(positions, are_not_of_more_contracts_than_there_can_be)
{
    struct positions p = {0};
    char name[16];

    for (unsigned i = 0; i < POSITIONS_MAX; i++) {
        snprintf(name, sizeof(name), "%u", i * 7919 % POSITIONS_MAX);
        T_EQ_INT(positions_pass(&p, name, i + 1), 0, "%u", i);
    }
    T_EQ_INT(p.n, POSITIONS_MAX);
    T_CHECK(positions_pass(&p, "one more", 1) < 0);
    T_EQ_INT(positions_pass(&p, "77", UINT64_MAX), 0);
    T_CHECK(positions_has(&p, "77", UINT64_MAX));
    positions_fini(&p);
}
