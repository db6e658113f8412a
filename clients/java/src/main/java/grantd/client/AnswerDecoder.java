// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/**
 * Decodes the answers of a method: none that would take more memory than is allowed, none that lacks what the contract always
 * sets.
 *
 * @param service The service's name.
 * @param method The method's name.
 * @param maximumCost In bytes of memory.
 */
record AnswerDecoder(String service, String method, long maximumCost) {
    /** The answer as a message of the prototype's type, which need not be the contract's own class. */
    <R extends Message> R decode(R prototype, ByteString request, ByteString answer) throws GrantdException {
        R message = parse(prototype, answer);
        Method<?> contract = Method.named(service, method);
        if (contract != null) {
            check(contract, message, request, answer);
        }
        return message;
    }

    /** The same bytes, where they are a whole answer, or where the contract does not have the method. */
    ByteString check(ByteString request, ByteString answer) throws GrantdException {
        Method<?> contract = Method.named(service, method);
        if (contract != null) {
            check(contract, null, request, answer);
        }
        return answer;
    }

    private <C extends Message> void check(Method<C> contract, Message decoded, ByteString request, ByteString answer)
            throws GrantdException {
        C prototype = contract.prototype();
        // Another class of the same name: a dynamic message, or one that the caller generated.
        C message = prototype.getClass().isInstance(decoded) ? cast(prototype, decoded) : parse(prototype, answer);
        String lacking = contract.check().lacks(message, request);
        if (lacking != null) {
            throw new GrantdException(GrantdCode.INVALID_REPLY,
                    "the answer to " + method + " lacks what the contract always sets: " + lacking);
        }
    }

    private <R extends Message> R parse(R prototype, ByteString answer) throws GrantdException {
        try {
            boolean isLarge = answer.size() > maximumCost / DecodingCost.WORST_FOR_A_BYTE;
            if (isLarge && DecodingCost.isOver(maximumCost, prototype, answer)) {
                throw new GrantdException(GrantdCode.REPLY_TOO_LARGE, "the reply of " + answer.size()
                        + " bytes would take more than " + maximumCost + " bytes of memory; ask for less in one call");
            }
            return cast(prototype, prototype.getParserForType().parseFrom(answer));
        } catch (InvalidProtocolBufferException error) {
            throw new GrantdException(GrantdCode.INVALID_REPLY,
                    "the answer to " + method + " does not decode; the peer may not be grantd", error);
        }
    }

    @SuppressWarnings("unchecked")
    private static <R extends Message> R cast(R prototype, Message message) {
        // A parser gives what its own message's type is; generated and dynamic ones alike.
        return (R) prototype.getClass().cast(message);
    }
}
