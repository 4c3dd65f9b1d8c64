// SPDX-License-Identifier: Apache-2.0
/* Replies with many rows, but for those of events: see feed.c. */
#include <assert.h>
#include <string.h>

#include "wire/enums.h"
#include "wire/fill.h"
#include "wire/rows.h"

int wire_rows_add_ticket(struct wire_rows *rows, const struct reply_ticket *ticket)
{
    struct fill_ticket out;

    fill_ticket(ticket, &out);
    return rows_add(rows, WIRE_ROW_TICKET, &out.row.base);
}

int wire_rows_add_breach(struct wire_rows *rows, const struct reply_breach *breach)
{
    Slate__V1__Breach out = SLATE__V1__BREACH__INIT;
    char name[WIRE_TICKET_BYTES + 1];

    fill_name(breach->key, breach->number, name);
    out.ticket = name;
    out.has_clock = breach->clock != CLOCK_KIND_NONE;
    out.clock = (Slate__V1__ClockKind)breach->clock;
    out.has_cycle = breach->cycle != 0;
    out.cycle = breach->cycle;
    out.contract = fill_string(breach->contract);
    out.has_contract_version = breach->contract_version != 0;
    out.contract_version = breach->contract_version;
    out.vendor = fill_string(breach->vendor);
    out.team = fill_string(breach->team);
    out.priority = fill_string(breach->priority);
    out.within = fill_string(breach->within);
    fill_instant(breach->breached_at, &out.has_breached_at, &out.breached_at);
    fill_instant(breach->detected_at, &out.has_detected_at, &out.detected_at);
    out.has_withdrawn = breach->withdrawn;
    out.withdrawn = breach->withdrawn;
    out.has_state = breach->state != TICKET_NONE;
    out.state = (Slate__V1__TicketState)breach->state;
    out.has_imported = breach->imported;
    out.imported = breach->imported;
    out.clock_team = fill_string(breach->clock_team);
    out.has_engine = breach->engine != 0;
    out.engine = breach->engine;
    return rows_add(rows, WIRE_ROW_BREACH, &out.base);
}

int wire_rows_add_message(struct wire_rows *rows, const struct reply_message *message)
{
    Slate__V1__Message out = SLATE__V1__MESSAGE__INIT;

    assert(message->body.n <= WIRE_BODY_BYTES);
    out.has_number = 1;
    out.number = message->number;
    fill_instant(message->effective_at, &out.has_effective_at, &out.effective_at);
    fill_instant(message->recorded_at, &out.has_recorded_at, &out.recorded_at);
    fill_instant(message->claimed_at, &out.has_claimed_at, &out.claimed_at);
    out.author = fill_string(message->author);
    out.has_side = message->side != SIDE_NONE;
    out.side = (Slate__V1__Side)message->side;
    out.has_kind = message->kind != MESSAGE_KIND_NONE;
    out.kind = (Slate__V1__MessageKind)message->kind;
    out.has_visibility = message->visibility != MESSAGE_VISIBILITY_NONE;
    out.visibility = (Slate__V1__Visibility)message->visibility;
    out.channel = fill_string(message->channel);
    if (message->body.n > 0) {
        out.body = arena_strndup(rows->arena, message->body.bytes, message->body.n);
        if (out.body == NULL) {
            return -1;
        }
    }
    return rows_add(rows, WIRE_ROW_MESSAGE, &out.base);
}

int wire_rows_add_book_object(struct wire_rows *rows, const struct reply_book_object *object)
{
    Slate__V1__BookObject out = SLATE__V1__BOOK_OBJECT__INIT;

    out.kind = fill_string(book_kind_name(object->kind));
    out.name = fill_string(object->name);
    out.has_version = object->version != 0;
    out.version = object->version;
    fill_instant(object->effective_at, &out.has_effective_at, &out.effective_at);
    fill_instant(object->recorded_at, &out.has_recorded_at, &out.recorded_at);
    out.actor = fill_string(object->actor);
    fill_bytes(object->sha256, BOOK_HASH_BYTES, &out.has_sha256, &out.sha256);
    if (object->text_bytes > 0) {
        out.text = arena_strndup(rows->arena, object->text, object->text_bytes);
        if (out.text == NULL) {
            return -1;
        }
    }
    return rows_add(rows, WIRE_ROW_BOOK_OBJECT, &out.base);
}

int wire_rows_add_user(struct wire_rows *rows, const struct reply_user *user)
{
    struct fill_user out;

    fill_user(user, &out);
    return rows_add(rows, WIRE_ROW_USER, &out.user.base);
}

int wire_rows_add_access(struct wire_rows *rows, const struct reply_access *access)
{
    Slate__V1__Access out = SLATE__V1__ACCESS__INIT;
    char name[WIRE_TICKET_BYTES + 1];
    char reason[WIRE_REASON_BYTES + 1] = "";

    assert(access->reason.n <= WIRE_REASON_BYTES);
    out.contract = fill_string(access->contract);
    out.has_seq = 1;
    out.seq = access->seq;
    out.actor = fill_string(access->actor);
    fill_instant(access->recorded_at, &out.has_recorded_at, &out.recorded_at);
    out.has_kind = access->kind != ACCESS_NONE;
    out.kind = (Slate__V1__AccessKind)access->kind;
    out.ticket = fill_ticket_name(access->key, access->number, name);
    out.has_tickets = access->tickets != 0;
    out.tickets = access->tickets;
    out.has_texts = access->texts;
    out.texts = access->texts;
    if (access->reason.n > 0) {
        memcpy(reason, access->reason.bytes, access->reason.n);
    }
    out.reason = fill_string(reason);
    return rows_add(rows, WIRE_ROW_ACCESS, &out.base);
}

int wire_encode_ticket_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__TicketPage out = SLATE__V1__TICKET_PAGE__INIT;

    FILL_PAGE(&out, page);
    return rows_finish(rows, WIRE_ROW_TICKET, id, token, &out.base, ret);
}

int wire_encode_breach_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__BreachPage out = SLATE__V1__BREACH_PAGE__INIT;

    FILL_PAGE(&out, page);
    return rows_finish(rows, WIRE_ROW_BREACH, id, token, &out.base, ret);
}

int wire_encode_ticket_detail(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                              const struct reply_detail *detail, struct wire_bytes *ret)
{
    Slate__V1__TicketDetail out = SLATE__V1__TICKET_DETAIL__INIT;
    Slate__V1__Clock clocks[TICKET_CLOCKS_MAX];
    Slate__V1__Clock *pointers[TICKET_CLOCKS_MAX];
    struct fill_link links[TICKET_LINKS_MAX];
    Slate__V1__Link *link_pointers[TICKET_LINKS_MAX];
    char tags[TICKET_TAGS_MAX][WIRE_TAG_BYTES + 1];
    char *tag_pointers[TICKET_TAGS_MAX];
    char requester[WIRE_REQUESTER_BYTES + 1] = "";
    struct fill_ticket ticket;

    assert(detail->n_clocks <= TICKET_CLOCKS_MAX && detail->requester.n <= WIRE_REQUESTER_BYTES);
    assert(detail->n_links <= TICKET_LINKS_MAX && detail->n_tags <= TICKET_TAGS_MAX);
    fill_ticket(detail->ticket, &ticket);
    out.ticket = &ticket.row;
    if (detail->requester.n > 0) {
        memcpy(requester, detail->requester.bytes, detail->requester.n);
    }
    out.requester = fill_string(requester);
    for (size_t i = 0; i < detail->n_clocks; i++) {
        fill_clock(&detail->clocks[i], &clocks[i]);
        pointers[i] = &clocks[i];
    }
    out.clocks = pointers;
    out.n_clocks = detail->n_clocks;
    for (size_t i = 0; i < detail->n_links; i++) {
        fill_link(detail->ticket->key, &detail->links[i], &links[i]);
        link_pointers[i] = &links[i].link;
    }
    out.links = link_pointers;
    out.n_links = detail->n_links;
    for (size_t i = 0; i < detail->n_tags; i++) {
        assert(detail->tags[i].n <= WIRE_TAG_BYTES);
        memcpy(tags[i], detail->tags[i].bytes, detail->tags[i].n);
        tags[i][detail->tags[i].n] = '\0';
        tag_pointers[i] = tags[i];
    }
    out.tags = tag_pointers;
    out.n_tags = detail->n_tags;
    out.has_truncated = 1;
    out.truncated = detail->truncated;
    return rows_finish(rows, WIRE_ROW_MESSAGE, id, token, &out.base, ret);
}

int wire_encode_book_text(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                          bool truncated, struct wire_bytes *ret)
{
    Slate__V1__BookText out = SLATE__V1__BOOK_TEXT__INIT;

    out.has_truncated = 1;
    out.truncated = truncated;
    return rows_finish(rows, WIRE_ROW_BOOK_OBJECT, id, token, &out.base, ret);
}

int wire_encode_user_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                          const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__UserPage out = SLATE__V1__USER_PAGE__INIT;

    FILL_PAGE(&out, page);
    return rows_finish(rows, WIRE_ROW_USER, id, token, &out.base, ret);
}

int wire_encode_access_page(struct wire_rows *rows, uint64_t id, const struct wire_token *token,
                            const struct reply_page *page, struct wire_bytes *ret)
{
    Slate__V1__AccessPage out = SLATE__V1__ACCESS_PAGE__INIT;

    FILL_PAGE(&out, page);
    return rows_finish(rows, WIRE_ROW_ACCESS, id, token, &out.base, ret);
}
