// SPDX-License-Identifier: Apache-2.0
#include "wire/decode.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

#include "slate.pb-c.h"
#include "wire/check.h"
#include "wire/operation.h"

static void *arena_allocate(void *data, size_t n)
{
    return arena_alloc(data, n);
}

static void arena_forget(void *data, void *p)
{
    (void)data;
    (void)p;
}

static int check_common(struct operation_decoder *d, const Slate__V1__Request *in,
                        enum request_kind kind)
{
    static const uint8_t no_id[WIRE_REQUEST_ID_BYTES];
    const struct {
        const char *name;
        bool there;
        enum operation_field field;
    } fields[] = {
        {"claimed_at", in->has_claimed_at, OPERATION_CLAIMED_AT},
        {"as_of", in->has_as_of, OPERATION_AS_OF},
        {"as_known", in->has_as_known, OPERATION_AS_OF},
        {"if_version", in->has_if_version && in->if_version != 0, OPERATION_IF_VERSION},
        {"dry_run", in->has_dry_run && in->dry_run, OPERATION_DRY_RUN},
        {"request_id", in->has_request_id, OPERATION_REQUEST_ID},
        {"reason", operation_str(in->reason)[0] != '\0', OPERATION_REASON},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i].there && (operations[kind].fields & fields[i].field) == 0) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, fields[i].name, NULL,
                          "%s has no use for it", request_kind_name(kind));
        }
    }
    if (in->has_request_id) {
        if (in->request_id.len != sizeof(no_id) ||
            memcmp(in->request_id.data, no_id, sizeof(no_id)) == 0) {
            return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "request_id",
                          "make a new UUIDv7 for every change and keep it for retries",
                          "it is not 16 bytes, or all of them are zero");
        }
    } else if ((operations[kind].fields & OPERATION_REQUEST_ID) != 0 && !in->dry_run) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "request_id",
                      "make a new UUIDv7 for every change and keep it for retries",
                      "a change comes without it");
    }
    return 0;
}

static void copy_common(const Slate__V1__Request *in, struct request *out)
{
    if (in->has_request_id) {
        out->has_request_id = true;
        memcpy(out->request_id, in->request_id.data, sizeof(out->request_id));
    }
    out->claimed_at = operation_instant(in->has_claimed_at, in->claimed_at);
    out->as_of_at = operation_instant(in->has_as_of, in->as_of);
    out->as_known_at = operation_instant(in->has_as_known, in->as_known);
    if (in->min_token != NULL) {
        out->has_min_token = true;
        out->min_token = (struct wire_token){operation_str(in->min_token->contract),
                                             in->min_token->seq};
    }
    out->if_version = in->if_version;
    out->reason = operation_str(in->reason);
    out->dry_run = in->dry_run;
    out->deadline_ms = in->deadline_ms;
}

/* Fields that we do not know have no effect here, so they are no part of the content. */
static void forget_unknown(ProtobufCMessage *message)
{
    message->n_unknown_fields = 0;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char *base = (char *)message;
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
            continue;
        }
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            const size_t n = *(size_t *)(void *)(base + field->quantifier_offset);
            ProtobufCMessage **elements = *(ProtobufCMessage ***)(void *)(base + field->offset);
            for (size_t j = 0; j < n; j++) {
                forget_unknown(elements[j]);
            }
        } else if (*(ProtobufCMessage **)(void *)(base + field->offset) != NULL) {
            forget_unknown(*(ProtobufCMessage **)(void *)(base + field->offset));
        }
    }
}

/* Encoded anew: fields in the order of the schema, whatever order they came in. */
static int hash_content(struct operation_decoder *d, const Slate__V1__Request *in)
{
    Slate__V1__Request content = *in;
    XXH128_canonical_t canonical;
    uint8_t *packed;
    size_t written;
    size_t n;

    content.has_id = 0;
    content.has_request_id = 0;
    content.has_deadline_ms = 0;
    content.has_dry_run = 0;
    content.min_token = NULL;
    n = slate__v1__request__get_packed_size(&content);
    packed = arena_alloc(d->arena, n);
    if (packed == NULL) {
        return operation_full(d);
    }
    written = slate__v1__request__pack(&content, packed);
    assert(written == n); // it writes without looking where its space ends
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(packed, n));
    memcpy(d->out->content_hash, canonical.digest, sizeof(d->out->content_hash));
    return 0;
}

static size_t put(uint8_t *p, const void *from, size_t n)
{
    memcpy(p, from, n);
    return n;
}

/* What the line of a source is known by: see request.h, which is what has been stored for good. */
static void name_line(struct request *out, const char *source, const char *key, const char *own_id)
{
    uint8_t words[WIRE_NAME_BYTES + 1 + WIRE_KEY_BYTES + 1 + 1 + WIRE_KEY_BYTES];
    XXH128_canonical_t canonical;
    size_t n = 0;

    if (operation_str(key)[0] == '\0') {
        return;
    }
    n += put(words + n, source, strlen(source) + 1);
    n += put(words + n, key, strlen(key) + 1);
    if (operation_str(own_id)[0] != '\0') {
        words[n++] = 'i';
        n += put(words + n, own_id, strlen(own_id));
    } else {
        words[n++] = 'c';
        n += put(words + n, out->content_hash, sizeof(out->content_hash));
    }
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(words, n));
    memcpy(out->line_id, canonical.digest, sizeof(out->line_id));
}

static int decode_request(struct operation_decoder *d, const Slate__V1__Request *in)
{
    const ProtobufCMessage *message = NULL;
    enum request_kind kind = REQUEST_NONE;
    int r;

    while (message == NULL) {
        const char *base = (const char *)in;
        kind++;
        assert(kind < REQUEST_ENROL); // check_frame() has seen one
        message = *(ProtobufCMessage *const *)(const void *)(base + operations[kind].offset);
    }
    d->out->kind = kind;
    r = check_common(d, in, kind);
    if (r == 0) {
        copy_common(in, d->out);
        r = operations[kind].decode(d, message);
    }
    if (r == 0) {
        r = hash_content(d, in);
    }
    if (r == 0 && kind == REQUEST_INTAKE) {
        name_line(d->out, in->intake->source, in->intake->source_key, in->intake->line_id);
    } else if (r == 0 && kind == REQUEST_NEW_TICKET) {
        name_line(d->out, in->new_ticket->source, in->new_ticket->source_key, NULL);
    }
    return r;
}

static int refuse_fault(struct refusal *ret, enum outcome_code code,
                        const struct check_fault *fault)
{
    const char *dot = strrchr(fault->field, '.');
    const char *subject = fault->field[0] == '\0' ? "the frame"
                          : dot != NULL           ? dot + 1
                                                  : fault->field;
    const int r = refuse(ret, code, fault->field, NULL, "%s %s (byte %zu of the frame)", subject,
                         fault->reason, fault->at);
    ret->line = fault->line;
    return r;
}

/* The message of a frame, judged by its rules, without what we do not know of it. */
static int unpack(struct operation_decoder *d, const struct rules *rules, const uint8_t *frame,
                  size_t n, ProtobufCMessage **ret)
{
    ProtobufCAllocator allocator = {arena_allocate, arena_forget, d->arena};
    struct check_facts facts;
    struct check_fault fault;
    const int r = check_frame(rules, frame, n, &facts, &fault);

    if (r != 0) {
        return refuse_fault(
            d->refusal, r == CHECK_UNIMPLEMENTED ? OUTCOME_UNIMPLEMENTED : OUTCOME_INVALID_ARGUMENT,
            &fault);
    }
    *ret = protobuf_c_message_unpack(rules->descriptor, &allocator, n, frame);
    if (*ret == NULL) { // of what has passed the check, only memory can be the cause
        return operation_full(d);
    }
    if (facts.n_unknown > 0) {
        forget_unknown(*ret);
    }
    return 0;
}

int wire_decode(const uint8_t *frame, size_t n, struct arena *arena, struct request *ret,
                struct refusal *ret_refusal)
{
    struct request out = {.kind = REQUEST_NONE};
    struct operation_decoder d = {arena, &out, ret_refusal};
    ProtobufCMessage *message;
    int r = unpack(&d, &rules_envelope, frame, n, &message);

    *ret = (struct request){.kind = REQUEST_NONE};
    if (r != 0) {
        ret->id = check_find_id(frame, n);
        return r;
    }
    const Slate__V1__Envelope *envelope = (const Slate__V1__Envelope *)message;
    out.id = envelope->request->id;
    ret->id = out.id;
    r = decode_request(&d, envelope->request);
    if (r == 0) {
        *ret = out;
    }
    return r;
}

int wire_decode_enrol(const uint8_t *frame, size_t n, struct arena *arena, struct request *ret,
                      struct refusal *ret_refusal)
{
    static const Slate__V1__Request nothing = SLATE__V1__REQUEST__INIT;
    struct request out = {.kind = REQUEST_ENROL};
    struct operation_decoder d = {arena, &out, ret_refusal};
    ProtobufCMessage *message;
    int r;

    *ret = (struct request){.kind = REQUEST_NONE};
    if (n > WIRE_ENROL_BYTES) {
        return refuse(ret_refusal, OUTCOME_INVALID_ARGUMENT, NULL, NULL,
                      "the frame has %zu bytes, and at most %d are allowed", n, WIRE_ENROL_BYTES);
    }
    r = unpack(&d, &rules_enrol, frame, n, &message);
    if (r != 0) {
        return r;
    }
    const Slate__V1__Enrol *in = (const Slate__V1__Enrol *)message;
    copy_common(&nothing, &out);
    memcpy(out.u.certificate.secret, in->secret.data, sizeof(out.u.certificate.secret));
    out.u.certificate.csr = operation_bytes(in->csr);
    *ret = out;
    return 0;
}
