// SPDX-License-Identifier: Apache-2.0
#include "matrix_cell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

bool matrix_kinds[REQUEST_KINDS];

static bool existing[MATRIX_CONTRACTS][MATRIX_NUMBERS]; /* tickets, before anything is tried */

/* --- what an answer holds --------------------------------------------------------------------- */

static bool holds(const struct wire_bytes *b, const void *text, size_t n)
{
    return memmem(b->p, b->n, text, n) != NULL;
}

/* As a string of a message: behind its length. */
static bool holds_string(const struct wire_bytes *b, const char *text)
{
    char field[32];
    const int n = snprintf(field, sizeof(field), "%c%s", (char)strlen(text), text);

    return holds(b, field, (size_t)n);
}

/* The text begins at p and holds this mark, or the number of a ticket. */
static int digits(const uint8_t *p, const uint8_t *end, size_t n)
{
    int number = 0;

    for (size_t i = 0; i < n; i++) {
        if (p + i == end || p[i] < '0' || p[i] > '9') {
            return -1;
        }
        number = 10 * number + p[i] - '0';
    }
    return number;
}

/* A text of a ticket whose texts are not theirs to read. */
static bool tells_text(const struct matrix_known *k, const struct wire_bytes *b)
{
    static const char mark[] = "mark-";
    const uint8_t *end = b->p + b->n;

    for (const uint8_t *p = b->p; (p = memmem(p, (size_t)(end - p), mark, 5)) != NULL; p += 5) {
        const int number = digits(p + 5, end, 4);
        if (number >= 0 && number < MATRIX_MARKS && !k->texts[number]) {
            return true;
        }
    }
    return false;
}

/* The name of a ticket that is not theirs to know of, and that they did not name themselves. */
static bool tells_name(const struct matrix *m, const struct matrix_known *k,
                       const struct wire_bytes *b)
{
    static const char keys[MATRIX_CONTRACTS][5] = {"HOM-", "RIV-", "GLO-", "FAR-"};
    const struct wire_bytes frame = {m->frame, m->n_frame};
    const uint8_t *end = b->p + b->n;

    for (size_t c = 0; c < MATRIX_CONTRACTS; c++) {
        for (const uint8_t *p = b->p; (p = memmem(p, (size_t)(end - p), keys[c], 4)) != NULL;
             p += 4) {
            const int number = digits(p + 4, end, 2);
            if (number > 0 && existing[c][number] && !k->tickets[c][number] &&
                !holds(&frame, p, 6)) {
                return true;
            }
        }
    }
    return false;
}

bool matrix_tells(const struct matrix *m, const struct matrix_known *k, const struct wire_bytes *b)
{
    return tells_text(k, b) || tells_name(m, k, b);
}

/* --- cells ------------------------------------------------------------------------------------ */

static size_t contract_of(enum matrix_group group)
{
    return group < MATRIX_RIVAL ? 0 : (size_t)group - MATRIX_VENDOR;
}

static bool is_hidden(const struct matrix_known *k, const struct matrix_operation *operation,
                      const struct matrix_aim *aim)
{
    switch (operation->columns) {
    case MATRIX_BY_TICKET:
        return !k->tickets[contract_of(aim->group)][strtoul(aim->ticket + 4, NULL, 10)];
    case MATRIX_BY_GROUP:
    case MATRIX_BY_CONTRACT: return !k->contracts[contract_of(aim->group)];
    default: return false; /* users are asked for by those who heard of them */
    }
}

static char refused(int code)
{
    static const char letters[] = {
        [3] = 'I', [5] = '-', [6] = 'E', [7] = 'D', [9] = 'S', [10] = 'B', [12] = 'M', [16] = 'U'};

    return (size_t)code < sizeof(letters) && letters[code] != '\0' ? letters[code] : '?';
}

static char done(const struct matrix_outcome *outcome, bool text)
{
    return outcome->noted ? (text ? 'R' : 'L') : (text ? 'T' : 'A');
}

char matrix_cell(struct matrix *m, const struct matrix_known *k,
                 const struct matrix_operation *operation, struct matrix_aim *aim, bool there)
{
    struct matrix_outcome outcome;

    matrix_try(m, operation, aim, &outcome);
    matrix_kinds[outcome.kind] = true;
    const bool told = matrix_tells(m, k, &outcome.reply);
    char letter = outcome.code == 0 ? done(&outcome, holds(&outcome.reply, "mark-", 5))
                                    : refused(outcome.code);
    if (told) {
        return '!';
    }
    const bool hidden = is_hidden(k, operation, aim);
    if (!there || outcome.code == 16 || !(hidden || outcome.code == 5)) {
        return letter;
    }
    uint8_t *copy = malloc(outcome.reply.n);
    T_CHECK(copy != NULL);
    memcpy(copy, outcome.reply.p, outcome.reply.n);
    const struct wire_bytes reply = {copy, outcome.reply.n};
    if (!matrix_as_if_nothing(m, operation, aim, &reply)) {
        letter = hidden ? '!' : 'O';
    }
    free(copy);
    return letter;
}

/* A row of a list, of which there was one answer. */
char matrix_listed(const struct matrix_known *k, const struct matrix_operation *operation,
                   const struct matrix_outcome *outcome, const struct matrix_aim *aim,
                   const char *mark)
{
    const struct wire_bytes *b = &outcome->reply;
    bool in = false;

    if (outcome->code != 0) {
        return refused(outcome->code);
    }
    switch (operation->columns) {
    case MATRIX_BY_TICKET: in = holds_string(b, aim->ticket); break;
    case MATRIX_BY_USER: in = holds_string(b, aim->user); break;
    default: in = holds_string(b, aim->contract) || holds_string(b, aim->calendar); break;
    }
    if (in && is_hidden(k, operation, aim)) {
        return '!';
    }
    return !in ? '-' : holds(b, mark, strlen(mark)) ? 'T' : 'A';
}

/* --- what is known ---------------------------------------------------------------------------- */

static const struct matrix_operation *operation_named(const char *name)
{
    for (size_t i = 0; i < matrix_n_ticket_operations; i++) {
        if (strcmp(matrix_ticket_operations[i].name, name) == 0) {
            return &matrix_ticket_operations[i];
        }
    }
    for (size_t i = 0; i < matrix_n_other_operations; i++) {
        if (strcmp(matrix_other_operations[i].name, name) == 0) {
            return &matrix_other_operations[i];
        }
    }
    T_FAIL("no operation %s", name);
}

/* Of a ticket by a look at it; of a contract by a look at the book, or since they feed it. */
void matrix_known(struct matrix *m, enum matrix_who who, struct matrix_known *k)
{
    static const enum matrix_group contracts[] = {MATRIX_OWN, MATRIX_RIVAL, MATRIX_BUYER,
                                                  MATRIX_FAR};
    const struct matrix_operation *show = operation_named("show");
    const struct matrix_operation *book = operation_named("book show --contract");
    const struct matrix_operation *feeds = operation_named("intake: one's own source opens one");
    struct matrix_outcome outcome;
    struct matrix_aim aim;

    for (size_t c = 0; c < MATRIX_CONTRACTS; c++) {
        matrix_aim(m, who, contracts[c], MATRIX_OPEN, &aim);
        matrix_try(m, book, &aim, &outcome);
        k->contracts[c] = outcome.code == 0;
        matrix_try(m, feeds, &aim, &outcome);
        k->contracts[c] = k->contracts[c] || outcome.code == 0;
        for (unsigned i = 10; i < MATRIX_NUMBERS - 1; i++) {
            snprintf(aim.ticket + 4, sizeof(aim.ticket) - 4, "%u", i);
            matrix_try(m, show, &aim, &outcome);
            k->tickets[c][i] = outcome.code == 0;
            existing[c][i] = existing[c][i] || outcome.code == 0; /* the admin sees all */
            const uint8_t *mark = memmem(outcome.reply.p, outcome.reply.n, "mark-", 5);
            if (mark != NULL) {
                k->texts[strtoul((const char *)mark + 5, NULL, 10) % MATRIX_MARKS] = true;
            }
        }
    }
}
