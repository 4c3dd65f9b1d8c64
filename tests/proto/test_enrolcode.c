// SPDX-License-Identifier: Apache-2.0
#include "proto/enrolcode.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "t.h"

static struct enrolcode sample(const char *address)
{
    struct enrolcode code = {.expires_at = INT64_C(1795000000123456)};

    (void)snprintf(code.address, sizeof(code.address), "%s", address);
    for (size_t i = 0; i < sizeof(code.secret); i++) {
        code.secret[i] = (uint8_t)(i * 37 + 200);
    }
    for (size_t i = 0; i < sizeof(code.ca_sha256); i++) {
        code.ca_sha256[i] = (uint8_t)(255 - i * 7);
    }
    return code;
}

static bool is_same(const struct enrolcode *a, const struct enrolcode *b)
{
    return a->expires_at == b->expires_at && strcmp(a->address, b->address) == 0 &&
           memcmp(a->secret, b->secret, sizeof(a->secret)) == 0 &&
           memcmp(a->ca_sha256, b->ca_sha256, sizeof(a->ca_sha256)) == 0;
}

T_TEST(enrolcode, what_is_written_is_read)
{
    char longest[ENROLCODE_ADDRESS_BYTES];
    const char *const addresses[] = {
        "a:1", "ab:1", "abc:1", "slate.example.com:7443", "[2001:db8::7]:7443", longest};

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        const struct enrolcode code = sample(addresses[i]);
        char text[ENROLCODE_TEXT_BYTES];
        char padded[ENROLCODE_TEXT_BYTES + 8];
        struct enrolcode read;
        enrolcode_format(&code, text);
        T_EQ_INT((int)strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-_"),
                 (int)strlen(text), "%s", text);
        T_EQ_INT(enrolcode_parse(text, &read), 0, "%s", text);
        T_CHECK(is_same(&code, &read), "row %zu", i);
        (void)snprintf(padded, sizeof(padded), " \t%s\r\n", text);
        T_EQ_INT(enrolcode_parse(padded, &read), 0, "%s", padded);
    }
}

T_TEST(enrolcode, a_worked_one)
{
    const struct enrolcode code = sample("h:1");
    char text[ENROLCODE_TEXT_BYTES];

    enrolcode_format(&code, text);
    T_EQ_STR(text, "slate1-AAZgiwFhEkDI7RI3XIGmy_AVOl-Eqc7z__jx6uPc1c7HwLmyq6Sdlo-IgXpzbGV"
                   "eV1BJQjs0LSZoOjE_w5UN");
}

T_TEST(enrolcode, every_slip_of_the_pen_is_seen)
{
    const struct enrolcode code = sample("slate.example.com:7443");
    struct enrolcode read;
    char text[ENROLCODE_TEXT_BYTES];

    enrolcode_format(&code, text);
    const size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        const char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        T_EQ_INT(enrolcode_parse(text, &read), 1, "place %zu of %s", i, text);
        text[i] = '\0'; // cut
        T_EQ_INT(enrolcode_parse(text, &read), 1, "cut at %zu", i);
        text[i] = was;
    }
    static const char *const none[] = {"",          " ", "slate1-", "slate1-AAAA", "slate2-AAAA",
                                       "slate1-A B"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        T_EQ_INT(enrolcode_parse(none[i], &read), 1, "%s", none[i]);
    }
    char two[2 * ENROLCODE_TEXT_BYTES];
    (void)snprintf(two, sizeof(two), "%s %s", text, text);
    T_EQ_INT(enrolcode_parse(two, &read), 1, "two codes");
    memset(two, 'A', sizeof(two) - 1);
    two[sizeof(two) - 1] = '\0';
    memcpy(two, "slate1-", 7);
    T_EQ_INT(enrolcode_parse(two, &read), 1, "far too long");
}

T_TEST(enrolcode, an_address_that_could_deceive_a_terminal_or_a_profile_is_none)
{
    static const char *const addresses[] = {"a b:1",
                                            "a\x1b[2J:1",
                                            "\x7f:1",
                                            "a\":1",
                                            "a\\:1",
                                            ("b\xc3\xbc"
                                             "cher:1")};
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        const struct enrolcode code = sample(addresses[i]);
        struct enrolcode read;
        char text[ENROLCODE_TEXT_BYTES];
        enrolcode_format(&code, text);
        T_EQ_INT(enrolcode_parse(text, &read), 1, "row %zu", i);
    }
}
