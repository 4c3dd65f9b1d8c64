// SPDX-License-Identifier: Apache-2.0
/*
 * Lists of the past: page after page they are what the whole was, whatever happens meanwhile, and
 * filtered by what tickets were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "query_list.h"
#include "story.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { TICKETS = 24 };

static void act(struct service *s, int minute, enum request_kind kind, uint64_t number,
                const char *word)
{
    const enum story_who who = kind == REQUEST_TAKE_TICKET ? S_AGENT : S_LEAD;
    story_do(s, &(struct story_step){minute, who, kind, number, word, 0});
}

/* Tickets in every state, of both teams and both vendors, some of them late. */
static void populate(struct service *s)
{
    for (int i = 0; i < TICKETS; i++) {
        act(s, 0, REQUEST_NEW_TICKET, 0, i % 3 == 0 ? "P1" : "P2");
    }
    for (int i = 0; i < 3; i++) {
        story_do(s, &(struct story_step){0, S_OTHER, REQUEST_NEW_TICKET, 0, "P1", 0});
    }
    for (uint64_t n = 1; n <= TICKETS; n++) {
        switch (n % 6) {
        case 1: act(s, 40, REQUEST_TAKE_TICKET, n, NULL); break;
        case 2: act(s, 41, REQUEST_HOLD_TICKET, n, "ask"); break;
        case 3: act(s, 42, REQUEST_RESOLVE_TICKET, n, "done"); break;
        case 4: act(s, 43, REQUEST_TRANSFER_TICKET, n, "two"); break;
        case 5: act(s, 44, REQUEST_TAKE_TICKET, n, NULL); break;
        default: break;
        }
    }
    act(s, 45, REQUEST_MERGE_TICKET, 6, "12");
    story_until(s, 90 * US_PER_MIN + US_PER_S);
}

/* Something happens to tickets before and behind the place of the page. */
static void disturb(struct service *s, unsigned page)
{
    const int minute = 120 + 10 * (int)page;
    const uint64_t n = 1 + page * 7 % TICKETS;

    act(s, minute, REQUEST_NEW_TICKET, 0, "P1");
    act(s, minute, REQUEST_ADD_MESSAGE, n, "note");
    act(s, minute, REQUEST_TRANSFER_TICKET, 13, page % 2 == 0 ? "two" : "one");
    if (page < 2) {
        act(s, minute, REQUEST_RESOLVE_TICKET, 7 + page * 12, "done");
    }
}

/* All pages as text: rows of tickets only. Free it. */
static char *pages(struct service *s, enum story_who who, uint32_t limit, struct story_past past,
                   bool disturbed, unsigned *ret_n)
{
    struct wire_bytes cursor = {NULL, 0};
    char *text = NULL;
    size_t size = 0;
    unsigned n = 0;

    FILE *out = open_memstream(&text, &size);
    T_CHECK(out != NULL);
    do {
        struct job *job = story_list(s, who, "", limit, &cursor, past);
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
        const Slate__V1__TicketPage *page = e->reply->ticket_page;
        T_CHECK(page != NULL && n < 1000, "page %u", n);
        T_CHECK(page->n_tickets <= limit);
        for (size_t i = 0; i < page->n_tickets; i++) {
            const Slate__V1__TicketRow *row = page->tickets[i];
            char updated[INSTANT_TEXT_BYTES];
            (void)fprintf(out, "%s state %d team %s to %s version %d updated %s breached %d\n",
                          row->ticket, (int)row->state, row->team,
                          row->assignee == NULL ? "" : row->assignee, (int)row->version,
                          instant_format(row->updated_at, updated), row->breached_clock != NULL);
        }
        cursor = (struct wire_bytes){NULL, page->cursor.len};
        if (cursor.n > 0) {
            cursor.p = (const uint8_t *)arena_strndup(&job->arena, (const char *)page->cursor.data,
                                                      cursor.n);
        }
        T_EQ_INT(page->truncated, cursor.n > 0);
        if (disturbed && cursor.n > 0) {
            disturb(s, n);
        }
        n++;
    } while (cursor.n > 0);
    T_EQ_INT(fclose(out), 0);
    *ret_n = n;
    return text;
}

T_TEST(service_past_list, pages_are_exact_whatever_happens_between_them)
{
    static const uint32_t limits[] = {1, 4, 5, 26, 27, 1000};
    __attribute__((cleanup(service_fini))) struct service s;
    unsigned n;

    alarm(4 * T_SECONDS);
    story_init(&s);
    populate(&s);
    const struct story_past as_of = {story_now(), INSTANT_NONE};
    const struct story_past as_known = {INSTANT_NONE, story_now()};
    char *all = pages(&s, S_BUYER, 1000, as_of, false, &n);
    T_CHECK(strstr(all, "CON-24 ") != NULL && strstr(all, "TWO-3 ") != NULL, "%s", all);
    for (size_t i = 0; i < COUNT(limits); i++) {
        char *as_it_was = pages(&s, S_BUYER, limits[i], as_of, i == 1, &n);
        T_CHECK(strcmp(as_it_was, all) == 0, "%u: %s", (unsigned)limits[i],
                story_difference(as_it_was, all));
        T_EQ_INT(n, (27 + limits[i] - 1) / limits[i], "%u", (unsigned)limits[i]);
        free(as_it_was);
        char *as_was_known = pages(&s, S_BUYER, limits[i], as_known, false, &n);
        T_CHECK(strcmp(as_was_known, all) == 0, "%u: %s", (unsigned)limits[i],
                story_difference(as_was_known, all));
        free(as_was_known);
    }
    free(all);
}

/* --- filters ---------------------------------------------------------------------------------- */

enum { FILTERS = 11 };

static const char *const p1 = "P1";

static struct job *filtered(struct service *s, enum story_who who, unsigned filter, int64_t due_at,
                            struct story_past past)
{
    struct job *job = service_job(s, (enum who)who, REQUEST_LIST_TICKETS, story_now());
    struct request_list_tickets *r = &job->request.u.list_tickets;

    *r = (struct request_list_tickets){
        .contract = "", .team = "", .assignee = "", .due_before_at = INSTANT_NONE, .limit = 1000};
    switch (filter) {
    case 0: break;
    case 1: r->states = 1u << TICKET_NEW; break;
    case 2: r->states = 1u << TICKET_OPEN | 1u << TICKET_HELD; break;
    case 3: r->states = 1u << TICKET_RESOLVED | 1u << TICKET_MERGED; break;
    case 4: r->team = "two"; break;
    case 5:
        r->priorities = &p1;
        r->n_priorities = 1;
        break;
    case 6: r->assignee = "agent"; break;
    case 7: r->unassigned = true; break;
    case 8: r->breached = true; break;
    case 9: r->due_before_at = due_at; break;
    default:
        r->contract = "con";
        r->states = 1u << TICKET_OPEN;
        r->breached = true;
        break;
    }
    job->request.as_of_at = past.as_of_at;
    job->request.as_known_at = past.as_known_at;
    service_read(s, job);
    return job;
}

/* A team, or a contract, of which they must not know. */
static bool is_hidden(enum story_who who, unsigned filter)
{
    return who == S_OTHER && (filter == 4 || filter == FILTERS - 1);
}

/* The tickets of a page by name, whatever their order is. */
static void names(const struct job *job, char *buf, size_t size)
{
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    const Slate__V1__TicketPage *page = e->reply->ticket_page;
    size_t used = 0;

    T_CHECK(page != NULL && !page->truncated);
    buf[0] = '\0';
    for (int n = 0; n < 4 * TICKETS; n++) {
        char name[24];
        (void)snprintf(name, sizeof(name), "%s-%d", n % 2 == 0 ? "CON" : "TWO", 1 + n / 2);
        for (size_t i = 0; i < page->n_tickets; i++) {
            if (strcmp(page->tickets[i]->ticket, name) == 0) {
                used += (size_t)snprintf(buf + used, size - used, "%s ", name);
            }
        }
    }
}

T_TEST(service_past_list, what_is_listed_is_chosen_by_what_it_was)
{
    static const enum story_who people[] = {S_BUYER, S_LEAD, S_OTHER, S_ADMIN};
    static char said[COUNT(people)][FILTERS][1024];
    __attribute__((cleanup(service_fini))) struct service s;
    char now[1024];
    unsigned n_rows = 0;

    alarm(4 * T_SECONDS);
    story_init(&s);
    populate(&s);
    const struct story_past as_of = {story_now(), INSTANT_NONE};
    const struct story_past as_known = {INSTANT_NONE, story_now()};
    const int64_t due_at = story_now() + US_PER_HOUR;
    for (size_t p = 0; p < COUNT(people); p++) {
        for (unsigned f = 0; f < FILTERS; f++) {
            struct job *job = filtered(&s, people[p], f, due_at, story_present);
            if (is_hidden(people[p], f)) {
                T_EQ_INT(service_code(job), OUTCOME_NOT_FOUND, "filter %u", f);
                continue;
            }
            names(job, said[p][f], sizeof(said[p][f]));
            n_rows += said[p][f][0] != '\0';
        }
    }
    T_CHECK(n_rows > COUNT(people) * FILTERS / 2, "most of them tell something");
    for (unsigned page = 0; page < 6; page++) {
        disturb(&s, page);
    }
    story_until(&s, 4000 * US_PER_MIN); /* everything is closed or late */
    for (size_t p = 0; p < COUNT(people); p++) {
        for (unsigned f = 0; f < FILTERS; f++) {
            if (is_hidden(people[p], f)) {
                T_EQ_INT(service_code(filtered(&s, people[p], f, due_at, as_of)), OUTCOME_NOT_FOUND,
                         "filter %u", f);
                continue;
            }
            names(filtered(&s, people[p], f, due_at, as_of), now, sizeof(now));
            T_EQ_STR(now, said[p][f], "as of, filter %u of %d", f, (int)people[p]);
            names(filtered(&s, people[p], f, due_at, as_known), now, sizeof(now));
            T_EQ_STR(now, said[p][f], "as known, filter %u of %d", f, (int)people[p]);
        }
    }
}

/* --- how much a page does --------------------------------------------------------------------- */

static void import_long(struct service *s, const char *key)
{
    enum { STEPS = COMMAND_STEPS_MAX };
    struct job *job = service_new(s, (enum who)S_ADMIN, "con", "P2", story_now());
    struct command_step *steps = arena_array(&job->arena, STEPS, sizeof(*steps));
    struct request_new_ticket ticket = job->request.u.new_ticket;

    ticket.source = "mail";
    ticket.source_key = key;
    for (int i = 0; i < STEPS; i++) {
        steps[i] = (struct command_step){
            .at = story_now() - US_PER_HOUR + i,
            .kind = STEP_MESSAGE,
            .side = SIDE_VENDOR,
            .message_kind = MESSAGE_KIND_AUTO,
            .visibility = MESSAGE_PUBLIC,
            .reason = "",
            .priority = "",
            .channel = "",
            .body = {TEXT_BODY, "noise", 5},
        };
    }
    job->request.kind = REQUEST_IMPORT_TICKET;
    job->request.u.import = (struct request_import){
        .ticket = ticket,
        .opened_at = story_now() - 2 * US_PER_HOUR,
        .cutover_at = INSTANT_NONE,
        .clocks = 1u << CLOCK_KIND_RESOLUTION,
        .steps = steps,
        .n_steps = STEPS,
    };
    service_write(s, job);
    T_EQ_INT(service_code(job), 0);
}

T_TEST(service_past_list, a_page_reads_so_many_entries_and_goes_on)
{
    enum { LONG = 2 * LIST_ENTRIES_MAX / COMMAND_STEPS_MAX };
    __attribute__((cleanup(service_fini))) struct service s;
    unsigned n;

    alarm(4 * T_SECONDS);
    story_init(&s);
    for (int i = 0; i < LONG; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "k%d", i);
        import_long(&s, key);
    }
    story_until(&s, 10 * US_PER_MIN);
    const struct story_past as_of = {story_now(), INSTANT_NONE};
    char *unchanged = pages(&s, S_LEAD, 1000, as_of, false, &n);
    T_EQ_INT(n, 1, "nothing was recorded since");
    for (uint64_t i = 1; i <= LONG; i++) {
        act(&s, 20, REQUEST_ADD_MESSAGE, i, "note");
    }
    char *changed = pages(&s, S_LEAD, 1000, as_of, false, &n);
    T_CHECK(n >= 2 && n <= 4, "%u", n);
    T_EQ_STR(changed, unchanged);
    free(changed);
    free(unchanged);
}
