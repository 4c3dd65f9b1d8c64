// SPDX-License-Identifier: Apache-2.0
/*
 * Frames through a connection, whole and in pieces, good and bad.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "proto/frame.h"
#include "proto/tlscall.h"
#include "t.h"
#include "tests/net/stage.h"

T_TEST(frames, are_echoed_in_every_size)
{
    static const size_t sizes[] = {1, 2, 3, 1000, 16379, 16380, 16381, 16384, 40000, 65535, 65536};
    static uint8_t sent[65536];
    static uint8_t got[65536];
    struct stage s;
    struct guest g;

    for (size_t i = 0; i < sizeof(sent); i++) {
        sent[i] = (uint8_t)(i * 31 + i / 251);
    }
    sent[0] = 'X';
    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        guest_send(&g, sent, sizes[i]);
        T_EQ_INT(guest_receive(&g, got, sizeof(got)), sizes[i]);
        T_EQ_MEM(got, sent, sizes[i], "%zu bytes", sizes[i]);
    }
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(frames, may_come_byte_by_byte)
{
    static const uint8_t bytes[] = "\0\0\0\x05hello\0\0\0\x01x";
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
        T_EQ_INT(guest_write(&g, bytes + i, 1), TLSCALL_DONE);
    }
    guest_expect(&g, "hello");
    guest_expect(&g, "x");
    guest_close(&g);
    stage_fini(&s);
}

/** 0..bound-1, the same in each run. */
static size_t draw(uint32_t *seed, uint32_t bound)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % bound;
}

/** Frames of all sizes in one stream, cut into records at random: nothing is lost or torn. */
T_TEST(frames, may_be_cut_anywhere)
{
    enum { FRAMES = 400 };
    struct stage s;
    struct guest g;
    uint32_t seed = 4711;
    size_t n = 0;
    uint8_t *stream = malloc(FRAMES * (4 + 600));
    uint8_t got[600];

    T_CHECK(stream != NULL);
    for (size_t i = 0; i < FRAMES; i++) {
        size_t size = 1 + draw(&seed, 600);
        frame_encode(stream + n, size);
        memset(stream + n + 4, (int)(i % 26) + 'a', size);
        n += 4 + size;
    }
    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    for (size_t at = 0; at < n;) {
        size_t piece = 1 + draw(&seed, 900);
        piece = piece < n - at ? piece : n - at;
        T_EQ_INT(guest_write(&g, stream + at, piece), TLSCALL_DONE);
        at += piece;
    }
    for (size_t i = 0, at = 0; i < FRAMES; i++) {
        ssize_t size = guest_receive(&g, got, sizeof(got));
        T_CHECK(size > 0, "frame %zu: %s", i, g.why);
        T_EQ_MEM(stream + at + 4, got, (size_t)size, "frame %zu", i);
        at += 4 + (size_t)size;
    }
    guest_close(&g);
    free(stream);
    stage_fini(&s);
}

T_TEST(frames, ten_thousand_small_ones_in_one_go)
{
    enum { FRAMES = 10000, BYTES = 4 + 8 };
    struct stage s;
    struct guest g;
    uint8_t *stream = malloc(FRAMES * BYTES);
    char text[16];

    T_CHECK(stream != NULL);
    for (int i = 0; i < FRAMES; i++) {
        frame_encode(stream + (size_t)i * BYTES, 8);
        snprintf(text, sizeof(text), "X%07d", i);
        memcpy(stream + (size_t)i * BYTES + 4, text, 8);
    }
    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    T_EQ_INT(guest_write(&g, stream, (size_t)FRAMES * BYTES), TLSCALL_DONE);
    for (int i = 0; i < FRAMES; i++) {
        snprintf(text, sizeof(text), "X%07d", i);
        guest_expect(&g, text);
    }
    struct host_seen last = host_look(s.host);
    T_EQ_INT(last.stats.frames_in, FRAMES);
    // Replies leave once a turn, not one by one
    T_CHECK(last.turns < FRAMES / 10, "%llu turns", (unsigned long long)last.turns);
    guest_close(&g);
    free(stream);
    stage_fini(&s);
}

T_TEST(frames, a_bad_length_ends_the_connection_after_the_replies)
{
    static const struct {
        const char *header;
        const char *name;
    } rows[] = {
        {"\0\0\0\0", "empty"},
        {"\0\1\0\1", "one byte above the limit"},
        {"\xff\xff\xff\xff", "as long as can be"},
    };
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        guest_open(&g, s.port, s.ctx);
        guest_say(&g, "first");
        T_EQ_INT(guest_write(&g, rows[i].header, 4), TLSCALL_DONE);
        guest_expect(&g, "first");
        T_EQ_INT(guest_expect_end(&g), TLSCALL_CLOSED, "%s", rows[i].name);
        struct host_seen last = HOST_UNTIL(s.host, seen.closes == i + 1);
        T_EQ_INT(last.why, NET_WHY_FRAME, "%s", rows[i].name);
        T_EQ_INT(last.frames, i + 1, "%s", rows[i].name);
        guest_close(&g);
    }
    stage_fini(&s);
}

T_TEST(frames, the_limit_can_be_raised_for_one_connection)
{
    struct stage s;
    struct guest g;
    struct guest other;
    uint8_t *big = calloc(1, 200000);
    uint8_t *got = calloc(1, 200000);

    T_CHECK(big && got);
    big[0] = 'X';
    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_open(&other, s.port, s.ctx);
    guest_echo(&g, "F200000");
    guest_send(&g, big, 200000);
    T_EQ_INT(guest_receive(&g, got, 200000), 200000);
    T_EQ_MEM(got, big, 200000);
    guest_echo(&other, "hello");
    T_EQ_INT(guest_write(&other, "\0\x03\x0d\x40", 4), TLSCALL_DONE);
    guest_expect_end(&other);
    guest_close(&g);
    guest_close(&other);
    free(big);
    free(got);
    stage_fini(&s);
}

T_TEST(frames, a_frame_that_breaks_off_is_never_handed_up)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "whole");
    T_EQ_INT(guest_write(&g, "\0\0\0\x05hell", 8), TLSCALL_DONE);
    guest_close(&g);
    struct host_seen last = HOST_UNTIL(s.host, seen.closes == 1);
    T_EQ_INT(last.frames, 1);
    T_EQ_INT(last.why, NET_WHY_PEER);

    // The same, cut off without a goodbye
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "whole");
    T_EQ_INT(guest_write(&g, "\0\0\0\x05hell", 8), TLSCALL_DONE);
    shutdown(g.fd, SHUT_WR);
    last = HOST_UNTIL(s.host, seen.closes == 2);
    T_EQ_INT(last.frames, 2);
    T_EQ_INT(last.why, NET_WHY_LOST);
    guest_reset(&g);
    stage_fini(&s);
}

T_TEST(frames, one_that_stalls_is_cut)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;

    host_limits(&limits);
    limits.frame_grace_ms = 150;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    guest_echo(&g, "a whole frame, so that only progress counts");
    T_EQ_INT(guest_write(&g, "\0\0\xff\xff", 4), TLSCALL_DONE);
    HOST_UNTIL(s.host, seen.closes == 1 && seen.why == NET_WHY_SLOW);
    guest_reset(&g);
    stage_fini(&s);
}

/** A frame's time begins with its first byte, although there is always one that has begun. */
T_TEST(frames, a_steady_stream_of_torn_ones_is_fine)
{
    struct net_limits limits;
    struct stage s;
    struct guest g;
    struct timespec begin;
    struct timespec now;

    host_limits(&limits);
    limits.frame_grace_ms = 1500;
    stage_init(&s, &limits);
    guest_open(&g, s.port, s.ctx);
    T_EQ_INT(guest_write(&g, "\0\0\0\4he", 6), TLSCALL_DONE);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        T_EQ_INT(guest_write(&g, "re\0\0\0\4he", 8), TLSCALL_DONE);
        guest_expect(&g, "here");
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec - begin.tv_sec < 3);
    T_EQ_INT(host_look(s.host).closes, 0);
    guest_close(&g);
    stage_fini(&s);
}

T_TEST(frames, carry_the_time_at_which_they_were_read)
{
    struct stage s;
    struct guest g;

    stage_init(&s, NULL);
    guest_open(&g, s.port, s.ctx);
    host_set_now(s.host, 1000);
    guest_echo(&g, "first");
    T_EQ_INT(host_look(s.host).received_at, 1000);

    // The last byte counts
    T_EQ_INT(guest_write(&g, "\0\0\0\x03xy", 6), TLSCALL_DONE);
    HOST_UNTIL(s.host, seen.stats.bytes_in == 4 + 5 + 6);
    host_set_now(s.host, 2000);
    T_EQ_INT(guest_write(&g, "z", 1), TLSCALL_DONE);
    guest_expect(&g, "xyz");
    T_EQ_INT(host_look(s.host).received_at, 2000);

    // What was read before a pause keeps its time
    host_set_now(s.host, 3000);
    T_EQ_INT(guest_write(&g, "\0\0\0\x05Pause\0\0\0\x05later", 18), TLSCALL_DONE);
    guest_expect(&g, "Pause");
    host_set_now(s.host, 4000);
    host_resume(s.host);
    guest_expect(&g, "later");
    T_EQ_INT(host_look(s.host).received_at, 3000);
    guest_close(&g);
    stage_fini(&s);
}
