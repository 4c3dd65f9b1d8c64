// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVER_MATRIX_TRY_H
#define TESTS_SERVER_MATRIX_TRY_H

/*
 * One operation tried by somebody: from the bytes of its frame to the bytes of its answer, on the
 * way that the server takes, but for that nothing of it stays.
 */

#include "matrix.h"

/** What came of it; the reply lives until the next is tried. */
struct matrix_outcome {
    enum request_kind kind;  /* that the frame was decoded to */
    int code;                /* of the refusal; 0: done */
    bool noted;              /* that they looked is recorded before the answer leaves */
    struct wire_bytes reply; /* of a watch: with the events that follow */
};

void matrix_try(struct matrix *m, const struct matrix_operation *operation, struct matrix_aim *aim,
                struct matrix_outcome *ret);

/** Makes what a column is about into what does not exist, with a name as long. */
void matrix_twin(enum matrix_columns columns, struct matrix_aim *aim);

/**
 * The reply is, byte for byte, what is said of what does not exist, but for the name. Tries the
 * operation on twins of the aim; ret's reply must be a copy.
 */
bool matrix_as_if_nothing(struct matrix *m, const struct matrix_operation *operation,
                          const struct matrix_aim *aim, const struct wire_bytes *reply);

#endif
