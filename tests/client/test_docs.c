// SPDX-License-Identifier: Apache-2.0
/*
 * docs/json.md names every member that `slate --json` has.
 */
#include <stdio.h>
#include <string.h>

#include "client/rows.h"
#include "client/text.h"
#include "tests/t.h"

T_TEST(docs, name_every_member_of_json_answers)
{
    static const struct rows *const all[] = {
        &rows_ticket,      &rows_clock,       &rows_message,       &rows_detail,
        &rows_changed,     &rows_breach,      &rows_span,          &rows_explained,
        &rows_explanation, &rows_book_change, &rows_book_example,  &rows_book_diff,
        &rows_book_object, &rows_book_text,   &rows_page,          &rows_error,
        &rows_server,      &rows_version,     &rows_import,        &rows_change,
        &rows_link,        &rows_risk,        &rows_event,         &rows_user,
        &rows_intake,      &rows_past_page,   &rows_share,         &rows_sum,
        &rows_split,       &rows_splits,      &rows_mark,          &rows_calendar_used,
        &rows_due_move,    &rows_tried,       &rows_tried_check,   &rows_tried_ticket,
        &rows_approval,    &rows_proposal,    &rows_proposal_page,
    };
    struct text docs = {0};
    char chunk[4096];
    size_t n;
    FILE *f = fopen(DOCS_DIR "/json.md", "r");

    T_CHECK(f);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
        text_add_n(&docs, chunk, n);
    }
    fclose(f);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        for (size_t k = 0; k < all[i]->n_columns; k++) {
            const struct column *column = &all[i]->columns[k];
            char in_table[64], in_example[64];

            snprintf(in_table, sizeof(in_table), "`%s`", column->name);
            snprintf(in_example, sizeof(in_example), "\"%s\"", column->name);
            T_CHECK(!(column->flags & IN_JSON) || strstr(text_str(&docs), in_table) ||
                        strstr(text_str(&docs), in_example),
                    "%s.%s", all[i]->one, column->name);
        }
    }
    text_fini(&docs);
}
