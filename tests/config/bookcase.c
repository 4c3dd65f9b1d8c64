// SPDX-License-Identifier: Apache-2.0
#include "bookcase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/zonesource.h"
#include "core/instant.h"
#include "t.h"

const char bookcase_good[] =
    "holidays:\n"
    "  - name: de\n"
    "    complete_until: 2027-12-31\n"
    "    dates:\n"
    "      - {date: 2026-12-25, open: [], note: Christmas}\n"
    "      - {date: 2026-12-24, open: [\"09:00-13:00\"], note: half day}\n"
    "calendars:\n"
    "  - name: always\n"
    "    zone: Etc/UTC\n"
    "    week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]\n"
    "  - name: office\n"
    "    zone: Europe/Berlin\n"
    "    effective: 2026-01-01\n"
    "    week:\n"
    "      - {days: [mon, tue, wed, thu, fri], open: [\"09:00-12:30\", \"13:30-18:00\"]}\n"
    "    holidays: [de]\n"
    "    dates: [{date: 2026-11-28, open: [\"10:00-14:00\"]}]\n"
    "  - name: night\n"
    "    zone: Asia/Manila\n"
    "    effective: 2026-01-01\n"
    "    week: [{days: [mon, tue, wed, thu, fri], open: [\"21:00-30:00\"]}]\n"
    "    overnight: shift\n"
    "  - {name: both, union: [office, night]}\n"
    "parties:\n"
    "  - {name: acme, title: Acme GmbH, country: DE}\n"
    "  - {name: northwind, title: Northwind BPO, country: PH}\n"
    "teams:\n"
    "  - name: manila-a\n"
    "    party: northwind\n"
    "    site: {country: PH, zone: Asia/Manila}\n"
    "    office: front\n"
    "    functions: [customer-support, it-helpdesk]\n"
    "    languages: [en, tl]\n"
    "    calendar: night\n"
    "  - {name: berlin-l3, party: acme, functions: [it-helpdesk]}\n"
    "contracts:\n"
    "  - name: acme-l1\n"
    "    key: ACME\n"
    "    buyer: acme\n"
    "    vendor: northwind\n"
    "    zone: Europe/Berlin\n"
    "    effective: 2026-07-01\n"
    "    hours: office\n"
    "    teams: [{team: manila-a, tier: L1}, {team: berlin-l3}]\n"
    "    default_team: manila-a\n"
    "    priorities: [P1, P2, P3]\n"
    "    targets:\n"
    "      - {clock: first_response, match: {priority: [P1]}, within: 15m, calendar: always}\n"
    "      - {clock: first_response, match: {}, within: 4h, calendar: hours, warn: [75%, 30m]}\n"
    "      - {clock: resolution, match: {priority: [P1]}, within: 4h, calendar: both}\n"
    "      - {clock: resolution, match: {function: [it-helpdesk]}, within: 16h, calendar: night}\n"
    "      - {clock: resolution, match: {}, within: none}\n"
    "    holds:\n"
    "      - {reason: waiting-customer, party: buyer, pauses: [next_response, resolution]}\n"
    "      - {reason: tool-down, party: vendor, pauses: []}\n"
    "    on_retarget: carry\n"
    "    min_remaining: 0m\n"
    "    on_reopen: {mode: exclude, window: 72h}\n"
    "    on_transfer: keep\n";

void bookcase_init(struct bookcase *c)
{
    *c = (struct bookcase){.zones = zonesource_folder("/usr/share/zoneinfo")};
    arena_init(&c->arena, (size_t)1 << 30);
}

void bookcase_fini(struct bookcase *c)
{
    free(c->stored);
    arena_fini(&c->arena);
}

const char *bookcase_swap(struct bookcase *c, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    T_CHECK(at != NULL, "the text has no \"%s\"", from);
    const size_t size = strlen(text) - strlen(from) + strlen(to) + 1;
    char *swapped = arena_alloc(&c->arena, size);
    T_CHECK(swapped != NULL);
    (void)snprintf(swapped, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return swapped;
}

#define HOLD "{reason: waiting-customer, party: buyer, pauses: [next_response, resolution]}"

const char *bookcase_full(struct bookcase *c)
{
    static const char *const swaps[][2] = {
        {"contracts:\n", "sources:\n"
                         "  - {name: mailbox, may_assert: [requester]}\n"
                         "  - name: tracker\n"
                         "    starts_at: occurred\n"
                         "    max_backdate: 24h\n"
                         "    may_assert: [vendor, requester, buyer]\n"
                         "    open_tickets_max: 500\n"
                         "  - {name: monitoring}\n"
                         "contracts:\n"},
        {"    targets:\n",
         "    targets:\n"
         "      - {clock: acknowledge, match: {priority: [P1]}, within: 5m, calendar: always}\n"
         "      - {clock: acknowledge, match: {}, within: none}\n"
         "      - {clock: next_response, match: {}, within: 8h, calendar: hours, warn: [50%, "
         "1h]}\n"},
        {HOLD "\n", HOLD "\n      - " BOOKCASE_ASK "\n"},
        {"    on_transfer: keep\n", "    on_transfer: keep\n"
                                    "    " BOOKCASE_CHANGE "\n"
                                    "    " BOOKCASE_CLOSE "\n"
                                    "    max_backdate: 30m\n"},
    };
    const char *text = bookcase_good;
    for (size_t i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
        text = bookcase_swap(c, text, swaps[i][0], swaps[i][1]);
    }
    return text;
}

const char *bookcase_sla(struct bookcase *c)
{
    static const char *const swaps[][2] = {
        {"union: [office, night]}", "union: [office, night], days_of: office}"},
        {"functions: [it-helpdesk]}", "functions: [it-helpdesk], calendar: office}"},
        {"{team: berlin-l3}", "{team: berlin-l3, tier: L3}"},
        {"    holds:\n",
         "      - " BOOKCASE_UPDATE "\n"
         "      - {clock: update, match: {}, within: 8h, calendar: team, missed: once}\n"
         "      - " BOOKCASE_TURNAROUND "\n"
         "      - {clock: turnaround, match: {}, within: 5bd, calendar: both}\n"
         "      - {clock: ola, match: {tier: [L1]}, within: 4h, calendar: team}\n"
         "      - " BOOKCASE_OLA_TEAM "\n"
         "      - {clock: ola, match: {}, within: none}\n"
         "    holds:\n"},
        {"on_retarget: carry", "on_retarget: pro_rata"},
        {"min_remaining: 0m", "min_remaining: 30m"},
        {"{mode: exclude, window: 72h}", "{mode: include, window: 72h}"},
        {"    on_transfer: keep\n", "    on_transfer: follow_team\n"
                                    "    on_unanswered_resolve: {human: cancelled, tool: "
                                    "breached}\n"
                                    "    on_merge: earliest_start\n"},
    };
    const char *text = bookcase_good;
    for (size_t i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
        text = bookcase_swap(c, text, swaps[i][0], swaps[i][1]);
    }
    return text;
}

int bookcase_parse(struct bookcase *c, const char *text, struct bookfile **ret)
{
    // A copy that is gone afterwards: nothing may point into the text.
    const size_t n = strlen(text);
    char *exact = malloc(n + 1);
    T_CHECK(exact != NULL);
    memcpy(exact, text, n + 1);
    memset(&c->refusal, 0, sizeof(c->refusal));
    const int r = bookfile_parse(exact, n, "book.yaml", &c->arena, ret, &c->refusal);
    free(exact);
    T_CHECK(r == (int)c->refusal.code, "%d: %s", r, c->refusal.message);
    return r;
}

int bookcase_plan(struct bookcase *c, const char *text, int64_t now_at, struct book_plan **ret)
{
    struct bookfile *file;
    int r = bookcase_parse(c, text, &file);
    if (r == 0) {
        r = book_plan(c->stored, c->n, file, now_at, &c->zones, &c->arena, ret, &c->refusal);
        T_CHECK(r == (int)c->refusal.code, "%d: %s", r, c->refusal.message);
    }
    return r;
}

size_t bookcase_apply(struct bookcase *c, const char *text, int64_t now_at)
{
    struct book_plan *plan;
    const int r = bookcase_plan(c, text, now_at, &plan);
    T_CHECK(r == 0, "%s", c->refusal.message);
    const size_t n = plan->n_added;
    c->stored = realloc(c->stored, (c->n + n + 1) * sizeof(*c->stored));
    T_CHECK(c->stored != NULL);
    for (size_t i = 0; i < n; i++) {
        c->stored[c->n++] = plan->added[i];
    }
    book_plan_free(plan);
    return n;
}

struct book *bookcase_build(struct bookcase *c)
{
    struct book *book = NULL;
    const int r = book_build(c->stored, c->n, &c->zones, &c->arena, &book, &c->refusal);
    T_CHECK(r == 0, "%s", c->refusal.message);
    return book;
}

static void check_refusal(const struct bookcase *c, const struct bookcase_bad *b, const char *text,
                          int r)
{
    const enum outcome_code code = b->code != 0 ? b->code : OUTCOME_INVALID_ARGUMENT;
    const uint32_t line = bookcase_marked_line(text);
    char where[512];
    T_EQ_INT(r, code, "%s: %s", b->name, c->refusal.message);
    T_EQ_STR(c->refusal.field, b->field, "%s: %s", b->name, c->refusal.message);
    T_EQ_INT(c->refusal.line, line, "%s: %s", b->name, c->refusal.message);
    (void)snprintf(where, sizeof(where), line > 0 ? "book.yaml:%2$u: %1$s" : "book.yaml: %1$s",
                   b->field, line);
    T_CHECK(strncmp(c->refusal.message, where, strlen(where)) == 0, "%s: %s", b->name,
            c->refusal.message);
    T_CHECK(strstr(c->refusal.message + strlen(where), b->message) != NULL, "%s: %s", b->name,
            c->refusal.message);
}

void bookcase_refuse(const char *good, const struct bookcase_bad *rows, size_t n)
{
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < n; i++) {
        struct bookfile *file;
        const char *text = bookcase_swap(&c, good, rows[i].from, rows[i].to);
        check_refusal(&c, &rows[i], text, bookcase_parse(&c, text, &file));
    }
    bookcase_fini(&c);
}

void bookcase_refuse_plan(const char *good, const struct bookcase_bad *rows, size_t n)
{
    struct bookcase c;
    bookcase_init(&c);
    for (size_t i = 0; i < n; i++) {
        struct book_plan *plan;
        const char *text = bookcase_swap(&c, good, rows[i].from, rows[i].to);
        check_refusal(&c, &rows[i], text, bookcase_plan(&c, text, BOOKCASE_NOW, &plan));
    }
    bookcase_fini(&c);
}

int64_t bookcase_at(const char *text)
{
    int64_t at = 0;
    T_CHECK(instant_parse(text, strlen(text), &at) == 0, "%s", text);
    return at;
}

uint32_t bookcase_marked_line(const char *text)
{
    const char *mark = strstr(text, "#@");
    uint32_t line = mark != NULL;
    for (const char *p = text; mark != NULL && p < mark; p++) {
        line += *p == '\n';
    }
    return line;
}
