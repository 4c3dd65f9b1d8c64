// SPDX-License-Identifier: Apache-2.0
#include "client/render.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/escape.h"

/** What goes on below is this far in. */
#define HANGING 4u

/** Where less than this is left of a terminal's width, breaking lines helps nobody. */
#define WRAP_LEAST 16u

/** Tabs stand at its multiples. */
#define TAB 8u

void render_init(struct render *r, FILE *out, enum render_format format, int64_t now_at)
{
    *r = (struct render){.out = out, .format = format, .header = true, .now_at = now_at};
}

void render_fini(struct render *r)
{
    render_table_free(r->table);
    text_fini(&r->scratch);
    *r = (struct render){0};
}

// ---- lists --------------------------------------------------------------------------------------

void render_begin(struct render *r, const struct rows *rows)
{
    r->rows = rows;
    r->n_rows = 0;
    if (r->quiet) {
        return;
    }
    if (r->format == RENDER_TABLE) {
        r->table = render_table_new();
    } else if (r->format == RENDER_JSON) {
        fprintf(r->out, "{\"%s\":[", rows->many);
    } else {
        render_fields_titles(r, rows);
    }
}

static void put_id(struct render *r, const struct rows *rows, const void *row)
{
    struct text text = {0};
    const struct cell_maker maker = {r->now_at, &text, false};
    struct cell cell = {0};

    cell_get(&rows->columns[0], row, &maker, &cell);
    if (cell.kind == CELL_ROW) { // a thing around another has that one's id
        put_id(r, cell.rows, cell.first);
        return;
    }
    if (cell.text && *cell.text) {
        text_clear(&r->scratch);
        escape_text(&r->scratch, cell.text, ESCAPE_FIELD);
        fprintf(r->out, "%s\n", text_str(&r->scratch));
    }
    text_fini(&text);
}

void render_row(struct render *r, const void *row)
{
    bool first = r->n_rows++ == 0;

    if (r->quiet) {
        put_id(r, r->rows, row);
        return;
    }
    switch (r->format) {
    case RENDER_TABLE: render_table_add(r, r->table, r->rows, row); break;
    case RENDER_TSV:
    case RENDER_CSV: render_fields_row(r, r->rows, row); break;
    case RENDER_JSON:
        fputs(first ? "\n" : ",\n", r->out);
        render_json_row(r, r->rows, row);
        break;
    case RENDER_JSONL:
        render_json_row(r, r->rows, row);
        fputc('\n', r->out);
        break;
    }
}

void render_end(struct render *r, const struct rows *about, const void *about_row)
{
    if (r->quiet) {
        return;
    }
    if (r->format == RENDER_TABLE) {
        render_table_print(r, r->table, r->rows, 0);
        render_table_free(r->table);
        r->table = NULL;
    } else if (r->format == RENDER_JSON) {
        fputs(r->n_rows ? "\n]" : "]", r->out);
        if (about) {
            fputc(',', r->out);
            render_json_members(r, about, about_row);
        }
        fputs("}\n", r->out);
    }
}

void render_subtable(struct render *r, const struct rows *rows, const void *first, size_t n,
                     unsigned indent)
{
    struct render_table *table = render_table_new();

    for (size_t i = 0; i < n; i++) {
        render_table_add(r, table, rows, (const char *)first + i * rows->row_bytes);
    }
    render_table_print(r, table, rows, indent);
    render_table_free(table);
}

// ---- single things ------------------------------------------------------------------------------

bool render_object(struct render *r, const struct rows *rows, const void *row)
{
    if (r->quiet) {
        put_id(r, rows, row);
        return true;
    }
    switch (r->format) {
    case RENDER_TABLE: return false;
    case RENDER_TSV:
    case RENDER_CSV: render_fields_object(r, rows, row); return true;
    default:
        render_json_row(r, rows, row);
        fputc('\n', r->out);
        return true;
    }
}

static const char *tone_code(enum tone tone)
{
    switch (tone) {
    case TONE_BAD: return "\x1b[31m";
    case TONE_WARN: return "\x1b[33m";
    case TONE_GOOD: return "\x1b[32m";
    case TONE_DIM: return "\x1b[2m";
    case TONE_BOLD: return "\x1b[1m";
    default: return NULL;
    }
}

void render_paint(struct render *r, enum tone tone, const char *text, size_t n)
{
    const char *code = r->color && n > 0 ? tone_code(tone) : NULL;

    fprintf(r->out, "%s%.*s%s", code ? code : "", (int)n, text, code ? "\x1b[0m" : "");
}

/** Bytes of s, which is too wide, that still go into this line: up to a blank, or as many as fit
 * where a word alone is wider than a line. */
static size_t fitting(const struct render *r, const char *s, unsigned indent)
{
    size_t width;
    const size_t room = r->cols > r->column ? r->cols - r->column : 0;
    const size_t most = escape_cut(s, room, &width);
    size_t n = most;

    if (s[n] == ' ') {
        return n;
    }
    while (n > 0 && s[n - 1] != ' ') {
        n--;
    }
    if (n > 0 || r->column > indent) {
        return n; // nothing of it: the next line has more room
    }
    return most;
}

/** Text that is escaped, going on below where the terminal ends: further in than a line of ours
 * begins, so that none of it can pass for one. */
static void put_lines(struct render *r, enum tone tone, const char *s, unsigned indent)
{
    size_t width = escape_width(s);

    while (r->cols > indent + WRAP_LEAST && r->column + width > r->cols) {
        size_t n = fitting(r, s, indent);
        size_t shown = n;

        while (shown > 0 && s[shown - 1] == ' ') {
            shown--;
        }
        render_paint(r, tone, s, shown);
        fprintf(r->out, "\n%*s", (int)indent, "");
        r->column = indent;
        s += n + strspn(s + n, " ");
        width = escape_width(s);
    }
    render_paint(r, tone, s, strlen(s));
    r->column += width;
}

void render_put(struct render *r, enum tone tone, const char *text)
{
    text_clear(&r->scratch);
    escape_text(&r->scratch, text, ESCAPE_LINE);
    put_lines(r, tone, text_str(&r->scratch), HANGING);
}

void render_put_f(struct render *r, enum tone tone, const char *format, ...)
{
    char *text;
    va_list args;

    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) {
        abort();
    }
    render_put(r, tone, text);
    free(text);
}

void render_newline(struct render *r)
{
    fputc('\n', r->out);
    r->column = 0;
}

/** Append a line with its tabs as blanks, as far as terminals have them. */
static void add_without_tabs(struct text *to, const char *line, size_t n, unsigned indent)
{
    const size_t start = to->n;

    for (size_t i = 0; i < n; i++) {
        if (line[i] == '\t') {
            const size_t column = indent + escape_width(text_str(to) + start);

            text_add_f(to, "%*s", (int)(TAB - column % TAB), "");
        } else {
            text_add_n(to, &line[i], 1);
        }
    }
}

void render_body(struct render *r, unsigned indent, const char *text)
{
    struct text line = {0};

    text_clear(&r->scratch);
    escape_text(&r->scratch, text, ESCAPE_BODY);
    for (const char *p = text_str(&r->scratch); *p;) {
        size_t n = strcspn(p, "\n");

        text_clear(&line);
        add_without_tabs(&line, p, n, indent);
        if (n > 0) {
            fprintf(r->out, "%*s", (int)indent, "");
            r->column = indent;
            put_lines(r, TONE_PLAIN, text_str(&line), indent);
        }
        render_newline(r);
        p += n + (p[n] == '\n');
    }
    text_fini(&line);
}

void render_document(struct render *r, const char *text)
{
    text_clear(&r->scratch);
    escape_text(&r->scratch, text, ESCAPE_BODY);
    fputs(text_str(&r->scratch), r->out);
    if (r->scratch.n > 0 && r->scratch.p[r->scratch.n - 1] != '\n') {
        fputc('\n', r->out);
    }
}

bool render_flush(struct render *r)
{
    return fflush(r->out) == 0 && !ferror(r->out);
}
