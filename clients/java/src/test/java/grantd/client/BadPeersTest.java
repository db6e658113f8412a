// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import com.google.protobuf.BlockingRpcChannel;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.RpcChannel;
import grantd.v1.Application;
import grantd.v1.Assessment;
import grantd.v1.AuctionBid;
import grantd.v1.AuctionOutcome;
import grantd.v1.AuctionResult;
import grantd.v1.AuctionStatus;
import grantd.v1.Basis;
import grantd.v1.Calculator;
import grantd.v1.ClearAuctionRequest;
import grantd.v1.ClearAuctionResponse;
import grantd.v1.DescribeMeasureRequest;
import grantd.v1.Document;
import grantd.v1.Error;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
import grantd.v1.EvaluateRequest;
import grantd.v1.ListDocumentsRequest;
import grantd.v1.ListDocumentsResponse;
import grantd.v1.ListMeasuresRequest;
import grantd.v1.ListMeasuresResponse;
import grantd.v1.MeasureDescription;
import grantd.v1.MeasureSummary;
import grantd.v1.Schema;
import grantd.v1.ScreenRequest;
import grantd.v1.ScreenResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of bad peers that every client's tests run, by its names. */
@Timeout(60)
class BadPeersTest {
    private static final Duration SILENCE = Duration.ofMillis(300);
    private static final int MEBIBYTE = 1024 * 1024;

    /** The ways to make a call. */
    private enum Way {
        BLOCKING {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                return client.evaluate(application);
            }
        },
        FUTURE {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                return client.async().evaluate(application).get();
            }
        },
        BLOCKING_STUB {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                BlockingRpcChannel channel = client.channel();
                return Calculator.newBlockingStub(channel).evaluate(null, request(application));
            }
        },
        STUB {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                RpcChannel channel = client.channel();
                GrantdController controller = new GrantdController();
                CompletableFuture<Message> answer = new CompletableFuture<>();
                Calculator.newStub(channel).evaluate(controller, request(application), answer::complete);
                answer.get();
                if (controller.failed()) {
                    throw controller.failure();
                }
                return answer.get();
            }
        },
        DYNAMIC {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                MethodDescriptor method = Method.EVALUATE.descriptor();
                Message prototype = DynamicMessage.getDefaultInstance(method.getOutputType());
                return client.channel().callBlockingMethod(method, null, request(application), prototype);
            }
        },
        BYTES {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                return Assessment.parseFrom(client.channel().call("Calculator", "Evaluate",
                        request(application).toByteString(), Duration.ofSeconds(10)).get());
            }
        },
        SCORE {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                try (Scores scores = client.score(List.of(application).iterator())) {
                    return scores.next().orThrow();
                } catch (UncheckedGrantdException error) {
                    throw error.getCause();
                }
            }
        };

        abstract Message evaluate(GrantdClient client, Application application) throws Exception;

        static EvaluateRequest request(Application application) {
            return EvaluateRequest.newBuilder().setApplication(application).build();
        }

        /** How the call fails that has to. */
        GrantdException failure(GrantdClient client) {
            Exception error = assertThrows(Exception.class, () -> evaluate(client, Samples.application(1)));
            return (GrantdException) (error instanceof ExecutionException ? error.getCause() : error);
        }
    }

    private static GrantdConfiguration.Builder impatient() {
        return quick().silenceTimeout(SILENCE);
    }

    /** The connections up to a number misbehave, the later ones are good. */
    private static FakeServer.Behaviour until(int connection, FakeServer.Behaviour bad) {
        return request -> {
            if (request.connection() <= connection) {
                bad.received(request);
            } else {
                Samples.answer(request);
            }
        };
    }

    private static byte[] assessmentFrame(FakeServer.Request request) throws IOException {
        RpcMeta meta = RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                .setResponse(RpcResponseMeta.getDefaultInstance()).build();
        Application application = EvaluateRequest.parseFrom(request.payload()).getApplication();
        return FakeServer.frame(meta, Samples.assessment(application).toByteArray());
    }

    /** The header and a little more, then a byte each moment, for as long as there are any. */
    private static void trickle(FakeServer.Request request, byte[] frame) {
        Thread thread = new Thread(() -> {
            try {
                request.sendBytes(Arrays.copyOf(frame, 20));
                for (int index = 20; index < frame.length; index++) {
                    request.sendBytes(new byte[] {frame[index]});
                    Thread.sleep(100);
                }
            } catch (IOException | InterruptedException error) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    // silent

    @DisplayName("silent")
    @ParameterizedTest
    @EnumSource(Way.class)
    void silent(Way way) throws Exception {
        try (FakeServer server = new FakeServer(until(2, request -> {})); GrantdClient client = server.client(impatient())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took >= 600 && took < 5_000, "took " + took + " ms");
            assertEquals(3, server.connections.get());
        }
    }

    @DisplayName("silent: calls with deadlines shorter than the silence timeout")
    @Test
    void silentAndShortDeadlines() throws Exception {
        assertCallsWithShortDeadlines(request -> {});
    }

    private static void assertCallsWithShortDeadlines(FakeServer.Behaviour bad) throws Exception {
        try (FakeServer server = new FakeServer(until(1, bad)); GrantdClient all = server.client(impatient())) {
            GrantdClient client = all.withDeadline(Duration.ofMillis(150));
            int answered = 0;
            for (int number = 0; number < 25; number++) {
                try {
                    client.evaluate(Samples.application(number));
                    answered++;
                } catch (GrantdException error) {
                    assertEquals(GrantdCode.DEADLINE_EXCEEDED, error.code());
                }
            }
            // Two calls' time is the silence timeout.
            assertTrue(answered >= 10, answered + " of 25 answered");
            assertEquals(2, server.connections.get());
        }
    }

    @DisplayName("silent: in every attempt")
    @Test
    void silentInEveryAttempt() throws Exception {
        try (FakeServer server = new FakeServer(request -> {}); GrantdClient client = server.client(impatient().attempts(2))) {
            GrantdException error = failure(client);
            assertEquals(GrantdCode.CONNECTION_LOST, error.code());
            assertTrue(error.getMessage().contains("no progress for 300 ms"), error.getMessage());
            assertEquals(2, server.requests.get());
        }
    }

    @DisplayName("silent: a peer that does not even read")
    @Test
    void silentAndDeaf() throws Exception {
        ClearAuctionRequest large = ClearAuctionRequest.newBuilder().setAuctionId("x".repeat(15 * MEBIBYTE)).build();
        // Connections are made by the system, and nobody ever looks at them.
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            GrantdAddress address = new GrantdAddress("127.0.0.1", listener.getLocalPort());
            try (GrantdClient client = new GrantdClient(address, impatient().attempts(2).build())) {
                assertEquals(GrantdCode.CONNECTION_LOST, failure(client).code());
                GrantdException error = assertThrows(GrantdException.class, () -> client.clearAuction(large));
                assertEquals(GrantdCode.CONNECTION_LOST, error.code());
                assertEquals(4, client.channel().statistics().connectionsMade());
            }
        }
    }

    @DisplayName("silent: a connection that owes nothing is kept, and one that is told to wait for ever too")
    @Test
    void silenceThatIsNone() throws Exception {
        try (FakeServer server = new FakeServer(Samples::answer); GrantdClient client = server.client(impatient())) {
            for (int number = 0; number < 2; number++) {
                client.evaluate(Samples.application(number));
                Thread.sleep(2 * SILENCE.toMillis());
            }
            assertEquals(1, server.connections.get());
        }
        try (FakeServer server = new FakeServer(request -> {
            sleep(2 * SILENCE.toMillis());
            Samples.answer(request);
        });
                GrantdClient client = server.client(quick().silenceTimeout(Duration.ZERO))) {
            client.evaluate(Samples.application(1));
            assertEquals(1, server.connections.get());
        }
    }

    @DisplayName("silent: a request that is still on its way out owes no answer")
    @Test
    void aSlowUploadIsNoSilence() throws Exception {
        // For more than two silence timeouts the request is more than the sockets' buffers hold.
        ClearAuctionRequest request = ClearAuctionRequest.newBuilder().setAuctionId("x".repeat(15 * MEBIBYTE)).build();
        try (SlowReader server = new SlowReader(9 * MEBIBYTE, Duration.ofMillis(2_400));
                GrantdClient client = new GrantdClient(
                        server.address(), quick().silenceTimeout(Duration.ofSeconds(1)).build())) {
            assertEquals(AuctionOutcome.Value.UNDETERMINED, client.clearAuction(request).getOutcome());
            assertEquals(1, client.channel().statistics().connectionsMade());
        }
    }

    // trickle

    @DisplayName("trickle")
    @ParameterizedTest
    @EnumSource(value = Way.class, names = {"BLOCKING", "FUTURE", "SCORE"})
    void trickle(Way way) throws Exception {
        try (FakeServer server = new FakeServer(until(2, request -> trickle(request, FakeServer.frame(
                RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                        .setResponse(RpcResponseMeta.getDefaultInstance()).build(), new byte[10_000]))));
                GrantdClient client = server.client(impatient())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took >= 600 && took < 5_000, "took " + took + " ms");
            assertEquals(3, server.connections.get());
        }
    }

    @DisplayName("trickle: calls with deadlines shorter than the silence timeout")
    @Test
    void trickleAndShortDeadlines() throws Exception {
        assertCallsWithShortDeadlines(request -> {
            // The first reply alone: several at once would be no frames.
            if (request.meta().getCorrelationId() == 1) {
                trickle(request, assessmentFrame(request));
            }
        });
    }

    @DisplayName("trickle: a KiB at a time is progress")
    @Test
    void aSlowReplyIsTaken() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            Application application = EvaluateRequest.parseFrom(request.payload()).getApplication();
            byte[] frame = FakeServer.frame(
                    RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                            .setResponse(RpcResponseMeta.getDefaultInstance()).build(),
                    Samples.assessment(application).toBuilder().setBindingCap("x".repeat(10_000)).build().toByteArray());
            for (int start = 0; start < frame.length; start += 1_100) {
                request.sendBytes(Arrays.copyOfRange(frame, start, Math.min(start + 1_100, frame.length)));
                sleep(100);
            }
        });
                GrantdClient client = server.client(quick().silenceTimeout(Duration.ofMillis(600)))) {
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            assertEquals(1, server.connections.get());
        }
    }

    // cut

    @DisplayName("cut")
    @ParameterizedTest
    @EnumSource(Way.class)
    void cut(Way way) throws Exception {
        FakeServer.Behaviour cutting = request -> {
            byte[] frame = FakeServer.frame(
                    RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                            .setResponse(RpcResponseMeta.getDefaultInstance()).build(), new byte[100]);
            request.sendBytes(Arrays.copyOf(frame, frame.length / 2));
            request.hangUp();
        };
        try (FakeServer server = new FakeServer(until(3, cutting)); GrantdClient client = server.client(quick())) {
            way.evaluate(client, Samples.application(1));
            assertEquals(4, server.connections.get());
        }
        if (way == Way.SCORE) {
            return; // Tried until its deadline: see stopping.
        }
        try (FakeServer server = new FakeServer(cutting); GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.CONNECTION_LOST, way.failure(client).code());
            assertEquals(5, server.requests.get());
        }
    }

    // strange ids

    @DisplayName("strange ids")
    @ParameterizedTest
    @EnumSource(Way.class)
    void strangeIds(Way way) throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            for (long id : new long[] {0, -1, 987_654, Long.MIN_VALUE}) {
                request.answer(id, new byte[0]);
                request.sendBytes(FakeServer.frame(RpcMeta.newBuilder().setCorrelationId(id)
                        .setResponse(RpcResponseMeta.newBuilder().setErrorCode(2003)).build(), new byte[20]));
            }
            Samples.answer(request);
        });
                GrantdClient client = server.client(quick())) {
            way.evaluate(client, Samples.application(1));
            assertEquals(new GrantdStatistics(1, 0, 8), client.channel().statistics());
        }
    }

    @DisplayName("strange ids: they are no progress, however large")
    @ParameterizedTest
    @EnumSource(value = Way.class, names = {"BLOCKING", "FUTURE", "SCORE"})
    void strangeIdsForEver(Way way) throws Exception {
        byte[] reply = FakeServer.frame(RpcMeta.newBuilder().setCorrelationId(987_654)
                .setResponse(RpcResponseMeta.getDefaultInstance()).build(), new byte[4_000]);
        try (FakeServer server = new FakeServer(until(1, request -> {
            for (int count = 0; count < 100; count++) {
                request.sendBytes(reply);
                sleep(50);
            }
        }));
                GrantdClient client = server.client(impatient())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            long took = (System.nanoTime() - began) / 1_000_000;
            assertTrue(took >= 300 && took < 3_000, "took " + took + " ms");
            assertEquals(2, server.connections.get());
        }
    }

    // no response

    @DisplayName("no response")
    @ParameterizedTest
    @EnumSource(Way.class)
    void noResponse(Way way) throws Exception {
        try (FakeServer server = new FakeServer(request -> request.send(
                RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId()).build(), new byte[0]));
                GrantdClient client = server.client(quick())) {
            GrantdException error = way.failure(client);
            assertEquals(GrantdCode.INVALID_REPLY, error.code());
            assertEquals("INTERNAL", error.status());
            assertTrue(error.getMessage().contains("no response"), error.getMessage());
            assertEquals(1, server.requests.get());
        }
        // What it was sent, sent back.
        try (FakeServer server = new FakeServer(request -> request.send(request.meta(), request.payload()));
                GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.INVALID_REPLY, way.failure(client).code());
        }
    }

    // incomplete

    @DisplayName("incomplete")
    @ParameterizedTest
    @EnumSource(Way.class)
    void incomplete(Way way) throws Exception {
        try (FakeServer server = new FakeServer(request -> request.answer(request.meta().getCorrelationId(), new byte[0]));
                GrantdClient client = server.client(quick())) {
            GrantdException error = way.failure(client);
            assertEquals(GrantdCode.INVALID_REPLY, error.code());
            assertTrue(error.getMessage().contains("lacks what the contract always sets"), error.getMessage());
            assertEquals(1, server.requests.get());
        }
    }

    private interface ClientCall {
        Message of(GrantdClient client) throws GrantdException;
    }

    private interface Change {
        void in(Assessment.Builder assessment);
    }

    private static Assessment without(Change change) {
        Assessment.Builder assessment = Samples.assessment(Samples.application(1)).toBuilder();
        change.in(assessment);
        return assessment.build();
    }

    private static EvaluateBatchResult result(Assessment assessment) {
        return EvaluateBatchResult.newBuilder().setAssessment(assessment).build();
    }

    private static Arguments of(String lacking, ClientCall call, Message answer) {
        return Arguments.of(lacking, call, answer);
    }

    /** What an answer lacks, the call, the answer; with nothing lacking it is taken. */
    static Stream<Arguments> answers() {
        List<Arguments> all = new ArrayList<>();
        Assessment whole = Samples.assessment(Samples.application(1));
        List<Assessment> broken = List.of(
                without(Assessment.Builder::clearMeasure),
                without(Assessment.Builder::clearAsOf),
                without(Assessment.Builder::clearOutcome),
                without(Assessment.Builder::clearBasis),
                without(Assessment.Builder::clearPolicy),
                without(assessment -> assessment.getPolicyBuilder().clearProgramme()),
                without(assessment -> assessment.getPolicyBuilder().clearDocumentNumber()),
                without(assessment -> assessment.getPolicyBuilder().clearDigest()));
        List<String> lacking = List.of("measure", "as_of", "outcome", "basis", "policy.programme", "policy.programme",
                "policy.document_number", "policy.digest");

        ClientCall evaluate = client -> client.evaluate(Samples.application(1));
        ClientCall batch = client -> client.evaluateBatch(EvaluateBatchRequest.newBuilder()
                .addApplications(Samples.application(1)).addApplications(Samples.application(2)).build());
        ClientCall screen = client -> client.screen(ScreenRequest.newBuilder().setAsOf("2026-05-20").build());
        all.add(of("", evaluate, whole));
        all.add(of("", batch, EvaluateBatchResponse.newBuilder().addResults(result(whole))
                .addResults(EvaluateBatchResult.newBuilder().setError(Error.newBuilder().setCode(1003))).build()));
        all.add(of("", screen, ScreenResponse.getDefaultInstance()));
        for (int index = 0; index < broken.size(); index++) {
            all.add(of(lacking.get(index), evaluate, broken.get(index)));
            all.add(of("results: " + lacking.get(index), batch, EvaluateBatchResponse.newBuilder()
                    .addResults(result(whole)).addResults(result(broken.get(index))).build()));
            all.add(of("assessments: " + lacking.get(index), screen,
                    ScreenResponse.newBuilder().addAssessments(whole).addAssessments(broken.get(index)).build()));
        }
        all.add(of("a result for each of 2, there are 1", batch,
                EvaluateBatchResponse.newBuilder().addResults(result(whole)).build()));
        all.add(of("a result for each of 2, there are 3", batch, EvaluateBatchResponse.newBuilder()
                .addResults(result(whole)).addResults(result(whole)).addResults(result(whole)).build()));
        all.add(of("results: result", batch, EvaluateBatchResponse.newBuilder()
                .addResults(result(whole)).addResults(EvaluateBatchResult.getDefaultInstance()).build()));
        all.add(of("results: error.code", batch, EvaluateBatchResponse.newBuilder().addResults(result(whole))
                .addResults(EvaluateBatchResult.newBuilder().setError(Error.getDefaultInstance())).build()));

        ClientCall list = client -> client.listMeasures(ListMeasuresRequest.getDefaultInstance());
        MeasureSummary measure = MeasureSummary.newBuilder()
                .setMeasure("a.b").setBasis(Basis.Value.EXACT).setPolicy(Samples.policy()).build();
        all.add(of("", list, ListMeasuresResponse.newBuilder().addMeasures(measure).build()));
        all.add(of("measures: measure", list,
                ListMeasuresResponse.newBuilder().addMeasures(measure.toBuilder().clearMeasure()).build()));
        all.add(of("measures: basis", list,
                ListMeasuresResponse.newBuilder().addMeasures(measure.toBuilder().clearBasis()).build()));
        all.add(of("measures: policy.programme", list,
                ListMeasuresResponse.newBuilder().addMeasures(measure.toBuilder().clearPolicy()).build()));

        ClientCall describe = client -> client.describeMeasure(DescribeMeasureRequest.getDefaultInstance());
        MeasureDescription description = MeasureDescription.newBuilder()
                .setMeasure("a.b").setBasis(Basis.Value.EXACT).setPolicy(Samples.policy()).build();
        all.add(of("", describe, description));
        all.add(of("measure", describe, description.toBuilder().clearMeasure().build()));
        all.add(of("basis", describe, description.toBuilder().clearBasis().build()));
        all.add(of("policy.programme", describe, description.toBuilder().clearPolicy().build()));

        ClientCall documents = client -> client.listDocuments(ListDocumentsRequest.getDefaultInstance());
        all.add(of("", documents,
                ListDocumentsResponse.newBuilder().addDocuments(Document.newBuilder().setNumber("1")).build()));
        all.add(of("documents: number", documents,
                ListDocumentsResponse.newBuilder().addDocuments(Document.getDefaultInstance()).build()));

        all.add(of("", GrantdClient::schema, Schema.newBuilder().setFileDescriptorSet(ByteString.copyFromUtf8("x")).build()));
        all.add(of("file_descriptor_set", GrantdClient::schema, Schema.getDefaultInstance()));
        all.add(of("file_descriptor_set", GrantdClient::schema,
                Schema.newBuilder().setFileDescriptorSet(ByteString.EMPTY).build()));

        ClientCall auction = client -> client.clearAuction(ClearAuctionRequest.newBuilder()
                .addBids(AuctionBid.getDefaultInstance()).addBids(AuctionBid.getDefaultInstance()).build());
        AuctionResult selected = AuctionResult.newBuilder()
                .setBidId("1").setStatus(AuctionStatus.Value.SELECTED).setMechanismKwh(1).build();
        ClearAuctionResponse cleared = ClearAuctionResponse.newBuilder()
                .setOutcome(AuctionOutcome.Value.CLEARED).addResults(selected).addResults(selected).build();
        all.add(of("", auction, cleared));
        all.add(of("", auction, ClearAuctionResponse.newBuilder().setOutcome(AuctionOutcome.Value.INVALID).build()));
        all.add(of("outcome", auction, cleared.toBuilder().clearOutcome().build()));
        all.add(of("a result for each of 2, there are 1", auction, cleared.toBuilder().removeResults(1).build()));
        all.add(of("a result for each of 2, there are 0", auction, cleared.toBuilder().clearResults()
                .setOutcome(AuctionOutcome.Value.NOTHING_SELECTED).build()));
        all.add(of("results: status", auction,
                cleared.toBuilder().setResults(1, selected.toBuilder().clearStatus()).build()));
        all.add(of("results: mechanism_kwh", auction,
                cleared.toBuilder().setResults(1, selected.toBuilder().clearMechanismKwh()).build()));

        ClientCall health = client -> client.health("");
        all.add(of("", health, HealthCheckResponse.newBuilder()
                .setStatus(HealthCheckResponse.ServingStatus.NOT_SERVING).build()));
        all.add(of("status", health, HealthCheckResponse.getDefaultInstance()));
        return all.stream();
    }

    @DisplayName("incomplete: every answer of the contract")
    @ParameterizedTest(name = "{index}: {0}")
    @MethodSource("answers")
    void incompleteInEachPart(String lacking, ClientCall call, Message answer) throws Exception {
        try (FakeServer server = new FakeServer(request -> request.answer(answer)); GrantdClient client = server.client(quick())) {
            if (lacking.isEmpty()) {
                assertEquals(answer, call.of(client));
                return;
            }
            GrantdException error = assertThrows(GrantdException.class, () -> call.of(client));
            assertEquals(GrantdCode.INVALID_REPLY, error.code());
            assertTrue(error.getMessage().endsWith(" lacks what the contract always sets: " + lacking), error.getMessage());
            assertEquals(1, server.requests.get());
        }
    }

    @DisplayName("incomplete: an outcome of a number that is not known is none")
    @Test
    void anUnknownOutcomeIsNone() throws Exception {
        byte[] answer = without(Assessment.Builder::clearOutcome).toByteString()
                .concat(ByteString.copyFrom(new byte[] {0x20, 0x63})).toByteArray();
        try (FakeServer server = new FakeServer(request -> request.answer(request.meta().getCorrelationId(), answer));
                GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.INVALID_REPLY, failure(client).code());
        }
    }

    @DisplayName("incomplete: a scoring of which a batch has too few results")
    @Test
    void incompleteBatchOfAScoring() throws Exception {
        try (FakeServer server = new FakeServer(request -> {
            EvaluateBatchRequest batch = EvaluateBatchRequest.parseFrom(request.payload());
            EvaluateBatchResponse.Builder response = EvaluateBatchResponse.newBuilder();
            for (Application application : batch.getApplicationsList()) {
                response.addResults(result(Samples.assessment(application)));
            }
            if (batch.getApplications(0).getApplicationId().equals("A-20")) {
                response.removeResults(3);
            }
            request.answer(response.build());
        });
                GrantdClient client = server.client(quick())) {
            Scores scores = client.score(Samples.applications(50), ScoreOptions.DEFAULTS.withBatches(10, 2));
            for (int taken = 0; taken < 20; taken++) {
                assertEquals("A-" + taken, scores.next().assessment().getApplicationId());
            }
            UncheckedGrantdException error = assertThrows(UncheckedGrantdException.class, scores::next);
            assertEquals(GrantdCode.INVALID_REPLY, error.getCause().code());
        }
    }

    // huge meta

    @DisplayName("huge meta")
    @ParameterizedTest
    @EnumSource(Way.class)
    void hugeMeta(Way way) throws Exception {
        byte[] header = {'P', 'R', 'P', 'C', -1, -1, -1, -1, -1, -1, -1, -1};
        try (FakeServer server = new FakeServer(until(2, request -> request.sendBytes(header)));
                GrantdClient client = server.client(quick())) {
            long began = System.nanoTime();
            way.evaluate(client, Samples.application(1));
            assertTrue(System.nanoTime() - began < 3_000_000_000L, "the connection did not end at once");
            assertEquals(3, server.connections.get());
        }
    }

    // Bounded by what decoding costs

    @DisplayName("costly: 16 MiB of empty list entries")
    @ParameterizedTest
    @EnumSource(Way.class)
    void costly(Way way) throws Exception {
        byte[] findings = DecodingCostTest.repeated(16 * MEBIBYTE - 100, way == Way.SCORE ? 0x0A : 0x4A, 0).toByteArray();
        try (FakeServer server = new FakeServer(request -> request.answer(request.meta().getCorrelationId(), findings));
                GrantdClient client = server.client(quick())) {
            GrantdException error = way.failure(client);
            assertEquals(GrantdCode.REPLY_TOO_LARGE, error.code());
            assertEquals("RESOURCE_EXHAUSTED", error.status());
            assertTrue(error.getMessage().contains("more than 268435456 bytes of memory"), error.getMessage());
            assertEquals(1, server.requests.get());
        }
    }

    @DisplayName("costly: a meta")
    @Test
    void costlyMeta() throws Exception {
        byte[] fields = DecodingCostTest.repeated(MEBIBYTE, 0x0A, 0).toByteArray();
        byte[] deep = ByteString.copyFrom(new byte[] {0x4A, (byte) 0xA0, (byte) 0x8D, 0x06})
                .concat(DecodingCostTest.repeated(100_000, 0x1B)).toByteArray();
        for (byte[] meta : new byte[][] {fields, deep}) {
            byte[] frame = ByteBuffer.allocate(12 + meta.length).putInt(FrameDecoder.MAGIC)
                    .putInt(meta.length).putInt(meta.length).put(meta).array();
            try (FakeServer server = new FakeServer(until(1, request -> request.sendBytes(frame)));
                    GrantdClient client = server.client(quick())) {
                client.evaluate(Samples.application(1));
                assertEquals(2, server.connections.get());
            }
        }
    }

    // dead first address

    @DisplayName("dead first address")
    @ParameterizedTest
    @EnumSource(Way.class)
    void deadFirstAddress(Way way) throws Exception {
        InetAddress[] addresses = {ConnectorTest.address("127.0.0.2"), ConnectorTest.address("127.0.0.3")};
        try (DeadListener dead = new DeadListener(addresses[0]);
                FakeServer server = new FakeServer(addresses[1], dead.port(), Samples::answer)) {
            GrantdConfiguration configuration = quick().resolver(host -> addresses).build();
            GrantdAddress address = new GrantdAddress("grants.test", dead.port());
            try (GrantdClient client = new GrantdClient(address, configuration)) {
                long began = System.nanoTime();
                way.evaluate(client, Samples.application(1));
                long took = (System.nanoTime() - began) / 1_000_000;
                assertTrue(took >= 250 && took < 4_000, "took " + took + " ms");
                assertEquals(1, server.connections.get());
            }
        }
    }

    // stopping

    @DisplayName("stopping")
    @ParameterizedTest
    @EnumSource(Way.class)
    void stopping(Way way) throws Exception {
        FakeServer.Behaviour stopping = request -> request.refuse(2003, "UNAVAILABLE", "stopping", "");
        try (FakeServer server = new FakeServer(until(4, stopping)); GrantdClient client = server.client(quick())) {
            way.evaluate(client, Samples.application(1));
            assertEquals(5, server.connections.get());
        }
        if (way == Way.SCORE) {
            return;
        }
        try (FakeServer server = new FakeServer(stopping); GrantdClient client = server.client(quick())) {
            assertEquals(GrantdCode.UNAVAILABLE, way.failure(client).code());
            assertEquals(5, server.requests.get());
        }
    }

    @DisplayName("stopping: a batch of a scoring is tried as often as its deadline leaves time for")
    @Test
    void stoppingInAScoring() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (FakeServer server = new FakeServer(request -> {
            if (attempts.incrementAndGet() <= 30) {
                request.refuse(2003, "UNAVAILABLE", "stopping", "");
            } else {
                Samples.answer(request);
            }
        });
                GrantdClient client = server.client(quick());
                Scores scores = client.score(Samples.applications(1))) {
            assertEquals("A-0", scores.next().assessment().getApplicationId());
            assertEquals(31, attempts.get());
        }
    }

    // killed

    @DisplayName("killed")
    @Test
    void killed() throws Exception {
        Daemon.assumeThereIsOne();
        DaemonTest.restartInTheMiddle(false);
    }

    @DisplayName("killed: in the middle of batches")
    @Test
    void killedInTheMiddleOfBatches() throws Exception {
        Daemon.assumeThereIsOne();
        EvaluateBatchRequest.Builder batch = EvaluateBatchRequest.newBuilder();
        for (int number = 0; number < 4_096; number++) {
            batch.addApplications(Samples.application(number));
        }
        // As often as it takes until the other daemon is there.
        GrantdConfiguration configuration = quick().attempts(10_000)
                .deadline(Duration.ofSeconds(50)).silenceTimeout(Duration.ofSeconds(30)).build();
        try (Daemon first = new Daemon(0); GrantdClient client = new GrantdClient(first.address, configuration)) {
            List<CompletableFuture<EvaluateBatchResponse>> answers = new ArrayList<>();
            for (int count = 0; count < 32; count++) {
                answers.add(client.async().evaluateBatch(batch.build()));
            }
            answers.get(0).get();
            first.stop(false);
            try (Daemon second = new Daemon(first.address.port())) {
                for (CompletableFuture<EvaluateBatchResponse> answer : answers) {
                    for (int number = 0; number < 4_096; number++) {
                        assertEquals("A-" + number, answer.get().getResults(number).getAssessment().getApplicationId());
                    }
                }
                assertEquals(first.address, second.address);
                // A listener that dies may still take a connection that nobody will ever serve.
                assertTrue(client.channel().statistics().connectionsMade() >= 2);
            }
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
