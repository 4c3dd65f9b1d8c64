// SPDX-License-Identifier: Apache-2.0
/*
 * Lines by strangers. jansson sees a line only after its tokens were counted, so that what it makes
 * of a line is not much larger than the line.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "evidence/base64.h"
#include "evidence/chainline.h"

struct in {
    json_t *line;
    struct arena *arena;
    char *reterr;
    size_t n_taken; /* keys of the object that is read */
    int error;      /* sticks */
};

static void __attribute__((format(printf, 2, 3))) bad(struct in *in, const char *format, ...)
{
    va_list args;

    if (in->error != 0) {
        return;
    }
    in->error = CHAINLINE_BAD;
    va_start(args, format);
    (void)vsnprintf(in->reterr, CHAINLINE_ERROR_BYTES, format, args);
    va_end(args);
}

static json_t *take(struct in *in, json_t *object, const char *key)
{
    json_t *v = json_object_get(object, key);

    if (v == NULL) {
        bad(in, "%s is missing", key);
    }
    in->n_taken++;
    return v;
}

static void take_string(struct in *in, json_t *object, const char *key, const char **ret,
                        size_t *ret_n)
{
    json_t *v = take(in, object, key);

    *ret = "";
    *ret_n = 0;
    if (in->error != 0) {
        return;
    }
    if (!json_is_string(v) || memchr(json_string_value(v), '\0', json_string_length(v)) != NULL) {
        bad(in, "%s is not a text", key);
        return;
    }
    const char *copy = arena_strndup(in->arena, json_string_value(v), json_string_length(v));
    if (copy == NULL) {
        in->error = -1;
        return;
    }
    *ret = copy;
    *ret_n = json_string_length(v);
}

static const char *take_name(struct in *in, const char *key)
{
    const char *s;
    size_t n;

    take_string(in, in->line, key, &s, &n);
    if (in->error == 0 && n >= BOOK_NAME_BYTES) {
        bad(in, "%s is too long", key);
    }
    return s;
}

static uint64_t take_number(struct in *in, const char *key, uint64_t max)
{
    json_t *v = take(in, in->line, key);

    if (in->error != 0) {
        return 0;
    }
    if (!json_is_integer(v) || json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) > max) {
        bad(in, "%s is not a number from 0 to %llu", key, (unsigned long long)max);
        return 0;
    }
    return (uint64_t)json_integer_value(v);
}

/* An instant that a calendar could hold; null where it may be absent. */
static int64_t take_instant(struct in *in, const char *key, bool may_be_null)
{
    json_t *v = take(in, in->line, key);

    if (in->error != 0 || (may_be_null && json_is_null(v))) {
        return INSTANT_NONE;
    }
    if (!json_is_integer(v) || json_integer_value(v) == INSTANT_NONE ||
        json_integer_value(v) == INSTANT_NEVER) {
        bad(in, "%s is not an instant", key);
        return INSTANT_NONE;
    }
    return json_integer_value(v);
}

static void take_hex(struct in *in, json_t *object, const char *key, uint8_t *ret, size_t n)
{
    const char *s;
    size_t length;

    take_string(in, object, key, &s, &length);
    if (in->error == 0 && !base64_unhex(s, ret, n)) {
        bad(in, "%s is not %zu bytes in hexadecimal", key, n);
    }
}

static void take_base64(struct in *in, const char *key, const uint8_t **ret, size_t *ret_n)
{
    json_t *v = take(in, in->line, key);

    *ret_n = 0;
    if (in->error != 0) {
        return;
    }
    const size_t length = json_is_string(v) ? json_string_length(v) : 0;
    uint8_t *p = arena_alloc(in->arena, base64_room(length));
    if (p == NULL) {
        in->error = -1;
        return;
    }
    if (!json_is_string(v) || !base64_decode(json_string_value(v), length, p, ret_n)) {
        bad(in, "%s is not base64", key);
    }
    *ret = p;
}

/* What is left over would say something that nobody looks at. */
static void no_more(struct in *in, const json_t *object)
{
    if (in->error == 0 && json_object_size(object) != in->n_taken) {
        bad(in, "it has keys that are unknown here");
    }
}

static void read_header(struct in *in, struct chainline_header *h)
{
    if (take_number(in, "version", UINT32_MAX) != CHAINLINE_FORMAT) {
        bad(in, "the format is of another version than %d: upgrade", CHAINLINE_FORMAT);
    }
    take_hex(in, in->line, "cluster", h->cluster, sizeof(h->cluster));
    h->id = (uint32_t)take_number(in, "id", UINT32_MAX);
    h->contract = take_name(in, "contract");
    h->key = take_name(in, "key");
    h->buyer = take_name(in, "buyer");
    h->vendor = take_name(in, "vendor");
    take_hex(in, in->line, "genesis", h->genesis, sizeof(h->genesis));
    h->from = take_number(in, "from", INT64_MAX);
    h->to = take_number(in, "to", INT64_MAX);
    take_hex(in, in->line, "before", h->before, sizeof(h->before));
    json_t *texts = take(in, in->line, "texts");
    if (in->error == 0 && !json_is_boolean(texts)) {
        bad(in, "texts is not true or false");
    }
    h->texts = json_is_true(texts);
    if (in->error == 0 &&
        (h->id == 0 || h->contract[0] == '\0' || h->from == 0 || h->to < h->from - 1)) {
        bad(in, "id, contract, from or to makes no sense");
    }
}

static void read_object(struct in *in, struct chainline_object *o)
{
    const char *kind = take_name(in, "kind");

    o->kind = BOOK_NONE;
    for (int i = BOOK_NONE + 1; i < BOOK_KINDS; i++) {
        if (i != BOOK_ZONE && strcmp(kind, book_kind_name((enum book_kind)i)) == 0) {
            o->kind = (enum book_kind)i;
        }
    }
    if (o->kind == BOOK_NONE) {
        bad(in, "kind is not one of the book's");
    }
    o->id = (uint32_t)take_number(in, "id", UINT32_MAX);
    o->version = (uint32_t)take_number(in, "version", UINT32_MAX);
    o->name = take_name(in, "name");
    o->effective_at = take_instant(in, "effective_at", true);
    o->recorded_at = take_instant(in, "recorded_at", false);
    take_hex(in, in->line, "sha256", o->sha256, sizeof(o->sha256));
    take_string(in, in->line, "text", &o->text, &o->n);
}

static void read_zone(struct in *in, struct chainline_zone *z)
{
    z->name = take_name(in, "name");
    z->release = take_name(in, "release");
    take_hex(in, in->line, "sha256", z->sha256, sizeof(z->sha256));
    take_base64(in, "data", &z->bytes, &z->n);
}

static void read_text(struct in *in, json_t *from, struct chainline_text *t)
{
    const char *field;
    size_t n;

    in->n_taken = 0;
    take_string(in, from, "field", &field, &n);
    t->field = TEXT_NONE;
    for (int i = TEXT_NONE + 1; in->error == 0 && i < TEXT_FIELDS; i++) {
        if (strcmp(field, chainline_field_name((enum text_field)i)) == 0) {
            t->field = (enum text_field)i;
        }
    }
    if (t->field == TEXT_NONE) {
        bad(in, "there is no such field of texts");
    }
    take_hex(in, from, "salt", t->salt, sizeof(t->salt));
    take_string(in, from, "text", &t->bytes, &t->n);
    no_more(in, from);
}

static void read_entry(struct in *in, struct chainline_entry *e)
{
    json_t *texts = json_object_get(in->line, "texts");

    e->seq = take_number(in, "seq", INT64_MAX);
    take_hex(in, in->line, "hash", e->hash, sizeof(e->hash));
    take_base64(in, "body", &e->body, &e->n);
    if (texts == NULL) {
        return;
    }
    if (!json_is_array(texts) || json_array_size(texts) > EVENT_TEXTS_MAX) {
        bad(in, "texts is not a list of at most %d", EVENT_TEXTS_MAX);
    }
    const size_t n_taken = in->n_taken + 1;
    for (size_t i = 0; in->error == 0 && i < json_array_size(texts); i++) {
        read_text(in, json_array_get(texts, i), &e->texts[i]);
        if (in->error == 0 && i > 0 && e->texts[i].field <= e->texts[i - 1].field) {
            bad(in, "texts are not in their order");
        }
        e->n_texts++;
    }
    in->n_taken = n_taken;
}

static void read_line(struct in *in, struct chainline *ret)
{
    const char *type = take_name(in, "type");

    memset(ret, 0, sizeof(*ret));
    if (in->error != 0) {
        return;
    }
    if (strcmp(type, "slate journal") == 0) {
        ret->kind = CHAINLINE_HEADER;
        read_header(in, &ret->u.header);
    } else if (strcmp(type, "object") == 0) {
        ret->kind = CHAINLINE_OBJECT;
        read_object(in, &ret->u.object);
    } else if (strcmp(type, "zone") == 0) {
        ret->kind = CHAINLINE_ZONE;
        read_zone(in, &ret->u.zone);
    } else if (strcmp(type, "actor") == 0) {
        ret->kind = CHAINLINE_ACTOR;
        ret->u.actor.id = (uint32_t)take_number(in, "id", UINT32_MAX);
        ret->u.actor.name = take_name(in, "name");
    } else if (strcmp(type, "entry") == 0) {
        ret->kind = CHAINLINE_ENTRY;
        read_entry(in, &ret->u.entry);
    } else if (strcmp(type, "end") == 0) {
        ret->kind = CHAINLINE_END;
        ret->u.end.seq = take_number(in, "seq", INT64_MAX);
        take_hex(in, in->line, "hash", ret->u.end.hash, sizeof(ret->u.end.hash));
    } else {
        bad(in, "there is no such type of line");
    }
    no_more(in, in->line);
}

/* Outside of strings, what begins or divides values. */
static bool has_few_tokens(const char *text, size_t n)
{
    size_t tokens = 0;
    bool quoted = false;

    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (quoted && text[i] == '\\') {
            i++;
        } else if (!quoted && (text[i] == ',' || text[i] == '[' || text[i] == '{')) {
            tokens++;
        }
    }
    return tokens <= CHAINLINE_TOKENS_MAX;
}

int chainline_read(const char *text, size_t n, struct arena *arena, struct chainline *ret,
                   char reterr[static CHAINLINE_ERROR_BYTES])
{
    struct in in = {.arena = arena, .reterr = reterr};
    json_error_t error;

    if (n > CHAINLINE_BYTES_MAX || !has_few_tokens(text, n)) {
        bad(&in, "too long, or made of too many parts");
        return in.error;
    }
    in.line = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!json_is_object(in.line)) {
        bad(&in, "no JSON object");
    } else {
        read_line(&in, ret);
    }
    json_decref(in.line);
    return in.error;
}
