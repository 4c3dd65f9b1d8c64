// SPDX-License-Identifier: Apache-2.0
/*
 * Every change of a ticket, from a request to what is stored: who may, what becomes of it, what a
 * refusal says; as a whole or not at all.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "life.h"
#include "t.h"

static int64_t start(struct service *s)
{
    return stamp_now(&s->stamp) - 24 * US_PER_HOUR;
}

/* --- verbs ------------------------------------------------------------------------------------ */

enum { NOBODY = 0 };

struct step {
    const char *name;
    enum life_who who;
    enum request_kind kind;
    const char *text; /* the one that the kind has: reason, team, name, priority, category */
    bool flag;        /* steal, internal, remove */
    int code;
    enum ticket_state state; /* afterwards, and so are the next two */
    uint32_t assignee;
    uint32_t team;
    bool existing; /* nothing was to be done */
};

static void fill(struct job *job, const struct step *step)
{
    struct request *r = &job->request;

    switch (step->kind) {
    case REQUEST_TAKE_TICKET: r->u.take.steal = step->flag; break;
    case REQUEST_ADD_MESSAGE:
        r->u.message.visibility = step->flag ? MESSAGE_INTERNAL : MESSAGE_PUBLIC;
        r->u.message.hold = step->text;
        break;
    case REQUEST_HOLD_TICKET:
    case REQUEST_RESUME_TICKET: r->u.hold.reason = step->text; break;
    case REQUEST_ASSIGN_TICKET: r->u.assign.name = step->text; break;
    case REQUEST_TRANSFER_TICKET: r->u.transfer.team = step->text; break;
    case REQUEST_SET_PRIORITY: r->u.priority.priority = step->text; break;
    case REQUEST_EDIT_TICKET:
        r->u.edit.edits = EDIT_CATEGORY;
        r->u.edit.category = step->text;
        break;
    default: break;
    }
}

static void run_steps(const struct step *steps, size_t n, bool dry)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);

    for (size_t i = 0; i < n; i++) {
        at += US_PER_MIN;
        uint64_t version = life_ticket(&s, number).version;
        struct job *job = life_job(&s, steps[i].who, steps[i].kind, number, at);
        fill(job, &steps[i]);
        for (int asked = dry ? 0 : 1; asked < 2; asked++) {
            if (asked == 1) {
                struct job *real = service_again(&s, job, at);
                real->request.dry_run = false;
                job = real;
                memcpy(job->request.request_id, &s.n_jobs, sizeof(s.n_jobs));
            } else {
                job->request.dry_run = true;
                job->request.has_request_id = false;
            }
            job->request.has_request_id = asked == 1;
            life_run(&s, job, steps[i].code, steps[i].name);
            struct ticket t = life_ticket(&s, number);
            if (steps[i].code != 0 || asked == 0 || steps[i].existing) {
                T_EQ_INT(t.version, version, "%s: something was recorded", steps[i].name);
            }
            if (steps[i].code == 0) {
                __attribute__((cleanup(service_reply_free)))
                Slate__V1__Envelope *e = service_reply(job);
                const Slate__V1__TicketRow *row = e->reply->ticket_changed->ticket;
                T_EQ_INT(e->reply->ticket_changed->existing, steps[i].existing, "%s",
                         steps[i].name);
                T_EQ_INT(row->state, steps[i].state, "%s", steps[i].name);
                T_EQ_INT(e->reply->token != NULL, asked == 1 && !steps[i].existing, "%s",
                         steps[i].name);
            }
            if (asked == 1) {
                T_EQ_INT(t.state, steps[i].state, "%s", steps[i].name);
                T_EQ_INT(t.assignee, steps[i].assignee, "%s", steps[i].name);
                T_EQ_INT(t.team, steps[i].team, "%s", steps[i].name);
            }
        }
    }
}

static const struct step steps[] = {
    {"seen", L_AGENT, REQUEST_ACKNOWLEDGE_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"of another team", L_AGENT_2, REQUEST_TAKE_TICKET, "", 0, 5, TICKET_OPEN, NOBODY, 1, false},
    {"of another vendor", L_OTHER, REQUEST_TAKE_TICKET, "", 0, 5, TICKET_OPEN, NOBODY, 1, false},
    {"the buyer's", L_MANAGER, REQUEST_TAKE_TICKET, "", 0, 7, TICKET_OPEN, NOBODY, 1, false},
    {"take", L_AGENT, REQUEST_TAKE_TICKET, "", 0, 0, TICKET_OPEN, L_AGENT, 1, false},
    {"take again", L_AGENT, REQUEST_TAKE_TICKET, "", 0, 0, TICKET_OPEN, L_AGENT, 1, true},
    {"somebody has it", L_LEAD, REQUEST_TAKE_TICKET, "", 0, 9, TICKET_OPEN, L_AGENT, 1, false},
    {"steal", L_LEAD, REQUEST_TAKE_TICKET, "", 1, 0, TICKET_OPEN, L_LEAD, 1, false},
    {"not theirs to release", L_AGENT, REQUEST_RELEASE_TICKET, "", 0, 7, TICKET_OPEN, L_LEAD, 1,
     false},
    {"release", L_LEAD, REQUEST_RELEASE_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"nobody's", L_AGENT, REQUEST_RELEASE_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1, true},
    {"no right to assign", L_AGENT, REQUEST_ASSIGN_TICKET, "agent", 0, 7, TICKET_OPEN, NOBODY, 1,
     false},
    {"assign", L_LEAD, REQUEST_ASSIGN_TICKET, "agent", 0, 0, TICKET_OPEN, L_AGENT, 1, false},
    {"assign again", L_LEAD, REQUEST_ASSIGN_TICKET, "agent", 0, 0, TICKET_OPEN, L_AGENT, 1, true},
    {"release of another's by a lead", L_LEAD, REQUEST_RELEASE_TICKET, "", 0, 0, TICKET_OPEN,
     NOBODY, 1, false},
    {"assign to who may not", L_LEAD, REQUEST_ASSIGN_TICKET, "agent-2", 0, 3, TICKET_OPEN, NOBODY,
     1, false},
    {"assign to nobody", L_LEAD, REQUEST_ASSIGN_TICKET, "no-one", 0, 3, TICKET_OPEN, NOBODY, 1,
     false},
    {"no such team", L_LEAD, REQUEST_TRANSFER_TICKET, "three", 0, 3, TICKET_OPEN, NOBODY, 1, false},
    {"the same team", L_LEAD, REQUEST_TRANSFER_TICKET, "one", 0, 0, TICKET_OPEN, NOBODY, 1, true},
    {"no right to transfer", L_AGENT, REQUEST_TRANSFER_TICKET, "two", 0, 7, TICKET_OPEN, NOBODY, 1,
     false},
    {"transfer", L_LEAD, REQUEST_TRANSFER_TICKET, "two", 0, 0, TICKET_OPEN, NOBODY, 2, false},
    {"gone from sight", L_LEAD, REQUEST_TRANSFER_TICKET, "one", 0, 5, TICKET_OPEN, NOBODY, 2,
     false},
    {"back", L_VM, REQUEST_TRANSFER_TICKET, "one", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"raise", L_AGENT, REQUEST_SET_PRIORITY, "P0", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"the same", L_AGENT, REQUEST_SET_PRIORITY, "P0", 0, 0, TICKET_OPEN, NOBODY, 1, true},
    {"not theirs to lower", L_AGENT, REQUEST_SET_PRIORITY, "P2", 0, 7, TICKET_OPEN, NOBODY, 1,
     false},
    {"lower", L_MANAGER, REQUEST_SET_PRIORITY, "P2", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"not theirs to raise", L_MANAGER, REQUEST_SET_PRIORITY, "P1", 0, 7, TICKET_OPEN, NOBODY, 1,
     false},
    {"no such priority", L_AGENT, REQUEST_SET_PRIORITY, "P9", 0, 3, TICKET_OPEN, NOBODY, 1, false},
    {"edit", L_AGENT, REQUEST_EDIT_TICKET, "claims", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"edit the same", L_AGENT, REQUEST_EDIT_TICKET, "claims", 0, 0, TICKET_OPEN, NOBODY, 1, true},
    {"edit away", L_AGENT, REQUEST_EDIT_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"close too early", L_AGENT, REQUEST_CLOSE_TICKET, "", 0, 9, TICKET_OPEN, NOBODY, 1, false},
    {"reopen too early", L_AGENT, REQUEST_REOPEN_TICKET, "", 0, 9, TICKET_OPEN, NOBODY, 1, false},
    {"hold without a question", L_AGENT, REQUEST_HOLD_TICKET, "ask", 0, 9, TICKET_OPEN, NOBODY, 1,
     false},
    {"reply and hold", L_AGENT, REQUEST_ADD_MESSAGE, "ask", 0, 0, TICKET_HELD, NOBODY, 1, false},
    {"note", L_AGENT, REQUEST_ADD_MESSAGE, "", 1, 0, TICKET_HELD, NOBODY, 1, false},
    {"resume", L_AGENT, REQUEST_RESUME_TICKET, "ask", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"hold", L_AGENT, REQUEST_HOLD_TICKET, "wait", 0, 0, TICKET_HELD, NOBODY, 1, false},
    {"resume all", L_AGENT, REQUEST_RESUME_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"resolve", L_AGENT, REQUEST_RESOLVE_TICKET, "", 0, 0, TICKET_RESOLVED, NOBODY, 1, false},
    {"take what is done", L_AGENT, REQUEST_TAKE_TICKET, "", 0, 9, TICKET_RESOLVED, NOBODY, 1,
     false},
    {"reopen", L_AGENT, REQUEST_REOPEN_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1, false},
    {"resolve again", L_AGENT, REQUEST_RESOLVE_TICKET, "", 0, 0, TICKET_RESOLVED, NOBODY, 1, false},
    {"close", L_AGENT, REQUEST_CLOSE_TICKET, "", 0, 0, TICKET_CLOSED, NOBODY, 1, false},
    {"close again", L_AGENT, REQUEST_CLOSE_TICKET, "", 0, 9, TICKET_CLOSED, NOBODY, 1, false},
    {"reopen what is closed", L_AGENT, REQUEST_REOPEN_TICKET, "", 0, 0, TICKET_OPEN, NOBODY, 1,
     false},
};

T_TEST(service_change, each_verb_by_each_who_may_and_may_not)
{
    run_steps(steps, sizeof(steps) / sizeof(steps[0]), false);
}

T_TEST(service_change, a_dry_run_says_the_same_and_records_nothing)
{
    run_steps(steps, sizeof(steps) / sizeof(steps[0]), true);
}

T_TEST(service_change, a_refusal_names_the_place_of_its_rule)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);

    struct job *job = life_job(&s, L_AGENT, REQUEST_SET_PRIORITY, number, at);
    job->request.u.priority.priority = "P2";
    life_run(&s, job, OUTCOME_PERMISSION_DENIED, "lower");
    life_says(job, "contract con version 1, priority_change.lower", NULL);

    job = life_job(&s, L_AGENT, REQUEST_HOLD_TICKET, number, at);
    job->request.u.hold.reason = "ask";
    life_run(&s, job, OUTCOME_FAILED_PRECONDITION, "ask");
    life_says(job, "contract con version 1, holds[ask].needs", "slate reply");

    for (int i = 0; i < 2; i++) {
        job = life_job(&s, L_LEAD, REQUEST_ASSIGN_TICKET, number, at);
        job->request.u.assign.name = i == 0 ? "agent-2" : "agent-9";
        life_run(&s, job, OUTCOME_INVALID_ARGUMENT, "assign");
        life_says(job,
                  i == 0 ? "nobody called agent-2 works for team one"
                         : "nobody called agent-9 works for team one",
                  NULL);
    }
}

/* --- versions --------------------------------------------------------------------------------- */

T_TEST(service_change, another_version_says_who_did_what_since)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);
    uint64_t version = life_ticket(&s, number).version;

    life_run(&s, life_job(&s, L_LEAD, REQUEST_TAKE_TICKET, number, at), 0, "take");
    life_run(&s, life_job(&s, L_VM, REQUEST_RELEASE_TICKET, number, at), 0, "release");
    struct job *job = life_job(&s, L_AGENT, REQUEST_TAKE_TICKET, number, at);
    job->request.if_version = version;
    life_run(&s, job, OUTCOME_ABORTED, "take of what was");
    life_says(job, "is at version", "since then: vm released it at ");
    life_says(job, "is at version", "; lead took it at ");
    job = life_job(&s, L_AGENT, REQUEST_TAKE_TICKET, number, at);
    job->request.if_version = life_ticket(&s, number).version;
    life_run(&s, job, 0, "take of what is");
}

/* --- pairs ------------------------------------------------------------------------------------ */

static struct job *pair_job(struct service *s, enum life_who who, enum request_kind kind,
                            uint64_t number, uint64_t other, int64_t at)
{
    struct job *job = life_job(s, who, kind, number, at);

    if (kind == REQUEST_MERGE_TICKET) {
        job->request.u.merge.other = service_ticket("CON", other);
    } else {
        job->request.u.link.other = service_ticket("CON", other);
        job->request.u.link.kind = LINK_BLOCKS;
    }
    return job;
}

T_TEST(service_change, both_sides_of_a_merge_or_none)
{
    __attribute__((cleanup(service_fini))) struct service s;
    char history[400];
    life_init(&s);
    int64_t at = start(&s);
    uint64_t n[3];

    for (int i = 0; i < 3; i++) {
        n[i] = life_open(&s, at);
    }
    life_run(&s, pair_job(&s, L_AGENT, REQUEST_MERGE_TICKET, n[0], n[1], at), 7, "no right");
    life_run(&s, pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[0], n[0], at), 3, "into itself");
    life_run(&s, pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[0], 99, at), 5, "into nothing");
    struct job *job = pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[0], n[1], at);
    job->request.u.merge.other = service_ticket("TWO", 1);
    life_run(&s, job, OUTCOME_INVALID_ARGUMENT, "across contracts");
    T_EQ_INT(life_ticket(&s, n[1]).version, life_ticket(&s, n[2]).version, "nothing was recorded");

    job = pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[0], n[1], at);
    life_run(&s, job, 0, "merge");
    T_EQ_INT(service_number(job), n[0]);
    struct ticket merged = life_ticket(&s, n[0]);
    T_EQ_INT(merged.state, TICKET_MERGED);
    T_EQ_INT(merged.merged_into, n[1]);
    T_EQ_STR(life_history(&s, n[1], history, sizeof(history)), "absorbed message ticket_opened");
    struct job *again = service_again(&s, job, at);
    life_run(&s, again, 0, "the answer was lost");
    T_EQ_INT(service_number(again), n[0]);
    T_EQ_INT(service_token(again), service_token(job));
    T_EQ_STR(life_history(&s, n[1], history, sizeof(history)), "absorbed message ticket_opened");
    life_run(&s, pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[2], n[0], at), 9,
             "into a merged one");
    T_EQ_INT(life_ticket(&s, n[2]).state, TICKET_NEW);
}

T_TEST(service_change, words_for_a_merged_ticket_go_to_the_one_that_it_lives_on_in)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t n[3];

    for (int i = 0; i < 3; i++) {
        n[i] = life_open(&s, at);
    }
    life_run(&s, pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[0], n[1], at), 0, "merge");
    life_run(&s, pair_job(&s, L_LEAD, REQUEST_MERGE_TICKET, n[1], n[2], at), 0, "merge on");
    struct job *job = life_job(&s, L_AGENT, REQUEST_ADD_MESSAGE, n[0], at);
    job->request.if_version = life_ticket(&s, n[0]).version;
    life_run(&s, job, 0, "reply");
    T_EQ_INT(service_number(job), n[2], "through both");
    T_EQ_INT(life_ticket(&s, n[2]).state, TICKET_OPEN);
    T_EQ_INT(life_ticket(&s, n[2]).n_messages, 2);
    T_EQ_INT(life_ticket(&s, n[0]).n_messages, 1);

    job = life_job(&s, L_AGENT, REQUEST_ADD_MESSAGE, n[0], at);
    job->request.if_version = life_ticket(&s, n[0]).version - 1;
    life_run(&s, job, OUTCOME_ABORTED, "of what was before the merge");
    life_says(job, "version", "lead merged it at");
    job = life_job(&s, L_AGENT, REQUEST_HOLD_TICKET, n[0], at);
    job->request.u.hold.reason = "wait";
    life_run(&s, job, OUTCOME_FAILED_PRECONDITION, "hold");
    life_says(job, "merged", "it lives on in CON-3");

    job = life_job(&s, L_VM, REQUEST_TRANSFER_TICKET, n[2], at);
    job->request.u.transfer.team = "two";
    life_run(&s, job, 0, "transfer");
    job = life_job(&s, L_AGENT, REQUEST_ADD_MESSAGE, n[0], at);
    life_run(&s, job, OUTCOME_PERMISSION_DENIED, "it lives on out of sight");
    T_EQ_INT(life_ticket(&s, n[2]).n_messages, 2);
}

T_TEST(service_change, a_link_shows_on_both_sides)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t a = life_open(&s, at);
    uint64_t b = life_open(&s, at);

    struct job *job = pair_job(&s, L_AGENT, REQUEST_LINK_TICKET, a, b, at);
    life_run(&s, job, 0, "link");
    T_EQ_INT(service_number(job), a);
    T_EQ_INT(life_ticket(&s, a).n_links, 1);
    T_EQ_INT(life_ticket(&s, a).links[0].kind, LINK_BLOCKS);
    T_EQ_INT(life_ticket(&s, b).links[0].kind, LINK_BLOCKED_BY);
    T_EQ_INT(life_ticket(&s, b).links[0].number, a);
    uint64_t version = life_ticket(&s, a).version;
    life_run(&s, pair_job(&s, L_AGENT, REQUEST_LINK_TICKET, a, b, at), 0, "again");
    T_EQ_INT(life_ticket(&s, a).version, version);
    job = pair_job(&s, L_AGENT, REQUEST_LINK_TICKET, a, b, at);
    job->request.u.link.remove = true;
    life_run(&s, job, 0, "remove");
    T_EQ_INT(life_ticket(&s, a).n_links + life_ticket(&s, b).n_links, 0);
    job = pair_job(&s, L_AGENT, REQUEST_LINK_TICKET, a, b, at);
    job->request.u.link.other = service_ticket("TWO", 1);
    life_run(&s, job, OUTCOME_INVALID_ARGUMENT, "across contracts");
    life_run(&s, pair_job(&s, L_OTHER, REQUEST_LINK_TICKET, a, b, at), OUTCOME_NOT_FOUND,
             "a stranger");
}

/* --- tags ------------------------------------------------------------------------------------- */

static struct job *tag_job(struct service *s, uint64_t number, const struct text *tags, size_t n,
                           bool remove, int64_t at)
{
    struct job *job = life_job(s, L_AGENT, REQUEST_TAG_TICKET, number, at);

    job->request.u.tag.tags = tags;
    job->request.u.tag.n_tags = n;
    job->request.u.tag.remove = remove;
    return job;
}

T_TEST(service_change, words_are_put_on_and_taken_off_all_or_none)
{
    static const struct text tags[] = {{TEXT_TAG, "vip", 3}, {TEXT_TAG, "refund", 6}};
    struct text many[TICKET_TAGS_MAX];
    char words[TICKET_TAGS_MAX][16];
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);

    life_run(&s, tag_job(&s, number, tags, 2, false, at), 0, "put on");
    T_EQ_INT(life_ticket(&s, number).n_tags, 2);
    uint64_t version = life_ticket(&s, number).version;
    life_run(&s, tag_job(&s, number, tags, 2, false, at), 0, "again");
    T_EQ_INT(life_ticket(&s, number).version, version, "they were there");

    for (int i = 0; i < TICKET_TAGS_MAX; i++) {
        snprintf(words[i], sizeof(words[i]), "tag-%d", i);
        many[i] = (struct text){TEXT_TAG, words[i], strlen(words[i])};
    }
    struct job *dry = tag_job(&s, number, many, 3, false, at);
    dry->request.dry_run = true;
    dry->request.has_request_id = false;
    life_run(&s, dry, 0, "asked");
    life_run(&s, tag_job(&s, number, many, TICKET_TAGS_MAX, false, at), 8, "too many");
    T_EQ_INT(life_ticket(&s, number).version, version, "none of them");

    struct job *show = life_job(&s, L_AGENT, REQUEST_SHOW_TICKET, number, at);
    service_read(&s, show);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(show);
    T_EQ_INT(e->reply->ticket_detail->n_tags, 2);
    T_EQ_STR(e->reply->ticket_detail->tags[0], "vip");
    T_EQ_STR(e->reply->ticket_detail->tags[1], "refund");
    struct job *hidden = life_job(&s, L_ADMIN, REQUEST_SHOW_TICKET, number, at);
    service_read(&s, hidden);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *h = service_reply(hidden);
    T_EQ_INT(h->reply->ticket_detail->n_tags, 0, "not theirs to read");

    life_run(&s, tag_job(&s, number, tags, 1, true, at), 0, "take off");
    T_EQ_INT(life_ticket(&s, number).n_tags, 1);
    life_run(&s, tag_job(&s, number, tags, 1, true, at), 0, "it is not there");
    T_EQ_INT(life_ticket(&s, number).n_tags, 1);
}

/* --- subjects, and new tickets ---------------------------------------------------------------- */

T_TEST(service_change, a_dry_run_shows_the_subject_that_would_be)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);

    for (int i = 0; i < 2; i++) {
        struct job *job = i == 0 ? service_new(&s, (enum who)L_AGENT, "con", "P1", at)
                                 : life_job(&s, L_AGENT, REQUEST_EDIT_TICKET, number, at);
        if (i == 1) {
            job->request.u.edit.edits = EDIT_SUBJECT;
            job->request.u.edit.subject = (struct text){TEXT_SUBJECT, "other words", 11};
        }
        job->request.dry_run = true;
        job->request.has_request_id = false;
        life_run(&s, job, 0, "dry run");
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TicketRow *row = e->reply->ticket_changed->ticket;
        T_EQ_STR(row->subject, i == 0 ? "subject of aaa" : "other words");
        T_CHECK((row->ticket == NULL) == (i == 0), "a number that nobody has yet");
    }
    T_EQ_INT(service_count(&s, "con"), 1);
}

T_TEST(service_change, a_sources_key_is_one_ticket_with_one_content)
{
    static const struct {
        const char *name;
        uint8_t line;
        int code;
        bool existing;
    } rows[] = {{"first", 1, 0, false}, {"the same", 1, 0, true}, {"another", 2, 6, false}};
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    for (size_t i = 0; i < 3; i++) {
        struct job *job = service_new(&s, (enum who)L_MAIL, "con", "P1", at);
        job->request.u.new_ticket.source = "mail";
        job->request.u.new_ticket.source_key = "k1";
        memset(job->request.line_id, rows[i].line, WIRE_LINE_BYTES);
        memset(job->request.content_hash, rows[i].line, WIRE_HASH_BYTES);
        life_run(&s, job, rows[i].code, rows[i].name);
        if (rows[i].code == 0) {
            __attribute__((cleanup(service_reply_free)))
            Slate__V1__Envelope *e = service_reply(job);
            T_EQ_INT(e->reply->ticket_changed->existing, rows[i].existing, "%s", rows[i].name);
            T_EQ_INT(service_number(job), 1, "%s", rows[i].name);
        }
    }
    T_EQ_INT(service_count(&s, "con"), 1);
}

T_TEST(service_change, a_subject_that_it_has_is_nothing_to_do)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);

    for (int i = 0; i < 2; i++) {
        uint64_t version = life_ticket(&s, number).version;
        struct job *job = life_job(&s, L_AGENT, REQUEST_EDIT_TICKET, number, at);
        job->request.u.edit.edits = EDIT_SUBJECT;
        job->request.u.edit.subject = (struct text){TEXT_SUBJECT, "subject of aaa", 14};
        job->request.u.edit.category = "";
        if (i == 1) {
            job->request.u.edit.edits |= EDIT_CATEGORY;
            job->request.u.edit.category = "claims";
        }
        life_run(&s, job, 0, "edit");
        struct ticket t = life_ticket(&s, number);
        T_EQ_INT(t.version, version + (uint64_t)i);
        T_EQ_INT(t.subject_seq, life_ticket(&s, number).facts[0].seq, "the first one stays");
    }
}

/* An intake's principal may write to the tickets of its source, but works for no team; and that it
 * exists is not a lead's to find out. */
T_TEST(service_change, a_tool_is_assigned_nothing)
{
    static const char *const names[] = {"mail-tool", "nobody"};
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);

    life_run(&s, life_intake(&s, L_MAIL, "mail", "a", "1", INTAKE_OPEN, at), 0, "open");
    for (size_t i = 0; i < 2; i++) {
        char says[80];
        struct job *job = life_job(&s, L_LEAD, REQUEST_ASSIGN_TICKET, 1, at);
        job->request.u.assign.name = names[i];
        life_run(&s, job, OUTCOME_INVALID_ARGUMENT, names[i]);
        snprintf(says, sizeof(says), "nobody called %s works for team one", names[i]);
        life_says(job, says, NULL);
    }
}

/* Who moves a ticket out of their own sight and loses the answer is told the same again. */
T_TEST(service_change, a_transfer_is_answered_again_to_who_made_it)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    uint64_t number = life_open(&s, at);
    struct job *job = life_job(&s, L_LEAD, REQUEST_TRANSFER_TICKET, number, at);

    job->request.u.transfer.team = "two";
    life_run(&s, job, 0, "transfer");
    struct job *edit = life_job(&s, L_AGENT_2, REQUEST_EDIT_TICKET, number, at);
    edit->request.u.edit.edits = EDIT_CATEGORY;
    edit->request.u.edit.category = "theirs";
    life_run(&s, edit, 0, "the other team works on it");
    struct job *again = service_again(&s, job, at);
    life_run(&s, again, 0, "again");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(again);
    const Slate__V1__TicketRow *row = e->reply->ticket_changed->ticket;
    T_EQ_STR(row->ticket, "CON-1");
    T_EQ_STR(row->team, "two");
    T_CHECK(row->category == NULL || row->category[0] == '\0', "what they did is theirs");
    T_CHECK(row->subject == NULL || row->subject[0] == '\0');
}

T_TEST(service_change, a_dry_run_of_an_import_has_no_number)
{
    __attribute__((cleanup(service_fini))) struct service s;
    life_init(&s);
    int64_t at = start(&s);
    struct job *job = service_new(&s, (enum who)L_ADMIN, "con", "P1", at);
    struct request_new_ticket ticket = job->request.u.new_ticket;

    ticket.source = "old";
    ticket.source_key = "k";
    job->request.kind = REQUEST_IMPORT_TICKET;
    job->request.dry_run = true;
    job->request.has_request_id = false;
    job->request.u.import = (struct request_import){
        .ticket = ticket,
        .opened_at = at,
        .cutover_at = INSTANT_NONE,
        .clocks = 1u << CLOCK_KIND_RESOLUTION,
    };
    life_run(&s, job, 0, "dry run");
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->imported != NULL && e->reply->imported->ticket == NULL,
            "a number that nobody has yet");
}
