// SPDX-License-Identifier: Apache-2.0
#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "store/due.h"
#include "store/error.h"
#include "t.h"

/* The test's own time; the linker puts it in the place of the machine's. */
static int64_t now_at;
int64_t __wrap_clock_wall_at(void);
int64_t __wrap_clock_boot_us(void);

int64_t __wrap_clock_wall_at(void)
{
    return now_at;
}

int64_t __wrap_clock_boot_us(void)
{
    return now_at;
}

enum party { ACME = 1, VEND, OTHER };
enum team { NO_TEAM, L1, L2, AWAY };

static const struct service_person people[] = {
    {"admin", ROLE_ADMIN, 0, NO_TEAM, ""},         {"agent", ROLE_AGENT, VEND, L1, ""},
    {"second", ROLE_AGENT, VEND, L1, ""},          {"lead", ROLE_VENDOR_MANAGER, VEND, NO_TEAM, ""},
    {"buyer", ROLE_MANAGER, ACME, NO_TEAM, ""},    {"stranger", ROLE_AGENT, OTHER, AWAY, ""},
    {"mail", ROLE_INTAKE, VEND, NO_TEAM, "mail"},  {"alarm", ROLE_INTAKE, VEND, NO_TEAM, "alarm"},
    {"twin", ROLE_INTAKE, VEND, NO_TEAM, "alarm"}, {"bot", ROLE_INTAKE, VEND, NO_TEAM, "bot"},
};
enum { PEOPLE = sizeof(people) / sizeof(people[0]) };

static char book[16 * 1024];

void desk_init(struct service *s)
{
    const struct service_options options = {.book = book, .people = people, .n_people = PEOPLE};
    FILE *f = fopen(PEERS_DIR "/book.yaml", "r");

    T_CHECK(f != NULL);
    size_t n = fread(book, 1, sizeof(book) - 1, f);
    T_CHECK(n > 0 && feof(f));
    (void)fclose(f);
    book[n] = '\0';
    now_at = desk_at("mon 00:00");
    service_init(s, &options);
}

/* --- time ------------------------------------------------------------------------------------- */

int64_t desk_at(const char *when)
{
    static const char days[] = "mon tue wed thu fri sat sun";
    static const char monday[] = "2026-11-16T00:00:00Z";
    unsigned part[3] = {0, 0, 0};
    char day[4] = "";
    int64_t monday_at;

    T_EQ_INT(instant_parse(monday, sizeof(monday) - 1, &monday_at), 0);
    T_CHECK(sscanf(when, "%3s %u:%u:%u", day, &part[0], &part[1], &part[2]) >= 3, "%s", when);
    const char *found = strstr(days, day);
    T_CHECK(found != NULL && (found - days) % 4 == 0, "%s", when);
    return monday_at + (found - days) / 4 * 24 * US_PER_HOUR + (int64_t)part[0] * US_PER_HOUR +
           (int64_t)part[1] * US_PER_MIN + (int64_t)part[2] * US_PER_S;
}

static void until(struct service *s, int64_t at)
{
    T_CHECK(at >= now_at, "the time does not go back");
    for (;;) {
        struct txn txn;
        int64_t due_at;

        T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
        int error = due_next(&txn, &due_at);
        txn_abort(&txn);
        if (error == STORE_NOT_FOUND || due_at >= at) {
            break;
        }
        now_at = due_at + 1 > now_at ? due_at + 1 : now_at;
        (void)service_round(s);
    }
    now_at = at;
}

void desk_until(struct service *s, const char *when)
{
    until(s, desk_at(when));
}

void desk_down(struct service *s, const char *when)
{
    now_at = desk_at(when);
    service_restart(s, 0);
}

/* --- what is done ----------------------------------------------------------------------------- */

struct line {
    char when[16];
    char who[16];
    char verb[16];
    char key[8];     /* DSK */
    uint64_t number; /* of a person's ticket */
    char name[24];   /* of a tool's */
    char word[24];
};

static void read_line(const char *text, struct line *ret)
{
    char day[8];
    char time[8];
    char ticket[24];
    char rest[2][24] = {"", ""};

    *ret = (struct line){.number = 0};
    T_CHECK(sscanf(text, "%7s %7s %15s %15s %23s %23s %23s", day, time, ret->who, ret->verb, ticket,
                   rest[0], rest[1]) >= 5,
            "%s", text);
    (void)snprintf(ret->when, sizeof(ret->when), "%s %s", day, time);
    for (int i = 0; i < 2; i++) {
        if (rest[i][0] != '\0' && rest[i][0] != '=') {
            (void)snprintf(ret->word, sizeof(ret->word), "%s", rest[i]);
        }
    }
    size_t n = strcspn(ticket, "-/");
    T_CHECK(n > 0 && n < sizeof(ret->key), "%s", text);
    memcpy(ret->key, ticket, n);
    if (ticket[n] == '-') {
        ret->number = strtoull(ticket + n + 1, NULL, 10);
    } else if (ticket[n] == '/') {
        (void)snprintf(ret->name, sizeof(ret->name), "%s", ticket + n + 1);
    }
}

static const char *contract_of(const struct line *line)
{
    return line->key[0] == 'D' ? "desk" : line->key[0] == 'O' ? "office" : "away";
}

/* A word that lives as long as the request. */
static const char *keep(struct job *job, const char *word)
{
    const char *kept = arena_strndup(&job->arena, word, strlen(word));
    T_CHECK(kept != NULL);
    return kept;
}

/* An hour of the line's own day. */
static int64_t claimed(const struct line *line)
{
    char when[32];
    (void)snprintf(when, sizeof(when), "%.3s %s", line->when, line->word);
    return desk_at(when);
}

static const struct verb {
    const char *name;
    enum request_kind kind;
    enum intake_action action;
} verbs[] = {
    {"new", REQUEST_NEW_TICKET, INTAKE_NONE},
    {"new-held", REQUEST_NEW_TICKET, INTAKE_NONE},
    {"take", REQUEST_TAKE_TICKET, INTAKE_NONE},
    {"steal", REQUEST_TAKE_TICKET, INTAKE_NONE},
    {"ack", REQUEST_ACKNOWLEDGE_TICKET, INTAKE_NONE},
    {"release", REQUEST_RELEASE_TICKET, INTAKE_NONE},
    {"reply", REQUEST_ADD_MESSAGE, INTAKE_NONE},
    {"note", REQUEST_ADD_MESSAGE, INTAKE_NONE},
    {"hold", REQUEST_HOLD_TICKET, INTAKE_NONE},
    {"resume", REQUEST_RESUME_TICKET, INTAKE_NONE},
    {"resolve", REQUEST_RESOLVE_TICKET, INTAKE_NONE},
    {"close", REQUEST_CLOSE_TICKET, INTAKE_NONE},
    {"reopen", REQUEST_REOPEN_TICKET, INTAKE_NONE},
    {"assign", REQUEST_ASSIGN_TICKET, INTAKE_NONE},
    {"transfer", REQUEST_TRANSFER_TICKET, INTAKE_NONE},
    {"priority", REQUEST_SET_PRIORITY, INTAKE_NONE},
    {"merge", REQUEST_MERGE_TICKET, INTAKE_NONE},
    {"opens", REQUEST_INTAKE, INTAKE_OPEN},
    {"rang", REQUEST_INTAKE, INTAKE_OPEN},
    {"writes", REQUEST_INTAKE, INTAKE_MESSAGE},
    {"autowrites", REQUEST_INTAKE, INTAKE_MESSAGE},
    {"answers", REQUEST_INTAKE, INTAKE_MESSAGE},
    {"resolves", REQUEST_INTAKE, INTAKE_RESOLVE},
};

static void fill_intake(struct job *job, const struct line *line, enum intake_action action)
{
    struct request_intake *in = &job->request.u.intake;
    bool message = action == INTAKE_MESSAGE;
    bool answers = strcmp(line->verb, "answers") == 0;

    *in = (struct request_intake){.action = action};
    in->side = answers ? SIDE_VENDOR : message ? SIDE_REQUESTER : SIDE_NONE;
    in->message_kind = strcmp(line->verb, "writes") == 0 ? MESSAGE_KIND_HUMAN
                       : message                         ? MESSAGE_KIND_AUTO
                                                         : MESSAGE_KIND_NONE;
    in->visibility = message ? MESSAGE_PUBLIC : MESSAGE_VISIBILITY_NONE;
    in->ticket = (struct request_new_ticket){
        .contract = contract_of(line),
        .priority = action == INTAKE_OPEN && strchr(line->word, ':') == NULL ? keep(job, line->word)
                                                                             : "",
        .function = "",
        .category = "",
        .customer_tier = "",
        .language = "",
        .team = "",
        .hold = "",
        .source = strcmp(line->who, "twin") == 0 ? "alarm" : keep(job, line->who),
        .source_key = keep(job, line->name),
        .channel = "",
    };
    if (action == INTAKE_OPEN) {
        in->ticket.subject = (struct text){TEXT_SUBJECT, "subject", 7};
    }
    if (message || action == INTAKE_OPEN) {
        in->ticket.body = (struct text){TEXT_BODY, "words", 5};
    }
    job->request.claimed_at = strcmp(line->verb, "rang") == 0 ? claimed(line) : INSTANT_NONE;
    /* Every line is another one but for those that a test makes the same. */
    memcpy(job->request.line_id, job->request.request_id, sizeof(job->request.line_id));
    job->request.line_id[15] = 1;
}

static void fill(struct job *job, const struct line *line, enum intake_action action)
{
    const struct wire_ticket ticket = service_ticket(line->key, line->number);
    struct request *r = &job->request;
    const char *word = keep(job, line->word);

    r->u.ticket = ticket; /* every struct that has one begins with it */
    switch (r->kind) {
    case REQUEST_TAKE_TICKET: r->u.take.steal = strcmp(line->verb, "steal") == 0; break;
    case REQUEST_ADD_MESSAGE:
    case REQUEST_RESOLVE_TICKET: {
        bool says = r->kind == REQUEST_ADD_MESSAGE;
        r->u.message = (struct request_message){
            .ticket = ticket,
            .visibility = strcmp(line->verb, "note") == 0 ? MESSAGE_INTERNAL : MESSAGE_PUBLIC,
            .channel = "",
            .body = {TEXT_BODY, says ? "words" : "", says ? 5 : 0},
            .hold = "",
        };
        r->claimed_at = word[0] == '\0' ? INSTANT_NONE : claimed(line);
        break;
    }
    case REQUEST_HOLD_TICKET:
    case REQUEST_RESUME_TICKET: r->u.hold.reason = word; break;
    case REQUEST_ASSIGN_TICKET: r->u.assign.name = word; break;
    case REQUEST_TRANSFER_TICKET: r->u.transfer.team = word; break;
    case REQUEST_SET_PRIORITY: r->u.priority.priority = word; break;
    case REQUEST_MERGE_TICKET:
        r->u.merge.other = service_ticket(line->key, strtoull(word, NULL, 10));
        break;
    case REQUEST_INTAKE: fill_intake(job, line, action); break;
    default: break;
    }
}

static uint32_t who_named(const char *name)
{
    uint32_t id = 1;

    while (id <= PEOPLE && strcmp(people[id - 1].name, name) != 0) {
        id++;
    }
    T_CHECK(id <= PEOPLE, "%s is nobody", name);
    return id;
}

struct job *desk_job(struct service *s, const char *text)
{
    struct line line;
    size_t v = 0;

    read_line(text, &line);
    while (v < sizeof(verbs) / sizeof(verbs[0]) && strcmp(verbs[v].name, line.verb) != 0) {
        v++;
    }
    T_CHECK(v < sizeof(verbs) / sizeof(verbs[0]), "%s is no verb", line.verb);
    until(s, desk_at(line.when));
    enum who who = (enum who)who_named(line.who);
    if (verbs[v].kind == REQUEST_NEW_TICKET) {
        bool held = strcmp(line.verb, "new-held") == 0;
        struct job *job = service_new(s, who, contract_of(&line), "P2", now_at);
        const char *word = keep(job, line.word);
        job->request.u.new_ticket.priority = held ? "P2" : word;
        job->request.u.new_ticket.hold = held ? word : "";
        return job;
    }
    struct job *job = service_job(s, who, verbs[v].kind, now_at);
    fill(job, &line, verbs[v].action);
    return job;
}

struct job *desk_do(struct service *s, const char *text)
{
    const char *sign = strchr(text, '=');
    int code = sign == NULL ? 0 : (int)strtol(sign + 1, NULL, 10);
    struct job *job = desk_job(s, text);

    service_write(s, job);
    int got = service_code(job);
    if (got != code) {
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        T_CHECK(got == code, "%s: %d, %s", text, got,
                e->reply->error == NULL ? "" : e->reply->error->message);
    }
    return job;
}

void desk_play(struct service *s, const char *lines)
{
    char line[128];

    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        T_CHECK(n < sizeof(line));
        memcpy(line, lines, n);
        line[n] = '\0';
        (void)desk_do(s, line);
        lines += n + (lines[n] == '\n');
    }
}

/* --- reads ------------------------------------------------------------------------------------ */

struct job *desk_ask(struct service *s, const char *who, enum request_kind kind, const char *ticket)
{
    struct job *job = service_job(s, (enum who)who_named(who), kind, now_at);
    const char *dash = strchr(ticket, '-');

    if (dash != NULL) {
        char key[8] = "";
        memcpy(key, ticket, (size_t)(dash - ticket));
        job->request.u.ticket = service_ticket(key, strtoull(dash + 1, NULL, 10));
    }
    return job;
}
