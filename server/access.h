// SPDX-License-Identifier: Apache-2.0
/**
 * access: who read what. A reply with ticket text for somebody outside the working team leaves only
 * after the contract's stream says so.
 *
 * Inside are the agents and leads of the team that has the ticket, and the tool of the source that
 * fed it: to read is their work. Everybody else whom the policy lets read texts is outside. So is
 * the operator's admin, who reads none: that they looked is recorded all the same.
 *
 * While a reply is made, what it shows is noted (access_note); who makes it hands the notes to the
 * writer, which records them (access_record) before the reply is sent. Where nothing can be
 * recorded nothing is shown.
 */
#ifndef SLATE_ACCESS_H
#define SLATE_ACCESS_H

#include "call.h"

/** What one reply shows of one contract. */
struct access_note {
    struct access_note *next;
    uint32_t contract;
    enum access_kind kind;
    uint64_t ticket;   /* one ticket; 0: rows of a list */
    uint32_t tickets;  /* rows; 0: one ticket */
    bool texts;        /* EXPORT: with them */
    uint64_t from_seq; /* EXPORT: as asked for; so is the next one */
    uint64_t to_seq;
};

/** The notes of one reply. They lie in the arena, at most one for each contract and kind. */
struct access {
    struct arena *arena; /* of the reply: it must live as long */
    struct access_note *first;
};

/** How a ticket is shown. */
enum access_way {
    ACCESS_WHOLE, /* it is what the reply is about */
    ACCESS_ROW,   /* a row among others */
};

/**
 * Notes that the reply shows the ticket, as it is now; text: with any personal text. Nothing where
 * the principal is inside, where there is no text and no admin, or where call->access is NULL.
 * Returns 0 or RESOURCE_EXHAUSTED.
 */
int access_note(struct call *call, const struct book_contract *contract,
                const struct ticket *ticket, enum access_way way, bool text);

/** Notes that the reply holds a piece of the contract's chain: of whoever asks, and each piece,
 * since a reader may begin with any. Returns 0 or RESOURCE_EXHAUSTED. */
int access_note_export(struct call *call, const struct book_contract *contract, uint64_t from_seq,
                       uint64_t to_seq, bool texts);

/** Writes the notes into the streams of their contracts, with the request's reason. Returns 0 or
 * the batch's failure, which sticks. */
int access_record(struct call *call, const struct access_note *first);

#endif
