// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.conformance;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells where two messages of a type differ. */
final class Differences {
    private Differences() {}

    /** The first difference, with its path; null where the messages are equal in full, unknown fields included. */
    static String first(Message expected, Message actual) {
        if (expected.equals(actual)) {
            return null;
        }
        String found = compare("", expected, actual);
        return found == null ? "unknown fields differ" : found;
    }

    private static String compare(String path, Message expected, Message actual) {
        Set<FieldDescriptor> fields = new TreeSet<>(expected.getAllFields().keySet());
        fields.addAll(actual.getAllFields().keySet());
        for (FieldDescriptor field : fields) {
            String place = path.isEmpty() ? field.getName() : path + "." + field.getName();
            String difference = field.isRepeated()
                    ? list(place, (List<?>) expected.getField(field), (List<?>) actual.getField(field))
                    : single(place, expected, actual, field);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static String list(String place, List<?> expected, List<?> actual) {
        for (int index = 0; index < Math.min(expected.size(), actual.size()); index++) {
            String difference = value(place + "[" + index + "]", expected.get(index), actual.get(index));
            if (difference != null) {
                return difference;
            }
        }
        return expected.size() == actual.size()
                ? null
                : place + ": expected " + expected.size() + " entries, found " + actual.size();
    }

    private static String single(String place, Message expected, Message actual, FieldDescriptor field) {
        if (expected.hasField(field) != actual.hasField(field)) {
            return place + ": expected " + (expected.hasField(field) ? expected.getField(field) : "unset")
                    + ", found " + (actual.hasField(field) ? actual.getField(field) : "unset");
        }
        return value(place, expected.getField(field), actual.getField(field));
    }

    private static String value(String place, Object expected, Object actual) {
        if (expected.equals(actual)) {
            return null;
        }
        return expected instanceof Message one && actual instanceof Message other
                ? compare(place, one, other)
                : place + ": expected " + expected + ", found " + actual;
    }
}
