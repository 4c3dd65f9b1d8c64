// SPDX-License-Identifier: Apache-2.0
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "store/due.h"
#include "store/error.h"
#include "t.h"

const char story_book[] =
    "calendars:\n"
    "  - {name: always, zone: Etc/UTC,\n"
    "     week: [{days: [mon, tue, wed, thu, fri, sat, sun], open: [\"00:00-24:00\"]}]}\n"
    "  - {name: office, zone: Europe/Berlin,\n"
    "     week: [{days: [mon, tue, wed, thu, fri], open: [\"09:00-17:00\"]}]}\n"
    "parties: [{name: acme}, {name: vend}, {name: other}]\n"
    "teams:\n"
    "  - {name: one, party: vend, calendar: always}\n"
    "  - {name: two, party: vend, calendar: office}\n"
    "  - {name: three, party: other}\n"
    "sources: [{name: mail, may_assert: [requester]}]\n"
    "contracts:\n"
    "  - name: con\n"
    "    key: CON\n"
    "    buyer: acme\n"
    "    vendor: vend\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: office\n"
    "    teams: [{team: one, tier: L1}, {team: two, tier: L2}]\n"
    "    default_team: one\n"
    "    priorities: [P1, P2]\n"
    "    on_reopen: {window: 24h}\n"
    "    on_merge: earliest_start\n"
    "    max_backdate: 6h\n"
    "    auto_close: {after: 12h}\n"
    "    targets:\n"
    "      - {clock: acknowledge, match: {}, within: 30m, calendar: always}\n"
    "      - {clock: first_response, match: {}, within: 1h, calendar: always, warn: [50%]}\n"
    "      - {clock: next_response, match: {}, within: 1h, calendar: always}\n"
    "      - {clock: update, match: {priority: [P1]}, within: 3h, calendar: always,\n"
    "         missed: each_period}\n"
    "      - {clock: update, match: {}, within: none}\n"
    "      - {clock: resolution, match: {priority: [P1]}, within: 6h, calendar: hours}\n"
    "      - {clock: resolution, match: {}, within: 12h, calendar: hours, warn: [50%]}\n"
    "      - {clock: ola, match: {}, within: 4h, calendar: team}\n"
    "    holds:\n"
    "      - {reason: ask, party: buyer, pauses: [resolution, update, ola],\n"
    "         ends_on: requester_message}\n"
    "      - {reason: tool, party: vendor, pauses: [resolution], max: 2h}\n"
    "  - name: two\n"
    "    key: TWO\n"
    "    buyer: acme\n"
    "    vendor: other\n"
    "    zone: Etc/UTC\n"
    "    effective: 2026-01-01\n"
    "    hours: always\n"
    "    teams: [{team: three}]\n"
    "    default_team: three\n"
    "    priorities: [P1, P2]\n"
    "    targets:\n"
    "      - {clock: resolution, match: {}, within: 4h, calendar: always}\n";

static const struct service_person people[S_END - 1] = {
    [S_ADMIN - 1] = {"admin", ROLE_ADMIN, 0, 0, ""},
    [S_AGENT - 1] = {"agent", ROLE_AGENT, 2, 1, ""},
    [S_AGENT_2 - 1] = {"agent-2", ROLE_AGENT, 2, 2, ""},
    [S_LEAD - 1] = {"lead", ROLE_VENDOR_MANAGER, 2, 0, ""},
    [S_BUYER - 1] = {"buyer", ROLE_MANAGER, 1, 0, ""},
    [S_MAIL - 1] = {"mail-tool", ROLE_INTAKE, 2, 0, "mail"},
    [S_OTHER - 1] = {"stranger", ROLE_VENDOR_MANAGER, 3, 0, ""},
};

const struct story_past story_present = {INSTANT_NONE, INSTANT_NONE};

enum { SWEEP_ROUNDS = 8 };

static int64_t begin_at; /* one service at a time */
static int64_t now_at;
static char book[sizeof(story_book) + 4096];

/* --- time ------------------------------------------------------------------------------------- */

/* The guard never gives out a stamp before its last one, and the wall is far behind it. */
static void set_now(struct service *s, int64_t at)
{
    T_CHECK(at >= now_at, "the time does not go back");
    now_at = at;
    s->stamp.guard.last_at = at;
    T_EQ_INT(stamp_now(&s->stamp), at);
}

void story_init(struct service *s)
{
    static const char text[] = "2055-03-01T08:00:00Z";
    const struct service_options options = {
        .book = story_book,
        .people = people,
        .n_people = S_END - 1,
    };
    T_EQ_INT(instant_parse(text, sizeof(text) - 1, &begin_at), 0);
    now_at = INSTANT_NONE;
    memcpy(book, story_book, sizeof(story_book));
    service_init(s, &options);
    set_now(s, begin_at);
}

int64_t story_now(void)
{
    return now_at;
}

void story_until(struct service *s, int64_t us)
{
    const int64_t at = begin_at + us;

    for (;;) {
        struct txn txn;
        int64_t due_at;

        T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
        int error = due_next(&txn, &due_at);
        txn_abort(&txn);
        if (error == STORE_NOT_FOUND || due_at >= at) {
            break;
        }
        set_now(s, due_at + 1 > now_at ? due_at + 1 : now_at);
        (void)service_round(s);
    }
    set_now(s, at > now_at ? at : now_at);
}

/* --- what is done ----------------------------------------------------------------------------- */

static const struct text tag_text = {TEXT_TAG, "odd", 3};

/* A new ticket's word is its priority; of a step of a history, and of a link, there is one way. */
static void import(struct job *job, const struct story_step *step)
{
    struct command_step *steps = arena_array(&job->arena, 3, sizeof(*steps));

    for (int i = 0; i < 3; i++) {
        steps[i] = (struct command_step){
            .at = now_at - (3 - i) * US_PER_HOUR,
            .reason = "",
            .priority = "",
            .channel = "",
        };
    }
    steps[0].kind = STEP_TAKE;
    steps[1].kind = STEP_MESSAGE;
    steps[1].side = SIDE_VENDOR;
    steps[1].message_kind = MESSAGE_KIND_HUMAN;
    steps[1].visibility = MESSAGE_PUBLIC;
    steps[1].body = (struct text){TEXT_BODY, "old words", 9};
    steps[2].kind = STEP_HOLD;
    steps[2].reason = "ask";
    job->request.kind = REQUEST_IMPORT_TICKET;
    struct request_new_ticket ticket = job->request.u.new_ticket;
    ticket.source = "mail";
    ticket.source_key = step->word;
    ticket.priority = "P1";
    job->request.u.import = (struct request_import){
        .ticket = ticket,
        .opened_at = now_at - 5 * US_PER_HOUR,
        .cutover_at = INSTANT_NONE,
        .clocks = 1u << CLOCK_KIND_RESOLUTION | 1u << CLOCK_KIND_FIRST_RESPONSE |
                  1u << CLOCK_KIND_OLA,
        .steps = steps,
        .n_steps = 3,
    };
}

/* Of a key: opens a ticket, or writes to the one that it has. */
static void intake(struct job *job, const struct story_step *step)
{
    struct request_intake *in = &job->request.u.intake;
    const bool opens = step->number == 0;

    *in = (struct request_intake){.action = opens ? INTAKE_OPEN : INTAKE_MESSAGE};
    in->ticket = (struct request_new_ticket){
        .contract = "con",
        .priority = opens ? "P1" : "",
        .function = "",
        .category = "",
        .customer_tier = "",
        .language = "",
        .team = "",
        .hold = "",
        .source = "mail",
        .source_key = step->word,
        .channel = "",
        .body = {TEXT_BODY, "words", 5},
    };
    if (opens) {
        in->ticket.subject = (struct text){TEXT_SUBJECT, "subject of mail", 15};
    } else {
        in->side = SIDE_REQUESTER;
        in->message_kind = MESSAGE_KIND_HUMAN;
        in->visibility = MESSAGE_PUBLIC;
    }
    memcpy(job->request.line_id, job->request.request_id, sizeof(job->request.line_id));
    job->request.line_id[15] = 1;
}

static void fill(struct job *job, const struct story_step *step)
{
    struct request *r = &job->request;
    const char *word = step->word == NULL ? "" : step->word;

    r->u.ticket = service_ticket("CON", step->number);
    switch (step->kind) {
    case REQUEST_ADD_MESSAGE:
    case REQUEST_RESOLVE_TICKET: {
        bool note = strcmp(word, "note") == 0;
        bool says = step->kind == REQUEST_ADD_MESSAGE || word[0] != '\0';
        r->u.message.visibility = note ? MESSAGE_INTERNAL : MESSAGE_PUBLIC;
        r->u.message.channel = "";
        r->u.message.hold = strcmp(word, "ask") == 0 ? "ask" : "";
        r->u.message.body = (struct text){TEXT_BODY, "words", says ? 5 : 0};
        break;
    }
    case REQUEST_INTAKE: intake(job, step); break;
    case REQUEST_HOLD_TICKET:
    case REQUEST_RESUME_TICKET: r->u.hold.reason = word; break;
    case REQUEST_ASSIGN_TICKET: r->u.assign.name = word; break;
    case REQUEST_TRANSFER_TICKET: r->u.transfer.team = word; break;
    case REQUEST_SET_PRIORITY: r->u.priority.priority = word; break;
    case REQUEST_MERGE_TICKET:
    case REQUEST_LINK_TICKET:
        r->u.merge.other = service_ticket("CON", strtoull(word, NULL, 10));
        if (step->kind == REQUEST_LINK_TICKET) {
            r->u.link.kind = LINK_BLOCKS;
            r->u.link.remove = word[1] == '-';
        }
        break;
    case REQUEST_TAG_TICKET:
        r->u.tag.tags = &tag_text;
        r->u.tag.n_tags = 1;
        r->u.tag.remove = word[0] == '-';
        break;
    case REQUEST_EDIT_TICKET:
        r->u.edit = (struct request_edit){
            .ticket = r->u.ticket,
            .edits = EDIT_SUBJECT | EDIT_CATEGORY,
            .subject = {TEXT_SUBJECT, word, strlen(word)},
            .category = word,
            .customer_tier = "",
            .language = "",
        };
        break;
    default: break;
    }
}

void story_do(struct service *s, const struct story_step *step)
{
    story_until(s, step->minute * US_PER_MIN);
    struct job *job;

    if (step->kind == REQUEST_NEW_TICKET || step->kind == REQUEST_IMPORT_TICKET) {
        const char *contract = step->who == S_OTHER ? "two" : "con";
        job = service_new(s, (enum who)step->who, contract,
                          step->kind == REQUEST_NEW_TICKET ? step->word : "P1", now_at);
        if (step->kind == REQUEST_IMPORT_TICKET) {
            import(job, step);
        }
    } else {
        job = service_job(s, (enum who)step->who, step->kind, now_at);
        fill(job, step);
    }
    if (step->claimed != 0) {
        job->request.claimed_at = now_at - step->claimed * US_PER_MIN;
    }
    service_write(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "minute %d, ticket %d: %s", step->minute, (int)step->number,
            e->reply->error->message);
}

void story_apply(struct service *s, const char *from, const char *to)
{
    char *found = strstr(book, from);

    T_CHECK(found != NULL && strlen(book) + strlen(to) < sizeof(book));
    memmove(found + strlen(to), found + strlen(from), strlen(found + strlen(from)) + 1);
    memcpy(found, to, strlen(to));
    struct job *job = service_job(s, (enum who)S_ADMIN, REQUEST_APPLY_BOOK, now_at);
    job->request.u.apply_book = (struct request_apply_book){
        .text = book, .n = strlen(book), .file = ""};
    service_write(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    T_CHECK(e->reply->book_diff->applied);
    for (int i = 0; i < SWEEP_ROUNDS; i++) {
        (void)service_round(s); /* every open ticket is looked at */
    }
}

/* --- what is asked ---------------------------------------------------------------------------- */

static struct job *read_past(struct service *s, struct job *job, struct story_past past)
{
    job->request.as_of_at = past.as_of_at;
    job->request.as_known_at = past.as_known_at;
    service_read(s, job);
    return job;
}

struct job *story_ask(struct service *s, enum story_who who, enum request_kind kind,
                      uint64_t number, struct story_past past)
{
    struct job *job = service_job(s, (enum who)who, kind, now_at);

    job->request.u.explain = (struct request_explain){service_ticket("CON", number),
                                                      CLOCK_KIND_NONE};
    if (kind == REQUEST_LIST_BREACHES) {
        job->request.u.list_breaches = (struct request_list_breaches){
            .since_at = INSTANT_NONE,
            .until_at = INSTANT_NONE,
            .team = "",
            .vendor = "",
            .contract = "",
            .limit = 1000,
        };
    }
    return read_past(s, job, past);
}

struct job *story_list(struct service *s, enum story_who who, const char *contract, uint32_t limit,
                       const struct wire_bytes *cursor, struct story_past past)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_LIST_TICKETS, now_at);

    job->request.u.list_tickets = (struct request_list_tickets){
        .contract = contract,
        .team = "",
        .assignee = "",
        .due_before_at = INSTANT_NONE,
        .limit = limit,
        .cursor = cursor == NULL ? (struct wire_bytes){NULL, 0} : *cursor,
    };
    return read_past(s, job, past);
}

/* --- words ------------------------------------------------------------------------------------ */

static void tell(FILE *out, const ProtobufCMessage *m, unsigned depth, bool of_row);

/* Clocks of a row are as the last entry computed them; of a past row as of its instant. */
static bool is_passed_over(const ProtobufCFieldDescriptor *f, bool of_row)
{
    static const char *const never[] = {"id", "snapshot_at"};
    static const char *const in_rows[] = {"elapsed_us", "as_of_at"};

    for (size_t i = 0; i < 2; i++) {
        if (strcmp(f->name, never[i]) == 0 || (of_row && strcmp(f->name, in_rows[i]) == 0)) {
            return true;
        }
    }
    return false;
}

static void tell_value(FILE *out, const ProtobufCFieldDescriptor *f, const void *at, unsigned depth)
{
    const bool of_row = strcmp(f->name, "next_clock") == 0 ||
                        strcmp(f->name, "breached_clock") == 0;

    (void)fprintf(out, "%*s%s", (int)(2 * depth), "", f->name);
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE: {
        (void)fprintf(out, ":\n");
        tell(out, *(ProtobufCMessage *const *)at, depth + 1, of_row);
        return;
    }
    case PROTOBUF_C_TYPE_STRING: (void)fprintf(out, " %s\n", *(const char *const *)at); return;
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *b = at;
        for (size_t i = 0; i < b->len; i++) {
            (void)fprintf(out, "%s%02x", i == 0 ? " " : "", (unsigned)b->data[i]);
        }
        (void)fprintf(out, "\n");
        return;
    }
    case PROTOBUF_C_TYPE_SINT64: {
        char text[INSTANT_TEXT_BYTES];
        (void)fprintf(out, " %s\n", instant_format(*(const int64_t *)at, text));
        return;
    }
    case PROTOBUF_C_TYPE_UINT64:
        (void)fprintf(out, " %llu\n", (unsigned long long)*(const uint64_t *)at);
        return;
    case PROTOBUF_C_TYPE_BOOL:
        (void)fprintf(out, " %d\n", (int)*(const protobuf_c_boolean *)at);
        return;
    default: (void)fprintf(out, " %lu\n", (unsigned long)*(const uint32_t *)at); return;
    }
}

static size_t width(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
    case PROTOBUF_C_TYPE_STRING: return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64: return sizeof(uint64_t);
    default: return sizeof(uint32_t);
    }
}

static void tell(FILE *out, const ProtobufCMessage *m, unsigned depth, bool of_row)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        const char *at = (const char *)m + f->offset;
        const char *quantifier = (const char *)m + f->quantifier_offset;
        bool pointer = f->type == PROTOBUF_C_TYPE_MESSAGE || f->type == PROTOBUF_C_TYPE_STRING;

        if (is_passed_over(f, of_row)) {
            continue;
        }
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)(const void *)quantifier;
            const char *rows = *(const char *const *)(const void *)at;
            for (size_t k = 0; k < n; k++) {
                tell_value(out, f, rows + k * width(f), depth);
            }
        } else if (pointer ? *(void *const *)(const void *)at != NULL
                           : *(const protobuf_c_boolean *)(const void *)quantifier != 0) {
            tell_value(out, f, at, depth);
        }
    }
}

char *story_words(const struct job *job)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    char *words = NULL;
    size_t n = 0;

    FILE *out = open_memstream(&words, &n);
    T_CHECK(out != NULL);
    tell(out, &e->reply->base, 0, false);
    T_EQ_INT(fclose(out), 0);
    return words;
}

static int by_ticket(const void *a, const void *b)
{
    const Slate__V1__TicketRow *const *x = a;
    const Slate__V1__TicketRow *const *y = b;
    int longer = (int)strlen((*x)->ticket) - (int)strlen((*y)->ticket);
    return longer != 0 ? longer : strcmp((*x)->ticket, (*y)->ticket);
}

/* The order of the present is that of urgency, of the past by number. */
static void tell_list(FILE *out, struct service *s, enum story_who who, struct story_past past)
{
    struct job *job = story_list(s, who, "", 1000, NULL, past);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    Slate__V1__TicketPage *page = e->reply->ticket_page;

    T_CHECK(page != NULL, "%s", e->reply->error == NULL ? "" : e->reply->error->message);
    if (page->n_tickets > 0) {
        qsort(page->tickets, page->n_tickets, sizeof(*page->tickets), by_ticket);
    }
    (void)fprintf(out, "list\n");
    tell(out, &page->base, 1, false);
}

char *story_everything(struct service *s, enum story_who who, uint64_t n, struct story_past past)
{
    static const enum request_kind kinds[] = {REQUEST_SHOW_TICKET, REQUEST_EXPLAIN,
                                              REQUEST_SPLIT_CLOCK};
    char *words = NULL;
    size_t size = 0;

    FILE *out = open_memstream(&words, &size);
    T_CHECK(out != NULL);
    for (uint64_t number = 1; number <= n; number++) {
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            char *one = story_words(story_ask(s, who, kinds[i], number, past));
            (void)fprintf(out, "%s of CON-%u\n%s", request_kind_name(kinds[i]), (unsigned)number,
                          one);
            free(one);
        }
    }
    tell_list(out, s, who, past);
    char *breaches = story_words(story_ask(s, who, REQUEST_LIST_BREACHES, 0, past));
    (void)fprintf(out, "%s", breaches);
    free(breaches);
    T_EQ_INT(fclose(out), 0);
    return words;
}

const char *story_difference(const char *a, const char *b)
{
    static char lines[4096];
    const char *head = a; /* of what the line belongs to */
    size_t at = 0;

    for (const char *p = a; *p != '\0' && *p == b[p - a]; p++) {
        at = (size_t)(p - a);
        if (*p == '\n' && p[1] != ' ' && p[1] != '\0') {
            head = p + 1;
        }
    }
    while (at > 0 && a[at - 1] != '\n') {
        at--;
    }
    (void)snprintf(lines, sizeof(lines), "in %.*s:\n%.300s\n--- not ---\n%.300s",
                   (int)strcspn(head, "\n"), head, a + at, b + at);
    return lines;
}
