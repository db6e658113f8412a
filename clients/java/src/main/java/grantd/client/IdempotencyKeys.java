// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The keys of awards and settlements that bring none: what is sent again after a loss must be known again. */
final class IdempotencyKeys {
    private static final String KEY = "idempotency_key";
    private static final SecureRandom RANDOM = new SecureRandom();

    private IdempotencyKeys() {}

    /** The request with a key wherever one may stand; as it is where it needs none. */
    static Message in(MethodDescriptor method, Message request) {
        return switch (method.getFullName()) {
            case "grantd.v1.Awards.Award", "grantd.v1.Awards.Settle" -> inOne(request);
            case "grantd.v1.Awards.AwardBatch" -> inEach(request);
            default -> request;
        };
    }

    private static Message inEach(Message request) {
        FieldDescriptor entries = request.getDescriptorForType().findFieldByName("entries");
        Message.Builder keyed = request.toBuilder();
        for (int index = 0; index < request.getRepeatedFieldCount(entries); index++) {
            keyed.setRepeatedField(entries, index, inOne((Message) request.getRepeatedField(entries, index)));
        }
        return keyed.build();
    }

    private static Message inOne(Message request) {
        FieldDescriptor key = request.getDescriptorForType().findFieldByName(KEY);
        return request.hasField(key) ? request : request.toBuilder().setField(key, make()).build();
    }

    /** 128 random bits in hexadecimal. */
    private static String make() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }
}
