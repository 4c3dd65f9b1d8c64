// SPDX-License-Identifier: Apache-2.0
/*
 * Every role tries every operation on things of every kind of ownership, from the bytes of its
 * frame to the bytes of its answer; what comes of it stands in matrix.txt, for people to review.
 * SLATE_GOLDEN=write writes that file anew: look at the difference.
 *
 * What the table cannot say is checked beside it: an answer about what somebody may not know of is
 * byte for byte what is said of what does not exist, and no answer holds the name or a text of a
 * ticket that a look at the ticket itself would not show. Where that fails the table has "!".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matrix_cell.h"
#include "t.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TABLE    "tests/server/matrix.txt"

enum { COLUMNS_MAX = 40, ROW_BYTES = 128 };

static const char legend[] =
    "Who may do what, as tests/server/test_matrix.c tries it; SLATE_GOLDEN=write writes it anew.\n"
    "\n"
    "Columns: own   of team-1, theirs (or the mate's), fed by their source, mail; contract home\n"
    "         team  of team-1, the mate's, fed by another source; contract home\n"
    "         vend  of another team of their vendor; contract home\n"
    "         riva  of the buyer's other vendor\n"
    "         glob  of the vendor's other buyer\n"
    "         farr  of neither\n"
    "         none  what does not exist\n"
    "Under each of tickets: open, resolved, closed, merged, open with its texts erased.\n"
    "\n"
    "A done         T done, and the answer shows texts       - as if it did not exist\n"
    "L done, noted  R so too, and that they looked is noted  D denied\n"
    "S not in this state    I not valid    E exists already    U not authenticated\n"
    "O something else that it names does not exist\n"
    "! the answer tells of what they must not know: never right. What stands here is known: keys "
    "of\n"
    "  a source are one list, so that two vendors' tools with one source's name meet in it\n"
    "In a list: A, T in the answer, - not in it; a refusal in every column.\n";

static const struct person {
    enum matrix_who who;
    const char *name;
} trying[] = {
    {MATRIX_AGENT, "agent"},
    {MATRIX_LEAD, "lead"},
    {MATRIX_VENDOR_MANAGER, "vendor-manager"},
    {MATRIX_MANAGER, "manager"},
    {MATRIX_INTAKE, "intake"},
    {MATRIX_AUDITOR_BUYER, "auditor:buyer"},
    {MATRIX_AUDITOR_VENDOR, "auditor:vendor"},
    {MATRIX_AUDITOR, "auditor"},
    {MATRIX_ADMIN, "admin"},
    {MATRIX_AGENT_AUDITOR, "agent+auditor"},
    {MATRIX_NOBODY, "nobody"},
    {MATRIX_DISABLED, "disabled"},
    {MATRIX_KEYLESS, "keyless"},
    {MATRIX_GONE, "gone"},
};

static const char *const group_names[MATRIX_GROUPS] = {"own",  "team", "vend",
                                                       "riva", "glob", "farr"};
static const enum matrix_group contract_columns[] = {MATRIX_OWN, MATRIX_RIVAL, MATRIX_BUYER,
                                                     MATRIX_FAR};
static const enum matrix_who users[] = {
    0 /* oneself */, MATRIX_MATE,           MATRIX_COLLEAGUE, MATRIX_OTHERS_AGENT,
    MATRIX_MANAGER,  MATRIX_OTHERS_MANAGER, MATRIX_ADMIN,
};
static const char *const user_names[] = {"self", "team", "vend", "riva", "buyr", "glob", "admn"};

static struct matrix_known known[COUNT(trying)];

/* --- columns ---------------------------------------------------------------------------------- */

struct column {
    const char *heading; /* NULL: stands under the one before */
    enum matrix_group group;
    enum matrix_state state;
    enum matrix_who user; /* 0: oneself */
    bool there;
};

static size_t columns_of(enum matrix_columns by, struct column ret[COLUMNS_MAX])
{
    size_t n = 0;

    switch (by) {
    case MATRIX_BY_TICKET:
        for (; n < MATRIX_GROUPS * MATRIX_STATES; n++) {
            const enum matrix_group group = (enum matrix_group)(n / MATRIX_STATES);
            const enum matrix_state state = (enum matrix_state)(n % MATRIX_STATES);
            ret[n] = (struct column){state == MATRIX_OPEN ? group_names[group] : NULL, group, state,
                                     0, true};
        }
        break;
    case MATRIX_BY_GROUP:
        for (; n < MATRIX_GROUPS; n++) {
            ret[n] = (struct column){group_names[n], (enum matrix_group)n, MATRIX_OPEN, 0, true};
        }
        break;
    case MATRIX_BY_CONTRACT:
        for (; n < COUNT(contract_columns); n++) {
            ret[n] = (struct column){n == 0 ? "home" : group_names[contract_columns[n]],
                                     contract_columns[n], MATRIX_OPEN, 0, true};
        }
        break;
    case MATRIX_BY_VENDOR:
        ret[n++] = (struct column){"northwind", MATRIX_OWN, MATRIX_OPEN, 0, true};
        ret[n++] = (struct column){"vistula", MATRIX_RIVAL, MATRIX_OPEN, 0, true};
        break;
    case MATRIX_BY_USER:
        for (; n < COUNT(users); n++) {
            ret[n] = (struct column){user_names[n], MATRIX_OWN, MATRIX_OPEN, users[n], true};
        }
        break;
    case MATRIX_ONCE: ret[0] = (struct column){"", MATRIX_OWN, MATRIX_OPEN, 0, true}; return 1;
    }
    ret[n++] = (struct column){"none", MATRIX_OWN, MATRIX_OPEN, 0, false};
    return n;
}

static void aim_at(const struct matrix *m, enum matrix_columns by, enum matrix_who who,
                   const struct column *column, struct matrix_aim *ret)
{
    matrix_aim(m, who, column->group, column->state, ret);
    snprintf(ret->user, sizeof(ret->user), "%s",
             matrix_principal(column->user == 0 ? who : column->user));
    if (!column->there) {
        matrix_twin(by, ret);
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

static void list_row(struct matrix *m, const struct matrix_known *k,
                     const struct matrix_operation *operation, enum matrix_who who,
                     const struct column *columns, size_t n, char *letters)
{
    struct matrix_outcome outcome;
    struct matrix_aim aim;

    aim_at(m, operation->columns, who, &columns[0], &aim);
    matrix_try(m, operation, &aim, &outcome);
    matrix_kinds[outcome.kind] = true;
    const bool told = matrix_tells(m, k, &outcome.reply);
    for (size_t i = 0; i < n; i++) {
        aim_at(m, operation->columns, who, &columns[i], &aim);
        letters[i] = told ? '!'
                          : matrix_listed(
                                k, operation, &outcome, &aim,
                                matrix_ticket(m, who, columns[i].group, columns[i].state)->mark);
    }
}

/* "TTTTA TTTTA ----- -": letters under their headings. */
static void format_row(const struct column *columns, size_t n, const char *letters,
                       char ret[ROW_BYTES])
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        if (columns[i].heading != NULL && i > 0) {
            ret[at++] = ' ';
        }
        if (columns[i].heading != NULL && (i + 1 == n || columns[i + 1].heading != NULL)) {
            at += (size_t)snprintf(ret + at, ROW_BYTES - at, "%*c", (int)strlen(columns[i].heading),
                                   letters[i]);
        } else {
            ret[at++] = letters[i];
        }
    }
    ret[at] = '\0';
}

static void format_headings(const struct column *columns, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        const bool wide = i + 1 < n && columns[i + 1].heading == NULL;
        if (columns[i].heading != NULL && columns[i].heading[0] != '\0') {
            fprintf(to, "%s%*s", i == 0 ? "  " : " ", wide ? -MATRIX_STATES : 0,
                    columns[i].heading);
        }
    }
    fprintf(to, "\n");
}

/* The operation as the table has it: those who fare alike stand in one line. */
static char *try_operation(struct matrix *m, const struct matrix_operation *operation)
{
    struct column columns[COLUMNS_MAX];
    char rows[COUNT(trying)][ROW_BYTES];
    const size_t n = columns_of(operation->columns, columns);
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    T_CHECK(to != NULL);
    for (size_t w = 0; w < COUNT(trying); w++) {
        const enum matrix_who who = trying[w].who;
        char letters[COLUMNS_MAX];
        if (operation->list) {
            list_row(m, &known[w], operation, who, columns, n, letters);
        }
        for (size_t i = 0; i < n && !operation->list; i++) {
            struct matrix_aim aim;
            aim_at(m, operation->columns, who, &columns[i], &aim);
            letters[i] = matrix_cell(m, &known[w], operation, &aim, columns[i].there);
        }
        format_row(columns, n, letters, rows[w]);
    }
    fprintf(to, "\n## %s\n", operation->name);
    format_headings(columns, n, to);
    for (size_t w = 0; w < COUNT(trying); w++) {
        bool first = true;
        for (size_t i = 0; i < w; i++) {
            first = first && strcmp(rows[i], rows[w]) != 0;
        }
        for (size_t i = w; i < COUNT(trying) && first; i++) {
            if (i == w) {
                fprintf(to, "  %s  %s", rows[w], trying[w].name);
            } else if (strcmp(rows[i], rows[w]) == 0) {
                fprintf(to, ", %s", trying[i].name);
            }
        }
        fprintf(to, "%s", first ? "\n" : "");
    }
    fclose(to);
    return text;
}

/* --- the table -------------------------------------------------------------------------------- */

/* "" where there is none. */
static char *read_table(void)
{
    enum { TABLE_BYTES = 1 << 20 };
    FILE *from = fopen(TABLE, "r");
    char *text = calloc(1, TABLE_BYTES);

    T_CHECK(text != NULL);
    if (from != NULL) {
        T_CHECK(fread(text, 1, TABLE_BYTES, from) < TABLE_BYTES);
        fclose(from);
    }
    return text;
}

static void write_table(const char *text)
{
    FILE *to = fopen(TABLE, "w");

    T_CHECK(to != NULL, TABLE);
    fprintf(to, "%s%s", legend, text);
    T_EQ_INT(fclose(to), 0);
}

/* The block stands in the table as it is. Says which line does not. */
static void compare(const char *table, const char *block, const char *name)
{
    char heading[128];

    snprintf(heading, sizeof(heading), "\n## %s\n", name);
    const char *there = strstr(table, heading);
    T_CHECK(there != NULL, "%s: not in " TABLE, name);
    for (const char *line = block; *line != '\0';) {
        const size_t n = strcspn(line, "\n") + 1;
        const size_t expected = strcspn(there, "\n") + 1;
        T_CHECK(n == expected && memcmp(line, there, n) == 0, "%s:\n%.*s is, in " TABLE ":\n%.*s",
                name, (int)n, line, (int)expected, there);
        line += n;
        there += expected;
    }
    T_CHECK(*there == '\0' || *there == '\n', "%s: more in " TABLE, name);
}

T_TEST(matrix, of_who_may_do_what)
{
    const char *mode = getenv("SLATE_GOLDEN");
    const bool write = mode != NULL && strcmp(mode, "write") == 0;
    const size_t n = matrix_n_ticket_operations;
    struct matrix *m = matrix_new();
    char *table = read_table();
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    alarm(10 * T_SECONDS);
    T_CHECK(to != NULL);
    for (size_t w = 0; w < COUNT(trying); w++) {
        matrix_known(m, trying[w].who, &known[w]);
    }
    for (size_t i = 0; i < n + matrix_n_other_operations; i++) {
        const struct matrix_operation *operation = i < n ? &matrix_ticket_operations[i]
                                                         : &matrix_other_operations[i - n];
        char *block = try_operation(m, operation);
        if (!write) {
            compare(table, block, operation->name);
        }
        fprintf(to, "%s", block);
        free(block);
    }
    T_EQ_INT(fclose(to), 0);
    for (enum request_kind kind = REQUEST_NONE + 1; kind < REQUEST_KINDS; kind++) {
        T_CHECK(matrix_kinds[kind] || kind == REQUEST_ENROL, "nobody tries %s",
                request_kind_name(kind));
    }
    T_CHECK(write || strchr(text, '!') == NULL, "an answer tells of what must not be known");
    if (write) {
        write_table(text);
    } else {
        T_EQ_INT(strlen(table), strlen(legend) + size, TABLE " has more than is tried");
    }
    free(text);
    free(table);
    matrix_free(m);
}
