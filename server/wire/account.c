// SPDX-License-Identifier: Apache-2.0
/* Replies about principals and their certificates. */
#include "proto/frame.h"
#include "wire/encode.h"
#include "wire/fill.h"

enum { AROUND_BYTES = 1024 }; /* id, token, a principal's name, the instant, tags and lengths */

int wire_encode_user_changed(struct arena *arena, uint64_t id, const struct wire_token *token,
                             const struct reply_user_changed *changed, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__UserChanged out = SLATE__V1__USER_CHANGED__INIT;
    struct fill_user user;

    fill_reply(id, token, &reply, &position);
    fill_user(&changed->user, &user);
    out.user = &user.user;
    out.code = fill_string(changed->code);
    fill_instant(changed->code_expires_at, &out.has_code_expires_at, &out.code_expires_at);
    reply.user_changed = &out;
    return fill_payload(arena, &reply, ret);
}

/* 0, or < 0 when it fits no frame. */
static int fill_certificate(const struct reply_certificate *certificate,
                            Slate__V1__Certificate *ret)
{
    slate__v1__certificate__init(ret);
    ret->cert = fill_string(certificate->cert);
    ret->ca = fill_string(certificate->ca);
    fill_instant(certificate->expires_at, &ret->has_expires_at, &ret->expires_at);
    return slate__v1__certificate__get_packed_size(ret) <= FRAME_BYTES_MAX - AROUND_BYTES ? 0 : -1;
}

int wire_encode_certificate(struct arena *arena, uint64_t id, const struct wire_token *token,
                            const struct reply_certificate *certificate, struct wire_bytes *ret)
{
    Slate__V1__Reply reply;
    Slate__V1__Token position;
    Slate__V1__Certificate out;

    if (fill_certificate(certificate, &out) != 0) {
        return -1;
    }
    fill_reply(id, token, &reply, &position);
    reply.certificate = &out;
    return fill_payload(arena, &reply, ret);
}

int wire_encode_enrolled(struct arena *arena, const struct refusal *refusal, const char *name,
                         const struct reply_certificate *certificate, struct wire_bytes *ret)
{
    Slate__V1__Enrolled out = SLATE__V1__ENROLLED__INIT;
    Slate__V1__Certificate filled;
    Slate__V1__Error error;

    if (refusal != NULL) {
        fill_error(refusal, &error);
        out.error = &error;
        return fill_packed(arena, &out.base, ret);
    }
    if (fill_certificate(certificate, &filled) != 0) {
        return -1;
    }
    out.name = fill_string(name);
    out.certificate = &filled;
    return fill_packed(arena, &out.base, ret);
}
