// SPDX-License-Identifier: Apache-2.0
/*
 * Records out of any bytes, as if their checksum were right. The first byte chooses the record.
 *
 * Whatever the bytes are, a decoder refuses them or gives a value; what it gives can be encoded,
 * and decoding that and encoding it again changes nothing more. The memory it takes is bounded.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "store/record.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Decodes a record and encodes what it is. Returns 0 or why it was refused. */
typedef int recode(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret);

static int body(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct record_commitment commitments[EVENT_TEXTS_MAX];
    struct key key = key_journal(1);
    struct entry entry = {.event.kind = EVENT_NONE};

    int r = record_body_decode(txn, &key, from, arena, &entry, commitments);
    // Of an older version: read for ever, and not written any more
    if (entry.event.kind == EVENT_TICKET_OPENED) {
        memset(entry.event.u.opened.old_source_key, 0, TICKET_KEY_BYTES);
    } else if (entry.event.kind == EVENT_INTAKE_KEPT) {
        memset(entry.event.u.kept.old_source_key, 0, TICKET_KEY_BYTES);
    }
    return r == 0 ? record_body_encode(txn, &entry, commitments, arena, ret) : r;
}

static int ticket(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_ticket(1, 2);
    struct ticket t;

    int r = record_ticket_decode(txn, &key, from, arena, &t);
    return r == 0 ? record_ticket_encode(txn, &t, arena, ret) : r;
}

static int breach(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_breach(&(struct key_breach){.contract = 1, .clock = CLOCK_KIND_OLA});
    struct breach b;

    int r = record_breach_decode(txn, &key, from, arena, &b);
    return r == 0 ? record_breach_encode(txn, &b, arena, ret) : r;
}

static int request(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    static const uint8_t id[REQUEST_ID_BYTES];
    struct key key = key_request(1, id);
    struct requests_row row;

    int r = record_request_decode(txn, &key, from, &row);
    return r == 0 ? record_request_encode(txn, &row, arena, ret) : r;
}

static int external(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    static const uint8_t mark[EVENT_MARK_BYTES];
    struct key key = key_external("a", mark);
    struct tickets_external e;

    int r = record_external_decode(txn, &key, from, &e);
    return r == 0 ? record_external_encode(txn, &e, arena, ret) : r;
}

static int source(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_source("a", 1);
    uint64_t open;

    int r = record_source_decode(txn, &key, from, &open);
    return r == 0 ? record_source_encode(txn, open, arena, ret) : r;
}

static int line(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    static const uint8_t id[LINE_ID_BYTES];
    struct key key = key_line(id);
    struct lines_row row;

    int r = record_line_decode(txn, &key, from, &row);
    return r == 0 ? record_line_encode(txn, &row, arena, ret) : r;
}

static int zone(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    static const uint8_t sha256[BOOK_HASH_BYTES];
    struct key key = key_zone(sha256, "Etc/UTC");
    struct zonedata z;

    int r = record_zone_decode(txn, &key, from, arena, &z);
    return r == 0 ? record_zone_encode(txn, &z, arena, ret) : r;
}

static int zone_use(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_zone_use(&(struct key_zone_use){0, 1, "Etc/UTC"});
    struct record_zone_use use;

    int r = record_zone_use_decode(txn, &key, from, &use);
    return r == 0 ? record_zone_use_encode(txn, &use, arena, ret) : r;
}

static int object(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_book(BOOK_TEAM, 1, 2);
    struct bookobject o;

    int r = record_object_decode(txn, &key, from, arena, &o);
    return r == 0 ? record_object_encode(txn, &o, arena, ret) : r;
}

static int used(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_used(&(struct key_used){.contract = 1});
    struct record_used u;

    int r = record_used_decode(txn, &key, from, &u);
    return r == 0 ? record_used_encode(txn, &u, arena, ret) : r;
}

static int principal(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_principal(1);
    struct principal p;

    int r = record_principal_decode(txn, &key, from, &p);
    return r == 0 ? record_principal_encode(txn, &p, arena, ret) : r;
}

static int store(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_meta(META_STORE);
    struct record_store s;

    int r = record_store_decode(txn, &key, from, &s);
    return r == 0 ? record_store_encode(txn, &s, arena, ret) : r;
}

static int enrolment(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    static const uint8_t sha256[BOOK_HASH_BYTES];
    struct key key = key_enrolment(sha256);
    struct enrolment e;

    int r = record_enrolment_decode(txn, &key, from, &e);
    return r == 0 ? record_enrolment_encode(txn, &e, arena, ret) : r;
}

static int proposal(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_proposal(1);
    struct proposal p;

    int r = record_proposal_decode(txn, &key, from, &p);
    return r == 0 ? record_proposal_encode(txn, &p, arena, ret) : r;
}

static int change(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_change(&(struct key_change){1, 2, 3});
    struct proposal_change c;

    int r = record_change_decode(txn, &key, from, &c);
    return r == 0 ? record_change_encode(txn, &c, arena, ret) : r;
}

static int countersign(struct txn *txn, const struct row *from, struct arena *arena,
                       struct row *ret)
{
    struct key key = key_countersign(1, 2);
    struct countersign c;

    int r = record_countersign_decode(txn, &key, from, &c);
    return r == 0 ? record_countersign_encode(txn, &c, arena, ret) : r;
}

static int erased(struct txn *txn, const struct row *from, struct arena *arena, struct row *ret)
{
    struct key key = key_erased(1, 2);
    struct erasure e;

    int r = record_erased_decode(txn, &key, from, &e);
    return r == 0 ? record_erased_encode(txn, &e, arena, ret) : r;
}

static int recode_checked(recode *f, const struct row *from, struct arena *arena, struct row *ret)
{
    struct txn txn = {.error = 0};
    int r = f(&txn, from, arena, ret);

    assert(r == txn_error(&txn));
    assert((r == 0) == (txn_text(&txn)[0] == 0));
    for (const char *c = txn_text(&txn); *c; c++) {
        assert(*c >= ' ' && *c <= '~');
    }
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static recode *const all[] = {body,      ticket,   breach,    request,     external, zone,
                                  object,    used,     principal, store,       line,     zone_use,
                                  enrolment, proposal, change,    countersign, erased,   source};
    struct arena arena;
    struct row once;
    struct row twice;

    if (size < 1) {
        return 0;
    }
    recode *f = all[data[0] % (sizeof(all) / sizeof(all[0]))];
    struct row input = {.p = data + 1, .n = size - 1};
    arena_init(&arena, ARENA_BYTES);
    if (recode_checked(f, &input, &arena, &once) == 0) {
        assert(recode_checked(f, &once, &arena, &twice) == 0);
        assert(twice.n == once.n && memcmp(twice.p, once.p, once.n) == 0);
    }
    arena_fini(&arena);
    return 0;
}
