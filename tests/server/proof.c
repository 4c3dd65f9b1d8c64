// SPDX-License-Identifier: Apache-2.0
#include "tests/server/proof.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "journalpages.h"
#include "t.h"

char *proof_export(struct env *env, const struct book *book, const char *contract,
                   const struct proof_options *options, size_t *ret_n)
{
    static const struct proof_options plain;
    const struct proof_options *o = options != NULL ? options : &plain;
    struct txn txn;
    struct journalpages pages = {
        .txn = &txn,
        .book = book,
        .contract = book_contract_named(book, contract),
        .from_seq = o->from_seq,
        .to_seq = o->to_seq,
        .texts = o->texts,
        .max = o->max != 0 ? o->max : 900 * 1024,
    };
    struct wire_bytes cursor = {NULL, 0};
    uint8_t kept[WIRE_CURSOR_BYTES];
    char *file = NULL;
    size_t n = 0;

    memcpy(pages.cluster, env_cluster_id(env), sizeof(pages.cluster));
    do {
        struct arena arena;
        struct wire_bytes data;
        arena_init(&arena, SIZE_MAX);
        T_CHECK(txn_begin(&txn, env, TXN_READ) == 0, "begin");
        const int r = journalpages_next(&pages, &cursor, &arena, &data, &cursor);
        T_CHECK(r == 0, "a piece of %s: %d %s", contract, r, txn_text(&txn));
        T_CHECK(data.n > 0 && data.n <= pages.max, "a piece has %zu bytes", data.n);
        txn_abort(&txn);
        file = realloc(file, n + data.n + 1);
        T_CHECK(file != NULL, "memory");
        memcpy(file + n, data.p, data.n);
        n += data.n;
        T_CHECK(cursor.n <= sizeof(kept), "a cursor of %zu bytes", cursor.n);
        if (cursor.n > 0) {
            memcpy(kept, cursor.p, cursor.n);
        }
        cursor.p = kept;
        arena_fini(&arena);
    } while (cursor.n > 0);
    file[n] = '\0';
    *ret_n = n;
    return file;
}

uint64_t proof_all(struct service *s, const char *what)
{
    struct shared_book *shared = books_hold(&s->books);
    uint64_t clocks = 0;

    for (size_t i = 0; i < shared->book->n_contracts; i++) {
        const char *contract = shared->book->contracts[i].name;
        struct verdict v;
        size_t n;
        char *file = proof_export(s->env, shared->book, contract,
                                  &(struct proof_options){.texts = true}, &n);
        T_CHECK(verdict_make(&v, file, n, NULL, 0, NULL) == 0, "memory");
        T_CHECK(v.holds,
                "%s, %s, seq %" PRIu64 " line %" PRIu64 ": %s\n  expected %s\n  found    %s", what,
                contract, v.finding.seq, v.finding.line, v.finding.what, v.finding.expected,
                v.finding.found);
        clocks += v.judged.clocks;
        verdict_fini(&v);
        free(file);
    }
    books_release(shared);
    return clocks;
}

static void prove(struct service *s)
{
    (void)proof_all(s, "at the end of the test");
}

__attribute__((constructor)) static void prove_all_tests(void)
{
    service_at_end = prove;
}
