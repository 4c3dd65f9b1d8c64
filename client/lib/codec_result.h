// SPDX-License-Identifier: Apache-2.0
/**
 * codec_result: a result from inside; shared by the files that decode.
 */
#ifndef SLATE_CLIENT_LIB_CODEC_RESULT_H
#define SLATE_CLIENT_LIB_CODEC_RESULT_H

#include <slate.h>

#include "client/lib/arena.h"
#include "client/lib/codec.h"
#include "slate.pb-c.h"

enum shape {
    SHAPE_NONE = 0,
    SHAPE_CHANGED,
    SHAPE_TICKETS,
    SHAPE_DETAIL,
    SHAPE_BREACHES,
    SHAPE_EXPLANATION,
    SHAPE_SPLITS,
    SHAPE_IMPORTED,
    SHAPE_DIFF,
    SHAPE_TRIED,
    SHAPE_BOOK,
    SHAPE_LOG,
    SHAPE_INTAKE,
    SHAPE_USERS,
    SHAPE_USER,
    SHAPE_CERTIFICATE,
    SHAPE_PROPOSALS,
    SHAPE_ACCESS,
    SHAPE_CHUNK,
    SHAPE_HEADS,
    SHAPE_ERASED,
    SHAPE_SUBSCRIBED, // feed.positions
    SHAPE_FEED,       // feed and events; no answer to anything
    SHAPE_EVENT,      // so too
};

/** What slate_result_free() is given, seen from inside. */
struct result {
    struct slate_result public; // first: the two are the same address
    enum shape shape;
    struct slate_server server; // of a greeting
    struct codec_feed feed;
    Slate__V1__Event **events; // feed.n_events
    struct arena arena;
};

/** Turn an unpacked reply without an error, which lives in r's arena, into what r shows. False: a
 * part that must be there is not, or the arena's ceiling is reached. */
bool codec_result_fill(struct result *r, const Slate__V1__Reply *m);

/* What results of several kinds are made of. False when the ceiling is reached. */

/** An array of what n things of the message become; NULL when the ceiling is reached. */
#define CODEC_ARRAY(r, n, type) ((type *)arena_array(&(r)->arena, (n), sizeof(type)))

bool codec_result_ticket(struct result *r, const Slate__V1__TicketRow *m, struct slate_ticket *ret);

/* codec_clock.c */
struct slate_clock codec_result_clock_value(const Slate__V1__Clock *m);
/** *ret is NULL without a clock. */
bool codec_result_clock(struct result *r, Slate__V1__Clock *from, const struct slate_clock **ret);
bool codec_result_clocks(struct result *r, size_t n, Slate__V1__Clock **from, size_t *ret_n,
                         const struct slate_clock **ret);
bool codec_result_breaches(struct result *r, const Slate__V1__BreachPage *m);
bool codec_result_explanation(struct result *r, const Slate__V1__Explanation *m);
bool codec_result_splits(struct result *r, const Slate__V1__ClockSplits *m);

/* codec_book.c */
bool codec_result_diff(struct result *r, const Slate__V1__BookDiff *m);
bool codec_result_tried(struct result *r, const Slate__V1__TriedBook *m);
bool codec_result_book(struct result *r, const Slate__V1__BookText *m);

/* codec_event.c */
bool codec_result_events(struct result *r, size_t n, Slate__V1__Event **from, size_t *ret_n,
                         const struct slate_event **ret);
bool codec_result_log(struct result *r, const Slate__V1__LogPage *m);
bool codec_result_subscribed(struct result *r, const Slate__V1__Subscribed *m);
bool codec_result_feed(struct result *r, const Slate__V1__Feed *m);

/* codec_party.c */
bool codec_result_users(struct result *r, const Slate__V1__UserPage *m);
bool codec_result_user(struct result *r, const Slate__V1__UserChanged *m);
bool codec_result_certificate(struct result *r, const Slate__V1__Certificate *m);
bool codec_result_proposals(struct result *r, const Slate__V1__ProposalPage *m);
bool codec_result_access(struct result *r, const Slate__V1__AccessPage *m);
bool codec_result_chunk(struct result *r, const Slate__V1__JournalChunk *m);
bool codec_result_heads(struct result *r, const Slate__V1__JournalHeads *m);
bool codec_result_erased(struct result *r, const Slate__V1__TextsErased *m);

/** What a refusal says. */
void codec_result_error(const Slate__V1__Error *m, struct slate_error *ret);

/** An allocator for unpacking into a result's arena. */
ProtobufCAllocator codec_result_allocator(struct result *r);

static inline struct slate_bytes codec_result_bytes(const ProtobufCBinaryData *from)
{
    return (struct slate_bytes){from->data, from->len};
}

/** An array of strings as the public structs have it; the generated code has no const. */
static inline const char *const *codec_result_strings(char **from)
{
    return (const char *const *)from;
}

#endif
