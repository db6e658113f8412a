// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcRequestMeta;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Makes baidu_std request frames. */
final class FrameEncoder {
    private final ByteString authentication;

    /** @param token What every request carries; empty for nothing. */
    FrameEncoder(String token) {
        authentication = ByteString.copyFromUtf8(token);
    }

    /** The whole frame of a request; the time left is what the daemon is told. */
    ByteBuffer encode(long correlationId, String service, String method, int timeoutMillis, ByteString payload) {
        RpcMeta.Builder builder = RpcMeta.newBuilder()
                .setRequest(RpcRequestMeta.newBuilder()
                        .setServiceName(service)
                        .setMethodName(method)
                        .setTimeoutMs(timeoutMillis))
                .setCorrelationId(correlationId);
        if (!authentication.isEmpty()) {
            builder.setAuthenticationData(authentication);
        }
        RpcMeta meta = builder.build();
        int metaBytes = meta.getSerializedSize();
        int bodyBytes = Math.addExact(metaBytes, payload.size());
        ByteBuffer frame = ByteBuffer.allocate(Math.addExact(FrameDecoder.HEADER_BYTES, bodyBytes));
        frame.putInt(FrameDecoder.MAGIC).putInt(bodyBytes).putInt(metaBytes);
        try {
            CodedOutputStream stream = CodedOutputStream.newInstance(frame.array(), frame.position(), metaBytes);
            meta.writeTo(stream);
            stream.checkNoSpaceLeft();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        frame.position(frame.position() + metaBytes);
        payload.copyTo(frame);
        return frame.flip();
    }
}
