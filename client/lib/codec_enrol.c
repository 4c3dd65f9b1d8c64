// SPDX-License-Identifier: Apache-2.0
/*
 * The one message each way of ALPN slate-enrol/1. It stands alone in its frame: who has only a code
 * has no name yet, so none of what an Envelope is for.
 */
#include <stdlib.h>

#include "client/lib/codec.h"
#include "client/lib/codec_result.h"
#include "client/lib/error.h"
#include "proto/frame.h"

/** What the server takes of somebody it doesn't know. */
#define ENROL_BYTES_MAX ((size_t)8 * 1024)

enum slate_status codec_enrol_encode(const uint8_t secret[ENROLCODE_SECRET_BYTES],
                                     struct slate_bytes csr, uint8_t **ret, size_t *ret_n,
                                     struct slate_error *reterr)
{
    Slate__V1__Enrol m = SLATE__V1__ENROL__INIT;

    m.has_secret = m.has_csr = true;
    m.secret = (ProtobufCBinaryData){ENROLCODE_SECRET_BYTES, (uint8_t *)secret};
    m.csr = (ProtobufCBinaryData){csr.n, (uint8_t *)csr.p};
    size_t n = slate__v1__enrol__get_packed_size(&m);
    if (n > ENROL_BYTES_MAX) {
        return error_set(reterr, SLATE_INVALID_ARGUMENT,
                         "this certificate request has %zu bytes; that is too large", csr.n);
    }
    uint8_t *p = malloc(FRAME_HEADER_BYTES + n);
    if (!p) {
        return error_no_memory(reterr);
    }
    frame_encode(p, n);
    if (slate__v1__enrol__pack(&m, p + FRAME_HEADER_BYTES) != n) {
        abort(); // the size was computed from the same message
    }
    *ret = p;
    *ret_n = FRAME_HEADER_BYTES + n;
    return SLATE_OK;
}

static enum slate_status read_enrolled(struct result *r, const uint8_t *p, size_t n,
                                       const char **ret_name, struct slate_error *e)
{
    ProtobufCAllocator allocator = codec_result_allocator(r);
    const Slate__V1__Enrolled *m = slate__v1__enrolled__unpack(&allocator, n, p);

    if (m && m->error) {
        codec_result_error(m->error, e);
        return e->code;
    }
    if (!m || !m->name || !m->certificate || !codec_result_certificate(r, m->certificate)) {
        return error_set(e, SLATE_PROTOCOL, "the server sent an answer that makes no sense");
    }
    *ret_name = m->name;
    return SLATE_OK;
}

enum slate_status codec_enrolled_decode(const uint8_t *p, size_t n, struct codec_enrolled *ret,
                                        struct slate_error *reterr)
{
    struct result *r = calloc(1, sizeof(*r));
    const char *name;

    if (!r) {
        return error_no_memory(reterr);
    }
    arena_init(&r->arena, CODEC_ARENA_BYTES);
    enum slate_status status = read_enrolled(r, p, n, &name, reterr);
    if (status != SLATE_OK) {
        slate_result_free(&r->public);
        return status;
    }
    r->public.kind = SLATE_RENEW_CERTIFICATE;
    *ret = (struct codec_enrolled){name, &r->public.certificate, &r->public};
    return SLATE_OK;
}
