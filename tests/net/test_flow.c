// SPDX-License-Identifier: Apache-2.0
/*
 * Peers that don't take their replies, that go away at a bad moment, or that stay without a word.
 */
#include <string.h>
#include <sys/socket.h>

#include "proto/tlscall.h"
#include "t.h"
#include "tests/net/stage.h"

/** Bytes of a frame that 'B' asks for. 2,000 of them are twice what the kernel keeps for a
 * connection, on both ends together, by its usual settings. */
enum { BULK_BYTES = 10000 };

static void expect_bulk(struct guest *g, size_t frames)
{
    static uint8_t got[BULK_BYTES];

    for (size_t i = 0; i < frames; i++) {
        T_EQ_INT(guest_receive(g, got, sizeof(got)), BULK_BYTES, "frame %zu: %s", i, g->why);
    }
}

T_TEST(flow, a_slow_reader_stops_our_reading_and_loses_nothing)
{
    enum { REQUESTS = 20 };
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.out_pause_bytes = 100000;
    limits.out_max_bytes = 100 * 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    for (int i = 0; i < REQUESTS; i++) {
        guest_say(&g, "B100");
    }
    struct host_seen last = HOST_UNTIL(s.host, seen.stats.pauses > 0);
    T_CHECK(last.frames < REQUESTS, "all were read although nothing was taken");
    expect_bulk(&g, REQUESTS * 100);
    guest_echo(&g, "and on it goes");
    T_EQ_INT(host_look(s.host).frames, REQUESTS + 1);
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(flow, who_never_reads_is_cut)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;
    struct guest other;

    host_limits(&limits);
    limits.stuck_ms = 150;
    limits.out_max_bytes = 100 * 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    guest_open(&other, s.port, s.ctx);
    guest_say(&g, "B2000");
    guest_echo(&other, "not held up by others");
    HOST_UNTIL(s.host, seen.closes == 1 && seen.why == NET_WHY_STUCK);
    guest_echo(&other, "still there");
    guest_reset(&g);
    guest_close(&other);
    stage_fini(&s);
}

T_TEST(flow, what_waits_is_bounded)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.out_pause_bytes = 1000 * 1000;
    limits.out_max_bytes = 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    guest_say(&g, "B101");
    HOST_UNTIL(s.host, seen.closes == 1 && seen.why == NET_WHY_STUCK);
    guest_reset(&g);
    stage_fini(&s);
}

T_TEST(flow, a_paused_connection_is_not_read)
{
    struct stage s;
    struct guest g;
    struct guest other;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_open(&other, s.port, s.ctx);
    guest_echo(&g, "Pause");
    guest_say(&g, "later");
    // Three turns of the loop with that frame waiting
    guest_echo(&other, "one");
    guest_echo(&other, "two");
    guest_echo(&other, "three");
    T_EQ_INT(host_look(s.host).frames, 4);
    host_resume(s.host);
    guest_expect(&g, "later");
    guest_close(&g);
    guest_close(&other);
    stage_fini(&s);
}

T_TEST(flow, input_that_polling_does_not_tell_of_is_read)
{
    enum { RECORDS = 30 };
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.turn_bytes = 1; // a record a turn
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "Pause");
    for (int i = 0; i < RECORDS; i++) {
        T_EQ_INT(guest_write(&g, "\0\0\0\1x", 5), TLSCALL_DONE);
    }
    host_resume(s.host); // OpenSSL takes them all from the socket with the first
    for (int i = 0; i < RECORDS; i++) {
        guest_expect(&g, "x");
    }
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(flow, of_those_that_make_much_work_one_goes_on_in_a_turn)
{
    enum { FRAMES = 50, GUESTS = 3 };
    uint8_t frames[FRAMES * 5];
    struct guest guests[GUESTS];
    struct guest other;
    struct stage s;

    stage_init(&s, NULL);
    for (size_t i = 0; i < FRAMES; i++) {
        memcpy(frames + 5 * i, "\0\0\0\1Y", 5);
    }
    guest_open(&other, s.port, s.ctx);
    for (size_t i = 0; i < GUESTS; i++) {
        guest_open(&guests[i], s.port, s.ctx);
        guest_echo(&guests[i], "hello");
    }
    host_freeze(s.host); // so that all of it is there in one turn
    for (size_t i = 0; i < GUESTS; i++) {
        T_EQ_INT(guest_write(&guests[i], frames, sizeof(frames)), TLSCALL_DONE);
    }
    host_thaw(s.host);
    guest_echo(&other, "meanwhile");
    for (size_t i = 0; i < GUESTS * FRAMES; i++) {
        guest_expect(&guests[i % GUESTS], "Y");
    }
    // Each begins when it is polled, and then waits with the others
    T_CHECK(host_look(s.host).yields_max <= GUESTS + 1, "%u", host_look(s.host).yields_max);
    for (size_t i = 0; i < GUESTS; i++) {
        guest_close(&guests[i]);
    }
    guest_close(&other);
    stage_fini(&s);
}

T_TEST(flow, a_connection_that_breaks_with_a_reply_queued_is_forgotten)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "hello");
    host_freeze(s.host); // so that it reads the frame and the break in one go
    guest_say(&g, "hello");
    shutdown(g.fd, SHUT_WR);
    host_thaw(s.host);
    struct host_seen last = HOST_UNTIL(s.host, seen.closes == 1);
    T_EQ_INT(last.why, NET_WHY_LOST);
    T_EQ_INT(last.frames, 2);
    guest_reset(&g);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "the next one");
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(flow, closing_sends_what_is_queued_first)
{
    static const char *const ways[] = {"Close", "Done"};
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    for (size_t i = 0; i < 2; i++) {
        guest_open(&g, s.port, s.ctx);
        guest_say(&g, "B500");
        guest_say(&g, ways[i]);
        guest_say(&g, "unread input must not turn into a reset");
        expect_bulk(&g, 500);
        guest_expect(&g, ways[i]);
        T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED, "%s", g.why);
        guest_close(&g);
        struct host_seen last = HOST_UNTIL(s.host, seen.closes == i + 1);
        T_EQ_INT(last.why, NET_WHY_US);
        T_EQ_INT(last.frames, 2 * (i + 1), "a frame was read after the end");
    }
    HOST_UNTIL(s.host, seen.stats.conns == 0);
    stage_fini(&s);
}

T_TEST(flow, closing_does_not_wait_for_ever)
{
    struct net_limits limits;
    struct stage s;
    struct guest stuck;
    struct guest silent;

    host_limits(&limits);
    limits.drain_ms = 150;
    limits.linger_ms = 50;
    limits.out_max_bytes = 100 * 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&stuck, s.port, s.ctx);
    guest_say(&stuck, "B2000");
    guest_say(&stuck, "Close"); // not read before there is room
    guest_open(&silent, s.port, s.ctx);
    guest_echo(&silent, "Close");
    HOST_UNTIL(s.host, seen.closes == 1);
    // Neither closes its own end
    host_drain(s.host);
    HOST_UNTIL(s.host, seen.has_ended);
    T_EQ_INT(host_look(s.host).closes, 2);
    guest_reset(&stuck);
    guest_reset(&silent);
    stage_fini(&s);
}

T_TEST(flow, who_has_said_goodbye_still_gets_its_replies)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_say(&g, "B300");
    T_EQ_INT(tlscall_shutdown(g.ssl), TLSCALL_DONE);
    expect_bulk(&g, 300);
    T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED);
    T_EQ_INT(HOST_UNTIL(s.host, seen.closes == 1).why, NET_WHY_PEER);
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(flow, a_reset_at_any_moment_ends_that_connection_alone)
{
    struct net_limits limits;
    struct stage s;
    struct guest other;
    struct guest g;

    host_limits(&limits);
    limits.linger_ms = 60 * 1000; // so that only the reset ends it
    limits.drain_ms = 60 * 1000;
    limits.out_max_bytes = 100 * 1000 * 1000;
    stage_init(&s, &limits);
    guest_open(&other, s.port, s.ctx);
    for (int moment = 0; moment <= 7; moment++) {
        uint64_t before = host_look(s.host).stats.accepted;
        switch (moment) {
        case 0: // before the handshake
            guest_connect(&g, s.port);
            break;
        case 1: // in it
            guest_prepare(&g, s.port, s.ctx);
            SSL_do_handshake(g.ssl);
            break;
        case 2: // after it
            guest_open(&g, s.port, s.ctx);
            break;
        case 3: // with a whole frame
            guest_open(&g, s.port, s.ctx);
            guest_say(&g, "hello");
            break;
        case 4: // in a frame
            guest_open(&g, s.port, s.ctx);
            T_EQ_INT(guest_write(&g, "\0\0\0\x05hel", 7), TLSCALL_DONE);
            break;
        case 5: // while replies wait for it
            guest_open(&g, s.port, s.ctx);
            guest_say(&g, "B2000");
            HOST_UNTIL(s.host, seen.stats.pauses > 0);
            break;
        case 6: // while it waits for an answer from another thread
            guest_open(&g, s.port, s.ctx);
            guest_say(&g, "Another");
            break;
        case 7: // while the server waits for it to close
            guest_open(&g, s.port, s.ctx);
            guest_echo(&g, "Close");
            HOST_UNTIL(s.host, seen.stats.conns_lingering == 1);
            break;
        }
        HOST_UNTIL(s.host, seen.stats.accepted == before + 1);
        guest_reset(&g);
        HOST_UNTIL(s.host, seen.stats.conns == 1);
        guest_echo(&other, "still there");
    }
    struct host_seen last = host_look(s.host);
    T_EQ_INT(last.stats.conns_lingering, 0);
    T_EQ_INT(last.stats.conns_shaking, 0);
    guest_close(&other);
    stage_fini(&s);
}

T_TEST(flow, a_reply_from_another_thread_finds_its_connection)
{
    struct stage s;
    struct guest g[2];

    stage_init(&s, NULL);
    guest_open(&g[0], s.port, s.ctx);
    guest_open(&g[1], s.port, s.ctx);
    for (int i = 0; i < 200; i++) {
        guest_say(&g[0], "A zero");
        guest_say(&g[1], "A one");
    }
    for (int i = 0; i < 200; i++) {
        guest_expect(&g[0], "A zero");
        guest_expect(&g[1], "A one");
    }
    guest_close(&g[0]);
    guest_close(&g[1]);
    stage_fini(&s);
}

T_TEST(flow, what_waits_for_a_slow_reader_is_bounded_by_who_goes_on_when_it_was_sent)
{
    /* More than the kernel keeps for a connection, so that it must wait for the reader. */
    enum { ROUNDS = 200 };
    struct stage s;
    struct guest g;
    struct guest other;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_open(&other, s.port, s.ctx);
    guest_say(&g, "R200");
    guest_echo(&other, "not held up by others");
    guest_echo(&other, "not ever");
    T_CHECK(host_look(s.host).sents < ROUNDS, "the kernel took it all, nothing was tried");
    expect_bulk(&g, ROUNDS * HOST_RELAY);
    struct host_seen last = HOST_UNTIL(s.host, seen.sents >= ROUNDS + 2);
    T_EQ_INT(last.sents, ROUNDS + 2, "once for each round, and for the echoes");
    T_CHECK(last.queued_max < (HOST_RELAY + 1) * BULK_BYTES, "%zu bytes waited", last.queued_max);
    guest_close(&g);
    guest_close(&other);
    stage_fini(&s);
}

T_TEST(flow, silence_and_age_end_a_connection_in_order)
{
    static const enum net_why whys[] = {NET_WHY_IDLE, NET_WHY_AGE};

    for (size_t i = 0; i < 2; i++) {
        struct net_limits limits;
        struct stage s;
        struct guest g;

        host_limits(&limits);
        *(i == 0 ? &limits.idle_ms : &limits.age_ms) = 100;
        stage_init(&s, &limits);
        guest_open(&g, s.port, s.ctx);
        guest_echo(&g, "hello");
        T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED);
        T_EQ_INT(HOST_UNTIL(s.host, seen.closes == 1).why, whys[i]);
        guest_close(&g);
        stage_fini(&s);
    }
}

T_TEST(flow, many_connections_are_served_side_by_side)
{
    enum { GUESTS = 50 };
    struct stage s;
    static struct guest g[GUESTS];
    char text[32];

    stage_init(&s, NULL);
    for (int i = 0; i < GUESTS; i++) {
        guest_open(&g[i], s.port, s.ctx);
    }
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < GUESTS; i++) {
            snprintf(text, sizeof(text), "%d from %d", round, i);
            guest_say(&g[i], text);
        }
        for (int i = GUESTS - 1; i >= 0; i--) {
            snprintf(text, sizeof(text), "%d from %d", round, i);
            guest_expect(&g[i], text);
        }
    }
    T_EQ_INT(host_look(s.host).stats.conns, GUESTS);
    for (int i = 0; i < GUESTS; i++) {
        guest_close(&g[i]);
    }
    HOST_UNTIL(s.host, seen.stats.conns == 0);
    stage_fini(&s);
}
