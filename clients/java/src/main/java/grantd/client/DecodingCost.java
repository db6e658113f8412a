// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * What a message would take in memory once it is decoded, estimated in one pass over its bytes, before anything of it is made.
 *
 * <p>Two bytes of an empty list entry become an object of a hundred and more, so that the bytes alone bound nothing. The
 * estimate lies a little over what a 64-bit virtual machine with compressed references keeps; the garbage that decoding makes
 * beside it is not counted.
 */
final class DecodingCost {
    /** The memory that a message may take for a byte of its limit; the daemon's own answers take 2 to 9 times their bytes. */
    static final int BYTES_FOR_A_BYTE = 16;
    /** No message of the contract takes more for a byte: what is as small as its limit by this is not worth the pass. */
    static final int WORST_FOR_A_BYTE = 512;
    /** Not worth the pass, as far as depth goes. */
    private static final int SMALL_BYTES = 1024;
    /** Protobuf's own limit, which it does not keep everywhere. */
    private static final int MAXIMUM_DEPTH = 100;

    /** An object and its place in a list; each field beside. */
    private static final long MESSAGE_BYTES = 32;
    private static final long FIELD_BYTES = 8;
    /** An object with a map of its fields, and each entry of that. */
    private static final long DYNAMIC_MESSAGE_BYTES = 224;
    private static final long DYNAMIC_FIELD_BYTES = 64;
    /** Beside the bytes themselves: two objects, and their place in a list. */
    private static final long STRING_BYTES = 56;
    /** A number in a list, boxed. */
    private static final long NUMBER_BYTES = 24;
    /** A field of a number that is not known: an entry of a map, a list with room for ten, an object in it. */
    private static final long UNKNOWN_BYTES = 192;

    /** A field as far as its cost goes. */
    private static final class Field {
        private final int wireType;
        private final boolean isRepeated;
        private final boolean isPackable;
        /** Of an enum, else null: protobuf keeps another number among the unknown fields. */
        private final Set<Integer> values;
        /** Of a message, else null. */
        private final Shape inner;

        Field(FieldDescriptor field, Shape inner) {
            wireType = field.getLiteType().getWireType();
            isRepeated = field.isRepeated();
            isPackable = field.isPackable();
            values = field.getJavaType() == FieldDescriptor.JavaType.ENUM
                    ? field.getEnumType().getValues().stream().map(EnumValueDescriptor::getNumber).collect(Collectors.toSet())
                    : null;
            this.inner = inner;
        }

        boolean isOf(int otherWireType) {
            return otherWireType == wireType || isPackable && otherWireType == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        }
    }

    /** A message type as far as its cost goes. It refers to no descriptor, so that those may go. */
    private static final class Shape {
        private static final int LOW = 32;

        private final long messageBytes;
        /** What each occurrence of any field costs. */
        private final long fieldBytes;
        private final Field[] low = new Field[LOW];
        private final Map<Integer, Field> others = new HashMap<>();

        Shape(Descriptor type, boolean isDynamic, Map<Descriptor, Shape> made) {
            made.put(type, this);
            messageBytes = isDynamic ? DYNAMIC_MESSAGE_BYTES : MESSAGE_BYTES + FIELD_BYTES * type.getFields().size();
            fieldBytes = isDynamic ? DYNAMIC_FIELD_BYTES : 0;
            for (FieldDescriptor descriptor : type.getFields()) {
                Shape inner = null;
                if (descriptor.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    inner = made.get(descriptor.getMessageType());
                    inner = inner != null ? inner : new Shape(descriptor.getMessageType(), isDynamic, made);
                }
                Field field = new Field(descriptor, inner);
                if (descriptor.getNumber() < LOW) {
                    low[descriptor.getNumber()] = field;
                } else {
                    others.put(descriptor.getNumber(), field);
                }
            }
        }

        /** Null where the number is not known. */
        Field field(int number) {
            return number < LOW ? low[number] : others.get(number);
        }
    }

    private static final Map<Descriptor, Shape> GENERATED = Collections.synchronizedMap(new WeakHashMap<>());
    private static final Map<Descriptor, Shape> DYNAMIC = Collections.synchronizedMap(new WeakHashMap<>());

    private final CodedInputStream stream;
    private final long limit;
    private long cost;
    private int depth;

    private DecodingCost(CodedInputStream stream, long limit) {
        this.stream = stream;
        this.limit = limit;
    }

    /**
     * Whether a message would take more than so much memory.
     *
     * @throws InvalidProtocolBufferException Where the bytes are no message, or one that is nested too deeply.
     */
    static boolean isOver(long limit, Message prototype, ByteString bytes) throws InvalidProtocolBufferException {
        if (bytes.size() <= SMALL_BYTES) {
            return false;
        }
        boolean isDynamic = prototype instanceof DynamicMessage;
        Shape shape = (isDynamic ? DYNAMIC : GENERATED).computeIfAbsent(
                prototype.getDescriptorForType(), type -> new Shape(type, isDynamic, new HashMap<>()));
        DecodingCost measured = new DecodingCost(bytes.newCodedInput(), limit);
        try {
            measured.message(shape, 0);
        } catch (InvalidProtocolBufferException error) {
            throw error;
        } catch (IOException error) {
            throw new InvalidProtocolBufferException(error);
        }
        return measured.cost > limit;
    }

    /** A message up to the end of its bytes, or of its group; a null shape is one of which nothing is known. */
    private void message(Shape shape, int endTag) throws IOException {
        if (++depth > MAXIMUM_DEPTH) {
            throw new InvalidProtocolBufferException("messages are nested too deeply");
        }
        cost += shape == null ? UNKNOWN_BYTES : shape.messageBytes;
        while (cost <= limit) {
            int tag = stream.readTag();
            if (tag == endTag) {
                break;
            }
            if (tag == 0) {
                throw new InvalidProtocolBufferException("a group does not end");
            }
            field(shape, tag);
        }
        depth--;
    }

    private void field(Shape shape, int tag) throws IOException {
        int number = WireFormat.getTagFieldNumber(tag);
        int wireType = WireFormat.getTagWireType(tag);
        Field field = shape == null ? null : shape.field(number);
        if (field != null && !field.isOf(wireType)) {
            field = null;
        }
        cost += field == null ? UNKNOWN_BYTES : shape.fieldBytes;
        switch (wireType) {
            case WireFormat.WIRETYPE_START_GROUP ->
                    message(field == null ? null : field.inner, number << 3 | WireFormat.WIRETYPE_END_GROUP);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                int length = stream.readRawVarint32();
                if (field != null && field.inner != null) {
                    int outer = stream.pushLimit(length);
                    message(field.inner, 0);
                    stream.popLimit(outer);
                } else {
                    stream.skipRawBytes(length);
                    cost += field != null && field.isPackable ? length * NUMBER_BYTES : STRING_BYTES + length;
                }
            }
            case WireFormat.WIRETYPE_VARINT -> {
                long value = stream.readRawVarint64();
                cost += field != null && field.values != null && !field.values.contains((int) value) ? UNKNOWN_BYTES : 0;
                cost += field != null && field.isRepeated ? NUMBER_BYTES : 0;
            }
            default -> {
                stream.skipField(tag);
                cost += field != null && field.isRepeated ? NUMBER_BYTES : 0;
            }
        }
    }
}
