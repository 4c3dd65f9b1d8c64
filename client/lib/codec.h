// SPDX-License-Identifier: Apache-2.0
/**
 * codec: the public structs <-> protobuf. The files codec_* are the only ones of the client that
 * see the generated code. Pure: no clock, no connection.
 *
 * A server is believed no more than anybody: what an answer may allocate has a ceiling, and nothing
 * is taken for granted to be there. Its strings are not judged; whoever prints them escapes them.
 */
#ifndef SLATE_CLIENT_LIB_CODEC_H
#define SLATE_CLIENT_LIB_CODEC_H

#include <stddef.h>
#include <stdint.h>
#include <slate.h>

#include "client/lib/arena.h"
#include "proto/enrolcode.h"

/** What one answer may allocate: the largest frame of text, with room for its structs. */
#define CODEC_ARENA_BYTES ((size_t)8 * 1024 * 1024)

/** True for a kind that changes something, and so needs a request id. */
bool codec_is_change(enum slate_kind kind);

/**
 * Encode a request as a frame, header included.
 *
 * request_id is NULL for a read. deadline_ms goes to the server. The caller frees *ret (malloc).
 * Errors: SLATE_INVALID_ARGUMENT (unknown kind; larger than limits allow), SLATE_NO_MEMORY.
 */
enum slate_status codec_encode(const struct slate_request *request, uint64_t id,
                               const uint8_t *request_id, uint32_t deadline_ms,
                               const struct slate_limits *limits, uint8_t **ret, size_t *ret_n,
                               struct slate_error *reterr);

enum codec_answer_kind {
    CODEC_HELLO = 1,
    CODEC_REFUSED, /* error is set */
    CODEC_RESULT,  /* result is set */
    CODEC_FEED,    /* feed is set, id is that of the Subscribe */
};

/** Events that came by themselves. */
struct codec_feed {
    size_t n_events;
    struct slate_positions positions; /* everything up to them is in this or an earlier one */
    bool ended;                       /* nothing comes after it */
    struct slate_error why;           /* it ended */
};

/** A frame from the server. */
struct codec_answer {
    enum codec_answer_kind kind;
    uint64_t id;                   /* of the request; 0 = the connection as a whole */
    uint32_t protocol;             /* HELLO */
    struct slate_server *server;   /* HELLO; lives in `result`, address is NULL */
    struct slate_error error;      /* REFUSED; without a request id */
    const struct codec_feed *feed; /* FEED; lives in `result` */
    struct slate_result *result;   /* HELLO, RESULT, FEED; the caller's: slate_result_free() */
};

/**
 * Decode a frame's payload. Errors: SLATE_PROTOCOL, SLATE_NO_MEMORY.
 *
 * A result's kind is only right after codec_expect().
 */
enum slate_status codec_decode(const uint8_t *p, size_t n, struct codec_answer *ret,
                               struct slate_error *reterr);

/** Say which request a result answers. Returns false when a request of this kind isn't answered so.
 */
bool codec_expect(struct slate_result *r, enum slate_kind kind);

/**
 * Encode what is said in ALPN slate-enrol/1, as a frame, header included: the secret of a code, and
 * a PKCS #10 in DER. The caller clears and frees *ret (malloc). Errors: SLATE_INVALID_ARGUMENT
 * (larger than the server takes), SLATE_NO_MEMORY.
 */
enum slate_status codec_enrol_encode(const uint8_t secret[ENROLCODE_SECRET_BYTES],
                                     struct slate_bytes csr, uint8_t **ret, size_t *ret_n,
                                     struct slate_error *reterr);

/** What came of it. */
struct codec_enrolled {
    const char *name;                            /* of the principal */
    const struct slate_certificate *certificate; /* cert and ca are there */
    struct slate_result *result; /* in which both live; the caller's: slate_result_free() */
};

/**
 * Decode the payload of the one frame that answers it. Errors: what the server refused with, and
 * *reterr as codec_decode() has it in answer.error; SLATE_PROTOCOL; SLATE_NO_MEMORY. *ret is
 * written on success only.
 */
enum slate_status codec_enrolled_decode(const uint8_t *p, size_t n, struct codec_enrolled *ret,
                                        struct slate_error *reterr);

/** The positions of an answer to SLATE_SUBSCRIBE; they live in it. */
struct slate_positions codec_subscribed(const struct slate_result *r);

/** The i-th event of a feed, below n_events, as a result of its own, that doesn't need the feed's
 * any more; the caller's. It has a contract and a seq. Errors: SLATE_NO_MEMORY. */
enum slate_status codec_event(const struct slate_result *feed, size_t i, struct slate_result **ret,
                              struct slate_error *reterr);

#endif
