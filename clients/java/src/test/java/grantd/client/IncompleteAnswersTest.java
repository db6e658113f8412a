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
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import grantd.client.BadPeers.Way;
import grantd.v1.Application;
import grantd.v1.Assessment;
import grantd.v1.AuctionBid;
import grantd.v1.AuctionOutcome;
import grantd.v1.AuctionResult;
import grantd.v1.AuctionStatus;
import grantd.v1.Basis;
import grantd.v1.ClearAuctionRequest;
import grantd.v1.ClearAuctionResponse;
import grantd.v1.DescribeMeasureRequest;
import grantd.v1.Document;
import grantd.v1.Error;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Of the table of bad peers that every client's tests run: {@code no response} and {@code incomplete}. */
@Timeout(60)
class IncompleteAnswersTest {
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
}
