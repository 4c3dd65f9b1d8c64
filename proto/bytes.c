// SPDX-License-Identifier: Apache-2.0
/*
 * Cursors over bytes: every access goes through take() or room(), which are the only places that
 * compare with the bounds.
 */
#include "proto/bytes.h"

#include <string.h>

#define SIGN_BIT ((uint64_t)1 << 63)

static const uint8_t *take(struct bytes_reader *r, size_t n)
{
    if (r->failed || n > r->left) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *p = r->p;
    if (n > 0) {
        r->p += n;
        r->left -= n;
    }
    return p;
}

static uint8_t *room(struct bytes_writer *w, size_t n)
{
    if (w->failed || n > w->size - w->n) {
        w->failed = true;
        return NULL;
    }
    uint8_t *p = w->p + w->n;
    w->n += n;
    return p;
}

static uint64_t get_be(struct bytes_reader *r, size_t n)
{
    const uint8_t *p = take(r, n);
    uint64_t v = 0;

    if (p) {
        for (size_t i = 0; i < n; i++) {
            v = v << 8 | p[i];
        }
    }
    return v;
}

static void put_be(struct bytes_writer *w, uint64_t v, size_t n)
{
    uint8_t *p = room(w, n);

    if (p) {
        for (size_t i = n; i > 0; i--) {
            p[i - 1] = (uint8_t)v;
            v >>= 8;
        }
    }
}

/** The number whose two's complement is u: a plain cast would be up to the compiler. */
static int64_t to_signed(uint64_t u)
{
    int64_t v;

    memcpy(&v, &u, sizeof(v));
    return v;
}

void bytes_reader_init(struct bytes_reader *r, const void *p, size_t n)
{
    *r = (struct bytes_reader){.p = p, .left = n};
}

uint8_t bytes_get_u8(struct bytes_reader *r)
{
    return (uint8_t)get_be(r, 1);
}

uint16_t bytes_get_u16(struct bytes_reader *r)
{
    return (uint16_t)get_be(r, 2);
}

uint32_t bytes_get_u32(struct bytes_reader *r)
{
    return (uint32_t)get_be(r, 4);
}

uint64_t bytes_get_u64(struct bytes_reader *r)
{
    return get_be(r, 8);
}

int64_t bytes_get_i64(struct bytes_reader *r)
{
    return to_signed(get_be(r, 8));
}

int64_t bytes_get_i64_ordered(struct bytes_reader *r)
{
    uint64_t u = get_be(r, 8);

    return r->failed ? 0 : to_signed(u ^ SIGN_BIT);
}

const uint8_t *bytes_get_raw(struct bytes_reader *r, size_t n)
{
    return take(r, n);
}

void bytes_get_copy(struct bytes_reader *r, void *ret, size_t n)
{
    const uint8_t *p = take(r, n);

    if (n == 0) {
        return;
    }
    if (p) {
        memcpy(ret, p, n);
    } else {
        memset(ret, 0, n);
    }
}

bool bytes_reader_ok(const struct bytes_reader *r)
{
    return !r->failed;
}

bool bytes_reader_done(const struct bytes_reader *r)
{
    return !r->failed && r->left == 0;
}

void bytes_writer_init(struct bytes_writer *w, void *p, size_t size)
{
    *w = (struct bytes_writer){.p = p, .size = size};
}

void bytes_put_u8(struct bytes_writer *w, uint8_t v)
{
    put_be(w, v, 1);
}

void bytes_put_u16(struct bytes_writer *w, uint16_t v)
{
    put_be(w, v, 2);
}

void bytes_put_u32(struct bytes_writer *w, uint32_t v)
{
    put_be(w, v, 4);
}

void bytes_put_u64(struct bytes_writer *w, uint64_t v)
{
    put_be(w, v, 8);
}

void bytes_put_i64(struct bytes_writer *w, int64_t v)
{
    put_be(w, (uint64_t)v, 8);
}

void bytes_put_i64_ordered(struct bytes_writer *w, int64_t v)
{
    put_be(w, (uint64_t)v ^ SIGN_BIT, 8);
}

void bytes_put_raw(struct bytes_writer *w, const void *p, size_t n)
{
    if (n == 0) {
        return;
    }
    uint8_t *to = room(w, n);
    if (to) {
        memcpy(to, p, n);
    }
}

bool bytes_writer_ok(const struct bytes_writer *w)
{
    return !w->failed;
}
