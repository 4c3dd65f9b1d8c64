// SPDX-License-Identifier: Apache-2.0
/*
 * proto/PROTOCOL.md, read: its worked exchange is what our encoder writes and our decoder reads,
 * and its tables name our operations, codes and limits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "proto/frame.h"
#include "replies.h"
#include "t.h"
#include "wire/decode.h"
#include "wire/encode.h"

#define FILE_NAME "proto/PROTOCOL.md" // tests run in the root of the repository

enum { BYTES_MAX = 1024 };

/* Free it. */
static char *read_document(void)
{
    enum { SIZE = 256 * 1024 };
    char *document = calloc(1, SIZE);
    FILE *file = fopen(FILE_NAME, "r");
    T_CHECK(document != NULL && file != NULL, "%s cannot be opened", FILE_NAME);
    const size_t n = fread(document, 1, SIZE - 1, file);
    T_CHECK(n > 0 && n < SIZE - 1, "%zu bytes", n);
    fclose(file);
    return document;
}

/* The bytes of the block "```hex NAME": pairs of digits, up to the # of each line. */
static size_t read_hex(const char *document, const char *name, uint8_t ret[BYTES_MAX])
{
    char head[64];
    size_t n = 0;
    snprintf(head, sizeof(head), "```hex %s\n", name);
    const char *at = strstr(document, head);
    T_CHECK(at != NULL, "no block for %s", name);
    T_CHECK(strstr(at + 1, head) == NULL, "two blocks for %s", name);
    for (at += strlen(head); strncmp(at, "```", 3) != 0;) {
        unsigned byte;
        if (*at == '#') {
            at = strchr(at, '\n');
            T_CHECK(at != NULL);
        } else if (*at == ' ' || *at == '\n') {
            at++;
        } else {
            T_CHECK(n < BYTES_MAX && sscanf(at, "%2x", &byte) == 1, "%s: %.20s", name, at);
            ret[n++] = (uint8_t)byte;
            at += 2;
        }
    }
    return n;
}

/* The payload of the block's one frame. */
static struct frame read_frame(const char *document, const char *name, uint8_t bytes[BYTES_MAX])
{
    const size_t n = read_hex(document, name, bytes);
    struct frame frame;
    T_EQ_INT(frame_decode(&frame, bytes, n, FRAME_BYTES_DEFAULT), n, "%s", name);
    return frame;
}

static void expect_payload(const char *document, const char *name, struct wire_bytes payload)
{
    uint8_t bytes[BYTES_MAX];
    const struct frame frame = read_frame(document, name, bytes);
    T_EQ_INT(frame.n, payload.n, "%s", name);
    T_EQ_MEM(frame.payload, payload.p, payload.n, "%s", name);
}

#define AT INT64_C(1772445600000000) /* 2026-03-02T10:00:00Z */

T_TEST(protocol, what_the_server_says_is_what_we_encode)
{
    struct reply_hello hello = {
        .server_version = "0.1.0",
        .server_at = AT,
        .zone_release = "2026a",
        .principal = "ines",
        .roles = ROLE_AGENT,
        .pipelined_requests = 256,
    };
    const struct reply_clock clock = {
        .kind = CLOCK_KIND_FIRST_RESPONSE,
        .cycle = 1,
        .state = CLOCK_RUNNING,
        .verdict = TICKET_VERDICT_OPEN,
        .contract_version = 1,
        .within = "15m",
        .calendar = "always",
        .target_us = 15 * US_PER_MIN,
        .as_of_at = AT + US_PER_S,
        .started_at = AT + US_PER_S,
        .stopped_at = INSTANT_NONE,
        .due_at = AT + US_PER_S + 15 * US_PER_MIN,
        .limit_at = AT + US_PER_S + 15 * US_PER_MIN,
        .due_if_resumed_at = INSTANT_NONE,
        .breached_at = INSTANT_NONE,
    };
    const struct reply_ticket ticket = {
        .key = "ACME",
        .number = 1042,
        .version = 1,
        .state = TICKET_NEW,
        .contract = "acme-l1",
        .team = "manila-a",
        .priority = "P1",
        .subject = replies_text(TEXT_SUBJECT, "Printer on fire"),
        .received_at = AT + US_PER_S,
        .updated_at = AT + US_PER_S,
        .occurred_at = INSTANT_NONE,
        .resolved_at = INSTANT_NONE,
        .close_at = INSTANT_NONE,
        .next_clock = &clock,
    };
    const struct reply_ticket_changed changed = {&ticket, false};
    const struct wire_token token = {"acme-l1", 4711};
    char *document = read_document();
    struct refusal refusal;
    struct wire_bytes payload;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    for (size_t i = 0; i < 16; i++) {
        hello.cluster_id[i] = (uint8_t)(0x11 * i);
    }
    T_EQ_INT(wire_encode_hello(&arena, &hello, &payload), 0);
    expect_payload(document, "Hello", payload);
    T_EQ_INT(wire_encode_ticket_changed(&arena, 1, &token, &changed, &payload), 0);
    expect_payload(document, "TicketChanged", payload);
    (void)refuse(&refusal, OUTCOME_INVALID_ARGUMENT, "hold_ticket.reason",
                 "waiting-customer or vendor-tool-down", "contract acme-l1 has no hold for lunch");
    T_EQ_INT(wire_encode_error(&arena, 2, NULL, &refusal, &payload), 0);
    expect_payload(document, "Error", payload);
    arena_fini(&arena);
    free(document);
}

T_TEST(protocol, what_the_server_says_of_a_feed)
{
    static const struct wire_token began[] = {{"acme-l1", 4711}, {"acme-l2", 88}};
    static const struct wire_token behind_breach[] = {{"acme-l1", 4712}};
    static const struct wire_token behind_all[] = {{"acme-l1", 4720}};
    const struct reply_clock clock = {
        .kind = CLOCK_KIND_FIRST_RESPONSE,
        .cycle = 1,
        .state = CLOCK_RUNNING,
        .verdict = TICKET_VERDICT_BREACHED,
        .contract_version = 1,
        .within = "15m",
        .calendar = "always",
        .target_us = 15 * US_PER_MIN,
        .elapsed_us = 15 * US_PER_MIN,
        .as_of_at = AT + US_PER_S + 15 * US_PER_MIN,
        .started_at = AT + US_PER_S,
        .stopped_at = INSTANT_NONE,
        .due_at = AT + US_PER_S + 15 * US_PER_MIN,
        .limit_at = AT + US_PER_S + 15 * US_PER_MIN,
        .due_if_resumed_at = INSTANT_NONE,
        .breached_at = AT + US_PER_S + 15 * US_PER_MIN,
    };
    const struct reply_event breach = {
        .contract = "acme-l1",
        .seq = 4712,
        .key = "ACME",
        .number = 1042,
        .kind = REPLY_EVENT_BREACH,
        .origin = ORIGIN_CLOCK,
        .recorded_at = AT + 2 * US_PER_S + 15 * US_PER_MIN,
        .effective_at = AT + US_PER_S + 15 * US_PER_MIN,
        .claimed_at = INSTANT_NONE,
        .team = "manila-a",
        .ends_at = INSTANT_NONE,
        .clock = &clock,
        .was_due_at = INSTANT_NONE,
        .was_limit_at = INSTANT_NONE,
        .state_now = TICKET_NEW,
        .priority_now = "P1",
    };
    const struct reply_subscribed subscribed = {began, 2};
    struct reply_feed feed = {.id = 3, .positions = behind_breach, .n_positions = 1};
    char *document = read_document();
    struct refusal refusal;
    struct wire_bytes payload;
    struct wire_rows rows;
    struct arena arena;

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_encode_subscribed(&arena, 3, NULL, &subscribed, &payload), 0);
    expect_payload(document, "Subscribed", payload);
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_rows_add_feed_event(&rows, &breach), 0);
    T_EQ_INT(wire_encode_feed(&rows, &feed, &payload), 0);
    expect_payload(document, "Feed", payload);
    (void)refuse(&refusal, OUTCOME_UNAVAILABLE, NULL, NULL, "the server stops");
    refusal.retry_after_ms = 1000;
    feed.positions = behind_all;
    feed.ended = &refusal;
    wire_rows_init(&rows, &arena, FRAME_BYTES_DEFAULT);
    T_EQ_INT(wire_encode_feed(&rows, &feed, &payload), 0);
    expect_payload(document, "FeedEnded", payload);
    arena_fini(&arena);
    free(document);
}

T_TEST(protocol, what_the_client_says_is_what_we_decode)
{
    char *document = read_document();
    uint8_t bytes[BYTES_MAX];
    struct refusal refusal = {0};
    struct request request;
    struct arena arena;
    struct frame frame;

    arena_init(&arena, WIRE_ARENA_BYTES);
    frame = read_frame(document, "NewTicket", bytes);
    T_EQ_INT(wire_decode(frame.payload, frame.n, &arena, &request, &refusal), 0, "%s",
             refusal.message);
    T_EQ_INT(request.kind, REQUEST_NEW_TICKET);
    T_EQ_INT(request.id, 1);
    T_EQ_INT(request.request_id[6] >> 4, 7, "no UUIDv7");
    T_EQ_STR(request.u.new_ticket.contract, "acme-l1");
    T_EQ_STR(request.u.new_ticket.priority, "P1");
    T_EQ_STR(request.u.new_ticket.requester.bytes, "anna@example.org");
    T_EQ_STR(request.u.new_ticket.subject.bytes, "Printer on fire");
    T_EQ_STR(request.u.new_ticket.body.bytes, "It burns.\n");

    frame = read_frame(document, "HoldTicket", bytes);
    T_EQ_INT(wire_decode(frame.payload, frame.n, &arena, &request, &refusal), 0, "%s",
             refusal.message);
    T_EQ_INT(request.kind, REQUEST_HOLD_TICKET);
    T_EQ_INT(request.id, 2);
    T_EQ_INT(request.request_id[6] >> 4, 7, "no UUIDv7");
    T_EQ_INT(request.if_version, 1);
    T_EQ_STR(request.u.hold.ticket.key, "ACME");
    T_EQ_INT(request.u.hold.ticket.number, 1042);
    T_EQ_STR(request.u.hold.reason, "lunch");

    frame = read_frame(document, "Subscribe", bytes);
    T_EQ_INT(wire_decode(frame.payload, frame.n, &arena, &request, &refusal), 0, "%s",
             refusal.message);
    T_EQ_INT(request.kind, REQUEST_SUBSCRIBE);
    T_EQ_INT(request.id, 3);
    T_EQ_INT(request.u.subscribe.n_from, 1);
    T_EQ_STR(request.u.subscribe.from[0].contract, "acme-l1");
    T_EQ_INT(request.u.subscribe.from[0].seq, 4711);
    T_EQ_INT(request.u.subscribe.kinds, 1u << REPLY_EVENT_WARNING | 1u << REPLY_EVENT_BREACH);
    arena_fini(&arena);
    free(document);
}

/* Neither message of slate-enrol/1 is in an Envelope. */
T_TEST(protocol, what_is_said_to_enrol)
{
    const struct reply_certificate certificate = {
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n",
        AT + 90 * US_PER_DAY,
    };
    char *document = read_document();
    uint8_t bytes[BYTES_MAX];
    struct refusal refusal = {0};
    struct wire_bytes payload;
    struct request request;
    struct arena arena;
    struct frame frame;

    arena_init(&arena, WIRE_ARENA_BYTES);
    frame = read_frame(document, "Enrol", bytes);
    T_EQ_INT(wire_decode_enrol(frame.payload, frame.n, &arena, &request, &refusal), 0, "%s",
             refusal.message);
    T_EQ_INT(request.kind, REQUEST_ENROL);
    for (size_t i = 0; i < WIRE_SECRET_BYTES; i++) {
        T_EQ_INT(request.u.certificate.secret[i], 0x10 + i);
    }
    T_CHECK(request.u.certificate.csr.n > 150, "%zu", request.u.certificate.csr.n);
    T_EQ_INT(request.u.certificate.csr.p[2], request.u.certificate.csr.n - 3, "no whole DER");

    T_EQ_INT(wire_encode_enrolled(&arena, NULL, "ines", &certificate, &payload), 0);
    expect_payload(document, "Enrolled", payload);
    (void)refuse(&refusal, OUTCOME_UNAUTHENTICATED, NULL, "ask who gave it to you for a new one",
                 "this code is not valid");
    T_EQ_INT(wire_encode_enrolled(&arena, &refusal, NULL, NULL, &payload), 0);
    expect_payload(document, "EnrolRefused", payload);
    arena_fini(&arena);
    free(document);
}

static void expect_row(const char *document, const char *row)
{
    T_CHECK(strstr(document, row) != NULL, "%s has no row %s", FILE_NAME, row);
}

T_TEST(protocol, its_tables_hold_our_operations_codes_and_limits)
{
    static const struct {
        const char *what;
        size_t value;
        const char *unit;
    } limits[] = {
        {"payload of a frame", FRAME_BYTES_DEFAULT, " bytes"},
        {"payload of a frame with `import_ticket`, `apply_book`, `try_book`, `propose_book` or "
         "`subscribe`",
         FRAME_BYTES_MAX, " bytes"},
        {"name (contract, team, priority, principal, channel, ...)", WIRE_NAME_BYTES, " bytes"},
        {"`source_key`, `line_id`", WIRE_KEY_BYTES, " bytes"},
        {"a tag", WIRE_TAG_BYTES, " bytes"},
        {"`subject`", WIRE_SUBJECT_BYTES, " bytes"},
        {"`body`, `message`", WIRE_BODY_BYTES, " bytes"},
        {"`requester`", WIRE_REQUESTER_BYTES, " bytes"},
        {"`Request.reason`", WIRE_REASON_BYTES, " bytes"},
        {"`apply_book.text`, `try_book.text`, `try_book.scenario`, `propose_book.text`",
         WIRE_BOOK_BYTES, " bytes"},
        {"`file`, `scenario_file`", WIRE_FILE_BYTES, " bytes"},
        {"`request_id`", WIRE_REQUEST_ID_BYTES, " bytes"},
        {"`cursor`", WIRE_CURSOR_BYTES, " bytes"},
        {"`sha256`, exactly", BOOK_HASH_BYTES, " bytes"},
        {"`csr`", WIRE_CSR_BYTES, " bytes"},
        {"`countersign.signature`", WIRE_SIGNATURE_BYTES, " bytes"},
        {"`countersign.certificate`", WIRE_CERTIFICATE_BYTES, " bytes"},
        {"`journal_chunk.data`", WIRE_CHUNK_BYTES, " bytes"},
        {"payload of a frame of `slate-enrol/1` from the client", WIRE_ENROL_BYTES, " bytes"},
        {"`Enrol.secret`, exactly", WIRE_SECRET_BYTES, " bytes"},
        {"roles in `add_user`", ROLES, ""},
        {"teams in `add_user`", PRINCIPAL_TEAMS_MAX, ""},
        {"events of an import", WIRE_ELEMENTS_MAX, ""},
        {"priorities in a filter", WIRE_PRIORITIES_MAX, ""},
        {"states in a filter, clocks of an import", WIRE_ENUMS_MAX, ""},
        {"kinds of events in a filter", WIRE_KINDS_MAX, ""},
        {"tags in a request, and of a ticket", WIRE_TAGS_MAX, ""},
        {"positions in `subscribe` and in `subscribed`, heads in `journal_heads`",
         WIRE_POSITIONS_MAX, ""},
        {"positions in a `feed`", WIRE_FEED_POSITIONS_MAX, ""},
        {"fields unknown to the server", WIRE_UNKNOWN_MAX, ""},
        {"rows of a page, elements of any other list in a reply", WIRE_PAGE_ROWS_MAX, ""},
        {"payload of a reply", FRAME_BYTES_MAX, " bytes"},
    };
    char *document = read_document();
    char row[200];

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        snprintf(row, sizeof(row), "\n| %s | %zu%s |\n", limits[i].what, limits[i].value,
                 limits[i].unit);
        expect_row(document, row);
    }
    for (int code = OUTCOME_INVALID_ARGUMENT; code <= OUTCOME_UNAUTHENTICATED; code++) {
        snprintf(row, sizeof(row), "\n| `%s` | %d | ", outcome_name((enum outcome_code)code), code);
        expect_row(document, row);
    }
    for (enum request_kind kind = REQUEST_NONE + 1; kind < REQUEST_ENROL; kind++) {
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
            &slate__v1__request__descriptor, request_kind_name(kind));
        T_CHECK(field != NULL, "%s", request_kind_name(kind));
        snprintf(row, sizeof(row), "\n| %u | `%s` | ", field->id, field->name);
        expect_row(document, row);
    }
    T_EQ_INT(WIRE_PAGE_ROWS_DEFAULT, 100, "the text says it");
    free(document);
}
