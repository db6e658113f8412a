// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import grantd.v1.Applicant;
import grantd.v1.Application;
import grantd.v1.Award;
import grantd.v1.AwardBatchEntry;
import grantd.v1.AwardBatchRequest;
import grantd.v1.AwardBatchResponse;
import grantd.v1.AwardBatchResult;
import grantd.v1.AwardRequest;
import grantd.v1.AwardResponse;
import grantd.v1.AwardState;
import grantd.v1.Awards;
import grantd.v1.Column;
import grantd.v1.Envelope;
import grantd.v1.Error;
import grantd.v1.EvaluateColumnsRequest;
import grantd.v1.EvaluateColumnsResponse;
import grantd.v1.ListAwardsRequest;
import grantd.v1.ListAwardsResponse;
import grantd.v1.ListEnvelopesRequest;
import grantd.v1.ListEnvelopesResponse;
import grantd.v1.PutEnvelopeRequest;
import grantd.v1.SettleAction;
import grantd.v1.SettleRequest;
import grantd.v1.SettleResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The calls of the book of awards: what is tried again is known again, and an answer that lacks something is none. */
@Timeout(60)
class AwardsTest {
    private static final String MADE_KEY = "[0-9a-f]{32}";
    private static final Award AWARD = Award.newBuilder().setAwardId("1").setState(AwardState.Value.COMMITTED).build();
    private static final Envelope ENVELOPE = Envelope.newBuilder().setEnvelopeId("2026").setLimitFen(0).build();
    private static final AwardResponse AWARDED = AwardResponse.newBuilder()
            .setAssessment(Samples.assessment(Samples.application(1))).setAward(AWARD).build();

    /** Makes a call of a server that loses the first connection with its request; gives the request that came twice. */
    private static byte[] sentTwice(Message answer, ThrowingCall call) throws IOException, GrantdException {
        List<byte[]> payloads = Collections.synchronizedList(new ArrayList<>());
        FakeServer.Behaviour losing = request -> {
            payloads.add(request.payload());
            if (request.connection() == 1) {
                request.hangUp();
            } else {
                request.answer(answer);
            }
        };
        try (FakeServer server = new FakeServer(losing); GrantdClient client = server.client(Calls.quick())) {
            call.of(client);
        }
        assertEquals(2, payloads.size());
        assertArrayEquals(payloads.get(0), payloads.get(1));
        return payloads.get(1);
    }

    /** A call that may fail. */
    private interface ThrowingCall {
        void of(GrantdClient client) throws GrantdException;
    }

    @Test
    void anAwardThatIsSentAgainHasTheSameKey() throws IOException, GrantdException {
        AwardRequest request = AwardRequest.newBuilder().setApplication(Samples.application(1)).build();
        List<ThrowingCall> ways = List.of(
                client -> assertEquals(AWARDED, client.award(request)),
                client -> assertEquals(AWARDED, client.async().award(request).join()),
                client -> {
                    try {
                        Awards.newBlockingStub(client.channel()).award(null, request);
                    } catch (com.google.protobuf.ServiceException error) {
                        throw (GrantdException) error;
                    }
                });
        for (ThrowingCall way : ways) {
            AwardRequest sent = AwardRequest.parseFrom(sentTwice(AWARDED, way));
            assertTrue(sent.getIdempotencyKey().matches(MADE_KEY), sent.getIdempotencyKey());
            assertEquals(request, sent.toBuilder().clearIdempotencyKey().build());
        }
    }

    @Test
    void aSettlementThatIsSentAgainHasTheSameKey() throws IOException, GrantdException {
        SettleRequest request = SettleRequest.newBuilder().setAwardId("1").setAction(SettleAction.Value.COMMIT).build();
        SettleResponse answer = SettleResponse.newBuilder().setAward(AWARD).build();
        SettleRequest sent = SettleRequest.parseFrom(sentTwice(answer, client -> client.settle(request)));
        assertTrue(sent.getIdempotencyKey().matches(MADE_KEY), sent.getIdempotencyKey());
    }

    @Test
    void everyEntryOfABatchHasAKey() throws IOException, GrantdException {
        AwardBatchRequest request = AwardBatchRequest.newBuilder()
                .addEntries(AwardBatchEntry.newBuilder().setApplication(Samples.application(1)))
                .addEntries(AwardBatchEntry.newBuilder().setIdempotencyKey("mine"))
                .addEntries(AwardBatchEntry.getDefaultInstance()).build();
        AwardBatchResponse answer = AwardBatchResponse.newBuilder()
                .addAllResults(Collections.nCopies(3, AwardBatchResult.newBuilder().setAward(AWARDED).build())).build();
        AwardBatchRequest sent = AwardBatchRequest.parseFrom(sentTwice(answer, client -> client.awardBatch(request)));
        assertEquals(3, sent.getEntriesCount());
        assertEquals("A-1", sent.getEntries(0).getApplication().getApplicationId());
        assertTrue(sent.getEntries(0).getIdempotencyKey().matches(MADE_KEY));
        assertEquals("mine", sent.getEntries(1).getIdempotencyKey());
        assertTrue(sent.getEntries(2).getIdempotencyKey().matches(MADE_KEY));
        assertNotEquals(sent.getEntries(0).getIdempotencyKey(), sent.getEntries(2).getIdempotencyKey());
    }

    @Test
    void answersThatLackSomethingAreNone() throws IOException, GrantdException {
        AwardRequest one = AwardRequest.getDefaultInstance();
        AwardBatchRequest two = AwardBatchRequest.newBuilder()
                .addEntries(AwardBatchEntry.getDefaultInstance()).addEntries(AwardBatchEntry.getDefaultInstance()).build();
        AwardBatchResult good = AwardBatchResult.newBuilder().setAward(AWARDED).build();
        AwardBatchResult refused = AwardBatchResult.newBuilder().setError(Error.newBuilder().setCode(1003)).build();
        Award nameless = AWARD.toBuilder().clearAwardId().build();
        Award stateless = AWARD.toBuilder().clearState().build();
        answers(client -> client.award(one),
                AWARDED.toBuilder().clearAward().build(),
                AWARDED.toBuilder().clearAssessment().build(), AWARDED.toBuilder().setAward(nameless).build(),
                AwardResponse.newBuilder().setAssessment(AWARDED.getAssessment().toBuilder().clearOutcome()).build());
        answers(client -> client.awardBatch(two),
                AwardBatchResponse.newBuilder().addResults(good).addResults(refused).build(),
                AwardBatchResponse.newBuilder().addResults(good).build(),
                AwardBatchResponse.newBuilder().addResults(good).addResults(AwardBatchResult.getDefaultInstance()).build(),
                AwardBatchResponse.newBuilder().addResults(good)
                        .addResults(AwardBatchResult.newBuilder().setError(Error.getDefaultInstance())).build(),
                AwardBatchResponse.newBuilder().addResults(good)
                        .addResults(AwardBatchResult.newBuilder().setAward(AWARDED.toBuilder().setAward(stateless))).build());
        answers(client -> client.settle(SettleRequest.getDefaultInstance()),
                SettleResponse.newBuilder().setAward(AWARD).build(),
                SettleResponse.getDefaultInstance(), SettleResponse.newBuilder().setAward(stateless).build());
        answers(client -> client.listAwards(ListAwardsRequest.getDefaultInstance()),
                ListAwardsResponse.newBuilder().addAwards(AWARD).build(),
                ListAwardsResponse.newBuilder().addAwards(AWARD).addAwards(nameless).build());
        answers(client -> client.putEnvelope(PutEnvelopeRequest.getDefaultInstance()),
                ENVELOPE, ENVELOPE.toBuilder().clearLimitFen().build());
        answers(client -> client.listEnvelopes(ListEnvelopesRequest.getDefaultInstance()),
                ListEnvelopesResponse.newBuilder().addEnvelopes(ENVELOPE).build(),
                ListEnvelopesResponse.newBuilder().addEnvelopes(ENVELOPE.toBuilder().clearEnvelopeId()).build());
    }

    /** The first answer is taken, and none of the others. */
    private static void answers(ThrowingCall call, Message whole, Message... lacking) throws IOException, GrantdException {
        try (FakeServer server = new FakeServer(request -> request.answer(whole)); GrantdClient client = server.client()) {
            call.of(client);
        }
        for (Message answer : lacking) {
            try (FakeServer server = new FakeServer(request -> request.answer(answer)); GrantdClient client = server.client()) {
                GrantdException error = assertThrows(GrantdException.class, () -> call.of(client), answer.toString());
                assertEquals(GrantdCode.INVALID_REPLY, error.code());
            }
        }
    }

    @Test
    void columnsMayBeLargerThanOtherCalls() throws IOException, GrantdException {
        EvaluateColumnsRequest request = EvaluateColumnsRequest.newBuilder()
                .addColumns(Column.newBuilder().setData(ByteString.copyFrom(new byte[8 << 20]))).build();
        EvaluateColumnsResponse answer =
                EvaluateColumnsResponse.newBuilder().setRows(1).setPolicy(Samples.policy()).build();
        try (FakeServer server = new FakeServer(asked -> asked.answer(answer)); GrantdClient client = server.client()) {
            assertEquals(answer, client.evaluateColumns(request));
        }
    }

    @Test
    void theDaemonAwardsOnce(@TempDir Path folder) throws IOException, GrantdException {
        Daemon.assumeThereIsOne();
        Application application = Samples.application(0).toBuilder()
                .setApplicant(Applicant.newBuilder()
                        .setRegisteredInBeijing(true).setUnifiedSocialCreditCode("91110108MA01CX7K1R"))
                .build();
        AwardRequest request = AwardRequest.newBuilder().setApplication(application).setIdempotencyKey("round/1").build();
        try (Daemon daemon = new Daemon(0, "--ledger", folder.resolve("book.sqlite").toString());
                GrantdClient client = new GrantdClient(daemon.address)) {
            Envelope envelope = Envelope.newBuilder().setEnvelopeId("2026").setLimitFen(2_000_000_000L).build();
            client.putEnvelope(PutEnvelopeRequest.newBuilder().setEnvelope(envelope).build());
            AwardResponse first = client.award(request);
            assertEquals(1_800_000_000, first.getAward().getAmountFen());
            assertFalse(first.getReplayed());
            assertTrue(client.award(request).getReplayed());
            AwardBatchResponse more = client.awardBatch(AwardBatchRequest.newBuilder()
                    .addEntries(AwardBatchEntry.newBuilder().setApplication(application))
                    .addEntries(AwardBatchEntry.getDefaultInstance()).build());
            assertEquals(200_000_000, more.getResults(0).getAward().getAward().getAmountFen());
            assertEquals(GrantdCode.INVALID_REQUEST.number(), more.getResults(1).getError().getCode());
            SettleRequest cancel = SettleRequest.newBuilder().setAwardId(first.getAward().getAwardId())
                    .setAction(SettleAction.Value.CANCEL).setReason("withdrawn").build();
            assertEquals(AwardState.Value.CANCELLED, client.settle(cancel).getAward().getState());
            assertEquals(2, client.listAwards(ListAwardsRequest.getDefaultInstance()).getAwardsCount());
            ListEnvelopesResponse envelopes = client.listEnvelopes(ListEnvelopesRequest.getDefaultInstance());
            assertEquals(200_000_000, envelopes.getEnvelopes(0).getUsedFen());
        }
    }
}
