// SPDX-License-Identifier: Apache-2.0
/* A line of a source: what each action has, who speaks, and what the line is known by. */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "got.h"
#include "samples.h"
#include "t.h"

T_TEST(intake, a_line_arrives)
{
    struct got got;

    got_sample(&got, REQUEST_INTAKE, true);
    const struct request_intake *full = &got.request.u.intake;
    T_EQ_INT(full->action, INTAKE_OPEN);
    T_EQ_STR(full->ticket.contract, "acme-l1");
    T_EQ_STR(full->ticket.source, "jira");
    T_EQ_STR(full->ticket.source_key, "HD-9");
    T_EQ_STR(full->ticket.priority, "P2");
    T_EQ_STR(full->ticket.function, "it-helpdesk");
    T_EQ_STR(full->ticket.category, "hardware");
    T_EQ_STR(full->ticket.customer_tier, "gold");
    T_EQ_STR(full->ticket.language, "de");
    T_EQ_STR(full->ticket.team, "manila-a");
    T_EQ_STR(full->ticket.hold, "waiting-customer");
    T_EQ_STR(full->ticket.channel, "mail");
    got_text(full->ticket.requester, TEXT_REQUESTER, "anna@example.org");
    got_text(full->ticket.subject, TEXT_SUBJECT, "Printer");
    got_text(full->ticket.body, TEXT_BODY, "It burns.\n");
    T_EQ_INT(full->side, SIDE_REQUESTER);
    T_EQ_INT(full->message_kind, MESSAGE_KIND_HUMAN);
    T_EQ_INT(full->visibility, MESSAGE_VISIBILITY_NONE);
    T_EQ_INT(got.request.claimed_at, SAMPLE_AT - 5);
    got_done(&got);

    got_sample(&got, REQUEST_INTAKE, false);
    const struct request_intake *small = &got.request.u.intake;
    T_EQ_INT(small->action, INTAKE_RESUME);
    T_EQ_STR(small->ticket.priority, "");
    T_EQ_STR(small->ticket.function, "");
    T_EQ_STR(small->ticket.category, "");
    T_EQ_STR(small->ticket.customer_tier, "");
    T_EQ_STR(small->ticket.language, "");
    T_EQ_STR(small->ticket.team, "");
    T_EQ_STR(small->ticket.hold, "");
    T_EQ_STR(small->ticket.channel, "");
    got_text(small->ticket.requester, TEXT_REQUESTER, "");
    got_text(small->ticket.subject, TEXT_SUBJECT, "");
    got_text(small->ticket.body, TEXT_BODY, "");
    T_EQ_INT(small->side, SIDE_NONE);
    T_EQ_INT(small->message_kind, MESSAGE_KIND_NONE);
    T_EQ_INT(got.request.claimed_at, INSTANT_NONE);
    got_done(&got);
}

#define FROM "1'c' 2's' 3'k' "

T_TEST(intake, what_every_line_needs)
{
    got_refused("2{1=7 " ID "51{2's' 3'k' 5=5}}", "intake.contract", "is missing");
    got_refused("2{1=7 " ID "51{1'c' 3'k' 5=5}}", "intake.source", "is missing");
    got_refused("2{1=7 " ID "51{1'c' 2's' 5=5}}", "intake.source_key", "is missing");
    got_refused("2{1=7 " ID "51{1'c' 2's' 3'' 5=5}}", "intake.source_key", "is empty");
    got_refused("2{1=7 " ID "51{" FROM "}}", "intake.action", "is missing");
    got_refused("2{1=7 " ID "51{" FROM "5=0}}", "intake.action", "it is missing");
    got_refused("2{1=7 " ID "51{" FROM "5=7}}", "intake.action", "no such IntakeAction");
    got_refused("2{1=7 " ID "51{1'c' 2's' 3*256k 5=5}}", "intake.source_key", "at most 255");
    got_refused("2{1=7 " ID "51{" FROM "5=5 4*256i}}", "intake.line_id", "at most 255");
    got_refused("2{1=7 " ID "51{" FROM "5=5 4'%E2%80%8B'}}", "intake.line_id", "invisible");
    got_refused("2{1=7 " ID "51{" FROM "5=1 14*49153b}}", "intake.body", "at most 49152");
}

/* Fields in the order of the schema; a letter for each action that may have it, in capitals when it
 * must: Open, Update, Message, Hold, Resume, resolVe. */
static const struct part {
    const char *name;
    const char *notation;
    const char *actions;
} parts[] = {
    {"priority", "6'P1'", "ou"},     {"function", "7'f'", "o"},       {"category", "8'c'", "ou"},
    {"customer_tier", "9'g'", "ou"}, {"language", "10'de'", "ou"},    {"team", "11't'", "o"},
    {"requester", "12'a@b'", "o"},   {"subject", "13's'", "ou"},      {"body", "14'b'", "oMv"},
    {"channel", "15'mail'", "omv"},  {"hold_reason", "16'w'", "oHr"}, {"side", "17=3", "omhrv"},
    {"message_kind", "18=2", "omv"}, {"visibility", "19=2", "m"},
};
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static const char letters[] = " oumhrv"; // by enum intake_action

static bool must(const struct part *part, char letter)
{
    return strchr(part->actions, letter - 'a' + 'A') != NULL;
}

static bool may(const struct part *part, char letter)
{
    return must(part, letter) || strchr(part->actions, letter) != NULL;
}

T_TEST(intake, a_line_has_what_its_action_needs_and_no_more)
{
    for (int action = INTAKE_OPEN; action <= INTAKE_RESOLVE; action++) {
        char needed[64] = "";
        for (size_t i = 0; i < PARTS; i++) {
            if (must(&parts[i], letters[action])) {
                snprintf(needed, sizeof(needed), "%s ", parts[i].notation);
            }
        }
        for (size_t i = 0; i < PARTS; i++) {
            const bool is_needed = must(&parts[i], letters[action]);
            char notation[256];
            char field[64];
            struct got got;
            snprintf(field, sizeof(field), "intake.%s", parts[i].name);
            snprintf(notation, sizeof(notation), "2{1=7 %s51{%s5=%d %s%s}}", ID, FROM, action,
                     is_needed ? "" : needed, parts[i].notation);
            if (!may(&parts[i], letters[action])) {
                got_refused(notation, field, "the line's action has no use for it");
                continue;
            }
            got_notation(&got, notation);
            T_EQ_INT(got.r, 0, "%s: %s", notation, got.refusal.message);
            T_EQ_INT(got.request.u.intake.action, action);
            got_done(&got);
            if (is_needed) {
                snprintf(notation, sizeof(notation), "2{1=7 %s51{%s5=%d}}", ID, FROM, action);
                got_refused(notation, field, "the line's action needs it");
            }
        }
    }
    got_refused("2{1=7 " ID "51{" FROM "5=2}}", "intake", "nothing that could change");
    got_refused("2{1=7 " ID "51{" FROM "5=2 8''}}", "intake", "nothing that could change");
}

T_TEST(intake, a_message_is_public_unless_it_says_otherwise)
{
    struct got got;

    got_notation(&got, "2{1=7 " ID "51{" FROM "5=3 14'b'}}");
    T_EQ_INT(got.request.u.intake.visibility, MESSAGE_PUBLIC);
    got_done(&got);
    got_notation(&got, "2{1=7 " ID "51{" FROM "5=3 14'b' 19=2}}");
    T_EQ_INT(got.request.u.intake.visibility, MESSAGE_INTERNAL);
    got_done(&got);
}

T_TEST(intake, a_tool_is_nobody)
{
    static const struct {
        const char *line;
        bool refused;
    } rows[] = {
        {"5=3 14'b' 18=1", true},       // for whom?
        {"5=3 14'b' 17=4 18=1", true},  // a tool
        {"5=6 18=1", true},             //
        {"5=6 17=4 18=1", true},        //
        {"5=1 17=4 18=1", true},        //
        {"5=1 18=1", false},            // the requester, where the source may speak for them
        {"5=1 18=2", false},            //
        {"5=3 14'b' 17=1 18=1", false}, //
        {"5=3 14'b' 17=3 18=2", false}, // an automatic answer of the vendor's
        {"5=3 14'b' 18=2", false},      //
        {"5=3 14'b' 17=4 18=2", false}, //
        {"5=6 17=3 18=1", false},       //
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char notation[200];
        struct got got;
        snprintf(notation, sizeof(notation), "2{1=7 %s51{%s%s}}", ID, FROM, rows[i].line);
        if (rows[i].refused) {
            got_refused(notation, "intake.message_kind", "nobody's own");
            continue;
        }
        got_notation(&got, notation);
        T_EQ_INT(got.r, 0, "%s: %s", rows[i].line, got.refusal.message);
        got_done(&got);
    }
}

/* ---- what a line is known by ------------------------------------------------------------------
 */

static void line(const char *notation, uint8_t ret[WIRE_LINE_BYTES])
{
    struct got got;
    got_notation(&got, notation);
    T_EQ_INT(got.r, 0, "%s: %s: %s", notation, got.refusal.field, got.refusal.message);
    memcpy(ret, got.request.line_id, WIRE_LINE_BYTES);
    got_done(&got);
}

T_TEST(intake, the_same_line_is_known_again)
{
    static const struct {
        const char *a;
        const char *b;
    } rows[] = {
        // by its id, whatever else it says
        {"2{1=1 " ID "51{" FROM "4'l' 5=5}}", "2{1=2 3~9 " OTHER_ID "51{" FROM "4'l' 5=3 14'b'}}"},
        {"2{1=1 " ID "51{" FROM "4'l' 5=5}}", "2{1=1 " ID "51{1'd' 2's' 3'k' 4'l' 5=5}}"},
        // by its content
        {"2{1=1 " ID "51{" FROM "5=5}}", "2{1=2 10=5 " OTHER_ID "51{5=5 " FROM "}}"},
        {"2{1=1 " ID "20{1'c' 12's' 13'k'}}", "2{1=1 9=1 " ID "20{1'c' 12's' 13'k'}}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t a[WIRE_LINE_BYTES];
        uint8_t b[WIRE_LINE_BYTES];
        line(rows[i].a, a);
        line(rows[i].b, b);
        T_EQ_MEM(a, b, sizeof(a), "row %zu", i);
    }
}

T_TEST(intake, other_lines_are_others)
{
    static const char *const rows[] = {
        "2{1=1 " ID "51{" FROM "4'l' 5=5}}",
        "2{1=1 " ID "51{" FROM "4'm' 5=5}}",
        "2{1=1 " ID "51{1'c' 2's' 3'j' 4'l' 5=5}}",
        "2{1=1 " ID "51{1'c' 2't' 3'k' 4'l' 5=5}}",
        "2{1=1 " ID "51{1'c' 2'sk' 3'k' 4'l' 5=5}}",
        "2{1=1 " ID "51{1'c' 2's' 3'kk' 4'l' 5=5}}",
        "2{1=1 " ID "51{" FROM "5=5}}",
        "2{1=1 3~9 " ID "51{" FROM "5=5}}",
        "2{1=1 3~8 " ID "51{" FROM "5=5}}",
        "2{1=1 " ID "51{" FROM "5=6}}",
        "2{1=1 " ID "51{1'c' 2't' 3'k' 5=6}}",
        "2{1=1 " ID "51{" FROM "5=3 14'b'}}",
        "2{1=1 " ID "51{" FROM "5=3 14'c'}}",
        "2{1=1 " ID "51{" FROM "5=3 14'c' 17=1}}",
        "2{1=1 " ID "51{" FROM "5=1}}",
        "2{1=1 " ID "20{1'c' 12's' 13'k'}}",
        "2{1=1 " ID "20{1'c' 9'x' 12's' 13'k'}}",
    };
    enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
    uint8_t ids[ROWS][WIRE_LINE_BYTES];

    for (size_t i = 0; i < ROWS; i++) {
        line(rows[i], ids[i]);
        for (size_t j = 0; j < i; j++) {
            T_CHECK(memcmp(ids[i], ids[j], WIRE_LINE_BYTES) != 0, "rows %zu and %zu", i, j);
        }
    }
}

T_TEST(intake, what_comes_from_no_source_is_no_line)
{
    static const char *const rows[] = {
        "2{1=1 " ID "20{1'c'}}", "2{1=1 " ID "20{1'c' 12's'}}", "2{1=1 " ID "23{1'A-1'}}",
        "2{1=1 " ID "50{1'c' 2's' 3'k' 4~0}}", // a history is known by its key alone
    };
    static const uint8_t none[WIRE_LINE_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t id[WIRE_LINE_BYTES];
        line(rows[i], id);
        T_EQ_MEM(id, none, sizeof(id), "%s", rows[i]);
    }
}

/* They are stored: they may not change with a compiler, a library or a machine. */
T_TEST(intake, a_line_id_stays_what_it_is)
{
    static const uint8_t by_id[WIRE_LINE_BYTES] = {
        0x90, 0x1a, 0x58, 0x46, 0x8c, 0x6f, 0x70, 0xd8,
        0x90, 0xca, 0x84, 0x36, 0xc8, 0xf3, 0x12, 0xad,
    };
    static const uint8_t by_content[WIRE_LINE_BYTES] = {
        0xf0, 0x02, 0x5e, 0x15, 0x18, 0xbe, 0x80, 0x27,
        0x31, 0xfa, 0xc2, 0xd7, 0x49, 0xb8, 0x8e, 0xad,
    };
    uint8_t id[WIRE_LINE_BYTES];

    line("2{1=1 " ID "51{1'acme-l1' 2'jira' 3'HD-9' 4'HD-9/created' 5=1}}", id);
    T_EQ_MEM(id, by_id, sizeof(id));
    line("2{1=1 " ID "51{1'acme-l1' 2'jira' 3'HD-9' 5=1 13'Printer on fire'}}", id);
    T_EQ_MEM(id, by_content, sizeof(id));
}
