// SPDX-License-Identifier: Apache-2.0
/*
 * The words of the vocabularies, and the names of outcomes. They are part of what JSON answers and
 * options look like: permanent.
 */
#include <string.h>
#include <slate.h>

struct words {
    const char *const *word; // by value; NULL where there is none
    int n;
};

static const char *const ticket_states[] = {
    [SLATE_TICKET_NEW] = "new",       [SLATE_TICKET_OPEN] = "open",
    [SLATE_TICKET_HELD] = "held",     [SLATE_TICKET_RESOLVED] = "resolved",
    [SLATE_TICKET_CLOSED] = "closed", [SLATE_TICKET_MERGED] = "merged",
};

static const char *const clock_kinds[] = {
    [SLATE_CLOCK_ACKNOWLEDGE] = "acknowledge",
    [SLATE_CLOCK_FIRST_RESPONSE] = "first_response",
    [SLATE_CLOCK_NEXT_RESPONSE] = "next_response",
    [SLATE_CLOCK_UPDATE] = "update",
    [SLATE_CLOCK_RESOLUTION] = "resolution",
    [SLATE_CLOCK_TURNAROUND] = "turnaround",
    [SLATE_CLOCK_OLA] = "ola",
};

static const char *const clock_states[] = {
    [SLATE_CLOCK_RUNNING] = "running",
    [SLATE_CLOCK_ON_HOLD] = "on_hold",
    [SLATE_CLOCK_STOPPED] = "stopped",
    [SLATE_CLOCK_CANCELLED] = "cancelled",
};

static const char *const verdicts[] = {
    [SLATE_VERDICT_OPEN] = "open",
    [SLATE_VERDICT_MET] = "met",
    [SLATE_VERDICT_BREACHED] = "breached",
    [SLATE_VERDICT_UNMEASURED] = "unmeasured",
};

static const char *const sides[] = {
    [SLATE_SIDE_REQUESTER] = "requester",
    [SLATE_SIDE_BUYER] = "buyer",
    [SLATE_SIDE_VENDOR] = "vendor",
    [SLATE_SIDE_TOOL] = "tool",
};

static const char *const message_kinds[] = {
    [SLATE_MESSAGE_HUMAN] = "human",
    [SLATE_MESSAGE_AUTO] = "auto",
};

static const char *const visibilities[] = {
    [SLATE_PUBLIC] = "public",
    [SLATE_INTERNAL_NOTE] = "internal",
};

static const char *const span_kinds[] = {
    [SLATE_SPAN_COUNTED] = "counted", [SLATE_SPAN_HELD] = "held",
    [SLATE_SPAN_OUTSIDE] = "outside", [SLATE_SPAN_PAST_LIMIT] = "past_limit",
    [SLATE_SPAN_STOPPED] = "stopped",
};

static const char *const import_actions[] = {
    [SLATE_IMPORT_MESSAGE] = "message", [SLATE_IMPORT_TAKE] = "take",
    [SLATE_IMPORT_HOLD] = "hold",       [SLATE_IMPORT_RESUME] = "resume",
    [SLATE_IMPORT_RESOLVE] = "resolve", [SLATE_IMPORT_REOPEN] = "reopen",
    [SLATE_IMPORT_CLOSE] = "close",     [SLATE_IMPORT_PRIORITY] = "priority",
};

static const char *const book_changes[] = {
    [SLATE_BOOK_NEW] = "new",
    [SLATE_BOOK_VERSION] = "version",
    [SLATE_BOOK_SAME] = "same",
};

static const char *const event_kinds[] = {
    [SLATE_EVENT_OPENED] = "opened",
    [SLATE_EVENT_MESSAGE] = "message",
    [SLATE_EVENT_TAKEN] = "taken",
    [SLATE_EVENT_ASSIGNED] = "assigned",
    [SLATE_EVENT_ACKNOWLEDGED] = "acknowledged",
    [SLATE_EVENT_TRANSFERRED] = "transferred",
    [SLATE_EVENT_HELD] = "held",
    [SLATE_EVENT_RESUMED] = "resumed",
    [SLATE_EVENT_RESOLVED] = "resolved",
    [SLATE_EVENT_CLOSED] = "closed",
    [SLATE_EVENT_REOPENED] = "reopened",
    [SLATE_EVENT_PRIORITY] = "priority",
    [SLATE_EVENT_EDITED] = "edited",
    [SLATE_EVENT_MERGED] = "merged",
    [SLATE_EVENT_ABSORBED] = "absorbed",
    [SLATE_EVENT_LINKED] = "linked",
    [SLATE_EVENT_TAGGED] = "tagged",
    [SLATE_EVENT_WARNING] = "warning",
    [SLATE_EVENT_BREACH] = "breach",
    [SLATE_EVENT_WITHDRAWN] = "withdrawn",
    [SLATE_EVENT_RESCHEDULED] = "rescheduled",
    [SLATE_EVENT_JUDGED] = "judged",
    [SLATE_EVENT_KEPT] = "kept",
    [SLATE_EVENT_ERASED] = "erased",
};

static const char *const origins[] = {
    [SLATE_ORIGIN_LIVE] = "live",
    [SLATE_ORIGIN_IMPORT] = "import",
    [SLATE_ORIGIN_CLOCK] = "clock",
};

static const char *const link_kinds[] = {
    [SLATE_LINK_RELATES] = "relates",
    [SLATE_LINK_DUPLICATES] = "duplicates",
    [SLATE_LINK_DUPLICATED_BY] = "duplicated_by",
    [SLATE_LINK_BLOCKS] = "blocks",
    [SLATE_LINK_BLOCKED_BY] = "blocked_by",
    [SLATE_LINK_CAUSES] = "causes",
    [SLATE_LINK_CAUSED_BY] = "caused_by",
    [SLATE_LINK_FOLLOWS] = "follows",
    [SLATE_LINK_FOLLOWED_BY] = "followed_by",
};

static const char *const intake_actions[] = {
    [SLATE_INTAKE_OPEN] = "open",       [SLATE_INTAKE_UPDATE] = "update",
    [SLATE_INTAKE_MESSAGE] = "message", [SLATE_INTAKE_HOLD] = "hold",
    [SLATE_INTAKE_RESUME] = "resume",   [SLATE_INTAKE_RESOLVE] = "resolve",
};

static const char *const intake_outcomes[] = {
    [SLATE_INTAKE_CREATED] = "created",     [SLATE_INTAKE_UPDATED] = "updated",
    [SLATE_INTAKE_UNCHANGED] = "unchanged", [SLATE_INTAKE_DUPLICATE] = "duplicate",
    [SLATE_INTAKE_KEPT] = "kept",
};

static const char *const moved_bys[] = {
    [SLATE_MOVED_BY_ZONE_DATA] = "zone_data",
    [SLATE_MOVED_BY_CALENDAR] = "calendar",
};

static const char *const user_actions[] = {
    [SLATE_USER_DISABLE] = "disable",
    [SLATE_USER_ENABLE] = "enable",
    [SLATE_USER_ROTATE] = "rotate",
    [SLATE_USER_VOUCH] = "vouch",
};

static const char *const proposal_states[] = {
    [SLATE_PROPOSAL_OPEN] = "open",
    [SLATE_PROPOSAL_APPLIED] = "applied",
    [SLATE_PROPOSAL_WITHDRAWN] = "withdrawn",
};

static const char *const access_kinds[] = {
    [SLATE_ACCESS_SHOW] = "show",
    [SLATE_ACCESS_LIST] = "list",
    [SLATE_ACCESS_EXPORT] = "export",
    [SLATE_ACCESS_ADMIN] = "admin",
};

#define WORDS(array)                                       \
    {                                                      \
        (array), (int)(sizeof(array) / sizeof((array)[0])) \
    }

static const struct words vocabularies[] = {
    [SLATE_TICKET_STATES] = WORDS(ticket_states),
    [SLATE_CLOCK_KINDS] = WORDS(clock_kinds),
    [SLATE_CLOCK_STATES] = WORDS(clock_states),
    [SLATE_VERDICTS] = WORDS(verdicts),
    [SLATE_SIDES] = WORDS(sides),
    [SLATE_MESSAGE_KINDS] = WORDS(message_kinds),
    [SLATE_VISIBILITIES] = WORDS(visibilities),
    [SLATE_SPAN_KINDS] = WORDS(span_kinds),
    [SLATE_IMPORT_ACTIONS] = WORDS(import_actions),
    [SLATE_BOOK_CHANGES] = WORDS(book_changes),
    [SLATE_EVENT_KINDS] = WORDS(event_kinds),
    [SLATE_ORIGINS] = WORDS(origins),
    [SLATE_LINK_KINDS] = WORDS(link_kinds),
    [SLATE_INTAKE_ACTIONS] = WORDS(intake_actions),
    [SLATE_INTAKE_OUTCOMES] = WORDS(intake_outcomes),
    [SLATE_MOVED_BYS] = WORDS(moved_bys),
    [SLATE_USER_ACTIONS] = WORDS(user_actions),
    [SLATE_PROPOSAL_STATES] = WORDS(proposal_states),
    [SLATE_ACCESS_KINDS] = WORDS(access_kinds),
};

static const struct words *find(enum slate_vocabulary vocabulary)
{
    size_t i = (size_t)vocabulary;

    return i < sizeof(vocabularies) / sizeof(vocabularies[0]) ? &vocabularies[i] : NULL;
}

const char *slate_name(enum slate_vocabulary vocabulary, int value)
{
    const struct words *words = find(vocabulary);

    return words && value > 0 && value < words->n ? words->word[value] : NULL;
}

int slate_named(enum slate_vocabulary vocabulary, const char *word)
{
    const struct words *words = find(vocabulary);

    for (int i = 1; words && i < words->n; i++) {
        if (words->word[i] && strcmp(words->word[i], word) == 0) {
            return i;
        }
    }
    return 0;
}

const char *slate_status_name(enum slate_status status)
{
    switch (status) {
    case SLATE_OK: return "ok";
    case SLATE_CANCELLED: return "cancelled";
    case SLATE_UNKNOWN: return "unknown";
    case SLATE_INVALID_ARGUMENT: return "invalid_argument";
    case SLATE_DEADLINE_EXCEEDED: return "deadline_exceeded";
    case SLATE_NOT_FOUND: return "not_found";
    case SLATE_ALREADY_EXISTS: return "already_exists";
    case SLATE_PERMISSION_DENIED: return "permission_denied";
    case SLATE_RESOURCE_EXHAUSTED: return "resource_exhausted";
    case SLATE_FAILED_PRECONDITION: return "failed_precondition";
    case SLATE_ABORTED: return "aborted";
    case SLATE_OUT_OF_RANGE: return "out_of_range";
    case SLATE_UNIMPLEMENTED: return "unimplemented";
    case SLATE_INTERNAL: return "internal";
    case SLATE_UNAVAILABLE: return "unavailable";
    case SLATE_DATA_LOSS: return "data_loss";
    case SLATE_UNAUTHENTICATED: return "unauthenticated";
    case SLATE_UNREACHABLE: return "unreachable";
    case SLATE_TLS: return "tls";
    case SLATE_PROTOCOL: return "protocol";
    case SLATE_TIMEOUT: return "timeout";
    case SLATE_UNKNOWN_OUTCOME: return "unknown_outcome";
    case SLATE_BAD_PROFILE: return "bad_profile";
    case SLATE_NO_MEMORY: return "no_memory";
    }
    return NULL;
}

const char *slate_version(void)
{
    return SLATE_VERSION;
}
