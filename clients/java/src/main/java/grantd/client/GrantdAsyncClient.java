// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.Message;
import grantd.v1.Application;
import grantd.v1.Assessment;
import grantd.v1.AwardBatchRequest;
import grantd.v1.AwardBatchResponse;
import grantd.v1.AwardRequest;
import grantd.v1.AwardResponse;
import grantd.v1.ClearAuctionRequest;
import grantd.v1.ClearAuctionResponse;
import grantd.v1.DescribeMeasureRequest;
import grantd.v1.Envelope;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateColumnsRequest;
import grantd.v1.EvaluateColumnsResponse;
import grantd.v1.EvaluateRequest;
import grantd.v1.GetSchemaRequest;
import grantd.v1.ListAwardsRequest;
import grantd.v1.ListAwardsResponse;
import grantd.v1.ListDocumentsRequest;
import grantd.v1.ListDocumentsResponse;
import grantd.v1.ListEnvelopesRequest;
import grantd.v1.ListEnvelopesResponse;
import grantd.v1.ListMeasuresRequest;
import grantd.v1.ListMeasuresResponse;
import grantd.v1.MeasureDescription;
import grantd.v1.PutEnvelopeRequest;
import grantd.v1.Schema;
import grantd.v1.ScreenRequest;
import grantd.v1.ScreenResponse;
import grantd.v1.SettleRequest;
import grantd.v1.SettleResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The calls of the contract, each a {@link CompletableFuture}: made by {@link GrantdClient#async()}.
 *
 * <p>A future fails with a {@link GrantdException}; cancelling it gives the call up. Futures complete in the configuration's
 * executor.
 */
public final class GrantdAsyncClient {
    private final GrantdChannel channel;
    private final CallOptions options;

    GrantdAsyncClient(GrantdChannel channel, CallOptions options) {
        this.channel = channel;
        this.options = options;
    }

    /**
     * The same client with another deadline.
     *
     * @param deadline How long each call may take, its retries included; more than none.
     * @return A client over the same connections.
     */
    public GrantdAsyncClient withDeadline(Duration deadline) {
        return new GrantdAsyncClient(channel, options.withDeadline(deadline));
    }

    /**
     * Assesses one application.
     *
     * @param application Who asks for which measure, on which day, with which facts.
     * @return The assessment, whatever its outcome.
     */
    public CompletableFuture<Assessment> evaluate(Application application) {
        return evaluate(EvaluateRequest.newBuilder().setApplication(application).build());
    }

    /**
     * Assesses one application.
     *
     * @param request The request as the contract has it.
     * @return The assessment, whatever its outcome.
     */
    public CompletableFuture<Assessment> evaluate(EvaluateRequest request) {
        return call(Method.EVALUATE, request);
    }

    /**
     * Assesses up to 4,096 applications in one call, 256 with explanations.
     *
     * @param request The request as the contract has it.
     * @return A result for each application, in their order; an error stands beside its own application.
     */
    public CompletableFuture<EvaluateBatchResponse> evaluateBatch(EvaluateBatchRequest request) {
        return call(Method.EVALUATE_BATCH, request);
    }

    /**
     * Assesses up to 65,536 applications for one measure as columns, 4,096 with explanations.
     *
     * @param request The request as the contract has it, of up to 16 MiB.
     * @return Columns again; an error stands in its own row.
     */
    public CompletableFuture<EvaluateColumnsResponse> evaluateColumns(EvaluateColumnsRequest request) {
        return call(Method.EVALUATE_COLUMNS, request);
    }

    /**
     * Assesses one applicant for every measure in force, with whatever is known.
     *
     * @param request Day, applicant, prior awards, known facts.
     * @return The measures that are not ruled out, most support first.
     */
    public CompletableFuture<ScreenResponse> screen(ScreenRequest request) {
        return call(Method.SCREEN, request);
    }

    /**
     * Lists the measures.
     *
     * @param request Day and programme; empty for all.
     * @return The measures by programme, in the order of their files.
     */
    public CompletableFuture<ListMeasuresResponse> listMeasures(ListMeasuresRequest request) {
        return call(Method.LIST_MEASURES, request);
    }

    /**
     * Describes a measure: its facts with their questions, its rules, caps and clause.
     *
     * @param request The measure's full id, and the day.
     * @return The description; {@link GrantdCode#INVALID_REQUEST} with the field {@code measure} where there is none.
     */
    public CompletableFuture<MeasureDescription> describeMeasure(DescribeMeasureRequest request) {
        return call(Method.DESCRIBE_MEASURE, request);
    }

    /**
     * Lists the documents of the two gazettes, and the documents that they end.
     *
     * @param request Day and number; empty for all.
     * @return The documents in the gazettes' order, then those that another document ends.
     */
    public CompletableFuture<ListDocumentsResponse> listDocuments(ListDocumentsRequest request) {
        return call(Method.LIST_DOCUMENTS, request);
    }

    /**
     * The contract as the daemon has it.
     *
     * @return A serialized {@code google.protobuf.FileDescriptorSet} of package {@code grantd.v1}.
     */
    public CompletableFuture<Schema> schema() {
        return call(Method.GET_SCHEMA, GetSchemaRequest.getDefaultInstance());
    }

    /**
     * Clears a year's auction of the price mechanism for wind and solar power: all bids at once, up to 100,000.
     *
     * @param request The year's volume in kWh, its price cap in ten-thousandths of a yuan for a kWh, and the bids.
     * @return The clearing, whatever its outcome.
     */
    public CompletableFuture<ClearAuctionResponse> clearAuction(ClearAuctionRequest request) {
        return call(Method.CLEAR_AUCTION, request);
    }

    /**
     * Assesses an application with every award before it and records what it is awarded, in one step.
     *
     * <p>A request without an {@code idempotency_key} is given one, so that what is tried again awards nothing twice. It holds for
     * this call alone: who asks again by a call of their own sets the key.
     *
     * @param request The request as the contract has it.
     * @return The assessment, and the award where there is one.
     */
    public CompletableFuture<AwardResponse> award(AwardRequest request) {
        return call(Method.AWARD, request);
    }

    /**
     * Awards up to 4,096 applications in order, each with those before it; keys as in {@link #award}.
     *
     * @param request The request as the contract has it.
     * @return A result for each entry, in their order; an error stands beside its own entry.
     */
    public CompletableFuture<AwardBatchResponse> awardBatch(AwardBatchRequest request) {
        return call(Method.AWARD_BATCH, request);
    }

    /**
     * Commits, gives back or corrects an award; its key as in {@link #award}.
     *
     * @param request The request as the contract has it.
     * @return The award as it is now.
     */
    public CompletableFuture<SettleResponse> settle(SettleRequest request) {
        return call(Method.SETTLE, request);
    }

    /**
     * Lists awards, a page at a time.
     *
     * @param request Which ones; empty for all.
     * @return A page, and the token of the next one where there is one.
     */
    public CompletableFuture<ListAwardsResponse> listAwards(ListAwardsRequest request) {
        return call(Method.LIST_AWARDS, request);
    }

    /**
     * Puts a budget, in the place of the one of its id.
     *
     * @param request The envelope.
     * @return The envelope as it is now, with what is left of it.
     */
    public CompletableFuture<Envelope> putEnvelope(PutEnvelopeRequest request) {
        return call(Method.PUT_ENVELOPE, request);
    }

    /**
     * Lists the budgets.
     *
     * @param request Empty for those of the book.
     * @return The envelopes by their ids.
     */
    public CompletableFuture<ListEnvelopesResponse> listEnvelopes(ListEnvelopesRequest request) {
        return call(Method.LIST_ENVELOPES, request);
    }

    /**
     * Whether the daemon serves.
     *
     * @param service A service's full name; empty for the daemon as a whole.
     * @return The status: {@code SERVING}, or {@code NOT_SERVING} while it stops.
     */
    public CompletableFuture<HealthCheckResponse> health(String service) {
        return call(Method.CHECK_HEALTH, HealthCheckRequest.newBuilder().setService(service).build());
    }

    private <R extends Message> CompletableFuture<R> call(Method<R> method, Message request) {
        return channel.call(method.descriptor(), request, method.prototype(), options);
    }
}
