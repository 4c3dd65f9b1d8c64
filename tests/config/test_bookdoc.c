// SPDX-License-Identifier: Apache-2.0
/*
 * docs/book.md against the schema: every key is explained, every example is read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bookcase.h"
#include "config/bookschema.h"
#include "t.h"

enum { DOC_BYTES_MAX = 64 * 1024 };

/* The page; freed by the caller. */
static char *read_page(void)
{
    char *page = calloc(1, DOC_BYTES_MAX);
    FILE *f = fopen(BOOK_DOC, "re");
    T_CHECK(page != NULL && f != NULL, "%s", BOOK_DOC);
    const size_t n = fread(page, 1, DOC_BYTES_MAX - 1, f);
    (void)fclose(f);
    T_CHECK(n > 1000 && n < DOC_BYTES_MAX - 1);
    return page;
}

/* `key`, `x.key`, `{key, ...}` or `{..., key}` */
static bool explains(const char *page, const char *key)
{
    static const char *const around[][2] = {{"`", "`"}, {".", "`"}, {"`{", ","}, {", ", "}`"}};
    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
        char form[80];
        (void)snprintf(form, sizeof(form), "%s%s%s", around[i][0], key, around[i][1]);
        if (strstr(page, form) != NULL) {
            return true;
        }
    }
    return false;
}

static size_t check_keys(const char *page, const struct cyaml_schema_value *schema)
{
    size_t n = 0;
    if (schema->type == CYAML_SEQUENCE) {
        return check_keys(page, schema->sequence.entry);
    }
    if (schema->type != CYAML_MAPPING) {
        return 0;
    }
    for (const cyaml_schema_field_t *f = schema->mapping.fields; f->key != NULL; f++) {
        T_CHECK(explains(page, f->key), "%s is not explained", f->key);
        n += 1 + check_keys(page, &f->value);
    }
    return n;
}

T_TEST(bookdoc, explains_every_key)
{
    char *page = read_page();
    T_CHECK(check_keys(page, &book_schema) > 85);
    const char *missing = strstr(page, "## Not implemented yet");
    T_CHECK(missing != NULL);
    for (const char *const *path = book_unimplemented; *path != NULL; path++) {
        const char *dot = strrchr(*path, '.');
        const char *key = dot != NULL ? dot + 1 : *path;
        T_CHECK(explains(missing, key), "%s is not listed", key);
    }
    free(page);
}

/* All examples together are one text; those of a contract's rows stand in a contract. */
T_TEST(bookdoc, has_examples_that_are_read)
{
    static const char contract[] =
        "contracts:\n  - name: x\n    key: X\n    buyer: a\n    vendor: b\n    zone: Etc/UTC\n"
        "    hours: always\n    teams: [{team: t, tier: L1}]\n    default_team: t\n    priorities: "
        "[P1, "
        "P2]\n";
    struct bookcase c;
    struct bookfile *file;
    char *page = read_page();
    char *text = calloc(1, DOC_BYTES_MAX);
    T_CHECK(text != NULL);
    bool in_contract = false;
    size_t blocks = 0;
    size_t n = 0;
    for (const char *p = page; (p = strstr(p, "```yaml\n")) != NULL; blocks++) {
        p += strlen("```yaml\n");
        const char *end = strstr(p, "```");
        T_CHECK(end != NULL);
        const bool begins = p[0] == ' ' && !in_contract;
        n += (size_t)snprintf(text + n, DOC_BYTES_MAX - n, "%s%.*s", begins ? contract : "",
                              (int)(end - p), p);
        T_CHECK(n < DOC_BYTES_MAX);
        in_contract = in_contract || begins;
        p = end;
    }
    T_EQ_INT(blocks, 11);
    bookcase_init(&c);
    T_EQ_INT(bookcase_parse(&c, text, &file), 0, "%s in\n%s", c.refusal.message, text);
    bookcase_fini(&c);
    free(text);
    free(page);
}
