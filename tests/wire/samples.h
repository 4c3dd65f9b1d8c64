// SPDX-License-Identifier: Apache-2.0
/*
 * A request of every kind, with every field that goes with it and with as few as possible, as the
 * generated code writes them. What they say is known to test_decode.c; others only need that they
 * are right.
 */
#ifndef SLATE_TESTS_WIRE_SAMPLES_H
#define SLATE_TESTS_WIRE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slate.pb-c.h"
#include "wire/request.h"

#define SAMPLE_AT         INT64_C(1772445600000000) /* 2026-03-02T10:00:00Z */
#define SAMPLE_REQUEST_ID "\x01\x9d\x00\x11\x22\x33\x74\x44\x85\x55\x66\x77\x88\x99\xaa\xbb"

struct sample {
    const char *name; /* "new_ticket-full" */
    enum request_kind kind;
    uint8_t *frame; /* free() it */
    size_t n;
};

/* ENROL is in no Envelope: see samples_enrol(). */
enum { SAMPLES = 2 * (REQUEST_ENROL - 1) };

#define SAMPLE_SECRET "\x00\x01secret of code"
#define SAMPLE_SHA256 "0123456789abcdef0123456789abcde\xFF"

/* The full one of a kind lies at 2 * (kind - 1), the small one behind it. */
void samples_make(struct sample ret[SAMPLES]);

void samples_free(struct sample samples[SAMPLES]);

/* For samples_make(): the later verbs, the log, feeds, intake, users, splits and scenarios. False
 * for other kinds. */
bool samples_fill(enum request_kind kind, bool full, Slate__V1__Request *request);

/* So too: from REQUEST_ADD_USER on. */
bool samples_fill_party(enum request_kind kind, bool full, Slate__V1__Request *request);

/* The payload of a frame of ALPN slate-enrol/1; free() it. */
uint8_t *samples_enrol(size_t *ret_n);

/* The frame of a request; free() it. */
uint8_t *samples_pack(Slate__V1__Request *request, size_t *ret_n);

#endif
