// SPDX-License-Identifier: Apache-2.0
/*
 * What a book would do to open tickets, told before it is applied.
 */
#include <stdlib.h>
#include <string.h>

#include "bookmoves.h"
#include "core/instant.h"
#include "t.h"
#include "zonedesk.h"

/* The answer to a dry run; the cursor of the page before in job->request. */
static Slate__V1__Envelope *ask(struct zonedesk *z, struct job *job)
{
    service_write(&z->s, job);
    Slate__V1__Envelope *e = service_reply(job);
    T_CHECK(e->reply->book_diff != NULL, "%s",
            e->reply->error == NULL ? "" : e->reply->error->message);
    return e;
}

T_TEST(service_diff, tells_which_clocks_would_move)
{
    static const struct {
        const char *hours;
        unsigned earlier;
        unsigned later;
        int due_hour; /* of the one ticket that moves, on the day after */
    } rows[] = {
        {"06:00-18:00", 1, 0, 8},
        {"11:00-18:00", 0, 1, 13},
        {"09:00-17:00", 0, 0, 0},
    };
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    for (enum zonedesk_contract c = Z_OFF; c < Z_END; c++) {
        zonedesk_open(&z, c, 1);
    }
    zonedesk_time(&z, 10, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *text = zonedesk_later(&z, rows[i].hours);
        __attribute__((cleanup(service_reply_free)))
        Slate__V1__Envelope *e = ask(&z, zonedesk_apply(&z, text, true));
        const Slate__V1__BookDiff *diff = e->reply->book_diff;
        T_EQ_INT(diff->looked_at, 3, "%s: all but what is in UTC", rows[i].hours);
        T_EQ_INT(diff->moved_earlier, rows[i].earlier, "%s", rows[i].hours);
        T_EQ_INT(diff->moved_later, rows[i].later, "%s", rows[i].hours);
        T_EQ_INT(diff->breached, 0);
        T_CHECK(!diff->has_cursor);
        T_EQ_INT(diff->n_moves, rows[i].earlier + rows[i].later);
        if (diff->n_moves > 0) {
            const Slate__V1__DueMove *move = diff->moves[0];
            T_EQ_STR(move->ticket, "DAY-1");
            T_EQ_INT(move->clock->due_at, zonedesk_at(&z, 24 + rows[i].due_hour, 0));
            T_EQ_INT(move->was_due_at, zonedesk_at(&z, 24 + 11, 0));
        }
        T_EQ_INT(zonedesk_clock(&z, Z_DAY, 1).due_at, zonedesk_at(&z, 24 + 11, 0));
    }
}

T_TEST(service_diff, tells_what_it_would_breach)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_OFF, 2);
    zonedesk_time(&z, 11, 30);
    zonedesk_resolve(&z, Z_OFF, 2);
    zonedesk_zone(&z, ZONEDESK_PLUS_2, "2030b"); /* an apply takes the folder's data */
    __attribute__((cleanup(service_reply_free)))
    Slate__V1__Envelope *e = ask(&z, zonedesk_apply(&z, zonedesk_later(&z, "09:00-18:00"), true));
    T_EQ_INT(e->reply->book_diff->looked_at, 1);
    T_EQ_INT(e->reply->book_diff->breached, 1);
    T_EQ_INT(e->reply->book_diff->moved_earlier, 1);
    T_EQ_INT(e->reply->book_diff->moves[0]->clock->breached_at, zonedesk_at(&z, 11, 0));
    T_EQ_INT(zonedesk_entries(&z, 0, EVENT_ZONE_DATA, NULL), 2, "nothing was done");
}

T_TEST(service_diff, comes_in_pages)
{
    enum { TICKETS = BOOKMOVES_PAGE_TICKETS + 44 };
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    unsigned pages = 0;
    unsigned moved = 0;
    uint64_t looked_at = 0;
    struct wire_bytes cursor = {NULL, 0};
    zonedesk_init(&z);
    zonedesk_open(&z, Z_DAY, TICKETS - 2);
    zonedesk_open(&z, Z_UNI, 2);
    do {
        struct job *job = zonedesk_apply(&z, zonedesk_later(&z, "06:00-18:00"), true);
        job->request.u.apply_book.cursor = cursor;
        __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = ask(&z, job);
        const Slate__V1__BookDiff *diff = e->reply->book_diff;
        looked_at += diff->looked_at;
        moved += (unsigned)(diff->moved_earlier + diff->moved_later);
        T_CHECK(diff->n_moves <= BOOKMOVES_TOLD_MAX);
        T_EQ_INT(diff->has_cursor, pages == 0);
        uint8_t *copy = arena_alloc(&job->arena, diff->cursor.len);
        if (diff->has_cursor) {
            memcpy(copy, diff->cursor.data, diff->cursor.len);
        }
        cursor = (struct wire_bytes){copy, diff->cursor.len};
        T_CHECK(++pages < 5);
    } while (cursor.n > 0);
    T_EQ_INT(pages, 2);
    T_EQ_INT(looked_at, TICKETS);
    T_EQ_INT(moved, TICKETS - 2);
}

T_TEST(service_diff, refuses_a_cursor_that_is_none)
{
    static const uint8_t bytes[] = {0, 0, 0, 1, 0, 0, 0, 1, 1, 7, 0, 0, 0, 4, 0, 0, 0, 1, 1};
    static const struct {
        const char *name;
        struct wire_bytes place;
    } rows[] = {
        {"too short", {bytes, 8}},
        {"no row of the list", {bytes, 10}},
        {"of a contract that does not change", {bytes + 10, 9}},
        {"of a class that is not open", {bytes + 2, 9}},
    };
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job *job = zonedesk_apply(&z, zonedesk_later(&z, "06:00-18:00"), true);
        job->request.u.apply_book.cursor = service_cursor(&z.s, job, rows[i].place.p,
                                                          rows[i].place.n);
        service_write(&z.s, job);
        T_EQ_INT(service_code(job), OUTCOME_INVALID_ARGUMENT, "%s", rows[i].name);
    }
    struct job *job = zonedesk_apply(&z, zonedesk_later(&z, "06:00-18:00"), true);
    job->request.u.apply_book.cursor = service_cursor(&z.s, job, bytes, 9);
    __attribute__((cleanup(service_reply_free))) Slate__V1__Envelope *e = ask(&z, job);
    T_EQ_INT(e->reply->book_diff->looked_at, 0);
}

T_TEST(service_diff, an_apply_answers_without_it)
{
    __attribute__((cleanup(zonedesk_fini))) struct zonedesk z;
    zonedesk_init(&z);
    zonedesk_open(&z, Z_DAY, 1);
    __attribute__((cleanup(service_reply_free)))
    Slate__V1__Envelope *e = ask(&z, zonedesk_apply(&z, zonedesk_later(&z, "06:00-18:00"), false));
    T_EQ_INT(e->reply->book_diff->looked_at, 0);
    T_EQ_INT(e->reply->book_diff->n_moves, 0);
}
