// SPDX-License-Identifier: Apache-2.0
/*
 * Contracts that end and calendars that change while tickets are open: what went wrong with that
 * elsewhere, each in the thread that is named above its test.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "desk.h"
#include "store/verify.h"
#include "t.h"

/* The book once more, with `from` replaced by `to` where it first stands, and what comes of it. */
static void apply(struct service *s, const char *from, const char *to)
{
    struct job *job = desk_ask(s, "admin", REQUEST_APPLY_BOOK, "");
    const char *text = s->options.book;
    const char *found = strstr(text, from);

    T_CHECK(found != NULL);
    const size_t size = strlen(text) + strlen(to) + 1;
    char *edited = arena_alloc(&job->arena, size);
    (void)snprintf(edited, size, "%.*s%s%s", (int)(found - text), text, to, found + strlen(from));
    job->request.u.apply_book = (struct request_apply_book){
        .text = edited, .n = strlen(edited), .file = ""};
    service_write(s, job);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->error == NULL, "%s", e->reply->error->message);
    T_CHECK(e->reply->book_diff->applied);
    while (service_round(s) < 1000) {
        /* what it moves is looked at, some tickets in each round */
    }
}

static void ignore(void *user, enum verify_step step, uint64_t rows, const char *text)
{
    (void)user;
    (void)step;
    (void)rows;
    (void)text;
}

/* zammad/zammad#4353: what was switched off left its tickets late, and went on mailing. */
T_TEST(peers_books, a_contract_that_ends_takes_no_new_ticket_and_keeps_its_word_on_those_it_has)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new DSK P2\n"
                  "mon 09:10 agent take DSK-1\n"
                  "mon 09:10 agent reply DSK-1\n");
    desk_until(&s, "mon 10:00");
    apply(&s, "    on_reopen: {window: 24h}\n",
          "    on_reopen: {window: 24h}\n    retired: true\n");
    T_EQ_STR(desk_clock(&s, "DSK-1", "resolution"), "running, used 1:00, due mon 17:00");
    desk_play(&s, "mon 10:30 agent new DSK P2 =9\n"
                  "mon 10:30 agent new OFF P2\n"
                  "mon 11:00 agent hold DSK-1 customer\n"
                  "mon 12:00 agent resume DSK-1 customer\n");
    desk_until(&s, "mon 19:00");
    T_EQ_STR(desk_breaches(&s), "DSK-1 resolution mon 18:00");
    desk_play(&s, "mon 19:00 agent resolve DSK-1\n"
                  "mon 20:00 agent reopen DSK-1\n"
                  "mon 21:00 agent resolve DSK-1\n");
    desk_until(&s, "thu 09:00");
    T_EQ_STR(desk_row(&s, "DSK-1"), "closed, breached resolution");
}

/* zammad/zammad#534: a changed calendar was not applied. Zammad's handbook, and
 * zammad-admin-documentation#159: change it at night, for all tickets are worked out anew. */
T_TEST(peers_books, hours_change_from_their_instant_on_and_what_was_worked_before_stays)
{
    static const char nine[] = "open: [\"09:00-17:00\"]";
    static const char noon[] = "open: [\"12:00-20:00\"]";
    DESK(s);
    desk_play(&s, "mon 09:00 agent new OFF P2\n"   /* 16 hours */
                  "mon 09:00 agent new DSK P2\n"); /* around the clock */
    desk_until(&s, "tue 10:00");
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "running, used 9:00, due tue 17:00");
    char log[400];
    (void)snprintf(log, sizeof(log), "%s", desk_log(&s, "DSK-1"));
    apply(&s, nine, noon);
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "running, used 9:00, due tue 19:00");
    T_EQ_STR(desk_log(&s, "DSK-1"), log, "it has other hours");
    desk_until(&s, "tue 13:00");
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "running, used 10:00, due tue 19:00");
    desk_until(&s, "tue 19:30");
    T_EQ_STR(desk_notices(&s, "OFF-1"), "breach resolution tue 19:00");
    const struct verify_options options = {.tmp_dir = s.dir.path, .report = ignore};
    T_EQ_INT(verify_store(s.env, &options), 0);
}

/* ServiceNow KB0869748: an edited schedule spoilt what was running; Atlassian's "wrong or missing
 * SLAs": what was over was judged anew. */
T_TEST(peers_books, what_was_judged_by_former_hours_stays_judged)
{
    DESK(s);
    desk_play(&s, "mon 09:00 agent new OFF P2\n"
                  "mon 09:00 agent new OFF P2\n"
                  "tue 16:00 agent resolve OFF-1\n");
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "met, used 15:00");
    desk_until(&s, "wed 09:30"); /* used up at the close, so late from the next opening on */
    T_EQ_STR(desk_breaches(&s), "OFF-2 resolution wed 09:00");
    apply(&s, "open: [\"09:00-17:00\"]", "open: [\"00:00-24:00\"]");
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "met, used 15:00");
    T_EQ_STR(desk_breaches(&s), "OFF-2 resolution wed 09:00");
    service_restart(&s, 0);
    T_EQ_STR(desk_clock(&s, "OFF-1", "resolution"), "met, used 15:00");
    T_EQ_STR(desk_breaches(&s), "OFF-2 resolution wed 09:00");
    const struct verify_options options = {.tmp_dir = s.dir.path, .report = ignore};
    T_EQ_INT(verify_store(s.env, &options), 0);
}
