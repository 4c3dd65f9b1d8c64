// SPDX-License-Identifier: Apache-2.0
/* A contract that takes no new tickets any more. */
#include <string.h>

#include "core/life.h"
#include "t.h"

struct room {
    struct sample sample;
    struct desk desk;
};

/* Version 2 is retired from ten o'clock on, and so is version 3 from noon on. */
static void enter(struct room *r)
{
    life_sample(&r->sample);
    sample_version(&r->sample, 2, life_at("10:00"))->retired = true;
    sample_version(&r->sample, 3, life_at("12:00"));
    desk_init(&r->desk, &r->sample.book);
}

static void leave(struct room *r)
{
    desk_fini(&r->desk);
    sample_fini(&r->sample);
}

T_TEST(decide_retired, a_retired_contract_takes_no_new_tickets)
{
    static const struct {
        const char *at, *opened_at; /* NULL: opened, not imported */
        const char *field;          /* of the refusal; NULL: none */
    } rows[] = {
        {"09:59", NULL, NULL},    {"10:00", NULL, "contract"},     {"13:00", NULL, "contract"},
        {"13:00", "09:59", NULL}, {"13:00", "10:00", "opened_at"}, {"13:00", "12:30", "opened_at"},
        {"09:59", "11:00", NULL}, /* the future counts from now */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct room r;
        const bool import = rows[i].opened_at != NULL;
        enter(&r);
        struct command c = desk_command(&r.desk, import ? COMMAND_IMPORT : COMMAND_OPEN,
                                        life_at(rows[i].at));
        c.opened_at = import ? life_at(rows[i].opened_at) : INSTANT_NONE;
        const int rc = desk_do(&r.desk, &c);
        T_EQ_INT(rc, rows[i].field != NULL ? OUTCOME_FAILED_PRECONDITION : 0, "row %zu", i);
        if (rc != 0) {
            T_EQ_STR(r.desk.refusal.field, rows[i].field, "row %zu", i);
            T_EQ_STR(r.desk.refusal.message,
                     "contract acme-l1 is retired since 2026-03-02T10:00:00Z and takes no new "
                     "tickets: contract acme-l1 version 2, retired",
                     "row %zu", i);
        }
        leave(&r);
    }
}

T_TEST(decide_retired, what_is_open_goes_on)
{
    struct room r;

    enter(&r);
    life_do(&r.desk, "09:00 open P2, 10:30 reply, 11:30 ask, 12:30 resolve, 12:40 reopen");
    T_EQ_INT(r.desk.ticket.state, TICKET_OPEN);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_RESOLUTION)->state, CLOCK_RUNNING);
    T_EQ_INT(desk_clock(&r.desk, CLOCK_KIND_NEXT_RESPONSE)->contract_version, 2);
    leave(&r);
}

/* A version that takes them again is no part of the retirement. */
T_TEST(decide_retired, a_contract_may_come_back)
{
    struct room r;

    enter(&r);
    r.sample.versions[1].retired = false;
    r.sample.versions[2].retired = true;
    struct command c = desk_command(&r.desk, COMMAND_OPEN, life_at("11:00"));
    T_EQ_INT(desk_do(&r.desk, &c), 0);
    c.at = life_at("12:00");
    T_EQ_INT(desk_do(&r.desk, &c), OUTCOME_FAILED_PRECONDITION);
    T_CHECK(strstr(r.desk.refusal.message, "since 2026-03-02T12:00:00Z") != NULL);
    T_CHECK(strstr(r.desk.refusal.message, "version 3, retired") != NULL);
    leave(&r);
}
