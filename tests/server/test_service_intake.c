// SPDX-License-Identifier: Apache-2.0
/*
 * What a source says of its tickets: what becomes of each line, who may say it, and that it is
 * applied once for ever.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "life.h"
#include "query_list.h"
#include "store/entries.h"
#include "t.h"

enum {
    REFUSED = 0,
    CREATED = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_CREATED,
    UPDATED = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_UPDATED,
    UNCHANGED = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_UNCHANGED,
    DUPLICATE = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_DUPLICATE,
    KEPT = SLATE__V1__INTAKE_OUTCOME__INTAKE_OUTCOME_KEPT,
};

static int64_t start(struct service *s)
{
    return stamp_now(&s->stamp) - 24 * US_PER_HOUR;
}

static struct Slate__V1__IntakeDone done_of(const struct job *job, char ticket[32], char why[200])
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    Slate__V1__IntakeDone done = {.outcome = 0};

    ticket[0] = why[0] = '\0';
    if (e->reply->intake_done != NULL) {
        done = *e->reply->intake_done;
        snprintf(ticket, 32, "%s", done.ticket == NULL ? "" : done.ticket);
        snprintf(why, 200, "%s", done.why == NULL ? "" : done.why);
    }
    return done;
}

/* --- what becomes of a line ------------------------------------------------------------------- */

struct said {
    const char *name;
    const char *key;
    const char *line;
    enum intake_action action;
    int at_min;       /* received, minutes from the start */
    int happened_min; /* claimed; -1 = not */
    const char *text; /* of the field that the action has: hold, priority, category */
    int outcome;
    int code; /* of a refusal */
    const char *ticket;
    enum ticket_state state;
};

static void fill(struct job *job, const struct said *said)
{
    struct request_intake *in = &job->request.u.intake;

    switch (said->action) {
    case INTAKE_UPDATE:
        if (strncmp(said->text, "P", 1) == 0) {
            in->ticket.priority = said->text;
        } else {
            in->ticket.category = said->text;
        }
        break;
    case INTAKE_HOLD:
    case INTAKE_RESUME: in->ticket.hold = said->text; break;
    case INTAKE_MESSAGE:
        in->side = said->text[0] == '\0' ? SIDE_NONE : SIDE_REQUESTER;
        in->message_kind = strcmp(said->text, "auto") == 0 ? MESSAGE_KIND_AUTO : MESSAGE_KIND_NONE;
        break;
    default: break;
    }
}

static const struct said life_of_keys[] = {
    {"opened", "a", "1", INTAKE_OPEN, 0, -1, "", CREATED, 0, "CON-1", TICKET_NEW},
    {"the line again", "a", "1", INTAKE_OPEN, 1, -1, "", DUPLICATE, 0, "CON-1", TICKET_NEW},
    {"its key again", "a", "2", INTAKE_OPEN, 2, -1, "", REFUSED, 6, "", 0},
    {"no such key", "b", "3", INTAKE_UPDATE, 3, -1, "claims", REFUSED, 5, "", 0},
    {"no such key to hold", "b", "4", INTAKE_HOLD, 3, -1, "wait", REFUSED, 5, "", 0},
    {"no such key to write to", "b", "5", INTAKE_MESSAGE, 3, -1, "", REFUSED, 5, "", 0},
    {"category", "a", "6", INTAKE_UPDATE, 4, -1, "claims", UPDATED, 0, "CON-1", TICKET_NEW},
    {"the same", "a", "7", INTAKE_UPDATE, 5, -1, "claims", UNCHANGED, 0, "CON-1", TICKET_NEW},
    {"the same line", "a", "7", INTAKE_UPDATE, 5, -1, "claims", DUPLICATE, 0, "CON-1", TICKET_NEW},
    {"priority that its role may not raise", "a", "8", INTAKE_UPDATE, 6, -1, "P0", REFUSED, 7, "",
     0},
    {"no such priority", "a", "9", INTAKE_UPDATE, 6, -1, "P9", REFUSED, 3, "", 0},
    {"held", "a", "10", INTAKE_HOLD, 7, -1, "wait", UPDATED, 0, "CON-1", TICKET_HELD},
    {"held already", "a", "11", INTAKE_HOLD, 7, -1, "wait", UNCHANGED, 0, "CON-1", TICKET_HELD},
    {"a hold that is the vendor's", "a", "12", INTAKE_HOLD, 7, -1, "ask", REFUSED, 7, "", 0},
    {"resumed", "a", "13", INTAKE_RESUME, 8, -1, "", UPDATED, 0, "CON-1", TICKET_NEW},
    {"nothing to resume", "a", "14", INTAKE_RESUME, 8, -1, "", KEPT, 0, "CON-1", TICKET_NEW},
    {"written by the tool", "a", "15", INTAKE_MESSAGE, 9, -1, "", UPDATED, 0, "CON-1", TICKET_NEW},
    {"happened before it was opened", "a", "16", INTAKE_RESOLVE, 10, -60, "", KEPT, 0, "CON-1",
     TICKET_NEW},
    {"resolved", "a", "17", INTAKE_RESOLVE, 20, -1, "", UPDATED, 0, "CON-1", TICKET_RESOLVED},
    {"resolved twice", "a", "18", INTAKE_RESOLVE, 21, -1, "", KEPT, 0, "CON-1", TICKET_RESOLVED},
    {"held when it is done", "a", "19", INTAKE_HOLD, 22, -1, "wait", KEPT, 0, "CON-1",
     TICKET_RESOLVED},
    {"an automatic word reopens nothing", "a", "20", INTAKE_MESSAGE, 23, -1, "auto", UPDATED, 0,
     "CON-1", TICKET_RESOLVED},
    {"an open from before the resolve", "a", "21", INTAKE_OPEN, 24, 19, "", KEPT, 0, "CON-1",
     TICKET_RESOLVED},
    {"a person's word reopens it", "a", "22", INTAKE_MESSAGE, 25, -1, "person", UPDATED, 0, "CON-1",
     TICKET_OPEN},
    {"an old resolve", "a", "23", INTAKE_RESOLVE, 26, 20, "", KEPT, 0, "CON-1", TICKET_OPEN},
    {"resolved again", "a", "24", INTAKE_RESOLVE, 30, -1, "", UPDATED, 0, "CON-1", TICKET_RESOLVED},
    {"its key again, soon", "a", "25", INTAKE_OPEN, 149, -1, "", UPDATED, 0, "CON-1", TICKET_OPEN},
    {"and done", "a", "26", INTAKE_RESOLVE, 160, -1, "", UPDATED, 0, "CON-1", TICKET_RESOLVED},
    {"its key again, late", "a", "27", INTAKE_OPEN, 281, -1, "", CREATED, 0, "CON-2", TICKET_NEW},
    {"which is meant now", "a", "28", INTAKE_UPDATE, 282, -1, "claims", UPDATED, 0, "CON-2",
     TICKET_NEW},
    {"a resolve ahead of its open", "c", "29", INTAKE_RESOLVE, 290, -1, "", KEPT, 0, "", 0},
    {"that line again", "c", "29", INTAKE_RESOLVE, 291, -1, "", DUPLICATE, 0, "", 0},
    {"still no ticket", "c", "30", INTAKE_UPDATE, 292, -1, "claims", REFUSED, 5, "", 0},
    {"the open that it was of", "c", "31", INTAKE_OPEN, 293, 280, "", CREATED, 0, "CON-3",
     TICKET_RESOLVED},
    {"a resolve that is of nothing", "d", "32", INTAKE_RESOLVE, 294, -1, "", KEPT, 0, "", 0},
    {"an open later than that", "d", "33", INTAKE_OPEN, 300, -1, "", CREATED, 0, "CON-4",
     TICKET_NEW},
};
enum { SAID = sizeof(life_of_keys) / sizeof(life_of_keys[0]) };

static void say(struct service *s, const struct said *said, int64_t at, bool again)
{
    char ticket[32];
    char why[200];
    struct job *job = life_intake(s, L_MAIL, "mail", said->key, said->line, said->action,
                                  at + said->at_min * US_PER_MIN);

    fill(job, said);
    if (said->happened_min != -1) {
        job->request.claimed_at = at + said->happened_min * US_PER_MIN;
    }
    life_run(s, job, said->code, said->name);
    struct Slate__V1__IntakeDone done = done_of(job, ticket, why);
    if (again && said->outcome != REFUSED) {
        T_EQ_INT(done.outcome, DUPLICATE, "%s, in the second run", said->name);
        return;
    }
    T_EQ_INT(done.outcome, said->outcome, "%s: %s", said->name, why);
    T_EQ_STR(ticket, said->ticket, "%s", said->name);
    T_EQ_INT(done.state, said->state, "%s", said->name);
    T_EQ_INT(why[0] != '\0', said->outcome == KEPT, "%s: why, where it is kept", said->name);
}

static uint64_t newest(struct service *s)
{
    uint64_t position;
    int64_t at;
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, s->env, TXN_READ), 0);
    T_EQ_INT(entries_newest(&txn, &position, &at), 0);
    txn_abort(&txn);
    return position;
}

T_TEST(service_intake, what_becomes_of_each_line_and_nothing_of_a_second_run)
{
    __attribute__((cleanup(service_fini))) struct service s;
    char history[900];
    life_init(&s);
    int64_t at = start(&s);

    for (size_t i = 0; i < SAID; i++) {
        say(&s, &life_of_keys[i], at, false);
    }
    T_EQ_INT(service_count(&s, "con"), 4);
    struct ticket second = life_ticket(&s, 2);
    T_EQ_INT(second.n_links, 1);
    T_EQ_INT(second.links[0].kind, LINK_FOLLOWS);
    T_EQ_INT(second.links[0].number, 1);
    T_EQ_INT(life_ticket(&s, 1).links[0].kind, LINK_FOLLOWED_BY);
    T_EQ_STR(life_history(&s, 3, history, sizeof(history)), "resolved message ticket_opened");

    uint64_t before = newest(&s);
    for (size_t i = 0; i < SAID; i++) {
        if (life_of_keys[i].outcome != REFUSED) {
            say(&s, &life_of_keys[i], at, true);
        }
    }
    T_EQ_INT(newest(&s), before, "the second run recorded something");
    service_restart(&s, 0);
    say(&s, &life_of_keys[0], at, true);
    T_EQ_INT(newest(&s), before);
}

/* --- once for ever ---------------------------------------------------------------------------- */

T_TEST(service_intake, a_lost_answer_is_the_same_answer)
{
    static const struct {
        enum intake_action action;
        const char *key;
        int outcome;
    } rows[] = {
        {INTAKE_OPEN, "a", CREATED},
        {INTAKE_MESSAGE, "a", UPDATED},
        {INTAKE_RESOLVE, "b", KEPT},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    char ticket[32];
    char why[200];
    life_init(&s);
    int64_t at = start(&s);

    for (size_t i = 0; i < 3; i++) {
        char line[8];
        snprintf(line, sizeof(line), "%zu", i);
        struct job *first = life_intake(&s, L_MAIL, "mail", rows[i].key, line, rows[i].action, at);
        struct job *retry = service_again(&s, first, at + 1);
        service_push(&s, first);
        service_push(&s, retry); /* in the same batch */
        (void)service_round(&s);
        uint64_t before = newest(&s);
        struct job *late = service_again(&s, first, at + US_PER_HOUR);
        life_run(&s, late, 0, "retry");
        T_EQ_INT(newest(&s), before);
        const struct job *all[] = {first, retry, late};
        for (size_t j = 0; j < 3; j++) {
            T_EQ_INT(done_of(all[j], ticket, why).outcome, rows[i].outcome, "row %zu, try %zu", i,
                     j);
        }
    }
}

T_TEST(service_intake, an_id_of_a_line_stands_for_one_content_of_one_source)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    struct job *first = life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at);

    life_run(&s, first, 0, "first");
    struct job *other = life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at);
    other->request.content_hash[0] ^= 1;
    life_run(&s, other, OUTCOME_ALREADY_EXISTS, "other content");
    other = life_intake(&s, L_CRM, "crm", "a", "1", INTAKE_OPEN, at);
    memcpy(other->request.line_id, first->request.line_id, WIRE_LINE_BYTES);
    life_run(&s, other, OUTCOME_ALREADY_EXISTS, "made up by another source");
    T_EQ_INT(service_count(&s, "con"), 1);
}

/* --- who may say what ------------------------------------------------------------------------- */

T_TEST(service_intake, a_source_speaks_for_whom_the_book_says)
{
    static const struct {
        const char *name;
        enum life_who who;
        const char *source;
        enum side side;
        int code;
        const char *message; /* of the refusal */
    } rows[] = {
        {"tool", L_BARE, "bare", SIDE_NONE, 0, NULL},
        {"unknown source", L_BARE, "bare", SIDE_REQUESTER, 7, "sources[bare].may_assert"},
        {"requester", L_MAIL, "mail", SIDE_REQUESTER, 0, NULL},
        {"vendor", L_MAIL, "mail", SIDE_VENDOR, 7, "sources[mail].may_assert"},
        {"believed vendor", L_CRM, "crm", SIDE_VENDOR, 0, NULL},
        {"buyer", L_CRM, "crm", SIDE_BUYER, 7, "sources[crm].may_assert"},
        {"another's source", L_MAIL, "crm", SIDE_NONE, 7, "does not speak for source crm"},
        {"a person", L_AGENT, "mail", SIDE_NONE, 7, "does not speak for source mail"},
        {"an admin", L_ADMIN, "", SIDE_NONE, 7, "does not speak"},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    life_run(&s, life_intake(&s, L_BARE, "bare", "a", "o", INTAKE_OPEN, at), 0, "open");
    life_run(&s, life_intake(&s, L_MAIL, "mail", "a", "o", INTAKE_OPEN, at), 0, "open");
    life_run(&s, life_intake(&s, L_CRM, "crm", "a", "o", INTAKE_OPEN, at), 0, "open");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[8];
        snprintf(line, sizeof(line), "%zu", i);
        struct job *job = life_intake(&s, rows[i].who, rows[i].source, "a", line, INTAKE_MESSAGE,
                                      at + US_PER_MIN);
        job->request.u.intake.side = rows[i].side;
        life_run(&s, job, rows[i].code, rows[i].name);
        if (rows[i].message != NULL) {
            life_says(job, rows[i].message, NULL);
        }
    }
    T_EQ_INT(life_ticket(&s, 1).state, TICKET_NEW, "a tool's word is no reply");
    T_EQ_INT(life_ticket(&s, 3).state, TICKET_OPEN, "the vendor's is");
}

T_TEST(service_intake, a_key_is_of_one_contract)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    life_run(&s, life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at), 0, "open");
    struct job *job = life_intake(&s, L_MAIL_2, "mail", "a", "2", INTAKE_OPEN, at);
    job->request.u.intake.ticket.contract = "two";
    life_run(&s, job, OUTCOME_ALREADY_EXISTS, "a key of another vendor's tool");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(strstr(e->reply->error->message, "CON") == NULL, "%s", e->reply->error->message);
    job = life_intake(&s, L_MAIL_2, "mail", "a", "3", INTAKE_UPDATE, at);
    job->request.u.intake.ticket.category = "claims";
    life_run(&s, job, OUTCOME_NOT_FOUND, "a contract of another vendor");
}

T_TEST(service_intake, when_it_happened_counts_for_who_is_believed)
{
    static const struct {
        enum life_who who;
        const char *source;
        int64_t ago_us; /* of the start of the clocks, before the receipt */
    } rows[] = {{L_MAIL, "mail", 0}, {L_CRM, "crm", 3 * US_PER_HOUR}, {L_BARE, "bare", 0}};
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    for (uint64_t i = 0; i < 3; i++) {
        struct job *job = life_intake(&s, rows[i].who, rows[i].source, "a", "1", INTAKE_OPEN, at);
        job->request.claimed_at = at - 3 * US_PER_HOUR;
        life_run(&s, job, 0, rows[i].source);
        struct ticket t = life_ticket(&s, i + 1);
        T_EQ_INT(at - t.opened_at, rows[i].ago_us, "%s", rows[i].source);
        T_EQ_INT(t.occurred_at, at - 3 * US_PER_HOUR, "%s", rows[i].source);
    }
}

T_TEST(service_intake, words_for_a_merged_ticket_reach_the_one_that_it_lives_on_in)
{
    __attribute__((cleanup(service_fini))) struct service s;
    char ticket[32];
    char why[200];
    life_init(&s);
    int64_t at = start(&s);
    uint64_t other = life_open(&s, at);

    life_run(&s, life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at), 0, "open");
    struct job *merge = life_job(&s, L_LEAD, REQUEST_MERGE_TICKET, 2, at);
    merge->request.u.merge.other = service_ticket("CON", other);
    life_run(&s, merge, 0, "merge");
    struct job *job = life_intake(&s, L_MAIL, "mail", "a", "2", INTAKE_MESSAGE, at);
    life_run(&s, job, 0, "message");
    T_EQ_INT(done_of(job, ticket, why).outcome, UPDATED, "%s", why);
    T_EQ_STR(ticket, "CON-2", "of the agent's ticket its tool knows nothing");
    job = life_intake(&s, L_MAIL, "mail", "a", "2", INTAKE_MESSAGE, at);
    life_run(&s, job, 0, "again");
    T_EQ_INT(done_of(job, ticket, why).outcome, DUPLICATE);
    T_EQ_STR(ticket, "CON-2", "again");
    T_EQ_INT(life_ticket(&s, other).n_messages, 2);
    job = life_intake(&s, L_MAIL, "mail", "a", "3", INTAKE_OPEN, at);
    life_run(&s, job, OUTCOME_ALREADY_EXISTS, "its key again");
    job = life_intake(&s, L_MAIL, "mail", "a", "4", INTAKE_RESOLVE, at);
    life_run(&s, job, 0, "resolve");
    T_EQ_INT(done_of(job, ticket, why).outcome, KEPT);
}

T_TEST(service_intake, a_tool_reads_the_tickets_of_its_source_in_no_order_that_tells_anything)
{
    static const char *const keys[] = {"b", "c", "a"};
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    for (int i = 0; i < 3; i++) {
        life_run(&s, life_intake(&s, L_MAIL, "mail", keys[i], keys[i], INTAKE_OPEN, at), 0, "open");
    }
    life_run(&s, life_intake(&s, L_MAIL, "mail", "bb", "kept", INTAKE_RESOLVE, at), 0, "kept");
    life_run(&s, life_intake(&s, L_CRM, "crm", "x", "x", INTAKE_OPEN, at), 0, "another source");
    char got[64] = "";
    struct wire_bytes cursor = {NULL, 0};
    uint8_t kept[512];
    for (int page = 0; page < 5; page++) {
        struct job *job = service_job(&s, (enum who)L_MAIL, REQUEST_LIST_TICKETS, at);
        job->request.u.list_tickets = (struct request_list_tickets){
            .contract = "",
            .team = "",
            .assignee = "",
            .due_before_at = INSTANT_NONE,
            .limit = 2,
            .cursor = cursor,
        };
        service_read(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TicketPage *p = e->reply->ticket_page;
        T_CHECK(p != NULL && p->n_tickets > 0);
        for (size_t i = 0; i < p->n_tickets; i++) {
            size_t n = strlen(got);
            T_CHECK(strstr(got, p->tickets[i]->source_key) == NULL, "%s twice",
                    p->tickets[i]->source_key);
            snprintf(got + n, sizeof(got) - n, "%s", p->tickets[i]->source_key);
        }
        if (!p->truncated) {
            break;
        }
        memcpy(kept, p->cursor.data, p->cursor.len);
        cursor = (struct wire_bytes){kept, p->cursor.len};
    }
    T_EQ_INT(strlen(got), 3, "%s", got);
}

/* --- what must not get lost ------------------------------------------------------------------- */

T_TEST(service_intake, a_file_that_comes_late_keeps_its_own_order)
{
    static const struct said lines[] = {
        {"opened", "a", "1", INTAKE_OPEN, 400, 300, "", CREATED, 0, "CON-1", TICKET_NEW},
        {"older than that", "a", "2", INTAKE_RESOLVE, 400, 299, "", KEPT, 0, "CON-1", TICKET_NEW},
        {"done", "a", "3", INTAKE_RESOLVE, 400, 330, "", UPDATED, 0, "CON-1", TICKET_RESOLVED},
        {"older than that", "a", "4", INTAKE_OPEN, 400, 329, "", KEPT, 0, "CON-1", TICKET_RESOLVED},
        {"its key again", "a", "5", INTAKE_OPEN, 401, 345, "", UPDATED, 0, "CON-1", TICKET_OPEN},
        {"older than that", "a", "6", INTAKE_RESOLVE, 401, 344, "", KEPT, 0, "CON-1", TICKET_OPEN},
        {"done again", "a", "7", INTAKE_RESOLVE, 401, 350, "", UPDATED, 0, "CON-1",
         TICKET_RESOLVED},
        {"its key again, late", "a", "8", INTAKE_OPEN, 402, 471, "", UPDATED, 0, "CON-1",
         TICKET_OPEN}, /* a claim of what is to come counts from its receipt */
    };
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        say(&s, &lines[i], at, false);
    }
}

static struct job *subject_line(struct service *s, const char *line, const char *subject,
                                int64_t at)
{
    struct job *job = life_intake(s, L_MAIL, "mail", "a", line, INTAKE_UPDATE, at);
    job->request.u.intake.ticket.subject = (struct text){TEXT_SUBJECT, subject, strlen(subject)};
    return job;
}

T_TEST(service_intake, a_subject_that_the_ticket_has_is_no_news)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    char ticket[32];
    char why[200];
    struct job *job = life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at);

    life_run(&s, job, 0, "open");
    static const struct {
        const char *line, *subject;
        int outcome;
    } rows[] = {
        {"2", "a subject", UNCHANGED}, {"3", "another", UPDATED}, {"4", "another", UNCHANGED}};
    for (size_t i = 0; i < 3; i++) {
        job = subject_line(&s, rows[i].line, rows[i].subject, at);
        life_run(&s, job, 0, rows[i].line);
        T_EQ_INT(done_of(job, ticket, why).outcome, rows[i].outcome, "%s", rows[i].line);
    }
}

T_TEST(service_intake, a_key_comes_again_though_its_old_ticket_is_full_of_links)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    life_run(&s, life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at), 0, "open");
    for (uint64_t i = 0; i < TICKET_LINKS_MAX; i++) {
        struct job *job = life_job(&s, L_AGENT, REQUEST_LINK_TICKET, 1, at);
        job->request.u.link.other = service_ticket("CON", life_open(&s, at));
        job->request.u.link.kind = LINK_RELATES;
        life_run(&s, job, 0, "link");
    }
    life_run(&s, life_intake(&s, L_MAIL, "mail", "a", "2", INTAKE_RESOLVE, at), 0, "resolve");
    struct job *job = life_intake(&s, L_MAIL, "mail", "a", "3", INTAKE_OPEN, at + 3 * US_PER_HOUR);
    life_run(&s, job, 0, "again");
    struct ticket t = life_ticket(&s, TICKET_LINKS_MAX + 2);
    T_EQ_STR(t.source_key, "a");
    T_EQ_INT(t.n_links, 1);
    T_EQ_INT(t.links[0].kind, LINK_FOLLOWS);
}

T_TEST(service_intake, keys_without_a_ticket_are_looked_at_like_others)
{
    enum { KEYS = LIST_SCAN_MAX + 5, EACH = 500 };
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    static char keys[KEYS][24];

    for (int i = 0; i < KEYS; i++) {
        snprintf(keys[i], sizeof(keys[i]), "k%06d", i);
        service_push(&s, life_intake(&s, L_MAIL, "mail", keys[i], keys[i], INTAKE_RESOLVE, at));
        if (i % EACH == EACH - 1 || i == KEYS - 1) {
            (void)service_round(&s);
        }
    }
    struct wire_bytes cursor = {NULL, 0};
    uint8_t kept[512];
    for (int page = 0; page < 2; page++) {
        struct job *job = service_job(&s, (enum who)L_MAIL, REQUEST_LIST_TICKETS, at);
        job->request.u.list_tickets = (struct request_list_tickets){
            .contract = "",
            .team = "",
            .assignee = "",
            .due_before_at = INSTANT_NONE,
            .limit = 2,
            .cursor = cursor,
        };
        service_read(&s, job);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TicketPage *p = e->reply->ticket_page;
        T_CHECK(p != NULL && p->n_tickets == 0);
        T_EQ_INT(p->truncated, page == 0, "a page looks at no more than it may");
        if (!p->truncated) {
            break;
        }
        T_CHECK(p->cursor.len <= sizeof(kept));
        memcpy(kept, p->cursor.data, p->cursor.len);
        cursor = (struct wire_bytes){kept, p->cursor.len};
    }
}
