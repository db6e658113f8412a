// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import grantd.v1.Applicant;
import grantd.v1.Application;
import grantd.v1.Assessment;
import grantd.v1.Basis;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
import grantd.v1.EvaluateRequest;
import grantd.v1.MedicalDeviceCommonPlatformFacts;
import grantd.v1.Outcome;
import grantd.v1.PolicyReference;
import java.io.IOException;
import java.util.Iterator;
import java.util.stream.IntStream;

/** Applications, and a server's answers to them: each comes back with its own id. */
final class Samples {
    private Samples() {}

    static Application application(long number) {
        return Application.newBuilder()
                .setApplicationId("A-" + number)
                .setAsOf("2026-05-20")
                .setSubjectId("P-1")
                .setApplicant(Applicant.newBuilder().setRegisteredInBeijing(true))
                .setMedicalDeviceCommonPlatform(MedicalDeviceCommonPlatformFacts.newBuilder()
                        .setCommonTechnologyPlatform(true)
                        .setForMedicalDeviceIndustry(true)
                        .setEngineeringInvestmentFen(6_000_000_000L + number))
                .build();
    }

    static Iterator<Application> applications(int count) {
        return IntStream.range(0, count).mapToObj(Samples::application).iterator();
    }

    static PolicyReference policy() {
        return PolicyReference.newBuilder()
                .setProgramme("medical-device")
                .setDocumentNumber("京经信发〔2025〕50号")
                .setDigest("0".repeat(64))
                .build();
    }

    static Assessment assessment(Application application) {
        return Assessment.newBuilder()
                .setApplicationId(application.getApplicationId())
                .setMeasure("medical-device.common-platform")
                .setAsOf(application.getAsOf())
                .setOutcome(Outcome.Value.INELIGIBLE)
                .setBasis(Basis.Value.CEILING)
                .setPolicy(policy())
                .build();
    }

    /** Answers Evaluate and EvaluateBatch. */
    static void answer(FakeServer.Request request) throws IOException {
        if (request.meta().getRequest().getMethodName().equals("Evaluate")) {
            request.answer(assessment(EvaluateRequest.parseFrom(request.payload()).getApplication()));
            return;
        }
        EvaluateBatchResponse.Builder response = EvaluateBatchResponse.newBuilder();
        for (Application application : EvaluateBatchRequest.parseFrom(request.payload()).getApplicationsList()) {
            response.addResults(EvaluateBatchResult.newBuilder().setAssessment(assessment(application)));
        }
        request.answer(response.build());
    }
}
