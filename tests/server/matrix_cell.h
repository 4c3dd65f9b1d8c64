// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_MATRIX_CELL_H
#define TESTS_SERVER_MATRIX_CELL_H

/*
 * What came of a try, as one letter of the table; and what an answer must not tell.
 */

#include "matrix_try.h"

enum { MATRIX_NUMBERS = 100, MATRIX_MARKS = 100 };

/** What somebody may know of. */
struct matrix_known {
    bool tickets[MATRIX_CONTRACTS][MATRIX_NUMBERS];
    bool contracts[MATRIX_CONTRACTS];
    bool texts[MATRIX_MARKS]; /* by the number of their mark */
};

/** Of each ticket by a look at it; of a contract by a look at the book, or since they feed it. The
 * admin's is found before anything is tried. */
void matrix_known(struct matrix *m, enum matrix_who who, struct matrix_known *ret);

/** Tries the operation; there: on something that exists. */
char matrix_cell(struct matrix *m, const struct matrix_known *known,
                 const struct matrix_operation *operation, struct matrix_aim *aim, bool there);

/** The answer tells of what they must not know. */
bool matrix_tells(const struct matrix *m, const struct matrix_known *known,
                  const struct wire_bytes *reply);

/** What a list's answer says of what the aim is about. */
char matrix_listed(const struct matrix_known *known, const struct matrix_operation *operation,
                   const struct matrix_outcome *outcome, const struct matrix_aim *aim,
                   const char *mark);

/** Kinds of requests that were tried. */
extern bool matrix_kinds[REQUEST_KINDS];

#endif
