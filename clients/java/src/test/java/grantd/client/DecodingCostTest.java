// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.sun.management.ThreadMXBean;
import grantd.v1.Assessment;
import grantd.v1.ClearAuctionResponse;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
import grantd.v1.ListDocumentsResponse;
import grantd.v1.ListMeasuresResponse;
import grantd.v1.MeasureDescription;
import grantd.v1.ScreenResponse;
import grantd.v1.ScreenedProgramme;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class DecodingCostTest {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final long LIMIT = 16L * MEBIBYTE * DecodingCost.BYTES_FOR_A_BYTE;

    /** So many bytes of one entry after the other. */
    static ByteString repeated(int size, int... entry) {
        byte[] bytes = new byte[size / entry.length * entry.length];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) entry[index % entry.length];
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static Message dynamic(Message prototype) {
        return DynamicMessage.getDefaultInstance(prototype.getDescriptorForType());
    }

    private static Arguments of(Message prototype, int... entry) {
        return Arguments.of(prototype, entry);
    }

    static Stream<Arguments> costly() {
        return Stream.of(
                of(EvaluateBatchResponse.getDefaultInstance(), 0x0A, 0),
                of(EvaluateBatchResponse.getDefaultInstance(), 0x0A, 2, 0x0A, 0),
                of(ScreenResponse.getDefaultInstance(), 0x0A, 0),
                of(ListMeasuresResponse.getDefaultInstance(), 0x0A, 0),
                of(ListDocumentsResponse.getDefaultInstance(), 0x0A, 0),
                of(MeasureDescription.getDefaultInstance(), 0x2A, 0),
                of(ClearAuctionResponse.getDefaultInstance(), 0x32, 0),
                of(Assessment.getDefaultInstance(), 0x4A, 0),
                of(Assessment.getDefaultInstance(), 0x5A, 0),
                of(ScreenedProgramme.getDefaultInstance(), 0x1A, 0),
                of(ScreenedProgramme.getDefaultInstance(), 0x1A, 1, 'x'),
                // Numbers that are not known, and known ones with a value or of a kind that is not.
                of(Assessment.getDefaultInstance(), 0xA0, 0x06, 0x80, 0x01),
                of(Assessment.getDefaultInstance(), 0x20, 0x63),
                of(Assessment.getDefaultInstance(), 0x08, 0x63),
                of(Assessment.getDefaultInstance(), 0x7B, 0x7C),
                of(dynamic(ListDocumentsResponse.getDefaultInstance()), 0x0A, 0),
                of(dynamic(ScreenResponse.getDefaultInstance()), 0x0A, 2, 0x20, 1));
    }

    @ParameterizedTest
    @MethodSource("costly")
    void sixteenMebibytesOfNothingAreRefusedAndNothingIsMadeForThem(Message prototype, int... entry) throws Exception {
        ByteString bytes = repeated(16 * MEBIBYTE, entry);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertTrue(DecodingCost.isOver(LIMIT, prototype, bytes));
        long made = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(made < MEBIBYTE, "made " + made + " bytes");
    }

    @ParameterizedTest
    @MethodSource("costly")
    void whatIsLetThroughMakesFewTimesTheLimit(Message prototype, int... entry) throws Exception {
        long limit = 8L * MEBIBYTE;
        ByteString bytes = repeated(4 * MEBIBYTE, entry);
        while (DecodingCost.isOver(limit, prototype, bytes)) {
            int entries = bytes.size() / entry.length;
            bytes = bytes.substring(0, (entries - entries / 8) * entry.length);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        prototype.getParserForType().parseFrom(bytes);
        long made = threads.getCurrentThreadAllocatedBytes() - before;
        // The message and the garbage of making it.
        assertTrue(made < 4 * limit, "made " + made + " bytes");
    }

    @Test
    void answersAsTheDaemonGivesThemPass() throws Exception {
        EvaluateBatchResponse.Builder batch = EvaluateBatchResponse.newBuilder();
        for (int number = 0; batch.getResultsCount() < 4_096; number++) {
            batch.addResults(EvaluateBatchResult.newBuilder().setAssessment(Samples.assessment(Samples.application(number))));
        }
        ByteString bytes = batch.build().toByteString();
        assertFalse(DecodingCost.isOver(
                (long) bytes.size() * DecodingCost.BYTES_FOR_A_BYTE, EvaluateBatchResponse.getDefaultInstance(), bytes));
    }

    @Test
    void whatIsNestedTooDeeplyIsRefusedBeforeProtobufFollowsIt() {
        // An entry of a map, in which protobuf itself knows no limit.
        ByteString groups = repeated(100_000, 0x1B);
        ByteString meta = ByteString.copyFrom(new byte[] {0x4A, (byte) 0xA0, (byte) 0x8D, 0x06}).concat(groups);
        InvalidProtocolBufferException error = assertThrows(InvalidProtocolBufferException.class,
                () -> DecodingCost.isOver(LIMIT, RpcMeta.getDefaultInstance(), meta));
        assertEquals("messages are nested too deeply", error.getMessage());
    }

    @Test
    void whatIsNoMessageIsRefused() {
        for (int[] entry : new int[][] {{0x0A, 0x7F}, {0x0F, 0x01}, {0x00}, {0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}}) {
            assertThrows(InvalidProtocolBufferException.class,
                    () -> DecodingCost.isOver(LIMIT, ScreenResponse.getDefaultInstance(), repeated(1_100, entry)));
        }
    }
}
