/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Where the comparison stands: `assessments[3].caps`. */
struct place {
    const struct place *outer;
    const char *name;
    /* -1 for a field that is no list. */
    long index;
};

struct report {
    char *text;
    size_t size;
};

static void append(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf(report->text, report->size, format, arguments);
    va_end(arguments);
    size_t written = count < 0 ? 0 : (size_t)count;
    if (written >= report->size) written = report->size - 1;
    report->text += written;
    report->size -= written;
}

static void append_place(struct report *report, const struct place *place)
{
    if (place->outer) {
        append_place(report, place->outer);
        append(report, ".");
    }
    append(report, "%s", place->name);
    if (place->index >= 0) append(report, "[%ld]", place->index);
}

static bool differs(struct report *report, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool differs(struct report *report, const struct place *place, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (place) append_place(report, place);
    append(report, ": %s", text);
    return false;
}

static bool compare_all(
    const ProtobufCMessage *expected, const ProtobufCMessage *found, const struct place *outer, struct report *report);

static size_t element_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int32_t);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return sizeof(int64_t);
    case PROTOBUF_C_TYPE_FLOAT:
        return sizeof(float);
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(double);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    }
    return 0;
}

static bool compare_strings(const char *expected, const char *found, const struct place *place, struct report *report)
{
    if (!expected && !found) return true;
    if (!expected) return differs(report, place, "expected unset, found \"%.100s\"", found);
    if (!found) return differs(report, place, "expected \"%.100s\", found unset", expected);
    if (strcmp(expected, found) == 0) return true;
    return differs(report, place, "expected \"%.100s\", found \"%.100s\"", expected, found);
}

static bool compare_bytes(
    const ProtobufCBinaryData *expected, const ProtobufCBinaryData *found, const struct place *place,
    struct report *report)
{
    if (expected->len == found->len && (found->len == 0 || memcmp(expected->data, found->data, found->len) == 0))
        return true;
    return differs(report, place, "%zu bytes expected, %zu others found", expected->len, found->len);
}

/* One value; both are set. */
static bool compare_values(
    const ProtobufCFieldDescriptor *field, const void *expected, const void *found, const struct place *place,
    struct report *report)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return compare_strings(*(char *const *)expected, *(char *const *)found, place, report);
    case PROTOBUF_C_TYPE_BYTES:
        return compare_bytes(expected, found, place, report);
    case PROTOBUF_C_TYPE_MESSAGE:
        return compare_all(*(ProtobufCMessage *const *)expected, *(ProtobufCMessage *const *)found, place, report);
    default:
        break;
    }
    size_t size = element_size(field->type);
    if (memcmp(expected, found, size) == 0) return true;
    int64_t values[2] = { 0, 0 };
    const void *sources[2] = { expected, found };
    for (int index = 0; index < 2; index++) {
        if (size == sizeof(int64_t)) {
            memcpy(&values[index], sources[index], sizeof(int64_t));
        } else {
            int32_t narrow;
            memcpy(&narrow, sources[index], sizeof narrow);
            values[index] = narrow;
        }
    }
    if (field->type == PROTOBUF_C_TYPE_ENUM) {
        const ProtobufCEnumValue *names[2];
        for (int index = 0; index < 2; index++)
            names[index] = protobuf_c_enum_descriptor_get_value(field->descriptor, (int)values[index]);
        return differs(
            report, place, "expected %s, found %s", names[0] ? names[0]->name : "an unknown number",
            names[1] ? names[1]->name : "an unknown number");
    }
    return differs(report, place, "expected %" PRId64 ", found %" PRId64, values[0], values[1]);
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const uint8_t *base = (const uint8_t *)message;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)(const void *)(base + field->quantifier_offset) == field->id;
    /* A required field and one of proto3 have their value always. */
    if (field->label != PROTOBUF_C_LABEL_OPTIONAL
        && !(field->label == PROTOBUF_C_LABEL_NONE && field->type == PROTOBUF_C_TYPE_MESSAGE))
        return true;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const void *value = *(void *const *)(const void *)(base + field->offset);
        return value && value != field->default_value;
    }
    return *(const protobuf_c_boolean *)(const void *)(base + field->quantifier_offset) != 0;
}

static bool compare_lists(
    const ProtobufCFieldDescriptor *field, const ProtobufCMessage *expected, const ProtobufCMessage *found,
    const struct place *outer, struct report *report)
{
    const uint8_t *bases[2] = { (const uint8_t *)expected, (const uint8_t *)found };
    size_t counts[2];
    const uint8_t *elements[2];
    for (int index = 0; index < 2; index++) {
        counts[index] = *(const size_t *)(const void *)(bases[index] + field->quantifier_offset);
        elements[index] = *(uint8_t *const *)(const void *)(bases[index] + field->offset);
    }
    struct place place = { outer, field->name, -1 };
    size_t size = element_size(field->type);
    for (size_t index = 0; index < counts[0] && index < counts[1]; index++) {
        place.index = (long)index;
        if (!compare_values(field, elements[0] + index * size, elements[1] + index * size, &place, report))
            return false;
    }
    place.index = -1;
    if (counts[0] == counts[1]) return true;
    return differs(report, &place, "%zu entries expected, %zu found", counts[0], counts[1]);
}

static bool compare_fields(
    const ProtobufCFieldDescriptor *field, const ProtobufCMessage *expected, const ProtobufCMessage *found,
    const struct place *outer, struct report *report)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED) return compare_lists(field, expected, found, outer, report);
    struct place place = { outer, field->name, -1 };
    bool expects = is_set(expected, field), finds = is_set(found, field);
    if (expects != finds)
        return differs(report, &place, "expected %s, found %s", expects ? "set" : "unset", finds ? "set" : "unset");
    if (!expects) return true;
    return compare_values(
        field, (const uint8_t *)expected + field->offset, (const uint8_t *)found + field->offset, &place, report);
}

static bool compare_unknown(
    const ProtobufCMessage *expected, const ProtobufCMessage *found, const struct place *outer, struct report *report)
{
    struct place place = { outer, "(unknown fields)", -1 };
    if (expected->n_unknown_fields != found->n_unknown_fields)
        return differs(
            report, &place, "%u expected, %u found", expected->n_unknown_fields, found->n_unknown_fields);
    for (unsigned index = 0; index < found->n_unknown_fields; index++) {
        const ProtobufCMessageUnknownField *left = &expected->unknown_fields[index];
        const ProtobufCMessageUnknownField *right = &found->unknown_fields[index];
        if (left->tag != right->tag || left->wire_type != right->wire_type || left->len != right->len
            || memcmp(left->data, right->data, left->len) != 0)
            return differs(report, &place, "field %u expected, field %u found", left->tag, right->tag);
    }
    return true;
}

static bool compare_all(
    const ProtobufCMessage *expected, const ProtobufCMessage *found, const struct place *outer, struct report *report)
{
    const ProtobufCMessageDescriptor *descriptor = expected->descriptor;
    if (found->descriptor != descriptor)
        return differs(report, outer, "a %s expected, a %s found", descriptor->name, found->descriptor->name);
    for (unsigned index = 0; index < descriptor->n_fields; index++)
        if (!compare_fields(&descriptor->fields[index], expected, found, outer, report)) return false;
    return compare_unknown(expected, found, outer, report);
}

bool compare_messages(
    const ProtobufCMessage *expected, const ProtobufCMessage *found, char *difference, size_t difference_size)
{
    struct report report = { difference, difference_size };
    *difference = 0;
    return compare_all(expected, found, NULL, &report);
}
