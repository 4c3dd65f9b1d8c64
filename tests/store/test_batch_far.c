// SPDX-License-Identifier: Apache-2.0
/*
 * Batches whose journal is elsewhere: what answers that are lost, late or not plain make of them.
 */
#include "store/batch.h"

#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/requests.h"
#include "store/shop.h"
#include "store/tickets.h"
#include "t.h"
#include "tests/support/journal_mem.h"

/** A shop whose entries go to a journal in memory. */
struct far {
    struct shop shop;
    struct journal_mem *journal;
    struct batch *batch;
};

static void far_init(struct far *f, uint64_t seed, uint64_t epoch)
{
    struct batch_options options = {
        .epoch = epoch, .random = shop_random, .random_user = &f->shop.salts};

    shop_init(&f->shop, 0);
    f->journal = journal_mem_new(shop_cluster_id, seed);
    T_EQ_INT(batch_new(f->shop.env, journal_mem_journal(f->journal), &options, &f->batch), 0);
}

static void far_fini(struct far *f)
{
    batch_free(f->batch);
    journal_mem_free(f->journal);
    shop_fini(&f->shop);
}

static void far_begin(struct far *f)
{
    uint8_t id[16];

    dice_bytes(&f->shop.ids, id, sizeof(id));
    T_EQ_INT(batch_begin(f->batch, id), 0, "%s", batch_text(f->batch));
}

static int far_append(struct far *f, uint32_t stream, const char *request)
{
    uint64_t number;

    T_EQ_INT(tickets_next_number(batch_txn(f->batch), stream, &number), 0);
    struct entry entry = shop_entry(EVENT_TICKET_OPENED, stream, number, f->shop.now);
    snprintf((char *)entry.request_id, sizeof(entry.request_id), "%s", request);
    entry.event.texts[0] = (struct text){TEXT_BODY, request, strlen(request)};
    entry.event.n_texts = 1;
    entry.recorded_at = f->shop.now += US_PER_S;
    return batch_append(f->batch, &entry);
}

enum { COMMANDS = 400, FAR_STREAMS = 4 };

struct command {
    uint32_t stream;
    char request[16];
    unsigned acknowledged;
    unsigned found; // in the journal
};

static struct command *find_command(struct command *commands, const uint8_t *request_id)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strncmp(commands[i].request, (const char *)request_id, 16) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

struct count {
    struct command *commands;
    uint64_t n;
};

static int count_entry(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct count *count = user;
    struct command *c = find_command(count->commands, entry->request_id);

    T_CHECK(c != NULL && c->stream == entry->stream, "an entry that nobody asked for");
    T_CHECK(proof->n_texts == 1 && proof->texts[0].present);
    T_EQ_INT(entry->event.texts[0].n, strlen(c->request));
    c->found++;
    count->n++;
    return 0;
}

/** One attempt to carry out commands that have no acknowledgement, as the writer would. */
static void attempt(struct far *f, struct command *commands, struct dice *dice)
{
    struct command *taken[16];
    size_t n = 0;
    size_t want = 1 + dice_below(dice, 16);

    far_begin(f);
    for (size_t i = 0; i < COMMANDS && n < want; i++) {
        struct command *c = &commands[i];
        struct requests_row row;
        uint8_t id[16] = {0};

        if (c->acknowledged) {
            continue;
        }
        snprintf((char *)id, sizeof(id), "%s", c->request);
        int r = requests_get(batch_txn(f->batch), 7, id, &row);
        if (r == 0) { // it had happened after all
            c->acknowledged++;
            continue;
        }
        T_EQ_INT(r, STORE_NOT_FOUND);
        T_EQ_INT(far_append(f, c->stream, c->request), 0, "%s", batch_text(f->batch));
        taken[n++] = c;
    }
    int r = batch_commit(f->batch);
    T_CHECK(r == 0 || r == BATCH_AGAIN, "%d %s", r, batch_text(f->batch));
    for (size_t i = 0; i < n; i++) {
        if (r == 0 || batch_result(f->batch, taken[i]->stream) == JOURNAL_OK) {
            taken[i]->acknowledged++;
        }
    }
}

static bool all_acknowledged(const struct command *commands)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!commands[i].acknowledged) {
            return false;
        }
    }
    return true;
}

/** What the environment holds is what the journal does, and everything happened once. */
static void check_once(struct far *f, struct command *commands)
{
    struct count count = {.commands = commands};
    struct txn txn;

    for (uint32_t stream = 1; stream <= FAR_STREAMS; stream++) {
        T_EQ_INT(batch_catch_up(f->batch, stream), 0, "%s", batch_text(f->batch));
    }
    txn_begin(&txn, f->shop.env, TXN_READ);
    T_EQ_INT(entries_walk_all(&txn, 1, SIZE_MAX, count_entry, &count), 0, "%s", txn_text(&txn));
    for (uint32_t stream = 1; stream <= FAR_STREAMS; stream++) {
        struct journal_head here;
        struct journal_head there;
        struct journal *j = journal_mem_journal(f->journal);
        T_EQ_INT(entries_head(&txn, stream, &here), 0);
        T_EQ_INT(j->ops->head(j, stream, &there), 0);
        T_EQ_INT(here.seq, there.seq, "stream %u", stream);
        T_EQ_MEM(here.hash, there.hash, HASH_BYTES, "stream %u", stream);
    }
    txn_abort(&txn);
    for (size_t i = 0; i < COMMANDS; i++) {
        T_EQ_INT(commands[i].acknowledged, 1, "command %zu", i);
        T_EQ_INT(commands[i].found, 1, "command %zu", i);
    }
    shop_verify(&f->shop);
}

static void make_commands(struct command *commands)
{
    memset(commands, 0, COMMANDS * sizeof(*commands));
    for (size_t i = 0; i < COMMANDS; i++) {
        commands[i].stream = (uint32_t)(1 + i % FAR_STREAMS);
        snprintf(commands[i].request, sizeof(commands[i].request), "request %zu", i);
    }
}

T_TEST(batch, lost_answers_of_a_journal_neither_lose_nor_double_anything)
{
    static struct command commands[COMMANDS];
    unsigned applied = 0;
    unsigned lost = 0;
    unsigned late = 0;
    unsigned conflicts = 0;

    for (uint64_t seed = 1; seed <= 4 * t_effort(); seed++) {
        __attribute__((cleanup(far_fini))) struct far f = {0};
        struct dice dice = {.state = seed};
        struct journal_mem_faults faults = {
            .unknown_percent = 30,
            .applied_percent = 40,
            .late_percent = 50,
            .resolve_unknown = (unsigned)(seed % 3),
        };

        far_init(&f, seed, 1);
        journal_mem_set_faults(f.journal, &faults);
        make_commands(commands);
        for (int i = 0; i < 2000 && !all_acknowledged(commands); i++) {
            attempt(&f, commands, &dice);
        }
        journal_mem_set_faults(f.journal, &(struct journal_mem_faults){0});
        far_begin(&f); // what was late arrives
        T_EQ_INT(batch_commit(f.batch), 0);
        check_once(&f, commands);
        struct journal_mem_seen seen = journal_mem_seen(f.journal);
        applied += seen.applied;
        lost += seen.lost;
        late += seen.late;
        conflicts += seen.conflicts;
    }
    T_CHECK(applied > 20 && lost > 20 && late > 20 && conflicts > 10, "%u %u %u %u", applied, lost,
            late, conflicts);
}

T_TEST(batch, what_turns_out_to_have_been_committed_is_simply_committed)
{
    __attribute__((cleanup(far_fini))) struct far f = {0};
    struct requests_row row;
    uint8_t id[16] = "a";
    struct txn txn;

    far_init(&f, 1, 1);
    journal_mem_set_faults(f.journal, &(struct journal_mem_faults){.unknown_percent = 100,
                                                                   .applied_percent = 100,
                                                                   .resolve_unknown = 3});
    far_begin(&f);
    T_EQ_INT(far_append(&f, 1, "a"), 0);
    T_EQ_INT(far_append(&f, 2, "b"), 0);
    T_EQ_INT(batch_commit(f.batch), 0);
    txn_begin(&txn, f.shop.env, TXN_READ);
    T_EQ_INT(requests_get(&txn, 7, id, &row), 0);
    txn_abort(&txn);
    shop_verify(&f.shop);
}

T_TEST(batch, a_stream_of_another_owner_is_fenced_and_the_others_go_on)
{
    __attribute__((cleanup(far_fini))) struct far f = {0};

    far_init(&f, 1, 5);
    far_begin(&f);
    T_EQ_INT(far_append(&f, 1, "a"), 0);
    T_EQ_INT(far_append(&f, 2, "b"), 0);
    T_EQ_INT(batch_commit(f.batch), 0);
    journal_mem_fence(f.journal, 1, 6);
    far_begin(&f);
    T_EQ_INT(far_append(&f, 1, "c"), 0);
    T_EQ_INT(far_append(&f, 2, "d"), 0);
    T_EQ_INT(far_append(&f, 2, "e"), 0);
    T_EQ_INT(batch_commit(f.batch), BATCH_AGAIN);
    T_EQ_INT(batch_result(f.batch, 1), JOURNAL_FENCED);
    T_EQ_INT(batch_result(f.batch, 2), JOURNAL_OK);
    T_EQ_INT(batch_result(f.batch, 3), JOURNAL_NOT_APPLIED, "not of that batch");
    T_EQ_INT(journal_mem_count(f.journal, 1), 1);
    T_EQ_INT(journal_mem_count(f.journal, 2), 3);
    struct txn txn;
    uint64_t next;
    txn_begin(&txn, f.shop.env, TXN_READ);
    T_EQ_INT(tickets_next_number(&txn, 1, &next), 0);
    T_EQ_INT(next, 2, "not in the views either");
    T_EQ_INT(tickets_next_number(&txn, 2, &next), 0);
    T_EQ_INT(next, 4);
    txn_abort(&txn);
    shop_verify(&f.shop);
}

static int copy_to(void *user, const struct journal_record *record)
{
    journal_mem_intrude(user, 1, record);
    return 0;
}

T_TEST(batch, a_conflict_brings_what_was_missing_and_is_decided_again)
{
    __attribute__((cleanup(far_fini))) struct far f = {0};
    __attribute__((cleanup(far_fini))) struct far other = {0};
    struct requests_row row;
    uint8_t id[16] = "theirs";

    far_init(&f, 1, 1);
    far_init(&other, 2, 1);
    other.shop.now += US_PER_HOUR; // their clock is ahead of ours
    far_begin(&other);
    T_EQ_INT(far_append(&other, 1, "theirs"), 0);
    T_EQ_INT(batch_commit(other.batch), 0);
    far_begin(&f);
    T_EQ_INT(far_append(&f, 1, "ours"), 0);
    struct journal *j = journal_mem_journal(other.journal);
    T_EQ_INT(j->ops->read(j, 1, 1, 10, copy_to, f.journal), 0);
    T_EQ_INT(batch_commit(f.batch), BATCH_AGAIN);
    T_EQ_INT(batch_result(f.batch, 1), JOURNAL_CONFLICT);
    far_begin(&f);
    T_EQ_INT(requests_get(batch_txn(f.batch), 7, id, &row), 0, "their entry is here now");
    T_EQ_INT(far_append(&f, 1, "ours"), 0);
    T_EQ_INT(batch_commit(f.batch), 0);
    T_EQ_INT(journal_mem_count(f.journal, 1), 2);
    shop_verify(&f.shop); // ours is recorded after theirs
}

T_TEST(batch, a_journal_that_fails_or_never_tells_ends_it_and_a_restart_is_consistent)
{
    unsigned failed = 0;

    for (unsigned fail_at = 1; fail_at <= 12; fail_at++) {
        __attribute__((cleanup(far_fini))) struct far f = {0};
        uint8_t id[16] = {9};

        far_init(&f, fail_at, 1);
        journal_mem_set_faults(f.journal, &(struct journal_mem_faults){.fail_at = fail_at});
        int r = 0;
        for (unsigned i = 0; i < 4 && r == 0; i++) {
            id[1] = (uint8_t)i;
            r = batch_begin(f.batch, id);
            if (r == 0) {
                far_append(&f, 1, i % 2 ? "odd" : "even");
                r = batch_commit(f.batch);
            }
        }
        T_CHECK(r <= 0, "%d", r);
        failed += r < 0;
        journal_mem_set_faults(f.journal, &(struct journal_mem_faults){0});
        T_EQ_INT(batch_catch_up(f.batch, 1), 0, "%s", batch_text(f.batch));
        shop_verify(&f.shop);
        far_begin(&f);
        T_EQ_INT(far_append(&f, 1, "after"), 0);
        T_EQ_INT(batch_commit(f.batch), 0, "%s", batch_text(f.batch));
        shop_verify(&f.shop);
    }
    T_CHECK(failed >= 10, "%u", failed);

    __attribute__((cleanup(far_fini))) struct far f = {0};
    far_init(&f, 3, 1);
    journal_mem_set_faults(f.journal, &(struct journal_mem_faults){.unknown_percent = 100,
                                                                   .applied_percent = 100,
                                                                   .resolve_unknown = 1000});
    far_begin(&f);
    T_EQ_INT(far_append(&f, 1, "x"), 0);
    T_CHECK(batch_commit(f.batch) < 0, "it is not known what became of it");
    T_EQ_INT(batch_catch_up(f.batch, 1), 0);
    shop_verify(&f.shop);
}

T_TEST(batch, a_journal_that_was_rewritten_is_not_followed)
{
    __attribute__((cleanup(far_fini))) struct far f = {0};
    __attribute__((cleanup(far_fini))) struct far other = {0};

    far_init(&f, 1, 1);
    far_init(&other, 2, 1);
    far_begin(&other);
    T_EQ_INT(far_append(&other, 1, "one"), 0);
    T_EQ_INT(far_append(&other, 1, "two"), 0);
    T_EQ_INT(batch_commit(other.batch), 0);
    // This environment has another first entry than the journal it is given now
    far_begin(&f);
    T_EQ_INT(far_append(&f, 1, "else"), 0);
    T_EQ_INT(batch_commit(f.batch), 0);
    struct batch_options options = {
        .epoch = 1, .random = shop_random, .random_user = &f.shop.salts};
    struct batch *batch;
    T_EQ_INT(batch_new(f.shop.env, journal_mem_journal(other.journal), &options, &batch), 0);
    T_EQ_INT(batch_catch_up(batch, 1), BATCH_CORRUPT);
    T_CHECK(strstr(batch_text(batch), "does not continue") != NULL, "%s", batch_text(batch));
    batch_free(batch);
    shop_verify(&f.shop);
}
