// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import grantd.v1.Assessment;
import grantd.v1.AuctionOutcome;
import grantd.v1.AuctionResult;
import grantd.v1.Award;
import grantd.v1.AwardBatchRequest;
import grantd.v1.AwardBatchResponse;
import grantd.v1.AwardBatchResult;
import grantd.v1.AwardResponse;
import grantd.v1.ClearAuctionRequest;
import grantd.v1.ClearAuctionResponse;
import grantd.v1.Document;
import grantd.v1.Envelope;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
import grantd.v1.EvaluateColumnsResponse;
import grantd.v1.ListAwardsResponse;
import grantd.v1.ListDocumentsResponse;
import grantd.v1.ListEnvelopesResponse;
import grantd.v1.ListMeasuresResponse;
import grantd.v1.MeasureDescription;
import grantd.v1.MeasureSummary;
import grantd.v1.PolicyReference;
import grantd.v1.Schema;
import grantd.v1.ScreenResponse;
import grantd.v1.SettleResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import java.io.IOException;

/**
 * What the contract sets on every answer. An answer that lacks any of it is none: an outcome that is not set would read as
 * ELIGIBLE.
 *
 * <p>Each method gives the name of the first thing that an answer lacks; null where it lacks nothing.
 */
final class Contract {
    /** Looks at an answer beside its request. */
    interface Check<R> {
        String lacks(R answer, ByteString request);
    }

    private Contract() {}

    static String lacks(Assessment answer, ByteString request) {
        return lacks(answer);
    }

    private static String lacks(Assessment assessment) {
        return !assessment.hasMeasure() ? "measure"
                : !assessment.hasAsOf() ? "as_of"
                : !assessment.hasOutcome() ? "outcome"
                : lacks(assessment.hasBasis(), assessment.getPolicy());
    }

    static String lacks(EvaluateBatchResponse answer, ByteString request) {
        int applications = count(request, EvaluateBatchRequest.APPLICATIONS_FIELD_NUMBER);
        if (answer.getResultsCount() != applications) {
            return numberOfResults(answer.getResultsCount(), applications);
        }
        for (EvaluateBatchResult result : answer.getResultsList()) {
            String lacking = switch (result.getResultCase()) {
                case ASSESSMENT -> lacks(result.getAssessment());
                case ERROR -> result.getError().getCode() == 0 ? "error.code" : null;
                case RESULT_NOT_SET -> "result";
            };
            if (lacking != null) {
                return "results: " + lacking;
            }
        }
        return null;
    }

    static String lacks(EvaluateColumnsResponse answer, ByteString request) {
        return lacks(answer.hasRows(), answer.getPolicy());
    }

    static String lacks(ScreenResponse answer, ByteString request) {
        for (Assessment assessment : answer.getAssessmentsList()) {
            String lacking = lacks(assessment);
            if (lacking != null) {
                return "assessments: " + lacking;
            }
        }
        return null;
    }

    static String lacks(ListMeasuresResponse answer, ByteString request) {
        for (MeasureSummary measure : answer.getMeasuresList()) {
            String lacking = !measure.hasMeasure() ? "measure" : lacks(measure.hasBasis(), measure.getPolicy());
            if (lacking != null) {
                return "measures: " + lacking;
            }
        }
        return null;
    }

    static String lacks(MeasureDescription answer, ByteString request) {
        return !answer.hasMeasure() ? "measure" : lacks(answer.hasBasis(), answer.getPolicy());
    }

    static String lacks(ListDocumentsResponse answer, ByteString request) {
        return answer.getDocumentsList().stream().allMatch(Document::hasNumber) ? null : "documents: number";
    }

    static String lacks(Schema answer, ByteString request) {
        return answer.getFileDescriptorSet().isEmpty() ? "file_descriptor_set" : null;
    }

    static String lacks(ClearAuctionResponse answer, ByteString request) {
        if (!answer.hasOutcome()) {
            return "outcome";
        }
        AuctionOutcome.Value outcome = answer.getOutcome();
        if (outcome == AuctionOutcome.Value.CLEARED || outcome == AuctionOutcome.Value.NOTHING_SELECTED) {
            int bids = count(request, ClearAuctionRequest.BIDS_FIELD_NUMBER);
            if (answer.getResultsCount() != bids) {
                return numberOfResults(answer.getResultsCount(), bids);
            }
        }
        for (AuctionResult result : answer.getResultsList()) {
            if (!result.hasStatus() || !result.hasMechanismKwh()) {
                return "results: " + (result.hasStatus() ? "mechanism_kwh" : "status");
            }
        }
        return null;
    }

    static String lacks(AwardResponse answer, ByteString request) {
        return lacks(answer);
    }

    private static String lacks(AwardResponse answer) {
        String lacking = answer.hasAssessment() ? lacks(answer.getAssessment()) : "assessment";
        return lacking != null || !answer.hasAward() ? lacking : lacks(answer.getAward());
    }

    private static String lacks(Award award) {
        return !award.hasAwardId() ? "award_id" : !award.hasState() ? "state" : null;
    }

    static String lacks(AwardBatchResponse answer, ByteString request) {
        int entries = count(request, AwardBatchRequest.ENTRIES_FIELD_NUMBER);
        if (answer.getResultsCount() != entries) {
            return numberOfResults(answer.getResultsCount(), entries);
        }
        for (AwardBatchResult result : answer.getResultsList()) {
            String lacking = switch (result.getResultCase()) {
                case AWARD -> lacks(result.getAward());
                case ERROR -> result.getError().getCode() == 0 ? "error.code" : null;
                case RESULT_NOT_SET -> "result";
            };
            if (lacking != null) {
                return "results: " + lacking;
            }
        }
        return null;
    }

    static String lacks(SettleResponse answer, ByteString request) {
        return answer.hasAward() ? lacks(answer.getAward()) : "award";
    }

    static String lacks(ListAwardsResponse answer, ByteString request) {
        for (Award award : answer.getAwardsList()) {
            String lacking = lacks(award);
            if (lacking != null) {
                return "awards: " + lacking;
            }
        }
        return null;
    }

    static String lacks(Envelope answer, ByteString request) {
        return lacks(answer);
    }

    private static String lacks(Envelope envelope) {
        return !envelope.hasEnvelopeId() ? "envelope_id" : !envelope.hasLimitFen() ? "limit_fen" : null;
    }

    static String lacks(ListEnvelopesResponse answer, ByteString request) {
        for (Envelope envelope : answer.getEnvelopesList()) {
            String lacking = lacks(envelope);
            if (lacking != null) {
                return "envelopes: " + lacking;
            }
        }
        return null;
    }

    static String lacks(HealthCheckResponse answer, ByteString request) {
        return answer.getStatusValue() == HealthCheckResponse.ServingStatus.UNKNOWN_VALUE ? "status" : null;
    }

    private static String lacks(boolean hasBasis, PolicyReference policy) {
        return !hasBasis ? "basis"
                : !policy.hasProgramme() ? "policy.programme"
                : !policy.hasDocumentNumber() ? "policy.document_number"
                : !policy.hasDigest() ? "policy.digest"
                : null;
    }

    private static String numberOfResults(int actual, int expected) {
        return "a result for each of " + expected + ", there are " + actual;
    }

    /** How often a field stands in a message, by its bytes alone; -1 where they are none. */
    private static int count(ByteString message, int fieldNumber) {
        int count = 0;
        CodedInputStream stream = message.newCodedInput();
        try {
            for (int tag = stream.readTag(); tag != 0; tag = stream.readTag()) {
                count += WireFormat.getTagFieldNumber(tag) == fieldNumber ? 1 : 0;
                stream.skipField(tag);
            }
        } catch (IOException error) {
            return -1;
        }
        return count;
    }
}
