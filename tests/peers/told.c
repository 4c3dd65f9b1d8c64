// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "desk.h"
#include "t.h"

enum { TOLD_BYTES = 4096 };

/* Somewhere to say things. */
struct told {
    char text[TOLD_BYTES];
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void say(struct told *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(t->text + t->n, sizeof(t->text) - t->n, format, args);
    va_end(args);
    T_CHECK(n >= 0 && (size_t)n < sizeof(t->text) - t->n, "there is too much to tell");
    t->n += (size_t)n;
}

static void start(struct told *t)
{
    t->n = 0;
    t->text[0] = '\0';
}

static void say_time(struct told *t, int64_t at)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    int64_t us = at - desk_at("mon 00:00");
    int64_t minutes = us / US_PER_MIN;

    T_CHECK(us >= 0 && minutes < INT64_C(7) * 24 * 60, "not in that week");
    say(t, "%s %02d:%02d", days[minutes / (24 * 60)], (int)(minutes / 60 % 24),
        (int)(minutes % 60));
    if (us % US_PER_MIN != 0) {
        say(t, ":%02d", (int)(us % US_PER_MIN / US_PER_S));
        T_EQ_INT(us % US_PER_S, 0, "not whole seconds");
    }
}

static void say_span(struct told *t, uint64_t us)
{
    const uint64_t minute = (uint64_t)US_PER_MIN;

    T_EQ_INT(us % minute, 0, "not whole minutes");
    say(t, "%d:%02d", (int)(us / minute / 60), (int)(us / minute % 60));
}

/* "first_response" of CLOCK_KIND_FIRST_RESPONSE, after the prefix of its enum. */
static void say_enum(struct told *t, const ProtobufCEnumDescriptor *of, int value, size_t prefix)
{
    const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value(of, value);

    T_CHECK(v != NULL && strlen(v->name) > prefix);
    for (const char *p = v->name + prefix; *p != '\0'; p++) {
        say(t, "%c", tolower((unsigned char)*p));
    }
}

/* Its numbers are those of the book. */
static const char *name_of(Slate__V1__ClockKind kind)
{
    return clock_kind_name((enum clock_kind)kind);
}

static void answered(const struct job *job, const Slate__V1__Envelope *e)
{
    T_CHECK(e->reply->error == NULL, "%s: %s", request_kind_name(job->request.kind),
            e->reply->error->message);
}

/* --- the log ---------------------------------------------------------------------------------- */

static const char *log_of(struct service *s, const char *ticket, bool notices, struct told *t)
{
    struct job *job = desk_ask(s, "lead", REQUEST_SHOW_LOG, ticket);

    job->request.u.log.limit = 100;
    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    answered(job, e);
    const Slate__V1__LogPage *page = e->reply->log_page;
    T_CHECK(page != NULL && !page->truncated);
    start(t);
    for (size_t i = page->n_events; i-- > 0;) { /* newest first */
        const Slate__V1__Event *event = page->events[i];
        bool notice = event->kind == SLATE__V1__EVENT_KIND__EVENT_KIND_WARNING ||
                      event->kind == SLATE__V1__EVENT_KIND__EVENT_KIND_BREACH ||
                      event->kind == SLATE__V1__EVENT_KIND__EVENT_KIND_WITHDRAWN;
        if (notices && !notice) {
            continue;
        }
        say(t, "%s", t->n == 0 ? "" : "; ");
        say_enum(t, &slate__v1__event_kind__descriptor, (int)event->kind, strlen("EVENT_KIND_"));
        if (notice) {
            say(t, " %s", name_of(event->clock->kind));
            if (event->warning != NULL) {
                say(t, " %s", event->warning);
            }
        }
        say(t, " ");
        say_time(t, event->effective_at);
    }
    return t->text;
}

const char *desk_log(struct service *s, const char *ticket)
{
    static struct told t;
    return log_of(s, ticket, false, &t);
}

const char *desk_notices(struct service *s, const char *ticket)
{
    static struct told t;
    return log_of(s, ticket, true, &t);
}

/* --- clocks ----------------------------------------------------------------------------------- */

static void say_clock(struct told *t, const Slate__V1__Clock *c)
{
    if (c->cycle > 1) {
        say(t, "#%u ", c->cycle);
    }
    if (c->state == SLATE__V1__CLOCK_STATE__CLOCK_STATE_STOPPED) {
        say_enum(t, &slate__v1__verdict__descriptor, (int)c->verdict, strlen("VERDICT_"));
    } else {
        say_enum(t, &slate__v1__clock_state__descriptor, (int)c->state, strlen("CLOCK_STATE_"));
    }
    say(t, ", used ");
    say_span(t, c->elapsed_us);
    if (c->has_due_at) {
        say(t, ", due ");
        say_time(t, c->due_at);
    }
    if (c->has_breached_at) {
        say(t, ", breached ");
        say_time(t, c->breached_at);
    }
}

const char *desk_clock(struct service *s, const char *ticket, const char *clock)
{
    static struct told t;
    struct job *job = desk_ask(s, "lead", REQUEST_SHOW_TICKET, ticket);

    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    answered(job, e);
    const Slate__V1__TicketDetail *detail = e->reply->ticket_detail;
    start(&t);
    for (size_t i = 0; i < detail->n_clocks; i++) {
        if (strcmp(name_of(detail->clocks[i]->kind), clock) == 0) {
            say_clock(&t, detail->clocks[i]);
        }
    }
    return t.n == 0 ? "none" : t.text;
}

const char *desk_sums(struct service *s, const char *ticket, const char *clock)
{
    static struct told t;
    struct job *job = desk_ask(s, "lead", REQUEST_EXPLAIN, ticket);

    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    answered(job, e);
    const Slate__V1__Explanation *x = e->reply->explanation;
    size_t i = 0;
    while (i < x->n_clocks && strcmp(name_of(x->clocks[i]->clock->kind), clock) != 0) {
        i++;
    }
    T_CHECK(i < x->n_clocks);
    const Slate__V1__ClockExplanation *c = x->clocks[i];
    T_CHECK(c->n_spans > 0 && !c->truncated);
    start(&t);
    say(&t, "counted ");
    say_span(&t, c->counted_us);
    say(&t, ", held ");
    say_span(&t, c->held_us);
    say(&t, ", outside ");
    say_span(&t, c->outside_us);
    say(&t, ", stopped ");
    say_span(&t, c->stopped_us);
    say(&t, " of ");
    say_span(&t, (uint64_t)(c->spans[c->n_spans - 1]->to_at - c->spans[0]->from_at));
    return t.text;
}

/* --- lists ------------------------------------------------------------------------------------ */

const char *desk_breaches(struct service *s)
{
    static struct told t;
    struct job *job = desk_ask(s, "lead", REQUEST_LIST_BREACHES, "");

    job->request.u.list_breaches = (struct request_list_breaches){.since_at = INSTANT_NONE,
                                                                  .until_at = INSTANT_NONE,
                                                                  .team = "",
                                                                  .vendor = "",
                                                                  .contract = "",
                                                                  .limit = 100};
    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    answered(job, e);
    start(&t);
    for (size_t i = 0; i < e->reply->breach_page->n_breaches; i++) {
        const Slate__V1__Breach *b = e->reply->breach_page->breaches[i];
        say(&t, "%s%s %s ", t.n == 0 ? "" : "; ", b->ticket, name_of(b->clock));
        say_time(&t, b->breached_at);
        say(&t, "%s", b->withdrawn ? " withdrawn" : "");
    }
    return t.text;
}

const char *desk_row(struct service *s, const char *ticket)
{
    static struct told t;
    struct job *job = desk_ask(s, "lead", REQUEST_LIST_TICKETS, "");

    job->request.u.list_tickets = (struct request_list_tickets){
        .contract = "", .team = "", .assignee = "", .due_before_at = INSTANT_NONE, .limit = 100};
    service_read(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    answered(job, e);
    start(&t);
    for (size_t i = 0; i < e->reply->ticket_page->n_tickets; i++) {
        const Slate__V1__TicketRow *row = e->reply->ticket_page->tickets[i];
        if (strcmp(row->ticket, ticket) != 0) {
            continue;
        }
        say_enum(&t, &slate__v1__ticket_state__descriptor, (int)row->state,
                 strlen("TICKET_STATE_"));
        if (row->next_clock != NULL) {
            say(&t, ", %s ", name_of(row->next_clock->kind));
            say_time(&t, row->next_clock->due_at);
        }
        if (row->breached_clock != NULL) {
            say(&t, ", breached %s", name_of(row->breached_clock->kind));
        }
    }
    return t.n == 0 ? "not listed" : t.text;
}
