// SPDX-License-Identifier: Apache-2.0
#include "tests/client/feeding.h"

#include <string.h>

#include "tests/t.h"

void feeding_subscribe(struct bench *b)
{
    static const struct slate_subscribe all;
    struct slate_error e;

    T_EQ_INT(slate_subscribe(b->slate, &all, &e), SLATE_OK, "%s", e.message);
}

uint64_t feeding_position(const struct bench *b, const char *contract)
{
    struct slate_positions at = slate_positions(b->slate);

    for (size_t i = 0; i < at.n; i++) {
        if (strcmp(at.tokens[i].contract, contract) == 0) {
            return at.tokens[i].seq;
        }
    }
    return 0;
}

void feeding_expect(struct bench *b, unsigned i)
{
    struct slate_result *r;
    struct slate_error e;

    T_EQ_INT(slate_next_event(b->slate, 60000, &r, &e), SLATE_OK, "event %u: %s", i, e.message);
    T_EQ_INT(r->kind, SLATE_EVENT);
    T_EQ_INT(r->event.seq, FEEDING_SEQ(i), "event %u", i);
    T_EQ_STR(r->token.contract, "acme-l1");
    T_EQ_INT(r->token.seq, FEEDING_SEQ(i));
    uint64_t at = feeding_position(b, "acme-l1");
    T_CHECK(at >= FEEDING_SEQ(i) && at < FEEDING_SEQ(i + 1), "event %u, position %llu", i,
            (unsigned long long)at);
    slate_result_free(r);
}

void feeding_expect_all(struct bench *b)
{
    for (unsigned i = 0; i < FAKE_EVENTS; i++) {
        feeding_expect(b, i);
    }
}

void feeding_expect_error(struct bench *b, uint32_t timeout_ms, enum slate_status status)
{
    struct slate_result *r;
    struct slate_error e;

    T_EQ_INT(slate_next_event(b->slate, timeout_ms, &r, &e), status, "%s", e.message);
    T_EQ_INT(e.code, status);
}

// ---- the fake's side
// ------------------------------------------------------------------------------------

unsigned feeding_read_subscribe(struct fake_line *line, uint64_t *ret_id)
{
    const Slate__V1__Request *request = fake_read(line);
    unsigned i = 0;

    if (!request || !request->subscribe) {
        return FAKE_EVENTS;
    }
    *ret_id = request->id;
    const Slate__V1__Subscribe *q = request->subscribe;
    while (q->n_from > 0 && i < FAKE_EVENTS && FEEDING_SEQ(i) <= q->from[0]->seq) {
        i++;
    }
    fake_answer(line, request);
    return i;
}

void feeding_wait_for_the_end(struct fake_line *line)
{
    while (fake_read(line)) {
    }
}

void feeding_send_batch(struct fake_line *line, void *arg)
{
    uint64_t id = 0;
    unsigned i = feeding_read_subscribe(line, &id);
    Slate__V1__Feed feed = SLATE__V1__FEED__INIT;
    Slate__V1__Token other = SLATE__V1__TOKEN__INIT;
    Slate__V1__Token *tokens[] = {&other};

    (void)arg;
    feed.has_id = other.has_seq = true;
    feed.id = id;
    other.contract = "glob";
    other.seq = 9;
    feed.positions = tokens;
    feed.n_positions = 1;
    fake_write_feed(line, &feed); // nothing for us, but it was looked at
    fake_feed(line, id, i, FAKE_EVENTS - i);
    feeding_wait_for_the_end(line);
}
