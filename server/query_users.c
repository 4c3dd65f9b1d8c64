// SPDX-License-Identifier: Apache-2.0
#include "query_users.h"

#include <string.h>

#include "cursor.h"
#include "proto/bytes.h"
#include "proto/frame.h"
#include "store/enrolments.h"
#include "store/error.h"
#include "store/principals.h"

enum {
    PLACE_BYTES = 4, /* the id of the principal to go on with */
    FULL = 1,        /* ends the walk */
};

struct users {
    struct call *call;
    struct wire_rows rows;
    uint32_t limit;
    bool all;         /* the principal may see all, else only themselves */
    const char *name; /* only this one; "" = all */
    uint32_t from_id;
    uint32_t next_id; /* of the first that has no room */
    int error;        /* an outcome of ours */
};

static int cursor_parse(struct call *call, const struct wire_bytes *cursor, uint32_t *ret)
{
    struct wire_bytes place;
    struct bytes_reader r;

    *ret = 0;
    int error = cursor_open(call, cursor, &place);
    if (error != 0 || place.n == 0) {
        return error;
    }
    bytes_reader_init(&r, place.p, place.n);
    *ret = bytes_get_u32(&r);
    return bytes_reader_done(&r) ? 0 : cursor_refuse(call);
}

static int cursor_make(struct call *call, uint32_t id, struct wire_bytes *ret)
{
    uint8_t place[PLACE_BYTES];
    struct bytes_writer w;

    bytes_writer_init(&w, place, sizeof(place));
    bytes_put_u32(&w, id);
    return cursor_seal(call, place, sizeof(place), ret);
}

int query_user_row(struct call *call, const struct principal *p,
                   const char *teams[static PRINCIPAL_TEAMS_MAX], struct reply_user *ret)
{
    const struct book_party *party = book_party(call->book, p->party);
    struct enrolment waiting;
    struct reply_user row = {
        .name = p->name,
        .human = p->human,
        .disabled = p->disabled,
        .roles = p->roles,
        .party = party == NULL ? "" : party->name,
        .teams = teams,
        .source = p->source,
        .pinned = p->pinned,
        .keys = (uint32_t)p->n_keys,
        .code_expires_at = INSTANT_NONE,
        .vouched = p->voice == VOICE_COUNTS,
    };

    for (size_t i = 0; i < p->n_teams; i++) {
        const struct book_team *team = book_team(call->book, p->teams[i]);
        if (team != NULL) {
            teams[row.n_teams++] = team->name;
        }
    }
    int error = enrolments_waiting(call->txn, p->id, &waiting);
    if (error == 0 && waiting.expires_at > call->now_at) {
        row.code_expires_at = waiting.expires_at;
    } else if (error != 0 && error != STORE_NOT_FOUND) {
        return call_store_failed(call, error);
    }
    *ret = row;
    return 0;
}

static int visit(void *user, const struct principal *p)
{
    struct users *u = user;
    const char *teams[PRINCIPAL_TEAMS_MAX];
    struct reply_user row;

    if (p->id < u->from_id || (!u->all && p->id != u->call->who->id) ||
        (u->name[0] != '\0' && strcmp(u->name, p->name) != 0)) {
        return 0;
    }
    if (u->rows.n == u->limit) {
        u->next_id = p->id;
        return FULL;
    }
    u->error = query_user_row(u->call, p, teams, &row);
    if (u->error != 0) {
        return FULL;
    }
    int error = wire_rows_add_user(&u->rows, &row);
    if (error == WIRE_FULL) {
        u->next_id = p->id;
    } else if (error < 0) {
        u->error = call_too_large(u->call);
    }
    return error == 0 ? 0 : FULL;
}

int query_list_users(struct call *call)
{
    const struct request_list_users *wanted = &call->request->u.list_users;
    const struct subject anything = {0, 0, 0, ""};
    struct reply_page page = {.snapshot_at = INSTANT_NONE};
    struct users u = {
        .call = call,
        .limit = wanted->limit,
        .all = policy_check(call->who, RIGHT_USER_READ, &anything) == POLICY_ALLOWED,
        .name = wanted->name,
    };

    int error = cursor_parse(call, &wanted->cursor, &u.from_id);
    if (error != 0) {
        return error;
    }
    wire_rows_init(&u.rows, call->arena, FRAME_BYTES_DEFAULT);
    error = principals_walk(call->txn, visit, &u);
    if (error != 0 && error != FULL) {
        return call_store_failed(call, error);
    }
    if (u.error == 0 && wanted->name[0] != '\0' && u.rows.n == 0) {
        return refuse(call->refusal, OUTCOME_NOT_FOUND, "list_users.name", NULL,
                      "there is no user %s", wanted->name);
    }
    if (u.error == 0 && u.next_id != 0) {
        page.truncated = true;
        u.error = cursor_make(call, u.next_id, &page.cursor);
    }
    return u.error != 0 ? u.error
                        : call_encoded(call, wire_encode_user_page(&u.rows, call->request->id, NULL,
                                                                   &page, call->reply));
}
