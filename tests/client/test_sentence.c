// SPDX-License-Identifier: Apache-2.0
/*
 * What happened, in words: one row for each kind of event, and for what may be missing.
 */
#include <string.h>

#include "client/sentence.h"
#include "client/when.h"
#include "tests/client/fake.h"
#include "tests/t.h"

#define CLEANUP __attribute__((cleanup(text_fini)))

static const struct slate_clock resolution = {.kind = SLATE_CLOCK_RESOLUTION, .within = "4h"};
static const struct slate_clock ola = {.kind = SLATE_CLOCK_OLA, .within = "2h", .team = "manila-a"};
static const char *const edited[] = {"subject", "category", "language"};
static const char *const erased[] = {"body", "requester"};

static const struct {
    struct slate_event event;
    const char *sentence;
} table[] = {
    {{.kind = SLATE_EVENT_OPENED, .actor = "jane", .priority = "P1", .team = "manila-a"},
     "jane opened it as P1 for manila-a"},
    {{.kind = SLATE_EVENT_OPENED}, "somebody opened it"},
    {{.kind = SLATE_EVENT_MESSAGE,
      .actor = "a.reyes",
      .side = SLATE_SIDE_VENDOR,
      .message_kind = SLATE_MESSAGE_HUMAN,
      .visibility = SLATE_PUBLIC},
     "a.reyes replied"},
    {{.kind = SLATE_EVENT_MESSAGE,
      .actor = "a.reyes",
      .side = SLATE_SIDE_VENDOR,
      .message_kind = SLATE_MESSAGE_HUMAN,
      .visibility = SLATE_INTERNAL_NOTE},
     "a.reyes added a note"},
    {{.kind = SLATE_EVENT_MESSAGE,
      .actor = "mailbox",
      .side = SLATE_SIDE_REQUESTER,
      .message_kind = SLATE_MESSAGE_HUMAN,
      .visibility = SLATE_PUBLIC,
      .channel = "mail"},
     "mailbox wrote (requester), by mail"},
    {{.kind = SLATE_EVENT_MESSAGE,
      .actor = "monitoring",
      .side = SLATE_SIDE_TOOL,
      .message_kind = SLATE_MESSAGE_AUTO,
      .visibility = SLATE_PUBLIC},
     "monitoring wrote (tool, automatic)"},
    {{.kind = SLATE_EVENT_TAKEN, .actor = "a.reyes", .assignee = "a.reyes"}, "a.reyes took it"},
    {{.kind = SLATE_EVENT_ASSIGNED, .actor = "lead", .assignee = "a.reyes"},
     "lead assigned it to a.reyes"},
    {{.kind = SLATE_EVENT_ASSIGNED, .actor = "lead"}, "lead released it"},
    {{.kind = SLATE_EVENT_ACKNOWLEDGED, .actor = "a.reyes"}, "a.reyes acknowledged it"},
    {{.kind = SLATE_EVENT_TRANSFERRED, .actor = "lead", .from_team = "a", .team = "b"},
     "lead handed it over from a to b"},
    {{.kind = SLATE_EVENT_HELD,
      .actor = "a.reyes",
      .hold_reason = "waiting-customer",
      .hold_party = SLATE_SIDE_BUYER,
      .ends_at = FAKE_NOW_AT},
     "a.reyes put it on hold: waiting-customer (buyer)"},
    {{.kind = SLATE_EVENT_RESUMED, .actor = "a.reyes", .hold_reason = "waiting-customer"},
     "a.reyes resumed it: waiting-customer"},
    {{.kind = SLATE_EVENT_RESUMED, .origin = SLATE_ORIGIN_CLOCK, .hold_reason = "r"},
     "a hold ended by itself: r"},
    {{.kind = SLATE_EVENT_RESOLVED, .actor = "a.reyes"}, "a.reyes resolved it"},
    {{.kind = SLATE_EVENT_CLOSED, .actor = "lead"}, "lead closed it"},
    {{.kind = SLATE_EVENT_CLOSED, .origin = SLATE_ORIGIN_CLOCK}, "it closed by itself"},
    {{.kind = SLATE_EVENT_REOPENED, .actor = "jane"}, "jane reopened it"},
    {{.kind = SLATE_EVENT_PRIORITY, .actor = "lead", .priority = "P1"},
     "lead set the priority to P1"},
    {{.kind = SLATE_EVENT_EDITED,
      .actor = "a.reyes",
      .edited = edited,
      .n_edited = 3,
      .category = "network"},
     "a.reyes changed subject, category to network, language to nothing"},
    {{.kind = SLATE_EVENT_MERGED, .actor = "lead", .other = "A-2"}, "lead merged it into A-2"},
    {{.kind = SLATE_EVENT_ABSORBED, .actor = "lead", .other = "A-1"}, "lead merged into it: A-1"},
    {{.kind = SLATE_EVENT_LINKED,
      .actor = "lead",
      .other = "A-1",
      .link = SLATE_LINK_DUPLICATED_BY},
     "lead linked it: duplicated by A-1"},
    {{.kind = SLATE_EVENT_LINKED,
      .actor = "lead",
      .other = "A-1",
      .link = SLATE_LINK_RELATES,
      .removed = true},
     "lead took off the link: relates A-1"},
    {{.kind = SLATE_EVENT_TAGGED, .actor = "lead"}, "lead tagged it"},
    {{.kind = SLATE_EVENT_TAGGED, .actor = "lead", .removed = true}, "lead took a tag off"},
    {{.kind = SLATE_EVENT_WARNING, .clock = &resolution, .warning = "75%"}, "resolution: 75% used"},
    {{.kind = SLATE_EVENT_BREACH, .clock = &resolution}, "resolution BREACHED (target 4h)"},
    {{.kind = SLATE_EVENT_BREACH}, "a clock BREACHED"},
    {{.kind = SLATE_EVENT_WITHDRAWN, .clock = &resolution},
     "resolution: the breach was withdrawn (target 4h)"},
    {{.kind = SLATE_EVENT_JUDGED, .clock = &resolution}, "resolution was met (target 4h)"},
    {{.kind = SLATE_EVENT_RESCHEDULED}, "its deadlines moved"},
    {{.kind = SLATE_EVENT_RESCHEDULED, .moved_by = SLATE_MOVED_BY_ZONE_DATA},
     "its deadlines moved: new zone data"},
    {{.kind = SLATE_EVENT_RESCHEDULED,
      .clock = &resolution,
      .moved_by = SLATE_MOVED_BY_ZONE_DATA,
      .was_due_at = FAKE_NOW_AT},
     "resolution due moved: new zone data"},
    {{.kind = SLATE_EVENT_RESCHEDULED,
      .clock = &ola,
      .moved_by = SLATE_MOVED_BY_CALENDAR,
      .was_limit_at = FAKE_NOW_AT},
     "ola manila-a limit moved: new version of its calendar"},
    {{.kind = SLATE_EVENT_BREACH, .clock = &ola}, "ola manila-a BREACHED (target 2h)"},
    {{.kind = SLATE_EVENT_KEPT, .actor = "monitoring", .action = SLATE_INTAKE_RESOLVE},
     "monitoring said resolve, which was recorded and not applied"},
    {{.kind = SLATE_EVENT_ERASED, .actor = "lead", .erased_seq = 12},
     "lead erased texts of entry 12"},
    {{.kind = SLATE_EVENT_ERASED,
      .actor = "lead",
      .n_edited = 2,
      .edited = erased,
      .erased_seq = 12,
      .reason = "a password"},
     "lead erased body, requester of entry 12: a password"},
    {{.kind = (enum slate_event_kind)99}, "something that this slate does not know"},
};

T_TEST(sentence, tells_each_kind_of_event)
{
    bool told[SLATE_EVENT_ERASED + 1] = {false};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        CLEANUP struct text text = {0};

        sentence_add(&text, &table[i].event, 0);
        T_EQ_STR(text_str(&text), table[i].sentence, "row %zu", i);
        if (table[i].event.kind <= SLATE_EVENT_ERASED) {
            told[table[i].event.kind] = true;
        }
    }
    for (unsigned kind = 1; kind <= SLATE_EVENT_ERASED; kind++) {
        T_CHECK(told[kind], "no row for kind %u", kind);
    }
}

T_TEST(sentence, says_from_where_to_where_a_deadline_moved)
{
    const struct slate_clock moved = {.kind = SLATE_CLOCK_RESOLUTION,
                                      .due_at = FAKE_NOW_AT + INT64_C(7200000000),
                                      .limit_at = FAKE_NOW_AT + INT64_C(7200000000)};
    struct slate_event e = {.kind = SLATE_EVENT_RESCHEDULED,
                            .clock = &moved,
                            .moved_by = SLATE_MOVED_BY_ZONE_DATA,
                            .was_due_at = FAKE_NOW_AT + INT64_C(3600000000),
                            .was_limit_at = FAKE_NOW_AT + INT64_C(3600000000)};
    CLEANUP struct text text = {0};

    T_CHECK(when_set_zone("UTC"));
    sentence_add(&text, &e, FAKE_NOW_AT);
    T_EQ_STR(text_str(&text), "resolution due moved from 07:08 to 08:08: new zone data");
    text_clear(&text);
    e.was_due_at = moved.due_at; // only the limit, over a closing time
    sentence_add(&text, &e, FAKE_NOW_AT);
    T_EQ_STR(text_str(&text), "resolution limit moved from 07:08 to 08:08: new zone data");
    text_clear(&text);
    e.was_due_at = e.was_limit_at = 0;
    e.moved_by = SLATE_MOVED_BY_CALENDAR;
    sentence_add(&text, &e, FAKE_NOW_AT);
    T_EQ_STR(text_str(&text),
             "resolution due moved from unschedulable to 08:08: new version of its calendar");
}

T_TEST(sentence, says_when_something_was_recorded_late)
{
    const struct slate_event late = {.kind = SLATE_EVENT_CLOSED,
                                     .actor = "lead",
                                     .effective_at = FAKE_NOW_AT - INT64_C(3600000000),
                                     .recorded_at = FAKE_NOW_AT};
    struct slate_event soon = late;
    CLEANUP struct text text = {0};

    soon.effective_at = FAKE_NOW_AT - 1000;
    sentence_add(&text, &late, FAKE_NOW_AT);
    T_CHECK(strncmp(text_str(&text), "lead closed it; recorded ", 25) == 0, "%s", text_str(&text));
    text_clear(&text);
    sentence_add(&text, &late, 0); // the same everywhere: without times
    T_EQ_STR(text_str(&text), "lead closed it");
    text_clear(&text);
    sentence_add(&text, &soon, FAKE_NOW_AT);
    T_EQ_STR(text_str(&text), "lead closed it");
}
