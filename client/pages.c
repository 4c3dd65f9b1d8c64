// SPDX-License-Identifier: Apache-2.0
#include "client/pages.h"

#include <stdlib.h>
#include <string.h>

#include "client/message.h"
#include "client/rows.h"
#include "client/verb.h"

/** Cursors are opaque bytes; on the command line they are base64url without padding. */
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A cursor that is longer is none of the server's. */
#define CURSOR_BYTES_MAX 4096

static void add_cursor(struct text *to, struct slate_bytes cursor)
{
    for (size_t i = 0; i < cursor.n; i += 3) {
        size_t left = cursor.n - i;
        unsigned v = (unsigned)cursor.p[i] << 16 | (left > 1 ? (unsigned)cursor.p[i + 1] << 8 : 0) |
                     (left > 2 ? cursor.p[i + 2] : 0);

        for (size_t k = 0; k < (left > 2 ? 4 : left + 1); k++) {
            text_add_n(to, &digits[v >> (18 - 6 * k) & 63], 1);
        }
    }
}

/** Returns the bytes (malloc), NULL if it is no cursor. */
static uint8_t *read_cursor(const char *text, size_t *ret_n)
{
    size_t n = strlen(text);

    if (n == 0 || n > CURSOR_BYTES_MAX || n % 4 == 1) {
        return NULL;
    }
    uint8_t *p = calloc(1, n);
    if (!p) {
        abort();
    }
    unsigned v = 0;
    size_t out = 0;
    for (size_t i = 0; i < n; i++) {
        const char *digit = strchr(digits, text[i]);

        if (!digit) {
            free(p);
            return NULL;
        }
        v = v << 6 | (unsigned)(digit - digits);
        if (i % 4 != 0) {
            p[out++] = (uint8_t)(v >> (4 - 2 * (i % 4 - 1)));
        }
    }
    *ret_n = out;
    return p;
}

/** What --limit says: 0 is no limit. */
static int read_limit(struct cli *cli, uint32_t *ret)
{
    *ret = cli_is_table(cli) ? PAGES_TABLE_ROWS : 0;
    return cli_number(cli, OPTION_LIMIT, ret);
}

/** What is left to ask for, as one page can have it. */
static uint32_t page_limit(const struct cli *cli, uint32_t limit, size_t printed)
{
    uint32_t most = slate_server(cli->slate)->limits.page_rows;
    uint64_t left = limit ? limit - printed : UINT32_MAX;

    most = most ? most : UINT32_MAX;
    return left < most ? (uint32_t)left : most;
}

static void print_end(struct cli *cli, const struct pages_of *of, size_t n,
                      const struct rows_page_about *about)
{
    cli_name_past(cli);
    render_end(&cli->render, verb_takes(cli->verb, OPTION_AS_OF) ? &rows_past_page : &rows_page,
               about);
    if (cli_is_table(cli)) {
        if (n > 0 && !of->timeless) {
            cli_name_zone(cli);
        }
        message_line(cli->err, "%zu %s", n, n == 1 ? of->rows->one : of->rows->many);
    }
    if (about->truncated && !about->cursor) {
        message_hint(cli->err, "there is more: --limit 0 for all");
    } else if (about->truncated) {
        message_hint(cli->err, "there is more: --limit 0 for all, or --cursor %s", about->cursor);
    }
}

int pages_print(struct cli *cli, const struct pages_of *of, struct slate_request *request)
{
    const char *text = cli_option(cli, OPTION_CURSOR);
    struct rows_page_about about = {0};
    struct pages_page page = {0};
    struct text next = {0};
    uint8_t *cursor = NULL;
    uint32_t limit;
    size_t printed = 0;
    bool begun = false;
    struct slate_error e;

    int code = read_limit(cli, &limit);
    if (!code && text && !(cursor = read_cursor(text, &page.cursor.n))) {
        code = cli_usage(cli, "--cursor: \"%s\" is no cursor", text);
    }
    if (!code) {
        code = cli_connect(cli);
    }
    if (code) {
        free(cursor);
        return code;
    }
    page.cursor.p = cursor;
    struct slate_result *r = NULL;
    struct slate_result *before = NULL; // the cursor lies in it
    do {
        of->ask(request, page_limit(cli, limit, printed), page.cursor);
        enum slate_status status = slate_call(cli->slate, request, &r, &e);
        slate_result_free(before);
        before = NULL;
        if (status != SLATE_OK) {
            code = cli_failed(cli, &e, "%s", of->doing);
            break;
        }
        of->get(r, &page);
        if (!begun) { // not before there is something to print
            render_begin(&cli->render, of->rows);
            about.snapshot_at = page.snapshot_at;
            begun = true;
        }
        for (size_t i = 0; i < page.n; i++) {
            render_row(&cli->render, (const char *)page.first + i * of->rows->row_bytes);
        }
        printed += page.n;
        before = r;
    } while (page.truncated && page.cursor.n > 0 && (limit == 0 || printed < limit));
    if (!code) {
        add_cursor(&next, page.cursor);
        about.as_of_at = cli->as_of_at;
        about.as_known_at = cli->as_known_at;
        about.truncated = page.truncated;
        about.cursor = page.truncated && next.n > 0 ? text_str(&next) : NULL;
        print_end(cli, of, printed, &about);
    }
    slate_result_free(before);
    text_fini(&next);
    free(cursor);
    return code;
}

// ---- in another order ---------------------------------------------------------------------------

/** Pages that are kept, and pointers to all of their rows. */
struct kept {
    struct slate_result **pages;
    size_t n_pages;
    const void **rows;
    size_t n;
    int64_t snapshot_at;
};

static void kept_fini(struct kept *kept)
{
    for (size_t i = 0; i < kept->n_pages; i++) {
        slate_result_free(kept->pages[i]);
    }
    free(kept->pages);
    free(kept->rows);
}

/** Takes over r. */
static void keep(struct kept *kept, struct slate_result *r, const struct pages_page *page,
                 size_t row_bytes)
{
    kept->pages = reallocarray(kept->pages, kept->n_pages + 1, sizeof(*kept->pages));
    kept->rows = reallocarray(kept->rows, kept->n + page->n + 1, sizeof(*kept->rows));
    if (!kept->pages || !kept->rows) {
        abort();
    }
    kept->pages[kept->n_pages++] = r;
    for (size_t i = 0; i < page->n; i++) {
        kept->rows[kept->n++] = (const char *)page->first + i * row_bytes;
    }
    if (kept->n_pages == 1) {
        kept->snapshot_at = page->snapshot_at;
    }
}

static int fetch_all(struct cli *cli, const struct pages_of *of, struct slate_request *request,
                     struct kept *kept)
{
    struct pages_page page = {0};
    struct slate_error e;

    do {
        struct slate_result *r;

        of->ask(request, page_limit(cli, 0, 0), page.cursor);
        if (slate_call(cli->slate, request, &r, &e) != SLATE_OK) {
            return cli_failed(cli, &e, "%s", of->doing);
        }
        of->get(r, &page);
        keep(kept, r, &page, of->rows->row_bytes);
    } while (page.truncated && page.cursor.n > 0);
    return 0;
}

int pages_print_sorted(struct cli *cli, const struct pages_of *of, struct slate_request *request,
                       int (*compare)(const void *a, const void *b))
{
    struct kept kept = {0};
    uint32_t limit;

    int code = read_limit(cli, &limit);
    if (!code) {
        code = cli_connect(cli);
    }
    if (!code) {
        code = fetch_all(cli, of, request, &kept);
    }
    if (!code) {
        const size_t n = limit && limit < kept.n ? limit : kept.n;
        const struct rows_page_about about = {.truncated = n < kept.n,
                                              .snapshot_at = kept.snapshot_at,
                                              .as_of_at = cli->as_of_at,
                                              .as_known_at = cli->as_known_at};

        qsort(kept.rows, kept.n, sizeof(*kept.rows), compare);
        render_begin(&cli->render, of->rows);
        for (size_t i = 0; i < n; i++) {
            render_row(&cli->render, kept.rows[i]);
        }
        print_end(cli, of, n, &about);
    }
    kept_fini(&kept);
    return code;
}
