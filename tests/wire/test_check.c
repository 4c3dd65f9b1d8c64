// SPDX-License-Identifier: Apache-2.0
#include "wire/check.h"

#include <stdio.h>
#include <string.h>

#include "core/outcome.h"
#include "proto/frame.h"
#include "raw.h"
#include "slate.pb-c.h"
#include "t.h"
#include "wire/decode.h"

/* ---- the table beside the schema ---------------------------------------------------------- */

static size_t depth_of(const ProtobufCMessageDescriptor *descriptor, size_t above)
{
    size_t deepest = 1;

    T_CHECK(above < 32, "%s is recursive", descriptor->name);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].type == PROTOBUF_C_TYPE_MESSAGE) {
            const size_t depth = 1 + depth_of(descriptor->fields[i].descriptor, above + 1);
            deepest = depth > deepest ? depth : deepest;
        }
    }
    return deepest;
}

T_TEST(rules, schema_is_not_recursive_and_not_deeper_than_allowed)
{
    const size_t depth = depth_of(&slate__v1__envelope__descriptor, 0);

    T_CHECK(depth >= 4, "%zu: no nested message was seen", depth);
    T_CHECK(depth <= WIRE_DEPTH_MAX, "%zu levels", depth);
}

/* is_frame: an Envelope, of which only the request is for clients to send. */
static size_t judge(const struct rules *rules, bool is_frame)
{
    const ProtobufCMessageDescriptor *descriptor = rules->descriptor;
    size_t n = 0;

    T_CHECK(descriptor->n_fields <= 64, "%s", descriptor->name);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        const struct rule *rule = field->id < rules->n ? &rules->rules[field->id] : NULL;
        const bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
        char name[128];
        snprintf(name, sizeof(name), "%s.%s", descriptor->name, field->name);

        T_CHECK(field->label != PROTOBUF_C_LABEL_REQUIRED, "%s", name);
        T_CHECK(field->default_value == NULL, "%s", name);
        if (is_frame && strcmp(field->name, "request") != 0) {
            T_CHECK(rule == NULL || rule->kind == RULE_REFUSED, "%s", name);
            continue;
        }
        T_CHECK(rule != NULL && rule->kind != RULE_REFUSED, "%s has no rule", name);
        T_CHECK((rule->count > 0) == repeated, "%s", name);
        T_CHECK(rule->count <= WIRE_ELEMENTS_MAX || rule->count == WIRE_POSITIONS_MAX, "%s", name);
        switch (field->type) {
        case PROTOBUF_C_TYPE_BOOL:
        case PROTOBUF_C_TYPE_ENUM:
        case PROTOBUF_C_TYPE_UINT32:
        case PROTOBUF_C_TYPE_UINT64: T_EQ_INT(rule->kind, RULE_NUMBER, "%s", name); break;
        case PROTOBUF_C_TYPE_SINT64: // nothing but instants has a sign
            T_EQ_INT(rule->kind, RULE_INSTANT, "%s", name);
            break;
        case PROTOBUF_C_TYPE_STRING:
            T_CHECK(rule->kind == RULE_NAME || rule->kind == RULE_LINE || rule->kind == RULE_TEXT ||
                        rule->kind == RULE_TAG,
                    "%s", name);
            T_CHECK(rule->bytes > 0, "%s", name);
            break;
        case PROTOBUF_C_TYPE_BYTES:
            T_EQ_INT(rule->kind, RULE_BYTES, "%s", name);
            T_CHECK(rule->bytes > 0, "%s", name);
            break;
        case PROTOBUF_C_TYPE_MESSAGE:
            T_EQ_INT(rule->kind, RULE_MESSAGE, "%s", name);
            T_CHECK(rule->message->descriptor == field->descriptor, "%s", name);
            n += judge(rule->message, false);
            break;
        default: T_FAIL("%s is of a type that the check does not know", name);
        }
        n++;
    }
    for (uint32_t number = 0; number < rules->n; number++) {
        T_CHECK(rules->rules[number].kind == RULE_REFUSED ||
                    protobuf_c_message_descriptor_get_field(descriptor, number) != NULL,
                "%s has a rule for field %u", descriptor->name, number);
    }
    return n;
}

T_TEST(rules, every_field_of_a_request_has_one_of_its_type)
{
    const size_t n = judge(&rules_envelope, true);

    T_CHECK(n > 190, "only %zu fields were seen", n);
    T_EQ_INT(judge(&rules_enrol, false), 2);
}

T_TEST(rules, operations_are_the_messages_of_a_request)
{
    const struct rules *request = rules_envelope.rules[2].message;
    size_t n = 0;

    T_CHECK(request->one_operation);
    for (uint32_t number = 0; number < request->n; number++) {
        const struct rule *rule = &request->rules[number];
        T_EQ_INT(rule->operation, rule->kind == RULE_MESSAGE && number >= 20, "%u", number);
        n += rule->operation;
    }
    T_EQ_INT(n, REQUEST_ENROL - 1);
}

/* ---- what is refused --------------------------------------------------------------------------
 */

struct row {
    const char *name;
    const char *frame; // notation of raw.h; the mark is where the fault is expected
    const char *field;
    const char *reason; // with which, behind the field's own name, the refusal's message begins
    uint32_t line;
};

static void expect_refusal(const struct row *row, enum outcome_code code)
{
    struct raw raw = raw_make(row->frame);
    struct arena arena;
    struct request request;
    struct refusal refusal = {0};
    char expected[512];

    arena_init(&arena, WIRE_ARENA_BYTES);
    T_EQ_INT(wire_decode(raw.p, raw.n, &arena, &request, &refusal), code, "%s: %s %s", row->name,
             refusal.field, refusal.message);
    T_EQ_INT(refusal.code, code, "%s", row->name);
    T_EQ_STR(refusal.field, row->field, "%s: %s", row->name, refusal.message);
    const char *dot = strrchr(row->field, '.');
    snprintf(expected, sizeof(expected), "%s%s%s", dot != NULL ? dot + 1 : row->field,
             row->field[0] == '\0' ? "" : " ", row->reason);
    T_CHECK(strncmp(refusal.message, expected, strlen(expected)) == 0, "%s: %s", row->name,
            refusal.message);
    if (raw.mark != SIZE_MAX) {
        snprintf(expected, sizeof(expected), " (byte %zu of the frame)", raw.mark);
        T_CHECK(strstr(refusal.message, expected) != NULL, "%s: %s, not%s", row->name,
                refusal.message, expected);
    }
    T_EQ_INT(refusal.line, row->line, "%s", row->name);
    T_EQ_INT(request.kind, REQUEST_NONE, "%s", row->name);
    arena_fini(&arena);
    raw_free(&raw);
}

#define ID    "2'%01%9D%00%11%22%33%74%44%85%55%66%77%88%99%AA%BB' "
#define SHOW  "22{1'ACME-1'}"
#define WRITE "2{1=5 " ID

T_TEST(check, refuses_what_is_no_protobuf)
{
    static const struct row rows[] = {
        {"nothing", "^", "request", "is missing", 0},
        {"a tag cut off", "^!92", "", "the frame is cut off", 0},
        {"a length cut off", "^!12", "request", "is cut off", 0},
        {"a message cut off", "^!1203 1=1", "request", "is cut off", 0},
        {"a length of 2^63", "^!12ffffffffffffffff7f", "request", "is cut off", 0},
        {"a length beyond 64 bits", "^!12ffffffffffffffffff02", "request",
         "is a number beyond 64 bits", 0},
        {"an endless number", "2{^!08ffffffffffffffffffff01}", "id", "is a number beyond 64 bits",
         0},
        {"a number cut off", "2{^!0880}", "id", "is cut off", 0},
        {"a number too long", "2{^!088100 " SHOW "}", "id",
         "is a number in more bytes than it needs", 0},
        {"a tag too long", "2{1=1 ^!928100}", "request", "is a number in more bytes than it needs",
         0},
        {"a length too long", "2{1=1 ^!b2018000}", "show_ticket",
         "is a number in more bytes than it needs", 0},
        {"field number 0", "2{1=1 ^!0200}", "request", "has a field with a number that none", 0},
        {"field number 2^29", "2{1=1 ^!808080801000}", "request",
         "has a field with a number that none", 0},
        {"a start of a group", "2{1=1 " SHOW " ^!9b06}", "request",
         "has a field of a wire type that is not in use", 0},
        {"an end of a group", "2{1=1 " SHOW " ^!9c06}", "request",
         "has a field of a wire type that is not in use", 0},
        {"a group in the place of a field", "2{1=1 ^!b301b401}", "show_ticket",
         "has a field of a wire type that is not in use", 0},
        {"wire type 6", "2{1=1 ^!b60100}", "show_ticket",
         "has a field of a wire type that is not in use", 0},
        {"wire type 7", "^!1700", "request", "has a field of a wire type that is not in use", 0},
        {"an unknown of 8 bytes cut off", "2{1=1 " SHOW " ^!c90c00}", "request", "is cut off", 0},
        {"an unknown of 4 bytes cut off", "2{1=1 " SHOW " ^!cd0c000000}", "request", "is cut off",
         0},
        {"an inner message longer than the outer", "2{1=1 ^!b20109 1'ACME-1'}", "show_ticket",
         "is cut off", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect_refusal(&rows[i], OUTCOME_INVALID_ARGUMENT);
    }
}

T_TEST(check, refuses_what_its_type_cannot_hold)
{
    static const struct row rows[] = {
        {"a number as bytes", "2{^1'x' " SHOW "}", "id", "has wire type 2, not that of its type",
         0},
        {"a number as 64 bits", "2{^!090000000000000001 " SHOW "}", "id",
         "has wire type 1, not that of its type", 0},
        {"a string as a number", "2{1=1 22{^1=7}}", "show_ticket.ticket",
         "has wire type 0, not that of its type", 0},
        {"a string as 32 bits", "2{1=1 22{^!0d00000000}}", "show_ticket.ticket",
         "has wire type 5, not that of its type", 0},
        {"a message as a number", "2{1=1 ^22=1}", "show_ticket",
         "has wire type 0, not that of its type", 0},
        {"a bool of 2", "2{1=1 9=^2 " SHOW "}", "dry_run", "is 2; a bool is 0 or 1", 0},
        {"a bool of 256", "2{1=1 9=256 " SHOW "}", "dry_run", "is 256; a bool is 0 or 1", 0},
        {"33 bits", "2{1=1 10=^4294967296 " SHOW "}", "deadline_ms", "is a number beyond 32 bits",
         0},
        {"an unknown visibility", WRITE "24{1'ACME-1' 2=3 3'x'}}", "add_message.visibility",
         "is 3; this server knows no such Visibility", 0},
        {"a visibility beyond 32 bits", WRITE "24{1'ACME-1' 2=4294967297 3'x'}}",
         "add_message.visibility", "is 4294967297; this server knows no such Visibility", 0},
        {"a negative visibility", WRITE "24{1'ACME-1' 2=18446744073709551615 3'x'}}",
         "add_message.visibility", "is -1; this server knows no such Visibility", 0},
        {"an unknown state among known", "2{1=1 21{3=1 3=^7}}", "list_tickets.states[1]",
         "is 7; this server knows no such TicketState", 0},
        {"an unknown state, packed", "2{1=1 21{3'%01%02%^%07'}}", "list_tickets.states[2]",
         "is 7; this server knows no such TicketState", 0},
        {"a packed number cut off", "2{1=1 21{3'%01%^%81'}}", "list_tickets.states[1]",
         "is cut off", 0},
        {"before the year 1", "2{1=1 4~^-62135596800000001 " SHOW "}", "as_of",
         "is an instant outside the years 1 to 9999", 0},
        {"after the year 9999", "2{1=1 5~253402300800000000 " SHOW "}", "as_known",
         "is an instant outside the years 1 to 9999", 0},
        {"the absent instant itself", "2{1=1 4~-9223372036854775808 " SHOW "}", "as_of",
         "is an instant outside the years 1 to 9999", 0},
        {"the instant that is not reached", "2{1=1 4~9223372036854775807 " SHOW "}", "as_of",
         "is an instant outside the years 1 to 9999", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect_refusal(&rows[i], OUTCOME_INVALID_ARGUMENT);
    }
}

T_TEST(check, refuses_what_is_missing_or_there_twice)
{
    static const struct row rows[] = {
        {"the id", "2{^" SHOW "}", "id", "is missing", 0},
        {"an id of 0", "2{1=^0 " SHOW "}", "id", "is 0, which means that it is missing", 0},
        {"two ids", "2{1=1 ^1=2 " SHOW "}", "id", "is there twice", 0},
        {"two requests", "2{1=1 " SHOW "} ^2{}", "request", "is there twice", 0},
        {"two equal operations", "2{1=1 " SHOW " ^" SHOW "}", "show_ticket", "is there twice", 0},
        {"two operations", "2{1=1 " SHOW " ^23{1'ACME-1'}}", "take_ticket",
         "comes beside show_ticket: a request holds one operation", 0},
        {"two subjects", WRITE "20{1'a' 9's' ^9's'}}", "new_ticket.subject", "is there twice", 0},
        {"no operation", "2{^1=1}", "request", "asks for nothing", 0},
        {"no ticket", "2{1=1 22{^}}", "show_ticket.ticket", "is missing", 0},
        {"an empty ticket", "2{1=1 22{1'%^'}}", "show_ticket.ticket", "is empty", 0},
        {"an empty body", WRITE "24{1'ACME-1' 2=1 3''}}", "add_message.body", "is empty", 0},
        {"no visibility", WRITE "24{1'ACME-1' 3'x'}}", "add_message.visibility", "is missing", 0},
        {"an unspecified visibility", WRITE "24{1'ACME-1' 2=^0 3'x'}}", "add_message.visibility",
         "is 0, which means that it is missing", 0},
        {"no reason", WRITE "25{1'ACME-1'}}", "hold_ticket.reason", "is missing", 0},
        {"no contract", WRITE "20{9's'}}", "new_ticket.contract", "is missing", 0},
        {"an event without an instant", WRITE "50{1'c' 2's' 3'k' 4~0 15{1~5 2=2} 15{2=2}}}",
         "import_ticket.events[1].at", "is missing", 0},
        {"no text", WRITE "60{}}", "apply_book.text", "is missing", 0},
        {"a hello from a client", "^1{}", "hello", "is not for clients to send", 0},
        {"a reply from a client", "2{1=1 " SHOW "} ^3{}", "reply", "is not for clients to send", 0},
        {"a feed from a client", "2{1=1 " SHOW "} ^4{}", "feed", "is not for clients to send", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect_refusal(&rows[i], OUTCOME_INVALID_ARGUMENT);
    }
}

T_TEST(check, refuses_what_exceeds_its_limit)
{
    static const struct row rows[] = {
        {"a name", WRITE "20{1*64x}}", "new_ticket.contract",
         "has 64 bytes, and at most 63 are allowed", 0},
        {"a subject", WRITE "20{1'a' 9*501x}}", "new_ticket.subject",
         "has 501 bytes, and at most 500 are allowed", 0},
        {"a requester", WRITE "20{1'a' 8*321x}}", "new_ticket.requester",
         "has 321 bytes, and at most 320 are allowed", 0},
        {"a body", WRITE "20{1'a' 10*49153x}}", "new_ticket.body",
         "has 49153 bytes, and at most 49152 are allowed", 0},
        {"a key", WRITE "20{1'a' 12's' 13*256x}}", "new_ticket.source_key",
         "has 256 bytes, and at most 255 are allowed", 0},
        {"a ticket", "2{1=1 22{1*37A}}", "show_ticket.ticket",
         "has 37 bytes, and at most 36 are allowed", 0},
        {"a reason", "2{1=1 8*501x " SHOW "}", "reason",
         "has 501 bytes, and at most 500 are allowed", 0},
        {"a request id", "2{1=1 2*17x 23{1'ACME-1'}}", "request_id",
         "has 17 bytes, and at most 16 are allowed", 0},
        {"a cursor", "2{1=1 21{8*513x}}", "list_tickets.cursor",
         "has 513 bytes, and at most 512 are allowed", 0},
        {"priorities", "2{1=1 21{[32 4'P'] ^4'P'}}", "list_tickets.priorities[32]",
         "is one too many: at most 32 are allowed", 0},
        {"states", "2{1=1 21{[16 3=1] ^3=1}}", "list_tickets.states[16]",
         "is one too many: at most 16 are allowed", 0},
        {"packed states", "2{1=1 21{3'%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%^%01'}}",
         "list_tickets.states[16]", "is one too many: at most 16 are allowed", 0},
        {"events", WRITE "50{1'c' 2's' 3'k' 4~0 [1000 15{1~5 2=2}] ^15{1~5 2=2}}}",
         "import_ticket.events[1000]", "is one too many: at most 1000 are allowed", 0},
        {"the path to one event of many",
         WRITE "50{1'c' 2's' 3'k' 4~0 [999 15{1~5 2=2}] 15{1~5 2=2 ^2=3}}}",
         "import_ticket.events[999].action", "is there twice", 0},
        {"a frame with a body only slightly too large", WRITE "20{1'a' 10*49152x 99*17000x}}",
         "new_ticket", "comes in a frame of 66", 0},
        {"a large frame without need", "2{1=1 99*70000x ^" SHOW "}", "show_ticket",
         "comes in a frame of 700", 0},
        {"a book", WRITE "60{1*1047553x}}", "apply_book.text",
         "has 1047553 bytes, and at most 1047552 are allowed", 0},
        {"a scenario", "2{1=1 63{1'x' 3*1047553x}}", "try_book.scenario",
         "has 1047553 bytes, and at most 1047552 are allowed", 0},
        {"a book to try", "2{1=1 63{3'x' 1*1047553x}}", "try_book.text",
         "has 1047553 bytes, and at most 1047552 are allowed", 0},
        {"a book and a scenario together", "2{1=1 63{1*600000x 3*600000x}}", "",
         "the frame has 12000", 0},
        {"the name of a scenario", "2{1=1 63{1'x' 3'y' 4*256x}}", "try_book.scenario_file",
         "has 256 bytes, and at most 255 are allowed", 0},
        {"a cursor of a dry run", "2{1=1 9=1 60{1'x' 3*513x}}", "apply_book.cursor",
         "has 513 bytes, and at most 512 are allowed", 0},
        {"more than any frame", "2{1=1 99*1048600x}", "", "the frame has 10486", 0},
        {"unknown fields", "2{1=1 " SHOW " [16 99=1] ^99=1}", "request",
         "has more than 16 fields that this server does not know", 0},
        {"unknown fields on several levels", "[8 99=1] 2{1=1 [8 99=1] 22{1'ACME-1' ^99=1}}",
         "show_ticket", "has more than 16 fields that this server does not know", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect_refusal(&rows[i], OUTCOME_INVALID_ARGUMENT);
    }
}

T_TEST(check, refuses_text_that_could_mislead)
{
    static const struct row rows[] = {
        {"no UTF-8", WRITE "20{1'a' 9'ab%^%C3('}}", "new_ticket.subject", "is not UTF-8", 0},
        {"a surrogate", WRITE "20{1'a' 10'%^%ED%A0%80'}}", "new_ticket.body", "is not UTF-8", 1},
        {"an overlong slash", WRITE "20{1'a' 10'%^%C0%AF'}}", "new_ticket.body", "is not UTF-8", 1},
        {"a NUL in a name", WRITE "20{1'acme%^%00-l1'}}", "new_ticket.contract", "holds a NUL", 0},
        {"an escape sequence", WRITE "20{1'a' 9'%^%1B]0;x'}}", "new_ticket.subject",
         "holds a control character", 0},
        {"a line break in a subject", WRITE "20{1'a' 9'a%0Ab'}}", "new_ticket.subject",
         "holds a control character", 0},
        {"a line break in a reason", "2{1=1 8'a%0Ab' " SHOW "}", "reason",
         "holds a control character", 0},
        {"a CSI in the third line of a body", WRITE "20{1'a' 10'one%0A%09two%0A%^%C2%9B31m'}}",
         "new_ticket.body", "holds a control character", 3},
        {"a carriage return in a book", WRITE "60{1'a: 1%0Ab: 2%^%0D%0A'}}", "apply_book.text",
         "holds a carriage return", 2},
        {"a turned name", WRITE "20{1'a' 7'team%^%E2%80%AEa'}}", "new_ticket.team",
         "holds an invisible character", 0},
        {"an invisible key", WRITE "20{1'a' 12's' 13'%E2%80%8B7'}}", "new_ticket.source_key",
         "holds an invisible character", 0},
        {"an invisible priority", "2{1=1 21{4'P1' 4'P%^%EF%BB%BF1'}}", "list_tickets.priorities[1]",
         "holds an invisible character", 0},
        {"a reason of a hold", WRITE "25{1'ACME-1' 2'%E2%81%A6'}}", "hold_ticket.reason",
         "holds an invisible character", 0},
        {"a token's contract", "2{1=1 6{1'%7F' 2=1} " SHOW "}", "min_token.contract",
         "holds a control character", 0},
        {"a body of an imported event",
         WRITE "50{1'c' 2's' 3'k' 4~0 15{1~5 2=1 5=3 6=1 7=1 9'%0A%0A%^%01'}}}",
         "import_ticket.events[0].body", "holds a control character", 3},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect_refusal(&rows[i], OUTCOME_INVALID_ARGUMENT);
    }
}

T_TEST(check, tells_an_unknown_operation_from_none)
{
    static const struct row rows[] = {
        {"an operation of a newer schema", "2{^1=1 77{1'x'}}", "request",
         "asks for nothing that this server knows", 0},
    };

    expect_refusal(&rows[0], OUTCOME_UNIMPLEMENTED);
}

/* No rule of ours lets in what would unpack into so much; the sum is bounded all the same. */
T_TEST(check, bounds_the_sum_whatever_the_rules_allow)
{
    static const struct rule generous[] = {
        [4] = {.kind = RULE_NAME, .bytes = 1, .count = UINT32_MAX},
    };
    static const struct rules rules = {&slate__v1__list_tickets__descriptor, generous, 5, false};
    // Of each string 16 bytes, of all of them the array and the slabs of notes.
    static const struct {
        const char *notation;
        int outcome;
    } rows[] = {
        {"[20000 4'']", 0},
        {"[80000 4'']", CHECK_REFUSED},
        {"[131072 4'']", CHECK_REFUSED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw raw = raw_make(rows[i].notation);
        struct check_facts facts = {0};
        struct check_fault fault = {0};
        T_EQ_INT(check_frame(&rules, raw.p, raw.n, &facts, &fault), rows[i].outcome, "row %zu", i);
        if (rows[i].outcome == 0) {
            T_CHECK(facts.unpack_bytes > 20000 * (16 + 8 + 32), "%zu", facts.unpack_bytes);
        } else {
            T_EQ_STR(fault.reason, "is more than can be held in 2097152 bytes");
        }
        raw_free(&raw);
    }
}

T_TEST(check, lets_in_what_only_looks_wrong)
{
    static const char *const rows[] = {
        "2{" SHOW " 1=1}",                                     // in another order
        "2{1=18446744073709551615 22{1'ACME-1'}}",             // the largest id
        "2{1=1 21{3'%01%02' 3=3 3'' 3'%04'}}",                 // packed and not
        "[4 99=1] 2{1=1 [6 99'x'] 22{1'ACME-1' [6 1000=1]}}",  // 16 unknown fields
        "2{1=1 !c90c0000000000000000 !cd0c00000000 " SHOW "}", // of all their wire types
        "2{1=1 4~-62135596800000000 5~253402300799999999 " SHOW "}",
        WRITE "20{1'a' 9'%E2%80%8F%D7%A9' 10'a%0A%09b%E2%80%8D'}}",
        WRITE "20{1*63x 8*320x 9*500x 10*49152x 13*255x 12*63x}}",
        WRITE "60{1*1047552x 2*255x}}",
        "2{1=1 21{}}",
        "2{1=1 6{} 61{}}",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw raw = raw_make(rows[i]);
        struct arena arena;
        struct request request;
        struct refusal refusal = {0};
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_EQ_INT(wire_decode(raw.p, raw.n, &arena, &request, &refusal), 0, "row %zu: %s %s", i,
                 refusal.field, refusal.message);
        arena_fini(&arena);
        raw_free(&raw);
    }
}

T_TEST(check, finds_the_id_of_a_broken_request)
{
    static const struct {
        const char *frame;
        uint64_t id;
    } rows[] = {
        {"", 0},
        {"2{}", 0},
        {"2{1=77}", 77},
        {"2{8'why' 1=77 99=1 99=1}", 77},
        {"99'before' 2{1=18446744073709551615}", UINT64_MAX},
        {"!1250 1=77", 77},              // the request is cut off
        {"!12ffffffff0f 1=77 1=78", 77}, // its length is far too long
        {"2{1=77 !ff}", 77},
        {"2{!ff 1=77}", 0},
        {"2{1'x' 1=77}", 77}, // the wrong wire type first
        {"2{8'why' !088100}", 0},
        {"1=77", 0},
        {"!", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw raw = raw_make(rows[i].frame);
        struct arena arena;
        struct request request;
        struct refusal refusal;
        T_EQ_INT(check_find_id(raw.p, raw.n), rows[i].id, "row %zu", i);
        arena_init(&arena, WIRE_ARENA_BYTES);
        T_CHECK(wire_decode(raw.p, raw.n, &arena, &request, &refusal) > 0, "row %zu", i);
        T_EQ_INT(request.id, rows[i].id, "row %zu", i);
        arena_fini(&arena);
        raw_free(&raw);
    }
}
