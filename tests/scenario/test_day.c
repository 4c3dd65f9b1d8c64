// SPDX-License-Identifier: Apache-2.0
/*
 * A day of three teams in virtual time, through the whole server but its sockets: what the journal
 * holds afterwards is day.txt, line by line, which was worked out by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "server/service.h"
#include "store/due.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/verify.h"
#include "t.h"

#define MINUTE (INT64_C(60) * 1000000)

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

enum person { OPERATOR = 1, NOWAK, CRUZ, ROSS, LEAD_ALL, BUYER, MAILBOX, MONITORING, PEOPLE_END };
enum team { KRAKOW = 1, MANILA, NEWYORK };

static const struct service_person people[] = {
    {"admin", ROLE_ADMIN, 0, 0, ""},           {"k.nowak", ROLE_AGENT, 2, KRAKOW, ""},
    {"m.cruz", ROLE_AGENT, 2, MANILA, ""},     {"n.ross", ROLE_AGENT, 2, NEWYORK, ""},
    {"l.lead", ROLE_VENDOR_MANAGER, 2, 0, ""}, {"b.manager", ROLE_MANAGER, 1, 0, ""},
    {"mailbox", ROLE_INTAKE, 1, 0, "mailbox"}, {"monitoring", ROLE_INTAKE, 1, 0, "monitoring"},
};

/* ---- what is done --------------------------------------------------------------------------- */

struct step {
    const char *at; /* "thu 07:20" */
    enum person who;
    enum request_kind kind;
    uint64_t ticket; /* SUN-n; of an intake: its key */
    const char *word;
    const char *body;
    enum intake_action action;
    int code;
};

static const struct step steps[] = {
    {"thu 06:00", MAILBOX, REQUEST_INTAKE, 1, "P3", "The printer is on fire.", INTAKE_OPEN, 0},
    {"thu 07:20", NOWAK, REQUEST_TAKE_TICKET, 1, "", "", INTAKE_NONE, 0},
    {"thu 07:50", NOWAK, REQUEST_ADD_MESSAGE, 1, "waiting-customer", "Which one?", INTAKE_NONE, 0},
    {"thu 11:00", MAILBOX, REQUEST_INTAKE, 1, "", "The one in the hall.", INTAKE_MESSAGE, 0},
    {"thu 12:45", LEAD_ALL, REQUEST_TRANSFER_TICKET, 1, "newyork", "", INTAKE_NONE, 0},
    {"thu 13:10", ROSS, REQUEST_TAKE_TICKET, 1, "", "", INTAKE_NONE, 0},
    {"thu 13:20", ROSS, REQUEST_ADD_MESSAGE, 1, "", "We are on it.", INTAKE_NONE, 0},
    {"thu 14:00", MONITORING, REQUEST_INTAKE, 2, "P1", "", INTAKE_OPEN, 0},
    {"thu 14:10", CRUZ, REQUEST_ACKNOWLEDGE_TICKET, 2, "", "", INTAKE_NONE, 0},
    {"thu 14:12", CRUZ, REQUEST_ADD_MESSAGE, 2, "", "Seen.", INTAKE_NONE, 0},
    {"thu 14:50", CRUZ, REQUEST_SET_PRIORITY, 2, "P3", "", INTAKE_NONE, OUTCOME_PERMISSION_DENIED},
    {"thu 15:00", BUYER, REQUEST_SET_PRIORITY, 2, "P3", "", INTAKE_NONE, 0},
    {"thu 17:00", ROSS, REQUEST_RESOLVE_TICKET, 1, "", "Put out.", INTAKE_NONE, 0},
    {"thu 18:00", MAILBOX, REQUEST_INTAKE, 1, "", "It burns again.", INTAKE_MESSAGE, 0},
    {"thu 18:30", ROSS, REQUEST_RESOLVE_TICKET, 1, "", "Replaced.", INTAKE_NONE, 0},
    {"thu 21:30", LEAD_ALL, REQUEST_TRANSFER_TICKET, 2, "krakow", "", INTAKE_NONE, 0},
    {"fri 06:30", NOWAK, REQUEST_RESOLVE_TICKET, 2, "", "", INTAKE_NONE, 0},
};

static int64_t instant(const char *text)
{
    static const char thursday[] = "2026-10-29T00:00:00Z";
    int64_t thursday_at;
    unsigned hour = 0;
    unsigned minute = 0;

    T_EQ_INT(instant_parse(thursday, sizeof(thursday) - 1, &thursday_at), 0);
    T_EQ_INT(sscanf(text + 4, "%u:%u", &hour, &minute), 2);
    return thursday_at + (text[0] == 'f' ? 24 * 60 * MINUTE : 0) +
           (int64_t)(hour * 60 + minute) * MINUTE;
}

static struct text text_of(enum text_field field, const char *bytes)
{
    return (struct text){field, bytes, strlen(bytes)};
}

static void fill_intake(struct request *r, const struct step *step)
{
    static const char *const keys[] = {"", "mail-1", "alert-1"};
    const bool mail = step->who == MAILBOX;

    r->u.intake = (struct request_intake){
        .action = step->action,
        .side = mail ? SIDE_REQUESTER : SIDE_NONE,
        .message_kind = MESSAGE_KIND_NONE,
        .visibility = step->action == INTAKE_MESSAGE ? MESSAGE_PUBLIC : MESSAGE_VISIBILITY_NONE,
        .ticket =
            {
                .contract = "acme-sun",
                .priority = step->word,
                .function = "",
                .category = "",
                .customer_tier = "",
                .language = "",
                .team = mail                          ? ""
                        : step->action == INTAKE_OPEN ? "manila"
                                                      : "",
                .hold = "",
                .source = people[step->who - 1].name,
                .source_key = keys[step->ticket],
                .channel = "",
                .requester = text_of(TEXT_REQUESTER, mail ? "j.weber@acme.example" : ""),
                .subject = text_of(TEXT_SUBJECT, step->action == INTAKE_OPEN ? "A fire" : ""),
                .body = text_of(TEXT_BODY, step->body),
            },
    };
    memcpy(r->line_id, step->at + 4, 5); // unlike any other
    r->line_id[15] = 1;
}

static void fill(struct request *r, const struct step *step)
{
    const struct wire_ticket ticket = service_ticket("SUN", step->ticket);

    switch (step->kind) {
    case REQUEST_INTAKE: fill_intake(r, step); break;
    case REQUEST_TAKE_TICKET: r->u.take = (struct request_take){.ticket = ticket}; break;
    case REQUEST_ACKNOWLEDGE_TICKET: r->u.ticket = ticket; break;
    case REQUEST_TRANSFER_TICKET:
        r->u.transfer = (struct request_transfer){ticket, step->word};
        break;
    case REQUEST_SET_PRIORITY: r->u.priority = (struct request_priority){ticket, step->word}; break;
    default:
        r->u.message = (struct request_message){
            .ticket = ticket,
            .visibility = MESSAGE_PUBLIC,
            .channel = "",
            .body = text_of(TEXT_BODY, step->body),
            .hold = step->word,
        };
        break;
    }
}

/* Lets the time pass: whatever is due before `at` happens at its own instant. */
static void pass(struct service *s, int64_t at)
{
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

/* ---- what came of it ------------------------------------------------------------------------ */

struct trace {
    FILE *out;
    const struct book *book;
};

static const char *when(int64_t at, char buf[static 16])
{
    int64_t friday_at = instant("fri 00:00");
    int64_t of_day_s = (at - (at >= friday_at ? friday_at : instant("thu 00:00"))) / 1000000;

    (void)snprintf(buf, 16, "%s %02d:%02d:%02d", at >= friday_at ? "fri" : "thu",
                   (int)(of_day_s / 3600), (int)(of_day_s / 60 % 60), (int)(of_day_s % 60));
    return buf;
}

static void trace_clock(const struct trace *t, const struct ticket_clock *c)
{
    char a[16];
    const char *state = c->state == CLOCK_RUNNING  ? "running"
                        : c->state == CLOCK_PAUSED ? "on hold"
                                                   : ticket_verdict_name(c->verdict);

    fprintf(t->out, "    %s %u %s, used %dm of %dm", clock_kind_name(c->kind), c->cycle, state,
            (int)(c->elapsed_us / MINUTE), (int)(c->target_us / MINUTE));
    T_CHECK(c->elapsed_us % MINUTE <= 1, "whole minutes in this day, seen a microsecond later");
    if (c->breached_at != INSTANT_NONE) {
        fprintf(t->out, ", breached %s", when(c->breached_at, a));
    } else if (c->due_at != INSTANT_NEVER) {
        fprintf(t->out, ", due %s", when(c->due_at, a));
        if (c->limit_at != c->due_at) {
            fprintf(t->out, ", breached after %s", when(c->limit_at, a));
        }
    }
    fprintf(t->out, "\n");
}

static const char *team_name(const struct trace *t, uint32_t id)
{
    return book_team(t->book, id)->name;
}

static void trace_what(const struct trace *t, const struct event *e)
{
    char a[16];

    switch (e->kind) {
    case EVENT_TICKET_OPENED:
        fprintf(t->out, "opened %s %s,", e->u.opened.priority, team_name(t, e->team));
        break;
    case EVENT_MESSAGE:
        fprintf(t->out, "message %s %s,", side_name(e->u.message.side),
                e->u.message.visibility == MESSAGE_PUBLIC ? "public" : "internal");
        break;
    case EVENT_HELD:
        fprintf(t->out, "held %s until %s,", e->u.hold.reason, when(e->u.hold.ends_at, a));
        break;
    case EVENT_RESUMED: fprintf(t->out, "resumed %s,", e->u.hold.reason); break;
    case EVENT_TRANSFERRED:
        fprintf(t->out, "transferred %s to %s,", team_name(t, e->u.transferred.from),
                team_name(t, e->team));
        break;
    case EVENT_PRIORITY: fprintf(t->out, "priority %s,", e->u.priority.priority); break;
    case EVENT_RESOLVED:
        fprintf(t->out, "resolved, closes %s,", when(e->u.resolved.close_at, a));
        break;
    case EVENT_CLOCK_WARNED:
    case EVENT_CLOCK_BREACHED:
        fprintf(t->out, "%s %s %u,", event_kind_name(e->kind), clock_kind_name(e->u.timer.kind),
                e->u.timer.cycle);
        break;
    case EVENT_TAKEN:
    case EVENT_ACKNOWLEDGED: fprintf(t->out, "%s", event_kind_name(e->kind)); break;
    default: fprintf(t->out, "%s,", event_kind_name(e->kind)); break;
    }
}

static int trace_entry(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    const struct trace *t = user;
    const struct event *e = &entry->event;
    char a[16];

    (void)proof;
    if (e->ticket == 0) {
        return 0;
    }
    fprintf(t->out, "%s SUN-%d ", when(e->effective_at, a), (int)e->ticket);
    trace_what(t, e);
    fprintf(t->out, " by %s\n", entry->actor == 0 ? "the clock" : people[entry->actor - 1].name);
    for (size_t i = 0; i < e->n_clocks; i++) {
        trace_clock(t, &e->clocks[i]);
    }
    return 0;
}

static char *read_file(const char *name)
{
    char path[512];
    char *text = NULL;
    size_t n = 0;

    (void)snprintf(path, sizeof(path), "%s/%s", SCENARIO_DIR, name);
    FILE *f = fopen(path, "r");
    T_CHECK(f != NULL, "%s", path);
    T_CHECK(getdelim(&text, &n, '\0', f) > 0, "%s", path);
    fclose(f);
    return text;
}

/* Line by line, so that the first that differs is named. */
static void compare(char *got, char *expected)
{
    char *got_rest = got;
    char *expected_rest = expected;
    char *e;

    while ((e = strsep(&expected_rest, "\n")) != NULL) {
        if (e[0] == '#') {
            continue;
        }
        const char *g = strsep(&got_rest, "\n");
        T_EQ_STR(g == NULL ? "(the end)" : g, e);
    }
    T_CHECK(got_rest == NULL || got_rest[0] == '\0', "and more: %s", got_rest);
}

static void ignore(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)step;
    (void)rows;
    (void)text;
}

T_TEST(scenario, a_day_of_three_teams)
{
    char *book = read_file("day.yaml");
    char *expected = read_file("day.txt");
    char *got = NULL;
    size_t n = 0;
    struct txn txn;

    now_at = instant("thu 00:00");
    const struct service_options options = {
        .book = book, .people = people, .n_people = PEOPLE_END - 1};
    struct service s;
    service_init(&s, &options);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        const struct step *step = &steps[i];
        pass(&s, instant(step->at));
        struct job *job = service_job(&s, (enum who)step->who, step->kind, now_at);
        fill(&job->request, step);
        service_write(&s, job);
        T_EQ_INT(service_code(job), step->code, "%s", step->at);
    }
    pass(&s, instant("fri 12:00"));

    struct trace trace = {open_memstream(&got, &n), s.books.current->book};
    T_EQ_INT(txn_begin(&txn, s.env, TXN_READ), 0);
    T_EQ_INT(entries_walk(&txn, 1, 1, 1000, trace_entry, &trace), 0);
    txn_abort(&txn);
    fclose(trace.out);
    if (getenv("SLATE_TRACE") != NULL) {
        fputs(got, stderr);
    }
    compare(got, expected);
    const struct verify_options verify = {.tmp_dir = s.dir.path, .report = ignore};
    T_EQ_INT(verify_store(s.env, &verify), 0, "and it can be replayed");
    service_fini(&s);
    free(got);
    free(expected);
    free(book);
}
