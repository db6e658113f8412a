// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import grantd.v1.Assessment;
import grantd.v1.AwardBatchResponse;
import grantd.v1.AwardResponse;
import grantd.v1.Awards;
import grantd.v1.Calculator;
import grantd.v1.Catalogue;
import grantd.v1.ClearAuctionResponse;
import grantd.v1.Envelope;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateColumnsResponse;
import grantd.v1.ListAwardsResponse;
import grantd.v1.ListDocumentsResponse;
import grantd.v1.ListEnvelopesResponse;
import grantd.v1.ListMeasuresResponse;
import grantd.v1.MeasureDescription;
import grantd.v1.RenewablesAuction;
import grantd.v1.Schema;
import grantd.v1.ScreenResponse;
import grantd.v1.SettleResponse;
import grpc.health.v1.HealthOuterClass.Health;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * A method of the contract with the type of its answer.
 *
 * @param <R> The answer's type.
 * @param descriptor What to call.
 * @param prototype An instance of the answer's type.
 * @param check What the contract sets on every answer.
 */
record Method<R extends Message>(MethodDescriptor descriptor, R prototype, Contract.Check<R> check) {
    private static final Map<String, Method<?>> BY_NAME = new HashMap<>();

    static final Method<Assessment> EVALUATE =
            of(Calculator.getDescriptor(), "Evaluate", Assessment.getDefaultInstance(), Contract::lacks);
    static final Method<EvaluateBatchResponse> EVALUATE_BATCH =
            of(Calculator.getDescriptor(), "EvaluateBatch", EvaluateBatchResponse.getDefaultInstance(), Contract::lacks);
    static final Method<EvaluateColumnsResponse> EVALUATE_COLUMNS =
            of(Calculator.getDescriptor(), "EvaluateColumns", EvaluateColumnsResponse.getDefaultInstance(), Contract::lacks);
    static final Method<ScreenResponse> SCREEN =
            of(Calculator.getDescriptor(), "Screen", ScreenResponse.getDefaultInstance(), Contract::lacks);
    static final Method<ListMeasuresResponse> LIST_MEASURES =
            of(Catalogue.getDescriptor(), "ListMeasures", ListMeasuresResponse.getDefaultInstance(), Contract::lacks);
    static final Method<MeasureDescription> DESCRIBE_MEASURE =
            of(Catalogue.getDescriptor(), "DescribeMeasure", MeasureDescription.getDefaultInstance(), Contract::lacks);
    static final Method<ListDocumentsResponse> LIST_DOCUMENTS =
            of(Catalogue.getDescriptor(), "ListDocuments", ListDocumentsResponse.getDefaultInstance(), Contract::lacks);
    static final Method<Schema> GET_SCHEMA =
            of(Catalogue.getDescriptor(), "GetSchema", Schema.getDefaultInstance(), Contract::lacks);
    static final Method<ClearAuctionResponse> CLEAR_AUCTION =
            of(RenewablesAuction.getDescriptor(), "ClearAuction", ClearAuctionResponse.getDefaultInstance(), Contract::lacks);
    static final Method<AwardResponse> AWARD =
            of(Awards.getDescriptor(), "Award", AwardResponse.getDefaultInstance(), Contract::lacks);
    static final Method<AwardBatchResponse> AWARD_BATCH =
            of(Awards.getDescriptor(), "AwardBatch", AwardBatchResponse.getDefaultInstance(), Contract::lacks);
    static final Method<SettleResponse> SETTLE =
            of(Awards.getDescriptor(), "Settle", SettleResponse.getDefaultInstance(), Contract::lacks);
    static final Method<ListAwardsResponse> LIST_AWARDS =
            of(Awards.getDescriptor(), "ListAwards", ListAwardsResponse.getDefaultInstance(), Contract::lacks);
    static final Method<Envelope> PUT_ENVELOPE =
            of(Awards.getDescriptor(), "PutEnvelope", Envelope.getDefaultInstance(), Contract::lacks);
    static final Method<ListEnvelopesResponse> LIST_ENVELOPES =
            of(Awards.getDescriptor(), "ListEnvelopes", ListEnvelopesResponse.getDefaultInstance(), Contract::lacks);
    static final Method<HealthCheckResponse> CHECK_HEALTH =
            of(Health.getDescriptor(), "Check", HealthCheckResponse.getDefaultInstance(), Contract::lacks);

    /** The method of these names; null where the contract has none. */
    static Method<?> named(String service, String method) {
        return BY_NAME.get(service + "/" + method);
    }

    private static <R extends Message> Method<R> of(
            ServiceDescriptor service, String name, R prototype, Contract.Check<R> check) {
        Method<R> method = new Method<>(service.findMethodByName(name), prototype, check);
        BY_NAME.put(service.getFullName() + "/" + name, method);
        // The daemon takes a service without its package too.
        BY_NAME.put(service.getName() + "/" + name, method);
        return method;
    }
}
