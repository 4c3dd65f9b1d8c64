// SPDX-License-Identifier: Apache-2.0
#include "wire/check.h"

#include <protobuf-c/protobuf-c.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/frame.h"
#include "wire/utf8.h"
#include "wire/wire.h"

enum {
    VARINT = PROTOBUF_C_WIRE_TYPE_VARINT,
    FIXED64 = PROTOBUF_C_WIRE_TYPE_64BIT,
    LENGTH = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
    FIXED32 = PROTOBUF_C_WIRE_TYPE_32BIT,

    FIELDS_MAX = 64,            /* of one message of the schema; a test counts them */
    NUMBER_MAX = (1 << 29) - 1, /* of a field, by protobuf */

    /* How protobuf-c unpacks: it notes each field that it meets in a slab, the first of 16 notes on
     * its stack, every further one twice as large. */
    NOTE_BYTES = 32,
    NOTES_FIRST = 16,
    ALIGN = 16, /* of what an allocator returns */
};

struct step {
    const char *name;
    bool repeated;
    uint32_t index;
};

struct walk {
    const uint8_t *frame;
    size_t n;
    struct check_facts facts;
    struct step path[WIRE_DEPTH_MAX]; /* to the field being looked at */
    size_t depth;
    struct check_fault *fault;
};

/* Bytes that are left of a message, or of a packed field. */
struct rest {
    const uint8_t *p;
    const uint8_t *end;
};

static void path_text(const struct walk *w, char *ret, size_t size)
{
    size_t used = 0;

    ret[0] = '\0';
    /* That a request lies in an envelope is no news to who sent it. */
    for (size_t i = w->depth > 1 ? 1 : 0; i < w->depth && used < size; i++) {
        const struct step *step = &w->path[i];
        int n = snprintf(ret + used, size - used, "%s%s", used == 0 ? "" : ".", step->name);
        used += (size_t)n;
        if (step->repeated && used < size) {
            n = snprintf(ret + used, size - used, "[%u]", step->index);
            used += (size_t)n;
        }
    }
}

/* Notes what is wrong with the field at the end of the path, or with the message it leads to. */
__attribute__((format(printf, 3, 4))) static int refused(struct walk *w, const uint8_t *at,
                                                         const char *format, ...)
{
    struct check_fault *fault = w->fault;
    va_list ap;

    fault->at = (size_t)(at - w->frame);
    fault->line = 0;
    path_text(w, fault->field, sizeof(fault->field));
    va_start(ap, format);
    (void)vsnprintf(fault->reason, sizeof(fault->reason), format, ap);
    va_end(ap);
    return CHECK_REFUSED;
}

static int will_unpack(struct walk *w, const uint8_t *at, size_t n)
{
    w->facts.unpack_bytes += (n + ALIGN - 1) / ALIGN * ALIGN;
    if (w->facts.unpack_bytes > WIRE_UNPACK_BYTES_MAX) {
        return refused(w, at, "is more than can be held in %d bytes", WIRE_UNPACK_BYTES_MAX);
    }
    return 0;
}

/* NULL and *ret, or what is wrong. */
static const char *take_varint(struct rest *rest, uint64_t *ret)
{
    uint64_t value = 0;

    if (rest->p < rest->end && *rest->p < 0x80) { // most of them
        *ret = *rest->p++;
        return NULL;
    }
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte;
        if (rest->p == rest->end) {
            return "is cut off";
        }
        byte = *rest->p++;
        if (shift == 63 && byte > 1) {
            return "is a number beyond 64 bits";
        }
        value |= (uint64_t)(byte & 0x7Fu) << shift;
        if (byte < 0x80) {
            *ret = value;
            return byte == 0 && shift > 0 ? "is a number in more bytes than it needs" : NULL;
        }
    }
    return "is a number beyond 64 bits";
}

static const char *take_tag(struct rest *rest, uint32_t *ret_number, int *ret_type)
{
    uint64_t tag;
    const char *reason = take_varint(rest, &tag);

    if (reason != NULL) {
        return reason;
    }
    if (tag >> 3 == 0 || tag >> 3 > NUMBER_MAX) {
        return "has a field with a number that none can have";
    }
    *ret_number = (uint32_t)(tag >> 3);
    *ret_type = (int)(tag & 7);
    return NULL;
}

/* The value after a tag: for LENGTH *ret is the content, for the others all of it. */
static const char *take_value(struct rest *rest, int type, struct rest *ret)
{
    uint64_t n;
    const char *reason;

    ret->p = rest->p;
    switch (type) {
    case VARINT:
        reason = take_varint(rest, &n);
        ret->end = rest->p;
        return reason;
    case FIXED64: n = 8; break;
    case FIXED32: n = 4; break;
    case LENGTH:
        reason = take_varint(rest, &n);
        if (reason != NULL) {
            return reason;
        }
        ret->p = rest->p;
        break;
    default: return "has a field of a wire type that is not in use";
    }
    if (n > (size_t)(rest->end - rest->p)) {
        return "is cut off";
    }
    rest->p += n;
    ret->end = rest->p;
    return NULL;
}

static int check_number(struct walk *w, const ProtobufCFieldDescriptor *field,
                        const struct rule *rule, const uint8_t *at, uint64_t value)
{
    const ProtobufCEnumDescriptor *names = field->descriptor;
    const int64_t instant = (int64_t)(value >> 1) ^ -(int64_t)(value & 1); // zigzag

    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        if (value > 1) {
            return refused(w, at, "is %llu; a bool is 0 or 1", (unsigned long long)value);
        }
        break;
    case PROTOBUF_C_TYPE_ENUM:
        if (value > INT32_MAX || !protobuf_c_enum_descriptor_get_value(names, (int)value)) {
            return refused(w, at, "is %lld; this server knows no such %s", (long long)value,
                           names->short_name);
        }
        break;
    case PROTOBUF_C_TYPE_UINT32:
        if (value > UINT32_MAX) {
            return refused(w, at, "is a number beyond 32 bits");
        }
        break;
    default: // uint64, sint64: every value is one
        break;
    }
    if (rule->kind == RULE_INSTANT && (instant < RULES_FIRST_AT || instant > RULES_LAST_AT)) {
        return refused(w, at, "is an instant outside the years 1 to 9999");
    }
    if (rule->needed && rule->kind == RULE_NUMBER && value == 0) {
        return refused(w, at, "is 0, which means that it is missing");
    }
    return 0;
}

static int check_string(struct walk *w, const struct rule *rule, struct rest value)
{
    const size_t n = (size_t)(value.end - value.p);
    const enum utf8_class class = rule->kind == RULE_TEXT   ? UTF8_TEXT
                                  : rule->kind == RULE_LINE ? UTF8_LINE
                                  : rule->kind == RULE_TAG  ? UTF8_TAG
                                                            : UTF8_NAME;
    const char *reason;
    size_t bad;

    if (n > rule->bytes) {
        return refused(w, value.p, "has %zu bytes, and at most %u are allowed", n, rule->bytes);
    }
    if (n == 0 && rule->needed) {
        return refused(w, value.p, "is empty");
    }
    if (rule->exact && n != rule->bytes) {
        return refused(w, value.p, "has %zu bytes, and must have %u", n, rule->bytes);
    }
    if (rule->kind == RULE_BYTES) {
        return will_unpack(w, value.p, n);
    }
    reason = utf8_check(value.p, n, class, &bad);
    if (reason != NULL) {
        (void)refused(w, value.p + bad, "%s", reason);
        if (rule->kind == RULE_TEXT) {
            w->fault->line = 1;
            for (const uint8_t *p = value.p; p < value.p + bad; p++) {
                w->fault->line += *p == '\n';
            }
        }
        return CHECK_REFUSED;
    }
    return will_unpack(w, value.p, n + 1);
}

static bool is_number(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES &&
           field->type != PROTOBUF_C_TYPE_MESSAGE;
}

/* One more value of a field; *seen counts them. */
static int count_value(struct walk *w, const ProtobufCFieldDescriptor *field,
                       const struct rule *rule, const uint8_t *at, uint32_t *seen)
{
    const bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;

    w->path[w->depth - 1].index = *seen;
    if (!repeated && *seen > 0) {
        return refused(w, at, "is there twice");
    }
    if (repeated && *seen == rule->count) {
        return refused(w, at, "is one too many: at most %u are allowed", rule->count);
    }
    ++*seen;
    return 0;
}

static int check_message(struct walk *w, const struct rules *rules, struct rest rest);

static int check_field(struct walk *w, const ProtobufCFieldDescriptor *field,
                       const struct rule *rule, int type, const uint8_t *at, struct rest value,
                       uint32_t *seen)
{
    const bool packed = is_number(field) && field->label == PROTOBUF_C_LABEL_REPEATED &&
                        type == LENGTH;
    int r;

    if (rule->kind == RULE_REFUSED) {
        return refused(w, at, "is not for clients to send");
    }
    if (type != (is_number(field) ? VARINT : LENGTH) && !packed) {
        return refused(w, at, "has wire type %d, not that of its type", type);
    }
    if (is_number(field)) {
        while (value.p < value.end) {
            const uint8_t *start = value.p;
            uint64_t number;
            const char *reason = take_varint(&value, &number);
            r = count_value(w, field, rule, packed ? start : at, seen);
            if (r != 0) {
                return r;
            }
            if (reason != NULL) {
                return refused(w, start, "%s", reason);
            }
            r = check_number(w, field, rule, start, number);
            if (r != 0) {
                return r;
            }
        }
        return 0;
    }
    r = count_value(w, field, rule, at, seen);
    if (r != 0) {
        return r;
    }
    if (rule->kind != RULE_MESSAGE) {
        return check_string(w, rule, value);
    }
    if (rule->operation && !rule->large && w->n > FRAME_BYTES_DEFAULT) {
        return refused(w, at, "comes in a frame of %zu bytes, and at most %zu are allowed", w->n,
                       FRAME_BYTES_DEFAULT);
    }
    return check_message(w, rule->message, value);
}

/* What protobuf-c allocates for a message apart from the values in it. */
static int count_message(struct walk *w, const ProtobufCMessageDescriptor *descriptor,
                         const uint8_t *at, const uint32_t *seen, size_t n_met, size_t n_unknown)
{
    int r = will_unpack(w, at, n_unknown * sizeof(ProtobufCMessageUnknownField));

    for (size_t room = NOTES_FIRST, slab = NOTES_FIRST; r == 0 && room < n_met; room += slab) {
        slab *= 2;
        r = will_unpack(w, at, slab * NOTE_BYTES);
    }
    for (unsigned i = 0; r == 0 && i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].label == PROTOBUF_C_LABEL_REPEATED) {
            r = will_unpack(w, at, seen[i] * sizeof(void *)); // the largest of its elements
        }
    }
    return r == 0 ? will_unpack(w, at, descriptor->sizeof_message) : r;
}

static int check_missing(struct walk *w, const struct rules *rules, const uint8_t *at,
                         const uint32_t *seen)
{
    const ProtobufCMessageDescriptor *descriptor = rules->descriptor;

    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const uint32_t number = descriptor->fields[i].id;
        if (seen[i] == 0 && number < rules->n && rules->rules[number].needed) {
            w->path[w->depth++] = (struct step){.name = descriptor->fields[i].name};
            return refused(w, at, "is missing");
        }
    }
    return 0;
}

/* A field of a newer schema, n bytes with its tag. */
static int check_unknown(struct walk *w, const uint8_t *at, size_t n)
{
    if (++w->facts.n_unknown > WIRE_UNKNOWN_MAX) {
        return refused(w, at, "has more than %d fields that this server does not know",
                       WIRE_UNKNOWN_MAX);
    }
    return will_unpack(w, at, n);
}

/* The rules of the message that the path leads to, applied to its bytes. */
static int check_message(struct walk *w, const struct rules *rules, struct rest rest)
{
    static const struct rule no_rule = {.kind = RULE_REFUSED};
    const ProtobufCMessageDescriptor *descriptor = rules->descriptor;
    const uint8_t *start = rest.p;
    const char *operation = NULL;
    uint32_t seen[FIELDS_MAX];
    size_t n_met = 0;
    size_t n_unknown = 0;
    int r;

    memset(seen, 0, descriptor->n_fields * sizeof(seen[0]));
    while (rest.p < rest.end) {
        const uint8_t *at = rest.p;
        const ProtobufCFieldDescriptor *field;
        const struct rule *rule;
        struct rest value;
        uint32_t number;
        int type;
        const char *reason = take_tag(&rest, &number, &type);

        if (reason != NULL) {
            return refused(w, at, "%s", reason);
        }
        reason = take_value(&rest, type, &value);
        n_met++;
        field = protobuf_c_message_descriptor_get_field(descriptor, number);
        if (field == NULL) {
            n_unknown++;
            r = reason != NULL ? refused(w, at, "%s", reason)
                               : check_unknown(w, at, (size_t)(rest.p - at));
            if (r != 0) {
                return r;
            }
            continue;
        }
        rule = number < rules->n ? &rules->rules[number] : &no_rule;
        w->path[w->depth++] = (struct step){
            .name = field->name,
            .repeated = field->label == PROTOBUF_C_LABEL_REPEATED,
            .index = seen[field - descriptor->fields],
        };
        if (reason != NULL) {
            return refused(w, at, "%s", reason);
        }
        if (rule->operation && operation != NULL && operation != field->name) {
            return refused(w, at, "comes beside %s: a request holds one operation", operation);
        }
        operation = rule->operation ? field->name : operation;
        r = check_field(w, field, rule, type, at, value, &seen[field - descriptor->fields]);
        if (r != 0) {
            return r;
        }
        w->depth--;
    }
    r = check_missing(w, rules, start, seen);
    if (r == 0 && rules->one_operation && operation == NULL) {
        (void)refused(w, start,
                      n_unknown > 0 ? "asks for nothing that this server knows"
                                    : "asks for nothing");
        return n_unknown > 0 ? CHECK_UNIMPLEMENTED : CHECK_REFUSED;
    }
    return r != 0 ? r : count_message(w, descriptor, start, seen, n_met, n_unknown);
}

int check_frame(const struct rules *rules, const uint8_t *p, size_t n, struct check_facts *ret,
                struct check_fault *ret_fault)
{
    struct walk w = {.frame = p, .n = n, .fault = ret_fault};
    int r;

    if (n > FRAME_BYTES_MAX) {
        return refused(&w, p, "has %zu bytes, and at most %zu are allowed", n, FRAME_BYTES_MAX);
    }
    r = check_message(&w, rules, (struct rest){p, p + n});
    if (r == 0) {
        *ret = w.facts;
    }
    return r;
}

uint64_t check_find_id(const uint8_t *p, size_t n)
{
    /* Envelope.request is field 2, Request.id field 1; neither number can ever change. */
    struct rest rest = {p, p + n};
    struct rest value;
    uint32_t number;
    uint64_t id;
    int type;

    while (rest.p < rest.end && take_tag(&rest, &number, &type) == NULL) {
        if (number == 2 && type == LENGTH) {
            // Its end may be what is broken: read on as far as there is something.
            if (take_varint(&rest, &id) != NULL) {
                return 0;
            }
            while (rest.p < rest.end && take_tag(&rest, &number, &type) == NULL) {
                if (number == 1 && type == VARINT) {
                    return take_varint(&rest, &id) == NULL ? id : 0;
                }
                if (take_value(&rest, type, &value) != NULL) {
                    return 0;
                }
            }
            return 0;
        }
        if (take_value(&rest, type, &value) != NULL) {
            return 0;
        }
    }
    return 0;
}
