// SPDX-License-Identifier: Apache-2.0
/*
 * What has ended is told by the zone data that it was judged by, what runs by those in use; and
 * both by those that were known, for who asks for that.
 */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "t.h"
#include "zonedesk.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct asked {
    const char *name;
    uint64_t number;
    int as_of; /* minutes of the Monday; 0: not asked for */
    int as_known;
    int counted_min;
    int due; /* minutes of the Monday, 0: none */
    const char *release;
};

static struct job *ask(struct zonedesk *z, enum request_kind kind, const struct asked *row)
{
    const int64_t at = stamp_now(&z->s.stamp);
    struct job *job = service_job(&z->s, (enum who)Z_AGENT, kind, at);

    job->request.u.explain = (struct request_explain){service_ticket("OFF", row->number),
                                                      CLOCK_KIND_NONE};
    job->request.as_of_at = row->as_of == 0 ? INSTANT_NONE : zonedesk_at(z, 0, row->as_of);
    job->request.as_known_at = row->as_known == 0 ? INSTANT_NONE : zonedesk_at(z, 0, row->as_known);
    service_read(&z->s, job);
    return job;
}

static void check_clock(const struct zonedesk *z, const Slate__V1__Clock *clock,
                        const struct asked *row, const char *where)
{
    T_EQ_INT(clock->elapsed_us / US_PER_MIN, (uint64_t)row->counted_min, "%s: %s", row->name,
             where);
    T_EQ_INT(clock->due_at, row->due == 0 ? 0 : zonedesk_at(z, 0, row->due), "%s: %s", row->name,
             where);
}

static void check(struct zonedesk *z, const struct asked *row)
{
    __attribute__((cleanup(service_reply_free)))
    Slate__V1__Envelope *e = service_reply(ask(z, REQUEST_EXPLAIN, row));
    T_CHECK(e->reply->explanation != NULL, "%s", row->name);
    T_EQ_INT(e->reply->explanation->n_clocks, 1);
    const Slate__V1__ClockExplanation *c = e->reply->explanation->clocks[0];
    check_clock(z, c->clock, row, "explain");
    T_EQ_INT(c->counted_us / US_PER_MIN, (uint64_t)row->counted_min, "%s", row->name);
    T_EQ_STR(c->zone_release, row->release, "%s", row->name);
    T_EQ_INT(c->engine, 1);
    T_EQ_INT(c->n_calendars, 1);
    T_EQ_STR(c->calendars[0]->name, "office");
    T_EQ_STR(c->calendars[0]->zone, "Africa/Casablanca");
    T_CHECK(c->calendars[0]->zone_sha256.len == 32 &&
                memcmp(c->calendars[0]->zone_sha256.data, c->zone_sha256.data, 32) == 0,
            "%s", row->name);

    __attribute__((cleanup(service_reply_free)))
    Slate__V1__Envelope *show = service_reply(ask(z, REQUEST_SHOW_TICKET, row));
    T_CHECK(show->reply->ticket_detail != NULL, "%s", row->name);
    check_clock(z, show->reply->ticket_detail->clocks[0], row, "show");

    __attribute__((cleanup(service_reply_free)))
    Slate__V1__Envelope *split = service_reply(ask(z, REQUEST_SPLIT_CLOCK, row));
    T_CHECK(split->reply->clock_splits != NULL, "%s", row->name);
    check_clock(z, split->reply->clock_splits->clocks[0]->clock, row, "split");
    T_EQ_INT(split->reply->clock_splits->clocks[0]->shares[0]->wall_us / US_PER_MIN,
             (uint64_t)row->counted_min, "%s: the first is what counted", row->name);
}

/* Office hours of Casablanca are from 08:00Z at first, from 07:00Z since 10:30Z, and from 09:00Z
 * since 10:50Z. Ticket 1 is resolved at 10:00Z, ticket 2 at 10:45Z, ticket 3 is not. */
T_TEST(service_explain, what_has_ended_is_told_by_the_zone_data_of_its_end)
{
    static const struct asked rows[] = {
        {"ended before both", 1, 0, 0, 120, 0, "2030a"},
        {"ended between them", 2, 0, 0, 225, 0, "2030b"},
        {"runs", 3, 0, 0, 180, 13 * 60, "2030c"},
        {"ended before both, as of then", 1, 10 * 60 + 15, 0, 120, 0, "2030a"},
        {"ended between them, as of then", 2, 11 * 60 + 15, 0, 225, 0, "2030b"},
        {"had not ended, by today's data", 2, 10 * 60 + 15, 0, 75, 13 * 60, "2030c"},
        {"runs, by today's data", 3, 10 * 60 + 15, 0, 75, 13 * 60, "2030c"},
        {"had ended, as was known", 1, 0, 10 * 60 + 15, 120, 0, "2030a"},
        {"had ended, as was known after the first", 1, 0, 10 * 60 + 40, 120, 0, "2030a"},
        {"ran, as was known before both", 3, 0, 10 * 60 + 15, 135, 12 * 60, "2030a"},
        {"ran, as was known after the first", 3, 0, 10 * 60 + 40, 220, 11 * 60, "2030b"},
        {"ran, as was known of before", 3, 10 * 60, 10 * 60 + 40, 180, 11 * 60, "2030b"},
    };
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;

    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 3);
    zonedesk_time(&z, 10, 0);
    zonedesk_resolve(&z, Z_OFF, 1);
    zonedesk_time(&z, 10, 30);
    zonedesk_zone(&z, ZONEDESK_PLUS_2, "2030b");
    (void)zonedesk_reread(&z);
    zonedesk_time(&z, 10, 45);
    zonedesk_resolve(&z, Z_OFF, 2);
    zonedesk_time(&z, 10, 50);
    zonedesk_zone(&z, ZONEDESK_PLUS_0, "2030c");
    (void)zonedesk_reread(&z);
    zonedesk_time(&z, 12, 0);
    for (int again = 0; again < 2; again++) { /* with former books at hand, and without */
        for (size_t i = 0; i < COUNT(rows); i++) {
            check(&z, &rows[i]);
        }
        service_restart(&z.s, 0);
        zonedesk_time(&z, 12, 0);
    }
}
