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
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Asks a grantd daemon; each call waits for its answer, up to its deadline.
 *
 * <p>Safe for any number of threads; one for a whole program is enough. {@link #async()} gives the same calls as futures. A
 * call that has no answer throws {@link GrantdException}; a malformed application is {@link GrantdCode#INVALID_REQUEST} with
 * its field.
 */
public final class GrantdClient implements AutoCloseable {
    private final GrantdChannel channel;
    private final CallOptions options;

    /**
     * Makes a client with a channel of its own. Nothing is connected before the first call.
     *
     * @param address Where the daemon listens.
     * @param configuration How the client behaves.
     */
    public GrantdClient(GrantdAddress address, GrantdConfiguration configuration) {
        this(new GrantdChannel(address, configuration));
    }

    /**
     * Makes a client with a channel of its own and the defaults. Nothing is connected before the first call.
     *
     * @param address Where the daemon listens.
     */
    public GrantdClient(GrantdAddress address) {
        this(address, GrantdConfiguration.DEFAULTS);
    }

    /**
     * Makes a client over a channel.
     *
     * @param channel The channel; {@link #close()} closes it.
     */
    public GrantdClient(GrantdChannel channel) {
        this(channel, CallOptions.of(channel.configuration()));
    }

    private GrantdClient(GrantdChannel channel, CallOptions options) {
        this.channel = channel;
        this.options = options;
    }

    /**
     * The channel, for the generated stubs.
     *
     * @return What carries this client's calls.
     */
    public GrantdChannel channel() {
        return channel;
    }

    /**
     * The same calls as futures.
     *
     * @return A client over the same connections, with the same deadline.
     */
    public GrantdAsyncClient async() {
        return new GrantdAsyncClient(channel, options);
    }

    /**
     * The same client with another deadline. Only one of all clients over a channel is to be closed.
     *
     * @param deadline How long each call may take, its retries included; more than none.
     * @return A client over the same connections.
     */
    public GrantdClient withDeadline(Duration deadline) {
        return new GrantdClient(channel, options.withDeadline(deadline));
    }

    /**
     * Assesses one application.
     *
     * @param application Who asks for which measure, on which day, with which facts.
     * @return The assessment, whatever its outcome.
     * @throws GrantdException Where there is none.
     */
    public Assessment evaluate(Application application) throws GrantdException {
        return evaluate(EvaluateRequest.newBuilder().setApplication(application).build());
    }

    /**
     * Assesses one application.
     *
     * @param request The request as the contract has it.
     * @return The assessment, whatever its outcome.
     * @throws GrantdException Where there is none.
     */
    public Assessment evaluate(EvaluateRequest request) throws GrantdException {
        return call(Method.EVALUATE, request);
    }

    /**
     * Assesses up to 4,096 applications in one call, 256 with explanations.
     *
     * @param request The request as the contract has it.
     * @return A result for each application, in their order; an error stands beside its own application.
     * @throws GrantdException Where there is none.
     */
    public EvaluateBatchResponse evaluateBatch(EvaluateBatchRequest request) throws GrantdException {
        return call(Method.EVALUATE_BATCH, request);
    }

    /**
     * Assesses up to 65,536 applications for one measure as columns, 4,096 with explanations.
     *
     * @param request The request as the contract has it, of up to 16 MiB.
     * @return Columns again; an error stands in its own row.
     * @throws GrantdException Where there is none.
     */
    public EvaluateColumnsResponse evaluateColumns(EvaluateColumnsRequest request) throws GrantdException {
        return call(Method.EVALUATE_COLUMNS, request);
    }

    /**
     * Assesses one applicant for every measure in force, with whatever is known.
     *
     * @param request Day, applicant, prior awards, known facts.
     * @return The measures that are not ruled out, most support first.
     * @throws GrantdException Where there is none.
     */
    public ScreenResponse screen(ScreenRequest request) throws GrantdException {
        return call(Method.SCREEN, request);
    }

    /**
     * Lists the measures.
     *
     * @param request Day and programme; empty for all.
     * @return The measures by programme, in the order of their files.
     * @throws GrantdException Where there is none.
     */
    public ListMeasuresResponse listMeasures(ListMeasuresRequest request) throws GrantdException {
        return call(Method.LIST_MEASURES, request);
    }

    /**
     * Describes a measure: its facts with their questions, its rules, caps and clause.
     *
     * @param request The measure's full id, and the day.
     * @return The description.
     * @throws GrantdException {@link GrantdCode#INVALID_REQUEST} with the field {@code measure} where there is no such measure.
     */
    public MeasureDescription describeMeasure(DescribeMeasureRequest request) throws GrantdException {
        return call(Method.DESCRIBE_MEASURE, request);
    }

    /**
     * Lists the documents of the two gazettes, and the documents that they end.
     *
     * @param request Day and number; empty for all.
     * @return The documents in the gazettes' order, then those that another document ends.
     * @throws GrantdException Where there is none.
     */
    public ListDocumentsResponse listDocuments(ListDocumentsRequest request) throws GrantdException {
        return call(Method.LIST_DOCUMENTS, request);
    }

    /**
     * The contract as the daemon has it.
     *
     * @return A serialized {@code google.protobuf.FileDescriptorSet} of package {@code grantd.v1}.
     * @throws GrantdException Where there is none.
     */
    public Schema schema() throws GrantdException {
        return call(Method.GET_SCHEMA, GetSchemaRequest.getDefaultInstance());
    }

    /**
     * Clears a year's auction of the price mechanism for wind and solar power: all bids at once, up to 100,000.
     *
     * @param request The year's volume in kWh, its price cap in ten-thousandths of a yuan for a kWh, and the bids.
     * @return The clearing, whatever its outcome.
     * @throws GrantdException Where there is none.
     */
    public ClearAuctionResponse clearAuction(ClearAuctionRequest request) throws GrantdException {
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
     * @throws GrantdException Where there is none.
     */
    public AwardResponse award(AwardRequest request) throws GrantdException {
        return call(Method.AWARD, request);
    }

    /**
     * Awards up to 4,096 applications in order, each with those before it; keys as in {@link #award}.
     *
     * @param request The request as the contract has it.
     * @return A result for each entry, in their order; an error stands beside its own entry.
     * @throws GrantdException Where there is none.
     */
    public AwardBatchResponse awardBatch(AwardBatchRequest request) throws GrantdException {
        return call(Method.AWARD_BATCH, request);
    }

    /**
     * Commits, gives back or corrects an award; its key as in {@link #award}.
     *
     * @param request The request as the contract has it.
     * @return The award as it is now.
     * @throws GrantdException Where there is none.
     */
    public SettleResponse settle(SettleRequest request) throws GrantdException {
        return call(Method.SETTLE, request);
    }

    /**
     * Lists awards, a page at a time.
     *
     * @param request Which ones; empty for all.
     * @return A page, and the token of the next one where there is one.
     * @throws GrantdException Where there is none.
     */
    public ListAwardsResponse listAwards(ListAwardsRequest request) throws GrantdException {
        return call(Method.LIST_AWARDS, request);
    }

    /**
     * Puts a budget, in the place of the one of its id.
     *
     * @param request The envelope.
     * @return The envelope as it is now, with what is left of it.
     * @throws GrantdException Where there is none.
     */
    public Envelope putEnvelope(PutEnvelopeRequest request) throws GrantdException {
        return call(Method.PUT_ENVELOPE, request);
    }

    /**
     * Lists the budgets.
     *
     * @param request Empty for those of the book.
     * @return The envelopes by their ids.
     * @throws GrantdException Where there is none.
     */
    public ListEnvelopesResponse listEnvelopes(ListEnvelopesRequest request) throws GrantdException {
        return call(Method.LIST_ENVELOPES, request);
    }

    /**
     * Whether the daemon serves.
     *
     * @param service A service's full name; empty for the daemon as a whole.
     * @return The status: {@code SERVING}, or {@code NOT_SERVING} while it stops.
     * @throws GrantdException Where there is none.
     */
    public HealthCheckResponse health(String service) throws GrantdException {
        return call(Method.CHECK_HEALTH, HealthCheckRequest.newBuilder().setService(service).build());
    }

    /**
     * Assesses as many applications as come, in batches, several of them in flight; results in their order.
     *
     * @param applications What to assess; read in the thread that takes the results, no further ahead than the batches that
     *     may be in flight.
     * @return A result for each application, see {@link Scores}.
     */
    public Scores score(Iterator<? extends Application> applications) {
        return score(applications, ScoreOptions.DEFAULTS);
    }

    /**
     * Assesses as many applications as come, in batches, several of them in flight; results in their order.
     *
     * @param applications What to assess; read in the thread that takes the results, no further ahead than the batches that
     *     may be in flight.
     * @param how Stage, explanations, size and number of batches; the same for all.
     * @return A result for each application, see {@link Scores}.
     */
    public Scores score(Iterator<? extends Application> applications, ScoreOptions how) {
        return new Scores(channel, applications, how);
    }

    /**
     * Assesses as many applications as come; the same as a stream.
     *
     * @param applications What to assess, in order; closed with the stream of results.
     * @return A result for each application, in their order. It throws {@link UncheckedGrantdException} where the scoring as a
     *     whole cannot go on.
     */
    public Stream<Score> score(Stream<? extends Application> applications) {
        return score(applications, ScoreOptions.DEFAULTS);
    }

    /**
     * Assesses as many applications as come; the same as a stream.
     *
     * @param applications What to assess, in order; closed with the stream of results.
     * @param how Stage, explanations, size and number of batches; the same for all.
     * @return A result for each application, in their order. It throws {@link UncheckedGrantdException} where the scoring as a
     *     whole cannot go on.
     */
    public Stream<Score> score(Stream<? extends Application> applications, ScoreOptions how) {
        Scores scores = score(applications.iterator(), how);
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(scores, traits), false)
                .onClose(scores::close)
                .onClose(applications::close);
    }

    /** Closes the connections for good. Calls under way, and later ones, fail with {@link GrantdCode#SHUT_DOWN}. */
    @Override
    public void close() {
        channel.close();
    }

    private <R extends Message> R call(Method<R> method, Message request) throws GrantdException {
        return channel.callAndWait(method.descriptor(), request, method.prototype(), options);
    }
}
