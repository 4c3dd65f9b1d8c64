// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as the text of a book. What is taken must be written in a form that is taken again and
 * written the same way; what can be planned must be built from what the plan would store, and must
 * then be in force already.
 */
#include <stdlib.h>
#include <string.h>

#include "config/bookplan.h"
#include "config/booktext.h"
#include "config/spec.h"
#include "config/zonesource.h"

#define NOW_AT INT64_C(1795291200000000) // 2026-11-21T20:00:00Z

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds) {
        abort();
    }
}

static void write_and_read(const struct bookfile *file, struct arena *arena)
{
    struct refusal refusal;
    struct bookfile *again;
    const char *text;
    const char *text_again;
    size_t n;
    size_t n_again;
    must(booktext_write(file->raw, arena, &text, &n) == 0);
    if (n > BOOKFILE_TEXT_BYTES_MAX) {
        return; // quotes and indents may make it longer than what was sent
    }
    must(bookfile_parse(text, n, "again", arena, &again, &refusal) == 0);
    must(booktext_write(again->raw, arena, &text_again, &n_again) == 0);
    must(n == n_again && memcmp(text, text_again, n) == 0);
}

static void plan_and_build(const struct bookfile *file, const struct zone_source *zones,
                           struct arena *arena)
{
    struct refusal refusal = {.code = OUTCOME_OK};
    struct book_plan *plan;
    struct book_plan *again;
    struct book *book;
    const int r = book_plan(NULL, 0, file, NOW_AT, zones, arena, &plan, &refusal);
    must(r == (int)refusal.code);
    if (r == 0) {
        must(book_build(plan->added, plan->n_added, zones, arena, &book, &refusal) == 0);
        must(book->n_contracts == plan->book->n_contracts);
        book_free(book);
        must(book_plan(plan->added, plan->n_added, file, NOW_AT, zones, arena, &again, &refusal) ==
             0);
        must(again->changes_nothing);
        book_plan_free(again);
        book_plan_free(plan);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct zone_source zones = zonesource_folder("/usr/share/zoneinfo");
    struct refusal refusal = {.code = OUTCOME_OK};
    struct bookfile *file;
    struct arena arena;
    arena_init(&arena, (size_t)1 << 30);
    const int r = bookfile_parse((const char *)data, size, "book.yaml", &arena, &file, &refusal);
    must(r == (int)refusal.code);
    if (r == 0) {
        write_and_read(file, &arena);
        plan_and_build(file, &zones, &arena);
    } else {
        must(strncmp(refusal.message, "book.yaml", 9) == 0);
    }
    arena_fini(&arena);
    return 0;
}
