// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "evidence/base64.h"
#include "evidence/chainline.h"

/* Text on its way: counted first, then written. */
struct out {
    char *p; /* NULL: only counts */
    size_t n;
};

static void put(struct out *o, const char *s, size_t n)
{
    if (o->p != NULL && n > 0) {
        memcpy(o->p + o->n, s, n);
    }
    o->n += n;
}

static void put_plain(struct out *o, const char *s)
{
    put(o, s, strlen(s));
}

static void put_string(struct out *o, const char *s, size_t n)
{
    size_t from = 0;

    put_plain(o, "\"");
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)s[i];
        char escaped[8];

        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        put(o, s + from, i - from);
        from = i + 1;
        if (c == '\n') {
            put_plain(o, "\\n");
        } else if (c == '"' || c == '\\') {
            put(o, (char[]){'\\', (char)c}, 2);
        } else {
            (void)snprintf(escaped, sizeof(escaped), "\\u%04x", c);
            put_plain(o, escaped);
        }
    }
    put(o, s + from, n - from);
    put_plain(o, "\"");
}

static void put_key(struct out *o, const char *key)
{
    put_plain(o, ",\"");
    put_plain(o, key);
    put_plain(o, "\":");
}

static void put_name(struct out *o, const char *key, const char *name)
{
    put_key(o, key);
    put_string(o, name, strlen(name));
}

static void put_number(struct out *o, const char *key, uint64_t v)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRIu64, v);
    put_key(o, key);
    put_plain(o, text);
}

static void put_instant(struct out *o, const char *key, int64_t at)
{
    char text[24] = "null";

    if (at != INSTANT_NONE) {
        (void)snprintf(text, sizeof(text), "%" PRId64, at);
    }
    put_key(o, key);
    put_plain(o, text);
}

static void put_hex(struct out *o, const char *key, const uint8_t *bytes, size_t n)
{
    char hex[2 * HASH_BYTES + 1];

    put_key(o, key);
    put_plain(o, "\"");
    put_plain(o, base64_hex(bytes, n, hex));
    put_plain(o, "\"");
}

static void put_base64(struct out *o, const char *key, const uint8_t *bytes, size_t n)
{
    put_key(o, key);
    put_plain(o, "\"");
    if (o->p != NULL) {
        base64_encode(bytes, n, o->p + o->n);
    }
    o->n += base64_length(n);
    put_plain(o, "\"");
}

static void put_header(struct out *o, const struct chainline_header *h)
{
    put_number(o, "version", CHAINLINE_FORMAT);
    put_hex(o, "cluster", h->cluster, sizeof(h->cluster));
    put_number(o, "id", h->id);
    put_name(o, "contract", h->contract);
    put_name(o, "key", h->key);
    put_name(o, "buyer", h->buyer);
    put_name(o, "vendor", h->vendor);
    put_hex(o, "genesis", h->genesis, sizeof(h->genesis));
    put_number(o, "from", h->from);
    put_number(o, "to", h->to);
    put_hex(o, "before", h->before, sizeof(h->before));
    put_key(o, "texts");
    put_plain(o, h->texts ? "true" : "false");
}

static void put_object(struct out *o, const struct chainline_object *v)
{
    put_name(o, "kind", book_kind_name(v->kind));
    put_number(o, "id", v->id);
    put_number(o, "version", v->version);
    put_name(o, "name", v->name);
    put_instant(o, "effective_at", v->effective_at);
    put_instant(o, "recorded_at", v->recorded_at);
    put_hex(o, "sha256", v->sha256, sizeof(v->sha256));
    put_key(o, "text");
    put_string(o, v->text, v->n);
}

static void put_zone(struct out *o, const struct chainline_zone *z)
{
    put_name(o, "name", z->name);
    put_name(o, "release", z->release);
    put_hex(o, "sha256", z->sha256, sizeof(z->sha256));
    put_base64(o, "data", z->bytes, z->n);
}

static void put_text(struct out *o, const struct chainline_text *t)
{
    put_plain(o, "{\"field\":");
    put_string(o, chainline_field_name(t->field), strlen(chainline_field_name(t->field)));
    put_hex(o, "salt", t->salt, sizeof(t->salt));
    put_key(o, "text");
    put_string(o, t->bytes, t->n);
    put_plain(o, "}");
}

static void put_entry(struct out *o, const struct chainline_entry *e)
{
    put_number(o, "seq", e->seq);
    put_hex(o, "hash", e->hash, sizeof(e->hash));
    put_base64(o, "body", e->body, e->n);
    if (e->n_texts > 0) {
        put_key(o, "texts");
        for (size_t i = 0; i < e->n_texts; i++) {
            put_plain(o, i == 0 ? "[" : ",");
            put_text(o, &e->texts[i]);
        }
        put_plain(o, "]");
    }
}

static const char *const types[] = {
    [CHAINLINE_HEADER] = "slate journal", [CHAINLINE_OBJECT] = "object", [CHAINLINE_ZONE] = "zone",
    [CHAINLINE_ACTOR] = "actor",          [CHAINLINE_ENTRY] = "entry",   [CHAINLINE_END] = "end",
};

static void put_line(struct out *o, const struct chainline *line)
{
    put_plain(o, "{\"type\":\"");
    put_plain(o, types[line->kind]);
    put_plain(o, "\"");
    switch (line->kind) {
    case CHAINLINE_HEADER: put_header(o, &line->u.header); break;
    case CHAINLINE_OBJECT: put_object(o, &line->u.object); break;
    case CHAINLINE_ZONE: put_zone(o, &line->u.zone); break;
    case CHAINLINE_ACTOR:
        put_number(o, "id", line->u.actor.id);
        put_name(o, "name", line->u.actor.name);
        break;
    case CHAINLINE_ENTRY: put_entry(o, &line->u.entry); break;
    case CHAINLINE_END:
        put_number(o, "seq", line->u.end.seq);
        put_hex(o, "hash", line->u.end.hash, sizeof(line->u.end.hash));
        break;
    }
    put_plain(o, "}\n");
}

int chainline_write(const struct chainline *line, struct arena *arena, const char **ret,
                    size_t *ret_n)
{
    struct out o = {NULL, 0};

    put_line(&o, line);
    char *p = arena_alloc(arena, o.n);
    if (p == NULL) {
        return -1;
    }
    o = (struct out){p, 0};
    put_line(&o, line);
    *ret = p;
    *ret_n = o.n;
    return 0;
}

const char *chainline_field_name(enum text_field field)
{
    static const char *const names[TEXT_FIELDS] = {
        [TEXT_SUBJECT] = "subject", [TEXT_BODY] = "body",     [TEXT_REQUESTER] = "requester",
        [TEXT_TAG] = "tag",         [TEXT_REASON] = "reason", [TEXT_SOURCE_KEY] = "source_key",
    };

    return (unsigned)field < TEXT_FIELDS ? names[field] : NULL;
}
