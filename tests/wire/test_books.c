// SPDX-License-Identifier: Apache-2.0
/* Requests about the book. */
#include "got.h"
#include "t.h"

T_TEST(books, are_applied_and_shown)
{
    struct got got;

    got_sample(&got, REQUEST_APPLY_BOOK, true);
    T_EQ_STR(got.request.u.apply_book.text, "calendars:\n\t# none\n");
    T_EQ_INT(got.request.u.apply_book.n, 19);
    T_EQ_STR(got.request.u.apply_book.file, "book.yaml");
    T_EQ_INT(got.request.u.apply_book.cursor.n, 2);
    T_EQ_MEM(got.request.u.apply_book.cursor.p, "\x00\x05", 2);
    got_done(&got);
    got_sample(&got, REQUEST_APPLY_BOOK, false);
    T_EQ_STR(got.request.u.apply_book.file, "");
    T_EQ_INT(got.request.u.apply_book.cursor.n, 0);
    got_done(&got);
    got_refused("2{1=7 " ID "60{1'x' 3'c'}}", "apply_book.cursor", "only a dry run has pages");
    got_notation(&got, "2{1=7 " ID "60{1'x' 3''}}"); // as if it were not there
    T_EQ_INT(got.r, 0);
    got_done(&got);

    got_sample(&got, REQUEST_SHOW_BOOK, true);
    T_EQ_INT(got.request.u.show_book.kind, BOOK_CONTRACT);
    T_EQ_STR(got.request.u.show_book.name, "acme-l1");
    T_EQ_INT(got.request.u.show_book.version, 3);
    got_done(&got);
    got_sample(&got, REQUEST_SHOW_BOOK, false);
    T_EQ_INT(got.request.u.show_book.kind, BOOK_NONE);
    T_EQ_STR(got.request.u.show_book.name, "");
    T_EQ_INT(got.request.u.show_book.version, 0);
    T_EQ_STR(got.request.u.show_book.contract, "");
    got_done(&got);
    got_notation(&got, "2{1=7 61{4'acme-l1'}}");
    T_EQ_STR(got.request.u.show_book.contract, "acme-l1");
    got_done(&got);
    got_refused("2{1=7 61{1'party' 4'acme-l1'}}", "show_book.contract", "is of every kind");
    got_notation(&got, "2{1=7 61{1'source' 2'jira'}}");
    T_EQ_INT(got.request.u.show_book.kind, BOOK_SOURCE);
    got_done(&got);
    got_refused("2{1=7 61{1'none'}}", "show_book.kind", "'none' is not a kind");
    got_refused("2{1=7 61{1'zone'}}", "show_book.kind", "'zone' is not a kind");
    got_refused("2{1=7 61{1'Party'}}", "show_book.kind", "'Party' is not a kind");
    got_refused("2{1=7 61{2'x'}}", "show_book.kind", "without a kind");
    got_refused("2{1=7 61{1'party' 3=1}}", "show_book.name", "without a name");
}

T_TEST(books, are_tried_with_a_scenario)
{
    struct got got;

    got_sample(&got, REQUEST_TRY_BOOK, true);
    const struct request_try_book *full = &got.request.u.try_book;
    T_EQ_STR(full->text, "teams:\n\t# none\n");
    T_EQ_INT(full->n, 15);
    T_EQ_STR(full->file, "book.yaml");
    T_EQ_STR(full->scenario, "tickets: []\n");
    T_EQ_INT(full->scenario_bytes, 12);
    T_EQ_STR(full->scenario_file, "monday.yaml");
    got_done(&got);
    got_sample(&got, REQUEST_TRY_BOOK, false);
    T_EQ_STR(got.request.u.try_book.file, "");
    T_EQ_STR(got.request.u.try_book.scenario_file, "");
    got_done(&got);
    got_refused("2{1=7 63{3'y'}}", "try_book.text", "is missing");
    got_refused("2{1=7 63{1'x'}}", "try_book.scenario", "is missing");
    got_refused("2{1=7 63{1'' 3'y'}}", "try_book.text", "is empty");
    got_refused("2{1=7 63{1'x' 3''}}", "try_book.scenario", "is empty");
    got_refused("2{1=7 63{1'x' 3'%FF'}}", "try_book.scenario", "UTF-8");
    got_refused("2{1=7 63{1'x' 3'%1B'}}", "try_book.scenario", "control");
    got_refused("2{1=7 63{1'x' 2'a%0A' 3'y'}}", "try_book.file", "control");
    got_refused("2{1=7 63{1'x' 3'y' 4'a%0A'}}", "try_book.scenario_file", "control");
}
